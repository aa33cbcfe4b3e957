"""What one claim says, after its signature was verified: step 4 of R-AGE-003 and of R-AGE-018."""

import re
from dataclasses import dataclass

from parcep.v1alpha1 import age_signal_pb2, age_token_pb2

from .bracket import DAY, proper_bracket
from .rules import check, rule
from .wire import UNKNOWN, name, name_list, optional, parse

WEEK = 604_800
FIRST_MONDAY = 345_600
LONGEST_DAYS, LONGEST_WEEKS = 366, 13
FAMILY = ("supervision", "controls", "consent", "change", "revocation_handle")  # who answers for a person
NOT_REPORTED = "not_reported"
GATES = ("access_gate", "legal_compliance")
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Change:
    id: bytes
    state: str
    decided_day: int | None
    adult_ack_required: bool
    earlier: list


@dataclass(frozen=True)
class Claim:
    """Names are those of the enumerations, in lower case; None is not told. Of a token, the second half stays empty."""

    lower: int
    upper: int | None
    exact_cell: bool
    method: str
    assurance: str | None
    assurance_scheme: str | None
    claim_scope: str
    binding: str | None
    established: str | None
    declarant_check: str | None = None
    jurisdiction: str | None = None
    basis: str | None = None
    supervision: str | None = None
    controls: tuple = ()
    consent: str | None = None
    change: Change | None = None
    revocation_handle: bytes | None = None


# --- values of later versions: R-AGE-012 --------------------------------------------------------


@check("R-AGE-012", "the refusal of methods not known")
def method_known(message):
    return name(message, "method") not in (None, UNKNOWN)


@check("R-AGE-012", "the refusal of purposes not known")
def purpose_known(message):
    return name(message, "purpose") not in (None, UNKNOWN)


@check("R-AGE-012", "the refusal of claim scopes not known")
def scope_known(message):
    return name(message, "claim_scope") != UNKNOWN


@rule("R-AGE-012", declarant_checks_not_known_taken_for_none=lambda said: "none" if said == UNKNOWN else said)
def declarant_check_of(said):
    return "not_told" if said == UNKNOWN else said


@rule(
    "R-AGE-012",
    assurances_not_known_taken_for_strict=lambda said, scheme: "strict" if said == UNKNOWN else said,
    assurances_on_scales_not_known=lambda said, scheme: None if said == UNKNOWN else said,
)
def assurance_of(said, scheme):
    return None if UNKNOWN in (said, scheme) else said


@rule(
    "R-AGE-012",
    bindings_not_known_taken_for_user_authenticated=lambda said: "user_authenticated" if said == UNKNOWN else said,
)
def binding_of(said):
    return None if said == UNKNOWN else said


@rule("R-AGE-012", times_not_known_taken_for_recent=lambda said: "within_day" if said == UNKNOWN else said)
def established_of(said):
    return "older" if said == UNKNOWN else said


@rule("R-AGE-012", bases_not_known_taken_for_an_account=lambda said: "account" if said == UNKNOWN else said)
def basis_of(said):
    return None if said == UNKNOWN else said


@rule("R-AGE-012", supervision_not_known_taken_for_supervised=lambda said: "supervised" if said == UNKNOWN else said)
def supervision_of(said):
    return None if said == UNKNOWN else said


@rule("R-AGE-012", controls_not_known_that_stay=lambda said: tuple(said))
def controls_of(said):
    return tuple(sorted({control for control in said if control not in (None, UNKNOWN)}))


@rule("R-AGE-012", consents_not_known_taken_for_granted=lambda said: "granted" if said == UNKNOWN else said)
def consent_of(said):
    return "pending" if said == UNKNOWN else said


@rule("R-AGE-012", changes_not_known_taken_for_approved=lambda said: "approved" if said in (None, UNKNOWN) else said)
def change_state_of(said):
    return "pending" if said in (None, UNKNOWN) else said


# --- what a signal and a token share ------------------------------------------------------------


@check("R-AGE-041", "the refusal of adults below 18")
def no_adult_below_18(scope, lower):
    return scope != "adult_only" or lower is None or lower >= 18


def shared(message):
    """The members that a signal and a token have alike, checked."""
    lower, upper = optional(message, "lower_inclusive"), optional(message, "upper_exclusive")
    proper_bracket(lower, upper)
    method_known(message), scope_known(message)
    scope = name(message, "claim_scope") or "range"
    no_adult_below_18(scope, lower)
    scheme = name(message, "assurance_scheme")
    assurance = assurance_of(name(message, "assurance"), scheme)
    return {
        "lower": lower,
        "upper": upper,
        "exact_cell": message.exact_cell,
        "method": name(message, "method"),
        "assurance": assurance,
        "assurance_scheme": None if assurance is None else scheme or "parcep",
        "claim_scope": scope,
        "binding": binding_of(name(message, "binding")),
        "established": established_of(name(message, "established")),
    }


