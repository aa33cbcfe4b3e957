"""One layer's answer to a question, step by step (table of R-EVAL-001 and what follows it)."""

from . import names
from .ratings import ABOVE, CANNOT
from .policy import Rule

ALLOW, ASK, DENY = 0, 1, 2
LEVELS = ("app", "publisher", "category", "any")


def strictest(rows):
    """The strictest row, and of equal ones the first."""
    order = ("allow", "ask", "block")
    return max(rows, key=lambda row: order.index(row.effect), default=None)


class Steps:
    """A layer, a question and the world in which it is asked."""

    def __init__(self, layer, question, world, item):
        self.layer, self.q, self.world, self.item = layer, question, world, item
        self.allow = None  # the explicit rule that allows
        self.unblocks = []
        self.admitted = None  # the unrated row that admits

    def answer(self):
        """(effect, reasons with the names of their rules): the first that denies, else all that ask."""
        asks = []
        for effect, reason, rules in self.findings():
            if effect == DENY:
                return DENY, {reason: rules}
            asks.append((reason, rules))
        if asks:
            return ASK, {reason: set().union(*(r for n, r in asks if n == reason)) for reason, _ in asks}
        return ALLOW, {"allowed": self.allowed_by()}

    def allowed_by(self):
        if self.allow is not None:
            return {self.allow.id}
        if self.unblocks:
            return {(act.author, act.id) for act in self.unblocks}
        return {self.admitted.id} if self.admitted is not None else set()

    def findings(self):
        yield from self.explicit_rules()
        if self.q.kind in ("app", "install", "host", "content"):
            self.unblocks = self.world_unblocks()
            yield from self.what_it_is()
        yield from self.contact_and_money()
        yield from self.time()

    def or_deny(self):
        """R-EVAL-017."""
        return ASK if self.q.can_ask else DENY

    # Step 3.
    def explicit_rules(self):
        counting = self.counting_rules()
        blocks = [rule for rule in counting if rule.says == "block"]
        asks = [rule for rule in counting if rule.says == "ask"]
        if blocks:
            yield DENY, "blocked", {blocks[0].id}
        elif asks:
            yield ASK, "approval", {asks[0].id}
        elif counting:
            self.allow = counting[0]

    def counting_rules(self):
        """The rules that count in step 3, each with what it `says`."""
        if self.q.app_like:
            return [Rule(id=rule.id, says=rule.access) for rule in self.app_rules()]
        if self.q.kind == "host":
            return [Rule(id=rule.id, says=rule.access) for rule in self.host_rules()]
        if self.q.kind == "feature":
            return [Rule(id=rule.id, says=rule.effect) for rule in self.feature_rules()]
        return []

    def matching(self, level):
        """App rules of one level of R-EVAL-010 that match the app."""
        wanted = {
            "app": {f"app:{self.q.name}"},
            "publisher": {f"publisher:{self.q.publisher}"} if self.q.publisher is not None else set(),
            "category": {f"category:{c}" for c in self.q.categories},
            "any": {"any"},
        }[level]
        return [rule for rule in self.layer.of("app_rule") if rule.target in wanted]

    def app_rules(self):
        for level in LEVELS:
            rules = [rule for rule in self.matching(level) if rule.access is not None]
            if rules:
                return rules
        return []

    def app_flag(self, flag):
        """Read from the most specific level on which any rule matches; it holds if every rule there has it."""
        if not self.q.app_like:
            return False
        rules = next(filter(None, map(self.matching, LEVELS)), [])
        return bool(rules) and all(getattr(rule, flag) for rule in rules)

    def host_rules(self):
        """R-EVAL-011: of all entries that cover the host, those with the most labels."""
        host, layer = self.q.name, self.layer
        if host is None:
            return []
        entries = [(r.host, Rule(id=r.id, access="allow")) for r in layer.of("host_allow")]
        entries += [(r.host, Rule(id=r.id, access="block")) for r in layer.of("host_block")]
        above = {host.split(".", n)[-1] for n in range(host.count(".") + 1)}
        for row in layer.of("host_list"):
            entries += [(h, row) for h in above & self.world.policy.lists.get(row.sha256, set())]
        fitting = [(entry.count("."), rule) for entry, rule in entries if entry and names.covers(entry, host)]
        most = max((labels for labels, _ in fitting), default=None)
        return [rule for labels, rule in fitting if labels == most]

    def feature_rules(self):
        """R-EVAL-026: those with the longest code that covers the feature."""
        for code in names.feature_and_above(self.q.name):
            rules = [rule for rule in self.layer.of("feature") if rule.feature == code]
            if rules:
                return rules
        return []

    # Steps 4 and 5.
    def world_unblocks(self):
        """R-EVAL-042, R-REQ-012: the unblocks of the item that reach this layer."""
        if not self.layer.by_guardian:
            return []
        most = self.world.policy.unblock_max_age
        ceiling = Rule(medium=None, max_age=most, label=None)
        if most is not None and self.item.under(ceiling) == ABOVE:
            return []
        return [a for a in self.world.acts("unblock") if self.world.has_custody(a.author) and self.is_item(a)]

    def is_item(self, act):
        if act.item == "host":
            return self.q.kind == "host" and self.q.name is not None and names.covers(act.name, self.q.name)
        return self.q.app_like and act.name == self.q.name

    def what_it_is(self):
        mode = self.layer.one("web_mode") if self.q.kind == "host" else None
        own = any(act.author == self.layer.author for act in self.unblocks)
        if self.allow is not None:
            return
        if mode is not None and mode.mode == "allow_list" and not own:
            yield DENY, "web_mode", {mode.id}
        if self.unblocks:
            return
        if mode is not None and mode.mode == "filtered" and self.q.name is not None:
            if mode.categories & self.q.categories:
                yield DENY, "category", {mode.id}
        yield from self.ratings()
        yield from self.verdicts()
        yield from self.age_gates()

    def ratings(self):
        """R-EVAL-013 to R-EVAL-016, R-EVAL-023."""
        layer, item = self.layer, self.item
        is_content = self.q.kind == "content" or item.labelled
        about = [c for c in layer.of("age_ceiling") if is_content and item.is_of(c.medium)]
        results = [(ceiling, item.under(ceiling, layer.ignore_guidance)) for ceiling in about]
        above = {ceiling.id for ceiling, result in results if result == ABOVE}
        if above:
            yield DENY, "rating", above
        flag = layer.one("explicit_content")
        if self.q.explicit and flag is not None and not flag.on:
            yield DENY, "explicit", {flag.id}
        cannot = [ceiling for ceiling, result in results if result == CANNOT]
        if is_content and (cannot or not item.rated):
            yield from self.unrated(cannot)

    def unrated(self, cannot):
        rows = self.layer.of("unrated")
        unknown = self.item.media is None
        own = [r for r in rows if unknown or (r.medium is not None and self.item.is_of(r.medium))]
        row = strictest(own or [r for r in rows if r.medium is None])
        if row is None:
            if cannot:
                yield self.or_deny(), "unrated", {cannot[0].id}
        elif row.effect == "allow":
            self.admitted = row
        else:
            yield DENY if row.effect == "block" else self.or_deny(), "unrated", {row.id}

    def verdicts(self):
        """R-EVAL-027."""
        if self.item.rated:
            return
        fits = [r for r in self.layer.of("classifier") if any(self.is_about(r, v) for v in self.q.verdicts)]
        effects = {self.verdict_effect(rule) for rule in fits}
        if effects:
            strict = max(effects)
            yield strict, "classifier", {rule.id for rule in fits if self.verdict_effect(rule) == strict}

    def verdict_effect(self, rule):
        return DENY if rule.effect == "block" else self.or_deny()

    def is_about(self, rule, verdict):
        if verdict["confidence_percent"] < rule.least:
            return False
        return rule.category == verdict["category"] if rule.category is not None else rule.concern == verdict["concern"]

    def age_gates(self):
        """R-EVAL-056; of both reasons `age` has the smaller number."""
        gates = [(self.at_gate(g), g.id) for g in self.layer.of("age_gate") if g.target in self.gate_targets()]
        answers = [(*answer, name) for answer, name in gates if answer is not None]
        if answers:
            strict = max(effect for effect, _, _ in answers)
            reasons = {reason for effect, reason, _ in answers if effect == strict}
            yield strict, min(reasons), {name for effect, _, name in answers if effect == strict}

    def gate_targets(self):
        own = {f"app:{self.q.name}"} if self.q.app_like else set()
        nameless = self.q.kind == "host" and self.q.name is None
        return {"overall", *own, *(() if nameless else (f"category:{c}" for c in self.q.categories))}

    def at_gate(self, gate):
        lower, upper, assurance = self.q.age or (None, None, 0)
        if upper is not None and upper <= gate.minimum_age:
            return DENY, "age"
        if lower is not None and lower >= gate.minimum_age and assurance >= gate.least:
            return None
        if gate.on_unknown == "allow":
            return None
        return DENY if gate.on_unknown == "block" else self.or_deny(), "age_unknown"

    # Step 5b.
    def contact_and_money(self):
        if self.q.kind in ("contact", "service"):
            yield from self.contact()
        elif self.q.kind == "purchase":
            yield from self.purchase()
        elif self.q.kind in ("install", "add_contact"):
            flag = self.layer.one("install_approval" if self.q.kind == "install" else "contact_approval")
            if flag is not None and flag.on:
                yield ASK, "approval", {flag.id}

    def contact(self):
        """R-EVAL-018, R-EVAL-028."""
        layer = self.layer
        listed = self.q.name is not None and self.q.name in layer.contacts
        mode, closed = layer.one("communication_mode"), layer.one("closed_communication")
        if closed is not None and self.closing_windows():
            mode = closed
        if mode is not None and (mode.mode == "disabled" or (mode.mode == "contacts_only" and not listed)):
            yield DENY, "contact", {mode.id}
        flag = layer.one("block_unknown_callers")
        if flag is not None and flag.on and self.q.incoming and not listed:
            yield DENY, "contact", {flag.id}

    def purchase(self):
        """R-EVAL-019: the first row of its table that fits."""
        layer, price = self.layer, self.q.price
        free, in_app, approval = map(layer.one, ("free_downloads", "in_app_purchases", "purchase_approval"))
        if self.q.purchase == "download" and price == 0 and free is not None:
            if not free.on:
                yield DENY, "spending", {free.id}
            return
        if self.q.purchase == "in_app" and in_app is not None and not in_app.on:
            yield DENY, "spending", {in_app.id}
        caps = layer.of("spending_cap")
        own = [cap for cap in caps if cap.currency == self.q.currency or self.q.currency is None]
        if caps and not own and price != 0:
            yield DENY, "spending", {caps[0].id}
        for cap in own:
            spent = self.world.spent.money(layer.author, cap.currency, cap.period, self.world.day)
            if price is None or price > max(0, cap.minor - spent):
                yield DENY, "spending", {cap.id}
        about = {"all": True, "paid": price != 0, "in_app": self.q.purchase == "in_app"}
        if approval is not None and approval.on and about[approval.about]:
            yield ASK, "approval", {approval.id}

    # Steps 6 and 7.
    def time(self):
        if not self.world.in_force(self.layer) or self.app_flag("always_allowed"):
            return
        talks = self.q.kind in ("contact", "service") and self.layer.one("closed_communication") is not None
        windows = set() if talks else self.closing_windows()
        if windows:
            yield DENY, "window", windows
        spent = {budget.id for budget in self.budgets() if self.is_spent(budget)}
        if spent:
            yield DENY, "budget", spent

    def closing_windows(self):
        """The windows by which step 6 denies; none where it is skipped."""
        world = self.world
        extended = self.layer.by_guardian and world.opened(self.q.budget_targets)
        if extended or not world.in_force(self.layer):
            return set()
        return world.closed_by(self.layer, self.q.window_targets)

    def budgets(self):
        return [budget for budget in self.layer.of("budget") if budget.target in self.q.budget_targets]

    def is_spent(self, budget):
        left = self.world.left(self.layer, budget)
        return left is not None and left <= 0

    def counted_budgets(self):
        """The budgets from which this use takes time."""
        return [] if self.app_flag("not_counted") else self.budgets()
