/* Codegen: how a type looks in a register and in memory. */
#include "codegen/gen.h"

uint32_t scalar_size(const struct type *type)
{
	switch ((int)type->kind) {
	case TYPE_BOOL:
		return 1;
	case TYPE_INT:
	case TYPE_ENUM:
		return type->size ? type->size : 4;
	case TYPE_USERNAME:
		return 4;
	default:
		return 8;
	}
}

LLVMTypeRef scalar_type(struct gen *g, const struct type *type)
{
	if (type->kind == TYPE_BOOL)
		return g->i1;
	return LLVMIntTypeInContext(g->context, scalar_size(type) * 8);
}

bool type_is_signed(const struct type *type)
{
	return (type->kind == TYPE_INT || type->kind == TYPE_ENUM) && type->is_signed;
}

uint32_t type_bytes(const struct type *type)
{
	if (type->kind == TYPE_VOID || type->kind == TYPE_POISON)
		return 0;
	if (type_is_aggregate(type) || type_is_aggregation(type))
		return type->size;
	return scalar_size(type);
}

uint32_t type_alignment(const struct type *type)
{
	if (type_is_aggregate(type))
		return type->align ? type->align : 1;
	return scalar_size(type);
}

static uint32_t natural_align(struct place place, uint32_t size)
{
	return place.align < size ? place.align : size;
}

LLVMValueRef scalar_load(struct gen *g, const struct type *type, struct place from)
{
	uint32_t size = scalar_size(type);
	LLVMTypeRef memory = LLVMIntTypeInContext(g->context, size * 8);
	LLVMValueRef value = LLVMBuildLoad2(g->builder, memory, from.ptr, "");

	LLVMSetAlignment(value, natural_align(from, size));
	if (type->kind == TYPE_BOOL)
		return LLVMBuildICmp(g->builder, LLVMIntNE, value, gen_int(g, memory, 0), "");
	return value;
}

void scalar_store(struct gen *g, const struct type *type, struct place to, LLVMValueRef value)
{
	LLVMValueRef store;

	if (type->kind == TYPE_BOOL)
		value = LLVMBuildZExt(g->builder, value, g->i8, "");
	store = LLVMBuildStore(g->builder, value, to.ptr);
	LLVMSetAlignment(store, natural_align(to, scalar_size(type)));
}

LLVMValueRef scalar_zero(struct gen *g, const struct type *type)
{
	return LLVMConstInt(scalar_type(g, type), 0, false);
}

LLVMValueRef scalar_convert(struct gen *g, LLVMValueRef value, const struct type *from,
			    const struct type *to)
{
	LLVMTypeRef have = LLVMTypeOf(value), want = scalar_type(g, to);

	if (have == want)
		return value;
	if (to->kind == TYPE_BOOL)
		return LLVMBuildICmp(g->builder, LLVMIntNE, value, LLVMConstInt(have, 0, false),
				     "");
	if (LLVMGetIntTypeWidth(have) > LLVMGetIntTypeWidth(want))
		return LLVMBuildTrunc(g->builder, value, want, "");
	if (type_is_signed(from))
		return LLVMBuildSExt(g->builder, value, want, "");
	return LLVMBuildZExt(g->builder, value, want, "");
}
