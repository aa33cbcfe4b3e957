"""Areas log and fork: a tree of entries, each applied to the household that its parent left behind."""

import copy

from ..follower import Follower
from ..fork import bookmarks_prove, entries_prove
from ..keys import SealingKey
from ..proto import pb
from ..wire import Refused, parse
from .common import compare, vectors

STATES = {}


def run(area, files):
    return run_log(files) if area == "log" else run_fork(files)


def run_log(files):
    waiting = list(vectors(files))
    while waiting:
        ready = [v for v in waiting if v[1]["after"] is None or v[1]["after"] in STATES]
        for vector, inputs in ready:
            yield vector["id"], check(vector, inputs)
        waiting = [v for v in waiting if v[0]["id"] not in STATES]
        assert ready


def check(vector, inputs):
    if inputs["after"] is None:
        anchor = bytes.fromhex(inputs["log_id"]), bytes.fromhex(inputs["genesis_hash"])
        follower = Follower(*anchor, SealingKey(bytes.fromhex(inputs["sealing_seed"])))
    else:
        follower = copy.copy(STATES[inputs["after"]])
        if "sealing_seed" in vector["inputs"]:
            follower.sealing_key = SealingKey(bytes.fromhex(inputs["sealing_seed"]))
    held = dict(follower.keyring.held)
    try:
        entry = parse(pb.Entry, bytes.fromhex(inputs["entry"]))
        if "body_zeros" in inputs:
            entry.body = bytes(inputs["body_zeros"])
        outcome, reason = follower.take(entry)
        for _ in range(inputs.get("repeat", 1) - 1):
            entry.seq, entry.prev = follower.next_seq, follower.head
            outcome, reason = follower.take(entry)
    except Refused as refusal:
        outcome, reason = "refused", refusal.reason
    STATES[vector["id"]] = follower
    found = {"outcome": outcome}
    if follower.house:
        found |= {
            "hash": follower.head.hex(), "live_root": follower.house.root.hex(), "open": len(follower.house.open),
            "served": follower.keyring.held.keys() != held.keys(),
        }
    wrong = {k: found.get(k) for k, v in vector["expected"].items() if found.get(k) != v}
    if wrong or (reason != vector.get("reason") and ("reason" in vector or outcome == "effect")):
        return f"{vector['title']}: {found} {reason}, expected {vector['expected']} {vector.get('reason')}"
    return None


def run_fork(files):
    for vector, inputs in vectors(files):
        yield vector["id"], compare(vector, lambda: {"fork": proves(inputs)})


def proves(inputs):
    follower, handle = STATES[inputs["after"]], bytes.fromhex(inputs["handle"])
    if "bookmarks" in inputs:
        return bookmarks_prove(follower.house, handle, *(message(pb.SignedBookmark, b) for b in inputs["bookmarks"]))
    kinds = {"bookmark": pb.SignedBookmark, "register": pb.SignedRegister, "entry": pb.Entry}
    witnesses = [message(kinds[kind], data) for witness in inputs["witnesses"] for kind, data in witness.items()]
    entries = [message(pb.Entry, data) for data in inputs["entries"]]
    return entries_prove(follower.house, follower.keyring, handle, entries, inputs["served"], witnesses)


def message(kind, data):
    return parse(kind, bytes.fromhex(data))
