/* The plan: creation, defaults, the string table, and the names of its enums. lang fills it,
 * codegen and the runtime read it. */
#include "base/plan.h"

#include <string.h>

/* What plan_create allocates: the plan and, behind it, the index of its strings. */
struct plan_storage {
	struct plan plan;
	uint32_t *slots; /* string index + 1, by hash; 0: free */
	uint32_t slot_count; /* a power of two */
};

static void set_defaults(struct plan *plan)
{
	plan->config = (struct plan_config){
		.max_map_keys = 4096,
		.max_strlen = 1024,
		.print_maps_on_exit = 1,
		.str_trunc_trailer = plan_add_string(plan, ".."),
		.ring_buffer_bytes = 8u << 20,
		.missing_probes = 0,
		.license = plan_add_string(plan, "GPL"),
		.stack_mode = STACK_MODE_PEER,
		.cache_user_symbols = 1,
		.demangle = 1,
		.max_cat_bytes = 10240,
		.max_probes = 1024,
		.log_size = PLAN_LOG_SIZE,
		.max_bpf_progs = 1024,
		.on_stack_limit = 64,
	};
}

struct plan *plan_create(struct arena *arena)
{
	struct plan_storage *storage = arena_new(arena, struct plan_storage);
	struct plan *plan = &storage->plan;

	plan->arena = arena;
	storage->slot_count = 64;
	storage->slots = arena_alloc(arena, storage->slot_count * sizeof(*storage->slots));
	plan_add_string(plan, "");
	*list_push(arena, &plan->types) = (struct value_type){ .kind = VALUE_VOID, .align = 1 };
	set_defaults(plan);
	return plan;
}

static uint32_t hash_text(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash ^ hash >> 15;
}

/* The slot that holds `text`, or the free one where it belongs. */
static uint32_t *find_slot(struct plan_storage *storage, const char *text)
{
	uint32_t mask = storage->slot_count - 1, i = hash_text(text) & mask;

	while (storage->slots[i] &&
	       strcmp(storage->plan.strings.items[storage->slots[i] - 1], text) != 0)
		i = (i + 1) & mask;
	return &storage->slots[i];
}

void plan_index_strings(struct plan *plan)
{
	struct plan_storage *storage = (struct plan_storage *)plan;
	uint32_t i;

	while (storage->slot_count < plan->strings.count * 2 + 2)
		storage->slot_count *= 2;
	storage->slots = arena_alloc(plan->arena, storage->slot_count * sizeof(*storage->slots));
	for (i = 0; i < plan->strings.count; i++)
		*find_slot(storage, plan->strings.items[i]) = i + 1;
}

uint32_t plan_add_string(struct plan *plan, const char *text)
{
	struct plan_storage *storage = (struct plan_storage *)plan;
	uint32_t *slot = find_slot(storage, text);

	if (*slot)
		return *slot - 1;
	*list_push(plan->arena, &plan->strings) = arena_strdup(plan->arena, text);
	*slot = plan->strings.count;
	if (plan->strings.count * 2 > storage->slot_count)
		plan_index_strings(plan);
	return plan->strings.count - 1;
}

const char *plan_string(const struct plan *plan, uint32_t index)
{
	return index < plan->strings.count ? plan->strings.items[index] : "";
}

#define NAME_OF(table, index) ((size_t)(index) < sizeof(table) / sizeof(*(table)) ? \
			       (table)[index] : "unknown")

uint32_t plan_first_loop_loss(const struct plan *plan)
{
	return plan->programs.count * (plan->config.count_failed_reads ? 2 : 1) + plan->maps.count;
}

const char *provider_name(enum provider_id provider)
{
	static const char *const names[] = {
		[PROVIDER_BEGIN] = "begin",
		[PROVIDER_END] = "end",
		[PROVIDER_INTERVAL] = "interval",
		[PROVIDER_PROFILE] = "profile",
		[PROVIDER_TRACEPOINT] = "tracepoint",
		[PROVIDER_RAWTRACEPOINT] = "rawtracepoint",
		[PROVIDER_KPROBE] = "kprobe",
		[PROVIDER_KRETPROBE] = "kretprobe",
		[PROVIDER_FENTRY] = "fentry",
		[PROVIDER_FEXIT] = "fexit",
		[PROVIDER_UPROBE] = "uprobe",
		[PROVIDER_URETPROBE] = "uretprobe",
	};
	_Static_assert(sizeof(names) / sizeof(*names) == PROVIDER_COUNT, "one name a provider");

	return NAME_OF(names, provider);
}

const char *program_kind_section(enum program_kind kind)
{
	static const char *const sections[] = {
#define X(id, section) [id] = section,
		PROGRAM_KINDS(X)
#undef X
	};

	return NAME_OF(sections, kind);
}

const char *program_kind_name(enum program_kind kind)
{
	static const char *const names[] = {
		[PROGRAM_RUN] = "run",
		[PROGRAM_PERF_EVENT] = "perf_event",
		[PROGRAM_TRACEPOINT] = "tracepoint",
		[PROGRAM_RAW_TRACEPOINT] = "raw_tracepoint",
		[PROGRAM_TP_BTF] = "tp_btf",
		[PROGRAM_RAW_SYSCALL_ENTER] = "raw_syscall_enter",
		[PROGRAM_RAW_SYSCALL_EXIT] = "raw_syscall_exit",
		[PROGRAM_KPROBE] = "kprobe",
		[PROGRAM_FENTRY] = "fentry",
		[PROGRAM_FEXIT] = "fexit",
	};
	_Static_assert(sizeof(names) / sizeof(*names) == PROGRAM_KIND_COUNT, "one name a kind");

	return NAME_OF(names, kind);
}

const char *record_kind_name(enum record_kind kind)
{
	static const char *const names[] = {
#define X(id, name) [id] = name,
		RECORD_KINDS(X)
#undef X
	};

	return NAME_OF(names, kind);
}

const char *map_kind_name(enum map_kind kind)
{
	static const char *const names[] = {
		[MAP_HASH] = "hash",
		[MAP_LRU_HASH] = "lru_hash",
		[MAP_PERCPU_HASH] = "percpu_hash",
		[MAP_PERCPU_LRU_HASH] = "percpu_lru_hash",
		[MAP_ARRAY] = "array",
		[MAP_PERCPU_ARRAY] = "percpu_array",
	};

	return NAME_OF(names, kind);
}

const char *feature_name(enum feature_id feature)
{
	static const char *const names[] = {
#define X(id, name, since) [id] = name,
		FEATURES(X)
#undef X
	};

	return NAME_OF(names, feature);
}

const char *feature_since(enum feature_id feature)
{
	static const char *const since_versions[] = {
#define X(id, name, since) [id] = since,
		FEATURES(X)
#undef X
	};

	return NAME_OF(since_versions, feature);
}
