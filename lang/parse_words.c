/* Words of the lexer that carry a value: numbers, strings; and where C definitions end. */
#include "lang/parse.h"
#include "lang/parser.tab.h"

#include <ctype.h>
#include <string.h>

struct span parse_span(const struct parser *parser, uint32_t start, uint32_t end)
{
	return (struct span){parser->file, start, end};
}

void parse_add_token(struct parser *parser, int kind, uint32_t start, uint32_t end)
{
	if (parser->tokens.count >= PARSE_TOKENS_MAX) {
		if (!parser->failed)
			parse_error(parser, "script-size", parse_span(parser, start, end),
				    "the script is too long: it has more than %d words",
				    PARSE_TOKENS_MAX);
		parser->failed = true;
		return;
	}
	struct token *token = list_push(parser->arena, &parser->tokens);

	token->kind = kind;
	token->start = start;
	token->end = end;
	parser->is_part_of_name = kind == '.' || kind == ARROW;
	if (kind == NAME || kind == VARIABLE || kind == MAP || kind == POSITIONAL ||
	    kind == STRING) {
		token->text = arena_strndup(parser->arena, parser->text + start, end - start);
		token->length = end - start;
	}
	if (kind != POSITIONAL)
		return;
	for (const char *digit = token->text + 1; *digit && *digit != '#'; digit++) {
		token->integer = token->integer * 10 + (uint64_t)(*digit - '0');
		if (token->integer > 10000) {
			parse_error(parser, "parameter-number", parse_span(parser, start, end),
				    "there are no more than 10000 parameters");
			token->integer = 1;
			return;
		}
	}
	if (!token->integer && token->text[1] != '#')
		parse_error(parser, "parameter-number", parse_span(parser, start, end),
			    "parameters are numbered from $1");
}

struct suffix {
	const char *text;
	uint64_t factor;
	bool is_unsigned;
};

static const struct suffix suffixes[] = {
    {"", 1, false},
    {"u", 1, true},
    {"l", 1, false},
    {"ul", 1, true},
    {"lu", 1, true},
    {"ll", 1, false},
    {"ull", 1, true},
    {"llu", 1, true},
    {"ns", 1, false},
    {"us", 1000, false},
    {"ms", 1000000, false},
    {"s", 1000000000, false},
    {"m", 60000000000, false},
    {"h", 3600000000000, false},
    {"d", 86400000000000, false},
};

static const struct suffix *find_suffix(const char *text)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		/* C's may be capitals, units may not */
		if (suffixes[i].factor == 1 && strcmp(suffixes[i].text, "ns")
			? !strcasecmp(text, suffixes[i].text)
			: !strcmp(text, suffixes[i].text))
			return &suffixes[i];
	}
	return NULL;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* Reads digits of a base, `_` between them. Returns what follows; *overflow when too large. */
static const char *read_digits(const char *text, unsigned int base, uint64_t *value, bool *overflow)
{
	for (; *text == '_' || digit_value(*text) < (int)base; text++) {
		if (*text != '_' &&
		    (__builtin_mul_overflow(*value, base, value) ||
		     __builtin_add_overflow(*value, (uint64_t)digit_value(*text), value)))
			*overflow = true;
	}
	return text;
}

/* Reads e6 behind a decimal number. Returns what follows; `text` when there is no exponent. */
static const char *read_exponent(const char *text, uint64_t *value, bool *overflow)
{
	unsigned int exponent = 0;
	const char *digit = text + 1;

	if ((*text != 'e' && *text != 'E') || *digit < '0' || *digit > '9')
		return text;
	for (; *digit == '_' || (*digit >= '0' && *digit <= '9'); digit++)
		if (*digit != '_')
			exponent = exponent > 100 ? 100
						  : exponent * 10 + (unsigned int)(*digit - '0');
	while (*value && exponent--) {
		if (__builtin_mul_overflow(*value, 10u, value)) {
			*overflow = true;
			break;
		}
	}
	return digit;
}

