"""Cases of tests/run about what a script is made of and given: imports, parameters, configuration. Each
function takes the Setup and returns None or the reason why it failed."""

import os
import re
import shutil
import subprocess

from run import finish, start


def write(folder, name, text, mode=0o644):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)
    return path


def empty_folder(setup, name):
    path = os.path.join(setup.tmp, name)
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path, 0o755)
    return path


def sonde(setup, *words, cwd=None, env=None, text=None):
    done = subprocess.run([setup.binary, "-q", *words], input=text, capture_output=True, timeout=30,
                          cwd=cwd, env={**os.environ, **(env or {})}, check=False, text=True)
    return done.returncode, done.stdout, done.stderr


def want_lines(result, *lines, status=0):
    """None when the output is exactly these lines, blank ones apart."""
    shown = [line for line in result[1].split("\n") if line.strip()]
    if result[0] != status or shown != list(lines):
        return f"status {result[0]}, {shown}, {result[2][-300:]!r}; wanted {status}, {list(lines)}"
    return None


def want_refusal(result, sentence, status=1):
    if result[0] != status or sentence not in result[2]:
        return f"status {result[0]}, {result[2][-300:]!r}; wanted {status}, {sentence!r}"
    return None


def import_from_working_folder(setup):
    """A one-liner and standard input import from where sonde was started."""
    folder = empty_folder(setup, "imports")
    write(folder, "lib/a.bt", 'macro seven() { 7 }\nbegin { printf("imported\\n"); }\n')
    script = 'import "lib/a.bt"; begin { printf("%d\\n", seven()); exit(); }'
    return want_lines(sonde(setup, "-e", script, cwd=folder), "imported", "7") or \
        want_lines(sonde(setup, "-", cwd=folder, text=script), "imported", "7")


def import_beside_root(setup):
    """As on the peer, a nested import is also looked for beside the script that is run."""
    folder = empty_folder(setup, "imports")
    main = write(folder, "main.bt", 'import "lib/a.bt"; begin { printf("main\\n"); exit(); }')
    write(folder, "lib/a.bt", 'import "other/b.bt"; begin { printf("a\\n"); }')
    write(folder, "other/b.bt", 'begin { printf("b\\n"); }')
    return want_lines(sonde(setup, main, cwd="/"), "b", "a", "main")


def import_writable(setup):
    """What others can write is not read: the file, its folder, a folder."""
    folder = empty_folder(setup, "imports")
    write(folder, "open.bt", "begin { }", 0o666)
    write(folder, "lib/a.bt", "begin { }")
    os.chmod(os.path.join(folder, "lib"), 0o757)
    for name, sentence in (("open.bt", "everybody can write to this file"),
                           ("lib/a.bt", "everybody can write to its folder"),
                           ("lib", "everybody can write to this folder")):
        reason = want_refusal(sonde(setup, "-e", f'import "{name}"; begin {{ }}', cwd=folder),
                              sentence)
        if reason:
            return reason
    return None


def import_bounds(setup):
    """A chain that is too long and a folder that is too full are refused, quickly."""
    folder = empty_folder(setup, "imports")
    for i in range(60):
        write(folder, f"c{i}.bt", f'import "c{i + 1}.bt"; begin {{ }}')
    reason = want_refusal(finish(start([setup.binary, "check", os.path.join(folder, "c0.bt")])),
                          "imports are nested too deeply")
    for i in range(300):
        write(folder, f"many/f{i}.bt", "begin { }")
    return reason or want_refusal(
        finish(start([setup.binary, "check", "-e", f'import "{folder}/many"; begin {{ }}'])),
        "there are more than 256 imports")


def built_parameters(setup):
    """What a tool built ahead is given late: attach points, rates; what is missing or wrong is told."""
    tool = os.path.join(setup.tmp, "tool")
    script = 'interval:ms:$1 { printf("%s\\n", str($2)); exit(); }'
    reason = want_lines(finish(start([setup.binary, "build", "-e", script, "-o", tool])))
    return reason or want_lines(finish(start([tool, "-q", "5", "text"])), "text") or \
        want_refusal(finish(start([tool, "-q"])), "parameter $1 is not given", 2) or \
        want_refusal(finish(start([tool, "-q", "soon"])), '"soon" is no rate', 2) or \
        built_number(setup, tool)


