"""Area log, households of two: a second guardian comes, both decide, one leaves (spec/11-consent.md)."""

from parcep.v1alpha1 import consent_pb2 as con
from parcep.v1alpha1 import membership_pb2 as mem

import parcep_wire as wire

from . import endings, recovery, sharing, three
from .common import NOW, File, flip
from .drafts import setting
from .family import FORTNIGHT, TABLE, Family, people


def consent(founder):
    file = File(
        "log",
        "consent",
        "Households of one, two and three guardians, read as those of `household.json`: proposals, consents, delays and their "
        "proofs, leaving, removal, release, scopes, recovery. `open` is the number of proposals that are open after the entry. "
        "The reader holds the founder's sealing key.",
        ["R-CONS-001", "R-CONS-002", "R-CONS-003", "R-CONS-004", "R-CONS-005", "R-CONS-006", "R-CONS-008", "R-CONS-012"],
        {"sealing_seed": founder.sealing_seed},
    )
    story = joins(file, founder)
    both(story)
    ends(story)
    leaves(story)
    endings.add_to(story)
    file.three = three.add_to(file, founder)
    recovery.add_to(file, founder)
    sharing.add_to(file, founder)
    single(file, founder)
    return file


def joins(file, founder):
    """400 to 429: a household of one admits a second guardian."""
    story = Family(file, "two", founder)
    story.who = people("two")
    who = story.who
    a2, b1, b2, kid, tv = who["a2"], who["b1"], who["b2"], who["kid"], who["tv"]
    story.genesis(400, "genesis of a guardian with two relays", ["R-MEM-002"])
    story.ok(401, 400, "a second phone of the guardian", ["R-MEM-004"], story.devices(401, 400, story.a, founder, a2))
    story.ok(402, 401, "a phone of the child", ["R-MEM-004"], story.devices(402, 401, story.child, kid))
    story.ok(403, 402, "a TV of the child", ["R-MEM-005"], story.point(403, 402, tv))
    story.ok(404, 403, "the guardian's rules", ["R-MEM-009"], story.layer(404, 403))

    genesis = story.ids[400]
    law = story.law(story.a, story.b, threshold=2)
    come = ["R-CONS-003", "R-CONS-004", "R-MEM-006"]
    joined = story.propose(405, 404, 2, law, genesis, [(story.b, b1)])
    title = "a second guardian is admitted: with one guardian the proposal takes effect at its own place"
    story.ok(405, 404, title, [*come, "R-CONS-001"], joined, told={"open": 0})

    def bad(number, defect, cited, reason, base=genesis, wanted=law, outcome="void", author=None, edit=None, alter=None, **how):
        made = story.propose(number, 404, how.pop("of", 2), wanted, base, how.pop("joins", [(story.b, b1)]), **how)
        story.bad(number, 405, 404, defect, cited, reason, made, outcome, author=author, edit=edit, change=alter)

    who_ = lambda **fields: lambda digest: [story.accept(digest, story.b, b1, **fields)]
    agreed = ["R-CONS-003"]
    bad(406, "without an accept", [*agreed, "R-MEM-006"], TABLE, joins=[])
    bad(407, "an accept of another proposal", agreed, TABLE, accepts=who_(proposal_hash=bytes(32)))
    bad(408, "an accept of another principal", agreed, TABLE, accepts=lambda digest: [story.accept(digest, story.c, b1)])
    bad(409, "an accept that another key signed", agreed, TABLE, accepts=who_(signer=b2))
    bad(410, "an accept for another household", agreed, TABLE, accepts=who_(log_id=bytes(32)))
    swapped = lambda digest: [setting(sealing_key=b2.sealing_public)(made := story.accept(digest, story.b, b1)) or made]
    bad(411, "an accept with another sealing key than it signed", agreed, TABLE, accepts=swapped)
    weak = bytes([1]) + bytes(31)
    bad(412, "an accept with a weak signing key", ["R-WIRE-011"], "MALFORMED", accepts=who_(signing_key=weak))
    bad(413, "an accept with a weak sealing key", ["R-WIRE-011"], "MALFORMED", accepts=who_(sealing_key=bytes(32)))
    same = ["R-MEM-011"]
    bad(414, "a first device with the signing key of the founder's", same, TABLE, accepts=who_(signing_key=founder.signing_public, signer=founder))
    bad(415, "a first device with the id of the TV", same, TABLE, accepts=who_(device_id=tv.id))
    bad(416, "an accept with a device id of 15 bytes", ["R-WIRE-007"], "MALFORMED", accepts=who_(device_id=bytes(15)))
    twice = lambda digest: [story.accept(digest, story.b, b1), story.accept(digest, story.b, b2)]
    bad(417, "two accepts of one principal", ["R-WIRE-007"], "MALFORMED", accepts=twice)
    nobody = lambda digest: [story.accept(digest, story.b, b1), story.accept(digest, story.c, b2)]
    bad(398, "an accept of somebody who is not admitted", agreed, TABLE, accepts=nobody)
    bad(418, "a base that does not stand", ["R-CONS-001", "R-CONS-004"], "BASE_NOT_LIVE", base=story.ids[401])
    bad(419, "a base of 15 bytes", ["R-WIRE-007"], "MALFORMED", base=bytes(15))
    bad(420, "no type", ["R-WIRE-005"], "MALFORMED", change=setting(payload_type=0))
    bad(421, "of a type that is not proposed: an epoch", ["R-CONS-001", "R-MEM-010"], TABLE, of=5)
    malformed = story.law(story.a, story.b, threshold=3)
    bad(422, "of a constitution whose threshold nobody can reach", ["R-CONS-001", "R-MEM-001"], "MALFORMED", wanted=malformed)
    ahead = story.law(story.a, story.b, threshold=2)
    ahead.min_reader = 2
    old = ["R-DOC-018", "R-LOG-012"]
    bad(397, "of a constitution for a later reader", old, "READER_TOO_OLD", wanted=ahead, outcome="refused")
    bad(423, "of nothing", ["R-CONS-001"], "MALFORMED", wanted=b"")
    bad(424, "by the child's phone", ["R-MEM-010"], TABLE, author=kid)
    bad(425, "by the TV", ["R-MEM-010", "R-ROLE-001"], TABLE, author=tv)
    slot = setting(slot=b"slot")
    bad(426, "in a slot", ["R-DOC-025"], "MALFORMED", edit=slot, alter=slot)
    pruned = lambda e: setting(body_hash=wire.sha256(e.body), body=None)(e)
    bad(427, "without its body", ["R-LOG-007", "R-DOC-025"], "BODY_MISMATCH", outcome="refused", alter=pruned)
    direct = story.member(428, 404, 2, law)
    story.bad(428, 405, 404, "as a constitution and not as a proposal", ["R-CONS-003", "R-MEM-006"], TABLE, direct)
    newer = setting(min_reader=2)
    bad(429, "a later reader is needed", ["R-DOC-018", "R-LOG-012"], "READER_TOO_OLD", outcome="refused", edit=newer)
    return story


