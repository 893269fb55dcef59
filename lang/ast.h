/* The AST: what the user wrote (parse, expand), then what it means (check, lower). The parser fills
 * the fields above "check:"; the checker those below; lower the storage and record numbers. One
 * tree, no copies; every node has a span. Owned by the compile's arena. */
#ifndef SONDE_LANG_AST_H
#define SONDE_LANG_AST_H

#include "base/arena.h"
#include "base/plan.h"
#include "lang/source.h"
#include "lang/type.h"

#include <stdbool.h>

struct callee;
struct expr;
struct stmt;
struct builtin; /* lang/builtin.h */

typedef struct expr *expr_ptr;
typedef struct stmt *stmt_ptr;

/* A type as written. `struct foo *[4]`, `uint8[N]`, `string[64]`, `typeof(expr)`, `(int32, string[8])`. */
struct type_syntax {
	struct span span;
	enum {
		SYNTAX_NAME,	/* name: "int32", "unsigned long", typedef or struct name without keyword */
		SYNTAX_STRUCT, SYNTAX_UNION, SYNTAX_ENUM, /* name */
		SYNTAX_POINTER, /* element */
		SYNTAX_ARRAY,	/* element, size (NULL: []) */
		SYNTAX_TYPEOF,	/* of */
		SYNTAX_TUPLE,	/* members */
	} kind;
	const char *name;
	struct type_syntax *element;
	struct expr *size; /* also string[size], buffer[size] through SYNTAX_ARRAY of NAME "string" */
	struct expr *of;
	LIST(struct type_syntax *) members;
	bool is_typeof; /* typeof(NAME): in a macro the name may be that of a value */
};

/* X(id, name). `dump ast` prints the names. */
#define EXPR_KINDS(X)                                                                              \
	X(EXPR_POISON, "poison")     /* stood something wrong; reported already */                 \
	X(EXPR_INTEGER, "integer")   /* integer, is_negative_literal never: minus is unary */      \
	X(EXPR_BOOL, "bool")         /* integer */                                                 \
	X(EXPR_STRING, "string")     /* text, length (may hold NUL bytes) */                       \
	X(EXPR_IDENTIFIER, "identifier") /* name: builtin, enum constant, macro, define */         \
	X(EXPR_VARIABLE, "variable") /* name with $; check: variable */                            \
	X(EXPR_MAP, "map")           /* name with @; key or NULL; several keys: one EXPR_TUPLE */ \
	X(EXPR_POSITIONAL, "positional") /* integer: N of $N; 0: $# */                             \
	X(EXPR_CALL, "call")         /* name, args; check: builtin */                              \
	X(EXPR_UNARY, "unary")       /* op, left */                                                \
	X(EXPR_BINARY, "binary")     /* op, left, right */                                         \
	X(EXPR_TERNARY, "ternary")   /* condition, left (NULL: a ?: b), right */                   \
	X(EXPR_IF, "if_expression")  /* condition, body, else_body: an `if` used as a value */     \
	X(EXPR_CAST, "cast")         /* type_syntax, left */                                       \
	X(EXPR_FIELD, "field")       /* left, name; is_arrow; tuple index: name "0" */             \
	X(EXPR_INDEX, "index")       /* left, right */                                             \
	X(EXPR_TUPLE, "tuple")       /* args */                                                    \
	X(EXPR_RECORD, "record")     /* args, names */                                             \
	X(EXPR_BLOCK, "block")       /* body, left: value, or NULL */                              \
	X(EXPR_ASSIGN, "assign")     /* op (OP_NONE or the compound one), left: target, right */   \
	X(EXPR_INCREMENT, "increment") /* left; is_decrement, is_postfix */                        \
	X(EXPR_ADDRESS, "address")   /* left: variable or map */                                   \
	X(EXPR_SIZEOF, "sizeof")     /* type_syntax or left */                                     \
	X(EXPR_OFFSETOF, "offsetof") /* type_syntax or left, names: path */                        \
	X(EXPR_TYPEINFO, "typeinfo") /* type_syntax or left */                                     \
	X(EXPR_TYPE, "type")         /* type_syntax: a type passed to a macro or call */           \
	X(EXPR_COMPTIME, "comptime") /* left */                                                    \
	/* only after check: */                                                                    \
	X(EXPR_CONVERT, "convert")   /* left -> type; implicit or from a cast. See codegen contract */ \
	X(EXPR_READ, "read")         /* a typed memory access: see struct access */                \
	X(EXPR_AGGREGATE, "aggregate") /* @m[k] = count(...): left: the EXPR_MAP, args: value */   \
	X(EXPR_LET_VALUE, "let_value") /* value: evaluated once into `variable`, used many times */

