"""Registers, join files, sessions and age signals: spec/07, 18, 08 and 19."""

from parcep.v1alpha1 import age_signal_pb2 as age
from parcep.v1alpha1 import membership_pb2 as mem
from parcep.v1alpha1 import register_pb2 as reg
from parcep.v1alpha1 import welcome_pb2 as wel

from .crypto import T, hpke_open, open_blob, register_name, sealing_key, sha256, signing_key, verify
from .engine import Refused, check, field, formula, known, parsed, said

REGISTER = 2
DAY = 86_400


# --- registers --------------------------------------------------------------------------------


def read_register(log_id, payload_type, writer, key, secret, version, value):
    value_limit(value)
    name = register_name(secret, payload_type, writer)
    signed = parsed(reg.SignedRegister, open_blob(secret, log_id, REGISTER, name, value))
    author_is_the_writer(signed.author_device, writer)
    verify(key, signed.signature, T("register", signed.payload_type, signed.document))
    document = parsed(reg.RegisterDocument, signed.document)
    register_household(document, log_id)
    register_type(document, signed, payload_type)
    register_author(document, signed)
    register_place(document, name)
    register_version(document, version)
    return document


@check("R-WIRE-006", "the limit of a register", "TOO_LARGE")
def value_limit(value):
    return len(value) <= 4096


@check("R-REG-004", "the one writer of a register", "NOT_PERMITTED_BY_TABLE")
def author_is_the_writer(author, writer):
    return author == writer


@check("R-REG-001", "the household in a register", "WRONG_HOUSEHOLD")
def register_household(document, log_id):
    return document.log_id == log_id


@check("R-REG-001", "the payload type in a register")
def register_type(document, signed, payload_type):
    return document.payload_type == signed.payload_type == payload_type


@check("R-REG-001", "the author in a register")
def register_author(document, signed):
    return document.author_device == signed.author_device


@check("R-REG-001", "the name in a register", "WRONG_PLACE")
def register_place(document, name):
    return document.name == name


@check("R-REG-001", "the version in a register", "WRONG_PLACE")
def register_version(document, version):
    return document.version == version


# --- joining ----------------------------------------------------------------------------------


def read_request(data):
    file_limit(data)
    request = parsed(wel.JoinRequest, data)
    request_is_whole(request)
    if request.WhichOneof("what"):
        said(request.category or request.role)
    what_is_known(request)
    names_are_few(request)
    for key in (request.signing_key, request.access_key):
        signing_key(key)
    sealing_key(request.sealing_key)
    possession(request)
    names_are_names(request)
    return request


@check("R-MEM-013", "the refusal of unknown categories and roles in a join request")
def what_is_known(request):
    return known(mem.PepCategory, request.category) and known(mem.DeviceRole, request.role)


@check("R-WIRE-006", "the number of names in a join request")
def names_are_few(request):
    return len(request.capabilities) <= 128


@check("R-JOIN-002", "the refusal of empty names and of line feeds in names")
def names_are_names(request):
    return all(name and "\n" not in name for name in request.capabilities)


@check("R-WIRE-006", "the limit of a join file", "TOO_LARGE")
def file_limit(data):
    return len(data) <= 16 * 1024


@check("R-JOIN-002", "the form of a join request")
def request_is_whole(request):
    return len(request.device_id) == 16 and request.WhichOneof("what") is not None


@formula(
    "R-JOIN-002",
    join_signatures_without_the_access_key=lambda r: T(
        "join", r.device_id, r.signing_key, r.sealing_key, b"", r.category, r.role, "\n".join(r.capabilities)
    ),
    join_signatures_without_the_capabilities=lambda r: T(
        "join", r.device_id, r.signing_key, r.sealing_key, r.access_key, r.category, r.role, b""
    ),
    join_signatures_without_category_and_role=lambda r: T(
        "join", r.device_id, r.signing_key, r.sealing_key, r.access_key, 0, 0, "\n".join(r.capabilities)
    ),
)
def join_text(r):
    names = "\n".join(r.capabilities)
    return T("join", r.device_id, r.signing_key, r.sealing_key, r.access_key, r.category, r.role, names)


