"""Area log: what a faulty relay or a careless member might put into the chain."""

from .common import Device, flip
from .drafts import setting


def add_to(story):
    """Behind the vector 20."""
    chain(story)
    shapes(story)


def chain(story):
    """What a faulty relay might serve behind the vector 20."""
    node = story.nodes[20]
    made = lambda number: story.identity(number, 20, base=story.base(20))
    story.base = lambda after: next(iter(story.nodes[after].live))

    def bad(number, defect, cited, reason, outcome="refused", **how):
        story.bad(number, 40, 20, defect, cited, reason, made(number), outcome, **how)

    place = ["R-LOG-004"]
    bad(60, "one place too far", place, "GAP", place=(node.seq + 1, bytes([3]) * 32))
    bad(61, "behind another entry, and signed so", [*place, "R-LOG-006"], "FORK", place=(node.seq, bytes([3]) * 32))
    other = lambda e: setting(prev=flip(e.prev))(e)
    bad(62, "behind another entry, and not signed so", [*place, "R-LOG-006"], "WRONG_PLACE", change=other)
    known = story.nodes[1]
    bad(63, "another entry for a known place, and signed for it", ["R-LOG-005", "R-LOG-006"], "FORK", place=(known.seq, known.head))
    bad(64, "another entry for a known place, and not signed for it", ["R-LOG-005", "R-LOG-006"], "ROLLBACK", change=setting(seq=1))
    here, later = ["R-DOC-004", "R-LOG-009", "R-LOG-012"], "skipped"
    bad(65, "signed for another place", here, "WRONG_PLACE", later, edit=setting(seq=9))
    bad(66, "signed behind another entry", here, "WRONG_PLACE", later, edit=setting(prev=bytes([3]) * 32))
    bad(67, "another slot outside", here, "WRONG_PLACE", later, change=setting(slot=b"slot"))
    first = lambda h: setattr(h.generations[0], "generation", 2)
    bad(68, "another first generation inside", here, "WRONG_PLACE", later, edit=first)
    body = ["R-DOC-022", "R-LOG-007", "R-LOG-009", "R-LOG-012"]
    bad(69, "another body", body, "BODY_MISMATCH", later, change=lambda e: setting(body=flip(e.body))(e))
    runs(story)


def runs(story):
    """320 to 329: behind entries that nobody can vouch for (R-LOG-009)."""
    first = story.base(20)
    names = lambda number, after: story.identity(number, after, base=first)
    skipped, instead = ["R-LOG-009"], (story.nodes[20].seq, story.nodes[20].head)
    story.ok(320, 65, "an entry behind one that is signed for another place: that one is void", skipped, names(320, 65))
    story.ok(321, 65, "another entry in its place: what was skipped is dropped", skipped, names(321, 65), place=instead)
    story.ok(322, 69, "an entry behind one with another body: that one is void", skipped, names(322, 69))
    story.ok(323, 69, "another entry in its place: what was skipped is dropped", skipped, names(323, 69), place=instead)
    late = names(324, 320)
    place = [*skipped, "R-LOG-005"]
    story.bad(324, 321, 320, "in the place of what was confirmed, and signed for it", place, "FORK", late, "refused", place=instead)
    far = story.nodes[65].seq + 1, bytes([3]) * 32
    story.bad(325, 320, 65, "one place too far, behind what was skipped", [*skipped, "R-LOG-004"], "GAP", names(325, 65), "refused", place=far)
    nobody = Device("nobody").posing_as(story.founder)
    story.bad(326, 320, 65, "signed with another key, behind what was skipped", ["R-DOC-003"], "BAD_SIGNATURE", names(326, 65), author=nobody)
    title = "another entry in the place of what was skipped: a wrong signature behind it has vouched for nothing"
    story.ok(327, 326, title, skipped, names(327, 326), place=instead)
    more = names(328, 65)
    story.bad(328, 320, 65, "signed for another place as well", skipped, "WRONG_PLACE", more, "skipped", edit=setting(seq=9))
    story.ok(329, 328, "another entry in the place of the first of two", skipped, names(329, 328), place=instead)


def shapes(story):
    cited = ["R-LOG-002"]
    rows = [
        ("no generation", cited, "MALFORMED", setting(generation=0)),
        ("a short predecessor", cited, "MALFORMED", lambda e: setting(prev=e.prev[:31])(e)),
        ("a header off the grid", cited, "MALFORMED", lambda e: setting(header=e.header[:-1])(e)),
        ("no header", cited, "MALFORMED", setting(header=b"")),
        ("a header above 16 KiB", [*cited, "R-WIRE-006"], "TOO_LARGE", setting(header=bytes(17 * 1024))),
        ("a body that is no power of two", cited, "MALFORMED", setting(body=bytes(1536))),
        ("a body below 1 KiB", cited, "MALFORMED", setting(body=bytes(512))),
        ("no bytes in the body", cited, "MALFORMED", setting(body=b"")),
        ("a slot above 32 bytes", [*cited, "R-WIRE-006"], "TOO_LARGE", setting(slot=bytes(33))),
        ("a body and its hash", cited, "MALFORMED", setting(body_hash=bytes(32))),
        ("neither body nor hash", cited, "MALFORMED", setting(body=None)),
        ("a short hash for a body", cited, "MALFORMED", lambda e: setting(body=None, body_hash=bytes(31))(e)),
    ]
    zeros = {"body_zeros": 2 * 1024 * 1024}
    rows.append(("a body above 1 MiB: `body_zeros` zero bytes", [*cited, "R-WIRE-006"], "TOO_LARGE", setting(body=None)))
    for number, (defect, cited, reason, change) in enumerate(rows, 70):
        made = story.identity(number, 20, base=story.base(20))
        rest = zeros if "body_zeros" in defect else None
        story.bad(number, 40, 20, defect, cited, reason, made, "refused", change=change, rest=rest)
