/* Events: tracefs in both usual places. */
#include "events.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *events_root(void)
{
	static const char *const places[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
	static const char *found;

	for (int i = 0; !found && i < 2; i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/events", places[i]);
		if (!access(path, R_OK))
			found = places[i];
	}
	return found ? found : "";
}

static int read_event_file(const char *subsystem, const char *event, const char *name,
			   struct strbuf *text)
{
	char path[512], bytes[4096];
	ssize_t count;
	int fd;

	if (!*events_root())
		return -ENODEV;
	if (strchr(subsystem, '/') || strchr(event, '/') || *subsystem == '.' || *event == '.')
		return -ENOENT;
	if (snprintf(path, sizeof(path), "%s/events/%s/%s/%s", events_root(), subsystem, event,
		     name) >= (int)sizeof(path))
		return -ENOENT;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while ((count = read(fd, bytes, sizeof(bytes))) > 0)
		strbuf_add_bytes(text, bytes, (size_t)count);
	close(fd);
	return count < 0 ? -errno : 0;
}

int64_t events_id(const char *subsystem, const char *event)
{
	struct strbuf text = {0};
	int64_t id = read_event_file(subsystem, event, "id", &text);

	if (!id)
		id = strtol(strbuf_text(&text), NULL, 10);
	strbuf_free(&text);
	return id;
}

int events_read_format(const char *subsystem, const char *event, struct strbuf *text)
{
	return read_event_file(subsystem, event, "format", text);
}

static int only_names(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_type == DT_DIR;
}

/* Calls `each` for the folders in `path` that match; `subsystem` NULL: they are subsystems. */
static int each_folder(const char *path, const char *pattern,
		       int (*each)(void *context, const char *name), void *context)
{
	struct dirent **entries;
	int count = scandir(path, &entries, only_names, alphasort), result = 0;

	if (count < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	for (int i = 0; i < count; i++) {
		if (!result && !fnmatch(pattern, entries[i]->d_name, 0))
			result = each(context, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return result;
}

struct walk {
	const char *event_pattern, *subsystem;
	int (*each)(void *context, const char *subsystem, const char *event);
	void *context;
};

static int visit_event(void *context, const char *name)
{
	struct walk *walk = context;

	return walk->each(walk->context, walk->subsystem, name);
}

static int visit_subsystem(void *context, const char *name)
{
	struct walk *walk = context;
	char path[512];

	walk->subsystem = name;
	snprintf(path, sizeof(path), "%s/events/%s", events_root(), name);
	return each_folder(path, walk->event_pattern, visit_event, walk);
}

int events_each(const char *subsystem_pattern, const char *event_pattern,
		int (*each)(void *context, const char *subsystem, const char *event), void *context)
{
	struct walk walk = {.event_pattern = event_pattern, .each = each, .context = context};
	char path[64];

	if (!*events_root())
		return -ENODEV;
	snprintf(path, sizeof(path), "%s/events", events_root());
	return each_folder(path, subsystem_pattern, visit_subsystem, &walk);
}
