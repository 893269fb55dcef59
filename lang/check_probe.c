/* Probes into groups: a probe whose points have different types is checked once for each group of
 * points that type alike; and for each point where the body looks into its own name. */
#include "lang/check.h"

#include <string.h>

struct uses {
	const struct expr *args, *retval; /* the first use of each; NULL: none */
	uint32_t probe;	  /* how often `probe` is there, */
	uint32_t printed; /* and how often its name is needed only in user space */
};

static bool is_probe_name(const struct expr *expr)
{
	return expr && expr->kind == EXPR_IDENTIFIER && strcmp(expr->name, "probe") == 0;
}

static uint32_t count_probe_names(const struct expr *of)
{
	uint32_t count = is_probe_name(of->key) ? 1 : 0;

	for (uint32_t i = 0; i < of->args.count; i++)
		count += is_probe_name(of->args.items[i]);
	return count;
}

static bool sends_arguments(const struct expr *call)
{
	return strcmp(call->name, "printf") == 0 || strcmp(call->name, "print") == 0 ||
	       strcmp(call->name, "errorf") == 0 || strcmp(call->name, "warnf") == 0 ||
	       strcmp(call->name, "system") == 0 || strcmp(call->name, "cat") == 0;
}

static void find_uses(const struct expr *expr, void *context)
{
	struct uses *uses = context;

	if (expr->kind == EXPR_MAP || expr->kind == EXPR_TUPLE || expr->kind == EXPR_RECORD ||
	    (expr->kind == EXPR_CALL && sends_arguments(expr)))
		uses->printed += count_probe_names(expr);
	if (expr->kind == EXPR_ASSIGN && expr->left->kind == EXPR_MAP)
		uses->printed += is_probe_name(expr->right);
	if (expr->kind != EXPR_IDENTIFIER)
		return;
	uses->probe += is_probe_name(expr);
	if (!uses->args && strcmp(expr->name, "args") == 0)
		uses->args = expr;
	if (!uses->retval && strcmp(expr->name, "retval") == 0)
		uses->retval = expr;
}

static struct uses body_uses(const struct probe *probe)
{
	struct uses uses = {0};

	if (probe->predicate)
		walk_expr(probe->predicate, find_uses, &uses);
	for (uint32_t i = 0; i < probe->body.count; i++)
		walk_stmt(probe->body.items[i], find_uses, &uses);
	return uses;
}

static bool same_type(const struct type *a, const struct type *b)
{
	return a == b || (a && b && type_equal(a, b));
}

static struct probe *find_group(struct probe **groups, uint32_t count, const struct probe *like)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct probe_spec *spec = groups[i]->points.items[0]->spec;

		if (spec->provider == like->points.items[0]->spec->provider &&
		    groups[i]->program == like->program && same_type(groups[i]->args, like->args) &&
		    same_type(groups[i]->retval, like->retval))
			return groups[i];
	}
	return NULL;
}

typedef LIST(struct probe *) probe_list;

static void add_point(struct checker *c, struct probe *probe, struct attach_point *point,
		      struct uses uses, probe_list *groups, uint32_t first)
{
	const struct provider *provider = provider_of(point);
	struct probe like = {.span = probe->span, .frames = probe->frames};
	struct probe *group;

	*list_push(c->arena, &like.points) = point;
	like.program = provider->program(c->compile, point->spec);
	if (uses.args && provider->args)
		like.args = provider->args(c->compile, point->spec, uses.args->span);
	if (uses.retval && provider->retval)
		like.retval = provider->retval(c->compile, point->spec, uses.retval->span);
	like.uses_args = like.args != NULL;
	group = groups->items && uses.probe == uses.printed
		    ? find_group(groups->items + first, groups->count - first, &like)
		    : NULL;
	if (group) {
		*list_push(c->arena, &group->points) = point;
		return;
	}
	group = arena_new(c->arena, struct probe);
	*group = like;
	group->predicate = probe->predicate;
	group->body.items = probe->body.items;
	group->body.count = probe->body.count;
	*list_push(c->arena, groups) = group;
}

int check_split_probes(struct checker *c)
{
	struct script *script = c->compile->script;
	probe_list groups = {0};
	int result = 0;

	for (uint32_t i = 0; i < script->probes.count; i++) {
		struct probe *probe = script->probes.items[i];
		struct uses uses = body_uses(probe);
		uint32_t first = groups.count;

		if (provider_expand_points(c->compile, probe,
					   uses.args != NULL || uses.probe != uses.printed))
			result = -1;
		for (uint32_t k = 0; k < probe->points.count; k++)
			if (probe->points.items[k]->spec)
				add_point(c, probe, probe->points.items[k], uses, &groups, first);
	}
	script->probes.items = groups.items;
	script->probes.count = groups.count;
	script->probes.capacity = groups.capacity;
	return result;
}
