/* `sonde dump ast` and `dump types`: the tree of a script, one node a line, indented. Prints types
 * and conversions once the check has filled them. The text is stable: the golden tests read it. */
#include "lang/ast.h"
#include "lang/builtin.h"

#include <inttypes.h>
#include <string.h>

struct dump {
	const struct sources *sources;
	struct strbuf *out;
	int depth;
};

const char *op_text(enum op op)
{
	static const char *const texts[] = {
#define X(id, text, comparison) text,
	    OPERATORS(X)
#undef X
	};

	return (unsigned int)op < OP_COUNT ? texts[op] : "?";
}

const char *expr_kind_name(enum expr_kind kind)
{
	static const char *const names[] = {
#define X(id, name) name,
	    EXPR_KINDS(X)
#undef X
	};

	return (unsigned int)kind < EXPR_KIND_COUNT ? names[kind] : "?";
}

const char *stmt_kind_name(int kind)
{
	static const char *const names[] = {
#define X(id, name) name,
	    STMT_KINDS(X)
#undef X
	};

	return kind >= 0 && kind < STMT_KIND_COUNT ? names[kind] : "?";
}

static void dump_expr(struct dump *dump, const char *role, const struct expr *expr);
static void dump_stmt(struct dump *dump, const struct stmt *stmt);

/* Starts a line: indentation, the node's name. */
static void start(struct dump *dump, const char *role, const char *name)
{
	for (int i = 0; i < dump->depth; i++)
		strbuf_add(dump->out, "  ");
	strbuf_printf(dump->out, "%s%s%s", role ? role : "", role ? ": " : "", name);
}

/* Ends a line with the place: line:column-line:column; the end is the last byte's. */
static void finish(struct dump *dump, struct span span)
{
	struct source_place from = source_locate(dump->sources, span.file, span.start);
	struct source_place to = source_locate(dump->sources, span.file,
					       span.end > span.start ? span.end - 1 : span.start);

	if (from.line == to.line)
		strbuf_printf(dump->out, " @%u:%u-%u\n", from.line, from.column, to.column);
	else
		strbuf_printf(dump->out, " @%u:%u-%u:%u\n", from.line, from.column, to.line,
			      to.column);
}

static void add_quoted(struct strbuf *out, const char *text, size_t length)
{
	strbuf_add_char(out, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n')
			strbuf_add(out, "\\n");
		else if (c == '\t')
			strbuf_add(out, "\\t");
		else if (c == '"' || c == '\\')
			strbuf_printf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			strbuf_printf(out, "\\x%02x", c);
		else
			strbuf_add_char(out, (char)c);
	}
	strbuf_add_char(out, '"');
}

static void dump_exprs(struct dump *dump, const expr_ptr *items, const char *const *names,
		       uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		dump_expr(dump, names ? names[i] : NULL, items[i]);
}

static void dump_body(struct dump *dump, const char *name, const stmt_ptr *items, uint32_t count)
{
	for (int i = 0; i < dump->depth; i++)
		strbuf_add(dump->out, "  ");
	strbuf_printf(dump->out, "%s\n", name);
	dump->depth++;
	for (uint32_t i = 0; i < count; i++)
		dump_stmt(dump, items[i]);
	dump->depth--;
}

static void add_type(struct dump *dump, const struct type_syntax *type)
{
	static const char *const keywords[] = {
	    [SYNTAX_STRUCT] = "struct ",
	    [SYNTAX_UNION] = "union ",
	    [SYNTAX_ENUM] = "enum ",
	};
	struct strbuf *out = dump->out;

	switch (type->kind) {
	case SYNTAX_NAME:
		strbuf_add(out, type->name);
		break;
	case SYNTAX_STRUCT:
	case SYNTAX_UNION:
	case SYNTAX_ENUM:
		strbuf_printf(out, "%s%s", keywords[type->kind], type->name);
		break;
	case SYNTAX_POINTER:
		add_type(dump, type->element);
		strbuf_add_char(out, '*');
		break;
	case SYNTAX_ARRAY:
		add_type(dump, type->element);
		if (!type->size)
			strbuf_add(out, "[]");
		else if (type->size->kind == EXPR_INTEGER)
			strbuf_printf(out, "[%" PRIu64 "]", type->size->integer);
		else
			strbuf_add(out, "[expr]");
		break;
	case SYNTAX_TYPEOF:
		strbuf_add(out, "typeof");
		break;
	case SYNTAX_TUPLE:
		strbuf_add_char(out, '(');
		for (uint32_t i = 0; i < type->members.count; i++) {
			strbuf_add(out, i ? "," : "");
			add_type(dump, type->members.items[i]);
		}
		strbuf_add_char(out, ')');
		break;
	}
}

