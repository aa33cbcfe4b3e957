"""Answers that are no signal, verdicts about thresholds, and statements as JSON: R-AGE-032 to R-AGE-035, R-AGE-060."""

from dataclasses import asdict, dataclass, field

from parcep.v1alpha1.age_signal_pb2 import AgeSignal, AgeSignalResponse

from .bracket import proper_bracket
from .claim import NOT_REPORTED
from .registry import RETRY
from .rules import Refused, check, rule
from .together import SCALE
from .wire import UNKNOWN, fields, name, names, optional, parse

UNKNOWN_AGE = "age_unknown"
OUTCOMES = [n for n in names(AgeSignalResponse.DESCRIPTOR.fields_by_name["outcome"].enum_type).values() if n]


# --- answers: R-AGE-033, R-AGE-032 --------------------------------------------------------------


def read_response(response_bytes, verify_signal):
    """What a relying party makes of an answer, and the seconds to wait that it names, or None. `verify_signal` raises
    Refused where the bytes of a SignedAgeSignal are no good."""
    try:
        response = parse(AgeSignalResponse, response_bytes)
    except Refused:
        return UNKNOWN_AGE, None
    said = consistent(known(name(response, "outcome")), response.HasField("signal"))
    if said == "signal":
        said = if_verified(said, signal_bytes(response_bytes), verify_signal)
    return said, optional(response, "retry_after_seconds")


def signal_bytes(response_bytes):
    """The signal as it was received (R-WIRE-003): of one that stands twice, both, which the reader merges."""
    number = AgeSignalResponse.DESCRIPTOR.fields_by_name["signal"].number
    return b"".join(content for field, _, content in fields(response_bytes) if field == number)


@rule("R-AGE-033", signals_that_are_refused=lambda said, signal, verify_signal: said)
def if_verified(said, signal, verify_signal):
    try:
        verify_signal(signal)
    except Refused:
        return UNKNOWN_AGE
    return said


@rule(
    "R-AGE-033",
    outcomes_of_later_versions_taken_for_signals=lambda said: "signal" if said == UNKNOWN else said or UNKNOWN_AGE,
)
def known(said):
    return said if said in OUTCOMES else UNKNOWN_AGE


@rule("R-AGE-033", signals_beside_other_outcomes=lambda said, there: said)
def consistent(said, signal_there):
    return said if (said == "signal") == signal_there else UNKNOWN_AGE


@rule(
    "R-AGE-032",
    outcomes_that_are_tried_again_at_once=lambda outcome: "backoff",
    outcomes_never_tried_again=lambda outcome: "no",
)
def retry_class(outcome):
    """`no`, `after_user_action` or `backoff`."""
    return RETRY[outcome]


TRIES = 3
PAUSES = (1, 4)  # seconds before the second and the third try
LONGEST_PAUSE = 60


def pause(outcome, tries, retry_after=None):
    """Seconds until one may ask again after so many tries, or None: then the age is unknown."""
    if retry_class(outcome) != "backoff" or enough(tries):
        return None
    return longer(PAUSES[min(tries, len(PAUSES)) - 1], retry_after)


@rule("R-AGE-032", tries_without_end=lambda tries: False, a_fourth_try=lambda tries: tries > TRIES)
def enough(tries):
    return tries >= TRIES


@rule(
    "R-AGE-032",
    pauses_that_the_issuer_names_ignored=lambda own, named: own,
    pauses_of_any_length=lambda own, named: max(own, named or 0),
    shorter_pauses_that_the_issuer_names=lambda own, named: own if named is None else min(named, LONGEST_PAUSE),
)
def longer(own, named):
    return max(own, min(named or 0, LONGEST_PAUSE))


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
    supervision: str = NOT_REPORTED
    consent: str = NOT_REPORTED
    loss: list = field(default_factory=list)

    def as_json(self):
        return asdict(self)


AXES = {  # members that count beside a signal only, and their types
    "lower": int, "upper": int, "exact_cell": bool,
    "method": str, "assurance": str, "declarant_check": str, "claim_scope": str,
}  # fmt: skip
OTHERS = {"supervision": str, "consent": str, "loss": list}
ENUMS = {field.name: set(names(field.enum_type).values()) for field in AgeSignal.DESCRIPTOR.fields if field.enum_type}


@check("R-AGE-060", "the refusal of a statement that is no object")
def is_object(given):
    return isinstance(given, dict)


