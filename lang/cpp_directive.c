/* The preprocessor's # lines: definitions, conditionals, includes. */
#include "lang/cpp.h"
#include "lang/cdecl.tab.h"

#include <string.h>

#define MAX_CONDITIONALS 1000u
#define MAX_PARAMS 256u
#define MAX_INCLUDE_DEPTH 100u
#define MAX_INCLUDES 20000u

/* One # line: its tokens behind the directive's name. */
struct line {
	const struct c_token *items;
	uint32_t count;
	struct span span; /* all of it */
	struct c_token name;
};

bool cpp_is_defined(const struct cpp *cpp, const struct c_name *name)
{
	static const char *const questions[] = { "__has_include", "__has_include_next",
						 "__has_attribute", "__has_builtin",
						 "__has_c_attribute", NULL };

	(void)cpp;
	for (const char *const *q = questions; !name->macro && *q; q++)
		if (strcmp(name->text, *q) == 0)
			return true;
	return name->macro != NULL;
}

/* ---- #define ---------------------------------------------------------------------------- */

static int find_param(const struct c_token *params, uint32_t count, const struct c_name *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (params[i].name == name)
			return (int)i;
	return -1;
}

/* The names in the parentheses; *at is behind the opening one. */
static bool read_params(struct cpp *cpp, const struct line *line, uint32_t *at,
			struct c_macro *macro, struct c_tokens *params)
{
	while (*at < line->count) {
		struct c_token token = line->items[(*at)++];

		if (token.kind == ')')
			return true;
		if (token.kind == ',' && params->list.count)
			continue;
		if (token.kind == C_ELLIPSIS) {
			macro->is_variadic = true;
			if (*at >= 2 && line->items[*at - 2].kind == C_NAME)
				continue; /* args... */
			token.name = cpp->va_args;
		} else if (token.kind != C_NAME) {
			break;
		}
		if (params->list.count == MAX_PARAMS)
			break;
		*list_push(cpp->arena, &params->list) = token;
	}
	cpp_complain(cpp, "c-macro", line->span, NULL, "the parameters of this macro are not names");
	return false;
}

static void define(struct cpp *cpp, const struct line *line)
{
	struct c_token *body;
	struct c_macro *macro;
	struct c_tokens params = { 0 };
	uint32_t at = 1;

	if (!line->count || line->items[0].kind != C_NAME || line->items[0].name == cpp->defined) {
		cpp_complain(cpp, "c-syntax", line->span, NULL, "a name must follow #define");
		return;
	}
	macro = arena_new(cpp->arena, struct c_macro);
	macro->name = line->items[0].text;
	macro->span = line->items[0].span;
	if (at < line->count && line->items[at].kind == '(' && !line->items[at].after_space) {
		at++;
		macro->is_function = true;
		if (!read_params(cpp, line, &at, macro, &params))
			return;
	}
	macro->param_count = params.list.count;
	macro->body_count = line->count - at;
	macro->body = body =
	    arena_alloc(cpp->arena, sizeof(*body) * (macro->body_count ? macro->body_count : 1));
	for (uint32_t i = 0; i < macro->body_count; i++) {
		body[i] = line->items[at + i];
		if (body[i].kind == C_NAME)
			body[i].param = (uint16_t)(1 + find_param(params.list.items, params.list.count,
								  body[i].name));
	}
	if (macro->body_count)
		macro->span = (struct span){ line->span.file, body[0].span.start,
					     body[macro->body_count - 1].span.end };
	macro->is_script = cpp_origin_of(cpp, line->span.file) == CPP_SCRIPT;
	line->items[0].name->macro = macro;
}

/* ---- conditionals ----------------------------------------------------------------------- */

static bool is_conditional(const struct line *line, const char *name)
{
	return line->name.text && strcmp(line->name.text, name) == 0;
}

static bool evaluate(struct cpp *cpp, const struct line *line)
{
	struct c_tokens tokens = { 0 };
	bool outer = cpp->is_condition, value = false;

	cpp->is_condition = true;
	cpp_expand(cpp, line->items, line->count, &tokens);
	cpp->is_condition = outer;
	return c_condition(cpp, &tokens, line->span, &value) && value;
}

