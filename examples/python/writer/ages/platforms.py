"""What platforms say, by the tables of chapter 19: Google Play, Apple, Amazon, Samsung."""

from ..common import File

GATES = [13, 16, 18]
NOTHING = ("not_told", "asserted", None)
SELF = ("self_declared", "asserted", None)
GUARDIAN = ("guardian_declared", "basic", "not_told")
CHECKED = ("checked_undifferentiated", "standard", None)
VERIFIED = ("verified", "enhanced", None)

PLAY = "Understand age signals responses, Play Age Signals API, https://developer.android.com/google/play/age-signals/understand-age-signals-responses, age-signals 0.0.4, read 2026-11-22"
PLAY_ERRORS = "Handle errors, Play Age Signals API, https://developer.android.com/google/play/age-signals/v4/handle-errors, read 2026-11-22"
PLAY_OLD = "AgeSignalsVerificationStatus, Play Age Signals API reference, age-signals 0.0.3 and before, read 2026-11-22"
APPLE = "AgeRangeService.AgeRange, Declared Age Range, https://developer.apple.com/documentation/declaredagerange/agerangeservice/agerange, 26.0, read 2026-11-22"
APPLE_HOW = "AgeRangeService.AgeRangeDeclaration, Declared Age Range, https://developer.apple.com/documentation/declaredagerange/agerangeservice/agerangedeclaration, 26.5, read 2026-11-22"
APPLE_ERRORS = "AgeRangeService.Error, Declared Age Range, https://developer.apple.com/documentation/declaredagerange/agerangeservice/error, 27.0, read 2026-11-22"
APPLE_LAW = "AgeRangeService.RegulatoryFeature, Declared Age Range, https://developer.apple.com/documentation/declaredagerange/agerangeservice/regulatoryfeature, 26.4, read 2026-11-22"
AMAZON = "Integrate and Test the GetUserAgeData API, https://developer.amazon.com/docs/app-submission/test-getuseragedata-api.html, 2026"
SAMSUNG = "Get Age Signals, https://developer.samsung.com/galaxy-store/galaxy-store-content-provider-api/get-age-signals.html, 2026"
NONE = "none: no document has such an answer"


def says(lower, upper, known, exact, supervision="not_reported", consent="not_reported", scope="range"):
    """A statement with a bracket."""
    method, assurance, check = known
    return {
        "outcome": "signal", "lower": lower, "upper": upper, "exact_cell": exact, "method": method, "assurance": assurance,
        "declarant_check": check, "claim_scope": scope, "supervision": supervision, "consent": consent,
    }


def silent(outcome, supervision="not_reported", consent="not_reported"):
    nothing = ["lower", "upper", "exact_cell", "method", "assurance", "declarant_check", "claim_scope"]
    return {"outcome": outcome, **dict.fromkeys(nothing), "supervision": supervision, "consent": consent}


class Adapter:
    """Adds vectors of one platform, one number after the other."""

    def __init__(self, file, platform, first, last):
        self.file, self.platform, self.at, self.last = file, platform, first, last

    def ok(self, title, json, statement, document, gates=None, cited=("R-AGE-054",)):
        self.file.ok(self.at, f"{self.platform}: {title}", list(cited), self.inputs(json, gates, document), {"statement": statement})
        return self.next()

    def bad(self, of, defect, json, document=NONE, gates=None, cited=("R-AGE-053",)):
        self.file.bad(self.at, of, f"{self.platform}: {defect}", list(cited), self.inputs(json, gates, document), "MALFORMED")
        return self.next()

    def inputs(self, json, gates, document):
        given = {"from": self.platform, "json": json, "document": document}
        return given if gates is None else {**given, "gates": gates}

    def next(self):
        self.at += 1
        assert self.at <= self.last + 1, self.at
        return self.at - 1

    def more(self, first, last):
        """Goes on with other numbers, where the first ones are used up."""
        self.at, self.last = first, last


