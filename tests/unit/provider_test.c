/* Unit tests of the providers: what every form of a spec means, and what is refused. */
#include "fixture.h"

static struct probe_spec *parse(struct compile *compile, const char *text)
{
	struct probe probe = { 0 };
	struct attach_point *point = fixture_point(compile, text);

	*list_push(compile->arena, &probe.points) = point;
	if (provider_expand_points(compile, &probe, false) < 0 || probe.points.count == 0)
		return NULL;
	return probe.points.items[0]->spec;
}

static void test_names(void **state)
{
	bool later;

	(void)state;
	assert_int_equal(provider_find("BEGIN", NULL)->id, PROVIDER_BEGIN);
	assert_int_equal(provider_find("kretfunc", NULL)->id, PROVIDER_FEXIT);
	assert_int_equal(provider_find("Kr", NULL)->id, PROVIDER_KRETPROBE);
	assert_int_equal(provider_find("u", &later)->id, PROVIDER_UPROBE);
	assert_false(later);
	assert_null(provider_find("U", &later));
	assert_true(later);
	assert_null(provider_find("usdt", &later));
	assert_true(later);
	assert_null(provider_find("kprob", &later));
	assert_false(later);
}

static void test_time(void **state)
{
	static const struct {
		const char *text;
		uint64_t period;
		uint32_t frequency;
		const char *canonical;
	} rows[] = {
		{ "interval:1s", 1000000000, 0, "interval:us:1000000" },
		{ "i:100ms", 100000000, 0, "interval:us:100000" },
		{ "interval:1500000", 1500000, 0, "interval:us:1500" },
		{ "interval:1e9", 1000000000, 0, "interval:us:1000000" },
		{ "interval:ms:100", 100000000, 0, "interval:ms:100" },
		{ "interval:hz:99", 10101010, 0, "interval:hz:99" },
		{ "profile:hz:99", 99, 1, "profile:hz:99" },
		{ "p:us:50", 50000, 0, "profile:us:50" },
		{ "i:1m", 60000000000, 0, "interval:us:60000000" },
	};
	struct compile *compile = fixture_compile();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_spec *spec = parse(compile, rows[i].text);

		assert_non_null(spec);
		assert_int_equal(spec->period, rows[i].period);
		assert_int_equal(spec->frequency, rows[i].frequency);
		assert_string_equal(spec->canonical, rows[i].canonical);
	}
	fixture_free(compile);
}

static void test_functions(void **state)
{
	struct compile *compile = fixture_compile();
	struct probe_spec *spec = parse(compile, "kprobe:vfs_read+0x10");

	(void)state;
	assert_string_equal(spec->function, "vfs_read");
	assert_int_equal(spec->offset, 16);
	spec = parse(compile, "kprobe:ext4:ext4_*");
	assert_string_equal(spec->module, "ext4");
	assert_true(spec->flags & ATTACH_WILDCARD);
	spec = parse(compile, "uprobe:/bin/bash:0x1000");
	assert_true(spec->flags & ATTACH_ADDRESS);
	assert_int_equal(spec->offset, 0x1000);
	spec = parse(compile, "ur:libc:malloc");
	assert_string_equal(spec->canonical, "uretprobe:libc:malloc");
	assert_true(spec->flags & ATTACH_RETURN);
	spec = parse(compile, "fentry:vfs_read");
	assert_non_null(spec);
	assert_int_equal(fentry_args(compile, spec, (struct span){ 0 })->members.count, 4);
	spec = parse(compile, "fexit:schedule");
	assert_int_equal(fexit_retval(compile, spec, (struct span){ 0 })->kind, TYPE_POISON);
	fixture_free(compile);
}

static void test_refused(void **state)
{
	static const char *const texts[] = {
		"interval", "interval:1x", "interval:100", "interval:s:0", "interval:xx:9",
		"interval:s", "profile:hz:-1", "begin:x", "kprobe", "kprobe:a:b:c", "kprobe:",
		"kprobe:f+", "kretprobe:vfs_read+4", "fentry:vfs_reed", "fentry:bpf:prog",
		"tracepoint:sched", "tracepoint:sched:sched_swich", "tracepoint:nothing:*",
		"rawtracepoint:sched_swich", "uprobe:/bin/bash", "uprobe:a:b:c:d",
		"uprobe:/bin/bash@main.c:5", "uprobe:*:malloc", "kprob:f", "usdt:a:b", "k*:f", "",
		"interval:99999999999999999999s", "interval:1e30", "uprobe::f",
		"uretprobe:/bin/bash:f+1", "kprobe:vfs_*+1",
	};
	struct compile *compile = fixture_compile();

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint32_t errors = compile->diags.error_count;

		assert_null(parse(compile, texts[i]));
		assert_int_equal(compile->diags.error_count, errors + 1);
	}
	fixture_free(compile);
}

static uint32_t expand(struct compile *compile, struct probe *probe, const char *const *texts,
		       bool uses_args)
{
	memset(probe, 0, sizeof(*probe));
	for (; *texts; texts++)
		*list_push(compile->arena, &probe->points) = fixture_point(compile, *texts);
	assert_int_equal(provider_expand_points(compile, probe, uses_args), 0);
	return probe->points.count;
}

static void test_syscalls(void **state)
{
	const char *const few[] = { "t:syscalls:sys_enter_read", "t:syscalls:sys_exit_read", NULL };
	const char *const many[] = { "t:syscalls:sys_enter_*", "t:sched:sched_switch", NULL };
	struct compile *compile = fixture_compile();
	struct probe probe;
	struct type *args;

	(void)state;
	assert_int_equal(expand(compile, &probe, few, false), 2);
	assert_int_equal(probe.points.items[0]->spec->syscalls, SYSCALLS_NONE);
	assert_int_equal(expand(compile, &probe, many, false), 2);
	assert_int_equal(tracepoint_program(compile, probe.points.items[0]->spec),
			 PROGRAM_RAW_SYSCALL_ENTER);
	assert_int_equal(tracepoint_program(compile, probe.points.items[1]->spec),
			 PROGRAM_TRACEPOINT);
	/* With args every event is a point of its own, its members in the registers. */
	assert_true(expand(compile, &probe, many, true) > 4);
	args = tracepoint_args(compile, probe.points.items[2]->spec, (struct span){ 0 });
	assert_int_equal(args->origin, ORIGIN_SYSCALL);
	assert_int_equal(fixture_member(compile, args, "__syscall_nr")->slot, 6);
	fixture_free(compile);
}

/* The parser has put in the parameters that are known; these are given where the tool runs. */
static void test_parameters(void **state)
{
	struct compile *compile = fixture_compile();
	struct probe_spec *spec;

	(void)state;
	compile->options.args_are_open = true;
	spec = parse(compile, "kprobe:$1");
	assert_non_null(spec);
	assert_string_equal(spec->function, "$1");
	assert_true(spec->flags & ATTACH_PARAMETERS);
	assert_false(parse(compile, "kprobe:vfs_read")->flags & ATTACH_PARAMETERS);
	assert_null(parse(compile, "rawtracepoint:$1"));
	fixture_free(compile);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	 cmocka_unit_test(test_time),
		cmocka_unit_test(test_functions), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_syscalls),  cmocka_unit_test(test_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
