"""Checks a running relay from the outside: one line per step, exit 1 at the first deviation.

Uses only proto/ and spec/. Usage: client.py http://127.0.0.1:PORT [RELAY-KEY] (see run.sh).
"""

import os
import re
import sys
import time

import grpc

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem
from parcep.v1alpha1 import register_pb2 as reg
from parcep.v1alpha1 import relay_pb2 as pb
from parcep.v1alpha1 import relay_pb2_grpc as rpc

TIMEOUT = 10
STEPS = []
KNOWN = {}


def step(text):
    STEPS.append(text)
    print(f"  ok  {text}", flush=True)


def check(condition, what):
    if not condition:
        raise SystemExit(f"FAIL  {what}")


def fields(data):
    """The fields of a protobuf message of lengths and varints, enough for google.rpc.Status."""
    found, at = [], 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = varint()
        value = varint()
        if tag & 7 == 2:
            at, value = at + value, data[at : at + value]
        found.append((tag >> 3, value))
    return found


def error_info(error):
    """Reason and metadata of a refusal (R-ERR-001)."""
    details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    for number, any_bytes in fields(details):
        detail = dict(fields(any_bytes)) if number == 3 else {}
        if detail.get(1, b"").endswith(b"google.rpc.ErrorInfo"):
            info = fields(detail[2])
            pairs = [dict(fields(v)) for n, v in info if n == 3]
            metadata = {p[1].decode(): p.get(2, b"").decode() for p in pairs}
            plain = dict((n, v.decode()) for n, v in info if n in (1, 2))
            says_nothing_of_the_caller(error.details(), metadata)
            check(plain.get(2) == "parcep", f"error domain is {plain.get(2)!r}")
            return plain[1], metadata
    raise SystemExit(f"FAIL  a refusal without ErrorInfo: {error.code()} {error.details()}")


def says_nothing_of_the_caller(message, metadata):
    """R-ERR-003: nothing that an error says is a key, a handle or content; hashes of entries are the one exception."""
    said = message + "".join(value for name, value in metadata.items() if name != "head")
    long_hex = re.search(r"[0-9a-fA-F]{16,}", said)
    check(not long_hex and "Robin" not in said and "relay.example" not in said, f"an error that says too much: {said}")


def refused(reason, code, call, *args, **kwargs):
    try:
        answer = call(*args, timeout=TIMEOUT, **kwargs)
        if hasattr(answer, "__next__"):
            next(answer)
    except grpc.RpcError as error:
        got, metadata = error_info(error)
        check(got == reason, f"refused with {got}, not {reason}: {error.details()}")
        check(error.code() == code, f"{reason} travels on {error.code()}, not {code}")
        return metadata
    raise SystemExit(f"FAIL  accepted what had to be refused with {reason}")


def challenge(stub, handle, device):
    """A signed challenge (R-RELAY-004), for the relay id that is known or was first seen (R-RELAY-035)."""
    asked = stub.Challenge(pb.ChallengeRequest(handle=handle, access_key=device.access_public), timeout=TIMEOUT)
    check(len(asked.relay_id) == 32 and len(asked.nonce) == 32, "challenge has the wrong shape")
    check(KNOWN.setdefault("relay id", asked.relay_id) == asked.relay_id, "the relay has another id than the one known")
    text = wire.transcript("session", asked.relay_id, handle, asked.nonce, asked.expires_at)
    return asked, device.access.sign(text)


def open_session(stub, handle, device, timeout=TIMEOUT):
    asked, signature = challenge(stub, handle, device)
    return stub.OpenSession(
        pb.OpenSessionRequest(
            handle=handle,
            access_key=device.access_public,
            nonce=asked.nonce,
            expires_at=asked.expires_at,
            signature=signature,
        ),
        timeout=timeout,
    )


def main(uri, bookmark_key):
    plain = uri.removeprefix("http://")
    check(plain != uri, "this client speaks plain HTTP/2 to loopback only")
    if bookmark_key:
        KNOWN["relay id"] = wire.sha256(bookmark_key)
    with grpc.insecure_channel(plain) as channel:
        run(rpc.RelayServiceStub(channel), uri, bookmark_key)
    print(f"{len(STEPS)} passed, 0 failed")


