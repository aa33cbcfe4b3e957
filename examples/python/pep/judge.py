"""Whether an entry has effect, and which: the table of R-DOC-001."""

from typing import NamedTuple

from . import consent, contents
from .consent import Proposal, status
from .contents import NOT_PERMITTED, TooOld
from .delay import DELAY, LIFE, delay_proven
from .document import (
    check_body, check_header, check_place, check_wraps, membership_section, too_large, too_old, verified_header,
)
from .epochs import check_epoch_body
from .household import IDENTITY, LAYER, Live
from .proto import pb
from .registry import MEMBERSHIP_TYPES, TYPES, sections_of
from .wire import Refused, parse, require, sha256
from .shape import well_formed

EPOCH, PROPOSAL, APPROVE, EFFECT, CANCEL, MOVED = 5, 20, 21, 23, 24, 26
MESSAGES = {
    2: pb.Constitution, 3: pb.PrincipalDevices, 4: pb.EnforcementPoint, 5: pb.EpochBody, 13: pb.Removal,
    20: pb.Proposal, 21: pb.Approval, 23: pb.Effect, 24: pb.Cancel, 25: pb.Resolve, 26: pb.Moved, 27: pb.Erase,
}
SKIPPED = {"WRONG_PLACE", "BODY_MISMATCH"}  # R-LOG-012
BY_CLOCK = 4_000_000_000
VOUCHES_NOT = {"BAD_SIGNATURE", "MALFORMED", "WRONG_HOUSEHOLD"}  # R-LOG-009


class Stop(Refused):
    """A follower stops before this entry (R-LOG-007, R-DOC-018)."""


class Verdict(NamedTuple):
    outcome: str  # effect, void, skipped
    reason: str | None
    house: object  # after the entry, but for its place in the chain
    confirms: bool  # whether it vouches for what stands before it (R-LOG-009)
    header: object = None  # of an entry with effect


def judge(house, entry, signed, secret):
    """An entry whose header opened to `signed`, at its place behind the household's head."""
    try:
        judgement = Judgement(house, entry, signed, secret)
        after, silent = judgement.run()
        return Verdict("void", None, after, True) if silent else Verdict("effect", None, after, True, judgement.header)
    except TooOld as refusal:
        raise Stop(refusal.reason) from None
    except Stop:
        raise
    except Refused as refusal:
        if refusal.reason in SKIPPED and bodyless(entry, signed):
            raise Stop("BODY_MISMATCH") from None
        outcome = "skipped" if refusal.reason in SKIPPED else "void"
        return Verdict(outcome, refusal.reason, house, outcome == "void" and refusal.reason not in VOUCHES_NOT)


def bodyless(entry, signed):
    """R-LOG-007: of a membership type and without its body."""
    return signed.payload_type in MEMBERSHIP_TYPES and not entry.HasField("body")


def properly_signed(house, entry, signed):
    """Steps 1 to 4 with the keys that are live at this head (R-LOG-004)."""
    try:
        author = house.author(signed.author_device)
        header = verified_header(signed, author and author.key)
        check_place(header, entry, house.log_id)
        check_body(header, entry)
    except Refused:
        return False
    return True


