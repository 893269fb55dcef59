#!/usr/bin/env python3
"""Random valid programs, from a seed: all kinds of statements, expressions, types, maps and probes of this
version. `generate.py SEED` prints one; verify.py loads many into the kernel."""

import random
import sys

INTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
PLAIN = ["pid", "tid", "uid", "gid", "nsecs", "elapsed", "cpu", "ncpus", "rand", "cgroup", "numaid",
         "jiffies", "cpid"]
TASK_INTS = ["pid", "tgid", "prio", "flags", "start_time", "utime", "se.vruntime", "se.sum_exec_runtime",
             "mm.pgd.pgd", "mm.total_vm", "mm.start_stack", "signal.nr_threads", "nsproxy.count.refs.counter",
             "cred.uid.val", "real_parent.pid", "parent.tgid", "thread_pid.level", "files.next_fd", "fs.users",
             "sched_info.run_delay", "policy", "in_iowait", "frozen", "exit_state", "mm.mm_users.counter",
             "cred.cap_effective.val", "group_leader.start_boottime", "nsproxy.net_ns.ns.inum",
             "thread.sp", "rt_priority", "fs.pwd.dentry.d_inode.i_ino", "signal.rlim[3].rlim_cur"]
TASK_STRS = ["comm", "group_leader.comm", "real_parent.comm", "parent.real_parent.comm",
             "nsproxy.uts_ns.name.nodename", "nsproxy.uts_ns.name.release"]
TASK_PTRS = ["real_parent", "parent", "group_leader"]
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
]
WORDS = ["", "a", "abc", "hello", "sixteen chars xx", "a longer text, past sixteen", "x" * 40, "%", "\\n\\t",
         "\\\"q\\\"", "e\\x41", "ü"]
AGGREGATIONS = ["count", "sum", "avg", "min", "max", "stats", "hist", "hist4", "lhist"]
STRUCTS = """struct pair { int a; uint64_t b; };
struct item { char c; short s; struct pair p; struct item *next; char name[24]; int list[5];
	unsigned int low : 3, mid : 11, high : 18; union { uint32_t word; uint8_t bytes[4]; } u; char *text; };
"""
ITEM_INTS = ["c", "s", "p.a", "p.b", "list[2]", "low", "mid", "high", "u.word", "u.bytes[1]", "next->p.b",
             "next->next->s", "next->list[4]", "next->low"]


