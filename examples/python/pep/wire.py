"""Bytes: transcripts, frames, limits, and what parses (chapter 3)."""

import hashlib
import hmac

from google.protobuf import descriptor, message, unknown_fields

PACKAGE = b"parcep/v1alpha1/"
ZERO32 = bytes(32)
MAX_HEADER, MAX_BODY, MAX_REGISTER = 16384, 1 << 20, 4096  # R-WIRE-006


class Refused(Exception):
    """Bytes that are not taken, with a reason of the registry of errors."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def require(condition, reason="MALFORMED"):
    if not condition:
        raise Refused(reason)


def sized(x):
    return len(x).to_bytes(4, "big") + x


def transcript(name, *parts):
    """T(name, part, …) of R-WIRE-001: a part is bytes, text, or a number as be64; None is an absent part."""

    def part(p):
        if p is None:
            return b""
        if isinstance(p, int):
            return (p % (1 << 64)).to_bytes(8, "big")
        return p.encode() if isinstance(p, str) else p

    return b"".join(sized(p) for p in [PACKAGE + name.encode(), *map(part, parts)])


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.digest(key, data, "sha256")


def same(a, b):
    return hmac.compare_digest(a, b)


def hkdf(ikm, salt, info, length=32):
    """HKDF-SHA256 of RFC 5869."""
    key, block, out = mac(salt or ZERO32, ikm), b"", b""
    while len(out) < length:
        block = mac(key, block + info + bytes([len(out) // 32 + 1]))
        out += block
    return out[:length]


def unframe(data):
    """R-DOC-012: the inner bytes of a frame, whose padding is zeros."""
    require(len(data) >= 4)
    end = 4 + int.from_bytes(data[:4], "big")
    require(end <= len(data) and not any(data[end:]))
    return data[4:end]


def frame(x, grid, around=0):
    """x in a frame, padded so that frame and what is around it are a multiple of the grid."""
    return sized(x) + bytes(-(4 + len(x) + around) % grid)


def entry_hash(entry):
    """R-LOG-001."""
    body = entry.body_hash if entry.HasField("body_hash") else sha256(entry.body)
    parts = (entry.seq, entry.prev, entry.slot, entry.generation, sha256(entry.header), body)
    return sha256(transcript("entry", *parts))


def check_entry(entry):
    """R-LOG-002."""
    require(len(entry.prev) == 32)
    require(len(entry.slot) <= 32, "TOO_LARGE")
    require(entry.generation >= 1)
    require(len(entry.header) <= MAX_HEADER, "TOO_LARGE")
    require(entry.header and len(entry.header) % 1024 == 0)
    require(entry.HasField("body") != entry.HasField("body_hash"))
    if entry.HasField("body_hash"):
        require(len(entry.body_hash) == 32)
    else:
        size = len(entry.body)
        require(size <= MAX_BODY, "TOO_LARGE")
        require(size >= 1024 and size & (size - 1) == 0)


def parse(kind, data):
    """R-WIRE-008: a message of this kind, or MALFORMED."""
    parsed = kind()
    try:
        parsed.ParseFromString(data)
    except message.DecodeError:
        raise Refused("MALFORMED") from None
    require(not wrong_wire_types(parsed))
    return parsed


def wrong_wire_types(parsed):
    """A known number that the library put among the unknown fields came with another wire type."""
    known = parsed.DESCRIPTOR.fields_by_number
    if any(field.field_number in known for field in unknown_fields.UnknownFieldSet(parsed)):
        return True
    return any(wrong_wire_types(inner) for inner in messages_in(parsed))


def messages_in(parsed):
    for field, value in parsed.ListFields():
        if field.type == descriptor.FieldDescriptor.TYPE_MESSAGE:
            yield from value if field.is_repeated else [value]
