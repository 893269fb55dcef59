/* Folding: sums add up, extremes compare, buckets add up. Pure: the unit tests feed it bytes. */
#include "fold.h"

#include <string.h>

/* count, sum, avg, stats, hist and lhist: every u64 of the value is a sum. */
static bool fold_sums(uint32_t size, const unsigned char *values, uint32_t cpu_count,
		      uint32_t stride, unsigned char *out)
{
	uint64_t any = 0;

	for (uint32_t at = 0; at + 8 <= size && at + 8 <= stride; at += 8) {
		uint64_t total = 0, part;

		for (uint32_t cpu = 0; cpu < cpu_count; cpu++) {
			memcpy(&part, values + (size_t)cpu * stride + at, sizeof(part));
			total += part;
		}
		memcpy(out + at, &total, sizeof(total));
		any |= total;
	}
	return any != 0;
}

static bool fold_extremes(const struct value_type *type, const unsigned char *values,
			  uint32_t cpu_count, uint32_t stride, unsigned char *out)
{
	struct value_extreme result = {0}, part;

	if (type->size < sizeof(part) || stride < sizeof(part))
		return false;
	for (uint32_t cpu = 0; cpu < cpu_count; cpu++) {
		bool is_less;

		memcpy(&part, values + (size_t)cpu * stride, sizeof(part));
		if (!part.is_set)
			continue;
		is_less = type->is_signed ? (int64_t)part.value < (int64_t)result.value
					  : part.value < result.value;
		if (!result.is_set || is_less == (type->kind == VALUE_MIN))
			result = part;
	}
	memcpy(out, &result, sizeof(result));
	return result.is_set != 0;
}

bool fold_values(const struct value_type *type, const unsigned char *values, uint32_t cpu_count,
		 uint32_t stride, unsigned char *out)
{
	if (type->kind == VALUE_MIN || type->kind == VALUE_MAX)
		return fold_extremes(type, values, cpu_count, stride, out);
	return fold_sums(type->size, values, cpu_count, stride, out);
}
