/* Kernel types: the kernel's BTF as a source of the language's types. Opened on first use; types are
 * made when asked for, the members of a struct when they are looked at (types.load_members). */
#ifndef SONDE_LANG_KERNEL_TYPES_H
#define SONDE_LANG_KERNEL_TYPES_H

#include "base/btf_view.h"
#include "lang/compile.h"

/* A function of the kernel, or of a module, as its prototype says. */
struct kernel_function {
	const char *module; /* "" for the kernel itself */
	struct type *args;  /* STRUCT of ORIGIN_ARGS, a member for each parameter: slot i */
	struct type *retval; /* VOID when it returns nothing */
};

/* The compile's kernel types; never NULL, opened when first called. */
struct kernel_types *kernel_types_get(struct compile *compile);
/* Makes type_complete() load kernel structs, without opening the BTF yet. */
void kernel_types_install(struct compile *compile);
/* The kernel's BTF itself; NULL when there is none. */
const struct btf_view *kernel_types_view(struct compile *compile);
void kernel_types_free(struct kernel_types *kernel);
/* False when this machine has no BTF; then everything below finds nothing. */
bool kernel_types_available(struct compile *compile);

/* struct, union (TYPE_STRUCT, TYPE_UNION) or enum (TYPE_ENUM) by tag; NULL when there is none. */
struct type *kernel_types_find(struct compile *compile, enum type_kind kind, const char *name);
/* What a typedef stands for; NULL when there is none of that name. */
struct type *kernel_types_typedef(struct compile *compile, const char *name);
/* An enumeration constant; *type is its enum. */
bool kernel_types_enumerator(struct compile *compile, const char *name, int64_t *value,
			     struct type **type);
/* The BTF of an imported object: its structs are the script's own or the kernel's where there is one of
 * that name and size, else read as the object lays them out. NULL: it is damaged. */
const struct btf_view *kernel_types_add_object(struct compile *compile, const char *path,
					       const void *data, size_t size);
/* A type that its code is relocated against: what the kernel has of that name is meant. */
void kernel_types_object_relocates(struct compile *compile, const struct btf_view *object,
				   uint32_t id);
/* A function of it, by id; false when it is none. */
bool kernel_types_object_function(struct compile *compile, const struct btf_view *object,
				  uint32_t id, struct kernel_function *function);
/* A function by name, in `module` (NULL or "": the kernel first, then every module). */
bool kernel_types_function(struct compile *compile, const char *module, const char *name,
			   struct kernel_function *function);
/* `args` of a raw tracepoint (BTF's btf_trace_EVENT); NULL when it is not known. */
struct type *kernel_types_raw_tracepoint(struct compile *compile, const char *module,
					 const char *event);

/* Calls `each` for every kernel function that matches the pattern (* ? [..]), until it returns false;
 * returns how many matched. */
uint32_t kernel_types_each_function(struct compile *compile, const char *pattern,
				    bool (*each)(void *context, const char *name), void *context);

/* The same for raw tracepoints (BTF's btf_trace_EVENT). */
uint32_t kernel_types_each_event(struct compile *compile, const char *pattern,
				 bool (*each)(void *context, const char *name), void *context);

/* The nearest name there is, for hints; NULL when none is near. `kind` as above, or TYPE_FUNCTION. */
const char *kernel_types_nearest(struct compile *compile, enum type_kind kind, const char *name);
/* The nearest raw tracepoint. */
const char *kernel_types_nearest_event(struct compile *compile, const char *event);
/* The member of a struct (through anonymous ones) that is named most like `name`; NULL: none near. */
const char *type_nearest_member(struct compile *compile, struct type *type, const char *name);
/* "a, b, c": all of them; NULL when there are none, or more than `most`. */
const char *type_member_names(struct compile *compile, struct type *type, uint32_t most);

#endif
