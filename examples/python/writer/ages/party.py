"""What an audience makes of answers and claims: outcomes, thresholds, several claims, consent and revocation."""

import parcep_wire as wire
from parcep.v1alpha1 import age_signal_pb2 as age
from parcep.v1alpha1 import age_token_pb2 as tok

from ..common import DAY, NOW, Counter, File
from .made import AUDIENCE, GATE, TODAY, UNKNOWN, key, public

RETRY = {
    "signal": "no", "not_regulated": "no", "refused": "after_user_action", "age_unknown": "after_user_action",
    "verification_required": "after_user_action", "account_ineligible": "after_user_action",
    "temporarily_unavailable": "backoff", "unsupported": "no", "not_owned": "no", "invalid_request": "no",
    "insufficient_assurance": "after_user_action",
}


def outcomes():
    draw = Counter("age outcomes")
    issuer, stranger, nonce = key(draw), key(draw), draw(32)
    file = File(
        "age",
        "outcomes",
        "A verifier that trusts `issuers`, is `audience` and gave `nonce` reads an answer: its outcome as R-AGE-033 has it, "
        "and the retry class. With `tries`, how often it has asked by now, also how many seconds it waits before it asks "
        "again; null if it does not.",
        ["R-AGE-012", "R-AGE-032", "R-AGE-033"],
        {"issuers": [public(issuer)], "audience": AUDIENCE, "purpose": GATE, "nonce": nonce, "now": NOW},
    )

    def signal(by=issuer, **fields):
        made = age.AgeSignal(
            lower_inclusive=18, exact_cell=True, method=age.AGE_METHOD_NOT_TOLD, audience=AUDIENCE, purpose=GATE,
            nonce=nonce, issued_bucket=TODAY, not_after=TODAY + 30 * DAY, token_id=draw(16),
        )
        for name, value in fields.items():
            setattr(made, name, value)
        data = made.SerializeToString()
        signature = by.sign(wire.transcript("age-signal", data))
        return age.SignedAgeSignal(signal=data, issuer_key_id=wire.sha256(public(by)), signature=signature)

    def answer(outcome, signal=None, **fields):
        return age.AgeSignalResponse(outcome=outcome, signal=signal, **fields).SerializeToString()

    names = {value.number: value.name[12:].lower() for value in age.AgeOutcome.DESCRIPTOR.values if value.number}

    def ok(number, title, response, outcome, cited=("R-AGE-033",), **given):
        told = {"outcome": outcome, "retry": RETRY[outcome]}
        if "tries" in given:
            told["wait"] = given.pop("wait")
        file.ok(number, title, list(cited), {"response": response, **given}, told)

    both = ["R-AGE-033", "R-AGE-032"]
    ok(490, "a signal", answer(1, signal()), "signal", both)
    for number, name in list(names.items())[1:]:
        ok(489 + number, f"no signal: {name}", answer(number), name, both)
    ok(501, "no outcome", answer(0), "age_unknown")
    ok(502, "an outcome that nobody knows", answer(UNKNOWN), "age_unknown")
    ok(503, "an outcome below every number", answer(-1), "age_unknown")
    ok(504, "nothing at all", b"", "age_unknown")
    ok(505, "an answer that does not parse", b"\xff", "age_unknown")
    ok(506, "SIGNAL without a signal", answer(1), "age_unknown")
    for number, outcome in enumerate([2, 3, 5, 0, UNKNOWN], 507):
        title = f"a signal beside {names.get(outcome, 'no outcome' if outcome == 0 else 'an outcome that nobody knows')}"
        ok(number, title, answer(outcome, signal()), "age_unknown")
    ok(512, "a signal by an issuer nobody trusts", answer(1, signal(by=stranger)), "age_unknown")
    ok(513, "a signal that is over", answer(1, signal(issued_bucket=TODAY - DAY, not_after=NOW)), "age_unknown")
    ok(514, "a signal for another audience", answer(1, signal(audience="https://chat.example")), "age_unknown")
    ok(515, "a signal with a bound out of range", answer(1, signal(lower_inclusive=121)), "age_unknown")
    later = answer(1, signal()) + bytes.fromhex("9a3e0474657374")
    ok(516, "a signal, and a field of a later version", later, "signal", ["R-WIRE-004"])
    soon = ["R-AGE-032"]
    for number, tries, seconds, wait in [
        (980, 1, None, 1), (981, 2, None, 4), (982, 3, None, None), (983, 1, 30, 30), (984, 2, 60, 60), (985, 3, 30, None),
        (975, 1, 300, 60), (976, 2, 2, 4), (977, 1, 2, 2), (978, 1, 0, 1),
    ]:
        asked = {1: "one try", 2: "two tries", 3: "three tries"}[tries]
        title = f"not available now, {asked}" + ("" if seconds is None else f", told to wait {seconds} s")
        ok(number, title, answer(7, retry_after_seconds=seconds), "temporarily_unavailable", soon, tries=tries, wait=wait)
    ok(986, "refused, one try: not again by itself", answer(3), "refused", soon, tries=1, wait=None)
    ok(987, "invalid, one try: not again by itself", answer(10), "invalid_request", soon, tries=1, wait=None)
    ok(988, "an outcome that nobody knows, one try", answer(UNKNOWN), "age_unknown", both, tries=1, wait=None)
    return file


