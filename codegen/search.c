/* Codegen: strings and bytes one by one: strstr and memcmp, in bounded loops, shaped so that the verifier
 * goes through each once, and not once for every round in which it may end.
 * A text that is not known is searched for in a function that the verifier goes through once.
 * strstr: a hash of as many characters as the needle has rolls over the haystack. Of a known needle of up
 * to 8 characters the hash is the characters; else what it finds is compared. */
#include "codegen/gen.h"

#include <string.h>

#define HASH_BASE 0x9e3779b97f4a7c15ull /* odd */

enum {
	NOT_FOUND = -2,
	BLOCK = 8, /* characters between two looks whether the loop may end */
};

/* for (index = 0; index < end; index += step); `done` is behind it. */
struct counted {
	LLVMValueRef slot, index;
	LLVMBasicBlockRef head, done;
};

static LLVMValueRef new_slot(struct gen *g, LLVMValueRef value, const char *name)
{
	LLVMValueRef slot = gen_alloca(g, 8, name);

	LLVMBuildStore(g->builder, value, slot);
	return slot;
}

static LLVMValueRef get(struct gen *g, LLVMValueRef slot)
{
	return LLVMBuildLoad2(g->builder, g->i64, slot, "");
}

static struct counted open_loop(struct gen *g, const char *name)
{
	struct counted loop = { .slot = new_slot(g, gen_u64(g, 0), name),
				.head = gen_block(g, name), .done = gen_block(g, "done") };

	LLVMBuildBr(g->builder, loop.head);
	LLVMPositionBuilderAtEnd(g->builder, loop.head);
	loop.index = get(g, loop.slot);
	return loop;
}

static void close_loop(struct gen *g, const struct counted *loop, uint64_t step, uint64_t end)
{
	LLVMValueRef next = LLVMBuildAdd(g->builder, loop->index, gen_u64(g, step), "");

	LLVMBuildStore(g->builder, next, loop->slot);
	next = LLVMBuildICmp(g->builder, LLVMIntULT, next, gen_u64(g, end), "");
	LLVMBuildCondBr(g->builder, next, loop->head, loop->done);
	LLVMPositionBuilderAtEnd(g->builder, loop->done);
}

static LLVMValueRef byte_at(struct gen *g, LLVMValueRef base, LLVMValueRef index)
{
	LLVMValueRef at = LLVMBuildInBoundsGEP2(g->builder, g->i8, base, &index, 1, "");
	LLVMValueRef load = LLVMBuildLoad2(g->builder, g->i8, at, "");

	LLVMSetAlignment(load, 1);
	return LLVMBuildZExt(g->builder, load, g->i64, "");
}

/* Leaves for `out` when `value` is 0 (or is not). */
static void leave_if(struct gen *g, bool is_zero, LLVMValueRef value, LLVMBasicBlockRef out)
{
	LLVMBasicBlockRef on = gen_block(g, "on");
	LLVMIntPredicate predicate = is_zero ? LLVMIntEQ : LLVMIntNE;

	value = LLVMBuildICmp(g->builder, predicate, value, gen_u64(g, 0), "");
	LLVMBuildCondBr(g->builder, value, out, on);
	LLVMPositionBuilderAtEnd(g->builder, on);
}

/* ---- strstr ------------------------------------------------------------------------------- */

struct search {
	LLVMValueRef haystack, needle; /* addresses */
	uint32_t haystack_size, needle_size; /* haystack: a power of two; needle: whole blocks */
	uint64_t window; /* the hash is the last characters, as far as this mask goes; or 0 */
	LLVMValueRef want, power, length; /* the needle's hash, base^length; i64 */
	LLVMValueRef zero;
	LLVMValueRef hash, place; /* slots */
};

/* 0, and to the verifier any number: it knows a loop's counter in every round, and would follow each of
 * them on its own to the program's end if what comes out did depend on it. Two loads of one byte, which
 * it does not take for the same. */
