"""Areas document and epoch: one entry read by a device that has the keys, and the secrets that an epoch hands out."""

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem

from .common import Counter, Device, File, flip
from .drafts import (
    commitments,
    console_secrets,
    entry_at,
    header_of,
    newer,
    seal_with_other_commitment,
    seal_with_padding,
    secret_set,
    setting,
    wraps_for,
)


def document():
    random = Counter("document")
    house, author, child = wire.Household(random(32)), Device("author"), random(16)
    house.secrets.update({(b"", 3): random(32), (child, 2): random(32)})
    prev, seq = random(32), 41
    shared = {
        "log_id": house.log_id,
        "household_secret": house.secrets[b"", 3],
        "household_generation": 3,
        "dependant": child,
        "dependant_secret": house.secrets[child, 2],
        "dependant_generation": 2,
        "author": author.id,
        "author_key": author.signing_public,
    }
    file = File(
        "document",
        "document",
        "One entry, read in the order of R-DOC-001 by a device that holds the secrets and knows the author's key. With "
        "`section`, that section is opened too; without, reading ends with the body's hash. Membership and effect are "
        "area log.",
        ["R-DOC-001", "R-DOC-003", "R-DOC-004", "R-DOC-005", "R-DOC-006", "R-DOC-010", "R-DOC-022"],
        shared,
    )
    names = mem.IdentitySection(dependant_name="Robin").SerializeToString()
    made = wire.draft(house, doc.PAYLOAD_TYPE_IDENTITY, {16: names}, child, random=Counter("document draft"))

    def entry(name, author=author, **how):
        return entry_at(house, author, how.pop("made", made), how.pop("seq", seq), prev, f"document {name}", **how)

    def opened(entry, **rest):
        return {"header_hash": wire.sha256(header_of(house, entry)), **rest}

    good = entry(1)
    given = lambda entry, **rest: {"entry": entry.SerializeToString(), **rest}
    cited = ["R-DOC-001", "R-DOC-003", "R-DOC-004", "R-DOC-022"]
    file.ok(1, "an identity document", cited, given(good), opened(good))
    file.ok(2, "its section", ["R-DOC-006", "R-DOC-010"], given(good, section=16), opened(good, content=names))
    late = entry(3, edit=newer)
    file.ok(3, "fields of a later version", ["R-WIRE-003", "R-WIRE-004"], given(late), opened(late))
    dates = entry(4, edit=setting(expires_at=1, not_before=0))
    file.ok(4, "dates in the past", ["R-DOC-019"], given(dates), opened(dates))
    pruned = doc.Entry()
    pruned.CopyFrom(good)
    pruned.ClearField("body")
    pruned.body_hash = wire.sha256(good.body)
    file.ok(5, "pruned: the header is verified without the body", ["R-DOC-022"], given(pruned), opened(good))

    def bad(number, defect, cited, reason, change=None, of=1, section=None, **how):
        broken = entry(number, **how)
        if change:
            change(broken)
        rest = {} if section is None else {"section": section}
        file.bad(number, of, defect, cited, given(broken, **rest), reason)

    signature, place, shape = ["R-DOC-003"], ["R-DOC-004"], ["R-DOC-005"]
    impostor = Device("impostor").posing_as(author)
    bad(10, "signed with another key", signature, "BAD_SIGNATURE", author=impostor)
    bad(11, "a flipped bit in the signature", signature, "BAD_SIGNATURE", seal=with_signature(lambda s: flip(s)))
    bad(12, "a signature cut short", signature, "BAD_SIGNATURE", seal=with_signature(lambda s: s[:63]))
    bad(13, "no signature", signature, "BAD_SIGNATURE", seal=with_signature(lambda s: b""))
    signed_as = lambda label: lambda s, header: author.signing.sign(wire.transcript(label, 8, header))
    bad(14, "signed under the label of a register", ["R-WIRE-002"], "BAD_SIGNATURE", seal=with_signature(signed_as("register")))
    as_layer = lambda s, header: author.signing.sign(wire.transcript("document", 6, header))
    bad(15, "a signature over another payload type", signature, "BAD_SIGNATURE", seal=with_signature(as_layer))
    bare = lambda s, header: author.signing.sign(header)
    bad(16, "a signature over the bare header, no transcript", ["R-WIRE-001"], "BAD_SIGNATURE", seal=with_signature(bare))
    bad(17, "header bytes changed after signing", signature, "BAD_SIGNATURE", seal=with_header(newer_bytes))

    bad(20, "another household inside", place, "WRONG_HOUSEHOLD", edit=setting(log_id=bytes(32)))
    bad(21, "another place inside", place, "WRONG_PLACE", edit=setting(seq=seq + 1))
    bad(22, "another entry before inside", place, "WRONG_PLACE", edit=setting(prev=flip(prev)))
    bad(23, "a slot inside and none outside", place, "WRONG_PLACE", edit=setting(slot=b"slot"))
    bad(24, "a slot outside and none inside", place, "WRONG_PLACE", change=setting(slot=b"slot"))
    bad(25, "another place outside", place, "WRONG_PLACE", change=setting(seq=seq - 1))
    bad(26, "another entry before outside", place, "WRONG_PLACE", change=setting(prev=flip(prev)))

    def other_generation(header):
        header.generations[0].generation = 4

    bad(27, "another first generation inside", place, "WRONG_PLACE", edit=other_generation)

    bad(30, "no section table", shape, "MALFORMED", edit=setting(sections=[]))
    bad(31, "a kind of section twice", shape, "MALFORMED", edit=lambda h: h.sections.append(h.sections[0]))
    bad(32, "the table of another type", shape, "MALFORMED", edit=setting(payload_type=doc.PAYLOAD_TYPE_OVERRIDE))
    bad(33, "a payload type of zero", ["R-WIRE-005"], "MALFORMED", edit=setting(payload_type=0))
    other_type = setting(payload_type=doc.PAYLOAD_TYPE_OVERRIDE)
    bad(34, "another payload type outside than inside", ["R-DOC-009"], "MALFORMED", outside=other_type)
    bad(35, "another author inside than outside", ["R-DOC-009"], "MALFORMED", edit=setting(author_device=random(16)), outside=setting(author_device=author.id))
    bad(36, "no generations", ["R-EPOCH-013"], "MALFORMED", edit=setting(generations=[]))
    bad(37, "the dependant's generation first", ["R-EPOCH-013"], "MALFORMED", edit=lambda h: h.generations.reverse())
    bad(38, "a third generation", ["R-EPOCH-013"], "MALFORMED", edit=lambda h: h.generations.append(h.generations[1]))
    bad(39, "a document id of 15 bytes", ["R-WIRE-007"], "MALFORMED", edit=setting(document_id=random(15)))
    bad(44, "a base that is there and empty", ["R-WIRE-007"], "MALFORMED", edit=setting(base=b""))
    alone = lambda h: (h.ClearField("dependant"), h.generations.pop())[:0]
    bad(45, "about no dependant", ["R-MEM-010"], "MALFORMED", edit=alone)
    bad(40, "header bytes that do not parse", ["R-DOC-001"], "MALFORMED", edit=lambda h: b"\xff")
    bad(41, "a later reader is needed", ["R-DOC-018"], "READER_TOO_OLD", edit=setting(min_reader=2))
    bad(42, "an unknown critical extension", ["R-DOC-018"], "READER_TOO_OLD", edit=setting(critical_extensions=[0xE000]))
    bad(43, "a hash of wraps without wraps", ["R-EPOCH-006"], "MALFORMED", edit=setting(wraps_hash=bytes(32)))

    bad(50, "another key commitment", ["R-DOC-002"], "SEAL_BROKEN", seal=seal_with_other_commitment)
    bad(51, "padding that is not zero", ["R-DOC-012"], "MALFORMED", seal=seal_with_padding)
    bad(52, "a flipped bit in the header blob", ["R-DOC-010"], "SEAL_BROKEN", change=lambda e: setting(header=flip(e.header))(e))
    bad(53, "a generation that the reader lacks", ["R-DOC-002"], "CANNOT_OPEN", change=setting(generation=9))
    bad(54, "the header sealed as a register", ["R-WIRE-002"], "SEAL_BROKEN", seal=lambda s, l, k, *rest: wire.seal_committed(s, l, 2, *rest))
    bad(55, "the header sealed for another household", ["R-DOC-010"], "SEAL_BROKEN", seal=lambda s, l, *rest: wire.seal_committed(s, flip(l), *rest))
    bad(56, "a flipped bit in the body", ["R-DOC-022"], "BODY_MISMATCH", change=lambda e: setting(body=flip(e.body))(e))
    bad(58, "header bytes that do not parse, signed with another key: the signature comes first", ["R-DOC-001"], "BAD_SIGNATURE",
        author=impostor, edit=lambda h: b"\xff")
    longer = lambda e: setting(body=e.body + bytes(len(e.body)))(e)
    bad(57, "a body in the next bucket", ["R-DOC-022"], "BODY_MISMATCH", change=longer)

    layer(file, house, author, child, seq, prev, given, opened)
    oversize(file, house, author, child, seq, prev, given, opened)
    return file


