"""Area log, two more households: a guardian with authority over one of two dependants, and one who loses it."""

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem

from .common import Counter, Device, flip
from .drafts import commitments, secret_set, wraps_for
from .logs import Log, founding, section_of


def add_to(file, founder):
    """The vectors of both households."""
    scoped(file, founder)
    rekeyed(file, founder)


def scoped(file, founder):
    """A second household: two dependants, and a guardian who has authority over one of them."""
    random = Counter("log scoped")
    story = Log(file, random(32), founder)
    story.guardian, story.child, other = random(16), random(16), random(16)
    story.kind = {doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES: 4, doc.PAYLOAD_TYPE_ENFORCEMENT_POINT: 5}
    table = "NOT_PERMITTED_BY_TABLE"
    siblings = bytes([9]) * 32

    def scope(constitution, devices, epoch):
        constitution.dependants.add(principal_id=other)
        constitution.guardians[0].scope.append(story.child)
        epoch.dependants.append(commitments(other, 1, siblings))

    made, house = founding(story, scope, 200)
    entry = story.entry(200, None, made, house=house)
    rest = {"log_id": story.log_id, "genesis_hash": wire.entry_hash(entry)}
    cited = ["R-MEM-001", "R-MEM-002"]
    story.ok(200, None, "genesis of a guardian with authority over one of two", cited, made, house=house, rest=rest, told={"served": True})
    story.nodes[200].secrets[other, 1] = siblings

    story.ok(201, 200, "names of the one in scope", ["R-MEM-010"], story.identity(201, 200))
    story.bad(202, 201, 200, "names of the other", ["R-MEM-010"], table, story.identity(202, 200, dependant=other))
    phone = Device("phone")

    def devices(number, who):
        message = mem.PrincipalDevices(principal_id=who, devices=[phone.message()])
        return section_of(story, number, 200, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, message)

    story.ok(203, 200, "a device of the one in scope", ["R-MEM-004"], devices(203, story.child))
    story.bad(204, 203, 200, "a device of the other", ["R-MEM-004"], table, devices(204, other))

    def point(number, whose):
        console = Device("console")
        message = mem.EnforcementPoint(
            device_id=console.id, signing_key=console.signing_public, sealing_key=console.sealing_public,
            category=mem.PEP_CATEGORY_TV, dependants=whose,
        )
        return section_of(story, number, 200, doc.PAYLOAD_TYPE_ENFORCEMENT_POINT, message)

    story.ok(205, 200, "a TV of the one in scope", ["R-MEM-005"], point(205, [story.child]))
    story.bad(206, 205, 200, "a TV of both", ["R-MEM-005"], table, point(206, [story.child, other]))

    def epoch(number, generation, secret):
        random = Counter(f"log epoch {number}")
        house = story.house(200)
        household, own = random(32), random(32)
        house.secrets[b"", 2], house.secrets[story.child, 2] = household, own
        full = secret_set([(None, 2, None, household), (story.child, 2, None, own)])
        wraps = wraps_for(story.log_id, 2, [(founder, full)], random)
        body = mem.EpochBody(
            number=2,
            household_commitment=wire.secret_commitment(household, b"", 2, 0),
            dependants=[commitments(story.child, 2, own), commitments(other, generation, secret)],
        )
        made = story.draft(number, 200, doc.PAYLOAD_TYPE_EPOCH, {6: body.SerializeToString()}, wraps=wraps, house=house)
        return {"made": made, "house": house}

    cited = ["R-EPOCH-011"]
    story.ok(207, 200, "an epoch that renews the one in scope", cited, **epoch(207, 1, siblings), told={"served": True})
    story.bad(208, 207, 200, "an epoch that renews the other too", cited, table, **epoch(208, 2, siblings))
    story.bad(209, 207, 200, "other commitments for the generation of the other", cited, table, **epoch(209, 1, flip(siblings)))


