"""Area time: sequences of readings, and what a device knows after them (chapter 17). Every row is worked out by hand
from the text: a row is the one before it with what has changed.

Numbers: 001-009 worked, 100-149 lower, 200-249 restarts, 300-349 upper, 400-449 states, 500-549 release.
"""

from .common import DAY, File

MONDAY = 1_772_438_400  # 2026-03-02T08:00:00Z
R = 1_793_487_600  # 2026-10-31T23:00:00Z, the first second of November in Berlin
NOVEMBER = {"release_on": [2026, 11], "zone": "Europe/Berlin"}
LIVE = {"connection": "this start"}
OLDER = {"connection": "earlier start"}

NOTHING = {
    "guardian": None,
    "relay": None,
    "point": None,
    "proven": None,
    "lower": None,
    "upper": None,
    "wide": True,
    "t": None,
    "windows": "not evaluated",
    "state": "FRESH",
    "erase_from": None,
}


def at(row, time, **more):
    """T_lo and t are this instant, and whatever else changed."""
    return {**row, "lower": time, "t": time, **more}


def narrow(row, time, **more):
    """T_lo, T_hi and t are this instant."""
    return at(row, time, upper=time, wide=False, windows="evaluated", **more)


def ends(readings):
    """The last of the readings is the row that is compared."""
    return [*readings[:-1], {**readings[-1], "row": True}]


def ok(file, number, title, requirements, readings, *rows, **inputs):
    readings = readings if len(rows) > 1 else ends(readings)
    file.ok(number, title, requirements, {**inputs, "readings": readings}, {"rows": list(rows)})


def bad(file, number, of, title, requirements, readings, row, **inputs):
    file.bad(number, of, title, requirements, {**inputs, "readings": ends(readings)}, None, {"rows": [row]})


def first(time, **more):
    """A device that was just told the time."""
    return at(NOTHING, time, guardian=time, proven=time, **more)


