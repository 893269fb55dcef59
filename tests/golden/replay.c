/* Replays a recording through the printers: `golden-output txt|json FILE.rec`. A recording is a
 * text: it declares shapes, maps and records as a plan has them, then says what arrived, with
 * values written out. So the printers are tested without a kernel. One line, one statement:
 *
 *   max_strlen N
 *   enum NAME ITEM=N...
 *   type NAME int SIZE [signed] | enum SIZE ENUM | string SIZE | buffer SIZE | array TYPE COUNT
 *             | tuple TYPE... | record FIELD:TYPE... | struct FIELD:TYPE[@BITS]... | hist BITS
 *             | lhist MIN MAX STEP | kstack MODE | sum [signed] ... | any other kind's name
 *   map NAME KEYTYPE VALUETYPE
 *   record NAME KIND "FORMAT" TYPE...
 *   symbol ADDRESS NAME      stack ID FRAME...      target NUMBER NAME      epoch NANOSECONDS
 *   emit RECORD VALUE...     entry MAP KEY VALUE    print MAP [TOP [DIV]]
 *   attached N               text KIND "TEXT"       lost N "WHAT"           end
 *
 * Values: numbers, "strings", (parts of tuples, arrays, aggregations); histograms: (BUCKET COUNT
 * ...). */
#include "base/plan.h"
#include "output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAMES 256
#define VALUE_BYTES 65536
#define MAX_FRAMES 32

struct named {
	char name[64];
	uint32_t index;
};

struct replay {
	struct arena *arena;
	struct plan *plan;
	struct named types[MAX_NAMES], records[MAX_NAMES], enums[MAX_NAMES];
	uint32_t type_count, record_count, enum_count;
	struct map_dump dumps[MAX_NAMES];
	struct {
		uint64_t address;
		char name[64];
	} symbols[MAX_NAMES], targets[MAX_NAMES];
	uint32_t symbol_count, target_count;
	struct {
		uint64_t id, frames[MAX_FRAMES];
		uint32_t count;
	} stacks[MAX_NAMES];
	uint32_t stack_count;
	uint64_t epoch;
	struct output *output;
	enum output_format format;
	const char *at; /* the rest of the line */
	uint32_t line;
};

static void fail(const struct replay *replay, const char *what)
{
	fprintf(stderr, "line %u: %s\n", replay->line, what);
	exit(2);
}

static void skip_space(struct replay *replay)
{
	while (*replay->at == ' ' || *replay->at == '\t')
		replay->at++;
}

static bool at_end(struct replay *replay)
{
	skip_space(replay);
	return !*replay->at;
}

static void read_word(struct replay *replay, char *word, size_t size)
{
	size_t length;

	skip_space(replay);
	length = strcspn(replay->at, " \t()\n");
	if (!length || length >= size)
		fail(replay, "a word is missing");
	memcpy(word, replay->at, length);
	word[length] = '\0';
	replay->at += length;
}

static uint64_t read_number(struct replay *replay)
{
	char *end;
	uint64_t number;

	skip_space(replay);
	number = *replay->at == '-' ? (uint64_t)strtoll(replay->at, &end, 0) :
				      strtoull(replay->at, &end, 0);
	if (end == replay->at)
		fail(replay, "a number is missing");
	replay->at = end;
	return number;
}

/* A quoted text with \n \t \\ \" \xHH; returns its length. */
static size_t read_text(struct replay *replay, char *text, size_t size)
{
	size_t length = 0;

	skip_space(replay);
	if (*replay->at++ != '"')
		fail(replay, "a text is missing");
	while (*replay->at && *replay->at != '"' && length + 1 < size) {
		char c = *replay->at++;

		if (c == '\\') {
			c = *replay->at++;
			if (c == 'x') {
				char digits[3] = { replay->at[0], replay->at[1], 0 };

				c = (char)strtoul(digits, NULL, 16);
				replay->at += 2;
			} else {
				c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
			}
		}
		text[length++] = c;
	}
	if (*replay->at++ != '"')
		fail(replay, "a text does not end");
	text[length] = '\0';
	return length;
}

