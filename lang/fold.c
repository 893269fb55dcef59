/* Constant folding with the peer's integers: literals are computed exactly and signed; constants
 * with a type wrap in it, and their /, % and >> are unsigned, as they are when a program runs. */
#include "lang/check.h"

uint64_t fold_wrap(const struct type *type, uint64_t value)
{
	uint32_t bits = type->size * 8;

	if (type->kind == TYPE_BOOL)
		return value != 0;
	if (bits == 0 || bits >= 64)
		return value;
	value &= (1ull << bits) - 1;
	if (type->is_signed && value >> (bits - 1))
		value |= ~0ull << bits;
	return value;
}

static uint64_t compare(enum op op, bool is_signed, uint64_t left, uint64_t right)
{
	bool less = is_signed ? (int64_t)left < (int64_t)right : left < right;

	if (op == OP_EQ)
		return left == right;
	if (op == OP_NE)
		return left != right;
	if (op == OP_LT)
		return less;
	if (op == OP_LE)
		return less || left == right;
	return op == OP_GT ? !less && left != right : !less;
}

bool fold_binary(enum op op, const struct type *type, uint64_t left, uint64_t right,
		 uint64_t *result)
{
	uint64_t mask = type->size >= 8 ? ~0ull : (1ull << (type->size * 8)) - 1;
	uint64_t value;

	switch ((int)op) {
	case OP_ADD:
		value = left + right;
		break;
	case OP_SUB:
		value = left - right;
		break;
	case OP_MUL:
		value = left * right;
		break;
	case OP_DIV:
		value = right & mask ? (left & mask) / (right & mask) : 0;
		break;
	case OP_MOD:
		value = right & mask ? (left & mask) % (right & mask) : left;
		break;
	case OP_AND:
		value = left & right;
		break;
	case OP_OR:
		value = left | right;
		break;
	case OP_XOR:
		value = left ^ right;
		break;
	case OP_SHL:
		value = right < 64 ? left << right : 0;
		break;
	case OP_SHR:
		value = right < 64 ? (left & mask) >> right : 0;
		break;
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		*result = compare(op, type->is_signed, left, right);
		return true;
	default:
		return false;
	}
	*result = fold_wrap(type, value);
	return true;
}

static __int128 literal_value(const struct expr *expr)
{
	return expr->type->is_signed ? (__int128)(int64_t)expr->integer : (__int128)expr->integer;
}

bool fold_literals(enum op op, const struct expr *left_expr, const struct expr *right_expr,
		   __int128 *result)
{
	__int128 left = literal_value(left_expr), right = literal_value(right_expr);

	switch ((int)op) {
	case OP_ADD:
		*result = left + right;
		break;
	case OP_SUB:
		*result = left - right;
		break;
	case OP_MUL:
		*result = left * right;
		break;
	case OP_DIV:
		if (right == 0)
			return false;
		*result = left / right;
		break;
	case OP_MOD:
		if (right == 0)
			return false;
		*result = left % right;
		break;
	case OP_AND:
		*result = left & right;
		break;
	case OP_OR:
		*result = left | right;
		break;
	case OP_XOR:
		*result = left ^ right;
		break;
	case OP_SHL:
		if (right < 0 || right > 63)
			return false;
		*result = left * ((__int128)1 << right);
		break;
	case OP_SHR:
		if (right < 0 || right > 63)
			return false;
		*result = left >> right;
		break;
	case OP_EQ:
		*result = left == right;
		break;
	case OP_NE:
		*result = left != right;
		break;
	case OP_LT:
		*result = left < right;
		break;
	case OP_LE:
		*result = left <= right;
		break;
	case OP_GT:
		*result = left > right;
		break;
	case OP_GE:
		*result = left >= right;
		break;
	default:
		return false;
	}
	return *result >= INT64_MIN && *result <= (__int128)UINT64_MAX;
}

static bool fold_known_binary(const struct expr *expr, uint64_t *value)
{
	uint64_t left, right;

	if (!fold_known(expr->left, &left))
		return false;
	if (expr->op == OP_LAND || expr->op == OP_LOR) {
		*value = left;
		return (left != 0) == (expr->op == OP_LOR) || fold_known(expr->right, value);
	}
	return fold_known(expr->right, &right) &&
	       fold_binary(expr->op, expr->left->type, left, right, value);
}

bool fold_known(const struct expr *expr, uint64_t *value)
{
	if (!type_is_integer(expr->type))
		return false;
	*value = expr->integer;
	if (expr->is_constant || expr->kind == EXPR_SIZEOF || expr->kind == EXPR_OFFSETOF)
		return true;
	if (expr->kind == EXPR_BINARY)
		return fold_known_binary(expr, value);
	if ((expr->kind != EXPR_CONVERT && expr->kind != EXPR_UNARY) ||
	    !fold_known(expr->left, value))
		return false;
	if (expr->kind == EXPR_UNARY)
		*value = expr->op == OP_NOT ? !*value : expr->op == OP_NEG ? -*value : ~*value;
	*value = fold_wrap(expr->type, *value);
	return true;
}
