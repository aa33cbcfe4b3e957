"""Following the log at a relay, hearing beats, and writing what this device owes (chapters 6 and 7)."""

from . import beats, branches, join, report
from .delay import bookmark_verifies
from .fork import bookmarks_prove
from .proto import pb
from .relay import Relay, Unreachable
from .wire import Refused, require, sha256

WEEK, DAY, HOUR = 7 * 86400, 86400, 3600
MOST_DROPS = 8  # R-LOG-009
OTHER_STORY = ("FORK", "ROLLBACK", "WRONG_PLACE")


def run(device):
    """One round at the home, and at the others where the text asks for it."""
    if device.left:
        return "left", None
    home, troubles = home_of(device), []
    answered = one_round(device, home, troubles)
    if troubles and not device.state.get("anchor"):  # R-JOIN-007: the Welcome came to nothing, and no relay is known
        return "refused", troubles[0][0]
    if not device.left and home_of(device) != home:  # R-MOVE-022: the log says that it moved
        answered = one_round(device, home_of(device), troubles) or answered
    for uri in [] if device.left else spare_relays(device):
        answered = one_round(device, uri, troubles) or answered
    if device.left:
        return "left", None
    if not answered:
        return "unreachable", None
    if not troubles:
        return "current", None
    stopped = [reason for reason, stops in troubles if stops]
    reasons = [reason for reason, _ in troubles]
    return "refused", (stopped or (["FORK"] if "FORK" in reasons else reasons))[0]


def one_round(device, uri, troubles):
    """Whether the relay answered."""
    relay = None
    try:
        relay = connect(device, uri)
        try:
            status = relay.open()
        except Refused:
            if uri == home_of(device):
                raise
            return False  # R-MOVE-023: the key comes there with the log
        round_with(device, relay, status, troubles)
    except Unreachable:
        return False
    except Refused as refused:
        troubles.append((refused.reason, True))
    finally:
        if relay:
            device.state.get("relay_ids", {})[uri] = relay.relay_id and relay.relay_id.hex()
            relay.close()
    return True


# Which relay.
def listed(device):
    house = device.house
    return [relay.uri for relay in (house.constitution if house else device.anchor).relays]


def home_of(device):
    """R-MOVE-022; while it joins, the relay that the person named."""
    house, named = device.house, device.state.get("relay")
    if house and house.home:
        return house.home
    return named if named and (device.joining or not listed(device)) else listed(device)[0]


def spare_relays(device):
    """R-MOVE-023: each of the others once a week of boot time; once an hour where no beat was new for a day."""
    powered, asked = device.clock.kept["powered"], device.state.setdefault("asked", {})
    every = HOUR if powered - device.state.get("new_beat_at", 0) >= DAY else WEEK
    spare = [uri for uri in listed(device) if uri != home_of(device) and powered - asked.get(uri, 0) >= every]
    asked.update(dict.fromkeys(spare, powered))
    return spare


def connect(device, uri):
    house = device.house
    refs = [*device.anchor.relays, *(house.constitution.relays if house else ())]
    keys = [ref.relay_key for ref in refs if ref.uri == uri and ref.HasField("relay_key")]
    known = device.state["relay_ids"].get(uri)
    relay_id = sha256(keys[-1]) if keys else known and bytes.fromhex(known)
    return Relay(uri, device.anchor.handle, device.identity.access, relay_id)


# One round.
def round_with(device, relay, status, troubles):
    check_epoch(device, relay.uri, status)
    heard = device.house is not None and hear_bookmark(device, relay, status)
    ahead = list(device.state.get("ahead", []))
    status = follow(device, relay, status)
    if device.left:
        return
    if not heard:
        hear_bookmark(device, relay, status)
    beats.hear(device, relay, troubles)
    beats.look_for_withheld(device, ahead, troubles)
    device.took_over()
    branches.expire(device)
    if not device.joining:
        report.write(device, relay)


def check_epoch(device, uri, status):
    """R-LOG-005, R-MOVE-011: a store that went back says so by a higher relay epoch than this relay had before."""
    places = device.state.setdefault("places", {})
    highest = device.house.relay_epoch if device.house else 1
    known, seen, restoring = places.get(uri, (highest, 0, False))
    least = device.follower.before.next_seq if device.follower.before else device.follower.next_seq
    restoring = status.next_seq < least and (restoring or status.relay_epoch > known)
    behind = status.next_seq < min(seen, least) or (status.next_seq < least and not restoring)
    rolled_back = status.relay_epoch == known and behind and ours(device, status)
    require(status.relay_epoch >= known and not rolled_back, "ROLLBACK")
    places[uri] = (status.relay_epoch, status.next_seq, restoring)