def worked():
    file = File(
        "time",
        "worked",
        "The three worked examples of chapter 17, row by row.",
        ["R-TIME-003", "R-TIME-004", "R-TIME-005", "R-TIME-008", "R-TIME-012", "R-TIME-013"],
    )
    hour, tuesday, saturday = 3600, MONDAY + DAY + 6 * 3600, MONDAY + 5 * DAY
    lie = 2_082_758_400  # 2036-01-01T00:00:00Z
    one = first(MONDAY)
    two = narrow(one, MONDAY + 20, guardian=MONDAY + 10, relay=MONDAY + 20, proven=MONDAY + 10)
    three = narrow(two, tuesday + 20, guardian=tuesday + 10, relay=tuesday + 20, proven=tuesday + 10, state="STALE")
    kept = {"guardian": tuesday - 30, "relay": tuesday - 20, "proven": tuesday - 30}
    four = at(three, tuesday - 20, **kept, upper=None, wide=True, windows="not evaluated")
    five = at(four, tuesday + 40, guardian=tuesday + 30, relay=saturday + hour, proven=tuesday + 30)
    half = saturday + hour // 2
    six = narrow(five, saturday + hour + 10, guardian=half, relay=saturday + hour + 10, proven=half, state="FRESH")
    seven = narrow(six, saturday + hour + 60, guardian=half + 50, relay=lie, proven=half + 50)
    beat = saturday + hour + 2400
    eight = narrow(seven, saturday + 2 * hour + 60, guardian=beat, relay=lie + hour, proven=beat)
    console = [
        {"boot": 100},
        {"welcomer_beat": MONDAY, "row": True},
        {"boot": 110},
        {"bookmark": MONDAY + 20, **LIVE, "row": True},
        {"boot": 110 + 30 * hour - 40},
        {"store": True},
        {"boot": 110 + 30 * hour, "row": True},
        {"start": True},
        {"boot": 0, "row": True},
        {"boot": 60},
        {"bookmark": saturday + hour, **LIVE, "row": True},
        {"boot": 70},
        {"beat": half, "row": True},
        {"boot": 120},
        {"bookmark": lie, **LIVE, "row": True},
        {"boot": 3720},
        {"beat": beat, "row": True},
    ]
    ok(
        file, 1, "a console without a battery clock", file.requirements[:4] + ["R-TIME-012"], console,
        one, two, three, four, five, six, seven, eight, protected=False, uncertain_time="BUDGET_ONLY",
    )  # fmt: skip
    zero, wall = MONDAY - 8 * hour, {"upper": 0}

    def phone(on, off, state, wide=False):
        lower, shown = zero + on, zero + on + off
        more = {"guardian": lower, "proven": lower, "upper": shown, "wide": wide, "windows": "evaluated"}
        return {**NOTHING, "lower": lower, "t": shown, "state": state, **more}

    on, total = DAY + 1, 0
    readings = [
        {"boot": 0, "wall": zero},
        {"welcomer_beat": zero},
        {"boot": DAY, "wall": zero + DAY, "row": True},
        {"boot": on, "wall": zero + on, "row": True},
        {"store": True},
    ]
    for off in [10 * hour, 7 * DAY, 70 * DAY]:
        readings += [{"start": True}, {"boot": 0, "wall": zero + on + off, "row": True}]
    rest = 60 * DAY - on
    readings += [{"boot": rest + n, "wall": zero + 130 * DAY + n, "row": True} for n in (0, 1)]
    ok(
        file, 2, "a phone with a protected clock", ["R-TIME-005", "R-TIME-006", "R-TIME-007", "R-TIME-008", "R-TIME-012"], readings,
        phone(DAY, 0, "FRESH"), phone(on, 0, "STALE"), phone(on, 10 * hour, "STALE"), phone(on, 7 * DAY, "EXPIRED", True),
        phone(on, 70 * DAY, "EXPIRED", True), phone(60 * DAY, 70 * DAY, "EXPIRED", True),
        phone(60 * DAY + 1, 70 * DAY, "FALLBACK", True), protected=True, uncertain_time="UNSPECIFIED",
    )  # fmt: skip
    given = {"protected": False, "uncertain_time": "UNSPECIFIED"}
    readings = [{"boot": 0}, {"welcomer_beat": R - 1}, {**NOVEMBER, "row": True}, {"boot": 1, "row": True}]
    ok(file, 3, "released: proven", ["R-TIME-013"], readings, first(R - 1), first(R, state="RELEASED", erase_from=R + 30 * DAY), **given)
    start, days = R - 90 * DAY, 30 * DAY
    claimed = {**first(start), "relay": R + DAY}

    def later(seconds, **more):
        run = at(claimed, start + seconds, guardian=start + seconds, proven=start + seconds)
        return {**run, "relay": R + DAY + seconds, "state": "EXPIRED", **more}

    readings = [
        {"boot": 0}, {"welcomer_beat": start}, NOVEMBER, {"bookmark": R + DAY, **LIVE, "row": True},
        {"boot": days - 1, "row": True}, {"boot": days, "row": True},
    ]  # fmt: skip
    free = {"state": "RELEASED", "erase_from": R - 60 * DAY + 30 * DAY}
    ok(file, 4, "released: one kind, and 30 days", ["R-TIME-013"], readings, claimed, later(days - 1), later(days, **free), **given)
    return file


