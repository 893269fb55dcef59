/* Configuration: defaults, then the script's config block, then the environment, which wins. */
#include "base/config.h"
#include "lang/check.h"

#include <ctype.h>
#include <string.h>

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

static void unknown_key(struct compile *compile, const char *key, struct span span)
{
	const char **names;
	uint32_t count;
	const char *near;
	struct diag *diag = diag_error(&compile->diags, "unknown-config", span,
				       "unknown configuration key \"%s\"", key);

	for (count = 0; config_rows[count].name; count++)
		;
	names = arena_alloc(compile->arena, (count + 1) * sizeof(*names));
	for (uint32_t i = 0; i < count; i++)
		names[i] = config_rows[i].name;
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
		row = config_find(key);
		wanted = row && (equals[1] || config_takes_empty(row))
			     ? config_set(compile->plan, &compile->config, row, equals + 1)
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
	const struct config_row *row = config_find(key);

	if (!row && config_is_word(environment_only, key)) {
		diag_error(&compile->diags, "config-machine", entry->span,
			   "%s can only be set in the environment: it is about the machine", key);
		return;
	}
	if (!row) {
		unknown_key(compile, entry->key, entry->span);
		return;
	}
	wanted = text ? config_set(compile->plan, &compile->config, row, text) : "a plain value";
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
