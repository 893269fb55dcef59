/* Prints a plan for people and golden tests (`sonde dump plan`): a section for each table that has
 * rows, one line a row, names where the plan has numbers. */
#include "base/image.h"

#include <inttypes.h>

struct dumper {
	const struct plan *plan;
	struct strbuf *out;
};

/* A text in quotes, so that no byte of it can break the line. */
static void add_quoted(struct strbuf *out, const char *text)
{
	strbuf_add_char(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			strbuf_printf(out, "\\%c", c);
		else if (c == '\n')
			strbuf_add(out, "\\n");
		else if (c == '\t')
			strbuf_add(out, "\\t");
		else if (c < 0x20 || c == 0x7f)
			strbuf_printf(out, "\\x%02x", c);
		else
			strbuf_add_char(out, (char)c);
	}
	strbuf_add_char(out, '"');
}

static void add_source(struct dumper *dumper, uint32_t index)
{
	const struct plan *plan = dumper->plan;

	if (index < plan->sources.count)
		strbuf_printf(dumper->out, " at %s:%u:%u",
			      plan_string(plan, plan->sources.items[index].file),
			      plan->sources.items[index].line, plan->sources.items[index].column);
	strbuf_add_char(dumper->out, '\n');
}

static void add_type(struct dumper *dumper, uint32_t index, uint32_t depth);

static void add_fields(struct dumper *dumper, uint32_t first, uint32_t count, uint32_t depth)
{
	const struct plan *plan = dumper->plan;
	uint32_t i;

	for (i = first; i < first + count && i < plan->fields.count; i++) {
		const struct value_field *field = &plan->fields.items[i];
		const char *name = plan_string(plan, field->name);

		if (i > first)
			strbuf_add(dumper->out, ", ");
		strbuf_printf(dumper->out, "%s%s", name, *name ? " " : "");
		add_type(dumper, field->type, depth + 1);
		strbuf_printf(dumper->out, " +%u", field->offset);
		if (field->bit_size)
			strbuf_printf(dumper->out, " bits %u:%u", field->bit_offset,
				      field->bit_size);
	}
}

static void add_histogram(struct dumper *dumper, const struct value_type *type)
{
	if (type->kind == VALUE_HIST)
		strbuf_printf(dumper->out, "hist(bits %" PRId64 ", %u buckets)", type->step,
			      type->count);
	else
		strbuf_printf(dumper->out,
			      "lhist(%" PRId64 "..%" PRId64 " step %" PRId64 ", %u buckets)",
			      type->min, type->max, type->step, type->count);
}

static void add_stack(struct dumper *dumper, const struct value_type *type)
{
	static const char *const modes[] = { "peer", "perf", "raw" };
	const struct plan *plan = dumper->plan;

	strbuf_printf(dumper->out, "%s(%s, %u, %s)", value_kind_name(type->kind),
		      type->stack_mode < 3 ? modes[type->stack_mode] : "?", type->stack_limit,
		      type->stack_map < plan->maps.count ?
			      plan_string(plan, plan->maps.items[type->stack_map].symbol) : "?");
}

