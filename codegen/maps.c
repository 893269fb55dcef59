/* Codegen: what the programs share: maps (plan.h says which and how big), the parameters in
 * .rodata, and the section with the plan itself. */
#include "base/image.h"
#include "codegen/gen.h"

#include <string.h>

enum bpf_map_type {
	BPF_HASH = 1,
	BPF_ARRAY = 2,
	BPF_PERCPU_HASH = 5,
	BPF_PERCPU_ARRAY = 6,
	BPF_LRU_HASH = 9,
	BPF_LRU_PERCPU_HASH = 10,
	BPF_RINGBUF = 27,
};

enum { SYSCALL_COUNT = 1024 };

static LLVMMetadataRef attribute(struct gen *g, const char *name, uint32_t value,
				 uint32_t position)
{
	LLVMMetadataRef number = debug_array(g, debug_basic(g, "int", 4, true), 32, value);

	return debug_member(g, name, 64, position * 64ull, debug_pointer(g, number));
}

/* A map is an anonymous struct of pointers, whose types say all (libbpf's BTF-defined maps). */
static LLVMValueRef define_map(struct gen *g, const char *symbol, enum bpf_map_type type,
			       LLVMMetadataRef key, LLVMMetadataRef value, uint32_t max_entries)
{
	LLVMMetadataRef members[4];
	LLVMTypeRef fields[4], layout;
	LLVMValueRef global;
	unsigned count = 0;

	members[count] = attribute(g, "type", type, count);
	count++;
	members[count] = attribute(g, "max_entries", max_entries, count);
	count++;
	if (key) {
		members[count] = debug_member(g, "key", 64, count * 64, debug_pointer(g, key));
		count++;
		members[count] = debug_member(g, "value", 64, count * 64, debug_pointer(g, value));
		count++;
	}
	for (unsigned i = 0; i < count; i++)
		fields[i] = g->ptr;
	layout = LLVMStructTypeInContext(g->context, fields, count, false);
	global = LLVMAddGlobal(g->module, layout, symbol);
	LLVMSetInitializer(global, LLVMConstNull(layout));
	LLVMSetSection(global, ".maps");
	LLVMSetAlignment(global, 8);
	debug_global(g, global, symbol, debug_struct(g, "", count * 64, members, count));
	return global;
}

static LLVMMetadataRef u32_type(struct gen *g)
{
	return debug_basic(g, "unsigned int", 4, false);
}

static LLVMMetadataRef u64_type(struct gen *g)
{
	return debug_basic(g, "unsigned long", 8, false);
}

uint32_t map_present_offset(const struct plan *plan, const struct plan_map *map)
{
	return (plan->types.items[map->value].size + 7) & ~7u;
}

static LLVMMetadataRef keyless_value(struct gen *g, const struct plan_map *map)
{
	uint32_t present = map_present_offset(g->plan, map);
	LLVMMetadataRef members[2] = {
		debug_member(g, "value", g->plan->types.items[map->value].size * 8ull, 0,
			     debug_value(g, map->value)),
		debug_member(g, "present", 64, present * 8ull, u64_type(g)),
	};

	return debug_struct(g, "", (present + 8ull) * 8, members, 2);
}

static void define_script_map(struct gen *g, uint32_t index)
{
	static const enum bpf_map_type kinds[] = {
		[MAP_HASH] = BPF_HASH,
		[MAP_LRU_HASH] = BPF_LRU_HASH,
		[MAP_PERCPU_HASH] = BPF_PERCPU_HASH,
		[MAP_PERCPU_LRU_HASH] = BPF_LRU_PERCPU_HASH,
		[MAP_ARRAY] = BPF_ARRAY,
		[MAP_PERCPU_ARRAY] = BPF_PERCPU_ARRAY,
	};
	const struct plan_map *map = &g->plan->maps.items[index];
	bool is_keyless = map->kind == MAP_ARRAY || map->kind == MAP_PERCPU_ARRAY;
	LLVMMetadataRef key = is_keyless ? u32_type(g) : debug_value(g, map->key), value;

	if (map->role == MAP_ROLE_STACKS) {
		key = u64_type(g);
		value = debug_array(g, u64_type(g), 64,
				    g->plan->types.items[map->value].size / 8);
	} else if (map->kind == MAP_ARRAY) {
		value = keyless_value(g, map);
	} else {
		value = debug_value(g, map->value);
	}
	g->maps[index] = define_map(g, plan_string(g->plan, map->symbol), kinds[map->kind], key,
				    value, map->max_entries ? map->max_entries : 1);
}

