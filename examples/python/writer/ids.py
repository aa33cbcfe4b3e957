"""Area log: which ids of documents are taken (R-DOC-017), behind the vector 50."""

import parcep_wire as wire
from parcep.v1alpha1 import document_pb2 as doc

from .common import Counter
from .drafts import setting

# For so many places the id of a policy document is remembered.
REMEMBERED = 2048


def add_to(story):
    """236 to 257."""
    made = plans(story)
    made.update(acts(story))
    again(story, made)


def override(story, number, after, base=None, random=None):
    house = story.house(after)
    random = random or Counter(f"log draft {number}")
    return wire.draft(house, doc.PAYLOAD_TYPE_OVERRIDE, {27: b"\x0a\x01x"}, story.child, base, (), random)


def plans(story):
    """Nine overrides that begin later, each in the place of the one before."""
    first = override(story, 236, 50)
    story.ok(236, 50, "an override, before nine that are planned", ["R-DOC-024"], first)
    made = {236: first}
    for number in range(237, 246):
        before = number - 1
        made[number] = override(story, number, before, made[before].document_id)
        later = setting(not_before=4_102_444_800 + number)
        title = f"planned one {number - 236}, in the place of the one before"
        story.ok(number, before, title, ["R-DOC-024", "R-LOG-008"], made[number], edit=later)
    return made


def acts(story):
    """An override that is over at once."""
    cited = ["R-DOC-008"]
    one = override(story, 246, 245)
    story.ok(246, 245, "an override that holds for one place", cited, one)
    story.ok(247, 246, "the one that ends it", cited, override(story, 247, 246, one.document_id))
    story.ok(248, 247, "one more beside it", cited, override(story, 248, 247))
    return {246: one}


def again(story, made):
    """Drafts that had effect, signed for a place far behind."""
    cited = ["R-DOC-017"]
    many = REMEMBERED - 2
    story.fill(249, 248, 247, f"{many} entries sealed under nobody's secret", many)
    story.ok(250, 249, "an override behind them", ["R-LOG-009"], override(story, 250, 249))
    story.fill(251, 250, 249, "one such entry more", 1)
    title = "the id of an override that had its effect 2 049 places before, and is over"
    story.ok(252, 251, title, cited, made[246])
    reason = "DUPLICATE_DOCUMENT"
    story.bad(253, 252, 249, "2 048 places before", cited, reason, made[246])
    story.bad(254, 252, 251, "the id of one that is live", cited, reason, made[245])
    waits = [*cited, "R-DOC-024"]
    story.bad(255, 252, 251, "the id of the eighth that holds until others begin", waits, reason, made[237])
    story.ok(256, 251, "the id of the ninth, which is forgotten", waits, made[236])
    genesis = override(story, 257, 251, random=Counter("log draft 1"))
    story.bad(257, 252, 251, "the id of genesis", cited, reason, genesis)
