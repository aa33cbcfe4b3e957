"""Names that rules compare: hosts, contacts, categories, features (R-POL-011 to R-POL-014, R-POL-018)."""

import functools
import re

import idna

LABEL = re.compile(r"[a-z0-9_-]{1,63}", re.ASCII)
NUMBER = re.compile(r"[0-9+(][0-9\-.()/ ]*", re.ASCII)
SPACE = " \t\n\r\f\v"


@functools.lru_cache(maxsize=1 << 16)
def host(text):
    """R-POL-012: lower-case A-labels without a trailing dot; None of what is no name."""
    try:
        mapped = idna.uts46_remap(text, std3_rules=False, transitional=False).removesuffix(".")
        labels = [a_label(label) for label in mapped.split(".")]
    except (idna.IDNAError, UnicodeError, IndexError):
        return None
    joined = ".".join(labels)
    return joined if all(map(LABEL.fullmatch, labels)) and len(joined) <= 253 else None


def a_label(label):
    if label.startswith("xn--"):
        decoded = label[4:].encode("ascii").decode("punycode")
        again = idna.uts46_remap(decoded, std3_rules=False, transitional=False)
        if decoded.isascii() or again != decoded or "xn--" + punycode(decoded) != label:
            raise idna.IDNAError(label)
        check_unicode(decoded)
        return label
    if label.isascii():
        return label
    check_unicode(label)
    return "xn--" + punycode(label)


def punycode(label):
    return label.encode("punycode").decode("ascii")


def check_unicode(label):
    """CheckBidi, CheckJoiners, and no combining mark in front."""
    idna.check_initial_combiner(label)
    idna.check_bidi(label)
    for position, character in enumerate(label):
        if character in "\u200c\u200d" and not idna.valid_contextj(label, position):
            raise idna.IDNAError(label)


def covers(above, below):
    """R-POL-013: whether a rule for a host is about another one."""
    address = below.rpartition(".")[2].isdigit()
    return above == below or (not address and below.endswith("." + above))


def contact(text):
    """R-POL-014: the normal form of an identifier."""
    text = text.strip(SPACE)
    if "@" in text or text[:4].lower() == "urn:":
        return "".join(c.lower() if c.isascii() else c for c in text)
    if NUMBER.fullmatch(text) and any(c.isdigit() for c in text):
        return text[:1].replace("(", "") + re.sub(r"[^0-9]", "", text[1:])
    return text


def category(text):
    """A bare code is one of the taxonomy that this draft names."""
    return text if "/" in text else f"pcps@1.0/{text}"


def feature_and_above(code):
    """R-POL-018: the code, and each code that it continues after a dot."""
    parts = code.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)]


def below_service(urn, service):
    """R-EVAL-001; service URNs compare without letter case."""
    urn = urn.lower()
    return urn == service or urn.startswith(service + ".")
