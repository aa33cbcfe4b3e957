"""Brackets that an issuer tells: coarsening, estimates, birthdays, sets of cut points, handles."""

from datetime import date

import parcep_wire as wire

from ..common import Counter, File
from .made import AUDIENCE

SETS = [13, 16, 18]


def coarsening():
    file = File(
        "age",
        "coarsening",
        "An issuer that knows `known` answers an audience with cut points `cuts`: bounds, upper one null if there is "
        "none. With `one_cell` true it is asked for one cell. Worked out by hand.",
        ["R-AGE-004", "R-AGE-005", "R-AGE-036"],
    )
    rows = [
        ("two cells of three", [12, 17], [13, 16, 18], [0, 18], False),
        ("one year in a cell", [13, 14], [13, 16, 18], [13, 16], True),
        ("the first cell", [12, 13], [13, 16, 18], [0, 13], True),
        ("a whole cell", [16, 18], [13, 16, 18], [16, 18], True),
        ("an open end across a cut", [17, None], [13, 16, 18], [16, None], False),
        ("the last cell", [18, None], [18], [18, None], True),
        ("everybody", [0, None], [18], [0, None], False),
        ("up to a cut", [0, 18], [18], [0, 18], True),
        ("one year across a cut", [17, 19], [18], [0, None], False),
        ("finer cells of another scale", [10, 13], SETS, [0, 13], True),
        ("one bound of adulthood, asked for in finer cells", [0, 18], SETS, [0, 18], False),
        ("a bound inside the last cell", [21, None], SETS, [18, None], True),
        ("the least cut and the greatest", [1, 21], [1, 21], [1, 21], True),
        ("the year before the least cut", [0, 1], [1, 21], [0, 1], True),
        ("two years apart", [14, 16], [12, 14, 16], [14, 16], True),
    ]
    for number, (title, known, cuts, told, exact) in enumerate(rows, 100):
        file.ok(number, title, ["R-AGE-004"], {"known": known, "cuts": cuts}, {"told": told, "exact_cell": exact})
    bad = [
        ("no cut points", []), ("a cut at 0", [0]), ("a cut at 22", [22]), ("cuts one year apart", [13, 14]),
        ("cuts that descend", [16, 13]), ("a cut twice", [13, 13]), ("four cuts", [3, 7, 12, 16]),
        ("the last two one year apart", [13, 16, 17]),
    ]
    for number, (defect, cuts) in enumerate(bad, 120):
        inputs = {"known": [12, 17], "cuts": cuts}
        file.bad(number, 100, defect, ["R-AGE-005"], inputs, "MALFORMED")
    youngest = [
        ("one cell of several: the youngest", [12, 17], SETS, [0, 13], False),
        ("one cell, and it is one", [13, 15], SETS, [13, 16], True),
        ("one cell, with an open end", [17, None], SETS, [16, 18], False),
        ("one cell, of adults", [18, None], SETS, [18, None], True),
        ("one cell, of everybody below 18", [0, 18], SETS, [0, 13], False),
        ("one cell, across the last cut", [17, 19], [18], [0, 18], False),
        ("one cell, from a cut on", [16, None], SETS, [16, 18], False),
    ]
    for number, (title, known, cuts, told, exact) in enumerate(youngest, 130):
        inputs = {"known": known, "cuts": cuts, "one_cell": True}
        file.ok(number, title, ["R-AGE-036"], inputs, {"told": told, "exact_cell": exact})
    return file


def estimates():
    file = File(
        "age",
        "estimates",
        "An issuer that has an estimate in `estimate`, whose published error is `error` years, answers with cut points "
        "`cuts`.",
        ["R-AGE-040"],
    )
    rows = [
        ("17, give or take two", [17, 18], 2, SETS, [13, None], False),
        ("the same without an error", [17, 18], 0, SETS, [16, 18], True),
        ("20, give or take two, is 18 or older", [20, 21], 2, SETS, [18, None], True),
        ("19, give or take two, may be 17", [19, 20], 2, SETS, [16, None], False),
        ("10, give or take two, is below 13", [10, 11], 2, SETS, [0, 13], True),
        ("11, give or take two, may be 13", [11, 12], 2, SETS, [0, 16], False),
        ("1, give or take three: not below 0", [1, 2], 3, SETS, [0, 13], True),
        ("from 25 on, give or take seven", [25, None], 7, SETS, [18, None], True),
        ("from 25 on, give or take eight", [25, None], 8, SETS, [16, None], False),
    ]
    for number, (title, estimate, error, cuts, told, exact) in enumerate(rows, 140):
        inputs = {"estimate": estimate, "error": error, "cuts": cuts}
        file.ok(number, title, ["R-AGE-040", "R-AGE-004"], inputs, {"told": told, "exact_cell": exact})
    return file


