"""What law keeps open or takes away, and what a device cannot keep (R-EVAL-047 to R-EVAL-049)."""

import copy

from . import names
from .policy import Rule
from .ratings import find

SAFETY_TARGETS = ("app", "category", "feature")


def protects(limits, question):
    """R-EVAL-047."""
    return any(protects_item(limit, question) for limit in limits)


def protects_item(limit, q):
    if "app" in limit:
        return q.kind in ("app", "install") and q.name == limit["app"]
    if "host" in limit:
        protected = names.host(limit["host"])
        return q.kind == "host" and None not in (q.name, protected) and names.covers(protected, q.name)
    if "contact" in limit:
        return q.kind in ("contact", "add_contact", "service") and q.name == names.contact(limit["contact"])
    return False


def applied(policy):
    """The policy without what law takes away, and with what stands in for what this device cannot keep.

    `denied_by` of what comes back are the rules whose DENY_ACCESS closes everything.
    """
    taken = {limit["kind"] for limit in policy.limits if "kind" in limit}
    changed = copy.copy(policy)
    changed.layers = [lawful(layer, taken) for layer in policy.layers]
    changed.acts = [act for act in policy.acts if not (act.author[0] == "guardian" and act.kind in taken)]
    broken = {(layer.author, name) for layer in changed.layers for name in unenforceable(layer, policy.unenforceable)}
    rows = [(l, r) for l in changed.layers for rows in l.rules.values() for r in rows if (l.author, r.id) in broken]
    changed.denied_by = {(layer.author, row.id) for layer, row in rows if row.stance == "deny_access"}
    changed.layers = [degraded(layer, policy.unenforceable) for layer in changed.layers]
    return changed


def lawful(layer, taken):
    """R-EVAL-048; a jurisdiction's rules are not touched."""
    if not layer.by_guardian:
        return layer
    changed = copy.copy(layer)
    changed.rules = {kind: [] if kind in taken else rows for kind, rows in layer.rules.items()}
    return changed


def unenforceable(layer, told):
    """Names of rules that this device, or any reader of this version, cannot enforce."""
    nobodys = {row.id for row in layer.of("unknown")}
    nobodys |= {row.id for row in layer.of("age_ceiling") if row.label is not None and find(row.label) is None}
    return nobodys | {name for author, name in told if author == layer.author}


def degraded(layer, told):
    """R-EVAL-049: what stands in the place of rules with STRICTER that this device cannot keep."""
    broken = {name for author, name in told if author == layer.author}
    changed = copy.copy(layer)
    changed.rules = {kind: list(rows) for kind, rows in layer.rules.items()}
    for kind, instead in INSTEAD.items():
        changed.rules[kind] = [
            instead(row) if row.id in broken and row.stance == "stricter" else row for row in layer.of(kind)
        ]
    stand_ins = [row for row in layer.of("budget") if row.id in broken and row.stance == "stricter" and blocks(row)]
    changed.rules["budget"] = [row for row in layer.of("budget") if row not in stand_ins]
    for row in stand_ins:
        kind, name = row.target.split(":", 1)
        flags = {"always_allowed": False, "not_counted": False}
        block = Rule(id=row.id, stance="report", target=row.target, access="block", **flags)
        if kind == "feature":
            block = Rule(id=row.id, stance="report", feature=name, effect="block")
        section = "feature" if kind == "feature" else "app_rule"
        changed.rules[section] = changed.of(section) + [block]
    return changed


def blocks(budget):
    return budget.target.partition(":")[0] in SAFETY_TARGETS


def other(row, **fields):
    return Rule(**{**vars(row), **fields})


INSTEAD = {
    "web_mode": lambda row: other(row, mode="allow_list") if row.mode == "filtered" else row,
    "communication_mode": lambda row: other(row, mode="disabled") if row.mode == "contacts_only" else row,
    "closed_communication": lambda row: other(row, mode="disabled") if row.mode == "contacts_only" else row,
    "unrated": lambda row: other(row, effect="block") if row.effect == "ask" else row,
    "age_gate": lambda row: other(row, on_unknown="block") if row.on_unknown == "ask" else row,
}
