"""A household followed entry by entry: spec/06-log.md, and the reading order of 04."""

from dataclasses import replace

from . import acts, consent, entries, epochs, membership, renewal, short_acts, tables
from .crypto import entry_hash
from .engine import Refused, check, formula
from .state import (
    ACTIVE, CONSTITUTION, DEVICES, NOBODY, POINT, TABLE, T_APPROVE, T_CANCEL, T_CONSTITUTION, T_DEVICES,
    T_EFFECT, T_EPOCH, T_ERASE, T_MOVED, T_POINT, T_PROPOSAL, T_REMOVAL, T_RESOLVE, Skipped, Void, read_section,
)


def follow(household, entry, seed):
    """The household after one more entry, and whether an epoch served the reader (None for other types).

    Raises Void or Skipped with the household after it in `.household`, or Refused if the entry is not taken.
    """
    if household.before_run is not None and leads_elsewhere(household, entry):
        return follow(household.before_run, entry, seed)
    in_its_place(household, entry, seed)
    after = replace(household, hashes=(*household.hashes, entry_hash(entry)), before_run=None)
    secrets, handed = with_handed(household, entry, seed)
    try:
        reader = replace(household, secrets=secrets)
        document = read_document(reader, entry)
        changed, served = effect(after, reader, document, entry, handed)
        return changed, served
    except Skipped as outcome:
        outcome.household = after_skipping(household, after)
        raise
    except Void as outcome:
        outcome.household = after_voiding(household, confirmed(household, after, outcome))
        raise


@check("R-LOG-009", "the end of a run that an entry does not lead to")
def run_leads_here(household, entry):
    return entry.seq == household.place and entry.prev == household.head


def leads_elsewhere(household, entry):
    """Whether an entry that comes behind skipped ones belongs behind something else."""
    try:
        run_leads_here(household, entry)
    except Refused:
        return True
    return False


@formula("R-LOG-010", void_entries_that_lose_their_place=lambda before, after: before)
def after_voiding(before, after):
    return after


@formula("R-LOG-009", runs_that_anybody_confirms=lambda before, after, outcome: after)
def confirmed(before, after, outcome):
    """Only who signed for this very predecessor vouches for what was skipped before it."""
    return after if outcome.vouched else replace(after, before_run=before.before_run)


@formula("R-LOG-009", skipped_entries_that_lose_their_place=lambda before, after: before)
def after_skipping(before, after):
    return replace(after, before_run=before.before_run or before)


def in_its_place(household, entry, seed):
    """R-LOG-004, R-LOG-005, R-LOG-006."""
    place = len(household.hashes)
    no_gap(entry, place)
    if entry.seq < place:
        same_as_before(household, entry, seed)
        return
    behind_the_head(household, entry, seed)


@check("R-LOG-005", "the comparison of entries at known places")
def same_as_before(household, entry, seed):
    if entry_hash(entry) != household.hashes[entry.seq]:
        raise Refused("FORK" if is_signed(household, entry, seed) else "ROLLBACK")


@check("R-LOG-004", "the check for gaps", "GAP")
def no_gap(entry, place):
    return entry.seq <= place


@check("R-LOG-004", "the comparison of prev with the head")
def behind_the_head(household, entry, seed):
    if entry.prev != household.head:
        raise Refused("FORK" if is_signed(household, entry, seed) else "WRONG_PLACE")


def is_signed(household, entry, seed):
    """Whether a member signed exactly this entry for exactly this place: evidence, and not noise."""
    try:
        evidence(household, entry, seed)
    except Refused:
        return False
    return True


@check("R-LOG-006", "the check of signatures before a fork is called")
def evidence(household, entry, seed):
    secrets, _ = with_handed(household, entry, seed)
    read_document(replace(household, secrets=secrets), entry)


def with_handed(household, entry, seed):
    """R-EPOCH-009: wraps are tried only where the next epoch may stand."""
    expected = household.epoch.number + 1
    if entry.generation != expected or (None, expected, None) in household.secrets:
        return household.secrets, None
    try:
        handed = epochs.open_wraps(entry.body, seed, household.log_id, entry.generation)
    except Refused:
        return household.secrets, None
    return {**household.secrets, **handed}, handed


