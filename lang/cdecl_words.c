/* The words of C: each name once, keywords, and the spellings of integers that scripts use without
 * including anything. */
#include "lang/cdecl_parse.h"
#include "lang/cdecl.tab.h"

#include <string.h>

static const struct {
	const char *text;
	int kind;
	uint32_t row;
} keywords[] = {
	{ "typedef", C_TYPEDEF, 0 },
	{ "struct", C_STRUCT, 0 },
	{ "union", C_UNION, 0 },
	{ "enum", C_ENUM, 0 },
	{ "extern", C_IGNORED, 0 },
	{ "static", C_IGNORED, 0 },
	{ "inline", C_IGNORED, 0 },
	{ "__inline", C_IGNORED, 0 },
	{ "__inline__", C_IGNORED, 0 },
	{ "register", C_IGNORED, 0 },
	{ "auto", C_IGNORED, 0 },
	{ "const", C_IGNORED, 0 },
	{ "__const", C_IGNORED, 0 },
	{ "__const__", C_IGNORED, 0 },
	{ "volatile", C_IGNORED, 0 },
	{ "__volatile", C_IGNORED, 0 },
	{ "__volatile__", C_IGNORED, 0 },
	{ "restrict", C_IGNORED, 0 },
	{ "__restrict", C_IGNORED, 0 },
	{ "__restrict__", C_IGNORED, 0 },
	{ "_Noreturn", C_IGNORED, 0 },
	{ "_Thread_local", C_IGNORED, 0 },
	{ "__thread", C_IGNORED, 0 },
	{ "_Atomic", C_IGNORED, 1 },
	{ "__seg_gs", C_IGNORED, 0 },
	{ "__seg_fs", C_IGNORED, 0 },
	{ "__attribute__", C_ATTRIBUTE, 0 },
	{ "__attribute", C_ATTRIBUTE, 0 },
	{ "__extension__", C_OTHER, 0 }, /* dropped by c_lex */
	{ "asm", C_OTHER, 1 },		 /* dropped with its parentheses */
	{ "__asm", C_OTHER, 1 },
	{ "__asm__", C_OTHER, 1 },
	{ "typeof", C_TYPEOF, 0 },
	{ "__typeof", C_TYPEOF, 0 },
	{ "__typeof__", C_TYPEOF, 0 },
	{ "__typeof_unqual__", C_TYPEOF, 0 },
	{ "sizeof", C_SIZEOF, 0 },
	{ "_Alignof", C_ALIGNOF, 0 },
	{ "__alignof", C_ALIGNOF, 0 },
	{ "__alignof__", C_ALIGNOF, 0 },
	{ "alignof", C_ALIGNOF, 0 },
	{ "_Alignas", C_ALIGNAS, 0 },
	{ "alignas", C_ALIGNAS, 0 },
	{ "constexpr", C_IGNORED, 0 },
	{ "thread_local", C_IGNORED, 0 },
	{ "typeof_unqual", C_TYPEOF, 0 },
	{ "_BitInt", C_BITINT, 0 },
	{ "__builtin_offsetof", C_OFFSETOF, 0 },
	{ "offsetof", C_OFFSETOF, 0 },
	{ "_Static_assert", C_STATIC_ASSERT, 0 },
	{ "static_assert", C_STATIC_ASSERT, 0 },
	{ "_Generic", C_GENERIC, 0 },
	{ "default", C_DEFAULT, 0 },
	{ "void", C_BASE, BASE_VOID },
	{ "char", C_BASE, BASE_CHAR },
	{ "short", C_BASE, BASE_SHORT },
	{ "int", C_BASE, BASE_INT },
	{ "long", C_BASE, BASE_LONG },
	{ "signed", C_BASE, BASE_SIGNED },
	{ "__signed", C_BASE, BASE_SIGNED },
	{ "__signed__", C_BASE, BASE_SIGNED },
	{ "unsigned", C_BASE, BASE_UNSIGNED },
	{ "_Bool", C_BASE, BASE_BOOL },
	{ "float", C_BASE, BASE_FLOAT },
	{ "_Float32", C_BASE, BASE_FLOAT },
	{ "double", C_BASE, BASE_DOUBLE },
	{ "_Float64", C_BASE, BASE_DOUBLE },
	{ "_Float32x", C_BASE, BASE_DOUBLE },
	{ "__int128", C_BASE, BASE_INT128 },
	{ "__int128_t", C_BASE, BASE_INT128 },
	{ "__uint128_t", C_BASE, BASE_INT128 },
	{ "_Complex", C_BASE, BASE_COMPLEX },
	{ "__complex__", C_BASE, BASE_COMPLEX },
	{ "_Float128", C_BASE, BASE_FLOAT128 },
	{ "__float128", C_BASE, BASE_FLOAT128 },
	{ "_Float64x", C_BASE, BASE_FLOAT128 },
	{ "__builtin_va_list", C_BASE, BASE_VA_LIST },
};

