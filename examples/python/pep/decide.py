"""The decision: all layers together, and what comes next (chapter 14)."""

from dataclasses import dataclass

from . import law
from .ratings import Item
from .registry import REASONS
from .steps import ALLOW, ASK, DENY, Steps
from .usage import Going
from .world import World, end_of, place_windows, settled

EFFECTS = ("allow", "ask", "deny")
HORIZON = 8 * 86400  # R-EVAL-051
ACTIONS = ("notify", "lock", "stop")  # R-EVAL-054


@dataclass
class Decision:
    effect: str
    reason: str
    rules: frozenset = frozenset()  # of (author, name)
    remaining_seconds: int | None = None
    next_change: int | None = None
    ending: tuple | None = None  # (action, grace, warnings)


@dataclass
class Case:
    """A dependant's policy with what was spent; several where nobody is known (R-CAP-015)."""

    policy: object
    usage: object


class Asked:
    """One question about one dependant, at any instant from `at` on."""

    def __init__(self, case, question, at, lower, windows="evaluated"):
        self.q, self.windows, self.usage = question, windows, case.usage
        self.policy = law.applied(case.policy)
        self.policy.acts = settled(self.policy.acts, at, lower)
        self.item = Item(question.labels, self.policy.region, question.medium)

    def world(self, at, spent):
        return World(self.policy, at, spent, self.windows)

    def answer(self, at, spent):
        """(effect, reason, rules) at one instant, behind step 1."""
        world = self.world(at, spent)
        locks = world.locks()
        if locks:
            return DENY, "locked", {(lock.author, lock.id) for lock in locks}
        if self.policy.denied_by:
            return DENY, "unenforceable", self.policy.denied_by  # R-EVAL-049
        found = [(ALLOW, "allowed", set())]
        if self.waits():
            found.append((ASK if self.q.can_ask else DENY, "pending", set()))  # R-EVAL-062
        for layer in self.policy.layers:
            effect, reasons = Steps(layer, self.q, world, self.item).answer()
            found += [(effect, reason, authored(layer, rules)) for reason, rules in reasons.items()]
        return combined(found)

    def waits(self):
        missing = any(r.sha256 not in self.policy.lists for l in self.policy.layers for r in l.of("host_list"))
        pending = self.policy.pending | ({"web"} if missing else set())
        return bool(pending & self.q.waits_for(self.item.labelled))

    def closed(self, at, spent):
        """Whether step 6 or 7 denies (R-EVAL-050)."""
        world = self.world(at, spent)
        return any(True for layer in self.policy.layers for _ in Steps(layer, self.q, world, self.item).time())

    def go_on(self, at, spent, until):
        """Counts a use from `at` to `until`; the period is that of its beginning."""
        day = self.policy.days.day_of(at)
        for layer, budget in self.counted(at, spent):
            spent.add(layer.author, budget, day, until - at)

    def counted(self, at, spent):
        world = self.world(at, spent)
        return [(l, b) for l in self.policy.layers for b in Steps(l, self.q, world, self.item).counted_budgets()]

    def runs_out(self, at, spent):
        """Instants at which a budget that this use takes from is spent."""
        world = self.world(at, spent)
        lefts = [world.left(layer, budget) for layer, budget in self.counted(at, spent)]
        return [at + left for left in lefts if left is not None and left > 0]

    def edges(self, at):
        """Every instant at which days, windows, acts or custody may change."""
        days, today = self.policy.days, self.policy.days.day_of(at)
        near = range(today - 2, today + HORIZON // 86400 + 3)
        found = {days.begins(day) for day in near}
        exceptions = [act for act in self.policy.acts if act.kind == "date_exception"]
        if self.windows == "evaluated":
            found |= {edge for start, end, _ in self.policy.custody for edge in (start, end)}
            for layer in self.policy.layers:
                own = [None, *(act for act in exceptions if act.author == layer.author)]
                for day, act in ((d, a) for d in near for a in own if a is None or a.day == d):
                    for _, start, end, _ in place_windows(days, layer.of("window"), day, act):
                        found |= {start, end}
        for act in self.policy.acts:
            found |= {act.start, end_of(act), getattr(act, "rests_at", None)}
        return found - {None}

    def ending(self, at, spent):
        """R-EVAL-054."""
        world = self.world(at, spent)
        rules = [layer.one("end_action") for layer in self.policy.layers if self.may_end(layer, world)]
        if not rules:
            return None
        actions = [ACTIONS.index(rule.action) if rule else 1 for rule in rules]
        warnings = {seconds for rule in rules if rule for seconds in rule.warnings}
        return ACTIONS[max(actions)], min(rule.grace if rule else 0 for rule in rules), sorted(warnings, reverse=True)

    def may_end(self, layer, world):
        windows = [w.target in self.q.window_targets for w in layer.of("window")]
        budgets = [b.target in self.q.budget_targets for b in layer.of("budget")]
        return world.in_force(layer) and any(windows + budgets)


def authored(layer, rules):
    return {rule if isinstance(rule, tuple) else (layer.author, rule) for rule in rules}


def combined(found):
    """R-EVAL-060: the strictest effect, the reason with the least number, the rules of all who give it."""
    effect = max(e for e, _, _ in found)
    reason = min((r for e, r, _ in found if e == effect), key=REASONS.get)
    return effect, reason, set().union(*(rules for e, _, rules in found if e == effect))


def first_step(question, policies):
    """Steps 1, 1b and 1c."""
    if question.floor:
        return Decision("allow", "rights_floor")
    if question.subject == "guardian_present":
        return Decision("allow", "guardian_present")
    if all(law.protects(policy.limits, question) for policy in policies) and policies:
        return Decision("allow", "protected")
    return None


def decide(cases, question, at, lower, windows="evaluated"):
    """The answer for one dependant, or for nobody known among several (R-CAP-015)."""
    early = first_step(question, [case.policy for case in cases])
    if early:
        return early
    asked = [Asked(case, question, at, lower, windows) for case in cases]
    answers = [ask.answer(at, ask.usage) for ask in asked]
    strictest = max((effect for effect, _, _ in answers), default=ALLOW)
    candidates = [
        (remaining(ask, at) if strictest == ALLOW else None, index)
        for index, ask in enumerate(asked)
        if answers[index][0] == strictest
    ]
    if not candidates:
        return Decision("allow", "allowed")
    left, first = min(candidates, key=lambda c: (c[0] is None, c[0] or 0, c[1]))
    effect, reason, rules = answers[first]
    return Decision(
        EFFECTS[effect], reason, frozenset(rules), left, next_change(asked, at, strictest),
        asked[first].ending(at, asked[first].usage),
    )


def remaining(ask, at):
    """R-EVAL-050."""
    spent, now = Going(ask.usage), at
    days = ask.policy.days
    day_ends = days.begins(days.day_of(at) + 1)
    edges = ask.edges(at)
    while True:
        later = min((i for i in (*edges, *ask.runs_out(now, spent)) if i > now), default=day_ends)
        if later >= day_ends:
            return None
        ask.go_on(now, spent, later)
        now = later
        if ask.closed(now, spent):
            return now - at


def next_change(asked, at, effect):
    """R-EVAL-051, of all together."""
    spents, now = [Going(ask.usage) for ask in asked], at
    edges = sorted(set().union(*(ask.edges(at) for ask in asked)))
    while True:
        ends = [i for ask, spent in zip(asked, spents) for i in ask.runs_out(now, spent)] if effect == ALLOW else []
        later = min((i for i in (*edges, *ends) if i > now), default=None)
        if later is None or later > at + HORIZON:
            return None
        if effect == ALLOW:
            for ask, spent in zip(asked, spents):
                ask.go_on(now, spent, later)
        now = later
        if max(ask.answer(now, spent)[0] for ask, spent in zip(asked, spents)) != effect:
            return now
