"""Area log, a household of three: one is left out, a week later and in everybody's sight (R-CONS-008 to R-CONS-012)."""

from parcep.v1alpha1 import consent_pb2 as con
from parcep.v1alpha1 import membership_pb2 as mem

from .common import NOW, Device, flip
from .family import TABLE, WEEK, Family, Relay, broken, people, span

DELAY = ["R-CONS-008"]


def add_to(file, founder):
    story = Family(file, "three", founder)
    story.who = people("three")
    grow(story)
    announce(story)
    proofs(story)
    forged(story)
    others(story)
    stops(story)
    meanwhile(story)
    return story


def grow(story):
    """490 to 499: from one guardian to three."""
    who, founder = story.who, story.founder
    story.genesis(490, "genesis of a guardian", ["R-MEM-002"])
    story.ok(491, 490, "a second phone of the guardian", ["R-MEM-004"], story.devices(491, 490, story.a, founder, who["a2"]))
    story.ok(492, 491, "a phone of the child", ["R-MEM-004"], story.devices(492, 491, story.child, who["kid"]))
    story.ok(493, 492, "a TV of the child", ["R-MEM-005"], story.point(493, 492, who["tv"]))
    two, three = story.law(story.a, story.b, threshold=2), story.law(story.a, story.b, story.c, threshold=2)
    first = story.propose(494, 493, 2, two, story.ids[490], [(story.b, who["b1"])])
    story.ok(494, 493, "a second guardian", ["R-CONS-003"], first, told={"open": 0})
    second = story.propose(495, 494, 2, three, story.ids[494], [(story.c, who["c1"])])
    story.ok(495, 494, "a third guardian is proposed", ["R-CONS-011"], second, told={"open": 1})
    story.ok(496, 495, "and admitted", ["R-CONS-003", "R-CONS-011"], story.approve(496, 495, 495), author=who["b1"], told={"open": 0})
    story.ok(497, 496, "rules of the third guardian", ["R-MEM-006"], story.layer(497, 496), author=who["c1"])
    story.page = Device("three page")
    phones = story.devices(498, 497, story.b, who["b1"], who["b2"], recovery=[story.page])
    story.ok(498, 497, "a second phone of the second guardian, and a page", ["R-MEM-004"], phones, author=who["b1"])


def announce(story):
    """500 to 503: announced, agreed to by two, and a week later."""
    who = story.who
    story.two = story.law(story.a, story.b, threshold=2)
    taking = ["R-CONS-012"]
    removal = story.propose(500, 498, 2, story.two, story.ids[495])
    story.ok(500, 498, "that the third guardian is left out is proposed", taking, removal, told={"open": 1})
    agreed = story.approve(501, 500, 500)
    story.ok(501, 500, "another agrees: the week begins here", [*taking, "R-CONS-004"], agreed, author=who["b1"], told={"open": 1})
    kept = story.names(502, 501)
    story.ok(502, 501, "the third guardian keeps all rights meanwhile", taking, kept, author=who["c1"], told={"open": 1})
    title = "a week later, by a bookmark's time and by a beat's"
    gone = ["R-CONS-008", "R-CONS-009", "R-CONS-012", "R-CONS-026"]
    proof = story.marks(501, 502), story.beats(501, who["b1"], 502)
    effect(story, 503, title, gone, *proof)


def effect(story, number, title, cited, *proof, author=None, after=502, **how):
    ended = [story.ids[497], story.ids[502]]
    made = story.effect(number, after, 500, *proof, **how)
    story.ok(number, after, title, cited, made, author=author, told={"open": 0}, ended=ended)


def proofs(story):
    """504 to 510: other proofs that are enough."""
    who = story.who
    tv, marks = who["tv"], lambda: story.marks(501, 502)
    effect(story, 504, "by a bookmark's time and by that of the TV", DELAY, marks(), story.beats(501, tv, 502))
    effect(story, 505, "by the time of the one whom it concerns and of the TV, without a relay", DELAY, story.beats(501, who["c1"], 502), story.beats(501, tv, 502))
    effect(story, 506, "by the time of the one whom it concerns", DELAY, marks(), story.beats(501, who["c1"], 502))
    both = [marks(), story.beats(502, who["b1"])]
    effect(story, 507, "by two statements about one head", DELAY, *both)
    noise = story.beats(501, who["a2"], 502)
    effect(story, 508, "one pair that does not count beside two that do", DELAY, noise, *both)
    effect(story, 509, "written by the one whom it concerns", ["R-CONS-009"], *both, author=who["c1"])
    effect(story, 510, "written by the other phone of who agreed", ["R-CONS-009"], *both, author=who["b2"])


