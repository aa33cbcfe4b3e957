"""The enforcement point: what it is, what it remembers, what it answers."""

import os

from . import beats, branches, floor, sync
from .clock import Clock
from .compile import SAFETY, Compiler
from .decide import EFFECTS, Case, Decision, decide
from .epochs import Keyring, only_what_is_ours
from .household import kinds_of_category
from .join import signed_request
from .keys import SealingKey, SigningKey
from .policy import Policy
from .proto import pb
from .registry import SECTION_NAMES
from .store import Store
from .usage import Usage
from .wire import require, sha256

class Identity:
    """The keys of this device, from three seeds that nothing connects (R-WIRE-013)."""

    def __init__(self, device_id, signing, sealing, access):
        self.device_id = device_id
        self.signing, self.sealing, self.access = SigningKey(signing), SealingKey(sealing), SigningKey(access)


def fresh_identity():
    seeds = {name: os.urandom(32).hex() for name in ("signing", "sealing", "access")}
    return {"device_id": os.urandom(16).hex(), **seeds}


class Device:
    """State is a flat dictionary that is stored as it is; everything else follows from it and from the entries."""

    def __init__(self, folder, product):
        self.store, self.product = Store(folder), product
        self.state = self.store.load()
        self.entries = []
        self.follower = None
        self.branches = []  # other continuations that hold beside ours (branches.py)
        self.clock = None
        if self.state:
            self.wake()

    # Beginning, and beginning again.
    def reset(self):
        """R-OPS-019: nothing is left, and the device makes new keys."""
        self.store.wipe()
        self.state = {"identity": fresh_identity(), "registers": {}, "beats": {}, "relay_ids": {}, "written": {}}
        self.entries, self.follower, self.branches = [], None, []
        self.wake()
        return signed_request(self.identity, self.product.category, self.product.capabilities).SerializeToString()

    def wake(self):
        """Everything as it was stored; every entry is verified anew (R-LOG-017)."""
        keys = self.state.get("identity")
        self.identity = Identity(**{name: bytes.fromhex(key) for name, key in keys.items()}) if keys else None
        self.clock = Clock(self.product.protected, self.uncertain_time(), self.state.get("clock"))
        self.clock.resume(self.state.get("start_of"))
        if "anchor" in self.state:
            self.entries = self.store.entries()
            self.replay()
            self.branches = branches.restored(self, self.store.load_branches())

    def replay(self):
        """R-LOG-013: from entry 0 on, with all secrets that are held now."""
        self.follower = branches.replayed(self, self.entries)
        self.took_over()

    def save(self):
        self.state["clock"], self.state["start_of"] = self.clock.kept, self.clock.of_this_start()
        self.store.save_branches([branch.kept() for branch in self.branches])
        self.store.save(self.state)

    def tick(self, boot, wall, start, zone=None):
        """What the clocks show from now on; another `start` is a device that was switched on anew."""
        if start != self.state.get("start"):
            self.state["start"] = start
            self.clock = Clock(self.product.protected, self.uncertain_time(), self.clock.kept)
        if zone is not None:
            self.state["zone"] = zone
        self.clock.boot(boot, wall)
        self.erase_what_is_over()
        if self.house:
            branches.expire(self)
        self.save()

    def uncertain_time(self):
        point = self.own_point()
        return pb.UncertainTime.Name(point.uncertain_time).removeprefix("UNCERTAIN_TIME_") if point else "UNSPECIFIED"

    # Who it is in the household.
    @property
    def anchor(self):
        return pb.Anchor.FromString(bytes.fromhex(self.state["anchor"]))

    @property
    def house(self):
        return self.follower.house if self.follower else None

    @property
    def joining(self):
        return "welcome" in self.state

    @property
    def left(self):
        return self.state.get("left", False)

    def own_point(self):
        listed = self.house.points.get(self.identity.device_id) if self.house else None
        return listed.point if listed and self.is_own(listed.point) else None

    def is_own(self, point):
        keys = self.identity.signing.public, self.identity.sealing.public
        return (point.signing_key, point.sealing_key) == keys

    def served(self):
        """The dependants whose rules it enforces: none until it has joined (R-JOIN-007)."""
        point = None if self.joining else self.own_point()
        return list(point.dependants) if point else []

    # Secrets that came by a Welcome.
    def hold(self, secrets):
        rows = [[slot[0] and slot[0].hex(), slot[1], slot[2], value.hex()] for slot, value in secrets.items()]
        self.state["secrets"] = rows

    def handed_secrets(self):
        rows = self.state.get("secrets", [])
        return {(row[0] and bytes.fromhex(row[0]), row[1], row[2]): bytes.fromhex(row[3]) for row in rows}

    # What comes from the log.
    def take(self, entry):
        """One entry from a relay: stored as it was served, once it is taken."""
        before = self.follower.next_seq
        try:
            outcome = self.follower.take(entry)
        finally:
            self.shorten(self.follower.next_seq if self.follower.next_seq < before else before)
        if outcome.what != "passed":
            self.shorten(self.follower.next_seq - 1)
            self.entries.append(entry)
            self.store.append(entry)
        return outcome

    def drop_run(self):
        self.follower.drop_run()
        self.shorten(self.follower.next_seq)

    def shorten(self, count):
        """A run that was dropped is not remembered (R-LOG-009)."""
        if count < len(self.entries):
            self.entries = self.entries[:count]
            self.store.save_entries(self.entries)

    def took_over(self):
        """What the newest entries changed for this device."""
        house, point = self.house, self.own_point()
        if house is None:
            return
        self.keep_only_ours(point)
        self.clock.uncertain_time = self.uncertain_time()
        for dependant in self.served():
            policy = self.compiled(dependant).policy
            zone_key = policy.days.place.key if policy.days.named else "UTC"
            self.clock.release_on(dependant.hex(), self.release_month(dependant), zone_key)
        self.erase_what_is_over()

    def keep_only_ours(self, point):
        """R-JOIN-012, R-PRIV-014: what is held of others, or of who is free, goes."""
        gone = {bytes.fromhex(d) for d in self.state.get("erased", [])}

        def ours(secrets):
            return {slot: v for slot, v in only_what_is_ours(secrets, point).items() if slot[0] not in gone}

        self.follower.keyring = Keyring(ours(self.follower.keyring.held))
        if not self.joining:
            self.hold(ours(self.handed_secrets()))

    def release_month(self, dependant):
        """R-MOVE-003: the month counts only if every branch has one; the latest of them."""
        listed = [follower.house.dependants.get(dependant) for follower in self.followers()]
        if any(found is None or not found.HasField("release_on") for found in listed):
            return None
        return max([found.release_on.year, found.release_on.month] for found in listed)

    def followers(self):
        """Every story that holds, those first that were ours first."""
        before = [branch.follower for branch in self.branches if branch.was_ours]
        return [*before, self.follower, *(b.follower for b in self.branches if not b.was_ours)]

    def leave(self):
        """R-PRIV-017, R-PRIV-018: everything goes but the rights floor and the notice."""
        self.entries, self.follower, self.branches = [], None, []
        kept = {name: self.state.get(name) for name in ("start", "zone")}
        self.store.wipe()
        self.state = {"left": True, "clock": self.clock.kept, **kept}
        self.identity = None
        self.save()

    def erase_what_is_over(self):
        """R-TIME-014, R-PRIV-014: secrets and documents of who is free, or has left the household."""
        if self.house is None:
            return
        lower = self.clock.lower
        ends = {d: self.clock.erase_from(d.hex()) for d in self.served()}
        over = {d for d, end in ends.items() if end is not None and lower is not None and lower >= end}
        gone = over - {bytes.fromhex(d) for d in self.state.get("erased", [])}
        if not gone:
            return
        self.state["erased"] = [*self.state.get("erased", []), *(d.hex() for d in gone)]
        places = {l.header.seq for l in self.house.live.values() if l.header.dependant in gone}
        self.entries = [without_body(e) if e.seq in places else e for e in self.entries]
        self.store.save_entries(self.entries)
        self.keep_only_ours(self.own_point())

    # What it answers.
    def compiled(self, dependant, follower=None):
        follower = follower or self.follower
        place = (follower.house, follower.keyring, self.own_point())
        out = Compiler(*place, dependant, self.clock.lower, self.state.get("zone")).compiled()
        given = {SECTION_NAMES[kind].lower() for kind in kinds_of_category(self.own_point())}
        if beats.view_differs(self):
            out.policy.pending |= SAFETY & given  # R-REG-013
        return out

    def freshness(self, dependant):
        in_scope = {g.hex() for g in self.house.guardians if dependant in self.house.scope(g)}
        return self.clock.state(dependant.hex(), in_scope)

    def case(self, dependant, follower, usage_rows, at):
        """The policy of one branch that is asked in this state (R-TIME-012), with what was spent."""
        state = self.freshness(dependant)
        policy = Policy() if state == "RELEASED" else self.compiled(dependant, follower).policy
        if state == "FALLBACK":
            policy.acts = [act for act in policy.acts if act.kind != "lock_now"]
        return Case(policy, Usage(usage_rows, policy.days, policy.days.day_of(at)))

    def ask(self, dependant, question, usage_rows):
        """A decision, or None where the dependant is not served. The floor comes before everything (R-FLOOR-004)."""
        if floor.reached(self, question):
            return Decision("allow", "rights_floor")
        served = self.served()
        if question.subject != "dependant" and dependant is None:
            asked = served
        else:
            asked = [dependant] if dependant in served else []
        if not asked:
            return None
        if question.subject == "unidentified":
            asked = served
        at = self.clock.now if self.clock.now is not None else 0
        decisions = []
        for follower in self.followers():
            cases = [self.case(d, follower, usage_rows, at) for d in asked]
            decisions.append(decide(cases, question, at, self.clock.lower, self.clock.windows))
        return strictest(decisions)

    def of_age(self, dependant):
        """R-DEP-012: it frees this product."""
        require(dependant in self.served(), "NOT_PERMITTED_BY_TABLE")
        self.clock.release(dependant.hex())
        self.save()

    def sync(self):
        """('current' | 'refused' | 'unreachable' | 'left', reason)."""
        result = sync.run(self)
        if not self.left:
            self.save()
        return result


def strictest(decisions):
    """R-MOVE-002: of equal ones that with the least remaining time."""

    def order(decision):
        left = decision.remaining_seconds
        return -EFFECTS.index(decision.effect), left is None, left or 0

    return min(decisions, key=order)


def without_body(entry):
    """R-LOG-001: the pruned form, whose hash is the same."""
    if not entry.HasField("body"):
        return entry
    pruned = pb.Entry()
    pruned.CopyFrom(entry)
    pruned.body_hash = sha256(entry.body)
    pruned.ClearField("body")
    return pruned
