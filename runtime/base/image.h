/* The image's metadata section: the plan, serialized. Layout (little endian): struct image_header,
 * then tables, each struct image_table followed by its bytes. Unknown tables are skipped, rows
 * longer than known are cut, shorter ones zero-filled; another major version is refused. The
 * decoder trusts nothing: every index, size and offset is checked, so that a hostile file gives
 * an error and not a crash. */
#ifndef SONDE_BASE_IMAGE_H
#define SONDE_BASE_IMAGE_H

#include "base/plan.h"
#include "base/strbuf.h"

#define IMAGE_SECTION ".sonde.meta"
#define IMAGE_MAGIC 0x65646e53u /* "Snde" */
#define IMAGE_MAJOR 1
#define IMAGE_MINOR 0

struct image_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t size; /* whole section, header included */
	uint32_t table_count;
};

struct image_table {
	uint32_t id;
	uint32_t row_size;
	uint32_t row_count;
	uint32_t bytes; /* that follow */
};

/* Appends the serialized plan to `out`. */
void image_encode_plan(const struct plan *plan, struct strbuf *out);

/* Decodes `size` bytes at `data` into a new plan in `arena`. NULL on a malformed section, with one
 * sentence in *error (static or in the arena). */
struct plan *image_decode_plan(struct arena *arena, const void *data, size_t size,
			       const char **error);

/* Prints the plan as `sonde dump plan` does: one table after the other, stable text. */
void plan_dump(const struct plan *plan, struct strbuf *out);

#endif
