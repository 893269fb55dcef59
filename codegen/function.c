/* Codegen: the static functions that a program consists of beside its own: bodies of loops (loop.c) and
 * the script's functions. All get one pointer, to the addresses that the program keeps on its stack for
 * them; everything else that they share lies in per-CPU memory: the verifier knows nothing of it and
 * needs to follow a body only once. A callee's memory is its program's own, since one program may
 * interrupt another on the same CPU; there is no recursion. */
#include "codegen/gen.h"

enum outer_slot { OUTER_CTX, OUTER_MEMORY, OUTER_SCRATCH, OUTER_TARGET, OUTER_SLOTS };

/* Words of state: how the function at hand is to be left; then each loop's. */
enum { STATE_LEAVE, STATE_FIRST };

struct gen_function {
	LLVMValueRef function, ctx, scratch, target, spilled, outer;
	LLVMMetadataRef subprogram;
	LLVMBasicBlockRef entry, setup, block;
	const struct stmt *loop;
	const struct callee *callee;
	uint32_t leaves, loop_depth;
	bool is_part;
	struct gen_temp *temps;
	LLVMValueRef *open_records;
	uint32_t temp_count, temp_capacity, record_count, record_capacity;
};

bool function_needs_memory(const struct gen *g)
{
	return g->program->loop_count || g->program->callees.count || g->program->part_count;
}

uint32_t function_state_words(const struct gen *g)
{
	return STATE_FIRST + LOOP_WORDS * g->program->loop_count;
}

static LLVMValueRef state_address(struct gen *g, uint32_t word)
{
	uint64_t offset = 8ull * (g->program->variables.count + word) + FRAME_SIZE;

	return gen_offset(g, gen_opaque(g, g->spilled), offset);
}

LLVMValueRef function_loop_word(struct gen *g, const struct stmt *loop, enum loop_word word)
{
	return state_address(g, STATE_FIRST + LOOP_WORDS * loop->loop_slot + word);
}

void function_prologue(struct gen *g)
{
	LLVMValueRef values[OUTER_SLOTS] = { g->ctx, g->spilled, g->scratch, g->target };

	stack_track(g->function);
	g->outer = gen_alloca(g, 8 * OUTER_SLOTS, "outer");
	for (uint32_t i = 0; i < OUTER_SLOTS; i++)
		if (values[i])
			LLVMBuildStore(g->builder, gen_opaque(g, values[i]),
				       gen_offset(g, g->outer, 8ull * i));
	LLVMBuildStore(g->builder, gen_u64(g, 0), state_address(g, STATE_LEAVE));
}

static LLVMValueRef load_outer(struct gen *g, LLVMTypeRef type, enum outer_slot slot)
{
	return gen_opaque(g, LLVMBuildLoad2(g->builder, type, gen_offset(g, g->outer, 8ull * slot),
					    ""));
}

static struct gen_function *save(struct gen *g)
{
	struct gen_function *state = arena_new(g->arena, struct gen_function);

	*state = (struct gen_function){
		.function = g->function,
		.ctx = g->ctx,
		.scratch = g->scratch,
		.target = g->target,
		.spilled = g->spilled,
		.outer = g->outer,
		.subprogram = g->subprogram,
		.entry = g->entry,
		.setup = g->setup,
		.block = LLVMGetInsertBlock(g->builder),
		.loop = g->loop,
		.callee = g->callee,
		.leaves = g->leaves,
		.loop_depth = g->loop_depth,
		.is_part = g->is_part,
		.temps = g->temps.items,
		.temp_count = g->temps.count,
		.temp_capacity = g->temps.capacity,
		.open_records = g->open_records.items,
		.record_count = g->open_records.count,
		.record_capacity = g->open_records.capacity,
	};
	g->temps.items = NULL;
	g->temps.count = g->temps.capacity = 0;
	g->open_records.items = NULL;
	g->open_records.count = g->open_records.capacity = 0;
	g->leaves = 0;
	g->is_part = false;
	return state;
}

void function_end(struct gen *g, const struct gen_function *state)
{
	if (!LLVMGetBasicBlockTerminator(LLVMGetInsertBlock(g->builder)))
		LLVMBuildRet(g->builder, gen_u64(g, 0));
	g->function = state->function;
	g->ctx = state->ctx;
	g->scratch = state->scratch;
	g->target = state->target;
	g->spilled = state->spilled;
	g->outer = state->outer;
	g->subprogram = state->subprogram;
	g->entry = state->entry;
	g->setup = state->setup;
	g->loop = state->loop;
	g->callee = state->callee;
	g->leaves = state->leaves;
	g->loop_depth = state->loop_depth;
	g->is_part = state->is_part;
	g->temps.items = state->temps;
	g->temps.count = state->temp_count;
	g->temps.capacity = state->temp_capacity;
	g->open_records.items = state->open_records;
	g->open_records.count = state->record_count;
	g->open_records.capacity = state->record_capacity;
	LLVMPositionBuilderAtEnd(g->builder, state->block);
}

