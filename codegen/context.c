/* Codegen: what a program's context holds: registers (x86-64), argument words, the system call, and
 * which target fired. */
#include "codegen/gen.h"

#include <string.h>

/* struct pt_regs of x86-64, stable as part of the kernel's user interface (ptrace.h). */
static const char *const registers[] = { "r15", "r14", "r13", "r12", "bp", "bx", "r11",
					 "r10", "r9",  "r8",  "ax",  "cx", "dx", "si",
					 "di",	"orig_ax", "ip", "cs", "flags", "sp", "ss" };

enum { REGISTER_COUNT = sizeof(registers) / sizeof(*registers), HELPER_FUNC_RET = 184 };

static uint32_t register_offset(const char *name)
{
	for (uint32_t i = 0; i < REGISTER_COUNT; i++)
		if (!strcmp(registers[i], name))
			return i * 8;
	return UINT32_MAX;
}

LLVMValueRef context_register(struct gen *g, const char *name)
{
	uint32_t offset = register_offset(name);

	if (offset == UINT32_MAX && (*name == 'r' || *name == 'e'))
		offset = register_offset(name + 1); /* "rax", "rip" */
	if (offset == UINT32_MAX) {
		gen_fail(g, "no register %s", name);
		return gen_u64(g, 0);
	}
	return gen_ctx_word(g, offset);
}

/* A register of the task that made the system call: its pt_regs are kernel memory. */
static LLVMValueRef syscall_register(struct gen *g, const char *name)
{
	LLVMValueRef regs = gen_ctx_word(g, 0);

	return read_word(g, SPACE_KERNEL,
			 LLVMBuildAdd(g->builder, regs, gen_u64(g, register_offset(name)), ""), 8);
}

/* An argument as a number: in typed programs the verifier takes it for a pointer. */
static LLVMValueRef argument_word(struct gen *g, uint32_t slot)
{
	LLVMValueRef word = gen_ctx_word(g, slot * 8);

	if (g->row->kind == PROGRAM_RAW_TRACEPOINT)
		return word;
	return direct_number(g, word);
}

LLVMValueRef context_slot(struct gen *g, uint32_t slot, enum struct_origin origin)
{
	static const char *const names[] = { "di", "si", "dx", "r10", "r8", "r9" };

	if (origin != ORIGIN_SYSCALL)
		return argument_word(g, slot);
	if (slot < 6)
		return syscall_register(g, names[slot]);
	if (slot == 6 && g->row->kind == PROGRAM_RAW_SYSCALL_EXIT)
		return syscall_register(g, "orig_ax");
	return gen_ctx_word(g, 8); /* 6: the number, 7: the result */
}

LLVMValueRef context_argument(struct gen *g, uint32_t n)
{
	static const char *const names[] = { "di", "si", "dx", "cx", "r8", "r9" };

	if (g->row->kind != PROGRAM_KPROBE && g->row->kind != PROGRAM_PERF_EVENT)
		return argument_word(g, n);
	if (n >= 6) {
		gen_fail(g, "argument %u is not in a register", n);
		return gen_u64(g, 0);
	}
	return context_register(g, names[n]);
}

LLVMValueRef context_return_value(struct gen *g)
{
	const struct type *args = g->program->args;
	struct place to;

	if (g->row->kind == PROGRAM_RAW_SYSCALL_EXIT)
		return gen_ctx_word(g, 8);
	if (g->row->kind != PROGRAM_FEXIT)
		return context_register(g, "ax");
	if (args)
		return argument_word(g, args->size / 8);
	to = (struct place){ gen_temp(g, 8), 8 };
	gen_helper(g, (enum helper_id)HELPER_FUNC_RET,
		   (LLVMValueRef[]){ gen_opaque(g, g->ctx), to.ptr }, 2);
	return LLVMBuildLoad2(g->builder, g->i64, to.ptr, "");
}

/* Raw system call programs see every call: the table says which are wanted, and as what target. */
static void dispatch_syscall(struct gen *g)
{
	LLVMBasicBlockRef leave = gen_block(g, "unwanted"), look = gen_block(g, "look"),
			  wanted = gen_block(g, "wanted");
	LLVMValueRef number, key, entry, target, ok;

	number = g->row->kind == PROGRAM_RAW_SYSCALL_EXIT ? syscall_register(g, "orig_ax")
							  : gen_ctx_word(g, 8);
	key = gen_alloca(g, 8, "number");
	LLVMBuildStore(g->builder, LLVMBuildTrunc(g->builder, number, g->i32, ""), key);
	ok = LLVMBuildICmp(g->builder, LLVMIntULT, number, gen_u64(g, 1024), "");
	LLVMBuildCondBr(g->builder, ok, look, leave);
	LLVMPositionBuilderAtEnd(g->builder, look);
	entry = map_lookup(g, maps_syscalls(g, g->program_index), key);
	entry = gen_check_ptr(g, entry, leave);
	target = LLVMBuildLoad2(g->builder, g->i32, entry, "");
	ok = LLVMBuildICmp(g->builder, LLVMIntNE, target, gen_u32(g, 0), "");
	LLVMBuildCondBr(g->builder, ok, wanted, leave);
	LLVMPositionBuilderAtEnd(g->builder, leave);
	LLVMBuildRet(g->builder, gen_u32(g, 0));
	LLVMPositionBuilderAtEnd(g->builder, wanted);
	target = LLVMBuildZExt(g->builder, target, g->i64, "");
	g->target = LLVMBuildSub(g->builder, target, gen_u64(g, 1), "");
}

void context_prologue(struct gen *g)
{
	if (g->row->kind == PROGRAM_RAW_SYSCALL_ENTER || g->row->kind == PROGRAM_RAW_SYSCALL_EXIT)
		dispatch_syscall(g);
}

LLVMValueRef target_number(struct gen *g)
{
	if (g->target)
		return g->target;
	if (g->row->target_source == TARGET_COOKIE)
		return gen_helper(g, HELPER_COOKIE, (LLVMValueRef[]){ gen_opaque(g, g->ctx) }, 1);
	return gen_u64(g, g->row->first_attach);
}
