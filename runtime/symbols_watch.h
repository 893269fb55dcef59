/* Watching processes: execs, forks and executable mappings as perf events tell them. */
#ifndef SONDE_RUNTIME_SYMBOLS_WATCH_H
#define SONDE_RUNTIME_SYMBOLS_WATCH_H

#include "symbols_process.h"

struct process_watch;

/* NULL when the kernel refuses. */
struct process_watch *process_watch_create(void);
void process_watch_free(struct process_watch *watch);
/* Takes everything told so far into the table, in the order of time. */
void process_watch_drain(struct process_watch *watch, struct process_table *table);
/* Readable when there is something to drain. */
int process_watch_fd(const struct process_watch *watch);

#endif
