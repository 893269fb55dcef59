/* Tags: struct, union and enum, from the opening brace to the closing one. */
#include "lang/cdecl_parse.h"
#include "lang/kernel_types.h"

#include <string.h>

static struct type *new_tag(struct c_parser *p, enum type_kind kind, const char *name)
{
	struct type *type;

	if (kind == TYPE_ENUM) {
		type = arena_new(p->compile->arena, struct type);
		type->kind = TYPE_ENUM;
		type->name = name;
		type->size = type->align = 4;
		type->members_loaded = true;
	} else {
		/* what is declared only may be one of the kernel's: see type_complete */
		type = type_struct(&p->compile->types, kind, name, ORIGIN_SCRIPT);
		type->members_loaded = !name[0];
	}
	type->is_incomplete = true;
	return type;
}

bool c_complete(struct c_parser *p, struct type *type)
{
	struct type *of = type;

	while (of->kind == TYPE_ARRAY)
		of = of->element;
	if (type_is_struct(of))
		type_complete(&p->compile->types, of);
	if (of->is_incomplete && of->kind != TYPE_ENUM)
		return of->size > 0;
	return of->kind != TYPE_VOID;
}

struct type *c_tag_reference(struct c_parser *p, enum type_kind kind, const struct c_token *token)
{
	struct c_name *name = token->name;
	struct type *type = name->tag;

	if (type && type->kind != kind) {
		c_fail(p, "c-tag", token->span, "\"%s\" is a %s", name->text,
		       type->kind == TYPE_ENUM ? "enum" : type->kind == TYPE_UNION ? "union" : "struct");
		return NULL;
	}
	if (!type && kind == TYPE_ENUM)
		type = kernel_types_find(p->compile, kind, name->text);
	if (type)
		return type;
	name->tag = new_tag(p, kind, name->text);
	name->tag_span = token->span;
	return name->tag;
}

void c_tag_open(struct c_parser *p, enum type_kind kind, const struct c_token *token,
		const struct c_attributes *attributes, struct span span)
{
	struct c_name *name = token ? token->name : NULL;
	struct type *type = name ? name->tag : NULL;
	struct c_open *open;

	for (uint32_t i = 0; type && i < p->open.count; i++)
		if (p->open.items[i].type == type)
			type = NULL; /* within itself */
	if (type && (!type->is_incomplete || type->kind != kind)) {
		struct diag *diag;

		/* the script may say again what a header says */
		if (p->is_script && cpp_origin_of(p->cpp, name->tag_span.file) == CPP_SCRIPT) {
			diag = c_fail(p, "c-twice", token->span, "this type is defined twice");
			if (diag)
				diag_note(diag, name->tag_span, "the first time is here");
		}
		type = NULL;
	}
	if (!type)
		type = new_tag(p, kind, name ? name->text : "");
	if (name && !p->failed && (p->is_script || !name->tag || name->tag->is_incomplete)) {
		name->tag = type;
		name->tag_span = token->span;
	}
	open = list_push(p->compile->arena, &p->open);
	*open = (struct c_open){ .type = type, .attributes = *attributes };
	open->pack = p->pack;
	if (p->open.count > C_NESTING_MAX)
		c_fail(p, "c-limit", span, "types are nested too deeply here");
}

static struct c_open *top(struct c_parser *p)
{
	return p->open.count ? &p->open.items[p->open.count - 1] : NULL;
}

/* ---- members ---------------------------------------------------------------------------- */

static void add_field(struct c_parser *p, const char *name, struct type *type,
		      const struct c_attributes *attributes, const struct c_value *bits)
{
	struct c_open *open = top(p);
	struct c_field *field = list_push(p->compile->arena, &open->fields);

	field->name = name;
	field->type = type;
	field->attributes = *attributes;
	field->is_bitfield = bits != NULL;
	field->bits = bits ? (uint32_t)bits->bits : 0;
}

void c_member_base(struct c_parser *p, const struct c_specifiers *base)
{
	if (top(p))
		top(p)->base = *base;
	else
		p->base = *base;
}

void c_member_anonymous(struct c_parser *p, const struct c_specifiers *base)
{
	struct type *type = base->type;

	if (!p->failed && type && type_is_struct(type) && !type->name[0])
		add_field(p, "", type, &base->attributes, NULL);
}

static bool check_bits(struct c_parser *p, const struct type *type, const struct c_value *bits,
		       bool has_name, struct span span)
{
	if (bits->kind != C_VALUE_INTEGER) {
		c_fail(p, "c-bitfield", span, "a bitfield's width is a constant");
		return false;
	}
	if (!type_is_integer(type) || bits->bits > type->size * 8ull || (has_name && !bits->bits)) {
		c_fail(p, "c-bitfield", span, "a bitfield has 1 to the bits of its integer type");
		return false;
	}
	return true;
}

