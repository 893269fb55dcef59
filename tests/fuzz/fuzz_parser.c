/* Fuzzes the lexer, the parser and macro expansion alone: whatever the text, they end with a tree
 * that can be printed, or with errors that can be. No kernel facts: thousands of runs a second. */
#include "fuzz.h"

#include "lang/compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const args[] = { "7", "text" };
	struct compile_options options = {
		.machine = { .btf_path = "/nonexistent", .tracefs_path = "/nonexistent" },
		.args = args,
		.arg_count = 2,
	};
	struct compile *compile = compile_create(&options);
	struct strbuf text = { 0 };
	uint32_t file = source_add(&compile->sources, "-e", (const char *)data, size);
	int failed = parse_script(compile, file);

	if (!failed)
		ast_dump(compile->script, &compile->sources, &text);
	failed = failed || expand_script(compile);
	if (!failed)
		ast_dump(compile->script, &compile->sources, &text);
	if (failed && compile->diags.error_count == 0)
		__builtin_trap(); /* refused without a word */
	diag_print(&compile->diags, &text, true);
	strbuf_free(&text);
	compile_free(compile);
	return 0;
}
