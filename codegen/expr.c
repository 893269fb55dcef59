/* Codegen: expressions. emit_value gives a scalar, emit_into makes any value at a destination,
 * emit_place finds an aggregate where it lies or makes it in its storage. */
#include "codegen/gen.h"

#include <string.h>

/* Where a variable is, from where the builder stands: aggregates lie where lower put them; scalars
 * are registers, unless there are too many. */
static struct place variable_address(struct gen *g, const struct gen_variable *slot)
{
	const struct variable *variable = slot->variable;

	if (slot->ptr)
		return (struct place){ slot->ptr, 8 };
	if (type_is_aggregate(variable->type))
		return gen_storage(g, &variable->storage, type_bytes(variable->type));
	return (struct place){ gen_offset(g, gen_opaque(g, g->spilled), 8ull * slot->spilled), 8 };
}

/* Used before it is assigned: zero, from the program's start. */
static void zero_variable(struct gen *g, const struct gen_variable *slot)
{
	const struct variable *variable = slot->variable;
	LLVMBasicBlockRef here = LLVMGetInsertBlock(g->builder);
	struct place place;

	LLVMPositionBuilderBefore(g->builder, LLVMGetBasicBlockTerminator(g->setup));
	place = variable_address(g, slot);
	if (type_is_aggregate(variable->type))
		mem_zero(g, place, type_bytes(variable->type));
	else
		scalar_store(g, variable->type, place, scalar_zero(g, variable->type));
	LLVMPositionBuilderAtEnd(g->builder, here);
}

struct place variable_place(struct gen *g, const struct variable *variable, bool is_set)
{
	bool has_storage = type_is_aggregate(variable->type) &&
			   variable->storage.where != STORAGE_NONE;
	struct gen_variable *slot;

	for (uint32_t i = 0; i < g->variables.count; i++)
		if (g->variables.items[i].variable == variable)
			return variable_address(g, &g->variables.items[i]);
	slot = list_push(g->arena, &g->variables);
	slot->variable = variable;
	if (!has_storage && (g->spills || variable->is_shared) &&
	    g->spilled_count < g->program->variables.count && !type_is_aggregate(variable->type))
		slot->spilled = g->spilled_count++;
	else if (!has_storage)
		slot->ptr = gen_alloca(g, type_bytes(variable->type) + 7, variable->name);
	if (!is_set)
		zero_variable(g, slot);
	return variable_address(g, slot);
}

static LLVMValueRef constant_value(struct gen *g, const struct expr *expr)
{
	if (expr->type->kind == TYPE_BOOL)
		return gen_int(g, g->i1, expr->integer != 0);
	return gen_int(g, scalar_type(g, expr->type), expr->integer);
}

/* Where a value comes from one of two branches: each calls emit_value, or emit_into `to`. */
static LLVMValueRef emit_choice(struct gen *g, struct expr *expr, const struct place *to)
{
	LLVMBasicBlockRef yes = gen_block(g, "yes"), no = gen_block(g, "no"),
			  done = gen_block(g, "chosen"), ends[2];
	LLVMValueRef condition = emit_value(g, expr->condition), values[2] = { 0 }, phi;
	struct expr *sides[2] = { expr->left, expr->right };

	LLVMBuildCondBr(g->builder, condition, yes, no);
	for (int i = 0; i < 2; i++) {
		LLVMPositionBuilderAtEnd(g->builder, i ? no : yes);
		if (expr->type->kind == TYPE_VOID)
			emit_discard(g, sides[i]);
		else if (to)
			emit_into(g, sides[i], *to);
		else
			values[i] = emit_value(g, sides[i]);
		gen_branch(g, done);
		ends[i] = LLVMGetInsertBlock(g->builder);
	}
	LLVMPositionBuilderAtEnd(g->builder, done);
	if (!values[0] || !values[1])
		return NULL;
	phi = LLVMBuildPhi(g->builder, LLVMTypeOf(values[0]), "");
	LLVMAddIncoming(phi, values, ends, 2);
	return phi;
}

