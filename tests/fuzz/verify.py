#!/usr/bin/env python3
"""Loads random valid programs (generate.py) into this kernel: each compiles, passes the verifier and says
nothing. What fails is printed with its seed, cut down to the lines that it needs. A program may be refused
with one of the DELIBERATE diagnostics, but nine of ten compile.

    verify.py SONDE [--count N] [--seed FIRST] [--seconds LIMIT] [--jobs N] [--keep FOLDER]"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
import time

from generate import ARGS, generate

TIMEOUT = 60
COMPILE_SHARE = 90  # per cent, at least
# What a program may be too large for, which the generator cannot know.
DELIBERATE = ("probe-stack", "probe-memory")


def load(binary, text):
    """None when the program loads, else (kind, message)."""
    with tempfile.NamedTemporaryFile("w", suffix=".probe", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        try:
            result = subprocess.run([binary, "--no-warnings", "--dry-run", file.name, *ARGS], stdin=subprocess.DEVNULL,
                                    capture_output=True, timeout=TIMEOUT, check=False)
        except subprocess.TimeoutExpired:
            return "hang", f"not done after {TIMEOUT} s"
        error = result.stderr.decode(errors="replace").replace(file.name, "program")
    if result.returncode == 0 and not error:
        return None
    if result.returncode < 0 or "Sanitizer" in error or "runtime error" in error:
        return "crash", error or f"signal {-result.returncode}"
    ids = re.findall(r"^program:\d+:\d+: error: .*\[([a-z-]+)\]$", error, re.M)
    if ids and "verifier" not in error:
        return "too large" if all(i in DELIBERATE for i in ids) else "refused", error
    return "failed", error or f"status {result.returncode}"


def kind_of(failure):
    """What makes two failures the same: the kind and the first sentence, without numbers and names."""
    if not failure:
        return None
    first = next((line for line in failure[1].splitlines() if "rror" in line or "failed" in line), failure[1])
    return failure[0], re.sub(r"[\d%$@\"'].*", "", re.sub(r"^program:\d+:\d+: ", "", first))


def shrink(binary, text, limit=90):
    """The program with the lines gone that the failure does not need; whole when it failed only once."""
    failure = load(binary, text)
    if not failure:
        return text, None
    wanted, lines, end = kind_of(failure), text.split("\n"), time.monotonic() + limit
    lines = [line for line in lines if line]
    size = max(1, len(lines) // 2)
    while size and time.monotonic() < end:
        at, changed = 0, False
        while at < len(lines) and time.monotonic() < end:
            shorter = lines[:at] + lines[at + size:]
            tried = load(binary, "\n".join(shorter) + "\n")
            if kind_of(tried) == wanted:
                lines, failure, changed = shorter, tried, True
            else:
                at += size
        if not changed:
            size //= 2
    return "\n".join(lines), failure


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sonde")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0, help="stop after this time")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", help="write failing programs here")
    parser.add_argument("--no-shrink", action="store_true")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: loading programs needs root")
        return 77
    start, done, refused, failures, seen = time.monotonic(), 0, 0, [], {}

    def one(seed):
        if options.seconds and time.monotonic() - start > options.seconds:
            return seed, None, None
        text = generate(seed)
        return seed, text, load(options.sonde, text)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for seed, text, failure in pool.map(one, range(options.seed, options.seed + options.count)):
            done += text is not None
            refused += bool(failure) and failure[0] in ("refused", "too large")
            if failure and failure[0] != "too large":
                failures.append((seed, text, failure))
    for seed, text, failure in failures:
        kind = kind_of(failure)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] > 1:
            continue
        small, told = (text, failure) if options.no_shrink else shrink(options.sonde, text)
        told = told or (f"{failure[0]}, and not when tried again", failure[1])
        print(f"--- seed {seed}: {told[0]}\n{small}\n{told[1][-1500:]}\n", flush=True)
        if options.keep:
            os.makedirs(options.keep, exist_ok=True)
            with open(os.path.join(options.keep, f"{seed}.probe"), "w", encoding="utf-8") as file:
                file.write(small + "\n")
    for kind, times in sorted(seen.items(), key=lambda item: -item[1]):
        print(f"{times:5} {kind[0]}: {kind[1].strip()}")
    share = 100 * (done - refused) / max(done, 1)
    print(f"fuzz/verify: {done} random programs: {share:.1f} % compile, {len(failures)} fail "
          f"(seeds from {options.seed}, {time.monotonic() - start:.0f} s)")
    return 1 if failures or share < COMPILE_SHARE else 0


if __name__ == "__main__":
    sys.exit(main())
