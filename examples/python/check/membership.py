"""Who belongs to a household: spec/10-membership.md and the bounds in membership.proto."""

from parcep.v1alpha1 import membership_pb2 as mem

from . import tables
from .crypto import sealing_key, signing_key
from .engine import Refused, check, formula, known, parsed, said

GUARDIANS = DEPENDANTS = RELAYS = 8
OF_A_PRINCIPAL, DEVICES = 16, 64


def constitution(data):
    law = parsed(mem.Constitution, data)
    reader_is_said(law), reader_is_new_enough(law)
    for test in (
        numbers_fit, ids_fit, principals_differ, threshold_fits, scopes_are_known,
        custody_is_known, custody_has_length, relays_fit, addresses_fit, months_are_months,
    ):
        test(law)
    for relay in law.relays:
        if relay.HasField("relay_key"):
            strong_relay_key(relay.relay_key)
    return law


@check("R-WIRE-007", "the refusal of a constitution for readers of version 0")
def reader_is_said(law):
    return law.min_reader >= 1


@check("R-DOC-018", "the stop at a constitution that needs a later reader", "READER_TOO_OLD")
def reader_is_new_enough(law):
    return law.min_reader <= 1


@check("R-MEM-001", "the numbers of guardians and dependants")
def numbers_fit(law):
    return 1 <= len(law.guardians) <= GUARDIANS and 1 <= len(law.dependants) <= DEPENDANTS


@check("R-WIRE-007", "the length of principal ids")
def ids_fit(law):
    return all(len(person.principal_id) == 16 for person in [*law.guardians, *law.dependants])


@check("R-MEM-001", "the refusal of one principal twice")
def principals_differ(law):
    ids = [person.principal_id for person in [*law.guardians, *law.dependants]]
    return len(set(ids)) == len(ids)


@check("R-MEM-001", "the bounds of the threshold")
def threshold_fits(law):
    return 1 <= law.threshold <= len(law.guardians)


def dependants_of(law):
    return {person.principal_id for person in law.dependants}


@check("R-MEM-001", "the dependants of a scope")
def scopes_are_known(law):
    return all(set(guardian.scope) <= dependants_of(law) for guardian in law.guardians)


@check("R-MEM-001", "the dependants of custody")
def custody_is_known(law):
    return all(i.dependant_id in dependants_of(law) for g in law.guardians for i in g.custody)


@check("R-MEM-001", "the order of custody's ends")
def custody_has_length(law):
    return all(getattr(i, "from") < i.until for g in law.guardians for i in g.custody)


@check("R-MEM-001", "the number of relays")
def relays_fit(law):
    return 1 <= len(law.relays) <= RELAYS


@check("R-WIRE-006", "the length of a relay's address")
def addresses_fit(law):
    return all(1 <= len(relay.uri.encode()) <= 255 for relay in law.relays)


@check("R-MEM-001", "the range of a month")
def months_are_months(law):
    months = [person.release_on for person in law.dependants if person.HasField("release_on")]
    return all(2000 <= m.year <= 2200 and 1 <= m.month <= 12 for m in months)


def scope_of(law, guardian):
    """The dependants a guardian has authority over; an empty scope is all of them."""
    for row in law.guardians:
        if row.principal_id == guardian:
            return set(row.scope) or dependants_of(law)
    return set()


# A weak key in a document of the log makes the whole document MALFORMED (R-WIRE-011).


@check("R-WIRE-011", "the check of a device's signing key in the log")
def strong_signing_key(key):
    return accepted(signing_key, key)


@check("R-WIRE-011", "the check of a device's sealing key in the log")
def strong_sealing_key(key):
    return accepted(sealing_key, key)


@check("R-WIRE-011", "the check of a relay's key in the log")
def strong_relay_key(key):
    return accepted(signing_key, key)


def accepted(test, key):
    try:
        test(key)
    except Refused:
        return False


def devices(data):
    """The devices of one principal."""
    listed = parsed(mem.PrincipalDevices, data)
    devices_fit(listed)
    for device in listed.devices:
        said(device.role), role_is_known(device.role)
        id_fits(device.device_id)
        strong_signing_key(device.signing_key)
        strong_sealing_key(device.sealing_key)
    devices_differ(listed)
    return listed


@check("R-WIRE-006", "the number of devices of one principal")
def devices_fit(listed):
    return len(listed.devices) <= OF_A_PRINCIPAL and len(listed.principal_id) == 16


@check("R-WIRE-007", "the length of device ids")
def id_fits(device_id):
    return len(device_id) == 16


@check("R-MEM-011", "the refusal of devices of one principal that share an id or key")
def devices_differ(listed):
    columns = ("device_id", "signing_key", "sealing_key")
    return all(distinct([getattr(device, column) for device in listed.devices]) for column in columns)


def distinct(values):
    return len(set(values)) == len(values)


def enforcement_point(data):
    point = parsed(mem.EnforcementPoint, data)
    names_may_be_unknown(point), said(point.category), category_is_known(point.category), names_are_few(point)
    grease_is_a_name(point)
    id_fits(point.device_id)
    dependants_fit(point)
    strong_signing_key(point.signing_key)
    strong_sealing_key(point.sealing_key)
    return point


@check("R-MEM-013", "the refusal of unknown categories")
def category_is_known(category):
    return known(mem.PepCategory, category)


@check("R-MEM-013", "the refusal of unknown roles")
def role_is_known(role):
    return known(mem.DeviceRole, role)


def names_are_registered(point):
    if not set(point.capabilities) <= tables.CAPABILITIES:
        raise Refused("MALFORMED")


@formula("R-MEM-012", the_refusal_of_capabilities_that_nobody_registered=names_are_registered)
def names_may_be_unknown(point):
    """A name that the reader does not know is kept and grants nothing."""


def no_grease(point):
    if any(name.startswith("grease.") for name in point.capabilities):
        raise Refused("MALFORMED")


@formula("R-WIRE-021", the_refusal_of_capabilities_that_never_mean_anything=no_grease)
def grease_is_a_name(point):
    """A name that never means anything is like any other unknown one."""


@check("R-WIRE-006", "the number of an enforcement point's capabilities")
def names_are_few(point):
    return len(point.capabilities) <= 128


@check("R-MEM-005", "the number of an enforcement point's dependants")
def dependants_fit(point):
    return 1 <= len(point.dependants) <= DEPENDANTS and all(len(who) == 16 for who in point.dependants)
