/* Constant expressions with C's rules: the usual conversions, sizes, and addresses as far as offsets
 * need them. What is no constant is BAD, without a message: whoever needs it says so. */
#include "lang/cdecl_parse.h"
#include "lang/cdecl.tab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct c_value bad = { .kind = C_VALUE_BAD };

static struct c_value of_type(struct type *type, uint64_t bits)
{
	uint32_t size = type->size;

	if (type->kind == TYPE_BOOL)
		bits = bits != 0;
	else if (size && size < 8 && type->is_signed)
		bits = (uint64_t)((int64_t)(bits << (64 - size * 8)) >> (64 - size * 8));
	else if (size && size < 8)
		bits &= (1ull << size * 8) - 1;
	return (struct c_value){ .kind = C_VALUE_INTEGER, .type = type, .bits = bits };
}

struct c_value c_value_int(struct c_parser *p, uint64_t bits, uint32_t size, bool is_signed)
{
	return of_type(type_int(&p->compile->types, size, is_signed), bits);
}

struct c_value c_value_place(struct type *type)
{
	return (struct c_value){ .kind = type ? C_VALUE_PLACE : C_VALUE_BAD, .type = type };
}

/* The type of a literal: the first that holds it; other bases may be unsigned. */
static struct c_value number(struct c_parser *p, uint64_t bits, bool is_decimal, const char *suffix)
{
	bool is_unsigned = strpbrk(suffix, "uU") != NULL, is_long = strpbrk(suffix, "lL") != NULL;

	if (p->is_condition)
		return c_value_int(p, bits, 8, !is_unsigned && bits <= INT64_MAX);
	if (!is_long && bits <= INT32_MAX)
		return c_value_int(p, bits, 4, !is_unsigned);
	if (!is_long && bits <= UINT32_MAX && (is_unsigned || !is_decimal))
		return c_value_int(p, bits, 4, false);
	return c_value_int(p, bits, 8, !is_unsigned && bits <= INT64_MAX);
}

/* 1'000'000 -> 1000000 */
static const char *without_separators(struct c_parser *p, const char *text)
{
	char *copy, *to;

	if (!strchr(text, '\''))
		return text;
	copy = to = arena_strdup(p->compile->arena, text);
	for (; *text; text++)
		if (*text != '\'')
			*to++ = *text;
	*to = '\0';
	return copy;
}

struct c_value c_value_number(struct c_parser *p, const struct c_token *token)
{
	const char *text = without_separators(p, token->text), *suffix;
	bool is_binary = text[0] == '0' && (text[1] == 'b' || text[1] == 'B');
	char *rest;
	uint64_t bits;

	errno = 0;
	bits = is_binary ? strtoull(text + 2, &rest, 2) : strtoull(text, &rest, 0);
	for (suffix = rest; *rest && strchr("uUlL", *rest); rest++)
		;
	if (*rest && (strchr(text, '.') || strpbrk(text, "eEpP")))
		return bad; /* floating */
	if (*rest || errno) {
		c_fail(p, "c-number", token->span, "this is no integer constant that fits into 64 bits");
		return bad;
	}
	return number(p, bits, text[0] != '0', suffix);
}

/* One character of a literal, escapes read; moves *text behind it. */
static uint32_t character(const char **text)
{
	static const char pairs[] = "n\nt\tr\ra\ab\bf\fv\ve\033";
	const char *at = *text;
	uint32_t value = (uint8_t)*at++;

	if (value == '\\' && *at) {
		value = (uint8_t)*at++;
		if (value == 'x') {
			char *end;

			value = (uint32_t)strtoul(at, &end, 16);
			at = end;
		} else if (value >= '0' && value <= '7') {
			value -= '0';
			for (int i = 0; i < 2 && *at >= '0' && *at <= '7'; i++)
				value = value * 8 + (uint32_t)(*at++ - '0');
		} else {
			for (size_t i = 0; i + 1 < sizeof(pairs); i += 2)
				if ((uint8_t)pairs[i] == value) {
					value = (uint8_t)pairs[i + 1];
					break;
				}
		}
	}
	*text = at;
	return value;
}

