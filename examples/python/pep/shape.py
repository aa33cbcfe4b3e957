"""Lengths, ranges and presence that the comments of proto/ state (R-WIRE-005 to R-WIRE-007)."""

from google.protobuf.descriptor import FieldDescriptor

from .keys import weak_sealing_key, weak_signing_key
from .wire import MAX_REGISTER, messages_in, require


def size(least, most=None):
    """Bytes, or a text counted in UTF-8."""
    most = least if most is None else most
    return lambda v: least <= len(v.encode() if isinstance(v, str) else v) <= most


def number(least, most=1 << 64):
    return lambda v: least <= v <= most


def each(least, most, inner=lambda v: True, key=None):
    """A list of so many elements, each well-formed, and distinct by the key."""

    def check(values):
        keys = [key(v) for v in values] if key else []
        return least <= len(values) <= most and all(map(inner, values)) and len(set(keys)) == len(keys)

    return check


def by(*names):
    """A list of messages that are distinct in each of these fields."""
    return lambda values: all(len({getattr(v, n) for v in values}) == len(values) for n in names)


def both(*checks):
    return lambda v: all(check(v) for check in checks)


def known(*values):
    return lambda v: v in values


def signing(key):
    return len(key) == 32 and not weak_signing_key(key)


def sealing(key):
    return len(key) == 32 and not weak_sealing_key(key)


MANY = 1 << 32
ID, HASH, URI = size(16), size(32), size(1, 255)
NONZERO = number(1)
PRESENT = lambda v: True  # noqa: E731 – a message that has to be there

# By message: its fields. A field with `optional` in proto/ is looked at only where it is present; a message that is
# required says PRESENT. Signatures are missing on purpose: one of another length is a wrong one.
SHAPES = {
    "Header": {
        "relay_epoch": NONZERO, "payload_type": NONZERO, "document_id": ID, "base": ID, "author_device": ID,
        "dependant": ID, "slot": size(0, 32), "generations": each(1, 2), "body_hash": HASH, "sections": each(0, 12),
        "min_reader": NONZERO, "wraps_hash": HASH,
    },
    "GenerationUse": {"dependant": ID, "generation": NONZERO},
    "SectionEntry": {"kind": NONZERO, "commitment": HASH},
    "Constitution": {
        "guardians": both(each(1, 8), by("principal_id")), "dependants": both(each(1, 8), by("principal_id")),
        "threshold": NONZERO, "relays": each(1, 8), "min_reader": NONZERO,
    },
    "Guardian": {"principal_id": ID, "scope": each(0, MANY, ID)},
    "CustodyInterval": {"dependant_id": ID},
    "Dependant": {"principal_id": ID},
    "YearMonth": {"year": number(2000, 2200), "month": number(1, 12)},
    "Caps": {"unblock_max_age": number(0, 21)},
    "RelayRef": {"uri": URI, "relay_key": signing},
    "PrincipalDevices": {
        "principal_id": ID, "devices": both(each(0, 16), by("device_id", "signing_key", "sealing_key")),
    },
    "Device": {"device_id": ID, "signing_key": signing, "sealing_key": sealing, "role": known(1, 2)},
    "EnforcementPoint": {
        "device_id": ID, "signing_key": signing, "sealing_key": sealing, "category": known(*range(1, 9)),
        "dependants": each(1, 8, ID, key=bytes), "capabilities": each(0, 128),
    },
    "EpochBody": {"number": NONZERO, "household_commitment": HASH, "dependants": both(each(0, 8), by("dependant_id"))},
    "DependantEpoch": {"dependant_id": ID, "generation": NONZERO, "kinds": each(14, 14)},
    "KindCommitment": {"kind": NONZERO, "commitment": HASH},
    "Secret": {"dependant_id": ID, "generation": NONZERO, "kind": known(2, *range(16, 30)), "value": HASH},
    "Proposal": {"payload_type": NONZERO, "base": ID, "accepts": both(each(0, 8), by("principal_id"))},
    "Accept": {
        "proposal_hash": HASH, "principal_id": ID, "device_id": ID, "signing_key": signing, "sealing_key": sealing,
    },
    "Approval": {"proposal_hash": HASH, "base": ID},
    "Effect": {"proposal_hash": HASH, "proof": each(1, 4)},
    "Cancel": {"proposal_hash": HASH, "proof": each(0, 4)},
    "Span": {"earlier": PRESENT, "later": PRESENT},
    "Statement": {"beat": lambda v: v.ByteSize() <= MAX_REGISTER},
    "SignedBookmark": {"relay_key": HASH, "handle": size(16, 32), "bookmark": PRESENT},
    "Bookmark": {"head": HASH, "relay_epoch": NONZERO},
    "Resolve": {"ended": each(1, 8, key=lambda head: (head.seq, head.hash))},
    "Moved": {"uri": URI},
    "Removal": {"device_id": ID},
    "Erase": {"log_id": HASH},
    "HeadRef": {"hash": HASH},
    "RegisterDocument": {"log_id": HASH, "name": HASH, "version": NONZERO, "author_device": ID},
    "Beat": {"head": PRESENT, "live_root": HASH},
    "AppliedReport": {
        "dependant_id": ID, "head": PRESENT, "artefacts": each(0, MANY, HASH), "zone_database": size(1, 16),
        "semantics": NONZERO,
    },
    "RuleStatus": {"rule_id": size(0, 64), "state": NONZERO, "reason": size(0, 64)},
    "Anchor": {"log_id": HASH, "genesis_hash": HASH, "handle": size(16, 32), "relays": each(0, 8)},
    "JoinAnswer": {"anchor": PRESENT, "head_hash": HASH},
    "Welcome": {"head": PRESENT},
    "LiveDocument": {"document_id": ID, "header_hash": HASH},
}


def well_formed(parsed, leave_out=()):
    """Refuses with MALFORMED a message, or one inside it, that breaks what its comments state."""
    shapes = SHAPES.get(parsed.DESCRIPTOR.name, {})
    for name, check in shapes.items():
        if name in leave_out:
            continue
        require(check(value_of(parsed, name)) if is_there(parsed, name) else not is_required(parsed, name))
    for inner in messages_in(parsed):
        if not (leave_out and inner.DESCRIPTOR.name == "SectionEntry"):
            well_formed(inner)


def value_of(parsed, name):
    return True if name in parsed.DESCRIPTOR.oneofs_by_name else getattr(parsed, name)


def is_there(parsed, name):
    field = parsed.DESCRIPTOR.fields_by_name.get(name)
    if field is None:
        return parsed.WhichOneof(name) is not None
    return not field.has_presence or parsed.HasField(name)


def is_required(parsed, name):
    """Messages and choices that a table names are required; a field with `optional` is not."""
    field = parsed.DESCRIPTOR.fields_by_name.get(name)
    return field is None or (field.type == FieldDescriptor.TYPE_MESSAGE and field.containing_oneof is None)
