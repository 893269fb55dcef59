#!/usr/bin/env python3
"""Runs scripts for real on this kernel, each against an observed truth: the workload makes a known number
of calls, and what is printed must equal it.

Usage: run.py BINARY [-v] [--only NAME]... [--standalone]

A case is NAME.probe; its comments say how it is run and what must hold:
  // run: WORDS           options and arguments after the script; {w} is the static workload, {p} the same
                          as a dynamic position-independent executable, {tmp} an empty folder, {f} the script
  // build: no            not tried as a standalone executable (by default, both ways are run)
  // status: N            exit status (default 0)
  // expect: LINE         this line is in the output          // refuse: REGEX   no line matches
  // match: REGEX         a line matches                      // err: REGEX      standard error matches
  // whole                the expect lines are the whole output, in order, blank lines apart
  // signal: NAME SECONDS sent to sonde that long after its "Attached" line
  // seconds: N           killed after that time (default 30)
  // needs: PROGRAM       skipped where it is not found
  // json                 every line of the output is a JSON object
Scripts that need more than this are functions in cases.py. After every case no BPF program that was
not there before may be left. Exit status 77: not root, or this kernel has no BPF."""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from bpf import held_program_ids, program_ids

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import filters  # noqa: E402
TIMEOUT = 30


class Setup:
    """What the cases run with: the binary, the workloads, a folder of their own."""

    def __init__(self, binary, tmp):
        self.binary = os.path.abspath(binary)
        self.tmp = tmp
        self.workload = os.path.join(tmp, "workload")
        self.workload_pie = os.path.join(tmp, "workload-pie")
        source = os.path.join(HERE, "workload.c")
        compiler = os.environ.get("CC", "cc")
        base = [compiler, "-O2", "-g", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls"]
        subprocess.run([*base, "-static", "-o", self.workload, source, "-lpthread"], check=True)
        subprocess.run([*base, "-fPIE", "-pie", "-o", self.workload_pie, source, "-lpthread"],
                       check=True)

    def fill(self, text, script):
        empty = os.path.join(self.tmp, "scratch")
        shutil.rmtree(empty, ignore_errors=True)
        os.mkdir(empty)
        for name, value in (("{w}", self.workload), ("{p}", self.workload_pie), ("{tmp}", empty),
                            ("{f}", script)):
            text = text.replace(name, value)
        return text


def directives(path):
    rows = {"expect": [], "match": [], "refuse": [], "err": [], "env": []}  # the rest: one each
    with open(path, encoding="utf-8") as file:
        for line in file:
            found = re.match(r"// ([a-z]+)(?:: ?(.*))?$", line.rstrip("\n"))
            if not found:
                continue
            if found[1] in rows and isinstance(rows[found[1]], list):
                rows[found[1]].append(found[2] or "")
            elif found[1] in ("run", "status", "signal", "build", "whole", "json", "only", "needs",
                              "seconds"):
                rows[found[1]] = found[2] or ""
    return rows


def start(command, env=None):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=env, start_new_session=True)


def finish(process, timeout=TIMEOUT):
    """(status, out, err); a process that hangs is killed and told as status None."""
    try:
        out, err = process.communicate(timeout=timeout)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        status = None
    return status, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


def wait_for_attached(process, collected):
    """Reads standard error up to the "Attached" line."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        chunk = os.read(process.stderr.fileno(), 1)
        if not chunk:
            return
        collected += chunk
        if collected.endswith(b"\n") and b"ttached" in collected:
            return


def with_signal(command, words, env):
    name, seconds = words.split()
    process = start(command, env)
    collected = bytearray()
    wait_for_attached(process, collected)
    time.sleep(float(seconds))
    process.send_signal(getattr(signal, name))
    status, out, err = finish(process)
    return status, out, collected.decode("utf-8", "replace") + err


def judge(rows, result):
    """None when all that the directives ask for holds, else why not."""
    status, out, err = result
    want = int(rows.get("status", "0"))
    if status != want:
        return f"status {status}, {want} wanted"
    lines = out.split("\n")
    shown = [line for line in lines if line.strip()]
    if "whole" in rows and shown != rows["expect"]:
        return f"output {shown}, wanted {rows['expect']}"
    for line in rows["expect"]:
        if line not in lines:
            return f"no line {line!r}"
    for pattern in rows["match"]:
        if not any(re.search(pattern, line) for line in lines):
            return f"no line matches {pattern!r}"
    for pattern in rows["refuse"]:
        if any(re.search(pattern, line) for line in lines):
            return f"a line matches {pattern!r}"
    for pattern in rows["err"]:
        if not re.search(pattern, err, re.M):
            return f"standard error does not match {pattern!r}"
    if "json" in rows:
        for line in shown:
            try:
                json.loads(line)
            except ValueError:
                return f"not JSON: {line!r}"
    return None


def run_once(setup, rows, command):
    env = dict(os.environ, LC_ALL="C", TZ="UTC")
    for pair in rows["env"]:
        key, _, value = pair.partition("=")
        env[key] = value
    before = program_ids()
    if "signal" in rows:
        result = with_signal(command, rows["signal"], env)
    else:
        result = finish(start(command, env), float(rows.get("seconds", TIMEOUT)))
    reason = judge(rows, result)
    if reason is None:
        reason = leftovers(before)
    return reason, result


def leftovers(before):
    """Programs go after a grace period: waits a little before it complains. Those that a living process
    holds are another tracer's: nothing of ours runs any more."""
    for _ in range(30):
        left = program_ids() - before - held_program_ids()
        if not left:
            return None
        time.sleep(0.1)
    return f"BPF programs left behind: {sorted(left)}"