struct c_value c_value_character(struct c_parser *p, const struct c_token *token)
{
	const char *text = strchr(token->text, '\'') + 1;
	bool is_wide = token->text[0] != '\'';
	uint32_t value = 0, count = 0;

	for (; *text && *text != '\''; count++) {
		uint32_t one = character(&text);

		value = is_wide ? one : value << 8 | (one & 0xff);
	}
	if (count == 1 && !is_wide)
#ifdef __CHAR_UNSIGNED__
		value = (uint8_t)value;
#else
		value = (uint32_t)(int32_t)(int8_t)value;
#endif
	return c_value_int(p, value, 4, true);
}

struct c_value c_value_text(struct c_parser *p, const struct c_token *token)
{
	struct c_value value = { .kind = C_VALUE_TEXT };
	const char *from = strchr(token->text, '"') + 1;
	char *bytes = arena_alloc(p->compile->arena, strlen(token->text) + 1);

	if (token->text[0] != '"')
		return bad;
	while (*from && *from != '"')
		bytes[value.length++] = (char)character(&from);
	value.text = bytes;
	value.type = type_array(&p->compile->types, type_int(&p->compile->types, 1, true), value.length + 1);
	return value;
}

struct c_value c_value_join(struct c_parser *p, struct c_value a, struct c_value b)
{
	char *bytes;

	if (a.kind != C_VALUE_TEXT || b.kind != C_VALUE_TEXT)
		return bad;
	p->joined += b.length + a.length;
	if (p->joined > 16u << 20) {
		c_fail(p, "c-limit", c_here(p), "this string is too long");
		return bad;
	}
	bytes = arena_alloc(p->compile->arena, (size_t)a.length + b.length + 1);
	memcpy(bytes, a.text, a.length);
	memcpy(bytes + a.length, b.text, b.length);
	a.text = bytes;
	a.length += b.length;
	a.type = type_array(&p->compile->types, type_int(&p->compile->types, 1, true), a.length + 1);
	return a;
}

struct c_value c_value_name(struct c_parser *p, const struct c_token *token)
{
	if (p->is_condition)
		return c_value_int(p, 0, 8, true);
	if (!token->name->enumerated) {
		struct c_value function = c_value_function(p, token);

		if (function.kind != C_VALUE_BAD)
			return function;
		if (p->is_script && !p->is_quiet && !p->unknown)
			p->unknown = token;
		return bad;
	}
	/* a constant that an int holds is one */
	if (token->name->value >= INT32_MIN && token->name->value <= INT32_MAX)
		return c_value_int(p, (uint64_t)token->name->value, 4, true);
	return of_type(type_int(&p->compile->types, token->name->value > UINT32_MAX ||
							    token->name->value < INT32_MIN ? 8 : 4,
				token->name->value < 0 && token->name->enumerated->is_signed),
		       (uint64_t)token->name->value);
}

static bool is_number(const struct c_value *value)
{
	return value->kind == C_VALUE_INTEGER && type_is_integer(value->type);
}

static struct c_value promoted(struct c_parser *p, struct c_value value)
{
	if (value.type->size < 4 || value.type->kind == TYPE_BOOL)
		return c_value_int(p, value.bits, 4, true);
	return value.type->kind == TYPE_ENUM
		   ? c_value_int(p, value.bits, value.type->size, value.type->is_signed)
		   : value;
}

struct c_value c_value_unary(struct c_parser *p, int op, struct c_value a)
{
	if (op == '&') {
		if (a.kind != C_VALUE_PLACE)
			return bad;
		a.type = type_pointer(&p->compile->types, a.type, SPACE_NONE);
		a.kind = C_VALUE_INTEGER;
		return a;
	}
	if (op == '*') {
		if (a.kind != C_VALUE_INTEGER || a.type->kind != TYPE_POINTER)
			return bad;
		a.type = a.type->element;
		a.kind = C_VALUE_PLACE;
		return a;
	}
	if (op == '!' && a.kind == C_VALUE_INTEGER)
		return c_value_int(p, !a.bits, 4, true);
	if (!is_number(&a))
		return bad;
	a = promoted(p, a);
	return of_type(a.type, op == '-' ? 0 - a.bits : op == '~' ? ~a.bits : a.bits);
}

