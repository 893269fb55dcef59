/* Values as text. The bytes follow the shapes of base/value.h; the plan has been checked, so that
 * every read is in bounds. */
#include "output_value.h"

#include "output_names.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define MAX_FRAMES 1024

static uint64_t read_unsigned(const void *bytes, uint32_t size)
{
	uint64_t value = 0;
	uint32_t half;

	/* Copies of constant size: a variable one is a slow string instruction. */
	if (size == 4) {
		memcpy(&half, bytes, sizeof(half));
		return half;
	}
	if (size >= 8)
		memcpy(&value, bytes, sizeof(value));
	else
		while (size--)
			value = value << 8 | ((const unsigned char *)bytes)[size];
	return value;
}

static int64_t extend(uint64_t value, uint32_t bits)
{
	return bits >= 64 || bits == 0 ? (int64_t)value :
	       (int64_t)(value << (64 - bits)) >> (64 - bits);
}

int64_t value_read_integer(const struct value_type *type, const void *bytes)
{
	uint64_t value;

	if (type->kind > VALUE_POINTER || type->kind == VALUE_VOID)
		return 0;
	value = read_unsigned(bytes, type->size);
	return type->is_signed ? extend(value, type->size * 8) : (int64_t)value;
}

int64_t value_read_field(const struct plan *plan, const struct value_field *field, const void *base)
{
	const struct value_type *type = &plan->types.items[field->type];
	const void *bytes = (const char *)base + field->offset;
	uint64_t value;

	if (!field->bit_size)
		return value_read_integer(type, bytes);
	value = read_unsigned(bytes, type->size) >> field->bit_offset;
	if (field->bit_size < 64)
		value &= (UINT64_C(1) << field->bit_size) - 1;
	return type->is_signed ? extend(value, field->bit_size) : (int64_t)value;
}

const char *value_enum_name(const struct plan *plan, const struct value_type *type, int64_t value)
{
	const struct plan_enum *row = &plan->enums.items[type->element];
	uint32_t i;

	for (i = row->first_name; i < row->first_name + row->name_count; i++) {
		if (plan->enum_names.items[i].value == value)
			return plan_string(plan, plan->enum_names.items[i].name);
	}
	return NULL;
}

int64_t value_average(const struct value_type *type, const struct value_sum *sum)
{
	if (!sum->count)
		return 0;
	return type->is_signed ? (int64_t)sum->sum / (int64_t)sum->count :
				 (int64_t)(sum->sum / sum->count);
}

uint64_t value_hist_total(const struct value_type *type, const void *bytes)
{
	uint64_t total = 0, count;
	uint32_t i;

	for (i = 0; i < type->count; i++) {
		memcpy(&count, (const char *)bytes + (size_t)i * 8, 8);
		total += count;
	}
	return total;
}

static void add_number(struct strbuf *out, bool is_signed, int64_t value)
{
	if (is_signed)
		strbuf_add_signed(out, value);
	else
		strbuf_add_unsigned(out, (uint64_t)value);
}

void value_add_string(const struct value_printer *printer, const struct value_type *type,
		      const void *bytes, struct strbuf *out)
{
	const struct plan_config *config = &printer->plan->config;
	size_t length = strnlen(bytes, type->size);

	strbuf_add_bytes(out, bytes, length);
	if (length && length == type->size && length >= config->max_strlen)
		strbuf_add(out, plan_string(printer->plan, config->str_trunc_trailer));
}

void value_add_buffer(const struct value_type *type, const void *bytes, char form,
		      struct strbuf *out)
{
	const unsigned char *data = (const unsigned char *)bytes + 4;
	uint32_t length, i;

	memcpy(&length, bytes, 4);
	if (length > type->size - 4)
		length = type->size - 4;
	for (i = 0; i < length; i++) {
		if (form == 'h')
			strbuf_printf(out, "%s%02x", i ? " " : "", data[i]);
		else if (form == 'x' || data[i] < 0x20 || data[i] > 0x7e)
			strbuf_printf(out, "\\x%02x", data[i]);
		else
			strbuf_add_char(out, (char)data[i]);
	}
}

static void add_symbol(const struct value_printer *printer, bool is_user, uint32_t pid,
		       uint64_t address, bool show_offset, struct strbuf *out)
{
	const struct output_lookup *lookup = printer->lookup;

	if (is_user && lookup && lookup->user_symbol)
		lookup->user_symbol(lookup->context, pid, address, show_offset, out);
	else if (!is_user && lookup && lookup->kernel_symbol)
		lookup->kernel_symbol(lookup->context, address, show_offset, out);
	else
		strbuf_printf(out, address ? "0x%" PRIx64 : "%" PRIx64, address);
}

