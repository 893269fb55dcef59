/* Values as JSON, in the peer's shapes; every printer of JSON writes texts and numbers through
 * here. */
#ifndef SONDE_RUNTIME_OUTPUT_JSON_H
#define SONDE_RUNTIME_OUTPUT_JSON_H

#include "output_value.h"

#include <stddef.h>

/* Appends a quoted text. Bytes from 0x80 on are written as the peer does: \u and the sign-extended
 * byte in hex, not UTF-8 (scripts that read its output know it so). */
void json_add_text(struct strbuf *out, const char *text, size_t length);
/* A number; in quotes when a double could not hold it. */
void json_add_signed(struct strbuf *out, int64_t value);
void json_add_unsigned(struct strbuf *out, uint64_t value);
void json_add_number(struct strbuf *out, bool is_signed, int64_t value);

/* A value: numbers, booleans, lists and objects; anything else as its text. */
void json_add_value(const struct value_printer *printer, uint32_t type, const void *bytes,
		    struct strbuf *out);
/* A map's key as an object's name: its text without spaces, quoted. */
void json_add_key(const struct value_printer *printer, uint32_t type, const void *bytes,
		  struct strbuf *out);
/* {"count": 2, "average": 3, "total": 6} */
void json_add_stats(const struct value_type *type, const struct value_sum *sum, int64_t average,
		    struct strbuf *out);

#endif
