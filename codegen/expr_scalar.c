/* Codegen: operators on scalars, comparisons of aggregates, conversions. */
#include "codegen/gen.h"

#include <string.h>

/* Division by zero is defined on BPF (x / 0 is 0, x % 0 is x) and undefined in LLVM: the divisor is
 * hidden, so that LLVM cannot conclude anything from it. */
static LLVMValueRef divide(struct gen *g, LLVMValueRef left, LLVMValueRef right, bool is_modulo)
{
	if (LLVMIsAConstantInt(right) && !LLVMConstIntGetZExtValue(right))
		return is_modulo ? left : LLVMConstInt(LLVMTypeOf(left), 0, false);
	if (!LLVMIsAConstantInt(right))
		right = gen_opaque(g, right);
	return is_modulo ? LLVMBuildURem(g->builder, left, right, "")
			 : LLVMBuildUDiv(g->builder, left, right, "");
}

/* A shift as wide as the type is undefined in LLVM; the processor takes the low bits. */
static LLVMValueRef shift_count(struct gen *g, LLVMValueRef count)
{
	LLVMTypeRef type = LLVMTypeOf(count);

	return LLVMBuildAnd(g->builder, count,
			    gen_int(g, type, LLVMGetIntTypeWidth(type) - 1), "");
}

LLVMValueRef emit_binary(struct gen *g, enum op op, LLVMValueRef left, LLVMValueRef right,
			 const struct type *type)
{
	(void)type;
	if (LLVMTypeOf(left) != LLVMTypeOf(right)) {
		gen_fail(g, "the operands of %s differ in type", op_text(op));
		return left;
	}
	switch ((int)op) {
	case OP_ADD:
		return LLVMBuildAdd(g->builder, left, right, "");
	case OP_SUB:
		return LLVMBuildSub(g->builder, left, right, "");
	case OP_MUL:
		return LLVMBuildMul(g->builder, left, right, "");
	case OP_DIV:
		return divide(g, left, right, false);
	case OP_MOD:
		return divide(g, left, right, true);
	case OP_AND:
		return LLVMBuildAnd(g->builder, left, right, "");
	case OP_OR:
		return LLVMBuildOr(g->builder, left, right, "");
	case OP_XOR:
		return LLVMBuildXor(g->builder, left, right, "");
	case OP_SHL:
		return LLVMBuildShl(g->builder, left, shift_count(g, right), "");
	case OP_SHR:
		return LLVMBuildLShr(g->builder, left, shift_count(g, right), "");
	default:
		gen_fail(g, "no code for the operator %s", op_text(op));
		return left;
	}
}

LLVMValueRef emit_operation(struct gen *g, struct expr *expr, LLVMValueRef left, LLVMValueRef right)
{
	LLVMBasicBlockRef zero, nonzero, done, from[2];
	LLVMValueRef values[2], result;

	if (expr->record == PLAN_NONE)
		return emit_binary(g, expr->op, left, right, expr->type);
	zero = gen_block(g, "zero");
	nonzero = gen_block(g, "divide");
	done = gen_block(g, "divided");
	right = gen_opaque(g, right);
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntEQ, right,
				      gen_int(g, LLVMTypeOf(right), 0), ""),
			zero, nonzero);
	LLVMPositionBuilderAtEnd(g->builder, zero);
	emit_record(g, expr);
	from[0] = LLVMGetInsertBlock(g->builder);
	values[0] = gen_int(g, LLVMTypeOf(left), 1);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, nonzero);
	values[1] = emit_binary(g, expr->op, left, right, expr->type);
	from[1] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	result = LLVMBuildPhi(g->builder, LLVMTypeOf(left), "");
	LLVMAddIncoming(result, values, from, 2);
	return result;
}

/* Strings of two sizes are equal when they are up to the shorter one, and the longer ends there. */
static LLVMValueRef strings_equal(struct gen *g, struct expr *left, struct expr *right)
{
	uint32_t a_size = type_bytes(left->type), b_size = type_bytes(right->type), size;
	struct place a, b;
	LLVMValueRef same, next;

	if (left->is_constant || left->kind == EXPR_STRING) {
		struct expr *swap = left;

		left = right;
		right = swap;
		size = a_size, a_size = b_size, b_size = size;
	}
	a = emit_place(g, left);
	if (right->is_constant || right->kind == EXPR_STRING) {
		if (right->length > a_size)
			return gen_int(g, g->i1, 0);
		size = right->length < a_size ? right->length + 1 : a_size;
		return mem_equal_text(g, a, right->text, right->length, size);
	}
	b = emit_place(g, right);
	size = a_size < b_size ? a_size : b_size;
	same = mem_equal(g, a, b, size);
	if (a_size == b_size)
		return same;
	next = LLVMBuildLoad2(g->builder, g->i8,
			      gen_offset(g, a_size > b_size ? a.ptr : b.ptr, size), "");
	next = LLVMBuildICmp(g->builder, LLVMIntEQ, next, gen_int(g, g->i8, 0), "");
	return LLVMBuildAnd(g->builder, same, next, "");
}

