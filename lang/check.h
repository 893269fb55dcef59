/* The checker's own header: what its files share. Input: the expanded AST; output: what typed.h
 * promises. The bodies are checked several times, each time as a fresh copy, until no variable's or
 * map's type widens any more; only the last pass keeps its diagnostics and its tree. */
#ifndef SONDE_LANG_CHECK_H
#define SONDE_LANG_CHECK_H

#include "lang/ast.h"
#include "lang/builtin.h"
#include "lang/compile.h"
#include "lang/name_table.h"
#include "lang/provider.h"

struct map_info {
	struct map *map;		  /* key and value are NULL while unknown */
	struct span key_span, value_span; /* what gave them their types first */
	bool is_flexible;		  /* value: only literals >= 0 so far */
	bool has_assignment;
	bool key_flexible;
};

struct scope {
	struct scope *parent;
	struct name_table variables;
};

struct checker {
	struct compile *compile;
	struct arena *arena;
	struct types *types;
	struct diags *diags;
	bool is_settled; /* what has no type by now is never assigned to */
	bool is_final, changed;
	bool decides;	 /* `if comptime` on the type of a variable or map: once types are found */
	bool has_waiting; /* there is such an if */
	uint32_t visited; /* expressions, over all passes */
	bool is_measured; /* within sizeof, typeinfo: nothing is read */
	bool gave_up;	  /* the passes did not come to an end */
	bool has_poison; /* in the last pass, without an error before it: never expected */
	struct span poison_span;
	LIST(struct map_info *) maps;
	struct name_table map_names; /* the same, by name */

	struct name_table functions;		/* the script's own, by name */
	LIST(const struct function *) uncalled; /* no probe calls them, */
	struct probe *library;			/* and they are checked as if this one did */

	/* the probe at hand */
	struct probe *probe;
	const struct provider *provider;
	struct scope *scope;
	uint32_t next_variable;
	struct callee *callee; /* the function at hand; NULL: the probe itself */
	struct name_table callees; /* the probe's, by name */
	uint32_t loop_depth, depth;
	uint64_t repeats;  /* product of the counts of the unrolls around */
	uint64_t unrolled; /* statements that unrolling makes so far */
};

/* check_pid.c: the probe's predicate, with the condition of -p in front. */
struct expr *check_pid_predicate(struct checker *c, const struct probe *probe);

/* check_clone.c */
struct expr *clone_expr(struct arena *arena, const struct expr *expr);
struct stmt *clone_stmt(struct arena *arena, const struct stmt *stmt);
/* Calls `visit` for every expression below, parents first. */
void walk_expr(const struct expr *expr, void (*visit)(const struct expr *, void *), void *context);
void walk_stmt(const struct stmt *stmt, void (*visit)(const struct expr *, void *), void *context);

/* check_probe.c: splits the script's probes into groups of points that type alike. */
int check_split_probes(struct checker *c);

/* check_scope.c */
void scope_push(struct checker *c);
void scope_pop(struct checker *c);
struct variable *scope_find(struct checker *c, const char *name);
struct variable *scope_declare(struct checker *c, const char *name, struct span span);
struct map_info *check_map_info(struct checker *c, const char *name, struct span span);

/* check_stmt.c */
/* Checks the statements in place, in a scope of their own. */
void check_body(struct checker *c, stmt_ptr **items, uint32_t *count);
void check_stmt(struct checker *c, struct stmt *stmt);
/* Gives `variable` (or the declared type) the type of `value` and converts it. */
struct expr *check_assign_variable(struct checker *c, struct variable *variable, struct expr *value,
				   struct span target);

/* check_function.c: the script's functions: names and recursion once, calls and bodies per probe. */
int check_functions(struct checker *c);
const struct function *check_find_function(const struct checker *c, const char *name);
struct expr *check_function_call(struct checker *c, struct expr *call,
				 const struct function *function);
