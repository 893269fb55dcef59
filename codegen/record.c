/* Codegen: records: reserved in the ring buffer, filled in place, submitted. A reservation that fails
 * is counted, per program. */
#include "codegen/gen.h"

static const struct value_field *field_at(struct gen *g, const struct plan_record *row,
					  uint32_t index)
{
	return index < row->field_count ? &g->plan->fields.items[row->first_field + index] : NULL;
}

static uint32_t field_size(struct gen *g, const struct value_field *field)
{
	return g->plan->types.items[field->type].size;
}

/* Zeroes what lies between the fields: records are printed, stored and compared. */
static void zero_gaps(struct gen *g, const struct plan_record *row, struct place record)
{
	uint32_t end = sizeof(struct record_header);

	for (uint32_t i = 0; i < row->field_count; i++) {
		const struct value_field *field = field_at(g, row, i);

		if (field->offset > end)
			mem_zero(g, place_at(g, record, end), field->offset - end);
		end = field->offset + field_size(g, field);
	}
	if (row->size > end)
		mem_zero(g, place_at(g, record, end), row->size - end);
}

static void fill_field(struct gen *g, const struct plan_record *row, uint32_t index,
		       struct place record, struct expr *value)
{
	const struct value_field *field = field_at(g, row, index);

	if (!field)
		return;
	if (value)
		emit_into(g, value, place_at(g, record, field->offset));
	else
		mem_zero(g, place_at(g, record, field->offset), field_size(g, field));
}

static struct expr *argument(const struct expr *expr, uint32_t index)
{
	return index < expr->args.count ? expr->args.items[index] : NULL;
}

/* print(@m[k]): the key, then what is found under it. */
static void fill_entry(struct gen *g, const struct plan_record *row, struct place record,
		       struct expr *map)
{
	const struct value_field *key_field = field_at(g, row, 0), *value = field_at(g, row, 1);
	LLVMValueRef key;

	if (!key_field || !value)
		return;
	if (type_is_aggregation(map->map->value)) {
		emit_into(g, map->key, place_at(g, record, key_field->offset));
		aggregate_fold_into(g, map, place_at(g, record, value->offset));
		return;
	}
	key = map_key(g, map);
	mem_copy(g, place_at(g, record, key_field->offset), (struct place){ key, 8 },
		 field_size(g, key_field));
	map_copy_value(g, map, key, place_at(g, record, value->offset));
}

/* join: pointers are followed until one is null. */
static void fill_join(struct gen *g, const struct plan_record *row, struct place record,
		      struct expr *list)
{
	const struct value_field *count = field_at(g, row, 0), *texts = field_at(g, row, 1);
	const struct value_type *array = &g->plan->types.items[texts->type];
	uint32_t size = g->plan->types.items[array->element].size;
	enum address_space space = list->type->kind == TYPE_POINTER ? list->type->space : SPACE_USER;
	LLVMBasicBlockRef done = gen_block(g, "joined"), next;
	LLVMValueRef base = emit_value(g, list), address, text;

	LLVMBuildStore(g->builder, gen_u32(g, 0), gen_offset(g, record.ptr, count->offset));
	for (uint32_t i = 0; i < array->count; i++) {
		address = LLVMBuildAdd(g->builder, base, gen_u64(g, i * 8ull), "");
		text = read_word(g, space, address, 8);
		next = gen_block(g, "text");
		LLVMBuildCondBr(g->builder,
				LLVMBuildICmp(g->builder, LLVMIntEQ, text, gen_u64(g, 0), ""),
				done, next);
		LLVMPositionBuilderAtEnd(g->builder, next);
		read_string(g, space, place_at(g, record, texts->offset + i * size),
			    gen_u32(g, size), text);
		LLVMBuildStore(g->builder, gen_u32(g, i + 1),
			       gen_offset(g, record.ptr, count->offset));
	}
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
}

static void fill(struct gen *g, const struct plan_record *row, struct place record,
		 struct expr *expr)
{
	switch ((int)row->kind) {
	case RECORD_PRINT_ENTRY:
		fill_entry(g, row, record, argument(expr, 0));
		break;
	case RECORD_JOIN:
		fill_join(g, row, record, argument(expr, 0));
		break;
	case RECORD_PRINT_VALUE:
	case RECORD_EXIT:
		fill_field(g, row, 0, record, argument(expr, 0));
		break;
	default: /* args[0] is the format or the map */
		for (uint32_t i = 0; i < row->field_count; i++)
			fill_field(g, row, i, record, argument(expr, i + 1));
		break;
	}
}

void discard_records(struct gen *g)
{
	for (uint32_t i = 0; i < g->open_records.count; i++)
		gen_helper(g, HELPER_RINGBUF_DISCARD,
			   (LLVMValueRef[]){ g->open_records.items[i], gen_u64(g, 0) }, 2);
}

void emit_record(struct gen *g, struct expr *expr)
{
	const struct plan_record *row;
	LLVMBasicBlockRef lost, done;
	LLVMValueRef reserved;
	struct place record;
	struct record_header header;

	if (expr->record >= g->plan->records.count) {
		gen_fail(g, "%s has no record",
			 expr->builtin ? expr->builtin->name : op_text(expr->op));
		return;
	}
	row = &g->plan->records.items[expr->record];
	header = (struct record_header){ .record = expr->record, .program = g->program_index };
	lost = gen_block(g, "no_room");
	done = gen_block(g, "sent");
	reserved = gen_helper_ptr(
		g, HELPER_RINGBUF_RESERVE,
		(LLVMValueRef[]){ g->records, gen_u64(g, row->size), gen_u64(g, 0) }, 3);
	record = (struct place){ gen_check_ptr(g, reserved, lost), 8 };
	*list_push(g->arena, &g->open_records) = record.ptr;
	LLVMBuildStore(g->builder,
		       gen_u64(g, header.record | (uint64_t)header.program << 32), record.ptr);
	zero_gaps(g, row, record);
	fill(g, row, record, expr);
	g->open_records.count--;
	gen_helper(g, HELPER_RINGBUF_SUBMIT, (LLVMValueRef[]){ record.ptr, gen_u64(g, 0) }, 2);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, lost);
	count_loss(g, g->program_index);
	LLVMBuildBr(g->builder, done);
	LLVMPositionBuilderAtEnd(g->builder, done);
	if (row->kind == RECORD_EXIT) {
		function_leave(g, LEAVE_PROGRAM);
		LLVMPositionBuilderAtEnd(g->builder, gen_block(g, "dead"));
	}
}