static bool is_true(struct cpp *cpp, const struct line *line)
{
	bool wanted = is_conditional(line, "ifdef") || is_conditional(line, "elifdef");

	if (is_conditional(line, "if") || is_conditional(line, "elif"))
		return evaluate(cpp, line);
	if (line->count && line->items[0].kind == C_NAME)
		return cpp_is_defined(cpp, line->items[0].name) == wanted;
	cpp_complain(cpp, "c-syntax", line->span, NULL, "a name must follow here");
	return false;
}

/* The line at the frame's position, behind its #; moves behind it. */
static struct line read_line(struct cpp_frame *frame, struct c_token hash)
{
	struct line line = { .span = hash.span };
	uint32_t start;

	if (frame->at < frame->count && !frame->items[frame->at].starts_line)
		line.name = frame->items[frame->at++];
	start = frame->at;
	while (frame->at < frame->count && !frame->items[frame->at].starts_line)
		frame->at++;
	line.items = frame->items + start;
	line.count = frame->at - start;
	if (line.name.text)
		line.span.end = line.name.span.end;
	if (line.count)
		line.span.end = line.items[line.count - 1].span.end;
	return line;
}

/* Skips what a condition leaves out, up to the #else, #elif or #endif that matters. */
static void skip_group(struct cpp *cpp)
{
	uint32_t top = cpp->conditionals.count - 1, depth = 0;

	for (;;) {
		/* a condition may move the frames */
		struct cpp_frame *frame = &cpp->frames.items[cpp->frames.count - 1];
		struct c_token hash;
		struct cpp_conditional *conditional = &cpp->conditionals.items[top];
		struct line line;

		if (frame->at == frame->count)
			return;
		hash = frame->items[frame->at++];
		if (hash.kind != '#' || !hash.starts_line)
			continue;
		line = read_line(frame, hash);
		if (!line.name.text)
			continue;
		if (strncmp(line.name.text, "if", 2) == 0) {
			depth++;
		} else if (is_conditional(&line, "endif")) {
			if (!depth--) {
				cpp->conditionals.count--;
				return;
			}
		} else if (!depth && strncmp(line.name.text, "el", 2) == 0) {
			bool is_else = is_conditional(&line, "else");

			if (conditional->saw_else)
				cpp_complain(cpp, "c-conditional", line.span, NULL,
					     "there is no #if that this belongs to");
			conditional->saw_else |= is_else;
			if (conditional->was_true || (!is_else && !is_true(cpp, &line)))
				continue;
			cpp->conditionals.items[top].was_true = true;
			return;
		}
	}
}

static void conditional(struct cpp *cpp, const struct line *line)
{
	uint32_t base = cpp->frames.items[cpp->frames.count - 1].conditionals;
	struct cpp_conditional *top;

	if (strncmp(line->name.text, "if", 2) == 0) {
		bool value = is_true(cpp, line);

		if (cpp->conditionals.count == MAX_CONDITIONALS) {
			cpp_complain(cpp, "c-limit", line->span, NULL,
				     "conditionals are nested too deeply here");
			cpp->is_exhausted = true;
			return;
		}
		top = list_push(cpp->arena, &cpp->conditionals);
		*top = (struct cpp_conditional){ .span = line->span, .was_true = value };
		if (!value)
			skip_group(cpp);
		return;
	}
	top = cpp->conditionals.count ? &cpp->conditionals.items[cpp->conditionals.count - 1] : NULL;
	if (cpp->conditionals.count <= base || (top->saw_else && !is_conditional(line, "endif"))) {
		cpp_complain(cpp, "c-conditional", line->span, NULL, "there is no #if that this belongs to");
	} else if (is_conditional(line, "endif")) {
		cpp->conditionals.count--;
	} else {
		top->saw_else = is_conditional(line, "else");
		skip_group(cpp);
	}
}

void cpp_end_file(struct cpp *cpp, const struct cpp_frame *frame)
{
	while (cpp->conditionals.count > frame->conditionals) {
		cpp->conditionals.count--;
		if (!cpp->is_exhausted)
			cpp_complain(cpp, "c-conditional",
				     cpp->conditionals.items[cpp->conditionals.count].span, NULL,
				     "this #if has no #endif");
	}
}

