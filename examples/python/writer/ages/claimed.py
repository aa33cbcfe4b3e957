"""What platforms say: Windows, CAMARA, and claims of an mdoc or SD-JWT that somebody verified."""

from .platforms import CHECKED, GATES, NONE, NOTHING, VERIFIED, says, silent

WINDOWS = "Age signals overview for Windows developers, https://learn.microsoft.com/windows/apps/develop/security/age-signals, 2026-09-04"
WINDOWS_CHECK = "Windows Age APIs FAQ, https://learn.microsoft.com/windows/apps/develop/security/age-signals/faq, 2026"
WINDOWS_GROUPS = "UserAgeConsentResult Enum, https://learn.microsoft.com/uwp/api/windows.system.userageconsentresult, 2026"
CAMARA = "kyc-age-verification.yaml, v0.2.1-rc.2, https://github.com/camaraproject/KnowYourCustomerAgeVerification, commit 017ffe32"
PROOF = "EU age verification, architecture and technical specifications, 1.0.8, https://github.com/eu-digital-identity-wallet/av-doc-technical-specification, commit fd09d9e"
SD_JWT = "oauth-selective-disclosure-jwt, example arf-pid, https://github.com/oauth-wg/oauth-selective-disclosure-jwt, 2026"
LARGEST = 2_147_483_647


def windows(a):
    band = lambda lower, upper, **more: {"ageRange": {"Lower": lower, "Upper": upper}, **more}
    first = a.ok("13 to 15", band(13, 15), says(13, 16, NOTHING, True), WINDOWS, GATES)
    a.ok("18 and the largest number", band(18, LARGEST), says(18, None, NOTHING, True), WINDOWS, GATES)
    a.ok("10 to 12, in wider cells", band(10, 12), says(0, 13, NOTHING, True), WINDOWS, GATES)
    a.ok("null is no range, and never from 0", {"ageRange": None}, silent("age_unknown"), WINDOWS, GATES, ["R-AGE-033", "R-AGE-053"])
    adult = says(18, None, CHECKED, True, scope="adult_only")
    a.ok("verified, alone", {"verificationStatus": "Verified"}, adult, WINDOWS_CHECK, GATES)
    a.ok("verified, 18 or older", band(18, LARGEST, verificationStatus="Verified"), adult, WINDOWS_CHECK, GATES)
    a.ok("verified, 16 or older: what is 18 or older", band(16, LARGEST, verificationStatus="Verified"), adult, NONE, GATES)
    a.ok("verified, by its number", {"verificationStatus": 4}, adult, WINDOWS_CHECK, GATES)
    a.ok("verified beside 13 to 15: no claim of adulthood, and no verified child", band(13, 15, verificationStatus="Verified"),
         says(13, 16, NOTHING, True), WINDOWS_CHECK, GATES, ["R-AGE-041", "R-AGE-054"])
    a.ok("not verified: the range stands", band(16, 17, verificationStatus="Unverified"), says(16, 18, NOTHING, True), WINDOWS, GATES)
    for status, outcome in [("OptedOut", "refused"), ("TemporarilyUnavailable", "temporarily_unavailable"), ("NotApplicable", "not_regulated"), ("Unverified", "age_unknown")]:
        a.ok(status, {"verificationStatus": status}, silent(outcome), WINDOWS, GATES, ["R-AGE-033"])
    a.ok("included in Minor is at least 13, not a minor", {"Minor": "Included"}, says(13, None, NOTHING, False), WINDOWS_GROUPS, GATES)
    a.ok("included in Adult", {"Adult": "Included", "Minor": "Included", "Child": "Included"}, says(18, None, NOTHING, False), WINDOWS_GROUPS)
    a.ok("included in Minor, not in Adult", {"Minor": "Included", "Adult": "NotIncluded"}, says(13, 18, NOTHING, False), WINDOWS_GROUPS, GATES)
    a.ok("no group is enforced", {"Child": "NotEnforced", "Minor": "NotEnforced", "Adult": "NotEnforced"}, silent("not_regulated"), WINDOWS_GROUPS, GATES, ["R-AGE-033"])
    a.ok("a result of a later version", {"Adult": "Perhaps"}, silent("age_unknown"), NONE, GATES, ["R-AGE-053"])
    a.bad(first, "bounds in the wrong order", band(15, 13), gates=GATES, cited=["R-AGE-054"])
    a.more(596, 597)
    a.ok("verified, in cells that do not have 18: a range again", {"verificationStatus": "Verified"}, says(16, None, CHECKED, True), NONE, [13, 16])
    a.bad(first, "included in Adult, and not in Minor", {"Adult": "Included", "Minor": "NotIncluded"}, gates=GATES, cited=["R-AGE-054"])


