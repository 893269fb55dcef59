/* Output: records and maps to lines. Each record becomes its whole text first and is written at
 * once; how often the stream is flushed is the runtime's choice (buffering mode). */
#include "output.h"

#include "output_format.h"
#include "output_hist.h"
#include "output_json.h"
#include "output_map.h"
#include "output_names.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct output {
	struct value_printer printer;
	struct output_lookup lookup;
	enum output_format format;
	FILE *file;
	struct strbuf text, line; /* reused by every record */
	int error;
};

struct output *output_create(const struct plan *plan, enum output_format format, FILE *out,
			     const struct output_lookup *lookup)
{
	struct output *output = calloc(1, sizeof(*output));

	if (!output)
		return NULL;
	if (lookup)
		output->lookup = *lookup;
	output->printer = (struct value_printer){ .plan = plan, .lookup = &output->lookup };
	output->format = format;
	output->file = out;
	return output;
}

void output_free(struct output *output)
{
	if (!output)
		return;
	strbuf_free(&output->text);
	strbuf_free(&output->line);
	free(output);
}

static void write_bytes(struct output *output, const char *bytes, size_t length)
{
	if (output->error || !length)
		return;
	if (fwrite(bytes, 1, length, output->file) != length)
		output->error = errno ? -errno : -EIO;
}

static void write_line(struct output *output)
{
	write_bytes(output, strbuf_text(&output->line), output->line.len);
	strbuf_clear(&output->line);
}

int output_flush(struct output *output)
{
	if (!output->error && fflush(output->file) != 0)
		output->error = errno ? -errno : -EIO;
	return output->error;
}

void output_attached(struct output *output, uint32_t count)
{
	if (output->format == OUTPUT_TEXT) {
		fprintf(stderr, "Attached %u probe%s\n", count, count == 1 ? "" : "s");
		return;
	}
	strbuf_printf(
	    &output->line,
	    "{\"type\": \"attached_probes\", \"count\": %u, \"data\": {\"probes\": %u}}\n", count,
	    count);
	write_line(output);
}

void output_text(struct output *output, const char *json_type, const char *text, size_t length)
{
	if (output->format == OUTPUT_TEXT) {
		write_bytes(output, text, length);
		if (strcmp(json_type, "syscall") == 0)
			write_bytes(output, "\n", 1);
		return;
	}
	strbuf_printf(&output->line, "{\"type\": \"%s\", \"data\": ", json_type);
	json_add_text(&output->line, text, length);
	strbuf_add(&output->line, "}\n");
	write_line(output);
}

void output_format_record(struct output *output, const struct plan_record *record, const void *data,
			  struct strbuf *text)
{
	format_add_record(&output->printer, record, data, text);
}

static void print_printf(struct output *output, const struct plan_record *record, const void *data)
{
	format_add_record(&output->printer, record, data, &output->text);
	output_text(output, "printf", strbuf_text(&output->text), output->text.len);
}

/* errorf, warnf, errors found while running: to standard error with the place in the script; JSON keeps them in the stream. */
static void print_message(struct output *output, const struct plan_record *record, const void *data)
{
	const struct plan *plan = output->printer.plan;
	struct plan_source source = { 0 };
	struct strbuf *text = &output->text;
	bool is_error = record->kind == RECORD_ERRORF;
	const char *file;

	if (record->source < plan->sources.count)
		source = plan->sources.items[record->source];
	file = plan_string(plan, source.file);
	format_add_record(&output->printer, record, data, text);
	if (output->format == OUTPUT_JSON) {
		if (strcmp(file, "-e") == 0 || strcmp(file, "-") == 0)
			file = "stdin";
		strbuf_printf(&output->line, "{\"type\": \"%s\", \"msg\": ",
			      record_kind_name(record->kind));
		json_add_text(&output->line, strbuf_text(text), text->len);
		strbuf_add(&output->line, ", \"filename\": ");
		json_add_text(&output->line, file, strlen(file));
		strbuf_printf(&output->line, ", \"line\": %u, \"col\": %u}\n", source.line,
			      source.column);
		write_line(output);
		return;
	}
	if (text->len && text->text[text->len - 1] == '\n')
		text->text[--text->len] = '\0';
	fprintf(stderr, "%s:%u:%u: %s: %s\n", file, source.line, source.column,
		is_error ? "error" : "warning", strbuf_text(text));
}

