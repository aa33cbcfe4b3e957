"""From what an issuer knows to what it tells: cut points, cells, estimates and birthdays.

A bracket is a pair (lower, upper) of completed years, half-open; upper None means no bound.
"""

from datetime import date

from .crypto import T, be32, derive
from .rules import Refused, check, rule

DAY = 86_400
YOUNGEST_CUT, OLDEST_CUT = 1, 21
LEAST_LOWER, MOST_LOWER, MOST_UPPER = 0, 120, 121
LATEST = 57  # a change of cell comes 0 to 56 days late


# --- cut points: R-AGE-005 ----------------------------------------------------------------------


@check("R-AGE-005", "the number of cut points")
def few(cuts):
    return 1 <= len(cuts) <= 3


@check("R-AGE-005", "the range of cut points")
def in_range(cuts):
    return all(YOUNGEST_CUT <= cut <= OLDEST_CUT for cut in cuts)


@check("R-AGE-005", "the order of cut points")
def ascending(cuts):
    return all(a < b for a, b in zip(cuts, cuts[1:]))


@check("R-AGE-005", "the distance of cut points")
def apart(cuts):
    return all(abs(b - a) >= 2 for a, b in zip(cuts, cuts[1:]))


def proper_cuts(cuts):
    few(cuts), in_range(cuts), ascending(cuts), apart(cuts)


# --- brackets: R-AGE-001 ------------------------------------------------------------------------


@check("R-AGE-001", "the refusal of a bracket without a lower bound")
def has_lower(lower):
    return lower is not None


@check("R-AGE-001", "the refusal of an upper bound that is not above the lower one")
def above(lower, upper):
    return upper is None or lower is None or upper > lower


@check("R-AGE-001", "the range of the lower bound")
def lower_in_range(lower):
    return lower is None or LEAST_LOWER <= lower <= MOST_LOWER


@check("R-AGE-001", "the range of the upper bound")
def upper_in_range(upper):
    return upper is None or upper <= MOST_UPPER


def proper_bracket(lower, upper):
    has_lower(lower), lower_in_range(lower), upper_in_range(upper), above(lower, upper)


# --- coarsening: R-AGE-004, R-AGE-036, R-AGE-040 ------------------------------------------------


def cells(cuts):
    return list(zip([0, *cuts], [*cuts, None]))


def overlap(one, other):
    """The intersection of two brackets, or None if it is empty."""
    lower = max(one[0], other[0])
    uppers = [upper for upper in (one[1], other[1]) if upper is not None]
    upper = min(uppers, default=None)
    return (lower, upper) if upper is None or lower < upper else None


def touched_cells(known, cuts):
    return [cell for cell in cells(cuts) if overlap(known, cell)]


@rule(
    "R-AGE-004",
    the_cell_of_the_lower_bound_alone=lambda touched: (touched[0], len(touched) == 1),
    the_cell_of_the_upper_bound_alone=lambda touched: (touched[-1], len(touched) == 1),
    several_cells_called_exact=lambda touched: ((touched[0][0], touched[-1][1]), True),
    one_cell_not_called_exact=lambda touched: ((touched[0][0], touched[-1][1]), False),
)
def all_of(touched):
    return (touched[0][0], touched[-1][1]), len(touched) == 1


@rule(
    "R-AGE-036",
    the_oldest_cell_instead_of_the_youngest=lambda touched: (touched[-1], len(touched) == 1),
    the_youngest_of_several_cells_called_exact=lambda touched: (touched[0], True),
    all_cells_where_one_was_asked_for=lambda touched: ((touched[0][0], touched[-1][1]), len(touched) == 1),
)
def youngest(touched):
    return touched[0], len(touched) == 1


def coarsen(known, cuts, one_cell=False):
    """What is told, and whether it is exactly one cell."""
    proper_cuts(cuts)
    proper_bracket(*known)
    return (youngest if one_cell else all_of)(touched_cells(known, cuts))


