"""Cases of tests/run that need more than a script and its directives: pipes, signals, other users, other
mounts, running processes, and inputs that must be refused. Each function takes the Setup and returns None
or the reason why it failed."""

import json
import os
import re
import shutil
import signal
import subprocess
import time

from cases_script import SCRIPT_CASES
from cases_types import TYPE_CASES
from run import finish, start, wait_for_attached

GETPID = "tracepoint:syscalls:sys_enter_getpid /pid == cpid/ { @ = count(); }"


def sonde(setup, *words, timeout=30):
    return finish(start([setup.binary, *words]), timeout)


def want(result, status, *patterns):
    """None when the status is right and each pattern is found in the output or the error."""
    if result[0] != status:
        return f"status {result[0]}, {status} wanted: {(result[1] + result[2])[-300:]!r}"
    for pattern in patterns:
        if not re.search(pattern, result[1] + result[2], re.M):
            return f"nothing matches {pattern!r}: {(result[1] + result[2])[-300:]!r}"
    return None


def pipe_to_head(setup):
    """`| head -3`: the reader goes away, sonde ends at once, without a complaint of its own."""
    command = [setup.binary, "-q", "-e", 'interval:ms:5 { printf("line\\n"); }']
    with subprocess.Popen(["timeout", "10", *command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        lines = [process.stdout.readline() for _ in range(3)]
        process.stdout.close()
        err = process.stderr.read().decode()
        status = process.wait()
    if lines != [b"line\n"] * 3:
        return f"read {lines}"
    if status == 124:
        return "did not notice that the reader has gone"
    if status < 0 or "Traceback" in err or len(err) > 200:
        return f"status {status}, {err!r}"
    return None


def output_file(setup):
    """-o FILE takes all the output."""
    path = os.path.join(setup.tmp, "out.txt")
    result = sonde(setup, "-o", path, "-c", f"{setup.workload} getpid:9", "-e", GETPID)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    os.unlink(path)
    if "@: 9" not in text.split("\n") or "@" in result[1]:
        return f"file {text!r}, output {result[1]!r}"
    return want(result, 0)


def output_file_unwritable(setup):
    return want(sonde(setup, "-o", "/no/such/folder/x", "-e", "begin { exit(); }"), 1,
                "/no/such/folder/x")


def disk_full(setup):
    """Writing to a full device is told, status 1."""
    result = finish(subprocess.Popen(
        ["sh", "-c", f"exec {setup.binary} -q -e 'begin {{ printf(\"x\\n\"); exit(); }}' >/dev/full"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True))
    return want(result, 1, "[Nn]o space")


def standard_input(setup):
    process = subprocess.Popen([setup.binary, "-q", "-"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(b'begin { printf("from stdin\\n"); exit(); }', timeout=20)
    return want((process.returncode, out.decode(), err.decode()), 0, "^from stdin$")


def symbols_of_hidden_file(setup):
    """A file that has this name only for some processes, in a root of their own: that it could not be read
    for one that has ended says nothing of those that live."""
    folder = os.path.join(setup.tmp, "hidden")
    os.makedirs(folder, exist_ok=True)
    shutil.copy(setup.workload, os.path.join(folder, "hidden-workload"))
    inside = f"chroot {folder} /hidden-workload call:1"
    process = subprocess.Popen(["sh", "-c", f"read x; {inside}; {inside} msleep:4000"], stdin=subprocess.PIPE,
                               start_new_session=True)
    tracer = start([setup.binary, "-q", "-f", "json", "-e",
                    f"uprobe:{folder}/hidden-workload:workload_add "
                    '{ @[nsecs, usym(reg("ip"))] = 1; @n++; if (@n == 2) { @at = nsecs; } } '
                    "interval:ms:100 { if (@n == 2 && nsecs - @at > 1000000000) { exit(); } } "
                    'begin { @n = 0; print("go"); }'])
    line = b"-"
    while line and b"go" not in line:  # the end: it could not start
        line = tracer.stdout.readline()
    process.communicate(b"go\n")
    result = finish(tracer)
    return want(result, 0, r"workload_add")


def interrupted_load(setup):
    """Ctrl-C ends a run that the verifier is still busy with, at once."""
    if not shutil.which("clang"):
        print("skipped interrupted_load: no clang")
        return None
    folder = os.path.join(setup.tmp, "slow")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "slow.bpf.c"), "w", encoding="utf-8") as file:
        file.write("long spin(long n) { for (long i = 0; i < 500000; i++) n = (n ^ i) * 3; return n; }")
    with open(os.path.join(folder, "slow.probe"), "w", encoding="utf-8") as file:
        file.write('import "slow.bpf.c";\nbegin { print(spin(1)); exit(); }')
    process = start([setup.binary, "-v", os.path.join(folder, "slow.probe")])
    line = b"-"
    while line and b"points to subprog 'spin'" not in line:
        line = process.stderr.readline()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    result = finish(process)
    return None if result[0] == -signal.SIGINT else f"status {result[0]}: {result[2][-300:]}"


def uprobe_not_decodable(setup):
    """Behind bytes that are no instruction nobody knows where one starts: not called inside of one."""
    binary = os.path.join(setup.tmp, "undecodable")
    code = r"""asm(".globl odd\n.type odd,@function\nodd: .byte 0x06,0x06\nnop\nret\n.size odd,.-odd\n");
int main(void) { return 0; }"""
    subprocess.run([os.environ.get("CC", "cc"), "-no-pie", "-x", "c", "-o", binary, "-"],
                   input=code, text=True, check=True)
    symbols = subprocess.run(["nm", binary], capture_output=True, text=True, check=True).stdout
    address = int(re.search(r"([0-9a-f]+) . odd$", symbols, re.M)[1], 16) + 2
    for place in ("odd+2", f"0x{address:x}"):
        reason = want(sonde(setup, "--dry-run", "-e", f"uprobe:{binary}:{place} {{ }}"), 1,
                      f"whether an instruction starts at {re.escape(place)} is not known")
        reason = reason or want(sonde(setup, "--dry-run", "--unsafe", "-e",
                                      f"uprobe:{binary}:{place} {{ }}"), 0)
        if reason:
            return f"{place}: {reason}"
    return None


def pid_filter(setup):
    """-p PID: counts another process, ends when that process ends."""
    with start([setup.workload, "msleep:700", "call:8", "msleep:200"]) as target:
        result = sonde(setup, "-p", str(target.pid), "-e",
                       f"uprobe:{setup.workload}:workload_add {{ @ = count(); }}", timeout=15)
        target.wait()
    return want(result, 0, "^@: 8$")


def pid_missing(setup):
    return want(sonde(setup, "-p", "4194303", "-e", "begin { }"), 1, "4194303")


def pid_not_a_number(setup):
    return want(sonde(setup, "-p", "none", "-e", "begin { }"), 2)


def command_missing(setup):
    return want(sonde(setup, "-c", "/no/such/command", "-e", "begin { }"), 1, "/no/such/command")


def two_at_once(setup):
    """Two instances do not disturb each other."""
    first = start([setup.binary, "-q", "-c", f"{setup.workload} msleep:200 getpid:100", "-e", GETPID])
    second = start([setup.binary, "-q", "-c", f"{setup.workload} msleep:200 getpid:200", "-e", GETPID])
    return want(finish(first), 0, "^@: 100$") or want(finish(second), 0, "^@: 200$")


def sigint_twice_is_calm(setup):
    """Ctrl-C ends the run with status 0 and the maps printed."""
    process = start([setup.binary, "-e", "interval:ms:10 { @ = count(); }"])
    collected = bytearray()
    wait_for_attached(process, collected)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    return want(finish(process), 0, r"^@: \d+$")


def sigint_stops_command(setup):
    """The command of -c does not outlive sonde."""
    process = start([setup.binary, "-c", f"{setup.workload} pid msleep:20000", "-e", "begin { @ = 1; } interval:s:100 { }"])
    collected = bytearray()
    deadline = time.monotonic() + 10
    while b"pid " not in collected or not collected.endswith(b"\n"):
        collected += os.read(process.stdout.fileno(), 1)
        if time.monotonic() > deadline:
            break
    child = int(re.search(rb"pid (\d+)", collected)[1])
    process.send_signal(signal.SIGINT)
    reason = want(finish(process), 0, "^@: 1$")
    time.sleep(0.1)
    if reason is None and os.path.exists(f"/proc/{child}/exe"):
        os.kill(child, signal.SIGKILL)
        return "the command is still running"
    return reason


def ring_buffer_full(setup):
    """While the reader is stopped more records come than fit: the loss is counted and told."""
    script = (f"uprobe:{setup.workload}:workload_leaf {{ printf(\"%s\\n\", "
              "\"a text that is long enough to fill what there is soon, "
              "and then some more of it so that it is sure\"); @ = count(); }")
    process = start([setup.binary, "-e", script])
    collected = bytearray()
    wait_for_attached(process, collected)
    process.send_signal(signal.SIGSTOP)
    subprocess.run([setup.workload, "threads:400000:2"], check=True)
    process.send_signal(signal.SIGCONT)
    process.send_signal(signal.SIGINT)
    status, out, err = finish(process, 60)
    lines = out.count("a text that is long")
    lost = [int(number) for number in re.findall(r"(\d+)", err)]
    if status != 0 or "@: 800000" not in out.split("\n"):
        return f"status {status}: {out[-200:]!r} {err[-200:]!r}"
    if lines == 800000:
        return "nothing was lost: the test proves nothing"
    if 800000 - lines not in lost:
        return f"{lines} records printed, so {800000 - lines} were lost; told: {err[-300:]!r}"
    return None


def map_overflow_told(setup):
    """Insertions that a full map refused are counted exactly."""
    script = ("config = { max_map_keys = 2 } tracepoint:syscalls:sys_enter_read /pid == cpid && comm == \"workload\"/ "
              "{ @[args.count] = count(); }")
    result = sonde(setup, "-c", f"{setup.workload} ladder:7", "-e", script)
    return want(result, 0, r"^@\[\d+\]: 1$", r"\b5\b")


def map_overflow_json(setup):
    script = ("config = { max_map_keys = 2 } tracepoint:syscalls:sys_enter_read /pid == cpid && comm == \"workload\"/ "
              "{ @[args.count] = 1; }")
    result = sonde(setup, "-f", "json", "-c", f"{setup.workload} ladder:7", "-e", script)
    try:
        kinds = [json.loads(line)["type"] for line in result[1].split("\n") if line.strip()]
    except ValueError as error:
        return f"not JSON: {error}"
    return want(result, 0) or (None if "lost_events" in kinds else f"only {kinds}")


def large_map(setup):
    """100 000 keys come out complete, sorted, soon."""
    script = ("config = { max_map_keys = 200000 } "
              f"uprobe:{setup.workload}:workload_add {{ @[arg0] = arg1; }}")
    began = time.monotonic()
    result = sonde(setup, "-q", "-c", f"{setup.workload} call:100000", "-e", script, timeout=60)
    rows = re.findall(r"^@\[(\d+)\]: (\d+)$", result[1], re.M)
    if len(rows) != 100000 or any(int(value) != 2 * int(key) for key, value in rows):
        return f"{len(rows)} rows; {result[2][-200:]!r}"
    if [int(value) for _, value in rows] != sorted(int(value) for _, value in rows):
        return "not sorted by value"
    return None if time.monotonic() - began < 20 else f"took {time.monotonic() - began:.1f} s"


def many_records(setup):
    """100 000 printf records at full speed: none lost, order kept."""
    script = (f"uprobe:{setup.workload}:workload_add {{ printf(\"%d\\n\", arg0); }}")
    result = sonde(setup, "-q", "-c", f"{setup.workload} call:100000", "-e", script, timeout=60)
    numbers = [int(line) for line in result[1].split("\n") if line.strip().isdigit()]
    if numbers != list(range(100000)):
        return f"{len(numbers)} records: {result[2][-200:]!r}"
    return None


def first_insert_on_all_cpus(setup):
    """New keys from all CPUs at once: none counted twice, none lost."""
    script = f"uprobe:{setup.workload}:workload_leaf {{ @[arg0 % 1000]++; @c[arg0 % 1000] = count(); }}"
    result = sonde(setup, "-q", "-c", f"{setup.workload} threads:4000:8", "-e", script, timeout=60)
    rows = re.findall(r"^@c?\[\d+\]: (\d+)$", result[1], re.M)
    if len(rows) != 2000 or set(rows) != {"32"}:
        return f"{len(rows)} rows with {sorted(set(rows))[:9]}: {result[2][-200:]!r}"
    return None


def fifty_tracepoints_leave_quickly(setup):
    names = sorted(os.listdir("/sys/kernel/tracing/events/syscalls"))
    names = [name for name in names if name.startswith("sys_enter_")][:50]
    points = ",".join(f"tracepoint:syscalls:{name}" for name in names)
    began = time.monotonic()
    result = sonde(setup, "-q", "-e", f"{points} {{ @[probe] = count(); }} interval:ms:1 {{ exit(); }}")
    took = time.monotonic() - began
    return want(result, 0) or (None if took < 1.5 else f"took {took:.2f} s")


def as_nobody(setup):
    """Without root: one sentence that says so, status 1."""
    result = finish(start(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                           setup.binary, "-e", "begin { exit(); }"]))
    return want(result, 1, "(?i)root|permission|privilege|CAP_BPF")


def check_as_nobody(setup):
    """`sonde check` needs no root."""
    path = os.path.join(setup.tmp, "check.probe")
    with open(path, "w", encoding="utf-8") as file:
        file.write('begin { @[comm, curtask->pid] = count(); printf("%d", 1); }\n')
    os.chmod(path, 0o644)
    result = finish(start(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                           setup.binary, "check", path]))
    os.unlink(path)
    return want(result, 0)


def without_tracefs(setup):
    """No tracefs mounted: one sentence that tells how to mount it."""
    hide = "mount --make-rprivate /sys && { umount -R /sys/kernel/tracing; umount -R /sys/kernel/debug; } 2>/dev/null; exec \"$@\""
    result = finish(start(["unshare", "-m", "--propagation", "unchanged", "sh", "-c", hide, "sh", setup.binary, "-e",
                           "tracepoint:sched:sched_switch { @ = args.prev_pid; exit(); }"]))
    return want(result, 1, "(?i)tracefs", "mount")


def without_btf(setup):
    """A kernel without BTF: one sentence where a kernel type is used."""
    hide = "mount --make-rprivate /sys && mount -t tmpfs none /sys/kernel/btf && exec \"$@\""
    result = finish(start(["unshare", "-m", "--propagation", "unchanged", "sh", "-c", hide, "sh", setup.binary, "-e",
                           "begin { print(curtask->pid); exit(); }"]))
    return want(result, 1, "BTF")


def unreadable_file(setup):
    return want(sonde(setup, "/no/such/file.probe"), 1, "/no/such/file.probe")


def folder_as_script(setup):
    return want(sonde(setup, setup.tmp), 1, "(?i)director|folder")


def usage(setup):
    return (want(sonde(setup), 2) or want(sonde(setup, "--no-such-option"), 2, "no-such-option")
            or want(sonde(setup, "-f", "yaml", "-e", "begin {}"), 2)
            or want(sonde(setup, "dump", "nonsense", "x"), 2))


def help_and_version(setup):
    return (want(sonde(setup, "--help"), 0, "-e") or want(sonde(setup, "-h"), 0)
            or want(sonde(setup, "-V"), 0, r"\d+\.\d+\.\d+"))


def list_probes(setup):
    return (want(sonde(setup, "-l", "tracepoint:syscalls:sys_enter_getp*"), 0,
                 "^tracepoint:syscalls:sys_enter_getpid$")
            or want(sonde(setup, "-lv", "tracepoint:syscalls:sys_enter_openat"), 0,
                    r"const char \* ?filename")
            or want(sonde(setup, "-l", f"uprobe:{setup.workload}:workload_*"), 0, "workload_leaf$"))


def info(setup):
    return want(sonde(setup, "info"), 0, "(?i)kernel")


def standalone_needs_no_compiler(setup):
    """The built tool runs from another folder, by another name, with only its own file there."""
    script = os.path.join(setup.tmp, "tool.probe")
    tool = os.path.join(setup.tmp, "tool")
    with open(script, "w", encoding="utf-8") as file:
        file.write(GETPID.replace("@ =", "@[$1] ="))
    reason = want(sonde(setup, "build", script, "-o", tool), 0)
    if reason:
        return "build: " + reason
    linked = subprocess.run(["ldd", tool], capture_output=True, check=False).stdout.decode()
    os.unlink(script)
    if "LLVM" in linked:
        return "links LLVM"
    result = finish(start([tool, "-c", f"{setup.workload} getpid:12", "5"]))
    os.unlink(tool)
    return want(result, 0, r"^@\[5\]: 12$")


def dump_stages(setup):
    for stage in ("ast", "types", "plan", "ir", "asm"):
        path = os.path.join(setup.tmp, "dump.probe")
        with open(path, "w", encoding="utf-8") as file:
            file.write("begin { @ = count(); exit(); }\n")
        reason = want(sonde(setup, "dump", stage, path), 0, r"\S")
        if reason:
            return f"{stage}: {reason}"
    return None


# What must be refused: (name, script, a pattern of the message). Status 1, the place in the script with
# line and column, nothing printed on standard output, nothing attached.
REFUSED = [
    ("syntax", "begin { @ = ; }", "1:13"),
    ("unclosed_brace", "begin { @ = 1;", "1:"),
    ("unclosed_string", 'begin { printf("x); }', "1:"),
    ("unclosed_comment", "begin { /* ", "1:"),
    ("unknown_provider", "trcepoint:sched:sched_switch { }", "tracepoint"),
    ("unknown_event", "tracepoint:sched:sched_swich { }", "sched_switch"),
    ("unknown_category", "tracepoint:shced:sched_switch { }", "sched"),
    ("unknown_field", "tracepoint:sched:sched_switch { print(args.prev_pit); }", "prev_pid"),
    ("unknown_kernel_field", "begin { print(curtask->pidd); }", "pid"),
    ("unknown_type", "begin { print(((struct no_such_thing *)0)->x); }", "no_such_thing"),
    ("unknown_function", 'begin { prinft("x"); }', "printf"),
    ("unknown_builtin", "begin { print(comn); }", "comm"),
    ("undefined_variable", "begin { print($a); }", r"\$a"),
    ("key_type_changes", 'begin { @[1] = 1; @["a"] = 1; }', "@"),
    ("key_count_changes", "begin { @[1] = 1; @[1, 2] = 1; }", "@"),
    ("value_type_changes", 'begin { @ = 1; @ = "a"; }', "@"),
    ("aggregation_changes", "begin { @ = count(); @ = sum(1); }", "@"),
    ("printf_arguments_missing", 'begin { printf("%d %d", 1); }', "printf|format"),
    ("printf_arguments_many", 'begin { printf("%d", 1, 2); }', "printf|format"),
    ("printf_wrong_type", 'begin { printf("%d", "a"); }', "%d"),
    ("printf_bad_conversion", 'begin { printf("%y", 1); }', "%y"),
    ("assign_to_literal", "begin { 1 = 2; }", "1:"),
    ("string_arithmetic", 'begin { $a = "a" * 2; }', "1:"),
    ("division_by_zero", "begin { @ = 1 / 0; }", "zero"),
    ("args_in_begin", "begin { print(args.x); }", "args"),
    ("retval_in_entry", "uprobe:/bin/sh:main { print(retval); }", "retval"),
    ("interval_unit", "interval:x:1 { }", "1:"),
    ("interval_zero", "interval:s:0 { }", "1:"),
    ("interval_wildcard", "interval:s:* { }", "1:"),
    ("uprobe_binary_missing", "uprobe:/no/such/binary:main { }", "/no/such/binary"),
    ("uprobe_symbol_missing", "uprobe:/bin/sh:no_such_symbol { }", "no_such_symbol"),
    ("wildcard_matches_nothing", "tracepoint:sched:zzz* { }", "zzz"),
    ("lhist_bounds", "begin { @ = lhist(1, 10, 1, 1); }", "lhist"),
    ("count_with_argument", "begin { @ = count(1); }", "count"),
    ("unsafe_call", 'begin { system("true"); }', "unsafe"),
    ("config_unknown_key", "config = { max_map_kexs = 1 } begin { }", "max_map_keys"),
    ("config_bad_value", 'config = { max_map_keys = "x" } begin { }', "max_map_keys"),
    ("integer_too_large", "begin { @ = 99999999999999999999; }", "1:"),
    ("octal_digit", "begin { @ = 09; }", "1:"),
    ("struct_redefined", "struct a { int x; }; struct a { int y; }; begin { }", "struct a|\ba\b"),
    ("no_probe", "// nothing here", "probe"),
    ("duplicate_else", "begin { if (1) { } else { } else { } }", "1:"),
    ("delete_missing_key", "begin { @[1] = 1; delete(@, \"x\"); }", "@"),
    ("exit_string", 'begin { exit("a"); }', "exit"),
    ("tuple_index", "begin { print((1, 2).5); }", "5"),
    ("deep_nesting", "begin { @ = " + "(" * 20000 + "1" + ")" * 20000 + "; }", "deep|nest"),
    ("deep_blocks", "begin { " + "if (1) { " * 20000 + "}" * 20000 + " }", "deep|nest"),
    ("many_minuses", "begin { @ = " + "- " * 100000 + "1; }", "deep|nest"),
    ("second_line", "begin {\n\t@ = 1;\n\t@ = nope;\n}", "3:"),
]


def refused(script, pattern):
    def case(setup):
        path = os.path.join(setup.tmp, "bad.probe")
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        began = time.monotonic()
        status, out, err = sonde(setup, path)
        os.unlink(path)
        if status != 1:
            return f"status {status}, 1 wanted: {(out + err)[-200:]!r}"
        if out.strip():
            return f"printed {out[:100]!r}"
        if not re.search(r"bad\.probe:\d+:\d+", err) and script.startswith("//") is False:
            return f"no file:line:column in {err[:200]!r}"
        if not re.search(pattern, err):
            return f"nothing matches {pattern!r} in {err[:300]!r}"
        if time.monotonic() - began > 3:
            return "took more than 3 s"
        return None
    return case


def odd_bytes(setup):
    """NUL, invalid UTF-8, a megabyte line, an empty file: refused, soon, without a crash."""
    inputs = {"nul": b"begin { @ = 1\0; }", "utf8": b"begin { \xff\xfe }", "empty": b"",
              "megabyte": b"begin { @ = " + b"1+" * 500000 + b"1; }",
              "name": b"begin { $" + b"a" * 1000000 + b" = 1; }",
              "binary": bytes(range(256)) * 40}
    for name, data in inputs.items():
        path = os.path.join(setup.tmp, "odd.probe")
        with open(path, "wb") as file:
            file.write(data)
        began = time.monotonic()
        status, _, err = sonde(setup, "check", path)
        took = time.monotonic() - began
        os.unlink(path)
        if status not in (0, 1) or (status == 1 and not err.strip()):
            return f"{name}: status {status}, {err[-200:]!r}"
        if took > 5:
            return f"{name}: took {took:.1f} s"
    return None


def damaged_image(setup):
    """A standalone executable whose image is damaged says so."""
    script = os.path.join(setup.tmp, "d.probe")
    tool = os.path.join(setup.tmp, "d")
    with open(script, "w", encoding="utf-8") as file:
        file.write("begin { exit(); }")
    reason = want(sonde(setup, "build", script, "-o", tool), 0)
    if reason:
        return reason
    with open(tool, "rb") as file:
        whole = file.read()
    size = int.from_bytes(whole[-16:-8], "little")
    start_of_image = len(whole) - 16 - size
    for at in range(0, size, max(1, size // 40)):
        damaged = bytearray(whole)
        damaged[start_of_image + at] ^= 0xff
        with open(tool, "wb") as file:
            file.write(damaged)
        status, _, err = finish(start([tool, "-q"]))
        if status is None or status < 0 or status > 2 or (status and not err.strip()):
            return f"byte {at} of {size} flipped: status {status}, {err[-200:]!r}"
    return None


def losses_unreadable(setup):
    """An image whose counters of losses are not there: nobody says that nothing was lost."""
    image = os.path.join(setup.tmp, "uncounted.o")
    reason = want(sonde(setup, "dump", "elf", "-e", "begin { print(7); exit(); }", "-o", image), 0)
    if reason:
        return reason
    with open(image, "rb") as file:
        whole = file.read()
    with open(image, "wb") as file:
        file.write(whole.replace(b".data.losses", b".data.lossez"))
    status, out, err = finish(start([os.path.join(os.path.dirname(setup.binary), "sonde-run"), image]))
    return want((status, out, err), 0, "^7$") or want((status, err, ""), 0, "warning: what was lost is not known")


PLAIN = [pipe_to_head, output_file, output_file_unwritable, disk_full, standard_input, pid_filter,
         interrupted_load, uprobe_not_decodable, symbols_of_hidden_file, losses_unreadable,
         pid_missing, pid_not_a_number, command_missing, two_at_once, sigint_twice_is_calm,
         sigint_stops_command, ring_buffer_full, map_overflow_told, map_overflow_json, large_map,
         many_records, first_insert_on_all_cpus, fifty_tracepoints_leave_quickly, as_nobody, check_as_nobody,
         without_tracefs, without_btf, unreadable_file, folder_as_script, usage, help_and_version,
         list_probes, info, standalone_needs_no_compiler, dump_stages, odd_bytes, damaged_image]

CASES = [(function.__name__, function) for function in PLAIN + SCRIPT_CASES + TYPE_CASES] + \
        [("refused_" + name, refused(script, pattern)) for name, script, pattern in REFUSED]
