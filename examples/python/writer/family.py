"""Households of several guardians: what they propose, what they consent to, and how they prove that a week has passed."""

from cryptography.hazmat.primitives.asymmetric import ed25519

import parcep_wire as wire
from parcep.v1alpha1 import consent_pb2 as con
from parcep.v1alpha1 import document_pb2 as doc
from parcep.v1alpha1 import membership_pb2 as mem
from parcep.v1alpha1 import register_pb2 as reg
from parcep.v1alpha1 import relay_pb2 as relay
from parcep.v1alpha1 import welcome_pb2 as wel

from .common import NOW, Counter, Device, flip
from .drafts import commitments, secret_set, wraps_for
from .logs import Log, founding

TABLE = "NOT_PERMITTED_BY_TABLE"
WEEK, FORTNIGHT = 604_800, 1_209_600

CONSTITUTION, DEVICES, POINT = doc.PAYLOAD_TYPE_CONSTITUTION, doc.PAYLOAD_TYPE_PRINCIPAL_DEVICES, doc.PAYLOAD_TYPE_ENFORCEMENT_POINT
EPOCH, LAYER, REMOVAL = doc.PAYLOAD_TYPE_EPOCH, doc.PAYLOAD_TYPE_POLICY_LAYER, doc.PAYLOAD_TYPE_REMOVE_ENFORCEMENT_POINT
PROPOSAL, APPROVE, EFFECT = doc.PAYLOAD_TYPE_PROPOSAL, doc.PAYLOAD_TYPE_APPROVE, doc.PAYLOAD_TYPE_EFFECT
CANCEL, RESOLVE, MOVED, ERASE = (
    doc.PAYLOAD_TYPE_CANCEL, doc.PAYLOAD_TYPE_RESOLVE, doc.PAYLOAD_TYPE_MOVED, doc.PAYLOAD_TYPE_ERASE,
)
KIND = {
    CONSTITUTION: 3, DEVICES: 4, POINT: 5, EPOCH: 6, PROPOSAL: 7, APPROVE: 8, EFFECT: 9, CANCEL: 10, RESOLVE: 11, MOVED: 12,
    REMOVAL: 13, ERASE: 14,
}


class Relay:
    """A relay with a key of its own."""

    def __init__(self, name, handle=None):
        self.uri = f"https://{name}.example:7443"
        self.key = ed25519.Ed25519PrivateKey.from_private_bytes(Counter(f"relay {name}")(32))
        self.public = self.key.public_key().public_bytes_raw()
        self.handle = handle or Counter(f"handle {name}")(16)

    def message(self):
        return mem.RelayRef(uri=self.uri, relay_key=self.public)


