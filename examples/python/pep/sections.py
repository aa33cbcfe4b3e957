"""Policy sections as they stand on the wire, read into rules by kind (R-POL-003 to R-POL-008)."""

import re

from . import names
from .calendar import zone
from .policy import ASSURANCES, Layer, Rule
from .proto import pb
from .wire import parse, require

NAME = re.compile(r"[A-Za-z0-9\-_./:@+]{1,64}", re.ASCII)
CODE = re.compile(r"[A-Za-z0-9\-_.]{1,64}", re.ASCII)
NAMESPACE = re.compile(r"[a-z0-9\-_.]{1,64}", re.ASCII)
FEATURE = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.ASCII)
REGION, CURRENCY = re.compile("[A-Z]{2}"), re.compile("[A-Z]{3}")
SECONDS_OF_DAY, MOST_DAY = 86400, 1 << 20

# R-POL-006: a value that is not in the row is read as the last one.
STANCE = {1: "report", 2: "stricter", None: "deny_access"}
ACCESS = {1: "allow", None: "block"}
ASK_EFFECT = {1: "allow", 2: "ask", None: "block"}
VERDICT_EFFECT = {1: "ask", None: "block"}
WEB = {1: "unrestricted", 2: "block_list", 4: "filtered", None: "allow_list"}
TALK = {1: "unrestricted", 3: "disabled", None: "contacts_only"}
TALK_CLOSED = {1: "unrestricted", 2: "contacts_only", None: "disabled"}
END = {1: "notify", 2: "lock", None: "stop"}
SCOPE = {2: "pep_class", 3: "pep", None: "dependant"}
APPROVAL = {2: "paid", 3: "in_app", None: "all"}
PERIOD = {2: "week", 3: "day", None: "month"}
MEDIA = dict(enumerate(("app", "game", "film", "tv", "video", "streaming", "web", "music", "book"), 1))
CONCERNS = dict(enumerate(("content", "contact", "conduct", "contract"), 1))
STATES = {1: "allow", 2: "block"}


def value(table, number):
    return table.get(number, table[None])


def there(message, field):
    return getattr(message, field) if message.HasField(field) else None


def text(data, least, most):
    require(least <= len(data.encode()) <= most)
    return data


def weekdays(numbers):
    require(numbers and all(1 <= n <= 7 for n in numbers))
    return frozenset(n - 1 for n in numbers)


def a_host(data):
    """R-POL-012: another spelling is mapped, what is no name is a bad value."""
    text(data, 1, 253)
    mapped = names.host(data)
    require(mapped is not None)
    return mapped


def a_category(ref):
    require(all(CODE.fullmatch(part) for part in (ref.taxonomy, ref.version, ref.code)))
    return f"{ref.taxonomy}@{ref.version}/{ref.code}"


def an_app(ref):
    require(NAMESPACE.fullmatch(ref.namespace))
    return f"{ref.namespace}/{text(ref.id, 1, 256)}"


def a_feature(code):
    require(len(code) <= 64 and FEATURE.fullmatch(code))
    return code


def a_target(target):
    """The target of a window, budget, grant or gate; None of an unknown kind."""
    which = target.WhichOneof("target")
    if which == "everything":
        return "overall"
    read = {"category": a_category, "app": an_app, "feature": a_feature}
    return f"{which}:{read[which](getattr(target, which))}" if which else None


def optional_target(row):
    return a_target(row.target) if row.HasField("target") else "overall"


class Rows:
    """Collects the rows of one section by kind; what this version does not know goes to `unknown`."""

    def __init__(self):
        self.rules = {}

    def add(self, kind, row, **fields):
        """None in a field that says so makes the row one of an unknown kind (R-POL-005)."""
        require(NAME.fullmatch(row.id))
        named = {field.name for field in row.DESCRIPTOR.fields}
        if "review_by_day" in named and row.HasField("review_by_day"):
            require(-MOST_DAY <= row.review_by_day <= MOST_DAY)
        stanced = "on_unenforceable" in named and row.HasField("on_unenforceable")
        stance = value(STANCE, row.on_unenforceable) if stanced else "report"
        self.rules.setdefault(kind, []).append(Rule(id=row.id, stance=stance, **fields))

    def add_or_unknown(self, kind, row, known, **fields):
        self.add(kind if known else "unknown", row, **(fields if known else {}))

    def flag(self, kind, section, field, **fields):
        if section.HasField(field):
            row = getattr(section, field)
            self.add(kind, row, on=row.on, **fields)

    def extensions(self, section):
        for row in section.extension_rules:
            text(row.kind, 1, 256)
            require(len(row.payload) <= 4096)
            self.add("unknown", row)


