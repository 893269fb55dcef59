/* Kernel types: BTF ids become language types, once each; members and enumerators when first looked
 * at. Reads through runtime/base/btf_view; a module's own BTF is opened when a name asks for it. */
#define _GNU_SOURCE
#include "lang/kernel_types.h"

#include "lang/cdecl.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_BTF "/sys/kernel/btf/vmlinux"
#define MODULE_FOLDER "/sys/kernel/btf"
#define MAX_CHAIN 64 /* typedefs and modifiers in a row; hostile BTF may loop */

/* One BTF, the kernel's or a module's, and the types that were made from it so far. */
struct unit {
	const char *module; /* "" for the kernel; of an imported object its path */
	bool is_object;
	LIST(uint32_t) relocated; /* of an object: types that stand for the kernel's */
	struct btf_view *view;
	struct type **types; /* by id; allocated on first use */
};

struct kernel_types {
	struct compile *compile;
	LIST(struct unit *) units; /* [0] is the kernel, when there is BTF */
	LIST(struct unit *) objects; /* imported */
	bool has_modules; /* all modules were opened */
};

static struct type *make_type(struct kernel_types *kernel, struct unit *unit, uint32_t id,
			      uint32_t depth);
static void load_members(void *context, struct type *type);

/* ---- opening --------------------------------------------------------------------------- */

static struct unit *add_unit(struct kernel_types *kernel, const char *module, const char *path)
{
	struct arena *arena = kernel->compile->arena;
	const struct btf_view *base = kernel->units.count ? kernel->units.items[0]->view : NULL;
	struct btf_view *view;
	struct unit *unit;

	if (btf_view_open(path, base, &view) < 0)
		return NULL;
	unit = arena_new(arena, struct unit);
	unit->module = arena_strdup(arena, module);
	unit->view = view;
	*list_push(arena, &kernel->units) = unit;
	return unit;
}

struct kernel_types *kernel_types_get(struct compile *compile)
{
	const char *path = compile->options.machine.btf_path;
	struct kernel_types *kernel = compile->kernel;

	if (kernel)
		return kernel;
	kernel = arena_new(compile->arena, struct kernel_types);
	kernel->compile = compile;
	kernel->has_modules = path != NULL; /* a fixture stands alone */
	compile->kernel = kernel;
	kernel_types_install(compile);
	add_unit(kernel, "", path ? path : DEFAULT_BTF);
	return kernel;
}

void kernel_types_install(struct compile *compile)
{
	compile->types.load_members = load_members;
	compile->types.load_context = compile;
}

const struct btf_view *kernel_types_view(struct compile *compile)
{
	struct kernel_types *kernel = kernel_types_get(compile);

	return kernel->units.count ? kernel->units.items[0]->view : NULL;
}

void kernel_types_free(struct kernel_types *kernel)
{
	for (uint32_t i = kernel ? kernel->units.count : 0; i > 0; i--)
		btf_view_free(kernel->units.items[i - 1]->view);
	for (uint32_t i = 0; kernel && i < kernel->objects.count; i++)
		btf_view_free(kernel->objects.items[i]->view);
}

const struct btf_view *kernel_types_add_object(struct compile *compile, const char *path,
					       const void *data, size_t size)
{
	struct kernel_types *kernel = kernel_types_get(compile);
	struct btf_view *view;
	struct unit *unit;

	if (btf_view_copy(data, size, &view) < 0)
		return NULL;
	unit = arena_new(compile->arena, struct unit);
	unit->module = path;
	unit->is_object = true;
	unit->view = view;
	*list_push(compile->arena, &kernel->objects) = unit;
	return view;
}

static struct unit *unit_of_object(const struct kernel_types *kernel, const struct btf_view *view)
{
	for (uint32_t i = 0; i < kernel->objects.count; i++)
		if (kernel->objects.items[i]->view == view)
			return kernel->objects.items[i];
	return NULL;
}

bool kernel_types_available(struct compile *compile)
{
	return kernel_types_get(compile)->units.count > 0;
}

static struct unit *open_module(struct kernel_types *kernel, const char *module)
{
	char path[512];

