/* Codegen: kstack and ustack. The frames are taken into a per-CPU buffer, hashed, and kept under
 * the hash in the map "stacks_N"; the value is that id with the depth and the process. */
#include "codegen/gen.h"

#include <stddef.h>

enum { USER_STACK = 256, ANY = 0 };

static const uint64_t HASH_PRIME = 0x9e3779b97f4a7c15;

static LLVMValueRef stacks_map(struct gen *g, const struct type *type)
{
	for (uint32_t i = 0; i < g->plan->maps.count; i++) {
		const struct plan_map *map = &g->plan->maps.items[i];

		if (map->role == MAP_ROLE_STACKS &&
		    g->plan->types.items[map->value].size == type->count * 8)
			return g->maps[i];
	}
	return NULL;
}

/* Mixes `depth` frames into an id that is not 0. */
static LLVMValueRef hash_frames(struct gen *g, LLVMValueRef frames, LLVMValueRef depth,
				uint32_t limit)
{
	LLVMBasicBlockRef before = LLVMGetInsertBlock(g->builder), loop = gen_block(g, "frames"),
			  body = gen_block(g, "frame"), done = gen_block(g, "hashed"), more;
	LLVMValueRef index, hash, frame, next, mixed;

	more = gen_block(g, "more");
	LLVMBuildBr(g->builder, loop);
	LLVMPositionBuilderAtEnd(g->builder, loop);
	index = LLVMBuildPhi(g->builder, g->i64, "");
	hash = LLVMBuildPhi(g->builder, g->i64, "");
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntULT, index, gen_u64(g, limit), ""), more,
			done);
	LLVMPositionBuilderAtEnd(g->builder, more);
	LLVMBuildCondBr(g->builder, LLVMBuildICmp(g->builder, LLVMIntULT, index, depth, ""), body,
			done);
	LLVMPositionBuilderAtEnd(g->builder, body);
	frame = LLVMBuildLoad2(g->builder, g->i64,
			       LLVMBuildInBoundsGEP2(g->builder, g->i64, frames, &index, 1, ""),
			       "");
	mixed = LLVMBuildMul(g->builder, LLVMBuildXor(g->builder, hash, frame, ""),
			     gen_u64(g, HASH_PRIME), "");
	mixed = LLVMBuildXor(g->builder, mixed,
			     LLVMBuildLShr(g->builder, mixed, gen_u64(g, 29), ""), "");
	next = LLVMBuildAdd(g->builder, index, gen_u64(g, 1), "");
	LLVMBuildBr(g->builder, loop);
	LLVMAddIncoming(index, (LLVMValueRef[]){ gen_u64(g, 0), next },
			(LLVMBasicBlockRef[]){ before, body }, 2);
	LLVMAddIncoming(hash, (LLVMValueRef[]){ depth, mixed },
			(LLVMBasicBlockRef[]){ before, body }, 2);
	LLVMPositionBuilderAtEnd(g->builder, done);
	return LLVMBuildOr(g->builder, hash, gen_u64(g, 1), "");
}

/* Keeps the frames under the id at `key`, unless they are there. */
static void keep_frames(struct gen *g, LLVMValueRef map, LLVMValueRef key, LLVMValueRef frames)
{
	LLVMBasicBlockRef absent = gen_block(g, "absent"), done = gen_block(g, "kept");
	LLVMValueRef known = LLVMBuildIsNull(g->builder, map_lookup(g, map, key), "");

	LLVMBuildCondBr(g->builder, known, absent, done);
	LLVMPositionBuilderAtEnd(g->builder, absent);
	gen_helper(g, HELPER_MAP_UPDATE,
		   (LLVMValueRef[]){ map, key, frames, gen_u64(g, ANY) }, 4);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

static void store_at(struct gen *g, struct place to, uint64_t offset, LLVMValueRef value,
		     uint32_t size)
{
	LLVMValueRef store = LLVMBuildStore(g->builder, value, gen_offset(g, to.ptr, offset));

	LLVMSetAlignment(store, size);
}

void stack_into(struct gen *g, struct expr *expr, struct place to)
{
	const struct type *type = expr->type;
	LLVMBasicBlockRef done = gen_block(g, "stack"), taken = gen_block(g, "taken");
	LLVMValueRef map = stacks_map(g, type), frames, bytes, depth, id, key;
	uint64_t flags = type->kind == TYPE_USTACK ? USER_STACK : 0;

	mem_zero(g, to, sizeof(struct value_stack));
	if (!map) {
		gen_fail(g, "no map for stacks of %u frames", type->count);
		return;
	}
	key = gen_temp(g, 8);
	frames = gen_check_ptr(g, map_lookup(g, maps_stack_buffer(g, g->program_index), g->zero_key), done);
	bytes = gen_helper(g, HELPER_GET_STACK,
			   (LLVMValueRef[]){ gen_opaque(g, g->ctx), frames,
					     gen_u32(g, type->count * 8), gen_u64(g, flags) },
			   4);
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntSGT, bytes, gen_u64(g, 0), ""), taken,
			done);
	LLVMPositionBuilderAtEnd(g->builder, taken);
	depth = LLVMBuildLShr(g->builder, bytes, gen_u64(g, 3), "");
	id = hash_frames(g, frames, depth, type->count);
	LLVMBuildStore(g->builder, id, key);
	keep_frames(g, map, key, frames);
	store_at(g, to, offsetof(struct value_stack, id), id, 8);
	store_at(g, to, offsetof(struct value_stack, depth),
		 LLVMBuildTrunc(g->builder, depth, g->i32, ""), 4);
	if (type->kind == TYPE_USTACK) {
		bytes = gen_helper(g, HELPER_PID_TGID, NULL, 0);
		bytes = LLVMBuildLShr(g->builder, bytes, gen_u64(g, 32), "");
		store_at(g, to, offsetof(struct value_stack, pid),
			 LLVMBuildTrunc(g->builder, bytes, g->i32, ""), 4);
	}
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}
