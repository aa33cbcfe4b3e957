"""Apple's Declared Age Range."""

from ..bracket import cells, proper_bracket
from ..outcome import UNKNOWN_AGE
from ..rules import Refused, rule
from .common import CHECKED, GUARDIAN, NOTHING, SELF, VERIFIED, Said, is_age, of_type, plain, statement

DECLARATIONS = {
    "selfdeclared": SELF,
    "guardiandeclared": GUARDIAN,
    "confirmed": CHECKED,
    "checkedbyothermethod": CHECKED,
    "governmentidchecked": VERIFIED,
    "paymentchecked": ("inferred", "standard", None),
    "guardianpaymentchecked": ("guardian_declared", "basic", "payment"),
    "guardiangovernmentidchecked": ("guardian_declared", "basic", "gov_id"),
    "guardiancheckedbyothermethod": ("guardian_declared", "basic", "other"),
}
ERRORS = {"invalidrequest": "invalid_request", "invalidaccount": "account_ineligible", "declinedonboarding": "refused"}
SUPERVISING = {"communicationlimits", "significantappchangeapprovalrequired"}
RESPONSES = ("sharing", "declinedSharing")
MISSING = object()


def parts_of(said):
    """The objects in which members may stand: the answer, what `sharing` holds, and a `range` in one of them."""
    if not isinstance(said, dict):
        raise Refused("MALFORMED", "no object")
    parts, todo = [], [said]
    while todo:
        part = dict(todo.pop())
        for name in list(part):
            if plain(name) in map(plain, (*RESPONSES, "range", "response")) and isinstance(part[name], dict):
                todo.append(part[name])
                part[name] = {}
        parts.append(part)
    return parts


def as_if_checked(declared):
    """The error that R-AGE-011 forbids: the guardian's document taken for one of the person."""
    return VERIFIED if declared == "guardiangovernmentidchecked" else DECLARATIONS.get(declared, NOTHING)


@rule("R-AGE-011", checks_of_guardians_taken_for_checks_of_ages=as_if_checked)
def how_of(declared):
    return DECLARATIONS.get(declared, NOTHING)


@rule("R-AGE-053", any_control_taken_for_supervision=lambda controls: bool(controls))
def supervises(controls):
    return not SUPERVISING.isdisjoint(controls)


def response_of(said):
    """`sharing`, `declinedsharing`, another word, or None."""
    word = said.word("response") if isinstance(said.get("response"), str) else None
    names = [plain(name) for name in RESPONSES if said.has(name) and said.get(name) is not None]
    if len(names) > 1 or word and names and word != names[0]:
        raise Refused("MALFORMED", "two responses")
    return word or next(iter(names), None)


def outcome_of(said, bracket):
    if said.get("error") is not None:
        return ERRORS.get(said.word("error"), UNKNOWN_AGE)
    response = response_of(said)
    if response == "declinedsharing":
        return "refused"
    if bracket is None and (said.get("requiredRegulatoryFeatures", list) == [] or not_eligible(said)):
        return "not_regulated"
    return "signal" if response in (None, "sharing") else UNKNOWN_AGE


def not_eligible(said):
    return said.get("isEligibleForAgeFeatures", bool) is False


# --- bounds -------------------------------------------------------------------------------------


@rule("R-AGE-054", uppers_that_are_gates_taken_for_inclusive=lambda upper, lower, gates: False)
def exclusive(upper, lower, gates):
    """An upper bound is exclusive if it is a gate above the lower one."""
    return upper in gates and upper > lower


@rule("R-AGE-054", uppers_that_are_no_gates_taken_for_exclusive=lambda upper: upper)
def year_after(upper):
    return upper + 1


def bracket_of(lower, upper, gates):
    """The bracket of two bounds that may be null or MISSING, or None."""
    if lower is None and upper is MISSING:
        return below_the_gates(gates)
    lower, upper = (None if bound is MISSING else bound for bound in (lower, upper))
    return None if lower is None and upper is None else with_upper(lower, upper, gates)


@rule("R-AGE-054", no_bounds_taken_for_no_bracket=lambda gates: None)
def below_the_gates(gates):
    return (0, gates[0]) if gates else None


def with_upper(lower, upper, gates):
    if upper is None:
        return lower, None
    if lower is None:
        return 0, gates[0] if upper in gates else year_after(upper)
    if lower in gates and exclusive(upper, lower, gates):
        return lower, next_gate(lower, gates)
    return lower, upper if exclusive(upper, lower, gates) else year_after(upper)


def next_gate(lower, gates):
    return min(gate for gate in gates if gate > lower)


@rule("R-AGE-054", bounds_that_are_no_gates_called_exact=lambda bracket, gates: True)
def is_cell(bracket, gates):
    return bracket in cells(gates) if gates else bracket[1] is None


def read(said, gates):
    if said is None:
        return statement(UNKNOWN_AGE)
    said = Said(*parts_of(said))
    bounds = [said.get(name, int) if said.has(name) else MISSING for name in ("lowerBound", "upperBound")]
    bracket = bracket_of(*bounds, sorted(gates))
    for bound in bounds:
        is_age(None if bound is MISSING else bound)
    if bracket is not None:
        proper_bracket(*bracket)
    controls = said.get("activeParentalControls", list) or []
    for control in controls:
        of_type(control, (str,))
    controls = {plain(control) for control in controls if control is not None}
    consent = "revoked" if said.word("notificationType") == "rescindconsent" else None
    outcome, how = outcome_of(said, bracket), how_of(said.word("ageRangeDeclaration"))
    exact = bracket is not None and is_cell(bracket, gates)
    loss = [name for name in said.rest() if name != "range"] + sorted(controls)
    supervision = "supervised" if supervises(controls) else None
    return statement(outcome, bracket, how, gates, exact=exact, loss=loss, supervision=supervision, consent=consent)
