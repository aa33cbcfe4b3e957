"""Whether a request is proper (R-AGE-026, R-AGE-027), and which cut points an audience has had (R-AGE-037).

Whatever is wrong with a request, the answer is INVALID_REQUEST; so the checks here give no reasons apart from that.
"""

from dataclasses import dataclass, field

from parcep.v1alpha1 import age_signal_pb2, age_token_pb2

from . import crypto
from .bracket import proper_cuts
from .claim import is_region
from .rules import Refused, check
from .wire import UNKNOWN, name, name_list, parse

MOST_BYTES = 4_096
DECLARED = {"self_declared", "guardian_declared"}
INVALID = "INVALID_REQUEST"
KEEP_DAYS = 365


# --- what requests for signals and for tokens share ---------------------------------------------


@check("R-AGE-026", "the most bytes of a request", INVALID)
def short(data):
    return len(data) <= MOST_BYTES


@check("R-AGE-026", "the refusal of assurances not known in a request", INVALID)
def assurance_known(request):
    return name(request, "least_assurance") != UNKNOWN


@check("R-AGE-026", "the refusal of times not known in a request", INVALID)
def time_known(request):
    return name(request, "established_within") != UNKNOWN


@check("R-AGE-026", "the refusal of methods not known in a request", INVALID)
def methods_known(methods):
    return not {None, UNKNOWN}.intersection(methods)


@check("R-AGE-026", "the refusal of methods that stand twice", INVALID)
def methods_distinct(methods):
    return len(set(methods)) == len(methods)


@check("R-AGE-026", "the refusal of NOT_TOLD among the accepted methods", INVALID)
def methods_told(methods):
    return "not_told" not in methods


@check("R-AGE-027", "the refusal of one of two declared methods", INVALID)
def no_kind_of_declaration(methods):
    return len(DECLARED.intersection(methods)) != 1


@check("R-AGE-027", "the refusal of the assurance BASIC", INVALID)
def not_basic(request):
    return name(request, "least_assurance") != "basic"


def proper_filters(request, for_access):
    proper_cuts(list(request.cuts))
    assurance_known(request), time_known(request)
    methods = name_list(request, "accepted_methods")
    methods_known(methods), methods_distinct(methods), methods_told(methods)  # that leaves less than 8
    if for_access:
        no_kind_of_declaration(methods), not_basic(request)


# --- requests for signals -----------------------------------------------------------------------


@check("R-AGE-013", "the comparison of a request's audience with the one seen", INVALID)
def audience_seen(request, caller):
    return request.audience == caller


@check("R-AGE-026", "the length of a request's audience", INVALID)
def audience_fits(request):
    return 1 <= len(request.audience.encode()) <= 255


@check("R-AGE-026", "the refusal of purposes not known in a request", INVALID)
def purpose_known(request):
    return name(request, "purpose") not in (None, UNKNOWN)


@check("R-AGE-026", "the length of a request's nonce", INVALID)
def nonce_fits(request):
    return 16 <= len(request.nonce) <= 64


@check("R-AGE-026", "the form of a request's jurisdiction", INVALID)
def jurisdiction_fits(request):
    return is_region(request.jurisdiction)


@check("R-AGE-026", "the most changes of a request", INVALID)
def changes_few(request):
    return len(request.changes) <= 16


@check("R-AGE-026", "the length of a request's changes", INVALID)
def changes_fit(request):
    return all(1 <= len(id) <= 32 for id in request.changes)


@check("R-AGE-026", "the refusal of changes that stand twice", INVALID)
def changes_distinct(request):
    return len(set(request.changes)) == len(request.changes)


@check("R-AGE-026", "the refusal of changes for another purpose than consent", INVALID)
def changes_for_consent(request):
    return not request.changes or name(request, "purpose") == "consent_flow"


def proper_request(data, caller):
    """The message, or Refused."""
    short(data)
    request = parse(age_signal_pb2.AgeSignalRequest, data)
    audience_fits(request), audience_seen(request, caller), purpose_known(request)
    proper_filters(request, for_access=name(request, "purpose") == "access_gate")
    nonce_fits(request), jurisdiction_fits(request)
    changes_few(request), changes_fit(request), changes_distinct(request), changes_for_consent(request)
    return request


# --- requests for tokens ------------------------------------------------------------------------


@check("R-AGE-026", "the fewest and most holder keys", INVALID)
def keys_few(keys):
    return 1 <= len(keys) <= 30


@check("R-AGE-026", "the refusal of holder keys that stand twice", INVALID)
def keys_distinct(keys):
    return len(set(keys)) == len(keys)


@check("R-AGE-026", "the length of a request's holder keys", INVALID)
def keys_fit(keys):
    return all(len(key) == 32 for key in keys)


@check("R-WIRE-011", "the refusal of weak holder keys in a request", INVALID)
def keys_admitted(keys):
    return all(crypto.admitted(key) for key in keys)


def proper_token_request(data):
    short(data)
    request = parse(age_token_pb2.IssueAgeTokensRequest, data)
    proper_filters(request, for_access=True)
    keys = list(request.holder_keys)
    keys_few(keys), keys_distinct(keys), keys_fit(keys), keys_admitted(keys)
    return request


# --- cut points kept for an audience ------------------------------------------------------------


@dataclass
class CutSets:
    """The cut points that an issuer keeps for one audience: those of now, since which day, and all there ever were."""

    cuts: list | None = None
    since_day: int = 0
    ever: set = field(default_factory=set)

    def admits(self, cuts, day):
        """Whether these cut points may be answered on this day."""
        try:
            proper_cuts(cuts)
            if self.cuts is not None and cuts != self.cuts:
                kept_long(day - self.since_day)
                far_from_all({*self.ever, *self.cuts, *cuts})
        except Refused:
            return False
        return True

    def answered(self, cuts, day):
        """They are kept with the first answer that is a SIGNAL."""
        if cuts != self.cuts:
            self.cuts, self.since_day, self.ever = cuts, day, {*self.ever, *cuts}


@check("R-AGE-037", "the days that cut points are kept", INVALID)
def kept_long(days):
    return days >= KEEP_DAYS


@check("R-AGE-037", "the distance of all cut points that ever were", INVALID)
def far_from_all(cuts):
    ordered = sorted(cuts)
    return all(b - a >= 2 for a, b in zip(ordered, ordered[1:]))
