/* Codegen: CO-RE. A path through kernel types becomes a chain of preserve_*_access_index calls on
 * trimmed local types that hold just that path; libbpf relocates by name. The backend keeps a table
 * of accesses by type name for the whole process, so every path has a name of its own. */
#include "codegen/gen.h"

#include <string.h>

enum { INFO_BYTE_OFFSET = 0, INFO_BYTE_SIZE = 1, INFO_SIGNED = 3, INFO_LSHIFT = 4,
       INFO_RSHIFT = 5 };
enum { TYPE_INFO_SIZE = 1 };

uint64_t step_size(const struct access_step *step)
{
	return type_bytes(step->type);
}

static LLVMMetadataRef local_type(struct gen *g, const struct type *type);

static LLVMMetadataRef local_enum(struct gen *g, const struct type *type)
{
	static const char name[] = "sonde_enumerator";
	uint32_t size = scalar_size(type);
	LLVMMetadataRef one = LLVMDIBuilderCreateEnumerator(g->di, name, sizeof(name) - 1, 0, true);

	return LLVMDIBuilderCreateEnumerationType(
		g->di, g->file, "", 0, g->file, 0, size * 8, 0, &one, 1,
		debug_basic(g, "unsigned int", size, type->is_signed));
}

/* What a path ends in: only the kind matters to libbpf's comparison. */
static LLVMMetadataRef local_type(struct gen *g, const struct type *type)
{
	uint32_t size;

	switch ((int)type->kind) {
	case TYPE_POINTER:
	case TYPE_FUNCTION:
		return debug_pointer(g, NULL);
	case TYPE_ENUM:
		return local_enum(g, type);
	case TYPE_STRING:
		return debug_bytes(g, type->size);
	case TYPE_ARRAY:
		size = type->element ? type_bytes(type->element) : 1;
		return debug_array(g, type->element ? local_type(g, type->element)
						    : debug_basic(g, "char", 1, true),
				   size * 8, type->count);
	case TYPE_UNION:
		return LLVMDIBuilderCreateUnionType(g->di, g->file, "", 0, g->file, 0,
						    type->size * 8ull, 0, LLVMDIFlagZero, NULL, 0,
						    0, "", 0);
	case TYPE_STRUCT:
		return debug_struct(g, "", type->size * 8ull, NULL, 0);
	default:
		size = scalar_size(type);
		return debug_basic(g, type_is_signed(type) ? "int" : "unsigned int", size,
				   type_is_signed(type));
	}
}

static LLVMMetadataRef local_member(struct gen *g, const struct type_member *member,
				    LLVMMetadataRef type)
{
	uint64_t unit = member->bit_offset / 64 * 64;
	const char *name = member->name ? member->name : "";

	if (member->data_loc) /* what the record holds: where the value is */
		return debug_member(g, name, 32, member->bit_offset,
				    debug_basic(g, "unsigned int", 4, false));
	if (!member->bit_size)
		return debug_member(g, name, type_bytes(member->type) * 8ull, member->bit_offset,
				    type);
	return LLVMDIBuilderCreateBitFieldMemberType(g->di, g->file, name, strlen(name), g->file, 0,
						     member->bit_size, member->bit_offset, unit,
						     LLVMDIFlagZero, type);
}

/* levels[i] becomes the type that step i starts from. */
static LLVMMetadataRef build_levels(struct gen *g, const struct type *type, const char *name,
				    const struct access_step *steps, uint32_t count,
				    LLVMMetadataRef *levels)
{
	const struct type_member *member;
	LLVMMetadataRef inner;

	if (!count)
		return local_type(g, type);
	if (steps->kind == STEP_INDEX) {
		inner = build_levels(g, steps->type, "", steps + 1, count - 1, levels + 1);
		*levels = debug_array(g, inner, (uint32_t)step_size(steps) * 8, type->count);
		return *levels;
	}
	member = &type->members.items[steps->member];
	inner = build_levels(g, member->type, "", steps + 1, count - 1, levels + 1);
	inner = local_member(g, member, inner);
	if (type->kind == TYPE_UNION)
		*levels = LLVMDIBuilderCreateUnionType(g->di, g->file, name, strlen(name), g->file,
						       0, type->size * 8ull, 0, LLVMDIFlagZero,
						       &inner, 1, 0, "", 0);
	else
		*levels = debug_struct(g, name, type->size * 8ull, &inner, 1);
	return *levels;
}

static LLVMMetadataRef *path_levels(struct gen *g, const struct type *root,
				    const struct access_step *steps, uint32_t count)
{
	const char *symbol = root->origin == ORIGIN_TRACEPOINT && root->layout_symbol
				     ? root->layout_symbol
				     : root->name;
	struct gen_path *path;
	struct strbuf key = { 0 };

	strbuf_printf(&key, "%p", (const void *)root);
	for (uint32_t i = 0; i < count; i++)
		strbuf_printf(&key, ".%u", steps[i].kind == STEP_MEMBER ? steps[i].member : 0);
	for (uint32_t i = 0; i < g->paths.count; i++)
		if (!strcmp(g->paths.items[i].key, key.text)) {
			strbuf_free(&key);
			return g->paths.items[i].levels;
		}
	path = list_push(g->arena, &g->paths);
	path->key = arena_strdup(g->arena, key.text);
	path->levels = arena_alloc(g->arena, (count + 1) * sizeof(*path->levels));
	build_levels(g, root,
		     arena_printf(g->arena, "%s___s%u_%u", symbol, g->flavour, g->paths.count),
		     steps, count, path->levels);
	strbuf_free(&key);
	return path->levels;
}