static LLVMValueRef some_zero(struct gen *g, LLVMValueRef memory)
{
	LLVMValueRef zero = gen_u64(g, 0), bytes[2];

	for (int i = 0; i < 2; i++)
		bytes[i] = byte_at(g, gen_opaque(g, memory), zero);
	zero = LLVMBuildSub(g->builder, bytes[0], bytes[1], "");
	zero = LLVMBuildMul(g->builder, zero, gen_u64(g, HASH_BASE), "");
	return gen_opaque(g, zero);
}

/* 1 when a character (0 to 255) is not 0; no branch, nor one that LLVM sees. */
static LLVMValueRef is_character(struct gen *g, LLVMValueRef character)
{
	character = LLVMBuildAdd(g->builder, character, gen_u64(g, 255), "");
	return LLVMBuildLShr(g->builder, gen_opaque(g, character), gen_u64(g, 8), "");
}

/* 1 when a number is not 0. */
static LLVMValueRef is_set(struct gen *g, LLVMValueRef number)
{
	LLVMValueRef minus = gen_opaque(g, LLVMBuildNeg(g->builder, number, ""));

	number = LLVMBuildOr(g->builder, number, minus, "");
	return LLVMBuildLShr(g->builder, gen_opaque(g, number), gen_u64(g, 63), "");
}

static LLVMValueRef index_of(struct gen *g, const struct counted *loop, uint32_t round)
{
	return LLVMBuildAdd(g->builder, loop->index, gen_u64(g, round), "");
}

/* What is behind the NUL is zero, and changes nothing. */
static void hash_needle(struct gen *g, struct search *search)
{
	LLVMValueRef slots[3], factor, character = NULL, live;
	struct counted loop;

	for (uint32_t i = 0; i < 3; i++)
		slots[i] = new_slot(g, LLVMBuildAdd(g->builder, search->zero,
						    gen_u64(g, i == 1), ""), "needle");
	loop = open_loop(g, "hash");
	search->want = get(g, slots[0]);
	search->power = get(g, slots[1]);
	search->length = get(g, slots[2]);
	for (uint32_t i = 0; i < BLOCK; i++) {
		character = byte_at(g, search->needle, index_of(g, &loop, i));
		live = is_character(g, character);
		factor = LLVMBuildMul(g->builder, live, gen_u64(g, HASH_BASE - 1), "");
		factor = LLVMBuildAdd(g->builder, factor, gen_u64(g, 1), "");
		search->want = LLVMBuildMul(g->builder, search->want, factor, "");
		search->want = LLVMBuildAdd(g->builder, search->want, character, "");
		search->power = LLVMBuildMul(g->builder, search->power, factor, "");
		search->length = LLVMBuildAdd(g->builder, search->length, live, "");
		/* Now, and not behind the other characters, which would all be kept. */
		search->want = gen_opaque(g, search->want);
		search->power = gen_opaque(g, search->power);
		search->length = gen_opaque(g, search->length);
	}
	LLVMBuildStore(g->builder, search->want, slots[0]);
	LLVMBuildStore(g->builder, search->power, slots[1]);
	LLVMBuildStore(g->builder, search->length, slots[2]);
	leave_if(g, true, character, loop.done);
	close_loop(g, &loop, BLOCK, search->needle_size);
	search->want = get(g, slots[0]);
	search->power = get(g, slots[1]);
	search->length = get(g, slots[2]);
}

static void hash_text(struct gen *g, struct search *search, const char *text, uint32_t length)
{
	uint64_t base = length <= BLOCK ? 256 : HASH_BASE, want = 0, power = 1;

	for (uint32_t i = 0; i < length; i++) {
		want = want * base + (uint8_t)text[i];
		power *= base;
	}
	if (length <= BLOCK)
		search->window = ~0ull >> (64 - 8 * length);
	search->want = gen_u64(g, want);
	search->power = gen_u64(g, power);
	search->length = gen_u64(g, length);
}

