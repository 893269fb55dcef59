/* Operators: the peer's integer rules. Literals are computed exactly and take the smallest type;
 * everything else is computed in 64 bits, unsigned when no operand is signed, a difference always
 * signed. A literal that is not negative, and a variable that only had such, takes the other
 * operand's sign. */
#include "lang/check.h"

#include <string.h>

struct type *check_literal_type(struct checker *c, uint64_t value, bool is_negative)
{
	if (is_negative) {
		int64_t number = (int64_t)value;

		return type_int(c->types,
				number >= INT8_MIN    ? 1
				: number >= INT16_MIN ? 2
				: number >= INT32_MIN ? 4
						      : 8,
				true);
	}
	if (value > INT64_MAX)
		return type_int(c->types, 8, false);
	return type_int(c->types,
			value <= INT8_MAX    ? 1
			: value <= INT16_MAX ? 2
			: value <= INT32_MAX ? 4
					     : 8,
			true);
}

bool check_integer_fits(const struct type *type, uint64_t value, bool is_signed)
{
	uint32_t bits = type->size * 8;

	if (type->is_signed) {
		if (!is_signed && value > INT64_MAX)
			return false;
		return bits == 64 || ((int64_t)value >= -(1ll << (bits - 1)) &&
				      (int64_t)value < (1ll << (bits - 1)));
	}
	if (is_signed && (int64_t)value < 0)
		return false;
	return bits == 64 || value >> bits == 0;
}

bool check_is_flexible(const struct expr *expr)
{
	if (expr->kind == EXPR_VARIABLE && expr->variable)
		return expr->variable->is_flexible;
	if (expr->kind == EXPR_MAP && expr->map && expr->type->kind == TYPE_INT)
		return expr->map->is_flexible;
	return expr->is_literal && expr->type->kind == TYPE_INT &&
	       !(expr->type->is_signed && (int64_t)expr->integer < 0);
}

static bool is_text(const struct expr *expr)
{
	return expr->is_constant && expr->type->kind == TYPE_STRING;
}

static struct expr *operand_error(struct checker *c, enum op op, const struct expr *operand,
				  struct span span)
{
	struct diag *diag = check_error(c, "operand-type", span, "%s cannot be applied to %s",
					op_text(op), check_type_name(c, operand->type));

	if (operand->span.start != span.start || operand->span.end != span.end)
		diag_note(diag, operand->span, "this operand");
	return check_poison(c, span);
}

/* On the peer -x and ~x keep the width of x: printed, or put in a variable, they are extended by
 * zeros (-5 of an int8 is 251), but everywhere else by their sign. check_unary makes the former;
 * this the latter of it. */
static bool is_narrow_unary(const struct expr *expr)
{
	return expr->kind == EXPR_CONVERT && expr->left->kind == EXPR_UNARY &&
	       expr->type->kind == TYPE_INT && expr->left->type->kind == TYPE_INT &&
	       expr->left->type->size < expr->type->size;
}

struct expr *check_signed_unary(struct checker *c, struct expr *expr)
{
	struct expr *narrow = expr->left;

	if (!is_narrow_unary(expr) || !expr->type->is_signed || narrow->type->is_signed)
		return expr;
	narrow = check_convert(c, narrow, type_int(c->types, narrow->type->size, true));
	return check_convert(c, narrow, expr->type);
}

/* Aggregations and enums as integers; NULL when it is no integer. */
static struct expr *integer_operand(struct checker *c, struct expr *expr)
{
	const struct type *type = expr->type;

	expr = check_signed_unary(c, expr);
	if (type->kind == TYPE_INT)
		return expr;
	if (type_is_aggregation(type) && type->kind != TYPE_HIST && type->kind != TYPE_LHIST &&
	    type->kind != TYPE_STATS)
		return check_to_int64(c, expr);
	if (type->kind == TYPE_ENUM)
		return check_convert(c, expr, type_int(c->types, type->size, type->is_signed));
	if (type->kind == TYPE_BOOL)
		return check_convert(c, expr, type_int(c->types, 1, false));
	if (type->kind == TYPE_KSYM || type->kind == TYPE_CGROUP_PATH ||
	    type->kind == TYPE_USERNAME)
		return check_convert(c, expr, type_int(c->types, 8, false));
	return NULL;
}

