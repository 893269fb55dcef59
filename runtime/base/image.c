/* The image's metadata section: the plan to bytes and back. Decoding copies the rows and checks
 * shape here; image_check.c checks what the rows say, so that a hostile section gives an error. */
#include "base/image.h"

#include "base/image_check.h"

#include <string.h>

/* Rows of one table, and of all strings together: far above any script, far below harm. */
#define MAX_ROWS (1u << 18)

enum table_id { TABLE_STRINGS = 1, TABLE_CONFIG, TABLE_FIRST_LIST };

/* The plan's tables of plain rows; the order gives the table identifiers and never changes. */
#define LIST_TABLES(X)                                                                             \
	X(types)                                                                                   \
	X(fields)                                                                                  \
	X(enums)                                                                                   \
	X(enum_names)                                                                              \
	X(programs)                                                                                \
	X(attaches)                                                                                \
	X(maps)                                                                                    \
	X(records)                                                                                 \
	X(params)                                                                                  \
	X(features)                                                                                \
	X(layouts)                                                                                 \
	X(kernel_types)                                                                            \
	X(sources)                                                                                 \
	X(options)                                                                                 \
	X(loops)

static void add_table(struct strbuf *out, uint32_t id, const void *rows, uint32_t row_size,
		      uint32_t row_count)
{
	struct image_table table = {
		.id = id,
		.row_size = row_size,
		.row_count = row_count,
		.bytes = row_size * row_count,
	};

	strbuf_add_bytes(out, &table, sizeof(table));
	if (table.bytes)
		strbuf_add_bytes(out, rows, table.bytes);
}

/* Strings: row_size 1, row_count texts, each with its NUL. */
static void add_strings(struct strbuf *out, const struct plan *plan)
{
	struct image_table table = { .id = TABLE_STRINGS, .row_size = 1,
				     .row_count = plan->strings.count };
	uint32_t i;

	for (i = 0; i < plan->strings.count; i++)
		table.bytes += (uint32_t)strlen(plan->strings.items[i]) + 1;
	strbuf_add_bytes(out, &table, sizeof(table));
	for (i = 0; i < plan->strings.count; i++)
		strbuf_add_bytes(out, plan->strings.items[i], strlen(plan->strings.items[i]) + 1);
}

void image_encode_plan(const struct plan *plan, struct strbuf *out)
{
	struct image_header header = { .magic = IMAGE_MAGIC, .major = IMAGE_MAJOR,
				       .minor = IMAGE_MINOR };
	size_t start = out->len;
	uint32_t id = TABLE_FIRST_LIST;

	strbuf_add_bytes(out, &header, sizeof(header));
	add_strings(out, plan);
	add_table(out, TABLE_CONFIG, &plan->config, sizeof(plan->config), 1);
	header.table_count = 2;
#define X(list)                                                                                    \
	add_table(out, id++, plan->list.items, sizeof(*plan->list.items), plan->list.count);       \
	header.table_count++;
	LIST_TABLES(X)
#undef X
	header.size = (uint32_t)(out->len - start);
	memcpy(out->text + start, &header, sizeof(header));
}

static bool read_strings(struct plan *plan, const struct image_table *table, const char *bytes,
			 const char **error)
{
	uint32_t i, at = 0;

	if (table->row_size != 1 || table->row_count == 0 || table->row_count > MAX_ROWS) {
		*error = "the metadata's strings are malformed";
		return false;
	}
	for (i = 0; i < table->row_count; i++) {
		const char *nul =
		    at < table->bytes ? memchr(bytes + at, 0, table->bytes - at) : NULL;

		if (!nul) {
			*error = "the metadata's strings are cut";
			return false;
		}
		*list_push(plan->arena, &plan->strings) =
			arena_strndup(plan->arena, bytes + at, (size_t)(nul - (bytes + at)));
		at = (uint32_t)(nul - bytes) + 1;
	}
	if (plan->strings.items[0][0]) {
		*error = "the metadata's first string is not empty";
		return false;
	}
	return true;
}

