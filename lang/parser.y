/* The grammar. Actions only build nodes (parse_build.c); meaning is for later stages. What a name
 * or a parenthesis is was decided in the token list (parse_tokens.c): there are no conflicts. */
%expect 0
%define api.pure full
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%param {struct parser *parser}

%code requires {
#include "lang/parse.h"
}

%code {
#include <string.h>

/* Enough for what the nesting limits allow. */
#define YYMAXDEPTH 20000

#define YYLLOC_DEFAULT(result, right, count)                                                       \
	((result) = (count) ? (struct span){parser->file, YYRHSLOC(right, 1).start,                \
					    YYRHSLOC(right, count).end}                            \
			    : (struct span){parser->file, YYRHSLOC(right, 0).end,                  \
					    YYRHSLOC(right, 0).end})

static int yylex(YYSTYPE *value, struct span *location, struct parser *parser);
static void yyerror(const struct span *location, struct parser *parser, const char *message);
}

%union {
	const struct token *token;
	enum op op;
	struct expr *expr;
	struct expr_list *exprs;
	struct stmt *stmt;
	struct stmt_list *stmts;
	struct type_syntax *type;
	struct probe *probe;
	struct function *function;
}

%token END 0 "the end of the script"
%token <token> NAME "a name" VARIABLE "a variable" MAP "a map" POSITIONAL "a parameter"
%token <token> INTEGER "a number" STRING "a string"
%token <token> ATTACH_POINT "a probe" C_DEFINITION "a definition"
%token CONFIG "\"config\"" IMPORT "\"import\"" MACRO "\"macro\"" FN "\"fn\"" LET "\"let\""
%token PREDICATE "a predicate" END_PREDICATE "\"/\" at the end of the predicate"
%token IF "\"if\"" ELSE "\"else\"" FOR "\"for\"" WHILE "\"while\"" UNROLL "\"unroll\""
%token RETURN "\"return\"" BREAK "\"break\"" CONTINUE "\"continue\"" DISCARD "\"_\""
%token SIZEOF "\"sizeof\"" OFFSETOF "\"offsetof\"" TYPEOF "\"typeof\"" TYPEINFO "\"typeinfo\""
%token COMPTIME "\"comptime\"" STRUCT "\"struct\"" UNION "\"union\"" ENUM "\"enum\""
%token TRUE "\"true\"" FALSE "\"false\""
%token IF_VALUE "\"if\" as a value" BLOCK_VALUE "a block as a value" CAST "a cast"
%token TYPE_PAREN "\"(\" before a type"
%token ARROW "\"->\"" DOTDOT "\"..\"" INCREMENT "\"++\"" DECREMENT "\"--\""
%token SHL "\"<<\"" SHR "\">>\"" LAND "\"&&\"" LOR "\"||\""
%token EQ "\"==\"" NE "\"!=\"" LE "\"<=\"" GE "\">=\""
%token ADD_ASSIGN "\"+=\"" SUB_ASSIGN "\"-=\"" MUL_ASSIGN "\"*=\"" DIV_ASSIGN "\"/=\""
%token MOD_ASSIGN "\"%=\"" AND_ASSIGN "\"&=\"" OR_ASSIGN "\"|=\"" XOR_ASSIGN "\"^=\""
%token SHL_ASSIGN "\"<<=\"" SHR_ASSIGN "\">>=\""

%right '?' ':'
%left LOR
%left LAND
%left '|'
%left '^'
%left '&'
%left EQ NE
%left '<' '>' LE GE
%left SHL SHR
%left '+' '-'
%left '*' '/' '%'
%precedence UNARY
%precedence '.' ARROW '[' INCREMENT DECREMENT

%type <expr> expr primary config_value range_end param
%type <exprs> exprs args tuple members record path params
%type <stmt> stmt simple if_stmt let
%type <stmts> block body stmts else_value
%type <op> assign_op
%type <type> type type_base types typeof tagged
%type <probe> points
%type <function> fn_params fn_head

