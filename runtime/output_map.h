/* Maps: a whole map as text or as one JSON object. */
#ifndef SONDE_RUNTIME_OUTPUT_MAP_H
#define SONDE_RUNTIME_OUTPUT_MAP_H

#include "output_value.h"

/* See output_map in output.h. Appends nothing for a map without entries. */
void map_add_text(const struct value_printer *printer, const struct map_dump *dump, uint64_t top,
		  uint64_t div, struct strbuf *out);
void map_add_json(const struct value_printer *printer, const struct map_dump *dump, uint64_t top,
		  uint64_t div, struct strbuf *out);

#endif
