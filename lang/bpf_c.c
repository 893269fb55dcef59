/* BPF C: clang makes an object of an imported .bpf.c; what its BTF says of its functions is what the
 * checker knows of them, and the object is linked into the image (cli/link.c). Nothing is written to a
 * disk: the object and clang's words go into memory files. */
#define _GNU_SOURCE
#include "lang/bpf_c.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { OBJECT_BYTES_MAX = 64 << 20, CLANG_NEWEST = 29, CLANG_OLDEST = 11, WORDS_MAX = 128 };

#if defined(__x86_64__)
#define TARGET_ARCH "-D__TARGET_ARCH_x86"
#define SYSTEM_HEADERS "/usr/include/x86_64-linux-gnu"
#elif defined(__aarch64__)
#define TARGET_ARCH "-D__TARGET_ARCH_arm64"
#define SYSTEM_HEADERS "/usr/include/aarch64-linux-gnu"
#else
#define TARGET_ARCH "-D__TARGET_ARCH_unknown"
#define SYSTEM_HEADERS "/usr/include"
#endif

static const char *const options[] = {
	"-target", "bpf", "-mcpu=v3", "-g", "-O2", TARGET_ARCH,
	"-fno-caret-diagnostics", "-fno-color-diagnostics", "-fno-diagnostics-fixit-info",
	"-fno-diagnostics-show-option",
	"-idirafter", SYSTEM_HEADERS, "-c", "-o", "-",
};

/* What a run of clang leaves behind. */
struct outcome {
	int status; /* of wait(2) */
	char *object, *words;
	size_t size, words_size;
};

static int read_memory_file(struct arena *arena, int fd, char **text, size_t *size)
{
	struct stat status;
	size_t done = 0;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (status.st_size > OBJECT_BYTES_MAX)
		return -EFBIG;
	*size = (size_t)status.st_size;
	*text = arena_alloc(arena, *size + 1);
	while (done < *size) {
		ssize_t count = pread(fd, *text + done, *size - done, (off_t)done);

		if (count <= 0)
			return count ? -errno : -EIO;
		done += (size_t)count;
	}
	return 0;
}

/* clang, or the newest clang-N; the positive errno of the last attempt. */
static int spawn(char **words, const posix_spawn_file_actions_t *actions, pid_t *pid)
{
	char name[32];
	int error = posix_spawnp(pid, words[0], actions, NULL, words, environ);

	for (int version = CLANG_NEWEST; error == ENOENT && version >= CLANG_OLDEST; version--) {
		snprintf(name, sizeof(name), "clang-%d", version);
		error = posix_spawnp(pid, name, actions, NULL, words, environ);
	}
	return error;
}

static int run(struct arena *arena, char **words, struct outcome *outcome)
{
	int out = memfd_create("sonde-object", MFD_CLOEXEC), error = -ENOMEM;
	int say = memfd_create("sonde-words", MFD_CLOEXEC);
	posix_spawn_file_actions_t actions;
	pid_t pid;

	if (posix_spawn_file_actions_init(&actions))
		goto out;
	if (out < 0 || say < 0 ||
	    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) ||
	    posix_spawn_file_actions_adddup2(&actions, out, 1) ||
	    posix_spawn_file_actions_adddup2(&actions, say, 2))
		error = -EMFILE;
	else
		error = -spawn(words, &actions, &pid);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		goto out;
	while (waitpid(pid, &outcome->status, 0) < 0 && !error)
		if (errno != EINTR)
			error = -errno;
	if (!error)
		error = read_memory_file(arena, out, &outcome->object, &outcome->size);
	if (!error)
		error = read_memory_file(arena, say, &outcome->words, &outcome->words_size);
out:
	if (out >= 0)
		close(out);
	if (say >= 0)
		close(say);
	return error;
}

static int compile_file(struct compile *compile, const char *path, struct outcome *outcome)
{
	const char *const *folders = compile->options.include_folders;
	const char *words[WORDS_MAX] = {"clang"};
	uint32_t count = 1;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		words[count++] = options[i];
	for (uint32_t i = 0; folders && folders[i] && count + 4 < WORDS_MAX; i++) {
		words[count++] = "-I";
		words[count++] = folders[i];
	}
	words[count] = *path == '-' ? arena_printf(compile->arena, "./%s", path) : path;
	return run(compile->arena, (char **)words, outcome);
}

