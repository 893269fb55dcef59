/* Maps. Entries are put in order by an array of their numbers; the dump itself is not moved. */
#include "output_map.h"

#include "output_hist.h"
#include "output_json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct sorting {
	const struct plan *plan;
	const struct plan_map *map;
	const struct map_dump *dump;
};

void map_dump_free(struct map_dump *dump)
{
	free(dump->keys);
	free(dump->values);
	*dump = (struct map_dump){ 0 };
}

static const void *key_at(const struct map_dump *dump, uint32_t index)
{
	return dump->keys + (size_t)index * dump->key_size;
}

static const void *value_at(const struct map_dump *dump, uint32_t index)
{
	return dump->values + (size_t)index * dump->value_size;
}

/* One entry while sorting. Values that are numbers rank the entries; others (strings, tuples,
 * stacks) leave it to the keys. */
struct ranked {
	uint64_t rank;
	uint32_t index;
};

static int compare_entries(const void *left, const void *right, void *context)
{
	const struct sorting *sorting = context;
	const struct ranked *l = left, *r = right;

	if (l->rank != r->rank)
		return l->rank < r->rank ? -1 : 1;
	return value_compare(sorting->plan, sorting->map->key, key_at(sorting->dump, l->index),
			     key_at(sorting->dump, r->index));
}

static bool is_hist(const struct value_type *type)
{
	return type->kind == VALUE_HIST || type->kind == VALUE_LHIST;
}

/* The entries in printing order, of which the last `top` count; *first is where to begin. NULL when
 * there are none or no memory is left. */
static struct ranked *sort_entries(const struct plan *plan, const struct map_dump *dump,
				   uint64_t top, uint32_t *first)
{
	struct sorting sorting = {.plan = plan, .map = &plan->maps.items[dump->map], .dump = dump};
	const struct value_type *value = &plan->types.items[sorting.map->value];
	struct ranked *order = NULL;
	uint32_t i;

	*first = 0;
	/* A histogram without a key that was never set has nothing to show. */
	if (dump->count && (dump->is_set || !is_hist(value)))
		order = malloc(dump->count * sizeof(*order));
	if (!order)
		return NULL;
	for (i = 0; i < dump->count; i++)
		order[i] = (struct ranked){
			.rank = value_has_rank(value) ? value_rank(value, value_at(dump, i)) : 0,
			.index = i,
		};
	qsort_r(order, dump->count, sizeof(*order), compare_entries, &sorting);
	*first = top && top < dump->count ? dump->count - (uint32_t)top : 0;
	return order;
}

static int64_t divide(const struct value_type *type, int64_t value, uint64_t div)
{
	if (div < 2)
		return value;
	return type->is_signed ? value / (int64_t)div : (int64_t)((uint64_t)value / div);
}

/* A value that print's div divides; false when it is not a number. */
static bool read_number(const struct value_type *type, const void *bytes, int64_t *value)
{
	struct value_extreme extreme;
	struct value_sum sum = { 0 };

	switch (type->kind) {
	case VALUE_INT:
		*value = value_read_integer(type, bytes);
		return true;
	case VALUE_MIN: case VALUE_MAX:
		memcpy(&extreme, bytes, sizeof(extreme));
		*value = extreme.is_set ? (int64_t)extreme.value : 0;
		return true;
	case VALUE_COUNT: case VALUE_SUM: case VALUE_AVG:
		memcpy(&sum, bytes, type->size < sizeof(sum) ? type->size : sizeof(sum));
		*value = type->kind == VALUE_AVG ? value_average(type, &sum) : (int64_t)sum.sum;
		return true;
	default:
		return false;
	}
}

