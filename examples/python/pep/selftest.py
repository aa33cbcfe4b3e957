"""The vectors that concern an enforcement point: `python -m pep.selftest [VECTORS]` counts those of each area."""

import importlib
import json
import pathlib
import sys

from .registry import SPEC

AREAS = {
    "transcript": "bytes", "keys": "bytes", "hash": "bytes", "sealed": "bytes", "document": "documents",
    "epoch": "documents", "register": "documents", "joining": "documents", "session": "documents", "log": "logs",
    "fork": "logs", "time": "times", "evaluate": "decisions",
}


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else SPEC / "vectors" / "v1alpha1")
    failures = 0
    for area, module in AREAS.items():
        files = [json.loads(path.read_text()) for path in sorted((root / area).glob("*.json"))]
        run = importlib.import_module(f".tests.{module}", __package__).run
        results = list(run(area, files))
        wrong = [(name, said) for name, said in results if said is not None]
        failures += len(wrong)
        print(f"{area:12} {len(results) - len(wrong):5} passed {len(wrong):5} failed")
        for name, said in wrong[:40]:
            print(f"    {name}: {said}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
