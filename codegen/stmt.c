/* Codegen: statements, and the frame of a program. */
#include "codegen/gen.h"

static void emit_let(struct gen *g, struct stmt *stmt)
{
	const struct variable *variable = stmt->variable;
	struct place place;
	LLVMValueRef value;

	if (!variable || variable->type->kind == TYPE_VOID)
		return;
	if (type_is_aggregate(variable->type)) {
		place = variable_place(g, variable, true);
		if (stmt->expr)
			emit_into(g, stmt->expr, place);
		else
			mem_zero(g, place, type_bytes(variable->type));
		return;
	}
	value = stmt->expr ? emit_value(g, stmt->expr) : scalar_zero(g, variable->type);
	scalar_store(g, variable->type, variable_place(g, variable, true), value);
}

static void emit_if(struct gen *g, struct stmt *stmt)
{
	LLVMBasicBlockRef yes = gen_block(g, "then"), done = gen_block(g, "endif");
	LLVMBasicBlockRef no = stmt->else_body.count ? gen_block(g, "else") : done;

	LLVMBuildCondBr(g->builder, emit_value(g, stmt->expr), yes, no);
	LLVMPositionBuilderAtEnd(g->builder, yes);
	emit_body(g, stmt->body.items, stmt->body.count);
	gen_branch(g, done);
	if (no != done) {
		LLVMPositionBuilderAtEnd(g->builder, no);
		emit_body(g, stmt->else_body.items, stmt->else_body.count);
		gen_branch(g, done);
	}
	LLVMPositionBuilderAtEnd(g->builder, done);
}

static void emit_stmt(struct gen *g, struct stmt *stmt)
{
	uint64_t mark = temps_mark(g);

	debug_line(g, stmt->source);
	switch ((int)stmt->kind) {
	case STMT_EXPR:
		emit_discard(g, stmt->expr);
		break;
	case STMT_LET:
		emit_let(g, stmt);
		break;
	case STMT_IF:
		emit_if(g, stmt);
		break;
	case STMT_UNROLL:
		for (uint64_t i = 0; i < stmt->count && !g->error; i++)
			emit_body(g, stmt->body.items, stmt->body.count);
		break;
	case STMT_PART:
		emit_part(g, stmt);
		break;
	case STMT_WHILE:
	case STMT_FOR_RANGE:
	case STMT_FOR_MAP:
		emit_loop(g, stmt);
		break;
	case STMT_BREAK:
	case STMT_CONTINUE:
		emit_jump(g, stmt);
		break;
	case STMT_RETURN:
		emit_return(g, stmt);
		break;
	case STMT_BLOCK:
		emit_body(g, stmt->body.items, stmt->body.count);
		break;
	default:
		gen_fail(g, "no code for the statement %s", stmt_kind_name(stmt->kind));
		break;
	}
	temps_release(g, mark);
}

void emit_body(struct gen *g, stmt_ptr *body, uint32_t count)
{
	for (uint32_t i = 0; i < count && !g->error; i++)
		emit_stmt(g, body[i]);
}

static void begin_program(struct gen *g, uint32_t index)
{
	const struct plan_program *row = &g->plan->programs.items[index];
	LLVMTypeRef type = LLVMFunctionType(g->i32, &g->ptr, 1, false);
	unsigned nounwind = LLVMGetEnumAttributeKindForName("nounwind", 8);

	g->program = &g->script->programs.items[index];
	g->row = row;
	g->program_index = index;
	g->scratch = g->target = g->frame = g->spilled = g->stack_buffer = g->outer = NULL;
	g->spilled_count = 0;
	g->variables.count = g->temps.count = g->open_records.count = 0;
	g->searches.count = 0;
	g->bodies.count = g->loop_depth = g->leaves = 0;
	g->is_part = false;
	g->loop = NULL;
	g->callee = NULL;
	g->function = LLVMAddFunction(g->module, plan_string(g->plan, row->name), type);
	LLVMSetSection(g->function, plan_string(g->plan, row->section));
	/* No unwind tables: no section .eh_frame. */
	LLVMAddAttributeAtIndex(g->function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
				LLVMCreateEnumAttribute(g->context, nounwind, 0));
	g->ctx = LLVMGetParam(g->function, 0);
	g->subprogram = debug_function(g, row);
	LLVMSetSubprogram(g->function, g->subprogram);
	g->entry = gen_block(g, "entry");
	LLVMPositionBuilderAtEnd(g->builder, g->entry);
	debug_line(g, row->source);
}

/* The only entry of a per-CPU array; the program returns when there is none, which cannot be. */
static LLVMValueRef own_memory(struct gen *g, LLVMValueRef map)
{
	LLVMBasicBlockRef none = gen_block(g, "no_memory"), found;
	LLVMValueRef memory = gen_check_ptr(g, map_lookup(g, map, g->zero_key), none);

	found = LLVMGetInsertBlock(g->builder);
	LLVMPositionBuilderAtEnd(g->builder, none);
	LLVMBuildRet(g->builder, gen_u32(g, 0));
	LLVMPositionBuilderAtEnd(g->builder, found);
	return memory;
}

static void setup_memory(struct gen *g)
{
	uint32_t words =
		g->program->variables.count + FRAME_SIZE / 8 + function_state_words(g);

	g->temps_end = g->temps_limit = 8 * words;
	if (g->spills) {
		words += TEMP_WORDS;
		g->temps_limit = 8 * words;
	}
	if (g->row->scratch_size)
		g->scratch = own_memory(g, maps_scratch(g, g->program_index));
	if (g->spills || function_needs_memory(g))
		g->spilled = own_memory(g, maps_variables(g, g->program_index, words));
}

void emit_program(struct gen *g, uint32_t index)
{
	LLVMBasicBlockRef start, body;
	LLVMValueRef wanted;
	uint64_t mark;

	begin_program(g, index);
	start = gen_block(g, "start");
	LLVMBuildBr(g->builder, start);
	LLVMPositionBuilderAtEnd(g->builder, start);
	context_prologue(g);
	setup_memory(g);
	if (function_needs_memory(g))
		function_prologue(g);
	g->setup = LLVMGetInsertBlock(g->builder);
	body = gen_block(g, "body");
	LLVMBuildBr(g->builder, body);
	LLVMPositionBuilderAtEnd(g->builder, body);
	if (g->program->predicate) {
		LLVMBasicBlockRef pass = gen_block(g, "pass"), fail = gen_block(g, "fail");

		mark = temps_mark(g);
		wanted = emit_value(g, g->program->predicate);
		temps_release(g, mark);
		LLVMBuildCondBr(g->builder, wanted, pass, fail);
		LLVMPositionBuilderAtEnd(g->builder, fail);
		LLVMBuildRet(g->builder, gen_u32(g, 0));
		LLVMPositionBuilderAtEnd(g->builder, pass);
	}
	emit_body(g, g->program->body.items, g->program->body.count);
	if (!LLVMGetBasicBlockTerminator(LLVMGetInsertBlock(g->builder)))
		LLVMBuildRet(g->builder, gen_u32(g, 0));
	LLVMSetCurrentDebugLocation2(g->builder, NULL);
	g->subprogram = NULL;
}
