/* Watching processes. A dummy software event on each CPU carries the side-band records that
 * perf_event_open(2) describes (PERF_RECORD_MMAP2, COMM, FORK, LOST); nothing is sampled, and
 * no program runs: what an exec costs is about a microsecond. */
#include "symbols_watch.h"

#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DATA_PAGES 64u /* per CPU: about two thousand mappings between two drains */
#define MAX_CPUS 1024
#define MAX_PASSES 16

struct cpu_ring {
	int fd;
	struct perf_event_mmap_page *page; /* the control page; the data follow it */
};

struct process_watch {
	struct cpu_ring *rings;
	uint32_t count;
	int epoll_fd;
	size_t page_size;
};

/* One record, copied out of a ring, with its time. */
struct notice {
	uint64_t time;
	struct perf_event_header *header;
};

struct notices {
	struct notice *items;
	size_t count, capacity;
};

static size_t data_size(const struct process_watch *watch)
{
	return DATA_PAGES * watch->page_size;
}

static bool open_ring(struct process_watch *watch, int cpu)
{
	struct cpu_ring *ring = &watch->rings[watch->count];
	struct epoll_event event = { .events = EPOLLIN };
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		.sample_type = PERF_SAMPLE_TIME,
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.sample_id_all = 1,
		.watermark = 1,
		.wakeup_watermark = (uint32_t)(data_size(watch) / 2),
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	ring->fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (ring->fd < 0)
		return false;
	ring->page = mmap(NULL, watch->page_size + data_size(watch), PROT_READ | PROT_WRITE,
			  MAP_SHARED, ring->fd, 0);
	if (ring->page == MAP_FAILED) {
		close(ring->fd);
		return false;
	}
	epoll_ctl(watch->epoll_fd, EPOLL_CTL_ADD, ring->fd, &event);
	watch->count++;
	return true;
}

struct process_watch *process_watch_create(void)
{
	struct process_watch *watch = calloc(1, sizeof(*watch));
	long cpu, cpus = sysconf(_SC_NPROCESSORS_CONF);

	if (!watch)
		return NULL;
	if (cpus < 1 || cpus > MAX_CPUS)
		cpus = MAX_CPUS;
	watch->page_size = (size_t)sysconf(_SC_PAGESIZE);
	watch->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	watch->rings = calloc((size_t)cpus, sizeof(*watch->rings));
	for (cpu = 0; watch->rings && watch->epoll_fd >= 0 && cpu < cpus; cpu++)
		open_ring(watch, (int)cpu); /* a CPU that is offline has none */
	if (watch->count)
		return watch;
	process_watch_free(watch);
	return NULL;
}

void process_watch_free(struct process_watch *watch)
{
	uint32_t i;

	if (!watch)
		return;
	for (i = 0; i < watch->count; i++) {
		munmap(watch->rings[i].page, watch->page_size + data_size(watch));
		close(watch->rings[i].fd);
	}
	if (watch->epoll_fd >= 0)
		close(watch->epoll_fd);
	free(watch->rings);
	free(watch);
}

int process_watch_fd(const struct process_watch *watch)
{
	return watch->epoll_fd;
}

static void copy_out(const char *data, size_t size, uint64_t at, void *to, size_t length)
{
	size_t start = (size_t)(at % size), first = size - start < length ? size - start : length;

	memcpy(to, data + start, first);
	memcpy((char *)to + first, data, length - first);
}

static void add_notice(struct notices *notices, struct perf_event_header *header)
{
	struct notice *larger;

	if (notices->count == notices->capacity) {
		size_t wanted = notices->capacity ? notices->capacity * 2 : 64;

		larger = realloc(notices->items, wanted * sizeof(*larger));
		if (!larger) {
			free(header);
			return;
		}
		notices->items = larger;
		notices->capacity = wanted;
	}
	notices->items[notices->count].header = header;
	/* With sample_id_all and only the time asked for, the time is a record's last word. */
	memcpy(&notices->items[notices->count].time, (char *)header + header->size - 8, 8);
	notices->count++;
}

static void read_ring(const struct process_watch *watch, const struct cpu_ring *ring,
		      struct notices *notices)
{
	uint64_t head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->page->data_tail;
	const char *data = (const char *)ring->page + watch->page_size;
	size_t size = data_size(watch);

	while (tail < head) {
		struct perf_event_header header, *copy;

		copy_out(data, size, tail, &header, sizeof(header));
		if (header.size < sizeof(header) + 8 || header.size > head - tail)
			break;
		copy = malloc(header.size);
		if (copy) {
			copy_out(data, size, tail, copy, header.size);
			add_notice(notices, copy);
		}
		tail += header.size;
	}
	__atomic_store_n(&ring->page->data_tail, head, __ATOMIC_RELEASE);
}

static int compare_times(const void *left, const void *right)
{
	const struct notice *l = left, *r = right;

	return l->time < r->time ? -1 : l->time > r->time;
}

/* The layouts after the header, from perf_event_open(2). */
struct comm_record {
	uint32_t pid, tid;
};

struct fork_record {
	uint32_t pid, parent_pid, tid, parent_tid;
};

struct mmap_record {
	uint32_t pid, tid;
	uint64_t address, length, offset;
	uint32_t major, minor;
	uint64_t inode, generation;
	uint32_t protection, flags;
	char path[];
};

static void take_mapping(struct process_table *table, const struct mmap_record *record, size_t size)
{
	struct mapping mapping = {
		.start = record->address,
		.end = record->address + record->length,
		.offset = record->offset,
		.inode = record->inode,
		.path = record->path,
	};

	if (size > sizeof(*record) && memchr(record->path, 0, size - sizeof(*record)))
		process_table_map(table, record->pid, &mapping);
}

static void take(struct process_table *table, const struct perf_event_header *header)
{
	const void *body = header + 1;
	size_t size = header->size - sizeof(*header);
	struct comm_record comm;
	struct fork_record fork;

	if (header->type == PERF_RECORD_MMAP2) {
		if (!(header->misc & PERF_RECORD_MISC_MMAP_BUILD_ID) &&
		    size >= sizeof(struct mmap_record))
			take_mapping(table, body, size);
	} else if (header->type == PERF_RECORD_COMM && header->misc & PERF_RECORD_MISC_COMM_EXEC) {
		memcpy(&comm, body, sizeof(comm));
		process_table_exec(table, comm.pid);
	} else if (header->type == PERF_RECORD_LOST) {
		process_table_doubt(table);
	} else if (header->type == PERF_RECORD_FORK && size >= sizeof(fork)) {
		memcpy(&fork, body, sizeof(fork));
		if (fork.pid == fork.tid) /* not a new thread */
			process_table_fork(table, fork.pid, fork.parent_pid);
	}
}

void process_watch_drain(struct process_watch *watch, struct process_table *table)
{
	struct notices notices = { 0 };
	uint32_t i, pass = 0;
	size_t at;

	/* Again while there is news: what a process did on a CPU that was read before it moved to the
	 * next must not come after what it did there. */
	do {
		at = notices.count;
		for (i = 0; i < watch->count; i++)
			read_ring(watch, &watch->rings[i], &notices);
	} while (notices.count != at && ++pass < MAX_PASSES);
	if (notices.count)
		qsort(notices.items, notices.count, sizeof(*notices.items), compare_times);
	for (at = 0; at < notices.count; at++) {
		take(table, notices.items[at].header);
		free(notices.items[at].header);
	}
	free(notices.items);
}
