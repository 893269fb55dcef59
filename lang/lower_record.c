/* Lower, records: what a printf, a print, an exit... sends, as a row of plan.records with its fields. */
#include "lang/builtin.h"
#include "lang/lower.h"

#include <string.h>

#define JOIN_STRINGS 16
#define DEFAULT_TIME "%H:%M:%S\n"

struct record_builder {
	struct lower *lower;
	struct plan_record row;
	uint32_t end; /* bytes so far, header included */
};

static void add_field(struct record_builder *builder, struct type *type)
{
	struct lower *lower = builder->lower;
	uint32_t align = type->align ? type->align : 1;
	uint32_t shape = lower_type(lower, type);
	struct value_field *field;

	if (align > 8)
		align = 8;
	builder->end = (builder->end + align - 1) / align * align;
	field = list_push(lower->arena, &lower->plan->fields);
	*field = (struct value_field){ .type = shape, .offset = builder->end };
	builder->end += lower->plan->types.items[shape].size;
	builder->row.field_count++;
}

/* Makes the shapes of all fields before the first field: their own fields would come between. */
static void add_fields(struct record_builder *builder, struct type **types, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		lower_type(builder->lower, types[i]);
	builder->row.first_field = builder->lower->plan->fields.count;
	for (uint32_t i = 0; i < count; i++)
		add_field(builder, types[i]);
}

static void add_argument_fields(struct record_builder *builder, const struct expr *call,
				uint32_t first)
{
	uint32_t count = call->args.count > first ? call->args.count - first : 0;
	struct type **types = arena_alloc(builder->lower->arena, (count + 1) * sizeof(*types));

	for (uint32_t i = 0; i < count; i++)
		types[i] = call->args.items[first + i]->type;
	add_fields(builder, types, count);
}

static const char *text_argument(const struct expr *call, uint32_t index, const char *otherwise)
{
	if (index < call->args.count && call->args.items[index]->text)
		return call->args.items[index]->text;
	return otherwise;
}

static void build_print(struct record_builder *builder, const struct expr *call)
{
	struct types *types = &builder->lower->compile->types;
	struct expr *value = call->args.items[0];
	struct type *fields[2];

	if (value->kind != EXPR_MAP) {
		builder->row.kind = RECORD_PRINT_VALUE;
		add_argument_fields(builder, call, 0);
		return;
	}
	builder->row.map = value->map->index;
	if (value->key) {
		builder->row.kind = RECORD_PRINT_ENTRY;
		fields[0] = value->map->key;
		fields[1] = value->map->value;
	} else {
		builder->row.kind = RECORD_PRINT_MAP;
		fields[0] = fields[1] = type_int(types, 8, false);
	}
	add_fields(builder, fields, 2);
}

static void build_join(struct record_builder *builder, const struct expr *call)
{
	struct lower *lower = builder->lower;
	struct types *types = &lower->compile->types;
	struct type *fields[2] = {
		type_int(types, 4, false),
		type_array(types, type_string(types, lower->plan->config.max_strlen),
			   JOIN_STRINGS),
	};

	builder->row.kind = RECORD_JOIN;
	builder->row.format = lower_string(lower, text_argument(call, 1, " "));
	add_fields(builder, fields, 2);
}

static void build_formatted(struct record_builder *builder, const struct expr *call,
			    enum record_kind kind)
{
	builder->row.kind = kind;
	builder->row.format = lower_string(builder->lower, text_argument(call, 0, ""));
	add_argument_fields(builder, call, 1);
}

static void build_map_action(struct record_builder *builder, const struct expr *call,
			     enum record_kind kind)
{
	builder->row.kind = kind;
	if (call->args.count && call->args.items[0]->map)
		builder->row.map = call->args.items[0]->map->index;
}

static bool build(struct record_builder *builder, const struct expr *call)
{
	struct type *code = type_int(&builder->lower->compile->types, 4, true);

	switch ((int)call->builtin->id) {
	case BUILTIN_PRINTF:
		build_formatted(builder, call, RECORD_PRINTF);
		return true;
	case BUILTIN_ERRORF:
		build_formatted(builder, call, RECORD_ERRORF);
		return true;
	case BUILTIN_WARNF:
		build_formatted(builder, call, RECORD_WARNF);
		return true;
	case BUILTIN_CAT:
		build_formatted(builder, call, RECORD_CAT);
		return true;
	case BUILTIN_SYSTEM:
		build_formatted(builder, call, RECORD_SYSTEM);
		return true;
	case BUILTIN_PRINT:
		build_print(builder, call);
		return true;
	case BUILTIN_CLEAR:
		build_map_action(builder, call, RECORD_CLEAR);
		return true;
	case BUILTIN_ZERO:
		build_map_action(builder, call, RECORD_ZERO);
		return true;
	case BUILTIN_EXIT:
		builder->row.kind = RECORD_EXIT;
		add_fields(builder, &code, 1);
		return true;
	case BUILTIN_TIME:
		builder->row.kind = RECORD_TIME;
		builder->row.format =
			lower_string(builder->lower, text_argument(call, 0, DEFAULT_TIME));
		return true;
	case BUILTIN_JOIN:
		build_join(builder, call);
		return true;
	default:
		return false;
	}
}

static bool add_record(struct lower *lower, struct record_builder *builder, struct expr *expr)
{
	builder->row.size = (builder->end + 7) / 8 * 8;
	expr->record = lower->plan->records.count;
	*list_push(lower->arena, &lower->plan->records) = builder->row;
	return true;
}

void lower_division(struct lower *lower, struct expr *expr)
{
	struct record_builder builder = {
		.lower = lower,
		.row = { .kind = RECORD_RUNTIME_ERROR, .map = PLAN_NONE, .source = expr->source },
		.end = sizeof(struct record_header),
	};

	if ((expr->op != OP_DIV && expr->op != OP_MOD) ||
	    (expr->right->is_constant && expr->right->integer))
		return;
	builder.row.format = lower_string(lower, "division by zero: 1 is taken as the result");
	add_record(lower, &builder, expr);
}

bool lower_record(struct lower *lower, struct expr *call)
{
	struct record_builder builder = {
		.lower = lower,
		.row = { .map = PLAN_NONE, .source = call->source },
		.end = sizeof(struct record_header),
	};

	if (!call->builtin || !build(&builder, call))
		return false;
	return add_record(lower, &builder, call);
}
