/* Diagnostics: collects what is wrong with a script and prints it once, in the order of the source,
 * each with its line and a caret span. */
#include "lang/diag.h"

#include <stdlib.h>
#include <string.h>

/* Errors, and warnings, that are shown: a script of megabytes can be wrong at every byte. */
#define SHOWN_MAX 50
/* Bytes of a message: it may hold a name of a megabyte. */
#define MESSAGE_MAX 600
/* Columns of a source line that are shown around the place. */
#define LINE_WIDTH_MAX 160

const struct diag_row diag_rows[] = {
#define DIAG(id, explanation) {id, explanation},
#include "lang/diag.def"
#undef DIAG
    {NULL, NULL},
};

static const char *shortened(struct arena *arena, const char *text)
{
	int length = MESSAGE_MAX;

	if (strnlen(text, MESSAGE_MAX + 1) <= MESSAGE_MAX)
		return text;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--; /* no part of a character */
	return arena_printf(arena, "%.*s...", length, text);
}

static struct diag *__attribute__((format(printf, 5, 0)))
add(struct diags *diags, enum diag_level level, const char *id, struct span span,
    const char *format, va_list ap)
{
	struct diag *diag = arena_new(diags->arena, struct diag);

	uint32_t *count = level == DIAG_ERROR ? &diags->error_count : &diags->warning_count;

	diag->level = level;
	diag->id = id;
	diag->span = span;
	diag->message = "";
	if ((*count)++ < SHOWN_MAX && !diags->is_rehearsal &&
	    !(level == DIAG_WARNING && diags->no_warnings)) {
		diag->message = shortened(diags->arena, arena_vprintf(diags->arena, format, ap));
		*list_push(diags->arena, &diags->list) = diag;
	}
	return diag;
}

bool diag_is_shown(const struct diags *diags)
{
	return !diags->is_rehearsal && diags->error_count <= SHOWN_MAX;
}

bool diag_is_full(const struct diags *diags)
{
	return diags->error_count > SHOWN_MAX;
}

struct diag *diag_error(struct diags *diags, const char *id, struct span span, const char *format,
			...)
{
	va_list ap;

	va_start(ap, format);
	struct diag *diag = add(diags, DIAG_ERROR, id, span, format, ap);

	va_end(ap);
	return diag;
}

struct diag *diag_warning(struct diags *diags, const char *id, struct span span, const char *format,
			  ...)
{
	va_list ap;

	va_start(ap, format);
	struct diag *diag = add(diags, DIAG_WARNING, id, span, format, ap);

	va_end(ap);
	return diag;
}

struct diag *diag_not_supported(struct diags *diags, struct span span, const char *what)
{
	return diag_error(diags, "not-supported", span, "%s is not supported yet", what);
}

void diag_note(struct diag *diag, struct span span, const char *label)
{
	unsigned int slot = diag->notes[0].label ? 1 : 0;

	diag->notes[slot].span = span;
	diag->notes[slot].label = label;
}

void diag_hint(struct diags *diags, struct diag *diag, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	diag->hint = shortened(diags->arena, arena_vprintf(diags->arena, format, ap));
	va_end(ap);
}

/* Edits (insert, remove, replace, swap neighbours) between two names of at most 63 bytes. */
static unsigned int edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned char rows[3][65];
	unsigned char *before = rows[0], *last = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b_len; j++)
		last[j] = (unsigned char)j;
	memset(before, 0, sizeof(rows[0]));
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = (unsigned char)i;
		for (size_t j = 1; j <= b_len; j++) {
			unsigned int cost = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (cost > last[j] + 1u)
				cost = last[j] + 1u;
			if (cost > row[j - 1] + 1u)
				cost = row[j - 1] + 1u;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    cost > before[j - 2] + 1u)
				cost = before[j - 2] + 1u;
			row[j] = (unsigned char)cost;
		}
		unsigned char *oldest = before;

		before = last;
		last = row;
		row = oldest;
	}
	return last[b_len];
}

const char *diag_nearest(const struct diags *diags, const char *name, const char *const *names)
{
	size_t len = strlen(name);
	unsigned int best = len <= 2 ? 2 : len <= 7 ? 3 : 4; /* one more than what is near */
	const char *nearest = NULL;

	if (len < 2 || len > 63 || !diag_is_shown(diags))
		return NULL;
	for (; *names; names++) {
		size_t other = strlen(*names);

		if (other > 63 || other + 3 < len || len + 3 < other)
			continue;
		unsigned int distance = edit_distance(name, len, *names, other);

		if (distance < best && distance < len && distance < other) {
			best = distance;
			nearest = *names;
		}
	}
	return nearest;
}

static int compare_spans(struct span a, struct span b)
{
	if (a.file != b.file)
		return a.file < b.file ? -1 : 1;
	if (a.start != b.start)
		return a.start < b.start ? -1 : 1;
	if (a.end != b.end)
		return a.end < b.end ? -1 : 1;
	return 0;
}

