"""Tokens, passwords and the rules that keep them: pure functions."""

import hashlib
import hmac
import secrets

TOKENS_PER_USER = 50
TOKEN_DIGITS = 40


def new_token() -> str:
    """Return a fresh token: 40 hex digits from the system's random source."""
    return secrets.token_hex(TOKEN_DIGITS // 2)


def digest(token: str) -> bytes:
    """Return what the database keeps of a token; it is random enough that no salt is needed."""
    return hashlib.sha256(token.encode()).digest()


def memory_key(secret: bytes, username: str, password: str, stored: str) -> bytes:
    """Return the key under which a successful password check is remembered; useless without the secret."""
    return hmac.new(secret, f"{username}\0{password}\0{stored}".encode(), hashlib.sha256).digest()
