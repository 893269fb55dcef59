#!/usr/bin/env python3
"""Runs the conformance cases (README.md says what passing means) against a sonde binary.

Usage: run.py BINARY [--only AREA|ID]... [-v] [--timeout SECONDS]

later.list names cases that need what this version leaves out; accepted.list names cases where
sonde is different on purpose. A case of either list that holds all the same is reported, so that
the list stays true. Exit status 0 when nothing unexpected happened."""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))


def read_list(name):
    """{id: reason} from lines "id reason"; # starts a comment."""
    rows = {}
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        for line in file:
            line = line.split("#")[0].strip()
            if line:
                key, _, reason = line.partition(" ")
                rows[key] = reason.strip()
    return rows


def run(binary, case, extra, timeout):
    command = [binary, "-q", *extra, *case["options"], "-e", case["program"], *case["args"]]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=timeout, check=False)
    except subprocess.TimeoutExpired as expired:
        return None, (expired.stdout or b"").decode("utf-8", "replace"), "timed out"
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def trim(text):
    """Without leading and trailing blank lines."""
    lines = text.split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def first_difference(want, got):
    for index, (left, right) in enumerate(zip(want, got)):
        if left != right:
            return f"item {index + 1}: want {left!r}, got {right!r}"
    return f"want {len(want)} items, got {len(got)}: " \
           f"{(want[len(got):] or got[len(want):])[:1]!r}"


def check_refused(case, result):
    status, out, err = result
    if status != 1:
        return f"to be refused with status 1, got {status}: {(out or err).strip()[:160]!r}"
    if out.strip():
        return f"refused, but printed {out.strip()[:160]!r}"
    if not err.strip():
        return "refused without a message"
    return None


def check(binary, case, timeout):
    """None when the case holds, else a one-line reason."""
    result = run(binary, case, [], timeout)
    if case.get("refused"):
        return check_refused(case, result)
    status, out, err = result
    if status != case["status"]:
        return f"status {case['status']} wanted, got {status}: {err.strip()[:240]!r}"
    want, got = trim(case["text"]), trim(out)
    if want != got:
        return "text: " + first_difference(want, got)
    status, out, err = run(binary, case, ["-f", "json"], timeout)
    if status != case["status"]:
        return f"json: status {case['status']} wanted, got {status}: {err.strip()[:240]!r}"
    try:
        objects = [json.loads(line, object_pairs_hook=ordered) for line in out.split("\n")
                   if line.strip()]
    except ValueError as error:
        return f"json: not JSON: {error}: {out[:120]!r}"
    if objects != case["json"]:
        return "json: " + first_difference(case["json"], objects)
    return None


def ordered(pairs):
    """An object as a list that compares by order and by type (true is not 1)."""
    return [(key, type(value).__name__, value) for key, value in pairs]


def load_cases(only):
    with open(os.path.join(HERE, "cases.jsonl"), encoding="utf-8") as file:
        cases = [json.loads(line, object_pairs_hook=lambda pairs: pairs) for line in file]
    plain = []
    for pairs in cases:
        case = dict(pairs)
        case["json"] = [retype(item) for item in case.get("json", [])]
        if not only or any(case["id"] == o or case["area"].startswith(o) for o in only):
            plain.append(case)
    return plain


def retype(item):
    """The pairs lists of load_cases in the shape of ordered()."""
    if isinstance(item, list):
        if item and all(isinstance(i, tuple) for i in item):
            return ordered([(key, retype(value)) for key, value in item])
        return [retype(i) for i in item]
    return item


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("--only", action="append", default=[], metavar="AREA|ID")
    parser.add_argument("-v", action="store_true", help="show the program of each failure")
    parser.add_argument("--timeout", type=float, default=20)
    options = parser.parse_args()
    later, accepted = read_list("later.list"), read_list("accepted.list")
    cases = load_cases(options.only)
    with ThreadPoolExecutor(2) as pool:
        reasons = list(pool.map(lambda case: check(options.binary, case, options.timeout), cases))
    count = {"held": 0, "failed": 0, "later": 0, "accepted": 0, "stale": 0}
    for case, reason in zip(cases, reasons):
        listed = "later" if case["id"] in later else "accepted" if case["id"] in accepted else None
        if reason is None and listed:
            count["stale"] += 1
            print(f"STALE {case['id']} {case['area']}: holds, remove it from {listed}.list")
        elif reason is None:
            count["held"] += 1
        elif listed:
            count[listed] += 1
        else:
            count["failed"] += 1
            print(f"FAIL {case['id']} {case['area']}: {reason}")
            if options.v:
                print(f"     {case['options']} {case['program']} {case['args']}")
    print(f"conformance: {len(cases)} cases: {count['held']} hold, {count['failed']} fail, "
          f"{count['later']} need what is not supported yet, "
          f"{count['accepted']} differ on purpose, {count['stale']} stale")
    return 1 if count["failed"] or count["stale"] else 0


if __name__ == "__main__":
    sys.exit(main())