%%

script:
	%empty
	| script item
	| script ';'
	| script error ';'	{ yyerrok; }
	| script error '}'	{ yyerrok; }
	;

item:
	C_DEFINITION	{ *list_push(parser->arena, &parser->script->c_definitions) = @1; }
	| CONFIG '=' '{' config '}'			{ parse_config(parser, @1); }
	| CONFIG '=' '{' config config_entry '}'	{ parse_config(parser, @1); }
	| IMPORT STRING ';' {
		struct import *import = list_push(parser->arena, &parser->script->imports);

		import->span = parse_span(parser, @1.start, @2.end);
		import->path = $2->text;
	}
	| LET MAP '=' NAME '(' expr ')' ';' {
		struct map_declaration *declaration =
			list_push(parser->arena, &parser->script->declarations);

		declaration->span = parse_span(parser, @1.start, @7.end);
		declaration->name = $2->text;
		declaration->kind = $4->text;
		declaration->size = $6;
	}
	| MACRO NAME block		{ parse_macro(parser, $2, NULL, $3, @$); }
	| MACRO NAME '(' params ')' block	{ parse_macro(parser, $2, $4, $6, @$); }
	| fn_head block {
		parse_take(&$1->body, &$2->list);
		$1->span = @$;
		*list_push(parser->arena, &parser->script->functions) = $1;
	}
	| points block {
		parse_take(&$1->body, &$2->list);
		parse_probe(parser, $1, @$);
	}
	| points PREDICATE expr END_PREDICATE block {
		$1->predicate = $3;
		parse_take(&$1->body, &$5->list);
		parse_probe(parser, $1, @$);
	}
	;

config:
	%empty
	| config config_entry ';'
	| config ';'
	| config error ';'	{ yyerrok; }
	;

config_entry:
	NAME '=' config_value {
		struct config_entry *entry = list_push(parser->arena, &parser->script->config);

		entry->span = @$;
		entry->key = $1->text;
		entry->value = $3;
	}
	;

config_value:
	INTEGER		{ $$ = parse_named(parser, EXPR_INTEGER, $1, @$); }
	| STRING	{ $$ = parse_named(parser, EXPR_STRING, $1, @$); }
	| NAME		{ $$ = parse_named(parser, EXPR_IDENTIFIER, $1, @$); }
	| TRUE		{ $$ = parse_expr(parser, EXPR_BOOL, @$); $$->integer = 1; }
	| FALSE		{ $$ = parse_expr(parser, EXPR_BOOL, @$); }
	;

points:
	ATTACH_POINT {
		$$ = arena_new(parser->arena, struct probe);
		*list_push(parser->arena, &$$->points) = parse_attach_point(parser, $1, @1);
	}
	| points ',' ATTACH_POINT {
		$$ = $1;
		*list_push(parser->arena, &$$->points) = parse_attach_point(parser, $3, @3);
	}
	| points ','
	;

params:
	%empty			{ $$ = parse_exprs(parser, NULL, NULL, NULL); }
	| param			{ $$ = parse_exprs(parser, NULL, $1, NULL); }
	| params ',' param	{ $$ = parse_exprs(parser, $1, $3, NULL); }
	;

param:
	VARIABLE	{ $$ = parse_named(parser, EXPR_VARIABLE, $1, @$); }
	| MAP		{ $$ = parse_named(parser, EXPR_MAP, $1, @$); }
	| NAME		{ $$ = parse_named(parser, EXPR_IDENTIFIER, $1, @$); }
	;

fn_head:
	fn_params ')' ':' type	{ $$ = $1; $$->result = $4; }
	| fn_params ')'
	;