/* Plain memory: losses are counted in many places, and each lookup would cost the verifier time. */
static void define_losses(struct gen *g, uint32_t count)
{
	uint32_t room = count ? count : 1; /* nobody takes an empty section */
	LLVMTypeRef type = LLVMArrayType2(g->i64, room);

	g->losses = LLVMAddGlobal(g->module, type, "sonde_losses");
	LLVMSetInitializer(g->losses, LLVMConstNull(type));
	LLVMSetSection(g->losses, ".data.losses");
	LLVMSetAlignment(g->losses, 8);
	debug_global(g, g->losses, "sonde_losses", debug_array(g, u64_type(g), 64, room));
}

void maps_define(struct gen *g)
{
	const struct plan *plan = g->plan;
	LLVMTypeRef zeros = LLVMArrayType2(g->i32, 16);

	g->maps = arena_alloc(g->arena, (plan->maps.count + 1) * sizeof(*g->maps));
	for (uint32_t i = 0; i < plan->maps.count; i++)
		define_script_map(g, i);
	if (plan->records.count)
		g->records = define_map(g, "sonde_records", BPF_RINGBUF, NULL, NULL,
					plan->config.ring_buffer_bytes);
	define_losses(g, plan_first_loop_loss(plan) + plan->loops.count);
	/* Key 0 of the one-entry arrays; read-only, so that no program stores it on its stack. It is the
	 * first of .rodata and has no type; so have the 60 bytes behind it: an imported object's types say
	 * of what lies in its .rodata.cst16 that it is at .rodata's start, and the kernel refuses types
	 * where two are at one place. */
	g->zero_key = LLVMAddGlobal(g->module, zeros, "zero_key");
	LLVMSetInitializer(g->zero_key, LLVMConstNull(zeros));
	LLVMSetGlobalConstant(g->zero_key, true);
	LLVMSetLinkage(g->zero_key, LLVMInternalLinkage);
	LLVMSetSection(g->zero_key, ".rodata");
}

LLVMValueRef maps_scratch(struct gen *g, uint32_t program)
{
	uint32_t size = (g->plan->programs.items[program].scratch_size + 7) & ~7u;
	const char *symbol = arena_printf(g->arena, "sonde_scratch_%u", program);

	return define_map(g, symbol, BPF_PERCPU_ARRAY, u32_type(g),
			  debug_array(g, u64_type(g), 64, size / 8), 1);
}

/* Memory for the variables and the frame of a program that needs more than registers and stack. */
LLVMValueRef maps_variables(struct gen *g, uint32_t program, uint32_t count)
{
	const char *symbol = arena_printf(g->arena, "sonde_vars_%u", program);

	return define_map(g, symbol, BPF_PERCPU_ARRAY, u32_type(g),
			  debug_array(g, u64_type(g), 64, count), 1);
}

LLVMValueRef maps_search(struct gen *g, uint32_t program, uint32_t number, uint32_t bytes)
{
	const char *symbol = arena_printf(g->arena, "sonde_search_%u_%u", program, number);

	return define_map(g, symbol, BPF_PERCPU_ARRAY, u32_type(g),
			  debug_array(g, u64_type(g), 64, bytes / 8), 1);
}

LLVMValueRef maps_syscalls(struct gen *g, uint32_t program)
{
	const char *symbol = arena_printf(g->arena, "sonde_syscalls_%u", program);

	return define_map(g, symbol, BPF_ARRAY, u32_type(g), u32_type(g), SYSCALL_COUNT);
}

/* Per-CPU frames: where a stack is taken before its hash is known. One for each program, since one
 * program may interrupt another. */