	for (uint32_t i = 0; i < kernel->units.count; i++)
		if (strcmp(kernel->units.items[i]->module, module) == 0)
			return kernel->units.items[i];
	if (kernel->has_modules || kernel->units.count == 0 || strchr(module, '/') ||
	    snprintf(path, sizeof(path), MODULE_FOLDER "/%s", module) >= (int)sizeof(path))
		return NULL;
	return add_unit(kernel, module, path);
}

static void open_all_modules(struct kernel_types *kernel)
{
	DIR *folder;
	struct dirent *entry;

	if (kernel->has_modules || kernel->units.count == 0)
		return;
	folder = opendir(MODULE_FOLDER);
	while (folder && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "vmlinux") != 0)
			open_module(kernel, entry->d_name);
	if (folder)
		closedir(folder);
	kernel->has_modules = true;
}

/* ---- types by id ----------------------------------------------------------------------- */

static const struct btf_type *type_at(const struct unit *unit, uint32_t id)
{
	return btf_view_type(unit->view, id);
}

static struct type *new_struct(struct kernel_types *kernel, struct unit *unit,
			       const struct btf_type *btf, uint32_t id)
{
	bool is_union = BTF_INFO_KIND(btf->info) == BTF_KIND_UNION;
	struct type *type = type_struct(&kernel->compile->types,
					is_union ? TYPE_UNION : TYPE_STRUCT,
					btf_view_name(unit->view, btf), ORIGIN_KERNEL);

	if (unit->is_object)
		type->origin = ORIGIN_SCRIPT;
	type->module = unit->module;
	type->btf_id = id;
	type->size = btf->size;
	type->align = 1; /* BTF does not tell: offsets do */
	type->members_loaded = false;
	return type;
}

static struct type *forward_struct(struct kernel_types *kernel, struct unit *unit,
				   const struct btf_type *btf)
{
	uint32_t kind = BTF_INFO_KFLAG(btf->info) ? BTF_KIND_UNION : BTF_KIND_STRUCT;
	const char *name = btf_view_name(unit->view, btf);
	uint32_t id = btf_view_find(unit->view, kind, name);
	struct type *type;

	if (id)
		return make_type(kernel, unit, id, MAX_CHAIN);
	type = type_struct(&kernel->compile->types,
			   kind == BTF_KIND_UNION ? TYPE_UNION : TYPE_STRUCT, name, ORIGIN_KERNEL);
	type->is_incomplete = true;
	return type;
}

static struct type *new_enum(struct kernel_types *kernel, struct unit *unit,
			     const struct btf_type *btf, uint32_t id)
{
	struct arena *arena = kernel->compile->arena;
	struct type *type = arena_new(arena, struct type);
	uint32_t count = BTF_INFO_VLEN(btf->info);
	bool is_64 = BTF_INFO_KIND(btf->info) == BTF_KIND_ENUM64;

	type->kind = TYPE_ENUM;
	type->size = type->align = btf->size == 1 || btf->size == 2 || btf->size == 8 ? btf->size : 4;
	type->is_signed = BTF_INFO_KFLAG(btf->info);
	type->name = btf_view_name(unit->view, btf);
	type->origin = ORIGIN_KERNEL;
	type->module = unit->module;
	type->btf_id = id;
	type->members_loaded = true;
	for (uint32_t i = 0; i < count; i++) {
		struct type_enumerator *row = list_push(arena, &type->enumerators);

		if (is_64) {
			const struct btf_enum64 *item = (const struct btf_enum64 *)(btf + 1) + i;

			row->name = btf_view_string(unit->view, item->name_off);
			row->value = (int64_t)((uint64_t)item->val_hi32 << 32 | item->val_lo32);
		} else {
			const struct btf_enum *item = (const struct btf_enum *)(btf + 1) + i;

			row->name = btf_view_string(unit->view, item->name_off);
			row->value = type->is_signed ? item->val : (int64_t)(uint32_t)item->val;
		}
	}
	return type;
}

