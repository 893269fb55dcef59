/* Builtins that are read without parentheses, enum constants. */
#include "lang/cdecl.h"
#include "lang/check.h"
#include "lang/kernel_types.h"

#include <stdlib.h>
#include <string.h>

static struct expr *unknown_name(struct checker *c, struct expr *expr)
{
	const char *names[BUILTIN_COUNT + 1];
	uint32_t count = 0;
	const char *near;
	struct diag *diag =
	    check_error(c, "unknown-name", expr->span, "unknown name \"%s\"", expr->name);

	for (uint32_t i = 0; i < BUILTIN_COUNT; i++)
		if (builtins[i].flags & BUILTIN_VALUE)
			names[count++] = builtins[i].name;
	names[count] = NULL;
	near = diag_nearest(c->diags, expr->name, names);
	if (near)
		diag_hint(c->diags, diag, "did you mean \"%s\"?", near);
	else if (builtin_find(expr->name, true))
		diag_hint(c->diags, diag, "it is a function: %s(...)", expr->name);
	else
		diag_hint(c->diags, diag, "variables begin with $, maps with @");
	c_types_explain(c->compile, diag, expr->name);
	return check_poison(c, expr->span);
}

struct expr *check_not_here(struct checker *c, const struct expr *expr, const char *where)
{
	struct diag *diag;

	if (!c->probe->points.count)
		return check_not_constant(c, expr->span);
	diag = check_error(c, "not-in-probe", expr->span, "%s cannot be read in a probe of type %s",
			   expr->name, c->provider->name);
	diag_note(diag, c->probe->points.items[0]->span, "this probe");
	diag_hint(c->diags, diag, "%s", where);
	return check_poison(c, expr->span);
}

/* What only the probe knows a type of. */
static bool is_in_function(struct checker *c, const struct expr *expr)
{
	struct diag *diag;

	if (!c->callee)
		return false;
	diag = check_error(c, "not-in-function", expr->span,
			   "%s belongs to a probe, and is not known in a function", expr->name);
	diag_hint(c->diags, diag, "give %s() what it needs of it as an argument",
		  c->callee->function->name);
	return true;
}

static struct expr *check_args(struct checker *c, struct expr *expr)
{
	if (is_in_function(c, expr))
		return check_poison(c, expr->span);
	if (!c->probe->args)
		return check_not_here(c, expr,
				"args is there in fentry, fexit, tracepoint and rawtracepoint "
				"probes");
	expr->type = c->probe->args;
	return expr;
}

static struct expr *check_retval(struct checker *c, struct expr *expr)
{
	if (is_in_function(c, expr))
		return check_poison(c, expr->span);
	if (!c->provider->has_return)
		return check_not_here(c, expr,
				"retval is there in kretprobe, uretprobe and fexit probes");
	c->probe->uses_context = true;
	expr->type = c->probe->retval ? c->probe->retval : type_int(c->types, 8, false);
	if (expr->type->kind == TYPE_VOID) {
		check_error(c, "no-value", expr->span, "the function returns nothing");
		return check_poison(c, expr->span);
	}
	return expr;
}

enum { ARGUMENT_REGISTERS = 6, ARGUMENTS_MAX = 12 /* of a kernel function, for BPF */ };

static bool has_argument_registers(const struct checker *c)
{
	return c->provider->id == PROVIDER_KPROBE || c->provider->id == PROVIDER_UPROBE;
}

/* How many argN there are: in registers, or as many as the kernel's BTF has at every point. */
static uint32_t count_arguments(struct checker *c)
{
	uint32_t count = has_argument_registers(c) ? ARGUMENT_REGISTERS : ARGUMENTS_MAX;

	for (uint32_t i = 0; i < c->probe->points.count && !has_argument_registers(c); i++) {
		const struct probe_spec *spec = c->probe->points.items[i]->spec;
		struct kernel_function function = {0};
		const struct type *args = NULL;

		if (!spec || spec->flags & ATTACH_WILDCARD || !spec->function)
			continue;
		if (spec->provider == PROVIDER_RAWTRACEPOINT)
			args = kernel_types_raw_tracepoint(c->compile, spec->module, spec->function);
		else if (kernel_types_function(c->compile, spec->module, spec->function, &function))
			args = function.args;
		if (args && args->members.count < count)
			count = args->members.count;
	}
	return count;
}

static struct expr *no_argument(struct checker *c, struct expr *expr, uint32_t count)
{
	struct diag *diag =
	    check_error(c, "argument-number", expr->span, "there is no %s here", expr->name);

	if (has_argument_registers(c))
		diag_hint(c->diags, diag,
			  "arg0 to arg%u are in registers; the next lies on the stack: "
			  "*(uint64 *)(reg(\"sp\") + 8)", count - 1);
	else if (count)
		diag_hint(c->diags, diag, "the last one is arg%u", count - 1);
	return check_poison(c, expr->span);
}

static struct expr *check_argn(struct checker *c, struct expr *expr)
{
	uint32_t count;

	if (!c->provider->has_arguments)
		return check_not_here(c, expr,
				c->probe->args || c->provider->args
				    ? "use args.NAME here"
				    : "argN is there in kprobe, uprobe and rawtracepoint probes");
	expr->integer = strtoull(expr->name + 3, NULL, 10);
	count = count_arguments(c);
	if (expr->integer >= count)
		return no_argument(c, expr, count);
	c->probe->uses_context = true;
	expr->type = type_int(c->types, 8, false);
	return expr;
}

