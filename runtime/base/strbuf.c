/* String buffer: text that grows at its end. */
#include "base/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void reserve(struct strbuf *buf, size_t extra)
{
	static const char message[] = "sonde: out of memory\n";
	size_t need = buf->len + extra + 1, capacity = buf->capacity ? buf->capacity : 64;
	char *text;

	if (need <= buf->capacity)
		return;
	while (capacity < need)
		capacity *= 2;
	text = realloc(buf->text, capacity);
	if (!text) {
		if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
			_exit(1);
		_exit(1);
	}
	buf->text = text;
	buf->capacity = capacity;
}

void strbuf_free(struct strbuf *buf)
{
	free(buf->text);
	*buf = (struct strbuf){ 0 };
}

void strbuf_clear(struct strbuf *buf)
{
	buf->len = 0;
	if (buf->text)
		buf->text[0] = '\0';
}

void strbuf_add_bytes(struct strbuf *buf, const void *bytes, size_t len)
{
	reserve(buf, len);
	if (len)
		memcpy(buf->text + buf->len, bytes, len);
	buf->len += len;
	buf->text[buf->len] = '\0';
}

void strbuf_add(struct strbuf *buf, const char *text)
{
	strbuf_add_bytes(buf, text, strlen(text));
}

void strbuf_add_char(struct strbuf *buf, char c)
{
	strbuf_add_bytes(buf, &c, 1);
}

void strbuf_add_unsigned(struct strbuf *buf, uint64_t number)
{
	char digits[20], *at = digits + sizeof(digits);

	do {
		*--at = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	strbuf_add_bytes(buf, at, (size_t)(digits + sizeof(digits) - at));
}

void strbuf_add_signed(struct strbuf *buf, int64_t number)
{
	if (number < 0)
		strbuf_add_char(buf, '-');
	strbuf_add_unsigned(buf, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void strbuf_vprintf(struct strbuf *buf, const char *format, va_list ap)
{
	va_list copy;
	int len;

	va_copy(copy, ap);
	len = vsnprintf(NULL, 0, format, copy);
	va_end(copy);
	if (len < 0)
		return;
	reserve(buf, (size_t)len);
	vsnprintf(buf->text + buf->len, (size_t)len + 1, format, ap);
	buf->len += (size_t)len;
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	strbuf_vprintf(buf, format, ap);
	va_end(ap);
}

const char *strbuf_text(const struct strbuf *buf)
{
	return buf->text ? buf->text : "";
}
