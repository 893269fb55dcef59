/* Uprobes: functions to file offsets through symbols.h, then one multi link per file where the kernel has
 * it (Linux 6.6; libbpf 1.1 has not, so bpf(2) is called directly), else a perf event each. */
#include "attach.h"
#include "instructions.h"
#include "perf_event.h"
#include "targets.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef BPF_F_UPROBE_MULTI_RETURN
#define BPF_F_UPROBE_MULTI_RETURN 1
#endif
enum { ATTACH_TYPE_UPROBE_MULTI = 48 }; /* BPF_TRACE_UPROBE_MULTI */

/* union bpf_attr of BPF_LINK_CREATE for uprobe.multi. */
struct multi_attr {
	uint32_t program_fd, target_fd, attach_type, flags;
	uint64_t path, offsets, counter_offsets, cookies;
	uint32_t count, multi_flags, pid, padding;
};

/* The places found in one file. */
struct places {
	struct session *session;
	uint32_t program, row;
	char path[PATH_MAX];
	LIST(uint64_t) offsets;
	LIST(uint64_t) targets;
	uint64_t shift; /* function + shift */
	int error;
};

static int link_multi(int program_fd, const struct places *places, bool is_return, bool has_cookies)
{
	struct multi_attr attr = {
		.program_fd = (uint32_t)program_fd,
		.attach_type = ATTACH_TYPE_UPROBE_MULTI,
		.path = (uintptr_t)places->path,
		.offsets = (uintptr_t)places->offsets.items,
		.cookies = has_cookies ? (uintptr_t)places->targets.items : 0,
		.count = places->offsets.count,
		.multi_flags = is_return ? BPF_F_UPROBE_MULTI_RETURN : 0,
		.pid = places->session ? session_process(places->session) : 0,
	};
	int fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	return fd < 0 ? -errno : fd;
}

/* A kernel with uprobe.multi looks at the path, which is no file, before it complains. */
static bool kernel_has_multi(void)
{
	static int known = -1;
	static const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options,
		    .expected_attach_type = (enum bpf_attach_type)ATTACH_TYPE_UPROBE_MULTI);
	struct places places = {.path = "/"};
	int fd;

	if (known >= 0)
		return known;
	known = 0;
	fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, NULL, "GPL", code, 2, &options);
	if (fd < 0)
		return false;
	places.offsets.items = (uint64_t[]){1};
	places.offsets.count = 1;
	known = link_multi(fd, &places, false, false) == -EBADF;
	close(fd);
	return known;
}

int attach_uprobe_prepare(struct session *session, uint32_t program)
{
	if (!kernel_has_multi())
		return 0;
	return bpf_program__set_expected_attach_type(
		session->programs[program], (enum bpf_attach_type)ATTACH_TYPE_UPROBE_MULTI);
}

static void add_place(struct places *places, uint64_t offset, uint64_t target)
{
	struct arena *arena = places->session->arena;

	*list_push(arena, &places->offsets) = offset;
	*list_push(arena, &places->targets) = target;
}

/* A breakpoint that is not at the start of an instruction destroys the process's code: refused, as on
 * the peer, unless --unsafe. `start` and `size` are the function's in the file; size 0: not known. */
static bool is_start(struct places *places, const char *function, uint64_t start, uint64_t size)
{
	struct session *session = places->session;
	uint64_t before = 0, after = 0, offset = places->shift;
	enum instruction_place place = INSTRUCTION_START;

	if (session->options->unsafe)
		return true;
	if (size && offset >= size) {
		places->error = attach_missing(session, places->row,
				      "%s has %llu bytes, +%llu lies behind it; --unsafe allows it",
				      function, (unsigned long long)size, (unsigned long long)offset);
		return false;
	}
	place = instruction_look(places->path, start, offset, &before, &after);
	if (place == INSTRUCTION_INSIDE)
		places->error = attach_missing(
		    session, places->row,
		    "%s+%llu lies inside an instruction: they start at +%llu and +%llu; --unsafe "
		    "allows it",
		    function, (unsigned long long)offset, (unsigned long long)before,
		    (unsigned long long)after);
	else if (place == INSTRUCTION_UNKNOWN)
		places->error = attach_missing(
		    session, places->row,
		    "whether an instruction starts at %s+%llu is not known; --unsafe allows it",
		    function, (unsigned long long)offset);
	return place == INSTRUCTION_START;
}

static int find_address(struct places *places, uint64_t address)
{
	struct session *session = places->session;
	struct elf_place place;
	char name[32];
	int error = elf_find_address(places->path, address, &place);

	snprintf(name, sizeof(name), "0x%llx", (unsigned long long)address);
	if (error)
		return attach_missing(session, places->row,
				      error == -ERANGE ? "\"%s\" has nothing at %s"
						       : "cannot read \"%s\" for %s",
				      places->path, name);
	if (!place.is_in_function && !session->options->unsafe)
		return attach_missing(session, places->row,
				      "no function is known around %s, so not whether an instruction "
				      "starts there; --unsafe allows it",
				      name);
	if (place.is_in_function && !session->options->unsafe) {
		uint64_t distance = place.offset - place.start, before = 0, after = 0;
		enum instruction_place found =
			instruction_look(places->path, place.start, distance, &before, &after);

		if (found == INSTRUCTION_UNKNOWN)
			return attach_missing(session, places->row,
					      "whether an instruction starts at %s is not known; "
					      "--unsafe allows it",
					      name);
		if (found == INSTRUCTION_INSIDE)
			return attach_missing(session, places->row,
					      "no instruction starts at %s: they start at 0x%llx and "
					      "0x%llx; --unsafe allows it",
					      name, (unsigned long long)(address - distance + before),
					      (unsigned long long)(address - distance + after));
	}
	add_place(places, place.offset, places->row);
	return 0;
}

