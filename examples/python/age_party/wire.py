"""Bytes to messages as R-WIRE-008 wants them read, and numbers of enumerations to names and back."""

from google.protobuf.descriptor import FieldDescriptor as F
from google.protobuf.message import DecodeError

from .rules import Refused, check

VARINT, EIGHT, LENGTH, GROUP, END, FOUR = range(6)
WIRE_TYPES = {
    F.TYPE_DOUBLE: EIGHT, F.TYPE_FIXED64: EIGHT, F.TYPE_SFIXED64: EIGHT,
    F.TYPE_FLOAT: FOUR, F.TYPE_FIXED32: FOUR, F.TYPE_SFIXED32: FOUR,
    F.TYPE_STRING: LENGTH, F.TYPE_BYTES: LENGTH, F.TYPE_MESSAGE: LENGTH,
}  # fmt: skip
UNKNOWN = "a value of a later version"


def parse(message_type, data):
    """A message of these bytes. The library alone would take a known field of another wire type for an unknown one."""
    try:
        message = message_type.FromString(data)
        wire_types_fit(message_type.DESCRIPTOR, data)
    except (DecodeError, IndexError, ValueError) as error:
        raise Refused("MALFORMED", f"not a {message_type.DESCRIPTOR.name}") from error
    return message


@check("R-WIRE-008", "the refusal of known fields of another wire type")
def wire_types_fit(descriptor, data):
    return all(fits(descriptor, number, kind, content) for number, kind, content in fields(data))


def fits(descriptor, number, kind, content):
    field = descriptor.fields_by_number.get(number)
    if field is None:
        return True
    own = WIRE_TYPES.get(field.type, VARINT)
    packed = field.is_repeated and own != LENGTH and kind == LENGTH
    if field.type == F.TYPE_MESSAGE and kind == LENGTH:
        return all(fits(field.message_type, *inner) for inner in fields(content))
    return kind == own or packed


def fields(data):
    """(number, wire type, content where it has a length) of each field; of a group, its members are skipped."""
    at, depth = 0, 0
    while at < len(data):
        tag, at = varint(data, at)
        number, kind, content = tag >> 3, tag & 7, None
        if kind == VARINT:
            _, at = varint(data, at)
        elif kind == LENGTH:
            length, at = varint(data, at)
            content, at = data[at : at + length], at + length
        elif kind in (EIGHT, FOUR):
            at += 8 if kind == EIGHT else 4
        if depth == 0:
            yield number, kind, content
        depth += {GROUP: 1, END: -1}.get(kind, 0)


def varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at


# --- enumerations -------------------------------------------------------------------------------


def names(enum):
    """Names by number: `AGE_METHOD_NOT_TOLD` is `not_told`, and the value zero is None."""
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return {n: None if n == 0 else v.name.removeprefix(prefix).lower() for n, v in enum.values_by_number.items()}


def enum_of(message, field):
    return message.DESCRIPTOR.fields_by_name[field].enum_type


def name(message, field):
    """The name of a value in a field: None where it is not there, UNKNOWN where it is of a later version."""
    return names(enum_of(message, field)).get(getattr(message, field), UNKNOWN)


def name_list(message, field):
    known = names(enum_of(message, field))
    return [known.get(number, UNKNOWN) for number in getattr(message, field)]


def order(message, field):
    """The names of an enumeration in the order of their numbers."""
    return [name for _, name in sorted(names(enum_of(message, field)).items()) if name is not None]


def optional(message, field):
    return getattr(message, field) if message.HasField(field) else None
