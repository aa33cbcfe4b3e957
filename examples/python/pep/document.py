"""A document: steps 1 to 4 of the reading order, and its sections (chapter 4)."""

from .keys import verifies
from .proto import pb
from .registry import MEMBERSHIP_TYPES, TYPES, sections_of
from .seal import HEADER, open_blob, open_section, row_of_section
from .shape import well_formed
from .wire import parse, require, sha256, transcript

READER = 1  # R-DOC-018: this reader's version
WRAPPED = (1, 5)  # genesis and epoch hand out secrets


def open_signed(entry, log_id, secret):
    """Step 2: the header blob, under the household secret of the entry's generation."""
    return parse(pb.SignedHeader, open_blob(secret, log_id, HEADER, b"", entry.header))


def verified_header(signed, key):
    """Step 3: first the signature, then what it covers (R-DOC-003, R-DOC-009)."""
    signed_bytes = transcript("document", signed.payload_type, signed.header)
    require(key is not None and verifies(key, signed.signature, signed_bytes), "BAD_SIGNATURE")
    header = parse(pb.Header, signed.header)
    require(header.payload_type == signed.payload_type and header.author_device == signed.author_device)
    require(header.payload_type != pb.PAYLOAD_TYPE_UNSPECIFIED)  # R-WIRE-005
    return header


def check_place(header, entry, log_id):
    """R-DOC-004."""
    require(header.log_id == log_id, "WRONG_HOUSEHOLD")
    place = (header.seq, header.prev, header.slot) == (entry.seq, entry.prev, entry.slot)
    first = header.generations[0] if header.generations else None
    if first is not None and not first.HasField("dependant"):
        place = place and first.generation == entry.generation
    require(place, "WRONG_PLACE")


def body_hash(entry):
    return sha256(entry.body) if entry.HasField("body") else entry.body_hash


def check_body(header, entry):
    """Step 4, R-DOC-022."""
    require(body_hash(entry) == header.body_hash, "BODY_MISMATCH")


def too_old(header):
    """R-DOC-018: whether this reader is too old for the document; it knows no extension."""
    return header.min_reader > READER or len(header.critical_extensions) > 0


def too_large(header, entry):
    """R-DOC-026."""
    return entry.HasField("body") and len(entry.body) > TYPES[header.payload_type]["max_bytes"]


def check_header(header):
    """Row 9 of the table of R-DOC-001: section table, dependant, slot, lengths, ranges, generations."""
    row = TYPES[header.payload_type]
    old = too_old(header)
    well_formed(header, leave_out=("sections",) if old else ())
    if not old:
        require([section.kind for section in header.sections] == sections_of(header.payload_type))  # R-DOC-005
    require(header.HasField("dependant") == (row["dependant"] == "required"))
    require(not (header.slot and header.payload_type in MEMBERSHIP_TYPES))  # R-DOC-025
    require(not header.generations[0].HasField("dependant"))  # R-EPOCH-013


def check_wraps(header, entry):
    """Row 11: the wraps of a genesis or epoch, and of no other document (R-EPOCH-006, R-EPOCH-009)."""
    wrapped = header.payload_type in WRAPPED
    require(header.HasField("wraps_hash") == wrapped)
    if not entry.HasField("body") or header.payload_type not in MEMBERSHIP_TYPES:
        return
    count, length = wraps_numbers(entry.body)
    require((count > 0) == wrapped)
    require(not wrapped or sha256(entry.body[: 8 + count * length]) == header.wraps_hash)


def wraps_numbers(body):
    """How many wraps, and how long; MALFORMED before the first try (R-EPOCH-009)."""
    require(len(body) >= 8)
    count, length = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
    require(count <= 64 and (count == 0) == (length == 0) and 8 + count * length <= len(body))
    return count, length


def wraps_of(body):
    count, length = wraps_numbers(body)
    return [body[8 + i * length : 8 + (i + 1) * length] for i in range(count)]


def section_content(log_id, header, entry, kind, secret):
    """Step 6 for one kind: its bytes, or None of an empty section."""
    row = next((row for row in header.sections if row.kind == kind), None)
    require(row is not None)
    sealed = row_of_section(row, entry)
    require(sealed is None or secret is not None, "CANNOT_OPEN")
    return sealed and open_section(secret, log_id, kind, header.document_id, sealed, row.commitment)


def membership_section(log_id, header, entry, kind, message, secret):
    """A section that every member opens (R-DOC-027)."""
    content = section_content(log_id, header, entry, kind, secret)
    require(content)
    parsed = parse(message, content)
    well_formed(parsed)
    return parsed
