/* Histograms: the buckets of hist and lhist as rows with bars, or as JSON. */
#ifndef SONDE_RUNTIME_OUTPUT_HIST_H
#define SONDE_RUNTIME_OUTPUT_HIST_H

#include "base/strbuf.h"
#include "base/value.h"

/* `bytes`: u64 buckets[type->count]; `div`: counts of hist are divided by it, 0 and 1: not. From
 * the first bucket with a count to the last one, one row each. */
void hist_add_text(const struct value_type *type, const void *bytes, uint64_t div,
		   struct strbuf *out);
/* [{"min": 0, "max": 9, "count": 3}, ...] with ", " or, within a map with keys, "," between. */
void hist_add_json(const struct value_type *type, const void *bytes, uint64_t div,
		   const char *separator, struct strbuf *out);

#endif