def said(lower=None, upper=None, **members):
    """A statement with every member of its table."""
    return {
        "outcome": "signal", "lower": lower, "upper": upper, "exact_cell": True, "method": "not_told", "assurance": None,
        "declarant_check": None, "claim_scope": "range", "supervision": "not_reported", "consent": "not_reported",
        "loss": [], **members,
    }


def no_signal(outcome, **members):
    nothing = ["lower", "upper", "exact_cell", "method", "assurance", "declarant_check", "claim_scope"]
    return said(**{**dict.fromkeys(nothing), "outcome": outcome, **members})


def thresholds():
    file = File(
        "age",
        "thresholds",
        "The verdict about a threshold of `threshold` completed years from the statement of a source, and the reason. With "
        "`on_unknown`, the household's rule, null if there is none, what becomes of something that needs the age (`gate`), and "
        "whether what protects below it stays on (`protection`). With `least_assurance` the relying party asked for that.",
        ["R-AGE-033", "R-AGE-034", "R-AGE-035", "R-AGE-044", "R-AGE-045", "R-AGE-053", "R-AGE-060"],
    )

    def ok(number, title, cited, statement, threshold, verdict, reason):
        file.ok(number, title, cited, {"statement": statement, "threshold": threshold}, {"verdict": verdict, "reason": reason})

    def bad(number, of, defect, cited, statement, threshold=18):
        file.bad(number, of, defect, cited, {"statement": statement, "threshold": threshold}, "MALFORMED")

    bounds, spans = ["R-AGE-034"], ("undecided", "interval_spans_threshold")
    passes, fails = ("pass", "lower_bound"), ("fail", "upper_bound")
    ok(520, "the lower bound is the threshold", bounds, said(18), 18, *passes)
    ok(521, "the lower bound is above the threshold", bounds, said(18), 17, *passes)
    ok(522, "the lower bound is below the threshold, and there is no upper one", bounds, said(18), 19, *spans)
    ok(523, "the upper bound is the threshold", bounds, said(13, 16), 16, *fails)
    ok(524, "the upper bound is below the threshold", bounds, said(13, 16), 17, *fails)
    ok(525, "the threshold is inside", bounds, said(13, 16), 15, *spans)
    ok(526, "the threshold is the first year of the interval", bounds, said(13, 16), 13, *passes)
    ok(527, "the threshold is just above the first year", bounds, said(13, 16), 14, *spans)
    ok(528, "everybody", bounds, said(0), 1, *spans)
    ok(529, "the greatest threshold", bounds, said(18), 120, *spans)
    none = ["R-AGE-033", "R-AGE-060"]
    for number, outcome in enumerate([name for name in RETRY if name != "signal"], 530):
        ok(number, f"no signal: {outcome}", none, no_signal(outcome), 18, "undecided", outcome)
    ok(540, "consent is revoked: adult or not", ["R-AGE-045", "R-AGE-060"], said(21, consent="revoked"), 18, "undecided", "revoked")
    ok(541, "a claim of adulthood from 16 on", ["R-AGE-060"], said(16, claim_scope="adult_only"), 13, "undecided", "contradictory")
    ok(542, "a claim of adulthood from 16 on, revoked", ["R-AGE-060"], said(16, claim_scope="adult_only", consent="revoked"), 18, "undecided", "revoked")
    ok(543, "refused, and revoked", none, no_signal("refused", consent="revoked"), 18, "undecided", "refused")
    ok(544, "a bracket without an outcome", ["R-AGE-060"], {"lower": 18, "upper": None, "exact_cell": True}, 18, *passes)
    ok(545, "members that nobody knows", ["R-AGE-060"], said(13, 16, tier="TIER_D", note={"a": 1}), 18, *fails)
    ok(546, "a bracket beside another outcome is not read", none, said(18, outcome="age_unknown"), 18, "undecided", "age_unknown")
    ok(547, "an outcome that nobody knows, beside a bracket", none, said(18, outcome="confirmed"), 18, "undecided", "age_unknown")
    axes = ["R-AGE-034", "R-AGE-011"]
    ok(548, "self-declared, supervised, nothing granted: the bracket decides", axes,
       said(18, method="self_declared", assurance="asserted", supervision="supervised", consent="pending"), 18, *passes)
    ok(549, "verified, enhanced, unsupervised: the bracket decides", axes,
       said(0, 13, method="verified", assurance="enhanced", supervision="unsupervised", consent="granted"), 18, *fails)
    read = ["R-AGE-060", "R-AGE-012"]
    ok(950, "names that nobody knows where absence never gives more", read,
       said(18, assurance="quantum", declarant_check="blood", supervision="maybe"), 18, *passes)
    ok(951, "a claim of adulthood, from 18 on", ["R-AGE-060", "R-AGE-041"], said(18, claim_scope="adult_only"), 18, *passes)
    ok(952, "a denied change or consent leaves the bracket", ["R-AGE-044"], said(13, 16, consent="denied"), 13, *passes)
    ok(953, "only the outcome", none, {"outcome": "not_regulated"}, 18, "undecided", "not_regulated")
    wrong = ["R-AGE-060"]
    for number, (defect, cited, statement) in enumerate([
        ("an empty interval", wrong, said(18, 18)),
        ("an upper bound below the lower one", wrong, said(18, 16)),
        ("a lower bound of 121", wrong, said(121)),
        ("an upper bound of 122", wrong, said(18, 122)),
        ("a lower bound below 0", wrong, said(-1, 18)),
        ("a lower bound in quotes", wrong, said("18")),
        ("half a year", wrong, said(18.5)),
        ("a lower bound that is true", wrong, said(True)),
        ("an upper bound in quotes", wrong, said(13, "16")),
        ("no lower bound, and an upper one", ["R-AGE-053", "R-AGE-060"], said(None, 13)),
        ("no bound at all", ["R-AGE-053", "R-AGE-060"], said()),
        ("neither an outcome nor a lower bound", wrong, {"upper": 13}),
        ("exact in words", wrong, said(18, exact_cell="yes")),
        ("an outcome in numbers", wrong, said(18, outcome=1)),
        ("a method in numbers", wrong, said(18, method=3)),
        ("a method that nobody knows", read, said(18, method="telepathy")),
        ("a scope that nobody knows", read, said(18, claim_scope="child_only")),
        ("no object", wrong, [18, None]),
    ], 954):
        bad(number, 520, defect, cited, statement)
    bad(972, 520, "a threshold of 0", wrong, said(18), 0)
    bad(974, 520, "a loss in numbers", wrong, said(18, loss=[1]))
    gates(file)
    assured(file)
    bad(973, 529, "a threshold of 121", wrong, said(18), 121)
    return file


