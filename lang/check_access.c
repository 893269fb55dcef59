/* Accesses: fields, indexes and dereferences. A chain inside one object is folded into one
 * EXPR_READ; each pointer that is followed begins another. */
#include "lang/check.h"
#include "lang/kernel_types.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 16

static bool is_char(const struct type *type)
{
	return type->kind == TYPE_INT && type->size == 1 && type->is_signed;
}

/* Whose memory a struct on the way was copied from: the innermost that says it. */
static enum address_space copied_from(const struct expr *read)
{
	const struct type *root = read->access.root;
	enum address_space space = type_is_struct(root) ? root->space : SPACE_NONE;

	for (uint32_t i = 0; i < read->access.steps.count; i++) {
		const struct type *type = read->access.steps.items[i].type;

		if (type_is_struct(type) && type->space != SPACE_NONE)
			space = type->space;
	}
	return space;
}

/* The kind of memory that a pointer found by `read` points to. */
static enum address_space pointee_space(struct checker *c, const struct expr *read,
					const struct type_member *member)
{
	enum address_space copied = copied_from(read);

	if (member && member->is_user_pointer)
		return SPACE_USER;
	if (copied != SPACE_NONE)
		return copied;
	switch (read->access.space) {
	case SPACE_USER:
		return SPACE_USER;
	case SPACE_BTF:
		return SPACE_BTF;
	case SPACE_CONTEXT:
		if (read->access.root->origin == ORIGIN_ARGS &&
		    (c->probe->program == PROGRAM_FENTRY || c->probe->program == PROGRAM_FEXIT ||
		     c->probe->program == PROGRAM_TP_BTF))
			return SPACE_BTF;
		return c->provider->is_user ? SPACE_USER : SPACE_KERNEL;
	case SPACE_NONE:
	case SPACE_BPF:
		return c->provider->is_user ? SPACE_USER : SPACE_KERNEL;
	case SPACE_KERNEL:
		break;
	}
	return SPACE_KERNEL;
}

/* What is copied out of memory remembers whose: the pointers in it lead there. */
static struct type *copied_type(struct checker *c, const struct expr *read, struct type *type)
{
	struct type *copy;

	if (type->kind == TYPE_ARRAY && type->element->kind == TYPE_POINTER)
		return type_array(c->types,
				  type_pointer(c->types, type->element->element,
					       pointee_space(c, read, NULL)),
				  type->count);
	if (!type_is_struct(type) || read->access.space == SPACE_BPF)
		return type;
	copy = arena_new(c->arena, struct type);
	*copy = *type;
	copy->space = pointee_space(c, read, NULL) == SPACE_USER ? SPACE_USER : SPACE_KERNEL;
	return copy;
}

static bool has_member(const struct expr *read)
{
	for (uint32_t i = 0; i < read->access.steps.count; i++)
		if (read->access.steps.items[i].kind == STEP_MEMBER)
			return true;
	return false;
}

/* The type of the value of a read whose last step has `type`. Arrays of characters in a structure are
 * text; what the script itself calls int8[4] is an array. */
static struct type *value_type(struct checker *c, const struct expr *read, struct type *type,
			       const struct type_member *member)
{
	type_complete(c->types, type);
	if (type->kind == TYPE_ARRAY && is_char(type->element) && has_member(read))
		return type_string(c->types,
				   type->count ? type->count : c->compile->config.max_strlen);
	if (type->kind == TYPE_ARRAY && has_member(read))
		type = type_of_texts(c->types, type);
	if (type->kind != TYPE_POINTER)
		return copied_type(c, read, type);
	if (read->access.space == SPACE_BPF && type->space != SPACE_NONE)
		return type;
	return type_pointer(c->types, type->element, pointee_space(c, read, member));
}

static bool needs_relocation(const struct type *root)
{
	while (root->kind == TYPE_ARRAY)
		root = root->element;
	return type_is_struct(root) &&
	       (root->origin == ORIGIN_KERNEL || root->origin == ORIGIN_TRACEPOINT);
}

