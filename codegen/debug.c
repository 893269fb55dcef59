/* Codegen: debug information, from which the backend makes BTF (map and function types, CO-RE) and
 * the line info that the verifier's log prints: with the script's own text, carried in the DIFile. */
#include "codegen/gen.h"

#include <llvm-c/IRReader.h>
#include <string.h>

enum { EMIT_DIRECTIVES_ONLY = 3, ENCODING_SIGNED = 5, ENCODING_CHAR = 6,
       ENCODING_UNSIGNED = 7 };

static void add_quoted(struct strbuf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c > '~' || c == '"' || c == '\\')
			strbuf_printf(out, "\\%02X", c);
		else
			strbuf_add_char(out, (char)c);
	}
}

/* The C API cannot set a DIFile's source; one line of IR parsed in the same context can. */
static LLVMMetadataRef file_with_source(struct gen *g, const char *name, const char *text,
					size_t size)
{
	struct strbuf ir = { 0 };
	LLVMMemoryBufferRef buffer;
	LLVMModuleRef module = NULL;
	LLVMMetadataRef result = NULL;
	LLVMValueRef node;
	char *message = NULL;

	strbuf_add(&ir, "!f = !{!0}\n!0 = !DIFile(filename:\"");
	add_quoted(&ir, name, strlen(name));
	strbuf_add(&ir, "\", directory:\"\", source:\"");
	add_quoted(&ir, text, size);
	strbuf_add(&ir, "\")\n");
	/* Takes the buffer; the bytes are copied since the parser wants a NUL behind them. */
	buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(ir.text, ir.len, "source");
	if (!LLVMParseIRInContext(g->context, buffer, &module, &message)) {
		LLVMGetNamedMetadataOperands(module, "f", &node);
		result = LLVMValueAsMetadata(node);
		LLVMDisposeModule(module);
	}
	LLVMDisposeMessage(message);
	strbuf_free(&ir);
	return result;
}

static LLVMMetadataRef debug_file(struct gen *g, uint32_t string)
{
	const struct sources *sources = g->options->sources;
	const char *name = plan_string(g->plan, string);
	LLVMMetadataRef file = g->file_by_string[string];

	if (!*name) /* no probe is left of the script; LLVM needs a name */
		name = "script";
	for (uint32_t i = 0; !file && sources && i < sources->files.count; i++) {
		const struct source_file *source = &sources->files.items[i];

		if (!strcmp(source->name, name))
			file = file_with_source(g, name, source->text, source->size);
	}
	if (!file)
		file = LLVMDIBuilderCreateFile(g->di, name, strlen(name), "", 0);
	g->file_by_string[string] = file;
	return file;
}

static void add_flag(struct gen *g, const char *name, uint32_t value)
{
	LLVMAddModuleFlag(g->module, LLVMModuleFlagBehaviorWarning, name, strlen(name),
			  LLVMValueAsMetadata(gen_u32(g, value)));
}

void debug_begin(struct gen *g)
{
	const struct plan *plan = g->plan;
	uint32_t name = 0;

	g->di = LLVMCreateDIBuilder(g->module);
	g->file_by_string = arena_alloc(g->arena, (plan->strings.count + 1) *
							  sizeof(*g->file_by_string));
	g->value_types =
		arena_alloc(g->arena, (plan->types.count + 1) * sizeof(*g->value_types));
	if (plan->programs.count && plan->programs.items[0].source < plan->sources.count)
		name = plan->sources.items[plan->programs.items[0].source].file;
	g->file = debug_file(g, name);
	g->unit = LLVMDIBuilderCreateCompileUnit(g->di, LLVMDWARFSourceLanguageC, g->file, "sonde",
						 5, true, "", 0, 0, "", 0,
						 (LLVMDWARFEmissionKind)EMIT_DIRECTIVES_ONLY, 0,
						 false, false, "", 0, "", 0);
	g->no_expression = LLVMDIBuilderCreateExpression(g->di, NULL, 0);
	add_flag(g, "Dwarf Version", 4);
	add_flag(g, "Debug Info Version", LLVMDebugMetadataVersion());
}

