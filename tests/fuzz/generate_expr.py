"""Expressions of generate.py over integers, truth and text. Tables of (weight, cost, method) say what an
expression may be; a method gives text that can be an operand, or None when it has nothing to work on."""

from generate_base import FOLDED, INTS, is_a

PLAIN = ["pid", "tid", "uid", "gid", "nsecs", "elapsed", "cpu", "ncpus", "rand", "cgroup", "numaid", "jiffies",
         "cpid", "nsecs(boot)", "nsecs(monotonic)", "nsecs(tai)", "pid(init)", "$1", "$3", "$#",
         "default_str_length", "(int64)has_cpid", "ppid", "leader_tid", 'getopt("level", 5)']
TASK_INTS = ["pid", "tgid", "prio", "flags", "start_time", "utime", "se.vruntime", "se.sum_exec_runtime",
             "mm.pgd.pgd", "mm.total_vm", "mm.start_stack", "signal.nr_threads", "nsproxy.count.refs.counter",
             "cred.uid.val", "real_parent.pid", "parent.tgid", "thread_pid.level", "files.next_fd", "fs.users",
             "sched_info.run_delay", "policy", "in_iowait", "frozen", "exit_state", "mm.mm_users.counter",
             "cred.cap_effective.val", "group_leader.start_boottime", "nsproxy.net_ns.ns.inum",
             "thread.sp", "rt_priority", "fs.pwd.dentry.d_inode.i_ino", "signal.rlim[3].rlim_cur"]
TASK_STRS = ["comm", "group_leader.comm", "real_parent.comm", "parent.real_parent.comm",
             "nsproxy.uts_ns.name.nodename", "nsproxy.uts_ns.name.release"]
TASK_PTRS = ["real_parent", "parent", "group_leader"]
ITEM_INTS = ["c", "s", "p.a", "p.b", "list[2]", "low", "mid", "high", "u.word", "u.bytes[1]", "next->p.b",
             "next->next->s", "next->list[4]", "next->low", "grid[1][2]", "pairs[1].b", "tiny.x", "anon_a",
             "color", "next->tiny.w"]
WORDS = ["", "a", "abc", "hello", "sixteen chars xx", "a longer text, past sixteen", "x" * 40, "%", "\\n\\t",
         "\\\"q\\\"", "e\\x41", "ü", "y" * 100, "/etc/", "bash"]

INTEGER = [
    (30, 0, "int_arithmetic"), (5, 1, "int_division"), (5, 0, "int_shift"), (5, 0, "int_unary"),
    (5, 1, "int_ternary"), (5, 0, "int_cast"), (6, 4, "int_strlen"), (3, 0, "int_size"), (14, 3, "int_task"),
    (10, 2, "int_item"), (10, 1, "int_map"), (6, 3, "int_aggregation"), (8, 0, "int_member"),
    (4, 0, "int_truth"), (6, 0, "int_step"), (3, 0, "int_bswap"), (8, 2, "int_data"), (4, 1, "int_elvis"),
    (5, 12, "int_search"), (4, 6, "int_compare"), (5, 4, "int_function"), (5, 1, "int_macro"),
    (3, 12, "int_len"), (4, 2, "int_block"), (3, 3, "int_map_step"),
]
BOOLEAN = [
    (30, 0, "bool_order"), (10, 1, "bool_join"), (10, 4, "bool_text"), (8, 0, "bool_not"), (8, 4, "bool_strncmp"),
    (8, 2, "bool_has_key"), (6, 4, "bool_composite"), (4, 4, "bool_aggregation"), (5, 12, "bool_contains"),
    (3, 0, "bool_ternary"), (3, 2, "bool_delete"), (2, 3, "bool_find"), (2, 0, "bool_option"),
]
TEXT = [
    (12, 3, "text_task"), (12, 3, "text_str"), (8, 3, "text_field"), (10, 2, "text_ternary"), (10, 3, "text_map"),
    (8, 3, "text_item"), (8, 6, "text_concat"), (6, 2, "text_number"), (5, 3, "text_member"), (3, 1, "text_macro"),
    (3, 4, "text_function"),
]


