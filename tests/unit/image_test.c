/* Unit tests of the image's metadata: what is encoded comes back, newer layouts are read as far as
 * known, and no malformed section gets through or crashes. */
#include "base/image.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A plan with a row in every table. */
static struct plan *make_plan(struct arena *arena)
{
	struct plan *plan = plan_create(arena);
	uint32_t s = plan_add_string(plan, "text"), i64, tuple;

	*list_push(arena, &plan->sources) = (struct plan_source){ s, 1, 2, s };
	i64 = plan->types.count;
	*list_push(arena, &plan->types) =
		(struct value_type){ .kind = VALUE_INT, .size = 8, .align = 8, .is_signed = 1 };
	*list_push(arena, &plan->fields) = (struct value_field){ .type = i64, .offset = 0 };
	*list_push(arena, &plan->fields) = (struct value_field){ .type = i64, .offset = 8 };
	tuple = plan->types.count;
	*list_push(arena, &plan->types) = (struct value_type){ .kind = VALUE_TUPLE, .size = 16,
		.align = 8, .first_field = 0, .field_count = 2 };
	*list_push(arena, &plan->types) = (struct value_type){ .kind = VALUE_ENUM, .size = 4 };
	*list_push(arena, &plan->types) =
	    (struct value_type){.kind = VALUE_HIST,
				.count = value_hist_bucket_count(2),
				.size = value_hist_bucket_count(2) * 8,
				.step = 2};
	*list_push(arena, &plan->types) = (struct value_type){ .kind = VALUE_ARRAY, .size = 32,
		.element = tuple, .count = 2 };
	*list_push(arena, &plan->enums) = (struct plan_enum){ s, 0, 1 };
	*list_push(arena, &plan->enum_names) = (struct plan_enum_name){ .value = -3, .name = s };
	*list_push(arena, &plan->programs) = (struct plan_program){ .name = s, .section = s,
		.kind = PROGRAM_KPROBE, .provider = PROVIDER_KPROBE, .attach_count = 1 };
	*list_push(arena, &plan->attaches) = (struct plan_attach){ .provider = PROVIDER_KPROBE,
		.probe = s, .function = s, .offset = 7 };
	*list_push(arena, &plan->maps) = (struct plan_map){ .name = s, .symbol = s, .key = tuple,
		.value = i64, .max_entries = 10 };
	*list_push(arena, &plan->maps) = (struct plan_map){ .name = s, .symbol = s,
		.role = MAP_ROLE_STACKS, .kind = MAP_LRU_HASH };
	*list_push(arena, &plan->types) = (struct value_type){ .kind = VALUE_KSTACK, .size = 16,
		.stack_limit = 127, .stack_map = 1 };
	*list_push(arena, &plan->fields) = (struct value_field){ .type = i64, .offset = 8 };
	*list_push(arena, &plan->records) = (struct plan_record){ .kind = RECORD_PRINTF, .size = 16,
		.first_field = 2, .field_count = 1, .format = s, .map = PLAN_NONE };
	*list_push(arena, &plan->params) = (struct plan_param){ .index = 1, .string_size = 64 };
	*list_push(arena, &plan->features) = (struct plan_feature){ .feature = FEATURE_FENTRY };
	*list_push(arena, &plan->layouts) = (struct plan_layout){ s, s, s, 0 };
	*list_push(arena, &plan->kernel_types) = (struct plan_kernel_type){ .name = s };
	return plan;
}

/* Decodes a copy of exactly `size` bytes, so that a sanitizer sees a read behind its end. */
static struct plan *decode(struct arena *arena, const void *data, size_t size, const char **error)
{
	unsigned char *copy = malloc(size ? size : 1);
	struct plan *plan;

	assert_non_null(copy);
	memcpy(copy, data, size);
	*error = NULL;
	plan = image_decode_plan(arena, copy, size, error);
	free(copy);
	assert_true(plan || *error);
	return plan;
}

static void test_round_trip(void **state)
{
	struct arena *arena = arena_create();
	struct strbuf bytes = { 0 }, again = { 0 }, text = { 0 }, text_again = { 0 };
	struct plan *plan = make_plan(arena), *decoded;
	const char *error = NULL;

	(void)state;
	image_encode_plan(plan, &bytes);
	decoded = decode(arena, bytes.text, bytes.len, &error);
	if (error)
		fail_msg("%s", error);
	image_encode_plan(decoded, &again);
	assert_int_equal(bytes.len, again.len);
	assert_memory_equal(bytes.text, again.text, bytes.len);
	plan_dump(plan, &text);
	plan_dump(decoded, &text_again);
	assert_string_equal(strbuf_text(&text), strbuf_text(&text_again));
	assert_int_equal(plan_add_string(decoded, "text"), plan_add_string(plan, "text"));
	strbuf_free(&bytes);
	strbuf_free(&again);
	strbuf_free(&text);
	strbuf_free(&text_again);
	arena_free(arena);
}

static void test_cut_anywhere_is_refused(void **state)
{
	struct arena *arena = arena_create();
	struct strbuf bytes = { 0 };
	const char *error;
	size_t size;

	(void)state;
	image_encode_plan(make_plan(arena), &bytes);
	for (size = 0; size < bytes.len; size++)
		assert_null(decode(arena, bytes.text, size, &error));
	strbuf_free(&bytes);
	arena_free(arena);
}

