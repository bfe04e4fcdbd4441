"""People and their sign-ins as rows."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from guide.tables import Person, SignIn


def people_named(session: Session, email: str, site: str | None = None) -> Sequence[Person]:
    """Who signs in under an address and is not disabled: a row for each site, or for one."""
    wanted = select(Person).where(Person.email == email, Person.disabled_at.is_(None))
    if site is not None:
        wanted = wanted.where(Person.site == site)
    return session.scalars(wanted.order_by(Person.site)).all()


def sign_in_by_digest(session: Session, sha256: str) -> tuple[SignIn, Person] | None:
    """A sign-in with its person, where neither is over."""
    wanted = (
        select(SignIn, Person)
        .join(Person, (Person.site == SignIn.site) & (Person.email == SignIn.email))
        .where(SignIn.sha256 == sha256, Person.disabled_at.is_(None))
    )
    row = session.execute(wanted).one_or_none()
    return None if row is None else (row[0], row[1])


def drop_sign_in(session: Session, sha256: str) -> None:
    """End one sign-in."""
    session.execute(delete(SignIn).where(SignIn.sha256 == sha256))


def drop_sign_ins(session: Session, site: str, email: str) -> None:
    """End all sign-ins of a person."""
    session.execute(delete(SignIn).where(SignIn.site == site, SignIn.email == email))


def drop_old_sign_ins(session: Session, before_ms: int) -> None:
    """Forget sign-ins that are over."""
    session.execute(delete(SignIn).where(SignIn.expires_at <= before_ms))
