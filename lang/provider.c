/* Providers: the table of probe kinds, and what their spec parsers share. Called by the checker, which
 * gives every attach point its spec before it types the body. */
#include "lang/provider.h"

#include "lang/kernel_types.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum program_kind program_run(struct compile *compile, const struct probe_spec *spec)
{
	(void)compile, (void)spec;
	return PROGRAM_RUN;
}

static enum program_kind program_perf_event(struct compile *compile, const struct probe_spec *spec)
{
	(void)compile, (void)spec;
	return PROGRAM_PERF_EVENT;
}

static enum program_kind program_raw_tracepoint(struct compile *compile,
						const struct probe_spec *spec)
{
	(void)compile, (void)spec;
	return PROGRAM_RAW_TRACEPOINT;
}

static enum program_kind program_kprobe(struct compile *compile, const struct probe_spec *spec)
{
	(void)compile, (void)spec;
	return PROGRAM_KPROBE;
}

static enum program_kind program_fentry(struct compile *compile, const struct probe_spec *spec)
{
	(void)compile, (void)spec;
	return PROGRAM_FENTRY;
}

static enum program_kind program_fexit(struct compile *compile, const struct probe_spec *spec)
{
	(void)compile, (void)spec;
	return PROGRAM_FEXIT;
}

#define ROW(row_id, row_name, ...)                                                                 \
	[row_id] = { .id = row_id, .name = row_name, .aliases = { __VA_ARGS__ }

const struct provider providers[PROVIDER_COUNT] = {
	ROW(PROVIDER_BEGIN, "begin"), .forms = "begin", .doc = "Before any other probe is attached",
	.parse = begin_parse, .program = program_run },
	ROW(PROVIDER_END, "end"), .forms = "end", .doc = "After all other probes are detached",
	.parse = begin_parse, .program = program_run },
	ROW(PROVIDER_INTERVAL, "interval", "i"), .forms = "interval:1s, interval:ms:100, interval:hz:99",
	.doc = "At regular times, on one processor", .parse = interval_parse,
	.program = program_run },
	ROW(PROVIDER_PROFILE, "profile", "p"), .forms = "profile:hz:99, profile:1ms, profile:us:100",
	.doc = "At regular times, on every processor", .parse = profile_parse,
	.program = program_perf_event, .has_registers = true },
	ROW(PROVIDER_TRACEPOINT, "tracepoint", "t"), .forms = "tracepoint:subsystem:event",
	.doc = "A kernel tracepoint, with its record as args", .parse = tracepoint_parse,
	.program = tracepoint_program, .args = tracepoint_args },
	ROW(PROVIDER_RAWTRACEPOINT, "rawtracepoint", "rt"), .forms = "rawtracepoint:[module:]event",
	.doc = "A kernel tracepoint, with the arguments it was called with",
	.parse = rawtracepoint_parse, .program = program_raw_tracepoint,
	.args = rawtracepoint_args, .has_arguments = true },
	ROW(PROVIDER_KPROBE, "kprobe", "k"), .forms = "kprobe:[module:]function[+offset]",
	.doc = "A kernel function is entered", .parse = kprobe_parse, .program = program_kprobe,
	.has_arguments = true, .has_function = true, .has_registers = true },
	ROW(PROVIDER_KRETPROBE, "kretprobe", "kr"), .forms = "kretprobe:[module:]function",
	.doc = "A kernel function returns", .parse = kprobe_parse, .program = program_kprobe,
	.has_return = true, .has_function = true, .has_registers = true },
	ROW(PROVIDER_FENTRY, "fentry", "f", "kfunc"), .forms = "fentry:[module:]function",
	.doc = "A kernel function is entered, with typed args", .parse = fentry_parse,
	.program = program_fentry, .args = fentry_args, .has_arguments = true,
	.has_function = true },
	ROW(PROVIDER_FEXIT, "fexit", "fr", "kretfunc"), .forms = "fexit:[module:]function",
	.doc = "A kernel function returns, with typed args and retval", .parse = fentry_parse,
	.program = program_fexit, .args = fentry_args, .retval = fexit_retval,
	.has_arguments = true, .has_return = true, .has_function = true },
	ROW(PROVIDER_UPROBE, "uprobe", "u"), .forms = "uprobe:binary:function[+offset], uprobe:binary:0xaddress",
	.doc = "A function of a program or library is entered", .parse = uprobe_parse,
	.program = program_kprobe, .args = uprobe_args, .has_arguments = true,
	.has_function = true, .has_registers = true, .is_user = true },
	ROW(PROVIDER_URETPROBE, "uretprobe", "ur"), .forms = "uretprobe:binary:function",
	.doc = "A function of a program or library returns", .parse = uprobe_parse,
	.program = program_kprobe, .args = uprobe_args, .has_return = true, .has_function = true,
	.has_registers = true, .is_user = true },
};

/* What the language has and this version does not. */
static const char *const later_providers[] = {
	"self", "test", "bench", "usdt", "U", "software", "s", "hardware", "h", "watchpoint", "w",
	"asyncwatchpoint", "aw", "iter", "it", NULL,
};

