"""Area log: entries followed from genesis on, each behind the vector that `after` names."""

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem

from . import chains, ids
from .common import Counter, Device, File, flip
from .drafts import (
    commitments,
    console_secrets,
    entry_at,
    header_of,
    seal_with_other_commitment,
    seal_with_other_secret,
    seal_with_padding,
    secret_set,
    setting,
    wraps_for,
)


class Node:
    """A household as of one vector: place, secrets, live list."""

    def __init__(self, seq, head, secrets, live):
        self.seq, self.head, self.secrets, self.live = seq, head, secrets, live


class Log:
    """The tree of entries, and what writes its vectors."""

    def __init__(self, file, log_id, founder):
        self.file, self.log_id, self.founder = file, log_id, founder
        self.nodes = {}

    def house(self, after):
        house = wire.Household(self.log_id)
        if after is not None:
            house.secrets = dict(self.nodes[after].secrets)
        return house

    def draft(self, number, after, payload_type, contents, dependant=None, base=None, wraps=(), house=None):
        house = house or self.house(after)
        return wire.draft(house, payload_type, contents, dependant, base, wraps, Counter(f"log draft {number}"))

    def identity(self, number, after, base=None, dependant=None, name="Robin"):
        content = mem.IdentitySection(dependant_name=name).SerializeToString()
        dependant = dependant or self.child
        return self.draft(number, after, doc.PAYLOAD_TYPE_IDENTITY, {16: content}, dependant, base)

    def entry(self, number, after, made, author=None, house=None, place=None, **how):
        node = self.nodes.get(after)
        seq, prev = place or ((node.seq, node.head) if node else (0, wire.ZERO))
        return entry_at(house or self.house(after), author or self.founder, made, seq, prev, f"log {number}", **how)

    def given(self, after, entry, **rest):
        return {"after": None if after is None else self.file.id(after), "entry": entry.SerializeToString(), **rest}

    def ok(self, number, after, title, cited, made, secrets=None, live=True, rest=None, told=None, ended=(), **how):
        """An entry with effect; `secrets` are those of the household after it."""
        house = how.get("house")
        entry = self.entry(number, after, made, **how)
        node = self.nodes.get(after)
        held = dict(secrets or (house or self.house(after)).secrets)
        lives = dict(node.live) if node else {}
        if live and made.payload_type in (6, 7, 8, 9):
            lives.pop(made.base, None)
            header = header_of(house or self.house(after), entry)
            lives[made.document_id] = (made.document_id, wire.sha256(header), entry.seq)
        lives = {key: row for key, row in lives.items() if key not in ended}
        digest = wire.entry_hash(entry)
        self.nodes[number] = Node(entry.seq + 1, digest, held, lives)
        expected = {
            "outcome": "effect",
            "hash": digest,
            "live_root": wire.live_root(lives.values()),
            **(told or {}),
        }
        self.file.ok(number, title, cited, self.given(after, entry, **(rest or {})), expected)
        return made

    def bad(self, number, of, after, defect, cited, reason, made, outcome="void", change=None, rest=None, **how):
        """A twin that is void, skipped or refused. A void or skipped one keeps its place."""
        entry = self.entry(number, after, made, **how)
        if change:
            change(entry)
        expected = {"outcome": outcome}
        if outcome in ("void", "skipped"):
            digest = wire.entry_hash(entry)
            expected["hash"] = digest
            node = self.nodes.get(after)
            if node:
                self.nodes[number] = Node(node.seq + 1, digest, node.secrets, node.live)
        self.file.bad(number, of, defect, cited, self.given(after, entry, **(rest or {})), reason, expected)
        return made

    def fill(self, number, of, after, defect, count):
        """Entries that nobody can open, one behind the other."""
        node = self.nodes[after]
        junk = Counter(f"log {number}")(1024)
        entry = lambda seq, prev: doc.Entry(seq=seq, prev=prev, generation=1, header=junk, body=bytes(1024))
        first = entry(node.seq, node.head)
        digest = wire.entry_hash(first)
        for seq in range(node.seq + 1, node.seq + count):
            digest = wire.entry_hash(entry(seq, digest))
        self.nodes[number] = Node(node.seq + count, digest, node.secrets, node.live)
        expected = {"outcome": "skipped", "hash": digest}
        given = self.given(after, first, repeat=count)
        self.file.bad(number, of, defect, ["R-LOG-009"], given, "SEAL_BROKEN", expected)