static struct expr *new_read(struct checker *c, struct expr *base, struct type *root,
			     enum address_space space, struct span span)
{
	struct expr *read = check_new_expr(c, EXPR_READ, span, root);

	read->left = base;
	read->access.root = root;
	read->access.space = space;
	read->access.relocate = space != SPACE_BPF && needs_relocation(root);
	return read;
}

/* The read that further steps are added to: a chain that ends in a value in memory is continued. */
static struct expr *continue_read(struct checker *c, struct expr *base, struct type **end)
{
	struct expr *read;

	if (base->kind == EXPR_READ) {
		*end = base->access.steps.count
			   ? base->access.steps.items[base->access.steps.count - 1].type
			   : base->access.root;
		return base;
	}
	read = new_read(c, base, base->type, SPACE_BPF, base->span);
	*end = base->type;
	return read;
}

static void add_step(struct checker *c, struct expr *read, uint32_t member, struct expr *index,
		     struct type *type)
{
	struct access_step *step = list_push(c->arena, &read->access.steps);

	step->kind = index ? STEP_INDEX : STEP_MEMBER;
	step->member = member;
	step->index = index;
	step->type = type;
}

void check_unknown_field(struct checker *c, struct span span, struct type *type, const char *name)
{
	struct diag *diag = check_error(c, "unknown-field", span, "%s has no field \"%s\"",
					check_type_name(c, type), name);
	bool has_names = type_is_struct(type) || type->kind == TYPE_RECORD;
	const char *near = has_names ? type_nearest_member(c->compile, type, name) : NULL;
	const char *names = has_names ? type_member_names(c->compile, type, 12) : NULL;

	if (near)
		diag_hint(c->diags, diag, "did you mean \"%s\"?", near);
	else if (names)
		diag_hint(c->diags, diag, "it has %s", names);
}

static struct expr *unknown_field(struct checker *c, const struct expr *expr, struct type *type)
{
	uint32_t length = (uint32_t)strlen(expr->name);
	struct span span = {expr->span.file, expr->span.end - length, expr->span.end};

	check_unknown_field(c, span, type, expr->name);
	return check_poison(c, expr->span);
}

/* Adds the steps to a member (through anonymous ones) to `read`. */
static struct expr *read_member(struct checker *c, struct expr *read, struct type *type,
				const struct expr *expr)
{
	uint32_t steps[STEPS_MAX];
	uint32_t count = type_find_member(c->types, type, expr->name, steps, STEPS_MAX);
	const struct type_member *member = NULL;

	if (!count)
		return unknown_field(c, expr, type);
	for (uint32_t i = 0; i < count; i++) {
		type_complete(c->types, type);
		member = &type->members.items[steps[i]];
		add_step(c, read, steps[i], NULL, member->type);
		type = member->type;
	}
	read->span = expr->span;
	read->type = value_type(c, read, type, member);
	return read;
}

static struct expr *tuple_member(struct checker *c, struct expr *left, uint64_t index,
				 struct span span)
{
	struct type *end;
	struct expr *read = continue_read(c, left, &end);
	struct type *type = left->type;

	if (index >= type->members.count) {
		struct diag *diag =
		    check_error(c, "tuple-index", span, "%s has no element %llu",
				check_type_name(c, type), (unsigned long long)index);

		diag_hint(c->diags, diag, "it has %u, counted from 0", type->members.count);
		return check_poison(c, span);
	}
	type = type->members.items[index].type;
	add_step(c, read, (uint32_t)index, NULL, type);
	read->type = type;
	read->span = span;
	return read;
}

/* (a=1, b="x").b, as of typeinfo: known now. NULL: not so. */
static struct expr *constant_member(const struct expr *left, const char *name)
{
	struct expr *found = NULL;