/* Decimal, octal (0...) or hex (0x...) digits, an exponent, a suffix of C or a unit of time. */
void parse_add_number(struct parser *parser, uint32_t start, uint32_t end)
{
	struct span span = parse_span(parser, start, end);
	const char *text = arena_strndup(parser->arena, parser->text + start, end - start);
	bool overflow = false;
	uint64_t value = 0;
	const char *rest;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		rest = read_digits(text + 2, 16, &value, &overflow);
		if (rest == text + 2)
			rest = text + 1;
	} else if (text[0] == '0' && text[1] >= '0' && text[1] <= '9') {
		rest = read_digits(text + 1, 8, &value, &overflow);
	} else {
		rest = read_digits(text, 10, &value, &overflow);
		rest = read_exponent(rest, &value, &overflow);
	}
	const struct suffix *suffix = find_suffix(rest);

	if (rest > text && rest[-1] == '_')
		parse_error(parser, "number-syntax", span, "a number cannot end in an underscore");
	if (!suffix) {
		struct diag *diag =
		    parse_error(parser, "number-syntax", span, "\"%s\" is not a number", text);

		if (diag && (*rest == '8' || *rest == '9'))
			diag_hint(&parser->compile->diags, diag,
				  "a number that starts with 0 is octal");
		else if (diag)
			diag_hint(&parser->compile->diags, diag,
				  "what may follow the digits: u l ul ull, or ns us ms s m h d");
	} else if (overflow || __builtin_mul_overflow(value, suffix->factor, &value)) {
		struct diag *diag =
		    parse_error(parser, "number-range", span, "%s does not fit in 64 bits", text);

		if (diag)
			diag_hint(&parser->compile->diags, diag, "the largest number is %llu",
				  ~0ull);
	}
	parse_add_token(parser, INTEGER, start, end);
	if (parser->failed)
		return;
	struct token *token = &parser->tokens.items[parser->tokens.count - 1];

	token->integer = value;
	token->is_unsigned = suffix && suffix->is_unsigned;
	token->text = text;
	token->length = end - start;
}

/* One escape behind a backslash at *at; the byte, or -1. Moves *at behind it. */
static int read_escape(const char *text, uint32_t *at, uint32_t end)
{
	static const char simple[] = "n\nt\tr\r\\\\\"\"";
	char c = text[(*at)++];

	for (const char *pair = simple; *pair; pair += 2) {
		if (*pair == c)
			return pair[1];
	}
	if (c >= '0' && c <= '7') {
		int value = c - '0';

		for (int i = 0; i < 2 && *at < end && text[*at] >= '0' && text[*at] <= '7'; i++)
			value = value * 8 + (text[(*at)++] - '0');
		return value & 0xff;
	}
	if (c == 'x' && *at < end && digit_value(text[*at]) < 16) {
		int value = digit_value(text[(*at)++]);

		if (*at < end && digit_value(text[*at]) < 16)
			value = value * 16 + digit_value(text[(*at)++]);
		return value;
	}
	return -1;
}

/* A closed string, quotes included. */
void parse_add_string(struct parser *parser, uint32_t start, uint32_t end)
{
	const char *text = parser->text;
	char *bytes = arena_alloc(parser->arena, end - start);
	uint32_t length = 0;

	for (uint32_t at = start + 1; at < end - 1;) {
		if (text[at] != '\\') {
			bytes[length++] = text[at++];
			continue;
		}
		uint32_t escape = at++;
		int byte = read_escape(text, &at, end - 1);

		if (byte < 0) {
			struct diag *diag =
			    parse_error(parser, "unknown-escape", parse_span(parser, escape, at),
					"unknown escape \"%.*s\" in a string", (int)(at - escape),
					text + escape);
			if (diag)
				diag_hint(&parser->compile->diags, diag,
					  "known are \\n \\t \\r \\\\ \\\" \\0nn (octal) and "
					  "\\xnn; a backslash itself is \\\\");
			byte = '?';
		}
		bytes[length++] = (char)byte;
	}
	parse_add_token(parser, STRING, start, end);
	if (parser->failed)
		return;
	struct token *token = &parser->tokens.items[parser->tokens.count - 1];

	token->text = bytes;
	token->length = length;
}

