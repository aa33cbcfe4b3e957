"""Areas register, joining and session."""

from cryptography.hazmat.primitives.asymmetric import ed25519

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem
from parcep.v1alpha1 import register_pb2 as reg
from parcep.v1alpha1 import welcome_pb2 as join

from .common import NOW, Counter, Device, File, flip
from .drafts import setting


def register():
    random = Counter("register")
    house, phone, console, child = wire.Household(random(32)), Device("reg phone"), Device("reg console"), random(16)
    household, secret = random(32), random(32)
    file = File(
        "register",
        "register",
        "A value that a relay serves under the register's name, beside `version`, opened by a device that knows its "
        "writer and the secret: the household's for a beat (payload type 64), the writer's own for an applied report (65).",
        ["R-REG-001", "R-REG-002", "R-REG-003", "R-REG-004"],
        {"log_id": house.log_id},
    )
    beat = reg.Beat(
        time=NOW,
        head={"seq": 3, "hash": random(32)},
        generations=[doc.GenerationUse(generation=1)],
        live_root=wire.live_root([]),
    ).SerializeToString()
    report = reg.AppliedReport(
        dependant_id=child,
        head={"seq": 3, "hash": random(32)},
        artefacts=[random(32)],
        zone_database="2026b",
        semantics=1,
        rules=[reg.RuleStatus(rule_id="w", state=reg.RULE_STATE_ENFORCED)],
    ).SerializeToString()
    one_register(file, 1, house, phone, 64, household, beat, "a beat")
    own = wire.kind_secret(secret, 4, 2, console.id)
    one_register(file, 101, house, console, 65, own, report, "an applied report")
    return file


def one_register(file, first, house, writer, payload_type, secret, payload, what):
    name = wire.register_name(secret, payload_type, writer.id)
    other = Device("reg other")
    impostor = Device("reg impostor").posing_as(writer)

    def value(number, author=writer, seal_name=name, edit=None, outside=None, label="register", change=None, **how):
        random = Counter(f"register {number}")
        document = reg.RegisterDocument(
            log_id=house.log_id, name=name, version=4, payload_type=payload_type,
            author_device=writer.id, issued_at=NOW, payload=payload,
        )
        if edit:
            edit(document)
        data = document.SerializeToString()
        signed = reg.SignedRegister(document=data, payload_type=payload_type, author_device=writer.id)
        if outside:
            outside(signed)
        signed.signature = author.signing.sign(wire.transcript(label, signed.payload_type, data))
        if change:
            change(signed)
        content = signed.SerializeToString()
        return wire.seal_committed(
            how.get("secret", secret), how.get("log_id", house.log_id), how.get("kind", 2), seal_name, content, 1024, random
        )

    def given(value, **rest):
        return {
            "payload_type": payload_type, "writer": writer.id, "writer_key": writer.signing_public,
            "secret": secret, "version": 4, "value": value, **rest,
        }

    good = value(first)
    told = {"name": name, "payload": payload, "issued_at": NOW}
    file.ok(first, what, ["R-REG-001", "R-REG-002", "R-REG-003"], given(good), told)
    at = first + 10

    def bad(defect, cited, reason, value_=None, of=first, **how):
        nonlocal at
        rest = how.pop("rest", {})
        sealed = value(at, **how) if value_ is None else value_
        file.bad(at, of, f"{what}: {defect}", cited, given(sealed, **rest), reason)
        at += 1

    signed = ["R-REG-001"]
    bad("another version beside it", signed, "WRONG_PLACE", good, rest={"version": 5})
    bad("another version inside", signed, "WRONG_PLACE", edit=setting(version=3))
    bad("another name inside", signed, "WRONG_PLACE", edit=setting(name=flip(name)))
    bad("another household inside", signed, "WRONG_HOUSEHOLD", edit=setting(log_id=bytes(32)))
    bad("another payload type inside", signed, "MALFORMED", edit=setting(payload_type=129 - payload_type))
    bad("another payload type outside and inside", signed, "MALFORMED", edit=setting(payload_type=129 - payload_type), outside=setting(payload_type=129 - payload_type))
    bad("another author inside", signed, "MALFORMED", edit=setting(author_device=other.id))
    bad("signed by another device under its own id", ["R-REG-004"], "NOT_PERMITTED_BY_TABLE", author=other, edit=setting(author_device=other.id), outside=setting(author_device=other.id))
    bad("signed with another key", signed, "BAD_SIGNATURE", author=impostor)
    bad("signed under the label of a document", ["R-WIRE-002"], "BAD_SIGNATURE", label="document")
    bad("a flipped bit in the signature", signed, "BAD_SIGNATURE", change=lambda s: setattr(s, "signature", flip(s.signature)))
    bad("sealed for another name", ["R-DOC-010"], "SEAL_BROKEN", seal_name=flip(name))
    bad("sealed as a header", ["R-WIRE-002", "R-DOC-010"], "SEAL_BROKEN", kind=1)
    bad("sealed under another secret", ["R-REG-003"], "SEAL_BROKEN", secret=flip(secret))
    bad("another key commitment", ["R-DOC-002"], "SEAL_BROKEN", good[:32] + bytes(32) + good[64:])
    bad("a changed byte", ["R-DOC-010"], "SEAL_BROKEN", flip(good))
    bad("no value", ["R-DOC-010"], "MALFORMED", b"")
    bad("a value above 4 KiB", ["R-WIRE-006"], "TOO_LARGE", good + bytes(4096))


