"""Another story than ours: forks, restores, and what goes on holding meanwhile (chapter 9)."""

from .document import section_content
from .follower import Follower
from .fork import signed_header
from .proto import pb
from .wire import Refused, entry_hash, require

LOST_HOLDS = 604800  # R-MOVE-008
MOST_ENTRIES = 4096  # R-MOVE-004
MOST_BRANCHES = 4  # R-MOVE-030


class Branch:
    """A continuation that holds beside our own: its entries from genesis on; until a T_lo, or the end of the fork."""

    def __init__(self, device, entries, until=None, was_ours=False):
        self.entries, self.until, self.was_ours = entries, until, was_ours
        self.follower = replayed(device, entries)

    def kept(self):
        entries = [entry.SerializeToString().hex() for entry in self.entries]
        return {"entries": entries, "until": self.until, "was_ours": self.was_ours}


def restored(device, rows):
    def entries(row):
        return [pb.Entry.FromString(bytes.fromhex(entry)) for entry in row["entries"]]

    return [Branch(device, entries(row), row["until"], row["was_ours"]) for row in rows]


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
    else:
        branch.until = None if ended is None else week_from_now(device)  # R-MOVE-032
        keep(device, branch, lambda kept: kept.entries[first] == theirs[0])
    raise Refused("FORK")


def keep(device, branch, goes_on):
    """R-MOVE-030: beside what is kept, or in the place of the one that it goes on from; none is pushed out."""
    others = [kept for kept in device.branches if not goes_on(kept)]
    require(len(others) < MOST_BRANCHES, "FORK")
    device.branches = [*others, branch]


def week_from_now(device):
    lower = device.clock.lower
    return None if lower is None else lower + LOST_HOLDS


def their_story(device, relay, seq, reason):
    """(first differing place, the relay's entries from there on)."""
    own, start = device.entries, min(seq, len(device.entries) - 1)
    while start > 0 and entry_hash(relay.read(start)[0][0]) != entry_hash(own[start]):
        start -= 1
    theirs, status = [], None
    while status is None or start + len(theirs) < status.next_seq:
        page, status = relay.read(start + len(theirs))
        require(page and len(theirs) < MOST_ENTRIES, "NOT_SERVED")
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
    lost = Branch(device, device.entries, week_from_now(device), was_ours=True)
    keep(device, lost, lambda kept: False)
    device.entries = list(entries)
    device.store.save_entries(device.entries)
    device.replay()


def expire(device):
    """A lost branch ends when its documents stand again, or after its week."""
    lower = device.clock.lower

    def holds(branch):
        if branch.until is not None and lower is not None and lower >= branch.until:
            return False
        pairs = zip(device.house.hashes, branch.follower.house.hashes)
        first = next((place for place, (ours, theirs) in enumerate(pairs) if ours != theirs), device.follower.next_seq)
        lost = said_behind(branch.follower, branch.entries, first)
        return not lost <= said_behind(device.follower, device.entries, first)

    device.branches = [branch for branch in device.branches if holds(branch)]


def said_behind(follower, entries, first):
    """R-MOVE-008: what each document with effect behind a place says, as far as this device can open it."""
    return {said(follower, entries[place], header) for place, header in follower.effects if place >= first}


def said(follower, entry, header):
    def content(kind):
        ring, generations = follower.keyring, [use.generation for use in header.generations]
        of_household = kind < 16
        secret = ring.household(generations[0]) if of_household else ring.kind(header.dependant, generations[1], kind)
        try:
            return section_content(header.log_id, header, entry, kind, secret)
        except Refused:
            return None

    fields = (header.author_device, header.payload_type, header.base, header.dependant, header.not_before)
    return fields, tuple((row.kind, content(row.kind)) for row in header.sections)