@check("R-AGE-060", "the types of a statement's members")
def typed(given, types):
    return all(given.get(member) is None or is_a(given[member], type_) for member, type_ in types.items())


def is_a(value, type_):
    return isinstance(value, type_) and not (type_ is int and isinstance(value, bool))


@check("R-AGE-060", "the type of a statement's losses")
def texts(losses):
    return all(isinstance(text, str) for text in losses or [])


@check("R-AGE-060", "the refusal of methods not known in a statement")
def method_known(said):
    return said is None or said in ENUMS["method"]


@check("R-AGE-060", "the refusal of claim scopes not known in a statement")
def scope_known(said):
    return said is None or said in ENUMS["claim_scope"]


@rule("R-AGE-060", a_missing_outcome_taken_for_unknown=lambda given: known(given.get("outcome") or UNKNOWN_AGE))
def outcome_said(given):
    """What has no outcome is a signal, and one without a lower bound is no statement."""
    return "signal" if given.get("outcome") is None else known(given["outcome"])


def consent_said(said):
    return said if said in ENUMS["consent"] else "pending"


def read_statement(given):
    """A statement as JSON, or Refused. Values not known are read as R-AGE-012 reads them in a claim."""
    is_object(given)
    typed(given, {"outcome": str, **OTHERS})
    texts(given.get("loss"))
    outcome = outcome_said(given)
    consent, supervision = given.get("consent") or NOT_REPORTED, given.get("supervision")
    said = {
        "outcome": outcome,
        "supervision": supervision if supervision in ENUMS["supervision"] else NOT_REPORTED,
        "consent": NOT_REPORTED if consent == NOT_REPORTED else consent_said(consent),
        "loss": given.get("loss") or [],
    }
    return Statement(**said, **(axes(given) if outcome == "signal" else {}))


def axes(given):
    typed(given, AXES)
    said = {member: given.get(member) for member in AXES}
    proper_bracket(said["lower"], said["upper"])
    method_known(said["method"]), scope_known(said["claim_scope"])
    check_known = said["declarant_check"] is None or said["declarant_check"] in ENUMS["declarant_check"]
    return {
        **said,
        "method": said["method"] or "not_told",
        "assurance": said["assurance"] if said["assurance"] in ENUMS["assurance"] else None,
        "declarant_check": said["declarant_check"] if check_known else "not_told",
    }


# --- thresholds: R-AGE-034 ----------------------------------------------------------------------


@check("R-AGE-060", "the refusal of a threshold that is no age")
def is_age(threshold):
    return isinstance(threshold, int) and not isinstance(threshold, bool) and 1 <= threshold <= 120


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


@rule("R-AGE-060", adults_below_18_that_count=lambda statement: False)
def contradicts(statement):
    return statement.claim_scope == "adult_only" and not reaches_18(statement.lower)


def reaches_18(lower):
    return lower is not None and lower >= 18


@rule("R-AGE-034", claims_of_less_assurance_than_asked_for_that_pass=lambda told, least: True)
def is_sure_enough(told, least):
    """Nothing told is asserted."""
    return least is None or SCALE.index(told or "asserted") >= SCALE.index(least)


def verdict(given, threshold, least_assurance=None):
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
        if not is_sure_enough(statement.assurance, least_assurance):
            return "undecided", "insufficient_assurance"
        return "pass", "lower_bound"
    if stays_below(statement.upper, threshold):
        return "fail", "upper_bound"
    return "undecided", "interval_spans_threshold"


# --- what comes of it: R-AGE-035 ----------------------------------------------------------------


@rule(
    "R-AGE-035",
    undecided_that_opens=lambda verdict, rule: "closed" if verdict == "fail" else "open",
    rules_for_the_unknown_that_open_for_who_fails=lambda verdict, rule: (
        "open" if verdict == "pass" else {"allow": "open", "ask": "ask"}.get(rule, "closed")
    ),
)
def gate(verdict, on_unknown):
    """Whether something that needs the age is open; `on_unknown` is the household's rule or None."""
    if verdict != "undecided":
        return "open" if verdict == "pass" else "closed"
    return {"allow": "open", "ask": "ask"}.get(on_unknown, "closed")


@rule("R-AGE-035", protection_that_ends_where_a_guardian_is_asked=lambda gate: gate == "closed")
def is_protected(gate):
    """Whether what protects below the age stays on."""
    return gate != "open"