LLVMMetadataRef debug_function(struct gen *g, const struct plan_program *row)
{
	const char *name = plan_string(g->plan, row->name);
	LLVMMetadataRef file = g->file, types[2], function, parameter, variable;
	uint32_t line = 1;

	if (row->source < g->plan->sources.count) {
		file = debug_file(g, g->plan->sources.items[row->source].file);
		line = g->plan->sources.items[row->source].line;
	}
	parameter = debug_pointer(g, NULL);
	types[0] = debug_basic(g, "int", 4, true);
	types[1] = parameter;
	function = LLVMDIBuilderCreateFunction(
		g->di, file, name, strlen(name), name, strlen(name), file, line,
		LLVMDIBuilderCreateSubroutineType(g->di, file, types, 2, LLVMDIFlagZero), false,
		true, line, LLVMDIFlagPrototyped, true);
	variable = LLVMDIBuilderCreateParameterVariable(g->di, function, "ctx", 3, 1, file, line,
							parameter, true, LLVMDIFlagZero);
	(void)variable;
	return function;
}

LLVMMetadataRef debug_subprogram(struct gen *g, const char *name, uint32_t source, uint32_t count,
				 uint32_t pointers)
{
	const struct plan_source *place = &g->plan->sources.items[source];
	LLVMMetadataRef file = debug_file(g, place->file), types[6], function;
	LLVMMetadataRef word = debug_basic(g, "long", 8, true), pointer = debug_pointer(g, NULL);

	types[0] = word;
	for (uint32_t i = 0; i < count; i++)
		types[i + 1] = pointers >> i & 1 ? pointer : word;
	function = LLVMDIBuilderCreateFunction(
		g->di, file, name, strlen(name), name, strlen(name), file, place->line,
		LLVMDIBuilderCreateSubroutineType(g->di, file, types, count + 1, LLVMDIFlagZero),
		LLVMGetLinkage(g->function) == LLVMInternalLinkage, true, place->line,
		LLVMDIFlagPrototyped, true);
	for (uint32_t i = 0; i < count; i++)
		LLVMDIBuilderCreateParameterVariable(g->di, function, "p", 1, i + 1, file,
						     place->line, types[i + 1], true,
						     LLVMDIFlagZero);
	return function;
}

void debug_line(struct gen *g, uint32_t source)
{
	const struct plan_source *place;
	LLVMMetadataRef scope = g->subprogram;
	LLVMMetadataRef file;

	if (!scope || source >= g->plan->sources.count)
		return;
	place = &g->plan->sources.items[source];
	file = debug_file(g, place->file);
	if (file != LLVMDIScopeGetFile(scope))
		scope = LLVMDIBuilderCreateLexicalBlockFile(g->di, scope, file, 0);
	LLVMSetCurrentDebugLocation2(
		g->builder, LLVMDIBuilderCreateDebugLocation(g->context, place->line,
							     place->column, scope, NULL));
}

LLVMMetadataRef debug_basic(struct gen *g, const char *name, uint32_t size, bool is_signed)
{
	return LLVMDIBuilderCreateBasicType(g->di, name, strlen(name), size * 8,
					    is_signed ? ENCODING_SIGNED : ENCODING_UNSIGNED,
					    LLVMDIFlagZero);
}

LLVMMetadataRef debug_integer(struct gen *g, uint32_t size, bool is_signed)
{
	static const char *const names[2][9] = {
		{ [1] = "unsigned char", [2] = "unsigned short", [4] = "unsigned int",
		  [8] = "unsigned long" },
		{ [1] = "signed char", [2] = "short", [4] = "int", [8] = "long" },
	};
	const char *name = size <= 8 ? names[is_signed][size] : NULL;

	return debug_basic(g, name ? name : "unsigned char", name ? size : 1, is_signed);
}

LLVMMetadataRef debug_array(struct gen *g, LLVMMetadataRef element, uint32_t bits, uint32_t count)
{
	LLVMMetadataRef range = LLVMDIBuilderGetOrCreateSubrange(g->di, 0, count);

	return LLVMDIBuilderCreateArrayType(g->di, (uint64_t)bits * count, 0, element, &range, 1);
}

