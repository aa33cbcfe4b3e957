"""Areas transcript, keys, hash and sealed: what has no structure of messages yet."""

import hashlib

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc

from . import common, recovery
from .common import NOW, Counter, File, L, flip, sealing_pair


def transcript():
    file = File(
        "transcript",
        "labels",
        "One transcript of each label, with every shape of part. A time may be negative.",
        ["R-WIRE-001", "R-WIRE-002"],
    )
    parts = {
        "entry": [1, wire.ZERO, b"", 1, bytes([1]) * 32, bytes([2]) * 32],
        "document": [6, b"\x0a\x01x"],
        "register": [64, b""],
        "register-name": [65, bytes(range(16))],
        "kind": [1, 17],
        "message": [bytes(32), 1, b""],
        "section": [17, b"zone"],
        "epoch": [b"", 1, 0],
        "wrap": [bytes(32), 2**32],
        "welcome": [bytes(32), bytes(16), bytes(32)],
        "live": [],
        "join": [bytes(16), bytes(32), bytes(32), bytes(32), 1, 0, b"ask\nweb.host"],
        "session": [bytes(32), bytes(16), bytes(32), NOW],
        "bookmark": [bytes(16), 1, 7, bytes(32), -1],
        "age-signal": [b"\x08\x00"],
        "pool": [bytes(16), "screen", 20_400, 1],
        "pool-member": [bytes(16), bytes(32)],
        "recovery": [bytes(32), 4],
        "proposal": [bytes(32), 2, bytes(16), b"\x0a\x00"],
        "accept": [bytes(32), bytes([3]) * 32, bytes(16), bytes(range(16)), bytes([4]) * 32, bytes([5]) * 32],
    }
    for number, (name, some) in enumerate(parts.items(), 1):
        inputs = {
            "name": name,
            "parts": [{"number": p} if isinstance(p, int) else {"text": p} if isinstance(p, str) else {"bytes": p} for p in some],
        }
        file.ok(number, f"the label {name}", ["R-WIRE-001", "R-WIRE-002"], inputs, {"transcript": wire.transcript(name, *some)})
    return file


def little(number):
    return number.to_bytes(32, "little")


