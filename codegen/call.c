/* Codegen: builtins: one row in a hook table each, by id. A hook gives a scalar (any integer width;
 * it is fitted to the expression's type) or makes an aggregate at a destination. */
#include "codegen/gen.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef LLVMValueRef (*value_hook)(struct gen *g, struct expr *expr);
typedef void (*into_hook)(struct gen *g, struct expr *expr, struct place to);

static struct expr *argument(const struct expr *expr, uint32_t index)
{
	return index < expr->args.count ? expr->args.items[index] : NULL;
}

static LLVMValueRef high_word(struct gen *g, LLVMValueRef value)
{
	return LLVMBuildLShr(g->builder, value, gen_u64(g, 32), "");
}

static LLVMValueRef low_word(struct gen *g, LLVMValueRef value)
{
	return LLVMBuildTrunc(g->builder, value, g->i32, "");
}

static LLVMValueRef call_pid(struct gen *g, struct expr *expr)
{
	(void)expr;
	return high_word(g, gen_helper(g, HELPER_PID_TGID, NULL, 0));
}

static LLVMValueRef call_tid(struct gen *g, struct expr *expr)
{
	(void)expr;
	return low_word(g, gen_helper(g, HELPER_PID_TGID, NULL, 0));
}

static LLVMValueRef call_uid(struct gen *g, struct expr *expr)
{
	(void)expr;
	return low_word(g, gen_helper(g, HELPER_UID_GID, NULL, 0));
}

static LLVMValueRef call_gid(struct gen *g, struct expr *expr)
{
	(void)expr;
	return high_word(g, gen_helper(g, HELPER_UID_GID, NULL, 0));
}

static enum timestamp_clock clock_of(const struct expr *expr)
{
	static const char *const names[] = {
		[CLOCK_KIND_BOOT] = "boot",
		[CLOCK_KIND_MONOTONIC] = "monotonic",
		[CLOCK_KIND_TAI] = "tai",
		[CLOCK_KIND_SW_TAI] = "sw_tai",
	};
	const struct expr *mode = argument(expr, 0);

	for (uint32_t i = 0; mode && mode->name && i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(mode->name, names[i]))
			return (enum timestamp_clock)i;
	return CLOCK_KIND_BOOT;
}

static LLVMValueRef call_nsecs(struct gen *g, struct expr *expr)
{
	static const enum helper_id helpers[] = {
		[CLOCK_KIND_BOOT] = HELPER_KTIME_BOOT,
		[CLOCK_KIND_MONOTONIC] = HELPER_KTIME,
		[CLOCK_KIND_TAI] = HELPER_KTIME_TAI,
		[CLOCK_KIND_SW_TAI] = HELPER_KTIME_TAI,
	};

	return gen_helper(g, helpers[clock_of(expr)], NULL, 0);
}

static LLVMValueRef call_elapsed(struct gen *g, struct expr *expr)
{
	LLVMValueRef now = gen_helper(g, HELPER_KTIME_BOOT, NULL, 0);

	(void)expr;
	return LLVMBuildSub(g->builder, now, param_runtime(g, "sonde_start_ns"), "");
}

static LLVMValueRef call_cpu(struct gen *g, struct expr *expr)
{
	(void)expr;
	return gen_helper(g, HELPER_CPU, NULL, 0);
}

static LLVMValueRef call_ncpus(struct gen *g, struct expr *expr)
{
	(void)expr;
	return param_runtime(g, "sonde_ncpus");
}

static LLVMValueRef call_cpid(struct gen *g, struct expr *expr)
{
	(void)expr;
	return param_runtime(g, "sonde_cpid");
}

static LLVMValueRef call_has_cpid(struct gen *g, struct expr *expr)
{
	(void)expr;
	return LLVMBuildICmp(g->builder, LLVMIntNE, param_runtime(g, "sonde_cpid"), gen_u64(g, 0),
			     "");
}

static LLVMValueRef call_rand(struct gen *g, struct expr *expr)
{
	(void)expr;
	return gen_helper(g, HELPER_RANDOM, NULL, 0);
}