LLVMMetadataRef debug_bytes(struct gen *g, uint32_t size)
{
	return debug_array(g, debug_integer(g, 1, false), 8, size);
}

LLVMMetadataRef debug_pointer(struct gen *g, LLVMMetadataRef to)
{
	return LLVMDIBuilderCreatePointerType(g->di, to, 64, 0, 0, "", 0);
}

LLVMMetadataRef debug_member(struct gen *g, const char *name, uint64_t bits, uint64_t bit_offset,
			     LLVMMetadataRef type)
{
	return LLVMDIBuilderCreateMemberType(g->di, g->file, name, strlen(name), g->file, 0, bits, 0,
					     bit_offset, LLVMDIFlagZero, type);
}

LLVMMetadataRef debug_struct(struct gen *g, const char *name, uint64_t bits,
			     LLVMMetadataRef *members, unsigned count)
{
	return LLVMDIBuilderCreateStructType(g->di, g->file, name, strlen(name), g->file, 0, bits,
					     0, LLVMDIFlagZero, NULL, members, count, 0, NULL, "",
					     0);
}

void debug_global(struct gen *g, LLVMValueRef global, const char *name, LLVMMetadataRef type)
{
	LLVMMetadataRef variable = LLVMDIBuilderCreateGlobalVariableExpression(
		g->di, g->unit, name, strlen(name), "", 0, g->file, 0, type, false,
		g->no_expression, NULL, 0);

	LLVMGlobalSetMetadata(global, LLVMGetMDKindIDInContext(g->context, "dbg", 3), variable);
}

static LLVMMetadataRef debug_fields(struct gen *g, const struct value_type *type)
{
	LLVMMetadataRef *members =
		arena_alloc(g->arena, (type->field_count + 1) * sizeof(*members));
	uint32_t count = 0;

	for (uint32_t i = 0; i < type->field_count; i++) {
		const struct value_field *field = &g->plan->fields.items[type->first_field + i];
		const char *name = field->name ? plan_string(g->plan, field->name)
					       : arena_printf(g->arena, "f%u", i);

		if (field->bit_size)
			return debug_bytes(g, type->size);
		members[count++] =
			debug_member(g, name, (uint64_t)g->plan->types.items[field->type].size * 8,
				     (uint64_t)field->offset * 8, debug_value(g, field->type));
	}
	return debug_struct(g, "", (uint64_t)type->size * 8, members, count);
}

/* The BTF type of a map's key or value: its layout; the meaning is in the plan. */
LLVMMetadataRef debug_value(struct gen *g, uint32_t value_type)
{
	const struct value_type *type = &g->plan->types.items[value_type];
	LLVMMetadataRef *made = &g->value_types[value_type];

	if (*made)
		return *made;
	switch ((int)type->kind) {
	case VALUE_BOOL:
	case VALUE_INT:
	case VALUE_ENUM:
		*made = debug_integer(g, type->size, type->is_signed);
		break;
	case VALUE_POINTER:
	case VALUE_KSYM:
	case VALUE_CGROUP_PATH:
	case VALUE_PROBE:
		*made = debug_integer(g, 8, false);
		break;
	case VALUE_USERNAME:
		*made = debug_integer(g, 4, false);
		break;
	case VALUE_STRING:
		*made = debug_array(g, LLVMDIBuilderCreateBasicType(g->di, "char", 4, 8,
								    6, LLVMDIFlagZero),
				    8, type->size);
		break;
	case VALUE_ARRAY:
		*made = debug_array(g, debug_value(g, type->element),
				    g->plan->types.items[type->element].size * 8, type->count);
		break;
	case VALUE_TUPLE:
	case VALUE_RECORD:
	case VALUE_STRUCT:
		*made = debug_fields(g, type);
		break;
	case VALUE_COUNT: case VALUE_SUM: case VALUE_AVG: case VALUE_MIN: case VALUE_MAX:
	case VALUE_STATS: case VALUE_HIST: case VALUE_LHIST:
		*made = debug_array(g, debug_integer(g, 8, false), 64, (type->size + 7) / 8);
		break;
	default:
		*made = debug_bytes(g, type->size);
		break;
	}
	return *made;
}
