"""One function for each file of test vectors: from inputs to what is expected, or Refused.

A case takes exactly the inputs that its form names; an input that nobody knows ends the run (UnknownForm), since a
reader that skips what it does not understand proves nothing.
"""

import dataclasses

from . import adapt, answer, asked, bracket, consent, outcome, together, trust, verify
from .rules import Refused
from .wire import names

CASES = {}


class UnknownForm(Exception):
    """A file or a form of inputs that this program does not know."""


def case(file, needs, may=()):
    """`file` is the name without `.json`. Of several forms of one file, the needed inputs tell which it is."""

    def wrap(function):
        CASES.setdefault(file, []).append((set(needs), set(may), function))
        return function

    return wrap


def run(file, inputs):
    if file not in CASES:
        raise UnknownForm(f"nobody knows the file {file}.json")
    for needs, may, function in CASES[file]:
        if needs <= set(inputs) <= needs | may:
            return function(**inputs)
    raise UnknownForm(f"{file}.json: nobody knows inputs of this form: {', '.join(sorted(inputs))}")


def raw(text):
    return None if text is None else bytes.fromhex(text)


def raws(texts):
    return [bytes.fromhex(text) for text in texts]


# --- claims -------------------------------------------------------------------------------------

PURPOSES = names(outcome.AgeSignal.DESCRIPTOR.fields_by_name["purpose"].enum_type)


def claim_members(claim):
    """As the vectors have them: what is not told is null, but `not_reported` of who answers for the person."""
    members = dataclasses.asdict(claim)
    members["supervision"] = claim.supervision or outcome.NOT_REPORTED
    members["consent"] = claim.consent or outcome.NOT_REPORTED
    members["controls"] = list(claim.controls)
    members["revocation_handle"] = claim.revocation_handle and claim.revocation_handle.hex()
    if claim.change:
        members["change"]["id"] = claim.change.id.hex()
        members["change"]["earlier"] = [id.hex() for id in claim.change.earlier]
    return members


def question(audience, purpose, nonce):
    return verify.Asked(audience, PURPOSES.get(purpose, purpose), raw(nonce))


ASKED = ("audience", "purpose", "nonce", "now")


def trusted_by(issuers=None, trusted=None):
    """Of both, the list counts: it is the more particular."""
    return trust.TrustList.of_keys(raws(issuers)) if trusted is None else trust.TrustList.from_json(trusted)


@case("signals", ["signal", "issuers", *ASKED], ["seen"])
@case("signals", ["signal", "trust", *ASKED], ["seen", "issuers"])
def signals(signal, audience, purpose, nonce, now, issuers=None, seen=(), **given):
    keys, memory = trusted_by(issuers, given.get("trust")), verify.Memory(raws(seen))
    return claim_members(verify.verify_signal(raw(signal), keys, question(audience, purpose, nonce), now, memory))


@case("presentations", ["presentation", "issuers", *ASKED], ["seen"])
@case("presentations", ["presentation", "trust", *ASKED], ["seen", "issuers"])
def presentations(presentation, audience, purpose, nonce, now, issuers=None, seen=(), **given):
    keys, memory = trusted_by(issuers, given.get("trust")), verify.Memory(raws(seen))
    asked_for = question(audience, purpose, nonce)
    return claim_members(verify.verify_presentation(raw(presentation), keys, asked_for, now, memory))


@case("nonces", ["given", "answered", "now"])
def nonces(given, answered, now):
    return {"taken": verify.good_nonce(given, answered, now)}


@case("trust", ["list", "key", "day"])
def trusted(list, key, day):
    return {"trusted": trust.TrustList.from_json(list).trusts(raw(key), day)}


@case("batches", ["sent", "tokens", "trust", "now"])
def batches(sent, tokens, now, **given):
    return {"kept": trust.keeps(raws(sent), raws(tokens), trust.TrustList.from_json(given["trust"]), now)}


# --- brackets -----------------------------------------------------------------------------------


@case("coarsening", ["known", "cuts"], ["one_cell"])
def coarsening(known, cuts, one_cell=False):
    told, exact = bracket.coarsen(tuple(known), cuts, one_cell)
    return {"told": list(told), "exact_cell": exact}


@case("estimates", ["estimate", "error", "cuts"])
def estimates(estimate, error, cuts):
    told, exact = bracket.coarsen_estimate(tuple(estimate), error, cuts)
    return {"told": list(told), "exact_cell": exact}


@case("rollover", ["secret", "audience", "cut"])
def delays(secret, audience, cut):
    return {"days": bracket.delay(raw(secret), audience, cut)}


