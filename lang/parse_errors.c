/* Syntax errors in words: what stands there, what could stand there, and where to go on. */
#include "lang/parse.h"
#include "lang/parser.tab.h"

#include <string.h>

struct diag *parse_error(struct parser *parser, const char *id, struct span span,
			 const char *format, ...)
{
	va_list ap;

	if (parser->failed || parser->errors++ >= PARSE_ERRORS_MAX) {
		parser->failed = true;
		return NULL;
	}
	va_start(ap, format);
	const char *message = arena_vprintf(parser->arena, format, ap);

	va_end(ap);
	return diag_error(&parser->compile->diags, id, span, "%s", message);
}

/* Words for tokens of one character, whose names are 'x' in the grammar. */
static const char *const quoted[][2] = {
    {"';'", "\";\""}, {"'}'", "\"}\""}, {"')'", "\")\""}, {"']'", "\"]\""}, {"'{'", "\"{\""},
    {"'('", "\"(\""}, {"','", "\",\""}, {"':'", "\":\""}, {"'='", "\"=\""},
};

void parse_expect(struct parse_expected *expected, const char *name)
{
	if (!strcmp(name, "a parameter"))
		expected->expression = true;
	else if (!strcmp(name, "\"while\""))
		expected->statement = true;
	else if (!strcmp(name, "a definition"))
		expected->item = true;
	else if (!strcmp(name, "\"struct\""))
		expected->type = true;
	for (size_t i = 0; i < sizeof(quoted) / sizeof(*quoted); i++) {
		if (!strcmp(name, quoted[i][0]))
			name = quoted[i][1];
	}
	/* what can follow any operand says nothing */
	static const char *const dull[] = {
	    "'+'",	 "'-'",	     "'*'",
	    "'/'",	 "'%'",	     "'&'",
	    "'|'",	 "'^'",	     "'<'",
	    "'>'",	 "'?'",	     "'.'",
	    "'['",	 "\"->\"",   "\"++\"",
	    "\"--\"",	 "\"<<\"",   "\">>\"",
	    "\"&&\"",	 "\"||\"",   "\"==\"",
	    "\"!=\"",	 "\"<=\"",   "\">=\"",
	    "\"+=\"",	 "\"-=\"",   "\"*=\"",
	    "\"/=\"",	 "\"%=\"",   "\"&=\"",
	    "\"|=\"",	 "\"^=\"",   "\"<<=\"",
	    "\">>=\"",	 "error",    "\"..\"",
	    "a cast",	 "\"true\"", "\"(\" before a type",
	    "\"false\"",
	};

	for (size_t i = 0; i < sizeof(dull) / sizeof(*dull); i++) {
		if (!strcmp(name, dull[i]))
			return;
	}
	if (expected->count < 8)
		expected->words[expected->count++] = name;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (!strcmp(word, *words))
			return true;
	}
	return false;
}

/* Writes `a, b or c` from what may stand here. */
static const char *expected_text(struct arena *arena, const struct parse_expected *expected)
{
	static const char *const closers[] = {"\";\"", "\"}\"", "\")\"", "\"]\"",
					      "\"{\"", "\",\"", NULL};
	const char *words[10];
	int count = 0;
	bool has_closer = false; /* behind an operand an assignment is possible, an end likely */
	bool is_general = expected->expression || expected->statement || expected->type;

	if (expected->item)
		return "a probe";
	if (expected->statement)
		words[count++] = "a statement";
	else if (expected->expression)
		words[count++] = "an expression";
	else if (expected->type)
		words[count++] = "a type";
	for (int i = 0; i < expected->count; i++)
		has_closer = has_closer || is_one_of(expected->words[i], closers);
	for (int i = 0; i < expected->count; i++) {
		const char *word = expected->words[i];

		if (is_general && !is_one_of(word, closers))
			continue;
		if (expected->statement && !strcmp(word, "\";\""))
			continue;
		if (has_closer && !strcmp(word, "\"=\""))
			continue;
		words[count++] = word;
	}
	const char *text = count ? words[0] : "something else";

	for (int i = 1; i < count; i++)
		text = arena_printf(arena, "%s%s%s", text, i + 1 < count ? ", " : " or ", words[i]);
	return text;
}

