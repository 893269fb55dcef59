/* Names of users and cgroups, and wall clock times. */
#include "output_names.h"

#include "base/value.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define NSEC_PER_SEC 1000000000LL

/* The last names that were looked up: a script asks for the same ones with every event. */
#define CACHE_SLOTS 64u

struct cached_name {
	bool is_set;
	uint64_t id;
	char text[256];
};

static struct cached_name users[CACHE_SLOTS], cgroups[CACHE_SLOTS];

static bool add_cached(const struct cached_name *cache, uint64_t id, struct strbuf *out)
{
	const struct cached_name *slot = &cache[id % CACHE_SLOTS];

	if (!slot->is_set || slot->id != id)
		return false;
	strbuf_add(out, slot->text);
	return true;
}

/* Keeps what was added to `out` since `start`, when it is short enough. */
static void keep(struct cached_name *cache, uint64_t id, const struct strbuf *out, size_t start)
{
	struct cached_name *slot = &cache[id % CACHE_SLOTS];

	if (out->len - start >= sizeof(slot->text))
		return;
	memcpy(slot->text, out->text + start, out->len - start + 1);
	slot->id = id;
	slot->is_set = true;
}

static void find_user(uint32_t uid, struct strbuf *out)
{
	FILE *file = fopen("/etc/passwd", "re");
	char line[1024];

	while (file && fgets(line, sizeof(line), file)) {
		char *name_end = strchr(line, ':');
		char *number = name_end ? strchr(name_end + 1, ':') : NULL, *end;

		if (!number || strtoul(number + 1, &end, 10) != uid || end == number + 1 ||
		    *end != ':')
			continue;
		strbuf_add_bytes(out, line, (size_t)(name_end - line));
		fclose(file);
		return;
	}
	if (file)
		fclose(file);
	strbuf_printf(out, "%u", uid);
}

void names_add_user(uint32_t uid, struct strbuf *out)
{
	size_t start = out->len;

	if (add_cached(users, uid, out))
		return;
	find_user(uid, out);
	keep(users, uid, out, start);
}

/* What nftw's callback needs: it has no context argument of its own. */
static struct {
	uint64_t id;
	size_t root_length;
	const char *found;
	char path[4096];
} search;

static int visit_cgroup(const char *path, const struct stat *status, int kind, struct FTW *place)
{
	(void)place;
	if (kind != FTW_D || status->st_ino != search.id)
		return 0;
	snprintf(search.path, sizeof(search.path), "%s", path[search.root_length] ?
		 path + search.root_length : "/");
	search.found = search.path;
	return 1;
}

/* Looks for the cgroup below one mount; appends "name:path". */
static void add_in_hierarchy(const char *root, const char *name, struct strbuf *out, size_t start)
{
	search.root_length = strlen(root);
	search.found = NULL;
	nftw(root, visit_cgroup, 16, FTW_PHYS | FTW_MOUNT);
	if (search.found)
		strbuf_printf(out, "%s%s:%s", out->len > start ? "," : "", name, search.found);
}

static void find_cgroup(uint64_t id, struct strbuf *out)
{
	FILE *file = fopen("/proc/self/mounts", "re");
	char line[1024], root[512], kind[64];
	size_t start = out->len;
	int pass;

	search.id = id;
	for (pass = 0; file && pass < 2; pass++) {
		const char *wanted = pass ? "cgroup" : "cgroup2";

		rewind(file);
		while (fgets(line, sizeof(line), file)) {
			const char *name;

			if (sscanf(line, "%*s %511s %63s", root, kind) != 2 ||
			    strcmp(kind, wanted) != 0)
				continue;
			name = strrchr(root, '/');
			add_in_hierarchy(root, pass && name ? name + 1 : "unified", out, start);
		}
	}
	if (file)
		fclose(file);
	if (out->len == start)
		strbuf_add(out, "(unknown)");
}

void names_add_cgroup(uint64_t id, struct strbuf *out)
{
	size_t start = out->len;

	if (add_cached(cgroups, id, out))
		return;
	find_cgroup(id, out);
	keep(cgroups, id, out, start);
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) < 0)
		return 0;
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/* Wall clock minus the clock's own time, in ns. */
static int64_t clock_offset(uint32_t clock)
{
	clockid_t id = clock == CLOCK_KIND_MONOTONIC ? CLOCK_MONOTONIC :
		       clock == CLOCK_KIND_BOOT	     ? CLOCK_BOOTTIME :
						       CLOCK_TAI;

	return now_ns(CLOCK_REALTIME) - now_ns(id);
}

static void add_strftime(const char *format, time_t seconds, struct strbuf *out)
{
	char text[1024];
	struct tm broken_down;

	if (!*format || !localtime_r(&seconds, &broken_down))
		return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	strbuf_add_bytes(out, text, strftime(text, sizeof(text), format, &broken_down));
#pragma GCC diagnostic pop
}

void names_add_timestamp(const char *format, uint64_t nsecs, uint32_t clock, uint64_t boot_epoch,
			 struct strbuf *out)
{
	static int64_t offsets[CLOCK_KIND_SW_TAI + 1];
	static bool is_known[CLOCK_KIND_SW_TAI + 1];
	struct strbuf expanded = { 0 };
	int64_t time;
	const char *at;

	if (clock > CLOCK_KIND_SW_TAI)
		clock = CLOCK_KIND_BOOT;
	if (!is_known[clock]) {
		offsets[clock] = clock_offset(clock);
		is_known[clock] = true;
	}
	time = (int64_t)(nsecs + (boot_epoch ? boot_epoch : (uint64_t)offsets[clock]));
	for (at = format; *at; at++) {
		if (at[0] == '%' && at[1] == 'f')
			strbuf_printf(&expanded, "%06lld", (long long)(time % NSEC_PER_SEC) / 1000);
		else if (at[0] == '%' && at[1] == 'k')
			strbuf_printf(&expanded, "%09lld", (long long)(time % NSEC_PER_SEC));
		else if (at[0] == '%' && at[1])
			strbuf_add_bytes(&expanded, at, 2);
		else
			strbuf_add_char(&expanded, *at);
		if (at[0] == '%' && at[1])
			at++;
	}
	add_strftime(strbuf_text(&expanded), (time_t)(time / NSEC_PER_SEC), out);
	strbuf_free(&expanded);
}

void names_add_now(const char *format, struct strbuf *out)
{
	add_strftime(format, time(NULL), out);
}
