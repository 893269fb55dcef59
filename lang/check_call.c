/* Calls: finds the builtin's row, checks the number of arguments by its signature, then a small
 * function for each builtin gives the types. What only sends records is in check_send.c. */
#include "lang/check_call.h"

#include "lang/bpf_c.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct expr *check_not_constant(struct checker *c, struct span span)
{
	check_error(c, "not-constant", span,
		    "this must be an integer that is known when the script is compiled");
	return check_poison(c, span);
}

bool check_constant(struct checker *c, struct expr *expr, int64_t *value)
{
	uint64_t known;

	if (check_is_poison(expr))
		return false;
	if (expr->type->kind == TYPE_BOOL || !fold_known(expr, &known)) {
		check_not_constant(c, expr->span);
		return false;
	}
	*value = (int64_t)known;
	return true;
}

/* What the script calls: the standard library's macro, when the call is from its body. */
static const char *called_name(struct checker *c, const struct expr *call)
{
	const struct source_file *file = &c->compile->sources.files.items[call->span.file];
	const char *text = file->text + call->span.start;
	uint32_t length = 0;

	while (text[length] == '_' || isalnum((unsigned char)text[length]))
		length++;
	if (!length || text[length] != '(')
		return call->name;
	return arena_printf(c->arena, "%.*s", (int)length, text);
}

static void hint_signature(struct checker *c, struct diag *diag, const struct expr *call)
{
	const char *signature = call->builtin->signature, *called = called_name(c, call);

	diag_hint(c->diags, diag, "%s%s%s%s%s", strcmp(called, call->name) ? called : "",
		  strcmp(called, call->name) ? "() calls " : "", call->name,
		  *signature == '(' ? "" : ": ", signature);
}

/* A macro's argument that a call in its body got: the script's author may not know that call. */
static void note_call(struct diag *diag, const struct expr *call, const struct expr *argument)
{
	const struct span *in = &call->span, *at = &argument->span;

	if (in->file != at->file || at->start < in->start || at->end > in->end)
		diag_note(diag, *in, "the macro calls it here");
}

struct expr *check_argument_error(struct checker *c, const struct expr *call, uint32_t index,
				  const char *wanted)
{
	const struct expr *argument = call->args.items[index];
	struct diag *diag =
	    check_error(c, "argument-type", argument->span, "%s() takes %s here, not %s",
			called_name(c, call), wanted, check_type_name(c, argument->type));

	note_call(diag, call, argument);
	hint_signature(c, diag, call);
	return check_poison(c, call->span);
}

static bool is_string_literal(const struct expr *expr)
{
	return expr->is_constant && expr->type->kind == TYPE_STRING;
}

bool check_literal_argument(struct checker *c, const struct expr *call, uint32_t index)
{
	if (is_string_literal(call->args.items[index]))
		return true;
	check_argument_error(c, call, index, "a string literal");
	return false;
}

/* The length given to str(): bytes with the NUL, as the peer counts. Constants become the size.
 * False after a diagnostic. */
static bool str_length(struct checker *c, struct expr *call, uint32_t *size)
{
	struct expr *length = call->args.items[1], *first, *again, *one, *less;

	if (!type_is_integer(length->type)) {
		check_argument_error(c, call, 1, "a length");
		return false;
	}
	if (length->is_constant) {
		if (length->type->is_signed && (int64_t)length->integer < 0) {
			check_argument_error(c, call, 1, "a length that is not negative");
			return false;
		}
		if (length->integer < *size)
			*size = (uint32_t)length->integer;
		call->args.count = 1;
		return true;
	}
	/* codegen counts characters: length > 0 ? length - 1 : 0 */
	check_once(c, check_convert(c, check_to_int64(c, length), type_int(c->types, 8, true)),
		   &first, &again);
	one = check_integer(c, length->span, 1, first->type);
	less = check_new_expr(c, EXPR_TERNARY, length->span, first->type);
	less->condition = check_to_bool(c, first);
	less->left = check_arithmetic(c, OP_SUB, again, one, length->span);
	less->right = check_integer(c, length->span, 0, first->type);
	call->args.items[1] = less;
	return true;
}

