/* Tells apart, over the whole list of tokens, what looks the same to a grammar without names: a
 * cast from parentheses, a type from an expression behind sizeof, a block that is a value from one
 * that is a statement. Joins type names of several words and drops `const`. */
#include "lang/builtin.h"
#include "lang/parse.h"
#include "lang/parser.tab.h"

#include <string.h>

static bool is_word(const struct token *token, const char *const *words)
{
	if (token->kind != NAME)
		return false;
	for (; *words; words++) {
		if (!strcmp(token->text, *words))
			return true;
	}
	return false;
}

static const char *const c_words[] = {"unsigned", "signed", "long", "short", "int", "char", NULL};
static const char *const qualifiers[] = {"const", "volatile", "restrict", NULL};

/* `unsigned long` becomes one NAME, `const char *` loses its const. */
static void join_type_words(struct parser *parser)
{
	struct token *tokens = parser->tokens.items;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < parser->tokens.count; i++) {
		struct token *last = kept ? &tokens[kept - 1] : NULL;
		bool is_member = last && (last->kind == '.' || last->kind == ARROW);

		if (!is_member && is_word(&tokens[i], qualifiers) && i + 1 < parser->tokens.count &&
		    (tokens[i + 1].kind == NAME || tokens[i + 1].kind == STRUCT ||
		     tokens[i + 1].kind == UNION || tokens[i + 1].kind == ENUM ||
		     (last && (last->kind == '*' || last->kind == NAME))))
			continue;
		if (last && last->length < 64 && is_word(&tokens[i], c_words) &&
		    last->kind == NAME && (is_word(last, c_words) || strchr(last->text, ' '))) {
			last->text =
			    arena_printf(parser->arena, "%s %s", last->text, tokens[i].text);
			last->length = (uint32_t)strlen(last->text);
			last->end = tokens[i].end;
			continue;
		}
		tokens[kept++] = tokens[i];
	}
	parser->tokens.count = kept;
}

static int kind_at(const struct parser *parser, uint32_t i)
{
	return i < parser->tokens.count ? parser->tokens.items[i].kind : 0;
}

/* argN and sargN have one row for all N. */
static bool is_value_name(const char *name)
{
	const char *digits = name + (name[0] == 's');

	if (!strncmp(digits, "arg", 3) && digits[3] >= '0' && digits[3] <= '9')
		return true;
	return builtin_find(name, false) != NULL;
}

enum type_look {
	LOOK_NO_TYPE,
	LOOK_NAME,  /* one name, which may be a value's as well */
	LOOK_ARRAY, /* name[size] */
	LOOK_TYPE,  /* nothing but a type */
};

/* Whether a type starts at token *at; moves *at behind it. Bounded: typeof(...) is skipped over at
 * most 64 tokens. */
static enum type_look look_at_type(const struct parser *parser, uint32_t *at)
{
	enum type_look look = LOOK_TYPE;
	uint32_t i = *at;
	int kind = kind_at(parser, i);

	if (kind == NAME) {
		if (!strchr(parser->tokens.items[i].text, ' '))
			look = LOOK_NAME;
		if (is_value_name(parser->tokens.items[i].text))
			return LOOK_NO_TYPE;
		i++;
	} else if ((kind == STRUCT || kind == UNION || kind == ENUM) &&
		   kind_at(parser, i + 1) == NAME) {
		i += 2;
	} else if (kind == TYPEOF && kind_at(parser, i + 1) == '(') {
		uint32_t open = 0, limit = i + 64;

		for (i++; i < parser->tokens.count && i < limit; i++) {
			kind = kind_at(parser, i);
			open += kind == '(';
			if (kind == ')' && !--open)
				break;
		}
		if (kind_at(parser, i++) != ')')
			return LOOK_NO_TYPE;
	} else {
		return LOOK_NO_TYPE;
	}
	for (;; i++) {
		kind = kind_at(parser, i);
		if (kind == '*') {
			look = LOOK_TYPE;
		} else if (kind == '[' && kind_at(parser, i + 1) == ']') {
			look = LOOK_TYPE;
			i++;
		} else if (kind == '[' && kind_at(parser, i + 2) == ']' &&
			   (kind_at(parser, i + 1) == INTEGER || kind_at(parser, i + 1) == NAME)) {
			if (look == LOOK_NAME)
				look = LOOK_ARRAY;
			i += 2;
		} else {
			break;
		}
	}
	*at = i;
	return look;
}

