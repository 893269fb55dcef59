/* Codegen: the script's maps: lookups, assignments, atomic additions, deletions. An insertion that
 * the kernel refuses is counted in .data.losses. */
#include "codegen/gen.h"

enum { ANY = 0, NOEXIST = 1, MINUS_EEXIST = -17 };

static const struct plan_map *map_row(struct gen *g, const struct expr *map)
{
	return &g->plan->maps.items[map->map->index];
}

static bool is_keyless(const struct plan_map *row)
{
	return row->kind == MAP_ARRAY || row->kind == MAP_PERCPU_ARRAY;
}

LLVMValueRef map_lookup(struct gen *g, LLVMValueRef map, LLVMValueRef key)
{
	return gen_helper_ptr(g, HELPER_MAP_LOOKUP, (LLVMValueRef[]){ map, key }, 2);
}

static LLVMValueRef map_update(struct gen *g, LLVMValueRef map, LLVMValueRef key,
			       LLVMValueRef value, uint64_t flags)
{
	return gen_helper(g, HELPER_MAP_UPDATE,
			  (LLVMValueRef[]){ map, key, value, gen_u64(g, flags) }, 4);
}

LLVMValueRef map_key(struct gen *g, struct expr *map)
{
	struct expr *key = map->key;
	struct place place;

	if (is_keyless(map_row(g, map)) || !key)
		return g->zero_key;
	if (key->kind == EXPR_VARIABLE && type_is_aggregate(key->type))
		return emit_place(g, key).ptr;
	place = gen_storage(g, &map->key_storage, type_bytes(map->map->key));
	emit_into(g, key, place);
	return place.ptr;
}

void count_loss(struct gen *g, uint32_t index)
{
	LLVMBuildAtomicRMW(g->builder, LLVMAtomicRMWBinOpAdd, gen_offset(g, g->losses, 8ull * index),
			   gen_u64(g, 1), LLVMAtomicOrderingMonotonic, false);
}

void map_count_loss(struct gen *g, uint32_t map)
{
	count_loss(g, g->plan->programs.count + map);
}

