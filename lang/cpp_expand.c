/* The preprocessor's stream: files and macros being read, one within the other, and the replacement
 * of macros as C says it: arguments first, no macro within itself. */
#include "lang/cpp.h"
#include "lang/cdecl.tab.h"

#include <ctype.h>
#include <string.h>

#define MAX_STEPS 500000u /* tokens that macros make, beside what the size of the headers allows */
#define MAX_DEPTH 150u	   /* of calls in arguments of calls */
#define MAX_FRAMES 2000u

struct argument {
	struct c_tokens written, expanded;
	bool is_expanded;
};

struct call {
	const struct c_macro *macro;
	struct c_token use;
	LIST(struct argument) args;
	bool has_rest; /* something was given for ... */
};

void cpp_complain(struct cpp *cpp, const char *id, struct span span, const char *hint,
		  const char *format, ...)
{
	struct diags *diags = &cpp->compile->diags;
	const char *message;
	va_list ap;

	va_start(ap, format);
	message = arena_vprintf(cpp->arena, format, ap);
	va_end(ap);
	if (cpp_origin_of(cpp, span.file) == CPP_SCRIPT) {
		struct diag *diag = diag_error(diags, id, span, "%s", message);

		if (hint)
			diag_hint(diags, diag, "%s", hint);
	} else if (!cpp->trouble) {
		struct c_lost *lost = arena_new(cpp->arena, struct c_lost);

		lost->span = span;
		lost->message = message;
		cpp->trouble = lost;
	}
}

/* The end of everything: what is left is not read. */
static void exhaust(struct cpp *cpp, struct span span, const char *message)
{
	if (!cpp->is_exhausted)
		diag_error(&cpp->compile->diags, "c-limit", span, "%s", message);
	cpp->is_exhausted = true;
}

/* One more token is made, of so many characters when # or ## spells it. */
static void step(struct cpp *cpp, struct span span, size_t length)
{
	cpp->steps += 1 + length / 16;
	if (cpp->steps > MAX_STEPS + cpp->bytes)
		exhaust(cpp, span, "macros make too much of this");
}

/* ---- frames ----------------------------------------------------------------------------- */

void cpp_push(struct cpp *cpp, const struct c_token *items, uint32_t count, struct c_macro *macro)
{
	struct cpp_frame *frame = list_push(cpp->arena, &cpp->frames);

	*frame = (struct cpp_frame){ .items = items, .count = count, .macro = macro };
	frame->conditionals = cpp->conditionals.count;
	if (macro)
		macro->is_expanding = true;
	if (cpp->frames.count > MAX_FRAMES)
		exhaust(cpp, count ? items[0].span : (struct span){ 0 },
			"macros and headers are nested too deeply here");
}

static void pop(struct cpp *cpp)
{
	struct cpp_frame *frame = &cpp->frames.items[cpp->frames.count - 1];

	if (frame->macro)
		frame->macro->is_expanding = false;
	if (frame->file)
		cpp_end_file(cpp, frame);
	cpp->frames.count--;
}

bool cpp_next_raw(struct cpp *cpp, struct c_token *token)
{
	while (cpp->frames.count && !cpp->is_exhausted) {
		struct cpp_frame *frame = &cpp->frames.items[cpp->frames.count - 1];

		if (frame->at == frame->count) {
			if (frame->is_barrier)
				break;
			pop(cpp);
			continue;
		}
		*token = frame->items[frame->at++];
		if (!frame->file || token->kind != '#' || !token->starts_line)
			return true;
		cpp_directive(cpp, *token);
	}
	*token = (struct c_token){ .text = "" };
	return false;
}

/* Puts a token back, to be the next. */
static void unread(struct cpp *cpp, const struct c_token *token)
{
	struct c_token *copy = arena_new(cpp->arena, struct c_token);

	*copy = *token;
	copy->starts_line = false;
	cpp_push(cpp, copy, 1, NULL);
}

const char *cpp_spell(struct cpp *cpp, const struct c_token *items, uint32_t count)
{
	struct strbuf text = { 0 };
	const char *result;

	for (uint32_t i = 0; i < count; i++) {
		if (i && items[i].after_space)
			strbuf_add_char(&text, ' ');
		strbuf_add(&text, items[i].text);
	}
	result = arena_strndup(cpp->arena, strbuf_text(&text), text.len);
	strbuf_free(&text);
	return result;
}

