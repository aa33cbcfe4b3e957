"""What somebody attests about one threshold or more: CAMARA, and claims of an mdoc or SD-JWT."""

import re
from datetime import datetime

from ..bracket import overlap, proper_bracket
from ..outcome import UNKNOWN_AGE
from ..rules import Refused, check, rule
from .common import EVERY_AGE, NOTHING, VERIFIED, Said, is_age, is_object, of_type, plain, statement

# --- CAMARA -------------------------------------------------------------------------------------

CODES = {
    **dict.fromkeys(
        ("INVALID_ARGUMENT", "OUT_OF_RANGE", "MISSING_IDENTIFIER", "UNNECESSARY_IDENTIFIER", "UNAUTHENTICATED",
         "PERMISSION_DENIED", 400, 401, 403), "invalid_request",
    ),
    **dict.fromkeys(("IDENTIFIER_NOT_FOUND", 404), "account_ineligible"),
    **dict.fromkeys(("SERVICE_NOT_APPLICABLE", "NOT_IMPLEMENTED", 501), "unsupported"),
}  # fmt: skip
ERRORS = {plain(code) if isinstance(code, str) else code: outcome for code, outcome in CODES.items()}


def status_outcome(status):
    if status in ERRORS:
        return ERRORS[status]
    return "temporarily_unavailable" if status == 429 or 500 <= status <= 599 else None


def error_of(said):
    """The outcome of a code or an HTTP status, or None where there is no error."""
    code, status = said.word("code"), said.get("status", int)
    if code in ERRORS:
        return ERRORS[code]
    if status not in (None, 200):
        return status_outcome(status) or UNKNOWN_AGE
    return None if code is None else UNKNOWN_AGE


@rule(
    "R-AGE-054",
    thresholds_met_from_the_year_after=lambda check, threshold: (
        (threshold + 1, None) if check == "true" else (0, threshold)
    ),
    thresholds_not_met_up_to_the_age=lambda check, threshold: (
        (threshold, None) if check == "true" else (0, threshold + 1)
    ),
)
def side(check, threshold):
    return (threshold, None) if check == "true" else (0, threshold)


@check("R-AGE-054", "the refusal of an age check without a threshold")
def has_threshold(threshold):
    return threshold is not None


def inner(said, *names):
    """The answer and the objects in it that have these names, as one."""
    is_object(said)
    outer, parts = Said(said), [said]
    for name in names:
        if outer.get(name, dict) is not None:
            parts.append(outer.get(name))
    joined = Said(*parts)
    joined.read |= {plain(name) for name in names}
    return joined


def read_camara(said, gates):
    if said is None:
        return statement(UNKNOWN_AGE)
    said = inner(said, "request", "response")
    failed, word, threshold = error_of(said), said.word("ageCheck"), said.get("ageThreshold", int)
    how = ("verified", "standard", None) if said.get("verifiedStatus", bool) else NOTHING
    if threshold is None and len(gates) == 1:
        threshold = gates[0]
    if failed is not None or word not in ("true", "false"):
        return statement(failed or UNKNOWN_AGE, loss=said.rest())
    has_threshold(threshold), is_age(threshold)
    bracket = side(word, threshold)
    proper_bracket(*bracket)
    return statement("signal", bracket, how, gates, loss=said.rest())


# --- claims -------------------------------------------------------------------------------------

OVER = re.compile(r"ageover(\d\d)", re.ASCII)
PROOF_OF_AGE = "eu.europa.ec.av.1"
TYPE_NAMES = ("doctype", "vct")
BEGINS, ENDS = ("nbf", "validfrom"), ("exp", "validuntil")  # of a set of claims, and no attributes of a person


@check("R-AGE-054", "the refusal of contradictions between claims")
def no_contradiction(bracket):
    return bracket is not None


@check("R-AGE-054", "the refusal of other attributes in a proof of age")
def only_ages(others, proof):
    return not others or not proof


@check("R-AGE-053", "the refusal of claims that are neither true nor false")
def true_or_false(value):
    return isinstance(value, bool)


def ages_of(space, proof):
    """(age, value) of the claims in a name space, and the names of all else."""
    said, found, others = Said.whole(space), [], []
    for name, value in said.members.items():
        over = OVER.fullmatch(name)
        if over:
            found.append((int(over[1]), value))
        elif name == "ageequalorover":
            is_object(value)
            found += [(age_named(age), over) for age, over in value.items()]
        else:
            others.append(name)
    only_ages(others, proof)
    return found, others


def age_named(text):
    if not re.fullmatch(r"\d{1,3}", text, re.ASCII):
        raise Refused("MALFORMED", "an age that is no number")
    return int(text)


def is_attribute(name):
    return plain(name) not in (*TYPE_NAMES, *BEGINS, *ENDS, "namespaces")


def instant(value):
    """Seconds since 1970, of a number of them or of a date and time as a text."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError) as error:
            raise Refused("MALFORMED", "no instant") from error
    of_type(value, (int, float))
    return value


def in_its_time(whole, now):
    begins = [instant(whole.get(name)) for name in BEGINS if whole.get(name) is not None]
    ends = [instant(whole.get(name)) for name in ENDS if whole.get(name) is not None]
    if now is not None and (any(now < begin for begin in begins) or any(now >= end for end in ends)):
        raise Refused("EXPIRED", "a set of claims outside its time")


def read_claims(said, gates, now=None):
    """`now`: whoever gives none looks at the time elsewhere."""
    if said is None:
        return statement(UNKNOWN_AGE)
    is_object(said)
    top = {name: value for name, value in said.items() if is_attribute(name)}
    whole = Said(said)
    in_its_time(whole, now)
    spaces = whole.get("nameSpaces", dict) or {}
    types = [whole.get(name, str) for name in TYPE_NAMES]
    proof = PROOF_OF_AGE in types
    found, loss = ages_of(top, proof)
    for name, space in spaces.items():
        of_type(space, (dict,))
        more, others = ages_of(space, proof or name == PROOF_OF_AGE)
        found, loss = found + more, loss + others
    bracket = EVERY_AGE
    for age, value in found:
        true_or_false(value), is_age(age)
        claimed = side("true" if value else "false", age)
        proper_bracket(*claimed)
        bracket = bracket and overlap(bracket, claimed)
    no_contradiction(bracket)
    return statement("signal", bracket if found else None, VERIFIED, gates, loss=loss)