# --- signals ------------------------------------------------------------------------------------


@check("R-AGE-003", "the length of audiences")
def audience_fits(audience):
    return 1 <= len(audience.encode()) <= 255


@check("R-AGE-003", "the length of nonces")
def nonce_fits(nonce):
    return nonce is None or 16 <= len(nonce) <= 64


@check("R-AGE-003", "the length of token ids")
def token_id_fits(token_id):
    return len(token_id) == 16


@check("R-AGE-003", "the length of revocation handles")
def handle_fits(handle):
    return len(handle) in (0, 16)


@check("R-AGE-003", "the most controls")
def controls_fit(controls):
    return len(controls) <= 16


@check("R-AGE-003", "the length of a change's id")
def change_id_fits(id):
    return 1 <= len(id) <= 32


@check("R-AGE-003", "the length of the ids of earlier changes")
def earlier_ids_fit(ids):
    return all(1 <= len(id) <= 32 for id in ids)


@check("R-AGE-003", "the most earlier changes")
def earlier_few(ids):
    return len(ids) <= 16


@check("R-AGE-003", "the form of a claim's jurisdiction")
def jurisdiction_fits(jurisdiction):
    return is_region(jurisdiction)


def is_region(text):
    return text == "" or REGION.fullmatch(text) is not None


@check("R-AGE-029", "the refusal of gates with supervision, controls, consent, change or handle")
def nothing_of_the_family(message):
    there = {field.name for field, _ in message.ListFields()}
    return name(message, "purpose") not in GATES or not there.intersection(FAMILY)


@check("R-AGE-008", "issue times that are whole days")
def whole_day(bucket):
    return bucket % DAY == 0


@check("R-AGE-008", "ends above the issue time")
def ends_later(bucket, end):
    return end > bucket


@check("R-AGE-008", "the longest life of a signal")
def ends_within_a_year(bucket, end):
    return end - bucket <= LONGEST_DAYS * DAY


def read_signal(data):
    """The message and the claim of verified bytes of an AgeSignal."""
    message = parse(age_signal_pb2.AgeSignal, data)
    members = shared(message)
    purpose_known(message)
    nothing_of_the_family(message)
    audience_fits(message.audience), nonce_fits(optional(message, "nonce"))
    token_id_fits(message.token_id), handle_fits(message.revocation_handle)
    controls_fit(message.controls)
    jurisdiction_fits(message.jurisdiction)
    whole_day(message.issued_bucket), ends_later(message.issued_bucket, message.not_after)
    ends_within_a_year(message.issued_bucket, message.not_after)
    return message, Claim(
        **members,
        declarant_check=declarant_check_of(name(message, "declarant_check")),
        jurisdiction=message.jurisdiction or None,
        basis=basis_of(name(message, "basis")),
        supervision=supervision_of(name(message, "supervision")),
        controls=controls_of(name_list(message, "controls")),
        consent=consent_of(name(message, "consent")),
        change=change_of(message.change) if message.HasField("change") else None,
        revocation_handle=message.revocation_handle or None,
    )


def change_of(change):
    change_id_fits(change.id), earlier_ids_fit(change.earlier), earlier_few(change.earlier)
    state, day = change_state_of(name(change, "state")), optional(change, "decided_day")
    return Change(change.id, state, day, change.adult_ack_required, list(change.earlier))


# --- tokens -------------------------------------------------------------------------------------


@check("R-AGE-018", "the refusal of tokens with a declarant check")
def no_declarant_check(message):
    return message.declarant_check == 0


@check("R-AGE-021", "issue weeks that begin on a Monday")
def from_monday(bucket):
    return (bucket - FIRST_MONDAY) % WEEK == 0


@check("R-AGE-021", "lives of whole weeks")
def whole_weeks(bucket, end):
    return (end - bucket) % WEEK == 0


@check("R-AGE-021", "the fewest and most weeks of a token")
def weeks_fit(bucket, end):
    return WEEK <= end - bucket <= LONGEST_WEEKS * WEEK


@check("R-AGE-018", "the length of holder keys")
def holder_key_fits(key):
    return len(key) == 32


def read_token(data):
    """The message and the claim of verified bytes of an AgeToken."""
    message = parse(age_token_pb2.AgeToken, data)
    members = shared(message)
    no_declarant_check(message)
    from_monday(message.issued_bucket), whole_weeks(message.issued_bucket, message.not_after)
    weeks_fit(message.issued_bucket, message.not_after)
    holder_key_fits(message.holder_key)
    return message, Claim(**members)