fn_params:
	FN NAME '(' {
		$$ = arena_new(parser->arena, struct function);
		$$->name = $2->text;
	}
	| FN NAME '(' VARIABLE ':' type {
		$$ = arena_new(parser->arena, struct function);
		$$->name = $2->text;
		parse_fn_param(parser, $$, $4, $6, @4);
	}
	| fn_params ',' VARIABLE ':' type {
		$$ = $1;
		parse_fn_param(parser, $$, $3, $5, @3);
	}
	;

block:
	'{' body '}'		{ $$ = $2; }
	| '{' stmts error '}'	{ $$ = $2; yyerrok; }
	;

body:
	stmts
	| stmts simple {
		$2->has_value = $2->kind == STMT_EXPR && !$2->is_discard &&
				$2->expr->kind != EXPR_ASSIGN;
		$$ = parse_stmts(parser, $1, $2);
	}
	;

stmts:
	%empty			{ $$ = parse_stmts(parser, NULL, NULL); }
	| stmts simple ';'	{ $$ = parse_stmts(parser, $1, $2); }
	| stmts stmt		{ $$ = parse_stmts(parser, $1, $2); }
	| stmts ';'		{ $$ = $1; $$->has_value = false; }
	| stmts error ';'	{ $$ = $1; yyerrok; }
	;

simple:
	expr {
		$$ = parse_stmt(parser, STMT_EXPR, @$);
		$$->expr = $1;
	}
	| expr assign_op expr {
		$$ = parse_stmt(parser, STMT_EXPR, @$);
		$$->expr = parse_assign(parser, $1, $2, $3, @$);
	}
	| DISCARD '=' expr {
		$$ = parse_stmt(parser, STMT_EXPR, @$);
		$$->expr = $3;
		$$->is_discard = true;
	}
	| let
	| let '=' expr		{ $$ = $1; $$->expr = $3; $$->span = @$; }
	| BREAK			{ $$ = parse_stmt(parser, STMT_BREAK, @$); }
	| CONTINUE		{ $$ = parse_stmt(parser, STMT_CONTINUE, @$); }
	| RETURN		{ $$ = parse_stmt(parser, STMT_RETURN, @$); }
	| RETURN expr		{ $$ = parse_stmt(parser, STMT_RETURN, @$); $$->expr = $2; }
	;

let:
	LET VARIABLE {
		$$ = parse_stmt(parser, STMT_LET, @$);
		$$->name = $2->text;
		$$->name_span = @2;
	}
	| LET VARIABLE ':' type {
		$$ = parse_stmt(parser, STMT_LET, @$);
		$$->name = $2->text;
		$$->name_span = @2;
		$$->type_syntax = $4;
	}
	;

assign_op:
	'='		{ $$ = OP_NONE; }
	| ADD_ASSIGN	{ $$ = OP_ADD; }
	| SUB_ASSIGN	{ $$ = OP_SUB; }
	| MUL_ASSIGN	{ $$ = OP_MUL; }
	| DIV_ASSIGN	{ $$ = OP_DIV; }
	| MOD_ASSIGN	{ $$ = OP_MOD; }
	| AND_ASSIGN	{ $$ = OP_AND; }
	| OR_ASSIGN	{ $$ = OP_OR; }
	| XOR_ASSIGN	{ $$ = OP_XOR; }
	| SHL_ASSIGN	{ $$ = OP_SHL; }
	| SHR_ASSIGN	{ $$ = OP_SHR; }
	;

stmt:
	if_stmt
	| block {
		$$ = parse_stmt_of(parser, STMT_BLOCK, NULL, $1, @$);
		$$->has_value = $1->has_value;
	}
	| WHILE expr block	{ $$ = parse_stmt_of(parser, STMT_WHILE, $2, $3, @$); }
	| UNROLL expr block	{ $$ = parse_stmt_of(parser, STMT_UNROLL, $2, $3, @$); }
	| FOR '(' VARIABLE ':' expr range_end ')' block
				{ $$ = parse_for(parser, $3, $5, $6, $8, @$, @3); }
	| FOR VARIABLE ':' expr range_end block
				{ $$ = parse_for(parser, $2, $4, $5, $6, @$, @2); }
	;

