/* Many tracepoint:syscalls:sys_enter_* (or sys_exit_*) as one raw tracepoint: the program looks the
 * number up in a table that says which target it is; the table is filled here. */
#include "attach.h"
#include "events.h"
#include "base/names.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct table {
	struct session *session;
	uint32_t program, row, count;
	int fd;
};

static const char *direction(const struct table *table)
{
	return table->session->plan->programs.items[table->program].kind == PROGRAM_RAW_SYSCALL_ENTER
		       ? "sys_enter"
		       : "sys_exit";
}

/* "sys_enter_read" -> its number; -1 when it is of the other direction or unknown. */
static int number_of(const struct table *table, const char *event)
{
	size_t length = strlen(direction(table));

	if (strncmp(event, direction(table), length) || event[length] != '_')
		return -1;
	return syscall_number(event + length + 1);
}

static int set_entry(struct table *table, const char *event, uint64_t target)
{
	int number = number_of(table, event);
	uint32_t key = (uint32_t)number, value = (uint32_t)target + 1;

	if (number < 0)
		return attach_missing(table->session, table->row,
				      "there is no system call for tracepoint syscalls:%s", event);
	if (bpf_map_update_elem(table->fd, &key, &value, BPF_ANY))
		return attach_failed(table->session, table->row, -errno);
	table->count++;
	return 0;
}

static int set_match(void *context, const char *subsystem, const char *event)
{
	struct table *table = context;

	if (number_of(table, event) < 0)
		return 0;
	return set_entry(table, event,
			 attach_target(table->session, "tracepoint:%s:%s", subsystem, event));
}

static int set_row(struct table *table)
{
	const struct plan_attach *attach = &table->session->plan->attaches.items[table->row];
	const char *event = plan_string(table->session->plan, attach->function);
	uint32_t before = table->count;
	int error;

	if (!(attach->flags & ATTACH_WILDCARD))
		return set_entry(table, event, table->row);
	error = events_each("syscalls", event, set_match, table);
	if (error == -ENODEV)
		return session_fail(table->session, error, attach->source,
				    "mount -t tracefs tracefs /sys/kernel/tracing",
				    "tracepoints need tracefs, which is not mounted");
	if (!error && table->count == before)
		error = attach_missing(table->session, table->row,
				       "no tracepoint matches syscalls:%s", event);
	return error;
}

int attach_syscalls(struct session *session, uint32_t program)
{
	const struct plan_program *row = &session->plan->programs.items[program];
	struct table table = {.session = session, .program = program, .row = row->first_attach};
	struct bpf_map *map;
	char name[40];
	int fd, error = 0;

	snprintf(name, sizeof(name), "sonde_syscalls_%u", program);
	map = bpf_object__find_map_by_name(session->object, name);
	if (!map || bpf_map__key_size(map) != 4 || bpf_map__value_size(map) != 4)
		return session_fail(session, -EINVAL, row->source, NULL,
				    "the image is damaged: it has no map \"%s\"", name);
	table.fd = bpf_map__fd(map);
	for (uint32_t i = 0; !error && i < row->attach_count; i++) {
		table.row = row->first_attach + i;
		error = set_row(&table);
	}
	if (error || !table.count)
		return error;
	fd = bpf_raw_tracepoint_open(direction(&table),
				     bpf_program__fd(session->programs[program]));
	if (fd < 0)
		return attach_failed(session, row->first_attach, -errno);
	attach_add(session, fd, -1);
	attach_counted(session, table.count - 1);
	return 0;
}