static LLVMValueRef intrinsic(struct gen *g, const char *name, LLVMTypeRef *overloads,
			      unsigned overload_count, LLVMValueRef *args, unsigned count)
{
	unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
	LLVMValueRef function =
		LLVMGetIntrinsicDeclaration(g->module, id, overloads, overload_count);

	return LLVMBuildCall2(g->builder, LLVMGlobalGetValueType(function), function, args, count,
			      "");
}

static void annotate(struct gen *g, LLVMValueRef call, LLVMMetadataRef type)
{
	static const char kind[] = "llvm.preserve.access.index";

	LLVMSetMetadata(call, LLVMGetMDKindIDInContext(g->context, kind, sizeof(kind) - 1),
			LLVMMetadataAsValue(g->context, type));
}

/* Struct and array calls carry the type of their pointer's target; any will do. */
static void set_element_type(struct gen *g, LLVMValueRef call)
{
	static const char name[] = "elementtype";
	unsigned kind = LLVMGetEnumAttributeKindForName(name, sizeof(name) - 1);

	LLVMAddCallSiteAttribute(call, 1,
				 LLVMCreateTypeAttribute(g->context, kind,
							 LLVMArrayType2(g->i64, 64)));
}

static LLVMValueRef access_step(struct gen *g, LLVMValueRef base, const struct type *from,
				const struct access_step *step, LLVMMetadataRef type)
{
	LLVMTypeRef overloads[2] = { g->ptr, g->ptr };
	LLVMValueRef args[3] = { base }, call;

	if (step->kind == STEP_INDEX) {
		args[1] = gen_u32(g, 1);
		args[2] = gen_u32(g, (uint32_t)step->index->integer);
		call = intrinsic(g, "llvm.preserve.array.access.index", overloads, 2, args, 3);
		set_element_type(g, call);
	} else if (from->kind == TYPE_UNION) {
		args[1] = gen_u32(g, 0);
		call = intrinsic(g, "llvm.preserve.union.access.index", overloads, 2, args, 2);
	} else {
		args[1] = args[2] = gen_u32(g, 0);
		call = intrinsic(g, "llvm.preserve.struct.access.index", overloads, 2, args, 3);
		set_element_type(g, call);
	}
	annotate(g, call, type);
	return call;
}

/* A step that a relocation can follow; other indexes are plain arithmetic. */
static bool is_relocatable(const struct type *from, const struct access_step *step, bool is_first)
{
	if (step->kind == STEP_MEMBER)
		return !is_first || (from->name && *from->name) || from->layout_symbol;
	return !is_first && step->index->is_constant && from->count &&
	       step->index->integer < from->count && step->type->kind != TYPE_ARRAY &&
	       step->type->kind != TYPE_STRING;
}

LLVMValueRef relocated_size(struct gen *g, const struct type *type)
{
	LLVMValueRef args[2] = { gen_u32(g, g->type_infos), gen_u64(g, TYPE_INFO_SIZE) }, call;
	const char *name;

	if (type->kind == TYPE_ARRAY && type->element)
		return LLVMBuildMul(g->builder, relocated_size(g, type->element),
				    gen_u64(g, type->count), "");
	if (!type_is_struct(type) || type->origin != ORIGIN_KERNEL || !type->name || !*type->name)
		return gen_u64(g, type_bytes(type));
	name = arena_printf(g->arena, "%s___s%u_t%u", type->name, g->flavour, g->type_infos++);
	call = intrinsic(g, "llvm.bpf.preserve.type.info", NULL, 0, args, 2);
	if (type->kind == TYPE_UNION)
		annotate(g, call, LLVMDIBuilderCreateUnionType(
					  g->di, g->file, name, strlen(name), g->file, 0,
					  type->size * 8ull, 0, LLVMDIFlagZero, NULL, 0, 0, "", 0));
	else
		annotate(g, call, debug_struct(g, name, type->size * 8ull, NULL, 0));
	return LLVMBuildZExt(g->builder, call, g->i64, "");
}

static LLVMValueRef plain_step(struct gen *g, LLVMValueRef base, const struct type *from,
			       const struct access_step *step)
{
	LLVMValueRef index;

	if (step->kind == STEP_MEMBER)
		return gen_offset(g, base, from->members.items[step->member].bit_offset / 8);
	if (step->index->is_constant && !step->index->integer)
		return base;
	index = emit_value(g, step->index);
	index = type_is_signed(step->index->type) ? LLVMBuildSExt(g->builder, index, g->i64, "")
						  : LLVMBuildZExt(g->builder, index, g->i64, "");
	index = LLVMBuildMul(g->builder, index, relocated_size(g, step->type), "");
	return LLVMBuildGEP2(g->builder, g->i8, base, &index, 1, "");
}

