/* Expand: macros and #define constants are replaced where they are used; after this stage no name
 * of either is left. Runs between parse and check; the C side is read first. */
#include "lang/builtin.h"
#include "lang/cdecl.h"
#include "lang/check.h"
#include "lang/expand.h"
#include "lang/import.h"

#include <string.h>

/* "a" uses "b", which uses "a" */
static void report_recursion(struct expander *x, uint32_t first, const char *name, struct span use)
{
	struct strbuf chain = {0};
	struct diag *diag;

	for (uint32_t i = first; i < x->depth; i++)
		strbuf_printf(&chain, "%s > ", x->stack[i].name);
	diag = diag_error(&x->compile->diags, "macro-recursion", use,
			  "the macro \"%s\" expands to itself", name);
	diag_note(diag, x->stack[0].use, "it is used here");
	diag_hint(&x->compile->diags, diag, "%s%s: a macro has no end of its own; a loop has",
		  strbuf_text(&chain), name);
	strbuf_free(&chain);
}

bool expand_enter(struct expander *x, const void *what, const char *name, struct span use)
{
	uint32_t first = 0;

	while (first < x->depth && (x->stack[first].what != what ||
				    (!what && strcmp(x->stack[first].name, name) != 0)))
		first++;
	if (first == x->depth && x->depth < EXPAND_DEPTH_MAX &&
	    ++x->expansions <= EXPAND_STEPS_MAX) {
		x->stack[x->depth].what = what;
		x->stack[x->depth].name = name;
		x->stack[x->depth].use = use;
		x->depth++;
		return true;
	}
	if (!x->failed && first < x->depth)
		report_recursion(x, first, name, use);
	else if (!x->failed)
		diag_error(&x->compile->diags, "macro-steps", use,
			   "expanding \"%s\" takes too many steps", name);
	x->failed = true;
	return false;
}

/* ---- #define ---------------------------------------------------------------------------- */

/* The value of a #define: its text is parsed as an expression of the language. */
static struct expr *parse_define(struct expander *x, const char *name, const char *define,
				 struct span use)
{
	struct compile *compile = x->compile;
	struct script *outer = compile->script;
	struct diags diags = compile->diags;
	struct expr *value = NULL;
	const char *text = arena_printf(compile->arena, "begin { $v = (%s); }", define);
	uint32_t file = source_add(&compile->sources, name, text, strlen(text));
	uint32_t error_count = compile->diags.error_count;
	int failed;

	compile->script = NULL;
	compile->diags.is_rehearsal = true;
	failed = parse_script(compile, file);
	if (!failed && compile->diags.error_count == error_count &&
	    compile->script->probes.count == 1 &&
	    compile->script->probes.items[0]->body.count == 1) {
		struct expr *assign = compile->script->probes.items[0]->body.items[0]->expr;

		if (assign && assign->kind == EXPR_ASSIGN)
			value = assign->right;
	}
	compile->script = outer;
	compile->diags = diags;
	if (value)
		expand_move_spans(value, use);
	return value;
}

/* The value of a #define by C's rules, as a literal; NULL when it is no constant. */
static struct expr *constant_define(struct expander *x, const char *name, struct span use)
{
	struct arena *arena = x->compile->arena;
	struct c_constant constant;
	struct expr *value, *minus;

	if (!c_types_constant(x->compile, name, &constant))
		return NULL;
	value = arena_new(arena, struct expr);
	value->span = use;
	if (constant.is_text) {
		value->kind = EXPR_STRING;
		value->text = constant.text;
		value->length = constant.length;
		return value;
	}
	value->kind = EXPR_INTEGER;
	value->integer = constant.value;
	if (constant.is_unsigned || (int64_t)constant.value >= 0)
		return value;
	value->integer = 0 - constant.value;
	minus = arena_new(arena, struct expr);
	minus->span = use;
	minus->kind = EXPR_UNARY;
	minus->op = OP_NEG;
	minus->left = value;
	return minus;
}

