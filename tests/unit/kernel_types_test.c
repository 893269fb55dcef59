/* Unit tests of the BTF reader (runtime/base/btf_view.c) and of lang/kernel_types.c on a small kernel. */
#include "fixture.h"

#include <stdlib.h>
#include <unistd.h>

static void test_struct(void **state)
{
	struct compile *compile = fixture_compile();
	struct type *task = kernel_types_find(compile, TYPE_STRUCT, "task_struct");
	const struct type_member *member;

	(void)state;
	assert_non_null(task);
	assert_false(task->members_loaded);
	member = fixture_member(compile, task, "tgid");
	assert_non_null(member);
	assert_string_equal(type_text(compile->arena, member->type), "int32");
	member = fixture_member(compile, task, "comm");
	assert_string_equal(type_text(compile->arena, member->type), "int8[16]");
	member = fixture_member(compile, task, "sched_contributes_to_load");
	assert_int_equal(member->bit_size, 1);
	member = fixture_member(compile, task, "mm");
	assert_string_equal(type_text(compile->arena, member->type), "struct mm_struct *");
	assert_int_equal(member->type->space, SPACE_KERNEL);
	member = fixture_member(compile, member->type->element, "mm_users"); /* anonymous */
	assert_non_null(member);
	assert_null(fixture_member(compile, task, "no_such"));
	assert_string_equal(type_nearest_member(compile, task, "tgidd"), "tgid");
	fixture_free(compile);
}

static void test_functions(void **state)
{
	struct compile *compile = fixture_compile();
	struct kernel_function function;

	(void)state;
	assert_true(kernel_types_function(compile, NULL, "vfs_read", &function));
	assert_int_equal(function.args->origin, ORIGIN_ARGS);
	assert_int_equal(function.args->members.count, 4);
	assert_string_equal(function.args->members.items[2].name, "count");
	assert_int_equal(function.args->members.items[2].slot, 2);
	assert_string_equal(type_text(compile->arena, function.retval), "int64");
	assert_true(kernel_types_function(compile, "vmlinux", "schedule", &function));
	assert_int_equal(function.retval->kind, TYPE_VOID);
	assert_false(kernel_types_function(compile, NULL, "vfs_reed", &function));
	assert_string_equal(kernel_types_nearest(compile, TYPE_FUNCTION, "vfs_reed"), "vfs_read");
	fixture_free(compile);
}

static void test_raw_tracepoints(void **state)
{
	struct compile *compile = fixture_compile();
	struct type *args = kernel_types_raw_tracepoint(compile, NULL, "sched_switch");

	(void)state;
	assert_non_null(args);
	assert_int_equal(args->members.count, 4);
	assert_string_equal(type_text(compile->arena, args->members.items[1].type),
			    "struct task_struct *");
	assert_int_equal(args->members.items[1].slot, 1);
	assert_null(kernel_types_raw_tracepoint(compile, NULL, "sched_swich"));
	assert_string_equal(kernel_types_nearest_event(compile, "sched_swich"), "sched_switch");
	fixture_free(compile);
}

static void test_enumerators(void **state)
{
	struct compile *compile = fixture_compile();
	struct type *type;
	int64_t value;

	(void)state;
	assert_true(kernel_types_enumerator(compile, "TASK_NEGATIVE", &value, &type));
	assert_int_equal(value, -3);
	assert_string_equal(type->name, "task_flags");
	assert_false(kernel_types_enumerator(compile, "NO_SUCH", &value, &type));
	assert_non_null(kernel_types_find(compile, TYPE_ENUM, "pid_type"));
	assert_non_null(kernel_types_typedef(compile, "pid_t"));
	fixture_free(compile);
}

static void test_no_btf(void **state)
{
	struct compile *compile = fixture_compile();
	struct kernel_function function;

	(void)state;
	compile->options.machine.btf_path = "/nonexistent";
	assert_false(kernel_types_available(compile));
	assert_null(kernel_types_find(compile, TYPE_STRUCT, "task_struct"));
	assert_false(kernel_types_function(compile, NULL, "vfs_read", &function));
	assert_null(kernel_types_nearest(compile, TYPE_FUNCTION, "vfs_read"));
	fixture_free(compile);
}

/* Every way to damage one byte of the file either is refused or stays within bounds. */
static void walk_all(const struct btf_view *view)
{
	for (uint32_t id = 1; id <= btf_view_count(view); id++)
		assert_non_null(btf_view_name(view, btf_view_type(view, id)));
	btf_view_find(view, BTF_KIND_STRUCT, "task_struct");
}

static void test_damaged(void **state)
{
	struct compile *compile = fixture_compile();
	const char *path = fixture_path(compile->arena, "btf/vmlinux.btf");
	char copy[] = "/tmp/sonde_btf_XXXXXX";
	unsigned char bytes[65536];
	FILE *file = fopen(path, "re");
	size_t size;
	int fd;

	(void)state;
	assert_non_null(file);
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	fd = mkstemp(copy);
	assert_true(fd >= 0);
	for (size_t i = 0; i < size; i += i < 64 ? 1 : 7) {
		struct btf_view *view;

		bytes[i] ^= 0xff;
		assert_int_equal(pwrite(fd, bytes, size, 0), size);
		bytes[i] ^= 0xff;
		if (btf_view_open(copy, NULL, &view) == 0) {
			walk_all(view);
			btf_view_free(view);
		}
	}
	close(fd);
	unlink(copy);
	fixture_free(compile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_struct),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_raw_tracepoints),
		cmocka_unit_test(test_enumerators),
		cmocka_unit_test(test_no_btf),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
