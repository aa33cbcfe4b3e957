"""What other members say: beats, and the heads that they name (R-REG-004 to R-REG-013, R-LOG-015, R-TIME-011)."""

from .household import ACTIVE
from .register import BEAT, open_register, parse_beat
from .seal import register_name
from .wire import Refused, require, sha256


def hear(device, relay, troubles):
    """R-REG-002: each guardian's device under the newest generation, and under the one before."""
    house = device.house
    for principal in house.guardians:
        for member in house.devices.get(principal, (None, ()))[1]:
            for generation in (house.epoch, house.epoch - 1):
                secret = device.follower.keyring.household(generation)
                if secret is None or member.role != ACTIVE:
                    continue
                try:
                    hear_beat(device, relay, principal, member, secret)
                except Refused as refused:
                    troubles.append((refused.reason, False))
    recount(device)


def hear_beat(device, relay, principal, member, secret):
    name = register_name(secret, BEAT, member.device_id)
    register = relay.register(name)
    if register is None:
        return
    require(register.name == name, "WRONG_PLACE")
    key, digest = name.hex(), sha256(register.value).hex()
    version, value = device.state["registers"].get(key, (0, None))
    if (version, value) == (register.version, digest):
        return
    require(register.version > version, "ROLLBACK")  # R-REG-005
    log_id = device.anchor.log_id
    writer = (member.device_id, member.signing_key)
    document = open_register(register.value, log_id, secret, BEAT, *writer, register.version)
    beat = parse_beat(document, log_id)
    device.state["registers"][key] = (register.version, digest)
    device.state["new_beat_at"] = device.clock.kept["powered"]
    of_welcomer = member.device_id.hex() == device.state.get("welcomed_by")
    device.clock.beat(principal.hex(), beat.time, counts=False, of_welcomer=of_welcomer)
    note_head(device, beat.head.seq, beat.head.hash)
    device.state["beats"][member.device_id.hex()] = {
        "guardian": principal.hex(), "time": min(beat.time, device.clock.lower or beat.time), "said": beat.time,
        "seq": beat.head.seq, "hash": beat.head.hash.hex(), "root": beat.live_root.hex(), "counted": False,
    }


def recount(device):
    """R-TIME-011: a beat counts once its head is applied and its live root is ours."""
    for beat in device.state["beats"].values():
        if not beat["counted"] and agrees(device, beat):
            beat["counted"] = True
            if device.clock.lower is not None:
                device.clock.heard(beat["guardian"], beat["time"])
            if beat["seq"] >= device.state.get("joined_at", 0):
                confirmed = device.state.setdefault("confirmed", [])
                confirmed += [beat["guardian"]] if beat["guardian"] not in confirmed else []


def agrees(device, beat):
    """Whether a beat's head is an entry that was applied here, and its root ours; None of a head not reached."""
    follower, seq = device.follower, beat["seq"]
    if seq >= follower.next_seq:
        return None
    same_head = follower.house.hashes[seq].hex() == beat["hash"]
    return same_head and follower.roots[seq].hex() == beat["root"]


def view_differs(device):
    """R-REG-013: at the head of the newest beat of a guardian's device."""
    reached = [beat for beat in device.state["beats"].values() if agrees(device, beat) is not None]
    newest = max(reached, key=lambda beat: beat["said"], default=None)
    if newest is None:
        return False
    skipped = any(place <= newest["seq"] for place in device.follower.skipped)
    return skipped or not agrees(device, newest)


def note_head(device, seq, digest):
    if seq >= device.follower.next_seq:
        ahead = device.state.setdefault("ahead", [])
        ahead += [[seq, digest.hex()]] if [seq, digest.hex()] not in ahead else []


def look_for_withheld(device, ahead, troubles):
    """R-LOG-015: once for each head that was named when the reading began, and that this relay does not serve."""
    told = device.state.setdefault("withheld", [])
    missing = [head for head in ahead if head[0] >= device.follower.next_seq and head not in told]
    if missing:
        told += missing
        troubles.append(("WITHHELD", False))
    device.state["ahead"] = [head for head in device.state.get("ahead", []) if head[0] >= device.follower.next_seq]
    recount(device)