static struct type *new_int(struct kernel_types *kernel, const struct unit *unit,
			    const struct btf_type *btf)
{
	uint32_t encoding = *(const uint32_t *)(btf + 1);
	struct types *types = &kernel->compile->types;

	/* The kernel's char is unsigned since 6.2; here a signed byte is a character, others numbers. */
	if (btf->size == 1 && strcmp(btf_view_name(unit->view, btf), "char") == 0)
		return type_int(types, 1, true);
	if (BTF_INT_ENCODING(encoding) & BTF_INT_BOOL)
		return types->bool_;
	if (btf->size == 1 || btf->size == 2 || btf->size == 4 || btf->size == 8)
		return type_int(types, btf->size, BTF_INT_ENCODING(encoding) & BTF_INT_SIGNED);
	return type_array(types, type_int(types, 1, false), btf->size); /* __int128 */
}

/* Modifiers down to what they modify; *is_user is set when a tag says so. */
static const struct btf_type *skip_modifiers(const struct unit *unit, uint32_t *id, bool *is_user)
{
	const struct btf_type *btf = type_at(unit, *id);

	for (uint32_t i = 0; btf && i < MAX_CHAIN; i++) {
		switch (BTF_INFO_KIND(btf->info)) {
		case BTF_KIND_TYPE_TAG:
			if (is_user && strcmp(btf_view_name(unit->view, btf), "user") == 0)
				*is_user = true;
			break;
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_CONST:
		case BTF_KIND_RESTRICT:
			break;
		default:
			return btf;
		}
		*id = btf->type;
		btf = type_at(unit, *id);
	}
	return NULL;
}

void kernel_types_object_relocates(struct compile *compile, const struct btf_view *object,
				   uint32_t id)
{
	struct unit *unit = unit_of_object(kernel_types_get(compile), object);

	if (unit && skip_modifiers(unit, &id, NULL))
		*list_push(compile->arena, &unit->relocated) = id;
}

static bool is_relocated(const struct unit *unit, uint32_t id)
{
	for (uint32_t i = 0; i < unit->relocated.count; i++)
		if (unit->relocated.items[i] == id)
			return true;
	return false;
}

/* An object's struct as the script or the kernel knows it: same name, and the same size unless its code is
 * relocated; or NULL. "task_struct___old" is a task_struct. */
static struct type *known_struct(struct kernel_types *kernel, const struct unit *unit,
				 const struct btf_type *btf, uint32_t id)
{
	enum type_kind kind = BTF_INFO_KIND(btf->info) == BTF_KIND_UNION ? TYPE_UNION : TYPE_STRUCT;
	const char *name = btf_view_name(unit->view, btf), *flavour = strstr(name, "___");
	struct type *type;

	if (!unit->is_object || !*name)
		return NULL;
	if (is_relocated(unit, id)) {
		if (flavour)
			name = arena_strndup(kernel->compile->arena, name, (size_t)(flavour - name));
		return kernel_types_find(kernel->compile, kind, name);
	}
	type = c_types_find(kernel->compile, kind, name);
	if (!type)
		type = kernel_types_find(kernel->compile, kind, name);
	return type && type->size == btf->size ? type : NULL;
}

static bool points_to_user(const struct unit *unit, uint32_t id)
{
	bool is_user = false;
	const struct btf_type *btf = skip_modifiers(unit, &id, NULL);

	if (!btf || BTF_INFO_KIND(btf->info) != BTF_KIND_PTR)
		return false;
	id = btf->type;
	skip_modifiers(unit, &id, &is_user);
	return is_user;
}

static struct type *build_type(struct kernel_types *kernel, struct unit *unit, uint32_t id,
			       const struct btf_type *btf, uint32_t depth)
{
	struct types *types = &kernel->compile->types;
	struct type *element, *type;

	switch (BTF_INFO_KIND(btf->info)) {
	case BTF_KIND_INT:
		return new_int(kernel, unit, btf);
	case BTF_KIND_FLOAT:
		return type_array(types, type_int(types, 1, false), btf->size);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return new_enum(kernel, unit, btf, id);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		type = known_struct(kernel, unit, btf, id);
		return type ? type : new_struct(kernel, unit, btf, id);
	case BTF_KIND_FWD:
		return forward_struct(kernel, unit, btf);
	case BTF_KIND_PTR:
		element = btf->type ? make_type(kernel, unit, btf->type, depth - 1) : types->void_;
		return type_pointer(types, element,
				    points_to_user(unit, id) ? SPACE_USER : SPACE_KERNEL);
	case BTF_KIND_ARRAY: {
		const struct btf_array *array = (const struct btf_array *)(btf + 1);

		element = make_type(kernel, unit, array->type, depth - 1);
		return type_array(types, element, array->nelems);
	}
	case BTF_KIND_FUNC_PROTO:
		type = type_plain(types, TYPE_FUNCTION);
		type->size = type->align = 1;
		return type;
	default:
		return types->void_;
	}
}

