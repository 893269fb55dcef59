/* Parameters: writes the values of plan_param and the run-time constants (lang/typed.h, point 8) into
 * .rodata before loading, so that the verifier sees them as constants. */
#include "params.h"

#include "base/number.h"
#include "child.h"
#include "kernel_features.h"
#include "named.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct constants {
	const struct image_sections *sections;
	unsigned char *bytes;
	size_t size;
};

/* Constants that the code does not use are not there: that is fine. */
static void set(const struct constants *constants, const char *name, const void *value, size_t size)
{
	uint64_t offset, room;

	if (!image_find_constant(constants->sections, name, &offset, &room) ||
	    offset > constants->size || room > constants->size - offset)
		return;
	memcpy(constants->bytes + offset, value, size < room ? size : room);
}

static void set_number(const struct constants *constants, const char *name, uint64_t value)
{
	set(constants, name, &value, sizeof(value));
}

/* The code's number of a parameter that is a text. Where the text alone is used, there is no such number. */
static int refuse_text(struct session *session, const struct constants *constants, const char *name,
		       const struct plan_param *param, const char *text)
{
	uint64_t offset, room;

	if (!image_find_constant(constants->sections, name, &offset, &room))
		return 0;
	session->is_misused = true;
	return session_fail(session, -EINVAL, param->source,
			    "in a tool built ahead $N is a number, and str($N) a text",
			    "\"%s\" is given for $%u, which is a number here", text, param->index);
}

static void set_text(struct session *session, const struct constants *constants,
		     const struct plan_param *param, const char *text)
{
	char *buffer = arena_alloc(session->arena, param->string_size), name[48];
	size_t skip = strnlen(text, param->skip);

	if (param->skip)
		snprintf(name, sizeof(name), "sonde_param_%u_str_%u", param->index, param->skip);
	else
		snprintf(name, sizeof(name), "sonde_param_%u_str", param->index);
	if (strlen(text + skip) >= param->string_size && !session->is_retry)
		session_warn(session, param->source, "parameter $%u is cut to %u bytes (max_strlen)",
			     param->index, param->string_size - 1);
	snprintf(buffer, param->string_size, "%s", text + skip);
	set(constants, name, buffer, param->string_size);
}

static int set_param(struct session *session, const struct constants *constants,
		     const struct plan_param *param)
{
	bool is_number = true;
	const char *text = "";
	uint64_t number = 0;
	char name[48];

	if (!param->index) {
		set_number(constants, "sonde_param_count", session->options->arg_count);
		return 0;
	}
	if (param->index == PLAN_PARAM_PID) {
		snprintf(name, sizeof(name), "sonde_param_%u", param->index);
		set_number(constants, name, session->options->pid);
		return 0;
	}
	if (param->index >= PLAN_PARAM_OPTION) {
		uint32_t option = param->index - PLAN_PARAM_OPTION;

		if (option >= session->plan->options.count)
			return 0;
		text = session->named[option].text;
		number = session->named[option].number;
	} else if (param->index <= session->options->arg_count) {
		text = session->options->args[param->index - 1];
		is_number = number_parse(text, &number);
	}
	/* A script may use both forms of one parameter. */
	snprintf(name, sizeof(name), "sonde_param_%u", param->index);
	set_number(constants, name, is_number ? number : 0);
	if (param->is_string && param->string_size)
		set_text(session, constants, param, text);
	return is_number ? 0 : refuse_text(session, constants, name, param, text);
}

/* The text with $1, $2... replaced, as a string of the plan; -EINVAL when one is not given. */
static int settle_text(struct session *session, struct plan *plan, uint32_t source,
		       uint32_t *string)
{
	const char *text = plan_string(plan, *string);
	struct strbuf out = {0};
	int error = 0;

	while (*text && !error) {
		char *end = NULL;
		unsigned long number = 0;

		if (text[0] == '$' && text[1] >= '0' && text[1] <= '9')
			number = strtoul(text + 1, &end, 10);
		if (!end) {
			strbuf_add_char(&out, *text++);
		} else if (number && number <= session->options->arg_count) {
			strbuf_add(&out, session->options->args[number - 1]);
			text = end;
		} else {
			session->is_misused = true;
			error = session_fail(session, -EINVAL, source, NULL,
					     "parameter $%lu is not given", number);
		}
	}
	if (!error)
		*string = plan_add_string(plan, strbuf_text(&out));
	strbuf_free(&out);
	return error;
}

