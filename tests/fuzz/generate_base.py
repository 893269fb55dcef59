"""What the parts of the program generator (generate.py) share: numbers that are the same on every machine
and Python version, the names in scope, and a bound on the size of what is made."""

INTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
AGGREGATIONS = ["count", "sum", "avg", "min", "max", "stats", "hist", "hist4", "lhist"]
FOLDED = ("count", "sum", "avg", "min", "max")  # read as an integer
STACKS = ["kstack", "ustack", "kstack(3)", "ustack(2)", "kstack(perf)"]
WORK = 600  # how much kernel work a probe may hold, in the units of `affordable`


class Random:
    """splitmix64: Python's own generator promises its numbers, but not its choices, across versions."""

    def __init__(self, seed):
        self.state = seed * 0x9E3779B97F4A7C15 & (1 << 64) - 1

    def word(self):
        self.state = self.state + 0x9E3779B97F4A7C15 & (1 << 64) - 1
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
        z = (z ^ z >> 27) * 0x94D049BB133111EB & (1 << 64) - 1
        return z ^ z >> 31

    def below(self, limit):
        return self.word() % limit

    def between(self, low, high):
        return low + self.below(high - low + 1)


def is_a(t, kind):
    return isinstance(t, tuple) and t[0] == kind


class Base:
    """Types: an integer's name, "bool", "str", "word" (a short text), "task", "color" (an enum), a struct's name, and tuples whose
    first word says what they are: ("tuple", types), ("record", ((name, type), ...)), ("array", integer, count),
    ("to", type) for pointers."""

    def __init__(self, seed):
        self.r = Random(seed)
        self.maps = {}  # name -> (types of the keys, type of the value)
        self.scopes = [{}]
        self.fixed = []  # names that may not be assigned: counters, entries of maps
        self.functions = []  # (name, types of the parameters, type of the result)
        self.macros = []  # (name, types of the parameters, type of the result)
        self.count = 0
        self.probe = None
        self.fields = ([], [], [])  # of args: integers, pointers to text, characters in the context
        self.nesting = 0  # loops around
        self.width = 1  # how often the code at hand is unrolled
        self.work = 0

    def pick(self, items):
        return items[self.r.below(len(items))]

    def chance(self, percent):
        return self.r.below(100) < percent

    def fresh(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def affordable(self, cost):
        """Whether this much more kernel work may be written here: bounds the size of a program."""
        if self.work + cost * self.width > WORK:
            return False
        self.work += cost * self.width
        return True

    def produce(self, table, depth):
        """The text of one production of a table of (weight, cost, method); None when it does not fit here."""
        at = self.r.below(sum(weight for weight, _, _ in table))
        for weight, cost, method in table:
            at -= weight
            if at < 0:
                return getattr(self, method)(depth) if self.affordable(cost) else None
        return None

    # --- names
    def visible(self):
        return [(name, t) for scope in self.scopes for name, t in scope.items()]

    def names(self, wanted):
        return [name for name, t in self.visible() if t == wanted]

    def assignable(self, kinds=None):
        return [(name, t) for name, t in self.visible() if name not in self.fixed and (not kinds or t in kinds)]

    def maps_of(self, values, keyed=None):
        return [name for name, (keys, value) in self.maps.items()
                if value in values and keyed in (None, bool(keys))]

    # --- types
    def type(self, depth=2):
        """A type that variables, keys and values may have."""
        n = self.r.below(20)
        if n < 10 or depth <= 0:
            return self.pick(INTS)
        if n == 10:
            return "bool"
        if n < 14:
            return "str"
        if n < 17:
            return ("tuple", tuple(self.type(depth - 1) for _ in range(self.pick([1, 2, 2, 3, 3, 5, 8]))))
        return self.data_type(depth)