static uint32_t find(const struct replay *replay, const struct named *items, uint32_t count,
		     const char *name)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(items[i].name, name) == 0)
			return items[i].index;
	}
	fail(replay, name);
	return 0;
}

static uint32_t find_map(const struct replay *replay, const char *name)
{
	uint32_t i;

	for (i = 0; i < replay->plan->maps.count; i++) {
		if (strcmp(plan_string(replay->plan, replay->plan->maps.items[i].name), name) == 0)
			return i;
	}
	fail(replay, name);
	return 0;
}

static void add_name(const struct replay *replay, struct named *items, uint32_t *count,
		     const char *name, uint32_t index)
{
	if (*count >= MAX_NAMES)
		fail(replay, "too many names");
	snprintf(items[*count].name, sizeof(items->name), "%s", name);
	items[(*count)++].index = index;
}

/* ---- declarations ---------------------------------------------------------------------- */

static void read_enum(struct replay *replay)
{
	struct plan *plan = replay->plan;
	struct plan_enum row = { .first_name = plan->enum_names.count };
	char word[64];

	read_word(replay, word, sizeof(word));
	row.name = plan_add_string(plan, word);
	add_name(replay, replay->enums, &replay->enum_count, word, plan->enums.count);
	while (!at_end(replay)) {
		char *value;

		read_word(replay, word, sizeof(word));
		value = strchr(word, '=');
		if (!value)
			fail(replay, "NAME=NUMBER is missing");
		*value++ = '\0';
		*list_push(plan->arena, &plan->enum_names) = (struct plan_enum_name){
			.name = plan_add_string(plan, word), .value = strtoll(value, NULL, 0) };
		row.name_count++;
	}
	*list_push(plan->arena, &plan->enums) = row;
}

/* Reads the fields of a tuple, record, struct or record kind, laid out as C does from `offset`. */
static uint32_t read_fields(struct replay *replay, uint32_t offset, uint32_t *count)
{
	struct plan *plan = replay->plan;
	uint32_t bit = 0, unit = 0; /* bits used in the integer of the bitfields before, its size */

	for (*count = 0; !at_end(replay); (*count)++) {
		char word[128], *type_name, *bits;
		const struct value_type *type;
		struct value_field field = { 0 };

		read_word(replay, word, sizeof(word));
		type_name = strchr(word, ':');
		if (type_name) {
			*type_name++ = '\0';
			field.name = plan_add_string(plan, word);
		} else {
			type_name = word;
		}
		bits = strchr(type_name, '@');
		if (bits)
			*bits++ = '\0';
		field.type = find(replay, replay->types, replay->type_count, type_name);
		type = &plan->types.items[field.type];
		if (!bits) {
			offset += unit;
			bit = unit = 0;
		}
		offset = (offset + type->align - 1) / type->align * type->align;
		field.offset = offset;
		if (bits) { /* all bitfields in a row share one integer */
			field.bit_size = (uint16_t)strtoul(bits, NULL, 0);
			field.bit_offset = (uint16_t)bit;
			bit += field.bit_size;
			unit = type->size;
		} else {
			offset += type->size;
		}
		*list_push(plan->arena, &plan->fields) = field;
	}
	return offset + unit;
}