	if (left->kind != EXPR_RECORD)
		return NULL;
	for (uint32_t i = 0; i < left->args.count; i++) {
		if (!left->args.items[i]->is_constant)
			return NULL;
		if (strcmp(left->names.items[i], name) == 0)
			found = left->args.items[i];
	}
	return found;
}

static struct expr *no_fields(struct checker *c, const struct expr *expr, const struct type *type)
{
	struct diag *diag = check_error(c, "not-a-struct", expr->span, "%s has no fields",
					check_type_name(c, type));

	if (expr->left && expr->left->builtin && expr->left->builtin->id == BUILTIN_CURTASK)
		diag_hint(c->diags, diag,
			  "this kernel has no BTF, so struct task_struct is not known; "
			  "SONDE_BTF=FILE names one");
	else if (type->kind == TYPE_INT && expr->name[0] >= '0' && expr->name[0] <= '9')
		diag_hint(c->diags, diag, "numbers are whole: there is no floating point");
	else if (type->kind == TYPE_INT && type->size == 8)
		diag_hint(c->diags, diag, "cast it first: ((struct NAME *)x).%s", expr->name);
	return check_poison(c, expr->span);
}

struct expr *check_field(struct checker *c, struct expr *expr)
{
	/* only a field of args is a value, never the whole */
	struct expr *left = check_expr(c, expr->left), *read;
	struct expr *constant = constant_member(left, expr->name);
	struct type *type = left->type, *end;

	if (check_is_poison(left))
		return check_poison(c, expr->span);
	if (constant)
		return constant;
	if (type->kind == TYPE_POINTER) {
		struct type *root = type->element;

		type_complete(c->types, root);
		if (!type_is_struct(root))
			return no_fields(c, expr, type);
		if (root->is_incomplete) {
			check_error(c, "incomplete-fields", expr->span,
				    "the fields of %s are not known", check_type_name(c, root));
			return check_poison(c, expr->span);
		}
		read = new_read(c, left, root, type->space, expr->span);
		return read_member(c, read, root, expr);
	}
	if (type->kind == TYPE_TUPLE && expr->name[0] >= '0' && expr->name[0] <= '9')
		return tuple_member(c, left, strtoull(expr->name, NULL, 10), expr->span);
	if (left->kind == EXPR_IDENTIFIER && left->builtin && left->builtin->id == BUILTIN_ARGS) {
		read = new_read(c, left, type, SPACE_CONTEXT, expr->span);
		return read_member(c, read, type, expr);
	}
	if (!type_is_struct(type) && type->kind != TYPE_RECORD)
		return no_fields(c, expr, type);
	read = continue_read(c, left, &end);
	return read_member(c, read, type, expr);
}

struct expr *check_deref(struct checker *c, struct expr *expr)
{
	struct expr *left = check_value(c, expr->left), *read;
	struct type *root;
	struct diag *diag;

	if (check_is_poison(left))
		return left;
	if (left->type->kind == TYPE_INT) { /* as the peer: an address of 64 bits */
		struct type *word = type_int(c->types, 8, false);
		enum address_space space = check_space(c, left->type);

		left =
		    check_convert(c, check_to_int64(c, left), type_pointer(c->types, word, space));
	}
	if (left->type->kind != TYPE_POINTER) {
		check_error(c, "not-a-pointer", expr->span,
			    "%s is no pointer: it cannot be dereferenced",
			    check_type_name(c, left->type));
		return check_poison(c, expr->span);
	}
	root = left->type->element;
	type_complete(c->types, root);
	if (root->kind == TYPE_VOID || root->kind == TYPE_FUNCTION ||
	    (root->is_incomplete && !type_is_opaque(root))) {
		diag = check_error(c, "incomplete-read", expr->span,
				   "%s has no size, so it cannot be read", check_type_name(c, root));
		diag_hint(c->diags, diag, "cast the pointer to what it points to: *(uint64 *)x");
		return check_poison(c, expr->span);
	}
	read = new_read(c, left, root, left->type->space, expr->span);
	read->type = value_type(c, read, root, NULL);
	return read;
}

