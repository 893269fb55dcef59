/* Codegen's driver: one LLVM context per image, the programs one after the other, the shortest pass
 * list that the verifier likes, and the object. LLVM's own complaints become one sentence. */
#include "codegen/gen.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/ErrorHandling.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <llvm/Config/llvm-config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* default<O0> runs the BPF passes that make CO-RE relocations; they have no name of their own. No
 * speculation, no loop idioms, no unrolling: each made programs that the verifier refuses. */
#if LLVM_VERSION_MAJOR >= 18
#define COMBINE "instcombine<no-verify-fixpoint>,simplifycfg<no-speculate-blocks>"
#else
#define COMBINE "instcombine,simplifycfg" /* 17 knows neither option */
#endif
static const char PASSES[] = "default<O0>,globaldce,function(sroa,early-cse," COMBINE ",dce)";

void gen_fail(struct gen *g, const char *format, ...)
{
	va_list ap;

	if (g->error)
		return;
	va_start(ap, format);
	g->error = arena_vprintf(g->arena, format, ap);
	va_end(ap);
}

const char *codegen_llvm_version(void)
{
	return LLVM_VERSION_STRING;
}

static void on_diagnostic(LLVMDiagnosticInfoRef info, void *context)
{
	struct gen *g = context;
	char *text;

	text = LLVMGetDiagInfoDescription(info);
	if (stack_note(g, text) || LLVMGetDiagInfoSeverity(info) != LLVMDSError) {
		LLVMDisposeMessage(text);
		return;
	}
	if (strstr(text, "stack limit")) {
		const char *function = strstr(text, "in function ");

		stack_exceeded(g, function ? function + strlen("in function ") : NULL);
		gen_fail(g, "this probe needs more than the 512 bytes of stack that there are");
	}
	gen_fail(g, "LLVM: %s", text);
	LLVMDisposeMessage(text);
}

static void init_types(struct gen *g)
{
	g->i1 = LLVMInt1TypeInContext(g->context);
	g->i8 = LLVMInt8TypeInContext(g->context);
	g->i32 = LLVMInt32TypeInContext(g->context);
	g->i64 = LLVMInt64TypeInContext(g->context);
	g->ptr = LLVMPointerTypeInContext(g->context, 0);
}

static int open_machine(struct gen *g)
{
	LLVMTargetRef target;
	char *message = NULL;
	LLVMTargetDataRef layout;

	LLVMInitializeBPFTargetInfo();
	LLVMInitializeBPFTarget();
	LLVMInitializeBPFTargetMC();
	LLVMInitializeBPFAsmPrinter();
	if (LLVMGetTargetFromTriple("bpfel", &target, &message)) {
		gen_fail(g, "LLVM: %s", message);
		LLVMDisposeMessage(message);
		return -1;
	}
	g->machine = LLVMCreateTargetMachine(target, "bpfel", "v3", "", LLVMCodeGenLevelDefault,
					     LLVMRelocDefault, LLVMCodeModelDefault);
	layout = LLVMCreateTargetDataLayout(g->machine);
	LLVMSetModuleDataLayout(g->module, layout);
	LLVMDisposeTargetData(layout);
	LLVMSetTarget(g->module, "bpfel");
	return 0;
}

static int run_passes(struct gen *g)
{
	LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
	LLVMErrorRef failure = LLVMRunPasses(g->module, PASSES, g->machine, options);

	LLVMDisposePassBuilderOptions(options);
	if (failure) {
		char *message = LLVMGetErrorMessage(failure);

		gen_fail(g, "LLVM: %s", message);
		LLVMDisposeErrorMessage(message);
	}
	return g->error ? -1 : 0;
}

static int verify(struct gen *g)
{
	char *message = NULL;

	if (LLVMVerifyModule(g->module, LLVMReturnStatusAction, &message))
		gen_fail(g, "malformed code: %s", message);
	LLVMDisposeMessage(message);
	return g->error ? -1 : 0;
}

/* "\t.loc\t1 3 15 is_stmt 0": the place in the script, as a comment; the same one only once. */
static void add_place(struct strbuf *out, const char *line, unsigned last[2])
{
	unsigned file, row, column;

	if (sscanf(line, " .loc %u %u %u", &file, &row, &column) != 3 || !row ||
	    (row == last[0] && column == last[1]))
		return;
	strbuf_printf(out, "\t; %u:%u\n", row, column);
	last[0] = row;
	last[1] = column;
}

