"""Consents, bundles of changes and handles: R-AGE-042 to R-AGE-046."""

from dataclasses import dataclass

from parcep.v1alpha1.age_token_pb2 import RevokedAgeHandlesResponse

from .crypto import T, be32, derive
from .rules import Refused, check, rule
from .wire import parse

NOT_THERE = "not_there"
TABLE = {
    NOT_THERE: {"grant": "granted", "deny": "denied", "revoke": NOT_THERE, "request": "pending"},
    "pending": {"grant": "granted", "deny": "denied", "revoke": "denied", "request": "pending"},
    "granted": {"grant": "granted", "deny": "revoked", "revoke": "revoked", "request": "granted"},
    "denied": {"grant": "granted", "deny": "denied", "revoke": "denied", "request": "pending"},
    "revoked": {"grant": "granted", "deny": "revoked", "revoke": "revoked", "request": "revoked"},
}
A_YEAR = 365


def lapsing(state, days, becomes):
    return becomes if state == "pending" and days >= A_YEAR else state


def otherwise(row, act, state):
    """A table of states with one cell that says something else: to see whether anybody notices."""
    return lambda before, done: state if (before, done) == (row, act) else TABLE[before][done]


WRONG = {
    f"{act}_of_a_consent_{row}_makes_it_{other}": otherwise(row, act, other)
    for row, acts in TABLE.items()
    for act, right in acts.items()
    for other in [next(s for s in ("granted", "revoked") if s != right)]
}


@rule("R-AGE-042", **WRONG)
def act(state, done):
    return TABLE[state][done]


@rule(
    "R-AGE-042",
    silence_that_grants=lambda state, days: lapsing(state, days, "granted"),
    silence_that_denies=lambda state, days: lapsing(state, days, "denied"),
)
def pass_days(state, days):
    """Time does nothing to a consent."""
    return state


OPEN = ("pending", "denied")
MOST_IDS = 17


class Changes:
    """The significant changes that one audience announced to one household: one bundle, one act."""

    def __init__(self):
        self.state, self.id, self.earlier = NOT_THERE, None, []
        self.announced = set()

    def announce(self, id):
        """Whether the announcement is taken. One that is not, and one of an id announced before, moves nothing."""
        if announced_before(id, self.announced):
            return True
        earlier = bundle(self.state, self.earlier, self.id)
        try:
            few(earlier)
        except Refused:
            return False
        self.state, self.id, self.earlier = "pending", id, earlier
        self.announced.add(id)
        return True

    def approve(self):
        self.state = decided(self.state, "approved")

    def deny(self):
        self.state = decided(self.state, "denied")


@check("R-AGE-043", "the most ids of a bundle", "INVALID_REQUEST")
def few(earlier):
    return len(earlier) < MOST_IDS


@rule("R-AGE-043", changes_announced_again_taken_for_new=lambda id, announced: False)
def announced_before(id, announced):
    return id in announced


@rule(
    "R-AGE-043",
    acts_on_what_is_decided=lambda state, by: by,
    denied_changes_that_stay_denied=lambda state, by: by if state == "pending" else state,
)
def decided(state, by):
    """What is approved, or was never announced, is not there to be decided."""
    return by if state in OPEN else state


@rule(
    "R-AGE-043",
    changes_that_are_not_bundled=lambda state, earlier, newest: [],
    denied_changes_forgotten=lambda state, earlier, newest: [*earlier, newest] if state == "pending" else [],
    approved_changes_bundled_again=lambda state, earlier, newest: [*earlier, newest] if newest else [],
    earlier_changes_with_the_newest_first=lambda state, earlier, newest: [newest, *earlier] if state in OPEN else [],
)
def bundle(state, earlier, newest):
    """What a new change is bundled with: all that is pending or denied, the oldest first."""
    return [*earlier, newest] if state in OPEN else []


@rule(
    "R-AGE-046",
    handles_without_the_audience=lambda secret, audience, counter: derive(
        secret, T("age-handle", "", be32(counter)), 16
    ),
    handles_without_the_counter=lambda secret, audience, counter: derive(
        secret, T("age-handle", audience, be32(0)), 16
    ),
)
def handle(secret, audience, counter):
    return derive(secret, T("age-handle", audience, be32(counter)), 16)


# --- revoked handles: R-AGE-045, R-AGE-046 ------------------------------------------------------

DAY = 86_400
DAYS_OF_A_LIST = 90


@dataclass(frozen=True)
class RevokedList:
    handles: list
    day: int  # of that knowledge


@check("R-AGE-046", "the length of revoked handles")
def handles_fit(handles):
    return all(len(handle) == 16 for handle in handles)


def read_list(data):
    message = parse(RevokedAgeHandlesResponse, data)
    handles = list(message.handles)
    handles_fit(handles)
    return RevokedList(handles, message.as_of // DAY)


@rule(
    "R-AGE-046",
    lists_that_are_never_stale=lambda known, day: False,
    lists_stale_on_their_90th_day=lambda k, d: d - k.day >= DAYS_OF_A_LIST,
)
def stale(known, day):
    return day - known.day > DAYS_OF_A_LIST


@rule("R-AGE-045", revoked_handles_that_count=lambda handle, known: False)
def is_revoked(handle, known):
    return handle in known.handles


@rule("R-AGE-046", claims_without_a_handle_that_a_stale_list_ends=lambda handle: True)
def has_handle(handle):
    return handle is not None


def usable(handle, known, day):
    """Whether a claim with this handle, or None, may be used by somebody who knows this list."""
    return not (has_handle(handle) and (stale(known, day) or is_revoked(handle, known)))
