"""What a reader does with the vectors of each area: from inputs to an outcome."""

from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem

from . import consent, crypto, entries, epochs, forks, genesis, household, outside, state
from .engine import Refused

RUNNERS = {}


def runner(area):
    def wrap(function):
        RUNNERS[area] = function
        return function

    return wrap


def raw(value):
    return bytes.fromhex(value)


@runner("transcript")
def transcript(inputs, _):
    parts = [p["text"] if "text" in p else p["number"] if "number" in p else raw(p["bytes"]) for p in inputs["parts"]]
    return {"transcript": crypto.T(inputs["name"], *parts).hex()}


@runner("keys")
def keys(inputs, _):
    if "algorithm" in inputs:
        test = {"ed25519": crypto.signing_key, "x25519": crypto.sealing_key}[inputs["algorithm"]]
        test(raw(inputs["public_key"]))
        return {}
    if "signature" in inputs:
        text = crypto.T("age-signal", raw(inputs["signed"]))
        crypto.verify(raw(inputs["public_key"]), raw(inputs["signature"]), text)
        return {}
    if "recovery_secret" in inputs:
        return {name: value.hex() for name, value in crypto.recovery_keys(raw(inputs["recovery_secret"]), raw(inputs["log_id"])).items()}
    seed = raw(inputs["sealing_seed"])
    content = crypto.hpke_open(seed, raw(inputs["info"]), raw(inputs["sealed"]))
    public = crypto.key_pair(seed).public_key.to_public_bytes()
    return {"public_key": public.hex(), "content": content.hex()}


@runner("hash")
def hashes(inputs, _):
    given = {key: raw(value) if isinstance(value, str) and key != "compute" else value for key, value in inputs.items()}
    return {"value": COMPUTED[inputs["compute"]](given).hex()}


def context(given):
    return crypto.context_of(given["log_id"], given["kind"], given["message_id"])


def keys_of(given):
    return crypto.message_key(given["secret"], given["salt"], context(given))


def ciphertext(given):
    key = crypto.ChaCha20Poly1305(keys_of(given)[:32])
    return key.encrypt(bytes(12), given["content"], crypto.associated_data(context(given)))


def live(given):
    rows = [(raw(row["document_id"]), raw(row["header_hash"]), row["seq"]) for row in given["live"]]
    return crypto.live_root(rows)


COMPUTED = {
    "entry hash": lambda g: crypto.entry_hash(doc.Entry.FromString(g["entry"])),
    "kind secret": lambda g: crypto.kind_secret(g["secret"], g["generation"], g["kind"]),
    "writer secret": lambda g: crypto.writer_secret(g["secret"], g["generation"], g["device"]),
    "secret commitment": lambda g: crypto.secret_commitment(g["secret"], g["dependant"], g["generation"], g["kind"]),
    "register name": lambda g: crypto.register_name(g["secret"], g["payload_type"], g["device"]),
    "section commitment": lambda g: crypto.section_commitment(g["salt"], g["kind"], g["content"]),
    "key commitment": lambda g: keys_of(g)[32:],
    "ciphertext": ciphertext,
    "live root": live,
    "proposal hash": lambda g: consent.proposal_hash(g["log_id"], g["payload_type"], g["base"], g["content"]),
    "recovery key": lambda g: crypto.recovery_key(g["secret"], g["log_id"], g["use"]),
}


@runner("sealed")
def sealed(inputs, _):
    where = raw(inputs["secret"]), raw(inputs["log_id"]), inputs["kind"], raw(inputs["message_id"])
    if "blob" in inputs:
        return {"content": crypto.open_blob(*where, raw(inputs["blob"])).hex()}
    content = crypto.open_section(*where, raw(inputs["section"]), raw(inputs["commitment"]))
    return {"content": content.hex()}


@runner("document")
def document(inputs, _):
    log_id, dependant = raw(inputs["log_id"]), raw(inputs["dependant"])
    secrets = {
        (None, inputs["household_generation"], None): raw(inputs["household_secret"]),
        (dependant, inputs["dependant_generation"], None): raw(inputs["dependant_secret"]),
    }
    entry = entries.shaped(raw(inputs["entry"]))
    reader = state.Household(log_id, (), secrets)
    secret = secrets.get((None, entry.generation, None))
    if secret is None:
        raise Refused("CANNOT_OPEN")
    signed = entries.open_header(entry, log_id, secret)
    read = entries.verified(entry, signed, log_id, raw(inputs["author_key"]))
    entries.well_formed(read.header)
    entries.bodied(read, entry)
    entries.usable(read, entry)
    told = {"header_hash": read.header_hash.hex()}
    if "section" in inputs:
        for kind in entries.kinds_to_open(read, inputs["section"]):
            told["content"] = state.read_section(reader, read, entry.body, kind).hex()
    return told


