"""Area fork: what proves that a relay told two stories, and what does not (R-MOVE-001)."""

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem

from .common import NOW, Counter, Device, File, flip
from .drafts import entry_at, setting
from .family import Relay, broken
from .guardians import consent

BEFORE = 498  # three guardians, two phones of a and of b, a TV


def fork():
    file = File(
        "fork",
        "proofs",
        "Two bookmarks, or two entries that claim one place: do they prove a fork? The household is that behind the vector of the "
        "log that `after` names, `handle` that of its anchor. `served` says of each entry whether a relay of the constitution "
        "served it to the member itself, `witnesses` are what else it holds.",
        ["R-MOVE-001", "R-MOVE-015"],
    )
    story = consent(Device("founder")).three
    file.shared = {"after": f"log/{BEFORE}", "handle": story.home.handle}
    bookmarks(file, story)
    entries(file, story)
    return file


def bookmarks(file, story):
    one, other = (3, bytes([1]) * 32), (3, bytes([2]) * 32)
    given = lambda *marks: {"bookmarks": [mark.bookmark.SerializeToString() for mark in marks]}
    mark = lambda head, time=NOW, **how: story.mark(None, time, head=head, **how)
    cited, no = ["R-MOVE-001"], {"fork": False}
    file.ok(1, "two bookmarks of one place, with different heads", cited, given(mark(one), mark(other)), {"fork": True})
    file.ok(2, "the same, years apart", cited, given(mark(one), mark(other, NOW + 10**8)), {"fork": True})
    elsewhere = Relay("three-home", flip(story.home.handle))
    stranger = Relay("stranger", story.home.handle)
    restored = mark(other)
    restored.bookmark.bookmark.relay_epoch = 2
    text = wire.transcript("bookmark", story.home.handle, 2, 3, other[1], NOW)
    restored.bookmark.bookmark.signature = story.home.key.sign(text)
    rows = [
        ("one head twice", given(mark(one), mark(one, NOW + 60))),
        ("of two places", given(mark(one), mark((4, other[1])))),
        ("of two relays", given(mark(one), mark(other, relay_=story.spare))),
        ("of two handles", given(mark(one), mark(other, relay_=elsewhere))),
        ("of two relay epochs", given(mark(one), restored)),
        ("of a relay that the constitution does not name", given(mark(one, relay_=stranger), mark(other, relay_=stranger))),
        ("a broken signature", given(mark(one), broken(mark(other)))),
        ("the second is signed by another relay's key", given(mark(one), mark(other, signer=story.spare))),
    ]
    for number, (defect, inputs) in enumerate(rows, 3):
        file.bad(number, 1, defect, ["R-MOVE-001", "R-MOVE-015"] if "epochs" in defect else cited, inputs, None, no)


