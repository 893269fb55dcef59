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
	bool is_user;	      /* addresses are user addresses: str(arg0) reads user memory */
};

extern const struct provider providers[PROVIDER_COUNT];

/* By name or alias, in any case the peer accepts. NULL when there is none; `later`, when not NULL,
 * is set to true for a provider that the language has and this version does not. */
const struct provider *provider_find(const char *name, bool *later);
const struct provider *provider_of(const struct attach_point *point);

#endif
