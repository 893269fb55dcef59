/* fentry and fexit: the function is settled when the program is loaded, so a missing one must be found
 * before; attaching is one call without a name. */
#include "attach.h"

#include "base/btf_view.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool module_has(const char *module, const char *function, const struct btf_view *base)
{
	struct btf_view *view;
	char path[300];
	bool found;

	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", module);
	if (btf_view_open(path, base, &view))
		return false;
	found = btf_view_find(view, BTF_KIND_FUNC, function) != 0;
	btf_view_free(view);
	return found;
}

/* Whether BTF knows the function, in `module` or, when that is "", anywhere. */
static bool function_exists(const char *module, const char *function)
{
	struct btf_view *kernel;
	struct dirent *entry;
	bool found;
	DIR *folder;

	if (btf_view_open("/sys/kernel/btf/vmlinux", NULL, &kernel))
		return true; /* loading will say what is wrong */
	found = btf_view_find(kernel, BTF_KIND_FUNC, function) != 0;
	folder = found ? NULL : opendir("/sys/kernel/btf");
	while (folder && !found && (entry = readdir(folder)))
		if (entry->d_name[0] != '.' && (!*module || !strcmp(module, entry->d_name)))
			found = module_has(entry->d_name, function, kernel);
	if (folder)
		closedir(folder);
	btf_view_free(kernel);
	return found;
}

int attach_fentry_prepare(struct session *session, uint32_t program)
{
	const struct plan_program *row = &session->plan->programs.items[program];
	const struct plan_attach *attach = &session->plan->attaches.items[row->first_attach];
	const char *module = plan_string(session->plan, attach->module);
	const char *function = plan_string(session->plan, attach->function);

	if (!row->attach_count || function_exists(module, function))
		return 0;
	bpf_program__set_autoload(session->programs[program], false);
	session->programs[program] = NULL;
	return attach_missing(session, row->first_attach,
			      "the kernel has no function \"%s\" that fentry and fexit can trace",
			      function);
}

int attach_fentry(struct session *session, uint32_t program, uint32_t row)
{
	int fd = bpf_raw_tracepoint_open(NULL, bpf_program__fd(session->programs[program]));

	if (fd == -ENOTSUP || fd == -EOPNOTSUPP)
		return session_fail(session, fd, session->plan->attaches.items[row].source,
				    "a kprobe does the same, with less type information",
				    "this kernel cannot attach fentry and fexit probes");
	return fd < 0 ? attach_failed(session, row, fd) : attach_add(session, fd, -1);
}