@check("R-JOIN-002", "the proof of possession", "BAD_SIGNATURE")
def possession(request):
    verify(request.signing_key, request.signature, join_text(request))


@formula(
    "R-JOIN-005",
    Welcomes_that_name_no_device=lambda log_id, device, head: T("welcome", log_id, b"", head),
    Welcomes_that_name_no_head=lambda log_id, device, head: T("welcome", log_id, device, b""),
)
def welcome_info(log_id, device, head):
    return T("welcome", log_id, device, head)


def read_answer(data, device, seed):
    answer = parsed(wel.JoinAnswer, data)
    anchor_is_whole(answer), relays_are_few(answer)
    info = welcome_info(answer.anchor.log_id, device, answer.head_hash)
    plain = hpke_open(seed, info, answer.sealed_welcome)
    welcome = parsed(wel.Welcome, plain)
    heads_agree(answer, welcome)
    return answer, welcome, plain


@check("R-WIRE-007", "the lengths in an anchor")
def anchor_is_whole(answer):
    anchor = answer.anchor
    hashes = [anchor.log_id, anchor.genesis_hash, answer.head_hash]
    return all(len(value) == 32 for value in hashes) and 16 <= len(anchor.handle) <= 32


@check("R-WIRE-006", "the number of relays in an anchor")
def relays_are_few(answer):
    return len(answer.anchor.relays) <= 8


@check("R-JOIN-005", "the comparison of heads beside and inside a Welcome")
def heads_agree(answer, welcome):
    return welcome.head.hash == answer.head_hash


# --- sessions and bookmarks -------------------------------------------------------------------


@check("R-RELAY-004", "the signature of a session", "BAD_CHALLENGE")
def session(key, signature, relay_id, handle, nonce, expires_at):
    try:
        verify(key, signature, session_text(relay_id, handle, nonce, expires_at))
    except Refused:
        return False


@formula(
    "R-RELAY-004",
    sessions_that_name_no_relay=lambda relay_id, handle, nonce, end: T("session", b"", handle, nonce, end),
    sessions_that_never_expire=lambda relay_id, handle, nonce, end: T("session", relay_id, handle, nonce, 0),
)
def session_text(relay_id, handle, nonce, expires_at):
    return T("session", relay_id, handle, nonce, expires_at)


@check("R-RELAY-012", "the signature of a bookmark", "BAD_SIGNATURE")
def bookmark(key, signature, handle, relay_epoch, seq, head, time):
    verify(key, signature, bookmark_text(handle, relay_epoch, seq, head, time))


@formula(
    "R-RELAY-012",
    bookmarks_without_the_relay_epoch=lambda handle, epoch, seq, head, time: T("bookmark", handle, 0, seq, head, time),
    bookmarks_without_the_time=lambda handle, epoch, seq, head, time: T("bookmark", handle, epoch, seq, head, 0),
)
def bookmark_text(handle, relay_epoch, seq, head, time):
    return T("bookmark", handle, relay_epoch, seq, head, time)


# --- age signals ------------------------------------------------------------------------------


def read_signal(data, issuers, audience, purpose, nonce, now):
    signal_limit(data)
    signed = parsed(age.SignedAgeSignal, data)
    issuer = next((key for key in issuers if sha256(key) == signed.issuer_key_id), None)
    issuer_is_trusted(issuer)
    signal_is_signed(issuer or issuers[0], signed)
    signal = parsed(age.AgeSignal, signed.signal)
    said(signal.method), said(signal.purpose), method_is_known(signal), purpose_is_known(signal)
    for test in (lower_is_said, bounds_in_range, bounds_ascend, texts_fit, token_fits, whole_day, end_is_later, not_too_long):
        test(signal)
    for_this_audience(signal, audience), for_this_purpose(signal, purpose)
    nonce_agrees(field(signal, "nonce"), nonce)
    has_begun(signal, now), is_not_over(signal, now)
    return signal


