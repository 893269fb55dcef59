/* Codegen: reads through pointers that the verifier knows by BTF type: a plain load, relocated, in
 * place of a helper call; the kernel makes a fault read as 0. From typed arguments (fentry, fexit,
 * tp_btf), and from curtask where the kernel can give a typed one (5.11), which a constant that the
 * runtime sets decides; both where the field is as wide as it was compiled for. The verifier drops
 * the other half. */
#include "codegen/gen.h"

static bool is_builtin(const struct expr *expr, enum builtin_id id)
{
	return (expr->kind == EXPR_IDENTIFIER || expr->kind == EXPR_CALL) && expr->builtin &&
	       expr->builtin->id == id && !expr->args.count;
}

static bool has_typed_arguments(const struct gen *g)
{
	return g->row->kind == PROGRAM_FENTRY || g->row->kind == PROGRAM_FEXIT ||
	       g->row->kind == PROGRAM_TP_BTF;
}

static bool points_to(const struct type *type, const struct type *root)
{
	return type->kind == TYPE_POINTER && type->space != SPACE_USER && type->element &&
	       type_equal(type->element, root);
}

/* Named structs, constant steps. Not through a union: the verifier looks at its first member that lies
 * there, whatever the program means. */
static bool has_plain_path(const struct access *access)
{
	const struct type *from = access->root;

	if (!access->relocate || !access->steps.count || !type_is_struct(from) ||
	    from->origin != ORIGIN_KERNEL || !from->name || !*from->name)
		return false;
	for (uint32_t i = 0; i < access->steps.count; i++) {
		const struct access_step *step = &access->steps.items[i];

		if (from->kind == TYPE_UNION)
			return false;
		if (step->kind == STEP_INDEX &&
		    (!step->index->is_constant || step->index->integer >= from->count))
			return false;
		if (step->kind == STEP_MEMBER && from->members.items[step->member].bit_size)
			return false;
		from = step->type;
	}
	return true;
}

enum read_mode direct_mode(struct gen *g, const struct expr *expr)
{
	const struct expr *base = expr->left;
	const struct access *access = &expr->access;

	if (expr->kind != EXPR_READ || type_is_aggregate(expr->type) || !has_plain_path(access) ||
	    (access->space != SPACE_BTF && access->space != SPACE_KERNEL))
		return READ_HELPER;
	if (is_builtin(base, BUILTIN_CURTASK))
		return points_to(base->type, access->root) ? READ_TASK : READ_HELPER;
	if (base->kind != EXPR_READ || !points_to(base->type, access->root))
		return READ_HELPER;
	if (is_builtin(base->left, BUILTIN_ARGS))
		return has_typed_arguments(g) && base->access.root->origin == ORIGIN_ARGS &&
				       base->access.steps.count == 1
			       ? READ_DIRECT
			       : READ_HELPER;
	return direct_mode(g, base);
}

static LLVMValueRef direct_load(struct gen *g, struct expr *expr);

/* The pointer as the verifier knows it; NULL: the current task. */
static LLVMValueRef typed_pointer(struct gen *g, struct expr *base)
{
	const struct type_member *member;

	if (is_builtin(base, BUILTIN_CURTASK))
		return gen_helper_ptr(g, HELPER_TASK_BTF, NULL, 0);
	if (!is_builtin(base->left, BUILTIN_ARGS))
		return LLVMBuildIntToPtr(g->builder, direct_load(g, base), g->ptr, "");
	member = &base->access.root->members.items[base->access.steps.items[0].member];
	return LLVMBuildIntToPtr(g->builder, gen_ctx_word(g, member->slot * 8), g->ptr, "");
}

static LLVMValueRef direct_load(struct gen *g, struct expr *expr)
{
	LLVMBasicBlockRef done, missing, found;
	LLVMValueRef pointer = typed_pointer(g, expr->left), value, phi;

	if (is_builtin(expr->left, BUILTIN_CURTASK)) {
		pointer = relocated_address(g, gen_opaque(g, pointer), &expr->access);
		return gen_loaded(g, scalar_load(g, expr->type, (struct place){ pointer, 8 }));
	}
	done = gen_block(g, "direct");
	missing = LLVMGetInsertBlock(g->builder);
	pointer = gen_check_ptr(g, pointer, done);
	pointer = relocated_address(g, pointer, &expr->access);
	value = gen_loaded(g, scalar_load(g, expr->type, (struct place){ pointer, 8 }));
	found = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	phi = LLVMBuildPhi(g->builder, LLVMTypeOf(value), "");
	LLVMAddIncoming(phi, (LLVMValueRef[]){ scalar_zero(g, expr->type), value },
			(LLVMBasicBlockRef[]){ missing, found }, 2);
	return phi;
}

/* A pointer that the verifier knows is no number to it; negating makes it one. */
LLVMValueRef direct_number(struct gen *g, LLVMValueRef value)
{
	return LLVMBuildNeg(g->builder, gen_opaque(g, LLVMBuildNeg(g->builder, value, "")), "");
}

static LLVMValueRef direct_way(struct gen *g, struct expr *expr)
{
	LLVMValueRef value = direct_load(g, expr);

	return expr->type->kind == TYPE_POINTER ? direct_number(g, value) : value;
}

/* Whether the plain load is the right one, known when the program is loaded; NULL: it always is. Its
 * width cannot be relocated but from one unsigned number to another. */
static LLVMValueRef condition_of(struct gen *g, const struct expr *expr, enum read_mode mode)
{
	LLVMValueRef is_typed = NULL, is_wide, width;

	if (mode == READ_TASK)
		is_typed = LLVMBuildICmp(g->builder, LLVMIntNE, param_runtime(g, "sonde_task_btf"),
					 gen_u64(g, 0), "");
	width = expr->type->kind == TYPE_POINTER ? NULL : relocated_width(g, &expr->access);
	if (!width)
		return is_typed;
	is_wide = LLVMBuildICmp(g->builder, LLVMIntEQ, width,
				gen_u64(g, scalar_size(expr->type)), "");
	return is_typed ? LLVMBuildAnd(g->builder, is_typed, is_wide, "") : is_wide;
}

/* Both ways where the runtime or the kernel at hand decides. */
LLVMValueRef direct_value(struct gen *g, struct expr *expr, enum read_mode mode)
{
	LLVMValueRef is_direct = condition_of(g, expr, mode), values[2], phi;
	LLVMBasicBlockRef typed, plain, done, ends[2];

	if (!is_direct)
		return direct_way(g, expr);
	typed = gen_block(g, "typed");
	plain = gen_block(g, "plain");
	done = gen_block(g, "read");
	LLVMBuildCondBr(g->builder, is_direct, typed, plain);
	LLVMPositionBuilderAtEnd(g->builder, typed);
	values[0] = direct_way(g, expr);
	ends[0] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, plain);
	g->uses_helpers = true;
	values[1] = read_value(g, expr);
	g->uses_helpers = false;
	ends[1] = LLVMGetInsertBlock(g->builder);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	phi = LLVMBuildPhi(g->builder, LLVMTypeOf(values[0]), "");
	LLVMAddIncoming(phi, values, ends, 2);
	return phi;
}
