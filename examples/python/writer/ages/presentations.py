"""Presented tokens: each step of R-AGE-018 alone, and two defects at once."""

import parcep_wire as wire
from parcep.v1alpha1 import age_signal_pb2 as age
from parcep.v1alpha1 import age_token_pb2 as tok

from ..common import NOW, Counter, File, P, flip
from ..drafts import setting
from . import trust
from .made import AUDIENCE, CONSENT, DEFAULTS, GATE, LEGAL, MONDAY, UNKNOWN, WEEK, key, padded, public, signed_token, token

OVER = dict(issued_bucket=MONDAY - WEEK, not_after=MONDAY)


class Maker:
    """Makes presentations by one issuer and one holder, with whatever is to be wrong in them."""

    def __init__(self):
        random = Counter("age presentations")
        self.issuer, self.holder, self.stranger = key(random), key(random), key(random)
        self.nonce = random(16)

    def shown(self, data=None, inner=None, issuer=None, label="age-token", key_id=None, holder=None, signed=None, **fields):
        """`fields` change the token; `inner` the presentation, or is its bytes; `signed` the text that the holder signs."""
        holder = holder or self.holder
        data = token(public(holder) if holder != "weak" else bytes(32), **fields) if data is None else data
        holder = self.holder if holder == "weak" else holder
        shown = tok.AgePresentation(audience=AUDIENCE, purpose=GATE, nonce=self.nonce)
        if isinstance(inner, dict):
            setting(**inner)(shown)
        inner = inner if isinstance(inner, bytes) else shown.SerializeToString()
        made = signed_token(issuer or self.issuer, data, label, key_id)
        text = signed(data, inner) if signed else wire.transcript("age-presentation", data, inner)
        return tok.PresentedAge(token=made, presentation=inner, holder_signature=holder.sign(text)).SerializeToString()


def presentations():
    make = Maker()
    shown = make.shown
    file = File(
        "age",
        "presentations",
        "A verifier that trusts the issuers in `issuers` and is `audience` reads a presented token at `now`; `nonce` is "
        "what it gave, `purpose` the number of what it asked for, and `seen` the holder keys that it accepted before. "
        "`trust`, a list of issuers with days, goes before `issuers` where it is there.",
        ["R-AGE-007", "R-AGE-012", "R-AGE-017", "R-AGE-018", "R-AGE-021", "R-AGE-022", "R-AGE-023", "R-AGE-024", "R-AGE-041"],
        {"issuers": [public(make.issuer)], "audience": AUDIENCE, "purpose": GATE, "nonce": make.nonce, "now": NOW},
    )
    accepted(file, make)
    refused(file, make)
    two_at_once(file, make)
    in_their_days(file, make)
    return file


def accepted(file, make):
    shown, random = make.shown, Counter("age presentations accepted")

    def ok(number, title, cited, data, expected=None, **inputs):
        told = {"lower": 18, "upper": None, **(expected or {})}
        file.ok(number, title, cited, {"presentation": data, **inputs}, told)

    every = ["R-AGE-017", "R-AGE-018", "R-AGE-022"]
    nothing = {"exact_cell": True, "method": "not_told", "assurance": None, "claim_scope": "range", "binding": "one_time_key",
               "established": None, "declarant_check": None, "supervision": "not_reported", "consent": "not_reported"}
    ok(200, "18 or older", every, shown(), nothing)
    between = {"lower_inclusive": 0, "upper_exclusive": 18, "exact_cell": False}
    ok(201, "below 18, over several cells", every, shown(**between), {"lower": 0, "upper": 18, "exact_cell": False})
    ok(202, "for a duty of law", ["R-AGE-022"], shown(inner={"purpose": LEGAL}), purpose=LEGAL)
    asked = dict(method=age.AGE_METHOD_VERIFIED, assurance=age.AGE_ASSURANCE_ENHANCED, established=age.AGE_ESTABLISHED_WITHIN_30_DAYS)
    ok(203, "as it was asked for: verified, enhanced, within 30 days", every, shown(**asked),
       {"method": "verified", "assurance": "enhanced", "established": "within_30_days"})
    later = dict(assurance=UNKNOWN, binding=UNKNOWN, established=UNKNOWN)
    ok(204, "numbers of a later version where absence never gives more", ["R-AGE-012"], shown(**later),
       {"assurance": None, "binding": None, "established": "older"})
    scale = dict(assurance=age.AGE_ASSURANCE_STRICT, assurance_scheme=UNKNOWN)
    ok(205, "an assurance on a scale of a later version", ["R-AGE-012"], shown(**scale), {"assurance": None})
    ok(206, "a claim without a scope", ["R-AGE-012"], shown(claim_scope=0), {"claim_scope": "range"})
    ok(207, "a claim of adulthood", ["R-AGE-041"], shown(claim_scope=age.AGE_CLAIM_SCOPE_ADULT_ONLY), {"claim_scope": "adult_only"})
    ok(208, "2 KiB", ["R-AGE-018"], padded(shown(), 2048))
    ok(209, "a life of one week, in its last second", ["R-AGE-021"], shown(issued_bucket=MONDAY, not_after=MONDAY + WEEK), now=MONDAY + WEEK - 1)
    ok(210, "a life of 13 weeks, in its first second", ["R-AGE-021"], shown(not_after=MONDAY + 13 * WEEK), now=MONDAY)
    data = token(public(make.holder)) + bytes.fromhex("9a3e0474657374")
    ok(211, "a token with a field of a later version", ["R-WIRE-004"], shown(data))
    ok(212, "a nonce of 64 bytes", ["R-AGE-018"], shown(inner={"nonce": bytes(range(64))}), nonce=bytes(range(64)))
    long = f"https://{'a' * 239}.example"
    ok(213, "an audience of 255 bytes", ["R-AGE-018"], shown(inner={"audience": long}), audience=long)
    ok(214, "other keys were seen before", ["R-AGE-023"], shown(), seen=[random(32), public(make.stranger)])
    ok(215, "the bracket from 0 on, said explicitly", ["R-AGE-001"], shown(lower_inclusive=0, upper_exclusive=13), {"lower": 0, "upper": 13})
    two = [public(make.stranger), public(make.issuer)]
    ok(216, "one of two issuers", ["R-AGE-018"], shown(issuer=make.stranger), issuers=two)


