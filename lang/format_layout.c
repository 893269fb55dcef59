/* The printer of layouts, and the writing of text and line breaks. Each group is printed in one line
 * when it fits with what follows it, else broken at its own places first. */
#include "lang/format_layout.h"

#include "lang/format.h"
#include "lang/formatter.h"

#include <string.h>

/* A list that would start further right starts on a line of its own. */
#define FAR_RIGHT 50
#define MOVED_INDENT 4

/* ---- building ---- */

static struct layout *new_layout(struct arena *arena, enum layout_kind kind, const char *text,
				 uint32_t length)
{
	struct layout *layout = arena_new(arena, struct layout);

	layout->kind = kind;
	layout->text = text;
	layout->length = length;
	layout->width = layout->lead = layout->head = length;
	return layout;
}

struct layout *layout_text(struct arena *arena, const char *text, uint32_t length)
{
	return new_layout(arena, LAYOUT_TEXT, text, length);
}

struct layout *layout_word(struct arena *arena, const char *text)
{
	return layout_text(arena, text, (uint32_t)strlen(text));
}

struct layout *layout_line(struct arena *arena, const char *text)
{
	struct layout *layout = new_layout(arena, LAYOUT_LINE, text, (uint32_t)strlen(text));

	layout->lead = 0;
	layout->can_break = true;
	return layout;
}

struct layout *layout_hard(struct arena *arena)
{
	struct layout *layout = new_layout(arena, LAYOUT_HARD, "", 0);

	layout->width = LAYOUT_NEVER;
	layout->can_break = true;
	return layout;
}

struct layout *layout_comment(struct arena *arena, const char *text, uint32_t length,
			      uint32_t source)
{
	struct layout *layout = new_layout(arena, LAYOUT_COMMENT, text, length);

	layout->source = source;
	layout->width = layout->lead = layout->head = length + 1;
	if (memchr(text, '\n', length))
		layout->width = LAYOUT_NEVER;
	return layout;
}

struct layout *layout_group(struct arena *arena, enum layout_kind kind)
{
	return new_layout(arena, kind, "", 0);
}

void layout_let_move(struct layout *group)
{
	group->may_move = group->can_break = true;
}

static uint32_t add_widths(uint32_t a, uint32_t b)
{
	return a + b < LAYOUT_NEVER ? a + b : LAYOUT_NEVER;
}

struct layout *layout_add(struct arena *arena, struct layout *group, struct layout *part)
{
	if (group->width < LAYOUT_NEVER)
		group->head = add_widths(group->width, part->head);
	if (!group->can_break)
		group->lead = add_widths(group->lead, part->lead);
	group->can_break = group->can_break || part->can_break;
	group->width = add_widths(group->width, part->width);
	*list_push(arena, &group->parts) = part;
	return group;
}

/* ---- writing ---- */

void format_put(struct formatter *formatter, const char *text, uint32_t length)
{
	if (!length)
		return;
	if (formatter->after_comment && text[0] != ' ' && !strchr(",;)]", text[0])) {
		strbuf_add_char(formatter->out, ' ');
		formatter->column++;
	}
	formatter->after_comment = false;
	formatter->is_line_empty = false;
	strbuf_add_bytes(formatter->out, text, length);
	formatter->column += length;
}

void format_put_word(struct formatter *formatter, const char *text)
{
	format_put(formatter, text, (uint32_t)strlen(text));
}

static void drop_blanks(struct strbuf *out)
{
	while (out->len && out->text[out->len - 1] == ' ')
		out->text[--out->len] = '\0';
}

void format_new_line(struct formatter *formatter, uint32_t indent)
{
	drop_blanks(formatter->out);
	if (!formatter->is_line_empty)
		strbuf_add_char(formatter->out, '\n');
	for (uint32_t i = 0; i < indent; i++)
		strbuf_add_char(formatter->out, ' ');
	formatter->column = formatter->line_indent = indent;
	formatter->is_line_empty = true;
	formatter->after_comment = false;
}

void format_start_line(struct formatter *formatter, uint32_t indent)
{
	format_new_line(formatter, 0);
	if (formatter->wants_blank && !formatter->is_block_start)
		strbuf_add_char(formatter->out, '\n');
	format_new_line(formatter, indent);
	formatter->wants_blank = formatter->is_block_start = false;
}