static void add_attribute(struct gen *g, const char *name, size_t length)
{
	unsigned kind = LLVMGetEnumAttributeKindForName(name, length);

	LLVMAddAttributeAtIndex(g->function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
				LLVMCreateEnumAttribute(g->context, kind, 0));
}

static void open_function(struct gen *g, const char *name, uint32_t source, uint32_t words,
			  uint32_t pointers, LLVMLinkage linkage)
{
	LLVMTypeRef types[5];

	for (uint32_t i = 0; i < words; i++)
		types[i] = pointers >> i & 1 ? g->ptr : g->i64;
	g->function = LLVMAddFunction(g->module, name,
				      LLVMFunctionType(g->i64, types, words, false));
	LLVMSetLinkage(g->function, linkage);
	add_attribute(g, "nounwind", 8);
	add_attribute(g, "noinline", 8);
	stack_track(g->function);
	g->subprogram = debug_subprogram(g, name, source, words, pointers);
	LLVMSetSubprogram(g->function, g->subprogram);
	g->entry = gen_block(g, "entry");
	LLVMPositionBuilderAtEnd(g->builder, g->entry);
	debug_line(g, source);
	g->setup = gen_block(g, "setup");
	LLVMBuildBr(g->builder, g->setup);
	LLVMPositionBuilderAtEnd(g->builder, g->setup);
}

static void open_body(struct gen *g)
{
	LLVMBasicBlockRef body = gen_block(g, "body");

	LLVMBuildBr(g->builder, body);
	LLVMPositionBuilderAtEnd(g->builder, body);
}

struct gen_function *function_begin(struct gen *g, const char *name, uint32_t source,
				    uint32_t words, uint32_t pointers)
{
	struct gen_function *state = save(g);

	open_function(g, name, source, words, pointers, LLVMInternalLinkage);
	g->outer = LLVMGetParam(g->function, words - 1);
	g->ctx = load_outer(g, g->ptr, OUTER_CTX);
	g->spilled = load_outer(g, g->ptr, OUTER_MEMORY);
	if (g->scratch)
		g->scratch = load_outer(g, g->ptr, OUTER_SCRATCH);
	if (g->target)
		g->target = load_outer(g, g->i64, OUTER_TARGET);
	open_body(g);
	return state;
}

struct gen_function *function_begin_alone(struct gen *g, const char *name, uint32_t source,
					  uint32_t words)
{
	struct gen_function *state = save(g);

	open_function(g, name, source, words, 0, LLVMExternalLinkage);
	g->ctx = g->scratch = g->target = g->spilled = g->outer = NULL;
	open_body(g);
	return state;
}

void function_leave(struct gen *g, enum leave how)
{
	discard_records(g);
	if (!g->loop && !g->callee && !g->is_part) {
		LLVMBuildRet(g->builder, gen_u32(g, 0));
		return;
	}
	if (!g->loop && !g->is_part && how == LEAVE_FUNCTION) {
		LLVMBuildRet(g->builder, gen_u64(g, 0));
		return;
	}
	g->leaves |= how;
	LLVMBuildStore(g->builder, gen_u64(g, how), state_address(g, STATE_LEAVE));
	if (g->loop)
		loop_stop(g);
	else
		LLVMBuildRet(g->builder, gen_u64(g, 1));
}

/* Leaves when the word of state says so; the builder stands where it does not. */
static void leave_when(struct gen *g, enum leave how)
{
	LLVMBasicBlockRef leave = gen_block(g, "leave"), stay = gen_block(g, "stay");
	LLVMValueRef flag =
		LLVMBuildLoad2(g->builder, g->i64, state_address(g, STATE_LEAVE), "");

	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntEQ, flag, gen_u64(g, how), ""), leave,
			stay);
	LLVMPositionBuilderAtEnd(g->builder, leave);
	if (g->loop ? how >= LEAVE_LOOP : how == LEAVE_FUNCTION) /* the next loop begins anew */
		LLVMBuildStore(g->builder, gen_u64(g, 0), state_address(g, STATE_LEAVE));
	if (g->loop && how >= LEAVE_LOOP)
		loop_leave(g, how);
	else
		function_leave(g, how);
	LLVMPositionBuilderAtEnd(g->builder, stay);
}