def oversize(file, house, author, child, seq, prev, given, opened):
    """R-WIRE-006: the most bytes of one payload type."""
    for number, size in ((80, 16 * 1024), (81, 32 * 1024)):
        draft = Counter(f"document {number}")
        made = wire.draft(house, doc.PAYLOAD_TYPE_IDENTITY, {16: b"\x0a\x01R"}, child, random=draft)
        made.body += bytes(size - len(made.body))
        entry = entry_at(house, author, made, seq, prev, f"document {number}")
        if number == 80:
            file.ok(80, "an identity document of 16 KiB", ["R-WIRE-006"], given(entry), opened(entry))
        else:
            file.bad(81, 80, "an identity document of 32 KiB", ["R-WIRE-006"], given(entry), "TOO_LARGE")


def with_signature(change):
    """Seals the header with another signature: `change` gets the signature, and the header bytes if it wants them."""

    def seal(secret, log_id, kind, name, content, grid, random):
        signed = doc.SignedHeader.FromString(content)
        wants = change.__code__.co_argcount
        signed.signature = change(*(signed.signature, signed.header)[:wants])
        return wire.seal_committed(secret, log_id, kind, name, signed.SerializeToString(), grid, random)

    return seal


def with_header(change):
    def seal(secret, log_id, kind, name, content, grid, random):
        signed = doc.SignedHeader.FromString(content)
        signed.header = change(signed.header)
        return wire.seal_committed(secret, log_id, kind, name, signed.SerializeToString(), grid, random)

    return seal


