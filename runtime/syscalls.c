/* System calls: the table is made from <sys/syscall.h> when sonde is built; newer calls, whose numbers
 * are the same on every architecture, are added by hand, and so are the names that tracepoints
 * take from the kernel's functions. */
#include "syscalls.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	int number;
} syscalls[] = {
#define SYSCALL(name, number) {#name, number},
#include "syscall_names.h"
	/* Since Linux 6.2; see arch/x86/entry/syscalls/syscall_64.tbl. */
	SYSCALL(cachestat, 451) SYSCALL(fchmodat2, 452) SYSCALL(map_shadow_stack, 453)
	SYSCALL(futex_wake, 454) SYSCALL(futex_wait, 455) SYSCALL(futex_requeue, 456)
	SYSCALL(statmount, 457) SYSCALL(listmount, 458) SYSCALL(lsm_get_self_attr, 459)
	SYSCALL(lsm_set_self_attr, 460) SYSCALL(lsm_list_modules, 461) SYSCALL(mseal, 462)
	SYSCALL(setxattrat, 463) SYSCALL(getxattrat, 464) SYSCALL(listxattrat, 465)
	SYSCALL(removexattrat, 466) SYSCALL(open_tree_attr, 467) SYSCALL(file_getattr, 468)
	SYSCALL(file_setattr, 469)
#undef SYSCALL
};

static const char *const other_names[][2] = {
	{"newstat", "stat"},   {"newfstat", "fstat"},	  {"newlstat", "lstat"},
	{"newuname", "uname"}, {"sendfile64", "sendfile"}, {"umount", "umount2"},
	{"fadvise64_64", "fadvise64"},
};

int syscall_number(const char *name)
{
	for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++)
		if (!strcmp(name, other_names[i][0]))
			name = other_names[i][1];
	for (size_t i = 0; i < sizeof(syscalls) / sizeof(syscalls[0]); i++)
		if (!strcmp(name, syscalls[i].name))
			return syscalls[i].number;
	return -1;
}