def log():
    founder = Device("founder")
    random = Counter("log")
    file = File(
        "log",
        "household",
        "A member that holds the founder's sealing key joins at the vector without `after` (its anchor: `log_id`, "
        "`genesis_hash`) and applies each other entry to the household as it stood after the vector that `after` names. "
        "Outcomes: effect; void (keeps its place, no effect); skipped (cannot be opened or is not as it was signed, keeps its place for now); "
        "refused (not taken, the follower stays where it is). With `body_zeros` the "
        "entry's body is that many zero bytes. With `repeat` the entry stands that many times in a row, each at the "
        "next place and behind the one before; the outcome is that of the last. Where a void one has no reason, the specification leaves "
        "it open.",
        ["R-LOG-001", "R-LOG-003", "R-LOG-004", "R-LOG-008", "R-LOG-010", "R-DOC-001", "R-REG-006"],
        {"sealing_seed": founder.sealing_seed},
    )
    story = Log(file, random(32), founder)
    story.guardian, story.child, story.random = random(16), random(16), random
    genesis(story)
    documents(story)
    chains.add_to(story)
    ids.add_to(story)
    members(story)
    epochs(story)
    return file


def founding(story, change=None, number=1):
    """Contents, wraps and household of a genesis; `change` gets (constitution, devices, epoch body)."""
    house = wire.Household(story.log_id)
    contents, wraps = wire.founding(
        house, story.guardian, story.founder, story.child, "https://relay.example:7443", Counter("log genesis")
    )
    parts = mem.Constitution(), mem.PrincipalDevices(), mem.EpochBody()
    for part, kind in zip(parts, (3, 4, 6)):
        part.ParseFromString(contents[kind])
    if change:
        change(*parts)
    contents = {kind: part.SerializeToString() for part, kind in zip(parts, (3, 4, 6))}
    made = wire.draft(house, doc.PAYLOAD_TYPE_GENESIS, contents, wraps=wraps, random=Counter(f"log draft {number}"))
    return made, house


def genesis(story):
    made, house = founding(story)
    anchored = lambda entry: {"log_id": story.log_id, "genesis_hash": wire.entry_hash(entry)}
    entry = story.entry(1, None, made, house=house)
    cited = ["R-MEM-002", "R-EPOCH-006", "R-EPOCH-008", "R-LOG-003"]
    story.ok(1, None, "genesis", cited, made, house=house, rest=anchored(entry), told={"served": True})

    def bad(number, defect, cited, reason, change=None, anchor=None, outer=None, **how):
        made, house = founding(story, change, number)
        entry = story.entry(number, None, made, house=house, **how)
        if outer:
            outer(entry)
        rest = {**anchored(entry), **(anchor or {})}
        story.bad(number, 1, None, defect, cited, reason, made, "refused", outer, rest, house=house, **how)

    law = ["R-MEM-001", "R-MEM-002"]
    bad(2, "the hash of another entry 0 in the anchor", ["R-LOG-003"], "WRONG_ANCHOR", anchor={"genesis_hash": bytes(32)})
    bad(3, "relay epoch 2", ["R-MEM-002"], "MALFORMED", edit=setting(relay_epoch=2))
    bad(4, "another household inside", ["R-DOC-004"], "WRONG_HOUSEHOLD", edit=setting(log_id=bytes(32)))
    bad(5, "signed by a device that it does not list", ["R-MEM-002"], "MALFORMED", author=Device("stranger"))
    bad(6, "signed with another key than it lists", ["R-MEM-002", "R-DOC-003"], "BAD_SIGNATURE", author=Device("thief").posing_as(story.founder))
    second = lambda c, d, e: c.guardians.add(principal_id=bytes([7]) * 16)
    bad(7, "two guardians", ["R-MEM-002"], "MALFORMED", second)
    bad(8, "a threshold of 2", law, "MALFORMED", lambda c, d, e: setattr(c, "threshold", 2))
    bad(9, "a threshold of 0", law, "MALFORMED", lambda c, d, e: c.ClearField("threshold"))
    bad(10, "no dependant", law, "MALFORMED", lambda c, d, e: c.ClearField("dependants"))
    bad(11, "an epoch of number 2", ["R-MEM-002"], "MALFORMED", lambda c, d, e: setattr(e, "number", 2))
    recovery = lambda c, d, e: setattr(d.devices[0], "role", mem.DEVICE_ROLE_RECOVERY)
    bad(12, "signed by a recovery key", ["R-MEM-002"], "MALFORMED", recovery)
    strangers = lambda c, d, e: setattr(d, "principal_id", bytes([7]) * 16)
    bad(13, "devices of somebody who is no guardian", ["R-MEM-002"], "MALFORMED", strangers)
    weak = lambda c, d, e: setattr(d.devices[0], "sealing_key", bytes(32))
    bad(14, "a device with a weak key", ["R-WIRE-011"], "MALFORMED", weak)
    bad(15, "an entry before it", ["R-MEM-002"], "MALFORMED", place=(0, bytes([1]) * 32))
    bad(16, "place 1", ["R-MEM-002"], "MALFORMED", place=(1, wire.ZERO))
    bad(17, "another hash of the wraps", ["R-EPOCH-006"], "MALFORMED", edit=setting(wraps_hash=bytes(32)))
    bad(18, "no hash of the wraps", ["R-EPOCH-006"], "MALFORMED", edit=setting(wraps_hash=None))
    bad(90, "another type of document", ["R-MEM-002"], "MALFORMED", edit=setting(payload_type=28))
    bad(91, "no row for the dependant in its epoch", ["R-MEM-002", "R-EPOCH-004"], "MALFORMED", lambda c, d, e: e.ClearField("dependants"))
    bad(19, "a body that is not the signed one", ["R-LOG-007"], "BODY_MISMATCH", outer=lambda e: setting(body=flip(e.body))(e))