static void read_shape(struct replay *replay, struct value_type *type)
{
	struct plan *plan = replay->plan;
	char word[64];

	switch ((enum value_kind)type->kind) {
	case VALUE_INT:
		type->size = type->align = (uint32_t)read_number(replay);
		break;
	case VALUE_ENUM:
		type->size = type->align = (uint32_t)read_number(replay);
		read_word(replay, word, sizeof(word));
		type->element = find(replay, replay->enums, replay->enum_count, word);
		break;
	case VALUE_STRING: case VALUE_BUFFER:
		type->size = (uint32_t)read_number(replay);
		type->align = type->kind == VALUE_BUFFER ? 4 : 1;
		break;
	case VALUE_ARRAY:
		read_word(replay, word, sizeof(word));
		type->element = find(replay, replay->types, replay->type_count, word);
		type->count = (uint32_t)read_number(replay);
		type->align = plan->types.items[type->element].align;
		type->size = plan->types.items[type->element].size * type->count;
		break;
	case VALUE_TUPLE: case VALUE_RECORD: case VALUE_STRUCT:
		type->first_field = plan->fields.count;
		type->align = 8;
		type->size = (read_fields(replay, 0, &type->field_count) + 7) / 8 * 8;
		break;
	case VALUE_HIST:
		type->step = (int64_t)read_number(replay);
		type->count = value_hist_bucket_count((uint32_t)type->step);
		break;
	case VALUE_LHIST:
		type->min = (int64_t)read_number(replay);
		type->max = (int64_t)read_number(replay);
		type->step = (int64_t)read_number(replay);
		type->count = value_lhist_step_count(type->min, type->max, type->step) + 2;
		break;
	case VALUE_KSTACK: case VALUE_USTACK:
		read_word(replay, word, sizeof(word));
		type->stack_mode = strcmp(word, "perf") == 0 ? STACK_MODE_PERF :
				   strcmp(word, "raw") == 0  ? STACK_MODE_RAW : STACK_MODE_PEER;
		break;
	case VALUE_VOID: case VALUE_BOOL: case VALUE_POINTER: case VALUE_KSYM: case VALUE_USYM:
	case VALUE_INET: case VALUE_MAC: case VALUE_CGROUP_PATH: case VALUE_USERNAME:
	case VALUE_TIMESTAMP: case VALUE_PROBE: case VALUE_COUNT: case VALUE_SUM: case VALUE_AVG:
	case VALUE_MIN: case VALUE_MAX: case VALUE_STATS: case VALUE_KIND_COUNT:
		break;
	}
}

/* Size and alignment of the kinds that have only one. */
static void set_fixed_size(struct value_type *type)
{
	static const struct {
		uint32_t size, align;
	} sizes[VALUE_KIND_COUNT] = {
		[VALUE_VOID] = { 0, 1 },
		[VALUE_BOOL] = { 1, 1 },
		[VALUE_POINTER] = { 8, 8 },
		[VALUE_KSTACK] = { sizeof(struct value_stack), 8 },
		[VALUE_USTACK] = { sizeof(struct value_stack), 8 },
		[VALUE_KSYM] = { 8, 8 },
		[VALUE_USYM] = { sizeof(struct value_usym), 8 },
		[VALUE_INET] = { sizeof(struct value_inet), 4 },
		[VALUE_MAC] = { 6, 1 },
		[VALUE_CGROUP_PATH] = { 8, 8 },
		[VALUE_USERNAME] = { 4, 4 },
		[VALUE_TIMESTAMP] = { sizeof(struct value_timestamp), 8 },
		[VALUE_PROBE] = { 8, 8 },
		[VALUE_COUNT] = { 8, 8 },
		[VALUE_SUM] = { 16, 8 },
		[VALUE_AVG] = { 16, 8 },
		[VALUE_STATS] = { 16, 8 },
		[VALUE_MIN] = { 16, 8 },
		[VALUE_MAX] = { 16, 8 },
	};

	if (type->kind == VALUE_HIST || type->kind == VALUE_LHIST) {
		type->size = type->count * 8;
		type->align = 8;
	} else if (!type->size && sizes[type->kind].align) {
		type->size = sizes[type->kind].size;
		type->align = sizes[type->kind].align;
	}
}

