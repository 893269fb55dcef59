/* Records: dispatch by kind. What only prints goes to output; what acts is done here. After exit()
 * records are dropped until the end probes run, as on the peer. */
#include "records.h"

#include "commands.h"
#include "maps.h"

#include <errno.h>
#include <string.h>

typedef int (*record_action)(struct session *session, const struct plan_record *record,
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

static int do_print(struct session *session, const struct plan_record *record, const void *data)
{
	output_record(session->output, record, data);
	return 0;
}

static int do_print_map(struct session *session, const struct plan_record *record,
			const void *data)
{
	return maps_print(session, record->map, field_number(session, record, 0, data),
			  field_number(session, record, 1, data));
}

static int do_clear(struct session *session, const struct plan_record *record, const void *data)
{
	(void)data;
	return maps_clear(session, record->map);
}

static int do_zero(struct session *session, const struct plan_record *record, const void *data)
{
	(void)data;
	return maps_zero(session, record->map);
}

static int do_exit(struct session *session, const struct plan_record *record, const void *data)
{
	session->exit_code = (int)field_number(session, record, 0, data);
	session->is_exiting = true;
	return 0;
}

static int do_cat(struct session *session, const struct plan_record *record, const void *data)
{
	struct strbuf path = {0};

	output_format_record(session->output, record, data, &path);
	command_cat(session, strbuf_text(&path));
	strbuf_free(&path);
	return 0;
}

static int do_system(struct session *session, const struct plan_record *record, const void *data)
{
	struct strbuf command = {0};

	output_format_record(session->output, record, data, &command);
	command_system(session, strbuf_text(&command));
	strbuf_free(&command);
	return 0;
}

static const record_action actions[RECORD_KIND_COUNT] = {
	[RECORD_PRINTF] = do_print,	  [RECORD_PRINT_VALUE] = do_print,
	[RECORD_PRINT_MAP] = do_print_map, [RECORD_PRINT_ENTRY] = do_print,
	[RECORD_CLEAR] = do_clear,	  [RECORD_ZERO] = do_zero,
	[RECORD_TIME] = do_print,	  [RECORD_JOIN] = do_print,
	[RECORD_EXIT] = do_exit,	  [RECORD_ERRORF] = do_print,
	[RECORD_WARNF] = do_print,	  [RECORD_CAT] = do_cat,
	[RECORD_SYSTEM] = do_system,
};

int records_receive(void *context, void *data, size_t size)
{
	struct session *session = context;
	const struct plan *plan = session->plan;
	const struct plan_record *record;
	struct record_header header;

	if (session->is_exiting || size < sizeof(header))
		return 0;
	memcpy(&header, data, sizeof(header));
	if (header.record >= plan->records.count)
		return 0;
	record = &plan->records.items[header.record];
	if (size < record->size || record->kind >= RECORD_KIND_COUNT)
		return 0;
	return actions[record->kind](session, record, data);
}

int records_drain(struct session *session)
{
	int count = session->ring ? ring_buffer__consume(session->ring) : 0;

	return count < 0 ? count : 0;
}