def camara(a):
    answer = lambda check, **more: {"ageThreshold": 18, "ageCheck": check, **more}
    known = ("verified", "standard", None)
    first = a.ok("true: the threshold or older", answer("true", verifiedStatus=True), says(18, None, known, True), CAMARA, GATES)
    a.ok("false: younger", answer("false", verifiedStatus=True), says(0, 18, known, True), CAMARA, [18])
    a.ok("false, in finer cells", answer("false"), says(0, 18, NOTHING, False), CAMARA, GATES)
    a.ok("the status of the check is false", answer("true", verifiedStatus=False), says(18, None, NOTHING, True), CAMARA, GATES)
    a.ok("not available", answer("not_available"), silent("age_unknown"), CAMARA, GATES, ["R-AGE-033"])
    a.ok("the threshold is the only gate", {"ageCheck": "true"}, says(16, None, NOTHING, True), CAMARA, [16])
    a.ok("the threshold stands in the request", {"request": {"ageThreshold": 16}, "response": {"ageCheck": "true"}}, says(16, None, NOTHING, True), CAMARA, [16])
    a.ok("the line is not known", {"status": 404, "code": "IDENTIFIER_NOT_FOUND", "message": "m"}, silent("account_ineligible"), CAMARA, GATES, ["R-AGE-033"])
    a.ok("the network is not there", {"status": 503}, silent("temporarily_unavailable"), CAMARA, GATES, ["R-AGE-033"])
    a.ok("a value of a later version", answer("perhaps"), silent("age_unknown"), NONE, GATES, ["R-AGE-053"])
    a.bad(first, "no threshold", {"ageCheck": "true"}, cited=["R-AGE-054"])
    a.bad(first, "a threshold in quotes", {"ageThreshold": "18", "ageCheck": "true"})
    a.more(796, 798)
    a.ok("true, without gates", answer("true", verifiedStatus=True), says(18, None, known, True), CAMARA)
    a.ok("false, without gates", answer("false"), says(0, 18, NOTHING, True), CAMARA)
    a.bad(first, "no threshold, and younger", {"ageCheck": "false"}, cited=["R-AGE-054"])
    a.more(598, 599)
    a.bad(first, "a truth value that is no text", answer(True))
    a.ok("an unknown code leaves it to the status", {"status": 503, "code": "NEW_CODE"}, silent("temporarily_unavailable"), NONE, GATES, ["R-AGE-053"])


def claims(a):
    first = a.ok("18 or older, asked about 16: no more is told", {"age_over_18": True}, says(16, None, VERIFIED, True), PROOF, [16])
    a.ok("16 and not 18", {"age_over_16": True, "age_over_18": False}, says(16, 18, VERIFIED, True), PROOF, GATES)
    a.ok("a proof of age", {"docType": "eu.europa.ec.av.1", "nameSpaces": {"eu.europa.ec.av.1": {"age_over_18": True}}}, says(18, None, VERIFIED, True), PROOF, [18])
    a.ok("equal or over", {"age_equal_or_over": {"16": True, "18": False}}, says(16, 18, VERIFIED, True), SD_JWT, GATES)
    a.ok("no claim about the age", {"given_name": "Ada"}, silent("age_unknown"), NONE, GATES, ["R-AGE-033"])
    a.bad(first, "a claim in quotes", {"age_over_18": "true"}, cited=["R-AGE-053", "R-AGE-054"])
    a.bad(first, "a claim as a number", {"age_over_18": 1}, cited=["R-AGE-053", "R-AGE-054"])
    a.bad(first, "18 and not 16", {"age_over_18": True, "age_over_16": False}, cited=["R-AGE-054"])
    a.bad(first, "a proof of age with another attribute", {"docType": "eu.europa.ec.av.1", "nameSpaces": {"eu.europa.ec.av.1": {"age_over_18": True, "nationality": "FR"}}}, cited=["R-AGE-054"])
