/* Types of the language: what the checker gives every expression and codegen reads. Interned where
 * cheap, compared with type_equal. Owned by the compile's arena. */
#ifndef SONDE_LANG_TYPE_H
#define SONDE_LANG_TYPE_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "base/value.h"

#include <stdbool.h>
#include <stdint.h>

/* X(id, name). The values that are resolved when printed, and the aggregations, are laid out as
 * base/value.h says. */
#define TYPE_KINDS(X)                                                                              \
	X(TYPE_POISON, "<error>")    /* the type of what is wrong already: stops cascades */       \
	X(TYPE_VOID, "void")                                                                       \
	X(TYPE_BOOL, "bool")                                                                       \
	X(TYPE_INT, "int")           /* size, is_signed */                                         \
	X(TYPE_ENUM, "enum")         /* size, is_signed, name, enumerators */                      \
	X(TYPE_POINTER, "pointer")   /* element, space */                                          \
	X(TYPE_STRING, "string")     /* size: bytes, NUL included */                               \
	X(TYPE_BUFFER, "buffer")     /* size: 4 + capacity */                                      \
	X(TYPE_ARRAY, "array")       /* element, count */                                          \
	X(TYPE_STRUCT, "struct")     /* origin, name, members */                                   \
	X(TYPE_UNION, "union")                                                                     \
	X(TYPE_TUPLE, "tuple")       /* members without names */                                   \
	X(TYPE_RECORD, "record")     /* members with names */                                      \
	X(TYPE_FUNCTION, "function") /* a C function (BTF): only pointed to */                     \
	X(TYPE_KSTACK, "kstack")     /* stack_mode, count: frames */                               \
	X(TYPE_USTACK, "ustack")                                                                   \
	X(TYPE_KSYM, "ksym")                                                                       \
	X(TYPE_USYM, "usym")                                                                       \
	X(TYPE_INET, "inet")                                                                       \
	X(TYPE_MAC, "mac_address")                                                                 \
	X(TYPE_CGROUP_PATH, "cgroup_path")                                                         \
	X(TYPE_USERNAME, "username")                                                               \
	X(TYPE_TIMESTAMP, "timestamp")                                                             \
	X(TYPE_PROBE, "probe")                                                                     \
	X(TYPE_COUNT, "count_t")                                                                   \
	X(TYPE_SUM, "sum_t")         /* is_signed: the argument's sign; so for avg min max stats */ \
	X(TYPE_AVG, "avg_t")                                                                       \
	X(TYPE_MIN, "min_t")                                                                       \
	X(TYPE_MAX, "max_t")                                                                       \
	X(TYPE_STATS, "stats_t")                                                                   \
	X(TYPE_HIST, "hist_t")       /* hist.bits */                                               \
	X(TYPE_LHIST, "lhist_t")     /* hist.min, max, step */

enum type_kind {
#define X(id, name) id,
	TYPE_KINDS(X)
#undef X
	TYPE_KIND_COUNT
};

/* Whose memory a pointer points to, or a value that is still in memory lives in. */
enum address_space {
	SPACE_NONE,
	SPACE_KERNEL, /* bpf_probe_read_kernel */
	SPACE_USER,   /* bpf_probe_read_user */
	SPACE_BPF,    /* stack, map value, scratch: plain loads */
	SPACE_CONTEXT, /* the program's context: plain loads at constant offsets */
	SPACE_BTF,    /* a pointer that the verifier trusts or faults for us (curtask, args of
			 fentry): plain loads where the program type allows them */
};

/* Where a struct's layout comes from, and so how codegen reads a member. */
enum struct_origin {
	ORIGIN_SCRIPT,	   /* C definition in the script: offsets as computed, no relocation */
	ORIGIN_KERNEL,	   /* kernel BTF: every access is a CO-RE relocation */
	ORIGIN_TRACEPOINT, /* a tracepoint's record: CO-RE against `layout_symbol` in SPACE_CONTEXT */
	ORIGIN_ARGS,	   /* fentry, fexit, rawtracepoint args: member i is u64 word `slot` of the context */
	ORIGIN_SYSCALL,	   /* syscalls:sys_enter_* through raw sys_enter: member i is system call
			      argument `slot` in the pt_regs (slot 6: the number); of sys_exit: slot 7 is ret */
};

