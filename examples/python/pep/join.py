"""Joining by two files (chapter 18)."""

from . import branches
from .epochs import MOST_IN_WELCOME, only_what_is_ours, secrets_of
from .keys import verifies, weak_sealing_key, weak_signing_key
from .proto import pb
from .seal import live_root
from .shape import well_formed
from .wire import Refused, entry_hash, parse, require, transcript

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


def begin(device, data, uri):
    """R-JOIN-007: the answer is taken; nothing has effect before the log was followed to the Welcome's head."""
    answer, welcome = open_answer(data, device.identity.device_id, device.identity.sealing)
    if device.joining:  # R-JOIN-016: a further answer, in the place of the one before.
        device.state.pop("secrets", None)
    if welcome.membership:
        require(entry_hash(welcome.membership[0]) == answer.anchor.genesis_hash, "WRONG_ANCHOR")
    device.state["anchor"] = answer.anchor.SerializeToString().hex()
    device.state["relay"] = uri
    device.state["welcome"] = {
        "seq": welcome.head.seq, "hash": welcome.head.hash.hex(),
        "live": [[live.document_id.hex(), live.header_hash.hex(), live.seq] for live in welcome.live],
    }
    keep_secrets(device, welcome)
    device.entries = []
    device.store.save_entries([])
    device.replay()
    device.save()


def check(device):
    """R-JOIN-007, R-JOIN-010: at the head of the Welcome, everything is as it said."""
    if not device.joining:
        return
    welcome, last = device.state["welcome"], device.follower.next_seq - 1
    if device.follower.contradicted:
        refuse(device, "BAD_COMMITMENT")
    require(last >= welcome["seq"], "GAP")
    then = branches.replayed(device, device.entries[: welcome["seq"] + 1]).house
    if then.head.hex() != welcome["hash"]:
        refuse(device, "FORK")
    listed = then.points.get(device.identity.device_id)
    if listed is None or not device.is_own(listed.point) or listed.point.category != device.product.category:
        refuse(device, "NOT_PERMITTED_BY_TABLE")
    live = [(bytes.fromhex(document), bytes.fromhex(digest), seq) for document, digest, seq in welcome["live"]]
    if live_root(live) != then.root:
        refuse(device, "BAD_COMMITMENT")
    author = then.author(listed.written_by)
    device.state["welcomed_by"], device.state["joined_at"] = listed.written_by.hex(), welcome["seq"]
    device.clock.kept["welcomer"] = author and author.principal.hex()
    device.clock.settle()
    del device.state["welcome"]


def refuse(device, reason):
    """A Welcome that is refused leaves nothing behind (R-PAIR-011)."""
    for name in ("anchor", "relay", "welcome", "secrets", "fork"):
        device.state.pop(name, None)
    device.state.update(registers={}, beats={}, written={})
    device.entries, device.follower, device.branches = [], None, []
    device.store.save_entries([])
    device.save()
    raise Refused(reason)


def supplement(device, data):
    """R-JOIN-009: secrets that it lacks, and nothing else."""
    answer, welcome = open_answer(data, device.identity.device_id, device.identity.sealing)
    require(answer.anchor.log_id == device.anchor.log_id, "WRONG_HOUSEHOLD")
    for slot, value in secrets_of(welcome.secrets, MOST_IN_WELCOME).items():
        if device.house.commitments.knows(slot):
            device.house.commitments.check(slot, value)
    keep_secrets(device, welcome)
    device.replay()
    device.save()


def keep_secrets(device, welcome):
    """Whom it serves stands in the log, which is read later; what is not ours goes then (R-JOIN-012)."""
    secrets = secrets_of(welcome.secrets, MOST_IN_WELCOME)
    named = {dependant for dependant, _, _ in secrets if dependant is not None}
    asked = pb.EnforcementPoint(category=device.product.category, dependants=named)
    device.hold({**only_what_is_ours(secrets, asked), **device.handed_secrets()})