def lower():
    file = File(
        "time",
        "lower",
        "What moves the lower bound of time and what does not. A negative vector must not move what its twin moves.",
        ["R-TIME-001", "R-TIME-002", "R-TIME-003"],
        {"protected": False, "uncertain_time": "BUDGET_ONLY"},
    )
    three, told = ["R-TIME-003"], [{"boot": 0}, {"welcomer_beat": MONDAY}]
    mon, base = MONDAY, first(MONDAY)
    relay = lambda time, connection=OLDER: {"bookmark": time, **connection}
    ok(file, 100, "a relay a day ahead moves T_lo by that day, and proves nothing", three,
       [*told, relay(mon + DAY)], at(base, mon + DAY, relay=mon + DAY))  # fmt: skip
    bad(file, 101, 100, "a relay a second more than a day ahead", three,
        [*told, relay(mon + DAY + 1)], {**base, "relay": mon + DAY + 1})  # fmt: skip
    bad(file, 102, 100, "the relay signs one more day when T_lo has moved", three,
        [*told, relay(mon + DAY), relay(mon + 2 * DAY)], at(base, mon + DAY, relay=mon + 2 * DAY))  # fmt: skip
    bad(file, 103, 100, "the wall clock is turned on by two years", ["R-TIME-002", "R-TIME-003"],
        [*told, {"boot": 10, "wall": mon + 731 * DAY}], at(base, mon + 10, guardian=mon + 10, proven=mon + 10))  # fmt: skip
    bad(file, 104, 100, "the wall clock is turned back by two years", ["R-TIME-002", "R-TIME-003"],
        [*told, {"boot": 10, "wall": mon - 731 * DAY}], at(base, mon + 10, guardian=mon + 10, proven=mon + 10))  # fmt: skip
    bad(file, 105, 100, "a server of network time answers, a day ahead", ["R-TIME-002"], [*told, {"hint": mon + DAY}], base)
    fifth, fourth = mon + 5 * DAY, mon + 4 * DAY
    ok(file, 110, "a relay and a guardian: the lower of them is proven, the other a day ahead of it", three,
       [*told, relay(fifth), {"beat": fourth}],
       at(base, fifth, guardian=fourth, relay=fifth, proven=fourth))  # fmt: skip
    bad(file, 111, 110, "two relays in the place of a relay and a guardian: one kind", ["R-TIME-002", "R-TIME-003"],
        [*told, relay(fifth), relay(fourth)], {**base, "relay": fifth})  # fmt: skip
    bad(file, 112, 110, "a hint in the place of the beat", ["R-TIME-002"], [*told, relay(fifth), {"hint": fourth}], {**base, "relay": fifth})
    bad(file, 113, 110, "the relay lies more than a day ahead of the beat", three,
        [*told, relay(fifth), {"beat": mon + 2 * DAY}],
        at(base, mon + 2 * DAY, guardian=mon + 2 * DAY, relay=fifth, proven=mon + 2 * DAY))  # fmt: skip
    bad(file, 114, 110, "the guardian's clock is a year behind", three, [*told, relay(fifth), {"beat": mon - 365 * DAY}],
        {**base, "relay": fifth})  # fmt: skip
    ok(file, 120, "a guardian and an information point prove together", ["R-TIME-002", "R-TIME-003"],
       [*told, {"timestamp": fifth}, {"beat": fourth}],
       at(base, fifth, guardian=fourth, point=fifth, proven=fourth))  # fmt: skip
    bad(file, 121, 120, "the information point alone", three, [*told, {"timestamp": fifth}], {**base, "point": fifth})
    ok(file, 122, "a relay and an information point prove while no guardian is heard", three,
       [*told, {"timestamp": fifth}, relay(fourth)],
       at(base, fifth, relay=fourth, point=fifth, proven=fourth, state="STALE"))  # fmt: skip
    ok(file, 123, "of three kinds the second greatest is proven", three,
       [*told, relay(mon + 9 * DAY), {"timestamp": mon + 3 * DAY}, {"beat": mon + 6 * DAY}],
       at(base, mon + 6 * DAY, guardian=mon + 6 * DAY, relay=mon + 9 * DAY, point=mon + 3 * DAY, proven=mon + 6 * DAY))  # fmt: skip
    ok(file, 130, "the first beat of the device that made the Welcome proves: a person stood beside it", three, told, base)
    bad(file, 134, 130, "a second beat of the same device proves nothing", three,
        [*told, {"welcomer_beat": mon + 10 * DAY}], {**base, "guardian": mon + 10 * DAY})  # fmt: skip
    bad(file, 131, 130, "a beat of another guardian proves nothing", three, [*told, {"beat": mon + 10 * DAY}], {**base, "guardian": mon + 10 * DAY})
    bad(file, 132, 130, "a bookmark before any beat: a claim beside nothing proven", three,
        [{"boot": 0}, relay(mon)], {**NOTHING, "relay": mon})  # fmt: skip
    ok(file, 133, "two kinds prove before the first beat came", three,
       [{"boot": 0}, relay(mon), {"timestamp": mon + 60}], at(NOTHING, mon + 60, relay=mon, point=mon + 60, proven=mon))  # fmt: skip
    ran = lambda s: at(base, mon + s, guardian=mon + s, relay=mon + 40 + s, proven=mon + s)
    ok(file, 140, "everything runs on with boot time", ["R-TIME-001", "R-TIME-003"],
       [*told, relay(mon + 40), {"boot": 500}], {**ran(500), "lower": mon + 540, "t": mon + 540})  # fmt: skip
    bad(file, 141, 140, "boot time goes back: a fault of the platform, and nothing moves until it is past what was seen", ["R-TIME-001"],
        [*told, relay(mon + 40), {"boot": 500}, {"boot": 100}, {"boot": 500}],
        {**ran(500), "lower": mon + 540, "t": mon + 540})  # fmt: skip
    bad(file, 142, 140, "an older bookmark comes after a newer one", three,
        [*told, relay(mon + 40), {"boot": 500}, relay(mon - DAY)],
        {**ran(500), "lower": mon + 540, "t": mon + 540})  # fmt: skip
    ok(file, 143, "a lie ahead is harmless until a second kind lies with it: then the lower lie is believed", three,
       [*told, relay(mon + 999 * DAY), {"timestamp": mon + 900 * DAY}],
       at(base, mon + 900 * DAY, relay=mon + 999 * DAY, point=mon + 900 * DAY, proven=mon + 900 * DAY, state="FALLBACK"))  # fmt: skip
    return file


