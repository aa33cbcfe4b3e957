"""Signals, tokens and presentations as bytes, for every file of the area."""

from cryptography.hazmat.primitives.asymmetric import ed25519

import parcep_wire as wire
from parcep.v1alpha1 import age_signal_pb2 as age
from parcep.v1alpha1 import age_token_pb2 as tok

from ..common import DAY, NOW
from ..drafts import setting

AUDIENCE = "https://games.example"
GATE, DEFAULTS, CONSENT, LEGAL = 1, 2, 3, 4
TODAY = NOW - NOW % DAY
WEEK = 7 * DAY
MONDAY = NOW - (NOW - 345_600) % WEEK
UNKNOWN = 99


def key(random):
    return ed25519.Ed25519PrivateKey.from_private_bytes(random(32))


def public(private):
    return private.public_key().public_bytes_raw()


def varint(number):
    """A number of 14 bits in two bytes, also where one would do."""
    return bytes([number & 127 | 128, number >> 7])


def padded(message, length):
    """The bytes of `message` with a field of a later version that fills them up to `length`."""
    start = message + b"\xaa\x7d"
    return start + varint(length - len(start) - 2) + bytes(length - len(start) - 2)


def token(holder, **fields):
    """An `AgeToken`: 18 or older, issued this week for four weeks, unless `fields` say otherwise."""
    made = tok.AgeToken(
        lower_inclusive=18, exact_cell=True, method=age.AGE_METHOD_NOT_TOLD, issued_bucket=MONDAY,
        not_after=MONDAY + 4 * WEEK, claim_scope=age.AGE_CLAIM_SCOPE_RANGE,
        binding=age.AGE_BINDING_ONE_TIME_KEY, holder_key=holder,
    )
    setting(**fields)(made)
    return made.SerializeToString()


def signed_token(issuer, data, label="age-token", key_id=None):
    key_id = wire.sha256(public(issuer)) if key_id is None else key_id
    signature = issuer.sign(wire.transcript(label, data))
    return tok.SignedAgeToken(token=data, issuer_key_id=key_id, signature=signature)
