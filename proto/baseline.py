#!/usr/bin/env python3
"""The wire that was promised: `proto/baseline.binpb`, and how it may move.

    python3 proto/baseline.py check           the wire breaks no promise, and every part of it is promised
    python3 proto/baseline.py renew           take in additions; refused if anything breaks
    python3 proto/baseline.py renew "LINE"    take in a break, which the starred line of CHANGELOG.md announces
    python3 proto/baseline.py selftest        show, on copies, that each of these refuses what it should

The baseline is a `buf` image without comments. `proto/baseline.toml` has a row for each renewal: the SHA-256 of the
image and, for a break, the changelog line that announced it. Needs no history of the repository. `buf` is taken from
the variable BUF, else from the path. Exit code 0: well; 1: not well, with the reason; 2: usage.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

BUF = os.environ.get("BUF", "buf")


class Refused(Exception):
    """The reason for people."""


class Wire:
    """The proto folder of one repository, with its baseline and changelog."""

    def __init__(self, root):
        self.proto = Path(root) / "proto"
        self.image = self.proto / "baseline.binpb"
        self.rows = self.proto / "baseline.toml"
        self.changelog = Path(root) / "CHANGELOG.md"

    def buf(self, *arguments):
        # Always with the rules of this folder: an image brings none of its own.
        return subprocess.run([BUF, *arguments], cwd=self.proto, capture_output=True, text=True)

    def breaks(self):
        """What the proto files break of the baseline; empty if nothing."""
        return self._compare(".", self.image)

    def additions(self):
        """What the proto files have and the baseline lacks; empty if nothing."""
        with tempfile.TemporaryDirectory() as folder:
            now = Path(folder) / "now.binpb"
            self.build(now)
            return self._compare(self.image, now)

    def _compare(self, new, old):
        done = self.buf("breaking", str(new), "--against", str(old), "--config", "buf.yaml")
        if done.returncode not in (0, 100):
            raise Refused(f"buf failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def build(self, to):
        done = self.buf("build", "--exclude-source-info", "-o", str(to))
        if done.returncode != 0:
            raise Refused(f"the proto files do not build: {done.stdout}{done.stderr}".strip())

    def renewals(self):
        return tomllib.loads(self.rows.read_text()).get("renewal", []) if self.rows.exists() else []

    def starred(self, section=None):
        """The starred lines of the changelog, unwrapped, of one section or of all."""
        found, here = [], None
        for line in self.changelog.read_text().split("\n"):
            if line.startswith("## "):
                here = line[3:].strip()
            elif section is None or here == section:
                if re.match(r"- \\?\* ", line):
                    found.append(re.sub(r"^- \\?\* ", "", line))
                    continue
                if found and found[-1] is not None and line.startswith(" ") and line.strip():
                    found[-1] += " " + line.strip()
                    continue
            found.append(None)
        return [" ".join(line.split()) for line in found if line]


def check(wire):
    rows = wire.renewals()
    if not rows or rows[-1]["sha256"] != sha256(wire.image):
        raise Refused("proto/baseline.binpb is not the image that proto/baseline.toml names last: renew it by this program")
    unannounced = [row["changelog"] for row in rows if "changelog" in row and not announced(wire, row["changelog"])]
    if unannounced:
        raise Refused("CHANGELOG.md has no starred line that begins: " + "; ".join(unannounced))
    broken = wire.breaks()
    if broken:
        raise Refused(f"the wire breaks what proto/baseline.binpb promises:\n{broken}\n"
                      'If that is meant: star a line in CHANGELOG.md, then `python3 proto/baseline.py renew "its first words"`')
    if wire.additions():
        raise Refused("the wire has grown, and nothing guards what is new: `python3 proto/baseline.py renew`")


def renew(wire, line=None):
    broken = wire.breaks() if wire.image.exists() else ""
    row = {}
    if broken and line is None:
        raise Refused(f"this breaks the wire, so it needs a starred line of CHANGELOG.md:\n{broken}")
    if line is not None:
        if not announced(wire, line, "Unreleased"):
            raise Refused(f"no starred line under `## Unreleased` of CHANGELOG.md begins: {line}")
        row["changelog"] = " ".join(line.split())
    wire.build(wire.image)
    row["sha256"] = sha256(wire.image)
    text = wire.rows.read_text() if wire.rows.exists() else HEAD
    quoted = "".join(f'{key} = "{value}"\n' for key, value in sorted(row.items()))
    wire.rows.write_text(f"{text}\n[[renewal]]\n{quoted}")


def announced(wire, line, section=None):
    line = " ".join(line.split())
    return len(line) >= 12 and '"' not in line and any(known.startswith(line) for known in wire.starred(section))


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "absent"


HEAD = """# Each renewal of baseline.binpb, oldest first, written by baseline.py: the SHA-256 of the image, and for a break of
# the wire how the starred line of CHANGELOG.md begins that announced it.
"""


def selftest(root):
    """Each refusal, on a copy of its own."""
    def case(name, change, then, expected):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            shutil.copytree(Path(root) / "proto", copy / "proto")
            shutil.copy(Path(root) / "CHANGELOG.md", copy)
            wire = Wire(copy)
            change(wire)
            try:
                for step in then:
                    step(wire)
                said = ""
            except Refused as refused:
                said = str(refused)
        if (expected is None) != (said == "") or (expected or "") not in said:
            raise Refused(f"{name}: expected {expected or 'no refusal'}, got {said or 'none'}")
        print(f"ok: {name}")

    def edit(file, old, new):
        def change(wire):
            path = wire.proto / "parcep/v1alpha1" / file
            text = path.read_text()
            if text.count(old) < 1:
                raise SystemExit(f"the copy has no `{old}` to change")
            path.write_text(text.replace(old, new, 1))
        return change

    def note(line):
        def change(wire):
            text = wire.changelog.read_text()
            wire.changelog.write_text(text.replace("## Unreleased\n", f"## Unreleased\n\n{line}\n", 1))
        return change

    def both(*changes):
        return lambda wire: [change(wire) for change in changes]

    def nothing(_):
        pass

    def forged(wire):
        wire.build(wire.image)

    rename = edit("document.proto", "bytes log_id = 1;", "bytes home_id = 1;")
    renumber = edit("document.proto", "bytes log_id = 1;", "bytes log_id = 100;")
    retype = edit("policy.proto", "uint32 seconds = 2;", "uint64 seconds = 2;")
    remove = edit("age_signal.proto", "  bytes token_id = 11;\n", "")
    add = edit("document.proto", "optional bytes wraps_hash = 19;", "optional bytes wraps_hash = 19;\n  // New.\n  bytes novelty = 20;")
    starred = note("- \\* A break\n     that is announced.")
    plain = note("- A break that is announced.")
    line = "A break that is announced"
    breaks, grown = "breaks what proto/baseline.binpb promises", "has grown"
    case("the wire as it stands is promised", nothing, [check], None)
    case("a renamed field breaks", rename, [check], breaks)
    case("a renumbered field breaks", renumber, [check], breaks)
    case("a field of another type breaks", retype, [check], breaks)
    case("a removed field breaks", remove, [check], breaks)
    case("a new field wants a renewal", add, [check], grown)
    case("a new field may be taken in", add, [renew, check], None)
    case("a break is not taken in without a line", rename, [renew], "needs a starred line")
    case("a break is not taken in with a line that is not there", rename, [lambda w: renew(w, line)], "no starred line")
    case("a line without a star does not count", both(rename, plain), [lambda w: renew(w, line)], "no starred line")
    case("a break may be announced", both(rename, starred), [lambda w: renew(w, line), check], None)
    case("an announcement may not vanish", both(rename, starred),
         [lambda w: renew(w, line), lambda w: shutil.copy(Path(root) / "CHANGELOG.md", w.changelog), check], "no starred line")
    case("an image from elsewhere does not count", both(rename, forged), [check], "names last")


def main(arguments):
    wire = Wire(Path(__file__).resolve().parent.parent)
    match arguments:
        case ["check"]:
            check(wire)
        case ["renew"]:
            renew(wire)
        case ["renew", line]:
            renew(wire, line)
        case ["selftest"]:
            selftest(wire.proto.parent)
        case _:
            print(__doc__.strip(), file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Refused as refused:
        sys.exit(f"baseline: {refused}")
