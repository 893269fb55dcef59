/* String buffer: text that grows at its end; the sink that every printer writes to. */
#ifndef SONDE_BASE_STRBUF_H
#define SONDE_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

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
void strbuf_printf(struct strbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *buf, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* The text, "" when empty. Owned by the buffer. */
const char *strbuf_text(const struct strbuf *buf);

#endif
