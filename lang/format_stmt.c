/* Statements and blocks: one statement a line, bodies of control statements always in braces on
 * lines of their own. Semicolons are added where they are left out without a meaning. */
#include "lang/formatter.h"
#include "lang/parser.tab.h"

/* A token that a line goes on with; comments before it come behind. */
static void put_token(struct formatter *formatter)
{
	const struct token *token = &formatter->parser->tokens.items[formatter->next];

	format_defer_comments(formatter);
	if (format_kind(formatter) == END)
		return;
	format_put(formatter, formatter->parser->text + token->start, token->end - token->start);
	formatter->written = token->end;
	formatter->next++;
}

static void skip_token(struct formatter *formatter)
{
	format_defer_comments(formatter);
	formatter->written = formatter->parser->tokens.items[formatter->next++].end;
}

/* "if (condition)", "while (condition)", "for ($i : 0..10)"; the body's brace follows. */
static void put_header(struct formatter *formatter)
{
	struct layout *layout = layout_group(formatter->arena, LAYOUT_SEQUENCE);
	struct arena *arena = formatter->arena;
	bool is_for = format_kind(formatter) == FOR;

	layout_add(arena, layout, format_token(formatter));
	layout_add(arena, layout, layout_word(arena, " "));
	if (is_for) {
		bool has_parens = format_kind(formatter) == '(';

		if (has_parens)
			layout_add(arena, layout, format_token(formatter));
		layout_add(arena, layout, format_token(formatter));
		layout_add(arena, layout, layout_word(arena, " "));
		layout_add(arena, layout, format_token(formatter));
		layout_add(arena, layout, layout_word(arena, " "));
		layout_add(arena, layout, format_expression(formatter));
		if (format_kind(formatter) == DOTDOT) {
			layout_add(arena, layout, format_token(formatter));
			layout_add(arena, layout, format_expression(formatter));
		}
		if (has_parens)
			layout_add(arena, layout, format_token(formatter));
	} else {
		layout_add(arena, layout, format_expression(formatter));
	}
	layout_print(formatter, layout, 2);
	format_put(formatter, " ", 1);
}

static void put_if(struct formatter *formatter, uint32_t indent, bool may_be_value)
{
	for (;;) {
		put_header(formatter);
		format_block(formatter, indent, may_be_value);
		if (format_kind(formatter) != ELSE)
			return;
		format_put(formatter, " ", 1);
		put_token(formatter);
		format_put(formatter, " ", 1);
		if (format_kind(formatter) != IF)
			break;
		format_defer_comments(formatter);
	}
	format_block(formatter, indent, may_be_value);
}

static void put_simple(struct formatter *formatter, bool may_be_value)
{
	struct layout *layout = format_simple(formatter);
	bool is_closed = format_kind(formatter) == ';';

	layout_print(formatter, layout, 1);
	if (is_closed)
		put_token(formatter);
	else if (!may_be_value)
		format_put(formatter, ";", 1);
}

static void put_statement(struct formatter *formatter, uint32_t indent, bool may_be_value)
{
	switch (format_kind(formatter)) {
	case IF:
		put_if(formatter, indent, may_be_value);
		break;
	case FOR:
	case WHILE:
	case UNROLL:
		put_header(formatter);
		format_block(formatter, indent, false);
		may_be_value = false;
		break;
	case '{':
		format_block(formatter, indent, may_be_value);
		break;
	default:
		put_simple(formatter, may_be_value);
		may_be_value = false;
		break;
	}
	/* behind a block one more makes it no value; all others are empty statements */
	if (format_kind(formatter) == ';' && may_be_value)
		put_token(formatter);
	while (format_kind(formatter) == ';')
		skip_token(formatter);
}

static bool is_empty_block(const struct formatter *formatter, uint32_t open)
{
	const struct token *tokens = formatter->parser->tokens.items;
	uint32_t close = formatter->closing[open];

	for (uint32_t i = open; i < close; i++)
		if ((i > open && tokens[i].kind != ';') ||
		    format_has_comment(formatter, tokens[i].end, tokens[i + 1].start))
			return false;
	return !formatter->deferred.count;
}

void format_block(struct formatter *formatter, uint32_t indent, bool may_be_value)
{
	uint32_t open = formatter->next, close = formatter->closing[open];
	uint32_t inner = indent + FORMAT_INDENT;

	put_token(formatter);
	bool is_empty = is_empty_block(formatter, open);

	while (format_kind(formatter) == ';')
		skip_token(formatter);
	if (is_empty) {
		put_token(formatter);
		return;
	}
	formatter->is_block_start = true;
	format_end_line(formatter, inner);
	while (formatter->next < close) {
		uint32_t before = formatter->next;

		format_start_line(formatter, inner);
		put_statement(formatter, inner, may_be_value);
		if (formatter->next == before) /* not in what the grammar takes */
			put_token(formatter);
		format_end_line(formatter, inner);
	}
	formatter->wants_blank = false;
	format_start_line(formatter, indent);
	put_token(formatter);
}
