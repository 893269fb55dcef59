/* Constant expressions that look like calls: the compiler's own functions that headers use in sizes and
 * conditions, and _Generic. */
#include "lang/cdecl_parse.h"
#include "lang/cdecl.tab.h"

#include <string.h>

static const struct c_value bad = { .kind = C_VALUE_BAD };

enum c_builtin {
	BSWAP, CHOOSE, CLZ, COMPATIBLE, CONSTANT, CTZ, EXPECT, FFS, POPCOUNT, STRLEN,
};

/* `size`: bytes of the argument that is asked for its bits. */
static const struct {
	const char *name;
	enum c_builtin function;
	uint32_t size, args;
} functions[] = {
	{ "__builtin_bswap16", BSWAP, 2, 1 },
	{ "__builtin_bswap32", BSWAP, 4, 1 },
	{ "__builtin_bswap64", BSWAP, 8, 1 },
	{ "__builtin_choose_expr", CHOOSE, 0, 3 },
	{ "__builtin_clz", CLZ, 4, 1 },
	{ "__builtin_clzl", CLZ, 8, 1 },
	{ "__builtin_clzll", CLZ, 8, 1 },
	{ "__builtin_constant_p", CONSTANT, 0, 1 },
	{ "__builtin_ctz", CTZ, 4, 1 },
	{ "__builtin_ctzl", CTZ, 8, 1 },
	{ "__builtin_ctzll", CTZ, 8, 1 },
	{ "__builtin_expect", EXPECT, 0, 2 },
	{ "__builtin_ffs", FFS, 4, 1 },
	{ "__builtin_ffsl", FFS, 8, 1 },
	{ "__builtin_ffsll", FFS, 8, 1 },
	{ "__builtin_popcount", POPCOUNT, 4, 1 },
	{ "__builtin_popcountl", POPCOUNT, 8, 1 },
	{ "__builtin_popcountll", POPCOUNT, 8, 1 },
	{ "__builtin_strlen", STRLEN, 0, 1 },
	{ "__builtin_types_compatible_p", COMPATIBLE, 0, 2 },
};

struct c_value c_value_function(struct c_parser *p, const struct c_token *token)
{
	for (uint32_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(functions[i].name, token->text) == 0)
			return (struct c_value){ .kind = C_VALUE_FUNCTION,
						 .type = type_plain(&p->compile->types, TYPE_FUNCTION),
						 .bits = i };
	return bad;
}

/* Types are told apart as far as their layout is: long and long long are one. */
static bool is_same(const struct type *a, const struct type *b)
{
	while (a && b && a != b) {
		if (a->kind != b->kind || a->size != b->size || a->is_signed != b->is_signed)
			return false;
		if (a->kind != TYPE_POINTER && a->kind != TYPE_ARRAY)
			return a->kind == TYPE_INT || a->kind == TYPE_BOOL || a->kind == TYPE_FUNCTION;
		a = a->element;
		b = b->element;
	}
	return a && a == b;
}

/* What asks for single bits: `bits` has `width` of them. */
static struct c_value count_bits(struct c_parser *p, enum c_builtin function, uint64_t bits,
				 uint32_t width)
{
	uint32_t value;

	if (width < 64)
		bits &= (1ull << width) - 1;
	if (function == POPCOUNT)
		value = (uint32_t)__builtin_popcountll(bits);
	else if (function == FFS)
		value = (uint32_t)__builtin_ffsll((int64_t)bits);
	else if (!bits)
		return bad;
	else if (function == CLZ)
		value = (uint32_t)__builtin_clzll(bits) - (64 - width);
	else
		value = (uint32_t)__builtin_ctzll(bits);
	return c_value_int(p, value, 4, true);
}

struct c_value c_value_call(struct c_parser *p, struct c_value callee, const struct c_values *args)
{
	const struct c_value *first = args->list.items;
	enum c_builtin function;
	uint32_t size;

	if (callee.kind != C_VALUE_FUNCTION || args->list.count != functions[callee.bits].args)
		return bad;
	function = functions[callee.bits].function;
	size = functions[callee.bits].size;
	if (function == CONSTANT)
		return c_value_int(p, first->kind == C_VALUE_INTEGER || first->kind == C_VALUE_TEXT, 4, true);
	if (function == COMPATIBLE)
		return c_value_int(p, is_same(first[0].type, first[1].type), 4, true);
	if (function == STRLEN)
		return first->kind == C_VALUE_TEXT ? c_value_int(p, first->length, 8, false) : bad;
	if (first->kind != C_VALUE_INTEGER)
		return bad;
	if (function == CHOOSE)
		return first->bits ? first[1] : first[2];
	if (function == EXPECT)
		return *first;
	if (function == BSWAP)
		return c_value_int(p, __builtin_bswap64(first->bits) >> (64 - 8 * size), size, false);
	return count_bits(p, function, first->bits, 8 * size);
}

void c_generic_add(struct c_parser *p, struct c_generic *generic, struct type *type,
		   struct c_value value)
{
	const struct type *wanted = generic->control.type;

	/* an array is asked for as a pointer to its first element */
	if (wanted && type && wanted->kind == TYPE_ARRAY && generic->control.kind != C_VALUE_BAD)
		wanted = type_pointer(&p->compile->types, wanted->element, SPACE_NONE);
	if (type ? !generic->has_match && is_same(type, wanted) : !generic->has_match)
		generic->chosen = value;
	generic->has_match |= type && is_same(type, wanted);
}
