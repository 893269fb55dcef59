/* Names of the checker: variables by block, maps by script. */
#include "lang/check.h"

#include <string.h>

void scope_push(struct checker *c)
{
	struct scope *scope = arena_new(c->arena, struct scope);

	scope->parent = c->scope;
	c->scope = scope;
}

void scope_pop(struct checker *c)
{
	c->scope = c->scope->parent;
}

struct variable *scope_find(struct checker *c, const char *name)
{
	struct variable *variable;

	for (struct scope *scope = c->scope; scope; scope = scope->parent)
		if ((variable = name_table_find(&scope->variables, name)) != NULL)
			return variable;
	return NULL;
}

/* The passes declare the same variables in the same order, so the n-th keeps its type from pass to
 * pass; only `if comptime` on a type that widened can change the order. */
static struct variable *variable_of_pass(struct checker *c, const char *name, struct span span)
{
	struct variable *variable;

	if (c->next_variable < c->probe->variables.count) {
		variable = c->probe->variables.items[c->next_variable];
		if (strcmp(variable->name, name) == 0 && variable->span.start == span.start) {
			c->next_variable++;
			return variable;
		}
		c->probe->variables.count = c->next_variable;
	}
	variable = arena_new(c->arena, struct variable);
	variable->name = name;
	variable->span = span;
	variable->number = c->next_variable++;
	*list_push(c->arena, &c->probe->variables) = variable;
	c->changed = true;
	return variable;
}

struct variable *scope_declare(struct checker *c, const char *name, struct span span)
{
	struct variable *variable = variable_of_pass(c, name, span);

	variable->is_set = true;
	name_table_set(c->arena, &c->scope->variables, name, variable);
	return variable;
}

struct map_info *check_map_info(struct checker *c, const char *name, struct span span)
{
	struct map_info *info = name_table_find(&c->map_names, name);

	if (info)
		return info;
	info = arena_new(c->arena, struct map_info);
	info->map = arena_new(c->arena, struct map);
	info->map->name = name;
	info->map->span = span;
	*list_push(c->arena, &c->maps) = info;
	name_table_set(c->arena, &c->map_names, name, info);
	c->changed = true;
	return info;
}
