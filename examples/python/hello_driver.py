"""Hello, driver: what stands between the conformance suite and your product. Copy it, and write what is missing.

    parcep-conform client -- python3 hello_driver.py

The suite plays guardians, relay and attackers, and asks this program one thing after the other; this program has your product
do it and says what came of it (spec/driver.md). It judges nothing. Needs nothing but Python 3.11.
"""

import argparse
import json
import sys
import traceback


class Cannot(Exception):
    """Your product does that, and cannot now. The text is for people."""


class Driver:
    """One method for each request. Its arguments are the members of the request, and it returns those of the answer."""

    def __init__(self, folder):
        # Everything that your product has to remember goes below this folder. The suite kills this program without a word
        # and starts it again with the same folder: that is a device that lost its power.
        self.folder = folder

    def hello(self, nonce, **_):
        # Say what your product is, and no feature that it lacks: each one is tried.
        return {"outcome": "ok", "contract": 1, "nonce": nonce, "role": "enforcement-point", "product": "Hello",
                "version": "0", "category": "console", "capabilities": "time.window time.lock", "features": ""}

    def reset(self, boot, start, zone, wall=None, **_):
        # Forget everything, make new keys, set the clocks. Return {"outcome": "ok", "join_request": HEX}.
        raise Cannot("not written yet: make a join request (R-JOIN-002)")

    def clock(self, boot, start, wall=None, **_):
        # Let your product see these times in place of its clocks, and do what it does when time has passed. A `start` that
        # it did not see before is a device that was started anew. Return {"outcome": "ok"}.
        raise Cannot("not written yet: boot time, wall clock and start (R-TIME-001)")

    def sync(self, **_):
        # Follow the log, hear the beats, write reports and your own beat. Return {"outcome": "current", "next_seq": NUMBER,
        # "head": HEX}, or "unreachable", or "left", or {"outcome": "refused", "reason": "ROLLBACK", ...}.
        raise Cannot("not written yet: follow the log (chapter 6)")

    def ask(self, action, dependant=None, usage="", can_ask=True, **_):
        # Somebody wants `action`, such as "device" or "app:android/org.example". Ask the code that your product asks, and
        # return {"outcome": "answered", "effect": "deny", "reason": "window", "rules": "GUARDIAN/RULE", ...}, or
        # {"outcome": "not_served"}. There are more members that it may depend on: spec/driver.md names them.
        raise Cannot("not written yet: decide (chapter 14)")

    def state(self, dependant=None, **_):
        # Return {"outcome": "ok", "next_seq": NUMBER, "head": HEX, "joining": True, ...}.
        raise Cannot("not written yet: where the device stands")

    def act(self, event, **members):
        # A person did something with the device. An event that it does not know is "unsupported".
        if event == "join":
            # Take members["answer"], follow the log at members["relay"]; "ok", or {"outcome": "refused", "reason": ...}.
            raise Cannot("not written yet: join (chapter 18)")
        return {"outcome": "unsupported"}

    def stop(self, **_):
        return {"outcome": "ok"}


def answer(driver, request):
    op = request.pop("op", None)
    if op not in ("hello", "reset", "clock", "sync", "ask", "state", "act", "stop"):
        return {"outcome": "unsupported"}
    try:
        return getattr(driver, op)(**request)
    except Cannot as why:
        return {"outcome": "error", "text": str(why)}
    except Exception as why:  # also a member that is missing
        traceback.print_exc()  # to standard error, for you
        return {"outcome": "error", "text": f"{type(why).__name__}: {why}"}


def main():
    options = argparse.ArgumentParser(description="A driver to begin your own with.")
    options.add_argument("--state-dir", required=True)
    driver = Driver(options.parse_args().state_dir)
    # Nothing but answers goes to standard output. Print to standard error what you want to see.
    for line in sys.stdin.buffer:
        try:
            request = json.loads(line)
            seq, stop = request.pop("seq"), request.get("op") == "stop"
        except (ValueError, AttributeError, KeyError, TypeError):
            seq, stop, told = "", False, {"outcome": "error", "text": "a request is one JSON object with a `seq`"}
        else:
            told = answer(driver, request)
        print(json.dumps({"seq": seq, **told}), flush=True)  # before the next line is read
        if stop:
            break


if __name__ == "__main__":
    main()