static struct type *make_type(struct kernel_types *kernel, struct unit *unit, uint32_t id,
			      uint32_t depth)
{
	const struct btf_type *btf = id ? skip_modifiers(unit, &id, NULL) : NULL;

	if (!btf || depth == 0)
		return kernel->compile->types.void_;
	if (!unit->is_object && unit != kernel->units.items[0] &&
	    id <= btf_view_count(kernel->units.items[0]->view))
		unit = kernel->units.items[0]; /* a module's type may be the kernel's */
	if (!unit->types)
		unit->types = arena_alloc(kernel->compile->arena,
					  sizeof(*unit->types) * (btf_view_count(unit->view) + 1));
	if (!unit->types[id])
		unit->types[id] = build_type(kernel, unit, id, btf, depth);
	return unit->types[id];
}

/* ---- members --------------------------------------------------------------------------- */

static void add_members(struct kernel_types *kernel, struct unit *unit, struct type *type,
			const struct btf_type *btf)
{
	const struct btf_member *items = (const struct btf_member *)(btf + 1);
	bool has_bitfields = BTF_INFO_KFLAG(btf->info);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(btf->info); i++) {
		uint32_t offset = items[i].offset;
		uint32_t bit_size = has_bitfields ? BTF_MEMBER_BITFIELD_SIZE(offset) : 0;
		struct type *of = make_type(kernel, unit, items[i].type, MAX_CHAIN);
		struct type_member *member =
			type_add_member(&kernel->compile->types, type,
					btf_view_string(unit->view, items[i].name_off), of,
					bit_size);

		member->bit_offset = has_bitfields ? BTF_MEMBER_BIT_OFFSET(offset) : offset;
		member->is_user_pointer = points_to_user(unit, items[i].type);
	}
}

/* A struct that was only named so far (a tracepoint's field, a forward declaration). */
static bool resolve_named(struct kernel_types *kernel, struct type *type)
{
	uint32_t kind = type->kind == TYPE_UNION ? BTF_KIND_UNION : BTF_KIND_STRUCT;

	for (uint32_t i = 0; i < kernel->units.count && type->name[0]; i++) {
		struct unit *unit = kernel->units.items[i];
		uint32_t id = btf_view_find(unit->view, kind, type->name);

		if (!id)
			continue;
		type->btf_id = id;
		type->module = unit->module;
		type->size = type_at(unit, id)->size;
		return true;
	}
	return false;
}

static void load_members(void *context, struct type *type)
{
	struct kernel_types *kernel = kernel_types_get(context);
	struct unit *unit, *object = NULL;
	const struct btf_type *btf;

	if (!type_is_struct(type))
		return;
	for (uint32_t i = 0; type->origin == ORIGIN_SCRIPT && i < kernel->objects.count; i++)
		if (kernel->objects.items[i]->module == type->module)
			object = kernel->objects.items[i];
	/* declared in the script and defined nowhere: the kernel's, when it has it */
	if (type->origin == ORIGIN_SCRIPT && type->is_incomplete && resolve_named(kernel, type)) {
		type->origin = ORIGIN_KERNEL;
		type->is_incomplete = false;
	}
	if (type->origin != ORIGIN_KERNEL && !object)
		return;
	if (!type->btf_id && !resolve_named(kernel, type)) {
		type->is_incomplete = true;
		return;
	}
	unit = object ? object : open_module(kernel, type->module);
	btf = unit ? type_at(unit, type->btf_id) : NULL;
	if (btf && (BTF_INFO_KIND(btf->info) == BTF_KIND_STRUCT ||
		    BTF_INFO_KIND(btf->info) == BTF_KIND_UNION))
		add_members(kernel, unit, type, btf);
}