def a_window(row):
    """(state, span or 'unknown'); the span None is the whole day."""
    span = "unknown"
    if row.WhichOneof("span") == "whole_day":
        span = None
    elif row.WhichOneof("span") == "between":
        span = row.between.start_seconds, row.between.end_seconds
        require(max(span) < SECONDS_OF_DAY and span[0] != span[1])
    return STATES.get(row.state), span


def schedule(section, rows):
    for row in section.windows:
        (state, span), days, target = a_window(row), weekdays(row.weekdays), optional_target(row)
        known = None not in (state, target) and span != "unknown"
        rows.add_or_unknown("window", row, known, state=state, days=days, span=span, target=target)
    if section.HasField("end"):
        row = section.end
        require(row.grace_seconds <= 600 and len(row.warning_seconds) <= 8)
        require(all(1 <= seconds <= 3600 for seconds in row.warning_seconds))
        action, warnings = value(END, row.action), set(row.warning_seconds)
        rows.add("end_action", row, action=action, grace=row.grace_seconds, warnings=warnings)


def budget(section, rows):
    for row in section.budgets:
        which = row.WhichOneof("allowance")
        daily = [(weekdays(limit.weekdays), limit.seconds) for limit in row.daily.limits] if which == "daily" else None
        scope = value(SCOPE, row.scope) if row.HasField("scope") else "dependant"
        target = a_target(row.target)
        rows.add_or_unknown(
            "budget", row, None not in (which, target),
            target=target, daily=daily, weekly=row.weekly_seconds, scope=scope,
        )
    if section.HasField("extra_time_cap_seconds"):
        cap = Rule(id=None, stance="report", seconds=section.extra_time_cap_seconds)
        rows.rules["extra_time_cap"] = [cap]


APP_TARGETS = {
    "app": an_app, "category": a_category, "publisher": lambda name: text(name, 1, 256), "everything": lambda _: "",
}


def app(section, rows):
    for row in section.rules:
        which = row.WhichOneof("target")
        target = f"{which}:{APP_TARGETS[which](getattr(row, which))}" if which else None
        text(row.reason, 0, 512), text(row.display_name, 0, 256)
        access = value(ACCESS, row.access) if row.HasField("access") else None
        rows.add_or_unknown(
            "app_rule", row, which, target="any" if which == "everything" else target, access=access,
            always_allowed=row.always_allowed, not_counted=row.not_counted,
        )
    rows.flag("install_approval", section, "install_approval")


def web(section, rows):
    if section.HasField("mode"):
        row = section.mode
        rows.add("web_mode", row, mode=value(WEB, row.mode), categories=set(map(a_category, row.categories)))
    for kind, lists in (("host_allow", section.allow), ("host_block", section.block)):
        for row in lists:
            require(NAME.fullmatch(row.id))
            for host in row.hosts:
                rows.add(kind, row, host=a_host(host))
    for row in section.lists:
        require(len(row.sha256) == 32)
        rows.add("host_list", row, access=value(ACCESS, row.access), sha256=row.sha256)
    rows.flag("safe_search", section, "safe_search")
    for engine in section.safe_search_engines:
        a_host(engine)


def rating(section, rows):
    for row in section.ceilings:
        which = row.WhichOneof("ceiling")
        if which == "max_age":
            require(row.max_age <= 21)
        elif which == "label":
            system, _, label = text(row.label, 3, 128).partition("/")
            require(system and label)
        medium = MEDIA.get(row.medium)
        rows.add_or_unknown(
            "age_ceiling", row, which, medium=medium, max_age=row.max_age if which == "max_age" else None,
            label=row.label if which == "label" else None,
        )
    for row in section.unrated:
        strange = row.HasField("medium") and row.medium not in MEDIA
        effect = value(ASK_EFFECT, row.effect)
        known = not (strange and effect == "allow")
        rows.add_or_unknown("unrated", row, known, medium=MEDIA.get(row.medium), effect=effect)
    for row in section.verdicts:
        which = row.WhichOneof("about")
        require(row.min_confidence_percent <= 100)
        category = a_category(row.category) if which == "category" else None
        concern = CONCERNS.get(row.concern) if which == "concern" else None
        rows.add_or_unknown(
            "classifier", row, category or concern, category=category, concern=concern,
            least=row.min_confidence_percent, effect=value(VERDICT_EFFECT, row.effect),
        )
    rows.flag("explicit_content", section, "explicit_content")