static struct c_value compare(struct c_parser *p, int op, const struct type *type, uint64_t x,
			      uint64_t y)
{
	int64_t a = (int64_t)x, b = (int64_t)y;
	bool is_signed = type->is_signed, value;

	switch (op) {
	case C_EQ:
		value = x == y;
		break;
	case C_NE:
		value = x != y;
		break;
	case '<':
		value = is_signed ? a < b : x < y;
		break;
	case '>':
		value = is_signed ? a > b : x > y;
		break;
	case C_LE:
		value = is_signed ? a <= b : x <= y;
		break;
	default:
		value = is_signed ? a >= b : x >= y;
		break;
	}
	return c_value_int(p, value, 4, true);
}

static struct c_value divide(struct c_parser *p, int op, struct type *type, uint64_t x, uint64_t y)
{
	int64_t a = (int64_t)x, b = (int64_t)y;

	if (!y)
		p->reason = "it divides by zero";
	if (!y || (type->is_signed && a == INT64_MIN && b == -1))
		return bad;
	if (type->is_signed)
		return of_type(type, (uint64_t)(op == '/' ? a / b : a % b));
	return of_type(type, op == '/' ? x / y : x % y);
}

static struct c_value shift(int op, struct type *type, uint64_t x, uint64_t y)
{
	if (y >= type->size * 8)
		return bad;
	if (op == C_SHL)
		return of_type(type, x << y);
	return of_type(type, type->is_signed ? (uint64_t)((int64_t)x >> y) : x >> y);
}

/* && and || need only as much as decides them. */
static struct c_value decide(struct c_parser *p, int op, struct c_value a, struct c_value b)
{
	bool is_or = op == C_LOR;

	if (a.kind != C_VALUE_INTEGER)
		return bad;
	if ((a.bits != 0) == is_or)
		return c_value_int(p, is_or, 4, true);
	return b.kind == C_VALUE_INTEGER ? c_value_int(p, b.bits != 0, 4, true) : bad;
}

/* Addresses and numbers: pointer + n, pointer - pointer, comparisons. */
static struct c_value with_pointer(struct c_parser *p, int op, struct c_value a, struct c_value b)
{
	bool left = a.kind == C_VALUE_INTEGER && a.type->kind == TYPE_POINTER;
	bool right = b.kind == C_VALUE_INTEGER && b.type->kind == TYPE_POINTER;
	struct type *element = left ? a.type->element : right ? b.type->element : NULL;
	uint64_t size = element && element->size ? element->size : 1;

	if (a.kind != C_VALUE_INTEGER || b.kind != C_VALUE_INTEGER)
		return bad;
	if (op == '+' && left != right) {
		uint64_t bits = left ? a.bits + b.bits * size : b.bits + a.bits * size;

		return of_type(left ? a.type : b.type, bits);
	}
	if (op == '-' && left && !right)
		return of_type(a.type, a.bits - b.bits * size);
	if (op == '-' && left && right)
		return c_value_int(p, (uint64_t)((int64_t)(a.bits - b.bits) / (int64_t)size), 8, true);
	if (op == C_EQ || op == C_NE || op == '<' || op == '>' || op == C_LE || op == C_GE)
		return compare(p, op, type_int(&p->compile->types, 8, false), a.bits, b.bits);
	return bad;
}

struct c_value c_value_binary(struct c_parser *p, int op, struct c_value a, struct c_value b)
{
	struct type *type;