enum expr_kind {
#define X(id, name) id,
	EXPR_KINDS(X)
#undef X
	EXPR_KIND_COUNT
};

/* X(id, text, is_comparison) */
#define OPERATORS(X)                                                                               \
	X(OP_NONE, "", 0)                                                                          \
	X(OP_ADD, "+", 0)                                                                          \
	X(OP_SUB, "-", 0)                                                                          \
	X(OP_MUL, "*", 0)                                                                          \
	X(OP_DIV, "/", 0)                                                                          \
	X(OP_MOD, "%", 0)                                                                          \
	X(OP_AND, "&", 0)                                                                          \
	X(OP_OR, "|", 0)                                                                           \
	X(OP_XOR, "^", 0)                                                                          \
	X(OP_SHL, "<<", 0)                                                                         \
	X(OP_SHR, ">>", 0)                                                                         \
	X(OP_LAND, "&&", 0)                                                                        \
	X(OP_LOR, "||", 0)                                                                         \
	X(OP_EQ, "==", 1)                                                                          \
	X(OP_NE, "!=", 1)                                                                          \
	X(OP_LT, "<", 1)                                                                           \
	X(OP_LE, "<=", 1)                                                                          \
	X(OP_GT, ">", 1)                                                                           \
	X(OP_GE, ">=", 1)                                                                          \
	X(OP_NEG, "-", 0)  /* unary */                                                             \
	X(OP_NOT, "!", 0)                                                                          \
	X(OP_BNOT, "~", 0)                                                                         \
	X(OP_DEREF, "*", 0)

enum op {
#define X(id, text, comparison) id,
	OPERATORS(X)
#undef X
	OP_COUNT
};

const char *op_text(enum op op);
const char *expr_kind_name(enum expr_kind kind);
const char *stmt_kind_name(int kind);

/* Memory that an expression, a key or a variable needs while its program runs. Set by lower. */
struct storage {
	enum { STORAGE_NONE, STORAGE_STACK, STORAGE_SCRATCH } where;
	uint32_t offset; /* scratch: from the start of the program's scratch value */
	uint32_t size;	 /* bytes, a multiple of 8 */
};

/* A scratch variable: one per declaration or first assignment, shared by its uses. check: */
struct variable {
	const char *name; /* with $ */
	struct span span;
	struct type *type; /* widened over all assignments */
	bool is_declared;   /* let with a type: does not widen */
	bool is_flexible;   /* only literals >= 0 so far: takes the sign of what it meets */
	bool is_assigned;   /* somewhere: without a type then, it is what went wrong */
	bool is_folded;	    /* a loop's, over a map of count() or the like, whose value is an int64 here */
	bool is_set;	    /* in this pass: not a bare `let`, or assigned to before */
	bool is_shared;	    /* lower: between the program's BPF functions: loops' bodies, callees */
	uint32_t home;	    /* lower: 0: not met yet; else 1 + the BPF function that declares it */
	struct storage storage; /* lower: aggregates only; scalars live in an alloca */
	uint32_t number; /* unique in its program */
};

/* A map, one per name in the script. check: */
struct map {
	const char *name; /* with @ */
	struct span span; /* first use */
	struct type *key; /* VOID: no key. Several keys: a tuple */
	struct type *value;
	uint32_t max_entries; /* 0: config */
	enum map_kind declared_kind; /* from `let @m = hash(n)` */
	bool is_declared, is_read_in_kernel;
	bool is_flexible; /* as a variable's */
	uint32_t index; /* lower: plan.maps */
};

