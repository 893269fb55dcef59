/* Lists probes by pattern, as bpftrace does: every provider says its full names, the pattern picks.
 * Patterns may be several, separated by commas, and use a provider's alias. */
#include "cli/list.h"

#include "cli/btf_text.h"
#include "cli/pipeline.h"
#include "lang/diag.h"
#include "lang/provider.h"
#include "symbols.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct listing {
	struct arena *arena;
	const char *tracefs; /* NULL: none */
	bool verbose;
	LIST(const char *) names; /* found so far, for one provider */
	struct btf_text *btf;	  /* NULL until needed */
	bool btf_failed;
};

static struct btf_text *get_btf(struct listing *listing)
{
	if (!listing->btf && !listing->btf_failed) {
		listing->btf = btf_text_open();
		listing->btf_failed = !listing->btf;
	}
	return listing->btf;
}

static void add_name(struct listing *listing, const char *name)
{
	*list_push(listing->arena, &listing->names) = name;
}

static const char *find_tracefs(void)
{
	static const char *const places[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
	const char *given = getenv("SONDE_TRACEFS");
	char path[64];

	if (given && *given)
		return given;
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/events", places[i]);
		if (!access(path, R_OK))
			return places[i];
	}
	return NULL;
}

/* Calls `each` for every folder in `path`. */
static void each_folder(struct listing *listing, const char *path,
			void (*each)(struct listing *listing, const char *parent, const char *name))
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && entry->d_type == DT_DIR)
			each(listing, path, entry->d_name);
	if (dir)
		closedir(dir);
}

static void add_event(struct listing *listing, const char *parent, const char *name)
{
	const char *subsystem = strrchr(parent, '/') + 1;

	add_name(listing, arena_printf(listing->arena, "tracepoint:%s:%s", subsystem, name));
}

static void add_subsystem(struct listing *listing, const char *parent, const char *name)
{
	/* ftrace's own records are no tracepoints that a program can attach to. */
	if (strcmp(name, "ftrace"))
		each_folder(listing, arena_printf(listing->arena, "%s/%s", parent, name),
			    add_event);
}

static void find_tracepoints(struct listing *listing)
{
	if (listing->tracefs)
		each_folder(listing, arena_printf(listing->arena, "%s/events", listing->tracefs),
			    add_subsystem);
}

/* One line of kallsyms or available_filter_functions: its symbol and module. */
static bool read_symbol(char *line, bool is_kallsyms, char **name, char **module)
{
	char *save = NULL, *kind = NULL;

	if (is_kallsyms) {
		strtok_r(line, " \t\n", &save);
		kind = strtok_r(NULL, " \t\n", &save);
		if (!kind || !strchr("tTwW", *kind))
			return false;
	}
	*name = strtok_r(is_kallsyms ? NULL : line, " \t\n", &save);
	*module = strtok_r(NULL, " \t\n", &save);
	if (*module && **module == '[') {
		(*module)++;
		(*module)[strcspn(*module, "]")] = 0;
	}
	return *name && strncmp(*name, "__pfx_", 6) && !strchr(*name, '$');
}

/* Functions that can be probed: from ftrace's own list when it can be read, else from kallsyms. */
static void find_functions(struct listing *listing, const char *provider)
{
	char line[1024], *name, *module;
	FILE *file = NULL;
	bool is_kallsyms = false;

	if (listing->tracefs)
		file = fopen(
		    arena_printf(listing->arena, "%s/available_filter_functions", listing->tracefs),
		    "re");
	if (!file) {
		is_kallsyms = true;
		file = fopen("/proc/kallsyms", "re");
	}
	while (file && fgets(line, sizeof(line), file))
		if (read_symbol(line, is_kallsyms, &name, &module) &&
		    (!module || strcmp(module, "bpf")))
			add_name(listing,
				 arena_printf(listing->arena, "%s:%s%s%s", provider,
					      module ? module : "", module ? ":" : "", name));
	if (file)
		fclose(file);
}

struct function_filter {
	struct listing *listing;
	const char *provider;
};

