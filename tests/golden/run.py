#!/usr/bin/env python3
"""Golden tests of the compiler's stages: tests/golden/AREA/CASE.probe with its expectations beside.

Usage: run.py BINARY [--bless] [-v] [AREA|AREA/CASE]...

The extension of the file beside the script chooses what is run:
  .ast .types .plan .ir .asm   `sonde dump STAGE CASE.probe`, standard output
  .fmt                         `sonde fmt CASE.probe`, standard output
  .err                         `sonde check CASE.probe`, standard error and "exit N"
  .txt .json                   `golden-output AREA/CASE.rec` (recorded bytes through the printers)
A script's lines "// option: WORDS" add options, "// args: WORDS" positional parameters, "// env: A=B"
variables, "// verb: dump elf -o /dev/null" is run for .err in place of check (as built ahead), "// needs:
clang" skips it where that is not found. To begin a new case write the script and `touch` the files that are wanted, then --bless.

Nothing of the machine is read: BTF and tracefs come from fixtures/ through SONDE_BTF and SONDE_TRACEFS."""

import argparse
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import filters  # noqa: E402
DUMPS = ("ast", "types", "plan", "ir", "asm")
PRINTS = ("txt", "json")
TIMEOUT = 30


def environment():
    env = {key: value for key, value in os.environ.items()
           if not key.startswith(("SONDE_", "BPFTRACE_"))}
    env["SONDE_BTF"] = os.path.join(HERE, "fixtures", "btf", "vmlinux.btf")
    env["SONDE_TRACEFS"] = os.path.join(HERE, "fixtures", "tracefs")
    env["LC_ALL"] = "C"
    env["TZ"] = "UTC"
    # A leak at exit is the arena's business; a use after free is ours.
    env.setdefault("ASAN_OPTIONS", "detect_leaks=0")
    return env


def words_of(script, name):
    words = []
    with open(os.path.join(HERE, script), encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith(f"// {name}: "):
                words += shlex.split(line.split(": ", 1)[1])
    return words


def command_for(options, script, stage):
    extra, args = words_of(script, "option"), words_of(script, "args")
    if stage in DUMPS:
        return [options.binary, "dump", stage, *extra, script, *args]
    if stage == "fmt":
        return [options.binary, "fmt", script]
    if stage == "err":
        verb = words_of(script, "verb") or ["check"]
        return [options.binary, *verb, *extra, script, *args]
    return [os.path.join(os.path.dirname(options.binary), "golden-output"), stage, script]


def observe(options, script, stage):
    command = command_for(options, script, stage)
    env = environment() | dict(word.split("=", 1) for word in words_of(script, "env"))
    done = subprocess.run(command, cwd=HERE, env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=TIMEOUT, check=False)
    out = done.stdout.decode("utf-8", "surrogateescape")
    err = done.stderr.decode("utf-8", "surrogateescape")
    if stage == "err":
        return f"{err}exit {done.returncode}\n"
    if done.returncode != 0:
        return f"{out}{err}exit {done.returncode}\n"
    return code_only(out) if stage == "asm" else out


def code_only(text):
    """Assembly without what only debugging needs: instructions and their targets."""
    return "".join(line for line in text.splitlines(True)
                   if not re.match(r"\s*(\.|#|$)", line))


def run_case(options, case):
    """(whether it holds, text to print)"""
    script, stage = case
    path = os.path.join(HERE, os.path.splitext(script)[0] + "." + stage)
    try:
        got = observe(options, script, stage)
    except subprocess.TimeoutExpired:
        return False, f"FAIL {script} ({stage}): timed out\n"
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        want = file.read()
    if got == want:
        return True, ""
    crashed = any(f"exit -{n}" in got for n in (6, 11, 4, 7, 8)) or "Sanitizer" in got
    if options.bless and not crashed:
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(got)
        return True, f"blessed {script} ({stage})\n"
    text = f"FAIL {script} ({stage})\n"
    if options.v or crashed:
        text += "".join(difflib.unified_diff(want.splitlines(True), got.splitlines(True),
                                             "expected", "got"))
    return False, text


def find_cases(only):
    cases, scripts = [], []
    for folder, _, files in sorted(os.walk(HERE)):
        area = os.path.relpath(folder, HERE)
        if area.startswith("fixtures"):
            continue
        for name in sorted(files):
            base, extension = os.path.splitext(name)
            if extension not in (".probe", ".rec"):
                continue
            script = os.path.join(area, name)
            if only and not any(script.startswith(o) for o in only):
                continue
            scripts.append(script)
            stages = DUMPS + ("err", "fmt") if extension == ".probe" else PRINTS
            missing = [word for word in words_of(script, "needs") if not shutil.which(word)]
            if missing:
                print(f"skipped {script}: no {missing[0]}")
                continue
            found = [(script, s) for s in stages if f"{base}.{s}" in files]
            if not found:
                print(f"warning: {script} has no expectation beside it")
            cases += found
    filters.refuse_unknown(only, lambda word: any(s.startswith(word) for s in scripts))
    return cases


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("only", nargs="*", metavar="AREA|AREA/CASE")
    parser.add_argument("--bless", action="store_true", help="take what is printed as right")
    parser.add_argument("-v", action="store_true", help="show differences")
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    cases = find_cases(options.only)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda case: run_case(options, case), cases))
    for _, text in results:
        sys.stdout.write(text)
    failed = sum(not held for held, _ in results)
    print(f"golden: {len(cases)} cases: {len(cases) - failed} hold, {failed} fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
