/* Lower, programs: one checked probe to one program or several, and how each attaches. Programs of one
 * probe share its body. The choices are those of design.md, "Attaching and leaving quickly". */
#include "lang/lower.h"

#include <string.h>

/* A tracepoint that is left through a raw one: no grace period per event. Only where nothing tells
 * the two apart: not for its record (args), nor for stacks, which start elsewhere, nor for events
 * that are no tracepoints of the kernel's own. */
static bool can_be_raw(const struct probe *probe, const struct probe_spec *spec)
{
	static const char *const no_tracepoints[] = { "syscalls", "kprobes",   "uprobes", "eprobes",
						      "ftrace",	  "synthetic", "fprobes" };

	if (probe->uses_args || probe->uses_context || provider_is_pattern(spec->module) ||
	    strchr(spec->module, '$') ||
	    strncmp(spec->module, "custom_", 7) == 0)
		return false;
	/* Many events, one program: which one fired is only known through a cookie. */
	if ((spec->flags & ATTACH_WILDCARD) && probe->uses_probe)
		return false;
	for (size_t i = 0; i < sizeof(no_tracepoints) / sizeof(no_tracepoints[0]); i++)
		if (strcmp(spec->module, no_tracepoints[i]) == 0)
			return false;
	return true;
}

static enum program_kind kind_of(const struct probe *probe, const struct probe_spec *spec)
{
	if (probe->program == PROGRAM_TRACEPOINT && can_be_raw(probe, spec))
		return PROGRAM_RAW_TRACEPOINT;
	return probe->program;
}

/* Whether a program of this kind can learn at run time which of its targets fired. */
static bool has_cookie(enum program_kind kind)
{
	return kind == PROGRAM_KPROBE || kind == PROGRAM_TRACEPOINT ||
	       kind == PROGRAM_RAW_SYSCALL_ENTER || kind == PROGRAM_RAW_SYSCALL_EXIT;
}

static bool share_program(const struct probe *probe, const struct probe_spec *a,
			  const struct probe_spec *b)
{
	enum program_kind kind = kind_of(probe, a);

	if (kind != kind_of(probe, b) || kind == PROGRAM_FENTRY || kind == PROGRAM_FEXIT ||
	    kind == PROGRAM_TP_BTF)
		return false;
	return has_cookie(kind) || !probe->uses_probe;
}

static const char *section_of(struct lower *lower, enum program_kind kind, uint32_t index,
			      const struct probe_spec *spec)
{
	const char *prefix = program_kind_section(kind);

	if (kind == PROGRAM_PERF_EVENT) /* libbpf knows no more of it than this */
		return prefix;
	if (kind == PROGRAM_FENTRY || kind == PROGRAM_FEXIT || kind == PROGRAM_TP_BTF)
		return arena_printf(lower->arena, "%s/%s", prefix, spec->function);
	return arena_printf(lower->arena, "%s/p%u", prefix, index);
}

static uint32_t target_source_of(const struct probe *probe, enum program_kind kind,
				 const struct plan_program *row, const struct probe_spec *first)
{
	if (!probe->uses_probe)
		return TARGET_UNUSED;
	if (kind == PROGRAM_RAW_SYSCALL_ENTER || kind == PROGRAM_RAW_SYSCALL_EXIT)
		return TARGET_SYSCALL;
	if (row->attach_count == 1 && !(first->flags & ATTACH_WILDCARD))
		return TARGET_CONSTANT;
	return TARGET_COOKIE;
}

static void add_attach(struct lower *lower, uint32_t program, const struct attach_point *point)
{
	const struct probe_spec *spec = point->spec;

	*list_push(lower->arena, &lower->plan->attaches) = (struct plan_attach){
		.program = program,
		.provider = spec->provider,
		.flags = spec->flags,
		.probe = lower_string(lower, spec->canonical),
		.module = lower_string(lower, spec->module),
		.function = lower_string(lower, spec->function),
		.offset = spec->offset,
		.period = spec->period,
		.frequency = spec->frequency,
		.source = lower_source(lower, point->span),
	};
}

static void add_layout(struct lower *lower, const struct probe *probe,
		       const struct attach_point *point)
{
	struct plan *plan = lower->plan;
	uint32_t symbol;

	if (!probe->args || probe->args->origin != ORIGIN_TRACEPOINT)
		return;
	symbol = lower_string(lower, probe->args->layout_symbol);
	for (uint32_t i = 0; i < plan->layouts.count; i++)
		if (plan->layouts.items[i].symbol == symbol)
			return;
	*list_push(lower->arena, &plan->layouts) = (struct plan_layout){
		.symbol = symbol,
		.subsystem = lower_string(lower, point->spec->module),
		.event = lower_string(lower, point->spec->function),
		.source = lower_source(lower, point->span),
	};
}