/* str() of what is a string already cuts it. */
static struct expr *cut_string(struct checker *c, struct expr *call)
{
	struct expr *source = call->args.items[0], *length;
	uint32_t size = 0;
	uint64_t most;

	if (call->args.count == 1)
		return source;
	length = call->args.items[1];
	if (!type_is_integer(length->type))
		return check_argument_error(c, call, 1, "a length");
	if (!length->is_constant) {
		if (!str_length(c, call, &size))
			return check_poison(c, call->span);
		call->type = source->type;
		return call;
	}
	if (length->type->is_signed && (int64_t)length->integer < 0)
		return check_argument_error(c, call, 1, "a length that is not negative");
	most = length->integer;
	if (is_string_literal(source)) {
		uint32_t cut = source->length < most ? source->length : (uint32_t)most;

		return check_text(c, call->span, arena_strndup(c->arena, source->text, cut), cut);
	}
	if (source->kind == EXPR_POSITIONAL && most < source->type->size)
		most++; /* characters, as of a literal */
	if (most <= 1)
		return check_text(c, call->span, "", 0);
	if (most > source->type->size)
		return source;
	return check_convert(c, source, type_string(c->types, (uint32_t)most - 1));
}

static struct expr *call_str(struct checker *c, struct expr *call)
{
	struct expr *source = call->args.items[0];
	uint32_t size = c->compile->config.max_strlen;

	if (source->type->kind == TYPE_STRING)
		return cut_string(c, call);
	if (source->type->kind == TYPE_ARRAY && source->type->element->size == 1) {
		call->type = type_string(c->types, source->type->count + 1);
		return check_convert(c, source, call->type);
	}
	if (source->is_literal && source->type->kind == TYPE_INT) { /* as $1 would be */
		const char *text = arena_printf(c->arena, source->type->is_signed ? "%lld" : "%llu",
						(long long)source->integer);

		call->args.items[0] =
		    check_text(c, call->span, text, (uint32_t)strlen(text));
		return cut_string(c, call);
	}
	if (call->args.count > 1 && !str_length(c, call, &size))
		return check_poison(c, call->span);
	if (source->type->kind == TYPE_INT) {
		call->args.items[0] =
		    check_convert(c, check_to_int64(c, source),
				  type_pointer(c->types, type_int(c->types, 1, true),
					       check_space(c, source->type)));
	} else if (source->type->kind != TYPE_POINTER) {
		return check_argument_error(c, call, 0, "a pointer");
	}
	call->type = type_string(c->types, size ? size : 1);
	return call;
}

static struct expr *call_buf(struct checker *c, struct expr *call)
{
	struct expr *source = call->args.items[0];
	uint32_t size = c->compile->config.max_strlen;
	enum type_kind kind = source->type->kind;

	if (kind == TYPE_ARRAY || kind == TYPE_STRING)
		size = source->type->size;
	else if (kind == TYPE_BUFFER)
		size = source->type->size - 4;
	else if (kind == TYPE_INT)
		call->args.items[0] =
		    check_convert(c, check_to_int64(c, source),
				  type_pointer(c->types, type_int(c->types, 1, true),
					       check_space(c, source->type)));
	else if (kind != TYPE_POINTER)
		return check_argument_error(c, call, 0, "a pointer, an array or a string");
	if (call->args.count > 1) {
		struct expr *length = call->args.items[1];

		if (!type_is_integer(length->type))
			return check_argument_error(c, call, 1, "a length");
		if (length->is_constant && (int64_t)length->integer < 0)
			return check_argument_error(c, call, 1, "a length that is not negative");
		if (length->is_constant && length->integer < size)
			size = (uint32_t)length->integer;
		call->args.items[1] =
		    check_convert(c, check_to_int64(c, length), type_int(c->types, 8, true));
	} else if (kind == TYPE_POINTER || kind == TYPE_INT ||
		   (kind == TYPE_STRING && source->kind != EXPR_READ)) {
		return check_argument_error(c, call, 0, "a length after a pointer, or an array");
	}
	call->type = type_buffer(c->types, size);
	return call;
}

static struct expr *call_symbol(struct checker *c, struct expr *call)
{
	const struct type *type = call->args.items[0]->type;

