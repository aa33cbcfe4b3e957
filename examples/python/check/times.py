"""Area time: readings of clocks and signed times, and what a device knows after them (chapter 17)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from .areas import runner
from .engine import formula

DAY = 86_400
KINDS = ["guardian", "relay", "point"]


class Known:
    """What is kept; of everything the newest. None is a value that was never set."""

    def __init__(self, inputs):
        self.protected, self.choice = inputs["protected"], inputs["uncertain_time"]
        self.boot, self.wall, self.first, self.kept = 0, None, False, None
        self.claims = dict.fromkeys(KINDS)
        self.proven = self.lower = self.heard = None
        self.mark, self.near = None, False
        self.due, self.waited, self.released = None, None, None

    def values(self):
        names = ["first", "proven", "lower", "heard", "due", "waited", "released"]
        return {**{name: getattr(self, name) for name in names}, "claims": dict(self.claims)}


@runner("time")
def time(inputs, _):
    known, rows = Known(inputs), []
    for reading in inputs["readings"]:
        for name, act in ACTS.items():
            if name in reading:
                act(known, reading[name], reading)
        settle(known)
        if reading.get("row"):
            rows.append(row(known))
    return {"rows": rows}


def row(known):
    hi = upper(known)
    narrow = is_narrow(known.lower, hi)
    at, windows = instant(known, hi) if narrow else uncertain(known)
    return {
        **{name: known.claims[name] for name in KINDS},
        "proven": known.proven,
        "lower": known.lower,
        "upper": hi,
        "wide": not narrow,
        "t": at,
        "windows": windows,
        "state": state(known, at),
        "erase_from": erase_from(known),
    }


# --- what happens ------------------------------------------------------------------------------


def boot(known, seconds, reading):
    known.wall = reading.get("wall")
    passes(known, elapsed(seconds, known.boot))
    known.boot = max(known.boot, seconds)


@formula("R-TIME-001", boot_time_that_goes_back_counts_backwards=lambda now, before: now - before)
def elapsed(now, before):
    return max(0, now - before)


@formula(
    "R-TIME-003",
    claims_stand_still=lambda known, seconds: advance(known, seconds, claims=False),
    proven_time_stands_still=lambda known, seconds: advance(known, seconds, proven=False),
    the_lower_bound_stands_still=lambda known, seconds: advance(known, seconds, lower=False),
)
def passes(known, seconds):
    advance(known, seconds)


def advance(known, seconds, claims=True, proven=True, lower=True):
    later = lambda value, does=True: None if value is None else value + seconds * does
    before = known.claims
    known.claims = {kind: later(value, claims) for kind, value in before.items()}
    known.proven, known.lower = later(known.proven, proven), later(known.lower, lower)
    known.mark = later(known.mark)
    if known.due is not None:
        known.waited = waits(known.waited, seconds, greatest(known.claims.values()), known.due)


@formula(
    "R-TIME-013",
    the_thirty_days_count_from_the_reading_on=lambda waited, seconds, claim, due: (
        waited + seconds if waited is not None else 0 if claim is not None and claim >= due else None
    ),
)
def waits(waited, seconds, claim, due):
    if waited is not None:
        return waited + seconds
    if claim is None or claim < due:
        return None
    return min(seconds, claim - due)


def greatest(values):
    return max((value for value in values if value is not None), default=None)


@formula(
    "R-TIME-004",
    a_start_forgets_everything=lambda known: setattr(known, "claims", dict.fromkeys(KINDS))
    or vars(known).update(proven=None, lower=None, heard=None, released=None),
    a_start_goes_on_from_what_was_not_stored=lambda known: None,
)
def stored_values(known):
    if known.kept:
        values = dict(known.kept)
        known.claims = dict(values.pop("claims"))
        vars(known).update(values)


def start(known, _, __):
    stored_values(known)
    known.boot, known.wall = 0, None
    forget_bookmarks(known)


@formula("R-TIME-005", a_bookmark_counts_over_a_restart=lambda known: None)
def forget_bookmarks(known):
    known.mark, known.near = None, False


def store(known, _, __):
    known.kept = known.values()


@formula(
    "R-TIME-003",
    the_first_beat_proves_nothing=lambda known, time: None,
    every_beat_is_a_first_one=lambda known, time: setattr(known, "proven", greatest([known.proven, time])),
)
def introduced(known, time):
    if not known.first:
        known.proven = greatest([known.proven, time])
    known.first = True


def welcomer_beat(known, time, reading):
    introduced(known, time)
    beat(known, time, reading)


def beat(known, time, reading):
    claim(known, "guardian", time)
    settle(known)
    if counts(reading) and known.lower is not None:
        known.heard = greatest([known.heard, heard_at(time, known.lower)])


@formula("R-TIME-011", a_beat_counts_before_its_head_is_applied=lambda reading: True)
def counts(reading):
    return reading.get("root", "same") == "same"


@formula("R-TIME-011", a_beat_from_the_future_counts_as_such=lambda time, lower: time)
def heard_at(time, lower):
    return min(time, lower)


def bookmark(known, time, reading):
    if is_of_this_start(reading):
        known.mark = time
    claim(known, "relay", time)


@formula("R-TIME-005", a_bookmark_of_an_older_connection_counts=lambda reading: True)
def is_of_this_start(reading):
    return reading["connection"] == "this start"


def timestamp(known, time, _):
    claim(known, "point", time)


def hint(known, time, reading):
    hinted(known, time)


@formula("R-TIME-002", a_hint_is_a_signed_time=lambda known, time: claim(known, "point", time))
def hinted(known, time):
    pass


@formula(
    "R-TIME-003",
    the_last_claim_counts_and_not_the_greatest=lambda known, kind, time: known.claims.update({kind: time}),
)
def claim(known, kind, time):
    known.claims[kind] = greatest([known.claims[kind], time])


def release_on(known, month, reading):
    due = None
    if month is not None:
        year, number = month
        due = release_instant(year, number, reading["zone"])
    if known.due != due:
        known.waited = anew(known.waited)
    known.due = due


@formula(
    "R-TIME-013",
    the_month_begins_in_utc=lambda year, month, zone: int(datetime(year, month, 1, tzinfo=ZoneInfo("UTC")).timestamp()),
)
def release_instant(year, month, zone):
    return int(datetime(year, month, 1, tzinfo=ZoneInfo(zone)).timestamp())


@formula("R-TIME-013", a_month_that_moves_keeps_its_thirty_days=lambda waited: waited)
def anew(_):
    return None


def of_age(known, _, __):
    settle(known)
    known.released = (known.lower,)


ACTS = {
    "start": start,
    "boot": boot,
    "store": store,
    "welcomer_beat": welcomer_beat,
    "beat": beat,
    "bookmark": bookmark,
    "timestamp": timestamp,
    "hint": hint,
    "release_on": release_on,
    "of_age": of_age,
}


# --- what follows ------------------------------------------------------------------------------


@formula(
    "R-TIME-003",
    one_kind_proves=lambda claims: greatest(claims),
    all_three_kinds_have_to_prove=lambda claims: min(claims) if None not in claims else None,
)
def second(claims):
    found = sorted(value for value in claims if value is not None)
    return found[-2] if len(found) > 1 else None


@formula(
    "R-TIME-003",
    a_claim_moves_any_distance=lambda claims, proven: greatest(claims),
    a_claim_just_a_day_ahead_is_too_far=lambda claims, proven: believed(claims, proven, DAY - 1),
    a_claim_stands_without_proven_time=lambda claims, proven: greatest(claims) if proven is None else believed(claims, proven, DAY),
)
def claimed(claims, proven):
    return believed(claims, proven, DAY)


def believed(claims, proven, most):
    if proven is None:
        return None
    return greatest(value for value in claims if value is not None and value <= proven + most)


def settle(known):
    claims = list(known.claims.values())
    known.proven = greatest([known.proven, second(claims)])
    known.lower = greatest([known.lower, known.proven, claimed(claims, known.proven)])
    if known.lower is not None and known.mark is not None:
        known.near = known.near or is_near(known.mark, known.lower)
    if known.due is not None:
        claim_now = greatest(claims)
        if known.waited is None and claim_now is not None and claim_now >= known.due:
            known.waited = 0
        if known.released is None and is_due(known):
            known.released = (known.lower,)
    if known.heard is None and known.lower is not None:
        known.heard = known.lower


@formula(
    "R-TIME-005",
    any_bookmark_narrows=lambda mark, lower: True,
    a_bookmark_a_day_away_is_too_far=lambda mark, lower: abs(mark - lower) < DAY,
    only_a_bookmark_ahead_has_to_be_near=lambda mark, lower: mark - lower <= DAY,
)
def is_near(mark, lower):
    return abs(mark - lower) <= DAY


@formula(
    "R-TIME-013",
    one_kind_releases_at_once=lambda known: greatest(known.claims.values()) is not None and greatest(known.claims.values()) >= known.due,
    one_kind_never_releases=lambda known: known.proven is not None and known.proven >= known.due,
    the_thirty_days_are_thirty_one=lambda known: (known.proven is not None and known.proven >= known.due)
    or (known.waited or 0) >= 31 * DAY,
    the_lower_bound_releases=lambda known: (known.lower is not None and known.lower >= known.due) or (known.waited or 0) >= 30 * DAY,
)
def is_due(known):
    return (known.proven is not None and known.proven >= known.due) or (known.waited or 0) >= 30 * DAY


@formula("R-TIME-014", erasure_is_at_once=lambda known: known.released and known.released[0])
def erase_from(known):
    if known.released is None or known.released[0] is None:
        return None
    return known.released[0] + 30 * DAY


@formula(
    "R-TIME-005",
    every_wall_clock_bounds=lambda known: known.lower if known.near else wall_bound(known),
    a_wall_clock_behind_bounds=lambda known: known.lower if known.near else known.wall if known.protected else None,
)
def upper(known):
    if known.near:
        return known.lower
    return wall_bound(known) if known.protected else None


def wall_bound(known):
    return None if known.wall is None else greatest([known.lower, known.wall])


@formula("R-TIME-005", an_interval_of_just_a_day_is_wide=lambda lower, upper: None not in (lower, upper) and upper - lower < DAY)
def is_narrow(lower, upper):
    return None not in (lower, upper) and upper - lower <= DAY


@formula("R-TIME-006", a_narrow_interval_is_asked_at_its_lower_end=lambda known, upper: (known.lower, "evaluated"))
def instant(_, upper):
    return upper, "evaluated"


@formula(
    "R-TIME-008",
    an_unspecified_choice_is_wall_clock=lambda known: by_row(known, {**ROWS, "UNSPECIFIED": wall_clock}),
    an_unspecified_choice_is_budget_only=lambda known: by_row(known, {**ROWS, "UNSPECIFIED": budget_only}),
    wall_clock_looks_at_the_wall_alone=lambda known: by_row(known, {**ROWS, "WALL_CLOCK": lambda k: (k.wall, "evaluated")}),
    strict_is_budget_only=lambda known: by_row(known, {**ROWS, "STRICT": budget_only}),
)
def uncertain(known):
    return by_row(known, ROWS)


def by_row(known, rows):
    return rows[known.choice](known)


def wall_clock(known):
    return greatest([known.lower, known.wall]), "evaluated"


def budget_only(known):
    return known.lower, "not evaluated"


ROWS = {
    "WALL_CLOCK": wall_clock,
    "BUDGET_ONLY": budget_only,
    "STRICT": lambda known: (known.lower, "closed"),
    "UNSPECIFIED": lambda known: (wall_clock if known.protected else budget_only)(known),
}


@formula(
    "R-TIME-012",
    a_release_can_be_taken_back=lambda known, at: by_age(known, at) if known.due is None else stated(known, at),
    fallback_goes_by_the_instant=lambda known, at: stated(known, at, lower=at),
    stale_and_expired_go_by_the_lower_bound=lambda known, at: stated(known, known.lower),
    an_age_of_just_a_day_is_stale=lambda known, at: stated(known, at, less=1),
)
def state(known, at):
    return stated(known, at)


def stated(known, at, lower=None, less=0):
    if known.released is not None:
        return "RELEASED"
    return by_age(known, at, lower, less)


def by_age(known, at, lower=None, less=0):
    if known.heard is None or known.lower is None:
        return "FRESH"
    if (known.lower if lower is None else lower) - known.heard > 60 * DAY - less:
        return "FALLBACK"
    if at - known.heard > 7 * DAY - less:
        return "EXPIRED"
    return "STALE" if at - known.heard > DAY - less else "FRESH"