/* C and kernel spellings that mean an integer of a size. */
static const struct {
	const char *name;
	uint8_t size;
	bool is_signed;
} spellings[] = {
	{ "u8", 1, false },	    { "u16", 2, false },       { "u32", 4, false },
	{ "u64", 8, false },	    { "s8", 1, true },	       { "s16", 2, true },
	{ "s32", 4, true },	    { "s64", 8, true },	       { "__u8", 1, false },
	{ "__u16", 2, false },	    { "__u32", 4, false },     { "__u64", 8, false },
	{ "__s8", 1, true },	    { "__s16", 2, true },      { "__s32", 4, true },
	{ "__s64", 8, true },	    { "uint8_t", 1, false },   { "uint16_t", 2, false },
	{ "uint32_t", 4, false },   { "uint64_t", 8, false },  { "int8_t", 1, true },
	{ "int16_t", 2, true },	    { "int32_t", 4, true },    { "int64_t", 8, true },
	{ "uint8", 1, false },	    { "uint16", 2, false },    { "uint32", 4, false },
	{ "uint64", 8, false },	    { "int8", 1, true },       { "int16", 2, true },
	{ "int32", 4, true },	    { "int64", 8, true },      { "__be16", 2, false },
	{ "__be32", 4, false },	    { "__be64", 8, false },    { "__le16", 2, false },
	{ "__le32", 4, false },	    { "__le64", 8, false },    { "size_t", 8, false },
	{ "ssize_t", 8, true },	    { "uintptr_t", 8, false }, { "intptr_t", 8, true },
	{ "ptrdiff_t", 8, true },   { "off_t", 8, true },      { "loff_t", 8, true },
	{ "pid_t", 4, true },	    { "uid_t", 4, false },     { "gid_t", 4, false },
	{ "mode_t", 4, false },	    { "dev_t", 4, false },     { "ino_t", 8, false },
	{ "time_t", 8, true },	    { "socklen_t", 4, false }, { "sa_family_t", 2, false },
	{ "bool", 0, false },
};

static uint32_t hash(const char *text, size_t length)
{
	uint32_t value = 2166136261u;

	for (size_t i = 0; i < length; i++)
		value = (value ^ (uint8_t)text[i]) * 16777619u;
	return value;
}

static void grow(struct compile *compile, struct c_types *c)
{
	uint32_t count = c->bucket_count * 2;
	struct c_name **buckets = arena_alloc(compile->arena, sizeof(*buckets) * count);

	for (uint32_t i = 0; i < c->bucket_count; i++) {
		for (struct c_name *name = c->buckets[i], *next; name; name = next) {
			next = name->next;
			name->next = buckets[name->hash & (count - 1)];
			buckets[name->hash & (count - 1)] = name;
		}
	}
	c->buckets = buckets;
	c->bucket_count = count;
}

static struct c_name *find(const struct c_types *c, const char *text, size_t length, uint32_t value)
{
	struct c_name *name = c->buckets[value & (c->bucket_count - 1)];

	while (name && (name->hash != value || name->length != length || memcmp(name->text, text, length)))
		name = name->next;
	return name;
}

