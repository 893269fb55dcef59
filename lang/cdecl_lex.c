/* C tokens and the preprocessor's # lines for the script's own definitions: object-like macros,
 * conditionals, and includes that the kernel's BTF makes needless. */
#include "lang/cdecl_lex.h"

#include "lang/kernel_types.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TOKENS 400000u
#define MAX_MACRO_DEPTH 64u
#define MAX_CONDITIONALS 64u

struct preprocessor {
	struct compile *compile;
	struct c_tokens *out;
	struct {
		struct span span;
		bool active, was_active, saw_else;
	} conditionals[MAX_CONDITIONALS];
	uint32_t depth;
	const char *expanding[MAX_MACRO_DEPTH];
	uint32_t expanding_count;
	bool failed;
};

static const char *const punctuators[] = { "...", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "{",
					   "}",	  "(",	")",  "[",  "]",  ";",	":",  ",",  "*",  "+",
					   "-",	  "/",	"%",  "&",  "|",  "^",	"~",  "!",  "<",  ">",
					   "=",	  "?",	".",  "#",  NULL };

static void lex_error(struct preprocessor *pp, struct span span, const char *message)
{
	if (!pp->failed)
		diag_error(&pp->compile->diags, "c-syntax", span, "%s", message);
	pp->failed = true;
}

/* Offset of the first byte at or after `at` that is neither blank nor in a comment. A
 * backslash before a newline is blank. */
static uint32_t skip_blanks(const char *text, uint32_t at, uint32_t end)
{
	while (at < end) {
		if (isspace((unsigned char)text[at]) || text[at] == '\0') {
			at++;
		} else if (text[at] == '\\' && at + 1 < end && text[at + 1] == '\n') {
			at += 2;
		} else if (text[at] == '/' && at + 1 < end && text[at + 1] == '/') {
			while (at < end && text[at] != '\n')
				at++;
		} else if (text[at] == '/' && at + 1 < end && text[at + 1] == '*') {
			for (at += 2; at < end && !(text[at] == '*' && text[at + 1] == '/'); at++)
				;
			at = at + 2 < end ? at + 2 : end;
		} else {
			break;
		}
	}
	return at;
}

static uint32_t lex_name(struct preprocessor *pp, const char *text, uint32_t at, uint32_t end,
			 struct c_token *token)
{
	uint32_t start = at;

	while (at < end && (isalnum((unsigned char)text[at]) || text[at] == '_'))
		at++;
	token->kind = C_NAME;
	token->text = arena_strndup(pp->compile->arena, text + start, at - start);
	return at;
}

static uint32_t lex_number(struct preprocessor *pp, const char *text, uint32_t at, uint32_t end,
			   struct c_token *token)
{
	uint32_t start = at;
	char *digits, *rest;

	while (at < end && (isalnum((unsigned char)text[at]) || text[at] == '_' || text[at] == '.'))
		at++;
	digits = arena_strndup(pp->compile->arena, text + start, at - start);
	errno = 0;
	token->kind = C_NUMBER;
	token->text = digits;
	token->number = strtoull(digits, &rest, 0);
	while (*rest == 'u' || *rest == 'U' || *rest == 'l' || *rest == 'L')
		rest++;
	if (*rest || errno)
		lex_error(pp, token->span, "this is no integer constant that fits into 64 bits");
	return at;
}

static char escaped(char c)
{
	static const char pairs[] = "n\nt\tr\r0\0a\ab\bf\fv\v";

	for (size_t i = 0; i + 1 < sizeof(pairs); i += 2)
		if (pairs[i] == c)
			return pairs[i + 1];
	return c;
}

/* A string or a character constant; the token of a character is its number. */
static uint32_t lex_quoted(struct preprocessor *pp, const char *text, uint32_t at, uint32_t end,
			   struct c_token *token)
{
	char quote = text[at];
	uint32_t start = ++at;

	while (at < end && text[at] != quote && text[at] != '\n')
		at += text[at] == '\\' && at + 1 < end ? 2 : 1;
	if (at >= end || text[at] != quote) {
		lex_error(pp, token->span, "this quote is never closed");
		return end;
	}
	token->kind = quote == '"' ? C_TEXT : C_NUMBER;
	token->text = arena_strndup(pp->compile->arena, text + start, at - start);
	token->number = (uint8_t)(text[start] == '\\' ? escaped(text[start + 1]) : text[start]);
	return at + 1;
}