static void test_changed_bytes_do_no_harm(void **state)
{
	struct arena *arena = arena_create(), *scratch;
	static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
	struct strbuf bytes = { 0 }, text = { 0 };
	const char *error;
	size_t at, i;

	(void)state;
	image_encode_plan(make_plan(arena), &bytes);
	for (at = 0; at < bytes.len; at++) {
		char was = bytes.text[at];

		scratch = arena_create();
		for (i = 0; i < sizeof(values); i++) {
			struct plan *plan;

			bytes.text[at] = (char)values[i];
			plan = decode(scratch, bytes.text, bytes.len, &error);
			strbuf_clear(&text);
			if (plan)
				plan_dump(plan, &text);
		}
		bytes.text[at] = was;
		arena_free(scratch);
	}
	strbuf_free(&bytes);
	strbuf_free(&text);
	arena_free(arena);
}

static void test_versions(void **state)
{
	struct arena *arena = arena_create();
	struct strbuf bytes = { 0 };
	struct image_header header;
	const char *error;

	(void)state;
	image_encode_plan(make_plan(arena), &bytes);
	memcpy(&header, bytes.text, sizeof(header));
	header.minor++;
	memcpy(bytes.text, &header, sizeof(header));
	assert_non_null(decode(arena, bytes.text, bytes.len, &error));
	header.major++;
	memcpy(bytes.text, &header, sizeof(header));
	assert_null(decode(arena, bytes.text, bytes.len, &error));
	assert_non_null(strstr(error, "newer"));
	header.magic = 0;
	memcpy(bytes.text, &header, sizeof(header));
	assert_null(decode(arena, bytes.text, bytes.len, &error));
	strbuf_free(&bytes);
	arena_free(arena);
}

static void test_unknown_tables_are_skipped(void **state)
{
	struct arena *arena = arena_create();
	struct image_table table = { .id = 999, .row_size = 8, .row_count = 1, .bytes = 8 };
	struct strbuf bytes = { 0 };
	struct image_header header;
	const char *error;

	(void)state;
	image_encode_plan(make_plan(arena), &bytes);
	strbuf_add_bytes(&bytes, &table, sizeof(table));
	strbuf_add_bytes(&bytes, "12345678", 8);
	memcpy(&header, bytes.text, sizeof(header));
	header.size = (uint32_t)bytes.len;
	header.table_count++;
	memcpy(bytes.text, &header, sizeof(header));
	assert_non_null(decode(arena, bytes.text, bytes.len, &error));
	strbuf_free(&bytes);
	arena_free(arena);
}

/* Encodes a plan that someone spoiled: the decoder must not take it. */
static void assert_refused(struct arena *arena, const struct plan *plan)
{
	struct strbuf bytes = { 0 };
	const char *error;

	image_encode_plan(plan, &bytes);
	assert_null(decode(arena, bytes.text, bytes.len, &error));
	strbuf_free(&bytes);
}

static void test_wrong_references_are_refused(void **state)
{
	struct arena *arena = arena_create();
	struct plan *plan;

	(void)state;
#define SPOIL(statement)                                                                           \
	plan = make_plan(arena);                                                                   \
	statement;                                                                                 \
	assert_refused(arena, plan)
	SPOIL(plan->types.items[2].field_count = 9);
	SPOIL(plan->types.items[1].size = 3);
	SPOIL(plan->types.items[1].kind = VALUE_KIND_COUNT);
	SPOIL(plan->types.items[5].element = 5);
	SPOIL(plan->types.items[5].count = 1u << 30);
	SPOIL(plan->types.items[4].step = 63);
	SPOIL(plan->types.items[4].count--);
	SPOIL(plan->types.items[3].element = 7);
	SPOIL(plan->types.items[6].stack_map = 0);
	SPOIL(plan->fields.items[1].offset = UINT32_MAX - 3);
	SPOIL(plan->fields.items[0].bit_size = 65);
	SPOIL(plan->fields.items[0].name = 1000);
	SPOIL(plan->enums.items[0].first_name = UINT32_MAX);
	SPOIL(plan->programs.items[0].attach_count = 2);
	SPOIL(plan->programs.items[0].kind = PROGRAM_KIND_COUNT);
	SPOIL(plan->attaches.items[0].program = 1);
	SPOIL(plan->maps.items[0].key = 100);
	SPOIL(plan->maps.items[0].key = 4);
	SPOIL(plan->records.items[0].size = 12);
	SPOIL(plan->records.items[0].kind = RECORD_PRINT_MAP);
	SPOIL(plan->features.items[0].feature = FEATURE_COUNT);
	SPOIL(plan->sources.items[0].text = 1000);
	SPOIL(plan->config.ring_buffer_bytes = 5000);
	SPOIL(plan->config.license = 1000);
#undef SPOIL
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_cut_anywhere_is_refused),
		cmocka_unit_test(test_changed_bytes_do_no_harm),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_unknown_tables_are_skipped),
		cmocka_unit_test(test_wrong_references_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
