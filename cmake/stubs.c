/* Stand-ins for stages that have not landed; goes away when they have. */
#include <stddef.h>
#define STUB(name) long __attribute__((weak)) name(void); long name(void) { return -1; }
#define STUB0(name) long __attribute__((weak)) name(void); long name(void) { return 0; }
STUB0(expand_script)
STUB0(parse_script)
STUB(check_script)
STUB(lower_script)
STUB(codegen_emit)
STUB(runtime_run)
STUB(standalone_write)
STUB0(ast_dump)
STUB0(compile_create)
STUB0(compile_free)
STUB(elf_resolve_path)
STUB(elf_find_functions)
STUB0(kernel_types_free)
STUB0(tracefs_free)
const char *__attribute__((weak)) codegen_llvm_version(void);
const char *codegen_llvm_version(void) { return "none"; }
