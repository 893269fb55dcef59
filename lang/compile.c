/* One compile: what it owns, from an empty arena to the end. */
#include "lang/compile.h"

#include "lang/kernel_types.h"
#include "lang/tracefs.h"

struct compile *compile_create(const struct compile_options *options)
{
	struct arena *arena = arena_create();
	struct compile *compile = arena_new(arena, struct compile);

	compile->arena = arena;
	if (options)
		compile->options = *options;
	compile->sources.arena = arena;
	compile->diags.arena = arena;
	compile->diags.sources = &compile->sources;
	compile->diags.no_warnings = compile->options.no_warnings;
	types_init(&compile->types, arena);
	compile->plan = plan_create(arena);
	compile->config = compile->plan->config;
	return compile;
}

void compile_free(struct compile *compile)
{
	if (!compile)
		return;
	kernel_types_free(compile->kernel);
	arena_free(compile->arena);
}
