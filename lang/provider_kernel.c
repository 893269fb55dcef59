/* Providers kprobe, kretprobe, fentry, fexit: kernel functions. Whether a kprobe's function exists is
 * settled where the script runs; fentry and fexit need its type, so it must be in the BTF here. */
#include "lang/kernel_types.h"
#include "lang/provider.h"

#include <string.h>

#define MAX_EXPANDED 1024

static void set_canonical(struct compile *compile, struct probe_spec *spec)
{
	struct strbuf out = { 0 };

	bool names_module = spec->provider == PROVIDER_FENTRY || spec->provider == PROVIDER_FEXIT;

	strbuf_printf(&out, "%s:", providers[spec->provider].name);
	if (spec->module && spec->module[0])
		strbuf_printf(&out, "%s:", spec->module);
	else if (names_module) /* the peer always says where such a function is */
		strbuf_add(&out, "vmlinux:");
	if (spec->flags & ATTACH_ADDRESS)
		strbuf_printf(&out, "%lu", (unsigned long)spec->offset);
	else
		strbuf_add(&out, spec->function);
	if (!(spec->flags & ATTACH_ADDRESS) && spec->offset)
		strbuf_printf(&out, "+%lu", (unsigned long)spec->offset);
	spec->canonical = arena_strdup(compile->arena, strbuf_text(&out));
	strbuf_free(&out);
}

/* [module:]function[+offset], the same for all four. */
static int parse_function(struct compile *compile, struct attach_point *point,
			  struct probe_spec *spec, bool may_have_offset)
{
	uint32_t count = point->parts.count;
	const char *function;

	if (provider_check_parts(compile, point, 1, 2) < 0)
		return -1;
	function = provider_open_part(compile, point, count - 1, spec);
	if (count == 3)
		spec->module = provider_open_part(compile, point, 1, spec);
	if (provider_function(compile, point, function, spec) < 0)
		return -1;
	if (spec->module && provider_is_pattern(spec->module))
		spec->flags |= ATTACH_WILDCARD;
	if (!may_have_offset && (spec->offset || !spec->function)) {
		diag_hint(&compile->diags,
			  diag_error(&compile->diags, "return-offset", point->span,
				     "%s takes a function, not a place within it",
				     providers[spec->provider].name),
			  "a place within a function is for kprobe");
		return -1;
	}
	if (spec->flags & ATTACH_PARAMETERS && !spec->offset)
		spec->flags |= ATTACH_WILDCARD; /* it may be one */
	if (spec->offset && (spec->flags & ATTACH_WILDCARD)) {
		diag_hint(&compile->diags,
			  diag_error(&compile->diags, "pattern-offset", point->span,
				     "an offset needs one function, not a pattern"),
			  "name the function, or leave the offset out");
		return -1;
	}
	set_canonical(compile, spec);
	return 0;
}

int kprobe_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec)
{
	bool is_return = spec->provider == PROVIDER_KRETPROBE;

	if (is_return)
		spec->flags |= ATTACH_RETURN;
	return parse_function(compile, point, spec, !is_return);
}

static int need_btf(struct compile *compile, const struct attach_point *point)
{
	struct diag *diag;

	if (kernel_types_available(compile))
		return 0;
	diag = diag_error(&compile->diags, "no-btf", point->span,
			  "%s needs the kernel's BTF, and this kernel has none",
			  providers[provider_find(point->parts.items[0], NULL)->id].name);
	diag_hint(&compile->diags, diag, "use kprobe, or a kernel built with CONFIG_DEBUG_INFO_BTF");
	return -1;
}

int fentry_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec)
{
	struct kernel_function function;

	if (point->parts.count > 2 && strcmp(point->parts.items[1], "bpf") == 0) {
		diag_not_supported(&compile->diags, point->span, "a probe on a BPF program");
		return -1;
	}
	if (spec->provider == PROVIDER_FEXIT)
		spec->flags |= ATTACH_RETURN;
	for (uint32_t i = 1; i < point->parts.count; i++)
		if (!provider_part(compile, point, i)) /* its arguments have the function's types */
			return -1;
	if (parse_function(compile, point, spec, false) < 0 || need_btf(compile, point) < 0)
		return -1;
	if (spec->flags & ATTACH_WILDCARD)
		return 0;
	if (kernel_types_function(compile, spec->module, spec->function, &function)) {
		if (!spec->module && function.module[0])
			spec->module = function.module;
		set_canonical(compile, spec);
		return 0;
	}
	return provider_missing(compile, point, spec,
				arena_printf(compile->arena, "kernel function \"%s\"",
					     spec->function),
				kernel_types_nearest(compile, TYPE_FUNCTION, spec->function));
}

struct expansion {
	struct compile *compile;
	const struct attach_point *point;
	struct probe *probe;
	uint32_t count;
};

static bool add_function(void *context, const char *name)
{
	struct expansion *expansion = context;
	struct compile *compile = expansion->compile;
	struct attach_point *point = arena_new(compile->arena, struct attach_point);
	struct probe_spec *spec = arena_new(compile->arena, struct probe_spec);

	*point = *expansion->point;
	*spec = *expansion->point->spec;
	point->spec = spec;
	spec->function = name;
	spec->flags &= ~(uint32_t)ATTACH_WILDCARD;
	spec->flags |= ATTACH_IGNORE_MISSING;
	set_canonical(compile, spec);
	*list_push(compile->arena, &expansion->probe->points) = point;
	return ++expansion->count < MAX_EXPANDED;
}

/* One program for each function: the kernel ties a trampoline program to one when it loads it. */
int fentry_expand(struct compile *compile, struct attach_point *point, struct probe *probe)
{
	struct probe_spec *spec = point->spec;
	struct expansion expansion = { .compile = compile, .point = point, .probe = probe };

	if (spec->module && strcmp(spec->module, "vmlinux") != 0) {
		diag_not_supported(&compile->diags, point->span,
				   "a pattern for the functions of a module here");
		return -1;
	}
	kernel_types_each_function(compile, spec->function, add_function, &expansion);
	if (expansion.count == 0)
		return provider_unmatched(spec, arena_printf(compile->arena,
							     "kernel function that matches \"%s\"",
							     spec->function));
	if (expansion.count == MAX_EXPANDED) {
		struct diag *diag = diag_error(&compile->diags, "too-many-targets", point->span,
					       "\"%s\" matches more than %u functions",
					       spec->function, MAX_EXPANDED);

		diag_hint(&compile->diags, diag, "narrow the pattern, or use kprobe");
		return -1;
	}
	return 0;
}

struct type *fentry_args(struct compile *compile, const struct probe_spec *spec, struct span use)
{
	struct kernel_function function;

	(void)use; /* the parser has reported an unknown function */
	if (!kernel_types_function(compile, spec->module, spec->function, &function))
		return NULL;
	return function.args;
}

struct type *fexit_retval(struct compile *compile, const struct probe_spec *spec, struct span use)
{
	struct kernel_function function;

	if (!kernel_types_function(compile, spec->module, spec->function, &function))
		return NULL;
	if (function.retval->kind == TYPE_VOID) {
		diag_error(&compile->diags, "no-retval", use, "%s returns nothing",
			   spec->function);
		return compile->types.poison;
	}
	return function.retval;
}