def joining():
    random = Counter("joining")
    console, other = Device("join console"), Device("join other")
    file = File(
        "joining",
        "joining",
        "With `request`, a member reads a join request. With `answer`, the device `device` opens a join answer with the "
        "key pair of `sealing_seed`.",
        ["R-JOIN-002", "R-JOIN-005", "R-WIRE-011"],
        {"device": console.id, "sealing_seed": console.sealing_seed},
    )

    def request(sign=console, label="join", after=None, **fields):
        made = join.JoinRequest(
            device_id=console.id,
            signing_key=console.signing_public,
            sealing_key=console.sealing_public,
            access_key=console.access_public,
            category=mem.PEP_CATEGORY_CONSOLE,
            capabilities=["ask", "time.window"],
        )
        setting(**fields)(made)
        text = wire.transcript(
            label, made.device_id, made.signing_key, made.sealing_key, made.access_key,
            made.category, made.role, "\n".join(made.capabilities),
        )
        made.signature = sign.signing.sign(text)
        if after:
            after(made)
        return {"request": made.SerializeToString()}

    cited = ["R-JOIN-002"]
    told = {"device": console.id, "category": 2, "role": 0, "capabilities": ["ask", "time.window"]}
    file.ok(1, "a console asks to join", cited, request(), told)
    person = {"category": None, "role": mem.DEVICE_ROLE_ACTIVE, "capabilities": []}
    file.ok(2, "a person's device asks to join", cited, request(**person), {**told, "category": 0, "role": 1, "capabilities": []})
    weak, wrong = bytes([1]) + bytes(31), "BAD_SIGNATURE"
    rows = [
        ("signed by another key", cited, wrong, request(sign=other)),
        ("signed under another label", ["R-WIRE-002"], wrong, request(label="session")),
        ("a flipped bit in the signature", cited, wrong, request(after=lambda r: setattr(r, "signature", flip(r.signature)))),
        ("no signature", cited, wrong, request(after=setting(signature=b""))),
        ("another id", cited, wrong, request(after=setting(device_id=random(16)))),
        ("another sealing key", cited, wrong, request(after=setting(sealing_key=other.sealing_public))),
        ("another access key", cited, wrong, request(after=setting(access_key=other.access_public))),
        ("another category", cited, wrong, request(after=setting(category=mem.PEP_CATEGORY_TV))),
        ("a capability left out", cited, wrong, request(after=setting(capabilities=["ask"]))),
        ("a weak signing key", ["R-WIRE-011"], "WEAK_KEY", request(signing_key=weak)),
        ("a weak sealing key", ["R-WIRE-011"], "WEAK_KEY", request(sealing_key=bytes(32))),
        ("a weak access key", ["R-WIRE-011"], "WEAK_KEY", request(access_key=weak)),
        ("a short id", cited, "MALFORMED", request(device_id=bytes(15))),
        ("a short key", ["R-WIRE-007"], "MALFORMED", request(access_key=bytes(31))),
        ("no category", ["R-WIRE-005"], "MALFORMED", request(category=0)),
        ("neither category nor role", cited, "MALFORMED", request(category=None)),
        ("more than 16 KiB", ["R-WIRE-006"], "TOO_LARGE", request(capabilities=["x" * 100] * 170)),
        ("bytes that do not parse", cited, "MALFORMED", {"request": b"\xff"}),
        ("a category that nobody knows", ["R-MEM-013"], "MALFORMED", request(category=99)),
        ("two names in one, with the same signature", cited, "MALFORMED", request(capabilities=["ask\ntime.window"])),
        ("an empty name", cited, "MALFORMED", request(capabilities=["ask", ""])),
        ("129 names", ["R-WIRE-006"], "MALFORMED", request(capabilities=[f"x{n}" for n in range(129)])),
    ]
    for number, (defect, cited, reason, inputs) in enumerate(rows, 10):
        file.bad(number, 1, defect, cited, inputs, reason)
    answers(file, console, other, random)
    return file