def built_options(setup):
    """What is wrong with a tool's command line is bad usage, as with sonde's; a text that is cut is told."""
    tool = os.path.join(setup.tmp, "tool")
    reason = want_lines(finish(start([setup.binary, "build", "-o", tool, "-e",
                                      "begin { print(strlen(str($1))); exit(); }"])))
    for words, sentence in ((["-c", "true", "-p", "1"], "-c and -p cannot be used together"),
                            (["-c", ""], "-c needs a command"), (["-d", "ir"], "-d takes libbpf"),
                            (["-f", "xml"], "unknown output format"), (["-p", "x"], "is not a process id"),
                            (["-o"], "needs an argument"), (["-Z"], "unknown option")):
        reason = reason or want_refusal(finish(start([tool, *words])), sentence, 2)
    result = finish(start([tool, "-q", "x" * 3000]))
    return reason or want_lines(result, "1023") or \
        (None if "parameter $1 is cut to 1023 bytes" in result[2] else result[2])


def built_number(setup, tool):
    """A text for a number is refused; one that is only used as a text may be anything."""
    reason = want_lines(finish(start([setup.binary, "build", "--no-warnings", "-o", tool, "-e",
                                      "begin { print($1 * 2); print(str($2)); exit(); }"])))
    return reason or want_lines(finish(start([tool, "-q", "0x10", "5 o'clock"])), "32", "5 o'clock") or \
        want_lines(finish(start([tool, "-q"])), "0") or \
        want_refusal(finish(start([tool, "-q", "many"])), '"many" is given for $1, which is a number', 2)


def build_refuses_parameters(setup):
    """What cannot wait until a tool runs, and parameters given too early."""
    tool = os.path.join(setup.tmp, "tool")
    for script, sentence in (("$1 { }", "the kind of a probe must be known"),
                             ("interval:$1:5 { }", "this part of the probe must be known"),
                             ("tracepoint:sched:$1 { print(args); }", "args must be known"),
                             ("begin { unroll($1) { print(1); } }", "known when the script is")):
        reason = want_refusal(finish(start([setup.binary, "build", "-e", script, "-o", tool])),
                              sentence)
        if reason:
            return reason
    return want_refusal(finish(start([setup.binary, "build", "-e", "begin { }", "5", "-o", tool])),
                        "given to the executable", 2)


# A key; options; a script; and values with a pattern that the output and errors must match then.
EFFECTS = [
    ("max_map_keys", [], "begin { @[1] = 1; @[2] = 2; @[3] = 3; exit(); }",
     [("2", r"@, which is full"), ("3", r"^@\[3\]: 3$")]),
    ("max_strlen", ["-c", "{w} openat:1"],
     "tracepoint:syscalls:sys_enter_openat /pid == cpid/ { print(str(args.filename)); }",
     [("4", r"^/...?\.\.$"), ("64", r"^/[^.]{4,}$")]),
    ("str_trunc_trailer", ["-c", "{w} openat:1"],
     "tracepoint:syscalls:sys_enter_openat /pid == cpid/ { print(str(args.filename, 4)); }",
     [('"~"; max_strlen = 4', r"^/...?~$"), ('""; max_strlen = 4', r"^/...?$")]),
    ("print_maps_on_exit", [], "begin { @ = 1; printf(\"x\\n\"); exit(); }",
     [("true", r"^@: 1$"), ("false", r"\Ax\s*\Z"), ("0", r"\Ax\s*\Z")]),
    ("max_cat_bytes", [], 'begin { cat("/proc/self/comm"); exit(); }',
     [("2", r"^so$"), ("1e3", r"^sonde$")]),
    ("missing_probes", [], "begin { exit(); } uprobe:/no/such:f { }",
     [("error", r"error: there is no file"), ("warn", r"warning: there is no file"),
      ("ignore", r"\A\s*\Z")]),
    ("max_probes", [], "begin { exit(); } end { }",
     [("1", r"more than 1 probe"), ("2", r"\A\s*\Z")]),
    ("max_bpf_progs", [], "begin { exit(); } end { }",
     [("1", r"makes 2 programs"), ("2", r"\A\s*\Z")]),
    ("stack_mode", ["-c", "{w} getpid:1"],
     "tracepoint:syscalls:sys_enter_getpid /pid == cpid/ { print(ustack); }",
     [("raw", r"^\s*[0-9a-f]{6,}$"), ("bpftrace", r"^\s+syscall\+\d+$"),
      ("perf", r"^\s+[0-9a-f]+ syscall\+\d+ \(.*workload\)$")]),
    ("cache_user_symbols", ["-c", "{w} getpid:1"],
     "tracepoint:syscalls:sys_enter_getpid /pid == cpid/ { @[ustack] = count(); }",
     [("NONE", r"^\s+0x[0-9a-f]+$"), ("PER_PID", r"^\s+syscall\+\d+$"),
      ("PER_PROGRAM", r"^\s+syscall\+\d+$"), ("1", r"^\s+syscall\+\d+$")]),
    ("lazy_symbolication", ["-c", "{w} getpid:1"],
     "tracepoint:syscalls:sys_enter_getpid /pid == cpid/ { @[ustack] = count(); }",
     [("true", r"^\s+0x[0-9a-f]+$"), ("false", r"^\s+syscall\+\d+$")]),
    ("log_size", ["-d", "verifier"], "begin { exit(); }",
     [("128", r"p0_begin, the last 128 of \d+ bytes \(log_size\):\n(?!.*R1=ctx)(.*\n){0,3}processed \d+ insns"),
      ("1000000", r"p0_begin:\n(.*\n)*0: R1=ctx(.*\n)*processed \d+ insns")]),
    ("license", [], "begin { exit(); }", [("MIT", r"one of GPL, GPL v2"),
                                          ('"Dual BSD/GPL"', r"\A\s*\Z")]),
    ("unstable_tseries", [], "begin { exit(); }", [("maybe", r"one of enable, warn, error"),
                                                   ("warn", r"\A\s*\Z")]),
    ("BPFTRACE_MAX_MAP_KEYS", [], "begin { @[1] = 1; @[2] = 2; exit(); }",
     [("1", r"@, which is full"), ("2", r"^@\[2\]: 2$")]),
]


