/* BTF view: maps raw BTF and checks it in one scan, so that what reads it later needs no bounds
 * checks but btf_view_type's. Between the kernel's files and the two that read types: lang, runtime. */
#define _GNU_SOURCE
#include "base/btf_view.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BTF_MAX_SIZE (256u << 20)

/* The kind and the number of items in btf_type.info, as Linux 7 lays them out; before, the kind had 5
 * bits and the number 16, and the bits between were zero. <linux/btf.h> knows its own release only. */
#define INFO_KIND(info) ((info) >> 24 & 0x7f)
#define INFO_COUNT(info) ((info) & 0xffffff)
/* Bytes of the header that every release has, up to str_len. */
#define HEADER_SIZE (offsetof(struct btf_header, str_len) + sizeof(uint32_t))

struct btf_view {
	const struct btf_view *base;
	void *data;
	size_t size;
	bool is_mapped;
	uint32_t first_id;	/* of this view's own types */
	uint32_t own_count;
	uint32_t first_string;	/* offset where this view's own strings begin */
	uint32_t string_size;
	const char *strings;
	const unsigned char *types;
	uint32_t *offsets; /* of each own type, from `types` */
};

static int read_all(int fd, size_t size, void **out)
{
	unsigned char *data = malloc(size);
	size_t done = 0;

	if (!data)
		return -ENOMEM;
	while (done < size) {
		ssize_t n = read(fd, data + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			int err = n < 0 ? -errno : -EINVAL;

			free(data);
			return err;
		}
		done += (size_t)n;
	}
	*out = data;
	return 0;
}

static int map_file(struct btf_view *view, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0) {
		err = -errno;
		goto out;
	}
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)HEADER_SIZE ||
	    st.st_size > (off_t)BTF_MAX_SIZE) {
		err = -EINVAL;
		goto out;
	}
	view->size = (size_t)st.st_size;
	/* Kernels before 6.16 do not map this file: they are read. */
	view->data = mmap(NULL, view->size, PROT_READ, MAP_PRIVATE, fd, 0);
	view->is_mapped = view->data != MAP_FAILED;
	if (!view->is_mapped) {
		view->data = NULL;
		err = read_all(fd, view->size, &view->data);
	}
out:
	close(fd);
	return err;
}

/* Bytes of each kind: struct btf_type and what follows it, once and for each of `vlen`. Size 0: no
 * such kind. A table, since the scan over a kernel's 130,000 types is what opening costs. */
static const struct {
	uint8_t size, item;
} kind_sizes[128] = {
	[BTF_KIND_INT] = { 12 + sizeof(uint32_t), 0 },
	[BTF_KIND_PTR] = { 12, 0 },
	[BTF_KIND_ARRAY] = { 12 + sizeof(struct btf_array), 0 },
	[BTF_KIND_STRUCT] = { 12, sizeof(struct btf_member) },
	[BTF_KIND_UNION] = { 12, sizeof(struct btf_member) },
	[BTF_KIND_ENUM] = { 12, sizeof(struct btf_enum) },
	[BTF_KIND_FWD] = { 12, 0 },
	[BTF_KIND_TYPEDEF] = { 12, 0 },
	[BTF_KIND_VOLATILE] = { 12, 0 },
	[BTF_KIND_CONST] = { 12, 0 },
	[BTF_KIND_RESTRICT] = { 12, 0 },
	[BTF_KIND_FUNC] = { 12, 0 },
	[BTF_KIND_FUNC_PROTO] = { 12, sizeof(struct btf_param) },
	[BTF_KIND_VAR] = { 12 + sizeof(struct btf_var), 0 },
	[BTF_KIND_DATASEC] = { 12, sizeof(struct btf_var_secinfo) },
	[BTF_KIND_FLOAT] = { 12, 0 },
	[BTF_KIND_DECL_TAG] = { 12 + sizeof(struct btf_decl_tag), 0 },
	[BTF_KIND_TYPE_TAG] = { 12, 0 },
	[BTF_KIND_ENUM64] = { 12, sizeof(struct btf_enum64) },
};

_Static_assert(sizeof(struct btf_type) == 12, "the header in kind_sizes");

static int scan_types(struct btf_view *view, uint32_t type_size)
{
	uint32_t capacity = type_size / 24 + 16, at = 0;

	view->offsets = malloc(capacity * sizeof(*view->offsets));
	if (!view->offsets)
		return -ENOMEM;
	while (at < type_size) {
		const struct btf_type *type = (const void *)(view->types + at);
		uint64_t size;
		uint32_t kind;

		if (type_size - at < sizeof(*type))
			return -EINVAL;
		kind = INFO_KIND(type->info);
		size = kind_sizes[kind].size +
		       (uint64_t)kind_sizes[kind].item * INFO_COUNT(type->info);
		if (size == 0 || size > type_size - at)
			return -EINVAL;
		if (view->own_count == capacity) {
			uint32_t *grown;

			capacity *= 2;
			grown = realloc(view->offsets, capacity * sizeof(*grown));
			if (!grown)
				return -ENOMEM;
			view->offsets = grown;
		}
		view->offsets[view->own_count++] = at;
		at += (uint32_t)size;
	}
	return 0;
}

