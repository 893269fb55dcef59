/* What c_function.probe calls: numbers of every width, memory of the script, data and a map of its own,
 * a loop, a function that only this file knows. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

enum colour { RED, GREEN = 5 };

struct pair {
	int left;
	char middle;
	long right;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, int);
	__type(value, long);
} seen SEC(".maps");

static long calls;
static const int table[4] = {1, 10, 100, 1000};
static struct pair kept = {9, 8, 7};

int add(int a, int b)
{
	return a + b;
}

unsigned char low(unsigned long long a)
{
	return (unsigned char)a;
}

short negative(void)
{
	return -3;
}

_Bool is_large(long a)
{
	return a > 3;
}

enum colour pick(int a)
{
	return a ? GREEN : RED;
}

static __attribute__((noinline)) long next(void)
{
	return ++calls;
}

long count_calls(void)
{
	return next();
}

long power(unsigned int exponent)
{
	return table[exponent & 3];
}

void set(int *to, int value)
{
	*to = value;
}

struct pair *get(void)
{
	return &kept;
}

long total(struct pair *pair)
{
	return pair->left + pair->middle + pair->right;
}

long checksum(const char *bytes, unsigned long size)
{
	long sum = 0;

	for (unsigned long i = 0; i < 16 && i < size; i++)
		sum += bytes[i];
	return sum;
}

typedef struct {
	int value;
} nameless;

enum colour;
struct unknown;

/* Pointers of every kind: the linker compares what the script declares. */
int read_all(nameless *first, void **second, enum colour *third, struct unknown *fourth,
	     int (*fifth)[2])
{
	return first->value + (*fifth)[0] + *(int *)fourth + (int)*third + (second != 0);
}

union number {
	int value;
	long large;
};

int read_union(const volatile union number *number)
{
	return number->value;
}

typedef union {
	int value;
	long large;
} nameless_union;

int read_nameless_union(nameless_union *number)
{
	return number->value;
}

long bump(int key)
{
	long one = 1, *value = bpf_map_lookup_elem(&seen, &key);

	if (value)
		return ++*value;
	bpf_map_update_elem(&seen, &key, &one, BPF_ANY);
	return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
