/* Codegen: builtins that make or compare text and bytes: comm, str, buf, strncmp, strlen, and the
 * values that become text when they are printed: ntop, macaddr, usym, func, strftime. */
#include "codegen/gen.h"

#include <stddef.h>
#include <string.h>

enum { FAMILY_IPV4 = 2, FAMILY_IPV6 = 10, COMM_SIZE = 16 };

static struct expr *argument(const struct expr *expr, uint32_t index)
{
	return index < expr->args.count ? expr->args.items[index] : NULL;
}

static void store_u32(struct gen *g, struct place to, uint64_t offset, LLVMValueRef value)
{
	LLVMValueRef store = LLVMBuildStore(g->builder, value, gen_offset(g, to.ptr, offset));

	LLVMSetAlignment(store, 4);
}

static void store_u64(struct gen *g, struct place to, uint64_t offset, LLVMValueRef value)
{
	LLVMValueRef store = LLVMBuildStore(g->builder, value, gen_offset(g, to.ptr, offset));

	LLVMSetAlignment(store, 8);
}

void comm_into(struct gen *g, struct expr *expr, struct place to)
{
	uint32_t size = type_bytes(expr->type);

	/* Kernels 5.16 to 6.1 leave what is behind the NUL as it was. */
	mem_zero(g, to, size);
	gen_helper(g, HELPER_COMM, (LLVMValueRef[]){ to.ptr, gen_u32(g, COMM_SIZE) }, 2);
}

void probetype_into(struct gen *g, struct expr *expr, struct place to)
{
	const char *name = provider_name((enum provider_id)g->row->provider);

	mem_store_text(g, to, name, (uint32_t)strlen(name), type_bytes(expr->type));
}

static LLVMValueRef widen(struct gen *g, const struct expr *expr, LLVMValueRef value)
{
	const struct type word = { .kind = TYPE_INT, .size = 8 };

	return scalar_convert(g, value, expr->type, &word);
}

static LLVMValueRef clamp(struct gen *g, LLVMValueRef value, uint64_t limit)
{
	if (LLVMIsAConstantInt(value))
		return gen_u64(g, LLVMConstIntGetZExtValue(value) < limit
					  ? LLVMConstIntGetZExtValue(value)
					  : limit);
	return gen_at_most(g, value, limit);
}

static enum address_space pointer_space(const struct type *type)
{
	return type->kind == TYPE_POINTER && type->space == SPACE_USER ? SPACE_USER : SPACE_KERNEL;
}