def restarts():
    file = File(
        "time",
        "restarts",
        "What a start leaves: the stored values, and an interval that only a bookmark of this start makes narrow.",
        ["R-TIME-004", "R-TIME-005"],
        {"protected": False, "uncertain_time": "BUDGET_ONLY"},
    )
    four, five, mon = ["R-TIME-004"], ["R-TIME-005"], MONDAY
    told = [{"boot": 0}, {"welcomer_beat": mon}, {"bookmark": mon, **LIVE}, {"boot": 60}, {"store": True}]
    again = [*told, {"boot": 100}, {"start": True}]
    kept = at(NOTHING, mon + 60, guardian=mon + 60, relay=mon + 60, proven=mon + 60)
    ran = lambda s, **more: at(kept, mon + 60 + s, guardian=mon + 60 + s, relay=mon + 60 + s, proven=mon + 60 + s, **more)
    ok(file, 200, "a start goes on from what was stored; 40 s are lost, and the interval is wide", ["R-TIME-004", "R-TIME-005"],
       [*again, {"boot": 0}], kept)  # fmt: skip
    bad(file, 201, 200, "the plug is pulled ten times", four, [*again, *[{"boot": 0}, {"start": True}] * 10, {"boot": 0}], kept)
    bad(file, 202, 200, "the wall clock says that it was off for a year", four, [*again, {"boot": 0, "wall": mon + 365 * DAY}], kept)
    bad(file, 203, 200, "the bookmark of before does not say how long it was off", five, [*again, {"boot": 5}], ran(5))
    ok(file, 204, "what runs after a start counts from its beginning", four, [*again, {"boot": 30}, {"boot": 90}], ran(90))
    lower = mon + 70
    ok(file, 210, "a bookmark on a connection of this start makes it narrow", five,
       [*again, {"boot": 10}, {"bookmark": lower, **LIVE}],
       narrow(kept, lower, guardian=lower, relay=lower, proven=lower))  # fmt: skip
    mark = lambda time, connection=LIVE: [*again, {"boot": 10}, {"bookmark": time, **connection}]
    bad(file, 211, 210, "the same on a connection of an earlier start", five, mark(lower, OLDER), ran(10))
    bad(file, 212, 210, "a bookmark more than a day ahead", five, mark(lower + DAY + 1), {**ran(10), "relay": lower + DAY + 1})
    bad(file, 213, 210, "a bookmark more than a day behind: it was signed long ago", five, mark(lower - DAY - 1), ran(10))
    ok(file, 214, "a bookmark just a day behind", five, mark(lower - DAY), narrow(kept, lower, guardian=lower, relay=lower, proven=lower))
    saturday = mon + 5 * DAY
    ok(file, 220, "a beat brings T_lo to where a bookmark was waiting", five,
       [*mark(saturday), {"beat": saturday - 600}],
       narrow(kept, saturday, guardian=saturday - 600, relay=saturday, proven=saturday - 600))  # fmt: skip
    bad(file, 221, 220, "the beat leaves T_lo more than a day away", five, [*mark(saturday), {"beat": saturday - DAY - 1}],
        at(kept, saturday - DAY - 1, guardian=saturday - DAY - 1, relay=saturday, proven=saturday - DAY - 1))  # fmt: skip
    ok(file, 222, "once near, a lie of the relay makes nothing wide", five,
       [*mark(lower), {"bookmark": lower + 999 * DAY, **LIVE}],
       narrow(kept, lower, guardian=lower, relay=lower + 999 * DAY, proven=lower))  # fmt: skip
    bad(file, 223, 222, "and the next start knows nothing of it", ["R-TIME-004", "R-TIME-005"],
        [*mark(lower), {"bookmark": lower + 999 * DAY, **LIVE}, {"start": True}, {"boot": 0}], kept)  # fmt: skip
    return file


