/* printf. The rules are the peer's, not libc's: a zero flag fills with zeros on whichever side the
 * text is short, precision has no effect, and the length modifier cuts the integer. */
#include "output_format.h"

#include "base/format.h"
#include "base/names.h"

#include <inttypes.h>
#include <string.h>

/* Widens what was added to `out` since `start`: only its first `length` bytes count, and only they
 * are padded (tuples, records and arrays are padded at what opens them, as on the peer: "%8s" of
 * (1, 2) is "       (1, 2)"). */
static void pad(const struct format_spec *spec, size_t start, size_t length, struct strbuf *out)
{
	size_t fill = length < spec->width ? spec->width - length : 0, i, tail;
	char *at;

	if (!fill)
		return;
	for (i = 0; i < fill; i++)
		strbuf_add_char(out, ' ');
	at = out->text + start;
	tail = out->len - start - length - fill;
	if (spec->is_left)
		memmove(at + length + fill, at + length, tail);
	else
		memmove(at + fill, at, length + tail);
	memset(spec->is_left ? at + length : at, spec->has_zero ? '0' : ' ', fill);
}

static bool is_composite(uint32_t kind)
{
	return kind >= VALUE_ARRAY && kind <= VALUE_STRUCT;
}

/* Cuts to the length modifier's size; sign-extended for signed conversions. */
static int64_t cut(int64_t value, uint32_t bytes, bool is_signed)
{
	uint32_t shift = 64 - bytes * 8;

	if (is_signed)
		return (int64_t)((uint64_t)value << shift) >> shift;
	return (int64_t)((uint64_t)value << shift >> shift);
}

static void add_hex(uint64_t number, bool is_upper, bool has_base, struct strbuf *text)
{
	static const char digits[2][17] = { "0123456789abcdef", "0123456789ABCDEF" };
	char buffer[16];
	size_t at = sizeof(buffer);

	if (has_base && number)
		strbuf_add_bytes(text, is_upper ? "0X" : "0x", 2);
	do {
		buffer[--at] = digits[is_upper][number & 15];
		number >>= 4;
	} while (number);
	strbuf_add_bytes(text, buffer + at, sizeof(buffer) - at);
}

static void add_integer(const struct format_spec *spec, int64_t value, struct strbuf *text)
{
	uint64_t number;

	if (spec->conversion == 'd' || spec->conversion == 'i') {
		value = cut(value, spec->bytes, true);
		if (spec->has_plus && value >= 0)
			strbuf_add_char(text, '+');
		strbuf_add_signed(text, value);
		return;
	}
	if (spec->conversion == 'c') {
		strbuf_add_char(text, (char)value);
		return;
	}
	number = (uint64_t)(spec->conversion == 'p' ? value : cut(value, spec->bytes, false));
	if (spec->conversion == 'u')
		strbuf_add_unsigned(text, number);
	else if (spec->conversion == 'o')
		strbuf_printf(text, spec->has_base ? "%#" PRIo64 : "%" PRIo64, number);
	else
		add_hex(number, spec->conversion == 'X',
			spec->has_base || spec->conversion == 'p', text);
}

static bool is_number(const struct value_type *type)
{
	return type->kind >= VALUE_BOOL && type->kind <= VALUE_POINTER;
}

static void add_argument(const struct value_printer *printer, const struct format_spec *spec,
			 const struct value_field *field, const void *data, struct strbuf *text)
{
	const struct value_type *type = &printer->plan->types.items[field->type];
	const void *bytes = (const char *)data + field->offset;

	if (value_kind_is_aggregation(type->kind))
		return;
	if (spec->conversion == 'r' && type->kind == VALUE_BUFFER) {
		value_add_buffer(type, bytes, spec->buffer_form, text);
		return;
	}
	if (spec->conversion == 'g' && is_number(type)) {
		names_add_gfp((uint64_t)value_read_field(printer->plan, field, data), text);
		return;
	}
	if (spec->conversion != 's' && spec->conversion != 'r' && is_number(type)) {
		add_integer(spec, value_read_field(printer->plan, field, data), text);
		return;
	}
	if (spec->has_plus && type->kind == VALUE_INT && type->is_signed &&
	    value_read_integer(type, bytes) >= 0)
		strbuf_add_char(text, '+');
	value_add_text(printer, field->type, bytes, text);
}

void format_add_record(const struct value_printer *printer, const struct plan_record *record,
		       const void *data, struct strbuf *out)
{
	const struct plan *plan = printer->plan;
	const char *at = plan_string(plan, record->format);
	const struct value_field *field;
	struct format_spec spec;
	uint32_t argument = 0, kind;
	size_t start;

	while (format_next(at, &spec)) {
		strbuf_add_bytes(out, at, (size_t)(spec.start - at));
		at = spec.start + spec.length;
		if (spec.conversion == '%') {
			strbuf_add_char(out, '%');
			continue;
		}
		if (argument >= record->field_count) {
			strbuf_add_bytes(out, spec.start, spec.length);
			continue;
		}
		field = &plan->fields.items[record->first_field + argument++];
		start = out->len;
		add_argument(printer, &spec, field, data, out);
		kind = plan->types.items[field->type].kind;
		if (spec.width && is_composite(kind) && out->len - start > 1)
			pad(&spec, start, kind == VALUE_TUPLE || kind == VALUE_ARRAY ? 1 : 2, out);
		else if (spec.width)
			pad(&spec, start, out->len - start, out);
	}
	strbuf_add(out, at);
}