static void refuse_define(struct expander *x, struct expr *use, const struct c_definition *define)
{
	struct diags *diags = &x->compile->diags;
	struct diag *diag = diag_error(diags, "define-value", use->span,
				       "\"%s\" is no constant that can be used here", use->name);

	diag_note(diag, define->span, define->is_function ? "it takes parameters" : "it is defined so");
	if (define->is_function)
		diag_hint(diags, diag, "only C definitions can call it; a macro of the language is written "
			  "macro %s(x) { ... }", use->name);
	use->kind = EXPR_POISON;
}

static void expand_define(struct expander *x, const struct c_definition *define, struct expr **slot)
{
	struct expr *use = *slot, *value = NULL;

	if (!expand_enter(x, NULL, use->name, use->span)) {
		use->kind = EXPR_POISON;
		return;
	}
	/* the text is read again at every use: that is bounded too */
	x->copied += (uint32_t)strlen(define->text) / 4;
	if (x->copied > EXPAND_NODES_MAX) {
		diag_error(&x->compile->diags, "macro-recursion", use->span,
			   "expanding \"%s\" takes too many steps", use->name);
		x->failed = true;
		use->kind = EXPR_POISON;
		x->depth--;
		return;
	}
	if (!define->is_function && !define->is_plain)
		value = constant_define(x, use->name, use->span);
	if (!value && !define->is_function && define->is_script && define->text[0])
		value = parse_define(x, use->name, define->text, use->span);
	if (value) {
		*slot = value;
		expand_expr(x, slot);
	} else {
		refuse_define(x, use, define);
	}
	x->depth--;
}

/* sizeof(N) and typeof(N) read as types, but N may be a constant. */
static void name_of_value(struct expander *x, struct expr *expr)
{
	struct type_syntax *syntax = expr->type_syntax;
	struct c_definition define;
	struct type *type;
	int64_t value;

	if ((expr->kind != EXPR_SIZEOF && expr->kind != EXPR_TYPEINFO) || !syntax ||
	    syntax->kind != SYNTAX_NAME)
		return;
	if (!c_types_enumerator(x->compile, syntax->name, &value, &type) &&
	    !c_types_macro(x->compile, syntax->name, &define))
		return;
	expr->left = arena_new(x->compile->arena, struct expr);
	expr->left->kind = EXPR_IDENTIFIER;
	expr->left->name = syntax->name;
	expr->left->span = syntax->span;
	expr->type_syntax = NULL;
}

/* ---- the walk --------------------------------------------------------------------------- */

static void rewrite_syntax(struct expander *x, struct type_syntax *syntax)
{
	if (!syntax)
		return;
	rewrite_syntax(x, syntax->element);
	expand_expr(x, &syntax->size);
	expand_expr(x, &syntax->of);
	for (uint32_t i = 0; i < syntax->members.count; i++)
		rewrite_syntax(x, syntax->members.items[i]);
}

/* pid, tid, nsecs, kstack, ustack: not macros on the peer either, so that a macro named so is not
 * what the bare name means. */
static bool takes_option(const char *name)
{
	const struct builtin *row = builtin_find(name, false);

	return row && strstr(row->signature, " | ([");
}

static void rewrite_name(struct expander *x, struct expr **slot)
{
	struct expr *expr = *slot;
	const struct macro *any, *macro = expand_find_macro(x, expr, &any);
	struct c_definition define;

	if (macro && expr->kind == EXPR_IDENTIFIER && takes_option(expr->name)) {
		/* the name keeps its meaning; called, it is the macro's */
	} else if (macro) {
		*slot = expand_macro(x, macro, expr);
	} else if (any && expr->kind == EXPR_CALL && !builtin_find(expr->name, true)) {
		expand_report_misfit(x, expr, any);
		expr->kind = EXPR_POISON;
	} else if (c_types_macro(x->compile, expr->name, &define) &&
		   (define.is_script || !builtin_find(expr->name, expr->kind == EXPR_CALL))) {
		/* what a header defines hides nothing of the language */
		if (expr->kind == EXPR_IDENTIFIER)
			expand_define(x, &define, slot);
		else if (define.is_function && !builtin_find(expr->name, true))
			refuse_define(x, expr, &define);
	}
}

