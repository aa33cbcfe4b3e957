"""A relying party behind a driver (spec/driver.md, Relying parties): age_party, and what an app keeps.

    parcep-conform party -- python3 examples/python/pep.py party

Everything about ages is decided in age_party, which was written from chapter 19 alone. Here is what stands around it: whom the
party asked, what it was told, and a file.
"""

import argparse
import json
import os
import pickle
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

from age_party import consent, outcome, together, trust, verify
from age_party.bracket import DAY
from age_party.rules import Refused
from parcep.v1alpha1 import age_signal_pb2 as signals
from parcep.v1alpha1 import age_token_pb2 as tokens

AUDIENCE = "https://chat.example"
NOBODY = {"format": "parcep-age-trust/1", "issuers": []}


@dataclass
class Person:
    claims: dict = field(default_factory=dict)  # by issuer: the newest claim, its end, when it was asked for, and its record
    question: verify.Asked = None
    least: str = None
    tries: int = 0
    asked_day: int = None
    outcome: str = "age_unknown"
    records: list = field(default_factory=list)


@dataclass
class Kept:
    """Everything that lasts. Questions last too, which does no harm: they end after 600 s."""

    list: dict = field(default_factory=lambda: NOBODY)
    region: str = ""
    memory: verify.Memory = field(default_factory=verify.Memory)
    people: dict = field(default_factory=dict)
    revoked: dict = field(default_factory=dict)  # by issuer: the day of its list, and when each handle was learned


