"""The byte rules of spec/03-wire.md to 07-registers.md, and nothing else.

Written from the specification alone. Nothing here talks to a relay.
"""

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem
from parcep.v1alpha1 import register_pb2 as reg

ZERO = bytes(32)
HEADER_GRID, SECTION_GRID, WRAP_GRID, REGISTER_GRID = 1024, 256, 256, 1024

# Section table of each payload type (spec/registry/payload-types.toml), R-DOC-005.
SECTIONS = {
    doc.PAYLOAD_TYPE_GENESIS: [3, 4, 6],
    doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES: [4],
    doc.PAYLOAD_TYPE_EPOCH: [6],
    doc.PAYLOAD_TYPE_IDENTITY: [16],
}
DEPENDANT_KINDS = range(16, 30)


class Broken(Exception):
    """Bytes that a member refuses, with the reason of the registry."""

    def __init__(self, reason, what):
        super().__init__(f"{reason}: {what}")
        self.reason = reason


def transcript(name, *parts):
    """T(name, part, ...): R-WIRE-001 and R-WIRE-002."""
    out = b""
    for part in (f"parcep/v1alpha1/{name}", *parts):
        if isinstance(part, str):
            part = part.encode()
        elif isinstance(part, int):
            part = struct.pack(">q" if part < 0 else ">Q", part)
        out += struct.pack(">I", len(part)) + part
    return out


def sha256(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(secret, salt, info, length):
    return HKDF(hashes.SHA256(), length, salt or None, info).derive(secret)


def frame(content, grid, around=0):
    """R-DOC-012: length, content, zeros; with `around` more bytes it is a multiple of the grid."""
    return struct.pack(">I", len(content)) + content + bytes(-(4 + len(content) + around) % grid)


def unframe(data):
    if len(data) < 4:
        raise Broken("MALFORMED", "frame")
    (length,) = struct.unpack(">I", data[:4])
    content, padding = data[4 : 4 + length], data[4 + length :]
    if len(content) != length or any(padding):
        raise Broken("MALFORMED", "frame")
    return content


# --- sealing: R-DOC-010, R-DOC-002, R-DOC-023 -------------------------------------------------


def message_key(secret, salt, log_id, kind, name):
    context = transcript("message", log_id, kind, name)
    okm = hkdf(secret, salt, context, 64)
    return okm[:32], okm[32:], context


def seal_committed(secret, log_id, kind, name, content, grid, random=os.urandom):
    salt = random(32)
    key, commitment, context = message_key(secret, salt, log_id, kind, name)
    plain = frame(content, grid, 32 + 32 + 16)
    return salt + commitment + ChaCha20Poly1305(key).encrypt(bytes(12), plain, context)


def open_committed(secret, log_id, kind, name, blob):
    key, commitment, context = message_key(secret, blob[:32], log_id, kind, name)
    if not hmac.compare_digest(commitment, blob[32:64]):
        raise Broken("SEAL_BROKEN", "key commitment")
    return unframe(decrypt(key, blob[64:], context))


def decrypt(key, sealed, context):
    try:
        return ChaCha20Poly1305(key).decrypt(bytes(12), sealed, context)
    except Exception as error:
        raise Broken("SEAL_BROKEN", "ciphertext") from error


def section_commitment(salt, kind, content):
    return mac(salt, transcript("section", kind, content))


def kind_secret(dependant_secret, generation, kind, *device):
    """R-EPOCH-002."""
    return hkdf(dependant_secret, b"", transcript("kind", generation, kind, *device), 32)


def secret_commitment(secret, dependant, generation, kind):
    """R-EPOCH-004."""
    return mac(secret, transcript("epoch", dependant, generation, kind))


# --- HPKE base mode, RFC 9180, suite 0x0020 0x0001 0x0003: R-WIRE-010 -------------------------

KEM_SUITE = b"KEM" + struct.pack(">H", 0x0020)
HPKE_SUITE = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0003)


def labeled_extract(suite, salt, label, ikm):
    return mac(salt or ZERO, b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, prk, label, info, length):
    labeled = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, labeled).derive(prk)


