/* Codegen: bytes in BPF memory: zero, copy, compare, constant text. The backend expands at most 128
 * stores; what is larger goes through bpf_probe_read_kernel, which copies, and zeroes on a fault. */
#include "codegen/gen.h"

#include <string.h>

enum { MAX_INLINE_STORES = 64, MAX_UNROLLED_WORDS = 32, COMPARED_WORDS = 8 };

static bool is_inline(struct place place, uint32_t size)
{
	return size <= MAX_INLINE_STORES * place.align;
}

void mem_zero(struct gen *g, struct place to, uint32_t size)
{
	if (!size)
		return;
	if (is_inline(to, size)) {
		LLVMBuildMemSet(g->builder, to.ptr, gen_int(g, g->i8, 0), gen_u64(g, size),
				to.align);
		return;
	}
	/* Reading address 0 faults, and the helper then zeroes all of its destination. */
	gen_helper(g, HELPER_READ_KERNEL,
		   (LLVMValueRef[]){ to.ptr, gen_u32(g, size), gen_u64(g, 0) }, 3);
}

void mem_copy(struct gen *g, struct place to, struct place from, uint32_t size)
{
	struct place worse = from.align < to.align ? from : to;

	if (!size)
		return;
	if (is_inline(worse, size)) {
		LLVMBuildMemCpy(g->builder, to.ptr, to.align, from.ptr, from.align,
				gen_u64(g, size));
		return;
	}
	gen_helper(g, HELPER_READ_KERNEL,
		   (LLVMValueRef[]){ to.ptr, gen_u32(g, size), from.ptr }, 3);
}

/* The largest access that `left` bytes at this alignment allow. */
static uint32_t chunk_size(uint32_t align, uint32_t left)
{
	uint32_t chunk = align < 8 ? align : 8;

	while (chunk > left)
		chunk /= 2;
	return chunk;
}

static LLVMTypeRef chunk_type(struct gen *g, uint32_t chunk)
{
	return LLVMIntTypeInContext(g->context, chunk * 8);
}

static uint64_t text_word(const char *text, uint32_t length, uint32_t offset, uint32_t chunk)
{
	uint64_t word = 0;

	for (uint32_t i = 0; i < chunk && offset + i < length; i++)
		word |= (uint64_t)(uint8_t)text[offset + i] << (8 * i);
	return word;
}

void mem_store_text(struct gen *g, struct place to, const char *text, uint32_t length,
		    uint32_t size)
{
	uint32_t offset = 0;

	if (length > size)
		length = size;
	if (length > 128) {
		mem_copy(g, to, gen_text(g, text, length, size), size);
		return;
	}
	while (offset < size && offset < length) {
		struct place part = place_at(g, to, offset);
		uint32_t chunk = chunk_size(part.align, size - offset);
		uint64_t word = text_word(text, length, offset, chunk);
		LLVMValueRef store = LLVMBuildStore(
			g->builder, gen_int(g, chunk_type(g, chunk), word), part.ptr);

		LLVMSetAlignment(store, chunk);
		offset += chunk;
	}
	if (offset < size)
		mem_zero(g, place_at(g, to, offset), size - offset);
}

static LLVMValueRef load_chunk(struct gen *g, struct place from, uint32_t offset, uint32_t chunk)
{
	LLVMTypeRef type = chunk_type(g, chunk);
	LLVMValueRef load =
		LLVMBuildLoad2(g->builder, type, gen_offset(g, from.ptr, offset), "");

	LLVMSetAlignment(load, chunk);
	return LLVMBuildZExt(g->builder, load, g->i64, "");
}

/* Not 0 when the bytes from offset to size differ; no branch. */
static LLVMValueRef differ_words(struct gen *g, struct place a, struct place b, uint32_t offset,
				 uint32_t size)
{
	uint32_t align = a.align < b.align ? a.align : b.align, chunk;
	LLVMValueRef differ = gen_u64(g, 0), left, right;

	if (align > 8)
		align = 8;
	for (; offset < size; offset += chunk) {
		chunk = chunk_size(align, size - offset);
		left = load_chunk(g, a, offset, chunk);
		right = load_chunk(g, b, offset, chunk);
		differ = LLVMBuildOr(g->builder, differ,
				     LLVMBuildXor(g->builder, left, right, ""), "");
	}
	return differ;
}