	if (type->kind != TYPE_INT && type->kind != TYPE_POINTER && type->kind != TYPE_KSYM)
		return check_argument_error(c, call, 0, "an address");
	call->args.items[0] = check_convert(
	    c,
	    type->kind == TYPE_INT ? check_to_int64(c, call->args.items[0]) : call->args.items[0],
	    type_int(c->types, 8, false));
	call->type =
	    type_plain(c->types, call->builtin->id == BUILTIN_KSYM ? TYPE_KSYM : TYPE_USYM);
	return call;
}

static struct expr *call_ntop(struct checker *c, struct expr *call)
{
	uint32_t last = call->args.count - 1;
	struct expr *address = call->args.items[last];
	const struct type *type = address->type;

	if (last == 1) {
		if (!type_is_integer(call->args.items[0]->type))
			return check_argument_error(c, call, 0, "an address family");
		call->args.items[0] =
		    check_convert(c, call->args.items[0], type_int(c->types, 8, true));
	}
	if (type->kind == TYPE_INT)
		call->args.items[last] = check_convert(c, address, type_int(c->types, 4, false));
	else if (type->kind == TYPE_STRING && (type->size == 4 || type->size == 16) &&
		 !address->is_constant)
		call->args.items[last] = check_convert(
		    c, address, type_array(c->types, type_int(c->types, 1, true), type->size));
	else if (type->kind != TYPE_ARRAY || (type->size != 4 && type->size != 16))
		return check_argument_error(c, call, last,
					    "an integer or an array of 4 or 16 bytes");
	call->type = type_plain(c->types, TYPE_INET);
	return call;
}

static struct expr *call_pton(struct checker *c, struct expr *call)
{
	uint8_t bytes[16];
	struct expr *result;
	uint32_t size = 4;

	if (!check_literal_argument(c, call, 0))
		return check_poison(c, call->span);
	if (inet_pton(AF_INET, call->args.items[0]->text, bytes) != 1) {
		size = 16;
		if (inet_pton(AF_INET6, call->args.items[0]->text, bytes) != 1) {
			struct diag *diag =
			    check_error(c, "address", call->args.items[0]->span,
					"\"%s\" is no IP address", call->args.items[0]->text);

			diag_hint(c->diags, diag, "write 192.0.2.1 or 2001:db8::1");
			return check_poison(c, call->span);
		}
	}
	result = check_text(c, call->span, arena_strndup(c->arena, (char *)bytes, size), size);
	return check_convert(c, result, type_array(c->types, type_int(c->types, 1, false), size));
}

static struct expr *call_macaddr(struct checker *c, struct expr *call)
{
	const struct type *type = call->args.items[0]->type;

	if ((type->kind != TYPE_ARRAY && type->kind != TYPE_STRING) || type->size != 6)
		return check_argument_error(c, call, 0, "an array of 6 bytes");
	if (type->kind == TYPE_STRING)
		call->args.items[0] = check_convert(
		    c, call->args.items[0], type_array(c->types, type_int(c->types, 1, false), 6));
	call->type = type_plain(c->types, TYPE_MAC);
	return call;
}

static struct expr *call_bswap(struct checker *c, struct expr *call)
{
	struct expr *value = call->args.items[0];

	if (value->type->kind != TYPE_INT)
		return check_argument_error(c, call, 0, "an integer");
	call->type = type_int(c->types, value->type->size, false);
	call->args.items[0] = check_convert(c, value, call->type);
	if (call->type->size == 1)
		return call->args.items[0];
	return call;
}

static struct expr *call_space(struct checker *c, struct expr *call)
{
	struct expr *value = call->args.items[0];
	enum address_space space = call->builtin->id == BUILTIN_KPTR ? SPACE_KERNEL : SPACE_USER;
	struct type *element = value->type->element, *type;
	struct expr *result;

	if (value->type->kind != TYPE_POINTER && value->type->kind != TYPE_INT)
		return check_argument_error(c, call, 0, "a pointer");
	type = value->type->kind == TYPE_POINTER ? type_pointer(c->types, element, space)
						 : arena_new(c->arena, struct type);
	if (type->kind != TYPE_POINTER) { /* a number that is an address */
		*type = *value->type;
		type->space = space;
	}
	result = check_new_expr(c, EXPR_CONVERT, call->span, type);
	result->left = value;
	return result;
}

