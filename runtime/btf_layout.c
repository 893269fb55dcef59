/* Tracepoint layouts: the image names a struct per event and relocates against it like against any kernel
 * type; here that struct is made, with the offsets that this kernel's format file gives. */
#include "btf_layout.h"

#include "events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct format_field {
	uint32_t offset, size;
};

static bool is_name_char(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* True when the declaration that ends at `end` (exclusive) declares `name`; array bounds and the
 * parentheses of a "(type) name" do not matter. */
static bool declares(const char *start, const char *end, const char *name)
{
	size_t length = strlen(name);

	while (end > start && end[-1] == ']') {
		while (end > start && end[-1] != '[')
			end--;
		end -= end > start;
	}
	while (end > start && !is_name_char(end[-1]))
		end--;
	return (size_t)(end - start) > length && !strncmp(end - length, name, length) &&
	       !is_name_char(end[-(ptrdiff_t)length - 1]);
}

/* "\tfield:TYPE NAME[N];\toffset:O;\tsize:S;\tsigned:X;" */
static bool find_field(const char *format, const char *name, struct format_field *field)
{
	for (const char *at = strstr(format, "field:"); at; at = strstr(at + 1, "field:")) {
		const char *end = strchr(at, ';');
		const char *offset = end ? strstr(end, "offset:") : NULL;
		const char *size = offset ? strstr(offset, "size:") : NULL;

		if (!size)
			return false;
		if (!declares(at + strlen("field:"), end, name))
			continue;
		field->offset = (uint32_t)strtoul(offset + strlen("offset:"), NULL, 10);
		field->size = (uint32_t)strtoul(size + strlen("size:"), NULL, 10);
		return true;
	}
	return false;
}

static const struct btf_type *resolve(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type && (btf_is_mod(type) || btf_is_typedef(type)))
		type = btf__type_by_id(btf, type->type);
	return type;
}

static int add_int(struct btf *to, uint32_t size, bool is_signed)
{
	if (size != 1 && size != 2 && size != 4 && size != 8)
		size = 8;
	return btf__add_int(to, "number", size, is_signed ? BTF_INT_SIGNED : 0);
}

/* A type of the kind that the image has, of the size that the kernel has. */
static int add_member_type(struct btf *to, const struct btf *local, const struct btf_type *type,
			   uint32_t size, int pointer)
{
	const char *name;

	if (!type || btf_is_ptr(type))
		return pointer;
	name = btf__name_by_offset(local, type->name_off);
	if (btf_is_array(type)) {
		const struct btf_type *element = resolve(local, btf_array(type)->type);
		int64_t one = btf__resolve_size(local, btf_array(type)->type);
		int item, index;

		if (one <= 0 || !element || btf_is_array(element))
			one = 1;
		item = add_member_type(to, local, element && btf_is_array(element) ? NULL : element,
				       (uint32_t)one, pointer);
		index = add_int(to, 4, false);
		/* An array without elements stands for __data_loc: libbpf refuses to relocate a load when
		 * the sizes differ. */
		return item < 0 ? item
				: btf__add_array(to, index, item,
						 btf_array(type)->nelems ? size / (uint32_t)one : 0);
	}
	if (btf_is_any_enum(type))
		return btf__add_enum(to, name, size);
	if (btf_is_composite(type))
		return btf_is_struct(type) ? btf__add_struct(to, name, size)
					   : btf__add_union(to, name, size);
	return add_int(to, size, btf_is_int(type) && btf_int_encoding(type) & BTF_INT_SIGNED);
}

/* The members that the image uses of one layout; its structs may come in several flavours. */
struct members {
	LIST(const struct btf_member *) list;
};

static bool has_member(const struct members *members, const struct btf *local, const char *name)
{
	for (uint32_t i = 0; i < members->list.count; i++)
		if (!strcmp(btf__name_by_offset(local, members->list.items[i]->name_off), name))
			return true;
	return false;
}

