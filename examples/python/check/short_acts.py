"""Short acts: an enforcement point leaves, the log moves, a fork is resolved, the household ends."""

from dataclasses import replace

from parcep.v1alpha1 import consent_pb2 as con

from .engine import Refused, check, parsed
from .state import TABLE


def removal(content):
    said = parsed(con.Removal, content)
    removal_names_a_device(said)
    return said


@check("R-WIRE-007", "the length of the id of an enforcement point that leaves")
def removal_names_a_device(said):
    return len(said.device_id) == 16


def remove_point(after, reader, content, author, document_id):
    device = removal(content).device_id
    points = {other: point for other, point in after.points.items() if other != device}
    stands = {what: document for what, document in after.stands.items() if what != ("point", device)}
    former = {**after.former, device: reader.points[device].signing_key}
    return replace(after, points=points, stands=stands, former=former)


def resolve(content):
    said = parsed(con.Resolve, content)
    heads_are_few(said), heads_are_heads(said), heads_differ(said)
    return said


@check("R-WIRE-006", "the number of branches that end")
def heads_are_few(said):
    return 1 <= len(said.ended) <= 8


@check("R-WIRE-007", "the length of the heads of branches that end")
def heads_are_heads(said):
    return all(len(head.hash) == 32 for head in said.ended)


@check("R-WIRE-007", "the refusal of one branch twice")
def heads_differ(said):
    heads = [(head.seq, head.hash) for head in said.ended]
    return len(set(heads)) == len(heads)


def resolved(after, reader, content, author, document_id):
    """Which branch goes on is for those to see who have them all (R-MOVE-006)."""
    return after


def erase(content):
    said = parsed(con.Erase, content)
    household_is_named(said)
    return said


@check("R-WIRE-007", "the length of the log id of a household that ends")
def household_is_named(said):
    return len(said.log_id) == 32


def erased(after, reader, content, author, document_id):
    if erase(content).log_id != reader.log_id:
        raise Refused("WRONG_HOUSEHOLD")
    return replace(after, ended=True)


def move(after, reader, content, author, document_id):
    said = parsed(con.Moved, content)
    address_has_a_length(said)
    relay_is_listed(reader, said)
    return after


@check("R-WIRE-006", "the length of the address that a log moves to")
def address_has_a_length(said):
    return 1 <= len(said.uri.encode()) <= 255


@check("R-MOVE-021", "the search for the new relay in the constitution", TABLE)
def relay_is_listed(household, said):
    return said.uri in {relay.uri for relay in household.law.relays}