/* The character that leaves the hash when one comes in: `length` before it, or 0. */
static LLVMValueRef leaving(struct gen *g, const struct search *search, LLVMValueRef index)
{
	LLVMValueRef at = LLVMBuildSub(g->builder, index, search->length, ""), inside, character;

	inside = gen_opaque(g, LLVMBuildAShr(g->builder, at, gen_u64(g, 63), ""));
	inside = LLVMBuildNot(g->builder, inside, "");
	at = LLVMBuildAnd(g->builder, gen_opaque(g, at), gen_u64(g, search->haystack_size - 1), "");
	character = byte_at(g, search->haystack, at);
	return LLVMBuildAnd(g->builder, character, inside, "");
}

/* hash * base + character - leaving * power */
static LLVMValueRef roll(struct gen *g, const struct search *search, LLVMValueRef hash,
			 LLVMValueRef character, LLVMValueRef index)
{
	LLVMValueRef gone;

	if (search->window) {
		hash = LLVMBuildShl(g->builder, hash, gen_u64(g, 8), "");
		hash = LLVMBuildOr(g->builder, hash, character, "");
		return LLVMBuildAnd(g->builder, hash, gen_u64(g, search->window), "");
	}
	gone = LLVMBuildMul(g->builder, leaving(g, search, index), search->power, "");
	hash = LLVMBuildMul(g->builder, hash, gen_u64(g, HASH_BASE), "");
	hash = LLVMBuildAdd(g->builder, hash, character, "");
	return LLVMBuildSub(g->builder, hash, gone, "");
}

/* Leaves for `found` with the needle's last character at `place`. No branch depends on what the
 * characters are but two at the end of each block: that many jumps the verifier can remember. */
static void find(struct gen *g, const struct search *search, LLVMBasicBlockRef found)
{
	struct counted loop = open_loop(g, "search");
	LLVMValueRef hash = get(g, search->hash), place = get(g, search->place), index, differ,
		     live = gen_u64(g, 1), character = NULL;

	for (uint32_t i = 0; i < BLOCK; i++) {
		index = index_of(g, &loop, i);
		character = byte_at(g, search->haystack, index);
		hash = roll(g, search, hash, character, index);
		differ = LLVMBuildSub(g->builder, hash, search->want, "");
		live = LLVMBuildAnd(g->builder, live, is_set(g, differ), "");
		place = gen_opaque(g, LLVMBuildAdd(g->builder, place, live, ""));
		hash = gen_opaque(g, hash);
	}
	LLVMBuildStore(g->builder, hash, search->hash);
	LLVMBuildStore(g->builder, place, search->place);
	leave_if(g, true, live, found);
	leave_if(g, true, character, loop.done);
	close_loop(g, &loop, BLOCK, search->haystack_size);
}

/* The hashes are the same: so are the characters, but for one case in 2^64. Not 0 when not. */
static LLVMValueRef compare(struct gen *g, const struct search *search, LLVMValueRef first)
{
	LLVMValueRef slot = new_slot(g, search->zero, "differ"), differ, at, want = NULL, live;
	struct counted loop = open_loop(g, "verify");

	differ = get(g, slot);
	for (uint32_t i = 0; i < BLOCK; i++) {
		want = byte_at(g, search->needle, index_of(g, &loop, i));
		live = LLVMBuildNeg(g->builder, is_character(g, want), "");
		at = LLVMBuildAdd(g->builder, first, index_of(g, &loop, i), "");
		at = LLVMBuildAnd(g->builder, gen_opaque(g, at),
				  gen_u64(g, search->haystack_size - 1), "");
		at = LLVMBuildXor(g->builder, byte_at(g, search->haystack, at), want, "");
		at = LLVMBuildAnd(g->builder, at, live, "");
		differ = gen_opaque(g, LLVMBuildOr(g->builder, differ, at, ""));
	}
	LLVMBuildStore(g->builder, differ, slot);
	leave_if(g, true, want, loop.done);
	close_loop(g, &loop, BLOCK, search->needle_size);
	return get(g, slot);
}