static void add_frame(const struct value_printer *printer, const struct value_type *type,
		      const struct value_stack *stack, uint64_t frame, struct strbuf *out)
{
	const struct output_lookup *lookup = printer->lookup;
	bool is_user = type->kind == VALUE_USTACK;

	if (type->stack_mode == STACK_MODE_RAW) {
		strbuf_printf(out, "%" PRIx64 "\n", frame);
		return;
	}
	if (type->stack_mode == STACK_MODE_PERF)
		strbuf_printf(out, "\t%" PRIx64 " ", frame);
	else
		strbuf_add(out, "        ");
	add_symbol(printer, is_user, stack->pid, frame, true, out);
	if (type->stack_mode == STACK_MODE_PERF && is_user) {
		strbuf_add(out, " (");
		if (lookup && lookup->user_module)
			lookup->user_module(lookup->context, stack->pid, frame, out);
		else
			strbuf_add(out, "[unknown]");
		strbuf_add(out, ")");
	}
	strbuf_add_char(out, '\n');
}

static void add_stack(const struct value_printer *printer, const struct value_type *type,
		      const void *bytes, struct strbuf *out)
{
	const struct output_lookup *lookup = printer->lookup;
	uint64_t frames[MAX_FRAMES];
	struct value_stack stack;
	uint32_t i, count = 0;

	memcpy(&stack, bytes, sizeof(stack));
	strbuf_add_char(out, '\n');
	if (stack.id && lookup && lookup->stack)
		count =
		    lookup->stack(lookup->context, type->stack_map, stack.id, frames, MAX_FRAMES);
	if (stack.depth && count > stack.depth)
		count = stack.depth;
	for (i = 0; i < count && i < MAX_FRAMES; i++)
		add_frame(printer, type, &stack, frames[i], out);
}

static void add_inet(const void *bytes, struct strbuf *out)
{
	char text[INET6_ADDRSTRLEN];
	struct value_inet inet;

	memcpy(&inet, bytes, sizeof(inet));
	if ((inet.family == AF_INET || inet.family == AF_INET6) &&
	    inet_ntop((int)inet.family, inet.address, text, sizeof(text)))
		strbuf_add(out, text);
}

bool value_is_anonymous(const struct plan *plan, const struct value_field *field)
{
	return plan->types.items[field->type].kind == VALUE_STRUCT &&
	       !*plan_string(plan, field->name);
}

static void add_fields(const struct value_printer *printer, const struct value_type *type,
		       const void *bytes, struct strbuf *out)
{
	const struct plan *plan = printer->plan;
	bool is_named = type->kind != VALUE_TUPLE;
	uint32_t i;

	for (i = 0; i < type->field_count; i++) {
		const struct value_field *field = &plan->fields.items[type->first_field + i];

		if (i)
			strbuf_add(out, ", ");
		if (is_named && value_is_anonymous(plan, field)) {
			add_fields(printer, &plan->types.items[field->type],
				   (const char *)bytes + field->offset, out);
			continue;
		}
		if (is_named)
			strbuf_printf(out, ".%s = ", plan_string(plan, field->name));
		if (field->bit_size)
			add_number(out, plan->types.items[field->type].is_signed,
				   value_read_field(plan, field, bytes));
		else
			value_add_text(printer, field->type, (const char *)bytes + field->offset,
				       out);
	}
}

static void add_array(const struct value_printer *printer, const struct value_type *type,
		      const void *bytes, struct strbuf *out)
{
	uint32_t i, size = printer->plan->types.items[type->element].size;

	strbuf_add_char(out, '[');
	for (i = 0; i < type->count; i++) {
		if (i)
			strbuf_add_char(out, ',');
		value_add_text(printer, type->element, (const char *)bytes + (size_t)i * size, out);
	}
	strbuf_add_char(out, ']');
}

static void add_aggregation(const struct value_type *type, const void *bytes, struct strbuf *out)
{
	struct value_extreme extreme;
	struct value_sum sum;
	uint64_t count;

	switch (type->kind) {
	case VALUE_COUNT:
		memcpy(&count, bytes, sizeof(count));
		add_number(out, false, (int64_t)count);
		return;
	case VALUE_MIN:
	case VALUE_MAX:
		memcpy(&extreme, bytes, sizeof(extreme));
		add_number(out, type->is_signed, extreme.is_set ? (int64_t)extreme.value : 0);
		return;
	case VALUE_SUM:
		memcpy(&sum, bytes, sizeof(sum));
		add_number(out, type->is_signed, (int64_t)sum.sum);
		return;
	case VALUE_AVG:
		memcpy(&sum, bytes, sizeof(sum));
		add_number(out, type->is_signed, value_average(type, &sum));
		return;
	default:
		break;
	}
	memcpy(&sum, bytes, sizeof(sum));
	strbuf_printf(out, "{ .count = %" PRIu64 ", .average = ", sum.count);
	add_number(out, type->is_signed, value_average(type, &sum));
	strbuf_add(out, ", .total = ");
	add_number(out, type->is_signed, (int64_t)sum.sum);
	strbuf_add(out, " }");
}