/* The same code may have several names: once is enough. */
static void add_function(void *context, const char *name, uint64_t file_offset, uint64_t size)
{
	struct places *places = context;
	const struct plan_attach *attach = &places->session->plan->attaches.items[places->row];
	uint64_t target = places->row;

	if (places->shift && !is_start(places, name, file_offset, size))
		return;
	for (uint32_t i = 0; i < places->offsets.count; i++)
		if (places->offsets.items[i] == file_offset + places->shift)
			return;
	if (attach->flags & ATTACH_WILDCARD)
		target = attach_target(places->session, "%s:%s:%s",
				       provider_name((enum provider_id)attach->provider),
				       places->path, name);
	add_place(places, file_offset + places->shift, target);
}

/* "libc" becomes its path in what `probe` gives. */
static void name_target(const struct places *places, const char *binary)
{
	struct session *session = places->session;
	const char *name = plan_string(session->plan,
				       session->plan->attaches.items[places->row].probe);
	const char *at = strstr(name, binary);
	struct strbuf text = {0};

	if (strchr(binary, '/') || !at)
		return;
	strbuf_add_bytes(&text, name, (size_t)(at - name));
	strbuf_printf(&text, "%s%s", places->path, at + strlen(binary));
	targets_rename(session->targets, places->row, strbuf_text(&text));
	strbuf_free(&text);
}

static int find_places(struct places *places)
{
	const struct plan *plan = places->session->plan;
	const struct plan_attach *attach = &plan->attaches.items[places->row];
	const char *binary = plan_string(plan, attach->module);
	const char *function = plan_string(plan, attach->function);
	int count;

	if (elf_resolve_path(binary, places->session->options->pid, places->path,
			     sizeof(places->path)))
		return attach_missing(places->session, places->row, "there is no file \"%s\"",
				      binary);
	name_target(places, binary);
	if (attach->flags & ATTACH_ADDRESS || !*function)
		return find_address(places, attach->offset);
	places->shift = attach->offset;
	count = elf_find_functions(places->path, function, add_function, places);
	if (count < 0)
		return attach_missing(places->session, places->row, "cannot read symbols of \"%s\": %s",
				      places->path,
				      count == -EINVAL || count == -ENOEXEC ? "it is no ELF file"
									    : strerror(-count));
	if (!count)
		return attach_missing(places->session, places->row,
				      attach->flags & ATTACH_WILDCARD
					      ? "no function in \"%s\" matches %s"
					      : "\"%s\" has no function \"%s\"",
				      places->path, function);
	return places->error;
}

static bool is_return(const struct session *session, uint32_t row)
{
	const struct plan_attach *attach = &session->plan->attaches.items[row];

	return attach->flags & ATTACH_RETURN || attach->provider == PROVIDER_URETPROBE;
}

static int attach_single(const struct places *places)
{
	int type = perf_event_source_type("uprobe"), error = 0;
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = (uint32_t)type,
		.config = is_return(places->session, places->row),
		.uprobe_path = (uintptr_t)places->path,
	};

	if (type < 0)
		return session_fail(places->session, type,
				    places->session->plan->attaches.items[places->row].source, NULL,
				    "this kernel has no uprobes");
	for (uint32_t i = 0; !error && i < places->offsets.count; i++) {
		uint32_t pid = session_process(places->session);
		int fd;

		attr.probe_offset = places->offsets.items[i];
		fd = perf_event_open_on(&attr, pid, pid ? -1 : 0);
		error = fd < 0 ? attach_failed(places->session, places->row, fd)
			       : attach_perf_event(places->session, places->program, places->row,
						   places->targets.items[i], fd);
	}
	return error;
}

static int attach_places(const struct places *places)
{
	struct session *session = places->session;
	int fd;

	if (!places->offsets.count)
		return 0;
	if (!kernel_has_multi())
		return attach_single(places);
	fd = link_multi(bpf_program__fd(session->programs[places->program]), places,
			is_return(session, places->row),
			attach_wants_cookie(session, places->program));
	if (fd < 0)
		return attach_failed(session, places->row, fd);
	attach_add(session, fd, -1);
	attach_counted(session, places->offsets.count - 1);
	return 0;
}

/* Neighbouring rows on the same file share a link. */
int attach_uprobe(struct session *session, uint32_t program)
{
	const struct plan_program *row = &session->plan->programs.items[program];
	struct places *all = arena_new(session->arena, struct places);
	int error = 0;

	for (uint32_t i = 0; !error && i < row->attach_count; i++) {
		struct places *one = arena_new(session->arena, struct places);

		*one = (struct places){
			.session = session, .program = program, .row = row->first_attach + i};
		error = find_places(one);
		if (error || !one->offsets.count)
			continue;
		if (strcmp(one->path, all->path) ||
		    is_return(session, one->row) != is_return(session, all->row)) {
			if (all->session)
				error = attach_places(all);
			all = one;
			continue;
		}
		for (uint32_t j = 0; j < one->offsets.count; j++)
			add_place(all, one->offsets.items[j], one->targets.items[j]);
	}
	if (!error && all->session)
		error = attach_places(all);
	return error;
}