/* A known needle, and the haystack in memory that can be read by whole blocks, of a size that a mask
 * keeps an offset in (lang/lower_body.c: give_work). */
static void place_operands(struct gen *g, struct expr *expr, struct search *search)
{
	struct expr *haystack = expr->args.items[0], *needle = expr->args.items[1];
	uint32_t size = type_bytes(haystack->type), room = expr->key_storage.size;
	struct place place = emit_place(g, haystack), copy;

	if (room) {
		copy = gen_storage(g, &expr->key_storage, room);
		mem_copy(g, copy, place, size);
		mem_zero(g, place_at(g, copy, size), room - size);
		place = copy;
	}
	search->haystack = place.ptr;
	search->haystack_size = room ? room : size;
	size = (type_bytes(needle->type) + BLOCK - 1) / BLOCK * BLOCK;
	search->needle = gen_text(g, needle->text, needle->length, size).ptr;
	search->needle_size = size;
}

/* Where the needle, of a known text or NULL, is in the haystack. */
static LLVMValueRef search_for(struct gen *g, struct search *search, const char *text, uint32_t length)
{
	LLVMBasicBlockRef found = gen_block(g, "found"), out = gen_block(g, "searched");
	LLVMValueRef result, first;

	search->zero = some_zero(g, search->haystack);
	if (text)
		hash_text(g, search, text, length);
	else
		hash_needle(g, search);
	result = new_slot(g, gen_u64(g, 0), "result");
	if (!text)
		leave_if(g, true, search->length, out);
	LLVMBuildStore(g->builder, gen_u64(g, (uint64_t)(int64_t)NOT_FOUND), result);
	search->hash = new_slot(g, search->zero, "rolled");
	search->place = new_slot(g, search->zero, "place");
	find(g, search, found);
	LLVMBuildBr(g->builder, out);
	LLVMPositionBuilderAtEnd(g->builder, found);
	first = LLVMBuildSub(g->builder, get(g, search->place), search->length, "");
	first = LLVMBuildAdd(g->builder, first, gen_u64(g, 1), "");
	if (!search->window)
		leave_if(g, false, compare(g, search, first), out);
	LLVMBuildStore(g->builder, first, result);
	LLVMBuildBr(g->builder, out);
	LLVMPositionBuilderAtEnd(g->builder, out);
	return get(g, result);
}

/* long search(haystack, needle), from addresses as numbers: copies both into memory of its own. */
static LLVMValueRef search_function(struct gen *g, const struct expr *expr)
{
	uint32_t sizes[2] = { type_bytes(expr->args.items[0]->type),
			      type_bytes(expr->args.items[1]->type) };
	struct search search = { .haystack_size = BLOCK };
	uint32_t number = g->searches.count;
	struct gen_function *state;
	struct gen_search made;
	LLVMBasicBlockRef none;
	LLVMValueRef memory;

	for (uint32_t i = 0; i < number; i++)
		if (g->searches.items[i].haystack == sizes[0] &&
		    g->searches.items[i].needle == sizes[1])
			return g->searches.items[i].function;
	while (search.haystack_size < sizes[0])
		search.haystack_size *= 2;
	search.needle_size = (sizes[1] + BLOCK - 1) / BLOCK * BLOCK;
	state = function_begin_alone(
		g, arena_printf(g->arena, "p%u_search%u", g->program_index, number), expr->source, 2);
	made = (struct gen_search){ sizes[0], sizes[1], g->function };
	memory = maps_search(g, g->program_index, number, search.haystack_size + search.needle_size);
	none = gen_block(g, "no_memory");
	memory = gen_check_ptr(g, map_lookup(g, memory, g->zero_key), none);
	search.haystack = gen_opaque(g, memory);
	search.needle = gen_offset(g, gen_opaque(g, memory), search.haystack_size);
	for (unsigned i = 0; i < 2; i++)
		gen_helper(g, HELPER_READ_KERNEL,
			   (LLVMValueRef[]){ i ? search.needle : search.haystack,
					     gen_u32(g, sizes[i]), LLVMGetParam(g->function, i) },
			   3);
	LLVMBuildRet(g->builder, search_for(g, &search, NULL, 0));
	LLVMPositionBuilderAtEnd(g->builder, none);
	LLVMBuildRet(g->builder, gen_u64(g, (uint64_t)(int64_t)NOT_FOUND));
	function_end(g, state);
	debug_line(g, expr->source);
	*list_push(g->arena, &g->searches) = made;
	return made.function;
}

