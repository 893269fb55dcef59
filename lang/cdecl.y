/* The grammar of C's declarations and constant expressions, as headers write them. One declaration is
 * parsed at a time (cdecl_parse.c); what is a type's name was decided with the token. */
%expect 0
%define api.pure full
%define api.prefix {cdecl_}
%define api.token.prefix {C_}
%define api.location.type {struct span}
%define parse.error custom
%locations
%param {struct c_parser *p}

%code requires {
#include "lang/cdecl_parse.h"
}

%code {
#include <string.h>

#define YYMAXDEPTH 4000

#define YYLLOC_DEFAULT(result, right, count)                                                       \
	((result) = (count) ? (struct span){ YYRHSLOC(right, 1).file, YYRHSLOC(right, 1).start,      \
					     YYRHSLOC(right, count).end }                          \
			    : YYRHSLOC(right, 0))

static int yylex(YYSTYPE *value, struct span *location, struct c_parser *p);
static void yyerror(const struct span *location, struct c_parser *p, const char *message);
static struct c_specifiers of_base(const struct c_token *token);
static struct c_specifiers of_type(struct type *type, struct span span);
static struct c_specifiers of_bits(struct c_parser *p, const struct c_value *bits, struct span span);
}

%union {
	const struct c_token *token;
	struct c_attributes attributes;
	struct c_specifiers specifiers;
	struct c_declarator *declarator;
	struct type *type;
	struct c_value value;
	struct c_values values;
	struct c_generic generic;
	enum type_kind kind;
}

%token END 0 "the end"
%token START_DECLARATION START_CONSTANT START_TYPE
%token <token> NAME "a name" TYPEDEF_NAME "a type" NUMBER "a number" CHARACTER "a character"
%token <token> STRING "a string"
%token ELLIPSIS "..." ARROW "->" STEP "++" PASTE "##" ASSIGN "an assignment" OTHER "a stray character"
%token SHL "<<" SHR ">>" LE "<=" GE ">=" EQ "==" NE "!=" LAND "&&" LOR "||"
%token TYPEDEF "typedef" IGNORED "a qualifier" STRUCT "struct" UNION "union" ENUM "enum"
%token <token> BASE "a type's word"
%token ENUM_COLON TYPEOF "typeof" SIZEOF "sizeof" ALIGNOF "_Alignof" ALIGNAS "_Alignas"
%token OFFSETOF "offsetof" STATIC_ASSERT "_Static_assert"
%token GENERIC "_Generic" DEFAULT "default" BITINT "_BitInt"
%token <attributes> ATTRIBUTE "an attribute"

%precedence BODY
%precedence ATTRIBUTE
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
%precedence '(' '[' '.' ARROW
%precedence SIZED

%type <attributes> attributes
%type <specifiers> specifiers specifier fixed words
%type <declarator> declarator direct abstract direct_abstract
%type <type> tagged type_name
%type <kind> struct_or_union
%type <value> expr strings constant array path assertion arg
%type <values> args arg_list
%type <generic> choices
%type <token> tag

%%

start:
	START_DECLARATION declaration
	| START_CONSTANT constant	{ p->value = $2; }
	| START_TYPE type_name	{ p->value = c_value_place($2); }
	;

declaration:
	';'
	| specifiers ';'
	| specifiers { c_member_base(p, &$1); } declarators ';'
	| assertion ';'		{ c_assert(p, &$1, @1); }
	;

assertion:
	STATIC_ASSERT '(' constant ')'			{ $$ = $3; }
	| STATIC_ASSERT '(' constant ',' strings ')'	{ $$ = $3; }
	;

declarators:
	declared
	| declarators ',' declared
	;

declared:
	declarator attributes	{ c_declare(p, $1, &$2); }
	;

attributes:
	%empty			{ $$ = (struct c_attributes){ 0 }; }
	| attributes ATTRIBUTE	{ $$ = $1; c_attributes_add(&$$, &$2); }
	;

specifiers:
	specifier
	| specifiers specifier	{ $$ = $1; c_specifiers_add(p, &$$, &$2); $$.span = @$; }
	;

