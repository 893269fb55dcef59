/* Texts of the compiler's own: what C compilers define before the first line, and the headers that
 * they bring along, for machines that have no compiler. */
#include "lang/cpp.h"

#include <string.h>

#define D(text) "#define " text "\n"

/* As gcc has them for 64-bit Linux. */
static const char predefined[] =
    D("_LP64 1")
    D("__BIGGEST_ALIGNMENT__ 16") D("__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__")
    D("__CHAR32_TYPE__ unsigned int") D("__CHAR_BIT__ 8") D("__ELF__ 1") D("__FINITE_MATH_ONLY__ 0")
    D("__FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__") D("__GNUC_MINOR__ 2")
    D("__GNUC_PATCHLEVEL__ 0") D("__GNUC_STDC_INLINE__ 1") D("__GNUC__ 12") D("__INT16_C(c) c")
    D("__INT16_MAX__ 0x7fff") D("__INT16_TYPE__ short int") D("__INT32_C(c) c")
    D("__INT32_MAX__ 0x7fffffff") D("__INT32_TYPE__ int") D("__INT64_C(c) c ## L")
    D("__INT64_MAX__ 0x7fffffffffffffffL") D("__INT64_TYPE__ long int") D("__INT8_C(c) c")
    D("__INT8_MAX__ 0x7f") D("__INT8_TYPE__ signed char") D("__INTMAX_C(c) c ## L")
    D("__INTMAX_MAX__ 0x7fffffffffffffffL") D("__INTMAX_TYPE__ long int") D("__INTMAX_WIDTH__ 64")
    D("__INTPTR_MAX__ 0x7fffffffffffffffL") D("__INTPTR_TYPE__ long int") D("__INTPTR_WIDTH__ 64")
    D("__INT_FAST16_MAX__ 0x7fffffffffffffffL") D("__INT_FAST16_TYPE__ long int")
    D("__INT_FAST16_WIDTH__ 64") D("__INT_FAST32_MAX__ 0x7fffffffffffffffL")
    D("__INT_FAST32_TYPE__ long int") D("__INT_FAST32_WIDTH__ 64")
    D("__INT_FAST64_MAX__ 0x7fffffffffffffffL") D("__INT_FAST64_TYPE__ long int")
    D("__INT_FAST64_WIDTH__ 64") D("__INT_FAST8_MAX__ 0x7f") D("__INT_FAST8_TYPE__ signed char")
    D("__INT_FAST8_WIDTH__ 8") D("__INT_LEAST16_MAX__ 0x7fff") D("__INT_LEAST16_TYPE__ short int")
    D("__INT_LEAST16_WIDTH__ 16") D("__INT_LEAST32_MAX__ 0x7fffffff") D("__INT_LEAST32_TYPE__ int")
    D("__INT_LEAST32_WIDTH__ 32") D("__INT_LEAST64_MAX__ 0x7fffffffffffffffL")
    D("__INT_LEAST64_TYPE__ long int") D("__INT_LEAST64_WIDTH__ 64") D("__INT_LEAST8_MAX__ 0x7f")
    D("__INT_LEAST8_TYPE__ signed char") D("__INT_LEAST8_WIDTH__ 8") D("__INT_MAX__ 0x7fffffff")
    D("__INT_WIDTH__ 32") D("__LONG_LONG_MAX__ 0x7fffffffffffffffLL") D("__LONG_LONG_WIDTH__ 64")
    D("__LONG_MAX__ 0x7fffffffffffffffL") D("__LONG_WIDTH__ 64") D("__LP64__ 1")
    D("__NO_INLINE__ 1") D("__ORDER_BIG_ENDIAN__ 4321") D("__ORDER_LITTLE_ENDIAN__ 1234")
    D("__ORDER_PDP_ENDIAN__ 3412") D("__PTRDIFF_MAX__ 0x7fffffffffffffffL")
    D("__PTRDIFF_TYPE__ long int") D("__PTRDIFF_WIDTH__ 64") D("__SCHAR_MAX__ 0x7f")
    D("__SCHAR_WIDTH__ 8") D("__SHRT_MAX__ 0x7fff") D("__SHRT_WIDTH__ 16") D("__SIZEOF_DOUBLE__ 8")
    D("__SIZEOF_FLOAT__ 4") D("__SIZEOF_INT128__ 16") D("__SIZEOF_INT__ 4")
    D("__SIZEOF_LONG_DOUBLE__ 16") D("__SIZEOF_LONG_LONG__ 8") D("__SIZEOF_LONG__ 8")
    D("__SIZEOF_POINTER__ 8") D("__SIZEOF_PTRDIFF_T__ 8") D("__SIZEOF_SHORT__ 2")
    D("__SIZEOF_SIZE_T__ 8") D("__SIZEOF_WINT_T__ 4") D("__SIZE_MAX__ 0xffffffffffffffffUL")
    D("__SIZE_TYPE__ long unsigned int") D("__SIZE_WIDTH__ 64") D("__STDC_HOSTED__ 1")
    D("__STDC_VERSION__ 201710L") D("__STDC__ 1") D("__UINT16_C(c) c") D("__UINT16_MAX__ 0xffff")
    D("__UINT16_TYPE__ short unsigned int") D("__UINT32_C(c) c ## U")
    D("__UINT32_MAX__ 0xffffffffU") D("__UINT32_TYPE__ unsigned int") D("__UINT64_C(c) c ## UL")
    D("__UINT64_MAX__ 0xffffffffffffffffUL") D("__UINT64_TYPE__ long unsigned int")
    D("__UINT8_C(c) c") D("__UINT8_MAX__ 0xff") D("__UINT8_TYPE__ unsigned char")
    D("__UINTMAX_C(c) c ## UL") D("__UINTMAX_MAX__ 0xffffffffffffffffUL")
    D("__UINTMAX_TYPE__ long unsigned int") D("__UINTPTR_MAX__ 0xffffffffffffffffUL")
    D("__UINTPTR_TYPE__ long unsigned int") D("__UINT_FAST16_MAX__ 0xffffffffffffffffUL")
    D("__UINT_FAST16_TYPE__ long unsigned int") D("__UINT_FAST32_MAX__ 0xffffffffffffffffUL")
    D("__UINT_FAST32_TYPE__ long unsigned int") D("__UINT_FAST64_MAX__ 0xffffffffffffffffUL")
    D("__UINT_FAST64_TYPE__ long unsigned int") D("__UINT_FAST8_MAX__ 0xff")
    D("__UINT_FAST8_TYPE__ unsigned char") D("__UINT_LEAST16_MAX__ 0xffff")
    D("__UINT_LEAST16_TYPE__ short unsigned int") D("__UINT_LEAST32_MAX__ 0xffffffffU")
    D("__UINT_LEAST32_TYPE__ unsigned int") D("__UINT_LEAST64_MAX__ 0xffffffffffffffffUL")
    D("__UINT_LEAST64_TYPE__ long unsigned int") D("__UINT_LEAST8_MAX__ 0xff")
    D("__UINT_LEAST8_TYPE__ unsigned char") D("__WINT_MAX__ 0xffffffffU") D("__WINT_MIN__ 0U")
    D("__WINT_TYPE__ unsigned int") D("__WINT_WIDTH__ 32") D("__gnu_linux__ 1") D("__linux 1")
    D("__linux__ 1") D("__unix 1") D("__unix__ 1") D("__ADDRESS_WIDTH__ 64")
