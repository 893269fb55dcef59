/* Stand-ins for stages that have not landed; goes away when they have. */
#include <stddef.h>
#include "lang/compile.h"
#define STUB(name) long __attribute__((weak)) name(void); long name(void) { return -1; }
#define STUB0(name) long __attribute__((weak)) name(void); long name(void) { return 0; }
STUB(codegen_emit)
STUB(runtime_run)
STUB(standalone_write)
STUB(elf_resolve_path)
STUB(elf_find_functions)
STUB0(kernel_types_free)
STUB0(tracefs_free)
const char *__attribute__((weak)) codegen_llvm_version(void);
const char *codegen_llvm_version(void) { return "none"; }

#define W __attribute__((weak))
struct compile *W compile_create(const struct compile_options *options);
void W compile_free(struct compile *compile);
struct compile *compile_create(const struct compile_options *options)
{
	struct arena *arena = arena_create();
	struct compile *compile = arena_new(arena, struct compile);

	compile->arena = arena;
	compile->options = *options;
	compile->sources.arena = compile->diags.arena = arena;
	compile->diags.sources = &compile->sources;
	types_init(&compile->types, arena);
	return compile;
}
void compile_free(struct compile *compile) { if (compile) arena_free(compile->arena); }
int W expand_script(struct compile *c); int expand_script(struct compile *c) { return 0; }
int W check_script(struct compile *c); int check_script(struct compile *c) { return -1; }
int W lower_script(struct compile *c); int lower_script(struct compile *c) { return -1; }