/* ---- types by name --------------------------------------------------------------------- */

static struct type *find_kind(struct kernel_types *kernel, uint32_t btf_kind, const char *name)
{
	for (uint32_t i = 0; i < kernel->units.count; i++) {
		struct unit *unit = kernel->units.items[i];
		uint32_t id = btf_view_find(unit->view, btf_kind, name);

		if (id)
			return make_type(kernel, unit, id, MAX_CHAIN);
	}
	return NULL;
}

struct type *kernel_types_find(struct compile *compile, enum type_kind kind, const char *name)
{
	struct kernel_types *kernel = kernel_types_get(compile);
	struct type *type = NULL;

	for (int all = 0; all < 2 && !type; all++) {
		if (all && kernel->has_modules)
			break;
		if (all)
			open_all_modules(kernel);
		if (kind == TYPE_ENUM) {
			type = find_kind(kernel, BTF_KIND_ENUM, name);
			if (!type)
				type = find_kind(kernel, BTF_KIND_ENUM64, name);
		} else {
			type = find_kind(kernel, kind == TYPE_UNION ? BTF_KIND_UNION :
								      BTF_KIND_STRUCT, name);
		}
	}
	return type;
}

struct type *kernel_types_typedef(struct compile *compile, const char *name)
{
	return find_kind(kernel_types_get(compile), BTF_KIND_TYPEDEF, name);
}

bool kernel_types_enumerator(struct compile *compile, const char *name, int64_t *value,
			     struct type **type)
{
	struct kernel_types *kernel = kernel_types_get(compile);
	struct unit *unit = kernel->units.count ? kernel->units.items[0] : NULL;
	uint32_t count = unit ? btf_view_count(unit->view) : 0;

	for (uint32_t id = 1; id <= count; id++) {
		const struct btf_type *btf = type_at(unit, id);
		uint32_t kind = BTF_INFO_KIND(btf->info);
		struct type *found;
		bool is_here = false;

		if (kind != BTF_KIND_ENUM && kind != BTF_KIND_ENUM64)
			continue;
		for (uint32_t i = 0; i < BTF_INFO_VLEN(btf->info) && !is_here; i++) {
			uint32_t offset = kind == BTF_KIND_ENUM ?
				((const struct btf_enum *)(btf + 1))[i].name_off :
				((const struct btf_enum64 *)(btf + 1))[i].name_off;

			is_here = strcmp(btf_view_string(unit->view, offset), name) == 0;
		}
		if (!is_here)
			continue;
		found = make_type(kernel, unit, id, MAX_CHAIN);
		for (uint32_t i = 0; i < found->enumerators.count; i++)
			if (strcmp(found->enumerators.items[i].name, name) == 0) {
				*value = found->enumerators.items[i].value;
				*type = found;
				return true;
			}
	}
	return false;
}

/* ---- functions ------------------------------------------------------------------------- */

static struct type *make_args(struct kernel_types *kernel, struct unit *unit, const char *name,
			      const struct btf_type *proto, uint32_t skip)
{
	const struct btf_param *params = (const struct btf_param *)(proto + 1);
	struct types *types = &kernel->compile->types;
	struct type *args = type_struct(types, TYPE_STRUCT,
					arena_printf(types->arena, "%s_args", name), ORIGIN_ARGS);

	uint32_t slot = 0;

	for (uint32_t i = skip; i < BTF_INFO_VLEN(proto->info); i++) {
		const char *param = btf_view_string(unit->view, params[i].name_off);
		struct type_member *member;

		if (!params[i].type) /* "..." */
			break;
		if (!param[0])
			param = arena_printf(types->arena, "arg%u", i - skip);
		member = type_add_member(types, args, param,
					 make_type(kernel, unit, params[i].type, MAX_CHAIN), 0);
		member->slot = slot;
		member->bit_offset = (uint64_t)slot * 64;
		/* A struct by value (sockptr_t) takes as many as it fills. */
		slot += member->type->size > 8 ? (member->type->size + 7) / 8 : 1;
		member->is_user_pointer = points_to_user(unit, params[i].type);
	}
	args->module = unit->module;
	args->size = 8 * slot;
	args->align = 8;
	return args;
}

