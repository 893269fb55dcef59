/* The plan: flat tables that say all there is to know about a compiled script beside its code.
 * lang fills it, codegen reads it, it travels in the image's section .sonde.meta (image.h), and
 * the runtime acts on it. Every cross reference is an index into another table; every text is an
 * index into `strings` (0 is always ""); PLAN_NONE means "no such row". */
#ifndef SONDE_BASE_PLAN_H
#define SONDE_BASE_PLAN_H

#include "base/arena.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

#define PLAN_NONE UINT32_MAX

/* ---- probes ---------------------------------------------------------------------------- */

enum provider_id {
	PROVIDER_BEGIN,
	PROVIDER_END,
	PROVIDER_INTERVAL,
	PROVIDER_PROFILE,
	PROVIDER_TRACEPOINT,
	PROVIDER_RAWTRACEPOINT,
	PROVIDER_KPROBE,
	PROVIDER_KRETPROBE,
	PROVIDER_FENTRY,
	PROVIDER_FEXIT,
	PROVIDER_UPROBE,
	PROVIDER_URETPROBE,
	PROVIDER_COUNT
};

/* What kernel program type a program is; decides its ELF section name (codegen), and with that
 * what libbpf makes of it. X(id, section prefix). RUN: run by the runtime itself through
 * BPF_PROG_RUN (begin, end, interval). */
#define PROGRAM_KINDS(X)                                                                           \
	X(PROGRAM_RUN, "raw_tp")             /* ctx: none */                                       \
	X(PROGRAM_PERF_EVENT, "perf_event")  /* ctx: struct bpf_perf_event_data: pt_regs first */  \
	X(PROGRAM_TRACEPOINT, "tp")          /* ctx: the event's record, from its first byte */    \
	X(PROGRAM_RAW_TRACEPOINT, "raw_tp")  /* ctx: u64 args[] */                                 \
	X(PROGRAM_TP_BTF, "tp_btf")          /* ctx: u64 args[], BTF typed */                      \
	X(PROGRAM_RAW_SYSCALL_ENTER, "raw_tp") /* ctx: { pt_regs *regs; long number } */           \
	X(PROGRAM_RAW_SYSCALL_EXIT, "raw_tp")  /* ctx: { pt_regs *regs; long ret } */              \
	X(PROGRAM_KPROBE, "kprobe")          /* ctx: pt_regs; kprobe, kretprobe, uprobe, uretprobe */ \
	X(PROGRAM_FENTRY, "fentry")          /* ctx: u64 args[] */                                 \
	X(PROGRAM_FEXIT, "fexit")            /* ctx: u64 args[], then the return value */

enum program_kind {
#define X(id, section) id,
	PROGRAM_KINDS(X)
#undef X
	PROGRAM_KIND_COUNT
};

/* How a program learns which target fired (builtins `probe`, `func`). */
enum target_source {
	TARGET_UNUSED,	 /* the body never asks */
	TARGET_CONSTANT, /* one target: its number is `attaches`' only row; in the code */
	TARGET_COOKIE,	 /* bpf_get_attach_cookie() */
	TARGET_SYSCALL,	 /* the table map `sonde_syscalls`, by system call number */
};

/* One BPF program: one body on one kind of context. */
struct plan_program {
	uint32_t name;	  /* strings: ELF function name, unique: "p0_kprobe", ... */
	uint32_t kind;	  /* enum program_kind */
	uint32_t provider; /* enum provider_id of its probe */
	uint32_t section; /* strings: full section name ("fentry/vfs_read", "raw_tp/p3", ...) */
	uint32_t target_source; /* enum target_source */
	uint32_t first_attach, attach_count; /* attaches */
	uint32_t scratch_size; /* bytes of per-CPU scratch that the body needs; 0: none */
	uint32_t sleepable;
	uint32_t source; /* sources: the probe's own place in the script */
};