specifier:
	IGNORED			{ $$ = (struct c_specifiers){ .span = @$ }; }
	| TYPEDEF		{ $$ = (struct c_specifiers){ .is_typedef = true, .span = @$ }; }
	| BASE			{ $$ = of_base($1); }
	| TYPEDEF_NAME		{ $$ = of_type($1->name->typedefed, @$); }
	| tagged		{ $$ = of_type($1, @$); }
	| BITINT '(' constant ')'	{ $$ = of_bits(p, &$3, @$); }
	| TYPEOF '(' type_name ')'	{ $$ = of_type($3, @$); }
	| TYPEOF '(' expr ')'	{ $$ = of_type($3.type, @$); $$.is_wrong = !$3.type; }
	| ATTRIBUTE		{ $$ = (struct c_specifiers){ .attributes = $1, .span = @$ }; }
	| ALIGNAS '(' type_name ')' {
		$$ = (struct c_specifiers){ .span = @$ };
		$$.attributes.align = $3 ? $3->align : 0;
	}
	| ALIGNAS '(' constant ')' {
		$$ = (struct c_specifiers){ .span = @$ };
		$$.attributes.align = (uint32_t)$3.bits;
	}
	;

struct_or_union:
	STRUCT			{ $$ = TYPE_STRUCT; }
	| UNION			{ $$ = TYPE_UNION; }
	;

tag:
	%empty			{ $$ = NULL; }
	| NAME
	;

tagged:
	struct_or_union attributes NAME	{ $$ = c_tag_reference(p, $1, $3); }
	| struct_or_union attributes tag '{' { c_tag_open(p, $1, $3, &$2, @$); } members '}' attributes
	  %prec BODY		{ $$ = c_tag_close(p, &$8); }
	| ENUM attributes NAME	{ $$ = c_tag_reference(p, TYPE_ENUM, $3); }
	| ENUM attributes tag fixed '{' {
		c_tag_open(p, TYPE_ENUM, $3, &$2, @$);
		if ($4.span.end)
			c_enum_type(p, &$4);
	} enumerators comma '}' attributes %prec BODY	{ $$ = c_tag_close(p, &$10); }
	;

comma:
	%empty
	| ','
	;

fixed:
	%empty			{ $$ = (struct c_specifiers){ 0 }; }
	| ENUM_COLON words	{ $$ = $2; }
	;

words:
	BASE			{ $$ = of_base($1); }
	| TYPEDEF_NAME		{ $$ = of_type($1->name->typedefed, @1); }
	| words BASE		{
		struct c_specifiers word = of_base($2);

		$$ = $1;
		c_specifiers_add(p, &$$, &word);
	}
	;

enumerators:
	enumerator
	| enumerators ',' enumerator
	;

enumerator:
	NAME attributes			{ c_enumerator(p, $1, NULL); }
	| NAME attributes '=' constant	{ c_enumerator(p, $1, &$4); }
	;

members:
	%empty
	| members member
	;

member:
	';'
	| assertion ';'		{ c_assert(p, &$1, @1); }
	| specifiers ';'	{ c_member_anonymous(p, &$1); }
	| specifiers { c_member_base(p, &$1); } fields ';'
	;

fields:
	field
	| fields ',' field
	;

field:
	declarator attributes			{ c_member(p, $1, NULL, &$2, @$); }
	| declarator ':' constant attributes	{ c_member(p, $1, &$3, &$4, @$); }
	| ':' constant attributes		{ c_member(p, NULL, &$2, &$3, @$); }
	;

declarator:
	direct
	| '*' qualifiers declarator	{ $$ = c_declarator_part(p, $3, PART_POINTER, NULL, @$); }
	;

qualifiers:
	%empty
	| qualifiers IGNORED
	| qualifiers ATTRIBUTE
	;

direct:
	NAME			{ $$ = c_declarator(p, $1); }
	| '(' declarator ')'	{ $$ = $2; }
	| direct '[' array ']'	{ $$ = c_declarator_part(p, $1, PART_ARRAY, &$3, @3); }
	| direct '(' params ')'	{ $$ = c_declarator_part(p, $1, PART_FUNCTION, NULL, @$); }
	;

array:
	%empty			{ $$ = c_value_int(p, 0, 8, false); }
	| ignored		{ $$ = c_value_int(p, 0, 8, false); }
	| constant
	| ignored constant	{ $$ = $2; }
	;

ignored:
	IGNORED
	| ignored IGNORED
	;

abstract:
	direct_abstract
	| '*' qualifiers		{ $$ = c_declarator_part(p, NULL, PART_POINTER, NULL, @$); }
	| '*' qualifiers abstract	{ $$ = c_declarator_part(p, $3, PART_POINTER, NULL, @$); }
	;

