/* Checks a decoded plan: who passes here may index the plan's tables, and read record, key and
 * value bytes by its shapes, without a further check. Values are bounded: no sum overflows. */
#include "base/image_check.h"

#define MAX_VALUE_BYTES (1u << 20)
#define MAX_NESTING 32
#define MAX_STACK_FRAMES 1024

struct checker {
	struct plan *plan;
	unsigned char *states; /* per type: 0 not seen, 1 being checked, 2 fine */
	const char **error;
};

/* Records the sentence and gives false: `return refuse(checker, ...)`. */
static bool refuse(struct checker *checker, const char *table, uint32_t row, const char *what)
{
	*checker->error = arena_printf(checker->plan->arena, "the metadata is malformed: %s %u: %s",
				       table, row, what);
	return false;
}

#define REQUIRE(condition, table, row, what)                                                       \
	do {                                                                                       \
		if (!(condition))                                                                  \
			return refuse(checker, (table), (row), (what));                            \
	} while (0)

static bool is_string(const struct plan *plan, uint32_t index)
{
	return index < plan->strings.count;
}

static bool is_source(const struct plan *plan, uint32_t index)
{
	return index == PLAN_NONE || index < plan->sources.count;
}

static bool is_range(uint32_t first, uint32_t count, uint32_t limit)
{
	return first <= limit && count <= limit - first;
}

/* The size a kind always has; 0: it depends. */
static uint32_t fixed_size(uint32_t kind)
{
	static const uint32_t sizes[VALUE_KIND_COUNT] = {
		[VALUE_BOOL] = 1,
		[VALUE_POINTER] = 8,
		[VALUE_KSTACK] = sizeof(struct value_stack),
		[VALUE_USTACK] = sizeof(struct value_stack),
		[VALUE_KSYM] = 8,
		[VALUE_USYM] = sizeof(struct value_usym),
		[VALUE_INET] = sizeof(struct value_inet),
		[VALUE_MAC] = 6,
		[VALUE_CGROUP_PATH] = 8,
		[VALUE_USERNAME] = 4,
		[VALUE_TIMESTAMP] = sizeof(struct value_timestamp),
		[VALUE_PROBE] = 8,
		[VALUE_COUNT] = sizeof(struct value_count),
		[VALUE_SUM] = sizeof(struct value_sum),
		[VALUE_AVG] = sizeof(struct value_sum),
		[VALUE_STATS] = sizeof(struct value_sum),
		[VALUE_MIN] = sizeof(struct value_extreme),
		[VALUE_MAX] = sizeof(struct value_extreme),
	};

	return sizes[kind];
}

static bool check_type(struct checker *checker, uint32_t index, uint32_t depth);

static bool check_fields(struct checker *checker, uint32_t index, uint32_t first, uint32_t count,
			 uint32_t size, const char *table, uint32_t depth)
{
	struct plan *plan = checker->plan;
	uint32_t i;

	REQUIRE(is_range(first, count, plan->fields.count), table, index, "fields out of range");
	for (i = first; i < first + count; i++) {
		const struct value_field *field = &plan->fields.items[i];
		const struct value_type *type;

		REQUIRE(is_string(plan, field->name), "field", i, "name out of range");
		if (!check_type(checker, field->type, depth + 1))
			return false;
		type = &plan->types.items[field->type];
		REQUIRE(field->offset <= size && type->size <= size - field->offset, "field", i,
			"lies outside of its value");
		/* Records carry folded aggregations (print(@m[key])); other values do not. */
		REQUIRE(!value_kind_is_aggregation(type->kind) || table[0] == 'r', "field", i,
			"is an aggregation");
		if (field->bit_size)
			REQUIRE(type->size <= 8 && field->bit_offset + field->bit_size <=
				type->size * 8, "field", i, "bitfield outside of its integer");
	}
	return true;
}

