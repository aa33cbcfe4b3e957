"""Proposals, approvals, effects and cancels: spec/11-consent.md."""

from dataclasses import replace

from parcep.v1alpha1 import consent_pb2 as con

from . import acts, membership, proofs, short_acts, taking
from .crypto import T, sealing_key, sha256, signing_key, verify
from .engine import Refused, check, formula, parsed, said
from .state import LAYER, TABLE, T_CONSTITUTION, T_DEVICES, T_ERASE, T_REMOVAL, T_RESOLVE, Proposal

WEEK, FORTNIGHT = 604_800, 1_209_600

READ = {
    T_CONSTITUTION: membership.constitution, T_DEVICES: membership.devices, T_REMOVAL: short_acts.removal,
    T_RESOLVE: short_acts.resolve, T_ERASE: short_acts.erase,
}
CARRY = {
    T_CONSTITUTION: acts.amend, T_DEVICES: acts.replace_devices, T_REMOVAL: short_acts.remove_point,
    T_RESOLVE: short_acts.resolved, T_ERASE: short_acts.erased,
}


# --- what an act asks for ---------------------------------------------------------------------


def stands_at(payload_type, wanted):
    """What an act replaces, as the household keeps it."""
    if payload_type == T_DEVICES:
        return "devices", wanted.principal_id
    return ("point", wanted.device_id) if payload_type == T_REMOVAL else "law"


def layered(household, device):
    """Guardians with a live layer for somebody whom an enforcement point serves."""
    served = set(household.points[device].dependants)
    rows = [(row.author, row.document.header) for row in household.live.values()]
    return {who for who, header in rows if header.payload_type == LAYER and header.dependant in served}


def asked(household, payload_type, wanted):
    """Whose consent the table asks for."""
    if payload_type == T_REMOVAL:
        return layered(household, wanted.device_id)
    return set() if payload_type == T_DEVICES else household.guardians


def state(household, payload_type, wanted, author, consents, accepted=frozenset()):
    """Whether an act has all that it needs: "now", "delay" or "open"."""
    what, principal, _ = author
    consents = consents & (household.guardians | {principal})
    if payload_type == T_CONSTITUTION:
        return taking.state(household.law, wanted, principal, consents, accepted)
    if payload_type == T_DEVICES:
        return delay_of_a_recovery(what)
    if payload_type == T_REMOVAL:
        return "now" if not layers_that_object(household, wanted, consents) else "delay"
    if payload_type == T_ERASE:
        return "now" if everybody_consents(household, consents) else "open"
    return "now" if taking.enough_before(household.law, consents & household.guardians) else "open"


@formula("R-CONS-019", recoveries_without_a_delay=lambda what: "now")
def delay_of_a_recovery(what):
    return "delay" if what == "recovery" else "now"


@formula("R-CONS-016", enforcement_points_that_one_guardian_removes=lambda household, wanted, consents: set())
def layers_that_object(household, wanted, consents):
    return layered(household, wanted.device_id) - consents


@formula("R-CONS-028", households_that_one_guardian_ends=lambda household, consents: True)
def everybody_consents(household, consents):
    return household.guardians <= consents


def may_begin(household, payload_type, wanted, author):
    what, principal, scope = author
    if payload_type == T_DEVICES:
        acts.may_replace(household, wanted.principal_id, author)
        return
    if what == "recovery":
        recovery_keys_recover_only()
    if payload_type == T_REMOVAL:
        point_is_there(household, wanted)
        serves_somebody_in_scope(household, wanted, scope)


@check("R-CONS-019", "the refusal of what a recovery key proposes beside its own devices", TABLE)
def recovery_keys_recover_only():
    return False


@check("R-CONS-016", "the search for the enforcement point that leaves", TABLE)
def point_is_there(household, wanted):
    if wanted.device_id not in household.points:
        raise Refused(TABLE)


@check("R-CONS-016", "the scope of who removes an enforcement point", TABLE)
def serves_somebody_in_scope(household, wanted, scope):
    served = set(household.points[wanted.device_id].dependants)
    return bool(served & scope) or not served


def direct(payload_type, after, reader, content, author, document_id):
    """A document that is written as itself."""
    wanted = READ[payload_type](content)
    may_begin(reader, payload_type, wanted, author)
    changed = CARRY[payload_type](after, reader, content, author, document_id)
    own_consent_is_enough(state(reader, payload_type, wanted, author, frozenset({author[1]})))
    return changed


