"""Area evaluate: rows of decisions."""

import datetime

from ..decide import Case, decide
from ..policy import author, instant, policy, rule_author
from ..question import question
from ..usage import Usage
from .. import names

FACTS = ("categories", "labels", "publisher", "explicit", "verdicts", "age", "can_ask", "subject")


def run(area, files):
    for file in files:
        for row in file["rows"]:
            yield row["id"], difference(row)


def difference(row):
    context = row["context"]
    at = instant(context["at"])
    asked = question(context["action"], **{name: context[name] for name in FACTS if name in context})
    cases = [case(given, context, at, row.get("lists", [])) for given in [row, *row.get("others", [])]]
    found = shown(decide(cases, asked, at, at))
    expected = row["expect"]
    wrong = {name: (found[name], value) for name, value in expanded(expected).items() if found[name] != value}
    return f"{row['title']}: {wrong}" if wrong else None


def case(given, context, at, lists):
    made = policy(given["policy"], given.get("overrides", []), lists, context.get("device_zone"))
    rows = [usage_row(row) for row in given.get("usage", [])]
    return Case(made, Usage(rows, made.days, made.days.day_of(at)))


def usage_row(row):
    kind, _, name = row["target"].partition(":")
    name = names.category(name) if kind == "category" else name
    target = {"device": "overall", "spending": "spending"}.get(kind, f"{kind}:{name}")
    which = row.get("currency") if target == "spending" else row.get("scope")
    amount = row["minor"] if target == "spending" else row["seconds"]
    return target, row.get("period", "day"), author(row["author"]) if "author" in row else None, which, amount


def expanded(expected):
    rules = {(author(rule_author(rule)), rule["rule"]) for rule in expected["rules"]}
    return {**expected, "rules": rules}


def shown(decision):
    change = decision.next_change
    ending = decision.ending
    return {
        "effect": decision.effect, "reason": decision.reason, "rules": decision.rules,
        "remaining_seconds": decision.remaining_seconds, "next_change": None if change is None else rfc3339(change),
        "ending": ending and dict(zip(("action", "grace_seconds", "warning_seconds"), ending)),
    }


def rfc3339(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