static bool check_histogram(struct checker *checker, uint32_t index, const struct value_type *type)
{
	uint64_t buckets;

	if (type->kind == VALUE_HIST) {
		REQUIRE(type->step >= 0 && type->step <= 5, "type", index, "histogram bits");
		buckets = value_hist_bucket_count((uint32_t)type->step);
	} else {
		REQUIRE(type->step > 0 && type->max > type->min, "type", index, "histogram bounds");
		REQUIRE(((uint64_t)type->max - (uint64_t)type->min) / (uint64_t)type->step <
			MAX_VALUE_BYTES / 8, "type", index, "too many buckets");
		buckets = (uint64_t)value_lhist_step_count(type->min, type->max, type->step) + 2;
	}
	REQUIRE(type->count == buckets && type->size == buckets * 8, "type", index,
		"wrong number of buckets");
	return true;
}

static bool check_stack(struct checker *checker, uint32_t index, const struct value_type *type)
{
	const struct plan *plan = checker->plan;

	REQUIRE(type->stack_mode <= STACK_MODE_RAW, "type", index, "stack mode");
	REQUIRE(type->stack_limit <= MAX_STACK_FRAMES, "type", index, "stack limit");
	REQUIRE(type->stack_map < plan->maps.count &&
		plan->maps.items[type->stack_map].role == MAP_ROLE_STACKS, "type", index,
		"stack map out of range");
	return true;
}

static bool check_type_kind(struct checker *checker, uint32_t index, const struct value_type *type,
			    uint32_t depth)
{
	struct plan *plan = checker->plan;

	switch ((enum value_kind)type->kind) {
	case VALUE_INT:
	case VALUE_ENUM:
		REQUIRE(type->size == 1 || type->size == 2 || type->size == 4 || type->size == 8,
			"type", index, "integer size");
		if (type->kind == VALUE_ENUM)
			REQUIRE(type->element < plan->enums.count, "type", index,
				"enum out of range");
		return true;
	case VALUE_BUFFER:
		REQUIRE(type->size >= 4, "type", index, "buffer size");
		return true;
	case VALUE_ARRAY:
		if (!check_type(checker, type->element, depth + 1))
			return false;
		REQUIRE((uint64_t)type->count * plan->types.items[type->element].size <= type->size,
			"type", index, "elements lie outside of the array");
		REQUIRE(type->count <= MAX_VALUE_BYTES, "type", index, "too many elements");
		return true;
	case VALUE_TUPLE:
	case VALUE_RECORD:
	case VALUE_STRUCT:
		return check_fields(checker, index, type->first_field, type->field_count,
				    type->size, "type", depth);
	case VALUE_KSTACK:
	case VALUE_USTACK:
		return check_stack(checker, index, type);
	case VALUE_HIST:
	case VALUE_LHIST:
		return check_histogram(checker, index, type);
	case VALUE_VOID: case VALUE_BOOL: case VALUE_POINTER: case VALUE_STRING: case VALUE_KSYM:
	case VALUE_USYM: case VALUE_INET: case VALUE_MAC: case VALUE_CGROUP_PATH:
	case VALUE_USERNAME: case VALUE_TIMESTAMP: case VALUE_PROBE: case VALUE_COUNT:
	case VALUE_SUM: case VALUE_AVG: case VALUE_MIN: case VALUE_MAX: case VALUE_STATS:
	case VALUE_KIND_COUNT:
		break;
	}
	return true;
}

static bool check_type(struct checker *checker, uint32_t index, uint32_t depth)
{
	const struct plan *plan = checker->plan;
	const struct value_type *type;

	REQUIRE(index < plan->types.count, "type", index, "out of range");
	REQUIRE(checker->states[index] != 1, "type", index, "contains itself");
	REQUIRE(depth < MAX_NESTING, "type", index, "nested too deep");
	if (checker->states[index] == 2)
		return true;
	type = &plan->types.items[index];
	REQUIRE(type->kind < VALUE_KIND_COUNT, "type", index, "unknown kind");
	REQUIRE(is_string(plan, type->name), "type", index, "name out of range");
	REQUIRE(type->size <= MAX_VALUE_BYTES, "type", index, "too large");
	REQUIRE(!fixed_size(type->kind) || type->size == fixed_size(type->kind), "type", index,
		"wrong size for its kind");
	checker->states[index] = 1;
	if (!check_type_kind(checker, index, type, depth))
		return false;
	checker->states[index] = 2;
	return true;
}

