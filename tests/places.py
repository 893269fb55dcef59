#!/usr/bin/env python3
"""Every kind of value in every place of the language, sensible or not: compiled or refused with words, never a
crash and nothing that the code generator gives up on.

Usage: places.py BINARY [--all] [-v]
Without --all a part of the pairs: each value and each place several times."""

import argparse
import itertools
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "golden", "fixtures")
STEP = 23  # prime to the number of places

HEAD = """enum color { RED, BLUE = 5 };
struct in { int x; char c; };
struct pt { int a; struct in in; int arr[3]; int bits:3; union { int u; long v; }; struct pt *p; char name[8];
  enum color col; };
macro m1(x) { x } macro m2($x) { $x } macro m3(@m) { @m }
fn f($x: int64): int64 { return $x; } fn g(): string { return "g"; }
"""
BEFORE = """@c = count(); @k[1] = sum(5); @h = hist(1); @st = stats(1); @av = avg(5); @l = lhist(1, 0, 10, 1); @n = 5;
@s = "text"; @t = (1, "a"); @sk = kstack(3); @p = curtask; $i = 5; $u = (uint64)7; $s = "abc"; $t = (1, "xy");
$r = (a=1, b="q"); $a = (uint8[4])5; $p = &$i; $ks = kstack; $task = curtask; $b = true; $sym = ksym(5);
$ts = strftime("%H", nsecs); $in = ntop(5); $bf = buf("abc", 3); $e = RED; $q = (struct pt *)curtask;
"""

VALUES = """@c|@k|@k[1]|@k[2]|@h|@st|@av|@l|@n|@s|@t|@t.1|@sk|@p|@p->pid|@never|@n++|$i|$u|$s|$s[1]|$t|$t.1|$r|$r.b|$a|$a[1]
$a[$i]|$p|*$p|$ks|$task|$task->pid|$task->comm|*$task|$task->group_leader|$b|$sym|$ts|$in|$bf|$e|$i++|$never|$1|$#
RED|5|"lit"|true|(1, 2)|(a=1)|()|{ 5 }|{ @c }|{ @h }|{ $s }|{ $t }|{ kstack }|if (pid) { 5 } else { 6 }
if (pid) { "a" } else { "bcd" }|(pid ? $t : $t)|(pid ? $s : "zz")|(1 ? @c : @c)|m1(5)|m2($i)|m3(@n)|m3(@c)|m3(@h)
f(5)|g()|comptime(5)|&$t|&@n|&@k|(int8)$i|(uint8[8])$u|(bool)$i|(void *)5|(int32 *)$u|*(int32 *)$u|((int32 *)$u)[2]
kstack|ustack|comm|probe|probetype|username|args|func|retval|arg0|nosuch|reg("ip")|ncpus|nsecs(boot)|curtask
pid == 5|!$s|-$u|$s == "abc"|$t == $t|str(5)|usym(5)|macaddr((uint8[6])5)|strerror(2)|len(@k)|has_key(@k, 1)
delete(@k, 1)|exit()|print(1)|$q|*$q|$q->in|$q->in.x|$q->arr|$q->bits|$q->u|$q->p->p|$q->name|$q->col|typeof($i)|sizeof($i)
offsetof(struct pt, in.x)|typeinfo($t).full_type|getopt("x", 5)|getopt("y", "z")|count()|hist(1)|print(@k)|join(5)
""".replace("\n", "|").strip("|").split("|")

