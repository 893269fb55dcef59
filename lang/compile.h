/* One compile: its inputs, its tables, and the functions from source text to plan, in order. */
#ifndef SONDE_LANG_COMPILE_H
#define SONDE_LANG_COMPILE_H

#include "lang/ast.h"
#include "lang/diag.h"
#include "lang/source.h"
#include "lang/type.h"
#include "lang/typed.h"

#include <stdbool.h>

struct btf_view;     /* base/btf_view.h */
struct kernel_types; /* lang/kernel_types.h: BTF as a type source */
struct tracefs;	     /* lang/tracefs.h: tracepoint formats as a type source */
struct c_types;	     /* lang/cdecl.h: the script's own C definitions */

/* Where facts about the machine come from; the tests put fixtures in. NULL: the machine's own. */
struct machine {
	const char *btf_path;	  /* raw BTF of the kernel; default /sys/kernel/btf/vmlinux */
	const char *tracefs_path; /* default: found */
	const char *kernel_source, *kernel_build; /* default: /lib/modules/RELEASE/{source,build} */
};

struct compile_options {
	struct machine machine;
	const char *const *args; /* positional parameters; NULL with count 0: none given */
	uint32_t arg_count;
	bool args_are_open; /* `sonde build`: parameters are given where the image runs */
	bool unsafe, no_warnings;
	bool count_failed_reads; /* -k */
	const char *const *config; /* "key=value" from environment, in order; NULL-terminated */
	const char *const *include_folders; /* -I, in order; NULL-terminated; NULL: none */
	const char *const *includes;	    /* --include: headers read first */
	uint32_t pid_filter;	   /* -p, for providers that take it; 0: none */
};

struct c_include {
	const char *path;
	struct span span;
};

/* What clang made of an imported .bpf.c (lang/bpf_c.h); it is linked into the image. */
struct c_object {
	const char *path;
	struct span span; /* of the import */
	unsigned char *data;
	size_t size;
	const struct btf_view *btf; /* NULL: it has no types */
	LIST(const char *) programs; /* functions that are programs */
};

struct compile {
	struct arena *arena;
	struct compile_options options;
	struct sources sources;
	struct diags diags;
	struct types types;
	struct script *script;
	struct kernel_types *kernel; /* opened on first use; see kernel_types_get */
	struct tracefs *tracefs;     /* opened on first use; see tracefs_get */
	LIST(struct c_include) c_includes; /* headers that imports ask for */
	LIST(struct c_object) c_objects;
	LIST(struct c_function *) c_functions; /* of those, the ones that are called */
	struct c_types *c_types;     /* after expand */
	struct plan_config config;   /* from defaults, config block, environment */
	bool is_misused;	     /* what is wrong is not the script but its surroundings */
	struct plan *plan;
	struct typed_script *typed;
};

/* Sets up an empty compile in a new arena. */
struct compile *compile_create(const struct compile_options *options);
void compile_free(struct compile *compile);

/* The arrows of the design. Each returns 0, or -1 when the next cannot go on: then diagnostics have
 * errors. After expand they may have some all the same, which check_script reports as its own. */
int parse_script(struct compile *compile, uint32_t file); /* source -> compile->script */
int expand_script(struct compile *compile);		   /* macros, defines, shorthands */
int check_script(struct compile *compile);		   /* types, conversions, reads */
int lower_script(struct compile *compile);		   /* -> compile->plan, compile->typed */

#endif
