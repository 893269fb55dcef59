/* Codegen: the stack of a program and all functions that it calls into each other: together 512 bytes
 * (kernels before 6.13 count so). LLVM tells the frames' sizes as warnings; who calls whom is known here. */
#include "codegen/gen.h"

#include <stdio.h>
#include <string.h>

enum { STACK_MAX = 512, FRAME_GRAIN = 32 };

void stack_track(LLVMValueRef function)
{
	LLVMAddTargetDependentFunctionAttr(function, "warn-stack-size", "0");
}

void stack_add_call(struct gen *g, LLVMValueRef callee)
{
	*list_push(g->arena, &g->calls) = (struct gen_call){
		.caller = arena_strdup(g->arena, LLVMGetValueName(g->function)),
		.callee = arena_strdup(g->arena, LLVMGetValueName(callee)),
	};
}

static struct gen_frame *frame_of(struct gen *g, const char *function)
{
	struct gen_frame *frame = name_table_find(&g->frames, function);

	if (frame)
		return frame;
	frame = arena_new(g->arena, struct gen_frame);
	frame->size = FRAME_GRAIN;
	name_table_set(g->arena, &g->frames, arena_strdup(g->arena, function), frame);
	return frame;
}

/* "file:1:0: stack frame size (168) exceeds limit (0) in function 'p0_loop0'" */
bool stack_note(struct gen *g, const char *text)
{
	const char *about = strstr(text, "stack frame size ("), *in = strstr(text, " in function '");
	unsigned size;
	char name[256];

	if (!about || !in || sscanf(about, "stack frame size (%u)", &size) != 1 ||
	    sscanf(in, " in function '%255[^']'", name) != 1)
		return false;
	frame_of(g, name)->size = (size + FRAME_GRAIN - 1) / FRAME_GRAIN * FRAME_GRAIN;
	return true;
}

/* The program that a function, "p3_loop0", belongs to. */
void stack_exceeded(struct gen *g, const char *function)
{
	unsigned index;

	g->is_stack_exceeded = true;
	if (function && sscanf(function, "p%u_", &index) == 1 && index < g->script->programs.count)
		g->stack_program = &g->script->programs.items[index];
}

/* A function's code is made before the first call of it: its own calls stand before that in the list. */
void stack_check(struct gen *g)
{
	for (uint32_t i = 0; i < g->calls.count; i++) {
		const struct gen_call *call = &g->calls.items[i];
		struct gen_frame *caller = frame_of(g, call->caller), *callee = frame_of(g, call->callee);

		if (!LLVMGetNamedFunction(g->module, call->callee))
			continue;
		if (callee->size + callee->below > caller->below)
			caller->below = callee->size + callee->below;
	}
	for (uint32_t i = 0; i < g->calls.count; i++) {
		const char *name = g->calls.items[i].caller;
		uint32_t size = frame_of(g, name)->size + frame_of(g, name)->below;

		if (size <= STACK_MAX || !LLVMGetNamedFunction(g->module, name))
			continue;
		stack_exceeded(g, name);
		gen_fail(g, "loops and functions of this probe need %u bytes of stack, and there are %u", size,
			 STACK_MAX);
		return;
	}
}
