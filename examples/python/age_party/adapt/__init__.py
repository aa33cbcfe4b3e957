"""What other platforms say about an age, read into the four axes: R-AGE-053, R-AGE-054."""

from ..rules import Refused
from . import apple, attested, play, windows

READERS = {
    "play-0.0.4": play.read_tiers,
    "play-0.0.3": play.read_statuses,
    "amazon": play.read_amazon,
    "samsung": play.read_samsung,
    "apple": apple.read,
    "windows": windows.read,
    "camara": attested.read_camara,
    "claims": attested.read_claims,
}


def read(platform, said, gates=None):
    """The Statement that an answer of a platform comes to. `gates` are the cut points that were asked with."""
    if platform not in READERS:
        raise Refused("MALFORMED", f"nobody knows {platform}")
    return READERS[platform](said, gates or [])
