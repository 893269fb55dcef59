#!/usr/bin/env python3
"""Runs random programs whose answer is known (evaluate.py) and compares what they print.

    compare.py SONDE [--count N] [--seed FIRST] [--seconds LIMIT] [--jobs N] [--peer COMMAND]

With --peer (a command that runs bpftrace 0.27.1) the programs run there too: the language's rules, as
evaluate.py has them, are that program's. What differs is printed with its seed and its first wrong line."""

import argparse
import concurrent.futures
import os
import shlex
import subprocess
import sys
import time

from evaluate import evaluate

TIMEOUT = 60


def run(command, text):
    """The printed lines, without blank ones at the end; or (None, what went wrong)."""
    try:
        done = subprocess.run([*command, "-q", "--no-warnings", "-e", text], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return None, f"not done after {TIMEOUT} s"
    errors = done.stderr.decode(errors="replace")
    if done.returncode:
        lines = [line for line in errors.splitlines() if "rror" in line]
        return None, f"status {done.returncode}: {(lines or [errors.strip()])[0][:300]}"
    lines = done.stdout.decode(errors="replace").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return lines, ""


def difference(command, text, want):
    """None when the program prints what it must, else one line."""
    got, reason = run(command, text)
    if got is None:
        return reason
    want = list(want)
    while want and not want[-1].strip():
        want.pop()
    if got == want:
        return None
    for number, (left, right) in enumerate(zip(want, got)):
        if left != right:
            return f"line {number + 1}: want {left!r}, got {right!r}"
    return f"{len(want)} lines wanted, {len(got)} printed"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("sonde")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0, help="stop after this time")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--peer", type=shlex.split, help="the command of the peer")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: running programs needs root")
        return 77
    start = time.monotonic()

    def one(seed):
        if options.seconds and time.monotonic() - start > options.seconds:
            return seed, None
        text, want = evaluate(seed)
        found = {"sonde": difference([options.sonde], text, want)}
        if options.peer:
            found["peer"] = difference(options.peer, text, want)
        return seed, found

    done = failed = refused = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for seed, found in pool.map(one, range(options.seed, options.seed + options.count)):
            done += found is not None
            if found and (found.get("peer") or "").startswith("status"):  # its stack is smaller
                refused += 1
                del found["peer"]
            reasons = {who: why for who, why in (found or {}).items() if why}
            failed += bool(reasons)
            for who, why in reasons.items():
                print(f"seed {seed}: {who}: {why}", flush=True)
    print(f"fuzz/compare: {done} random programs run: {done - failed} print what they must, {failed} do not "
          f"{f'({refused} of them refused by the peer) ' if refused else ''}(seeds from {options.seed}, {time.monotonic() - start:.0f} s)")
    return 1 if failed or not done else 0


if __name__ == "__main__":
    sys.exit(main())
