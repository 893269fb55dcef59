/* Codegen: calls of functions that imported objects define. Here they are external, with the types that
 * the linker compares with the definition's; what a script passes and gets fits into a register each. */
#include "codegen/gen.h"

#include <string.h>

enum { ARGUMENTS_MAX = 5, TAG_STRUCT = 0x13, TAG_UNION = 0x17, ENCODING_BOOLEAN = 2 };

/* Struct and union only by name: the linker looks at no more of what a pointer leads to. */
static LLVMMetadataRef debug_named(struct gen *g, const struct type *type)
{
	unsigned tag = type->kind == TYPE_UNION ? TAG_UNION : TAG_STRUCT;

	if (!*type->name && type->kind == TYPE_UNION)
		return LLVMDIBuilderCreateUnionType(g->di, g->file, "", 0, g->file, 0,
						    type->size * 8ull, 0, LLVMDIFlagZero, NULL, 0,
						    0, "", 0);
	if (!*type->name)
		return debug_struct(g, "", (uint64_t)type->size * 8, NULL, 0);
	return LLVMDIBuilderCreateForwardDecl(g->di, tag, type->name, strlen(type->name), g->file,
					      g->file, 0, 0, 0, 0, "", 0);
}

static LLVMMetadataRef debug_type(struct gen *g, const struct type *type)
{
	switch ((int)type->kind) {
	case TYPE_BOOL:
		return LLVMDIBuilderCreateBasicType(g->di, "_Bool", 5, 8, ENCODING_BOOLEAN,
						    LLVMDIFlagZero);
	case TYPE_INT:
		return debug_integer(g, type->size, type->is_signed);
	case TYPE_ENUM:
		return LLVMDIBuilderCreateEnumerationType(
			g->di, g->file, type->name, strlen(type->name), g->file, 0,
			type->size * 8ull, 0, NULL, 0, debug_integer(g, type->size, type->is_signed));
	case TYPE_POINTER:
		return debug_pointer(g, debug_type(g, type->element));
	case TYPE_ARRAY:
		return debug_array(g, debug_type(g, type->element), type->element->size * 8,
				   type->count);
	case TYPE_STRUCT:
	case TYPE_UNION:
		return debug_named(g, type);
	default:
		return NULL;
	}
}

static LLVMValueRef declare(struct gen *g, const struct c_function *function)
{
	uint32_t count = function->params->members.count;
	LLVMTypeRef words[ARGUMENTS_MAX];
	LLVMMetadataRef types[ARGUMENTS_MAX + 1];
	LLVMValueRef declared = LLVMGetNamedFunction(g->module, function->name);

	if (declared)
		return declared;
	types[0] = debug_type(g, function->result);
	for (uint32_t i = 0; i < count; i++) {
		words[i] = g->i64;
		types[i + 1] = debug_type(g, function->params->members.items[i].type);
	}
	declared = LLVMAddFunction(g->module, function->name,
				   LLVMFunctionType(g->i64, words, count, false));
	LLVMSetSubprogram(declared,
			  LLVMDIBuilderCreateFunction(
				  g->di, g->file, function->name, strlen(function->name), "", 0,
				  g->file, 0,
				  LLVMDIBuilderCreateSubroutineType(g->di, g->file, types,
								    count + 1, LLVMDIFlagZero),
				  false, false, 0, LLVMDIFlagPrototyped, true));
	return declared;
}

/* An address stays a pointer here, which the function may use. */
static LLVMValueRef word_of(struct gen *g, struct expr *argument)
{
	const struct expr *source = argument;
	LLVMValueRef value;

	while (source->kind == EXPR_CONVERT && source->type->kind == TYPE_POINTER)
		source = source->left;
	if (source->kind == EXPR_ADDRESS)
		return LLVMBuildPtrToInt(g->builder, gen_opaque(g, emit_pointer(g, source->left)),
					 g->i64, "");
	value = emit_value(g, argument);
	return type_is_signed(argument->type) ? LLVMBuildSExt(g->builder, value, g->i64, "")
					      : LLVMBuildZExt(g->builder, value, g->i64, "");
}

LLVMValueRef c_function_value(struct gen *g, struct expr *expr)
{
	const struct type *result = expr->c_function->result;
	LLVMValueRef function, words[ARGUMENTS_MAX], value;
	uint32_t count = expr->args.count;

	if (count > ARGUMENTS_MAX) {
		gen_fail(g, "%s() has more than %d parameters", expr->name, ARGUMENTS_MAX);
		return scalar_zero(g, expr->type);
	}
	for (uint32_t i = 0; i < count; i++)
		words[i] = word_of(g, expr->args.items[i]);
	function = declare(g, expr->c_function);
	value = LLVMBuildCall2(g->builder, LLVMGlobalGetValueType(function), function, words, count,
			       "");
	if (result->kind == TYPE_VOID)
		return value;
	if (result->kind != TYPE_BOOL)
		return LLVMBuildTrunc(g->builder, value, scalar_type(g, result), "");
	value = LLVMBuildTrunc(g->builder, value, g->i8, "");
	return LLVMBuildICmp(g->builder, LLVMIntNE, value, gen_int(g, g->i8, 0), "");
}
