"""Time that has passed for certain, and how long ago a guardian was heard (chapter 17)."""

import copy

from .calendar import month_begins

DAY = 86400
STALE_AFTER, EXPIRED_AFTER, FALLBACK_AFTER = DAY, 7 * DAY, 60 * DAY  # R-TIME-012
ALONE, ERASE = 30 * DAY, 30 * DAY  # R-TIME-013, R-TIME-014
GUARDIAN, RELAY, POINT = "guardian", "relay", "point"


def later(*times):
    """The greatest of the times that were ever set."""
    return max((time for time in times if time is not None), default=None)


class Clock:
    """Readings go in by `boot`, `signed` and the rest; bounds and states come out.

    `kept` is what R-TIME-004 stores; everything else is of this start alone.
    """

    FIRST = {
        "proven": None, "lower": None, "claimed": {GUARDIAN: None, RELAY: None, POINT: None}, "welcomed": False,
        "welcomer": None, "powered": 0, "reached": {}, "months": {}, "released": {}, "fresh": {},
    }

    def __init__(self, protected, uncertain_time, kept=None):
        self.protected, self.uncertain_time = protected, uncertain_time
        self.kept = copy.deepcopy(kept or self.FIRST)
        self.last_boot = 0
        self.wall = None
        self.bookmark = None  # the newest of a connection of this start
        self.anchored = False
        self.zones = {}

    def of_this_start(self):
        """What a program that is started again within one start of the device goes on from."""
        return {"last_boot": self.last_boot, "wall": self.wall, "bookmark": self.bookmark, "anchored": self.anchored}

    def resume(self, of_this_start):
        self.__dict__.update(of_this_start or {})

    # Readings.
    def boot(self, now, wall=None):
        """R-TIME-001, R-TIME-003 rule 1: what was seen of this start is never counted again."""
        self.wall = wall
        elapsed, kept = now - self.last_boot, self.kept
        if elapsed <= 0:
            return
        self.last_boot = now
        for dependant in kept["months"]:
            self.look_for_month(dependant, elapsed)
        for name in ("proven", "lower"):
            kept[name] = None if kept[name] is None else kept[name] + elapsed
        kept["claimed"] = {kind: None if time is None else time + elapsed for kind, time in kept["claimed"].items()}
        kept["powered"] += elapsed
        self.bookmark = None if self.bookmark is None else self.bookmark + elapsed
        self.settle()

    def signed(self, kind, time):
        """R-TIME-003 rules 3 to 5."""
        kept = self.kept
        claimed = kept["claimed"]
        claimed[kind] = later(claimed[kind], time)
        kept["proven"] = later(kept["proven"], sorted(claimed.values(), key=lambda m: (m is not None, m))[-2])
        limit = None if kept["proven"] is None else kept["proven"] + DAY
        near = [m for m in claimed.values() if m is not None and limit is not None and m <= limit]
        kept["lower"] = later(kept["lower"], kept["proven"], *near)
        self.settle()

    def beat(self, guardian, time, counts=True, of_welcomer=False):
        """An accepted beat of a guardian's device; `counts` says whether R-TIME-011 counts it."""
        kept = self.kept
        if of_welcomer and not kept["welcomed"]:  # rule 2
            kept["welcomed"] = True
            kept["proven"], kept["lower"] = later(kept["proven"], time), later(kept["lower"], time)
        self.signed(GUARDIAN, time)
        if kept["lower"] is not None and counts:
            self.heard(guardian, min(time, kept["lower"]))

    def heard(self, guardian, time):
        """*Freshness*: the smaller of a beat's time and T_lo when it was accepted."""
        self.kept["fresh"][guardian] = later(self.kept["fresh"].get(guardian), time)

    def bookmark_heard(self, time, of_this_start):
        """A verified bookmark under a relay key of the constitution."""
        if of_this_start:
            self.bookmark = time
        self.signed(RELAY, time)

    def release_on(self, dependant, year_month, zone):
        """The month of the constitution, or None, and the zone of the profile."""
        kept = self.kept
        if kept["months"].get(dependant) != year_month:
            kept["reached"].pop(dependant, None)
        kept["months"][dependant] = year_month
        self.zones[dependant] = zone
        self.settle()

    def settle(self):
        """What follows from the values as they stand now."""
        kept = self.kept
        if kept["welcomer"] is not None and kept["lower"] is not None:  # R-TIME-011: a Welcome counts at the first T_lo
            kept["fresh"][kept["welcomer"]] = later(kept["fresh"].get(kept["welcomer"]), kept["lower"])
            kept["welcomer"] = None
        if None not in (self.bookmark, kept["lower"]) and abs(self.bookmark - kept["lower"]) <= DAY:
            self.anchored = True  # R-TIME-005, first row
        for dependant in kept["months"]:
            self.look_for_month(dependant, 0)
            self.look_for_release(dependant)

    # Release.
    def release_instant(self, dependant):
        year_month = self.kept["months"][dependant]
        return month_begins(*year_month, self.zones.get(dependant, "UTC")) if year_month else None

    def look_for_month(self, dependant, elapsed):
        """R-TIME-013: the powered second at which some M, as it runs on for `elapsed`, reaches the instant."""
        kept, release = self.kept, self.release_instant(dependant)
        greatest = later(*kept["claimed"].values())
        if None in (release, greatest) or dependant in kept["reached"] or greatest + elapsed < release:
            return
        kept["reached"][dependant] = kept["powered"] + max(0, release - greatest)

    def look_for_release(self, dependant):
        kept, release = self.kept, self.release_instant(dependant)
        if release is None:
            return
        proven = kept["proven"] is not None and kept["proven"] >= release
        alone = dependant in kept["reached"] and kept["powered"] - kept["reached"][dependant] >= ALONE
        if proven or alone:
            self.release(dependant)

    def release(self, dependant):
        """R-TIME-012: there is no way back."""
        self.kept["released"].setdefault(dependant, self.lower)

    def erase_from(self, dependant):
        """R-TIME-014."""
        released = self.kept["released"].get(dependant)
        return None if released is None else released + ERASE

    # Bounds.
    @property
    def lower(self):
        return self.kept["lower"]

    @property
    def upper(self):
        """R-TIME-005."""
        if self.anchored:
            return self.lower
        return later(self.lower, self.wall) if self.protected and self.wall is not None else None

    @property
    def wide(self):
        return self.lower is None or self.upper is None or self.upper > self.lower + DAY

    @property
    def choice(self):
        """R-TIME-008."""
        if self.uncertain_time in ("WALL_CLOCK", "BUDGET_ONLY", "STRICT"):
            return self.uncertain_time
        return "WALL_CLOCK" if self.protected else "BUDGET_ONLY"

    @property
    def now(self):
        """The instant t of R-TIME-006."""
        if not self.wide:
            return self.upper
        return later(self.lower, self.wall) if self.choice == "WALL_CLOCK" else self.lower

    @property
    def windows(self):
        if not self.wide or self.choice == "WALL_CLOCK":
            return "evaluated"
        return "closed" if self.choice == "STRICT" else "not evaluated"

    # States.
    def state(self, dependant, guardians=None):
        """R-TIME-012; `guardians` are those in scope for the dependant."""
        if dependant in self.kept["released"]:
            return "RELEASED"
        fresh = self.kept["fresh"]
        freshest = later(*(time for guardian, time in fresh.items() if guardians is None or guardian in guardians))
        if freshest is None:
            return "FRESH"
        if self.lower is not None and self.lower - freshest > FALLBACK_AFTER:
            return "FALLBACK"
        age = self.now - freshest
        return "EXPIRED" if age > EXPIRED_AFTER else "STALE" if age > STALE_AFTER else "FRESH"
