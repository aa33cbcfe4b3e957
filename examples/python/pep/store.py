"""What survives a loss of power: the entries as they were served, other branches, and one file of everything else."""

import json
import os
import pathlib
import shutil

from .proto import pb


class Store:
    """A folder. Entries are only appended, each behind its length; the state is replaced as a whole."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.state_file, self.log_file = self.folder / "state.json", self.folder / "entries"
        self.branches_file = self.folder / "branches.json"

    def wipe(self):
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def load(self):
        return json.loads(self.state_file.read_text()) if self.state_file.exists() else {}

    def save(self, state):
        self.replace(self.state_file, json.dumps(state).encode())

    def replace(self, path, data):
        """All or nothing, also at a loss of power."""
        new = path.with_suffix(".new")
        with open(new, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def load_branches(self):
        return json.loads(self.branches_file.read_text()) if self.branches_file.exists() else []

    def save_branches(self, rows):
        self.replace(self.branches_file, json.dumps(rows).encode())

    def entries(self):
        """Every entry that was stored whole; what a crash cut off is served again."""
        if not self.log_file.exists():
            return []
        data, found = self.log_file.read_bytes(), []
        while len(data) >= 4 and len(data) >= 4 + int.from_bytes(data[:4], "big"):
            end = 4 + int.from_bytes(data[:4], "big")
            found.append(pb.Entry.FromString(data[4:end]))
            data = data[end:]
        if data:
            self.save_entries(found)
        return found

    def append(self, entry):
        data = entry.SerializeToString()
        with open(self.log_file, "ab") as file:
            file.write(len(data).to_bytes(4, "big") + data)
            file.flush()
            os.fsync(file.fileno())

    def save_entries(self, entries):
        blobs = [entry.SerializeToString() for entry in entries]
        self.replace(self.log_file, b"".join(len(blob).to_bytes(4, "big") + blob for blob in blobs))