def documents(story):
    """Identity documents right after genesis, and what replaces them."""
    first = story.identity(20, 1)
    story.ok(20, 1, "names for one child", ["R-DOC-003", "R-DOC-005", "R-DOC-008"], first)
    founder = story.founder

    def bad(number, defect, cited, reason, outcome="void", made=None, **how):
        made = made or story.identity(number, 1)
        story.bad(number, 20, 1, defect, cited, reason, made, outcome, **how)

    impostor = Device("impostor").posing_as(founder)
    bad(21, "another key for a known author", ["R-DOC-003"], "BAD_SIGNATURE", author=impostor)
    bad(22, "an author nobody knows", ["R-MEM-007"], "BAD_SIGNATURE", author=Device("stranger"))
    bad(23, "another household inside", ["R-DOC-004"], "WRONG_HOUSEHOLD", edit=setting(log_id=bytes(32)))
    newer = ["R-DOC-018", "R-LOG-008"]
    ahead = story.identity(24, 1)
    story.ok(24, 1, "a later reader is needed: it lives, and no section of it is used", newer, ahead, edit=setting(min_reader=2))
    made, how = story.identity(25, 1), setting(critical_extensions=[0xE000], sections=[])
    story.ok(25, 1, "an unknown critical extension: it lives, and its table is not looked at", newer, made, edit=how)
    story.ok(310, 24, "it is replaced like any other", newer, story.identity(310, 24, base=ahead.document_id))
    bad(311, "relay epoch 0", ["R-WIRE-007"], "MALFORMED", edit=setting(relay_epoch=0))
    bad(312, "reader version 0", ["R-WIRE-007"], "MALFORMED", edit=setting(min_reader=0))
    bad(26, "no section table", ["R-DOC-005"], "MALFORMED", edit=setting(sections=[]))
    bad(27, "padding that is not zero", ["R-DOC-012"], "MALFORMED", seal=seal_with_padding)
    reserved = lambda number: setting(payload_type=number, sections=[])
    bad(28, "a reserved type", ["R-DOC-016"], None, edit=reserved(28))
    bad(29, "a type that this version does not know", ["R-DOC-016"], None, edit=reserved(200))
    bad(30, "a register's type in the log", ["R-DOC-016", "R-MEM-010"], None, edit=reserved(64))
    bad(47, "a type that never means anything", ["R-DOC-016", "R-WIRE-021"], None, edit=reserved(0xE000))
    bad(31, "another key commitment", ["R-DOC-002"], "SEAL_BROKEN", "skipped", seal=seal_with_other_commitment)
    bad(32, "sealed under nobody's secret", ["R-LOG-009"], "SEAL_BROKEN", "skipped", seal=seal_with_other_secret)
    bad(33, "a generation that nobody has", ["R-LOG-009"], "CANNOT_OPEN", "skipped", change=setting(generation=9))
    base = story.identity(34, 1, base=bytes([5]) * 16)
    bad(34, "a base that never lived", ["R-DOC-008"], "BASE_NOT_LIVE", made=base)
    elsewhere = bytes([6]) * 16
    house = story.house(1)
    house.secrets[elsewhere, 1] = bytes([8]) * 32
    content = mem.IdentitySection(dependant_name="Nobody").SerializeToString()
    nobody = story.draft(35, 1, doc.PAYLOAD_TYPE_IDENTITY, {16: content}, elsewhere, house=house)
    bad(35, "about a dependant of no household", ["R-MEM-010"], "NOT_PERMITTED_BY_TABLE", made=nobody)
    alone = lambda h: (h.ClearField("dependant"), h.generations.pop())[:0]
    bad(36, "about no dependant", ["R-MEM-010"], "MALFORMED", edit=alone)
    bad(37, "without the dependant's generation", ["R-EPOCH-013"], "NOT_PERMITTED_BY_TABLE", edit=lambda h: h.generations.pop() and None)
    older = lambda h: setattr(h.generations[1], "generation", 2)
    bad(38, "another generation of the dependant's secret", ["R-EPOCH-013"], "NOT_PERMITTED_BY_TABLE", edit=older)
    made, again = founding(story, number=39)
    bad(39, "genesis a second time", ["R-MEM-002", "R-MEM-010"], "NOT_PERMITTED_BY_TABLE", made=made, house=again)

    second = story.identity(40, 20, base=first.document_id, name="Robin B")
    story.ok(40, 20, "replaces the document it names", ["R-DOC-008"], second)
    twice = ["R-DOC-017", "R-LOG-010"]
    story.bad(41, 40, 20, "the document before once more", twice, "DUPLICATE_DOCUMENT", first)
    story.bad(42, 40, 20, "no base", ["R-DOC-008"], "BASE_NOT_LIVE", story.identity(42, 20))
    gone = story.identity(43, 40, base=first.document_id)
    story.bad(43, 44, 40, "a base that lives no more", ["R-DOC-008"], "BASE_NOT_LIVE", gone)
    story.ok(44, 40, "a third one", ["R-DOC-008"], story.identity(44, 40, base=second.document_id))
    story.ok(45, 41, "an entry behind a void one", ["R-LOG-010"], story.identity(45, 41, base=first.document_id))
    story.ok(46, 32, "an entry behind a skipped one", ["R-LOG-009"], story.identity(46, 32))
    override = lambda number, after, base: story.draft(
        number, after, doc.PAYLOAD_TYPE_OVERRIDE, {27: b"\x0a\x01x"}, story.child, base
    )
    one = override(50, 20, None)
    story.ok(50, 20, "an override needs no base", ["R-DOC-008"], one)
    story.ok(51, 50, "a second override lives beside the first", ["R-DOC-008"], override(51, 50, None))
    story.ok(52, 50, "an override replaces the one it names", ["R-DOC-008"], override(52, 50, one.document_id))
    across = override(53, 50, first.document_id)
    story.bad(53, 52, 50, "a base of another line", ["R-DOC-008"], "BASE_NOT_LIVE", across)
    sections = {17: b"\x0a\x03UTC", 24: b"\xff"}
    layer = story.draft(54, 20, doc.PAYLOAD_TYPE_POLICY_LAYER, sections, story.child)
    {row.kind: row for row in layer.sections}[24].commitment = bytes(32)
    story.ok(54, 20, "a policy layer with a broken section has effect all the same", ["R-DOC-014", "R-LOG-008"], layer)
    later(story, first)
    dates = story.identity(55, 20, base=first.document_id)
    story.ok(55, 20, "dates in the past end nothing", ["R-DOC-019"], dates, edit=setting(expires_at=1, not_before=0))


