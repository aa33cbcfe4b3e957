"""Area log: what removes an enforcement point, moves the log, resolves a fork, ends the household; and long lists."""

from parcep.v1alpha1 import consent_pb2 as con
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import welcome_pb2 as wel

from .common import flip
from .drafts import setting
from .family import ERASE, MOVED, REMOVAL, RESOLVE, TABLE, WEEK

LIST = doc.PAYLOAD_TYPE_LIST


def add_to(story):
    """Behind the household of two (`guardians.joins`): 404 has one guardian, 432 two and a threshold of two."""
    points(story)
    unneeded(story)
    moved(story)
    resolved(story)
    erased(story)
    lists(story)


def points(story):
    """570 to 599: an enforcement point leaves."""
    who, founder = story.who, story.founder
    b1, b2, kid, tv = who["b1"], who["b2"], who["kid"], who["tv"]
    removal = con.Removal(device_id=tv.id)
    cited = ["R-CONS-016"]
    story.ok(570, 432, "the guardian removes a TV on which nobody else has rules", cited, story.member(570, 432, REMOVAL, removal), told={"open": 0})
    story.bad(571, 570, 432, "the other guardian does, who has none", cited, TABLE, story.member(571, 432, REMOVAL, removal), author=b1)
    proposed = story.propose(572, 432, REMOVAL, removal, story.ids[403])
    story.ok(572, 432, "the other guardian proposes it", cited, proposed, author=b1, told={"open": 1})
    story.ok(573, 572, "and the one agrees who has rules", cited, story.approve(573, 572, 572), author=who["a2"], told={"open": 0})
    week = lambda delay=WEEK, device=founder: (story.marks(572, delay=delay), story.beats(572, device, delay=delay))
    delayed = ["R-CONS-016", "R-CONS-008"]
    alone = story.effect(574, 572, 572, *week())
    story.ok(574, 572, "a week later it leaves without consent", delayed, alone, author=b2, told={"open": 0})
    own = story.effect(575, 572, 572, *week(device=tv))
    story.ok(575, 572, "the beats of the TV itself count", delayed, own, author=b2, told={"open": 0})

    def bad(number, of, after, defect, cited, made, reason=TABLE, author=None):
        story.bad(number, of, after, defect, cited, reason, made, author=author)

    bad(576, 574, 572, "a second before the week is over", delayed, story.effect(576, 572, 572, *week(WEEK - 1)), author=b2)
    bad(577, 574, 572, "beats of who began it", delayed, story.effect(577, 572, 572, *week(device=b1)), author=b2)
    kids = story.effect(578, 572, 572, *week())
    story.ok(578, 572, "the child's phone writes the effect, whom it concerns", ["R-CONS-009"], kids, author=kid, told={"open": 0})
    stop = ["R-CONS-010", "R-CONS-016"]
    story.ok(579, 572, "who began it withdraws", stop, story.cancel(579, 572, 572), author=b2, told={"open": 0})
    bad(580, 579, 572, "the other guardian cancels: the delay is for notice", stop, story.cancel(580, 572, 572))
    same = story.point(581, 572, tv, category=2)
    story.ok(581, 572, "it is written anew while its removal is open", ["R-CONS-006"], same, told={"open": 0})
    bad(582, 573, 581, "consent after that", ["R-CONS-002", "R-CONS-006"], story.approve(582, 581, 572))
    nobody = con.Removal(device_id=bytes(16))
    bad(583, 570, 432, "an enforcement point that there is not", cited, story.member(583, 432, REMOVAL, nobody))
    short = con.Removal(device_id=tv.id[:15])
    bad(584, 570, 432, "an id of 15 bytes", ["R-WIRE-007"], story.member(584, 432, REMOVAL, short), "MALFORMED")
    bad(585, 570, 432, "by the child's phone", ["R-MEM-010"], story.member(585, 432, REMOVAL, removal), author=kid)
    bad(586, 570, 432, "by the TV itself", ["R-MEM-010", "R-ROLE-001"], story.member(586, 432, REMOVAL, removal), author=tv)
    early = story.layer(587, 570, story.ids[404])
    bad(587, 588, 570, "rules before the epoch that this needs", ["R-EPOCH-012"], early, "EPOCH_NEEDED")
    story.ok(588, 432, "rules again", ["R-DOC-008"], story.layer(588, 432, story.ids[404]))
    story.ok(589, 432, "rules of the other guardian", ["R-MEM-009"], story.layer(589, 432), author=b1)
    bad(590, 570, 589, "the guardian alone, though both have rules on it", cited, story.member(590, 589, REMOVAL, removal))
    gone = story.epoch(591, 570, 2, [founder, who["a2"], b1, b2], renewed=[(story.child, 2)])
    story.ok(591, 570, "the epoch after the TV has left", ["R-EPOCH-012", "R-EPOCH-014"], **gone, told={"served": True})
    twice = story.member(592, 591, REMOVAL, removal)
    bad(592, 570, 591, "once more", cited, twice)
    back = story.point(593, 591, tv)
    story.ok(593, 591, "the TV comes back", ["R-MEM-005"], back)


