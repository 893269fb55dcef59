/* Lowering's own header: what lower*.c share. Input: the checked AST; output: the plan's tables, and in
 * the tree the storage, record and source numbers that codegen reads (typed.h). */
#ifndef SONDE_LANG_LOWER_H
#define SONDE_LANG_LOWER_H

#include "lang/compile.h"
#include "lang/name_table.h"
#include "lang/provider.h"

struct lowered_type {
	const struct type *type;
	uint32_t index; /* plan.types */
};

struct lowered_enum {
	const struct type *type;
	uint32_t index; /* plan.enums */
};

struct source_slot {
	uint32_t file, start, index;
	bool is_used;
};

struct lower {
	struct compile *compile;
	struct arena *arena;
	struct plan *plan;
	struct typed_script *typed;
	LIST(struct lowered_type) types;
	LIST(struct lowered_enum) enums;
	struct name_table symbols; /* of maps, taken */
	struct source_slot *sources; /* by place; a power of two */
	uint32_t source_capacity;
	const char *last_line;	 /* of a source, and its index in the plan's strings */
	uint32_t last_line_text;

	/* the body at hand (lower_body.c) */
	const struct probe *probe;
	uint32_t stack, scratch; /* bytes in use at this place */
	uint32_t stack_peak, scratch_peak;
	uint32_t source;
	uint32_t function;	 /* the BPF function at hand; 0: the program itself */
	uint32_t function_count; /* beside the program: bodies of loops, callees */
	uint32_t loop_count;	 /* of the body */
	uint32_t part_count;
	uint64_t steps;	  /* of the verifier, that searching strings takes; about */
	uint64_t repeats; /* product of the counts of the unrolls around */
};

/* lower_types.c: the index in plan.types of a type's shape. */
uint32_t lower_type(struct lower *lower, struct type *type);
/* Index of the map with the frames of stacks of this limit; made on first use. */
uint32_t lower_stack_map(struct lower *lower, uint32_t limit);

/* lower_body.c: storage, records, parameters, relocated types of a body. Sets *scratch. */
void lower_body(struct lower *lower, struct probe *probe, uint32_t *scratch);

/* lower_parts.c: cuts what is too large for one BPF function, in the probe and its callees. */
void lower_parts(struct lower *lower, struct probe *probe);

/* lower_record.c: the record of a call that sends; sets expr->record. False when it sends none. */
bool lower_record(struct lower *lower, struct expr *call);
/* The record that tells of a divisor that turns out to be zero; none when it cannot be. */
void lower_division(struct lower *lower, struct expr *expr);

/* lower_program.c: programs and attaches of a probe. */
void lower_probe(struct lower *lower, struct probe *probe);

/* lower.c */
uint32_t lower_source(struct lower *lower, struct span span);
uint32_t lower_string(struct lower *lower, const char *text);
void lower_feature(struct lower *lower, enum feature_id feature, uint32_t source);

#endif
