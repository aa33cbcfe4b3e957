"""A policy as rules by kind, and its JSON form (R-POL-040). The kinds are those of R-POL-005."""

import datetime
from dataclasses import dataclass, field
from types import SimpleNamespace

from . import names
from .calendar import EPOCH, Days, zone
from .wire import sha256

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ASSURANCES = ("asserted", "basic", "standard", "enhanced", "strict")


class Rule(SimpleNamespace):
    """A row: `id`, `stance` (its on_unenforceable), and what its kind says."""


@dataclass
class Layer:
    """One author's rules for one dependant. The author is ('guardian' or 'jurisdiction', id)."""

    author: tuple
    rules: dict = field(default_factory=dict)  # kind → rows, in the order of their section
    contacts: frozenset = frozenset()
    ignore_guidance: bool = False
    unread: bool = False  # the layer lives and a list that it names is not there (R-POL-017)

    def of(self, kind):
        return self.rules.get(kind, [])

    def one(self, kind):
        return next(iter(self.of(kind)), None)

    @property
    def by_guardian(self):
        return self.author[0] == "guardian"


@dataclass
class Policy:
    """Everything about one dependant that a decision depends on."""

    days: Days = field(default_factory=lambda: Days(zone("UTC")))
    region: str | None = None
    layers: list = field(default_factory=list)
    acts: list = field(default_factory=list)
    custody: list = field(default_factory=list)  # (from, until, guardian's id)
    pending: set = field(default_factory=set)  # sections, by their names in lower case
    extra_time_cap: int = 86400  # R-REQ-011
    unblock_max_age: int | None = None  # R-REQ-012
    limits: list = field(default_factory=list)
    unenforceable: set = field(default_factory=set)  # (author, rule name)
    lists: dict = field(default_factory=dict)  # hash → hosts


def seconds(text):
    hours, minutes, *rest = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + sum(rest)


def day(text):
    return (datetime.date.fromisoformat(text) - EPOCH).days


def instant(text):
    return int(datetime.datetime.fromisoformat(text).timestamp())


def author(json):
    return next(iter(json.items()))


def target(json):
    if isinstance(json, str):
        return json
    kind, value = next(iter(json.items()))
    return f"{kind}:{names.category(value) if kind == 'category' else value}"


def span(json):
    return None if json == "all_day" else (seconds(json["start"]), seconds(json["end"]))


def days(json):
    return frozenset(map(WEEKDAYS.index, json))


def flag(j):
    return {"on": j["on"]}


def window(j):
    return {
        "state": j["state"], "days": days(j["days"]), "span": span(j["span"]),
        "target": target(j.get("target", "overall")),
    }


def budget(j):
    allowance = j["allowance"]
    daily = [(days(row["days"]), row["seconds"]) for row in allowance.get("daily", [])]
    return {
        "target": target(j["target"]), "daily": daily if "daily" in allowance else None,
        "weekly": allowance.get("weekly"), "scope": j.get("scope", "dependant"),
    }


def app_rule(j):
    return {
        "target": target(j["target"]), "access": j.get("access"), "always_allowed": j.get("always_allowed", False),
        "not_counted": not j.get("counts_toward_budget", True),
    }


def web_mode(j):
    if isinstance(j["mode"], str):
        return {"mode": j["mode"], "categories": set()}
    return {"mode": "filtered", "categories": set(map(names.category, j["mode"]["filtered"]["categories"]))}


def ceiling(j):
    top = j["ceiling"]
    return {"medium": j.get("medium"), "max_age": top.get("max_age"), "label": top.get("label")}


def verdict(j):
    about = j["about"]
    return {
        "category": names.category(about["category"]) if "category" in about else None, "concern": about.get("concern"),
        "least": j.get("min_confidence_percent", 0), "effect": j["effect"],
    }


def spending_cap(j):
    return {"currency": j["amount"]["currency"], "minor": j["amount"]["minor"], "period": j.get("period", "month")}


def gate(j):
    return {
        "target": target(j.get("target", "overall")), "minimum_age": j["minimum_age"],
        "least": ASSURANCES.index(j.get("least_assurance", "asserted")), "on_unknown": j.get("on_unknown", "ask"),
    }


def end(j):
    return {"action": j["action"], "grace": j.get("grace_seconds", 0), "warnings": set(j.get("warning_seconds", []))}


