"""Proofs that time has passed: R-CONS-008."""

from parcep.v1alpha1 import register_pb2 as reg

from .crypto import T, verify
from .engine import Refused, check, formula, parsed
from .outside import bookmark_text
from .state import ACTIVE

BEAT = 64


@check("R-WIRE-006", "the number of pairs in a proof")
def spans_are_few(spans):
    return len(spans) <= 4


@check("R-WIRE-007", "the two ends of a pair")
def spans_have_ends(spans):
    return all(span.HasField("earlier") and span.HasField("later") for span in spans)


def well_formed(spans):
    spans_are_few(spans), spans_have_ends(spans)


@check("R-WIRE-007", "the refusal of an effect without a proof")
def is_there(spans):
    return len(spans) > 0


def proven(household, announced, delay, profits, interested, spans):
    """Whether pairs of two sources show that the delay has passed."""
    found = [pair(household, announced, delay, profits, span) for span in spans]
    found = [(kind, person(household, kind, source)) for kind, source in filter(None, found)]
    return suffice(found, interested)


def any_two(found, believed):
    return any(believed(*one, *other) for one in found for other in found)


@formula(
    "R-CONS-008",
    proofs_of_one_pair=lambda found, interested: len(found) >= 1,
    proofs_of_one_kind=lambda found, interested: len(found) >= 2,
    proofs_of_one_person=lambda found, interested: any_two(found, lambda kind, who, other, whose: kind != other),
    proofs_of_those_who_want_it=lambda found, interested: any_two(
        found, lambda kind, who, other, whose: kind != other and (who is None or who != whose)
    ),
)
def suffice(found, interested):
    """Two kinds, not of one person, and not both of persons who want the act."""
    return any_two(
        found,
        lambda kind, who, other, whose: kind != other
        and (who is None or who != whose)
        and not (who in interested and whose in interested),
    )


def person(household, kind, source):
    """Whose word a source is: nobody's for a relay."""
    if kind == "relay":
        return None
    if kind == "guardian":
        return household.people[source][0]
    return household.keyed_by[source]


def pair(household, announced, delay, profits, span):
    """The kind of source of one pair, or None if it proves nothing."""
    try:
        earlier, later = (statement(household, announced, profits, end) for end in (span.earlier, span.later))
        one_source(earlier, later)
        in_order(earlier, later)
        far_enough(earlier, later, delay)
    except Refused:
        return None
    return earlier[0], earlier[1]


@check("R-CONS-008", "the comparison of the sources of a pair")
def one_source(earlier, later):
    return earlier[:2] == later[:2]


@check("R-CONS-008", "the order of the places of a pair")
def in_order(earlier, later):
    return earlier[2] <= later[2]


@check("R-CONS-008", "the time between the statements of a pair")
def far_enough(earlier, later, delay):
    return later[3] - earlier[3] >= delay


def statement(household, announced, profits, said):
    """(kind, source, place, time) of a statement that counts."""
    which = said.WhichOneof("source")
    if which is None:
        raise Refused("MALFORMED")
    read = bookmark if which == "bookmark" else beat
    kind, source, seq, head, time = read(household, announced, profits, getattr(said, which))
    not_before_the_announcement(seq, announced)
    head_is_ours(household, seq, head)
    return kind, source, seq, time


@check("R-CONS-008", "the place of the announcement")
def not_before_the_announcement(seq, announced):
    return seq >= announced


@check("R-CONS-008", "the comparison of a head with this log")
def head_is_ours(household, seq, head):
    if seq >= household.place or household.hashes[seq] != head:
        raise Refused("WRONG_PLACE")


def bookmark(household, announced, profits, said):
    relay_is_named(household, said.relay_key)
    mark = said.bookmark
    bookmark_is_signed(said, mark)
    return "relay", said.relay_key, mark.seq, mark.head, mark.time


@check("R-CONS-008", "the search for a relay's key in the constitution")
def relay_is_named(household, key):
    return key in {relay.relay_key for relay in household.law.relays if relay.HasField("relay_key")}


@check("R-CONS-008", "the signature of a bookmark in a proof")
def bookmark_is_signed(said, mark):
    text = bookmark_text(said.handle, mark.relay_epoch, mark.seq, mark.head, mark.time)
    return holds(said.relay_key, mark.signature, text)


def holds(key, signature, text):
    try:
        verify(key, signature, text)
    except Refused:
        return False
    return True


def beat(household, announced, profits, said):
    device = said.author_device
    kind = kind_of(household, announced, profits, device)
    beat_is_signed(household, device, said)
    document = parsed(reg.RegisterDocument, said.document)
    beat_is_a_beat(document, said)
    beat_is_of_this_household(household, document)
    inner = parsed(reg.Beat, document.payload)
    return kind, device, inner.head.seq, inner.head.hash, inner.time


def kind_of(household, announced, profits, device):
    if device in household.points:
        point_kept_its_keys(household, announced, device)
        return "enforcement point"
    if device not in household.people:
        raise Refused("BAD_SIGNATURE")
    principal, row = household.people[device]
    guardian_speaks(household, principal)
    device_is_no_recovery_key(row)
    nobody_profits(principal, profits)
    return "guardian"


@check("R-CONS-008", "the keys of an enforcement point since the announcement")
def point_kept_its_keys(household, announced, device):
    return household.keyed[device] < announced


@check("R-CONS-008", "the role of whose beat stands in a proof")
def guardian_speaks(household, principal):
    return principal in household.guardians


@check("R-CONS-019", "the refusal of a recovery key's beat")
def device_is_no_recovery_key(row):
    return row.role == ACTIVE


@check("R-CONS-008", "the refusal of who profits")
def nobody_profits(principal, profits):
    return principal not in profits


@check("R-CONS-008", "the signature of a beat in a proof")
def beat_is_signed(household, device, said):
    return holds(household.key_of(device), said.signature, T("register", said.payload_type, said.document))


@check("R-CONS-008", "the type of a register in a proof")
def beat_is_a_beat(document, said):
    return document.payload_type == said.payload_type == BEAT and document.author_device == said.author_device


@check("R-CONS-008", "the household of a beat in a proof")
def beat_is_of_this_household(household, document):
    return document.log_id == household.log_id
