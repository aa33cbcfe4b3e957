"""A household followed entry by entry: spec/06-log.md, 10-membership.md, and the effects of 04 and 05."""

from dataclasses import dataclass, field, replace

from . import entries, epochs, membership, tables
from .crypto import ZERO, entry_hash, kind_secret, live_root
from .engine import Refused, check, formula
from .entries import Document

CONSTITUTION, DEVICES, POINT, EPOCH = 3, 4, 5, 6
GENESIS, T_CONSTITUTION, T_DEVICES, T_POINT, T_EPOCH, OVERRIDE = 1, 2, 3, 4, 5, 7
ACTIVE = 1
TABLE = "NOT_PERMITTED_BY_TABLE"
NOBODY = bytes([9]) + bytes(31)


class Void(Refused):
    """The entry keeps its place and has no effect."""


class Skipped(Refused):
    """The entry could not be opened and keeps its place for now (R-LOG-009)."""


@dataclass(frozen=True)
class Live:
    document: Document
    author: bytes


@dataclass
class Household:
    log_id: bytes
    hashes: tuple
    secrets: dict
    law: object = None
    people: dict = field(default_factory=dict)  # device id -> (principal, device)
    points: dict = field(default_factory=dict)  # device id -> enforcement point
    epoch: object = None
    epoch_needed: bool = False
    taken: frozenset = frozenset()  # dependants whose secret somebody knows who lost the right to it
    gone: frozenset = frozenset()  # dependants that left
    live: dict = field(default_factory=dict)  # document id -> Live
    used: frozenset = frozenset()
    former: dict = field(default_factory=dict)  # what left: device id -> signing key; for a fault only

    @property
    def head(self):
        return self.hashes[-1]

    def root(self):
        rows = [(i, live.document.header_hash, live.document.header.seq) for i, live in self.live.items()]
        return live_root(rows)

    def key_of(self, device):
        if device in self.people:
            return self.people[device][1].signing_key
        return self.points[device].signing_key if device in self.points else key_of_nobody(self, device)

    def generation(self, dependant):
        return next((row.generation for row in self.epoch.dependants if row.dependant_id == dependant), None)

    def secret(self, document, kind):
        """The secret of a section, or None."""
        if kind not in tables.DEPENDANT_KINDS:
            return self.secrets.get((None, document.generations.get(None), None))
        who = document.header.dependant
        generation = document.generations.get(who)
        held = self.secrets.get((who, generation, kind))
        above = self.secrets.get((who, generation, None))
        return held or (kind_secret(above, generation, kind) if above else None)


@formula("R-MEM-007", devices_that_sign_after_they_left=lambda household, device: household.former.get(device))
def key_of_nobody(household, device):
    """The key of a device that is not live: none."""
    return None


# --- entry 0: R-MEM-002, R-LOG-003 ------------------------------------------------------------


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
        used=frozenset([document.header.document_id]),
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


def read_section(household, document, body, kind):
    secret = household.secret(document, kind)
    if secret is None:
        raise Refused("CANNOT_OPEN")
    return entries.section(document, body, kind, secret, household.log_id)


# --- the next entry ---------------------------------------------------------------------------


def follow(household, entry, seed):
    """The household after one more entry, and whether an epoch served the reader (None for other types).

    Raises Void or Skipped with the household after it in `.household`, or Refused if the entry is not taken.
    """
    in_its_place(household, entry, seed)
    after = replace(household, hashes=(*household.hashes, entry_hash(entry)))
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
        outcome.household = after_voiding(household, after)
        raise


@formula("R-LOG-010", void_entries_that_lose_their_place=lambda before, after: before)
def after_voiding(before, after):
    return after


