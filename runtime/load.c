/* Load: opens the image with libbpf, settles what the compiler left open, and loads it. libbpf's own
 * words are kept: they are the raw material of the one sentence that the user sees. */
#include "load.h"

#include "attach.h"
#include "base/image.h"
#include "btf_slice.h"
#include "image_open.h"
#include "kernel_features.h"
#include "params.h"
#include "records.h"
#include "settings.h"
#include "verifier_log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A ring buffer of this size serves programs whose records are drained after every run. */
enum { SMALL_RING_BYTES = 256 * 1024, LOG_BYTES = 16 * 1024 * 1024 };

int load_plan(struct session *session, const void *data, size_t size)
{
	struct image_sections sections;
	const char *error = "it is no sonde image";
	struct plan *plan = NULL;

	if (image_find_sections(data, size, &sections))
		plan = image_decode_plan(session->arena, sections.meta.data, sections.meta.size,
					 &error);
	session->plan = plan;
	if (!plan)
		return session_fail(session, -EINVAL, PLAN_NONE, NULL,
				    "the image cannot be run: %s", error);
	return settings_apply(session, plan);
}

static int find_programs(struct session *session)
{
	const struct plan *plan = session->plan;
	struct bpf_program *other;

	/* Imported C may have programs of its own. */
	bpf_object__for_each_program(other, session->object)
		bpf_program__set_autoload(other, false);
	session->programs = arena_alloc(session->arena,
					(plan->programs.count + 1) * sizeof(*session->programs));
	for (uint32_t i = 0; i < plan->programs.count; i++) {
		const char *name = plan_string(plan, plan->programs.items[i].name);

		session->programs[i] = bpf_object__find_program_by_name(session->object, name);
		if (!session->programs[i])
			return session_fail(session, -EINVAL, PLAN_NONE, NULL,
					    "the image is damaged: it has no program \"%s\"", name);
		bpf_program__set_autoload(session->programs[i], true);
	}
	return 0;
}

static int find_maps(struct session *session)
{
	const struct plan *plan = session->plan;

	session->maps =
		arena_alloc(session->arena, (plan->maps.count + 1) * sizeof(*session->maps));
	session->was_zeroed = arena_alloc(session->arena, plan->maps.count + 1);
	for (uint32_t i = 0; i < plan->maps.count; i++) {
		const char *symbol = plan_string(plan, plan->maps.items[i].symbol);

		session->maps[i] = bpf_object__find_map_by_name(session->object, symbol);
		if (!session->maps[i])
			return session_fail(session, -EINVAL, PLAN_NONE, NULL,
					    "the image is damaged: it has no map \"%s\"", symbol);
	}
	session->losses = bpf_object__find_map_by_name(session->object, ".data.losses");
	return 0;
}

/* Programs that the runtime runs itself are drained after every run; any other may send much faster
 * than we read for a moment. */
static bool sends_fast(const struct session *session, uint32_t program, const void *data,
		       size_t size)
{
	const struct plan_program *row = &session->plan->programs.items[program];

	return row->kind != PROGRAM_RUN &&
	       (image_section_refers(data, size, plan_string(session->plan, row->section),
				     "sonde_records") ||
		image_section_refers(data, size, ".text", "sonde_records"));
}

static uint32_t ring_bytes(const struct session *session, const void *data, size_t size)
{
	const struct plan *plan = session->plan;
	uint32_t bytes = SMALL_RING_BYTES, largest = 0;

	for (uint32_t i = 0; i < plan->records.count; i++)
		if (plan->records.items[i].size > largest)
			largest = plan->records.items[i].size;
	while (bytes < largest * 16ull && bytes < 1u << 30)
		bytes *= 2;
	for (uint32_t i = 0; bytes < plan->config.ring_buffer_bytes && i < plan->programs.count; i++)
		if (sends_fast(session, i, data, size))
			bytes = plan->config.ring_buffer_bytes;
	return bytes;
}

static int settle_maps(struct session *session, const void *data, size_t size)
{
	const struct plan *plan = session->plan;
	struct bpf_map *records = bpf_object__find_map_by_name(session->object, "sonde_records");
	int error = 0;

	if (records)
		error = bpf_map__set_max_entries(records, ring_bytes(session, data, size));
	for (uint32_t i = 0; !error && i < plan->maps.count; i++)
		if (plan->maps.items[i].max_entries)
			error = bpf_map__set_max_entries(session->maps[i],
							 plan->maps.items[i].max_entries);
	return error;
}

/* -d verifier: each program is loaded with a log of its own; the kernel refuses a buffer that is too
 * small, and touches no more of it than it needs. */
static void ask_for_logs(struct session *session)
{
	for (uint32_t i = 0; i < session->plan->programs.count; i++) {
		char *buffer = malloc(LOG_BYTES);

		if (!buffer)
			continue;
		*buffer = '\0';
		bpf_program__set_log_buf(session->programs[i], buffer, LOG_BYTES);
		bpf_program__set_log_level(session->programs[i], 2);
	}
}

