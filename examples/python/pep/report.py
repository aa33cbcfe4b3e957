"""What this device says of itself: applied reports and beats (R-REG-009 to R-REG-012, R-CAP-003 to R-CAP-007)."""

import functools

from .calendar import zone_database
from .proto import pb
from .register import APPLIED_REPORT, BEAT, seal_register
from .seal import register_name
from .ratings import find
from .wire import MAX_REGISTER, Refused

SEMANTICS = 1
SECTION_REASON = {"ERROR": "SECTION_BROKEN", "PENDING": "SECTION_PENDING"}
ORDER = ("ERROR", "PENDING", "UNENFORCEABLE", "PARTIAL", "ENFORCED_STRICTER")  # R-CAP-003


def write(device, relay):
    """A beat and a report on each dependant, as often as it can reach the relay (R-CAP-006)."""
    house, keyring, now = device.house, device.follower.keyring, device.clock.now
    head = pb.HeadRef(seq=house.next_seq - 1, hash=house.head)
    household = keyring.household(house.epoch)
    if household is not None and now is not None:  # a beat tells a time, so who knows none writes none
        beat = pb.Beat(
            time=now, head=head, generations=[pb.GenerationUse(generation=house.epoch)], live_root=house.root
        )
        put(device, relay, functools.partial(sealed, device, beat, BEAT, household, now), household, BEAT)
    for dependant in device.served():
        secret = keyring.register(dependant, house.generations.get(dependant, 0))
        if secret is None or not owes_report(device, dependant):
            continue
        said = pb.AppliedReport(
            dependant_id=dependant, head=head, zone_database=zone_database(), semantics=SEMANTICS
        )
        rows = status_rows(device, dependant)
        made = functools.partial(fitting, device, said, rows, secret, now or 0)
        put(device, relay, made, secret, APPLIED_REPORT)


def owes_report(device, dependant):
    """R-TIME-012: in RELEASED a last one, then none."""
    if device.freshness(dependant) != "RELEASED":
        return True
    told = device.state.setdefault("last_report", [])
    if dependant.hex() in told:
        return False
    told.append(dependant.hex())
    return True


def put(device, relay, made, secret, payload_type):
    """R-REG-007: one more than the highest version that was written; what stands higher is passed."""
    name = register_name(secret, payload_type, device.identity.device_id).hex()
    version = device.state["written"].get(name, 0) + 1
    try:
        written = relay.write(made(version))
    except Refused as refused:
        if refused.reason != "STALE_VERSION":
            raise
        version = int(refused.metadata["version"]) + 1
        written = relay.write(made(version))
    device.state["written"][name] = written


def sealed(device, payload, payload_type, secret, now, version):
    identity = device.identity
    place = (payload_type, device.anchor.log_id, secret, identity.device_id)
    return seal_register(payload, *place, identity.signing, version, now)


def fitting(device, said, rows, secret, now, version):
    """R-CAP-007: as many rows as fit, the worst first, and a last one that says so."""
    for count in range(len(rows), -1, -1):
        more = [] if count == len(rows) else [row("", "PARTIAL", "MORE")]
        del said.rules[:]
        said.rules.extend(rows[:count] + more)
        register = sealed(device, said, APPLIED_REPORT, secret, now, version)
        if len(register.value) <= MAX_REGISTER:
            return register
    raise Refused("TOO_LARGE")


def row(name, state, reason):
    return pb.RuleStatus(rule_id=name, state=getattr(pb, f"RULE_STATE_{state}"), reason=reason)


def status_rows(device, dependant):
    """Every rule that is not enforced as written, one row for each name, the worst."""
    compiled = device.compiled(dependant)
    found = [("", state, f"{SECTION_REASON[state]}/{kind}") for kind, state in compiled.states.items()]
    for layer in compiled.policy.layers:
        found += [(r.id, "UNENFORCEABLE", "UNKNOWN_RULE_KIND") for r in layer.of("unknown")]
        strange = [r for r in layer.of("age_ceiling") if r.label is not None and find(r.label) is None]
        found += [(r.id, "UNENFORCEABLE", "UNKNOWN_LABEL") for r in strange]
        found += [(r.id, "PARTIAL", "NOT_SHARED") for r in layer.of("budget") if r.scope != "pep"]  # R-BUD-019
        missing = [r for r in layer.of("host_list") if r.sha256 not in compiled.policy.lists]
        found += [(r.id, "PENDING", f"ARTEFACT_MISSING/{r.sha256.hex()[:16]}") for r in missing]
        lacking = {name for author, name in compiled.policy.unenforceable if author == layer.author}
        found += [(name, "UNENFORCEABLE", "NO_CAPABILITY") for name in sorted(lacking)]
        if device.clock.windows != "evaluated":
            found += [(r.id, "PARTIAL", "CLOCK_UNKNOWN") for r in layer.of("window")]
    found.sort(key=lambda said: ORDER.index(said[1]))
    rows, named = [], set()
    for name, state, reason in found:
        if name not in named:
            rows.append(row(name, state, reason))
        named |= {name} if name else set()
    return rows