def run(stub, uri, bookmark_key):
    now = int(time.time())
    phone = wire.Device()
    guardian, child, group, handle = (os.urandom(16) for _ in range(4))
    house = wire.Household(os.urandom(32))

    # 1 A household: genesis is signed, sealed and wrapped as the specification says (R-RELAY-007).
    contents, wraps = wire.founding(house, guardian, phone, child, uri)
    made = wire.draft(house, doc.PAYLOAD_TYPE_GENESIS, contents, wraps=wraps)
    genesis = wire.entry_at(house, phone, made, 0, wire.ZERO, now)
    asked, signature = challenge(stub, handle, phone)
    every_right = [pb.RIGHT_READ, pb.RIGHT_APPEND, pb.RIGHT_REGISTERS, pb.RIGHT_ADMIN]
    create = pb.CreateLogRequest(
        handle=handle,
        genesis=genesis,
        access=pb.AccessKey(access_key=phone.access_public, rights=every_right, group=group),
        nonce=asked.nonce,
        expires_at=asked.expires_at,
        signature=signature,
    )
    status = stub.CreateLog(create, timeout=TIMEOUT).status
    anchor = wire.entry_hash(genesis)
    check((status.next_seq, status.head, status.relay_epoch) == (1, anchor, 1), "status after genesis")
    step("created a log with a signed, sealed genesis; the relay's head is our entry hash")

    # 2 A challenge is good once and for its signer only (R-RELAY-003, R-RELAY-006); a handle is taken once.
    refused("BAD_CHALLENGE", grpc.StatusCode.UNAUTHENTICATED, stub.CreateLog, create)
    asked, signature = challenge(stub, handle, phone)
    forged = pb.OpenSessionRequest(
        handle=handle,
        access_key=phone.access_public,
        nonce=asked.nonce,
        expires_at=asked.expires_at,
        signature=signature[:-1] + bytes([signature[-1] ^ 1]),
    )
    refused("BAD_CHALLENGE", grpc.StatusCode.UNAUTHENTICATED, stub.OpenSession, forged)
    refused("BAD_CHALLENGE", grpc.StatusCode.UNAUTHENTICATED, open_session, stub, handle, wire.Device())
    asked, signature = challenge(stub, handle, phone)
    again = pb.CreateLogRequest()
    again.CopyFrom(create)
    again.nonce, again.expires_at, again.signature = asked.nonce, asked.expires_at, signature
    refused("LOG_EXISTS", grpc.StatusCode.ALREADY_EXISTS, stub.CreateLog, again)
    step("a used challenge, a forged signature and an unknown key are refused alike; a handle is taken once")

    # 3 A session (R-RELAY-004, R-RELAY-005).
    opened = open_session(stub, handle, phone)
    session = opened.session
    check(sorted(opened.rights) == every_right, "rights of the first key")
    check(now < opened.expires_at <= now + 3660, "session expiry")
    refused("NO_SESSION", grpc.StatusCode.UNAUTHENTICATED, stub.Read, pb.ReadRequest(session=os.urandom(32)))
    step("opened a session by a signed challenge; an invented token is refused")

    # 4 Append.
    names = mem.IdentitySection(
        dependant_name="Robin", guardians=[mem.PrincipalName(id=guardian, name="Kim")]
    )
    kind = doc.SECTION_KIND_IDENTITY
    made = wire.draft(house, doc.PAYLOAD_TYPE_IDENTITY, {kind: names.SerializeToString()}, dependant=child)
    first = wire.entry_at(house, phone, made, 1, anchor, now)
    head = append(stub, session, first)
    check(head == wire.entry_hash(first), "head after append")
    step("appended a document whose one section only people around the child can open")

    # 5 Lose a race and recover: R-LOG-011, R-DOC-021, R-RELAY-008; there is nothing to replay: R-RELAY-019.
    tablet = wire.Device()
    ours = mem.PrincipalDevices(principal_id=guardian, devices=[phone.message(), tablet.message()])
    late = wire.draft(house, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, {4: ours.SerializeToString()})
    stale = wire.entry_at(house, phone, late, 2, head, now)
    names.dependant_name = "Robin B"
    rival = wire.draft(
        house, doc.PAYLOAD_TYPE_IDENTITY, {kind: names.SerializeToString()}, dependant=child, base=made.document_id
    )
    winner = wire.entry_at(house, phone, rival, 2, head, now)
    won = append(stub, session, winner)
    request = pb.AppendRequest(session=session, entry=stale)
    told = refused("STALE_HEAD", grpc.StatusCode.ABORTED, stub.Append, request)
    check(told == {"next_seq": "3", "head": won.hex()}, f"metadata of STALE_HEAD is {told}")
    suffix = stub.Read(pb.ReadRequest(session=session, from_seq=2), timeout=TIMEOUT).entries
    check([wire.entry_hash(e) for e in suffix] == [won], "suffix after a lost race")
    again = wire.entry_at(house, phone, late, 3, won, now)
    check(again.body == stale.body and again.header != stale.header, "only the header is made anew")
    head = append(stub, session, again)
    refused("STALE_HEAD", grpc.StatusCode.ABORTED, stub.Append, pb.AppendRequest(session=session, entry=again))
    replay = pb.AppendRequest(session=session, entry=again, replay=True)
    told = stub.Append(replay, timeout=TIMEOUT).status
    check(told.next_seq == 4 and told.head == head, "what stands is answered as if it had just been appended")
    other = pb.AppendRequest(session=session, entry=stale, replay=True)
    told = refused("NOT_PERMITTED", grpc.StatusCode.PERMISSION_DENIED, stub.Append, other)
    check(told.get("right") == "replay", f"metadata of a replay that nobody asked for is {told}")
    step("lost a race on purpose, found the winner, signed again for the new place")

    # 6 Shape: R-LOG-002; and R-ERR-002.
    crooked = doc.Entry()
    crooked.CopyFrom(again)
    crooked.seq, crooked.prev, crooked.header = 4, head, again.header[:-1]
    code = grpc.StatusCode.INVALID_ARGUMENT
    shapes = {"MALFORMED", "INVALID_ARGUMENT"}
    check(reason_of(stub.Append, pb.AppendRequest(session=session, entry=crooked), code) in shapes, "short header")
    crooked.header = again.header * 32
    check(reason_of(stub.Append, pb.AppendRequest(session=session, entry=crooked), code) == "TOO_LARGE", "long header")
    status = stub.Read(pb.ReadRequest(session=session, from_seq=4), timeout=TIMEOUT).status
    check((status.next_seq, status.head) == (4, head), "a refused append left something")
    step("entries of a wrong shape are refused and leave nothing")

    # 7 A second member reads everything from its anchor and its own wrap (R-RELAY-009, R-RELAY-010).
    reader = wire.Household(house.log_id)
    entries = read_all(stub, session)
    check(entries == [genesis, first, winner, again], "entries differ from what was appended")
    check(wire.entry_hash(entries[0]) == anchor, "genesis is not the anchor's")
    for secret in wire.open_wraps(phone.sealing, house.log_id, 1, entries[0].body).secrets:
        reader.secrets[secret.dependant_id, secret.generation] = secret.value
    reader.authors[phone.id] = phone.signing_public
    read = [wire.follow(reader, entry) for entry in entries]
    check(reader.head == status.head, "hash chain")
    epoch = mem.EpochBody.FromString(read[0][1][6])
    household = reader.secrets[b"", 1]
    check(epoch.household_commitment == wire.secret_commitment(household, b"", 1, 0), "epoch commitment")
    check(mem.IdentitySection.FromString(read[2][1][16]).dependant_name == "Robin B", "identity section")
    check(len(mem.PrincipalDevices.FromString(read[3][1][4]).devices) == 2, "devices section")
    step("read the log, verified chain, signatures, seals and commitments from the anchor on")

    # 8 What was changed on the way is noticed.
    for name, change in [("header", "SEAL_BROKEN"), ("body", "BODY_MISMATCH"), ("prev", "WRONG_PLACE")]:
        victim = wire.Household(house.log_id, reader.secrets, reader.authors, reader.heads[:1])
        bad = doc.Entry()
        bad.CopyFrom(entries[1])
        value = bytearray(getattr(bad, name))
        value[-1] ^= 1
        setattr(bad, name, bytes(value))
        try:
            wire.follow(victim, bad)
        except wire.Broken as broken:
            check(broken.reason == change, f"changed {name} gives {broken.reason}")
        else:
            check(False, f"changed {name} went unnoticed")
    step("a changed header, body or place is noticed by the reader")

    # 9 Watch, stop, resume (R-RELAY-011, R-RELAY-023).
    watched, bookmark = watch(stub, session, 0, wire.ZERO, 4)
    check([wire.entry_hash(e) for e in watched] == reader.heads, "watched entries")
    check((bookmark.seq, bookmark.head) == (3, head), "bookmark")
    if bookmark_key:  # R-RELAY-012
        said = (bookmark.relay_epoch, bookmark.seq, bookmark.head, bookmark.time)
        wire.verify(bookmark_key, bookmark.signature, wire.transcript("bookmark", handle, *said))
    names.dependant_name = "Robin C"
    made = wire.draft(
        house, doc.PAYLOAD_TYPE_IDENTITY, {kind: names.SerializeToString()}, dependant=child, base=rival.document_id
    )
    entry = wire.entry_at(house, phone, made, 4, head, now)
    stream = stub.Watch(pb.WatchRequest(session=session, from_seq=4, from_hash=head), timeout=TIMEOUT)
    head = append(stub, session, entry)
    live = next(item.entry for item in stream if item.WhichOneof("item") == "entry")
    stream.cancel()
    check(wire.entry_hash(live) == head, "an entry that was appended while watching")
    watched, _ = watch(stub, session, 3, reader.heads[2], 2)
    check([e.seq for e in watched] == [3, 4], "resumed watch")
    wire.follow(reader, watched[1])
    check(reader.head == head, "head after the resumed watch")
    elsewhere = pb.WatchRequest(session=session, from_seq=3, from_hash=os.urandom(32))
    refused("UNKNOWN_POSITION", grpc.StatusCode.FAILED_PRECONDITION, stub.Watch, elsewhere)
    step("watched, was told live, resumed by place and hash; another hash is refused")

    # 10 A register with compare-and-swap (R-REG-007, R-RELAY-014). Live is the newest identity document.
    live = wire.live_root([reader.documents[4]])
    secret = house.secrets[b"", 1]
    name = wire.register_name(secret, doc.PAYLOAD_TYPE_BEAT, phone.id)
    absent = stub.ReadRegister(pb.ReadRegisterRequest(session=session, name=name), timeout=TIMEOUT)
    check(not absent.HasField("register"), "a register before its first version")
    for version in (1, 2):
        write(stub, session, beat(house, secret, phone, name, version, now, head, live))
    told = refused(
        "STALE_VERSION",
        grpc.StatusCode.ABORTED,
        stub.WriteRegister,
        pb.WriteRegisterRequest(session=session, register=beat(house, secret, phone, name, 2, now, head, live)),
    )
    check(told.get("version") == "2", f"metadata of STALE_VERSION is {told}")
    kept = stub.ReadRegister(pb.ReadRegisterRequest(session=session, name=name), timeout=TIMEOUT).register
    opened = wire.open_register(reader, secret, name, kept.version, kept.value)
    check(opened.version == 2 and reg.Beat.FromString(opened.payload).head.seq == 4, "beat in the register")
    step("wrote a sealed beat twice, lost a compare-and-swap, read it back and verified it")

    # 11 Another key, with fewer rights (R-RELAY-021).
    granted = pb.AccessKey(access_key=tablet.access_public, rights=[pb.RIGHT_READ], group=group)
    stub.GrantAccess(pb.GrantAccessRequest(session=session, access=granted), timeout=TIMEOUT)
    theirs = open_session(stub, handle, tablet).session
    check(len(read_all(stub, theirs)) == 5, "a reader reads")
    entry.seq, entry.prev = 5, head
    request = pb.AppendRequest(session=theirs, entry=entry)
    told = refused("NOT_PERMITTED", grpc.StatusCode.PERMISSION_DENIED, stub.Append, request)
    check(told.get("right") == "append", f"metadata of NOT_PERMITTED is {told}")
    listed = stub.ListAccess(pb.ListAccessRequest(session=session), timeout=TIMEOUT).keys
    keys = [k.access_key for k in listed]
    check(keys == sorted([phone.access_public, tablet.access_public]), "list of access keys")
    step("a key that may only read reads, and is refused to append")

    # 12 Gone at once (R-RELAY-018); an admin key is not (R-RELAY-017).
    stub.RevokeAccess(pb.RevokeAccessRequest(session=session, access_key=tablet.access_public), timeout=TIMEOUT)
    refused("NO_SESSION", grpc.StatusCode.UNAUTHENTICATED, stub.Read, pb.ReadRequest(session=theirs))
    own = pb.RevokeAccessRequest(session=session, access_key=phone.access_public)
    refused("DELAYED", grpc.StatusCode.FAILED_PRECONDITION, stub.RevokeAccess, own)
    step("a revoked key's session is over at once")