def keys():
    file = File(
        "keys",
        "keys",
        "Public keys that are taken or refused, signatures over the transcript T(`age-signal`, `signed`), HPKE, and the keys of a "
        "recovery secret.",
        ["R-WIRE-010", "R-WIRE-011", "R-WIRE-012", "R-CONS-018"],
    )
    random = Counter("keys")
    pair = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    public = pair.public_key().public_bytes_raw()
    named = lambda algorithm, key: {"algorithm": algorithm, "public_key": key}
    file.ok(1, "an Ed25519 key", ["R-WIRE-011"], named("ed25519", public), {})
    p = 2**255 - 19
    eights = [
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ]
    weak = [
        ("y = 0, of order 4", little(0)),
        ("y = 1, the identity", little(1)),
        ("y = p - 1, of order 2", little(p - 1)),
        ("y = p, not canonical", little(p)),
        ("y = p + 1, not canonical", little(p + 1)),
        ("y = 2^255 - 1, not canonical", little(2**255 - 1)),
        ("of order 8", bytes.fromhex(eights[0])),
        ("of order 8, the other y", bytes.fromhex(eights[1])),
    ]
    for number, (defect, key) in enumerate(weak, 2):
        file.bad(number, 1, defect, ["R-WIRE-011"], named("ed25519", key), "WEAK_KEY")
        signed = key[:31] + bytes([key[31] ^ 0x80])
        file.bad(number + 10, 1, f"{defect}, sign bit set", ["R-WIRE-011"], named("ed25519", signed), "WEAK_KEY")
    mixed, seed = mixed_order_key(random(32))
    no_point = little(2)
    file.ok(22, "y = 2, which belongs to no point, is not refused where a key enters", ["R-WIRE-011"], named("ed25519", no_point), {})
    file.ok(21, "an Ed25519 key with a part of order 8 is of large order", ["R-WIRE-011"], named("ed25519", mixed), {})

    sealing = sealing_pair(random(32)).public_key().public_bytes_raw()
    file.ok(30, "an X25519 key", ["R-WIRE-011"], named("x25519", sealing), {})
    file.ok(31, "u = 9, the base point", ["R-WIRE-011"], named("x25519", little(9)), {})
    weak = [
        ("u = 0", little(0)),
        ("u = 1", little(1)),
        ("u = p - 1", little(p - 1)),
        ("u = p, not canonical", little(p)),
        ("u = p + 1, not canonical", little(p + 1)),
        ("u = 2^255 - 1, not canonical", little(2**255 - 1)),
        ("highest bit set, not canonical", little(2**255 + 9)),
        ("of order 8", bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")),
        ("of order 8, the other u", bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")),
    ]
    for number, (defect, key) in enumerate(weak, 32):
        file.bad(number, 30, defect, ["R-WIRE-011"], named("x25519", key), "WEAK_KEY")

    signatures(file, pair, mixed, seed)
    hpke(file)
    for number in (80, 81):
        secret, log_id = random(32), random(32)
        page = recovery.Page(secret, log_id)
        told = {
            "device": page.id, "signing_key": page.signing_public, "sealing_key": page.sealing_public,
            "access_key": page.access_public,
        }
        inputs = {"recovery_secret": secret, "log_id": log_id}
        file.ok(number, "the keys of a recovery secret", ["R-CONS-018"], inputs, told)
    return file


def mixed_order_key(seed):
    """A public key A = [a]B + T with T of order 8, and a."""
    digest = hashlib.sha512(seed).digest()
    secret = int.from_bytes(digest[:32], "little") % L
    torsion = common.decoded(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
    return common.encoded(common.add(common.times(secret, common.BASE), torsion)), secret


def signature_by_hand(nonce, secret, public, text):
    point = common.encoded(common.times(nonce, common.BASE))
    k = int.from_bytes(hashlib.sha512(point + public + text).digest(), "little") % L
    return point, k, (nonce + k * secret) % L


def signatures(file, pair, mixed, secret):
    text = wire.transcript("age-signal", b"signed")
    good = pair.sign(text)
    s = int.from_bytes(good[32:], "little")
    public = pair.public_key().public_bytes_raw()
    inputs = lambda signature, key=public: {"public_key": key, "signed": b"signed", "signature": signature}
    file.ok(50, "a signature", ["R-WIRE-012"], inputs(good), {})
    bad = [
        ("S plus the group order", good[:32] + little(s + L)),
        ("another R", bytes(32) + good[32:]),
        ("a flipped bit of S", flip(good)),
        ("one byte short", good[:63]),
        ("one byte long", good + b"\0"),
        ("nothing", b""),
    ]
    for number, (defect, signature) in enumerate(bad, 51):
        file.bad(number, 50, defect, ["R-WIRE-012"], inputs(signature), "BAD_SIGNATURE")
    other = ed25519.Ed25519PrivateKey.from_private_bytes(Counter("other signer")(32))
    file.bad(57, 50, "by another key", ["R-WIRE-012"], inputs(other.sign(text)), "BAD_SIGNATURE")
    nobody = ["R-WIRE-011", "R-WIRE-012"]
    file.bad(59, 50, "under y = 2, which belongs to no point", nobody, inputs(good, little(2)), "BAD_SIGNATURE")
    file.bad(58, 50, "over the bare bytes, no transcript", ["R-WIRE-001"], inputs(pair.sign(b"signed")), "BAD_SIGNATURE")

    # With a key of mixed order, checks with and without the cofactor disagree unless 8 divides k.
    nonce, found = 1, {}
    while len(found) < 2:
        nonce += 1
        point, k, response = signature_by_hand(nonce, secret, mixed, text)
        found.setdefault(k % 8 == 0, point + little(response))
    file.ok(60, "a key of mixed order whose signature fits without the cofactor", ["R-WIRE-012"], inputs(found[True], mixed), {})
    file.bad(
        61, 60, "a signature that fits only after multiplication by the cofactor", ["R-WIRE-012"],
        inputs(found[False], mixed), "BAD_SIGNATURE",
    )
    # R is the identity: S = k·a. The encoding of R with y = p + 1 names the same point.
    digest = hashlib.sha512(pair.private_bytes_raw()).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    identity, other = little(1), little(2**255 - 19 + 1)
    challenge = lambda r: int.from_bytes(hashlib.sha512(r + public + text).digest(), "little") % L
    file.ok(62, "R is the identity", ["R-WIRE-012"], inputs(identity + little(challenge(identity) * scalar % L)), {})
    file.bad(
        63, 62, "R is the identity in an encoding that is not canonical", ["R-WIRE-012"],
        inputs(other + little(challenge(other) * scalar % L)), "BAD_SIGNATURE",
    )


def hpke(file):
    """R-WIRE-010: one sealed message, and the same in other modes and suites."""
    random = Counter("hpke")
    seed = random(32)
    pair = sealing_pair(seed)
    public = pair.public_key().public_bytes_raw()
    info, content = b"info", b"content"
    inputs = lambda sealed, info=info: {"sealing_seed": seed, "info": info, "sealed": sealed}
    good = wire.hpke_seal(public, info, content, random)
    cited = ["R-WIRE-010"]
    file.ok(70, "HPKE base mode, the key pair by DeriveKeyPair of its seed", cited, inputs(good), {"public_key": public, "content": content})
    file.bad(71, 70, "another info", cited, inputs(good, b"inf0"), "SEAL_BROKEN")
    file.bad(72, 70, "a flipped bit of the encapsulated key", cited, inputs(flip(good, 0)), "SEAL_BROKEN")
    file.bad(73, 70, "a flipped bit of the tag", cited, inputs(flip(good)), "SEAL_BROKEN")
    file.bad(74, 70, "cut short", cited, inputs(good[:47]), "SEAL_BROKEN")
    file.bad(75, 70, "shorter than an encapsulated key", cited, inputs(good[:31]), "SEAL_BROKEN")
    file.bad(76, 70, "an encapsulated key of small order", cited, inputs(bytes(32) + good[32:]), "SEAL_BROKEN")
    other = sealing_pair(random(32)).public_key().public_bytes_raw()
    file.bad(77, 70, "sealed to another key", cited, inputs(wire.hpke_seal(other, info, content, random)), "SEAL_BROKEN")
    file.bad(78, 70, "another suite: AES-256-GCM", cited, inputs(other_suite(public, info, content, random)), "SEAL_BROKEN")
    file.bad(79, 70, "with associated data", cited, inputs(with_aad(public, info, content, random)), "SEAL_BROKEN")


def shared_keys(public, info, random):
    ephemeral = wire.x25519.X25519PrivateKey.from_private_bytes(random(32))
    enc = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(wire.x25519.X25519PublicKey.from_public_bytes(public))
    return enc, *wire.hpke_keys(shared, enc, public, info)


def with_aad(public, info, content, random):
    enc, key, nonce = shared_keys(public, info, random)
    return enc + wire.ChaCha20Poly1305(key).encrypt(nonce, content, b"aad")


def other_suite(public, info, content, random):
    suite, wire.HPKE_SUITE = wire.HPKE_SUITE, wire.HPKE_SUITE[:-2] + b"\x00\x02"
    enc, key, nonce = shared_keys(public, info, random)
    wire.HPKE_SUITE = suite
    return enc + AESGCM(key).encrypt(nonce, content, b"")


def hashes():
    file = File(
        "hash",
        "hash",
        "Hashes, names, derived secrets and commitments: `compute` says what, the other inputs are its parts.",
        ["R-LOG-001", "R-EPOCH-002", "R-EPOCH-004", "R-REG-002", "R-REG-006", "R-DOC-006", "R-DOC-010", "R-CONS-001", "R-CONS-018"],
    )
    random = Counter("hash")
    seq, prev, slot, header, body = 7, random(32), random(8), random(1024), random(2048)
    for number, some in ((1, b""), (2, slot)):
        entry = doc.Entry(seq=seq, prev=prev, slot=some, generation=3, header=header, body=body)
        title = "an entry with a slot" if some else "an entry without a slot"
        inputs = {"compute": "entry hash", "entry": entry.SerializeToString()}
        file.ok(number, title, ["R-LOG-001"], inputs, {"value": wire.entry_hash(entry)})
    entry.ClearField("body")
    entry.body_hash = wire.sha256(body)
    inputs = {"compute": "entry hash", "entry": entry.SerializeToString()}
    file.ok(3, "the same entry, pruned", ["R-LOG-001", "R-DOC-022"], inputs, {"value": wire.entry_hash(entry)})

    number = 10
    for generation, kind in [(1, 16), (1, 27), (7, 28)]:
        secret, dependant, device, log_id, name = random(32), random(16), random(16), random(32), random(16)
        salt, content = random(32), random(40)
        below = wire.kind_secret(secret, generation, kind)
        key, commitment, context = wire.message_key(below, salt, log_id, kind, name)
        where = f"generation {generation}, kind {kind}"
        rows = [
            ("kind secret", ["R-EPOCH-002"], {"secret": secret, "generation": generation, "kind": kind}, below),
            (
                "writer secret", ["R-EPOCH-002", "R-REG-003"],
                {"secret": secret, "generation": generation, "device": device},
                wire.kind_secret(secret, generation, 2, device),
            ),
            (
                "secret commitment", ["R-EPOCH-004"],
                {"secret": below, "dependant": dependant, "generation": generation, "kind": kind},
                wire.secret_commitment(below, dependant, generation, kind),
            ),
            (
                "secret commitment", ["R-EPOCH-004"],
                {"secret": secret, "dependant": b"", "generation": generation, "kind": 0},
                wire.secret_commitment(secret, b"", generation, 0),
            ),
            (
                "register name", ["R-REG-002"], {"secret": secret, "payload_type": 64, "device": device},
                wire.register_name(secret, 64, device),
            ),
            (
                "section commitment", ["R-DOC-006"], {"salt": salt, "kind": kind, "content": content},
                wire.section_commitment(salt, kind, content),
            ),
            (
                "key commitment", ["R-DOC-010"],
                {"secret": below, "salt": salt, "log_id": log_id, "kind": kind, "message_id": name},
                commitment,
            ),
            (
                "ciphertext", ["R-DOC-010"],
                {"secret": below, "salt": salt, "log_id": log_id, "kind": kind, "message_id": name, "content": content},
                wire.ChaCha20Poly1305(key).encrypt(bytes(12), content, context),
            ),
        ]
        for compute, cited, inputs, value in rows:
            file.ok(number, f"{compute}, {where}", cited, {"compute": compute, **inputs}, {"value": value})
            number += 1
    shared_by_people(file)
    live = sorted((random(16), random(32), seq) for seq in (9, 300, 2))
    shuffled = [live[1], live[2], live[0]]
    for number, rows, title in ((40, [], "nothing lives"), (41, shuffled, "three documents, not yet sorted")):
        documents = [{"document_id": d, "header_hash": h, "seq": s} for d, h, s in rows]
        inputs = {"compute": "live root", "live": documents}
        file.ok(number, f"live root: {title}", ["R-REG-006"], inputs, {"value": wire.live_root(rows)})
    return file


def shared_by_people(file):
    """R-CONS-001, R-CONS-018: what people consent to, and what a printed page yields."""
    random = Counter("hash of people")
    log_id, base, content, secret = random(32), random(16), random(70), random(32)
    for number, payload_type in ((50, 2), (51, 13)):
        inputs = {"compute": "proposal hash", "log_id": log_id, "payload_type": payload_type, "base": base, "content": content}
        value = wire.sha256(wire.transcript("proposal", log_id, payload_type, base, content))
        file.ok(number, f"proposal hash, payload type {payload_type}", ["R-CONS-001"], inputs, {"value": value})
    for use, what in recovery.USES.items():
        inputs = {"compute": "recovery key", "secret": secret, "log_id": log_id, "use": use}
        title = f"recovery secret, use {use}: {what}"
        file.ok(51 + use, title, ["R-CONS-018"], inputs, {"value": recovery.derived(secret, log_id, use)})


def sealed():
    file = File(
        "sealed",
        "sealed",
        "Header blobs and register values (`blob`: salt, key commitment, ciphertext), and sections (`section`: salt, "
        "ciphertext; `commitment` as the header has it). What opens is the content of the frame.",
        ["R-DOC-002", "R-DOC-006", "R-DOC-010", "R-DOC-012"],
    )
    random = Counter("sealed")
    secret, log_id, content = random(32), random(32), b"what the header says"
    blob(file, 1, 1, b"", secret, log_id, content, random)
    blob(file, 101, 2, random(32), secret, log_id, b"what the register says", random)
    section(file, 201, random)
    return file


def blob(file, first, kind, name, secret, log_id, content, random):
    what = "header blob" if kind == 1 else "register value"

    def inputs(blob, **rest):
        return {"secret": secret, "log_id": log_id, "kind": kind, "message_id": name, "blob": blob, **rest}

    def sealed(plain, kind=kind, name=name, secret=secret, log_id=log_id, commit=None):
        salt = random(32)
        key, commitment, context = wire.message_key(secret, salt, log_id, kind, name)
        return salt + (commit or commitment) + wire.ChaCha20Poly1305(key).encrypt(bytes(12), plain, context)

    framed = wire.frame(content, 1024, 80)
    good = sealed(framed)
    file.ok(first, f"a {what}", ["R-DOC-010", "R-DOC-002"], inputs(good), {"content": content})
    bare = wire.frame(content, 1)
    file.ok(first + 1, f"a {what} without padding", ["R-DOC-012"], inputs(sealed(bare)), {"content": content})
    empty = wire.frame(b"", 1024, 80)
    file.ok(first + 2, f"a {what} with nothing in it", ["R-DOC-012"], inputs(sealed(empty)), {"content": b""})
    at = first + 10

    def bad(defect, requirements, inputs, reason):
        nonlocal at
        file.bad(at, first, f"{what}: {defect}", requirements, inputs, reason)
        at += 1

    commit, open_ = ["R-DOC-002"], ["R-DOC-010"]
    bad("another key commitment, the ciphertext as it was", commit, inputs(good[:32] + flip(good[32:64]) + good[64:]), "SEAL_BROKEN")
    bad("a flipped bit of the salt", commit, inputs(flip(good, 0)), "SEAL_BROKEN")
    bad("a flipped bit of the ciphertext", open_, inputs(flip(good, 64)), "SEAL_BROKEN")
    bad("a flipped bit of the tag", open_, inputs(flip(good)), "SEAL_BROKEN")
    bad("another secret", commit, inputs(good, secret=flip(secret)), "SEAL_BROKEN")
    bad("another household", open_, inputs(good, log_id=flip(log_id)), "SEAL_BROKEN")
    bad("sealed as another kind", ["R-DOC-010", "R-WIRE-002"], inputs(sealed(framed, kind=3 - kind)), "SEAL_BROKEN")
    bad("sealed for another id", open_, inputs(sealed(framed, name=flip(name or bytes(16)))), "SEAL_BROKEN")
    bad("the tag cut off", open_, inputs(good[:-16]), "SEAL_BROKEN")
    bad("shorter than salt and commitment", open_, inputs(good[:63]), "MALFORMED")
    bad("padding with a byte that is not zero", ["R-DOC-012"], inputs(sealed(framed[:-1] + b"\x01")), "MALFORMED")
    longer = (len(framed) - 3).to_bytes(4, "big") + framed[4:]
    bad("an inner length beyond the end", ["R-DOC-012"], inputs(sealed(longer)), "MALFORMED")
    bad("a frame of three bytes", ["R-DOC-012"], inputs(sealed(b"\0\0\0")), "MALFORMED")
    other = wire.ChaCha20Poly1305(wire.message_key(secret, good[:32], log_id, kind, name)[0])
    bad("associated data other than the context", open_, inputs(good[:64] + other.encrypt(bytes(12), framed, b"")), "SEAL_BROKEN")
    nonce = other.encrypt(bytes(11) + b"\x01", framed, wire.transcript("message", log_id, kind, name))
    bad("a nonce other than zero", ["R-WIRE-010"], inputs(good[:64] + nonce), "SEAL_BROKEN")


def section(file, first, random):
    secret, log_id, document, kind, content = random(32), random(32), random(16), 17, b"\x0a\x03UTC"

    def sealed(plain, kind=kind, log_id=log_id, document=document, secret=secret):
        salt = random(32)
        key, _, context = wire.message_key(secret, salt, log_id, kind, document)
        return salt + wire.ChaCha20Poly1305(key).encrypt(bytes(12), plain, context)

    inner = random(32)
    plain = inner + wire.frame(content, 256, 32)
    commitment = wire.section_commitment(inner, kind, content)
    good = sealed(plain)

    def inputs(section=good, **rest):
        return {
            "secret": secret, "log_id": log_id, "kind": kind, "message_id": document,
            "section": section, "commitment": commitment, **rest,
        }

    file.ok(first, "a section", ["R-DOC-006", "R-DOC-010"], inputs(), {"content": content})
    again = inputs(sealed(inner + wire.frame(content, 1)))
    file.ok(first + 1, "a section without padding", ["R-DOC-012"], again, {"content": content})
    at = first + 10

    def bad(defect, requirements, inputs, reason):
        nonlocal at
        file.bad(at, first, f"section: {defect}", requirements, inputs, reason)
        at += 1

    bad("a commitment to other bytes", ["R-DOC-006"], inputs(commitment=flip(commitment)), "BAD_COMMITMENT")
    bad("a commitment of zeros", ["R-DOC-006"], inputs(commitment=bytes(32)), "BAD_COMMITMENT")
    other = wire.section_commitment(inner, 18, content)
    bad("a commitment for another kind", ["R-DOC-006"], inputs(commitment=other), "BAD_COMMITMENT")
    plain_hash = wire.mac(inner, content)
    bad("a commitment to the bare bytes, no transcript", ["R-WIRE-001"], inputs(commitment=plain_hash), "BAD_COMMITMENT")
    bad("another section salt inside", ["R-DOC-006"], inputs(sealed(flip(inner) + plain[32:])), "BAD_COMMITMENT")
    bad("sealed as another kind", ["R-DOC-010"], inputs(sealed(plain, kind=18)), "SEAL_BROKEN")
    bad("sealed for another document", ["R-DOC-010"], inputs(sealed(plain, document=flip(document))), "SEAL_BROKEN")
    bad("sealed for another household", ["R-DOC-010"], inputs(sealed(plain, log_id=flip(log_id))), "SEAL_BROKEN")
    bad("another secret", ["R-DOC-010"], inputs(secret=flip(secret)), "SEAL_BROKEN")
    bad("a flipped bit of the salt", ["R-DOC-010"], inputs(flip(good, 0)), "SEAL_BROKEN")
    bad("a flipped bit of the ciphertext", ["R-DOC-010"], inputs(flip(good, 40)), "SEAL_BROKEN")
    bad("shorter than a salt", ["R-DOC-010"], inputs(good[:31]), "MALFORMED")
    bad("no room for a section salt", ["R-DOC-006"], inputs(sealed(inner[:31])), "MALFORMED")
    bad("padding with a byte that is not zero", ["R-DOC-012"], inputs(sealed(plain[:-1] + b"\x01")), "MALFORMED")
    longer = inner + len(plain).to_bytes(4, "big") + plain[36:]
    bad("an inner length beyond the end", ["R-DOC-012"], inputs(sealed(longer)), "MALFORMED")
