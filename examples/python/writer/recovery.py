"""Area log, a household of one: a page with a secret brings back who has lost every phone (R-CONS-017 to R-CONS-019)."""

from cryptography.hazmat.primitives.asymmetric import ed25519, x25519

import parcep_wire as wire

from .common import Counter, Device
from .family import TABLE, WEEK, Family, people

USES = {1: "seed of the signing key", 2: "sealing key", 3: "seed of the access key", 4: "device id"}


def derived(secret, log_id, use):
    """R-CONS-018."""
    return wire.hkdf(secret, b"", wire.transcript("recovery", log_id, use), 32)


class Page(Device):
    """The device that a recovery secret stands for."""

    def __init__(self, secret, log_id):
        super().__init__("page")
        self.signing = ed25519.Ed25519PrivateKey.from_private_bytes(derived(secret, log_id, 1))
        self.sealing = x25519.X25519PrivateKey.from_private_bytes(derived(secret, log_id, 2))
        self.access = ed25519.Ed25519PrivateKey.from_private_bytes(derived(secret, log_id, 3))
        self.id = derived(secret, log_id, 4)[:16]
        self.signing_public = self.signing.public_key().public_bytes_raw()
        self.sealing_public = self.sealing.public_key().public_bytes_raw()
        self.access_public = self.access.public_key().public_bytes_raw()


def add_to(file, founder):
    """610 to 649."""
    story = Family(file, "recovery", founder)
    who = people("recovery", "a")
    page = Page(Counter("recovery secret")(32), story.log_id)
    new, tv, kid = who["a1"], who["tv"], who["kid"]
    story.genesis(610, "genesis with a recovery key", ["R-MEM-002", "R-CONS-017"], recovery=[page])
    story.ok(611, 610, "a TV of the child", ["R-MEM-005"], story.point(611, 610, tv))
    story.ok(612, 611, "a phone of the child", ["R-MEM-004"], story.devices(612, 611, story.child, kid))
    story.ok(613, 612, "rules", ["R-DOC-008"], story.layer(613, 612))

    back = story.device_list(story.a, new, recovery=[page])
    cited = ["R-CONS-019"]
    base = story.ids[610]
    asked = story.propose(614, 613, 3, back, base)
    story.ok(614, 613, "the page proposes a new phone in the place of the lost one", cited, asked, author=page, told={"open": 1})
    at_once = story.devices(615, 613, story.a, new, recovery=[page])
    story.bad(615, 614, 613, "the page writes the new devices at once", [*cited, "R-MEM-004"], TABLE, at_once, author=page)
    law = story.propose(616, 613, 2, story.law(story.a, caps=60), base)
    story.bad(616, 614, 613, "the page proposes a constitution", cited, TABLE, law, author=page)
    theirs = story.propose(617, 613, 3, story.device_list(story.child, new), story.ids[612])
    story.bad(617, 614, 613, "the page proposes devices of the child", cited, TABLE, theirs, author=page)
    none = story.propose(618, 613, 3, story.device_list(story.a, recovery=[page]), base)
    story.bad(618, 614, 613, "the page proposes that no phone is left", ["R-MEM-016", "R-CONS-001"], "MALFORMED", none, author=page)
    stale = story.propose(619, 613, 3, back, story.ids[613])
    story.bad(619, 614, 613, "the page names another document than that of the devices", ["R-CONS-001"], "BASE_NOT_LIVE", stale, author=page)
    taken = story.propose(620, 613, 3, story.device_list(story.a, kid, recovery=[page]), base)
    story.bad(620, 614, 613, "the page proposes the child's phone", ["R-MEM-011", "R-CONS-001"], TABLE, taken, author=page)

    week = lambda delay=WEEK: (story.marks(614, delay=delay), story.beats(614, tv, delay=delay))
    delayed = ["R-CONS-019", "R-CONS-008"]
    effect = lambda number, *proof, after=614: story.effect(number, after, 614, *proof)
    story.ok(621, 614, "a week later, by the times of the relay and the TV", delayed, effect(621, *week()), author=page, told={"open": 0})

    def bad(number, defect, made, cited=delayed, author=page, after=614, of=621, reason=TABLE, **how):
        story.bad(number, of, after, defect, cited, reason, made, author=author, **how)

    bad(622, "a second before the week is over", effect(622, *week(WEEK - 1)))
    profit = story.marks(614), story.beats(614, story.founder)
    bad(623, "the time of the phone that is replaced: its owner profits", effect(623, *profit))
    own = story.marks(614), story.beats(614, page)
    bad(624, "the time of the page itself", effect(624, *own))
    bad(625, "the time of the relay only", effect(625, story.marks(614)))
    bad(626, "by the child's phone", effect(626, *week()), author=kid, cited=["R-CONS-009"])
    story.ok(627, 614, "the lost phone was not lost: it stops the recovery", [*cited, "R-CONS-010"], story.cancel(627, 614, 614), told={"open": 0})
    bad(628, "after it was stopped", effect(628, *week(), after=627), after=627, cited=["R-CONS-010"])
    story.ok(629, 614, "the page stops it", [*cited, "R-CONS-010"], story.cancel(629, 614, 614), author=page, told={"open": 0})
    early = story.names(630, 614)
    bad(630, "the page writes names meanwhile", early, cited=cited, of=613)
    bad(631, "the page approves its own proposal", story.approve(631, 614, 614), cited=[*cited, "R-CONS-002"])
    changed = story.devices(632, 614, story.a, story.founder, who["a2"], recovery=[page])
    story.ok(632, 614, "the phone adds another one: the proposal has lost its base", ["R-CONS-006"], changed, told={"open": 0})
    bad(633, "after the devices have changed", effect(633, *week(), after=632), after=632, cited=["R-CONS-006"])
    bad(634, "the child's phone stops the recovery", story.cancel(634, 614, 614), author=kid, cited=["R-CONS-010"], of=627)

    seed = {"sealing_seed": new.sealing_seed}
    names = story.names(635, 621)
    bad(635, "names before the epoch that a recovery needs", names, cited=["R-EPOCH-012"], author=new, after=621, of=637, reason="EPOCH_NEEDED")
    fresh = story.epoch(636, 621, 2, [new], renewed=[(story.child, 2)])
    story.ok(636, 621, "the new phone writes the epoch", ["R-CONS-019", "R-EPOCH-012"], author=new, told={"served": True}, rest=seed, **fresh)
    story.ok(637, 636, "the new phone writes names", cited, story.names(637, 636), author=new, rest=seed)
    late = story.names(638, 636)
    bad(638, "the lost phone writes names", late, cited=["R-MEM-007"], author=story.founder, after=636, of=637, reason="BAD_SIGNATURE", rest=seed)
    fresh = story.epoch(639, 621, 2, [new], renewed=[(story.child, 2)])
    bad(639, "the page writes the epoch", cited=cited, after=621, of=636, rest=seed, **fresh)
    known = story.epoch(640, 621, 2, [new], kept=[(story.child, 1)])
    bad(640, "an epoch in which the secret goes on that the lost phone knows", cited=["R-EPOCH-014"], after=621, of=636, author=new, rest=seed, **known)
