/* Configuration: the table of keys, and how each reads its text. */
#include "base/config.h"

#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const missing_words[] = {"error", "warn", "ignore", NULL};
static const char *const stack_words[] = {"bpftrace", "perf", "raw", NULL};
static const char *const feature_words[] = {"enable", "warn", "error", NULL};
static const char *const bool_words[] = {"true", "false", "1", "0", NULL};
static const char *const symbol_words[] = {"NONE", "PER_PID", "PER_PROGRAM", NULL};

enum { CACHE_PER_PROGRAM = 2 }; /* index in symbol_words */

#define FIELD(name) offsetof(struct plan_config, name)

const struct config_row config_rows[] = {
    {"max_map_keys", CONFIG_NUMBER, true, FIELD(max_map_keys), 1, 1u << 30, NULL},
    {"max_strlen", CONFIG_NUMBER, false, FIELD(max_strlen), 1, 1u << 14, NULL},
    {"max_cat_bytes", CONFIG_NUMBER, true, FIELD(max_cat_bytes), 1, 1u << 30, NULL},
    {"max_probes", CONFIG_NUMBER, true, FIELD(max_probes), 1, 1u << 20, NULL},
    {"perf_rb_pages", CONFIG_PAGES, true, FIELD(ring_buffer_bytes), 1, 1u << 30, NULL},
    {"print_maps_on_exit", CONFIG_BOOL, true, FIELD(print_maps_on_exit), 0, 1, NULL},
    {"cpp_demangle", CONFIG_BOOL, true, FIELD(demangle), 0, 1, NULL},
    {"str_trunc_trailer", CONFIG_TEXT, true, FIELD(str_trunc_trailer), 0, 0, NULL},
    {"license", CONFIG_LICENSE, false, FIELD(license), 0, 0, NULL},
    {"missing_probes", CONFIG_WORD, true, FIELD(missing_probes), 0, 0, missing_words},
    {"stack_mode", CONFIG_WORD, false, FIELD(stack_mode), 0, 0, stack_words},
    {"cache_user_symbols", CONFIG_WORD, true, FIELD(cache_user_symbols), 0, 0, symbol_words},
    {"lazy_symbolication", CONFIG_BOOL, true, FIELD(lazy_symbolication), 0, 1, NULL},
    {"log_size", CONFIG_NUMBER, true, FIELD(log_size), 1, 1u << 30, NULL},
    {"max_bpf_progs", CONFIG_NUMBER, false, FIELD(max_bpf_progs), 1, 1u << 20, NULL},
    {"on_stack_limit", CONFIG_NUMBER, false, FIELD(on_stack_limit), 0, 1u << 20, NULL},
    {"unstable_addr", CONFIG_FEATURE, false, 0, 0, 0, feature_words},
    {"unstable_import", CONFIG_FEATURE, false, 0, 0, 0, feature_words},
    {"unstable_macro", CONFIG_FEATURE, false, 0, 0, 0, feature_words},
    {"unstable_map_decl", CONFIG_FEATURE, false, 0, 0, 0, feature_words},
    {"unstable_tseries", CONFIG_FEATURE, false, 0, 0, 0, feature_words},
    {"unstable_typeinfo", CONFIG_FEATURE, false, 0, 0, 0, feature_words},
    {"max_type_res_iterations", CONFIG_IGNORED, false, 0, 0, 0, NULL},
    {"show_debug_info", CONFIG_FEATURE, false, 0, 0, 0, bool_words},
    {"use_blazesym", CONFIG_IGNORED, false, 0, 0, 0, NULL},
    {NULL, CONFIG_IGNORED, false, 0, 0, 0, NULL},
};

/* Licences that let a program use all helpers (the kernel's license_is_gpl_compatible()). */
static const char *const licenses[] = {
    "GPL",	    "GPL v2",	    "GPL and additional rights",
    "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
    NULL,
};

const struct config_row *config_find(const char *name)
{
	for (const struct config_row *row = config_rows; row->name; row++)
		if (strcasecmp(row->name, name) == 0)
			return row;
	return NULL;
}

static bool parse_bool(const char *text, uint64_t *value)
{
	static const char *const yes[] = {"1", "true", "on", "yes", "enable", NULL};
	static const char *const no[] = {"0", "false", "off", "no", "disable", NULL};

	for (int i = 0; yes[i]; i++) {
		*value = strcmp(text, yes[i]) == 0;
		if (*value || strcmp(text, no[i]) == 0)
			return true;
	}
	return false;
}

static const char *one_of(struct arena *arena, const char *const *words)
{
	struct strbuf list = {0};
	const char *result;

	for (int i = 0; words[i]; i++)
		strbuf_printf(&list, "%s%s", i ? ", " : "one of ", words[i]);
	result = arena_strdup(arena, list.text);
	strbuf_free(&list);
	return result;
}

bool config_is_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++)
		if (strcmp(words[i], text) == 0)
			return true;
	return false;
}

static bool parse_word(const struct config_row *row, const char *text, uint64_t *value)
{
	for (*value = 0; row->words[*value]; (*value)++)
		if (strcasecmp(row->words[*value], text) == 0)
			return true;
	if (!parse_bool(text, value)) /* "0" turns it off */
		return false;
	if (*value && row->words == symbol_words)
		*value = CACHE_PER_PROGRAM;
	return !*value || row->words == symbol_words;
}

bool config_takes_empty(const struct config_row *row)
{
	return row->kind == CONFIG_TEXT;
}

const char *config_set(struct plan *plan, struct plan_config *config, const struct config_row *row,
		       const char *text)
{
	uint32_t *field = (uint32_t *)((char *)config + row->field);
	uint64_t value = 0, most = row->most, page = (uint64_t)sysconf(_SC_PAGESIZE);
	char *end;

	switch (row->kind) {
	case CONFIG_IGNORED:
		return NULL;
	case CONFIG_FEATURE:
		return config_is_word(row->words, text) ? NULL : one_of(plan->arena, row->words);
	case CONFIG_LICENSE:
	case CONFIG_TEXT:
		if (row->kind == CONFIG_LICENSE && !config_is_word(licenses, text))
			return one_of(plan->arena, licenses);
		*field = plan_add_string(plan, text);
		return NULL;
	case CONFIG_BOOL:
		if (!parse_bool(text, &value))
			return "true or false";
		break;
	case CONFIG_WORD:
		if (!parse_word(row, text, &value))
			return one_of(plan->arena, row->words);
		break;
	case CONFIG_NUMBER:
	case CONFIG_PAGES:
		if (row->kind == CONFIG_PAGES)
			most /= page;
		value = strtoull(text, &end, 0);
		if (!*text || *end || *text == '-' || value < row->least || value > most)
			return arena_printf(plan->arena, "a number from %llu to %llu",
					    (unsigned long long)row->least,
					    (unsigned long long)most);
		break;
	}
	if (row->kind == CONFIG_PAGES) {
		uint64_t bytes = page;

		while (bytes < value * page)
			bytes *= 2;
		value = bytes;
	}
	*field = (uint32_t)value;
	return NULL;
}
