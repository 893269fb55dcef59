/* Codegen: the small instruction sequences that everything else is made of: helper calls, null
 * checks that the verifier recognizes, the context, the stack. */
#include "codegen/gen.h"

LLVMValueRef gen_int(struct gen *g, LLVMTypeRef type, uint64_t value)
{
	(void)g;
	return LLVMConstInt(type, value, false);
}

LLVMValueRef gen_u32(struct gen *g, uint32_t value)
{
	return LLVMConstInt(g->i32, value, false);
}

LLVMValueRef gen_u64(struct gen *g, uint64_t value)
{
	return LLVMConstInt(g->i64, value, false);
}

static LLVMValueRef helper(struct gen *g, LLVMTypeRef result, enum helper_id id,
			   LLVMValueRef *args, unsigned count)
{
	LLVMTypeRef types[5];
	LLVMTypeRef function;
	LLVMValueRef callee;

	for (unsigned i = 0; i < count; i++)
		types[i] = LLVMTypeOf(args[i]);
	function = LLVMFunctionType(result, types, count, false);
	callee = LLVMConstIntToPtr(gen_u64(g, id), g->ptr);
	return LLVMBuildCall2(g->builder, function, callee, args, count, "");
}

LLVMValueRef gen_helper(struct gen *g, enum helper_id id, LLVMValueRef *args, unsigned count)
{
	return helper(g, g->i64, id, args, count);
}

LLVMValueRef gen_helper_ptr(struct gen *g, enum helper_id id, LLVMValueRef *args, unsigned count)
{
	return helper(g, g->ptr, id, args, count);
}

LLVMBasicBlockRef gen_block(struct gen *g, const char *name)
{
	return LLVMAppendBasicBlockInContext(g->context, g->function, name);
}

void gen_branch(struct gen *g, LLVMBasicBlockRef to)
{
	if (!LLVMGetBasicBlockTerminator(LLVMGetInsertBlock(g->builder)))
		LLVMBuildBr(g->builder, to);
}

LLVMValueRef gen_opaque(struct gen *g, LLVMValueRef value)
{
	LLVMTypeRef type = LLVMTypeOf(value);
	LLVMTypeRef function = LLVMFunctionType(type, &type, 1, false);
	static const char constraints[] = "=r,0";
	LLVMValueRef barrier = LLVMGetInlineAsm(function, "", 0, constraints,
						sizeof(constraints) - 1, true, false,
						LLVMInlineAsmDialectATT, false);

	return LLVMBuildCall2(g->builder, function, barrier, &value, 1, "");
}

LLVMValueRef gen_check_ptr(struct gen *g, LLVMValueRef ptr, LLVMBasicBlockRef no)
{
	LLVMBasicBlockRef yes = gen_block(g, "found");
	LLVMValueRef is_null = LLVMBuildIsNull(g->builder, ptr, "");

	LLVMBuildCondBr(g->builder, is_null, no, yes);
	LLVMPositionBuilderAtEnd(g->builder, yes);
	return gen_opaque(g, ptr);
}

LLVMValueRef gen_offset(struct gen *g, LLVMValueRef ptr, uint64_t offset)
{
	LLVMValueRef index = gen_u64(g, offset);

	return offset ? LLVMBuildInBoundsGEP2(g->builder, g->i8, ptr, &index, 1, "") : ptr;
}

struct place place_at(struct gen *g, struct place base, uint64_t offset)
{
	uint32_t align = base.align;

	while (offset % align)
		align /= 2;
	return (struct place){ gen_offset(g, base.ptr, offset), align };
}

/* Each access gets a context pointer of its own: two accesses that share an address computation
 * would read through a "modified ctx ptr", which the verifier refuses. */
LLVMValueRef gen_ctx_word(struct gen *g, uint32_t offset)
{
	LLVMValueRef ctx = gen_opaque(g, g->ctx);

	return gen_loaded(g, LLVMBuildLoad2(g->builder, g->i64, gen_offset(g, ctx, offset), ""));
}

