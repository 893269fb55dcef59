/* Attach points: "name=provider:part:part", which have words of their own. Where one ends and how
 * it splits; what the parts mean is the providers' task. */
#include "lang/parse.h"
#include "lang/parser.tab.h"

#include <string.h>

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Length of `name=` at the start of a spec; 0 when there is none. */
static uint32_t name_length(const char *text, uint32_t length)
{
	uint32_t at = 0;

	while (at < length && is_name_char(text[at]))
		at++;
	return at && at < length && text[at] == '=' ? at + 1 : 0;
}

/* Whether the second part of this provider's specs is a path. */
static bool has_path(const char *provider, uint32_t length)
{
	static const char *const names[] = {"uprobe", "u", "uretprobe", "ur", "usdt", "U"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strlen(names[i]) == length && !strncmp(provider, names[i], length))
			return true;
	}
	return false;
}

/* A slash is part of a path right behind a colon, in a part that began with one, and in the binary
 * of a user probe; every other one starts the predicate or a comment. */
uint32_t parse_add_attach_point(struct parser *parser, uint32_t start)
{
	const char *text = parser->text;
	uint32_t provider = start + name_length(text + start, parser->size - start);
	uint32_t part = provider, number = 0, at = provider;
	bool is_binary = false;

	for (; at < parser->size; at++) {
		char c = text[at];

		if (!c || strchr(" \t\r\n\f\v,{};", c))
			break;
		if (c == '/' && !(number && text[part] == '/') && !(number == 1 && is_binary))
			break;
		if (c == ':') {
			if (!number)
				is_binary = has_path(text + provider, at - provider);
			part = at + 1;
			number++;
		}
		if (c != '"')
			continue;
		uint32_t quote = at++;

		while (at < parser->size && text[at] != '"' && text[at] != '\n')
			at++;
		if (at >= parser->size || text[at] == '\n') {
			parse_error(parser, "unterminated-name", parse_span(parser, quote, at),
				    "this quoted name does not end on its line");
			parser->failed = true; /* what follows would be read inside out */
			break;
		}
	}
	if (at == start) /* a lone character that starts nothing */
		at++;
	parse_add_token(parser, ATTACH_POINT, start, at);
	return at;
}

/* Adds parameter `number`; the text of a missing one is empty, as everywhere. */
static void add_parameter(struct parser *parser, struct strbuf *out, uint64_t number,
			  struct span span)
{
	const struct compile_options *options = &parser->compile->options;

	if (number && number <= options->arg_count) {
		strbuf_add(out, options->args[number - 1]);
	} else {
		struct diag *diag =
		    parse_error(parser, "parameter-missing", span, "parameter $%llu is not given",
				(unsigned long long)number);

		if (diag)
			diag_hint(&parser->compile->diags, diag,
				  "put it on the command line behind the script");
	}
}

/* The spec with $1, $2... replaced, outside of quotes; those given where the image runs stay. */
static char *substitute(struct parser *parser, const struct token *token)
{
	bool is_open = parser->compile->options.args_are_open, is_quoted = false;
	struct strbuf out = {0};
	uint32_t at = token->start;

	while (at < token->end) {
		uint32_t digit = at + 1;
		uint64_t number = 0;

		is_quoted ^= parser->text[at] == '"';
		while (!is_open && !is_quoted && parser->text[at] == '$' && digit < token->end &&
		       parser->text[digit] >= '0' && parser->text[digit] <= '9' && number < 100000)
			number = number * 10 + (uint64_t)(parser->text[digit++] - '0');
		if (digit > at + 1) {
			add_parameter(parser, &out, number, parse_span(parser, at, digit));
			at = digit;
		} else {
			strbuf_add_char(&out, parser->text[at++]);
		}
	}
	char *text = arena_strdup(parser->arena, strbuf_text(&out));

	strbuf_free(&out);
	return text;
}

struct attach_point *parse_attach_point(struct parser *parser, const struct token *token,
					struct span span)
{
	struct attach_point *point = arena_new(parser->arena, struct attach_point);
	const char *text = substitute(parser, token);
	uint32_t name = name_length(text, (uint32_t)strlen(text));

	point->span = span;
	if (name)
		point->probe_name = arena_strndup(parser->arena, text, name - 1);
	point->text = text + name;
	char *part = arena_strdup(parser->arena, point->text);
	char *write = part;
	bool is_quoted = false;

	for (const char *read = point->text;; read++) {
		if (*read == '"') {
			is_quoted = !is_quoted;
		} else if (!*read || (*read == ':' && !is_quoted)) {
			*write++ = '\0';
			*list_push(parser->arena, &point->parts) = part;
			part = write;
			if (!*read)
				break;
		} else {
			*write++ = *read;
		}
	}
	return point;
}