static void read_type(struct replay *replay)
{
	struct value_type type = { 0 };
	char name[64], word[64];

	read_word(replay, name, sizeof(name));
	read_word(replay, word, sizeof(word));
	while (type.kind < VALUE_KIND_COUNT && strcmp(word, value_kind_name(type.kind)) != 0)
		type.kind++;
	if (type.kind == VALUE_KIND_COUNT)
		fail(replay, word);
	read_shape(replay, &type);
	set_fixed_size(&type);
	if (!at_end(replay)) {
		read_word(replay, word, sizeof(word));
		type.is_signed = strcmp(word, "signed") == 0;
	}
	add_name(replay, replay->types, &replay->type_count, name, replay->plan->types.count);
	*list_push(replay->arena, &replay->plan->types) = type;
}

static void read_map(struct replay *replay)
{
	struct plan *plan = replay->plan;
	struct plan_map map = { .role = MAP_ROLE_SCRIPT };
	struct map_dump *dump;
	char word[64];

	read_word(replay, word, sizeof(word));
	map.name = plan_add_string(plan, word);
	read_word(replay, word, sizeof(word));
	map.key = find(replay, replay->types, replay->type_count, word);
	read_word(replay, word, sizeof(word));
	map.value = find(replay, replay->types, replay->type_count, word);
	if (plan->maps.count >= MAX_NAMES)
		fail(replay, "too many maps");
	dump = &replay->dumps[plan->maps.count];
	dump->map = plan->maps.count;
	dump->key_size = plan->types.items[map.key].size;
	dump->value_size = plan->types.items[map.value].size;
	*list_push(plan->arena, &plan->maps) = map;
}

static void read_record(struct replay *replay)
{
	struct plan *plan = replay->plan;
	struct plan_record record = { .map = PLAN_NONE };
	char name[64], word[64], text[1024];

	read_word(replay, name, sizeof(name));
	read_word(replay, word, sizeof(word));
	while (record.kind < RECORD_KIND_COUNT && strcmp(word, record_kind_name(record.kind)) != 0)
		record.kind++;
	if (record.kind == RECORD_KIND_COUNT)
		fail(replay, word);
	read_text(replay, text, sizeof(text));
	record.format = plan_add_string(plan, text);
	record.first_field = plan->fields.count;
	record.source = plan->sources.count;
	*list_push(plan->arena, &plan->sources) = (struct plan_source){
		.file = plan_add_string(plan, "-e"), .line = replay->line, .column = 1 };
	record.size = read_fields(replay, sizeof(struct record_header), &record.field_count);
	add_name(replay, replay->records, &replay->record_count, name, plan->records.count);
	*list_push(plan->arena, &plan->records) = record;
}

/* ---- values ---------------------------------------------------------------------------- */

static void read_value(struct replay *replay, uint32_t type_index, unsigned char *bytes);

static bool open_list(struct replay *replay)
{
	skip_space(replay);
	if (*replay->at != '(')
		return false;
	replay->at++;
	return true;
}

static bool list_goes_on(struct replay *replay)
{
	skip_space(replay);
	if (*replay->at == ')') {
		replay->at++;
		return false;
	}
	if (!*replay->at)
		fail(replay, "a list does not end");
	return true;
}

static void read_bitfield(struct replay *replay, const struct value_field *field, uint32_t size,
			  unsigned char *bytes)
{
	uint64_t whole = 0, number = read_number(replay);

	memcpy(&whole, bytes, size);
	whole |= (number & ((UINT64_C(1) << field->bit_size) - 1)) << field->bit_offset;
	memcpy(bytes, &whole, size);
}

static void read_parts(struct replay *replay, uint32_t first, uint32_t count, unsigned char *bytes)
{
	struct plan *plan = replay->plan;
	uint32_t i;

	for (i = first; i < first + count; i++) {
		const struct value_field *field = &plan->fields.items[i];

		if (field->bit_size)
			read_bitfield(replay, field, plan->types.items[field->type].size,
				      bytes + field->offset);
		else
			read_value(replay, field->type, bytes + field->offset);
	}
}

