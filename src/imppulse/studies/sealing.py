"""Answers are sealed to their wave: whoever stores them cannot read them before the wave closes."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from Crypto.Protocol.SecretSharing import Shamir
from django.utils.translation import gettext as _
from nacl.bindings import sodium_pad, sodium_unpad
from nacl.encoding import HexEncoder, URLSafeBase64Encoder
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from imppulse.core.errors import Refused
from imppulse.studies import codes

SEED_BYTES = 16
SECRET_BYTES = 10  # 80 bits: the withdrawal code
PASS_BYTES = 10  # 80 bits: the pass, and written for people, the code to go on later
CODE_BYTES = 6  # 48 bits: a code on a letter, two groups of six
PROOF_BYTES = 10
SHARES_MADE, SHARES_NEEDED = 3, 2


def derive(secret: bytes, purpose: str, size: int = 32) -> bytes:
    """Derive a value for one purpose; it tells nothing about the values for others."""
    person = f"imppulse-{purpose}".encode()
    return hashlib.blake2b(secret, digest_size=size, person=person).digest()


# Keys of a wave


def make_seed() -> bytes:
    return secrets.token_bytes(SEED_BYTES)


def key_from_seed(seed: bytes) -> PrivateKey:
    return PrivateKey.from_seed(derive(seed, "key"))


def make_key_pair() -> tuple[bytes, str]:
    """Make a wave's key: the seed to hand over or to share, the public key to store."""
    seed = make_seed()
    return seed, public_name(key_from_seed(seed))


def public_name(key: PrivateKey) -> str:
    return str(key.public_key.encode(HexEncoder).decode())


def checked_public_key(text: str) -> str:
    """Give back a public key made elsewhere, as we write it; refuses what is none."""
    try:
        key = PublicKey("".join(text.split()).lower().encode(), HexEncoder)
    except (CryptoError, ValueError, TypeError):
        sentence = _("This is not a public key: it has 64 letters and figures.")
        raise Refused("no_public_key", sentence) from None
    return str(key.encode(HexEncoder).decode())


def private_key(text: str) -> PrivateKey:
    return PrivateKey(text.encode(), HexEncoder)


def shares(seed: bytes) -> tuple[str, ...]:
    """Split a key's seed for three people; any two of them can close the wave."""
    parts = Shamir.split(SHARES_NEEDED, SHARES_MADE, seed)
    return tuple(codes.written(bytes([index]) + part) for index, part in parts)


def join_shares(texts: Sequence[str], public_key: str) -> PrivateKey:
    """Give back the private key; refuses shares that do not make the wave's key."""
    try:
        read = [codes.read(text, 1 + SEED_BYTES) for text in texts]
        seed = Shamir.combine([(part[0], part[1:]) for part in read])
    except ValueError:
        raise _wrong_shares() from None
    key = key_from_seed(seed)
    # Shamir's scheme joins wrong shares without a word: the public key is the judge.
    if len(read) != SHARES_NEEDED or public_name(key) != public_key:
        raise _wrong_shares()
    return key


def _wrong_shares() -> Refused:
    sentence = _("These two shares do not make the key of this wave. Check each group.")
    return Refused("wrong_shares", sentence)


# Passes, withdrawal codes, drafts: all derived from what only the respondent holds


def make_pass() -> str:
    return secrets.token_hex(PASS_BYTES)


def pass_hash(pass_: str) -> str:
    return derive(pass_.encode(), "pass").hex()


def withdrawal_secret(pass_: str) -> bytes:
    """Derive the withdrawal secret: the same at a second try, so that no code is lost."""
    return derive(pass_.encode(), "code", SECRET_BYTES)


def row_identifier(secret: bytes) -> str:
    return derive(secret, "row").hex()


def comment_identifier(secret: bytes) -> str:
    """Name the comment of an answer; only who holds the secret can tell they belong together."""
    return derive(secret, "comment").hex()


def resume_code(pass_: str) -> str:
    return codes.written(bytes.fromhex(pass_))


def pass_from(resume_code: str) -> str:
    return codes.read(resume_code, PASS_BYTES).hex()


def make_access_code() -> str:
    return codes.written(secrets.token_bytes(CODE_BYTES))


def access_code_hash(code: str) -> str:
    return derive(codes.read(code, CODE_BYTES), "access").hex()


def seal_draft(draft: Mapping[str, Any], pass_: str) -> str:
    box = SecretBox(derive(pass_.encode(), "draft"))
    sealed = box.encrypt(packed(draft), encoder=URLSafeBase64Encoder)
    return str(sealed.decode())


def open_draft(sealed: str, pass_: str) -> dict[str, Any]:
    box = SecretBox(derive(pass_.encode(), "draft"))
    try:
        plain = box.decrypt(sealed.encode(), encoder=URLSafeBase64Encoder)
        return dict(json.loads(plain))
    except (CryptoError, ValueError, TypeError):
        raise Refused("draft", _("This page could not be read back.")) from None


def resumption_identifier(pass_: str) -> str:
    return derive(pass_.encode(), "laterow").hex()


def seal_for_later(draft: str, pass_: str, size: int) -> bytes:
    box = SecretBox(derive(pass_.encode(), "later"))
    return bytes(box.encrypt(padded(draft.encode(), size)))


def open_from_earlier(sealed: bytes, pass_: str, size: int) -> str:
    box = SecretBox(derive(pass_.encode(), "later"))
    return str(sodium_unpad(box.decrypt(sealed), size).decode())


# The hand-over of shares: what a page carries to the next, and the key that stays here


def seal_shares(parts: Sequence[str]) -> tuple[str, str]:
    """Lock the shares not shown yet; the page carries them, the server the key, neither both."""
    key = secrets.token_bytes(SecretBox.KEY_SIZE)
    sealed = SecretBox(key).encrypt(
        json.dumps(list(parts)).encode(), encoder=URLSafeBase64Encoder
    )
    return key.hex(), str(sealed.decode())


def open_shares(sealed: str, key: str) -> list[str]:
    try:
        box = SecretBox(bytes.fromhex(key))
        return list(
            json.loads(box.decrypt(sealed.encode(), encoder=URLSafeBase64Encoder))
        )
    except (CryptoError, ValueError, TypeError):
        raise Refused("draft", _("This page could not be read back.")) from None


# Proof of a key that was made and stays elsewhere


def make_proof(public_key: str) -> tuple[str, bytes]:
    """Give the fingerprint of a random proof, and the proof sealed to the key."""
    proof = secrets.token_bytes(PROOF_BYTES)
    box = SealedBox(PublicKey(public_key.encode(), HexEncoder))
    return proof_hash(proof), bytes(box.encrypt(proof))


def read_proof(sealed: bytes, key: PrivateKey) -> str:
    return codes.written(SealedBox(key).decrypt(sealed))


def proof_hash(proof: bytes) -> str:
    return derive(proof, "proof").hex()


# Answers


def packed(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()


def padded(plain: bytes, size: int) -> bytes:
    """Give every answer of a wave the same length, and every comment."""
    if len(plain) >= size:
        raise Refused("too_long", _("This answer is longer than the wave allows."))
    return bytes(sodium_pad(plain, size))


def seal(record: Mapping[str, Any], public_key: str, size: int) -> bytes:
    box = SealedBox(PublicKey(public_key.encode(), HexEncoder))
    return bytes(box.encrypt(padded(packed(record), size)))


def unseal(ciphertext: bytes, key: PrivateKey, size: int) -> dict[str, Any]:
    plain = sodium_unpad(SealedBox(key).decrypt(ciphertext), size)
    return dict(json.loads(plain))
