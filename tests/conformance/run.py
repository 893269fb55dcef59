#!/usr/bin/env python3
"""Runs the conformance cases (README.md says what passing means) against a sonde binary.

Usage: run.py BINARY [--only AREA|ID]... [-v] [--timeout SECONDS]

later.list names cases that need what this version leaves out; accepted.list names cases where
sonde is different on purpose. A case of either list that holds all the same is reported, so that
the list stays true. Exit status 0 when nothing unexpected happened."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import recorded  # noqa: E402


def main():
    options = recorded.parser(__doc__).parse_args()
    return recorded.check_all(HERE, options, [options.binary])


if __name__ == "__main__":
    sys.exit(main())