#ifdef __aarch64__
    D("__aarch64__ 1") D("__AARCH64EL__ 1") D("__ARM_64BIT_STATE 1") D("__ARM_ARCH 8")
    D("__CHAR_UNSIGNED__ 1") D("__LDBL_MANT_DIG__ 113") D("__WCHAR_TYPE__ unsigned int") D("__WCHAR_MAX__ 0xffffffffU")
    D("__WCHAR_MIN__ 0U") D("__SIZEOF_WCHAR_T__ 4")
#else
    D("__x86_64__ 1") D("__x86_64 1") D("__amd64__ 1") D("__amd64 1") D("__k8__ 1") D("__SSE__ 1")
    D("__SSE2__ 1") D("__MMX__ 1") D("__LDBL_MANT_DIG__ 64") D("__WCHAR_TYPE__ int") D("__WCHAR_MAX__ 0x7fffffff")
    D("__WCHAR_MIN__ (-__WCHAR_MAX__ - 1)") D("__SIZEOF_WCHAR_T__ 4")
#endif
    D("__FLT_MANT_DIG__ 24") D("__DBL_MANT_DIG__ 53")
    D("__CHAR16_TYPE__ short unsigned int") D("__CHAR32_TYPE__ unsigned int")
    D("__USER_LABEL_PREFIX__") D("__VERSION__ \"12.2.0\"");

/* The C library asks for one of them at a time, with __need_size_t and its like. */
static const char stddef_h[] =
    "#if defined(__need_size_t) || defined(__need_wchar_t) || defined(__need_ptrdiff_t) || "
    "defined(__need_NULL) || defined(__need_wint_t)\n"
    "#define _SONDE_NEED\n"
    "#endif\n"
#define NEEDED(name, text) "#if defined(__need_" name ") || !defined(_SONDE_NEED)\n" text "#endif\n"
    NEEDED("size_t", "typedef __SIZE_TYPE__ size_t;\n")
    NEEDED("ptrdiff_t", "typedef __PTRDIFF_TYPE__ ptrdiff_t;\n")
    NEEDED("wchar_t", "typedef __WCHAR_TYPE__ wchar_t;\n")
    NEEDED("NULL", "#undef NULL\n" D("NULL ((void *)0)"))
    "#ifdef __need_wint_t\n"
    "typedef __WINT_TYPE__ wint_t;\n"
    "#endif\n"
    "#ifndef _SONDE_NEED\n"
    "typedef struct { long long a __attribute__((aligned(8))); long double b; } max_align_t;\n"
    "#undef offsetof\n"
    D("offsetof(type, member) __builtin_offsetof(type, member)")
    "#endif\n"
    "#undef _SONDE_NEED\n#undef __need_size_t\n#undef __need_ptrdiff_t\n#undef __need_wchar_t\n"
    "#undef __need_NULL\n#undef __need_wint_t\n";