/* Helper 35 works from 4.8 on, its typed sibling from 5.11. */
static LLVMValueRef call_curtask(struct gen *g, struct expr *expr)
{
	(void)expr;
	return gen_helper(g, HELPER_TASK, NULL, 0);
}

static LLVMValueRef call_cgroup(struct gen *g, struct expr *expr)
{
	(void)expr;
	return gen_helper(g, HELPER_CGROUP, NULL, 0);
}

static LLVMValueRef call_numaid(struct gen *g, struct expr *expr)
{
	(void)expr;
	return gen_helper(g, HELPER_NUMA_NODE, NULL, 0);
}

static LLVMValueRef call_jiffies(struct gen *g, struct expr *expr)
{
	(void)expr;
	return gen_helper(g, HELPER_JIFFIES, NULL, 0);
}

static LLVMValueRef call_probe(struct gen *g, struct expr *expr)
{
	(void)expr;
	return target_number(g);
}

/* The traced function's address: in a uprobe the instruction pointer, else the kernel knows. */
static LLVMValueRef call_func(struct gen *g, struct expr *expr)
{
	(void)expr;
	if (g->row->provider == PROVIDER_UPROBE)
		return context_register(g, "ip");
	return gen_helper(g, HELPER_FUNC_IP, (LLVMValueRef[]){ gen_opaque(g, g->ctx) }, 1);
}

static LLVMValueRef call_argn(struct gen *g, struct expr *expr)
{
	uint32_t n = (uint32_t)expr->integer;

	if (expr->name && !strncmp(expr->name, "arg", 3) && expr->name[3])
		n = (uint32_t)strtoul(expr->name + 3, NULL, 10);
	return context_argument(g, n);
}

static LLVMValueRef call_retval(struct gen *g, struct expr *expr)
{
	(void)expr;
	return context_return_value(g);
}

static LLVMValueRef call_reg(struct gen *g, struct expr *expr)
{
	const struct expr *name = argument(expr, 0);

	return context_register(g, name && name->text ? name->text : "");
}

/* ksym, kptr, uptr: the type says it all. */
static LLVMValueRef call_same(struct gen *g, struct expr *expr)
{
	return emit_value(g, argument(expr, 0));
}

/* A stack's frames. */
static LLVMValueRef call_len(struct gen *g, struct expr *expr)
{
	struct place stack = emit_place(g, argument(expr, 0));

	return LLVMBuildLoad2(g->builder, g->i32,
			      gen_offset(g, stack.ptr, offsetof(struct value_stack, depth)), "");
}

static LLVMValueRef call_bswap(struct gen *g, struct expr *expr)
{
	static const char name[] = "llvm.bswap";
	LLVMValueRef value = emit_value(g, argument(expr, 0)), function;
	LLVMTypeRef type = LLVMTypeOf(value);
	unsigned id = LLVMLookupIntrinsicID(name, sizeof(name) - 1);

	if (LLVMGetIntTypeWidth(type) < 16)
		return value;
	function = LLVMGetIntrinsicDeclaration(g->module, id, &type, 1);
	return LLVMBuildCall2(g->builder, LLVMGlobalGetValueType(function), function, &value, 1,
			      "");
}

/* ---- the table ---- */

