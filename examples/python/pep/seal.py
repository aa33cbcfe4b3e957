"""Secrets of the tree, and what is sealed under them (R-DOC-002, R-DOC-010, R-EPOCH-002, R-REG-002)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from .wire import ZERO32, Refused, frame, hkdf, mac, require, same, sha256, transcript, unframe

HEADER, REGISTER = 1, 2
NONCE = bytes(12)


def kind_secret(dependant_secret, generation, kind, device=None):
    """R-EPOCH-002; with a device the secret of a register that only its writer's side reads."""
    parts = (generation, kind) if device is None else (generation, kind, device)
    return hkdf(dependant_secret, b"", transcript("kind", *parts))


def commitment(secret, dependant, generation, kind):
    """R-EPOCH-004."""
    return mac(secret, transcript("epoch", dependant, generation, kind))


def register_name(secret, payload_type, device):
    """R-REG-002."""
    return mac(secret, transcript("register-name", payload_type, device))


def section_commitment(salt, kind, content):
    """R-DOC-006."""
    return mac(salt, transcript("section", kind, content))


def live_root(live):
    """R-REG-006, of (document id, header hash, seq)."""
    parts = [part for row in sorted(live) for part in row]
    return sha256(transcript("live", *parts))


def message_key(secret, salt, log_id, kind, message_id):
    """R-DOC-010: key, commitment, associated data."""
    context = transcript("message", log_id, kind, message_id)
    both = hkdf(secret, salt, context, 64)
    return both[:32], both[32:], context


def decrypt(key, context, ciphertext):
    try:
        return ChaCha20Poly1305(key).decrypt(NONCE, ciphertext, context)
    except InvalidTag:
        raise Refused("SEAL_BROKEN") from None


def open_blob(secret, log_id, kind, message_id, blob):
    """A header blob or register value: salt ‖ key commitment ‖ ciphertext, and the frame inside."""
    require(len(blob) >= 80)
    key, commit, context = message_key(secret, blob[:32], log_id, kind, message_id)
    require(same(commit, blob[32:64]), "SEAL_BROKEN")  # R-DOC-002, before anything is decrypted
    return unframe(decrypt(key, context, blob[64:]))


def seal_blob(secret, log_id, kind, message_id, content, grid=1024):
    """R-DOC-023: a fresh salt each time."""
    salt = os.urandom(32)
    key, commit, context = message_key(secret, salt, log_id, kind, message_id)
    framed = frame(content, grid, around=32 + 32 + 16)
    return salt + commit + ChaCha20Poly1305(key).encrypt(NONCE, framed, context)


def open_section(secret, log_id, kind, document_id, sealed, expected):
    """salt ‖ ciphertext; inside a salt, and the frame that the header commits to (R-DOC-006)."""
    require(len(sealed) >= 32 + 32 + 4 + 16)
    key, _, context = message_key(secret, sealed[:32], log_id, kind, document_id)
    plain = decrypt(key, context, sealed[32:])
    content = unframe(plain[32:])
    require(same(section_commitment(plain[:32], kind, content), expected), "BAD_COMMITMENT")
    return content


def row_of_section(row, entry):
    """The sealed bytes that a row of a section table is about; None of an empty section (R-DOC-005, R-DOC-007)."""
    if row.length == 0:
        require(row.commitment == ZERO32, "BAD_COMMITMENT")
        return None
    require(entry.HasField("body"), "CANNOT_OPEN")  # R-DOC-020: pruned, so nothing but the header is known
    require(row.offset + row.length <= len(entry.body))
    return entry.body[row.offset : row.offset + row.length]
