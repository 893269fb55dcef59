/* The declaration parser's loop: cuts the preprocessor's stream into declarations, parses each, and
 * keeps what could not be read of a header until the script asks for it. */
#include "lang/cdecl_parse.h"
#include "lang/cdecl.tab.h"
#include "lang/kernel_types.h"

#include <string.h>

#define MAX_NESTED 10u

/* ---- errors ----------------------------------------------------------------------------- */

struct diag *c_fail(struct c_parser *p, const char *id, struct span span, const char *format, ...)
{
	const char *message;
	va_list ap;

	if (p->failed)
		return NULL;
	p->failed = true;
	va_start(ap, format);
	message = arena_vprintf(p->compile->arena, format, ap);
	va_end(ap);
	p->error = (struct c_lost){ span, message };
	return p->is_script && !p->is_quiet ? diag_error(&p->compile->diags, id, span, "%s", message) : NULL;
}

struct span c_here(const struct c_parser *p)
{
	uint32_t count = p->tokens.list.count;

	if (!count)
		return (struct span){ .file = UINT32_MAX };
	return p->tokens.list.items[p->at && p->at <= count ? p->at - 1 : 0].span;
}

void c_fail_syntax(struct c_parser *p, struct span span, bool is_unknown_type, const char *wanted)
{
	const struct c_token *token =
	    p->at && p->at <= p->tokens.list.count ? &p->tokens.list.items[p->at - 1] : NULL;
	bool is_quoted = wanted && strncmp(wanted, "a ", 2) != 0 && strncmp(wanted, "an ", 3) != 0 &&
			 strncmp(wanted, "the ", 4) != 0 && wanted[0] != '"';
	const char *quote = is_quoted ? "\"" : "";
	struct diag *diag;

	if (p->failed)
		return;
	if (is_unknown_type && token && token->name) {
		diag = c_fail(p, "unknown-type", span, "unknown type \"%s\"", token->text);
		if (diag && token->name->tag)
			diag_hint(&p->compile->diags, diag, "write struct, union or enum before it");
		else if (diag)
			diag_hint(&p->compile->diags, diag,
				  "define it in the script, or include the header that does");
		return;
	}
	if (wanted && wanted[0] == '\'') { /* bison's spelling of a character */
		wanted = arena_strndup(p->compile->arena, wanted + 1, 1);
		quote = "\"";
	}
	if (!token || p->at_end)
		c_fail(p, "c-syntax", span, "this C definition ends too early");
	else if (wanted)
		c_fail(p, "c-syntax", span, "expected %s%s%s instead of \"%.40s\" in this C definition",
		       quote, wanted, quote, token->text);
	else
		c_fail(p, "c-syntax", span, "unexpected \"%.40s\" in this C definition", token->text);
}

/* ---- tokens ----------------------------------------------------------------------------- */

static const struct c_token *ahead(const struct c_parser *p)
{
	return p->at < p->tokens.list.count ? &p->tokens.list.items[p->at] : NULL;
}

/* Moves behind the brackets that open at the next token. */
static void skip_brackets(struct c_parser *p, int open, int close)
{
	uint32_t depth = 0;

	while (p->at < p->tokens.list.count) {
		int kind = p->tokens.list.items[p->at].kind;

		if (!depth && kind != open)
			return;
		p->at++;
		depth += kind == open;
		if (kind == close && !--depth)
			return;
	}
}

static bool is_attribute(const struct c_token *token, const char *name)
{
	size_t length = strlen(name);
	const char *text = token->text;

	if (strncmp(text, "__", 2) == 0)
		return strncmp(text + 2, name, length) == 0 && strcmp(text + 2 + length, "__") == 0;
	return strcmp(text, name) == 0;
}

static uint32_t mode_size(const char *text)
{
	static const struct {
		const char *name;
		uint32_t size;
	} modes[] = { { "QI", 1 }, { "byte", 1 }, { "HI", 2 }, { "SI", 4 }, { "DI", 8 }, { "word", 8 },
		      { "pointer", 8 }, { "TI", 16 } };

	text += strncmp(text, "__", 2) == 0 ? 2 : 0;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strncmp(text, modes[i].name, strlen(modes[i].name)) == 0)
			return modes[i].size;
	return 0;
}