struct type_member {
	const char *name; /* "" for anonymous members (their members are found through them) */
	struct type *type;
	uint64_t bit_offset; /* from the struct's start; on this machine */
	uint32_t bit_size;   /* bitfields; else 0 */
	uint32_t slot;	     /* ORIGIN_ARGS, ORIGIN_SYSCALL */
	uint32_t data_loc;   /* tracepoint: 1: __data_loc (u32: offset | length << 16, from the
				record's start), 2: __rel_loc (from the field's end) */
	bool is_user_pointer; /* pointer member known to be a user address (BTF tag, syscall args) */
};

struct type_enumerator {
	const char *name;
	int64_t value;
};

struct type {
	enum type_kind kind;
	uint32_t size, align; /* bytes on this machine; 0: unknown or not yet computed (type_size) */
	bool is_signed;
	enum address_space space; /* pointers */
	struct type *element;
	uint32_t count; /* arrays; stacks: frame limit */
	const char *name; /* struct, union, enum tag; "" for anonymous */
	enum struct_origin origin;
	const char *layout_symbol; /* ORIGIN_TRACEPOINT: "sonde_tp_SUBSYS_EVENT" */
	const char *module;	   /* ORIGIN_KERNEL: kernel module whose BTF it is from, "" vmlinux */
	uint32_t btf_id;	   /* ORIGIN_KERNEL: id in that BTF */
	LIST(struct type_member) members; /* read through type_members(): loaded on first use */
	bool members_loaded, is_incomplete;
	LIST(struct type_enumerator) enumerators;
	enum stack_mode stack_mode;
	struct {
		uint32_t bits;
		int64_t min, max, step;
	} hist;
};

/* Makers. `types` caches the plain ones. */
struct types {
	struct arena *arena;
	struct type *poison, *void_, *bool_;
	struct type *ints[2][4]; /* [is_signed][log2 size] */
	/* Loads the members of a struct whose `members_loaded` is false; set by the BTF reader. */
	void (*load_members)(void *context, struct type *type);
	void *load_context;
};

void types_init(struct types *types, struct arena *arena);
struct type *type_int(struct types *types, uint32_t size, bool is_signed);
struct type *type_pointer(struct types *types, struct type *element, enum address_space space);
struct type *type_string(struct types *types, uint32_t size);
struct type *type_buffer(struct types *types, uint32_t capacity);
struct type *type_array(struct types *types, struct type *element, uint32_t count);
/* A new type of `kind` with the fixed size that base/value.h gives such values. */
struct type *type_plain(struct types *types, enum type_kind kind);
/* Histograms with their size: check the arguments first (bits 0..5; min < max, step > 0). */
struct type *type_hist(struct types *types, uint32_t bits);
struct type *type_lhist(struct types *types, int64_t min, int64_t max, int64_t step);
/* Tuple (names NULL) or record; offsets, size and alignment are computed C-like. */
struct type *type_tuple(struct types *types, struct type **members, const char **names,
			uint32_t count);
/* A new struct or union without members; add them, then lay out (C rules; `packed`). An `align`
 * that is set before is the least alignment. */
struct type *type_struct(struct types *types, enum type_kind kind, const char *name,
			 enum struct_origin origin);
struct type_member *type_add_member(struct types *types, struct type *type, const char *name,
				    struct type *member, uint32_t bit_size);
void type_layout(struct type *type, bool packed);
/* Makes sure the members of a struct are there. */
void type_complete(struct types *types, struct type *type);

bool type_is_integer(const struct type *type); /* int, enum, bool */
bool type_is_aggregation(const struct type *type);
/* An aggregation that is one number when it is read. */
bool type_is_single(const struct type *type);
bool type_is_struct(const struct type *type); /* struct or union */
/* C's with a size and no meaning here: double, __int128 */
bool type_is_opaque(const struct type *type);
/* True for what lives in memory and is passed by address in codegen: string, buffer, array,
 * struct, union, tuple, record, stacks, usym, inet, mac, timestamp. */
bool type_is_aggregate(const struct type *type);
bool type_equal(const struct type *a, const struct type *b);

/* A structure's arrays of char are texts: char[8] -> string[8], char[2][8] -> string[8][2]. */
struct type *type_of_texts(struct types *types, struct type *type);

/* Finds a member by name, through anonymous members. `steps` gets the indexes to follow (at most
 * `max_steps`); returns their number, 0 when there is none. */
uint32_t type_find_member(struct types *types, struct type *type, const char *name,
			  uint32_t *steps, uint32_t max_steps);

/* The type as the language writes it: "uint64", "struct task_struct *", "string[64]",
 * "(int64,string[16])". */
void type_print(const struct type *type, struct strbuf *out);
const char *type_text(struct arena *arena, const struct type *type);
const char *type_kind_name(enum type_kind kind);

#endif
