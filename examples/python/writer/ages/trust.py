"""Whom one trusts: lists of issuers, and a holder that looks at its batch."""

import copy

import parcep_wire as wire
from parcep.v1alpha1 import age_signal_pb2 as age

from ..common import NOW, Counter, File, P
from .brackets import days
from .made import MONDAY, WEEK, key, public, signed_token, token

FORMAT = "parcep-age-trust/1"


def listed(*issuers):
    return {"format": FORMAT, "issuers": list(issuers)}


def entry(key, first="2026-01-01", until="2027-06-01", name="Example Age", role="age_provider", **more):
    return {"name": name, "role": role, "key": key.hex(), "from": first, "until": until, **more}


def trust():
    a, b, c, d = (public(key(draw)) for draw in [Counter("age trust")] * 4)
    file = File(
        "age",
        "trust",
        "Whether `list` trusts `key` for a claim whose `issued_bucket` is `day`; days count from 1970-01-01. A list with a "
        "fault is refused as a whole.",
        ["R-AGE-024", "R-WIRE-011"],
        {"day": days(2027, 1, 11), "key": a},
    )
    cited = ["R-AGE-024"]

    def ok(number, title, list, trusted=True, **given):
        file.ok(number, title, cited, {"list": list, **given}, {"trusted": trusted})

    one = listed(entry(a, practice_statement="https://age.example/practice"))
    ok(450, "within its days", one)
    ok(451, "on its first day", one, day=days(2026, 1, 1))
    ok(452, "on the day before its last", one, day=days(2027, 5, 31))
    ok(453, "on the day before its first", one, False, day=days(2025, 12, 31))
    ok(454, "on the day from which it is no longer valid", one, False, day=days(2027, 6, 1))
    ok(455, "a key that is not in the list", one, False, key=b)
    two = listed(entry(a), entry(b, "2027-01-01", "2028-01-01"))
    ok(456, "the older of two keys of one issuer", two)
    ok(457, "the newer of two keys of one issuer", two, key=b)
    three = [entry(a, until="2027-02-01"), entry(b), entry(c, "2027-02-01", "2028-01-01")]
    ok(458, "three keys of one issuer, of which two are valid on any day", listed(*three))
    ok(459, "a key that stands in two rows counts once", listed(entry(a), entry(a, "2027-01-01", "2028-01-01"), entry(b)))
    ok(460, "three keys of two issuers", listed(entry(a), entry(b), entry(c, name="Other Age")), key=c)
    more = listed(entry(a, logo="https://age.example/logo.png"))
    ok(461, "members that a reader does not know", {**more, "published": "2026-12-01"})
    roles = ["device_os", "app_store", "wallet", "telco", "guardian_app"]
    keys = [public(key(draw)) for draw in [Counter("age trust roles")] * 5]
    each = [entry(k, name=f"Issuer {role}", role=role) for role, k in zip(roles, keys)]
    ok(462, "every role", listed(entry(a), *each), key=keys[-1])
    ok(463, "nobody", listed(), False)

    def bad(number, of, defect, list, reason="MALFORMED", also=()):
        file.bad(number, of, defect, [*cited, *also], {"list": list}, reason)

    def without(member):
        changed = copy.deepcopy(one)
        del changed["issuers"][0][member]
        return changed

    crowd = [entry(a), entry(b), entry(c)]
    bad(464, 456, "three keys of one issuer", listed(*crowd))
    late = [entry(a, until="2027-02-02"), entry(b), entry(c, "2027-02-01", "2028-01-01")]
    bad(465, 458, "three keys of one issuer on one day alone", listed(*late))
    bad(466, 460, "three keys of one issuer, beside another issuer", listed(*crowd, entry(d, name="Other Age")))
    bad(467, 462, "a role that nobody knows", listed(entry(a, role="school")))
    bad(468, 450, "a format that nobody knows", {**one, "format": "parcep-age-trust/2"})
    bad(469, 450, "a last day that is its first", listed(entry(a, until="2026-01-01")))
    bad(470, 450, "a last day before its first", listed(entry(a, until="2025-06-01")))
    bad(471, 450, "a key of 31 bytes", listed(entry(a[:31])))
    bad(472, 450, "a key in letters that are no hexadecimal", listed({**entry(a), "key": "g" * 64}))
    bad(473, 450, "a weak key", listed(entry(a), entry(bytes([1]) + bytes(31), name="Other Age")), "WEAK_KEY", ["R-WIRE-011"])
    high = (P + 3).to_bytes(32, "little")
    bad(474, 450, "a key that is not canonical", listed(entry(high)), "WEAK_KEY", ["R-WIRE-011"])
    bad(475, 450, "a day that is none", listed(entry(a, until="2027-02-30")))
    bad(476, 450, "no last day", without("until"))
    bad(477, 450, "no name", without("name"))
    bad(478, 450, "no list of issuers", {"format": FORMAT})
    ok(485, "a name of 128 bytes", listed(entry(a, name="A" * 128)))
    bad(486, 485, "a name of 129 bytes", listed(entry(a, name="A" * 129)))
    bad(487, 450, "a statement of practice that is not at an https address", listed(entry(a, practice_statement="http://age.example/practice")))
    bad(488, 460, "one key under two issuers", listed(entry(a), entry(a, name="Other Age")))
    bad(479, 450, "a first day in seconds", listed({**entry(a), "from": 1_767_225_600}))
    return file


