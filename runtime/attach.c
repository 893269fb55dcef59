/* Attach: walks the programs in order, one table row per provider. Links are kept as descriptors: closing
 * a link's descriptor takes its program off at once, closing a perf event's waits for the kernel,
 * so the two are closed apart. */
#include "attach.h"

#include "records.h"
#include "targets.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/perf_event.h>

struct link {
	int fd, perf_fd; /* -1: none or closed */
};

/* A pattern that nothing here matches: fine, as long as its block is attached to something else. */
struct unmatched {
	uint32_t row;
	const char *text; /* what a message says of it */
};

struct attachments {
	LIST(struct link) links;
	LIST(struct unmatched) unmatched;
	uint32_t count; /* probes */
};

struct provider {
	int (*prepare)(struct session *session, uint32_t program);
	/* One of the two: a program's rows together, or one by one. */
	int (*attach_program)(struct session *session, uint32_t program);
	int (*attach_row)(struct session *session, uint32_t program, uint32_t row);
};

static int attach_nothing(struct session *session, uint32_t program, uint32_t row)
{
	(void)program;
	(void)row;
	attach_counted(session, 1);
	return 0;
}

static const struct provider providers[PROVIDER_COUNT] = {
	[PROVIDER_BEGIN] = {.attach_row = attach_nothing},
	[PROVIDER_END] = {.attach_row = attach_nothing},
	[PROVIDER_INTERVAL] = {.attach_row = attach_interval},
	[PROVIDER_PROFILE] = {.attach_row = attach_profile},
	[PROVIDER_TRACEPOINT] = {.attach_row = attach_tracepoint},
	[PROVIDER_RAWTRACEPOINT] = {.attach_row = attach_raw},
	[PROVIDER_KPROBE] = {attach_kprobe_prepare, attach_kprobe, NULL},
	[PROVIDER_KRETPROBE] = {attach_kprobe_prepare, attach_kprobe, NULL},
	[PROVIDER_FENTRY] = {attach_fentry_prepare, NULL, attach_fentry},
	[PROVIDER_FEXIT] = {attach_fentry_prepare, NULL, attach_fentry},
	[PROVIDER_UPROBE] = {attach_uprobe_prepare, attach_uprobe, NULL},
	[PROVIDER_URETPROBE] = {attach_uprobe_prepare, attach_uprobe, NULL},
};

/* A tracepoint's program may be of another kind than its provider's name says. */
static const struct provider syscalls = {.attach_program = attach_syscalls};
static const struct provider raw = {.attach_row = attach_raw};

static const struct provider *provider_of(const struct plan_program *program)
{
	if (program->kind == PROGRAM_RAW_SYSCALL_ENTER || program->kind == PROGRAM_RAW_SYSCALL_EXIT)
		return &syscalls;
	if (program->kind == PROGRAM_RAW_TRACEPOINT || program->kind == PROGRAM_TP_BTF)
		return &raw;
	return &providers[program->provider];
}

/* Each program's number of rows was checked by the decoder. */
static int attach_program(struct session *session, uint32_t program)
{
	const struct plan_program *row = &session->plan->programs.items[program];
	const struct provider *provider = provider_of(row);
	int error = 0;

	if (provider->attach_program)
		return provider->attach_program(session, program);
	for (uint32_t i = 0; !error && i < row->attach_count; i++)
		error = provider->attach_row(session, program, row->first_attach + i);
	return error;
}

/* Missing probes were allowed, and all are missing. */
static int nothing_to_attach(struct session *session)
{
	return session_fail(session, -ENOENT, PLAN_NONE, NULL, "no probe is left to attach");
}

/* Attaching may take two files for each target. */
static void raise_file_limit(struct session *session)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &session->file_limit))
		return;
	limit = session->file_limit;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int attach_prepare(struct session *session)
{
	int error = 0;

	session->attachments = calloc(1, sizeof(*session->attachments));
	if (!session->attachments)
		return -ENOMEM;
	for (uint32_t i = 0; !error && i < session->plan->programs.count; i++) {
		const struct provider *provider =
			provider_of(&session->plan->programs.items[i]);

		if (provider->prepare)
			error = provider->prepare(session, i);
	}
	return error || session->plan->programs.count ? error : nothing_to_attach(session);
}

static int check_count(struct session *session, uint32_t source)
{
	uint32_t max = session->plan->config.max_probes;

	if (!max || session->attachments->count <= max)
		return 0;
	return session_fail(session, -E2BIG, source,
			    "if this is what you want: config = { max_probes = N }",
			    "this attaches to more than %u probes", max);
}

static int report_missing(struct session *session, uint32_t row, const char *text)
{
	const struct plan_attach *attach = &session->plan->attaches.items[row];

	if (session->plan->config.missing_probes == 0)
		return session_fail(session, -ENOENT, attach->source,
				    "to go on without it: config = { missing_probes = \"warn\" }",
				    "%s", text);
	if (session->plan->config.missing_probes == 1 && !session->is_retry)
		session_warn(session, attach->source, "%s", text);
	return 0;
}

/* The first pattern of a block, known by its place, that nothing here matches. */
static int report_unmatched(struct session *session, uint32_t block)
{
	const struct plan *plan = session->plan;

	for (uint32_t i = 0; i < session->attachments->unmatched.count; i++) {
		const struct unmatched *unmatched = &session->attachments->unmatched.items[i];
		uint32_t program = plan->attaches.items[unmatched->row].program;

		if (plan->programs.items[program].source == block)
			return report_missing(session, unmatched->row, unmatched->text);
	}
	return 0;
}