void function_leave_after(struct gen *g, uint32_t leaves)
{
	for (uint32_t how = LEAVE_FUNCTION; how <= LEAVE_TURN; how *= 2)
		if (leaves & how)
			leave_when(g, how);
}

bool body_find(struct gen *g, const void *of, struct gen_body *body)
{
	for (uint32_t i = 0; i < g->bodies.count; i++)
		if (g->bodies.items[i].of == of) {
			*body = g->bodies.items[i];
			return true;
		}
	return false;
}

struct gen_body body_end(struct gen *g, const void *of, const struct gen_function *before)
{
	struct gen_body body = { .of = of, .function = g->function, .leaves = g->leaves };

	function_end(g, before);
	*list_push(g->arena, &g->bodies) = body;
	return body;
}

/* ---- parts of a large body ---- */

static struct gen_body part_of(struct gen *g, const struct stmt *stmt)
{
	const char *name = arena_printf(g->arena, "p%u_part%u", g->program_index, stmt->loop_slot);
	struct gen_function *state;
	struct gen_body body;

	if (body_find(g, stmt, &body))
		return body;
	state = function_begin(g, name, stmt->source, 1, 1);
	g->loop = NULL;
	g->is_part = true;
	emit_body(g, stmt->body.items, stmt->body.count);
	return body_end(g, stmt, state);
}

static void call_body(struct gen *g, const struct gen_body *body, uint32_t source)
{
	debug_line(g, source);
	stack_add_call(g, body->function);
	LLVMBuildCall2(g->builder, LLVMGlobalGetValueType(body->function), body->function, &g->outer,
		       1, "");
	function_leave_after(g, body->leaves);
}

void emit_part(struct gen *g, struct stmt *stmt)
{
	struct gen_body part = part_of(g, stmt);

	call_body(g, &part, stmt->source);
}

/* ---- the script's functions ---- */

static struct gen_body callee_of(struct gen *g, const struct callee *callee, uint32_t source)
{
	struct gen_function *state;
	struct gen_body body;
	const char *name;

	if (body_find(g, callee, &body))
		return body;
	/* The kernel takes names of up to 127 characters (511 since 6.1) in types; two may be the same. */
	name = arena_printf(g->arena, "p%u_%.64s", g->program_index, callee->function->name);
	if (callee->body.count)
		source = callee->body.items[0]->source;
	state = function_begin(g, name, source, 1, 1);
	g->loop = NULL;
	g->callee = callee;
	emit_body(g, callee->body.items, callee->body.count);
	return body_end(g, callee, state);
}

/* All arguments are there before the first parameter changes: f(f(1), f(2)). */
static void pass_arguments(struct gen *g, const struct expr *call)
{
	const struct callee *callee = call->callee;
	LLVMValueRef values[8] = { 0 };
	struct place places[8];

	for (uint32_t i = 0; i < call->args.count && i < 8; i++) {
		if (type_is_aggregate(call->args.items[i]->type))
			places[i] = emit_place(g, call->args.items[i]);
		else
			values[i] = emit_value(g, call->args.items[i]);
	}
	for (uint32_t i = 0; i < call->args.count && i < 8; i++) {
		const struct variable *param = callee->params.items[i];
		struct place to = variable_place(g, param, true);

		if (values[i])
			scalar_store(g, param->type, to, values[i]);
		else
			mem_copy(g, to, places[i], type_bytes(param->type));
	}
}

/* Calls, and leaves where the callee left the program; the result lies in its variable. */
static void call(struct gen *g, const struct expr *expr)
{
	struct gen_body callee;

	pass_arguments(g, expr);
	callee = callee_of(g, expr->callee, expr->source);
	call_body(g, &callee, expr->source);
}

LLVMValueRef function_value(struct gen *g, struct expr *expr)
{
	const struct variable *result = expr->callee->result;

	call(g, expr);
	return result ? scalar_load(g, result->type, variable_place(g, result, true)) : NULL;
}

void function_into(struct gen *g, struct expr *expr, struct place to)
{
	const struct variable *result = expr->callee->result;

	call(g, expr);
	mem_copy(g, to, variable_place(g, result, true), type_bytes(result->type));
}

void emit_return(struct gen *g, struct stmt *stmt)
{
	const struct variable *result = stmt->variable;

	if (stmt->expr && result && type_is_aggregate(result->type))
		emit_into(g, stmt->expr, variable_place(g, result, true));
	else if (stmt->expr && result)
		scalar_store(g, result->type, variable_place(g, result, true),
			     emit_value(g, stmt->expr));
	function_leave(g, LEAVE_FUNCTION);
	/* What follows is dead, but the builder needs a place to put it. */
	LLVMPositionBuilderAtEnd(g->builder, gen_block(g, "dead"));
}
