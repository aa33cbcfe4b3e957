"""Another story than ours: forks, restores, and what goes on holding meanwhile (chapter 9)."""

from .follower import Follower
from .fork import signed_header
from .proto import pb
from .wire import Refused, entry_hash, require

LOST_HOLDS = 604800  # R-MOVE-008
MOST = 4096  # R-MOVE-004


class Branch:
    """A continuation that holds beside our own: its entries from genesis on; until a T_lo, or the end of the fork."""

    def __init__(self, device, entries, until=None):
        self.entries, self.until = entries, until
        self.follower = replayed(device, entries)

    def kept(self):
        return {"entries": [entry.SerializeToString().hex() for entry in self.entries], "until": self.until}


def restored(device, rows):
    def entries(row):
        return [pb.Entry.FromString(bytes.fromhex(entry)) for entry in row["entries"]]

    return [Branch(device, entries(row), row["until"]) for row in rows]


def replayed(device, entries):
    anchor = device.anchor
    follower = Follower(anchor.log_id, anchor.genesis_hash, device.identity.sealing, device.handed_secrets())
    for entry in entries:
        follower.take(entry)
    return follower


def hear(device, relay, conflict, reason):
    """A relay serves another entry where ours stands. Goes back where the text says so; else refuses."""
    own, first, theirs = device.entries, *their_story(device, relay, conflict.seq, reason)
    common = replayed(device, own[:first])
    ours_here, theirs_here = (signed_header(common.house, common.keyring, entry) for entry in (own[first], theirs[0]))
    require(ours_here is not None and theirs_here is not None, "ROLLBACK")
    require(theirs_here.relay_epoch >= ours_here.relay_epoch, "ROLLBACK")
    other = own[:first] + theirs
    if theirs_here.relay_epoch > ours_here.relay_epoch:  # R-MOVE-015: a restore, or a move
        go_back(device, other)
        return
    device.state["fork"] = [entry_hash(entry).hex() for entry in (own[first], theirs[0])]
    branch = Branch(device, other)
    ended = ending(common.house, device.follower.house, branch.follower.house, first)
    if ended == "theirs":
        go_back(device, other)
    elif ended is None:
        device.branches = [b for b in device.branches if b.entries[first] != theirs[0]] + [branch]
    raise Refused("FORK")


def their_story(device, relay, seq, reason):
    """(first differing place, the relay's entries from there on)."""
    own, start = device.entries, min(seq, len(device.entries) - 1)
    while start > 0 and entry_hash(relay.read(start)[0][0]) != entry_hash(own[start]):
        start -= 1
    theirs, status = [], None
    while status is None or start + len(theirs) < status.next_seq:
        page, status = relay.read(start + len(theirs))
        require(page and len(theirs) < MOST, "NOT_SERVED")
        theirs += page
    same = 0
    while same < len(theirs) and start + same < len(own) and entry_hash(theirs[same]) == entry_hash(own[start + same]):
        same += 1
    require(0 < start + same < len(own) and same < len(theirs), reason)
    return start + same, theirs[same:]


def ending(common, ours, theirs, first):
    """Which branch goes on, 'ours' or 'theirs', or None while the fork lasts (R-MOVE-005, R-MOVE-006)."""
    if ours.constitution_id == common.constitution_id == theirs.constitution_id:
        return "ours" if ours.hashes[first] < theirs.hashes[first] else "theirs"
    for name, stands, other in (("ours", ours, theirs), ("theirs", theirs, ours)):
        ended = [(head, who) for head, who in stands.resolved if head in other.hashes[first:]]
        agreed = {principal for _, who in ended for principal in who} & set(common.guardians)
        if ended and len(agreed) >= common.constitution.threshold:
            return name
    return None


def go_back(device, entries):
    """R-MOVE-008: what we held goes on holding for a week, as a branch."""
    lower = device.clock.lower
    lost = Branch(device, device.entries, None if lower is None else lower + LOST_HOLDS)
    device.branches.append(lost)
    device.entries = list(entries)
    device.store.save_entries(device.entries)
    device.replay()


def expire(device):
    """A lost branch ends when its documents stand again, or after its week."""
    lower, house = device.clock.lower, device.house

    def holds(branch):
        theirs = branch.follower.house
        again = theirs.done <= house.done and theirs.recent.keys() <= house.recent.keys()
        return not again and (branch.until is None or lower is None or lower < branch.until)

    device.branches = [branch for branch in device.branches if holds(branch)]