/* One typed access of memory: base, then steps, then the value. A CO-RE path when `relocate`.
 * Examples: curtask->mm->pgd is a READ of ->pgd whose base is a READ of ->mm whose base is curtask;
 * curtask->se.avg.load_avg is ONE read with three steps; $s->arr[3].x one read with three steps. */
struct access_step {
	enum { STEP_MEMBER, STEP_INDEX } kind;
	uint32_t member;	 /* index in the current struct's members */
	struct expr *index;	 /* STEP_INDEX: constant or computed; bounds are the checker's task */
	struct type *type;	 /* type after this step */
};

struct access {
	struct type *root;	 /* the type at the base address: struct, union, array, scalar */
	enum address_space space; /* whose memory */
	bool relocate;		 /* CO-RE: root is ORIGIN_KERNEL or ORIGIN_TRACEPOINT */
	LIST(struct access_step) steps;
};

struct expr {
	enum expr_kind kind;
	struct span span;
	enum op op;
	const char *name;
	uint64_t integer;
	const char *text;
	uint32_t length;
	bool is_arrow, is_postfix, is_decrement, is_unsigned_literal;
	struct expr *condition, *left, *right, *key;
	LIST(expr_ptr) args;
	LIST(const char *) names;
	LIST(stmt_ptr) body, else_body;
	struct type_syntax *type_syntax;
	uint16_t height; /* parse: levels of the tree below; bounds the later stages' recursion */

	/* check: */
	struct type *type;
	bool is_constant;	    /* integer, bool, string: value in `integer`/`text` */
	bool is_literal;	    /* a constant without a type of its own: the smallest that holds it */
	struct variable *variable;  /* EXPR_VARIABLE, EXPR_LET_VALUE */
	struct map *map;	    /* EXPR_MAP */
	const struct builtin *builtin; /* EXPR_CALL, EXPR_IDENTIFIER */
	struct callee *callee;	    /* EXPR_CALL of one of the script's functions: no builtin */
	const struct c_function *c_function; /* EXPR_CALL of an imported one: no builtin */
	struct access access;	    /* EXPR_READ: left is the base: a pointer, or a value in memory */

	/* lower: */
	struct storage storage;	    /* for the aggregate value that this expression makes */
	struct storage key_storage; /* EXPR_MAP: the key's bytes */
	uint32_t record;	    /* calls that send: plan.records; PLAN_NONE else */
	uint32_t source;	    /* plan.sources; for line info */
};

/* X(id, name) */
#define STMT_KINDS(X)                                                                              \
	X(STMT_EXPR, "expression")  /* expr; assignments and calls are expressions; `_ = e` too */ \
	X(STMT_LET, "let")          /* name; type_syntax or NULL; expr or NULL; check: variable */ \
	X(STMT_IF, "if")            /* expr, body, else_body; is_comptime */                       \
	X(STMT_UNROLL, "unroll")    /* expr: count, body; check: count */                          \
	X(STMT_WHILE, "while")      /* expr, body */                                               \
	X(STMT_FOR_RANGE, "for_range") /* name: $i; expr .. end, body */                           \
	X(STMT_FOR_MAP, "for_map")  /* name: $kv; expr: the map, body; check: end: the value */    \
	X(STMT_BREAK, "break")                                                                     \
	X(STMT_CONTINUE, "continue")                                                               \
	X(STMT_RETURN, "return")    /* expr or NULL */                                             \
	X(STMT_BLOCK, "block")      /* body */                                                     \
	X(STMT_PART, "part")	    /* lower: body, a BPF function of its own */

enum stmt_kind {
#define X(id, name) id,
	STMT_KINDS(X)
#undef X
	STMT_KIND_COUNT
};

struct stmt {
	enum stmt_kind kind;
	struct span span;
	const char *name;
	struct span name_span;
	struct type_syntax *type_syntax;
	struct expr *expr, *end;
	LIST(stmt_ptr) body, else_body;
	bool is_comptime, is_discard;
	bool has_value;	 /* parse: both branches, or the block, end in a value */
	uint16_t height; /* parse: as of expressions */
	/* check: */
	struct variable *variable;
	uint64_t count;
	/* lower: */
	uint32_t source;
	uint32_t loop;	    /* plan.loops */
	uint32_t loop_slot; /* number of a loop, or a part, in its program */
};

