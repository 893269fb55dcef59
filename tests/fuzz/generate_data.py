"""Data beyond integers and text in the programs of generate.py: records, arrays, buffers, enums, structs by
value and through pointers, pointers themselves."""

from generate_base import INTS, is_a

STRUCTS = """#define LIMIT 40
enum color { RED, GREEN = 5, BLUE, DEEP = 0x7fffffff };
typedef uint32_t word_t;
struct pair { int a; uint64_t b; };
struct point { int8_t x; uint8_t y; };
struct packed { char c; word_t word; short s; uint64_t wide; } __attribute__((packed));
struct item { char c; short s; struct pair p; struct item *next; char name[24]; int list[5];
	unsigned int low : 3, mid : 11, high : 18; union { uint32_t word; uint8_t bytes[4]; } u; char *text;
	short grid[2][3]; struct pair pairs[2]; struct { int x : 5; uint64_t w : 40; } tiny;
	union { int anon_a; char anon_b; }; enum color color; bool on; };
struct small { char a; unsigned char b; int lo : 3; unsigned int mid : 7; uint8_t words[2]; struct point in; };
struct mixed { union { uint32_t word; uint8_t bytes[4]; int16_t half[2]; } u; struct { int16_t p; uint16_t q; }; };
"""
# name -> the members that are integers
STRUCT_INTS = {
    "small": ["a", "b", "lo", "mid", "words[1]", "in.x", "in.y"],
    "mixed": ["u.word", "u.bytes[2]", "u.half[1]", "p", "q"],
    "packed": ["c", "word", "s", "wide"],
    "pair": ["a", "b"],
    "item": ["c", "s", "p.a", "list[2]", "low", "mid", "high", "u.word", "grid[1][2]", "pairs[1].b", "tiny.x",
             "tiny.w", "anon_b"],
}
FITS = ("small", "mixed")  # as large as an integer that a variable holds
ARRAYS = [("uint8", 8), ("int8", 8), ("uint16", 4), ("int16", 4), ("uint32", 2), ("int32", 2), ("uint8", 4),
          ("uint8", 2), ("uint64", 1)]
TASK_STRUCTS = [("se.load", "weight"), ("se.avg", "util_avg"), ("cred.cap_effective", "val"), ("mm.mmap_lock", None),
                ("sched_info", "run_delay"), ("thread_pid.count", None), ("se.run_node", None)]
SHOWN = ["kstack", "ustack", "kstack(3)", "ustack(perf, 5)", "ksym(nsecs)", "usym(tid)", 'strftime("%H", nsecs)',
         "ntop((uint32)rand)", "probe", "(pid, comm, nsecs)", "curtask", "buf(comm, 8)", "username", "comm", "probetype",
         "ntop(pton(\"::1\"))", "curtask.comm", "curtask.cred.cap_effective",
         "(RED, (enum color)9)", "pton(\"10.1.2.3\")", "(uint8[4])(uint32)pid", "(1, (a=2, b=comm))"]

DATA_STATEMENTS = [
    (4, 2, "data_pointer"), (8, 3, "data_declare"), (3, 5, "data_buffer"), (3, 6, "data_walk"), (3, 12, "data_task"),
    (3, 3, "data_copy"), (3, 4, "data_address"), (4, 4, "data_show"), (2, 3, "data_whole"),
]


