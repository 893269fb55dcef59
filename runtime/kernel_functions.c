/* Kernel functions: from ftrace's list, which says what can be traced; without it from kallsyms. */
#include "kernel_functions.h"

#include "events.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool module_matches(const char *wanted, const char *found)
{
	return !*wanted || !fnmatch(wanted, *found ? found : "vmlinux", 0);
}

/* "name [module]", name ended in place. */
static const char *split_module(char *name)
{
	char *module = strchr(name, '[');
	size_t length = strcspn(name, " \t\n");

	name[length] = 0;
	if (!module)
		return "";
	module[strcspn(module, "]\n")] = 0;
	return module + 1;
}

/* What the compiler cut off a function is none; __pfx_ is the padding before one. */
static bool is_fragment(const char *name)
{
	return strstr(name, ".part.") || strstr(name, ".cold") || !strncmp(name, "__pfx_", 6);
}

struct names {
	char **items;
	size_t count, capacity;
};

static void add_name(struct names *names, const char *name)
{
	if (names->count == names->capacity) {
		size_t capacity = names->capacity ? names->capacity * 2 : 64;
		char **items = realloc(names->items, capacity * sizeof(*items));

		if (!items)
			return;
		names->items = items;
		names->capacity = capacity;
	}
	names->items[names->count] = strdup(name);
	if (names->items[names->count])
		names->count++;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static FILE *open_list(bool *is_kallsyms)
{
	char path[96];
	FILE *file = NULL;

	*is_kallsyms = false;
	snprintf(path, sizeof(path), "%s/available_filter_functions", events_root());
	if (*events_root())
		file = fopen(path, "re");
	if (file)
		return file;
	*is_kallsyms = true;
	return fopen("/proc/kallsyms", "re");
}

int kernel_functions_each(const char *module, const char *pattern,
			  int (*each)(void *context, const char *name), void *context)
{
	struct names names = {0};
	bool is_kallsyms;
	FILE *file = open_list(&is_kallsyms);
	char *line = NULL;
	size_t size = 0;
	int result = 0;

	if (!file)
		return -errno;
	while (getline(&line, &size, file) > 0) {
		char *name = line;
		const char *found;

		if (is_kallsyms) {
			name = strchr(line, ' ');
			if (!name || !strchr("tTwW", name[1]))
				continue;
			name += 3;
		}
		found = split_module(name);
		if (!fnmatch(pattern, name, 0) && module_matches(module, found) && !is_fragment(name))
			add_name(&names, name);
	}
	free(line);
	fclose(file);
	qsort(names.items, names.count, sizeof(*names.items), compare);
	for (size_t i = 0; i < names.count; i++)
		if (!result && (!i || strcmp(names.items[i], names.items[i - 1])))
			result = each(context, names.items[i]);
	for (size_t i = 0; i < names.count; i++)
		free(names.items[i]);
	free(names.items);
	return result;
}
