/* Kprobes: one multi link for all functions of a program where the kernel has it (fprobe, Linux 5.18),
 * else a perf event each. Wildcards match available_filter_functions, or kallsyms without it. */
#include "attach.h"
#include "events.h"
#include "kernel_functions.h"
#include "perf_event.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The functions of one program. */
struct functions {
	struct session *session;
	uint32_t program, row;
	LIST(const char *) names;
	LIST(uint64_t) targets;
	LIST(uint64_t) offsets;
	LIST(uint32_t) rows;
};

static bool is_return(const struct session *session, uint32_t program)
{
	return session->plan->programs.items[program].provider == PROVIDER_KRETPROBE;
}

/* Multi links take whole functions only. */
static bool is_multi_candidate(const struct session *session, uint32_t program)
{
	const struct plan_program *row = &session->plan->programs.items[program];
	bool is_many = row->attach_count > 1;

	for (uint32_t i = 0; i < row->attach_count; i++) {
		const struct plan_attach *attach =
			&session->plan->attaches.items[row->first_attach + i];

		if (attach->offset || attach->flags & ATTACH_ADDRESS)
			return false;
		is_many = is_many || attach->flags & ATTACH_WILDCARD;
	}
	return is_many;
}

static bool kernel_has_multi(void)
{
	static int known = -1;
	static const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, load, .expected_attach_type = BPF_TRACE_KPROBE_MULTI);
	LIBBPF_OPTS(bpf_link_create_opts, link);
	const char *names[] = {"ksys_read"};
	int fd, link_fd;

	if (known >= 0)
		return known;
	known = 0;
	fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", code, 2, &load);
	if (fd < 0)
		return false;
	link.kprobe_multi.syms = names;
	link.kprobe_multi.cnt = 1;
	link_fd = bpf_link_create(fd, 0, BPF_TRACE_KPROBE_MULTI, &link);
	known = link_fd >= 0;
	if (link_fd >= 0)
		close(link_fd);
	close(fd);
	return known;
}

int attach_kprobe_prepare(struct session *session, uint32_t program)
{
	if (!is_multi_candidate(session, program) || !kernel_has_multi())
		return 0;
	return bpf_program__set_expected_attach_type(session->programs[program],
						     BPF_TRACE_KPROBE_MULTI);
}

static void add_function(struct functions *functions, const char *name, uint64_t offset,
			 uint64_t target)
{
	struct arena *arena = functions->session->arena;

	*list_push(arena, &functions->names) = arena_strdup(arena, name);
	*list_push(arena, &functions->offsets) = offset;
	*list_push(arena, &functions->targets) = target;
	*list_push(arena, &functions->rows) = functions->row;
}

static int add_match(void *context, const char *name)
{
	struct functions *functions = context;
	const char *provider =
		is_return(functions->session, functions->program) ? "kretprobe" : "kprobe";

	add_function(functions, name, 0,
		     attach_target(functions->session, "%s:%s", provider, name));
	return 0;
}

static int find_functions(struct functions *functions)
{
	struct session *session = functions->session;
	const struct plan_attach *attach = &session->plan->attaches.items[functions->row];
	const char *name = plan_string(session->plan, attach->function);
	uint32_t before = functions->names.count;
	int error;

	if (!(attach->flags & ATTACH_WILDCARD)) {
		add_function(functions, attach->flags & ATTACH_ADDRESS ? "" : name, attach->offset,
			     functions->row);
		return 0;
	}
	error = kernel_functions_each(plan_string(session->plan, attach->module), name, add_match,
				      functions);
	if (!error && functions->names.count == before)
		error = attach_missing(session, functions->row,
				       "no kernel function that can be traced matches %s", name);
	return error;
}

static int attach_one(const struct functions *functions, uint32_t i)
{
	struct session *session = functions->session;
	const char *name = functions->names.items[i];
	uint32_t row = functions->rows.items[i];
	int fd;
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = (uint32_t)perf_event_source_type("kprobe"),
		.config = is_return(session, functions->program),
		.kprobe_func = *name ? (uintptr_t)name : 0,
		.config2 = functions->offsets.items[i], /* probe_offset, or kprobe_addr */
	};

	fd = perf_event_open_on(&attr, 0, 0);
	if (fd == -ENOENT || fd == -EINVAL || fd == -EADDRNOTAVAIL) {
		if (session->plan->attaches.items[row].flags & ATTACH_WILDCARD)
			return 0; /* listed, but not for kprobes */
		return attach_missing(session, row,
				      "the kernel has no function \"%s\" that can be traced", name);
	}
	return fd < 0 ? attach_failed(session, row, fd)
		      : attach_perf_event(session, functions->program, row,
					  functions->targets.items[i], fd);
}

static int link_multi(const struct functions *functions, uint32_t first, uint32_t count)
{
	struct session *session = functions->session;
	LIBBPF_OPTS(bpf_link_create_opts, options);

	options.kprobe_multi.syms = functions->names.items + first;
	options.kprobe_multi.cnt = count;
	if (attach_wants_cookie(session, functions->program))
		options.kprobe_multi.cookies = (const __u64 *)functions->targets.items + first;
	if (is_return(session, functions->program))
		options.kprobe_multi.flags = BPF_F_KPROBE_MULTI_RETURN;
	return bpf_link_create(bpf_program__fd(session->programs[functions->program]), 0,
			       BPF_TRACE_KPROBE_MULTI, &options);
}

/* Many functions by one link. The kernel takes all or none, and does not say which it cannot trace: those
 * are found by halves. */
static int attach_multi(const struct functions *functions, uint32_t first, uint32_t count)
{
	struct session *session = functions->session;
	int fd, error;

	if (!count)
		return 0;
	fd = link_multi(functions, first, count);
	if (fd >= 0) {
		attach_add(session, fd, -1);
		attach_counted(session, count - 1);
		return 0;
	}
	if (fd != -ESRCH)
		return attach_failed(session, functions->rows.items[first], fd);
	if (count == 1)
		return attach_missing(session, functions->rows.items[first],
				      "the kernel has no function \"%s\" that can be traced",
				      functions->names.items[first]);
	error = attach_multi(functions, first, count / 2);
	return error ? error : attach_multi(functions, first + count / 2, count - count / 2);
}

int attach_kprobe(struct session *session, uint32_t program)
{
	const struct plan_program *row = &session->plan->programs.items[program];
	struct functions functions = {.session = session, .program = program};
	bool has_kprobes = perf_event_source_type("kprobe") >= 0;
	int error = 0;

	for (uint32_t i = 0; !error && i < row->attach_count; i++) {
		functions.row = row->first_attach + i;
		error = has_kprobes ? find_functions(&functions)
				    : attach_missing(session, functions.row,
						     "this kernel is built without kprobes "
						     "(tracepoints, uprobes and profiles work)");
	}
	if (error)
		return error;
	if (is_multi_candidate(session, program) && kernel_has_multi())
		return attach_multi(&functions, 0, functions.names.count);
	for (uint32_t i = 0; !error && i < functions.names.count; i++)
		error = attach_one(&functions, i);
	return error;
}
