/* Lower, types: the language's types to the plan's value shapes, each shape once. */
#include "lang/lower.h"

#include <string.h>

#define MAX_DEPTH 16
#define STACK_ENTRIES 8192

static const enum value_kind value_kinds[TYPE_KIND_COUNT] = {
	[TYPE_POISON] = VALUE_VOID,
	[TYPE_VOID] = VALUE_VOID,
	[TYPE_BOOL] = VALUE_BOOL,
	[TYPE_INT] = VALUE_INT,
	[TYPE_ENUM] = VALUE_ENUM,
	[TYPE_POINTER] = VALUE_POINTER,
	[TYPE_STRING] = VALUE_STRING,
	[TYPE_BUFFER] = VALUE_BUFFER,
	[TYPE_ARRAY] = VALUE_ARRAY,
	[TYPE_STRUCT] = VALUE_STRUCT,
	[TYPE_UNION] = VALUE_STRUCT,
	[TYPE_TUPLE] = VALUE_TUPLE,
	[TYPE_RECORD] = VALUE_RECORD,
	[TYPE_FUNCTION] = VALUE_VOID,
	[TYPE_KSTACK] = VALUE_KSTACK,
	[TYPE_USTACK] = VALUE_USTACK,
	[TYPE_KSYM] = VALUE_KSYM,
	[TYPE_USYM] = VALUE_USYM,
	[TYPE_INET] = VALUE_INET,
	[TYPE_MAC] = VALUE_MAC,
	[TYPE_CGROUP_PATH] = VALUE_CGROUP_PATH,
	[TYPE_USERNAME] = VALUE_USERNAME,
	[TYPE_TIMESTAMP] = VALUE_TIMESTAMP,
	[TYPE_PROBE] = VALUE_PROBE,
	[TYPE_COUNT] = VALUE_COUNT,
	[TYPE_SUM] = VALUE_SUM,
	[TYPE_AVG] = VALUE_AVG,
	[TYPE_MIN] = VALUE_MIN,
	[TYPE_MAX] = VALUE_MAX,
	[TYPE_STATS] = VALUE_STATS,
	[TYPE_HIST] = VALUE_HIST,
	[TYPE_LHIST] = VALUE_LHIST,
};

static uint32_t lower_at(struct lower *lower, struct type *type, uint32_t depth);

static uint32_t lower_enum(struct lower *lower, const struct type *type)
{
	struct plan *plan = lower->plan;
	struct plan_enum row = { .name = lower_string(lower, type->name) };

	for (uint32_t i = 0; i < lower->enums.count; i++)
		if (lower->enums.items[i].type == type)
			return lower->enums.items[i].index;
	row.first_name = plan->enum_names.count;
	row.name_count = type->enumerators.count;
	for (uint32_t i = 0; i < type->enumerators.count; i++)
		*list_push(lower->arena, &plan->enum_names) = (struct plan_enum_name){
			.value = type->enumerators.items[i].value,
			.name = lower_string(lower, type->enumerators.items[i].name),
		};
	*list_push(lower->arena, &lower->enums) =
		(struct lowered_enum){ .type = type, .index = plan->enums.count };
	*list_push(lower->arena, &plan->enums) = row;
	return plan->enums.count - 1;
}

/* A C struct's array of char is a text; an array that the script made is numbers. */
static struct type *member_type(struct lower *lower, const struct type *owner, struct type *type)
{
	return type_is_struct(owner) ? type_of_texts(&lower->compile->types, type) : type;
}

static struct value_field field_of(struct lower *lower, const struct type *owner,
				   const struct type_member *member, uint32_t depth)
{
	uint32_t unit = member->type->size ? member->type->size * 8 : 8;
	struct value_field field = {
		.name = lower_string(lower, member->name),
		.offset = (uint32_t)(member->bit_offset / 8),
	};

	if (member->bit_size) {
		field.offset = (uint32_t)(member->bit_offset / unit * (unit / 8));
		field.bit_offset = (uint16_t)(member->bit_offset % unit);
		field.bit_size = (uint16_t)member->bit_size;
	}
	field.type = lower_at(lower, member_type(lower, owner, member->type), depth);
	return field;
}