/* One attribute, with the tokens of its argument. */
static void add_attribute(struct c_parser *p, const struct c_token *name, uint32_t first,
			  uint32_t count, struct c_attributes *to)
{
	bool is_aligned = is_attribute(name, "aligned"), is_vector = is_attribute(name, "vector_size");
	struct c_value value;

	if (is_attribute(name, "packed"))
		to->packed = true;
	if (is_aligned && !count)
		to->last_align = 16;
	if (is_attribute(name, "mode") && count)
		to->mode = mode_size(p->tokens.list.items[first].text);
	if ((!is_aligned && !is_vector) || !count)
		return;
	value = c_constant(p, p->tokens.list.items + first, count);
	if (value.kind != C_VALUE_INTEGER || !value.bits || value.bits & (value.bits - 1) ||
	    value.bits > 1u << 28)
		c_fail(p, "c-attribute", name->span, "the argument of \"%s\" is no power of two", name->text);
	else if (is_aligned)
		to->last_align = (uint32_t)value.bits;
	else
		to->vector_size = (uint32_t)value.bits;
}

/* __attribute__((packed, aligned(8))), [[gnu::packed]]: what has no meaning for a layout is skipped. */
static void read_attributes(struct c_parser *p, struct c_attributes *to, int open, int close)
{
	uint32_t end, start = p->at;

	*to = (struct c_attributes){ 0 };
	skip_brackets(p, open, close);
	end = p->at;
	for (uint32_t i = start + 2; i + 2 < end; i++) {
		const struct c_token *name = &p->tokens.list.items[i];
		uint32_t first = i + 2, depth = 0;

		if (name->kind != C_NAME)
			continue;
		if (name[1].kind != '(') {
			add_attribute(p, name, 0, 0, to);
			if (to->last_align > to->align)
				to->align = to->last_align;
			continue;
		}
		for (i++; i < end; i++) {
			depth += p->tokens.list.items[i].kind == '(';
			if (p->tokens.list.items[i].kind == ')' && !--depth)
				break;
		}
		add_attribute(p, name, first, i > first ? i - first : 0, to);
		if (to->last_align > to->align)
			to->align = to->last_align;
	}
}

static bool names_type(struct c_parser *p, struct c_name *name)
{
	if (name->typedefed)
		return true;
	if (name->enumerated || p->is_condition)
		return false;
	name->typedefed = c_spelled(p->compile, name);
	if (!name->typedefed)
		name->typedefed = kernel_types_typedef(p->compile, name->text);
	return name->typedefed != NULL;
}

/* Keeps track of where a type's name can stand: see struct c_scope. */
static void track(struct c_parser *p, int kind, const struct c_token *token)
{
	struct c_scope *scope = &p->scopes[p->depth];

	switch (kind) {
	case C_STRUCT:
	case C_UNION:
	case C_ENUM:
		p->tag = kind;
		scope->has_type = true;
		break;
	case C_BASE:
	case C_TYPEOF:
	case C_TYPEDEF_NAME:
	case '*':
		scope->has_type = true;
		break;
	case C_ENUM_COLON:
	case ';':
		scope->has_type = false;
		break;
	case ',':
		if (scope->bracket == '(')
			scope->has_type = false;
		break;
	case '(':
	case '[':
	case '{':
		if (p->depth == C_NESTING_MAX) {
			c_fail(p, "c-limit", token->span, "brackets are nested too deeply here");
			return;
		}
		scope[1] = (struct c_scope){ .bracket = kind };
		scope[1].has_type = kind == '[' || (kind == '{' && p->tag == C_ENUM);
		p->depth++;
		break;
	case ')':
	case ']':
	case '}':
		if (p->depth)
			p->depth--;
		break;
	default:
		break;
	}
}

/* Whether the colon just read says what integers an enum is made of. */
static bool is_enum_colon(struct c_parser *p)
{
	const struct c_token *next = ahead(p);

	if (p->before[0] != C_ENUM && !(p->before[0] == C_NAME && p->before[1] == C_ENUM))
		return false;
	return next && next->name && (next->name->keyword == C_BASE || (!next->name->keyword && names_type(p, next->name)));
}

static int classify(struct c_parser *p, const struct c_token *token)
{
	struct c_name *name = token->name;

	if (token->kind == ':' && is_enum_colon(p))
		return C_ENUM_COLON;
	if (token->kind == '[' && ahead(p) && ahead(p)->kind == '[' && !p->is_condition) {
		p->at--;
		return C_ATTRIBUTE;
	}
	if (token->kind != C_NAME || p->is_condition)
		return token->kind;
	if (name->keyword == C_IGNORED && name->row && ahead(p) && ahead(p)->kind == '(')
		return C_TYPEOF; /* _Atomic(type) */
	if (name->keyword)
		return name->keyword;
	if (p->scopes[p->depth].has_type || p->before[0] == '.' || p->before[0] == C_ARROW)
		return C_NAME;
	return names_type(p, name) ? C_TYPEDEF_NAME : C_NAME;
}

