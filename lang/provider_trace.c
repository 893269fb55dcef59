/* Providers tracepoint and rawtracepoint. Chooses how a tracepoint attaches: system calls, when there are
 * many in one block, become one program on the raw sys_enter or sys_exit (lower.c does the rest). */
#include "lang/kernel_types.h"
#include "lang/provider.h"
#include "lang/tracefs.h"

#include <string.h>

/* From so many events of one direction on, one raw program is cheaper to attach and to leave than
 * as many perf tracepoints, each of which waits for a grace period when it is closed. */
#define MANY_SYSCALLS 4
#define MAX_EXPANDED 1024
#define SLOT_NUMBER 6
#define SLOT_RESULT 7

static bool is_wildcard(const struct probe_spec *spec)
{
	return spec->flags & ATTACH_WILDCARD;
}

static bool count_event(void *context, const char *subsystem, const char *event)
{
	(void)context, (void)subsystem, (void)event;
	return true;
}

static const char *event_name(struct compile *compile, const struct probe_spec *spec)
{
	return arena_printf(compile->arena, "%s:%s", spec->module, spec->function);
}

int tracepoint_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec)
{
	if (provider_check_parts(compile, point, 2, 2) < 0)
		return -1;
	spec->module = provider_open_part(compile, point, 1, spec);
	spec->function = provider_open_part(compile, point, 2, spec);
	if (!spec->module[0] || !spec->function[0]) {
		diag_hint(&compile->diags,
			  diag_error(&compile->diags, "probe-event", point->span,
				     "a tracepoint needs a subsystem and an event"),
			  "write %s", providers[spec->provider].forms);
		return -1;
	}
	spec->canonical = arena_printf(compile->arena, "tracepoint:%s:%s", spec->module,
				       spec->function);
	if (provider_is_pattern(spec->module) || provider_is_pattern(spec->function))
		spec->flags |= ATTACH_WILDCARD;
	if (spec->flags & ATTACH_PARAMETERS) {
		spec->flags |= ATTACH_WILDCARD; /* it may be one */
		return 0;
	}
	if (!tracefs_available(compile))
		return 0; /* settled where it runs, unless `args` is used */
	if (is_wildcard(spec)) {
		if (tracefs_each_event(compile, spec->module, spec->function, count_event, NULL))
			return 0;
		return provider_unmatched(spec, arena_printf(compile->arena,
							     "tracepoint that matches \"%s\"",
							     event_name(compile, spec)));
	}
	if (tracefs_event_exists(compile, spec->module, spec->function))
		return 0;
	return provider_missing(compile, point, spec,
				arena_printf(compile->arena, "tracepoint \"%s\"",
					     event_name(compile, spec)),
				tracefs_nearest(compile, spec->module, spec->function));
}

struct expansion {
	struct compile *compile;
	const struct attach_point *point;
	struct probe *probe;
	uint32_t count;
};

static bool add_event(void *context, const char *subsystem, const char *event)
{
	struct expansion *expansion = context;
	struct compile *compile = expansion->compile;
	struct attach_point *point = arena_new(compile->arena, struct attach_point);
	struct probe_spec *spec = arena_new(compile->arena, struct probe_spec);

	*point = *expansion->point;
	*spec = *expansion->point->spec;
	point->spec = spec;
	spec->module = subsystem;
	spec->function = event;
	spec->flags &= ~(uint32_t)ATTACH_WILDCARD;
	spec->flags |= ATTACH_IGNORE_MISSING;
	spec->canonical = arena_printf(compile->arena, "tracepoint:%s:%s", subsystem, event);
	*list_push(compile->arena, &expansion->probe->points) = point;
	return ++expansion->count < MAX_EXPANDED;
}

static void report_no_tracefs(struct compile *compile, struct span span)
{
	struct diag *diag = diag_error(&compile->diags, "no-tracefs", span,
				       "the args of a tracepoint are described in tracefs, which is "
				       "not mounted or not readable");

	diag_hint(&compile->diags, diag,
		  "mount -t tracefs tracefs /sys/kernel/tracing, and run as root");
}

int tracepoint_expand(struct compile *compile, struct attach_point *point, struct probe *probe)
{
	struct expansion expansion = { .compile = compile, .point = point, .probe = probe };

	if (point->spec->flags & ATTACH_PARAMETERS) {
		struct diag *diag = diag_error(&compile->diags, "open-parameter", point->span,
					       "args must be known when the script is built, and the "
					       "event is a parameter");

		diag_hint(&compile->diags, diag, "write it out, or run the script with sonde");
		return -1;
	}
	if (!tracefs_available(compile)) {
		report_no_tracefs(compile, point->span);
		return -1;
	}
	tracefs_each_event(compile, point->spec->module, point->spec->function, add_event,
			   &expansion);
	if (expansion.count < MAX_EXPANDED)
		return 0;
	diag_error(&compile->diags, "too-many-targets", point->span,
		   "\"%s\" matches more than %u tracepoints", point->text, MAX_EXPANDED);
	return -1;
}