/* ---- #include --------------------------------------------------------------------------- */

/* The name between the quotes or brackets, which are in *quote; NULL when the line has none. */
static const char *header_name(struct cpp *cpp, const struct line *line, char *quote)
{
	struct c_tokens replaced = { 0 };
	const char *text, *end;

	if (!line->count)
		return NULL;
	text = cpp_spell(cpp, line->items, line->count);
	if (text[0] != '<' && text[0] != '"') {
		cpp_expand(cpp, line->items, line->count, &replaced);
		text = cpp_spell(cpp, replaced.list.items, replaced.list.count);
	}
	*quote = text[0];
	if (*quote != '<' && *quote != '"')
		return NULL;
	end = strchr(text + 1, *quote == '<' ? '>' : '"');
	return end && end > text + 1 ? arena_strndup(cpp->arena, text + 1, (size_t)(end - text - 1)) : NULL;
}

static void include(struct cpp *cpp, const struct line *line)
{
	struct cpp_file *file;
	struct span span = line->span;
	char quote = 0;
	uint32_t depth = 0;
	const char *name = header_name(cpp, line, &quote);

	if (!name) {
		cpp_complain(cpp, "c-include", line->span, NULL,
			     "a header's name must follow #include, as in <linux/fs.h>");
		return;
	}
	for (uint32_t i = 0; i < cpp->frames.count; i++)
		depth += cpp->frames.items[i].file != NULL;
	span.start = line->items[0].span.start;
	if (depth > MAX_INCLUDE_DEPTH || ++cpp->includes > MAX_INCLUDES) {
		if (!cpp->is_exhausted)
			diag_error(&cpp->compile->diags, "c-include", span,
				   "headers include each other without end here");
		cpp->is_exhausted = true;
		return;
	}
	file = cpp_find(cpp, name, quote == '"', is_conditional(line, "include_next"), span.file);
	if (file)
		cpp_enter(cpp, file);
	else if (!cpp_is_needless(cpp, name))
		cpp_complain(cpp, "c-include", span,
			     "it is looked for along -I, then where the headers of the C library and "
			     "the kernel are installed",
			     "the header \"%s\" cannot be found", name);
}

/* ---- the line --------------------------------------------------------------------------- */

static void refuse(struct cpp *cpp, const struct line *line)
{
	const char *text = cpp_spell(cpp, line->items, line->count);

	cpp_complain(cpp, "c-error", line->span, NULL, "#error: %s", text[0] ? text : "no reason is given");
}

void cpp_directive(struct cpp *cpp, struct c_token hash)
{
	struct cpp_frame *frame = &cpp->frames.items[cpp->frames.count - 1];
	struct line line = read_line(frame, hash);
	const char *name = line.name.text;

	if (!name)
		return;
	if (line.name.kind == C_NUMBER) /* a line marker */
		return;
	if (strncmp(name, "if", 2) == 0 || strncmp(name, "el", 2) == 0 || strcmp(name, "endif") == 0) {
		conditional(cpp, &line);
	} else if (strcmp(name, "define") == 0) {
		define(cpp, &line);
	} else if (strcmp(name, "undef") == 0) {
		if (line.count && line.items[0].kind == C_NAME)
			line.items[0].name->macro = NULL;
	} else if (strcmp(name, "include") == 0 || strcmp(name, "include_next") == 0) {
		include(cpp, &line);
	} else if (strcmp(name, "error") == 0) {
		refuse(cpp, &line);
	} else if (strcmp(name, "pragma") == 0) {
		cpp_pragma(cpp, cpp_spell(cpp, line.items, line.count), hash.span.file);
	} else if (strcmp(name, "warning") != 0 && strcmp(name, "line") != 0 &&
		   strcmp(name, "ident") != 0) {
		cpp_complain(cpp, "c-directive", line.span,
			     "there are #define, #undef, #include, #if, #ifdef, #ifndef, #elif, #else, #endif",
			     "unknown directive #%s", name);
	}
}