@case("rollover", ["secret", "audience", "cuts", "born", "now"])
def rollover(secret, audience, cuts, born, now):
    return {"told": list(bracket.cell_of(raw(secret), audience, cuts, bracket.birth(born), now))}


# --- requests -----------------------------------------------------------------------------------


def known_of(known):
    if not isinstance(known, dict):
        return known
    strange = set(known) - set(answer.Known.__dataclass_fields__)
    if strange:
        raise UnknownForm(f"nobody knows this of what is known: {', '.join(strange)}")
    return answer.Known(**known)


def kept_of(kept):
    return asked.CutSets(kept["cuts"], kept["since_day"], set(kept["ever"])) if kept else asked.CutSets()


@case("requests", ["request", "caller", "share", "known", "majority", "mandatory", "day"], ["kept"])
def requests(request, caller, share, known, majority, mandatory, day, kept=None):
    around = answer.Around(caller, kept_of(kept), share, majority, mandatory, day)
    return answer.answer(raw(request), known_of(known), around)


@case("token_requests", ["request", "known"])
def token_requests(request, known):
    return answer.answer_tokens(raw(request), known_of(known))


@case("cut_sets", ["asked"])
def cut_sets(**given):
    kept = asked.CutSets()
    answered = []
    for row in given["asked"]:
        answered.append(kept.admits(row["cuts"], row["day"]))
        if answered[-1]:
            kept.answered(row["cuts"], row["day"])
    return {"answered": answered}


# --- what an audience makes of it ---------------------------------------------------------------


@case("outcomes", ["response", "issuers", *ASKED], ["tries"])
def outcomes(response, issuers, audience, purpose, nonce, now, tries=None):
    def usable(signal):
        verify.verify_signal(signal, trusted_by(issuers), question(audience, purpose, nonce), now, verify.Memory())

    read, retry_after = outcome.read_response(raw(response), usable)
    said = {"outcome": read, "retry": outcome.retry_class(read)}
    return said if tries is None else said | {"wait": outcome.pause(read, tries, retry_after)}


@case("thresholds", ["statement", "threshold"], ["least_assurance", "on_unknown"])
def thresholds(statement, threshold, least_assurance=None, on_unknown=None):
    verdict, reason = outcome.verdict(statement, threshold, least_assurance)
    gate = outcome.gate(verdict, on_unknown)
    return {"verdict": verdict, "reason": reason, "gate": gate, "protection": outcome.is_protected(gate)}


@case("together", ["claims", "rule", "adult"])
def several(claims, rule, adult):
    (lower, upper), notice = together.together([together.Held(**claim) for claim in claims], rule, adult)
    return {"lower": lower, "upper": upper, "notice": notice}


@case("asking_again", ["regime", "last_day", "day"], ["event"])
def asking_again(regime, last_day, day, event=None):
    return {"allowed": together.may_ask(together.regime_of(regime), last_day, day, event)}


@case("asking_again", ["region", "last_day", "day"], ["event"])
def asking_again_in(region, last_day, day, event=None):
    return {"allowed": together.may_ask(together.regime_in(region), last_day, day, event)}


# --- consent ------------------------------------------------------------------------------------


@case("consent", ["acts"])
def consents(acts):
    """Acts on a consent are words; acts on changes are objects."""
    return changes(acts) if any(isinstance(act, dict) for act in acts) else states_after(acts)


@case("consent", ["changes"])
def changes(changes):
    bundle = consent.Changes()
    for act in changes:
        if "announce" in act:
            bundle.announce(act["announce"])
        elif "approve" in act:
            bundle.approve()
        elif "deny" in act:
            bundle.deny()
        else:
            raise UnknownForm(f"nobody knows the act {act}")
    return {"state": bundle.state, "id": bundle.id, "earlier": bundle.earlier}


def states_after(acts):
    state, states = consent.NOT_THERE, []
    for act in acts:
        if act.startswith("day:"):
            state = consent.pass_days(state, int(act.removeprefix("day:")))
        else:
            state = consent.act(state, act)
        states.append(state)
    return {"states": states}


@case("revoked", ["list", "handle", "day"])
def revoked(handle, day, **given):
    return {"usable": consent.usable(raw(handle), consent.read_list(raw(given["list"])), day)}


@case("handles", ["secret", "audience", "counter"])
def handles(secret, audience, counter):
    return {"handle": consent.handle(raw(secret), audience, counter).hex()}


# --- other platforms ----------------------------------------------------------------------------


@case("adapt", ["from", "json"], ["gates", "document"])
def adapts(json, gates=None, document=None, **given):
    return {"statement": adapt.read(given["from"], json, gates).as_json()}


__all__ = ["CASES", "Refused", "UnknownForm", "run"]
