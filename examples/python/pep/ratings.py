"""The rating table, and what a ceiling makes of labels (R-EVAL-013 to R-EVAL-016, R-EVAL-025)."""

import functools

from .registry import RATINGS

ADMITS, ABOVE, CANNOT = "admits", "above", "cannot compare"
NO_RATING = ("pending", "unrated")


@functools.cache
def index():
    """Every name of a system → the system; every name of a label, with its system → the label."""
    systems, labels = {}, {}
    for system in RATINGS["systems"]:
        for name in (system["id"], system["name"]):
            systems.setdefault(name.lower(), system)
        for label in system["labels"]:
            for name in (label["id"], label["id"].partition(":")[2], label["label"], *label["aliases"]):
                labels.setdefault((system["id"], name.lower()), label)
    return systems, labels


def find(text):
    """(system, label) of `SYSTEM/LABEL`, cut at its first slash; None of what the table lacks."""
    systems, labels = index()
    name, _, label = text.partition("/")
    system = systems.get(name.lower())
    row = system and labels.get((system["id"], label.lower()))
    return (system, row) if row else None


class Item:
    """The labels of an item, as one region looks at them (R-EVAL-015)."""

    def __init__(self, texts, region, medium=None):
        known = [found for found in map(find, texts) if found]
        self.labelled = bool(known)
        self.media = {m for system, _ in known for m in system["media"]} or ({medium} if medium else None)
        local = [found for found in known if region and of_region(found[0], region)]
        says_something = any(label["kind"] not in NO_RATING for _, label in local)
        self.counting = local if says_something else known
        self.rated = any(label["kind"] not in NO_RATING for _, label in self.counting)

    def is_of(self, medium):
        """None is every medium; an item whose medium nobody knows fits every row."""
        return medium is None or self.media is None or medium in self.media

    def under(self, ceiling, ignore_guidance=False):
        """What a ceiling makes of the item: above beats admitted, admitted beats cannot compare."""
        labels = [(s, l) for s, l in self.counting if ceiling.medium is None or ceiling.medium in s["media"]]
        verdicts = {compare(system, label, ceiling, ignore_guidance) for system, label in labels}
        return ABOVE if ABOVE in verdicts else ADMITS if ADMITS in verdicts else CANNOT


def of_region(system, region):
    return any(r == region or r.startswith(region + "-") for r in system["regions"])


def compare(system, label, ceiling, ignore_guidance):
    kind = label["kind"]
    if kind in ("refused", "exempt"):
        return ABOVE if kind == "refused" else ADMITS
    if kind in NO_RATING:
        return CANNOT
    if ceiling.max_age is not None:
        return by_age(label, ceiling.max_age, ignore_guidance)
    found = find(ceiling.label)
    if found is None:
        return CANNOT
    top_system, top = found
    if (top_system["id"], top["chain"]) == (system["id"], label["chain"]) and label["chain"] is not None:
        return by(label["rank"], top["rank"])
    return by_age(label, top["min_age"], ignore_guidance)


def by_age(label, ceiling, ignore_guidance):
    if label["kind"] == "adult_only" and ceiling is not None and ceiling < 18:
        return ABOVE
    age = 0 if label["kind"] == "guidance" and ignore_guidance else label["min_age"]
    return by(age, ceiling)


def by(value, ceiling):
    if value is None or ceiling is None:
        return CANNOT
    return ADMITS if value <= ceiling else ABOVE