range_end:
	%empty		{ $$ = NULL; }
	| DOTDOT expr	{ $$ = $2; }
	;

if_stmt:
	IF expr block			{ $$ = parse_if(parser, $2, $3, NULL, @$); }
	| IF expr block ELSE block	{ $$ = parse_if(parser, $2, $3, $5, @$); }
	| IF expr block ELSE if_stmt {
		$$ = parse_if(parser, $2, $3, parse_stmts(parser, NULL, $5), @$);
	}
	;

expr:
	primary
	| expr '+' expr		{ $$ = parse_binary(parser, OP_ADD, $1, $3, @$); }
	| expr '-' expr		{ $$ = parse_binary(parser, OP_SUB, $1, $3, @$); }
	| expr '*' expr		{ $$ = parse_binary(parser, OP_MUL, $1, $3, @$); }
	| expr '/' expr		{ $$ = parse_binary(parser, OP_DIV, $1, $3, @$); }
	| expr '%' expr		{ $$ = parse_binary(parser, OP_MOD, $1, $3, @$); }
	| expr '&' expr		{ $$ = parse_binary(parser, OP_AND, $1, $3, @$); }
	| expr '|' expr		{ $$ = parse_binary(parser, OP_OR, $1, $3, @$); }
	| expr '^' expr		{ $$ = parse_binary(parser, OP_XOR, $1, $3, @$); }
	| expr SHL expr		{ $$ = parse_binary(parser, OP_SHL, $1, $3, @$); }
	| expr SHR expr		{ $$ = parse_binary(parser, OP_SHR, $1, $3, @$); }
	| expr LAND expr	{ $$ = parse_binary(parser, OP_LAND, $1, $3, @$); }
	| expr LOR expr		{ $$ = parse_binary(parser, OP_LOR, $1, $3, @$); }
	| expr EQ expr		{ $$ = parse_binary(parser, OP_EQ, $1, $3, @$); }
	| expr NE expr		{ $$ = parse_binary(parser, OP_NE, $1, $3, @$); }
	| expr '<' expr		{ $$ = parse_binary(parser, OP_LT, $1, $3, @$); }
	| expr LE expr		{ $$ = parse_binary(parser, OP_LE, $1, $3, @$); }
	| expr '>' expr		{ $$ = parse_binary(parser, OP_GT, $1, $3, @$); }
	| expr GE expr		{ $$ = parse_binary(parser, OP_GE, $1, $3, @$); }
	| expr '?' expr ':' expr	{ $$ = parse_ternary(parser, $1, $3, $5, @$); }
	| expr '?' ':' expr	{ $$ = parse_ternary(parser, $1, NULL, $4, @$); }
	| '-' expr %prec UNARY	{ $$ = parse_unary(parser, OP_NEG, $2, @$); }
	| '!' expr %prec UNARY	{ $$ = parse_unary(parser, OP_NOT, $2, @$); }
	| '~' expr %prec UNARY	{ $$ = parse_unary(parser, OP_BNOT, $2, @$); }
	| '*' expr %prec UNARY	{ $$ = parse_unary(parser, OP_DEREF, $2, @$); }
	| '&' expr %prec UNARY	{ $$ = parse_address(parser, $2, @$); }
	| INCREMENT expr %prec UNARY	{ $$ = parse_increment(parser, $2, false, false, @$); }
	| DECREMENT expr %prec UNARY	{ $$ = parse_increment(parser, $2, true, false, @$); }
	| COMPTIME expr %prec UNARY	{ $$ = parse_over(parser, EXPR_COMPTIME, $2, @$); }
	| CAST type ')' expr %prec UNARY
				{ $$ = parse_of_type(parser, EXPR_CAST, $2, $4, @$); }
	| expr INCREMENT	{ $$ = parse_increment(parser, $1, false, true, @$); }
	| expr DECREMENT	{ $$ = parse_increment(parser, $1, true, true, @$); }
	| expr '.' NAME		{ $$ = parse_field(parser, $1, $3, false, @$); }
	| expr '.' INTEGER	{ $$ = parse_field(parser, $1, $3, false, @$); }
	| expr ARROW NAME	{ $$ = parse_field(parser, $1, $3, true, @$); }
	| expr '[' expr ']' {
		$$ = parse_over(parser, EXPR_INDEX, $1, @$);
		parse_set_right(parser, $$, $3);
	}
	;

