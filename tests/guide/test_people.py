"""People: passwords that cannot be guessed or read, sign-ins that end, tokens against forged requests."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from guide.errors import Conflict, GuideError, Malformed, TooMany, Unauthenticated
from guide.services.people import People
from guide.store.database import Database
from guide.tables import Person, SignIn, Site
from guide.wiring import Guide
from tests.guide.fakes import FakeClock

PASSWORD = "correct horse battery"  # noqa: S105 - of a test
EMAIL = "anna@museum.example"
SECRET = "s" * 40


@pytest.fixture
def people(database: Database, clock: FakeClock) -> People:
    """People on the test's database, five attempts each."""
    return People(database, clock, SECRET, hours=12, attempts=5)


class TestAdding:
    def test_a_password_is_made_where_none_is_given(self, people: People) -> None:
        """A generated password is shown once, and opens the door."""
        made = people.add("Anna@Museum.example ", "curator")
        assert made.email == EMAIL
        assert made.password is not None
        assert people.sign_in(EMAIL, made.password, "here").caller.role == "curator"

    def test_only_a_slow_hash_is_kept(self, people: People, database: Database) -> None:
        """What the database keeps of a password is argon2id."""
        people.add(EMAIL, "staff", PASSWORD)
        with database.reading() as session:
            kept = session.scalars(select(Person.password_hash)).one()
        assert kept.startswith("$argon2id$")

    def test_all_mistakes_at_once(self, people: People) -> None:
        """A bad address, role and password are three faults of one answer."""
        with pytest.raises(Malformed) as caught:
            people.add("anna", "device", "short")
        assert [each.where for each in caught.value.errors] == ["email", "role", "password"]

    def test_nobody_is_added_twice(self, people: People) -> None:
        """The same address, however it is written, is the same person."""
        people.add(EMAIL, "staff", PASSWORD)
        with pytest.raises(Conflict, match="is there already"):
            people.add(EMAIL.upper(), "admin", PASSWORD)


class TestSigningIn:
    @pytest.mark.parametrize(
        ("email", "password"), [(EMAIL, "wrong password"), ("bert@museum.example", PASSWORD)]
    )
    def test_which_of_both_is_wrong_is_not_said(self, people: People, email: str, password: str) -> None:
        """A stranger cannot find out who works here."""
        people.add(EMAIL, "staff", PASSWORD)
        with pytest.raises(Unauthenticated, match=r"The address or the password is wrong\."):
            people.sign_in(email, password, "here")

    def test_guessing_is_slowed(self, people: People, clock: FakeClock) -> None:
        """After five failures nobody may try that address for a while, not even with the right password."""
        people.add(EMAIL, "staff", PASSWORD)
        for n in range(5):
            with pytest.raises(Unauthenticated):
                people.sign_in(EMAIL, f"guess {n}", f"client {n}")
        with pytest.raises(TooMany) as caught:
            people.sign_in(EMAIL, PASSWORD, "elsewhere")
        clock.pass_s(caught.value.retry_after_s)
        assert people.sign_in(EMAIL, PASSWORD, "elsewhere").caller.id == EMAIL

    def test_success_forgets_the_failures(self, people: People) -> None:
        """Somebody who mistypes now and then is never shut out."""
        people.add(EMAIL, "staff", PASSWORD)
        for _ in range(3):
            for _ in range(3):
                with pytest.raises(Unauthenticated):
                    people.sign_in(EMAIL, "mistyped it", "here")
            people.sign_in(EMAIL, PASSWORD, "here")

    def test_a_sign_in_ends(self, people: People, clock: FakeClock) -> None:
        """After its hours a cookie is worth nothing."""
        people.add(EMAIL, "staff", PASSWORD)
        cookie = people.sign_in(EMAIL, PASSWORD, "here").cookie
        assert people.by_cookie(cookie).caller.id == EMAIL
        clock.pass_s(12 * 3600)
        with pytest.raises(Unauthenticated, match="signed out"):
            people.by_cookie(cookie)

    def test_a_cookie_is_not_kept(self, people: People, database: Database) -> None:
        """Whoever reads the database cannot sign in with what is found there."""
        people.add(EMAIL, "staff", PASSWORD)
        cookie = people.sign_in(EMAIL, PASSWORD, "here").cookie
        with database.reading() as session:
            assert cookie not in str(vars(session.scalars(select(SignIn)).one()))

    def test_a_new_secret_signs_everybody_out(
        self, people: People, database: Database, clock: FakeClock
    ) -> None:
        """Where the secret key leaked, a new one ends every sign-in."""
        people.add(EMAIL, "staff", PASSWORD)
        cookie = people.sign_in(EMAIL, PASSWORD, "here").cookie
        with pytest.raises(Unauthenticated):
            People(database, clock, "t" * 40, hours=12).by_cookie(cookie)

    def test_a_new_password_ends_the_old_sign_ins(self, people: People) -> None:
        """Whoever changes a password shuts out who knew the old one."""
        people.add(EMAIL, "staff", PASSWORD)
        cookie = people.sign_in(EMAIL, PASSWORD, "here").cookie
        people.set_password(EMAIL, "another password")
        with pytest.raises(Unauthenticated):
            people.by_cookie(cookie)
        with pytest.raises(Unauthenticated):
            people.sign_in(EMAIL, PASSWORD, "here")

    def test_somebody_of_two_museums_names_one(self, people: People, database: Database) -> None:
        """A person of two sites says which is meant."""
        for site in ("m", "n"):
            with database.session() as session:
                session.add(Site(id=site, body={}, active_release=None, created_at=1))
            people.add(EMAIL, "staff", PASSWORD, site=site)
        with pytest.raises(Conflict, match="m, n"):
            people.sign_in(EMAIL, PASSWORD, "here")
        assert people.sign_in(EMAIL, PASSWORD, "here", site="n").caller.site == "n"