int attach_all(struct session *session)
{
	const struct plan *plan = session->plan;
	uint32_t before = 0;
	int error = 0;

	raise_file_limit(session);
	for (uint32_t i = 0; !error && i < plan->programs.count; i++) {
		uint32_t block = plan->programs.items[i].source;

		if (session->programs[i])
			error = attach_program(session, i);
		if (!error)
			error = check_count(session, block);
		if (i + 1 < plan->programs.count && plan->programs.items[i + 1].source == block)
			continue;
		if (!error && attach_count(session) == before)
			error = report_unmatched(session, block);
		before = attach_count(session);
	}
	return error || attach_count(session) ? error : nothing_to_attach(session);
}

int attach_run(struct session *session, uint32_t program)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);

	return bpf_prog_test_run_opts(bpf_program__fd(session->programs[program]), &options);
}

int attach_run_all(struct session *session, enum provider_id provider)
{
	const struct plan *plan = session->plan;
	int error;

	for (uint32_t i = 0; !session->has_exited && i < plan->programs.count; i++) {
		const struct plan_program *row = &plan->programs.items[i];

		if (row->provider != provider || !session->programs[i])
			continue;
		error = attach_run(session, i);
		if (error)
			return session_fail(session, error, row->source,
					    error == -EOPNOTSUPP || error == -EINVAL
						    ? "begin, end and interval need Linux 5.10"
						    : NULL,
					    "cannot run this probe: %s", strerror(-error));
		if (provider == PROVIDER_END)
			error = records_drain_all(session);
		if (error)
			return error;
	}
	return 0;
}

int attach_add(struct session *session, int link_fd, int perf_fd)
{
	*list_push(session->arena, &session->attachments->links) = (struct link){link_fd, perf_fd};
	session->attachments->count++;
	return 0;
}

void attach_counted(struct session *session, uint32_t count)
{
	session->attachments->count += count;
}

uint32_t attach_count(const struct session *session)
{
	return session->attachments ? session->attachments->count : 0;
}

bool attach_wants_cookie(const struct session *session, uint32_t program)
{
	return session->plan->programs.items[program].target_source == TARGET_COOKIE;
}

int attach_perf_event(struct session *session, uint32_t program, uint32_t row, uint64_t target,
		      int perf_fd)
{
	int program_fd = bpf_program__fd(session->programs[program]), link_fd;
	LIBBPF_OPTS(bpf_link_create_opts, options);

	if (attach_wants_cookie(session, program))
		options.perf_event.bpf_cookie = target;
	/* Perf links since 5.15; before that the program sticks to the event itself. */
	link_fd = bpf_link_create(program_fd, perf_fd, BPF_PERF_EVENT, &options);
	if (link_fd < 0 && !attach_wants_cookie(session, program) &&
	    !ioctl(perf_fd, PERF_EVENT_IOC_SET_BPF, program_fd))
		link_fd = -1;
	else if (link_fd < 0) {
		link_fd = -errno;
		close(perf_fd);
		return attach_failed(session, row, link_fd);
	}
	ioctl(perf_fd, PERF_EVENT_IOC_ENABLE, 0);
	attach_add(session, link_fd, perf_fd);
	return check_count(session, session->plan->attaches.items[row].source);
}

int attach_missing(struct session *session, uint32_t row, const char *format, ...)
{
	struct strbuf text = {0};
	int error = 0;
	va_list ap;

	va_start(ap, format);
	strbuf_vprintf(&text, format, ap);
	va_end(ap);
	if (session->plan->attaches.items[row].flags & (ATTACH_WILDCARD | ATTACH_IGNORE_MISSING))
		*list_push(session->arena, &session->attachments->unmatched) =
			(struct unmatched){row, arena_strdup(session->arena, strbuf_text(&text))};
	else
		error = report_missing(session, row, strbuf_text(&text));
	strbuf_free(&text);
	return error;
}

int attach_failed(struct session *session, uint32_t row, int error)
{
	const struct plan_attach *attach = &session->plan->attaches.items[row];
	const char *probe = plan_string(session->plan, attach->probe), *hint = NULL;

	if (error == -EPERM || error == -EACCES)
		hint = "the kernel refuses it: is this root, and does lockdown allow it?";
	else if (error == -EMFILE)
		hint = "too many files are open: see ulimit -n";
	else if (error == -E2BIG) /* BPF_TRACE_MAX_PROGS of kernel/trace/bpf_trace.c */
		hint = "the kernel runs at most 64 programs on one event: merge blocks of the same probe";
	return session_fail(session, error, attach->source, hint, "cannot attach %s: %s",
			    *probe ? probe : "this probe", strerror(-error));
}

uint64_t attach_target(struct session *session, const char *format, ...)
{
	struct strbuf name = {0};
	uint64_t target;
	va_list ap;

	va_start(ap, format);
	strbuf_vprintf(&name, format, ap);
	va_end(ap);
	target = targets_add(session->targets, strbuf_text(&name));
	strbuf_free(&name);
	return target;
}

void attach_stop(struct session *session)
{
	struct attachments *attachments = session->attachments;

	if (!attachments)
		return;
	for (uint32_t i = 0; i < attachments->links.count; i++) {
		struct link *link = &attachments->links.items[i];

		/* No link: the event has the program, so the event must go now. */
		if (link->fd < 0 && link->perf_fd >= 0) {
			close(link->perf_fd);
			link->perf_fd = -1;
		} else if (link->fd >= 0) {
			close(link->fd);
		}
		link->fd = -1;
	}
}

void attach_free(struct attachments *attachments)
{
	if (!attachments)
		return;
	for (uint32_t i = 0; i < attachments->links.count; i++) {
		struct link *link = &attachments->links.items[i];

		if (link->fd >= 0)
			close(link->fd);
		if (link->perf_fd >= 0)
			close(link->perf_fd);
	}
	free(attachments);
}