def rekeyed(file, founder):
    """A third household: a guardian loses authority over one of the two whom a TV serves (R-MEM-005)."""
    random = Counter("log rekeyed")
    story = Log(file, random(32), founder)
    story.guardian, story.child, other = random(16), random(16), random(16)
    story.kind = {doc.PAYLOAD_TYPE_ENFORCEMENT_POINT: 5, doc.PAYLOAD_TYPE_CONSTITUTION: 3}

    def two(constitution, devices, epoch):
        constitution.dependants.add(principal_id=other)
        epoch.dependants.append(commitments(other, 1, bytes([9]) * 32))

    made, house = founding(story, two, 220)
    entry = story.entry(220, None, made, house=house)
    rest = {"log_id": story.log_id, "genesis_hash": wire.entry_hash(entry)}
    told = {"served": True}
    story.ok(220, None, "genesis of a guardian of two", ["R-MEM-002"], made, house=house, rest=rest, told=told)
    story.nodes[220].secrets[other, 1] = bytes([9]) * 32

    def point(number, after, keys, whose):
        message = mem.EnforcementPoint(
            device_id=Device("tv").id, signing_key=keys.signing_public, sealing_key=keys.sealing_public,
            category=mem.PEP_CATEGORY_TV, dependants=whose,
        )
        return section_of(story, number, after, doc.PAYLOAD_TYPE_ENFORCEMENT_POINT, message)

    cited, new = ["R-MEM-005"], Device("tv, second keys")
    story.ok(221, 220, "a TV of both", cited, point(221, 220, Device("tv"), [story.child, other]))
    law = mem.Constitution(
        guardians=[mem.Guardian(principal_id=story.guardian, scope=[story.child])],
        dependants=[mem.Dependant(principal_id=story.child), mem.Dependant(principal_id=other)],
        threshold=1,
        relays=[mem.RelayRef(uri="https://relay.example:7443")],
        min_reader=1,
    )
    narrowed = section_of(story, 222, 221, doc.PAYLOAD_TYPE_CONSTITUTION, law)
    story.ok(222, 221, "authority over one of them only", ["R-MEM-001", "R-MEM-003"], narrowed)
    story.ok(224, 221, "new keys for the TV, and one to serve", cited, point(224, 221, new, [story.child]))
    table, siblings = "NOT_PERMITTED_BY_TABLE", bytes([9]) * 32

    def epoch(number, after, generation, rows):
        random = Counter(f"log epoch {number}")
        house = story.house(after)
        household, own = random(32), random(32)
        house.secrets[b"", generation], house.secrets[story.child, generation] = household, own
        full = secret_set([(None, generation, None, household), (story.child, generation, None, own)])
        wraps = wraps_for(story.log_id, generation, [(founder, full)], random)
        body = mem.EpochBody(
            number=generation,
            household_commitment=wire.secret_commitment(household, b"", generation, 0),
            dependants=[commitments(story.child, generation, own), *rows],
        )
        made = story.draft(number, after, doc.PAYLOAD_TYPE_EPOCH, {6: body.SerializeToString()}, wraps=wraps, house=house)
        return {"made": made, "house": house}

    taken = ["R-EPOCH-012", "R-EPOCH-014"]
    story.bad(225, 201, 222, "names before the epoch that a narrowed scope needs", taken, "EPOCH_NEEDED", story.identity(225, 222))
    given = epoch(226, 222, 2, [commitments(other, 1, siblings)])
    story.ok(226, 222, "an epoch by a guardian who is in scope for one only", taken, **given, told=told)
    late = point(223, 226, new, [story.child])
    defect = "new keys by a guardian who is not in scope for one whom it served"
    story.bad(223, 224, 226, defect, cited, table, late)
    story.ok(227, 221, "the TV serves one of them only", cited, point(227, 221, Device("tv"), [story.child]))
    story.bad(228, 229, 227, "names before the epoch that this needs", taken, "EPOCH_NEEDED", story.identity(228, 227))
    story.ok(229, 221, "names of one", ["R-MEM-010"], story.identity(229, 221))

    names = story.identity(230, 221, dependant=other)
    story.ok(230, 221, "names of the other", ["R-MEM-010"], names)

    def household_of(number, after, *dependants):
        law = mem.Constitution(
            guardians=[mem.Guardian(principal_id=story.guardian)],
            dependants=[mem.Dependant(principal_id=who) for who in dependants],
            threshold=1,
            relays=[mem.RelayRef(uri="https://relay.example:7443")],
            min_reader=1,
        )
        return section_of(story, number, after, doc.PAYLOAD_TYPE_CONSTITUTION, law)

    gone = ["R-CONS-026", "R-MEM-015"]
    alone = household_of(231, 230, story.child)
    story.ok(231, 230, "the other leaves, and what was written about it", gone, alone, ended=[names.document_id])
    third = bytes([11]) * 16
    story.ok(232, 231, "somebody new comes", ["R-MEM-014"], household_of(232, 231, story.child, third))
    back = household_of(233, 231, story.child, other)
    story.bad(233, 232, 231, "the one who left comes back under the old id", ["R-MEM-014"], table, back)
    early = wire.Household(story.log_id)
    early.secrets = {**story.nodes[232].secrets, (third, 1): bytes(32)}
    content = mem.IdentitySection(dependant_name="New").SerializeToString()
    made = story.draft(234, 232, doc.PAYLOAD_TYPE_IDENTITY, {16: content}, third, house=early)
    defect = "names of somebody whom no epoch has given a secret yet"
    story.bad(234, 230, 232, defect, ["R-EPOCH-013"], "EPOCH_NEEDED", made)
    first = epoch(235, 232, 2, [commitments(third, 1, bytes([12]) * 32)])
    story.ok(235, 232, "an epoch that begins with the first secret of the new one", ["R-EPOCH-011"], **first, told=told)