def upper():
    file = File(
        "time",
        "upper",
        "The upper bound by a protected wall clock, the instant that decisions are asked at, and the three choices.",
        ["R-TIME-005", "R-TIME-006", "R-TIME-008"],
        {"protected": True, "uncertain_time": "UNSPECIFIED"},
    )
    six, eight, mon, base = ["R-TIME-005", "R-TIME-006"], ["R-TIME-008"], MONDAY, first(MONDAY)
    shows = lambda wall: [{"boot": 0}, {"welcomer_beat": mon}, {"boot": 0, "wall": wall}]
    wall = lambda time, wide=False, **more: {**base, "upper": time, "t": time, "wide": wide, "windows": "evaluated", **more}
    ok(file, 300, "a protected clock a day ahead: narrow, and asked at T_hi", six, shows(mon + DAY), wall(mon + DAY))
    bad(file, 301, 300, "a second more", ["R-TIME-005"], shows(mon + DAY + 1), wall(mon + DAY + 1, True, state="STALE"))
    bad(file, 302, 300, "the clock is not protected", ["R-TIME-005", "R-TIME-008"], shows(mon + DAY), base, protected=False)
    bad(file, 303, 300, "the clock is broken", ["R-TIME-005"], [{"boot": 0}, {"welcomer_beat": mon}, {"boot": 0}], {**base, "windows": "evaluated"})
    ok(file, 304, "a protected clock behind T_lo bounds nothing: T_hi is T_lo", six, shows(mon - DAY), narrow(base, mon))
    ok(file, 305, "a relay near it goes before the wall clock", six,
       [*shows(mon + 9 * DAY), {"bookmark": mon, **LIVE}], narrow(base, mon, relay=mon))  # fmt: skip
    far, late = mon + 10 * DAY, {"state": "EXPIRED"}
    rows = [
        (310, "WALL_CLOCK", {"t": far, "windows": "evaluated", **late}),
        (311, "BUDGET_ONLY", {}),
        (312, "STRICT", {"windows": "closed"}),
        (313, "UNSPECIFIED", {}),
    ]
    for number, choice, change in rows:
        ok(file, number, f"{choice} on a platform that does not protect its clock", eight, shows(far), {**base, **change},
           protected=False, uncertain_time=choice)  # fmt: skip
    rows = [(314, "BUDGET_ONLY", {}), (315, "STRICT", {"windows": "closed"}), (316, "UNSPECIFIED", {"t": far, "windows": "evaluated", **late})]
    for number, choice, change in rows:
        ok(file, number, f"{choice} on a platform that protects it", eight, shows(far), {**base, "upper": far, **change}, uncertain_time=choice)
    bad(file, 320, 310, "the clock is turned back", eight, shows(mon - 731 * DAY), {**base, "windows": "evaluated"},
        protected=False, uncertain_time="WALL_CLOCK")  # fmt: skip
    bad(file, 321, 310, "the clock is broken", eight, [{"boot": 0}, {"welcomer_beat": mon}, {"boot": 0}], {**base, "windows": "evaluated"},
        protected=False, uncertain_time="WALL_CLOCK")  # fmt: skip
    for number, of, choice in [(322, 311, "BUDGET_ONLY"), (323, 312, "STRICT")]:
        bad(file, number, of, "a relay of this start: while the interval is narrow the choice counts for nothing", eight,
            [*shows(far), {"bookmark": mon, **LIVE}], narrow(base, mon, relay=mon), protected=False, uncertain_time=choice)  # fmt: skip
    return file