/* (a b ...): as many u64 words as the value has; histograms (BUCKET COUNT ...). */
static void read_words(struct replay *replay, const struct value_type *type, unsigned char *bytes)
{
	bool is_hist = type->kind == VALUE_HIST || type->kind == VALUE_LHIST;
	uint32_t i;

	if (!open_list(replay)) {
		uint64_t number = read_number(replay);

		memcpy(bytes, &number, type->size < 8 ? type->size : 8);
		return;
	}
	for (i = 0; list_goes_on(replay); i++) {
		uint64_t number = read_number(replay), place = i;

		if (is_hist) {
			place = number;
			number = read_number(replay);
		}
		if ((place + 1) * 8 > type->size)
			fail(replay, "too many words");
		memcpy(bytes + place * 8, &number, 8);
	}
}

static void read_bytes(struct replay *replay, const struct value_type *type, unsigned char *bytes)
{
	char text[VALUE_BYTES];
	size_t length = read_text(replay, text, sizeof(text));
	uint32_t skipped = type->kind == VALUE_BUFFER ? 4 : 0, count;

	if (length > type->size - skipped)
		fail(replay, "the text is too long");
	count = (uint32_t)length;
	if (skipped)
		memcpy(bytes, &count, 4);
	memcpy(bytes + skipped, text, length);
}

static void read_timestamp(struct replay *replay, unsigned char *bytes)
{
	struct value_timestamp timestamp = { .clock = CLOCK_KIND_BOOT };
	char format[256];

	read_text(replay, format, sizeof(format));
	timestamp.format = plan_add_string(replay->plan, format);
	timestamp.nsecs = read_number(replay);
	memcpy(bytes, &timestamp, sizeof(timestamp));
}

static void read_inet(struct replay *replay, unsigned char *bytes)
{
	struct value_inet inet = { .family = (uint32_t)read_number(replay) };
	uint32_t i, count = inet.family == 2 ? 4 : 16;

	for (i = 0; i < count; i++)
		inet.address[i] = (uint8_t)read_number(replay);
	memcpy(bytes, &inet, sizeof(inet));
}

static void read_value(struct replay *replay, uint32_t type_index, unsigned char *bytes)
{
	const struct value_type *type = &replay->plan->types.items[type_index];
	uint32_t i, size;

	switch ((enum value_kind)type->kind) {
	case VALUE_STRING: case VALUE_BUFFER:
		read_bytes(replay, type, bytes);
		return;
	case VALUE_TIMESTAMP:
		read_timestamp(replay, bytes);
		return;
	case VALUE_INET:
		read_inet(replay, bytes);
		return;
	case VALUE_MAC:
		for (i = 0; i < 6; i++)
			bytes[i] = (unsigned char)read_number(replay);
		return;
	case VALUE_ARRAY: case VALUE_TUPLE: case VALUE_RECORD: case VALUE_STRUCT:
		if (!open_list(replay))
			fail(replay, "a list is missing");
		size =
		    type->kind == VALUE_ARRAY ? replay->plan->types.items[type->element].size : 0;
		for (i = 0; i < type->count; i++)
			read_value(replay, type->element, bytes + (size_t)i * size);
		read_parts(replay, type->first_field, type->field_count, bytes);
		if (list_goes_on(replay))
			fail(replay, "the list is too long");
		return;
	case VALUE_VOID: case VALUE_BOOL: case VALUE_INT: case VALUE_ENUM: case VALUE_POINTER:
	case VALUE_KSTACK: case VALUE_USTACK: case VALUE_KSYM: case VALUE_USYM:
	case VALUE_CGROUP_PATH: case VALUE_USERNAME: case VALUE_PROBE: case VALUE_COUNT:
	case VALUE_SUM: case VALUE_AVG: case VALUE_MIN: case VALUE_MAX: case VALUE_STATS:
	case VALUE_HIST: case VALUE_LHIST: case VALUE_KIND_COUNT:
		break;
	}
	if (type->kind == VALUE_VOID)
		return;
	read_words(replay, type, bytes);
}

/* ---- what arrived ---------------------------------------------------------------------- */