static struct expr *literal(struct checker *c, struct span span, __int128 value)
{
	struct expr *expr = check_integer(c, span, (uint64_t)value,
					  check_literal_type(c, (uint64_t)value, value < 0));

	expr->is_literal = true;
	return expr;
}

static struct expr *fold_unary(struct checker *c, enum op op, const struct expr *left,
			       struct span span)
{
	__int128 value =
	    left->type->is_signed ? (__int128)(int64_t)left->integer : (__int128)left->integer;

	if (op == OP_NEG && -value >= INT64_MIN)
		return literal(c, span, -value);
	if (op == OP_NEG) {
		check_error(c, "literal-range", span, "-%llu does not fit in 64 bits",
			    (unsigned long long)left->integer);
		return check_poison(c, span);
	}
	return literal(c, span, (__int128)(uint64_t)~left->integer);
}

struct expr *check_unary(struct checker *c, struct expr *expr)
{
	struct expr *left, *integer, *result;
	struct type *narrow;

	if (expr->op == OP_DEREF)
		return check_deref(c, expr);
	left = check_value(c, expr->left);
	if (check_is_poison(left))
		return left;
	if (expr->op == OP_NOT) {
		if (left->type->kind == TYPE_STRING)
			return operand_error(c, expr->op, left, expr->span);
		left = check_to_bool(c, left);
		if (check_is_poison(left))
			return left;
		if (left->is_constant)
			return check_bool(c, expr->span, !left->integer);
		result = check_new_expr(c, EXPR_UNARY, expr->span, c->types->bool_);
		result->op = OP_NOT;
		result->left = left;
		return result;
	}
	integer = left->type->kind == TYPE_BOOL ? NULL : integer_operand(c, left);
	if (integer && is_narrow_unary(left)) /* -(-x): still as narrow as x */
		integer = integer->left;
	if (integer && left->type->kind == TYPE_ENUM)
		integer = check_to_int64(c, integer);
	if (!integer)
		return operand_error(c, expr->op, left, expr->span);
	if (integer->is_literal ||
	    (integer->is_constant &&
	     (integer->kind == EXPR_SIZEOF || integer->kind == EXPR_OFFSETOF)))
		return fold_unary(c, expr->op, integer, expr->span);
	narrow = type_int(c->types, integer->type->size, false);
	result = check_new_expr(c, EXPR_UNARY, expr->span,
				integer->type->size == 8 ? integer->type : narrow);
	result->op = expr->op;
	result->left = check_convert(c, integer, result->type);
	if (result->left->is_constant && (integer->type->size == 8 || !integer->type->is_signed))
		return check_integer(c, expr->span,
				     fold_wrap(result->type, expr->op == OP_NEG
								 ? -result->left->integer
								 : ~result->left->integer),
				     type_int(c->types, 8, integer->type->is_signed));
	return check_convert(c, result, type_int(c->types, 8, integer->type->is_signed));
}

/* True when an operation on both is signed. */
static bool is_signed_operation(struct checker *c, const struct expr *left,
				const struct expr *right)
{
	if (left->type->is_signed == right->type->is_signed)
		return left->type->is_signed;
	if (left->type->is_signed ? check_is_flexible(left) : check_is_flexible(right))
		return false;
	check_warn_sign(c, left, "the other operand is signed");
	check_warn_sign(c, right, "the other operand is signed");
	return true;
}

static struct expr *binary(struct checker *c, enum op op, struct expr *left, struct expr *right,
			   struct type *type, struct span span)
{
	struct expr *result;
	uint64_t value;