def delay(secret, audience, cut):
    text = wire.transcript("age-rollover", audience, cut.to_bytes(4, "big"))
    return int.from_bytes(wire.hkdf(secret, b"", text, 8), "big") % 57


def audience_with(secret, cut, days):
    """The first of some audiences at which this cut point is passed after so many days."""
    return next(name for n in range(10_000) if delay(secret, name := f"https://{n}.example", cut) == days)


def days(year, month, day):
    return (date(year, month, day) - date(1970, 1, 1)).days


def noon(day):
    """The first second at which this day has begun everywhere: at UTC-12 it is midnight then."""
    return day * 86_400 + 43_200


def rollover():
    secret, other = (draw := Counter("age rollover"))(32), draw(32)
    file = File(
        "age",
        "rollover",
        "With `cut`, how many days after a birthday the issuer with `secret` speaks of a person as at or above it "
        "(for a token, the audience is empty). With `born`, a date or a month, what it tells at `now`.",
        ["R-AGE-038", "R-AGE-039"],
        {"secret": secret},
    )
    at = 150
    for cut, audience, whose in [
        (13, AUDIENCE, {}), (16, AUDIENCE, {}), (18, AUDIENCE, {}), (18, "https://chat.example", {}), (18, "", {}),
        (18, "app:com.example.game", {}), (18, AUDIENCE, {"secret": other}),
    ]:
        title = f"{cut}, {'in tokens' if not audience else audience}{', another person' if whose else ''}"
        file.ok(at, title, ["R-AGE-038"], {"audience": audience, "cut": cut, **whose}, {"days": delay(other if whose else secret, audience, cut)})
        at += 1
    ends = {(cut, d): audience_with(secret, cut, d) for cut in (13, 16, 18) for d in (0, 56)}
    for d in (0, 56):
        file.ok(at, f"{d} days", ["R-AGE-038"], {"audience": ends[16, d], "cut": 16}, {"days": d})
        at += 1

    def told(title, cited, born, audience, now, told):
        nonlocal at
        inputs = {"audience": audience, "cuts": SETS, "born": born, "now": now}
        file.ok(at, title, cited, inputs, {"told": told})
        at += 1

    late, early = ["R-AGE-038"], ["R-AGE-039"]
    birthday, d = days(2026, 6, 15), delay(secret, AUDIENCE, 16)
    assert 0 < d < 56
    told("16 on the day before the delay is over", late, "2010-06-15", AUDIENCE, noon(birthday + d) - 1, [13, 16])
    told("16 on the day on which the delay is over", late, "2010-06-15", AUDIENCE, noon(birthday + d), [16, 18])
    told("16 on the birthday, still below", late, "2010-06-15", AUDIENCE, noon(birthday), [13, 16])
    told("56 days: the last second below", late, "2010-06-15", ends[16, 56], noon(birthday + 56) - 1, [13, 16])
    told("56 days: the first second above", late, "2010-06-15", ends[16, 56], noon(birthday + 56), [16, 18])
    told("no delay: before the day has begun everywhere", early, "2010-06-15", ends[16, 0], noon(birthday) - 1, [13, 16])
    told("no delay: the day has begun everywhere", early, "2010-06-15", ends[16, 0], noon(birthday), [16, 18])
    told("18, no delay, a second too early", early, "2009-01-01", ends[18, 0], noon(days(2027, 1, 1)) - 1, [16, 18])
    told("18, no delay", early, "2009-01-01", ends[18, 0], noon(days(2027, 1, 1)), [18, None])
    leap = "2012-02-29"
    told("born on 29 February: on 28 February of a common year", early, leap, ends[13, 0], noon(days(2025, 3, 1)) - 1, [0, 13])
    told("born on 29 February: on 1 March of a common year", early, leap, ends[13, 0], noon(days(2025, 3, 1)), [13, 16])
    told("born on 29 February: on 28 February of a leap year", early, leap, ends[16, 0], noon(days(2028, 2, 29)) - 1, [13, 16])
    told("born on 29 February: on 29 February of a leap year", early, leap, ends[16, 0], noon(days(2028, 2, 29)), [16, 18])
    month = "2012-02"
    told("only the month known: its last day", early, month, ends[13, 0], noon(days(2025, 3, 1)) - 1, [0, 13])
    told("only the month known: the first day of the next", early, month, ends[13, 0], noon(days(2025, 3, 1)), [13, 16])
    told("born in a December, only the month known: 31 December", early, "2010-12", ends[16, 0], noon(days(2027, 1, 1)) - 1, [13, 16])
    told("born in a December, only the month known: 1 January", early, "2010-12", ends[16, 0], noon(days(2027, 1, 1)), [16, 18])
    told("an infant", late, "2026-01-01", AUDIENCE, noon(birthday), [0, 13])
    told("somebody of 40 years", late, "1986-01-01", AUDIENCE, noon(birthday), [18, None])
    told("born before 1970", late, "1950-02-28", AUDIENCE, noon(birthday), [18, None])
    assert at <= 190, at
    return file


