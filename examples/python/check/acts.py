"""What membership documents and rules do to a household: spec/10-membership.md, and the effects of 04."""

from dataclasses import replace

from parcep.v1alpha1 import membership_pb2 as mem

from . import membership
from .engine import Refused, check, formula
from .state import ACTIVE, LAYER, LIST, OVERRIDE, TABLE, Live


def amend(after, reader, content, author, document_id, accepts=()):
    law = membership.constitution(content)
    released_no_later(reader.law, law)
    nobody_comes_back(reader, law)
    changed = left(after, reader, law)
    people, stands = dict(changed.people), {**changed.stands, "law": document_id}
    for accept in accepts:
        device = mem.Device(
            device_id=accept.device_id, signing_key=accept.signing_key, sealing_key=accept.sealing_key, role=ACTIVE
        )
        is_free(device, people, changed.points)
        people[device.device_id] = (accept.principal_id, device)
        stands["devices", accept.principal_id] = document_id
    room(people, changed.points)
    guardians_have_devices(law, people)
    there = {principal for principal, _ in people.values()}
    former = {**reader.former, **{d: row.signing_key for d, (who, row) in reader.people.items() if who not in there}}
    return replace(changed, people=people, stands=stands, former=former)


def is_free(device, people, points):
    taken = [other for _, other in people.values()] + list(points.values())
    ids_are_free(device, taken)
    signing_keys_are_free(device, taken)
    sealing_keys_are_free(device, taken)


@check("R-MEM-006", "the refusal of a guardian without admitted devices", TABLE)
def guardians_have_devices(law, people):
    return {guardian.principal_id for guardian in law.guardians} <= {principal for principal, _ in people.values()}


@formula("R-CONS-026", rules_that_outlive_their_authority=lambda after, reader, law: replace(left_behind(after, reader, law), live=after.live))
def left(after, reader, law):
    return left_behind(after, reader, law)


def left_behind(after, reader, law):
    """R-MEM-015, R-CONS-026: with a dependant go its devices, and what was written about it."""
    there = membership.dependants_of(law)
    stay = there | {guardian.principal_id for guardian in law.guardians}
    people = {d: row for d, row in after.people.items() if row[0] in stay}
    points = {}
    for device, point in after.points.items():
        points[device] = type(point).FromString(point.SerializeToString())
        del points[device].dependants[:]
        points[device].dependants.extend(who for who in point.dependants if who in there)
    in_scope = lambda live: live.document.header.dependant in membership.scope_of(law, live.author)
    live = {i: row for i, row in after.live.items() if in_scope(row)}
    gone = after.gone | (membership.dependants_of(reader.law) - there)
    stands = {what: document for what, document in after.stands.items() if what[0] != "devices" or what[1] in stay}
    return replace(after, law=law, people=people, points=points, live=live, gone=gone, stands=stands)


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



def replace_devices(after, reader, content, author, document_id):
    listed = membership.devices(content)
    if listed.principal_id in {guardian.principal_id for guardian in reader.law.guardians}:
        guardian_keeps_a_device(listed)
    may_replace(reader, listed.principal_id, author)
    others = {d: row for d, row in reader.people.items() if row[0] != listed.principal_id}
    for device in listed.devices:
        is_free(device, others, reader.points)
    people = {**others, **{d.device_id: (listed.principal_id, d) for d in listed.devices}}
    room(people, reader.points)
    own = [row[1] for row in reader.people.values() if row[0] == listed.principal_id]
    former = {**reader.former, **{device.device_id: device.signing_key for device in own}}
    stands = {**after.stands, ("devices", listed.principal_id): document_id}
    return replace(after, former=former, people=people, stands=stands)


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


def add_point(after, reader, content, author, document_id):
    point = membership.enforcement_point(content)
    point_in_scope(point, author)
    before = reader.points.get(point.device_id)
    if before is not None:
        point_was_in_scope(before, author)
    is_free(point, reader.people, {device: other for device, other in reader.points.items() if device != point.device_id})
    points = {**reader.points, point.device_id: point}
    room(reader.people, points)
    keyed, keyed_by = dict(reader.keyed), dict(reader.keyed_by)
    if before is None or before.signing_key != point.signing_key:
        keyed[point.device_id], keyed_by[point.device_id] = reader.place, author[1]
    stands = {**after.stands, ("point", point.device_id): document_id}
    return replace(after, points=points, keyed=keyed, keyed_by=keyed_by, stands=stands)


@check("R-MEM-005", "the scope of an enforcement point", TABLE)
def point_in_scope(point, author):
    return set(point.dependants) <= author[2]


@check("R-MEM-005", "the scope of an enforcement point before", TABLE)
def point_was_in_scope(point, author):
    return set(point.dependants) <= author[2]



def put(after, reader, document, entry, author, handed):
    """R-DOC-008: a layer, an override or names."""
    header = document.header
    line = lambda live: (live.document.header.payload_type, live.author, live.document.header.dependant)
    principal = whose(author, header)
    own = (header.payload_type, principal, header.dependant)
    live = dict(reader.live)
    before = live.get(header.base) if header.HasField("base") else None
    if header.HasField("base"):
        base_is_live(header, live)
        if header.base in live:
            base_is_in_line(line(live[header.base]), own)
        live.pop(header.base, None)
    elif header.payload_type not in (OVERRIDE, LIST):
        line_is_empty([line(other) for other in live.values()], own)
    live[header.document_id] = Live(document, principal, waiting(header, before))
    return replace(after, live=live), None


@formula(
    "R-DOC-024",
    plans_for_which_nothing_holds=lambda header, before: (),
    plans_without_end=lambda header, before: (header.base, *before.waiting) if begins_later(header) and before else (),
    plans_that_remember_one_less=lambda header, before: (header.base, *before.waiting)[:7] if begins_later(header) and before else (),
)
def waiting(header, before):
    """What holds until a document begins: what it replaced, and what held until that one began."""
    return (header.base, *before.waiting)[:8] if begins_later(header) and before else ()


def begins_later(header):
    return header.HasField("not_before") and header.payload_type in (LAYER, OVERRIDE)


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
