/* `sonde info`: what this kernel and this build can do, a line each. */
#include "cli/list.h"
#include "codegen/codegen.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

static void print_path(const char *what, const char *path, const char *without)
{
	bool there = !access(path, R_OK);

	printf("  %-12s %s%s%s\n", what, there ? path : "no", there ? "" : ": ",
	       there ? "" : without);
}

static void print_probe(const char *what, int result)
{
	printf("  %-12s %s\n", what,
	       result > 0    ? "yes"
	       : result == 0 ? "no"
			     : "unknown (needs root)");
}

int info_run(void)
{
	struct utsname host;

	uname(&host);
	printf("System\n  %-12s %s\n  %-12s %s\n", "kernel", host.release, "architecture",
	       host.machine);
	printf("\nBuild\n  %-12s %s\n  %-12s %s\n  %-12s %s\n", "sonde", SONDE_VERSION, "LLVM",
	       codegen_llvm_version(), "libbpf", libbpf_version_string());
	puts("\nKernel");
	print_path("BTF", "/sys/kernel/btf/vmlinux", "kernel types are not known");
	print_path("tracefs", "/sys/kernel/tracing/events",
		   "mount -t tracefs tracefs /sys/kernel/tracing");
	print_path("functions", "/sys/kernel/tracing/available_filter_functions",
		   "kallsyms is used instead");
	libbpf_set_print(NULL);
	print_probe("ring buffer", libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL));
	print_probe("loop", libbpf_probe_bpf_helper(BPF_PROG_TYPE_TRACEPOINT, BPF_FUNC_loop, NULL));
	print_probe("cookies", libbpf_probe_bpf_helper(BPF_PROG_TYPE_TRACEPOINT,
						       BPF_FUNC_get_attach_cookie, NULL));
	puts("\nProbes");
	print_probe("kprobe", !access("/sys/bus/event_source/devices/kprobe/type", R_OK));
	print_probe("uprobe", !access("/sys/bus/event_source/devices/uprobe/type", R_OK));
	print_probe("tracepoint", libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_TRACEPOINT, NULL));
	print_probe("raw", libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_RAW_TRACEPOINT, NULL));
	print_probe("fentry", libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_TRACING, NULL));
	return STATUS_OK;
}