static void add_type(struct dumper *dumper, uint32_t index, uint32_t depth)
{
	const struct plan *plan = dumper->plan;
	const struct value_type *type;

	if (index >= plan->types.count || depth > 32) {
		strbuf_add(dumper->out, "?");
		return;
	}
	type = &plan->types.items[index];
	if (type->kind == VALUE_INT) {
		strbuf_printf(dumper->out, "%sint%u", type->is_signed ? "" : "u", type->size * 8);
	} else if (type->kind == VALUE_ENUM || type->kind == VALUE_STRUCT) {
		strbuf_printf(dumper->out, "%s %s", value_kind_name(type->kind),
			      plan_string(plan, type->name));
		if (type->kind == VALUE_ENUM)
			strbuf_printf(dumper->out, ":%s%u", type->is_signed ? "s" : "u",
				      type->size * 8);
	} else if (type->kind == VALUE_STRING || type->kind == VALUE_BUFFER) {
		strbuf_printf(dumper->out, "%s[%u]", value_kind_name(type->kind), type->size);
	} else if (type->kind == VALUE_ARRAY) {
		add_type(dumper, type->element, depth + 1);
		strbuf_printf(dumper->out, "[%u]", type->count);
	} else if (type->kind == VALUE_KSTACK || type->kind == VALUE_USTACK) {
		add_stack(dumper, type);
	} else if (type->kind == VALUE_HIST || type->kind == VALUE_LHIST) {
		add_histogram(dumper, type);
	} else {
		strbuf_add(dumper->out, value_kind_name(type->kind));
		if (value_kind_is_aggregation(type->kind) && type->kind != VALUE_COUNT)
			strbuf_add(dumper->out, type->is_signed ? "(signed)" : "(unsigned)");
	}
	if (type->kind == VALUE_TUPLE || type->kind == VALUE_RECORD || type->kind == VALUE_STRUCT) {
		strbuf_add(dumper->out, "(");
		add_fields(dumper, type->first_field, type->field_count, depth);
		strbuf_printf(dumper->out, ") size %u", type->size);
	}
}

static void dump_attach(struct dumper *dumper, const struct plan_attach *row)
{
	const struct plan *plan = dumper->plan;
	struct strbuf *out = dumper->out;

	strbuf_printf(out, "    %s", provider_name(row->provider));
	if (*plan_string(plan, row->module))
		strbuf_printf(out, " module %s", plan_string(plan, row->module));
	if (*plan_string(plan, row->function))
		strbuf_printf(out, " target %s", plan_string(plan, row->function));
	if (row->flags & ATTACH_ADDRESS)
		strbuf_printf(out, " address 0x%" PRIx64, row->offset);
	else if (row->offset)
		strbuf_printf(out, " offset %" PRIu64, row->offset);
	if (row->period)
		strbuf_printf(out, " %s %" PRIu64, row->frequency ? "hz" : "ns", row->period);
	if (row->flags & ATTACH_PARAMETERS)
		strbuf_add(out, " parameters");
	if (row->flags & ATTACH_WILDCARD)
		strbuf_add(out, " wildcard");
	if (row->flags & ATTACH_RETURN)
		strbuf_add(out, " return");
	if (row->flags & ATTACH_IGNORE_MISSING)
		strbuf_add(out, " may-miss");
	if (*plan_string(plan, row->probe))
		strbuf_printf(out, " as %s", plan_string(plan, row->probe));
	add_source(dumper, row->source);
}

static void dump_programs(struct dumper *dumper)
{
	static const char *const targets[] = { "unused", "constant", "cookie", "syscall" };
	const struct plan *plan = dumper->plan;
	uint32_t i, j;

	strbuf_add(dumper->out, "programs\n");
	for (i = 0; i < plan->programs.count; i++) {
		const struct plan_program *row = &plan->programs.items[i];

		strbuf_printf(dumper->out, "  %s: %s, section %s, target %s",
			      plan_string(plan, row->name), program_kind_name(row->kind),
			      plan_string(plan, row->section),
			      row->target_source < 4 ? targets[row->target_source] : "?");
		if (row->scratch_size)
			strbuf_printf(dumper->out, ", scratch %u", row->scratch_size);
		if (row->sleepable)
			strbuf_add(dumper->out, ", sleepable");
		add_source(dumper, row->source);
		for (j = row->first_attach; j < row->first_attach + row->attach_count &&
		     j < plan->attaches.count; j++)
			dump_attach(dumper, &plan->attaches.items[j]);
	}
}