static void emit(struct replay *replay)
{
	unsigned char bytes[VALUE_BYTES] = { 0 };
	const struct plan_record *record;
	char word[64];

	read_word(replay, word, sizeof(word));
	record =
	    &replay->plan->records.items[find(replay, replay->records, replay->record_count, word)];
	if (record->size > sizeof(bytes))
		fail(replay, "the record is too large");
	read_parts(replay, record->first_field, record->field_count, bytes);
	output_record(replay->output, record, bytes);
}

static void add_entry(struct replay *replay)
{
	struct map_dump *dump;
	char word[64];

	read_word(replay, word, sizeof(word));
	dump = &replay->dumps[find_map(replay, word)];
	dump->keys = realloc(dump->keys, (size_t)(dump->count + 1) * dump->key_size + 1);
	dump->values = realloc(dump->values, (size_t)(dump->count + 1) * dump->value_size + 1);
	if (!dump->keys || !dump->values)
		fail(replay, "out of memory");
	memset(dump->keys + (size_t)dump->count * dump->key_size, 0, dump->key_size);
	memset(dump->values + (size_t)dump->count * dump->value_size, 0, dump->value_size);
	read_value(replay, replay->plan->maps.items[dump->map].key,
		   dump->keys + (size_t)dump->count * dump->key_size);
	read_value(replay, replay->plan->maps.items[dump->map].value,
		   dump->values + (size_t)dump->count * dump->value_size);
	dump->is_set = true;
	dump->count++;
}

static void print_map(struct replay *replay)
{
	uint64_t top = 0, div = 0;
	char word[64];

	read_word(replay, word, sizeof(word));
	if (!at_end(replay))
		top = read_number(replay);
	if (!at_end(replay))
		div = read_number(replay);
	output_map(replay->output, &replay->dumps[find_map(replay, word)], top, div);
}

/* ---- look-ups -------------------------------------------------------------------------- */

static void find_symbol(void *context, uint64_t address, bool show_offset, struct strbuf *out)
{
	const struct replay *replay = context;
	uint32_t i;

	for (i = 0; i < replay->symbol_count; i++) {
		uint64_t offset = address - replay->symbols[i].address;

		if (offset >= 4096)
			continue;
		strbuf_add(out, replay->symbols[i].name);
		if (show_offset)
			strbuf_printf(out, "+%" PRIu64, offset);
		return;
	}
	strbuf_printf(out, "%#" PRIx64, address);
}

static void find_user_symbol(void *context, uint32_t pid, uint64_t address, bool show_offset,
			     struct strbuf *out)
{
	(void)pid;
	find_symbol(context, address, show_offset, out);
}

static uint32_t find_stack(void *context, uint32_t map, uint64_t id, uint64_t *frames, uint32_t max)
{
	const struct replay *replay = context;
	uint32_t i;

	(void)map;
	for (i = 0; i < replay->stack_count; i++) {
		if (replay->stacks[i].id != id || replay->stacks[i].count > max)
			continue;
		memcpy(frames, replay->stacks[i].frames, replay->stacks[i].count * sizeof(*frames));
		return replay->stacks[i].count;
	}
	return 0;
}

static const char *find_target(void *context, uint64_t number)
{
	const struct replay *replay = context;
	uint32_t i;

	for (i = 0; i < replay->target_count; i++) {
		if (replay->targets[i].address == number)
			return replay->targets[i].name;
	}
	return NULL;
}

static void read_symbol(struct replay *replay, bool is_target)
{
	uint32_t index = is_target ? replay->target_count++ : replay->symbol_count++;
	uint64_t address = read_number(replay);

	if (index >= MAX_NAMES)
		fail(replay, "too many symbols");
	if (is_target) {
		replay->targets[index].address = address;
		read_word(replay, replay->targets[index].name, sizeof(replay->targets[index].name));
	} else {
		replay->symbols[index].address = address;
		read_word(replay, replay->symbols[index].name, sizeof(replay->symbols[index].name));
	}
}

