/* The code generator's state and the functions by which its files call each other. Nothing outside
 * codegen/ includes this. A scalar is an LLVM value (bool is i1, pointers are i64); an aggregate is
 * a place: an address and what is known of its alignment. */
#ifndef SONDE_CODEGEN_GEN_H
#define SONDE_CODEGEN_GEN_H

#include "codegen/codegen.h"
#include "lang/builtin.h"
#include "lang/name_table.h"

#include <llvm-c/Core.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/TargetMachine.h>

struct place {
	LLVMValueRef ptr;
	uint32_t align;
};

/* A temporary on the stack: one alloca, taken by one statement at a time. */
struct gen_temp {
	LLVMValueRef alloca; /* or NULL: at `offset` in g->spilled */
	uint32_t size, offset;
	bool is_taken;
};

struct gen_variable {
	const struct variable *variable;
	LLVMValueRef ptr; /* a local one's alloca */
	uint32_t spilled; /* number in g->spilled, when there is no alloca */
};

/* A trimmed local copy of a kernel type, made for one path (read.c). */
struct gen_path {
	const char *key;
	LLVMMetadataRef *levels; /* the type before each step */
};

/* A body that is emitted once for each program and called wherever it is due. */
struct gen_body {
	const void *of; /* struct callee; struct stmt: a loop, or a part of a large body */
	LLVMValueRef function;
	uint32_t leaves; /* enum leave: what it may do to who called it */
};

/* search.c: a function that searches texts of such sizes, of a program. */
struct gen_search {
	uint32_t haystack, needle;
	LLVMValueRef function;
};

/* stack.c: which functions call which, and what each takes of the stack. */
struct gen_call {
	const char *caller, *callee; /* by name: a function that nothing needs is gone after the passes */
};

struct gen_frame {
	uint32_t size;	/* bytes, of this function alone */
	uint32_t below; /* of all that it calls into each other, at the deepest */
};

struct gen_constant {
	const char *text;
	uint32_t length;
	LLVMValueRef global;
};

struct gen {
	struct arena *arena;
	const struct typed_script *script;
	const struct plan *plan;
	const struct codegen_options *options;
	const char *error; /* first failure; NULL: none */
	bool spills; /* second try of a script whose variables overflow the stack */
	bool is_stack_exceeded;
	const struct typed_program *stack_program; /* by this one */

	LLVMContextRef context;
	LLVMModuleRef module;
	LLVMBuilderRef builder;
	LLVMTargetMachineRef machine;
	LLVMTypeRef i1, i8, i32, i64, ptr;

	LIST(struct gen_call) calls;
	struct name_table frames; /* of struct gen_frame, by function */

	/* debug.c */
	LLVMDIBuilderRef di;
	LLVMMetadataRef unit, file, subprogram;
	LLVMMetadataRef *file_by_string; /* by plan string index */
	LLVMMetadataRef *value_types;	 /* by plan.types */
	LLVMMetadataRef no_expression;

	/* maps.c */
	LLVMValueRef *maps; /* by plan.maps */
	LLVMValueRef records, losses, zero_key;
	LIST(struct gen_constant) constants;
	LIST(LLVMValueRef) kept; /* by their sections */

	/* read.c */
	LIST(struct gen_path) paths;
	uint32_t flavour;    /* of this compile's local types */
	uint32_t type_infos; /* sizes of kernel types asked for */

	/* the program at hand */
	const struct typed_program *program;
	const struct plan_program *row;
	uint32_t program_index;
	LLVMValueRef function, ctx, scratch, target;
	LLVMValueRef stack_buffer; /* per-CPU frames while a stack is hashed; NULL until used */
	LLVMValueRef frame;	/* storage on the stack, FRAME_SIZE bytes; NULL until used */
	LLVMValueRef spilled;	/* per-CPU memory for variables; NULL: they are registers */
	uint32_t spilled_count;
	uint32_t temps_end, temps_limit; /* where temporaries lie in it, in bytes */
	bool uses_helpers; /* in the half of a curtask read for kernels before 5.11 */
	LLVMBasicBlockRef entry; /* allocas only */
	LLVMBasicBlockRef setup; /* zeroing of variables, before the body; has a terminator */
	LIST(struct gen_variable) variables;
	LIST(struct gen_temp) temps;
	LIST(LLVMValueRef) open_records; /* reserved, to discard when the program returns */