@check("R-CONS-004", "the consents that a document needs beside its author's", TABLE)
def own_consent_is_enough(needs):
    return needs == "now"


# --- PROPOSAL ---------------------------------------------------------------------------------


def propose(after, reader, content, author, document_id):
    message = parsed(con.Proposal, content)
    said(message.payload_type)
    base_is_an_id(message)
    accepts_are_whole(message.accepts), accepts_differ(message.accepts)
    for accept in message.accepts:
        strong_accept(accept)
    can_be_proposed(message)
    wanted = READ[message.payload_type](message.content)
    may_begin(reader, message.payload_type, wanted, author)
    digest = proposal_hash(reader.log_id, message.payload_type, message.base, message.content)
    room_for_one_more(reader, author)
    not_open_yet(reader, digest)
    one_constitution_at_a_time(reader, message, author)
    joining = taking.newcomers(reader.law, wanted) if message.payload_type == T_CONSTITUTION else set()
    nobody_else_agrees(message, joining)
    if message.payload_type == T_CONSTITUTION:
        for newcomer in taking.newcomers(reader.law, wanted):
            newcomer_has_agreed(reader, message, digest, newcomer)
    proposal = Proposal(
        digest, document_id, reader.place, message.payload_type, message.content, message.base,
        tuple(message.accepts), author[1], author[0] == "recovery", frozenset({author[1]}),
    )
    carried(after, reader, proposal, author)  # what could never have effect is not open either
    base_stands(reader, message, wanted)
    return settled(after, reader, proposal)


@check("R-WIRE-007", "the length of a proposal's base")
def base_is_an_id(message):
    return len(message.base) == 16


@check("R-CONS-001", "the types that can be proposed", TABLE)
def can_be_proposed(message):
    if message.payload_type not in READ:
        raise Refused(TABLE)


@check("R-WIRE-007", "the lengths in an accept")
def accepts_are_whole(accepts):
    lengths = {"proposal_hash": 32, "principal_id": 16, "device_id": 16}
    return len(accepts) <= 8 and all(len(getattr(a, name)) == length for a in accepts for name, length in lengths.items())


@check("R-WIRE-007", "the refusal of two accepts of one principal")
def accepts_differ(accepts):
    return len({accept.principal_id for accept in accepts}) == len(accepts)


@check("R-WIRE-011", "the check of the keys in an accept")
def strong_accept(accept):
    try:
        signing_key(accept.signing_key), sealing_key(accept.sealing_key)
    except Refused:
        return False


@formula(
    "R-CONS-001",
    proposal_hashes_without_the_base=lambda log_id, number, base, content: sha256(T("proposal", log_id, number, b"", content)),
    proposal_hashes_without_the_household=lambda log_id, number, base, content: sha256(T("proposal", b"", number, base, content)),
    proposal_hashes_without_the_type=lambda log_id, number, base, content: sha256(T("proposal", log_id, 0, base, content)),
)
def proposal_hash(log_id, payload_type, base, content):
    return sha256(T("proposal", log_id, payload_type, base, content))


@check("R-CONS-027", "the number of proposals that are open at once", TABLE)
def room_for_one_more(household, author):
    if author[0] == "recovery":
        return not any(proposal.recovery and proposal.author == author[1] for proposal in household.open.values())
    people = [proposal for proposal in household.open.values() if not proposal.recovery]
    own = [proposal for proposal in people if proposal.author == author[1]]
    return len(people) < 16 and len(own) < 4


@check("R-CONS-001", "the refusal of a proposal that is open already", TABLE)
def not_open_yet(household, digest):
    return digest not in household.open


@check("R-CONS-005", "the wait for the other proposal of a constitution", TABLE)
def one_constitution_at_a_time(household, message, author):
    own = [proposal.payload_type for proposal in household.open.values() if one_and_the_same(proposal.author, author[1])]
    return message.payload_type != T_CONSTITUTION or T_CONSTITUTION not in own


@formula("R-CONS-005", guardians_who_stand_in_the_way_of_the_others=lambda one, other: True)
def one_and_the_same(one, other):
    return one == other


def newcomer_has_agreed(household, message, digest, newcomer):
    accept = next((accept for accept in message.accepts if accept.principal_id == newcomer), None)
    if accept is None:
        raise Refused(TABLE)
    accept_names_the_proposal(accept, digest)
    accept_is_signed(household, accept)


