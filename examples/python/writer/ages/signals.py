"""Signals: what a verifier does with a SignedAgeSignal."""

from cryptography.hazmat.primitives.asymmetric import ed25519

import parcep_wire as wire
from parcep.v1alpha1 import age_signal_pb2 as age

from ..common import DAY, NOW, Counter, File, flip
from ..drafts import setting
from . import trust
from .made import CONSENT, DEFAULTS, GATE, LEGAL, UNKNOWN, key, padded, varint


def signals():
    random = Counter("age")
    issuer = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    public = issuer.public_key().public_bytes_raw()
    day, nonce = NOW - NOW % DAY, random(16)
    file = File(
        "age",
        "signals",
        "A verifier that trusts the issuers in `issuers` and is `audience` reads a signal at `now`; `nonce` is what it "
        "gave, null if nothing, `purpose` the number of what it asked for, and `seen` the ids of tokens that it accepted "
        "before. `trust`, a list of issuers with days, goes before `issuers` where it is there. What is not told is null, or `not_reported`.",
        [
            "R-AGE-001", "R-AGE-002", "R-AGE-003", "R-AGE-006", "R-AGE-007", "R-AGE-008", "R-AGE-011", "R-AGE-012",
            "R-AGE-016", "R-AGE-023", "R-AGE-024", "R-AGE-029", "R-AGE-041", "R-AGE-044",
        ],
        {
            "issuers": [public], "audience": "https://games.example", "purpose": age.AGE_PURPOSE_ACCESS_GATE,
            "nonce": nonce, "now": NOW,
        },
    )

    def signal(**fields):
        made = age.AgeSignal(
            lower_inclusive=13, upper_exclusive=16, exact_cell=True, method=age.AGE_METHOD_GUARDIAN_DECLARED,
            audience="https://games.example", purpose=age.AGE_PURPOSE_ACCESS_GATE, nonce=nonce,
            issued_bucket=day, not_after=day + 30 * DAY, token_id=random(16),
        )
        setting(**fields)(made)
        return made.SerializeToString()

    def signed(data, key=issuer, label="age-signal", key_id=None):
        signature = key.sign(wire.transcript(label, data))
        key_id = wire.sha256(public) if key_id is None else key_id
        return age.SignedAgeSignal(signal=data, issuer_key_id=key_id, signature=signature).SerializeToString()

    def ok(number, title, cited, data, lower, upper, **rest):
        file.ok(number, title, cited, {"signal": data, **rest}, {"lower": lower, "upper": upper})

    ok(1, "from 13 to 15", ["R-AGE-001", "R-AGE-002"], signed(signal()), 13, 16)
    ok(2, "18 or older", ["R-AGE-001"], signed(signal(lower_inclusive=18, upper_exclusive=None)), 18, None)
    ok(3, "from 0, said explicitly", ["R-AGE-001"], signed(signal(lower_inclusive=0)), 0, 16)
    ok(4, "from 120 on", ["R-AGE-001"], signed(signal(lower_inclusive=120, upper_exclusive=121)), 120, 121)
    ok(5, "valid for 366 days", ["R-AGE-008"], signed(signal(not_after=day + 366 * DAY)), 13, 16)
    ok(6, "a field of a later version", ["R-WIRE-004"], signed(signal() + bytes.fromhex("9a3e0474657374")), 13, 16)
    ok(7, "no nonce asked for and none given", ["R-AGE-007"], signed(signal(nonce=None)), 13, 16, nonce=None)
    ok(8, "the last second", ["R-AGE-008"], signed(signal(issued_bucket=day - DAY, not_after=NOW + 1)), 13, 16)
    ok(9, "the first second of its day", ["R-AGE-008"], signed(signal()), 13, 16, now=day)
    unknown = "an enum number of a later version where zero is valid"
    ok(10, unknown, ["R-AGE-012"], signed(signal(declarant_check=99)), 13, 16)

    stranger = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    strangers = wire.sha256(stranger.public_key().public_bytes_raw())
    bound, malformed = ["R-AGE-001"], "MALFORMED"
    large = signal() + b"\xaa\x7d\x81\x10" + bytes(2049)
    exact = lambda size: signed(signal()) + b"\xaa\x7d" + varint(size) + bytes(size)
    room = 2048 - len(exact(0))
    ok(11, "a signal of 2 KiB", ["R-AGE-003"], exact(room), 13, 16)
    rows = [
        ("no lower bound", bound, malformed, signed(signal(lower_inclusive=None))),
        ("an empty interval", bound, malformed, signed(signal(upper_exclusive=13))),
        ("an upper bound below the lower one", bound, malformed, signed(signal(upper_exclusive=12))),
        ("a lower bound of 121", bound, malformed, signed(signal(lower_inclusive=121, upper_exclusive=None))),
        ("an upper bound of 122", bound, malformed, signed(signal(upper_exclusive=122))),
        ("signed by another key", ["R-AGE-002"], "BAD_SIGNATURE", signed(signal(), key=stranger)),
        ("signed under another label", ["R-WIRE-002"], "BAD_SIGNATURE", signed(signal(), label="document")),
        ("an issuer nobody trusts", ["R-AGE-003"], "UNTRUSTED_ISSUER", signed(signal(), key=stranger, key_id=strangers)),
        ("no signal", ["R-AGE-003"], malformed, signed(b"\xff")),
        ("no signed signal", ["R-AGE-003"], malformed, b"\xff"),
        ("2 KiB and one byte", ["R-AGE-003"], malformed, exact(room + 1)),
        ("far more than 2 KiB", ["R-AGE-003"], malformed, signed(large)),
        ("another audience", ["R-AGE-006"], "WRONG_AUDIENCE", signed(signal(audience="https://games.example.evil"))),
        ("an audience in other case", ["R-AGE-006"], "WRONG_AUDIENCE", signed(signal(audience="https://Games.example"))),
        ("no audience", ["R-AGE-006"], malformed, signed(signal(audience=""))),
        ("another nonce", ["R-AGE-007"], "WRONG_NONCE", signed(signal(nonce=bytes(16)))),
        ("no nonce", ["R-AGE-007"], "WRONG_NONCE", signed(signal(nonce=None))),
        ("a nonce of 15 bytes", ["R-AGE-003"], malformed, signed(signal(nonce=nonce[:15]))),
        ("over", ["R-AGE-008"], "EXPIRED", signed(signal(issued_bucket=day - DAY, not_after=NOW))),
        ("from tomorrow", ["R-AGE-008"], "EXPIRED", signed(signal(issued_bucket=day + DAY))),
        ("an issue time to the second", ["R-AGE-008"], malformed, signed(signal(issued_bucket=NOW))),
        ("an end that is not after its beginning", ["R-AGE-008"], malformed, signed(signal(not_after=day))),
        ("valid for longer than 366 days", ["R-AGE-008"], malformed, signed(signal(not_after=day + 366 * DAY + 1))),
        ("no method", ["R-WIRE-005"], malformed, signed(signal(method=0))),
        ("no purpose", ["R-WIRE-005"], malformed, signed(signal(purpose=0))),
        ("a token id of 15 bytes", ["R-WIRE-007"], malformed, signed(signal(token_id=random(15)))),
        ("a forged signature on a signal for another audience", ["R-AGE-003"], "BAD_SIGNATURE", signed(signal(audience="x"), key=stranger)),
        ("a method that nobody knows", ["R-AGE-012"], malformed, signed(signal(method=99))),
        ("a purpose that nobody knows", ["R-AGE-012"], malformed, signed(signal(purpose=99))),
        ("an issuer's key id cut short", ["R-WIRE-007"], "UNTRUSTED_ISSUER", signed(signal(), key_id=wire.sha256(public)[:31])),
    ]
    for number, (defect, cited, reason, data) in enumerate(rows, 20):
        file.bad(number, 1, defect, cited, {"signal": data}, reason)
    given = signed(signal())
    file.bad(60, 7, "a nonce that nobody asked for", ["R-AGE-007"], {"signal": given, "nonce": None}, "WRONG_NONCE")
    both = [public, stranger.public_key().public_bytes_raw()]
    posing = {"signal": signed(signal(), key=stranger), "issuers": both}
    file.bad(61, 1, "one trusted issuer's id, another one's signature", ["R-AGE-003"], posing, "BAD_SIGNATURE")
    nobody = {"signal": signed(signal(), key_id=b"")}
    file.bad(62, 1, "no key id, and a good signature", ["R-AGE-003"], nobody, "UNTRUSTED_ISSUER")
    consent = {"signal": signed(signal(purpose=age.AGE_PURPOSE_CONSENT_FLOW))}
    file.bad(63, 1, "another purpose than asked for", ["R-AGE-016"], consent, "WRONG_AUDIENCE")
    twice = {"signal": signed(signal(audience="x", issued_bucket=NOW))}
    file.bad(64, 1, "another audience, and an issue time to the second", ["R-AGE-003"], twice, malformed)
    axes(file, signed, signal)
    forms(file, signed, signal)
    order(file, signed, signal)
    in_their_days(file, signed, signal)
    return file


