"""Wraps, secrets and their commitments: spec/05-epochs.md."""

import struct

from parcep.v1alpha1 import membership_pb2 as mem

from . import tables
from .crypto import T, hpke_open, kind_secret, secret_commitment, unframed
from .engine import Refused, check, field, formula, parsed


@check("R-EPOCH-009", "the limit of 64 wraps")
def wraps_limit(count):
    return count <= 64


@check("R-EPOCH-009", "the comparison of wraps with the body's length")
def wraps_fit(count, length, body):
    return 8 + count * length <= len(body)


@check("R-EPOCH-003", "the refusal of wraps of length 0, or of no wraps with a length")
def wraps_agree(count, length):
    return (count == 0) == (length == 0)


def wraps_of(body):
    if len(body) < 8:
        raise Refused("MALFORMED")
    count, length = struct.unpack(">II", body[:8])
    wraps_limit(count), wraps_agree(count, length), wraps_fit(count, length, body)
    return [body[8 + n * length : 8 + (n + 1) * length] for n in range(count)]


@formula(
    "R-EPOCH-003",
    wraps_that_name_no_household=lambda log_id, number: T("wrap", b"", number),
    wraps_that_name_no_generation=lambda log_id, number: T("wrap", log_id, 0),
)
def wrap_info(log_id, number):
    return T("wrap", log_id, number)


def open_wraps(body, seed, log_id, number):
    """The secrets of the wrap that opens: {(dependant or None, generation, kind or None): value}."""
    for wrap in wraps_of(body):
        try:
            return secrets_of(unframed(hpke_open(seed, wrap_info(log_id, number), wrap)))
        except Refused:
            continue
    raise Refused("CANNOT_OPEN")


def secrets_of(data):
    given = parsed(mem.SecretSet, data).secrets
    secrets_are_few(given), secrets_are_secrets(given), secrets_are_of_the_tree(given), secrets_differ(given)
    return {(field(s, "dependant_id"), s.generation, field(s, "kind")): s.value for s in given}


@check("R-WIRE-006", "the limit of secrets in one set")
def secrets_are_few(given):
    return len(given) <= 256


@check("R-WIRE-007", "the length of secrets")
def secrets_are_secrets(given):
    return all(len(secret.value) == 32 for secret in given)


@check("R-EPOCH-015", "the refusal of secrets that the tree does not have")
def secrets_are_of_the_tree(given):
    below = {2, *tables.DEPENDANT_KINDS}
    kinds = [(secret.HasField("dependant_id"), secret.kind) for secret in given if secret.HasField("kind")]
    return all(dependant and kind in below for dependant, kind in kinds)


@check("R-EPOCH-015", "the refusal of two secrets of one name")
def secrets_differ(given):
    names = [(field(s, "dependant_id"), s.generation, field(s, "kind")) for s in given]
    return len(set(names)) == len(names)


# --- the body of an epoch: R-EPOCH-004 --------------------------------------------------------


def body_of(data):
    body = parsed(mem.EpochBody, data)
    epoch_is_numbered(body), commitments_are_hashes(body), one_row_each(body)
    for row in body.dependants:
        kinds_are_complete(row)
    return body


@check("R-EPOCH-010", "the refusal of epoch 0")
def epoch_is_numbered(body):
    return body.number > 0


@check("R-WIRE-007", "the length of commitments")
def commitments_are_hashes(body):
    kinds = [kind.commitment for row in body.dependants for kind in row.kinds]
    return all(len(commitment) == 32 for commitment in [body.household_commitment, *kinds])


@check("R-EPOCH-004", "the refusal of a dependant who stands twice in an epoch")
def one_row_each(body):
    ids = [row.dependant_id for row in body.dependants]
    return len(set(ids)) == len(ids)


@check("R-EPOCH-004", "the completeness of the kinds in an epoch")
def kinds_are_complete(row):
    return [kind.kind for kind in row.kinds] == tables.DEPENDANT_KINDS


def compare(secrets, body):
    """R-EPOCH-005: every secret that was handed out is the one that is committed to."""
    rows = {row.dependant_id: row for row in body.dependants}
    for (dependant, generation, kind), value in secrets.items():
        if dependant is None:
            household_generation(generation, body)
            household_is_committed(value, body)
            continue
        dependant_is_named(dependant, rows)
        if dependant not in rows:
            continue
        dependant_generation(generation, rows[dependant])
        for row in rows[dependant].kinds:
            if kind is None:
                below = kind_secret(value, generation, row.kind)
                dependant_is_committed(below, dependant, generation, row)
            elif kind == row.kind:
                kind_is_committed(value, dependant, generation, row)


@check("R-EPOCH-005", "the generation of a household secret", "BAD_COMMITMENT")
def household_generation(generation, body):
    return generation == body.number


@check("R-EPOCH-005", "the commitment of a household secret", "BAD_COMMITMENT")
def household_is_committed(value, body):
    return secret_commitment(value, b"", body.number, 0) == body.household_commitment


@check("R-EPOCH-005", "the refusal of secrets of a dependant whom the epoch does not name", "BAD_COMMITMENT")
def dependant_is_named(dependant, rows):
    return dependant in rows


@check("R-EPOCH-005", "the generation of a dependant's secret", "BAD_COMMITMENT")
def dependant_generation(generation, row):
    return generation == row.generation


@check("R-EPOCH-005", "the commitments below a dependant's secret", "BAD_COMMITMENT")
def dependant_is_committed(value, dependant, generation, row):
    return secret_commitment(value, dependant, generation, row.kind) == row.commitment


@check("R-EPOCH-005", "the commitment of a kind secret", "BAD_COMMITMENT")
def kind_is_committed(value, dependant, generation, row):
    return secret_commitment(value, dependant, generation, row.kind) == row.commitment