def gates(file):
    """What becomes of something that needs the age, and of what protects below it."""
    spans, unknown = said(13, 16), no_signal("age_unknown")
    rows = [
        ("undecided, and no rule of the household", spans, 15, None, "closed", True),
        ("undecided, the household allows", spans, 15, "allow", "open", False),
        ("undecided, the household asks", spans, 15, "ask", "ask", True),
        ("undecided, the household blocks", spans, 15, "block", "closed", True),
        ("passed, the rule for the unknown does not matter", spans, 13, "block", "open", False),
        ("failed, the rule for the unknown does not matter", spans, 16, "allow", "closed", True),
        ("nobody knows, and no rule of the household", unknown, 18, None, "closed", True),
        ("nobody knows, the household asks", unknown, 18, "ask", "ask", True),
    ]
    for number, (title, statement, threshold, rule, gate, protection) in enumerate(rows, 80):
        inputs = {"statement": statement, "threshold": threshold, "on_unknown": rule}
        file.ok(number, title, ["R-AGE-035"], inputs, {"gate": gate, "protection": protection})


def assured(file):
    """A relying party that asked for an assurance. Of the reason nothing is said."""
    rows = [
        ("more assurance than was asked for", said(18, assurance="enhanced"), "standard", "pass"),
        ("just the assurance that was asked for", said(18, assurance="standard"), "standard", "pass"),
        ("less assurance than was asked for: it does not pass", said(18, assurance="basic"), "standard", "undecided"),
        ("no assurance told, and standard asked for", said(18), "standard", "undecided"),
        ("no assurance told, and asserted asked for", said(18), "asserted", "pass"),
        ("less assurance than was asked for: it fails all the same", said(13, 16, assurance="basic"), "standard", "fail"),
    ]
    for number, (title, statement, least, verdict) in enumerate(rows, 88):
        inputs = {"statement": statement, "threshold": 18, "least_assurance": least}
        file.ok(number, title, ["R-AGE-034"], inputs, {"verdict": verdict})


