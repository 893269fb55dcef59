/* Codegen: aggregations, per CPU and without locks: one lookup and an update in place; inserting a
 * key is the rare path. hist and lhist find their bucket in straight-line code. */
#include "codegen/gen.h"

enum { NOEXIST = 1 };

static void add_at(struct gen *g, LLVMValueRef slot, LLVMValueRef value)
{
	LLVMValueRef old = LLVMBuildLoad2(g->builder, g->i64, slot, "");

	LLVMBuildStore(g->builder, LLVMBuildAdd(g->builder, old, value, ""), slot);
}

static LLVMValueRef shift_right(struct gen *g, LLVMValueRef value, uint32_t by)
{
	return LLVMBuildLShr(g->builder, value, gen_u64(g, by), "");
}

/* Halves what is known of *rest down to `last` bits: returns the bits it was shifted by. Real branches,
 * since a processor guesses them well: values come in runs. The shifts are opaque, or LLVM would make
 * selects of them: twice as many branches. */
static LLVMValueRef narrow(struct gen *g, LLVMValueRef *rest, uint32_t last)
{
	LLVMValueRef total = gen_u64(g, 0), value = *rest;

	for (uint32_t bits = 32; bits >= last; bits /= 2) {
		LLVMBasicBlockRef high = gen_block(g, "high"), done = gen_block(g, "narrowed"),
				  from = LLVMGetInsertBlock(g->builder);
		LLVMValueRef limit = gen_u64(g, (1ull << bits) - 1), shifted, more, values, totals;

		LLVMBuildCondBr(g->builder,
				LLVMBuildICmp(g->builder, LLVMIntUGT, value, limit, ""), high,
				done);
		LLVMPositionBuilderAtEnd(g->builder, high);
		shifted = gen_opaque(g, shift_right(g, value, bits));
		more = LLVMBuildOr(g->builder, total, gen_u64(g, bits), "");
		LLVMBuildBr(g->builder, done);
		LLVMPositionBuilderAtEnd(g->builder, done);
		values = LLVMBuildPhi(g->builder, g->i64, "");
		LLVMAddIncoming(values, (LLVMValueRef[]){ value, shifted },
				(LLVMBasicBlockRef[]){ from, high }, 2);
		totals = LLVMBuildPhi(g->builder, g->i64, "");
		LLVMAddIncoming(totals, (LLVMValueRef[]){ total, more },
				(LLVMBasicBlockRef[]){ from, high }, 2);
		value = values;
		total = totals;
	}
	*rest = value;
	return total;
}

/* floor(log2(value)); 0 for 0. */
static LLVMValueRef log2_floor(struct gen *g, LLVMValueRef value)
{
	return narrow(g, &value, 1);
}

/* 0 for 0, else 1 + floor(log2(value)): of the last two bits, 0 1 2 3 count 0 1 2 2. */
static LLVMValueRef bit_length(struct gen *g, LLVMValueRef value)
{
	LLVMValueRef total = narrow(g, &value, 2);
	LLVMValueRef both = LLVMBuildAnd(g->builder, value, shift_right(g, value, 1), "");

	return LLVMBuildAdd(g->builder, total, LLVMBuildSub(g->builder, value, both, ""), "");
}

static LLVMValueRef hist_bucket(struct gen *g, const struct type *type, LLVMValueRef value)
{
	uint32_t bits = type->hist.bits;
	LLVMValueRef log, bucket, small, part, mask;

	if (!bits) {
		bucket = LLVMBuildAdd(g->builder, bit_length(g, value), gen_u64(g, 1), "");
	} else {
		log = LLVMBuildSub(g->builder, log2_floor(g, value), gen_u64(g, bits), "");
		small = LLVMBuildICmp(g->builder, LLVMIntULT, value, gen_u64(g, 1ull << bits), "");
		part = LLVMBuildLShr(g->builder, value,
				     LLVMBuildAnd(g->builder, log, gen_u64(g, 63), ""), "");
		part = LLVMBuildAnd(g->builder, part, gen_u64(g, (1ull << bits) - 1), "");
		bucket = LLVMBuildShl(g->builder, log, gen_u64(g, bits), "");
		bucket = LLVMBuildAdd(g->builder, bucket, part, "");
		bucket = LLVMBuildAdd(g->builder, bucket, gen_u64(g, 1 + (1ull << bits)), "");
		bucket = LLVMBuildSelect(g->builder, small,
					 LLVMBuildAdd(g->builder, value, gen_u64(g, 1), ""),
					 bucket, "");
	}
	/* unsigned values too, as on the peer */
	mask = LLVMBuildAShr(g->builder, value, gen_u64(g, 63), "");
	mask = LLVMBuildNot(g->builder, gen_opaque(g, mask), "");
	return LLVMBuildAnd(g->builder, bucket, mask, "");
}