static bool check_enums(struct checker *checker)
{
	const struct plan *plan = checker->plan;
	uint32_t i;

	for (i = 0; i < plan->enums.count; i++) {
		const struct plan_enum *row = &plan->enums.items[i];

		REQUIRE(is_string(plan, row->name), "enum", i, "name out of range");
		REQUIRE(is_range(row->first_name, row->name_count, plan->enum_names.count), "enum",
			i, "names out of range");
	}
	for (i = 0; i < plan->enum_names.count; i++)
		REQUIRE(is_string(plan, plan->enum_names.items[i].name), "enum name", i,
			"name out of range");
	return true;
}

static bool check_programs(struct checker *checker)
{
	const struct plan *plan = checker->plan;
	uint32_t i;

	for (i = 0; i < plan->programs.count; i++) {
		const struct plan_program *row = &plan->programs.items[i];

		REQUIRE(is_string(plan, row->name) && is_string(plan, row->section), "program", i,
			"name out of range");
		REQUIRE(row->kind < PROGRAM_KIND_COUNT, "program", i, "unknown kind");
		REQUIRE(row->provider < PROVIDER_COUNT, "program", i, "unknown provider");
		REQUIRE(row->target_source <= TARGET_SYSCALL, "program", i, "target source");
		REQUIRE(is_range(row->first_attach, row->attach_count, plan->attaches.count),
			"program", i, "attaches out of range");
		REQUIRE(row->scratch_size <= MAX_VALUE_BYTES, "program", i, "scratch too large");
		REQUIRE(is_source(plan, row->source), "program", i, "source out of range");
	}
	for (i = 0; i < plan->attaches.count; i++) {
		const struct plan_attach *row = &plan->attaches.items[i];

		REQUIRE(row->program < plan->programs.count, "attach", i, "program out of range");
		REQUIRE(row->provider < PROVIDER_COUNT, "attach", i, "unknown provider");
		REQUIRE(is_string(plan, row->probe) && is_string(plan, row->module) &&
			is_string(plan, row->function), "attach", i, "name out of range");
		REQUIRE(is_source(plan, row->source), "attach", i, "source out of range");
	}
	return true;
}

static bool check_maps(struct checker *checker)
{
	const struct plan *plan = checker->plan;
	uint32_t i;

	for (i = 0; i < plan->maps.count; i++) {
		const struct plan_map *row = &plan->maps.items[i];

		REQUIRE(is_string(plan, row->name) && is_string(plan, row->symbol), "map", i,
			"name out of range");
		REQUIRE(row->role <= MAP_ROLE_STACKS, "map", i, "unknown role");
		REQUIRE(row->kind <= MAP_PERCPU_ARRAY, "map", i, "unknown kind");
		REQUIRE(row->key < plan->types.count && row->value < plan->types.count, "map", i,
			"type out of range");
		REQUIRE(!value_kind_is_aggregation(plan->types.items[row->key].kind), "map", i,
			"key is an aggregation");
		REQUIRE(is_source(plan, row->source), "map", i, "source out of range");
	}
	return true;
}

static bool check_record_kind(struct checker *checker, uint32_t index,
			      const struct plan_record *row)
{
	const struct plan *plan = checker->plan;
	bool needs_map = row->kind == RECORD_PRINT_MAP || row->kind == RECORD_PRINT_ENTRY ||
			 row->kind == RECORD_CLEAR || row->kind == RECORD_ZERO;

	REQUIRE(row->map == PLAN_NONE || row->map < plan->maps.count, "record", index,
		"map out of range");
	REQUIRE(!needs_map || row->map != PLAN_NONE, "record", index, "has no map");
	REQUIRE(row->kind != RECORD_PRINT_VALUE || row->field_count == 1, "record", index,
		"a value needs one field");
	REQUIRE(row->kind != RECORD_PRINT_ENTRY || row->field_count == 1 || row->field_count == 2,
		"record", index, "an entry needs a key and a value");
	REQUIRE(row->kind != RECORD_JOIN || row->field_count >= 1, "record", index,
		"a join needs a count");
	return true;
}

