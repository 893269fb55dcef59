/* Headers: where they are looked for, and reading each once. */
#include "lang/cpp.h"
#include "lang/cdecl.tab.h"
#include "lang/kernel_types.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define MAX_BYTES (64u << 20) /* of headers in one compile */
#define NO_FOLDER UINT32_MAX

#ifdef __aarch64__
#define ARCH "arm64"
#define TRIPLET "aarch64-linux-gnu"
#else
#define ARCH "x86"
#define TRIPLET "x86_64-linux-gnu"
#endif

static void add_folder(struct cpp *cpp, const char *path, enum cpp_origin origin)
{
	struct cpp_folder *folder = list_push(cpp->arena, &cpp->folders);

	folder->path = path;
	folder->origin = origin;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The folders of a kernel's source and build trees, as its own build has them. */
static void add_kernel(struct cpp *cpp)
{
	static const struct {
		bool is_built;
		const char *path;
	} parts[] = {
		{ false, "arch/" ARCH "/include" },
		{ true, "arch/" ARCH "/include/generated" },
		{ false, "include" },
		{ true, "include" },
		{ false, "arch/" ARCH "/include/uapi" },
		{ true, "arch/" ARCH "/include/generated/uapi" },
		{ false, "include/uapi" },
		{ true, "include/generated/uapi" },
	};
	const struct machine *machine = &cpp->compile->options.machine;
	const char *build = machine->kernel_build, *source = machine->kernel_source;
	struct utsname name;

	if (!build && !source && uname(&name) == 0) {
		build = arena_printf(cpp->arena, "/lib/modules/%s/build", name.release);
		source = arena_printf(cpp->arena, "/lib/modules/%s/source", name.release);
	}
	if (!build || !is_folder(build))
		build = source;
	if (!source || !is_folder(source))
		source = build;
	if (!build || !is_folder(build))
		return;
	cpp->kernel_config = arena_printf(cpp->arena, "%s/include/linux/kconfig.h", source);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *tree = parts[i].is_built ? build : source;

		if (i != 3 || build != source)
			add_folder(cpp, arena_printf(cpp->arena, "%s/%s", tree, parts[i].path), CPP_KERNEL);
	}
}

void cpp_find_folders(struct cpp *cpp)
{
	const char *const *folder = cpp->compile->options.include_folders;

	for (; folder && *folder; folder++)
		add_folder(cpp, *folder, CPP_HEADER);
	add_folder(cpp, NULL, CPP_HEADER);
	add_kernel(cpp);
	add_folder(cpp, "/usr/local/include", CPP_HEADER);
	add_folder(cpp, "/usr/include/" TRIPLET, CPP_HEADER);
	add_folder(cpp, "/usr/include", CPP_HEADER);
}

enum cpp_origin cpp_origin_of(const struct cpp *cpp, uint32_t file)
{
	return file < cpp->origins.count ? cpp->origins.items[file] : CPP_SCRIPT;
}

static bool is_prefixed(const char *name, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (strncmp(name, *prefixes, strlen(*prefixes)) == 0)
			return true;
	return false;
}

static struct cpp_file *add_file(struct cpp *cpp, const char *path, uint32_t number, uint32_t folder,
				 enum cpp_origin origin)
{
	struct cpp_file *file = arena_new(cpp->arena, struct cpp_file);

	*file = (struct cpp_file){ .path = path, .file = number, .folder = folder, .origin = origin };
	while (cpp->origins.count <= number)
		*list_push(cpp->arena, &cpp->origins) = CPP_SCRIPT;
	cpp->origins.items[number] = (uint8_t)origin;
	cpp_scan(cpp, number, 0, cpp->compile->sources.files.items[number].size, &file->tokens);
	*list_push(cpp->arena, &cpp->files) = file;
	return file;
}

static struct cpp_file *open_file(struct cpp *cpp, const char *path, uint32_t folder,
				  enum cpp_origin origin)
{
	struct sources *sources = &cpp->compile->sources;
	struct stat status;
	uint32_t number;

