"""What an epoch hands out, and the secrets that this device holds (chapter 5)."""

from .document import wraps_of
from .proto import pb
from .registry import DEPENDANT_KINDS, given_to
from .seal import REGISTER, commitment, kind_secret
from .shape import well_formed
from .wire import Refused, parse, require, transcript, unframe

MOST_IN_WRAP, MOST_IN_WELCOME = 256, 4096  # R-WIRE-006


def optional(secret, field):
    return getattr(secret, field) if secret.HasField(field) else None


def slot_of(secret):
    """Whose secret, which generation, which kind; None for the household and for no kind."""
    return optional(secret, "dependant_id"), secret.generation, optional(secret, "kind")


def secrets_of(secret_set, most):
    """R-EPOCH-015, as {slot: value}."""
    secrets = secret_set.secrets
    require(len(secrets) <= most)
    well_formed(secret_set)
    slots = {slot_of(secret): secret.value for secret in secrets}
    require(len(slots) == len(secrets))
    require(all(dependant or kind is None for dependant, _, kind in slots))
    return slots


def open_wraps(body, sealing_key, log_id, generation):
    """R-EPOCH-009: each wrap is tried once; None where no wrap is ours."""
    info = transcript("wrap", log_id, generation)
    for wrap in wraps_of(body):
        try:
            opened = parse(pb.SecretSet, unframe(sealing_key.open(wrap, info)))
            return secrets_of(opened, MOST_IN_WRAP)
        except Refused:
            continue
    return None


class Commitments:
    """What epochs committed to: by generation of the household, and by dependant and generation."""

    def __init__(self, household=None, dependants=None):
        self.household = household or {}
        self.dependants = dependants or {}

    def after(self, body):
        """With one more epoch."""
        dependants = {
            **self.dependants,
            **{(row.dependant_id, row.generation): kinds_of(row) for row in body.dependants},
        }
        return Commitments({**self.household, body.number: body.household_commitment}, dependants)

    def knows(self, slot):
        dependant, generation, _ = slot
        return generation in self.household if dependant is None else (dependant, generation) in self.dependants

    def agree(self, slot, value):
        try:
            self.check(slot, value)
        except Refused:
            return False
        return True

    def check(self, slot, value):
        """R-EPOCH-005: a secret that was handed over matches what everybody saw."""
        dependant, generation, kind = slot
        require(self.knows(slot), "BAD_COMMITMENT")
        if dependant is None:
            require(commitment(value, None, generation, 0) == self.household[generation], "BAD_COMMITMENT")
            return
        kinds = self.dependants[dependant, generation]
        if kind is None:
            secrets = {k: kind_secret(value, generation, k) for k in DEPENDANT_KINDS}
            derived = {k: commitment(secret, dependant, generation, k) for k, secret in secrets.items()}
            require(derived == kinds, "BAD_COMMITMENT")
        elif kind != REGISTER:
            require(commitment(value, dependant, generation, kind) == kinds[kind], "BAD_COMMITMENT")


def kinds_of(row):
    return {kind.kind: kind.commitment for kind in row.kinds}


def check_epoch_body(body):
    """R-EPOCH-004: the kinds 16 to 29, each once, in ascending order."""
    for row in body.dependants:
        require([kind.kind for kind in row.kinds] == list(DEPENDANT_KINDS))


class Keyring:
    """The secrets that this device holds."""

    def __init__(self, held=None):
        self.held = dict(held or {})

    def household(self, generation):
        return self.held.get((None, generation, None))

    def register(self, dependant, generation):
        return self.held.get((dependant, generation, REGISTER))

    def kind(self, dependant, generation, kind):
        whole = self.held.get((dependant, generation, None))
        return kind_secret(whole, generation, kind) if whole else self.held.get((dependant, generation, kind))

    def with_more(self, secrets):
        return Keyring({**self.held, **secrets})

    def without(self, *slots):
        return Keyring({slot: value for slot, value in self.held.items() if slot not in slots})


def only_what_is_ours(secrets, point):
    """R-JOIN-012: an enforcement point keeps what its category gives it, of the dependants that it serves."""
    if point is None:
        return secrets
    kinds = {REGISTER, *given_to(pb.PepCategory.Name(point.category).removeprefix("PEP_CATEGORY_"))}
    served = set(point.dependants)
    return {
        slot: value for slot, value in secrets.items() if slot[0] is None or (slot[0] in served and slot[2] in kinds)
    }
