"""How this package says no, and how each of its rules can be broken on purpose.

A check carries the requirement that it carries out. `age_check.py` switches off one after the other (or puts a wrong
computation in the place of a right one) and demands that some test vector notices. Whoever only uses the package can
read past the decorators.
"""

import functools
from dataclasses import dataclass


class Refused(Exception):
    """Bytes, a list or a statement are refused, with a reason of spec/registry/error-reasons.toml."""

    def __init__(self, reason="MALFORMED", why=""):
        super().__init__(f"{reason}: {why}" if why else reason)
        self.reason = reason


@dataclass(frozen=True)
class Fault:
    name: str
    requirement: str


FAULTS = {}
touched = set()  # names of faults that the case at hand could have felt
_broken = None  # the one fault that is switched on


def break_on_purpose(name):
    """Switches one fault on; None makes everything right again."""
    global _broken
    assert name is None or name in FAULTS, name
    _broken = name


def check(requirement, name, reason="MALFORMED"):
    """Of a function that says whether all is well: where it says False, the caller is refused with the reason."""

    def wrap(function):
        fault = _register(f"without {name}", requirement)

        @functools.wraps(function)
        def guarded(*args):
            touched.add(fault)
            if _broken != fault and function(*args) is False:
                raise Refused(reason, name)

        return guarded

    return wrap


def rule(requirement, **wrong_ways):
    """Of a computation that a requirement fixes; the wrong ways are functions that compute something else."""

    def wrap(function):
        wrong = {_register(name.replace("_", " "), requirement): way for name, way in wrong_ways.items()}

        @functools.wraps(function)
        def guarded(*args):
            touched.update(wrong)
            return wrong.get(_broken, function)(*args)

        return guarded

    return wrap


def _register(name, requirement):
    assert name not in FAULTS, f"two faults are called {name}"
    FAULTS[name] = Fault(name, requirement)
    return name
