"""Several claims about one person, and how often one may ask: R-AGE-047 to R-AGE-050. Regimes are data."""

from dataclasses import dataclass
from functools import reduce

from .bracket import overlap
from .registry import REGIMES
from .rules import rule

SCALE = ["asserted", "basic", "standard", "enhanced", "strict"]
PRIMARY_ROLES = ("device_os", "app_store")


@dataclass(frozen=True)
class Held:
    """A claim that was verified, and who made it."""

    lower: int
    upper: int | None
    method: str = "not_told"
    assurance: str | None = None
    scheme: str | None = None
    binding: str | None = None
    role: str | None = None
    contrary: bool = False  # held as clear contrary information

    @property
    def bracket(self):
        return self.lower, self.upper


# --- which claims count: R-AGE-012, R-AGE-047 ---------------------------------------------------


def on_any_scale(claim):
    return SCALE.index(claim.assurance) if claim.assurance in SCALE else 0


@rule(
    "R-AGE-012",
    assurances_of_all_scales_compared=on_any_scale,
    assurance_not_told_above_asserted=lambda claim: (
        on_any_scale(claim) if claim.assurance and own_scale(claim) else 0.5
    ),
)
def rank(claim):
    """Not told is ASSERTED, and an assurance on another scale is not told."""
    return on_any_scale(claim) if own_scale(claim) else 0


def own_scale(claim):
    return claim.scheme in (None, OWN_SCHEME)


OWN_SCHEME = "parcep"


def shows_adult(claim, adult):
    return claim.method == "verified" and claim.binding == "user_authenticated" and claim.lower >= adult


def supervised_minor(claim, adult):
    return claim.method == "guardian_declared" and claim.upper is not None and claim.upper <= adult


def keeping(shows, declared):
    """The way to set aside, with other conditions."""

    def aside(claims, adult):
        if not any(shows(claim, adult) for claim in claims):
            return claims
        return [claim for claim in claims if not declared(claim, adult)]

    return aside


@rule(
    "R-AGE-047",
    guardians_declarations_never_set_aside=lambda claims, adult: claims,
    any_method_sets_aside=keeping(lambda c, a: c.binding == "user_authenticated" and c.lower >= a, supervised_minor),
    any_binding_sets_aside=keeping(lambda c, a: c.method == "verified" and c.lower >= a, supervised_minor),
    minors_set_aside_too=keeping(lambda c, a: shows_adult(c, 0), supervised_minor),
    any_claim_is_set_aside=keeping(shows_adult, lambda c, a: c.upper is not None and c.upper <= a),
    declarations_above_adulthood_set_aside=keeping(shows_adult, lambda c, a: c.method == "guardian_declared"),
)
def not_set_aside(claims, adult):
    return keeping(shows_adult, supervised_minor)(claims, adult)


@rule(
    "R-AGE-047", claims_of_every_assurance=lambda claims: claims, claims_of_least_assurance=lambda claims: least(claims)
)
def best(claims):
    top = max(map(rank, claims), default=0)
    return [claim for claim in claims if rank(claim) == top]


def least(claims):
    return [claim for claim in claims if rank(claim) == min(map(rank, claims))]


def meet(claims):
    """The intersection of brackets, or None if it is empty."""
    return reduce(lambda so_far, claim: so_far and overlap(so_far, claim.bracket), claims, (0, None))


# --- contradictions: R-AGE-048 ------------------------------------------------------------------


def upper_last(claim):
    return claim.upper is None, claim.upper or 0


@rule(
    "R-AGE-048",
    the_highest_wins=lambda claims: max(claims, key=lambda c: (c.lower, upper_last(c))),
    the_first_wins=lambda claims: claims[0],
    the_greatest_upper_bound_among_the_lowest=lambda claims: min(
        claims, key=lambda c: (c.lower, [-u for u in upper_last(c)])
    ),
)
def lowest(claims):
    return min(claims, key=lambda claim: (claim.lower, upper_last(claim)))


@rule(
    "R-AGE-048",
    the_primary_claim_also_against_contrary_information=lambda claims: lowest(primary(claims) or claims),
    contrary_information_alone=lambda claims: lowest([c for c in claims if c.contrary] or claims),
)
def primary_unless_contrary(claims):
    contrary = [claim for claim in claims if claim.contrary]
    return lowest(contrary or primary(claims) or claims)


@rule("R-AGE-048", app_stores_not_primary=lambda claims: [claim for claim in claims if claim.role == "device_os"])
def primary(claims):
    return [claim for claim in claims if claim.role in PRIMARY_ROLES]


RULES = {"lowest_wins": lowest, "primary_unless_contrary": primary_unless_contrary}


def together(claims, rule_name, adult):
    """The bracket that is used, and whether the person and who declared are told that a declaration was set aside."""
    counting = not_set_aside(claims, adult)
    strongest = best(counting)
    met = meet(strongest)
    used = met if met is not None else RULES.get(rule_name, lowest)(strongest).bracket
    return used, len(counting) < len(claims)


# --- asking again: R-AGE-050 --------------------------------------------------------------------


def regime_of(code):
    """The row of a regime, or of the default where nobody knows it."""
    return REGIMES.get(code, REGIMES["default"])


def regime_in(region):
    """That of a part of a country, or else of the country, or else the default."""
    places = [region, region.split("-")[0]]
    rows = [row for place in places for row in REGIMES.values() if place in row["regions"]]
    return rows[0] if rows else REGIMES["default"]


@rule(
    "R-AGE-050",
    asking_at_any_time=lambda days, least: True,
    asking_the_day_after_the_interval=lambda days, least: days > least,
)
def long_enough(days, least):
    return days >= least


@rule(
    "R-AGE-050",
    any_event_admits_an_ask=lambda event, events: event is not None,
    no_event_admits_an_ask=lambda event, events: False,
)
def admits(event, events):
    return event in events


def may_ask(row, last_day, day, event=None):
    """`row` is that of the regime that the relying party applies."""
    return long_enough(day - last_day, row["reask_days"]) or admits(event, row["reask_on"])
