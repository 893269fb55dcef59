/* `sonde fmt`: formats scripts to standard output, in place, or checks that they are formatted. A
 * file that does not parse is left as it is. */
#include "cli/fmt.h"

#include "cli/pipeline.h"
#include "lang/format.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const struct strbuf *text)
{
	size_t done = 0;

	while (done < text->len) {
		ssize_t written = write(fd, text->text + done, text->len - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return written ? -errno : -EIO;
		done += (size_t)written;
	}
	return fsync(fd) ? -errno : 0;
}

/* Puts `text` in the place of the file, whole or not at all; mode and owner stay. */
static int replace_file(const char *path, const struct strbuf *text)
{
	char real[PATH_MAX], temporary[PATH_MAX + 16];
	struct stat status;
	int fd, error;

	if (!realpath(path, real) || stat(real, &status))
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	snprintf(temporary, sizeof(temporary), "%s.fmt-XXXXXX", real);
	fd = mkstemp(temporary);
	if (fd < 0)
		return -errno;
	/* only root may give a file away: for others the owner is their own already */
	error = fchown(fd, status.st_uid, status.st_gid) && errno != EPERM ? -errno : 0;
	if (!error && fchmod(fd, status.st_mode & 07777))
		error = -errno;
	if (!error)
		error = write_all(fd, text);
	if (close(fd) && !error)
		error = -errno;
	if (!error && rename(temporary, real))
		error = -errno;
	if (error)
		unlink(temporary);
	return error;
}

static int put_text(const struct options *options, const struct source_file *source,
		    const struct strbuf *text)
{
	bool is_same = source->size == text->len && !memcmp(source->text, strbuf_text(text), text->len);
	int error;

	if (options->fmt_check && !is_same)
		printf("%s\n", source->name);
	if (options->fmt_check)
		return is_same ? STATUS_OK : STATUS_FAILED;
	if (!options->fmt_write)
		return fwrite(strbuf_text(text), 1, text->len, stdout) == text->len ? STATUS_OK
										    : STATUS_FAILED;
	error = is_same ? 0 : replace_file(options->file, text);
	if (error)
		fprintf(stderr, "sonde: cannot write \"%s\": %s\n", options->file, strerror(-error));
	return error ? STATUS_FAILED : STATUS_OK;
}

static int format_one(const struct options *options)
{
	uint32_t file = 0;
	struct compile *compile = pipeline_read(options, &file);
	struct strbuf text = {0};
	int status = STATUS_FAILED;

	if (!compile)
		return STATUS_FAILED;
	if (format_script(compile, file, &text))
		pipeline_print_diagnostics(compile);
	else
		status = put_text(options, &compile->sources.files.items[file], &text);
	strbuf_free(&text);
	compile_free(compile);
	return status;
}

int fmt_run(const struct options *options)
{
	struct options one = *options;
	int status = STATUS_OK;

	if (options->program)
		return format_one(options);
	for (uint32_t i = 0; i < options->run.arg_count; i++) {
		one.file = options->run.args[i];
		if (format_one(&one))
			status = STATUS_FAILED;
	}
	return status;
}
