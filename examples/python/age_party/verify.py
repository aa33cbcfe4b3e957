"""Signals and presentations, in the order of the tables of R-AGE-003 and R-AGE-018, and what is remembered of them."""

from dataclasses import dataclass

from parcep.v1alpha1 import age_signal_pb2, age_token_pb2

from . import crypto
from .bracket import DAY
from .claim import audience_fits, read_signal, read_token
from .rules import Refused, check, rule
from .trust import begun, issuer_of_the_list, not_over, trusted_then
from .wire import name, optional, parse

MOST_BYTES = 2_048
NONCE_LIFE = 600
PRESENTED_FOR = ("access_gate", "legal_compliance")


@dataclass(frozen=True)
class Asked:
    """What this audience asked for, and when. Of a signal that was handed over as a file, `nonce` may be None."""

    audience: str
    purpose: str
    nonce: bytes | None
    given_at: int | None = None  # when the nonce was given


class Memory:
    """Ids of signals and keys of tokens that were accepted, and nonces that were answered; each until its end."""

    def __init__(self, seen=(), most=None):
        self.most = most
        self.ends = {id: None for id in seen}  # None: until somebody says when it ends
        self.answered = set()

    def remember(self, id, end, nonce):
        """A memory that is full refuses: to forget one that was accepted would admit it again."""
        if self.most is not None and len(self.ends) >= self.most:
            raise Refused("QUOTA", "the memory against replay")
        self.ends[id] = end
        self.answered.add(nonce)

    def forget(self, now):
        self.ends = {id: end for id, end in self.ends.items() if end is None or now < end}


# --- the steps ----------------------------------------------------------------------------------


@check("R-AGE-003", "the most bytes of a signal")
def signal_short(data):
    return len(data) <= MOST_BYTES


@check("R-AGE-018", "the most bytes of a presented token")
def presented_short(data):
    return len(data) <= MOST_BYTES


@check("R-AGE-018", "the refusal of presentations without a token")
def token_there(presented):
    return presented.HasField("token")


@rule("R-AGE-003", any_trusted_key_tried=lambda trust, id: trust.key_of(id) or trust.entries[0].key)
def issuer_key(trust, key_id):
    return trust.key_of(key_id)


@check("R-AGE-006", "the audience", "WRONG_AUDIENCE")
def own_audience(message, asked):
    return message.audience == asked.audience


@check("R-AGE-016", "the purpose", "WRONG_AUDIENCE")
def asked_purpose(message, asked):
    return name(message, "purpose") == asked.purpose


@check("R-AGE-007", "the nonce", "WRONG_NONCE")
def given_nonce(nonce, asked):
    return nonce == asked.nonce


@check("R-AGE-007", "the refusal of a nonce that nobody gave", "WRONG_NONCE")
def no_other_nonce(nonce, asked):
    return asked.nonce is not None or nonce is None


@check("R-AGE-051", "the life of a nonce", "WRONG_NONCE")
def nonce_young(given_at, now):
    return given_at is None or now - given_at <= NONCE_LIFE


@check("R-AGE-051", "the single use of a nonce", "WRONG_NONCE")
def nonce_not_answered(answered):
    return not answered


def good_nonce(given_at, answered, now):
    """Whether an answer to a nonce may still be taken."""
    try:
        nonce_young(given_at, now), nonce_not_answered(answered)
    except Refused:
        return False
    return True


def right_nonce(nonce, asked, memory, now):
    given_nonce_or_none(nonce, asked)
    nonce_young(asked.given_at, now)
    nonce_not_answered(asked.nonce is not None and asked.nonce in memory.answered)


def given_nonce_or_none(nonce, asked):
    if asked.nonce is None:
        no_other_nonce(nonce, asked)
    else:
        given_nonce(nonce, asked)


@check("R-AGE-008", "the beginning of a signal", "EXPIRED")
def signal_begun(message, now):
    return message.issued_bucket <= now


@check("R-AGE-008", "the end of a signal", "EXPIRED")
def signal_not_over(message, now):
    return now < message.not_after


@check("R-AGE-023", "the memory of token ids", "REPLAYED")
def signal_new(token_id, memory):
    return token_id not in memory.ends


@check("R-AGE-023", "the memory of holder keys", "REPLAYED")
def token_new(holder_key, memory):
    return holder_key not in memory.ends


@check("R-AGE-018", "the length of a presentation's nonce")
def presented_nonce_fits(nonce):
    return 16 <= len(nonce) <= 64


@check("R-AGE-022", "the purposes of a presentation")
def presented_purpose(message):
    return name(message, "purpose") in PRESENTED_FOR


# --- the tables ---------------------------------------------------------------------------------


def verify_signal(data, trust, asked, now, memory):
    """The claim of a SignedAgeSignal, or Refused with the reason of the first step that fails."""
    memory.forget(now)
    signal_short(data)
    signed = parse(age_signal_pb2.SignedAgeSignal, data)
    key = issuer_key(trust, signed.issuer_key_id)
    issuer_of_the_list(key)
    crypto.signal_signed(key, signed.signature, signed.signal)
    message, claim = read_signal(signed.signal)
    trusted_then(trust, key, message.issued_bucket // DAY)
    own_audience(message, asked), asked_purpose(message, asked)
    right_nonce(optional(message, "nonce"), asked, memory, now)
    signal_begun(message, now), signal_not_over(message, now)
    signal_new(message.token_id, memory)
    memory.remember(message.token_id, message.not_after, asked.nonce)
    return claim


def verify_presentation(data, trust, asked, now, memory):
    """The claim of a PresentedAge, or Refused with the reason of the first step that fails."""
    memory.forget(now)
    presented_short(data)
    presented = parse(age_token_pb2.PresentedAge, data)
    token_there(presented)
    signed = presented.token
    key = issuer_key(trust, signed.issuer_key_id)
    issuer_of_the_list(key)
    crypto.token_signed(key, signed.signature, signed.token)
    token, claim = read_token(signed.token)
    trusted_then(trust, key, token.issued_bucket // DAY)
    crypto.admit_holder(token.holder_key)
    crypto.presentation_signed(token.holder_key, presented.holder_signature, signed.token, presented.presentation)
    message = parse(age_token_pb2.AgePresentation, presented.presentation)
    audience_fits(message.audience), presented_nonce_fits(message.nonce), presented_purpose(message)
    own_audience(message, asked), asked_purpose(message, asked)
    right_nonce(message.nonce, asked, memory, now)
    begun(token, now), not_over(token, now)
    token_new(token.holder_key, memory)
    memory.remember(token.holder_key, token.not_after, asked.nonce)
    return claim