/* The last log_size bytes; a full buffer is all that the kernel gives. */
static void print_log(const char *name, const char *log, size_t length, size_t most)
{
	const char *more = length + 1 >= LOG_BYTES ? "more than " : "";
	const char *start = length > most ? log + (length - most) : log;

	if (!length)
		return;
	if (start > log)
		fprintf(stderr, "verifier log of %s, the last %zu of %s%zu bytes (log_size):\n%s", name,
			most, more, length, start);
	else
		fprintf(stderr, "verifier log of %s%s:\n%s", name,
			*more ? ", a part of it: there is more than fits" : "", start);
}

static void print_logs(const struct session *session)
{
	size_t size;

	for (uint32_t i = 0; i < session->plan->programs.count; i++) {
		const char *log = bpf_program__log_buf(session->programs[i], &size);

		if (!log || !bpf_program__log_level(session->programs[i]))
			continue;
		print_log(bpf_program__name(session->programs[i]), log, strnlen(log, size),
			  session->plan->config.log_size);
		bpf_program__set_log_buf(session->programs[i], NULL, 0);
		free((char *)log);
	}
}

static int create_ring(struct session *session)
{
	struct bpf_map *records = bpf_object__find_map_by_name(session->object, "sonde_records");

	if (!records || !session->plan->records.count)
		return 0;
	session->ring = ring_buffer__new(bpf_map__fd(records), records_receive, session, NULL);
	if (!session->ring)
		return session_fail(session, -errno, PLAN_NONE, NULL,
				    "cannot map the ring buffer: %s", strerror(errno));
	return 0;
}

static int open_object(struct session *session, const void *data, size_t size, int btf_fd)
{
	void *copy;
	char path[64];
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "sonde");

	snprintf(path, sizeof(path), "/proc/self/fd/%d", btf_fd);
	if (btf_fd >= 0)
		options.btf_custom_path = path;
	if (session->plan->loops.count && !kernel_is_from(5, 13)) {
		copy = arena_alloc(session->arena, size);
		memcpy(copy, data, size);
		image_hide_callbacks(copy, size, "sonde_vars_");
		data = copy;
	}
	session->object = bpf_object__open_mem(data, size, &options);
	if (session->object)
		return 0;
	return verifier_explain(session, -errno);
}

enum { TRY_AGAIN = 1 };

/* A log that is longer than its buffer is an error to the kernel, and libbpf says nothing of a program
 * with a log of its own: what fails with logs is tried without, then with shorter loops. */
static bool can_retry(struct session *session, bool *with_logs)
{
	if (*with_logs) {
		*with_logs = false;
		return true;
	}
	if (session->has_loop_helper || !session->plan->loops.count ||
	    PLAIN_TURNS >> (session->loop_shift + 1) == 0 || !verifier_gave_up())
		return false;
	session->loop_shift++;
	*with_logs = session->options->verifier_log;
	return true;
}

static int try_load(struct session *session, const void *data, size_t size,
		    const struct image_sections *sections, int btf_fd, bool *with_logs)
{
	int error = open_object(session, data, size, btf_fd);

	if (!error)
		error = find_programs(session);
	if (!error)
		error = find_maps(session);
	if (!error)
		error = settle_maps(session, data, size);
	if (!error)
		error = params_set(session, sections);
	if (!error)
		error = attach_prepare(session);
	if (error)
		return error;
	if (*with_logs)
		ask_for_logs(session);
	if (bpf_object__load(session->object))
		error = -errno;
	if (*with_logs)
		print_logs(session);
	if (error && can_retry(session, with_logs))
		return TRY_AGAIN;
	return error ? verifier_explain(session, error) : 0;
}

int load_object(struct session *session, const void *data, size_t size)
{
	struct image_sections sections;
	bool with_logs = session->options->verifier_log;
	int error, btf_fd = -1;

	verifier_capture(session->options->verbose);
	image_find_sections(data, size, &sections);
	if (!image_btf_is_valid(&sections.btf))
		return session_fail(session, -EINVAL, PLAN_NONE, NULL,
				    "the image is damaged: its type information is broken");
	error = features_check(session);
	if (!error)
		error = btf_slice_create(session, &sections, &btf_fd);
	if (!error)
		error = try_load(session, data, size, &sections, btf_fd, &with_logs);
	while (error == TRY_AGAIN) {
		session->is_retry = true;
		bpf_object__close(session->object);
		session->object = NULL;
		attach_free(session->attachments);
		session->attachments = NULL;
		/* Without logs it is what was told already. */
		verifier_capture(session->options->verbose &&
				 with_logs == session->options->verifier_log);
		error = try_load(session, data, size, &sections, btf_fd, &with_logs);
	}
	if (btf_fd >= 0)
		close(btf_fd);
	if (!error)
		error = create_ring(session);
	return error;
}
