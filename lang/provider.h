/* Providers, compile side: what each kind of probe means. One row and one file (provider_x.c) each;
 * the other half, attaching, is runtime/attach_x.c. */
#ifndef SONDE_LANG_PROVIDER_H
#define SONDE_LANG_PROVIDER_H

#include "base/plan.h"
#include "lang/ast.h"
#include "lang/compile.h"

/* What a spec means, as data; becomes plan_attach rows. Owned by the arena. */
struct probe_spec {
	enum provider_id provider;
	const char *module, *function; /* as plan_attach; NULL: none */
	uint64_t offset, period;
	uint32_t frequency, flags;
	const char *canonical; /* "kprobe:vfs_read", without wildcards resolved */
	/* tracepoint:syscalls:...: how it attaches (provider_trace.c); `function` as written, only the
	 * events of one direction are meant. */
	enum { SYSCALLS_NONE, SYSCALLS_ENTER, SYSCALLS_EXIT } syscalls;
	bool is_missing; /* no such target, and missing_probes says that this is fine */
	const char *unmatched; /* of a pattern that nothing matches: what a message says is missing */
};

struct provider {
	enum provider_id id;
	const char *name;
	const char *aliases[4]; /* "k"; "BEGIN"; NULL-terminated */
	const char *forms;	/* for hints and the manual: "kprobe:[module:]function[+offset]" */
	const char *doc;	/* one line */
	/* Fills *spec from point->parts; -1 with a diagnostic when the parts make no sense. */
	int (*parse)(struct compile *compile, struct attach_point *point, struct probe_spec *spec);
	/* Kind of program for this spec; and the type of `args`, NULL when the probe has none (with
	 * a diagnostic at `use` only when the target is unknown). `args` may be NULL. */
	enum program_kind (*program)(struct compile *compile, const struct probe_spec *spec);
	struct type *(*args)(struct compile *compile, const struct probe_spec *spec, struct span use);
	struct type *(*retval)(struct compile *compile, const struct probe_spec *spec,
			       struct span use);
	bool has_arguments;   /* argN */
	bool has_return;      /* retval */
	bool has_function;    /* func */
	bool has_registers;   /* reg() */
	bool is_user;	      /* addresses are user addresses: str(arg0) reads user memory */
};

extern const struct provider providers[PROVIDER_COUNT];

/* By name or alias, in any case the peer accepts. NULL when there is none; `later`, when not NULL,
 * is set to true for a provider that the language has and this version does not. */
const struct provider *provider_find(const char *name, bool *later);
const struct provider *provider_of(const struct attach_point *point);

/* Parses all points of a probe (point->spec) and settles how they attach: points that stand for
 * several programs are replaced by more points (both directions of tracepoint:syscalls:*, the
 * functions of an fentry wildcard and, when the body uses `args`, the events of a tracepoint
 * wildcard); targets that are missing and may be are taken out. Returns -1 with diagnostics. */
int provider_expand_points(struct compile *compile, struct probe *probe, bool uses_args);

/* ---- for the files provider_*.c ---------------------------------------------------------- */

/* Complains about the number of parts unless it is within [min, max] (the provider not counted). */
int provider_check_parts(struct compile *compile, const struct attach_point *point, uint32_t min,
			 uint32_t max);
/* A part that must be known now; NULL with a diagnostic when it has a parameter given later. */
const char *provider_part(struct compile *compile, const struct attach_point *point, uint32_t part);
/* A part that may hold $1 of a script that is built ahead; spec->flags says ATTACH_PARAMETERS then. */
const char *provider_open_part(struct compile *compile, const struct attach_point *point,
			       uint32_t part, struct probe_spec *spec);
/* Parses a whole unsigned number (decimal, hex, octal, `_`, exponent); false when it is none. */
bool provider_number(const char *text, uint64_t *number);
/* Cuts "function+offset" up; -1 with a diagnostic. */
int provider_function(struct compile *compile, const struct attach_point *point, const char *text,
		      struct probe_spec *spec);
/* An absent target: an error, or what missing_probes says. Returns as `parse` does. */
int provider_missing(struct compile *compile, const struct attach_point *point,
		     struct probe_spec *spec, const char *what, const char *near);
/* A pattern that nothing matches: told when its block has nothing else. Returns 0. */
int provider_unmatched(struct probe_spec *spec, const char *what);
bool provider_is_pattern(const char *text);

int begin_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec);
int interval_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec);
int profile_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec);
int kprobe_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec);
int fentry_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec);
int fentry_expand(struct compile *compile, struct attach_point *point, struct probe *probe);
struct type *fentry_args(struct compile *compile, const struct probe_spec *spec, struct span use);
struct type *fexit_retval(struct compile *compile, const struct probe_spec *spec, struct span use);
int uprobe_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec);
struct type *uprobe_args(struct compile *compile, const struct probe_spec *spec, struct span use);
int tracepoint_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec);
int tracepoint_expand(struct compile *compile, struct attach_point *point, struct probe *probe);
void tracepoint_choose(struct compile *compile, struct probe *probe);
enum program_kind tracepoint_program(struct compile *compile, const struct probe_spec *spec);
struct type *tracepoint_args(struct compile *compile, const struct probe_spec *spec,
			     struct span use);
int rawtracepoint_parse(struct compile *compile, struct attach_point *point,
			struct probe_spec *spec);
int rawtracepoint_expand(struct compile *compile, struct attach_point *point, struct probe *probe);
struct type *rawtracepoint_args(struct compile *compile, const struct probe_spec *spec,
				struct span use);

#endif