static bool check_records(struct checker *checker)
{
	const struct plan *plan = checker->plan;
	uint32_t i;

	for (i = 0; i < plan->records.count; i++) {
		const struct plan_record *row = &plan->records.items[i];

		REQUIRE(row->kind < RECORD_KIND_COUNT, "record", i, "unknown kind");
		REQUIRE(row->size >= sizeof(struct record_header) && row->size <= MAX_VALUE_BYTES,
			"record", i, "size");
		REQUIRE(is_string(plan, row->format), "record", i, "format out of range");
		REQUIRE(is_source(plan, row->source), "record", i, "source out of range");
		if (!check_fields(checker, i, row->first_field, row->field_count, row->size,
				  "record", 0) || !check_record_kind(checker, i, row))
			return false;
	}
	return true;
}

static bool check_rest(struct checker *checker)
{
	const struct plan *plan = checker->plan;
	uint32_t i;

	for (i = 0; i < plan->params.count; i++) {
		REQUIRE(plan->params.items[i].string_size <= MAX_VALUE_BYTES, "parameter", i,
			"size");
		REQUIRE(is_source(plan, plan->params.items[i].source), "parameter", i, "source");
	}
	for (i = 0; i < plan->options.count; i++) {
		const struct plan_option *row = &plan->options.items[i];

		REQUIRE(row->kind <= OPTION_TEXT, "option", i, "unknown kind");
		REQUIRE(is_string(plan, row->name) && is_string(plan, row->text) &&
			is_string(plan, row->help), "option", i, "name out of range");
		REQUIRE(row->size <= MAX_VALUE_BYTES, "option", i, "size");
	}
	for (i = 0; i < plan->features.count; i++) {
		REQUIRE(plan->features.items[i].feature < FEATURE_COUNT, "feature", i,
			"this version does not know it");
		REQUIRE(is_source(plan, plan->features.items[i].source), "feature", i, "source");
	}
	for (i = 0; i < plan->layouts.count; i++) {
		const struct plan_layout *row = &plan->layouts.items[i];

		REQUIRE(is_string(plan, row->symbol) && is_string(plan, row->subsystem) &&
			is_string(plan, row->event), "layout", i, "name out of range");
		REQUIRE(is_source(plan, row->source), "layout", i, "source");
	}
	for (i = 0; i < plan->kernel_types.count; i++)
		REQUIRE(is_string(plan, plan->kernel_types.items[i].name) &&
			is_string(plan, plan->kernel_types.items[i].module), "kernel type", i,
			"name out of range");
	for (i = 0; i < plan->loops.count; i++)
		REQUIRE(is_source(plan, plan->loops.items[i].source), "loop", i, "source");
	for (i = 0; i < plan->sources.count; i++)
		REQUIRE(is_string(plan, plan->sources.items[i].file) &&
			is_string(plan, plan->sources.items[i].text), "source", i,
			"name out of range");
	return true;
}

static bool check_config(struct checker *checker)
{
	const struct plan *plan = checker->plan;
	const struct plan_config *config = &plan->config;

	REQUIRE(is_string(plan, config->str_trunc_trailer) && is_string(plan, config->license),
		"config", 0, "text out of range");
	REQUIRE(config->ring_buffer_bytes >= 4096 && config->ring_buffer_bytes <= 1u << 30 &&
		!(config->ring_buffer_bytes & (config->ring_buffer_bytes - 1)), "config", 0,
		"ring buffer size");
	REQUIRE(config->missing_probes <= 2, "config", 0, "missing_probes");
	REQUIRE(config->stack_mode <= STACK_MODE_RAW, "config", 0, "stack_mode");
	return true;
}

bool image_check_plan(struct plan *plan, const char **error)
{
	struct checker storage = { .plan = plan, .error = error }, *checker = &storage;
	uint32_t i;

	REQUIRE(plan->types.count && plan->types.items[0].kind == VALUE_VOID, "type", 0,
		"is missing");
	checker->states = arena_alloc(plan->arena, plan->types.count);
	for (i = 0; i < plan->types.count; i++) {
		if (!check_type(checker, i, 0))
			return false;
	}
	return check_enums(checker) && check_programs(checker) && check_maps(checker) &&
	       check_records(checker) && check_rest(checker) && check_config(checker);
}
