/* Constant expressions of the script's C side: array sizes, bitfield widths, enumerators, #if. */
#include "lang/cdecl_lex.h"

#include <string.h>

#define MAX_DEPTH 100u

const struct c_token *c_peek(const struct c_reader *reader)
{
	static const struct c_token end = { .kind = C_END, .text = "" };

	if (reader->failed || reader->position >= reader->tokens->list.count)
		return &end;
	return &reader->tokens->list.items[reader->position];
}

const struct c_token *c_next(struct c_reader *reader)
{
	const struct c_token *token = c_peek(reader);

	if (token->kind != C_END)
		reader->position++;
	return token;
}

static bool is_text(const struct c_token *token, const char *text)
{
	return (token->kind == C_PUNCTUATOR || token->kind == C_NAME) && strcmp(token->text, text) == 0;
}

bool c_accept(struct c_reader *reader, const char *text)
{
	if (!is_text(c_peek(reader), text))
		return false;
	c_next(reader);
	return true;
}

/* Where the reader stands; behind the last token when there are no more. */
static struct span here(const struct c_reader *reader)
{
	const struct c_token *token = c_peek(reader);
	struct span last = { 0 };

	if (token->kind != C_END)
		return token->span;
	if (reader->tokens->list.count) {
		uint32_t at = reader->position ? reader->position - 1 : 0;

		if (at >= reader->tokens->list.count)
			at = reader->tokens->list.count - 1;
		last = reader->tokens->list.items[at].span;
	}
	return last;
}

void c_fail(struct c_reader *reader, struct span span, const char *message)
{
	if (!reader->failed)
		diag_error(&reader->compile->diags, "c-syntax", span, "%s", message);
	reader->failed = true;
}

bool c_expect(struct c_reader *reader, const char *text)
{
	if (c_accept(reader, text))
		return true;
	if (!reader->failed)
		diag_error(&reader->compile->diags, "c-syntax", here(reader),
			   "expected \"%s\" in this C definition", text);
	reader->failed = true;
	return false;
}

static int64_t conditional(struct c_reader *reader);

static int64_t name_value(struct c_reader *reader, const struct c_token *token)
{
	struct type *type;
	int64_t value;

	if (reader->in_directive)
		return 0;
	if (strcmp(token->text, "sizeof") == 0) {
		if (!c_expect(reader, "("))
			return 0;
		type = c_type_name(reader);
		c_expect(reader, ")");
		return type ? type->size : 0;
	}
	if (c_types_enumerator(reader->compile, token->text, &value, &type))
		return value;
	c_fail(reader, token->span, "this name is no constant");
	return 0;
}

static int64_t unary(struct c_reader *reader)
{
	const struct c_token *token = c_peek(reader);
	int64_t value;

	if (reader->depth >= MAX_DEPTH) {
		c_fail(reader, here(reader), "this expression is nested too deeply");
		return 0;
	}
	if (token->kind == C_NUMBER)
		return (int64_t)c_next(reader)->number;
	if (token->kind == C_NAME)
		return name_value(reader, c_next(reader));
	reader->depth++;
	if (c_accept(reader, "(")) {
		value = conditional(reader);
		c_expect(reader, ")");
	} else if (c_accept(reader, "-")) {
		value = (int64_t)(0 - (uint64_t)unary(reader));
	} else if (c_accept(reader, "+")) {
		value = unary(reader);
	} else if (c_accept(reader, "~")) {
		value = ~unary(reader);
	} else if (c_accept(reader, "!")) {
		value = !unary(reader);
	} else {
		c_fail(reader, here(reader), "a constant is missing here");
		value = 0;
	}
	reader->depth--;
	return value;
}

/* Binary operators by precedence, loosest first. */
static const struct {
	const char *text;
	int precedence;
} binaries[] = {
	{ "||", 1 }, { "&&", 2 }, { "|", 3 }, { "^", 4 }, { "&", 5 },  { "==", 6 }, { "!=", 6 },
	{ "<=", 7 }, { ">=", 7 }, { "<", 7 }, { ">", 7 }, { "<<", 8 }, { ">>", 8 }, { "+", 9 },
	{ "-", 9 },  { "*", 10 }, { "/", 10 }, { "%", 10 },
};

static int64_t apply(struct c_reader *reader, const struct c_token *op, int64_t a, int64_t b)
{
	uint64_t x = (uint64_t)a, y = (uint64_t)b;

	switch (op->text[0]) {
	case '|':
		return op->text[1] ? a || b : a | b;
	case '&':
		return op->text[1] ? a && b : a & b;
	case '^':
		return a ^ b;
	case '=':
		return a == b;
	case '!':
		return a != b;
	case '<':
		if (op->text[1] == '<')
			return (int64_t)(y < 64 ? x << y : 0);
		return op->text[1] ? a <= b : a < b;
	case '>':
		if (op->text[1] == '>')
			return a >> (y < 63 ? y : 63);
		return op->text[1] ? a >= b : a > b;
	case '+':
		return (int64_t)(x + y);
	case '-':
		return (int64_t)(x - y);
	case '*':
		return (int64_t)(x * y);
	default:
		if (b == 0 || (a == INT64_MIN && b == -1)) {
			c_fail(reader, op->span, "division by zero");
			return 0;
		}
		return op->text[0] == '/' ? a / b : a % b;
	}
}

static int64_t binary(struct c_reader *reader, int precedence)
{
	int64_t value = unary(reader);

	while (!reader->failed) {
		const struct c_token *op = c_peek(reader);
		int found = 0;

		for (size_t i = 0; i < sizeof(binaries) / sizeof(binaries[0]) && !found; i++)
			if (is_text(op, binaries[i].text))
				found = binaries[i].precedence;
		if (!found || found < precedence)
			break;
		c_next(reader);
		value = apply(reader, op, value, binary(reader, found + 1));
	}
	return value;
}

static int64_t conditional(struct c_reader *reader)
{
	int64_t value = binary(reader, 1), yes, no;

	if (!c_accept(reader, "?"))
		return value;
	if (++reader->depth > MAX_DEPTH) {
		c_fail(reader, here(reader), "this expression is nested too deeply");
		return 0;
	}
	yes = conditional(reader);
	c_expect(reader, ":");
	no = conditional(reader);
	reader->depth--;
	return value ? yes : no;
}

int64_t c_constant(struct c_reader *reader)
{
	return conditional(reader);
}
