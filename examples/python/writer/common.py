"""What every writer of vectors needs: files, devices from seeds, and points of the Ed25519 curve."""

import json
import struct
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519, x25519

import parcep_wire as wire

NOW = 1_800_000_000
DAY = 86_400


class Counter:
    """SHA-256 over a name and a count: random bytes that a second run draws again."""

    def __init__(self, name):
        self.name, self.count = name.encode(), 0

    def __call__(self, length):
        self.count += 1
        seed = wire.sha256(self.name + struct.pack(">Q", self.count))
        return (seed * (length // 32 + 1))[:length]


class File:
    """One file of vectors. Numbers are given by hand, since an id never changes."""

    def __init__(self, area, name, about, requirements, shared=None):
        self.area, self.name, self.about, self.requirements = area, name, about, requirements
        self.shared, self.rows = shared or {}, {}

    def ok(self, number, title, requirements, inputs, expected):
        """A vector that a reader accepts, or computes."""
        self._add(number, title, requirements, inputs, {"expected": expected})

    def bad(self, number, of, defect, requirements, inputs, reason, expected=None):
        """The twin of vector `of` with this one defect, and why it is refused."""
        rest = {} if reason is None else {"reason": reason}
        if expected is not None:
            rest["expected"] = expected
        self._add(number, defect, requirements, inputs, {**rest, "twin_of": self.id(of)})

    def given(self, number, name="signal"):
        """Bytes that a vector was given."""
        return bytes.fromhex(self.rows[self.id(number)]["inputs"][name])

    def expected(self, number):
        return self.rows[self.id(number)]["expected"]

    def id(self, number):
        return f"{self.area}/{number:03}"

    def _add(self, number, title, requirements, inputs, rest):
        assert self.id(number) not in self.rows, self.id(number)
        row = {"id": self.id(number), "title": title, "requirements": requirements}
        self.rows[self.id(number)] = {**row, "inputs": shown(inputs), **shown(rest)}

    def write(self, folder):
        path = Path(folder) / self.area / f"{self.name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "format": "parcep-vectors/1",
            "area": self.area,
            "about": self.about,
            "requirements": self.requirements,
        }
        if self.shared:
            content["shared"] = shown(self.shared)
        content["vectors"] = [self.rows[key] for key in sorted(self.rows)]
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        negative = sum("twin_of" in row for row in self.rows.values())
        print(f"  ok  {self.area}/{path.name}: {len(self.rows)} vectors, {negative} negative")


def shown(value):
    """Bytes as hexadecimal, everything else as it is."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    return value


def flip(data, at=-1):
    """One bit of one byte changed."""
    data = bytearray(data)
    data[at] ^= 1
    return bytes(data)


def sealing_pair(seed):
    """DeriveKeyPair of RFC 9180 §7.1.3, so that a seed of 32 bytes can stand for a sealing key."""
    prk = wire.labeled_extract(wire.KEM_SUITE, b"", b"dkp_prk", seed)
    return x25519.X25519PrivateKey.from_private_bytes(wire.labeled_expand(wire.KEM_SUITE, prk, b"sk", b"", 32))


class Device(wire.Device):
    """A device whose keys come from seeds, drawn from its name."""

    def __init__(self, name):
        super().__init__(Counter(f"device {name}"))

    def __post_init__(self):
        super().__post_init__()
        self.signing_seed, self.sealing_seed = self.random(32), self.random(32)
        self.signing = ed25519.Ed25519PrivateKey.from_private_bytes(self.signing_seed)
        self.sealing = sealing_pair(self.sealing_seed)
        self.signing_public = self.signing.public_key().public_bytes_raw()
        self.sealing_public = self.sealing.public_key().public_bytes_raw()

    def posing_as(self, other):
        """This device's keys under another device's id."""
        self.id = other.id
        return self


# --- the curve of Ed25519 (RFC 8032 §5.1), for signatures that no library makes ---------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, P - 2, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - t, P - 2, P) % P


def times(n, point):
    result = (0, 1)
    while n:
        if n & 1:
            result = add(result, point)
        point, n = add(point, point), n >> 1
    return result


def decoded(data):
    y = int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (P - x if x & 1 != data[31] >> 7 else x), y


def encoded(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


BASE = decoded(bytes([0x58]) + bytes([0x66]) * 31)