/* interval:s:$1 and the like: `period` is the unit, `function` the number of them. */
static int settle_rate(struct session *session, const struct plan *plan, struct plan_attach *row)
{
	const char *text = plan_string(plan, row->function);
	uint64_t number;

	if (number_parse(text, &number) && number && (!row->frequency || number <= 1000000000) &&
	    !__builtin_mul_overflow(row->period, number, &row->period) &&
	    row->period <= INT64_MAX) {
		row->function = 0;
		return 0;
	}
	session->is_misused = true;
	return session_fail(session, -EINVAL, row->source, NULL, "\"%s\" is no rate for a probe",
			    text);
}

int params_settle_attaches(struct session *session)
{
	struct plan *plan = (struct plan *)session->plan; /* ours, decoded into our arena */
	int error = 0;

	for (uint32_t i = 0; !error && i < plan->attaches.count; i++) {
		struct plan_attach *row = &plan->attaches.items[i];

		if (!(row->flags & ATTACH_PARAMETERS))
			continue;
		error = settle_text(session, plan, row->source, &row->module);
		if (!error)
			error = settle_text(session, plan, row->source, &row->function);
		if (!error)
			error = settle_text(session, plan, row->source, &row->probe);
		if (!error && (row->provider == PROVIDER_INTERVAL ||
			       row->provider == PROVIDER_PROFILE))
			error = settle_rate(session, plan, row);
	}
	return error;
}

/* bpf_get_current_task_btf() came with 5.11; a vendor's older kernel that has it loses only speed. */
static bool has_task_btf(void)
{
	return kernel_is_from(5, 11);
}

/* bpf_loop() came with 5.17; a vendor's older kernel that may have it is asked, unless it knows no
 * callbacks (image_open.h). */
static bool has_loop_helper(const struct constants *constants)
{
	uint64_t offset, room;

	if (!kernel_is_from(5, 13) ||
	    !image_find_constant(constants->sections, "sonde_bpf_loop", &offset, &room))
		return false;
	return kernel_is_from(5, 17) ||
	       libbpf_probe_bpf_helper(BPF_PROG_TYPE_KPROBE, BPF_FUNC_loop, NULL) == 1;
}

int params_set(struct session *session, const struct image_sections *sections)
{
	struct constants constants = {.sections = sections};
	struct timespec now = {0};
	struct bpf_map *map, *rodata = NULL;
	const void *initial = NULL;
	int error = 0;

	bpf_object__for_each_map(map, session->object) {
		const char *name = strrchr(bpf_map__name(map), '.');

		if (name && !strcmp(name, ".rodata"))
			rodata = map;
	}
	if (rodata)
		initial = bpf_map__initial_value(rodata, &constants.size);
	if (!initial)
		return 0;
	constants.bytes = arena_alloc(session->arena, constants.size);
	memcpy(constants.bytes, initial, constants.size);
	for (uint32_t i = 0; !error && i < session->plan->params.count; i++)
		error = set_param(session, &constants, &session->plan->params.items[i]);
	if (error)
		return error;
	clock_gettime(CLOCK_BOOTTIME, &now);
	set_number(&constants, "sonde_start_ns",
		   (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
	set_number(&constants, "sonde_cpid", child_pid(session->child));
	set_number(&constants, "sonde_ncpus", session->cpu_count);
	set_number(&constants, "sonde_task_btf", has_task_btf());
	session->has_loop_helper = has_loop_helper(&constants);
	set_number(&constants, "sonde_bpf_loop", session->has_loop_helper);
	set_number(&constants, "sonde_loop_shift", session->loop_shift);
	return bpf_map__set_initial_value(rodata, constants.bytes, constants.size);
}