def both(story):
    """430 to 459: two guardians and a threshold of two."""
    who, founder = story.who, story.founder
    a2, b1, b2, kid, tv = who["a2"], who["b1"], who["b2"], who["kid"], who["tv"]
    first = story.names(430, 405)
    story.ok(430, 405, "the second guardian writes names", ["R-MEM-006", "R-MEM-010"], first, author=b1)
    early = story.names(431, 404)
    story.bad(431, 430, 404, "names by who has not been admitted yet", ["R-MEM-006", "R-MEM-007"], "BAD_SIGNATURE", early, author=b1)
    story.ok(432, 430, "a second phone of the second guardian", ["R-MEM-004"], story.devices(432, 430, story.b, b1, b2), author=b1)
    theirs = story.devices(433, 430, story.b, b1, a2)
    story.bad(433, 432, 430, "devices of one guardian by the other", ["R-MEM-004"], TABLE, theirs)

    base = story.ids[405]
    law = story.law(story.a, story.b, threshold=2, caps=1800)
    story.ok(434, 432, "a proposal of another cap waits", ["R-CONS-001", "R-CONS-004"], story.propose(434, 432, 2, law, base), told={"open": 1})
    direct = story.member(435, 432, 2, law)
    story.bad(435, 434, 432, "as a constitution, with a threshold of two", ["R-MEM-003", "R-CONS-004"], TABLE, direct)
    cited = ["R-CONS-002", "R-CONS-004", "R-MEM-003"]
    story.ok(436, 434, "the other guardian approves: it takes effect here", cited, story.approve(436, 434, 434), author=b1, told={"open": 0})

    def bad(number, defect, cited, reason, author=b1, after=434, **how):
        story.bad(number, 436, after, defect, cited, reason, story.approve(number, after, 434, **how), author=author)

    counts = ["R-CONS-002"]
    bad(437, "by the second phone of who proposed", counts, TABLE, author=a2)
    bad(438, "of another hash", counts, TABLE, digest=flip(story.proposed[434][0]))
    bad(439, "with another base", counts, TABLE, base=story.ids[400])
    bad(440, "by the child's phone", [*counts, "R-MEM-010"], TABLE, author=kid)
    bad(441, "by the TV", [*counts, "R-ROLE-001"], TABLE, author=tv)
    bad(442, "a hash of 31 bytes", ["R-WIRE-007"], "MALFORMED", digest=bytes(31))
    bad(443, "before it is proposed", counts, TABLE, after=432)
    bad(444, "once more, after it took effect", counts, TABLE, author=b2, after=436)

    other = story.law(story.a, story.b, threshold=2, caps=900)
    second = story.propose(445, 434, 2, other, base)
    new = story.propose(446, 436, 2, other, story.ids[434])
    story.ok(446, 436, "another one, behind the first", ["R-CONS-005", "R-CONS-001"], new, author=b1, told={"open": 1})
    story.bad(445, 446, 434, "by the same guardian, while the first is open", ["R-CONS-005"], TABLE, second, author=a2)
    beside = story.propose(457, 434, 2, other, base)
    story.ok(457, 434, "another guardian's beside the first", ["R-CONS-005"], beside, author=b1, told={"open": 2})
    title = "the first is approved: the other has lost its base"
    story.ok(458, 457, title, ["R-CONS-005", "R-CONS-006"], story.approve(458, 457, 434), author=b1, told={"open": 0})
    title = "the second is approved: the first has lost its base"
    story.ok(489, 457, title, ["R-CONS-005", "R-CONS-006"], story.approve(489, 457, 457), told={"open": 0})
    over = story.approve(459, 458, 457)
    story.bad(459, 489, 458, "of the one that has lost its base", ["R-CONS-002", "R-CONS-006"], TABLE, over)
    stale = story.propose(447, 436, 2, other, base)
    story.bad(447, 446, 436, "that replaces the constitution before", ["R-CONS-001"], "BASE_NOT_LIVE", stale, author=b1)
    # What stands by a proposal stands by the proposal's id, not by that of the last consent.
    stale = story.propose(448, 436, 2, other, story.ids[436])
    story.bad(448, 446, 436, "that names the approval as base", ["R-CONS-001", "R-CONS-004"], "BASE_NOT_LIVE", stale, author=b1)

    one = story.law(story.a, story.b, caps=1800)
    title = "a threshold of one waits for two"
    story.ok(455, 436, title, ["R-MEM-003"], story.propose(455, 436, 2, one, story.ids[434]), told={"open": 1})
    alone = story.member(456, 436, 2, one)
    story.bad(456, 455, 436, "a threshold of one, written by one of two", ["R-MEM-003"], TABLE, alone)

    june = lambda month: mem.Dependant(principal_id=story.child, release_on=mem.YearMonth(year=2031, month=month))
    months = lambda month: story.law(story.a, story.b, threshold=2, caps=1800, dependants=[june(month)])
    month = ["R-CONS-015", "R-MEM-003"]
    stands = story.ids[434]
    story.ok(449, 436, "a month of release is proposed", month, story.propose(449, 436, 2, months(6), stands), told={"open": 1})
    story.ok(450, 449, "and approved", month, story.approve(450, 449, 449), author=b2, told={"open": 0})
    sooner = story.propose(451, 450, 2, months(5), story.ids[449])
    story.ok(451, 450, "an earlier month is proposed", month, sooner, told={"open": 1})
    later = story.propose(452, 450, 2, months(7), story.ids[449])
    story.bad(452, 451, 450, "a later month is proposed", ["R-CONS-015"], TABLE, later)
    never = story.propose(453, 450, 2, law, story.ids[449])
    story.bad(453, 451, 450, "that the month is taken out is proposed", ["R-CONS-015"], TABLE, never)
    alone = story.member(454, 450, 2, months(5))
    story.bad(454, 451, 450, "an earlier month by one of two alone", ["R-MEM-003", "R-CONS-004"], TABLE, alone)


