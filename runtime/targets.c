/* Targets: a list of names in the session's arena. */
#include "targets.h"

struct targets {
	struct arena *arena;
	LIST(const char *) names;
};

struct targets *targets_create(struct session *session)
{
	struct targets *targets = arena_new(session->arena, struct targets);
	const struct plan *plan = session->plan;

	targets->arena = session->arena;
	for (uint32_t i = 0; i < plan->attaches.count; i++)
		*list_push(targets->arena, &targets->names) =
			plan_string(plan, plan->attaches.items[i].probe);
	return targets;
}

uint64_t targets_add(struct targets *targets, const char *name)
{
	*list_push(targets->arena, &targets->names) = arena_strdup(targets->arena, name);
	return targets->names.count - 1;
}

void targets_rename(struct targets *targets, uint64_t number, const char *name)
{
	if (number < targets->names.count)
		targets->names.items[number] = arena_strdup(targets->arena, name);
}

const char *targets_name(const struct targets *targets, uint64_t number)
{
	return number < targets->names.count ? targets->names.items[number] : NULL;
}
