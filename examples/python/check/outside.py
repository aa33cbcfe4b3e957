"""Registers, join files and sessions: spec/07, 18 and 08."""

from parcep.v1alpha1 import membership_pb2 as mem
from parcep.v1alpha1 import register_pb2 as reg
from parcep.v1alpha1 import welcome_pb2 as wel

from .crypto import T, hpke_open, open_blob, register_name, sealing_key, sha256, signing_key, verify
from .engine import Refused, check, formula, known, parsed, said

REGISTER = 2


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
