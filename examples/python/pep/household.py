"""A household as of one place of its log: who belongs, who may, what is live (chapters 10 and 12)."""

import copy
from dataclasses import dataclass
from typing import NamedTuple

from .epochs import Commitments
from .registry import given_to
from .seal import live_root
from .proto import pb

ACTIVE, RECOVERY = 1, 2
REMEMBERED, MOST_WAITING = 2048, 8  # R-DOC-017, R-DOC-024
LAYER, OVERRIDE, IDENTITY, LIST = 6, 7, 8, 9


class Author(NamedTuple):
    """Whose device a key belongs to. The role is that of payload-types.toml."""

    device: bytes
    principal: bytes | None
    role: str
    key: bytes


class Point(NamedTuple):
    """An enforcement point, by which document of whose device, and who wrote its keys where."""

    document: bytes
    written_by: bytes
    point: object
    keys_by: bytes
    keys_at: int


@dataclass(frozen=True)
class Live:
    """A policy document that is in effect."""

    header: object
    header_hash: bytes
    entry: object
    principal: bytes
    base: object

    @property
    def line(self):
        """R-DOC-008."""
        return self.header.payload_type, self.principal, self.header.dependant

    @property
    def waiting(self):
        """R-DOC-024: what holds until it begins, the newest first."""
        found, last = [], self
        while last.begins_later and last.base and len(found) < MOST_WAITING:
            last = last.base
            found.append(last)
        return found

    @property
    def begins_later(self):
        return self.header.HasField("not_before") and self.header.payload_type in (LAYER, OVERRIDE)


