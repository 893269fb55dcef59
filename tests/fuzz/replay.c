/* Runs a fuzzer over files, or over mutations of them, without libFuzzer: replay FILE... or
 * replay --mutate COUNT SEED FILE... . What it ran last stands in the file
 * fuzz-last, behind its size (u32), for a post mortem. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>

#define MAX_SIZE 65536u

static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return limit ? (uint32_t)(random_state >> 33) % limit : 0;
}

static size_t read_file(const char *path, uint8_t *data)
{
	FILE *file = fopen(path, "rb");
	size_t size = 0;

	if (!file) {
		perror(path);
		exit(2);
	}
	size = fread(data, 1, MAX_SIZE, file);
	fclose(file);
	return size;
}

/* A shared mapping of the file: it survives a crash, and costs no system call a run. */
static struct {
	uint32_t size;
	uint8_t data[MAX_SIZE];
} *last;

static void open_last(void)
{
	int fd = open("fuzz-last", O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || ftruncate(fd, sizeof(*last)) != 0) {
		perror("fuzz-last");
		exit(2);
	}
	last = mmap(NULL, sizeof(*last), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (last == MAP_FAILED) {
		perror("fuzz-last");
		exit(2);
	}
}

static void keep_last(const uint8_t *data, size_t size)
{
	last->size = (uint32_t)size;
	memcpy(last->data, data, size);
}

/* Some bytes changed, cut, doubled or moved. */
static size_t mutate(uint8_t *data, size_t size)
{
	for (uint32_t i = 1 + random_below(6); i > 0 && size > 1; i--) {
		uint32_t at = random_below((uint32_t)size), length = 1 + random_below(24);

		if (length > size - at)
			length = (uint32_t)size - at;
		switch (random_below(5)) {
		case 0:
			data[at] = (uint8_t)random_below(256);
			break;
		case 1:
			data[at] = (uint8_t) "(){}[];:,.$@\"'/*+-<>=!&|0x%\\#"[random_below(30)];
			break;
		case 2:
			memmove(data + at, data + at + length, size - at - length);
			size -= length;
			break;
		case 3:
			if (size + length > MAX_SIZE)
				break;
			memmove(data + at + length, data + at, size - at);
			size += length;
			break;
		default:
			data[at] ^= (uint8_t)(1u << random_below(8));
			break;
		}
	}
	return size;
}

int main(int argc, char **argv)
{
	static uint8_t original[MAX_SIZE], data[MAX_SIZE];
	uint32_t count = 0;
	unsigned long runs = 0;
	int first = 1;

	if (argc > 3 && strcmp(argv[1], "--mutate") == 0) {
		count = (uint32_t)strtoul(argv[2], NULL, 0);
		random_state = strtoull(argv[3], NULL, 0);
		first = 4;
	}
	open_last();
	for (int i = first; i < argc; i++) {
		size_t size = read_file(argv[i], original);

		keep_last(original, size);
		LLVMFuzzerTestOneInput(original, size);
		runs++;
		for (uint32_t j = 0; j < count; j++, runs++) {
			size_t mutated;

			memcpy(data, original, size);
			mutated = mutate(data, size);
			keep_last(data, mutated);
			LLVMFuzzerTestOneInput(data, mutated);
		}
	}
	remove("fuzz-last");
	printf("%lu inputs, no crash\n", runs);
	return 0;
}