/* An index as codegen wants it: int64 or uint64. False after a diagnostic. */
static bool check_index_value(struct checker *c, struct expr **index, const struct type *array)
{
	struct expr *value = *index;

	if (value->type->kind != TYPE_INT && value->type->kind != TYPE_ENUM &&
	    !type_is_aggregation(value->type)) {
		check_error(c, "index-type", value->span, "an index must be an integer, not %s",
			    check_type_name(c, value->type));
		return false;
	}
	if (value->is_constant && array->count &&
	    (value->type->is_signed && (int64_t)value->integer < 0
		 ? true
		 : value->integer >= array->count)) {
		struct diag *diag =
		    check_error(c, "index-range", value->span, "the index is out of range");

		diag_hint(c->diags, diag, "the array has %u elements, counted from 0",
			  array->count);
		return false;
	}
	*index = check_to_int64(c, value);
	return true;
}

static struct expr *index_pointer(struct checker *c, struct expr *left, struct expr *index,
				  struct span span)
{
	struct type *element = left->type->element, *array;
	struct expr *read;

	type_complete(c->types, element);
	if (element->kind == TYPE_VOID || element->kind == TYPE_FUNCTION || element->size == 0) {
		struct diag *diag = check_error(c, "incomplete-element", span,
						"%s has no size, so %s cannot be indexed",
						check_type_name(c, element),
						check_type_name(c, left->type));

		diag_hint(c->diags, diag, "cast it to what it points to: ((uint64 *)x)[n]");
		return check_poison(c, span);
	}
	array = type_array(c->types, element, 0);
	read = new_read(c, left, array, left->type->space, span);
	if (!check_index_value(c, &index, array))
		return check_poison(c, span);
	add_step(c, read, 0, index, element);
	read->type = value_type(c, read, element, NULL);
	return read;
}

struct expr *check_index(struct checker *c, struct expr *expr)
{
	struct expr *left = check_value(c, expr->left), *index = check_value(c, expr->right), *read;
	struct type *end, *element;

	if (check_is_poison(left) || check_is_poison(index))
		return check_poison(c, expr->span);
	if (left->type->kind == TYPE_POINTER)
		return index_pointer(c, left, index, expr->span);
	if (left->type->kind == TYPE_TUPLE) {
		if (!index->is_constant || index->type->kind != TYPE_INT) {
			struct diag *diag =
			    check_error(c, "tuple-index-constant", index->span,
					"a tuple's index must be a constant");

			diag_hint(c->diags, diag, "its elements have types of their own: x.0, x.1");
			return check_poison(c, expr->span);
		}
		return tuple_member(c, left, index->integer, expr->span);
	}
	if (left->is_constant && left->type->kind == TYPE_STRING && index->is_constant &&
	    index->type->kind == TYPE_INT && index->integer < left->type->size)
		return check_integer(c, expr->span,
				     index->integer < left->length
					 ? (uint64_t)(int8_t)left->text[index->integer]
					 : 0,
				     type_int(c->types, 1, true));
	read = continue_read(c, left, &end);
	if (end->kind == TYPE_STRING)
		end = type_array(c->types, type_int(c->types, 1, true), end->size);
	if (end->kind != TYPE_ARRAY) {
		struct diag *diag = check_error(c, "not-indexable", expr->span,
						"%s cannot be indexed",
						check_type_name(c, left->type));

		diag_hint(c->diags, diag,
			  "arrays, pointers, strings and tuples can be; maps start with @");
		return check_poison(c, expr->span);
	}
	if (!check_index_value(c, &index, end))
		return check_poison(c, expr->span);
	if (left->type->kind == TYPE_STRING && read != left)
		read->access.root = end;
	element = end->element;
	add_step(c, read, 0, index, element);
	read->type = value_type(c, read, element, NULL);
	read->span = expr->span;
	return read;
}
