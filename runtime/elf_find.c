/* Functions and files for uprobes: names and patterns to file offsets, library and command names
 * to paths. */
#include "symbols.h"

#include "elf_symbols.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_symbols(const char *path, struct elf_symbols **symbols)
{
	*symbols = NULL;
	if (access(path, R_OK) < 0)
		return -errno;
	*symbols = elf_symbols_open(path);
	return *symbols ? 0 : -ENOEXEC;
}

int elf_find_functions(const char *path, const char *pattern,
		       void (*each)(void *context, const char *name, uint64_t file_offset,
				    uint64_t size),
		       void *context)
{
	bool is_pattern = strpbrk(pattern, "*?[") != NULL;
	const struct elf_symbol *all;
	struct elf_symbols *symbols;
	size_t i, count;
	int found = 0, error = open_symbols(path, &symbols);

	if (error)
		return error;
	all = elf_symbols_all(symbols, &count);
	for (i = 0; i < count; i++) {
		uint64_t offset;

		if (is_pattern ? fnmatch(pattern, all[i].name, 0) != 0 :
				 strcmp(pattern, all[i].name) != 0)
			continue;
		if (!elf_symbols_address_to_offset(symbols, all[i].address, &offset))
			continue;
		if (each)
			each(context, all[i].name, offset, all[i].size);
		found++;
		if (!is_pattern)
			break;
	}
	elf_symbols_free(symbols);
	return found;
}

int elf_find_address(const char *path, uint64_t address, struct elf_place *place)
{
	const struct elf_symbol *function;
	struct elf_symbols *symbols;
	int error = open_symbols(path, &symbols);

	*place = (struct elf_place){0};
	if (error)
		return error;
	if (!elf_symbols_address_to_offset(symbols, address, &place->offset))
		error = -ERANGE;
	function = elf_symbols_find(symbols, address);
	place->is_in_function =
		function && elf_symbols_address_to_offset(symbols, function->address, &place->start);
	elf_symbols_free(symbols);
	return error;
}

/* True for an ELF file of this machine's kind: a library cache lists those of others too. */
static bool is_native(const char *path)
{
	unsigned char header[20];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, header, sizeof(header));
	close(fd);
	if (got != sizeof(header) || memcmp(header, ELFMAG, SELFMAG) != 0 ||
	    header[EI_CLASS] != ELFCLASS64)
		return false;
#if defined(__x86_64__)
	return header[18] == EM_X86_64;
#elif defined(__aarch64__)
	return header[18] == EM_AARCH64;
#else
	return true;
#endif
}

/* "libc.so.6" is meant by itself, by "libc.so" and by "libc". */
static bool is_library_name(const char *file, const char *name)
{
	size_t length = strlen(name);

	if (strncmp(file, name, length) != 0)
		return false;
	return !file[length] || strncmp(file + length, ".so", 3) == 0 ||
	       (file[length] == '.' && strstr(name, ".so"));
}

/* The library cache of glibc: a header, entries, strings; offsets count from the header. */
struct cache_header {
	char magic[20]; /* "glibc-ld.so.cache1.1" */
	uint32_t count, string_bytes, flags, extension, unused[3];
};

struct cache_entry {
	int32_t flags;
	uint32_t name, path, os_version;
	uint64_t hardware;
};

static bool search_cache(const char *data, size_t size, const char *name, char *path,
			 uint32_t path_size)
{
	struct cache_header header;
	struct cache_entry entry;
	uint32_t i;

	if (size < sizeof(header) || memcmp(data, "glibc-ld.so.cache1.1", 20) != 0 ||
	    data[size - 1] != '\0')
		return false;
	memcpy(&header, data, sizeof(header));
	for (i = 0; i < header.count && sizeof(header) + (i + 1ull) * sizeof(entry) <= size; i++) {
		memcpy(&entry, data + sizeof(header) + i * sizeof(entry), sizeof(entry));
		if (entry.name >= size || entry.path >= size ||
		    !is_library_name(data + entry.name, name) || !is_native(data + entry.path))
			continue;
		snprintf(path, path_size, "%s", data + entry.path);
		return true;
	}
	return false;
}

static bool find_in_cache(const char *name, char *path, uint32_t size)
{
	int fd = open("/etc/ld.so.cache", O_RDONLY | O_CLOEXEC);
	struct stat status;
	bool found = false;
	char *data;

	if (fd < 0)
		return false;
	if (fstat(fd, &status) == 0 && status.st_size > 0 && status.st_size < 64 << 20) {
		data = malloc((size_t)status.st_size + 1);
		if (data && read(fd, data, (size_t)status.st_size) == status.st_size) {
			data[status.st_size] = '\0';
			found = search_cache(data, (size_t)status.st_size + 1, name, path, size);
		}
		free(data);
	}
	close(fd);
	return found;
}

/* A library that the process has mapped. */
static bool find_in_process(uint32_t pid, const char *name, char *path, uint32_t size)
{
	char maps[64], line[4096 + 128];
	bool found = false;
	FILE *file;

	snprintf(maps, sizeof(maps), "/proc/%u/maps", pid);
	file = fopen(maps, "re");
	while (file && !found && fgets(line, sizeof(line), file)) {
		char *at = strchr(line, '/');
		const char *base;

		if (!at)
			continue;
		at[strcspn(at, "\n")] = '\0';
		base = strrchr(at, '/') + 1;
		if (!is_library_name(base, name))
			continue;
		snprintf(path, size, "%s", at);
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

static bool find_command(const char *name, char *path, uint32_t size)
{
	const char *at = getenv("PATH"), *end;

	for (at = at ? at : "/usr/bin:/bin"; *at; at = *end ? end + 1 : end) {
		end = at + strcspn(at, ":");
		if (end == at)
			continue;
		snprintf(path, size, "%.*s/%s", (int)(end - at), at, name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

int elf_resolve_path(const char *name, uint32_t pid, char *path, uint32_t size)
{
	if (strchr(name, '/')) {
		if (pid) {
			snprintf(path, size, "/proc/%u/root%s", pid, name);
			if (access(name, F_OK) < 0 && access(path, F_OK) == 0)
				return 0;
		}
		snprintf(path, size, "%s", name);
		return access(name, F_OK) == 0 ? 0 : -ENOENT;
	}
	if ((pid && find_in_process(pid, name, path, size)) || find_in_cache(name, path, size) ||
	    find_command(name, path, size))
		return 0;
	if (size)
		path[0] = '\0';
	return -ENOENT;
}
