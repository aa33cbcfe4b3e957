"""What an issuer answers: the form of a request, the order of the table, and what a signal then tells."""

from parcep.v1alpha1 import age_signal_pb2 as age
from parcep.v1alpha1 import age_token_pb2 as tok

from ..common import NOW, Counter, File
from ..drafts import setting
from .made import AUDIENCE, CONSENT, DEFAULTS, GATE, LEGAL, UNKNOWN, key, padded, public

SELF, GUARDIAN, VERIFIED, ESTIMATED, INFERRED, CHECKED, NOT_TOLD = range(1, 8)
ASSERTED, BASIC, STANDARD, ENHANCED, STRICT = range(1, 6)
WITHIN_DAY, WITHIN_30_DAYS, WITHIN_365_DAYS, OLDER = range(1, 5)
TODAY = NOW // 86_400
CHILD = {
    "lower": 14, "upper": 15, "method": "guardian_declared", "assurance": "basic", "declarant_check": "payment",
    "established": "within_30_days", "supervision": "supervised", "controls": ["time_limits"],
}
ADULT = {"lower": 33, "upper": 34, "method": "verified", "assurance": "enhanced", "established": "within_day", "supervision": "unsupervised"}
OTHER_CUTS = {"cuts": [18], "since_day": TODAY - 10, "ever": [18]}


class Asker:
    def __init__(self, file):
        self.file, self.nonce = file, Counter("age requests")(32)

    def request(self, extra=None, **fields):
        made = age.AgeSignalRequest(audience=AUDIENCE, purpose=GATE, cuts=[13, 16, 18], nonce=self.nonce)
        setting(**fields)(made)
        return extra(made.SerializeToString()) if extra else made.SerializeToString()

    def inputs(self, given=None, extra=None, **fields):
        return {"request": self.request(extra, **fields), **(given or {})}

    def ok(self, number, title, cited, expected, given=None, **fields):
        self.file.ok(number, title, cited, self.inputs(given, **fields), expected)

    def bad(self, number, of, title, cited, outcome, given=None, extra=None, **fields):
        expected = outcome if isinstance(outcome, dict) else {"outcome": outcome}
        self.file.bad(number, of, title, cited, self.inputs(given, extra, **fields), None, expected)


def told(lower=13, upper=16, exact=True, **rest):
    return {"outcome": "signal", "lower": lower, "upper": upper, "exact_cell": exact, **rest}


def requests():
    file = File(
        "age",
        "requests",
        "An issuer on a dependant's device sees that `caller` asks by `request`. `known` is what it knows of the person, "
        "null if nothing, `must_verify` or `no_answer`; `share` what the household's rules say for this audience, `none` "
        "if nothing; `kept` the cut points that it keeps for it; `majority` the age of adults; `mandatory` whether the law "
        "makes sharing mandatory; `day` counts from 1970-01-01. Its user has not turned off that a refusal looks like "
        "ignorance.",
        [
            "R-AGE-004", "R-AGE-005", "R-AGE-011", "R-AGE-012", "R-AGE-013", "R-AGE-015", "R-AGE-026", "R-AGE-027",
            "R-AGE-028", "R-AGE-029", "R-AGE-030", "R-AGE-031", "R-AGE-036", "R-AGE-037", "R-AGE-044", "R-AGE-057",
        ],
        {
            "caller": AUDIENCE, "known": CHILD, "share": "allow", "kept": None, "majority": 18, "mandatory": False,
            "day": TODAY,
        },
    )
    asker = Asker(file)
    proper(asker)
    improper(asker)
    in_order(asker)
    filters(asker)
    told_is_asked(asker)
    return file


