/* Providers uprobe and uretprobe: functions of programs and libraries. Paths, library names and symbols
 * are looked up where the script runs. */
#include "lang/provider.h"

#include <string.h>

static int refuse_later_forms(struct compile *compile, const struct attach_point *point,
			      const char *binary)
{
	const char *what = NULL;

	if (point->parts.count == 4)
		what = "a language before the function of a uprobe";
	else if (strcmp(binary, "*") == 0)
		what = "a uprobe on every file of a process";
	else if (strstr(binary, "!/"))
		what = "a uprobe in an archive";
	else if (strchr(binary, '@'))
		what = "a uprobe on a line of source";
	else if (provider_is_pattern(binary))
		what = "a pattern for the binary of a uprobe";
	if (what)
		diag_not_supported(&compile->diags, point->span, what);
	return what ? -1 : 0;
}

int uprobe_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec)
{
	bool is_return = spec->provider == PROVIDER_URETPROBE;
	const char *binary, *function;

	if (provider_check_parts(compile, point, 2, 3) < 0)
		return -1;
	binary = provider_open_part(compile, point, 1, spec);
	function = provider_open_part(compile, point, point->parts.count - 1, spec);
	if (refuse_later_forms(compile, point, binary) < 0)
		return -1;
	if (!binary[0]) {
		diag_hint(&compile->diags,
			  diag_error(&compile->diags, "probe-binary", point->span,
				     "a %s needs a program or a library",
				     providers[spec->provider].name),
			  "write %s", providers[spec->provider].forms);
		return -1;
	}
	spec->module = binary;
	if (is_return)
		spec->flags |= ATTACH_RETURN;
	if (provider_function(compile, point, function, spec) < 0)
		return -1;
	if (strchr(function, '$') && spec->flags & ATTACH_PARAMETERS && !spec->offset)
		spec->flags |= ATTACH_WILDCARD; /* it may be one */
	if (spec->offset && (is_return || (spec->flags & ATTACH_WILDCARD))) {
		struct diag *diag = diag_error(
		    &compile->diags, is_return ? "return-offset" : "pattern-offset", point->span,
		    is_return ? "%s takes a function, not a place within it" :
				"an offset in a %s needs one function, not a pattern",
		    providers[spec->provider].name);

		diag_hint(&compile->diags, diag,
			  is_return ? "a place within a function is for uprobe" :
				      "name the function, or leave the offset out");
		return -1;
	}
	spec->canonical = spec->flags & ATTACH_ADDRESS ?
		arena_printf(compile->arena, "%s:%s:%lu", providers[spec->provider].name, binary,
			     (unsigned long)spec->offset) :
		arena_printf(compile->arena, "%s:%s:%s", providers[spec->provider].name, binary,
			     function);
	return 0;
}

struct type *uprobe_args(struct compile *compile, const struct probe_spec *spec, struct span use)
{
	(void)spec;
	diag_not_supported(&compile->diags, use, "args of a uprobe, from debug information,");
	return compile->types.poison;
}
