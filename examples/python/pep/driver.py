"""The driver: one JSON object a line, in and out."""

import datetime
import json
import re
import socket
import sys

from . import join, names
from .device import Device
from .product import PRODUCTS
from .question import question
from .wire import ZERO32, Refused

# R-PAIR-007: a product with a screen shows this before it enforces anything.
NOTICE = (
    "From now on rules hold on this device. Your guardians set them, and are told whether each of them is kept. They "
    "are not told what you do, see, write or ask. You can see the rules here, ask for something, and object. For help, "
    "call a number of the help directory: nobody is told."
)
USAGE = re.compile(r"(\S.*?)/(day|week|month)=(\d+)(?= |$)", re.ASCII)  # the id of an app may hold a space
CONTRACT, VERSION = 1, "0.1"


class Driver:
    """Passes on what it is asked, and says what the device did."""

    def __init__(self, folder, product):
        self.product, self.device, self.stopped = product, Device(folder, product), False

    def answer(self, line):
        """The answer to one line; to one that is no request, an error with an empty `seq`."""
        try:
            request = json.loads(line)
            seq, op = request["seq"], request["op"]
        except (ValueError, KeyError, TypeError):
            return {"seq": "", "outcome": "error", "text": "no request"}
        return {"seq": seq, **self.answered(op, request)}

    def answered(self, op, request):
        method = getattr(self, f"op_{op}", None)
        if method is None:
            return {"outcome": "unsupported"}
        try:
            return method(request)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            return {"outcome": "error", "text": f"{type(error).__name__}: {error}"}

    def op_hello(self, request):
        features = "virtual-clock restart lists" if self.product.takes_lists else "virtual-clock restart"
        return {
            "outcome": "ok", "contract": CONTRACT, "nonce": request.get("nonce", ""), "role": "enforcement-point",
            "product": "Open PARCEP enforcement point in Python", "version": VERSION, "category": self.product.name,
            "capabilities": " ".join(self.product.capabilities), "features": features,
        }

    def op_reset(self, request):
        join_request = self.device.reset()
        self.op_clock(request)
        return {"outcome": "ok", "join_request": join_request.hex()}

    def op_clock(self, request):
        self.device.tick(request["boot"], request.get("wall"), request["start"], request.get("zone"))
        return {"outcome": "ok"}

    def op_sync(self, _):
        outcome, reason = self.device.sync()
        return {"outcome": outcome, **({"reason": reason} if reason else {}), **self.place()}

    def place(self):
        follower = self.device.follower
        seq, head = (follower.next_seq, follower.head) if follower else (0, ZERO32)
        return {"next_seq": seq, "head": head.hex()}

    def op_ask(self, request):
        facts = {
            "categories": words(request, "categories"), "labels": words(request, "labels"),
            "explicit": request.get("explicit", False),
            "can_ask": request.get("can_ask", True) and "ask" in self.product.capabilities,
            "subject": request.get("subject", "dependant"), "publisher": request.get("publisher"),
            "age": age(request.get("age")),
        }
        dependant = bytes.fromhex(request["dependant"]) if "dependant" in request else None
        usage = [usage_row(*word) for word in USAGE.findall(request.get("usage", ""))]
        decision = self.device.ask(dependant, question(request["action"], **facts), usage)
        if decision is None:
            return {"outcome": "not_served"}
        found = {
            "effect": decision.effect, "reason": decision.reason,
            "rules": " ".join(sorted(f"{author[1]}/{name}" for author, name in decision.rules)),
        }
        if decision.remaining_seconds is not None:
            found["remaining_seconds"] = decision.remaining_seconds
        if decision.next_change is not None:
            found["next_change"] = rfc3339(decision.next_change)
        return {"outcome": "answered", **found}

    def op_state(self, request):
        device = self.device
        if "dependant" in request and bytes.fromhex(request["dependant"]) not in device.served():
            return {"outcome": "not_served"}
        joining = not device.left and (device.joining or device.house is None)
        found = {"outcome": "ok", **self.place(), "joining": joining}
        if "dependant" in request:
            dependant = bytes.fromhex(request["dependant"])
            found |= {
                "freshness": device.freshness(dependant).lower(),
                "pending": " ".join(sorted(device.compiled(dependant).policy.pending)),
                "unconfirmed": " ".join(sorted(self.unconfirmed())),
            }
        return found

    def unconfirmed(self):
        """R-JOIN-008: guardians other than the one whose device made the Welcome."""
        state = self.device.state
        author = self.device.house.author(bytes.fromhex(state["welcomed_by"]))
        known = {*state.get("confirmed", []), author and author.principal.hex()}
        return {g.hex() for g in self.device.house.guardians} - known

    def op_act(self, request):
        method = getattr(self, f"event_{request['event'].replace('-', '_')}", None)
        if method is None:
            return {"outcome": "unsupported"}
        try:
            method(request)
        except Refused as refused:
            return {"outcome": "refused", "reason": refused.reason}
        return {"outcome": "ok", "text": NOTICE if request["event"] == "join" else ""}

    def event_join(self, request):
        join.begin(self.device, bytes.fromhex(request["answer"]), request.get("relay"))
        outcome, reason = self.device.sync()
        if outcome == "refused":
            raise Refused(reason)

    def event_supplement(self, request):
        join.supplement(self.device, bytes.fromhex(request["answer"]))

    def event_of_age(self, request):
        self.device.of_age(bytes.fromhex(request["dependant"]))

    def op_stop(self, _):
        self.stopped = True
        return {"outcome": "ok"}


def words(request, name):
    return request.get(name, "").split()


def age(text):
    """`13-16`, or `18-` without an upper bound."""
    if not text:
        return None
    lower, _, upper = text.partition("-")
    return {"lower": int(lower), **({"upper": int(upper)} if upper else {})}


def usage_row(target, period, amount):
    """`TARGET/PERIOD=SECONDS`, such as `device/day=3600`; of money minor units."""
    kind, _, rest = target.partition(":")
    if kind == "category":
        rest = names.category(rest)
    return {"device": "overall", "spending": "spending"}.get(kind, f"{kind}:{rest}"), period, None, None, int(amount)


def rfc3339(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def lines(connect):
    if connect is None:
        return sys.stdin.buffer, sys.stdout.buffer
    host, _, port = connect.rpartition(":")
    stream = socket.create_connection((host, int(port))).makefile("rwb")
    return stream, stream


def main(folder, connect, product):
    """Answers until `stop` or until nobody asks any more."""
    driver = Driver(folder, PRODUCTS[product])
    source, sink = lines(connect)
    while line := source.readline():
        sink.write(json.dumps(driver.answer(line)).encode() + b"\n")
        sink.flush()
        if driver.stopped:
            return
