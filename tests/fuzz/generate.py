#!/usr/bin/env python3
"""Random well-typed programs, from a seed: all kinds of statements, expressions, types, maps and probes. Of
bounded size; a seed is the same program everywhere. `generate.py SEED` prints one; verify.py loads many into
the kernel. What they are made of: generate_expr.py, generate_data.py, generate_stmt.py."""

import sys

from generate_base import AGGREGATIONS, INTS, STACKS, Base
from generate_data import STRUCTS, Data
from generate_expr import Expressions
from generate_stmt import Statements

ARGS = ["7", "text", "0x10"]  # what the programs' positional parameters are
# (probe, integer fields, pointers to text, characters in the context)
TRACEPOINTS = [
    ("syscalls:sys_enter_openat", ["dfd", "flags", "mode"], ["filename"], []),
    ("syscalls:sys_enter_read", ["fd", "count"], [], []),
    ("syscalls:sys_exit_read", ["ret"], [], []),
    ("syscalls:sys_enter_execve", [], ["filename"], []),
    ("sched:sched_switch", ["prev_pid", "prev_prio", "prev_state", "next_pid", "next_prio"], [],
     ["prev_comm", "next_comm"]),
    ("sched:sched_process_exec", ["pid", "old_pid"], [], ["filename"]),
    ("sched:sched_process_fork", ["parent_pid", "child_pid"], [], ["parent_comm", "child_comm"]),
    ("raw_syscalls:sys_enter", ["id", "args[1]"], [], []),
    ("task:task_newtask", ["pid", "clone_flags", "oom_score_adj"], [], ["comm"]),
]
MACROS = """macro twice(x) { (int64)x * 2 }
macro bump($v, x) { $v = $v | (int64)x; $v }
macro clamp(x, low) { let $x = (int64)x; let $low = (int64)low; ($x < $low ? $low : $x) }
macro note(@m, k) { @m[k] = count(); }
macro label(x) { (x > 0 ? "positive" : "other") }
macro both(a, b) { (a, b) }
"""
FIRST_MACROS = [("twice", ["int64"], "int64"), ("clamp", ["int64", "uint32"], "int64"), ("label", ["int64"], "str")]
SIMPLE = {
    "begin": ["begin", "BEGIN"], "end": ["end"],
    "interval": ["interval:s:1", "interval:1ms", "interval:hz:9", "i:us:500"],
    "profile": ["profile:hz:99", "profile:ms:10", "p:1s"],
    "many": ["tracepoint:syscalls:sys_enter_getpid, tracepoint:syscalls:sys_enter_get*id, interval:s:3"],
    "execve": ["tracepoint:syscalls:sys_enter_execve"],
    "rawtracepoint": ["rawtracepoint:sys_enter", "rawtracepoint:sched_switch", "rt:sched_process_exit"],
}
KINDS = ["begin", "begin", "end", "interval", "profile", "tracepoint", "tracepoint", "tracepoint", "rawtracepoint",
         "uprobe", "uretprobe", "many", "execve"]