static void read_stack(struct replay *replay)
{
	uint32_t index = replay->stack_count++;

	if (index >= MAX_NAMES)
		fail(replay, "too many stacks");
	replay->stacks[index].id = read_number(replay);
	while (!at_end(replay) && replay->stacks[index].count < MAX_FRAMES)
		replay->stacks[index].frames[replay->stacks[index].count++] = read_number(replay);
}

/* ---- the recording --------------------------------------------------------------------- */

/* The printers are made when the first thing arrives: then the plan is complete. */
static void ensure_output(struct replay *replay)
{
	struct output_lookup lookup = {
		.context = replay,
		.kernel_symbol = find_symbol,
		.user_symbol = find_user_symbol,
		.stack = find_stack,
		.target = find_target,
		.boot_epoch = replay->epoch,
	};

	if (!replay->output)
		replay->output = output_create(replay->plan, replay->format, stdout, &lookup);
}

static bool read_declaration(struct replay *replay, const char *word)
{
	if (strcmp(word, "max_strlen") == 0)
		replay->plan->config.max_strlen = (uint32_t)read_number(replay);
	else if (strcmp(word, "enum") == 0)
		read_enum(replay);
	else if (strcmp(word, "type") == 0)
		read_type(replay);
	else if (strcmp(word, "map") == 0)
		read_map(replay);
	else if (strcmp(word, "record") == 0)
		read_record(replay);
	else if (strcmp(word, "symbol") == 0 || strcmp(word, "target") == 0)
		read_symbol(replay, word[0] == 't');
	else if (strcmp(word, "stack") == 0)
		read_stack(replay);
	else if (strcmp(word, "epoch") == 0)
		replay->epoch = read_number(replay);
	else
		return false;
	return true;
}

static void read_event(struct replay *replay, const char *word)
{
	char kind[64], text[4096];
	size_t length;
	uint64_t count;

	ensure_output(replay);
	if (strcmp(word, "emit") == 0) {
		emit(replay);
	} else if (strcmp(word, "entry") == 0) {
		add_entry(replay);
	} else if (strcmp(word, "print") == 0) {
		print_map(replay);
	} else if (strcmp(word, "attached") == 0) {
		output_attached(replay->output, (uint32_t)read_number(replay));
	} else if (strcmp(word, "text") == 0) {
		read_word(replay, kind, sizeof(kind));
		length = read_text(replay, text, sizeof(text));
		output_text(replay->output, kind, text, length);
	} else if (strcmp(word, "lost") == 0) {
		count = read_number(replay);
		read_text(replay, text, sizeof(text));
		output_lost(replay->output, text, count, NULL);
	} else if (strcmp(word, "end") == 0) {
		output_end(replay->output);
	} else {
		fail(replay, word);
	}
}

int main(int argc, char **argv)
{
	static struct replay replay;
	FILE *file = argc == 3 ? fopen(argv[2], "re") : NULL;
	char line[8192], word[64];

	if (!file) {
		fprintf(stderr, "usage: golden-output txt|json FILE\n");
		return 2;
	}
	setenv("TZ", "UTC", 1);
	replay.arena = arena_create();
	replay.plan = plan_create(replay.arena);
	replay.format = strcmp(argv[1], "json") == 0 ? OUTPUT_JSON : OUTPUT_TEXT;
	add_name(&replay, replay.types, &replay.type_count, "void", 0);
	while (fgets(line, sizeof(line), file)) {
		replay.line++;
		line[strcspn(line, "\n")] = '\0';
		replay.at = line;
		if (at_end(&replay) || *replay.at == '#')
			continue;
		read_word(&replay, word, sizeof(word));
		if (!read_declaration(&replay, word))
			read_event(&replay, word);
	}
	fclose(file);
	ensure_output(&replay);
	output_flush(replay.output);
	output_free(replay.output);
	for (uint32_t i = 0; i < replay.plan->maps.count; i++)
		map_dump_free(&replay.dumps[i]);
	arena_free(replay.arena);
	return 0;
}
