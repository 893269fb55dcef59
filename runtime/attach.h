/* Attach: from the plan's attach rows to links on the kernel at hand. attach.c has the order and the
 * list of links; one attach_<provider>.c per way has the system calls. */
#ifndef SONDE_RUNTIME_ATTACH_H
#define SONDE_RUNTIME_ATTACH_H

#include "session.h"

/* Before loading: decides what must be known then (multi links), leaves out programs whose only
 * target is missing. */
int attach_prepare(struct session *session);
/* Attaches everything but begin and end. */
int attach_all(struct session *session);
/* Runs the programs of begin or end, in order. The records of begin stay in the ring buffer until
 * everything is attached; those of end are drained after each, and one that exits is the last. */
int attach_run_all(struct session *session, enum provider_id provider);
/* From here on no program starts any more. Fast: what makes the kernel wait is left to
 * attach_free or to the end of the process. */
void attach_stop(struct session *session);
void attach_free(struct attachments *attachments);
/* How many probes are attached, as "Attached N probes" counts them. */
uint32_t attach_count(const struct session *session);

/* ---- for the providers ---------------------------------------------------------------------- */

/* Keeps a link (or the descriptor that stands for one) and, behind it, the perf event that it
 * is on (-1: none), and counts one probe more. */
int attach_add(struct session *session, int link_fd, int perf_fd);
/* A perf event has been made: attaches `program` to it, with a cookie when the program asks. Owns
 * `perf_fd`. */
int attach_perf_event(struct session *session, uint32_t program, uint32_t row, uint64_t target,
		      int perf_fd);
/* Counts probes that share one link. */
void attach_counted(struct session *session, uint32_t count);
/* A target is not there: an error, a warning or nothing, as the configuration says. Of a pattern, that
 * is told when its block is attached to nothing else. */
int attach_missing(struct session *session, uint32_t row, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Attaching failed with `error` (-errno). */
int attach_failed(struct session *session, uint32_t row, int error);
/* Runs a PROGRAM_RUN program once. */
int attach_run(struct session *session, uint32_t program);
/* Number of the target that a wildcard of `row` matched, by its full probe name. */
uint64_t attach_target(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool attach_wants_cookie(const struct session *session, uint32_t program);

int attach_interval(struct session *session, uint32_t program, uint32_t row);
int attach_profile(struct session *session, uint32_t program, uint32_t row);
int attach_tracepoint(struct session *session, uint32_t program, uint32_t row);
int attach_raw(struct session *session, uint32_t program, uint32_t row);
int attach_syscalls(struct session *session, uint32_t program);
int attach_kprobe(struct session *session, uint32_t program);
int attach_fentry(struct session *session, uint32_t program, uint32_t row);
int attach_uprobe(struct session *session, uint32_t program);

int attach_kprobe_prepare(struct session *session, uint32_t program);
int attach_fentry_prepare(struct session *session, uint32_t program);
int attach_uprobe_prepare(struct session *session, uint32_t program);

#endif