def answers(file, console, other, random):
    log_id, head, genesis, handle = random(32), random(32), random(32), random(16)
    welcome = join.Welcome(head={"seq": 9, "hash": head}, secrets=mem.SecretSet())
    welcome.secrets.secrets.add(generation=1, value=random(32))

    def answer(label="welcome", to=console, device=console, content=welcome, change=None):
        info = wire.transcript(label, log_id, device.id, head)
        content = content if isinstance(content, bytes) else content.SerializeToString()
        made = join.JoinAnswer(
            anchor=join.Anchor(
                log_id=log_id, genesis_hash=genesis, handle=handle, relays=[mem.RelayRef(uri="https://relay.example")]
            ),
            sealed_welcome=wire.hpke_seal(to.sealing_public, info, content, random),
            head_hash=head,
        )
        if change:
            change(made)
        return {"answer": made.SerializeToString()}

    told = {"log_id": log_id, "genesis_hash": genesis, "head_seq": 9, "head": head, "welcome": welcome.SerializeToString()}
    cited, broken = ["R-JOIN-005"], "SEAL_BROKEN"
    file.ok(50, "an answer", ["R-JOIN-005"], answer(), told)
    moved = join.Welcome()
    moved.CopyFrom(welcome)
    moved.head.hash = bytes(32)
    rows = [
        ("another head beside it", broken, answer(change=setting(head_hash=flip(head)))),
        ("another household beside it", broken, answer(change=lambda a: setattr(a.anchor, "log_id", flip(log_id)))),
        ("sealed to another key", broken, answer(to=other)),
        ("sealed for another device id", broken, answer(device=other)),
        ("sealed under the label of a wrap", broken, answer(label="wrap")),
        ("a flipped bit in the Welcome", broken, answer(change=lambda a: setattr(a, "sealed_welcome", flip(a.sealed_welcome)))),
        ("a flipped bit in the encapsulated key", broken, answer(change=lambda a: setattr(a, "sealed_welcome", flip(a.sealed_welcome, 0)))),
        ("an encapsulated key of small order", broken, answer(change=lambda a: setattr(a, "sealed_welcome", bytes(32) + a.sealed_welcome[32:]))),
        ("shorter than an encapsulated key", broken, answer(change=setting(sealed_welcome=bytes(31)))),
        ("another head in the Welcome than beside it", "MALFORMED", answer(content=moved)),
        ("a Welcome that does not parse", "MALFORMED", answer(content=b"\xff")),
        ("a handle of 15 bytes", "MALFORMED", answer(change=lambda a: setattr(a.anchor, "handle", bytes(15)))),
        ("no anchor", "MALFORMED", answer(change=setting(anchor=None))),
        ("a head of 31 bytes", "MALFORMED", answer(change=setting(head_hash=head[:31]))),
        ("nine relays", "MALFORMED", answer(change=lambda a: a.anchor.relays.extend([mem.RelayRef(uri="https://r.example")] * 8))),
    ]
    for number, (defect, reason, inputs) in enumerate(rows, 51):
        file.bad(number, 50, defect, ["R-WIRE-002"] if "label" in defect else ["R-WIRE-006"] if "nine" in defect else ["R-WIRE-007"] if number in (62, 63, 64) else cited, inputs, reason)


def session():
    random = Counter("session")
    access = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    other = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    relay_id, handle, nonce, head = random(32), random(16), random(32), random(32)
    file = File(
        "session",
        "session",
        "With `nonce`, a relay checks the signature of a session; with `head`, a member that of a bookmark.",
        ["R-RELAY-004", "R-RELAY-012"],
    )
    kinds = {
        1: ("a session", "session", ["relay_id", "handle", "nonce", "expires_at"], ["R-RELAY-004"], "BAD_CHALLENGE",
            {"relay_id": relay_id, "handle": handle, "nonce": nonce, "expires_at": NOW + 60}),
        51: ("a bookmark", "bookmark", ["handle", "relay_epoch", "seq", "head", "time"], ["R-RELAY-012"], "BAD_SIGNATURE",
             {"handle": handle, "relay_epoch": 1, "seq": 41, "head": head, "time": NOW}),
    }
    for first, (what, label, order, cited, reason, fields) in kinds.items():
        parts = [fields[name] for name in order]
        good = access.sign(wire.transcript(label, *parts))
        given = lambda signature=good, **changed: {
            "public_key": access.public_key().public_bytes_raw(), **fields, "signature": signature, **changed,
        }
        file.ok(first, what, cited, given(), {})
        rows = [
            ("signed with another key", given(other.sign(wire.transcript(label, *parts)))),
            ("a flipped bit in the signature", given(flip(good))),
            ("no signature", given(b"")),
            ("signed under another label", given(access.sign(wire.transcript("age-signal", *parts)))),
            ("the parts without their lengths", given(access.sign(b"".join(p if isinstance(p, bytes) else p.to_bytes(8, "big") for p in parts)))),
        ]
        rows += [
            (f"another {name}", given(**{name: flip(value) if isinstance(value, bytes) else value + 1}))
            for name, value in fields.items()
        ]
        for number, (defect, inputs) in enumerate(rows, first + 1):
            file.bad(number, first, f"{what}: {defect}", cited, inputs, reason)
    late = wire.transcript("bookmark", handle, 1, 41, head, -1)
    negative = {"public_key": access.public_key().public_bytes_raw(), **kinds[51][5], "time": -1, "signature": access.sign(late)}
    file.ok(70, "a bookmark of a time before 1970", ["R-WIRE-001"], negative, {})
    return file
