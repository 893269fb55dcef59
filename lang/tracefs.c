/* Tracefs: finds it, lists its events, and parses format files into structs. A type source of lang;
 * the runtime reads the same files again where the image runs. */
#define _GNU_SOURCE
#include "lang/tracefs.h"

#include "lang/cdecl.h"
#include "lang/kernel_types.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMAT_MAX 65536
#define FIELDS_MAX 256

struct record {
	const char *subsystem, *event;
	struct type *type;
};

struct tracefs {
	char events[512]; /* the folder; "" when there is none */
	LIST(struct record) records;
};

struct tracefs *tracefs_get(struct compile *compile)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	struct tracefs *tracefs = compile->tracefs;
	const char *given = compile->options.machine.tracefs_path;

	if (tracefs)
		return tracefs;
	tracefs = arena_new(compile->arena, struct tracefs);
	compile->tracefs = tracefs;
	kernel_types_install(compile); /* fields may point to kernel structs */
	for (size_t i = 0; i < (given ? 1 : sizeof(places) / sizeof(places[0])); i++) {
		int len = snprintf(tracefs->events, sizeof(tracefs->events), "%s/events",
				   given ? given : places[i]);

		if (len > 0 && (size_t)len < sizeof(tracefs->events) &&
		    access(tracefs->events, R_OK | X_OK) == 0)
			return tracefs;
	}
	tracefs->events[0] = '\0';
	return tracefs;
}

bool tracefs_available(struct compile *compile)
{
	return tracefs_get(compile)->events[0] != '\0';
}

/* Names become parts of a path: nothing that leaves the folder. */
static bool is_plain_name(const char *name)
{
	return name[0] && name[0] != '.' && !strchr(name, '/') && strlen(name) < 200;
}

static bool format_path(struct compile *compile, const char *subsystem, const char *event,
			char *path, size_t size)
{
	struct tracefs *tracefs = tracefs_get(compile);
	int len;

	if (!tracefs->events[0] || !is_plain_name(subsystem) || !is_plain_name(event))
		return false;
	len = snprintf(path, size, "%s/%s/%s/format", tracefs->events, subsystem, event);
	return len > 0 && (size_t)len < size;
}

bool tracefs_event_exists(struct compile *compile, const char *subsystem, const char *event)
{
	char path[1024];

	return format_path(compile, subsystem, event, path, sizeof(path)) &&
	       access(path, R_OK) == 0;
}

/* ---- format files ---------------------------------------------------------------------- */

struct field {
	char *declaration; /* "__data_loc char[] name", "const char * filename", "u64 args[6]" */
	uint32_t offset, size;
	bool is_signed;
};

/* "\tfield:TEXT;\toffset:N;\tsize:N;\tsigned:N;" */
static bool parse_field(char *line, struct field *field)
{
	char *end, *at = strstr(line, "field:");
	unsigned int offset, size, is_signed = 0;

	if (!at)
		return false;
	at += strlen("field:");
	end = strchr(at, ';');
	if (!end || sscanf(end, "; offset:%u; size:%u; signed:%u", &offset, &size, &is_signed) < 2 ||
	    offset > 65536 || size > 65536)
		return false;
	*end = '\0';
	field->declaration = at;
	field->offset = offset;
	field->size = size;
	field->is_signed = is_signed;
	return true;
}

/* Removes a word from the front; true when it was there. */
static bool take_word(char **text, const char *word)
{
	size_t len = strlen(word);

	while (**text == ' ')
		(*text)++;
	if (strncmp(*text, word, len) != 0 || isalnum((unsigned char)(*text)[len]) ||
	    (*text)[len] == '_')
		return false;
	*text += len;
	while (**text == ' ')
		(*text)++;
	return true;
}

static bool is_char(const char *type)
{
	return strcmp(type, "char") == 0;
}

static struct type *scalar_type(struct compile *compile, const char *text, uint32_t size,
				bool is_signed)
{
	char *name = arena_strdup(compile->arena, text);
	struct type *type;

	if (take_word(&name, "struct") || take_word(&name, "union")) {
		enum type_kind kind = text[0] == 'u' ? TYPE_UNION : TYPE_STRUCT;

		/* what BTF does not have, the script or a header of it may */
		type = c_types_find(compile, kind, name);
		if (type && !kernel_types_find(compile, kind, name))
			return type;
		type = type_struct(&compile->types, kind, name, ORIGIN_KERNEL);
		type->members_loaded = false;
		type->size = size;
		type->align = 1;
		return type;
	}
	if (take_word(&name, "enum")) {
		type = kernel_types_find(compile, TYPE_ENUM, name);
		if (type && type->size == size)
			return type;
	}
	if (strcmp(name, "bool") == 0 || strcmp(name, "_Bool") == 0)
		return compile->types.bool_;
	if (strcmp(name, "void") == 0)
		return compile->types.void_;
	if (size == 1 || size == 2 || size == 4 || size == 8)
		return type_int(&compile->types, size, is_signed);
	return type_array(&compile->types, type_int(&compile->types, 1, false), size);
}

