/* printf: a record's fields by its format string. */
#ifndef SONDE_RUNTIME_OUTPUT_FORMAT_H
#define SONDE_RUNTIME_OUTPUT_FORMAT_H

#include "output_value.h"

/* Appends the text of a printf-like record; `data` starts with its header. */
void format_add_record(const struct value_printer *printer, const struct plan_record *record,
		       const void *data, struct strbuf *out);

#endif
