/* Codegen: the stack of a program and all functions that it calls into each other: together 512 bytes
 * (kernels before 6.13 count so). LLVM tells the frames' sizes as warnings; who calls whom is known here. */
#include "codegen/gen.h"

#include <stdio.h>
#include <string.h>

enum { STACK_MAX = 512, FRAME_GRAIN = 32, FRAMES_MAX = 8 };

void stack_track(LLVMValueRef function)
{
	LLVMAddTargetDependentFunctionAttr(function, "warn-stack-size", "0");
}

void stack_add_call(struct gen *g, LLVMValueRef callee)
{
	*list_push(g->arena, &g->calls) = (struct gen_call){ g->function, callee };
}

/* "file:1:0: stack frame size (168) exceeds limit (0) in function 'p0_loop0'" */
bool stack_note(struct gen *g, const char *text)
{
	const char *about = strstr(text, "stack frame size ("), *in = strstr(text, " in function '");
	struct gen_frame *frame;
	unsigned size;
	char name[256];

	if (!about || !in || sscanf(about, "stack frame size (%u)", &size) != 1 ||
	    sscanf(in, " in function '%255[^']'", name) != 1)
		return false;
	frame = list_push(g->arena, &g->frames);
	frame->function = LLVMGetNamedFunction(g->module, name);
	frame->size = size;
	return true;
}

static uint32_t frame_size(const struct gen *g, LLVMValueRef function)
{
	uint32_t size = 1;

	for (uint32_t i = 0; i < g->frames.count; i++)
		if (g->frames.items[i].function == function)
			size = g->frames.items[i].size;
	return (size + FRAME_GRAIN - 1) / FRAME_GRAIN * FRAME_GRAIN;
}

static uint32_t deepest(const struct gen *g, LLVMValueRef function, uint32_t left)
{
	uint32_t most = 0, below;

	for (uint32_t i = 0; left && i < g->calls.count; i++) {
		if (g->calls.items[i].caller != function)
			continue;
		below = deepest(g, g->calls.items[i].callee, left - 1);
		if (below > most)
			most = below;
	}
	return most + frame_size(g, function);
}

/* The program that a function, "p3_loop0", belongs to. */
void stack_exceeded(struct gen *g, const char *function)
{
	unsigned index;

	g->is_stack_exceeded = true;
	if (function && sscanf(function, "p%u_", &index) == 1 && index < g->script->programs.count)
		g->stack_program = &g->script->programs.items[index];
}

void stack_check(struct gen *g)
{
	uint32_t size;

	for (uint32_t i = 0; i < g->calls.count; i++) {
		size = deepest(g, g->calls.items[i].caller, FRAMES_MAX);
		if (size <= STACK_MAX)
			continue;
		stack_exceeded(g, LLVMGetValueName(g->calls.items[i].caller));
		gen_fail(g, "loops and functions of this probe need %u bytes of stack, and there are %u", size,
			 STACK_MAX);
		return;
	}
}
