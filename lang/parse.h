/* Inside the parser: what the lexer, the token list and the grammar share. Text becomes a list of
 * tokens first, so that a word can be classified by what follows it; the grammar then needs no
 * knowledge of names. Nothing else includes this but the formatter, which reads the tokens. */
#ifndef SONDE_LANG_PARSE_H
#define SONDE_LANG_PARSE_H

#include "lang/compile.h"

/* Brackets, blocks and conditions inside each other; and levels of an expression's tree, which the
 * later stages walk recursively. */
#define PARSE_NESTING_MAX 200
#define PARSE_HEIGHT_MAX  400
/* Words in one script: bounds the memory of a compile. */
#define PARSE_TOKENS_MAX 250000
#define PARSE_ERRORS_MAX 20

struct token {
	int kind; /* of the grammar */
	uint32_t start, end;
	const char *text; /* names, strings (without quotes, escapes resolved) */
	uint32_t length;
	uint64_t integer;
	bool is_unsigned;
};

struct stmt_list {
	LIST(stmt_ptr) list;
	bool has_value; /* ends in an expression without semicolon */
};

struct expr_list {
	LIST(expr_ptr) list;
	LIST(const char *) names; /* of a record */
};

struct parser {
	struct compile *compile;
	struct arena *arena;
	struct script *script;
	uint32_t file;
	const char *text;
	uint32_t size;

	/* lexer */
	LIST(struct token) tokens;
	uint32_t lexed;		/* bytes read */
	uint32_t depth;		/* of braces */
	uint32_t parens;	/* of ( and [ in a predicate */
	bool in_predicate;	/* between / and / before a probe's block */
	bool ends_at_semicolon; /* the item at the top level is a declaration */
	bool is_part_of_name;	/* the word before was a dot */
	bool failed;		/* too much, or not text: the rest is not read */

	/* grammar */
	uint32_t next; /* token to be read */
	uint32_t errors;
};

/* parse.c: all of the below over one file; the tokens are left in `parser`. */
int parse_file(struct compile *compile, uint32_t file, struct parser *parser);
/* lexer.l: text -> parser->tokens. */
void parse_lex(struct parser *parser);
/* parse_tokens.c: tells casts, types and block expressions from parentheses and blocks. */
void parse_classify(struct parser *parser);
/* parse_words.c, parse_points.c: words with a value. Each adds one token, and reports what is
 * wrong. */
void parse_add_token(struct parser *parser, int kind, uint32_t start, uint32_t end);
void parse_add_number(struct parser *parser, uint32_t start, uint32_t end);
void parse_add_string(struct parser *parser, uint32_t start, uint32_t end);
/* The attach point that starts at `start`; returns its end. */
uint32_t parse_add_attach_point(struct parser *parser, uint32_t start);
/* The struct, union, enum or typedef that starts at `start`; returns its end. */
uint32_t parse_c_definition_end(struct parser *parser, uint32_t start);
struct attach_point *parse_attach_point(struct parser *parser, const struct token *token,
					struct span span);

struct span parse_span(const struct parser *parser, uint32_t start, uint32_t end);
/* A syntax error, or NULL when there have been enough. */
struct diag *parse_error(struct parser *parser, const char *id, struct span span,
			 const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* parser.y */
int parse_grammar(struct parser *parser);

/* parse_errors.c: what the grammar could go on with, in words. */
struct parse_expected {
	bool expression, statement, item, type;
	const char *words[8];
	int count;
};

void parse_expect(struct parse_expected *expected, const char *name);
/* Reports the last token read as unexpected and moves to where parsing can go on. */
void parse_report(struct parser *parser, struct span span, const struct parse_expected *expected);

/* parse_build.c: nodes of the tree. */
struct expr *parse_expr(struct parser *parser, enum expr_kind kind, struct span span);
struct expr *parse_named(struct parser *parser, enum expr_kind kind, const struct token *token,
			 struct span span);
struct expr *parse_over(struct parser *parser, enum expr_kind kind, struct expr *left,
			struct span span);
void parse_set_right(struct parser *parser, struct expr *expr, struct expr *right);
struct expr *parse_unary(struct parser *parser, enum op op, struct expr *left, struct span span);
struct expr *parse_binary(struct parser *parser, enum op op, struct expr *left, struct expr *right,
			  struct span span);
struct expr *parse_ternary(struct parser *parser, struct expr *condition, struct expr *left,
			   struct expr *right, struct span span);
struct expr *parse_field(struct parser *parser, struct expr *left, const struct token *name,
			 bool is_arrow, struct span span);
struct expr *parse_call(struct parser *parser, const struct token *name,
			const struct expr_list *args, struct span span);
struct expr *parse_map(struct parser *parser, const struct token *name,
		       const struct expr_list *keys, struct span span, struct span key_span);
struct expr *parse_many(struct parser *parser, enum expr_kind kind, const struct expr_list *list,
			struct span span);
struct expr *parse_increment(struct parser *parser, struct expr *left, bool is_decrement,
			     bool is_postfix, struct span span);
struct expr *parse_address(struct parser *parser, struct expr *left, struct span span);
struct expr *parse_assign(struct parser *parser, struct expr *left, enum op op, struct expr *right,
			  struct span span);
struct expr *parse_of_type(struct parser *parser, enum expr_kind kind, struct type_syntax *type,
			   struct expr *left, struct span span);
struct expr *parse_block_value(struct parser *parser, struct stmt_list *body, struct span span);
struct expr *parse_if_value(struct parser *parser, struct expr *condition, struct stmt_list *body,
			    struct stmt_list *else_body, struct span span);
struct type_syntax *parse_type(struct parser *parser, int kind, struct type_syntax *element,
			       const char *name, struct span span);
/* A longer list; `list` NULL: a new one. `expr`, `name` and `stmt` may be NULL. */
struct expr_list *parse_exprs(struct parser *parser, struct expr_list *list, struct expr *expr,
			      const struct token *name);
struct stmt_list *parse_stmts(struct parser *parser, struct stmt_list *list, struct stmt *stmt);

/* parse_build_stmt.c: statements and items. */
struct stmt *parse_stmt(struct parser *parser, enum stmt_kind kind, struct span span);
struct stmt *parse_stmt_of(struct parser *parser, enum stmt_kind kind, struct expr *expr,
			   struct stmt_list *body, struct span span);
struct stmt *parse_if(struct parser *parser, struct expr *condition, struct stmt_list *body,
		      struct stmt_list *else_body, struct span span);
struct stmt *parse_for(struct parser *parser, const struct token *name, struct expr *from,
		       struct expr *to, struct stmt_list *body, struct span span,
		       struct span name_span);
/* Takes the value, its last expression, out of a block; NULL when it has none. */
struct expr *parse_take_value(struct parser *parser, struct stmt_list *body);
void parse_config(struct parser *parser, struct span word);
void parse_macro(struct parser *parser, const struct token *name, const struct expr_list *params,
		 struct stmt_list *body, struct span span);
void parse_fn_param(struct parser *parser, struct function *function, const struct token *name,
		    struct type_syntax *type, struct span span);
void parse_probe(struct parser *parser, struct probe *probe, struct span span);
/* Counts the levels of a tree: `height` is raised above `below`. Too many end the parse. */
void parse_raise(struct parser *parser, uint16_t *height, uint32_t below, struct span span);

/* Copies a list of one anonymous type into another of the same elements. */
#define parse_take(to, from)                                                                       \
	((to)->items = (from)->items, (to)->count = (from)->count,                                 \
	 (to)->capacity = (from)->capacity)

#endif
