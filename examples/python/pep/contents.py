"""What a membership section may say, and what it does: as a document, or by a proposal (R-MEM, R-CONS, R-EPOCH-010)."""

from .consent import CONSTITUTION, DEVICES, ERASE, REMOVAL, RESOLVE, is_leaving, removal_consents
from .document import READER
from .household import ACTIVE
from .wire import Refused, require

NOT_PERMITTED = "NOT_PERMITTED_BY_TABLE"
MOST_DEVICES = 64


class TooOld(Refused):
    """R-DOC-018: a follower stops here until it is updated."""

    def __init__(self):
        super().__init__("READER_TOO_OLD")


def check(house, payload_type, content, newcomers=()):
    """Whether a document with this content could have effect here, whoever signed it (R-CONS-001)."""
    CHECKS[payload_type](house, content, newcomers)


def check_constitution(house, new, newcomers):
    check_well_formed_constitution(new)
    if new.min_reader > READER:
        raise TooOld
    require(not {d.principal_id for d in new.dependants} & house.former, NOT_PERMITTED)  # R-MEM-014
    for dependant in new.dependants:  # R-CONS-015
        before = house.dependants.get(dependant.principal_id)
        if before is not None and before.HasField("release_on"):
            require(dependant.HasField("release_on"), NOT_PERMITTED)
            require(month(dependant.release_on) <= month(before.release_on), NOT_PERMITTED)
    admitted = {g.principal_id for g in new.guardians} - set(house.guardians)
    require(admitted == set(newcomers), NOT_PERMITTED)  # R-MEM-006, R-CONS-003


def check_well_formed_constitution(new):
    """R-MEM-001, beyond the shape."""
    principals = [p.principal_id for p in (*new.guardians, *new.dependants)]
    dependants = {d.principal_id for d in new.dependants}
    require(len(set(principals)) == len(principals))
    require(new.threshold <= len(new.guardians))
    for guardian in new.guardians:
        require(set(guardian.scope) <= dependants)
        for interval in guardian.custody:
            require(interval.dependant_id in dependants and getattr(interval, "from") < interval.until)


def month(year_month):
    return year_month.year, year_month.month


def check_devices(house, content, _):
    principal = content.principal_id
    if principal in house.guardians:
        require(any(device.role == ACTIVE for device in content.devices))  # R-MEM-016
    require(principal in house.guardians or principal in house.dependants, NOT_PERMITTED)
    check_distinct(house.keys(without_principal=principal), content.devices)


def check_point(house, point, _):
    check_distinct(house.keys(without_point=point.device_id), [point])
    require(set(point.dependants) <= set(house.dependants), NOT_PERMITTED)


def check_distinct(taken, holders):
    """R-MEM-011, and R-WIRE-006 on how many there are."""
    ids, signing_keys, sealing_keys = taken
    for holder in holders:
        require(holder.device_id not in ids, NOT_PERMITTED)
        require(holder.signing_key not in signing_keys and holder.sealing_key not in sealing_keys, NOT_PERMITTED)
    require(len(ids) + len(holders) <= MOST_DEVICES, NOT_PERMITTED)


def check_removal(house, removal, _):
    require(removal.device_id in house.points, NOT_PERMITTED)


def check_resolve(house, resolve, _):
    pass


def check_erase(house, erase, _):
    require(erase.log_id == house.log_id, "WRONG_HOUSEHOLD")


CHECKS = {
    CONSTITUTION: check_constitution,
    DEVICES: check_devices,
    4: check_point,
    REMOVAL: check_removal,
    RESOLVE: check_resolve,
    ERASE: check_erase,
}


def permitted(house, payload_type, content, author):
    """Whether this author may begin such an act (R-MEM-003 to R-MEM-005, R-CONS-016, R-CONS-019)."""
    principal = author.principal
    if payload_type == DEVICES:
        own = principal == content.principal_id
        return own or (author.role == "guardian" and content.principal_id in house.scope(principal))
    if author.role != "guardian" or principal not in house.guardians:
        return False
    if payload_type == 4:
        old = house.points.get(content.device_id)
        served = {*content.dependants, *(old.point.dependants if old else ())}
        return served <= house.scope(principal)
    if payload_type == REMOVAL:
        served = set(house.points[content.device_id].point.dependants)
        return not served or bool(served & house.scope(principal))
    return True


def alone(house, payload_type, content, author):
    """Whether the document has effect at its own place, by its author's signature alone (R-CONS-004)."""
    principal = author.principal
    if payload_type == CONSTITUTION:
        from_one = house.constitution.threshold == 1 and content.threshold == 1
        return is_leaving(house, content, principal) or from_one
    if payload_type == REMOVAL:
        return removal_consents(house, content) <= {principal}
    if payload_type == RESOLVE:
        return house.constitution.threshold == 1
    return payload_type != ERASE or len(house.guardians) == 1


def apply(house, payload_type, content, document_id, author, consented, first_devices=()):
    """What the document does, and who consented. The household is the caller's own copy."""
    if payload_type == CONSTITUTION:
        house.set_constitution(content, document_id, first_devices)
    elif payload_type == DEVICES:
        house.set_devices(content, document_id)
    elif payload_type == 4:
        house.set_point(content, document_id, author)
    elif payload_type == REMOVAL:
        house.lose_point(house.points.pop(content.device_id).point)
    elif payload_type == RESOLVE:
        house.resolved += tuple((head.hash, consented) for head in content.ended)
    elif payload_type == ERASE:
        house.ended = True