/* ---- # and ## --------------------------------------------------------------------------- */

static struct c_token stringify(struct cpp *cpp, const struct argument *arg,
				const struct c_token *use)
{
	struct strbuf quoted = { 0 };
	struct c_token token = { .kind = C_STRING, .span = use->span };

	strbuf_add_char(&quoted, '"');
	for (uint32_t i = 0; i < arg->written.list.count; i++) {
		const struct c_token *from = &arg->written.list.items[i];
		bool is_quoted = from->kind == C_STRING || from->kind == C_CHARACTER;

		if (i && from->after_space)
			strbuf_add_char(&quoted, ' ');
		for (const char *c = from->text; *c; c++) {
			if (is_quoted && (*c == '"' || *c == '\\'))
				strbuf_add_char(&quoted, '\\');
			strbuf_add_char(&quoted, *c);
		}
	}
	strbuf_add_char(&quoted, '"');
	step(cpp, use->span, quoted.len);
	token.text = arena_strndup(cpp->arena, strbuf_text(&quoted), quoted.len);
	strbuf_free(&quoted);
	return token;
}

static int pasted_kind(const char *text)
{
	static const struct {
		const char *text;
		int kind;
	} table[] = {
		{ "->", C_ARROW }, { "##", C_PASTE }, { "++", C_STEP },	  { "--", C_STEP },
		{ "<<", C_SHL },   { ">>", C_SHR },   { "<=", C_LE },	  { ">=", C_GE },
		{ "==", C_EQ },	   { "!=", C_NE },    { "&&", C_LAND },	  { "||", C_LOR },
		{ "+=", C_ASSIGN }, { "-=", C_ASSIGN }, { "*=", C_ASSIGN }, { "/=", C_ASSIGN },
		{ "|=", C_ASSIGN }, { "&=", C_ASSIGN }, { "^=", C_ASSIGN }, { "%=", C_ASSIGN },
	};
	bool is_word = isalpha((unsigned char)text[0]) || text[0] == '_';
	bool is_number = isdigit((unsigned char)text[0]) ||
			 (text[0] == '.' && isdigit((unsigned char)text[1]));

	for (const char *c = text; *c && (is_word || is_number); c++)
		if (!isalnum((unsigned char)*c) && *c != '_' && (is_word || *c != '.'))
			is_word = is_number = false;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].text, text) == 0)
			return table[i].kind;
	return is_word ? C_NAME : is_number ? C_NUMBER : 0;
}

/* Joins `right` to the last token of `out`. */
static void paste(struct cpp *cpp, struct c_tokens *out, const struct c_token *right)
{
	struct c_token *left = &out->list.items[out->list.count - 1];
	const char *text;
	int kind;

	step(cpp, left->span, strlen(left->text));
	if (cpp->is_exhausted)
		return;
	text = arena_printf(cpp->arena, "%s%s", left->text, right->text);
	kind = pasted_kind(text);
	if (!kind && right->kind == C_STRING && left->kind == C_NAME)
		kind = right->text[0] == '"' ? C_STRING : 0;
	if (!kind) { /* two tokens, as compilers do after complaining */
		*list_push(cpp->arena, &out->list) = *right;
		return;
	}
	left->kind = kind;
	left->text = text;
	left->is_painted = false;
	left->name = kind == C_NAME ? c_name_get(cpp->compile, text, strlen(text)) : NULL;
}

/* ---- substitution ----------------------------------------------------------------------- */

static const struct c_tokens *expanded(struct cpp *cpp, struct argument *arg)
{
	if (!arg->is_expanded)
		cpp_expand(cpp, arg->written.list.items, arg->written.list.count, &arg->expanded);
	arg->is_expanded = true;
	return &arg->expanded;
}

static void add_all(struct cpp *cpp, struct c_tokens *out, const struct c_tokens *from,
		    const struct c_token *like)
{
	for (uint32_t i = 0; i < from->list.count && !cpp->is_exhausted; i++) {
		struct c_token *token = list_push(cpp->arena, &out->list);

		*token = from->list.items[i];
		token->starts_line = token->starts_piece = false;
		if (i == 0)
			token->after_space = like->after_space;
		step(cpp, token->span, 0);
	}
}

static void substitute(struct cpp *cpp, struct call *call, const struct c_token *body, uint32_t count,
		       struct c_tokens *out);