def proper(asker):
    """Requests at the bounds of their form."""
    form = ["R-AGE-026"]
    asker.ok(300, "a gate at 13, 16 and 18", ["R-AGE-026", "R-AGE-030", "R-AGE-004"], told())
    asker.ok(301, "a request of 4 096 bytes", form, told())
    asker.file.rows["age/301"]["inputs"]["request"] = padded(asker.request(), 4096).hex()
    long = f"https://{'a' * 239}.example"
    asker.ok(302, "an audience of 255 bytes", form, told(), {"caller": long}, audience=long)
    asker.ok(303, "a nonce of 16 bytes", form, told(), nonce=bytes(range(16)))
    asker.ok(304, "a nonce of 64 bytes", form, told(), nonce=bytes(range(64)))
    every = [SELF, GUARDIAN, VERIFIED, ESTIMATED, INFERRED, CHECKED]
    asker.ok(305, "every method accepted", form, told(method="not_told"), accepted_methods=every)
    for number, code in enumerate(["BR", "US-CA", "FR-75C", "GB-ENG"], 306):
        asker.ok(number, f"under the law of {code}", form, told(), jurisdiction=code)
    changes = [bytes([n]) * 32 for n in range(15)] + [b"\x01"]
    asker.ok(310, "16 changes, in a consent flow", form, told(consent="granted"), purpose=CONSENT, changes=changes)
    asker.ok(311, "one cut point", ["R-AGE-005"], told(0, 21), cuts=[21])
    asker.ok(312, "any assurance, as told", form, told(assurance="asserted"), least_assurance=ASSERTED)
    asker.ok(313, "any time of the check, as told", form, told(established="older"), established_within=OLDER)
    for number, purpose, consent in [(314, DEFAULTS, "granted"), (315, CONSENT, "granted"), (316, LEGAL, "not_reported")]:
        title = f"purpose {age.AgePurpose.Name(purpose)[12:].lower()}"
        asker.ok(number, title, ["R-AGE-026", "R-AGE-029"], told(consent=consent), purpose=purpose)


def improper(asker):
    """R-AGE-026, R-AGE-027 and R-AGE-005, one fault each."""
    invalid, at = "invalid_request", 320

    def bad(title, cited, of=300, given=None, extra=None, **fields):
        nonlocal at
        asker.bad(at, of, title, cited, invalid, given, extra, **fields)
        at += 1

    form, cuts, access = ["R-AGE-026"], ["R-AGE-005"], ["R-AGE-027"]
    bad("a request of 4 097 bytes", form, 301, extra=lambda data: padded(data, 4097))
    bad("in the name of another audience", ["R-AGE-013", "R-AGE-026"], audience="https://chat.example")
    bad("no audience", form, audience="")
    long = f"https://{'a' * 240}.example"
    bad("an audience of 256 bytes", form, 302, {"caller": long}, audience=long)
    bad("no purpose", form, purpose=0)
    bad("a purpose that nobody knows", form, purpose=UNKNOWN)
    for what, wrong in [("no cut points", []), ("a cut at 0", [0, 13]), ("a cut at 22", [13, 22]), ("cuts one year apart", [13, 14]),
                        ("cuts that descend", [16, 13]), ("a cut twice", [13, 13]), ("four cuts", [10, 13, 16, 18])]:
        bad(what, cuts, cuts=wrong)
    bad("an assurance that nobody knows", form, 312, least_assurance=UNKNOWN)
    bad("a time of the check that nobody knows", form, 313, established_within=UNKNOWN)
    bad("a method that is none", form, 305, accepted_methods=[VERIFIED, 0])
    bad("a method that nobody knows", form, 305, accepted_methods=[VERIFIED, UNKNOWN])
    bad("NOT_TOLD among the methods", form, 305, accepted_methods=[VERIFIED, NOT_TOLD])
    bad("a method twice", form, 305, accepted_methods=[VERIFIED, ESTIMATED, VERIFIED])
    bad("nine methods, some of them twice", form, 305, accepted_methods=[VERIFIED, ESTIMATED, INFERRED] * 3)
    bad("no nonce", form, 303, nonce=b"")
    bad("a nonce of 15 bytes", form, 303, nonce=bytes(15))
    bad("a nonce of 65 bytes", form, 304, nonce=bytes(65))
    for what, code in [("in small letters", "br"), ("of three letters", "BRA"), ("of one letter", "B"), ("with nothing behind the hyphen", "US-"),
                       ("with four characters behind the hyphen", "US-CALI"), ("with small letters behind the hyphen", "US-ca"),
                       ("in digits", "07"), ("with an underscore", "US_CA")]:
        bad(f"a jurisdiction {what}", form, 307, jurisdiction=code)
    bad("changes at a gate", form, 310, changes=[b"\x01"])
    bad("changes for safer defaults", form, 310, purpose=DEFAULTS, changes=[b"\x01"])
    bad("17 changes", form, 310, purpose=CONSENT, changes=[bytes([n]) for n in range(17)])
    bad("a change without an id", form, 310, purpose=CONSENT, changes=[b""])
    bad("a change with an id of 33 bytes", form, 310, purpose=CONSENT, changes=[bytes(33)])
    bad("a change twice", form, 310, purpose=CONSENT, changes=[b"\x01", b"\x01"])
    bad("a gate for those who declare for themselves", access, 305, accepted_methods=[SELF])
    bad("a gate for those who are declared by guardians", access, 305, accepted_methods=[GUARDIAN, VERIFIED])
    bad("a gate for everything but declarations by guardians", access, 305, accepted_methods=[SELF, VERIFIED, ESTIMATED, INFERRED, CHECKED])
    bad("a gate of basic assurance, which a guardian's declaration has and one's own has not", access, 312, least_assurance=BASIC)
    bad("a known field of another wire type", ["R-WIRE-008"], extra=lambda data: data + b"\x4a\x01\x01")
    assert at <= 362, at


