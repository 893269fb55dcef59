#!/usr/bin/env python3
"""Random C declarations, laid out by sonde and by the machine's C compiler: sizes, alignments, the
place of every member, bitfields included.

Usage: layout.py C_TYPES [--seed N] [--count N] [--keep]. Skips (77) where there is no compiler."""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

INTEGERS = ["char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned",
            "long", "unsigned long", "long long", "unsigned long long", "_Bool", "__u8", "__u16",
            "__u32", "__u64", "enum small", "enum large", "enum negative"]
OTHERS = ["float", "double", "long double", "void *", "const char *", "__int128", "word_t", "pair_t",
          "close_t", "far_t", "function_t"]
PRELUDE = """typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
enum small { SMALL_A, SMALL_B = 7 };
enum large { LARGE_A = 1, LARGE_B = 0x100000000 };
enum negative { NEGATIVE = -1 };
typedef unsigned word_t __attribute__((mode(HI)));
typedef struct { char a; int b; } pair_t;
typedef int close_t __attribute__((aligned(1)));
typedef short far_t __attribute__((aligned(16)));
typedef int (*function_t)(void *, const char *, ...);
"""
BITS = {"char": 8, "signed char": 8, "unsigned char": 8, "__u8": 8, "_Bool": 1, "short": 16,
        "unsigned short": 16, "__u16": 16, "int": 32, "unsigned": 32, "__u32": 32, "enum small": 32,
        "enum negative": 32}


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.serial = 0
        self.members = []  # of the struct being made: (path, is bitfield)
        self.tags = []

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def name(self):
        self.serial += 1
        return f"m{self.serial}"

    def attribute(self):
        kinds = ["packed", f"aligned({2 ** self.random.randrange(6)})", "aligned", "unused", "may_alias"]
        kind = self.random.choice(kinds[:3] if self.chance(80) else kinds)
        return f" __attribute__(({kind}))"

    def bitfield(self, path):
        kind = self.random.choice(INTEGERS)
        bits = self.random.randint(1, BITS.get(kind, 64))
        attribute = self.attribute() if self.chance(8) else ""
        if self.chance(12):
            return f"{kind} : {bits};"
        if self.chance(10):
            return f"{kind} : 0;"
        name = self.name()
        self.members.append((path + name, True))
        return f"{kind} {name} : {bits}{attribute};"

    def member(self, path, depth):
        if self.chance(40):
            return self.bitfield(path)
        if depth and self.chance(18):
            return self.nested(path, depth)
        kind = self.random.choice(INTEGERS + OTHERS)
        if self.tags and self.chance(15):
            kind = self.random.choice(self.tags)
        name = self.name()
        attribute = self.attribute() if self.chance(12) else ""
        self.members.append((path + name, False))
        if kind not in ("far_t",) and self.chance(15):
            return f"{kind} {name}[{self.random.choice(['1', '3', '2 + 1', 'sizeof(int)', '0'])}]{attribute};"
        if kind != "far_t" and self.chance(8):
            return f"{kind} (*{name})[4]{attribute};"
        return f"{kind} {name}{attribute};"

    def nested(self, path, depth):
        kind = self.random.choice(["struct", "union"])
        before = self.attribute() if self.chance(15) else ""
        behind = self.attribute() if self.chance(15) else ""
        name = "" if self.chance(50) else self.name()
        inner = path + (name + "." if name else "")
        body = " ".join(self.member(inner, depth - 1) for _ in range(self.random.randint(1, 4)))
        return f"{kind}{before} {{ {body} }}{behind} {name};"

    def tag(self, number):
        self.members = []
        kind = self.random.choice(["struct", "struct", "union"])
        before = self.attribute() if self.chance(20) else ""
        behind = self.attribute() if self.chance(20) else ""
        body = "\n\t".join(self.member("", 2) for _ in range(self.random.randint(1, 8)))
        text = f"{kind}{before} t{number} {{\n\t{body}\n}}{behind};\n"
        if self.chance(20):
            packed = 2 ** self.random.randrange(5)
            text = f"#pragma pack(push, {packed})\n{text}#pragma pack(pop)\n"
        self.tags.append(f"{kind} t{number}")
        return f"{kind} t{number}", text, self.members


def program(tags):
    """Prints what the compiler did, in the form of c_types."""
    lines = ['#include "generated.h"', "#include <stdio.h>", "#include <string.h>",
             "static void bits(const char *name, const unsigned char *bytes, unsigned long size) {",
             "\tlong first = -1, count = 0;",
             "\tfor (unsigned long i = 0; i < size * 8; i++)",
             "\t\tif (bytes[i / 8] >> i % 8 & 1) { if (first < 0) first = i; count++; }",
             '\tprintf("member %s %ld %ld\\n", name, first, count);', "}", "int main(void) {"]
    for tag, _, members in tags:
        title = tag.replace(" ", "/")
        lines.append(f'\tprintf("type {title} %zu %zu\\n", sizeof({tag}), _Alignof({tag}));')
        for path, is_bitfield in members:
            if is_bitfield:
                lines.append(f"\t{{ static {tag} v; memset(&v, 0, sizeof(v)); v.{path} = -1; "
                             f'bits("{title}.{path}", (unsigned char *)&v, sizeof(v)); }}')
            else:
                lines.append(f'\tprintf("member {title}.{path} %zu 0\\n", '
                             f"8 * __builtin_offsetof({tag}, {path}));")
    return "\n".join(lines + ["\treturn 0;", "}", ""])


def facts(text):
    """Lines of "type" and "member", without the last word of a member (its type's size)."""
    return {" ".join(line.split(" ")[:4]) for line in text.splitlines()
            if line.startswith(("type struct/t", "type union/t", "member struct/t", "member union/t"))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    compiler = os.environ.get("CC") or shutil.which("gcc")
    if not compiler:
        print("skipped: there is no gcc")
        return 77
    generator = Generator(options.seed)
    tags = [generator.tag(number) for number in range(options.count)]
    folder = tempfile.mkdtemp()
    header, source = os.path.join(folder, "generated.h"), os.path.join(folder, "main.c")
    try:
        with open(header, "w", encoding="utf-8") as file:
            file.write(PRELUDE + "".join(text for _, text, _ in tags))
        with open(source, "w", encoding="utf-8") as file:
            file.write(program(tags))
        built = subprocess.run([compiler, "-w", "-O0", "-o", os.path.join(folder, "main"), source],
                               capture_output=True, text=True, check=False)
        if built.returncode:
            print(f"FAIL the compiler refuses seed {options.seed}: {built.stderr[:2000]}")
            return 1
        theirs = subprocess.run([os.path.join(folder, "main")], capture_output=True, text=True, check=True)
        ours = subprocess.run([options.binary, header], capture_output=True, text=True, check=False)
    finally:
        if options.keep:
            print(folder)
        else:
            shutil.rmtree(folder)
    ours, theirs = facts(ours.stdout + ours.stderr), facts(theirs.stdout)
    wrong = sorted(theirs - ours)
    for fact in wrong[:20]:
        title = " ".join(fact.split(" ")[:2]) + " "
        others = [other for other in ours if other.startswith(title)]
        print(f"FAIL {fact}, says the compiler; sonde: {others or 'nothing'}")
    print(f"layout: {len(ours & theirs)} facts about {len(tags)} types agree, "
          f"{len(wrong)} do not (seed {options.seed})")
    return 1 if wrong or len(theirs) < options.count else 0


if __name__ == "__main__":
    sys.exit(main())