static struct expr *call_reg(struct checker *c, struct expr *call)
{
	static const char *const names[] = {
	    "r15", "r14", "r13", "r12", "bp",	   "bx", "r11", "r10",	 "r9", "r8", "ax",
	    "cx",  "dx",  "si",	 "di",	"orig_ax", "ip", "cs",	"flags", "sp", "ss", NULL};
	const char *text, *near;
	struct diag *diag;

	if (!c->provider->has_registers)
		return check_not_here(c, call, "registers are there in kprobe, uprobe and profile probes");
	if (!check_literal_argument(c, call, 0))
		return check_poison(c, call->span);
	text = call->args.items[0]->text;
	for (uint32_t i = 0; names[i]; i++)
		if (strcmp(names[i], text) == 0) {
			c->probe->uses_context = true;
			call->integer = i * 8;
			call->type = type_int(c->types, 8, false);
			return call;
		}
	diag = check_error(c, "unknown-register", call->args.items[0]->span,
			   "there is no register \"%s\"", text);
	near = diag_nearest(c->diags, text, names);
	if (near)
		diag_hint(c->diags, diag, "did you mean \"%s\"?", near);
	return check_poison(c, call->span);
}

static struct expr *call_strftime(struct checker *c, struct expr *call)
{
	if (!check_literal_argument(c, call, 0))
		return check_poison(c, call->span);
	if (!type_is_integer(call->args.items[1]->type))
		return check_argument_error(c, call, 1, "nanoseconds, as nsecs gives them");
	call->args.items[1] =
	    check_convert(c, check_to_int64(c, call->args.items[1]), type_int(c->types, 8, false));
	call->type = type_plain(c->types, TYPE_TIMESTAMP);
	return call;
}

static struct expr *call_is(struct checker *c, struct expr *call)
{
	const struct expr *value = call->args.items[0];
	const struct type *type = value->type;
	bool result = false;

	if (call->builtin->id == BUILTIN_IS_STR)
		result = type->kind == TYPE_STRING;
	else if (call->builtin->id == BUILTIN_IS_PTR)
		result = type->kind == TYPE_POINTER;
	else if (call->builtin->id == BUILTIN_IS_ARRAY)
		result = type->kind == TYPE_ARRAY;
	else if (call->builtin->id == BUILTIN_IS_INTEGER)
		result = type->kind == TYPE_INT;
	else if (call->builtin->id == BUILTIN_IS_UNSIGNED_INTEGER)
		result = type->kind == TYPE_INT && !type->is_signed;
	else
		result = value->is_constant && value->is_literal;
	return check_bool(c, call->span, result);
}

static struct expr *call_static_assert(struct checker *c, struct expr *call)
{
	struct expr *condition = check_to_bool(c, call->args.items[0]);
	uint64_t holds;

	call->type = c->types->void_;
	if (check_is_poison(condition) || !check_literal_argument(c, call, 1))
		return check_poison(c, call->span);
	if (!fold_known(condition, &holds)) {
		check_error(c, "condition-constant", condition->span,
			    "the condition must be known when the script is compiled");
		return check_poison(c, call->span);
	}
	if (!holds)
		check_error(c, "static-assert", call->span, "%s", call->args.items[1]->text);
	return check_bool(c, call->span, true);
}

static struct expr *call_fail(struct checker *c, struct expr *call)
{
	if (check_literal_argument(c, call, 0))
		check_error(c, "fail", call->span, "%s", call->args.items[0]->text);
	return check_poison(c, call->span);
}

