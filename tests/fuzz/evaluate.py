"""Random programs with a known answer: every expression and statement is made together with what it means
in Python, by the language's rules (64-bit arithmetic, signed when an operand is, each operand extended by
its own sign). `evaluate.py SEED` prints a program and, after a line "----", what it must print."""

import random
import re
import sys

INTS = {f"{sign}int{bits}": (bits, not sign) for sign in ("", "u") for bits in (8, 16, 32, 64)}
EDGES = [0, 1, 2, 3, 7, 100, 127, 128, 200, 255, 256, 1000, 32767, 32768, 65535, 65536, 100000, 0x7fffffff,
         0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff]
WORDS = ["", "a", "ab", "abc", "abd", "hello", "seven67", "eight678", "nine56789", "sixteen chars xx",
         "a text past sixteen", "x" * 31, "y" * 32, "z" * 33]
MACROS = """macro twice(x) { (int64)x * 2 }
macro bump($v, x) { $v += x; $v }
macro larger(a, b) { let $a = (int64)a; let $b = (int64)b; ($a > $b ? $a : $b) }
"""


def wrap(value, t):
    """The value as an integer of this type holds it."""
    bits, signed = INTS[t]
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value


OPERATORS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "&": lambda a, b: a & b,
    "|": lambda a, b: a | b, "^": lambda a, b: a ^ b, "/": lambda a, b: a // b, "%": lambda a, b: a % b,
    "<<": lambda a, b: a << (b & 63), ">>": lambda a, b: (a & (1 << 64) - 1) >> (b & 63),  # never arithmetic
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
}


class Stop(Exception):
    """break, continue."""


class Node:
    """An expression: its text, its type, what it is worth. flexible: takes the other operand's sign, as
    literals that are not negative do, and variables that only had such."""

    def __init__(self, text, t, worth, literal=False, flexible=False):
        self.text, self.t, self.worth, self.literal = text, t, worth, literal
        self.flexible = flexible or literal and not text.startswith("(-")


def common(left, right):
    """The type that an operation on both is computed in."""
    a, b = INTS[left.t][1], INTS[right.t][1]
    signed = a if a == b else not (left if a else right).flexible
    return "int64" if signed else "uint64"


def show(value):
    if isinstance(value, tuple):
        return "(" + ", ".join(show(v) for v in value) + ("," if len(value) == 1 else "") + ")"
    return str(value).lower() if isinstance(value, bool) else str(value)