def adapt():
    from . import claimed

    file = File(
        "age",
        "adapt",
        "An adapter reads the answer `json` of the platform `from`, asked with `gates` where they are given. `document` names "
        "what the form of the answer follows; it is no input. What is lost is told in words of one's own, and `loss` not "
        "compared.",
        ["R-AGE-011", "R-AGE-033", "R-AGE-036", "R-AGE-041", "R-AGE-044", "R-AGE-053", "R-AGE-054", "R-AGE-060"],
    )
    play(Adapter(file, "play-0.0.4", 800, 832))
    play_until_3(Adapter(file, "play-0.0.3", 833, 846))
    apple(Adapter(file, "apple", 847, 884))
    amazon(Adapter(file, "amazon", 885, 897))
    samsung(Adapter(file, "samsung", 898, 908))
    claimed.windows(Adapter(file, "windows", 909, 928))
    claimed.camara(Adapter(file, "camara", 929, 940))
    claimed.claims(Adapter(file, "claims", 941, 949))
    return file


def play(a):
    def shared(lower, upper, tier="TIER_A", **more):
        answer = {"ageSignalsStatus": "SHARED", "ageRangeSource": tier, "ageLower": lower, "ageUpper": upper}
        return {**{name: value for name, value in answer.items() if value != "left out"}, **more}

    unknown, silence = ["R-AGE-053"], ["R-AGE-033", "R-AGE-053"]
    first = a.ok("13 to 15, by the person", shared(13, 15), says(13, 16, SELF, True), PLAY, GATES)
    a.ok("below 13, by the person: a tier is how, not what", shared(0, 12), says(0, 13, SELF, True), PLAY, GATES)
    a.ok("below 13, verified", shared(0, 12, "TIER_D"), says(0, 13, VERIFIED, True), PLAY, GATES)
    a.ok("16 and 17, by a parent", shared(16, 17, "TIER_B"), says(16, 18, GUARDIAN, True, "supervised"), PLAY, GATES)
    a.ok("18 or older, checked", shared(18, None, "TIER_C"), says(18, None, CHECKED, True), PLAY, GATES)
    a.ok("18 or older, verified", shared(18, None, "TIER_D"), says(18, None, VERIFIED, True), PLAY, GATES)
    a.ok("an adult whom somebody supervises", shared(18, None, "TIER_B"), says(18, None, GUARDIAN, True, "supervised"), PLAY, GATES)
    a.ok("a tier of a later version", shared(13, 15, "TIER_E"), says(13, 16, NOTHING, True), NONE, GATES, unknown)
    a.ok("no tier", shared(13, 15, "left out"), says(13, 16, NOTHING, True), NONE, GATES, unknown)
    a.ok("one gate", shared(13, 15), says(0, 18, SELF, True), PLAY, [18])
    a.ok("no gates", shared(13, 15), says(13, 16, SELF, True), PLAY)
    a.ok("over two cells", shared(13, 17), says(13, 18, SELF, False), PLAY, GATES)
    a.ok("nothing is shared", {"ageSignalsStatus": "NOT_SHARED"}, silent("refused"), PLAY, cited=["R-AGE-033"])
    a.ok("a check is asked for", {"ageSignalsStatus": "VERIFICATION_REQUIRED"}, silent("verification_required"), PLAY, GATES, ["R-AGE-033"])
    a.ok("a status of a later version, beside bounds", shared(18, None, "TIER_D", ageSignalsStatus="SHARED_IN_PART"), silent("age_unknown"), NONE, GATES, silence)
    a.ok("no bounds", shared(None, None), silent("age_unknown"), NONE, GATES, silence)
    a.ok("no lower bound: it is missing, not 0", shared("left out", 12), silent("age_unknown"), NONE, GATES, silence)
    a.ok("every age", shared(0, None), silent("age_unknown"), NONE, GATES, silence)
    a.ok("null", None, silent("age_unknown"), NONE, cited=silence)
    change = lambda status: shared(13, 15, "TIER_B", significantChangeStatus=status)
    said = lambda consent: says(13, 16, GUARDIAN, True, "supervised", consent)
    a.ok("a change is pending", change("PENDING"), said("pending"), PLAY, GATES)
    a.ok("a change is declined: the bracket stays", change("DECLINED"), said("denied"), PLAY, GATES, ["R-AGE-044", "R-AGE-054"])
    a.ok("a change is approved", change("APPROVED"), said("granted"), PLAY, GATES)
    a.ok("the state of a change of a later version", change("ESCALATED"), said("pending"), NONE, GATES, unknown)
    a.ok("names as a bridge writes them", {"age_signals_status": "shared", "age_range_source": "tierA", "age_lower": 13, "age_upper": 15}, says(13, 16, SELF, True), NONE, GATES)
    a.ok("not from the store", {"errorCode": -9}, silent("not_owned"), PLAY_ERRORS, cited=["R-AGE-033"])
    a.ok("an old library", {"error": "SDK_VERSION_OUTDATED"}, silent("unsupported"), PLAY_ERRORS, cited=["R-AGE-033"])
    a.ok("no network", {"error": "NETWORK_ERROR"}, silent("temporarily_unavailable"), PLAY_ERRORS, cited=["R-AGE-033"])
    a.ok("an error of a later version", {"errorCode": -77}, silent("age_unknown"), NONE, cited=silence)
    a.bad(first, "bounds in the wrong order", shared(15, 13), gates=GATES, cited=["R-AGE-054"])
    a.bad(first, "a lower bound in quotes", shared("13", 15), gates=GATES)
    a.bad(first, "a lower bound below 0", shared(-1, 12), gates=GATES)
    a.bad(first, "one bound under two names", shared(13, 15, AGE_LOWER=14), gates=GATES)
    a.bad(first, "a list", [13, 15], gates=GATES)
    a.more(591, 594)
    a.ok("no status: the range is shared", shared(13, 15, ageSignalsStatus=None), says(13, 16, SELF, True), NONE, GATES)
    a.ok("no error", {"errorCode": 0, **shared(13, 15)}, says(13, 16, SELF, True), PLAY_ERRORS, GATES)
    a.ok("an error goes before a range", {"error": "NETWORK_ERROR", **shared(18, None, "TIER_D")}, silent("temporarily_unavailable"), PLAY_ERRORS, GATES, silence)
    a.bad(first, "an upper bound of 121", shared(18, 121), gates=GATES, cited=["R-AGE-054"])


