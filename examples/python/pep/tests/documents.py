"""Areas document, epoch, register, joining and session."""

from ..document import (
    check_body, check_header, check_place, check_wraps, open_signed, section_content, too_large, too_old,
    verified_header,
)
from ..epochs import MOST_IN_WRAP, Commitments, Keyring, check_epoch_body, open_wraps, secrets_of
from ..join import open_answer, verified_request
from ..keys import SealingKey, verifies
from ..proto import pb
from ..register import open_register
from ..registry import TYPES
from ..seal import register_name
from ..shape import well_formed
from ..wire import check_entry, parse, require, sha256, transcript
from .common import compare, unhex, vectors


def run(area, files):
    for vector, inputs in vectors(files):
        yield vector["id"], compare(vector, lambda: globals()[f"do_{area}"](unhex(inputs)))


def do_document(i):
    entry = parse(pb.Entry, i["entry"])
    check_entry(entry)
    require(entry.generation == i["household_generation"], "CANNOT_OPEN")
    signed = open_signed(entry, i["log_id"], i["household_secret"])
    header = verified_header(signed, i["author_key"] if signed.author_device == i["author"] else None)
    check_place(header, entry, i["log_id"])
    check_body(header, entry)
    if TYPES.get(header.payload_type, {"state": ""})["state"] == "v1":
        check_header(header)
        check_wraps(header, entry)
    require(not too_old(header), "READER_TOO_OLD")
    require(not too_large(header, entry), "TOO_LARGE")
    found = {"header_hash": sha256(signed.header).hex()}
    if "section" in i:
        kind = i["section"]
        ring = Keyring({(i["dependant"], i["dependant_generation"], None): i["dependant_secret"]})
        secret = ring.kind(i["dependant"], i["dependant_generation"], kind) if kind >= 16 else i["household_secret"]
        found["content"] = (section_content(i["log_id"], header, entry, kind, secret) or b"").hex()
    return found


def do_epoch(i):
    if "wraps" in i:
        secrets = open_wraps(i["wraps"], SealingKey(i["sealing_seed"]), i["log_id"], i["generation"])
        require(secrets is not None, "CANNOT_OPEN")
        return {"secrets": [shown(slot, value) for slot, value in secrets.items()]}
    body = parse(pb.EpochBody, i["epoch_body"])
    well_formed(body)
    check_epoch_body(body)
    secrets = parse(pb.SecretSet, i["secrets"])
    commitments = Commitments().after(body)
    for slot, value in secrets_of(secrets, MOST_IN_WRAP).items():
        commitments.check(slot, value)
    return {}


def shown(slot, value):
    dependant, generation, kind = slot
    return {"dependant": dependant and dependant.hex(), "generation": generation, "kind": kind, "value": value.hex()}


def do_register(i):
    name = register_name(i["secret"], i["payload_type"], i["writer"])
    document = open_register(
        i["value"], i["log_id"], i["secret"], i["payload_type"], i["writer"], i["writer_key"], i["version"]
    )
    return {"name": name.hex(), "payload": document.payload.hex(), "issued_at": document.issued_at}


def do_joining(i):
    if "request" in i:
        request = verified_request(i["request"])
        return {
            "device": request.device_id.hex(), "category": request.category, "role": request.role,
            "capabilities": list(request.capabilities),
        }
    answer, welcome = open_answer(i["answer"], i["device"], SealingKey(i["sealing_seed"]))
    return {
        "log_id": answer.anchor.log_id.hex(), "genesis_hash": answer.anchor.genesis_hash.hex(),
        "handle": answer.anchor.handle.hex(), "relays": [r.uri for r in answer.anchor.relays],
        "head_seq": welcome.head.seq, "head": welcome.head.hash.hex(), "welcome": welcome.SerializeToString().hex(),
    }


def do_session(i):
    if "nonce" in i:
        signed = transcript("session", i["relay_id"], i["handle"], i["nonce"], i["expires_at"])
        require(verifies(i["public_key"], i["signature"], signed), "BAD_CHALLENGE")
        return {}
    signed = transcript("bookmark", i["handle"], i["relay_epoch"], i["seq"], i["head"], i["time"])
    require(verifies(i["public_key"], i["signature"], signed), "BAD_SIGNATURE")
    return {}