def ends(story):
    """460 to 469: a proposal that is open ends."""
    who = story.who
    a2, b1, tv = who["a2"], who["b1"], who["tv"]
    over = ["R-CONS-006"]
    story.ok(460, 434, "its author cancels the proposal, from another phone", over, story.cancel(460, 434, 434), author=a2, told={"open": 0})
    story.bad(461, 460, 434, "the other guardian cancels the proposal", [*over, "R-CONS-010"], TABLE, story.cancel(461, 434, 434), author=b1)
    late = story.approve(462, 460, 434)
    story.bad(462, 436, 460, "after the proposal was cancelled", ["R-CONS-002", "R-CONS-010"], TABLE, late, author=b1)
    old = lambda delay: (story.marks(434, delay=delay), story.beats(434, tv, delay=delay))
    ended = story.cancel(463, 434, 434, *old(FORTNIGHT))
    cited = [*over, "R-CONS-008"]
    story.ok(463, 434, "the other guardian ends it after 14 days", cited, ended, author=b1, told={"open": 0})
    helped = story.cancel(468, 434, 434, story.marks(434, delay=FORTNIGHT), story.beats(434, a2, delay=FORTNIGHT))
    title = "the other guardian ends it after 14 days, by the time of who began it"
    story.ok(468, 434, title, cited, helped, author=b1, told={"open": 0})
    alone = story.cancel(791, 434, 434, story.beats(434, a2, delay=FORTNIGHT), story.beats(434, tv, delay=FORTNIGHT))
    story.bad(791, 468, 434, "by a phone and the TV of one person", cited, TABLE, alone, author=b1)
    early = story.cancel(464, 434, 434, *old(FORTNIGHT - 1))
    story.bad(464, 463, 434, "the other guardian ends it a second before 14 days", cited, TABLE, early, author=b1)
    kid = story.cancel(465, 434, 434, *old(FORTNIGHT))
    story.bad(465, 463, 434, "the child's phone ends it after 14 days", over, TABLE, kid, author=who["kid"])
    again = story.propose(466, 460, 2, story.law(story.a, story.b, threshold=2, caps=1800), story.ids[405])
    title = "the same once more, after a cancel"
    story.ok(466, 460, title, ["R-CONS-001", "R-CONS-006", "R-CONS-010"], again, told={"open": 1})
    point = story.propose(467, 434, 13, con.Removal(device_id=tv.id), story.ids[403])
    story.ok(467, 434, "another kind of proposal beside it", ["R-CONS-005"], point, author=b1, told={"open": 2})