def later(story, first):
    """R-LOG-008, R-DOC-024: no clock decides whether an entry has effect."""
    made = story.identity(56, 20, base=first.document_id)
    story.ok(56, 20, "a document whose rules begin in 2100", ["R-LOG-008"], made, edit=setting(not_before=4_102_444_800))


def section_of(story, number, after, payload_type, message, **rest):
    return story.draft(number, after, payload_type, {story.kind[payload_type]: message.SerializeToString()}, **rest)


def members(story):
    """Devices, enforcement points, the constitution."""
    story.kind = {doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES: 4, doc.PAYLOAD_TYPE_ENFORCEMENT_POINT: 5, doc.PAYLOAD_TYPE_CONSTITUTION: 3}
    founder = story.founder
    tablet, phone, console, spare = Device("tablet"), Device("phone"), Device("console"), Device("spare")
    story.tablet, story.console, story.phone = tablet, console, phone
    story.devices = lambda *some, who=story.guardian: mem.PrincipalDevices(principal_id=who, devices=[d.message() for d in some])

    def devices(number, after, message):
        return section_of(story, number, after, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, message)

    def changed(change, *some, **rest):
        message = story.devices(*some, **rest)
        change(message.devices)
        return message

    cited, table = ["R-MEM-004"], "NOT_PERMITTED_BY_TABLE"
    story.ok(100, 20, "a second device of the guardian", cited, devices(100, 20, story.devices(founder, tablet)))

    def bad(number, defect, cited, reason, message):
        story.bad(number, 100, 20, defect, cited, reason, devices(number, 20, message))

    put = lambda index, field, value: lambda devices: setattr(devices[index], field, value)
    weak = bytes([1]) + bytes(31)
    bad(101, "a device with a weak signing key", ["R-WIRE-011"], "MALFORMED", changed(put(1, "signing_key", weak), founder, tablet))
    bad(102, "a device with a weak sealing key", ["R-WIRE-011"], "MALFORMED", changed(put(1, "sealing_key", bytes(32)), founder, tablet))
    same = ["R-MEM-011"]
    bad(103, "two devices with one id", same, "MALFORMED", changed(put(1, "device_id", founder.id), founder, tablet))
    bad(104, "two devices with one signing key", same, "MALFORMED", changed(put(1, "signing_key", founder.signing_public), founder, tablet))
    bad(105, "two devices with one sealing key", same, "MALFORMED", changed(put(1, "sealing_key", founder.sealing_public), founder, tablet))
    bad(106, "no devices", ["R-MEM-016"], "MALFORMED", story.devices())
    bad(300, "a recovery key and no device", ["R-MEM-016"], "MALFORMED", changed(put(0, "role", mem.DEVICE_ROLE_RECOVERY), founder))
    both = story.devices(founder, tablet)
    newer, slot = ["R-DOC-018", "R-LOG-012"], setting(slot=b"slot")
    story.bad(301, 100, 20, "a later reader is needed", newer, "READER_TOO_OLD", devices(301, 20, both), "refused", edit=setting(min_reader=2))
    story.bad(302, 100, 20, "in a slot", ["R-DOC-025"], "MALFORMED", devices(302, 20, both), change=slot, edit=slot)
    pruned = lambda e: setting(body_hash=wire.sha256(e.body), body=None)(e)
    story.bad(303, 100, 20, "without its body", ["R-LOG-007", "R-DOC-025"], "BODY_MISMATCH", devices(303, 20, both), "refused", change=pruned)
    other = lambda e: setting(body=flip(e.body))(e)
    title, cited_ = "with another body", ["R-LOG-007", "R-LOG-009", "R-LOG-012"]
    story.bad(330, 100, 20, title, cited_, "BODY_MISMATCH", devices(330, 20, both), "skipped", change=other)
    title = "without its body, and signed for another place"
    story.bad(331, 100, 20, title, ["R-LOG-007", "R-LOG-012"], "BODY_MISMATCH", devices(331, 20, both), "refused", change=pruned, edit=setting(seq=9))
    nothing = story.draft(304, 20, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, {4: b""})
    story.bad(304, 100, 20, "an empty section", ["R-DOC-027"], "MALFORMED", nothing)
    bad(107, "17 devices", ["R-WIRE-006"], "MALFORMED", story.devices(founder, *(Device(f"many {n}") for n in range(16))))
    bad(133, "a role that nobody knows", ["R-MEM-013"], None, changed(put(1, "role", 99), founder, tablet))
    bad(108, "a device without a role", ["R-WIRE-005"], "MALFORMED", changed(put(1, "role", 0), founder, tablet))
    bad(130, "a device id of 15 bytes", ["R-WIRE-007"], "MALFORMED", changed(put(1, "device_id", bytes(15)), founder, tablet))
    about = story.draft(131, 20, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, {4: story.devices(founder, tablet).SerializeToString()}, story.child)
    story.bad(131, 100, 20, "devices in a document about a dependant", ["R-MEM-010"], "MALFORMED", about)
    bad(109, "devices of somebody whom nobody knows", cited, table, story.devices(tablet, who=bytes([7]) * 16))

    child = story.child
    story.ok(110, 100, "the first device of the child", [*cited, "R-MEM-006"], devices(110, 100, story.devices(phone, who=child)))
    key = changed(put(0, "signing_key", tablet.signing_public), phone, who=child)
    story.bad(111, 110, 100, "with the guardian's signing key", same, table, devices(111, 100, key))
    key = changed(put(0, "sealing_key", tablet.sealing_public), phone, who=child)
    story.bad(112, 110, 100, "with the guardian's sealing key", same, table, devices(112, 100, key))
    key = changed(put(0, "device_id", tablet.id), phone, who=child)
    story.bad(113, 110, 100, "with the id of the guardian's device", same, table, devices(113, 100, key))
    story.ok(190, 110, "the child's last device leaves", [*cited, "R-EPOCH-012"], devices(190, 110, story.devices(who=child)))
    early = story.identity(191, 190, base=story.base(190))
    story.bad(191, 184, 190, "names before the epoch that a removal needs", ["R-EPOCH-012"], "EPOCH_NEEDED", early)
    more = devices(114, 110, story.devices(phone, spare, who=child))
    story.ok(114, 110, "the child adds an own device", cited, more, author=phone)
    theirs = devices(115, 110, story.devices(founder, tablet, spare))
    story.bad(115, 114, 110, "the child adds a device of the guardian", [*cited, "R-MEM-010"], table, theirs, author=phone)
    names = story.identity(116, 110, base=story.base(110))
    story.bad(116, 117, 110, "the child's device writes names", ["R-MEM-010"], table, names, author=phone)
    story.ok(117, 110, "the guardian's other device writes names", ["R-MEM-009"], story.identity(117, 110, base=story.base(110)), author=tablet)

    recovery = changed(put(1, "role", mem.DEVICE_ROLE_RECOVERY), founder, tablet)
    story.ok(118, 20, "a recovery key", cited, devices(118, 20, recovery))
    names = story.identity(119, 118, base=story.base(118))
    story.bad(119, 117, 118, "a recovery key signs", cited, table, names, author=tablet)
    points(story, put)
    laws(story)


