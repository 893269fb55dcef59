/* What stands between tokens: comments, blank lines, the #! line. All of it is written again, each
 * comment once; at most one blank line is kept. */
#include "lang/formatter.h"

#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The comment or word at `start`, which is not blank, up to `limit`. */
static void read_comment(const char *text, uint32_t limit, struct comment *comment)
{
	uint32_t start = comment->start, at = start;

	comment->is_line = false;
	comment->is_word = false;
	if (text[start] == '/' && start + 1 < limit && text[start + 1] == '*') {
		const char *end = memmem(text + start + 2, limit - start - 2, "*/", 2);

		comment->end = end ? (uint32_t)(end - text) + 2 : limit;
	} else if (text[start] == '/' || text[start] == '#') {
		while (at < limit && text[at] != '\n')
			at++;
		while (at > start && is_blank(text[at - 1]))
			at--;
		comment->is_line = true;
		comment->end = at;
	} else {
		while (at < limit && !is_blank(text[at]) && text[at] != '/')
			at++;
		comment->is_word = true;
		comment->end = at;
	}
}

static uint32_t gap_end(const struct formatter *formatter)
{
	const struct parser *parser = formatter->parser;

	return formatter->next < parser->tokens.count ? parser->tokens.items[formatter->next].start
						       : parser->size;
}

bool format_next_comment(struct formatter *formatter, struct comment *comment)
{
	const char *text = formatter->parser->text;
	uint32_t limit = gap_end(formatter), at = formatter->written;

	*comment = (struct comment){0};
	for (; at < limit && is_blank(text[at]); at++)
		comment->newlines += text[at] == '\n';
	if (at >= limit)
		return false;
	comment->start = at;
	read_comment(text, limit, comment);
	formatter->written = comment->end;
	return true;
}

bool format_has_comment(const struct formatter *formatter, uint32_t start, uint32_t end)
{
	const char *text = formatter->parser->text;

	while (start < end && is_blank(text[start]))
		start++;
	return start < end;
}

void format_defer_comments(struct formatter *formatter)
{
	struct comment comment;

	while (format_next_comment(formatter, &comment))
		*list_push(formatter->arena, &formatter->deferred) = comment;
}

/* Columns before `offset` in its line of the source. */
static uint32_t source_column(const char *text, uint32_t offset)
{
	uint32_t start = offset, column = 0;

	while (start && text[start - 1] != '\n')
		start--;
	for (; start < offset; start++)
		column = text[start] == '\t' ? (column | 7) + 1 : column + 1;
	return column;
}

/* One further line of a comment: what it was indented beyond `from` it is beyond `to`. */
static void put_further_line(struct strbuf *out, const char *line, uint32_t length, uint32_t from,
			     uint32_t to)
{
	uint32_t column = 0, skip = 0;

	while (length && is_blank(line[length - 1]))
		length--;
	strbuf_add_char(out, '\n');
	if (from != to) {
		for (; skip < length && (line[skip] == ' ' || line[skip] == '\t'); skip++)
			column = line[skip] == '\t' ? (column | 7) + 1 : column + 1;
		column = column + to > from ? column + to - from : 0;
		for (uint32_t i = 0; i < column && skip < length; i++)
			strbuf_add_char(out, ' ');
	}
	strbuf_add_bytes(out, line + skip, length - skip);
}

void format_put_comment(struct formatter *formatter, const char *text, uint32_t length,
			uint32_t source)
{
	struct strbuf *out = formatter->out;
	const char *end = text + length, *line = memchr(text, '\n', length);
	uint32_t first = line ? (uint32_t)(line - text) : length;

	formatter->after_comment = false;
	if (!formatter->is_line_empty && out->len && !strchr(" ([", out->text[out->len - 1]))
		format_put(formatter, " ", 1);
	uint32_t from = source_column(formatter->parser->text, source), to = formatter->column;

	while (first && is_blank(text[first - 1]))
		first--;
	format_put(formatter, text, first);
	while (line) {
		const char *start = line + 1;

		line = memchr(start, '\n', (size_t)(end - start));
		put_further_line(out, start, (uint32_t)((line ? line : end) - start), from, to);
	}
	formatter->after_comment = true;
}

static void put_on_line(struct formatter *formatter, const struct comment *comment, bool is_first,
			uint32_t indent)
{
	if (comment->newlines || !formatter->out->len || !is_first) {
		formatter->wants_blank = formatter->wants_blank || comment->newlines > 1;
		format_start_line(formatter, indent);
	}
	format_put_comment(formatter, formatter->parser->text + comment->start,
			   comment->end - comment->start, comment->start);
}

void format_end_line(struct formatter *formatter, uint32_t indent)
{
	struct comment comment;
	bool is_first = true;

	for (uint32_t i = 0; i < formatter->deferred.count; i++) {
		const struct comment *deferred = &formatter->deferred.items[i];

		put_on_line(formatter, deferred, is_first, indent);
		is_first = !deferred->is_line;
	}
	formatter->deferred.count = 0;
	while (format_next_comment(formatter, &comment)) {
		put_on_line(formatter, &comment, is_first, indent);
		is_first = !comment.is_line;
	}
	if (comment.newlines > 1)
		formatter->wants_blank = true;
}
