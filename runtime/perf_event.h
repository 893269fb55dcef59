/* perf_event_open(2), which libc does not have. */
#ifndef SONDE_RUNTIME_PERF_EVENT_H
#define SONDE_RUNTIME_PERF_EVENT_H

#include <linux/perf_event.h>
#include <stdint.h>
#include <sys/syscall.h>

/* Opens an event for a process (0: all) on a CPU (-1: any, only with a process). The descriptor, or
 * -errno. */
int perf_event_open_on(struct perf_event_attr *attr, uint32_t pid, int cpu);
/* perf_event_attr.type of a source that has no fixed number ("kprobe", "uprobe"); -ENODEV: the kernel
 * has it not. The return bit of both is bit 0 of `config` on all kernels. */
int perf_event_source_type(const char *source);

#endif