def made_for(random, signal, purpose, change=None, **fields):
    """A signal with everything that this purpose admits, but for `fields`."""
    full = dict(
        purpose=purpose, method=age.AGE_METHOD_GUARDIAN_DECLARED, assurance=age.AGE_ASSURANCE_STANDARD,
        assurance_scheme=age.AGE_ASSURANCE_SCHEME_PARCEP, claim_scope=age.AGE_CLAIM_SCOPE_RANGE,
        binding=age.AGE_BINDING_DEVICE_ACCOUNT, established=age.AGE_ESTABLISHED_WITHIN_365_DAYS, token_id=random(16),
    )
    household = dict(
        declarant_check=age.DECLARANT_CHECK_GOV_ID, jurisdiction="US-CA", basis=age.AGE_BASIS_ACCOUNT,
        supervision=age.AGE_SUPERVISION_SUPERVISED, controls=[1, 3], consent=age.AGE_CONSENT_GRANTED,
        revocation_handle=random(16),
    )
    made = {**full, **(household if purpose in (DEFAULTS, CONSENT) else {}), **fields}
    told = age.AgeSignal.FromString(signal(**made))
    if change is not None:
        told.change.CopyFrom(age.AgeChange(**change))
    return told.SerializeToString()


def axes(file, signed, signal):
    """Every member that is told beside the bracket, and every value that is not known."""
    random = Counter("age axes")
    full = lambda purpose=CONSENT, **fields: signed(made_for(random, signal, purpose, **fields))

    def ok(number, title, cited, data, purpose=CONSENT, **expected):
        inputs = {"signal": data} if purpose == GATE else {"signal": data, "purpose": purpose}
        file.ok(number, title, cited, inputs, {"lower": 13, "upper": 16, **expected})

    def told(number):
        return age.AgeSignal.FromString(age.SignedAgeSignal.FromString(file.given(number)).signal)

    change = dict(id=b"\x07", state=age.AGE_CHANGE_STATE_DENIED, decided_day=20_800, adult_ack_required=True, earlier=[b"\x05"])
    ok(
        600, "every member, for a consent flow", ["R-AGE-029", "R-AGE-012", "R-AGE-044"], full(change=change),
        exact_cell=True, method="guardian_declared", declarant_check="gov_id", assurance="standard",
        assurance_scheme="parcep", claim_scope="range", binding="device_account", established="within_365_days",
        jurisdiction="US-CA", basis="account", supervision="supervised", controls=["communication_limits", "time_limits"],
        consent="granted",
        change={"id": "07", "state": "denied", "decided_day": 20_800, "adult_ack_required": True, "earlier": ["05"]},
    )
    file.expected(600)["revocation_handle"] = told(600).revocation_handle.hex()
    ok(
        601, "nothing beside the bracket", ["R-AGE-012"], signed(signal(token_id=random(16))), GATE,
        declarant_check=None, assurance=None, claim_scope="range", binding=None, established=None, jurisdiction=None,
        basis=None, supervision="not_reported", controls=[], consent="not_reported", change=None, revocation_handle=None,
    )
    ok(602, "safer defaults, with supervision", ["R-AGE-029"], full(DEFAULTS), DEFAULTS, supervision="supervised", consent="granted")
    ok(603, "a duty of law, without supervision", ["R-AGE-029"], full(LEGAL), LEGAL, supervision="not_reported", consent="not_reported")
    ok(604, "a gate, without supervision", ["R-AGE-029", "R-AGE-011"], full(GATE), GATE, assurance="standard", supervision="not_reported")
    ok(605, "a guardian checked by a document leaves the age declared", ["R-AGE-011"], full(), method="guardian_declared", declarant_check="gov_id")
    unknown, cited = "of a later version", ["R-AGE-012"]
    ok(606, f"a check of the declarant {unknown}", cited, full(declarant_check=UNKNOWN), declarant_check="not_told")
    ok(607, f"an assurance {unknown}", cited, full(assurance=UNKNOWN), assurance=None)
    ok(608, f"an assurance below every number", cited, full(assurance=-1), assurance=None)
    ok(609, f"an assurance on a scale {unknown}", cited, full(assurance_scheme=UNKNOWN), assurance=None)
    ok(610, "an assurance without a scale is on this protocol's own", cited, full(assurance_scheme=0), assurance="standard", assurance_scheme="parcep")
    ok(611, "an assurance on another scale keeps it", cited, full(assurance_scheme=age.AGE_ASSURANCE_SCHEME_IEEE_2089_1), assurance="standard", assurance_scheme="ieee_2089_1")
    ok(612, f"a binding {unknown}", cited, full(binding=UNKNOWN), binding=None)
    ok(613, f"a time of the check {unknown}", cited, full(established=UNKNOWN), established="older")
    ok(614, f"a basis {unknown}", cited, full(basis=UNKNOWN), basis=None)
    ok(615, f"a supervision {unknown}", cited, full(supervision=UNKNOWN), supervision="not_reported")
    ok(616, f"a control {unknown} among others", cited, full(controls=[2, UNKNOWN, 4]), controls=["content_limits", "purchase_approval"])
    ok(639, "a control twice, and one that is none", cited, full(controls=[3, 0, 1, 3]), controls=["communication_limits", "time_limits"])
    ok(617, f"a consent {unknown}", cited, full(consent=UNKNOWN), consent="pending")
    ok(618, f"the state of a change {unknown}", cited, full(change={"id": b"\x07", "state": UNKNOWN}),
       change={"id": "07", "state": "pending", "decided_day": None, "adult_ack_required": False, "earlier": []})
    ok(619, "a claim without a scope is about a range", cited, full(claim_scope=0), claim_scope="range")
    for number, what, cleared, expected in [
        (620, "no supervision", {"supervision": 0}, {"supervision": "not_reported"}),
        (621, "no consent", {"consent": 0}, {"consent": "not_reported"}),
        (622, "no controls", {"controls": []}, {"controls": []}),
        (623, "no handle", {"revocation_handle": None}, {"revocation_handle": None}),
    ]:
        ok(number, f"for a consent flow, {what}", ["R-AGE-029"], full(**cleared), **expected)
    for number, consent in enumerate(["not_required", "granted", "pending", "denied", "revoked"], 624):
        ok(number, f"consent {consent}: the bracket stays", ["R-AGE-044"], full(consent=number - 623), consent=consent)
    adult = age.AGE_CLAIM_SCOPE_ADULT_ONLY
    file.ok(629, "a claim of adulthood, from 18 on", ["R-AGE-041"],
            {"signal": signed(signal(claim_scope=adult, lower_inclusive=18, upper_exclusive=None))},
            {"lower": 18, "upper": None, "claim_scope": "adult_only"})
    file.bad(640, 629, "a claim of adulthood from 17 on", ["R-AGE-041"],
             {"signal": signed(signal(claim_scope=adult, lower_inclusive=17, upper_exclusive=None))}, "MALFORMED")
    file.bad(641, 629, "a claim of adulthood about a child", ["R-AGE-041"], {"signal": signed(signal(claim_scope=adult))}, "MALFORMED")
    file.bad(642, 629, "a scope that nobody knows", ["R-AGE-012"],
             {"signal": signed(signal(claim_scope=UNKNOWN, lower_inclusive=18, upper_exclusive=None))}, "MALFORMED")
    number = 643
    for purpose, what, twin in [(GATE, "a gate", 604), (LEGAL, "a duty of law", 603)]:
        rows = [
            ("supervision", {"supervision": age.AGE_SUPERVISION_UNSUPERVISED}),
            ("controls", {"controls": [2]}),
            ("a consent", {"consent": age.AGE_CONSENT_NOT_REQUIRED}),
            ("a change", {"change": {"id": b"\x07", "state": 1}}),
            ("a revocation handle", {"revocation_handle": bytes(range(16))}),
        ]
        for defect, fields in rows:
            inputs = {"signal": full(purpose, **fields)}
            inputs |= {} if purpose == GATE else {"purpose": purpose}
            file.bad(number, twin, f"a signal for {what} with {defect}", ["R-AGE-029"], inputs, "MALFORMED")
            number += 1


