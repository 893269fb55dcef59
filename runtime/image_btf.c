/* Image's BTF, looked through before libbpf opens the object: libbpf follows type ids and names
 * without a doubt, so that a damaged file would crash it. */
#include "image_open.h"

#include <bpf/btf.h>

enum { CHAIN_LIMIT = 32 };

static bool is_type(const struct btf *btf, uint32_t id)
{
	return id < btf__type_cnt(btf);
}

/* The ids and names behind the type's own words: members, parameters, variables of a section. */
static bool parts_are_valid(const struct btf *btf, const struct btf_type *type)
{
	uint16_t count = btf_vlen(type);

	for (uint16_t i = 0; i < count; i++) {
		uint32_t id = 0, name = 0;

		if (btf_is_composite(type)) {
			id = btf_members(type)[i].type;
			name = btf_members(type)[i].name_off;
		} else if (btf_is_func_proto(type)) {
			id = btf_params(type)[i].type;
			name = btf_params(type)[i].name_off;
		} else if (btf_is_datasec(type)) {
			id = btf_var_secinfos(type)[i].type;
		} else if (btf_is_enum(type)) {
			name = btf_enum(type)[i].name_off;
		}
		if (!is_type(btf, id) || !btf__str_by_offset(btf, name))
			return false;
	}
	return true;
}

static bool type_is_valid(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	unsigned length = 0;

	if (!btf__str_by_offset(btf, type->name_off))
		return false;
	if (btf_is_array(type) &&
	    (!is_type(btf, btf_array(type)->type) || !is_type(btf, btf_array(type)->index_type)))
		return false;
	if (btf_is_ptr(type) || btf_is_mod(type) || btf_is_typedef(type) || btf_is_func(type) ||
	    btf_is_func_proto(type) || btf_is_var(type) || btf_is_decl_tag(type) || btf_is_type_tag(type))
		if (!is_type(btf, type->type))
			return false;
	for (; btf_is_mod(type) || btf_is_typedef(type); length++) { /* no ring of typedefs */
		if (length > CHAIN_LIMIT || !is_type(btf, type->type))
			return false;
		type = btf__type_by_id(btf, type->type);
	}
	return parts_are_valid(btf, btf__type_by_id(btf, id));
}

bool image_btf_is_valid(const struct image_section *section)
{
	struct btf *btf;
	bool valid = true;

	if (!section->size)
		return true;
	btf = btf__new(section->data, (uint32_t)section->size);
	if (!btf)
		return false;
	for (uint32_t id = 1; valid && id < btf__type_cnt(btf); id++)
		valid = type_is_valid(btf, id);
	btf__free(btf);
	return valid;
}
