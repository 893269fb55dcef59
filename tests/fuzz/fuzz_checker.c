/* Fuzzes the compiler's front: whatever the text, source to plan ends, with a plan or with errors
 * that can be printed. Kernel facts come from fixtures named in the environment (SONDE_BTF,
 * SONDE_TRACEFS), else there are none. */
#include "fuzz.h"

#include "base/image.h"
#include "lang/compile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const args[] = { "7", "text" };
	const char *btf = getenv("SONDE_BTF"), *tracefs = getenv("SONDE_TRACEFS");
	struct compile_options options = {
		.machine = { .btf_path = btf ? btf : "/nonexistent",
			     .tracefs_path = tracefs ? tracefs : "/nonexistent" },
		.args = args,
		.arg_count = 2,
	};
	struct compile *compile = compile_create(&options);
	struct strbuf text = { 0 };
	uint32_t file = source_add(&compile->sources, "-e", (const char *)data, size);
	int failed = parse_script(compile, file) || expand_script(compile) || check_script(compile) ||
		     lower_script(compile);

	if (failed && compile->diags.error_count == 0)
		__builtin_trap(); /* refused without a word */
	diag_print(&compile->diags, &text, true);
	if (!failed)
		plan_dump(compile->plan, &text);
	strbuf_free(&text);
	compile_free(compile);
	return 0;
}