/* __VA_OPT__(...) at *at: what is in its parentheses when something is given for ..., else nothing.
 * Moves *at to the closing one. */
static void substitute_optional(struct cpp *cpp, struct call *call, const struct c_token *body,
				uint32_t count, uint32_t *at, struct argument *out)
{
	uint32_t first = *at + 2, depth = 0;

	while (++*at + 1 < count) {
		depth += body[*at].kind == '(';
		if (body[*at].kind == ')' && !--depth)
			break;
	}
	if (expanded(cpp, &call->args.items[call->macro->param_count - 1])->list.count && *at > first)
		substitute(cpp, call, body + first, *at - first, &out->written);
}

static bool is_optional(const struct cpp *cpp, const struct c_macro *macro, const struct c_token *body,
			uint32_t count)
{
	return count > 2 && body->name == cpp->va_opt && macro->is_variadic && body[1].kind == '(';
}

/* `##` at *at of the macro's text: what follows it is joined to what is there. */
static void substitute_paste(struct cpp *cpp, struct call *call, const struct c_token *body,
			     uint32_t count, uint32_t *at, struct c_tokens *out)
{
	const struct c_macro *macro = call->macro;
	const struct c_token *right = &body[++*at];
	const struct c_tokens *written = NULL;
	struct argument optional = { 0 };
	bool is_rest;

	if (is_optional(cpp, macro, right, count - *at)) {
		substitute_optional(cpp, call, body, count, at, &optional);
		written = &optional.written;
	} else if (right->param)
		written = &call->args.items[right->param - 1].written;
	is_rest = written && macro->is_variadic && right->param == macro->param_count;
	/* `, ## __VA_ARGS__`: no paste; no comma when there is nothing */
	if (is_rest && out->list.count && *at > 1 && body[*at - 2].kind == ',') {
		if (call->has_rest)
			add_all(cpp, out, expanded(cpp, &call->args.items[right->param - 1]), right);
		else
			out->list.count--;
		return;
	}
	if (!written) {
		struct c_token token = *right;

		token.span = call->use.span;
		if (out->list.count)
			paste(cpp, out, &token);
		else
			*list_push(cpp->arena, &out->list) = token;
		return;
	}
	for (uint32_t i = 0; i < written->list.count; i++) {
		if (i == 0 && out->list.count)
			paste(cpp, out, &written->list.items[0]);
		else
			*list_push(cpp->arena, &out->list) = written->list.items[i];
		step(cpp, call->use.span, 0);
	}
}

/* # at *at, and what it quotes. */
static bool substitute_quoted(struct cpp *cpp, struct call *call, const struct c_token *body,
			      uint32_t count, uint32_t *at, struct c_tokens *out)
{
	const struct c_token *token = &body[*at];
	const struct argument *quoted;
	struct argument optional = { 0 };
	struct c_token text;

	if (token->kind != '#' || !call->macro->is_function || *at + 1 >= count)
		return false;
	if (is_optional(cpp, call->macro, token + 1, count - *at - 1)) {
		++*at;
		substitute_optional(cpp, call, body, count, at, &optional);
		quoted = &optional;
	} else if (token[1].param) {
		quoted = &call->args.items[token[1].param - 1];
		++*at;
	} else {
		return false;
	}
	text = stringify(cpp, quoted, &call->use);
	text.after_space = token->after_space;
	*list_push(cpp->arena, &out->list) = text;
	return true;
}

static void substitute(struct cpp *cpp, struct call *call, const struct c_token *body, uint32_t count,
		       struct c_tokens *out)
{
	const struct c_macro *macro = call->macro;

	for (uint32_t i = 0; i < count && !cpp->is_exhausted; i++) {
		const struct c_token *token = &body[i];
		bool pastes_next = i + 1 < count && body[i + 1].kind == C_PASTE;

		if (token->kind == C_PASTE && i && i + 1 < count) {
			substitute_paste(cpp, call, body, count, &i, out);
			continue;
		}
		if (substitute_quoted(cpp, call, body, count, &i, out))
			continue;
		if (is_optional(cpp, macro, token, count - i)) {
			struct argument optional = { 0 };

			substitute_optional(cpp, call, body, count, &i, &optional);
			add_all(cpp, out, &optional.written, token);
		} else if (token->param && pastes_next) {
			const struct c_tokens *written = &call->args.items[token->param - 1].written;

			/* nothing joined with what follows is what follows */
			if (!written->list.count) {
				struct c_token *mark = list_push(cpp->arena, &out->list);

				*mark = (struct c_token){ .kind = C_OTHER, .text = "", .span = call->use.span };
				mark->after_space = token->after_space;
			}
			add_all(cpp, out, written, token);
		} else if (token->param) {
			add_all(cpp, out, expanded(cpp, &call->args.items[token->param - 1]), token);
		} else {
			struct c_token *copy = list_push(cpp->arena, &out->list);

			*copy = *token;
			copy->span = call->use.span;
		}
		step(cpp, call->use.span, 0);
	}
	/* what stood for nothing */
	uint32_t kept = 0;