/* Moves behind a comment or a quoted text at `at`; `at` itself when there is none. */
static uint32_t skip_quoted(const struct parser *parser, uint32_t at)
{
	const char *text = parser->text;
	char c = text[at];

	if (c == '/' && text[at + 1] == '*') {
		const char *end = memmem(text + at + 2, parser->size - at - 2, "*/", 2);

		return end ? (uint32_t)(end - text) + 2 : parser->size;
	}
	if (c == '/' && text[at + 1] == '/') {
		while (at < parser->size && text[at] != '\n')
			at++;
		return at;
	}
	if (c != '"' && c != '\'')
		return at;
	for (at++; at < parser->size && text[at] != c && text[at] != '\n'; at++) {
		if (text[at] == '\\' && at + 1 < parser->size)
			at++;
	}
	return at < parser->size ? at + 1 : at;
}

/* Moves behind blanks and comments. */
static uint32_t skip_blanks(const struct parser *parser, uint32_t at)
{
	uint32_t start;

	do {
		start = at;
		while (at < parser->size && isspace((unsigned char)parser->text[at]))
			at++;
		if (at < parser->size && parser->text[at] == '/')
			at = skip_quoted(parser, at);
	} while (at > start);
	return at;
}

/* Moves behind the attributes at `at`, each with its parentheses. */
static uint32_t skip_attributes(const struct parser *parser, uint32_t at)
{
	static const char attribute[] = "__attribute__";
	uint32_t next = skip_blanks(parser, at);

	while (strncmp(parser->text + next, attribute, sizeof(attribute) - 1) == 0) {
		uint32_t depth = 0;

		next = skip_blanks(parser, next + (uint32_t)sizeof(attribute) - 1);
		if (parser->text[next] != '(')
			break;
		do {
			uint32_t behind = skip_quoted(parser, next);

			depth += parser->text[next] == '(';
			depth -= parser->text[next] == ')' && depth;
			next = behind > next ? behind : next + 1;
		} while (depth && next < parser->size);
		if (depth)
			break;
		at = next;
		next = skip_blanks(parser, at);
	}
	return at;
}

uint32_t parse_c_definition_end(struct parser *parser, uint32_t start)
{
	bool is_typedef = strncmp(parser->text + start, "typedef", 7) == 0;
	uint32_t depth = 0, at = start, closed = 0;

	while (at < parser->size) {
		uint32_t behind = skip_quoted(parser, at);
		char c = parser->text[at];

		if (behind > at) {
			at = behind;
			continue;
		}
		if (c == ';' && !depth)
			return at + 1;
		/* a second body: the semicolon behind the first was forgotten */
		if (c == '{' && !depth && closed)
			break;
		if (c == '{')
			depth++;
		if (c == '}' && !depth)
			break;
		at++;
		if (c == '}' && !--depth) {
			closed = at;
			if (is_typedef)
				continue;
			/* the semicolon may be left out, as on the peer */
			at = skip_attributes(parser, at);
			if (parser->text[skip_blanks(parser, at)] != ';')
				return at;
		}
	}
	uint32_t end = closed ? closed : at;
	struct diag *diag = parse_error(
	    parser, depth ? "unterminated-definition" : "missing-semicolon",
	    parse_span(parser, closed ? closed - 1 : start, closed ? closed : start + 1),
	    depth ? "this definition has no closing \"}\""
		  : "expected \";\" after this definition");

	if (diag && !depth)
		diag_hint(&parser->compile->diags, diag,
			  "a struct, union, enum or typedef ends with \";\", as in C");
	return depth ? parser->size : end;
}
