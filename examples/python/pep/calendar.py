"""Local times, policy days, weeks and months (R-EVAL-003, R-EVAL-004, R-POL-020)."""

import datetime
import functools
import importlib.resources
import zoneinfo

DAY = 86400
EPOCH = datetime.date(1970, 1, 1)
UTC = datetime.timezone.utc


@functools.cache
def zone_names():
    names = importlib.resources.files("tzdata").joinpath("zones").read_text().split()
    return {name.lower(): name for name in names}


def zone_database():
    """The version that an applied report names (R-REG-009)."""
    import tzdata

    return tzdata.IANA_VERSION


@functools.cache
def zone(name):
    """A zone or link of the IANA database, the case of ASCII letters ignored; None where there is none."""
    known = zone_names().get(name.lower())
    if known is None:
        return None
    with importlib.resources.files("tzdata.zoneinfo").joinpath(*known.split("/")).open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=known)


def instant_of(place, day, seconds):
    """R-EVAL-004: a local time on a day (since 1970-01-01); a gap moves it forward, of two the first counts."""
    midnight = datetime.datetime.combine(EPOCH + datetime.timedelta(days=day), datetime.time(), tzinfo=place)
    local = midnight.replace(tzinfo=None) + datetime.timedelta(seconds=seconds)
    return int(local.replace(tzinfo=place, fold=0).timestamp())


def local_day(place, instant):
    return (datetime.datetime.fromtimestamp(instant, UTC).astimezone(place).date() - EPOCH).days


def weekday(day):
    """0 is Monday."""
    return (day + 3) % 7


def first_of_month(day):
    date = EPOCH + datetime.timedelta(days=day)
    return (date.replace(day=1) - EPOCH).days


def month_begins(year, month, zone_name):
    return instant_of(zone(zone_name) or zone("UTC"), (datetime.date(year, month, 1) - EPOCH).days, 0)


class Days:
    """The days of one dependant: zone, start of day, start of week; `named` by a profile, or the default."""

    def __init__(self, place, day_start=0, week_start=0, named=False):
        self.place, self.day_start, self.week_start, self.named = place, day_start, week_start, named
        self.begins = functools.cache(lambda day: instant_of(place, day, day_start))

    def day_of(self, instant):
        """R-EVAL-003: the latest date whose start is not after the instant."""
        day = local_day(self.place, instant) + 1
        while self.begins(day) > instant:
            day -= 1
        return day

    def week_of(self, day):
        return day - (weekday(day) - self.week_start) % 7

    def period(self, name, day):
        """The first policy day of the day's day, week or month."""
        return {"day": day, "week": self.week_of(day), "month": first_of_month(day)}[name]
