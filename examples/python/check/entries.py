"""Entries and documents: spec/04-documents.md, and the shape and place of spec/06-log.md."""

import struct
from dataclasses import dataclass

from parcep.v1alpha1 import document_pb2 as doc

from . import tables
from .crypto import T, open_blob, open_section, sha256, verify
from .engine import Refused, check, field, formula, parsed, said

HEADER = 1
KIB = 1024


# --- shape of an entry: R-LOG-002, R-WIRE-006 -------------------------------------------------


@check("R-LOG-002", "the length of prev")
def prev_length(entry):
    return len(entry.prev) == 32


@check("R-WIRE-006", "the limit of a slot", "TOO_LARGE")
def slot_limit(entry):
    return len(entry.slot) <= 32


@check("R-LOG-002", "the refusal of generation 0")
def generation_given(entry):
    return entry.generation >= 1


@check("R-WIRE-006", "the limit of a header", "TOO_LARGE")
def header_limit(entry):
    return len(entry.header) <= 16 * KIB


@check("R-LOG-002", "the grid of a header")
def header_grid(entry):
    return len(entry.header) % KIB == 0


@check("R-LOG-002", "the refusal of an empty header")
def header_given(entry):
    return len(entry.header) > 0


@check("R-LOG-002", "the choice of one of body and body hash")
def one_body(entry):
    return entry.HasField("body") != entry.HasField("body_hash")


@check("R-WIRE-006", "the limit of a body", "TOO_LARGE")
def body_limit(entry):
    return len(entry.body) <= KIB * KIB


@check("R-LOG-002", "the grid of a body")
def body_grid(entry):
    size = len(entry.body)
    return not entry.HasField("body") or (size & (size - 1) == 0 and (size == 0 or size >= KIB))


@check("R-LOG-002", "the refusal of an empty body")
def body_given(entry):
    return not entry.HasField("body") or len(entry.body) > 0


@check("R-LOG-002", "the length of a body hash")
def body_hash_length(entry):
    return not entry.HasField("body_hash") or len(entry.body_hash) == 32


def shaped(data, body_zeros=None):
    """An entry of the right shape. A large body of zeros may come as its length."""
    entry = parsed(doc.Entry, data)
    if body_zeros is not None:
        entry.body = bytes(body_zeros)
    for test in (
        prev_length, slot_limit, generation_given, header_limit, header_given, header_grid,
        one_body, body_limit, body_given, body_grid, body_hash_length,
    ):
        test(entry)
    return entry


# --- reading a document: R-DOC-001 ------------------------------------------------------------


@dataclass
class Document:
    """A header whose signature and place are right."""

    header: object
    header_hash: bytes

    @property
    def generations(self):
        return {field(use, "dependant"): use.generation for use in self.header.generations}


def open_header(entry, log_id, secret):
    """Step 2: a SignedHeader that opened under a household secret."""
    return parsed(doc.SignedHeader, open_blob(secret, log_id, HEADER, b"", entry.header))


def verified(entry, signed, log_id, key):
    """Step 3: signature, then parsing, then what must agree."""
    header = header_after_signature(key, signed)
    payload_type_agrees(header, signed)
    author_agrees(header, signed)
    household_agrees(header, log_id)
    for test in (seq_agrees, prev_agrees, slot_agrees, generation_agrees):
        test(header, entry)
    body_is_signed(header, entry)
    return Document(header, sha256(signed.header))


def header_before_signature(key, signed):
    header = parsed(doc.Header, signed.header)
    signature_is_the_authors(key, signed)
    return header


@formula("R-DOC-001", headers_that_are_parsed_before_they_are_verified=header_before_signature)
def header_after_signature(key, signed):
    signature_is_the_authors(key, signed)
    return parsed(doc.Header, signed.header)


@check("R-DOC-003", "the signature of a document", "BAD_SIGNATURE")
def signature_is_the_authors(key, signed):
    verify(key, signed.signature, T("document", signed.payload_type, exact_bytes(signed)))


def encoded_again(signed):
    try:
        header = doc.Header.FromString(signed.header)
    except Exception:
        return signed.header
    header.DiscardUnknownFields()
    return header.SerializeToString()


@formula("R-WIRE-003", headers_that_are_encoded_again_before_they_are_verified=encoded_again)
def exact_bytes(signed):
    return signed.header


@check("R-DOC-009", "the comparison of payload types outside and inside")
def payload_type_agrees(header, signed):
    return header.payload_type == signed.payload_type


@check("R-DOC-009", "the comparison of authors outside and inside")
def author_agrees(header, signed):
    return header.author_device == signed.author_device


@check("R-DOC-004", "the household in a header", "WRONG_HOUSEHOLD")
def household_agrees(header, log_id):
    return header.log_id == log_id


@check("R-DOC-004", "the seq in a header", "WRONG_PLACE")
def seq_agrees(header, entry):
    return header.seq == entry.seq


@check("R-DOC-004", "the prev in a header", "WRONG_PLACE")
def prev_agrees(header, entry):
    return header.prev == entry.prev


@check("R-DOC-004", "the slot in a header", "WRONG_PLACE")
def slot_agrees(header, entry):
    return header.slot == entry.slot