def refused(file, make):
    shown = make.shown
    at = 220

    def bad(defect, cited, reason, data, twin=200, **inputs):
        nonlocal at
        file.bad(at, twin, defect, cited, {"presentation": data, **inputs}, reason)
        at += 1

    step, malformed, signature, weeks = ["R-AGE-018"], "MALFORMED", "BAD_SIGNATURE", ["R-AGE-021"]
    bad("2 KiB and one byte", step, malformed, padded(shown(), 2049), 208)
    bad("no presented token", step, malformed, b"\xff")
    bad("an issuer nobody trusts", step, "UNTRUSTED_ISSUER", shown(issuer=make.stranger))
    bad("an issuer's key id cut short", ["R-WIRE-007"], "UNTRUSTED_ISSUER", shown(key_id=wire.sha256(public(make.issuer))[:31]))
    trusted = wire.sha256(public(make.issuer))
    bad("signed by another key", ["R-AGE-017"], signature, shown(issuer=make.stranger, key_id=trusted))
    bad("signed under the label of a signal", ["R-AGE-017"], signature, shown(label="age-signal"))
    both = [public(make.issuer), public(make.stranger)]
    bad("one trusted issuer's id, another one's signature", ["R-AGE-017"], signature, shown(issuer=make.stranger, key_id=trusted), issuers=both)
    bad("no token", step, malformed, shown(b"\xff"))
    bad("no lower bound", ["R-AGE-001"], malformed, shown(lower_inclusive=None))
    bad("an empty interval", ["R-AGE-001"], malformed, shown(upper_exclusive=18))
    bad("an upper bound of 122", ["R-AGE-001"], malformed, shown(upper_exclusive=122))
    bad("no method", ["R-WIRE-005"], malformed, shown(method=0))
    bad("a method that nobody knows", ["R-AGE-012"], malformed, shown(method=UNKNOWN))
    bad("a scope that nobody knows", ["R-AGE-012"], malformed, shown(claim_scope=UNKNOWN))
    bad("a claim of adulthood from 16 on", ["R-AGE-041"], malformed, shown(claim_scope=age.AGE_CLAIM_SCOPE_ADULT_ONLY, lower_inclusive=16), 207)
    bad("a check of the declarant", step, malformed, shown(declarant_check=age.DECLARANT_CHECK_NONE))
    bad("a check of the declarant that nobody knows", step, malformed, shown(declarant_check=UNKNOWN))
    bad("issued on a Tuesday", weeks, malformed, shown(issued_bucket=MONDAY - 6 * 86_400, not_after=MONDAY + WEEK + 86_400))
    bad("issued a second after Monday began", weeks, malformed, shown(issued_bucket=MONDAY + 1, not_after=MONDAY + WEEK + 1))
    bad("issued on a Thursday, as 1 January 1970", weeks, malformed, shown(issued_bucket=MONDAY + 3 * 86_400, not_after=MONDAY + 2 * WEEK + 3 * 86_400))
    bad("a life of nothing", weeks, malformed, shown(not_after=MONDAY))
    bad("a life of 14 weeks", weeks, malformed, shown(not_after=MONDAY + 14 * WEEK), 210)
    bad("a life of ten days", weeks, malformed, shown(not_after=MONDAY + 10 * 86_400))
    bad("an end before its beginning", weeks, malformed, shown(not_after=MONDAY - WEEK))
    bad("a holder key of 31 bytes", step, malformed, shown(holder_key=public(make.holder)[:31]))
    bad("no holder key", step, malformed, shown(holder_key=None))
    bad("a holder key of small order", step, "WEAK_KEY", shown(holder_key=bytes([1]) + bytes(31)))
    bad("a holder key that is not canonical", step, "WEAK_KEY", shown(holder_key=(P + 3).to_bytes(32, "little")))
    bad("a holder key that is no point", step, signature, shown(holder_key=bytes([2]) + bytes(31)))
    holders = ["R-AGE-022"]
    bad("signed by another holder", holders, signature, shown(token(public(make.stranger))))
    bad("signed by the issuer in place of the holder", holders, signature, shown(token(public(make.holder)), holder=make.issuer))
    bad("signed under the label of a token", holders, signature, shown(signed=lambda t, p: wire.transcript("age-token", t, p)))
    bad("the holder signed the presentation alone", holders, signature, shown(signed=lambda t, p: wire.transcript("age-presentation", p)))
    bad("the holder signed the parts in the other order", holders, signature, shown(signed=lambda t, p: wire.transcript("age-presentation", p, t)))
    other = token(public(make.holder), lower_inclusive=21)
    bad("the holder signed another token", holders, signature, shown(signed=lambda t, p: wire.transcript("age-presentation", other, p)))
    cut = tok.PresentedAge.FromString(shown())
    cut.holder_signature = flip(cut.holder_signature)
    bad("a flipped bit in the holder's signature", holders, signature, cut.SerializeToString())
    cut.holder_signature = b""
    bad("no signature of the holder", holders, signature, cut.SerializeToString())
    bad("no presentation", step, malformed, shown(inner=b"\xff"))
    bad("no audience", step, malformed, shown(inner={"audience": ""}))
    long = f"https://{'a' * 240}.example"
    bad("an audience of 256 bytes", step, malformed, shown(inner={"audience": long}), 213, audience=long)
    bad("a nonce of 15 bytes", step, malformed, shown(inner={"nonce": make.nonce[:15]}))
    bad("a nonce of 65 bytes", step, malformed, shown(inner={"nonce": bytes(65)}), 212)
    bad("no nonce", step, malformed, shown(inner={"nonce": b""}))
    bad("no purpose", ["R-WIRE-005"], malformed, shown(inner={"purpose": 0}))
    bad("a purpose that nobody knows", ["R-AGE-012"], malformed, shown(inner={"purpose": UNKNOWN}))
    bad("for a consent flow, as asked", holders, malformed, shown(inner={"purpose": CONSENT}), purpose=CONSENT)
    bad("for safer defaults, as asked", holders, malformed, shown(inner={"purpose": DEFAULTS}), purpose=DEFAULTS)
    bad("another audience", ["R-AGE-006"], "WRONG_AUDIENCE", shown(inner={"audience": "https://chat.example"}))
    bad("an audience with a default port", ["R-AGE-006"], "WRONG_AUDIENCE", shown(inner={"audience": AUDIENCE + ":443"}))
    bad("another purpose than asked for", ["R-AGE-016"], "WRONG_AUDIENCE", shown(inner={"purpose": LEGAL}))
    bad("another nonce", ["R-AGE-007"], "WRONG_NONCE", shown(inner={"nonce": flip(make.nonce)}))
    bad("a nonce that goes on", ["R-AGE-007"], "WRONG_NONCE", shown(inner={"nonce": make.nonce + b"s"}))
    bad("over", weeks, "EXPIRED", shown(**OVER), now=MONDAY)
    bad("from next week on", weeks, "EXPIRED", shown(issued_bucket=MONDAY + WEEK, not_after=MONDAY + 2 * WEEK), 210, now=MONDAY + WEEK - 1)
    bad("a holder key that comes again", ["R-AGE-023"], "REPLAYED", shown(), 214, seen=[public(make.stranger), public(make.holder)])
    data = token(public(make.holder)) + b"\x1a\x01\x01"
    bad("a known field of another wire type in the token", ["R-WIRE-008"], malformed, shown(data))
    inner = tok.AgePresentation(audience=AUDIENCE, purpose=GATE, nonce=make.nonce).SerializeToString() + b"\x3a\x01\x01"
    bad("a known field of another wire type in the presentation", ["R-WIRE-008"], malformed, shown(inner=inner))
    bad("no token at all", step, malformed, tok.PresentedAge(presentation=b"\x32\x01x", holder_signature=bytes(64)).SerializeToString())
    assert at <= 281, at