def read_document(household, entry):
    """Steps 2, 3 and 5 of R-DOC-001; what is wrong says who is to blame."""
    secret = household.secrets.get((None, generation_of(household, entry), None))
    if secret is None:
        raise Skipped("CANNOT_OPEN")
    try:
        signed = entries.open_header(entry, household.log_id, secret)
    except Refused as error:
        raise Skipped(error.reason) if error.reason == "SEAL_BROKEN" else Void(error.reason, False) from error
    key = household.key_of(signed.author_device)
    try:
        document = entries.verified(entry, signed, household.log_id, key or NOBODY)  # R-MEM-007
    except Refused as error:
        if error.reason == "WRONG_PLACE" and signed.author_device in household.points:
            raise Void(TABLE, False) from error
        if error.reason == "WRONG_PLACE" or error.reason == whose_fault_a_body_is():
            stays_for_now(error)
            membership_has_a_body(signed, entry)
            raise Skipped(error.reason) from error
        raise Void(error.reason, False) from error
    if not tables.in_log(document.header.payload_type):
        reserved_has_no_effect()
        return document
    try:
        household_goes_on(household)
        entries.well_formed(document.header)
        entries.bodied(document, entry)
    except Refused as error:
        raise Void(error.reason) from error
    membership_has_a_body(document.header, entry)
    return document


@formula("R-LOG-007", bodies_that_void_their_entry=lambda: None)
def whose_fault_a_body_is():
    """The reason that blames the relay: the follower stops."""
    return "BODY_MISMATCH"


@formula("R-EPOCH-008", epochs_sealed_under_the_secret_before=lambda household, entry: household.epoch.number)
def generation_of(household, entry):
    """The generation whose secret seals an entry: the one it names, an epoch's own too."""
    return entry.generation


def stop(error):
    raise error


@formula("R-LOG-012", followers_that_stop_at_an_entry_that_does_not_fit=stop)
def stays_for_now(error):
    """An entry that is signed for another place or body may be a member's doing: nobody stops for it."""


@check("R-LOG-007", "the stop at membership without its body", "BODY_MISMATCH")
def membership_has_a_body(header, entry):
    return not tables.decides_membership(header.payload_type) or entry.HasField("body")


@check("R-DOC-018", "the stop at membership that needs a later reader", "READER_TOO_OLD")
def membership_is_readable(header):
    return entries.can_read(header)


@check("R-DOC-016", "the refusal of reserved and unknown types")
def reserved_has_no_effect():
    raise Void(None)


def effect(after, reader, document, entry, handed):
    """What a verified document does."""
    header = document.header
    try:
        no_membership_has_its_id(reader, header)
        nothing_that_holds_has_its_id(reader, header)
        nothing_that_was_has_its_id(reader, header)
        dependant_has_a_secret(reader, header)
        newest_household(reader, header)
        newest_dependant(reader, document)
        relay_epochs_do_not_fall(reader, header)
        relay_epochs_leave_room(reader, header)
        epoch_is_due(reader, header)
        author = standing(reader, header.author_device)
        permitted(reader, header, author)
        if not entries.can_read(header) and tables.decides_membership(header.payload_type):
            membership_is_readable(header)
        if header.payload_type == T_MOVED:
            relay_epoch_is_new(reader, header)
        changed, served = ACTS.get(header.payload_type, acts.put)(after, reader, document, entry, author, handed)
        if tables.decides_membership(header.payload_type):
            changed = renewal.noted(reader, changed)
    except Void:
        raise
    except Refused as error:
        if error.reason == "READER_TOO_OLD":
            raise
        raise Void(error.reason) from error
    changed = consent.still_open(changed)
    highest = max(reader.relay_epoch, header.relay_epoch)
    return replace(remembering(changed, header), relay_epoch=highest), served


def remembering(household, header):
    if tables.decides_membership(header.payload_type):
        return replace(household, members=household.members | {header.document_id})
    return replace(household, used={**household.used, header.document_id: header.seq})


@check("R-MOVE-021", "the higher relay epoch of a move", TABLE)
def relay_epoch_is_new(household, header):
    return header.relay_epoch > household.relay_epoch


def plain(kind, act):
    """A document whose one section is what it does."""

    def run(after, reader, document, entry, author, handed):
        content = read_section(reader, document, entry.body, kind)
        return act(after, reader, content, author, document.header.document_id), None

    return run


def direct(payload_type, kind):
    """A document for which its author's own consent is enough (R-CONS-004)."""
    return plain(kind, lambda *given: consent.direct(payload_type, *given))


ACTS = {
    T_CONSTITUTION: direct(T_CONSTITUTION, CONSTITUTION),
    T_DEVICES: plain(DEVICES, acts.replace_devices),
    T_POINT: plain(POINT, acts.add_point),
    T_EPOCH: renewal.renew,
    T_REMOVAL: direct(T_REMOVAL, 13),
    T_RESOLVE: direct(T_RESOLVE, 11),
    T_ERASE: direct(T_ERASE, 14),
    T_PROPOSAL: plain(7, consent.propose),
    T_APPROVE: plain(8, consent.approve),
    T_EFFECT: plain(9, consent.take_effect),
    T_CANCEL: plain(10, consent.cancel),
    T_MOVED: plain(12, short_acts.move),
}