def claim(lower, upper, assurance="standard", method="verified", role="age_provider", **more):
    return {"lower": lower, "upper": upper, "method": method, "assurance": assurance, "role": role, **more}


def together():
    file = File(
        "age",
        "together",
        "A relying party holds valid `claims` about one person, under the rule `rule` of the regime that it applies, whose "
        "age of adults is `adult`: which interval it uses, and whether the person and who declared are told. `scheme` is "
        "`parcep` unless given; `contrary` marks what the relying party holds to be clear contrary information.",
        ["R-AGE-012", "R-AGE-047", "R-AGE-048", "R-AGE-049"],
        {"rule": "lowest_wins", "adult": 18},
    )

    def ok(number, title, cited, claims, lower, upper, notice=False, **given):
        file.ok(number, title, cited, {"claims": claims, **given}, {"lower": lower, "upper": upper, "notice": notice})

    meet, lowest, primary = ["R-AGE-047"], ["R-AGE-048"], {"rule": "primary_unless_contrary"}
    guardian = lambda lower, upper, assurance="basic", **more: claim(lower, upper, assurance, "guardian_declared", "device_os", **more)
    person = lambda lower=18, upper=None, assurance="standard", **more: claim(lower, upper, assurance, **{"binding": "user_authenticated", **more})
    ok(550, "one claim", meet, [claim(13, 16)], 13, 16)
    ok(551, "two that overlap", meet, [claim(13, 18), claim(16, None)], 16, 18)
    ok(552, "one inside the other", meet, [claim(0, 18), claim(13, 16)], 13, 16)
    ok(553, "less assurance does not narrow", meet, [claim(13, 18), claim(13, 16, "basic")], 13, 18)
    ok(554, "an adult of less assurance opens nothing", ["R-AGE-047", "R-AGE-049"], [claim(13, 16, "enhanced"), claim(18, None, "asserted", "self_declared")], 13, 16)
    ok(555, "a minor of less assurance closes nothing here", meet, [claim(18, None, "enhanced"), guardian(13, 16)], 18, None)
    ok(556, "not told counts as asserted", ["R-AGE-047", "R-AGE-012"], [claim(13, 18, None), claim(13, 16, "asserted")], 13, 16)
    ok(557, "another scale counts as not told", ["R-AGE-047", "R-AGE-012"], [claim(13, 16, "basic"), claim(18, None, "strict", scheme="eidas_loa")], 13, 16)
    ok(558, "a contradiction: the lowest", lowest, [claim(16, 18), claim(13, 16)], 13, 16)
    ok(559, "a contradiction of three: the least lower bound, then the least upper one", lowest, [claim(13, 18), claim(18, None), claim(13, 16)], 13, 16)
    ok(560, "no upper bound is above every one", lowest, [claim(13, None), claim(0, 13), claim(0, 10)], 0, 10)
    ok(561, "those of less assurance do not count in a contradiction", lowest, [claim(16, 18), claim(13, 16), claim(0, 13, "basic")], 13, 16)
    store = claim(16, 18, role="app_store")
    ok(562, "the store and what one found oneself: the primary one", lowest, [store, claim(13, 16)], 16, 18, **primary)
    ok(563, "the system of the device is primary too", lowest, [claim(13, 16), claim(18, None, role="device_os")], 18, None, **primary)
    ok(564, "clear contrary information", lowest, [store, claim(13, 16, contrary=True)], 13, 16, **primary)
    ok(565, "clear contrary information that says older", lowest, [store, claim(18, None, contrary=True)], 18, None, **primary)
    ok(566, "no primary claim: the lowest", lowest, [claim(16, 18), claim(13, 16, role="wallet")], 13, 16, **primary)
    ok(567, "two primary claims: the lower one", lowest, [store, claim(18, None, role="device_os"), claim(0, 13)], 16, 18, **primary)
    ok(568, "contrary information counts for nothing where the lowest wins", lowest, [store, claim(18, None, contrary=True)], 16, 18)
    ok(569, "no contradiction: the rule does not matter", ["R-AGE-047"], [store, claim(13, 18, contrary=True)], 16, 18, **primary)
    ok(570, "a verified adult, present, and a minor declared by a guardian", meet, [guardian(13, 16, "enhanced"), person()], 18, None, True)
    ok(571, "the same, and the adult is not known to be present", meet, [guardian(13, 16, "enhanced"), person(binding="device_account")], 13, 16)
    ok(572, "the same, and the age was estimated", meet, [guardian(13, 16, "enhanced"), person(method="estimated")], 13, 16)
    ok(573, "the same, and the minor was verified", meet, [claim(13, 16, "enhanced"), person()], 13, 16)
    ok(574, "adults are 19: one of 18 sets nothing aside", meet, [guardian(13, 16, "enhanced"), person()], 13, 16, adult=19)
    ok(989, "the guardian's bracket reaches above the age of adults: it stays", meet, [guardian(16, 19, "enhanced"), person()], 16, 19)
    ok(990, "the guardian's bracket ends at the age of adults: it is set aside", meet, [guardian(16, 18, "enhanced"), person()], 18, None, True)
    ok(991, "nothing to set aside: nobody is told", meet, [guardian(18, None, "basic"), person()], 18, None)
    return file