primary:
	INTEGER		{ $$ = parse_named(parser, EXPR_INTEGER, $1, @$); }
	| STRING	{ $$ = parse_named(parser, EXPR_STRING, $1, @$); }
	| TRUE		{ $$ = parse_expr(parser, EXPR_BOOL, @$); $$->integer = 1; }
	| FALSE		{ $$ = parse_expr(parser, EXPR_BOOL, @$); }
	| NAME		{ $$ = parse_named(parser, EXPR_IDENTIFIER, $1, @$); }
	| VARIABLE	{ $$ = parse_named(parser, EXPR_VARIABLE, $1, @$); }
	| POSITIONAL	{ $$ = parse_named(parser, EXPR_POSITIONAL, $1, @$); }
	| MAP %prec '?'	{ $$ = parse_named(parser, EXPR_MAP, $1, @$); }
	| MAP '[' exprs ']'	{ $$ = parse_map(parser, $1, $3, @$, @3); }
	| NAME '(' args ')'	{ $$ = parse_call(parser, $1, $3, @$); }
	| '(' expr ')'		{ $$ = $2; $$->span = @$; }
	| '(' ')'		{ $$ = parse_expr(parser, EXPR_TUPLE, @$); }
	| '(' tuple ')'		{ $$ = parse_many(parser, EXPR_TUPLE, $2, @$); }
	| '(' record ')'	{ $$ = parse_many(parser, EXPR_RECORD, $2, @$); }
	| '(' record ',' ')'	{ $$ = parse_many(parser, EXPR_RECORD, $2, @$); }
	| BLOCK_VALUE body '}'	{ $$ = parse_block_value(parser, $2, @$); }
	| BLOCK_VALUE stmts error '}'	{ $$ = parse_expr(parser, EXPR_POISON, @$); yyerrok; }
	| IF_VALUE expr block ELSE else_value
				{ $$ = parse_if_value(parser, $2, $3, $5, @$); }
	| SIZEOF '(' expr ')'	{ $$ = parse_over(parser, EXPR_SIZEOF, $3, @$); }
	| SIZEOF TYPE_PAREN type ')'
				{ $$ = parse_of_type(parser, EXPR_SIZEOF, $3, NULL, @$); }
	| TYPEINFO '(' expr ')'	{ $$ = parse_over(parser, EXPR_TYPEINFO, $3, @$); }
	| TYPEINFO TYPE_PAREN type ')'
				{ $$ = parse_of_type(parser, EXPR_TYPEINFO, $3, NULL, @$); }
	| OFFSETOF '(' expr ',' path ')' {
		$$ = parse_over(parser, EXPR_OFFSETOF, $3, @$);
		parse_take(&$$->names, &$5->names);
	}
	| OFFSETOF TYPE_PAREN type ',' path ')' {
		$$ = parse_of_type(parser, EXPR_OFFSETOF, $3, NULL, @$);
		parse_take(&$$->names, &$5->names);
	}
	| typeof		{ $$ = parse_of_type(parser, EXPR_TYPE, $1, NULL, @$); }
	| tagged		{ $$ = parse_of_type(parser, EXPR_TYPE, $1, NULL, @$); }
	;

else_value:
	block
	| if_stmt		{ $$ = parse_stmts(parser, NULL, $1); $$->has_value = true; }
	;

