/* Unit tests of lang/type.c: layout, comparison, look-up and printing. */
#include "fixture.h"

static void test_sizes(void **state)
{
	struct compile *compile = fixture_compile();
	struct types *types = &compile->types;

	(void)state;
	assert_int_equal(type_plain(types, TYPE_KSTACK)->size, sizeof(struct value_stack));
	assert_int_equal(type_plain(types, TYPE_TIMESTAMP)->size, sizeof(struct value_timestamp));
	assert_int_equal(type_plain(types, TYPE_STATS)->size, 16);
	assert_int_equal(type_hist(types, 0)->size, 8 * 66);
	assert_int_equal(type_lhist(types, 0, 100, 10)->size, 8 * 12);
	assert_int_equal(type_string(types, 64)->size, 64);
	assert_int_equal(type_buffer(types, 16)->size, 20);
	fixture_free(compile);
}

static void test_tuple_layout(void **state)
{
	struct compile *compile = fixture_compile();
	struct types *types = &compile->types;
	struct type *members[] = { type_int(types, 1, true), type_int(types, 8, true),
				   type_string(types, 5), type_int(types, 2, false) };
	struct type *tuple = type_tuple(types, members, NULL, 4);

	(void)state;
	assert_int_equal(tuple->members.items[1].bit_offset, 64);
	assert_int_equal(tuple->members.items[2].bit_offset, 128);
	assert_int_equal(tuple->members.items[3].bit_offset, 176);
	assert_int_equal(tuple->size, 24);
	assert_string_equal(type_text(compile->arena, tuple), "(int8,int64,string[5],uint16)");
	fixture_free(compile);
}

static void test_c_layout(void **state)
{
	struct compile *compile = fixture_compile();
	struct types *types = &compile->types;
	struct type *u32 = type_int(types, 4, false), *u8 = type_int(types, 1, false);
	struct type *s = type_struct(types, TYPE_STRUCT, "s", ORIGIN_SCRIPT);

	(void)state;
	type_add_member(types, s, "a", u8, 0);
	type_add_member(types, s, "b", u32, 3);
	type_add_member(types, s, "c", u32, 30);
	type_add_member(types, s, "d", u8, 0);
	type_layout(s, false);
	assert_int_equal(s->members.items[1].bit_offset, 8);
	assert_int_equal(s->members.items[2].bit_offset, 32);
	assert_int_equal(s->members.items[3].bit_offset, 64);
	assert_int_equal(s->size, 12);
	fixture_free(compile);
}

static void test_packed_and_union(void **state)
{
	struct compile *compile = fixture_compile();
	struct types *types = &compile->types;
	struct type *u64 = type_int(types, 8, false), *u8 = type_int(types, 1, false);
	struct type *s = type_struct(types, TYPE_STRUCT, "s", ORIGIN_SCRIPT);
	struct type *u = type_struct(types, TYPE_UNION, "u", ORIGIN_SCRIPT);

	(void)state;
	type_add_member(types, s, "a", u8, 0);
	type_add_member(types, s, "b", u64, 0);
	type_layout(s, true);
	assert_int_equal(s->size, 9);
	type_add_member(types, u, "s", s, 0);
	type_add_member(types, u, "n", u64, 0);
	type_layout(u, false);
	assert_int_equal(u->members.items[1].bit_offset, 0);
	assert_int_equal(u->size, 16);
	fixture_free(compile);
}

static void test_equal(void **state)
{
	struct compile *compile = fixture_compile();
	struct types *types = &compile->types;
	struct type *s32 = type_int(types, 4, true);

	(void)state;
	assert_true(type_equal(type_string(types, 8), type_string(types, 8)));
	assert_false(type_equal(type_string(types, 8), type_string(types, 9)));
	assert_true(type_equal(type_pointer(types, s32, SPACE_KERNEL),
			       type_pointer(types, s32, SPACE_KERNEL)));
	assert_false(type_equal(type_pointer(types, s32, SPACE_KERNEL),
				type_pointer(types, s32, SPACE_USER)));
	assert_false(type_equal(type_array(types, s32, 2), type_array(types, s32, 3)));
	assert_false(type_equal(type_lhist(types, 0, 10, 1), type_lhist(types, 0, 10, 2)));
	fixture_free(compile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_tuple_layout),
		cmocka_unit_test(test_c_layout),
		cmocka_unit_test(test_packed_and_union),
		cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