def unneeded(story):
    """594 to 596: whose consent was missing leaves."""
    who, child = story.who, story.child
    b1, tv = who["b1"], who["tv"]
    cited = ["R-CONS-004", "R-CONS-016"]
    left = story.member(594, 572, doc.PAYLOAD_TYPE_CONSTITUTION, story.law(story.b))
    title = "the one leaves who had rules on the TV: nothing takes effect here"
    story.ok(594, 572, title, cited, left, told={"open": 1}, ended=[story.ids[404]])
    seed = {"sealing_seed": b1.sealing_seed}
    fresh = story.epoch(595, 594, 2, [b1, who["b2"], tv], renewed=[(child, 2)])
    story.ok(595, 594, "the epoch after it", ["R-EPOCH-012"], author=b1, told={"served": True, "open": 1}, rest=seed, **fresh)
    proof = story.marks(594, 595), story.beats(594, tv, 595)
    done = story.effect(596, 595, 572, *proof)
    story.ok(596, 595, "a week later the TV leaves", [*cited, "R-CONS-009"], done, author=b1, told={"open": 0})


def moved(story):
    """670 to 689: another relay, and relay epochs."""
    who = story.who
    cited = ["R-MOVE-021"]
    to = lambda number, uri: story.member(number, 404, MOVED, con.Moved(uri=uri))
    second = setting(relay_epoch=2)
    spare = story.spare.uri
    story.ok(670, 404, "the log moves to the spare relay", cited, to(670, spare), edit=second)

    def bad(number, defect, uri, reason=TABLE, author=None, edit=second, cited=cited):
        story.bad(number, 670, 404, defect, cited, reason, to(number, uri), author=author, edit=edit)

    bad(671, "in the relay epoch that is", spare, edit=None)
    bad(672, "to a relay that the constitution does not list", "https://stranger.example:7443")
    bad(673, "to a listed relay, written otherwise", spare + "/")
    bad(674, "by the child's phone", spare, author=who["kid"], cited=["R-MOVE-021", "R-MEM-010"])
    bad(675, "by the TV", spare, author=who["tv"], cited=["R-MOVE-021", "R-ROLE-001"])
    bad(676, "to nowhere", "", "MALFORMED", cited=["R-DOC-027", "R-WIRE-007"])
    bad(677, "an address of 256 bytes", "x" * 256, "MALFORMED", cited=["R-WIRE-006"])
    fall = ["R-MOVE-014"]
    base = story.ids[404]
    layer = lambda number, after, base=base: story.layer(number, after, base)
    story.ok(678, 670, "rules in the relay epoch of the move", fall, layer(678, 670), edit=second)
    story.bad(679, 678, 670, "rules in the relay epoch before the move", fall, TABLE, layer(679, 670))
    story.ok(680, 670, "rules in a much higher relay epoch", fall, layer(680, 670), edit=setting(relay_epoch=900))
    story.bad(681, 680, 680, "rules in a lower one than that", fall, TABLE, layer(681, 680, story.ids[680]), edit=setting(relay_epoch=899))
    void = layer(682, 670, bytes([4]) * 16)
    story.bad(682, 678, 670, "a void entry in a higher relay epoch", ["R-DOC-008"], "BASE_NOT_LIVE", void, edit=setting(relay_epoch=900))
    story.ok(683, 682, "rules behind it: what is void raises nothing", fall, layer(683, 682), edit=second)
    again = story.member(684, 670, MOVED, con.Moved(uri=story.home.uri))
    story.ok(684, 670, "the log moves back", cited, again, edit=setting(relay_epoch=3))
    stays = story.member(685, 670, MOVED, con.Moved(uri=story.home.uri))
    story.bad(685, 684, 670, "a second move in the relay epoch of the first", cited, TABLE, stays, edit=second)
    room = ["R-MOVE-029"]
    high = lambda number: setting(relay_epoch=4_000_000_000 + number)
    story.ok(686, 670, "rules in the highest relay epoch that there is room for", room, layer(686, 670), edit=high(2))
    story.bad(687, 686, 670, "rules one above that", room, TABLE, layer(687, 670), edit=high(3))
    on = lambda number: story.member(number, 686, MOVED, con.Moved(uri=story.home.uri))
    story.ok(688, 686, "the log can move on from there, two above", room, on(688), edit=high(4))
    story.bad(689, 688, 686, "a move three above", room, TABLE, on(689), edit=high(5))


