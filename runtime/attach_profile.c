/* Profiles: a perf event of the CPU clock on every online CPU. */
#include "attach.h"
#include "perf_event.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int perf_event_open_on(struct perf_event_attr *attr, uint32_t pid, int cpu)
{
	int fd = (int)syscall(SYS_perf_event_open, attr, pid ? (pid_t)pid : -1, cpu, -1,
			      PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int perf_event_source_type(const char *source)
{
	char path[64];
	int type = -ENODEV;
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", source);
	file = fopen(path, "re");
	if (!file)
		return -ENODEV;
	if (fscanf(file, "%d", &type) != 1)
		type = -ENODEV;
	fclose(file);
	return type;
}

/* Calls `each` for the CPUs of a list like "0-3,8". */
static int each_online_cpu(int (*each)(void *context, int cpu), void *context)
{
	FILE *file = fopen("/sys/devices/system/cpu/online", "re");
	int first, last, error = 0;

	if (!file)
		return each(context, 0);
	while (!error && fscanf(file, "%d", &first) == 1) {
		last = first;
		if (fscanf(file, "-%d", &last) != 1)
			last = first;
		for (int cpu = first; !error && cpu <= last; cpu++)
			error = each(context, cpu);
		if (fgetc(file) != ',')
			break;
	}
	fclose(file);
	return error;
}

struct profile {
	struct session *session;
	uint32_t program, row;
	struct perf_event_attr attr;
};

static int open_on_cpu(void *context, int cpu)
{
	struct profile *profile = context;
	int fd = perf_event_open_on(&profile->attr, session_process(profile->session), cpu);

	if (fd == -ENODEV) /* went offline meanwhile */
		return 0;
	if (fd == -EINVAL && profile->attr.freq)
		return session_fail(profile->session, fd,
				    profile->session->plan->attaches.items[profile->row].source,
				    "the limit is in /proc/sys/kernel/perf_event_max_sample_rate",
				    "this kernel does not sample %llu times a second",
				    (unsigned long long)profile->attr.sample_freq);
	if (fd < 0)
		return attach_failed(profile->session, profile->row, fd);
	return attach_perf_event(profile->session, profile->program, profile->row, profile->row,
				 fd);
}

int attach_profile(struct session *session, uint32_t program, uint32_t row)
{
	const struct plan_attach *attach = &session->plan->attaches.items[row];
	struct profile profile = {
		.session = session,
		.program = program,
		.row = row,
		.attr = {.size = sizeof(profile.attr),
			 .type = PERF_TYPE_SOFTWARE,
			 .config = PERF_COUNT_SW_CPU_CLOCK,
			 .sample_period = attach->period ? attach->period : 1,
			 .freq = attach->frequency != 0},
	};
	uint32_t before = attach_count(session);
	int error = each_online_cpu(open_on_cpu, &profile);

	/* One probe, whatever the number of CPUs. */
	if (!error)
		attach_counted(session, 1 - (attach_count(session) - before));
	return error;
}