def bad(story, number, defect, *proof, cited=None, reason=TABLE, author=None, after=502, of=503, **how):
    made = story.effect(number, after, 500, *proof, **how)
    story.bad(number, of, after, defect, cited or DELAY, reason, made, author=author)


def forged(story):
    """511 to 536: proofs that prove nothing."""
    who, at, beat, mark = story.who, story.at, story.beat, story.mark
    b1, c1, tv, kid = who["b1"], who["c1"], who["tv"], who["kid"]
    marks, beats = story.marks(501, 502), story.beats(501, b1, 502)
    end = NOW + WEEK
    bad(story, 511, "one pair only", marks)
    bad(story, 512, "two relays: one kind twice", marks, story.marks(501, 502, relay_=story.spare))
    bad(story, 513, "two guardians: one kind twice", beats, story.beats(501, c1, 502))
    bad(story, 514, "604 799 s by the relay", story.marks(501, 502, delay=WEEK - 1), beats)
    bad(story, 515, "604 799 s by the guardian", marks, story.beats(501, b1, 502, delay=WEEK - 1))
    bad(story, 516, "a bookmark from before the announcement", story.marks(500, 502), beats)
    bad(story, 517, "a beat from before the announcement", marks, story.beats(500, b1, 502))
    bad(story, 518, "statements of two guardians in one pair", marks, span(beat(501, NOW, b1), beat(502, end, c1)))
    bad(story, 519, "statements of two phones of one guardian in one pair", marks, span(beat(501, NOW, b1), beat(502, end, who["b2"])))
    bad(story, 520, "statements of two relays in one pair", span(mark(501, NOW), mark(502, end, story.spare)), beats)
    bad(story, 521, "a bookmark and a beat in one pair", span(mark(501, NOW), beat(502, end, b1)), beats)
    bad(story, 522, "beats of who began the act", marks, story.beats(501, who["a2"], 502))
    bad(story, 523, "bookmarks of a relay that the constitution does not name", story.marks(501, 502, relay_=Relay("stranger")), beats)
    wrong = at(502)[0], flip(at(502)[1])
    bad(story, 524, "another head at that place", marks, span(beat(501, NOW, b1), beat(502, end, b1, head=wrong)))
    ahead = at(502)[0] + 1, at(502)[1]
    bad(story, 525, "a head that this log has not reached", span(mark(501, NOW), mark(502, end, head=ahead)), beats)
    bad(story, 526, "a later statement about an earlier head", span(mark(502, NOW), mark(501, end)), beats)
    bad(story, 527, "beats for another household", marks, story.beats(501, b1, 502, log_id=bytes(32)))
    bad(story, 528, "a beat with a broken signature", marks, span(beat(501, NOW, b1), broken(beat(502, end, b1))))
    bad(story, 529, "a bookmark with a broken signature", span(mark(501, NOW), broken(mark(502, end))), beats)
    bad(story, 530, "reports of the TV and no beats", marks, story.beats(501, tv, 502, payload_type=65))
    bad(story, 531, "beats of the child's phone", marks, story.beats(501, kid, 502))
    bad(story, 532, "beats that another phone signed", marks, story.beats(501, b1, 502, signer=who["a2"]))
    malformed = {"cited": ["R-WIRE-007"], "reason": "MALFORMED"}
    bad(story, 533, "no pair", **malformed)
    bad(story, 534, "five pairs", *[marks] * 4, beats, cited=["R-WIRE-006"], reason="MALFORMED")
    bad(story, 535, "a pair without a later statement", marks, con.Span(earlier=beat(501, NOW, b1)), **malformed)
    bad(story, 536, "a hash of 31 bytes", marks, beats, digest=bytes(31), **malformed)


    page = story.page
    bad(story, 790, "by who has consented and the TV of who began it: both want it", story.beats(501, who["b2"], 502), story.beats(501, tv, 502), of=505)
    bad(story, 568, "beats of a guardian's recovery key", marks, story.beats(501, page, 502), cited=["R-CONS-008", "R-CONS-019"])
    bad(story, 569, "beats under the payload type of a report", marks, story.beats(501, b1, 502, payload_type=65, as_beat=True))


