/* Unit tests of runtime/base/plan.c, value.c and format.c: the plan's tables, names, and the
 * conversions of format strings. */
#include "base/format.h"
#include "base/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_new_plan_has_the_fixed_rows(void **state)
{
	struct arena *arena = arena_create();
	struct plan *plan = plan_create(arena);

	(void)state;
	assert_string_equal(plan_string(plan, 0), "");
	assert_int_equal(plan->types.items[0].kind, VALUE_VOID);
	assert_int_equal(plan->config.max_map_keys, 4096);
	assert_int_equal(plan->config.max_strlen, 1024);
	assert_string_equal(plan_string(plan, plan->config.str_trunc_trailer), "..");
	assert_string_equal(plan_string(plan, plan->config.license), "GPL");
	arena_free(arena);
}

static void test_equal_strings_share_an_index(void **state)
{
	struct arena *arena = arena_create();
	struct plan *plan = plan_create(arena);
	uint32_t numbers[1000], i;
	char text[32];

	(void)state;
	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "text %u", i);
		numbers[i] = plan_add_string(plan, text);
	}
	for (i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "text %u", i);
		assert_int_equal(plan_add_string(plan, text), numbers[i]);
		assert_string_equal(plan_string(plan, numbers[i]), text);
	}
	assert_string_equal(plan_string(plan, PLAN_NONE), "");
	arena_free(arena);
}

static void test_every_row_of_the_enums_has_a_name(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < PROVIDER_COUNT; i++)
		assert_string_not_equal(provider_name(i), "unknown");
	for (i = 0; i < PROGRAM_KIND_COUNT; i++) {
		assert_string_not_equal(program_kind_name(i), "unknown");
		assert_string_not_equal(program_kind_section(i), "unknown");
	}
	for (i = 0; i < RECORD_KIND_COUNT; i++)
		assert_string_not_equal(record_kind_name(i), "unknown");
	for (i = 0; i < FEATURE_COUNT; i++)
		assert_string_not_equal(feature_since(i), "unknown");
	for (i = 0; i < VALUE_KIND_COUNT; i++)
		assert_string_not_equal(value_kind_name(i), "unknown");
	assert_string_equal(value_kind_name(VALUE_KIND_COUNT), "unknown");
	assert_string_equal(provider_name(1000), "unknown");
}

static void test_aggregations_are_known(void **state)
{
	(void)state;
	assert_true(value_kind_is_aggregation(VALUE_COUNT));
	assert_true(value_kind_is_aggregation(VALUE_LHIST));
	assert_false(value_kind_is_aggregation(VALUE_INT));
	assert_false(value_kind_is_aggregation(VALUE_KIND_COUNT));
}

static void test_buckets_are_counted(void **state)
{
	(void)state;
	assert_int_equal(value_hist_bucket_count(0), 66);
	assert_int_equal(value_hist_bucket_count(5), 1 + 32 + 59 * 32);
	assert_int_equal(value_lhist_step_count(0, 100, 10), 10);
	assert_int_equal(value_lhist_step_count(1, 10, 4), 2);
}

static void test_conversions_are_found(void **state)
{
	static const struct {
		const char *text;
		char conversion;
		uint32_t width, bytes;
		size_t start, length;
	} cases[] = {
		{ "%d", 'd', 0, 4, 0, 2 },	  { "a %5lld b", 'd', 5, 8, 2, 5 },
		{ "%-8hhx", 'x', 8, 1, 0, 6 },	  { "%%", '%', 0, 4, 0, 2 },
		{ "%k %s", 's', 0, 4, 3, 2 },	  { "%.s %u", 'u', 0, 4, 4, 2 },
		{ "%10.3s", 's', 10, 4, 0, 6 },	  { "%rx", 'r', 0, 4, 0, 3 },
		{ "%+-5d%p", 'p', 0, 4, 5, 2 },	  { "%zu", 'u', 0, 8, 0, 3 },
		{ "%99999d", 'd', 4096, 4, 0, 7 }, { "%hd", 'd', 0, 2, 0, 3 },
	};
	struct format_spec spec;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(format_next(cases[i].text, &spec));
		assert_int_equal(spec.conversion, cases[i].conversion);
		assert_int_equal(spec.width, cases[i].width);
		assert_int_equal(spec.bytes, cases[i].bytes);
		assert_int_equal(spec.start - cases[i].text, cases[i].start);
		assert_int_equal(spec.length, cases[i].length);
	}
	assert_false(format_next("no conversion", &spec));
	assert_false(format_next("%", &spec));
	assert_false(format_next("100%", &spec));
	assert_false(format_next("", &spec));
	assert_true(format_is_supported('X'));
	assert_false(format_is_supported('f'));
	assert_false(format_is_supported('\0'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_plan_has_the_fixed_rows),
		cmocka_unit_test(test_equal_strings_share_an_index),
		cmocka_unit_test(test_every_row_of_the_enums_has_a_name),
		cmocka_unit_test(test_aggregations_are_known),
		cmocka_unit_test(test_buckets_are_counted),
		cmocka_unit_test(test_conversions_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