def points(story, put):
    tablet, console, table = story.tablet, story.console, "NOT_PERMITTED_BY_TABLE"

    def point(number, after=100, **fields):
        message = mem.EnforcementPoint(
            device_id=console.id,
            signing_key=console.signing_public,
            sealing_key=console.sealing_public,
            category=mem.PEP_CATEGORY_CONSOLE,
            dependants=[story.child],
            capabilities=["time.window", "com.example.unheard_of", "grease.oil"],
            uncertain_time=mem.UNCERTAIN_TIME_WALL_CLOCK,
        )
        setting(**fields)(message)
        return section_of(story, number, after, doc.PAYLOAD_TYPE_ENFORCEMENT_POINT, message)

    story.ok(120, 100, "a console, by the guardian's other device", ["R-MEM-005", "R-MEM-012", "R-WIRE-021"], point(120), author=tablet)

    def bad(number, defect, cited, reason, **fields):
        story.bad(number, 120, 100, defect, cited, reason, point(number, **fields), author=tablet)

    same = ["R-MEM-011"]
    bad(121, "the id of a guardian's device", same, table, device_id=tablet.id)
    bad(122, "the signing key of a guardian's device", same, table, signing_key=tablet.signing_public)
    bad(123, "the sealing key of a guardian's device", same, table, sealing_key=tablet.sealing_public)
    bad(124, "a dependant whom nobody knows", ["R-MEM-005"], table, dependants=[story.child, bytes([6]) * 16])
    bad(125, "no dependants", ["R-MEM-005"], "MALFORMED", dependants=[])
    bad(126, "no category", ["R-WIRE-005"], "MALFORMED", category=0)
    bad(134, "a category that nobody knows", ["R-MEM-013"], None, category=99)
    bad(135, "129 capabilities", ["R-WIRE-006"], "MALFORMED", capabilities=[f"x{n}" for n in range(129)])
    bad(127, "a weak signing key", ["R-WIRE-011"], "MALFORMED", signing_key=bytes([1]) + bytes(31))
    story.bad(128, 120, 110, "the child adds a console", ["R-MEM-005", "R-MEM-010"], table, point(128, 110), author=story.phone)
    names = story.identity(129, 120, base=story.base(120))
    theirs = section_of(story, 132, 120, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, story.devices(story.founder, tablet))
    named = story.identity(332, 120, base=story.base(120))
    astray = "an enforcement point signs for another place"
    story.bad(332, 117, 120, astray, ["R-DOC-004", "R-ROLE-001"], table, named, author=console, edit=setting(seq=9))
    story.bad(132, 100, 120, "an enforcement point writes devices", ["R-MEM-004", "R-MEM-010"], table, theirs, author=console)
    story.bad(129, 117, 120, "an enforcement point writes names", ["R-MEM-010", "R-ROLE-001"], table, names, author=console)


