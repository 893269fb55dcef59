#!/usr/bin/env python3
"""The benchmarks: sonde beside bpftrace and hand-written C with libbpf, medians of one run, interleaved.

Usage: bench.py --sonde BINARY [--peer-root CHROOT] [--rounds N] [--only start|many|size|event|records]

Prints a table with ratios and ends with one line per goal. Needs root, a C compiler, clang and libbpf-dev."""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "run"))
import bpf  # noqa: E402  (beside the run tests)
import scripts  # noqa: E402

EVENT = "tracepoint:syscalls:sys_enter_getpid"
EVENTS = [  # name, script body, baseline case
    ("nothing", "{ }", "EMPTY"),
    ("@ = count()", "{ @ = count(); }", "COUNT"),
    ("@[pid] = count()", "{ @[pid] = count(); }", "COUNT_PID"),
    ("@[comm] = count()", "{ @[comm] = count(); }", "COUNT_COMM"),
    ("@ = hist(nsecs)", "{ @ = hist(nsecs); }", "HIST"),
    ("@[pid] = hist(nsecs)", "{ @[pid] = hist(nsecs); }", "HIST_PID"),
    ('printf("%d %d")', '{ printf("%d %d\\n", pid, 1); }', "PRINTF"),
]
PARTS = ("start", "many", "size", "event", "records")
STATEMENTS = (10, 100, 500, 1000, 2000)
PROBES = (1, 10, 50, 100, 200)
LOOP = 200000
RECORDS = 1000000


