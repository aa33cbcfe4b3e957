"""Overrides as they stand on the wire, read into acts (R-POL-008, R-POL-031)."""

from .policy import Rule
from .proto import pb
from .sections import MOST_DAY, NAME, SECONDS_OF_DAY, a_host, a_target, a_window, an_app, text, there
from .wire import parse, require

MOST_INSTANT = 1 << 37


def read_override(data, author, position):
    """An act, or None of an unknown kind (R-POL-031)."""
    said = parse(pb.Override, data)
    require(NAME.fullmatch(said.id))
    until = there(said, "until")
    start = getattr(said, "from")
    require(-MOST_INSTANT <= start <= MOST_INSTANT)
    require(until is None or start <= until <= MOST_INSTANT)
    which = said.WhichOneof("act")
    made = Rule(author=author, id=said.id, position=position, start=start, until=until, kind=which)
    known = which is not None and READ_ACTS[which](getattr(said, which), made)
    return made if known else None


def extra_time(act, made):
    made.target, made.seconds, made.extends_window = a_target(act.target), act.seconds, act.extends_window
    return made.target is not None


def lock_now(act, _):
    text(act.reason, 0, 512)
    return True


def unblock(act, made):
    made.item = act.WhichOneof("item")
    made.name = {"app": lambda: an_app(act.app), "host": lambda: a_host(act.host), None: lambda: None}[made.item]()
    return made.item is not None


def date_exception(act, made):
    require(-MOST_DAY <= act.day <= MOST_DAY)
    which = act.WhichOneof("change")
    made.day, made.extend_until, made.windows = act.day, None, None
    if which == "extend_until_seconds":
        require(act.extend_until_seconds < SECONDS_OF_DAY)
        made.extend_until = act.extend_until_seconds
    elif which == "replace":
        windows = [a_window(row) for row in act.replace.windows]
        made.windows = [Rule(id=made.id, state=state, span=span) for state, span in windows]
        return all(state is not None and span != "unknown" for state, span in windows)
    return which is not None


READ_ACTS = {
    "extra_time": extra_time, "lock_now": lock_now, "suspend": lambda *_: True, "unblock": unblock,
    "date_exception": date_exception,
}