/* Copies rows into an array of rows of our size: longer ones are cut, shorter ones filled. */
static void *copy_rows(struct arena *arena, const struct image_table *table, const char *bytes,
		       size_t our_size)
{
	size_t size = table->row_size < our_size ? table->row_size : our_size;
	unsigned char *rows =
	    arena_alloc(arena, our_size * (table->row_count ? table->row_count : 1));
	uint32_t i;

	for (i = 0; i < table->row_count; i++)
		memcpy(rows + i * our_size, bytes + (size_t)i * table->row_size, size);
	return rows;
}

static bool read_table(struct plan *plan, const struct image_table *table, const char *bytes,
		       const char **error)
{
	uint32_t id = TABLE_FIRST_LIST;

	if (table->id == TABLE_STRINGS)
		return read_strings(plan, table, bytes, error);
	if (table->row_count > MAX_ROWS || table->row_size < 4 ||
	    (uint64_t)table->row_size * table->row_count != table->bytes) {
		*error = "a table of the metadata has a wrong size";
		return false;
	}
	if (table->id == TABLE_CONFIG && table->row_count == 1)
		memcpy(&plan->config, copy_rows(plan->arena, table, bytes, sizeof(plan->config)),
		       sizeof(plan->config));
#define X(list)                                                                                    \
	if (table->id == id++) {                                                                   \
		plan->list.items =                                                                 \
		    copy_rows(plan->arena, table, bytes, sizeof(*plan->list.items));               \
		plan->list.count = plan->list.capacity = table->row_count;                         \
	}
	LIST_TABLES(X)
#undef X
	return true;
}

static bool read_header(const void *data, size_t size, struct image_header *header,
			const char **error)
{
	if (size < sizeof(*header)) {
		*error = "the metadata is cut";
		return false;
	}
	memcpy(header, data, sizeof(*header));
	if (header->magic != IMAGE_MAGIC) {
		*error = "this is no image of sonde (wrong magic number)";
		return false;
	}
	if (header->major != IMAGE_MAJOR) {
		*error = header->major > IMAGE_MAJOR ?
				 "the image was made by a newer sonde: build it again" :
				 "the image was made by an older sonde: build it again";
		return false;
	}
	if (header->size > size || header->size < sizeof(*header)) {
		*error = "the metadata is cut";
		return false;
	}
	return true;
}

struct plan *image_decode_plan(struct arena *arena, const void *data, size_t size,
			       const char **error)
{
	const char *bytes = data;
	struct image_header header;
	struct plan *plan;
	uint64_t seen = 0;
	uint32_t i, at;

	if (!read_header(data, size, &header, error))
		return NULL;
	plan = plan_create(arena);
	plan->strings.count = 0;
	plan->types.count = 0;
	for (i = 0, at = sizeof(header); i < header.table_count; i++) {
		struct image_table table;

		if (header.size - at < sizeof(table)) {
			*error = "the metadata's tables are cut";
			return NULL;
		}
		memcpy(&table, bytes + at, sizeof(table));
		at += sizeof(table);
		if (table.bytes > header.size - at) {
			*error = "a table of the metadata is cut";
			return NULL;
		}
		if (table.id < 64 && seen & UINT64_C(1) << table.id) {
			*error = "a table of the metadata is there twice";
			return NULL;
		}
		if (table.id < 64)
			seen |= UINT64_C(1) << table.id;
		if (!read_table(plan, &table, bytes + at, error))
			return NULL;
		at += table.bytes;
	}
	if (!(seen & 1 << TABLE_STRINGS) || !(seen & 1 << TABLE_CONFIG)) {
		*error = "the metadata lacks a table";
		return NULL;
	}
	if (!image_check_plan(plan, error))
		return NULL;
	plan_index_strings(plan);
	return plan;
}
