"""Writes the test vectors of spec/vectors/wire from the specification alone: vectors.py FOLDER

Everything is drawn from a counter, so that two runs write the same bytes. Expected results stand here, worked out from
the text; nothing is read back from an implementation.
"""

import json
import struct
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519, x25519

import parcep_wire as wire
from parcep.v1alpha1 import age_signal_pb2 as age
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem
from parcep.v1alpha1 import register_pb2 as reg
from parcep.v1alpha1 import welcome_pb2 as join

NOW = 1_800_000_000
DAY = 86_400
L = 2**252 + 27742317777372353535851937790883648493  # order of the Ed25519 base point


class Counter:
    """SHA-256 over a count: random bytes that a second run draws again."""

    def __init__(self, name):
        self.name, self.count = name.encode(), 0

    def __call__(self, length):
        self.count += 1
        seed = wire.sha256(self.name + struct.pack(">Q", self.count))
        return (seed * (length // 32 + 1))[:length]


def sealing_pair(seed):
    """DeriveKeyPair of RFC 9180 §7.1.3, so that a seed of 32 bytes can stand for a sealing key."""
    prk = wire.labeled_extract(wire.KEM_SUITE, b"", b"dkp_prk", seed)
    return x25519.X25519PrivateKey.from_private_bytes(wire.labeled_expand(wire.KEM_SUITE, prk, b"sk", b"", 32))


class Device(wire.Device):
    """A device whose keys come from seeds, which the vector names."""

    def __post_init__(self):
        super().__post_init__()
        self.signing_seed, self.sealing_seed = self.random(32), self.random(32)
        self.signing = ed25519.Ed25519PrivateKey.from_private_bytes(self.signing_seed)
        self.sealing = sealing_pair(self.sealing_seed)
        self.signing_public = self.signing.public_key().public_bytes_raw()
        self.sealing_public = self.sealing.public_key().public_bytes_raw()


def transcripts():
    """R-WIRE-001, R-WIRE-002: one of each label, with every shape of part."""
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
    }
    rows = []
    for name, some in parts.items():
        shown = [{"number": p} if isinstance(p, int) else {"bytes": p.hex()} for p in some]
        rows.append({"name": name, "parts": shown, "transcript": wire.transcript(name, *some).hex()})
    return {"requirements": ["R-WIRE-001", "R-WIRE-002"], "vectors": rows}


def secrets():
    """R-EPOCH-002, R-EPOCH-004, R-REG-002, R-DOC-010, R-DOC-006: one derivation each."""
    random = Counter("secrets")
    rows = []
    for generation, kind in [(1, 16), (1, 27), (7, 28)]:
        secret, dependant, device, log_id, name = random(32), random(16), random(16), random(32), random(16)
        salt, content = random(32), random(40)
        below = wire.kind_secret(secret, generation, kind)
        key, commitment, context = wire.message_key(below, salt, log_id, kind, name)
        rows.append(
            {
                "secret": secret.hex(),
                "dependant": dependant.hex(),
                "device": device.hex(),
                "generation": generation,
                "kind": kind,
                "kind_secret": below.hex(),
                "writer_secret": wire.kind_secret(secret, generation, 2, device).hex(),
                "commitment": wire.secret_commitment(below, dependant, generation, kind).hex(),
                "household_commitment": wire.secret_commitment(secret, b"", generation, 0).hex(),
                "register_name": wire.register_name(secret, 64, device).hex(),
                "log_id": log_id.hex(),
                "message_id": name.hex(),
                "salt": salt.hex(),
                "key_commitment": commitment.hex(),
                "content": content.hex(),
                "sealed": wire.ChaCha20Poly1305(key).encrypt(bytes(12), content, context).hex(),
                "section_commitment": wire.section_commitment(salt, kind, content).hex(),
            }
        )
    cited = ["R-EPOCH-002", "R-EPOCH-004", "R-REG-002", "R-REG-003", "R-DOC-010", "R-DOC-002", "R-DOC-006"]
    return {"requirements": cited, "vectors": rows}


def keys():
    """R-WIRE-011 and R-WIRE-012."""
    p = 2**255 - 19
    little = lambda n: n.to_bytes(32, "little")
    eights = ["26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
              "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]
    y = [little(n) for n in (0, 1, p - 1, p, p + 1, 2**255 - 1)] + [bytes.fromhex(e) for e in eights]
    signs = [v[:31] + bytes([v[31] | 0x80]) for v in y]
    u = [little(n) for n in (0, 1, p - 1, p, p + 1, 2**255 - 1, 2**255 + 9)]
    u += [bytes.fromhex(e) for e in ("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                                     "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    random = Counter("keys")
    pair = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    text = wire.transcript("age-signal", b"signed")
    good = pair.sign(text)
    s = int.from_bytes(good[32:], "little")
    signatures = [
        ("as signed", good, True),
        ("S plus the group order", good[:32] + little(s + L), False),
        ("another R", bytes(32) + good[32:], False),
        ("a flipped bit of S", good[:63] + bytes([good[63] ^ 1]), False),
        ("one byte short", good[:63], False),
        ("one byte long", good + b"\0", False),
        ("nothing", b"", False),
    ]
    return {
        "requirements": ["R-WIRE-010", "R-WIRE-011", "R-WIRE-012"],
        "refused_ed25519": [v.hex() for v in y + signs],
        "refused_x25519": [v.hex() for v in u],
        "accepted_ed25519": [pair.public_key().public_bytes_raw().hex()],
        "accepted_x25519": [sealing_pair(random(32)).public_key().public_bytes_raw().hex(), little(9).hex()],
        "signatures": {
            "key": pair.public_key().public_bytes_raw().hex(),
            "signed": b"signed".hex(),
            "vectors": [{"case": c, "signature": v.hex(), "accepted": a} for c, v, a in signatures],
        },
    }


class Story:
    """A household's log as one member reads it, with what each entry does to it."""

    def __init__(self):
        self.random = Counter("household")
        self.house = wire.Household(self.random(32))
        self.founder = Device(self.random)
        self.guardian, self.child = self.random(16), self.random(16)
        self.rows = []
        contents, wraps = wire.founding(
            self.house, self.guardian, self.founder, self.child, "https://relay.example:7443", self.random
        )
        self.genesis = self.draft(doc.PAYLOAD_TYPE_GENESIS, contents, wraps=wraps)
        self.add(self.genesis, "effect", "genesis", ["R-MEM-002", "R-EPOCH-006", "R-EPOCH-008"])

    def draft(self, payload_type, contents, dependant=None, base=None, wraps=()):
        return wire.draft(self.house, payload_type, contents, dependant, base, wraps, self.random)

    def identity(self, name, base=None, dependant=None):
        content = mem.IdentitySection(dependant_name=name).SerializeToString()
        return self.draft(doc.PAYLOAD_TYPE_IDENTITY, {16: content}, dependant or self.child, base)

    def add(self, made, outcome, case, requirements, author=None, edit=None, seal=None, change=None):
        """Appends an entry; `edit` changes the header before it is signed, `seal` how it is sealed."""
        seq, prev = len(self.house.heads), self.house.head
        entry = entry_at(self.house, author or self.founder, made, seq, prev, self.random, edit, seal)
        if change:
            change(entry)
        digest = wire.entry_hash(entry)
        self.house.heads.append(digest)
        self.rows.append(
            {
                "case": case,
                "requirements": requirements,
                "entry": entry.SerializeToString().hex(),
                "hash": digest.hex(),
                "outcome": outcome,
            }
        )
        return entry


def entry_at(house, author, made, seq, prev, random, edit=None, seal=None):
    plain = wire.entry_at(house, author, made, seq, prev, NOW, random)
    if not (edit or seal):
        return plain
    secret = house.secrets[b"", made.generations[0][1]]
    signed = doc.SignedHeader.FromString(wire.open_committed(secret, house.log_id, 1, b"", plain.header))
    header = doc.Header.FromString(signed.header)
    inside = edit(header) if edit else None
    signed.header = inside if isinstance(inside, bytes) else header.SerializeToString()
    if not (inside == "outside"):
        signed.payload_type = header.payload_type
    text = wire.transcript("document", signed.payload_type, signed.header)
    signed.signature = author.signing.sign(text)
    content = signed.SerializeToString()
    plain.header = (seal or wire.seal_committed)(secret, house.log_id, 1, b"", content, 1024, random)
    return plain


def seal_with_padding(secret, log_id, kind, name, content, grid, random):
    """A frame whose last byte is not zero (R-DOC-012)."""
    salt = random(32)
    key, commitment, context = wire.message_key(secret, salt, log_id, kind, name)
    plain = wire.frame(content, grid, 80)[:-1] + b"\x01"
    return salt + commitment + wire.ChaCha20Poly1305(key).encrypt(bytes(12), plain, context)


def seal_with_other_commitment(secret, log_id, kind, name, content, grid, random):
    blob = wire.seal_committed(secret, log_id, kind, name, content, grid, random)
    return blob[:32] + bytes(32) + blob[64:]


def seal_with_other_secret(secret, *rest):
    return wire.seal_committed(bytes(32), *rest)


def household():
    story = Story()
    house, founder, child, random = story.house, story.founder, story.child, story.random
    tablet, console, stranger = Device(random), Device(random), Device(random)
    void = lambda reason: {"no_effect": reason}

    first = story.identity("Robin")
    story.add(first, "effect", "names for one child", ["R-DOC-003", "R-DOC-005", "R-DOC-022"])
    story.add(first, void("DUPLICATE_DOCUMENT"), "the same document once more", ["R-DOC-017", "R-LOG-010"])
    story.add(story.identity("Robin B"), void("BASE_NOT_LIVE"), "names the document before by no base", ["R-DOC-008"])
    unknown = story.identity("Robin B", base=bytes(16))
    story.add(unknown, void("BASE_NOT_LIVE"), "a base that never lived", ["R-DOC-008"])
    second = story.identity("Robin B", base=first.document_id)
    story.add(second, "effect", "replaces the document it names", ["R-DOC-008"])
    story.add(
        story.identity("Robin C", base=first.document_id),
        void("BASE_NOT_LIVE"),
        "a base that lives no more",
        ["R-DOC-008"],
    )

    def edited(case, outcome, requirements, edit, **rest):
        made = story.identity("Robin D", base=second.document_id)
        story.add(made, outcome, case, requirements, edit=edit, **rest)

    def setting(**fields):
        def edit(header):
            for name, value in fields.items():
                setattr(header, name, value)

        return edit

    edited("another household", void("WRONG_HOUSEHOLD"), ["R-DOC-004"], setting(log_id=bytes(32)))
    edited("a reader of a later version is needed", void("READER_TOO_OLD"), ["R-DOC-018"], setting(min_reader=2))
    edited(
        "an unknown critical extension",
        void("READER_TOO_OLD"),
        ["R-DOC-018"],
        lambda header: header.critical_extensions.append(0xE000),
    )
    edited(
        "a section table that lacks a kind",
        void("MALFORMED"),
        ["R-DOC-005"],
        lambda header: header.ClearField("sections"),
    )
    edited("a kind of section twice", void("MALFORMED"), ["R-DOC-005"], twice)
    edited("a type that is not one", void("MALFORMED"), ["R-WIRE-005"], setting(payload_type=0))
    edited("a reserved type", {"no_effect": None}, ["R-DOC-016"], setting(payload_type=20))
    edited("a type that this version does not know", {"no_effect": None}, ["R-DOC-016"], setting(payload_type=200))
    edited("another type outside than inside", void("MALFORMED"), ["R-DOC-009"], outside)
    edited("no generations", void("MALFORMED"), ["R-EPOCH-013"], lambda header: header.ClearField("generations"))
    edited("a hash of wraps without wraps", void("MALFORMED"), ["R-EPOCH-006"], setting(wraps_hash=bytes(32)))
    edited("padding that is not zero", void("MALFORMED"), ["R-DOC-012"], None, seal=seal_with_padding)
    edited("another key commitment", "unopened", ["R-DOC-002"], None, seal=seal_with_other_commitment)
    edited("sealed under nobody's secret", "unopened", ["R-LOG-009"], None, seal=seal_with_other_secret)
    edited("an author nobody knows", void("BAD_SIGNATURE"), ["R-MEM-007"], None, author=stranger)
    impostor = Device(random)
    impostor.id = founder.id
    edited("another key for a known author", void("BAD_SIGNATURE"), ["R-DOC-003"], None, author=impostor)
    elsewhere = random(16)
    house.secrets[elsewhere, 1] = random(32)
    story.add(
        story.identity("Nobody", dependant=elsewhere),
        void("NOT_PERMITTED_BY_TABLE"),
        "about a dependant of no household",
        ["R-MEM-010"],
    )
    story.add(story.genesis, {"no_effect": None}, "genesis a second time", ["R-MEM-002"])

    def newer(header):
        return header.SerializeToString() + bytes.fromhex("9a3e0474657374")  # field 1011, "test"

    made = story.identity("Robin D", base=second.document_id)
    story.add(made, "effect", "fields of a later version ride along", ["R-WIRE-003", "R-WIRE-004"], edit=newer)

    devices = mem.PrincipalDevices(principal_id=story.guardian, devices=[founder.message(), tablet.message()])
    story.add(
        story.draft(doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, {4: devices.SerializeToString()}),
        "effect",
        "a second device of the guardian",
        ["R-MEM-004"],
    )
    weak = mem.PrincipalDevices(principal_id=story.guardian, devices=[founder.message(), tablet.message()])
    weak.devices[1].signing_key = bytes([1]) + bytes(31)
    story.add(
        story.draft(doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, {4: weak.SerializeToString()}),
        void("MALFORMED"),
        "a device with a weak key",
        ["R-WIRE-011"],
    )
    point = mem.EnforcementPoint(
        device_id=console.id,
        signing_key=console.signing_public,
        sealing_key=console.sealing_public,
        category=mem.PEP_CATEGORY_CONSOLE,
        dependants=[child],
        capabilities=["time.window", "com.example.unheard_of"],
        uncertain_time=mem.UNCERTAIN_TIME_WALL_CLOCK,
    )
    section = {5: point.SerializeToString()}
    wire.SECTIONS[doc.PAYLOAD_TYPE_ENFORCEMENT_POINT] = [5]
    story.add(
        story.draft(doc.PAYLOAD_TYPE_ENFORCEMENT_POINT, section),
        "effect",
        "a console",
        ["R-MEM-005", "R-MEM-012"],
        author=tablet,
    )
    story.add(
        story.identity("Console", base=made.document_id),
        void("NOT_PERMITTED_BY_TABLE"),
        "an enforcement point writes names",
        ["R-MEM-010"],
        author=console,
    )
    thief = mem.EnforcementPoint()
    thief.CopyFrom(point)
    thief.device_id = tablet.id
    story.add(
        story.draft(doc.PAYLOAD_TYPE_ENFORCEMENT_POINT, {5: thief.SerializeToString()}),
        void("NOT_PERMITTED_BY_TABLE"),
        "an enforcement point with the id of a guardian's device",
        ["R-MEM-011"],
    )
    point.dependants.append(elsewhere)
    story.add(
        story.draft(doc.PAYLOAD_TYPE_ENFORCEMENT_POINT, {5: point.SerializeToString()}),
        void("NOT_PERMITTED_BY_TABLE"),
        "an enforcement point for a dependant who is not in scope",
        ["R-MEM-005"],
    )
    late = story.identity("Robin D2", base=made.document_id)
    story.add(late, "effect", "dates in the past end nothing", ["R-DOC-019"], edit=setting(expires_at=1, not_before=0))
    made = story.identity("Robin D3", base=late.document_id)
    story.add(made, "effect", "the same guardian's other device replaces it", ["R-MEM-009"], author=tablet)
    story.layer = broken_layer(story).document_id
    constitution = mem.Constitution(
        guardians=[mem.Guardian(principal_id=story.guardian), mem.Guardian(principal_id=random(16))],
        dependants=[mem.Dependant(principal_id=child)],
        threshold=1,
        relays=[mem.RelayRef(uri="https://relay.example:7443")],
        min_reader=1,
    )
    wire.SECTIONS[doc.PAYLOAD_TYPE_CONSTITUTION] = [3]
    story.add(
        story.draft(doc.PAYLOAD_TYPE_CONSTITUTION, {3: constitution.SerializeToString()}),
        void("NOT_PERMITTED_BY_TABLE"),
        "a second guardian without a proposal",
        ["R-MEM-003", "R-MEM-006"],
    )
    constitution = mem.Constitution(
        guardians=[mem.Guardian(principal_id=story.guardian)],
        dependants=[mem.Dependant(principal_id=child)],
        threshold=2,
        relays=[mem.RelayRef(uri="https://relay.example:7443")],
        min_reader=1,
    )
    wire.SECTIONS[doc.PAYLOAD_TYPE_CONSTITUTION] = [3]
    story.add(
        story.draft(doc.PAYLOAD_TYPE_CONSTITUTION, {3: constitution.SerializeToString()}),
        void("MALFORMED"),
        "a threshold above the number of guardians",
        ["R-MEM-001", "R-MEM-003"],
    )
    stale_generation = story.identity("Robin E", base=made.document_id)
    epoch = epochs(story, tablet, console)
    story.add(
        stale_generation,
        void("NOT_PERMITTED_BY_TABLE"),
        "sealed under the secrets of the epoch before",
        ["R-EPOCH-013"],
    )
    last = story.identity("Robin E", base=made.document_id)
    final = story.add(last, "effect", "sealed under the new secrets", ["R-EPOCH-007", "R-EPOCH-013"])
    made, _ = epoch(3, lie=True)
    story.add(made, "effect", "an epoch that hands out what it did not commit to: it holds, and nobody takes it", ["R-EPOCH-005"])
    secret = house.secrets[b"", 2]
    plain = wire.open_committed(secret, house.log_id, 1, b"", final.header)
    header = doc.SignedHeader.FromString(plain).header
    return {
        "requirements": ["R-LOG-001", "R-LOG-003", "R-LOG-004", "R-LOG-008", "R-DOC-001", "R-REG-006", "R-DOC-013"],
        "log_id": house.log_id.hex(),
        "genesis_hash": house.heads[0].hex(),
        "dependant": child.hex(),
        "reader": {"device": founder.id.hex(), "sealing_seed": founder.sealing_seed.hex()},
        "enforcement_point": {
            "device": console.id.hex(),
            "sealing_seed": console.sealing_seed.hex(),
            "opens": [16, 17, 18, 19, 20, 22, 23, 24, 27],
            "cannot_open": [21, 25, 26, 28],
        },
        "entries": story.rows,
        "damaged": damaged(story, first),
        "broken_layer": {
            "document": story.layer.hex(),
            "opens": {"17": b"\x0a\x03UTC".hex()},
            "refused": {"22": "MALFORMED", "24": "BAD_COMMITMENT"},
        },
        "final": {
            "epoch": 3,
            "newest_secret": 2,
            "live_root": wire.live_root([(last.document_id, wire.sha256(header), final.seq), story.layer_row]).hex(),
            "identity": last.document_id.hex(),
            "name": "Robin E",
        },
    }


def broken_layer(story):
    """A layer with one good section, one that it does not commit to, and one that is no frame (R-DOC-014)."""
    wire.SECTIONS[doc.PAYLOAD_TYPE_POLICY_LAYER] = list(range(17, 27))
    made = story.draft(doc.PAYLOAD_TYPE_POLICY_LAYER, {17: b"\x0a\x03UTC", 22: b"", 24: b"\xff"}, dependant=story.child)
    good = {row.kind: row for row in made.sections}
    good[24].commitment = bytes(32)
    good[22].offset, good[22].length = len(made.body), 64
    entry = story.add(made, "effect", "a policy layer with broken sections", ["R-DOC-006", "R-DOC-007", "R-DOC-014"])
    plain = wire.open_committed(story.house.secrets[b"", 1], story.house.log_id, 1, b"", entry.header)
    header = doc.SignedHeader.FromString(plain).header
    story.layer_row = (made.document_id, wire.sha256(header), entry.seq)
    return made


def twice(header):
    header.sections.append(header.sections[0])


def outside(header):
    header.payload_type = doc.PAYLOAD_TYPE_OVERRIDE
    return "outside"


def epochs(story, tablet, console):
    """An epoch that is refused, then epoch 2. Returns what makes the next one."""
    house, child, random = story.house, story.child, story.random
    wire.SECTIONS[doc.PAYLOAD_TYPE_EPOCH] = [6]

    def epoch(number, lie=False):
        household, dependant = random(32), random(32)
        sets = [
            [(None, number, None, household), (child, number, None, dependant)],
            [(None, number, None, household), (child, number, None, dependant)],
            [(None, number, None, household), (child, number, 2, wire.kind_secret(dependant, number, 2, console.id))]
            + [
                (child, number, kind, wire.kind_secret(dependant, number, kind))
                for kind in (16, 17, 18, 19, 20, 22, 23, 24, 27)
            ],
        ]
        longest, plain = 0, []
        for rows in sets:
            secrets = mem.SecretSet()
            for whose, generation, kind, value in rows:
                secrets.secrets.add(dependant_id=whose, generation=generation, kind=kind, value=value)
            plain.append(secrets.SerializeToString())
            longest = max(longest, 4 + len(plain[-1]))
        grid = -(-longest // 256) * 256
        info = wire.transcript("wrap", house.log_id, number)
        to = [story.founder, tablet, console]
        wraps = [
            wire.hpke_seal(d.sealing_public, info, wire.frame(p, grid), random) for d, p in zip(to, plain)
        ]
        wraps = [wraps[2], wraps[0], wraps[1]]
        committed = bytes(32) if lie else dependant
        kinds = [
            mem.KindCommitment(
                kind=k,
                commitment=wire.secret_commitment(wire.kind_secret(committed, number, k), child, number, k),
            )
            for k in wire.DEPENDANT_KINDS
        ]
        body = mem.EpochBody(
            number=number,
            household_commitment=wire.secret_commitment(household, b"", number, 0),
            dependants=[mem.DependantEpoch(dependant_id=child, generation=number, kinds=kinds)],
        )
        before = dict(house.secrets)
        house.secrets[b"", number], house.secrets[child, number] = household, dependant
        made = story.draft(doc.PAYLOAD_TYPE_EPOCH, {6: body.SerializeToString()}, wraps=wraps)
        return made, before

    made, before = epoch(3)
    story.add(made, "unopened", "an epoch that leaves out a number", ["R-EPOCH-010"])
    house.secrets = before
    made, _ = epoch(2)
    story.add(made, "effect", "epoch 2", ["R-EPOCH-003", "R-EPOCH-004", "R-EPOCH-010", "R-DOC-011"])
    return epoch


def damaged(story, first):
    """Entry 1 as a faulty relay might serve it to a reader who has entry 0 only."""
    entry = doc.Entry.FromString(bytes.fromhex(story.rows[1]["entry"]))
    rows = []

    def add(case, requirements, outcome, **fields):
        bad = doc.Entry()
        bad.CopyFrom(entry)
        for name, value in fields.items():
            setattr(bad, name, value)
        rows.append(
            {
                "case": case,
                "requirements": requirements,
                "entry": bad.SerializeToString().hex(),
                "outcome": outcome,
            }
        )

    flip = lambda data: data[:-1] + bytes([data[-1] ^ 1])
    add("another body", ["R-LOG-007", "R-DOC-022"], {"stop": "BODY_MISMATCH"}, body=flip(entry.body))
    add("another slot", ["R-DOC-004"], {"stop": "WRONG_PLACE"}, slot=b"slot")
    add("a changed header", ["R-DOC-002"], "unopened", header=flip(entry.header))
    add("another generation", ["R-DOC-004", "R-LOG-009"], "unopened", generation=9)
    add("another predecessor", ["R-LOG-004"], {"chain": "FORK"}, prev=flip(entry.prev))
    add("a place too far", ["R-LOG-004"], {"chain": "GAP"}, seq=2)
    add("another entry at a known place", ["R-LOG-006"], {"chain": "FORK"}, seq=0)
    add("no generation", ["R-LOG-002"], {"shape": "MALFORMED"}, generation=0)
    add("a short predecessor", ["R-LOG-002"], {"shape": "MALFORMED"}, prev=entry.prev[:31])
    add("a header off the grid", ["R-LOG-002"], {"shape": "MALFORMED"}, header=entry.header[:-1])
    add("no header", ["R-LOG-002"], {"shape": "MALFORMED"}, header=b"")
    add("a header above 16 KiB", ["R-LOG-002", "R-WIRE-006"], {"shape": "TOO_LARGE"}, header=bytes(17 * 1024))
    add("a body that is no power of two", ["R-LOG-002"], {"shape": "MALFORMED"}, body=bytes(1536))
    add("a body below 1 KiB", ["R-LOG-002"], {"shape": "MALFORMED"}, body=bytes(512))
    add("a slot above 32 bytes", ["R-LOG-002", "R-WIRE-006"], {"shape": "TOO_LARGE"}, slot=bytes(33))
    add("a body and its hash", ["R-LOG-002"], {"shape": "MALFORMED"}, body_hash=bytes(32))
    return rows


def registers():
    random = Counter("registers")
    house, phone = wire.Household(random(32)), Device(random)
    secret = random(32)
    name = wire.register_name(secret, doc.PAYLOAD_TYPE_BEAT, phone.id)
    payload = reg.Beat(
        time=NOW,
        head={"seq": 3, "hash": random(32)},
        generations=[doc.GenerationUse(generation=1)],
        live_root=wire.live_root([]),
    ).SerializeToString()

    def seal(version=4, author=phone, house=house, name=name, kind=doc.PAYLOAD_TYPE_BEAT):
        return wire.seal_register(house, secret, author, name, version, kind, payload, NOW, random)

    good = seal()
    other = Device(random)
    impostor = Device(random)
    impostor.id = phone.id
    rows = [
        ("as written", 4, good, None),
        ("another version beside it", 5, good, "WRONG_PLACE"),
        ("another name inside", 4, reseal(house, secret, phone, name, random, name=bytes(32)), "WRONG_PLACE"),
        ("another household inside", 4, reseal(house, secret, phone, name, random, log_id=bytes(32)), "WRONG_HOUSEHOLD"),
        ("another author", 4, seal(author=other), "BAD_SIGNATURE"),
        ("another key", 4, seal(author=impostor), "BAD_SIGNATURE"),
        ("a changed byte", 4, good[:-1] + bytes([good[-1] ^ 1]), "SEAL_BROKEN"),
        ("another key commitment", 4, good[:32] + bytes(32) + good[64:], "SEAL_BROKEN"),
        ("nothing", 4, b"", "MALFORMED"),
    ]
    return {
        "requirements": ["R-REG-001", "R-REG-002", "R-REG-003", "R-REG-004", "R-REG-008"],
        "log_id": house.log_id.hex(),
        "secret": secret.hex(),
        "device": phone.id.hex(),
        "signing_key": phone.signing_public.hex(),
        "name": name.hex(),
        "payload": payload.hex(),
        "issued_at": NOW,
        "vectors": [
            {"case": c, "version": v, "value": value.hex(), "refused": refused} for c, v, value, refused in rows
        ],
    }


def reseal(house, secret, author, at, random, **inside):
    document = reg.RegisterDocument(
        log_id=house.log_id,
        name=at,
        version=4,
        payload_type=doc.PAYLOAD_TYPE_BEAT,
        author_device=author.id,
        issued_at=NOW,
    )
    for name, value in inside.items():
        setattr(document, name, value)
    data = document.SerializeToString()
    signed = reg.SignedRegister(
        document=data,
        signature=author.signing.sign(wire.transcript("register", doc.PAYLOAD_TYPE_BEAT, data)),
        payload_type=doc.PAYLOAD_TYPE_BEAT,
        author_device=author.id,
    )
    return wire.seal_committed(secret, house.log_id, 2, at, signed.SerializeToString(), 1024, random)


def joining():
    random = Counter("joining")
    console, other = Device(random), Device(random)

    def request(sign=console, **fields):
        names = ["ask", "time.window"]
        made = join.JoinRequest(
            device_id=console.id,
            signing_key=console.signing_public,
            sealing_key=console.sealing_public,
            access_key=console.access_public,
            category=mem.PEP_CATEGORY_CONSOLE,
            capabilities=names,
        )
        for name, value in fields.items():
            setattr(made, name, value)
        text = wire.transcript(
            "join",
            made.device_id,
            made.signing_key,
            made.sealing_key,
            made.access_key,
            made.category,
            made.role,
            "\n".join(made.capabilities),
        )
        made.signature = sign.signing.sign(text)
        return made

    good = request()
    moved = request()
    moved.ClearField("capabilities")
    moved.capabilities.append("ask\ntime")
    moved.capabilities.append("window")
    weak = bytes([1]) + bytes(31)
    rows = [
        ("as signed", good, None),
        ("signed by another", request(sign=other), "BAD_SIGNATURE"),
        ("other capabilities", moved, "BAD_SIGNATURE"),
        ("a weak signing key", request(signing_key=weak), "WEAK_KEY"),
        ("a weak sealing key", request(sealing_key=bytes(32)), "WEAK_KEY"),
        ("a weak access key", request(access_key=weak), "WEAK_KEY"),
        ("a short id", request(device_id=bytes(15)), "MALFORMED"),
        ("no category", request(category=0), "MALFORMED"),
    ]
    log_id, head, genesis, handle = random(32), random(32), random(32), random(16)
    welcome = join.Welcome(head={"seq": 9, "hash": head}, secrets=mem.SecretSet())
    welcome.secrets.secrets.add(generation=1, value=random(32))
    info = wire.transcript("welcome", log_id, console.id, head)
    answer = join.JoinAnswer(
        anchor=join.Anchor(
            log_id=log_id, genesis_hash=genesis, handle=handle, relays=[mem.RelayRef(uri="https://relay.example")]
        ),
        sealed_welcome=wire.hpke_seal(console.sealing_public, info, welcome.SerializeToString(), random),
        head_hash=head,
    )
    other_head = join.JoinAnswer()
    other_head.CopyFrom(answer)
    other_head.head_hash = bytes(32)
    other_log = join.JoinAnswer()
    other_log.CopyFrom(answer)
    other_log.anchor.log_id = bytes(32)
    answers = [
        ("as sealed", answer, None),
        ("another head beside it", other_head, "SEAL_BROKEN"),
        ("another household beside it", other_log, "SEAL_BROKEN"),
    ]
    return {
        "requirements": ["R-JOIN-002", "R-JOIN-005", "R-WIRE-011"],
        "device": console.id.hex(),
        "sealing_seed": console.sealing_seed.hex(),
        "other_seed": other.sealing_seed.hex(),
        "head": head.hex(),
        "requests": [{"case": c, "request": r.SerializeToString().hex(), "refused": e} for c, r, e in rows],
        "answers": [{"case": c, "answer": a.SerializeToString().hex(), "refused": e} for c, a, e in answers],
    }


def age_signals():
    random = Counter("age")
    issuer = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    public = issuer.public_key().public_bytes_raw()
    day = NOW - NOW % DAY
    nonce = random(16)

    def signal(**fields):
        made = age.AgeSignal(
            lower_inclusive=13,
            upper_exclusive=16,
            exact_cell=True,
            method=age.AGE_METHOD_GUARDIAN_DECLARED,
            audience="https://games.example",
            purpose=age.AGE_PURPOSE_ACCESS_GATE,
            nonce=nonce,
            issued_bucket=day,
            not_after=day + 30 * DAY,
            token_id=random(16),
        )
        for name, value in fields.items():
            if value is None:
                made.ClearField(name)
            else:
                setattr(made, name, value)
        return made.SerializeToString()

    def signed(data, key=issuer, label="age-signal"):
        return age.SignedAgeSignal(
            signal=data, issuer_key_id=wire.sha256(public), signature=key.sign(wire.transcript(label, data))
        ).SerializeToString()

    stranger = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    unknown = age.SignedAgeSignal.FromString(signed(signal(), key=stranger))
    unknown.issuer_key_id = wire.sha256(stranger.public_key().public_bytes_raw())
    rows = [
        ("as issued", signed(signal()), None, "R-AGE-002"),
        ("no upper bound", signed(signal(lower_inclusive=18, upper_exclusive=None)), None, "R-AGE-001"),
        ("from 0, said explicitly", signed(signal(lower_inclusive=0)), None, "R-AGE-001"),
        ("no lower bound", signed(signal(lower_inclusive=None)), "MALFORMED", "R-AGE-001"),
        ("an empty interval", signed(signal(upper_exclusive=13)), "MALFORMED", "R-AGE-001"),
        ("a lower bound of 121", signed(signal(lower_inclusive=121, upper_exclusive=None)), "MALFORMED", "R-AGE-001"),
        ("an upper bound of 122", signed(signal(upper_exclusive=122)), "MALFORMED", "R-AGE-001"),
        ("signed by another key", signed(signal(), key=stranger), "BAD_SIGNATURE", "R-AGE-002"),
        ("signed for another purpose", signed(signal(), label="document"), "BAD_SIGNATURE", "R-WIRE-002"),
        ("an issuer nobody trusts", unknown.SerializeToString(), "UNTRUSTED_ISSUER", "R-AGE-003"),
        ("no signal", signed(b"\xff"), "MALFORMED", "R-AGE-003"),
        ("more than 2 KiB", signed(signal() + b"\xaa\x7d\x81\x10" + bytes(2049)), "MALFORMED", "R-AGE-003"),
        ("another audience", signed(signal(audience="https://games.example.evil")), "WRONG_AUDIENCE", "R-AGE-006"),
        ("another nonce", signed(signal(nonce=bytes(16))), "WRONG_NONCE", "R-AGE-007"),
        ("no nonce", signed(signal(nonce=None)), "WRONG_NONCE", "R-AGE-007"),
        ("over", signed(signal(issued_bucket=day - DAY, not_after=NOW)), "EXPIRED", "R-AGE-008"),
        ("from tomorrow", signed(signal(issued_bucket=day + DAY)), "EXPIRED", "R-AGE-008"),
        ("an issue time to the second", signed(signal(issued_bucket=NOW)), "MALFORMED", "R-AGE-008"),
        ("valid for 366 days", signed(signal(not_after=day + 366 * DAY)), None, "R-AGE-008"),
        ("valid for longer", signed(signal(not_after=day + 366 * DAY + 1)), "MALFORMED", "R-AGE-008"),
        ("no method", signed(signal(method=0)), "MALFORMED", "R-WIRE-005"),
        ("a field of a later version", signed(signal() + bytes.fromhex("9a3e0474657374")), None, "R-WIRE-004"),
    ]
    return {
        "issuer": public.hex(),
        "audience": "https://games.example",
        "nonce": nonce.hex(),
        "now": NOW,
        "vectors": [
            {"case": c, "signal": s.hex(), "refused": refused, "requirements": [r]} for c, s, refused, r in rows
        ],
        "coarsening": [
            # known interval, cut points, told interval, exact cell; worked out by hand from R-AGE-004
            [[12, 17], [13, 16, 18], [0, 18], False],
            [[13, 14], [13, 16, 18], [13, 16], True],
            [[12, 13], [13, 16, 18], [0, 13], True],
            [[16, 18], [13, 16, 18], [16, 18], True],
            [[17, None], [13, 16, 18], [16, None], False],
            [[18, None], [18], [18, None], True],
            [[0, None], [18], [0, None], False],
        ],
        "refused_cut_points": [[], [0], [22], [13, 14], [16, 13], [3, 7, 12, 16]],
        "requirements": ["R-AGE-004", "R-AGE-005"],
    }


def sessions():
    random = Counter("sessions")
    access = ed25519.Ed25519PrivateKey.from_private_bytes(random(32))
    relay_id, handle, nonce, head = random(32), random(16), random(32), random(32)
    challenge = wire.transcript("session", relay_id, handle, nonce, NOW + 60)
    bookmark = wire.transcript("bookmark", handle, 1, 41, head, NOW)
    return {
        "requirements": ["R-RELAY-004", "R-RELAY-012"],
        "key": access.public_key().public_bytes_raw().hex(),
        "relay_id": relay_id.hex(),
        "handle": handle.hex(),
        "nonce": nonce.hex(),
        "expires_at": NOW + 60,
        "session_signature": access.sign(challenge).hex(),
        "relay_epoch": 1,
        "seq": 41,
        "head": head.hex(),
        "time": NOW,
        "bookmark_signature": access.sign(bookmark).hex(),
    }


def main(folder):
    made = [transcripts, secrets, keys, household, registers, joining, age_signals, sessions]
    for write in made:
        path = Path(folder) / f"{write.__name__.replace('_', '-')}.json"
        path.write_text(json.dumps(write(), indent=1, ensure_ascii=False) + "\n")
        print(f"  ok  {path.name}")


if __name__ == "__main__":
    main(sys.argv[1])
