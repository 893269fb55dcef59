/* Builds the expressions of the tree for the grammar's actions, and refuses what has the form of an
 * expression but can never mean anything: ++ of a number, an assignment to a call. */
#include "lang/parse.h"

#include <string.h>

void parse_raise(struct parser *parser, uint16_t *height, uint32_t below, struct span span)
{
	if (below < *height)
		return;
	*height = (uint16_t)(below + 1);
	if (below < PARSE_HEIGHT_MAX || parser->failed)
		return;
	struct diag *diag =
	    parse_error(parser, "too-deep", span,
			"this has more than %d levels of operators and blocks", PARSE_HEIGHT_MAX);

	if (diag)
		diag_hint(&parser->compile->diags, diag, "split it into several statements");
	parser->failed = true;
}

static void raise_over_stmts(struct parser *parser, struct expr *expr, const struct stmt_list *body)
{
	for (uint32_t i = 0; i < body->list.count; i++)
		parse_raise(parser, &expr->height, body->list.items[i]->height, expr->span);
}

struct expr *parse_expr(struct parser *parser, enum expr_kind kind, struct span span)
{
	struct expr *expr = arena_new(parser->arena, struct expr);

	expr->kind = kind;
	expr->span = span;
	return expr;
}

struct expr *parse_named(struct parser *parser, enum expr_kind kind, const struct token *token,
			 struct span span)
{
	struct expr *expr = parse_expr(parser, kind, span);

	expr->integer = token->integer;
	expr->is_unsigned_literal = token->is_unsigned;
	if (kind == EXPR_STRING) {
		expr->text = token->text;
		expr->length = token->length;
	} else {
		expr->name = token->text;
	}
	return expr;
}

struct expr *parse_over(struct parser *parser, enum expr_kind kind, struct expr *left,
			struct span span)
{
	struct expr *expr = parse_expr(parser, kind, span);

	expr->left = left;
	parse_raise(parser, &expr->height, left->height, span);
	return expr;
}

void parse_set_right(struct parser *parser, struct expr *expr, struct expr *right)
{
	expr->right = right;
	parse_raise(parser, &expr->height, right->height, expr->span);
}

struct expr *parse_unary(struct parser *parser, enum op op, struct expr *left, struct span span)
{
	struct expr *expr = parse_over(parser, EXPR_UNARY, left, span);

	expr->op = op;
	return expr;
}

struct expr *parse_binary(struct parser *parser, enum op op, struct expr *left, struct expr *right,
			  struct span span)
{
	struct expr *expr = parse_over(parser, EXPR_BINARY, left, span);

	expr->op = op;
	parse_set_right(parser, expr, right);
	return expr;
}

struct expr *parse_ternary(struct parser *parser, struct expr *condition, struct expr *left,
			   struct expr *right, struct span span)
{
	struct expr *expr = parse_expr(parser, EXPR_TERNARY, span);

	expr->condition = condition;
	expr->left = left;
	parse_raise(parser, &expr->height, condition->height, span);
	if (left)
		parse_raise(parser, &expr->height, left->height, span);
	parse_set_right(parser, expr, right);
	return expr;
}

struct expr *parse_field(struct parser *parser, struct expr *left, const struct token *name,
			 bool is_arrow, struct span span)
{
	struct expr *expr = parse_over(parser, EXPR_FIELD, left, span);

	expr->name = name->text;
	expr->is_arrow = is_arrow;
	return expr;
}

struct expr *parse_many(struct parser *parser, enum expr_kind kind, const struct expr_list *list,
			struct span span)
{
	struct expr *expr = parse_expr(parser, kind, span);

	parse_take(&expr->args, &list->list);
	parse_take(&expr->names, &list->names);
	for (uint32_t i = 0; i < expr->args.count; i++)
		parse_raise(parser, &expr->height, expr->args.items[i]->height, span);
	return expr;
}

struct expr *parse_call(struct parser *parser, const struct token *name,
			const struct expr_list *args, struct span span)
{
	struct expr *expr = parse_many(parser, EXPR_CALL, args, span);

	expr->name = name->text;
	return expr;
}

struct expr *parse_map(struct parser *parser, const struct token *name,
		       const struct expr_list *keys, struct span span, struct span key_span)
{
	struct expr *expr = parse_named(parser, EXPR_MAP, name, span);

	if (keys->list.count == 1)
		expr->key = keys->list.items[0];
	else
		expr->key = parse_many(parser, EXPR_TUPLE, keys, key_span);
	parse_raise(parser, &expr->height, expr->key->height, span);
	return expr;
}