struct ordered {
	const struct diag *diag;
	uint32_t number; /* keeps the order of those at one place */
};

static int compare_diags(const void *left, const void *right)
{
	const struct ordered *a = left, *b = right;
	int order = compare_spans(a->diag->span, b->diag->span);

	if (order)
		return order;
	return a->number < b->number ? -1 : a->number > b->number;
}

struct colours {
	const char *error, *warning, *bold, *caret, *hint, *off;
};

static const struct colours no_colours = {"", "", "", "", "", ""};
static const struct colours terminal_colours = {
    "\033[1;31m", "\033[1;35m", "\033[1m", "\033[1;32m", "\033[1;36m", "\033[0m",
};

/* A source byte that a terminal can be given. */
static char shown(char c)
{
	return (unsigned char)c < ' ' && c != '\t' ? '?' : c;
}

/* The line and, under it, ^~~~ from `span.start` to the span's or the line's end. A long line is
 * cut to the part around the place. Tabs are kept in both lines, so that the caret stands right. */
static void print_line(const struct sources *sources, struct span span, struct strbuf *out,
		       const struct colours *colours)
{
	struct source_place place = source_locate(sources, span.file, span.start);
	uint32_t column = place.column - 1, from = 0, to = place.length;

	if (span.file >= sources->files.count)
		return;
	if (to > LINE_WIDTH_MAX) {
		from = column > LINE_WIDTH_MAX / 2 ? column - LINE_WIDTH_MAX / 2 : 0;
		to = from + LINE_WIDTH_MAX < to ? from + LINE_WIDTH_MAX : to;
	}
	strbuf_add(out, from ? "    ..." : "    ");
	for (uint32_t i = from; i < to; i++)
		strbuf_add_char(out, shown(place.text[i]));
	strbuf_add(out, to < place.length ? "...\n" : "\n");
	strbuf_add(out, from ? "       " : "    ");
	for (uint32_t i = from; i < column && i < to; i++) {
		/* bytes that continue a UTF-8 character take no column */
		if ((place.text[i] & 0xc0) != 0x80)
			strbuf_add_char(out, place.text[i] == '\t' ? '\t' : ' ');
	}
	strbuf_printf(out, "%s^", colours->caret);
	uint32_t end = span.end > span.start ? column + (span.end - span.start) : column + 1;

	for (uint32_t i = column + 1; i < end && i < to; i++) {
		if ((place.text[i] & 0xc0) != 0x80)
			strbuf_add_char(out, '~');
	}
	strbuf_printf(out, "%s\n", colours->off);
}

static void print_place(const struct sources *sources, struct span span, struct strbuf *out)
{
	struct source_place place = source_locate(sources, span.file, span.start);

	if (span.file < sources->files.count)
		strbuf_printf(out, "%s:%u:%u: ", place.file, place.line, place.column);
}

static void print_one(const struct diags *diags, const struct diag *diag, struct strbuf *out,
		      const struct colours *colours)
{
	bool is_error = diag->level == DIAG_ERROR;

	strbuf_add(out, colours->bold);
	print_place(diags->sources, diag->span, out);
	strbuf_printf(out, "%s%s%s: %s%s%s [%s]\n", is_error ? colours->error : colours->warning,
		      is_error ? "error" : "warning", colours->off, colours->bold, diag->message,
		      colours->off, diag->id);
	print_line(diags->sources, diag->span, out, colours);
	for (unsigned int i = 0; i < 2 && diag->notes[i].label; i++) {
		print_place(diags->sources, diag->notes[i].span, out);
		strbuf_printf(out, "note: %s\n", diag->notes[i].label);
		print_line(diags->sources, diag->notes[i].span, out, colours);
	}
	if (diag->hint)
		strbuf_printf(out, "%shint%s: %s\n", colours->hint, colours->off, diag->hint);
}

void diag_print(const struct diags *diags, struct strbuf *out, bool colour)
{
	uint32_t count = diags->list.count;
	struct ordered *order = arena_alloc(diags->arena, (count + 1) * sizeof(*order));
	const struct diag *last = NULL;

	for (uint32_t i = 0; i < count; i++)
		order[i] = (struct ordered){diags->list.items[i], i};
	qsort(order, count, sizeof(*order), compare_diags);
	for (uint32_t i = 0; i < count; i++) {
		const struct diag *diag = order[i].diag;

		if (last && compare_spans(last->span, diag->span) == 0 &&
		    strcmp(last->message, diag->message) == 0)
			continue;
		print_one(diags, diag, out, colour ? &terminal_colours : &no_colours);
		last = diag;
	}
	bool errors_left = diags->error_count > SHOWN_MAX;

	if (count && (errors_left || (diags->warning_count > SHOWN_MAX && !diags->no_warnings)))
		strbuf_printf(out, "only the first %d %s are shown\n", SHOWN_MAX,
			      errors_left ? "errors" : "warnings");
}