/* The value of a body is its last statement's expression (an `if` used as a value). */
static LLVMValueRef emit_body_value(struct gen *g, stmt_ptr *body, uint32_t count,
				    const struct place *to)
{
	struct stmt *last = count ? body[count - 1] : NULL;

	if (!last || last->kind != STMT_EXPR) {
		emit_body(g, body, count);
		return NULL;
	}
	emit_body(g, body, count - 1);
	if (last->expr->type->kind == TYPE_VOID) {
		emit_discard(g, last->expr);
		return NULL;
	}
	if (!to)
		return emit_value(g, last->expr);
	emit_into(g, last->expr, *to);
	return NULL;
}

static LLVMValueRef emit_if_value(struct gen *g, struct expr *expr, const struct place *to)
{
	LLVMBasicBlockRef yes = gen_block(g, "yes"), no = gen_block(g, "no"),
			  done = gen_block(g, "chosen"), ends[2];
	LLVMValueRef values[2], phi;

	LLVMBuildCondBr(g->builder, emit_value(g, expr->condition), yes, no);
	LLVMPositionBuilderAtEnd(g->builder, yes);
	values[0] = emit_body_value(g, expr->body.items, expr->body.count, to);
	gen_branch(g, done);
	ends[0] = LLVMGetInsertBlock(g->builder);
	LLVMPositionBuilderAtEnd(g->builder, no);
	values[1] = emit_body_value(g, expr->else_body.items, expr->else_body.count, to);
	gen_branch(g, done);
	ends[1] = LLVMGetInsertBlock(g->builder);
	LLVMPositionBuilderAtEnd(g->builder, done);
	if (!values[0] || !values[1])
		return NULL;
	phi = LLVMBuildPhi(g->builder, LLVMTypeOf(values[0]), "");
	LLVMAddIncoming(phi, values, ends, 2);
	return phi;
}

static LLVMValueRef emit_logical(struct gen *g, struct expr *expr)
{
	bool is_and = expr->op == OP_LAND;
	LLVMBasicBlockRef more = gen_block(g, "more"), done = gen_block(g, "decided"), ends[2];
	LLVMValueRef values[2], phi, left = emit_value(g, expr->left);

	values[0] = gen_int(g, g->i1, !is_and);
	ends[0] = LLVMGetInsertBlock(g->builder);
	LLVMBuildCondBr(g->builder, left, is_and ? more : done, is_and ? done : more);
	LLVMPositionBuilderAtEnd(g->builder, more);
	values[1] = emit_value(g, expr->right);
	ends[1] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	phi = LLVMBuildPhi(g->builder, g->i1, "");
	LLVMAddIncoming(phi, values, ends, 2);
	return phi;
}

static LLVMValueRef emit_unary(struct gen *g, struct expr *expr)
{
	LLVMValueRef value = emit_value(g, expr->left);

	if (expr->op == OP_NEG)
		return LLVMBuildNeg(g->builder, value, "");
	if (expr->op == OP_ADD)
		return value;
	return LLVMBuildNot(g->builder, value, ""); /* `!` of a bool, `~` of an int */
}

static LLVMValueRef increment_variable(struct gen *g, struct expr *expr)
{
	const struct type *type = expr->left->type;
	struct place place = variable_place(g, expr->left->variable, false);
	LLVMValueRef old = scalar_load(g, type, place), one, new;

	one = expr->right ? emit_value(g, expr->right) : gen_int(g, LLVMTypeOf(old), 1);
	new = expr->is_decrement ? LLVMBuildSub(g->builder, old, one, "")
				 : LLVMBuildAdd(g->builder, old, one, "");
	scalar_store(g, type, place, new);
	return expr->is_postfix ? old : new;
}

