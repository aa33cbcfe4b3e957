"""What an issuer says to a request, and how much of what it knows it writes: R-AGE-028 to R-AGE-031."""

from dataclasses import dataclass

from .asked import CutSets, proper_request, proper_token_request
from .bracket import coarsen
from .claim import GATES, NOT_REPORTED
from .rules import Refused, rule
from .together import SCALE
from .wire import name, name_list

MUST_VERIFY, NO_ANSWER = "must_verify", "no_answer"
RECENT_FIRST = ["within_day", "within_30_days", "within_365_days", "older"]


@dataclass(frozen=True)
class Known:
    """What the issuer knows about a person."""

    lower: int
    upper: int | None
    method: str
    assurance: str | None = None
    declarant_check: str | None = None
    established: str | None = None
    supervision: str | None = None
    controls: tuple = ()
    consent_not_required: bool = False
    jurisdiction: str | None = None  # whose law the issuer applies, and how it found it
    basis: str | None = None


@dataclass(frozen=True)
class Around:
    """What decides beside the request: who the issuer sees asking, what it keeps, what the household said, the day."""

    caller: str
    kept: CutSets
    share: str  # allow, ask, refuse, or none: no rule at all
    majority: int
    mandatory: bool  # sharing is, by the law that applies
    day: int


# --- filters: row 7 of R-AGE-030 ----------------------------------------------------------------


@rule("R-AGE-030", assurance_that_nobody_told_is_enough=lambda known, least: known is None or at_least(known, least))
def assured(known, least):
    """Not told meets ASSERTED only."""
    return at_least(known or "asserted", least)


def at_least(known, least):
    return least is None or SCALE.index(known) >= SCALE.index(least)


@rule(
    "R-AGE-030", checks_without_a_date_are_recent_enough=lambda known, within: known is None or as_recent(known, within)
)
def recent(known, within):
    """Not dated meets OLDER only."""
    return as_recent(known or "older", within)


def as_recent(known, within):
    return within is None or RECENT_FIRST.index(known) <= RECENT_FIRST.index(within)


@rule("R-AGE-030", any_method_accepted=lambda method, accepted: True)
def accepted(method, accepted):
    return not accepted or method in accepted


@rule("R-AGE-030", filters_that_let_all_through=lambda known, request: True)
def meets(known, request):
    return (
        assured(known.assurance, name(request, "least_assurance"))
        and accepted(known.method, name_list(request, "accepted_methods"))
        and recent(known.established, name(request, "established_within"))
    )


# --- the order of an answer: R-AGE-030 ----------------------------------------------------------

NOTHING_KNOWN = {NO_ANSWER: "temporarily_unavailable", MUST_VERIFY: "verification_required", None: "age_unknown"}
CONSENT_OF = {"ask": "pending", "refuse": "denied", "none": NOT_REPORTED}


@rule("R-AGE-030", a_person_who_must_be_checked_is_unknown=lambda known: None if known != NO_ANSWER else known)
def unknown_why(known):
    return known


@rule(
    "R-AGE-031",
    refusals_that_show=lambda outcome, purpose, mandatory: "refused",
    refusals_that_never_show=lambda *_: "age_unknown",
)
def refusal(outcome, purpose, mandatory):
    return "refused" if purpose == "consent_flow" or mandatory else "age_unknown"


@rule("R-AGE-031", mandatory_sharing_that_hides_refusals=lambda mandatory: False)
def is_mandatory(mandatory):
    return mandatory


@rule(
    "R-AGE-057",
    sharing_without_a_rule=lambda share: share in ("allow", "none"),
    sharing_before_anybody_said_so=lambda share: share in ("allow", "ask"),
)
def shared(share):
    return share == "allow"


@rule(
    "R-AGE-057",
    consent_of_a_refusal_told_to_gates=lambda share, outcome, purpose: (
        CONSENT_OF[share] if outcome == "refused" else NOT_REPORTED
    ),
    consent_beside_a_hidden_refusal=lambda share, outcome, purpose: (
        CONSENT_OF[share] if purpose not in GATES else NOT_REPORTED
    ),
)
def consent_of_refusal(share, outcome, purpose):
    return CONSENT_OF[share] if outcome == "refused" and purpose not in GATES else NOT_REPORTED


