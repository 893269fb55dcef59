/* Output: values, records and maps to text or JSON. Knows value shapes, not how they were gathered;
 * what must be looked up elsewhere (symbols, stacks, target names) comes through struct
 * output_lookup. */
#ifndef SONDE_RUNTIME_OUTPUT_H
#define SONDE_RUNTIME_OUTPUT_H

#include "base/plan.h"
#include "base/strbuf.h"
#include "runtime.h"

struct output;

/* How output asks for what it cannot know. Every function may be NULL (then numbers are printed)
 * and writes at most `size` bytes, NUL included. Recorded fixtures in tests/golden supply their
 * own. */
struct output_lookup {
	void *context;
	/* Kernel or user symbol, "vfs_read+12" with `show_offset`; the bare hex address when
	 * unknown. */
	void (*kernel_symbol)(void *context, uint64_t address, bool show_offset,
			      struct strbuf *out);
	void (*user_symbol)(void *context, uint32_t pid, uint64_t address, bool show_offset,
			    struct strbuf *out);
	/* Frames of a stack; returns their number, 0 when it is not known. */
	uint32_t (*stack)(void *context, uint32_t map, uint64_t id, uint64_t *frames, uint32_t max);
	/* Full probe name of a target number; NULL when unknown. */
	const char *(*target)(void *context, uint64_t number);
	/* Path of the file that a user address lies in, or "[unknown]" (stacks in perf's form). */
	void (*user_module)(void *context, uint32_t pid, uint64_t address, struct strbuf *out);
	/* Wall clock at boot in ns, for time stamps; 0: ask this machine (fixtures set it). */
	uint64_t boot_epoch;
};

/* One map as read: `count` entries, keys and folded values one after the other. Aggregations are
 * folded over CPUs to one struct of value.h each. */
struct map_dump {
	uint32_t map; /* plan.maps */
	uint32_t count;
	uint32_t key_size, value_size;
	unsigned char *keys, *values;
	bool is_set; /* keyless maps: whether the script ever set it (count 1) */
};

void map_dump_free(struct map_dump *dump);

/* `out` gets what is printed, a record at a time; not owned. `lookup` is copied; NULL: none. */
struct output *output_create(const struct plan *plan, enum output_format format, FILE *out,
			     const struct output_lookup *lookup);
void output_free(struct output *output);

/* "Attached N probes" on standard error / {"type": "attached_probes", ...}. */
void output_attached(struct output *output, uint32_t count);
/* The records that only print: printf, errorf, warnf, value, print_entry, time, join. `data` starts
 * with its header and has at least plan_record.size bytes (the caller has checked). */
void output_record(struct output *output, const struct plan_record *record, const void *data);
/* The text of a printf-like record (cat, system want it). */
void output_format_record(struct output *output, const struct plan_record *record, const void *data,
			  struct strbuf *text);
/* What a command or a file gave: JSON wraps it ("syscall", "cat"). */
void output_text(struct output *output, const char *json_type, const char *text, size_t length);
/* A whole map, its entries sorted by value, then key; top: only the last `top` ones, 0: all; div 0
 * or 1: as is. A keyless map that was never set prints its zero (print(@m) does; at exit do not
 * call). */
void output_map(struct output *output, const struct map_dump *dump, uint64_t top, uint64_t div);
/* The two empty lines that text has between what the script printed and the maps at exit; call
 * once, whether or not there are maps. Nothing in JSON. */
void output_end(struct output *output);
/* Losses, told at exit: on standard error in text, "lost_events" in JSON. Where nothing was lost but what
 * is printed may not be the whole truth, `warning` says so, with both; else it is NULL. */
void output_lost(struct output *output, const char *what, uint64_t count, const char *warning);
/* One value as text, without newline (print(), keys). */
void output_value(struct output *output, uint32_t type, const void *bytes, struct strbuf *text);
/* Flushes; returns -errno when the reader is gone (EPIPE) or writing failed. */
int output_flush(struct output *output);

#endif
