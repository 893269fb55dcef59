/* Imports: first step of expand. Scripts are parsed and joined; a header becomes an #include for the C
 * side; a folder is all that is in it, by name. Nothing that others could write is read. */
#include "lang/import.h"

#include "lang/bpf_c.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define IMPORT_DEPTH_MAX 32u
#define IMPORT_FILES_MAX 256u
#define IMPORT_BYTES_MAX (16u << 20)

struct importer {
	struct compile *compile;
	struct arena *arena;
	struct script *whole;
	LIST(const char *) seen; /* real paths */
	const char *root;	 /* folder of the script that was given, with "/" */
	uint32_t depth;
	uint64_t bytes;
};

static int import_path(struct importer *im, const char *path, struct span span);
static int import_found(struct importer *im, const char *path, const struct stat *status,
			struct span span);

static struct diag *refuse(struct importer *im, struct span span, const char *path, const char *why)
{
	return diag_error(&im->compile->diags, "import", span, "cannot import \"%s\": %s", path,
			  why);
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), other = strlen(end);

	return length > other && !strcmp(text + length - other, end);
}

/* The folder part of `path`, with its slash; "" when there is none. */
static const char *folder_of(struct importer *im, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_strndup(im->arena, path, (size_t)(slash - path) + 1) : "";
}

/* The folder that imports of this file start from: one-liners and standard input have none. */
static const char *folder_of_file(struct importer *im, uint32_t file)
{
	const char *name = im->compile->sources.files.items[file].name;

	return strcmp(name, "-e") && strcmp(name, "stdin") ? folder_of(im, name) : "";
}

/* What follows is the text of the language's own library, which every script has, under the names
 * that bpftrace 0.27 knows. */
static bool is_library(const char *path)
{
	static const char *const names[] = {"base.bpf.c", "map",  "process", "stack", "strings",
					    "system",	  "task", "test",    "usdt",  NULL};
	size_t length;

	if (!strcmp(path, "stdlib"))
		return true;
	if (strncmp(path, "stdlib/", 7))
		return false;
	path += 7;
	length = strcspn(path, "/");
	for (int i = 0; names[i]; i++)
		if (strlen(names[i]) == length && !strncmp(path, names[i], length))
			return true;
	return false;
}

/* Whether anybody may write to it: NULL, or the sentence. */
static const char *others_can_write(const char *real, const struct stat *status)
{
	char folder[PATH_MAX];
	struct stat above;
	char *slash;

	if (status->st_mode & S_IWOTH)
		return S_ISDIR(status->st_mode) ? "everybody can write to this folder"
						: "everybody can write to this file";
	snprintf(folder, sizeof(folder), "%s", real);
	slash = strrchr(folder, '/');
	if (S_ISDIR(status->st_mode) || !slash)
		return NULL;
	slash[slash == folder] = '\0';
	if (!stat(folder, &above) && above.st_mode & S_IWOTH)
		return "everybody can write to its folder";
	return NULL;
}

#define TAKE(list)                                                                                 \
	for (uint32_t i = 0; i < from->list.count; i++)                                            \
		*list_push(im->arena, &im->whole->list) = from->list.items[i];

static void join(struct importer *im, const struct script *from)
{
	TAKE(imports)
	TAKE(declarations)
	TAKE(macros)
	TAKE(functions)
	TAKE(probes)
	TAKE(c_definitions)
}

/* The files that a parsed script imports, then the script itself. */
static int take_script(struct importer *im, const struct script *script)
{
	uint32_t errors = im->compile->diags.error_count;

	for (uint32_t i = 0; i < script->imports.count; i++)
		import_path(im, script->imports.items[i].path, script->imports.items[i].span);
	join(im, script);
	return im->compile->diags.error_count == errors ? 0 : -1;
}

static int import_file(struct importer *im, const char *path, struct span span)
{
	struct compile *compile = im->compile;
	struct script *script;
	struct diag *diag;
	uint32_t file = 0;
	int error = source_read(&compile->sources, path, &file);

	if (error) {
		refuse(im, span, path,
		       error == -EFBIG ? "it is larger than 4 MiB" : strerror(-error));
		return -1;
	}
	im->bytes += compile->sources.files.items[file].size;
	if (im->depth == IMPORT_DEPTH_MAX || im->bytes > IMPORT_BYTES_MAX) {
		refuse(im, span, path, im->depth == IMPORT_DEPTH_MAX
					       ? "imports are nested too deeply"
					       : "all imports together are larger than 16 MiB");
		return -1;
	}
	compile->script = NULL;
	error = parse_script(compile, file);
	script = compile->script;
	if (error)
		return -1;
	if (script->config_block.end) {
		diag = diag_error(&compile->diags, "import-config", script->config_block,
				  "an imported script cannot have a config block");
		diag_hint(&compile->diags, diag, "move it to the script that is run");
	}
	im->depth++;
	error = take_script(im, script);
	im->depth--;
	return error;
}

