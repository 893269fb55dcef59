/* C definitions: the script's own struct, union, enum, typedef and # lines and the headers they include,
 * read without a C compiler. Runs before expand; its types and macros are looked up by name
 * afterwards, the script's own first. */
#ifndef SONDE_LANG_CDECL_H
#define SONDE_LANG_CDECL_H

#include "lang/compile.h"

/* Preprocesses and parses the headers asked for (--include, import) and
 * compile->script->c_definitions into compile->c_types. Returns 0, or -1 with diagnostics. */
int c_types_parse(struct compile *compile);
/* A header to be read before the script's definitions (import "x.h"); call it before
 * c_types_parse. A relative path is looked for beside the file of `span`, then along -I. */
void c_types_include(struct compile *compile, const char *path, struct span span);

/* struct, union (by tag) or enum of the script; NULL when there is none, it is declared only, or the
 * kernel's BTF has it and only a header of the kernel defines it. */
struct type *c_types_find(struct compile *compile, enum type_kind kind, const char *name);
/* What a type name stands for: a typedef of the script, a C or kernel spelling (u32, __u64, size_t,
 * "unsigned long"), then a typedef of the kernel's BTF. NULL when there is none. */
struct type *c_types_named(struct compile *compile, const char *name);
/* An enumeration constant of the script; *type is its enum. */
bool c_types_enumerator(struct compile *compile, const char *name, int64_t *value,
			struct type **type);

/* A macro (#define) as the language sees it. */
struct c_definition {
	const char *text; /* the replacement, without comments; "" when empty */
	struct span span; /* of the replacement, of the name when that is empty */
	bool is_function; /* has parameters */
	bool is_script;	  /* written in the script, not in a header */
	bool is_plain;	  /* of the script, and nothing in it is C's alone: may be any expression */
};

/* False when there is no macro of that name. */
bool c_types_macro(struct compile *compile, const char *name, struct c_definition *definition);

struct c_constant {
	bool is_text;
	bool is_unsigned; /* of the value */
	uint64_t value;
	const char *text; /* a string literal's bytes */
	uint32_t length;
};

/* The value of a macro by C's rules; false when it is no constant. */
bool c_types_constant(struct compile *compile, const char *name, struct c_constant *constant);

/* Adds to a diagnostic about `name` why it is not known, when a header has it in a declaration that
 * could not be read, or was not found. */
void c_types_explain(struct compile *compile, struct diag *diag, const char *name);

#endif
