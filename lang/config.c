/* Configuration: defaults, then the script's config block, then the environment, which wins. One row
 * a key. */
#include "lang/check.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum config_kind {
	CONFIG_NUMBER,
	CONFIG_BOOL,
	CONFIG_TEXT,
	CONFIG_WORD,	/* one of `words`: the value is its index */
	CONFIG_PAGES,	/* number of pages, kept as bytes */
	CONFIG_LICENSE, /* a text that the kernel takes for one that may use all helpers */
	CONFIG_FEATURE, /* one of `words`, which changes nothing: what it allows is no longer unstable */
	CONFIG_IGNORED, /* known on the peer, without a meaning here */
};

static const char *const missing_words[] = {"error", "warn", "ignore", NULL};
static const char *const stack_words[] = {"bpftrace", "perf", "raw", NULL};
static const char *const feature_words[] = {"enable", "warn", "error", NULL};
static const char *const symbol_words[] = {"NONE", "PER_PID", "PER_PROGRAM", NULL};

enum { CACHE_PER_PROGRAM = 2 }; /* index in symbol_words */

#define FIELD(name) offsetof(struct plan_config, name)

static const struct config_row {
	const char *name;
	enum config_kind kind;
	size_t field;
	uint64_t least, most;
	const char *const *words;
} rows[] = {
    {"max_map_keys", CONFIG_NUMBER, FIELD(max_map_keys), 1, 1u << 30, NULL},
    {"max_strlen", CONFIG_NUMBER, FIELD(max_strlen), 1, 1u << 14, NULL},
    {"max_cat_bytes", CONFIG_NUMBER, FIELD(max_cat_bytes), 1, 1u << 30, NULL},
    {"max_probes", CONFIG_NUMBER, FIELD(max_probes), 1, 1u << 20, NULL},
    {"perf_rb_pages", CONFIG_PAGES, FIELD(ring_buffer_bytes), 1, 1u << 18, NULL},
    {"print_maps_on_exit", CONFIG_BOOL, FIELD(print_maps_on_exit), 0, 1, NULL},
    {"cpp_demangle", CONFIG_BOOL, FIELD(demangle), 0, 1, NULL},
    {"str_trunc_trailer", CONFIG_TEXT, FIELD(str_trunc_trailer), 0, 0, NULL},
    {"license", CONFIG_LICENSE, FIELD(license), 0, 0, NULL},
    {"missing_probes", CONFIG_WORD, FIELD(missing_probes), 0, 0, missing_words},
    {"stack_mode", CONFIG_WORD, FIELD(stack_mode), 0, 0, stack_words},
    {"cache_user_symbols", CONFIG_WORD, FIELD(cache_user_symbols), 0, 0, symbol_words},
    {"lazy_symbolication", CONFIG_BOOL, FIELD(lazy_symbolication), 0, 1, NULL},
    {"log_size", CONFIG_NUMBER, FIELD(log_size), 1, 1u << 30, NULL},
    {"max_bpf_progs", CONFIG_NUMBER, FIELD(max_bpf_progs), 1, 1u << 20, NULL},
    {"on_stack_limit", CONFIG_NUMBER, FIELD(on_stack_limit), 0, 1u << 20, NULL},
    {"unstable_addr", CONFIG_FEATURE, 0, 0, 0, feature_words},
    {"unstable_import", CONFIG_FEATURE, 0, 0, 0, feature_words},
    {"unstable_macro", CONFIG_FEATURE, 0, 0, 0, feature_words},
    {"unstable_map_decl", CONFIG_FEATURE, 0, 0, 0, feature_words},
    {"unstable_tseries", CONFIG_FEATURE, 0, 0, 0, feature_words},
    {"unstable_typeinfo", CONFIG_FEATURE, 0, 0, 0, feature_words},
    {"max_type_res_iterations", CONFIG_IGNORED, 0, 0, 0, NULL},
    {"show_debug_info", CONFIG_IGNORED, 0, 0, 0, NULL},
    {"use_blazesym", CONFIG_IGNORED, 0, 0, 0, NULL},
};