	if (left->is_constant && right->is_constant && left->type->kind == TYPE_INT &&
	    fold_binary(op, left->type, left->integer, right->integer, &value))
		return type->kind == TYPE_BOOL ? check_bool(c, span, value)
					       : check_integer(c, span, value, type);
	result = check_new_expr(c, EXPR_BINARY, span, type);
	result->op = op;
	result->left = left;
	result->right = right;
	return result;
}

struct expr *check_scaled(struct checker *c, struct expr *offset, const struct type *pointer)
{
	struct type *word = type_int(c->types, 8, false), *element = pointer->element;

	type_complete(c->types, element);
	offset = check_convert(c, offset, word);
	if (element->size <= 1)
		return offset;
	return binary(c, OP_MUL, offset,
		      check_convert(c, check_size(c, element, offset->span), word), word,
		      offset->span);
}

static struct expr *pointer_arithmetic(struct checker *c, enum op op, struct expr *left,
				       struct expr *right, struct span span)
{
	struct type *word = type_int(c->types, 8, false), *type;
	struct expr *offset;

	if (left->type->kind == TYPE_POINTER && right->type->kind == TYPE_POINTER)
		return operand_error(c, op, right, span);
	if (right->type->kind == TYPE_POINTER && op == OP_ADD) {
		offset = left;
		left = right;
	} else {
		offset = right;
	}
	if ((op != OP_ADD && op != OP_SUB) || left->type->kind != TYPE_POINTER)
		return operand_error(c, op, left->type->kind == TYPE_POINTER ? left : right, span);
	type = left->type;
	offset = integer_operand(c, offset);
	if (!offset)
		return operand_error(c, op, right, span);
	offset = check_scaled(c, check_to_int64(c, offset), type);
	return check_convert(c, binary(c, op, check_convert(c, left, word), offset, word, span),
			     type);
}

static struct expr *fold_literal_binary(struct checker *c, enum op op, const struct expr *left,
					const struct expr *right, struct span span)
{
	__int128 value;

	if ((op == OP_DIV || op == OP_MOD) && right->integer == 0) {
		check_error(c, "division-by-zero", span, "division by zero");
		return check_poison(c, span);
	}
	if ((op == OP_SHL || op == OP_SHR) && right->integer > 63) {
		check_error(c, "shift-range", right->span, "a shift is by 0 to 63 bits");
		return check_poison(c, span);
	}
	if (!fold_literals(op, left, right, &value)) {
		check_error(c, "constant-overflow", span,
			    "the value of this constant expression does not fit in 64 bits");
		return check_poison(c, span);
	}
	return literal(c, span, value);
}

static struct expr *concatenate(struct checker *c, const struct expr *left,
				const struct expr *right, struct span span)
{
	uint32_t length = left->length + right->length;
	char *text = arena_alloc(c->arena, length + 1);

	memcpy(text, left->text, left->length);
	memcpy(text + left->length, right->text, right->length);
	return check_text(c, span, text, length);
}

/* a | b of two truths is a truth. */
static bool is_logical(enum op op, const struct expr *left, const struct expr *right)
{
	return (op == OP_OR || op == OP_AND || op == OP_XOR) &&
	       left->type->kind == TYPE_BOOL && right->type->kind == TYPE_BOOL;
}

static struct expr *arithmetic(struct checker *c, enum op op, struct expr *left,
			       struct expr *right, struct span span)
{
	struct expr *a, *b;
	struct type *type;

	if (check_is_poison(left) || check_is_poison(right))
		return check_poison(c, span);
	left = check_probe_text(c, left);
	right = check_probe_text(c, right);
	if (op == OP_ADD && is_text(left) && is_text(right))
		return concatenate(c, left, right, span);
	if (left->type->kind == TYPE_POINTER || right->type->kind == TYPE_POINTER)
		return pointer_arithmetic(c, op, left, right, span);
	a = integer_operand(c, left);
	b = integer_operand(c, right);
	if (!a || !b)
		return operand_error(c, op, a ? right : left, span);
	if (a->is_literal && b->is_literal)
		return fold_literal_binary(c, op, a, b, span);
	if (op == OP_SUB)
		type = type_int(c->types, 8, true);
	else
		type = type_int(c->types, 8, is_signed_operation(c, a, b));
	if ((op == OP_DIV || op == OP_MOD) && type->is_signed)
		check_warn_division(c, a, b, span);
	/* each is extended by its own sign, then taken as the common type */
	a = check_convert(c, check_to_int64(c, a), type);
	b = check_convert(c, check_to_int64(c, b), type);
	return binary(c, op, a, b, type, span);
}

