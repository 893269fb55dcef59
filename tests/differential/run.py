#!/usr/bin/env python3
"""Compares sonde with recorded output of bpftrace 0.27.1, and with that program itself where it is installed.

Usage: run.py BINARY [--only AREA|ID]... [-v] [--timeout SECONDS]
       run.py --record PEER_COMMAND [--add FILE]

The peer that runs live is $SONDE_PEER, else `bpftrace`, else that of the chroot that scripts/bench made, when it
is a 0.27; the first line says which. --record runs the
peer and writes cases.jsonl anew: the cases that are there and those of FILE, whose lines are "## AREA", a
program, or an object {"program": ..., "args": [...], "options": [...]}. Entries of a map compare in any order,
since the peer prints plain maps in hash order. accepted.list names cases where sonde differs on purpose."""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import recorded  # noqa: E402

CASES = os.path.join(HERE, "cases.jsonl")
VERSION = "bpftrace v0.27.1"
SERIES = "bpftrace v0.27."


def version_of(peer):
    try:
        return subprocess.run([*peer, "--version"], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=20, check=False).stdout.decode(errors="replace").partition("\n")[0].strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def bench_peer():
    """The command of the bpftrace in the chroot of scripts/bench, when that is there with its mounts."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    root = os.environ.get("SONDE_PEER_ROOT") or os.path.join(cache, "sonde-peer")
    there = all(os.path.exists(os.path.join(root, path)) for path in ("usr/bin/bpftrace", "proc/self", "sys/kernel"))
    return ["chroot", root, "bpftrace"] if there else None


def find_peer():
    """The peer's command and version, or (None, why there is none)."""
    named = shlex.split(os.environ.get("SONDE_PEER", ""))
    found = [[path] for path in [shutil.which("bpftrace")] if path]
    refused = []
    for peer in [named] if named else [*found, *filter(None, [bench_peer()])]:
        version = version_of(peer)
        if version.startswith(SERIES):
            return peer, version
        refused.append(f"{shlex.join(peer)} is {version or 'no bpftrace'}")
    return None, ", ".join(refused) or "bpftrace is not installed"


def read_added(path):
    """The programs of a file, as cases without a result."""
    cases, area = [], "misc"
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line.startswith("## "):
                area = line[3:].strip()
            elif line.strip():
                case = json.loads(line) if line.startswith('{"') else {"program": line}
                cases.append({"area": area, "args": [], "options": [], **case})
    return cases


def record_one(peer, case):
    """The case with what the peer does; None and a reason when that is not the same twice."""
    case = {key: case[key] for key in ("id", "area", "program", "args", "options") if key in case}
    status, text, error = recorded.run(peer, case, [], 30)
    if status is None:
        return None, "did not end"
    if status < 0 or status > 1 and not text or "BPF stack limit" in error:
        return None, f"the peer fails: status {status}: {error.strip()[-200:]!r}"
    if status == 1 and not text.strip() and "ERROR" in error:
        return {**case, "status": 1, "refused": True}, ""
    case.update(status=status, text=text)
    try:
        objects = recorded.run(peer, case, ["-f", "json"], 30)[1]
        case["json"] = [json.loads(line) for line in objects.split("\n") if line.strip()]
    except ValueError as problem:
        return None, f"the peer's JSON is none: {problem}: {objects[:200]!r}"
    again = {**case, "json": recorded.parse_json(objects)}
    reason = recorded.check(peer, again, 30, any_order=True)
    return (None, f"not the same twice: {reason}") if reason else (case, "")


def record(command, added):
    peer = shlex.split(command)
    if version_of(peer) != VERSION:
        sys.exit(f"{command} is not {VERSION}")
    cases = []
    if os.path.exists(CASES):
        with open(CASES, encoding="utf-8") as file:
            cases = [json.loads(line) for line in file]
    known = {(case["program"], *case["args"], *case["options"]) for case in cases}
    for case in read_added(added) if added else []:
        if (case["program"], *case["args"], *case["options"]) not in known:
            cases.append(case)
    with ThreadPoolExecutor(2) as pool:  # with --add, only what is new
        results = list(pool.map(lambda case: (case, "") if added and "status" in case else record_one(peer, case),
                                cases))
    number = 0
    with open(CASES, "w", encoding="utf-8") as file:
        for case, (done, reason) in zip(cases, results):
            if not done:
                print(f"left out: {case['program']}: {reason}")
                continue
            number = max(number + 1, int(done.get("id", "0")))
            done = {"id": f"{number:03}", **{key: value for key, value in done.items() if key != "id"}}
            file.write(json.dumps(done, ensure_ascii=False) + "\n")
    print(f"{sum(1 for done, _ in results if done)} cases recorded in {CASES}")
    return 0


def check_peer(peer, case):
    """As recorded.check; once more when the peer did not end: under load it hangs now and then."""
    reason = recorded.check(peer, case, 30, any_order=True)
    return recorded.check(peer, case, 60, any_order=True) if reason and "timed out" in reason else reason


def run_peer(options, peer, version):
    """The recorded cases under the peer itself."""
    cases = recorded.load_cases(CASES, options.only)
    with ThreadPoolExecutor(2) as pool:
        reasons = list(pool.map(lambda case: check_peer(peer, case), cases))
    for case, reason in zip(cases, reasons):
        if reason:
            print(f"FAIL {case['id']} {case['area']}: the peer here prints something else: {reason}")
    failed = sum(1 for reason in reasons if reason)
    print(f"differential: {version} run here: {len(cases) - failed} of {len(cases)} print what is recorded")
    return 1 if failed else 0


def main():
    if "--record" in sys.argv:
        parser = argparse.ArgumentParser()
        parser.add_argument("--record", required=True)
        parser.add_argument("--add")
        options = parser.parse_args()
        return record(options.record, options.add)
    options = recorded.parser(__doc__).parse_args()
    if os.geteuid() != 0:
        print("skipped: running programs needs root")
        return 77
    peer, version = find_peer()
    if peer:
        print(f"differential: beside sonde runs {shlex.join(peer)}, {version}")
    else:
        print(f"differential: {version}: compared with what {VERSION} printed when it was recorded")
    failed = recorded.check_all(HERE, options, [options.binary], any_order=True)
    return (peer and run_peer(options, peer, version)) or failed


if __name__ == "__main__":
    sys.exit(main())