/* Sizes of what fields point to, and of array elements: C's own and the kernel's plain names. */
static struct type *named_type(struct compile *compile, const char *text)
{
	static const struct {
		const char *name;
		uint8_t size;
		bool is_signed;
	} names[] = {
		{ "char", 1, true }, { "signed char", 1, true }, { "unsigned char", 1, false },
		{ "u8", 1, false }, { "__u8", 1, false }, { "uint8_t", 1, false },
		{ "s8", 1, true }, { "__s8", 1, true }, { "short", 2, true },
		{ "unsigned short", 2, false }, { "u16", 2, false }, { "__u16", 2, false },
		{ "__le16", 2, false }, { "__be16", 2, false }, { "umode_t", 2, false },
		{ "int", 4, true }, { "unsigned int", 4, false }, { "unsigned", 4, false },
		{ "u32", 4, false }, { "__u32", 4, false }, { "uint32_t", 4, false },
		{ "s32", 4, true }, { "__s32", 4, true }, { "__be32", 4, false },
		{ "__le32", 4, false }, { "pid_t", 4, true }, { "uid_t", 4, false },
		{ "gid_t", 4, false }, { "dev_t", 4, false }, { "gfp_t", 4, false },
		{ "long", 8, true }, { "unsigned long", 8, false }, { "u64", 8, false },
		{ "__u64", 8, false }, { "uint64_t", 8, false }, { "s64", 8, true },
		{ "__s64", 8, true }, { "size_t", 8, false }, { "loff_t", 8, true },
		{ "long long", 8, true }, { "unsigned long long", 8, false }, { "sector_t", 8, false },
		{ "uintptr_t", 8, false },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].name, text) == 0)
			return type_int(&compile->types, names[i].size, names[i].is_signed);
	if (strncmp(text, "struct ", 7) == 0 || strncmp(text, "union ", 6) == 0)
		return scalar_type(compile, text, 0, false);
	return NULL;
}

static void trim_end(char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
}

/* "const char *const *": the element below the stars, then a pointer for each. */
static struct type *pointer_type(struct compile *compile, char *text, enum address_space space)
{
	char *star = strchr(text, '*');
	struct type *type;

	if (!star)
		return NULL;
	*star = '\0';
	while (take_word(&text, "const") || take_word(&text, "volatile"))
		;
	trim_end(text);
	type = named_type(compile, text);
	if (!type)
		type = compile->types.void_;
	type = type_pointer(&compile->types, type, space);
	while ((star = strchr(star + 1, '*')) != NULL)
		type = type_pointer(&compile->types, type, space);
	return type;
}

static struct type *array_type(struct compile *compile, const char *element_text,
			       const struct field *field, bool is_loc)
{
	struct type *element = named_type(compile, element_text);
	uint32_t size = element && element->size ? element->size : 1;

	if (!element || type_is_struct(element))
		element = type_int(&compile->types, 1, is_char(element_text));
	if (is_loc)
		return type_array(&compile->types, element, 0);
	return type_array(&compile->types, element, field->size / size);
}

static void add_field(struct compile *compile, struct type *record, struct field *field,
		      bool is_syscall)
{
	char *text = field->declaration, *name, *bracket;
	uint32_t data_loc = take_word(&text, "__data_loc") ? 1 : take_word(&text, "__rel_loc") ? 2 : 0;
	struct type_member *member;
	struct type *type;

	trim_end(text);
	/* The name is the last word; "[...]" may follow it, or the type of what is elsewhere. */
	bracket = data_loc ? NULL : strchr(text, '[');
	if (bracket)
		*bracket = '\0';
	trim_end(text);
	for (name = text + strlen(text); name > text && (isalnum((unsigned char)name[-1]) ||
							 name[-1] == '_'); name--)
		;
	if (!*name || name == text)
		return;
	name = arena_strdup(compile->arena, name);
	text[strlen(text) - strlen(name)] = '\0';
	trim_end(text);
	if (data_loc && (bracket = strchr(text, '[')) != NULL)
		*bracket = '\0';
	while (take_word(&text, "const") || take_word(&text, "volatile"))
		;
	trim_end(text);
	if (data_loc || bracket)
		type = array_type(compile, text, field, data_loc != 0);
	else if (strchr(text, '*') && field->size == 8)
		type = pointer_type(compile, text, is_syscall ? SPACE_USER : SPACE_KERNEL);
	else /* registers of system calls are 8 bytes, their sign is the declaration's */
		type = scalar_type(compile, text, field->size,
				   is_syscall && named_type(compile, text) ?
					   named_type(compile, text)->is_signed :
					   field->is_signed);
	member = type_add_member(&compile->types, record, name, type, 0);
	member->bit_offset = (uint64_t)field->offset * 8;
	member->data_loc = data_loc;
	member->is_user_pointer = is_syscall && type->kind == TYPE_POINTER;
	if (field->offset + field->size > record->size)
		record->size = field->offset + field->size;
}