PLACES = [f"begin {{ {BEFORE} {statement} }}" for statement in r"""print(X);|printf("%s\n", X);|printf("%d\n", X);|printf("%x %p %c\n", X, X, X);|printf("%r\n", X);|errorf("%s", X);|cat("%s", X);
$z = X; print($z);|@z = X;|@z[X] = 1;|@z[1, X] = X;|@z[1] = X; @z[2] = X;|@z = (X, 1);|@k[X] = sum(1);|delete(@k, X);
print((X, X));|print((a=X));|$z = (X, 5); print($z.0);|$z = X; $z += X; print($z);|@z += X;|@z = X; @z++;|$z = X; $z++;
X = 5;|X += 1;|X++;|++X;|X;|_ = X;|return X;|exit(X);|let $z: typeof(X) = X;|let $z: uint64 = X;|let $z: string = X;
if (X) { print(1); }|while (X) { break; }|for ($o : 0..X) { break; }|for ($o : X) { print($o); }|unroll(X) { print(1); }
if comptime (X) { print(1); }|static_assert(X, "x");|print(comptime X);|$z = X; for ($o : 0..2) { print($z); $z = X; }
for ($kv : @k) { print(X); @z[$kv.0] = X; }|print(X + 1);|print(X == X);|print(X < 2);|print(-X);|print(!X);|print(X && X)
print(X ? 1 : 2);|print(1 ? X : X);|print(pid ? X : X);|print(X ?: X);|print({ X });|print(if (pid) { X } else { X });
print((uint64)X);|print((int8)X);|print((uint8[8])X);|print((string[4])X);|print((bool)X);|print((struct pt *)X);
print(sizeof(X));|print(typeinfo(X).full_type);|print(X[0]);|print(X.0);|print(X.a);|print(X->a);|print(*X);|$z = &X; print($z);
@z = count(X);|@z = sum(X);|@z = hist(X);|@z = lhist(X, 0, 10, 1);|@z = lhist(5, X, 10, 1);|@z = max(X); @z = max(X);
print(strlen(X));|print(str(X));|print(str(X, 4));|print(str($s, X));|print(buf(X, 4));|print(buf(X));|print(ksym(X));
print(strncmp(X, X, 2));|print(strncmp("a", comm, X));|print(memcmp(X, X, 2));|print(ntop(X));|print(macaddr(X));
print(strstr(X, "a"));|print(strstr("abc", X));|print(str_concat(X, X));|print(strftime("%H", X));|print(signal_name(X));
print(strerror(X));|print(bswap(X));|print(pton(X));|print(container_of(X, struct pt, in));|print(kptr(X));|print(uptr(X));
print(len(X));|clear(X);|zero(X);|delete(X);|print(X, 1);|print(@k, X);|has_key(@k, X);|print(find(@k, X, $i));|join(X);
print(is_str(X));|print(is_ptr(X));|print(is_literal(X));|f(X);|print(m1(X));|print(m2(X));|print(m3(X));
""".replace("\n", "|").strip("|").split("|")] + [
    "let @z = hash(X); begin { @z[1] = 1; }",
    "begin /X/ { exit(); }",
    "fn h(): typeof(X) { return 1; } begin { print(h()); }",
    "fn h($x: typeof(X)) { print($x); } begin { h(1); }",
    f"fn h(): int64 {{ {BEFORE} return X; }} begin {{ print(h()); }}",
    f"tracepoint:sched:sched_switch {{ {BEFORE} @z[X] = count(); }}",
]


def judge(binary, value, place):
    """None, or what is wrong."""
    env = {**os.environ, "SONDE_BTF": os.path.join(FIXTURES, "btf", "vmlinux.btf"),
           "SONDE_TRACEFS": os.path.join(FIXTURES, "tracefs"), "ASAN_OPTIONS": "detect_leaks=0"}
    try:
        done = subprocess.run([binary, "dump", "elf", "-o", os.devnull, "-e", HEAD + place.replace("X", value)],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=env, check=False)
    except subprocess.TimeoutExpired:
        return "does not end"
    errors = done.stderr.decode("utf-8", "replace")
    if done.returncode not in (0, 1) or "the compiler failed" in errors or "Sanitizer" in errors:
        return f"status {done.returncode}: {errors.strip()[-200:]!r}"
    return None if done.returncode == 0 or "error: " in errors else "refused without a word"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("-v", action="store_true", help="show the whole program of what fails")
    options = parser.parse_args()
    pairs = list(itertools.product(VALUES, PLACES))[::1 if options.all else STEP]
    with ThreadPoolExecutor(2) as pool:
        reasons = list(pool.map(lambda pair: judge(options.binary, *pair), pairs))
    failed = 0
    for (value, place), reason in zip(pairs, reasons):
        if reason:
            failed += 1
            short = place.replace(BEFORE, "...").replace("X", value)
            print(f"FAIL {short}: {reason}")
            if options.v:
                print(HEAD + place.replace("X", value))
    print(f"places: {len(pairs)} programs: {len(pairs) - failed} hold, {failed} fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
