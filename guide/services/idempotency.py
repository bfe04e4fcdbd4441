"""Answers kept under an `Idempotency-Key`, so that a request sent twice makes nothing twice."""

import hashlib
from typing import Final

from sqlalchemy.orm import Session

from guide.errors import Conflict
from guide.tables import Idempotency

LONGEST: Final = 200


def digest(body: bytes) -> str:
    """What tells a repeated request from another one under the same key."""
    return hashlib.sha256(body).hexdigest()


def recall(session: Session, site: str, owner: str, key: str, request: str) -> bytes | None:
    """The answer that this request got before.

    Raises:
        Conflict: `idempotency_key_reused`: the key came with another body.
    """
    row = session.get(Idempotency, (site, owner, key))
    if row is None:
        return None
    if row.request_sha256 != request:
        raise Conflict(
            "idempotency_key_reused", "This Idempotency-Key came with another body before: make a new one."
        )
    return row.body


def keep(site: str, owner: str, key: str, request: str, status: int, body: bytes, now: int) -> Idempotency:
    """The row that keeps an answer, to be written with what the request made."""
    return Idempotency(
        site=site, owner=owner, key=key, request_sha256=request, status=status, body=body, created_at=now
    )