static bool provider_is_named(const struct provider *provider, const char *name)
{
	if (strcasecmp(provider->name, name) == 0)
		return true;
	for (int i = 0; i < 4 && provider->aliases[i]; i++)
		if (strcasecmp(provider->aliases[i], name) == 0)
			return true;
	return false;
}

const struct provider *provider_find(const char *name, bool *later)
{
	const struct provider *found = NULL;

	if (later)
		*later = false;
	/* `U` and `u` are two providers: this one letter is not folded. */
	if (strcmp(name, "U") != 0)
		for (int i = 0; i < PROVIDER_COUNT && !found; i++)
			if (provider_is_named(&providers[i], name))
				found = &providers[i];
	for (int i = 0; later_providers[i] && !found && later; i++)
		if (strcasecmp(later_providers[i], name) == 0)
			*later = true;
	return found;
}

const struct provider *provider_of(const struct attach_point *point)
{
	return point->spec ? &providers[point->spec->provider] : NULL;
}

bool provider_is_pattern(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

int provider_check_parts(struct compile *compile, const struct attach_point *point, uint32_t min,
			 uint32_t max)
{
	const struct provider *provider = provider_find(point->parts.items[0], NULL);
	uint32_t count = point->parts.count - 1;
	struct diag *diag;

	if (count >= min && count <= max)
		return 0;
	if (max == 0)
		diag = diag_error(&compile->diags, "probe-parts", point->span,
				  "%s takes nothing after its name", provider->name);
	else if (min == max)
		diag = diag_error(&compile->diags, "probe-parts", point->span,
				  "%s takes %u part%s after its name, not %u", provider->name, min,
				  min == 1 ? "" : "s", count);
	else
		diag = diag_error(&compile->diags, "probe-parts", point->span,
				  "%s takes %u to %u parts after its name, not %u", provider->name,
				  min, max, count);
	diag_hint(&compile->diags, diag, "write %s", provider->forms);
	return -1;
}

/* Parameters are put in when the script is parsed; what is left is given where the image runs. */
static bool is_open(const struct compile *compile, const char *text)
{
	const char *dollar = compile->options.args_are_open ? strchr(text, '$') : NULL;

	return dollar && isdigit((unsigned char)dollar[1]);
}

static const char *refuse_open(struct compile *compile, const struct attach_point *point,
			       const char *what)
{
	struct diag *diag = diag_error(&compile->diags, "open-parameter", point->span,
				       "%s must be known when the script is built", what);

	diag_hint(&compile->diags, diag, "write it out, or run the script with sonde");
	return NULL;
}

const char *provider_part(struct compile *compile, const struct attach_point *point, uint32_t part)
{
	const char *text = point->parts.items[part];

	return is_open(compile, text) ? refuse_open(compile, point, "this part of the probe")
				      : text;
}

const char *provider_open_part(struct compile *compile, const struct attach_point *point,
			       uint32_t part, struct probe_spec *spec)
{
	const char *text = point->parts.items[part];

	if (is_open(compile, text))
		spec->flags |= ATTACH_PARAMETERS;
	return text;
}

bool provider_number(const char *text, uint64_t *number)
{
	char digits[80];
	uint32_t count = 0;
	char *end;

	for (; *text; text++) {
		if (*text == '_' && count)
			continue;
		if (!isalnum((unsigned char)*text) || count + 1 == sizeof(digits))
			return false;
		digits[count++] = *text;
	}
	digits[count] = '\0';
	if (!isdigit((unsigned char)digits[0]))
		return false;
	errno = 0;
	*number = strtoull(digits, &end, 0);
	if (errno)
		return false;
	if ((*end == 'e' || *end == 'E') && isdigit((unsigned char)end[1])) {
		unsigned long exponent = strtoul(end + 1, &end, 10);

		for (; exponent > 0 && exponent < 20; exponent--)
			if (__builtin_mul_overflow(*number, (uint64_t)10, number))
				return false;
		if (exponent)
			return false;
	}
	return *end == '\0';
}

int provider_function(struct compile *compile, const struct attach_point *point, const char *text,
		      struct probe_spec *spec)
{
	const char *plus = strrchr(text, '+');

	if (!text[0]) {
		diag_hint(&compile->diags,
			  diag_error(&compile->diags, "probe-function", point->span,
				     "a %s needs the name of a function",
				     providers[spec->provider].name),
			  "write %s", providers[spec->provider].forms);
		return -1;
	}
	if (isdigit((unsigned char)text[0])) {
		if (!provider_number(text, &spec->offset)) {
			diag_hint(&compile->diags,
				  diag_error(&compile->diags, "probe-address", point->span,
					     "\"%s\" is neither a function nor an address", text),
				  "an address is a number, such as 0x4710");
			return -1;
		}
		spec->flags |= ATTACH_ADDRESS;
		return 0;
	}
	if (plus && plus != text) {
		if (!provider_number(plus + 1, &spec->offset)) {
			diag_hint(&compile->diags,
				  diag_error(&compile->diags, "probe-offset", point->span,
					     "\"%s\" is no offset", plus + 1),
				  "an offset is a number of bytes: %.*s+0x10", (int)(plus - text),
				  text);
			return -1;
		}
		text = arena_strndup(compile->arena, text, (size_t)(plus - text));
	}
	spec->function = text;
	if (provider_is_pattern(text))
		spec->flags |= ATTACH_WILDCARD;
	return 0;
}

static int report_missing(struct compile *compile, const struct attach_point *point,
			  const char *what, const char *near)
{
	struct diag *diag = NULL;

	if (compile->config.missing_probes == 0)
		diag = diag_error(&compile->diags, "unknown-target", point->span, "there is no %s",
				  what);
	else if (compile->config.missing_probes == 1)
		diag = diag_warning(&compile->diags, "unknown-target", point->span,
				    "there is no %s", what);
	if (diag && near)
		diag_hint(&compile->diags, diag, "did you mean \"%s\"?", near);
	return compile->config.missing_probes == 0 ? -1 : 0;
}

int provider_missing(struct compile *compile, const struct attach_point *point,
		     struct probe_spec *spec, const char *what, const char *near)
{
	spec->is_missing = true;
	return report_missing(compile, point, what, near);
}

int provider_unmatched(struct probe_spec *spec, const char *what)
{
	spec->is_missing = true;
	spec->unmatched = what;
	return 0;
}

int begin_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec)
{
	spec->canonical = providers[spec->provider].name;
	return provider_check_parts(compile, point, 0, 0);
}