class TestSession:
    """The same over HTTP."""

    @pytest.fixture
    def anna(self, guide: Guide, client: TestClient) -> Iterator[TestClient]:
        """A client on which Anna has signed in."""
        guide.people.add(EMAIL, "admin", PASSWORD)
        answer = client.post("/api/v1/session", json={"email": EMAIL, "password": PASSWORD})
        assert answer.status_code == 200
        yield client
        client.cookies.clear()

    def test_the_cookie_is_out_of_reach(self, guide: Guide, client: TestClient) -> None:
        """Scripts and other sites never get the cookie."""
        guide.people.add(EMAIL, "admin", PASSWORD)
        answer = client.post("/api/v1/session", json={"email": EMAIL, "password": PASSWORD})
        flags = {each.strip().lower() for each in answer.headers["set-cookie"].split(";")[1:]}
        assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= flags
        assert answer.headers["cache-control"] == "no-store"

    def test_a_page_learns_who_is_signed_in(self, anna: TestClient) -> None:
        """After a reload the page finds name, role and token again."""
        body = anna.get("/api/v1/session").json()
        assert (body["email"], body["role"]) == (EMAIL, "admin")
        assert body["csrf"]

    def test_reading_needs_no_token(self, anna: TestClient) -> None:
        """A signed-in person reads with the cookie alone."""
        assert anna.get("/api/v1/devices").status_code == 200

    @pytest.mark.parametrize("token", [None, "wrong", "é"])
    def test_an_edit_without_the_token_is_refused(self, anna: TestClient, token: str | None) -> None:
        """A forged form on another site brings the cookie but not the token, and changes nothing."""
        headers = {} if token is None else {"X-CSRF-Token": token.encode()}
        answer = anna.post("/api/v1/devices", json={"name": "x"}, headers=headers)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (403, "bad_csrf_token")
        assert anna.get("/api/v1/devices").json()["items"] == []

    def test_an_edit_with_the_token_is_done(self, anna: TestClient) -> None:
        """The page sends its token along, and may."""
        token = anna.get("/api/v1/session").json()["csrf"]
        answer = anna.post("/api/v1/devices", json={"name": "x"}, headers={"X-CSRF-Token": token})
        assert answer.status_code == 201

    def test_signing_out(self, anna: TestClient, guide: Guide) -> None:
        """After signing out the cookie is gone from the browser, and worthless to whoever copied it."""
        cookie = anna.cookies["coupole_session"]
        token = anna.get("/api/v1/session").json()["csrf"]
        assert anna.delete("/api/v1/session", headers={"X-CSRF-Token": token}).status_code == 204
        assert "coupole_session" not in anna.cookies
        with pytest.raises(GuideError):
            guide.people.by_cookie(cookie)
