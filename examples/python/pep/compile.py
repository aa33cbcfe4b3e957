"""The policy of one dependant as this device can read it (R-DOC-014, R-DOC-018, R-DOC-024, R-POL-020)."""

from dataclasses import dataclass, field

from . import names
from .calendar import Days, zone
from .document import section_content, too_large, too_old
from .household import LAYER, LIST, OVERRIDE, kinds_of_category
from .registry import SECTION_NAMES, SECTIONS, sections_of
from .needs import beyond
from .overrides import read_override
from .policy import Layer, Policy
from .sections import READERS, read_profile, read_section
from .wire import Refused, require, sha256

SAFETY = {"app", "web", "rating", "communication", "spending", "feature", "age"}
PROFILE = SECTIONS["PROFILE"]


@dataclass
class Compiled:
    """The policy, and what a report says about sections: kind of section → PENDING or ERROR."""

    policy: Policy
    states: dict = field(default_factory=dict)


class Compiler:
    def __init__(self, house, keyring, point, dependant, lower, device_zone=None):
        self.house, self.keyring, self.point, self.dependant = house, keyring, point, dependant
        self.lower, self.device_zone = lower, device_zone
        self.kinds = kinds_of_category(point)
        self.out = Compiled(Policy())

    def compiled(self):
        house, policy = self.house, self.out.policy
        live = [l for l in house.live.values() if l.header.dependant == self.dependant]
        layers = {l.principal: l for l in live if l.line[0] == LAYER}
        for principal in house.guardians:  # in the order of the constitution
            current = self.begun(layers.get(principal))
            if current is not None:
                policy.layers.append(self.layer(current))
        for document in live:
            current = self.begun(document) if document.line[0] == OVERRIDE else None
            if current is not None:
                self.add_act(current)
        policy.custody = [
            (getattr(interval, "from"), interval.until, guardian.principal_id.hex())
            for guardian in house.constitution.guardians
            for interval in guardian.custody
            if interval.dependant_id == self.dependant
        ]
        caps = house.constitution.caps
        policy.extra_time_cap = caps.extra_time_seconds if caps.HasField("extra_time_seconds") else 86400
        policy.unblock_max_age = caps.unblock_max_age if caps.HasField("unblock_max_age") else None
        policy.lists = self.lists()
        policy.unenforceable = beyond(policy.layers, self.point.capabilities)  # R-POL-019
        return self.out

    def begun(self, document):
        """R-DOC-024: the document, or what holds until it begins."""
        for version in (document, *document.waiting) if document else ():
            if not version.begins_later or (self.lower is not None and version.header.not_before <= self.lower):
                return version
        return None

    def author(self, document):
        return "guardian", document.principal.hex()

    def layer(self, document):
        layer = Layer(self.author(document))
        for kind in sections_of(LAYER):
            if kind not in self.kinds:
                continue
            if kind == PROFILE:
                self.profile(document)
            elif kind in READERS:
                self.section(document, kind, layer)
        return layer

    def profile(self, document):
        """R-POL-020: that of the guardian whom the constitution lists first."""
        found = self.usable(document, PROFILE, read_profile)
        if found is None or self.out.policy.days.named:
            return
        place, follows, day_start, week_start, region = found
        if follows and self.device_zone and zone(self.device_zone):
            place = zone(self.device_zone)
        self.out.policy.days = Days(place, day_start, week_start, named=True)
        self.out.policy.region = region

    def section(self, document, kind, layer):
        def read(data):
            part = Layer(layer.author)
            read_section(kind, data, part)
            return part

        part = self.usable(document, kind, read)
        if part is not None:
            layer.rules.update(part.rules | {"unknown": layer.of("unknown") + part.of("unknown")})
            layer.contacts |= part.contacts
            layer.ignore_guidance |= part.ignore_guidance

    def usable(self, document, kind, read):
        """What a section says, or what its previous version says, or None; empty says that there is nothing."""
        version = document
        while version is not None:
            try:
                data = self.content(version, kind)
                if data is not None:
                    return read(data)
                if version is document:
                    return None
                break  # an empty section holds no rules to go on with
            except Refused as refusal:
                if version is document:
                    self.trouble(kind, refusal.reason, document)
                version = version.base
        name = SECTION_NAMES[kind].lower()
        if name in SAFETY:
            self.out.policy.pending.add(name)  # R-EVAL-062
        return None

    def content(self, document, kind):
        header, entry = document.header, document.entry
        require(not too_old(header), "READER_TOO_OLD")
        require(not too_large(header, entry), "TOO_LARGE")
        secret = self.keyring.kind(self.dependant, header.generations[1].generation, kind)
        return section_content(self.house.log_id, header, entry, kind, secret)

    def trouble(self, kind, reason, document):
        """R-CAP-003: ERROR before PENDING. What was pruned is pending whatever held before (R-DOC-020)."""
        name = SECTION_NAMES[kind]
        if not document.entry.HasField("body") and name.lower() in SAFETY:
            self.out.policy.pending.add(name.lower())
        state = "PENDING" if reason == "CANNOT_OPEN" else "ERROR"
        if self.out.states.get(name) != "ERROR":
            self.out.states[name] = state

    def add_act(self, document):
        kind = SECTIONS["OVERRIDE"]
        if kind not in self.kinds:
            return

        def read(data):
            return read_override(data, self.author(document), document.header.seq)

        act = self.usable(document, kind, read)
        if act is not None:
            self.out.policy.acts.append(act)

    def lists(self):
        """R-DOC-029: whoever wrote it, a list is known by the hash of its text."""
        found = {}
        for document in self.house.live.values():
            if document.line[0] != LIST or SECTIONS["WEB"] not in self.kinds:
                continue
            reader = Compiler(self.house, self.keyring, self.point, document.header.dependant, self.lower)
            try:
                data = reader.content(document, SECTIONS["WEB"]) or b""
            except Refused:
                continue
            hosts = {names.host(line) for line in data.decode("utf-8", "replace").split("\n") if line}
            found[sha256(data)] = hosts - {None}
        return found