def laws(story):
    def law(number, change=None):
        message = mem.Constitution(
            guardians=[mem.Guardian(principal_id=story.guardian)],
            dependants=[mem.Dependant(principal_id=story.child)],
            threshold=1,
            relays=[mem.RelayRef(uri="https://relay.example:7443")],
            caps=mem.Caps(extra_time_seconds=3600),
            min_reader=1,
        )
        if change:
            change(message)
        return section_of(story, number, 120, doc.PAYLOAD_TYPE_CONSTITUTION, message)

    story.ok(140, 120, "the guardian caps extra time", ["R-MEM-001", "R-MEM-003"], law(140))

    def bad(number, defect, cited, reason, change):
        story.bad(number, 140, 120, defect, cited, reason, law(number, change))

    other = bytes([7]) * 16
    cited = ["R-MEM-001"]
    newer = law(333, setting(min_reader=2))
    story.bad(333, 140, 120, "for a later reader only", ["R-DOC-018", "R-LOG-012"], "READER_TOO_OLD", newer, "refused")
    bad(334, "for readers of version 0", ["R-WIRE-007"], "MALFORMED", setting(min_reader=0))
    bad(141, "a second guardian without a proposal", ["R-MEM-003", "R-MEM-006"], "NOT_PERMITTED_BY_TABLE", lambda c: c.guardians.add(principal_id=other))
    bad(142, "a threshold above the number of guardians", cited, "MALFORMED", setting(threshold=2))
    bad(143, "one principal twice", cited, "MALFORMED", lambda c: c.dependants.add(principal_id=story.guardian))
    bad(144, "a scope that names no dependant", cited, "MALFORMED", lambda c: c.guardians[0].scope.append(other))
    custody = lambda who, start, end: lambda c: c.guardians[0].custody.add(dependant_id=who, until=end, **{"from": start})
    bad(145, "custody that ends before it begins", cited, "MALFORMED", custody(story.child, 10, 10))
    bad(146, "custody over nobody", cited, "MALFORMED", custody(other, 10, 20))
    bad(147, "no relay", cited, "MALFORMED", setting(relays=[]))
    bad(148, "a relay key of small order", ["R-WIRE-011"], "MALFORMED", lambda c: setattr(c.relays[0], "relay_key", bytes(32)))
    month = lambda c: c.dependants[0].release_on.CopyFrom(mem.YearMonth(year=2031, month=13))
    bad(149, "a month that is none", cited, "MALFORMED", month)
    released = lambda year, month: lambda c: c.dependants[0].release_on.CopyFrom(mem.YearMonth(year=year, month=month))
    june = law(155, released(2031, 6))
    story.ok(155, 120, "a month of release", ["R-CONS-015"], june)

    earlier, never = ["R-CONS-015"], "NOT_PERMITTED_BY_TABLE"
    story.ok(156, 155, "released a month earlier", earlier, law(156, released(2031, 5)))
    story.bad(157, 156, 155, "released a month later", earlier, never, law(157, released(2031, 7)))
    story.bad(158, 156, 155, "release taken out", earlier, never, law(158))
    crowd = lambda c: [c.dependants.add(principal_id=bytes([n]) * 16) for n in range(20, 28)]
    relays = lambda c: c.relays.extend([mem.RelayRef(uri="https://relay.example")] * 8)
    bad(153, "nine relays", ["R-WIRE-006", "R-MEM-001"], "MALFORMED", relays)
    long = lambda c: setattr(c.relays[0], "uri", "x" * 256)
    bad(154, "a relay's address of 256 bytes", ["R-WIRE-006", "R-MEM-001"], "MALFORMED", long)
    bad(151, "nine dependants", cited, "MALFORMED", crowd)
    bad(152, "a principal id of 15 bytes", ["R-WIRE-007"], "MALFORMED", lambda c: c.dependants.add(principal_id=bytes(15)))
    story.bad(
        150, 140, 110, "the child changes the constitution", ["R-MEM-010"], "NOT_PERMITTED_BY_TABLE",
        section_of(story, 150, 110, doc.PAYLOAD_TYPE_CONSTITUTION, mem.Constitution()), author=story.phone,
    )


