/* Link: libbpf's linker joins sections, symbols and types of the image and the imported objects, so that
 * what runs is one object. It knows files only: these lie in memory. */
#define _GNU_SOURCE
#include "cli/link.h"

#include "base/plan.h"
#include "lang/bpf_c.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* libbpf's callback takes no context: the first warning is the reason. */
static char reason[256];

static int __attribute__((format(printf, 2, 0)))
keep_reason(enum libbpf_print_level level, const char *format, va_list ap)
{
	if (level == LIBBPF_WARN && !*reason)
		vsnprintf(reason, sizeof(reason), format, ap);
	return 0;
}

static int memory_file(const void *data, size_t size)
{
	int fd = memfd_create("sonde-link", MFD_CLOEXEC);
	size_t done = 0;

	while (fd >= 0 && done < size) {
		ssize_t count = write(fd, (const char *)data + done, size - done);

		if (count <= 0) {
			close(fd);
			return -1;
		}
		done += (size_t)count;
	}
	return fd;
}

static int add(struct bpf_linker *linker, const void *data, size_t size)
{
	int fd = memory_file(data, size), error;
	char path[64];

	if (fd < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	error = bpf_linker__add_file(linker, path, NULL);
	close(fd);
	return error;
}

static int read_back(int fd, struct strbuf *image)
{
	struct stat status;
	char block[65536];
	ssize_t count;

	if (fstat(fd, &status) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	strbuf_clear(image);
	while ((count = read(fd, block, sizeof(block))) > 0)
		strbuf_add_bytes(image, block, (size_t)count);
	return count < 0 ? -errno : image->len == (size_t)status.st_size ? 0 : -EIO;
}

int link_objects(struct compile *compile, struct strbuf *image, const char **error)
{
	int fd = memory_file("", 0), failed;
	const char *at = "the image";
	struct bpf_linker *linker;
	char path[64];

	*reason = '\0';
	libbpf_set_print(keep_reason);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	linker = fd < 0 ? NULL : bpf_linker__new(path, NULL);
	failed = linker ? add(linker, image->text, image->len) : -errno;
	for (uint32_t i = 0; !failed && i < compile->c_objects.count; i++) {
		struct c_object *object = &compile->c_objects.items[i];

		at = object->path;
		bpf_c_set_license(compile, object,
				  plan_string(compile->plan, compile->plan->config.license));
		failed = add(linker, object->data, object->size);
	}
	if (!failed)
		failed = bpf_linker__finalize(linker);
	bpf_linker__free(linker);
	if (!failed)
		failed = read_back(fd, image);
	if (fd >= 0)
		close(fd);
	if (!failed)
		return 0;
	reason[strcspn(reason, "\n")] = '\0';
	*error = arena_printf(compile->arena, "cannot link %s: %s", at,
			      *reason ? reason : strerror(-failed));
	return -1;
}