class Expressions:
    def expr(self, t, depth):
        """An expression that has this type."""
        if t in INTS:
            return f"({t}){self.integer(depth)}"
        if t == "bool":
            return self.boolean(depth)
        if t == "str":
            return self.text(depth)
        if t == "word":
            return self.pick(["comm", '"word"', "pcomm"] + self.names("word"))
        if t == "task":
            return self.task(depth)
        return self.tuple(t, depth) if is_a(t, "tuple") else self.data_value(t, depth)

    # --- integers
    def integer(self, depth):
        """An integer of some type, as an operand: closed in parentheses where it must be."""
        if depth > 0 and not self.chance(15):
            text = self.produce(INTEGER, depth - 1)
            if text:
                return text
        own = [name for name, t in self.visible() if t in INTS]
        field = self.field()
        if field and self.chance(35):
            return field
        if own and self.chance(50):
            return self.pick(own)
        return self.pick(PLAIN) if self.chance(50) else self.literal()

    def literal(self):
        r = self.r
        return self.pick([str(r.below(10)), str(r.below(256)), hex(r.below(1 << 32)), "1e6", f"(-{r.between(1, 200)})",
                          "5ms", "0", "1", "1_000", "07", f"(uint64){r.below(1 << 62)}", "3",
                          "(int64)0x7fffffffffffffff", "LIMIT", "sizeof(struct item)", "GREEN"])

    def field(self):
        ints = self.fields[0]
        if ints and self.chance(70):
            return self.pick(["args.", "args->"]) + self.pick(ints)
        if self.probe in ("uprobe", "rawtracepoint"):
            return f"arg{self.r.below(6) if self.probe == 'uprobe' else 0}"
        return {"uretprobe": "retval"}.get(self.probe)

    def int_arithmetic(self, depth):
        return f"({self.integer(depth)} {self.pick(['+', '-', '*', '&', '|', '^'])} {self.integer(depth)})"

    def int_division(self, depth):
        right = self.pick([str(self.r.between(1, 1000)), f"({self.integer(depth)} | 1)", "cpu", "0x100"])
        return f"((uint64){self.integer(depth)} {self.pick(['/', '%'])} (uint64){right})"

    def int_shift(self, depth):
        right = self.pick([str(self.r.below(64)), f"({self.integer(depth)} & 63)", self.integer(0)])
        return f"((uint64){self.integer(depth)} {self.pick(['<<', '>>'])} {right})"

    def int_unary(self, depth):
        return self.pick(["(-(int32){})", "(~(uint32){})", "(int64)(!{})", "(-(int64){})"]).format(self.integer(depth))

    def int_ternary(self, depth):
        return f"({self.boolean(depth)} ? {self.integer(depth)} : {self.integer(depth)})"

    def int_elvis(self, depth):
        return f"({self.integer(depth)} ?: {self.integer(depth)})"

    def int_cast(self, depth):
        return f"({self.pick(INTS)}){self.integer(depth)}"

    def int_strlen(self, depth):
        return f"(int64){self.pick(['strlen', 'strlen', 'strcap'])}({self.text(depth)})"

    def int_size(self, depth):
        return "(int64)" + self.pick(["sizeof(uint32)", "sizeof(struct pair)", "sizeof(struct item)",
                                      "sizeof(struct task_struct)", "offsetof(struct item, name)", "sizeof(comm)",
                                      f"sizeof((1 + {self.integer(depth)}))", "offsetof(struct packed, word)"])

    def int_task(self, depth):
        return f"{self.task(depth)}.{self.pick(TASK_INTS)}".replace(".", self.pick([".", "->"]))

    def int_item(self, depth):
        base = "arg0" if self.probe == "uprobe" else f"(uint64){self.integer(0)}"
        return f"((struct item *){base})->{self.pick(ITEM_INTS)}"

    def int_map(self, depth):
        plain = self.maps_of(INTS)
        return self.access(self.pick(plain), depth) if plain else None

    def int_aggregation(self, depth):
        folded = self.maps_of(FOLDED)
        return f"(int64){self.access(self.pick(folded), depth)}" if folded else None

    def int_member(self, depth):
        """An integer inside a tuple that a name holds."""
        found = [(name, path) for name, t in self.visible() if is_a(t, "tuple")
                 for path, u in self.paths(t) if u in INTS]
        return "".join(self.pick(found)) if found else None

    def paths(self, t):
        """What is reached inside a tuple or record: (".0.name", type)."""
        parts = t[1] if is_a(t, "record") else [(str(i), u) for i, u in enumerate(t[1])]
        for name, u in parts:
            yield f".{name}", u
            if is_a(u, "tuple") or is_a(u, "record"):
                for path, inner in self.paths(u):
                    yield f".{name}{path}", inner

    def int_truth(self, depth):
        return f"(int64)({self.boolean(depth)})"

    def int_step(self, depth):
        own = self.assignable(INTS)
        return self.pick(["({}++)", "(++{})", "({}--)", "(--{})"]).format(self.pick(own)[0]) if own else None

    def int_map_step(self, depth):
        plain = self.maps_of(INTS)
        return self.pick(["({}++)", "(++{})", "({}--)"]).format(self.access(self.pick(plain), 1)) if plain else None

    def int_bswap(self, depth):
        return f"bswap(({self.pick(['uint16', 'uint32', 'uint64'])}){self.integer(depth)})"

    def int_search(self, depth):
        return f"(int64)strstr({self.text(depth)}, {self.text(0)})"

    def int_compare(self, depth):
        return f"(int64)memcmp({self.text(depth)}, {self.text(depth)}, {self.r.between(1, 4)})" \
            if self.chance(30) else f"(int64)strncmp({self.text(depth)}, {self.text(depth)}, {self.r.between(1, 32)})"

    def int_function(self, depth):
        return self.call_function(INTS, depth)

    def call_function(self, results, depth):
        known = [f for f in self.functions if f[2] in results]
        if not known:
            return None
        name, parameters, _ = self.pick(known)
        return f"{name}({', '.join(self.expr(t, min(depth, 1)) for t in parameters)})"

    def int_macro(self, depth):
        return self.call_macro(INTS, depth)

    def call_macro(self, results, depth):
        known = [m for m in self.macros if m[2] in results]
        if not known:
            return None
        name, parameters, _ = self.pick(known)
        return f"{name}({', '.join(self.expr(t, min(depth, 1)) for t in parameters)})"

    def int_len(self, depth):
        keyed = [name for name, (keys, value) in self.maps.items() if keys]
        if self.chance(30):
            return "(int64)len(" + self.pick(["kstack", "ustack", "kstack(3)"]) + ")"
        return f"(int64)len({self.pick(keyed)})" if keyed and self.nesting < 3 else None

    def int_block(self, depth):
        inner, t = self.fresh("$t"), self.pick(INTS)
        text = f"let {inner}: {t} = ({t}){self.integer(depth)};"
        return f"({{ {text} ({t})({inner} ^ {self.integer(min(depth, 1))}) }})"

    # --- truth
    def boolean(self, depth):
        text = self.produce(BOOLEAN, depth - 1) if depth > 0 else None
        return text or self.pick(["true", "false", f"({self.integer(0)} > {self.integer(0)})"] + self.names("bool"))

    def bool_order(self, depth):
        return f"({self.integer(depth)} {self.pick(['==', '!=', '<', '>', '<=', '>='])} {self.integer(depth)})"

    def bool_join(self, depth):
        return f"({self.boolean(depth)} {self.pick(['&&', '||'])} {self.boolean(depth)})"

    def bool_not(self, depth):
        return f"(!{self.boolean(depth)})"

    def bool_ternary(self, depth):
        return f"({self.boolean(depth)} ? {self.boolean(depth)} : {self.boolean(depth)})"

    def bool_text(self, depth):
        return f"({self.text(depth)} {self.pick(['==', '!='])} {self.text(depth)})"

    def bool_strncmp(self, depth):
        return f"(strncmp({self.text(depth)}, {self.text(depth)}, {self.r.between(1, 64)}) == 0)"

    def bool_contains(self, depth):
        return f"strcontains({self.text(depth)}, {self.text(0)})"

    def bool_has_key(self, depth):
        keyed = [name for name, (keys, _) in self.maps.items() if keys]
        if not keyed:
            return None
        name = self.pick(keyed)
        return f"has_key({name}, {self.key(self.maps[name][0], depth)})"

    def bool_delete(self, depth):
        keyed = [name for name, (keys, _) in self.maps.items() if keys]
        name = self.pick(keyed) if keyed else None
        return f"delete({name}, {self.key(self.maps[name][0], depth)})" if name else None

    def bool_find(self, depth):
        keyed = [name for name in self.maps_of(INTS, True) if self.names(self.maps[name][1])]
        if not keyed:
            return None
        name = self.pick(keyed)
        keys, value = self.maps[name]
        own = [n for n, _ in self.assignable([value])]
        return f"find({name}, {self.key(keys, depth)}, {self.pick(own)})" if own else None

    def bool_option(self, depth):
        return self.pick(['getopt("quick")', 'getopt("deep", false)', "has_cpid", "is_err((uint64)pid)",
                          f"((struct item *)(uint64){self.integer(0)})->on"])

    def bool_composite(self, depth):
        t = self.type(2)
        if t in INTS or t in ("str", "bool", "small", "mixed"):
            return None
        return f"({self.expr(t, depth)} {self.pick(['==', '!='])} {self.expr(t, depth)})"

    def bool_aggregation(self, depth):
        folded = self.maps_of(FOLDED)
        return f"({self.access(self.pick(folded), depth)} {self.pick(['>', '<', '=='])} {self.literal()})" if folded \
            else None

    # --- text
    def text(self, depth):
        text = self.produce(TEXT, depth - 1) if depth > 0 and not self.chance(20) else None
        return text or self.pick([f'"{self.pick(WORDS)}"', "comm", f'"{self.pick(WORDS)}"'] +
                                 self.names("str") + self.names("word"))

    def text_task(self, depth):
        return self.pick(["pcomm", "leader_comm"] + ["curtask." + name for name in TASK_STRS])

    def text_str(self, depth):
        pointers = self.fields[1]
        tail = self.pick(["", f", {self.r.between(1, 300)}", f", (uint8){self.integer(depth)}"])
        if pointers:
            return f"str(args.{self.pick(pointers)}{tail})"
        return self.pick(["str($2)", "str($2)", f"str((char *)(uint64){self.integer(depth)}{tail})", "str($2 + 1)"])

    def text_field(self, depth):
        return f"args.{self.pick(self.fields[2])}" if self.fields[2] else None

    def text_ternary(self, depth):
        return f"({self.boolean(depth)} ? {self.text(depth)} : {self.text(depth)})"

    def text_map(self, depth):
        maps = self.maps_of(["str"])
        return self.access(self.pick(maps), depth) if maps else None

    def text_item(self, depth):
        if self.probe != "uprobe":
            return None
        return self.pick(["str(arg1)", "str(arg0, 32)", "str(((struct item *)arg0)->text)",
                          "((struct item *)arg0)->name", "str(((struct item *)arg0)->next->name)"])

    def text_concat(self, depth):
        return f"str_concat({self.text(depth)}, {self.text(0)})"

    def text_number(self, depth):
        return f"{self.pick(['strerror', 'signal_name', 'syscall_name'])}((int32){self.integer(depth)})"

    def text_member(self, depth):
        found = [(name, path) for name, t in self.visible() if is_a(t, "tuple") or is_a(t, "record")
                 for path, u in self.paths(t) if u == "str"]
        return "".join(self.pick(found)) if found else None

    def text_macro(self, depth):
        return self.call_macro(["str"], depth)

    def text_function(self, depth):
        return self.call_function(["str"], depth)

    # --- the kernel's tasks, tuples
    def task(self, depth):
        if depth <= 0 or self.chance(60):
            return self.pick(["curtask"] + self.names("task"))
        return f"{self.task(depth - 1)}.{self.pick(TASK_PTRS)}"

    def stored(self, t, depth, chance):
        """A variable (this often, per cent) or a map that holds the type; else None."""
        own, maps = self.names(t), self.maps_of([t])
        if own and self.chance(chance):
            return self.pick(own)
        if maps and self.chance(30) and self.affordable(3):
            return self.access(self.pick(maps), depth - 1)
        return None

    def tuple(self, t, depth):
        held = self.stored(t, depth, 40)
        if held:
            return held
        parts = [self.expr(u, min(depth - 1, 1)) for u in t[1]]
        return "(" + ", ".join(parts) + (",)" if len(parts) == 1 else ")")

    # --- maps
    def key(self, keys, depth):
        parts = [self.expr(k, min(depth, 1)) for k in keys]
        return parts[0] if len(parts) == 1 else "(" + ", ".join(parts) + ")"

    def access(self, name, depth):
        keys = self.maps[name][0]
        return name + (f"[{', '.join(self.expr(k, min(depth, 1)) for k in keys)}]" if keys else "")
