/* Codegen: plan and typed bodies to a BPF ELF object. Makes no type decisions; reports nothing to
 * the user but its own failures. The only part that knows LLVM. */
#ifndef SONDE_CODEGEN_CODEGEN_H
#define SONDE_CODEGEN_CODEGEN_H

#include "base/strbuf.h"
#include "lang/typed.h"

enum codegen_output {
	CODEGEN_OBJECT,	  /* the image: an ELF file with .sonde.meta */
	CODEGEN_IR,	  /* LLVM IR after the passes, text */
	CODEGEN_ASSEMBLY, /* BPF assembly, text */
};

struct codegen_options {
	enum codegen_output output;
	const struct sources *sources; /* the script's own text for the line info */
};

/* Why there is no object: one sentence (owned by the arena). */
struct codegen_failure {
	const char *text;
	const struct typed_program *program; /* that needs more stack than there is; NULL: else */
};

/* Generates all of `script` into `out`. Returns 0, or -1 with the reason in *failure: a program's stack,
 * which only this stage knows; anything else is a fault of the compiler, not of the script. */
int codegen_emit(struct arena *arena, const struct typed_script *script,
		 const struct codegen_options *options, struct strbuf *out,
		 struct codegen_failure *failure);

/* Version of the LLVM that is linked in, "19.1.7". */
const char *codegen_llvm_version(void);

#endif
