#!/usr/bin/env python3
"""Hostile input: bombs, broken bytes, huge and strange files. Each is refused or compiled in little time
and memory, with few words and status 0, 1 or 2; never a crash. Usage: hostile.py BINARY [-v] [NAME]..."""

import os
import resource
import subprocess
import sys
import tempfile
import time

import filters  # beside this file

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "golden", "fixtures")
MEMORY = 512 << 20      # address space, but for sanitizers
PEAK = 256 << 20        # of memory in use
SECONDS = float(os.environ.get("SONDE_TEST_SECONDS", "1"))  # of processor time
OUTPUT = 200_000        # bytes of messages

BEGIN = "begin { %s }\n"


def nest(before, inner, after, depth):
    return before * depth + inner + after * depth


def billion_laughs(macro, count=40):
    return "".join(f"macro m{i}(x) {{ m{i+1}(x) + m{i+1}(x) }}\n" for i in range(count)) + \
        f"macro m{count}(x) {{ x }}\nbegin {{ @ = m0(1); }}\n"


def unroll_nest(depth):
    return BEGIN % nest("unroll(100) { ", "@ = 1;", " }", depth)


DEEP = 200_000
CASES = {
    # name: (text or bytes, accepted statuses)
    "parentheses": (BEGIN % ("@ = " + nest("(", "1", ")", DEEP) + ";"), {1}),
    "parentheses_open": ("begin { @ = " + "(" * DEEP, {1}),
    "blocks": (BEGIN % nest("{ ", "", " }", DEEP), {1}),
    "block_values": (BEGIN % ("$x = " + nest("{ ", "1", " }", DEEP) + ";"), {1}),
    "ifs": (BEGIN % nest("if (1) { ", "", " }", DEEP), {1}),
    "else_ifs": (BEGIN % ("if (1) { } " + "else if (1) { } " * 20_000), {0, 1}),
    "loops": (BEGIN % nest("while (1) { ", "", " }", DEEP), {1}),
    "for_ranges": (BEGIN % nest("for ($i : 0..9) { ", "", " }", 5000), {1}),
    "casts": (BEGIN % ("@ = " + "(int8)" * DEEP + "1;"), {1}),
    "not": (BEGIN % ("@ = " + "!" * DEEP + "1;"), {1}),
    "minus": (BEGIN % ("@ = " + "- " * DEEP + "1;"), {1}),
    "dereferences": (BEGIN % ("@ = " + "*" * DEEP + "1;"), {1}),
    "addresses": (BEGIN % ("@ = " + "& " * DEEP + "1;"), {1}),
    "ternaries": (BEGIN % ("@ = " + "1 ? " * DEEP + "1" + " : 2" * DEEP + ";"), {1}),
    "additions": (BEGIN % ("@ = 1" + " + 1" * DEEP + ";"), {1}),
    "commas": (BEGIN % ("@ = (" + "1, " * 1_000_000 + "1);"), {1}),
    "tuples": (BEGIN % ("@ = " + nest("(1, ", "1", ")", DEEP) + ";"), {1}),
    "records": (BEGIN % ("@ = " + nest("(a = ", "1", ")", DEEP) + ";"), {1}),
    "indexes": (BEGIN % ("@ = $x" + "[0]" * DEEP + ";"), {1}),
    "fields": (BEGIN % ("@ = curtask" + ".real_parent" * DEEP + ";"), {1}),
    "keys": (BEGIN % (nest("@[", "1", "]", DEEP) + " = 1;"), {1}),
    "calls": (BEGIN % ("@ = " + nest("str(", "1", ")", DEEP) + ";"), {1}),
    "type_pointers": (BEGIN % ("@ = (int8 " + "*" * DEEP + ")0;"), {1}),
    "type_arrays": (BEGIN % ("let $x: int8" + "[1]" * DEEP + ";"), {1}),
    "sizeof": (BEGIN % ("@ = " + nest("sizeof(", "1", ")", DEEP) + ";"), {1}),
    "predicates": ("begin /" + "(" * DEEP + "/ { }", {1}),
    "long_line": (BEGIN % ("@ = 1; " * 150_000), {0, 1}),
    "long_line_wrong": ("begin { " + "@ = ; " * 200_000 + "}", {1}),
    "many_tokens": ("; " * 5_000_000, {1}),
    "many_braces": ("}" * 1_000_000, {1}),
    "many_numbers": (BEGIN % ("1 " * 3_000_000), {1}),
    "nul": (b"begin { \0 }\n", {1}),
    "nul_everywhere": (b"\0" * 1_000_000, {1}),
    "invalid_utf8": (b"begin { \xff\xfe\x80 }\n", {1}),
    "invalid_utf8_string": (b'begin { print("\xff\xfe\xc0"); }\n', {0, 1}),
    "surrogate": (b'begin { print("\xed\xa0\x80"); }\n', {0, 1}),
    "carriage_returns": (b"begin {\r\n\tprint(1);\r\n}\r\n", {0}),
    "byte_order_mark": (b"\xef\xbb\xbfbegin { print(1); }\n", {0, 1}),
    "every_byte": (bytes(range(256)) * 1000, {1}),
    "string_open": ('begin { print("text', {1}),
    "string_escape_end": ('begin { print("text\\', {1}),
    "comment_open": ("begin { } /* comment", {1}),
    "comments_open": ("/*" * 500_000, {1}),
    "empty": ("", {1}),
    "blank": (" \n" * 500_000, {1}),
    "long_string": (BEGIN % ('print("' + "x" * 1_000_000 + '");'), {0, 1}),
    "long_identifier": (BEGIN % ("@ = " + "x" * 1_000_000 + ";"), {1}),
    "long_variable": (BEGIN % ("$" + "x" * 1_000_000 + " = 1;"), {0, 1}),
    "long_map": (BEGIN % ("@" + "x" * 1_000_000 + " = 1;"), {0, 1}),
    "long_probe": ("kprobe:" + "x" * 1_000_000 + " { }", {0, 1}),
    "long_number": (BEGIN % ("@ = " + "9" * 1_000_000 + ";"), {1}),
    "many_probes": ("begin { }\n" * 100_000, {0, 1}),
    "many_points": ("begin, " * 100_000 + "end { }", {0, 1}),
    "many_maps": (BEGIN % "".join(f"@m{i} = 1; " for i in range(50_000)), {0, 1}),
    "many_variables": (BEGIN % "".join(f"$v{i} = 1; " for i in range(50_000)), {0, 1}),
    "backward_maps": (BEGIN % ("".join(f"@m{i} = @m{i+1}; " for i in range(20_000)) +
                               "@m20000 = 1;"), {1}),
    "macro_laughs": (billion_laughs("macro"), {1}),
    "macro_itself": ("macro m() { m() }\nbegin { m(); }\n", {1}),
    "macro_each_other": ("macro a() { b() }\nmacro b() { a() }\nbegin { a(); }\n", {1}),
    "macros": ("".join(f"macro m{i}() {{ {i} }}\n" for i in range(10_000)) + "begin { }\n", {0, 1}),
    "macro_parameters": ("macro m(" + ", ".join(f"$a{i}" for i in range(60_000)) + ") { 1 }\nbegin { }\n",
                         {0, 1}),
    "macro_calls": ("".join(f"macro m{i}() {{ {i} }}\n" for i in range(10_000)) +
                    BEGIN % ("print(1, 2, 3, 4); " * 10_000), {1}),
    "record_fields": (BEGIN % ("@ = (" + ", ".join(f"m{i} = 1" for i in range(40_000)) + ");"), {0, 1}),
    "unknown_names": (BEGIN % "".join(f"@x = FOO{i}; " for i in range(25_000)), {1}),
    "unknown_functions": (BEGIN % "".join(f"foo{i}(1); " for i in range(40_000)), {1}),
    "unknown_fields": (BEGIN % "".join(f"@x = curtask->foo{i}; " for i in range(20_000)), {1}),
    "function_itself": ("fn f($x : int64) : int64 { return f($x); }\nbegin { f(1); }\n", {1}),
    "define_laughs": ("".join(f"#define D{i} (D{i+1} + D{i+1})\n" for i in range(60)) +
                      "#define D60 1\nbegin { @ = D0; }\n", {1}),
    "define_itself": ("#define A A + 1\nbegin { @ = A; }\n", {1}),
    "define_arguments": ("#define A(x) x x x x x x x x\n" +
                         "begin { @ = " + nest("A(", "1", ")", 40) + "; }\n", {1}),
    "define_if": ("".join(f"#define D{i} (D{i+1} + D{i+1})\n" for i in range(60)) +
                  "#define D60 1\n#if D0\n#endif\nbegin { }\n", {1}),
    "define_calls": ("".join(f"#define m{i}(x) m{i+1}(x x) m{i+1}(x x)\n" for i in range(40)) +
                     "#define m40(x) x\nstruct a { m0(int b;) };\nbegin { }\n", {1}),
    "define_pastes": ("".join(f"#define P{i}(a) P{i+1}(a##a)\n" for i in range(40)) +
                      "struct a { int P0(xxxxxxxx); };\nbegin { }\n", {1}),
    "define_quotes": ("#define S(x) T(x)\n#define T(x) #x\n#define Z " +
                      nest("S(", '"\\\\"', ")", 140) + "\nbegin { print(Z); }\n", {1}),
    "define_sum": ("#define X " + "1+" * 500_000 + "1\nbegin { @ = X; }\n", {0, 1}),
    "if_sum": ("#if " + "1+" * 500_000 + "1\n#endif\nbegin { }\n", {0, 1}),
    "if_nest": ("#if 1\n" * 100_000 + "begin { }\n", {1}),
    "struct_nest": (nest("struct { ", "int x;", " } a;", DEEP) + "\nbegin { }\n", {1}),
    "struct_braces": ("struct a { " + nest("struct { ", "int x;", " } a;", 50_000) + " };\nbegin { }\n",
                      {1}),
    "struct_pointers": ("struct a { int " + "*" * DEEP + "x; };\nbegin { }\n", {0, 1}),
    "struct_large": ("struct a { char x[1 << 40]; };\nbegin { print(sizeof(struct a)); }\n", {1}),
    "struct_product": ("struct a { char x" + "[65536]" * 20 +
                       "; };\nbegin { print(sizeof(struct a)); }\n", {1}),
    "struct_doubling": ("struct s0 { char x[1024]; };\n" + "".join(
        f"struct s{i} {{ struct s{i-1} a, b; }};\n" for i in range(1, 70)) +
        "begin { print(sizeof(struct s69)); }\n", {1}),
    "struct_members": ("struct a { " + "".join(f"int m{i}; " for i in range(50_000)) +
                       "};\nbegin { print(sizeof(struct a)); }\n", {0, 1}),
    "enumerators": ("enum e { " + "".join(f"E{i}, " for i in range(50_000)) +
                    "};\nbegin { print(E7); }\n", {0, 1}),
    "unroll_1": (unroll_nest(2), {1}),
    "unroll_2": (unroll_nest(12), {1}),
    "unroll_count": (BEGIN % "unroll(99999999999) { @ = 1; }", {1}),
    "array_huge": (BEGIN % "let $x: int8[9223372036854775807];", {1}),
    "string_huge": (BEGIN % "let $x: string[4294967297];", {1}),
    "printf_arguments": (BEGIN % ('printf("' + "%d" * 1000 + '"' + ", 1" * 1000 + ");"), {0, 1}),
    "printf_width": (BEGIN % 'printf("%9999999d", 1);', {0, 1}),
    "printf_precision": (BEGIN % 'printf("%.99999999999999999999d", 1);', {0, 1}),
    "map_size": (BEGIN % "@[1] = 1;" + "", {0}),
    "lhist": (BEGIN % "@ = lhist(1, 0, 9223372036854775807, 1);", {1}),
    "config": ("config = { " + "max_strlen = 9; " * 50_000 + "}\nbegin { }\n", {0, 1}),
    "config_strlen": ("config = { max_strlen = 18446744073709551615 }\nbegin { }\n", {1}),
}