	for (uint32_t i = 0; i < cpp->files.count; i++)
		if (strcmp(cpp->files.items[i]->path, path) == 0)
			return cpp->files.items[i];
	if (stat(path, &status) || !S_ISREG(status.st_mode) || cpp->bytes > MAX_BYTES ||
	    source_read(sources, path, &number))
		return NULL;
	cpp->bytes += sources->files.items[number].size;
	return add_file(cpp, path, number, folder, origin);
}

static struct cpp_file *open_builtin(struct cpp *cpp, const char *name, uint32_t folder)
{
	const char *text = cpp_builtin_header(name);
	const char *path = arena_printf(cpp->arena, "<built-in>/%s", name);

	if (!text)
		return NULL;
	for (uint32_t i = 0; i < cpp->files.count; i++)
		if (strcmp(cpp->files.items[i]->path, path) == 0)
			return cpp->files.items[i];
	return add_file(cpp, path, source_add(&cpp->compile->sources, path, text, strlen(text)), folder,
			CPP_HEADER);
}

static const struct cpp_file *file_of(const struct cpp *cpp, uint32_t number)
{
	for (uint32_t i = 0; i < cpp->files.count; i++)
		if (cpp->files.items[i]->file == number)
			return cpp->files.items[i];
	return NULL;
}

/* Beside the file that asks for it. */
static struct cpp_file *find_beside(struct cpp *cpp, const char *name, uint32_t from)
{
	const struct cpp_file *asking = file_of(cpp, from);
	const char *path = from < cpp->compile->sources.files.count
			       ? cpp->compile->sources.files.items[from].name
			       : "";
	const char *slash = strrchr(path, '/');

	if (asking && asking->path[0] == '<')
		return NULL;
	if (slash)
		name = arena_printf(cpp->arena, "%.*s/%s", (int)(slash - path), path, name);
	return open_file(cpp, name, asking ? asking->folder : NO_FOLDER,
			 asking && asking->origin != CPP_SCRIPT ? asking->origin : CPP_HEADER);
}

struct cpp_file *cpp_find(struct cpp *cpp, const char *name, bool is_quoted, bool is_next,
			  uint32_t from)
{
	static const char *const kernel[] = { "linux/", "asm/", "asm-generic/", NULL };
	const struct cpp_file *asking = is_next ? file_of(cpp, from) : NULL;
	struct cpp_file *found;
	uint32_t first = 0;

	if (strlen(name) > 1000)
		return NULL;
	if (name[0] == '/')
		return open_file(cpp, name, NO_FOLDER, CPP_HEADER);
	if (is_quoted && !is_next) {
		found = find_beside(cpp, name, from);
		if (found)
			return found;
	}
	if (asking && asking->folder != NO_FOLDER)
		first = asking->folder + 1;
	for (uint32_t i = first; i < cpp->folders.count; i++) {
		struct cpp_folder folder = cpp->folders.items[i];

		if (!folder.path) {
			found = open_builtin(cpp, name, i);
		} else {
			if (folder.origin == CPP_HEADER && strncmp(folder.path, "/usr/", 5) == 0 &&
			    is_prefixed(name, kernel))
				folder.origin = CPP_KERNEL;
			found = open_file(cpp, arena_printf(cpp->arena, "%s/%s", folder.path, name), i,
					  folder.origin);
		}
		if (found)
			return found;
	}
	return NULL;
}

static void push_file(struct cpp *cpp, struct cpp_file *file)
{
	cpp_push(cpp, file->tokens.list.items, file->tokens.list.count, NULL);
	cpp->frames.items[cpp->frames.count - 1].file = file;
}

