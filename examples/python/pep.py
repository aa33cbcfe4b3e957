#!/usr/bin/env python3
"""Starts the enforcement point in pep/ with what it needs: a venv, and the stubs of proto/.

    examples/python/pep.py fetch                                      fetches both, and does nothing else
    examples/python/pep.py --state-dir DIR [--connect HOST:PORT]      the driver
    examples/python/pep.py selftest [VECTORS]                         the vectors that concern an enforcement point
    examples/python/pep.py party --state-dir DIR                      the driver of the relying party in party.py
"""

import os
import pathlib
import subprocess
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent
PROTO = HERE.parent.parent / "proto"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or os.environ.get("TMPDIR") or "/tmp") / "parcep-python"


def made(kind, content, make):
    """A folder of the cache, named after a checksum of what it is made from."""
    folder = CACHE / f"{kind}-{zlib.crc32(content)}"
    if not (folder / ".complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        make(folder)
        (folder / ".complete").touch()
    return folder


def make_venv(folder):
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
    subprocess.run(pip, check=True, stdout=sys.stderr)


def main():
    python = made("pep-venv", (HERE / "requirements.txt").read_bytes(), make_venv) / "bin/python"
    protos = sorted((PROTO / "parcep/v1alpha1").glob("*.proto"))

    def make_stubs(folder):
        command = [python, "-m", "grpc_tools.protoc", f"-I{PROTO}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
        subprocess.run(command + protos, check=True)

    stubs = made("pep-stubs", b"".join(proto.read_bytes() for proto in protos), make_stubs)
    if sys.argv[1:] == ["fetch"]:
        return
    os.environ["PYTHONPATH"] = f"{HERE}{os.pathsep}{stubs}"
    arguments = sys.argv[1:]
    module = {"selftest": "pep.selftest", "party": "party"}.get("".join(arguments[:1]), "pep")
    os.execv(python, [str(python), "-m", module, *arguments[module != "pep":]])


if __name__ == "__main__":
    main()
