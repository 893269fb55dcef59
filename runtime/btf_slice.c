/* BTF slice: the kernel's BTF is megabytes, and libbpf reads it all as soon as an image has one CO-RE
 * relocation. Here only the types that the relocations start from, and what those embed, are
 * copied; pointers become void pointers, since no relocation goes through one. */
#include "btf_slice.h"

#include "base/btf_view.h"
#include "btf_layout.h"
#include "core_relocations.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLICE_TYPES_MAX = 200000 };

struct slice {
	struct arena *arena;
	const struct btf_view *view;
	struct btf *btf;
	uint32_t *new_ids; /* by id in the view; 0: not taken */
	LIST(uint32_t) queue; /* ids in the view, in the order of their new ids */
	uint32_t next_id;
	int pointer;
};

static uint32_t kind_of(const struct btf_type *type)
{
	return BTF_INFO_KIND(type->info);
}

/* The id behind typedefs and modifiers; 0: void. */
static uint32_t resolve(const struct btf_view *view, uint32_t id)
{
	for (int depth = 0; depth < 64; depth++) {
		const struct btf_type *type = btf_view_type(view, id);

		if (!type)
			return 0;
		switch (kind_of(type)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG: id = type->type; break;
		default: return id;
		}
	}
	return 0;
}

static uint32_t take(struct slice *slice, uint32_t id)
{
	if (!slice->new_ids[id]) {
		*list_push(slice->arena, &slice->queue) = id;
		slice->new_ids[id] = slice->next_id++;
	}
	return slice->new_ids[id];
}

/* The new id of a type that is used somewhere. */
static int use(struct slice *slice, uint32_t id)
{
	const struct btf_type *type;

	id = resolve(slice->view, id);
	type = id ? btf_view_type(slice->view, id) : NULL;
	if (!type)
		return 0;
	if (kind_of(type) == BTF_KIND_PTR || kind_of(type) == BTF_KIND_FUNC_PROTO)
		return slice->pointer;
	return (int)take(slice, id);
}

static int copy_composite(struct slice *slice, const struct btf_type *type, const char *name)
{
	const struct btf_member *member = (const void *)(type + 1);
	bool has_bits = BTF_INFO_KFLAG(type->info);
	int id = kind_of(type) == BTF_KIND_STRUCT ? btf__add_struct(slice->btf, name, type->size)
						  : btf__add_union(slice->btf, name, type->size);

	for (uint32_t i = 0; id >= 0 && i < BTF_INFO_VLEN(type->info); i++, member++) {
		uint32_t bits = has_bits ? BTF_MEMBER_BITFIELD_SIZE(member->offset) : 0;
		uint32_t offset = has_bits ? BTF_MEMBER_BIT_OFFSET(member->offset) : member->offset;
		int error = btf__add_field(slice->btf,
					   btf_view_string(slice->view, member->name_off),
					   use(slice, member->type), offset, bits);

		if (error)
			return error;
	}
	return id;
}

static int copy_enum(struct slice *slice, const struct btf_type *type, const char *name)
{
	const struct btf_enum *value = (const void *)(type + 1);
	bool is_signed = BTF_INFO_KFLAG(type->info);
	int id = btf__add_enum(slice->btf, name, type->size);

	for (uint32_t i = 0; id >= 0 && i < BTF_INFO_VLEN(type->info); i++, value++) {
		int error = btf__add_enum_value(
			slice->btf, btf_view_string(slice->view, value->name_off),
			is_signed ? (int64_t)value->val : (int64_t)(uint32_t)value->val);

		if (error)
			return error;
	}
	return id;
}

static int copy_enum64(struct slice *slice, const struct btf_type *type, const char *name)
{
	const struct btf_enum64 *value = (const void *)(type + 1);
	int id = btf__add_enum64(slice->btf, name, type->size, BTF_INFO_KFLAG(type->info));

	for (uint32_t i = 0; id >= 0 && i < BTF_INFO_VLEN(type->info); i++, value++) {
		int error = btf__add_enum64_value(slice->btf,
						  btf_view_string(slice->view, value->name_off),
						  (uint64_t)value->val_hi32 << 32 | value->val_lo32);

		if (error)
			return error;
	}
	return id;
}

/* Copies one type; what it embeds is queued. Always makes exactly one new type. */
static int copy(struct slice *slice, const struct btf_type *type)
{
	const char *name = btf_view_name(slice->view, type);
	const struct btf_array *array = (const void *)(type + 1);
	uint32_t info;

	switch (kind_of(type)) {
	case BTF_KIND_INT:
		memcpy(&info, type + 1, sizeof(info));
		return btf__add_int(slice->btf, *name ? name : "int", type->size,
				    (int)BTF_INT_ENCODING(info));
	case BTF_KIND_FLOAT: return btf__add_float(slice->btf, name, type->size);
	case BTF_KIND_ARRAY:
		return btf__add_array(slice->btf, use(slice, array->index_type),
				      use(slice, array->type), array->nelems);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION: return copy_composite(slice, type, name);
	case BTF_KIND_ENUM: return copy_enum(slice, type, name);
	case BTF_KIND_ENUM64: return copy_enum64(slice, type, name);
	case BTF_KIND_TYPEDEF: return btf__add_typedef(slice->btf, name, use(slice, type->type));
	default: return btf__add_fwd(slice->btf, *name ? name : "unknown", BTF_FWD_STRUCT);
	}
}