LLVMValueRef maps_stack_buffer(struct gen *g, uint32_t program)
{
	const char *symbol = arena_printf(g->arena, "sonde_stack_%u", program);
	uint32_t size = 8;

	for (uint32_t i = 0; i < g->plan->maps.count; i++) {
		const struct plan_map *map = &g->plan->maps.items[i];

		if (map->role == MAP_ROLE_STACKS && g->plan->types.items[map->value].size > size)
			size = g->plan->types.items[map->value].size;
	}
	if (!g->stack_buffer)
		g->stack_buffer = define_map(g, symbol, BPF_PERCPU_ARRAY, u32_type(g),
					     debug_array(g, u64_type(g), 64, size / 8), 1);
	return g->stack_buffer;
}

/* A constant that the runtime sets before loading: the optimizer must not believe its value. */
static LLVMValueRef define_constant(struct gen *g, const char *symbol, LLVMTypeRef type,
				    LLVMMetadataRef debug)
{
	LLVMValueRef global = LLVMGetNamedGlobal(g->module, symbol);

	if (global)
		return global;
	global = LLVMAddGlobal(g->module, type, symbol);
	LLVMSetInitializer(global, LLVMConstNull(type));
	LLVMSetGlobalConstant(global, true);
	LLVMSetExternallyInitialized(global, true);
	LLVMSetSection(global, ".rodata");
	LLVMSetAlignment(global, 8);
	debug_global(g, global, symbol, debug);
	return global;
}

LLVMValueRef param_runtime(struct gen *g, const char *symbol)
{
	LLVMValueRef global = define_constant(g, symbol, g->i64, u64_type(g));

	return LLVMBuildLoad2(g->builder, g->i64, global, symbol);
}

LLVMValueRef param_number(struct gen *g, uint32_t index)
{
	if (!index)
		return param_runtime(g, "sonde_param_count");
	return param_runtime(g, arena_printf(g->arena, "sonde_param_%u", index));
}

struct place param_text(struct gen *g, uint32_t index, uint32_t skip)
{
	const char *symbol = arena_printf(g->arena, "sonde_param_%u_str", index);
	uint32_t size = g->plan->config.max_strlen;

	if (skip)
		symbol = arena_printf(g->arena, "%s_%u", symbol, skip);
	for (uint32_t i = 0; i < g->plan->params.count; i++) {
		const struct plan_param *row = &g->plan->params.items[i];

		if (row->index == index && row->skip == skip && row->is_string)
			size = row->string_size;
	}
	return (struct place){ define_constant(g, symbol, LLVMArrayType2(g->i8, size),
					       debug_bytes(g, size)),
			       8 };
}

/* Nobody refers to it but whoever reads its section. Local, since the linker wants types of all globals. */
static void define_section(struct gen *g, LLVMValueRef global, const char *section, uint32_t align)
{
	LLVMSetLinkage(global, LLVMInternalLinkage);
	LLVMSetSection(global, section);
	LLVMSetAlignment(global, align);
	*list_push(g->arena, &g->kept) = global;
}

void kept_define(struct gen *g)
{
	LLVMValueRef list = LLVMConstArray2(g->ptr, g->kept.items, g->kept.count);
	LLVMValueRef used = LLVMAddGlobal(g->module, LLVMTypeOf(list), "llvm.compiler.used");

	LLVMSetInitializer(used, list);
	LLVMSetLinkage(used, LLVMAppendingLinkage);
	LLVMSetSection(used, "llvm.metadata");
}

void meta_define(struct gen *g)
{
	struct strbuf bytes = { 0 };
	LLVMValueRef value, global;

	image_encode_plan(g->plan, &bytes);
	value = LLVMConstStringInContext(g->context, bytes.text, bytes.len, true);
	global = LLVMAddGlobal(g->module, LLVMTypeOf(value), "sonde_meta");
	LLVMSetInitializer(global, value);
	LLVMSetGlobalConstant(global, true);
	define_section(g, global, IMAGE_SECTION, 8);
	strbuf_free(&bytes);
}

static void define_text(struct gen *g, const char *symbol, const char *section, const char *text)
{
	LLVMValueRef value = LLVMConstStringInContext(g->context, text, strlen(text), false);
	LLVMValueRef global = LLVMAddGlobal(g->module, LLVMTypeOf(value), symbol);

	LLVMSetInitializer(global, value);
	define_section(g, global, section, 1);
}

void license_define(struct gen *g)
{
	const char *license = plan_string(g->plan, g->plan->config.license);

	define_text(g, "sonde_license", "license", *license ? license : "GPL");
}