def ours(device, status):
    """Whether the head that a relay names is an entry of our chain."""
    hashes = device.house.hashes if device.house else ()
    return 0 < status.next_seq <= len(hashes) and hashes[status.next_seq - 1] == status.head


def follow(device, relay, status):
    """Reads to the end that the relay names, and judges each entry."""
    follower, drops = device.follower, set()
    reread = follower.before.next_seq if follower.before else None  # R-LOG-009: a run is asked for once more
    if status.next_seq <= follower.next_seq and not ours(device, status) and reread is None:
        reread = status.next_seq - 1
    entries = None
    while entries is None or device.follower.next_seq < status.next_seq or reread is not None:
        start = device.follower.next_seq if reread is None else reread
        entries, newer = relay.read(start)
        require(entries or start >= newer.next_seq, "NOT_SERVED")
        reread = take_page(device, relay, entries, drops)
        if device.left:
            return status
        if device.follower.next_seq < status.next_seq or reread is not None:
            continue
        if ours(device, status):  # what the relay named is served; it may have grown since
            status = newer
        if device.follower.next_seq >= status.next_seq and device.follower.before and not ours(device, status):
            reread = drop_run(device, drops, "NOT_SERVED")
    require(ours(device, status), "NOT_SERVED")
    join.check(device)
    if not still_listed(device):
        device.leave()
    return status


def drop_run(device, drops, otherwise):
    """R-LOG-009: to be read once more; of the same bytes a second time the first reason is the relay's fault."""
    run = (device.follower.before.next_seq, device.follower.run_reasons)
    device.drop_run()
    return once_more(device, drops, run, otherwise)


def once_more(device, drops, run, otherwise):
    if run in drops or len(drops) >= MOST_DROPS:
        raise Refused(next(filter(None, run[1]), otherwise))
    drops.add(run)
    return device.follower.next_seq


def take_page(device, relay, entries, drops):
    """R-LOG-014. Where to read again, if a run was dropped or another story is told."""
    follower = device.follower
    for index, entry in enumerate(entries):
        if entry.seq > follower.next_seq:
            behind = any(later.seq == follower.next_seq for later in entries[index:])
            raise Refused("OUT_OF_ORDER" if behind else "GAP")
        before, reasons = follower.before, follower.run_reasons
        try:
            device.take(entry)
        except Refused as refused:
            if before is None or follower.next_seq > before.next_seq or follower.before is not None:
                if refused.reason not in OTHER_STORY or not device.entries:
                    raise
                branches.hear(device, relay, entry, refused.reason)
                return None
            return once_more(device, drops, (before.next_seq, reasons), refused.reason)
        if not still_listed(device):
            device.leave()
            return None
    return None


def still_listed(device):
    """Whether this device still belongs to a household that has not ended; asked from the Welcome's head on."""
    return device.joining or bool(device.branches) or (device.own_point() is not None and not device.house.ended)


# What others say.
def hear_bookmark(device, relay, status):
    """R-RELAY-012, R-TIME-002: it counts under a relay key of the constitution. False where our place is not its."""
    follower = device.follower
    place = (status.next_seq, status.head) if ours(device, status) else (follower.next_seq, follower.head)
    try:
        mark = relay.bookmark(*place)
    except Refused as refused:
        require(refused.reason == "UNKNOWN_POSITION", refused.reason)
        return False
    if mark is None:
        return True
    for key in {ref.relay_key for ref in device.house.constitution.relays if ref.HasField("relay_key")}:
        signed = pb.SignedBookmark(relay_key=key, handle=relay.handle, bookmark=mark)
        if bookmark_verifies(signed):
            device.clock.bookmark_heard(mark.time, True)
            beats.note_head(device, mark.seq, mark.head)
            require(mark.relay_epoch >= device.state["places"][relay.uri][0], "ROLLBACK")
            compare_bookmarks(device, relay, signed)
    return True


def compare_bookmarks(device, relay, signed):
    """R-MOVE-001: two of one key for one place, with different heads."""
    before = device.state.get("bookmark")
    device.state["bookmark"] = signed.SerializeToString().hex()
    if before:
        earlier = pb.SignedBookmark.FromString(bytes.fromhex(before))
        require(not bookmarks_prove(device.house, relay.handle, earlier, signed), "FORK")
