/* A workload with known counts for tests/run and tests/vm: does exactly what its words say.
 * Usage: workload ACTION...   each "name:count:argument"; see the table below. Functions named
 * workload_* are targets for uprobes. Linked statically, so that start-up itself does little. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TARGET __attribute__((noinline, noclone, externally_visible))

struct workload_item {
	int id;
	char name[16];
	struct workload_item *next;
	unsigned int low : 3, high : 5;
	uint8_t bytes[4];
	union {
		uint32_t word;
		uint16_t halves[2];
	} u;
};

TARGET long workload_add(int a, long b, const char *text);
TARGET long workload_negative(long n);
TARGET int workload_struct(struct workload_item *item);
TARGET long workload_seven(long a, long b, long c, long d, long e, long f);
TARGET long workload_leaf(long n);
TARGET long workload_middle(long n);
TARGET long workload_mangled(long n) __asm__("_ZN8workload4leafEl"); /* workload::leaf(long) */
TARGET long workload_outer(long n);

TARGET long workload_add(int a, long b, const char *text)
{
	__asm__ volatile("" : : "r"(text) : "memory");
	return a + b;
}

TARGET long workload_negative(long n)
{
	__asm__ volatile("" : : : "memory");
	return -n;
}

TARGET int workload_struct(struct workload_item *item)
{
	__asm__ volatile("" : : "r"(item) : "memory");
	return item->id;
}

TARGET long workload_seven(long a, long b, long c, long d, long e, long f)
{
	__asm__ volatile("" : : : "memory");
	return a + b + c + d + e + f;
}

TARGET long workload_leaf(long n)
{
	__asm__ volatile("" : : : "memory");
	return n + 1;
}

TARGET long workload_middle(long n)
{
	long got = workload_leaf(n);
	__asm__ volatile("" : : : "memory");
	return got + 1;
}

TARGET long workload_outer(long n)
{
	long got = workload_middle(n);
	__asm__ volatile("" : : : "memory");
	return got + 1;
}

static void die(const char *what)
{
	fprintf(stderr, "workload: %s: %s\n", what, strerror(errno));
	exit(99);
}

static void do_getpid(long count, const char *argument)
{
	(void)argument;
	for (long i = 0; i < count; i++)
		syscall(SYS_getpid);
}

/* Opens `argument`, or a file that is not there. */
static void do_openat(long count, const char *argument)
{
	for (long i = 0; i < count; i++) {
		long fd = syscall(SYS_openat, AT_FDCWD, argument ? argument : "/no/such/file",
				  O_RDONLY, 0);
		if (fd >= 0)
			syscall(SYS_close, fd);
	}
}

static void do_transfer(long number, const char *path, int flags, long count, const char *argument)
{
	static char bytes[65536];
	long size = argument ? atol(argument) : 1;
	int fd = open(path, flags);

	if (fd < 0 || size > (long)sizeof(bytes))
		die(path);
	for (long i = 0; i < count; i++) {
		if (syscall(number, fd, bytes, size) != size)
			die("transfer");
	}
	close(fd);
}

static void do_read(long count, const char *argument)
{
	do_transfer(SYS_read, "/dev/zero", O_RDONLY, count, argument);
}

static void do_write(long count, const char *argument)
{
	do_transfer(SYS_write, "/dev/null", O_WRONLY, count, argument);
}

/* Reads of 1, 2, 4 ... bytes: one in each bucket of a histogram. */
static void do_ladder(long count, const char *argument)
{
	static char bytes[65536];
	int fd = open("/dev/zero", O_RDONLY);

	(void)argument;
	for (long i = 0; i < count && i < 17; i++)
		syscall(SYS_read, fd, bytes, 1L << i);
	close(fd);
}

static void do_nanosleep(long count, const char *argument)
{
	struct timespec time = {.tv_nsec = argument ? atol(argument) : 1000};

	for (long i = 0; i < count; i++)
		syscall(SYS_nanosleep, &time, NULL);
}

static void do_msleep(long count, const char *argument)
{
	(void)argument;
	usleep((useconds_t)count * 1000);
}

static void do_stat(long count, const char *argument)
{
	struct stat st;

	for (long i = 0; i < count; i++)
		syscall(SYS_newfstatat, AT_FDCWD, argument ? argument : "/", &st, 0);
}

static void do_call(long count, const char *argument)
{
	static volatile long sink;

	for (long i = 0; i < count; i++)
		sink += workload_add((int)i, 2 * i, argument ? argument : "text");
}

TARGET long workload_mangled(long n)
{
	__asm__ volatile("" : : : "memory");
	return n + 2;
}