def play_until_3(a):
    user = lambda status, lower=None, upper=None: {"userStatus": status, "ageLower": lower, "ageUpper": upper}
    by_parent = lambda consent="not_reported": says(13, 16, GUARDIAN, True, "supervised", consent)
    first = a.ok("verified, without bounds", user("VERIFIED"), says(18, None, CHECKED, True), PLAY_OLD, GATES)
    a.ok("verified, 18 or older", user("VERIFIED", 18), says(18, None, CHECKED, True), PLAY_OLD, GATES)
    a.ok("verified, and the bounds of a child: they stand", user("VERIFIED", 13, 15), says(13, 16, CHECKED, True), NONE, GATES)
    a.ok("declared", user("DECLARED", 13, 15), says(13, 16, SELF, True), PLAY_OLD, GATES)
    a.ok("supervised", user("SUPERVISED", 13, 15), by_parent(), PLAY_OLD, GATES)
    a.ok("an approval is pending", user("SUPERVISED_APPROVAL_PENDING", 13, 15), by_parent("pending"), PLAY_OLD, GATES)
    a.ok("an approval is denied: the bracket stays", user("SUPERVISED_APPROVAL_DENIED", 13, 15), by_parent("denied"), PLAY_OLD, GATES, ["R-AGE-044", "R-AGE-054"])
    a.ok("an empty status", user(""), silent("not_regulated"), PLAY_OLD, GATES, ["R-AGE-033"])
    a.ok("no status and no bounds", user(None), silent("not_regulated"), PLAY_OLD, GATES, ["R-AGE-033"])
    a.ok("unknown", user("UNKNOWN"), silent("age_unknown"), PLAY_OLD, GATES, ["R-AGE-033"])
    a.ok("a status of a later version, beside bounds", user("CONFIRMED", 18), silent("age_unknown"), NONE, GATES, ["R-AGE-053"])
    a.ok("supervised, without bounds", user("SUPERVISED"), silent("age_unknown", "supervised"), NONE, GATES, ["R-AGE-053"])
    a.bad(first, "bounds in the wrong order", user("VERIFIED", 18, 13), gates=GATES, cited=["R-AGE-054"])
    a.bad(first, "a status that is a list", user(["VERIFIED"]), gates=GATES)
    a.more(595, 595)
    a.ok("no status, beside bounds", user(None, 13, 15), says(13, 16, NOTHING, True), NONE, GATES, ["R-AGE-053"])