@rule(
    "R-AGE-040",
    estimates_not_widened=lambda estimate, error: estimate,
    estimates_widened_below_only=lambda estimate, error: (max(0, estimate[0] - error), estimate[1]),
    estimates_widened_above_only=lambda estimate, error: (estimate[0], estimate[1] + error),
)
def widen(estimate, error):
    lower, upper = estimate
    return max(0, lower - error), None if upper is None else upper + error


def coarsen_estimate(estimate, error, cuts):
    lower, upper = widen(estimate, error)
    if upper is not None and upper > MOST_UPPER:
        upper = None
    return coarsen((lower, upper), cuts)


# --- birthdays: R-AGE-038, R-AGE-039 ------------------------------------------------------------


def label(audience, cut):
    return T("age-rollover", audience, be32(cut))


@rule(
    "R-AGE-038",
    the_same_delay_at_every_cut=lambda secret, audience, cut: late(secret, label(audience, 0)),
    the_same_delay_for_every_audience=lambda secret, audience, cut: late(secret, label("", cut)),
    cuts_in_eight_bytes=lambda secret, audience, cut: late(secret, T("age-rollover", audience, cut)),
    delays_up_to_55_days=lambda secret, audience, cut: late(secret, label(audience, cut), LATEST - 1),
    delays_from_little_endian=lambda secret, audience, cut: late(secret, label(audience, cut), LATEST, "little"),
)
def delay(secret, audience, cut):
    """How many days after a birthday this audience hears of it."""
    return late(secret, label(audience, cut))


def late(secret, info, most=LATEST, order="big"):
    return int.from_bytes(derive(secret, info, 8), order) % most


@rule(
    "R-AGE-039",
    the_day_in_UTC=lambda seconds: seconds // DAY,
    the_day_where_it_begins_first=lambda s: (s + DAY // 2) // DAY,
)
def day_everywhere(seconds):
    """The day, since 1970, that has begun everywhere on Earth."""
    return (seconds - DAY // 2) // DAY


def birth(text):
    """A date of birth, or the month alone: (year, month, day or None)."""
    try:
        numbers = [int(n) for n in text.split("-")]
        date(*numbers, *[1] * (3 - len(numbers)))
    except (TypeError, ValueError) as error:
        raise Refused("MALFORMED", "a date of birth") from error
    return (*numbers, None) if len(numbers) == 2 else tuple(numbers)


def in_common_years_early(year, month, day):
    return date(year, month, day if (month, day) != (2, 29) or is_leap(year) else 28)


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@rule("R-AGE-039", the_29th_of_February_on_the_28th=in_common_years_early)
def anniversary(year, month, day):
    return date(year, 3, 1) if (month, day) == (2, 29) and not is_leap(year) else date(year, month, day)


@rule(
    "R-AGE-039",
    the_first_day_of_a_month_of_birth=lambda year, month: date(year, month, 1),
)
def after_month(year, month):
    """Where only the month is known, the first day of the month after."""
    return date(year + month // 12, month % 12 + 1, 1)


def certainly_reached(born, age):
    year, month, day = born
    when = after_month(year + age, month) if day is None else anniversary(year + age, month, day)
    return (when - date(1970, 1, 1)).days


@rule(
    "R-AGE-038",
    changes_of_cell_without_delay=lambda reached, late: reached,
    changes_a_day_later=lambda r, late: r + late + 1,
)
def spoken_of_from(reached, late):
    return reached + late


def cell_of(secret, audience, cuts, born, now, at_once=False):
    """The cell in which an issuer that knows the birthday speaks of the person. `at_once`: the person asked for it."""
    proper_cuts(cuts)
    today = day_everywhere(now)
    passed = 0
    for cut in cuts:
        late = 0 if at_once else delay(secret, audience, cut)
        passed += spoken_of_from(certainly_reached(born, cut), late) <= today
    return cells(cuts)[passed]