struct c_name *c_name_get(struct compile *compile, const char *text, size_t length)
{
	struct c_types *c = compile->c_types;
	uint32_t value = hash(text, length);
	struct c_name *name = find(c, text, length, value);

	if (name)
		return name;
	if (c->name_count++ > c->bucket_count)
		grow(compile, c);
	name = arena_new(compile->arena, struct c_name);
	name->text = arena_strndup(compile->arena, text, length);
	name->length = (uint32_t)length;
	name->hash = value;
	name->next = c->buckets[value & (c->bucket_count - 1)];
	c->buckets[value & (c->bucket_count - 1)] = name;
	return name;
}

struct c_name *c_name_find(const struct compile *compile, const char *text)
{
	size_t length = strlen(text);

	return compile->c_types ? find(compile->c_types, text, length, hash(text, length)) : NULL;
}

void c_words_init(struct compile *compile)
{
	struct c_types *c = compile->c_types = arena_new(compile->arena, struct c_types);

	c->bucket_count = 1024;
	c->buckets = arena_alloc(compile->arena, sizeof(*c->buckets) * c->bucket_count);
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		struct c_name *name = c_name_get(compile, keywords[i].text, strlen(keywords[i].text));

		name->keyword = keywords[i].kind;
		name->row = keywords[i].row;
	}
	for (uint32_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		c_name_get(compile, spellings[i].name, strlen(spellings[i].name))->row = i + 1;
}

struct type *c_spelled(struct compile *compile, const struct c_name *name)
{
	if (name->keyword || !name->row)
		return NULL;
	if (!spellings[name->row - 1].size)
		return compile->types.bool_;
	return type_int(&compile->types, spellings[name->row - 1].size,
			spellings[name->row - 1].is_signed);
}

/* A type whose size is all that is known: it can be stepped over, not read. */
static struct type *opaque(struct compile *compile, const char *name, uint32_t size, uint32_t align)
{
	struct type *type = type_struct(&compile->types, TYPE_STRUCT, name, ORIGIN_SCRIPT);

	type->size = size;
	type->align = align;
	type->members_loaded = type->is_incomplete = true;
	return type;
}

struct type *c_base_type(struct compile *compile, uint32_t base, uint32_t longs)
{
	struct types *types = &compile->types;
	bool is_unsigned = base & 1u << BASE_UNSIGNED;
#ifdef __CHAR_UNSIGNED__
	bool is_plain_char_unsigned = true;
	uint32_t va_list_size = 32;
#else
	bool is_plain_char_unsigned = false;
	uint32_t va_list_size = 24;
#endif

	if (base & 1u << BASE_VA_LIST)
		return opaque(compile, "__va_list_tag", va_list_size, 8);
	if (base & 1u << BASE_COMPLEX)
		return base & 1u << BASE_FLOAT ? opaque(compile, "float _Complex", 8, 4) :
		       longs		       ? opaque(compile, "long double _Complex", 32, 16) :
						 opaque(compile, "double _Complex", 16, 8);
	if (base & 1u << BASE_FLOAT128)
		return opaque(compile, "_Float128", 16, 16);
	if (base & 1u << BASE_INT128)
		return opaque(compile, is_unsigned ? "unsigned __int128" : "__int128", 16, 16);
	if (base & 1u << BASE_DOUBLE)
		return longs ? opaque(compile, "long double", 16, 16) : opaque(compile, "double", 8, 8);
	if (base & 1u << BASE_FLOAT)
		return opaque(compile, "float", 4, 4);
	if (base & 1u << BASE_VOID)
		return types->void_;
	if (base & 1u << BASE_BOOL)
		return types->bool_;
	if (base & 1u << BASE_CHAR)
		return type_int(types, 1,
				base & 1u << BASE_SIGNED || (!is_unsigned && !is_plain_char_unsigned));
	if (base & 1u << BASE_SHORT)
		return type_int(types, 2, !is_unsigned);
	return type_int(types, longs ? 8 : 4, !is_unsigned);
}