def leaves(story):
    """470 to 489: one of two leaves or is left out."""
    who, founder = story.who, story.founder
    b1, b2 = who["b1"], who["b2"]
    alone = story.law(story.a)
    go = ["R-CONS-013", "R-CONS-026", "R-MEM-015"]
    names = story.ids[430]
    story.ok(470, 432, "the second guardian leaves at once, and the names with them", go, story.member(470, 432, 2, alone), author=b1, told={"open": 0}, ended=[names])
    leave = ["R-CONS-013"]

    def bad(number, defect, cited, reason, law, author=b1, of=470):
        story.bad(number, of, 432, defect, cited, reason, story.member(number, 432, 2, law), author=author)

    bad(471, "leaves, and changes a cap", leave, TABLE, story.law(story.a, caps=1800))
    bad(472, "leaves, and keeps the threshold", leave, "MALFORMED", story.law(story.a, threshold=2))
    bad(473, "the other guardian writes that this one leaves", [*leave, "R-CONS-012"], TABLE, alone, author=founder)
    last = story.law(story.a)
    last.ClearField("guardians")
    gone = story.member(474, 400, 2, last)
    story.bad(474, 470, 400, "the last guardian leaves", [*leave, "R-MEM-001"], "MALFORMED", gone)
    story.bad(475, 479, 470, "rules before the epoch that leaving needs", ["R-EPOCH-012"], "EPOCH_NEEDED", story.layer(475, 470, story.ids[404]))
    child = story.child
    fresh = story.epoch(476, 470, 2, [founder, who["a2"]], renewed=[(child, 2)])
    story.ok(476, 470, "the epoch after leaving", ["R-EPOCH-012", "R-EPOCH-014"], **fresh, told={"served": True})
    kept = story.epoch(477, 470, 2, [founder, who["a2"]], kept=[(child, 1)])
    defect = "an epoch in which the secret goes on that who left knows"
    story.bad(477, 476, 470, defect, ["R-EPOCH-014"], TABLE, **kept)
    late = story.names(478, 476)
    story.bad(478, 479, 476, "a phone of who left signs", ["R-MEM-007", "R-MEM-015"], "BAD_SIGNATURE", late, author=b1)
    story.ok(479, 476, "rules after the epoch", ["R-EPOCH-012"], story.layer(479, 476, story.ids[404]))

    out = ["R-CONS-012", "R-CONS-004"]
    removal = story.propose(480, 432, 2, alone, story.ids[405])
    story.ok(480, 432, "that the second guardian is left out is proposed", out, removal, told={"open": 1})
    agreed = story.approve(481, 480, 480)
    story.ok(481, 480, "and who is left out agrees", out, agreed, author=b2, told={"open": 0}, ended=[names])
    cited = ["R-CONS-012", "R-CONS-009"]
    forced = story.effect(482, 480, 480, story.marks(480), story.beats(480, who["tv"]))
    story.bad(482, 481, 480, "a week later, without consent: neither of two removes the other", cited, TABLE, forced)
    kept = story.names(483, 480, story.ids[430])
    story.ok(483, 480, "who is to be left out keeps all rights meanwhile", ["R-CONS-012"], kept, author=b1, told={"open": 1})
    outlives(story)
    large = story.approve(396, 434, 434)
    large.body += bytes(8192 - len(large.body))
    story.bad(396, 436, 434, "with a body of 8 KiB", ["R-DOC-026"], "TOO_LARGE", large, author=b1)
    returns(story)
    joined = story.propose(484, 480, 2, story.law(story.a, threshold=1, caps=60), story.ids[405])
    story.bad(484, 480, 480, "a second removal beside the open one", ["R-CONS-005"], TABLE, joined)