/* Old names that scripts still use. */
static const struct {
	const char *old, *name;
} renamed[] = {
    {"strlen", "max_strlen"},
    {"map_keys_max", "max_map_keys"},
    {"cat_bytes_max", "max_cat_bytes"},
};

/* What is about the machine and not about the script. */
static const char *const environment_only[] = {"btf", "color", "kernel_build", "kernel_source",
					       "vmlinux", NULL};

/* Licences that let a program use all helpers (the kernel's license_is_gpl_compatible()). */
static const char *const licenses[] = {
    "GPL",	    "GPL v2",	    "GPL and additional rights",
    "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
    NULL,
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

static const struct config_row *find_row(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcasecmp(rows[i].name, name) == 0)
			return &rows[i];
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

static const char *one_of(struct compile *compile, const char *const *words)
{
	struct strbuf list = {0};
	const char *result;

	for (int i = 0; words[i]; i++)
		strbuf_printf(&list, "%s%s", i ? ", " : "one of ", words[i]);
	result = arena_strdup(compile->arena, list.text);
	strbuf_free(&list);
	return result;
}

static bool is_word(const char *const *words, const char *text)
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

/* Sets a key from its text. Returns what was wrong, or NULL. */
static const char *set_text(struct compile *compile, const struct config_row *row, const char *text)
{
	uint32_t *field = (uint32_t *)((char *)&compile->config + row->field);
	uint64_t value = 0;
	char *end;

	switch (row->kind) {
	case CONFIG_IGNORED:
		return NULL;
	case CONFIG_FEATURE:
		return is_word(row->words, text) ? NULL : one_of(compile, row->words);
	case CONFIG_LICENSE:
	case CONFIG_TEXT:
		if (row->kind == CONFIG_LICENSE && !is_word(licenses, text))
			return one_of(compile, licenses);
		*field = plan_add_string(compile->plan, text);
		return NULL;
	case CONFIG_BOOL:
		if (!parse_bool(text, &value))
			return "true or false";
		break;
	case CONFIG_WORD:
		if (!parse_word(row, text, &value))
			return one_of(compile, row->words);
		break;
	case CONFIG_NUMBER:
	case CONFIG_PAGES:
		value = strtoull(text, &end, 0);
		if (!*text || *end || *text == '-' || value < row->least || value > row->most)
			return arena_printf(compile->arena, "a number from %llu to %llu",
					    (unsigned long long)row->least,
					    (unsigned long long)row->most);
		break;
	}
	if (row->kind == CONFIG_PAGES) {
		uint64_t bytes = (uint64_t)sysconf(_SC_PAGESIZE), wanted = value * bytes;

		while (bytes < wanted)
			bytes *= 2;
		value = bytes;
	}
	*field = (uint32_t)value;
	return NULL;
}

static void unknown_key(struct compile *compile, const char *key, struct span span)
{
	const char *names[ROW_COUNT + 1];
	const char *near;
	struct diag *diag = diag_error(&compile->diags, "unknown-config", span,
				       "unknown configuration key \"%s\"", key);

	for (size_t i = 0; i < ROW_COUNT; i++)
		names[i] = rows[i].name;
	names[ROW_COUNT] = NULL;
	near = diag_nearest(&compile->diags, key, names);
	if (near)
		diag_hint(&compile->diags, diag, "did you mean \"%s\"?", near);
}

/* The environment: what it does not know is somebody else's; what is wrong is an error. */
static void apply_environment(struct compile *compile)
{
	for (const char *const *entry = compile->options.config; entry && *entry; entry++) {
		const char *equals = strchr(*entry, '=');
		const struct config_row *row;
		const char *wanted;
		char *key;

		if (!equals)
			continue;
		key = arena_strndup(compile->arena, *entry, (size_t)(equals - *entry));
		row = find_row(key);
		wanted = row && (equals[1] || row->kind == CONFIG_TEXT)
			     ? set_text(compile, row, equals + 1)
			     : NULL;
		compile->is_misused |= wanted != NULL;
		if (wanted)
			diag_error(&compile->diags, "config-environment",
				   (struct span){.file = UINT32_MAX},
				   "the environment sets %s to \"%s\", and it takes %s", key,
				   equals + 1, wanted);
	}
}

static const char *value_text(struct compile *compile, const struct expr *value)
{
	if (value->kind == EXPR_STRING)
		return value->text;
	if (value->kind == EXPR_IDENTIFIER)
		return value->name;
	if (value->kind == EXPR_BOOL)
		return value->integer ? "true" : "false";
	if (value->kind == EXPR_INTEGER)
		return arena_printf(compile->arena, "%llu", (unsigned long long)value->integer);
	return NULL;
}

/* The name of a key as the rows have it: BPFTRACE_MAX_STRLEN is max_strlen. */
static const char *plain_key(struct compile *compile, const char *key)
{
	char *lower;

	if (strncmp(key, "BPFTRACE_", 9) == 0 || strncmp(key, "SONDE_", 6) == 0)
		key = strchr(key, '_') + 1;
	lower = arena_strdup(compile->arena, key);
	for (char *letter = lower; *letter; letter++)
		*letter = (char)tolower((unsigned char)*letter);
	return lower;
}

static const char *renamed_key(struct compile *compile, const struct config_entry *entry,
			       const char *key)
{
	struct diag *diag;

	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++) {
		if (strcmp(renamed[i].old, key))
			continue;
		diag = diag_warning(&compile->diags, "config-renamed", entry->span,
				    "%s is an old name", key);
		diag_hint(&compile->diags, diag, "it is called %s", renamed[i].name);
		return renamed[i].name;
	}
	return key;
}