def in_order(asker):
    """R-AGE-030: each condition alone, and with the next ones."""
    order = ["R-AGE-030"]
    row = lambda number, title, cited, outcome, given, of=300, **fields: asker.bad(number, of, title, cited, outcome, given, **fields)
    unknown = {"outcome": "age_unknown", "consent": "not_reported"}
    refused = lambda consent: {"outcome": "refused", "consent": consent}
    flow = dict(of=315, purpose=CONSENT)
    row(362, "other cut points than those kept", ["R-AGE-015", "R-AGE-037", "R-AGE-030"], "invalid_request", {"kept": OTHER_CUTS})
    row(363, "a guardian refuses: it looks like ignorance", ["R-AGE-031", "R-AGE-057"], unknown, {"share": "refuse"})
    row(364, "a guardian is to be asked: it looks like ignorance", ["R-AGE-031", "R-AGE-057"], unknown, {"share": "ask"})
    row(365, "no rule of any guardian: it looks like ignorance", ["R-AGE-031", "R-AGE-057"], unknown, {"share": "none"})
    row(366, "a guardian refuses, in a consent flow", ["R-AGE-031", "R-AGE-057"], refused("denied"), {"share": "refuse"}, **flow)
    row(367, "a guardian is to be asked, in a consent flow", ["R-AGE-031", "R-AGE-057"], refused("pending"), {"share": "ask"}, **flow)
    row(368, "no rule of any guardian, in a consent flow", ["R-AGE-031", "R-AGE-057"], refused("not_reported"), {"share": "none"}, **flow)
    row(369, "a guardian refuses, and the law makes sharing mandatory", ["R-AGE-031", "R-AGE-057"], refused("not_reported"), {"share": "refuse", "mandatory": True})
    row(387, "a guardian is to be asked for safer defaults, and the law makes sharing mandatory", ["R-AGE-031", "R-AGE-057"],
        refused("pending"), {"share": "ask", "mandatory": True}, of=314, purpose=DEFAULTS)
    row(388, "a guardian is to be asked for safer defaults: it looks like ignorance", ["R-AGE-031", "R-AGE-057"],
        unknown, {"share": "ask"}, of=314, purpose=DEFAULTS)
    row(370, "its source does not answer", order, "temporarily_unavailable", {"known": "no_answer"})
    row(371, "the person has to be checked first", order, "verification_required", {"known": "must_verify"})
    row(372, "nothing is known", order, "age_unknown", {"known": None})
    row(373, "nothing is known, asked for one cell: never the youngest", ["R-AGE-030", "R-AGE-036"], {"outcome": "age_unknown"}, {"known": None}, one_cell=True)
    row(374, "not the assurance asked for", order, "insufficient_assurance", {}, least_assurance=STANDARD)
    row(375, "no nonce, and other cut points than those kept", order, "invalid_request", {"kept": OTHER_CUTS}, nonce=b"")
    row(376, "no nonce, and nothing is known", order, "invalid_request", {"known": None}, nonce=b"")
    row(377, "other cut points than those kept, refused in a consent flow", order, "invalid_request", {"kept": OTHER_CUTS, "share": "refuse"}, **flow)
    row(378, "other cut points than those kept, and nothing is known", order, "invalid_request", {"kept": OTHER_CUTS, "known": None})
    row(379, "refused in a consent flow, and its source does not answer", order, "refused", {"share": "refuse", "known": "no_answer"}, **flow)
    row(380, "refused in a consent flow, and the person has to be checked", order, "refused", {"share": "refuse", "known": "must_verify"}, **flow)
    row(381, "refused, and the person has to be checked: it still looks like ignorance", ["R-AGE-030", "R-AGE-031"], unknown, {"share": "refuse", "known": "must_verify"})
    row(382, "refused in a consent flow, and not the assurance asked for", order, "refused", {"share": "refuse"}, least_assurance=STRICT, **flow)
    row(383, "nothing is known, and an assurance is asked for", order, "age_unknown", {"known": None}, least_assurance=STANDARD)
    row(384, "basic at a gate, and refused", order, "invalid_request", {"share": "refuse"}, least_assurance=BASIC)
    kept = lambda cuts, days, ever=None: {"kept": {"cuts": cuts, "since_day": TODAY - days, "ever": ever or cuts}}
    pinned = ["R-AGE-015", "R-AGE-037"]
    asker.ok(317, "the cut points that are kept", pinned, told(), kept([13, 16, 18], 1))
    asker.ok(318, "other cut points than those kept, after 365 days", pinned, told(), kept([18], 365))
    row(385, "other cut points than those kept, after 364 days", pinned, "invalid_request", kept([18], 364), of=318)
    row(386, "after 365 days, one year from a cut that was once kept", pinned, "invalid_request", kept([18], 365, [12, 18]), of=318)
    asker.ok(319, "a request in the order of its table, with everything in place", order, told(method="verified", assurance="enhanced"),
             {"known": {**CHILD, "method": "verified", "assurance": "strict"}}, least_assurance=ENHANCED, accepted_methods=[VERIFIED])