def filled_script(setup, path):
    """The script itself, or a copy with {w} and {p} replaced."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    body = "".join(line for line in text.splitlines(True) if not line.startswith("// "))
    if "{w}" not in body and "{p}" not in body:
        return path
    copy = os.path.join(setup.tmp, os.path.basename(path))
    with open(copy, "w", encoding="utf-8") as file:
        file.write(text.replace("{w}", setup.workload).replace("{p}", setup.workload_pie))
    return copy


def run_script(setup, path):
    """[(name, reason or None, result)] for the script run at once and built."""
    rows = directives(path)
    if "needs" in rows and not shutil.which(rows["needs"]):
        print(f"skipped {os.path.basename(path)}: no {rows['needs']}")
        return []
    name = os.path.splitext(os.path.basename(path))[0]
    path = filled_script(setup, path)
    words = shlex.split(setup.fill(rows.get("run", ""), path))
    options, arguments = split_words(words)
    results = []
    reason, result = run_once(setup, rows, [setup.binary, *options, path, *arguments])
    results.append((name, reason, result))
    if rows.get("build") == "no" or reason is not None:
        return results
    image = os.path.join(setup.tmp, "standalone")
    building = [word for word in options if word in ("--unsafe", "--no-warnings")]
    built = finish(start([setup.binary, "build", *building, path, "-o", image]))
    if built[0] != 0:
        return results + [(name + " (built)", "does not build", built)]
    options = [word for word in options if word not in building]
    reason, result = run_once(setup, rows, [image, *options, *arguments])
    return results + [(name + " (built)", reason, result)]


def split_words(words):
    """Options go before the script, what follows a lone "--" behind it."""
    if "--" in words:
        at = words.index("--")
        return words[:at], words[at + 1:]
    return words, []


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("-v", action="store_true", help="show the output of what fails")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("run: skipped: needs root to load BPF programs")
        return 77
    try:
        program_ids()
    except OSError as error:
        print(f"run: skipped: no bpf(2) here: {error}")
        return 77
    from cases import CASES  # beside this file; needs the helpers above
    held = failed = 0
    with tempfile.TemporaryDirectory(prefix="sonde-run-") as tmp:
        os.chmod(tmp, 0o755)
        setup = Setup(options.binary, tmp)
        wanted = [name for name in sorted(os.listdir(HERE)) if name.endswith(".probe")]
        jobs = [(name[:-6], lambda p=name: run_script(setup, os.path.join(HERE, p)))
                for name in wanted]
        jobs += [(name, lambda f=function, n=name: [(n, *run_case(setup, f))])
                 for name, function in CASES]
        filters.refuse_unknown(options.only,
                                lambda word: any(name.startswith(word) for name, _ in jobs))
        for name, job in jobs:
            if options.only and not any(name.startswith(only) for only in options.only):
                continue
            for label, reason, result in job():
                if reason is None:
                    held += 1
                    continue
                failed += 1
                print(f"FAIL run {label}: {reason}")
                if options.v and result:
                    for part in result[1:]:
                        sys.stdout.write("".join(f"     | {line}\n"
                                                 for line in part.split("\n")[:25] if line))
                sys.stdout.flush()
    print(f"run: {held} hold, {failed} fail")
    return 1 if failed else 0


def run_case(setup, function):
    before = program_ids()
    try:
        reason = function(setup)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        reason = f"{type(error).__name__}: {error}"
    return reason if reason is not None else leftovers(before), None


if __name__ == "__main__":
    sys.modules["run"] = sys.modules["__main__"]
    sys.exit(main())