def epochs(story):
    child, console = story.child, story.console

    def epoch(number, after, epoch=2, generation=None, change=None, to=None, lie=False):
        """A draft of an epoch and the house that it makes."""
        generation = epoch if generation is None else generation
        random = Counter(f"log epoch {number}")
        house = story.house(after)
        household, secret = random(32), random(32)
        house.secrets[b"", epoch], house.secrets[child, generation] = household, secret
        handed = flip(secret) if lie else secret
        full = secret_set([(None, epoch, None, household), (child, generation, None, handed)])
        sets = [(console, console_secrets(household, epoch, child, generation, secret, console))]
        sets += [(device, full) for device in (to or (story.founder, story.tablet))]
        wraps = wraps_for(story.log_id, epoch, sets, random)
        body = mem.EpochBody(
            number=epoch,
            household_commitment=wire.secret_commitment(household, b"", epoch, 0),
            dependants=[commitments(child, generation, secret)],
        )
        if change:
            change(body)
        made = story.draft(number, after, doc.PAYLOAD_TYPE_EPOCH, {6: body.SerializeToString()}, wraps=wraps, house=house)
        return made, house

    made, house = epoch(160, 140)
    cited = ["R-EPOCH-003", "R-EPOCH-004", "R-EPOCH-008", "R-EPOCH-010"]
    story.ok(160, 140, "epoch 2", cited, made, house=house, told={"served": True})
    table = "NOT_PERMITTED_BY_TABLE"

    def bad(number, defect, cited, reason, outcome="void", author=None, edit=None, **how):
        made, house = epoch(number, 140, **how)
        story.bad(number, 160, 140, defect, cited, reason, made, outcome, house=house, author=author, edit=edit)

    bad(161, "a number left out, outside and inside", ["R-EPOCH-009", "R-EPOCH-010"], "CANNOT_OPEN", "skipped", epoch=3, generation=2)
    bad(162, "a number left out inside only", ["R-EPOCH-010"], table, change=setting(number=3))
    bad(163, "a generation of the dependant left out", ["R-EPOCH-011"], table, generation=3)
    bad(164, "no row for the dependant", ["R-EPOCH-004", "R-EPOCH-011"], table, change=setting(dependants=[]))
    unknown = lambda body: body.dependants.append(commitments(bytes([7]) * 16, 1, bytes(32)))
    bad(165, "a row for a dependant of no household", ["R-EPOCH-004", "R-EPOCH-011"], table, change=unknown)
    bad(166, "a kind left out", ["R-EPOCH-004"], "MALFORMED", change=lambda body: body.dependants[0].kinds.pop() and None)
    bad(167, "another hash of the wraps", ["R-EPOCH-006"], "MALFORMED", edit=setting(wraps_hash=bytes(32)))
    bad(168, "no hash of the wraps", ["R-EPOCH-006"], "MALFORMED", edit=setting(wraps_hash=None))
    bad(169, "by an enforcement point", ["R-MEM-010"], table, author=console)
    made, house = epoch(170, 140, lie=True)
    entry = story.entry(170, 140, made, house=house)
    expected = {"outcome": "effect", "hash": wire.entry_hash(entry), "served": False}
    defect = "hands the reader a secret that it does not commit to: it has effect, and the reader takes nothing"
    story.file.bad(170, 160, defect, ["R-EPOCH-005"], story.given(140, entry), "BAD_COMMITMENT", expected)
    made, house = epoch(171, 140, to=[story.tablet])
    entry = story.entry(171, 140, made, house=house)
    expected = {"outcome": "skipped", "hash": wire.entry_hash(entry)}
    story.file.bad(171, 160, "no wrap for the reader", ["R-EPOCH-003", "R-LOG-009"], story.given(140, entry), "CANNOT_OPEN", expected)

    old = story.identity(172, 140, base=story.base(140))
    story.ok(172, 160, "sealed under the new secrets", ["R-EPOCH-007", "R-EPOCH-013"], story.identity(172, 160, base=story.base(160)))
    story.bad(173, 172, 160, "sealed under the secrets of the epoch before", ["R-EPOCH-013"], table, old, house=story.house(140))

    old = section_of(story, 174, 140, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, story.devices(story.founder, story.tablet))
    defect = "devices sealed under the household secret of the epoch before"
    story.bad(174, 180, 160, defect, ["R-EPOCH-013"], table, old, house=story.house(140))
    without = section_of(story, 180, 160, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, story.devices(story.founder))
    story.ok(180, 160, "the tablet leaves", ["R-MEM-004", "R-EPOCH-012"], without)
    early = story.identity(181, 180, base=story.base(180))
    story.bad(181, 184, 180, "names before the epoch that a removal needs", ["R-EPOCH-012"], "EPOCH_NEEDED", early)
    made, house = epoch(182, 180, epoch=3, to=[story.founder])
    story.ok(182, 180, "epoch 3, without the tablet", ["R-EPOCH-012"], made, house=house, told={"served": True})
    known = commitments(child, 2, story.nodes[180].secrets[child, 2])
    made, house = epoch(192, 180, epoch=3, to=[story.founder], change=lambda body: body.dependants[0].CopyFrom(known))
    defect = "epoch 3, and the secret that the tablet knows goes on"
    story.bad(192, 182, 180, defect, ["R-EPOCH-014"], table, made, house=house)
    other = story.devices(story.founder, story.tablet)
    other.devices[1].sealing_key = Device("tablet, second key").sealing_public
    moved = section_of(story, 185, 160, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, other)
    story.ok(185, 160, "the tablet changes its sealing key", ["R-MEM-004", "R-EPOCH-012"], moved)
    early = story.identity(186, 185, base=story.base(185))
    story.bad(186, 188, 185, "names before the epoch that a new sealing key needs", ["R-EPOCH-012"], "EPOCH_NEEDED", early)
    other = story.devices(story.founder, story.tablet)
    other.devices[1].signing_key = Device("tablet, second key").signing_public
    moved = section_of(story, 187, 160, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, other)
    story.ok(187, 160, "the tablet changes its signing key", ["R-MEM-004", "R-EPOCH-012"], moved)
    story.ok(188, 187, "a new signing key needs no epoch", ["R-EPOCH-012"], story.identity(188, 187, base=story.base(187)))
    late = story.identity(183, 182, base=story.base(182))
    story.bad(183, 184, 182, "the device that left signs", ["R-MEM-007"], "BAD_SIGNATURE", late, author=story.tablet)
    story.ok(184, 182, "names after the epoch", ["R-EPOCH-012"], story.identity(184, 182, base=story.base(182)))