def states():
    file = File(
        "time",
        "states",
        "The five states: what the age is, and what makes a guardian's rules fresh again.",
        ["R-TIME-007", "R-TIME-011", "R-TIME-012"],
        {"protected": False, "uncertain_time": "BUDGET_ONLY"},
    )
    twelve, eleven, mon = ["R-TIME-012"], ["R-TIME-011"], MONDAY
    told = [{"boot": 0}, {"welcomer_beat": mon}]
    aged = lambda s, state, **more: first(mon + s, state=state, **more)
    for number, seconds, least, most in [(400, DAY, "FRESH", "STALE"), (402, 7 * DAY, "STALE", "EXPIRED"), (404, 60 * DAY, "EXPIRED", "FALLBACK")]:
        ok(file, number, f"an age of {seconds} s is {least}", twelve, [*told, {"boot": seconds}], aged(seconds, least))
        bad(file, number + 1, number, f"a second more is {most}", twelve, [*told, {"boot": seconds + 1}], aged(seconds + 1, most))
    old, day61 = [*told, {"boot": 61 * DAY}], mon + 61 * DAY
    ok(file, 410, "an accepted beat leads from FALLBACK back to FRESH", ["R-TIME-011", "R-TIME-012"], [*old, {"beat": day61}], aged(61 * DAY, "FRESH"))
    bad(file, 411, 410, "a beat whose live root is another", eleven, [*old, {"beat": day61, "root": "other"}], aged(61 * DAY, "FALLBACK"))
    bad(file, 412, 410, "a beat whose head was not applied", eleven, [*old, {"beat": day61, "root": "not applied"}], aged(61 * DAY, "FALLBACK"))
    bad(file, 413, 410, "a bookmark makes nobody fresh", eleven, [*old, {"bookmark": day61, **OLDER}], aged(61 * DAY, "FALLBACK", relay=day61))
    bad(file, 414, 410, "a beat that is 61 days old", twelve, [*old, {"beat": mon}], aged(61 * DAY, "FALLBACK"))
    bad(file, 415, 410, "a beat that is eight days old leads to EXPIRED", twelve, [*old, {"beat": day61 - 8 * DAY}], aged(61 * DAY, "EXPIRED"))
    ok(file, 420, "a beat from a clock that runs ahead counts as of T_lo", eleven,
       [*told, {"boot": 10}, {"beat": mon + 400 * DAY}, {"boot": 10 + DAY}],
       {**aged(10 + DAY, "FRESH"), "guardian": mon + 401 * DAY})  # fmt: skip
    bad(file, 421, 420, "and a day and a second later it is STALE", eleven,
        [*told, {"boot": 10}, {"beat": mon + 400 * DAY}, {"boot": 11 + DAY}],
        {**aged(11 + DAY, "STALE"), "guardian": mon + 401 * DAY + 1})  # fmt: skip
    ok(file, 430, "a wall clock 70 days ahead makes rules EXPIRED where a guardian chose it, and not FALLBACK", ["R-TIME-007", "R-TIME-012"],
       [*told, {"boot": 0, "wall": mon + 70 * DAY}], {**first(mon), "t": mon + 70 * DAY, "windows": "evaluated", "state": "EXPIRED"},
       uncertain_time="WALL_CLOCK")  # fmt: skip
    bad(file, 431, 430, "and makes nothing at all where nobody chose it", ["R-TIME-007", "R-TIME-008", "R-TIME-012"],
        [*told, {"boot": 0, "wall": mon + 70 * DAY}], first(mon))  # fmt: skip
    ok(file, 432, "without a signed time there is no age", twelve, [{"boot": 99 * DAY}], NOTHING)
    return file


