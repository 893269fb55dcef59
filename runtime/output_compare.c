/* The order of values: integers by number, strings by bytes, tuples by their parts, aggregations by
 * what they print first. Maps are sorted with it, so that output is the same every time. */
#include "output_value.h"

#include <string.h>

static int compare_numbers(bool is_signed, int64_t left, int64_t right)
{
	if (left == right)
		return 0;
	if (is_signed)
		return left < right ? -1 : 1;
	return (uint64_t)left < (uint64_t)right ? -1 : 1;
}

static int compare_buffers(const struct value_type *type, const void *left, const void *right)
{
	uint32_t left_length, right_length, limit = type->size - 4, shorter;
	int order;

	memcpy(&left_length, left, 4);
	memcpy(&right_length, right, 4);
	left_length = left_length < limit ? left_length : limit;
	right_length = right_length < limit ? right_length : limit;
	shorter = left_length < right_length ? left_length : right_length;
	order = memcmp((const char *)left + 4, (const char *)right + 4, shorter);
	return order ? order : compare_numbers(false, left_length, right_length);
}

static int compare_fields(const struct plan *plan, const struct value_type *type, const void *left,
			  const void *right)
{
	uint32_t i;
	int order = 0;

	for (i = 0; i < type->field_count && !order; i++) {
		const struct value_field *field = &plan->fields.items[type->first_field + i];

		if (field->bit_size)
			order = compare_numbers(plan->types.items[field->type].is_signed,
						value_read_field(plan, field, left),
						value_read_field(plan, field, right));
		else
			order = value_compare(plan, field->type, (const char *)left + field->offset,
					      (const char *)right + field->offset);
	}
	return order;
}

static int compare_elements(const struct plan *plan, const struct value_type *type,
			    const void *left, const void *right)
{
	uint32_t i, size = plan->types.items[type->element].size;
	int order = 0;

	for (i = 0; i < type->count && !order; i++)
		order = value_compare(plan, type->element, (const char *)left + (size_t)i * size,
				      (const char *)right + (size_t)i * size);
	return order;
}

/* The number that an aggregation is sorted by. */
static int64_t aggregation_rank(const struct value_type *type, const void *bytes)
{
	struct value_extreme extreme;
	struct value_sum sum;

	if (type->kind == VALUE_HIST || type->kind == VALUE_LHIST)
		return (int64_t)value_hist_total(type, bytes);
	if (type->kind == VALUE_MIN || type->kind == VALUE_MAX) {
		memcpy(&extreme, bytes, sizeof(extreme));
		return (int64_t)extreme.value;
	}
	memcpy(&sum, bytes, type->size < sizeof(sum) ? type->size : sizeof(sum));
	if (type->kind == VALUE_AVG || type->kind == VALUE_STATS)
		return value_average(type, &sum);
	return (int64_t)sum.sum; /* a count is the first word too */
}

bool value_has_rank(const struct value_type *type)
{
	return value_kind_is_aggregation(type->kind) ||
	       (type->kind >= VALUE_BOOL && type->kind <= VALUE_POINTER);
}

uint64_t value_rank(const struct value_type *type, const void *bytes)
{
	uint64_t rank = (uint64_t)(value_kind_is_aggregation(type->kind) ?
					   aggregation_rank(type, bytes) :
					   value_read_integer(type, bytes));

	return type->is_signed ? rank ^ UINT64_C(1) << 63 : rank;
}

int value_compare(const struct plan *plan, uint32_t type_index, const void *left, const void *right)
{
	const struct value_type *type = &plan->types.items[type_index];

	if (value_kind_is_aggregation(type->kind))
		return compare_numbers(type->is_signed, aggregation_rank(type, left),
				       aggregation_rank(type, right));
	switch ((enum value_kind)type->kind) {
	case VALUE_BOOL: case VALUE_INT: case VALUE_ENUM: case VALUE_POINTER:
		return compare_numbers(type->is_signed, value_read_integer(type, left),
				       value_read_integer(type, right));
	case VALUE_KSYM: case VALUE_CGROUP_PATH: case VALUE_PROBE: case VALUE_USERNAME: {
		uint64_t left_number = 0, right_number = 0;

		memcpy(&left_number, left, type->size);
		memcpy(&right_number, right, type->size);
		return compare_numbers(false, (int64_t)left_number, (int64_t)right_number);
	}
	case VALUE_STRING:
		return strncmp(left, right, type->size);
	case VALUE_BUFFER:
		return compare_buffers(type, left, right);
	case VALUE_ARRAY:
		return compare_elements(plan, type, left, right);
	case VALUE_TUPLE: case VALUE_RECORD: case VALUE_STRUCT:
		return compare_fields(plan, type, left, right);
	case VALUE_VOID: case VALUE_KSTACK: case VALUE_USTACK: case VALUE_USYM: case VALUE_INET:
	case VALUE_MAC: case VALUE_TIMESTAMP: case VALUE_COUNT: case VALUE_SUM: case VALUE_AVG:
	case VALUE_MIN: case VALUE_MAX: case VALUE_STATS: case VALUE_HIST: case VALUE_LHIST:
	case VALUE_KIND_COUNT:
		break;
	}
	return memcmp(left, right, type->size);
}