def resolved(story):
    """690 to 709: a fork that people end, and how many proposals may be open."""
    who = story.who
    heads = lambda count, length=32: con.Resolve(ended=[wel.HeadRef(seq=9, hash=bytes([n]) * length) for n in range(1, count + 1)])
    cited = ["R-MOVE-006"]
    story.ok(690, 404, "one guardian, one consent: a fork is resolved", cited, story.member(690, 404, RESOLVE, heads(1)))
    story.ok(691, 404, "eight branches end", cited, story.member(691, 404, RESOLVE, heads(8)))

    def bad(number, after, defect, cited, reason, message, author=None):
        story.bad(number, 690, after, defect, cited, reason, story.member(number, after, RESOLVE, message), author=author)

    bad(692, 432, "one of two alone, with a threshold of two", [*cited, "R-CONS-004"], TABLE, heads(1))
    bad(693, 404, "no branch", ["R-DOC-027"], "MALFORMED", heads(0))
    bad(694, 404, "nine branches", ["R-WIRE-006"], "MALFORMED", heads(9))
    bad(695, 404, "a head of 31 bytes", ["R-WIRE-007"], "MALFORMED", heads(1, 31))
    twice = con.Resolve(ended=[*heads(1).ended, *heads(1).ended])
    bad(696, 404, "one branch twice", ["R-WIRE-007"], "MALFORMED", twice)
    bad(697, 404, "by the child's phone", ["R-MEM-010"], TABLE, heads(1), author=who["kid"])
    law = story.ids[405]
    story.ok(698, 432, "one of two proposes to resolve a fork", cited, story.propose(698, 432, RESOLVE, heads(1), law), told={"open": 1})
    story.ok(699, 698, "and the other agrees", cited, story.approve(699, 698, 698), author=who["b1"], told={"open": 0})

    few = ["R-CONS-027"]
    for number, count in ((700, 2), (701, 3), (702, 4)):
        made = story.propose(number, number - 1 if count > 2 else 698, RESOLVE, heads(count), law)
        story.ok(number, number - 1 if count > 2 else 698, f"{count} proposals of one guardian are open", few, made, told={"open": count})
    other = story.propose(703, 702, RESOLVE, heads(5), law)
    story.ok(703, 702, "a fifth, by the other guardian", few, other, author=who["b1"], told={"open": 5})
    fifth = story.propose(704, 702, RESOLVE, heads(5), law)
    story.bad(704, 703, 702, "a fifth, by the same guardian", few, TABLE, fifth)
    phone = story.propose(705, 702, RESOLVE, heads(5), law)
    story.bad(705, 703, 702, "a fifth, by the same guardian's other phone", few, TABLE, phone, author=who["a2"])
    same = story.propose(706, 698, RESOLVE, heads(1), law)
    story.bad(706, 698, 698, "the same proposal while it is open", ["R-CONS-001"], TABLE, same, author=who["b1"])