class Household:
    """Values only: whoever changes one makes a copy first."""

    def __init__(self, log_id):
        self.log_id = log_id
        self.constitution = None
        self.constitution_id = None
        self.devices = {}  # principal → (document id, devices)
        self.points = {}  # device id → Point
        self.epoch = 0
        self.generations = {}  # dependant → newest generation
        self.commitments = Commitments()
        self.live = {}  # document id → Live
        self.done = frozenset()  # ids of membership documents that had effect
        self.recent = {}  # id of a policy document that had effect → its place
        self.open = {}  # proposal hash → Proposal (consent.py)
        self.relay_epoch = 1
        self.needs_epoch = False  # R-EPOCH-012
        self.taken = frozenset()  # dependants whose secret somebody lost the right to (R-EPOCH-014)
        self.former = frozenset()  # principals that left (R-MEM-014)
        self.ended = False
        self.home = None  # R-MOVE-022
        self.resolved = ()  # (head of an ended branch, who consented) of each RESOLVE (R-MOVE-006)
        self.hashes = ()  # of every entry, by place

    def copy(self):
        other = copy.copy(self)
        for name in ("devices", "points", "generations", "live", "open"):
            setattr(other, name, dict(getattr(self, name)))
        return other

    # Where the log stands.
    @property
    def next_seq(self):
        return len(self.hashes)

    @property
    def head(self):
        return self.hashes[-1] if self.hashes else bytes(32)

    @property
    def root(self):
        """R-REG-006."""
        return live_root((l.header.document_id, l.header_hash, l.header.seq) for l in self.live.values())

    # Who belongs.
    @property
    def guardians(self):
        return {g.principal_id: g for g in self.constitution.guardians}

    @property
    def dependants(self):
        return {d.principal_id: d for d in self.constitution.dependants}

    def scope(self, guardian):
        """The dependants over whom a guardian has authority; none for somebody who is no guardian."""
        found = self.guardians.get(guardian)
        return set() if found is None else set(found.scope) or set(self.dependants)

    def author(self, device_id):
        """R-MEM-007: the device as it is live, or None."""
        for principal, (_, devices) in self.devices.items():
            for device in devices:
                if device.device_id == device_id:
                    return Author(device_id, principal, self.role(principal, device), device.signing_key)
        point = self.points.get(device_id)
        return point and Author(device_id, None, "enforcement_point", point.point.signing_key)

    def role(self, principal, device):
        if device.role == RECOVERY:
            return "recovery"
        return "guardian" if principal in self.guardians else "dependant"

    def keys(self, without_principal=None, without_point=None):
        """Ids and keys of everybody live, each kind by itself (R-MEM-011)."""
        holders = [d for p, (_, ds) in self.devices.items() if p != without_principal for d in ds]
        holders += [p.point for i, p in self.points.items() if i != without_point]
        return tuple({getattr(h, name) for h in holders} for name in ("device_id", "signing_key", "sealing_key"))

    def standing(self, payload_type, content):
        """The id of the document by which that stands which such a document would replace (R-CONS-001)."""
        if payload_type == pb.PAYLOAD_TYPE_PRINCIPAL_DEVICES:
            return self.devices.get(content.principal_id, (None,))[0]
        if payload_type == pb.PAYLOAD_TYPE_REMOVE_ENFORCEMENT_POINT:
            point = self.points.get(content.device_id)
            return point and point.document
        return self.constitution_id

    def layer_writers(self, dependants):
        """Guardians with a live layer for one of these dependants (R-CONS-016)."""
        return {l.principal for l in self.live.values() if l.line[0] == LAYER and l.header.dependant in dependants}

    def is_taken(self, document_id):
        """R-DOC-017, for a document at the next place."""
        held = [document for l in self.live.values() for document in (l, *l.waiting)]
        place = self.recent.get(document_id)
        return (
            document_id in self.done
            or any(l.header.document_id == document_id for l in held)
            or (place is not None and place >= self.next_seq - REMEMBERED)
        )

    # What changes it.
    def remember(self, document_id):
        """R-DOC-017: the id of a policy document, for as many places as it counts."""
        kept = {i: place for i, place in self.recent.items() if place > self.next_seq - REMEMBERED}
        self.recent = {**kept, document_id: self.next_seq}

    def set_constitution(self, new, document_id, first_devices=()):
        """R-MEM-015, R-CONS-026, R-EPOCH-012: who and what leaves with it."""
        old = self.copy()
        self.constitution, self.constitution_id = new, document_id
        left = {*old.guardians, *old.dependants} - {*self.guardians, *self.dependants}
        self.former |= left
        lost = set()
        for guardian in old.guardians:
            lost |= (old.scope(guardian) - self.scope(guardian)) & set(self.dependants)
        gone = [principal for principal in left if old.devices.get(principal, (None, ()))[1]]
        self.lose(lost, bool(gone or lost))
        self.devices = {p: d for p, d in self.devices.items() if p not in left}
        self.devices.update({p: (document_id, devices) for p, devices in first_devices})
        self.points = {i: p._replace(point=serving(p.point, self.dependants)) for i, p in self.points.items()}
        self.generations = {d: g for d, g in self.generations.items() if d in self.dependants}
        self.live = {i: l for i, l in self.live.items() if l.line[2] in self.scope(l.principal)}

    def set_devices(self, content, document_id):
        """R-MEM-004: the complete set; whoever it leaves out is removed."""
        principal = content.principal_id
        old = {(d.device_id, d.sealing_key) for d in self.devices.get(principal, (None, ()))[1]}
        new = {(d.device_id, d.sealing_key) for d in content.devices}
        self.devices[principal] = (document_id, tuple(content.devices))
        held = self.scope(principal) if principal in self.guardians else {principal}
        self.lose(held if old - new else set(), bool(old - new))

    def set_point(self, point, document_id, author):
        old = self.points.get(point.device_id)
        unchanged = old and (old.point.signing_key, old.point.sealing_key) == (point.signing_key, point.sealing_key)
        by, at = (old.keys_by, old.keys_at) if unchanged else (author.principal, self.next_seq)
        self.points[point.device_id] = Point(document_id, author.device, point, by, at)
        if old:
            self.lose_point(old.point, point)

    def lose_point(self, old, new=None):
        """What an enforcement point loses the right to when it leaves, is re-keyed, or is to know less."""
        before = set(old.dependants)
        if new is None or new.sealing_key != old.sealing_key:
            self.lose(before, True)
            return
        less = kinds_of_category(old) - kinds_of_category(new)
        lost = before if less else before - set(new.dependants)
        self.lose(lost, bool(lost))

    def lose(self, dependants, epoch_due):
        self.taken |= dependants & set(self.generations)
        self.needs_epoch = self.needs_epoch or epoch_due

    def set_epoch(self, body):
        renewed = {r.dependant_id for r in body.dependants if self.generations.get(r.dependant_id) != r.generation}
        self.epoch = body.number
        self.generations = {row.dependant_id: row.generation for row in body.dependants}
        self.commitments = self.commitments.after(body)
        self.needs_epoch = False
        self.taken -= renewed

    def set_live(self, live):
        base = live.header.base if live.header.HasField("base") else None
        self.live.pop(base, None)
        self.live[live.header.document_id] = live


def kinds_of_category(point):
    return given_to(pb.PepCategory.Name(point.category).removeprefix("PEP_CATEGORY_"))


def serving(point, dependants):
    """The same enforcement point without those who left."""
    still = [d for d in point.dependants if d in dependants]
    if len(still) == len(point.dependants):
        return point
    other = pb.EnforcementPoint()
    other.CopyFrom(point)
    other.ClearField("dependants")
    other.dependants.extend(still)
    return other
