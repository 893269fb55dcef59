/* Builtins: every name that reads something and every function, one row each in builtin.def. The
 * checker, the code generator, `sonde list`, the manual page and completion read the rows. */
#ifndef SONDE_LANG_BUILTIN_H
#define SONDE_LANG_BUILTIN_H

#include <stdbool.h>
#include <stdint.h>

enum builtin_id {
#define BUILTIN(id, name, signature, flags, doc) id,
#include "lang/builtin.def"
#undef BUILTIN
	BUILTIN_COUNT
};

enum builtin_flags {
	BUILTIN_VALUE = 1,	/* used without parentheses: pid, comm */
	BUILTIN_ASYNC = 2,	/* acts in user space: sends a record */
	BUILTIN_UNSAFE = 4,	/* needs --unsafe */
	BUILTIN_COMPTIME = 8,	/* gone after check */
	BUILTIN_AGGREGATION = 16, /* only as @m = f(...) */
	BUILTIN_LATER = 32,	/* known, refused with "not supported yet" */
	BUILTIN_MAP_ARGUMENT = 64, /* the first argument is a map itself, not its value */
};

struct builtin {
	enum builtin_id id;
	const char *name;
	/* One or more signatures separated by " | ", in the language's own type syntax:
	 * "(uint64 n, [uint64 bits]) -> hist_t". `any`: every type; `...`: any more. */
	const char *signature;
	uint32_t flags;
	const char *doc; /* one line */
};

extern const struct builtin builtins[BUILTIN_COUNT];

/* The row of a name used as a value (is_call false) or called. NULL when there is none. */
const struct builtin *builtin_find(const char *name, bool is_call);

#endif
