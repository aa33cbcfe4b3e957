"""A program that answers rows of decisions, to begin your own with: the rights floor, locks, and windows of the device.

    parcep-conform vectors --check spec/vectors -- python3 examples/python/decide_vendor.py

Reads one row per line and answers each with one line before it reads the next (spec/vectors/README.md). What it does not
understand it says so about, and never guesses: a wrong ALLOW opens something that somebody closed. Needs nothing but
Python 3.11 and a zone database.
"""

import json
import sys
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FLOOR = ("urn:service:sos", "urn:service:counseling")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FAR = timedelta(seconds=8 * 86_400)


class Unsupported(Exception):
    """This program does not do that."""


def answer(row):
    context = row["context"]
    kind, _, rest = context["action"].partition(":")
    if kind == "service" and any(rest.lower() == s or rest.lower().startswith(s + ".") for s in FLOOR):
        return told("allow", "rights_floor")  # R-EVAL-001: whatever else the row says
    if kind != "device":
        raise Unsupported(f"actions of the kind {kind}")
    return Household(row).answer(instant(context["at"]))


class Household:
    """Layers with nothing but windows, in one zone, and locks."""

    def __init__(self, row):
        policy, context = row["policy"], row["context"]
        only(row, "policy", "context", "overrides", "usage")  # without budgets, use means nothing
        only(policy, "profile", "layers")
        profile = policy.get("profile", {"zone": "UTC"})
        only(profile, "zone", "week_start", "region")
        if context.get("subject", "dependant") != "dependant":
            raise Unsupported("another subject than one dependant")
        self.zone = zone(profile["zone"])
        self.layers = []
        for layer in policy["layers"]:
            only(layer, "author", "schedule")
            only(layer.get("schedule", {}), "windows")
            windows = layer.get("schedule", {}).get("windows", [])
            for window in windows:
                only(window, "id", "state", "days", "span", "review_by")
            self.layers.append((layer["author"], windows))
        self.locks = {}
        for act in row.get("overrides", []):
            if "lock_now" not in act["kind"]:
                raise Unsupported("overrides that are no locks")
            latest = self.locks.setdefault(json.dumps(act["author"]), act)  # R-EVAL-040
            if act.get("position", 0) > latest.get("position", 0):
                self.locks[json.dumps(act["author"])] = act

    def answer(self, now):
        effect, reason, rules = self.at(now)
        later = sorted(t for t in self.edges(now) if now < t)
        change = next((t for t in later if t <= now + FAR and self.at(t)[0] != effect), None)  # R-EVAL-051
        closes = next((t for t in later if self.day(t) == self.day(now) and self.windows_at(t)), None)  # R-EVAL-050
        left = int((closes - now).total_seconds()) if effect == "allow" and closes else None
        return told(effect, reason, rules, left, change)

    def at(self, now):
        locks = [named(act["author"], act["id"]) for act in self.locks.values() if live(act, now)]
        if locks:
            return "deny", "locked", locks
        closed = self.windows_at(now)
        return ("deny", "window", closed) if closed else ("allow", "allowed", [])

    def windows_at(self, now):
        """The names of what closes the device, none if it is open (R-EVAL-020, R-EVAL-053)."""
        names = []
        for author, windows in self.layers:
            inside = [w for w in windows if any(start <= now < end for start, end in self.spans(w, now))]
            allows = [w for w in windows if w["state"] == "allow"]
            binding = [w for w in inside if w["state"] == "block"]
            if not binding and allows and not any(w in inside for w in allows):
                today = WEEKDAYS[self.day(now).weekday()]
                binding = [w for w in allows if today in w["days"]] or allows
            names += [named(author, w["id"]) for w in binding]
        return names

    def spans(self, window, now):
        """Where a window lies, on the days around an instant (R-EVAL-021)."""
        for offset in range(-2, 10):
            day = self.day(now) + timedelta(days=offset)
            if WEEKDAYS[day.weekday()] not in window["days"]:
                continue
            if window["span"] == "all_day":
                yield self.local(day, time()), self.local(day + timedelta(days=1), time())
                continue
            start, end = (time.fromisoformat(window["span"][edge]) for edge in ("start", "end"))
            yield self.local(day, start), self.local(day + timedelta(days=end < start), end)

    def edges(self, now):
        for _, windows in self.layers:
            for window in windows:
                for span in self.spans(window, now):
                    yield from span
        for act in self.locks.values():
            yield from (instant(act[edge]) for edge in ("from", "until") if edge in act)

    def local(self, day, clock):
        """A local time; in a gap it moves forward, and of two it is the first (R-EVAL-004)."""
        return datetime.combine(day, clock, self.zone).astimezone(timezone.utc)

    def day(self, now) -> date:
        return now.astimezone(self.zone).date()


def zone(name):
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Unsupported(f"the zone {name}") from None


def live(act, now):
    return instant(act["from"]) <= now and ("until" not in act or now < instant(act["until"]))


def only(members, *known):
    if unknown := sorted(set(members) - set(known)):
        raise Unsupported(", ".join(unknown))


def named(author, rule):
    return {**author, "rule": rule}


def instant(text):
    return datetime.fromisoformat(text).replace(microsecond=0)


def told(effect, reason, rules=(), left=None, change=None):
    change = change and change.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"effect": effect, "reason": reason, "rules": list(rules), "remaining_seconds": left, "next_change": change}


def main():
    for line in sys.stdin:
        row = json.loads(line)
        seq = row.pop("seq")
        try:
            said = answer(row)
        except Unsupported as why:
            said = {"unsupported": str(why)}
        print(json.dumps({"seq": seq, **said}), flush=True)


if __name__ == "__main__":
    main()