static LLVMValueRef members_equal(struct gen *g, const struct type *type, struct place a,
				  struct place b)
{
	LLVMValueRef all = gen_int(g, g->i1, 1), same;

	if (type->kind != TYPE_TUPLE && type->kind != TYPE_RECORD)
		return mem_equal(g, a, b, type_bytes(type));
	for (uint32_t i = 0; i < type->members.count; i++) {
		const struct type_member *member = &type->members.items[i];
		struct place left = place_at(g, a, member->bit_offset / 8);
		struct place right = place_at(g, b, member->bit_offset / 8);

		if (type_is_aggregate(member->type))
			same = members_equal(g, member->type, left, right);
		else
			same = LLVMBuildICmp(g->builder, LLVMIntEQ,
					     scalar_load(g, member->type, left),
					     scalar_load(g, member->type, right), "");
		all = LLVMBuildAnd(g->builder, all, same, "");
	}
	return all;
}

static LLVMValueRef aggregates_equal(struct gen *g, struct expr *expr)
{
	struct expr *left = expr->left, *right = expr->right;
	LLVMValueRef same;
	struct place a, b;

	if (left->type->kind == TYPE_STRING && right->type->kind == TYPE_STRING) {
		same = strings_equal(g, left, right);
	} else {
		a = emit_place(g, left);
		b = emit_place(g, right);
		same = members_equal(g, left->type, a, b);
	}
	return expr->op == OP_NE ? LLVMBuildNot(g->builder, same, "") : same;
}

LLVMValueRef emit_comparison(struct gen *g, struct expr *expr)
{
	static const LLVMIntPredicate predicates[2][OP_COUNT] = {
		{ [OP_EQ] = LLVMIntEQ, [OP_NE] = LLVMIntNE, [OP_LT] = LLVMIntULT,
		  [OP_LE] = LLVMIntULE, [OP_GT] = LLVMIntUGT, [OP_GE] = LLVMIntUGE },
		{ [OP_EQ] = LLVMIntEQ, [OP_NE] = LLVMIntNE, [OP_LT] = LLVMIntSLT,
		  [OP_LE] = LLVMIntSLE, [OP_GT] = LLVMIntSGT, [OP_GE] = LLVMIntSGE },
	};
	LLVMValueRef left, right;

	if (type_is_aggregate(expr->left->type))
		return aggregates_equal(g, expr);
	left = emit_value(g, expr->left);
	right = emit_value(g, expr->right);
	if (LLVMTypeOf(left) != LLVMTypeOf(right)) {
		gen_fail(g, "the operands of %s differ in type", op_text(expr->op));
		return gen_int(g, g->i1, 0);
	}
	return LLVMBuildICmp(g->builder, predicates[type_is_signed(expr->left->type)][expr->op],
			     left, right, "");
}

/* ---- conversions ---- */

static uint32_t text_start(const struct type *type)
{
	return type->kind == TYPE_BUFFER ? 4 : 0;
}

static const struct type_member *source_member(const struct type *from, const struct type *to,
					       uint32_t index)
{
	if (to->kind == TYPE_RECORD && from->kind == TYPE_RECORD)
		for (uint32_t i = 0; i < from->members.count; i++)
			if (!strcmp(from->members.items[i].name, to->members.items[index].name))
				return &from->members.items[i];
	return index < from->members.count ? &from->members.items[index] : NULL;
}

static void convert_memory(struct gen *g, const struct type *from, struct place source,
			   const struct type *to, struct place dest);

static void convert_members(struct gen *g, const struct type *from, struct place source,
			    const struct type *to, struct place dest)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < to->members.count; i++) {
		const struct type_member *member = &to->members.items[i];
		const struct type_member *other = source_member(from, to, i);
		uint32_t offset = (uint32_t)(member->bit_offset / 8);

		if (!other)
			break;
		if (offset > end)
			mem_zero(g, place_at(g, dest, end), offset - end);
		convert_memory(g, other->type, place_at(g, source, other->bit_offset / 8),
			       member->type, place_at(g, dest, offset));
		end = offset + type_bytes(member->type);
	}
	if (to->size > end)
		mem_zero(g, place_at(g, dest, end), to->size - end);
}

