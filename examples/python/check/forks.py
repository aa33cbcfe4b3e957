"""Proofs of a fork: R-MOVE-001 and R-MOVE-015."""

from dataclasses import dataclass

from parcep.v1alpha1 import consent_pb2 as con
from parcep.v1alpha1 import register_pb2 as reg

from . import entries
from .crypto import T, entry_hash, verify
from .engine import Refused, check, formula, parsed
from .outside import bookmark_text
from .state import NOBODY

BEAT, REPORT = 64, 65


# --- two bookmarks ----------------------------------------------------------------------------


@dataclass
class Scene:
    """A household just before the place that two stories claim."""

    household: object
    handle: bytes

    @property
    def log_id(self):
        return self.household.log_id

    @property
    def relay_keys(self):
        return {relay.relay_key for relay in self.household.law.relays if relay.HasField("relay_key")}

    def member(self, device):
        """Who answers for a device, and its key: a principal, or an enforcement point itself."""
        if device in self.household.points:
            return device, self.household.points[device].signing_key
        if device not in self.household.people:
            return None, NOBODY
        principal, row = self.household.people[device]
        return principal, row.signing_key


def bookmarks_prove(scene, first, second):
    """Whether two bookmarks show that a relay told two stories."""
    one, other = (parsed(con.SignedBookmark, data) for data in (first, second))
    try:
        for said in (one, other):
            key_is_named(scene.relay_keys, said)
            bookmark_is_signed(said)
        one_relay(one, other), one_handle(scene, one, other)
        one_relay_epoch(one, other), one_place(one, other), heads_differ(one, other)
    except Refused:
        return False
    return True


@check("R-MOVE-001", "the search for a bookmark's key in the constitution")
def key_is_named(relay_keys, said):
    return said.relay_key in relay_keys


@check("R-MOVE-001", "the signatures of two bookmarks")
def bookmark_is_signed(said):
    mark = said.bookmark
    try:
        verify(said.relay_key, mark.signature, bookmark_text(said.handle, mark.relay_epoch, mark.seq, mark.head, mark.time))
    except Refused:
        return False


@check("R-MOVE-001", "the comparison of the keys of two bookmarks")
def one_relay(one, other):
    return one.relay_key == other.relay_key


@check("R-MOVE-001", "the comparison of the handles of two bookmarks")
def one_handle(scene, one, other):
    return one.handle == other.handle == scene.handle


@check("R-MOVE-001", "the comparison of the relay epochs of two bookmarks")
def one_relay_epoch(one, other):
    return one.bookmark.relay_epoch == other.bookmark.relay_epoch


@check("R-MOVE-001", "the comparison of the places of two bookmarks")
def one_place(one, other):
    return one.bookmark.seq == other.bookmark.seq


@check("R-MOVE-001", "the comparison of the heads of two bookmarks")
def heads_differ(one, other):
    return one.bookmark.head != other.bookmark.head


# --- two entries ------------------------------------------------------------------------------


def entries_prove(scene, both, served, witnesses):
    """Whether two entries show it; `served` says which of them a relay of the constitution served."""
    try:
        one, other = (signed(scene, data) for data in both)
        hashes_differ(one, other)
        places_agree(one, other), entries_of_one_relay_epoch(one, other)
        for (digest, header), was_served in zip((one, other), served):
            is_witnessed(scene, digest, header, was_served, witnesses)
    except Refused:
        return False
    return True


def signed(scene, data):
    """Hash and header of an entry that a live device signed for its place."""
    entry = entries.shaped(data)
    secret = scene.household.secrets.get((None, entry.generation, None))
    if secret is None:
        raise Refused("CANNOT_OPEN")
    opened = entries.open_header(entry, scene.log_id, secret)
    _, key = scene.member(opened.author_device)
    read = entries.verified(entry, opened, scene.log_id, key)
    return entry_hash(entry), read.header


@check("R-MOVE-001", "the comparison of the hashes of two entries")
def hashes_differ(one, other):
    return one[0] != other[0]


@check("R-MOVE-001", "the comparison of the places of two entries")
def places_agree(one, other):
    return (one[1].seq, one[1].prev) == (other[1].seq, other[1].prev)


@check("R-MOVE-015", "the comparison of the relay epochs of two entries")
def entries_of_one_relay_epoch(one, other):
    return one[1].relay_epoch == other[1].relay_epoch


@check("R-MOVE-001", "the witness of an entry")
def is_witnessed(scene, digest, header, was_served, witnesses):
    author, _ = scene.member(header.author_device)
    return was_served or any(names(scene, digest, author, kind, data) for kind, data in witnesses)


def names(scene, digest, author, kind, data):
    """Whether a witness names an entry, and is another one than its author."""
    try:
        if kind == "bookmark":
            return bookmark_names(scene, digest, data)
        who, named = (registered if kind == "register" else follower)(scene, data)
    except Refused:
        return False
    return somebody_else(who, author) and named == digest


@formula("R-MOVE-001", authors_who_are_their_own_witness=lambda who, author: True)
def somebody_else(who, author):
    return who != author


def bookmark_names(scene, digest, data):
    said = parsed(con.SignedBookmark, data)
    witness_is_a_relay(scene, said)
    bookmark_is_signed(said)
    return said.bookmark.head == digest


@check("R-MOVE-001", "the search for the key of a relay that is a witness")
def witness_is_a_relay(scene, said):
    return said.relay_key in scene.relay_keys and said.handle == scene.handle


def registered(scene, data):
    """Who wrote a beat or report, and the head that it names."""
    said = parsed(reg.SignedRegister, data)
    who, key = scene.member(said.author_device)
    witness_is_signed(key, said)
    document = parsed(reg.RegisterDocument, said.document)
    if (document.log_id, document.payload_type, document.author_device) != (scene.log_id, said.payload_type, said.author_device):
        raise Refused("MALFORMED")
    message = {BEAT: reg.Beat, REPORT: reg.AppliedReport}.get(document.payload_type)
    if message is None:
        raise Refused("MALFORMED")
    return who, parsed(message, document.payload).head.hash


@check("R-MOVE-001", "the signature of a beat or report that is a witness")
def witness_is_signed(key, said):
    try:
        verify(key, said.signature, T("register", said.payload_type, said.document))
    except Refused:
        return False


def follower(scene, data):
    """Who wrote an entry, and the entry before it."""
    _, header = signed(scene, data)
    return scene.member(header.author_device)[0], header.prev
