"""Checks the test vectors of spec/vectors/v1alpha1 with a reader written from the specification alone.

Every vector is read as a reader would, and outcome and reason are compared. Then the reader is broken on purpose, one
check or formula after the other, and some vector has to notice.

Exit codes: 0 all agree and every fault is noticed; 1 a vector differs, or nobody notices a fault; 2 nothing ran.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import jsonschema

from check import engine, runs

SPEC = Path(__file__).parents[2] / "spec"


def main():
    options = arguments()
    folder = Path(options.vectors)
    schemas = {
        "parcep-vectors/1": json.loads((folder.parent / "schema.json").read_text()),
        runs.ROWS: json.loads((folder.parent / "evaluate.schema.json").read_text()),
    }
    vectors, rows, wrong = runs.load(folder, schemas, schema_errors)
    if not vectors:
        print(f"no vectors in {folder}", file=sys.stderr)
        return 2
    differing = runs.run(vectors)
    say = (lambda *_: None) if options.json else print
    show_areas(say, vectors, rows, differing)
    for line in [*wrong, *(f"{id}: {what}" for id, what in differing.items())]:
        print(f"  differs  {line}", file=sys.stderr)
    killed = {}
    if not options.no_sabotage and not differing:
        say(f"\n{len(engine.FAULTS)} faults, one at a time:")
        killed = runs.sabotage(vectors, lambda fault, by: show_fault(say, fault, by, citing(vectors, fault.name, by)))
    alive = [name for name, by in killed.items() if not citing(vectors, name, by)]
    evidence = evidence_of(vectors, differing, killed)
    if options.evidence:
        path = Path(options.evidence)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(evidence, indent=1, ensure_ascii=False) + "\n")
    if options.json:
        print(json.dumps(evidence, ensure_ascii=False))
    say(
        f"\n{len(vectors)} vectors, {sum(v.negative for v in vectors.values())} negative, {len(differing)} differ; "
        f"{len(killed)} faults, {len(alive)} that nobody notices; {len(wrong)} faults of form"
    )
    return 1 if differing or alive or wrong else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vectors", nargs="?", default=str(SPEC / "vectors" / "v1alpha1"), help="folder of vectors")
    parser.add_argument("--evidence", metavar="FILE", help="write what ran, as evidence for tracing")
    parser.add_argument("--json", action="store_true", help="print the evidence instead of tables")
    parser.add_argument("--no-sabotage", action="store_true", help="only read the vectors; prove nothing about them")
    return parser.parse_args()


def schema_errors(content, schema):
    validator = jsonschema.Draft202012Validator(schema)
    # Of the shapes that a file could have, the one that it fits best says what is wrong.
    errors = [min(error.context, key=lambda e: -len(e.absolute_path), default=error) for error in validator.iter_errors(content)]
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


def show_areas(say, vectors, rows, differing):
    all_, negative = Counter(v.area for v in vectors.values()), Counter(v.area for v in vectors.values() if v.negative)
    say(f"{'area':12} {'vectors':>8} {'negative':>9} {'differ':>7}")
    for area in all_:
        differ = sum(vectors[id].area == area for id in differing)
        say(f"{area:12} {all_[area]:8} {negative[area]:9} {differ:7}")
    say(f"{'evaluate':12} {len(rows):8} {'':9} {'form':>7}")


def citing(vectors, fault, by):
    """Those of the vectors that differed which cite the requirement that the fault breaks."""
    return [id for id in by if engine.FAULTS[fault].requirement in vectors[id].row["requirements"]]


def show_fault(say, fault, by, citing):
    by = [*citing, *(id for id in by if id not in citing)]
    shown = ", ".join(by[:4]) + (f" and {len(by) - 4} more" if len(by) > 4 else "")
    say(f"  {'killed' if citing else 'ALIVE ':6}  {fault.requirement:12} {fault.name:72} {shown}")


def evidence_of(vectors, differing, killed):
    tests = [
        {
            "id": f"vector {vector.id}",
            "requirements": vector.row["requirements"],
            "verdict": "fail" if vector.id in differing else "pass",
        }
        for vector in vectors.values()
    ]
    mutants = [
        {
            "name": name,
            "requirement": engine.FAULTS[name].requirement,
            "killed": bool(citing(vectors, name, by)),
            "by": [f"vector {id}" for id in by],
        }
        for name, by in killed.items()
    ]
    return {"format": "parcep-evidence/1", "tests": tests, "mutants": mutants}


if __name__ == "__main__":
    sys.exit(main())