static int check_header(struct btf_view *view)
{
	const struct btf_header *header = view->data;
	uint64_t type_start, string_start;

	if (header->magic != BTF_MAGIC || header->version != BTF_VERSION ||
	    header->hdr_len < HEADER_SIZE)
		return -EINVAL;
	type_start = (uint64_t)header->hdr_len + header->type_off;
	string_start = (uint64_t)header->hdr_len + header->str_off;
	if (type_start % 4 || type_start + header->type_len > view->size ||
	    string_start + header->str_len > view->size)
		return -EINVAL;
	view->types = (const unsigned char *)view->data + type_start;
	view->strings = (const char *)view->data + string_start;
	view->string_size = header->str_len;
	if (header->str_len && view->strings[header->str_len - 1] != '\0')
		return -EINVAL;
	if (!view->base && (!header->str_len || view->strings[0] != '\0'))
		return -EINVAL;
	return scan_types(view, header->type_len);
}

int btf_view_open(const char *path, const struct btf_view *base, struct btf_view **out)
{
	struct btf_view *view = calloc(1, sizeof(*view));
	int err;

	*out = NULL;
	if (!view)
		return -ENOMEM;
	view->base = base;
	view->first_id = base ? btf_view_count(base) + 1 : 1;
	view->first_string = base ? base->first_string + base->string_size : 0;
	err = map_file(view, path);
	if (!err)
		err = check_header(view);
	if (err) {
		btf_view_free(view);
		return err;
	}
	*out = view;
	return 0;
}

int btf_view_copy(const void *data, size_t size, struct btf_view **out)
{
	struct btf_view *view = calloc(1, sizeof(*view));
	int err = -ENOMEM;

	*out = NULL;
	if (!view)
		return err;
	view->first_id = 1;
	view->size = size;
	view->data = size >= HEADER_SIZE ? malloc(size) : NULL;
	if (view->data) {
		memcpy(view->data, data, size);
		err = check_header(view);
	}
	if (err) {
		btf_view_free(view);
		return err;
	}
	*out = view;
	return 0;
}

void btf_view_free(struct btf_view *view)
{
	if (!view)
		return;
	if (view->is_mapped)
		munmap(view->data, view->size);
	else
		free(view->data);
	free(view->offsets);
	free(view);
}

uint32_t btf_view_count(const struct btf_view *view)
{
	return view->first_id - 1 + view->own_count;
}

const struct btf_type *btf_view_type(const struct btf_view *view, uint32_t id)
{
	while (view && id < view->first_id)
		view = view->base;
	if (!view || id == 0 || id - view->first_id >= view->own_count)
		return NULL;
	return (const void *)(view->types + view->offsets[id - view->first_id]);
}

const char *btf_view_string(const struct btf_view *view, uint32_t offset)
{
	while (view && offset < view->first_string)
		view = view->base;
	if (!view || offset - view->first_string >= view->string_size)
		return "";
	return view->strings + (offset - view->first_string);
}

const char *btf_view_name(const struct btf_view *view, const struct btf_type *type)
{
	return btf_view_string(view, type->name_off);
}

/* First own type of this kind whose name is the string at this offset. */
static uint32_t find_by_offset(const struct btf_view *view, uint32_t kind, uint32_t offset)
{
	for (uint32_t i = 0; i < view->own_count; i++) {
		const struct btf_type *type = (const void *)(view->types + view->offsets[i]);

		if (type->name_off == offset && BTF_INFO_KIND(type->info) == kind)
			return view->first_id + i;
	}
	return 0;
}

/* Next place of the whole string `name` in the view's own strings, from *from; false at the end. */
static bool next_string(const struct btf_view *view, const char *name, size_t len, uint32_t *from)
{
	while (*from < view->string_size) {
		const char *start = view->strings + *from;
		const char *hit = memmem(start, view->string_size - *from, name, len + 1);

		if (!hit)
			return false;
		*from = (uint32_t)(hit - view->strings);
		if (*from == 0 || hit[-1] == '\0')
			return true;
		(*from)++;
	}
	return false;
}

uint32_t btf_view_find(const struct btf_view *view, uint32_t kind, const char *name)
{
	size_t len = strlen(name);

	if (len == 0)
		return 0;
	if (view->base) {
		/* A module names its types with its own strings or the kernel's. */
		for (uint32_t i = 0; i < view->own_count; i++) {
			const struct btf_type *type =
				(const void *)(view->types + view->offsets[i]);

			if (BTF_INFO_KIND(type->info) == kind &&
			    strcmp(btf_view_name(view, type), name) == 0)
				return view->first_id + i;
		}
		return btf_view_find(view->base, kind, name);
	}
	/* One search in the strings, then integers only: names are not looked at again. */
	for (uint32_t at = 0; next_string(view, name, len, &at); at++) {
		uint32_t id = find_by_offset(view, kind, at);

		if (id)
			return id;
	}
	return 0;
}