def apple(a):
    def sharing(how="selfDeclared", **bounds):
        return {"response": "sharing", **bounds, **({} if how is None else {"ageRangeDeclaration": how})}

    def ok(title, lower, upper, told, exact, gates=GATES, document=APPLE):
        answer = sharing(lowerBound=lower, upperBound=upper)
        return a.ok(title, answer, says(*told, SELF, exact), document, gates)

    first = ok("from a gate to the next", 13, 16, (13, 16), True)
    a.ok("a lower bound of null: below the lowest gate", sharing(lowerBound=None), says(0, 13, SELF, True), APPLE, GATES)
    ok("up to the lowest gate", None, 13, (0, 13), True)
    ok("only an upper bound, and a higher gate", None, 16, (0, 13), True)
    ok("from a gate to a year below the next", 13, 15, (13, 16), True)
    ok("from a gate to one after the next", 13, 18, (13, 16), True)
    ok("from the highest gate", 18, None, (18, None), True)
    ok("from the gate before the highest", 16, 18, (16, 18), True)
    ok("a lower bound that is no gate", 14, 16, (14, 16), False)
    ok("an upper bound that is no gate", 13, 14, (13, 15), False)
    ok("bounds that are no gates", 14, 16, (14, 17), False, [13, 18])
    ok("a region with another top gate", 18, None, (18, None), False, [13, 16])
    ok("an upper bound that is the lower one", 16, 16, (16, 17), False)
    unknown, silence = ["R-AGE-053"], ["R-AGE-033", "R-AGE-053"]
    a.ok("both missing", sharing(), silent("age_unknown"), NONE, GATES, silence)
    a.ok("both null", sharing(lowerBound=None, upperBound=None), silent("age_unknown"), NONE, GATES, silence)
    declared = [
        ("guardianDeclared", GUARDIAN), ("confirmed", CHECKED), ("checkedByOtherMethod", CHECKED),
        ("governmentIDChecked", VERIFIED), ("paymentChecked", ("inferred", "standard", None)),
        ("guardianPaymentChecked", ("guardian_declared", "basic", "payment")),
        ("guardianGovernmentIDChecked", ("guardian_declared", "basic", "gov_id")),
        ("guardianCheckedByOtherMethod", ("guardian_declared", "basic", "other")),
    ]
    for how, known in declared:
        cited = ["R-AGE-011", "R-AGE-054"] if how.startswith("guardian") else ["R-AGE-054"]
        a.ok(how, sharing(how, lowerBound=13, upperBound=16), says(13, 16, known, True), APPLE_HOW, GATES, cited)
    a.ok("a declaration of a later version", sharing("neighbourDeclared", lowerBound=13, upperBound=16), says(13, 16, NOTHING, True), NONE, GATES, unknown)
    a.ok("no declaration", sharing(None, lowerBound=13, upperBound=16), says(13, 16, NOTHING, True), APPLE, GATES, unknown)
    controls = lambda *names: sharing(lowerBound=13, upperBound=16, activeParentalControls=list(names))
    a.ok("with limits to communication", controls("communicationLimits"), says(13, 16, SELF, True, "supervised"), APPLE, GATES)
    a.ok("without controls: nobody knows whether supervised", controls(), says(13, 16, SELF, True), APPLE, GATES)
    a.ok("declined", {"response": "declinedSharing"}, silent("refused"), APPLE, GATES, ["R-AGE-033"])
    a.ok("declined, as a case of an enumeration", {"declinedSharing": {}}, silent("refused"), APPLE, GATES, ["R-AGE-033"])
    a.ok("shared, as a case of an enumeration", {"sharing": {"range": {"lowerBound": 13, "upperBound": 16}}}, says(13, 16, NOTHING, True), APPLE, GATES)
    for error, outcome in [("notAvailable", "age_unknown"), ("invalidRequest", "invalid_request"), ("invalidAccount", "account_ineligible"), ("declinedOnboarding", "refused")]:
        a.ok(error, {"error": error}, silent(outcome), APPLE_ERRORS, GATES, ["R-AGE-033"])
    a.ok("no law asks for anything", {"requiredRegulatoryFeatures": []}, silent("not_regulated"), APPLE_LAW, GATES, ["R-AGE-033"])
    a.bad(first, "bounds in the wrong order", sharing(lowerBound=16, upperBound=13), gates=GATES, cited=["R-AGE-054"])
    a.bad(first, "a bound in words", sharing(lowerBound="thirteen", upperBound=16), gates=GATES)
    a.more(794, 795)
    a.ok("a control of a later version", controls("sleepLimits"), says(13, 16, SELF, True), NONE, GATES, unknown)
    a.ok("bounds without gates: the wider reading, and not exact", sharing(lowerBound=13, upperBound=16), says(13, 17, SELF, False), NONE)


