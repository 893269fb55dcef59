/* Codegen: reads of memory, by whose memory it is: the context and BPF memory by plain loads, kernel
 * and user memory through the helpers, which give zeros on a fault. */
#include "codegen/gen.h"

/* With -k: counts a read whose `result` is an error. */
static void check_read(struct gen *g, LLVMValueRef result)
{
	LLVMBasicBlockRef failed, done;
	LLVMValueRef is_error;

	if (!g->plan->config.count_failed_reads)
		return;
	failed = gen_block(g, "failed");
	done = gen_block(g, "read");
	is_error = LLVMBuildICmp(g->builder, LLVMIntSLT, result, gen_u64(g, 0), "");
	LLVMBuildCondBr(g->builder, is_error, failed, done);
	LLVMPositionBuilderAtEnd(g->builder, failed);
	count_loss(g, g->plan->programs.count + g->plan->maps.count + g->program_index);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

void read_memory(struct gen *g, enum address_space space, struct place to, LLVMValueRef size,
		 LLVMValueRef address)
{
	enum helper_id id = space == SPACE_USER ? HELPER_READ_USER : HELPER_READ_KERNEL;

	check_read(g, gen_helper(g, id, (LLVMValueRef[]){ to.ptr, size, address }, 3));
}

LLVMValueRef read_string(struct gen *g, enum address_space space, struct place to,
			 LLVMValueRef size, LLVMValueRef address)
{
	enum helper_id id = space == SPACE_USER ? HELPER_READ_USER_STR : HELPER_READ_KERNEL_STR;

	LLVMValueRef result = gen_helper(g, id, (LLVMValueRef[]){ to.ptr, size, address }, 3);

	check_read(g, result);
	return result;
}

LLVMValueRef read_word(struct gen *g, enum address_space space, LLVMValueRef address,
		       uint32_t size)
{
	uint64_t mark = temps_mark(g);
	struct place to = { gen_temp(g, 8), 8 };
	LLVMTypeRef type = LLVMIntTypeInContext(g->context, size * 8);

	read_memory(g, space, to, gen_u32(g, size), address);
	temps_release(g, mark);
	return LLVMBuildLoad2(g->builder, type, to.ptr, "");
}

static bool is_args(const struct expr *expr)
{
	return expr->builtin && expr->builtin->id == BUILTIN_ARGS;
}

static const struct type_member *last_member(const struct access *access)
{
	const struct type *parent = access->root;
	const struct access_step *step;

	if (!access->steps.count)
		return NULL;
	step = &access->steps.items[access->steps.count - 1];
	if (access->steps.count > 1)
		parent = access->steps.items[access->steps.count - 2].type;
	return step->kind == STEP_MEMBER ? &parent->members.items[step->member] : NULL;
}

static bool has_computed_index(const struct access *access)
{
	for (uint32_t i = 0; i < access->steps.count; i++)
		if (access->steps.items[i].kind == STEP_INDEX &&
		    !access->steps.items[i].index->is_constant)
			return true;
	return false;
}

bool read_is_in_place(const struct expr *expr)
{
	return expr->access.space == SPACE_BPF && type_is_aggregate(expr->left->type) &&
	       !has_computed_index(&expr->access);
}

/* Bytes from the root that the constant steps go. */
static uint64_t constant_offset(const struct access *access)
{
	const struct type *from = access->root;
	uint64_t offset = 0;

	for (uint32_t i = 0; i < access->steps.count; i++) {
		const struct access_step *step = &access->steps.items[i];

		if (step->kind == STEP_MEMBER)
			offset += from->members.items[step->member].bit_offset / 8;
		else if (step->index->is_constant)
			offset += step->index->integer * step_size(step);
		from = step->type;
	}
	return offset;
}

/* What the computed indexes add (i64), or NULL. In BPF memory *in_bounds is the check (i1) that
 * keeps the access inside the arrays; the verifier needs it too. */
static LLVMValueRef computed_offset(struct gen *g, const struct access *access,
				    LLVMValueRef *in_bounds)
{
	const struct type *from = access->root;
	LLVMValueRef total = NULL;

	*in_bounds = NULL;
	for (uint32_t i = 0; i < access->steps.count; i++) {
		const struct access_step *step = &access->steps.items[i];
		LLVMValueRef index, check;

		if (step->kind == STEP_INDEX && !step->index->is_constant) {
			index = emit_value(g, step->index);
			index = type_is_signed(step->index->type)
					? LLVMBuildSExt(g->builder, index, g->i64, "")
					: LLVMBuildZExt(g->builder, index, g->i64, "");
			if (access->space == SPACE_BPF) {
				index = gen_opaque(g, index);
				check = LLVMBuildICmp(g->builder, LLVMIntULT, index,
						      gen_u64(g, from->count), "");
				*in_bounds = *in_bounds ? LLVMBuildAnd(g->builder, *in_bounds,
								       check, "")
							: check;
			}
			index = LLVMBuildMul(g->builder, index, gen_u64(g, step_size(step)), "");
			total = total ? LLVMBuildAdd(g->builder, total, index, "") : index;
		}
		from = step->type;
	}
	return total;
}

/* The address where the access starts. */
static LLVMValueRef base_address(struct gen *g, struct expr *expr)
{
	LLVMValueRef value;

	if (is_args(expr->left))
		return gen_opaque(g, g->ctx);
	if (type_is_aggregate(expr->left->type))
		return emit_place(g, expr->left).ptr;
	value = emit_value(g, expr->left);
	return LLVMBuildIntToPtr(g->builder, value, g->ptr, "");
}

struct place read_place(struct gen *g, struct expr *expr)
{
	return place_at(g, emit_place(g, expr->left), constant_offset(&expr->access));
}

/* The address (ptr) of what is read, outside BPF memory. */
static LLVMValueRef read_address(struct gen *g, struct expr *expr)
{
	LLVMValueRef base = base_address(g, expr), offset, in_bounds;

	if (expr->access.relocate)
		return relocated_address(g, base, &expr->access);
	base = gen_offset(g, base, constant_offset(&expr->access));
	offset = computed_offset(g, &expr->access, &in_bounds);
	return offset ? LLVMBuildGEP2(g->builder, g->i8, base, &offset, 1, "") : base;
}

static LLVMValueRef address_word(struct gen *g, LLVMValueRef address)
{
	return LLVMBuildPtrToInt(g->builder, address, g->i64, "");
}

static enum address_space helper_space(enum address_space space)
{
	return space == SPACE_USER ? SPACE_USER : SPACE_KERNEL;
}

LLVMValueRef read_bits(struct gen *g, enum address_space space, const struct type_member *member,
		       LLVMValueRef address)
{
	uint32_t shift = member->bit_offset % 8;
	uint32_t bytes = (shift + member->bit_size + 7) / 8;
	struct place to = { gen_temp(g, 8), 8 };
	LLVMValueRef value, left = gen_u64(g, 64 - shift - member->bit_size),
			    right = gen_u64(g, 64 - member->bit_size);

	if (bytes > 8)
		bytes = 8;
	mem_zero(g, to, 8);
	if (space == SPACE_BPF)
		mem_copy(g, to, (struct place){ address, 1 }, bytes);
	else
		read_memory(g, helper_space(space), to, gen_u32(g, bytes),
			    address_word(g, address));
	value = LLVMBuildLoad2(g->builder, g->i64, to.ptr, "");
	value = LLVMBuildShl(g->builder, value, left, "");
	if (type_is_signed(member->type))
		return LLVMBuildAShr(g->builder, value, right, "");
	return LLVMBuildLShr(g->builder, value, right, "");
}

static LLVMValueRef read_bitfield(struct gen *g, struct expr *expr,
				  const struct type_member *member)
{
	const struct access *access = &expr->access;

	if (access->space == SPACE_BPF)
		return read_bits(g, SPACE_BPF, member, read_place(g, expr).ptr);
	if (access->relocate)
		return relocated_bitfield(g, base_address(g, expr), access->space, access);
	return read_bits(g, access->space, member, read_address(g, expr));
}

/* Cuts a word to a scalar type. */
static LLVMValueRef cut_word(struct gen *g, LLVMValueRef word, const struct type *type)
{
	LLVMTypeRef want = scalar_type(g, type);

	if (want == LLVMTypeOf(word))
		return word;
	if (type->kind == TYPE_BOOL)
		return LLVMBuildICmp(g->builder, LLVMIntNE,
				     LLVMBuildTrunc(g->builder, word, g->i8, ""),
				     gen_int(g, g->i8, 0), "");
	return LLVMBuildTrunc(g->builder, word, want, "");
}

/* Loads from BPF memory at a computed index: outside of the array, zero. */
static LLVMValueRef load_indexed(struct gen *g, struct expr *expr)
{
	LLVMBasicBlockRef inside = gen_block(g, "inside"), done = gen_block(g, "loaded"), from;
	struct place base = { base_address(g, expr), 1 };
	LLVMValueRef in_bounds, offset = computed_offset(g, &expr->access, &in_bounds), value, phi;

	from = LLVMGetInsertBlock(g->builder);
	LLVMBuildCondBr(g->builder, in_bounds, inside, done);
	LLVMPositionBuilderAtEnd(g->builder, inside);
	base.ptr = gen_offset(g, base.ptr, constant_offset(&expr->access));
	base.ptr = LLVMBuildGEP2(g->builder, g->i8, base.ptr, &offset, 1, "");
	base.align = type_alignment(expr->type);
	value = scalar_load(g, expr->type, base);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	phi = LLVMBuildPhi(g->builder, LLVMTypeOf(value), "");
	LLVMAddIncoming(phi, (LLVMValueRef[]){ scalar_zero(g, expr->type), value },
			(LLVMBasicBlockRef[]){ from, inside }, 2);
	return phi;
}

/* Plain loads of the context need a constant offset and natural alignment. */
static bool is_context_load(const struct expr *expr)
{
	uint64_t offset = constant_offset(&expr->access);

	return expr->access.space == SPACE_CONTEXT && !has_computed_index(&expr->access) &&
	       offset % scalar_size(expr->type) == 0;
}

LLVMValueRef read_value(struct gen *g, struct expr *expr)
{
	const struct access *access = &expr->access;
	const struct type_member *member = last_member(access);
	const struct type *root = access->root;
	LLVMValueRef address;
	enum read_mode mode;

	if (is_args(expr->left) &&
	    (root->origin == ORIGIN_ARGS || root->origin == ORIGIN_SYSCALL)) {
		member = &root->members.items[access->steps.items[0].member];
		return cut_word(g, context_slot(g, member->slot, root->origin), expr->type);
	}
	mode = g->uses_helpers ? READ_HELPER : direct_mode(g, expr);
	if (mode != READ_HELPER)
		return direct_value(g, expr, mode);
	if (member && member->bit_size)
		return cut_word(g, read_bitfield(g, expr, member), expr->type);
	if (read_is_in_place(expr))
		return scalar_load(g, expr->type, read_place(g, expr));
	if (access->space == SPACE_BPF && has_computed_index(access))
		return load_indexed(g, expr);
	if (access->relocate && (access->space == SPACE_KERNEL || access->space == SPACE_USER ||
				 access->space == SPACE_BTF))
		return cut_word(g,
				relocated_word(g, base_address(g, expr),
					       helper_space(access->space), access, expr->type),
				expr->type);
	address = read_address(g, expr);
	if (access->space == SPACE_BPF)
		return scalar_load(g, expr->type,
				   (struct place){ address, type_alignment(expr->type) });
	if (is_context_load(expr))
		return gen_loaded(g, scalar_load(g, expr->type,
						 (struct place){ address,
								 type_alignment(expr->type) }));
	return cut_word(g,
			read_word(g, helper_space(access->space), address_word(g, address),
				  scalar_size(expr->type)),
			expr->type);
}

/* char[N]: cut at the NUL, all zero behind it; the last byte may be a character. */
static void read_char_array(struct gen *g, enum address_space space, struct place to,
			    LLVMValueRef address, uint32_t size)
{
	LLVMBasicBlockRef full = gen_block(g, "full"), done = gen_block(g, "read");
	LLVMValueRef length;

	mem_zero(g, to, size);
	length = read_string(g, space, to, gen_u32(g, size), address);
	LLVMBuildCondBr(g->builder,
			LLVMBuildICmp(g->builder, LLVMIntEQ, length, gen_u64(g, size), ""), full,
			done);
	LLVMPositionBuilderAtEnd(g->builder, full);
	read_memory(g, space, place_at(g, to, size - 1), gen_u32(g, 1),
		    LLVMBuildAdd(g->builder, address, gen_u64(g, size - 1), ""));
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

/* __data_loc: a u32 in the record says where the value lies (from the record's start, or from
 * the end of the u32) and how long it is. */
static void read_data_loc(struct gen *g, struct expr *expr, uint32_t kind, struct place to)
{
	uint32_t size = type_bytes(expr->type);
	LLVMValueRef field = read_address(g, expr), word, offset, length, address, limit;

	word = gen_loaded(g, LLVMBuildLoad2(g->builder, g->i32, field, ""));
	offset = LLVMBuildAnd(g->builder, word, gen_u32(g, 0xffff), "");
	length = LLVMBuildLShr(g->builder, word, gen_u32(g, 16), "");
	offset = LLVMBuildZExt(g->builder, offset, g->i64, "");
	if (kind == 2)
		address = LLVMBuildAdd(g->builder,
				       address_word(g, read_address(g, expr)), gen_u64(g, 4), "");
	else
		address = gen_ctx_address(g);
	address = LLVMBuildAdd(g->builder, address, offset, "");
	mem_zero(g, to, size);
	if (expr->type->kind == TYPE_STRING) {
		read_string(g, SPACE_KERNEL, to, gen_u32(g, size), address);
		return;
	}
	length = gen_opaque(g, LLVMBuildZExt(g->builder, length, g->i64, ""));
	limit = gen_u64(g, size);
	length = LLVMBuildSelect(g->builder,
				 LLVMBuildICmp(g->builder, LLVMIntUGT, length, limit, ""), limit,
				 length, "");
	read_memory(g, SPACE_KERNEL, to, length, address);
}

/* Copies from BPF memory at a computed index. */
static void copy_indexed(struct gen *g, struct expr *expr, struct place to)
{
	LLVMBasicBlockRef inside = gen_block(g, "inside"), outside = gen_block(g, "outside"),
			  done = gen_block(g, "copied");
	LLVMValueRef base = base_address(g, expr), in_bounds;
	LLVMValueRef offset = computed_offset(g, &expr->access, &in_bounds);
	uint32_t size = type_bytes(expr->type);

	LLVMBuildCondBr(g->builder, in_bounds, inside, outside);
	LLVMPositionBuilderAtEnd(g->builder, inside);
	base = gen_offset(g, base, constant_offset(&expr->access));
	base = LLVMBuildGEP2(g->builder, g->i8, base, &offset, 1, "");
	mem_copy(g, to, (struct place){ base, type_alignment(expr->type) }, size);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, outside);
	mem_zero(g, to, size);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

void read_into(struct gen *g, struct expr *expr, struct place to)
{
	const struct access *access = &expr->access;
	const struct type_member *member = last_member(access);
	enum address_space space = helper_space(access->space);
	uint32_t size = type_bytes(expr->type);
	LLVMValueRef address;

	if (member && member->data_loc && access->space == SPACE_CONTEXT) {
		read_data_loc(g, expr, member->data_loc, to);
		return;
	}
	if (access->space == SPACE_BPF) {
		if (has_computed_index(access))
			copy_indexed(g, expr, to);
		else
			mem_copy(g, to, (struct place){ read_address(g, expr), 1 }, size);
		return;
	}
	address = address_word(g, read_address(g, expr));
	if (expr->type->kind == TYPE_STRING)
		read_char_array(g, space, to, address, size);
	else
		read_memory(g, space, to, gen_u32(g, size), address);
}