def reason_of(call, request, code):
    try:
        call(request, timeout=TIMEOUT)
    except grpc.RpcError as error:
        check(error.code() == code, f"refused on {error.code()}, not {code}")
        return error_info(error)[0]
    raise SystemExit("FAIL  accepted what had to be refused")


def append(stub, session, entry):
    return stub.Append(pb.AppendRequest(session=session, entry=entry), timeout=TIMEOUT).status.head


def read_all(stub, session):
    entries = []
    while True:
        answer = stub.Read(pb.ReadRequest(session=session, from_seq=len(entries), limit=2), timeout=TIMEOUT)
        check(len(answer.entries) <= 2, "more entries than asked for")
        entries.extend(answer.entries)
        if len(entries) >= answer.status.next_seq:
            return entries
        check(answer.entries, "a read that gives nothing although something is there")


def watch(stub, session, from_seq, from_hash, wanted):
    """The first entries of a watch and its first bookmark."""
    stream = stub.Watch(pb.WatchRequest(session=session, from_seq=from_seq, from_hash=from_hash), timeout=TIMEOUT)
    entries, bookmark = [], None
    for item in stream:
        if item.WhichOneof("item") == "entry":
            entries.append(item.entry)
        elif item.WhichOneof("item") == "bookmark":
            bookmark = bookmark or item.bookmark
        if len(entries) >= wanted and bookmark:
            break
    stream.cancel()
    check(bookmark is not None and len(entries) == wanted, "watch ended early")
    return entries, bookmark


def beat(house, secret, author, name, version, now, head, live):
    payload = reg.Beat(
        time=now,
        head={"seq": 4, "hash": head},
        generations=[doc.GenerationUse(generation=1)],
        live_root=live,
    ).SerializeToString()
    value = wire.seal_register(house, secret, author, name, version, doc.PAYLOAD_TYPE_BEAT, payload, now)
    return pb.Register(name=name, version=version, value=value)


def write(stub, session, register):
    answer = stub.WriteRegister(pb.WriteRegisterRequest(session=session, register=register), timeout=TIMEOUT)
    check(answer.version == register.version, "version after a write")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: client.py http://127.0.0.1:PORT [RELAY-KEY]")
    try:
        main(sys.argv[1], bytes.fromhex(sys.argv[2]) if len(sys.argv) == 3 else b"")
    except (wire.Broken, grpc.RpcError) as error:
        sys.exit(f"FAIL  {error}")