	/* function.c, loop.c: the function at hand, unless it is the program itself */
	const struct stmt *loop; /* whose body it is, or NULL */
	const struct callee *callee; /* which of the script's functions it is, or belongs to */
	bool is_part; /* it is called by what it is a part of */
	uint32_t loop_depth;
	uint32_t leaves;	 /* enum leave: what it may do to who called it */
	LLVMValueRef outer;	 /* address of the pointers that all functions of a program share */
	LIST(struct gen_body) bodies;
	LIST(struct gen_search) searches;
};

/* Records the first failure. Code that follows may be nonsense but must not crash. */
void gen_fail(struct gen *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Bytes that lower places storage in (lang/lower_body.c: STACK_TOTAL); the rest of the 512 is for
 * scalars. Words of temporaries that are elsewhere when the stack is full. */
enum { FRAME_SIZE = 256, TEMP_WORDS = 256 };

/* ---- helpers.c: small instruction sequences ---- */
enum helper_id {
	HELPER_MAP_LOOKUP = 1,
	HELPER_MAP_UPDATE = 2,
	HELPER_MAP_DELETE = 3,
	HELPER_KTIME = 5,
	HELPER_RANDOM = 7,
	HELPER_CPU = 8,
	HELPER_PID_TGID = 14,
	HELPER_UID_GID = 15,
	HELPER_COMM = 16,
	HELPER_TASK = 35,
	HELPER_NUMA_NODE = 42,
	HELPER_GET_STACK = 67,
	HELPER_CGROUP = 80,
	HELPER_READ_USER = 112,
	HELPER_READ_KERNEL = 113,
	HELPER_READ_USER_STR = 114,
	HELPER_READ_KERNEL_STR = 115,
	HELPER_JIFFIES = 118,
	HELPER_KTIME_BOOT = 125,
	HELPER_RINGBUF_RESERVE = 131,
	HELPER_RINGBUF_SUBMIT = 132,
	HELPER_RINGBUF_DISCARD = 133,
	HELPER_TASK_BTF = 158,
	HELPER_FUNC_IP = 173,
	HELPER_COOKIE = 174,
	HELPER_FOR_EACH = 164,
	HELPER_LOOP = 181,
	HELPER_MAP_LOOKUP_PERCPU = 195,
	HELPER_KTIME_TAI = 208,
};

/* Calls a helper; every argument is passed as it is, the result is i64 (see gen_helper_ptr). */
LLVMValueRef gen_helper(struct gen *g, enum helper_id id, LLVMValueRef *args, unsigned count);
LLVMValueRef gen_helper_ptr(struct gen *g, enum helper_id id, LLVMValueRef *args, unsigned count);
LLVMValueRef gen_int(struct gen *g, LLVMTypeRef type, uint64_t value);
LLVMValueRef gen_u32(struct gen *g, uint32_t value);
LLVMValueRef gen_u64(struct gen *g, uint64_t value);
LLVMBasicBlockRef gen_block(struct gen *g, const char *name);
void gen_branch(struct gen *g, LLVMBasicBlockRef to); /* unless the block has ended */
/* Branches to `yes` when `ptr` is not null; in `yes` the result is an alias that no pass moves
 * above the check (a rule of the verifier). The builder stands in `yes` afterwards. */
LLVMValueRef gen_check_ptr(struct gen *g, LLVMValueRef ptr, LLVMBasicBlockRef no);
/* The same value, opaque to the optimizer. */
LLVMValueRef gen_opaque(struct gen *g, LLVMValueRef value);
/* What was loaded from the context or through a BTF pointer: not to be merged with another load into
 * one of either address, which the verifier refuses. */
LLVMValueRef gen_loaded(struct gen *g, LLVMValueRef value);
LLVMValueRef gen_offset(struct gen *g, LLVMValueRef ptr, uint64_t offset);
struct place place_at(struct gen *g, struct place base, uint64_t offset);
LLVMValueRef gen_ctx_word(struct gen *g, uint32_t offset); /* u64 of the context */
LLVMValueRef gen_ctx_address(struct gen *g);
LLVMValueRef gen_alloca(struct gen *g, uint32_t size, const char *name);
/* A local array of the program's own, for a key or a value; back to the pool at temps_release. */
struct gen_temp temp_take(struct gen *g, uint32_t size);
LLVMValueRef temp_address(struct gen *g, const struct gen_temp *temp); /* for use here */
LLVMValueRef gen_temp(struct gen *g, uint32_t size);
uint64_t temps_mark(struct gen *g);
void temps_release(struct gen *g, uint64_t mark);
struct place gen_storage(struct gen *g, const struct storage *storage, uint32_t size);

void mem_zero(struct gen *g, struct place to, uint32_t size);
void mem_copy(struct gen *g, struct place to, struct place from, uint32_t size);
void mem_store_text(struct gen *g, struct place to, const char *text, uint32_t length,
		    uint32_t size);
/* Compares bytes: i1, true when all are equal. */
LLVMValueRef mem_equal(struct gen *g, struct place a, struct place b, uint32_t size);
LLVMValueRef mem_equal_text(struct gen *g, struct place a, const char *text, uint32_t length,
			    uint32_t size);
/* Number of bytes that are not zero, without a branch on what they are: an early end would give the
 * verifier one more path for every length. */
LLVMValueRef mem_count_nonzero(struct gen *g, struct place place, uint32_t size);
/* .rodata with this text, zero-padded to `size`. */
struct place gen_text(struct gen *g, const char *text, uint32_t length, uint32_t size);

/* ---- types.c: how types look in registers and memory ---- */
LLVMTypeRef scalar_type(struct gen *g, const struct type *type);
uint32_t scalar_size(const struct type *type); /* bytes in memory */
bool type_is_signed(const struct type *type);
LLVMValueRef scalar_load(struct gen *g, const struct type *type, struct place from);
void scalar_store(struct gen *g, const struct type *type, struct place to, LLVMValueRef value);
LLVMValueRef scalar_convert(struct gen *g, LLVMValueRef value, const struct type *from,
			    const struct type *to);
LLVMValueRef scalar_zero(struct gen *g, const struct type *type);
uint32_t type_bytes(const struct type *type);
uint32_t type_alignment(const struct type *type);

/* ---- debug.c ---- */
void debug_begin(struct gen *g);
LLVMMetadataRef debug_function(struct gen *g, const struct plan_program *row);
/* A function that the program calls: `count` words (`pointers`: a bit for each that is an address). */
LLVMMetadataRef debug_subprogram(struct gen *g, const char *name, uint32_t source, uint32_t count,
				 uint32_t pointers);
void debug_line(struct gen *g, uint32_t source); /* of the instructions that follow */
LLVMMetadataRef debug_basic(struct gen *g, const char *name, uint32_t size, bool is_signed);
LLVMMetadataRef debug_integer(struct gen *g, uint32_t size, bool is_signed); /* C's names */
LLVMMetadataRef debug_bytes(struct gen *g, uint32_t size);
LLVMMetadataRef debug_value(struct gen *g, uint32_t value_type);
LLVMMetadataRef debug_array(struct gen *g, LLVMMetadataRef element, uint32_t bits, uint32_t count);
LLVMMetadataRef debug_pointer(struct gen *g, LLVMMetadataRef to);
LLVMMetadataRef debug_member(struct gen *g, const char *name, uint64_t bits, uint64_t bit_offset,
			     LLVMMetadataRef type);
LLVMMetadataRef debug_struct(struct gen *g, const char *name, uint64_t bits,
			     LLVMMetadataRef *members, unsigned count);
void debug_global(struct gen *g, LLVMValueRef global, const char *name, LLVMMetadataRef type);

/* ---- maps.c ---- */
void maps_define(struct gen *g);
LLVMValueRef maps_scratch(struct gen *g, uint32_t program);
LLVMValueRef maps_variables(struct gen *g, uint32_t program, uint32_t count);
LLVMValueRef maps_search(struct gen *g, uint32_t program, uint32_t number, uint32_t bytes);
LLVMValueRef maps_syscalls(struct gen *g, uint32_t program);
LLVMValueRef maps_stack_buffer(struct gen *g, uint32_t program);
LLVMValueRef param_number(struct gen *g, uint32_t index); /* u64 value of $N */
struct place param_text(struct gen *g, uint32_t index, uint32_t skip);
LLVMValueRef param_runtime(struct gen *g, const char *symbol); /* u64 set by the runtime */
void meta_define(struct gen *g);
void license_define(struct gen *g);
void kept_define(struct gen *g); /* after the two */

/* ---- expr.c, expr_*.c, stmt.c ---- */
LLVMValueRef emit_value(struct gen *g, struct expr *expr);
void emit_into(struct gen *g, struct expr *expr, struct place to);
struct place emit_place(struct gen *g, struct expr *expr); /* an aggregate, wherever it is */
void emit_discard(struct gen *g, struct expr *expr);
LLVMValueRef emit_binary(struct gen *g, enum op op, LLVMValueRef left, LLVMValueRef right,
			 const struct type *type);
/* `/` and `%` of the script: by zero they tell, and give 1. */
LLVMValueRef emit_operation(struct gen *g, struct expr *expr, LLVMValueRef left, LLVMValueRef right);
LLVMValueRef emit_comparison(struct gen *g, struct expr *expr);
void convert_into(struct gen *g, struct expr *expr, struct place to);
LLVMValueRef convert_value(struct gen *g, struct expr *expr);
LLVMValueRef emit_pointer(struct gen *g, const struct expr *of); /* to a variable, or the map */
struct place variable_place(struct gen *g, const struct variable *variable, bool is_set);
void emit_body(struct gen *g, stmt_ptr *body, uint32_t count);
void emit_program(struct gen *g, uint32_t index);

/* ---- function.c, loop.c ---- */
enum loop_word {
	LOOP_START, /* a range's first number */
	LOOP_OPEN,  /* a range's count of turns; of a while: 1: not ended yet */
	LOOP_WORDS
};

enum leave { LEAVE_FUNCTION = 1, LEAVE_PROGRAM = 2, LEAVE_LOOP = 4, LEAVE_TURN = 8 };

struct gen_function;

bool function_needs_memory(const struct gen *g);	 /* the program consists of several */
uint32_t function_state_words(const struct gen *g); /* behind the frame, in that memory */
LLVMValueRef function_loop_word(struct gen *g, const struct stmt *loop, enum loop_word word);
void function_prologue(struct gen *g); /* of the program itself */
/* A new static function of `words` arguments, the last of them g->outer. The builder stands in it, until
 * function_end() brings back what was at hand before. */
struct gen_function *function_begin(struct gen *g, const char *name, uint32_t source,
				    uint32_t words, uint32_t pointers);
/* A function that the verifier looks at once, however often it is called: `words` numbers to a number. It
 * shares nothing with the program. */
struct gen_function *function_begin_alone(struct gen *g, const char *name, uint32_t source,
					  uint32_t words);
void function_end(struct gen *g, const struct gen_function *before);
/* Whether the body is there already; else it is begun, and ended by body_end(). */
bool body_find(struct gen *g, const void *of, struct gen_body *body);
struct gen_body body_end(struct gen *g, const void *of, const struct gen_function *before);
/* Returns from the function at hand (out of all loops) or the program (exit()); or, in a part of a loop's
 * body, ends the loop or this turn. */
void function_leave(struct gen *g, enum leave how);
/* After a call of what may leave more than itself. */
void function_leave_after(struct gen *g, uint32_t leaves);
LLVMValueRef function_value(struct gen *g, struct expr *expr);
void function_into(struct gen *g, struct expr *expr, struct place to);
LLVMValueRef c_function_value(struct gen *g, struct expr *expr); /* c_function.c */
void emit_part(struct gen *g, struct stmt *stmt);
void emit_return(struct gen *g, struct stmt *stmt);
void emit_loop(struct gen *g, struct stmt *stmt);
void emit_jump(struct gen *g, const struct stmt *stmt); /* break, continue */
void loop_stop(struct gen *g); /* the return of a body after which no turn follows */
void loop_leave(struct gen *g, enum leave how); /* LEAVE_LOOP, LEAVE_TURN: from the body itself */

/* ---- stack.c ---- */
void stack_track(LLVMValueRef function); /* a function whose frame counts */
void stack_add_call(struct gen *g, LLVMValueRef callee); /* of the function at hand */
bool stack_note(struct gen *g, const char *text); /* what LLVM says; false: something else */
void stack_exceeded(struct gen *g, const char *function); /* in this one, or what it calls */
void stack_check(struct gen *g); /* after the code: fails when it is too much */

/* ---- read.c, context.c ---- */
LLVMValueRef read_value(struct gen *g, struct expr *expr);
void read_into(struct gen *g, struct expr *expr, struct place to);
bool read_is_in_place(const struct expr *expr); /* bytes that are in BPF memory already */
struct place read_place(struct gen *g, struct expr *expr);
/* Reads `size` bytes at `address` (i64) of `space`; faults give zeros. */
void read_memory(struct gen *g, enum address_space space, struct place to, LLVMValueRef size,
		 LLVMValueRef address);
/* A bitfield's u64 value from `address` (ptr), where its first byte is. */
LLVMValueRef read_bits(struct gen *g, enum address_space space, const struct type_member *member,
		       LLVMValueRef address);
/* A NUL-terminated string of at most `size` - 1 characters into zeroed memory; i64 result. */
LLVMValueRef read_string(struct gen *g, enum address_space space, struct place to,
			 LLVMValueRef size, LLVMValueRef address);
LLVMValueRef read_word(struct gen *g, enum address_space space, LLVMValueRef address,
		       uint32_t size);
/* direct.c: how a scalar is read from kernel memory. */
enum read_mode { READ_HELPER, READ_DIRECT, READ_TASK };
enum read_mode direct_mode(struct gen *g, const struct expr *expr);
LLVMValueRef direct_value(struct gen *g, struct expr *expr, enum read_mode mode); /* a number */
LLVMValueRef direct_number(struct gen *g, LLVMValueRef value);
/* relocate.c: the address (ptr) that CO-RE finds from `base` (ptr) along the read's steps. */
LLVMValueRef relocated_address(struct gen *g, LLVMValueRef base, const struct access *access);
/* A scalar's u64 value at the end of the path, as wide as the field is there. */
LLVMValueRef relocated_word(struct gen *g, LLVMValueRef base, enum address_space space,
			    const struct access *access, const struct type *type);
/* A bitfield's u64 value; its place, width and shifts are all relocated. */
LLVMValueRef relocated_bitfield(struct gen *g, LLVMValueRef base, enum address_space space,
				const struct access *access);
/* i64: bytes that a type is long, or a member from its struct's start, on the kernel at hand. */
LLVMValueRef relocated_size(struct gen *g, const struct type *type);
LLVMValueRef relocated_offset(struct gen *g, const struct access *access);
/* i64: bytes that the scalar at the path's end has there; NULL: as many as here. */
LLVMValueRef relocated_width(struct gen *g, const struct access *access);
uint64_t step_size(const struct access_step *step); /* bytes of what a step leads to */
LLVMValueRef context_argument(struct gen *g, uint32_t n);   /* argN */
LLVMValueRef context_return_value(struct gen *g);	    /* retval */
LLVMValueRef context_slot(struct gen *g, uint32_t slot, enum struct_origin origin);
LLVMValueRef context_register(struct gen *g, const char *name);
void context_prologue(struct gen *g);

/* ---- map.c, aggregate.c ---- */
/* The key's address. */
LLVMValueRef map_key(struct gen *g, struct expr *map);
LLVMValueRef map_lookup(struct gen *g, LLVMValueRef map, LLVMValueRef key);
void map_count_loss(struct gen *g, uint32_t map);
void count_loss(struct gen *g, uint32_t index);
LLVMValueRef map_value(struct gen *g, struct expr *expr);
void map_copy_value(struct gen *g, struct expr *expr, LLVMValueRef key, struct place to);
void map_value_into(struct gen *g, struct expr *expr, struct place to);
LLVMValueRef map_assign(struct gen *g, struct expr *expr, bool wants_value);
void map_assign_into(struct gen *g, struct expr *expr, struct place to);
LLVMValueRef map_increment(struct gen *g, struct expr *expr, bool wants_value);
LLVMValueRef map_delete(struct gen *g, struct expr *expr);
LLVMValueRef map_has_key(struct gen *g, struct expr *expr);
uint32_t map_present_offset(const struct plan *plan, const struct plan_map *map);
void emit_aggregate(struct gen *g, struct expr *expr);
LLVMValueRef aggregate_fold(struct gen *g, struct expr *map, const struct type *to);
LLVMValueRef aggregate_clear(struct gen *g, struct expr *map);
void aggregate_fold_into(struct gen *g, struct expr *map, struct place to);

/* ---- call*.c, record.c ---- */
LLVMValueRef call_value(struct gen *g, struct expr *expr);
void call_into(struct gen *g, struct expr *expr, struct place to);
void emit_record(struct gen *g, struct expr *expr);
void discard_records(struct gen *g); /* that the function at hand has open, when it is left */
uint32_t call_clock(const struct expr *nsecs); /* enum timestamp_clock of a time's origin */
void stack_into(struct gen *g, struct expr *expr, struct place to);
void comm_into(struct gen *g, struct expr *expr, struct place to);
void probetype_into(struct gen *g, struct expr *expr, struct place to);
void str_into(struct gen *g, struct expr *expr, struct place to);
void buf_into(struct gen *g, struct expr *expr, struct place to);
void usym_into(struct gen *g, struct expr *expr, struct place to);
void func_into(struct gen *g, struct expr *expr, struct place to);
void ntop_into(struct gen *g, struct expr *expr, struct place to);
void macaddr_into(struct gen *g, struct expr *expr, struct place to);
void strftime_into(struct gen *g, struct expr *expr, struct place to);
LLVMValueRef call_strncmp(struct gen *g, struct expr *expr);
LLVMValueRef call_strlen(struct gen *g, struct expr *expr);
LLVMValueRef target_number(struct gen *g);

/* ---- search.c, text.c: strings as bytes ---- */
/* At most `limit`, in a way that the verifier can follow. */
LLVMValueRef gen_at_most(struct gen *g, LLVMValueRef value, uint64_t limit);
LLVMValueRef call_strstr(struct gen *g, struct expr *expr);
LLVMValueRef call_memcmp(struct gen *g, struct expr *expr);
void str_concat_into(struct gen *g, struct expr *expr, struct place to);
void name_into(struct gen *g, struct expr *expr, struct place to);

#endif