def two_at_once(file, make):
    shown, trusted = make.shown, wire.sha256(public(make.issuer))
    seen = [public(make.holder)]
    wrong = lambda t, p: wire.transcript("age-token", t, p)
    elsewhere, other_nonce = {"audience": "https://chat.example"}, {"nonce": flip(make.nonce)}
    rows = [
        ("2 KiB and one byte, by an issuer nobody trusts", "MALFORMED", padded(shown(issuer=make.stranger), 2049)),
        ("an issuer nobody trusts, and a wrong signature", "UNTRUSTED_ISSUER", shown(key_id=bytes(32))),
        ("a wrong signature over no token", "BAD_SIGNATURE", shown(b"\xff", issuer=make.stranger, key_id=trusted)),
        ("a wrong signature over a weak holder key", "BAD_SIGNATURE", shown(holder_key=bytes(32), issuer=make.stranger, key_id=trusted)),
        ("no lower bound, and a weak holder key", "MALFORMED", shown(lower_inclusive=None, holder_key=bytes(32))),
        ("a life of ten days, and over", "MALFORMED", shown(issued_bucket=MONDAY - 2 * WEEK, not_after=MONDAY - WEEK + 3 * 86_400)),
        ("a check of the declarant, and a wrong signature of the holder", "MALFORMED", shown(declarant_check=1, signed=wrong)),
        ("a weak holder key, and no presentation", "WEAK_KEY", shown(inner=b"\xff", holder_key=bytes(32))),
        ("a wrong signature of the holder over no presentation", "BAD_SIGNATURE", shown(inner=b"\xff", signed=wrong)),
        ("a wrong signature of the holder over another audience", "BAD_SIGNATURE", shown(inner=elsewhere, signed=wrong)),
        ("a nonce of 15 bytes for another audience", "MALFORMED", shown(inner={**elsewhere, "nonce": bytes(15)})),
        ("for safer defaults of another audience", "MALFORMED", shown(inner={**elsewhere, "purpose": DEFAULTS})),
        ("another audience and another nonce", "WRONG_AUDIENCE", shown(inner={**elsewhere, **other_nonce})),
        ("another purpose and another nonce", "WRONG_AUDIENCE", shown(inner={"purpose": LEGAL, **other_nonce})),
        ("another audience, and over", "WRONG_AUDIENCE", shown(inner=elsewhere, **OVER)),
        ("another nonce, and over", "WRONG_NONCE", shown(inner=other_nonce, **OVER)),
        ("over, and it comes again", "EXPIRED", shown(**OVER)),
        ("another audience, and it comes again", "WRONG_AUDIENCE", shown(inner=elsewhere)),
        ("another nonce, and it comes again", "WRONG_NONCE", shown(inner=other_nonce)),
    ]
    for number, (defect, reason, data) in enumerate(rows, 281):
        given = {"presentation": data, **({"seen": seen} if "again" in defect else {})}
        file.bad(number, 200, defect, ["R-AGE-018"], given, reason)


def in_their_days(file, make):
    """A list of issuers with days in place of keys alone. The tokens were issued on Monday, 11 January 2027."""
    listed = lambda first, until: trust.listed(trust.entry(public(make.issuer), first, until))
    cited = ["R-AGE-024", "R-AGE-018"]
    given = lambda data, first, until: {"presentation": data, "trust": listed(first, until)}
    wrong = lambda t, p: wire.transcript("age-token", t, p)
    file.ok(693, "the key's only day", cited, given(make.shown(), "2027-01-11", "2027-01-12"), {"lower": 18, "upper": None})
    rows = [
        ("the key is valid today, and was not on the Monday", make.shown(), "2027-01-12"),
        ("outside the key's days, and a wrong signature of the holder", make.shown(signed=wrong), "2027-01-12"),
        ("outside the key's days, and a weak holder key", make.shown(holder_key=bytes(32)), "2027-01-12"),
    ]
    for number, (defect, data, first) in enumerate(rows, 694):
        file.bad(number, 693, defect, cited, given(data, first, "2028-01-01"), "UNTRUSTED_ISSUER")