def cut_sets():
    file = File(
        "age",
        "cut_sets",
        "One audience asks an issuer on a device with cut points on days, in this order; whether it is answered by them. "
        "There was no rule and no consent before.",
        ["R-AGE-015", "R-AGE-037"],
    )
    asks = lambda *rows: {"asked": [{"day": day, "cuts": cuts} for day, cuts in rows]}
    rows = [
        ("the same set, each day", [(0, SETS), (1, SETS), (400, SETS)], [True, True, True]),
        ("another set a day later", [(0, SETS), (1, [18])], [True, False]),
        ("another set after 364 days, and after 365", [(0, [13, 18]), (364, [18]), (365, [18])], [True, False, True]),
        ("a refused set leaves the first one", [(0, SETS), (9, [18]), (10, SETS)], [True, False, True]),
        ("the days count from the set that is kept, not from the last request", [(0, SETS), (364, SETS), (365, [13, 18])], [True, True, True]),
        ("after a change, a year begins again", [(0, SETS), (365, [18]), (366, SETS), (729, SETS), (730, SETS)], [True, True, False, False, True]),
        ("a year later, one year from a cut that was", [(0, SETS), (365, [13, 15, 18])], [True, False]),
        ("a year later, two years from all that were", [(0, [13, 18]), (365, [11, 13, 16])], [True, True]),
        ("two years later, one year from a cut of the first set", [(0, [13, 16]), (365, [18]), (730, [12, 18])], [True, True, False]),
        ("a set that was refused does not count", [(0, [13]), (1, [14]), (365, [15])], [True, False, True]),
    ]
    for number, (title, asked, answered) in enumerate(rows, 190):
        cited = ["R-AGE-015", "R-AGE-037"] if number == 190 else ["R-AGE-037"]
        file.ok(number, title, cited, asks(*asked), {"answered": answered})
    return file


def handles():
    secret = Counter("age handles")(32)
    file = File(
        "age",
        "handles",
        "The revocation handle of an audience, from a secret and a counter that each reset of the device raises.",
        ["R-AGE-046"],
        {"secret": secret},
    )
    rows = [
        ("the first", AUDIENCE, 0), ("after a reset", AUDIENCE, 1), ("after the last reset there is", AUDIENCE, 2**32 - 1),
        ("another audience", "https://chat.example", 0), ("an app", "app:com.example.game", 0),
    ]
    for number, (title, audience, counter) in enumerate(rows, 480):
        text = wire.transcript("age-handle", audience, counter.to_bytes(4, "big"))
        file.ok(number, title, ["R-AGE-046"], {"audience": audience, "counter": counter}, {"handle": wire.hkdf(secret, b"", text, 16)})
    return file