	if (op == C_LOR || op == C_LAND)
		return decide(p, op, a, b);
	if (!is_number(&a) || !is_number(&b))
		return with_pointer(p, op, a, b);
	a = promoted(p, a);
	b = promoted(p, b);
	if (op == C_SHL || op == C_SHR)
		return shift(op, a.type, a.bits, b.bits);
	/* the larger one; of two of a size the unsigned one */
	type = a.type;
	if (b.type->size > a.type->size || (b.type->size == a.type->size && !b.type->is_signed))
		type = b.type;
	a = of_type(type, a.bits);
	b = of_type(type, b.bits);
	switch (op) {
	case '|':
		return of_type(type, a.bits | b.bits);
	case '^':
		return of_type(type, a.bits ^ b.bits);
	case '&':
		return of_type(type, a.bits & b.bits);
	case '+':
		return of_type(type, a.bits + b.bits);
	case '-':
		return of_type(type, a.bits - b.bits);
	case '*':
		return of_type(type, a.bits * b.bits);
	case '/':
	case '%':
		return divide(p, op, type, a.bits, b.bits);
	default:
		return compare(p, op, type, a.bits, b.bits);
	}
}

struct c_value c_value_choose(struct c_parser *p, struct c_value condition, struct c_value yes,
			      struct c_value no)
{
	struct c_value chosen;

	if (condition.kind != C_VALUE_INTEGER)
		return bad;
	chosen = condition.bits ? yes : no;
	if (is_number(&yes) && is_number(&no)) { /* of the type that both together have */
		struct c_value both = c_value_binary(p, '+', yes, no);

		return of_type(both.type, chosen.bits);
	}
	return chosen;
}

struct c_value c_value_cast(struct c_parser *p, struct type *type, struct c_value a)
{
	(void)p;
	if (!type || a.kind != C_VALUE_INTEGER || (!type_is_integer(type) && type->kind != TYPE_POINTER))
		return bad;
	return of_type(type, a.bits);
}

struct c_value c_value_size(struct c_parser *p, struct type *type)
{
	if (!type)
		return bad;
	if (type->kind == TYPE_VOID || type->kind == TYPE_FUNCTION)
		return c_value_int(p, 1, 8, false);
	return c_complete(p, type) ? c_value_int(p, type->size, 8, false) : bad;
}

struct c_value c_value_member(struct c_parser *p, struct c_value a, const struct c_token *token,
			      bool is_arrow)
{
	uint32_t steps[16], count;
	struct type *type = a.type;

	if (is_arrow && (a.kind != C_VALUE_INTEGER || type->kind != TYPE_POINTER))
		return bad;
	if (!is_arrow && a.kind != C_VALUE_PLACE)
		return bad;
	if (is_arrow)
		type = type->element;
	if (!type_is_struct(type) || !c_complete(p, type))
		return bad;
	count = type_find_member(&p->compile->types, type, token->text, steps, 16);
	a.kind = C_VALUE_PLACE;
	for (uint32_t i = 0; i < count; i++) {
		const struct type_member *member = &type->members.items[steps[i]];

		a.bits += member->bit_offset / 8;
		type = member->type;
	}
	a.type = type;
	return count ? a : bad;
}

struct c_value c_value_index(struct c_parser *p, struct c_value a, struct c_value index)
{
	(void)p;
	if (index.kind != C_VALUE_INTEGER || a.kind == C_VALUE_BAD || a.kind == C_VALUE_TEXT)
		return bad;
	if (a.type->kind != TYPE_POINTER && (a.type->kind != TYPE_ARRAY || a.kind != C_VALUE_PLACE))
		return bad;
	a.kind = C_VALUE_PLACE;
	a.type = a.type->element;
	a.bits += index.bits * a.type->size;
	return a;
}

void c_assert(struct c_parser *p, const struct c_value *value, struct span span)
{
	if (p->is_script && value->kind != C_VALUE_INTEGER)
		c_fail(p, "c-assert", span, "what is asserted is no constant");
	else if (p->is_script && !value->bits)
		c_fail(p, "c-assert", span, "this assertion does not hold");
}