static LLVMValueRef lhist_bucket(struct gen *g, const struct type *type, LLVMValueRef value)
{
	uint32_t steps = value_lhist_step_count(type->hist.min, type->hist.max, type->hist.step);
	LLVMValueRef min = gen_u64(g, (uint64_t)type->hist.min), bucket;

	bucket = LLVMBuildSub(g->builder, value, min, "");
	bucket = LLVMBuildUDiv(g->builder, bucket, gen_u64(g, (uint64_t)type->hist.step), "");
	bucket = LLVMBuildAdd(g->builder, bucket, gen_u64(g, 1), "");
	bucket = LLVMBuildSelect(g->builder, LLVMBuildICmp(g->builder, LLVMIntSLT, value, min, ""),
				 gen_u64(g, 0), bucket, "");
	return LLVMBuildSelect(g->builder,
			       LLVMBuildICmp(g->builder, LLVMIntSGE, value,
					     gen_u64(g, (uint64_t)type->hist.max), ""),
			       gen_u64(g, steps + 1ull), bucket, "");
}

/* Adds one to a bucket; the check that it is inside is for the verifier. */
static void count_bucket(struct gen *g, const struct type *type, LLVMValueRef slot,
			 LLVMValueRef bucket)
{
	LLVMBasicBlockRef inside = gen_block(g, "bucket"), done = gen_block(g, "counted");
	LLVMValueRef ok;

	bucket = gen_opaque(g, bucket);
	ok = LLVMBuildICmp(g->builder, LLVMIntULT, bucket, gen_u64(g, type->size / 8), "");
	LLVMBuildCondBr(g->builder, ok, inside, done);
	LLVMPositionBuilderAtEnd(g->builder, inside);
	add_at(g, LLVMBuildInBoundsGEP2(g->builder, g->i64, slot, &bucket, 1, ""), gen_u64(g, 1));
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

static LLVMValueRef is_better(struct gen *g, const struct type *type, LLVMValueRef value,
			      LLVMValueRef best)
{
	LLVMIntPredicate predicate = type->kind == TYPE_MIN
					     ? (type->is_signed ? LLVMIntSLT : LLVMIntULT)
					     : (type->is_signed ? LLVMIntSGT : LLVMIntUGT);

	return LLVMBuildICmp(g->builder, predicate, value, best, "");
}

static void update_extreme(struct gen *g, const struct type *type, LLVMValueRef slot,
			   LLVMValueRef value)
{
	LLVMBasicBlockRef compare = gen_block(g, "compare"), store = gen_block(g, "better"),
			  done = gen_block(g, "updated");
	LLVMValueRef set_at = gen_offset(g, slot, 8), is_set, best;

	is_set = LLVMBuildLoad2(g->builder, g->i64, set_at, "");
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntNE, is_set, gen_u64(g, 0), ""), compare,
			store);
	LLVMPositionBuilderAtEnd(g->builder, compare);
	best = LLVMBuildLoad2(g->builder, g->i64, slot, "");
	LLVMBuildCondBr(g->builder, is_better(g, type, value, best), store, done);
	LLVMPositionBuilderAtEnd(g->builder, store);
	LLVMBuildStore(g->builder, value, slot);
	LLVMBuildStore(g->builder, gen_u64(g, 1), set_at);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

static void update_slot(struct gen *g, const struct type *type, LLVMValueRef slot,
			LLVMValueRef value)
{
	switch ((int)type->kind) {
	case TYPE_COUNT:
		add_at(g, slot, gen_u64(g, 1));
		break;
	case TYPE_SUM:
	case TYPE_AVG:
	case TYPE_STATS:
		add_at(g, slot, value);
		add_at(g, gen_offset(g, slot, 8), gen_u64(g, 1));
		break;
	case TYPE_MIN:
	case TYPE_MAX:
		update_extreme(g, type, slot, value);
		break;
	case TYPE_HIST:
		count_bucket(g, type, slot, hist_bucket(g, type, value));
		break;
	default:
		count_bucket(g, type, slot, lhist_bucket(g, type, value));
		break;
	}
}

