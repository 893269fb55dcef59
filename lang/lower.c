/* Lower: the last arrow of lang. Makes the plan of a checked script: tables first, bodies only looked
 * at for what the plan must know. Reports one thing: a probe whose values need too much memory. */
#include "lang/lower.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define SYMBOL_MAX 15 /* BPF_OBJ_NAME_LEN less the NUL */

uint32_t lower_string(struct lower *lower, const char *text)
{
	return text && text[0] ? plan_add_string(lower->plan, text) : 0;
}

static struct source_slot *source_find(struct lower *lower, struct span span)
{
	uint32_t mask = lower->source_capacity - 1;
	uint32_t i = (span.start * 2654435761u ^ span.file * 40503u) & mask;

	while (lower->sources[i].is_used && (lower->sources[i].file != span.file ||
					     lower->sources[i].start != span.start))
		i = (i + 1) & mask;
	return &lower->sources[i];
}

static void sources_grow(struct lower *lower)
{
	struct source_slot *old = lower->sources;
	uint32_t capacity = lower->source_capacity;

	lower->source_capacity = capacity ? capacity * 2 : 256;
	lower->sources =
		arena_alloc(lower->arena, lower->source_capacity * sizeof(*lower->sources));
	for (uint32_t i = 0; i < capacity; i++)
		if (old[i].is_used)
			*source_find(lower, (struct span){ old[i].file, old[i].start, 0 }) = old[i];
}

uint32_t lower_source(struct lower *lower, struct span span)
{
	struct source_place place;
	struct source_slot *slot;

	if (lower->plan->sources.count * 2 >= lower->source_capacity)
		sources_grow(lower);
	slot = source_find(lower, span);
	if (slot->is_used)
		return slot->index;
	place = source_locate(&lower->compile->sources, span.file, span.start);
	if (place.text != lower->last_line) { /* many places are on one line: hash it once */
		lower->last_line = place.text;
		lower->last_line_text = lower_string(
			lower, arena_strndup(lower->arena, place.text, place.length));
	}
	*slot = (struct source_slot){ span.file, span.start, lower->plan->sources.count, true };
	*list_push(lower->arena, &lower->plan->sources) = (struct plan_source){
		.file = lower_string(lower, place.file),
		.line = place.line,
		.column = place.column,
		.text = lower->last_line_text,
	};
	return slot->index;
}

void lower_feature(struct lower *lower, enum feature_id feature, uint32_t source)
{
	for (uint32_t i = 0; i < lower->plan->features.count; i++)
		if (lower->plan->features.items[i].feature == feature)
			return;
	*list_push(lower->arena, &lower->plan->features) =
		(struct plan_feature){ .feature = feature, .source = source };
}

/* "AT_" and the name, cut to what the kernel keeps, made unique by a number. */
static const char *map_symbol(struct lower *lower, const char *name)
{
	char *symbol = arena_printf(lower->arena, "AT_%s", name + 1);

	for (char *c = symbol; *c; c++)
		if (!isalnum((unsigned char)*c))
			*c = '_';
	if (strlen(symbol) > SYMBOL_MAX)
		symbol[SYMBOL_MAX] = '\0';
	name = symbol + 3;
	for (uint32_t n = lower->plan->maps.count; name_table_find(&lower->symbols, symbol); n++)
		symbol = arena_printf(lower->arena, "AT_%.6s_%u", name, n);
	name_table_set(lower->arena, &lower->symbols, symbol, symbol);
	return symbol;
}

static enum map_kind map_kind_of(const struct map *map, bool has_key, bool is_aggregation)
{
	bool is_lru = map->is_declared && (map->declared_kind == MAP_LRU_HASH ||
					   map->declared_kind == MAP_PERCPU_LRU_HASH);

	if (!has_key)
		return is_aggregation ? MAP_PERCPU_ARRAY : MAP_ARRAY;
	if (is_aggregation)
		return is_lru ? MAP_PERCPU_LRU_HASH : MAP_PERCPU_HASH;
	return is_lru ? MAP_LRU_HASH : MAP_HASH;
}

static void lower_map(struct lower *lower, struct map *map)
{
	bool has_key = map->key && map->key->kind != TYPE_VOID;
	bool is_aggregation = map->value && type_is_aggregation(map->value);
	uint32_t entries = map->max_entries ? map->max_entries : lower->plan->config.max_map_keys;
	struct plan_map row = {
		.name = lower_string(lower, map->name),
		.symbol = lower_string(lower, map_symbol(lower, map->name)),
		.role = MAP_ROLE_SCRIPT,
		.kind = map_kind_of(map, has_key, is_aggregation),
		.max_entries = has_key ? entries : 1,
		.source = lower_source(lower, map->span),
		.is_sized = !has_key || map->max_entries,
	};

	map->index = lower->plan->maps.count;
	*list_push(lower->arena, &lower->plan->maps) = row;
	*list_push(lower->arena, &lower->typed->maps) = map;
	if (is_aggregation && map->is_read_in_kernel)
		lower_feature(lower, FEATURE_LOOKUP_PERCPU, row.source);
}

/* After all script maps have their numbers: the types may add maps for stacks. */
static void lower_map_types(struct lower *lower, const struct map *map)
{
	uint32_t key = map->key ? lower_type(lower, map->key) : 0;
	uint32_t value = map->value ? lower_type(lower, map->value) : 0;

	lower->plan->maps.items[map->index].key = key;
	lower->plan->maps.items[map->index].value = value;
}

static void check_program_count(struct compile *compile)
{
	uint32_t count = compile->plan->programs.count, most = compile->plan->config.max_bpf_progs;
	struct diag *diag;

	if (count <= most)
		return;
	diag = diag_error(&compile->diags, "too-many-programs",
			  compile->script->probes.items[compile->script->probes.count - 1]->span,
			  "the script makes %u programs, and max_bpf_progs is %u", count, most);
	diag_hint(&compile->diags, diag, "config = { max_bpf_progs = %u }", count);
}

int lower_script(struct compile *compile)
{
	struct lower lower = { .compile = compile, .arena = compile->arena };
	struct script *script = compile->script;

	if (!compile->plan)
		compile->plan = plan_create(compile->arena);
	if (compile->config.max_map_keys)
		compile->plan->config = compile->config;
	compile->typed = arena_new(compile->arena, struct typed_script);
	compile->typed->plan = compile->plan;
	lower.plan = compile->plan;
	lower.typed = compile->typed;
	for (uint32_t i = 0; i < script->maps.count; i++)
		lower_map(&lower, script->maps.items[i]);
	for (uint32_t i = 0; i < script->maps.count; i++)
		lower_map_types(&lower, script->maps.items[i]);
	for (uint32_t i = 0; i < script->probes.count; i++)
		lower_probe(&lower, script->probes.items[i]);
	check_program_count(compile);
	return compile->diags.error_count ? -1 : 0;
}