/* A header is one line for the C side. */
static void import_header(struct importer *im, const char *path, const char *text)
{
	struct span span = {0};

	span.file = source_add(&im->compile->sources, path, text, strlen(text));
	span.end = (uint32_t)strlen(text);
	*list_push(im->arena, &im->whole->c_definitions) = span;
}

static bool is_script(const char *path)
{
	return ends_with(path, ".bt") || ends_with(path, ".probe");
}

static bool is_importable(const char *path)
{
	return is_script(path) || ends_with(path, ".h") || ends_with(path, ".bpf.c");
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What can be imported in a folder, in the order of names; not the folders in it. */
static int import_folder(struct importer *im, const char *path, struct span span)
{
	LIST(const char *) names = {0};
	DIR *folder = opendir(path);
	struct dirent *entry;

	if (!folder) {
		refuse(im, span, path, strerror(errno));
		return -1;
	}
	while ((entry = readdir(folder)) && names.count <= IMPORT_FILES_MAX)
		if (entry->d_name[0] != '.' && is_importable(entry->d_name))
			*list_push(im->arena, &names) =
				arena_printf(im->arena, "%s/%s", path, entry->d_name);
	closedir(folder);
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), compare_names);
	for (uint32_t i = 0; i < names.count; i++) {
		struct stat status;

		if (!stat(names.items[i], &status) && !S_ISDIR(status.st_mode) &&
		    import_found(im, names.items[i], &status, span))
			return -1;
	}
	return 0;
}

/* Looks beside the importing file, then beside the script that was given (as the peer does). */
static const char *find(struct importer *im, const char *path, struct span span,
			struct stat *status)
{
	const char *folders[] = {folder_of_file(im, span.file), im->root};

	for (int i = 0; i < 2; i++) {
		const char *tried = arena_printf(im->arena, "%s%s", *path == '/' ? "" : folders[i],
						 path);

		if (!stat(tried, status))
			return tried;
	}
	return NULL;
}

static bool was_seen(struct importer *im, const char *real)
{
	for (uint32_t i = 0; i < im->seen.count; i++)
		if (!strcmp(im->seen.items[i], real))
			return true;
	*list_push(im->arena, &im->seen) = arena_strdup(im->arena, real);
	return false;
}

static int not_found(struct importer *im, const char *path, struct span span)
{
	struct diag *diag;

	if (is_library(path))
		return 0;
	if (!strncmp(path, "include/", 8) && ends_with(path, ".h")) {
		import_header(im, path, arena_printf(im->arena, "#include <%s>\n", path + 8));
		return 0;
	}
	diag = refuse(im, span, path, "there is no such file");
	if (*path != '/')
		diag_hint(&im->compile->diags, diag, "a path starts beside the file that imports");
	return -1;
}

/* Why what is there cannot be imported; NULL when it can. */
static const char *unfit(struct importer *im, const char *path, const char *real,
			 const struct stat *status)
{
	if (!S_ISDIR(status->st_mode) && !S_ISREG(status->st_mode))
		return "it is neither a file nor a folder";
	if (S_ISREG(status->st_mode) && !is_importable(path))
		return "its name does not end in .bt, .probe, .h or .bpf.c";
	if (im->seen.count == IMPORT_FILES_MAX)
		return "there are more than 256 imports";
	return others_can_write(real, status);
}

static int import_found(struct importer *im, const char *path, const struct stat *status,
			struct span span)
{
	char real[PATH_MAX];
	const char *why = realpath(path, real) ? unfit(im, path, real, status) : strerror(errno);

	if (why) {
		refuse(im, span, path, why);
		return -1;
	}
	if (was_seen(im, real))
		return 0;
	if (S_ISDIR(status->st_mode))
		return import_folder(im, path, span);
	if (is_script(path))
		return import_file(im, path, span);
	if (ends_with(path, ".h")) {
		import_header(im, path, arena_printf(im->arena, "#include \"%s\"\n", real));
		return 0;
	}
	return bpf_c_import(im->compile, path, span);
}

static int import_path(struct importer *im, const char *path, struct span span)
{
	struct stat status;
	const char *found = find(im, path, span, &status);

	if (!*path || !found)
		return not_found(im, path, span);
	return import_found(im, found, &status, span);
}

int import_all(struct compile *compile)
{
	struct importer im = {.compile = compile, .arena = compile->arena};
	struct script *script = compile->script;
	char real[PATH_MAX];
	int error;

	if (!script->imports.count)
		return 0;
	im.root = folder_of_file(&im, script->imports.items[0].span.file);
	if (realpath(compile->sources.files.items[script->imports.items[0].span.file].name, real))
		was_seen(&im, real);
	im.whole = arena_new(compile->arena, struct script);
	im.whole->arena = compile->arena;
	im.whole->config_block = script->config_block;
	im.whole->config.items = script->config.items;
	im.whole->config.count = im.whole->config.capacity = script->config.count;
	error = take_script(&im, script);
	compile->script = im.whole;
	return error;
}