@check("R-AGE-003", "the limit of a signal")
def signal_limit(data):
    return len(data) <= 2048


@check("R-AGE-003", "the list of trusted issuers", "UNTRUSTED_ISSUER")
def issuer_is_trusted(issuer):
    return issuer is not None


@check("R-AGE-002", "the signature of a signal")
def signal_is_signed(key, signed):
    verify(key, signed.signature, T("age-signal", signed.signal))


@check("R-AGE-012", "the refusal of unknown methods")
def method_is_known(signal):
    return known(age.AgeMethod, signal.method)


@check("R-AGE-012", "the refusal of unknown purposes")
def purpose_is_known(signal):
    return known(age.AgePurpose, signal.purpose)


@check("R-AGE-001", "the need of a lower bound")
def lower_is_said(signal):
    return signal.HasField("lower_inclusive")


@check("R-AGE-001", "the range of bounds")
def bounds_in_range(signal):
    return signal.lower_inclusive <= 120 and signal.upper_exclusive <= 121


@check("R-AGE-001", "the order of bounds")
def bounds_ascend(signal):
    return not signal.HasField("upper_exclusive") or signal.lower_inclusive < signal.upper_exclusive


@check("R-AGE-003", "the lengths of audience and nonce")
def texts_fit(signal):
    nonce = field(signal, "nonce")
    return 1 <= len(signal.audience.encode()) <= 255 and (nonce is None or 16 <= len(nonce) <= 64)


@check("R-WIRE-007", "the length of a token id")
def token_fits(signal):
    return len(signal.token_id) == 16


@check("R-AGE-008", "the rounding of the issue time")
def whole_day(signal):
    return signal.issued_bucket % DAY == 0


@check("R-AGE-008", "the order of a signal's dates")
def end_is_later(signal):
    return signal.not_after > signal.issued_bucket


@check("R-AGE-008", "the longest validity")
def not_too_long(signal):
    return signal.not_after - signal.issued_bucket <= 366 * DAY


@check("R-AGE-006", "the audience of a signal", "WRONG_AUDIENCE")
def for_this_audience(signal, audience):
    return signal.audience == audience


@check("R-AGE-016", "the purpose of a signal", "WRONG_AUDIENCE")
def for_this_purpose(signal, purpose):
    return signal.purpose == purpose


@check("R-AGE-007", "the nonce of a signal", "WRONG_NONCE")
def nonce_agrees(nonce, given):
    return nonce == given


@check("R-AGE-008", "the beginning of a signal", "EXPIRED")
def has_begun(signal, now):
    return signal.issued_bucket <= now


@check("R-AGE-008", "the end of a signal", "EXPIRED")
def is_not_over(signal, now):
    return now < signal.not_after


@check("R-AGE-005", "the number of cut points")
def cuts_are_few(cuts):
    return 1 <= len(cuts) <= 3


@check("R-AGE-005", "the range of cut points")
def cuts_in_range(cuts):
    return all(1 <= cut <= 21 for cut in cuts)


@check("R-AGE-005", "the distance of cut points")
def cuts_apart(cuts):
    return all(b - a >= 2 for a, b in zip(cuts, cuts[1:]))


def coarsen(known, cuts):
    cuts_are_few(cuts), cuts_in_range(cuts), cuts_apart(cuts)
    return smallest(known, cuts)


def nearest_cell(known, cuts):
    lower = max([0, *(cut for cut in cuts if cut <= known[0])])
    return [lower, min((cut for cut in cuts if cut > lower), default=None)], True


@formula("R-AGE-004", coarsening_by_the_lower_bound_alone=nearest_cell)
def smallest(known, cuts):
    """The smallest interval between cut points that contains all of `known`, and whether it is one cell."""
    edges = [0, *cuts, None]
    reaches = lambda edge: edge is None or (known[1] is not None and known[1] <= edge)
    first = max(i for i, edge in enumerate(edges[:-1]) if edge <= known[0])
    last = min(i for i, edge in enumerate(edges) if i > first and reaches(edge))
    return [edges[first], edges[last]], last == first + 1