/* What to do about it, where that can be said. */
static void add_hint(struct parser *parser, struct diag *diag, const struct token *token,
		     const char *wanted)
{
	struct diags *diags = &parser->compile->diags;
	int before = token > parser->tokens.items ? token[-1].kind : 0;
	bool is_typed = token + 1 < parser->tokens.items + parser->tokens.count &&
			token->kind == NAME && token[1].kind == VARIABLE;

	if (token->kind == ATTACH_POINT && before == ATTACH_POINT)
		diag_hint(diags, diag,
			  "a probe has no blanks inside; put a name that has in quotes");
	else if (before == ELSE || !strcmp(wanted, "\"{\""))
		diag_hint(diags, diag, "a body always stands in braces: { ... }");
	else if (is_typed && !strncmp(wanted, "a variable", 10))
		diag_hint(diags, diag, "a type stands behind its variable: %s: %s", token[1].text,
			  token->text);
	else if (before == VARIABLE && !strcmp(wanted, "\":\""))
		diag_hint(diags, diag, token - parser->tokens.items > 2 && token[-3].kind == FOR
			  ? "for (%s : @map) or for (%s : 0..10)" : "say its type: %s: int64",
			  token[-1].text, token[-1].text);
	else if (token->kind == NAME && !strncmp(wanted, "a variable", 10))
		diag_hint(diags, diag, "variables start with $: $%s", token->text);
	else if (token->kind == '=' && before != NAME &&
		 (strchr(wanted, ')') || strchr(wanted, ']')))
		diag_hint(diags, diag, "an assignment is a statement of its own; == compares");
}

static bool opens(int kind)
{
	return kind == '{' || kind == BLOCK_VALUE || kind == '(' || kind == '[' || kind == CAST ||
	       kind == TYPE_PAREN;
}

static bool closes(int kind)
{
	return kind == '}' || kind == ')' || kind == ']';
}

/* The innermost bracket that is open before token `end`; NULL when there is none. */
static const struct token *find_open(const struct parser *parser, uint32_t end)
{
	uint32_t closed = 0;

	while (end-- > 0) {
		const struct token *token = &parser->tokens.items[end];

		if (closes(token->kind) || parser->text[token->start] == '}')
			closed++;
		else if (opens(token->kind) && !closed--)
			return token;
	}
	return NULL;
}

/* Moves the parser to the end of what is wrong: before the semicolon or brace that ends it, or
 * behind a block in it, whose closing brace then plays the semicolon. */
static void skip_statement(struct parser *parser)
{
	uint32_t i = parser->next - 1, depth = 0;

	for (; i < parser->tokens.count; i++) {
		struct token *token = &parser->tokens.items[i];

		if (token->kind == '{' || token->kind == BLOCK_VALUE) {
			depth++;
		} else if (token->kind == '}') {
			if (!depth)
				break;
			if (!--depth) {
				token->kind = ';';
				break;
			}
		} else if (token->kind == ';' && !depth) {
			break;
		}
	}
	if (i >= parser->next)
		parser->next = i;
}

static void report_end(struct parser *parser, const char *wanted)
{
	uint32_t count = parser->tokens.count;
	uint32_t end = count ? parser->tokens.items[count - 1].end : 0;
	const struct token *open = find_open(parser, count);
	struct diag *diag = parse_error(parser, "script-end", parse_span(parser, end, end),
					"the script ends here; expected %s", wanted);

	if (diag && open)
		diag_note(diag, parse_span(parser, open->start, open->end), "this is not closed");
	parser->next = count;
}

/* Whether `token` is the first of its line. */
static bool starts_line(const struct parser *parser, const struct token *token)
{
	if (token == parser->tokens.items || token[-1].end > token->start)
		return false;
	return memchr(parser->text + token[-1].end, '\n', token->start - token[-1].end) != NULL;
}

void parse_report(struct parser *parser, struct span span, const struct parse_expected *expected)
{
	uint32_t index = parser->next ? parser->next - 1 : 0;
	const char *wanted = expected_text(parser->arena, expected);
	struct diag *diag;

	if (parser->failed)
		return;
	if (span.start >= parser->size || index >= parser->tokens.count) {
		report_end(parser, wanted);
		return;
	}
	const struct token *token = &parser->tokens.items[index];
	int length = (int)(token->end - token->start);
	const char *quote = token->kind == STRING ? "" : "\"";

	if (token->kind == C_DEFINITION) {
		diag = parse_error(parser, "definition-place", span,
				   "unexpected definition, expected %s", wanted);
	} else if (token->kind == '{' && index >= 2 &&
		   (token[-2].kind == STRUCT || token[-2].kind == UNION || token[-2].kind == ENUM)) {
		diag = parse_error(parser, "definition-place",
				   parse_span(parser, token[-2].start, token[-1].end),
				   "a type cannot be defined inside a probe");
		if (diag)
			diag_hint(&parser->compile->diags, diag, "define it before the first probe");
	} else if (starts_line(parser, token) && !strncmp(wanted, "\";\"", 3)) {
		/* what is missing at a line's end is shown there */
		diag = parse_error(parser, "missing-semicolon",
				   parse_span(parser, token[-1].end - 1, token[-1].end),
				   "expected \";\" after this");
	} else {
		diag = parse_error(parser, "syntax", span, "unexpected %s%.*s%s%s, expected %s",
				   quote, length > 32 ? 32 : length, parser->text + token->start,
				   length > 32 ? "..." : "", quote, wanted);
	}
	if (diag)
		add_hint(parser, diag, token, wanted);
	skip_statement(parser);
}
