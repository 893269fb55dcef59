/* The typed script: what check and lower promise to codegen. One body per program of the plan.
 *
 * 1. Types. Every expression has a type, none is POISON. A scalar (bool, int, enum, pointer, ksym,
 *    cgroup_path, username, probe) is a value; everything type_is_aggregate() says is bytes in
 *    BPF memory, handled by address, laid out as base/value.h says. Strings are NUL-terminated
 *    unless full, and zero behind the NUL (they are map keys).
 * 2. Conversions are explicit: EXPR_CONVERT, and nowhere else does a type change. From -> to:
 *    int, enum, bool, pointer, ksym.. -> int, enum, pointer (truncate, or extend by the source's
 *    sign); anything scalar -> bool (!= 0); string -> string, buffer -> buffer, array -> array of
 *    another size (cut or zero-filled); int <-> array of the same size in bytes; string -> array of
 *    char; array of 8-bit -> string; tuple or record -> same with converted members (records by
 *    name); aggregation (an EXPR_MAP) -> int (folded over the CPUs in the kernel).
 * 3. Operators. Arithmetic and bit operators: left, right and the result have the same int type.
 *    Shifts too. DIV, MOD and SHR are unsigned, as on the peer; a division by 0 gives 1, and
 *    when it cannot be ruled out the expression has a `record` that tells of it.
 *    Comparisons: left and right have the same type (int, bool, pointer, enum; or equal aggregates
 *    for EQ and NE: strings compare up to the NUL and may differ in size), the result is bool, the
 *    operands' sign decides. LAND, LOR, NOT: bool operands, short circuit. Pointer arithmetic is
 *    lowered to integer arithmetic by the checker (converts around it). `a ?: b` is a TERNARY with
 *    a LET_VALUE.
 * 4. Constants: is_constant with `integer` (sign-extended to 64 bits when signed) or text, length.
 * 5. Reads: EXPR_READ, see struct access. left is the base: of pointer type (its value is the
 *    address), or of aggregate type (its address is the base, space BPF), or the builtin `args`
 *    (the base is the context). An aggregate result is copied to the destination; char arrays get
 *    type STRING. Tuple and record members are READs from BPF memory. A pointer indexed `$p[i]` has
 *    an ARRAY of count 0 as root. Faults read as 0 (and, for strings, ""). `access.root` of
 *    ORIGIN_ARGS or ORIGIN_SYSCALL: first step's member says the slot; the value is that u64,
 *    cut to the member's type. data_loc members: the value (STRING or array) is found through the
 *    u32 in the context.
 * 6. Maps: EXPR_MAP as a value is a lookup; what is missing is all zero bits. Its `key` has the type
 *    map->key exactly. EXPR_ASSIGN: left is VARIABLE, MAP; op is OP_NONE or compound; right has the
 *    target's type. ++ -- += -= on map integers are atomic. EXPR_AGGREGATE: left the EXPR_MAP, builtin
 *    the aggregation's row, args[0] the value as int64 or uint64 (absent for count). An insertion
 *    that fails with -E2BIG or -ENOMEM is counted in .data.losses.
 * 7. Calls: `builtin` set; args converted as the table says, defaults filled in. Calls that send
 *    have `record`; the plan's fields say where each argument goes, in order:
 *      printf errorf warnf cat system   args[0] is the literal format, args[1..] -> fields
 *      print(value)       args[0] -> field 0
 *      print(@m ...)      args[0] EXPR_MAP without key, sent as record.map; args[1], [2] -> u64 fields
 *      print(@m[k])       args[0] EXPR_MAP with key -> fields key, value
 *      clear zero         args[0] EXPR_MAP
 *      time               no fields         exit   args[0]: int32 -> field 0; then the program returns
 *      join               args[0]: address of char *[]; field 0: u32 count, field 1: array of strings
 *    Others: str(pointer, length): the type's size is the bound, length is int64 or absent, the
 *    pointer's space says whose memory. buf(pointer or array, length) alike. kstack, ustack: type has
 *    limit and mode. ksym(uint64), usym(uint64). ntop(int family or absent, int32 or array of 4 or
 *    16 bytes). macaddr(array[6]). strftime: args[1] nsecs; the format's string index is
 *    `integer` of the call. strncmp(a, b, constant n). bswap: type's size. delete, has_key: args[0] is the
 *    EXPR_MAP with its key. EXPR_POSITIONAL: INT (the number) or STRING (the text from its
 *    byte `length` on) by its type.
 *    nsecs, pid, tid with an argument keep it as args[0] EXPR_IDENTIFIER.
 * 8. Run-time constants in .rodata, u64, emitted when used, set by the runtime before load:
 *    sonde_start_ns (CLOCK_BOOTTIME, for elapsed), sonde_cpid (0: no child), sonde_ncpus,
 *    sonde_task_btf (1: the kernel has bpf_get_current_task_btf, so from 5.11).
 * 9. Statements: EXPR LET IF UNROLL(count) BLOCK RETURN; comptime ifs are gone. A LET without a value
 *    zeroes its variable. Variables are zero before their first assignment. A PART is a run of
 *    statements of a large body, to be a function of its own; nothing jumps out of it but returns.
 * 10. Storage: every aggregate is made straight into its destination where it has one: a record's
 *    field, a tuple's member, a map's key or value buffer, a variable. `storage` is set where it has
 *    none: operands of comparisons, bases of reads, arguments of strncmp, str lengths, discarded
 *    values. `key_storage` is set on every EXPR_MAP with a key; `storage` of an EXPR_ASSIGN or
 *    EXPR_INCREMENT whose target is a map is the value buffer (also for scalars; size: the map's
 *    value size). New aggregation entries are inserted from a zero constant in .rodata.
 * 11. After check_script() compile->script->probes holds one struct probe per program (ast.h says how
 *    they are split); lower_script() makes typed_program and plan_program rows of them one to one,
 *    and merges only where the bodies do not differ. */
#ifndef SONDE_LANG_TYPED_H
#define SONDE_LANG_TYPED_H

#include "base/plan.h"
#include "lang/ast.h"

/* One program to generate: a body typed for one kind of context; programs[i] is plan.programs[i].
 * Programs may share AST nodes only when nothing in the body differs by program. */
struct typed_program {
	struct span span;	/* the probe */
	struct expr *predicate; /* bool, or NULL: return unless true */
	LIST(stmt_ptr) body;
	struct type *args; /* type of `args`, or NULL */
	LIST(struct variable *) variables;
	LIST(struct callee *) callees;
	uint32_t loop_count; /* slots of its loops' state */
	uint32_t part_count;
};

struct typed_script {
	struct plan *plan;
	LIST(struct typed_program) programs;
	LIST(struct map *) maps; /* by plan.maps index; NULL for stacks maps */
};

#endif
