"""The tables of spec/registry that a reader needs."""

import tomllib
from pathlib import Path

from parcep.v1alpha1 import membership_pb2 as mem

REGISTRY = Path(__file__).parents[3] / "spec" / "registry"


def rows(file, table):
    return tomllib.loads((REGISTRY / file).read_text())[table]


KINDS = {row["name"]: row["number"] for row in rows("section-kinds.toml", "section_kind")}
DEPENDANT_KINDS = [
    row["number"] for row in rows("section-kinds.toml", "section_kind") if row["secret"] == "dependant"
]
TYPES = {row["number"]: row for row in rows("payload-types.toml", "payload_type")}
CAPABILITIES = {row["name"] for row in rows("capabilities.toml", "capability")}
REASONS = {row["name"] for row in rows("error-reasons.toml", "error_reason")}
NAMES = {row["name"]: row["number"] for row in TYPES.values()}


def in_log(number):
    """Whether this version gives documents of this type an effect in the log (R-DOC-016)."""
    row = TYPES.get(number, {})
    return row.get("state") == "v1" and row.get("place") == "log"


def sections_of(number):
    return [KINDS[name] for name in TYPES[number]["sections"]]


def need_to_know(category):
    """Kinds that a category of enforcement points is given (R-DOC-011)."""
    name = mem.PepCategory.Name(category).removeprefix("PEP_CATEGORY_")
    return [row["number"] for row in rows("section-kinds.toml", "section_kind") if name in row.get("categories", [])]


def max_bytes(number):
    return TYPES[number]["max_bytes"]


def decides_membership(number):
    """Membership types: a body that every member opens decides what they do (R-LOG-008, R-DOC-025)."""
    return number in {*range(1, 6), 13, 20, 21, *range(23, 28)}
