/* Prints what the kernel's BTF knows as C. Only for listing: the compiler reads BTF through
 * lang/kernel_types.h. */
#include "cli/btf_text.h"

#include "base/btf_view.h"
#include "base/strbuf.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_DEPTH 32 /* of qualifiers, pointers and arrays in one declaration */

struct btf_text {
	struct btf_view *view;
};

struct btf_text *btf_text_open(void)
{
	const char *path = getenv("SONDE_BTF");
	struct btf_text *btf = calloc(1, sizeof(*btf));
	int error = btf ? 0 : -12;

	if (!path || !*path)
		path = "/sys/kernel/btf/vmlinux";
	if (btf)
		error = btf_view_open(path, NULL, &btf->view);
	if (!error)
		return btf;
	fprintf(stderr, "sonde: cannot read the kernel's types from %s: %s\n", path,
		strerror(-error));
	free(btf);
	return NULL;
}

void btf_text_close(struct btf_text *btf)
{
	if (btf)
		btf_view_free(btf->view);
	free(btf);
}

static const char *keyword(uint32_t kind)
{
	switch (kind) {
	case BTF_KIND_STRUCT:
		return "struct ";
	case BTF_KIND_UNION:
		return "union ";
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return "enum ";
	case BTF_KIND_CONST:
		return "const ";
	case BTF_KIND_VOLATILE:
		return "volatile ";
	default:
		return "";
	}
}

/* Appends "TYPE NAME" in C's way round: `before` collects what stands left of the name, `after`
 * what stands right of it. */
static void declare(struct btf_text *btf, uint32_t id, struct strbuf *stars, struct strbuf *after,
		    struct strbuf *out, int depth)
{
	const struct btf_type *type = id ? btf_view_type(btf->view, id) : NULL;
	uint32_t kind = type ? BTF_INFO_KIND(type->info) : 0;
	const struct btf_array *array;
	const char *name;

	if (!type || depth > MAX_DEPTH) {
		strbuf_add(out, "void");
		return;
	}
	switch (kind) {
	case BTF_KIND_PTR:
		strbuf_add(stars, "*");
		declare(btf, type->type, stars, after, out, depth + 1);
		return;
	case BTF_KIND_ARRAY:
		array = (const struct btf_array *)(type + 1);
		strbuf_printf(after, "[%u]", array->nelems);
		declare(btf, array->type, stars, after, out, depth + 1);
		return;
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
		strbuf_add(out, keyword(kind));
		declare(btf, type->type, stars, after, out, depth + 1);
		return;
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		declare(btf, type->type, stars, after, out, depth + 1);
		return;
	case BTF_KIND_FUNC_PROTO:
		strbuf_add(after, "()");
		declare(btf, type->type, stars, after, out, depth + 1);
		return;
	default:
		break;
	}
	name = btf_view_name(btf->view, type);
	strbuf_printf(out, "%s%s", keyword(kind), name && *name ? name : "{...}");
}

/* "TYPE name" with `gap` between the stars and the name. */
static void print_declaration(struct btf_text *btf, uint32_t id, const char *name, const char *gap)
{
	struct strbuf stars = {0}, after = {0}, type = {0};

	declare(btf, id, &stars, &after, &type, 0);
	printf("%s %s%s%s%s", strbuf_text(&type), strbuf_text(&stars), stars.len ? gap : "", name,
	       strbuf_text(&after));
	strbuf_free(&stars);
	strbuf_free(&after);
	strbuf_free(&type);
}

void btf_text_each_function(struct btf_text *btf, void (*each)(void *context, const char *name),
			    void *context)
{
	for (uint32_t id = 1; id <= btf_view_count(btf->view); id++) {
		const struct btf_type *type = btf_view_type(btf->view, id);

		if (type && BTF_INFO_KIND(type->info) == BTF_KIND_FUNC)
			each(context, btf_view_name(btf->view, type));
	}
}

void btf_text_each_event(struct btf_text *btf, void (*each)(void *context, const char *name),
			 void *context)
{
	for (uint32_t id = 1; id <= btf_view_count(btf->view); id++) {
		const struct btf_type *type = btf_view_type(btf->view, id);
		const char *name;

		if (!type || BTF_INFO_KIND(type->info) != BTF_KIND_TYPEDEF)
			continue;
		name = btf_view_name(btf->view, type);
		if (name && !strncmp(name, "btf_trace_", 10))
			each(context, name + 10);
	}
}

/* Parameters of a prototype from the `skip`th on. */
static void print_parameters(struct btf_text *btf, const struct btf_type *proto, uint32_t skip)
{
	const struct btf_param *params = (const struct btf_param *)(proto + 1);

	for (uint32_t i = skip; i < BTF_INFO_VLEN(proto->info); i++) {
		if (!params[i].type)
			continue;
		fputs("    ", stdout);
		print_declaration(btf, params[i].type,
				  btf_view_string(btf->view, params[i].name_off), " ");
		putchar('\n');
	}
}