/* *start becomes the address that the relocated path at the end begins at; NULL: it ends in a plain step. */
static LLVMValueRef follow(struct gen *g, LLVMValueRef base, const struct access *access,
			   LLVMValueRef *start)
{
	const struct type *from = access->root;
	uint32_t i = 0;

	*start = NULL;
	while (i < access->steps.count) {
		const struct access_step *steps = &access->steps.items[i];
		const struct type *type = from;
		LLVMMetadataRef *levels;
		uint32_t count = 0;

		while (i + count < access->steps.count &&
		       is_relocatable(type, &steps[count], count == 0)) {
			type = steps[count].type;
			count++;
		}
		if (!count) {
			base = plain_step(g, base, from, steps);
			*start = NULL;
			from = steps->type;
			i++;
			continue;
		}
		levels = path_levels(g, from, steps, count);
		*start = base;
		for (uint32_t j = 0; j < count; j++) {
			base = access_step(g, base, from, &steps[j], levels[j]);
			from = steps[j].type;
		}
		i += count;
	}
	return base;
}

LLVMValueRef relocated_address(struct gen *g, LLVMValueRef base, const struct access *access)
{
	LLVMValueRef start;

	return follow(g, base, access, &start);
}

static LLVMValueRef field_info(struct gen *g, LLVMValueRef field, uint64_t kind)
{
	LLVMValueRef args[2] = { field, gen_u64(g, kind) };
	LLVMValueRef value =
		intrinsic(g, "llvm.bpf.preserve.field.info", &g->ptr, 1, args, 2);

	return LLVMBuildZExt(g->builder, value, g->i64, "");
}

LLVMValueRef relocated_word(struct gen *g, LLVMValueRef base, enum address_space space,
			    const struct access *access, const struct type *type)
{
	uint64_t mark = temps_mark(g);
	LLVMValueRef start, field = follow(g, base, access, &start), size, value;
	LLVMValueRef address = LLVMBuildPtrToInt(g->builder, field, g->i64, "");
	struct place to;

	if (!start || type->kind == TYPE_POINTER)
		return read_word(g, space, address, scalar_size(type));
	to = (struct place){ gen_temp(g, 8), 8 };
	mem_zero(g, to, 8);
	size = LLVMBuildTrunc(g->builder, field_info(g, field, INFO_BYTE_SIZE), g->i32, "");
	read_memory(g, space, to, size, address);
	temps_release(g, mark);
	value = LLVMBuildLoad2(g->builder, g->i64, to.ptr, "");
	if (!type_is_signed(type) || scalar_size(type) == 1)
		return value;
	value = LLVMBuildShl(g->builder, value, field_info(g, field, INFO_LSHIFT), "");
	return LLVMBuildAShr(g->builder, value, field_info(g, field, INFO_RSHIFT), "");
}

LLVMValueRef relocated_offset(struct gen *g, const struct access *access)
{
	LLVMValueRef start, field = follow(g, LLVMConstNull(g->ptr), access, &start);

	return field_info(g, field, INFO_BYTE_OFFSET);
}

LLVMValueRef relocated_width(struct gen *g, const struct access *access)
{
	LLVMValueRef start, field = follow(g, LLVMConstNull(g->ptr), access, &start);

	return start ? field_info(g, field, INFO_BYTE_SIZE) : NULL;
}

LLVMValueRef relocated_bitfield(struct gen *g, LLVMValueRef base, enum address_space space,
				const struct access *access)
{
	uint32_t last = access->steps.count - 1;
	const struct type *parent = last ? access->steps.items[last - 1].type : access->root;
	const struct type_member *member =
		&parent->members.items[access->steps.items[last].member];
	LLVMValueRef start, field = follow(g, base, access, &start), offset, size, address, value;
	struct place to;

	if (!start) /* in a struct that has no name to relocate by */
		return read_bits(g, space, member, field);
	to = (struct place){ gen_temp(g, 8), 8 };
	offset = field_info(g, field, INFO_BYTE_OFFSET);
	size = field_info(g, field, INFO_BYTE_SIZE);
	address = LLVMBuildAdd(g->builder, LLVMBuildPtrToInt(g->builder, start, g->i64, ""), offset,
			       "");
	mem_zero(g, to, 8);
	if (space == SPACE_CONTEXT)
		space = SPACE_KERNEL;
	read_memory(g, space, to, LLVMBuildTrunc(g->builder, size, g->i32, ""), address);
	value = LLVMBuildLoad2(g->builder, g->i64, to.ptr, "");
	value = LLVMBuildShl(g->builder, value, field_info(g, field, INFO_LSHIFT), "");
	if (type_is_signed(member->type))
		return LLVMBuildAShr(g->builder, value, field_info(g, field, INFO_RSHIFT), "");
	return LLVMBuildLShr(g->builder, value, field_info(g, field, INFO_RSHIFT), "");
}