def config_effects(setup):
    """Every key of the config block changes what it is about."""
    wrong = []
    for key, options, script, values in EFFECTS:
        for value, pattern in values:
            result = sonde(setup, *(word.replace("{w}", setup.workload) for word in options),
                           "-e", f"config = {{ {key} = {value}; }} {script}")
            if not re.search(pattern, result[1] + result[2], re.M):
                wrong.append(f"{key} = {value}: {result}")
    return "; ".join(wrong) or None


def config_environment(setup):
    """The environment wins over the block, SONDE_ over BPFTRACE_; a wrong value is bad usage."""
    script = "config = { max_map_keys = 1 } begin { @[1] = 1; @[2] = 2; @[3] = 3; exit(); }"
    for env, count in (({}, 1), ({"BPFTRACE_MAX_MAP_KEYS": "2"}, 2),
                       ({"BPFTRACE_MAX_MAP_KEYS": "2", "SONDE_MAX_MAP_KEYS": "3"}, 3),
                       ({"SONDE_MAX_MAP_KEYS": "", "BPFTRACE_NO_SUCH_KEY": "3"}, 1)):
        result = sonde(setup, "-e", script, env=env)
        if result[1].count("@[") != count:
            return f"{env}: {count} keys wanted, {result}"
    for words in (["run"], ["check"], ["dump", "plan"],
                  ["build", "-o", os.path.join(setup.tmp, "never")]):
        done = subprocess.run([setup.binary, *words, "-e", script], capture_output=True, text=True, timeout=30,
                              env={**os.environ, "SONDE_MAX_MAP_KEYS": "many"}, check=False)
        reason = want_refusal((done.returncode, done.stdout, done.stderr),
                              'the environment sets max_map_keys to "many"', 2)
        if reason:
            return f"{words}: {reason}"
    return None


def begin_before_failure(setup):
    """What begin printed is told, also when a later probe cannot be attached."""
    rates = ", ".join(f"profile:hz:{rate}" for rate in range(1, 60))
    done = subprocess.run(["bash", "-c", 'ulimit -n 40; exec "$0" "$@"', setup.binary, "-q", "-e",
                           f'begin {{ printf("from begin\\n"); }} {rates} {{ }}'],
                          capture_output=True, text=True, timeout=30, check=False)
    result = done.returncode, done.stdout, done.stderr
    return want_lines(result, "from begin", status=1) or \
        want_refusal(result, "Too many open files")


