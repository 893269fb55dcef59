/* Run: the order of things from image to the last line of output. */
#include "attach.h"
#include "child.h"
#include "load.h"
#include "loop.h"
#include "losses.h"
#include "maps.h"
#include "named.h"
#include "params.h"
#include "records.h"
#include "runtime.h"
#include "session.h"
#include "targets.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { OUTPUT_BUFFER_BYTES = 256 * 1024, DRAIN_PAUSE_NS = 500 * 1000 };

/* ---- what wakes the loop -------------------------------------------------------------------- */

/* A program wakes us only when it finds the ring empty; draining at most once in a while lets it send
 * many records for one wake-up, and makes each of them cheaper. An event after a pause is seen at
 * once. */
static int on_records(void *context, int fd)
{
	struct session *session = context;
	struct timespec now, pause = {0};

	(void)fd;
	clock_gettime(CLOCK_MONOTONIC, &now);
	pause.tv_nsec = DRAIN_PAUSE_NS - (now.tv_nsec - session->last_drain.tv_nsec) -
			(now.tv_sec - session->last_drain.tv_sec) * 1000000000L;
	if (pause.tv_nsec > 0 && pause.tv_nsec <= DRAIN_PAUSE_NS)
		nanosleep(&pause, NULL);
	clock_gettime(CLOCK_MONOTONIC, &session->last_drain);
	return records_drain(session);
}

/* Ctrl-C and friends; from now on they end the process at once. */
static int on_signal(void *context, int fd)
{
	struct session *session = context;
	struct signalfd_siginfo info;
	sigset_t set;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	session->is_exiting = true;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	return 0;
}

static int on_process_end(void *context, int fd)
{
	struct session *session = context;
	int error = records_drain_all(session); /* what it did last */

	session->is_exiting = true;
	loop_remove(session->loop, fd);
	return error;
}

/* Until here a signal just ends the process: loading may take long, and leaves nothing behind. */
static int watch_signals(struct session *session)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return -errno;
	return loop_add(session->loop, fd, 1, on_signal, session);
}

static int watch_process(struct session *session, uint32_t pid)
{
	int fd = child_open_pidfd(pid);

	if (fd < 0)
		return session_fail(session, fd, PLAN_NONE, NULL, "cannot watch process %u: %s", pid,
				    strerror(-fd));
	return loop_add(session->loop, fd, 1, on_process_end, session);
}

/* ---- output --------------------------------------------------------------------------------- */

static void lookup_kernel_symbol(void *context, uint64_t address, bool show_offset,
				 struct strbuf *out)
{
	symbols_kernel(((struct session *)context)->symbols, address, show_offset, out);
}

static void lookup_user_symbol(void *context, uint32_t pid, uint64_t address, bool show_offset,
			       struct strbuf *out)
{
	symbols_user(((struct session *)context)->symbols, pid, address, show_offset, out);
}

static void lookup_user_module(void *context, uint32_t pid, uint64_t address, struct strbuf *out)
{
	symbols_user_module(((struct session *)context)->symbols, pid, address, out);
}

static uint32_t lookup_stack(void *context, uint32_t map, uint64_t id, uint64_t *frames,
			     uint32_t max)
{
	return maps_read_stack(context, map, id, frames, max);
}

static const char *lookup_target(void *context, uint64_t number)
{
	return targets_name(((struct session *)context)->targets, number);
}

static int on_process_news(void *context, int fd)
{
	(void)fd;
	symbols_drain(((struct session *)context)->symbols);
	return 0;
}

/* Scripts with user stacks or symbols: learn of execs, so that short-lived processes resolve. */
static void watch_execs(struct session *session)
{
	const struct plan *plan = session->plan;
	bool is_needed = false;

	for (uint32_t i = 0; i < plan->types.count; i++)
		is_needed |= plan->types.items[i].kind == VALUE_USTACK ||
			     plan->types.items[i].kind == VALUE_USYM;
	if (!is_needed)
		return;
	symbols_watch(session->symbols);
	if (symbols_watch_fd(session->symbols) >= 0)
		loop_add(session->loop, symbols_watch_fd(session->symbols), 0, on_process_news, session);
}

/* Caching by process is exact and by file already: by program would be the same. */
static uint32_t symbols_flags_of(const struct plan_config *config)
{
	uint32_t flags = config->demangle ? SYMBOLS_DEMANGLE : 0;

	if (config->cache_user_symbols)
		flags |= SYMBOLS_CACHE;
	if (config->cache_user_symbols && !config->lazy_symbolication)
		flags |= SYMBOLS_AHEAD;
	return flags;
}

static int open_output(struct session *session)
{
	const char *path = session->options->output_path;
	struct output_lookup lookup = {
		.context = session,
		.kernel_symbol = lookup_kernel_symbol,
		.user_symbol = lookup_user_symbol,
		.user_module = lookup_user_module,
		.stack = lookup_stack,
		.target = lookup_target,
	};

	session->out = path ? fopen(path, "we") : stdout;
	if (!session->out)
		return session_fail(session, -errno, PLAN_NONE, NULL, "cannot write \"%s\": %s",
				    path, strerror(errno));
	/* Lines are flushed when the ring buffer is empty, which is as good as line by line. */
	setvbuf(session->out, NULL,
		session->options->buffering == BUFFER_NONE ? _IONBF : _IOFBF,
		OUTPUT_BUFFER_BYTES);
	session->symbols = symbols_create(symbols_flags_of(&session->plan->config));
	session->output = output_create(session->plan, session->options->format, session->out,
					&lookup);
	return 0;
}