/* Counts a loss when `result` (i64) is an error. */
static void check_update(struct gen *g, uint32_t map, LLVMValueRef result)
{
	LLVMBasicBlockRef lost = gen_block(g, "lost"), done = gen_block(g, "kept");
	LLVMValueRef failed =
		LLVMBuildICmp(g->builder, LLVMIntNE, result, gen_u64(g, 0), "");

	LLVMBuildCondBr(g->builder, failed, lost, done);
	LLVMPositionBuilderAtEnd(g->builder, lost);
	map_count_loss(g, map);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

LLVMValueRef map_value(struct gen *g, struct expr *expr)
{
	const struct type *type = expr->type;
	LLVMBasicBlockRef done = gen_block(g, "looked_up"), missing, found;
	LLVMValueRef map = g->maps[expr->map->index], slot, value, phi;

	if (type_is_aggregation(expr->map->value))
		return aggregate_fold(g, expr, type);
	slot = map_lookup(g, map, map_key(g, expr));
	missing = LLVMGetInsertBlock(g->builder);
	slot = gen_check_ptr(g, slot, done);
	value = scalar_load(g, type, (struct place){ slot, 8 });
	found = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	phi = LLVMBuildPhi(g->builder, LLVMTypeOf(value), "");
	LLVMAddIncoming(phi, (LLVMValueRef[]){ scalar_zero(g, type), value },
			(LLVMBasicBlockRef[]){ missing, found }, 2);
	return phi;
}

/* The value under a key that lies at `key`, or zeros. */
void map_copy_value(struct gen *g, struct expr *expr, LLVMValueRef key, struct place to)
{
	LLVMBasicBlockRef missing = gen_block(g, "missing"), done = gen_block(g, "looked_up");
	uint32_t size = type_bytes(expr->map->value);
	LLVMValueRef slot = map_lookup(g, g->maps[expr->map->index], key);

	slot = gen_check_ptr(g, slot, missing);
	mem_copy(g, to, (struct place){ slot, 8 }, size);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, missing);
	mem_zero(g, to, size);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

void map_value_into(struct gen *g, struct expr *expr, struct place to)
{
	map_copy_value(g, expr, map_key(g, expr), to);
}

static void mark_present(struct gen *g, const struct plan_map *row, LLVMValueRef slot)
{
	uint32_t offset = map_present_offset(g->plan, row);

	LLVMBuildStore(g->builder, gen_u64(g, 1), gen_offset(g, slot, offset));
}

/* Stores what lies at `value` under the key of `map`. */
static void store_bytes(struct gen *g, struct expr *map, struct place value)
{
	const struct plan_map *row = map_row(g, map);
	LLVMValueRef global = g->maps[map->map->index], slot;
	LLVMBasicBlockRef done;

	if (!is_keyless(row)) {
		slot = map_key(g, map);
		check_update(g, map->map->index, map_update(g, global, slot, value.ptr, ANY));
		return;
	}
	done = gen_block(g, "stored");
	slot = gen_check_ptr(g, map_lookup(g, global, g->zero_key), done);
	mem_copy(g, (struct place){ slot, 8 }, value, type_bytes(map->map->value));
	mark_present(g, row, slot);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

static void store_scalar(struct gen *g, struct expr *expr, LLVMValueRef value)
{
	struct expr *map = expr->left;
	const struct plan_map *row = map_row(g, map);
	LLVMBasicBlockRef done;
	struct place buffer;
	LLVMValueRef slot;

	if (!is_keyless(row)) {
		buffer = gen_storage(g, &expr->storage, type_bytes(map->map->value));
		scalar_store(g, map->map->value, buffer, value);
		store_bytes(g, map, buffer);
		return;
	}
	done = gen_block(g, "stored");
	slot = gen_check_ptr(g, map_lookup(g, g->maps[map->map->index], g->zero_key), done);
	scalar_store(g, map->map->value, (struct place){ slot, 8 }, value);
	mark_present(g, row, slot);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

/* Adds to a map value at `slot`; the old value. The kernel has atomics of 4 and 8 bytes. */
static LLVMValueRef add_in_place(struct gen *g, LLVMValueRef slot, LLVMValueRef delta)
{
	LLVMTypeRef type = LLVMTypeOf(delta);
	LLVMValueRef old;

	if (type == g->i64 || type == g->i32)
		return LLVMBuildAtomicRMW(g->builder, LLVMAtomicRMWBinOpAdd, slot, delta,
					  LLVMAtomicOrderingMonotonic, false);
	old = LLVMBuildLoad2(g->builder, type, slot, "");
	LLVMBuildStore(g->builder, LLVMBuildAdd(g->builder, old, delta, ""), slot);
	return old;
}

/* Adds to an entry, inserting it when it is missing. The old value, or NULL unless wanted. */
static LLVMValueRef add_keyed(struct gen *g, struct expr *expr, LLVMValueRef delta, bool wants)
{
	struct expr *map = expr->left;
	LLVMValueRef global = g->maps[map->map->index], key = map_key(g, map), slot, result, olds[4];
	LLVMBasicBlockRef insert = gen_block(g, "insert"), retry = gen_block(g, "retry"),
			  failed = gen_block(g, "failed"), lost = gen_block(g, "lost"),
			  done = gen_block(g, "added"), ends[4];
	struct place buffer = gen_storage(g, &expr->storage, type_bytes(map->map->value));
	LLVMValueRef phi = NULL;

	slot = gen_check_ptr(g, map_lookup(g, global, key), insert);
	olds[0] = add_in_place(g, slot, delta);
	ends[0] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, insert);
	LLVMBuildStore(g->builder, delta, buffer.ptr);
	result = map_update(g, global, key, buffer.ptr, NOEXIST);
	olds[1] = LLVMConstInt(LLVMTypeOf(delta), 0, false);
	ends[1] = LLVMGetInsertBlock(g->builder);
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntEQ, result, gen_u64(g, 0), ""), done,
			failed);
	LLVMPositionBuilderAtEnd(g->builder, failed);
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntEQ, result,
				      gen_u64(g, (uint64_t)(int64_t)MINUS_EEXIST), ""),
			retry, lost);
	LLVMPositionBuilderAtEnd(g->builder, retry); /* another CPU was first */
	slot = gen_check_ptr(g, map_lookup(g, global, key), lost);
	olds[2] = add_in_place(g, slot, delta);
	ends[2] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, lost);
	map_count_loss(g, map->map->index);
	olds[3] = olds[1];
	ends[3] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	if (wants) {
		phi = LLVMBuildPhi(g->builder, LLVMTypeOf(delta), "");
		LLVMAddIncoming(phi, olds, ends, 4);
	}
	return phi;
}

static LLVMValueRef add_keyless(struct gen *g, struct expr *expr, LLVMValueRef delta, bool wants)
{
	struct expr *map = expr->left;
	LLVMBasicBlockRef done = gen_block(g, "added"), missing, found;
	LLVMValueRef slot = map_lookup(g, g->maps[map->map->index], g->zero_key), old, phi;

	missing = LLVMGetInsertBlock(g->builder);
	slot = gen_check_ptr(g, slot, done);
	old = add_in_place(g, slot, delta);
	mark_present(g, map_row(g, map), slot);
	found = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	if (!wants)
		return NULL;
	phi = LLVMBuildPhi(g->builder, LLVMTypeOf(delta), "");
	LLVMAddIncoming(phi, (LLVMValueRef[]){ LLVMConstInt(LLVMTypeOf(delta), 0, false), old },
			(LLVMBasicBlockRef[]){ missing, found }, 2);
	return phi;
}

static LLVMValueRef add_to_map(struct gen *g, struct expr *expr, LLVMValueRef delta, bool wants)
{
	if (is_keyless(map_row(g, expr->left)))
		return add_keyless(g, expr, delta, wants);
	return add_keyed(g, expr, delta, wants);
}

