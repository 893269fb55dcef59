/* Kernel symbols. The file is read in one piece and its lines are cut up in place. */
#include "symbols_kernel.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_OFFSET                                                                                 \
	(16u << 20) /* no function is larger: what lies further behind is something else */

struct kernel_symbol {
	uint64_t address;
	const char *name;
};

struct kernel_symbols {
	char *text;
	struct kernel_symbol *functions; /* by address, then as in the file */
	size_t function_count, function_capacity;
	struct kernel_symbol *others; /* data, in the file's order */
	size_t other_count, other_capacity;
};

static char *read_all(const char *path)
{
	size_t size = 0, capacity = 4u << 20;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text, *larger;
	ssize_t got;

	if (fd < 0)
		return NULL;
	text = malloc(capacity + 1);
	while (text && (got = read(fd, text + size, capacity - size)) > 0) {
		size += (size_t)got;
		if (size < capacity)
			continue;
		capacity *= 2;
		larger = capacity <= 256u << 20 ? realloc(text, capacity + 1) : NULL;
		if (!larger)
			break;
		text = larger;
	}
	close(fd);
	if (text)
		text[size] = '\0';
	return text;
}

static void push(struct kernel_symbol **items, size_t *count, size_t *capacity, uint64_t address,
		 const char *name)
{
	struct kernel_symbol *larger;

	if (*count == *capacity) {
		size_t wanted = *capacity ? *capacity * 2 : 65536;

		larger = realloc(*items, wanted * sizeof(**items));
		if (!larger)
			return;
		*items = larger;
		*capacity = wanted;
	}
	(*items)[(*count)++] = (struct kernel_symbol){ .address = address, .name = name };
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One line, "ffffffff81000000 T _text\t[module]", ended by a NUL. */
static void read_line(struct kernel_symbols *symbols, char *line)
{
	uint64_t address = 0;
	char kind, *end;

	for (; hex_digit(*line) >= 0; line++)
		address = address << 4 | (uint64_t)hex_digit(*line);
	if (line[0] != ' ' || !line[1] || line[2] != ' ' || !address)
		return;
	kind = line[1];
	line += 3;
	end = strchr(line, '\t');
	if (end)
		*end = '\0';
	if (kind == 't' || kind == 'T' || kind == 'w' || kind == 'W' || kind == 'i')
		push(&symbols->functions, &symbols->function_count, &symbols->function_capacity,
		     address, line);
	else if (kind != 'a' && kind != 'A')
		push(&symbols->others, &symbols->other_count, &symbols->other_capacity, address,
		     line);
}

static int compare_addresses(const void *left, const void *right)
{
	const struct kernel_symbol *l = left, *r = right;

	if (l->address != r->address)
		return l->address < r->address ? -1 : 1;
	return l->name < r->name ? -1 : l->name > r->name; /* as in the file */
}

struct kernel_symbols *kernel_symbols_create(const char *path)
{
	struct kernel_symbols *symbols = calloc(1, sizeof(*symbols));
	char *line, *end;
	bool is_sorted = true;
	size_t i;

	if (!symbols)
		return NULL;
	symbols->text = read_all(path);
	for (line = symbols->text; line && *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = '\0';
		read_line(symbols, line);
	}
	for (i = 1; i < symbols->function_count && is_sorted; i++)
		is_sorted = symbols->functions[i - 1].address <= symbols->functions[i].address;
	if (!is_sorted)
		qsort(symbols->functions, symbols->function_count, sizeof(*symbols->functions),
		      compare_addresses);
	return symbols;
}

void kernel_symbols_free(struct kernel_symbols *symbols)
{
	if (!symbols)
		return;
	free(symbols->functions);
	free(symbols->others);
	free(symbols->text);
	free(symbols);
}

const char *kernel_symbols_find(const struct kernel_symbols *symbols, uint64_t address,
				uint64_t *offset)
{
	size_t low = 0, high = symbols->function_count;

	while (low < high) { /* the first one above the address */
		size_t middle = low + (high - low) / 2;

		if (symbols->functions[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address - symbols->functions[low - 1].address > MAX_OFFSET)
		return NULL;
	low--;
	/* Of aliases the last one, as on the peer; names for the early boot code say nothing. */
	while (low && symbols->functions[low - 1].address == symbols->functions[low].address &&
	       strncmp(symbols->functions[low].name, "__pi_", 5) == 0)
		low--;
	*offset = address - symbols->functions[low].address;
	return symbols->functions[low].name;
}

uint64_t kernel_symbols_address(const struct kernel_symbols *symbols, const char *name)
{
	size_t i;

	for (i = 0; i < symbols->function_count; i++) {
		if (strcmp(symbols->functions[i].name, name) == 0)
			return symbols->functions[i].address;
	}
	for (i = 0; i < symbols->other_count; i++) {
		if (strcmp(symbols->others[i].name, name) == 0)
			return symbols->others[i].address;
	}
	return 0;
}