static LLVMValueRef assign_variable(struct gen *g, struct expr *expr)
{
	const struct type *type = expr->left->type;
	LLVMValueRef value = NULL, old;
	struct place place;

	if (expr->op == OP_NONE) {
		value = emit_value(g, expr->right);
		place = variable_place(g, expr->left->variable, true);
	} else {
		place = variable_place(g, expr->left->variable, false);
		value = emit_value(g, expr->right);
		old = scalar_load(g, type, place);
		value = emit_operation(g, expr, old, value);
	}
	scalar_store(g, type, place, value);
	return value;
}

/* The aggregate is made in place, unless its own value is part of what is assigned. */
static bool uses_variable(const struct expr *expr, const struct variable *variable)
{
	if (!expr)
		return false;
	if (expr->variable == variable)
		return true;
	for (uint32_t i = 0; i < expr->args.count; i++)
		if (uses_variable(expr->args.items[i], variable))
			return true;
	return expr->body.count || uses_variable(expr->left, variable) ||
	       uses_variable(expr->right, variable) || uses_variable(expr->condition, variable) ||
	       uses_variable(expr->key, variable);
}

static struct place assign_aggregate(struct gen *g, struct expr *expr)
{
	const struct variable *variable = expr->left->variable;
	uint32_t size = type_bytes(variable->type);
	struct place place;

	if (uses_variable(expr->right, variable)) {
		struct place from = gen_storage(g, &expr->storage, size);

		emit_into(g, expr->right, from);
		place = variable_place(g, variable, true);
		mem_copy(g, place, from, size);
		return place;
	}
	place = variable_place(g, variable, true);
	emit_into(g, expr->right, place);
	return place;
}

static LLVMValueRef let_value(struct gen *g, struct expr *expr)
{
	struct place place;
	LLVMValueRef value;

	if (type_is_aggregate(expr->type)) {
		place = variable_place(g, expr->variable, true);
		emit_into(g, expr->left, place);
		return NULL;
	}
	value = emit_value(g, expr->left);
	place = variable_place(g, expr->variable, true);
	scalar_store(g, expr->variable->type, place, value);
	return value;
}

static LLVMValueRef positional_value(struct gen *g, struct expr *expr)
{
	LLVMValueRef number = param_number(g, (uint32_t)expr->integer);
	LLVMTypeRef type = scalar_type(g, expr->type);

	return type == g->i64 ? number : LLVMBuildTrunc(g->builder, number, type, "");
}

LLVMValueRef emit_pointer(struct gen *g, const struct expr *of)
{
	return of->kind == EXPR_MAP ? g->maps[of->map->index]
				    : variable_place(g, of->variable, false).ptr;
}

/* Through memory, so that the verifier takes it for a number: it forbids most arithmetic on its own
 * pointers. */
static LLVMValueRef emit_address(struct gen *g, struct expr *of)
{
	uint64_t mark = temps_mark(g);
	struct place slot = { gen_temp(g, 8), 8 }, number = { gen_temp(g, 8), 8 };

	LLVMBuildStore(g->builder, emit_pointer(g, of), slot.ptr);
	read_memory(g, SPACE_KERNEL, number, gen_u32(g, 8),
		    LLVMBuildPtrToInt(g->builder, slot.ptr, g->i64, ""));
	temps_release(g, mark);
	return LLVMBuildLoad2(g->builder, g->i64, number.ptr, "");
}

/* When registers and stack are full, the left operand waits in memory for what is long to compute. */
static LLVMValueRef emit_computation(struct gen *g, struct expr *expr)
{
	LLVMValueRef left = emit_value(g, expr->left), right, value;
	bool waits = g->spills && expr->left->type->kind == TYPE_INT && !expr->left->is_constant &&
		     expr->right->kind != EXPR_VARIABLE && !expr->right->is_constant;
	uint64_t mark = temps_mark(g);
	struct gen_temp temp = { 0 };

	if (waits) {
		temp = temp_take(g, 8);
		scalar_store(g, expr->left->type, (struct place){ temp_address(g, &temp), 8 }, left);
	}
	right = emit_value(g, expr->right);
	if (waits) /* nor is the address kept */
		left = scalar_load(g, expr->left->type,
				   (struct place){ temp_address(g, &temp), 8 });
	temps_release(g, mark);
	value = emit_operation(g, expr, left, right);
	/* Not to be computed later, which keeps both operands. */
	return g->spills ? gen_opaque(g, value) : value;
}