args:
	%empty			{ $$ = parse_exprs(parser, NULL, NULL, NULL); }
	| exprs
	;

exprs:
	expr			{ $$ = parse_exprs(parser, NULL, $1, NULL); }
	| exprs ',' expr	{ $$ = parse_exprs(parser, $1, $3, NULL); }
	;

tuple:
	expr ','		{ $$ = parse_exprs(parser, NULL, $1, NULL); }
	| members
	| members ','
	;

members:
	expr ',' expr {
		$$ = parse_exprs(parser, NULL, $1, NULL);
		$$ = parse_exprs(parser, $$, $3, NULL);
	}
	| members ',' expr	{ $$ = parse_exprs(parser, $1, $3, NULL); }
	;

record:
	NAME '=' expr			{ $$ = parse_exprs(parser, NULL, $3, $1); }
	| record ',' NAME '=' expr	{ $$ = parse_exprs(parser, $1, $5, $3); }
	;

path:
	NAME			{ $$ = parse_exprs(parser, NULL, NULL, $1); }
	| path '.' NAME		{ $$ = parse_exprs(parser, $1, NULL, $3); }
	;

type:
	type_base
	| type '*'		{ $$ = parse_type(parser, SYNTAX_POINTER, $1, NULL, @$); }
	| type '[' ']'		{ $$ = parse_type(parser, SYNTAX_ARRAY, $1, NULL, @$); }
	| type '[' expr ']' {
		$$ = parse_type(parser, SYNTAX_ARRAY, $1, NULL, @$);
		$$->size = $3;
	}
	;

type_base:
	NAME			{ $$ = parse_type(parser, SYNTAX_NAME, NULL, $1->text, @$); }
	| tagged
	| typeof
	| '(' types ')'		{ $$ = $2; $$->span = @$; }
	;

tagged:
	STRUCT NAME		{ $$ = parse_type(parser, SYNTAX_STRUCT, NULL, $2->text, @$); }
	| UNION NAME		{ $$ = parse_type(parser, SYNTAX_UNION, NULL, $2->text, @$); }
	| ENUM NAME		{ $$ = parse_type(parser, SYNTAX_ENUM, NULL, $2->text, @$); }
	;

types:
	type {
		$$ = parse_type(parser, SYNTAX_TUPLE, NULL, NULL, @$);
		*list_push(parser->arena, &$$->members) = $1;
	}
	| types ',' type {
		$$ = $1;
		*list_push(parser->arena, &$$->members) = $3;
	}
	;

typeof:
	TYPEOF '(' expr ')' {
		$$ = parse_type(parser, SYNTAX_TYPEOF, NULL, NULL, @$);
		$$->of = $3;
	}
	| TYPEOF TYPE_PAREN type ')'	{ $$ = $3; $$->span = @$; $$->is_typeof = true; }
	;

%%

static int yylex(YYSTYPE *value, struct span *location, struct parser *parser)
{
	if (parser->next >= parser->tokens.count || parser->failed) {
		*location = parse_span(parser, parser->size, parser->size);
		return END;
	}
	const struct token *token = &parser->tokens.items[parser->next++];

	value->token = token;
	*location = parse_span(parser, token->start, token->end);
	return token->kind;
}

static void yyerror(const struct span *location, struct parser *parser, const char *message)
{
	(void)message; /* "memory exhausted": the stack is full */
	parse_error(parser, "nesting", *location, "this is nested too deeply");
	parser->failed = true;
}

static int yyreport_syntax_error(const yypcontext_t *context, struct parser *parser)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	struct parse_expected expected = {0};
	int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);

	for (int i = 0; i < count; i++)
		parse_expect(&expected, yysymbol_name(kinds[i]));
	parse_report(parser, *yypcontext_location(context), &expected);
	return 0;
}

int parse_grammar(struct parser *parser)
{
	return yyparse(parser);
}