static bool is_syscall_event(const struct attach_point *point)
{
	return point->spec && point->spec->provider == PROVIDER_TRACEPOINT &&
	       strcmp(point->spec->module, "syscalls") == 0;
}

/* Whether a name, or a pattern, can be an event of one direction. */
static bool may_be(const struct probe_spec *spec, const char *prefix)
{
	size_t len = strlen(prefix), fixed = strcspn(spec->function, "*?[");

	return strncmp(spec->function, prefix, fixed < len ? fixed : len) == 0 &&
	       (is_wildcard(spec) || fixed >= len);
}

struct direction {
	uint32_t enter, exit;
};

static bool count_directions(void *context, const char *subsystem, const char *event)
{
	struct direction *count = context;

	(void)subsystem;
	count->enter += strncmp(event, "sys_enter_", 10) == 0;
	count->exit += strncmp(event, "sys_exit_", 9) == 0;
	return true;
}

static void count_point(struct compile *compile, const struct probe_spec *spec,
			struct direction *total)
{
	struct direction count = { 0 };

	if (is_wildcard(spec) && !tracefs_available(compile)) {
		count.enter = may_be(spec, "sys_enter_") ? MANY_SYSCALLS : 0;
		count.exit = may_be(spec, "sys_exit_") ? MANY_SYSCALLS : 0;
	} else if (is_wildcard(spec)) {
		tracefs_each_event(compile, spec->module, spec->function, count_directions, &count);
	} else {
		count_directions(&count, "", spec->function);
	}
	total->enter += count.enter;
	total->exit += count.exit;
}

static void add_raw_point(struct compile *compile, struct probe *probe,
			  const struct attach_point *from, int direction)
{
	struct attach_point *point = arena_new(compile->arena, struct attach_point);
	struct probe_spec *spec = arena_new(compile->arena, struct probe_spec);

	*point = *from;
	*spec = *from->spec;
	point->spec = spec;
	if (direction == SYSCALLS_ENTER)
		spec->syscalls = SYSCALLS_ENTER;
	else if (direction == SYSCALLS_EXIT)
		spec->syscalls = SYSCALLS_EXIT;
	*list_push(compile->arena, &probe->points) = point;
}

void tracepoint_choose(struct compile *compile, struct probe *probe)
{
	struct direction total = { 0 };
	struct probe chosen = { 0 };

	for (uint32_t i = 0; i < probe->points.count; i++)
		if (is_syscall_event(probe->points.items[i]))
			count_point(compile, probe->points.items[i]->spec, &total);
	if (total.enter < MANY_SYSCALLS && total.exit < MANY_SYSCALLS)
		return;
	for (uint32_t i = 0; i < probe->points.count; i++) {
		struct attach_point *point = probe->points.items[i];
		struct direction own = { 0 };
		bool to_enter, to_exit;

		if (is_syscall_event(point))
			count_point(compile, point->spec, &own);
		to_enter = own.enter && total.enter >= MANY_SYSCALLS;
		to_exit = own.exit && total.exit >= MANY_SYSCALLS;
		/* A pattern for both directions goes raw for both. */
		if (own.enter && own.exit)
			to_enter = to_exit = true;
		if (to_enter)
			add_raw_point(compile, &chosen, point, SYSCALLS_ENTER);
		if (to_exit)
			add_raw_point(compile, &chosen, point, SYSCALLS_EXIT);
		if (!to_enter && !to_exit)
			*list_push(compile->arena, &chosen.points) = point;
	}
	probe->points.items = chosen.points.items;
	probe->points.count = chosen.points.count;
	probe->points.capacity = chosen.points.capacity;
}

enum program_kind tracepoint_program(struct compile *compile, const struct probe_spec *spec)
{
	(void)compile;
	if (spec->syscalls == SYSCALLS_ENTER)
		return PROGRAM_RAW_SYSCALL_ENTER;
	if (spec->syscalls == SYSCALLS_EXIT)
		return PROGRAM_RAW_SYSCALL_EXIT;
	return PROGRAM_TRACEPOINT;
}

/* The same members as the event's record, in the registers of the system call. */
static struct type *syscall_args(struct compile *compile, const struct type *record, bool is_exit)
{
	struct type *args = type_struct(&compile->types, TYPE_STRUCT, record->name, ORIGIN_SYSCALL);
	uint32_t slot = 0;

	for (uint32_t i = 0; i < record->members.count; i++) {
		const struct type_member *from = &record->members.items[i];
		bool is_number = strcmp(from->name, "__syscall_nr") == 0 ||
				 (is_exit && strcmp(from->name, "nr") == 0);
		struct type_member *member;

		/* Later kernels add texts of pointed-to arguments (`__data_loc`) at the end. */
		if (from->data_loc)
			continue;
		member = type_add_member(&compile->types, args, from->name, from->type, 0);
		member->bit_offset = from->bit_offset;
		member->is_user_pointer = from->is_user_pointer;
		member->slot = is_number ? SLOT_NUMBER : is_exit ? SLOT_RESULT : slot++;
	}
	args->size = record->size;
	args->align = 8;
	return args;
}

