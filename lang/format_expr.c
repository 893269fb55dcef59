/* Expressions, types and simple statements: tokens -> layouts. The grammar is parser.y's; the tokens
 * have passed it, so what is not expected here is taken over as it stands. */
#include "lang/formatter.h"
#include "lang/parser.tab.h"

#include <string.h>

static struct layout *expression(struct formatter *formatter, int precedence);

int format_kind_at(const struct formatter *formatter, uint32_t token)
{
	return token < formatter->parser->tokens.count
		   ? formatter->parser->tokens.items[token].kind
		   : END;
}

int format_kind(const struct formatter *formatter)
{
	return format_kind_at(formatter, formatter->next);
}

static struct layout *sequence(struct formatter *formatter)
{
	return layout_group(formatter->arena, LAYOUT_SEQUENCE);
}

static void add(struct formatter *formatter, struct layout *group, struct layout *part)
{
	layout_add(formatter->arena, group, part);
}

static void add_word(struct formatter *formatter, struct layout *group, const char *word)
{
	add(formatter, group, layout_word(formatter->arena, word));
}

static void add_comment(struct formatter *formatter, struct layout *group,
			const struct comment *comment)
{
	struct arena *arena = formatter->arena;

	if (comment->newlines)
		add(formatter, group, layout_hard(arena));
	add(formatter, group,
	    layout_comment(arena, formatter->parser->text + comment->start,
			   comment->end - comment->start, comment->start));
	if (comment->is_line)
		add(formatter, group, layout_hard(arena));
}

/* A place where a line may be broken. A line comment that ends the line before stays there. */
static void add_line(struct formatter *formatter, struct layout *group, const char *flat)
{
	uint32_t written = formatter->written;
	struct comment comment;

	if (format_next_comment(formatter, &comment) && comment.is_line && !comment.newlines)
		add_comment(formatter, group, &comment);
	else {
		formatter->written = written;
		add(formatter, group, layout_line(formatter->arena, flat));
	}
}

struct layout *format_token(struct formatter *formatter)
{
	struct layout *layout = NULL, *text;
	struct comment comment;

	while (format_next_comment(formatter, &comment)) {
		layout = layout ? layout : sequence(formatter);
		add_comment(formatter, layout, &comment);
	}
	if (format_kind(formatter) == END)
		return layout ? layout : sequence(formatter);
	const struct token *token = &formatter->parser->tokens.items[formatter->next++];

	text = layout_text(formatter->arena, formatter->parser->text + token->start,
			   token->end - token->start);
	formatter->written = token->end;
	return layout ? layout_add(formatter->arena, layout, text) : text;
}

static void add_token(struct formatter *formatter, struct layout *group)
{
	add(formatter, group, format_token(formatter));
}

static int precedence_of(int kind)
{
	switch (kind) {
	case '?':
		return 1;
	case LOR:
		return 2;
	case LAND:
		return 3;
	case '|':
		return 4;
	case '^':
		return 5;
	case '&':
		return 6;
	case EQ:
	case NE:
		return 7;
	case '<':
	case '>':
	case LE:
	case GE:
		return 8;
	case SHL:
	case SHR:
		return 9;
	case '+':
	case '-':
		return 10;
	case '*':
	case '/':
	case '%':
		return 11;
	default:
		return 0;
	}
}

/* ---- brackets ---- */

static bool is_closing(int kind)
{
	return kind == ')' || kind == ']' || kind == '}' || kind == END;
}

/* One of a list: an expression, `name=value` of a record, a type. */
static struct layout *item(struct formatter *formatter, bool is_type)
{
	struct layout *layout;

	if (is_type)
		return format_type(formatter);
	if (format_kind(formatter) != NAME ||
	    format_kind_at(formatter, formatter->next + 1) != '=')
		return format_expression(formatter);
	layout = sequence(formatter);
	add_token(formatter, layout);
	add_token(formatter, layout);
	add(formatter, layout, format_expression(formatter));
	return layout;
}

/* Items up to the closing bracket. A format string stands alone on its line when not all fit. */
static struct layout *list(struct formatter *formatter, bool is_type, bool may_move)
{
	struct layout *all = layout_group(formatter->arena, LAYOUT_ALL);
	struct layout *fill = layout_group(formatter->arena, LAYOUT_FILL), *to = fill;
	bool has_string = format_kind(formatter) == STRING &&
			  format_kind_at(formatter, formatter->next + 1) == ',';

	if (has_string)
		to = all;
	if (may_move)
		layout_let_move(to);
	while (!is_closing(format_kind(formatter))) {
		uint32_t before = formatter->next;

		add(formatter, to, item(formatter, is_type));
		is_type = false; /* offsetof(type, path) */
		if (format_kind(formatter) == ',') {
			add_token(formatter, to);
			if (!is_closing(format_kind(formatter)))
				add_line(formatter, to, " ");
			to = fill;
		} else if (formatter->next == before) {
			add_token(formatter, to);
		}
	}
	if (!has_string)
		return fill;
	add(formatter, all, fill);
	return all;
}