class Data:
    def data_type(self, depth):
        n = self.r.below(10)
        if n < 4:
            return ("array", *self.pick(ARRAYS))
        if n < 8:
            names = ["a", "b", "count", "name", "x"][self.r.below(3):]
            return ("record", tuple((name, self.type(depth - 1)) for name in names[:self.pick([1, 2, 2, 3])]))
        return "color"

    def data_value(self, t, depth):
        held = self.stored(t, depth, 50)
        if held:
            return held
        if t == "color":
            return self.pick(["RED", "GREEN", "BLUE", f"(enum color)(uint32){self.integer(min(depth, 1))}"])
        if is_a(t, "array"):
            bits = int(t[1].lstrip("uint")) * t[2]
            return f"({t[1]}[{t[2]}])(uint{bits}){self.integer(min(depth, 1))}"
        if is_a(t, "record"):
            return "(" + ", ".join(f"{name}={self.expr(u, min(depth - 1, 1))}" for name, u in t[1]) + ")"
        pointers = self.names(("to", t))
        return f"*{self.pick(pointers)}" if pointers else f"*(struct {t} *)(uint64){self.integer(0)}"

    # --- integers out of data, for the table of generate_expr.py
    def int_data(self, depth):
        found = []
        for name, t in self.visible():
            if t in STRUCT_INTS:
                found.append(f"{name}.{self.pick(STRUCT_INTS[t])}")
            elif is_a(t, "to") and t[1] in STRUCT_INTS:
                found.append(f"{name}->{self.pick(STRUCT_INTS[t[1]])}")
            elif is_a(t, "to"):
                found += [f"*{name}" if t[1] in INTS else "0", f"{name}[{self.r.below(9)}]" if t[1] in INTS else "1"]
            elif is_a(t, "array"):
                found.append(f"{name}[{self.r.below(t[2])}]")
                found.append(f"{name}[(uint64){self.integer(0)} & {t[2] - 1}]")
            elif is_a(t, "record"):
                found += [name + path for path, u in self.paths(t) if u in INTS]
            elif t == "color":
                found.append(f"(int64){name}")
        if not found or self.chance(25):
            return self.pick(["(int64)GREEN", f"*({self.pick(INTS)} *)(uint64){self.integer(0)}",
                              f"((uint16 *)(uint64){self.integer(0)})[{self.r.below(9)}]"])
        return self.pick(found)

    # --- statements
    def data_pointer(self, depth):
        """A struct that lies over a variable, and a pointer to it."""
        t, holder, pointer = self.pick(FITS), self.fresh("$h"), self.fresh("$p")
        text = f"{holder} = (uint64){self.integer(1)}; {pointer} = (struct {t} *)&{holder};"
        self.scopes[-1].update({pointer: ("to", t), holder: "uint64"})
        self.fixed += [holder, pointer]
        return text

    def data_declare(self, depth):
        t = self.data_type(1)
        value, name = self.data_value(t, 2), self.fresh("$d")
        self.scopes[-1][name] = t
        return f"{self.pick(['', 'let '])}{name} = {value};"

    def data_copy(self, depth):
        """A struct by value, out of memory."""
        t, name = self.pick(["small", "mixed", "packed", "pair"]), self.fresh("$s")
        text = f"{name} = *(struct {t} *)(uint64){self.integer(1)};"
        self.scopes[-1][name] = t
        self.fixed.append(name)
        return text

    def data_whole(self, depth):
        """Structs by value as keys and values, records of them."""
        known = [(name, t) for name, t in self.visible() if t in STRUCT_INTS]
        if not known:
            return None
        name, t = self.pick(known)
        table = self.fresh("@s")
        return self.pick([f"{table} = {name}; print({table}.{STRUCT_INTS[t][0]});", f"{table}[{name}] = count();",
                          f"{table}[comm] = {name};", f"print(({name}, 1));", f"{table} = (one=1, whole={name});",
                          f"print({name});"])

    def data_address(self, depth):
        own = self.assignable(INTS)
        if not own:
            return None
        (name, t), pointer = self.pick(own), self.fresh("$a")
        self.scopes[-1][pointer] = ("to", t)
        self.fixed.append(pointer)
        return f"{pointer} = &{name};"

    def data_buffer(self, depth):
        buffer = self.pick([f"buf({self.text(1)}, {self.r.between(1, 17)})", "buf(comm, cpu)", "buf(comm, (uint8)rand)",
                            "buf((uint8[4])(uint32)pid)", f"buf((uint8 *)(uint64){self.integer(0)}, {self.r.between(1, 200)})"])
        name = self.fresh("$b")
        return self.pick([f"print({buffer});", f'printf("{self.pick(["%r", "%rx", "%rh"])}\\n", {buffer});',
                          f"{name} = {buffer}; print({name});", f"{self.fresh('@b')} = {buffer};",
                          f"{self.fresh('@b')}[{buffer}] = 1;"])

    def data_walk(self, depth):
        """Arithmetic on a pointer, and what it points to."""
        t, name = self.pick(INTS), self.fresh("$q")
        pointer = f"({t} *)(uint64){self.integer(1)}"
        table = self.fresh("@q")
        return f"{name} = {pointer}; {name} += {self.r.below(9)}; {name}++; print({name} - 1); " \
            f"{self.pick(['', f'{table} = {name}; print(*{table}); ', f'{table}[{name}] = 1; '])}" \
            f"if ({name} == 0 || {name} > ({pointer})) {{ print(*{name}); }}"

    def data_task(self, depth):
        path, member = self.pick(TASK_STRUCTS)
        name = self.fresh("$k")
        tail = f" print({name}.{member});" if member else ""
        return f"{name} = curtask.{path};{tail}" if self.chance(70) else f"print(curtask.{path});"

    def data_show(self, depth):
        shown = [(name, t) for name, t in self.visible() if t == "color" or t in STRUCT_INTS or isinstance(t, tuple)]
        if not shown or self.chance(30):
            return f"print({self.pick(SHOWN)});"
        name, t = self.pick(shown)
        if t == "color":
            return f'printf("%s %d\\n", {name}, {name});'
        return self.pick([f"print({name});", f"print(({name}, {self.r.below(9)}));", f"print((a={name}, b=comm));"])
