"""Following the log: one entry after the other (chapter 6)."""

import copy
from typing import NamedTuple

from . import genesis
from .document import open_signed
from .epochs import Keyring, only_what_is_ours, open_wraps
from .judge import judge, properly_signed
from .wire import Refused, check_entry, entry_hash, require

UNOPENED = ("CANNOT_OPEN", "SEAL_BROKEN")  # nobody knows what is wrong with such an entry


class Outcome(NamedTuple):
    """What became of an entry: effect, void, skipped, or passed over."""

    what: str
    reason: str | None


class Follower:
    """A place in the chain, the household there and the secrets held. `take` moves it by one entry.

    Entries at the end that nobody vouches for are a *run*; `before` is the follower as it stood before them.
    """

    def __init__(self, log_id, genesis_hash, sealing_key, secrets=None):
        self.log_id, self.genesis_hash, self.sealing_key = log_id, genesis_hash, sealing_key
        self.house = None
        self.keyring = Keyring(secrets)
        self.before = None
        self.run_reasons = ()
        self.roots = ()  # the live root behind each entry
        self.effects = ()  # (place, header) of each entry behind genesis that had effect
        self.skipped = ()  # places that were skipped, confirmed or not
        self.contradicted = False  # a secret of a Welcome differs from what its epoch committed to

    @property
    def next_seq(self):
        return self.house.next_seq if self.house else 0

    @property
    def head(self):
        return self.house.head if self.house else bytes(32)

    def take(self, entry):
        """Refuses what cannot be the next entry; else says what became of it."""
        check_entry(entry)
        digest = entry_hash(entry)
        if self.house is None:
            return self.found(entry, digest)
        if entry.seq < self.next_seq and self.house.hashes[entry.seq] == digest:
            return Outcome("passed", None)
        if self.before and self.before.next_seq <= entry.seq and not self.leads_to(entry):
            self.drop_run()
        require(entry.seq <= self.next_seq, "GAP")
        if not self.leads_to(entry):
            raise Refused(self.conflict(entry))
        return self.judged(entry, digest)

    def leads_to(self, entry):
        return entry.seq == self.next_seq and entry.prev == self.head

    def conflict(self, entry):
        """R-LOG-004, R-LOG-005: another entry for a place that stands, or behind another past."""
        past = self.house.copy()
        past.hashes = past.hashes[: entry.seq]
        if self.signed(entry) and properly_signed(past, entry, self.signed(entry)):
            return "FORK"
        return "ROLLBACK" if entry.seq < self.next_seq else "WRONG_PLACE"

    def signed(self, entry):
        try:
            return open_signed(entry, self.log_id, self.keyring.household(entry.generation))
        except (Refused, TypeError):
            return None

    def drop_run(self):
        """R-LOG-009: back to the state before it."""
        self.__dict__.update(self.before.__dict__)

    def found(self, entry, digest):
        require(entry.seq == 0 or digest == self.genesis_hash, "GAP")
        require(digest == self.genesis_hash, "WRONG_ANCHOR")  # R-LOG-003
        secret, handed = self.secret_for(entry, 1)
        require(secret is not None, "CANNOT_OPEN")
        house = genesis.found(self.log_id, entry, open_signed(entry, self.log_id, secret), secret)
        return self.moved(house, digest, handed, "effect", None, True)

    def secret_for(self, entry, next_epoch):
        """The household secret of an entry, and what a wrap of it hands over (R-EPOCH-009)."""
        secret = self.keyring.household(entry.generation)
        if secret is not None or entry.generation != next_epoch or not entry.HasField("body"):
            return secret, {}
        handed = open_wraps(entry.body, self.sealing_key, self.log_id, entry.generation) or {}
        return handed.get((None, entry.generation, None)), handed

    def judged(self, entry, digest):
        try:
            secret, handed = self.secret_for(entry, self.house.epoch + 1)
            require(secret is not None, "CANNOT_OPEN")
            signed = open_signed(entry, self.log_id, secret)
        except Refused as refusal:
            return self.unread(digest, refusal.reason)
        verdict = judge(self.house, entry, signed, secret)
        if verdict.header is not None:
            self.effects += ((self.next_seq, verdict.header),)
        is_epoch = verdict.outcome == "effect" and verdict.house.epoch != self.house.epoch
        return self.moved(verdict.house, digest, handed if is_epoch else {}, *verdict[:2], verdict.confirms)

    def unread(self, digest, reason):
        """R-LOG-012: what cannot be opened is skipped; a frame that is none is a fault of the author's."""
        return self.moved(self.house, digest, {}, "void" if reason == "MALFORMED" else "skipped", reason, False)

    def moved(self, house, digest, handed, what, reason, confirms):
        if confirms:
            self.before, self.run_reasons = None, ()
        else:
            self.before = self.before or copy.copy(self)
            self.run_reasons += (None if reason in UNOPENED else reason,)
        before = self.house
        self.house = house.copy()
        self.house.hashes = (before.hashes if before else ()) + (digest,)
        self.roots += (self.house.root,)
        if what == "skipped":
            self.skipped += (self.next_seq - 1,)
        if what == "effect" and (before is None or before.epoch != house.epoch):
            reason = self.keep(handed)
        return Outcome(what, reason)

    def keep(self, handed):
        """R-EPOCH-005: all secrets of an epoch that holds, or none of them."""
        self.forget_what_differs()
        try:
            for slot, value in handed.items():
                self.house.commitments.check(slot, value)
                require(slot[0] is None or self.house.generations[slot[0]] == slot[1], "BAD_COMMITMENT")
        except Refused as refusal:
            return refusal.reason
        self.keyring = self.keyring.with_more(only_what_is_ours(handed, self.own_point()))
        return None

    def forget_what_differs(self):
        """R-JOIN-007, R-JOIN-009: what a Welcome brought is compared when its epoch comes by."""
        for slot, value in list(self.keyring.held.items()):
            if self.house.commitments.knows(slot) and not self.house.commitments.agree(slot, value):
                self.keyring = self.keyring.without(slot)
                self.contradicted = True

    def own_point(self):
        """The enforcement point that lists this device's sealing key."""
        points = (p.point for p in self.house.points.values())
        return next((p for p in points if p.sealing_key == self.sealing_key.public), None)
