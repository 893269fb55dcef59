/* The first arrow: the text of a script -> its tree. Reads any bytes; what is no script gives
 * diagnostics. */
#include "lang/parse.h"

int parse_file(struct compile *compile, uint32_t file, struct parser *parser)
{
	const struct source_file *source = &compile->sources.files.items[file];
	uint32_t errors = compile->diags.error_count;

	*parser = (struct parser){
	    .compile = compile,
	    .arena = compile->arena,
	    .file = file,
	    .text = source->text,
	    .size = source->size,
	};
	if (!compile->script) {
		compile->script = arena_new(compile->arena, struct script);
		compile->script->arena = compile->arena;
	}
	parser->script = compile->script;
	parse_lex(parser);
	parse_classify(parser);
	parse_grammar(parser);
	return compile->diags.error_count > errors ? -1 : 0;
}

int parse_script(struct compile *compile, uint32_t file)
{
	struct parser parser;

	return parse_file(compile, file, &parser);
}
