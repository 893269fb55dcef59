/* The formatter: from the tokens of a script that parses to its canonical text. Here the items of
 * the top level, and the proof that nothing but blanks and empty statements has changed. */
#include "lang/format.h"

#include "lang/formatter.h"
#include "lang/parser.tab.h"

#include <string.h>

static bool opens(int kind)
{
	return kind == '(' || kind == '[' || kind == '{' || kind == CAST || kind == TYPE_PAREN ||
	       kind == BLOCK_VALUE;
}

/* Fills formatter->closing. The brackets match: the grammar took them. */
static void match_brackets(struct formatter *formatter)
{
	uint32_t count = formatter->parser->tokens.count, depth = 0;
	uint32_t *open = arena_alloc(formatter->arena, (count + 1) * sizeof(*open));

	formatter->closing = arena_alloc(formatter->arena, (count + 1) * sizeof(*open));
	for (uint32_t i = 0; i < count; i++) {
		int kind = formatter->parser->tokens.items[i].kind;

		formatter->closing[i] = i;
		if (opens(kind))
			open[depth++] = i;
		else if ((kind == ')' || kind == ']' || kind == '}') && depth)
			formatter->closing[open[--depth]] = i;
	}
}

static void put_token(struct formatter *formatter)
{
	layout_print(formatter, format_token(formatter), 0);
}

/* What goes on in this line up to a token of this kind, a blank between its words. */
static void put_until(struct formatter *formatter, int kind)
{
	while (format_kind(formatter) != kind && format_kind(formatter) != END) {
		put_token(formatter);
		if (format_kind(formatter) != kind)
			format_put(formatter, " ", 1);
	}
}

/* A semicolon, there or not; comments before it come behind it. */
static void put_semicolon(struct formatter *formatter)
{
	format_defer_comments(formatter);
	format_put(formatter, ";", 1);
	while (format_kind(formatter) == ';') {
		formatter->written = formatter->parser->tokens.items[formatter->next++].end;
		if (format_kind(formatter) == ';')
			format_defer_comments(formatter);
	}
}

static void put_config(struct formatter *formatter)
{
	uint32_t close;

	put_until(formatter, '{');
	close = formatter->closing[formatter->next];
	format_put(formatter, " ", 1);
	if (close == formatter->next + 1) {
		format_block(formatter, 0, true);
		return;
	}
	format_defer_comments(formatter);
	put_token(formatter);
	formatter->is_block_start = true;
	format_end_line(formatter, FORMAT_INDENT);
	while (formatter->next < close) {
		format_start_line(formatter, FORMAT_INDENT);
		if (format_kind(formatter) != ';') {
			layout_print(formatter, format_simple(formatter), 1);
			put_semicolon(formatter);
		} else {
			formatter->written =
			    formatter->parser->tokens.items[formatter->next++].end;
		}
		format_end_line(formatter, FORMAT_INDENT);
	}
	formatter->wants_blank = false;
	format_start_line(formatter, 0);
	put_token(formatter);
}

/* `import "x";`, `let @m = hash(10);` */
static void put_declaration(struct formatter *formatter)
{
	put_token(formatter);
	format_put(formatter, " ", 1);
	layout_print(formatter, format_simple(formatter), 1);
	put_semicolon(formatter);
}

/* "macro name(a, b)", "fn name($a : int64) : int64" */
static void put_signature(struct formatter *formatter)
{
	put_token(formatter);
	format_put(formatter, " ", 1);
	put_token(formatter);
	while (format_kind(formatter) != '{' && format_kind(formatter) != END) {
		int kind = format_kind(formatter);

		if (kind == ':')
			format_put(formatter, " ", 1);
		put_token(formatter);
		if (kind == ',' || kind == ':')
			format_put(formatter, " ", 1);
		if (kind == ':')
			layout_print(formatter, format_type(formatter), 2);
	}
}

/* A macro that was written in one line stays so: most are one expression. */
static bool put_inline_body(struct formatter *formatter)
{
	const struct token *tokens = formatter->parser->tokens.items;
	uint32_t open = formatter->next, written = formatter->written;
	uint32_t start = tokens[open].start, end = tokens[formatter->closing[open]].end;
	struct layout *layout;

	if (memchr(formatter->parser->text + start, '\n', end - start) ||
	    format_has_comment(formatter, written, start))
		return false;
	layout = format_inline_block(formatter);
	if (layout && formatter->column + 1 + layout->width <= FORMAT_COLUMNS) {
		format_put(formatter, " ", 1);
		layout_print(formatter, layout, 0);
		return true;
	}
	formatter->next = open;
	formatter->written = written;
	return false;
}

/* The opening brace of a definition or probe is on a line of its own, as on the peer. */
static void put_body(struct formatter *formatter, bool may_be_value)
{
	format_end_line(formatter, 0);
	formatter->wants_blank = false;
	format_start_line(formatter, 0);
	format_block(formatter, 0, may_be_value);
}

static void put_points(struct formatter *formatter)
{
	while (format_kind(formatter) == ATTACH_POINT) {
		put_token(formatter);
		while (format_kind(formatter) == ',') {
			format_defer_comments(formatter);
			formatter->written =
			    formatter->parser->tokens.items[formatter->next++].end;
		}
		if (format_kind(formatter) != ATTACH_POINT)
			break;
		format_put(formatter, ",", 1);
		format_end_line(formatter, 0);
		formatter->wants_blank = false;
		format_start_line(formatter, 0);
	}
}

