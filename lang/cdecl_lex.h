/* C tokens of the script's definitions after preprocessing; between cdecl_lex.c and cdecl.c only. */
#ifndef SONDE_LANG_CDECL_LEX_H
#define SONDE_LANG_CDECL_LEX_H

#include "lang/cdecl.h"

enum c_token_kind { C_END, C_NAME, C_NUMBER, C_TEXT, C_PUNCTUATOR };

struct c_token {
	enum c_token_kind kind;
	const char *text; /* names: NUL-terminated copy; punctuators: one of the spellings */
	uint64_t number;
	struct span span;
};

struct c_tokens {
	LIST(struct c_token) list;
};

/* A range of tokens being read; at the end every token is C_END. */
struct c_reader {
	struct compile *compile;
	const struct c_tokens *tokens;
	uint32_t position;
	uint32_t depth;	   /* of nesting, bounded */
	bool in_directive; /* #if: names are 0, no sizeof */
	bool failed;
};

struct c_types {
	LIST(struct c_macro) macros;
	LIST(struct type *) tags; /* struct, union, enum */
	struct {
		LIST(const char *) names;
		LIST(struct type *) types;
	} typedefs;
};

/* Runs the # lines and gives the tokens of what is left, macros replaced. */
int c_preprocess(struct compile *compile, struct c_tokens *out);

/* A constant expression, as far as it goes (stops at a comma, ')', ']', ...). */
int64_t c_constant(struct c_reader *reader);

const struct c_token *c_peek(const struct c_reader *reader);
const struct c_token *c_next(struct c_reader *reader);
/* Takes the next token when it is this punctuator or name. */
bool c_accept(struct c_reader *reader, const char *text);
/* The same, or a diagnostic. */
bool c_expect(struct c_reader *reader, const char *text);
void c_fail(struct c_reader *reader, struct span span, const char *message);

/* A type name in a constant expression's sizeof(); by cdecl.c. NULL with a diagnostic. */
struct type *c_type_name(struct c_reader *reader);

#endif
