"""Windows: a range of ages and a status of verification, or consent groups."""

from ..bracket import overlap
from ..outcome import UNKNOWN_AGE
from ..rules import Refused, rule
from .common import CHECKED, EVERY_AGE, NOTHING, Said, inclusive, is_object, plain, statement

LARGEST = {2_147_483_647, 4_294_967_295, 9_223_372_036_854_775_807}
STATUSES = ["notapplicable", "temporarilyunavailable", "unknown", "optedout", "verified"]
GROUP_STATES = ["notenforced", "included", "notincluded", "unknown", "ambiguous"]
WITHOUT_BRACKET = {"optedout": "refused", "temporarilyunavailable": "temporarily_unavailable"}
GROUPS = ("Child", "Minor", "Adult")

# What a group says about the age. Everybody is in Child; a Minor begins between 13 and 16, by region.
SAYS = {
    ("Adult", "included"): (18, None),
    ("Minor", "included"): (13, None),
    ("Minor", "notincluded"): (0, 16),
    ("Adult", "notincluded"): (0, 18),
}


def word(said, name, words):
    """A value that is a name or its number; None if there is none."""
    value = said.get(name, int, str)
    if isinstance(value, int):
        return words[value] if 0 <= value < len(words) else "unknown"
    return value and plain(value)


def range_of(said):
    """The bounds, and whether a range was there at all."""
    lower, upper = said.get("Lower", int), said.get("Upper", int)
    there = (lower, upper) != (None, None)
    return inclusive(lower, unless_largest(upper)), there


@rule("R-AGE-054", largest_numbers_taken_for_ages=lambda upper: upper)
def unless_largest(upper):
    return None if upper in LARGEST else upper


@rule(
    "R-AGE-054",
    minors_included_taken_for_minors=lambda group, state: (
        (13, 18) if (group, state) == ("Minor", "included") else SAYS.get((group, state))
    ),
)
def said_by(group, state):
    return SAYS.get((group, state))


def groups_of(said):
    """The bracket of the groups, or None; and their states."""
    states = {group: word(said, group, GROUP_STATES) for group in GROUPS if said.get(group) is not None}
    bracket = EVERY_AGE
    for group, state in states.items():
        says = said_by(group, state)
        bracket = bracket if says is None else overlap(bracket, says)
        if bracket is None:
            raise Refused("MALFORMED", "groups that contradict each other")
    return None if bracket == EVERY_AGE else bracket, list(states.values())


@rule(
    "R-AGE-041",
    verified_minors_taken_for_adults=lambda bracket: (18, None),
    verified_adults_with_the_whole_bracket=lambda bracket: bracket,
)
def adult_part(bracket):
    """What of a bracket is 18 or older, or None; of no bracket at all it is everything."""
    return overlap(bracket or EVERY_AGE, (18, None))


def read(said, gates):
    if said is None:
        return statement(UNKNOWN_AGE)
    is_object(said)
    outer = Said(said)
    parts = [said]
    for name in ("ageRange", "consentGroups"):
        if outer.get(name, dict) is not None:
            parts.append(outer.get(name))
    said = Said(*parts)
    said.read |= {plain("ageRange"), plain("consentGroups")}
    status = word(said, "verificationStatus", STATUSES)
    ranged, there = range_of(said)
    grouped, states = groups_of(said)
    bracket, exact = (ranged, None) if there else (grouped, False)
    loss = said.rest() + (["groups"] if there and states else [])
    if status == "verified":
        adult = adult_part(bracket)
        if adult is not None:
            return statement("signal", adult, CHECKED, gates, "adult_only", loss=loss)
        loss.append("verificationStatus")
    if bracket is not None:
        return by_bracket(bracket, gates, exact, loss)
    return statement(outcome_without(status, there, states), loss=loss)


def by_bracket(bracket, gates, exact, loss):
    coarse = statement("signal", bracket, NOTHING, gates, loss=loss)
    if exact is False and coarse.exact_cell:
        return statement("signal", (coarse.lower, coarse.upper), NOTHING, exact=False, loss=loss)
    return coarse


def outcome_without(status, ranged, states):
    if status in WITHOUT_BRACKET:
        return WITHOUT_BRACKET[status]
    if states and all(state == "notenforced" for state in states):
        return "not_regulated"
    if status == "notapplicable" and not ranged and not states:
        return "not_regulated"
    return UNKNOWN_AGE