NOT_THERE, GRANTED, DENIED, PENDING, REVOKED = "not_there", "granted", "denied", "pending", "revoked"
# What leads to a state, and the states on the way.
REACHED = {
    NOT_THERE: ([], []), PENDING: (["request"], [PENDING]), GRANTED: (["grant"], [GRANTED]), DENIED: (["deny"], [DENIED]),
    REVOKED: (["grant", "revoke"], [GRANTED, REVOKED]),
}
TABLE = {
    NOT_THERE: [GRANTED, DENIED, NOT_THERE, PENDING],
    PENDING: [GRANTED, DENIED, DENIED, PENDING],
    GRANTED: [GRANTED, REVOKED, REVOKED, GRANTED],
    DENIED: [GRANTED, DENIED, DENIED, PENDING],
    REVOKED: [GRANTED, REVOKED, REVOKED, REVOKED],
}


def consent():
    file = File(
        "age",
        "consent",
        "With `acts`, the state of a consent after each of them, `not_there` where there is none; `day:N` is no act, it is N days "
        "that pass. With `changes`, the bundle that an audience is told of after all of them; ids in hexadecimal.",
        ["R-AGE-042", "R-AGE-043"],
    )
    at = 700
    for state, row in TABLE.items():
        before, states = REACHED[state]
        for act, after in zip(["grant", "deny", "revoke", "request"], row):
            title = f"{act} where it is {state}: {after}".replace("_", " ")
            file.ok(at, title, ["R-AGE-042"], {"acts": [*before, act]}, {"states": [*states, after]})
            at += 1
    for state, (before, states) in REACHED.items():
        if state != NOT_THERE:
            acts = {"acts": [*before, "day:3650"]}
            file.ok(at, f"ten years pass where it is {state}", ["R-AGE-042"], acts, {"states": [*states, state]})
            at += 1
    assert at == 724, at
    announce = lambda *ids: [{"announce": id} for id in ids]
    yes, no = {"approve": True}, {"deny": True}
    many = [f"{n:02x}" for n in range(18)]

    def bundle(number, title, acts, state, id, earlier=()):
        file.ok(number, title, ["R-AGE-043"], {"changes": acts}, {"state": state, "id": id, "earlier": list(earlier)})

    bundle(724, "one change", announce("01"), "pending", "01")
    bundle(725, "two that wait: the newest names the bundle", announce("01", "02"), "pending", "02", ["01"])
    bundle(726, "three that wait, the oldest first", announce("03", "01", "02"), "pending", "02", ["03", "01"])
    bundle(727, "one act decides it all", [*announce("01", "02"), yes], "approved", "02", ["01"])
    bundle(728, "a denied one is bundled with the next", [*announce("01"), no, *announce("02")], "pending", "02", ["01"])
    bundle(729, "after an approval a new bundle begins", [*announce("01"), yes, *announce("02")], "pending", "02")
    bundle(730, "denied", [*announce("01", "02"), no], "denied", "02", ["01"])
    bundle(731, "denied, and approved later", [*announce("01"), no, yes], "approved", "01")
    bundle(732, "an act on what is approved does nothing", [*announce("01"), yes, no], "approved", "01")
    bundle(733, "one announced again moves nothing", announce("01", "02", "01"), "pending", "02", ["01"])
    bundle(734, "a denied one announced again stays denied", [*announce("01"), no, *announce("01")], "denied", "01")
    bundle(735, "17 in one bundle", announce(*many[:17]), "pending", "10", many[:16])
    bundle(736, "an eighteenth is refused and changes nothing", announce(*many), "pending", "10", many[:16])
    bundle(737, "an approved one announced again moves nothing", [*announce("01"), yes, *announce("01")], "approved", "01")
    return file