static void dump_maps(struct dumper *dumper)
{
	const struct plan *plan = dumper->plan;
	uint32_t i;

	if (plan->maps.count)
		strbuf_add(dumper->out, "maps\n");
	for (i = 0; i < plan->maps.count; i++) {
		const struct plan_map *row = &plan->maps.items[i];

		strbuf_printf(
		    dumper->out, "  %s: %s %s, %u entries", plan_string(plan, row->symbol),
		    row->role == MAP_ROLE_STACKS ? "stacks" : plan_string(plan, row->name),
		    map_kind_name(row->kind), row->max_entries);
		if (row->role == MAP_ROLE_SCRIPT) {
			strbuf_add(dumper->out, ", key ");
			add_type(dumper, row->key, 0);
			strbuf_add(dumper->out, ", value ");
			add_type(dumper, row->value, 0);
		}
		add_source(dumper, row->source);
	}
}

static void dump_records(struct dumper *dumper)
{
	const struct plan *plan = dumper->plan;
	uint32_t i;

	if (plan->records.count)
		strbuf_add(dumper->out, "records\n");
	for (i = 0; i < plan->records.count; i++) {
		const struct plan_record *row = &plan->records.items[i];

		strbuf_printf(dumper->out, "  %u: %s, %u bytes", i, record_kind_name(row->kind),
			      row->size);
		if (*plan_string(plan, row->format)) {
			strbuf_add(dumper->out, ", format ");
			add_quoted(dumper->out, plan_string(plan, row->format));
		}
		if (row->map < plan->maps.count)
			strbuf_printf(dumper->out, ", map %s",
				      plan_string(plan, plan->maps.items[row->map].name));
		if (row->field_count) {
			strbuf_add(dumper->out, ", fields ");
			add_fields(dumper, row->first_field, row->field_count, 0);
		}
		add_source(dumper, row->source);
	}
}

static void dump_enums(struct dumper *dumper)
{
	const struct plan *plan = dumper->plan;
	uint32_t i, j;

	if (plan->enums.count)
		strbuf_add(dumper->out, "enums\n");
	for (i = 0; i < plan->enums.count; i++) {
		const struct plan_enum *row = &plan->enums.items[i];

		strbuf_printf(dumper->out, "  %s:", plan_string(plan, row->name));
		for (j = row->first_name; j < row->first_name + row->name_count &&
		     j < plan->enum_names.count; j++)
			strbuf_printf(dumper->out, " %s=%" PRId64,
				      plan_string(plan, plan->enum_names.items[j].name),
				      plan->enum_names.items[j].value);
		strbuf_add_char(dumper->out, '\n');
	}
}

static void dump_params(struct dumper *dumper)
{
	const struct plan *plan = dumper->plan;
	uint32_t i;

	if (plan->params.count)
		strbuf_add(dumper->out, "parameters\n");
	for (i = 0; i < plan->params.count; i++) {
		const struct plan_param *row = &plan->params.items[i];

		uint32_t option = row->index - PLAN_PARAM_OPTION;

		if (row->index >= PLAN_PARAM_OPTION && option < plan->options.count)
			strbuf_printf(dumper->out, "  --%s: ",
				      plan_string(plan, plan->options.items[option].name));
		else if (row->index)
			strbuf_printf(dumper->out, "  $%u: ", row->index);
		else
			strbuf_add(dumper->out, "  $#: ");
		if (row->is_string)
			strbuf_printf(dumper->out, "string[%u]", row->string_size);
		else
			strbuf_add(dumper->out, "number");
		if (row->skip)
			strbuf_printf(dumper->out, " from byte %u", row->skip);
		add_source(dumper, row->source);
	}
}

static void dump_options(struct dumper *dumper)
{
	static const char *const kinds[] = { "bool", "int64", "uint64", "string" };
	const struct plan *plan = dumper->plan;

	if (plan->options.count)
		strbuf_add(dumper->out, "options\n");
	for (uint32_t i = 0; i < plan->options.count; i++) {
		const struct plan_option *row = &plan->options.items[i];

		strbuf_printf(dumper->out, "  --%s: %s = ", plan_string(plan, row->name),
			      row->kind <= OPTION_TEXT ? kinds[row->kind] : "?");
		if (row->kind == OPTION_TEXT)
			add_quoted(dumper->out, plan_string(plan, row->text));
		else
			strbuf_printf(dumper->out, "%" PRId64, (int64_t)row->number);
		strbuf_add_char(dumper->out, ' ');
		add_quoted(dumper->out, plan_string(plan, row->help));
		strbuf_add_char(dumper->out, '\n');
	}
}

