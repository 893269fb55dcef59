/* The C preprocessor: the script's definitions and the headers they include -> one stream of tokens,
 * macros replaced. Between lang/cpp*.c and lang/cdecl*.c only. */
#ifndef SONDE_LANG_CPP_H
#define SONDE_LANG_CPP_H

#include "lang/cdecl.h"

struct c_macro {
	const char *name;
	struct span span; /* of the replacement; of the name when that is empty */
	const struct c_token *body;
	uint32_t body_count, param_count;
	bool is_function;  /* has parameters */
	bool is_variadic;  /* the last parameter takes the rest */
	bool is_script;	   /* written in the script itself */
	bool is_dynamic;   /* __LINE__ and its like */
	bool is_expanding; /* is being replaced: not within itself */
};

/* Why a declaration of a header could not be read; told when the script needs a name of it. */
struct c_lost {
	struct span span;
	const char *message;
};

/* A word of C, each once: what it is to the preprocessor and to the declarations. */
struct c_name {
	const char *text;
	uint32_t length, hash;
	struct c_name *next; /* in its bucket */
	int keyword;	     /* the grammar's token; 0: none */
	uint32_t row;	     /* in cdecl_words.c: of a base type's word, of a spelling (+ 1) */
	struct c_macro *macro;
	struct type *tag; /* struct, union or enum */
	struct type *typedefed;
	struct type *enumerated; /* an enumeration constant: its enum */
	int64_t value;
	struct span tag_span, value_span, typedef_span;
	const struct c_lost *lost; /* is in a declaration that could not be read */
};

/* One token. `kind` is the grammar's (lang/cdecl.y), 0 at the end. A token that a macro made has the
 * span of the macro's use. */
struct c_token {
	int kind;
	uint16_t param; /* in a macro's text: which parameter + 1 */
	bool starts_line : 1;
	bool starts_piece : 1; /* a definition of the script begins here */
	bool after_space : 1;
	bool is_painted : 1; /* a macro's name that is not replaced any more */
	struct span span;
	const char *text;    /* as spelled, NUL-terminated */
	struct c_name *name; /* words */
};

struct c_tokens {
	LIST(struct c_token) list;
};

/* What a header is to the script. */
enum cpp_origin {
	CPP_SCRIPT, /* the script itself */
	CPP_HEADER, /* along -I, beside the script, of the C library */
	CPP_KERNEL, /* describes the kernel: BTF knows better what is in it */
};

struct cpp_file {
	const char *path;
	uint32_t file;	 /* of the sources */
	uint32_t folder; /* of the search path, where it was found: for #include_next */
	enum cpp_origin origin;
	bool is_once; /* #pragma once */
	bool is_entered;
	struct c_tokens tokens;
};

/* Tokens that are being read: a file's or a macro's. */
struct cpp_frame {
	const struct c_token *items;
	uint32_t count, at;
	struct c_macro *macro;	     /* is not replaced while this is read */
	const struct cpp_file *file; /* has directives */
	uint32_t conditionals;	     /* how many were open before */
	bool is_barrier;	     /* where the stream of cpp_expand ends */
};

struct cpp_conditional {
	struct span span;
	bool was_true, saw_else;
};

struct cpp_folder {
	const char *path; /* NULL: the headers that the compiler has in itself */
	enum cpp_origin origin;
};

/* #pragma pack(push) */
struct cpp_pack {
	const char *name; /* NULL: none */
	uint32_t bytes;
};

struct cpp {
	struct compile *compile;
	struct arena *arena;
	LIST(struct cpp_frame) frames;
	LIST(struct cpp_conditional) conditionals;
	LIST(struct cpp_file *) files;
	LIST(struct cpp_folder) folders;
	const char *kernel_config;  /* kconfig.h of a kernel tree, until it is read */
	LIST(uint8_t) origins;	    /* of the sources' files: enum cpp_origin */
	const struct c_lost *trouble;
	struct c_name *defined, *va_args, *va_opt, *pragma;
	uint32_t depth;		 /* of arguments in arguments */
	uint64_t steps;		 /* how much was done, bounded */
	uint32_t includes;
	uint64_t bytes;		 /* of headers */
	uint32_t counter;	 /* __COUNTER__ */
	uint32_t pack;		 /* #pragma pack: the largest alignment of a member; 0: any */
	LIST(struct cpp_pack) packs;
	bool is_condition;	 /* in #if: `defined` has its meaning */
	bool is_exhausted;	 /* too many steps: the stream has ended */
};

/* Predefined macros, the headers of the command line, the script's definitions: sets up the stream. */
struct cpp *cpp_create(struct compile *compile);
/* The next token, macros replaced; kind 0 at the end. */
void cpp_next(struct cpp *cpp, struct c_token *token);
/* Replaces the macros in a list of tokens. */
void cpp_expand(struct cpp *cpp, const struct c_token *items, uint32_t count,
		struct c_tokens *out);
enum cpp_origin cpp_origin_of(const struct cpp *cpp, uint32_t file);

/* The word of that text: made when it is new, or NULL when there is none. */
struct c_name *c_name_get(struct compile *compile, const char *text, size_t length);
struct c_name *c_name_find(const struct compile *compile, const char *text);

/* ---- inside the preprocessor ------------------------------------------------------------- */

/* cdecl.l: the tokens of bytes [start, end) of a source, at the end of `out`. */
void cpp_scan(struct cpp *cpp, uint32_t file, uint32_t start, uint32_t end, struct c_tokens *out);

/* cpp_expand.c */
void cpp_push(struct cpp *cpp, const struct c_token *items, uint32_t count,
	      struct c_macro *macro);
/* The next token as it is written; false at the end (of what cpp_expand reads). */
bool cpp_next_raw(struct cpp *cpp, struct c_token *token);
/* The tokens joined as they were spelled. */
const char *cpp_spell(struct cpp *cpp, const struct c_token *items, uint32_t count);
/* In the script: an error. In a header: remembered, in case that something is missing later. */
void cpp_complain(struct cpp *cpp, const char *id, struct span span, const char *hint,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* cpp_directive.c: runs the line that begins with `hash`, the token before the frame's position. */
void cpp_directive(struct cpp *cpp, struct c_token hash);
/* The file at the top ends: its conditionals must be closed. */
void cpp_end_file(struct cpp *cpp, const struct cpp_frame *frame);
bool cpp_is_defined(const struct cpp *cpp, const struct c_name *name);

/* cpp_pragma.c: what stands behind #pragma in `file`. */
void cpp_pragma(struct cpp *cpp, const char *text, uint32_t file);

/* cpp_include.c */
void cpp_find_folders(struct cpp *cpp);
/* Reads a header: `is_quoted` looks in the folder of `from` first, `is_next` behind the folder that
 * `from` was found in. The result is NULL when there is none. */
struct cpp_file *cpp_find(struct cpp *cpp, const char *name, bool is_quoted, bool is_next,
			  uint32_t from);
void cpp_enter(struct cpp *cpp, struct cpp_file *file);
/* A header that may be missing: kernel types are in BTF, some of C are known to the compiler. */
bool cpp_is_needless(struct cpp *cpp, const char *name);

/* cpp_builtin.c: a text of the compiler's own ("predefined.h": the target's macros); NULL when there is none of the name. */
const char *cpp_builtin_header(const char *name);

/* cdecl_parse.c: a constant expression without names (#if). False, told, when it is none. */
bool c_condition(struct cpp *cpp, const struct c_tokens *tokens, struct span span, bool *value);

#endif
