/* Providers interval and profile: probes that time fires. Rates are settled here, in nanoseconds (or,
 * for profile:hz, in times a second). */
#include "lang/provider.h"

#include <string.h>

static const struct {
	const char *suffix;
	uint64_t ns;
} units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", 60000000000 },
	{ "h", 3600000000000 },
	{ "d", 86400000000000 },
};

/* "1s", "100ms", "1500000": nanoseconds. */
static bool parse_duration(struct compile *compile, const char *text, uint64_t *ns)
{
	if (provider_number(text, ns))
		return true;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t len = strlen(text), suffix = strlen(units[i].suffix);
		const char *digits;

		if (len <= suffix || strcmp(text + len - suffix, units[i].suffix) != 0)
			continue;
		digits = arena_strndup(compile->arena, text, len - suffix);
		if (provider_number(digits, ns))
			return !__builtin_mul_overflow(*ns, units[i].ns, ns);
	}
	return false;
}

static int bad_rate(struct compile *compile, const struct attach_point *point, const char *text)
{
	struct diag *diag = diag_error(&compile->diags, "probe-rate", point->span,
				       "\"%s\" is no rate for a probe", text);

	diag_hint(&compile->diags, diag, "write a time such as 1s or 100ms, or hz:99");
	return -1;
}

static int parse_duration_form(struct compile *compile, struct attach_point *point,
			       struct probe_spec *spec)
{
	const char *text = provider_part(compile, point, 1);

	if (!text)
		return -1;
	if (!parse_duration(compile, text, &spec->period))
		return bad_rate(compile, point, text);
	if (spec->period < 1000) {
		struct diag *diag = diag_error(&compile->diags, "probe-rate-range", point->span,
					       "%lu ns is too short: the least is 1us",
					       (unsigned long)spec->period);

		diag_hint(&compile->diags, diag,
			  "a bare number counts nanoseconds: %ss is that many seconds", text);
		return -1;
	}
	spec->canonical = arena_printf(compile->arena, "%s:us:%lu", providers[spec->provider].name,
				       (unsigned long)(spec->period / 1000));
	return 0;
}

static int parse_unit_form(struct compile *compile, struct attach_point *point,
			   struct probe_spec *spec)
{
	const char *unit = provider_part(compile, point, 1);
	const char *text = unit ? provider_open_part(compile, point, 2, spec) : NULL;
	uint64_t number, factor = 0;
	bool is_hz;

	if (!text)
		return -1;
	is_hz = strcmp(unit, "hz") == 0;
	/* Nanoseconds and units above the second are not spelt this way. */
	for (size_t i = 1; i < 4; i++)
		if (strcmp(unit, units[i].suffix) == 0)
			factor = units[i].ns;
	if (!is_hz && !factor) {
		struct diag *diag = diag_error(&compile->diags, "probe-rate-unit", point->span,
					       "\"%s\" is no unit of time", unit);

		diag_hint(&compile->diags, diag, "the units are s, ms, us and hz");
		return -1;
	}
	if (spec->flags & ATTACH_PARAMETERS) {
		spec->function = text;
		spec->frequency = is_hz;
		spec->period = is_hz ? 1 : factor;
		spec->canonical = arena_printf(compile->arena, "%s:%s:%s",
					       providers[spec->provider].name, unit, text);
		return 0;
	}
	if (!provider_number(text, &number) || number == 0)
		return bad_rate(compile, point, text);
	if (is_hz && number > 1000000000)
		return bad_rate(compile, point, text);
	spec->frequency = is_hz;
	spec->period = number;
	if (!is_hz && __builtin_mul_overflow(number, factor, &spec->period))
		return bad_rate(compile, point, text);
	spec->canonical = arena_printf(compile->arena, "%s:%s:%lu", providers[spec->provider].name,
				       unit, (unsigned long)number);
	return 0;
}

int profile_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec)
{
	if (provider_check_parts(compile, point, 1, 2) < 0)
		return -1;
	if (point->parts.count == 2)
		return parse_duration_form(compile, point, spec);
	return parse_unit_form(compile, point, spec);
}

/* As profile, but always a period: the runtime's timers know no frequency. */
int interval_parse(struct compile *compile, struct attach_point *point, struct probe_spec *spec)
{
	if (profile_parse(compile, point, spec) < 0)
		return -1;
	if (spec->frequency && !(spec->flags & ATTACH_PARAMETERS)) {
		spec->period = 1000000000 / spec->period;
		spec->frequency = 0;
	}
	return 0;
}
