"""Area log, two guardians of whom one answers for one of two dependants: who may renew what (spec/05-epochs.md)."""

from parcep.v1alpha1 import consent_pb2 as con
from parcep.v1alpha1 import membership_pb2 as mem

from .family import REMOVAL, TABLE, Family, people


def add_to(file, founder):
    """730 to 759."""
    story = Family(file, "sharing", founder)
    who = people("sharing", "ab")
    a2, b1, b2, tv = who["a2"], who["b1"], who["b2"], who["tv"]
    child, other = story.child, story.other
    pair = [child, other]
    law = lambda *dependants: story.law(story.a, mem.Guardian(principal_id=story.b, scope=[child]), dependants=dependants or pair)
    story.genesis(730, "genesis of a guardian of two dependants", ["R-MEM-002"], story.law(story.a, dependants=pair), siblings=[other])
    joined = story.propose(731, 730, 2, law(), story.ids[730], [(story.b, b1)])
    story.ok(731, 730, "a second guardian, who answers for one of them", ["R-CONS-003"], joined, told={"open": 0})
    story.ok(732, 731, "two phones of the second guardian", ["R-MEM-004"], story.devices(732, 731, story.b, b1, b2), author=b1)
    story.ok(733, 732, "two phones of the first", ["R-MEM-004"], story.devices(733, 732, story.a, founder, a2))
    story.bad(734, 735, 733, "names of the one out of scope", ["R-MEM-010"], TABLE, story.names(734, 733, dependant=other), author=b1)
    story.ok(735, 733, "names of the one in scope", ["R-MEM-010"], story.names(735, 733), author=b1)

    story.ok(736, 733, "a phone of the second guardian leaves", ["R-EPOCH-012"], story.devices(736, 733, story.b, b1), author=b1)
    scoped, taken, served = ["R-EPOCH-011"], ["R-EPOCH-014"], {"served": True}
    to = [founder, a2, b1]
    narrow = dict(renewed=[(child, 2)], kept=[(other, 1)])
    story.ok(737, 736, "the second guardian renews what is in scope", scoped, author=b1, told=served, **story.epoch(737, 736, 2, to, **narrow))

    def bad(number, of, after, defect, cited, epoch, author=b1, generation=2):
        story.bad(number, of, after, defect, cited, TABLE, author=author, **story.epoch(number, after, generation, to, **epoch))

    bad(738, 737, 736, "and what is not, too", scoped, dict(renewed=[(child, 2), (other, 2)]))
    bad(739, 737, 736, "nothing but the household's secret", taken, dict(kept=[(child, 1), (other, 1)]))

    story.ok(740, 733, "a phone of the first guardian leaves, which knew both", ["R-EPOCH-012"], story.devices(740, 733, story.a, founder))
    epoch = story.epoch(741, 740, 2, to, **narrow)
    title = "the second guardian renews one; the other secret waits for somebody in scope"
    story.ok(741, 740, title, [*scoped, *taken], author=b1, told=served, **epoch)
    story.ok(742, 741, "meanwhile the household goes on", ["R-EPOCH-012"], story.names(742, 741), author=b1)
    waits = story.epoch(743, 741, 3, to, kept=[(child, 2)], renewed=[(other, 2)])
    story.ok(743, 741, "the first guardian renews what waited, and no more", taken, told=served, **waits)
    rest = dict(renewed=[(child, 3)], kept=[(other, 1)])
    bad(744, 743, 741, "the first guardian leaves what waited", taken, rest, author=founder, generation=3)
    again = story.epoch(745, 741, 3, to, **rest)
    story.ok(745, 741, "the second guardian may leave it once more", taken, author=b1, told=served, **again)
    done = story.epoch(746, 743, 4, to, kept=[(child, 2), (other, 2)])
    story.ok(746, 743, "what was renewed waits no more", taken, told=served, **done)

    third = story.d
    more = story.member(747, 733, 2, law(child, other, third))
    story.ok(747, 733, "a third dependant", ["R-MEM-003"], more)
    made = dict(kept=[(child, 1), (other, 1)], first=[(third, 1)])
    first = ["R-EPOCH-011", "R-EPOCH-013"]
    begun = story.epoch(748, 747, 2, to, **made)
    title = "the second guardian makes the first secret of the third, who is out of scope"
    story.ok(748, 747, title, first, author=b1, told=served, **begun)
    bad(749, 748, 747, "a first secret of generation 2", first, dict(kept=[(child, 1), (other, 1)], first=[(third, 2)]))
    bad(750, 748, 747, "no row for the third", ["R-EPOCH-004", "R-EPOCH-011"], dict(kept=[(child, 1), (other, 1)]))
    bad(751, 748, 748, "the second guardian renews it", scoped, dict(kept=[(child, 1), (other, 1)], renewed=[(third, 2)]), generation=3)
    story.ok(752, 748, "names of the third", first, story.names(752, 748, dependant=third))
    story.bad(753, 752, 748, "names of the third by the second guardian", ["R-MEM-010"], TABLE, story.names(753, 748, dependant=third), author=b1)

    story.ok(754, 733, "a TV of the other", ["R-MEM-005"], story.point(754, 733, tv, whose=[other]))
    removal = con.Removal(device_id=tv.id)
    cited = ["R-CONS-016"]
    story.ok(755, 754, "the first guardian removes the TV", cited, story.member(755, 754, REMOVAL, removal))
    story.bad(756, 755, 754, "the second guardian, not in scope for whom it serves", cited, TABLE, story.member(756, 754, REMOVAL, removal), author=b1)
    story.ok(757, 754, "the other leaves the household", ["R-MEM-015"], story.propose(757, 754, 2, law(child), story.ids[731]), told={"open": 0})
    story.ok(758, 757, "the second guardian removes the TV, which serves nobody any more", cited, story.member(758, 757, REMOVAL, removal), author=b1)
