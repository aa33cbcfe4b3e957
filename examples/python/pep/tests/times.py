"""Area time: readings in their order, and the values after some of them."""

from ..clock import Clock
from .common import compare, vectors

CHILD = "child"


def run(area, files):
    for vector, inputs in vectors(files):
        yield vector["id"], compare(vector, lambda: {"rows": rows(inputs)})


def rows(inputs):
    settings = inputs["protected"], inputs["uncertain_time"]
    clock, found = Clock(*settings), []
    clock.kept["welcomer"] = "guardian"
    stored = clock.kept
    for reading in inputs["readings"]:
        if "start" in reading:
            clock = Clock(*settings, stored)
        elif "store" in reading:
            stored = Clock(*settings, clock.kept).kept
        else:
            take(clock, reading)
        if reading.get("row"):
            found.append(row(clock))
    return found


def take(clock, reading):
    if "boot" in reading:
        clock.boot(reading["boot"], reading.get("wall"))
    elif "welcomer_beat" in reading:
        clock.beat("guardian", reading["welcomer_beat"], of_welcomer=True)
    elif "beat" in reading:
        clock.beat("guardian", reading["beat"], counts="root" not in reading)
    elif "bookmark" in reading:
        clock.bookmark_heard(reading["bookmark"], reading["connection"] == "this start")
    elif "timestamp" in reading:
        clock.signed("point", reading["timestamp"])
    elif "release_on" in reading:
        clock.release_on(CHILD, reading["release_on"], reading.get("zone", "UTC"))
    elif "of_age" in reading:
        clock.release(CHILD)


def row(clock):
    claimed = clock.kept["claimed"]
    return {
        **claimed, "proven": clock.kept["proven"], "lower": clock.lower, "upper": clock.upper, "wide": clock.wide,
        "t": clock.now, "windows": clock.windows, "state": clock.state(CHILD), "erase_from": clock.erase_from(CHILD),
    }