class Family(Log):
    """A household, with its people by letter: guardians a, b, c, d and the dependants."""

    def __init__(self, file, name, founder):
        random = Counter(f"family {name}")
        super().__init__(file, random(32), founder)
        self.name, self.random = name, random
        self.guardian = self.a = random(16)
        self.child = random(16)
        self.b, self.c, self.d, self.other = random(16), random(16), random(16), random(16)
        handle = Counter(f"handle {name}")(16)  # the same at every relay (R-MOVE-023)
        slug = name.replace(" ", "-")
        self.home, self.spare = Relay(f"{slug}-home", handle), Relay(f"{slug}-spare", handle)
        self.kind = KIND
        self.phone = founder
        self.ids = {}  # number of a vector -> id of its document
        self.proposed = {}  # number of a vector -> (hash, base) of what it proposes

    # --- documents ------------------------------------------------------------------------------

    def law(self, *guardians, threshold=1, dependants=None, relays=None, caps=3600):
        rows = [g if isinstance(g, mem.Guardian) else mem.Guardian(principal_id=g) for g in guardians]
        dependants = dependants or [self.child]
        return mem.Constitution(
            guardians=rows,
            dependants=[d if isinstance(d, mem.Dependant) else mem.Dependant(principal_id=d) for d in dependants],
            threshold=threshold,
            relays=[(r if isinstance(r, mem.RelayRef) else r.message()) for r in (relays or [self.home, self.spare])],
            caps=mem.Caps(extra_time_seconds=caps),
            min_reader=1,
        )

    def genesis(self, number, title, cited, law=None, recovery=(), siblings=()):
        """`siblings` are further dependants, each with a secret that the founder holds."""
        held = {who: Counter(f"sibling {self.name} {n}")(32) for n, who in enumerate(siblings)}

        def change(constitution, devices, epoch):
            constitution.CopyFrom(law or self.law(self.a))
            for device in recovery:
                row = devices.devices.add()
                row.CopyFrom(device.message())
                row.role = mem.DEVICE_ROLE_RECOVERY
            for who, secret in held.items():
                epoch.dependants.append(commitments(who, 1, secret))

        made, house = founding(self, change, number)
        entry = self.entry(number, None, made, house=house)
        rest = {"log_id": self.log_id, "genesis_hash": wire.entry_hash(entry)}
        self.ok(number, None, title, cited, made, house=house, rest=rest, told={"served": True})
        for who, secret in held.items():
            self.nodes[number].secrets[who, 1] = secret
        self.ids[number] = made.document_id

    def member(self, number, after, payload_type, message, **rest):
        """A document with one section of the household."""
        content = message if isinstance(message, bytes) else message.SerializeToString()
        made = self.draft(number, after, payload_type, {KIND[payload_type]: content}, **rest)
        self.ids[number] = made.document_id
        return made

    def devices(self, number, after, who, *devices, recovery=()):
        return self.member(number, after, DEVICES, self.device_list(who, *devices, recovery=recovery))

    def device_list(self, who, *devices, recovery=()):
        message = mem.PrincipalDevices(principal_id=who, devices=[d.message() for d in [*devices, *recovery]])
        for row in message.devices[len(devices) :]:
            row.role = mem.DEVICE_ROLE_RECOVERY
        return message

    def point(self, number, after, keys, whose=None, of=None, category=mem.PEP_CATEGORY_TV):
        message = mem.EnforcementPoint(
            device_id=(of or keys).id, signing_key=keys.signing_public, sealing_key=keys.sealing_public,
            category=category, dependants=whose or [self.child],
        )
        return self.member(number, after, POINT, message)

    def layer(self, number, after, base=None, dependant=None):
        """A layer with a profile only."""
        made = self.draft(number, after, LAYER, {17: b"\x0a\x03UTC"}, dependant or self.child, base)
        self.ids[number] = made.document_id
        return made

    def names(self, number, after, base=None, dependant=None):
        made = self.identity(number, after, base=base, dependant=dependant)
        self.ids[number] = made.document_id
        return made

    def epoch(self, number, after, generation, to, renewed=(), kept=(), first=()):
        """An epoch: `renewed`, `kept` and `first` are (dependant, generation); `to` gets the secrets of renewed and first."""
        random = Counter(f"log epoch {number}")
        house = self.house(after)
        household = random(32)
        house.secrets[b"", generation] = household
        given, rows = [(None, generation, None, household)], []
        for who, theirs in [*renewed, *first]:
            house.secrets[who, theirs] = random(32)
            given.append((who, theirs, None, house.secrets[who, theirs]))
        for who, theirs in [*renewed, *kept, *first]:
            rows.append(commitments(who, theirs, house.secrets[who, theirs]))
        wraps = wraps_for(self.log_id, generation, [(device, secret_set(given)) for device in to], random)
        body = mem.EpochBody(
            number=generation,
            household_commitment=wire.secret_commitment(household, b"", generation, 0),
            dependants=rows,
        )
        made = self.draft(number, after, EPOCH, {6: body.SerializeToString()}, wraps=wraps, house=house)
        return {"made": made, "house": house}

    # --- consent --------------------------------------------------------------------------------

    def hash_of(self, payload_type, base, content, log_id=None):
        return wire.sha256(wire.transcript("proposal", log_id or self.log_id, payload_type, base, content))

    def accept(self, digest, principal, device, signer=None, log_id=None, **fields):
        """A newcomer's consent; `fields` are signed otherwise than what is true."""
        made = con.Accept(
            proposal_hash=digest, principal_id=principal, device_id=device.id, signing_key=device.signing_public,
            sealing_key=device.sealing_public,
        )
        for name, value in fields.items():
            setattr(made, name, value)
        text = wire.transcript(
            "accept", log_id or self.log_id, made.proposal_hash, made.principal_id, made.device_id, made.signing_key, made.sealing_key
        )
        made.signature = (signer or device).signing.sign(text)
        return made

    def propose(self, number, after, payload_type, message, base, joins=(), accepts=None, change=None):
        """A proposal; `joins` are (principal, device), each with an accept of its own."""
        content = message if isinstance(message, bytes) else message.SerializeToString(deterministic=True)
        digest = self.hash_of(payload_type, base, content)
        self.proposed[number] = digest, base
        made = con.Proposal(payload_type=payload_type, content=content, base=base)
        made.accepts.extend(accepts(digest) if accepts else [self.accept(digest, *who) for who in joins])
        if change:
            change(made)
        return self.member(number, after, PROPOSAL, made)

    def approve(self, number, after, of, digest=None, base=None):
        known = self.proposed[of]
        return self.member(number, after, APPROVE, con.Approval(proposal_hash=digest or known[0], base=base or known[1]))

    def effect(self, number, after, of, *proof, digest=None):
        return self.member(number, after, EFFECT, con.Effect(proposal_hash=digest or self.proposed[of][0], proof=proof))

    def cancel(self, number, after, of, *proof):
        return self.member(number, after, CANCEL, con.Cancel(proposal_hash=self.proposed[of][0], proof=proof))

    # --- statements -----------------------------------------------------------------------------

    def at(self, number):
        """Place and hash of the entry of a vector."""
        return self.nodes[number].seq - 1, self.nodes[number].head

    def mark(self, number, time, relay_=None, signer=None, head=None):
        by = relay_ or self.home
        seq, digest = head or self.at(number)
        signed = wire.transcript("bookmark", by.handle, 1, seq, digest, time)
        bookmark = relay.Bookmark(seq=seq, head=digest, time=time, relay_epoch=1, signature=(signer or by).key.sign(signed))
        return con.Statement(bookmark=con.SignedBookmark(relay_key=by.public, handle=by.handle, bookmark=bookmark))

    def beat(self, number, time, device, signer=None, log_id=None, payload_type=64, head=None, as_beat=False):
        seq, digest = head or self.at(number)
        node = self.nodes[number]
        name = wire.register_name(node.secrets[b"", 1], payload_type, device.id)
        if payload_type == 64 or as_beat:
            payload = reg.Beat(
                time=time, head=wel.HeadRef(seq=seq, hash=digest), generations=[doc.GenerationUse(generation=1)],
                live_root=wire.live_root(node.live.values()),
            )
        else:
            payload = reg.AppliedReport(
                dependant_id=self.child, head=wel.HeadRef(seq=seq, hash=digest), zone_database="2026b", semantics=1,
            )
        document = reg.RegisterDocument(
            log_id=log_id or self.log_id, name=name, version=time - NOW + 1, payload_type=payload_type,
            author_device=device.id, issued_at=time, payload=payload.SerializeToString(),
        ).SerializeToString()
        signed = reg.SignedRegister(
            document=document, payload_type=payload_type, author_device=device.id,
            signature=(signer or device).signing.sign(wire.transcript("register", payload_type, document)),
        )
        return con.Statement(beat=signed)

    def marks(self, number, later=None, delay=WEEK, relay_=None):
        """A relay's pair; `number` and `later` are the vectors whose entries are the heads."""
        return span(self.mark(number, NOW, relay_), self.mark(later or number, NOW + delay, relay_))

    def beats(self, number, device, later=None, delay=WEEK, **how):
        return span(self.beat(number, NOW + 60, device, **how), self.beat(later or number, NOW + 60 + delay, device, **how))


def span(earlier, later):
    return con.Span(earlier=earlier, later=later)


def people(name, letters="abcd"):
    """Two phones of each guardian, by letter and number, a phone of the child, a TV, and keys to change to."""
    devices = {f"{letter}{n}": Device(f"{name} {letter}{n}") for letter in letters for n in (1, 2)}
    return {**devices, "kid": Device(f"{name} kid"), "tv": Device(f"{name} tv"), "tv2": Device(f"{name} tv, second keys")}


def broken(statement):
    """The same statement with one bit of its signature changed."""
    made = con.Statement()
    made.CopyFrom(statement)
    if made.HasField("beat"):
        made.beat.signature = flip(made.beat.signature)
    else:
        made.bookmark.bookmark.signature = flip(made.bookmark.bookmark.signature)
    return made
