"""What proves a fork (R-MOVE-001)."""

from .delay import bookmark_verifies, verified_register
from .document import check_body, check_place, open_signed, verified_header
from .proto import pb
from .register import APPLIED_REPORT, BEAT
from .wire import Refused, check_entry, entry_hash, parse


def bookmarks_prove(house, handle, first, second):
    """Two bookmarks under one key of the constitution: for one place, with different heads."""
    keys = {relay.relay_key for relay in house.constitution.relays}
    a, b = first.bookmark, second.bookmark
    return (
        first.relay_key == second.relay_key
        and first.relay_key in keys
        and first.handle == second.handle == handle
        and (a.relay_epoch, a.seq) == (b.relay_epoch, b.seq)
        and a.head != b.head
        and bookmark_verifies(first)
        and bookmark_verifies(second)
    )


def entries_prove(house, keyring, handle, entries, served, witnesses):
    """Two signed entries for the place behind this household's head, each witnessed."""
    headers = [signed_header(house, keyring, entry) for entry in entries]
    if None in headers or entry_hash(entries[0]) == entry_hash(entries[1]):
        return False
    a, b = headers
    same_place = (a.relay_epoch, a.seq, a.prev) == (b.relay_epoch, b.seq, b.prev)
    here = a.seq == house.next_seq and a.prev == house.head
    return same_place and here and all(
        was_served or any(witnesses_it(house, keyring, handle, entry, header, witness) for witness in witnesses)
        for entry, header, was_served in zip(entries, headers, served)
    )


def signed_header(house, keyring, entry):
    """The header of an entry that is signed for its place by a device that is live here, or None."""
    try:
        check_entry(entry)
        signed = open_signed(entry, house.log_id, keyring.household(entry.generation))
        author = house.author(signed.author_device)
        header = verified_header(signed, author and author.key)
        check_place(header, entry, house.log_id)
        check_body(header, entry)
    except (Refused, TypeError):
        return None
    return header


def witnesses_it(house, keyring, handle, entry, header, witness):
    """Whether a SignedBookmark, a SignedRegister or an Entry names the entry's hash, for somebody else."""
    digest = entry_hash(entry)
    if isinstance(witness, pb.SignedBookmark):
        keys = {relay.relay_key for relay in house.constitution.relays}
        named = witness.bookmark.head == digest and witness.handle == handle and witness.relay_key in keys
        return named and bookmark_verifies(witness)
    if isinstance(witness, pb.SignedRegister):
        author, named = register_names(house, witness)
    else:
        behind = signed_header(house, keyring, witness)
        author, named = (house.author(behind.author_device), behind.prev) if behind else (None, None)
    return author is not None and named == digest and person(author) != person(house.author(header.author_device))


def register_names(house, signed):
    """Who wrote a beat or report, and the head that it names."""
    author = house.author(signed.author_device)
    try:
        document = verified_register(signed, author.key)
        payload = parse({BEAT: pb.Beat, APPLIED_REPORT: pb.AppliedReport}[document.payload_type], document.payload)
    except (Refused, AttributeError, KeyError):
        return None, None
    return (author, payload.head.hash) if document.log_id == house.log_id else (None, None)


def person(author):
    """A principal, or an enforcement point by itself."""
    return author.principal or author.device