static LLVMValueRef is_zero(struct gen *g, LLVMValueRef value)
{
	return LLVMBuildICmp(g->builder, LLVMIntEQ, value, gen_u64(g, 0), "");
}

/* For what is too long to write out: most texts differ in the first words; the others go through a
 * bounded loop with no way out, since the verifier follows each way out of each round on its own. */
static LLVMValueRef equal_loop(struct gen *g, struct place a, struct place b, uint32_t align,
			       uint32_t size)
{
	uint32_t step = align * COMPARED_WORDS, whole = size / step * step;
	LLVMBasicBlockRef before, loop = gen_block(g, "compare"), rest = gen_block(g, "rest"),
			  done = gen_block(g, "compared");
	struct place at[2] = { a, b };
	LLVMValueRef index, differ, next, all, result;

	LLVMBuildCondBr(g->builder, is_zero(g, differ_words(g, a, b, 0, step)), loop, done);
	before = LLVMGetInsertBlock(g->builder);
	LLVMPositionBuilderAtEnd(g->builder, loop);
	index = LLVMBuildPhi(g->builder, g->i64, "");
	differ = LLVMBuildPhi(g->builder, g->i64, "");
	for (uint32_t i = 0; i < 2; i++) {
		at[i].ptr = LLVMBuildInBoundsGEP2(g->builder, g->i8, at[i].ptr, &index, 1, "");
		at[i].align = align;
	}
	all = LLVMBuildOr(g->builder, differ, differ_words(g, at[0], at[1], 0, step), "");
	next = LLVMBuildAdd(g->builder, index, gen_u64(g, step), "");
	LLVMAddIncoming(index, (LLVMValueRef[]){ gen_u64(g, 0), next },
			(LLVMBasicBlockRef[]){ before, loop }, 2);
	LLVMAddIncoming(differ, (LLVMValueRef[]){ gen_u64(g, 0), all },
			(LLVMBasicBlockRef[]){ before, loop }, 2);
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntULT, next, gen_u64(g, whole), ""), loop,
			rest);
	LLVMPositionBuilderAtEnd(g->builder, rest);
	all = LLVMBuildOr(g->builder, all, differ_words(g, a, b, whole, size), "");
	all = is_zero(g, all);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	result = LLVMBuildPhi(g->builder, g->i1, "");
	LLVMAddIncoming(result, (LLVMValueRef[]){ gen_int(g, g->i1, 0), all },
			(LLVMBasicBlockRef[]){ before, rest }, 2);
	return result;
}

LLVMValueRef mem_equal(struct gen *g, struct place a, struct place b, uint32_t size)
{
	uint32_t align = a.align < b.align ? a.align : b.align;

	if (align > 8)
		align = 8;
	if (size / align <= MAX_UNROLLED_WORDS)
		return is_zero(g, differ_words(g, a, b, 0, size));
	return equal_loop(g, a, b, align, size);
}

LLVMValueRef mem_equal_text(struct gen *g, struct place a, const char *text, uint32_t length,
			    uint32_t size)
{
	LLVMValueRef differ = gen_u64(g, 0);
	uint32_t offset = 0;

	if (size / a.align > MAX_UNROLLED_WORDS)
		return mem_equal(g, a, gen_text(g, text, length, size), size);
	while (offset < size) {
		struct place part = place_at(g, a, offset);
		uint32_t chunk = chunk_size(part.align, size - offset);
		LLVMValueRef word = load_chunk(g, a, offset, chunk);
		LLVMValueRef want = gen_u64(g, text_word(text, length, offset, chunk));

		differ = LLVMBuildOr(g->builder, differ,
				     LLVMBuildXor(g->builder, word, want, ""), "");
		offset += chunk;
	}
	return LLVMBuildICmp(g->builder, LLVMIntEQ, differ, gen_u64(g, 0), "");
}

