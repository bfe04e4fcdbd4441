"""People: who may sign in, with which role, and what a sign-in is."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from guide.clock import Clock
from guide.errors import Conflict, Fault, Malformed, NotFound, Unauthenticated
from guide.security import RateLimit, keyed_digest, make_key, make_password
from guide.services.access import ROLES, Caller, Role
from guide.store import keys, people
from guide.store.database import Database
from guide.tables import Person, SignIn

_HOUR_MS: Final = 3_600_000
_PASSWORD_MIN: Final = 10
_PASSWORD_MAX: Final = 1024
_EMAIL_MAX: Final = 200
HASHER: Final = PasswordHasher()
"""argon2id with the parameters of RFC 9106 for machines with little memory."""
_AT_ONCE: Final = 2
"""How many passwords are tried at once: each takes 64 MiB, and a crowd must not take the memory of the visits."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in: what goes into the cookie, and what unsafe requests must bring along."""

    caller: Caller
    cookie: str
    csrf: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person as they are shown once; the password is set where it was generated."""

    site: str
    email: str
    role: Role
    password: str | None


class People:
    """Adds people and signs them in and out."""

    def __init__(
        self, database: Database, clock: Clock, secret_key: str, *, hours: float, attempts: int = 10
    ) -> None:
        self._database = database
        self._clock = clock
        self._secret_key = secret_key
        self._lasts_ms = int(hours * _HOUR_MS)
        self._attempts = RateLimit(clock, attempts, 900)
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._nobody: str | None = None

    def add(
        self, email: str, role: str, password: str | None = None, *, site: str | None = None
    ) -> NewPerson:
        """A new person; without a password, one is generated.

        Raises:
            Malformed: The address, the role or the password will not do; all faults at once.
            Conflict: The person is there already, or it is not clear at which site.
            NotFound: There is no such site.
        """
        chosen = password if password is not None else make_password()
        email = self.check(email, role, chosen)
        hashed = self._hash(chosen)
        with self._database.session() as session:
            home = keys.home_site(session, site)
            if session.get(Person, (home, email)) is not None:
                raise Conflict.of("person_exists", email=email)
            session.add(
                Person(
                    site=home,
                    email=email,
                    role=role,
                    password_hash=hashed,
                    created_at=self._clock.now_ms(),
                    disabled_at=None,
                )
            )
        return NewPerson(home, email, _role(role), chosen if password is None else None)

    @staticmethod
    def check(email: str, role: str, password: str | None = None) -> str:
        """The address as it will be kept, where a person could be added with all this.

        Raises:
            Malformed: The address, the role or the password will not do; all faults at once.
        """
        email = address(email)
        faults = [*_address_faults(email), *_role_faults(role)]
        if password is not None:
            faults += _password_faults(password)
        if faults:
            raise Malformed.of("bad_person/add", faults)
        return email

    def set_password(self, email: str, password: str | None = None, *, site: str | None = None) -> NewPerson:
        """Give a person a new password, generated where none is given, and end their sign-ins.

        Raises:
            Malformed: The password will not do.
            NotFound: There is no such person, or no such site.
            Conflict: It is not clear at which site.
        """
        chosen = password if password is not None else make_password()
        if faults := _password_faults(chosen):
            raise Malformed.of("bad_person/password", faults)
        hashed = self._hash(chosen)
        with self._database.session() as session:
            person = session.get(Person, (keys.home_site(session, site), address(email)))
            if person is None:
                raise NotFound.of("unknown_person", email=address(email))
            person.password_hash = hashed
            people.drop_sign_ins(session, person.site, person.email)
            shown = chosen if password is None else None
            return NewPerson(person.site, person.email, _role(person.role), shown)

    def sign_in(self, email: str, password: str, client: str, *, site: str | None = None) -> SignedIn:
        """A sign-in by address and password.

        Raises:
            Unauthenticated: They do not belong together; which of them is wrong is not said.
            TooMany: Too many tries from this client or for this address.
            Conflict: The person belongs to several sites, and none was named.
        """
        email = address(email)[:_EMAIL_MAX]
        names = (f"client {client}", f"person {email}")
        for name in names:
            self._attempts.take(name, phrase="too_many_sign_ins")
        with self._database.reading() as session:
            rows = people.people_named(session, email, site)
        if not rows:
            # As slow as a wrong password, so that time does not tell who is known here.
            self._matches(self._of_nobody(), password)
        matching = [row for row in rows if self._matches(row.password_hash, password)]
        if not matching:
            raise Unauthenticated.of("wrong_sign_in")
        if len(matching) > 1:
            named = ", ".join(row.site for row in matching)
            raise Conflict.of("which_site/person", email=email, sites=named)
        for name in names:
            self._attempts.give_back(name)
        return self._begin(matching[0])

    def _begin(self, person: Person) -> SignedIn:
        cookie, csrf, now = make_key(), make_key(), self._clock.now_ms()
        with self._database.session() as session:
            people.drop_old_sign_ins(session, now)
            session.add(
                SignIn(
                    site=person.site,
                    sha256=keyed_digest(self._secret_key, cookie),
                    email=person.email,
                    csrf=csrf,
                    created_at=now,
                    expires_at=now + self._lasts_ms,
                )
            )
        return SignedIn(_caller(person), cookie, csrf, now + self._lasts_ms)

    def by_cookie(self, cookie: str) -> SignedIn:
        """Whose sign-in a cookie is.

        Raises:
            Unauthenticated: Nobody's, or it is over.
        """
        with self._database.reading() as session:
            found = people.sign_in_by_digest(session, keyed_digest(self._secret_key, cookie))
        if found is None or found[0].expires_at <= self._clock.now_ms():
            raise Unauthenticated.of("signed_out")
        row, person = found
        return SignedIn(_caller(person), cookie, row.csrf, row.expires_at)

    def sign_out(self, cookie: str) -> None:
        """End a sign-in; one that is over already is no error."""
        with self._database.session() as session:
            people.drop_sign_in(session, keyed_digest(self._secret_key, cookie))

    def _hash(self, password: str) -> str:
        with self._turn:
            return HASHER.hash(password)

    def _matches(self, hashed: str, password: str) -> bool:
        with self._turn:
            try:
                return HASHER.verify(hashed, password[:_PASSWORD_MAX])
            except (VerificationError, InvalidHashError):
                return False

    def _of_nobody(self) -> str:
        if self._nobody is None:
            self._nobody = self._hash(make_password())
        return self._nobody


def address(email: str) -> str:
    """An e-mail address as it is kept: people do not remember its capitals."""
    return email.strip().lower()


def _caller(person: Person) -> Caller:
    return Caller(person.site, "person", person.email, person.email, _role(person.role))


def _role(text: str) -> Role:
    return next((each for each in ROLES if each == text), "device")


def _address_faults(email: str) -> Sequence[Fault]:
    name, _, host = email.rpartition("@")
    if name and host and len(email) <= _EMAIL_MAX and email.isprintable() and " " not in email:
        return ()
    return (Fault.of("email", "no_address", email=email),)


def _role_faults(role: str) -> Sequence[Fault]:
    people_roles = ROLES[1:]
    if role in people_roles:
        return ()
    return (Fault.of("role", "no_role", role=role, roles=people_roles),)


def _password_faults(password: str) -> Sequence[Fault]:
    if _PASSWORD_MIN <= len(password) <= _PASSWORD_MAX:
        return ()
    limits = {"least": _PASSWORD_MIN, "most": _PASSWORD_MAX}
    return (Fault.of("password", "password_length", count=len(password), **limits),)