class Party:
    def __init__(self, folder):
        self.file, self.now, self.kept = Path(folder) / "party.pickle", None, Kept()
        if self.file.exists():
            self.kept = pickle.loads(self.file.read_bytes())

    def keep(self):
        fresh = self.file.with_suffix(".new")
        fresh.write_bytes(pickle.dumps(self.kept))
        os.replace(fresh, self.file)

    def person(self, name):
        return self.kept.people.setdefault(name, Person())

    # --- requests ---

    def hello(self, nonce, **_):
        return {"outcome": "ok", "contract": 1, "nonce": nonce, "role": "age-relying-party", "product": "age_party", "version": "1",
                "features": "virtual-clock restart tokens"}

    def reset(self, wall, **_):
        self.kept, self.now = Kept(), wall
        return {"outcome": "ok", "audience": AUDIENCE}

    def clock(self, wall, **_):
        self.now = wall
        return {"outcome": "ok"}

    def act(self, event, **members):
        events = {"trust": self.trust, "question": self.question, "answer": self.answer, "present": self.present,
                  "revoked": self.revoked}
        if event not in events:
            return {"outcome": "unsupported"}
        try:
            return {"outcome": "ok"} | (events[event](**members) or {})
        except Refused as refused:
            return {"outcome": "refused", "reason": refused.reason}

    def ask(self, person, threshold, on_unknown=None, **_):
        verdict, reason = self.judge(self.person(person), threshold)
        return {"outcome": "answered", "verdict": verdict, "reason": reason, "gate": outcome.gate(verdict, on_unknown)}

    def state(self, person, **_):
        lines = [f"{day}/{lower}-{'' if upper is None else upper}/{'used' if used else 'unused'}"
                 for day, lower, upper, used in self.person(person).records]
        return {"outcome": "ok", "known": " ".join(lines)}

    def stop(self, **_):
        return {"outcome": "ok"}

    # --- what happens ---

    def trust(self, list, **_):
        given = json.loads(list)
        trust.TrustList.from_json(given)
        self.kept.list = given

    def question(self, person, purpose, cuts, least_assurance=None, region="", happened=None, **_):
        of, self.kept.region = self.person(person), region
        row, day = together.regime_in(region), self.now // DAY
        if of.asked_day is not None and not together.may_ask(row, of.asked_day, day, happened):
            return {"outcome": "not_now"}
        nonce = secrets.token_bytes(32)
        of.question, of.least = verify.Asked(AUDIENCE, purpose, nonce, self.now), least_assurance
        request = signals.AgeSignalRequest(audience=AUDIENCE, cuts=map(int, cuts.split()), nonce=nonce)
        request.purpose = signals.AgePurpose.Value(f"AGE_PURPOSE_{purpose.upper()}")
        if least_assurance:
            request.least_assurance = signals.AgeAssurance.Value(f"AGE_ASSURANCE_{least_assurance.upper()}")
        return {"request": request.SerializeToString().hex()}

    def answer(self, person, response=None, **_):
        of, refusals = self.person(person), []
        if response is None:
            return self.without(of, "temporarily_unavailable", None)

        def usable(signal):
            try:
                self.take(of, verify.verify_signal, signal, signals.SignedAgeSignal.FromString(signal).issuer_key_id)
            except Refused as refused:
                refusals.append(refused)
                raise

        took, retry_after = outcome.read_response(bytes.fromhex(response), usable)
        if refusals:
            of.outcome = "age_unknown"
            raise refusals[0]
        return self.went(of) if took == "signal" else self.without(of, took, retry_after)

    def present(self, person, claim, **_):
        data = bytes.fromhex(claim)
        self.take(self.person(person), verify.verify_presentation, data, lambda: tokens.PresentedAge.FromString(data).token.issuer_key_id)
        return self.went(self.person(person))

    def take(self, of, verified, data, key_id):
        listed = trust.TrustList.from_json(self.kept.list)
        claim = verified(data, listed, of.question, self.now, self.kept.memory)
        key = listed.key_of(key_id() if callable(key_id) else key_id)
        issuer = next(entry for entry in listed.entries if entry.key == key)
        end = list(self.kept.memory.ends.values())[-1]
        record = [str(date_of(self.now)), claim.lower, claim.upper, False]
        of.records.append(record)
        of.claims[issuer.issuer] = (claim, end, of.question.given_at, record, issuer.role, of.least)

    def went(self, of):
        of.asked_day, of.tries = self.now // DAY, 0
        return {"took": "signal", "next": "use"}

    def without(self, of, took, retry_after):
        of.outcome, of.tries = took, of.tries + 1
        wait = outcome.pause(took, of.tries, retry_after)
        if wait is not None:
            return {"took": took, "next": "wait", "wait": wait}
        of.asked_day, of.tries = self.now // DAY, 0
        return {"took": took, "next": "after_user_action" if outcome.retry_class(took) == "after_user_action" else "no"}

    def revoked(self, issuer, list, **_):
        told = consent.read_list(bytes.fromhex(list))
        as_of, learned = self.kept.revoked.get(issuer, (0, {}))
        learned |= {handle: self.now for handle in told.handles}
        self.kept.revoked[issuer] = (max(as_of, min(told.day * DAY, self.now)), learned)

    # --- what it concludes ---

    def judge(self, of, threshold):
        standing = [(name, held) for name, held in of.claims.items() if self.stands(name, held)]
        if not standing:
            return "undecided", "age_unknown" if of.claims else of.outcome
        for _, held in standing:
            held[3][3] = True
        if len(standing) == 1:
            claim, *_, least = standing[0][1]
            said = {"outcome": "signal", "lower": claim.lower, "upper": claim.upper, "method": claim.method,
                    "assurance": claim.assurance if claim.assurance_scheme == "parcep" else None, "claim_scope": claim.claim_scope,
                    "consent": claim.consent, "exact_cell": claim.exact_cell}
            return outcome.verdict(said, threshold, least)
        row = together.regime_in(self.kept.region)
        held = [together.Held(claim.lower, claim.upper, claim.method, claim.assurance, claim.assurance_scheme, claim.binding, role)
                for _, (claim, _, _, _, role, _) in standing]
        (lower, upper), _ = together.together(held, row["conflict"], row["adult"])
        return outcome.verdict({"outcome": "signal", "lower": lower, "upper": upper, "method": "not_told"}, threshold)

    def stands(self, issuer, held):
        claim, end, asked, *_ = held
        as_of, learned = self.kept.revoked.get(issuer, (0, {}))
        handle = claim.revocation_handle
        fresh = self.now - max(as_of, asked // DAY * DAY) <= 90 * DAY
        return self.now < end and (handle is None or (learned.get(handle, -1) < asked and fresh))


def date_of(seconds):
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).date()


def answered(party, request):
    op = request.pop("op", None)
    if op not in ("hello", "reset", "clock", "ask", "state", "act", "stop"):
        return {"outcome": "unsupported"}
    try:
        return getattr(party, op)(**request)
    except Exception as why:
        return {"outcome": "error", "text": f"{type(why).__name__}: {why}"}
    finally:
        party.keep()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--state-dir", required=True)
    party = Party(options.parse_args().state_dir)
    for line in sys.stdin:
        request = json.loads(line)
        seq, stop = request.pop("seq"), request.get("op") == "stop"
        print(json.dumps({"seq": seq, **answered(party, request)}), flush=True)
        if stop:
            break


if __name__ == "__main__":
    main()