struct expr *parse_increment(struct parser *parser, struct expr *left, bool is_decrement,
			     bool is_postfix, struct span span)
{
	struct expr *expr = parse_over(parser, EXPR_INCREMENT, left, span);

	expr->is_decrement = is_decrement;
	expr->is_postfix = is_postfix;
	if (left->kind != EXPR_VARIABLE && left->kind != EXPR_MAP && left->kind != EXPR_POISON)
		parse_error(parser, "increment-target", left->span,
			    "%s changes a variable or a map: this is neither",
			    is_decrement ? "--" : "++");
	return expr;
}

struct expr *parse_address(struct parser *parser, struct expr *left, struct span span)
{
	if (left->kind != EXPR_VARIABLE && !(left->kind == EXPR_MAP && !left->key) &&
	    left->kind != EXPR_POISON) {
		struct diag *diag = parse_error(parser, "address-target", left->span,
						"& takes the address of a variable or a map");

		if (diag)
			diag_hint(&parser->compile->diags, diag, left->kind == EXPR_FIELD
				  ? "that of a field: (uint64)pointer + offsetof(struct s, member)"
				  : "copy the value into a variable and take that one's address");
	}
	return parse_over(parser, EXPR_ADDRESS, left, span);
}

struct expr *parse_assign(struct parser *parser, struct expr *left, enum op op, struct expr *right,
			  struct span span)
{
	struct expr *expr = parse_over(parser, EXPR_ASSIGN, left, span);
	struct diag *diag = NULL;

	expr->op = op;
	parse_set_right(parser, expr, right);
	switch ((int)left->kind) {
	case EXPR_VARIABLE:
	case EXPR_MAP:
	case EXPR_POISON:
		return expr;
	case EXPR_FIELD:
	case EXPR_INDEX:
		diag = parse_error(parser, "assign-part", left->span,
				   "a part of a value cannot be assigned to");
		if (diag)
			diag_hint(&parser->compile->diags, diag,
				  "assign a whole new value to the variable or the map");
		break;
	case EXPR_IDENTIFIER:
		diag = parse_error(parser, "assign-name", left->span,
				   "\"%s\" cannot be assigned to", left->name);
		if (diag)
			diag_hint(&parser->compile->diags, diag,
				  "variables start with $ and maps with @: $%s, @%s", left->name,
				  left->name);
		break;
	default:
		diag = parse_error(parser, "not-assignable", left->span, "this cannot be assigned to");
		if (diag)
			diag_hint(&parser->compile->diags, diag,
				  "only variables ($x) and maps (@x) can");
		break;
	}
	return expr;
}

struct expr *parse_of_type(struct parser *parser, enum expr_kind kind, struct type_syntax *type,
			   struct expr *left, struct span span)
{
	struct expr *expr = parse_expr(parser, kind, span);

	expr->type_syntax = type;
	expr->left = left;
	if (left)
		parse_raise(parser, &expr->height, left->height, span);
	return expr;
}

struct expr *parse_block_value(struct parser *parser, struct stmt_list *body, struct span span)
{
	struct expr *expr = parse_expr(parser, EXPR_BLOCK, span);

	raise_over_stmts(parser, expr, body);
	expr->left = parse_take_value(parser, body);
	parse_take(&expr->body, &body->list);
	return expr;
}

struct expr *parse_if_value(struct parser *parser, struct expr *condition, struct stmt_list *body,
			    struct stmt_list *else_body, struct span span)
{
	struct expr *expr = parse_expr(parser, EXPR_IF, span);

	expr->condition = condition;
	parse_raise(parser, &expr->height, condition->height, span);
	raise_over_stmts(parser, expr, body);
	raise_over_stmts(parser, expr, else_body);
	parse_take(&expr->body, &body->list);
	parse_take(&expr->else_body, &else_body->list);
	return expr;
}

struct type_syntax *parse_type(struct parser *parser, int kind, struct type_syntax *element,
			       const char *name, struct span span)
{
	struct type_syntax *type = arena_new(parser->arena, struct type_syntax);

	type->kind = kind;
	type->span = span;
	type->element = element;
	type->name = name;
	uint32_t levels = 0;

	for (const struct type_syntax *inner = element; inner; inner = inner->element)
		levels++;
	if (levels == 32)
		parse_error(parser, "type-levels", span,
			    "a type of more than 32 pointers and arrays");
	if (levels >= 32)
		parser->failed = true;
	return type;
}

struct expr_list *parse_exprs(struct parser *parser, struct expr_list *list, struct expr *expr,
			      const struct token *name)
{
	if (!list)
		list = arena_new(parser->arena, struct expr_list);
	if (expr)
		*list_push(parser->arena, &list->list) = expr;
	if (name)
		*list_push(parser->arena, &list->names) = name->text;
	return list;
}