struct type *tracepoint_args(struct compile *compile, const struct probe_spec *spec,
			     struct span use)
{
	struct type *record;

	if (is_wildcard(spec))
		return NULL;
	if (!tracefs_available(compile)) {
		report_no_tracefs(compile, use);
		return compile->types.poison;
	}
	record = tracefs_record(compile, spec->module, spec->function);
	if (!record) {
		diag_error(&compile->diags, "tracepoint-format", use,
			   "the format of tracepoint \"%s:%s\" cannot be read", spec->module,
			   spec->function);
		return compile->types.poison;
	}
	if (spec->syscalls == SYSCALLS_NONE)
		return record;
	return syscall_args(compile, record, spec->syscalls == SYSCALLS_EXIT);
}

static void report_no_btf(struct compile *compile, struct span span)
{
	struct diag *diag = diag_error(&compile->diags, "no-btf", span,
				       "the args of a rawtracepoint are described in the kernel's "
				       "BTF, and this kernel has none");

	diag_hint(&compile->diags, diag, "arg0, arg1, ... are there without");
}

/* As the peer names it: always with the module that has the event. */
static void name_raw(struct compile *compile, struct probe_spec *spec, const struct type *args)
{
	const char *module = spec->module;

	if (!module)
		module = args && args->module[0] ? args->module : "vmlinux";
	spec->canonical =
		arena_printf(compile->arena, "rawtracepoint:%s:%s", module, spec->function);
}

int rawtracepoint_parse(struct compile *compile, struct attach_point *point,
			struct probe_spec *spec)
{
	uint32_t count = point->parts.count;
	const struct type *args;

	if (provider_check_parts(compile, point, 1, 2) < 0)
		return -1;
	spec->function = provider_part(compile, point, count - 1);
	spec->module = count == 3 ? provider_part(compile, point, 1) : NULL;
	if (!spec->function || (count == 3 && !spec->module))
		return -1;
	if (!spec->function[0]) {
		diag_hint(&compile->diags,
			  diag_error(&compile->diags, "probe-event", point->span,
				     "a rawtracepoint needs the name of an event"),
			  "write %s", providers[spec->provider].forms);
		return -1;
	}
	name_raw(compile, spec, NULL);
	if (provider_is_pattern(spec->function) ||
	    (spec->module && provider_is_pattern(spec->module))) {
		spec->flags |= ATTACH_WILDCARD;
		return 0;
	}
	/* Without BTF and tracefs nothing is known here: settled where it runs. */
	args = kernel_types_raw_tracepoint(compile, spec->module, spec->function);
	name_raw(compile, spec, args);
	if (args || !kernel_types_available(compile) || !tracefs_available(compile) ||
	    tracefs_each_event(compile, "*", spec->function, count_event, NULL))
		return 0;
	return provider_missing(compile, point, spec,
				arena_printf(compile->arena, "raw tracepoint \"%s\"",
					     spec->function),
				kernel_types_nearest_event(compile, spec->function));
}

static bool add_raw_event(void *context, const char *event)
{
	struct expansion *expansion = context;
	const char *module = expansion->point->spec->module;
	bool go_on = add_event(context, module, event);
	struct probe *probe = expansion->probe;

	name_raw(expansion->compile, probe->points.items[probe->points.count - 1]->spec, NULL);
	return go_on;
}

int rawtracepoint_expand(struct compile *compile, struct attach_point *point, struct probe *probe)
{
	struct expansion expansion = { .compile = compile, .point = point, .probe = probe };

	if (!kernel_types_available(compile)) {
		report_no_btf(compile, point->span);
		return -1;
	}
	kernel_types_each_event(compile, point->spec->function, add_raw_event, &expansion);
	if (expansion.count == 0)
		return provider_unmatched(point->spec,
					  arena_printf(compile->arena,
						       "raw tracepoint that matches \"%s\"",
						       point->spec->function));
	if (expansion.count < MAX_EXPANDED)
		return 0;
	diag_error(&compile->diags, "too-many-targets", point->span,
		   "\"%s\" matches more than %u raw tracepoints", point->text, MAX_EXPANDED);
	return -1;
}

struct type *rawtracepoint_args(struct compile *compile, const struct probe_spec *spec,
				struct span use)
{
	struct type *args = NULL;

	if (!is_wildcard(spec))
		args = kernel_types_raw_tracepoint(compile, spec->module, spec->function);
	if (args)
		return args;
	if (!kernel_types_available(compile))
		report_no_btf(compile, use);
	else
		diag_error(&compile->diags, "no-args", use,
			   "the arguments of %s are not in this kernel's BTF", spec->canonical);
	return compile->types.poison;
}
