/* Settings: the environment goes before the config block of a script, also in a tool that was built
 * elsewhere. What a value's type or size follows from was settled by the compiler (base/config.h). */
#include "settings.h"

#include "base/config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* The value of PREFIX and the key in capitals, and that variable's name; NULL: it is not set. */
static const char *look_up(const struct config_row *row, char *name, size_t size)
{
	static const char *const prefixes[] = {"SONDE_", "BPFTRACE_"};
	const char *value = NULL;

	for (int i = 0; i < 2 && !value; i++) {
		snprintf(name, size, "%s%s", prefixes[i], row->name);
		for (char *letter = name; *letter; letter++)
			*letter = (char)toupper((unsigned char)*letter);
		value = getenv(name);
		if (value && !*value && !config_takes_empty(row))
			value = NULL;
	}
	return value;
}

int settings_apply(struct session *session, struct plan *plan)
{
	char name[64];

	for (const struct config_row *row = config_rows; row->name; row++) {
		const char *value = row->is_late ? look_up(row, name, sizeof(name)) : NULL;
		const char *wanted = value ? config_set(plan, &plan->config, row, value) : NULL;

		if (!wanted)
			continue;
		session->is_misused = true;
		return session_fail(session, -EINVAL, PLAN_NONE, NULL,
				    "%s is \"%s\", and it takes %s", name, value, wanted);
	}
	for (uint32_t i = 0; i < plan->maps.count; i++)
		if (plan->maps.items[i].role == MAP_ROLE_SCRIPT && !plan->maps.items[i].is_sized)
			plan->maps.items[i].max_entries = plan->config.max_map_keys;
	return 0;
}
