"""Google Play before and after 0.0.4, and Amazon and Samsung, whose answers are alike."""

from ..outcome import UNKNOWN_AGE
from ..rules import Refused, rule
from .common import (
    CHECKED, GUARDIAN, NOTHING, SELF, VERIFIED, Said, adult_without_bounds, inclusive, plain, statement,
)  # fmt: skip

TIERS = {"tiera": SELF, "tierb": GUARDIAN, "tierc": CHECKED, "tierd": VERIFIED}
STATUSES = {None: "signal", "shared": "signal", "notshared": "refused", "verificationrequired": "verification_required"}
CHANGES = {"approved": "granted", "pending": "pending", "declined": "denied", "unspecified": None}
TRANSIENT = (
    "API_NOT_AVAILABLE", "PLAY_STORE_NOT_FOUND", "NETWORK_ERROR", "PLAY_SERVICES_NOT_FOUND", "CANNOT_BIND_TO_SERVICE",
    "PLAY_STORE_VERSION_OUTDATED", "PLAY_SERVICES_VERSION_OUTDATED", "CLIENT_TRANSIENT_ERROR",
)  # fmt: skip
ERRORS = {-9: "not_owned", -10: "unsupported", -100: "temporarily_unavailable"}
ERRORS |= {plain("APP_NOT_OWNED"): "not_owned", plain("SDK_VERSION_OUTDATED"): "unsupported"}
ERRORS |= {-number: "temporarily_unavailable" for number in range(1, 9)}
ERRORS |= {plain(name): "temporarily_unavailable" for name in (*TRANSIENT, "INTERNAL_ERROR")}

# Of a `userStatus`: how it is known, supervision, consent. Before 0.0.4, at Amazon and at Samsung.
PERSONS = {
    "verified": (CHECKED, None, None),
    "declared": (SELF, None, None),
    "supervised": (GUARDIAN, "supervised", None),
    "supervisedapprovalpending": (GUARDIAN, "supervised", "pending"),
    "supervisedapprovaldenied": (GUARDIAN, "supervised", "denied"),
}


def error_of(said):
    """The outcome of an error, or None."""
    if said.get("error") is not None and said.get("errorCode") is not None:
        raise Refused("MALFORMED", "two errors")
    number = said.get("error", int, str) if said.get("error") is not None else said.get("errorCode", int, str)
    if number in (None, 0, ""):
        return None
    return error(plain(number) if isinstance(number, str) else number)


@rule("R-AGE-053", errors_not_known_taken_for_passing_ones=lambda which: ERRORS.get(which, "temporarily_unavailable"))
def error(which):
    return ERRORS.get(which, UNKNOWN_AGE)


def ages(said, *types):
    return said.get("ageLower", *types or (int,)), said.get("ageUpper", *types or (int,))


# --- from 0.0.4 ---------------------------------------------------------------------------------


@rule("R-AGE-053", statuses_not_known_beside_a_bracket=lambda status: STATUSES.get(status, "signal"))
def outcome_of(status):
    return STATUSES.get(status, UNKNOWN_AGE)


@rule(
    "R-AGE-053",
    tiers_not_known_taken_for_verified=lambda tier: TIERS.get(tier, VERIFIED),
    tiers_not_known_taken_for_declared=lambda tier: TIERS.get(tier, SELF),
)
def how_of(tier):
    return TIERS.get(tier, NOTHING)


@rule("R-AGE-053", changes_of_a_platform_not_known_taken_for_granted=lambda status: CHANGES.get(status, "granted"))
def consent_of(status):
    return CHANGES.get(status, "pending")


def read_tiers(said, gates):
    if said is None:
        return statement(UNKNOWN_AGE)
    said = Said.whole(said)
    failed, tier, bracket = error_of(said), said.word("ageRangeSource"), inclusive(*ages(said))
    change = said.word("significantChangeStatus")
    consent = None if change is None else consent_of(change)
    outcome = outcome_of(said.word("ageSignalsStatus")) if failed is None else failed
    supervised = tier == "tierb" and bracket or said.get("installId") is not None or consent
    supervision = "supervised" if supervised else None
    loss = said.rest() + (["installId"] if said.has("installId") else [])
    return statement(outcome, bracket, how_of(tier), gates, supervision=supervision, consent=consent, loss=loss)


# --- until 0.0.3 --------------------------------------------------------------------------------


@rule("R-AGE-053", user_statuses_not_known_beside_a_bracket=lambda status: ("signal", (NOTHING, None, None)))
def nobody(status):
    return UNKNOWN_AGE, (NOTHING, None, None)


def person_of(status):
    return ("signal", PERSONS[status]) if status in PERSONS else nobody(status)


def by_status(outcome, person, said, status, lower, upper, gates):
    how, supervision, consent = person
    bracket = adult_without_bounds(lower, upper) if status == "verified" else inclusive(lower, upper)
    return statement(outcome, bracket, how, gates, supervision=supervision, consent=consent, loss=said.rest())


@rule("R-AGE-033", nobody_regulated_taken_for_unknown=lambda outcome: UNKNOWN_AGE)
def not_regulated(outcome):
    return outcome


def read_statuses(said, gates):
    if said is None:
        return statement(UNKNOWN_AGE)
    said = Said.whole(said)
    failed, status, (lower, upper) = error_of(said), said.word("userStatus"), ages(said)
    outcome, person = person_of(status)
    if status is None and (lower, upper) != (None, None):
        outcome, person = "signal", (NOTHING, None, None)
    elif status == "" or status is None and said.has("userStatus"):
        outcome = not_regulated("not_regulated")
    return by_status(failed or outcome, person, said, status, lower, upper, gates)


# --- Amazon -------------------------------------------------------------------------------------

RESPONSES = {
    "appnotowned": "not_owned",
    "internaltransienterror": "temporarily_unavailable",
    "featurenotsupported": "unsupported",
}


def read_amazon(said, gates):
    if said is None:
        return statement(UNKNOWN_AGE)
    said = Said.whole(said)
    response, status, (lower, upper) = said.word("responseStatus"), said.word("userStatus"), ages(said)
    if response != "success" and (response is not None or status is None):
        return statement(RESPONSES.get(response, UNKNOWN_AGE), loss=said.rest())
    if status == "consentnotgranted":
        return statement("refused", consent="denied", loss=said.rest())
    outcome, person = person_of(status if status in ("verified", "supervised") else None)
    if not status:
        outcome = not_regulated("not_regulated")
    return by_status(outcome, person, said, status, lower, upper, gates)


# --- Samsung ------------------------------------------------------------------------------------


def digits(value):
    """An age that is a number or a text of digits."""
    if value is None or isinstance(value, int):
        return value
    if value == "":
        return None
    if not (value.isascii() and value.isdigit()):
        raise Refused("MALFORMED", "an age that is no number")
    return int(value)


def samsung_failure(message):
    message = (message or "").lower()
    if "not a supported method" in message:
        return "unsupported"
    return "account_ineligible" if "not registered" in message else UNKNOWN_AGE


def read_samsung(said, gates):
    if said is None:
        return statement(UNKNOWN_AGE)
    said = Said.whole(said)
    code, message, status = said.get("result_code", int), said.get("result_message", str), said.word("userStatus")
    lower, upper = map(digits, ages(said, int, str))
    if code != 0 and (code is not None or status is None):
        return statement(samsung_failure(message), loss=said.rest())
    outcome, person = person_of(status if status != "declared" else None)
    return by_status(outcome, person, said, status, lower, upper, gates)