static struct expr *check_probe_name(struct checker *c, struct expr *expr)
{
	const struct probe_spec *spec =
	    c->probe->points.count == 1 ? c->probe->points.items[0]->spec : NULL;

	/* Of one type everywhere, so that blocks can share a map; its text serves comparisons. */
	if (spec && !(spec->flags & ATTACH_WILDCARD) && spec->canonical) {
		expr->text = spec->canonical;
		expr->length = (uint32_t)strlen(spec->canonical);
	}
	c->probe->uses_probe = true;
	expr->type = type_plain(c->types, TYPE_PROBE);
	return expr;
}

static struct expr *check_probe_type(struct checker *c, struct expr *expr)
{
	bool is_special = c->provider->id == PROVIDER_BEGIN || c->provider->id == PROVIDER_END;
	const char *text = is_special ? "special" : c->provider->name;

	return check_text(c, expr->span, text, (uint32_t)strlen(text));
}

static struct expr *check_func(struct checker *c, struct expr *expr)
{
	if (!c->provider->has_function)
		return check_not_here(c, expr, "func is there in kprobe, fentry and uprobe probes");
	c->probe->uses_func = c->probe->uses_context = true;
	expr->type = type_plain(c->types, c->provider->is_user ? TYPE_USYM : TYPE_KSYM);
	return expr;
}

static struct expr *check_curtask(struct checker *c, struct expr *expr)
{
	struct type *task = check_find_struct(c, TYPE_STRUCT, "task_struct");

	if (!task) { /* without BTF it is a number */
		expr->type = type_int(c->types, 8, false);
		return expr;
	}
	expr->type =
	    type_pointer(c->types, task, task->origin == ORIGIN_KERNEL ? SPACE_BTF : SPACE_KERNEL);
	return expr;
}

static struct type *stack_type(struct checker *c, enum builtin_id id)
{
	struct type *type = type_plain(c->types, id == BUILTIN_KSTACK ? TYPE_KSTACK : TYPE_USTACK);

	type->stack_mode = c->compile->config.stack_mode;
	type->count = 127;
	return type;
}

static const struct {
	enum builtin_id id;
	uint8_t size;
} numbers[] = {
    {BUILTIN_PID, 4},	{BUILTIN_TID, 4},     {BUILTIN_UID, 8},	   {BUILTIN_GID, 8},
    {BUILTIN_NSECS, 8}, {BUILTIN_ELAPSED, 8}, {BUILTIN_CPU, 4},	   {BUILTIN_NCPUS, 4},
    {BUILTIN_RAND, 4},	{BUILTIN_CGROUP, 8},  {BUILTIN_NUMAID, 4}, {BUILTIN_JIFFIES, 8},
    {BUILTIN_CPID, 4},
};

static struct expr *plain_builtin(struct checker *c, struct expr *expr, enum builtin_id id)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].id == id) {
			expr->type = type_int(c->types, numbers[i].size, false);
			return expr;
		}
	switch ((int)id) {
	case BUILTIN_COMM:
		expr->type = type_string(c->types, 16);
		return expr;
	case BUILTIN_USERNAME:
		expr->type = type_plain(c->types, TYPE_USERNAME);
		return expr;
	case BUILTIN_DEFAULT_STR_LENGTH:
		return check_integer(c, expr->span, c->compile->config.max_strlen,
				     type_int(c->types, 8, false));
	case BUILTIN_HAS_CPID:
		expr->type = c->types->bool_;
		return expr;
	case BUILTIN_KSTACK:
	case BUILTIN_USTACK:
		c->probe->uses_context = true;
		expr->type = stack_type(c, id);
		return expr;
	case BUILTIN_CURTASK:
		return check_curtask(c, expr);
	case BUILTIN_PROBE:
		return check_probe_name(c, expr);
	case BUILTIN_PROBETYPE:
		return check_probe_type(c, expr);
	case BUILTIN_FUNC:
		return check_func(c, expr);
	case BUILTIN_ARGS:
		return check_args(c, expr);
	case BUILTIN_ARGN:
		return check_argn(c, expr);
	case BUILTIN_RETVAL:
		return check_retval(c, expr);
	default:
		diag_not_supported(c->diags, expr->span,
				   arena_printf(c->arena, "\"%s\"", expr->name));
		return check_poison(c, expr->span);
	}
}

struct expr *check_identifier(struct checker *c, struct expr *expr)
{
	const struct builtin *row = builtin_find(expr->name, false);
	struct type *type = NULL;
	int64_t value;

	if (!row) {
		if (!c_types_enumerator(c->compile, expr->name, &value, &type) &&
		    !kernel_types_enumerator(c->compile, expr->name, &value, &type))
			return unknown_name(c, expr);
		return check_integer(c, expr->span, (uint64_t)value, type);
	}
	expr->builtin = row;
	if (row->flags & BUILTIN_LATER) {
		diag_not_supported(c->diags, expr->span,
				   arena_printf(c->arena, "\"%s\"", expr->name));
		return check_poison(c, expr->span);
	}
	return plain_builtin(c, expr, row->id);
}