def hpke_keys(shared, enc, recipient, info):
    prk = labeled_extract(KEM_SUITE, b"", b"eae_prk", shared)
    secret = labeled_expand(KEM_SUITE, prk, b"shared_secret", enc + recipient, 32)
    context = b"\0" + labeled_extract(HPKE_SUITE, b"", b"psk_id_hash", b"")
    context += labeled_extract(HPKE_SUITE, b"", b"info_hash", info)
    prk = labeled_extract(HPKE_SUITE, secret, b"secret", b"")
    key = labeled_expand(HPKE_SUITE, prk, b"key", context, 32)
    return key, labeled_expand(HPKE_SUITE, prk, b"base_nonce", context, 12)


def hpke_seal(recipient, info, plaintext, random=os.urandom):
    ephemeral = x25519.X25519PrivateKey.from_private_bytes(random(32))
    enc = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(x25519.X25519PublicKey.from_public_bytes(recipient))
    key, nonce = hpke_keys(shared, enc, recipient, info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plaintext, b"")


def hpke_open(private, info, sealed):
    shared = private.exchange(x25519.X25519PublicKey.from_public_bytes(sealed[:32]))
    key, nonce = hpke_keys(shared, sealed[:32], private.public_key().public_bytes_raw(), info)
    return ChaCha20Poly1305(key).decrypt(nonce, sealed[32:], b"")


# --- devices, households ----------------------------------------------------------------------


@dataclass
class Device:
    """A device of a person: two key pairs in the household, one more at the relay (R-WIRE-013)."""

    random: object = os.urandom

    def __post_init__(self):
        self.id = self.random(16)
        self.signing = ed25519.Ed25519PrivateKey.from_private_bytes(self.random(32))
        self.sealing = x25519.X25519PrivateKey.from_private_bytes(self.random(32))
        self.access = ed25519.Ed25519PrivateKey.from_private_bytes(self.random(32))
        self.signing_public = self.signing.public_key().public_bytes_raw()
        self.sealing_public = self.sealing.public_key().public_bytes_raw()
        self.access_public = self.access.public_key().public_bytes_raw()

    def message(self):
        return mem.Device(
            device_id=self.id,
            signing_key=self.signing_public,
            sealing_key=self.sealing_public,
            role=mem.DEVICE_ROLE_ACTIVE,
        )


@dataclass
class Household:
    """What a member knows of one household."""

    log_id: bytes
    secrets: dict = field(default_factory=dict)  # (dependant or b"", generation) -> secret
    authors: dict = field(default_factory=dict)  # device id -> signing key
    heads: list = field(default_factory=list)  # hash of every entry
    documents: list = field(default_factory=list)  # document id, header hash, seq of every entry

    @property
    def head(self):
        return self.heads[-1] if self.heads else ZERO


@dataclass
class Draft:
    """A document whose sections are sealed and which lacks only a place."""

    payload_type: int
    document_id: bytes
    body: bytes
    sections: list
    generations: list
    dependant: bytes | None = None
    base: bytes | None = None
    wraps_hash: bytes | None = None


def draft(house, payload_type, contents, dependant=None, base=None, wraps=(), random=os.urandom):
    """Seals the sections of a document under the newest secrets: R-DOC-005, R-DOC-013."""
    document_id = random(16)
    newest = lambda whose: max(g for (w, g) in house.secrets if w == whose)
    generations = [(None, newest(b""))]
    if dependant:
        generations.append((dependant, newest(dependant)))
    length = len(wraps[0]) if wraps else 0
    body = struct.pack(">II", len(wraps), length) + b"".join(wraps)
    wraps_hash = sha256(body) if wraps else None
    rows = []
    for kind in SECTIONS[payload_type]:
        content = contents.get(kind, b"")
        if not content:
            rows.append(doc.SectionEntry(kind=kind, offset=0, length=0, commitment=ZERO))
            continue
        secret = section_secret(house, generations, kind)
        inner, salt = random(32), random(32)
        key, _, context = message_key(secret, salt, house.log_id, kind, document_id)
        plain = inner + frame(content, SECTION_GRID, 32)
        sealed = salt + ChaCha20Poly1305(key).encrypt(bytes(12), plain, context)
        commitment = section_commitment(inner, kind, content)
        rows.append(doc.SectionEntry(kind=kind, offset=len(body), length=len(sealed), commitment=commitment))
        body += sealed
    size = 1024
    while size < len(body):
        size *= 2
    body += random(size - len(body))  # R-DOC-028
    return Draft(payload_type, document_id, body, rows, generations, dependant, base, wraps_hash)