FILTERS = [
    # asked for, known, met
    ("asserted is asked for and nothing told", dict(least_assurance=ASSERTED), {"assurance": None}, True),
    ("standard is asked for and nothing told", dict(least_assurance=STANDARD), {"assurance": None}, False),
    ("standard is asked for and standard known", dict(least_assurance=STANDARD), {"assurance": "standard"}, True),
    ("strict is asked for and enhanced known", dict(least_assurance=STRICT), {"assurance": "enhanced"}, False),
    ("within a day, known within a day", dict(established_within=WITHIN_DAY), {"established": "within_day"}, True),
    ("within a day, known within 30", dict(established_within=WITHIN_DAY), {"established": "within_30_days"}, False),
    ("within 365 days, known within 30", dict(established_within=WITHIN_365_DAYS), {"established": "within_30_days"}, True),
    ("within 365 days, known to be older", dict(established_within=WITHIN_365_DAYS), {"established": "older"}, False),
    ("older will do, and no date is known", dict(established_within=OLDER), {"established": None}, True),
    ("within 365 days, and no date is known", dict(established_within=WITHIN_365_DAYS), {"established": None}, False),
    ("verified or estimated, known estimated", dict(accepted_methods=[VERIFIED, ESTIMATED]), {"method": "estimated"}, True),
    ("verified or estimated, known inferred", dict(accepted_methods=[VERIFIED, ESTIMATED]), {"method": "inferred"}, False),
    ("verified, and how it is known is not told", dict(accepted_methods=[VERIFIED]), {"method": "not_told"}, False),
]