/* How an attachment is to be made. What the kernel at hand lacks is replaced at load. */
enum attach_flags {
	ATTACH_WILDCARD = 1,	   /* `function`/`event` holds * ? or [..]: expand when attaching */
	ATTACH_RETURN = 2,	   /* kretprobe, uretprobe */
	ATTACH_ADDRESS = 4,	   /* `offset` is an absolute address */
	ATTACH_IGNORE_MISSING = 8, /* a target that is missing is no error (it came from a wildcard) */
	ATTACH_PARAMETERS = 16,	   /* $1.. in `probe`, `module`, `function` are put in by the run; of
				      interval and profile `function` is the number to multiply `period`
				      with */
};

/* One attach point of a program, as written; a wildcard is one row. */
struct plan_attach {
	uint32_t program;  /* programs */
	uint32_t provider; /* enum provider_id */
	uint32_t flags;	   /* enum attach_flags */
	uint32_t probe;	   /* strings: full name as the builtin `probe` gives it, when no wildcard:
			      "tracepoint:sched:sched_switch", "kprobe:vfs_read", "interval:s:1" */
	uint32_t module;   /* strings: kernel module, tracepoint subsystem, user binary's path; or 0 */
	uint32_t function; /* strings: function or event name, or 0 */
	uint64_t offset;   /* function + offset; or address */
	uint64_t period;   /* interval: ns. profile: ns, or Hz when `frequency` */
	uint32_t frequency;
	uint32_t source; /* sources */
};

/* ---- maps ------------------------------------------------------------------------------ */

enum map_kind { MAP_HASH, MAP_LRU_HASH, MAP_PERCPU_HASH, MAP_PERCPU_LRU_HASH, MAP_ARRAY,
		MAP_PERCPU_ARRAY };

/* Kernel layout of the script's maps:
 *   key VOID, aggregation    MAP_PERCPU_ARRAY, one entry, value as in value.h
 *   key VOID, anything else  MAP_ARRAY, one entry: value, padded to 8, then u64 present
 *   keyed, aggregation       MAP_PERCPU_HASH
 *   keyed, anything else     MAP_HASH
 * A key of several parts is one tuple. Aggregation values are padded to 8 as they are. */
enum map_role {
	MAP_ROLE_SCRIPT, /* @name: printed at exit */
	MAP_ROLE_STACKS, /* "stacks_N": MAP_LRU_HASH, key u64 id, value u64[N] frames */
};

struct plan_map {
	uint32_t name;	  /* strings: as written, with @: "@", "@reads" */
	uint32_t symbol;  /* strings: ELF symbol, at most 15 characters, unique: "AT_", "AT_reads" */
	uint32_t role;	  /* enum map_role */
	uint32_t kind;	  /* enum map_kind */
	uint32_t key;	  /* types; VOID when there is none */
	uint32_t value;	  /* types */
	uint32_t max_entries;
	uint32_t source;
	uint32_t is_sized; /* max_entries is the map's own; else config.max_map_keys, where it has keys */
};

/* Maps beside the script's that codegen always or on demand emits, by ELF symbol:
 *   sonde_records   ring buffer; present when the plan has records
 *   sonde_scratch_N per-CPU array, one entry of programs[N].scratch_size bytes
 *   .data.losses    one entry, an array of u64: [program] records that found no room, then
 *                   [program count + map] insertions that a full map refused; always present; then, if
 *                   config.count_failed_reads, [program] reads of memory that failed; then
 *                   [loop] times that a loop was cut short
 *   sonde_syscalls_N  array of u32[1024]: 1 + target number by system call, 0: not attached;
 *                   for programs[N] whose kind is RAW_SYSCALL_*; filled by the runtime
 *   .rodata         the parameters (see plan_param) */

/* ---- records --------------------------------------------------------------------------- */

