/* Intervals: a timer of the loop that runs the program in our own process. */
#include "attach.h"
#include "loop.h"
#include "records.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct interval {
	struct session *session;
	uint32_t program;
};

static int tick(void *context, int fd)
{
	struct interval *interval = context;
	uint64_t times;

	/* Missed ticks are run once: running them late in a row would measure nothing. */
	if (read(fd, &times, sizeof(times)) != sizeof(times) || interval->session->is_exiting)
		return 0;
	attach_run(interval->session, interval->program);
	return records_drain(interval->session);
}

int attach_interval(struct session *session, uint32_t program, uint32_t row)
{
	const struct plan_attach *attach = &session->plan->attaches.items[row];
	struct interval *interval = arena_new(session->arena, struct interval);
	uint64_t period = attach->period ? attach->period : 1;
	struct itimerspec spec;
	int fd, error;

	if (attach->frequency)
		period = 1000000000 / period;
	spec.it_interval = (struct timespec){(time_t)(period / 1000000000),
					     (long)(period % 1000000000)};
	spec.it_value = spec.it_interval;
	*interval = (struct interval){session, program};
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (fd < 0)
		return attach_failed(session, row, -errno);
	error = timerfd_settime(fd, 0, &spec, NULL) ? -errno : 0;
	if (!error)
		error = loop_add(session->loop, fd, 1, tick, interval);
	if (error) {
		close(fd);
		return attach_failed(session, row, error);
	}
	attach_counted(session, 1);
	return 0;
}
