/* Format: the conversions in a printf format string, as the language knows them. Read by the
 * checker (what each argument may be) and by the printers; what is no conversion is plain text. */
#ifndef SONDE_BASE_FORMAT_H
#define SONDE_BASE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One conversion: %[-][+][space][#][0][width][.precision][hljzt...]conversion. The order of the
 * flags is fixed; precision, the space flag and `*`, which takes no argument, are accepted and have no effect (as on the peer). */
struct format_spec {
	const char *start; /* at the % */
	size_t length;
	bool is_left, has_plus, has_base, has_zero;
	uint32_t width;
	uint32_t bytes; /* what the length modifier keeps of an integer: 1, 2, 4 or 8 */
	char conversion; /* d i u x X o c p s r g, %; or one not supported: a e f n ... */
	char buffer_form; /* after r: x, h, or 0 */
};

/* Finds the next conversion in `text`. Returns false when there is none. %% is one, without an
 * argument (conversion '%'). */
bool format_next(const char *text, struct format_spec *spec);

/* True for d i u x X o c p s r, and g, which is %gr: a conversion that takes an argument and that printers know. */
bool format_is_supported(char conversion);

#endif