@runner("epoch")
def epoch(inputs, _):
    if "wraps" in inputs:
        secrets = epochs.open_wraps(
            raw(inputs["wraps"]), raw(inputs["sealing_seed"]), raw(inputs["log_id"]), inputs["generation"]
        )
        rows = [
            {"dependant": whose.hex() if whose else None, "generation": generation, "kind": kind, "value": value.hex()}
            for (whose, generation, kind), value in secrets.items()
        ]
        return {"secrets": rows}
    epochs.compare(epochs.secrets_of(raw(inputs["secrets"])), epochs.body_of(raw(inputs["epoch_body"])))
    return {}


@runner("log")
def log(inputs, before):
    """`before` is the household as of the vector that `after` names."""
    step = one_entry(inputs, before, raw(inputs["entry"]))
    for _ in range(inputs.get("repeat", 1) - 1):
        entry = doc.Entry.FromString(raw(inputs["entry"]))
        entry.seq, entry.prev = step.after.place, step.after.head
        step = one_entry({**inputs, "after": True}, step.after, entry.SerializeToString())
    return step


def one_entry(inputs, before, data):
    seed = raw(inputs["sealing_seed"])
    after, outcome = before, "refused"
    try:
        entry = entries.shaped(data, inputs.get("body_zeros"))
        if inputs["after"] is None:
            after, served = genesis.join(entry, raw(inputs["log_id"]), raw(inputs["genesis_hash"]), seed)
        else:
            after, served = household.follow(before, entry, seed)
        told = {"outcome": "effect", "hash": after.head.hex(), "live_root": after.root().hex(), "open": len(after.open)}
        if served is not None:
            told["served"] = served
        reason = "BAD_COMMITMENT" if served is False else None
        return Step(told, reason, after)
    except state.Skipped as error:
        after, outcome, reason = error.household, "skipped", error.reason
    except state.Void as error:
        after, outcome, reason = error.household, "void", error.reason
    except Refused as error:
        return Step({"outcome": "refused"}, error.reason, before)
    return Step({"outcome": outcome, "hash": after.head.hex()}, reason, after)


class Step:
    """An outcome in the log, with the household after it."""

    def __init__(self, told, reason, after):
        self.told, self.reason, self.after = told, reason, after


@runner("fork")
def fork(inputs, before):
    """`before` is the household of the vector of the log that `after` names."""
    scene = forks.Scene(before, raw(inputs["handle"]))
    if "bookmarks" in inputs:
        return {"fork": forks.bookmarks_prove(scene, *map(raw, inputs["bookmarks"]))}
    witnesses = [(kind, raw(data)) for row in inputs["witnesses"] for kind, data in row.items()]
    return {"fork": forks.entries_prove(scene, map(raw, inputs["entries"]), inputs["served"], witnesses)}


@runner("register")
def register(inputs, _):
    given = {key: raw(value) if isinstance(value, str) else value for key, value in inputs.items()}
    document = outside.read_register(
        given["log_id"], given["payload_type"], given["writer"], given["writer_key"],
        given["secret"], given["version"], given["value"],
    )
    return {"name": document.name.hex(), "payload": document.payload.hex(), "issued_at": document.issued_at}


@runner("joining")
def joining(inputs, _):
    if "request" in inputs:
        request = outside.read_request(raw(inputs["request"]))
        return {
            "device": request.device_id.hex(),
            "category": request.category,
            "role": request.role,
            "capabilities": list(request.capabilities),
        }
    answer, welcome, plain = outside.read_answer(
        raw(inputs["answer"]), raw(inputs["device"]), raw(inputs["sealing_seed"])
    )
    return {
        "log_id": answer.anchor.log_id.hex(),
        "genesis_hash": answer.anchor.genesis_hash.hex(),
        "head_seq": welcome.head.seq,
        "head": welcome.head.hash.hex(),
        "welcome": plain.hex(),
    }


@runner("session")
def session(inputs, _):
    given = {key: raw(value) if isinstance(value, str) else value for key, value in inputs.items()}
    if "nonce" in given:
        names, test = ("relay_id", "handle", "nonce", "expires_at"), outside.session
    else:
        names, test = ("handle", "relay_epoch", "seq", "head", "time"), outside.bookmark
    test(given["public_key"], given["signature"], *(given[name] for name in names))
    return {}