static const struct {
	enum builtin_id id;
	struct expr *(*check)(struct checker *c, struct expr *call);
} calls[] = {
    {BUILTIN_STR, call_str},
    {BUILTIN_BUF, call_buf},
    {BUILTIN_KSYM, call_symbol},
    {BUILTIN_USYM, call_symbol},
    {BUILTIN_NTOP, call_ntop},
    {BUILTIN_PTON, call_pton},
    {BUILTIN_MACADDR, call_macaddr},
    {BUILTIN_BSWAP, call_bswap},
    {BUILTIN_KPTR, call_space},
    {BUILTIN_UPTR, call_space},
    {BUILTIN_REG, call_reg},
    {BUILTIN_STRNCMP, check_text_call},
    {BUILTIN_STRLEN, check_text_call},
    {BUILTIN_STRCAP, check_text_call},
    {BUILTIN_STRSTR, check_text_call},
    {BUILTIN_STR_CONCAT, check_text_call},
    {BUILTIN_MEMCMP, check_text_call},
    {BUILTIN_LEN, check_text_call},
    {BUILTIN_STRERROR, check_text_call},
    {BUILTIN_SIGNAL_NAME, check_text_call},
    {BUILTIN_SYSCALL_NAME, check_text_call},
    {BUILTIN_STRFTIME, call_strftime},
    {BUILTIN_IS_STR, call_is},
    {BUILTIN_IS_PTR, call_is},
    {BUILTIN_IS_ARRAY, call_is},
    {BUILTIN_IS_INTEGER, call_is},
    {BUILTIN_IS_UNSIGNED_INTEGER, call_is},
    {BUILTIN_IS_LITERAL, call_is},
    {BUILTIN_STATIC_ASSERT, call_static_assert},
    {BUILTIN_FAIL, call_fail},
    {BUILTIN_GETOPT, check_getopt},
    {BUILTIN_PRINTF, check_printf},
    {BUILTIN_ERRORF, check_printf},
    {BUILTIN_WARNF, check_printf},
    {BUILTIN_CAT, check_printf},
    {BUILTIN_SYSTEM, check_printf},
    {BUILTIN_EXIT, check_exit},
    {BUILTIN_TIME, check_time},
    {BUILTIN_JOIN, check_join},
};

static struct expr *unknown_function(struct checker *c, struct expr *call)
{
	const struct script *script = c->compile->script;
	const char **names =
	    arena_alloc(c->arena, (BUILTIN_COUNT + script->functions.count + 1) * sizeof(*names));
	const struct c_object *object;
	uint32_t count = 0;
	bool is_program;
	const char *near;
	struct span span = {call->span.file, call->span.start,
			    call->span.start + (uint32_t)strlen(call->name)};
	struct diag *diag =
	    check_error(c, "unknown-function", span, "unknown function \"%s\"", call->name);

	for (uint32_t i = 0; i < BUILTIN_COUNT; i++)
		names[count++] = builtins[i].name;
	for (uint32_t i = 0; i < script->functions.count; i++)
		names[count++] = script->functions.items[i]->name;
	names[count] = NULL;
	near = diag_nearest(c->diags, call->name, names);
	object = bpf_c_hidden(c->compile, call->name, &is_program);
	if (object)
		diag_note(diag, object->span,
			  is_program ? "it is a program of this file, and none of its functions"
				     : "it is static in this file");
	else if (near)
		diag_hint(c->diags, diag, "did you mean \"%s\"?", near);
	return check_poison(c, call->span);
}

/* Counts the parameters of one form: "(a, [b], c...) -> t". */
static void count_form(const char *signature, uint32_t *least, uint32_t *most)
{
	uint32_t depth = 0, all = 0, optional = 0;
	bool is_empty = true;

	for (; *signature; signature++) {
		if (*signature == '(' && depth++ == 0)
			continue;
		if (*signature == ')' && --depth == 0)
			break;
		is_empty &= *signature == ' ';
		if (*signature == '[' && (signature[-1] == '(' || signature[-1] == ' '))
			optional++;
		if (*signature == ',')
			all++;
		if (strncmp(signature, "...", 3) == 0) {
			*least = all;
			*most = 64;
			return;
		}
	}
	all += !is_empty;
	*least = all - optional;
	*most = all;
}

/* The least and most arguments over all forms: "uint32 | ([a]) -> uint32". */
static void count_parameters(const char *signature, uint32_t *least, uint32_t *most)
{
	uint32_t low, high;

	*least = *signature == '(' ? UINT32_MAX : 0;
	*most = 0;
	while (signature) {
		if (*signature == '(') {
			count_form(signature, &low, &high);
			*least = low < *least ? low : *least;
			*most = high > *most ? high : *most;
		}
		signature = strstr(signature, " | ");
		signature = signature ? signature + 3 : NULL;
	}
}