@check("R-CONS-028", "the end of a household", "ENDED")
def household_goes_on(household):
    return not household.ended


@check("R-MOVE-014", "the refusal of a lower relay epoch", TABLE)
def relay_epochs_do_not_fall(household, header):
    return header.relay_epoch >= household.relay_epoch


@check("R-MOVE-029", "the limit of relay epochs", TABLE)
def relay_epochs_leave_room(household, header):
    return header.relay_epoch <= highest_relay_epoch(household.relay_epoch)


@formula(
    "R-MOVE-029",
    relay_epochs_of_which_a_clock_gives_the_last=lambda before: 4_000_000_002,
    relay_epochs_that_grow_by_one_at_most=lambda before: max(before, 4_000_000_000) + 1,
    relay_epochs_that_grow_by_three=lambda before: max(before, 4_000_000_000) + 3,
)
def highest_relay_epoch(before):
    return max(before, 4_000_000_000) + 2


@check("R-DOC-017", "the search for the id of a membership document", "DUPLICATE_DOCUMENT")
def no_membership_has_its_id(household, header):
    return header.document_id not in household.members


@check("R-DOC-017", "the search for the id of what holds", "DUPLICATE_DOCUMENT")
def nothing_that_holds_has_its_id(household, header):
    waiting = {document for live in household.live.values() for document in live.waiting}
    return header.document_id not in household.live and header.document_id not in waiting


@check("R-DOC-017", "the search for the id of what was", "DUPLICATE_DOCUMENT")
def nothing_that_was_has_its_id(household, header):
    place = household.used.get(header.document_id)
    return place is None or place < remembered_from(header.seq)


@formula(
    "R-DOC-017",
    ids_that_are_forgotten_a_place_too_early=lambda seq: seq - 2047,
    ids_that_are_forgotten_a_place_too_late=lambda seq: seq - 2049,
    ids_that_are_never_forgotten=lambda seq: 0,
)
def remembered_from(seq):
    return seq - 2048


@check("R-EPOCH-013", "the wait for a dependant's first secret", "EPOCH_NEEDED")
def dependant_has_a_secret(household, header):
    who = header.dependant
    return who not in membership.dependants_of(household.law) or household.generation(who) is not None


@check("R-EPOCH-013", "the household's generation", TABLE)
def newest_household(household, header):
    expected = household.epoch.number + (header.payload_type == T_EPOCH)
    return header.generations[0].generation == expected


@check("R-EPOCH-013", "the dependant's generation", TABLE)
def newest_dependant(household, document):
    if not document.header.HasField("dependant"):
        return len(document.header.generations) == 1
    who = document.header.dependant
    return document.generations.get(who) == household.generation(who)


@check("R-EPOCH-012", "the epoch after a removal", "EPOCH_NEEDED")
def epoch_is_due(household, header):
    return not household.epoch_needed or header.payload_type == T_EPOCH


def standing(household, device):
    """(what, principal, scope) of an author."""
    if device in household.points:
        return "point", None, set()
    if device not in household.people:
        return "stranger", None, set()
    principal, row = household.people[device]
    if waits(row):
        return "recovery", principal, {principal}
    if principal in household.guardians:
        return "guardian", principal, membership.scope_of(household.law, principal)
    return "dependant", principal, {principal}


@formula("R-MEM-004", recovery_keys_that_count_at_once=lambda device: False)
def waits(device):
    """Whether what a device signs waits for a delay."""
    return device.role != ACTIVE


# --- who may write what: R-MEM-010 ------------------------------------------------------------


def permitted(household, header, author):
    what, _, scope = author
    if what == "recovery":
        recovery_keys_wait(header)
    else:
        role_is_in_the_row(header, what)
    if header.HasField("dependant"):
        dependant_in_scope(header, scope)


@check("R-CONS-019", "the row of what recovery keys write", TABLE)
def recovery_keys_wait(header):
    return "recovery" in tables.TYPES[header.payload_type]["roles"]


@check("R-MEM-010", "the roles of a row", TABLE)
def role_is_in_the_row(header, what):
    return what in tables.TYPES[header.payload_type]["roles"]


@check("R-MEM-010", "the scope of an author", TABLE)
def dependant_in_scope(header, scope):
    return header.dependant in scope