class Judgement:
    """One entry. The methods stand in the order of the table."""

    def __init__(self, house, entry, signed, secret):
        self.house, self.entry, self.signed, self.secret = house, entry, signed, secret

    def run(self):
        """The household after it, and whether it has no effect without being at fault."""
        self.verify()  # rows 1 to 6
        row = TYPES.get(self.header.payload_type)
        if row is None or row["state"] != "v1" or row["place"] != "log":  # row 7, R-DOC-016
            return self.house, True
        require(not self.house.ended, "ENDED")  # row 8
        check_header(self.header)  # row 9
        membership = self.header.payload_type in MEMBERSHIP_TYPES
        if bodyless(self.entry, self.signed):
            raise Stop("BODY_MISMATCH")
        require(not (membership and too_large(self.header, self.entry)), "TOO_LARGE")  # row 10
        check_wraps(self.header, self.entry)  # row 11
        require(not self.house.is_taken(self.header.document_id), "DUPLICATE_DOCUMENT")  # row 12
        self.check_generations()  # rows 13, 14
        require(not self.house.needs_epoch or self.header.payload_type == EPOCH, "EPOCH_NEEDED")  # row 15
        self.check_author(row)  # row 16
        self.after = self.house.copy()
        if membership:
            self.apply_membership()  # rows 17 to 20
        else:
            self.apply_policy()
        return self.finished(), False

    def verify(self):
        author = self.house.author(self.signed.author_device)
        self.author = author
        self.header = verified_header(self.signed, author and author.key)
        try:
            check_place(self.header, self.entry, self.house.log_id)
        except Refused as refusal:  # R-DOC-004: of an enforcement point it is void
            by_point = author.role == "enforcement_point" and refusal.reason == "WRONG_PLACE"
            raise Refused(NOT_PERMITTED if by_point else refusal.reason) from None
        check_body(self.header, self.entry)

    def check_generations(self):
        """R-EPOCH-013, R-MOVE-014."""
        header, house = self.header, self.house
        epoch = header.payload_type == EPOCH
        named = [(use.dependant if use.HasField("dependant") else None, use.generation) for use in header.generations]
        expected = [(None, house.epoch + 1 if epoch else house.epoch)]
        if header.HasField("dependant"):
            known = header.dependant in house.generations
            require(known or header.dependant not in house.dependants, "EPOCH_NEEDED")
            expected.append((header.dependant, house.generations.get(header.dependant)))
        highest = max(house.relay_epoch, BY_CLOCK) + 2  # R-MOVE-029
        require(named == expected and house.relay_epoch <= header.relay_epoch <= highest, NOT_PERMITTED)

    def check_author(self, row):
        """R-MEM-010, as far as the header says; a recovery key acts by R-CONS-019 alone."""
        require(self.author.role in row["roles"], NOT_PERMITTED)
        if self.header.HasField("dependant"):
            require(self.header.dependant in self.house.scope(self.author.principal), NOT_PERMITTED)

    def apply_policy(self):
        """R-DOC-008. The effect depends on the header alone (R-LOG-008)."""
        header = self.header
        base = self.house.live.get(header.base) if header.HasField("base") else None
        live = Live(header, sha256(self.signed.header), self.entry, self.author.principal, base)
        if header.HasField("base"):
            require(base is not None and base.line == live.line, "BASE_NOT_LIVE")
        elif header.payload_type in (LAYER, IDENTITY):
            require(live.line not in {other.line for other in self.house.live.values()}, "BASE_NOT_LIVE")
        self.after.set_live(live)

    def apply_membership(self):
        header, house = self.header, self.house
        if too_old(header):
            raise TooOld
        require(header.payload_type in MESSAGES, NOT_PERMITTED)  # a second GENESIS
        kind, message = sections_of(header.payload_type)[0], MESSAGES[header.payload_type]
        content = membership_section(house.log_id, header, self.entry, kind, message, self.secret)
        special = {
            EPOCH: self.epoch, PROPOSAL: self.proposal, APPROVE: self.approve, EFFECT: self.effect,
            CANCEL: self.cancel, MOVED: self.moved,
        }
        if header.payload_type in special:
            special[header.payload_type](content)
            return
        contents.check(house, header.payload_type, content)
        require(contents.permitted(house, header.payload_type, content, self.author), NOT_PERMITTED)
        require(contents.alone(house, header.payload_type, content, self.author), NOT_PERMITTED)
        if header.payload_type == consent.CONSTITUTION:
            own = self.proposal_of(content, header.payload_type, b"", b"", ())
            require(status(house, own) == "now", NOT_PERMITTED)
        consented = {self.author.principal}
        contents.apply(self.after, header.payload_type, content, header.document_id, self.author, consented)

    def epoch(self, body):
        """R-EPOCH-010, R-EPOCH-011, R-EPOCH-014."""
        house, scope = self.house, self.house.scope(self.author.principal)
        check_epoch_body(body)
        require(body.number == house.epoch + 1, NOT_PERMITTED)
        require({row.dependant_id for row in body.dependants} == set(house.dependants), NOT_PERMITTED)
        renewed = set()
        for row in body.dependants:
            before = house.generations.get(row.dependant_id)
            if before is None:
                require(row.generation == 1, NOT_PERMITTED)
            elif row.generation == before:
                kinds = {kind.kind: kind.commitment for kind in row.kinds}
                require(kinds == house.commitments.dependants[row.dependant_id, before], NOT_PERMITTED)
            else:
                require(row.generation == before + 1 and row.dependant_id in scope, NOT_PERMITTED)
                renewed.add(row.dependant_id)
        require(not (house.taken & scope) - renewed, NOT_PERMITTED)
        self.after.set_epoch(body)

    def proposal_of(self, content, payload_type, base, digest, accepts):
        return Proposal(
            digest, payload_type, content, base, self.header.document_id, self.house.next_seq, self.author,
            tuple(accepts), ((self.author.principal, self.house.next_seq),),
        )

    def proposal(self, said):
        """R-CONS-001 to R-CONS-005, R-CONS-027."""
        house = self.house
        require(said.payload_type in consent.CONTENTS, NOT_PERMITTED)
        content = parse(consent.CONTENTS[said.payload_type], said.content)
        well_formed(content)
        accepts = {accept.principal_id: accept for accept in said.accepts}
        contents.check(house, said.payload_type, content, accepts)
        digest = consent.proposal_hash(house.log_id, said.payload_type, said.base, said.content)
        for accept in said.accepts:
            require(accept.proposal_hash == digest and consent.accepted(house.log_id, accept), NOT_PERMITTED)
        contents.check_distinct(house.keys(), said.accepts)
        require(digest not in house.open, NOT_PERMITTED)
        proposal = self.proposal_of(content, said.payload_type, said.base, digest, said.accepts)
        recovery = self.author.role == "recovery"
        require(not recovery or said.payload_type == consent.DEVICES, NOT_PERMITTED)
        require(contents.permitted(house, said.payload_type, content, self.author), NOT_PERMITTED)
        self.check_room(proposal, recovery)
        require(said.base == house.standing(said.payload_type, content), "BASE_NOT_LIVE")
        if status(house, proposal) == "now":
            self.complete(proposal)
        else:
            self.after.open[digest] = proposal

    def check_room(self, proposal, recovery):
        """R-CONS-005, R-CONS-027."""
        others = list(self.house.open.values())
        by_people = [p for p in others if p.author.role != "recovery"]
        if recovery:
            require(all(p.author.device != self.author.device for p in others), NOT_PERMITTED)
            return
        own = [p for p in by_people if p.author.principal == self.author.principal]
        require(len(by_people) < consent.MOST_OPEN and len(own) < consent.MOST_OPEN_EACH, NOT_PERMITTED)
        both = proposal.type == consent.CONSTITUTION and any(p.type == consent.CONSTITUTION for p in own)
        require(not both, NOT_PERMITTED)

    def opened(self, digest):
        proposal = self.house.open.get(digest)
        require(proposal is not None, NOT_PERMITTED)
        return proposal

    def approve(self, approval):
        """R-CONS-002, R-CONS-004."""
        proposal, principal = self.opened(approval.proposal_hash), self.author.principal
        require(approval.base == proposal.base, NOT_PERMITTED)
        require(principal in consent.asked(self.house, proposal), NOT_PERMITTED)
        require(principal not in {p for p, _ in proposal.consents}, NOT_PERMITTED)
        proposal = proposal.with_consent(principal, self.house.next_seq)
        self.after.open[proposal.hash] = proposal
        if status(self.house, proposal) == "now" and self.still_permitted(proposal):
            self.complete(proposal)

    def still_permitted(self, proposal):
        """R-CONS-004, R-CONS-009: the same checks as for a document of its author at this place."""
        try:
            contents.check(self.house, proposal.type, proposal.content, proposal.newcomers)
            contents.check_distinct(self.house.keys(), proposal.accepts)
        except Refused:
            return False
        return contents.permitted(self.house, proposal.type, proposal.content, proposal.author)

    def complete(self, proposal):
        """Its effect; it stands by the proposal's own document id (R-CONS-001)."""
        first = [(accept.principal_id, (first_device(accept),)) for accept in proposal.accepts]
        consented = {principal for principal, _ in proposal.consents}
        act = (proposal.type, proposal.content, proposal.document, proposal.author)
        contents.apply(self.after, *act, consented, first)
        self.after.open.pop(proposal.hash, None)

    def effect(self, said):
        """R-CONS-008, R-CONS-009."""
        proposal, author = self.opened(said.proposal_hash), self.author
        concerned = author.role == "dependant" and author.principal in consent.concerned(self.house, proposal)
        own = author.device == proposal.author.device
        require(author.role == "guardian" or concerned or own, NOT_PERMITTED)
        require(status(self.house, proposal) is not None and self.still_permitted(proposal), NOT_PERMITTED)
        profits = {proposal.author.principal}
        if proposal.type == consent.DEVICES:
            profits.add(proposal.content.principal_id)
        consented = {principal for principal, _ in proposal.consents}
        since = consent.announced_at(self.house, proposal)
        require(delay_proven(self.house, said.proof, since, DELAY, profits, consented), NOT_PERMITTED)
        self.complete(proposal)

    def cancel(self, said):
        """R-CONS-006, R-CONS-010."""
        proposal = self.opened(said.proposal_hash)
        if not consent.may_stop(self.house, proposal, self.author):
            require(self.author.role == "guardian", NOT_PERMITTED)
            require(delay_proven(self.house, said.proof, proposal.seq, LIFE, set(), set()), NOT_PERMITTED)
        del self.after.open[proposal.hash]

    def moved(self, said):
        """R-MOVE-021."""
        listed = {relay.uri for relay in self.house.constitution.relays}
        require(said.uri in listed and self.header.relay_epoch > self.house.relay_epoch, NOT_PERMITTED)
        self.after.home = said.uri

    def finished(self):
        """What every effect does: R-DOC-017, R-MOVE-014, R-CONS-006."""
        after = self.after
        if self.header.payload_type in MEMBERSHIP_TYPES:
            after.done |= {self.header.document_id}
        else:
            after.remember(self.header.document_id)
        after.relay_epoch = max(after.relay_epoch, self.header.relay_epoch)
        after.open = {h: p for h, p in after.open.items() if p.base == after.standing(p.type, p.content)}
        return after


def first_device(accept):
    return pb.Device(
        device_id=accept.device_id, signing_key=accept.signing_key, sealing_key=accept.sealing_key,
        role=pb.DEVICE_ROLE_ACTIVE,
    )