/* The helper puts a NUL into the last byte; where the text goes on, that is a character. */
static void fill_last(struct gen *g, enum address_space space, struct place to, uint32_t size,
		      LLVMValueRef address, LLVMValueRef is_full)
{
	LLVMBasicBlockRef full = gen_block(g, "full"), done = gen_block(g, "read");

	LLVMBuildCondBr(g->builder, is_full, full, done);
	LLVMPositionBuilderAtEnd(g->builder, full);
	read_memory(g, space, place_at(g, to, size - 1), gen_u32(g, 1),
		    LLVMBuildAdd(g->builder, address, gen_u64(g, size - 1), ""));
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

/* str() of a string with a length that is computed. */
static void cut_into(struct gen *g, struct expr *from, struct expr *length, struct place to,
		     uint32_t size)
{
	LLVMValueRef bytes = gen_opaque(g, widen(g, length, emit_value(g, length))), address;

	bytes = LLVMBuildAdd(g->builder, clamp(g, bytes, size - 1), gen_u64(g, 1), "");
	address = LLVMBuildPtrToInt(g->builder, emit_place(g, from).ptr, g->i64, "");
	mem_zero(g, to, size);
	read_string(g, SPACE_KERNEL, to, bytes, address);
}

/* str(pointer, length): length characters; at most, and by default, max_strlen of them, which the
 * printer takes for a text that was cut. A type below max_strlen is a constant length and its NUL. */
void str_into(struct gen *g, struct expr *expr, struct place to)
{
	struct expr *from = argument(expr, 0), *length = argument(expr, 1);
	uint32_t size = type_bytes(expr->type);
	LLVMValueRef bytes = gen_u64(g, size), count = NULL, address, read, is_full;
	enum address_space space = pointer_space(from->type);
	struct expr copy = { .kind = EXPR_CONVERT, .left = from, .type = expr->type,
			     .source = expr->source };

	if (type_is_aggregate(from->type)) {
		if (length)
			cut_into(g, from, length, to, size);
		else
			convert_into(g, &copy, to);
		return;
	}
	if (length) {
		count = gen_opaque(g, widen(g, length, emit_value(g, length)));
		bytes = LLVMBuildAdd(g->builder, clamp(g, count, size - 1), gen_u64(g, 1), "");
	}
	address = emit_value(g, from);
	mem_zero(g, to, size);
	read = read_string(g, space, to, bytes, address);
	if (size < g->plan->config.max_strlen)
		return;
	is_full = LLVMBuildICmp(g->builder, LLVMIntEQ, read, gen_u64(g, size), "");
	if (count)
		is_full = LLVMBuildAnd(g->builder, is_full,
				       LLVMBuildICmp(g->builder, LLVMIntUGE, count,
						     gen_u64(g, size), ""),
				       "");
	fill_last(g, space, to, size, address, is_full);
}

/* buf(data, length): u32 length, then the bytes. */
void buf_into(struct gen *g, struct expr *expr, struct place to)
{
	struct expr *from = argument(expr, 0), *length = argument(expr, 1);
	uint32_t capacity = type_bytes(expr->type) - 4, have = capacity;
	bool is_pointer = !type_is_aggregate(from->type);
	LLVMValueRef bytes, address;
	struct place source;

	if (!is_pointer && type_bytes(from->type) < have)
		have = type_bytes(from->type);
	bytes = length ? clamp(g, widen(g, length, emit_value(g, length)), have)
		       : gen_u64(g, have);
	if (is_pointer) {
		address = emit_value(g, from);
	} else {
		source = emit_place(g, from);
		address = LLVMBuildPtrToInt(g->builder, source.ptr, g->i64, "");
	}
	mem_zero(g, to, capacity + 4);
	store_u32(g, to, 0, LLVMBuildTrunc(g->builder, bytes, g->i32, ""));
	read_memory(g, is_pointer ? pointer_space(from->type) : SPACE_KERNEL,
		    place_at(g, to, 4), bytes, address);
}

static LLVMValueRef current_pid(struct gen *g)
{
	LLVMValueRef both = gen_helper(g, HELPER_PID_TGID, NULL, 0);

	return LLVMBuildTrunc(g->builder,
			      LLVMBuildLShr(g->builder, both, gen_u64(g, 32), ""), g->i32, "");
}

static void make_usym(struct gen *g, LLVMValueRef address, struct place to)
{
	store_u64(g, to, offsetof(struct value_usym, address), address);
	store_u32(g, to, offsetof(struct value_usym, pid), current_pid(g));
	store_u32(g, to, offsetof(struct value_usym, reserved), gen_u32(g, 0));
}

void usym_into(struct gen *g, struct expr *expr, struct place to)
{
	struct expr *address = argument(expr, 0);

	make_usym(g, widen(g, address, emit_value(g, address)), to);
}

void func_into(struct gen *g, struct expr *expr, struct place to)
{
	(void)expr;
	if (g->row->provider == PROVIDER_UPROBE)
		make_usym(g, context_register(g, "ip"), to);
	else
		make_usym(g,
			  gen_helper(g, HELPER_FUNC_IP,
				     (LLVMValueRef[]){ gen_opaque(g, g->ctx) }, 1),
			  to);
}

void ntop_into(struct gen *g, struct expr *expr, struct place to)
{
	struct expr *family = expr->args.count > 1 ? argument(expr, 0) : NULL;
	struct expr *address = argument(expr, expr->args.count > 1 ? 1 : 0);
	uint32_t size = type_bytes(address->type), start = offsetof(struct value_inet, address);
	LLVMValueRef number;

	if (size > 16)
		size = 16;
	number = gen_u32(g, size == 16 ? FAMILY_IPV6 : FAMILY_IPV4);
	if (family)
		number = LLVMBuildTrunc(g->builder, widen(g, family, emit_value(g, family)),
					g->i32, "");
	store_u32(g, to, 0, number);
	emit_into(g, address, place_at(g, to, start));
	if (size < 16)
		mem_zero(g, place_at(g, to, start + size), 16 - size);
}

void macaddr_into(struct gen *g, struct expr *expr, struct place to)
{
	struct expr *address = argument(expr, 0);

	if (type_bytes(address->type) == 6)
		emit_into(g, address, to);
	else
		mem_copy(g, to, emit_place(g, address), 6);
}

void strftime_into(struct gen *g, struct expr *expr, struct place to)
{
	struct expr *nsecs = argument(expr, 1);

	store_u64(g, to, offsetof(struct value_timestamp, nsecs),
		  widen(g, nsecs, emit_value(g, nsecs)));
	store_u32(g, to, offsetof(struct value_timestamp, clock), gen_u32(g, call_clock(nsecs)));
	store_u32(g, to, offsetof(struct value_timestamp, format),
		  gen_u32(g, (uint32_t)expr->integer));
}

static bool is_text(const struct expr *expr)
{
	return expr->kind == EXPR_STRING || (expr->is_constant && expr->text);
}

/* strncmp: 0 when the first n characters are equal. What is behind a NUL is zero, so the bytes
 * decide; of a string that is shorter than n, the NUL is compared too. */
LLVMValueRef call_strncmp(struct gen *g, struct expr *expr)
{
	struct expr *left = argument(expr, 0), *right = argument(expr, 1);
	uint64_t n = argument(expr, 2)->integer;
	uint32_t a_size = type_bytes(left->type), b_size = type_bytes(right->type), size;
	LLVMValueRef same;
	struct place a;

	if (is_text(left)) {
		struct expr *swap = left;

		left = right;
		right = swap;
		size = a_size, a_size = b_size, b_size = size;
	}
	size = a_size < b_size ? a_size : b_size;
	if (is_text(right))
		size = right->length + 1 < a_size ? right->length + 1 : a_size;
	if (n < size)
		size = (uint32_t)n;
	a = emit_place(g, left);
	if (is_text(right))
		same = mem_equal_text(g, a, right->text, right->length, size);
	else
		same = mem_equal(g, a, emit_place(g, right), size);
	return LLVMBuildZExt(g->builder, LLVMBuildNot(g->builder, same, ""), g->i64, "");
}

/* Bytes before the NUL: those that are not zero. */
LLVMValueRef call_strlen(struct gen *g, struct expr *expr)
{
	struct expr *text = argument(expr, 0);

	if (is_text(text))
		return gen_u64(g, strnlen(text->text, text->length));
	return mem_count_nonzero(g, emit_place(g, text), type_bytes(text->type));
}