static uint32_t lex_punctuator(struct preprocessor *pp, const char *text, uint32_t at, uint32_t end,
			       struct c_token *token)
{
	for (const char *const *p = punctuators; *p; p++) {
		uint32_t len = (uint32_t)strlen(*p);

		if (end - at >= len && memcmp(text + at, *p, len) == 0) {
			token->kind = C_PUNCTUATOR;
			token->text = *p;
			return at + len;
		}
	}
	lex_error(pp, token->span, "this character has no meaning in a C definition");
	return end;
}

static uint32_t lex_token(struct preprocessor *pp, uint32_t file, const char *text, uint32_t at,
			  uint32_t end, struct c_token *token)
{
	char c = text[at];

	*token = (struct c_token){ .span = { file, at, at + 1 } };
	if (isalpha((unsigned char)c) || c == '_')
		at = lex_name(pp, text, at, end, token);
	else if (isdigit((unsigned char)c))
		at = lex_number(pp, text, at, end, token);
	else if (c == '"' || c == '\'')
		at = lex_quoted(pp, text, at, end, token);
	else
		at = lex_punctuator(pp, text, at, end, token);
	token->span.end = at;
	return at;
}

static const struct c_macro *find_macro(const struct preprocessor *pp, const char *name)
{
	return c_types_macro(pp->compile, name);
}

static void lex_range(struct preprocessor *pp, struct span span, struct c_tokens *out, bool in_if);

static bool is_expanding(const struct preprocessor *pp, const char *name)
{
	for (uint32_t i = 0; i < pp->expanding_count; i++)
		if (strcmp(pp->expanding[i], name) == 0)
			return true;
	return false;
}

/* Adds a token, or what the macro of its name stands for. */
static void add_token(struct preprocessor *pp, const struct c_token *token, struct c_tokens *out,
		      bool in_if)
{
	const struct c_macro *macro = token->kind == C_NAME ? find_macro(pp, token->text) : NULL;

	if (pp->failed)
		return;
	if (out->list.count >= MAX_TOKENS) {
		lex_error(pp, token->span, "the C definitions are too long once macros are replaced");
		return;
	}
	if (!macro || is_expanding(pp, token->text)) {
		*list_push(pp->compile->arena, &out->list) = *token;
		return;
	}
	if (macro->is_function) {
		diag_not_supported(&pp->compile->diags, token->span, "a macro with parameters");
		pp->failed = true;
		return;
	}
	if (pp->expanding_count == MAX_MACRO_DEPTH) {
		lex_error(pp, token->span, "macros are nested too deeply here");
		return;
	}
	pp->expanding[pp->expanding_count++] = macro->name;
	if (macro->span.end > macro->span.start)
		lex_range(pp, macro->span, out, in_if);
	pp->expanding_count--;
}

/* In #if, `defined X` and `defined(X)` are decided before macros are replaced. */
static uint32_t lex_defined(struct preprocessor *pp, struct span span, uint32_t at,
			    struct c_token *token)
{
	const char *text = pp->compile->sources.files.items[span.file].text;
	struct c_token name = { 0 };
	bool paren;

	at = skip_blanks(text, at, span.end);
	paren = at < span.end && text[at] == '(';
	if (paren)
		at = skip_blanks(text, at + 1, span.end);
	if (at < span.end)
		at = lex_token(pp, span.file, text, at, span.end, &name);
	if (name.kind != C_NAME)
		lex_error(pp, token->span, "a name must follow \"defined\"");
	else
		token->number = find_macro(pp, name.text) != NULL;
	token->kind = C_NUMBER;
	if (paren) {
		at = skip_blanks(text, at, span.end);
		if (at < span.end && text[at] == ')')
			at++;
		else
			lex_error(pp, token->span, "a \")\" is missing behind \"defined(\"");
	}
	return at;
}

static void lex_range(struct preprocessor *pp, struct span span, struct c_tokens *out, bool in_if)
{
	const char *text = pp->compile->sources.files.items[span.file].text;
	uint32_t at = span.start;

	while (!pp->failed && (at = skip_blanks(text, at, span.end)) < span.end) {
		struct c_token token;

		at = lex_token(pp, span.file, text, at, span.end, &token);
		if (in_if && token.kind == C_NAME && strcmp(token.text, "defined") == 0)
			at = lex_defined(pp, span, at, &token);
		add_token(pp, &token, out, in_if);
	}
}

static bool is_active(const struct preprocessor *pp)
{
	return pp->depth == 0 || pp->conditionals[pp->depth - 1].active;
}