static struct type *parse_format(struct compile *compile, const char *subsystem,
				 const char *event, char *text)
{
	bool is_syscall = strcmp(subsystem, "syscalls") == 0;
	struct type *record = type_struct(&compile->types, TYPE_STRUCT,
					  arena_printf(compile->arena, "tracepoint:%s:%s_args",
						       subsystem, event),
					  ORIGIN_TRACEPOINT);
	char *line, *save = NULL;

	record->layout_symbol = arena_printf(compile->arena, "sonde_tp_%s_%s", subsystem, event);
	record->align = 8;
	record->size = 8;
	for (line = strtok_r(text, "\n", &save); line && record->members.count < FIELDS_MAX;
	     line = strtok_r(NULL, "\n", &save)) {
		struct field field;

		/* The kernel keeps a pointer where the common fields would be: they cannot be read. */
		if (parse_field(line, &field) && field.offset >= 8)
			add_field(compile, record, &field, is_syscall);
	}
	return record;
}

struct type *tracefs_record(struct compile *compile, const char *subsystem, const char *event)
{
	struct tracefs *tracefs = tracefs_get(compile);
	struct record *row;
	char path[1024], *text;
	FILE *file;
	size_t size;

	for (uint32_t i = 0; i < tracefs->records.count; i++)
		if (strcmp(tracefs->records.items[i].subsystem, subsystem) == 0 &&
		    strcmp(tracefs->records.items[i].event, event) == 0)
			return tracefs->records.items[i].type;
	if (!format_path(compile, subsystem, event, path, sizeof(path)))
		return NULL;
	file = fopen(path, "re");
	if (!file)
		return NULL;
	text = arena_alloc(compile->arena, FORMAT_MAX);
	size = fread(text, 1, FORMAT_MAX - 1, file);
	text[size] = '\0';
	fclose(file);
	if (!strstr(text, "field:"))
		return NULL;
	row = list_push(compile->arena, &tracefs->records);
	row->subsystem = arena_strdup(compile->arena, subsystem);
	row->event = arena_strdup(compile->arena, event);
	row->type = parse_format(compile, subsystem, event, text);
	return tracefs->records.items[tracefs->records.count - 1].type;
}

/* ---- events ---------------------------------------------------------------------------- */

static int is_folder(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN);
}

static uint32_t each_in(struct compile *compile, const char *subsystem, const char *pattern,
			bool (*each)(void *context, const char *subsystem, const char *event),
			void *context, bool *go_on)
{
	struct dirent **entries;
	char path[1024];
	uint32_t matched = 0;
	int count;

	snprintf(path, sizeof(path), "%s/%s", tracefs_get(compile)->events, subsystem);
	count = scandir(path, &entries, is_folder, alphasort);
	for (int i = 0; i < count; i++) {
		if (*go_on && fnmatch(pattern, entries[i]->d_name, 0) == 0) {
			matched++;
			*go_on = each(context, subsystem,
				      arena_strdup(compile->arena, entries[i]->d_name));
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return matched;
}

uint32_t tracefs_each_event(struct compile *compile, const char *subsystem_pattern,
			    const char *event_pattern,
			    bool (*each)(void *context, const char *subsystem, const char *event),
			    void *context)
{
	struct dirent **entries;
	uint32_t matched = 0;
	bool go_on = true;
	int count;

	if (!tracefs_available(compile))
		return 0;
	if (is_plain_name(subsystem_pattern) && !strpbrk(subsystem_pattern, "*?["))
		return each_in(compile, subsystem_pattern, event_pattern, each, context, &go_on);
	count = scandir(tracefs_get(compile)->events, &entries, is_folder, alphasort);
	for (int i = 0; i < count; i++) {
		/* The function tracer's own records are no tracepoints. */
		if (go_on && strcmp(entries[i]->d_name, "ftrace") != 0 &&
		    fnmatch(subsystem_pattern, entries[i]->d_name, 0) == 0)
			matched += each_in(compile,
					   arena_strdup(compile->arena, entries[i]->d_name),
					   event_pattern, each, context, &go_on);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return matched;
}

struct names {
	struct arena *arena;
	LIST(const char *) list;
};

static bool add_name(void *context, const char *subsystem, const char *event)
{
	struct names *names = context;

	*list_push(names->arena, &names->list) =
		arena_printf(names->arena, "%s:%s", subsystem, event);
	return true;
}

const char *tracefs_nearest(struct compile *compile, const char *subsystem, const char *event)
{
	struct names names = { .arena = compile->arena };
	const char *wanted = arena_printf(compile->arena, "%s:%s", subsystem, event);

	if (!diag_is_shown(&compile->diags))
		return NULL;
	tracefs_each_event(compile, subsystem, "*", add_name, &names);
	if (names.list.count == 0)
		tracefs_each_event(compile, "*", "*", add_name, &names);
	*list_push(compile->arena, &names.list) = NULL;
	return diag_nearest(&compile->diags, wanted, names.list.items);
}
