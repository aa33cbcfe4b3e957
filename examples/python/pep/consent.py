"""Proposals: who has to consent, and how a delay is proven (chapter 11)."""

from dataclasses import dataclass, replace

from .keys import verifies
from .proto import pb
from .wire import sha256, transcript

CONSTITUTION, DEVICES, REMOVAL, RESOLVE, ERASE = 2, 3, 13, 25, 27
CONTENTS = {
    CONSTITUTION: pb.Constitution,
    DEVICES: pb.PrincipalDevices,
    REMOVAL: pb.Removal,
    RESOLVE: pb.Resolve,
    ERASE: pb.Erase,
}
MOST_OPEN, MOST_OPEN_EACH = 16, 4  # R-CONS-027


@dataclass(frozen=True)
class Proposal:
    """An act that is announced and open."""

    hash: bytes
    type: int
    content: object
    base: bytes
    document: bytes
    seq: int
    author: object
    accepts: tuple
    consents: tuple  # of (principal, seq), in the order of the log

    @property
    def newcomers(self):
        return {accept.principal_id for accept in self.accepts}

    def with_consent(self, principal, seq):
        return replace(self, consents=(*self.consents, (principal, seq)))


def proposal_hash(log_id, payload_type, base, content):
    return sha256(transcript("proposal", log_id, payload_type, base, content))


def accepted(log_id, accept):
    """R-CONS-003: the newcomer's own signature."""
    fields = (accept.proposal_hash, accept.principal_id, accept.device_id, accept.signing_key, accept.sealing_key)
    return verifies(accept.signing_key, accept.signature, transcript("accept", log_id, *fields))


def status(house, proposal, consents=None):
    """'now', 'delay' or None: what the act may do with these consents (table of chapter 11)."""
    consents = {principal for principal, _ in proposal.consents} if consents is None else consents
    guardians = set(house.guardians)
    counted = consents & guardians  # whoever lost the authority to consent is no longer counted
    if proposal.type == CONSTITUTION:
        return constitution_status(house, proposal, counted)
    if proposal.type == DEVICES:
        return "delay" if proposal.author.role == "recovery" else "now"
    if proposal.type == REMOVAL:
        return "now" if removal_consents(house, proposal.content) <= counted else "delay"
    if proposal.type == RESOLVE:
        return "now" if len(counted) >= house.constitution.threshold else None
    return "now" if guardians <= counted else None  # ERASE, R-CONS-028


def constitution_status(house, proposal, counted):
    """R-MEM-003, R-CONS-011 to R-CONS-013."""
    old, new = house.constitution, proposal.content
    if is_leaving(house, new, proposal.author.principal):
        return "now"
    after = {g.principal_id for g in new.guardians}
    if len(counted) < old.threshold or len((counted & after) | proposal.newcomers) < new.threshold:
        return None
    if proposal.newcomers and len(old.guardians) >= 2 and len(counted) < 2:
        return None
    victims = deprived(house, new) - counted
    if not victims:
        return "now"
    return "delay" if len(old.guardians) >= 3 and len(counted) >= 2 else None


def is_leaving(house, new, principal):
    """R-CONS-013: nothing changes but that the author is left out."""
    count = len(house.constitution.guardians)
    if principal not in house.guardians or count == 1:
        return False
    expected = pb.Constitution()
    expected.CopyFrom(house.constitution)
    del expected.guardians[[g.principal_id for g in expected.guardians].index(principal)]
    expected.threshold = min(house.constitution.threshold, count - 1)
    return expected == new


def deprived(house, new):
    """R-CONS-012: the guardians from whom this constitution takes authority."""
    after = {g.principal_id: g for g in new.guardians}
    remaining = {d.principal_id for d in new.dependants}
    found = set()
    for guardian, before in house.guardians.items():
        later = after.get(guardian)
        scope = house.scope(guardian)
        narrowed = later is not None and later.scope and (not before.scope or set(before.scope) - set(later.scope))
        if later is None or narrowed or scope - remaining or custody_taken(house, new, guardian, scope):
            found.add(guardian)
    return found


def custody_taken(house, new, guardian, scope):
    """Whether a time that was this guardian's changes hands, or an open one becomes somebody else's."""
    for dependant in scope:
        old_stretches, new_stretches = custody(house.constitution, dependant), custody(new, dependant)
        for instant in {edge for _, *edges in old_stretches + new_stretches for edge in edges}:
            before, after = at(old_stretches, instant), at(new_stretches, instant)
            if before != after and (guardian in before or (not before and after - {guardian})):
                return True
    return False


def custody(constitution, dependant):
    """(guardian, from, until) of each interval over a dependant."""
    return [
        (guardian.principal_id, getattr(interval, "from"), interval.until)
        for guardian in constitution.guardians
        for interval in guardian.custody
        if interval.dependant_id == dependant
    ]


def at(stretches, instant):
    return {guardian for guardian, start, end in stretches if start <= instant < end}


def concerned(house, proposal):
    """R-CONS-009: whose devices it sets, or whom the enforcement point serves."""
    if proposal.type == DEVICES:
        return {proposal.content.principal_id}
    return set(house.points[proposal.content.device_id].point.dependants) if proposal.type == REMOVAL else set()


def removal_consents(house, removal):
    served = set(house.points[removal.device_id].point.dependants) if removal.device_id in house.points else set()
    return house.layer_writers(served)


def announced_at(house, proposal):
    """R-CONS-008: the place of the PROPOSAL, or of the consent that completed it."""
    if proposal.type != CONSTITUTION:
        return proposal.seq
    so_far = set()
    for principal, seq in proposal.consents:
        so_far.add(principal)
        if status(house, proposal, so_far) is not None:
            return seq
    return proposal.seq


def asked(house, proposal):
    """R-CONS-002: the principals whose consent the table asks for."""
    if proposal.type == DEVICES:
        return set()
    return removal_consents(house, proposal.content) if proposal.type == REMOVAL else set(house.guardians)


def may_stop(house, proposal, author):
    """R-CONS-006, R-CONS-010: who ends a proposal at any time."""
    if author.role == "recovery":
        return proposal.author.device == author.device
    if author.principal in {proposal.author.principal, *(principal for principal, _ in proposal.consents)}:
        return True
    of_two = proposal.type == CONSTITUTION and len(house.guardians) == 2 and deprived(house, proposal.content)
    return bool(of_two and author.role == "guardian")
