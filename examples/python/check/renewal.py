"""What an epoch does: who may renew which secret, and what was taken (spec/05-epochs.md)."""

from dataclasses import replace

from . import epochs, membership, tables
from .engine import Refused, check, formula
from .state import EPOCH, TABLE, read_section


def renew(after, reader, document, entry, author, handed):
    body = epochs.body_of(read_section(reader, document, entry.body, EPOCH))
    number_is_next(reader, body)
    rows_are_everybodys(reader, body)
    rows = {row.dependant_id: row for row in reader.epoch.dependants}
    for row in body.dependants:
        before = rows.get(row.dependant_id)
        if before is None or row.SerializeToString(deterministic=True) != before.SerializeToString(deterministic=True):
            next_generation(row, before)
            if before is not None:
                renewed_in_scope(row, author)
    renewed = {who for who, row in rows.items() if generation_in(body, who) != row.generation}
    taken_is_renewed(reader, renewed, author)
    served = handed is not None
    secrets = after.secrets
    if served:
        try:
            epochs.compare(handed, body)
            secrets = {**secrets, **handed}
        except Refused:
            served = False
    return replace(after, epoch=body, epoch_needed=False, taken=after.taken - renewed, secrets=secrets), served


def generation_in(body, who):
    return next((row.generation for row in body.dependants if row.dependant_id == who), None)


@check("R-EPOCH-014", "the renewal of what was taken", TABLE)
def taken_is_renewed(household, renewed, author):
    return household.taken & author[2] <= renewed


@check("R-EPOCH-010", "the number of an epoch", TABLE)
def number_is_next(household, body):
    return body.number == household.epoch.number + 1


@check("R-EPOCH-011", "the rows of an epoch", TABLE)
def rows_are_everybodys(household, body):
    return {row.dependant_id for row in body.dependants} == membership.dependants_of(household.law)


@check("R-EPOCH-011", "the step of a renewed generation", TABLE)
def next_generation(row, before):
    return row.generation == (before.generation if before is not None else 0) + 1


@check("R-EPOCH-011", "the scope of a renewal", TABLE)
def renewed_in_scope(row, author):
    return row.dependant_id in author[2]



# --- who may open what: R-EPOCH-012, R-EPOCH-014 -----------------------------------------------


def rights(household):
    """Kinds of sections by sealing key, as (dependant, kind)."""
    given = {}
    for principal, device in household.people.values():
        guardians = {guardian.principal_id for guardian in household.law.guardians}
        who = membership.scope_of(household.law, principal) if principal in guardians else {principal}
        given[device.sealing_key] = {(d, kind) for d in who for kind in tables.DEPENDANT_KINDS}
    for point in household.points.values():
        kinds = tables.need_to_know(point.category)
        given[point.sealing_key] = {(d, kind) for d in point.dependants for kind in kinds}
    return given


def keys_only(before, after, there):
    """Wrong: only sealing keys that leave count."""
    return any(key not in after for key in before), {d for key in set(before) - set(after) for d, _ in before[key]} & there


@formula("R-EPOCH-012", rights_that_are_lost_and_need_no_epoch=keys_only)
def lost(before, after, there):
    """Whether an epoch has to come, and whose secrets it has to renew."""
    gone = {d for key, had in before.items() for d, kind in had if (d, kind) not in after.get(key, set())} & there
    return bool(gone) or any(key not in after for key in before), gone


def noted(reader, changed):
    """The household with what an entry took from somebody."""
    needed, gone = lost(rights(reader), rights(changed), membership.dependants_of(changed.law))
    return replace(changed, epoch_needed=changed.epoch_needed or needed, taken=changed.taken | gone)