direct_abstract:
	'(' abstract ')'	{ $$ = $2; }
	| '[' array ']'		{ $$ = c_declarator_part(p, NULL, PART_ARRAY, &$2, @2); }
	| direct_abstract '[' array ']'	{ $$ = c_declarator_part(p, $1, PART_ARRAY, &$3, @3); }
	| '(' params ')'	{ $$ = c_declarator_part(p, NULL, PART_FUNCTION, NULL, @$); }
	| direct_abstract '(' params ')'	{ $$ = c_declarator_part(p, $1, PART_FUNCTION, NULL, @$); }
	;

params:
	%empty
	| ELLIPSIS
	| param_list
	| param_list ',' ELLIPSIS
	;

param_list:
	param
	| param_list ',' param
	;

param:
	specifiers
	| specifiers declarator attributes
	| specifiers abstract attributes
	;

type_name:
	specifiers		{ $$ = c_declared_type(p, &$1, NULL); }
	| specifiers abstract	{ $$ = c_declared_type(p, &$1, $2); }
	;

constant:
	expr
	;

strings:
	STRING			{ $$ = c_value_text(p, $1); }
	| strings STRING	{ $$ = c_value_join(p, $1, c_value_text(p, $2)); }
	;

expr:
	NUMBER			{ $$ = c_value_number(p, $1); }
	| CHARACTER		{ $$ = c_value_character(p, $1); }
	| strings		%prec BODY
	| NAME			{ $$ = c_value_name(p, $1); }
	| '(' expr ')'		{ $$ = $2; }
	| '(' expr ',' expr ')'	{ $$ = $4; }
	| '(' type_name ')' expr %prec UNARY	{ $$ = c_value_cast(p, $2, $4); }
	| expr '(' args ')'	{ $$ = c_value_call(p, $1, &$3); }
	| expr '[' expr ']'	{ $$ = c_value_index(p, $1, $3); }
	| expr '.' NAME		{ $$ = c_value_member(p, $1, $3, false); }
	| expr ARROW NAME	{ $$ = c_value_member(p, $1, $3, true); }
	| '-' expr %prec UNARY	{ $$ = c_value_unary(p, '-', $2); }
	| '+' expr %prec UNARY	{ $$ = c_value_unary(p, '+', $2); }
	| '~' expr %prec UNARY	{ $$ = c_value_unary(p, '~', $2); }
	| '!' expr %prec UNARY	{ $$ = c_value_unary(p, '!', $2); }
	| '&' expr %prec UNARY	{ $$ = c_value_unary(p, '&', $2); }
	| '*' expr %prec UNARY	{ $$ = c_value_unary(p, '*', $2); }
	| SIZEOF '(' type_name ')' %prec SIZED	{ $$ = c_value_size(p, $3); }
	| SIZEOF expr %prec UNARY	{ $$ = c_value_size(p, $2.type); }
	| ALIGNOF '(' type_name ')' %prec SIZED	{
		$$ = c_value_int(p, $3 ? $3->align : 1, 8, false);
		if (!$3 || !c_complete(p, $3))
			$$.kind = C_VALUE_BAD;
	}
	| OFFSETOF '(' type_name ',' path ')'	{
		$$ = c_value_cast(p, type_int(&p->compile->types, 8, false), c_value_unary(p, '&', $5));
	}
	| GENERIC '(' expr ',' choices ')'	{ $$ = $5.chosen; }
	| expr '?' expr ':' expr	{ $$ = c_value_choose(p, $1, $3, $5); }
	| expr '?' ':' expr	{ $$ = c_value_choose(p, $1, $1, $4); }
	| expr LOR expr		{ $$ = c_value_binary(p, C_LOR, $1, $3); }
	| expr LAND expr	{ $$ = c_value_binary(p, C_LAND, $1, $3); }
	| expr '|' expr		{ $$ = c_value_binary(p, '|', $1, $3); }
	| expr '^' expr		{ $$ = c_value_binary(p, '^', $1, $3); }
	| expr '&' expr		{ $$ = c_value_binary(p, '&', $1, $3); }
	| expr EQ expr		{ $$ = c_value_binary(p, C_EQ, $1, $3); }
	| expr NE expr		{ $$ = c_value_binary(p, C_NE, $1, $3); }
	| expr '<' expr		{ $$ = c_value_binary(p, '<', $1, $3); }
	| expr '>' expr		{ $$ = c_value_binary(p, '>', $1, $3); }
	| expr LE expr		{ $$ = c_value_binary(p, C_LE, $1, $3); }
	| expr GE expr		{ $$ = c_value_binary(p, C_GE, $1, $3); }
	| expr SHL expr		{ $$ = c_value_binary(p, C_SHL, $1, $3); }
	| expr SHR expr		{ $$ = c_value_binary(p, C_SHR, $1, $3); }
	| expr '+' expr		{ $$ = c_value_binary(p, '+', $1, $3); }
	| expr '-' expr		{ $$ = c_value_binary(p, '-', $1, $3); }
	| expr '*' expr		{ $$ = c_value_binary(p, '*', $1, $3); }
	| expr '/' expr		{ $$ = c_value_binary(p, '/', $1, $3); }
	| expr '%' expr		{ $$ = c_value_binary(p, '%', $1, $3); }
	;