def batches():
    draw = Counter("age batches")
    issuer, second, stranger = key(draw), key(draw), key(draw)
    sent = [public(key(draw)) for _ in range(3)]
    more = public(key(draw))
    trusted = listed(entry(public(issuer)), entry(public(second)))
    file = File(
        "age",
        "batches",
        "A holder sent the keys `sent`, trusts the issuers of the list `trust` and was handed `tokens` at `now`: whether it "
        "keeps them.",
        ["R-AGE-019", "R-AGE-025"],
        {"sent": sent, "trust": trusted, "now": NOW},
    )

    def batch(*keys, by=issuer, **fields):
        return [signed_token(by, token(k, **fields)).SerializeToString() for k in keys or sent]

    def ok(number, title, tokens, **given):
        file.ok(number, title, ["R-AGE-019", "R-AGE-025"], {"tokens": tokens, **given}, {"kept": True})

    ok(430, "a token for each key", batch())
    ok(431, "one token", batch(sent[0]), sent=sent[:1])
    ok(432, "a batch by the issuer's other key", batch(by=second))
    a, b, c = batch()
    week_ago = dict(issued_bucket=MONDAY - WEEK)
    odd = signed_token(issuer, token(sent[2]) + bytes.fromhex("9a3e0474657374")).SerializeToString()
    posing = signed_token(stranger, token(sent[2]), key_id=wire.sha256(public(issuer))).SerializeToString()
    until = listed(entry(public(issuer), until="2027-01-11"))
    since = listed(entry(public(issuer), "2027-01-12"))
    rows = [
        ("by an issuer that is not in the list", batch(by=stranger), {}),
        ("one signature by somebody else", [a, b, posing], {}),
        ("one token less", [a, b], {}),
        ("one token more", [a, b, c, *batch(more)], {}),
        ("in another order", [b, a, c], {}),
        ("a key that was not sent", [a, b, *batch(more)], {}),
        ("one token twice, and one not at all", [a, b, b], {}),
        ("one token from the week before", [a, b, *batch(sent[2], **week_ago)], {}),
        ("one token with another lower bound", [a, b, *batch(sent[2], lower_inclusive=21)], {}),
        ("one token that is not exact", [a, b, *batch(sent[2], exact_cell=False)], {}),
        ("one token with a field of its own", [a, b, odd], {}),
        ("one token by the issuer's other key", [a, b, *batch(sent[2], by=second)], {}),
        ("a life of 14 weeks", batch(not_after=MONDAY + 14 * WEEK), {}),
        ("no method", batch(method=age.AGE_METHOD_UNSPECIFIED), {}),
        ("over", batch(issued_bucket=MONDAY - WEEK, not_after=MONDAY), {"now": MONDAY}),
        ("from next week on", batch(issued_bucket=MONDAY + WEEK, not_after=MONDAY + 2 * WEEK), {}),
        ("issued when the key was no longer valid", batch(), {"trust": until}),
        ("issued before the key was valid", batch(), {"trust": since}),
    ]
    for number, (defect, tokens, given) in zip([*range(433, 450), 697], rows, strict=True):
        file.bad(number, 430, defect, ["R-AGE-025"], {"tokens": tokens, **given}, None, {"kept": False})
    return file