void check_function_return(struct checker *c, struct stmt *stmt);
void check_callee(struct checker *c, struct callee *callee);
/* Puts the functions that no probe calls among what c->probe calls. */
void check_call_uncalled(struct checker *c);

/* check_c_call.c: functions of imported objects. */
struct expr *check_c_call(struct checker *c, struct expr *call, const struct c_function *function);

/* check_loop.c: for and while. */
void check_loop(struct checker *c, struct stmt *stmt);

/* check_expr.c: the type of everything. The result replaces `expr`; its type is never NULL. */
struct expr *check_expr(struct checker *c, struct expr *expr);
/* Like check_expr, and refuses what has no value (void). */
struct expr *check_value(struct checker *c, struct expr *expr);
struct expr *check_condition(struct checker *c, struct expr *expr);
struct expr *check_new_expr(struct checker *c, enum expr_kind kind, struct span span,
			    struct type *type);
/* The name of a variable that is not there: the error, and poison. */
struct expr *check_undefined(struct checker *c, const struct expr *expr);
struct expr *check_poison(struct checker *c, struct span span);
struct expr *check_integer(struct checker *c, struct span span, uint64_t value, struct type *type);
struct expr *check_bool(struct checker *c, struct span span, bool value);
/* The builtin `probe` as text where there is one target; else as it is. */
struct expr *check_probe_text(struct checker *c, struct expr *expr);
struct expr *check_text(struct checker *c, struct span span, const char *text, uint32_t length);
bool check_is_poison(const struct expr *expr);
/* False after a diagnostic: a value in BPF memory larger than a program can hold. */
bool check_size_limit(struct checker *c, const struct expr *expr);
/* An operand to be used several times: evaluated once into a variable. `first` is to be used once
 * and before `again`, of which copies may be made. */
void check_once(struct checker *c, struct expr *value, struct expr **first, struct expr **again);

/* check_assign.c: =, compound assignments, ++ and --. */
struct expr *check_assign(struct checker *c, struct expr *expr);
struct expr *check_increment(struct checker *c, struct expr *expr);

/* check_int.c: operators. */
struct expr *check_unary(struct checker *c, struct expr *expr);
/* -x and ~x of a narrow type, extended by the sign: for operators, casts, maps, aggregations. */
struct expr *check_signed_unary(struct checker *c, struct expr *expr);
struct expr *check_binary(struct checker *c, struct expr *expr);
struct expr *check_arithmetic(struct checker *c, enum op op, struct expr *left, struct expr *right,
			      struct span span);
/* An int64 or uint64 as the bytes that it means in the arithmetic of this pointer. */
struct expr *check_scaled(struct checker *c, struct expr *offset, const struct type *pointer);
struct type *check_literal_type(struct checker *c, uint64_t value, bool is_negative);
bool check_is_flexible(const struct expr *expr);
bool check_integer_fits(const struct type *type, uint64_t value, bool is_signed);

/* check_warn.c: warnings, in the last pass only. */
/* `expr` becomes `type` without a cast, and may change by it. */
void check_warn_cast(struct checker *c, const struct expr *expr, const struct type *type);
/* `expr`, when it is an uint64, becomes signed. */
void check_warn_sign(struct checker *c, const struct expr *expr, const char *why);
/* A division of signed numbers, which is unsigned here. */
void check_warn_division(struct checker *c, const struct expr *left, const struct expr *right,
			 struct span span);
void check_warn_same_cast(struct checker *c, const struct expr *cast, const struct expr *left,
			  const struct type *type);
void check_warn_unused_map(struct checker *c, const struct map *map);
void check_warn_pointers(struct checker *c, const struct expr *left, const struct expr *right,
			 struct span span);
void check_warn_discarded(struct checker *c, const struct expr *expr);
void check_warn_unassigned(struct checker *c, const struct variable *variable, struct span span);
void check_warn_never_assigned(struct checker *c, const struct probe *probe);
void check_warn_unreachable(struct checker *c, const stmt_ptr *items, uint32_t count);

