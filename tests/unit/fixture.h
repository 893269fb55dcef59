/* What the unit tests of lang share: a compile on the golden tests' fixtures, without a script. */
#ifndef SONDE_TESTS_UNIT_FIXTURE_H
#define SONDE_TESTS_UNIT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lang/compile.h"
#include "lang/kernel_types.h"
#include "lang/provider.h"
#include "lang/tracefs.h"

#include <stdio.h>
#include <string.h>

/* A path below tests/golden/fixtures. */
static inline const char *fixture_path(struct arena *arena, const char *name)
{
	return arena_printf(arena, FIXTURES "/%s", name);
}

static inline struct compile *fixture_compile(void)
{
	struct arena *arena = arena_create();
	struct compile *compile = arena_new(arena, struct compile);

	compile->arena = arena;
	compile->sources.arena = arena;
	compile->diags.arena = arena;
	compile->diags.sources = &compile->sources;
	compile->options.machine.btf_path = fixture_path(arena, "btf/vmlinux.btf");
	compile->options.machine.tracefs_path = fixture_path(arena, "tracefs");
	types_init(&compile->types, arena);
	source_add(&compile->sources, "-e", "test", 4);
	return compile;
}

static inline void fixture_free(struct compile *compile)
{
	kernel_types_free(compile->kernel);
	arena_free(compile->arena);
}

/* The point as the parser would leave it: split at ':'. */
static inline struct attach_point *fixture_point(struct compile *compile, const char *text)
{
	struct attach_point *point = arena_new(compile->arena, struct attach_point);
	char *copy = arena_strdup(compile->arena, text), *part;

	point->text = text;
	while ((part = strsep(&copy, ":")) != NULL)
		*list_push(compile->arena, &point->parts) = part;
	return point;
}

static inline const struct type_member *fixture_member(struct compile *compile, struct type *type,
						       const char *name)
{
	uint32_t steps[8], count = type_find_member(&compile->types, type, name, steps, 8);
	const struct type_member *member = NULL;

	for (uint32_t i = 0; i < count; i++) {
		member = &type->members.items[steps[i]];
		type = member->type;
	}
	return member;
}

static inline const char *fixture_last_message(struct compile *compile)
{
	uint32_t count = compile->diags.list.count;

	return count ? compile->diags.list.items[count - 1]->message : "";
}

#endif