@check("R-CONS-003", "the refusal of an accept of who does not join", TABLE)
def nobody_else_agrees(message, joining):
    return {accept.principal_id for accept in message.accepts} <= joining


@check("R-CONS-003", "the proposal in an accept", TABLE)
def accept_names_the_proposal(accept, digest):
    return accept.proposal_hash == digest


@check("R-CONS-003", "the signature of an accept", TABLE)
def accept_is_signed(household, accept):
    try:
        verify(accept.signing_key, accept.signature, accept_text(household.log_id, accept))
    except Refused:
        return False


@formula(
    "R-CONS-003",
    accepts_that_leave_the_sealing_key_open=lambda log_id, a: T(
        "accept", log_id, a.proposal_hash, a.principal_id, a.device_id, a.signing_key, b""
    ),
    accepts_that_name_no_household=lambda log_id, a: T(
        "accept", b"", a.proposal_hash, a.principal_id, a.device_id, a.signing_key, a.sealing_key
    ),
)
def accept_text(log_id, a):
    return T("accept", log_id, a.proposal_hash, a.principal_id, a.device_id, a.signing_key, a.sealing_key)


@check("R-CONS-001", "the search for what a proposal replaces", "BASE_NOT_LIVE")
def base_stands(household, message, wanted):
    return household.stands.get(stands_at(message.payload_type, wanted)) == message.base


# --- what becomes of an open one --------------------------------------------------------------


def begun_by(household, proposal):
    """Who begins the act, as of now."""
    if proposal.recovery:
        return "recovery", proposal.author, {proposal.author}
    what = "guardian" if proposal.author in household.guardians else "nobody"
    return what, proposal.author, membership.scope_of(household.law, proposal.author)


def carried(after, reader, proposal, author):
    """The household with what was proposed: the same checks, as an entry of its author at this place."""
    wanted = READ[proposal.payload_type](proposal.content)
    may_begin(reader, proposal.payload_type, wanted, author)
    rest = (proposal.accepts,) if proposal.payload_type == T_CONSTITUTION else ()
    return CARRY[proposal.payload_type](after, reader, proposal.content, author, proposal.document_id, *rest)


def needs(household, proposal):
    wanted = READ[proposal.payload_type](proposal.content)
    accepted = frozenset(accept.principal_id for accept in proposal.accepts)
    author = begun_by(household, proposal)
    return state(household, proposal.payload_type, wanted, author, proposal.consents, accepted)


def settled(after, reader, proposal):
    """An open proposal, or its effect if nothing is missing."""
    missing = needs(reader, proposal)
    if missing == "now":
        return finished(carried(after, reader, proposal, begun_by(reader, proposal)), proposal)
    if missing == "delay" and proposal.complete is None:
        proposal = replace(proposal, complete=reader.place)
    return replace(after, open={**after.open, proposal.hash: proposal})


def finished(after, proposal):
    return replace(after, open={digest: other for digest, other in after.open.items() if digest != proposal.hash})


@formula("R-CONS-006", proposals_that_outlive_their_base=lambda household: household)
def still_open(household):
    """Without those whose base stands no more."""
    stays = lambda p: household.stands.get(stands_at(p.payload_type, READ[p.payload_type](p.content))) == p.base
    return replace(household, open={digest: p for digest, p in household.open.items() if stays(p)})


# --- APPROVE ----------------------------------------------------------------------------------


def approve(after, reader, content, author, document_id):
    message = parsed(con.Approval, content)
    approval_fits(message)
    proposal = reader.open.get(message.proposal_hash)
    is_open(proposal)
    base_is_the_same(proposal, message)
    consent_is_asked_for(reader, proposal, author)
    consent_is_new(proposal, who_consents(reader, author))
    return settled(after, reader, replace(proposal, consents=proposal.consents | {who_consents(reader, author)}))


@check("R-WIRE-007", "the lengths in an approval")
def approval_fits(message):
    return len(message.proposal_hash) == 32 and len(message.base) == 16


@check("R-CONS-002", "the search for the open proposal", TABLE)
def is_open(proposal):
    if proposal is None:
        raise Refused(TABLE)


@check("R-CONS-002", "the base in an approval", TABLE)
def base_is_the_same(proposal, message):
    return proposal.base == message.base