static void define_macro(struct preprocessor *pp, struct span line, uint32_t at)
{
	struct arena *arena = pp->compile->arena;
	const char *text = pp->compile->sources.files.items[line.file].text;
	struct c_macro macro = { 0 };
	struct c_token name = { 0 };
	uint32_t end = line.end;

	at = skip_blanks(text, at, end);
	if (at < end)
		at = lex_token(pp, line.file, text, at, end, &name);
	if (name.kind != C_NAME) {
		lex_error(pp, line, "a name must follow #define");
		return;
	}
	macro.name = name.text;
	macro.is_function = at < end && text[at] == '(';
	at = skip_blanks(text, at, end);
	/* A comment behind the text is not part of it. */
	for (uint32_t i = at; i < end; i++) {
		if (text[i] == '"' || text[i] == '\'') {
			char quote = text[i];

			for (i++; i < end && text[i] != quote; i++)
				i += text[i] == '\\';
		} else if (text[i] == '/' && i + 1 < end && (text[i + 1] == '/' || text[i + 1] == '*')) {
			end = i;
		}
	}
	while (end > at && isspace((unsigned char)text[end - 1]))
		end--;
	macro.span = (struct span){ line.file, at, end };
	macro.text = arena_strndup(arena, text + at, end - at);
	*list_push(arena, &pp->compile->c_types->macros) = macro;
}

static void undefine_macro(struct preprocessor *pp, const char *name)
{
	struct c_types *types = pp->compile->c_types;

	for (uint32_t i = 0; i < types->macros.count; i++)
		if (strcmp(types->macros.items[i].name, name) == 0)
			types->macros.items[i].name = "";
}

/* The value of what follows #if or #elif. */
static bool evaluate_if(struct preprocessor *pp, struct span rest)
{
	struct c_tokens tokens = { 0 };
	struct c_reader reader = { .compile = pp->compile, .tokens = &tokens, .in_directive = true };
	int64_t value;

	lex_range(pp, rest, &tokens, true);
	if (pp->failed)
		return false;
	value = c_constant(&reader);
	if (!reader.failed && c_peek(&reader)->kind != C_END)
		c_fail(&reader, c_peek(&reader)->span, "the condition should have ended here");
	pp->failed = reader.failed;
	return value != 0;
}

/* Headers whose types are there without them: the kernel's (folders of its include path), from
 * BTF; and those of C that only name integers. */
static bool is_needless_header(const char *name, uint32_t length)
{
	static const char *const needless[] = {
		"linux/", "net/",  "asm/",    "asm-generic/", "uapi/",	    "scsi/",	   "trace/",
		"rdma/",  "drm/",  "crypto/", "bpf/",	      "block/",	    "kvm/",	   "xen/",
		"acpi/",  "media/", "sound/", "stdint.h",     "stddef.h",   "stdbool.h",   "sys/types.h",
		NULL
	};

	for (const char *const *n = needless; *n; n++)
		if (strlen(*n) <= length && memcmp(name, *n, strlen(*n)) == 0)
			return true;
	return false;
}

static void include_header(struct preprocessor *pp, struct span line, uint32_t at)
{
	struct diags *diags = &pp->compile->diags;
	const char *text = pp->compile->sources.files.items[line.file].text;
	uint32_t end;

	at = skip_blanks(text, at, line.end);
	for (end = at + 1; end < line.end && text[end] != '>' && text[end] != '"' && text[end] != '\n';)
		end++;
	if (at >= line.end || end >= line.end || (text[at] != '<' && text[at] != '"')) {
		lex_error(pp, line, "a header's name must follow #include, as in <linux/fs.h>");
	} else if (text[at] == '"' || !is_needless_header(text + at + 1, end - at - 1)) {
		struct diag *diag = diag_error(diags, "c-include", (struct span){ line.file, at, end + 1 },
					       "headers other than the kernel's are not read yet");

		diag_hint(diags, diag, "write the definitions that are needed into the script");
		pp->failed = true;
	} else if (!kernel_types_available(pp->compile)) {
		diag_not_supported(diags, line, "#include without kernel BTF");
		pp->failed = true;
	}
}

static void open_conditional(struct preprocessor *pp, struct span line, bool value)
{
	bool outer = is_active(pp);

	if (pp->depth == MAX_CONDITIONALS) {
		lex_error(pp, line, "conditionals are nested too deeply here");
		return;
	}
	pp->conditionals[pp->depth].span = line;
	pp->conditionals[pp->depth].active = outer && value;
	pp->conditionals[pp->depth].was_active = value || !outer;
	pp->conditionals[pp->depth].saw_else = false;
	pp->depth++;
}