/* ---- printing ---- */

static void print(struct formatter *formatter, const struct layout *layout, bool is_flat,
		  uint32_t indent, uint32_t tail);

static bool fits(const struct formatter *formatter, uint32_t width, uint32_t tail)
{
	return width < LAYOUT_NEVER && formatter->column + width + tail <= FORMAT_COLUMNS;
}

/* Columns from part `i` to where the next line break may be; the part itself whole. */
static uint32_t piece_width(const struct layout *group, uint32_t i, uint32_t tail)
{
	const struct layout *part = group->parts.items[i];
	uint32_t width = part->width;

	if (width == LAYOUT_NEVER)
		return part->head;
	for (i++; i < group->parts.count; i++) {
		part = group->parts.items[i];
		if (part->is_body)
			return width + 1;
		width = add_widths(width, part->lead);
		if (part->can_break)
			return width;
	}
	return add_widths(width, tail);
}

/* Columns that follow part `i` in its line. */
static uint32_t tail_width(const struct layout *group, uint32_t i, uint32_t tail)
{
	return piece_width(group, i, tail) - (group->parts.items[i]->width == LAYOUT_NEVER
						   ? group->parts.items[i]->head
						   : group->parts.items[i]->width);
}

static void print_parts(struct formatter *formatter, const struct layout *group, bool is_flat,
			uint32_t indent, uint32_t tail)
{
	for (uint32_t i = 0; i < group->parts.count; i++) {
		const struct layout *part = group->parts.items[i];

		if (part->kind != LAYOUT_LINE || is_flat)
			print(formatter, part, is_flat, indent, tail_width(group, i, tail));
		else if (group->kind == LAYOUT_FILL && i + 1 < group->parts.count &&
			 fits(formatter, part->width + piece_width(group, i + 1, tail), 0))
			format_put(formatter, part->text, part->length);
		else
			format_new_line(formatter, indent);
	}
}

static void print_group(struct formatter *formatter, const struct layout *group, bool is_flat,
			uint32_t indent, uint32_t tail)
{
	if (is_flat || fits(formatter, group->width, tail)) {
		print_parts(formatter, group, true, indent, tail);
		return;
	}
	if (group->may_move && formatter->column > FAR_RIGHT)
		format_new_line(formatter, formatter->line_indent + MOVED_INDENT);
	print_parts(formatter, group, false, formatter->column + group->indent, tail);
}

static void print_block(struct formatter *formatter, const struct layout *block, bool is_flat)
{
	uint32_t next = formatter->next, written = formatter->written;

	if (is_flat && block->parts.count) {
		print(formatter, block->parts.items[0], true, 0, 0);
		return;
	}
	formatter->next = block->token;
	formatter->written = formatter->parser->tokens.items[block->token].start;
	format_block(formatter, formatter->base_indent, true);
	formatter->next = next;
	formatter->written = written;
}

static void print(struct formatter *formatter, const struct layout *layout, bool is_flat,
		  uint32_t indent, uint32_t tail)
{
	switch (layout->kind) {
	case LAYOUT_TEXT:
	case LAYOUT_LINE:
		format_put(formatter, layout->text, layout->length);
		break;
	case LAYOUT_COMMENT:
		format_put_comment(formatter, layout->text, layout->length, layout->source);
		break;
	case LAYOUT_HARD:
		format_new_line(formatter, indent);
		break;
	case LAYOUT_SEQUENCE:
		print_parts(formatter, layout, is_flat, indent, tail);
		break;
	case LAYOUT_FILL:
	case LAYOUT_ALL:
		print_group(formatter, layout, is_flat, indent, tail);
		break;
	case LAYOUT_BLOCK:
		print_block(formatter, layout, is_flat);
		break;
	}
}

void layout_print(struct formatter *formatter, const struct layout *layout, uint32_t tail)
{
	uint32_t indent = formatter->base_indent;

	formatter->base_indent = formatter->line_indent;
	print(formatter, layout, false, formatter->line_indent, tail);
	formatter->base_indent = indent;
}