/* Of the backend's assembly the functions alone: instructions, labels, places. */
static void add_instructions(struct strbuf *out, const char *text, size_t size)
{
	const char *end = text + size, *next;
	unsigned last[2] = { 0, 0 };
	bool is_function = false;

	for (const char *line = text; line < end; line = next) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)((stop ? stop : end) - line);
		bool is_section = !strncmp(line, "\t.section\t", 10) && length > 10;

		next = stop ? stop + 1 : end;
		if (is_section && memmem(line, length, "\"ax\"", 4)) {
			strbuf_add(out, out->len ? "\n" : "");
			strbuf_printf(out, "section %.*s\n",
				      (int)strcspn(line + 10, ","), line + 10);
		}
		if (memmem(line, length, "@function", 9))
			is_function = true;
		if (!strncmp(line, ".Lfunc_end", 10))
			is_function = false;
		if (is_function && !strncmp(line, "\t.loc", 5))
			add_place(out, line, last);
		if (is_function && length && *line != '.' && *line != '#' &&
		    (*line != '\t' || (line[1] != '.' && line[1] != '#')))
			strbuf_printf(out, "%.*s\n", (int)length, line);
	}
}

static void write_output(struct gen *g, struct strbuf *out)
{
	LLVMCodeGenFileType kind = g->options->output == CODEGEN_ASSEMBLY ? LLVMAssemblyFile
									  : LLVMObjectFile;
	LLVMMemoryBufferRef buffer = NULL;
	char *message = NULL;

	if (g->options->output == CODEGEN_IR) {
		char *text = LLVMPrintModuleToString(g->module);

		strbuf_add(out, text);
		LLVMDisposeMessage(text);
		return;
	}
	if (LLVMTargetMachineEmitToMemoryBuffer(g->machine, g->module, kind, &message, &buffer)) {
		gen_fail(g, "LLVM: %s", message);
		LLVMDisposeMessage(message);
		return;
	}
	if (!g->error && kind == LLVMAssemblyFile)
		add_instructions(out, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer));
	else if (!g->error)
		strbuf_add_bytes(out, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer));
	LLVMDisposeMemoryBuffer(buffer);
}

static void generate(struct gen *g, struct strbuf *out)
{
	debug_begin(g);
	maps_define(g);
	license_define(g);
	if (g->options->output == CODEGEN_OBJECT)
		meta_define(g);
	kept_define(g);
	for (uint32_t i = 0; i < g->script->programs.count && !g->error; i++)
		emit_program(g, i);
	LLVMDIBuilderFinalize(g->di);
	if (!g->error && !verify(g) && !run_passes(g))
		write_output(g, out);
	if (!g->error)
		stack_check(g);
}

static void on_fatal(const char *reason)
{
	/* LLVM would abort the process after this: there is no way back. Nothing is in the kernel yet. */
	if (strstr(reason, "Branch target"))
		fprintf(stderr, "sonde: a probe is too large: a jump in it goes further than the kernel's "
				"instructions can tell; make several probes of it\n");
	else
		fprintf(stderr, "sonde: the code generator failed: %s\n", reason);
	_Exit(1);
}

static bool attempt(struct gen *g, struct strbuf *out)
{
	static uint32_t compiles;

	g->flavour = ++compiles;
	g->context = LLVMContextCreate();
	LLVMContextSetDiagnosticHandler(g->context, on_diagnostic, g);
	init_types(g);
	g->module = LLVMModuleCreateWithNameInContext("sonde", g->context);
	g->builder = LLVMCreateBuilderInContext(g->context);
	if (!open_machine(g))
		generate(g, out);
	if (g->di)
		LLVMDisposeDIBuilder(g->di);
	LLVMDisposeBuilder(g->builder);
	LLVMDisposeModule(g->module);
	if (g->machine)
		LLVMDisposeTargetMachine(g->machine);
	LLVMContextDispose(g->context);
	return !g->error;
}

int codegen_emit(struct arena *arena, const struct typed_script *script,
		 const struct codegen_options *options, struct strbuf *out,
		 struct codegen_failure *failure)
{
	const struct gen blank = {
		.arena = arena,
		.script = script,
		.plan = script->plan,
		.options = options,
	};
	struct gen g = blank;
	size_t start = out->len;

	LLVMResetFatalErrorHandler();
	LLVMInstallFatalErrorHandler(on_fatal);
	if (!attempt(&g, out) && g.is_stack_exceeded) {
		g = blank;
		g.spills = true;
		out->len = start;
		attempt(&g, out);
	}
	*failure = (struct codegen_failure){
		.text = g.error,
		.program = g.is_stack_exceeded ? g.stack_program : NULL,
	};
	return g.error ? -1 : 0;
}
