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

const struct builtin *builtin_find(const char *name, bool is_call)
{
	/* The peer's names of the values that its standard library wraps: __builtin_cpu is cpu. */
	static const char spelled_out[] = "__builtin_";
	bool is_spelled_out = strncmp(name, spelled_out, strlen(spelled_out)) == 0;

	if (!is_call && is_numbered(name, "arg"))
		return &builtins[BUILTIN_ARGN];
	if (!is_call && is_numbered(name, "sarg"))
		return &builtins[BUILTIN_SARGN];
	if (is_spelled_out)
		name += strlen(spelled_out);
	for (int i = 0; i < BUILTIN_COUNT; i++) {
		bool is_value = builtins[i].flags & BUILTIN_VALUE;

		if (strcmp(builtins[i].name, name) == 0 && (is_value || (is_call && !is_spelled_out)))
			return &builtins[i];
	}
	return NULL;
}