static struct layout *brackets(struct formatter *formatter, bool may_move)
{
	struct layout *layout = sequence(formatter);
	int kind = format_kind(formatter);

	add_token(formatter, layout);
	add(formatter, layout, list(formatter, kind == CAST || kind == TYPE_PAREN, may_move));
	add_token(formatter, layout);
	return layout;
}

/* ---- types ---- */

static struct layout *tuple_type(struct formatter *formatter)
{
	struct layout *layout = sequence(formatter);

	add_token(formatter, layout);
	while (!is_closing(format_kind(formatter))) {
		add(formatter, layout, format_type(formatter));
		if (format_kind(formatter) != ',')
			break;
		add_token(formatter, layout);
		add_word(formatter, layout, " ");
	}
	add_token(formatter, layout);
	return layout;
}

struct layout *format_type(struct formatter *formatter)
{
	struct layout *layout = sequence(formatter);

	switch (format_kind(formatter)) {
	case STRUCT:
	case UNION:
	case ENUM:
		add_token(formatter, layout);
		add_word(formatter, layout, " ");
		add_token(formatter, layout);
		break;
	case TYPEOF:
		add_token(formatter, layout);
		add(formatter, layout, brackets(formatter, false));
		break;
	case '(':
	case TYPE_PAREN:
	case CAST:
		add(formatter, layout, tuple_type(formatter));
		break;
	default:
		add_token(formatter, layout);
		break;
	}
	for (;;) {
		if (format_kind(formatter) == '*')
			add_token(formatter, layout);
		else if (format_kind(formatter) == '[')
			add(formatter, layout, brackets(formatter, false));
		else
			return layout;
	}
}

/* ---- blocks as values ---- */

static struct layout *value_block(struct formatter *formatter)
{
	struct layout *layout = sequence(formatter), *block;
	struct layout *body;
	struct comment comment;

	while (format_next_comment(formatter, &comment))
		add_comment(formatter, layout, &comment);
	block = layout_group(formatter->arena, LAYOUT_BLOCK);
	block->token = formatter->next;
	body = format_inline_block(formatter);
	if (body)
		add(formatter, block, body);
	if (!body || body->width >= LAYOUT_NEVER) {
		block->parts.count = 0;
		block->width = LAYOUT_NEVER;
		block->head = 1;
	}
	layout->is_body = true;
	return layout_add(formatter->arena, layout, block);
}

struct layout *format_inline_block(struct formatter *formatter)
{
	const struct token *tokens = formatter->parser->tokens.items;
	uint32_t open = formatter->next, close = formatter->closing[open];
	struct layout *layout = sequence(formatter);
	int first = format_kind_at(formatter, open + 1);

	add_token(formatter, layout);
	if (first != IF && first != FOR && first != WHILE && first != UNROLL && first != '{' &&
	    first != '}' && first != ';') {
		add_word(formatter, layout, " ");
		add(formatter, layout, format_simple(formatter));
		if (format_kind(formatter) == ';')
			add_token(formatter, layout);
	}
	bool is_whole = formatter->next == close && close > open + 1 &&
			!format_has_comment(formatter, tokens[close - 1].end, tokens[close].start);

	formatter->next = close + 1;
	formatter->written = tokens[close].end;
	add_word(formatter, layout, " }");
	return is_whole ? layout : NULL;
}

static struct layout *if_value(struct formatter *formatter)
{
	struct layout *layout = layout_group(formatter->arena, LAYOUT_ALL);

	for (;;) {
		add_token(formatter, layout);
		add_word(formatter, layout, " ");
		add(formatter, layout, format_expression(formatter));
		add_word(formatter, layout, " ");
		add(formatter, layout, value_block(formatter));
		if (format_kind(formatter) != ELSE)
			return layout;
		add_word(formatter, layout, " ");
		add_token(formatter, layout);
		add_word(formatter, layout, " ");
		if (format_kind(formatter) != IF)
			break;
	}
	add(formatter, layout, value_block(formatter));
	return layout;
}

/* ---- expressions ---- */

static struct layout *primary(struct formatter *formatter)
{
	struct layout *layout = sequence(formatter);
	int kind = format_kind(formatter);

