/* What a BPF programmer writes by hand for each benchmark; -DCASE_x chooses one. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char program_license[] SEC("license") = "GPL";

#ifdef CASE_BEGIN
SEC("raw_tp/begin")
int program(void *context)
{
	(void)context;
	return 0;
}
#endif

#ifdef CASE_EMPTY
SEC("tp/syscalls/sys_enter_getpid")
int program(void *context)
{
	(void)context;
	return 0;
}
#endif

#if defined(CASE_COUNT) || defined(CASE_FIFTY)
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 512);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");
#endif

#ifdef CASE_COUNT
SEC("tp/syscalls/sys_enter_getpid")
int program(void *context)
{
	__u32 key = 0;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	(void)context;
	if (count)
		*count += 1;
	return 0;
}
#endif

#ifdef CASE_FIFTY
/* One raw program for all system calls, counting by number. */
SEC("raw_tp/sys_enter")
int program(struct bpf_raw_tracepoint_args *context)
{
	__u32 key = (__u32)context->args[1];
	__u64 *count = bpf_map_lookup_elem(&counts, &key);

	if (count)
		*count += 1;
	return 0;
}
#endif

#ifdef CASE_COUNT_PID
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

SEC("tp/syscalls/sys_enter_getpid")
int program(void *context)
{
	__u32 key = (__u32)(bpf_get_current_pid_tgid() >> 32);
	__u64 *count = bpf_map_lookup_elem(&counts, &key), one = 1;

	(void)context;
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&counts, &key, &one, BPF_ANY);
	return 0;
}
#endif

#if defined(CASE_COUNT_COMM) || defined(CASE_OPENAT)
struct comm {
	char text[16];
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct comm);
	__type(value, __u64);
} counts SEC(".maps");

#ifdef CASE_OPENAT
SEC("tp/syscalls/sys_enter_openat")
#else
SEC("tp/syscalls/sys_enter_getpid")
#endif
int program(void *context)
{
	struct comm key = {};
	__u64 *count, one = 1;

	(void)context;
	bpf_get_current_comm(&key, sizeof(key));
	count = bpf_map_lookup_elem(&counts, &key);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&counts, &key, &one, BPF_ANY);
	return 0;
}
#endif

#if defined(CASE_HIST) || defined(CASE_HIST_PID)
static __always_inline __u32 log2_bucket(__u64 n)
{
	__u32 log = 0;

	if (!n)
		return 1;
#define STEP(bits)                                                                                 \
	if (n >> (bits)) {                                                                         \
		n >>= (bits);                                                                      \
		log += (bits);                                                                     \
	}
	STEP(32) STEP(16) STEP(8) STEP(4) STEP(2) STEP(1)
	return log + 2;
}
#endif

#ifdef CASE_HIST
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 66);
	__type(key, __u32);
	__type(value, __u64);
} buckets SEC(".maps");

SEC("tp/syscalls/sys_enter_getpid")
int program(void *context)
{
	__u32 key = log2_bucket(bpf_ktime_get_boot_ns());
	__u64 *count = bpf_map_lookup_elem(&buckets, &key);

	(void)context;
	if (count)
		*count += 1;
	return 0;
}
#endif

#ifdef CASE_HIST_PID
struct histogram {
	__u64 buckets[66];
};
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, struct histogram);
} histograms SEC(".maps");
static const struct histogram zero;

SEC("tp/syscalls/sys_enter_getpid")
int program(void *context)
{
	__u32 key = (__u32)(bpf_get_current_pid_tgid() >> 32);
	__u32 bucket = log2_bucket(bpf_ktime_get_boot_ns());
	struct histogram *histogram = bpf_map_lookup_elem(&histograms, &key);

	(void)context;
	if (!histogram) {
		bpf_map_update_elem(&histograms, &key, &zero, BPF_NOEXIST);
		histogram = bpf_map_lookup_elem(&histograms, &key);
		if (!histogram)
			return 0;
	}
	if (bucket < 66)
		histogram->buckets[bucket] += 1;
	return 0;
}
#endif

#ifdef CASE_PRINTF
struct record {
	__u32 pid;
	__u32 number;
};
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} records SEC(".maps");

SEC("tp/syscalls/sys_enter_getpid")
int program(void *context)
{
	struct record *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);

	(void)context;
	if (!record)
		return 0;
	record->pid = (__u32)(bpf_get_current_pid_tgid() >> 32);
	record->number = 1;
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}
#endif