def newer_bytes(header):
    return header + bytes.fromhex("9a3e0474657374")


def layer(file, house, author, child, seq, prev, given, opened):
    """Sections of a policy layer; kind 17 is whole in each (R-DOC-014)."""
    contents = {17: b"\x0a\x03UTC", 18: b"windows", 24: b"spending"}

    def entry(number, change=None, contents=contents):
        draft = Counter(f"document layer {number}")
        made = wire.draft(house, doc.PAYLOAD_TYPE_POLICY_LAYER, contents, child, random=draft)
        if change:
            change(made, {row.kind: row for row in made.sections})
        return entry_at(house, author, made, seq, prev, f"document {number}")

    good = entry(60)
    for number, kind in ((60, 17), (61, 18), (62, 24)):
        cited = ["R-DOC-005", "R-DOC-006"]
        file.ok(number, f"a policy layer, section {kind}", cited, given(good, section=kind), opened(good, content=contents[kind]))
    file.ok(63, "a policy layer, an empty section", ["R-DOC-005"], given(good, section=20), opened(good, content=b""))

    def bad(number, kind, defect, cited, reason, change):
        broken = entry(number, change)
        of = 63 if kind == 20 else 62
        file.bad(number, of, defect, cited, given(broken, section=kind), reason)
        return broken

    def swap(made, rows):
        for field in ("offset", "length"):
            a, b = getattr(rows[18], field), getattr(rows[24], field)
            setattr(rows[18], field, b), setattr(rows[24], field, a)

    def commit(made, rows):
        rows[24].commitment = flip(rows[24].commitment)

    def beyond(made, rows):
        rows[24].offset = len(made.body) - 64

    def overflow(made, rows):
        rows[24].offset = rows[24].length = 2**32 - 1

    def short(made, rows):
        rows[24].length -= 1

    def zeros(made, rows):
        rows[24].offset, rows[24].length = len(made.body) - 128, 96

    def tiny(made, rows):
        rows[24].length = 31

    def stale(made, rows):
        rows[20].commitment = bytes([1]) * 32

    bad(64, 24, "a section in the place of another", ["R-DOC-010"], "SEAL_BROKEN", swap)
    broken = bad(65, 24, "a commitment to other bytes", ["R-DOC-006"], "BAD_COMMITMENT", commit)
    cited = ["R-DOC-014"]
    file.ok(66, "another section of the document before", cited, given(broken, section=17), opened(broken, content=contents[17]))
    bad(67, 24, "a section that reaches beyond the body", ["R-DOC-007"], "MALFORMED", beyond)
    bad(68, 24, "offset and length whose sum does not fit 32 bits", ["R-DOC-007"], "MALFORMED", overflow)
    bad(69, 24, "a section one byte short", ["R-DOC-010"], "SEAL_BROKEN", short)
    bad(70, 24, "a section that points at the padding", ["R-DOC-010"], "SEAL_BROKEN", zeros)
    bad(71, 24, "a section shorter than its salt", ["R-DOC-010"], "MALFORMED", tiny)
    bad(72, 20, "an empty section with a commitment", ["R-DOC-005"], "BAD_COMMITMENT", stale)


