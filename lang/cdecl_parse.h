/* The declaration parser's own: one declaration at a time, from tokens to types. */
#ifndef SONDE_LANG_CDECL_PARSE_H
#define SONDE_LANG_CDECL_PARSE_H

#include "lang/cpp.h"

#define C_NESTING_MAX 200u
#define C_OBJECT_MAX (1u << 30) /* bytes of one type */

struct c_types {
	struct c_name **buckets;
	uint32_t bucket_count, name_count;
	struct cpp *cpp;
};

/* Base words: which, in a bit set, and how often `long`. Order of cdecl_words.c. */
enum c_base {
	BASE_VOID, BASE_CHAR, BASE_SHORT, BASE_INT, BASE_LONG, BASE_SIGNED, BASE_UNSIGNED, BASE_BOOL,
	BASE_FLOAT, BASE_DOUBLE, BASE_INT128, BASE_COMPLEX, BASE_FLOAT128, BASE_VA_LIST,
};

struct c_attributes {
	bool packed;
	uint32_t align;	      /* aligned(n), the largest: of a member; 0: none */
	uint32_t last_align;  /* the last one: of a type */
	uint32_t mode;	      /* mode(DI): bytes; 0: none */
	uint32_t vector_size; /* 0: none */
};

/* What stands before the declarators. */
struct c_specifiers {
	struct type *type; /* when it is not base words */
	uint32_t base;	   /* set of enum c_base */
	uint32_t longs;
	bool is_typedef, is_wrong;
	struct c_attributes attributes;
	struct span span;
};

enum c_part_kind { PART_POINTER, PART_ARRAY, PART_FUNCTION };

struct c_part {
	enum c_part_kind kind;
	uint64_t count;
	struct span span;
};

/* From the name outwards: `*a[3]` is ARRAY, POINTER. */
struct c_declarator {
	const struct c_token *name; /* NULL: abstract */
	LIST(struct c_part) parts;
};

enum c_value_kind {
	C_VALUE_BAD,	 /* no constant */
	C_VALUE_INTEGER, /* of `type`, a pointer included */
	C_VALUE_PLACE,	 /* an object of `type` at a constant address: for offsets and sizes */
	C_VALUE_TEXT,	 /* a string */
	C_VALUE_FUNCTION, /* one of the compiler's own, by its row in `bits` */
};

struct c_value {
	enum c_value_kind kind;
	struct type *type;
	uint64_t bits;
	const char *text;
	uint32_t length;
};

struct c_values {
	LIST(struct c_value) list;
};

/* _Generic(control, type: value, default: value) */
struct c_generic {
	struct c_value control, chosen;
	bool has_match;
};

struct c_field {
	const char *name;
	struct type *type;
	struct c_attributes attributes;
	uint32_t bits;
	bool is_bitfield;
};

/* A struct or enum whose braces are open. */
struct c_open {
	struct type *type;
	struct c_attributes attributes;
	struct c_specifiers base; /* of the members being read */
	LIST(struct c_field) fields;
	uint32_t pack; /* #pragma pack: the largest alignment of a member; 0: any */
	int64_t next, lowest;
	uint64_t highest;
	bool has_fixed_type;
	bool is_huge; /* `next` is above INT64_MAX */
};

/* Where names of types are told from others: a bracket that is open. */
struct c_scope {
	int bracket;
	bool has_type; /* a type was read, so that a name is a name */
	bool is_enum;
};

struct c_parser {
	struct compile *compile;
	struct c_types *c;
	struct cpp *cpp;
	struct c_tokens tokens; /* of the declaration */
	uint32_t at;
	int start;	     /* the token that chooses what to parse; 0: given */
	uint32_t pack;	     /* #pragma pack, as above */
	bool is_condition;   /* #if: every name is 0 */
	bool is_script;	     /* written in the script: errors are told */
	bool is_quiet;	     /* nothing is told or kept */
	bool failed;
	struct c_lost error; /* the first one */
	struct c_value value; /* of a constant */
	struct c_specifiers base; /* of the declarators at the top */
	LIST(struct c_open) open;
	struct c_scope scopes[C_NESTING_MAX + 1];
	uint32_t depth;
	int before[2]; /* the tokens before the next one, last first */
	int tag;       /* struct, union or enum: which was read last */
	bool at_end;   /* all tokens are read */
	uint32_t nested; /* parsers within parsers */
	uint32_t joined; /* bytes of strings */
	const char *reason; /* why a value is no constant */
	const struct c_token *unknown; /* a name in an expression that is none */
};

/* cdecl.y */
int cdecl_parse_tokens(struct c_parser *p);