int c_lex(struct c_parser *p, const struct c_token **out, struct c_attributes *attributes)
{
	static const struct c_token none = { .text = "", .span = { .file = UINT32_MAX } };
	const struct c_token *token;
	int kind;

	*out = p->tokens.list.count ? &p->tokens.list.items[p->tokens.list.count - 1] : &none;
	if (p->start) {
		kind = p->start;
		p->start = 0;
		return kind;
	}
	while ((token = ahead(p)) && !p->failed) {
		p->at++;
		kind = classify(p, token);
		*out = token;
		if (kind == C_ATTRIBUTE) {
			bool is_dropped = p->before[0] == '(';

			if (token->kind == '[')
				read_attributes(p, attributes, '[', ']');
			else
				read_attributes(p, attributes, '(', ')');
			if (is_dropped)
				continue;
			return kind;
		}
		if (kind == C_OTHER && token->kind == C_NAME) {
			while (token->name->row && ahead(p) && ahead(p)->kind == C_NAME)
				p->at++; /* asm volatile */
			if (token->name->row)
				skip_brackets(p, '(', ')');
			continue;
		}
		track(p, kind, token);
		p->before[1] = p->before[0];
		p->before[0] = kind;
		return kind;
	}
	p->at_end = true;
	return 0;
}

/* ---- constants -------------------------------------------------------------------------- */

static void parser_init(struct c_parser *p, struct compile *compile, struct cpp *cpp)
{
	memset(p, 0, sizeof(*p));
	p->compile = compile;
	p->c = compile->c_types;
	p->cpp = cpp;
}

static void parse_constant(struct c_parser *p)
{
	p->start = C_START_CONSTANT;
	p->scopes[0].has_type = true;
	if (cdecl_parse_tokens(p))
		p->failed = true;
}

/* A parser of its own for some tokens; false when there are none or too many parsers. */
static bool parser_within(struct c_parser *p, const struct c_parser *outer,
			  const struct c_token *items, uint32_t count)
{
	parser_init(p, outer->compile, outer->cpp);
	p->nested = outer->nested + 1;
	if (p->nested > MAX_NESTED || !count)
		return false;
	p->is_quiet = true;
	p->tokens.list.items = arena_alloc(outer->compile->arena, sizeof(*items) * count);
	memcpy(p->tokens.list.items, items, sizeof(*items) * count);
	p->tokens.list.count = p->tokens.list.capacity = count;
	return true;
}

struct c_value c_constant(struct c_parser *outer, const struct c_token *items, uint32_t count)
{
	struct c_parser p;
	struct c_value none = { 0 };

	if (!parser_within(&p, outer, items, count))
		return none;
	parse_constant(&p);
	return p.failed ? none : p.value;
}

struct type *c_type_name(struct c_parser *outer, const struct c_token *items, uint32_t count)
{
	struct c_parser p;

	if (!parser_within(&p, outer, items, count))
		return NULL;
	p.start = C_START_TYPE;
	return cdecl_parse_tokens(&p) || p.failed ? NULL : p.value.type;
}

bool c_condition(struct cpp *cpp, const struct c_tokens *tokens, struct span span, bool *value)
{
	struct c_parser p;

	parser_init(&p, cpp->compile, cpp);
	p.is_condition = true;
	p.is_script = cpp_origin_of(cpp, span.file) == CPP_SCRIPT;
	p.tokens = *tokens;
	if (cpp->is_exhausted)
		return false;
	if (!tokens->list.count)
		c_fail(&p, "c-syntax", span, "a condition must follow here");
	else
		parse_constant(&p);
	if (p.value.kind != C_VALUE_INTEGER)
		c_fail(&p, "c-condition", span, "this condition is no constant%s%s", p.reason ? ": " : "",
		       p.reason ? p.reason : "");
	*value = !p.failed && p.value.bits;
	return !p.failed;
}

/* ---- declarations ----------------------------------------------------------------------- */

/* Cuts one declaration out of the stream: up to its semicolon, without initializers and the bodies
 * of functions. */
struct cutter {
	struct cpp *cpp;
	struct c_tokens *out;
	struct c_token pending; /* read already; kind 0: none */
	uint32_t depth;
	uint32_t pack;	    /* #pragma pack where the last token is */
	int tag;	    /* 1: behind struct, union or enum; 2: behind its name */
	bool is_initializer;
};

