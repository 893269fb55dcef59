/* Kernel names: what lists and guesses names in the kernel's BTF, for wildcards and hints. Slower than a
 * look-up, so only errors and patterns come here. */
#include "lang/kernel_types.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define EVENT_PREFIX "btf_trace_"
#define MAX_MEMBER_DEPTH 8

static bool next_of_kind(const struct btf_view *view, uint32_t *id, uint32_t kind,
			 const char **name)
{
	for (uint32_t count = btf_view_count(view); ++*id <= count;) {
		const struct btf_type *btf = btf_view_type(view, *id);

		if (BTF_INFO_KIND(btf->info) != kind)
			continue;
		*name = btf_view_name(view, btf);
		if ((*name)[0])
			return true;
	}
	return false;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of one kind that begin with `prefix` and go on as the pattern says: each once, in order. */
static uint32_t each_name(struct compile *compile, uint32_t kind, const char *prefix,
			  const char *pattern, bool (*each)(void *context, const char *name),
			  void *context)
{
	const struct btf_view *view = kernel_types_view(compile);
	size_t skip = strlen(prefix);
	LIST(const char *) names = { 0 };
	const char *name;
	uint32_t called = 0;

	for (uint32_t id = 0; view && next_of_kind(view, &id, kind, &name);)
		if (strncmp(name, prefix, skip) == 0 && fnmatch(pattern, name + skip, 0) == 0)
			*list_push(compile->arena, &names) = name + skip;
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), compare_names);
	for (uint32_t i = 0; i < names.count; i++) {
		if (i && strcmp(names.items[i], names.items[i - 1]) == 0)
			continue;
		called++;
		if (!each(context, names.items[i]))
			break;
	}
	return called;
}

uint32_t kernel_types_each_function(struct compile *compile, const char *pattern,
				    bool (*each)(void *context, const char *name), void *context)
{
	return each_name(compile, BTF_KIND_FUNC, "", pattern, each, context);
}

uint32_t kernel_types_each_event(struct compile *compile, const char *pattern,
				 bool (*each)(void *context, const char *name), void *context)
{
	return each_name(compile, BTF_KIND_TYPEDEF, EVENT_PREFIX, pattern, each, context);
}

static bool may_be_near(const char *candidate, const char *name)
{
	size_t a = strlen(candidate), b = strlen(name);

	return candidate[0] == name[0] && a <= b + 3 && b <= a + 3;
}

static uint32_t btf_kind_of(enum type_kind kind)
{
	if (kind == TYPE_STRUCT)
		return BTF_KIND_STRUCT;
	if (kind == TYPE_UNION)
		return BTF_KIND_UNION;
	if (kind == TYPE_ENUM)
		return BTF_KIND_ENUM;
	return BTF_KIND_FUNC;
}

const char *kernel_types_nearest(struct compile *compile, enum type_kind kind, const char *name)
{
	bool is_shown = diag_is_shown(&compile->diags);
	const struct btf_view *view = is_shown ? kernel_types_view(compile) : NULL;
	LIST(const char *) names = { 0 };
	const char *candidate;

	for (uint32_t id = 0; view && next_of_kind(view, &id, btf_kind_of(kind), &candidate);)
		if (may_be_near(candidate, name))
			*list_push(compile->arena, &names) = candidate;
	*list_push(compile->arena, &names) = NULL;
	return diag_nearest(&compile->diags, name, names.items);
}

const char *kernel_types_nearest_event(struct compile *compile, const char *event)
{
	bool is_shown = diag_is_shown(&compile->diags);
	const struct btf_view *view = is_shown ? kernel_types_view(compile) : NULL;
	size_t len = strlen(EVENT_PREFIX);
	LIST(const char *) names = { 0 };
	const char *candidate;

	for (uint32_t id = 0; view && next_of_kind(view, &id, BTF_KIND_TYPEDEF, &candidate);)
		if (strncmp(candidate, EVENT_PREFIX, len) == 0)
			*list_push(compile->arena, &names) = candidate + len;
	*list_push(compile->arena, &names) = NULL;
	return diag_nearest(&compile->diags, event, names.items);
}

struct member_names {
	struct compile *compile;
	LIST(const char *) list;
};

static void collect_members(struct member_names *names, struct type *type, uint32_t depth)
{
	type_complete(&names->compile->types, type);
	for (uint32_t i = 0; i < type->members.count; i++) {
		const struct type_member *member = &type->members.items[i];

		if (member->name[0])
			*list_push(names->compile->arena, &names->list) = member->name;
		else if (type_is_struct(member->type) && depth)
			collect_members(names, member->type, depth - 1);
	}
}

const char *type_nearest_member(struct compile *compile, struct type *type, const char *name)
{
	struct member_names names = { .compile = compile };

	if (!diag_is_shown(&compile->diags))
		return NULL;
	collect_members(&names, type, MAX_MEMBER_DEPTH);
	*list_push(compile->arena, &names.list) = NULL;
	return diag_nearest(&compile->diags, name, names.list.items);
}

const char *type_member_names(struct compile *compile, struct type *type, uint32_t most)
{
	struct member_names names = { .compile = compile };
	const char *text = "";

	if (!diag_is_shown(&compile->diags))
		return NULL;
	collect_members(&names, type, MAX_MEMBER_DEPTH);
	if (names.list.count == 0 || names.list.count > most)
		return NULL;
	for (uint32_t i = 0; i < names.list.count; i++)
		text = arena_printf(compile->arena, "%s%s%s", text, i ? ", " : "", names.list.items[i]);
	return text;
}