def answer(data, known, around):
    """The members of an answer. `known` is a Known, or None, MUST_VERIFY or NO_ANSWER."""
    try:
        request = proper_request(data, around.caller)
    except Refused:
        return nothing("invalid_request")
    cuts, purpose = list(request.cuts), name(request, "purpose")
    if not around.kept.admits(cuts, around.day):
        return nothing("invalid_request")
    if not shared(around.share):
        outcome = refusal("refused", purpose, is_mandatory(around.mandatory))
        return nothing(outcome, consent_of_refusal(around.share, outcome, purpose))
    why = no_signal(request, known)
    if why:
        return nothing(why)
    around.kept.answered(cuts, around.day)
    person = family(known, around.majority) if family_told(purpose) else NOTHING_OF_A_FAMILY
    return {"outcome": "signal", **told(request, known, purpose), **person}


def nothing(outcome, consent=NOT_REPORTED):
    """An answer without a signal."""
    return {"outcome": outcome, "consent": consent}


def no_signal(request, known):
    """Rows 4 to 7, or None."""
    if not isinstance(known, Known):
        return NOTHING_KNOWN[unknown_why(known)]
    return None if meets(known, request) else "insufficient_assurance"


def answer_tokens(data, known):
    """How many tokens, and what each of them says. For tokens, as for access, nobody is told more."""
    try:
        request = proper_token_request(data)
    except Refused:
        return {"outcome": "invalid_request", "tokens": 0}
    why = no_signal(request, known)
    if why:
        return {"outcome": why, "tokens": 0}
    return {"outcome": "signal", "tokens": len(request.holder_keys), **told(request, known, "access_gate")}


# --- told is what was asked: R-AGE-028, R-AGE-029 -----------------------------------------------


@rule(
    "R-AGE-028",
    the_method_told_whatever_was_asked=lambda accepted, known: known,
    no_method_told=lambda accepted, known: "not_told",
)
def method_told(accepted, known):
    return accepted[0] if len(accepted) == 1 else "not_told"


@rule("R-AGE-028", the_assurance_that_is_known=lambda least, known: known)
def assurance_told(least, known):
    return least


@rule("R-AGE-028", the_time_that_is_known=lambda within, known: known)
def established_told(within, known):
    return within


@rule(
    "R-AGE-028",
    declarant_checks_told_to_gates=lambda method, purpose, known: (
        (known or "not_told") if method == "guardian_declared" else None
    ),
    declarant_checks_told_beside_any_method=lambda method, purpose, known: known if purpose not in GATES else None,
)
def declarant_check_told(method, purpose, known):
    return (known or "not_told") if method == "guardian_declared" and purpose not in GATES else None


@rule(
    "R-AGE-028",
    jurisdictions_told_for_access=lambda named, purpose: bool(named),
    jurisdictions_told_unasked=lambda named, purpose: purpose != "access_gate",
    jurisdictions_never_told=lambda named, purpose: False,
)
def place_told(named, purpose):
    return bool(named) and purpose != "access_gate"


@rule("R-AGE-029", supervision_told_to_gates=lambda purpose: True)
def family_told(purpose):
    return purpose not in GATES


@rule(
    "R-AGE-029",
    adults_who_are_supervised=lambda known, majority: False,
    adults_by_upper_bounds=lambda k, m: k.upper is None or k.upper > m,
)
def of_age(known, majority):
    return known.lower >= majority


@rule("R-AGE-029", consent_of_the_emancipated=lambda known: False)
def answers_alone(known):
    return known.consent_not_required


NOTHING_OF_A_FAMILY = {
    "supervision": NOT_REPORTED, "controls": [], "consent": NOT_REPORTED, "change": None, "revocation_handle": None
}  # fmt: skip


def family(known, majority):
    """Who answers for the person."""
    if of_age(known, majority):
        return NOTHING_OF_A_FAMILY | {"consent": "not_required"}
    return {
        "supervision": known.supervision or NOT_REPORTED,
        "controls": sorted(set(known.controls)),
        "consent": "not_required" if answers_alone(known) else "granted",
    }


def told(request, known, purpose):
    (lower, upper), exact = coarsen((known.lower, known.upper), list(request.cuts), request.one_cell)
    method = method_told(name_list(request, "accepted_methods"), known.method)
    place = place_told(getattr(request, "jurisdiction", ""), purpose)
    return {
        "lower": lower,
        "upper": upper,
        "exact_cell": exact,
        "method": method,
        "assurance": assurance_told(name(request, "least_assurance"), known.assurance),
        "established": established_told(name(request, "established_within"), known.established),
        "declarant_check": declarant_check_told(method, purpose, known.declarant_check),
        "jurisdiction": known.jurisdiction if place else None,
        "basis": known.basis if place else None,
    }