def communication(section, rows):
    if section.HasField("mode"):
        rows.add("communication_mode", section.mode, mode=value(TALK, section.mode.mode))
    if section.HasField("when_closed"):
        rows.add("closed_communication", section.when_closed, mode=value(TALK_CLOSED, section.when_closed.mode))
    rows.flag("block_unknown_callers", section, "block_unknown_callers")
    rows.flag("contact_approval", section, "contact_approval")
    for contact in section.contacts:
        text(contact.name, 0, 256)
        for identifier in contact.identifiers:
            text(identifier, 1, 256)


def spending(section, rows):
    about = value(APPROVAL, section.approval_class) if section.HasField("approval_class") else "all"
    rows.flag("purchase_approval", section, "approval", about=about)
    for row in section.caps:
        require(CURRENCY.fullmatch(row.currency))
        period = value(PERIOD, row.period) if row.HasField("period") else "month"
        rows.add("spending_cap", row, currency=row.currency, minor=row.minor_units, period=period)
    rows.flag("in_app_purchases", section, "in_app")
    rows.flag("free_downloads", section, "free_downloads")


def feature(section, rows):
    for row in section.rules:
        rows.add("feature", row, feature=a_feature(row.feature), effect=value(ASK_EFFECT, row.effect))


def age(section, rows):
    for row in section.share:
        if row.HasField("audience"):
            text(row.audience, 1, 255)
        cuts = list(row.cuts)
        require(len(cuts) <= 3 and all(1 <= cut <= 21 for cut in cuts))
        require(all(b - a >= 2 for a, b in zip(cuts, cuts[1:])))
        require(len(set(row.purposes)) == len(row.purposes))
        rows.add("age_share", row)
    for row in section.gates:
        require(1 <= row.minimum_age <= 21)
        target = optional_target(row)
        known = target is not None and not target.startswith("feature:")
        least = row.least_assurance if row.HasField("least_assurance") else 1
        on_unknown = value(ASK_EFFECT, row.on_unknown) if row.HasField("on_unknown") else "ask"
        rows.add_or_unknown(
            "age_gate", row, known, target=target, minimum_age=row.minimum_age,
            least=least - 1 if least in range(1, 6) else len(ASSURANCES) - 1, on_unknown=on_unknown,
        )


# kind of section → its message and its reader.
READERS = {
    18: (pb.ScheduleSection, schedule), 19: (pb.BudgetSection, budget), 20: (pb.AppSection, app),
    21: (pb.WebSection, web), 22: (pb.RatingSection, rating), 23: (pb.CommunicationSection, communication),
    24: (pb.SpendingSection, spending), 25: (pb.FeatureSection, feature), 29: (pb.AgeSection, age),
}


def read_section(kind, data, layer: Layer):
    """The rules of one section into a layer; MALFORMED where one value is bad (R-POL-007)."""
    message, reader = READERS[kind]
    section, rows = parse(message, data), Rows()
    reader(section, rows)
    rows.extensions(section)
    for name, found in rows.rules.items():
        layer.rules.setdefault(name, []).extend(found)
    if kind == 22:
        layer.ignore_guidance = section.ignore_guidance
    if kind == 23:
        layer.contacts = frozenset(names.contact(i) for contact in section.contacts for i in contact.identifiers)


def read_profile(data):
    """(zone, follows the device, start of day, start of week, region)."""
    section = parse(pb.ProfileSection, data)
    text(section.zone, 1, 64)
    require(zone(section.zone) is not None and section.day_start_seconds < SECONDS_OF_DAY)
    week_start = section.week_start if section.HasField("week_start") else 1
    require(1 <= week_start <= 7)
    region = there(section, "region")
    require(region is None or REGION.fullmatch(region))
    return zone(section.zone), section.follow_device, section.day_start_seconds, week_start - 1, region
