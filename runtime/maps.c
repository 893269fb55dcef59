/* Maps: batch reads with a fallback to one by one (kernels before 5.6 for hashes), folding, clearing.
 * Layouts: base/plan.h (kinds of maps) and base/value.h (values). */
#include "maps.h"

#include "fold.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What the kernel hands out: keys and values as they are there, `count` of each. */
struct raw_entries {
	unsigned char *keys, *values;
	uint32_t key_size, value_size; /* value_size: of all CPUs */
	uint32_t count, capacity;
};

static void raw_free(struct raw_entries *raw)
{
	free(raw->keys);
	free(raw->values);
}

static int raw_reserve(struct raw_entries *raw, uint32_t capacity)
{
	unsigned char *keys, *values;

	if (capacity <= raw->capacity)
		return 0;
	keys = realloc(raw->keys, (size_t)capacity * raw->key_size);
	if (keys)
		raw->keys = keys;
	values = realloc(raw->values, (size_t)capacity * raw->value_size);
	if (values)
		raw->values = values;
	if (!keys || !values)
		return -ENOMEM;
	raw->capacity = capacity;
	return 0;
}

/* By what the kernel has, not by what the plan says: it decides how much the kernel writes. */
static bool is_per_cpu(const struct session *session, uint32_t map)
{
	enum bpf_map_type type = bpf_map__type(session->maps[map]);

	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
	       type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

static void raw_init(const struct session *session, uint32_t map, struct raw_entries *raw)
{
	*raw = (struct raw_entries){
		.key_size = bpf_map__key_size(session->maps[map]),
		.value_size = bpf_map__value_size(session->maps[map]),
	};
	if (is_per_cpu(session, map))
		raw->value_size = ((raw->value_size + 7) & ~7u) * session->cpu_count;
}

static int read_batches(int fd, struct raw_entries *raw)
{
	/* The position is a bucket number for hashes, a key for others. */
	unsigned char *position = malloc(raw->key_size + sizeof(uint64_t));
	bool is_first = true;
	int error = position ? 0 : -ENOMEM;

	while (!error) {
		uint32_t count;

		if (raw->capacity - raw->count < 1024)
			error = raw_reserve(raw, raw->capacity ? raw->capacity * 2 : 4096);
		if (error)
			break;
		count = raw->capacity - raw->count;
		error = bpf_map_lookup_batch(fd, is_first ? NULL : position, position,
					     raw->keys + (size_t)raw->count * raw->key_size,
					     raw->values + (size_t)raw->count * raw->value_size,
					     &count, NULL);
		if (error == -ENOSPC) {
			error = raw_reserve(raw, raw->capacity * 2);
			continue;
		}
		if (error && error != -ENOENT)
			break;
		raw->count += count;
		is_first = false;
	}
	free(position);
	return error == -ENOENT ? 0 : error;
}

/* At most `max`: when the last key is deleted meanwhile, the kernel starts from the first again. */
static int read_one_by_one(int fd, uint32_t max, struct raw_entries *raw)
{
	const void *last = NULL;

	for (raw->count = 0; raw->count < max; raw->count++) {
		unsigned char *key;

		if (raw->count == raw->capacity &&
		    raw_reserve(raw, raw->capacity ? raw->capacity * 2 : 256))
			return -ENOMEM;
		if (raw->count)
			last = raw->keys + (size_t)(raw->count - 1) * raw->key_size;
		key = raw->keys + (size_t)raw->count * raw->key_size;
		if (bpf_map_get_next_key(fd, last, key))
			return 0;
		if (bpf_map_lookup_elem(fd, key,
					raw->values + (size_t)raw->count * raw->value_size)) {
			if (errno != ENOENT)
				return -errno;
			memset(raw->values + (size_t)raw->count * raw->value_size, 0,
			       raw->value_size);
		}
	}
	return 0;
}

static int raw_read(const struct session *session, uint32_t map, struct raw_entries *raw)
{
	int fd = bpf_map__fd(session->maps[map]), error;

	raw_init(session, map, raw);
	error = read_batches(fd, raw);
	if (error && error != -ENOMEM)
		error = read_one_by_one(fd, bpf_map__max_entries(session->maps[map]), raw);
	return error;
}

static int read_keyless(struct session *session, uint32_t map, struct map_dump *dump)
{
	const struct plan_map *row = &session->plan->maps.items[map];
	const struct value_type *type = &session->plan->types.items[row->value];
	struct raw_entries raw;
	uint32_t key = 0;
	int error;

	raw_init(session, map, &raw);
	error = raw.key_size == sizeof(key) ? raw_reserve(&raw, 1) : -EINVAL;
	if (!error && bpf_map_lookup_elem(bpf_map__fd(session->maps[map]), &key, raw.values))
		error = -errno;
	if (error) {
		raw_free(&raw);
		return error;
	}
	dump->key_size = 0;
	dump->value_size = type->size;
	dump->count = 1;
	dump->keys = NULL;
	dump->values = calloc(1, type->size + 1u);
	if (!dump->values) {
		raw_free(&raw);
		return -ENOMEM;
	}
	if (is_per_cpu(session, map)) {
		dump->is_set = fold_values(type, raw.values, session->cpu_count,
					   raw.value_size / session->cpu_count, dump->values) ||
			       session->was_zeroed[map];
	} else {
		uint32_t present = (type->size + 7) & ~7u;

		if (type->size <= raw.value_size)
			memcpy(dump->values, raw.values, type->size);
		if (present + 8 <= raw.value_size)
			dump->is_set = raw.values[present] != 0;
	}
	raw_free(&raw);
	return 0;
}

int maps_read(struct session *session, uint32_t map, struct map_dump *dump)
{
	const struct plan *plan = session->plan;
	const struct plan_map *row = &plan->maps.items[map];
	const struct value_type *key = &plan->types.items[row->key];
	const struct value_type *value = &plan->types.items[row->value];
	struct raw_entries raw;
	int error;

	*dump = (struct map_dump){.map = map};
	if (key->kind == VALUE_VOID)
		return read_keyless(session, map, dump);
	error = raw_read(session, map, &raw);
	if (!error && (key->size > raw.key_size || value->size > raw.value_size))
		error = -EINVAL;
	if (!error) {
		dump->is_set = true;
		dump->count = raw.count;
		dump->key_size = key->size;
		dump->value_size = value->size;
		dump->keys = malloc((size_t)raw.count * key->size + 1);
		dump->values = calloc((size_t)raw.count * value->size + 1, 1);
		if (!dump->keys || !dump->values)
			error = -ENOMEM;
	}
	for (uint32_t i = 0; !error && i < raw.count; i++) {
		unsigned char *to = dump->values + (size_t)i * value->size;
		const unsigned char *from = raw.values + (size_t)i * raw.value_size;

		memcpy(dump->keys + (size_t)i * key->size, raw.keys + (size_t)i * raw.key_size,
		       key->size);
		if (is_per_cpu(session, map))
			fold_values(value, from, session->cpu_count,
				    raw.value_size / session->cpu_count, to);
		else
			memcpy(to, from, value->size);
	}
	raw_free(&raw);
	return error;
}

/* A keyless map that was never set is printed, as zero, only when the script asks for it. */
static int print_map(struct session *session, uint32_t map, uint64_t top, uint64_t div,
		     bool is_asked)
{
	struct map_dump dump;
	int error;

	if (map >= session->plan->maps.count)
		return 0;
	error = maps_read(session, map, &dump);
	if (error)
		fprintf(stderr, "sonde: error: cannot read map %s: %s\n",
			plan_string(session->plan, session->plan->maps.items[map].name),
			strerror(-error));
	if (!is_asked && !dump.is_set)
		dump.count = 0;
	if (!error)
		output_map(session->output, &dump, top, div);
	map_dump_free(&dump);
	return 0;
}

void maps_print(struct session *session, uint32_t map, uint64_t top, uint64_t div)
{
	if (map < session->plan->maps.count)
		print_map(session, map, top, div, true);
}

/* Writes zeros over the first `size` bytes of the only entry; the rest stays. */
static int zero_keyless(struct session *session, uint32_t map, uint32_t size)
{
	struct raw_entries raw;
	int fd = bpf_map__fd(session->maps[map]), error;
	uint32_t key = 0;

	raw_init(session, map, &raw);
	error = raw.key_size == sizeof(key) ? raw_reserve(&raw, 1) : -EINVAL;
	if (!error && bpf_map_lookup_elem(fd, &key, raw.values))
		error = -errno;
	if (!error) {
		memset(raw.values, 0, size < raw.value_size ? size : raw.value_size);
		if (bpf_map_update_elem(fd, &key, raw.values, BPF_ANY))
			error = -errno;
	}
	raw_free(&raw);
	return error;
}

static int change_keyed(struct session *session, uint32_t map, bool is_delete)
{
	struct raw_entries raw;
	int fd = bpf_map__fd(session->maps[map]), error = raw_read(session, map, &raw);
	uint32_t count = raw.count;

	if (error || !count) {
		raw_free(&raw);
		return error;
	}
	if (is_delete && !bpf_map_delete_batch(fd, raw.keys, &count, NULL) && count == raw.count) {
		raw_free(&raw);
		return 0;
	}
	memset(raw.values, 0, raw.value_size);
	for (uint32_t i = 0; i < raw.count; i++) {
		const unsigned char *key = raw.keys + (size_t)i * raw.key_size;

		if (is_delete)
			bpf_map_delete_elem(fd, key);
		else
			bpf_map_update_elem(fd, key, raw.values, BPF_EXIST);
	}
	raw_free(&raw);
	return 0;
}

static void change(struct session *session, uint32_t map, bool is_delete)
{
	const struct plan *plan = session->plan;
	const struct plan_map *row;
	bool is_keyless;
	int error;

	if (map >= plan->maps.count)
		return;
	row = &plan->maps.items[map];
	is_keyless = plan->types.items[row->key].kind == VALUE_VOID;
	if (!is_keyless) {
		error = change_keyed(session, map, is_delete);
	} else {
		struct map_dump dump = {0};

		if (!is_delete && !maps_read(session, map, &dump))
			session->was_zeroed[map] = dump.is_set;
		if (is_delete)
			session->was_zeroed[map] = false;
		map_dump_free(&dump);
		error = zero_keyless(session, map,
				     is_delete || is_per_cpu(session, map)
					     ? UINT32_MAX
					     : plan->types.items[row->value].size);
	}
	if (error)
		fprintf(stderr, "sonde: error: cannot %s map %s: %s\n",
			is_delete ? "clear" : "zero", plan_string(plan, row->name),
			strerror(-error));
}

void maps_clear(struct session *session, uint32_t map)
{
	change(session, map, true);
}

void maps_zero(struct session *session, uint32_t map)
{
	change(session, map, false);
}

static int compare_names(const void *a, const void *b, void *context)
{
	const struct plan *plan = context;
	const struct plan_map *left = &plan->maps.items[*(const uint32_t *)a];
	const struct plan_map *right = &plan->maps.items[*(const uint32_t *)b];

	return strcmp(plan_string(plan, left->name), plan_string(plan, right->name));
}

void maps_print_all(struct session *session)
{
	const struct plan *plan = session->plan;
	uint32_t *order = arena_alloc(session->arena, (plan->maps.count + 1) * sizeof(*order));

	for (uint32_t i = 0; i < plan->maps.count; i++)
		order[i] = i;
	qsort_r(order, plan->maps.count, sizeof(*order), compare_names, (void *)plan);
	for (uint32_t i = 0; i < plan->maps.count; i++)
		if (plan->maps.items[order[i]].role == MAP_ROLE_SCRIPT)
			print_map(session, order[i], 0, 0, false);
}

uint32_t maps_read_stack(struct session *session, uint32_t map, uint64_t id, uint64_t *frames,
			 uint32_t max)
{
	uint64_t *value;
	uint32_t size, count = 0;

	if (map >= session->plan->maps.count ||
	    session->plan->maps.items[map].role != MAP_ROLE_STACKS)
		return 0;
	size = bpf_map__value_size(session->maps[map]);
	value = malloc(size + 8u);
	if (value && !is_per_cpu(session, map) &&
	    bpf_map__key_size(session->maps[map]) == sizeof(id) &&
	    !bpf_map_lookup_elem(bpf_map__fd(session->maps[map]), &id, value))
		for (count = 0; count < size / 8 && count < max; count++)
			frames[count] = value[count];
	free(value);
	return count;
}
