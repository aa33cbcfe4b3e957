"""What the readers of all platforms share: names written in every way, bounds, ways of knowing, and the end."""

import re

from ..bracket import MOST_LOWER, coarsen, proper_bracket, proper_cuts
from ..outcome import UNKNOWN_AGE, Statement
from ..rules import Refused, check, rule

EVERY_AGE = (0, None)

# Ways of knowing: method, assurance, check of who declared.
CHECKED = ("checked_undifferentiated", "standard", None)
VERIFIED = ("verified", "enhanced", None)
SELF = ("self_declared", "asserted", None)
GUARDIAN = ("guardian_declared", "basic", "not_told")
NOTHING = ("not_told", "asserted", None)


def plain(name):
    return re.sub(r"[\s_-]", "", name).lower()


class Said:
    """An object that a platform sent, or several of its parts, whose members bridges write in every way."""

    def __init__(self, *parts):
        self.members, self.read = {}, set()
        for part in parts:
            for name, value in part.items():
                once(plain(name), self.members)
                self.members[plain(name)] = value

    @classmethod
    def whole(cls, said):
        is_object(said)
        return cls(said)

    def has(self, name):
        return plain(name) in self.members

    def get(self, name, *types):
        """The value of a member, None if it is null or missing; of another type it is MALFORMED."""
        self.read.add(plain(name))
        value = self.members.get(plain(name))
        of_type(value, types)
        return value

    def word(self, name):
        """A text, in the plain writing of names; None if there is none."""
        text = self.get(name, str)
        return None if text is None else plain(text)

    def rest(self):
        """What nobody read: names alone, since a value could be a birthday (R-AGE-010)."""
        return [name for name, value in self.members.items() if name not in self.read and value is not None]


@check("R-AGE-053", "the refusal of answers that are no objects")
def is_object(said):
    return isinstance(said, dict)


@check("R-AGE-053", "the refusal of two members of one meaning")
def once(name, members):
    return name not in members


@check("R-AGE-053", "the types of what platforms say")
def of_type(value, types):
    if value is None or not types:
        return True
    return isinstance(value, types) and not (isinstance(value, bool) and bool not in types)


# --- bounds: R-AGE-054 --------------------------------------------------------------------------


def is_age(age):
    if age is not None and not 0 <= age <= MOST_LOWER:
        raise Refused("MALFORMED", "no age")


@rule("R-AGE-054", inclusive_uppers_taken_for_exclusive=lambda upper: upper)
def after(upper):
    """The first age that an inclusive upper bound leaves out."""
    return upper + 1


@rule("R-AGE-053", missing_lower_bounds_taken_for_0=lambda lower, upper: (lower or 0, upper))
def bounds(lower, upper):
    """A bracket, or None: a bound that is missing is missing, not 0."""
    return None if lower is None else (lower, upper)


def inclusive(lower, upper):
    """The bracket of bounds that are both inclusive, or None."""
    is_age(lower), is_age(upper)
    bracket = bounds(lower, None if upper is None else after(upper))
    if bracket is not None:
        proper_bracket(*bracket)
    return bracket


@rule("R-AGE-054", the_verified_without_bounds_unknown=lambda lower, upper: inclusive(lower, upper))
def adult_without_bounds(lower, upper):
    return (18, None) if lower is None and upper is None else inclusive(lower, upper)


# --- the end ------------------------------------------------------------------------------------


@rule("R-AGE-053", a_bracket_of_every_age=lambda bracket: bracket)
def unless_every_age(bracket):
    return None if bracket == EVERY_AGE else bracket


@rule("R-AGE-054", brackets_finer_than_the_gates=lambda bracket, gates: (bracket, not gates))
def to_gates(bracket, gates):
    """What was asked for is made coarse again. Without gates the bracket is one of the source's own."""
    return coarsen(bracket, gates) if gates else (bracket, True)


@rule("R-AGE-053", outcomes_beside_a_bracket_that_are_signals=lambda outcome, bracket: "signal" if bracket else outcome)
def without_bracket(outcome, bracket):
    return UNKNOWN_AGE if outcome == "signal" and bracket is None else outcome


def statement(outcome, bracket=None, how=NOTHING, gates=(), scope="range", exact=None, loss=(), **family):
    """A statement whose bracket is coarse enough, and is there for a signal alone. `exact`: it is known already."""
    if gates:
        proper_cuts(gates)
    said, cell = bracket and unless_every_age(bracket), False
    if said and exact is None:
        said, cell = to_gates(said, gates)
    elif said:
        cell = exact
    outcome = without_bracket(outcome, said)
    family = {name: value for name, value in family.items() if value is not None}
    if outcome != "signal":
        return Statement(outcome, loss=list(loss), **family)
    method, assurance, declarant_check = how
    if scope == "adult_only" and said[0] < 18:
        scope = "range"
    return Statement("signal", *said, cell, method, assurance, declarant_check, scope, loss=list(loss), **family)