/* The addresses become numbers on their way through memory. */
static LLVMValueRef call_search(struct gen *g, struct expr *expr)
{
	LLVMValueRef words[2], function;
	struct place at;

	for (uint32_t i = 0; i < 2; i++) {
		struct place operand = emit_place(g, expr->args.items[i]);

		at = gen_storage(g, &expr->key_storage, 16);
		LLVMBuildStore(g->builder, operand.ptr, place_at(g, at, 8 * i).ptr);
	}
	at = gen_storage(g, &expr->key_storage, 16);
	for (uint32_t i = 0; i < 2; i++)
		words[i] = gen_opaque(g, LLVMBuildLoad2(g->builder, g->i64,
							place_at(g, at, 8 * i).ptr, ""));
	function = search_function(g, expr);
	stack_add_call(g, function);
	return LLVMBuildCall2(g->builder, LLVMGlobalGetValueType(function), function, words, 2, "");
}

LLVMValueRef call_strstr(struct gen *g, struct expr *expr)
{
	struct expr *needle = expr->args.items[1];
	uint32_t length = (uint32_t)strnlen(needle->text ? needle->text : "", needle->length);
	struct search search = { 0 };

	if (!needle->is_constant)
		return call_search(g, expr);
	place_operands(g, expr, &search);
	return length ? search_for(g, &search, needle->text, length) : gen_u64(g, 0);
}

/* ---- memcmp ------------------------------------------------------------------------------- */

static struct place bytes_of(struct gen *g, struct expr *expr)
{
	struct place place;

	if (type_is_aggregate(expr->type))
		return emit_place(g, expr);
	place = (struct place){ gen_temp(g, 8), 8 };
	scalar_store(g, expr->type, place, emit_value(g, expr));
	return place;
}

/* The difference of the first two bytes that differ; no further than the shorter value goes. */
LLVMValueRef call_memcmp(struct gen *g, struct expr *expr)
{
	struct expr *left = expr->args.items[0], *right = expr->args.items[1];
	struct expr *count = expr->args.items[2];
	uint32_t size = type_bytes(left->type), other = type_bytes(right->type);
	LLVMValueRef a = bytes_of(g, left).ptr, b = bytes_of(g, right).ptr, limit = NULL, result;
	struct counted loop;

	if (other < size)
		size = other;
	if (!count->is_constant)
		limit = emit_value(g, count);
	else if (count->integer < size)
		size = (uint32_t)count->integer;
	if (!size)
		return gen_u32(g, 0);
	result = new_slot(g, gen_u64(g, 0), "difference");
	loop = open_loop(g, "bytes");
	if (limit) {
		limit = LLVMBuildICmp(g->builder, LLVMIntULT, loop.index, limit, "");
		leave_if(g, true, LLVMBuildZExt(g->builder, limit, g->i64, ""), loop.done);
	}
	a = LLVMBuildSub(g->builder, byte_at(g, a, loop.index), byte_at(g, b, loop.index), "");
	LLVMBuildStore(g->builder, a, result);
	leave_if(g, false, a, loop.done);
	close_loop(g, &loop, 1, size);
	return LLVMBuildTrunc(g->builder, get(g, result), g->i32, "");
}
