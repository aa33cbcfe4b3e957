"""Runs all test vectors of spec/vectors/v1alpha1/age with the package age_party beside it.

One line for each file. Then the package is broken on purpose, one check or computation after the other, and some
vector has to notice. A file or a form of inputs that the package does not know ends the run.

Exit codes: 0 all agree and every fault is noticed; 1 a vector differs, a form is unknown, or nobody notices a fault;
2 there is nothing to run.
"""

import argparse
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

from age_party import cases, rules

VECTORS = Path(__file__).parents[2] / "spec" / "vectors" / "v1alpha1"
FORMAT = "parcep-vectors/1"


@dataclass
class Vector:
    file: str
    id: str
    row: dict
    inputs: dict
    faults: set = field(default_factory=set)  # those that it could notice

    @property
    def expected(self):
        reason = self.row.get("reason")
        return self.row.get("expected") if reason is None else {"reason": reason}


def main():
    options = arguments()
    say = (lambda *_: None) if options.json else print
    try:
        vectors = load(Path(options.vectors) / "age")
    except cases.UnknownForm as error:
        print(error, file=sys.stderr)
        return 1
    if not vectors:
        print(f"no vectors of ages in {options.vectors}", file=sys.stderr)
        return 2
    differing = {vector.id: what for vector in vectors for what in [differs(vector, vectors)] if what}
    for file in dict.fromkeys(vector.file for vector in vectors):
        mine = [vector for vector in vectors if vector.file == file]
        negative, differ = sum("twin_of" in v.row for v in mine), sum(v.id in differing for v in mine)
        say(f"{file:16} {len(mine):4} vectors {negative:4} negative {differ:4} differ")
    for id, what in differing.items():
        print(f"  differs  {id}: {what}", file=sys.stderr)
    noticed = {} if options.no_sabotage or differing else sabotage(vectors)
    alive = [name for name, by in noticed.items() if not by]
    for name in alive:
        print(f"  nobody notices: {name} ({rules.FAULTS[name].requirement})", file=sys.stderr)
    if options.evidence:
        write_evidence(Path(options.evidence), evidence_of(vectors, differing, noticed))
    if options.json:
        print(json.dumps(evidence_of(vectors, differing, noticed), ensure_ascii=False))
    say(f"{len(vectors)} vectors, {len(differing)} differ; {len(noticed)} faults, {len(alive)} that nobody notices")
    return 1 if differing or alive else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vectors", nargs="?", default=str(VECTORS), help="folder of vectors, with a folder age in it")
    parser.add_argument("--evidence", metavar="FILE", help="write what ran, as evidence for tracing; adds to the file")
    parser.add_argument("--json", action="store_true", help="print the evidence instead of lines")
    parser.add_argument("--no-sabotage", action="store_true", help="only run the vectors; prove nothing about them")
    return parser.parse_args()


def load(folder):
    vectors = []
    for path in sorted(folder.glob("*")):
        if path.suffix != ".json" or path.stem not in cases.CASES:
            raise cases.UnknownForm(f"nobody knows the file {path.name}")
        content = json.loads(path.read_text())
        if content.get("format") != FORMAT or content.get("area") != "age":
            raise cases.UnknownForm(f"{path.name} is not of the format {FORMAT} and the area age")
        for row in content["vectors"]:
            vectors.append(Vector(path.stem, row["id"], row, {**content.get("shared", {}), **row["inputs"]}))
    return vectors


def differs(vector, vectors):
    """None, or how the vector, or its twin, came out other than expected."""
    rules.touched.clear()
    said = outcome(vector)
    vector.faults = set(rules.touched)
    if vector.expected is None:
        return "it expects nothing"
    wrong = difference(vector.expected, said)
    twin = vector.row.get("twin_of")
    if not wrong and twin is not None and not any(v.id == twin and "twin_of" not in v.row for v in vectors):
        return f"{twin}, its twin, is no positive vector"
    return wrong


def outcome(vector):
    try:
        return cases.run(vector.file, vector.inputs)
    except rules.Refused as refused:
        return {"reason": refused.reason}
    except cases.UnknownForm as error:
        return {"unknown form": str(error)}
    except Exception as error:  # whoever falls over has not agreed
        return {"fell over": f"{type(error).__name__}: {error}"}


def difference(expected, said):
    """Every member that is expected has to agree, and a refusal is no answer."""
    if ("reason" in said) != ("reason" in expected) and "verdict" not in said:
        return f"{said}, expected {expected}"
    for name, value in expected.items():
        if name not in said:
            return f"no {name} in {said}"
        if isinstance(value, dict) and isinstance(said[name], dict):
            wrong = difference(value, said[name])
            if wrong:
                return f"{name}: {wrong}"
        elif said[name] != value or type(said[name]) is not type(value):
            return f"{name} is {said[name]}, expected {value}"
    return None


def sabotage(vectors):
    """For each fault, the vectors that notice it; those that cite its requirement come first."""
    noticed = {}
    for fault in rules.FAULTS.values():
        rules.break_on_purpose(fault.name)
        by = [v for v in vectors if fault.name in v.faults and difference(v.expected, outcome(v))]
        rules.break_on_purpose(None)
        noticed[fault.name] = sorted(by, key=lambda vector: not cites(vector, fault))
    return noticed


def cites(vector, fault):
    return fault.requirement in vector.row["requirements"]


def evidence_of(vectors, differing, noticed):
    tests = [
        {
            "id": f"vector {vector.id}",
            "requirements": vector.row["requirements"],
            "verdict": "fail" if vector.id in differing else "pass",
        }
        for vector in vectors
    ]
    mutants = [
        {
            "name": f"age: {name}",
            "requirement": rules.FAULTS[name].requirement,
            "killed": any(cites(vector, rules.FAULTS[name]) for vector in by),
            "by": [f"vector {vector.id}" for vector in by],
        }
        for name, by in noticed.items()
    ]
    return {"format": "parcep-evidence/1", "tests": tests, "mutants": mutants}


def write_evidence(path, evidence):
    """Beside what another program wrote there, if it did."""
    if path.exists():
        there = json.loads(path.read_text())
        for member in ("tests", "mutants"):
            others = [row for row in there[member] if row not in evidence[member]]
            evidence[member] = others + evidence[member]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(evidence, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
