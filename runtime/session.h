/* A session: one image being run, and the one sentence that says why it could not be. Every file of
 * the runtime takes it; run.c makes and frees it. */
#ifndef SONDE_RUNTIME_SESSION_H
#define SONDE_RUNTIME_SESSION_H

#include "base/arena.h"
#include "base/plan.h"
#include "base/strbuf.h"
#include "output.h"
#include "runtime.h"
#include "symbols.h"

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

struct attachments;
struct child;
struct loop;
struct named_value;
struct targets;

struct session {
	const struct run_options *options;
	struct arena *arena;
	const struct plan *plan;
	struct strbuf error; /* the recorded sentence, with place and hint; empty: none */

	struct bpf_object *object;
	struct bpf_program **programs; /* by plan.programs; NULL: not loaded (its target is missing) */
	struct bpf_map **maps;	       /* by plan.maps */
	struct bpf_map *losses;
	struct ring_buffer *ring; /* NULL when the plan has no records */
	uint32_t cpu_count;	  /* possible CPUs: how many values a per-CPU map has */
	bool *was_zeroed;	  /* by plan.maps: zero() was called on a keyless aggregation */

	struct named_value *named; /* by plan.options */
	struct targets *targets;
	struct attachments *attachments;
	struct rlimit file_limit; /* RLIMIT_NOFILE before attaching raised it; 0: not raised */
	struct child *child;
	struct loop *loop;
	struct output *output;
	struct symbols *symbols;
	FILE *out;

	bool has_loop_helper;	/* else loops are short: base/plan.h, PLAIN_TURNS, */
	uint32_t loop_shift;	/* by so many bits shorter after as many tries to load */
	bool is_retry;		/* what was warned of when loading was tried before is not said again */
	bool is_misused; /* the error is one of the command line */
	bool is_exiting; /* leave the loop */
	bool has_exited; /* exit() was called: records that come now are dropped */
	bool is_closed;	 /* nobody reads what we print */
	uint32_t drained;	    /* records since records_drain was called */
	struct timespec last_drain; /* when the ring buffer was last seen to */
	int exit_code;
};

/* The process that uprobes and profiles are for, of -p or -c; 0: all. */
uint32_t session_process(const struct session *session);

/* Records why the run fails: "place: error: sentence", the line of the script with a caret, and the
 * hint when there is one. `source`: plan.sources or PLAN_NONE. Only the first failure is kept.
 * Returns `error`, a -errno. */
int session_fail(struct session *session, int error, uint32_t source, const char *hint,
		 const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same as a warning, printed at once; silent with --no-warnings. */
void session_warn(struct session *session, uint32_t source, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
