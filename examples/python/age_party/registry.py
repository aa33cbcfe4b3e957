"""The tables of spec/registry that this package needs."""

import tomllib
from pathlib import Path

REGISTRY = Path(__file__).parents[3] / "spec" / "registry"


def rows(file, table):
    return tomllib.loads((REGISTRY / file).read_text())[table]


RETRY = {row["name"].lower(): row["retry"] for row in rows("age-outcomes.toml", "age_outcome")}
REGIMES = {row["code"]: row for row in rows("regimes.toml", "regime")}
