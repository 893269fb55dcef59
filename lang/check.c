/* Check: the arrow from the expanded AST to the typed one. Splits the probes, then checks copies of
 * all bodies until no type widens any more, and keeps the last copy. */
#include "lang/check.h"

#define PASSES_MAX 200
/* Far more than the kernel takes: 64 maps a program, and 8 bytes a variable of its little memory. */
#define MAPS_MAX 4096u
#define VARIABLES_MAX 16384u
#define PROBES_MAX 10000u
/* Expressions that all passes may visit, but for the first few: bounds the time for a long script
 * whose types hang on each other from its end to its beginning. */
#define VISITED_MAX 500000u

struct saved_body {
	struct expr *predicate;
	stmt_ptr *items;
	uint32_t count;
};

static void begin_probe(struct checker *c, struct probe *probe, const struct provider *provider)
{
	c->probe = probe;
	c->provider = provider;
	c->scope = NULL;
	c->next_variable = c->loop_depth = c->depth = 0;
	c->repeats = 1;
	c->unrolled = 0;
	c->callee = NULL;
	probe->callees.count = 0;
	c->callees = (struct name_table){0};
	probe->uses_context = probe->uses_probe = probe->uses_func = false;
}

static void end_probe(struct checker *c, struct probe *probe)
{
	for (uint32_t i = 0; i < probe->callees.count; i++) /* grows meanwhile */
		check_callee(c, probe->callees.items[i]);
	if (c->next_variable < probe->variables.count)
		probe->variables.count = c->next_variable;
}

/* Checks one probe's body from its fresh copy. */
static void check_probe(struct checker *c, struct probe *probe, const struct saved_body *saved)
{
	begin_probe(c, probe, provider_of(probe->points.items[0]));
	probe->predicate = clone_expr(c->arena, saved->predicate);
	probe->body.items =
	    saved->count ? arena_alloc(c->arena, saved->count * sizeof(stmt_ptr)) : NULL;
	probe->body.count = probe->body.capacity = saved->count;
	for (uint32_t i = 0; i < saved->count; i++)
		probe->body.items[i] = clone_stmt(c->arena, saved->items[i]);
	scope_push(c);
	if (probe->predicate)
		probe->predicate = check_condition(c, probe->predicate);
	check_body(c, &probe->body.items, &probe->body.count);
	check_warn_never_assigned(c, probe);
	scope_pop(c);
	end_probe(c, probe);
}

/* Functions that no probe calls, in one that offers what some probe does. */
static void check_library(struct checker *c)
{
	static const struct provider any = {
		.name = "function", .has_arguments = true, .has_return = true, .has_function = true,
		.has_registers = true};

	begin_probe(c, c->library, &any);
	check_call_uncalled(c);
	end_probe(c, c->library);
}

/* What is declared outside of probes, as in one that has nothing. */
static void check_outside(struct checker *c)
{
	static const struct provider none = {.name = "declaration"};

	begin_probe(c, arena_new(c->arena, struct probe), &none);
	scope_push(c);
	check_declarations(c);
	scope_pop(c);
}

static void check_all(struct checker *c, const struct saved_body *saved)
{
	struct script *script = c->compile->script;

	c->changed = false;
	for (uint32_t i = 0; i < script->probes.count; i++)
		check_probe(c, script->probes.items[i], &saved[i]);
	if (c->library)
		check_library(c);
}

/* Refuses what no kernel takes, before it costs memory in every pass. */
static int refuse_many(struct checker *c)
{
	struct script *script = c->compile->script;

	if (c->maps.count > MAPS_MAX) {
		check_error(c, "too-many-maps", c->maps.items[MAPS_MAX]->map->span,
			    "a script has at most %u maps", MAPS_MAX);
		return -1;
	}
	for (uint32_t i = 0; i < script->probes.count; i++) {
		const struct probe *probe = script->probes.items[i];

		if (probe->variables.count <= VARIABLES_MAX)
			continue;
		check_error(c, "too-many-variables", probe->variables.items[VARIABLES_MAX]->span,
			    "a probe has at most %u variables", VARIABLES_MAX);
		return -1;
	}
	return 0;
}

