/* Standalone tools: sonde-run with an image behind it. The last 24 bytes of the file are the image's
 * checksum, its size and a magic; the ELF loader does not look there. */
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct trailer {
	uint64_t checksum; /* FNV-1a: against damage, not against intent */
	uint64_t size;
	char magic[8];
};

static const char magic[8] = {'S', 'O', 'N', 'D', 'E', 'I', 'M', 'G'};

static uint64_t checksum_of(const unsigned char *bytes, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3;
	return hash;
}

static int read_at(int fd, void *bytes, size_t size, off_t offset)
{
	while (size) {
		ssize_t count = pread(fd, bytes, size, offset);

		if (count <= 0)
			return -1;
		bytes = (char *)bytes + count;
		size -= (size_t)count;
		offset += count;
	}
	return 0;
}

void *standalone_load(size_t *size)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct trailer trailer;
	void *image = NULL;
	struct stat info;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &info) && info.st_size > (off_t)sizeof(trailer) &&
	    !read_at(fd, &trailer, sizeof(trailer), info.st_size - (off_t)sizeof(trailer)) &&
	    !memcmp(trailer.magic, magic, sizeof(magic)) && trailer.size &&
	    trailer.size <= (uint64_t)info.st_size - sizeof(trailer)) {
		image = malloc(trailer.size);
		*size = trailer.size;
		if (image && (read_at(fd, image, trailer.size,
				      info.st_size - (off_t)sizeof(trailer) - (off_t)trailer.size) ||
			      checksum_of(image, trailer.size) != trailer.checksum)) {
			free(image);
			image = NULL;
		}
	}
	close(fd);
	return image;
}

static int write_all(int fd, const void *bytes, size_t size)
{
	while (size) {
		ssize_t count = write(fd, bytes, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return -1;
		bytes = (const char *)bytes + count;
		size -= (size_t)count;
	}
	return 0;
}

static int copy_file(int from, int to)
{
	char bytes[65536];
	ssize_t count;

	while ((count = read(from, bytes, sizeof(bytes))) > 0)
		if (write_all(to, bytes, (size_t)count))
			return -1;
	return count < 0 ? -1 : 0;
}

/* Written beside and renamed, so that a failure leaves what was there. */
int standalone_write(const char *runner_path, const void *image, size_t size, const char *out_path,
		     const char **error)
{
	struct trailer trailer = {.checksum = checksum_of(image, size), .size = size};
	char *temporary = NULL;
	int from = open(runner_path, O_RDONLY | O_CLOEXEC), to = -1, result = -1;

	memcpy(trailer.magic, magic, sizeof(magic));
	*error = "the runner, sonde-run, cannot be read";
	if (from < 0)
		goto out;
	*error = "the file cannot be written";
	if (asprintf(&temporary, "%s.XXXXXX", out_path) < 0) {
		temporary = NULL;
		goto out;
	}
	to = mkostemp(temporary, O_CLOEXEC);
	if (to < 0)
		goto out;
	if (copy_file(from, to) || write_all(to, image, size) ||
	    write_all(to, &trailer, sizeof(trailer)) || fchmod(to, 0755) ||
	    rename(temporary, out_path)) {
		*error = strerror(errno);
		unlink(temporary);
		goto out;
	}
	result = 0;
out:
	if (result && to < 0 && errno)
		*error = strerror(errno);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	free(temporary);
	return result;
}