/* Gives what was printed to the reader; a reader that is gone ends the run quietly. */
static void flush_output(struct session *session)
{
	int error;

	if (session->options->buffering == BUFFER_FULL && !session->is_exiting)
		return;
	error = output_flush(session->output);
	if (!error || session->is_closed)
		return;
	if (error != -EPIPE)
		session_fail(session, error, PLAN_NONE, NULL, "cannot write the output: %s",
			     strerror(-error));
	session->is_closed = true;
	session->is_exiting = true;
	/* Nobody shall try once more to write what is left. */
	__fpurge(session->out);
	clearerr(session->out);
}

/* ---- the run -------------------------------------------------------------------------------- */

/* A caller may have closed standard streams: nothing of ours may take their numbers. */
static void fill_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static int prepare(struct session *session)
{
	int error = 0;

	if (session->plan->config.unsafe && !session->options->unsafe)
		error = session_fail(session, -EPERM, PLAN_NONE, "give --unsafe to allow it",
				     "the script changes the system");
	if (!error)
		error = open_output(session);
	if (error)
		return error;
	if (session->options->helper_errors && !session->plan->config.count_failed_reads)
		session_warn(session, PLAN_NONE, "-k tells nothing: the script was compiled without it");
	session->cpu_count = (uint32_t)libbpf_num_possible_cpus();
	session->targets = targets_create(session);
	session->loop = loop_create();
	if (!session->loop)
		return -errno;
	watch_execs(session);
	if (session->options->command)
		error = child_create(session);
	if (!error && session->options->pid)
		error = watch_process(session, session->options->pid);
	if (!error && session->options->pid)
		symbols_remember_process(session->symbols, session->options->pid);
	return error;
}

/* Scripts of begin and end alone, be it because the rest is missing here, are done when those have run. */
static bool has_events(const struct session *session)
{
	uint32_t marks = 0;

	for (uint32_t i = 0; i < session->plan->attaches.count; i++)
		marks += session->plan->attaches.items[i].provider == PROVIDER_BEGIN ||
			 session->plan->attaches.items[i].provider == PROVIDER_END;
	return attach_count(session) > marks;
}

static int start(struct session *session)
{
	int error = attach_run_all(session, PROVIDER_BEGIN), drained;

	if (!error)
		error = attach_all(session);
	if (!error && session->ring)
		error = loop_add(session->loop, ring_buffer__epoll_fd(session->ring), 0, on_records,
				 session);
	if (!error && !session->options->quiet)
		output_attached(session->output, attach_count(session));
	drained = records_drain_all(session); /* what begin printed, also when something else failed */
	error = error ? error : drained;
	flush_output(session);
	if (!has_events(session))
		session->is_exiting = true;
	if (!error && session->child && !session->is_exiting) {
		error = watch_process(session, child_pid(session->child));
		if (!error)
			error = child_release(session);
		if (!error)
			symbols_remember_process(session->symbols, child_pid(session->child));
	}
	return error;
}

static int wait_for_end(struct session *session)
{
	int error = 0;

	while (!session->is_exiting && error >= 0) {
		error = loop_wait(session->loop, -1);
		flush_output(session);
	}
	return error < 0 ? error : 0;
}

/* From the last event to the last line. */
static void finish(struct session *session)
{
	attach_stop(session);
	records_drain_all(session);
	child_free(session->child);
	session->child = NULL;
	session->has_exited = false;
	attach_run_all(session, PROVIDER_END);
	flush_output(session);
	if (session->is_closed)
		return;
	output_end(session->output);
	if (session->plan->config.print_maps_on_exit)
		maps_print_all(session);
	losses_report(session);
	flush_output(session);
}

int runtime_run(const void *data, size_t size, const struct run_options *options)
{
	struct session session = {.options = options, .arena = arena_create()};
	bool has_help = false;
	int error;

	fill_standard_streams();
	error = load_plan(&session, data, size);
	if (!error)
		error = named_settle(&session, &has_help);
	if (has_help)
		goto out;
	if (!error)
		error = params_settle_attaches(&session);
	if (!error)
		error = prepare(&session);
	if (!error)
		error = load_object(&session, data, size);
	if (!error)
		error = watch_signals(&session);
	if (!error && options->dry_run) {
		error = attach_all(&session);
		goto out;
	}
	if (!error)
		error = start(&session);
	if (error)
		goto out;
	error = wait_for_end(&session);
	finish(&session);
out:
	if (error && !session.error.len)
		session_fail(&session, error, PLAN_NONE, NULL, "cannot run the script: %s",
			     strerror(-error));
	fputs(strbuf_text(&session.error), stderr);
	child_free(session.child);
	attach_free(session.attachments);
	output_free(session.output);
	symbols_free(session.symbols);
	loop_free(session.loop);
	ring_buffer__free(session.ring);
	bpf_object__close(session.object);
	if (options->output_path && session.out)
		fclose(session.out);
	error = session.error.len ? 1 + session.is_misused : session.exit_code;
	strbuf_free(&session.error);
	arena_free(session.arena);
	return error;
}