def returns(story):
    """390 to 395: who has left comes back, as anybody comes."""
    who, founder = story.who, story.founder
    law = story.law(story.a, story.b, threshold=2)
    again = ["R-MEM-014", "R-CONS-003"]
    back = story.propose(390, 476, 2, law, story.ids[470], [(story.b, who["b1"])])
    story.ok(390, 476, "the guardian who left comes back, with an accept", again, back, told={"open": 0})
    story.ok(391, 390, "and writes names", ["R-MEM-006"], story.names(391, 390), author=who["b1"])
    gone = story.names(392, 390)
    story.bad(392, 391, 390, "from the phone that did not come back", ["R-MEM-007"], "BAD_SIGNATURE", gone, author=who["b2"])
    old = story.proposed[405]
    made = lambda digest: [story.accept(old[0], story.b, who["b1"])]
    stale = story.propose(393, 476, 2, law, story.ids[470], accepts=made)
    story.bad(393, 390, 476, "comes back with the accept of the first time", again, TABLE, stale)


def outlives(story):
    """485 to 488: a proposal is a person's, and not a phone's."""
    who, founder = story.who, story.founder
    law = story.law(story.a, story.b, threshold=2, caps=600)
    made = story.propose(485, 432, 2, law, story.ids[405])
    story.ok(485, 432, "a proposal from the first guardian's second phone", ["R-CONS-004"], made, author=who["a2"], told={"open": 1})
    story.ok(486, 485, "that phone leaves", ["R-CONS-004"], story.devices(486, 485, story.a, founder), told={"open": 1})
    fresh = story.epoch(487, 486, 2, [founder, who["b1"], who["b2"]], renewed=[(story.child, 2)])
    story.ok(487, 486, "the epoch after it", ["R-EPOCH-012"], **fresh, told={"served": True, "open": 1})
    agreed = story.approve(488, 487, 485)
    title = "the other guardian agrees: the proposal has outlived the phone"
    story.ok(488, 487, title, ["R-CONS-004"], agreed, author=who["b1"], told={"open": 0})