def others(story):
    """537 to 545: whose word it was, and whose keys."""
    who = story.who
    marks, tv, tv2 = story.marks(501, 502), who["tv"], who["tv2"]
    early = story.marks(500), story.beats(500, who["b1"])
    bad(story, 537, "before another has agreed", *early, after=500, cited=["R-CONS-012", "R-CONS-009"])
    bad(story, 538, "of a proposal that there is not", marks, story.beats(501, who["b1"], 502), digest=bytes(32), cited=["R-CONS-009"])
    bad(story, 539, "by the child's phone, whom it does not concern", marks, story.beats(501, who["b1"], 502), author=who["kid"], cited=["R-CONS-009"])
    bad(story, 540, "by the TV", marks, story.beats(501, who["b1"], 502), author=tv, cited=["R-MEM-010", "R-ROLE-001"])
    rekeyed = story.point(541, 501, tv2, of=tv)
    story.ok(541, 501, "the TV gets new keys after the announcement", ["R-MEM-005"], rekeyed, told={"open": 1})
    tv2.id = tv.id
    # A new sealing key takes an epoch, so the proof waits for it.
    fresh = story.epoch(542, 541, 2, [story.founder], renewed=[(story.child, 2)])
    story.ok(542, 541, "the epoch that new keys need", ["R-EPOCH-012"], **fresh, told={"served": True, "open": 1})
    late = lambda device: (story.marks(541, 542), story.beats(541, device, 542))
    ended = [story.ids[497]]
    made = story.effect(543, 542, 500, *late(who["b1"]))
    story.ok(543, 542, "a week after, by the time of a guardian", DELAY, made, told={"open": 0}, ended=ended)
    bad(story, 544, "beats of a TV whose keys are younger than the announcement", *late(tv2), after=542, of=543)
    bad(story, 545, "beats under the keys that the TV had before", *late(tv), after=542, of=543)


