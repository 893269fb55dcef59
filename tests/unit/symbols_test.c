/* Unit tests of the symbols: kernel tables, this program's own functions, processes that are gone,
 * and files that are no or broken ELF. */
#include "elf_symbols.h"
#include "symbols.h"
#include "symbols_files.h"
#include "symbols_kernel.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Writes bytes to a new file and returns its name (static). */
static const char *write_file(const void *bytes, size_t size)
{
	static char path[64];
	int fd;

	strcpy(path, "/tmp/sonde-symbols-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	return path;
}

static void test_kernel_table(void **state)
{
	static const char text[] = "0000000000000000 A fixed_percpu_data\n"
				   "ffffffff81000000 T startup_64\n"
				   "ffffffff81000000 T _text\n"
				   "ffffffff81000000 T __pi__text\n"
				   "ffffffff81001000 t local_one\n"
				   "ffffffff82000000 D jiffies\n"
				   "ffffffffc0001000 t in_module\t[ext4]\n"
				   "no line at all\n"
				   "ffffffff8200";
	const char *path = write_file(text, sizeof(text) - 1);
	struct kernel_symbols *symbols = kernel_symbols_create(path);
	uint64_t offset = 0;

	(void)state;
	assert_string_equal(kernel_symbols_find(symbols, 0xffffffff81000010, &offset), "_text");
	assert_int_equal(offset, 0x10);
	assert_string_equal(kernel_symbols_find(symbols, 0xffffffff81001000, &offset), "local_one");
	assert_string_equal(kernel_symbols_find(symbols, 0xffffffffc0001004, &offset), "in_module");
	assert_null(kernel_symbols_find(symbols, 0x1000, &offset));
	assert_null(kernel_symbols_find(symbols, UINT64_MAX, &offset));
	assert_true(kernel_symbols_address(symbols, "jiffies") == 0xffffffff82000000);
	assert_true(kernel_symbols_address(symbols, "startup_64") == 0xffffffff81000000);
	assert_true(kernel_symbols_address(symbols, "nothing") == 0);
	kernel_symbols_free(symbols);
	unlink(path);
	symbols = kernel_symbols_create("/no/such/file");
	assert_null(kernel_symbols_find(symbols, 0xffffffff81000010, &offset));
	kernel_symbols_free(symbols);
	kernel_symbols_free(NULL);
}

static void assert_user_symbol(struct symbols *symbols, uint32_t pid, uint64_t address,
			       bool show_offset, const char *want)
{
	struct strbuf text = { 0 };

	symbols_user(symbols, pid, address, show_offset, &text);
	assert_string_equal(strbuf_text(&text), want);
	strbuf_free(&text);
}

static void test_own_functions(void **state)
{
	struct symbols *symbols = symbols_create(SYMBOLS_DEMANGLE | SYMBOLS_CACHE | SYMBOLS_AHEAD);
	uint32_t pid = (uint32_t)getpid();
	uint64_t address = (uintptr_t)test_own_functions;
	struct strbuf text = { 0 };

	(void)state;
	assert_user_symbol(symbols, pid, address, false, "test_own_functions");
	assert_user_symbol(symbols, pid, address + 5, true, "test_own_functions+5");
	assert_user_symbol(symbols, pid, (uintptr_t)dlsym(RTLD_DEFAULT, "getenv"), false, "getenv");
	assert_user_symbol(symbols, pid, 0, true, "0");
	assert_user_symbol(symbols, pid, 1, true, "0x1");
	symbols_user_module(symbols, pid, address, &text);
	assert_non_null(strstr(strbuf_text(&text), "symbols_test"));
	strbuf_clear(&text);
	symbols_user_module(symbols, pid, 1, &text);
	assert_string_equal(strbuf_text(&text), "[unknown]");
	strbuf_free(&text);
	symbols_free(symbols);
	symbols_free(NULL);
}

static void test_a_remembered_process_outlives_itself(void **state)
{
	struct symbols *symbols = symbols_create(SYMBOLS_DEMANGLE | SYMBOLS_CACHE | SYMBOLS_AHEAD);
	pid_t child = fork();

	(void)state;
	if (!child) {
		pause();
		_exit(0);
	}
	symbols_remember_process(symbols, (uint32_t)child);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_user_symbol(symbols, (uint32_t)child, (uintptr_t)test_own_functions, false,
			   "test_own_functions");
	symbols_free(symbols);
}

/* Without privileges there is no watching, and nothing to test. */
static void test_watching_learns_of_processes(void **state)
{
	struct symbols *symbols = symbols_create(SYMBOLS_DEMANGLE | SYMBOLS_CACHE | SYMBOLS_AHEAD);
	pid_t child;

	(void)state;
	symbols_watch(symbols);
	if (symbols_watch_fd(symbols) >= 0) {
		child = fork();
		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
		assert_user_symbol(symbols, (uint32_t)child, (uintptr_t)test_own_functions, false,
				   "test_own_functions");
		child = fork();
		if (!child) {
			execl("/bin/true", "true", (char *)NULL);
			_exit(1);
		}
		waitpid(child, NULL, 0);
		/* After the exec our own functions are no longer there. */
		assert_user_symbol(symbols, (uint32_t)child, 1, false, "0x1");
	}
	symbols_free(symbols);
}

static void collect(void *context, const char *name, uint64_t file_offset, uint64_t size)
{
	(void)name;
	(void)size;
	*(uint64_t *)context = file_offset;
}

static void test_functions_are_found(void **state)
{
	uint64_t offset = 0;
	char path[4096];

	(void)state;
	assert_int_equal(
	    elf_find_functions("/proc/self/exe", "test_own_functions", collect, &offset), 1);
	assert_true(offset != 0);
	assert_true(elf_find_functions("/proc/self/exe", "test_*_f*", NULL, NULL) >= 2);
	assert_int_equal(elf_find_functions("/proc/self/exe", "no_such_function", NULL, NULL), 0);
	assert_true(elf_find_functions("/no/such/file", "x", NULL, NULL) < 0);
	assert_true(elf_find_functions("/etc/passwd", "x", NULL, NULL) < 0);
	assert_true(elf_find_functions("/dev/null", "x", NULL, NULL) < 0);
	assert_int_equal(elf_resolve_path("libc", 0, path, sizeof(path)), 0);
	assert_non_null(strstr(path, "libc.so"));
	assert_int_equal(elf_resolve_path("libc.so.6", 0, path, sizeof(path)), 0);
	assert_int_equal(elf_resolve_path("sh", 0, path, sizeof(path)), 0);
	assert_int_equal(elf_resolve_path("/bin/sh", 0, path, sizeof(path)), 0);
	assert_string_equal(path, "/bin/sh");
	assert_true(elf_resolve_path("no-such-thing", 0, path, sizeof(path)) < 0);
	assert_true(elf_resolve_path("/no/such/thing", 0, path, sizeof(path)) < 0);
}

/* Our own file with bytes changed or cut: anything but a crash. */
static void test_broken_files_do_no_harm(void **state)
{
	unsigned int seed = 1, round;
	unsigned char *bytes;
	size_t size;
	FILE *file = fopen("/bin/true", "re");

	(void)state;
	assert_non_null(file);
	bytes = malloc(1 << 20);
	assert_non_null(bytes);
	size = fread(bytes, 1, 1 << 20, file);
	fclose(file);
	for (round = 0; round < 400; round++) {
		unsigned char *copy = malloc(size);
		size_t i, length = round % 4 ? size : size / 400 * round;
		struct elf_symbols *symbols;
		const char *path;

		assert_non_null(copy);
		memcpy(copy, bytes, size);
		/* Mostly in the headers, at the front and at the end of the file. */
		for (i = 0; i < 8; i++) {
			size_t at = (size_t)rand_r(&seed) % (i % 2 ? 1024 : size);

			at = i % 4 == 2 ? size - 1 - at % 2048 : at;
			if (at >= 4)
				copy[at] = (unsigned char)rand_r(&seed);
		}
		path = write_file(copy, length);
		symbols = elf_symbols_open(path);
		if (symbols)
			elf_symbols_find(symbols, 0x4000);
		elf_symbols_free(symbols);
		unlink(path);
		free(copy);
	}
	free(bytes);
}

static void test_lost_news_are_read_again(void **state)
{
	struct process_table *table = process_table_create();
	uint64_t address = (uint64_t)(uintptr_t)test_own_functions;
	struct mapping wrong = {.start = address, .end = address + 1, .path = "/wrong"};
	struct mapping old = {.start = 0x1000, .end = 0x2000, .path = "/old"};
	pid_t child = fork();

	(void)state;
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	process_table_map(table, (uint32_t)child, &old);
	process_table_read(table, (uint32_t)getpid());
	process_table_map(table, (uint32_t)getpid(), &wrong);
	assert_string_equal(process_table_find(table, (uint32_t)getpid(), address)->path, "/wrong");
	process_table_doubt(table);
	assert_non_null(strstr(process_table_find(table, (uint32_t)getpid(), address)->path,
			       "symbols_test"));
	assert_string_equal(process_table_find(table, (uint32_t)child, 0x1000)->path, "/old");
	process_table_free(table);
}

/* Of a number that is no process's: above the kernel's greatest. */
enum { JIT_PID = 5000000 };
static const char jit_path[] = "/tmp/perf-5000000.map";

static void write_jit(const char *lines)
{
	FILE *file = fopen(jit_path, "a");

	assert_non_null(file);
	fputs(lines, file);
	fclose(file);
}

static void test_jit_names_follow_their_file(void **state)
{
	struct symbol_files *files = symbol_files_create();
	uint64_t offset;

	(void)state;
	unlink(jit_path);
	assert_null(symbol_files_find_jit(files, JIT_PID, 0x1004, &offset));
	write_jit("1000 10 first\n");
	usleep(60000);
	assert_string_equal(symbol_files_find_jit(files, JIT_PID, 0x1004, &offset), "first");
	assert_int_equal(offset, 4);
	assert_null(symbol_files_find_jit(files, JIT_PID, 0x2000, &offset));
	write_jit("2000 10 second function\n");
	usleep(60000);
	assert_string_equal(symbol_files_find_jit(files, JIT_PID, 0x200f, &offset),
			    "second function");
	assert_string_equal(symbol_files_find_jit(files, JIT_PID, 0x1000, &offset), "first");
	unlink(jit_path);
	usleep(60000);
	assert_string_equal(symbol_files_find_jit(files, JIT_PID, 0x2000, &offset),
			    "second function");
	for (uint32_t pid = 1; pid < 2000; pid++) /* the oldest goes */
		symbol_files_find_jit(files, JIT_PID + pid, 0x1000, &offset);
	assert_null(symbol_files_find_jit(files, JIT_PID, 0x2000, &offset));
	symbol_files_free(files);
}

/* Everybody can make a pipe there: it is not waited for. */
static void test_jit_pipe_is_left_alone(void **state)
{
	struct symbol_files *files = symbol_files_create();
	uint64_t offset;

	(void)state;
	unlink(jit_path);
	assert_int_equal(mkfifo(jit_path, 0666), 0);
	alarm(10);
	assert_null(symbol_files_find_jit(files, JIT_PID, 0x1000, &offset));
	alarm(0);
	unlink(jit_path);
	symbol_files_free(files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel_table),
		cmocka_unit_test(test_own_functions),
		cmocka_unit_test(test_a_remembered_process_outlives_itself),
		cmocka_unit_test(test_watching_learns_of_processes),
		cmocka_unit_test(test_functions_are_found),
		cmocka_unit_test(test_broken_files_do_no_harm),
		cmocka_unit_test(test_lost_news_are_read_again),
		cmocka_unit_test(test_jit_names_follow_their_file),
		cmocka_unit_test(test_jit_pipe_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
