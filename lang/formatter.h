/* Inside the formatter: the tokens, where it is in them, and what it has written. A token's comments
 * are those in the gap before it; `written` tells how far the source was taken over. */
#ifndef SONDE_LANG_FORMATTER_H
#define SONDE_LANG_FORMATTER_H

#include "lang/format_layout.h"
#include "lang/parse.h"

#define FORMAT_INDENT 2

/* A comment; or a word that the parser leaves out of its tokens (const). */
struct comment {
	uint32_t start, end;
	uint32_t newlines; /* before it, since the last comment or token */
	bool is_line;	   /* // or #!: nothing may follow on its line */
	bool is_word;
};

struct formatter {
	struct parser *parser;
	struct arena *arena;
	struct strbuf *out;
	uint32_t *closing; /* of each opening bracket: the token that closes it */
	uint32_t next;	   /* token */
	uint32_t written;  /* offset in the source */
	LIST(struct comment) deferred; /* stand before a brace or semicolon; follow it instead */

	uint32_t column;
	uint32_t line_indent; /* of the line that is being written */
	uint32_t base_indent; /* of the statement's first line */
	bool is_line_empty;
	bool is_block_start; /* no blank line here */
	bool wants_blank;    /* a blank line before what comes next on a line of its own */
	bool after_comment;
};

/* format_comment.c: the gaps. */

/* The next comment before the next token; false when there is none (left). `newlines` of what
 * follows is then in comment->newlines. */
bool format_next_comment(struct formatter *formatter, struct comment *comment);
/* Whether there is a comment between two offsets. */
bool format_has_comment(const struct formatter *formatter, uint32_t start, uint32_t end);
/* Comments before the next token are written later, behind it. */
void format_defer_comments(struct formatter *formatter);
/* Ends a line: comments that belong behind it, then those on lines of their own. */
void format_end_line(struct formatter *formatter, uint32_t indent);
/* A comment's text; its further lines move with its first. */
void format_put_comment(struct formatter *formatter, const char *text, uint32_t length,
			uint32_t source);

/* format_layout.c: writing. */
void format_put(struct formatter *formatter, const char *text, uint32_t length);
void format_put_word(struct formatter *formatter, const char *text);
/* A new line, unless this one is empty. */
void format_new_line(struct formatter *formatter, uint32_t indent);
/* The same for a statement or an item, with the blank line that is wanted before it. */
void format_start_line(struct formatter *formatter, uint32_t indent);

/* format_expr.c: layouts of what starts at the next token, which they move behind it. */
int format_kind(const struct formatter *formatter);
int format_kind_at(const struct formatter *formatter, uint32_t token);
struct layout *format_token(struct formatter *formatter);
struct layout *format_expression(struct formatter *formatter);
struct layout *format_type(struct formatter *formatter);
/* A statement without its semicolon: assignment, call, let, return... */
struct layout *format_simple(struct formatter *formatter);
/* The layout of a block in one line; NULL when it holds too much for that. Moves behind it. */
struct layout *format_inline_block(struct formatter *formatter);

/* format_stmt.c */

/* A block, from brace to brace. `may_be_value`: its last expression's semicolon has a meaning. */
void format_block(struct formatter *formatter, uint32_t indent, bool may_be_value);

#endif
