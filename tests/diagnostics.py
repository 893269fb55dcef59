#!/usr/bin/env python3
"""The identifiers of diagnostics: every one that the sources use is a row of lang/diag.def, every row
is used, and every row is seen in an expectation tests/golden/*/*.err. Usage: diagnostics.py"""

import glob
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CALL = re.compile(r"\b(?:diag_error|diag_warning|check_error|parse_error|c_fail|cpp_complain)\(")
LITERAL = re.compile(r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"')

# Rows that no script shows, and why.
UNSHOWN = {
    "formatter-fault": "would need a fault of the formatter",
    "out-of-memory": "would need memory to run out in the lexer",
    "script-size": "takes a script of more than a megabyte: tests/hostile.py",
    "too-many-maps": "takes a large script: tests/hostile.py",
    "too-many-probes": "takes a large script: tests/hostile.py",
    "too-many-variables": "takes a large script: tests/hostile.py",
    "too-many-targets": "takes thousands of events: tests/hostile.py",
}


def second_argument(text, start):
    """What stands between the first and the second comma of the call whose parenthesis ends at start."""
    depth, commas, begin = 0, 0, start
    for at in range(start, min(len(text), start + 400)):
        c = text[at]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            if depth == 0:
                return text[begin:at] if commas == 1 else ""
            depth -= 1
        elif c == "," and depth == 0:
            commas += 1
            if commas == 1:
                begin = at + 1
            else:
                return text[begin:at]
    return ""


def ids_used():
    used = {}
    for folder in ("lang", "codegen", "cli"):
        for path in sorted(glob.glob(os.path.join(ROOT, folder, "*.[chly]"))):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for call in CALL.finditer(text):
                for name in LITERAL.findall(second_argument(text, call.end())):
                    used.setdefault(name, os.path.relpath(path, ROOT))
    return used


def main():
    with open(os.path.join(ROOT, "lang/diag.def"), encoding="utf-8") as file:
        rows = re.findall(r'^DIAG\("([^"]*)", *"((?:[^"\\]|\\.)*)"\)$', file.read(), re.M)
    names = [name for name, _ in rows]
    used = ids_used()
    shown = set()
    for path in glob.glob(os.path.join(ROOT, "tests/golden/*/*.err")):
        with open(path, encoding="utf-8", errors="replace") as file:
            shown.update(re.findall(r"(?:^|: )(?:error|warning): .* \[([a-z0-9-]+)\]$", file.read(), re.M))
    wrong = [f"{used[name]} uses \"{name}\": add a row to lang/diag.def"
             for name in sorted(set(used) - set(names))]
    wrong += [f"lang/diag.def: nothing uses \"{name}\"" for name in sorted(set(names) - set(used))]
    wrong += [f"lang/diag.def: \"{name}\" has two rows" for name in sorted(set(names))
              if names.count(name) > 1]
    wrong += [f"lang/diag.def: \"{b}\" stands behind \"{a}\"" for a, b in zip(names, names[1:])
              if a > b]
    wrong += [f"no tests/golden/*/*.err shows \"{name}\"" for name in sorted(set(names) & set(used))
              if name not in shown and name not in UNSHOWN]
    wrong += [f"\"{name}\" is shown by a test: it is no exception" for name in UNSHOWN
              if name in shown or name not in names]
    for line in wrong:
        print("FAIL", line)
    print(f"diagnostics: {len(names)} identifiers, {len(set(names) & shown)} shown by tests, "
          f"{len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
