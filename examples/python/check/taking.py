"""What a change of the constitution asks for: R-MEM-003 and R-CONS-011 to R-CONS-013."""

from . import membership
from .engine import formula


def ids(law):
    return {guardian.principal_id for guardian in law.guardians}


def only_leaves(old, new, who):
    """R-CONS-013: the same constitution without its author."""
    if who not in ids(old) or len(old.guardians) < 2:
        return False
    without = type(old).FromString(old.SerializeToString())
    kept = [guardian for guardian in old.guardians if guardian.principal_id != who]
    del without.guardians[:]
    without.guardians.extend(kept)
    without.threshold = threshold_after_leaving(old)
    return bytes_of(without) == bytes_of(new)


def bytes_of(message):
    return message.SerializeToString(deterministic=True)


@formula("R-CONS-013", thresholds_that_stay_when_somebody_leaves=lambda old: old.threshold)
def threshold_after_leaving(old):
    return min(old.threshold, len(old.guardians) - 1)


def losers(old, new):
    """Guardians from whom a constitution takes authority (R-CONS-012)."""
    return removed(old, new) | narrowed(old, new) | dispossessed(old, new)


@formula("R-CONS-012", guardians_who_are_removed_and_lose_nothing=lambda old, new: set())
def removed(old, new):
    return ids(old) - ids(new)


@formula("R-CONS-012", scopes_that_are_narrowed_and_take_nothing=lambda old, new: set())
def narrowed(old, new):
    """Those whose scope loses somebody, by name or because the dependant is left out; or stops being everybody."""
    shrinks = lambda who: not membership.scope_of(old, who) <= membership.scope_of(new, who)
    return {who for who in ids(old) & ids(new) if shrinks(who) or (is_everybody(old, who) and not is_everybody(new, who))}


def is_everybody(law, guardian):
    """Whether those who are to come are in scope too."""
    return any(row.principal_id == guardian and not row.scope for row in law.guardians)


@formula("R-CONS-012", custody_that_is_given_and_takes_nothing=lambda old, new: set())
def dispossessed(old, new):
    """Those of whose time the custody changes, or who are in scope where somebody else is given open time."""
    found = set()
    for who in membership.dependants_of(old) & membership.dependants_of(new):
        claimed = [time for guardian in ids(old) for time in custody(old, guardian, who)]
        for guardian in ids(old):
            own = custody(old, guardian, who)
            gains = [minus(custody(new, other, who), custody(old, other, who)) for other in ids(new) - {guardian}]
            gained = [time for times in gains for time in times]
            in_scope = who in membership.scope_of(old, guardian)
            if in_scope and (minus(own, custody(new, guardian, who)) or common(gained, own) or minus(gained, claimed)):
                found.add(guardian)
    return found


def common(times, others):
    return minus(times, minus(times, others))


def custody(law, guardian, dependant):
    rows = [row for g in law.guardians if g.principal_id == guardian for row in g.custody]
    return [(getattr(row, "from"), row.until) for row in rows if row.dependant_id == dependant]


def minus(times, others):
    """What is left of half-open intervals without some others."""
    for start, end in others:
        times = [
            piece for a, b in times
            for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]
        ]
    return times


def waits(old, new):
    """Whether a change is of the row that has a delay, complete or not."""
    return len(old.guardians) >= 3 and bool(losers(old, new))


def newcomers(old, new):
    return ids(new) - ids(old)


def state(old, new, author, consents, accepted):
    """Whether a change has all it needs: "now", "delay" (then a week is needed), or "open"."""
    if only_leaves(old, new, author):
        return "now"
    counted = consents & ids(old)
    if not enough_before(old, counted) or not enough_after(new, (consents | accepted) & ids(new)):
        return "open"
    if newcomers(old, new) and not enough_to_admit(old, counted):
        return "open"
    delay = False
    for guardian in losers(old, new) - counted:
        if not others_may_take(old, counted - {guardian}):
            return "open"
        delay = True
    return "delay" if delay else "now"


@formula("R-MEM-003", changes_without_the_threshold_before=lambda old, counted: True)
def enough_before(old, counted):
    return len(counted) >= old.threshold


@formula("R-MEM-003", changes_without_the_threshold_of_the_new_one=lambda new, counted: True)
def enough_after(new, counted):
    return len(counted) >= new.threshold


@formula("R-CONS-011", guardians_whom_one_of_two_admits=lambda old, counted: True)
def enough_to_admit(old, counted):
    return len(old.guardians) == 1 or len(counted) >= 2


@formula(
    "R-CONS-012",
    one_of_two_who_removes_the_other=lambda old, others: len(others) >= min(2, len(old.guardians) - 1),
    guardians_whom_a_single_other_removes=lambda old, others: len(old.guardians) >= 3,
)
def others_may_take(old, others):
    return len(old.guardians) >= 3 and len(others) >= 2
