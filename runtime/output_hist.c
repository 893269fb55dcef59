/* Histograms. A bucket has a lower and an upper bound (excluded); one or both may be open. */
#include "output_hist.h"

#include "output_json.h"

#include <inttypes.h>
#include <string.h>

#define BAR_WIDTH 52

struct bucket {
	bool has_low, has_high;
	int64_t low, last; /* last: the largest value within */
	char label[64];
};

/* As on the peer, print's div counts for hist and not for lhist. */
static uint64_t bucket_count(const struct value_type *type, const void *bytes, uint32_t index,
			     uint64_t div)
{
	uint64_t count;

	memcpy(&count, (const char *)bytes + (size_t)index * 8, 8);
	return div > 1 && type->kind == VALUE_HIST ? count / div : count;
}

/* A bound scaled by the power of two that the bucket's row is in: "2816", "2048K". */
static void format_bound(uint32_t index, uint32_t bits, char *text, size_t size)
{
	static const char units[] = " KMGTPE";
	uint32_t exact = 1u << bits, power, unit;
	uint64_t mantissa;

	if (index < exact) {
		snprintf(text, size, "%u", index);
		return;
	}
	power = (index - exact) >> bits;
	mantissa = (uint64_t)exact + ((index - exact) & (exact - 1));
	unit = power / 10;
	snprintf(text, size, "%" PRIu64 "%.*s", mantissa << power % 10, unit ? 1 : 0, &units[unit]);
}

/* The smallest value of bucket 1 + index. */
static uint64_t hist_low(uint32_t index, uint32_t bits)
{
	uint32_t exact = 1u << bits, power;

	if (index < exact)
		return index;
	power = (index - exact) >> bits;
	return ((uint64_t)exact + ((index - exact) & (exact - 1))) << power;
}

static void describe_hist(const struct value_type *type, uint32_t index, struct bucket *bucket)
{
	uint32_t bits = (uint32_t)type->step, i = index - 1;
	char low[24], high[24];
	uint64_t next;

	*bucket = (struct bucket){ .has_high = true, .last = -1 };
	if (index == 0) {
		snprintf(bucket->label, sizeof(bucket->label), "(..., 0)");
		return;
	}
	bucket->has_low = true;
	bucket->low = (int64_t)hist_low(i, bits);
	next = index + 1 < type->count ? hist_low(i + 1, bits) : 0;
	bucket->last = (int64_t)(next - 1);
	format_bound(i, bits, low, sizeof(low));
	format_bound(i + 1, bits, high, sizeof(high));
	if (next - (uint64_t)bucket->low == 1)
		snprintf(bucket->label, sizeof(bucket->label), "[%s]", low);
	else
		snprintf(bucket->label, sizeof(bucket->label), "[%s, %s)", low, high);
}

/* 2048 as "2K", in the largest unit that divides it, when the steps are multiples of 1024. */
static void format_linear(int64_t value, int64_t step, char *text, size_t size)
{
	static const char units[] = " KMGTPE";
	unsigned int unit = 0;

	while (step % 1024 == 0 && value && value % 1024 == 0 && unit < 6) {
		value /= 1024;
		unit++;
	}
	snprintf(text, size, "%" PRId64 "%.*s", value, unit ? 1 : 0, &units[unit]);
}

static void describe_lhist(const struct value_type *type, uint32_t index, struct bucket *bucket)
{
	char low[24], high[24];

	*bucket = (struct bucket){ 0 };
	if (index == 0) {
		format_linear(type->min, type->step, high, sizeof(high));
		snprintf(bucket->label, sizeof(bucket->label), "(..., %s)", high);
		bucket->has_high = true;
		bucket->last = type->min - 1;
		return;
	}
	bucket->has_low = true;
	bucket->low = (int64_t)((uint64_t)type->min + (uint64_t)(index - 1) * (uint64_t)type->step);
	if (index == type->count - 1) {
		format_linear(bucket->low, type->step, low, sizeof(low));
		snprintf(bucket->label, sizeof(bucket->label), "[%s, ...)", low);
		return;
	}
	bucket->has_high = true;
	bucket->last = (int64_t)((uint64_t)bucket->low + (uint64_t)type->step - 1);
	format_linear(bucket->low, type->step, low, sizeof(low));
	format_linear((int64_t)((uint64_t)bucket->last + 1), type->step, high, sizeof(high));
	if (type->step == 1)
		snprintf(bucket->label, sizeof(bucket->label), "[%s]", low);
	else
		snprintf(bucket->label, sizeof(bucket->label), "[%s, %s)", low, high);
}

/* The bounds of hist are unsigned but for the open lower end; those of lhist are signed. */
static void add_bound_json(const struct value_type *type, int64_t bound, bool is_open,
			   struct strbuf *out)
{
	json_add_number(out, type->kind == VALUE_LHIST || is_open, bound);
	strbuf_add(out, ", ");
}

static void describe(const struct value_type *type, uint32_t index, struct bucket *bucket)
{
	if (type->kind == VALUE_HIST)
		describe_hist(type, index, bucket);
	else
		describe_lhist(type, index, bucket);
}

/* First and last bucket with a count; false when all are empty. */
static bool find_range(const struct value_type *type, const void *bytes, uint32_t *first,
		       uint32_t *last)
{
	bool found = false;
	uint32_t i;

	for (i = 0; i < type->count; i++) {
		if (!bucket_count(type, bytes, i, 0))
			continue;
		if (!found)
			*first = i;
		*last = i;
		found = true;
	}
	return found;
}

void hist_add_text(const struct value_type *type, const void *bytes, uint64_t div,
		   struct strbuf *out)
{
	static const char bar[] = "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@";
	uint32_t first = 0, last, i;
	struct bucket bucket;
	uint64_t largest = 0;

	if (!find_range(type, bytes, &first, &last))
		return;
	for (i = first; i <= last; i++) {
		uint64_t count = bucket_count(type, bytes, i, div);

		largest = count > largest ? count : largest;
	}
	for (i = first; i <= last; i++) {
		uint64_t count = bucket_count(type, bytes, i, div);
		int width = largest ? (int)((unsigned __int128)count * BAR_WIDTH / largest) : 0;

		describe(type, i, &bucket);
		strbuf_printf(out, "%-16s%8" PRIu64 " |%-*.*s|\n", bucket.label, count, BAR_WIDTH,
			      width, bar);
	}
}

void hist_add_json(const struct value_type *type, const void *bytes, uint64_t div,
		   const char *separator, struct strbuf *out)
{
	uint32_t first = 0, last, i;
	struct bucket bucket;

	strbuf_add_char(out, '[');
	if (find_range(type, bytes, &first, &last)) {
		for (i = first; i <= last; i++) {
			describe(type, i, &bucket);
			strbuf_add(out, i > first ? separator : "");
			strbuf_add_char(out, '{');
			if (bucket.has_low) {
				strbuf_add(out, "\"min\": ");
				add_bound_json(type, bucket.low, false, out);
			}
			if (bucket.has_high) {
				strbuf_add(out, "\"max\": ");
				add_bound_json(type, bucket.last, !bucket.has_low, out);
			}
			strbuf_printf(out, "\"count\": %" PRIu64 "}",
				      bucket_count(type, bytes, i, div));
		}
	}
	strbuf_add_char(out, ']');
}
