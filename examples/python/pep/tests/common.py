"""What all readers of vectors share."""

from ..wire import Refused


def vectors(files):
    """Every vector with the inputs that its file shares."""
    for file in files:
        for vector in file["vectors"]:
            yield vector, {**file.get("shared", {}), **vector["inputs"]}


def compare(vector, compute):
    """None where a reader does what the vector says, else a line about the difference."""
    try:
        found, reason = compute(), None
    except Refused as refusal:
        found, reason = {}, refusal.reason
    expected = vector.get("expected", {})
    if "reason" in vector or "twin_of" not in vector:
        if reason != vector.get("reason"):
            return f"{vector['title']}: {reason}, expected {vector.get('reason')}"
    differing = {name: found.get(name) for name, value in expected.items() if found.get(name) != value}
    return f"{vector['title']}: {differing}, expected {expected}" if differing and reason is None else None


def unhex(inputs):
    """Hexadecimal of whole bytes as bytes, everything else as it is."""

    def convert(value):
        if isinstance(value, str):
            try:
                return bytes.fromhex(value)
            except ValueError:
                return value
        return value

    return {name: convert(value) for name, value in inputs.items()}
