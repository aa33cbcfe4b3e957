"""Areas transcript, keys, hash and sealed."""

from .. import seal
from ..consent import proposal_hash
from ..keys import SealingKey, verifies, weak_sealing_key, weak_signing_key
from ..proto import pb
from ..seal import message_key
from ..wire import entry_hash, hkdf, parse, require, transcript
from .common import compare, unhex, vectors


def run(area, files):
    for vector, inputs in vectors(files):
        if "recovery_secret" in inputs:
            continue  # a printed page is no business of an enforcement point
        yield vector["id"], compare(vector, lambda: globals()[f"do_{area}"](inputs))


def do_transcript(inputs):
    values = [bytes.fromhex(p["bytes"]) if "bytes" in p else p.get("text", p.get("number")) for p in inputs["parts"]]
    return {"transcript": transcript(inputs["name"], *values).hex()}


def do_keys(inputs):
    inputs = unhex(inputs)
    if "algorithm" in inputs:
        weak = weak_signing_key if inputs["algorithm"] == "ed25519" else weak_sealing_key
        require(not weak(inputs["public_key"]), "WEAK_KEY")
        return {}
    if "signed" in inputs:
        signed = transcript("age-signal", inputs["signed"])
        require(verifies(inputs["public_key"], inputs["signature"], signed), "BAD_SIGNATURE")
        return {}
    key = SealingKey(inputs["sealing_seed"])
    return {"public_key": key.public.hex(), "content": key.open(inputs["sealed"], inputs["info"]).hex()}


def do_hash(inputs):
    kind = inputs["compute"]
    given = unhex({name: value for name, value in inputs.items() if name not in ("compute", "live")})
    value = HASHES[kind](given, inputs)
    return {"value": value.hex()}


def recovery_key(i, _):
    return hkdf(i["secret"], b"", transcript("recovery", i["log_id"], i["use"]))


def key_of(i):
    return message_key(i["secret"], i["salt"], i["log_id"], i["kind"], i["message_id"])


def ciphertext(i, _):
    key, _, context = key_of(i)
    return seal.ChaCha20Poly1305(key).encrypt(seal.NONCE, i["content"], context)


def live(_, inputs):
    rows = [(bytes.fromhex(r["document_id"]), bytes.fromhex(r["header_hash"]), r["seq"]) for r in inputs["live"]]
    return seal.live_root(rows)


HASHES = {
    "entry hash": lambda i, _: entry_hash(parse(pb.Entry, i["entry"])),
    "kind secret": lambda i, _: seal.kind_secret(i["secret"], i["generation"], i["kind"]),
    "writer secret": lambda i, _: seal.kind_secret(i["secret"], i["generation"], 2, i["device"]),
    "secret commitment": lambda i, _: seal.commitment(i["secret"], i["dependant"], i["generation"], i["kind"]),
    "register name": lambda i, _: seal.register_name(i["secret"], i["payload_type"], i["device"]),
    "section commitment": lambda i, _: seal.section_commitment(i["salt"], i["kind"], i["content"]),
    "key commitment": lambda i, _: key_of(i)[1],
    "ciphertext": ciphertext,
    "live root": live,
    "proposal hash": lambda i, _: proposal_hash(i["log_id"], i["payload_type"], i["base"], i["content"]),
    "recovery key": recovery_key,
}


def do_sealed(inputs):
    given = unhex(inputs)
    place = (given["secret"], given["log_id"], given["kind"], given["message_id"] or b"")
    if "section" in given:
        return {"content": seal.open_section(*place, given["section"], given["commitment"]).hex()}
    return {"content": seal.open_blob(*place, given["blob"]).hex()}
