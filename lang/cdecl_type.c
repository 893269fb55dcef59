/* Types from declarations: what the words before a declarator and the stars and brackets around its
 * name add up to. */
#include "lang/cdecl_parse.h"

#include <string.h>

#define MAX_PARTS 64u

void c_attributes_add(struct c_attributes *to, const struct c_attributes *from)
{
	to->packed |= from->packed;
	if (from->align > to->align)
		to->align = from->align;
	if (from->last_align)
		to->last_align = from->last_align;
	if (from->mode)
		to->mode = from->mode;
	if (from->vector_size)
		to->vector_size = from->vector_size;
}

void c_specifiers_add(struct c_parser *p, struct c_specifiers *to, const struct c_specifiers *item)
{
	bool has_type = item->type || item->is_wrong, had_type = to->type || to->is_wrong;

	if ((has_type && (had_type || to->base)) || (item->base && had_type)) {
		c_fail(p, "c-syntax", item->span, "two types are given here");
		return;
	}
	if (has_type)
		to->type = item->type;
	to->is_wrong |= item->is_wrong;
	to->base |= item->base;
	to->longs += item->longs;
	to->is_typedef |= item->is_typedef;
	c_attributes_add(&to->attributes, &item->attributes);
}

struct c_declarator *c_declarator(struct c_parser *p, const struct c_token *name)
{
	struct c_declarator *declarator = arena_new(p->compile->arena, struct c_declarator);

	declarator->name = name;
	return declarator;
}

struct c_declarator *c_declarator_part(struct c_parser *p, struct c_declarator *declarator,
				       enum c_part_kind kind, const struct c_value *count,
				       struct span span)
{
	struct c_part *part;

	if (!declarator)
		declarator = c_declarator(p, NULL);
	if (declarator->parts.count == MAX_PARTS) {
		c_fail(p, "c-limit", span, "this type is nested too deeply");
		return declarator;
	}
	part = list_push(p->compile->arena, &declarator->parts);
	part->kind = kind;
	part->span = span;
	if (count && (count->kind != C_VALUE_INTEGER || count->bits > C_OBJECT_MAX ||
		      (count->type->is_signed && (int64_t)count->bits < 0)))
		c_fail(p, "c-array", span, count->kind != C_VALUE_INTEGER
					       ? "the size of an array is a constant"
					       : "the size of this array is out of range");
	else if (count)
		part->count = count->bits;
	return declarator;
}

/* A copy with another alignment, or of another size. */
static struct type *adjusted(struct c_parser *p, struct type *type, uint32_t size, uint32_t align)
{
	struct type *copy = arena_new(p->compile->arena, struct type);

	*copy = *type;
	copy->size = size;
	copy->align = align;
	return copy;
}

/* mode(DI), vector_size(16). */
static struct type *with_attributes(struct c_parser *p, struct type *type,
				    const struct c_attributes *attributes)
{
	if (attributes->mode && type->kind == TYPE_INT)
		type = attributes->mode <= 8
			   ? type_int(&p->compile->types, attributes->mode, type->is_signed)
			   : c_base_type(p->compile, 1u << BASE_INT128, 0);
	if (attributes->vector_size && type->size)
		type = adjusted(p, type_array(&p->compile->types, type, attributes->vector_size / type->size),
				attributes->vector_size, attributes->vector_size);
	return type;
}

static struct type *array_of(struct c_parser *p, struct type *type, const struct c_part *part,
			     struct span span)
{
	uint32_t align;

	if (!c_complete(p, type)) {
		c_fail(p, "c-member", span,
		       "the type of the array's elements is declared but never defined");
		return NULL;
	}
	if ((uint64_t)type->size * part->count > C_OBJECT_MAX) {
		c_fail(p, "c-array", part->span, "this array is larger than a gigabyte");
		return NULL;
	}
	align = type->align;
	type = type_array(&p->compile->types, type, (uint32_t)part->count);
	return type->align == align ? type : adjusted(p, type, type->size, align);
}

struct type *c_declared_type(struct c_parser *p, const struct c_specifiers *base,
			     const struct c_declarator *declarator)
{
	struct types *types = &p->compile->types;
	struct type *type = base->type;

	if (p->failed)
		return NULL;
	if (base->base)
		type = c_base_type(p->compile, base->base, base->longs);
	if (!type) {
		if (base->is_wrong)
			c_fail(p, "c-type", base->span, "the type of this is not known");
		else
			c_fail(p, "c-syntax", base->span, "a type is missing here");
		return NULL;
	}
	type = with_attributes(p, type, &base->attributes);
	for (uint32_t i = declarator ? declarator->parts.count : 0; i > 0 && type; i--) {
		const struct c_part *part = &declarator->parts.items[i - 1];

		if (part->kind == PART_POINTER) {
			type = type_pointer(types, type, SPACE_NONE);
		} else if (part->kind == PART_FUNCTION) {
			type = type_plain(types, TYPE_FUNCTION);
			type->size = type->align = 1;
		} else {
			type = array_of(p, type, part,
					declarator->name ? declarator->name->span : part->span);
		}
	}
	return type;
}

void c_declare(struct c_parser *p, const struct c_declarator *declarator,
	       const struct c_attributes *attributes)
{
	struct c_attributes all = p->base.attributes;
	struct c_name *name = declarator->name->name;
	struct type *type;

	c_attributes_add(&all, attributes);
	if (!p->base.is_typedef) {
		if (p->is_script)
			c_fail(p, "c-syntax", declarator->name->span,
			       "only types can be defined here, no variables or functions");
		return;
	}
	type = c_declared_type(p, &p->base, declarator);
	if (!type)
		return;
	type = with_attributes(p, type, attributes);
	if (all.last_align && type->kind != TYPE_FUNCTION) {
		c_complete(p, type);
		type = adjusted(p, type, type->size, all.last_align);
	}
	if (name->typedefed && !p->is_script)
		return; /* the first one holds */
	name->typedefed = type;
	name->typedef_span = declarator->name->span;
}