void btf_text_print_function(struct btf_text *btf, const char *name, bool with_return)
{
	uint32_t id = btf_view_find(btf->view, BTF_KIND_FUNC, name);
	const struct btf_type *function = id ? btf_view_type(btf->view, id) : NULL;
	const struct btf_type *proto = function ? btf_view_type(btf->view, function->type) : NULL;

	if (!proto || BTF_INFO_KIND(proto->info) != BTF_KIND_FUNC_PROTO)
		return;
	print_parameters(btf, proto, 0);
	if (with_return && proto->type) {
		fputs("    ", stdout);
		print_declaration(btf, proto->type, "retval", " ");
		putchar('\n');
	}
}

/* The function that calls a tracepoint's programs has its parameters by name, behind the
 * tracepoint's own first one. */
void btf_text_print_event(struct btf_text *btf, const char *name)
{
	char full[160];
	uint32_t id;
	const struct btf_type *function, *proto = NULL;

	snprintf(full, sizeof(full), "__traceiter_%s", name);
	id = btf_view_find(btf->view, BTF_KIND_FUNC, full);
	function = id ? btf_view_type(btf->view, id) : NULL;
	if (function)
		proto = btf_view_type(btf->view, function->type);
	if (proto && BTF_INFO_KIND(proto->info) == BTF_KIND_FUNC_PROTO)
		print_parameters(btf, proto, 1);
}

static void print_enumerators(struct btf_text *btf, const struct btf_type *type)
{
	const struct btf_enum *values = (const struct btf_enum *)(type + 1);
	const struct btf_enum64 *wide = (const struct btf_enum64 *)(type + 1);
	bool is_wide = BTF_INFO_KIND(type->info) == BTF_KIND_ENUM64;

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++)
		if (is_wide)
			printf("\t%s = %lld,\n", btf_view_string(btf->view, wide[i].name_off),
			       (long long)((uint64_t)wide[i].val_hi32 << 32 | wide[i].val_lo32));
		else
			printf("\t%s = %d,\n", btf_view_string(btf->view, values[i].name_off),
			       values[i].val);
}

/* The members of a struct or union; nested anonymous ones in braces. */
static void print_members(struct btf_text *btf, const struct btf_type *type, int depth)
{
	const struct btf_member *members = (const struct btf_member *)(type + 1);

	for (uint32_t i = 0; i < BTF_INFO_VLEN(type->info); i++) {
		const struct btf_type *member = btf_view_type(btf->view, members[i].type);
		const char *name = btf_view_string(btf->view, members[i].name_off);
		uint32_t kind = member ? BTF_INFO_KIND(member->info) : 0;
		uint32_t bits =
		    BTF_INFO_KFLAG(type->info) ? BTF_MEMBER_BITFIELD_SIZE(members[i].offset) : 0;

		printf("%.*s", depth, "\t\t\t\t\t\t\t\t");
		if (member && !member->name_off && depth < 8 &&
		    (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION)) {
			printf("%s{\n", keyword(kind));
			print_members(btf, member, depth + 1);
			printf("%.*s}%s%s;\n", depth, "\t\t\t\t\t\t\t\t", *name ? " " : "", name);
			continue;
		}
		print_declaration(btf, members[i].type, name, "");
		if (bits)
			printf(" : %u", bits);
		puts(";");
	}
}

int btf_text_print_types(struct btf_text *btf, const char *pattern, bool verbose)
{
	const char *name_pattern = strchr(pattern, ' ') + 1;
	int found = 0;

	for (uint32_t id = 1; id <= btf_view_count(btf->view); id++) {
		const struct btf_type *type = btf_view_type(btf->view, id);
		uint32_t kind = type ? BTF_INFO_KIND(type->info) : 0;
		const char *word = keyword(kind), *name;

		if (!*word || strncmp(pattern, word, strlen(word)) || kind == BTF_KIND_CONST ||
		    kind == BTF_KIND_VOLATILE)
			continue;
		name = btf_view_name(btf->view, type);
		if (!name || !*name || fnmatch(name_pattern, name, FNM_NOESCAPE))
			continue;
		found++;
		if (!verbose) {
			printf("%s%s\n", word, name);
			continue;
		}
		printf("vmlinux: %s%s {\n", word, name);
		if (kind == BTF_KIND_ENUM || kind == BTF_KIND_ENUM64)
			print_enumerators(btf, type);
		else
			print_members(btf, type, 1);
		puts("};\n");
	}
	if (!found)
		fprintf(stderr, "sonde: this kernel has no type \"%s\"\n", pattern);
	return found ? 0 : -1;
}