	switch (kind) {
	case BLOCK_VALUE:
		return layout_add(formatter->arena, layout_group(formatter->arena, LAYOUT_ALL),
				  value_block(formatter));
	case IF_VALUE:
		return if_value(formatter);
	case '(':
		return brackets(formatter, false);
	case STRUCT:
	case UNION:
	case ENUM:
		add_token(formatter, layout);
		add_word(formatter, layout, " ");
		add_token(formatter, layout);
		return layout;
	default:
		break;
	}
	if (is_closing(kind)) /* not in what the grammar takes */
		return layout;
	add_token(formatter, layout);
	if (kind == NAME || kind == SIZEOF || kind == OFFSETOF || kind == TYPEOF ||
	    kind == TYPEINFO) {
		kind = format_kind(formatter);
		if (kind == '(' || kind == TYPE_PAREN)
			add(formatter, layout, brackets(formatter, true));
	}
	return layout;
}

static struct layout *postfix(struct formatter *formatter)
{
	struct layout *layout = sequence(formatter);

	add(formatter, layout, primary(formatter));
	for (;;) {
		switch (format_kind(formatter)) {
		case '.':
		case ARROW:
			add_token(formatter, layout);
			add_token(formatter, layout);
			break;
		case INCREMENT:
		case DECREMENT:
			add_token(formatter, layout);
			break;
		case '[':
			add(formatter, layout, brackets(formatter, true));
			break;
		default:
			return layout;
		}
	}
}

/* Prefixes are read in a loop: thousands of them cost no stack. */
static struct layout *unary(struct formatter *formatter)
{
	struct layout *layout = sequence(formatter);

	for (;;) {
		int kind = format_kind(formatter), next;

		switch (kind) {
		case '-':
		case '&':
		case '!':
		case '~':
		case '*':
		case INCREMENT:
		case DECREMENT:
			add_token(formatter, layout);
			next = format_kind(formatter);
			/* two would be read as one */
			if (next == kind || (kind == '-' && next == DECREMENT))
				add_word(formatter, layout, " ");
			break;
		case COMPTIME:
			add_token(formatter, layout);
			add_word(formatter, layout, " ");
			break;
		case CAST:
			add(formatter, layout, brackets(formatter, false));
			break;
		default:
			return layout_add(formatter->arena, layout, postfix(formatter));
		}
	}
}

/* `left` is the condition; what follows the colon may be a further one. */
static struct layout *ternary(struct formatter *formatter, struct layout *left)
{
	struct layout *layout = layout_group(formatter->arena, LAYOUT_ALL);

	layout->indent = 2;
	add(formatter, layout, left);
	while (format_kind(formatter) == '?') {
		add_line(formatter, layout, " ");
		add_token(formatter, layout);
		if (format_kind(formatter) != ':') {
			add_word(formatter, layout, " ");
			add(formatter, layout, expression(formatter, 1));
			add_line(formatter, layout, " ");
		}
		add_token(formatter, layout);
		add_word(formatter, layout, " ");
		add(formatter, layout, expression(formatter, 2));
	}
	return layout;
}

static struct layout *expression(struct formatter *formatter, int precedence)
{
	struct layout *left = unary(formatter);
	int found;

	while ((found = precedence_of(format_kind(formatter))) && found >= precedence) {
		if (found == 1) {
			left = ternary(formatter, left);
			continue;
		}
		struct layout *group = layout_group(formatter->arena, LAYOUT_FILL);

		add(formatter, group, left);
		while (precedence_of(format_kind(formatter)) == found) {
			add_word(formatter, group, " ");
			add_token(formatter, group);
			add_line(formatter, group, " ");
			add(formatter, group, expression(formatter, found + 1));
		}
		left = group;
	}
	return left;
}

struct layout *format_expression(struct formatter *formatter)
{
	return expression(formatter, 1);
}

/* ---- simple statements ---- */

static bool is_assignment(int kind)
{
	return kind == '=' || (kind >= ADD_ASSIGN && kind <= SHR_ASSIGN);
}

struct layout *format_simple(struct formatter *formatter)
{
	struct layout *layout = sequence(formatter);

	switch (format_kind(formatter)) {
	case LET:
		add_token(formatter, layout);
		add_word(formatter, layout, " ");
		add_token(formatter, layout);
		if (format_kind(formatter) == ':') {
			add_word(formatter, layout, " ");
			add_token(formatter, layout);
			add_word(formatter, layout, " ");
			add(formatter, layout, format_type(formatter));
		}
		break;
	case RETURN:
		add_token(formatter, layout);
		if (format_kind(formatter) != ';' && !is_closing(format_kind(formatter))) {
			add_word(formatter, layout, " ");
			add(formatter, layout, format_expression(formatter));
		}
		return layout;
	case DISCARD:
	case BREAK:
	case CONTINUE:
		add_token(formatter, layout);
		break;
	default:
		add(formatter, layout, format_expression(formatter));
		break;
	}
	if (is_assignment(format_kind(formatter))) {
		add_word(formatter, layout, " ");
		add_token(formatter, layout);
		add_word(formatter, layout, " ");
		add(formatter, layout, format_expression(formatter));
	}
	return layout;
}
