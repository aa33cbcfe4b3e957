"""What holds at one instant: acts, custody, windows, budgets (R-EVAL-020 to R-EVAL-045, R-EVAL-061)."""

import copy
from functools import cached_property

from .calendar import instant_of, weekday

DAY = 86400
GIVES = ("extra_time", "unblock", "suspend", "date_exception")


def counting(acts):
    """R-EVAL-040: of one author's acts on one target the one with the greatest place counts alone."""
    last = {}
    for act in sorted(acts, key=lambda a: a.position):
        target = {"extra_time": act.id, "unblock": None, "date_exception": None}.get(act.kind)
        if act.kind == "unblock":
            target = act.item, act.name
        if act.kind == "date_exception":
            target = act.day
        last[act.author, act.kind, target] = act
    return list(last.values())


def end_of(act):
    """The first instant at which an act is no longer live, or None."""
    day_later = act.start + DAY
    if act.kind == "extra_time":
        return day_later if act.until is None else act.until
    if act.kind == "unblock":
        return day_later if act.until is None else min(act.until, day_later)
    return act.until


def settled(acts, now, lower):
    """*Uncertain time*: what gives begins at T_lo, what takes ends at T_lo; everything else is asked at t."""
    kept = []
    for act in counting(acts):
        act = copy.copy(act)
        if act.kind == "lock_now":
            act.rests_at = act.start + DAY
        if lower != now:
            if act.kind in GIVES and (lower is None or act.start > lower):
                continue
            if act.kind == "lock_now":
                over = act.until is not None and (act.until <= act.start or (lower is not None and act.until <= lower))
                if over:
                    continue
                act.until = None
                act.start = act.start if lower is not None else min(act.start, now)
                act.rests_at = act.rests_at if lower is not None and act.rests_at <= lower else None
        kept.append(act)
    return kept


class World:
    """One policy at one instant, with what was spent until then."""

    def __init__(self, policy, at, spent, windows="evaluated"):
        self.policy, self.at, self.spent, self.windows = policy, at, spent, windows

    @cached_property
    def day(self):
        return self.policy.days.day_of(self.at)

    @cached_property
    def live(self):
        return [a for a in self.policy.acts if a.start <= self.at and (end_of(a) is None or self.at < end_of(a))]

    def acts(self, kind):
        return [act for act in self.live if act.kind == kind]

    # Custody.
    @cached_property
    def custodians(self):
        """R-EVAL-061: guardians with a live layer whose interval covers the instant; nobody where it is open."""
        if self.windows != "evaluated":
            return set()
        with_layer = {layer.author[1] for layer in self.policy.layers if layer.by_guardian}
        return {g for start, end, g in self.policy.custody if start <= self.at < end and g in with_layer}

    def has_custody(self, author):
        return not self.custodians or author[1] in self.custodians

    def in_force(self, layer):
        """Whether steps 6 and 7 are asked of a layer."""
        if not layer.by_guardian:
            return True
        return self.has_custody(layer.author) and layer.author not in {act.author for act in self.acts("suspend")}

    # Locks.
    def locks(self):
        """R-EVAL-043."""
        return [act for act in self.acts("lock_now") if self.has_custody(act.author) or not self.rests(act)]

    def rests(self, lock):
        return lock.rests_at is not None and self.at >= lock.rests_at

    # Windows.
    def closed_by(self, layer, targets):
        """The names of the rules by which a layer's windows close an action; empty where they do not."""
        if self.windows == "not evaluated":
            return set()
        if self.windows == "closed":  # STRICT, R-TIME-008
            return {window.id for window in layer.of("window")}
        return set().union(*(self.closed_on(layer, target) for target in targets))

    def closed_on(self, layer, target):
        windows = [window for window in layer.of("window") if window.target == target]
        exception = self.exception(layer, self.day) if target == "overall" else None
        placed = [p for day in range(self.day - 2, self.day + 2) for p in self.placed(layer, windows, target, day)]
        around = [(state, name) for state, start, end, name in placed if start <= self.at < end]
        blocks = {name for state, name in around if state == "block"}
        if blocks:
            return blocks
        replaced = exception is not None and exception.windows is not None
        allows = [w for w in (exception.windows if replaced else windows) if w.state == "allow"]
        if not allows or any(state == "allow" for state, _ in around):
            return set()
        if replaced:
            return {exception.id}
        today = {w.id for w in allows if weekday(self.day) in w.days}
        return today or {w.id for w in allows}

    def exception(self, layer, day):
        found = [act for act in self.acts("date_exception") if act.author == layer.author and act.day == day]
        return found[0] if found else None

    def placed(self, layer, windows, target, day):
        """(state, start, end, name) of the windows that start on a policy day."""
        exception = self.exception(layer, day) if target == "overall" else None
        return place_windows(self.policy.days, windows, day, exception)

    def opened(self, targets):
        """R-EVAL-041: live extra time that opens windows for the action."""
        return any(act.extends_window and act.target in targets for act in self.acts("extra_time"))

    # Budgets.
    def extra(self, target):
        caps = [row.seconds for layer in self.policy.layers for row in layer.of("extra_time_cap")]
        given = sum(act.seconds for act in self.acts("extra_time") if act.target == target)
        return min(given, self.policy.extra_time_cap, *caps)

    def left(self, layer, budget):
        """R-EVAL-031: seconds; None on a day without a limit."""
        limit = limit_of(budget, weekday(self.day))
        if limit is None:
            return None
        extra = self.extra(budget.target) if layer.by_guardian else 0
        return limit + extra - self.spent.seconds(layer.author, budget, self.day)


def limit_of(budget, weekday_now):
    if budget.daily is None:
        return budget.weekly
    return min((seconds for days, seconds in budget.daily if weekday_now in days), default=None)


def place_windows(days, windows, day, exception=None):
    """R-EVAL-021, R-EVAL-045: windows as they lie on one policy day; what a gap swallows is not there."""
    todays = [w for w in windows if weekday(day) in w.days]
    if exception is not None and exception.windows is not None:
        todays = exception.windows
    placed = [(w.state, *place(days, w.span, day), w.id) for w in todays]
    placed = [p for p in placed if p[1] < p[2]]
    if exception is None or exception.extend_until is None:
        return [(state, start, end, name) for state, start, end, _, name in placed]
    last = max((start for state, start, *_ in placed if state == "allow"), default=None)

    def new_end(state, start, end, written):
        is_last = (state, start) == ("allow", last)
        return extended(days, end, written, exception.extend_until) if is_last else end

    return [(state, start, new_end(state, start, end, written), name) for state, start, end, written, name in placed]


def place(days, span, day):
    """(start, end, (date, seconds) of the start as written)."""
    if span is None:
        return days.begins(day), days.begins(day + 1), (day, days.day_start)
    start, end = span
    date = day if start >= days.day_start else day + 1
    end_date = date if end > start else date + 1
    return instant(days, date, start), instant(days, end_date, end), (date, start)


def instant(days, date, seconds):
    return instant_of(days.place, date, seconds)


def extended(days, end, written, until):
    date, start = written
    return max(end, instant(days, date if until > start else date + 1, until))