def single(file, founder):
    """760 to 789: two guardians of whom one is enough for a change."""
    story = Family(file, "one of two", founder)
    who = people("one of two", "abd")
    b1, d1, tv = who["b1"], who["d1"], who["tv"]
    story.genesis(760, "genesis of a guardian of two dependants", ["R-MEM-002"], story.law(story.a, dependants=[story.child, story.other]), siblings=[story.other])
    pair = [story.child, story.other]
    law = lambda *guardians, **rest: story.law(*guardians, dependants=pair, **rest)
    two = law(story.a, story.b)
    joined = story.propose(761, 760, 2, two, story.ids[760], [(story.b, b1)])
    story.ok(761, 760, "a second guardian, and a threshold of one", ["R-CONS-003", "R-MEM-003"], joined, told={"open": 0})
    story.ok(762, 761, "one of two changes a cap", ["R-MEM-003"], story.member(762, 761, 2, law(story.a, story.b, caps=60)), author=b1)

    def bad(number, of, defect, cited, wanted, author=founder, reason=TABLE):
        story.bad(number, of, 761, defect, cited, reason, story.member(number, 761, 2, wanted), author=author)

    guardian = lambda who, *scope, custody=(): mem.Guardian(
        principal_id=who, scope=scope, custody=[mem.CustodyInterval(dependant_id=d, until=u, **{"from": f}) for d, f, u in custody]
    )
    taking = ["R-CONS-012"]
    bad(763, 762, "one of two leaves out the other", taking, law(story.a))
    bad(764, 762, "one of two narrows the scope of the other", taking, law(story.a, guardian(story.b, story.child)))
    bad(765, 762, "one of two leaves out a dependant of both", taking, story.law(story.a, story.b, dependants=[story.child]))
    own = law(guardian(story.a, story.child), story.b)
    story.ok(766, 761, "a guardian narrows the own scope", taking, story.member(766, 761, 2, own))
    late = story.names(767, 766)
    story.bad(767, 768, 766, "names before the epoch that a narrowed scope needs", ["R-EPOCH-012"], "EPOCH_NEEDED", late, author=b1)
    story.ok(768, 762, "names by the other guardian", ["R-MEM-010"], story.names(768, 762), author=b1)
    theirs = story.names(394, 761, dependant=story.other)
    story.ok(394, 761, "the second guardian writes names of the other dependant", ["R-MEM-010"], theirs, author=b1)
    less = story.member(395, 394, 2, law(story.a, guardian(story.b, story.child)))
    title = "and narrows the own scope: the names end"
    story.ok(395, 394, title, ["R-CONS-026", "R-CONS-012"], less, author=b1, ended=[theirs.document_id])
    day = (NOW, NOW + 86_400)
    given = law(story.a, guardian(story.b, custody=[(story.child, *day)]))
    story.ok(769, 761, "a guardian gives open time to the other", taking, story.member(769, 761, 2, given))
    bad(770, 769, "a guardian takes open time", taking, law(guardian(story.a, custody=[(story.child, *day)]), story.b))
    taken = law(guardian(story.a, custody=[(story.child, NOW + 43_200, NOW + 86_400)]), guardian(story.b, custody=[(story.child, NOW, NOW + 43_200)]))
    wide = law(story.a, guardian(story.b, custody=[(story.child, NOW - 86_400, NOW + 86_400)]))
    story.ok(771, 769, "more open time for the other", taking, story.member(771, 769, 2, wide))
    story.bad(772, 771, 769, "half of the other's time for oneself", taking, TABLE, story.member(772, 769, 2, taken))
    dropped = law(story.a, story.b)
    story.bad(781, 771, 769, "the other's time is open again", taking, TABLE, story.member(781, 769, 2, dropped))
    named = law(story.a, guardian(story.b, *pair))
    bad(788, 762, "one of two writes the names of all in the place of an empty scope", taking, named)
    own = story.member(789, 761, 2, law(guardian(story.a, *pair), story.b))
    story.ok(789, 761, "the same of one's own scope", taking, own)
    handed = story.member(773, 769, 2, taken)
    story.ok(773, 769, "half of one's time for the other guardian", taking, handed, author=b1)

    cited = ["R-CONS-011"]
    third = law(story.a, story.b, story.d)
    story.ok(774, 761, "a third guardian is proposed, and one is not enough to admit", cited, story.propose(774, 761, 2, third, story.ids[761], [(story.d, d1)]), told={"open": 1})
    story.ok(775, 774, "the other guardian agrees", cited, story.approve(775, 774, 774), author=b1, told={"open": 0})
    story.ok(776, 775, "the third guardian writes names", cited, story.names(776, 775), author=d1)
    early = story.names(777, 774)
    story.bad(777, 776, 774, "names by the third guardian before the other agreed", [*cited, "R-MEM-007"], "BAD_SIGNATURE", early, author=d1)
    forced = story.propose(782, 761, 2, law(story.a), story.ids[761])
    story.ok(782, 761, "that the other is left out is proposed", taking, forced, told={"open": 1})
    week = lambda at: (story.marks(at), story.beats(at, b1))
    made = story.effect(783, 782, 782, *week(782))
    defect = "a week later, by one of two"
    story.ok(784, 775, "that the third guardian is left out is proposed", taking, story.propose(784, 775, 2, two, story.ids[774]), told={"open": 1})
    alone = story.effect(785, 784, 784, *week(784))
    story.ok(786, 784, "another guardian agrees", taking, story.approve(786, 784, 784), author=b1, told={"open": 1})
    story.ok(787, 786, "a week later", taking, story.effect(787, 786, 784, *week(786)), told={"open": 0})
    story.bad(785, 787, 784, "a week later, by one of three", taking, TABLE, alone)
    story.bad(783, 787, 782, defect, taking, TABLE, made)
    higher = law(story.a, story.b, threshold=2)
    story.ok(778, 761, "a threshold of two is proposed", ["R-MEM-003"], story.propose(778, 761, 2, higher, story.ids[761]), told={"open": 1})
    bad(779, 762, "one of two raises the threshold to two", ["R-MEM-003"], higher)
    story.ok(780, 778, "and agreed to", ["R-MEM-003"], story.approve(780, 778, 778), author=b1, told={"open": 0})
