/* Values as JSON. The writer is small because every document is one line with a known shape. */
#include "output_json.h"

#include <inttypes.h>
#include <string.h>

/* Bytes of the well-formed UTF-8 sequence at the start of `text` (RFC 3629); 0 when there is none. */
static size_t utf8_length(const unsigned char *text, size_t length)
{
	size_t i, size = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	unsigned char low = text[0] == 0xe0 ? 0xa0 : text[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = text[0] == 0xed ? 0x9f : text[0] == 0xf4 ? 0x8f : 0xbf;

	if (size > length || (text[0] >= 0x80 && text[0] < 0xc2) || text[0] > 0xf4)
		return 0;
	if (size > 1 && (text[1] < low || text[1] > high))
		return 0;
	for (i = 2; i < size; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

static void add_ascii(struct strbuf *out, char c)
{
	if (c == '"' || c == '\\')
		strbuf_printf(out, "\\%c", c);
	else if (c == '\n')
		strbuf_add(out, "\\n");
	else if (c == '\t')
		strbuf_add(out, "\\t");
	else if (c == '\r')
		strbuf_add(out, "\\r");
	else if (c < 0x20)
		strbuf_printf(out, "\\u%04x", (unsigned int)c);
	else
		strbuf_add_char(out, c);
}

/* What is not UTF-8 becomes U+FFFD, byte by byte: a document must be UTF-8 (RFC 8259). */
void json_add_text(struct strbuf *out, const char *text, size_t length)
{
	size_t i, size;

	strbuf_add_char(out, '"');
	for (i = 0; i < length; i += size) {
		size = utf8_length((const unsigned char *)text + i, length - i);
		if (size > 1)
			strbuf_add_bytes(out, text + i, size);
		else if (size == 1)
			add_ascii(out, text[i]);
		else
			strbuf_add(out, "\\ufffd");
		size += !size;
	}
	strbuf_add_char(out, '"');
}

/* Exactly representable as a double: at most 53 significant bits. */
static bool fits_double(uint64_t magnitude)
{
	if (!magnitude)
		return true;
	return magnitude >> __builtin_ctzll(magnitude) < UINT64_C(1) << 53;
}

void json_add_signed(struct strbuf *out, int64_t value)
{
	uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;

	strbuf_printf(out, fits_double(magnitude) ? "%" PRId64 : "\"%" PRId64 "\"", value);
}

void json_add_unsigned(struct strbuf *out, uint64_t value)
{
	strbuf_printf(out, fits_double(value) ? "%" PRIu64 : "\"%" PRIu64 "\"", value);
}

void json_add_number(struct strbuf *out, bool is_signed, int64_t value)
{
	if (is_signed)
		json_add_signed(out, value);
	else
		json_add_unsigned(out, (uint64_t)value);
}

void json_add_stats(const struct value_type *type, const struct value_sum *sum, int64_t average,
		    struct strbuf *out)
{
	strbuf_printf(out, "{\"count\": ");
	json_add_unsigned(out, sum->count);
	strbuf_add(out, ", \"average\": ");
	json_add_number(out, type->is_signed, average);
	strbuf_add(out, ", \"total\": ");
	json_add_number(out, type->is_signed, (int64_t)sum->sum);
	strbuf_add(out, "}");
}

static void add_members(const struct value_printer *printer, const struct value_type *type,
			const void *bytes, struct strbuf *out)
{
	const struct plan *plan = printer->plan;
	bool is_named = type->kind != VALUE_TUPLE;
	uint32_t i;

	for (i = 0; i < type->field_count; i++) {
		const struct value_field *field = &plan->fields.items[type->first_field + i];
		const char *name = plan_string(plan, field->name);

		if (i)
			strbuf_add(out, is_named ? ", " : ",");
		if (is_named && value_is_anonymous(plan, field)) {
			add_members(printer, &plan->types.items[field->type],
				    (const char *)bytes + field->offset, out);
			continue;
		}
		if (is_named) {
			json_add_text(out, name, strlen(name));
			strbuf_add(out, ": ");
		}
		if (field->bit_size)
			json_add_number(out, plan->types.items[field->type].is_signed,
					value_read_field(plan, field, bytes));
		else
			json_add_value(printer, field->type, (const char *)bytes + field->offset,
				       out);
	}
}

static void add_fields(const struct value_printer *printer, const struct value_type *type,
		       const void *bytes, struct strbuf *out)
{
	bool is_named = type->kind != VALUE_TUPLE;

	strbuf_add_char(out, is_named ? '{' : '[');
	add_members(printer, type, bytes, out);
	strbuf_add_char(out, is_named ? '}' : ']');
}

static void add_array(const struct value_printer *printer, const struct value_type *type,
		      const void *bytes, struct strbuf *out)
{
	uint32_t i, size = printer->plan->types.items[type->element].size;

	strbuf_add_char(out, '[');
	for (i = 0; i < type->count; i++) {
		if (i)
			strbuf_add_char(out, ',');
		json_add_value(printer, type->element, (const char *)bytes + (size_t)i * size, out);
	}
	strbuf_add_char(out, ']');
}

/* A buffer is a list of signed bytes. */
static void add_buffer(const struct value_type *type, const void *bytes, struct strbuf *out)
{
	const signed char *data = (const signed char *)bytes + 4;
	uint32_t i, length;

	memcpy(&length, bytes, 4);
	if (length > type->size - 4)
		length = type->size - 4;
	strbuf_add_char(out, '[');
	for (i = 0; i < length; i++)
		strbuf_printf(out, "%s%d", i ? "," : "", data[i]);
	strbuf_add_char(out, ']');
}

static void add_text_of(const struct value_printer *printer, uint32_t type, const void *bytes,
			struct strbuf *out)
{
	struct strbuf text = { 0 };

	value_add_text(printer, type, bytes, &text);
	json_add_text(out, strbuf_text(&text), text.len);
	strbuf_free(&text);
}

static void add_aggregation(const struct value_type *type, const void *bytes, struct strbuf *out)
{
	struct value_extreme extreme;
	struct value_sum sum = { 0 };

	if (type->kind == VALUE_MIN || type->kind == VALUE_MAX) {
		memcpy(&extreme, bytes, sizeof(extreme));
		json_add_number(out, type->is_signed, extreme.is_set ? (int64_t)extreme.value : 0);
		return;
	}
	memcpy(&sum, bytes, type->size < sizeof(sum) ? type->size : sizeof(sum));
	if (type->kind == VALUE_STATS)
		json_add_stats(type, &sum, value_average(type, &sum), out);
	else if (type->kind == VALUE_AVG)
		json_add_number(out, type->is_signed, value_average(type, &sum));
	else
		json_add_number(out, type->kind == VALUE_SUM && type->is_signed, (int64_t)sum.sum);
}

void json_add_value(const struct value_printer *printer, uint32_t type_index, const void *bytes,
		    struct strbuf *out)
{
	const struct value_type *type = &printer->plan->types.items[type_index];

	switch ((enum value_kind)type->kind) {
	case VALUE_INT: case VALUE_ENUM: case VALUE_POINTER:
		json_add_number(out, type->is_signed, value_read_integer(type, bytes));
		return;
	case VALUE_BOOL:
		value_add_text(printer, type_index, bytes, out);
		return;
	case VALUE_BUFFER:
		add_buffer(type, bytes, out);
		return;
	case VALUE_ARRAY:
		add_array(printer, type, bytes, out);
		return;
	case VALUE_TUPLE: case VALUE_RECORD: case VALUE_STRUCT:
		add_fields(printer, type, bytes, out);
		return;
	case VALUE_COUNT: case VALUE_SUM: case VALUE_AVG: case VALUE_MIN: case VALUE_MAX:
	case VALUE_STATS:
		add_aggregation(type, bytes, out);
		return;
	case VALUE_VOID: case VALUE_STRING: case VALUE_KSTACK: case VALUE_USTACK: case VALUE_KSYM:
	case VALUE_USYM: case VALUE_INET: case VALUE_MAC: case VALUE_CGROUP_PATH:
	case VALUE_USERNAME: case VALUE_TIMESTAMP: case VALUE_PROBE: case VALUE_HIST:
	case VALUE_LHIST: case VALUE_KIND_COUNT:
		break;
	}
	add_text_of(printer, type_index, bytes, out);
}

void json_add_key(const struct value_printer *printer, uint32_t type, const void *bytes,
		  struct strbuf *out)
{
	struct strbuf text = { 0 };
	size_t i, length = 0;

	value_add_key_text(printer, type, bytes, &text);
	for (i = 0; i < text.len; i++) {
		if (text.text[i] != ' ')
			text.text[length++] = text.text[i];
	}
	json_add_text(out, strbuf_text(&text), length);
	strbuf_free(&text);
}
