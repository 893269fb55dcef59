/* Codegen: strings that are put together, str_concat, or looked up in a table: strerror, signal_name,
 * syscall_name. */
#include "codegen/gen.h"

#include "base/names.h"

#include <string.h>

/* At most `limit`, in a way that the verifier can follow. */
LLVMValueRef gen_at_most(struct gen *g, LLVMValueRef value, uint64_t limit)
{
	LLVMValueRef bound = gen_u64(g, limit), above;

	value = gen_opaque(g, value);
	above = LLVMBuildICmp(g->builder, LLVMIntUGT, value, bound, "");
	return LLVMBuildSelect(g->builder, above, bound, value, "");
}

/* The second string, with all its zeros, is put where the first one ends. */
void str_concat_into(struct gen *g, struct expr *expr, struct place to)
{
	struct expr *left = expr->args.items[0], *right = expr->args.items[1];
	uint32_t size = type_bytes(expr->type), first = type_bytes(left->type),
		 second = type_bytes(right->type), work = (first + second + 7) / 8 * 8;
	struct place whole = gen_storage(g, &expr->key_storage, work), from;
	LLVMValueRef length, at;

	from = emit_place(g, left);
	mem_copy(g, whole, from, first);
	mem_zero(g, place_at(g, whole, first), work - first);
	length = gen_at_most(g, mem_count_nonzero(g, whole, first), first);
	at = LLVMBuildInBoundsGEP2(g->builder, g->i8, whole.ptr, &length, 1, "");
	from = emit_place(g, right);
	gen_helper(g, HELPER_READ_KERNEL, (LLVMValueRef[]){ at, gen_u32(g, second), from.ptr }, 3);
	mem_copy(g, to, whole, size < work ? size : work);
	if (size > work)
		mem_zero(g, place_at(g, to, work), size - work);
}

/* All texts of a kind, each in as many bytes, the one for unknown numbers last. */
static struct place name_table(struct gen *g, enum name_kind kind, uint32_t count, uint32_t *stride)
{
	uint32_t longest = 0;
	char buffer[32], *table;
	const char *text;

	for (uint32_t i = 0; i <= count; i++) {
		size_t length = strlen(name_text(kind, i, buffer)) + 1;

		longest = length > longest ? (uint32_t)length : longest;
	}
	*stride = (longest + 7) / 8 * 8;
	table = arena_alloc(g->arena, (size_t)(count + 1) * *stride);
	for (uint32_t i = 0; i <= count; i++) {
		text = name_text(kind, i, buffer);
		memcpy(table + (size_t)i * *stride, text, strlen(text));
	}
	return gen_text(g, table, (count + 1) * *stride, (count + 1) * *stride);
}

void name_into(struct gen *g, struct expr *expr, struct place to)
{
	enum name_kind kind = (enum name_kind)expr->integer;
	uint32_t count = name_count(kind), size = type_bytes(expr->type), stride;
	struct place table = name_table(g, kind, count, &stride);
	LLVMValueRef number = emit_value(g, expr->args.items[0]), negative;

	number = LLVMBuildSExt(g->builder, number, g->i64, "");
	if (kind == NAME_ERROR) {
		negative = LLVMBuildICmp(g->builder, LLVMIntSLT, number, gen_u64(g, 0), "");
		number = LLVMBuildSelect(g->builder, negative,
					 LLVMBuildNeg(g->builder, number, ""), number, "");
	}
	number = LLVMBuildMul(g->builder, gen_at_most(g, number, count), gen_u64(g, stride), "");
	table.ptr = LLVMBuildInBoundsGEP2(g->builder, g->i8, table.ptr, &number, 1, "");
	if (stride > size)
		stride = size;
	mem_copy(g, to, table, stride);
	mem_zero(g, place_at(g, to, stride), size - stride);
}