void cpp_enter(struct cpp *cpp, struct cpp_file *file)
{
	struct cpp_file *config;

	if (file->is_once && file->is_entered)
		return;
	file->is_entered = true;
	push_file(cpp, file);
	if (file->origin != CPP_KERNEL || !cpp->kernel_config || strncmp(file->path, "/usr/", 5) == 0)
		return;
	/* the first header of the kernel's own tree: its configuration, read before it */
	config = open_file(cpp, cpp->kernel_config, NO_FOLDER, CPP_KERNEL);
	cpp->kernel_config = NULL;
	if (config)
		push_file(cpp, config);
	config = open_builtin(cpp, "kernel.h", NO_FOLDER);
	if (config)
		push_file(cpp, config);
}

bool cpp_is_needless(struct cpp *cpp, const char *name)
{
	static const char *const kernel[] = {
		"linux/", "net/",  "asm/",    "asm-generic/", "uapi/", "scsi/", "trace/", "rdma/",
		"drm/",	  "crypto/", "bpf/",  "block/",	      "kvm/",  "xen/",	"acpi/",  "media/",
		"sound/", NULL
	};

	return (is_prefixed(name, kernel) && kernel_types_available(cpp->compile)) ||
	       strcmp(name, "sys/types.h") == 0;
}

/* The script's definitions, as one file with pieces of several. */
static void push_script(struct cpp *cpp)
{
	struct script *script = cpp->compile->script;
	struct cpp_file *file = arena_new(cpp->arena, struct cpp_file);

	*file = (struct cpp_file){ .path = "<script>", .file = UINT32_MAX, .folder = NO_FOLDER };
	for (uint32_t i = 0; script && i < script->c_definitions.count; i++) {
		struct span span = script->c_definitions.items[i];
		uint32_t first = file->tokens.list.count;

		cpp_scan(cpp, span.file, span.start, span.end, &file->tokens);
		if (first < file->tokens.list.count)
			file->tokens.list.items[first].starts_piece = true;
	}
	push_file(cpp, file);
}

static void push_wanted(struct cpp *cpp, const char *name, struct span span)
{
	struct cpp_file *file = cpp_find(cpp, name, true, false, span.file);

	if (file)
		cpp_enter(cpp, file);
	else
		diag_error(&cpp->compile->diags, "c-include", span, "the header \"%s\" cannot be found",
			   name);
}

static void define_magic(struct cpp *cpp, const char *name, bool is_dynamic)
{
	struct c_macro *macro = arena_new(cpp->arena, struct c_macro);
	static const struct c_token one = { .kind = C_NUMBER, .text = "1" };

	macro->name = name;
	macro->span.file = UINT32_MAX;
	macro->is_dynamic = is_dynamic;
	macro->body = &one;
	macro->body_count = 1;
	c_name_get(cpp->compile, name, strlen(name))->macro = macro;
}

struct cpp *cpp_create(struct compile *compile)
{
	struct cpp *cpp = arena_new(compile->arena, struct cpp);
	const char *const *wanted = compile->options.includes;
	uint32_t count = 0;

	cpp->compile = compile;
	cpp->arena = compile->arena;
	cpp->defined = c_name_get(compile, "defined", 7);
	cpp->va_args = c_name_get(compile, "__VA_ARGS__", 11);
	cpp->va_opt = c_name_get(compile, "__VA_OPT__", 10);
	cpp->pragma = c_name_get(compile, "_Pragma", 7);
	cpp_find_folders(cpp);
	define_magic(cpp, "__LINE__", true);
	define_magic(cpp, "__FILE__", true);
	define_magic(cpp, "__COUNTER__", true);
	if (kernel_types_available(compile))
		define_magic(cpp, "BPFTRACE_HAVE_BTF", false);
	/* a stack: what is read first is pushed last */
	push_script(cpp);
	for (uint32_t i = compile->c_includes.count; i > 0; i--)
		push_wanted(cpp, compile->c_includes.items[i - 1].path, compile->c_includes.items[i - 1].span);
	while (wanted && wanted[count])
		count++;
	for (; count > 0; count--)
		push_wanted(cpp, wanted[count - 1], (struct span){ .file = UINT32_MAX });
	push_file(cpp, open_builtin(cpp, "predefined.h", NO_FOLDER));
	return cpp;
}
