/* Codegen: loops. A body is a static function: the callback of bpf_loop() or bpf_for_each_map_elem();
 * where the kernel lacks the first (before 5.17) it is called from a plain loop of few turns. */
#include "codegen/gen.h"

/* Ends the loop: the helpers stop when a callback gives 1. */
void loop_stop(struct gen *g)
{
	if (g->loop->kind == STMT_WHILE)
		LLVMBuildStore(g->builder, gen_u64(g, 0), function_loop_word(g, g->loop, LOOP_OPEN));
	LLVMBuildRet(g->builder, gen_u64(g, 1));
}

void loop_leave(struct gen *g, enum leave how)
{
	discard_records(g);
	if (how == LEAVE_TURN)
		LLVMBuildRet(g->builder, gen_u64(g, 0));
	else
		loop_stop(g);
}

void emit_jump(struct gen *g, const struct stmt *stmt)
{
	enum leave how = stmt->kind == STMT_BREAK ? LEAVE_LOOP : LEAVE_TURN;

	if (g->loop)
		loop_leave(g, how);
	else
		function_leave(g, how);
	LLVMPositionBuilderAtEnd(g->builder, gen_block(g, "dead"));
}

static void begin_range_turn(struct gen *g, struct stmt *stmt)
{
	const struct type *type = stmt->variable->type;
	LLVMValueRef at = function_loop_word(g, stmt, LOOP_START), value;

	value = LLVMBuildAdd(g->builder, LLVMBuildLoad2(g->builder, g->i64, at, ""),
			     LLVMGetParam(g->function, 0), "");
	if (LLVMTypeOf(value) != scalar_type(g, type))
		value = LLVMBuildTrunc(g->builder, value, scalar_type(g, type), "");
	scalar_store(g, type, variable_place(g, stmt->variable, true), value);
}

static void begin_while_turn(struct gen *g, struct stmt *stmt)
{
	LLVMBasicBlockRef more = gen_block(g, "more"), end = gen_block(g, "end");
	uint64_t mark = temps_mark(g);

	LLVMBuildCondBr(g->builder, emit_value(g, stmt->expr), more, end);
	temps_release(g, mark);
	LLVMPositionBuilderAtEnd(g->builder, end);
	loop_stop(g);
	LLVMPositionBuilderAtEnd(g->builder, more);
}

/* $kv: the key, then the value; aggregations are folded over the CPUs. */
static void begin_map_turn(struct gen *g, struct stmt *stmt)
{
	const struct type *type = stmt->variable->type;
	const struct map *map = stmt->expr->map;
	struct place to = variable_place(g, stmt->variable, true), value;
	uint32_t size = type_bytes(map->key), offset = type->size;

	if (type->members.count > 1)
		offset = (uint32_t)(type->members.items[1].bit_offset / 8);
	mem_copy(g, to, (struct place){ LLVMGetParam(g->function, 1), type_alignment(map->key) },
		 size);
	if (offset > size)
		mem_zero(g, place_at(g, to, size), offset - size);
	if (type->members.count == 1)
		return;
	value = place_at(g, to, offset);
	size = type_bytes(type->members.items[1].type);
	if (stmt->end)
		emit_into(g, stmt->end, value);
	else
		mem_copy(g, value, (struct place){ LLVMGetParam(g->function, 2), 8 }, size);
	offset += size;
	if (type->size > offset)
		mem_zero(g, place_at(g, to, offset), type->size - offset);
}

/* long body(index, outer), long body(map, key, value, outer). A statement that is unrolled has one. */
static struct gen_body loop_body(struct gen *g, struct stmt *stmt)
{
	const char *name = arena_printf(g->arena, "p%u_loop%u", g->program_index, stmt->loop_slot);
	bool is_map = stmt->kind == STMT_FOR_MAP;
	struct gen_function *state;
	struct gen_body body;

	if (body_find(g, stmt, &body))
		return body;
	state = function_begin(g, name, stmt->source, is_map ? 4 : 2, is_map ? 0xf : 0x2);
	g->loop = stmt;
	g->loop_depth++;
	if (stmt->kind == STMT_FOR_RANGE)
		begin_range_turn(g, stmt);
	else if (stmt->kind == STMT_WHILE)
		begin_while_turn(g, stmt);
	else
		begin_map_turn(g, stmt);
	emit_body(g, stmt->body.items, stmt->body.count);
	return body_end(g, stmt, state);
}

