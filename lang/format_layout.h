/* Layouts: a piece of code as a tree of texts and of places where a line may be broken. Built from
 * tokens by format_expr.c, printed by format_layout.c in as few lines as fit. */
#ifndef SONDE_LANG_FORMAT_LAYOUT_H
#define SONDE_LANG_FORMAT_LAYOUT_H

#include "base/arena.h"
#include "base/strbuf.h"

#include <stdbool.h>

struct formatter;
struct layout;

typedef struct layout *layout_ptr;

/* The width of what does not fit in one line, however long it is. */
#define LAYOUT_NEVER (UINT32_MAX / 4)

struct layout {
	enum layout_kind {
		LAYOUT_TEXT,
		LAYOUT_COMMENT,	 /* text, kept apart from its neighbours by blanks */
		LAYOUT_LINE,	 /* text, or a line break when the group is broken */
		LAYOUT_HARD,	 /* a line break */
		LAYOUT_SEQUENCE, /* parts, indented as what is around them */
		LAYOUT_FILL,	 /* parts; breaks a line only where the next piece does not fit */
		LAYOUT_ALL,	 /* parts; breaks every line or none */
		LAYOUT_BLOCK,	 /* braces at token `token`; parts: its body in one line, or none */
	} kind;
	const char *text;
	uint32_t length;
	uint32_t token;
	uint32_t indent; /* of broken lines, from the column where the group starts */
	bool may_move;	 /* FILL, ALL: starts on a new line when that gives it more room */
	bool can_break;
	bool is_body;	/* ends in a BLOCK that is not printed in one line when the group is broken */
	uint32_t width; /* in one line */
	uint32_t lead;	/* up to the first line break that may be */
	uint32_t head;	/* up to the first line break that must be */
	uint32_t source; /* COMMENT: offset */
	LIST(layout_ptr) parts;
};

struct layout *layout_text(struct arena *arena, const char *text, uint32_t length);
struct layout *layout_word(struct arena *arena, const char *text);
struct layout *layout_line(struct arena *arena, const char *text);
struct layout *layout_hard(struct arena *arena);
struct layout *layout_comment(struct arena *arena, const char *text, uint32_t length,
			      uint32_t source);
struct layout *layout_group(struct arena *arena, enum layout_kind kind);
/* Lets a group that is still empty start on a line of its own. */
void layout_let_move(struct layout *group);
/* Adds a part; what was added to `part` later does not count. Returns `group`. */
struct layout *layout_add(struct arena *arena, struct layout *group, struct layout *part);

/* Prints; `tail` columns follow on the last line. */
void layout_print(struct formatter *formatter, const struct layout *layout, uint32_t tail);

#endif
