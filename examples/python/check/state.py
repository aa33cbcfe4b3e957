"""A household as it stands at one place, and what an entry can come to."""

from dataclasses import dataclass, field

from . import entries, tables
from .crypto import kind_secret, live_root
from .engine import Refused, formula
from .entries import Document

CONSTITUTION, DEVICES, POINT, EPOCH = 3, 4, 5, 6
GENESIS, T_CONSTITUTION, T_DEVICES, T_POINT, T_EPOCH = 1, 2, 3, 4, 5
LAYER, OVERRIDE, LIST, T_REMOVAL = 6, 7, 9, 13
T_PROPOSAL, T_APPROVE, T_EFFECT, T_CANCEL, T_RESOLVE, T_MOVED, T_ERASE = 20, 21, 23, 24, 25, 26, 27
ACTIVE, RECOVERY = 1, 2
TABLE = "NOT_PERMITTED_BY_TABLE"
NOBODY = bytes([9]) + bytes(31)


class Void(Refused):
    """The entry keeps its place and has no effect. `vouched`: whether its author signed for this very place."""

    def __init__(self, reason, vouched=True):
        super().__init__(reason)
        self.vouched = vouched


class Skipped(Refused):
    """The entry keeps its place for now (R-LOG-009)."""


@dataclass(frozen=True)
class Live:
    document: Document
    author: bytes
    waiting: tuple = ()  # ids of what holds until this document begins, the newest first


@dataclass(frozen=True)
class Proposal:
    """An act that is announced and has not had its effect (R-CONS-001)."""

    hash: bytes
    document_id: bytes
    seq: int
    payload_type: int
    content: bytes
    base: bytes
    accepts: tuple
    author: bytes  # the principal who begins it
    recovery: bool  # whether a recovery key does
    consents: frozenset
    complete: int | None = None  # place of the consent that was the last one needed


@dataclass
class Household:
    log_id: bytes
    hashes: tuple
    secrets: dict
    law: object = None
    people: dict = field(default_factory=dict)  # device id -> (principal, device)
    points: dict = field(default_factory=dict)  # device id -> enforcement point
    keyed: dict = field(default_factory=dict)  # device id of a point -> place of the entry that gave it its keys
    keyed_by: dict = field(default_factory=dict)  # device id of a point -> the guardian who gave it its keys
    stands: dict = field(default_factory=dict)  # what can be replaced by a proposal -> id of the document that set it
    open: dict = field(default_factory=dict)  # hash -> Proposal, in the order of the log
    relay_epoch: int = 1
    ended: bool = False
    epoch: object = None
    epoch_needed: bool = False
    taken: frozenset = frozenset()  # dependants whose secret somebody knows who lost the right to it
    gone: frozenset = frozenset()  # dependants that left
    live: dict = field(default_factory=dict)  # document id -> Live
    used: dict = field(default_factory=dict)  # id of a policy document that had effect -> its place
    members: frozenset = frozenset()  # ids of documents of membership types that had effect
    former: dict = field(default_factory=dict)  # what left: device id -> signing key; for a fault only
    before_run: object = None  # the household before the entries that were skipped last (R-LOG-009)

    @property
    def head(self):
        return self.hashes[-1]

    @property
    def place(self):
        """Of the next entry."""
        return len(self.hashes)

    @property
    def guardians(self):
        return {guardian.principal_id for guardian in self.law.guardians}

    def root(self):
        rows = [(i, live.document.header_hash, live.document.header.seq) for i, live in self.live.items()]
        return live_root(rows)

    def key_of(self, device):
        if device in self.people:
            return self.people[device][1].signing_key
        return self.points[device].signing_key if device in self.points else key_of_nobody(self, device)

    def generation(self, dependant):
        return next((row.generation for row in self.epoch.dependants if row.dependant_id == dependant), None)

    def secret(self, document, kind):
        """The secret of a section, or None."""
        if kind not in tables.DEPENDANT_KINDS:
            return self.secrets.get((None, document.generations.get(None), None))
        who = document.header.dependant
        generation = document.generations.get(who)
        held = self.secrets.get((who, generation, kind))
        above = self.secrets.get((who, generation, None))
        return held or (kind_secret(above, generation, kind) if above else None)


@formula("R-MEM-007", devices_that_sign_after_they_left=lambda household, device: household.former.get(device))
def key_of_nobody(household, device):
    """The key of a device that is not live: none."""
    return None


def read_section(household, document, body, kind):
    secret = household.secret(document, kind)
    if secret is None:
        raise Refused("CANNOT_OPEN")
    return entries.section(document, body, kind, secret, household.log_id)
