/* Types: makers, C layout, comparison and printing. Between everything in lang and codegen; owns no
 * type source (BTF, tracefs and the script's C definitions fill structs through load_members). */
#include "lang/type.h"

#include <string.h>

#define PRINT_DEPTH 16
#define EQUAL_DEPTH 32
#define FIND_DEPTH 16

static const char *const kind_names[TYPE_KIND_COUNT] = {
#define X(id, name) [id] = name,
	TYPE_KINDS(X)
#undef X
};

/* Size and alignment of the kinds that base/value.h lays out. */
static const struct {
	uint8_t size, align;
} plain_sizes[TYPE_KIND_COUNT] = {
	[TYPE_BOOL] = { 1, 1 },
	[TYPE_KSTACK] = { sizeof(struct value_stack), 8 },
	[TYPE_USTACK] = { sizeof(struct value_stack), 8 },
	[TYPE_KSYM] = { 8, 8 },
	[TYPE_USYM] = { sizeof(struct value_usym), 8 },
	[TYPE_INET] = { sizeof(struct value_inet), 4 },
	[TYPE_MAC] = { 6, 1 },
	[TYPE_CGROUP_PATH] = { 8, 8 },
	[TYPE_USERNAME] = { 4, 4 },
	[TYPE_TIMESTAMP] = { sizeof(struct value_timestamp), 8 },
	[TYPE_PROBE] = { 8, 8 },
	[TYPE_COUNT] = { sizeof(struct value_count), 8 },
	[TYPE_SUM] = { sizeof(struct value_sum), 8 },
	[TYPE_AVG] = { sizeof(struct value_sum), 8 },
	[TYPE_MIN] = { sizeof(struct value_extreme), 8 },
	[TYPE_MAX] = { sizeof(struct value_extreme), 8 },
	[TYPE_STATS] = { sizeof(struct value_sum), 8 },
};

const char *type_kind_name(enum type_kind kind)
{
	return (unsigned int)kind < TYPE_KIND_COUNT ? kind_names[kind] : "?";
}

static struct type *new_type(struct types *types, enum type_kind kind, uint32_t size,
			     uint32_t align)
{
	struct type *type = arena_new(types->arena, struct type);

	type->kind = kind;
	type->size = size;
	type->align = align;
	type->members_loaded = true;
	return type;
}

void types_init(struct types *types, struct arena *arena)
{
	memset(types, 0, sizeof(*types));
	types->arena = arena;
	types->poison = new_type(types, TYPE_POISON, 0, 1);
	types->void_ = new_type(types, TYPE_VOID, 0, 1);
	types->bool_ = new_type(types, TYPE_BOOL, 1, 1);
	for (uint32_t sign = 0; sign < 2; sign++)
		for (uint32_t log = 0; log < 4; log++) {
			struct type *type = new_type(types, TYPE_INT, 1u << log, 1u << log);

			type->is_signed = sign;
			types->ints[sign][log] = type;
		}
}

struct type *type_int(struct types *types, uint32_t size, bool is_signed)
{
	uint32_t log = size <= 1 ? 0 : size <= 2 ? 1 : size <= 4 ? 2 : 3;

	return types->ints[is_signed][log];
}

struct type *type_pointer(struct types *types, struct type *element, enum address_space space)
{
	struct type *type = new_type(types, TYPE_POINTER, 8, 8);

	type->element = element;
	type->space = space;
	return type;
}

struct type *type_string(struct types *types, uint32_t size)
{
	return new_type(types, TYPE_STRING, size, 1);
}

struct type *type_buffer(struct types *types, uint32_t capacity)
{
	return new_type(types, TYPE_BUFFER, 4 + capacity, 4);
}

struct type *type_array(struct types *types, struct type *element, uint32_t count)
{
	uint64_t size = (uint64_t)element->size * count;
	struct type *type =
		new_type(types, TYPE_ARRAY, size > UINT32_MAX ? 0 : (uint32_t)size, element->align);

	type->element = element;
	type->count = count;
	return type;
}