LLVMValueRef emit_value(struct gen *g, struct expr *expr)
{
	LLVMValueRef value = NULL;

	debug_line(g, expr->source);
	if (expr->is_constant && !type_is_aggregate(expr->type) && expr->type->kind != TYPE_VOID)
		return constant_value(g, expr);
	switch ((int)expr->kind) {
	case EXPR_INTEGER:
	case EXPR_BOOL:
		return constant_value(g, expr);
	case EXPR_VARIABLE:
		return scalar_load(g, expr->variable->type,
				   variable_place(g, expr->variable, false));
	case EXPR_MAP:
		return map_value(g, expr);
	case EXPR_POSITIONAL:
		return positional_value(g, expr);
	case EXPR_IDENTIFIER:
	case EXPR_CALL:
		value = call_value(g, expr);
		break;
	case EXPR_UNARY:
		return emit_unary(g, expr);
	case EXPR_BINARY:
		if (expr->op == OP_LAND || expr->op == OP_LOR)
			return emit_logical(g, expr);
		if (expr->op >= OP_EQ && expr->op <= OP_GE)
			return emit_comparison(g, expr);
		return emit_computation(g, expr);
	case EXPR_TERNARY:
		value = emit_choice(g, expr, NULL);
		break;
	case EXPR_IF:
		value = emit_if_value(g, expr, NULL);
		break;
	case EXPR_BLOCK:
		emit_body(g, expr->body.items, expr->body.count);
		value = expr->left ? emit_value(g, expr->left) : NULL;
		break;
	case EXPR_ASSIGN:
		return expr->left->kind == EXPR_MAP ? map_assign(g, expr, true)
						    : assign_variable(g, expr);
	case EXPR_INCREMENT:
		return expr->left->kind == EXPR_MAP ? map_increment(g, expr, true)
						    : increment_variable(g, expr);
	case EXPR_CONVERT:
		return convert_value(g, expr);
	case EXPR_READ:
		return read_value(g, expr);
	case EXPR_LET_VALUE:
		value = let_value(g, expr);
		break;
	case EXPR_COMPTIME:
		return emit_value(g, expr->left);
	case EXPR_ADDRESS:
		return emit_address(g, expr->left);
	case EXPR_SIZEOF:
		return relocated_size(g, expr->access.root);
	case EXPR_OFFSETOF:
		return relocated_offset(g, &expr->access);
	default:
		gen_fail(g, "no code for a %s", expr_kind_name(expr->kind));
		break;
	}
	return value ? value : scalar_zero(g, expr->type);
}

/* A tuple or a record: each member at its offset, the gaps zero. */
static void tuple_into(struct gen *g, struct expr *expr, struct place to)
{
	const struct type *type = expr->type;
	uint32_t end = 0;

	for (uint32_t i = 0; i < expr->args.count && i < type->members.count; i++) {
		const struct type_member *member = &type->members.items[i];
		uint32_t offset = (uint32_t)(member->bit_offset / 8);

		if (offset > end)
			mem_zero(g, place_at(g, to, end), offset - end);
		emit_into(g, expr->args.items[i], place_at(g, to, offset));
		end = offset + type_bytes(member->type);
	}
	if (type->size > end)
		mem_zero(g, place_at(g, to, end), type->size - end);
}