/* Finds or makes the entry of a key: the slot, with the builder where it is valid. */
static LLVMValueRef find_or_insert(struct gen *g, struct expr *map, LLVMBasicBlockRef done)
{
	LLVMBasicBlockRef insert = gen_block(g, "insert"), lost = gen_block(g, "lost"),
			  have = gen_block(g, "have"), ends[2];
	LLVMValueRef global = g->maps[map->map->index], key = map_key(g, map), slots[2], phi;
	uint32_t size = type_bytes(map->map->value);

	slots[0] = gen_check_ptr(g, map_lookup(g, global, key), insert);
	ends[0] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, have);
	LLVMPositionBuilderAtEnd(g->builder, insert);
	gen_helper(g, HELPER_MAP_UPDATE,
		   (LLVMValueRef[]){ global, key, gen_text(g, NULL, 0, size).ptr,
				     gen_u64(g, NOEXIST) },
		   4);
	slots[1] = gen_check_ptr(g, map_lookup(g, global, key), lost);
	ends[1] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, have);
	LLVMPositionBuilderAtEnd(g->builder, lost);
	map_count_loss(g, map->map->index);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, have);
	phi = LLVMBuildPhi(g->builder, g->ptr, "");
	LLVMAddIncoming(phi, slots, ends, 2);
	return phi;
}

void emit_aggregate(struct gen *g, struct expr *expr)
{
	struct expr *map = expr->left;
	LLVMBasicBlockRef done = gen_block(g, "aggregated");
	LLVMValueRef value = NULL, slot;

	if (expr->args.count)
		value = scalar_convert(g, emit_value(g, expr->args.items[0]),
				       expr->args.items[0]->type,
				       &(struct type){ .kind = TYPE_INT, .size = 8 });
	if (g->plan->maps.items[map->map->index].kind == MAP_PERCPU_ARRAY)
		slot = gen_check_ptr(
			g, map_lookup(g, g->maps[map->map->index], g->zero_key), done);
	else
		slot = find_or_insert(g, map, done);
	update_slot(g, map->map->value, slot, value);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

/* ---- folding over the CPUs in the kernel ---- */

struct fold {
	LLVMBasicBlockRef head, body, done;
	LLVMValueRef cpu, slot;
};

/* Opens a loop over the CPUs' values of an entry; the builder stands in its body. */
static struct fold fold_begin(struct gen *g, struct expr *map)
{
	struct fold fold = { .head = gen_block(g, "cpus"), .body = gen_block(g, "cpu"),
			     .done = gen_block(g, "folded") };
	LLVMValueRef key = map_key(g, map), count = param_runtime(g, "sonde_ncpus"), ok;
	LLVMBasicBlockRef before = LLVMGetInsertBlock(g->builder);

	LLVMBuildBr(g->builder, fold.head);
	LLVMPositionBuilderAtEnd(g->builder, fold.head);
	fold.cpu = LLVMBuildPhi(g->builder, g->i64, "cpu");
	LLVMAddIncoming(fold.cpu, (LLVMValueRef[]){ gen_u64(g, 0) }, &before, 1);
	ok = LLVMBuildICmp(g->builder, LLVMIntULT, fold.cpu, count, "");
	LLVMBuildCondBr(g->builder, ok, fold.body, fold.done);
	LLVMPositionBuilderAtEnd(g->builder, fold.body);
	fold.slot = gen_helper_ptr(g, HELPER_MAP_LOOKUP_PERCPU,
				   (LLVMValueRef[]){ g->maps[map->map->index], key, fold.cpu }, 3);
	fold.slot = gen_check_ptr(g, fold.slot, fold.done);
	return fold;
}

static void fold_end(struct gen *g, struct fold *fold)
{
	LLVMBasicBlockRef last = LLVMGetInsertBlock(g->builder);
	LLVMValueRef next = LLVMBuildAdd(g->builder, fold->cpu, gen_u64(g, 1), "");

	LLVMAddIncoming(fold->cpu, &next, &last, 1);
	LLVMBuildBr(g->builder, fold->head);
	LLVMPositionBuilderAtEnd(g->builder, fold->done);
}

static void fold_extreme(struct gen *g, const struct type *type, LLVMValueRef slot,
			 LLVMValueRef best)
{
	LLVMBasicBlockRef is_set = gen_block(g, "set"), done = gen_block(g, "next");
	LLVMValueRef set = LLVMBuildLoad2(g->builder, g->i64, gen_offset(g, slot, 8), "");

	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntNE, set, gen_u64(g, 0), ""), is_set,
			done);
	LLVMPositionBuilderAtEnd(g->builder, is_set);
	update_extreme(g, type, best, LLVMBuildLoad2(g->builder, g->i64, slot, ""));
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

