"""Entries made with one thing changed: in the header, in how it is sealed, or outside."""

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem

from .common import NOW, Counter

wire.SECTIONS.update(
    {
        doc.PAYLOAD_TYPE_CONSTITUTION: [3],
        doc.PAYLOAD_TYPE_ENFORCEMENT_POINT: [5],
        doc.PAYLOAD_TYPE_POLICY_LAYER: [*range(17, 27), 29],
        doc.PAYLOAD_TYPE_OVERRIDE: [27],
        doc.PAYLOAD_TYPE_LIST: [21],
        doc.PAYLOAD_TYPE_REMOVE_ENFORCEMENT_POINT: [13],
        doc.PAYLOAD_TYPE_PROPOSAL: [7],
        doc.PAYLOAD_TYPE_APPROVE: [8],
        doc.PAYLOAD_TYPE_EFFECT: [9],
        doc.PAYLOAD_TYPE_CANCEL: [10],
        doc.PAYLOAD_TYPE_RESOLVE: [11],
        doc.PAYLOAD_TYPE_MOVED: [12],
        doc.PAYLOAD_TYPE_ERASE: [14],
    }
)


def entry_at(house, author, made, seq, prev, name, edit=None, seal=None, outside=None):
    """The entry of a draft at a place. `edit` changes the header before it is signed (and may give other bytes),
    `outside` the signed header after it, `seal` how it is sealed."""
    random = Counter(f"entry {name}")
    plain = wire.entry_at(house, author, made, seq, prev, NOW, random)
    if not (edit or seal or outside):
        return plain
    secret = house.secrets[b"", made.generations[0][1]]
    signed = doc.SignedHeader.FromString(wire.open_committed(secret, house.log_id, 1, b"", plain.header))
    header = doc.Header.FromString(signed.header)
    instead = edit(header) if edit else None
    signed.header = instead if isinstance(instead, bytes) else header.SerializeToString()
    signed.payload_type, signed.author_device = header.payload_type, header.author_device
    if outside:
        outside(signed)
    signed.signature = author.signing.sign(wire.transcript("document", signed.payload_type, signed.header))
    content = signed.SerializeToString()
    plain.header = (seal or wire.seal_committed)(secret, house.log_id, 1, b"", content, 1024, random)
    return plain


def header_of(house, entry, secret=None):
    """The signed header bytes of an entry."""
    secret = secret or house.secrets[b"", entry.generation]
    plain = wire.open_committed(secret, house.log_id, 1, b"", entry.header)
    return doc.SignedHeader.FromString(plain).header


def setting(**fields):
    """Sets fields of a message; None clears."""

    def edit(message):
        for name, value in fields.items():
            message.ClearField(name)
            if isinstance(value, list):
                getattr(message, name).extend(value)
            elif value is not None:
                setattr(message, name, value)

    return edit


def seal_with_padding(secret, log_id, kind, name, content, grid, random):
    """A frame whose last byte is not zero (R-DOC-012)."""
    salt = random(32)
    key, commitment, context = wire.message_key(secret, salt, log_id, kind, name)
    plain = wire.frame(content, grid, 80)[:-1] + b"\x01"
    return salt + commitment + wire.ChaCha20Poly1305(key).encrypt(bytes(12), plain, context)


def seal_with_other_commitment(secret, log_id, kind, name, content, grid, random):
    blob = wire.seal_committed(secret, log_id, kind, name, content, grid, random)
    return blob[:32] + bytes(32) + blob[64:]


def seal_with_other_secret(secret, *rest):
    return wire.seal_committed(bytes(32), *rest)


def newer(header):
    """A field 1011 of a later version, "test"."""
    return header.SerializeToString() + bytes.fromhex("9a3e0474657374")


def secret_set(rows):
    """A SecretSet of (whose, generation, kind, value)."""
    secrets = mem.SecretSet()
    for whose, generation, kind, value in rows:
        secrets.secrets.add(dependant_id=whose, generation=generation, kind=kind, value=value)
    return secrets


def wraps_for(log_id, number, sets, random, label="wrap"):
    """One wrap per (device, SecretSet), of one length."""
    plain = [secrets.SerializeToString() for _, secrets in sets]
    grid = -(-max(4 + len(p) for p in plain) // 256) * 256
    info = wire.transcript(label, log_id, number)
    return [
        wire.hpke_seal(device.sealing_public, info, wire.frame(p, grid), random)
        for (device, _), p in zip(sets, plain)
    ]


def commitments(dependant, generation, secret):
    """One dependant's row in the body of an epoch."""
    kinds = [
        mem.KindCommitment(
            kind=kind,
            commitment=wire.secret_commitment(wire.kind_secret(secret, generation, kind), dependant, generation, kind),
        )
        for kind in wire.DEPENDANT_KINDS
    ]
    return mem.DependantEpoch(dependant_id=dependant, generation=generation, kinds=kinds)


CONSOLE_KINDS = (16, 17, 18, 19, 20, 22, 23, 24, 27, 29)


def console_secrets(household, number, dependant, generation, secret, console):
    """What a console is handed: the kinds of its category and its own register kind (R-DOC-011)."""
    rows = [(None, number, None, household)]
    rows.append((dependant, generation, 2, wire.kind_secret(secret, generation, 2, console.id)))
    rows += [(dependant, generation, kind, wire.kind_secret(secret, generation, kind)) for kind in CONSOLE_KINDS]
    return secret_set(rows)
