"""Which capability a rule needs (R-CAP-004, and the column *Needs* of R-POL-005)."""

from .registry import table

NEEDS = {
    "end_action": "time.end", "app_rule": "app.block", "install_approval": "app.install", "host_allow": "web.host",
    "host_block": "web.host", "host_list": "web.host", "safe_search": "web.safe_search",
    "explicit_content": "rating.content", "classifier": "rating.classifier",
    "communication_mode": "communication.contact", "block_unknown_callers": "communication.contact",
    "closed_communication": "communication.contact", "contact_approval": "communication.add",
    "purchase_approval": "spending.purchase", "in_app_purchases": "spending.purchase",
    "free_downloads": "spending.purchase", "spending_cap": "spending.cap", "age_share": "age.share",
    "age_gate": "age.gate",
}
BUDGETS = {"app": "budget.app", "category": "budget.category", "feature": "budget.feature"}
FEATURES = {row["code"]: row["capability"] for row in table("features", "feature")}


def needs(kind, rule):
    if kind == "window":
        return {"time.target" if about(rule) in BUDGETS else "time.window"}
    if kind == "budget":
        return {BUDGETS.get(about(rule), "budget.device")}
    if kind == "web_mode":
        return {"web.category" if rule.mode == "filtered" else "web.host"}
    if kind in ("age_ceiling", "unrated"):
        both = {"rating.app", "rating.content"}
        return both if rule.medium is None else {"rating.app" if rule.medium in ("app", "game") else "rating.content"}
    if kind == "feature":
        return {FEATURES[rule.feature]} if rule.feature in FEATURES else set()
    return {NEEDS[kind]} if kind in NEEDS else set()


def about(rule):
    return str(getattr(rule, "target", None) or "").partition(":")[0]


def beyond(layers, capabilities):
    """Rules that a device with these capabilities cannot enforce, each its author and its name."""
    return {
        (layer.author, rule.id)
        for layer in layers for kind, rules in layer.rules.items() for rule in rules
        if not needs(kind, rule) <= set(capabilities)
    }