static void put_predicate(struct formatter *formatter)
{
	struct layout *layout;

	format_end_line(formatter, 0);
	formatter->wants_blank = false;
	format_start_line(formatter, 0);
	put_token(formatter);
	bool is_comment = format_kind(formatter) == '*' ||
			  format_has_comment(formatter, formatter->written,
					     formatter->parser->tokens.items[formatter->next].start);

	/* "/" and "*" would start a comment */
	if (is_comment)
		format_put(formatter, " ", 1);
	layout = format_expression(formatter);
	layout_print(formatter, layout, 1);
	put_token(formatter);
}

static void put_probe(struct formatter *formatter)
{
	put_points(formatter);
	if (format_kind(formatter) == PREDICATE)
		put_predicate(formatter);
	put_body(formatter, false);
}

/* Returns whether the item ends in a block, from which the next one keeps a distance. */
static bool put_item(struct formatter *formatter)
{
	switch (format_kind(formatter)) {
	case CONFIG:
		put_config(formatter);
		return true;
	case IMPORT:
	case LET:
		put_declaration(formatter);
		return false;
	case MACRO:
		put_signature(formatter);
		if (put_inline_body(formatter))
			return false;
		put_body(formatter, true);
		return true;
	case FN:
		put_signature(formatter);
		put_body(formatter, true);
		return true;
	case ATTACH_POINT:
		put_probe(formatter);
		return true;
	default: /* a C definition */
		put_token(formatter);
		return false;
	}
}

static void put_script(struct formatter *formatter)
{
	format_end_line(formatter, 0);
	while (formatter->next < formatter->parser->tokens.count) {
		if (format_kind(formatter) == ';') {
			formatter->written =
			    formatter->parser->tokens.items[formatter->next++].end;
		} else {
			format_start_line(formatter, 0);
			if (put_item(formatter))
				formatter->wants_blank = true;
		}
		format_end_line(formatter, 0);
	}
	if (!formatter->is_line_empty)
		strbuf_add_char(formatter->out, '\n');
}

/* ---- the proof ---- */

/* Whether a token may be left out or added: an empty statement, a comma behind the last point. */
static bool is_free(const struct parser *parser, uint32_t i)
{
	int kind = parser->tokens.items[i].kind;

	if (kind == ',' && i && parser->tokens.items[i - 1].kind == ATTACH_POINT)
		return true;
	if (kind == ',' && i && parser->tokens.items[i - 1].kind == ',')
		return true;
	return kind == ';';
}

static bool same_text(const struct parser *a, const struct token *x, const struct parser *b,
		      const struct token *y)
{
	return x->end - x->start == y->end - y->start &&
	       !memcmp(a->text + x->start, b->text + y->start, x->end - x->start);
}

static bool same_tokens(const struct parser *a, const struct parser *b)
{
	uint32_t i = 0, j = 0;

	for (;; i++, j++) {
		while (i < a->tokens.count && is_free(a, i))
			i++;
		while (j < b->tokens.count && is_free(b, j))
			j++;
		if (i == a->tokens.count || j == b->tokens.count)
			return i == a->tokens.count && j == b->tokens.count;
		const struct token *x = &a->tokens.items[i], *y = &b->tokens.items[j];

		if (x->kind != y->kind ||
		    (x->kind != NAME && x->kind != C_DEFINITION && !same_text(a, x, b, y)))
			return false;
	}
}

/* Reads what was written again: the words must be those that were read. */
static bool is_same_script(struct compile *compile, const struct parser *before,
			   const struct strbuf *out)
{
	struct parser after = {
	    .compile = compile,
	    .arena = compile->arena,
	    .file = before->file,
	    .text = strbuf_text(out),
	    .size = (uint32_t)out->len,
	};

	parse_lex(&after);
	parse_classify(&after);
	return !after.failed && same_tokens(before, &after);
}

/* Formats a source once; -1 with diagnostics. */
static int format_once(struct compile *compile, uint32_t file, struct strbuf *out)
{
	struct parser parser;
	struct formatter formatter = {
	    .parser = &parser,
	    .arena = compile->arena,
	    .out = out,
	    .is_line_empty = true,
	    .is_block_start = true,
	};

	if (parse_file(compile, file, &parser))
		return -1;
	match_brackets(&formatter);
	put_script(&formatter);
	if (is_same_script(compile, &parser, out))
		return 0;
	diag_error(&compile->diags, "formatter-fault", parse_span(&parser, 0, 0),
		   "the formatter would change the meaning of this script, which is a fault of the "
		   "formatter: it is left as it is");
	return -1;
}

/* Where a line is broken before a comment, the comment has a line of its own from then on: what was
 * formatted is formatted again until nothing changes. */
int format_script(struct compile *compile, uint32_t file, struct strbuf *out)
{
	enum { ROUNDS = 8 };
	struct strbuf text = {0};
	int result = 0;

	for (int round = 0; round < ROUNDS; round++) {
		const struct source_file *source = &compile->sources.files.items[file];

		strbuf_clear(&text);
		compile->script = NULL; /* each round is a script of its own */
		result = format_once(compile, file, &text);
		if (result || (source->size == text.len && !memcmp(source->text, strbuf_text(&text), text.len)))
			break;
		file = source_add(&compile->sources, source->name, strbuf_text(&text), text.len);
	}
	if (!result)
		strbuf_add_bytes(out, strbuf_text(&text), text.len);
	strbuf_free(&text);
	return result;
}