def section_secret(house, generations, kind):
    if kind not in DEPENDANT_KINDS:
        return house.secrets[b"", generations[0][1]]
    dependant, generation = generations[1]
    return kind_secret(house.secrets[dependant, generation], generation, kind)


def entry_at(house, author, made, seq, prev, issued_at, random=os.urandom):
    """Signs and seals a header for one place: R-DOC-003, R-DOC-021."""
    header = doc.Header(
        log_id=house.log_id,
        relay_epoch=1,
        seq=seq,
        prev=prev,
        payload_type=made.payload_type,
        document_id=made.document_id,
        author_device=author.id,
        generations=[doc.GenerationUse(dependant=d, generation=g) for d, g in made.generations],
        body_hash=sha256(made.body),
        sections=made.sections,
        issued_at=issued_at,
        min_reader=1,
    )
    if made.dependant:
        header.dependant = made.dependant
    if made.base:
        header.base = made.base
    if made.wraps_hash:
        header.wraps_hash = made.wraps_hash
    header = header.SerializeToString()
    signed = doc.SignedHeader(
        header=header,
        signature=author.signing.sign(transcript("document", made.payload_type, header)),
        payload_type=made.payload_type,
        author_device=author.id,
    )
    generation = made.generations[0][1]
    blob = seal_committed(
        house.secrets[b"", generation],
        house.log_id,
        doc.SECTION_KIND_HEADER,
        b"",
        signed.SerializeToString(),
        HEADER_GRID,
        random,
    )
    return doc.Entry(seq=seq, prev=prev, generation=generation, header=blob, body=made.body)


def entry_hash(entry):
    """R-LOG-001."""
    body = sha256(entry.body) if entry.HasField("body") else entry.body_hash
    return sha256(
        transcript("entry", entry.seq, entry.prev, entry.slot, entry.generation, sha256(entry.header), body)
    )


def founding(house, guardian, founder, dependant, relay_uri, random=os.urandom):
    """Constitution, devices and epoch 1: the contents of genesis and its wraps (R-MEM-002, R-EPOCH-003)."""
    household, child = random(32), random(32)
    house.secrets.update({(b"", 1): household, (dependant, 1): child})
    house.authors[founder.id] = founder.signing_public
    constitution = mem.Constitution(
        guardians=[mem.Guardian(principal_id=guardian)],
        dependants=[mem.Dependant(principal_id=dependant)],
        threshold=1,
        relays=[mem.RelayRef(uri=relay_uri)],
        caps=mem.Caps(),
        min_reader=1,
    )
    devices = mem.PrincipalDevices(principal_id=guardian, devices=[founder.message()])
    kinds = [
        mem.KindCommitment(kind=k, commitment=secret_commitment(kind_secret(child, 1, k), dependant, 1, k))
        for k in DEPENDANT_KINDS
    ]
    epoch = mem.EpochBody(
        number=1,
        household_commitment=secret_commitment(household, b"", 1, 0),
        dependants=[mem.DependantEpoch(dependant_id=dependant, generation=1, kinds=kinds)],
    )
    secrets = mem.SecretSet(
        secrets=[
            mem.Secret(generation=1, value=household),
            mem.Secret(dependant_id=dependant, generation=1, value=child),
        ]
    )
    info = transcript("wrap", house.log_id, 1)
    plain = frame(secrets.SerializeToString(), WRAP_GRID)
    wraps = [hpke_seal(founder.sealing_public, info, plain, random)]
    contents = {3: constitution.SerializeToString(), 4: devices.SerializeToString(), 6: epoch.SerializeToString()}
    return contents, wraps


# --- reading ----------------------------------------------------------------------------------


