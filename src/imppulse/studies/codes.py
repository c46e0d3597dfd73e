"""Codes that people copy by hand: Crockford's base 32, in groups, with two characters that check the others."""

import base64
import binascii
import hashlib

RFC_4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WRITE = str.maketrans(RFC_4648, CROCKFORD)
# O is read as 0, I and L as 1; groups may be parted in any way.
READ = str.maketrans(CROCKFORD + "OILU", RFC_4648 + "ABB!", " -–.\t\r\n\u00a0\u202f")
CHECK_LENGTH = 2
GROUP = 6


class UnreadableCode(ValueError):  # noqa: N818 (the field's word is "code", not "error")
    """A code that nobody was given: mistyped or cut short."""


def base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").translate(WRITE)


def check_characters(data: bytes) -> str:
    digest = hashlib.blake2b(data, digest_size=5, person=b"imppulse-check")
    return base32(digest.digest())[:CHECK_LENGTH]


def written(data: bytes) -> str:
    characters = base32(data) + check_characters(data)
    groups = range(0, len(characters), GROUP)
    return "-".join(characters[start : start + GROUP] for start in groups)


def read(code: str, length: int) -> bytes:
    """Give back the bytes of a code, however it was typed."""
    typed = code.upper().translate(READ)
    body, check = typed[:-CHECK_LENGTH], typed[-CHECK_LENGTH:]
    try:
        data = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        raise UnreadableCode(code) from None
    if len(data) != length or check_characters(data) != check.translate(WRITE):
        raise UnreadableCode(code)
    return data