static const char stdbool_h[] = "#undef bool\n#define bool _Bool\n"
				"#define true 1\n#define false 0\n"
				"#define __bool_true_false_are_defined 1\n";

static const char stdarg_h[] = "typedef __builtin_va_list __gnuc_va_list;\n"
			       "#ifndef __need___va_list\n"
			       "typedef __builtin_va_list va_list;\n"
			       "#endif\n"
			       "#undef __need___va_list\n";

static const char stdalign_h[] = "#define alignas _Alignas\n#define alignof _Alignof\n";

/* The C library's own is better where it is installed. */
static const char stdint_h[] =
    "#ifndef _SONDE_STDINT_H\n"
    "#define _SONDE_STDINT_H\n"
    "#if __has_include_next(<stdint.h>)\n"
    "#include_next <stdint.h>\n"
    "#else\n"
#define INTEGERS(bits)                                                                             \
	"typedef __INT" bits "_TYPE__ int" bits "_t;\n"                                            \
	"typedef __UINT" bits "_TYPE__ uint" bits "_t;\n"                                          \
	"typedef __INT_LEAST" bits "_TYPE__ int_least" bits "_t;\n"                                \
	"typedef __UINT_LEAST" bits "_TYPE__ uint_least" bits "_t;\n"                              \
	"typedef __INT_FAST" bits "_TYPE__ int_fast" bits "_t;\n"                                  \
	"typedef __UINT_FAST" bits "_TYPE__ uint_fast" bits "_t;\n"                                \
	"#define INT" bits "_MAX __INT" bits "_MAX__\n"                                            \
	"#define INT" bits "_MIN (-__INT" bits "_MAX__ - 1)\n"                                     \
	"#define UINT" bits "_MAX __UINT" bits "_MAX__\n"                                          \
	"#define INT" bits "_C(c) __INT" bits "_C(c)\n"                                            \
	"#define UINT" bits "_C(c) __UINT" bits "_C(c)\n"
    INTEGERS("8") INTEGERS("16") INTEGERS("32") INTEGERS("64")
    "typedef __INTPTR_TYPE__ intptr_t;\n"
    "typedef __UINTPTR_TYPE__ uintptr_t;\n"
    "typedef __INTMAX_TYPE__ intmax_t;\n"
    "typedef __UINTMAX_TYPE__ uintmax_t;\n"
    "#define SIZE_MAX __SIZE_MAX__\n"
    "#define INTMAX_MAX __INTMAX_MAX__\n"
    "#define UINTMAX_MAX __UINTMAX_MAX__\n"
    "#endif\n"
    "#endif\n";

static const char limits_h[] =
    "#ifndef _GCC_LIMITS_H_\n"
    "#define _GCC_LIMITS_H_\n"
    "#if __has_include_next(<limits.h>)\n"
    "#include_next <limits.h>\n"
    "#endif\n"
    D("CHAR_BIT 8") D("SCHAR_MAX 127") D("SCHAR_MIN (-128)") D("UCHAR_MAX 255")
    "#ifdef __CHAR_UNSIGNED__\n"
    D("CHAR_MIN 0") D("CHAR_MAX 255")
    "#else\n"
    D("CHAR_MIN (-128)") D("CHAR_MAX 127")
    "#endif\n"
    D("SHRT_MAX 32767") D("SHRT_MIN (-32768)") D("USHRT_MAX 65535")
    D("INT_MAX __INT_MAX__") D("INT_MIN (-INT_MAX - 1)") D("UINT_MAX (INT_MAX * 2U + 1U)")
    D("LONG_MAX __LONG_MAX__") D("LONG_MIN (-LONG_MAX - 1L)") D("ULONG_MAX (LONG_MAX * 2UL + 1UL)")
    D("LLONG_MAX __LONG_LONG_MAX__") D("LLONG_MIN (-LLONG_MAX - 1LL)")
    D("ULLONG_MAX (LLONG_MAX * 2ULL + 1ULL)")
    "#endif\n";

/* Read before the first header of a kernel's source tree. */
static const char kernel_h[] = D("__KERNEL__ 1") D("__BPF_TRACING__ 1") D("KBUILD_MODNAME \"sonde\"");

const char *cpp_builtin_header(const char *name)
{
	static const struct {
		const char *name, *text;
	} table[] = {
		{ "predefined.h", predefined }, { "kernel.h", kernel_h },     { "stddef.h", stddef_h },
		{ "stdbool.h", stdbool_h },	{ "stdarg.h", stdarg_h },     { "stdint.h", stdint_h },
		{ "limits.h", limits_h },	{ "stdalign.h", stdalign_h }, { "float.h", "" },
		{ "stdnoreturn.h", "" },	{ "stdatomic.h", "" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, name) == 0)
			return table[i].text;
	return NULL;
}
