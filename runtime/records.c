/* Records: dispatch by kind. What only prints goes to output; what acts is done here. After exit()
 * records are dropped until the end probes run, as on the peer. */
#include "records.h"

#include "commands.h"
#include "maps.h"

#include <errno.h>
#include <string.h>

/* How many records are handled before signals and timers get their turn: the ring may be filled as
 * fast as it is emptied. */
enum { BATCH_MAX = 16384, BATCHES_MAX = 256 };

typedef void (*record_action)(struct session *session, const struct plan_record *record,
			      const void *data);

static uint64_t field_number(const struct session *session, const struct plan_record *record,
			     uint32_t index, const void *data)
{
	const struct value_field *field;
	uint64_t number = 0;
	uint32_t size;

	if (index >= record->field_count)
		return 0;
	field = &session->plan->fields.items[record->first_field + index];
	size = session->plan->types.items[field->type].size;
	if (size <= sizeof(number))
		memcpy(&number, (const char *)data + field->offset, size);
	return number;
}

static void do_print(struct session *session, const struct plan_record *record, const void *data)
{
	output_record(session->output, record, data);
}

static void do_print_map(struct session *session, const struct plan_record *record, const void *data)
{
	maps_print(session, record->map, field_number(session, record, 0, data),
			  field_number(session, record, 1, data));
}

static void do_clear(struct session *session, const struct plan_record *record, const void *data)
{
	(void)data;
	maps_clear(session, record->map);
}

static void do_zero(struct session *session, const struct plan_record *record, const void *data)
{
	(void)data;
	maps_zero(session, record->map);
}

static void do_exit(struct session *session, const struct plan_record *record, const void *data)
{
	session->exit_code = (int)field_number(session, record, 0, data);
	session->is_exiting = session->has_exited = true;
}

static void do_warning(struct session *session, const struct plan_record *record,
		       const void *data)
{
	if (!session->options->no_warnings)
		do_print(session, record, data);
}

static void do_cat(struct session *session, const struct plan_record *record, const void *data)
{
	struct strbuf path = {0};

	output_format_record(session->output, record, data, &path);
	command_cat(session, strbuf_text(&path));
	strbuf_free(&path);
}

static void do_system(struct session *session, const struct plan_record *record, const void *data)
{
	struct strbuf command = {0};

	output_format_record(session->output, record, data, &command);
	command_system(session, strbuf_text(&command));
	strbuf_free(&command);
}

static const record_action actions[RECORD_KIND_COUNT] = {
	[RECORD_PRINTF] = do_print,	  [RECORD_PRINT_VALUE] = do_print,
	[RECORD_PRINT_MAP] = do_print_map, [RECORD_PRINT_ENTRY] = do_print,
	[RECORD_CLEAR] = do_clear,	  [RECORD_ZERO] = do_zero,
	[RECORD_TIME] = do_print,	  [RECORD_JOIN] = do_print,
	[RECORD_EXIT] = do_exit,	  [RECORD_ERRORF] = do_print,
	[RECORD_WARNF] = do_warning,	  [RECORD_CAT] = do_cat,
	[RECORD_SYSTEM] = do_system,	  [RECORD_RUNTIME_ERROR] = do_warning,
};

int records_receive(void *context, void *data, size_t size)
{
	struct session *session = context;
	const struct plan *plan = session->plan;
	const struct plan_record *record;
	struct record_header header;
	int error;

	error = ++session->drained >= BATCH_MAX ? -EAGAIN : 0;
	if (session->has_exited || session->is_closed || size < sizeof(header))
		return error;
	memcpy(&header, data, sizeof(header));
	if (header.record >= plan->records.count)
		return error;
	record = &plan->records.items[header.record];
	if (size >= record->size && record->kind < RECORD_KIND_COUNT)
		actions[record->kind](session, record, data);
	return error;
}

int records_drain(struct session *session)
{
	int count;

	session->drained = 0;
	count = session->ring ? ring_buffer__consume(session->ring) : 0;
	return count < 0 && count != -EAGAIN ? count : 0;
}

int records_drain_all(struct session *session)
{
	int error = records_drain(session);

	for (int i = 0; !error && session->drained >= BATCH_MAX && i < BATCHES_MAX; i++)
		error = records_drain(session);
	return error;
}