static void else_conditional(struct preprocessor *pp, struct span line, bool value, bool is_else)
{
	uint32_t top = pp->depth - 1;

	if (pp->depth == 0 || pp->conditionals[top].saw_else) {
		lex_error(pp, line, "there is no #if that this belongs to");
		return;
	}
	pp->conditionals[top].active = !pp->conditionals[top].was_active && value;
	pp->conditionals[top].was_active |= value;
	pp->conditionals[top].saw_else = is_else;
}

static bool directive_is(const char *name, const char *wanted)
{
	return strcmp(name, wanted) == 0;
}

static void run_conditional(struct preprocessor *pp, const char *name, struct span line,
			    struct span rest)
{
	const char *text = pp->compile->sources.files.items[line.file].text;
	struct c_token token = { 0 };
	bool value = false;

	if (directive_is(name, "endif")) {
		if (pp->depth == 0)
			lex_error(pp, line, "there is no #if that this belongs to");
		else
			pp->depth--;
		return;
	}
	if (directive_is(name, "else")) {
		else_conditional(pp, line, true, true);
		return;
	}
	if (directive_is(name, "ifdef") || directive_is(name, "ifndef")) {
		rest.start = skip_blanks(text, rest.start, rest.end);
		if (rest.start < rest.end)
			lex_token(pp, line.file, text, rest.start, rest.end, &token);
		if (token.kind != C_NAME)
			lex_error(pp, line, "a name must follow here");
		else
			value = (find_macro(pp, token.text) != NULL) == directive_is(name, "ifdef");
		open_conditional(pp, line, value);
	} else if (directive_is(name, "if")) {
		open_conditional(pp, line, is_active(pp) && evaluate_if(pp, rest));
	} else if (pp->depth > 0 && pp->conditionals[pp->depth - 1].was_active) {
		else_conditional(pp, line, false, false);
	} else {
		else_conditional(pp, line, evaluate_if(pp, rest), false);
	}
}

static void run_directive(struct preprocessor *pp, struct span line)
{
	static const char *const conditionals[] = { "if", "ifdef", "ifndef", "elif", "else", "endif", NULL };
	const char *text = pp->compile->sources.files.items[line.file].text;
	uint32_t at = skip_blanks(text, line.start + 1, line.end);
	struct c_token name = { 0 };
	struct span rest;

	if (at >= line.end)
		return;
	at = lex_token(pp, line.file, text, at, line.end, &name);
	rest = (struct span){ line.file, at, line.end };
	if (name.kind != C_NAME) {
		lex_error(pp, line, "a directive must follow #");
		return;
	}
	for (const char *const *c = conditionals; *c; c++) {
		if (directive_is(name.text, *c)) {
			run_conditional(pp, name.text, line, rest);
			return;
		}
	}
	if (!is_active(pp))
		return;
	if (directive_is(name.text, "define")) {
		define_macro(pp, line, at);
	} else if (directive_is(name.text, "undef")) {
		at = skip_blanks(text, at, line.end);
		if (at < line.end && lex_token(pp, line.file, text, at, line.end, &name) && name.kind == C_NAME)
			undefine_macro(pp, name.text);
	} else if (directive_is(name.text, "include")) {
		include_header(pp, line, at);
	} else if (directive_is(name.text, "error")) {
		lex_error(pp, line, "the script refuses to be compiled with #error");
	} else if (!directive_is(name.text, "pragma") && !directive_is(name.text, "warning") &&
		   !directive_is(name.text, "line")) {
		struct diag *diag = diag_error(&pp->compile->diags, "c-directive", line,
					       "unknown directive #%s", name.text);
		diag_hint(&pp->compile->diags, diag,
			  "there are #define, #undef, #include, #if, #ifdef, #ifndef, #elif, #else, #endif");
		pp->failed = true;
	}
}

int c_preprocess(struct compile *compile, struct c_tokens *out)
{
	struct preprocessor *pp = arena_new(compile->arena, struct preprocessor);
	struct script *script = compile->script;

	pp->compile = compile;
	pp->out = out;
	for (uint32_t i = 0; i < script->c_definitions.count && !pp->failed; i++) {
		struct span span = script->c_definitions.items[i];
		const char *text = compile->sources.files.items[span.file].text;

		span.start = skip_blanks(text, span.start, span.end);
		if (span.start < span.end && text[span.start] == '#')
			run_directive(pp, span);
		else if (is_active(pp))
			lex_range(pp, span, out, false);
	}
	if (!pp->failed && pp->depth > 0)
		lex_error(pp, pp->conditionals[pp->depth - 1].span, "this #if has no #endif");
	return pp->failed ? -1 : 0;
}