/* X(id, name): what a record asks the runtime to do, and its payload after struct record_header. */
#define RECORD_KINDS(X)                                                                            \
	X(RECORD_PRINTF, "printf")	   /* fields: the arguments; `format` */                   \
	X(RECORD_PRINT_VALUE, "value")	   /* one field */                                         \
	X(RECORD_PRINT_MAP, "print_map")   /* `map`; fields: top, div (u64 each; 0: not given) */  \
	X(RECORD_PRINT_ENTRY, "print_entry") /* `map`; fields: key, value: prints @m[key]: value */ \
	X(RECORD_CLEAR, "clear")	   /* `map` */                                             \
	X(RECORD_ZERO, "zero")		   /* `map` */                                             \
	X(RECORD_TIME, "time")		   /* `format` of strftime(3), of the time when printed */ \
	X(RECORD_JOIN, "join")		   /* fields: u32 count, then `count`-limited strings; `format`: delimiter */ \
	X(RECORD_EXIT, "exit")		   /* one field: int code */                               \
	X(RECORD_ERRORF, "errorf")	   /* like printf, to stderr with the place */             \
	X(RECORD_WARNF, "warnf")                                                                   \
	X(RECORD_CAT, "cat")		   /* like printf; the text names a file to print */       \
	X(RECORD_SYSTEM, "system")	   /* like printf; the text is a command (--unsafe) */    \
	X(RECORD_RUNTIME_ERROR, "runtime_error") /* no fields; `format` says what went wrong */

enum record_kind {
#define X(id, name) id,
	RECORD_KINDS(X)
#undef X
	RECORD_KIND_COUNT
};

/* Every ring buffer record starts so; the payload's offsets count from the header's start. */
struct record_header {
	uint32_t record; /* records */
	uint32_t program; /* programs: who sent it */
};

struct plan_record {
	uint32_t kind; /* enum record_kind */
	uint32_t size; /* bytes, header included: what is reserved */
	uint32_t first_field, field_count; /* fields; offsets from the header's start */
	uint32_t format; /* strings */
	uint32_t map;	 /* maps, or PLAN_NONE */
	uint32_t source;
};

/* ---- the rest -------------------------------------------------------------------------- */

struct plan_enum_name {
	int64_t value;
	uint32_t name; /* strings */
	uint32_t reserved;
};

struct plan_enum {
	uint32_t name; /* strings */
	uint32_t first_name, name_count; /* enum_names */
};

/* A parameter: a constant in .rodata that the runtime sets before loading. Symbols:
 *   sonde_param_N      u64: the number (0 when absent or no number)
 *   sonde_param_N_str  char[string_size]: the text, "" when absent
 *   sonde_param_N_str_K  the same from byte K on
 *   sonde_param_count  u64: $#   (index 0) */
#define PLAN_PARAM_PID 0x10000u /* index of the process of -p, 0 without, for images built ahead */
#define PLAN_PARAM_OPTION 0x20000u /* index of options[0]; the next ones follow */

struct plan_param {
	uint32_t index;	      /* N of $N; 0: $#; PLAN_PARAM_PID */
	uint32_t is_string;   /* the text form is used */
	uint32_t string_size; /* bytes, NUL included */
	uint32_t source;
	uint32_t skip; /* the text begins at this byte; its symbol ends in _str_SKIP then */
};

/* A named parameter: getopt("name", default, "help"), given as --name=value where the image runs. */
enum option_kind { OPTION_BOOL, OPTION_INT64, OPTION_UINT64, OPTION_TEXT };

struct plan_option {
	uint32_t name; /* strings */
	uint32_t kind; /* enum option_kind */
	uint64_t number; /* default */
	uint32_t text;	 /* strings: default of OPTION_TEXT */
	uint32_t help;	 /* strings */
	uint32_t size;	 /* OPTION_TEXT: bytes, NUL included */
	uint32_t reserved;
};

/* Kernel features that the code cannot do without. X(id, name, "since", what lacks it costs). */
#define FEATURES(X)                                                                                \
	X(FEATURE_ATTACH_COOKIE, "attach_cookie", "5.15")                                          \
	X(FEATURE_FENTRY, "fentry", "5.5")                                                         \
	X(FEATURE_LOOKUP_PERCPU, "map_lookup_percpu_elem", "5.19")                                 \
	X(FEATURE_KERNEL_BTF, "kernel BTF", "5.2")                                                 \
	X(FEATURE_FOR_EACH, "for_each_map_elem", "5.13")

enum feature_id {
#define X(id, name, since) id,
	FEATURES(X)
#undef X
	FEATURE_COUNT
};

struct plan_feature {
	uint32_t feature; /* enum feature_id */
	uint32_t source;  /* first place that needs it */
};