/* Values that `div` does not touch go the common way. */
static void add_value_text(const struct value_printer *printer, uint32_t index, const void *bytes,
			   uint64_t div, struct strbuf *out)
{
	const struct value_type *type = &printer->plan->types.items[index];
	struct value_sum sum;
	int64_t value;

	if (div > 1 && read_number(type, bytes, &value)) {
		value = divide(type, value, div);
		strbuf_printf(out, type->is_signed ? "%" PRId64 : "%" PRIu64, value);
	} else if (div > 1 && type->kind == VALUE_STATS) {
		memcpy(&sum, bytes, sizeof(sum));
		value = divide(type, value_average(type, &sum), div);
		strbuf_printf(out,
			      type->is_signed ? "{ .count = %" PRIu64 ", .average = %" PRId64
						", .total = %" PRId64 " }"
					      : "{ .count = %" PRIu64 ", .average = %" PRIu64
						", .total = %" PRIu64 " }",
			      sum.count, value, (int64_t)sum.sum);
	} else {
		value_add_text(printer, index, bytes, out);
	}
}

static void add_entry_text(const struct value_printer *printer, const struct map_dump *dump,
			   uint32_t index, uint64_t div, struct strbuf *out)
{
	const struct plan *plan = printer->plan;
	const struct plan_map *map = &plan->maps.items[dump->map];
	const struct value_type *type = &plan->types.items[map->value];

	strbuf_add(out, plan_string(plan, map->name));
	if (plan->types.items[map->key].kind != VALUE_VOID) {
		strbuf_add_char(out, '[');
		value_add_key_text(printer, map->key, key_at(dump, index), out);
		strbuf_add_char(out, ']');
	}
	if (is_hist(type)) {
		strbuf_add(out, ":\n");
		hist_add_text(type, value_at(dump, index), div, out);
	} else {
		strbuf_add(out, ": ");
		add_value_text(printer, map->value, value_at(dump, index), div, out);
	}
	strbuf_add_char(out, '\n');
}

void map_add_text(const struct value_printer *printer, const struct map_dump *dump, uint64_t top,
		  uint64_t div, struct strbuf *out)
{
	uint32_t i, first;
	struct ranked *order = sort_entries(printer->plan, dump, top, &first);

	for (i = first; order && i < dump->count; i++)
		add_entry_text(printer, dump, order[i].index, div, out);
	free(order);
}

static void add_value_json(const struct value_printer *printer, uint32_t index, const void *bytes,
			   uint64_t div, struct strbuf *out)
{
	const struct value_type *type = &printer->plan->types.items[index];
	struct value_sum sum;
	int64_t value;

	if (is_hist(type)) {
		hist_add_json(type, bytes, div, ",", out);
	} else if (div > 1 && read_number(type, bytes, &value)) {
		json_add_number(out, type->is_signed, divide(type, value, div));
	} else if (div > 1 && type->kind == VALUE_STATS) {
		memcpy(&sum, bytes, sizeof(sum));
		json_add_stats(type, &sum, divide(type, value_average(type, &sum), div), out);
	} else {
		json_add_value(printer, index, bytes, out);
	}
}

void map_add_json(const struct value_printer *printer, const struct map_dump *dump, uint64_t top,
		  uint64_t div, struct strbuf *out)
{
	const struct plan *plan = printer->plan;
	const struct plan_map *map = &plan->maps.items[dump->map];
	const struct value_type *type = &plan->types.items[map->value];
	bool is_keyed = plan->types.items[map->key].kind != VALUE_VOID;
	bool is_stats = type->kind == VALUE_AVG || type->kind == VALUE_STATS;
	const char *name = plan_string(plan, map->name);
	uint32_t i, first;
	struct ranked *order = sort_entries(plan, dump, top, &first);

	if (!order && !is_stats)
		return;
	strbuf_printf(out, "{\"type\": \"%s\", \"data\": {",
		      is_hist(type) ? "hist" : is_stats ? "stats" : "map");
	json_add_text(out, name, strlen(name));
	if (!order) { /* of these, also an empty one is told, as on the peer */
		strbuf_add(out, ": {}}}\n");
		return;
	}
	strbuf_add(out, is_keyed ? ": {" : ": ");
	for (i = first; i < dump->count; i++) {
		if (is_keyed) {
			strbuf_add(out, i > first ? ", " : "");
			json_add_key(printer, map->key, key_at(dump, order[i].index), out);
			strbuf_add(out, ": ");
		}
		add_value_json(printer, map->value, value_at(dump, order[i].index), div, out);
	}
	strbuf_add(out, is_keyed ? "}}}\n" : "}}\n");
	free(order);
}
