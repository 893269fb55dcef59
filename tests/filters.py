"""What the runners share: a word that shall select tests and selects none is an error, not a pass."""
import sys


def refuse_unknown(words, is_known):
    unknown = [word for word in words if not is_known(word)]
    if unknown:
        sys.exit(f"no test is selected by: {' '.join(unknown)}")
