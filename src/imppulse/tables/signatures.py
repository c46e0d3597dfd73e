"""Ed25519 signatures, where PyNaCl is installed (extra `platform`).

A key is a file of 32 random bytes in hexadecimal; whoever holds the public key can
check, only the holder of the file can sign.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from imppulse.tables.reading import read_source

ALGORITHM = "Ed25519"
Signature = dict[str, str]
Signer = Callable[[bytes], Signature]


def signer(key: Path) -> Signer:
    """Return what signs with the key of a file."""
    from nacl.signing import SigningKey  # noqa: PLC0415 - an extra, only to sign

    source = read_source(key, None)
    seed = source.content.decode("ascii", "replace").strip()
    if not re.fullmatch("[0-9a-fA-F]{64}", seed):
        raise source.error("signing_key")
    secret = SigningKey(bytes.fromhex(seed))

    def sign(content: bytes) -> Signature:
        return {
            "algorithm": ALGORITHM,
            "public_key": bytes(secret.verify_key).hex(),
            "value": secret.sign(content).signature.hex(),
        }

    return sign


def is_signed_by(content: bytes, signature: Mapping[str, str]) -> bool:
    """Check a signature against the public key that it names."""
    from nacl.exceptions import BadSignatureError  # noqa: PLC0415 - an extra
    from nacl.signing import VerifyKey  # noqa: PLC0415 - an extra, only to check

    try:
        key = VerifyKey(bytes.fromhex(signature["public_key"]))
        key.verify(content, bytes.fromhex(signature["value"]))
    except (BadSignatureError, KeyError, TypeError, ValueError):
        return False
    return signature.get("algorithm") == ALGORITHM