def revoked():
    draw = Counter("age revoked")
    mine, other = draw(16), draw(16)
    today = NOW // DAY
    file = File(
        "age",
        "revoked",
        "A relying party learned the list `list` (RevokedAgeHandlesResponse) of handles that are revoked; whether it may "
        "use, on day `day`, a claim with the handle `handle`, null if it has none.",
        ["R-AGE-045", "R-AGE-046"],
        {"day": today, "handle": mine},
    )

    def list_of(*handles, day=today):
        return tok.RevokedAgeHandlesResponse(handles=sorted(handles), as_of=day * DAY).SerializeToString()

    rows = [
        ("a handle that is not in the list", list_of(other), {}, True),
        ("a handle in the list", list_of(other, mine), {}, False),
        ("an empty list", list_of(), {}, True),
        ("a list of 90 days", list_of(other, day=today - 90), {}, True),
        ("a list of 91 days is stale", list_of(other, day=today - 91), {}, False),
        ("a stale list, and a claim without a handle", list_of(other, day=today - 91), {"handle": None}, True),
        ("a handle in the list of 90 days", list_of(mine, day=today - 90), {}, False),
    ]
    for number, (title, list, given, usable) in enumerate(rows, 740):
        cited = ["R-AGE-046"] if "list of" in title or "stale" in title else ["R-AGE-045"]
        file.ok(number, title, cited, {"list": list, **given}, {"usable": usable})
    short = tok.RevokedAgeHandlesResponse(handles=[other[:15]], as_of=today * DAY).SerializeToString()
    file.bad(747, 740, "a handle of 15 bytes", ["R-AGE-046"], {"list": short}, "MALFORMED")
    unordered = tok.RevokedAgeHandlesResponse(handles=[*sorted([mine, other], reverse=True), mine], as_of=today * DAY)
    file.ok(748, "in no order, and one twice", ["R-AGE-046"], {"list": unordered.SerializeToString()}, {"usable": False})
    return file


