/* CO-RE relocations: the table in .BTF.ext (Documentation/bpf/btf.rst and llvm_reloc.rst). */
#include "core_relocations.h"

#include <errno.h>
#include <string.h>

/* Start of .BTF.ext. */
struct ext_header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t length;
	uint32_t func_offset, func_length, line_offset, line_length;
	uint32_t relocation_offset, relocation_length;
};

static uint32_t word_at(const unsigned char *data, size_t offset)
{
	uint32_t word;

	memcpy(&word, data + offset, sizeof(word));
	return word;
}

static bool is_layout(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->layouts.count; i++)
		if (!strcmp(plan_string(plan, plan->layouts.items[i].symbol), name))
			return true;
	return false;
}

bool core_root_kind_matches(const struct core_root *root, uint32_t kind)
{
	bool root_is_enum = root->kind == BTF_KIND_ENUM || root->kind == BTF_KIND_ENUM64;

	if (root_is_enum)
		return kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64;
	return kind == root->kind;
}

static void add_root(struct session *session, const struct btf *local, uint32_t id,
		     struct core_roots *roots)
{
	const struct btf_type *type = btf__type_by_id(local, id);
	const char *name = type ? btf__name_by_offset(local, type->name_off) : NULL;
	const char *flavour;
	struct core_root *root;

	while (type && btf_is_mod(type)) {
		type = btf__type_by_id(local, type->type);
		name = type ? btf__name_by_offset(local, type->name_off) : NULL;
	}
	if (!name || !*name)
		return;
	flavour = strstr(name, "___");
	name = arena_strndup(session->arena, name,
			     flavour ? (size_t)(flavour - name) : strlen(name));
	if (is_layout(session->plan, name))
		return;
	for (uint32_t i = 0; i < roots->list.count; i++)
		if (roots->list.items[i].kind == btf_kind(type) &&
		    !strcmp(roots->list.items[i].name, name))
			return;
	root = list_push(session->arena, &roots->list);
	*root = (struct core_root){.name = name, .kind = btf_kind(type), .source = PLAN_NONE};
}

int core_roots_find(struct session *session, const struct image_sections *sections,
		    const struct btf *local, struct core_roots *roots)
{
	const unsigned char *data = sections->btf_ext.data;
	struct ext_header header;
	uint64_t at, end, row_size;

	if (sections->btf_ext.size < sizeof(header))
		return 0;
	memcpy(&header, data, sizeof(header));
	at = (uint64_t)header.length + header.relocation_offset;
	end = at + header.relocation_length;
	if (end > sections->btf_ext.size || header.relocation_length < 4)
		return -EINVAL;
	row_size = word_at(data, at);
	if (row_size < 16)
		return -EINVAL;
	at += 4;
	while (at + 8 <= end) {
		uint64_t count = word_at(data, at + 4);

		at += 8;
		if (count * row_size > end - at)
			return -EINVAL;
		for (; count; count--, at += row_size)
			add_root(session, local, word_at(data, at + 4), roots);
	}
	return 0;
}