def erased(story):
    """650 to 669: the end of a household."""
    who = story.who
    cited = ["R-CONS-028"]
    end = con.Erase(log_id=story.log_id)
    story.ok(650, 404, "names", ["R-DOC-008"], story.names(650, 404))
    story.ok(651, 404, "a single guardian ends the household", cited, story.member(651, 404, ERASE, end))
    story.bad(652, 650, 651, "names after the end", cited, "ENDED", story.names(652, 651))
    fresh = story.epoch(653, 651, 2, [story.founder], renewed=[(story.child, 2)])
    story.bad(653, 654, 651, "an epoch after the end", cited, "ENDED", **fresh)
    fresh = story.epoch(654, 404, 2, [story.founder], renewed=[(story.child, 2)])
    story.ok(654, 404, "an epoch", ["R-EPOCH-010"], **fresh, told={"served": True})

    def bad(number, after, defect, cited, reason, message=end, author=None):
        story.bad(number, 651, after, defect, cited, reason, story.member(number, after, ERASE, message), author=author)

    bad(655, 432, "one of two alone", [*cited, "R-CONS-004"], TABLE)
    bad(656, 404, "with the id of another household", [*cited, "R-DOC-004"], None, con.Erase(log_id=flip(story.log_id)))
    bad(657, 404, "with an id of 31 bytes", ["R-WIRE-007"], "MALFORMED", con.Erase(log_id=bytes(31)))
    bad(658, 404, "with nothing in it", ["R-DOC-027"], "MALFORMED", b"")
    bad(659, 404, "by the child's phone", ["R-MEM-010"], TABLE, author=who["kid"])
    law = story.ids[405]
    story.ok(660, 432, "one of two proposes the end", cited, story.propose(660, 432, ERASE, end, law), told={"open": 1})
    story.ok(661, 660, "and the other agrees", cited, story.approve(661, 660, 660), author=who["b1"], told={"open": 0})
    story.bad(662, 432, 661, "a phone is added after the end", cited, "ENDED", story.devices(662, 661, story.b, who["b1"]), author=who["b1"])


def lists(story):
    """710 to 729: long lists."""
    who, child = story.who, story.child

    def made(number, after, base=None, text=b"games.example\n"):
        made = story.draft(number, after, LIST, {21: text}, child, base)
        story.ids[number] = made.document_id
        return made

    cited = ["R-DOC-008", "R-DOC-029"]
    story.ok(710, 432, "a list", cited, made(710, 432))
    story.ok(711, 710, "a second list beside the first", cited, made(711, 710))
    story.ok(712, 710, "a list that replaces the one it names", cited, made(712, 710, story.ids[710], b"more.example\n"))
    story.bad(713, 712, 710, "the base is a policy layer", cited, "BASE_NOT_LIVE", made(713, 710, story.ids[404]))
    story.bad(714, 712, 710, "the base never lived", cited, "BASE_NOT_LIVE", made(714, 710, bytes([3]) * 16))
    story.bad(715, 712, 710, "the other guardian replaces it", cited, "BASE_NOT_LIVE", made(715, 710, story.ids[710]), author=who["b1"])
    story.bad(716, 710, 432, "by the child's phone", ["R-MEM-010"], TABLE, made(716, 432), author=who["kid"])
    story.bad(717, 710, 432, "by the TV", ["R-MEM-010", "R-ROLE-001"], TABLE, made(717, 432), author=who["tv"])
    alone = lambda h: (h.ClearField("dependant"), h.generations.pop())[:0]
    story.bad(718, 710, 432, "about no dependant", ["R-MEM-010"], "MALFORMED", made(718, 432), edit=alone)
    theirs = story.law(story.a)
    made(719, 432)
    mine = made(719, 432)
    story.ok(719, 432, "a list of the other guardian", cited, mine, author=who["b1"])
    leave = story.member(720, 719, 2, theirs)
    title = "the other guardian leaves, and the list with them"
    story.ok(720, 719, title, ["R-CONS-026"], leave, author=who["b1"], ended=[story.ids[430], mine.document_id])