static void fold_buckets(struct gen *g, const struct type *type, LLVMValueRef slot,
			 LLVMValueRef to)
{
	LLVMBasicBlockRef before = LLVMGetInsertBlock(g->builder), loop = gen_block(g, "buckets"),
			  done = gen_block(g, "next");
	LLVMValueRef index, next, from, count;

	LLVMBuildBr(g->builder, loop);
	LLVMPositionBuilderAtEnd(g->builder, loop);
	index = LLVMBuildPhi(g->builder, g->i64, "");
	from = LLVMBuildInBoundsGEP2(g->builder, g->i64, slot, &index, 1, "");
	count = LLVMBuildLoad2(g->builder, g->i64, from, "");
	add_at(g, LLVMBuildInBoundsGEP2(g->builder, g->i64, to, &index, 1, ""), count);
	next = LLVMBuildAdd(g->builder, index, gen_u64(g, 1), "");
	LLVMAddIncoming(index, (LLVMValueRef[]){ gen_u64(g, 0), next },
			(LLVMBasicBlockRef[]){ before, loop }, 2);
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntULT, next, gen_u64(g, type->size / 8), ""),
			loop, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

/* Folds an entry into memory of the value's own shape. */
void aggregate_fold_into(struct gen *g, struct expr *map, struct place to)
{
	const struct type *type = map->map->value;
	struct fold fold;

	mem_zero(g, to, type->size);
	fold = fold_begin(g, map);
	switch ((int)type->kind) {
	case TYPE_MIN:
	case TYPE_MAX:
		fold_extreme(g, type, fold.slot, to.ptr);
		break;
	case TYPE_HIST:
	case TYPE_LHIST:
		fold_buckets(g, type, fold.slot, to.ptr);
		break;
	default:
		for (uint32_t offset = 0; offset < type->size; offset += 8)
			add_at(g, gen_offset(g, to.ptr, offset),
			       LLVMBuildLoad2(g->builder, g->i64,
					      gen_offset(g, fold.slot, offset), ""));
		break;
	}
	fold_end(g, &fold);
}

/* sum / count, towards zero when signed; 0 when nothing was counted. */
static LLVMValueRef average(struct gen *g, const struct type *type, LLVMValueRef sum,
			    LLVMValueRef count)
{
	const struct type word = { .kind = TYPE_INT, .size = 8 };
	LLVMValueRef sign, value;

	if (!type->is_signed)
		return emit_binary(g, OP_DIV, sum, count, &word);
	sign = LLVMBuildAShr(g->builder, sum, gen_u64(g, 63), "");
	value = LLVMBuildSub(g->builder, LLVMBuildXor(g->builder, sum, sign, ""), sign, "");
	value = emit_binary(g, OP_DIV, value, count, &word);
	return LLVMBuildSub(g->builder, LLVMBuildXor(g->builder, value, sign, ""), sign, "");
}

LLVMValueRef aggregate_fold(struct gen *g, struct expr *map, const struct type *to)
{
	const struct type *type = map->map->value;
	struct type word = { .kind = TYPE_INT, .size = 8, .is_signed = type->is_signed };
	struct place folded = { gen_temp(g, 16), 8 };
	LLVMValueRef value;

	if (type->kind == TYPE_HIST || type->kind == TYPE_LHIST) {
		gen_fail(g, "a histogram is no number");
		return scalar_zero(g, to);
	}
	aggregate_fold_into(g, map, folded);
	value = LLVMBuildLoad2(g->builder, g->i64, folded.ptr, "");
	if (type->kind == TYPE_AVG || type->kind == TYPE_STATS)
		value = average(g, type, value,
				LLVMBuildLoad2(g->builder, g->i64, gen_offset(g, folded.ptr, 8),
					       ""));
	return scalar_convert(g, value, &word, to);
}

/* delete(@aggregation) without a key: zeroes it on all CPUs. */
LLVMValueRef aggregate_clear(struct gen *g, struct expr *map)
{
	struct fold fold = fold_begin(g, map);

	mem_zero(g, (struct place){ fold.slot, 8 }, map->map->value->size);
	fold_end(g, &fold);
	return gen_int(g, g->i1, 1);
}
