"""Entry 0: the only document whose author's key stands in itself (R-MEM-002)."""

from .contents import TooOld, check_well_formed_constitution
from .document import (
    READER, check_body, check_header, check_place, check_wraps, membership_section, too_large, too_old, verified_header,
)
from .epochs import check_epoch_body
from .household import ACTIVE, Household
from .proto import pb
from .registry import SECTIONS
from .wire import ZERO32, parse, require

GENESIS = 1


def found(log_id, entry, signed, secret):
    """The household after entry 0, whose hash is the anchor's."""
    header = parse(pb.Header, signed.header)
    check_body(header, entry)
    devices = membership_section(log_id, header, entry, SECTIONS["DEVICES"], pb.PrincipalDevices, secret)
    keys = {d.device_id: d.signing_key for d in devices.devices if d.role == ACTIVE}
    require(signed.author_device in keys)
    header = verified_header(signed, keys[signed.author_device])
    check_place(header, entry, log_id)
    require(header.payload_type == GENESIS and header.relay_epoch == 1)
    require(entry.seq == 0 and entry.prev == ZERO32 and entry.generation == 1)
    check_header(header)
    require(len(header.generations) == 1)
    require(not too_large(header, entry), "TOO_LARGE")
    check_wraps(header, entry)
    if too_old(header):
        raise TooOld
    constitution = membership_section(log_id, header, entry, SECTIONS["CONSTITUTION"], pb.Constitution, secret)
    epoch = membership_section(log_id, header, entry, SECTIONS["EPOCH"], pb.EpochBody, secret)
    check_founding(constitution, devices, epoch)

    house = Household(log_id)
    first = [(devices.principal_id, tuple(devices.devices))]
    house.constitution = constitution
    house.set_constitution(constitution, header.document_id, first)
    house.set_epoch(epoch)
    house.done = frozenset([header.document_id])
    return house


def check_founding(constitution, devices, epoch):
    check_well_formed_constitution(constitution)
    if constitution.min_reader > READER:
        raise TooOld
    require(len(constitution.guardians) == 1 and constitution.threshold == 1)
    require(devices.principal_id == constitution.guardians[0].principal_id)
    check_epoch_body(epoch)
    require(epoch.number == 1 and all(row.generation == 1 for row in epoch.dependants))
    dependants = {row.dependant_id for row in epoch.dependants}
    require(dependants == {d.principal_id for d in constitution.dependants})