static void apply_entry(struct compile *compile, const struct config_entry *entry)
{
	const char *text = entry->value ? value_text(compile, entry->value) : NULL;
	const char *key = renamed_key(compile, entry, plain_key(compile, entry->key)), *wanted;
	const struct config_row *row = find_row(key);

	if (!row && is_word(environment_only, key)) {
		diag_error(&compile->diags, "config-machine", entry->span,
			   "%s can only be set in the environment: it is about the machine", key);
		return;
	}
	if (!row) {
		unknown_key(compile, entry->key, entry->span);
		return;
	}
	wanted = text ? set_text(compile, row, text) : "a plain value";
	if (wanted)
		diag_error(&compile->diags, "config-value",
			   entry->value ? entry->value->span : entry->span, "%s takes %s",
			   entry->key, wanted);
}

static struct span earlier(struct span a, struct span b)
{
	return a.end && a.file == b.file && b.start < a.start ? b : a;
}

/* The config block comes before what it is about. */
static void check_place(struct compile *compile)
{
	const struct script *script = compile->script;
	struct span block = script->config_block, first = block;
	struct diag *diag;

	for (uint32_t i = 0; i < script->probes.count; i++)
		first = earlier(first, script->probes.items[i]->span);
	for (uint32_t i = 0; i < script->macros.count; i++)
		first = earlier(first, script->macros.items[i]->span);
	for (uint32_t i = 0; i < script->functions.count; i++)
		first = earlier(first, script->functions.items[i]->span);
	for (uint32_t i = 0; i < script->declarations.count; i++)
		first = earlier(first, script->declarations.items[i].span);
	if (first.start == block.start)
		return;
	diag =
	    diag_error(&compile->diags, "config-place", block, "the config block comes too late");
	diag_note(diag, first, "this stands before it");
	diag_hint(&compile->diags, diag,
		  "it must stand before the first probe, macro, function and map declaration");
}

void config_apply(struct compile *compile)
{
	check_place(compile);
	for (uint32_t i = 0; i < compile->script->config.count; i++)
		apply_entry(compile, &compile->script->config.items[i]);
	apply_environment(compile);
	compile->config.unsafe = compile->options.unsafe;
	compile->config.count_failed_reads = compile->options.count_failed_reads;
	compile->plan->config = compile->config;
}