static void convert_arrays(struct gen *g, const struct type *from, struct place source,
			   const struct type *to, struct place dest)
{
	uint32_t have = type_bytes(from->element), want = type_bytes(to->element);

	for (uint32_t i = 0; i < to->count; i++) {
		if (i >= from->count) {
			mem_zero(g, place_at(g, dest, (uint64_t)i * want), (to->count - i) * want);
			return;
		}
		convert_memory(g, from->element, place_at(g, source, (uint64_t)i * have),
			       to->element, place_at(g, dest, (uint64_t)i * want));
	}
}

/* Converts a value in BPF memory into another place. */
static void convert_memory(struct gen *g, const struct type *from, struct place source,
			   const struct type *to, struct place dest)
{
	uint32_t have = type_bytes(from), want = type_bytes(to);

	if (!type_is_aggregate(to) && !type_is_aggregate(from)) {
		scalar_store(g, to, dest,
			     scalar_convert(g, scalar_load(g, from, source), from, to));
		return;
	}
	if ((to->kind == TYPE_TUPLE || to->kind == TYPE_RECORD) && from->kind == to->kind) {
		convert_members(g, from, source, to, dest);
		return;
	}
	if (to->kind == TYPE_ARRAY && from->kind == TYPE_ARRAY && to->element && from->element &&
	    !type_equal(from->element, to->element)) {
		convert_arrays(g, from, source, to, dest);
		return;
	}
	if (text_start(from) != text_start(to) && text_start(from)) {
		source = place_at(g, source, 4); /* buffer -> string or array: without its length */
		have -= 4;
	}
	mem_copy(g, dest, source, have < want ? have : want);
	if (want > have)
		mem_zero(g, place_at(g, dest, have), want - have);
}

/* A tuple that is written out converts member by member, without a copy. */
static bool convert_literal(struct gen *g, struct expr *left, const struct type *to,
			    struct place dest)
{
	struct expr part = { .kind = EXPR_CONVERT, .source = left->source };
	uint32_t end = 0;

	if (left->kind != EXPR_TUPLE || to->kind != TYPE_TUPLE ||
	    left->args.count != to->members.count)
		return false;
	for (uint32_t i = 0; i < to->members.count; i++) {
		const struct type_member *member = &to->members.items[i];
		uint32_t offset = (uint32_t)(member->bit_offset / 8);

		if (offset > end)
			mem_zero(g, place_at(g, dest, end), offset - end);
		part.left = left->args.items[i];
		part.type = member->type;
		if (type_equal(part.left->type, part.type))
			emit_into(g, part.left, place_at(g, dest, offset));
		else
			emit_into(g, &part, place_at(g, dest, offset));
		end = offset + type_bytes(member->type);
	}
	if (to->size > end)
		mem_zero(g, place_at(g, dest, end), to->size - end);
	return true;
}

void convert_into(struct gen *g, struct expr *expr, struct place to)
{
	struct expr *left = expr->left;
	uint32_t have, want = type_bytes(expr->type);

	if (!type_is_aggregate(left->type)) {
		have = type_bytes(left->type); /* int -> array of the same size */
		emit_into(g, left, to);
		if (want > have)
			mem_zero(g, place_at(g, to, have), want - have);
		return;
	}
	if (expr->type->kind == TYPE_STRING && left->type->kind == TYPE_STRING &&
	    (left->is_constant || left->kind == EXPR_STRING)) {
		mem_store_text(g, to, left->text, left->length, want);
		return;
	}
	if (convert_literal(g, left, expr->type, to))
		return;
	convert_memory(g, left->type, emit_place(g, left), expr->type, to);
}

LLVMValueRef convert_value(struct gen *g, struct expr *expr)
{
	struct expr *left = expr->left;
	struct place place;

	if (type_is_aggregation(left->type))
		return aggregate_fold(g, left, expr->type);
	if (!type_is_aggregate(left->type))
		return scalar_convert(g, emit_value(g, left), left->type, expr->type);
	place = emit_place(g, left);
	if (expr->type->kind == TYPE_POINTER)
		return LLVMBuildPtrToInt(g->builder, place.ptr, g->i64, "");
	if (type_bytes(left->type) < scalar_size(expr->type)) {
		gen_fail(g, "a conversion reads more than its source holds");
		return scalar_zero(g, expr->type);
	}
	return scalar_load(g, expr->type, place);
}
