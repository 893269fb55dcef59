/* Loop: a table of descriptors and the epoll that watches them. */
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { BATCH = 16 };

struct entry {
	int fd; /* -1: free */
	int is_owned;
	loop_ready ready;
	void *context;
};

struct loop {
	int epoll;
	struct entry *entries;
	uint32_t count, capacity;
};

struct loop *loop_create(void)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0) {
		free(loop);
		return NULL;
	}
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	for (uint32_t i = 0; i < loop->count; i++)
		if (loop->entries[i].fd >= 0 && loop->entries[i].is_owned)
			close(loop->entries[i].fd);
	close(loop->epoll);
	free(loop->entries);
	free(loop);
}

int loop_add(struct loop *loop, int fd, int is_owned, loop_ready ready, void *context)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = loop->count};

	if (loop->count == loop->capacity) {
		uint32_t capacity = loop->capacity ? loop->capacity * 2 : 16;
		struct entry *entries =
			realloc(loop->entries, capacity * sizeof(*loop->entries));

		if (!entries)
			return -ENOMEM;
		loop->entries = entries;
		loop->capacity = capacity;
	}
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event))
		return -errno;
	loop->entries[loop->count++] = (struct entry){fd, is_owned, ready, context};
	return 0;
}

void loop_remove(struct loop *loop, int fd)
{
	for (uint32_t i = 0; i < loop->count; i++) {
		if (loop->entries[i].fd != fd)
			continue;
		epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
		if (loop->entries[i].is_owned)
			close(fd);
		loop->entries[i].fd = -1;
	}
}

int loop_wait(struct loop *loop, int timeout)
{
	struct epoll_event events[BATCH];
	int count = epoll_wait(loop->epoll, events, BATCH, timeout);

	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < count; i++) {
		struct entry entry = loop->entries[events[i].data.u32];
		int error = entry.fd >= 0 ? entry.ready(entry.context, entry.fd) : 0;

		if (error)
			return error;
	}
	return count;
}