static void count_cut(struct gen *g, const struct stmt *stmt)
{
	count_loss(g, plan_first_loop_loss(g->plan) + stmt->loop);
}

/* Turns of a plain loop around the body, for kernels before 5.17: the verifier walks all of them, and
 * those of a loop in a loop as often as both. The runtime sets the shift when that is too many for it. */
static LLVMValueRef plain_turns(struct gen *g)
{
	static const uint32_t by_depth[] = { PLAIN_TURNS, 8, 2 };
	uint32_t last = sizeof(by_depth) / sizeof(by_depth[0]) - 1;
	LLVMValueRef shift = param_runtime(g, "sonde_loop_shift");

	return LLVMBuildLShr(g->builder,
			     gen_u64(g, by_depth[g->loop_depth < last ? g->loop_depth : last]), shift,
			     "");
}

/* Calls the body up to `count` times, until it gives 1. */
static void plain_loop(struct gen *g, const struct stmt *stmt, const struct gen_body *body,
		       LLVMValueRef count, LLVMBasicBlockRef done)
{
	LLVMBasicBlockRef before = LLVMGetInsertBlock(g->builder), head = gen_block(g, "turn"),
			  call = gen_block(g, "call"), next = gen_block(g, "next"),
			  full = gen_block(g, "full"), cut;
	LLVMValueRef most = plain_turns(g);
	LLVMTypeRef type = LLVMGlobalGetValueType(body->function);
	LLVMValueRef index, result, more;

	LLVMBuildBr(g->builder, head);
	LLVMPositionBuilderAtEnd(g->builder, head);
	index = LLVMBuildPhi(g->builder, g->i64, "turn");
	LLVMBuildCondBr(g->builder, LLVMBuildICmp(g->builder, LLVMIntULT, index, count, ""), call,
			done);
	LLVMPositionBuilderAtEnd(g->builder, call);
	result = LLVMBuildCall2(g->builder, type, body->function,
				(LLVMValueRef[]){ index, g->outer }, 2, "");
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntEQ, result, gen_u64(g, 0), ""), next,
			done);
	LLVMPositionBuilderAtEnd(g->builder, next);
	more = LLVMBuildAdd(g->builder, index, gen_u64(g, 1), "");
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntULT, more, most, ""), head, full);
	LLVMAddIncoming(index, (LLVMValueRef[]){ gen_u64(g, 0), more },
			(LLVMBasicBlockRef[]){ before, next }, 2);
	LLVMPositionBuilderAtEnd(g->builder, full);
	if (stmt->kind == STMT_WHILE) { /* whether it was cut is in LOOP_OPEN */
		LLVMBuildBr(g->builder, done);
		return;
	}
	cut = gen_block(g, "cut");
	LLVMBuildCondBr(g->builder, LLVMBuildICmp(g->builder, LLVMIntULT, more, count, ""), cut,
			done);
	LLVMPositionBuilderAtEnd(g->builder, cut);
	count_cut(g, stmt);
	LLVMBuildBr(g->builder, done);
}

