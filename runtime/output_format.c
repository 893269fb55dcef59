/* printf. The rules are the peer's, not libc's: a zero flag fills with zeros on whichever side the
 * text is short, precision has no effect, and the length modifier cuts the integer. */
#include "output_format.h"

#include "base/format.h"

#include <inttypes.h>
#include <string.h>

static void add_padded(const struct format_spec *spec, const struct strbuf *text, struct strbuf *out)
{
	size_t fill = text->len < spec->width ? spec->width - text->len : 0;
	char filler = spec->has_zero ? '0' : ' ';

	if (spec->is_left)
		strbuf_add_bytes(out, strbuf_text(text), text->len);
	while (fill--)
		strbuf_add_char(out, filler);
	if (!spec->is_left)
		strbuf_add_bytes(out, strbuf_text(text), text->len);
}

/* Tuples, records and arrays are padded at what opens them: "%8s" of (1, 2) is "       (1, 2)". */
static void add_padded_composite(const struct format_spec *spec, uint32_t kind,
				 const struct strbuf *text, struct strbuf *out)
{
	struct strbuf opening = { 0 };

	strbuf_add_bytes(&opening, text->text, kind == VALUE_TUPLE || kind == VALUE_ARRAY ? 1 : 2);
	add_padded(spec, &opening, out);
	strbuf_add_bytes(out, text->text + opening.len, text->len - opening.len);
	strbuf_free(&opening);
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
	else if (spec->conversion == 'X')
		strbuf_printf(text, spec->has_base ? "%#" PRIX64 : "%" PRIX64, number);
	else
		strbuf_printf(text, spec->has_base || spec->conversion == 'p' ? "%#" PRIx64 :
			      "%" PRIx64, number);
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
	struct strbuf text = { 0 };
	struct format_spec spec;
	uint32_t argument = 0;

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
		if (!spec.width) {
			add_argument(printer, &spec, field, data, out);
			continue;
		}
		strbuf_clear(&text);
		add_argument(printer, &spec, field, data, &text);
		if (is_composite(plan->types.items[field->type].kind) && text.len > 1)
			add_padded_composite(&spec, plan->types.items[field->type].kind, &text, out);
		else
			add_padded(&spec, &text, out);
	}
	strbuf_add(out, at);
	strbuf_free(&text);
}