@check("R-CONS-002", "the question whose consent is asked for", TABLE)
def consent_is_asked_for(household, proposal, author):
    return author[1] in asked(household, proposal.payload_type, READ[proposal.payload_type](proposal.content))


def who_consents(household, author):
    return author[1]


@check("R-CONS-002", "the refusal of a second consent of one person", TABLE)
def consent_is_new(proposal, principal):
    return principal not in proposal.consents


# --- EFFECT, CANCEL ---------------------------------------------------------------------------


def take_effect(after, reader, content, author, document_id):
    message = parsed(con.Effect, content)
    hash_fits(message)
    proofs.well_formed(message.proof)
    proofs.is_there(message.proof)
    proposal = reader.open.get(message.proposal_hash)
    is_open(proposal)
    may_write_effect(reader, proposal, author)
    consents_are_complete(needs(reader, proposal))
    delay_has_passed(reader, proposal, announced_at(proposal), message.proof, WEEK)
    return finished(carried(after, reader, proposal, begun_by(reader, proposal)), proposal)


@check("R-WIRE-007", "the length of the hash in an effect or cancel")
def hash_fits(message):
    return len(message.proposal_hash) == 32


@check("R-CONS-009", "the author of an effect", TABLE)
def may_write_effect(household, proposal, author):
    what, principal, _ = author
    if what == "recovery":
        return proposal.recovery and principal == proposal.author
    return what == "guardian" or principal in concerned(household, proposal)


def concerned(household, proposal):
    """Principals, who are no guardians, whom an act concerns."""
    wanted = READ[proposal.payload_type](proposal.content)
    if proposal.payload_type == T_REMOVAL:
        return set(household.points[wanted.device_id].dependants)
    return {wanted.principal_id} if proposal.payload_type == T_DEVICES else set()


@check("R-CONS-009", "the consents behind an effect", TABLE)
def consents_are_complete(missing):
    return missing != "open"


@formula("R-CONS-008", delays_that_begin_before_the_consents_are_complete=lambda proposal: proposal.seq)
def announced_at(proposal):
    """The place from which a delay counts."""
    return proposal.seq if proposal.complete is None else proposal.complete


def profiting(proposal):
    wanted = READ[proposal.payload_type](proposal.content)
    return {proposal.author} | ({wanted.principal_id} if proposal.payload_type == T_DEVICES else set())


@check("R-CONS-008", "the proof of a delay", TABLE)
def delay_has_passed(household, proposal, announced, spans, delay):
    interested = profiting(proposal) | set(proposal.consents)
    return proofs.proven(household, announced, delay, profiting(proposal), interested, spans)


def cancel(after, reader, content, author, document_id):
    message = parsed(con.Cancel, content)
    hash_fits(message)
    proofs.well_formed(message.proof)
    proposal = reader.open.get(message.proposal_hash)
    is_open(proposal)
    what, _, _ = author
    if not may_cancel(reader, proposal, author):
        guardians_clear_up(what)
        old_enough(reader, proposal, message.proof)
    return cancelled(after, proposal)


@formula("R-CONS-010", proposals_that_go_on_after_a_cancel=lambda after, proposal: after)
def cancelled(after, proposal):
    return finished(after, proposal)


def may_cancel(household, proposal, author):
    """Its author at any time; of an act that has a delay, who consented."""
    what, principal, _ = author
    if what == "recovery":
        return proposal.recovery and principal == proposal.author
    if principal == proposal.author:
        return True
    takes = proposal.payload_type == T_CONSTITUTION and taking.waits(household.law, READ[T_CONSTITUTION](proposal.content))
    return takes and consenters_withdraw(principal, proposal)


@formula("R-CONS-010", people_who_may_not_withdraw_what_they_consented_to=lambda principal, proposal: False)
def consenters_withdraw(principal, proposal):
    return principal in proposal.consents


@check("R-CONS-006", "the role of who ends an old proposal", TABLE)
def guardians_clear_up(what):
    return what == "guardian"


@check("R-CONS-006", "the age of a proposal that others end", TABLE)
def old_enough(household, proposal, spans):
    return proofs.proven(household, proposal.seq, FORTNIGHT, nobody(proposal), set(), spans)


@formula("R-CONS-006", authors_who_may_not_help_to_end_what_they_began=profiting)
def nobody(proposal):
    """Who profits when an old proposal ends."""
    return set()