struct expr *check_arithmetic(struct checker *c, enum op op, struct expr *left, struct expr *right,
			      struct span span)
{
	struct expr *result = arithmetic(c, op, left, right, span);

	return is_logical(op, left, right) ? check_to_bool(c, result) : result;
}

static bool is_constant_record(const struct expr *expr)
{
	if (expr->kind != EXPR_RECORD)
		return false;
	for (uint32_t i = 0; i < expr->args.count; i++)
		if (!expr->args.items[i]->is_constant)
			return false;
	return true;
}

static bool is_constant_tuple(const struct expr *expr)
{
	if (expr->kind != EXPR_TUPLE)
		return false;
	for (uint32_t i = 0; i < expr->args.count; i++)
		if (!expr->args.items[i]->is_constant && !is_constant_tuple(expr->args.items[i]))
			return false;
	return true;
}

/* Of records of one type, but for the order of their fields and the sizes of strings. */
static bool same_constants(const struct expr *left, const struct expr *right)
{
	for (uint32_t i = 0; i < left->args.count; i++) {
		const struct expr *a = left->args.items[i], *b = right->args.items[i];

		for (uint32_t k = 0; k < right->args.count; k++)
			if (strcmp(left->names.items[i], right->names.items[k]) == 0)
				b = right->args.items[k];
		if (a->type->kind == TYPE_STRING ? strcmp(a->text, b->text) != 0
						 : a->integer != b->integer)
			return false;
	}
	return true;
}

static struct expr *compare_aggregates(struct checker *c, enum op op, struct expr *left,
				       struct expr *right, struct span span)
{
	struct type *common;
	enum type_kind kind;

	left = check_probe_text(c, left);
	right = check_probe_text(c, right);
	common = check_unify(c, left->type, false, right->type, false);
	kind = left->type->kind;

	if (is_text(left) && is_text(right)) {
		int order = strcmp(left->text, right->text);

		return check_bool(c, span,
				  op == OP_EQ	? order == 0
				  : op == OP_NE ? order != 0
				  : op == OP_LT ? order < 0
				  : op == OP_LE ? order <= 0
				  : op == OP_GT ? order > 0
						: order >= 0);
	}
	if (!common && is_constant_tuple(left) && is_constant_tuple(right) &&
	    (op == OP_EQ || op == OP_NE)) /* of other shapes: as the peer folds them */
		return check_bool(c, span, op == OP_NE);
	if (!common || type_is_aggregation(left->type) || kind == TYPE_PROBE) {
		struct diag *diag =
		    check_error(c, "compare", span, "%s cannot be compared with %s",
				check_type_name(c, left->type), check_type_name(c, right->type));

		if (kind == TYPE_PROBE || right->type->kind == TYPE_PROBE)
			diag_hint(c->diags, diag, "the names that a wildcard stands for are known "
						  "only where it runs: name the targets");

		diag_note(diag, left->span, check_type_name(c, left->type));
		diag_note(diag, right->span, check_type_name(c, right->type));
		return check_poison(c, span);
	}
	if (op != OP_EQ && op != OP_NE)
		return operand_error(c, op, left, span);
	if (is_constant_record(left) && is_constant_record(right))
		return check_bool(c, span, same_constants(left, right) == (op == OP_EQ));
	if (kind != TYPE_STRING && kind != TYPE_BUFFER) {
		left = check_convert(c, left, common);
		right = check_convert(c, right, common);
	}
	return binary(c, op, left, right, c->types->bool_, span);
}

