/* Diagnostics: what is wrong with a script, where, and what to do. Collected, sorted, printed once. */
#ifndef SONDE_LANG_DIAG_H
#define SONDE_LANG_DIAG_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "lang/source.h"

#include <stdbool.h>

enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct diag {
	enum diag_level level;
	const char *id; /* a row of diag.def */
	struct span span;
	const char *message; /* one sentence, lower case, no full stop */
	struct {
		struct span span;
		const char *label;
	} notes[2]; /* secondary places; label NULL: unused */
	const char *hint; /* the way out; may be NULL */
};

struct diags {
	struct arena *arena;
	const struct sources *sources;
	LIST(struct diag *) list;
	uint32_t error_count, warning_count;
	bool no_warnings;
	bool is_rehearsal; /* errors are counted, nothing is kept */
};

/* Every identifier and what it stands for, from diag.def; ends with NULLs. */
struct diag_row {
	const char *id, *explanation;
};
extern const struct diag_row diag_rows[];

/* Record an error or a warning. The result is never NULL; it may be given a note and a hint. */
struct diag *diag_error(struct diags *diags, const char *id, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
struct diag *diag_warning(struct diags *diags, const char *id, struct span span,
			  const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "X is not supported yet": the one refusal for what a later stage will do. */
struct diag *diag_not_supported(struct diags *diags, struct span span, const char *what);
void diag_note(struct diag *diag, struct span span, const char *label);
void diag_hint(struct diags *diags, struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether the error just recorded will be printed: if not, no hint need be searched for. */
bool diag_is_shown(const struct diags *diags);
/* So many errors that no later one is shown. */
bool diag_is_full(const struct diags *diags);
/* The name among `names` (NULL-terminated) nearest to `name`, NULL when none is near or nothing is
 * shown; for hints of the form: did you mean "x"? */
const char *diag_nearest(const struct diags *diags, const char *name, const char *const *names);

/* Prints all, sorted by place, each once: file:line:column: level: message [id], the line, a
 * caret span, notes, hint. */
void diag_print(const struct diags *diags, struct strbuf *out, bool colour);

#endif
