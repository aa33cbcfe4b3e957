"""The rights floor: what no rule reaches (chapter 23)."""

import functools
import json
import urllib.parse

from . import names
from .registry import SPEC

DIRECTORY = SPEC.parent / "crates" / "parcep-core" / "data" / "help.json"  # the one that comes with this draft
CALL_BACK = 86400  # R-FLOOR-003


@functools.cache
def directory():
    """Every line of the built-in directory; all of them count, not those of one place."""
    said = json.loads(DIRECTORY.read_text())
    return [*said["entries"], said["elsewhere"]]


@functools.cache
def numbers():
    """R-FLOOR-001: the forms in which each number may be dialled."""
    found = set()
    for line in directory():
        for name in ("number", "sms", "emergency"):
            if line.get(name):
                found |= forms(line[name], line.get("calling_code"))
    return found


def forms(number, code):
    """A number as people dial it, and from elsewhere with the calling code in front."""
    plain = names.contact(number)
    found = {plain}
    if not code or plain.startswith("+"):
        return found
    rest = plain.removeprefix("1" if code == "1" else "0")
    for national in {plain, rest}:
        found |= {f"+{code}{national}", f"00{code}{national}"}
    return found | ({rest} if code == "1" else set())


@functools.cache
def hosts():
    """R-FLOOR-002: exactly these, and nothing below them."""
    return {names.host(urllib.parse.urlsplit(line["https"]).hostname) for line in directory() if line.get("https")}


def reached(device, question):
    """Whether an action is on the floor; what calls back within a day is too."""
    if question.floor:
        return True
    if question.kind == "host":
        return question.name in hosts()
    if question.kind != "contact" or question.name is None:
        return False
    called = device.state.setdefault("called", {})
    now = device.clock.kept["powered"] if device.clock else 0
    for number in [number for number, until in called.items() if until <= now]:
        del called[number]
    if question.incoming:
        return any(question.name in all_forms(number) for number in called)
    if question.name in numbers():
        called[question.name] = now + CALL_BACK
        return True
    return False


def all_forms(number):
    """A number in every form in which it may call back."""
    for line in directory():
        for name in ("number", "sms", "emergency"):
            if line.get(name) and number in forms(line[name], line.get("calling_code")):
                return forms(line[name], line.get("calling_code"))
    return {number}