class Generator:
    """One program. Types: an integer's name, "bool", "str", "task", "item", or a tuple ("tuple", types)."""

    def __init__(self, seed, binary="/bin/bash", function="main"):
        self.r = random.Random(seed)
        self.binary, self.function = binary, function
        self.maps = {}  # name -> (keys, value)
        self.scopes = [{}]
        self.count = 0
        self.probe = None
        self.fields = ([], [], [])
        self.loop = 0
        self.width = 1  # how often the code at hand is unrolled
        self.loads = 0

    def pick(self, items):
        return self.r.choice(list(items))

    def chance(self, p):
        return self.r.random() < p

    # --- types
    def type(self, depth=2, text=True):
        n = self.r.random()
        if n < 0.55 or depth == 0:
            return self.pick(INTS)
        if n < 0.6:
            return "bool"
        if n < 0.8:
            return "str" if text else "int64"
        return ("tuple", tuple(self.type(depth - 1, text) for _ in range(self.pick([1, 2, 2, 3, 3, 5, 8]))))

    def names(self, wanted):
        return [n for scope in self.scopes for n, t in scope.items() if t == wanted]

    def integers(self):
        return [n for scope in self.scopes for n, t in scope.items() if t in INTS]

    def readable(self, wanted):
        return [n for n, (_, v) in self.maps.items() if v == wanted]

    # --- expressions
    def expr(self, t, depth):
        if t in INTS:
            return f"({t}){self.integer(depth)}"
        if t == "bool":
            return self.boolean(depth)
        if t == "str":
            return self.text(depth)
        if t == "task":
            return self.task(depth)
        return self.tuple(t, depth)

    def literal(self):
        r = self.r
        return self.pick([str(r.randrange(10)), str(r.randrange(256)), hex(r.randrange(1 << 32)), "1e6",
                          f"(-{r.randrange(1, 200)})", "5ms", "0", "1", "1_000", "07",
                          f"(uint64){r.randrange(1 << 62)}", "(int64)0x7fffffffffffffff"])

    def field(self):
        ints, _, _ = self.fields
        if ints and self.chance(0.7):
            return self.pick(["args.", "args->"]) + self.pick(ints)
        if self.probe in ("uprobe", "rawtracepoint"):
            return f"arg{self.r.randrange(6) if self.probe == 'uprobe' else 0}"
        if self.probe == "uretprobe":
            return "retval"
        return None

    def integer(self, depth):
        """An integer of some type, as an operand: closed in parentheses where it must be."""
        r = self.r
        if depth <= 0 or self.chance(0.15):
            own = self.integers()
            field = self.field()
            if field and self.chance(0.35):
                return field
            if own and self.chance(0.5):
                return self.pick(own)
            return self.pick(PLAIN) if self.chance(0.5) else self.literal()
        n = r.randrange(24)
        if n < 6:
            op = self.pick(["+", "-", "*", "&", "|", "^"])
            return f"({self.integer(depth - 1)} {op} {self.integer(depth - 1)})"
        if n == 6:
            right = self.pick([str(r.randrange(1, 1000)), f"({self.integer(depth - 1)} | 1)", "cpu"])
            op = self.pick(["/", "%"])
            return f"((uint64){self.integer(depth - 1)} {op} (uint64){right})"
        if n == 7:
            right = self.pick([str(r.randrange(64)), f"({self.integer(depth - 1)} & 63)"])
            return f"((uint64){self.integer(0)} {self.pick(['<<', '>>'])} {right})" if self.chance(0.5) else \
                f"({self.pick(PLAIN)} {self.pick(['<<', '>>'])} {right})"
        if n == 8:
            return self.pick(["(-(int32){})", "(~(uint32){})", "(int64)(!{})"]).format(self.integer(depth - 1))
        if n == 9:
            return f"({self.boolean(depth - 1)} ? {self.integer(depth - 1)} : {self.integer(depth - 1)})"
        if n == 10:
            return f"({self.pick(INTS)}){self.integer(depth - 1)}"
        if n == 11 and self.affordable(4):
            return f"(int64)strlen({self.text(depth - 1)})"
        if n == 12:
            return f"(int64)sizeof({self.pick(['uint32', 'struct pair', 'struct item', 'struct task_struct'])})"
        if n in (13, 14, 15) and self.affordable(3):
            base = self.task(depth - 1)
            return f"{base}.{self.pick(TASK_INTS)}".replace(".", self.pick([".", "->"]))
        if n == 16 and self.probe == "uprobe":
            return f"((struct item *)arg0)->{self.pick(ITEM_INTS)}"
        if n in (17, 18):
            plain = [m for m, (_, v) in self.maps.items() if v in INTS]
            if plain and self.affordable(1):
                return self.access(self.pick(plain), depth - 1)
        if n == 19:
            folded = [m for m, (_, v) in self.maps.items()
                      if v in ("count", "sum", "min", "max", "avg")]
            if folded and self.affordable(3):
                return f"(int64){self.access(self.pick(folded), depth - 1)}"
        if n == 20:
            pairs = [(n, i) for scope in self.scopes for n, t in scope.items()
                     if isinstance(t, tuple) for i, u in enumerate(t[1]) if u in INTS]
            if pairs:
                name, index = self.pick(pairs)
                return f"{name}.{index}"
        if n == 21:
            return f"(int64)({self.boolean(depth - 1)})"
        if n == 22:
            own = self.integers()
            if own and self.loop == 0:
                return self.pick(["({}++)", "(++{})", "({}--)", "(--{})"]).format(self.pick(own))
        if n == 23:
            return f"bswap((uint32){self.integer(depth - 1)})"
        return self.integer(0)

    def affordable(self, cost):
        """Whether this much more kernel work may be written here: bounds the size of a program."""
        if self.loads + cost * self.width > 600:
            return False
        self.loads += cost * self.width
        return True

    def boolean(self, depth):
        if depth <= 0:
            return self.pick(["true", "false", f"({self.integer(0)} > {self.integer(0)})"] + self.names("bool"))
        n = self.r.randrange(9)
        if n < 3:
            op = self.pick(["==", "!=", "<", ">", "<=", ">="])
            return f"({self.integer(depth - 1)} {op} {self.integer(depth - 1)})"
        if n == 3:
            return f"({self.boolean(depth - 1)} {self.pick(['&&', '||'])} {self.boolean(depth - 1)})"
        if n == 4 and self.affordable(4):
            return f"({self.text(depth - 1)} {self.pick(['==', '!='])} {self.text(depth - 1)})"
        if n == 5:
            return f"(!{self.boolean(depth - 1)})"
        if n == 6 and self.affordable(4):
            return f"(strncmp({self.text(depth - 1)}, {self.text(depth - 1)}, {self.r.randrange(1, 32)}) == 0)"
        if n == 7:
            keyed = [m for m, (k, _) in self.maps.items() if k]
            if keyed and self.affordable(2):
                name = self.pick(keyed)
                return f"has_key({name}, {self.key(self.maps[name][0], depth - 1)})"
        if n == 8 and self.affordable(4):
            t = self.type(1)
            if isinstance(t, tuple):
                return f"({self.tuple(t, depth - 1)} {self.pick(['==', '!='])} {self.tuple(t, depth - 1)})"
        return self.boolean(0)

    def text(self, depth):
        if depth <= 0 or self.chance(0.2):
            return self.pick([f'"{self.pick(WORDS)}"', "comm", f'"{self.pick(WORDS)}"'] + self.names("str"))
        n = self.r.randrange(8)
        _, pointers, inline = self.fields
        if n < 2 and self.affordable(3):
            return "curtask." + self.pick(TASK_STRS)
        if n == 2 and pointers and self.affordable(3):
            tail = self.pick(["", f", {self.r.randrange(1, 300)}", f", (uint8){self.integer(depth - 1)}"])
            return f"str(args.{self.pick(pointers)}{tail})"
        if n == 3 and inline and self.affordable(3):
            return f"args.{self.pick(inline)}"
        if n == 4 and self.affordable(2):
            return f"({self.boolean(depth - 1)} ? {self.text(depth - 1)} : {self.text(depth - 1)})"
        if n == 5:
            maps = self.readable("str")
            if maps and self.affordable(3):
                return self.access(self.pick(maps), depth - 1)
        if n == 6 and self.probe == "uprobe" and self.affordable(3):
            return self.pick(["str(arg1)", "str(arg0, 32)", "str(((struct item *)arg0)->text)",
                              "((struct item *)arg0)->name", "str(((struct item *)arg0)->next->name)"])
        return self.text(0)

    def task(self, depth):
        if depth <= 0 or self.chance(0.6):
            return self.pick(["curtask"] + self.names("task"))
        return f"{self.task(depth - 1)}.{self.pick(TASK_PTRS)}"

    def tuple(self, t, depth):
        own = self.names(t)
        if own and self.chance(0.4):
            return self.pick(own)
        maps = self.readable(t)
        if maps and self.chance(0.3) and self.affordable(3):
            return self.access(self.pick(maps), depth - 1)
        parts = [self.expr(u, min(depth - 1, 1)) for u in t[1]]
        return "(" + ", ".join(parts) + (",)" if len(parts) == 1 else ")")

    def key(self, keys, depth):
        parts = [self.expr(k, depth) for k in keys]
        return parts[0] if len(parts) == 1 else "(" + ", ".join(parts) + ")"

    def access(self, name, depth):
        keys = self.maps[name][0]
        return name + (f"[{', '.join(self.expr(k, min(depth, 1)) for k in keys)}]" if keys else "")

    # --- statements
    def block(self, depth, least=1, most=4):
        self.scopes.append({})
        body = " ".join(self.statement(depth - 1) for _ in range(self.r.randint(least, most)))
        self.scopes.pop()
        return "{ " + body + " }"

    def fresh(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def call(self, kind, depth):
        value = self.integer(depth)
        return {"count": "count()", "hist4": f"hist({value}, 4)",
                "lhist": f"lhist({value}, 0, 1000, 50)"}.get(kind, f"{kind}({value})")

    def statement(self, depth):
        r = self.r
        n = r.randrange(26)
        if n < 4 or not self.affordable(1):
            return self.declare(depth)
        if n < 6 and self.integers():
            op = self.pick(["=", "+=", "-=", "*=", "&=", "|=", "^="])
            name = self.pick(self.integers())
            t = next(s[name] for s in self.scopes if name in s)
            return f"{name} {op} ({t}){self.integer(2)};"
        if n < 10 and self.maps:
            return self.store(self.pick(self.maps), 2)
        if n in (10, 11, 12) and depth > 0:
            text = f"if ({self.boolean(2)}) {self.block(depth)}"
            if self.chance(0.3):
                text += f" else if ({self.boolean(2)}) {self.block(depth)}"
            return text + (f" else {self.block(depth)}" if self.chance(0.4) else "")
        if n == 13 and depth > 0 and self.width < 20:
            times = self.pick([1, 2, 3, 5, 10])
            self.loop, self.width = self.loop + 1, self.width * times
            text = f"unroll({times}) {self.block(depth, 1, 3)}"
            self.loop, self.width = self.loop - 1, self.width // times
            return text
        if n < 18 and self.affordable(4):
            return self.printf(2)
        if n == 18 and self.affordable(3):
            t = self.type(2)
            return f"print({self.expr(t, 2) if t not in INTS else '(' + self.expr(t, 2) + ')'});"
        if n in (19, 20) and self.maps:
            name = self.pick(self.maps)
            keys, value = self.maps[name]
            if keys and self.chance(0.6):
                key = self.key(keys, 1)
                return self.pick([f"delete({name}, {key});", f"delete({self.access(name, 1)});",
                                  f"print({self.access(name, 1)});"])
            whole = [f"clear({name});", f"print({name});"]
            if value in INTS or value in ("count", "sum", "hist"):
                whole.append(f"zero({name});")
            if keys:
                whole.append(f"print({name}, {r.randrange(1, 9)});")
            return self.pick(whole)
        if n == 21:
            return self.pick(["print(kstack);", "print(ustack);", "print(kstack(3));", "print(ustack(perf, 5));",
                              "print(ksym(nsecs));", "print(usym(tid));", 'time("%H:%M:%S\\n");',
                              'print(strftime("%H", nsecs));', "print(ntop((uint32)rand));", "print(probe);",
                              "print((pid, comm, nsecs));", "print(curtask);", "print(buf(comm, 8));",
                              "print(username);", 'print(macaddr("abcdef"));' if False else "print(comm);"])
        if n == 22 and self.integers():
            return self.pick(["{}++;", "--{};"]).format(self.pick(self.integers()))
        if n == 23:
            plain = [m for m, (_, v) in self.maps.items() if v in INTS]
            if plain:
                return self.pick(["{}++;", "{}--;", "++{};", "--{};"]).format(self.access(self.pick(plain), 1))
        if n == 24 and self.loop == 0 and depth < 3 and self.chance(0.3):
            return f"if ({self.boolean(1)}) {{ return; }}"
        if n == 25 and self.probe == "execve":
            return "join(args.argv);"
        return self.declare(depth)

    def declare(self, depth):
        shadow = [name for name, t in self.scopes[-1].items() if isinstance(t, tuple) or t == "str"]
        if shadow and self.chance(0.2):
            name = self.pick(shadow)
            return f"{name} = {self.expr(self.scopes[-1][name], 2)};"
        t = self.type(2) if self.chance(0.9) else "task"
        name = self.fresh("$v")
        value = self.expr(t, min(3, depth + 1))
        let = self.pick(["", "let "]) if t not in INTS else self.pick(["", "let ", "typed"])
        self.scopes[-1][name] = t
        return f"let {name}: {t} = {value};" if let == "typed" else f"{let}{name} = {value};"

    def store(self, name, depth):
        value = self.maps[name][1]
        if value in AGGREGATIONS:
            return f"{self.access(name, depth)} = {self.call(value, depth)};"
        if value in INTS and self.chance(0.3):
            op = self.pick(["+=", "-=", "|=", "&=", "^=", "*="])
            return f"{self.access(name, depth)} {op} ({value}){self.integer(depth)};"
        if value == "stack":
            return f"{self.access(name, depth)} = kstack;"
        return f"{self.access(name, depth)} = {self.expr(value, depth)};"

    def first_store(self, name, types):
        """An assignment that gives a map its types, from maps that have them."""
        keys = types[0]
        target = name + (f"[{', '.join(self.expr(k, 1) for k in keys)}]" if keys else "")
        if types[1] in AGGREGATIONS:
            return f"{target} = {self.call(types[1], 1)};"
        return f"{target} = {'kstack' if types[1] == 'stack' else self.expr(types[1], 1)};"

    def printf(self, depth):
        conversions, values = [], []
        for _ in range(self.pick([0, 1, 1, 2, 3, 4, 6, 12])):
            n = self.r.randrange(6)
            if n < 3:
                flag = self.pick(["", "-", "0", "+", " "])
                conversions.append(f"%{flag}{self.pick(['', '5', '20'])}{self.pick(['d', 'u', 'x', 'X', 'lld', 'llx', 'hhd', 'i', 'o'])}")
                values.append(self.integer(depth))
            elif n == 3:
                conversions.append(self.pick(["%s", "%-20s", "%10s"]))
                values.append(self.text(depth))
            elif n == 4:
                conversions.append(self.pick(["%c", "%p"]))
                values.append(self.integer(depth - 1))
            else:
                conversions.append("%s")
                values.append(self.pick(["comm", "probe", "ksym(nsecs)", "usym(nsecs)", "kstack(2)", "ustack(2)",
                                         'strftime("%H:%M", nsecs)', "ntop((uint32)rand)", "probe"]))
        words = " ".join(conversions)
        return f'printf("{words}\\n"{"".join(", " + v for v in values)});'

    # --- the program
    def declare_maps(self, number):
        for _ in range(number):
            keys = tuple(self.type(2) for _ in range(self.pick([0, 0, 1, 1, 1, 2, 3, 5])))
            value = self.pick(AGGREGATIONS + ["stack"]) if self.chance(0.45) else self.type(2)
            self.maps[self.fresh("@m")] = (keys, value)

    def head(self):
        """A probe's points; sets what its body may use."""
        self.fields = ([], [], [])
        self.probe = kind = self.pick(["begin", "end", "interval", "profile", "tracepoint", "tracepoint",
                                       "tracepoint", "rawtracepoint", "uprobe", "uretprobe", "many", "execve"])
        if kind in ("begin", "end"):
            return kind
        if kind == "interval":
            return self.pick(["interval:s:1", "interval:1ms", "interval:hz:9", "i:us:500"])
        if kind == "profile":
            return self.pick(["profile:hz:99", "profile:ms:10"])
        if kind == "tracepoint":
            event, *self.fields = self.pick(TRACEPOINTS)
            return f"tracepoint:{event}"
        if kind == "many":
            return "tracepoint:syscalls:sys_enter_getpid, tracepoint:syscalls:sys_enter_get*id, interval:s:3"
        if kind == "execve":
            return "tracepoint:syscalls:sys_enter_execve"
        if kind == "rawtracepoint":
            return f"rawtracepoint:{self.pick(['sys_enter', 'sched_switch', 'sched_process_exit'])}"
        return f"{kind}:{self.binary}:{self.function}"

    def program(self):
        config = ["missing_probes=warn"] if self.chance(0.1) else []
        if self.chance(0.4):
            config.append(f"max_strlen={self.pick([8, 16, 64, 100, 200, 255, 256, 511, 1024, 2000, 4096])}")
        if self.chance(0.2):
            config.append(f"max_map_keys={self.pick([1, 16, 100, 10000])}")
        if self.chance(0.1):
            config.append("stack_mode=" + self.pick(["bpftrace", "perf", "raw"]))
        self.declare_maps(self.pick([1, 2, 3, 5, 8, 20]))
        parts = [STRUCTS]
        if config:
            parts.append("config = { " + "; ".join(config) + " }")
        for index in range(self.pick([1, 1, 2, 3, 4])):
            head = self.head()
            self.loads = 0
            predicate = f" /{self.boolean(2)}/" if self.chance(0.3) else ""
            statements = self.pick([3, 6, 10, 20, 40, 120]) if index == 0 else self.pick([2, 5, 10])
            first = ""
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