def entries(file, story):
    who, node, house = story.who, story.nodes[BEFORE], story.house(BEFORE)
    a2, b1, b2, c1, tv, founder = who["a2"], who["b1"], who["b2"], who["c1"], who["tv"], story.founder
    here = node.seq, node.head

    def names(text, author, place=here, change=None, **how):
        content = mem.IdentitySection(dependant_name=text).SerializeToString()
        made = wire.draft(house, doc.PAYLOAD_TYPE_IDENTITY, {16: content}, story.child, random=Counter(f"fork draft {text}"))
        entry = entry_at(house, author, made, *place, f"fork {text}", **how)
        if change:
            change(entry)
        return entry

    left, right = names("left", founder), names("right", b1)

    def given(one=left, other=right, served=(False, False), witnesses=()):
        return {"entries": [one.SerializeToString(), other.SerializeToString()], "served": list(served), "witnesses": list(witnesses)}

    def witness(kind, message):
        return {kind: message.SerializeToString()}

    head = lambda entry: (node.seq, wire.entry_hash(entry))
    beat = lambda device, entry=right, **how: witness("register", story.beat(BEFORE, NOW, device, head=head(entry), **how).beat)
    mark = lambda entry=right, **how: witness("bookmark", story.mark(None, NOW, head=head(entry), **how).bookmark)
    behind = lambda author, entry=right: witness("entry", names(f"behind {author.id.hex()}", author, (node.seq + 1, wire.entry_hash(entry))))
    cited, yes, no, seen = ["R-MOVE-001"], {"fork": True}, {"fork": False}, mark(left)
    both = [seen, mark()]
    rows = [
        (20, "bookmarks name both", given(witnesses=both)),
        (21, "an entry of another guardian stands behind the second", given(witnesses=[seen, behind(a2)])),
        (22, "a beat of another guardian names the second", given(witnesses=[seen, beat(a2)])),
        (23, "a beat of the TV names the second", given(witnesses=[seen, beat(tv)])),
        (24, "a report of the TV names the second", given(witnesses=[seen, beat(tv, payload_type=65)])),
        (25, "two entries of one device", given(other=(second := names("second", founder)), witnesses=[seen, mark(second)])),
        (26, "a relay served both to the member", given(served=(True, True))),
        (27, "a relay served the first, a bookmark names the second", given(served=(True, False), witnesses=[mark()])),
        (28, "an entry of another guardian stands behind each", given(witnesses=[behind(c1, left), behind(a2)])),
    ]
    for number, title, inputs in rows:
        file.ok(number, title, cited, inputs, yes)

    strange = Device("fork stranger")
    another = lambda e: setting(body=flip(e.body))(e)

    def instead(*what, **how):
        other = names(*what, **how)
        return given(other=other, witnesses=[seen, mark(other)])

    epochs, place = ["R-MOVE-001", "R-MOVE-015"], node.seq
    stranger = Relay("stranger", story.home.handle)
    broken_beat = witness("register", broken(story.beat(BEFORE, NOW, a2, head=head(right))).beat)
    broken_mark = witness("bookmark", broken(story.mark(None, NOW, head=head(right))).bookmark)
    rows = [
        (30, 20, "one entry twice", cited, given(other=left, witnesses=both)),
        (31, 20, "of two relay epochs", epochs, instead("later", b1, edit=setting(relay_epoch=2))),
        (32, 20, "behind two entries", cited, instead("elsewhere", b1, (place, bytes(32)))),
        (33, 20, "of two places", cited, instead("next", b1, (place + 1, node.head))),
        (34, 20, "by a device that is not live", cited, instead("stranger", strange)),
        (35, 20, "signed with another key", cited, instead("posing", Device("fork posing").posing_as(b1))),
        (36, 20, "for another household", cited, instead("abroad", b1, edit=setting(log_id=bytes(32)))),
        (37, 20, "one entry, and the same with another body than it signed", cited, instead("left", founder, change=another)),
        (38, 27, "a lost race: the second was never served", cited, given(served=(True, False))),
        (39, 20, "nobody saw either", cited, given()),
        (40, 20, "somebody saw only the first", cited, given(witnesses=[seen])),
        (41, 22, "a beat of the second's own author names it", cited, given(witnesses=[seen, beat(b1)])),
        (42, 22, "a beat of its author's other phone names it", cited, given(witnesses=[seen, beat(b2)])),
        (43, 21, "its own author stands behind it", cited, given(witnesses=[seen, behind(b1)])),
        (44, 21, "its author's other phone stands behind it", cited, given(witnesses=[seen, behind(b2)])),
        (45, 22, "both witnesses name the first", cited, given(witnesses=[seen, beat(c1, left)])),
        (46, 22, "a beat with a broken signature", cited, given(witnesses=[seen, broken_beat])),
        (47, 20, "a bookmark of a relay that the constitution does not name", cited, given(witnesses=[seen, mark(relay_=stranger)])),
        (48, 20, "a bookmark with a broken signature", cited, given(witnesses=[seen, broken_mark])),
        (49, 22, "a beat of who is no member", cited, given(witnesses=[seen, beat(strange)])),
    ]
    for number, of, defect, cited_, inputs in rows:
        file.bad(number, of, defect, cited_, inputs, None, no)