@formula("R-LOG-009", skipped_entries_that_lose_their_place=lambda before, after: before)
def after_skipping(before, after):
    return after


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
        raise (Skipped if error.reason == "SEAL_BROKEN" else Void)(error.reason) from error
    key = household.key_of(signed.author_device)
    try:
        document = entries.verified(entry, signed, household.log_id, key or NOBODY)  # R-MEM-007
    except Refused as error:
        if error.reason == "WRONG_PLACE" and signed.author_device in household.points:
            raise Void(TABLE) from error
        if error.reason in ("WRONG_PLACE", whose_fault_a_body_is()):
            raise
        raise Void(error.reason) from error
    if not tables.in_log(document.header.payload_type):
        reserved_has_no_effect()
        return document
    try:
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
@check("R-LOG-007", "the stop at membership without its body", "BODY_MISMATCH")
def membership_has_a_body(header, entry):
    return header.payload_type > entries.LAST_OF_MEMBERSHIP or entry.HasField("body")


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
        has_effect_once(reader, header)
        dependant_has_a_secret(reader, header)
        newest_household(reader, header)
        newest_dependant(reader, document)
        epoch_is_due(reader, header)
        author = standing(reader, header.author_device)
        permitted(reader, header, author)
        too_new = not entries.can_read(header)
        acts = {T_CONSTITUTION: amend, T_DEVICES: replace_devices, T_POINT: add_point, T_EPOCH: renew}
        act = acts.get(header.payload_type, put)
        if act is not put and too_new:
            membership_is_readable(header)
        changed, served = act(after, reader, document, entry, author, handed)
        if act is not put:
            changed = noted(reader, changed)
    except Void:
        raise
    except Refused as error:
        if error.reason == "READER_TOO_OLD":
            raise
        raise Void(error.reason) from error
    return replace(changed, used=changed.used | {header.document_id}), served


@check("R-DOC-017", "the search for the document's id", "DUPLICATE_DOCUMENT")
def has_effect_once(household, header):
    return header.document_id not in household.used


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
    recovery_keys_wait(row)
    if principal in {guardian.principal_id for guardian in household.law.guardians}:
        return "guardian", principal, membership.scope_of(household.law, principal)
    return "dependant", principal, {principal}


@check("R-MEM-004", "the delay of recovery keys", TABLE)
def recovery_keys_wait(device):
    return device.role == ACTIVE


# --- who may write what: R-MEM-010 ------------------------------------------------------------


def permitted(household, header, author):
    what, _, scope = author
    no_second_genesis(header)
    if header.payload_type != T_DEVICES:  # may_replace looks at these
        guardians_write(what)
    if header.HasField("dependant"):
        dependant_in_scope(header, scope)


@check("R-MEM-002", "the refusal of a second genesis", TABLE)
def no_second_genesis(header):
    return header.payload_type != GENESIS


@check("R-MEM-010", "the rows of what guardians write", TABLE)
def guardians_write(what):
    return what == "guardian"


@check("R-MEM-010", "the scope of an author", TABLE)
def dependant_in_scope(header, scope):
    return header.dependant in scope


# --- effects ----------------------------------------------------------------------------------


def amend(after, reader, document, entry, author, handed):
    law = membership.constitution(read_section(reader, document, entry.body, CONSTITUTION))
    same_guardians(reader.law, law)
    released_no_later(reader.law, law)
    nobody_comes_back(reader, law)
    return left(after, reader, law), None


@formula("R-CONS-026", rules_that_outlive_their_dependant=lambda after, reader, law: replace(after, law=law))
def left(after, reader, law):
    """R-MEM-015, R-CONS-026: with a dependant go its devices, and what was written about it."""
    there = membership.dependants_of(law)
    people = {d: row for d, row in after.people.items() if row[0] in there | {g.principal_id for g in law.guardians}}
    points = {}
    for device, point in after.points.items():
        points[device] = type(point).FromString(point.SerializeToString())
        del points[device].dependants[:]
        points[device].dependants.extend(who for who in point.dependants if who in there)
    in_scope = lambda live: live.document.header.dependant in membership.scope_of(law, live.author)
    live = {i: row for i, row in after.live.items() if in_scope(row)}
    gone = after.gone | (membership.dependants_of(reader.law) - there)
    return replace(after, law=law, people=people, points=points, live=live, gone=gone)


def month_of(person):
    return (person.release_on.year, person.release_on.month) if person.HasField("release_on") else None


