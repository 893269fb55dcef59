/* Unit tests of the printers where goldens cannot look: readers that are gone, missing look-ups,
 * maps with many entries. What is printed is tested by tests/golden/output. */
#include "output.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* One record that prints an int, one that prints a kernel stack, and a map from int to int. */
static struct plan *make_plan(struct arena *arena)
{
	struct plan *plan = plan_create(arena);

	*list_push(arena, &plan->types) =
		(struct value_type){ .kind = VALUE_INT, .size = 8, .align = 8, .is_signed = 1 };
	*list_push(arena, &plan->types) = (struct value_type){ .kind = VALUE_KSTACK, .size = 16,
		.align = 8, .stack_limit = 127 };
	*list_push(arena, &plan->fields) = (struct value_field){ .type = 1, .offset = 8 };
	*list_push(arena, &plan->fields) = (struct value_field){ .type = 2, .offset = 8 };
	*list_push(arena, &plan->records) = (struct plan_record){.kind = RECORD_PRINT_VALUE,
								 .size = 16,
								 .first_field = 0,
								 .field_count = 1,
								 .map = PLAN_NONE};
	*list_push(arena, &plan->records) = (struct plan_record){.kind = RECORD_PRINT_VALUE,
								 .size = 24,
								 .first_field = 1,
								 .field_count = 1,
								 .map = PLAN_NONE};
	*list_push(arena, &plan->maps) = (struct plan_map){ .name = plan_add_string(plan, "@m"),
		.key = 1, .value = 1 };
	return plan;
}

static void emit_number(struct output *output, const struct plan *plan, int64_t number)
{
	unsigned char bytes[16] = { 0 };

	memcpy(bytes + 8, &number, 8);
	output_record(output, &plan->records.items[0], bytes);
}

static void test_a_reader_that_is_gone_is_an_error(void **state)
{
	struct arena *arena = arena_create();
	struct plan *plan = make_plan(arena);
	struct output *output;
	int ends[2], i;
	FILE *file;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(ends), 0);
	file = fdopen(ends[1], "w");
	assert_non_null(file);
	close(ends[0]);
	output = output_create(plan, OUTPUT_TEXT, file, NULL);
	for (i = 0; i < 10000; i++)
		emit_number(output, plan, i);
	assert_int_equal(output_flush(output), -EPIPE);
	assert_int_equal(output_flush(output), -EPIPE);
	output_free(output);
	output_free(NULL);
	fclose(file);
	arena_free(arena);
}

static void test_without_look_ups_numbers_are_printed(void **state)
{
	struct arena *arena = arena_create();
	struct plan *plan = make_plan(arena);
	unsigned char bytes[24] = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	struct output *output = output_create(plan, OUTPUT_TEXT, file, NULL);

	(void)state;
	bytes[8] = 7; /* a stack's id */
	output_record(output, &plan->records.items[1], bytes);
	emit_number(output, plan, -5);
	output_end(output);
	assert_int_equal(output_flush(output), 0);
	assert_string_equal(text, "\n\n-5\n\n\n");
	output_free(output);
	fclose(file);
	free(text);
	arena_free(arena);
}

static void test_big_maps_are_sorted(void **state)
{
	struct arena *arena = arena_create();
	struct plan *plan = make_plan(arena);
	enum { COUNT = 20000 };
	struct map_dump dump = { .map = 0, .count = COUNT, .key_size = 8, .value_size = 8,
				 .is_set = true };
	char *text = NULL, *line, *save = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	struct output *output = output_create(plan, OUTPUT_TEXT, file, NULL);
	long long last_key = -1, last_value = -1;
	unsigned int seed = 1;
	int64_t i, number, lines = 0;

	(void)state;
	dump.keys = malloc(COUNT * 8);
	dump.values = malloc(COUNT * 8);
	for (i = 0; i < COUNT; i++) {
		number = i * 7919 % COUNT;
		memcpy(dump.keys + i * 8, &number, 8);
		number = rand_r(&seed) % 100;
		memcpy(dump.values + i * 8, &number, 8);
	}
	output_map(output, &dump, 0, 0);
	output_flush(output);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		long long key, value;

		assert_int_equal(sscanf(line, "@m[%lld]: %lld", &key, &value), 2);
		assert_true(value > last_value || (value == last_value && key > last_key));
		last_key = key;
		last_value = value;
		lines++;
	}
	assert_int_equal(lines, COUNT);
	map_dump_free(&dump);
	output_free(output);
	fclose(file);
	free(text);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reader_that_is_gone_is_an_error),
		cmocka_unit_test(test_without_look_ups_numbers_are_printed),
		cmocka_unit_test(test_big_maps_are_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