def filters(asker):
    for number, (title, asked, known, met) in enumerate(FILTERS, 750):
        given, cited = {"known": {**CHILD, **known}}, ["R-AGE-030"]
        if met:
            asker.ok(number, title, cited, told(), given, **asked)
        else:
            asker.bad(number, 300, title, cited, "insufficient_assurance", given, **asked)


def told_is_asked(asker):
    """R-AGE-028, R-AGE-029, R-AGE-036: what stands in the signal beside the bracket."""
    said = ["R-AGE-028"]
    nothing = dict(
        method="not_told", assurance=None, established=None, declarant_check=None, jurisdiction=None, basis=None,
        supervision="not_reported", controls=[], consent="not_reported", change=None, revocation_handle=None,
    )
    same = ["R-AGE-028", "R-AGE-029"]
    asker.ok(763, "a supervised child, at a gate that asks for nothing more", same, told(13, None, **nothing), cuts=[13])
    asker.ok(764, "an adult in the same cell: not a word is different", same, told(13, None, **nothing), {"known": ADULT}, cuts=[13])
    asker.ok(765, "the law is named at a gate, and not told", said, told(jurisdiction=None, basis=None), jurisdiction="US-CA")
    asker.ok(766, "no law is named", said, told(jurisdiction=None, basis=None), purpose=DEFAULTS)
    asker.ok(767, "strict is known, standard is told", said, told(assurance="standard"),
             {"known": {**CHILD, "assurance": "strict"}}, least_assurance=STANDARD)
    asker.ok(768, "known within a day, told within 365", said, told(established="within_365_days"),
             {"known": {**CHILD, "established": "within_day"}}, established_within=WITHIN_365_DAYS)
    asker.ok(769, "two methods are accepted, none is told", said, told(method="not_told"), accepted_methods=[SELF, GUARDIAN])
    asker.ok(770, "one method is accepted, at a duty of law", ["R-AGE-027", "R-AGE-028"], told(method="guardian_declared", declarant_check=None),
             purpose=LEGAL, accepted_methods=[GUARDIAN])
    asker.ok(771, "one method is accepted, for safer defaults: the check of the declarant too", ["R-AGE-027", "R-AGE-028", "R-AGE-011"],
             told(method="guardian_declared", declarant_check="payment"), purpose=DEFAULTS, accepted_methods=[GUARDIAN])
    asker.ok(772, "the same in a consent flow", said, told(method="guardian_declared", declarant_check="payment"),
             purpose=CONSENT, accepted_methods=[GUARDIAN])
    asker.ok(773, "the method is not told, so the check of the declarant is not either", said,
             told(method="not_told", declarant_check=None), purpose=DEFAULTS, accepted_methods=[GUARDIAN, VERIFIED])
    asker.ok(774, "the age is self-declared: no check of a declarant", said, told(method="self_declared", declarant_check=None),
             {"known": {**CHILD, "method": "self_declared"}}, purpose=DEFAULTS, accepted_methods=[SELF])
    asker.ok(775, "basic, for safer defaults", ["R-AGE-027"], told(assurance="basic"), purpose=DEFAULTS, least_assurance=BASIC)
    household = ["R-AGE-029"]
    asker.ok(776, "a supervised child, for safer defaults", household, told(supervision="supervised", controls=["time_limits"], consent="granted"), purpose=DEFAULTS)
    asker.ok(777, "a child whom nobody supervises, for safer defaults", household, told(supervision="unsupervised", controls=[]),
             {"known": {**CHILD, "supervision": "unsupervised", "controls": []}}, purpose=DEFAULTS)
    asker.ok(778, "a supervised child, for a duty of law", household, told(supervision="not_reported", controls=[], consent="not_reported"), purpose=LEGAL)
    adult = dict(supervision="not_reported", consent="not_required")
    asker.ok(779, "an adult, for safer defaults", household, told(18, None, **adult), {"known": ADULT}, purpose=DEFAULTS)
    asker.ok(780, "an adult whom somebody supervises, in a consent flow", household, told(18, None, **adult),
             {"known": {**ADULT, "supervision": "supervised"}}, purpose=CONSENT)
    eighteen = {"known": {**ADULT, "lower": 18, "upper": 19, "supervision": "supervised"}}
    asker.ok(781, "18 years, where adults are 19", household, told(18, None, supervision="supervised", consent="granted"), {**eighteen, "majority": 19}, purpose=DEFAULTS)
    asker.ok(782, "18 years, where adults are 18", household, told(18, None, **adult), {**eighteen, "majority": 18}, purpose=DEFAULTS)
    maybe = {"known": {**ADULT, "lower": 17, "upper": 19, "supervision": "supervised"}}
    asker.ok(783, "17 or 18 years: not known to be of age", household, told(16, None, False, supervision="supervised", consent="granted"), maybe, purpose=DEFAULTS)
    free = {"known": {**CHILD, "lower": 16, "upper": 17, "consent_not_required": True}}
    asker.ok(784, "a married minor, in a consent flow: the bracket of the age, and no consent", ["R-AGE-029", "R-AGE-044"],
             told(16, 18, consent="not_required"), free, purpose=CONSENT)
    asker.ok(785, "a married minor, at a gate", household, told(16, 18, consent="not_reported"), free)
    wide = {"known": {**CHILD, "lower": 12, "upper": 17}}
    asker.ok(786, "two cells of three", ["R-AGE-004"], told(0, 18, False), wide)
    asker.ok(787, "two cells of three, asked for one", ["R-AGE-036"], told(0, 13, False), wide, one_cell=True)
    asker.ok(788, "one cell, asked for one", ["R-AGE-036"], told(), one_cell=True)
    law = {"known": {**CHILD, "jurisdiction": "US-UT", "basis": "location"}}
    asker.ok(789, "a law is named, for safer defaults: told is the one that the issuer applies", said,
             told(jurisdiction="US-UT", basis="location"), law, purpose=DEFAULTS, jurisdiction="US-CA")
    asker.ok(790, "a law is named, for a duty of law", said, told(jurisdiction="US-UT", basis="location"), law, purpose=LEGAL, jurisdiction="US-UT")
    asker.ok(791, "a law is named at a gate, and the issuer applies one", said, told(jurisdiction=None, basis=None), law, jurisdiction="US-UT")
    asker.ok(792, "no law is named, and the issuer applies one", said, told(jurisdiction=None, basis=None), law, purpose=CONSENT)
    asker.ok(793, "how the declarant was checked is not known", said, told(method="guardian_declared", declarant_check="not_told"),
             {"known": {**CHILD, "declarant_check": None}}, purpose=DEFAULTS, accepted_methods=[GUARDIAN])