def forms(file, signed, signal):
    """Lengths and numbers at their bounds."""
    random = Counter("age forms")

    def row(number, title, cited, fields, twin=None, **inputs):
        data = signed(made_for(random, signal, CONSENT, **fields))
        inputs = {"signal": data, "purpose": CONSENT, **inputs}
        if twin is None:
            file.ok(number, title, cited, inputs, {"lower": 13, "upper": 16})
        else:
            file.bad(number, twin, title, cited, inputs, "MALFORMED")

    size = ["R-AGE-003"]
    long = f"https://{'a' * 239}.example"
    assert len(long) == 255
    row(630, "an audience of 255 bytes", size, {"audience": long}, audience=long)
    row(653, "an audience of 256 bytes", size, {"audience": long + "s"}, 630, audience=long + "s")
    nonce = random(64)
    row(631, "a nonce of 64 bytes", size, {"nonce": nonce}, nonce=nonce)
    row(654, "a nonce of 65 bytes", size, {"nonce": nonce + b"s"}, 631, nonce=nonce + b"s")
    row(655, "a nonce of no bytes", size, {"nonce": b""}, 631)
    row(656, "a token id of 17 bytes", size, {"token_id": random(17)}, 600)
    row(657, "a handle of 15 bytes", size, {"revocation_handle": random(15)}, 600)
    row(658, "a handle of 17 bytes", size, {"revocation_handle": random(17)}, 600)
    row(632, "16 controls, most of a later version", size, {"controls": list(range(1, 17))})
    row(659, "17 controls", size, {"controls": list(range(1, 18))}, 632)
    change = lambda **fields: {"change": {"id": bytes(32), "state": 1, **fields}}
    row(633, "a change with an id of 32 bytes that bundles 16 earlier ones", size, change(earlier=[bytes([n]) * 32 for n in range(16)]))
    row(661, "a change without an id", size, change(id=b""), 633)
    row(662, "a change with an id of 33 bytes", size, change(id=bytes(33)), 633)
    row(663, "a change that bundles 17 earlier ones", size, change(earlier=[bytes([n]) for n in range(17)]), 633)
    row(664, "an earlier change with an id of 33 bytes", size, change(earlier=[bytes(33)]), 633)
    row(665, "an earlier change without an id", size, change(earlier=[b""]), 633)
    row(634, "the law of a country", size, {"jurisdiction": "BR"})
    row(635, "the law of a part of a country, in digits", size, {"jurisdiction": "FR-75C"})
    bad = {"in small letters": "br", "of three letters": "BRA", "of one letter": "B", "with nothing behind the hyphen": "BR-",
           "with four letters behind the hyphen": "US-CALI", "with small letters behind the hyphen": "US-ca", "with a blank": "US "}
    for number, (defect, code) in enumerate(bad.items(), 666):
        row(number, f"a jurisdiction {defect}", size, {"jurisdiction": code}, 634)
    trail = {"lower_inclusive": 13, "upper_exclusive": None}
    file.ok(636, "no upper bound", ["R-AGE-001"], {"signal": signed(signal(**trail))}, {"lower": 13, "upper": None})
    file.bad(673, 1, "an upper bound of 0", ["R-AGE-001"], {"signal": signed(signal(upper_exclusive=0))}, "MALFORMED")
    file.ok(637, "the whole range", ["R-AGE-001"], {"signal": signed(signal(lower_inclusive=0, upper_exclusive=121))}, {"lower": 0, "upper": 121})