def follow(house, entry):
    """Applies the next entry in the reading order of R-DOC-001; gives header and section contents."""
    if entry.seq != len(house.heads) or entry.prev != house.head:
        raise Broken("GAP" if entry.seq > len(house.heads) else "WRONG_PLACE", f"entry {entry.seq}")
    secret = house.secrets.get((b"", entry.generation))
    if secret is None:
        raise Broken("CANNOT_OPEN", f"generation {entry.generation}")
    plain = open_committed(secret, house.log_id, doc.SECTION_KIND_HEADER, b"", entry.header)
    signed = doc.SignedHeader.FromString(plain)
    key = house.authors.get(signed.author_device)
    if key is None:
        raise Broken("BAD_SIGNATURE", "unknown author")
    verify(key, signed.signature, transcript("document", signed.payload_type, signed.header))
    header = doc.Header.FromString(signed.header)
    if (header.payload_type, header.author_device) != (signed.payload_type, signed.author_device):
        raise Broken("MALFORMED", "outside differs from inside")
    if header.log_id != house.log_id:
        raise Broken("WRONG_HOUSEHOLD", "log id")
    place = (header.seq, header.prev, header.slot, header.generations[0].generation)
    if place != (entry.seq, entry.prev, entry.slot, entry.generation):
        raise Broken("WRONG_PLACE", "header")
    if sha256(entry.body) != header.body_hash:
        raise Broken("BODY_MISMATCH", f"entry {entry.seq}")
    if [row.kind for row in header.sections] != SECTIONS[header.payload_type]:
        raise Broken("MALFORMED", "section table")
    contents = {row.kind: open_section(house, header, row, entry.body) for row in header.sections}
    house.heads.append(entry_hash(entry))
    house.documents.append((header.document_id, sha256(signed.header), header.seq))
    return header, contents


def verify(key, signature, data):
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except Exception as error:
        raise Broken("BAD_SIGNATURE", "signature") from error


def open_section(house, header, row, body):
    if row.length == 0:
        return b""
    generations = [(g.dependant, g.generation) for g in header.generations]
    secret = section_secret(house, generations, row.kind)
    sealed = body[row.offset : row.offset + row.length]
    key, _, context = message_key(secret, sealed[:32], house.log_id, row.kind, header.document_id)
    plain = decrypt(key, sealed[32:], context)
    content = unframe(plain[32:])
    if section_commitment(plain[:32], row.kind, content) != row.commitment:
        raise Broken("BAD_COMMITMENT", f"section {row.kind}")
    return content


def open_wraps(private, log_id, generation, body):
    """Tries each wrap once (R-EPOCH-009)."""
    count, length = struct.unpack(">II", body[:8])
    for at in range(8, 8 + count * length, length or 1):
        try:
            plain = hpke_open(private, transcript("wrap", log_id, generation), body[at : at + length])
        except Exception:
            continue
        return mem.SecretSet.FromString(unframe(plain))
    raise Broken("CANNOT_OPEN", "no wrap for this device")


# --- registers: spec/07-registers.md -------------------------------------------------------------


def register_name(secret, payload_type, device):
    """R-REG-002."""
    return mac(secret, transcript("register-name", payload_type, device))


def seal_register(house, secret, author, name, version, payload_type, payload, issued_at, random=os.urandom):
    """R-REG-001 and R-REG-003."""
    document = reg.RegisterDocument(
        log_id=house.log_id,
        name=name,
        version=version,
        payload_type=payload_type,
        author_device=author.id,
        issued_at=issued_at,
        payload=payload,
    ).SerializeToString()
    signed = reg.SignedRegister(
        document=document,
        signature=author.signing.sign(transcript("register", payload_type, document)),
        payload_type=payload_type,
        author_device=author.id,
    ).SerializeToString()
    return seal_committed(secret, house.log_id, doc.SECTION_KIND_REGISTER, name, signed, REGISTER_GRID, random)


def open_register(house, secret, name, version, value):
    plain = open_committed(secret, house.log_id, doc.SECTION_KIND_REGISTER, name, value)
    signed = reg.SignedRegister.FromString(plain)
    verify(
        house.authors[signed.author_device],
        signed.signature,
        transcript("register", signed.payload_type, signed.document),
    )
    document = reg.RegisterDocument.FromString(signed.document)
    if (document.log_id, document.name, document.version) != (house.log_id, name, version):
        raise Broken("WRONG_PLACE", "register")
    return document


def live_root(live):
    """R-REG-006: rows of (document id, header hash, seq)."""
    parts = [part for row in sorted(live) for part in row]
    return sha256(transcript("live", *parts))