def release():
    file = File(
        "time",
        "release",
        "Release at majority by two kinds of source, or by one and 30 days of boot time, and the erasure 30 days later. "
        "`release_on` is November 2026; its first second in Berlin is 1793487600.",
        ["R-TIME-013", "R-TIME-014"],
        {"protected": False, "uncertain_time": "BUDGET_ONLY"},
    )
    need, days = ["R-TIME-013"], 30 * DAY
    told = lambda time: [{"boot": 0}, {"welcomer_beat": time}, NOVEMBER]
    free = lambda at: {"state": "RELEASED", "erase_from": at + days}
    ok(file, 500, "two kinds prove the month", ["R-TIME-013", "R-TIME-014"],
       [*told(R - 9 * DAY), {"bookmark": R + 5, **OLDER}, {"beat": R}],
       at(first(R), R + 5, relay=R + 5, **free(R + 5)))  # fmt: skip
    before = first(R - 9 * DAY)
    bad(file, 501, 500, "one kind alone", need, [*told(R - 9 * DAY), {"bookmark": R + 5, **OLDER}], {**before, "relay": R + 5})
    bad(file, 502, 500, "one kind a day ahead moves T_lo past the month, and P not", need,
        [*told(R - 3600), {"bookmark": R + 5, **OLDER}], at(first(R - 3600), R + 5, relay=R + 5))  # fmt: skip
    bad(file, 503, 500, "a second before", need, [*told(R - 9 * DAY), {"bookmark": R + 5, **OLDER}, {"beat": R - 1}],
        at(first(R - 1), R + 5, relay=R + 5))  # fmt: skip
    bad(file, 504, 500, "the wall clock says so", need, [*told(R - 9 * DAY), {"boot": 0, "wall": R + 5}], before)
    bad(file, 505, 500, "the month begins two hours later elsewhere", need,
        [{"boot": 0}, {"welcomer_beat": R}, {"release_on": [2026, 11], "zone": "Atlantic/Azores"}], first(R))  # fmt: skip
    ok(file, 506, "the zone of a device that was never given one is UTC", need,
       [{"boot": 0}, {"welcomer_beat": R + 3600}, {"release_on": [2026, 11], "zone": "UTC"}], first(R + 3600, **free(R + 3600)))  # fmt: skip
    start = R - 90 * DAY
    alone = [*told(start), {"bookmark": R, **OLDER}]
    ran = lambda s, **more: {**first(start + s), "relay": R + s, "state": "EXPIRED", **more}
    ok(file, 510, "one kind, and 30 days of boot time", need, [*alone, {"boot": days}], ran(days, **free(start + days)))
    bad(file, 511, 510, "a second less", need, [*alone, {"boot": days - 1}], ran(days - 1))
    bad(file, 512, 510, "the device was off, and not on", need, [*alone, {"store": True}, {"start": True}, {"boot": 0, "wall": R + 90 * DAY}],
        {**first(start), "relay": R})  # fmt: skip
    bad(file, 513, 510, "the month moves half-way, and the 30 days begin anew", need,
        [*alone, {"boot": days // 2}, {"release_on": [2026, 10], "zone": "Europe/Berlin"}, {"boot": days}], ran(days))  # fmt: skip
    bad(file, 514, 510, "nobody claims that the month has come", need, [*told(start), {"boot": days}], {**first(start + days), "state": "EXPIRED"})
    ok(file, 515, "30 days summed over a start", need,
       [*alone, {"boot": days - 100}, {"store": True}, {"start": True}, {"boot": 100}], ran(days, **free(start + days)))  # fmt: skip
    ok(file, 516, "a claim that reaches the month on its way counts from there", need,
       [*told(start), {"bookmark": R - 500, **OLDER}, {"boot": 500 + days}],
       {**first(start + 500 + days), "relay": R + days, **free(start + 500 + days)})  # fmt: skip
    bad(file, 517, 516, "and not from the reading before", need,
        [*told(start), {"bookmark": R - 500, **OLDER}, {"boot": 499 + days}],
        {**first(start + 499 + days), "relay": R + days - 1, "state": "EXPIRED"})  # fmt: skip
    done = [*told(R - 1), {"boot": 1}]
    ok(file, 520, "a release stays when the month is taken away", ["R-TIME-012", "R-TIME-013"],
       [*done, {"release_on": None}], first(R, **free(R)))  # fmt: skip
    ok(file, 521, "and when a guardian is heard", ["R-TIME-012", "R-TIME-013"],
       [*done, {"beat": R}, {"release_on": [2027, 11], "zone": "UTC"}], first(R, **free(R)))  # fmt: skip
    bad(file, 522, 520, "the month moved before it came", need,
        [*told(R - 1), {"release_on": [2026, 12], "zone": "Europe/Berlin"}, {"boot": 1}], first(R))  # fmt: skip
    ok(file, 530, "who showed this product that they are of age is free at once", ["R-TIME-012", "R-TIME-014"],
       [{"boot": 0}, {"welcomer_beat": MONDAY}, {"of_age": True}], first(MONDAY, **free(MONDAY)))  # fmt: skip
    return file