def order(file, signed, signal):
    """Two defects at once: the reason is that of the first step; and signals that come again."""
    random = Counter("age order")
    stranger, id_ = key(random), random(16)
    trusted = wire.sha256(file.shared["issuers"][0])
    yesterday = dict(issued_bucket=NOW - NOW % DAY - DAY, not_after=NOW)
    again = signed(signal(token_id=id_))
    file.ok(638, "other signals were seen before", ["R-AGE-023"], {"signal": again, "seen": [random(16), flip(id_)]}, {"lower": 13, "upper": 16})
    file.bad(674, 638, "a signal that comes again", ["R-AGE-023"], {"signal": again, "seen": [random(16), id_]}, "REPLAYED")
    rows = [
        ("2 KiB and one byte, by an issuer nobody trusts", ["R-AGE-003"], "MALFORMED", padded(signed(signal(), key=stranger, key_id=bytes(32)), 2049)),
        ("an issuer nobody trusts, and a signature that is wrong", ["R-AGE-003"], "UNTRUSTED_ISSUER", signed(signal(), key_id=bytes(32))),
        ("an issuer nobody trusts, and no signal", ["R-AGE-003"], "UNTRUSTED_ISSUER", signed(b"\xff", key=stranger, key_id=bytes(32))),
        ("a wrong signature over no signal", ["R-AGE-003"], "BAD_SIGNATURE", signed(b"\xff", key=stranger, key_id=trusted)),
        ("a wrong signature over a bound out of range", ["R-AGE-003"], "BAD_SIGNATURE", signed(signal(lower_inclusive=121), key=stranger, key_id=trusted)),
        ("a scope that nobody knows, and over", ["R-AGE-003"], "MALFORMED", signed(signal(claim_scope=UNKNOWN, **yesterday))),
        ("supervision for a gate, and another audience", ["R-AGE-003", "R-AGE-029"], "MALFORMED", signed(signal(supervision=2, audience="x"))),
        ("another audience and another nonce", ["R-AGE-003", "R-AGE-006"], "WRONG_AUDIENCE", signed(signal(audience="x", nonce=bytes(16)))),
        ("another purpose and another nonce", ["R-AGE-003", "R-AGE-016"], "WRONG_AUDIENCE", signed(signal(purpose=LEGAL, nonce=bytes(16)))),
        ("another audience, and over", ["R-AGE-003", "R-AGE-006"], "WRONG_AUDIENCE", signed(signal(audience="x", **yesterday))),
        ("another nonce, and over", ["R-AGE-003", "R-AGE-007"], "WRONG_NONCE", signed(signal(nonce=bytes(16), **yesterday))),
    ]
    for number, (defect, cited, reason, data) in enumerate(rows, 675):
        file.bad(number, 1, defect, cited, {"signal": data}, reason)
    seen = [
        ("over, and it comes again", ["R-AGE-003", "R-AGE-023"], "EXPIRED", signal(token_id=id_, **yesterday)),
        ("another nonce, and it comes again", ["R-AGE-003", "R-AGE-007"], "WRONG_NONCE", signal(token_id=id_, nonce=bytes(16))),
    ]
    number_as_bytes = signal() + b"\x1a\x01\x01"
    file.bad(65, 1, "a known field of another wire type", ["R-WIRE-008"], {"signal": signed(number_as_bytes)}, "MALFORMED")
    wide = signal(exact_cell=None) + b"\x18\x02"
    file.ok(12, "a truth value of 2", ["R-WIRE-008"], {"signal": signed(wide)}, {"exact_cell": True, "lower": 13, "upper": 16})
    for number, (defect, cited, reason, data) in enumerate(seen, 686):
        file.bad(number, 638, defect, cited, {"signal": signed(data), "seen": [id_]}, reason)


def in_their_days(file, signed, signal):
    """A list of issuers with days in place of keys alone. The signals were issued on 15 January 2027."""
    listed = lambda first, until: trust.listed(trust.entry(file.shared["issuers"][0], first, until))
    cited = ["R-AGE-024"]
    given = lambda data, first, until: {"signal": data, "trust": listed(first, until)}
    file.ok(688, "the key's only day", cited, given(signed(signal()), "2027-01-15", "2027-01-16"), {"lower": 13, "upper": 16})
    rows = [
        ("issued on the day before the key's first", "UNTRUSTED_ISSUER", signal(), "2027-01-16", "2028-01-01"),
        ("issued on the day from which the key is no longer valid", "UNTRUSTED_ISSUER", signal(), "2026-01-01", "2027-01-15"),
        ("outside the key's days, and a bound out of range", "MALFORMED", signal(lower_inclusive=121), "2026-01-01", "2027-01-15"),
        ("outside the key's days, and another audience", "UNTRUSTED_ISSUER", signal(audience="x"), "2026-01-01", "2027-01-15"),
    ]
    for number, (defect, reason, data, first, until) in enumerate(rows, 689):
        file.bad(number, 688, defect, [*cited, "R-AGE-003"], given(signed(data), first, until), reason)
