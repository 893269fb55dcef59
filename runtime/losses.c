/* Losses: reads the counters of sonde_losses (base/plan.h) and tells them, so that nothing is lost in
 * silence. */
#include "losses.h"

#include <bpf/bpf.h>
#include <inttypes.h>
#include <stdlib.h>

static uint64_t read_counter(struct session *session, uint32_t index, uint64_t *values)
{
	uint64_t total = 0;

	if (bpf_map_lookup_elem(bpf_map__fd(session->losses), &index, values))
		return 0;
	for (uint32_t cpu = 0; cpu < session->cpu_count; cpu++)
		total += values[cpu];
	return total;
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
static void report_failed_reads(struct session *session, uint64_t *values)
{
	const struct plan *plan = session->plan;
	uint32_t first = plan->programs.count + plan->maps.count;

	if (bpf_map__max_entries(session->losses) < first + plan->programs.count)
		return;
	for (uint32_t i = 0; i < plan->programs.count; i++) {
		uint64_t count = read_counter(session, first + i, values);
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
static void report_loops(struct session *session, uint64_t *values)
{
	const struct plan *plan = session->plan;
	uint32_t first = plan_first_loop_loss(plan);

	if (bpf_map__max_entries(session->losses) < first + plan->loops.count)
		return;
	for (uint32_t i = 0; i < plan->loops.count; i++) {
		uint64_t count = read_counter(session, first + i, values);
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
	uint64_t *values;

	if (!session->losses || bpf_map__type(session->losses) != BPF_MAP_TYPE_PERCPU_ARRAY ||
	    bpf_map__key_size(session->losses) != 4 || bpf_map__value_size(session->losses) != 8 ||
	    bpf_map__max_entries(session->losses) < plan->programs.count + plan->maps.count)
		return;
	values = calloc(session->cpu_count, sizeof(*values));
	if (!values)
		return;
	for (uint32_t i = 0; i < plan->programs.count; i++) {
		uint64_t count = read_counter(session, i, values);

		if (count)
			output_lost(session->output,
				    arena_printf(session->arena, "records of %s",
						 program_title(session, i)),
				    count, NULL);
	}
	for (uint32_t i = 0; i < plan->maps.count; i++) {
		uint64_t count = read_counter(session, plan->programs.count + i, values);

		if (count)
			output_lost(session->output,
				    arena_printf(session->arena,
						 "insertions into %s, which is full (%u keys)",
						 plan_string(plan, plan->maps.items[i].name),
						 bpf_map__max_entries(session->maps[i])),
				    count, NULL);
	}
	if (plan->config.count_failed_reads)
		report_failed_reads(session, values);
	report_loops(session, values);
	free(values);
}