struct type *type_plain(struct types *types, enum type_kind kind)
{
	return new_type(types, kind, plain_sizes[kind].size, plain_sizes[kind].align);
}

struct type *type_hist(struct types *types, uint32_t bits)
{
	struct type *type =
		new_type(types, TYPE_HIST, 8 * value_hist_bucket_count(bits), 8);

	type->hist.bits = bits;
	return type;
}

struct type *type_lhist(struct types *types, int64_t min, int64_t max, int64_t step)
{
	struct type *type = new_type(types, TYPE_LHIST,
				     8 * (2 + value_lhist_step_count(min, max, step)), 8);

	type->hist.min = min;
	type->hist.max = max;
	type->hist.step = step;
	return type;
}

struct type *type_tuple(struct types *types, struct type **members, const char **names,
			uint32_t count)
{
	struct type *type = new_type(types, names ? TYPE_RECORD : TYPE_TUPLE, 0, 0);

	for (uint32_t i = 0; i < count; i++)
		type_add_member(types, type, names ? names[i] : "", members[i], 0);
	type_layout(type, false);
	return type;
}

struct type *type_struct(struct types *types, enum type_kind kind, const char *name,
			 enum struct_origin origin)
{
	struct type *type = new_type(types, kind, 0, 0);

	type->name = name ? name : "";
	type->origin = origin;
	type->module = "";
	return type;
}

struct type_member *type_add_member(struct types *types, struct type *type, const char *name,
				    struct type *member, uint32_t bit_size)
{
	struct type_member *row = list_push(types->arena, &type->members);

	row->name = name ? name : "";
	row->type = member;
	row->bit_size = bit_size;
	return row;
}

static uint64_t align_up(uint64_t value, uint64_t align)
{
	return align > 1 ? (value + align - 1) / align * align : value;
}

void type_layout(struct type *type, bool packed)
{
	uint64_t end = 0, widest = 0; /* bits */
	uint32_t align = type->align ? type->align : 1;

	for (uint32_t i = 0; i < type->members.count; i++) {
		struct type_member *member = &type->members.items[i];
		uint64_t unit = (uint64_t)member->type->size * 8;
		uint32_t member_align = packed || !member->type->align ? 1 : member->type->align;
		uint64_t at = type->kind == TYPE_UNION ? 0 : end;
		uint64_t bits = member->bit_size ? member->bit_size : unit;

		if (!member->bit_size)
			at = align_up(at, 8 * (uint64_t)member_align);
		else if (!packed && unit && at / unit != (at + bits - 1) / unit)
			at = align_up(at, unit);
		member->bit_offset = at;
		end = at + bits;
		if (end > widest)
			widest = end;
		if (member_align > align)
			align = member_align;
	}
	widest = align_up(widest, 8 * (uint64_t)align) / 8;
	type->size = widest > UINT32_MAX ? UINT32_MAX : (uint32_t)widest;
	type->align = align;
}

void type_complete(struct types *types, struct type *type)
{
	if (type->members_loaded)
		return;
	type->members_loaded = true;
	if (types->load_members)
		types->load_members(types->load_context, type);
}

bool type_is_integer(const struct type *type)
{
	return type->kind == TYPE_INT || type->kind == TYPE_ENUM || type->kind == TYPE_BOOL;
}

bool type_is_aggregation(const struct type *type)
{
	return type->kind >= TYPE_COUNT && type->kind <= TYPE_LHIST;
}

bool type_is_single(const struct type *type)
{
	return type_is_aggregation(type) && type->kind != TYPE_HIST && type->kind != TYPE_LHIST &&
	       type->kind != TYPE_STATS;
}

bool type_is_struct(const struct type *type)
{
	return type->kind == TYPE_STRUCT || type->kind == TYPE_UNION;
}

bool type_is_opaque(const struct type *type)
{
	return type->kind == TYPE_STRUCT && type->is_incomplete && type->size > 0 &&
	       type->origin == ORIGIN_SCRIPT;
}

