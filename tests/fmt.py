#!/usr/bin/env python3
"""`sonde fmt` keeps the meaning: over every script of the tree (and the peer's tools, and files that are named),
and over seeded rewrites of them with other blanks and comments between all words:
  - the tree that `sonde dump ast` shows, and where it compiles `dump types`, is the same, places aside;
  - every comment is there, in order; formatting twice changes nothing.
The scripts of examples/ and stdlib/ must be formatted already.
Usage: fmt.py BINARY [-v] [--seed N] [FILE]..."""

import argparse
import glob
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GOLDEN = os.path.join(ROOT, "tests", "golden")
WORD = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/|[$@]?\w+|@|\$#|->|\.\.|\+\+|--|<<=|>>=|<<|>>|&&|\|\|'
                  r"|[=!<>+\-*/%&|^]=|[ \t\r\n\f\v]+|.", re.S)


def environment():
    env = {key: value for key, value in os.environ.items() if not key.startswith(("SONDE_", "BPFTRACE_"))}
    env["SONDE_BTF"] = os.path.join(GOLDEN, "fixtures", "btf", "vmlinux.btf")
    env["SONDE_TRACEFS"] = os.path.join(GOLDEN, "fixtures", "tracefs")
    env.setdefault("ASAN_OPTIONS", "detect_leaks=0")
    return env


def sonde(binary, *words):
    done = subprocess.run([binary, *words], cwd=GOLDEN, env=environment(), stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(f"{words[0]}: exit {done.returncode}: {done.stderr[:500]!r}")
    return done.stdout if done.returncode == 0 else None


def without_places(dump):
    return dump and re.sub(rb" @\d+:\d+(-\d+(:\d+)?)?$", b"", dump, flags=re.M)


def comments(text):
    """The words of all comments. C definitions are kept verbatim: theirs count too."""
    found = re.findall(r'//[^\n]*|/\*.*?\*/', re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text), re.S)
    return [" ".join(comment.split()) for comment in found if not comment.startswith("//*")]


def rewrite(text, rng):
    """Other blanks, and comments, between the words inside of blocks."""
    out, depth, noise, before = [], 0, rng.choice(("blanks", "comments", "lines")), ""
    for word in WORD.findall(text):
        if word.isspace() and depth:
            word = rng.choice((" ", "  ", "\t", "\n", "\n\n\n", " \n\t "))
            word = "\n" + word if before.startswith("//") else word
        if word == "}":
            depth -= 1
        inside = depth > 0
        if word == "{":
            depth += 1
        if inside and not word.isspace() and noise != "blanks" and rng.random() < 0.2:
            number = rng.randrange(1000)
            out.append(rng.choice((f" // line {number}\n", f" /* {number} */ ", f"\n/* two\n   {number} */\n",
                                   f"\n// own {number}\n") if noise == "comments" else ("\n", "\n\n\n")))
        out.append(word)
        before = word
    return "".join(out)


def scripts(named, seed):
    for pattern in ("examples/*.probe", "stdlib/*.probe", "tests/golden/*/*.probe", "tests/run/*.probe"):
        for path in sorted(glob.glob(os.path.join(ROOT, pattern))):
            yield os.path.relpath(path, ROOT), open(path, "rb").read()
    for path in sorted(glob.glob("/usr/sbin/*.bt") + glob.glob("/usr/share/bpftrace/tools/*.bt")) + named:
        yield path, open(path, "rb").read()
    with open(os.path.join(ROOT, "tests", "conformance", "cases.jsonl"), encoding="utf-8") as file:
        for line in list(file)[seed % 3::3]:
            case = json.loads(line)
            yield f"conformance {case['id']}", case["program"].encode()


class Job:
    """A text to be formatted, as two files: as written, and its formatted copy."""

    def __init__(self, name, text, path, original=None):
        self.name, self.text, self.original = name, text, original
        self.path, self.copy = path + ".probe", path + ".fmt.probe"
        self.tree = None
        for target in (self.path, self.copy):
            with open(target, "wb") as file:
                file.write(text)

    def formatted(self):
        with open(self.copy, "rb") as file:
            return file.read()


def wrong_with(binary, job):
    """None, or what the formatter did to it."""
    tree = without_places(sonde(binary, "dump", "ast", job.copy))
    if tree != (job.original or job).tree:
        return "another tree"
    if comments(job.text.decode("utf-8", "replace")) != comments(job.formatted().decode("utf-8", "replace")):
        return "other comments"
    if job.original or job.name.startswith("conformance"):
        return None
    before, after = (without_places(sonde(binary, "dump", "types", path)) for path in (job.path, job.copy))
    return None if before == after else "other types"


def batches(binary, jobs, *words):
    """Standard output and error of `sonde fmt` over all of them."""
    said = []
    for i in range(0, len(jobs), 200):
        done = subprocess.run([binary, "fmt", *words, *(job.copy for job in jobs[i:i + 200])],
                              capture_output=True, timeout=60, check=False)
        said += (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()
        if done.returncode not in (0, 1):
            said.append(f"exit status {done.returncode}")
    return said


def make_jobs(options, pool, folder):
    """The scripts that parse, and rewrites of them."""
    texts = [(name, text) for name, text in scripts(options.named, options.seed) if len(text) < 100000]
    jobs = [Job(name, text, os.path.join(folder, str(i))) for i, (name, text) in enumerate(texts)]
    dumps = pool.map(lambda job: sonde(options.binary, "dump", "ast", job.path), jobs)
    for job, dump in zip(list(jobs), dumps):
        job.tree = without_places(dump)
        if job.tree is None:
            jobs.remove(job)
            continue
        rng = random.Random(f"{options.seed} {job.name}")
        is_kept = re.search(rb"\0|\b(struct|union|enum)\b[^;()]*{|typedef|#\s*define", job.text)
        for i in range(0 if is_kept else options.rewrites):
            text = rewrite(job.text.decode("utf-8", "surrogateescape"), rng).encode("utf-8", "surrogateescape")
            jobs.append(Job(f"{job.name}, rewritten", text, f"{job.path}-{i}", job))
    return jobs


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary")
    parser.add_argument("named", nargs="*", metavar="FILE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rewrites", type=int, default=1, help="of each script")
    parser.add_argument("-v", action="store_true", help="show what is changed")
    options = parser.parse_args()
    options.binary = os.path.abspath(options.binary)
    wrong = 0
    own = sorted(glob.glob(os.path.join(ROOT, "examples", "*.probe")) +
                 glob.glob(os.path.join(ROOT, "stdlib", "*.probe")))
    done = subprocess.run([options.binary, "fmt", "--check", *own], capture_output=True, text=True, check=False)
    for line in (done.stdout + done.stderr).splitlines():
        print(f"FAIL not formatted: {line}")
        wrong += 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        jobs = make_jobs(options, pool, folder)
        problems = batches(options.binary, jobs, "-w")
        problems += [f"not stable: {line}" for line in batches(options.binary, jobs, "--check")]
        for job, problem in zip(jobs, pool.map(lambda job: wrong_with(options.binary, job), jobs)):
            if problem:
                problems.append(f"{job.name}: {problem}")
                if options.v:
                    print(f"---- {job.name}\n{job.text.decode('utf-8', 'replace')}\n----")
    for problem in problems:
        print(f"FAIL {problem}")
    wrong, formatted = wrong + len(problems), len(jobs)
    print(f"fmt: {formatted} scripts keep their meaning, {wrong} faults")
    return 1 if wrong or formatted < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
