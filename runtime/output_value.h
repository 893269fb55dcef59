/* Values as text: what a value's bytes read like in print, in printf's %s and as a map's key. */
#ifndef SONDE_RUNTIME_OUTPUT_VALUE_H
#define SONDE_RUNTIME_OUTPUT_VALUE_H

#include "output.h"

struct value_printer {
	const struct plan *plan;
	const struct output_lookup *lookup;
};

/* The number in a bool, int, enum or pointer; 0 for other kinds. Sign-extended when signed. */
int64_t value_read_integer(const struct value_type *type, const void *bytes);
/* Whether the members of this one are the outer struct's: it has no name. */
bool value_is_anonymous(const struct plan *plan, const struct value_field *field);
/* The integer of a field, bitfields taken apart. */
int64_t value_read_field(const struct plan *plan, const struct value_field *field,
			 const void *base);
/* The name of an enum's value, NULL when it has none. */
const char *value_enum_name(const struct plan *plan, const struct value_type *type, int64_t value);

/* A folded avg or stats value's average, signed or unsigned as its type says; 0 without updates. */
int64_t value_average(const struct value_type *type, const struct value_sum *sum);
/* All counts of a hist or lhist together. */
uint64_t value_hist_total(const struct value_type *type, const void *bytes);

/* Appends the value's text. Histograms have none (output_hist.h). */
void value_add_text(const struct value_printer *printer, uint32_t type, const void *bytes,
		    struct strbuf *out);
/* A map key: a tuple's parts without the parentheses. */
void value_add_key_text(const struct value_printer *printer, uint32_t type, const void *bytes,
			struct strbuf *out);
/* A string's text, with the trailer when it was cut at max_strlen. */
void value_add_string(const struct value_printer *printer, const struct value_type *type,
		      const void *bytes, struct strbuf *out);
/* Buffers: as text with escapes ('\0'), as \x61\x62 ('x') or as 61 62 ('h'). */
void value_add_buffer(const struct value_type *type, const void *bytes, char form,
		      struct strbuf *out);

/* True for numbers and aggregations: value_rank gives the number that orders them (smaller first,
 * whatever the sign). */
bool value_has_rank(const struct value_type *type);
uint64_t value_rank(const struct value_type *type, const void *bytes);
/* The order of two values of one type: below, at or above 0. */
int value_compare(const struct plan *plan, uint32_t type, const void *left, const void *right);

#endif
