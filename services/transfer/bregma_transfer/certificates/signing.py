"""The installation's signature under certificates."""

import base64
from typing import TYPE_CHECKING

from bregma_kit.errors import Unavailable
from bregma_kit.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PURPOSE = b"bregma certificate 1"


def _key(settings: Settings) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    secret = settings.secret_key.get_secret_value()
    if not secret:
        raise Unavailable(
            "This installation has no key to sign with.", hint="an administrator must set BREGMA_SECRET_KEY"
        )
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(settings: Settings) -> str:
    """Return the public key, as base64 of its 32 bytes. Raises Unavailable without a secret."""
    return base64.b64encode(_key(settings).public_key().public_bytes_raw()).decode()


def sign(settings: Settings, document: str) -> str:
    """Return the signature of a text, as base64. Raises Unavailable without a secret."""
    return base64.b64encode(_key(settings).sign(document.encode())).decode()
