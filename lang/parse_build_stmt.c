/* Builds statements and the items of a script for the grammar's actions. */
#include "lang/parse.h"

struct stmt *parse_stmt(struct parser *parser, enum stmt_kind kind, struct span span)
{
	struct stmt *stmt = arena_new(parser->arena, struct stmt);

	stmt->kind = kind;
	stmt->span = span;
	return stmt;
}

static void raise_over(struct parser *parser, struct stmt *stmt, const struct stmt_list *body)
{
	for (uint32_t i = 0; i < body->list.count; i++)
		parse_raise(parser, &stmt->height, body->list.items[i]->height, stmt->span);
}

struct stmt *parse_stmt_of(struct parser *parser, enum stmt_kind kind, struct expr *expr,
			   struct stmt_list *body, struct span span)
{
	struct stmt *stmt = parse_stmt(parser, kind, span);

	stmt->expr = expr;
	if (expr)
		parse_raise(parser, &stmt->height, expr->height, span);
	raise_over(parser, stmt, body);
	parse_take(&stmt->body, &body->list);
	return stmt;
}

struct stmt *parse_if(struct parser *parser, struct expr *condition, struct stmt_list *body,
		      struct stmt_list *else_body, struct span span)
{
	struct stmt *stmt = parse_stmt_of(parser, STMT_IF, condition, body, span);

	if (condition->kind == EXPR_COMPTIME) {
		stmt->is_comptime = true;
		stmt->expr = condition->left;
	}
	if (else_body) {
		raise_over(parser, stmt, else_body);
		parse_take(&stmt->else_body, &else_body->list);
	}
	stmt->has_value = body->has_value && else_body && else_body->has_value;
	return stmt;
}

struct stmt *parse_for(struct parser *parser, const struct token *name, struct expr *from,
		       struct expr *to, struct stmt_list *body, struct span span,
		       struct span name_span)
{
	struct stmt *stmt =
	    parse_stmt_of(parser, to ? STMT_FOR_RANGE : STMT_FOR_MAP, from, body, span);

	stmt->name = name->text;
	stmt->name_span = name_span;
	stmt->end = to;
	if (to) {
		parse_raise(parser, &stmt->height, to->height, span);
	} else if (from->kind != EXPR_MAP || from->key) {
		struct diag *diag = parse_error(parser, "loop-range", from->span,
						"a loop goes over a map or a range of numbers");

		if (diag)
			diag_hint(&parser->compile->diags, diag,
				  "for (%s : @map) or for (%s : 0..10)", stmt->name, stmt->name);
	}
	return stmt;
}

struct stmt_list *parse_stmts(struct parser *parser, struct stmt_list *list, struct stmt *stmt)
{
	if (!list)
		list = arena_new(parser->arena, struct stmt_list);
	if (!stmt)
		return list;
	list->has_value = stmt->has_value;
	*list_push(parser->arena, &list->list) = stmt;
	if (!stmt->height && stmt->expr)
		parse_raise(parser, &stmt->height, stmt->expr->height, stmt->span);
	return list;
}

/* The last statement as a value: an expression, an if with two values, a block. */
static struct expr *value_of(struct parser *parser, struct stmt *last)
{
	struct stmt_list body = {0}, else_body = {0};

	if (last->kind == STMT_EXPR)
		return last->expr;
	parse_take(&body.list, &last->body);
	parse_take(&else_body.list, &last->else_body);
	body.has_value = else_body.has_value = true;
	if (last->kind == STMT_BLOCK)
		return parse_block_value(parser, &body, last->span);
	struct expr *value = parse_if_value(parser, last->expr, &body, &else_body, last->span);

	if (last->is_comptime)
		value->condition = parse_over(parser, EXPR_COMPTIME, last->expr, last->expr->span);
	return value;
}

struct expr *parse_take_value(struct parser *parser, struct stmt_list *body)
{
	if (!body->has_value || !body->list.count)
		return NULL;
	return value_of(parser, body->list.items[--body->list.count]);
}

void parse_config(struct parser *parser, struct span word)
{
	struct span *block = &parser->script->config_block;
	struct diag *diag;

	if (!block->end) {
		*block = word;
		return;
	}
	diag = parse_error(parser, "config-twice", word, "there is a config block already");
	if (!diag)
		return;
	diag_note(diag, *block, "the first one");
	diag_hint(&parser->compile->diags, diag,
		  "put all keys into one: config = { a = 1; b = 2 }");
}

void parse_macro(struct parser *parser, const struct token *name, const struct expr_list *params,
		 struct stmt_list *body, struct span span)
{
	struct macro *macro = arena_new(parser->arena, struct macro);

	macro->span = span;
	macro->name = name->text;
	if (params)
		parse_take(&macro->params, &params->list);
	macro->value = parse_take_value(parser, body);
	parse_take(&macro->body, &body->list);
	*list_push(parser->arena, &parser->script->macros) = macro;
}

void parse_fn_param(struct parser *parser, struct function *function, const struct token *name,
		    struct type_syntax *type, struct span span)
{
	uint32_t max = sizeof(function->params) / sizeof(*function->params);

	if (function->param_count == max) {
		parse_error(parser, "function-parameters", span,
			    "a function has at most %u parameters", max);
		return;
	}
	function->params[function->param_count].name = name->text;
	function->params[function->param_count].span = span;
	function->params[function->param_count++].type = type;
}

void parse_probe(struct parser *parser, struct probe *probe, struct span span)
{
	probe->span = span;
	*list_push(parser->arena, &parser->script->probes) = probe;
}