def amazon(a):
    def success(status, lower=None, upper=None):
        return {"responseStatus": "SUCCESS", "userStatus": status, "ageLower": lower, "ageUpper": upper}

    first = a.ok("verified, 18 or older", success("VERIFIED", 18), says(18, None, CHECKED, True), AMAZON, GATES)
    a.ok("verified, without bounds", success("VERIFIED"), says(18, None, CHECKED, True), NONE, GATES)
    a.ok("supervised, 13 to 15", success("SUPERVISED", 13, 15), says(13, 16, GUARDIAN, True, "supervised"), AMAZON, GATES)
    a.ok("consent is not granted, beside bounds", success("CONSENT_NOT_GRANTED", 13, 15), silent("refused", consent="denied"), AMAZON, GATES, ["R-AGE-033"])
    a.ok("an empty status: no law applies, and nobody is an adult by it", success(""), silent("not_regulated"), AMAZON, GATES, ["R-AGE-033"])
    a.ok("unknown", success("UNKNOWN"), silent("age_unknown"), AMAZON, GATES, ["R-AGE-033"])
    a.ok("a status of a later version", success("PENDING_REVIEW", 18), silent("age_unknown"), NONE, GATES, ["R-AGE-053"])
    for status, outcome in [("APP_NOT_OWNED", "not_owned"), ("INTERNAL_TRANSIENT_ERROR", "temporarily_unavailable"), ("FEATURE_NOT_SUPPORTED", "unsupported"), ("INTERNAL_ERROR", "age_unknown")]:
        a.ok(status, {"responseStatus": status}, silent(outcome), AMAZON, GATES, ["R-AGE-033"])
    a.bad(first, "bounds in the wrong order", success("VERIFIED", 18, 13), gates=GATES, cited=["R-AGE-054"])
    a.bad(first, "half a year", success("VERIFIED", 18.5), gates=GATES)


def samsung(a):
    def success(status, lower=None, upper=None):
        answer = {"result_code": 0, "userStatus": status, "ageLower": lower, "ageUpper": upper}
        return {name: value for name, value in answer.items() if value is not None}

    first = a.ok("supervised, 13 to 15, in digits", success("SUPERVISED", "13", "15"), says(13, 16, GUARDIAN, True, "supervised"), SAMSUNG, GATES)
    a.ok("verified, 18 or older", success("VERIFIED", "18"), says(18, None, CHECKED, True), SAMSUNG, GATES)
    a.ok("in numbers, as a bridge writes them", success("VERIFIED", 18), says(18, None, CHECKED, True), NONE, GATES)
    a.ok("an approval is denied: the bracket stays", success("SUPERVISED_APPROVAL_DENIED", "13", "15"), says(13, 16, GUARDIAN, True, "supervised", "denied"), SAMSUNG, GATES, ["R-AGE-044", "R-AGE-054"])
    a.ok("unknown", success("UNKNOWN"), silent("age_unknown"), SAMSUNG, GATES, ["R-AGE-033"])
    a.ok("not a supported method", {"result_code": 1, "result_message": "It is not a supported method"}, silent("unsupported"), SAMSUNG, GATES, ["R-AGE-033"])
    a.ok("no account", {"result_code": 1, "result_message": "The device is not registered SA"}, silent("account_ineligible"), SAMSUNG, GATES, ["R-AGE-033"])
    a.ok("another failure", {"result_code": 1, "result_message": "failed"}, silent("age_unknown"), NONE, GATES, ["R-AGE-053"])
    a.ok("a status that only another store has", success("DECLARED", "13", "15"), silent("age_unknown"), NONE, GATES, ["R-AGE-053"])
    a.bad(first, "bounds in the wrong order", success("SUPERVISED", "15", "13"), gates=GATES, cited=["R-AGE-054"])
    a.bad(first, "a bound in words", success("SUPERVISED", "thirteen", "15"), gates=GATES)