static const struct btf_type *find_proto(struct unit *unit, const char *name)
{
	uint32_t id = btf_view_find(unit->view, BTF_KIND_FUNC, name);
	const struct btf_type *btf = id ? type_at(unit, id) : NULL;

	btf = btf ? type_at(unit, btf->type) : NULL;
	return btf && BTF_INFO_KIND(btf->info) == BTF_KIND_FUNC_PROTO ? btf : NULL;
}

bool kernel_types_function(struct compile *compile, const char *module, const char *name,
			   struct kernel_function *function)
{
	struct kernel_types *kernel = kernel_types_get(compile);
	const struct btf_type *proto = NULL;
	struct unit *unit = NULL;

	if (module && strcmp(module, "vmlinux") == 0)
		unit = open_module(kernel, "");
	else if (module && module[0])
		unit = open_module(kernel, module);
	if (module && module[0]) {
		proto = unit ? find_proto(unit, name) : NULL;
	} else {
		if (kernel->units.count) {
			unit = kernel->units.items[0];
			proto = find_proto(unit, name);
		}
		if (!proto)
			open_all_modules(kernel);
		for (uint32_t i = 1; i < kernel->units.count && !proto; i++) {
			unit = kernel->units.items[i];
			proto = find_proto(unit, name);
		}
	}
	if (!proto)
		return false;
	function->module = unit->module;
	function->args = make_args(kernel, unit, name, proto, 0);
	function->retval = make_type(kernel, unit, proto->type, MAX_CHAIN);
	return true;
}

bool kernel_types_object_function(struct compile *compile, const struct btf_view *object,
				  uint32_t id, struct kernel_function *function)
{
	struct kernel_types *kernel = kernel_types_get(compile);
	struct unit *unit = unit_of_object(kernel, object);
	const struct btf_type *btf = unit ? type_at(unit, id) : NULL, *proto;

	proto = btf && BTF_INFO_KIND(btf->info) == BTF_KIND_FUNC ? type_at(unit, btf->type) : NULL;
	if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_FUNC_PROTO)
		return false;
	function->module = unit->module;
	function->args = make_args(kernel, unit, btf_view_name(unit->view, btf), proto, 0);
	function->retval = make_type(kernel, unit, proto->type, MAX_CHAIN);
	return true;
}

/* The prototype of an event's arguments, the tracepoint's private data first. The functions behind a
 * tracepoint name them; the typedef btf_trace_EVENT, which every kernel has, does not. */
static const struct btf_type *find_event_proto(struct compile *compile, struct unit *unit,
					       const char *event)
{
	static const char *const prefixes[] = { "__probestub_", "__traceiter_", "__bpf_trace_" };
	uint32_t id = btf_view_find(unit->view, BTF_KIND_TYPEDEF,
				    arena_printf(compile->arena, "btf_trace_%s", event));
	const struct btf_type *proto = id ? skip_modifiers(unit, &id, NULL) : NULL;

	if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_PTR)
		return NULL;
	proto = type_at(unit, proto->type);
	if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_FUNC_PROTO)
		return NULL;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		const struct btf_type *named = find_proto(
			unit, arena_printf(compile->arena, "%s%s", prefixes[i], event));

		if (named && BTF_INFO_VLEN(named->info) == BTF_INFO_VLEN(proto->info))
			return named;
	}
	return proto;
}

struct type *kernel_types_raw_tracepoint(struct compile *compile, const char *module,
					 const char *event)
{
	struct kernel_types *kernel = kernel_types_get(compile);

	if (module && module[0] && strcmp(module, "vmlinux") != 0)
		open_module(kernel, module);
	for (uint32_t i = 0; i < kernel->units.count; i++) {
		struct unit *unit = kernel->units.items[i];
		const struct btf_type *proto = find_event_proto(compile, unit, event);

		if (proto)
			return make_args(kernel, unit, event, proto, 1);
	}
	return NULL;
}