void c_member(struct c_parser *p, struct c_declarator *declarator, const struct c_value *bits,
	      const struct c_attributes *attributes, struct span span)
{
	struct c_attributes all;
	struct c_open *open = top(p);
	struct type *type;

	if (p->failed || !open)
		return;
	all = open->base.attributes;
	c_attributes_add(&all, attributes);
	type = c_declared_type(p, &open->base, declarator);
	if (!type)
		return;
	if (declarator)
		span = declarator->name->span;
	if (bits && !check_bits(p, type, bits, declarator != NULL, span))
		return;
	if (type->kind == TYPE_VOID || type->kind == TYPE_FUNCTION) {
		c_fail(p, "c-member", span, "a member cannot be %s",
		       type->kind == TYPE_VOID ? "void" : "a function");
	} else if (!c_complete(p, type)) {
		c_fail(p, "c-member", span, type->kind == TYPE_ARRAY ?
		       "the type of the array's elements is declared but never defined" :
		       "the member's type is declared but never defined");
	} else {
		add_field(p, declarator ? declarator->name->text : "", type, &all, bits);
	}
}

/* ---- enum ------------------------------------------------------------------------------- */

void c_enum_type(struct c_parser *p, const struct c_specifiers *base)
{
	struct type *type = c_declared_type(p, base, NULL);
	struct c_open *open = top(p);

	if (!type || !open || p->failed)
		return;
	if (!type_is_integer(type)) {
		c_fail(p, "c-enum", base->span, "an enum is of an integer type");
		return;
	}
	open->type->size = open->type->align = type->size;
	open->type->is_signed = type->is_signed;
	open->has_fixed_type = true;
}

void c_enumerator(struct c_parser *p, const struct c_token *token, const struct c_value *value)
{
	struct c_open *open = top(p);
	struct type_enumerator *row;
	struct c_name *name = token->name;

	if (p->failed || !open)
		return;
	if (value && value->kind != C_VALUE_INTEGER) {
		c_fail(p, "c-enum", token->span, "the value of \"%s\" is no constant", name->text);
		return;
	}
	if (p->is_script && name->enumerated &&
	    cpp_origin_of(p->cpp, name->value_span.file) == CPP_SCRIPT) {
		c_fail(p, "c-twice", token->span, "the constant \"%s\" is defined twice", name->text);
		return;
	}
	if (value) {
		open->next = (int64_t)value->bits;
		open->is_huge = !value->type->is_signed && value->bits > INT64_MAX;
	}
	row = list_push(p->compile->arena, &open->type->enumerators);
	row->name = name->text;
	row->value = open->next;
	if (open->next < open->lowest && !open->is_huge)
		open->lowest = open->next;
	if ((open->next > 0 || open->is_huge) && (uint64_t)open->next > open->highest)
		open->highest = (uint64_t)open->next;
	name->enumerated = open->type;
	name->value = open->next;
	name->value_span = token->span;
	open->is_huge = open->next == INT64_MAX || open->is_huge;
	open->next = (int64_t)((uint64_t)open->next + 1);
}

static void close_enum(struct c_open *open)
{
	struct type *type = open->type;

	if (open->has_fixed_type)
		return;
	type->is_signed = open->lowest < 0;
	if (open->attributes.packed) {
		for (type->size = 1; type->size < 8; type->size *= 2) {
			uint32_t bits = type->size * 8 - type->is_signed;

			if (open->highest < 1ull << bits && open->lowest >= -(1ll << bits))
				break;
		}
	} else if (open->lowest < INT32_MIN ||
		   open->highest > (type->is_signed ? INT32_MAX : (uint64_t)UINT32_MAX)) {
		type->size = 8;
	}
	type->align = type->size;
}

struct type *c_tag_close(struct c_parser *p, const struct c_attributes *attributes)
{
	struct c_open *open = top(p);
	struct type *type;

	if (p->failed || !open)
		return NULL;
	type = open->type;
	c_attributes_add(&open->attributes, attributes);
	if (type->kind == TYPE_ENUM)
		close_enum(open);
	else
		c_layout(&p->compile->types, open);
	if (type->size > C_OBJECT_MAX) {
		c_fail(p, "c-limit", p->tokens.list.items[p->at ? p->at - 1 : 0].span,
		       "this type is larger than a gigabyte");
		return NULL;
	}
	type->is_incomplete = false;
	type->members_loaded = true;
	p->open.count--;
	return type;
}
