/* Unit tests of the runtime's pure parts: folding, ELF sections of hostile images, the verifier's words,
 * system call numbers. */
#include "fold.h"
#include "image_open.h"
#include "base/names.h"
#include "verifier_log.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_fold_sum(void **state)
{
	struct value_type type = {.kind = VALUE_SUM, .size = sizeof(struct value_sum)};
	struct value_sum values[2] = {{(uint64_t)-3, 1}, {5, 2}}, out = {0};

	(void)state;
	assert_true(fold_values(&type, (const void *)values, 2, sizeof(*values), (void *)&out));
	assert_int_equal(out.sum, 2);
	assert_int_equal(out.count, 3);
	memset(values, 0, sizeof(values));
	assert_false(fold_values(&type, (const void *)values, 2, sizeof(*values), (void *)&out));
}

static void test_fold_extremes(void **state)
{
	struct value_type type = {.kind = VALUE_MIN, .size = 16, .is_signed = 1};
	struct value_extreme values[3] = {{0, 0}, {7, 1}, {(uint64_t)-2, 1}}, out = {0};

	(void)state;
	assert_true(fold_values(&type, (const void *)values, 3, sizeof(*values), (void *)&out));
	assert_int_equal((int64_t)out.value, -2);
	type.kind = VALUE_MAX;
	fold_values(&type, (const void *)values, 3, sizeof(*values), (void *)&out);
	assert_int_equal(out.value, 7);
	type.is_signed = 0;
	fold_values(&type, (const void *)values, 3, sizeof(*values), (void *)&out);
	assert_true(out.value == (uint64_t)-2);
	assert_false(fold_values(&type, (const void *)values, 1, sizeof(*values), (void *)&out));
	assert_int_equal(out.is_set, 0);
}

/* A value that the kernel's map has no room for is cut, not read beyond. */
static void test_fold_is_bounded(void **state)
{
	struct value_type type = {.kind = VALUE_HIST, .size = 64};
	uint64_t values[2] = {1, 2}, out[8] = {0};

	(void)state;
	assert_true(fold_values(&type, (const void *)values, 2, 8, (void *)out));
	assert_int_equal(out[0], 3);
	assert_int_equal(out[1], 0);
	type = (struct value_type){.kind = VALUE_MAX, .size = 8};
	assert_false(fold_values(&type, (const void *)values, 2, 8, (void *)out));
}

/* One section header, .symtab, whose parts lie anywhere. */
static void test_hostile_sections(void **state)
{
	struct {
		Elf64_Ehdr header;
		Elf64_Shdr rows[2];
		char bytes[32];
	} file = {
		.header = {.e_machine = EM_BPF,
			   .e_shoff = sizeof(Elf64_Ehdr),
			   .e_shentsize = sizeof(Elf64_Shdr),
			   .e_shnum = 2,
			   .e_shstrndx = 1},
	};
	struct image_sections sections;
	uint64_t offset, size;

	(void)state;
	memcpy(file.header.e_ident, ELFMAG, SELFMAG);
	file.header.e_ident[EI_CLASS] = ELFCLASS64;
	file.header.e_ident[EI_DATA] = ELFDATA2LSB;
	for (size_t length = 0; length < sizeof(file); length++)
		assert_false(image_find_sections(&file, length, &sections));
	file.rows[1] = (Elf64_Shdr){.sh_type = SHT_SYMTAB, .sh_link = 99, .sh_offset = UINT64_MAX};
	assert_false(image_find_sections(&file, sizeof(file), &sections));
	file.rows[1] = (Elf64_Shdr){.sh_type = SHT_SYMTAB, .sh_link = 1, .sh_size = 30};
	strcpy(file.bytes, ".sonde.meta");
	file.rows[1].sh_offset = offsetof(__typeof__(file), bytes);
	assert_true(image_find_sections(&file, sizeof(file), &sections));
	assert_false(image_has_relocations(&sections));
	assert_false(image_find_constant(&sections, "x", &offset, &size));
	file.header.e_shoff = UINT64_MAX;
	assert_false(image_find_sections(&file, sizeof(file), &sections));
}

static void test_verifier_rules(void **state)
{
	(void)state;
	assert_non_null(verifier_rule("R0 invalid mem access 'map_value_or_null'"));
	assert_non_null(verifier_rule("BPF program is too large. Processed 1000001 insn"));
	assert_null(verifier_rule("something that nobody has seen"));
}

static void test_syscall_numbers(void **state)
{
	(void)state;
	assert_true(syscall_number("read") >= 0);
	assert_int_equal(syscall_number("newfstat"), syscall_number("fstat"));
	assert_int_equal(syscall_number("nothing"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fold_sum),	 cmocka_unit_test(test_fold_extremes),
		cmocka_unit_test(test_fold_is_bounded),	 cmocka_unit_test(test_hostile_sections),
		cmocka_unit_test(test_verifier_rules),	 cmocka_unit_test(test_syscall_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