def stops(story):
    """546 to 556: what ends an act that waits."""
    who = story.who
    marks, beats = story.marks(501, 502), story.beats(501, who["b1"], 502)
    stop = ["R-CONS-010", "R-CONS-006"]
    story.ok(546, 502, "one who agreed withdraws", stop, story.cancel(546, 502, 500), author=who["b2"], told={"open": 0})
    bad(story, 547, "after one who agreed has withdrawn", marks, beats, after=546, cited=stop)
    story.bad(548, 546, 502, "the one whom it concerns cancels", stop, TABLE, story.cancel(548, 502, 500), author=who["c1"])
    story.ok(549, 502, "who began it withdraws", stop, story.cancel(549, 502, 500), author=who["a2"], told={"open": 0})
    told = {"open": 0}
    consents = story.approve(550, 502, 500)
    gone = [story.ids[497], story.ids[502]]
    title = "the one whom it concerns agrees: there is no delay any more"
    story.ok(550, 502, title, ["R-CONS-012", "R-CONS-004"], consents, author=who["c1"], told=told, ended=gone)
    left = story.member(551, 502, 2, story.law(story.a, story.c, threshold=2))
    title = "one who agreed leaves, and the proposal's base with it"
    story.ok(551, 502, title, ["R-CONS-013", "R-CONS-006"], left, author=who["b1"], told=told)
    fresh = story.epoch(552, 551, 2, [story.founder], renewed=[(story.child, 2)])
    story.ok(552, 551, "the epoch after leaving", ["R-EPOCH-012"], **fresh, told={"served": True})
    defect = "after the constitution has changed"
    proof = story.marks(551, 552), story.beats(551, who["tv"], 552)
    bad(story, 553, defect, *proof, after=552, cited=["R-CONS-006", "R-CONS-009"])
    story.bad(554, 551, 502, "leaves, and lowers the threshold", ["R-CONS-013"], TABLE, story.member(554, 502, 2, story.law(story.a, story.c)), author=who["b1"])
    less = story.law(story.a, story.b, mem.Guardian(principal_id=story.c, scope=[story.child]), threshold=3)
    narrow = story.propose(382, 498, 2, less, story.ids[495])
    story.ok(382, 498, "a narrower scope for one, and a threshold of three", ["R-CONS-012"], narrow, told={"open": 1})
    title = "another agrees: two of the three that the new threshold asks for"
    story.ok(383, 382, title, ["R-MEM-003"], story.approve(383, 382, 382), author=who["b1"], told={"open": 1})
    title = "who agreed withdraws before the consents are complete"
    story.ok(384, 383, title, stop, story.cancel(384, 383, 382), author=who["b2"], told={"open": 0})
    story.bad(385, 384, 383, "who did not agree cancels", stop, TABLE, story.cancel(385, 383, 382), author=who["c1"])
    back = story.device_list(story.b, who["b1"], recovery=[story.page])
    lost = story.propose(380, 498, 3, back, story.ids[498])
    story.ok(380, 498, "the second guardian's page proposes new devices", ["R-CONS-019"], lost, author=story.page, told={"open": 1})
    left = story.member(381, 380, 2, story.law(story.a, story.c, threshold=2))
    title = "the second guardian leaves: nothing stands that the page could replace"
    story.ok(381, 380, title, ["R-CONS-006", "R-MEM-015"], left, author=who["b1"], told=told)
    again = story.propose(555, 502, 2, story.two, story.ids[495])
    story.bad(555, 500, 502, "once more while it is open", ["R-CONS-001"], TABLE, again, author=who["b1"])


def meanwhile(story):
    """556 to 569: after the removal; and an enforcement point that only some have rules for."""
    who = story.who
    early = story.names(556, 503)
    story.bad(556, 558, 503, "names before the epoch that a removal needs", ["R-EPOCH-012"], "EPOCH_NEEDED", early, author=who["b1"])
    fresh = story.epoch(557, 503, 2, [story.founder, who["a2"], who["b1"], who["b2"]], renewed=[(story.child, 2)])
    story.ok(557, 503, "the epoch, by the other guardian", ["R-EPOCH-012", "R-EPOCH-014"], **fresh, author=who["b1"], told={"served": True})
    story.ok(558, 557, "names after the epoch", ["R-EPOCH-012"], story.names(558, 557), author=who["b1"])
    late = story.names(559, 557)
    story.bad(559, 558, 557, "a phone of the guardian who was left out", ["R-MEM-007", "R-MEM-015"], "BAD_SIGNATURE", late, author=who["c1"])
    removal = con.Removal(device_id=who["tv"].id)
    off = ["R-CONS-016", "R-CONS-002"]
    story.ok(560, 498, "that the TV leaves is proposed", off, story.propose(560, 498, 13, removal, story.ids[493]), told={"open": 1})
    story.ok(561, 560, "the guardian agrees who has rules on it", off, story.approve(561, 560, 560), author=who["c1"], told={"open": 0})
    idle = story.approve(562, 560, 560)
    story.bad(562, 561, 560, "by a guardian who has no rules on it", off, TABLE, idle, author=who["b1"])
    end = con.Erase(log_id=story.log_id)
    erase = ["R-CONS-028"]
    story.ok(563, 498, "the end of the household is proposed", erase, story.propose(563, 498, 27, end, story.ids[495]), told={"open": 1})
    story.ok(564, 563, "two of three are enough for the threshold, and not for this", erase, story.approve(564, 563, 563), author=who["b1"], told={"open": 1})
    story.ok(565, 564, "names, since the household goes on", erase, story.names(565, 564), author=who["b1"])
    story.ok(566, 564, "the third agrees: the household ends", erase, story.approve(566, 564, 563), author=who["c1"], told={"open": 0}, ended=[])
    story.bad(567, 565, 566, "names after the end", erase, "ENDED", story.names(567, 566), author=who["b1"])
