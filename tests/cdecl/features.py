#!/usr/bin/env python3
"""What C has beside plain structs (pragmas, attributes, __VA_OPT__, digraphs, _Generic): definitions, and
what the machine's C compiler and sonde say that expressions about them are.

Usage: features.py C_TYPES. Skips (77) where there is no gcc that knows C23."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

CASES = [
    # definitions, expressions
    ('#define V(f,...) f(1 __VA_OPT__(,) __VA_ARGS__)\n'
     '#define c(...) cnt(__VA_ARGS__,3,2,1)\n#define cnt(a,b,c,n,...) n\n',
     'V(c)', 'V(c,5)', 'V(c,5,6)'),
    ('#define O(x,...) x __VA_OPT__(+ 2 + __VA_ARGS__ * 10)\n',
     'O(1)', 'O(1,3)', 'O(1,)'),
    ('#define P(a,...) a##__VA_OPT__(1)\nenum { x = 5, x1 = 7 };\n',
     'P(x)', 'P(x,2)'),
    ('#define S(a,...) #__VA_OPT__(a b)\n',
     'sizeof(S(1))', 'sizeof(S(1,2))'),
    ('struct s { _Atomic(int) a; _Atomic long b; _Atomic(char) c; };',
     'sizeof(struct s)'),
    ('struct [[gnu::packed]] s { char a; int b; };',
     'sizeof(struct s)'),
    ('struct s { char a; [[deprecated]] int b; int c [[maybe_unused]]; };',
     'sizeof(struct s)'),
    ('struct s { __int128 a; unsigned __int128 b; char c; };',
     'sizeof(struct s)', '_Alignof(struct s)'),
    ('struct s { float a; double b; long double c; float _Complex d; _Float128 e; char f; };',
     'sizeof(struct s)', '__builtin_offsetof(struct s, f)'),
    ('__extension__ struct s { __extension__ union { int a; char b; }; __extension__ long '
     'long c; };',
     'sizeof(struct s)'),
    ('_Static_assert(sizeof(int) == 4, "x"); _Static_assert(1); struct s { int a; '
     '_Static_assert(1, "y"); };',
     'sizeof(struct s)'),
    ('struct s { _Alignas(16) char a; _Alignas(double) char b; _Alignas(4) _Alignas(8) char '
     'c; };',
     'sizeof(struct s)', '__builtin_offsetof(struct s, c)'),
    ('_Noreturn void f(void); extern _Noreturn int g(int);struct s { int a; };',
     'sizeof(struct s)'),
    ('struct t { int x; }; struct s { typeof(int) a; __typeof__(((struct t *)0)->x) b[3]; '
     'typeof(struct t *) c; typeof(1 + 1L) d; };',
     'sizeof(struct s)'),
    ('static inline int f(int x) { return ({ int y = x; y + 1; }); } struct s { int a; };',
     'sizeof(struct s)'),
    ('static inline int f(int x) { __auto_type y = x; return y; } struct s { int a; };',
     'sizeof(struct s)'),
    ('int kr(a, b) int a; char b; { return a; } struct s { int a; };',
     'sizeof(struct s)'),
    ('int kr2(a, b) struct s { int q; } *a; char b; { return 0; } struct u { char a; };',
     'sizeof(struct u)'),
    ('typedef int di __attribute__((mode(DI))); typedef unsigned hi '
     '__attribute__((__mode__(__HI__))); struct s { hi a; di b; int q '
     '__attribute__((mode(QI))); };',
     'sizeof(struct s)', 'sizeof(hi)'),
    ('typedef int v4 __attribute__((vector_size(16))); struct s { char a; v4 b; float c '
     '__attribute__((vector_size(8))); };',
     'sizeof(struct s)', '_Alignof(v4)', '__builtin_offsetof(struct s, c)'),
    ('#pragma pack(push,1)\nstruct s { char a; int b; };\n#pragma pack(pop)\n'
     'struct t { char a; int b; };',
     'sizeof(struct s)', 'sizeof(struct t)', '_Alignof(struct s)'),
    ('#pragma pack(2)\nstruct s { char a; int b; long long c; };\n#pragma pack()\n'
     'struct t { char a; int b; };',
     'sizeof(struct s)', 'sizeof(struct t)', '_Alignof(struct s)'),
    ('#pragma pack(push)\n#pragma pack(1)\n'
     'struct s { char a; int b:3; int c:30; long d;};\n#pragma pack(pop)\n'
     'struct t { char a; int b; };',
     'sizeof(struct s)', 'sizeof(struct t)'),
    ('#pragma pack(push, name, 1)\nstruct s { char a; int b; };\n#pragma pack(push, 4)\n'
     'struct u { char a; long b; };\n#pragma pack(pop, name)\nstruct t { char a; int b; };',
     'sizeof(struct s)', 'sizeof(struct t)', 'sizeof(struct u)'),
    ('_Pragma("pack(push,1)") struct s { char a; int b; }; _Pragma("pack(pop)") struct t { '
     'char a; int b; };',
     'sizeof(struct s)', 'sizeof(struct t)'),
    ('#pragma pack(push,1)\n'
     'struct s { char a; int b __attribute__((aligned(4))); long c; struct { char q; int r; } '
     'd; };\n#pragma pack(pop)\n',
     'sizeof(struct s)', '_Alignof(struct s)', '__builtin_offsetof(struct s,d)'),
    ('#pragma pack(push,1)\nenum e { A, B }; union u { char a; int b; }; \n'
     '#pragma pack(pop)\n',
     'sizeof(enum e)', 'sizeof(union u)', '_Alignof(union u)'),
    ('#if __has_include(<errno.h>)\n#define A 1\n#else\n#define A 2\n#endif\n'
     '#if __has_include("nono.h")\n#define B 1\n#else\n#define B 2\n#endif\n',
     'A', 'B'),
    ('#if __has_attribute(packed) && defined(__has_attribute)\n#define A 1\n#else\n'
     '#define A 2\n#endif\n',
     'A'),
    ('enum { a = __COUNTER__, b = __COUNTER__, c = __COUNTER__ };',
     'b - a', 'c - a'),
    ('#define J(a,b) a##b\n#define X(a,b) J(a,b)\nenum { n12 = 4, ab = 9 };\n',
     'X(n,12)', 'J(a,b)', 'X(J(n,1),2)', 'J(1,2)', 'X(0x,ff)', 'J(,5)', 'J(5,)'),
    ('struct s <% char a<:3:>; int b; %>;\n%:define D 4\n',
     'sizeof(struct s)', 'D'),
    ('#define A 1 \\\n + 2\nstr\\\nuct s { in\\\nt a; };',
     'A', 'sizeof(struct s)'),
    ('#define STR(x) #x\n#define XS(x) STR(x)\n#define N 42\n',
     'sizeof(STR(N))', 'sizeof(XS(N))', 'sizeof(XS(a   b))', 'sizeof(STR("q\\n"))'),
    ('#define E(...) 0,##__VA_ARGS__\n#define L(a,b,c,...) c\n'
     '#define C(...) L(E(__VA_ARGS__),2,1,0)\n',
     'C(1,9)'),
    ('#define f(x) x*f\n#define g f\n#define z z[0]\n#define obj (1)\nenum{ k = 3};\n'
     '#define h(x) k x\n',
     'h(+ 1)', 'obj'),
    ('typedef struct s s; struct s { s *n; int s; }; typedef s t; struct u { t t; };',
     'sizeof(struct u)'),
    ('struct s { int a:3, :0, b:5; unsigned long long c:40; int :4; char d; };',
     'sizeof(struct s)', '__builtin_offsetof(struct s,d)'),
    ('struct s { char n; int flex[]; }; struct t { char a; int z[0]; };',
     'sizeof(struct s)', 'sizeof(struct t)'),
    ('typedef int (*fp)(int (*)(void), ...); typedef fp (*fpp)(fp[3]); struct s { fpp a[2]; '
     'int (*(*b)(void))[3]; };',
     'sizeof(struct s)'),
    ("enum e { A = 'a', B = '\\x41', C = 'ab', D = L'x', E = '\\0', F=u'z' };",
     'A', 'B', 'C', 'D', 'E', 'F'),
    ("enum e { A = 1'000 };",
     'A'),
    ('struct s { int a; } __attribute__((aligned(sizeof(long)))) v;',
     'sizeof(struct s)'),
    ('struct s { char a; short b __attribute__((packed, aligned(2))); int c '
     '__attribute__((packed)); };',
     'sizeof(struct s)'),
    ('struct s { char a; union { int b; long c; } __attribute__((packed)); int d; };',
     'sizeof(struct s)'),
    ('typedef struct { int a[3]; } arr_t[2]; struct s { arr_t x[3]; };',
     'sizeof(struct s)'),
    ('enum { A = sizeof(struct { char a; long b; }), B = sizeof(int[3]), C = (char)300, D = '
     '-1 > 0u, E = 3 ? 4 : 5, F = ~0u >> 1 };',
     'A', 'B', 'C', 'D', 'E', 'F'),
    ('#if 1 ? 2 : (2, 3)\n#define A 1\n#endif\n#if -1 > 0u\n#define B 1\n#else\n#define B 0\n'
     "#endif\n#if 'a' == 97 && !defined X\n#define C 1\n#endif\n#if (2 || 1/0)\n#define D 1\n"
     '#endif',
     'A', 'B', 'C', 'D'),
    ('#ifdef FOO\n#elifdef BAR\n#elifndef BAZ\n#define A 3\n#endif\n',
     'A'),
    ('struct s { int counted; int d[] __attribute__((counted_by(counted))); }; struct t { '
     'struct s a; };',
     'sizeof(struct t)'),
    ('struct s { __attribute__((aligned(8))) char a; const volatile unsigned long int long b; '
     'long signed c; short int unsigned d; };',
     'sizeof(struct s)'),
    ('struct s { struct { int a; struct { char b, c; }; }; union { int d; }; };',
     'sizeof(struct s)', '__builtin_offsetof(struct s, c)', '__builtin_offsetof(struct s, d)'),
    ('enum big { A = 0xffffffffffffffff, B = 1 }; enum neg { C = -1, D = 0x80000000 };',
     'sizeof(enum big)', 'sizeof(enum neg)', 'sizeof(B)'),
    ('#define __LOCAL(x) x\nstruct s { int a __LOCAL([2]); } ;\n#define EMP __LOCAL()\nEMP',
     'sizeof(struct s)'),
    ('#define F __builtin_ffs(8) + __builtin_popcountll(~0ull) + __builtin_ctzl(16)\n',
     'F', '__builtin_clz(1)', '__builtin_bswap32(0x12345678)', '__builtin_strlen("hello" "x")',
     '__builtin_choose_expr(__builtin_constant_p(2), 5, 6)',
     '__builtin_types_compatible_p(int, typeof(1))', '__builtin_bswap16(0x1234)'),
    ('struct a { long x[4]; long y[5]; };',
     '__builtin_offsetof(struct a, y) - __builtin_offsetof(struct a, x)',
     '_Generic((char)1, int: 3, default: 9, char: 4)', '_Generic(1, default: 9, char *: 4)',
     '_Generic("a", char *: 7, default: 9)'),
]


def run(command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def compare(binary, compiler, folder, number):
    """What differs, as text."""
    definitions, *expressions = CASES[number]
    name = f"case{number}"
    with open(os.path.join(folder, name + ".h"), "w", encoding="utf-8") as file:
        file.write(definitions + "\n" + "".join(
            f"#define RESULT_{i} ({expression})\n" for i, expression in enumerate(expressions)))
    source = os.path.join(folder, name + ".c")
    with open(source, "w", encoding="utf-8") as file:
        file.write(f'#include "{name}.h"\n#include <stdio.h>\nint main(void) {{ ' + "".join(
            f'printf("%lld\\n", (long long)RESULT_{i}); ' for i in range(len(expressions))) + "}\n")
    built = run([compiler, "-std=gnu2x", "-w", "-I", folder, source, "-o", source[:-2]])
    if built.returncode:
        return f"{definitions!r}: the compiler refuses it: {built.stderr[:500]}"
    theirs = run([source[:-2]]).stdout.split()
    text = run([binary, "-I", folder, name + ".h"]).stdout
    ours = dict(re.findall(r"^macro RESULT_(\d+) (-?\d+)$", text, re.M))
    wrong = [f"{expression}: {ours.get(str(i), 'no constant')}, the compiler says {theirs[i]}"
             for i, expression in enumerate(expressions) if ours.get(str(i)) != theirs[i]]
    return f"{definitions!r}: {'; '.join(wrong)}" if wrong else None


def main():
    compiler = os.environ.get("CC") or shutil.which("gcc")
    if not compiler or run([compiler, "-std=gnu2x", "-fsyntax-only", "-x", "c", "/dev/null"]).returncode:
        print("skipped: there is no gcc that knows C23")
        return 77
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda number: compare(sys.argv[1], compiler, folder, number),
                                range(len(CASES))))
    wrong = [result for result in results if result]
    for result in wrong:
        print("FAIL", result)
    print(f"features: {len(CASES) - len(wrong)} definitions agree, {len(wrong)} do not")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