def large_bodies(setup):
    """Hundreds of statements in a probe, a branch, a loop and a function, all left in their midst: cut
    into parts, they do what they say."""
    def many(count):
        return " ".join(f"$a += {i}; if ($a < 0) {{ @[{i}] = comm; }}" for i in range(count))

    path = write(setup.tmp, "large.bt", f"""
fn total($a : int64) : int64 {{ {many(250)} if ($a > 0) {{ return $a; }} {many(50)} return 1; }}
begin {{ $a = 0; printf("%d\\n", total(1)); if (pid) {{ {many(260)} print($a); }}
for ($i : 0..3) {{ {many(240)} if ($i == 1) {{ break; }} {many(40)} }} print($a);
unroll(3) {{ {many(100)} }} print($a);
{many(20)} if ($a > 0) {{ @end = $a; exit(); }} {many(50)} print("not reached"); }}""")
    first = 1 + sum(range(250)), sum(range(260))
    second = first[1] + 2 * sum(range(240)) + sum(range(40))
    third = second + 3 * sum(range(100))
    return want_lines(sonde(setup, path), str(first[0]), str(first[1]), str(second), str(third),
                      f"@end: {third + sum(range(20))}")


def large_loops(setup):
    """break, continue and return out of loops whose bodies are cut. Where functions lie as deep in each
    other as the kernel allows, no body is cut; what is beside the deepest call is."""
    def many(count):
        return " ".join(f"$s += {i};" for i in range(count))

    def truth(x, whole):
        s = 0
        for i in range(4):
            s += whole
            if i == x:
                continue
            s += whole
            if i == 2:
                if x == 1:
                    break
                s += whole
                if x == 0:
                    return -s
            while x == 3 and s <= 9 * whole:
                s += whole
        return s

    path = write(setup.tmp, "loops.bt", f"""
fn f($x : int64) : int64 {{ $s = (int64)0; for ($i : 0..4) {{
    {many(600)} if ($i == $x) {{ continue; }} {many(600)}
    if ($i == 2) {{ if ($x == 1) {{ break; }} {many(600)} if ($x == 0) {{ return -$s; }} }}
    while ($x == 3) {{ if ($s > {9 * sum(range(600))}) {{ break; }} {many(600)} continue; }} }}
    return $s; }}
begin {{ $s = (int64)0; for ($j : 0..5) {{ {many(600)} if ($j == 4) {{ @s = $s; exit(); }} print(f($j)); }}
print("not reached"); }}""")
    deep = " ".join(f"fn f{i}() : void {{ f{i + 1}(); }}" for i in range(6))
    deep += f"fn f6() : void {{ $s = 0; {many(800)} @deep = $s; }} begin {{ f0(); $s = 0; {many(800)} " \
        "@s = $s; exit(); }"
    return want_lines(sonde(setup, path), *(str(truth(x, sum(range(600)))) for x in range(4)),
                      f"@s: {5 * sum(range(600))}") or \
        want_lines(sonde(setup, write(setup.tmp, "deep.bt", deep)), f"@deep: {sum(range(800))}",
                   f"@s: {sum(range(800))}")


def json_division_order(setup):
    """What a division by zero tells stands before the value of its statement, as on the peer; arguments
    are evaluated from left to right all the same."""
    def told(division):
        return ('{"type": "runtime_error", "msg": "division by zero: 1 is taken as the result", '
                f'"filename": "stdin", "line": 1, "col": {text.index(division) + 1}}}')

    text = """begin { $z = 0; @m[1] = 7; printf("%d %d %d\\n", $z++, 3 / ($z - 1), $z); $z = 0; """ \
        "print((1 / $z, 2)); print(@m[5 % $z]); exit(); }"
    return want_lines(sonde(setup, "-f", "json", "-e", text),
                      told("3 /"), r'{"type": "printf", "data": "0 1 1\n"}',
                      told("1 /"), '{"type": "value", "data": [1,2]}',
                      told("5 %"), '{"type": "value", "data": 7}',
                      '{"type": "map", "data": {"@m": {"1": 7}}}')


SCRIPT_CASES = [
    begin_before_failure,
    json_division_order,
    large_bodies,
    large_loops,
    config_effects,
    config_environment,
    built_parameters,
    built_options,
    build_refuses_parameters,
    import_from_working_folder,
    import_beside_root,
    import_writable,
    import_bounds,
]