def limits(memory):
    def apply():
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return apply


def run(binary, words, env, folder, memory):
    """(status, text on stderr, processor seconds, peak bytes)"""
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen([binary, *words], stdin=subprocess.DEVNULL, env=env, cwd=folder,
                                   stdout=subprocess.DEVNULL, stderr=err, preexec_fn=limits(memory))
        deadline = time.monotonic() + 60
        pid = 0
        while not pid and time.monotonic() < deadline:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if not pid:
                time.sleep(0.002)
        if not pid:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        size = err.tell() or os.fstat(err.fileno()).st_size
        err.seek(0)
        text = err.read(OUTPUT + 1).decode("utf-8", "replace")
        return process.returncode, text, size, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def file_cases(folder):
    """Strange files: name, command line, statuses."""
    fifo, secret = os.path.join(folder, "fifo"), os.path.join(folder, "secret")
    os.mkfifo(fifo)
    writer = os.open(fifo, os.O_RDWR)  # so that opening it does not wait
    os.write(writer, b"begin { }\n")
    for name, text in (("one.probe", 'import "two.probe"\nbegin { }\n'),
                       ("two.probe", 'import "one.probe"\n'),
                       ("self.h", '#include "self.h"\n#include "self.h"\n'),
                       ("includes.probe", '#include "self.h"\nbegin { }\n'),
                       ("zero.probe", '#include "/dev/zero"\nbegin { }\n'),
                       ("imports_zero.probe", 'import "/dev/zero"\nbegin { }\n'),
                       ("secret", "begin { }\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    os.chmod(secret, 0)
    return writer, [
        ("file_zero", ["check", "/dev/zero"], {1, 2}),
        ("file_null", ["check", "/dev/null"], {1}),
        ("file_folder", ["check", folder], {1, 2}),
        ("file_missing", ["check", os.path.join(folder, "missing")], {1, 2}),
        ("file_unreadable", ["check", secret], {0, 1, 2}),
        ("file_mem", ["check", "/proc/self/mem"], {1, 2}),
        ("file_binary", ["check", "/bin/sh"], {1}),
        ("import_cycle", ["check", "one.probe"], {0, 1}),
        ("include_cycle", ["check", "includes.probe"], {0, 1}),
        ("include_zero", ["check", "zero.probe"], {1}),
        ("import_zero", ["check", "imports_zero.probe"], {1}),
    ]


def many_events(folder):
    """A tracefs with more events than one probe can have."""
    events = os.path.join(folder, "tracefs", "events", "many")
    os.makedirs(events)
    names = [f"event_{i}" for i in range(5000)]
    for name in names:
        os.mkdir(os.path.join(events, name))
        with open(os.path.join(events, name, "format"), "w", encoding="utf-8") as file:
            file.write(f"name: {name}\nID: 1\nformat:\n\tfield:int x;\toffset:8;\tsize:4;\tsigned:1;\n")
    with open(os.path.join(folder, "tracefs", "available_events"), "w", encoding="utf-8") as file:
        file.write("".join(f"many:{name}\n" for name in names))


def judge(name, statuses, result, verbose, measured=True):
    status, text, size, seconds, peak = result
    problems = []
    if status not in statuses:
        problems.append(f"status {status}, not {sorted(statuses)}")
    if status and not text.strip():
        problems.append("refused without a word")
    if size > OUTPUT:
        problems.append(f"{size} bytes of messages")
    if "the compiler failed" in text or "Sanitizer" in text or "out of memory" in text:
        problems.append(text.strip()[:300])
    if measured and peak > PEAK:
        problems.append(f"{peak >> 20} MB")
    if measured and seconds > SECONDS:
        problems.append(f"{seconds:.2f} s")
    if verbose or problems:
        first = text.strip().split("\n")[0][:100]
        print(f"{'FAIL' if problems else 'ok  '} {name:22} {status:3} {seconds:6.2f} s "
              f"{peak >> 20:4} MB  {first} {'; '.join(problems)}")
    return not problems


def main():
    words = sys.argv[1:]
    verbose = "-v" in words
    binary, *only = [word for word in words if word != "-v"]
    binary = os.path.abspath(binary)
    with open(binary, "rb") as file:
        memory = 0 if b"__asan_init" in file.read() else MEMORY
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SONDE_", "BPFTRACE_"))}
    env |= {"SONDE_BTF": os.path.join(FIXTURES, "btf", "vmlinux.btf"), "LC_ALL": "C",
            "SONDE_TRACEFS": os.path.join(FIXTURES, "tracefs"), "ASAN_OPTIONS": "detect_leaks=0"}
    held = total = 0
    with tempfile.TemporaryDirectory() as folder:
        writer, files = file_cases(folder)
        names = {*CASES, *(name for name, _, _ in files), "too_many_targets"}
        filters.refuse_unknown(only, names.__contains__)
        many_events(folder)
        script = os.path.join(folder, "script.probe")
        for name, (text, statuses) in CASES.items():
            if only and name not in only:
                continue
            with open(script, "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode())
            total += 1
            held += judge(name, statuses, run(binary, ["check", script], env, folder, memory), verbose,
                          memory != 0)
        for name, command, statuses in files:
            if only and name not in only:
                continue
            total += 1
            held += judge(name, statuses, run(binary, command, env, folder, memory), verbose, memory != 0)
        if not only or "too_many_targets" in only:
            total += 1
            there = env | {"SONDE_TRACEFS": os.path.join(folder, "tracefs")}
            result = run(binary, ["check", "-e", "tracepoint:many:* { print(args.x); }"], there, folder,
                         memory)
            good = judge("too_many_targets", {1}, result, verbose, memory != 0)
            if "[too-many-targets]" not in result[1]:
                print("FAIL too_many_targets:", result[1][:200])
                good = False
            held += good
        os.close(writer)
    print(f"hostile: {total} cases: {held} hold, {total - held} fail")
    return 0 if held == total else 1


if __name__ == "__main__":
    sys.exit(main())