static struct expr *check_compare(struct checker *c, enum op op, struct expr *left,
				  struct expr *right, struct span span)
{
	struct expr *a, *b;
	struct type *type;

	if (left->type->kind == TYPE_BOOL && right->type->kind == TYPE_BOOL)
		return binary(c, op, left, right, c->types->bool_, span);
	if (left->type->kind == TYPE_POINTER || right->type->kind == TYPE_POINTER) {
		type = left->type->kind == TYPE_POINTER ? left->type : right->type;
		a = left->type->kind == TYPE_POINTER ? left : integer_operand(c, left);
		b = right->type->kind == TYPE_POINTER ? right : integer_operand(c, right);
		if (!a || !b)
			return compare_aggregates(c, op, left, right, span);
		check_warn_pointers(c, a, b, span);
		type = type_int(c->types, 8, false);
		a = check_convert(c, a->type->kind == TYPE_INT ? check_to_int64(c, a) : a, type);
		b = check_convert(c, b->type->kind == TYPE_INT ? check_to_int64(c, b) : b, type);
		return binary(c, op, a, b, c->types->bool_, span);
	}
	a = integer_operand(c, left);
	b = integer_operand(c, right);
	if (!a || !b)
		return compare_aggregates(c, op, left, right, span);
	if (a->is_literal && b->is_literal) {
		__int128 value = 0;

		return fold_literals(op, a, b, &value) ? check_bool(c, span, value != 0)
						       : check_poison(c, span);
	}
	type = type_int(c->types, 8, is_signed_operation(c, a, b));
	a = check_convert(c, check_to_int64(c, a), type);
	b = check_convert(c, check_to_int64(c, b), type);
	return binary(c, op, a, b, c->types->bool_, span);
}

static struct expr *check_logic(struct checker *c, struct expr *expr)
{
	struct expr *left = check_value(c, expr->left);
	struct expr *right = check_value(c, expr->right);
	bool decides = expr->op == OP_LOR; /* the value of `left` that decides alone */

	if (left->type->kind == TYPE_STRING || right->type->kind == TYPE_STRING)
		return operand_error(c, expr->op, left->type->kind == TYPE_STRING ? left : right,
				     expr->span);
	left = check_to_bool(c, left);
	right = check_to_bool(c, right);
	if (check_is_poison(left) || check_is_poison(right))
		return check_poison(c, expr->span);
	if (left->is_constant && (left->integer != 0) == decides)
		return check_bool(c, expr->span, decides);
	if (left->is_constant)
		return right;
	return binary(c, expr->op, left, right, c->types->bool_, expr->span);
}

/* "abc" + 1 is "bc", as a C pointer would have it: of what is known when the script is compiled. */
static bool skips_text(const struct expr *text, const struct expr *count)
{
	return text->is_constant && text->type->kind == TYPE_STRING && count->is_constant &&
	       count->type->kind == TYPE_INT && (int64_t)count->integer >= 0;
}

static struct expr *rest_of_text(struct checker *c, const struct expr *text,
				 const struct expr *count, struct span span)
{
	uint32_t skip = count->integer < text->length ? (uint32_t)count->integer : text->length;

	return check_text(c, span, text->text + skip, text->length - skip);
}

struct expr *check_binary(struct checker *c, struct expr *expr)
{
	struct expr *left, *right;

	if (expr->op == OP_LAND || expr->op == OP_LOR)
		return check_logic(c, expr);
	left = check_value(c, expr->left);
	right = check_value(c, expr->right);
	if (check_is_poison(left) || check_is_poison(right))
		return check_poison(c, expr->span);
	if (expr->op >= OP_EQ && expr->op <= OP_GE)
		return check_compare(c, expr->op, left, right, expr->span);
	if (expr->op == OP_ADD && skips_text(left, right))
		return rest_of_text(c, left, right, expr->span);
	if (expr->op == OP_ADD && skips_text(right, left))
		return rest_of_text(c, right, left, expr->span);
	return check_arithmetic(c, expr->op, left, right, expr->span);
}
