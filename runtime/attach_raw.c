/* Raw tracepoints: one bpf(2) each; they attach and detach without a grace period to wait for. Also what
 * tracepoints whose body reads no args become. */
#include "attach.h"
#include "base/btf_view.h"
#include "events.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct match {
	struct session *session;
	uint32_t program, row, count;
};

/* Bytes of union bpf_attr for BPF_RAW_TRACEPOINT_OPEN with a cookie (Linux 6.10); older headers and
 * libraries lack it. */
struct raw_open {
	uint64_t name;
	uint32_t program_fd, padding;
	uint64_t cookie;
};

static int open_raw(struct session *session, uint32_t program, const char *event, uint64_t cookie)
{
	int program_fd = bpf_program__fd(session->programs[program]), fd;
	struct raw_open attr = {(uintptr_t)event, (uint32_t)program_fd, 0, cookie};

	/* A BTF-typed program knows its tracepoint since it was loaded. */
	if (session->plan->programs.items[program].kind == PROGRAM_TP_BTF)
		attr.name = 0;
	fd = (int)syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr,
			  attach_wants_cookie(session, program) ? sizeof(attr)
							      : sizeof(attr) - sizeof(uint64_t));
	return fd < 0 ? -errno : fd;
}

static int attach_event(struct session *session, uint32_t program, uint32_t row, uint64_t target,
			const char *event)
{
	int fd = open_raw(session, program, event, target);

	if (fd == -ENOENT)
		return attach_missing(session, row, "there is no raw tracepoint %s on this kernel",
				      event);
	if (fd == -E2BIG)
		return session_fail(session, fd, session->plan->attaches.items[row].source,
				    "write one probe for each event, or use tracepoint probes",
				    "which raw tracepoint fired is only known since Linux 6.10");
	if (fd == -EINVAL)
		return session_fail(session, fd, session->plan->attaches.items[row].source,
				    "name the events that have it",
				    "the raw tracepoint %s has fewer arguments than are read here", event);
	return fd < 0 ? attach_failed(session, row, fd) : attach_add(session, fd, -1);
}

static int attach_match(struct match *match, const char *module, const char *event)
{
	const struct plan_attach *attach = &match->session->plan->attaches.items[match->row];
	uint64_t target;

	if (attach->provider == PROVIDER_TRACEPOINT)
		target = attach_target(match->session, "tracepoint:%s:%s", module, event);
	else
		target = attach_target(match->session, "rawtracepoint:%s:%s", module, event);
	match->count++;
	return attach_event(match->session, match->program, match->row, target, event);
}

static int attach_tracefs_match(void *context, const char *subsystem, const char *event)
{
	return attach_match(context, subsystem, event);
}

/* The kernel's BTF has a typedef btf_trace_NAME for every tracepoint. */
static int each_raw(const char *pattern, struct match *match)
{
	static const char prefix[] = "btf_trace_";
	struct btf_view *view;
	int error = btf_view_open("/sys/kernel/btf/vmlinux", NULL, &view);

	if (error)
		return events_each("*", pattern, attach_tracefs_match, match);
	for (uint32_t i = 1; !error && i <= btf_view_count(view); i++) {
		const struct btf_type *type = btf_view_type(view, i);
		const char *name = btf_view_name(view, type);

		if (BTF_INFO_KIND(type->info) == BTF_KIND_TYPEDEF &&
		    !strncmp(name, prefix, sizeof(prefix) - 1) &&
		    !fnmatch(pattern, name + sizeof(prefix) - 1, 0))
			error = attach_match(match, "vmlinux", name + sizeof(prefix) - 1);
	}
	btf_view_free(view);
	return error;
}

int attach_raw(struct session *session, uint32_t program, uint32_t row)
{
	const struct plan_attach *attach = &session->plan->attaches.items[row];
	const char *module = plan_string(session->plan, attach->module);
	const char *event = plan_string(session->plan, attach->function);
	struct match match = {session, program, row, 0};
	int error;

	if (!(attach->flags & ATTACH_WILDCARD))
		return attach_event(session, program, row, row, event);
	if (attach->provider == PROVIDER_TRACEPOINT)
		error = events_each(module, event, attach_tracefs_match, &match);
	else
		error = each_raw(event, &match);
	if (!error && !match.count)
		error = attach_missing(session, row, "no raw tracepoint matches %s", event);
	return error;
}