/* check_convert.c */
/* The value as `type`; the caller has made sure that it can be (check_convertible). */
struct expr *check_convert(struct checker *c, struct expr *expr, struct type *type);
bool check_convertible(struct checker *c, const struct type *from, const struct type *to);
/* The type that holds both, NULL when there is none. */
struct type *check_unify(struct checker *c, struct type *a, bool a_flexible, struct type *b,
			 bool b_flexible);
struct expr *check_cast(struct checker *c, struct expr *expr);
struct expr *check_to_int64(struct checker *c, struct expr *expr);
struct expr *check_to_bool(struct checker *c, struct expr *expr);

/* check_types.c: type syntax to type; NULL after a diagnostic. */
struct type *check_resolve_type(struct checker *c, const struct type_syntax *syntax);
struct type *check_find_struct(struct checker *c, enum type_kind kind, const char *name);
/* Whose memory an address leads to: a pointer's, what uptr() and kptr() say of a number, else the probe's. */
enum address_space check_space(struct checker *c, const struct type *address);
struct expr *check_sizeof(struct checker *c, struct expr *expr);
struct expr *check_offsetof(struct checker *c, struct expr *expr);
/* The size of a type: a constant, or when it is the kernel's, a number that is known where the program is
 * loaded. */
struct expr *check_size(struct checker *c, struct type *type, struct span span);
/* A record of constants: btf_id, base_type, full_type. */
struct expr *check_typeinfo(struct checker *c, struct expr *expr);

/* check_access.c */
struct expr *check_field(struct checker *c, struct expr *expr);
void check_unknown_field(struct checker *c, struct span span, struct type *type, const char *name);
struct expr *check_index(struct checker *c, struct expr *expr);
struct expr *check_deref(struct checker *c, struct expr *expr);

/* check_map.c */
struct expr *check_map(struct checker *c, struct expr *expr);
/* The EXPR_MAP with its key checked, as a place: no lookup, no aggregation read. */
struct expr *check_map_place(struct checker *c, struct expr *expr);
/* The map itself, without a key. */
struct expr *check_map_whole(struct checker *c, struct expr *expr);
struct expr *check_assign_map(struct checker *c, struct expr *map, struct expr *value);
struct expr *check_aggregate(struct checker *c, struct expr *assign, struct expr *map,
			     struct expr *call);
void check_declarations(struct checker *c);

/* check_call.c, check_value.c: builtins. */
struct expr *check_call(struct checker *c, struct expr *expr);
/* What the probe has not, with a hint where it is. */
struct expr *check_not_here(struct checker *c, const struct expr *expr, const char *where);
struct expr *check_identifier(struct checker *c, struct expr *expr);
struct expr *check_positional(struct checker *c, struct expr *expr, bool as_string);
struct type *check_aggregation_type(struct checker *c, struct expr *call);
/* Poison, after saying that an integer known when the script is compiled is wanted. */
struct expr *check_not_constant(struct checker *c, struct span span);
/* A constant integer argument; false after a diagnostic. */
bool check_constant(struct checker *c, struct expr *expr, int64_t *value);

/* check_format.c: checks the arguments after args[first] against the format. */
void check_format(struct checker *c, struct expr *call, uint32_t first);

/* fold.c: constants with the peer's integer semantics. */
bool fold_binary(enum op op, const struct type *type, uint64_t left, uint64_t right,
		 uint64_t *result);
bool fold_literals(enum op op, const struct expr *left, const struct expr *right, __int128 *result);
/* A number that must be known when the script is compiled; kernel types measure as they do here. */
bool fold_known(const struct expr *expr, uint64_t *value);
uint64_t fold_wrap(const struct type *type, uint64_t value);

/* config.c */
void config_apply(struct compile *compile);

/* diagnostics */
struct diag *check_error(struct checker *c, const char *id, struct span span, const char *format,
			 ...) __attribute__((format(printf, 4, 5)));
const char *check_type_name(struct checker *c, const struct type *type);

#endif