	for (uint32_t i = 0; i < out->list.count; i++)
		if (out->list.items[i].kind != C_OTHER || out->list.items[i].text[0])
			out->list.items[kept++] = out->list.items[i];
	out->list.count = kept;
}

/* ---- calls ------------------------------------------------------------------------------ */

/* Reads the arguments up to the closing parenthesis; the opening one is read. */
static bool read_arguments(struct cpp *cpp, struct call *call)
{
	uint32_t depth = 0, limit = call->macro->param_count;
	struct c_token token;
	struct argument *arg = list_push(cpp->arena, &call->args);

	while (cpp_next_raw(cpp, &token)) {
		if (token.kind == ')' && !depth--) {
			if (call->args.count == 1 && limit == 0 && !arg->written.list.count)
				call->args.count = 0;
			return true;
		}
		if (token.kind == '(')
			depth++;
		if (token.kind == ',' && !depth &&
		    !(call->macro->is_variadic && call->args.count >= limit)) {
			arg = list_push(cpp->arena, &call->args);
			continue;
		}
		token.starts_line = false;
		*list_push(cpp->arena, &arg->written.list) = token;
		step(cpp, call->use.span, 0);
	}
	if (!cpp->is_exhausted)
		cpp_complain(cpp, "c-macro", call->use.span, NULL,
			     "this call of \"%s\" has no closing \")\"", call->macro->name);
	return false;
}

/* A name of a macro was read. Returns true when something else is to be read instead of it. */
static bool call_macro(struct cpp *cpp, struct c_macro *macro, const struct c_token *use)
{
	struct call call = { .macro = macro, .use = *use };
	struct c_tokens out = { 0 };
	struct c_token next;

	if (macro->is_function) {
		if (!cpp_next_raw(cpp, &next))
			return false;
		if (next.kind != '(') {
			unread(cpp, &next);
			return false;
		}
		if (!read_arguments(cpp, &call))
			return true;
		call.has_rest = macro->is_variadic && call.args.count >= macro->param_count &&
				(macro->param_count > 1 ||
				 call.args.items[0].written.list.count > 0);
		if (macro->is_variadic && call.args.count + 1 == macro->param_count)
			list_push(cpp->arena, &call.args);
		if (call.args.count != macro->param_count) {
			cpp_complain(cpp, "c-macro", use->span, NULL,
				     "\"%s\" takes %u arguments, here are %u", macro->name,
				     macro->param_count, call.args.count);
			return true;
		}
	}
	substitute(cpp, &call, macro->body, macro->body_count, &out);
	if (out.list.count)
		out.list.items[0].after_space = use->after_space;
	cpp_push(cpp, out.list.items, out.list.count, macro);
	return true;
}

static void set_number(struct cpp *cpp, struct c_token *token, uint32_t value)
{
	token->kind = C_NUMBER;
	token->name = NULL;
	token->text = arena_printf(cpp->arena, "%u", value);
}

/* `defined X`, `defined(X)`: the word is read. */
static void read_defined(struct cpp *cpp, struct c_token *token)
{
	struct c_token next, closing;
	bool has_paren;

	cpp_next_raw(cpp, &next);
	has_paren = next.kind == '(';
	if (has_paren)
		cpp_next_raw(cpp, &next);
	if (next.kind != C_NAME)
		cpp_complain(cpp, "c-syntax", token->span, NULL, "a name must follow \"defined\"");
	set_number(cpp, token, next.kind == C_NAME && cpp_is_defined(cpp, next.name));
	if (has_paren) {
		cpp_next_raw(cpp, &closing);
		if (closing.kind != ')')
			cpp_complain(cpp, "c-syntax", token->span, NULL,
				     "a \")\" is missing behind \"defined(\"");
	}
}