def asking_again():
    file = File(
        "age",
        "asking_again",
        "Whether a relying party that asked on `last_day`, and applies the regime with the code `regime`, or that of the region "
        "`region`, may ask again on `day`; with `event`, after that has happened. Days count from 1970-01-01.",
        ["R-AGE-050"],
        {"last_day": 20_000},
    )
    rows = [
        ("the default, on the next day", {"regime": "default", "day": 20_001}, False),
        ("the default, a day before the year is over", {"regime": "default", "day": 20_364}, False),
        ("the default, after a year", {"regime": "default", "day": 20_365}, True),
        ("the default, somebody says that the age is wrong", {"regime": "default", "day": 20_001, "event": "correction"}, True),
        ("the default, an event that it does not name", {"regime": "default", "day": 20_001, "event": "purchase"}, False),
        ("the default, an event that nobody knows", {"regime": "default", "day": 20_001, "event": "full_moon"}, False),
        ("Texas, at every launch", {"regime": "us-tx", "day": 20_000}, True),
        ("Utah, a second time in the year", {"regime": "us-ut", "day": 20_200}, False),
        ("Utah, a second time in the year, at a download", {"regime": "us-ut", "day": 20_200, "event": "download"}, True),
        ("Utah, a second time in the year, after a correction, which it does not name", {"regime": "us-ut", "day": 20_200, "event": "correction"}, False),
        ("Utah, a year later", {"regime": "us-ut", "day": 20_365}, True),
        ("a part of a country that has a row", {"region": "US-TX", "day": 20_001}, True),
        ("a part of a country that has none, in a country that has none", {"region": "US-NV", "day": 20_001}, False),
        ("a part of a country that has none, in a country that has one", {"region": "BR-SP", "day": 20_001, "event": "purchase"}, True),
        ("a country of a regime of many", {"region": "FR", "day": 20_001, "event": "purchase"}, True),
        ("a country without a row", {"region": "JP", "day": 20_001, "event": "purchase"}, False),
    ]
    for number, (title, given, allowed) in enumerate(rows, 575):
        file.ok(number, title, ["R-AGE-050"], given, {"allowed": allowed})
    return file


def nonces():
    file = File(
        "age",
        "nonces",
        "An audience gave a nonce at `given`, and took an acceptable answer to it before if `answered`; whether it takes one "
        "at `now`.",
        ["R-AGE-051"],
        {"given": NOW, "answered": False},
    )
    rows = [
        ("at once", NOW, False, True), ("after 600 s", NOW + 600, False, True), ("after 601 s", NOW + 601, False, False),
        ("answered already", NOW + 1, True, False), ("answered already, and a year later", NOW + 366 * DAY, True, False),
    ]
    for number, (title, now, answered, taken) in enumerate(rows, 992):
        file.ok(number, title, ["R-AGE-051"], {"now": now, "answered": answered}, {"taken": taken})
    return file
