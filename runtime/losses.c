/* Losses: reads the counters of .data.losses (base/plan.h) and tells them, so that nothing is lost in
 * silence. */
#include "losses.h"

#include <bpf/bpf.h>
#include <inttypes.h>
#include <stdlib.h>

/* All of them, and how many there are; NULL when there are none, or fewer than the plan has. */
static uint64_t *read_counters(struct session *session, uint32_t *count)
{
	const struct plan *plan = session->plan;
	uint32_t zero = 0, size;
	uint64_t *counters;

	if (!session->losses || bpf_map__type(session->losses) != BPF_MAP_TYPE_ARRAY ||
	    bpf_map__key_size(session->losses) != 4)
		return NULL;
	size = bpf_map__value_size(session->losses);
	*count = size / sizeof(*counters);
	if (*count < plan->programs.count + plan->maps.count)
		return NULL;
	counters = calloc(1, size);
	if (counters && bpf_map_lookup_elem(bpf_map__fd(session->losses), &zero, counters)) {
		free(counters);
		return NULL;
	}
	return counters;
}

static const char *program_title(struct session *session, uint32_t program)
{
	const struct plan *plan = session->plan;
	const struct plan_program *row = &plan->programs.items[program];
	const char *probe = "";

	if (row->attach_count)
		probe = plan_string(plan, plan->attaches.items[row->first_attach].probe);
	if (!*probe)
		probe = provider_name((enum provider_id)row->provider);
	return row->attach_count > 1
		       ? arena_printf(session->arena, "%s and %u more", probe, row->attach_count - 1)
		       : probe;
}

/* What -k asks for: a warning, since the script went on with zeros. */
static void report_failed_reads(struct session *session, const uint64_t *counters, uint32_t limit)
{
	const struct plan *plan = session->plan;
	uint32_t first = plan->programs.count + plan->maps.count;

	if (limit < first + plan->programs.count)
		return;
	for (uint32_t i = 0; i < plan->programs.count; i++) {
		uint64_t count = counters[first + i];
		const char *where = program_title(session, i);

		if (count)
			output_lost(session->output,
				    arena_printf(session->arena, "failed reads of memory in %s", where),
				    count,
				    arena_printf(session->arena,
						 "%" PRIu64 " reads of memory failed in %s", count,
						 where));
	}
}

/* Loops that would have turned on: the kernel bounds them. */
static void report_loops(struct session *session, const uint64_t *counters, uint32_t limit)
{
	const struct plan *plan = session->plan;
	uint32_t first = plan_first_loop_loss(plan);

	if (limit < first + plan->loops.count)
		return;
	for (uint32_t i = 0; i < plan->loops.count; i++) {
		uint64_t count = counters[first + i];
		uint32_t source = plan->loops.items[i].source, line;

		if (!count || source >= plan->sources.count)
			continue;
		line = plan->sources.items[source].line;
		output_lost(session->output,
			    arena_printf(session->arena, "loops cut short in line %u", line), count,
			    arena_printf(session->arena,
					 "the loop in line %u was cut short (%" PRIu64 " times): it takes "
					 "more turns than this kernel allows",
					 line, count));
	}
}

void losses_report(struct session *session)
{
	const struct plan *plan = session->plan;
	uint32_t limit;
	uint64_t *counters = read_counters(session, &limit);

	if (!counters) {
		session_warn(session, PLAN_NONE, "what was lost is not known: its counters cannot be read");
		return;
	}
	for (uint32_t i = 0; i < plan->programs.count; i++) {
		uint64_t count = counters[i];

		if (count)
			output_lost(session->output,
				    arena_printf(session->arena, "records of %s",
						 program_title(session, i)),
				    count, NULL);
	}
	for (uint32_t i = 0; i < plan->maps.count; i++) {
		uint64_t count = counters[plan->programs.count + i];

		if (count)
			output_lost(session->output,
				    arena_printf(session->arena,
						 "insertions into %s, which is full (%u keys)",
						 plan_string(plan, plan->maps.items[i].name),
						 bpf_map__max_entries(session->maps[i])),
				    count, NULL);
	}
	if (plan->config.count_failed_reads)
		report_failed_reads(session, counters, limit);
	report_loops(session, counters, limit);
	free(counters);
}