void emit_into(struct gen *g, struct expr *expr, struct place to)
{
	uint32_t size = type_bytes(expr->type);

	debug_line(g, expr->source);
	if (!type_is_aggregate(expr->type)) {
		if (expr->kind == EXPR_MAP && type_is_aggregation(expr->type))
			aggregate_fold_into(g, expr, to);
		else
			scalar_store(g, expr->type, to, emit_value(g, expr));
		return;
	}
	if (expr->is_constant && expr->type->kind == TYPE_STRING) {
		mem_store_text(g, to, expr->text, expr->length, size);
		return;
	}
	switch ((int)expr->kind) {
	case EXPR_STRING:
		mem_store_text(g, to, expr->text, expr->length, size);
		break;
	case EXPR_MAP:
		map_value_into(g, expr, to);
		break;
	case EXPR_IDENTIFIER:
	case EXPR_CALL:
		call_into(g, expr, to);
		break;
	case EXPR_TERNARY:
		emit_choice(g, expr, &to);
		break;
	case EXPR_IF:
		emit_if_value(g, expr, &to);
		break;
	case EXPR_BLOCK:
		emit_body(g, expr->body.items, expr->body.count);
		if (expr->left)
			emit_into(g, expr->left, to);
		break;
	case EXPR_TUPLE:
	case EXPR_RECORD:
		tuple_into(g, expr, to);
		break;
	case EXPR_CONVERT:
		convert_into(g, expr, to);
		break;
	case EXPR_COMPTIME:
		emit_into(g, expr->left, to);
		break;
	case EXPR_READ:
		if (!read_is_in_place(expr)) {
			read_into(g, expr, to);
			break;
		}
		__attribute__((fallthrough));
	default:
		mem_copy(g, to, emit_place(g, expr), size);
		break;
	}
}

static struct place assign_map_place(struct gen *g, struct expr *expr)
{
	struct place place = gen_storage(g, &expr->storage, type_bytes(expr->type));

	map_assign_into(g, expr, place);
	return place;
}

struct place emit_place(struct gen *g, struct expr *expr)
{
	struct place place;

	debug_line(g, expr->source);
	if (expr->kind == EXPR_STRING || (expr->is_constant && expr->type->kind == TYPE_STRING))
		return gen_text(g, expr->text, expr->length, type_bytes(expr->type));
	if (expr->kind == EXPR_VARIABLE)
		return variable_place(g, expr->variable, false);
	if (expr->kind == EXPR_LET_VALUE) {
		let_value(g, expr);
		return variable_place(g, expr->variable, true);
	}
	if (expr->kind == EXPR_POSITIONAL)
		return param_text(g, (uint32_t)expr->integer, expr->length);
	if (expr->kind == EXPR_READ && read_is_in_place(expr))
		return read_place(g, expr);
	if (expr->kind == EXPR_ASSIGN)
		return expr->left->kind == EXPR_MAP ? assign_map_place(g, expr)
						    : assign_aggregate(g, expr);
	place = gen_storage(g, &expr->storage, type_bytes(expr->type));
	emit_into(g, expr, place);
	return place;
}

/* For what the expression does, not for its value. */
void emit_discard(struct gen *g, struct expr *expr)
{
	debug_line(g, expr->source);
	if (expr->kind == EXPR_AGGREGATE)
		emit_aggregate(g, expr);
	else if (expr->kind == EXPR_INCREMENT && expr->left->kind == EXPR_MAP)
		map_increment(g, expr, false);
	else if (expr->kind == EXPR_BLOCK && (!expr->left || expr->left->type->kind == TYPE_VOID)) {
		emit_body(g, expr->body.items, expr->body.count);
		if (expr->left)
			emit_discard(g, expr->left);
	} else if (expr->type->kind != TYPE_VOID && type_is_aggregate(expr->type))
		emit_place(g, expr);
	else if (expr->kind == EXPR_ASSIGN && expr->left->kind == EXPR_MAP)
		map_assign(g, expr, false);
	else
		emit_value(g, expr);
}