static int copy_queue(struct slice *slice)
{
	for (uint32_t i = 0; i < slice->queue.count; i++) {
		int id = copy(slice, btf_view_type(slice->view, slice->queue.items[i]));

		if (id < 0)
			return id;
		if ((uint32_t)id != slice->new_ids[slice->queue.items[i]] || i > SLICE_TYPES_MAX)
			return -EINVAL;
	}
	return 0;
}

/* Takes the first type of each wanted name and kind, in one pass. */
static void take_roots(struct slice *slice, struct core_roots *roots)
{
	uint64_t initials = 0;

	for (uint32_t i = 0; i < roots->list.count; i++)
		initials |= 1ull << (roots->list.items[i].name[0] & 63);
	for (uint32_t id = 1; id <= btf_view_count(slice->view); id++) {
		const struct btf_type *type = btf_view_type(slice->view, id);
		const char *name;

		if (!type || !type->name_off)
			continue;
		name = btf_view_string(slice->view, type->name_off);
		if (!(initials >> (name[0] & 63) & 1))
			continue;
		for (uint32_t i = 0; i < roots->list.count; i++) {
			struct core_root *root = &roots->list.items[i];

			if (root->is_found || strcmp(root->name, name) ||
			    !core_root_kind_matches(root, kind_of(type)))
				continue;
			root->is_found = true;
			take(slice, id);
		}
	}
}

static int copy_from(struct slice *slice, const struct btf_view *view, struct core_roots *roots)
{
	slice->view = view;
	slice->queue.count = 0;
	slice->new_ids = calloc(btf_view_count(view) + 1u, sizeof(*slice->new_ids));
	slice->next_id = btf__type_cnt(slice->btf);
	if (!slice->new_ids)
		return -ENOMEM;
	take_roots(slice, roots);
	return copy_queue(slice);
}

static bool any_missing(const struct core_roots *roots)
{
	for (uint32_t i = 0; i < roots->list.count; i++)
		if (!roots->list.items[i].is_found)
			return true;
	return false;
}

/* Types that the kernel itself does not have, from the modules that the plan names. */
static int copy_from_modules(struct session *session, struct slice *slice,
			     const struct btf_view *kernel, struct core_roots *roots)
{
	const struct plan *plan = session->plan;
	int error = 0;

	for (uint32_t i = 0; !error && i < plan->kernel_types.count && any_missing(roots); i++) {
		const char *module = plan_string(plan, plan->kernel_types.items[i].module);
		struct btf_view *view;

		if (!*module || strchr(module, '/') ||
		    btf_view_open(arena_printf(session->arena, "/sys/kernel/btf/%s", module), kernel,
				  &view))
			continue;
		free(slice->new_ids);
		error = copy_from(slice, view, roots);
		btf_view_free(view);
	}
	return error;
}

static int write_memory_file(const struct btf *btf, int *fd)
{
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	*fd = data ? memfd_create("sonde-btf", MFD_CLOEXEC) : -1;
	if (*fd < 0)
		return data ? -errno : -ENOMEM;
	for (uint32_t at = 0; at < size;) {
		ssize_t count = write(*fd, (const char *)data + at, size - at);

		if (count <= 0)
			return -EIO;
		at += (uint32_t)count;
	}
	return 0;
}

int btf_slice_create(struct session *session, const struct image_sections *sections, int *fd)
{
	struct slice slice = {.arena = session->arena, .btf = btf__new_empty()};
	struct btf *local = btf__new(sections->btf.data, (uint32_t)sections->btf.size);
	struct core_roots roots = {0};
	struct btf_view *kernel = NULL;
	int error = 0;

	*fd = -1;
	if (!local || !slice.btf || !image_has_relocations(sections))
		goto out;
	error = core_roots_find(session, sections, local, &roots);
	if (error)
		goto out;
	slice.pointer = btf__add_ptr(slice.btf, 0);
	error = btf_layouts_add(session, slice.btf, local, slice.pointer);
	if (error)
		goto out;
	if (roots.list.count) {
		error = btf_view_open("/sys/kernel/btf/vmlinux", NULL, &kernel);
		if (error) {
			error = session_fail(session, error, roots.list.items[0].source,
					     "it needs CONFIG_DEBUG_INFO_BTF, which distributions' "
					     "kernels have since 2020",
					     "this kernel has no type information (BTF)");
			goto out;
		}
		error = copy_from(&slice, kernel, &roots);
		if (!error)
			error = copy_from_modules(session, &slice, kernel, &roots);
	}
	if (!error)
		error = write_memory_file(slice.btf, fd);
out:
	free(slice.new_ids);
	btf_view_free(kernel);
	btf__free(local);
	btf__free(slice.btf);
	return error;
}