static void add_enum(const struct value_printer *printer, const struct value_type *type,
		     const void *bytes, struct strbuf *out)
{
	int64_t value = value_read_integer(type, bytes);
	const char *name = value_enum_name(printer->plan, type, value);

	if (name)
		strbuf_add(out, name);
	else
		add_number(out, type->is_signed, value);
}

/* Values that name something outside of the record: symbols, users, paths, times, probes. */
static void add_reference(const struct value_printer *printer, const struct value_type *type,
			  const void *bytes, struct strbuf *out)
{
	const struct output_lookup *lookup = printer->lookup;
	uint64_t number = read_unsigned(bytes, type->size);
	struct value_timestamp timestamp;
	struct value_usym usym;
	const char *name;

	switch (type->kind) {
	case VALUE_KSYM:
		add_symbol(printer, false, 0, number, false, out);
		return;
	case VALUE_USYM:
		memcpy(&usym, bytes, sizeof(usym));
		add_symbol(printer, true, usym.pid, usym.address, false, out);
		return;
	case VALUE_CGROUP_PATH:
		names_add_cgroup(number, out);
		return;
	case VALUE_USERNAME:
		names_add_user((uint32_t)number, out);
		return;
	case VALUE_TIMESTAMP:
		memcpy(&timestamp, bytes, sizeof(timestamp));
		names_add_timestamp(plan_string(printer->plan, timestamp.format), timestamp.nsecs,
				    timestamp.clock, lookup ? lookup->boot_epoch : 0, out);
		return;
	default:
		break;
	}
	name = lookup && lookup->target ? lookup->target(lookup->context, number) : NULL;
	if (name)
		strbuf_add(out, name);
	else
		add_number(out, false, (int64_t)number);
}

void value_add_text(const struct value_printer *printer, uint32_t type_index, const void *bytes,
		    struct strbuf *out)
{
	const struct value_type *type = &printer->plan->types.items[type_index];
	const unsigned char *mac = bytes;

	switch ((enum value_kind)type->kind) {
	case VALUE_VOID: case VALUE_KIND_COUNT: case VALUE_HIST: case VALUE_LHIST:
		return;
	case VALUE_BOOL:
		strbuf_add(out, *(const unsigned char *)bytes ? "true" : "false");
		return;
	case VALUE_INT:
		add_number(out, type->is_signed, value_read_integer(type, bytes));
		return;
	case VALUE_ENUM:
		add_enum(printer, type, bytes, out);
		return;
	case VALUE_POINTER:
		strbuf_printf(out, "0x%" PRIx64, read_unsigned(bytes, 8));
		return;
	case VALUE_STRING:
		value_add_string(printer, type, bytes, out);
		return;
	case VALUE_BUFFER:
		value_add_buffer(type, bytes, 0, out);
		return;
	case VALUE_ARRAY:
		add_array(printer, type, bytes, out);
		return;
	case VALUE_TUPLE:
		strbuf_add_char(out, '(');
		add_fields(printer, type, bytes, out);
		strbuf_add_char(out, ')');
		return;
	case VALUE_RECORD: case VALUE_STRUCT:
		strbuf_add(out, "{ ");
		add_fields(printer, type, bytes, out);
		strbuf_add(out, " }");
		return;
	case VALUE_KSTACK: case VALUE_USTACK:
		add_stack(printer, type, bytes, out);
		return;
	case VALUE_INET:
		add_inet(bytes, out);
		return;
	case VALUE_MAC:
		strbuf_printf(out, "%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2], mac[3],
			      mac[4], mac[5]);
		return;
	case VALUE_KSYM: case VALUE_USYM: case VALUE_CGROUP_PATH: case VALUE_USERNAME:
	case VALUE_TIMESTAMP: case VALUE_PROBE:
		add_reference(printer, type, bytes, out);
		return;
	case VALUE_COUNT: case VALUE_SUM: case VALUE_AVG: case VALUE_MIN: case VALUE_MAX:
	case VALUE_STATS:
		add_aggregation(type, bytes, out);
		return;
	}
}

void value_add_key_text(const struct value_printer *printer, uint32_t type_index, const void *bytes,
			struct strbuf *out)
{
	const struct value_type *type = &printer->plan->types.items[type_index];

	if (type->kind == VALUE_TUPLE)
		add_fields(printer, type, bytes, out);
	else
		value_add_text(printer, type_index, bytes, out);
}
