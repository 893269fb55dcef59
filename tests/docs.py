#!/usr/bin/env python3
"""Every script in the documentation and every example compiles: README.md and ARCHITECTURE.md (fences marked
`sonde`, and `sonde ... -e '...'` in any fence), the manual pages, `sonde --help`, examples/*.probe.
Usage: docs.py BINARY [-v]. Exit status 77: no tracefs, so tracepoints cannot be compiled."""

import glob
import os
import re
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROFF = ((r"\(aq", "'"), (r"\-", "-"), (r"\e", "\\"), (r"\(dq", '"'), ("\\\\", "\\"))


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def one_liners(name, text):
    """Every `sonde ... -e '...'`; the program may go over several lines."""
    for found in re.finditer(r"\bsonde\b[^\n|;&]*? -e '[^']*'[^\n]*", text):
        try:
            words = shlex.split(found.group(0).split(" | ")[0], comments=True)
        except ValueError:
            continue
        if re.match(r"\n[^\n]*: error: ", text[found.end():]):
            continue  # shown because it is wrong
        if "-e" in words[:-1] and not {"-l", "-lv"} & set(words):
            program = words[words.index("-e") + 1]
            options = ["--unsafe"] if "--unsafe" in words else []
            if program not in ("...", "PROGRAM"):
                yield f"{name}: {program}", options + ["-e", program]


def snippets(binary):
    for name in ("README.md", "ARCHITECTURE.md"):
        if not os.path.exists(os.path.join(ROOT, name)):
            continue
        text = read(name)
        for found in re.finditer(r"```sonde\n(.*?)```", text, re.S):
            yield f"{name}: {found.group(1).splitlines()[0]}", ["-e", found.group(1)]
        yield from one_liners(name, text)
    for path in sorted(glob.glob(os.path.join(ROOT, "man", "*.[0-9]*"))):
        text = read(path)
        for roff, plain in ROFF:
            text = text.replace(roff, plain)
        yield from one_liners(os.path.relpath(path, ROOT), text)
        for block in re.findall(r"^\.nf\n(.*?)^\.fi", text, re.S | re.M):
            if "{" in block and not re.search(r"^sonde ", block, re.M):
                yield f"{os.path.basename(path)}: {block.split()[0]}", ["-e", block]
    help_text = subprocess.run([binary, "--help"], capture_output=True, text=True).stdout
    yield from one_liners("--help", help_text)
    for path in sorted(glob.glob(os.path.join(ROOT, "examples", "*.probe"))):
        yield os.path.relpath(path, ROOT), [path]


def main():
    binary = os.path.abspath(sys.argv[1])
    if not any(os.path.isdir(f"/sys/kernel/{place}/events")
               for place in ("tracing", "debug/tracing")):
        print("docs: skipped: no tracefs (mount -t tracefs tracefs /sys/kernel/tracing)")
        return 77
    held = failed = 0
    for name, arguments in snippets(binary):
        result = subprocess.run([binary, "check", "--no-warnings", *arguments],
                                capture_output=True, text=True)
        if result.returncode == 0:
            held += 1
            if "-v" in sys.argv:
                print(f"ok {name}")
            continue
        failed += 1
        print(f"FAIL docs {name}")
        print("".join(f"     | {line}\n" for line in result.stderr.splitlines()[:12]), end="")
    print(f"docs: {held + failed} snippets: {held} hold, {failed} fail")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
