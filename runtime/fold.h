/* Folding: the values that an aggregation has on each CPU to one. */
#ifndef SONDE_RUNTIME_FOLD_H
#define SONDE_RUNTIME_FOLD_H

#include "base/value.h"

#include <stdbool.h>

/* `values`: `cpu_count` values, `stride` bytes apart. Writes one value of `type` to `out`. Returns
 * whether any CPU has set it. */
bool fold_values(const struct value_type *type, const unsigned char *values, uint32_t cpu_count,
		 uint32_t stride, unsigned char *out);

#endif
