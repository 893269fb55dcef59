/* C declarations: the script's own struct, union, enum, typedef and # lines, without a C compiler.
 * Runs before expand; its types and macros are looked up by name afterwards, the script's own first. */
#ifndef SONDE_LANG_CDECL_H
#define SONDE_LANG_CDECL_H

#include "lang/compile.h"

/* Preprocesses and parses compile->script->c_definitions into compile->c_types. Returns 0, or -1
 * with diagnostics. */
int c_types_parse(struct compile *compile);

/* struct, union (by tag, complete or not) or enum of the script; NULL when there is none. */
struct type *c_types_find(struct compile *compile, enum type_kind kind, const char *name);
/* What a type name stands for: a typedef of the script, a C or kernel spelling (u32, __u64, size_t,
 * "unsigned long"), then a typedef of the kernel's BTF. NULL when there is none. */
struct type *c_types_named(struct compile *compile, const char *name);
/* An enumeration constant of the script; *type is its enum. */
bool c_types_enumerator(struct compile *compile, const char *name, int64_t *value,
			struct type **type);

struct c_macro {
	const char *name;
	const char *text; /* replacement, without comments; "" when empty */
	struct span span; /* of the replacement */
	bool is_function; /* has parameters: cannot be used */
};

/* A macro of the script (#define); NULL when there is none. */
const struct c_macro *c_types_macro(struct compile *compile, const char *name);

#endif