LLVMValueRef map_increment(struct gen *g, struct expr *expr, bool wants_value)
{
	const struct type *type = expr->left->map->value;
	LLVMValueRef delta, old;

	delta = expr->right ? emit_value(g, expr->right) : gen_int(g, scalar_type(g, type), 1);
	if (expr->is_decrement)
		delta = LLVMBuildNeg(g->builder, delta, "");
	old = add_to_map(g, expr, delta, wants_value);
	if (!old || expr->is_postfix)
		return old;
	return LLVMBuildAdd(g->builder, old, delta, "");
}

LLVMValueRef map_assign(struct gen *g, struct expr *expr, bool wants_value)
{
	LLVMValueRef value = emit_value(g, expr->right), old;

	if (expr->op == OP_ADD || expr->op == OP_SUB) {
		if (expr->op == OP_SUB)
			value = LLVMBuildNeg(g->builder, value, "");
		/* The atomic form without a result is the cheaper one, and older. */
		old = add_to_map(g, expr, value, wants_value);
		return old ? LLVMBuildAdd(g->builder, old, value, "") : NULL;
	}
	if (expr->op != OP_NONE)
		value = emit_operation(g, expr, map_value(g, expr->left), value);
	store_scalar(g, expr, value);
	return value;
}

static bool is_in_memory(const struct expr *expr)
{
	return expr->kind == EXPR_VARIABLE || expr->kind == EXPR_STRING ||
	       (expr->is_constant && expr->type->kind == TYPE_STRING) ||
	       expr->kind == EXPR_POSITIONAL;
}

/* @m[k] = aggregate; `to` is the value buffer. */
void map_assign_into(struct gen *g, struct expr *expr, struct place to)
{
	if (is_in_memory(expr->right) &&
	    type_bytes(expr->right->type) == type_bytes(expr->left->map->value)) {
		store_bytes(g, expr->left, emit_place(g, expr->right));
		return;
	}
	emit_into(g, expr->right, to);
	store_bytes(g, expr->left, to);
}

/* Runs over the CPUs' values of an entry and zeroes them. */
LLVMValueRef map_delete(struct gen *g, struct expr *expr)
{
	struct expr *map = expr->args.items[0];
	const struct plan_map *row = map_row(g, map);
	LLVMValueRef global = g->maps[map->map->index], slot, was, phi, present;
	LLVMBasicBlockRef done, missing, found;

	if (row->kind == MAP_PERCPU_ARRAY)
		return aggregate_clear(g, map);
	if (row->kind != MAP_ARRAY) {
		was = gen_helper(g, HELPER_MAP_DELETE,
				 (LLVMValueRef[]){ global, map_key(g, map) }, 2);
		return LLVMBuildICmp(g->builder, LLVMIntEQ, was, gen_u64(g, 0), "");
	}
	done = gen_block(g, "deleted");
	slot = map_lookup(g, global, g->zero_key);
	missing = LLVMGetInsertBlock(g->builder);
	slot = gen_check_ptr(g, slot, done);
	present = gen_offset(g, slot, map_present_offset(g->plan, row));
	was = LLVMBuildLoad2(g->builder, g->i64, present, "");
	was = LLVMBuildICmp(g->builder, LLVMIntNE, was, gen_u64(g, 0), "");
	mem_zero(g, (struct place){ slot, 8 }, map_present_offset(g->plan, row) + 8);
	found = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	phi = LLVMBuildPhi(g->builder, g->i1, "");
	LLVMAddIncoming(phi, (LLVMValueRef[]){ gen_int(g, g->i1, 0), was },
			(LLVMBasicBlockRef[]){ missing, found }, 2);
	return phi;
}

LLVMValueRef map_has_key(struct gen *g, struct expr *expr)
{
	struct expr *map = expr->args.items[0];
	const struct plan_map *row = map_row(g, map);
	LLVMBasicBlockRef done, missing, found;
	LLVMValueRef slot = map_lookup(g, g->maps[map->map->index], map_key(g, map)), value, phi;

	if (row->kind != MAP_ARRAY)
		return LLVMBuildIsNotNull(g->builder, slot, "");
	done = gen_block(g, "looked_up");
	missing = LLVMGetInsertBlock(g->builder);
	slot = gen_check_ptr(g, slot, done);
	value = LLVMBuildLoad2(g->builder, g->i64,
			       gen_offset(g, slot, map_present_offset(g->plan, row)), "");
	value = LLVMBuildICmp(g->builder, LLVMIntNE, value, gen_u64(g, 0), "");
	found = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	phi = LLVMBuildPhi(g->builder, g->i1, "");
	LLVMAddIncoming(phi, (LLVMValueRef[]){ gen_int(g, g->i1, 0), value },
			(LLVMBasicBlockRef[]){ missing, found }, 2);
	return phi;
}
