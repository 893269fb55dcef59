/* String buffer: text that grows at its end; the sink that every printer writes to. */
#ifndef SONDE_BASE_STRBUF_H
#define SONDE_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialize to use; `text` is NUL-terminated once something was added, else NULL. */
struct strbuf {
	char *text;
	size_t len, capacity;
};

void strbuf_free(struct strbuf *buf);
void strbuf_clear(struct strbuf *buf);
void strbuf_add(struct strbuf *buf, const char *text);
void strbuf_add_bytes(struct strbuf *buf, const void *bytes, size_t len);
void strbuf_add_char(struct strbuf *buf, char c);
/* In decimal; several times faster than strbuf_printf, for what is printed a million times. */
void strbuf_add_signed(struct strbuf *buf, int64_t number);
void strbuf_add_unsigned(struct strbuf *buf, uint64_t number);
void strbuf_printf(struct strbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *buf, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* The text, "" when empty. Owned by the buffer. */
const char *strbuf_text(const struct strbuf *buf);

#endif