LLVMValueRef gen_loaded(struct gen *g, LLVMValueRef value)
{
	LLVMTypeRef type = LLVMTypeOf(value);

	if (type == g->i64)
		return gen_opaque(g, value);
	value = gen_opaque(g, LLVMBuildZExt(g->builder, value, g->i64, ""));
	return LLVMBuildTrunc(g->builder, value, type, "");
}

LLVMValueRef gen_ctx_address(struct gen *g)
{
	return LLVMBuildPtrToInt(g->builder, gen_opaque(g, g->ctx), g->i64, "");
}

LLVMValueRef gen_alloca(struct gen *g, uint32_t size, const char *name)
{
	LLVMBuilderRef builder = LLVMCreateBuilderInContext(g->context);
	LLVMValueRef first = LLVMGetFirstInstruction(g->entry), slot;

	if (first)
		LLVMPositionBuilderBefore(builder, first);
	else
		LLVMPositionBuilderAtEnd(builder, g->entry);
	slot = LLVMBuildAlloca(builder, LLVMArrayType2(g->i64, (size + 7) / 8), name);
	LLVMSetAlignment(slot, 8);
	LLVMDisposeBuilder(builder);
	return slot;
}

LLVMValueRef temp_address(struct gen *g, const struct gen_temp *temp)
{
	return temp->alloca ? temp->alloca :
			      gen_offset(g, gen_opaque(g, g->spilled), temp->offset);
}

struct gen_temp temp_take(struct gen *g, uint32_t size)
{
	struct gen_temp *temp;

	size = (size + 7) & ~7u;
	for (uint32_t i = 0; i < g->temps.count; i++) {
		temp = &g->temps.items[i];
		if (temp->is_taken || temp->size != size)
			continue;
		temp->is_taken = true;
		return *temp;
	}
	temp = list_push(g->arena, &g->temps);
	temp->size = size;
	temp->is_taken = true;
	if (g->spilled && g->temps_end + size <= g->temps_limit) {
		temp->offset = g->temps_end;
		g->temps_end += size;
	} else {
		temp->alloca = gen_alloca(g, size, "temp");
	}
	return *temp;
}

LLVMValueRef gen_temp(struct gen *g, uint32_t size)
{
	struct gen_temp temp = temp_take(g, size);

	return temp_address(g, &temp);
}

uint64_t temps_mark(struct gen *g)
{
	uint64_t taken = 0;

	for (uint32_t i = 0; i < g->temps.count && i < 64; i++)
		taken |= (uint64_t)g->temps.items[i].is_taken << i;
	return taken;
}

/* Gives back all temporaries that were free at the mark. */
void temps_release(struct gen *g, uint64_t mark)
{
	for (uint32_t i = 0; i < g->temps.count && i < 64; i++)
		g->temps.items[i].is_taken = mark >> i & 1;
}

struct place gen_storage(struct gen *g, const struct storage *storage, uint32_t size)
{
	if (storage->where == STORAGE_SCRATCH && g->scratch)
		/* Opaque: addresses are to be computed where they are used, not kept. */
		return (struct place){ gen_offset(g, gen_opaque(g, g->scratch), storage->offset),
				       8 };
	if (storage->where == STORAGE_STACK && storage->offset + storage->size <= FRAME_SIZE) {
		if (g->spilled) /* the stack is full: behind the variables */
			return place_at(g, (struct place){ gen_opaque(g, g->spilled), 8 },
					8ull * g->program->variables.count + storage->offset);
		if (!g->frame)
			g->frame = gen_alloca(g, FRAME_SIZE, "frame");
		return (struct place){ gen_offset(g, g->frame, storage->offset), 8 };
	}
	if (storage->size > size)
		size = storage->size;
	if (size > 512)
		gen_fail(g, "a value of %u bytes has no storage", size);
	return (struct place){ gen_temp(g, size), 8 };
}
