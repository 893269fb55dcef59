"""Scripts of a wanted size for the benchmarks: what people write, varied, with constants that differ."""

LIBC = "/lib/x86_64-linux-gnu/libc.so.6"
# A row for each probe in turn; what both tools attach without a workload.
PROBES = ("tracepoint:syscalls:sys_enter_openat", f"uprobe:{LIBC}:getpgrp", "interval:s:9",
          "tracepoint:sched:sched_switch", "profile:hz:9", "tracepoint:syscalls:sys_exit_read",
          f"uretprobe:{LIBC}:getsid", "end")


def statement(i):
    if i % 100 == 56:
        return f"for ($i : 0..{3 + i % 7}) {{ $a += $i; }}"
    if i % 100 == 6:
        return f"unroll({2 + i % 3}) {{ $b += {i}; }}"
    return (f"@calls[comm, {i}] = count();",
            f'printf("%d: pid %d of %s has %d\\n", {i}, pid, comm, $a);',
            f'if (comm == "thread{i}") {{ @seen[pid] = {i}; }}',
            f"$a = $a * {3 + i % 5} + pid - {i};",
            f"if ($a > {i} && pid != {i}) {{ @sizes[{i}] = hist($a); }} else {{ $b++; }}",
            f"@total[{i % 7}] = sum($a);",
            f"@last[tid] = nsecs + {i};",
            f"$c = $b > {i} ? $a : {i};",
            f'if (strncmp(comm, "thr", 3) == 0) {{ @names[comm] = max({i}); }}',
            f"$b = ($a & {i}) | ($c >> {1 + i % 5});")[i % 10]


def body(first, count):
    lines = "".join(f"\t{statement(i)}\n" for i in range(first, first + count))
    return f"{{\n\t$a = 1; $b = 2; $c = 3;\n{lines}"


def statements(count):
    """One probe with so many statements, that ends by itself."""
    return f"begin {body(0, count)}\texit();\n}}\n"


def probes(count):
    """So many probes of four statements; the first is all that runs."""
    return "begin { exit(); }\n" + "".join(
        f"{PROBES[i % len(PROBES)]} {body(i * 7, 4)}}}\n" for i in range(count - 1))