/* Passes without diagnostics, until nothing widens. */
static int find_types(struct checker *c, const struct saved_body *saved)
{
	uint32_t errors = c->diags->error_count, warnings = c->diags->warning_count;

	for (uint32_t pass = 0; pass < PASSES_MAX; pass++) {
		c->diags->is_rehearsal = true;
		check_all(c, saved);
		c->diags->is_rehearsal = false;
		c->diags->error_count = errors;
		c->diags->warning_count = warnings;
		if (refuse_many(c))
			return -1;
		if (!c->changed)
			return 0;
		if (pass >= 3 && c->visited > VISITED_MAX)
			break;
	}
	c->gave_up = true;
	return 0;
}

static bool settle_variables(struct checker *c, struct probe *probe)
{
	bool settled = false;

	for (uint32_t i = 0; probe && i < probe->variables.count; i++) {
		struct variable *variable = probe->variables.items[i];

		if (variable->type)
			continue;
		variable->type = variable->is_assigned ? c->types->poison
						       : type_int(c->types, 8, true);
		settled = true;
	}
	return settled;
}

/* What has no type yet: a number when nothing is ever assigned to it, else what went wrong. */
static bool settle_unknown(struct checker *c)
{
	struct script *script = c->compile->script;
	struct type *poison = c->types->poison;
	bool settled = settle_variables(c, c->library);

	for (uint32_t i = 0; i < c->maps.count; i++) {
		struct map_info *info = c->maps.items[i];

		settled |= !info->map->value;
		if (!info->map->value && info->has_assignment)
			info->map->value = poison;
	}
	for (uint32_t i = 0; i < script->probes.count; i++)
		settled |= settle_variables(c, script->probes.items[i]);
	return settled;
}

/* The kernel has no keys and, with keys, no values of 0 bytes: (), an empty struct. */
static void refuse_empty(struct checker *c, const struct map *map)
{
	bool is_keyed = map->key && map->key->kind != TYPE_VOID;
	struct diag *diag;

	if (!is_keyed || !map->value ||
	    !((type_is_aggregate(map->key) && !map->key->size) ||
	      (type_is_aggregate(map->value) && !map->value->size)))
		return;
	diag = check_error(c, "map-empty", map->span, "%s has keys or values of no bytes", map->name);
	diag_hint(c->diags, diag, "a number in place of the empty value");
}

static void finish_maps(struct checker *c)
{
	struct script *script = c->compile->script;

	script->maps.items = NULL;
	script->maps.count = script->maps.capacity = 0;
	for (uint32_t i = 0; i < c->maps.count; i++) {
		struct map *map = c->maps.items[i]->map;

		check_warn_unused_map(c, map);
		refuse_empty(c, map);
		if (map->value && !map->key)
			map->key = c->types->void_;
		if (map->value)
			*list_push(c->arena, &script->maps) = map;
	}
}

int check_script(struct compile *compile)
{
	struct checker c = {.compile = compile,
			    .arena = compile->arena,
			    .types = &compile->types,
			    .diags = &compile->diags};
	struct script *script = compile->script;
	struct saved_body *saved;

	config_apply(compile);
	if (check_functions(&c))
		return -1;
	if (check_split_probes(&c) && script->probes.count == 0)
		return -1;
	if (script->probes.count > PROBES_MAX) {
		check_error(&c, "too-many-probes", script->probes.items[PROBES_MAX]->span,
			    "a script has at most %u probes", PROBES_MAX);
		return -1;
	}
	check_outside(&c);
	saved = arena_alloc(c.arena, (script->probes.count + 1) * sizeof(*saved));
	for (uint32_t i = 0; i < script->probes.count; i++) {
		const struct probe *probe = script->probes.items[i];

		saved[i] =
		    (struct saved_body){check_pid_predicate(&c, probe), probe->body.items,
					probe->body.count};
	}
	if (find_types(&c, saved))
		return -1;
	c.decides = true;
	if (c.has_waiting && find_types(&c, saved))
		return -1;
	c.is_settled = true;
	find_types(&c, saved);
	if (settle_unknown(&c))
		find_types(&c, saved);
	c.is_final = true;
	check_all(&c, saved);
	if ((c.changed || c.gave_up) && !compile->diags.error_count)
		diag_hint(c.diags,
			  diag_error(c.diags, "types-unresolved",
				     c.has_poison ? c.poison_span : script->probes.items[0]->span,
				     "the types of this script depend on each other in too long a "
				     "chain"),
			  "assign to a map or variable above where it is read");
	else if (c.has_poison && !compile->diags.error_count)
		diag_error(c.diags, "type-unknown", c.poison_span,
			   "the type of this cannot be found");
	finish_maps(&c);
	script->macros.count = 0; /* all expanded; the dump shows what is left */
	return compile->diags.error_count ? -1 : 0;
}
