"""How a delay is proven to readers that have no clock (R-CONS-008)."""

from dataclasses import dataclass

from .keys import verifies
from .proto import pb
from .register import parse_beat, verified_register
from .wire import Refused, require, transcript

DELAY, LIFE = 604800, 1209600


@dataclass(frozen=True)
class Source:
    kind: str
    name: bytes
    speaks_for: bytes | None


def delay_proven(house, proof, since, delay, profits, consented):
    """R-CONS-008: two sources of different kinds that together can be believed."""
    sources = [source for source in (span_source(house, span, since, delay, profits) for span in proof) if source]
    suspects = profits | consented
    return any(
        a.kind != b.kind
        and (a.speaks_for is None or a.speaks_for != b.speaks_for)
        and not (a.speaks_for in suspects and b.speaks_for in suspects)
        for a in sources
        for b in sources
    )


def span_source(house, span, since, delay, profits):
    """The one source of a span that counts, or None: what does not count does no harm."""
    try:
        first, earlier, start = statement(house, span.earlier, since, profits)
        second, later, end = statement(house, span.later, since, profits)
    except Refused:
        return None
    return first if first == second and earlier.seq <= later.seq and end - start >= delay else None


def statement(house, said, since, profits):
    """(source, head, time) of a statement that verifies and is about this log, at or after the announcement."""
    which = said.WhichOneof("source")
    if which == "bookmark":
        source, head, time = bookmark_statement(house, said.bookmark)
    elif which == "beat":
        source, head, time = beat_statement(house, said.beat, since, profits)
    else:
        raise Refused("MALFORMED")  # a kind of source that another version may know
    require(since <= head.seq < house.next_seq and house.hashes[head.seq] == head.hash, "NOT_PERMITTED_BY_TABLE")
    return source, head, time


def bookmark_verifies(signed):
    mark = signed.bookmark
    parts = (signed.handle, mark.relay_epoch, mark.seq, mark.head, mark.time)
    return verifies(signed.relay_key, mark.signature, transcript("bookmark", *parts))


def bookmark_statement(house, signed):
    named = {relay.relay_key for relay in house.constitution.relays if relay.HasField("relay_key")}
    require(signed.relay_key in named and bookmark_verifies(signed), "BAD_SIGNATURE")
    head = pb.HeadRef(seq=signed.bookmark.seq, hash=signed.bookmark.head)
    return Source("relay", signed.relay_key, None), head, signed.bookmark.time


def beat_statement(house, signed, since, profits):
    author = house.author(signed.author_device)
    require(author is not None, "BAD_SIGNATURE")
    document = verified_register(signed, author.key)
    beat = parse_beat(document, house.log_id)
    if author.role == "guardian" and author.principal not in profits:
        return Source("guardian", author.device, author.principal), beat.head, beat.time
    point = house.points.get(author.device)
    require(point is not None and point.keys_at < since, "NOT_PERMITTED_BY_TABLE")
    return Source("enforcement point", author.device, point.keys_by), beat.head, beat.time