/* ---- what clang says -------------------------------------------------------------------- */

/* The place in a file that clang names; the import when that file cannot be read. */
static struct span place_of(struct compile *compile, const char *path, uint32_t line,
			    uint32_t column, struct span otherwise)
{
	struct sources *sources = &compile->sources;
	uint32_t file = 0, at = 0;
	const char *text;

	while (file < sources->files.count && strcmp(sources->files.items[file].name, path))
		file++;
	if (file == sources->files.count && source_read(sources, path, &file))
		return otherwise;
	text = sources->files.items[file].text;
	while (line > 1 && text[at])
		line -= text[at++] == '\n';
	for (; column > 1 && text[at] && text[at] != '\n'; column--)
		at++;
	return (struct span){file, at, at + (text[at] && text[at] != '\n')};
}

/* "x.bpf.c:3:14: error: use of undeclared identifier 'y'"; false: no such line. */
static bool take_line(struct compile *compile, char *line, struct span import)
{
	struct diags *diags = &compile->diags;
	uint32_t row, column;
	struct diag *diag;
	struct span span;
	char *at = line, *message;
	bool is_error;
	int used;

	do {
		at = strchr(at + 1, ':');
		if (!at)
			return false;
		used = 0;
	} while (sscanf(at, ":%u:%u: %n", &row, &column, &used) != 2 || !used);
	message = at + used;
	is_error = !strncmp(message, "error: ", 7) || !strncmp(message, "fatal error: ", 13);
	if (!is_error && strncmp(message, "warning: ", 9))
		return true;
	message = strstr(message, ": ") + 2;
	*at = '\0';
	span = place_of(compile, line, row, column, import);
	diag = is_error ? diag_error(diags, "clang", span, "clang: %s", message)
			: diag_warning(diags, "clang", span, "clang: %s", message);
	if (span.file != import.file)
		diag_note(diag, import, "imported here");
	if (is_error && strstr(message, "'vmlinux.h' file not found"))
		diag_hint(diags, diag, "bpftool btf dump file /sys/kernel/btf/vmlinux format c > vmlinux.h");
	return true;
}

static void report(struct compile *compile, const struct outcome *outcome, const char *path,
		   struct span span)
{
	uint32_t errors = compile->diags.error_count;
	const char *first = NULL;
	char *save = NULL;

	for (char *line = strtok_r(outcome->words, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		if (!take_line(compile, line, span) && !first)
			first = line;
	if (!outcome->status || compile->diags.error_count > errors)
		return;
	if (WIFSIGNALED(outcome->status))
		first = arena_printf(compile->arena, "signal %d", WTERMSIG(outcome->status));
	diag_error(&compile->diags, "clang", span, "clang cannot compile \"%s\": %s", path,
		   first ? first : "it does not say why");
}

static int fail(struct compile *compile, int error, const char *path, struct span span)
{
	struct diag *diag;

	if (error != -ENOENT) {
		diag_error(&compile->diags, "clang", span, "cannot run clang for \"%s\": %s", path,
			   strerror(-error));
		return -1;
	}
	diag = diag_error(&compile->diags, "clang-missing", span,
			  "\"%s\" is BPF C, which clang compiles, and there is no clang here", path);
	diag_hint(&compile->diags, diag,
		  "install it (Debian's package is clang); what sonde build writes runs without it");
	return -1;
}

int bpf_c_import(struct compile *compile, const char *path, struct span span)
{
	uint32_t errors = compile->diags.error_count;
	struct outcome outcome = {0};
	int error = compile_file(compile, path, &outcome);

	if (error)
		return fail(compile, error, path, span);
	report(compile, &outcome, path, span);
	if (compile->diags.error_count > errors)
		return -1;
	return bpf_c_add_object(compile, arena_strdup(compile->arena, path), span,
				(unsigned char *)outcome.object, outcome.size);
}