@check("R-CONS-015", "the refusal of a later release", TABLE)
def released_no_later(old, new):
    before = {person.principal_id: month_of(person) for person in old.dependants}
    after = {person.principal_id: month_of(person) for person in new.dependants}
    return all(who not in after or month is None or (after[who] or (9999, 0)) <= month for who, month in before.items())


@check("R-MEM-014", "the refusal of an id that was used before", TABLE)
def nobody_comes_back(household, law):
    return not household.gone & membership.dependants_of(law)


# --- who may open what: R-EPOCH-012, R-EPOCH-014 -----------------------------------------------


def rights(household):
    """Kinds of sections by sealing key, as (dependant, kind)."""
    given = {}
    for principal, device in household.people.values():
        guardians = {guardian.principal_id for guardian in household.law.guardians}
        who = membership.scope_of(household.law, principal) if principal in guardians else {principal}
        given[device.sealing_key] = {(d, kind) for d in who for kind in tables.DEPENDANT_KINDS}
    for point in household.points.values():
        kinds = tables.need_to_know(point.category)
        given[point.sealing_key] = {(d, kind) for d in point.dependants for kind in kinds}
    return given


def keys_only(before, after, there):
    """Wrong: only sealing keys that leave count."""
    return any(key not in after for key in before), {d for key in set(before) - set(after) for d, _ in before[key]} & there


@formula("R-EPOCH-012", rights_that_are_lost_and_need_no_epoch=keys_only)
def lost(before, after, there):
    """Whether an epoch has to come, and whose secrets it has to renew."""
    gone = {d for key, had in before.items() for d, kind in had if (d, kind) not in after.get(key, set())} & there
    return bool(gone) or any(key not in after for key in before), gone


def noted(reader, changed):
    """The household with what an entry took from somebody."""
    needed, gone = lost(rights(reader), rights(changed), membership.dependants_of(changed.law))
    return replace(changed, epoch_needed=changed.epoch_needed or needed, taken=changed.taken | gone)


@check("R-MEM-006", "the refusal of a guardian without admitted devices", TABLE)
def same_guardians(old, new):
    ids = lambda law: {guardian.principal_id for guardian in law.guardians}
    return ids(old) == ids(new)


def replace_devices(after, reader, document, entry, author, handed):
    listed = membership.devices(read_section(reader, document, entry.body, DEVICES))
    if listed.principal_id in {guardian.principal_id for guardian in reader.law.guardians}:
        guardian_keeps_a_device(listed)
    may_replace(reader, listed.principal_id, author)
    others = {d: row for d, row in reader.people.items() if row[0] != listed.principal_id}
    taken = [device for _, device in others.values()] + list(reader.points.values())
    for device in listed.devices:
        ids_are_free(device, taken)
        signing_keys_are_free(device, taken)
        sealing_keys_are_free(device, taken)
    people = {**others, **{d.device_id: (listed.principal_id, d) for d in listed.devices}}
    room(people, reader.points)
    own = [row[1] for row in reader.people.values() if row[0] == listed.principal_id]
    former = {**reader.former, **{device.device_id: device.signing_key for device in own}}
    return replace(after, former=former, people=people), None


@check("R-MEM-016", "the last device of a guardian")
def guardian_keeps_a_device(listed):
    return any(device.role == ACTIVE for device in listed.devices)


@check("R-MEM-004", "the authority over a principal's devices", TABLE)
def may_replace(household, principal, author):
    what, own, scope = author
    in_scope = what == "guardian" and principal in scope
    return principal == own or in_scope


@check("R-MEM-011", "the search for the id of another device", TABLE)
def ids_are_free(device, taken):
    return all(other.device_id != device.device_id for other in taken)


@check("R-MEM-011", "the search for the signing key of another device", TABLE)
def signing_keys_are_free(device, taken):
    return all(other.signing_key != device.signing_key for other in taken)


@check("R-MEM-011", "the search for the sealing key of another device", TABLE)
def sealing_keys_are_free(device, taken):
    return all(other.sealing_key != device.sealing_key for other in taken)


def room(people, points):
    if len(people) + len(points) > membership.DEVICES:
        raise Refused(TABLE)


