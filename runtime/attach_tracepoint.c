/* Tracepoints: a perf event for each, by the number that tracefs gives. */
#include "attach.h"
#include "events.h"
#include "perf_event.h"

#include <errno.h>

struct match {
	struct session *session;
	uint32_t program, row, count;
};

static int attach_event(struct session *session, uint32_t program, uint32_t row, uint64_t target,
			const char *subsystem, const char *event)
{
	int64_t id = events_id(subsystem, event);
	struct perf_event_attr attr = {.size = sizeof(attr),
				       .type = PERF_TYPE_TRACEPOINT,
				       .config = (uint64_t)id,
				       .sample_period = 1,
				       .wakeup_events = 1};
	int fd;

	if (id == -ENODEV)
		return session_fail(session, -ENODEV,
				    session->plan->attaches.items[row].source,
				    "mount -t tracefs tracefs /sys/kernel/tracing",
				    "tracepoints need tracefs, which is not mounted");
	if (id == -ENOENT)
		return attach_missing(session, row, "there is no tracepoint %s:%s on this kernel",
				      subsystem, event);
	if (id < 0)
		return attach_failed(session, row, (int)id);
	fd = perf_event_open_on(&attr, 0, 0);
	if (fd < 0)
		return attach_failed(session, row, fd);
	return attach_perf_event(session, program, row, target, fd);
}

static int attach_match(void *context, const char *subsystem, const char *event)
{
	struct match *match = context;
	uint64_t target = attach_target(match->session, "tracepoint:%s:%s", subsystem, event);
	int error;

	/* ftrace's own entries are listed but are no tracepoints. */
	if (events_id(subsystem, event) < 0)
		return 0;
	error = attach_event(match->session, match->program, match->row, target, subsystem, event);
	match->count++;
	return error;
}

int attach_tracepoint(struct session *session, uint32_t program, uint32_t row)
{
	const struct plan_attach *attach = &session->plan->attaches.items[row];
	const char *subsystem = plan_string(session->plan, attach->module);
	const char *event = plan_string(session->plan, attach->function);
	struct match match = {session, program, row, 0};
	int error;

	if (!(attach->flags & ATTACH_WILDCARD))
		return attach_event(session, program, row, row, subsystem, event);
	error = events_each(subsystem, event, attach_match, &match);
	if (error == -ENODEV)
		return attach_event(session, program, row, row, subsystem, event);
	if (!error && !match.count)
		error = attach_missing(session, row, "no tracepoint matches %s:%s", subsystem,
				       event);
	return error;
}
