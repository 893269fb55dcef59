/* Loads one hand-written program (baseline.bpf.c), attaches it, says "Attached", and waits: the least that
 * any tracer built on libbpf costs. Usage: baseline OBJECT [MS]; MS: leave so long after attaching,
 * else at SIGINT. A program named raw_tp/begin is run once instead, as `begin { exit(); }` is. */
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static int on_record(void *context, void *data, size_t size)
{
	const unsigned int *record = data;

	(void)context, (void)size;
	printf("%u %u\n", record[0], record[1]);
	return 0;
}

static void wait_for_end(struct bpf_object *object, long ms)
{
	struct bpf_map *records = bpf_object__find_map_by_name(object, "records");
	struct ring_buffer *ring = NULL;

	if (records)
		ring = ring_buffer__new(bpf_map__fd(records), on_record, NULL, NULL);
	if (ms >= 0) {
		usleep((useconds_t)ms * 1000);
		return;
	}
	while (!stop) {
		if (ring)
			ring_buffer__consume(ring);
		poll(NULL, 0, ring ? 1 : -1);
	}
	if (ring)
		ring_buffer__consume(ring);
	fflush(stdout);
	ring_buffer__free(ring);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
	if (!object || bpf_object__load(object)) {
		fprintf(stderr, "baseline: cannot load %s\n", argv[1]);
		return 1;
	}
	struct bpf_program *program = bpf_object__next_program(object, NULL);
	if (!strcmp(bpf_program__section_name(program), "raw_tp/begin")) {
		unsigned long long arguments[2] = {0};
		LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = arguments,
			    .ctx_size_in = sizeof(arguments));
		int got = bpf_prog_test_run_opts(bpf_program__fd(program), &run);
		bpf_object__close(object);
		return got ? 1 : 0;
	}
	struct bpf_link *link = bpf_program__attach(program);
	if (!link) {
		fprintf(stderr, "baseline: cannot attach: %s\n", strerror(errno));
		return 1;
	}
	struct sigaction action = {.sa_handler = on_signal};
	sigaction(SIGINT, &action, NULL);
	fprintf(stderr, "Attached 1 probe\n");
	wait_for_end(object, argc > 2 ? atol(argv[2]) : -1);
	bpf_link__destroy(link);
	bpf_object__close(object);
	return 0;
}