/* ((int8, string[4])): a tuple's type; every member must look like one. */
static enum type_look look_at_types(const struct parser *parser, uint32_t *at)
{
	uint32_t i = *at + 1;

	if (kind_at(parser, *at) != '(')
		return look_at_type(parser, at);
	while (look_at_type(parser, &i)) {
		if (kind_at(parser, i) == ')') {
			*at = i + 1;
			return LOOK_TYPE;
		}
		if (kind_at(parser, i++) != ',')
			break;
	}
	return LOOK_NO_TYPE;
}

/* Whether a token can only start an operand; signs that are operators too count when `is_type`. */
static bool starts_operand(int kind, bool is_type)
{
	switch (kind) {
	case NAME:
	case VARIABLE:
	case MAP:
	case POSITIONAL:
	case INTEGER:
	case STRING:
	case TRUE:
	case FALSE:
	case SIZEOF:
	case OFFSETOF:
	case TYPEOF:
	case TYPEINFO:
	case COMPTIME:
	case '(':
	case '!':
	case '~':
		return true;
	case '-':
	case '*':
	case '&':
	case INCREMENT:
	case DECREMENT:
		return is_type;
	default:
		return false;
	}
}

/* Whether the parenthesis at token `i` opens a cast. */
static bool is_cast(const struct parser *parser, uint32_t i)
{
	int before = i ? kind_at(parser, i - 1) : 0;
	uint32_t at = i + 1;

	if (before == NAME || before == VARIABLE || before == MAP || before == SIZEOF ||
	    before == OFFSETOF || before == TYPEOF || before == TYPEINFO || before == ']')
		return false;
	enum type_look look = look_at_types(parser, &at);

	return look != LOOK_NO_TYPE && kind_at(parser, at) == ')' &&
	       starts_operand(kind_at(parser, at + 1), true);
}

/* Whether the parenthesis behind sizeof, offsetof, typeof or typeinfo holds a type. */
static bool holds_type(const struct parser *parser, uint32_t i)
{
	int before = i ? kind_at(parser, i - 1) : 0;
	uint32_t at = i + 1;

	if (before != SIZEOF && before != OFFSETOF && before != TYPEOF && before != TYPEINFO)
		return false;
	return look_at_types(parser, &at) != LOOK_NO_TYPE &&
	       kind_at(parser, at) == (before == OFFSETOF ? ',' : ')');
}

/* Whether an operand is expected behind a token: a block or an `if` there is a value. */
static bool expects_operand(int kind)
{
	switch (kind) {
	case '=':
	case '(':
	case '[':
	case ',':
	case '?':
	case ':':
	case '+':
	case '-':
	case '*':
	case '/':
	case '%':
	case '&':
	case '|':
	case '^':
	case '!':
	case '~':
	case '<':
	case '>':
	case LAND:
	case LOR:
	case EQ:
	case NE:
	case LE:
	case GE:
	case SHL:
	case SHR:
	case DOTDOT:
	case ADD_ASSIGN:
	case SUB_ASSIGN:
	case MUL_ASSIGN:
	case DIV_ASSIGN:
	case MOD_ASSIGN:
	case AND_ASSIGN:
	case OR_ASSIGN:
	case XOR_ASSIGN:
	case SHL_ASSIGN:
	case SHR_ASSIGN:
	case RETURN:
	case COMPTIME:
	case IF:
	case IF_VALUE:
	case WHILE:
	case UNROLL:
	case PREDICATE:
		return true;
	default:
		return false;
	}
}

void parse_classify(struct parser *parser)
{
	join_type_words(parser);
	for (uint32_t i = 0; i < parser->tokens.count; i++) {
		struct token *token = &parser->tokens.items[i];
		int before = i ? token[-1].kind : 0;

		if (token->kind == '(' && is_cast(parser, i))
			token->kind = CAST;
		else if (token->kind == '(' && holds_type(parser, i))
			token->kind = TYPE_PAREN;
		else if (token->kind == IF && expects_operand(before))
			token->kind = IF_VALUE;
		else if (token->kind == '{' && expects_operand(before) &&
			 !(i > 1 && before == '=' && token[-2].kind == CONFIG) &&
			 !(i && before == ',' && token->kind == '{' && i > 1 &&
			   token[-2].kind == ATTACH_POINT))
			token->kind = BLOCK_VALUE;
	}
}
