"""Keys: which are refused, signatures, and HPKE (R-WIRE-010 to R-WIRE-012)."""

from cryptography import exceptions
from cryptography.hazmat.primitives.asymmetric import ed25519
from pyhpke import AEADId, CipherSuite, KDFId, KEMId

from .wire import Refused, require

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
SMALL_Y = {
    0,
    1,
    P - 1,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
}
SMALL_U = {
    0,
    1,
    P - 1,
    0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F,
    0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0,
}
SUITE = CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.CHACHA20_POLY1305)


def weak(key, small, bits):
    value = int.from_bytes(key, "little") % (1 << bits)
    return value >= P or value in small


def weak_signing_key(key):
    return weak(key, SMALL_Y, 255)


def weak_sealing_key(key):
    return weak(key, SMALL_U, 256)


def verifies(key, signature, signed):
    """R-WIRE-012. The library recomputes R and compares bytes; S below the order is looked at here, and weak keys."""
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER or weak_signing_key(key):
        return False
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (exceptions.InvalidSignature, ValueError):
        return False
    return True


class SigningKey:
    """An Ed25519 key of this device."""

    def __init__(self, seed):
        self.key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.key.public_key().public_bytes_raw()

    def sign(self, data):
        return self.key.sign(data)


class SealingKey:
    """An X25519 key pair of this device, by DeriveKeyPair of RFC 9180 from a seed."""

    def __init__(self, seed):
        self.pair = SUITE.kem.derive_key_pair(seed)
        self.public = self.pair.public_key.to_public_bytes()

    def open(self, sealed, info):
        """enc(32) ‖ ciphertext, or SEAL_BROKEN."""
        require(len(sealed) >= 48, "SEAL_BROKEN")
        try:
            context = SUITE.create_recipient_context(sealed[:32], self.pair.private_key, info)
            return context.open(sealed[32:])
        except Exception:  # the library has a kind of error for each step; all of them mean the same
            raise Refused("SEAL_BROKEN") from None
