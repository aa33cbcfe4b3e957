"""Checks that can be switched off, and the reasons they give."""

import functools
from dataclasses import dataclass


class Refused(Exception):
    """A reader refuses, with a reason of spec/registry/error-reasons.toml."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Fault:
    """One way to break the reader: a check left out, or a formula computed in another way."""

    name: str
    requirement: str


FAULTS = {}
off = None  # the name of the fault that is switched on
touched = set()  # faults that the vector at hand could feel


def check(requirement, name, reason=None):
    """A check: the function says whether all is well, or raises. Switched off, all is always well."""

    def wrap(function):
        fault = register(f"without {name}", requirement)

        @functools.wraps(function)
        def guarded(*args):
            touched.add(fault)
            if off == fault:
                return
            if function(*args) is False:
                raise Refused(reason or "MALFORMED")

        return guarded

    return wrap


def formula(requirement, **faults):
    """A computation, and wrong ways to do it: `name_of_the_fault=function`."""

    def wrap(function):
        names = {register(name.replace("_", " "), requirement): wrong for name, wrong in faults.items()}

        @functools.wraps(function)
        def guarded(*args):
            touched.update(names)
            return names.get(off, function)(*args)

        return guarded

    return wrap


def register(name, requirement):
    assert name not in FAULTS, name
    FAULTS[name] = Fault(name, requirement)
    return name


def parsed(message, data):
    """A message of these bytes; bytes that do not parse are MALFORMED."""
    try:
        read = message.FromString(data)
    except Exception as error:
        raise Refused("MALFORMED") from error
    tolerated(read)
    return read


def only_known(message):
    bare = type(message)()
    bare.CopyFrom(message)
    bare.DiscardUnknownFields()
    if bare != message or bare.ByteSize() != message.ByteSize():
        raise Refused("MALFORMED")


@formula("R-WIRE-004", the_refusal_of_unknown_fields=only_known)
def tolerated(message):
    """Fields that the reader does not know are no fault."""


@check("R-WIRE-005", "the refusal of enum values of zero")
def said(number):
    return number != 0


def known(enum, number):
    """Whether a number is one that this version's enumeration lists."""
    return number in enum.values()


def field(message, name):
    """An optional field; None if it is absent."""
    return getattr(message, name) if message.HasField(name) else None
