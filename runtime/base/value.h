/* Value shapes: how bytes that a program left in a record, a map key or a map value are to be
 * understood and printed. The table of shapes is part of the plan (plan.h); codegen lays bytes
 * out exactly so, the printers read them exactly so. All integers little endian. */
#ifndef SONDE_BASE_VALUE_H
#define SONDE_BASE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

/* X(id, name): the bytes of a value of each kind.
 *   void         nothing
 *   bool         1 byte, 0 or 1
 *   int          `size` bytes (1, 2, 4, 8), `is_signed`
 *   enum         like int; names in plan.enums[enum_index]
 *   pointer      u64
 *   string       `size` bytes, NUL-terminated unless full, zero behind the NUL
 *   buffer       u32 length, then size - 4 bytes
 *   array        `count` elements of shape `element`, one after the other
 *   tuple        fields at their offsets (C alignment), gaps zero
 *   record       like tuple; the fields have names
 *   struct       like record, a C struct or union; fields may be bitfields
 *   kstack       struct value_stack
 *   ustack       struct value_stack
 *   ksym         u64 kernel address
 *   usym         struct value_usym
 *   inet         struct value_inet
 *   mac          6 bytes
 *   cgroup_path  u64 cgroup id
 *   username     u32 uid
 *   timestamp    struct value_timestamp
 *   probe        u64 target number: index into the runtime's list of attached targets
 * Aggregations, only as map values, one struct per CPU that is folded when read:
 *   count        struct value_count
 *   sum avg stats struct value_sum
 *   min max      struct value_extreme
 *   hist lhist   u64 buckets[bucket_count]; see value_hist_bucket_count */
#define VALUE_KINDS(X)                                                                             \
	X(VALUE_VOID, "void")                                                                      \
	X(VALUE_BOOL, "bool")                                                                      \
	X(VALUE_INT, "int")                                                                        \
	X(VALUE_ENUM, "enum")                                                                      \
	X(VALUE_POINTER, "pointer")                                                                \
	X(VALUE_STRING, "string")                                                                  \
	X(VALUE_BUFFER, "buffer")                                                                  \
	X(VALUE_ARRAY, "array")                                                                    \
	X(VALUE_TUPLE, "tuple")                                                                    \
	X(VALUE_RECORD, "record")                                                                  \
	X(VALUE_STRUCT, "struct")                                                                  \
	X(VALUE_KSTACK, "kstack")                                                                  \
	X(VALUE_USTACK, "ustack")                                                                  \
	X(VALUE_KSYM, "ksym")                                                                      \
	X(VALUE_USYM, "usym")                                                                      \
	X(VALUE_INET, "inet")                                                                      \
	X(VALUE_MAC, "mac")                                                                        \
	X(VALUE_CGROUP_PATH, "cgroup_path")                                                        \
	X(VALUE_USERNAME, "username")                                                              \
	X(VALUE_TIMESTAMP, "timestamp")                                                            \
	X(VALUE_PROBE, "probe")                                                                    \
	X(VALUE_COUNT, "count")                                                                    \
	X(VALUE_SUM, "sum")                                                                        \
	X(VALUE_AVG, "avg")                                                                        \
	X(VALUE_MIN, "min")                                                                        \
	X(VALUE_MAX, "max")                                                                        \
	X(VALUE_STATS, "stats")                                                                    \
	X(VALUE_HIST, "hist")                                                                      \
	X(VALUE_LHIST, "lhist")

enum value_kind {
#define X(id, name) id,
	VALUE_KINDS(X)
#undef X
	VALUE_KIND_COUNT
};

const char *value_kind_name(enum value_kind kind);

/* True for count, sum, avg, min, max, stats, hist, lhist: per-CPU in the kernel, folded when read. */
bool value_kind_is_aggregation(enum value_kind kind);

enum stack_mode { STACK_MODE_PEER, STACK_MODE_PERF, STACK_MODE_RAW };

struct value_stack {
	uint64_t id;	    /* key in the stacks map: hash of the frames; 0: no stack */
	uint32_t depth;	    /* number of frames */
	uint32_t pid;	    /* whose address space; 0 for kernel stacks */
};

struct value_usym {
	uint64_t address;
	uint32_t pid;
	uint32_t reserved;
};

struct value_inet {
	uint32_t family; /* 2 (IPv4: address[0..3]) or 10 (IPv6) */
	uint8_t address[16];
};

enum timestamp_clock { CLOCK_KIND_BOOT, CLOCK_KIND_MONOTONIC, CLOCK_KIND_TAI, CLOCK_KIND_SW_TAI };

struct value_timestamp {
	uint64_t nsecs;
	uint32_t clock;	 /* enum timestamp_clock */
	uint32_t format; /* strftime format: index into plan.strings */
};

struct value_count {
	uint64_t count;
};

struct value_sum {
	uint64_t sum;	/* two's complement when signed */
	uint64_t count; /* updates on this CPU; all CPUs 0: never set */
};

struct value_extreme {
	uint64_t value;
	uint64_t is_set; /* 0: this CPU has seen no value */
};

/* hist(n, bits): bucket 0 holds n < 0 (signed arguments); then, with B = bits:
 *   n < 2^B   bucket 1 + n
 *   else      bucket 1 + 2^B + ((L - B) << B) + ((n >> (L - B)) & (2^B - 1)), L = floor(log2 n). */
static inline uint32_t value_hist_bucket_count(uint32_t bits)
{
	return 1 + (1u << bits) + ((64 - bits) << bits);
}

/* lhist(n, min, max, step): bucket 0 holds n < min, bucket 1 + (n - min) / step the whole steps
 * that fit below max, the last one all above them. */
static inline uint32_t value_lhist_step_count(int64_t min, int64_t max, int64_t step)
{
	return (uint32_t)(((uint64_t)max - (uint64_t)min) / (uint64_t)step);
}

struct value_field {
	uint32_t name;	 /* plan.strings; 0 ("") in tuples */
	uint32_t type;	 /* plan.types */
	uint32_t offset; /* bytes */
	uint16_t bit_offset, bit_size; /* within the field's integer; bit_size 0: no bitfield */
};

/* One shape. Fields not named for a kind are 0. */
struct value_type {
	uint32_t kind; /* enum value_kind */
	uint32_t size; /* bytes of one value (one CPU's for aggregations) */
	uint32_t align;
	uint32_t is_signed; /* int, enum; aggregations: the argument's sign */
	uint32_t element;   /* array: plan.types; enum: plan.enums */
	uint32_t count;	    /* array: elements; hist, lhist: buckets */
	uint32_t first_field, field_count; /* tuple, record, struct: plan.fields */
	uint32_t name; /* struct, enum: plan.strings */
	uint32_t stack_mode, stack_limit;  /* stacks */
	uint32_t stack_map; /* stacks: plan.maps, the map with the frames (key u64, u64[limit]) */
	int64_t min, max, step; /* lhist; hist keeps its bits in `step` */
};

#endif