class Bench:
    def __init__(self, options, tmp):
        self.options, self.tmp = options, tmp
        self.goals = []
        self.has_c = True
        self.build()

    def build(self):
        compiler = os.environ.get("CC", "cc")
        for name in ("measure", "loop"):
            subprocess.run([compiler, "-O2", "-static", "-o", self.path(name),
                            os.path.join(HERE, name + ".c")], check=True)
        os.rename(self.path("loop"), self.path("sonde-loop"))
        clang = shutil.which("clang-19") or shutil.which("clang")
        if not clang:
            print("bench: no clang: the columns of hand-written C are skipped")
            self.has_c = False
            return
        libraries = ["-lbpf", "-lelf", "-lz"]
        subprocess.run([compiler, "-O2", "-o", self.path("baseline"),
                        os.path.join(HERE, "baseline.c"), *libraries], check=True)
        for case in ("BEGIN", "OPENAT", "FIFTY", *(row[2] for row in EVENTS)):
            subprocess.run([clang, "-O2", "-g", "-target", "bpf", f"-DCASE_{case}",
                            "-I/usr/include/" + os.uname().machine + "-linux-gnu", "-c",
                            os.path.join(HERE, "baseline.bpf.c"), "-o", self.path(case + ".o")],
                           check=True)

    def path(self, name):
        return os.path.join(self.tmp, name)

    def tools(self, words, case, milliseconds=None):
        """{column: (command, chroot)}; the peer and C only where they are there."""
        rows = {"sonde": ([self.options.sonde, *words], None)}
        if self.options.peer_root:
            rows["bpftrace"] = (["bpftrace", *words], self.options.peer_root)
        if case and self.has_c:
            more = [] if milliseconds is None else [str(milliseconds)]
            rows["C"] = ([self.path("baseline"), self.path(case + ".o"), *more], None)
        return rows

    def measure(self, command, root, interrupt=None, output=None):
        words = [self.path("measure")]
        if root:
            words += ["-r", root]
        if interrupt is not None:
            words += ["-i", str(interrupt)]
        if output:
            words += ["-o", output]
        done = subprocess.run([*words, *command], capture_output=True, check=True)
        wall, attached, cpu, peak, status = (int(word) for word in done.stdout.split())
        if status != 0:
            raise RuntimeError(f"{command[0]}: status {status}")
        return {"wall": wall / 1000, "attached": attached / 1000, "cpu": cpu / 1000,
                "peak": peak / 1024}

    def medians(self, tools, **how):
        """{column: {measure: median}} with the columns interleaved."""
        seen = {name: [] for name in tools}
        for _ in range(self.options.rounds):
            for name, (command, root) in tools.items():
                seen[name].append(self.measure(command, root, **how))
        return {name: {key: statistics.median(row[key] for row in rows) for key in rows[0]}
                for name, rows in seen.items()}

    def row(self, label, values, unit):
        """One line of the table; returns the values."""
        cells = [f"{values[name]:9.1f}" if name in values else "        -"
                 for name in ("sonde", "bpftrace", "C")]
        ratios = []
        if values.get("bpftrace") and values.get("sonde"):
            ratios.append(f"bpftrace/sonde {values['bpftrace'] / values['sonde']:6.1f}")
        if values.get("C") and values.get("sonde"):
            ratios.append(f"sonde/C {values['sonde'] / values['C']:5.2f}")
        print(f"{label:44} {unit:5} {' '.join(cells)}   {'  '.join(ratios)}", flush=True)
        return values

    def goal(self, text, held):
        self.goals.append((text, held))

    def start(self):
        got = self.medians(self.tools(["-e", "begin { exit(); }"], "BEGIN"))
        for key, unit in (("wall", "ms"), ("cpu", "ms"), ("peak", "MiB")):
            values = self.row(f"begin {{ exit(); }}: {key}",
                              {name: row[key] for name, row in got.items()}, unit)
            if "bpftrace" in values and key == "wall":
                self.goal("begin { exit(); }: wall at most 1/20 of bpftrace",
                          values["sonde"] * 20 <= values["bpftrace"])
            if "bpftrace" in values and key == "peak":
                self.goal("begin { exit(); }: memory at most 1/4 of bpftrace",
                          values["sonde"] * 4 <= values["bpftrace"])
        script = "tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }"
        got = self.medians(self.tools(["-e", script], "OPENAT"), interrupt=20)
        values = self.row("openat by comm: start to attached",
                          {name: row["attached"] for name, row in got.items()}, "ms")
        if "bpftrace" in values:
            self.goal("attached in at most 1/7 of bpftrace's time",
                      values["sonde"] * 7 <= values["bpftrace"])
        got = self.medians(self.tools(["-e", script + " interval:ms:1 { exit(); }"], "OPENAT", 1))
        values = self.row("openat by comm, 1 ms: start to exit",
                          {name: row["wall"] for name, row in got.items()}, "ms")
        if "C" in values:
            self.goal("start to exit at most 20 ms above C", values["sonde"] <= values["C"] + 20)

    def many(self):
        names = sorted(name for name in os.listdir("/sys/kernel/tracing/events/syscalls")
                       if name.startswith("sys_enter_"))[:50]
        points = ",".join("tracepoint:syscalls:" + name for name in names)
        script = points + " { @[probe] = count(); } interval:ms:1 { exit(); }"
        got = self.medians(self.tools(["-e", script], "FIFTY", 1))
        self.row("50 syscall tracepoints: start to attached",
                 {name: row["attached"] for name, row in got.items()}, "ms")
        values = self.row("50 syscall tracepoints, 1 ms: start to exit",
                          {name: row["wall"] for name, row in got.items()}, "ms")
        self.goal("50 syscall tracepoints: start to exit under 250 ms", values["sonde"] < 250)

    def compile_tools(self, text):
        """Compiled to the object, nothing loaded; the peer finds the script in its own root."""
        rows = {}
        for name, root, words in (("sonde", "/", [self.options.sonde, "check"]),
                                  ("bpftrace", self.options.peer_root, ["bpftrace", "--mode", "codegen"])):
            if root:
                path = os.path.join(root, "tmp", "sonde-bench.bt")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                rows[name] = ([*words, "/tmp/sonde-bench.bt"], root if name == "bpftrace" else None)
        return rows

    def sizes(self, what, make, counts):
        """Processor time and memory to compile scripts of each size; the time must grow linearly."""
        seen, is_ahead = {}, True
        for count in counts:
            got = self.medians(self.compile_tools(make(count)))
            for key, unit in (("cpu", "ms"), ("peak", "MiB")):
                values = self.row(f"{count} {what}: compiled, {key}",
                                  {name: row[key] for name, row in got.items()}, unit)
                if key == "cpu":
                    seen[count] = values["sonde"]
                    is_ahead &= values["sonde"] < values.get("bpftrace", float("inf"))
        first, middle, last = counts[0], counts[len(counts) // 2], counts[-1]
        slopes = [(seen[count] - seen[first]) / (count - first) for count in (middle, last)]
        growth = slopes[1] / slopes[0]
        self.goal(f"{what}: linear: one more costs {slopes[1]:.2f} ms up to {last}, "
                  f"{slopes[0]:.2f} ms up to {middle}", growth <= 1.5)
        if self.options.peer_root:
            self.goal(f"{what}: compiled in less time than bpftrace at every size", is_ahead)
        got = self.medians({"sonde": ([self.options.sonde, "-q", "/tmp/sonde-bench.bt"], None)})
        self.row(f"{counts[-1]} {what}: compiled, loaded, run, cpu", {"sonde": got["sonde"]["cpu"]}, "ms")

    def size(self):
        rounds, self.options.rounds = self.options.rounds, min(3, self.options.rounds)
        try:
            self.sizes("statements", scripts.statements, STATEMENTS)
            self.sizes("probes", scripts.probes, PROBES)
        finally:
            self.options.rounds = rounds
            for root in filter(None, ("/", self.options.peer_root)):
                os.unlink(os.path.join(root, "tmp", "sonde-bench.bt"))

    def attached_tool(self, command, root, output=subprocess.DEVNULL):
        """Starts a tool, waits until it is attached; returns the process and its new program ids."""
        before = bpf.program_ids()
        if root:
            command = ["chroot", root, *command]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE)
        text = b""
        while b"ttached" not in text:
            chunk = process.stderr.read1(4096)
            if not chunk:
                raise RuntimeError(f"{command}: {text.decode()}")
            text += chunk
        time.sleep(0.02)
        return process, bpf.program_ids() - before

    def leave(self, process):
        process.send_signal(signal.SIGINT)
        err = process.stderr.read().decode("utf-8", "replace")
        process.wait()
        return err

    def loop(self, count):
        done = subprocess.run([self.path("sonde-loop"), str(count)], capture_output=True, check=True)
        return float(done.stdout)

    def programs_once(self, attached):
        """{column: ns in its program} of one loop, by bpf_stats."""
        fd = bpf.enable_statistics()
        try:
            before = {n: bpf.program_information(n) for _, ids in attached.values() for n in ids}
            self.loop(LOOP)
            after = {n: bpf.program_information(n) for n in before}
        finally:
            os.close(fd)
        took = {}
        for name, (_, ids) in attached.items():
            time_ns, count = max(((after[n]["run_time_ns"] - before[n]["run_time_ns"],
                                   after[n]["run_count"] - before[n]["run_count"])
                                  for n in ids if before[n] and after[n]), key=lambda row: row[1])
            if count < LOOP * 0.9:
                raise RuntimeError(f"{name}: only {count} runs of {LOOP}")
            took[name] = time_ns / count
        return took

    def in_programs(self, tools):
        """Medians with all columns attached at once: each loop disturbs all of them alike. In both
        orders, since who runs first finds the caches cold."""
        rounds = []
        for names in (list(tools), list(reversed(tools))):
            attached = {}
            try:
                for name in names:
                    attached[name] = self.attached_tool(*tools[name])
                rounds.append([self.programs_once(attached) for _ in range(self.options.rounds)])
            finally:
                for process, _ in attached.values():
                    self.leave(process)
        return {name: statistics.mean(statistics.median(row[name] for row in order)
                                      for order in rounds) for name in tools}

    def traced_calls(self, tools):
        """Medians of a getpid call with one column attached, in turns."""
        seen = {name: [] for name in tools}
        for _ in range(min(3, self.options.rounds)):
            for name, (command, root) in tools.items():
                process, _ = self.attached_tool(command, root)
                try:
                    seen[name] += [self.loop(LOOP) for _ in range(2)]
                finally:
                    self.leave(process)
        return {name: statistics.median(values) for name, values in seen.items()}

    def events(self):
        bare = statistics.median(self.loop(LOOP) for _ in range(3))
        print(f"{'a getpid call with nothing attached':44} ns    {bare:9.1f}")
        for label, body, case in EVENTS:
            tools = self.tools(["-e", EVENT + " " + body], case)
            inside = self.row(f"{label}: in the program", self.in_programs(tools), "ns")
            self.row(f"{label}: a traced getpid call", self.traced_calls(tools), "ns")
            if "C" in inside and case in ("COUNT", "HIST"):
                self.goal(f"{label}: within 2 ns of C ({inside['sonde'] - inside['C']:+.1f})",
                          inside["sonde"] <= inside["C"] + 2)
            if "C" in inside and case in ("COUNT_PID", "COUNT_COMM", "HIST_PID"):
                self.goal(f"{label}: within 10 % of C ({inside['sonde'] / inside['C']:.2f})",
                          inside["sonde"] <= inside["C"] * 1.1)

    def records(self):
        script = EVENT + ' /comm == "sonde-loop"/ { printf("%d %d\\n", pid, 1); }'
        delivered, seconds, told = {}, {}, {}
        for name, (command, root) in self.tools(["-e", script], "PRINTF").items():
            runs = []
            for _ in range(max(1, self.options.rounds // 2)):
                path = self.path("records")
                with open(path, "wb") as output:
                    process, _ = self.attached_tool(command, root, output)
                    took = self.loop(RECORDS) * RECORDS / 1e9
                    time.sleep(1)  # what is still in a buffer counts as delivered
                    err = self.leave(process)
                with open(path, "rb") as output:
                    lines = sum(1 for line in output if re.match(rb"\d+ 1\n", line))
                runs.append((min(lines, RECORDS), took, " ".join(err.split())))
            worst = min(runs)
            delivered[name], seconds[name], told[name] = worst
        self.row("1 000 000 records: produced in", {n: s * 1000 for n, s in seconds.items()}, "ms")
        self.row("1 000 000 records: delivered (worst run)",
                 {n: 100 * d / RECORDS for n, d in delivered.items()}, "%")
        for name, text in told.items():
            if delivered[name] < RECORDS:
                print(f"  {name} lost {RECORDS - delivered[name]} and said: {text[-160:] or 'nothing'}")
        self.goal("1 million printf records: none lost", delivered["sonde"] >= RECORDS)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sonde", required=True)
    parser.add_argument("--peer-root")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", action="append", choices=PARTS)
    options = parser.parse_args()
    options.sonde = os.path.abspath(options.sonde)
    if os.geteuid() != 0:
        print("bench: needs root")
        return 77
    only = options.only or PARTS
    with tempfile.TemporaryDirectory(prefix="sonde-bench-") as tmp:
        bench = Bench(options, tmp)
        print(f"{'medians of ' + str(options.rounds):44} {'':5} {'sonde':>9} {'bpftrace':>9} {'C':>9}")
        for name, function in (("start", bench.start), ("many", bench.many),
                               ("size", bench.size), ("event", bench.events), ("records", bench.records)):
            if name in only:
                function()
    print()
    for text, held in bench.goals:
        print(f"{'reached' if held else 'MISSED '}  {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
