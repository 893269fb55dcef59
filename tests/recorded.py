"""Cases recorded from the peer (bpftrace 0.27.1), and what holding one means: tests/conformance and
tests/differential share this. A case is a line of JSON with the fields that conformance/README.md lists."""

import argparse
import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import filters  # beside this file


def read_list(folder, name):
    """{id: reason} from lines "id reason"; # starts a comment. Empty when there is no such file."""
    rows = {}
    path = os.path.join(folder, name)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                key, _, reason = line.split("#")[0].strip().partition(" ")
                if key:
                    rows[key] = reason.strip()
    return rows


def run(command, case, extra, timeout):
    """(status, output, errors) of a case under a tracer's command."""
    command = [*command, "-q", *extra, *case["options"], "-e", case["program"], *case["args"]]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=timeout, check=False)
    except subprocess.TimeoutExpired as expired:
        return None, (expired.stdout or b"").decode("utf-8", "replace"), "timed out"
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def trim(text):
    """The lines without leading and trailing blank ones."""
    lines = text.split("\n")
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def ordered(pairs):
    """An object as a list that compares by order and by type (true is not 1)."""
    return [(key, type(value).__name__, value) for key, value in pairs]


def parse_json(text):
    """One object a line, each as ordered() makes it; ValueError when it is not JSON."""
    return [json.loads(line, object_pairs_hook=ordered) for line in text.split("\n") if line.strip()]


def any_order_text(lines):
    """With the entries of each map sorted: the peer prints those of a plain map in hash order."""
    result, block, name = [], [], None
    for line in [*lines, ""]:
        entry = re.match(r"(@\w*)\[.*\]: .", line)
        if not entry or entry[1] != name:
            result += sorted(block)
            block, name = [], entry and entry[1]
        (block if entry else result).append(line)
    return result[:-1]


def any_order_json(objects):
    def sort(item):
        fields = {row[0]: row[2] for row in item} if isinstance(item, list) else {}
        if fields.get("type") not in ("map", "stats", "hist"):
            return item
        maps = [(name, kind, sorted(data, key=repr) if kind == "list" and all(
            isinstance(row, tuple) for row in data) else data) for name, kind, data in fields["data"]]
        return [(k, t, maps if k == "data" else v) for k, t, v in item]
    return [sort(item) for item in objects]


def first_difference(want, got):
    for index, (left, right) in enumerate(zip(want, got)):
        if left != right:
            return f"item {index + 1}: want {left!r}, got {right!r}"
    return f"want {len(want)} items, got {len(got)}: " \
           f"{(want[len(got):] or got[len(want):])[:1]!r}"


def check_refused(result):
    status, out, err = result
    if status != 1:
        return f"to be refused with status 1, got {status}: {(out or err).strip()[:160]!r}"
    if out.strip():
        return f"refused, but printed {out.strip()[:160]!r}"
    if not err.strip():
        return "refused without a message"
    return None


def check(command, case, timeout, any_order=False):
    """None when the case holds under a tracer's command, else a one-line reason."""
    result = run(command, case, [], timeout)
    if case.get("refused"):
        return check_refused(result)
    status, out, err = result
    if status != case["status"]:
        return f"status {case['status']} wanted, got {status}: {err.strip()[:240]!r}"
    want, got = trim(case["text"]), trim(out)
    if any_order:
        want, got = any_order_text(want), any_order_text(got)
    if want != got:
        return "text: " + first_difference(want, got)
    status, out, err = run(command, case, ["-f", "json"], timeout)
    if status != case["status"]:
        return f"json: status {case['status']} wanted, got {status}: {err.strip()[:240]!r}"
    try:
        got = parse_json(out)
    except ValueError as error:
        return f"json: not JSON: {error}: {out[:120]!r}"
    want = case["json"]
    if any_order:
        want, got = any_order_json(want), any_order_json(got)
    return None if want == got else "json: " + first_difference(want, got)


def load_cases(path, only=()):
    """The cases of a file whose id or area is asked for; their JSON in the shape of ordered()."""
    def is_meant(case, word):
        return case["id"] == word or case["area"].startswith(word)

    cases = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            case["json"] = parse_json("\n".join(json.dumps(item) for item in case.get("json", [])))
            if not only or any(is_meant(case, word) for word in only):
                cases.append(case)
    filters.refuse_unknown(only, lambda word: any(is_meant(case, word) for case in cases))
    return cases


def parser(text):
    result = argparse.ArgumentParser(description=text.split("\n")[0])
    result.add_argument("binary")
    result.add_argument("--only", action="append", default=[], metavar="AREA|ID")
    result.add_argument("-v", action="store_true", help="show the program of each failure")
    result.add_argument("--timeout", type=float, default=20)
    return result


def check_all(folder, options, command, any_order=False, name=None):
    """Checks the cases of a folder; prints what fails and a line of totals. The exit status."""
    lists = {kind: read_list(folder, kind + ".list") for kind in ("later", "accepted")}
    cases = load_cases(os.path.join(folder, "cases.jsonl"), options.only)
    with ThreadPoolExecutor(2) as pool:
        reasons = list(pool.map(
            lambda case: check(command, case, options.timeout, any_order), cases))
    count = {"held": 0, "failed": 0, "later": 0, "accepted": 0, "stale": 0}
    for case, reason in zip(cases, reasons):
        listed = next((kind for kind, rows in lists.items() if case["id"] in rows), None)
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
    print(f"{name or os.path.basename(folder)}: {len(cases)} cases: {count['held']} hold, "
          f"{count['failed']} fail, {count['later']} need what is not supported yet, "
          f"{count['accepted']} differ on purpose, {count['stale']} stale")
    return 1 if count["failed"] or count["stale"] or not cases else 0
