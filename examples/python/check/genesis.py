"""Entry 0: R-MEM-002, R-LOG-003."""

from dataclasses import replace

from . import entries, epochs, membership
from .crypto import ZERO, entry_hash
from .engine import Refused, check
from .entries import Document
from .state import ACTIVE, CONSTITUTION, DEVICES, EPOCH, GENESIS, Household, read_section


def join(entry, log_id, genesis_hash, seed):
    """The household that entry 0 founds, and whether the reader was given its secrets."""
    anchor_agrees(entry, genesis_hash)
    first_place(entry)
    secrets = epochs.open_wraps(entry.body, seed, log_id, entry.generation)
    household = Household(log_id, (entry_hash(entry),), secrets)
    household_secret = secrets.get((None, entry.generation, None))
    if household_secret is None:
        raise Refused("CANNOT_OPEN")
    signed = entries.open_header(entry, log_id, household_secret)
    # The author's key stands in the document itself: look for it, and let the signature decide.
    hint = Document(entries.parsed(entries.doc.Header, signed.header), b"")
    is_genesis(hint.header)
    listed = membership.devices(read_section(household, hint, entry.body, DEVICES))
    device = next((d for d in listed.devices if d.device_id == signed.author_device), None)
    author_is_listed(device)
    author_is_active(device)
    document = entries.verified(entry, signed, log_id, device.signing_key if device else listed.devices[0].signing_key)
    entries.well_formed(document.header)
    is_first(document.header)
    entries.bodied(document, entry)
    law = membership.constitution(read_section(household, document, entry.body, CONSTITUTION))
    body = epochs.body_of(read_section(household, document, entry.body, EPOCH))
    one_guardian(law)
    founder_is_guardian(law, listed)
    epoch_is_first(body)
    covers_everybody(law, body)
    served = True
    try:
        epochs.compare(secrets, body)
    except Refused:
        served = False
    household = replace(
        household,
        secrets=secrets if served else {},
        law=law,
        people={d.device_id: (listed.principal_id, d) for d in listed.devices},
        epoch=body,
        members=frozenset([document.header.document_id]),
        stands={"law": document.header.document_id, ("devices", listed.principal_id): document.header.document_id},
    )
    return household, served


@check("R-LOG-003", "the comparison of entry 0 with the anchor", "WRONG_ANCHOR")
def anchor_agrees(entry, genesis_hash):
    return entry_hash(entry) == genesis_hash


@check("R-MEM-002", "the place of genesis")
def first_place(entry):
    return entry.seq == 0 and entry.prev == ZERO and entry.generation == 1


@check("R-MEM-002", "the type of genesis")
def is_genesis(header):
    return header.payload_type == GENESIS


@check("R-MEM-002", "the search for genesis's author among its devices")
def author_is_listed(device):
    return device is not None


@check("R-MEM-002", "the role of genesis's author")
def author_is_active(device):
    return device is None or device.role == ACTIVE


@check("R-MEM-002", "the relay epoch of genesis")
def is_first(header):
    return header.relay_epoch == 1


@check("R-MEM-002", "the one guardian of genesis")
def one_guardian(law):
    return len(law.guardians) == 1


@check("R-MEM-002", "the founder's place among the guardians")
def founder_is_guardian(law, listed):
    return listed.principal_id in {guardian.principal_id for guardian in law.guardians}


@check("R-MEM-002", "the number of genesis's epoch")
def epoch_is_first(body):
    return body.number == 1


@check("R-EPOCH-004", "the rows of genesis's epoch")
def covers_everybody(law, body):
    return {row.dependant_id for row in body.dependants} == membership.dependants_of(law)