/* The expressions inside a type: typeof(...) and sizes that are no plain number. */
static void dump_type_exprs(struct dump *dump, const struct type_syntax *type)
{
	for (; type; type = type->element) {
		if (type->kind == SYNTAX_TYPEOF)
			dump_expr(dump, "typeof", type->of);
		if (type->kind == SYNTAX_ARRAY && type->size && type->size->kind != EXPR_INTEGER)
			dump_expr(dump, "size", type->size);
		for (uint32_t i = 0; i < type->members.count; i++)
			dump_type_exprs(dump, type->members.items[i]);
	}
}

static void add_value(struct strbuf *out, const struct expr *expr)
{
	if (expr->kind == EXPR_BOOL)
		strbuf_add(out, expr->integer ? " true" : " false");
	else if (expr->kind == EXPR_INTEGER || expr->kind == EXPR_POSITIONAL)
		strbuf_printf(out, " %" PRIu64 "%s", expr->integer,
			      expr->is_unsigned_literal ? "u" : "");
	else if (expr->text)
		add_quoted(out, expr->text, expr->length);
}

/* What a node says beside its children. */
static void add_details(struct dump *dump, const struct expr *expr)
{
	struct strbuf *out = dump->out;

	if (expr->kind == EXPR_STRING) {
		strbuf_add_char(out, ' ');
		add_quoted(out, expr->text, expr->length);
	} else if (expr->kind == EXPR_INTEGER || expr->kind == EXPR_BOOL ||
		   expr->kind == EXPR_POSITIONAL) {
		add_value(out, expr);
	} else if (expr->name) {
		strbuf_printf(out, " %s%s", expr->is_arrow ? "->" : "", expr->name);
	}
	if (expr->op != OP_NONE || expr->kind == EXPR_ASSIGN)
		strbuf_printf(out, " %s%s", op_text(expr->op),
			      expr->kind == EXPR_ASSIGN ? "=" : "");
	if (expr->kind == EXPR_INCREMENT)
		strbuf_printf(out, " %s%s", expr->is_postfix ? "postfix " : "prefix ",
			      expr->is_decrement ? "--" : "++");
	if (expr->kind == EXPR_OFFSETOF) {
		for (uint32_t i = 0; i < expr->names.count; i++)
			strbuf_printf(out, "%s%s", i ? "." : " ", expr->names.items[i]);
	}
	if (expr->kind == EXPR_AGGREGATE && expr->builtin)
		strbuf_printf(out, " %s", expr->builtin->name);
	if (expr->type_syntax) {
		strbuf_add_char(out, ' ');
		add_type(dump, expr->type_syntax);
	}
}