static void add_typed(void *context, const char *name)
{
	struct function_filter *filter = context;

	add_name(filter->listing,
		 arena_printf(filter->listing->arena, "%s:vmlinux:%s", filter->provider, name));
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct user_listing {
	struct listing *listing;
	const char *prefix;
};

static void add_user(void *context, const char *name, uint64_t offset, uint64_t size)
{
	struct user_listing *user = context;

	(void)offset;
	(void)size;
	add_name(user->listing, arena_printf(user->listing->arena, "%s:%s", user->prefix, name));
}

/* uprobe:PATH:PATTERN; returns -1 after a message. */
static int find_user(struct listing *listing, const char *provider, const char *rest, uint32_t pid)
{
	const char *colon = strrchr(rest, ':');
	const char *binary =
	    colon ? arena_strndup(listing->arena, rest, (size_t)(colon - rest)) : rest;
	struct user_listing user = {.listing = listing};
	char path[4096];
	int found;

	if (elf_resolve_path(binary, pid, path, sizeof(path))) {
		fprintf(stderr, "sonde: cannot find the program or library \"%s\"\n", binary);
		return -1;
	}
	user.prefix = arena_printf(listing->arena, "%s:%s", provider, path);
	found = elf_find_functions(path, colon && colon[1] ? colon + 1 : "*", add_user, &user);
	if (found < 0)
		fprintf(stderr, "sonde: cannot read the symbols of \"%s\": %s\n", path,
			strerror(-found));
	return found < 0 ? -1 : 0;
}

/* What the provider offers, before the pattern picks; -1 after a message. */
static int find_all(struct listing *listing, const struct provider *provider, const char *rest,
		    uint32_t pid)
{
	struct function_filter filter = {listing, provider->name};

	listing->names.count = 0;
	switch (provider->id) {
	case PROVIDER_TRACEPOINT:
		find_tracepoints(listing);
		break;
	case PROVIDER_KPROBE:
	case PROVIDER_KRETPROBE:
		find_functions(listing, provider->name);
		break;
	case PROVIDER_FENTRY:
	case PROVIDER_FEXIT:
		if (get_btf(listing))
			btf_text_each_function(listing->btf, add_typed, &filter);
		break;
	case PROVIDER_RAWTRACEPOINT:
		if (get_btf(listing))
			btf_text_each_event(listing->btf, add_typed, &filter);
		break;
	case PROVIDER_UPROBE:
	case PROVIDER_URETPROBE:
		return rest ? find_user(listing, provider->name, rest, pid) : 0;
	case PROVIDER_INTERVAL:
	case PROVIDER_PROFILE:
		for (const char *const *unit = (const char *const[]){"hz", "ms", "s", "us", NULL};
		     *unit; unit++)
			add_name(listing,
				 arena_printf(listing->arena, "%s:%s:", provider->name, *unit));
		break;
	case PROVIDER_BEGIN:
	case PROVIDER_END:
	case PROVIDER_COUNT:
		break;
	}
	qsort(listing->names.items, listing->names.count, sizeof(char *), compare_names);
	return 0;
}

/* The event's fields as its format file gives them, without the common ones. */
static void print_tracepoint_args(const struct listing *listing, const char *name)
{
	const char *event = strrchr(name, ':') + 1;
	const char *subsystem = strchr(name, ':') + 1;
	char line[1024];
	FILE *file =
	    fopen(arena_printf(listing->arena, "%s/events/%.*s/%s/format", listing->tracefs,
			       (int)(event - subsystem - 1), subsystem, event),
		  "re");

	while (file && fgets(line, sizeof(line), file)) {
		char *field = strstr(line, "field:");

		if (!field || strstr(field, " common_"))
			continue;
		field += 6;
		printf("    %.*s\n", (int)strcspn(field, ";"), field);
	}
	if (file)
		fclose(file);
}

static void print_args(struct listing *listing, const struct provider *provider, const char *name)
{
	const char *function = strrchr(name, ':') + 1;

	if (provider->id == PROVIDER_TRACEPOINT)
		print_tracepoint_args(listing, name);
	else if (provider->id == PROVIDER_RAWTRACEPOINT && get_btf(listing))
		btf_text_print_event(listing->btf, function);
	else if ((provider->id == PROVIDER_FENTRY || provider->id == PROVIDER_FEXIT) &&
		 get_btf(listing))
		btf_text_print_function(listing->btf, function, provider->id == PROVIDER_FEXIT);
}

/* Whether `name` is what `pattern` asks for; the kernel's module name may be left out. */
static bool name_matches(const char *pattern, const char *name)
{
	const char *module = strstr(name, ":vmlinux:");
	char shorter[600];

	if (!fnmatch(pattern, name, FNM_NOESCAPE))
		return true;
	if (!module)
		return false;
	snprintf(shorter, sizeof(shorter), "%.*s%s", (int)(module - name), name, module + 8);
	return !fnmatch(pattern, shorter, FNM_NOESCAPE);
}

static int list_provider(struct listing *listing, const struct provider *provider,
			 const char *pattern, const char *rest, uint32_t pid)
{
	const char *full = pattern;

	if (find_all(listing, provider, rest, pid))
		return -1;
	if (rest)
		full = *rest ? arena_printf(listing->arena, "%s:%s", provider->name, rest)
			     : arena_printf(listing->arena, "%s:*", provider->name);
	if (provider->is_user) /* picked while the file was read, under its resolved path */
		full = "*";
	for (uint32_t i = 0; i < listing->names.count; i++) {
		const char *name = listing->names.items[i];

		if (i && !strcmp(name, listing->names.items[i - 1]))
			continue;
		if (!name_matches(full, name) &&
		    (rest || !name_matches(arena_printf(listing->arena, "%s:*", full), name)))
			continue;
		puts(name);
		if (listing->verbose)
			print_args(listing, provider, name);
	}
	return 0;
}

/* One pattern: "provider:rest" names its provider; without a colon, all that list by themselves. */
static int list_pattern(struct listing *listing, const char *pattern, uint32_t pid)
{
	static const enum provider_id by_themselves[] = {
	    PROVIDER_TRACEPOINT,
	    PROVIDER_RAWTRACEPOINT,
	    PROVIDER_KPROBE,
	    PROVIDER_FENTRY,
	};
	const char *colon = strchr(pattern, ':');
	const char *name =
	    colon ? arena_strndup(listing->arena, pattern, (size_t)(colon - pattern)) : pattern;
	bool later = false;
	const struct provider *provider = provider_find(name, &later);

	if (later) {
		fprintf(stderr, "sonde: probes of \"%s\" are not supported yet\n", name);
		return -1;
	}
	if (provider)
		return list_provider(listing, provider, pattern, colon ? colon + 1 : "", pid);
	if (colon && !strpbrk(name, "*?[")) {
		fprintf(stderr, "sonde: there is no kind of probe named \"%s\"\n", name);
		return -1;
	}
	for (size_t i = 0; i < sizeof(by_themselves) / sizeof(by_themselves[0]); i++)
		list_provider(listing, &providers[by_themselves[i]], pattern, NULL, pid);
	return 0;
}

/* Commas separate patterns. */
static int list_patterns(struct listing *listing, const char *patterns, uint32_t pid)
{
	int failed = 0;

	while (*patterns) {
		size_t length = strcspn(patterns, ",");
		char *pattern;

		while (length && isspace((unsigned char)*patterns))
			patterns++, length--;
		pattern = arena_strndup(listing->arena, patterns, length);
		if (*pattern && list_pattern(listing, pattern, pid))
			failed = -1;
		patterns += length + (patterns[length] == ',');
	}
	return failed;
}

/* The probes that a script would attach. */
static int list_script(struct listing *listing, const struct options *options)
{
	struct compile *compile = pipeline_open(options);
	int failed = compile ? 0 : -1;

	for (uint32_t i = 0; compile && i < compile->script->probes.count; i++) {
		const struct probe *probe = compile->script->probes.items[i];

		for (uint32_t j = 0; j < probe->points.count; j++)
			if (list_pattern(listing, probe->points.items[j]->text, options->run.pid))
				failed = -1;
	}
	compile_free(compile);
	return failed;
}

static bool is_type_pattern(const char *text)
{
	return !strncmp(text, "struct ", 7) || !strncmp(text, "union ", 6) ||
	       !strncmp(text, "enum ", 5);
}

static void list_diagnostics(void)
{
	for (const struct diag_row *row = diag_rows; row->id; row++)
		printf("%-24s%s\n", row->id, row->explanation);
}

int list_run(const struct options *options)
{
	struct listing listing = {
	    .arena = arena_create(),
	    .tracefs = find_tracefs(),
	    .verbose = options->run.verbose,
	};
	const char *pattern = options->pattern;
	int failed = 0;

	if (pattern && !options->program && !strcmp(pattern, "diagnostics"))
		list_diagnostics();
	else if (options->program || (pattern && !access(pattern, R_OK)))
		failed = list_script(&listing, options);
	else if (pattern && is_type_pattern(pattern))
		failed = get_btf(&listing)
			     ? btf_text_print_types(listing.btf, pattern, listing.verbose)
			     : -1;
	else
		failed = list_patterns(&listing, pattern ? pattern : "*", options->run.pid);
	if (!listing.tracefs && !pattern)
		fputs("sonde: there is no tracefs, so no tracepoints: mount -t tracefs tracefs "
		      "/sys/kernel/tracing\n",
		      stderr);
	btf_text_close(listing.btf);
	arena_free(listing.arena);
	return failed ? STATUS_FAILED : STATUS_OK;
}
