"""Transcripts, keys, derivations, seals: spec/03-wire.md and the formulas of chapters 4 to 7."""

import hashlib
import hmac
import struct

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyhpke import AEADId, CipherSuite, KDFId, KEMId

from .engine import Refused, check, formula

PREFIX = "parcep/v1alpha1/"
ZERO = bytes(32)
PRIME = 2**255 - 19


def sha256(data):
    return hashlib.sha256(data).digest()


def hmac_sha256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(secret, salt, info, length):
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


# --- transcripts: R-WIRE-001, R-WIRE-002 ------------------------------------------------------


def part(value):
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, int):
        return struct.pack(">q", value) if value < 0 else struct.pack(">Q", value)
    return bytes(value)


def L(data):
    return struct.pack(">I", len(data)) + data


def without_empty(name, *parts):
    return L((PREFIX + name).encode()) + b"".join(L(part(p)) for p in parts if part(p))


@formula(
    "R-WIRE-001",
    transcripts_without_the_lengths=lambda name, *parts: L((PREFIX + name).encode()) + b"".join(map(part, parts)),
    transcripts_that_leave_out_empty_parts=without_empty,
    transcripts_with_lengths_in_little_endian=lambda name, *parts: b"".join(
        struct.pack("<I", len(x)) + x for x in [(PREFIX + name).encode(), *map(part, parts)]
    ),
)
def T(name, *parts):
    """T(name, part, …)."""
    return label(name) + b"".join(L(part(p)) for p in parts)


@formula(
    "R-WIRE-002",
    labels_without_their_prefix=lambda name: L(name.encode()),
    one_label_for_documents_and_registers=lambda name: L((PREFIX + name.replace("register", "document")).encode()),
)
def label(name):
    return L((PREFIX + name).encode())


# --- keys: R-WIRE-011, R-WIRE-012 -------------------------------------------------------------