/* cdecl_parse.c */
int c_lex(struct c_parser *p, const struct c_token **token, struct c_attributes *attributes);
/* The first error ends the declaration. NULL when it is not told (yet). */
struct diag *c_fail(struct c_parser *p, const char *id, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The token that was read last. */
struct span c_here(const struct c_parser *p);
void c_assert(struct c_parser *p, const struct c_value *value, struct span span);
void c_fail_syntax(struct c_parser *p, struct span span, bool is_unknown_type, const char *wanted);
void c_read_declarations(struct compile *compile, struct cpp *cpp);
/* A constant expression; BAD, told only when not quiet, when it is none. */
struct c_value c_constant(struct c_parser *outer, const struct c_token *items, uint32_t count);
/* A type's name, as in a cast; NULL when it is none. */
struct type *c_type_name(struct c_parser *outer, const struct c_token *items, uint32_t count);

/* cdecl_words.c */
void c_words_init(struct compile *compile);
/* Kernel and C spellings of integers (u32, size_t); NULL when it is none. */
struct type *c_spelled(struct compile *compile, const struct c_name *name);
/* "unsigned long" and its like. */
struct type *c_base_type(struct compile *compile, uint32_t base, uint32_t longs);

/* cdecl_type.c */
void c_specifiers_add(struct c_parser *p, struct c_specifiers *to, const struct c_specifiers *item);
void c_attributes_add(struct c_attributes *to, const struct c_attributes *from);
struct type *c_declared_type(struct c_parser *p, const struct c_specifiers *base,
			     const struct c_declarator *declarator);
/* A name of the declaration at the top: a typedef, or nothing to us. */
void c_declare(struct c_parser *p, const struct c_declarator *declarator,
	       const struct c_attributes *attributes);
struct c_declarator *c_declarator(struct c_parser *p, const struct c_token *name);
struct c_declarator *c_declarator_part(struct c_parser *p, struct c_declarator *declarator,
				       enum c_part_kind kind, const struct c_value *count,
				       struct span span);

/* cdecl_tag.c: struct, union, enum */
struct type *c_tag_reference(struct c_parser *p, enum type_kind kind, const struct c_token *name);
void c_tag_open(struct c_parser *p, enum type_kind kind, const struct c_token *name,
		const struct c_attributes *attributes, struct span span);
void c_member_base(struct c_parser *p, const struct c_specifiers *base);
/* `declarator` NULL: unnamed; `bits` NULL: no bitfield. */
void c_member(struct c_parser *p, struct c_declarator *declarator, const struct c_value *bits,
	      const struct c_attributes *attributes, struct span span);
/* `struct { ... };` within a struct. */
void c_member_anonymous(struct c_parser *p, const struct c_specifiers *base);
void c_enum_type(struct c_parser *p, const struct c_specifiers *base);
void c_enumerator(struct c_parser *p, const struct c_token *name, const struct c_value *value);
struct type *c_tag_close(struct c_parser *p, const struct c_attributes *attributes);
/* Completes a type that BTF knows; false when its size stays unknown. */
bool c_complete(struct c_parser *p, struct type *type);

/* cdecl_layout.c */
void c_layout(struct types *types, struct c_open *open);

/* cdecl_value.c */
struct c_value c_value_int(struct c_parser *p, uint64_t bits, uint32_t size, bool is_signed);
struct c_value c_value_number(struct c_parser *p, const struct c_token *token);
struct c_value c_value_character(struct c_parser *p, const struct c_token *token);
struct c_value c_value_text(struct c_parser *p, const struct c_token *token);
struct c_value c_value_join(struct c_parser *p, struct c_value a, struct c_value b);
struct c_value c_value_name(struct c_parser *p, const struct c_token *token);
struct c_value c_value_unary(struct c_parser *p, int op, struct c_value a);
struct c_value c_value_binary(struct c_parser *p, int op, struct c_value a, struct c_value b);
struct c_value c_value_choose(struct c_parser *p, struct c_value condition, struct c_value yes,
			      struct c_value no);
struct c_value c_value_cast(struct c_parser *p, struct type *type, struct c_value a);
struct c_value c_value_size(struct c_parser *p, struct type *type);
struct c_value c_value_member(struct c_parser *p, struct c_value a, const struct c_token *name,
			      bool is_arrow);
struct c_value c_value_index(struct c_parser *p, struct c_value a, struct c_value index);
struct c_value c_value_place(struct type *type);

/* cdecl_call.c */
/* BAD when the compiler has no such function. */
struct c_value c_value_function(struct c_parser *p, const struct c_token *token);
struct c_value c_value_call(struct c_parser *p, struct c_value callee, const struct c_values *args);
/* `type` NULL: default */
void c_generic_add(struct c_parser *p, struct c_generic *generic, struct type *type,
		   struct c_value value);

#endif
