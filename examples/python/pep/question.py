"""What somebody wants to do, and what is known about it (table of chapter 14)."""

from dataclasses import dataclass, field

from . import names
from .policy import ASSURANCES

# action → (targets of windows, targets of budgets and grants, sections that it waits for), by R-EVAL-032.
ITEM, OVERALL, CODES, NONE = "item", "overall", "codes", "none"
AREAS = {
    "device": (OVERALL, OVERALL, ()),
    "app": (ITEM, ITEM, ("app", "age", "rating?")),
    "host": (ITEM, ITEM, ("web", "age", "rating?")),
    "content": (ITEM, ITEM, ("rating", "age")),
    "install": (OVERALL, NONE, ("app", "age", "rating?")),
    "purchase": (OVERALL, NONE, ("spending",)),
    "contact": (OVERALL, NONE, ("communication",)),
    "service": (OVERALL, NONE, ("communication",)),
    "add_contact": (OVERALL, NONE, ("communication",)),
    "feature": (CODES, CODES, ("feature",)),
}
FLOOR = ("urn:service:sos", "urn:service:counseling")  # R-EVAL-001
ITEMS = ("app", "install", "host", "content")


@dataclass
class Question:
    kind: str
    name: str | None = None  # of the app, host, contact, service or feature, in the form that rules compare
    categories: frozenset = frozenset()
    labels: tuple = ()
    medium: str | None = None
    publisher: str | None = None
    explicit: bool = False
    verdicts: tuple = ()
    age: dict | None = None
    incoming: bool = False
    price: int | None = None
    currency: str | None = None
    purchase: str | None = None  # in_app, download or neither
    can_ask: bool = True
    subject: str = "dependant"
    floor: bool = False
    window_targets: tuple = field(init=False)
    budget_targets: tuple = field(init=False)

    def __post_init__(self):
        windows, budgets, _ = AREAS[self.kind]
        self.window_targets, self.budget_targets = self.targets(windows), self.targets(budgets)

    def targets(self, which):
        if which == ITEM:
            own = (f"app:{self.name}",) if self.kind == "app" else ()
            no_name = self.kind == "host" and self.name is None  # R-EVAL-024: in no category
            return (*own, *(f"category:{c}" for c in (() if no_name else self.categories)), "overall")
        if which == CODES:
            return tuple(f"feature:{code}" for code in names.feature_and_above(self.name))
        return ("overall",) if which == OVERALL else ()

    @property
    def app_like(self):
        return self.kind in ("app", "install")

    def waits_for(self, labelled):
        """The sections that, while they are pending, make it ask."""
        sections = AREAS[self.kind][2]
        rated = labelled or self.explicit or self.verdicts
        return {s.rstrip("?") for s in sections if rated or not s.endswith("?")}


def question(action, categories=(), labels=(), verdicts=(), age=None, **facts):
    """A question from the text of an action, as rows of decisions write it."""
    kind, _, rest = action.partition(":")
    verdicts = [{**v, "category": names.category(v["category"]) if v.get("category") else None} for v in verdicts]
    said = {
        "categories": frozenset(map(names.category, categories)), "labels": tuple(labels), "age": known_age(age),
        "verdicts": tuple(verdicts), **facts,
    }
    if kind in ("contact", "caller", "add_contact", "service"):
        identifier = names.contact(rest) if rest else None
        floor = kind == "service" and any(names.below_service(rest, service) for service in FLOOR)
        kind_of = "contact" if kind == "caller" else kind
        return Question(kind_of, identifier, incoming=kind == "caller", floor=floor, **said)
    if kind == "purchase":
        return Question(kind, **purchase(rest), **said)
    if kind == "content":
        return content(rest, said)
    return Question(kind, names.host(rest) if kind == "host" else rest or None, **said)


def content(rest, said):
    if rest == "unrated" or rest.startswith("unrated/"):
        return Question("content", medium=rest.partition("/")[2] or None, **said)
    return Question("content", **{**said, "labels": (rest, *said["labels"])})


def purchase(rest):
    parts = rest.split("/")
    how = parts.pop() if parts[-1] in ("in_app", "download") else None
    currency = parts[0] if len(parts) == 2 else None
    price = int(parts[1]) if len(parts) == 2 and parts[1] != "unknown" else None
    return {"price": price, "currency": currency, "purchase": how}


def known_age(age):
    """(lower, upper, assurance), each None or the least where it is not told."""
    if age is None:
        return None
    return age.get("lower"), age.get("upper"), ASSURANCES.index(age.get("assurance", "asserted"))
