/* Inside expand: what the walk over the script and the expansion of one macro share. */
#ifndef SONDE_LANG_EXPAND_H
#define SONDE_LANG_EXPAND_H

#include "lang/compile.h"
#include "lang/name_table.h"

#define EXPAND_DEPTH_MAX 64u
#define EXPAND_STEPS_MAX 20000u
#define EXPAND_NODES_MAX 200000u

struct expander {
	struct compile *compile;
	struct {
		const void *what; /* the macro: there may be several of a name; NULL: a define */
		const char *name;
		struct span use;
	} stack[EXPAND_DEPTH_MAX];
	uint32_t depth, expansions, copied, hoisted;
	uint32_t height;	    /* of the tree being walked */
	struct name_table macros;   /* the last one of each name */
	uint32_t first_stdlib_file; /* files from here on are the standard library's */
	bool failed;
};

/* expand.c: replaces what is a macro or a define in a tree, in place. */
void expand_expr(struct expander *x, struct expr **slot);
void expand_stmts(struct expander *x, stmt_ptr *items, uint32_t count);
/* expand_send.c: a call that sends a record, when its arguments send some of their own. */
void expand_order_sends(struct expander *x, struct expr **slot);
/* Opens a level of expansion; false, with a diagnostic, when it is its own cause or too deep. The
 * caller closes it: x->depth--. */
bool expand_enter(struct expander *x, const void *what, const char *name, struct span use);

/* expand_macro.c: the macro that a name or a call means, NULL when there is none. *any is the last
 * one of that name, fitting or not. */
const struct macro *expand_find_macro(struct expander *x, const struct expr *call,
				      const struct macro **any);
/* What a call of a macro becomes: its body with the arguments in place, expanded itself. */
struct expr *expand_macro(struct expander *x, const struct macro *macro, struct expr *call);
void expand_report_misfit(struct expander *x, const struct expr *call, const struct macro *macro);
/* Makes the table of macros; refuses what is wrong with the script's as such, used or not. */
void expand_check_macros(struct expander *x);
/* Gives a whole tree one place: what has none in the user's script is shown where it is used. */
void expand_move_spans(struct expr *expr, struct span use);

#endif