/* What the check found: type, address space, constant value, the path of a read. */
static void add_types(struct dump *dump, const struct expr *expr)
{
	static const char *const spaces[] = {"none", "kernel", "user", "bpf", "context", "btf"};
	struct strbuf *out = dump->out;

	if (!expr->type)
		return;
	strbuf_add(out, " : ");
	type_print(expr->type, out);
	if (expr->type->kind == TYPE_POINTER && expr->type->space != SPACE_NONE)
		strbuf_printf(out, " %s", spaces[expr->type->space]);
	if (expr->variable)
		strbuf_printf(out, " #%u", expr->variable->number);
	if (expr->is_constant && expr->kind != EXPR_INTEGER && expr->kind != EXPR_STRING &&
	    expr->kind != EXPR_BOOL) {
		strbuf_add(out, " = ");
		if (expr->text)
			add_quoted(out, expr->text, expr->length);
		else if (expr->type->is_signed)
			strbuf_printf(out, "%" PRId64, (int64_t)expr->integer);
		else
			strbuf_printf(out, "%" PRIu64, expr->integer);
	}
	if (!expr->access.root)
		return;
	if (expr->kind == EXPR_READ)
		strbuf_printf(out, " from %s", spaces[expr->access.space]);
	strbuf_add(out, expr->access.relocate ? " relocated " : " ");
	const struct type *type = expr->access.root;

	if (type)
		type_print(type, out);
	for (uint32_t i = 0; i < expr->access.steps.count; i++) {
		const struct access_step *step = &expr->access.steps.items[i];

		if (step->kind == STEP_INDEX)
			strbuf_add(out, "[]");
		else if (type && step->member < type->members.count)
			strbuf_printf(out, ".%s", type->members.items[step->member].name);
		else
			strbuf_printf(out, ".#%u", step->member);
		type = step->type;
	}
}

static void dump_expr(struct dump *dump, const char *role, const struct expr *expr)
{
	if (!expr)
		return;
	start(dump, role, expr_kind_name(expr->kind));
	add_details(dump, expr);
	add_types(dump, expr);
	finish(dump, expr->span);
	dump->depth++;
	dump_type_exprs(dump, expr->type_syntax);
	dump_expr(dump, "condition", expr->condition);
	dump_expr(dump, "key", expr->key);
	if (expr->kind == EXPR_BLOCK) {
		dump_body(dump, "body", expr->body.items, expr->body.count);
		dump_expr(dump, "value", expr->left);
	} else {
		dump_expr(dump, NULL, expr->left);
	}
	dump_expr(dump, NULL, expr->right);
	for (uint32_t i = 0; expr->kind == EXPR_READ && i < expr->access.steps.count; i++)
		dump_expr(dump, "index", expr->access.steps.items[i].index);
	dump_exprs(dump, expr->args.items,
		   expr->kind == EXPR_RECORD ? (const char *const *)expr->names.items : NULL,
		   expr->args.count);
	if (expr->kind == EXPR_IF) {
		dump_body(dump, "then", expr->body.items, expr->body.count);
		dump_body(dump, "else", expr->else_body.items, expr->else_body.count);
	}
	dump->depth--;
}

static void dump_stmt(struct dump *dump, const struct stmt *stmt)
{
	start(dump, NULL, stmt_kind_name(stmt->kind));
	if (stmt->is_comptime)
		strbuf_add(dump->out, " comptime");
	if (stmt->is_discard)
		strbuf_add(dump->out, " discard");
	if (stmt->name)
		strbuf_printf(dump->out, " %s", stmt->name);
	if (stmt->variable && stmt->variable->type) {
		strbuf_add(dump->out, " : ");
		type_print(stmt->variable->type, dump->out);
		strbuf_printf(dump->out, " #%u", stmt->variable->number);
	} else if (stmt->type_syntax) {
		strbuf_add(dump->out, " : ");
		add_type(dump, stmt->type_syntax);
	}
	if (stmt->kind == STMT_UNROLL && stmt->count)
		strbuf_printf(dump->out, " %" PRIu64, stmt->count);
	finish(dump, stmt->span);
	dump->depth++;
	dump_type_exprs(dump, stmt->type_syntax);
	dump_expr(dump, NULL, stmt->expr);
	dump_expr(dump, "end", stmt->end);
	if (stmt->body.count || stmt->kind == STMT_IF)
		dump_body(dump, stmt->kind == STMT_IF ? "then" : "body", stmt->body.items,
			  stmt->body.count);
	if (stmt->else_body.count)
		dump_body(dump, "else", stmt->else_body.items, stmt->else_body.count);
	dump->depth--;
}