/* Fields of one type must lie together, so the members' own types are lowered before. */
static void lower_fields(struct lower *lower, struct type *type, struct value_type *row,
			 uint32_t depth)
{
	LIST(struct value_field) fields = { 0 };

	type_complete(&lower->compile->types, type);
	for (uint32_t i = 0; i < type->members.count; i++)
		*list_push(lower->arena, &fields) =
			field_of(lower, type, &type->members.items[i], depth - 1);
	row->first_field = lower->plan->fields.count;
	row->field_count = fields.count;
	for (uint32_t i = 0; i < fields.count; i++)
		*list_push(lower->arena, &lower->plan->fields) = fields.items[i];
}

uint32_t lower_stack_map(struct lower *lower, uint32_t limit)
{
	const char *name = arena_printf(lower->arena, "stacks_%u", limit);
	struct types *types = &lower->compile->types;
	struct plan_map row = { .role = MAP_ROLE_STACKS, .kind = MAP_LRU_HASH };

	row.name = row.symbol = lower_string(lower, name);
	for (uint32_t i = 0; i < lower->plan->maps.count; i++)
		if (lower->plan->maps.items[i].name == row.name)
			return i;
	row.key = lower_type(lower, type_int(types, 8, false));
	row.value = lower_type(lower, type_array(types, type_int(types, 8, false), limit));
	row.max_entries = STACK_ENTRIES;
	*list_push(lower->arena, &lower->plan->maps) = row;
	*list_push(lower->arena, &lower->typed->maps) = NULL;
	return lower->plan->maps.count - 1;
}

static void fill_row(struct lower *lower, struct type *type, struct value_type *row,
		     uint32_t depth)
{
	switch ((int)type->kind) {
	case TYPE_ENUM:
		row->element = lower_enum(lower, type);
		row->name = lower_string(lower, type->name);
		break;
	case TYPE_ARRAY:
		row->element = lower_at(lower, type->element, depth - 1);
		row->count = type->count;
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
		row->name = lower_string(lower, type->name);
		__attribute__((fallthrough));
	case TYPE_TUPLE:
	case TYPE_RECORD:
		lower_fields(lower, type, row, depth);
		break;
	case TYPE_KSTACK:
	case TYPE_USTACK:
		row->stack_mode = type->stack_mode;
		row->stack_limit = type->count;
		row->stack_map = lower_stack_map(lower, type->count);
		break;
	case TYPE_HIST:
		row->count = value_hist_bucket_count(type->hist.bits);
		row->step = type->hist.bits;
		row->size = 8 * row->count;
		break;
	case TYPE_LHIST:
		row->count = 2 + value_lhist_step_count(type->hist.min, type->hist.max,
							type->hist.step);
		row->min = type->hist.min;
		row->max = type->hist.max;
		row->step = type->hist.step;
		row->size = 8 * row->count;
		break;
	default:
		break;
	}
}

static uint32_t lower_at(struct lower *lower, struct type *type, uint32_t depth)
{
	struct value_type row = { 0 };

	if (depth == 0 || value_kinds[type->kind] == VALUE_VOID)
		return 0;
	for (uint32_t i = 0; i < lower->types.count; i++)
		if (lower->types.items[i].type == type ||
		    (lower->types.items[i].type->size == type->size &&
		     type_equal(lower->types.items[i].type, type)))
			return lower->types.items[i].index;
	row.kind = value_kinds[type->kind];
	row.size = type->size;
	row.align = type->align ? type->align : 1;
	row.is_signed = type->is_signed;
	fill_row(lower, type, &row, depth);
	*list_push(lower->arena, &lower->types) =
		(struct lowered_type){ .type = type, .index = lower->plan->types.count };
	*list_push(lower->arena, &lower->plan->types) = row;
	return lower->plan->types.count - 1;
}

uint32_t lower_type(struct lower *lower, struct type *type)
{
	return lower_at(lower, type, MAX_DEPTH);
}