def add_point(after, reader, document, entry, author, handed):
    point = membership.enforcement_point(read_section(reader, document, entry.body, POINT))
    point_in_scope(point, author)
    before = reader.points.get(point.device_id)
    if before is not None:
        point_was_in_scope(before, author)
    others = [other for device, other in reader.points.items() if device != point.device_id]
    taken = [device for _, device in reader.people.values()] + others
    ids_are_free(point, taken), signing_keys_are_free(point, taken), sealing_keys_are_free(point, taken)
    points = {**reader.points, point.device_id: point}
    room(reader.people, points)
    return replace(after, points=points), None


@check("R-MEM-005", "the scope of an enforcement point", TABLE)
def point_in_scope(point, author):
    return set(point.dependants) <= author[2]


@check("R-MEM-005", "the scope of an enforcement point before", TABLE)
def point_was_in_scope(point, author):
    return set(point.dependants) <= author[2]


def renew(after, reader, document, entry, author, handed):
    body = epochs.body_of(read_section(reader, document, entry.body, EPOCH))
    number_is_next(reader, body)
    rows_are_everybodys(reader, body)
    rows = {row.dependant_id: row for row in reader.epoch.dependants}
    for row in body.dependants:
        before = rows.get(row.dependant_id)
        if before is None or row.SerializeToString(deterministic=True) != before.SerializeToString(deterministic=True):
            next_generation(row, before)
            if before is not None:
                renewed_in_scope(row, author)
    renewed = {who for who, row in rows.items() if generation_in(body, who) != row.generation}
    taken_is_renewed(reader, renewed, author)
    served = handed is not None
    secrets = after.secrets
    if served:
        try:
            epochs.compare(handed, body)
            secrets = {**secrets, **handed}
        except Refused:
            served = False
    return replace(after, epoch=body, epoch_needed=False, taken=after.taken - renewed, secrets=secrets), served


def generation_in(body, who):
    return next((row.generation for row in body.dependants if row.dependant_id == who), None)


@check("R-EPOCH-014", "the renewal of what was taken", TABLE)
def taken_is_renewed(household, renewed, author):
    return household.taken & author[2] <= renewed


@check("R-EPOCH-010", "the number of an epoch", TABLE)
def number_is_next(household, body):
    return body.number == household.epoch.number + 1


@check("R-EPOCH-011", "the rows of an epoch", TABLE)
def rows_are_everybodys(household, body):
    return {row.dependant_id for row in body.dependants} == membership.dependants_of(household.law)


@check("R-EPOCH-011", "the step of a renewed generation", TABLE)
def next_generation(row, before):
    return row.generation == (before.generation if before is not None else 0) + 1


@check("R-EPOCH-011", "the scope of a renewal", TABLE)
def renewed_in_scope(row, author):
    return row.dependant_id in author[2]


def put(after, reader, document, entry, author, handed):
    """R-DOC-008: a layer, an override or names."""
    header = document.header
    line = lambda live: (live.document.header.payload_type, live.author, live.document.header.dependant)
    principal = whose(author, header)
    own = (header.payload_type, principal, header.dependant)
    live = dict(reader.live)
    if header.HasField("base"):
        base_is_live(header, live)
        if header.base in live:
            base_is_in_line(line(live[header.base]), own)
        live.pop(header.base, None)
    elif header.payload_type != OVERRIDE:
        line_is_empty([line(other) for other in live.values()], own)
    live[header.document_id] = Live(document, principal)
    return replace(after, live=live), None


@formula("R-MEM-009", documents_that_belong_to_a_device=lambda author, header: header.author_device)
def whose(author, header):
    """A document belongs to the principal of its author device."""
    return author[1]


@check("R-DOC-008", "the search for the base", "BASE_NOT_LIVE")
def base_is_live(header, live):
    return header.base in live


@check("R-DOC-008", "the line of the base", "BASE_NOT_LIVE")
def base_is_in_line(theirs, own):
    return theirs == own


@check("R-DOC-008", "the need of a base", "BASE_NOT_LIVE")
def line_is_empty(lines, own):
    return own not in lines