/* A C layout that only the target kernel knows: the record of a tracepoint, named in the image's
 * BTF as struct `symbol`; the runtime reads the event's format file and gives libbpf a BTF with a
 * struct of that name, so that CO-RE moves the offsets. */
struct plan_layout {
	uint32_t symbol;    /* strings: "sonde_tp_sched_sched_switch" */
	uint32_t subsystem; /* strings */
	uint32_t event;	    /* strings */
	uint32_t source;
};

/* A kernel type that the image relocates against: struct/union name in the kernel's BTF. The
 * runtime may hand libbpf a slice of BTF with just these and what they embed. */
struct plan_kernel_type {
	uint32_t name;	/* strings */
	uint32_t module; /* strings: "" for vmlinux */
};

/* A loop, which may be cut short: after LOOP_MAX turns; where the kernel has no bpf_loop(), after
 * PLAIN_TURNS, fewer in another loop, and all of them halved (.rodata: sonde_loop_shift) until the verifier
 * can walk them. */
#define LOOP_MAX (1u << 23)
#define PLAIN_TURNS 64u

struct plan_loop {
	uint32_t source;
};

/* A place in the script. The text of the line itself is kept for messages at run time. */
struct plan_source {
	uint32_t file; /* strings: name as the user gave it; "-e" */
	uint32_t line, column; /* from 1 */
	uint32_t text; /* strings: that line */
};

#define PLAN_LOG_SIZE 1000000u /* default */

struct plan_config {
	uint32_t max_map_keys;
	uint32_t max_strlen;
	uint32_t print_maps_on_exit;
	uint32_t str_trunc_trailer; /* strings */
	uint32_t ring_buffer_bytes; /* a power of two, at least a page */
	uint32_t missing_probes;    /* 0 error, 1 warn, 2 ignore */
	uint32_t license;	    /* strings: "GPL" */
	uint32_t stack_mode;	    /* enum stack_mode */
	uint32_t cache_user_symbols; /* 0 none, 1 per pid, 2 per program */
	uint32_t demangle;	    /* cpp_demangle */
	uint32_t unsafe;	    /* compiled with --unsafe */
	uint32_t max_cat_bytes;
	uint32_t max_probes;
	uint32_t count_failed_reads; /* -k */
	uint32_t lazy_symbolication; /* memory maps of processes are read at the first address */
	uint32_t log_size;	     /* bytes of the verifier's log that -d verifier shows */
	uint32_t max_bpf_progs;
	uint32_t on_stack_limit; /* bytes of one object; larger ones go to scratch */
};

struct plan {
	struct arena *arena; /* owns everything below */
	LIST(const char *) strings;
	LIST(struct value_type) types;
	LIST(struct value_field) fields;
	LIST(struct plan_enum) enums;
	LIST(struct plan_enum_name) enum_names;
	LIST(struct plan_program) programs;
	LIST(struct plan_attach) attaches;
	LIST(struct plan_map) maps;
	LIST(struct plan_record) records;
	LIST(struct plan_param) params;
	LIST(struct plan_option) options;
	LIST(struct plan_feature) features;
	LIST(struct plan_layout) layouts;
	LIST(struct plan_kernel_type) kernel_types;
	LIST(struct plan_source) sources;
	LIST(struct plan_loop) loops;
	struct plan_config config;
};

/* Returns an empty plan in `arena`: string 0 is "", type 0 is VALUE_VOID, config has defaults. */
struct plan *plan_create(struct arena *arena);
/* The index of `text` in the plan's strings; equal texts share one index. */
uint32_t plan_add_string(struct plan *plan, const char *text);
const char *plan_string(const struct plan *plan, uint32_t index);
/* For who fills plan.strings directly (the image decoder): makes plan_add_string know them. */
void plan_index_strings(struct plan *plan);

/* The first counter of loops in .data.losses. */
uint32_t plan_first_loop_loss(const struct plan *plan);

const char *provider_name(enum provider_id provider);
const char *program_kind_section(enum program_kind kind);
const char *program_kind_name(enum program_kind kind);
const char *record_kind_name(enum record_kind kind);
const char *map_kind_name(enum map_kind kind);
const char *feature_name(enum feature_id feature);
const char *feature_since(enum feature_id feature);

#endif