@check("R-DOC-004", "the first generation in a header", "WRONG_PLACE")
def generation_agrees(header, entry):
    uses = header.generations
    return not uses or uses[0].HasField("dependant") or uses[0].generation == entry.generation


def well_formed(header):
    """What a header of any type looks like, and of this one."""
    said(header.payload_type)
    ids_are_ids(header)
    dates_end_nothing(header)
    clocks_decide_nothing(header)
    numbers_are_from_one(header)
    generations_are_named(header)
    if tables.in_log(header.payload_type):
        if can_read(header):
            table_is_complete(header)
        dependant_as_the_table_says(header)
        wraps_hash_where_due(header)
        no_slot_for_membership(header)


def can_read(header):
    return header.min_reader <= 1 and not header.critical_extensions


@check("R-DOC-018", "min_reader", "READER_TOO_OLD")
def min_reader(header):
    return header.min_reader <= 1


@check("R-DOC-018", "critical extensions", "READER_TOO_OLD")
def critical_extensions(header):
    return not header.critical_extensions


@check("R-WIRE-007", "the ranges of numbers in a header")
def numbers_are_from_one(header):
    return min(header.relay_epoch, header.min_reader, *[use.generation for use in header.generations]) >= 1


@check("R-DOC-025", "the refusal of membership in a slot")
def no_slot_for_membership(header):
    return not tables.decides_membership(header.payload_type) or not header.slot


@check("R-MEM-010", "the presence of a dependant as the table says")
def dependant_as_the_table_says(header):
    return header.HasField("dependant") == (tables.TYPES[header.payload_type]["dependant"] == "required")


TODAY = 1_800_000_000


def ended(header):
    if header.HasField("expires_at") and header.expires_at < TODAY:
        raise Refused("EXPIRED")


@formula("R-DOC-019", documents_that_end_with_their_expiry=ended)
def dates_end_nothing(header):
    """No date in a header refuses it."""


def not_begun(header):
    if header.not_before > TODAY:
        raise Refused("EXPIRED")


@formula("R-LOG-008", documents_without_effect_until_a_clock_says_so=not_begun)
def clocks_decide_nothing(header):
    """Whether an entry has effect follows from the log alone."""


@check("R-WIRE-007", "the length of ids in a header")
def ids_are_ids(header):
    given = [header.document_id, header.author_device, field(header, "base"), field(header, "dependant")]
    return all(len(value) == 16 for value in given if value is not None)


@check("R-EPOCH-013", "the form of the list of generations")
def generations_are_named(header):
    uses = header.generations
    return 1 <= len(uses) <= 2 and not uses[0].HasField("dependant")


@check("R-DOC-005", "the completeness of the section table")
def table_is_complete(header):
    return [row.kind for row in header.sections] == tables.sections_of(header.payload_type)


@check("R-EPOCH-006", "the hash of wraps in the wrong type")
def wraps_hash_where_due(header):
    return header.HasField("wraps_hash") == (header.payload_type in (1, 5))


@check("R-WIRE-006", "the limit of a body by payload type", "TOO_LARGE")
def type_limit(header, entry):
    return len(entry.body) <= tables.max_bytes(header.payload_type)


@check("R-DOC-022", "the hash of the body", "BODY_MISMATCH")
def body_is_signed(header, entry):
    return header.body_hash == (sha256(entry.body) if entry.HasField("body") else entry.body_hash)


@check("R-EPOCH-006", "the signed hash of the wraps")
def wraps_are_signed(header, entry):
    return not header.HasField("wraps_hash") or sha256(wraps_area(entry.body)) == header.wraps_hash


def bodied(document, entry):
    """The rest of step 4: size, and wraps."""
    if tables.decides_membership(document.header.payload_type):
        type_limit(document.header, entry)
    if entry.HasField("body"):
        wraps_are_signed(document.header, entry)


def wraps_area(body):
    """The bytes of the wraps with the two numbers before them."""
    count, length = struct.unpack(">II", body[:8])
    return body[: 8 + count * length]


def usable(document, entry):
    """R-DOC-018, R-DOC-026: whether this reader uses any section of it."""
    min_reader(document.header)
    critical_extensions(document.header)
    type_limit(document.header, entry)


def section(document, body, kind, secret, log_id):
    """Step 6: the content of one section. `secret` is the household's or the kind's."""
    row = next((row for row in document.header.sections if row.kind == kind), None)
    if row is None:
        raise Refused("MALFORMED")
    if row.length == 0:
        nothing_is_committed(row)
        return b""
    lies_within(row, body)
    sealed = body[row.offset : row.offset + row.length]
    return open_section(secret, log_id, kind, document.header.document_id, sealed, row.commitment)


def all_kinds(document, kind):
    return [row.kind for row in document.header.sections if row.length] + [kind]


@formula("R-DOC-014", documents_that_fall_with_one_bad_section=all_kinds)
def kinds_to_open(document, kind):
    """What has to open for a reader to use one section: that one."""
    return [kind]


@check("R-DOC-005", "the commitment of an empty section", "BAD_COMMITMENT")
def nothing_is_committed(row):
    return row.commitment == bytes(32)


@check("R-DOC-007", "the end of a section within the body")
def lies_within(row, body):
    return row.offset + row.length <= len(body)