class Generator(Expressions, Data, Statements, Base):
    """One program."""

    def __init__(self, seed, target="/bin/bash:main"):
        super().__init__(seed)
        self.target, self.result = target, None
        self.macros += FIRST_MACROS

    def config(self):
        lines = []
        if self.chance(40):
            lines.append(f"max_strlen={self.pick([8, 16, 64, 100, 200, 255, 256, 511, 1024, 2000, 4096])}")
        for percent, name, values in ((20, "max_map_keys", [1, 16, 100, 10000]), (10, "missing_probes", ["warn"]),
                                      (10, "stack_mode", ["bpftrace", "perf", "raw"]), (10, "on_stack_limit", [0, 32, 128]),
                                      (5, "print_maps_on_exit", ["false"]), (5, "perf_rb_pages", [64])):
            if self.chance(percent):
                lines.append(f"{name}={self.pick(values)}")
        return ["config = { " + "; ".join(lines) + " }"] if lines else []

    def declare_maps(self, number):
        """Maps with their types, and how some of them are kept."""
        kinds = []
        for _ in range(number):
            keys = tuple(self.type(2) for _ in range(self.pick([0, 0, 1, 1, 1, 2, 3, 5])))
            value = self.pick(AGGREGATIONS + [self.pick(STACKS)]) if self.chance(45) else self.type(2)
            name = self.fresh("@m")
            self.maps[name] = (keys, value)
            if keys and self.chance(10):
                kind = self.pick(["percpuhash", "percpulruhash"]) if value in AGGREGATIONS else \
                    self.pick(["hash", "lruhash"])
                kinds.append(f"let {name} = {kind}({self.pick([1, 10, 500])});")
        return kinds

    def alone(self, names, result, depth, statements):
        """A body that knows only these names."""
        scopes, self.scopes, self.result, self.work = self.scopes, [dict(names)], result, 400
        probe, self.probe, fields, self.fields = self.probe, None, self.fields, ([], [], [])
        body = " ".join(self.statement(depth) for _ in range(statements))
        tail = f" return {self.expr(result, 2)};" if result else ""
        self.scopes, self.result, self.probe, self.fields = scopes, None, probe, fields
        return body + tail

    def function(self):
        types = [self.pick(INTS + ["bool", "word", "word"]) for _ in range(self.r.below(5))]
        names = {self.fresh("$f"): t for t in types}
        result = self.pick(INTS + ["bool", None, None])
        name = self.fresh("helper")
        body = self.alone(names, result, 2, self.r.between(1, 4))
        self.functions.append((name, types, result))
        head = ", ".join(f"{n}: {'string[32]' if t == 'word' else t}" for n, t in names.items())
        return f"fn {name}({head}){': ' + result if result else ': void'} {{ {body} }}"

    def macro(self):
        """Names of its own, of the types that it is called with."""
        types = [self.pick(INTS + ["bool"]) for _ in range(self.r.between(1, 3))]
        names, first = {}, ""
        for index, t in enumerate(types):
            names[f"$p{index}"] = t
            first += f"let $p{index} = ({t})a{index}; " if t in INTS else f"let $p{index} = a{index}; "
        result, name = self.pick(INTS), self.fresh("macro")
        self.scopes, scopes = [names], self.scopes
        maps, self.maps = self.maps, {}  # a macro reaches only the maps that it is given
        self.work = 500
        text = self.expr(result, 3)
        self.scopes, self.maps = scopes, maps
        self.macros.append((name, types, result))
        return f"macro {name}({', '.join(f'a{i}' for i in range(len(types)))}) {{ {first}{text} }}"

    def head(self):
        """A probe's points; sets what its body may use."""
        self.fields = ([], [], [])
        self.probe = kind = self.pick(KINDS)
        if kind == "tracepoint":
            event, *self.fields = self.pick(TRACEPOINTS)
            return f"{self.pick(['tracepoint', 't'])}:{event}"
        if kind in SIMPLE:
            return self.pick(SIMPLE[kind])
        return f"{kind}:{self.target}"

    def program(self):
        parts = self.config() + self.declare_maps(self.pick([1, 2, 3, 5, 8, 14])) + [MACROS]
        parts.insert(0, STRUCTS)
        parts += [self.macro() for _ in range(self.pick([0, 0, 1, 2]))]
        parts += [self.function() for _ in range(self.pick([0, 0, 0, 1, 2]))]
        for index in range(self.pick([1, 1, 2, 2, 3])):
            head = self.head()
            self.work, first = 0, ""
            predicate = f" /{self.boolean(2)}/" if self.chance(30) else ""
            statements = self.pick([2, 4, 8, 15, 30, 60]) if index == 0 else self.pick([2, 4, 8])
            if index == 0:  # every map is written once from those before it, so that it has its types
                declared, self.maps = self.maps, {}
                for name, types in declared.items():
                    first += self.first_store(name, types) + "\n\t"
                    self.maps[name] = types
            self.scopes.append({})
            body = first + "\n\t".join(self.statement(3) for _ in range(statements))
            self.scopes.pop()
            parts.append(f"{head}{predicate} {{\n\t{body}\n}}")
        return "\n".join(parts) + "\n"


def generate(seed):
    """The program of a seed, as text."""
    return Generator(seed).program()


if __name__ == "__main__":
    sys.stdout.write(generate(int(sys.argv[1])))
