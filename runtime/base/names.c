/* Names: the table of system calls is made from <sys/syscall.h> when sonde is built; newer calls,
 * whose numbers are the same on every architecture, are added by hand, and so are the names that
 * tracepoints take from the kernel's functions. */
#include "base/names.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
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
#ifdef __x86_64__
	SYSCALL(uretprobe, 335) SYSCALL(uprobe, 336)
#endif
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

/* Where the kernel's errno.h words an error differently from the C library. */
static const struct {
	uint32_t number;
	const char *text;
} error_texts[] = {
	{EIO, "I/O error"},
	{EBADF, "Bad file number"},
	{EAGAIN, "Try again (operation would block)"},
	{ENOMEM, "Out of memory"},
	{EXDEV, "Cross-device link"},
	{ENFILE, "File table overflow"},
	{ENOTTY, "Not a typewriter"},
	{EDOM, "Math argument out of domain of func"},
	{ERANGE, "Math result not representable"},
	{EDEADLK, "Resource deadlock would occur"},
	{ENOLCK, "No record locks available"},
	{ENOSYS, "Invalid system call number"},
	{ELOOP, "Too many symbolic links encountered"},
	{EBADMSG, "Not a data message"},
	{EILSEQ, "Illegal byte sequence"},
	{EOPNOTSUPP, "Operation not supported on transport endpoint"},
	{ENETRESET, "Network dropped connection because of reset"},
	{EDQUOT, "Quota exceeded"},
	{ECANCELED, "Operation Canceled"},
};

enum { ERROR_COUNT = EHWPOISON + 1, SIGNAL_COUNT = 65, FIRST_REAL_TIME = 34 };

uint32_t name_count(enum name_kind kind)
{
	uint32_t count = 0;

	if (kind == NAME_ERROR)
		return ERROR_COUNT;
	if (kind == NAME_SIGNAL)
		return SIGNAL_COUNT;
	for (size_t i = 0; i < sizeof(syscalls) / sizeof(syscalls[0]); i++)
		if (syscalls[i].number >= (int)count)
			count = (uint32_t)syscalls[i].number + 1;
	return count;
}

static const char *error_text(uint32_t number)
{
	const char *text;

	for (size_t i = 0; i < sizeof(error_texts) / sizeof(error_texts[0]); i++)
		if (error_texts[i].number == number)
			return error_texts[i].text;
	text = number < ERROR_COUNT ? strerrordesc_np((int)number) : NULL;
	return text ? text : "Unknown error";
}

static const char *signal_text(uint32_t number, char buffer[static 32])
{
	const char *text;

	if (number >= SIGNAL_COUNT)
		return "N/A";
	if (number >= FIRST_REAL_TIME) {
		snprintf(buffer, 32, "Real-time signal %" PRIu32, number - FIRST_REAL_TIME);
		return buffer;
	}
	text = sigdescr_np((int)number);
	if (text)
		return text;
	snprintf(buffer, 32, "Unknown signal %" PRIu32, number);
	return buffer;
}

const char *name_text(enum name_kind kind, uint32_t number, char buffer[static 32])
{
	if (kind == NAME_ERROR)
		return error_text(number);
	if (kind == NAME_SIGNAL)
		return signal_text(number, buffer);
	for (size_t i = 0; i < sizeof(syscalls) / sizeof(syscalls[0]); i++)
		if (syscalls[i].number == (int)number)
			return syscalls[i].name;
	return "Unknown syscall";
}

/* include/linux/gfp_types.h of Linux 6.18: the combinations first, the largest before its parts. */
static const struct {
	uint64_t bits;
	const char *name;
} gfp_flags[] = {
	{0x21c24ca, "GFP_TRANSHUGE"},
	{0x21c20ca, "GFP_TRANSHUGE_LIGHT"},
	{0x2100cca, "GFP_HIGHUSER_MOVABLE"},
	{0x100cc2, "GFP_HIGHUSER"},
	{0x100cc0, "GFP_USER"},
	{0x400cc0, "GFP_KERNEL_ACCOUNT"},
	{0xcc0, "GFP_KERNEL"},
	{0xc40, "GFP_NOFS"},
	{0x820, "GFP_ATOMIC"},
	{0xc00, "GFP_NOIO"},
	{0x2800, "GFP_NOWAIT"},
	{1u << 0, "GFP_DMA"},
	{1u << 1, "__GFP_HIGHMEM"},
	{1u << 2, "GFP_DMA32"},
	{1u << 5, "__GFP_HIGH"},
	{1u << 6, "__GFP_IO"},
	{1u << 7, "__GFP_FS"},
	{1u << 8, "__GFP_ZERO"},
	{1u << 10, "__GFP_DIRECT_RECLAIM"},
	{1u << 11, "__GFP_KSWAPD_RECLAIM"},
	{1u << 12, "__GFP_WRITE"},
	{1u << 13, "__GFP_NOWARN"},
	{1u << 14, "__GFP_RETRY_MAYFAIL"},
	{1u << 15, "__GFP_NOFAIL"},
	{1u << 16, "__GFP_NORETRY"},
	{1u << 17, "__GFP_MEMALLOC"},
	{1u << 18, "__GFP_COMP"},
	{1u << 19, "__GFP_NOMEMALLOC"},
	{1u << 20, "__GFP_HARDWALL"},
	{1u << 21, "__GFP_THISNODE"},
	{1u << 22, "__GFP_ACCOUNT"},
	{1u << 23, "__GFP_ZEROTAGS"},
	{1u << 24, "__GFP_SKIP_ZERO"},
	{1u << 25, "__GFP_SKIP_KASAN"},
	{1u << 26, "__GFP_NO_OBJ_EXT"},
};

void names_add_gfp(uint64_t flags, struct strbuf *out)
{
	const char *separator = "";

	for (size_t i = 0; i < sizeof(gfp_flags) / sizeof(gfp_flags[0]); i++) {
		if ((flags & gfp_flags[i].bits) != gfp_flags[i].bits)
			continue;
		strbuf_add(out, separator);
		strbuf_add(out, gfp_flags[i].name);
		flags &= ~gfp_flags[i].bits;
		separator = "|";
	}
	if (!*separator && !flags)
		strbuf_add(out, "0");
	else if (flags)
		strbuf_printf(out, "%s0x%" PRIx64, separator, flags);
}
