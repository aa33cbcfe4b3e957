"""Whom an audience believes (R-AGE-024), and what a holder looks at before it keeps its tokens (R-AGE-025)."""

import re
from dataclasses import dataclass
from datetime import date

from parcep.v1alpha1 import age_token_pb2 as pb

from . import crypto
from .claim import read_token
from .rules import Refused, check, rule
from .wire import parse

FORMAT = "parcep-age-trust/1"
ROLES = {"device_os", "app_store", "age_provider", "wallet", "telco", "guardian_app"}
DAY = 86_400


@dataclass(frozen=True)
class Entry:
    issuer: str
    role: str
    key: bytes
    first: int  # days since 1970
    end: int  # the day from which it is no longer valid


@rule(
    "R-AGE-024",
    keys_valid_on_their_last_day_too=lambda entry, day: entry.first <= day <= entry.end,
    keys_not_valid_on_their_first_day=lambda entry, day: entry.first < day < entry.end,
    keys_valid_before_their_first_day=lambda entry, day: day < entry.end,
    keys_valid_for_ever=lambda entry, day: entry.first <= day,
)
def valid(entry, day):
    return entry.first <= day < entry.end


class TrustList:
    """Keys with the days in which they are believed."""

    def __init__(self, entries):
        self.entries = entries

    @classmethod
    def of_keys(cls, keys):
        """Keys that somebody trusts without a list, on every day."""
        return cls([Entry("", "", key, -(2**40), 2**40) for key in keys])

    @classmethod
    def from_json(cls, given):
        format_known(given)
        entries = [entry_of(row) for row in listed(given.get("issuers"))]
        one_issuer_each(entries), two_at_most(entries)
        return cls(entries)

    def key_of(self, key_id):
        """The key with this id, whatever the day, or None."""
        return next((entry.key for entry in self.entries if crypto.key_id(entry.key) == key_id), None)

    def trusts(self, key, day):
        return any(entry.key == key and valid(entry, day) for entry in self.entries)


@check("R-AGE-024", "the format of a trust list")
def format_known(given):
    return isinstance(given, dict) and given.get("format") == FORMAT


def listed(rows):
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused("MALFORMED", "no list of issuers")
    return rows


def entry_of(row):
    try:
        name, role, key = row["name"], row["role"], row["key"]
        first, end = day_of(row["from"]), day_of(row["until"])
        if not (isinstance(name, str) and isinstance(role, str)):
            raise TypeError(name, role)
        key_in_hexadecimal(key)
        entry = Entry(name, role, bytes.fromhex(key), first, end)
        practice_at_https(row.get("practice_statement", "https://"))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused("MALFORMED", "an entry of a trust list") from error
    name_short(name), role_known(role), days_in_order(entry), key_admitted(entry.key)
    return entry


def day_of(text):
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(text)
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


@check("R-AGE-024", "the form of keys in a trust list")
def key_in_hexadecimal(key):
    return re.fullmatch("[0-9a-f]{64}", key) is not None


@check("R-AGE-024", "the longest name of an issuer")
def name_short(name):
    return len(name.encode()) <= 128


@check("R-AGE-024", "the address of a statement of practice")
def practice_at_https(address):
    return address.startswith("https://")


@check("R-AGE-024", "the roles of issuers")
def role_known(role):
    return role in ROLES


@check("R-AGE-024", "the refusal of keys that end before they begin")
def days_in_order(entry):
    return entry.first < entry.end


@check("R-WIRE-011", "the refusal of weak keys in a trust list", "WEAK_KEY")
def key_admitted(key):
    return crypto.admitted(key)


@check("R-AGE-024", "the refusal of one key under two issuers")
def one_issuer_each(entries):
    return len({entry.key for entry in entries}) == len({(entry.key, entry.issuer) for entry in entries})


@check("R-AGE-024", "the most keys of one issuer on one day")
def two_at_most(entries):
    """It is enough to look at the days on which some key begins."""
    for entry in entries:
        same = {
            other.key for other in entries if other.issuer == entry.issuer and other.first <= entry.first < other.end
        }
        if len(same) > 2:
            return False
    return True


# --- batches ------------------------------------------------------------------------------------


def keeps(sent, tokens, trust, now):
    """Whether a holder that sent these keys keeps this batch. It keeps all of it or nothing."""
    try:
        signed = [parse(pb.SignedAgeToken, data) for data in tokens]
        one_for_each(sent, signed)
        for key, token in zip(sent, signed):
            look_at(key, token, trust, now)
        equal_bytes(signed), equal_issuer(signed)
    except Refused:
        return False
    return True


def look_at(key, signed, trust, now):
    """Steps 1 to 5 of R-AGE-018, the time, and that it is the key in its turn."""
    issuer = trust.key_of(signed.issuer_key_id)
    issuer_of_the_list(issuer)
    crypto.token_signed(issuer, signed.signature, signed.token)
    token, _ = read_token(signed.token)
    trusted_then(trust, issuer, token.issued_bucket // DAY)
    crypto.admit_holder(token.holder_key)
    over_the_key(token, key)
    begun(token, now), not_over(token, now)


@check("R-AGE-025", "the number of tokens in a batch")
def one_for_each(sent, tokens):
    return len(sent) == len(tokens)


@check("R-AGE-003", "the refusal of issuers that are not trusted", "UNTRUSTED_ISSUER")
def issuer_of_the_list(key):
    return key is not None


@check("R-AGE-024", "the days of a key in the trust list", "UNTRUSTED_ISSUER")
def trusted_then(trust, key, day):
    return trust.trusts(key, day)


@check("R-AGE-025", "the order of the keys in a batch")
def over_the_key(token, key):
    return token.holder_key == key


@check("R-AGE-021", "the beginning of a token", "EXPIRED")
def begun(token, now):
    return token.issued_bucket <= now


@check("R-AGE-021", "the end of a token", "EXPIRED")
def not_over(token, now):
    return now < token.not_after


@check("R-AGE-025", "the equality of the bytes of the tokens in a batch")
def equal_bytes(signed):
    """But for the holder key: an odd encoding would mark somebody as well as an odd day."""
    return len({without_key(s.token) for s in signed}) <= 1


@check("R-AGE-025", "the equality of the issuer's key in a batch")
def equal_issuer(signed):
    return len({s.issuer_key_id for s in signed}) <= 1


def without_key(token):
    return token.replace(pb.AgeToken.FromString(token).holder_key, bytes(32))