/* __has_include(<x.h>), __has_attribute(x) and their like. */
static void read_has(struct cpp *cpp, struct c_token *token)
{
	const char *what = token->text + strlen("__has_");
	struct c_tokens inner = { 0 };
	struct c_token next;
	uint32_t depth = 1;
	const char *text;
	size_t length;

	if (!cpp_next_raw(cpp, &next) || next.kind != '(') {
		cpp_complain(cpp, "c-syntax", token->span, NULL, "\"(\" must follow \"%s\"", token->text);
		return;
	}
	while (cpp_next_raw(cpp, &next)) {
		depth += next.kind == '(';
		if (next.kind == ')' && !--depth)
			break;
		*list_push(cpp->arena, &inner.list) = next;
	}
	if (inner.list.count && inner.list.items[0].kind == C_NAME) {
		struct c_tokens replaced = { 0 };

		if (strncmp(what, "include", 7) == 0) {
			cpp_expand(cpp, inner.list.items, inner.list.count, &replaced);
			inner = replaced;
		}
	}
	text = cpp_spell(cpp, inner.list.items, inner.list.count);
	length = strlen(text);
	if (strncmp(what, "include", 7) != 0 || length < 3)
		set_number(cpp, token, strcmp(what, "attribute") == 0);
	else
		set_number(cpp, token,
			   cpp_find(cpp, arena_strndup(cpp->arena, text + 1, length - 2), text[0] == '"',
				    strcmp(what, "include_next") == 0, token->span.file) != NULL);
}

static bool is_has(const struct c_name *name)
{
	return strncmp(name->text, "__has_", 6) == 0 && cpp_is_defined(NULL, name);
}

/* _Pragma("...") */
static void read_pragma(struct cpp *cpp)
{
	struct c_token token;
	uint32_t depth = 0;

	while (cpp_next_raw(cpp, &token)) {
		if (token.kind == C_STRING && depth == 1)
			cpp_pragma(cpp, token.text + 1, token.span.file);
		depth += token.kind == '(';
		if (!depth || (token.kind == ')' && !--depth))
			return;
	}
}

/* __LINE__ and its like. */
static void dynamic_macro(struct cpp *cpp, const struct c_macro *macro, struct c_token *token)
{
	struct source_place place =
	    source_locate(&cpp->compile->sources, token->span.file, token->span.start);

	if (strcmp(macro->name, "__LINE__") == 0) {
		set_number(cpp, token, place.line);
	} else if (strcmp(macro->name, "__COUNTER__") == 0) {
		set_number(cpp, token, cpp->counter++);
	} else {
		token->kind = C_STRING;
		token->name = NULL;
		token->text = arena_printf(cpp->arena, "\"%s\"", place.file);
	}
}

void cpp_next(struct cpp *cpp, struct c_token *token)
{
	while (cpp_next_raw(cpp, token)) {
		struct c_macro *macro = token->kind == C_NAME ? token->name->macro : NULL;

		if (token->kind == C_NAME && !macro) {
			if (cpp->is_condition && token->name == cpp->defined)
				read_defined(cpp, token);
			else if (cpp->is_condition && is_has(token->name))
				read_has(cpp, token);
			else if (token->name == cpp->pragma) {
				read_pragma(cpp);
				continue;
			}
			return;
		}
		if (!macro || token->is_painted)
			return;
		if (macro->is_dynamic) {
			dynamic_macro(cpp, macro, token);
			return;
		}
		if (macro->is_expanding) {
			token->is_painted = true;
			return;
		}
		if (!call_macro(cpp, macro, token))
			return;
	}
}

void cpp_expand(struct cpp *cpp, const struct c_token *items, uint32_t count, struct c_tokens *out)
{
	struct c_token token;
	uint32_t floor = cpp->frames.count;

	if (++cpp->depth > MAX_DEPTH && count)
		exhaust(cpp, items[0].span, "calls of macros are nested too deeply here");
	cpp_push(cpp, items, count, NULL);
	cpp->frames.items[floor].is_barrier = true;
	for (;;) {
		cpp_next(cpp, &token);
		if (!token.kind)
			break;
		*list_push(cpp->arena, &out->list) = token;
	}
	while (cpp->frames.count > floor)
		pop(cpp);
	cpp->depth--;
}