static void add_typed(struct lower *lower, struct probe *probe)
{
	struct typed_program *typed = list_push(lower->arena, &lower->typed->programs);

	typed->span = probe->span;
	typed->predicate = probe->predicate;
	typed->body.items = probe->body.items;
	typed->body.count = probe->body.count;
	typed->args = probe->args;
	typed->variables.items = probe->variables.items;
	typed->variables.count = probe->variables.count;
	typed->callees.items = probe->callees.items;
	typed->callees.count = probe->callees.count;
	typed->loop_count = lower->loop_count;
	typed->part_count = lower->part_count;
}

/* One program for point `first` and all later ones that can share it. */
static void add_program(struct lower *lower, struct probe *probe, uint32_t first, bool *is_done,
			uint32_t scratch)
{
	struct plan *plan = lower->plan;
	const struct attach_point *point = probe->points.items[first];
	enum program_kind kind = kind_of(probe, point->spec);
	uint32_t index = plan->programs.count;
	struct plan_program row = {
		.name = lower_string(lower, arena_printf(lower->arena, "p%u_%s", index,
							 provider_name(point->spec->provider))),
		.kind = kind,
		.provider = point->spec->provider,
		.first_attach = plan->attaches.count,
		.scratch_size = scratch,
		.source = lower_source(lower, probe->span),
	};

	row.section = lower_string(lower, section_of(lower, kind, index, point->spec));
	for (uint32_t i = first; i < probe->points.count; i++) {
		if (is_done[i] || (i != first && !share_program(probe, point->spec,
								probe->points.items[i]->spec)))
			continue;
		is_done[i] = true;
		add_attach(lower, index, probe->points.items[i]);
	}
	row.attach_count = plan->attaches.count - row.first_attach;
	row.target_source = target_source_of(probe, kind, &row, point->spec);
	if (row.target_source == TARGET_COOKIE)
		lower_feature(lower, FEATURE_ATTACH_COOKIE, row.source);
	if (kind == PROGRAM_FENTRY || kind == PROGRAM_FEXIT)
		lower_feature(lower, FEATURE_FENTRY, row.source);
	add_layout(lower, probe, point);
	*list_push(lower->arena, &plan->programs) = row;
	add_typed(lower, probe);
}

/* A per-CPU map's value may have 32 KiB, on every kernel. */
static void check_memory(struct lower *lower, const struct probe *probe, uint32_t scratch)
{
	const uint32_t most = 32768;
	struct diags *diags = &lower->compile->diags;
	struct diag *diag;

	if (scratch <= most)
		return;
	diag = diag_error(diags, "probe-memory", probe->span,
			  "this probe's values need %u bytes of memory, and %u are possible", scratch,
			  most);
	diag_hint(diags, diag, "a string takes max_strlen bytes; str($p, 64) takes fewer");
}

/* The kernel's BPF_MAX_SUBPROGS. */
static void check_function_count(struct lower *lower, const struct probe *probe)
{
	const uint32_t most = 256;
	struct diags *diags = &lower->compile->diags;
	uint32_t count = 1 + lower->loop_count + probe->callees.count + lower->part_count;
	struct diag *diag;

	if (count <= most)
		return;
	diag = diag_error(diags, "too-many-functions", probe->span,
			  "this probe takes %u functions of BPF, and the kernel allows %u in a program",
			  count, most);
	diag_note(diag, probe->span,
		  arena_printf(lower->arena, "itself, %u bodies of loops, %u functions, %u parts of it",
			       lower->loop_count, probe->callees.count, lower->part_count));
	diag_hint(diags, diag, "make several probes of it; a macro takes no function");
}

void lower_probe(struct lower *lower, struct probe *probe)
{
	bool *is_done = arena_alloc(lower->arena, probe->points.count + 1);
	uint32_t scratch = 0;

	/* With missing_probes=ignore a probe may have lost all its points. */
	if (probe->points.count == 0)
		return;
	lower_body(lower, probe, &scratch);
	check_memory(lower, probe, scratch);
	check_function_count(lower, probe);
	for (uint32_t i = 0; i < probe->points.count; i++)
		if (!is_done[i])
			add_program(lower, probe, i, is_done, scratch);
}
