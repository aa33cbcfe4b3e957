"""Reading the files, running every vector, and running again with one fault after the other."""

import json
from dataclasses import dataclass, field

from . import areas, engine, tables, times  # noqa: F401: the area time
from .engine import Refused

# Files of decisions: their form is checked here, and `parcep-conform vectors` runs them.
ROWS = "parcep-evaluate/1"

# The area of which the same is true: `age_check.py` runs it.
ELSEWHERE = "age"


@dataclass
class Vector:
    id: str
    area: str
    row: dict
    inputs: dict
    faults: set = field(default_factory=set)

    @property
    def negative(self):
        return "twin_of" in self.row


def load(folder, schemas, validate):
    """Every vector of a folder, the rows of decisions, and what is wrong with the files. Schemas are by format."""
    vectors, rows, wrong = {}, {}, []
    for path in sorted(folder.glob("*/*.json")):
        content = json.loads(path.read_text())
        where = f"{path.parent.name}/{path.name}"
        schema = schemas.get(content.get("format"))
        if schema is None:
            wrong.append(f"{where}: no format that has a schema")
            continue
        wrong += [f"{where}: {error}" for error in validate(content, schema)]
        if content["format"] == ROWS:
            for row in content.get("rows", []):
                if row.get("id") in rows:
                    wrong.append(f"{where}: {row['id']} stands twice")
                rows[row.get("id")] = row
            continue
        for row in content["vectors"]:
            vector = Vector(row["id"], content["area"], row, {**content.get("shared", {}), **row["inputs"]})
            if row["id"] in vectors:
                wrong.append(f"{where}: {row['id']} stands twice")
            vectors[row["id"]] = vector
            wrong += [f"{where}: {row['id']}: {error}" for error in misshapen(vector, path)]
    others = [p for p in folder.rglob("*") if p.is_file() and p.parent.parent != folder]
    wrong += [f"{path}: not a file of vectors" for path in others]
    wrong += [f"{path} of rows: the schema takes any member" for path in strangers(rows, schemas[ROWS], validate)]
    for vector in vectors.values():
        twin = vectors.get(vector.row.get("twin_of"))
        if vector.negative and (twin is None or twin.negative):
            wrong.append(f"{vector.id}: twin_of names no positive vector")
    vectors = {id: vector for id, vector in vectors.items() if vector.area != ELSEWHERE}
    return vectors, rows, wrong


def strangers(rows, schema, validate):
    """Objects of rows into which a member that nobody knows can be put without the schema noticing. One of each kind."""
    tried = set()
    for row in rows.values():
        for path, members in objects(row):
            if path in tried or not isinstance(members, dict):
                continue
            tried.add(path)
            members["stranger"] = 1
            file = {"format": ROWS, "about": "a row with a member that nobody knows", "rows": [row]}
            if not validate(file, schema):
                yield path
            del members["stranger"]


def objects(value, path=""):
    """Every object inside a value, with the names on the way to it."""
    if isinstance(value, list):
        for inner in value:
            yield from objects(inner, path + "[]")
    elif isinstance(value, dict):
        yield path or "row", value
        for name, inner in value.items():
            yield from objects(inner, f"{path}/{name}")


def misshapen(vector, path):
    """What a schema cannot say."""
    if vector.area != path.parent.name or not vector.id.startswith(vector.area + "/"):
        yield "another area than its folder"
    if vector.area not in (*areas.RUNNERS, ELSEWHERE):
        yield "nobody reads this area"
    reason = vector.row.get("reason")
    if reason is not None and reason not in tables.REASONS:
        yield f"{reason} is no reason"


def run(vectors, chosen=None):
    """What differs from what is expected, by id. Remembers which faults each vector could feel."""
    states, differing = {}, {}

    def outcome(vector):
        after = vector.inputs.get("after")
        if after is not None and after not in states:
            outcome(vectors[after])
        engine.touched = set()
        try:
            told = areas.RUNNERS[vector.area](vector.inputs, states.get(after))
            reason = None
        except Refused as error:
            told, reason = None, error.reason
        except Exception as error:  # a broken reader may fall over: that is a difference too
            states[vector.id] = states.get(after)
            return f"fell over: {type(error).__name__}: {error}"
        if isinstance(told, areas.Step):
            states[vector.id] = told.after
            told, reason = told.told, told.reason
        if engine.off is None:  # what an entry did is felt by those behind it
            vector.faults = engine.touched | (vectors[after].faults if after else set())
        return difference(vector.row, told, reason)

    for vector in vectors.values():
        if chosen is None or vector.id in chosen:
            wrong = outcome(vector)
            if wrong:
                differing[vector.id] = wrong
    return differing


def difference(row, told, reason):
    """None if the outcome is the expected one."""
    expected = row.get("expected")
    void_without_reason = "reason" not in row and "twin_of" in row
    if not void_without_reason and reason != row.get("reason"):
        return f"reason {reason}, expected {row.get('reason')}"
    if expected is None:
        return None
    if told is None:
        return f"refused with {reason}"
    for name, value in expected.items():
        if told.get(name) != value:
            return f"{name} is {told.get(name)}, expected {value}"
    return None


def sabotage(vectors, progress):
    """Which vectors notice each fault: of those that cite what it breaks, and if none does, of all."""
    found = {}
    for fault in engine.FAULTS.values():
        engine.off = fault.name
        felt = {vector.id for vector in vectors.values() if fault.name in vector.faults}
        citing = {id for id in felt if fault.requirement in vectors[id].row["requirements"]}
        found[fault.name] = sorted(run(vectors, citing) or run(vectors, felt))
        engine.off = None
        progress(fault, found[fault.name])
    return found