/* One attach point as written: "kprobe:vfs_*", split at ':' outside quotes. */
struct attach_point {
	struct span span;
	const char *text; /* as written, without blanks around it */
	LIST(const char *) parts; /* provider first; quotes removed */
	const char *probe_name; /* `name=` before the spec; or NULL */
	/* check (lang/provider.h fills this from parts): */
	struct probe_spec *spec;
};

struct probe {
	struct span span;
	LIST(struct attach_point *) points;
	struct expr *predicate; /* or NULL */
	LIST(stmt_ptr) body;

	/* check: the script's probes are replaced: one struct probe for each group of points whose
	 * body types alike (same provider and program kind; same args and retval types when the body
	 * uses them), in the order written. Bodies are cloned, so groups share no nodes. Each is one
	 * program for lower; points->spec are filled. A wildcard point stays one point, except where
	 * `args` is used by a tracepoint's body: then it is expanded here, one point for each event. */
	enum program_kind program;
	struct type *args;   /* type of `args` when the body uses it, else NULL */
	struct type *retval; /* likewise */
	bool uses_args, uses_context; /* context: argN, retval, reg, func, ustack, kstack: pt_regs or so */
	bool uses_probe, uses_func; /* builtins probe (as a run-time value), func */
	LIST(struct variable *) variables;
	LIST(struct callee *) callees;
	uint32_t frames; /* BPF functions in each other, at the deepest, the program included */
};

struct macro {
	struct span span;
	const char *name;
	LIST(expr_ptr) params; /* EXPR_VARIABLE, EXPR_MAP (no key), EXPR_IDENTIFIER */
	LIST(stmt_ptr) body;
	struct expr *value; /* of the block; or NULL */
	const struct macro *same; /* expand: the one of this name before it, or NULL */
};

struct function {
	struct span span;
	const char *name;
	uint32_t index; /* check: in the script */
	uint32_t frames; /* check: BPF functions in each other that a call takes; 0: not known yet */
	struct {
		const char *name;
		struct span span;
		struct type_syntax *type;
	} params[8];
	uint32_t param_count;
	struct type_syntax *result;
	LIST(stmt_ptr) body;
};

/* BPF functions that may lie in each other (the kernel's MAX_CALL_FRAMES), the program included: those of
 * the script, bodies of loops, and what lower and codegen put into functions of their own. */
enum { CALL_FRAMES_MAX = 8 };

/* A function as one program calls it: checked where it is called from, its memory the program's. */
struct callee {
	const struct function *function;
	struct scope *scope; /* check: of the parameters */
	LIST(struct variable *) params;
	struct variable *result; /* NULL: none */
	LIST(stmt_ptr) body;
	uint32_t frames; /* lower: like the function's, with the parts of its body; 0: not known yet */
};

/* A function of an imported .bpf.c, as its BTF says (lang/bpf_c.h). */
struct c_function {
	const char *name;
	struct span span;    /* of the import */
	struct type *params; /* a struct: a member for each */
	struct type *result; /* VOID: none */
};

struct config_entry {
	struct span span;
	const char *key;
	struct expr *value; /* EXPR_INTEGER, EXPR_STRING, EXPR_IDENTIFIER, EXPR_BOOL */
};

struct import {
	struct span span;
	const char *path;
};

struct map_declaration {
	struct span span;
	const char *name; /* @m */
	const char *kind; /* "hash", ... */
	struct expr *size;
};

struct script {
	struct arena *arena;
	LIST(struct config_entry) config;
	struct span config_block; /* the word; all zero: there is none */
	LIST(struct import) imports;
	LIST(struct map_declaration) declarations;
	LIST(struct macro *) macros;
	LIST(struct function *) functions;
	LIST(struct probe *) probes;
	/* C side: the definitions as written (struct, union, enum, typedef, # lines), in order, for
	 * lang/cdecl.h. The parser hands them over as text spans. */
	LIST(struct span) c_definitions;

	/* check: */
	LIST(struct map *) maps;
};

/* `sonde dump ast`, `sonde dump types`: an indented tree, one node a line, stable text. */
void ast_dump(const struct script *script, const struct sources *sources, struct strbuf *out);

#endif