static void dump_needs(struct dumper *dumper)
{
	const struct plan *plan = dumper->plan;
	uint32_t i;

	if (plan->features.count)
		strbuf_add(dumper->out, "features\n");
	for (i = 0; i < plan->features.count; i++) {
		strbuf_printf(dumper->out, "  %s, since %s",
			      feature_name(plan->features.items[i].feature),
			      feature_since(plan->features.items[i].feature));
		add_source(dumper, plan->features.items[i].source);
	}
	if (plan->loops.count)
		strbuf_add(dumper->out, "loops\n");
	for (i = 0; i < plan->loops.count; i++) {
		strbuf_printf(dumper->out, "  %u", i);
		add_source(dumper, plan->loops.items[i].source);
	}
	if (plan->layouts.count)
		strbuf_add(dumper->out, "layouts\n");
	for (i = 0; i < plan->layouts.count; i++) {
		const struct plan_layout *row = &plan->layouts.items[i];

		strbuf_printf(dumper->out, "  %s: %s:%s", plan_string(plan, row->symbol),
			      plan_string(plan, row->subsystem), plan_string(plan, row->event));
		add_source(dumper, row->source);
	}
	if (plan->kernel_types.count)
		strbuf_add(dumper->out, "kernel types\n");
	for (i = 0; i < plan->kernel_types.count; i++) {
		const char *module = plan_string(plan, plan->kernel_types.items[i].module);

		strbuf_printf(dumper->out, "  %s%s%s\n",
			      plan_string(plan, plan->kernel_types.items[i].name),
			      *module ? " of " : "", module);
	}
}

static void dump_config(struct dumper *dumper)
{
	static const char *const missing[] = { "error", "warn", "ignore" };
	static const char *const modes[] = { "peer", "perf", "raw" };
	static const char *const caches[] = { "none", "per_pid", "per_program" };
	const struct plan *plan = dumper->plan;
	const struct plan_config *config = &plan->config;
	struct strbuf *out = dumper->out;

	strbuf_printf(out,
		      "config\n  max_map_keys %u\n  max_strlen %u\n  print_maps_on_exit %u\n"
		      "  str_trunc_trailer ",
		      config->max_map_keys, config->max_strlen, config->print_maps_on_exit);
	add_quoted(out, plan_string(plan, config->str_trunc_trailer));
	strbuf_printf(out, "\n  ring_buffer_bytes %u\n  missing_probes %s\n  license %s\n",
		      config->ring_buffer_bytes,
		      config->missing_probes < 3 ? missing[config->missing_probes] : "?",
		      plan_string(plan, config->license));
	strbuf_printf(out, "  stack_mode %s\n  cache_user_symbols %s\n  demangle %u\n",
		      config->stack_mode < 3 ? modes[config->stack_mode] : "?",
		      config->cache_user_symbols < 3 ? caches[config->cache_user_symbols] : "?",
		      config->demangle);
	strbuf_printf(out, "  unsafe %u\n  max_cat_bytes %u\n  max_probes %u\n", config->unsafe,
		      config->max_cat_bytes, config->max_probes);
	if (config->lazy_symbolication)
		strbuf_add(out, "  lazy_symbolication 1\n");
	if (config->log_size != PLAN_LOG_SIZE)
		strbuf_printf(out, "  log_size %u\n", config->log_size);
}

void plan_dump(const struct plan *plan, struct strbuf *out)
{
	struct dumper dumper = { .plan = plan, .out = out };

	dump_programs(&dumper);
	dump_maps(&dumper);
	dump_records(&dumper);
	dump_enums(&dumper);
	dump_params(&dumper);
	dump_options(&dumper);
	dump_needs(&dumper);
	dump_config(&dumper);
}