static const struct {
	value_hook value;
	into_hook into;
} hooks[BUILTIN_COUNT] = {
	[BUILTIN_PID] = { .value = call_pid },
	[BUILTIN_TID] = { .value = call_tid },
	[BUILTIN_UID] = { .value = call_uid },
	[BUILTIN_GID] = { .value = call_gid },
	[BUILTIN_USERNAME] = { .value = call_uid },
	[BUILTIN_COMM] = { .into = comm_into },
	[BUILTIN_NSECS] = { .value = call_nsecs },
	[BUILTIN_ELAPSED] = { .value = call_elapsed },
	[BUILTIN_CPU] = { .value = call_cpu },
	[BUILTIN_NCPUS] = { .value = call_ncpus },
	[BUILTIN_RAND] = { .value = call_rand },
	[BUILTIN_CURTASK] = { .value = call_curtask },
	[BUILTIN_CGROUP] = { .value = call_cgroup },
	[BUILTIN_FUNC] = { .value = call_func, .into = func_into },
	[BUILTIN_PROBE] = { .value = call_probe },
	[BUILTIN_PROBETYPE] = { .into = probetype_into },
	[BUILTIN_ARGN] = { .value = call_argn },
	[BUILTIN_RETVAL] = { .value = call_retval },
	[BUILTIN_NUMAID] = { .value = call_numaid },
	[BUILTIN_JIFFIES] = { .value = call_jiffies },
	[BUILTIN_CPID] = { .value = call_cpid },
	[BUILTIN_HAS_CPID] = { .value = call_has_cpid },
	[BUILTIN_KSTACK] = { .into = stack_into },
	[BUILTIN_USTACK] = { .into = stack_into },
	[BUILTIN_DELETE] = { .value = map_delete },
	[BUILTIN_HAS_KEY] = { .value = map_has_key },
	[BUILTIN_STR] = { .into = str_into },
	[BUILTIN_BUF] = { .into = buf_into },
	[BUILTIN_KSYM] = { .value = call_same },
	[BUILTIN_USYM] = { .into = usym_into },
	[BUILTIN_NTOP] = { .into = ntop_into },
	[BUILTIN_MACADDR] = { .into = macaddr_into },
	[BUILTIN_STRFTIME] = { .into = strftime_into },
	[BUILTIN_BSWAP] = { .value = call_bswap },
	[BUILTIN_KPTR] = { .value = call_same },
	[BUILTIN_UPTR] = { .value = call_same },
	[BUILTIN_REG] = { .value = call_reg },
	[BUILTIN_STRNCMP] = { .value = call_strncmp },
	[BUILTIN_STRLEN] = { .value = call_strlen },
	[BUILTIN_STRSTR] = { .value = call_strstr },
	[BUILTIN_STR_CONCAT] = { .into = str_concat_into },
	[BUILTIN_LEN] = { .value = call_len },
	[BUILTIN_MEMCMP] = { .value = call_memcmp },
	[BUILTIN_STRERROR] = { .into = name_into },
	[BUILTIN_SIGNAL_NAME] = { .into = name_into },
	[BUILTIN_SYSCALL_NAME] = { .into = name_into },
};

/* Brings an integer to the width of the expression's type. */
static LLVMValueRef fit(struct gen *g, LLVMValueRef value, const struct type *type)
{
	LLVMTypeRef want = scalar_type(g, type);
	unsigned have = LLVMGetIntTypeWidth(LLVMTypeOf(value)), width = LLVMGetIntTypeWidth(want);

	if (have > width)
		return LLVMBuildTrunc(g->builder, value, want, "");
	return have < width ? LLVMBuildZExt(g->builder, value, want, "") : value;
}

LLVMValueRef call_value(struct gen *g, struct expr *expr)
{
	const struct builtin *builtin = expr->builtin;
	LLVMValueRef value;

	if (expr->callee)
		return function_value(g, expr);
	if (expr->c_function)
		return c_function_value(g, expr);
	if (builtin && builtin->flags & BUILTIN_ASYNC) {
		emit_record(g, expr);
		return scalar_zero(g, expr->type);
	}
	if (!builtin || !hooks[builtin->id].value) {
		gen_fail(g, "no code for %s", builtin ? builtin->name : expr->name);
		return scalar_zero(g, expr->type);
	}
	value = hooks[builtin->id].value(g, expr);
	return expr->type->kind == TYPE_VOID ? value : fit(g, value, expr->type);
}

void call_into(struct gen *g, struct expr *expr, struct place to)
{
	const struct builtin *builtin = expr->builtin;

	if (expr->callee)
		function_into(g, expr, to);
	else if (builtin && hooks[builtin->id].into)
		hooks[builtin->id].into(g, expr, to);
	else
		gen_fail(g, "no code for %s", builtin ? builtin->name : expr->name);
}

uint32_t call_clock(const struct expr *expr)
{
	while (expr->kind == EXPR_CONVERT)
		expr = expr->left;
	return expr->builtin && expr->builtin->id == BUILTIN_NSECS ? clock_of(expr)
								   : CLOCK_KIND_BOOT;
}
