/* Unit tests of lang/tracefs.c: format files to structs, and the list of events. */
#include "fixture.h"

static void check_member(struct compile *compile, struct type *record, const char *name,
			 const char *type, uint64_t byte_offset)
{
	const struct type_member *member = fixture_member(compile, record, name);

	assert_non_null(member);
	assert_string_equal(type_text(compile->arena, member->type), type);
	assert_int_equal(member->bit_offset, byte_offset * 8);
}

static void test_record(void **state)
{
	struct compile *compile = fixture_compile();
	struct type *record = tracefs_record(compile, "sched", "sched_switch");

	(void)state;
	assert_non_null(record);
	assert_int_equal(record->origin, ORIGIN_TRACEPOINT);
	assert_string_equal(record->layout_symbol, "sonde_tp_sched_sched_switch");
	check_member(compile, record, "prev_comm", "int8[16]", 8);
	check_member(compile, record, "prev_pid", "int32", 24);
	check_member(compile, record, "prev_state", "int64", 32);
	assert_null(fixture_member(compile, record, "common_pid"));
	assert_ptr_equal(record, tracefs_record(compile, "sched", "sched_switch"));
	fixture_free(compile);
}

static void test_syscall(void **state)
{
	struct compile *compile = fixture_compile();
	struct type *record = tracefs_record(compile, "syscalls", "sys_enter_openat");
	const struct type_member *member;

	(void)state;
	check_member(compile, record, "dfd", "int64", 16); /* a register, by its declared sign */
	check_member(compile, record, "mode", "uint64", 40);
	member = fixture_member(compile, record, "filename");
	assert_int_equal(member->type->kind, TYPE_POINTER);
	assert_int_equal(member->type->space, SPACE_USER);
	assert_true(member->is_user_pointer);
	fixture_free(compile);
}

static void test_data_loc(void **state)
{
	struct compile *compile = fixture_compile();
	struct type *record = tracefs_record(compile, "sched", "sched_process_exec");
	const struct type_member *member = fixture_member(compile, record, "filename");

	(void)state;
	assert_non_null(member);
	assert_int_equal(member->data_loc, 1);
	assert_int_equal(member->type->kind, TYPE_ARRAY);
	check_member(compile, record, "old_pid", "int32", 16);
	fixture_free(compile);
}

static bool count(void *context, const char *subsystem, const char *event)
{
	(void)subsystem, (void)event;
	++*(uint32_t *)context;
	return true;
}

static void test_events(void **state)
{
	struct compile *compile = fixture_compile();
	uint32_t called = 0, matched;

	(void)state;
	assert_true(tracefs_event_exists(compile, "sched", "sched_switch"));
	assert_false(tracefs_event_exists(compile, "sched", "sched_swich"));
	assert_false(tracefs_event_exists(compile, "..", "sched"));
	assert_false(tracefs_event_exists(compile, "sched/../sched", "sched_switch"));
	assert_null(tracefs_record(compile, "sched", "sched_swich"));
	matched = tracefs_each_event(compile, "syscalls", "sys_enter_*", count, &called);
	assert_int_equal(matched, called);
	assert_true(called >= 3);
	assert_int_equal(tracefs_each_event(compile, "s*", "nothing", count, &called), 0);
	assert_string_equal(tracefs_nearest(compile, "sched", "sched_swich"), "sched:sched_switch");
	fixture_free(compile);
}

static void test_absent(void **state)
{
	struct compile *compile = fixture_compile();

	(void)state;
	compile->options.machine.tracefs_path = "/nonexistent";
	assert_false(tracefs_available(compile));
	assert_null(tracefs_record(compile, "sched", "sched_switch"));
	assert_null(tracefs_nearest(compile, "sched", "sched_switch"));
	fixture_free(compile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record),	cmocka_unit_test(test_syscall),
		cmocka_unit_test(test_data_loc), cmocka_unit_test(test_events),
		cmocka_unit_test(test_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