static void dump_head(struct dump *dump, const struct script *script)
{
	for (uint32_t i = 0; i < script->c_definitions.count; i++) {
		struct span span = script->c_definitions.items[i];
		const struct source_file *file = &dump->sources->files.items[span.file];

		start(dump, NULL, "c_definition ");
		add_quoted(dump->out, file->text + span.start, span.end - span.start);
		finish(dump, span);
	}
	for (uint32_t i = 0; i < script->config.count; i++) {
		start(dump, NULL, "config ");
		strbuf_add(dump->out, script->config.items[i].key);
		finish(dump, script->config.items[i].span);
		dump->depth++;
		dump_expr(dump, NULL, script->config.items[i].value);
		dump->depth--;
	}
	for (uint32_t i = 0; i < script->imports.count; i++) {
		start(dump, NULL, "import ");
		add_quoted(dump->out, script->imports.items[i].path,
			   strlen(script->imports.items[i].path));
		finish(dump, script->imports.items[i].span);
	}
	for (uint32_t i = 0; i < script->declarations.count; i++) {
		const struct map_declaration *declaration = &script->declarations.items[i];

		start(dump, NULL, "map_declaration ");
		strbuf_printf(dump->out, "%s %s", declaration->name, declaration->kind);
		finish(dump, declaration->span);
		dump->depth++;
		dump_expr(dump, NULL, declaration->size);
		dump->depth--;
	}
}

static void dump_macros(struct dump *dump, const struct script *script)
{
	for (uint32_t i = 0; i < script->macros.count; i++) {
		const struct macro *macro = script->macros.items[i];

		start(dump, NULL, "macro ");
		strbuf_add(dump->out, macro->name);
		finish(dump, macro->span);
		dump->depth++;
		dump_exprs(dump, macro->params.items, NULL, macro->params.count);
		dump_body(dump, "body", macro->body.items, macro->body.count);
		dump_expr(dump, "value", macro->value);
		dump->depth--;
	}
	for (uint32_t i = 0; i < script->functions.count; i++) {
		const struct function *function = script->functions.items[i];

		start(dump, NULL, "function ");
		strbuf_add(dump->out, function->name);
		if (function->result) {
			strbuf_add(dump->out, " : ");
			add_type(dump, function->result);
		}
		finish(dump, function->span);
		dump->depth++;
		for (uint32_t j = 0; j < function->param_count; j++) {
			start(dump, "param", function->params[j].name);
			strbuf_add(dump->out, " : ");
			add_type(dump, function->params[j].type);
			finish(dump, function->params[j].span);
		}
		dump_body(dump, "body", function->body.items, function->body.count);
		dump->depth--;
	}
}

static void dump_probe(struct dump *dump, const struct probe *probe)
{
	start(dump, NULL, "probe");
	finish(dump, probe->span);
	dump->depth++;
	for (uint32_t i = 0; i < probe->points.count; i++) {
		const struct attach_point *point = probe->points.items[i];

		start(dump, NULL, "point");
		if (point->probe_name)
			strbuf_printf(dump->out, " %s =", point->probe_name);
		for (uint32_t j = 0; j < point->parts.count; j++) {
			strbuf_add_char(dump->out, ' ');
			add_quoted(dump->out, point->parts.items[j], strlen(point->parts.items[j]));
		}
		finish(dump, point->span);
	}
	dump_expr(dump, "predicate", probe->predicate);
	dump_body(dump, "body", probe->body.items, probe->body.count);
	for (uint32_t i = 0; i < probe->callees.count; i++) {
		const struct callee *callee = probe->callees.items[i];

		start(dump, "calls", callee->function->name);
		finish(dump, callee->function->span);
		dump->depth++;
		dump_body(dump, "body", callee->body.items, callee->body.count);
		dump->depth--;
	}
	dump->depth--;
}

void ast_dump(const struct script *script, const struct sources *sources, struct strbuf *out)
{
	struct dump dump = {sources, out, 0};

	dump_head(&dump, script);
	dump_macros(&dump, script);
	for (uint32_t i = 0; i < script->probes.count; i++)
		dump_probe(&dump, script->probes.items[i]);
}