/* The bytes of a word that are not zero, counted. */
static LLVMValueRef count_word(struct gen *g, LLVMValueRef word)
{
	LLVMValueRef low = gen_u64(g, 0x7f7f7f7f7f7f7f7f), ones = gen_u64(g, 0x0101010101010101);
	LLVMValueRef high = LLVMBuildAnd(g->builder, word, low, "");

	high = LLVMBuildOr(g->builder, LLVMBuildAdd(g->builder, high, low, ""), word, "");
	high = LLVMBuildLShr(g->builder, high, gen_u64(g, 7), "");
	high = LLVMBuildAnd(g->builder, high, ones, "");
	high = LLVMBuildMul(g->builder, high, ones, "");
	return LLVMBuildLShr(g->builder, high, gen_u64(g, 56), "");
}

LLVMValueRef mem_count_nonzero(struct gen *g, struct place place, uint32_t size)
{
	LLVMBasicBlockRef before = LLVMGetInsertBlock(g->builder), loop, done;
	uint32_t chunk = place.align < 8 ? place.align : 8, whole = size / chunk * chunk;
	LLVMValueRef total = gen_u64(g, 0), index, sum, next;
	struct place at = { NULL, chunk };

	if (whole) {
		loop = gen_block(g, "count");
		done = gen_block(g, "counted");
		LLVMBuildBr(g->builder, loop);
		LLVMPositionBuilderAtEnd(g->builder, loop);
		index = LLVMBuildPhi(g->builder, g->i64, "");
		sum = LLVMBuildPhi(g->builder, g->i64, "");
		at.ptr = LLVMBuildInBoundsGEP2(g->builder, g->i8, place.ptr, &index, 1, "");
		total = count_word(g, load_chunk(g, at, 0, chunk));
		total = LLVMBuildAdd(g->builder, sum, total, "");
		next = LLVMBuildAdd(g->builder, index, gen_u64(g, chunk), "");
		LLVMAddIncoming(index, (LLVMValueRef[]){ gen_u64(g, 0), next },
				(LLVMBasicBlockRef[]){ before, loop }, 2);
		LLVMAddIncoming(sum, (LLVMValueRef[]){ gen_u64(g, 0), total },
				(LLVMBasicBlockRef[]){ before, loop }, 2);
		LLVMBuildCondBr(g->builder,
				LLVMBuildICmp(g->builder, LLVMIntULT, next, gen_u64(g, whole), ""),
				loop, done);
		LLVMPositionBuilderAtEnd(g->builder, done);
	}
	for (uint32_t offset = whole; offset < size; offset++)
		total = LLVMBuildAdd(g->builder, total,
				     count_word(g, load_chunk(g, place, offset, 1)), "");
	return total;
}

struct place gen_text(struct gen *g, const char *text, uint32_t length, uint32_t size)
{
	char *bytes = arena_alloc(g->arena, size ? size : 1);
	struct gen_constant *constant;
	LLVMValueRef global, value;

	memcpy(bytes, text ? text : "", text ? (length < size ? length : size) : 0);
	for (uint32_t i = 0; i < g->constants.count; i++) {
		constant = &g->constants.items[i];
		if (constant->length == size && !memcmp(constant->text, bytes, size))
			return (struct place){ constant->global, 8 };
	}
	value = LLVMConstStringInContext(g->context, bytes, size, true);
	global = LLVMAddGlobal(g->module, LLVMTypeOf(value), "text");
	LLVMSetInitializer(global, value);
	LLVMSetGlobalConstant(global, true);
	LLVMSetLinkage(global, LLVMInternalLinkage);
	LLVMSetSection(global, ".rodata");
	LLVMSetAlignment(global, 8);
	constant = list_push(g->arena, &g->constants);
	*constant = (struct gen_constant){ .text = bytes, .length = size, .global = global };
	return (struct place){ global, 8 };
}