def token_requests():
    file = File(
        "age",
        "token_requests",
        "An issuer elsewhere that knows `known` of a person is asked for tokens by `request`.",
        ["R-AGE-004", "R-AGE-005", "R-AGE-019", "R-AGE-026", "R-AGE-027", "R-AGE-028", "R-AGE-030", "R-AGE-036"],
        {"known": {"lower": 33, "upper": 34, "method": "verified", "assurance": "enhanced", "established": "within_day"}},
    )
    random = Counter("age token requests")
    keys = [public(key(random)) for _ in range(31)]

    def inputs(known="shared", size=None, **fields):
        made = tok.IssueAgeTokensRequest(cuts=[18], holder_keys=keys[:2])
        setting(**fields)(made)
        data = made.SerializeToString()
        return {"request": padded(data, size) if size else data, **({} if known == "shared" else {"known": known})}

    def ok(number, title, cited, tokens, lower=18, upper=None, exact=True, rest=None, **given):
        expected = {"outcome": "signal", "tokens": tokens, "lower": lower, "upper": upper, "exact_cell": exact, **(rest or {})}
        file.ok(number, title, cited, inputs(**given), expected)

    form = ["R-AGE-026"]
    nothing = {"method": "not_told", "assurance": None, "established": None, "declarant_check": None}
    ok(400, "two tokens", ["R-AGE-019", "R-AGE-030", "R-AGE-028"], 2, rest=nothing)
    ok(401, "one token", form, 1, holder_keys=keys[:1])
    ok(402, "30 tokens", form, 30, holder_keys=keys[:30])
    ok(403, "as it was asked for", ["R-AGE-028"], 2, accepted_methods=[VERIFIED], least_assurance=STANDARD, established_within=WITHIN_30_DAYS,
       rest={"method": "verified", "assurance": "standard", "established": "within_30_days"})
    minor = {"lower": 12, "upper": 17, "method": "guardian_declared", "assurance": "basic", "established": "older"}
    ok(404, "several cells", ["R-AGE-004"], 2, 0, 18, False, known=minor, cuts=[13, 16, 18])
    ok(405, "several cells, asked for one", ["R-AGE-036"], 2, 0, 13, False, known=minor, cuts=[13, 16, 18], one_cell=True)
    ok(406, "a request of 4 096 bytes", form, 2, size=4096)
    ok(407, "both ways of declaring", ["R-AGE-027"], 2, known=minor, accepted_methods=[GUARDIAN, SELF], rest={"method": "not_told", "declarant_check": None}, lower=0, upper=18, exact=True)
    weak, uncanonical = bytes([1]) + bytes(31), bytes([0xEE]) + bytes([0xFF]) * 30 + bytes([0x7F])
    invalid, access = "invalid_request", ["R-AGE-027"]
    rows = [
        ("no holder key", 401, form, invalid, dict(holder_keys=[])),
        ("31 holder keys", 402, form, invalid, dict(holder_keys=keys)),
        ("a holder key twice", 400, form, invalid, dict(holder_keys=[keys[0], keys[0]])),
        ("a holder key of 31 bytes", 400, form, invalid, dict(holder_keys=[keys[0], keys[1][:31]])),
        ("a holder key of small order", 400, ["R-AGE-026", "R-WIRE-011"], invalid, dict(holder_keys=[keys[0], weak])),
        ("a holder key that is not canonical", 400, ["R-AGE-026", "R-WIRE-011"], invalid, dict(holder_keys=[uncanonical])),
        ("no cut points", 400, ["R-AGE-005"], invalid, dict(cuts=[])),
        ("cuts one year apart", 400, ["R-AGE-005"], invalid, dict(cuts=[17, 18])),
        ("a method that nobody knows", 403, form, invalid, dict(accepted_methods=[UNKNOWN])),
        ("an assurance that nobody knows", 403, form, invalid, dict(least_assurance=UNKNOWN)),
        ("a time of the check that nobody knows", 403, form, invalid, dict(established_within=UNKNOWN)),
        ("tokens for those who declare for themselves", 407, access, invalid, dict(known=minor, accepted_methods=[SELF])),
        ("tokens for those who are declared by guardians", 407, access, invalid, dict(known=minor, accepted_methods=[GUARDIAN])),
        ("tokens of basic assurance", 407, access, invalid, dict(known=minor, least_assurance=BASIC)),
        ("a request of 4 097 bytes", 406, form, invalid, dict(size=4097)),
        ("its source does not answer", 400, ["R-AGE-030"], "temporarily_unavailable", dict(known="no_answer")),
        ("the person has to be checked first", 400, ["R-AGE-030"], "verification_required", dict(known="must_verify")),
        ("nothing is known", 400, ["R-AGE-030"], "age_unknown", dict(known=None)),
        ("not the assurance asked for", 403, ["R-AGE-030"], "insufficient_assurance", dict(least_assurance=STRICT)),
        ("not the method asked for", 403, ["R-AGE-030"], "insufficient_assurance", dict(accepted_methods=[ESTIMATED])),
        ("no holder key, and nothing is known", 400, ["R-AGE-030"], invalid, dict(holder_keys=[], known=None)),
    ]
    for number, (defect, of, cited, outcome, given) in enumerate(rows, 409):
        file.bad(number, of, defect, cited, inputs(**given), None, {"outcome": outcome, "tokens": 0})
    return file
