"""Registers: opening another's, writing one's own (chapter 7)."""

from .keys import verifies
from .proto import pb
from .seal import REGISTER, open_blob, register_name, seal_blob
from .shape import well_formed
from .wire import MAX_REGISTER, parse, require, transcript

BEAT, APPLIED_REPORT = 64, 65


def verified_register(signed, key):
    """The signature, over the outer type; then the rest agrees (R-REG-001)."""
    signed_bytes = transcript("register", signed.payload_type, signed.document)
    require(verifies(key, signed.signature, signed_bytes), "BAD_SIGNATURE")
    document = parse(pb.RegisterDocument, signed.document)
    require((document.payload_type, document.author_device) == (signed.payload_type, signed.author_device))
    return document


def parse_beat(document, log_id):
    require(document.log_id == log_id, "WRONG_HOUSEHOLD")
    require(document.payload_type == BEAT)
    beat = parse(pb.Beat, document.payload)
    well_formed(beat)
    return beat


def open_register(value, log_id, secret, payload_type, writer, key, version):
    """A register value that stands at a relay under this writer's name (R-REG-001, R-REG-003, R-REG-004)."""
    require(len(value) <= MAX_REGISTER, "TOO_LARGE")
    name = register_name(secret, payload_type, writer)
    signed = parse(pb.SignedRegister, open_blob(secret, log_id, REGISTER, name, value))
    require(signed.author_device == writer, "NOT_PERMITTED_BY_TABLE")
    document = verified_register(signed, key)
    require(document.log_id == log_id, "WRONG_HOUSEHOLD")
    require((document.name, document.version) == (name, version), "WRONG_PLACE")
    require(document.payload_type == payload_type)
    well_formed(document)
    return document


def seal_register(payload, payload_type, log_id, secret, device, signing_key, version, now):
    """A register of this device, ready to be written (R-REG-003, R-REG-007)."""
    name = register_name(secret, payload_type, device)
    document = pb.RegisterDocument(
        log_id=log_id, name=name, version=version, payload_type=payload_type, author_device=device, issued_at=now,
        payload=payload.SerializeToString(),
    ).SerializeToString()
    signature = signing_key.sign(transcript("register", payload_type, document))
    signed = pb.SignedRegister(
        document=document, signature=signature, payload_type=payload_type, author_device=device
    ).SerializeToString()
    return pb.Register(name=name, version=version, value=seal_blob(secret, log_id, REGISTER, name, signed))