static void report_unknown(struct compile *compile, const struct attach_point *point,
			   const char *name, bool later)
{
	const char *names[PROVIDER_COUNT + sizeof(later_providers) / sizeof(later_providers[0])];
	uint32_t count = 0;
	const char *near;
	struct diag *diag;

	if (later || provider_is_pattern(name)) {
		diag_not_supported(&compile->diags, point->span,
				   later ? arena_printf(compile->arena, "the probe \"%s\"", name) :
					   "a pattern as the kind of a probe");
		return;
	}
	for (int i = 0; i < PROVIDER_COUNT; i++)
		names[count++] = providers[i].name;
	for (int i = 0; later_providers[i]; i++)
		if (strlen(later_providers[i]) > 2)
			names[count++] = later_providers[i];
	names[count] = NULL;
	diag = diag_error(&compile->diags, "unknown-probe", point->span,
			  "there is no kind of probe called \"%s\"", name);
	near = diag_nearest(&compile->diags, name, names);
	if (near)
		diag_hint(&compile->diags, diag, "did you mean \"%s\"?", near);
}

static int parse_point(struct compile *compile, struct attach_point *point)
{
	const char *name = point->parts.count ? point->parts.items[0] : "";
	const struct provider *provider;
	struct probe_spec *spec;
	bool later;

	if (point->spec)
		return 0;
	if (is_open(compile, name)) {
		refuse_open(compile, point, "the kind of a probe");
		return -1;
	}
	provider = provider_find(name, &later);
	if (!provider) {
		report_unknown(compile, point, name, later);
		return -1;
	}
	spec = arena_new(compile->arena, struct probe_spec);
	spec->provider = provider->id;
	spec->canonical = point->text;
	if (provider->parse(compile, point, spec) < 0)
		return -1;
	point->spec = spec;
	return 0;
}

/* Where `args` or `probe` differ by target, a pattern becomes its targets here. */
static int expand_point(struct compile *compile, struct attach_point *point, bool uses_args,
			struct probe *expanded)
{
	enum provider_id provider = point->spec->provider;

	if (point->spec->flags & ATTACH_WILDCARD) {
		if (provider == PROVIDER_FENTRY || provider == PROVIDER_FEXIT)
			return fentry_expand(compile, point, expanded);
		if (uses_args && provider == PROVIDER_TRACEPOINT)
			return tracepoint_expand(compile, point, expanded);
		if (uses_args && provider == PROVIDER_RAWTRACEPOINT)
			return rawtracepoint_expand(compile, point, expanded);
	}
	*list_push(compile->arena, &expanded->points) = point;
	return 0;
}

/* A pattern that matches nothing is told only when nothing else is left of its block. */
int provider_expand_points(struct compile *compile, struct probe *probe, bool uses_args)
{
	const struct attach_point *unmatched = NULL;
	struct probe expanded = { 0 };
	bool is_matched = false;
	int result = 0;

	for (uint32_t i = 0; i < probe->points.count; i++) {
		struct attach_point *point = probe->points.items[i];
		int err = parse_point(compile, point);

		/* What matches nothing here may match something where the program runs. */
		if (!err && (!point->spec->is_missing || point->spec->unmatched))
			err = expand_point(compile, point, uses_args, &expanded);
		if (err < 0)
			result = -1;
		else if (!point->spec->is_missing)
			is_matched = true;
		else if (point->spec->unmatched && !unmatched)
			unmatched = point;
	}
	if (unmatched && !is_matched && !result) {
		result = report_missing(compile, unmatched, unmatched->spec->unmatched, NULL);
		expanded.points.count = 0;
	}
	tracepoint_choose(compile, &expanded);
	probe->points.items = expanded.points.items;
	probe->points.count = expanded.points.count;
	probe->points.capacity = expanded.points.capacity;
	return result;
}
