/* Configuration keys: what each takes and where its value lies. Shared by the compiler (config block,
 * environment) and the runtime (environment of a tool built ahead). */
#ifndef SONDE_BASE_CONFIG_H
#define SONDE_BASE_CONFIG_H

#include "base/plan.h"

#include <stdbool.h>
#include <stddef.h>

enum config_kind {
	CONFIG_NUMBER,
	CONFIG_BOOL,
	CONFIG_TEXT,
	CONFIG_WORD,	/* one of `words`: the value is its index */
	CONFIG_PAGES,	/* number of pages, kept as bytes: `most` counts those */
	CONFIG_LICENSE, /* a text that the kernel takes for one that may use all helpers */
	CONFIG_FEATURE, /* one of `words`, which changes nothing: what it allows is no longer unstable */
	CONFIG_IGNORED, /* known on the peer, without a meaning here */
};

struct config_row {
	const char *name;
	enum config_kind kind;
	bool is_late; /* settled where the script runs, not where it is compiled */
	size_t field; /* offset in struct plan_config */
	uint64_t least, most;
	const char *const *words;
};

/* Every key; ends with a row without a name. */
extern const struct config_row config_rows[];

/* By name, in any case; NULL when there is none. */
const struct config_row *config_find(const char *name);
/* Sets a key from its text; texts go to the plan's strings. NULL, or what the key takes: "a number from 1
 * to 16384" (owned by the plan's arena). */
const char *config_set(struct plan *plan, struct plan_config *config, const struct config_row *row,
		       const char *text);
bool config_takes_empty(const struct config_row *row);
bool config_is_word(const char *const *words, const char *text);

#endif