/* What is asked stands two values before. */
choices:
	%empty			{ $$ = (struct c_generic){ .control = $<value>-1 }; }
	| choices type_name ':' expr	{ $$ = $1; c_generic_add(p, &$$, $2, $4); }
	| choices DEFAULT ':' expr	{ $$ = $1; c_generic_add(p, &$$, NULL, $4); }
	| choices ','
	;

args:
	%empty			{ $$ = (struct c_values){ 0 }; }
	| arg_list
	;

arg_list:
	arg			{ $$ = (struct c_values){ 0 }; *list_push(p->compile->arena, &$$.list) = $1; }
	| arg_list ',' arg	{ $$ = $1; *list_push(p->compile->arena, &$$.list) = $3; }
	;

arg:
	expr
	| type_name		{ $$ = c_value_place($1); }
	;

/* The type stands two values before: offsetof(type, member.member[2]). */
path:
	NAME			{ $$ = c_value_member(p, c_value_place($<type>-1), $1, false); }
	| path '.' NAME		{ $$ = c_value_member(p, $1, $3, false); }
	| path '[' expr ']'	{ $$ = c_value_index(p, $1, $3); }
	;

%%

static struct c_specifiers of_base(const struct c_token *token)
{
	struct c_specifiers specifiers = { .base = 1u << token->name->row, .span = token->span };

	specifiers.longs = token->name->row == BASE_LONG;
	return specifiers;
}

static struct c_specifiers of_type(struct type *type, struct span span)
{
	return (struct c_specifiers){ .type = type, .is_wrong = !type, .span = span };
}

/* An integer of so many bits lies as the next larger one does. */
static struct c_specifiers of_bits(struct c_parser *p, const struct c_value *bits, struct span span)
{
	struct c_specifiers specifiers = { .base = 1u << BASE_INT, .span = span };

	if (bits->kind != C_VALUE_INTEGER || !bits->bits || bits->bits > 128)
		c_fail(p, "c-type", span, "a _BitInt has 1 to 128 bits here");
	for (specifiers.attributes.mode = 1; specifiers.attributes.mode * 8ull < bits->bits;)
		specifiers.attributes.mode *= 2;
	return specifiers;
}

static int yylex(YYSTYPE *value, struct span *location, struct c_parser *p)
{
	const struct c_token *token = NULL;
	struct c_attributes attributes = { 0 };
	int kind = c_lex(p, &token, &attributes);

	*location = token->span;
	if (kind == C_ATTRIBUTE)
		value->attributes = attributes;
	else
		value->token = token;
	return kind;
}

static void yyerror(const struct span *location, struct c_parser *p, const char *message)
{
	(void)message; /* "memory exhausted": the stack is full */
	c_fail(p, "c-limit", *location, "this is nested too deeply");
}

static int yyreport_syntax_error(const yypcontext_t *context, struct c_parser *p)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);
	const char *wanted = NULL;
	bool wants_type = false;

	for (int i = 0; i < count; i++)
		wants_type |= kinds[i] == YYSYMBOL_TYPEDEF_NAME;
	/* one of many says little */
	for (int i = 0; i < count && count <= 6 && !wanted; i++)
		if (kinds[i] < YYSYMBOL_NAME || kinds[i] > YYSYMBOL_ATTRIBUTE)
			wanted = yysymbol_name(kinds[i]);
	if (!wanted && count && count <= 6)
		wanted = yysymbol_name(kinds[0]);
	c_fail_syntax(p, *yypcontext_location(context), yypcontext_token(context) == YYSYMBOL_NAME && wants_type,
		      wanted);
	return 0;
}

int cdecl_parse_tokens(struct c_parser *p)
{
	return yyparse(p);
}
