/* BPF C: a .bpf.c file that a script imports, compiled by clang; its global functions can be called. */
#ifndef SONDE_LANG_BPF_C_H
#define SONDE_LANG_BPF_C_H

#include "lang/compile.h"
#include "lang/kernel_types.h"

/* Compiles the file and adds it to compile->c_objects. Returns 0, or -1 with diagnostics: there is no
 * clang, or what clang says, at its place in the file. */
int bpf_c_import(struct compile *compile, const char *path, struct span span);
/* Adds what clang made of `path`; the bytes stay the object's. */
int bpf_c_add_object(struct compile *compile, const char *path, struct span span,
		     unsigned char *data, size_t size);
/* What runs has one license, the script's: the object's own text is replaced, if it has one. */
void bpf_c_set_license(struct compile *compile, struct c_object *object, const char *license);
/* A global function of an imported object, NULL when there is none of that name. */
const struct c_function *bpf_c_function(struct compile *compile, const char *name);
/* The object that has it as a static function, or as a program; NULL: none. */
const struct c_object *bpf_c_hidden(struct compile *compile, const char *name, bool *is_program);

#endif
