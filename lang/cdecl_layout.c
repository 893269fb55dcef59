/* Layout: where the members of a struct or union are, as gcc puts them (System V ABI; on arm64 unnamed
 * bitfields count for the alignment). */
#include "lang/cdecl_parse.h"

#ifdef __aarch64__
#define UNNAMED_BITFIELDS_ALIGN true
#else
#define UNNAMED_BITFIELDS_ALIGN false
#endif

static uint64_t align_up(uint64_t value, uint64_t align)
{
	return align > 1 ? (value + align - 1) / align * align : value;
}

struct layout {
	struct types *types;
	struct type *type;
	bool packed;
	uint32_t pack;
	uint64_t end, widest; /* bits */
	uint32_t align;	      /* bytes */
};

/* Not more than #pragma pack allows. */
static uint32_t packed_to(const struct layout *layout, uint32_t align)
{
	return layout->pack && align > layout->pack ? layout->pack : align;
}

static void add(struct layout *layout, const struct c_field *field, uint64_t at, uint64_t bits,
		uint32_t align)
{
	struct type_member *member;

	if (!field->is_bitfield || field->name[0]) {
		member = type_add_member(layout->types, layout->type, field->name, field->type,
					 field->is_bitfield ? field->bits : 0);
		member->bit_offset = at;
	}
	layout->end = at + bits;
	if (layout->end > layout->widest)
		layout->widest = layout->end;
	if (align > layout->align)
		layout->align = align;
}

static void add_bitfield(struct layout *layout, const struct c_field *field)
{
	uint64_t unit = (uint64_t)field->type->size * 8;
	uint64_t boundary = 8ull * field->type->align;
	bool packed = layout->packed || field->attributes.packed;
	uint64_t at = layout->type->kind == TYPE_UNION ? 0 : layout->end;
	uint32_t align = packed && !layout->pack ? 1 : packed_to(layout, field->type->align);
	uint32_t least = packed_to(layout, field->attributes.align);

	if (!field->bits) {

		at = align_up(at, boundary > 8ull * least ? boundary : 8ull * least);
		add(layout, field, at, 0, UNNAMED_BITFIELDS_ALIGN ? field->type->align : 1);
		return;
	}
	if (least) {
		at = align_up(at, 8ull * least);
		if (least > align)
			align = least;
	}
	/* under #pragma pack a bitfield may lie anywhere */
	if (!packed && !layout->pack && boundary && (at % boundary + field->bits + boundary - 1) / boundary > unit / boundary)
		at = align_up(at, boundary);
	add(layout, field, at, field->bits, field->name[0] || UNNAMED_BITFIELDS_ALIGN ? align : 1);
}

void c_layout(struct types *types, struct c_open *open)
{
	struct layout layout = { .types = types, .type = open->type, .align = 1 };
	uint64_t size;

	layout.packed = open->attributes.packed;
	layout.pack = open->pack;
	for (uint32_t i = 0; i < open->fields.count; i++) {
		const struct c_field *field = &open->fields.items[i];
		uint32_t align = field->type->align ? field->type->align : 1;
		uint64_t at = open->type->kind == TYPE_UNION ? 0 : layout.end;

		if (field->is_bitfield) {
			add_bitfield(&layout, field);
			continue;
		}
		if (layout.packed || field->attributes.packed)
			align = 1;
		if (field->attributes.align > align)
			align = field->attributes.align;
		align = packed_to(&layout, align);
		add(&layout, field, align_up(at, 8ull * align), 8ull * field->type->size, align);
	}
	if (open->attributes.last_align > layout.align)
		layout.align = open->attributes.last_align;
	size = align_up(layout.widest, 8ull * layout.align) / 8;
	open->type->size = size > C_OBJECT_MAX ? C_OBJECT_MAX + 1 : (uint32_t)size;
	open->type->align = layout.align;
}