WEAK_Y = {0, 1, PRIME - 1} | {
    int.from_bytes(bytes.fromhex(y), "little")
    for y in (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
}
WEAK_U = {0, 1, PRIME - 1} | {
    int.from_bytes(bytes.fromhex(u), "little")
    for u in (
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    )
}


def y_of(key):
    return int.from_bytes(key, "little") & (2**255 - 1)


@check("R-WIRE-011", "the refusal of Ed25519 keys that are not canonical", "WEAK_KEY")
def canonical_ed25519(key):
    return y_of(key) < PRIME


@check("R-WIRE-011", "the refusal of Ed25519 keys of small order", "WEAK_KEY")
def strong_ed25519(key):
    return y_of(key) not in WEAK_Y


@check("R-WIRE-011", "the refusal of X25519 keys that are not canonical", "WEAK_KEY")
def canonical_x25519(key):
    return int.from_bytes(key, "little") < PRIME


@check("R-WIRE-011", "the refusal of X25519 keys of small order", "WEAK_KEY")
def strong_x25519(key):
    return int.from_bytes(key, "little") not in WEAK_U


@check("R-WIRE-007", "the length of public keys")
def key_length(key):
    return len(key) == 32


def signing_key(key):
    key_length(key), canonical_ed25519(key), strong_ed25519(key)


def sealing_key(key):
    key_length(key), canonical_x25519(key), strong_x25519(key)


def signature_fits(key, signature, data):
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@check("R-WIRE-012", "the check of signatures", "BAD_SIGNATURE")
def verify(key, signature, data):
    return signature_fits(key, signature, data)


# --- derivations: R-EPOCH-002, R-EPOCH-004, R-REG-002, R-REG-006, R-DOC-006, R-LOG-001 --------


@formula(
    "R-EPOCH-002",
    kind_secrets_without_the_generation=lambda secret, generation, kind: hkdf(secret, None, T("kind", kind), 32),
    kind_secrets_without_the_kind=lambda secret, generation, kind: hkdf(secret, None, T("kind", generation), 32),
)
def kind_secret(secret, generation, kind):
    return hkdf(secret, None, T("kind", generation, kind), 32)


@formula(
    "R-EPOCH-002",
    writer_secrets_without_the_device=lambda secret, generation, device: hkdf(secret, None, T("kind", generation, 2), 32),
)
def writer_secret(secret, generation, device):
    return hkdf(secret, None, T("kind", generation, 2, device), 32)


@formula(
    "R-CONS-018",
    recovery_keys_that_are_alike_in_two_households=lambda secret, log_id, use: hkdf(secret, None, T("recovery", b"", use), 32),
    one_recovery_key_for_every_use=lambda secret, log_id, use: hkdf(secret, None, T("recovery", log_id, 1), 32),
)
def recovery_key(secret, log_id, use):
    return hkdf(secret, None, T("recovery", log_id, use), 32)


def recovery_keys(secret, log_id):
    """What a printed page yields: three public keys and a device id."""
    signing, sealing, access, device = (recovery_key(secret, log_id, use) for use in (1, 2, 3, 4))
    public = lambda private: private.public_key().public_bytes_raw()
    return {
        "device": device[:16],
        "signing_key": public(ed25519.Ed25519PrivateKey.from_private_bytes(signing)),
        "sealing_key": public(x25519.X25519PrivateKey.from_private_bytes(sealing)),
        "access_key": public(ed25519.Ed25519PrivateKey.from_private_bytes(access)),
    }


@formula(
    "R-EPOCH-004",
    secret_commitments_without_the_dependant=lambda s, whose, g, k: hmac_sha256(s, T("epoch", b"", g, k)),
    secret_commitments_without_the_generation=lambda s, whose, g, k: hmac_sha256(s, T("epoch", whose, 0, k)),
    secret_commitments_without_the_kind=lambda s, whose, g, k: hmac_sha256(s, T("epoch", whose, g, 0)),
)
def secret_commitment(secret, dependant, generation, kind):
    return hmac_sha256(secret, T("epoch", dependant, generation, kind))


@formula(
    "R-REG-002",
    register_names_without_the_type=lambda secret, kind, device: hmac_sha256(secret, T("register-name", 0, device)),
    register_names_without_the_device=lambda secret, kind, device: hmac_sha256(secret, T("register-name", kind, b"")),
)
def register_name(secret, payload_type, device):
    return hmac_sha256(secret, T("register-name", payload_type, device))


@formula(
    "R-DOC-006",
    section_commitments_without_the_kind=lambda salt, kind, content: hmac_sha256(salt, T("section", 0, content)),
    section_commitments_without_the_salt=lambda salt, kind, content: sha256(T("section", kind, content)),
)
def section_commitment(salt, kind, content):
    return hmac_sha256(salt, T("section", kind, content))


@formula("R-REG-006", live_roots_that_are_not_sorted=lambda rows: sha256(T("live", *[p for row in rows for p in row])))
def live_root(rows):
    """Rows of (document id, header hash, seq)."""
    return sha256(T("live", *[p for row in sorted(rows) for p in row]))


def body_hash(entry):
    return sha256(entry.body) if entry.HasField("body") else entry.body_hash


@formula(
    "R-LOG-001",
    entry_hashes_without_the_slot=lambda e: sha256(
        T("entry", e.seq, e.prev, b"", e.generation, sha256(e.header), body_hash(e))
    ),
    entry_hashes_without_the_generation=lambda e: sha256(
        T("entry", e.seq, e.prev, e.slot, 0, sha256(e.header), body_hash(e))
    ),
    entry_hashes_over_the_bare_blobs=lambda e: sha256(
        T("entry", e.seq, e.prev, e.slot, e.generation, e.header, body_hash(e))
    ),
    entry_hashes_that_change_when_the_body_is_pruned=lambda e: sha256(
        T("entry", e.seq, e.prev, e.slot, e.generation, sha256(e.header), sha256(e.body or e.body_hash))
    ),
)
def entry_hash(entry):
    parts = entry.seq, entry.prev, entry.slot, entry.generation, sha256(entry.header), body_hash(entry)
    return sha256(T("entry", *parts))


# --- seals: R-DOC-010, R-DOC-002, R-DOC-012, R-WIRE-010 ---------------------------------------


@formula(
    "R-DOC-010",
    contexts_without_the_household=lambda log_id, kind, name: T("message", b"", kind, name),
    contexts_without_the_kind=lambda log_id, kind, name: T("message", log_id, 0, name),
    contexts_without_the_id=lambda log_id, kind, name: T("message", log_id, kind, b""),
)
def context_of(log_id, kind, name):
    return T("message", log_id, kind, name)


@formula("R-DOC-010", message_keys_without_the_salt=lambda secret, salt, context: hkdf(secret, None, context, 64))
def message_key(secret, salt, context):
    return hkdf(secret, salt, context, 64)


@formula("R-DOC-010", seals_without_associated_data=lambda context: b"")
def associated_data(context):
    return context


def opened(key, context, sealed):
    """What ChaCha20-Poly1305 seals under the zero nonce."""
    if len(sealed) < 16:
        raise Refused("SEAL_BROKEN")
    tag_is_right(key, context, sealed)
    first_block = (1).to_bytes(4, "little") + bytes(12)
    return Cipher(algorithms.ChaCha20(key, first_block), mode=None).decryptor().update(sealed[:-16])


@check("R-DOC-010", "the check of the tag", "SEAL_BROKEN")
def tag_is_right(key, context, sealed):
    try:
        ChaCha20Poly1305(key).decrypt(bytes(12), sealed, associated_data(context))
    except InvalidTag:
        return False


@check("R-DOC-002", "the key commitment", "SEAL_BROKEN")
def key_is_committed(commitment, claimed):
    return hmac.compare_digest(commitment, claimed)


def open_blob(secret, log_id, kind, name, blob):
    """The content of a header blob or register value: salt, key commitment, ciphertext."""
    if len(blob) < 64:
        raise Refused("MALFORMED")
    context = context_of(log_id, kind, name)
    derived = message_key(secret, blob[:32], context)
    key_is_committed(derived[32:], blob[32:64])
    return unframed(opened(derived[:32], context, blob[64:]))


def open_section(secret, log_id, kind, document_id, sealed, commitment):
    if len(sealed) < 32:
        raise Refused("MALFORMED")
    context = context_of(log_id, kind, document_id)
    key = message_key(secret, sealed[:32], context)[:32]
    plain = opened(key, context, sealed[32:])
    if len(plain) < 32:
        raise Refused("MALFORMED")
    content = unframed(plain[32:])
    section_is_committed(section_commitment(plain[:32], kind, content), commitment)
    return content


@check("R-DOC-006", "the commitment of a section", "BAD_COMMITMENT")
def section_is_committed(computed, claimed):
    return computed == claimed


def unframed(data):
    if len(data) < 4:
        raise Refused("MALFORMED")
    (length,) = struct.unpack(">I", data[:4])
    inner_length_fits(length, data)
    padding_is_zero(data[4 + length :])
    return data[4 : 4 + length]


@check("R-DOC-012", "the limit of a frame's inner length")
def inner_length_fits(length, data):
    return length <= len(data) - 4


@check("R-DOC-012", "the check of padding")
def padding_is_zero(padding):
    return not any(padding)


SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.CHACHA20_POLY1305)
OTHER_SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)


def key_pair(seed):
    return SUITE.kem.derive_key_pair(seed)


def hpke_with(suite, seed, info, sealed):
    if len(sealed) < 32:
        raise Refused("SEAL_BROKEN")
    try:
        context = suite.create_recipient_context(sealed[:32], key_pair(seed).private_key, info)
        return context.open(sealed[32:])
    except Exception as error:
        raise Refused("SEAL_BROKEN") from error


def either_suite(seed, info, sealed):
    try:
        return hpke_with(SUITE, seed, info, sealed)
    except Refused:
        return hpke_with(OTHER_SUITE, seed, info, sealed)


@formula(
    "R-WIRE-010",
    HPKE_with_a_second_suite=either_suite,
    HPKE_without_the_info=lambda seed, info, sealed: hpke_with(SUITE, seed, b"", sealed),
)
def hpke_open(seed, info, sealed):
    """enc(32) ‖ ciphertext, base mode, empty associated data."""
    return hpke_with(SUITE, seed, info, sealed)