def epoch():
    random = Counter("epoch")
    log_id, child, other, number, generation = random(32), random(16), random(16), 5, 3
    phone, console, stranger = Device("epoch phone"), Device("epoch console"), Device("epoch stranger")
    household, secret, sibling = random(32), random(32), random(32)
    full = secret_set([(None, number, None, household), (child, generation, None, secret)])
    some = console_secrets(household, number, child, generation, secret, console)
    body = mem.EpochBody(
        number=number,
        household_commitment=wire.secret_commitment(household, b"", number, 0),
        dependants=[commitments(child, generation, secret), commitments(other, 1, sibling)],
    )
    file = File(
        "epoch",
        "epoch",
        "With `wraps`, a device tries the wraps of a body and gives the secrets of the one that opens. With `secrets`, a "
        "SecretSet is compared with the commitments of an EpochBody.",
        ["R-EPOCH-003", "R-EPOCH-004", "R-EPOCH-005", "R-EPOCH-009", "R-DOC-011"],
        {"log_id": log_id, "generation": number},
    )
    two = wraps_for(log_id, number, [(console, some), (phone, full)], random)
    area = lambda wraps: len(wraps).to_bytes(4, "big") + len(wraps[0]).to_bytes(4, "big") + b"".join(wraps)
    opens = lambda device, area, **rest: {"wraps": area, "sealing_seed": device.sealing_seed, **rest}
    told = lambda secrets: {
        "secrets": [
            {
                "dependant": s.dependant_id if s.HasField("dependant_id") else None,
                "generation": s.generation,
                "kind": s.kind if s.HasField("kind") else None,
                "value": s.value,
            }
            for s in secrets.secrets
        ]
    }
    good = area(two)
    cited = ["R-EPOCH-003", "R-EPOCH-009"]
    file.ok(1, "a guardian's device finds its wrap", cited, opens(phone, good), told(full))
    file.ok(2, "a console finds its wrap, with the kinds of its category", [*cited, "R-DOC-011"], opens(console, good), told(some))
    at = 10

    def bad(defect, cited, area, reason="CANNOT_OPEN", device=phone, **rest):
        nonlocal at
        file.bad(at, 1, defect, cited, opens(device, area, **rest), reason)
        at += 1

    one = lambda **how: area([two[0], *wraps_for(log_id, number, [(phone, full)], random, **how)[:1]])
    padded = lambda plain: area(
        [two[0], wire.hpke_seal(phone.sealing_public, wire.transcript("wrap", log_id, number), plain, random)]
    )
    long = len(two[0]) - 48
    bad("no wrap for this device", cited, good, device=stranger)
    bad("another household", ["R-EPOCH-003"], good, log_id=flip(log_id))
    bad("another generation", ["R-EPOCH-003"], good, generation=number + 1)
    same_length = wraps_for(log_id, number, [(console, some), (phone, full)], random, label="welcome")
    bad("wrapped under another label", ["R-WIRE-002"], area(same_length))
    bad("a flipped bit in the own wrap", ["R-EPOCH-003"], flip(good))
    bad("a flipped bit in the encapsulated key", ["R-EPOCH-003"], area([two[0], flip(two[1], 0)]))
    bad("an encapsulated key of small order", ["R-WIRE-010"], area([two[0], bytes(32) + two[1][32:]]))
    frame = wire.frame(full.SerializeToString(), long)
    bad("padding inside the own wrap that is not zero", ["R-DOC-012"], padded(frame[:-1] + b"\x01"))
    bad("a set of secrets that does not parse", ["R-EPOCH-003"], padded(wire.frame(b"\xff", long)))
    shape = ["R-EPOCH-009"]
    bad("more wraps than the body holds", shape, (3).to_bytes(4, "big") + good[4:], "MALFORMED")
    bad("a length that the body does not hold", shape, good[:4] + (len(two[0]) + 1).to_bytes(4, "big") + good[8:], "MALFORMED")
    bad("wraps of length 0", [*shape, "R-EPOCH-003"], good[:4] + bytes(4) + good[8:], "MALFORMED")
    bad("no wraps, and a length", [*shape, "R-EPOCH-003"], bytes(4) + good[4:], "MALFORMED")
    bad("shorter than its two numbers", shape, good[:7], "MALFORMED")
    many = [*two, *(two[0] for _ in range(63))]
    bad("65 wraps", ["R-EPOCH-009", "R-WIRE-006"], area(many), "MALFORMED")
    full_house = [*(two[0] for _ in range(63)), two[1]]
    file.ok(3, "64 wraps, the own one last", cited, opens(phone, area(full_house)), told(full))

    given = lambda secrets, body=body: {"secrets": secrets.SerializeToString(), "epoch_body": body.SerializeToString()}
    cited = ["R-EPOCH-004", "R-EPOCH-005"]
    file.ok(40, "a guardian's secrets", cited, given(full), {})
    file.ok(41, "a console's secrets", cited, given(some), {})
    at = 50

    def refused(defect, change, reason="BAD_COMMITMENT", of=40, start=full, cited=cited):
        nonlocal at
        secrets, changed = mem.SecretSet(), mem.EpochBody()
        secrets.CopyFrom(start), changed.CopyFrom(body)
        change(secrets.secrets, changed)
        file.bad(at, of, defect, cited, given(secrets, changed), reason)
        at += 1

    def put(index, field, value):
        return lambda secrets, body: setattr(secrets[index], field, value)

    refused("another household secret", put(0, "value", flip(household)))
    refused("another dependant secret", put(1, "value", flip(secret)))
    refused("one kind secret of another value", put(4, "value", random(32)), of=41, start=some)
    refused("a dependant secret of another generation", put(1, "generation", generation + 1))
    refused("a household secret of another generation", put(0, "generation", number + 1))
    refused("a register secret of another generation", put(1, "generation", generation + 1), of=41, start=some)
    refused("the secret of a dependant whom the epoch does not name", put(1, "dependant_id", random(16)))
    refused("one dependant's secret as another's", put(1, "dependant_id", other))
    refused("a kind secret as that of another kind", put(4, "kind", 25), of=41, start=some)
    refused("a household secret committed to as a kind", lambda s, b: setattr(b, "household_commitment", wire.secret_commitment(household, b"", number, 16)))
    refused("one commitment of a kind changed", lambda s, b: setattr(b.dependants[0].kinds[5], "commitment", bytes(32)))

    refused("a secret of 31 bytes", put(1, "value", bytes(31)), "MALFORMED", cited=["R-WIRE-007"])
    crowd = lambda s, b: [s.add(generation=1000 + n, value=bytes(32)) for n in range(256)]
    refused("257 secrets and more", crowd, "MALFORMED", of=41, start=some, cited=["R-WIRE-006"])

    def malformed(defect, change, cited=("R-EPOCH-004",)):
        refused(defect, lambda s, b: change(b), "MALFORMED", cited=list(cited))

    malformed("kinds not in ascending order", lambda b: b.dependants[0].kinds.reverse())
    malformed("a kind left out", lambda b: b.dependants[0].kinds.pop())
    malformed("a kind twice", lambda b: b.dependants[0].kinds.append(b.dependants[0].kinds[-1]))
    malformed("a commitment of 31 bytes", lambda b: setattr(b.dependants[0].kinds[0], "commitment", bytes(31)), ["R-WIRE-007"])
    malformed("the household's commitment left out", lambda b: b.ClearField("household_commitment"), ["R-WIRE-007"])
    malformed("number 0", lambda b: b.ClearField("number"), ["R-EPOCH-010"])
    malformed("a dependant twice", lambda b: b.dependants.append(b.dependants[0]))

    tree = ["R-EPOCH-015"]
    twice = lambda s, b: s.add(dependant_id=s[2].dependant_id, generation=s[2].generation, kind=s[2].kind, value=bytes(32))
    refused("two values of one kind", twice, "MALFORMED", of=41, start=some, cited=tree)
    refused("a household secret with a kind", put(0, "kind", 16), "MALFORMED", cited=tree)
    refused("a kind of membership", put(4, "kind", 3), "MALFORMED", of=41, start=some, cited=tree)
    return file