class Program:
    def __init__(self, seed, loops=True):
        self.r = random.Random(seed)
        self.names, self.maps, self.output, self.env, self.tables = {}, {}, [], {}, {}
        self.fixed, self.ranges = set(), set()  # loop counters: read only; those of `for`
        self.loops, self.nesting, self.count = loops, 0, 0

    def pick(self, items):
        return self.r.choice(list(items))

    def of(self, t):
        return [name for name, u in self.names.items() if u == t]

    # --- expressions
    def literal(self):
        value = self.pick(EDGES) if self.r.random() < 0.6 else self.r.randrange(1 << self.r.randrange(1, 63))
        if self.r.random() < 0.3 and value:
            return Node(f"(-{value})", "int64", lambda: -value, True)
        return Node(self.pick([str, hex])(value), "int64", lambda: value, True)

    def leaf(self):
        own = [n for n, t in self.names.items() if t in INTS]
        n = self.r.random()
        if own and n < 0.6:
            name = self.pick(own)
            return Node(name, self.names[name], lambda: self.env[name], flexible=name in self.ranges)
        if n < 0.7:
            plain = [m for m, (_, v) in self.maps.items() if v in INTS]
            if plain:
                return self.read(self.pick(plain))
        if n < 0.8:
            parts = [(n, i, u) for n, t in self.names.items() if isinstance(t, tuple)
                     for i, u in enumerate(t) if u in INTS]
            if parts:
                name, index, t = self.pick(parts)
                return Node(f"{name}.{index}", t, lambda: self.env[name][index])
        return self.literal()

    def read(self, name):
        keys, t = self.maps[name]
        empty = {"str": "", "bool": False}.get(t, 0)
        if not keys:
            return Node(name, t, lambda: self.tables[name].get((), empty))
        key = self.key(keys)
        return Node(f"{name}[{key.text}]", t, lambda: self.tables[name].get(key.worth(), empty))

    def key(self, keys):
        """Small keys, so that they meet."""
        parts = []
        for t in keys:
            if t == "str":
                parts.append(self.text(0))
            else:
                node = self.binary("&", self.cast("int64", self.leaf()), Node("3", "int64", lambda: 3, True))
                parts.append(self.cast(t, node))
        return Node(", ".join(p.text for p in parts), keys, lambda: tuple(p.worth() for p in parts))

    def cast(self, t, node):
        return Node(f"({t}){node.text}", t, lambda: wrap(node.worth(), t))

    def binary(self, op, left, right):
        if left.literal and right.literal:
            left = self.cast(self.pick(INTS), left)
        if op in ("/", "%") and not (right.literal and right.worth()):
            right = self.binary("|", right, Node("1", "int64", lambda: 1, True))
        if op in ("<<", ">>"):
            right = self.binary("&", right, Node("63", "int64", lambda: 63, True)) if not right.literal else \
                Node(str(right.worth() & 63), "int64", (lambda v: lambda: v)(right.worth() & 63), True)
        t = common(left, right)
        result = "int64" if op == "-" else t
        run = OPERATORS[op]
        compute = t
        if op in ("/", "%"):
            compute = "uint64"  # the language has no signed division
        return Node(f"({left.text} {op} {right.text})", result, lambda: wrap(
            run(wrap(left.worth(), compute), wrap(right.worth(), compute)), result))

    def integer(self, depth):
        n = self.r.randrange(20)
        if depth <= 0 or n == 0:
            return self.leaf()
        if n < 11:
            op = self.pick(["+", "-", "*", "&", "|", "^", "/", "%", "<<", ">>"])
            return self.binary(op, self.integer(depth - 1), self.integer(depth - 1))
        if n < 13:
            return self.cast(self.pick(INTS), self.integer(depth - 1))
        if n == 13:
            node = self.cast(self.pick(["int64", "uint64"]), self.integer(depth - 1))
            op, sign = self.pick([("-", lambda v: -v), ("~", lambda v: ~v)])
            return Node(f"({op}{node.text})", node.t, lambda: wrap(sign(node.worth()), node.t))
        if n < 16:
            t, test = self.pick(INTS), self.boolean(depth - 1)
            one, two = self.cast(t, self.integer(depth - 1)), self.cast(t, self.integer(depth - 1))
            return self.cast(t, Node(f"({test.text} ? {one.text} : {two.text})", t,
                                     lambda: one.worth() if test.worth() else two.worth()))
        if n == 16:
            test = self.boolean(depth - 1)
            return self.cast("int64", Node(f"({test.text})", "int64", lambda: int(test.worth())))
        if n == 17:
            text = self.text(depth - 1)
            return Node(f"(int64)strlen({text.text})", "int64", lambda: len(text.worth()))
        if n == 18:
            t = self.pick(["uint16", "uint32", "uint64"])
            node, size = self.cast(t, self.integer(depth - 1)), INTS[t][0] // 8
            return Node(f"bswap({node.text})", t,
                        lambda: int.from_bytes(node.worth().to_bytes(size, "little"), "big"))
        one, two = self.integer(depth - 1), self.integer(depth - 1)
        if self.r.random() < 0.5:
            return Node(f"twice({one.text})", "int64", lambda: wrap(wrap(one.worth(), "int64") * 2, "int64"))
        return Node(f"larger({one.text}, {two.text})", "int64",
                    lambda: max(wrap(one.worth(), "int64"), wrap(two.worth(), "int64")))

    def boolean(self, depth):
        n = self.r.randrange(8)
        if depth > 0 and n == 0:
            one, two, both = self.boolean(depth - 1), self.boolean(depth - 1), self.r.random() < 0.5
            return Node(f"({one.text} {'&&' if both else '||'} {two.text})", "bool",
                        lambda: one.worth() and two.worth() if both else one.worth() or two.worth())
        if depth > 0 and n == 1:
            node = self.boolean(depth - 1)
            return Node(f"(!{node.text})", "bool", lambda: not node.worth())
        if n == 2:
            one, two, op = self.text(depth - 1), self.text(depth - 1), self.pick(["==", "!="])
            if one.literal and two.literal:
                return Node("true", "bool", lambda: True)
            return Node(f"({one.text} {op} {two.text})", "bool",
                        lambda: OPERATORS[op](one.worth(), two.worth()))
        keyed = [m for m, (k, _) in self.maps.items() if k]
        if n == 3 and keyed:
            name = self.pick(keyed)
            key = self.key(self.maps[name][0])
            text = f"({key.text})" if len(self.maps[name][0]) > 1 else key.text
            return Node(f"has_key({name}, {text})", "bool", lambda: key.worth() in self.tables[name])
        tuples = [t for t in self.names.values() if isinstance(t, tuple)]
        if n == 4 and tuples:
            one, op = self.pick(tuples), self.pick(["==", "!="])
            left, right = self.tuple(one), self.tuple(one)
            return Node(f"({left.text} {op} {right.text})", "bool",
                        lambda: OPERATORS[op](left.worth(), right.worth()))
        if n == 5 and self.of("bool"):
            name = self.pick(self.of("bool"))
            return Node(name, "bool", lambda: self.env[name])
        left, right = self.integer(depth - 1), self.integer(depth - 1)
        if left.literal and right.literal:
            left = self.cast("int32", left)
        op, t = self.pick(["==", "!=", "<", ">", "<=", ">="]), common(left, right)
        return Node(f"({left.text} {op} {right.text})", "bool",
                    lambda: OPERATORS[op](wrap(left.worth(), t), wrap(right.worth(), t)))

    def text(self, depth):
        own, stored = self.of("str"), [m for m, (_, v) in self.maps.items() if v == "str"]
        n = self.r.random()
        if own and n < 0.5:
            name = self.pick(own)
            return Node(name, "str", lambda: self.env[name])
        if stored and n < 0.6 and depth > 0:
            return self.read(self.pick(stored))
        if n < 0.7 and depth > 0:
            test, one, two = self.boolean(depth - 1), self.text(depth - 1), self.text(depth - 1)
            return Node(f"({test.text} ? {one.text} : {two.text})", "str",
                        lambda: one.worth() if test.worth() else two.worth())
        word = self.pick(WORDS)
        return Node(f'"{word}"', "str", lambda: word, True)

    def tuple(self, types):
        own = self.of(types)
        if own and self.r.random() < 0.5:
            name = self.pick(own)
            return Node(name, types, lambda: self.env[name])
        parts = [self.value(t, 1) for t in types]
        return Node("(" + ", ".join(p.text for p in parts) + ")", types, lambda: tuple(p.worth() for p in parts))

    def value(self, t, depth):
        if t == "str":
            return self.text(depth)
        if t == "bool":
            return self.boolean(depth)
        return self.tuple(t) if isinstance(t, tuple) else self.cast(t, self.integer(depth))

    # --- statements: (text, what it does)
    def print(self):
        n = self.r.randrange(5)
        if n < 3:
            t = self.pick([*INTS, "str", "bool", *[t for t in self.names.values() if isinstance(t, tuple)]])
            node = self.value(t, 3)
            if t in INTS and self.r.random() < 0.6:
                node = self.cast(self.pick(["int64", "uint64"]), self.integer(4))
            if re.fullmatch(r"(\(\w+\))*@\w+", node.text):  # prints the map, not its value
                return f'printf("%s\\n", {node.text});', lambda: self.output.append(show(node.worth()))
            return f"print({node.text});", lambda: self.output.append(show(node.worth()))
        nodes = [self.value(self.pick(["int64", "uint64", "str"]), 2) for _ in range(self.r.randint(1, 4))]
        words = "|".join({"int64": "%ld", "uint64": "%lx", "str": "%s"}[n.t] for n in nodes)
        return f'printf("{words}\\n", {", ".join(n.text for n in nodes)});', lambda: self.output.append(
            "|".join(f"{n.worth():x}" if n.t == "uint64" else str(n.worth()) for n in nodes))

    def assign(self):
        name = self.pick(n for n in self.names if n not in self.fixed)
        t = self.names[name]
        if t == "int64" and self.r.random() < 0.4:  # narrower ones would widen
            op = self.pick(["+", "*", "&", "|", "^", "-"])
            old, node = Node(name, t, lambda: self.env[name]), self.leaf()
            result = self.binary(op, old, node)
            how = f"{name} {op}= {node.text};" if self.r.random() < 0.8 or op != "+" else \
                f"bump({name}, {node.text});"
            return how, lambda: self.env.update({name: wrap(result.worth(), t)})
        if t == "int64" and self.r.random() < 0.2:
            op, step = self.pick([("++", 1), ("--", -1)])
            return self.pick([f"{name}{op};", f"{op}{name};"]), lambda: self.env.update(
                {name: wrap(self.env[name] + step, t)})
        node = self.value(t, 3)
        return f"{name} = {node.text};", lambda: self.env.update({name: node.worth()})

    def store(self):
        name = self.pick(self.maps)
        keys, t = self.maps[name]
        table = self.tables[name]
        key = self.key(keys)
        target = f"{name}[{key.text}]" if keys else name
        n = self.r.random()
        if n < 0.1 and keys:
            text = f"({key.text})" if len(keys) > 1 else key.text
            return f"delete({name}, {text});", lambda: table.pop(key.worth(), None)
        if t == "int64" and n < 0.4:
            op, step = self.pick([("++", 1), ("--", -1)])

            def change():
                where = key.worth()
                table[where] = wrap(table.get(where, 0) + step, t)
            return f"{target}{op};", change
        node = self.value(t, 2)

        def put():
            worth = node.worth()
            table[key.worth()] = worth
        return f"{target} = {node.text};", put

    def block(self, depth, least=1):
        parts = [self.statement(depth - 1) for _ in range(self.r.randint(least, 4))]

        def run():
            for _, act in parts:
                act()
        return "{ " + " ".join(text for text, _ in parts) + " }", run

    def choose(self, depth):
        test, (text, yes) = self.boolean(2), self.block(depth)
        other, no = self.block(depth) if self.r.random() < 0.5 else ("", lambda: None)
        return f"if ({test.text}) {text}" + (f" else {other}" if other else ""), \
            lambda: yes() if test.worth() else no()

    def repeat(self, depth):
        kind = self.pick(["unroll", "for", "for", "while"]) if self.loops else "unroll"
        times = self.r.randint(1, 4 if kind == "unroll" else 12)
        self.nesting += 1
        self.count += 1
        name, low = f"$i{self.count}", self.r.randint(0, 5) if kind == "for" else 0
        if kind != "unroll":
            self.names[name] = "int64"
            self.fixed.add(name)
        if kind == "for":
            self.ranges.add(name)
        guard, extra = None, ""
        if kind != "unroll" and self.r.random() < 0.3:
            guard, extra = self.boolean(1), self.pick(["break", "continue"])
        text, body = self.block(depth, 2)
        stop = f"if ({guard.text}) {{ {extra}; }} " if guard else ""
        if kind != "unroll":
            del self.names[name]
        self.nesting -= 1
        head = {"unroll": f"unroll({times}) {{ ", "for": f"for ({name} : {low}..{low + times}) {{ {stop}",
                "while": f"{name} = (int64)0; while ({name} < {times}) {{ {name}++; {stop}"}[kind]

        def run():
            for at in range(times):
                self.env[name] = at + (1 if kind == "while" else low)
                if guard and guard.worth():
                    if extra == "break":
                        break
                    continue
                body()
        return head + text[2:], run

    def statement(self, depth):
        n = self.r.randrange(12)
        if n == 0 and depth > 0:
            return self.choose(depth)
        if n == 1 and depth > 0 and self.nesting < 2:
            return self.repeat(depth)
        if n < 5:
            return self.assign()
        return self.store() if n < 8 and self.maps else self.print()

    def program(self, statements=25):
        """(text, what it must print)"""
        lines, r = [], self.r
        for index in range(r.randint(5, 9)):
            t = self.pick([*INTS, *INTS, "int64", "int64", "str", "bool", ("int32", "str"), ("uint8", "int64", "bool")])
            name, node = f"$v{index}", self.value(t, 1)
            lines.append((f"let {name}: {t} = {node.text};" if t in INTS and r.random() < 0.5 else
                          f"{name} = {node.text};", (lambda n, v: lambda: self.env.update({n: v.worth()}))(name, node)))
            self.names[name] = t
        for index in range(r.randint(1, 4)):
            keys = self.pick([(), (self.pick(INTS),), ("str",), (self.pick(INTS), "str"), ("int64", "int64")])
            name, t = f"@m{index}", self.pick([*INTS, "str"])
            self.tables[name] = {}
            key, node = self.key(keys), self.value(t, 1)
            lines.append((f"{name}{'[' + key.text + ']' if keys else ''} = {node.text};",
                          (lambda n, k, v: lambda: self.tables[n].update({k.worth(): v.worth()}))(name, key, node)))
            self.maps[name] = (keys, t)
        lines += [self.statement(3) for _ in range(statements)]
        for _, act in lines:
            act()
        clears = " ".join(f"clear({name});" for name in self.maps)
        body = "\n\t".join(text for text, _ in lines)
        return f"{MACROS}begin {{\n\t{body}\n\t{clears}\n\texit();\n}}\n", self.output


def evaluate(seed, loops=True):
    """(program, the lines that it prints) of a seed."""
    return Program(seed, loops).program()


if __name__ == "__main__":
    PROGRAM, LINES = evaluate(int(sys.argv[1]))
    sys.stdout.write(PROGRAM + "----\n" + "\n".join(LINES) + "\n")