static bool next_token(struct cutter *cutter, struct c_token *token)
{
	if (cutter->pending.kind) {
		*token = cutter->pending;
		cutter->pending.kind = 0;
		return true;
	}
	cpp_next(cutter->cpp, token);
	return token->kind != 0;
}

static void add(struct cutter *cutter, const struct c_token *token)
{
	*list_push(cutter->cpp->arena, &cutter->out->list) = *token;
	cutter->pack = cutter->cpp->pack;
}

static void end_with_semicolon(struct cutter *cutter)
{
	struct c_token *last = &cutter->out->list.items[cutter->out->list.count - 1];
	struct c_token token = { .kind = ';', .text = ";", .span = last->span };
	uint32_t pack = cutter->pack;

	add(cutter, &token);
	cutter->pack = pack; /* what follows may have changed it already */
}

/* The body of a function: to its closing brace. What macros would make of it does not matter. */
static void skip_body(struct cutter *cutter)
{
	struct c_token token;
	uint32_t depth = 1;

	while (depth && cpp_next_raw(cutter->cpp, &token)) {
		depth += token.kind == '{';
		depth -= token.kind == '}';
	}
}

/* Keeps `tag`: whether a brace would open the body of a struct. */
static void follow_tag(struct cutter *cutter, const struct c_token *token)
{
	int keyword = token->name ? token->name->keyword : 0;
	const struct c_tokens *out = cutter->out;
	const struct c_token *before = out->list.count ? &out->list.items[out->list.count - 1] : NULL;

	if (keyword == C_STRUCT || keyword == C_UNION || keyword == C_ENUM)
		cutter->tag = 1;
	else if (token->kind == C_NAME && !keyword && cutter->tag == 1)
		cutter->tag = 2;
	else if (token->kind == ':' && cutter->tag)
		cutter->tag = 3; /* the type of an enum follows */
	else if (keyword == C_ATTRIBUTE || (before && before->name && before->name->keyword == C_ATTRIBUTE))
		return;
	else if (cutter->tag != 3 && token->kind != ')' && token->kind != '[')
		cutter->tag = 0;
}

static bool cut(struct cutter *cutter)
{
	struct c_token token;

	cutter->out->list.count = 0;
	cutter->depth = 0;
	cutter->tag = 0;
	cutter->is_initializer = false;
	cutter->pack = cutter->cpp->pack;
	while (next_token(cutter, &token)) {
		bool is_top = !cutter->depth;
		int kind = token.kind;

		if (token.starts_piece && cutter->out->list.count) {
			cutter->pending = token;
			end_with_semicolon(cutter);
			return true;
		}
		if (is_top && kind == '{' && !cutter->tag && !cutter->is_initializer) {
			if (!cutter->out->list.count)
				add(cutter, &token);
			skip_body(cutter);
			end_with_semicolon(cutter);
			return true;
		}
		if (is_top && kind == '=')
			cutter->is_initializer = true;
		if (is_top && (kind == ',' || kind == ';'))
			cutter->is_initializer = false;
		if (kind == '(' || kind == '[' || kind == '{')
			cutter->depth++;
		if ((kind == ')' || kind == ']' || kind == '}') && cutter->depth)
			cutter->depth--;
		if (is_top && kind != '{')
			follow_tag(cutter, &token);
		if (!cutter->is_initializer)
			add(cutter, &token);
		if (is_top && kind == ';')
			return true;
	}
	if (cutter->out->list.count)
		end_with_semicolon(cutter);
	return cutter->out->list.count > 0;
}

/* Every name of the declaration that means nothing else is one that is missing for its reason. */
static void lose(struct c_parser *p)
{
	struct c_lost *lost = arena_new(p->compile->arena, struct c_lost);

	*lost = p->error;
	for (uint32_t i = 0; i < p->tokens.list.count; i++) {
		const struct c_token *token = &p->tokens.list.items[i];

		if (token->name && !token->name->lost && !token->name->keyword)
			token->name->lost = lost;
	}
}

void c_read_declarations(struct compile *compile, struct cpp *cpp)
{
	struct c_parser *p = arena_new(compile->arena, struct c_parser);
	struct cutter cutter = { .cpp = cpp };
	struct c_tokens tokens = { 0 };

	cutter.out = &tokens;
	while (cut(&cutter) && !cpp->is_exhausted) {
		parser_init(p, compile, cpp);
		p->start = C_START_DECLARATION;
		p->tokens = tokens;
		p->pack = cutter.pack;
		p->is_script = cpp_origin_of(cpp, tokens.list.items[0].span.file) == CPP_SCRIPT;
		if (cdecl_parse_tokens(p) || p->failed)
			lose(p);
	}
}
