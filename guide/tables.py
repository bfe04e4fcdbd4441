"""The tables: every row belongs to a site; moments are whole milliseconds since 1970 (UTC)."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A growing id: SQLite numbers rows by itself only in a plain INTEGER."""


class Base(DeclarativeBase):
    """The base of all rows; names of constraints are fixed so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, int: BigInteger}  # noqa: RUF012 - SQLAlchemy's own form


class Site(Base):
    """One museum, with its draft's number and its active release."""

    __tablename__ = "sites"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    draft_version: Mapped[int] = mapped_column(default=0)
    body: Mapped[dict[str, Any]]
    active_release: Mapped[int | None]
    created_at: Mapped[int]


class DraftItem(Base):
    """One document of the draft: a level, connector, zone, exhibit, show, tour, place or track."""

    __tablename__ = "draft_items"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    body: Mapped[dict[str, Any]]
    version: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)


class DraftChange(Base):
    """Who changed what in the draft, and what it was before: the history, and what undo reads."""

    __tablename__ = "draft_changes"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    site: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[int]
    at: Mapped[int]
    who: Mapped[str] = mapped_column(String(200))
    act: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str | None] = mapped_column(String(16))
    item: Mapped[str | None] = mapped_column(String(200))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


class Release(Base):
    """An immutable, numbered publication of the draft."""

    __tablename__ = "releases"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created_at: Mapped[int]
    created_by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str] = mapped_column(String(64))


class ReleaseEvent(Base):
    """When which release was made the active one, and by whom."""

    __tablename__ = "release_events"
    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    site: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[int]
    at: Mapped[int]
    who: Mapped[str] = mapped_column(String(200))


class Rendition(Base):
    """One encoded file of a source, by recipe; both named by their SHA-256. A site's own row, shared bytes."""

    __tablename__ = "renditions"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    source_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    recipe: Mapped[str] = mapped_column(String(64), primary_key=True)
    format: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int]
    duration_ms: Mapped[int]
    created_at: Mapped[int]


class Job(Base):
    """Work that goes on beside the requests: one row from its request to its end, whichever process does it.

    Who works on it holds its lease, and writes only while it does: what lost its lease was given to somebody else.
    """

    __tablename__ = "jobs"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    percent: Mapped[int] = mapped_column(default=0)
    message: Mapped[dict[str, Any] | None]
    """The same in each language of the interface."""
    result: Mapped[dict[str, Any] | None]
    args: Mapped[dict[str, Any]]
    track: Mapped[str | None] = mapped_column(String(200))
    """What it makes: of two jobs for one track the later waits for the earlier."""
    who: Mapped[str] = mapped_column(String(200))
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[int | None]
    created_at: Mapped[int]
    updated_at: Mapped[int]

    __table_args__ = (
        Index("ix_jobs_site_created_at", "site", "created_at", "id"),
        Index("ix_jobs_state_created_at", "state", "created_at", "id"),
    )


class Upload(Base):
    """A large file on its way in, in pieces; `received` bytes of it are on the disk for certain."""

    __tablename__ = "uploads"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(200))
    who: Mapped[str] = mapped_column(String(200))
    length: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    header: Mapped[str] = mapped_column(Text)
    """`Upload-Metadata` as it was sent: it must be given back so."""
    wanted: Mapped[dict[str, Any]]
    """Exhibit, language, variant, transcript."""
    job: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)


class Hearing(Base):
    """Where speech was heard in a source, in its own time: what a new transcript is measured by."""

    __tablename__ = "hearings"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    source_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    speech: Mapped[list[Any]]
    """Pairs of milliseconds."""
    created_at: Mapped[int]


class Device(Base):
    """A handheld of the fleet."""

    __tablename__ = "devices"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[int]
    last_seen: Mapped[int | None]


class Enrolment(Base):
    """A one-time code that turns into a device's key."""

    __tablename__ = "enrolments"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    code_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    device: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int]
    expires_at: Mapped[int]
    used_at: Mapped[int | None]


class Key(Base):
    """A credential of a device or an integration; only its hash is kept."""

    __tablename__ = "keys"
    site: Mapped[str] = mapped_column(String(64))
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    device: Mapped[str | None] = mapped_column(String(64))
    visit: Mapped[str | None] = mapped_column(String(64))
    """Set for the anonymous grant: the key opens this one visit and nothing else."""
    created_at: Mapped[int]
    expires_at: Mapped[int | None]
    revoked_at: Mapped[int | None]


class Person(Base):
    """Somebody who signs in, with the role at a site."""

    __tablename__ = "people"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(200), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[int]
    disabled_at: Mapped[int | None]


class SignIn(Base):
    """A session of a person; only the hash of its cookie is kept."""

    __tablename__ = "sign_ins"
    site: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(200))
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[int]
    expires_at: Mapped[int]


class Idempotency(Base):
    """The answer that an `Idempotency-Key` got, so that a repeated request makes nothing twice."""

    __tablename__ = "idempotency"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[int]


class Visit(Base):
    """One handing-out of a device: languages, variant, leaving time; no name, ever.

    `state` is the engine's, `answer` the last reply byte for byte; both as of `seq`, never older than a second.
    """

    __tablename__ = "visits"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(64), index=True)
    device: Mapped[str | None] = mapped_column(String(64), index=True)
    simulated: Mapped[bool] = mapped_column(Boolean)
    body: Mapped[dict[str, Any]]
    """Languages, variant, mode, profile, leave_at, screening, accept_house."""
    release: Mapped[int]
    created_at: Mapped[int]
    last_seen: Mapped[int]
    ended_at: Mapped[int | None]
    seq: Mapped[int] = mapped_column(default=-1)
    playback_seq: Mapped[int] = mapped_column(default=-1)
    clock_offset_ms: Mapped[int | None]
    state: Mapped[bytes | None] = mapped_column(LargeBinary)
    last: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the next answer needs: the last request's fingerprint, status and body; the event count."""


class VisitEvent(Base):
    """One thing that happened to a visit, in order: fixes, ticks, commands, changes. What replay reads."""

    __tablename__ = "visit_events"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    visit: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    arrived_at: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]]


class PlaybackEvent(Base):
    """What a device says that it played."""

    __tablename__ = "playback_events"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    visit: Mapped[str] = mapped_column(String(64), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]]


class Decision(Base):
    """What a poll decided and why, or a suppressed trigger: one row for each change and each episode."""

    __tablename__ = "decisions"
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Sorts by time: the visit's moment, the visit, and its own count."""
    visit: Mapped[str] = mapped_column(String(64))
    device: Mapped[str | None] = mapped_column(String(64))
    seq: Mapped[int | None]
    at: Mapped[int]
    until: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(32))
    exhibit: Mapped[str | None] = mapped_column(String(64))
    zone: Mapped[str | None] = mapped_column(String(64))
    track: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(35))
    requested: Mapped[str | None] = mapped_column(String(35))
    text_language: Mapped[str | None] = mapped_column(String(35))
    """Of the text shown over a narration in another language."""
    release: Mapped[int]
    engine: Mapped[str] = mapped_column(String(16))
    rules: Mapped[str] = mapped_column(String(64))
    simulated: Mapped[bool] = mapped_column(Boolean)
    evidence: Mapped[list[Any]]

    __table_args__ = (
        ForeignKeyConstraint(["site", "visit"], ["visits.site", "visits.id"]),
        Index("ix_decisions_site_at", "site", "at", "id"),
        Index("ix_decisions_site_visit_at", "site", "visit", "at"),
    )