void expand_expr(struct expander *x, struct expr **slot)
{
	struct expr *expr = *slot;

	if (!expr || x->failed)
		return;
	if (++x->height > 2000) {
		diag_error(&x->compile->diags, "macro-depth", expr->span,
			   "this is nested too deeply once macros are expanded");
		x->failed = true;
	} else {
		name_of_value(x, expr);
		expand_expr(x, &expr->condition);
		expand_expr(x, &expr->left);
		expand_expr(x, &expr->right);
		expand_expr(x, &expr->key);
		rewrite_syntax(x, expr->type_syntax);
		for (uint32_t i = 0; i < expr->args.count; i++)
			expand_expr(x, &expr->args.items[i]);
		expand_stmts(x, expr->body.items, expr->body.count);
		expand_stmts(x, expr->else_body.items, expr->else_body.count);
		if (!x->failed && (expr->kind == EXPR_CALL || expr->kind == EXPR_IDENTIFIER))
			rewrite_name(x, slot);
		if (!x->failed && *slot == expr && expr->kind == EXPR_CALL)
			expand_order_sends(x, slot);
	}
	x->height--;
}

void expand_stmts(struct expander *x, stmt_ptr *items, uint32_t count)
{
	for (uint32_t i = 0; i < count && !x->failed; i++) {
		struct stmt *stmt = items[i];

		expand_expr(x, &stmt->expr);
		expand_expr(x, &stmt->end);
		rewrite_syntax(x, stmt->type_syntax);
		expand_stmts(x, stmt->body.items, stmt->body.count);
		expand_stmts(x, stmt->else_body.items, stmt->else_body.count);
	}
}

/* Adds the standard library's macros behind the script's own, which so win. */
static int load_stdlib(struct expander *x)
{
	static const struct {
		const char *name, *text;
	} texts[] = {
#define STDLIB(name, text) {name, text},
#include "stdlib_texts.h"
#undef STDLIB
	};
	struct compile *compile = x->compile;
	struct script *script = compile->script;

	x->first_stdlib_file = compile->sources.files.count;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint32_t file = source_add(&compile->sources, texts[i].name, texts[i].text,
					   strlen(texts[i].text));
		int failed;

		compile->script = NULL;
		failed = parse_script(compile, file);
		for (uint32_t j = 0; compile->script && j < compile->script->macros.count; j++)
			*list_push(compile->arena, &script->macros) =
			    compile->script->macros.items[j];
		compile->script = script;
		if (failed)
			return -1;
	}
	return 0;
}

static void refuse_empty(struct compile *compile)
{
	struct diag *diag =
	    diag_error(&compile->diags, "no-probes", (struct span){0}, "the script has no probes");

	diag_hint(&compile->diags, diag, "the smallest has one: begin { printf(\"hello\\n\"); }");
}

int expand_script(struct compile *compile)
{
	struct expander x = {.compile = compile};
	struct script *script;

	if (import_all(compile))
		return -1;
	script = compile->script;
	if (c_types_parse(compile) || load_stdlib(&x))
		return -1;
	if (!script->probes.count)
		refuse_empty(compile);
	expand_check_macros(&x);
	for (uint32_t i = 0; i < script->probes.count; i++) {
		struct probe *probe = script->probes.items[i];

		expand_expr(&x, &probe->predicate);
		expand_stmts(&x, probe->body.items, probe->body.count);
	}
	for (uint32_t i = 0; i < script->functions.count; i++) {
		struct function *function = script->functions.items[i];

		expand_stmts(&x, function->body.items, function->body.count);
	}
	for (uint32_t i = 0; i < script->declarations.count; i++)
		expand_expr(&x, &script->declarations.items[i].size);
	/* a wrong use of a macro is poison now: the checker tells what else is wrong */
	return x.failed || !script->probes.count ? -1 : 0;
}
