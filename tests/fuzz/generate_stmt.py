"""Statements of generate.py: assignments, maps and their functions, conditions, loops, output. Tables as in
generate_expr.py."""

from generate_base import AGGREGATIONS, FOLDED, INTS, STACKS
from generate_data import DATA_STATEMENTS

STATEMENT = [
    (20, 0, "declare"), (12, 0, "assign"), (20, 2, "store"), (4, 0, "step"), (4, 2, "map_step"), (14, 1, "choose"),
    (4, 1, "repeat"), (5, 2, "count_loop"), (5, 4, "map_loop"), (4, 2, "while_loop"), (16, 4, "printf"), (5, 3, "show"),
    (8, 3, "map_call"), (6, 3, "shown"), (2, 1, "leave"), (2, 3, "strings_of"), (16, 0, "data"), (2, 2, "discard"),
    (2, 1, "shadow"), (3, 4, "macro_call"), (3, 4, "function_call"), (2, 0, "comptime"),
]
CONVERSIONS = ["d", "u", "x", "X", "lld", "llx", "hhd", "i", "o", "hu", "ld", "lu", "llu", "hhx", "lx", "hd"]


class Statements:
    def statement(self, depth):
        return self.produce(STATEMENT, depth) or self.declare(depth)

    def block(self, depth, least=1, most=4, names=None):
        self.scopes.append(dict(names or {}))
        body = " ".join(self.statement(depth - 1) for _ in range(self.r.between(least, most)))
        self.scopes.pop()
        return "{ " + body + " }"

    def data(self, depth):
        return self.produce(DATA_STATEMENTS, depth)

    # --- variables
    def declare(self, depth):
        t = self.type(2) if self.chance(90) else "task"
        name, value = self.fresh("$v"), self.expr(t, min(3, depth + 1))
        self.scopes[-1][name] = t
        let = self.pick(["", "let ", "typed"] if t in INTS or t == "bool" else ["", "let "])
        if self.chance(5):
            return f"let {name}; {name} = {value};"
        return f"let {name}: {t} = {value};" if let == "typed" else f"{let}{name} = {value};"

    def assign(self, depth):
        own = self.assignable()
        own = [(name, t) for name, t in own if t not in ("small", "mixed", "packed", "pair") and t[0] != "to"]
        if not own:
            return None
        name, t = self.pick(own)
        if t in INTS:
            op = self.pick(["=", "=", "=", "+=", "-=", "*=", "&=", "|=", "^="])
            return f"{name} {op} ({t}){self.integer(2)};"
        return f"{name} = {self.expr(t, 2)};"

    def shadow(self, depth):
        """Unsigned division and shifts, in place."""
        own = self.assignable(["uint64", "uint32"])
        return f"{self.pick(own)[0]} {self.pick(['/=', '%=', '<<=', '>>='])} {self.r.between(1, 31)};" if own else None

    def step(self, depth):
        own = self.assignable(INTS)
        return self.pick(["{}++;", "--{};", "++{};", "{}--;"]).format(self.pick(own)[0]) if own else None

    def discard(self, depth):
        return f"_ = {self.pick([self.integer(1), self.text(1), self.boolean(2)])};"

    def macro_call(self, depth):
        known = self.assignable(["int64"])
        if known and self.chance(30):
            return f"bump({self.pick(known)[0]}, {self.integer(1)});"
        return self.pick([f"note(@noted, (uint64){self.integer(1)});", f"print(both({self.integer(1)}, {self.text(1)}));",
                          f"print(label((int64){self.integer(1)}));"])

    def function_call(self, depth):
        known = [f for f in self.functions if f[2] is None]
        if not known:
            return None
        name, parameters, _ = self.pick(known)
        return f"{name}({', '.join(self.expr(t, 1) for t in parameters)});"

    # --- maps
    def call(self, kind, depth):
        value = self.integer(depth)
        return {"count": "count()", "hist4": f"hist({value}, 4)",
                "lhist": f"lhist({value}, 0, 1000, 50)"}.get(kind, f"{kind}({value})")

    def worth(self, value, depth):
        if value in AGGREGATIONS:
            return self.call(value, depth)
        return value if value in STACKS else self.expr(value, depth)

    def store(self, depth):
        if not self.maps:
            return None
        name = self.pick(list(self.maps))
        value, target = self.maps[name][1], self.access(name, 2)
        if value in INTS and self.chance(30):
            op = self.pick(["+=", "-=", "|=", "&=", "^=", "*="])
            return f"{target} {op} ({value}){self.integer(2)};"
        if self.chance(5) and value in INTS:
            return f"{target} = {target} + ({value})1;"
        return f"{target} = {self.worth(value, 2)};"

    def first_store(self, name, types):
        """An assignment that gives a map its types, from maps that have them."""
        keys, value = types
        target = name + (f"[{', '.join(self.expr(k, 1) for k in keys)}]" if keys else "")
        return f"{target} = {self.worth(value, 1)};"

    def map_step(self, depth):
        plain = self.maps_of(INTS)
        return self.pick(["{}++;", "{}--;", "++{};", "--{};"]).format(self.access(self.pick(plain), 1)) if plain \
            else None

    def map_call(self, depth):
        if not self.maps:
            return None
        name = self.pick(list(self.maps))
        keys, value = self.maps[name]
        if keys and self.chance(60):
            return self.pick([f"delete({name}, {self.key(keys, 1)});", f"delete({self.access(name, 1)});",
                              f"print({self.access(name, 1)});"])
        whole = [f"clear({name});", f"print({name});", f"zero({name});" if value in INTS or value in FOLDED else
                 f"clear({name});"]
        if keys:
            whole += [f"print({name}, {self.r.between(1, 9)});", f"print({name}, 5, {self.r.between(1, 9)});",
                      f"print(len({name}));"]
        return self.pick(whole)

    # --- flow
    def choose(self, depth):
        if depth <= 0:
            return None
        text = f"if ({self.boolean(2)}) {self.block(depth)}"
        if self.chance(30):
            text += f" else if ({self.boolean(2)}) {self.block(depth)}"
        return text + (f" else {self.block(depth)}" if self.chance(40) else "")

    def comptime(self, depth):
        if depth <= 0:
            return None
        test = self.pick(["sizeof(struct pair) == 16", "is_integer(pid)", "is_str(comm)", "true", "LIMIT > 50",
                          'is_literal("x")'])
        return f"if comptime ({test}) {self.block(depth)} else {self.block(depth)}"

    def leave(self, depth):
        if self.nesting:
            return f"if ({self.boolean(1)}) {{ {self.pick(['break', 'continue', 'continue', self.returns(1)])}; }}"
        return f"if ({self.boolean(1)}) {{ {self.returns(1)}; }}" if depth < 3 and self.chance(30) else None

    def returns(self, depth):
        result = self.result
        return f"return {self.expr(result, depth)}" if result else "return"

    def repeat(self, depth):
        if depth <= 0 or self.width >= 20:
            return None
        times = self.pick([1, 2, 3, 5, 10])
        nesting, self.nesting, self.width = self.nesting, 0 if self.chance(100) else 1, self.width * times
        text = f"unroll({times}) {self.block(depth, 1, 3)}"
        self.nesting, self.width = nesting, self.width // times
        return text

    def loop(self, head, depth, names, first=""):
        """The body of a loop, in which `names` are known and only read."""
        self.fixed += list(names)
        self.nesting, self.width = self.nesting + 1, self.width * 2
        body = self.block(depth, 1, 4, names)
        self.nesting, self.width = self.nesting - 1, self.width // 2
        return f"{head} {{ {first}{body[2:]}"

    def may_loop(self, depth):
        return depth > 0 and self.nesting < 3

    def count_loop(self, depth):
        if not self.may_loop(depth):
            return None
        name = self.fresh("$i")
        low, high = self.pick([("0", "10"), ("0", "100"), ("1", "3"), ("5", "5"), ("0", "ncpus"), ("cpu", "8"),
                               ("0", f"(uint8){self.integer(0)}"), ("0", "1000"), ("(-3)", "3")])
        return self.loop(f"for ({name} : {low}..{high})", depth, {name: "int64"})

    def map_loop(self, depth):
        usable = [name for name, (keys, value) in self.maps.items()
                  if keys and value not in ("hist", "hist4", "lhist", "stats", *STACKS)]
        if not self.may_loop(depth) or not usable:
            return None
        name, table = self.fresh("$kv"), self.pick(usable)
        keys, value = self.maps[table]
        key = keys[0] if len(keys) == 1 else ("tuple", keys)
        entry = ("tuple", (key, "int64" if value in FOLDED else value))
        return self.loop(f"for ({name} : {table})", depth, {name: entry})

    def while_loop(self, depth):
        if not self.may_loop(depth):
            return None
        name, limit = self.fresh("$w"), self.pick(["3", "10", "100", "(uint8)rand"])
        return f"let {name}: int64 = 0; " + \
            self.loop(f"while ({name} < {limit})", depth, {name: "int64"}, f"{name}++; ")

    # --- output
    def show(self, depth):
        t = self.type(2)
        return f"print(({self.expr(t, 2)}));" if t in INTS else f"print({self.expr(t, 2)});"

    def shown(self, depth):
        return self.pick(['time("%H:%M:%S\\n");', f"print((({self.integer(1)}), {self.text(1)}));",
                          f'warnf("%d %s", {self.integer(1)}, {self.text(1)});', 'print(strftime("%H:%M", nsecs));',
                          f'errorf("%s", {self.text(1)});', 'cat("/proc/%d/comm", pid);',
                          f'print({self.text(2)});', "join(args.argv);" if self.probe == "execve" else "print(1);",
                          f'assert({self.boolean(1)}, "held");', f"exit({self.r.below(9)});", "exit();"])

    def strings_of(self, depth):
        """A text that grows, and one cut out of a map."""
        name, table = self.fresh("$g"), self.fresh("@g")
        text = f"{name} = str_concat({self.text(1)}, {self.text(0)}); {table}[{name}] = {self.text(1)}; "
        return text + f"if ({name} == {table}[{self.text(0)}]) {{ print({name}); }}"

    def printf(self, depth):
        conversions, values = [], []
        for _ in range(self.pick([0, 1, 1, 2, 3, 4, 6, 12])):
            n = self.r.below(7)
            if n < 3:
                flag = self.pick(["", "-", "0", "+", " "])
                conversions.append(f"%{flag}{self.pick(['', '5', '20'])}{self.pick(CONVERSIONS)}")
                values.append(self.integer(2))
            elif n == 3:
                conversions.append(self.pick(["%s", "%-20s", "%10s", "%.5s"]))
                values.append(self.text(2))
            elif n == 4:
                conversions.append(self.pick(["%c", "%p"]))
                values.append(self.integer(1))
            elif n == 5:
                conversions.append(self.pick(["%r", "%rx", "%rh"]))
                values.append(f"buf(comm, {self.r.between(1, 16)})")
            else:
                conversions.append("%s")
                values.append(self.pick(["comm", "probe", "ksym(nsecs)", "usym(nsecs)", "kstack(2)", "ustack(2)",
                                         'strftime("%H:%M", nsecs)', "ntop((uint32)rand)", "(enum color)5", "username",
                                         self.boolean(1), "(1, comm)"]))
        return f'printf("{" ".join(conversions)}\\n"{"".join(", " + v for v in values)});'