static void do_mangled(long count, const char *argument)
{
	static volatile long sink;

	(void)argument;
	for (long i = 0; i < count; i++)
		sink += workload_mangled(i);
}

static void do_negative(long count, const char *argument)
{
	static volatile long sink;

	(void)argument;
	for (long i = 0; i < count; i++)
		sink += workload_negative(i);
}

static void do_six(long count, const char *argument)
{
	static volatile long sink;

	(void)argument;
	for (long i = 0; i < count; i++)
		sink += workload_seven(1, 2, 3, 4, 5, 6);
}

static void do_struct(long count, const char *argument)
{
	struct workload_item second = {.id = 77, .name = "second"};
	struct workload_item first = {.id = 42, .name = "first", .next = &second, .low = 5,
				      .high = 17, .bytes = {1, 2, 3, 250}, .u = {.word = 0x20001}};

	(void)argument;
	for (long i = 0; i < count; i++)
		workload_struct(&first);
}

static void do_chain(long count, const char *argument)
{
	static volatile long sink;

	(void)argument;
	for (long i = 0; i < count; i++)
		sink += workload_outer(i);
}

static void do_fork(long count, const char *argument)
{
	(void)argument;
	for (long i = 0; i < count; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
}

static void do_exec(long count, const char *argument)
{
	const char *path = argument ? argument : "/bin/true";

	for (long i = 0; i < count; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			/* On the stack: pages that were never touched cannot be read by a probe. */
			char one[] = "one", two[] = "two";
			execl(path, path, one, two, (char *)NULL);
			_exit(98);
		}
		waitpid(pid, NULL, 0);
	}
}

/* `argument` threads, spread over the CPUs, each `count` getpid calls and workload_leaf calls. */
static void *thread_body(void *data)
{
	static volatile long sink;
	long count = *(long *)data;

	for (long i = 0; i < count; i++) {
		syscall(SYS_getpid);
		sink += workload_leaf(i);
	}
	return NULL;
}

static void do_threads(long count, const char *argument)
{
	long threads = argument ? atol(argument) : 4;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t ids[64];

	if (threads > 64)
		threads = 64;
	for (long i = 0; i < threads; i++) {
		cpu_set_t set;
		CPU_ZERO(&set);
		CPU_SET(i % cpus, &set);
		if (pthread_create(&ids[i], NULL, thread_body, &count))
			die("pthread_create");
		pthread_setaffinity_np(ids[i], sizeof(set), &set);
	}
	for (long i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
}

static void do_spin(long count, const char *argument)
{
	struct timespec from, now;
	static volatile long sink;

	(void)argument; /* processor time: a busy machine changes nothing */
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	do {
		for (int i = 0; i < 100000; i++)
			sink += i;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	} while ((now.tv_sec - from.tv_sec) * 1000 + (now.tv_nsec - from.tv_nsec) / 1000000 < count);
}

static void do_comm(long count, const char *argument)
{
	(void)count;
	prctl(PR_SET_NAME, argument ? argument : "renamed");
}

static void do_pid(long count, const char *argument)
{
	(void)count, (void)argument;
	printf("pid %d\n", getpid());
	fflush(stdout);
}

static void do_exit(long count, const char *argument)
{
	(void)argument;
	exit((int)count);
}

static void do_raise(long count, const char *argument)
{
	(void)argument;
	raise((int)count);
}

static const struct {
	const char *name;
	void (*run)(long count, const char *argument);
} actions[] = {
	{"getpid", do_getpid}, {"openat", do_openat},	  {"read", do_read},
	{"write", do_write},   {"ladder", do_ladder},	  {"nanosleep", do_nanosleep},
	{"msleep", do_msleep}, {"stat", do_stat},	  {"call", do_call},
	{"six", do_six},       {"struct", do_struct},	  {"chain", do_chain},
	{"fork", do_fork},     {"exec", do_exec},	  {"threads", do_threads},
	{"spin", do_spin},     {"comm", do_comm},	  {"pid", do_pid},
	{"exit", do_exit},     {"negative", do_negative}, {"raise", do_raise},
	{"mangled", do_mangled},
};

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char *name = strtok(argv[i], ":");
		char *count = strtok(NULL, ":");
		char *argument = strtok(NULL, "");
		size_t n = 0;

		while (n < sizeof(actions) / sizeof(*actions) && name && strcmp(actions[n].name, name))
			n++;
		if (!name || n == sizeof(actions) / sizeof(*actions)) {
			fprintf(stderr, "workload: unknown action '%s'\n", name ? name : "");
			return 97;
		}
		actions[n].run(count ? atol(count) : 1, argument);
	}
	return 0;
}