bool type_is_aggregate(const struct type *type)
{
	static const bool table[TYPE_KIND_COUNT] = {
		[TYPE_STRING] = true, [TYPE_BUFFER] = true, [TYPE_ARRAY] = true,
		[TYPE_STRUCT] = true, [TYPE_UNION] = true,  [TYPE_TUPLE] = true,
		[TYPE_RECORD] = true, [TYPE_KSTACK] = true, [TYPE_USTACK] = true,
		[TYPE_USYM] = true,   [TYPE_INET] = true,   [TYPE_MAC] = true,
		[TYPE_TIMESTAMP] = true,
	};

	return table[type->kind];
}

static bool equal_at(const struct type *a, const struct type *b, uint32_t depth);

static bool members_equal(const struct type *a, const struct type *b, uint32_t depth)
{
	if (a->members.count != b->members.count)
		return false;
	for (uint32_t i = 0; i < a->members.count; i++) {
		const struct type_member *x = &a->members.items[i], *y = &b->members.items[i];

		if (strcmp(x->name, y->name) != 0 || x->bit_offset != y->bit_offset ||
		    x->bit_size != y->bit_size || x->slot != y->slot || !equal_at(x->type, y->type, depth))
			return false;
	}
	return true;
}

static bool structs_equal(const struct type *a, const struct type *b, uint32_t depth)
{
	if (a->origin != b->origin)
		return false;
	/* System calls with the same arguments have the same type, whatever their names. */
	if (a->origin != ORIGIN_SYSCALL && a->origin != ORIGIN_ARGS && strcmp(a->name, b->name) != 0)
		return false;
	if (a->origin == ORIGIN_KERNEL)
		return a->name[0] ? strcmp(a->module, b->module) == 0 || a->btf_id == b->btf_id :
				    a->btf_id == b->btf_id && strcmp(a->module, b->module) == 0;
	if (a->name[0] && a->origin == ORIGIN_SCRIPT)
		return true;
	/* Each tracepoint's layout is settled apart where the image runs. */
	if (a->origin == ORIGIN_TRACEPOINT && strcmp(a->layout_symbol, b->layout_symbol) != 0)
		return false;
	return a->size == b->size && members_equal(a, b, depth);
}

static bool equal_at(const struct type *a, const struct type *b, uint32_t depth)
{
	if (a == b || depth == 0)
		return true;
	if (!a || !b || a->kind != b->kind)
		return false;
	switch ((int)a->kind) {
	case TYPE_INT:
	case TYPE_STRING:
	case TYPE_BUFFER:
		return a->size == b->size && a->is_signed == b->is_signed;
	case TYPE_ENUM:
		return a->size == b->size && a->is_signed == b->is_signed &&
		       strcmp(a->name ? a->name : "", b->name ? b->name : "") == 0;
	case TYPE_POINTER:
		return a->space == b->space && equal_at(a->element, b->element, depth - 1);
	case TYPE_ARRAY:
		return a->count == b->count && equal_at(a->element, b->element, depth - 1);
	case TYPE_STRUCT:
	case TYPE_UNION:
		return structs_equal(a, b, depth - 1);
	case TYPE_TUPLE:
	case TYPE_RECORD:
		return members_equal(a, b, depth - 1);
	case TYPE_KSTACK:
	case TYPE_USTACK:
		return a->count == b->count && a->stack_mode == b->stack_mode;
	case TYPE_HIST:
	case TYPE_LHIST:
		return a->hist.bits == b->hist.bits && a->hist.min == b->hist.min &&
		       a->hist.max == b->hist.max && a->hist.step == b->hist.step;
	default:
		return !type_is_aggregation(a) || a->is_signed == b->is_signed;
	}
}

bool type_equal(const struct type *a, const struct type *b)
{
	return equal_at(a, b, EQUAL_DEPTH);
}