/* Builtins that are values and take an argument: kstack(3), nsecs(boot). */
static bool count_arguments(struct checker *c, const struct expr *call)
{
	uint32_t least = 0, most = 0, given = call->args.count;
	struct diag *diag;

	count_parameters(call->builtin->signature, &least, &most);
	if (given >= least && given <= most)
		return true;
	if (least == most)
		diag = check_error(c, "argument-count", call->span,
				   "%s() takes %u argument%s, and %u %s given", call->name, least,
				   least == 1 ? "" : "s", given, given == 1 ? "is" : "are");
	else
		diag = check_error(c, "argument-count", call->span,
				   "%s() takes %u to %u arguments, and %u %s given", call->name,
				   least, most, given, given == 1 ? "is" : "are");
	hint_signature(c, diag, call);
	return false;
}

static struct expr *call_with_values(struct checker *c, struct expr *call)
{
	bool is_bad = false;

	for (uint32_t i = 0; i < call->args.count; i++) {
		struct expr *argument = call->args.items[i];

		if (i == 0 && call->builtin->id == BUILTIN_STR)
			argument = check_str_argument(c, argument);
		else
			argument = check_value(c, argument);
		if (!(call->builtin->flags & BUILTIN_ASYNC))
			argument = check_probe_text(c, argument);
		call->args.items[i] = argument;
		is_bad |= check_is_poison(argument) || !check_size_limit(c, argument);
	}
	if (is_bad)
		return check_poison(c, call->span);
	call->type = c->types->void_;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].id == call->builtin->id)
			return calls[i].check(c, call);
	diag_not_supported(c->diags, call->span, arena_printf(c->arena, "%s()", call->name));
	return check_poison(c, call->span);
}

static struct expr *misplaced_aggregation(struct checker *c, struct expr *call)
{
	struct diag *diag = check_error(c, "aggregation-place", call->span,
					"%s() can only be assigned to a map", call->name);

	diag_hint(c->diags, diag, "@name = %s(%s)", call->name,
		  call->builtin->id == BUILTIN_COUNT_AGG ? "" : "...");
	return check_poison(c, call->span);
}

struct expr *check_call(struct checker *c, struct expr *expr)
{
	const struct builtin *row = builtin_find(expr->name, true);
	const struct function *function = row ? NULL : check_find_function(c, expr->name);
	struct diag *diag;

	if (function)
		return check_function_call(c, expr, function);
	if (!row && bpf_c_function(c->compile, expr->name))
		return check_c_call(c, expr, bpf_c_function(c->compile, expr->name));
	if (!row)
		return unknown_function(c, expr);
	expr->builtin = row;
	if (row->flags & BUILTIN_AGGREGATION)
		return misplaced_aggregation(c, expr);
	if (row->flags & BUILTIN_UNSAFE && !c->compile->options.unsafe) {
		diag = check_error(c, "unsafe", expr->span, "%s() changes the system", row->name);
		diag_hint(c->diags, diag, "allow it with --unsafe");
		return check_poison(c, expr->span);
	}
	if (row->flags & BUILTIN_LATER) {
		diag_not_supported(c->diags, expr->span, arena_printf(c->arena, "%s()", row->name));
		return check_poison(c, expr->span);
	}
	/* The peer calls a kernel function for it, since Linux 6.2 and in some kinds of probes. */
	if (row->id == BUILTIN_COMM && expr->args.count == 1) {
		diag = diag_not_supported(c->diags, expr->span, "the name of another process");
		diag_hint(c->diags, diag, "keep names when they are seen: @names[pid] = comm");
		return check_poison(c, expr->span);
	}
	if (!count_arguments(c, expr))
		return check_poison(c, expr->span);
	if (row->flags & BUILTIN_VALUE)
		return check_call_value(c, expr);
	if (row->flags & BUILTIN_MAP_ARGUMENT)
		return check_call_map(c, expr);
	return call_with_values(c, expr);
}
