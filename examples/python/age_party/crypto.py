"""Transcripts, keys and signatures: spec/03-wire.md."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .rules import check, rule

PRIME = 2**255 - 19
SMALL_ORDER = {
    int.from_bytes(bytes.fromhex(y), "little")
    for y in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
}


def be32(number):
    return number.to_bytes(4, "big")


def part(value):
    """A part of a transcript: text as UTF-8, a number in 8 bytes, None for what is absent, bytes as they are."""
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, int):
        return value.to_bytes(8, "big", signed=value < 0)
    return value


def measured(data):
    return be32(len(data)) + data


@rule("R-AGE-002", transcripts_that_do_not_say_lengths=lambda name, *parts: name.encode() + b"".join(map(part, parts)))
def T(name, *parts):
    return measured(b"parcep/v1alpha1/" + name.encode()) + b"".join(measured(part(p)) for p in parts)


def derive(secret, info, length):
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(secret)


def key_id(public_key):
    return hashlib.sha256(public_key).digest()


def coordinate(public_key):
    return int.from_bytes(public_key, "little") & (2**255 - 1)


def admitted(public_key):
    """R-WIRE-011: whether a key may enter at all."""
    return coordinate(public_key) < PRIME and coordinate(public_key) not in SMALL_ORDER


@check("R-AGE-018", "the refusal of holder keys of small order and of those not canonically encoded", "WEAK_KEY")
def admit_holder(public_key):
    return admitted(public_key)


def fits(public_key, signature, text):
    """R-WIRE-012. The library decodes neither keys nor R beforehand, compares R as bytes and S with the group order."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


@check("R-AGE-002", "the issuer's signature under a signal", "BAD_SIGNATURE")
def signal_signed(public_key, signature, signal):
    return fits(public_key, signature, T("age-signal", signal))


@check("R-AGE-017", "the issuer's signature under a token", "BAD_SIGNATURE")
def token_signed(public_key, signature, token):
    return fits(public_key, signature, T("age-token", token))


@check("R-AGE-022", "the holder's signature under a presentation", "BAD_SIGNATURE")
def presentation_signed(holder_key, signature, token, presentation):
    return fits(holder_key, signature, T("age-presentation", token, presentation))
