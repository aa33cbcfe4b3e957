"""Tables of spec/registry that a program needs."""

import json
import pathlib
import tomllib

SPEC = pathlib.Path(__file__).resolve().parents[3] / "spec"


def table(name, row):
    return tomllib.loads((SPEC / "registry" / f"{name}.toml").read_text())[row]


SECTIONS = {row["name"]: row["number"] for row in table("section-kinds", "section_kind")}
SECTION_NAMES = {number: name for name, number in SECTIONS.items()}
TYPES = {row["number"]: row for row in table("payload-types", "payload_type")}
REASONS = {row["code"]: row["number"] for row in table("decision-reasons", "decision_reason")}
RATINGS = json.loads((SPEC / "registry" / "ratings.json").read_text())

# R-DOC-001: everybody opens these.
MEMBERSHIP_TYPES = {1, 2, 3, 4, 5, 13, 20, 21, *range(23, 28)}
# R-EPOCH-004: the kinds under a dependant secret.
DEPENDANT_KINDS = range(16, 30)


def given_to(category):
    """R-DOC-011: the kinds of sections that a category of enforcement points is given."""
    return {row["number"] for row in table("section-kinds", "section_kind") if category in row.get("categories", [])}


def sections_of(payload_type):
    """R-DOC-005: the section table of a payload type, in ascending order."""
    return [SECTIONS[name] for name in TYPES[payload_type]["sections"]]