static void find_members(struct arena *arena, const struct btf *local, const char *symbol,
			 struct members *members)
{
	size_t length = strlen(symbol);

	for (uint32_t id = 1; id < btf__type_cnt(local); id++) {
		const struct btf_type *type = btf__type_by_id(local, id);
		const char *name = btf__name_by_offset(local, type->name_off);

		if (!btf_is_struct(type) || strncmp(name, symbol, length) ||
		    (name[length] && strncmp(name + length, "___", 3)))
			continue;
		for (uint32_t i = 0; i < btf_vlen(type); i++) {
			const struct btf_member *member = btf_members(type) + i;

			name = btf__name_by_offset(local, member->name_off);
			if (!has_member(members, local, name))
				*list_push(arena, &members->list) = member;
		}
	}
}

/* Where the kernel has a member; without a format file (the event is not there, so its program
 * will not be attached) where the image has it. */
static int place_member(struct session *session, const struct plan_layout *layout,
			const struct btf *local, const struct btf_member *member,
			const char *format, struct format_field *field)
{
	const char *name = btf__name_by_offset(local, member->name_off);
	int64_t size = btf__resolve_size(local, member->type);

	*field = (struct format_field){member->offset / 8, size > 0 ? (uint32_t)size : 8};
	if (!format || find_field(format, name, field))
		return 0;
	return session_fail(session, -ENOENT, layout->source, NULL,
			    "tracepoint %s:%s has no member \"%s\" on this kernel",
			    plan_string(session->plan, layout->subsystem),
			    plan_string(session->plan, layout->event), name);
}

/* Types are made before the struct: members follow their struct directly. */
static int add_layout(struct session *session, const struct plan_layout *layout, struct btf *to,
		      const struct btf *local, const char *format, int pointer)
{
	const char *symbol = plan_string(session->plan, layout->symbol);
	struct members members = {0};
	struct format_field *fields;
	uint32_t size = 0;
	int *types, error = 0;

	find_members(session->arena, local, symbol, &members);
	if (!members.list.count)
		return 0;
	fields = arena_alloc(session->arena, members.list.count * sizeof(*fields));
	types = arena_alloc(session->arena, members.list.count * sizeof(*types));
	for (uint32_t i = 0; i < members.list.count; i++) {
		const struct btf_member *member = members.list.items[i];

		error = place_member(session, layout, local, member, format, &fields[i]);
		if (error)
			return error;
		types[i] = add_member_type(to, local, resolve(local, member->type), fields[i].size,
					   pointer);
		if (types[i] < 0)
			return types[i];
		if (fields[i].offset + fields[i].size > size)
			size = fields[i].offset + fields[i].size;
	}
	error = btf__add_struct(to, symbol, size);
	for (uint32_t i = 0; error >= 0 && i < members.list.count; i++)
		error = btf__add_field(
			to, btf__name_by_offset(local, members.list.items[i]->name_off), types[i],
			fields[i].offset * 8, 0);
	return error < 0 ? error : 0;
}

int btf_layouts_add(struct session *session, struct btf *to, const struct btf *local, int pointer)
{
	const struct plan *plan = session->plan;
	int error = 0;

	for (uint32_t i = 0; !error && i < plan->layouts.count; i++) {
		const struct plan_layout *layout = &plan->layouts.items[i];
		struct strbuf format = {0};

		error = events_read_format(plan_string(plan, layout->subsystem),
					   plan_string(plan, layout->event), &format);
		if (error == -ENODEV)
			session_fail(session, error, layout->source,
				     "mount -t tracefs tracefs /sys/kernel/tracing",
				     "tracepoints need tracefs, which is not mounted");
		else if (error == -EACCES || error == -EPERM)
			session_fail(session, error, layout->source, "run it as root",
				     "no permission to read tracepoint formats");
		else
			error = add_layout(session, layout, to, local,
					   error ? NULL : strbuf_text(&format), pointer);
		strbuf_free(&format);
	}
	return error;
}
