"""Answers that are no signal, verdicts about thresholds, and statements as JSON: R-AGE-032 to R-AGE-035, R-AGE-060."""

from dataclasses import asdict, dataclass, field

from parcep.v1alpha1 import age_service_pb2 as pb

from .bracket import proper_bracket
from .rules import Refused, check, rule
from .wire import UNKNOWN, name, names, parse

UNKNOWN_AGE = "age_unknown"
OUTCOMES = [n for n in names(pb.AgeSignalResponse.DESCRIPTOR.fields_by_name["outcome"].enum_type).values() if n]


# --- answers: R-AGE-033, R-AGE-032 --------------------------------------------------------------


def outcome_of(response_bytes):
    """What a relying party makes of an answer. Whether a signal in it is any good is another question (verify)."""
    try:
        response = parse(pb.AgeSignalResponse, response_bytes)
    except Refused:
        return UNKNOWN_AGE
    said = name(response, "outcome")
    return consistent(known(said), response.HasField("signal"))


@rule("R-AGE-033", outcomes_of_later_versions_taken_for_signals=lambda said: "signal" if said == UNKNOWN else said or UNKNOWN_AGE)
def known(said):
    return said if said in OUTCOMES else UNKNOWN_AGE


@rule(
    "R-AGE-033",
    signals_beside_other_outcomes=lambda said, there: UNKNOWN_AGE if said == "signal" and not there else said,
    signals_that_are_not_there=lambda said, there: UNKNOWN_AGE if said != "signal" and there else said,
)
def consistent(said, signal_there):
    return said if (said == "signal") == signal_there else UNKNOWN_AGE


# --- statements: R-AGE-060 ----------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    """What a source said about an age, on the four axes."""

    outcome: str
    lower: int | None = None
    upper: int | None = None
    exact_cell: bool | None = None
    method: str | None = None
    assurance: str | None = None
    declarant_check: str | None = None
    claim_scope: str | None = None
    supervision: str = "not_reported"
    consent: str = "not_reported"
    loss: list = field(default_factory=list)

    def as_json(self):
        return asdict(self)


TYPES = {
    "outcome": str, "lower": int, "upper": int, "exact_cell": bool, "method": str, "assurance": str,
    "declarant_check": str, "claim_scope": str, "supervision": str, "consent": str, "loss": list,
}  # fmt: skip


@check("R-AGE-060", "the types of a statement's members")
def typed(given):
    for member, type_ in TYPES.items():
        value = given.get(member)
        if value is not None and (not isinstance(value, type_) or type_ is int and isinstance(value, bool)):
            return False
    return all(isinstance(text, str) for text in given.get("loss") or [])


@check("R-AGE-060", "the refusal of a statement that is no object")
def is_object(given):
    return isinstance(given, dict)


@check("R-AGE-060", "the bounds of a statement")
def bounded(lower, upper):
    if lower is not None or upper is not None:
        proper_bracket(0 if lower is None else lower, upper)


@rule("R-AGE-060", a_missing_outcome_that_stays_unknown=lambda given: given.get("outcome") or UNKNOWN_AGE)
def outcome_said(given):
    if given.get("outcome") is None:
        return "signal" if given.get("lower") is not None else UNKNOWN_AGE
    return known(given["outcome"])


def read_statement(given):
    is_object(given), typed(given)
    bounded(given.get("lower"), given.get("upper"))
    members = {member: given[member] for member in TYPES if given.get(member) is not None}
    return Statement(**{**members, "outcome": outcome_said(given)})


# --- thresholds: R-AGE-034 ----------------------------------------------------------------------


@check("R-AGE-034", "the refusal of a threshold that is no age")
def is_age(threshold):
    return isinstance(threshold, int) and not isinstance(threshold, bool) and 0 <= threshold <= 121


@rule("R-AGE-034", lower_bounds_above_the_threshold_only=lambda lower, t: lower is not None and lower > t)
def reaches(lower, threshold):
    return lower is not None and lower >= threshold


@rule("R-AGE-034", upper_bounds_below_the_threshold_only=lambda upper, t: upper is not None and upper < t)
def stays_below(upper, threshold):
    return upper is not None and upper <= threshold


@rule("R-AGE-033", outcomes_other_than_a_signal_that_count=lambda outcome: False)
def is_no_signal(outcome):
    return outcome != "signal"


@rule("R-AGE-045", revoked_consents_that_count=lambda consent: False)
def is_revoked(consent):
    return consent == "revoked"


@rule("R-AGE-041", adults_below_18_that_count=lambda statement: False)
def contradicts(statement):
    return statement.claim_scope == "adult_only" and not reaches_18(statement.lower)


def reaches_18(lower):
    return lower is not None and lower >= 18


def verdict(given, threshold):
    """(verdict, reason) about a threshold of completed years, of a statement as JSON."""
    statement = read_statement(given)
    is_age(threshold)
    if is_no_signal(statement.outcome):
        return "undecided", statement.outcome
    if is_revoked(statement.consent):
        return "undecided", "revoked"
    if contradicts(statement):
        return "undecided", "contradictory"
    if reaches(statement.lower, threshold):
        return "pass", "lower_bound"
    if stays_below(statement.upper, threshold):
        return "fail", "upper_bound"
    return "undecided", "interval_spans_threshold"