/* A value on a line of its own, from its type and bytes. */
static void print_value(struct output *output, uint32_t type_index, const void *bytes)
{
	const struct value_type *type = &output->printer.plan->types.items[type_index];
	bool is_hist = type->kind == VALUE_HIST || type->kind == VALUE_LHIST;

	if (output->format == OUTPUT_JSON) {
		strbuf_add(&output->line, "{\"type\": \"value\", \"data\": ");
		if (is_hist)
			hist_add_json(type, bytes, 0, ",", &output->line);
		else
			json_add_value(&output->printer, type_index, bytes, &output->line);
		strbuf_add(&output->line, "}\n");
	} else {
		if (is_hist)
			hist_add_text(type, bytes, 0, &output->line);
		else
			value_add_text(&output->printer, type_index, bytes, &output->line);
		strbuf_add_char(&output->line, '\n');
	}
	write_line(output);
}

static void print_field(struct output *output, const struct plan_record *record, const void *data)
{
	const struct plan *plan = output->printer.plan;
	const struct value_field *field =
		&plan->fields.items[record->first_field + record->field_count - 1];

	print_value(output, field->type, (const char *)data + field->offset);
}

static void print_time(struct output *output, const struct plan_record *record)
{
	names_add_now(plan_string(output->printer.plan, record->format), &output->text);
	output_text(output, "time", strbuf_text(&output->text), output->text.len);
}

/* Appends one argument of join; strings that come as an array or as fields of their own. */
static void join_strings(struct output *output, const struct plan_record *record, const void *data,
			 const struct value_field *field, uint64_t count)
{
	const struct plan *plan = output->printer.plan;
	const struct value_type *type = &plan->types.items[field->type], *element = type;
	const char *bytes = (const char *)data + field->offset;
	uint32_t i, limit = 1;

	if (type->kind == VALUE_ARRAY) {
		element = &plan->types.items[type->element];
		limit = type->count;
	}
	for (i = 0; i < limit && i < count && element->kind == VALUE_STRING; i++) {
		if (i)
			strbuf_add(&output->text, plan_string(plan, record->format));
		strbuf_add_bytes(&output->text, bytes + (size_t)i * element->size,
				 strnlen(bytes + (size_t)i * element->size, element->size));
	}
}

static void print_join(struct output *output, const struct plan_record *record, const void *data)
{
	const struct plan *plan = output->printer.plan;
	const struct value_field *fields = &plan->fields.items[record->first_field];
	uint64_t count = (uint64_t)value_read_field(plan, &fields[0], data);
	uint32_t i;

	for (i = 1; i < record->field_count && i <= count; i++) {
		if (i > 1)
			strbuf_add(&output->text, plan_string(plan, record->format));
		join_strings(output, record, data, &fields[i], count);
	}
	if (output->format == OUTPUT_TEXT)
		strbuf_add_char(&output->text, '\n');
	output_text(output, "join", strbuf_text(&output->text), output->text.len);
}

void output_record(struct output *output, const struct plan_record *record, const void *data)
{
	strbuf_clear(&output->text);
	switch ((enum record_kind)record->kind) {
	case RECORD_PRINTF:
		print_printf(output, record, data);
		return;
	case RECORD_ERRORF: case RECORD_WARNF: case RECORD_RUNTIME_ERROR:
		print_message(output, record, data);
		return;
	case RECORD_PRINT_VALUE: case RECORD_PRINT_ENTRY:
		print_field(output, record, data);
		return;
	case RECORD_TIME:
		print_time(output, record);
		return;
	case RECORD_JOIN:
		print_join(output, record, data);
		return;
	case RECORD_PRINT_MAP: case RECORD_CLEAR: case RECORD_ZERO: case RECORD_EXIT:
	case RECORD_CAT: case RECORD_SYSTEM: case RECORD_KIND_COUNT:
		return; /* the runtime acts on these itself */
	}
}

void output_map(struct output *output, const struct map_dump *dump, uint64_t top, uint64_t div)
{
	if (output->format == OUTPUT_JSON)
		map_add_json(&output->printer, dump, top, div, &output->line);
	else
		map_add_text(&output->printer, dump, top, div, &output->line);
	write_line(output);
}

void output_end(struct output *output)
{
	if (output->format == OUTPUT_TEXT)
		write_bytes(output, "\n\n", 2);
}

void output_lost(struct output *output, const char *what, uint64_t count, const char *warning)
{
	if (warning)
		fprintf(stderr, "warning: %s\n", warning);
	else if (output->format == OUTPUT_TEXT)
		fprintf(stderr, "Lost %" PRIu64 " %s\n", count, what);
	if (output->format == OUTPUT_TEXT)
		return;
	strbuf_printf(&output->line, "{\"type\": \"lost_events\", \"data\": {\"events\": %" PRIu64
		      ", \"what\": ", count);
	json_add_text(&output->line, what, strlen(what));
	strbuf_add(&output->line, "}}\n");
	write_line(output);
}

void output_value(struct output *output, uint32_t type, const void *bytes, struct strbuf *text)
{
	value_add_text(&output->printer, type, bytes, text);
}