# kind → where its rows stand in the JSON of a layer, and what is taken from one.
KINDS = {
    "window": ("schedule", "windows", window),
    "end_action": ("schedule", "end", end),
    "budget": ("budgets", "budgets", budget),
    "app_rule": ("apps", "rules", app_rule),
    "install_approval": ("apps", "install_approval", flag),
    "web_mode": ("web", "mode", web_mode),
    "host_allow": ("web", "allow", lambda j: {"host": names.host(j["host"])}),
    "host_block": ("web", "block", lambda j: {"host": names.host(j["host"])}),
    "host_list": ("web", "lists", lambda j: {"access": j["access"], "sha256": bytes.fromhex(j["sha256"])}),
    "safe_search": ("web", "safe_search", flag),
    "age_ceiling": ("ratings", "ceilings", ceiling),
    "unrated": ("ratings", "unrated", lambda j: {"medium": j.get("medium"), "effect": j["effect"]}),
    "explicit_content": ("ratings", "explicit_content", flag),
    "classifier": ("ratings", "verdicts", verdict),
    "communication_mode": ("communication", "mode", lambda j: {"mode": j["mode"]}),
    "block_unknown_callers": ("communication", "block_unknown_callers", flag),
    "closed_communication": ("communication", "when_closed", lambda j: {"mode": j["mode"]}),
    "contact_approval": ("communication", "contact_approval", flag),
    "purchase_approval": ("spending", "approval", flag),
    "spending_cap": ("spending", "caps", spending_cap),
    "in_app_purchases": ("spending", "in_app", flag),
    "free_downloads": ("spending", "free_downloads", flag),
    "feature": ("features", "rules", lambda j: {"feature": j["feature"], "effect": j["effect"]}),
    "age_share": ("age", "share", lambda j: {}),
    "age_gate": ("age", "gates", gate),
}


def layer(json):
    """A layer from its JSON."""
    rules = {}
    for kind, (section, member, fields) in KINDS.items():
        found = json.get(section, {}).get(member, [])
        rows = found if isinstance(found, list) else [found]
        rules[kind] = [Rule(id=j["id"], stance=j.get("on_unenforceable", "report"), **fields(j)) for j in rows]
    rules["unknown"] = [Rule(id=j["id"], stance=j.get("on_unenforceable", "report")) for j in json.get("unknown", [])]
    if "extra_time_cap" in json.get("budgets", {}):
        rules["extra_time_cap"] = [Rule(id=None, stance="report", seconds=json["budgets"]["extra_time_cap"])]
    for row in rules["purchase_approval"]:
        row.about = json["spending"].get("approval_class", "all")
    contacts = json.get("communication", {}).get("contacts", [])
    return Layer(
        author(json["author"]), rules, frozenset(names.contact(i) for c in contacts for i in c["identifiers"]),
        json.get("ratings", {}).get("guidance") == "ignore",
    )


def act(json):
    """An override from its JSON."""
    body = json["kind"] if isinstance(json["kind"], dict) else {json["kind"]: {}}
    kind, said = next(iter(body.items()))
    until = instant(json["until"]) if json.get("until") else None
    made = Rule(
        author=author(json["author"]), id=json["id"], position=json.get("position", 0), start=instant(json["from"]),
        until=until, kind=kind,
    )
    if kind == "extra_time":
        made.target, made.seconds = target(said["target"]), said["seconds"]
        made.extends_window = said.get("extends_window", False)
    elif kind == "unblock":
        made.item, value = next(iter(said["item"].items()))
        made.name = names.host(value) if made.item == "host" else value
    elif kind == "date_exception":
        made.day = day(said["date"])
        change, how = next(iter(said["change"].items()))
        made.extend_until = seconds(how["until"]) if change == "extend_last_window" else None
        windows = how.get("windows", [])
        made.windows = None if change == "extend_last_window" else [
            Rule(id=made.id, state=w["state"], span=span(w["span"])) for w in windows
        ]
    return made


def policy(json, overrides=(), lists=(), device_zone=None):
    """A policy from its JSON, with acts and long lists."""
    profile = json.get("profile", {"zone": "UTC"})
    place = zone(profile["zone"])
    if profile.get("follow_device") and device_zone and zone(device_zone):
        place = zone(device_zone)
    start = seconds(profile.get("day_start", "00:00"))
    first = WEEKDAYS.index(profile.get("week_start", "monday"))
    caps = json.get("caps", {})
    return Policy(
        Days(place, start, first), profile.get("region"),
        [layer(l) for l in json["layers"]], [act(o) for o in overrides],
        [(instant(c["from"]), instant(c["until"]), author_id(c["guardian"])) for c in json.get("custody", [])],
        set(json.get("pending", [])), caps.get("extra_time_seconds", 86400), caps.get("unblock_max_age"),
        json.get("limits", []), {(author(rule_author(u)), u["rule"]) for u in json.get("unenforceable", [])},
        dict(map(hashed, lists)),
    )


def author_id(guardian):
    return guardian["guardian"] if isinstance(guardian, dict) else guardian


def rule_author(json):
    return {name: value for name, value in json.items() if name != "rule"}


def hashed(hosts):
    """R-POL-017: a list under the hash of its canonical text."""
    mapped = {names.host(h) for h in hosts}
    return sha256("".join(h + "\n" for h in sorted(mapped, key=str.encode)).encode()), mapped