static uint32_t find_at(struct types *types, struct type *type, const char *name, uint32_t *steps,
			uint32_t max_steps, uint32_t depth)
{
	if (!type_is_struct(type) && type->kind != TYPE_RECORD)
		return 0;
	type_complete(types, type);
	if (max_steps == 0 || depth == 0)
		return 0;
	for (uint32_t i = 0; i < type->members.count; i++)
		if (name[0] && strcmp(type->members.items[i].name, name) == 0) {
			steps[0] = i;
			return 1;
		}
	for (uint32_t i = 0; i < type->members.count; i++) {
		const struct type_member *member = &type->members.items[i];
		uint32_t found;

		if (member->name[0])
			continue;
		found = find_at(types, member->type, name, steps + 1, max_steps - 1, depth - 1);
		if (found) {
			steps[0] = i;
			return found + 1;
		}
	}
	return 0;
}

struct type *type_of_texts(struct types *types, struct type *type)
{
	const struct type *element = type->element;
	struct type *text;

	if (type->kind != TYPE_ARRAY || !type->count)
		return type;
	if (element->kind == TYPE_INT && element->size == 1 && element->is_signed)
		return type_string(types, type->count);
	text = type_of_texts(types, type->element);
	return text == element ? type : type_array(types, text, type->count);
}

uint32_t type_find_member(struct types *types, struct type *type, const char *name,
			  uint32_t *steps, uint32_t max_steps)
{
	return find_at(types, type, name, steps, max_steps, FIND_DEPTH);
}

static void print_at(const struct type *type, struct strbuf *out, uint32_t depth);

static void print_members(const struct type *type, struct strbuf *out, uint32_t depth)
{
	bool is_record = type->kind == TYPE_RECORD;

	strbuf_add(out, is_record ? "record { " : "(");
	for (uint32_t i = 0; i < type->members.count; i++) {
		const struct type_member *member = &type->members.items[i];

		if (i)
			strbuf_add(out, is_record ? ", " : ",");
		if (is_record)
			strbuf_printf(out, ".%s = ", member->name);
		print_at(member->type, out, depth);
	}
	strbuf_add(out, is_record ? " }" : ")");
}

static void print_tagged(const char *keyword, const struct type *type, struct strbuf *out)
{
	if (type_is_opaque(type))
		strbuf_add(out, type->name);
	else if (type->name && type->name[0])
		strbuf_printf(out, "%s %s", keyword, type->name);
	else
		strbuf_printf(out, "%s <anonymous>", keyword);
}

static void print_at(const struct type *type, struct strbuf *out, uint32_t depth)
{
	if (!type || depth == 0) {
		strbuf_add(out, "...");
		return;
	}
	switch ((int)type->kind) {
	case TYPE_INT:
		strbuf_printf(out, "%sint%u", type->is_signed ? "" : "u", type->size * 8);
		break;
	case TYPE_ENUM:
	case TYPE_STRUCT:
	case TYPE_UNION:
		print_tagged(kind_names[type->kind], type, out);
		break;
	case TYPE_POINTER:
		print_at(type->element, out, depth - 1);
		strbuf_add(out, type->element->kind == TYPE_POINTER ? "*" : " *");
		break;
	case TYPE_STRING:
		strbuf_printf(out, "string[%u]", type->size);
		break;
	case TYPE_BUFFER:
		strbuf_printf(out, "buffer[%u]", type->size - 4);
		break;
	case TYPE_ARRAY:
		print_at(type->element, out, depth - 1);
		strbuf_printf(out, "[%u]", type->count);
		break;
	case TYPE_TUPLE:
	case TYPE_RECORD:
		print_members(type, out, depth - 1);
		break;
	default:
		strbuf_add(out, type_kind_name(type->kind));
	}
}

void type_print(const struct type *type, struct strbuf *out)
{
	print_at(type, out, PRINT_DEPTH);
}

const char *type_text(struct arena *arena, const struct type *type)
{
	struct strbuf buf = { 0 };
	const char *text;

	type_print(type, &buf);
	text = arena_strdup(arena, strbuf_text(&buf));
	strbuf_free(&buf);
	return text;
}
