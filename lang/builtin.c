/* Builtins: the table behind builtin.h. */
#include "lang/builtin.h"

#include <ctype.h>
#include <string.h>

const struct builtin builtins[BUILTIN_COUNT] = {
#define BUILTIN(id, name, signature, flags, doc) [id] = { id, name, signature, flags, doc },
#include "lang/builtin.def"
#undef BUILTIN
};

/* arg0, arg1, ...: one row stands for all. */
static bool is_numbered(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(name, prefix, len) != 0 || !isdigit((unsigned char)name[len]))
		return false;
	for (name += len; *name; name++)
		if (!isdigit((unsigned char)*name))
			return false;
	return true;
}

/* The peer's names of the values that its standard library wraps: __builtin_cpu is cpu. */
#define SPELLED_OUT "__builtin_"

const struct builtin *builtin_find(const char *name, bool is_call)
{
	if (!is_call && is_numbered(name, "arg"))
		return &builtins[BUILTIN_ARGN];
	if (!is_call && is_numbered(name, "sarg"))
		return &builtins[BUILTIN_SARGN];
	bool is_spelled_out = strncmp(name, SPELLED_OUT, strlen(SPELLED_OUT)) == 0;

	if (is_spelled_out)
		name += strlen(SPELLED_OUT);
	for (int i = 0; i < BUILTIN_COUNT; i++) {
		bool is_value = builtins[i].flags & BUILTIN_VALUE;

		if (strcmp(builtins[i].name, name) == 0 && (is_value || (is_call && !is_spelled_out)))
			return &builtins[i];
	}
	return NULL;
}