/* `count` (i64, at most LOOP_MAX) turns of the body. */
static void turn(struct gen *g, const struct stmt *stmt, const struct gen_body *body,
		 LLVMValueRef count)
{
	LLVMBasicBlockRef helper = gen_block(g, "bpf_loop"), plain = gen_block(g, "plain"),
			  done = gen_block(g, "looped");
	LLVMValueRef has_helper = param_runtime(g, "sonde_bpf_loop");

	has_helper = LLVMBuildICmp(g->builder, LLVMIntNE, has_helper, gen_u64(g, 0), "");
	LLVMBuildCondBr(g->builder, has_helper, helper, plain);
	LLVMPositionBuilderAtEnd(g->builder, helper);
	gen_helper(g, HELPER_LOOP,
		   (LLVMValueRef[]){ count, body->function, g->outer, gen_u64(g, 0) }, 4);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, plain);
	plain_loop(g, stmt, body, count, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

static LLVMValueRef extend(struct gen *g, LLVMValueRef value, const struct type *type)
{
	return type_is_signed(type) ? LLVMBuildSExt(g->builder, value, g->i64, "")
				    : LLVMBuildZExt(g->builder, value, g->i64, "");
}

/* Stores the count of turns, at most LOOP_MAX. */
static void limit_count(struct gen *g, const struct stmt *stmt, LLVMValueRef count)
{
	LLVMBasicBlockRef cut = gen_block(g, "too_long"), start = gen_block(g, "start");

	LLVMBuildStore(g->builder, count, function_loop_word(g, stmt, LOOP_OPEN));
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntUGT, count, gen_u64(g, LOOP_MAX), ""), cut,
			start);
	LLVMPositionBuilderAtEnd(g->builder, cut);
	LLVMBuildStore(g->builder, gen_u64(g, LOOP_MAX), function_loop_word(g, stmt, LOOP_OPEN));
	count_cut(g, stmt);
	LLVMBuildBr(g->builder, start);
	LLVMPositionBuilderAtEnd(g->builder, start);
}

/* The count comes from memory, unless the script says it: a verifier that finds that it is 0, with a
 * parameter, never looks at the body, and then misses it (6.18). */
static void emit_range(struct gen *g, struct stmt *stmt, const struct gen_body *body)
{
	const struct type *type = stmt->variable->type;
	LLVMValueRef from = extend(g, emit_value(g, stmt->expr), type),
		     to = extend(g, emit_value(g, stmt->end), type), count;

	count = LLVMBuildICmp(g->builder, type_is_signed(type) ? LLVMIntSLT : LLVMIntULT, from, to,
			      "");
	count = LLVMBuildSelect(g->builder, count, LLVMBuildSub(g->builder, to, from, ""),
				gen_u64(g, 0), "");
	if (LLVMIsAConstantInt(count) && !LLVMConstIntGetZExtValue(count))
		return;
	LLVMBuildStore(g->builder, from, function_loop_word(g, stmt, LOOP_START));
	if (!LLVMIsAConstantInt(count) || LLVMConstIntGetZExtValue(count) > LOOP_MAX) {
		limit_count(g, stmt, count);
		count = LLVMBuildLoad2(g->builder, g->i64, function_loop_word(g, stmt, LOOP_OPEN), "");
	}
	turn(g, stmt, body, count);
}

/* A loop that has not ended after its last turn is cut short, unless its condition ends it now. */
static void emit_while(struct gen *g, struct stmt *stmt, const struct gen_body *body)
{
	LLVMBasicBlockRef last = gen_block(g, "last"), cut = gen_block(g, "cut"),
			  done = gen_block(g, "ended");
	LLVMValueRef open;
	uint64_t mark;

	LLVMBuildStore(g->builder, gen_u64(g, 1), function_loop_word(g, stmt, LOOP_OPEN));
	turn(g, stmt, body, gen_u64(g, LOOP_MAX));
	open = LLVMBuildLoad2(g->builder, g->i64, function_loop_word(g, stmt, LOOP_OPEN), "");
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntNE, open, gen_u64(g, 0), ""), last, done);
	LLVMPositionBuilderAtEnd(g->builder, last);
	mark = temps_mark(g);
	LLVMBuildCondBr(g->builder, emit_value(g, stmt->expr), cut, done);
	temps_release(g, mark);
	LLVMPositionBuilderAtEnd(g->builder, cut);
	count_cut(g, stmt);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

void emit_loop(struct gen *g, struct stmt *stmt)
{
	struct gen_body body = loop_body(g, stmt);

	debug_line(g, stmt->source);
	stack_add_call(g, body.function);
	if (stmt->kind == STMT_FOR_RANGE)
		emit_range(g, stmt, &body);
	else if (stmt->kind == STMT_WHILE)
		emit_while(g, stmt, &body);
	else
		gen_helper(g, HELPER_FOR_EACH,
			   (LLVMValueRef[]){ g->maps[stmt->expr->map->index], body.function,
					     g->outer, gen_u64(g, 0) },
			   4);
	function_leave_after(g, body.leaves);
}
