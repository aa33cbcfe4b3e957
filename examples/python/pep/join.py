"""Joining by two files (chapter 18)."""

from .epochs import MOST_IN_WELCOME, secrets_of
from .keys import verifies, weak_sealing_key, weak_signing_key
from .proto import pb
from .shape import well_formed
from .wire import parse, require, transcript

MOST_JOIN_FILE, MOST_WELCOME, MOST_CAPABILITIES = 16 << 10, 16 << 20, 128
KEYS = {"signing_key": weak_signing_key, "sealing_key": weak_sealing_key, "access_key": weak_signing_key}


def join_transcript(request):
    """R-JOIN-002."""
    names = "\n".join(request.capabilities)
    fields = (request.device_id, request.signing_key, request.sealing_key, request.access_key)
    return transcript("join", *fields, request.category, request.role, names)


def verified_request(data):
    """The refusals in the order of R-JOIN-002 and R-JOIN-011."""
    require(len(data) <= MOST_JOIN_FILE, "TOO_LARGE")
    request = parse(pb.JoinRequest, data)
    require(len(request.capabilities) <= MOST_CAPABILITIES)
    require(len(request.device_id) == 16 and all(len(getattr(request, name)) == 32 for name in KEYS))
    for name, weak in KEYS.items():
        require(not weak(getattr(request, name)), "WEAK_KEY")
    require(verifies(request.signing_key, request.signature, join_transcript(request)), "BAD_SIGNATURE")
    require(all(name and "\n" not in name for name in request.capabilities))
    require(request.WhichOneof("what") is not None)
    require(request.category in range(1, 9) or request.role == pb.DEVICE_ROLE_ACTIVE)
    require(request.access_key != request.signing_key)
    return request


def signed_request(identity, category, capabilities):
    """What this device asks with."""
    request = pb.JoinRequest(
        device_id=identity.device_id, signing_key=identity.signing.public, sealing_key=identity.sealing.public,
        access_key=identity.access.public, category=category, capabilities=capabilities,
    )
    request.signature = identity.signing.sign(join_transcript(request))
    return request


def open_answer(data, device_id, sealing_key):
    """(answer, Welcome) of a JoinAnswer for this device (R-JOIN-005)."""
    answer = parse(pb.JoinAnswer, data)
    require(len(answer.sealed_welcome) <= MOST_WELCOME, "TOO_LARGE")
    well_formed(answer)
    info = transcript("welcome", answer.anchor.log_id, device_id, answer.head_hash)
    welcome = parse(pb.Welcome, sealing_key.open(answer.sealed_welcome, info))
    well_formed(welcome)
    require(welcome.head.hash == answer.head_hash)
    secrets_of(welcome.secrets, MOST_IN_WELCOME)
    return answer, welcome
