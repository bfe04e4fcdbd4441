"""Keys: made at random, kept as hashes, recognised quickly, refused as soon as they are revoked."""

import asyncio
from collections.abc import Callable
from typing import NoReturn

import pytest
from sqlalchemy import select

from guide.errors import Conflict, NotFound, Unauthenticated
from guide.services.access import FRESH_MS, ROLES, Access, Caller, Role
from guide.store import keys
from guide.store.database import Database
from guide.tables import Device, Key, Site
from tests.guide.fakes import FakeClock


@pytest.fixture
def access(database: Database, clock: FakeClock) -> Access:
    """Keys on the test's database."""
    return Access(database, clock)


def add_site(database: Database, site: str) -> None:
    """Give the database a museum."""
    with database.session() as session:
        session.add(Site(id=site, body={}, active_release=None, created_at=1))


@pytest.fixture
def no_more_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[Database], None]:
    """From now on, whoever asks the database fails the test."""

    def forbidden() -> NoReturn:
        raise AssertionError("the database was asked")

    def forbid(database: Database) -> None:
        monkeypatch.setattr(database, "reading", forbidden)

    return forbid


class TestKeys:
    def test_a_key_says_who_holds_it(self, access: Access) -> None:
        """A key of a role at a site is recognised with its name."""
        made = access.add_key("m", "desk", "staff")
        assert made.key.startswith("cpl_")
        assert access.by_key(made.key) == Caller("m", "key", made.id, "desk", "staff")

    def test_only_its_hash_is_kept(self, access: Access, database: Database) -> None:
        """Whoever reads the database cannot use what is found there."""
        made = access.add_key("m", "desk", "staff")
        with database.reading() as session:
            row = session.scalars(select(Key)).one()
        assert made.key not in str(vars(row))
        with pytest.raises(Unauthenticated, match="not known"):
            access.by_key(row.sha256)

    @pytest.mark.parametrize("key", ["", "cpl_", "cpl_" + "A" * 43, "é\ud800", "x" * 10_000])
    def test_a_wrong_key_is_refused(self, access: Access, key: str) -> None:
        """No other text is a key, however strange."""
        access.add_key("m", "desk", "staff")
        with pytest.raises(Unauthenticated):
            access.by_key(key)

    def test_a_known_key_asks_nobody(
        self, access: Access, database: Database, no_more_reading: Callable[[Database], None]
    ) -> None:
        """After its first request a device's key is recognised without the database."""
        key = access.add_key("m", "handset", "device").key
        access.by_key(key)
        no_more_reading(database)
        assert access.by_key(key).name == "handset"
        assert asyncio.run(access.recognise(key)).name == "handset"

    def test_a_revoked_key_is_refused_at_once(self, access: Access) -> None:
        """A lost device is shut out with its next request."""
        key = access.add_key("m", "handset", "device", device="d1").key
        access.by_key(key)
        assert access.revoke_device("m", "d1") == 1
        with pytest.raises(Unauthenticated, match="revoked"):
            access.by_key(key)

    def test_revoking_names_one_device(self, access: Access) -> None:
        """Another device, and one of the same name in another museum, go on."""
        kept = [
            access.add_key("m", "b", "device", device="d2").key,
            access.add_key("n", "a", "device", device="d1").key,
        ]
        access.add_key("m", "a", "device", device="d1")
        access.revoke_device("m", "d1")
        assert [access.by_key(each).site for each in kept] == ["m", "n"]

    def test_another_process_revokes_within_a_minute(
        self, access: Access, database: Database, clock: FakeClock
    ) -> None:
        """A key that another process revoked is refused a minute later at the latest."""
        key = access.add_key("m", "handset", "device", device="d1").key
        access.by_key(key)
        Access(database, clock).revoke_device("m", "d1")
        clock.pass_s(FRESH_MS / 1000 + 1)
        with pytest.raises(Unauthenticated, match="revoked"):
            access.by_key(key)

    def test_a_key_expires(self, access: Access, clock: FakeClock) -> None:
        """A key with an end is refused after it, also where it was known before."""
        key = access.add_key("m", "study", "device", expires_at=clock.now_ms() + 10_000).key
        access.by_key(key)
        clock.pass_s(10)
        with pytest.raises(Unauthenticated, match="expired"):
            access.by_key(key)

    def test_a_device_is_seen(self, access: Access, database: Database, clock: FakeClock) -> None:
        """The fleet list knows to the minute when a device was last heard of."""
        with database.session() as session:
            session.add(Device(site="m", id="d1", name="h", created_at=1, last_seen=None))
        key = access.add_key("m", "h", "device", device="d1").key
        access.by_key(key)
        with database.reading() as session:
            assert session.get_one(Device, ("m", "d1")).last_seen == clock.now_ms()


class TestAnonymousGrant:
    def test_it_opens_one_visit(self, access: Access) -> None:
        """A visitor's own phone gets a key that names its visit, and has no role."""
        caller = access.by_key(access.grant_visit("m", "visit-1"))
        assert (caller.kind, caller.visit) == ("anonymous", "visit-1")
        assert not any(caller.may(role) for role in ROLES)

    def test_it_ends_with_its_visit(self, access: Access) -> None:
        """The grant can be taken back."""
        key = access.grant_visit("m", "visit-1")
        access.by_key(key)
        access.revoke_visit("m", "visit-1")
        with pytest.raises(Unauthenticated):
            access.by_key(key)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("device", {"device"}),
        ("staff", {"staff"}),
        ("curator", {"staff", "curator"}),
        ("admin", {"device", "staff", "curator", "admin"}),
    ],
)
def test_what_a_role_may(role: Role, may: set[Role]) -> None:
    """A curator may what staff may, an admin may all, a device only what devices may."""
    assert {each for each in ROLES if Caller("m", "key", "k", "n", role).may(each)} == may


class TestHomeSite:
    def test_keys_made_before_the_museum_are_its_own(self, access: Access, database: Database) -> None:
        """A key that was made before the first import belongs to the museum that is imported then."""
        key = access.add_key(keys.NO_SITE, "early", "device").key
        assert access.by_key(key).site == keys.NO_SITE
        add_site(database, "m")
        with database.session() as session:
            keys.bind_unclaimed(session, "m")
        assert access.by_key(key).site == "m"

    def test_the_only_museum_needs_no_word(self, database: Database) -> None:
        """With one site a command need not name it; with two it must, and only one that is there."""
        with database.reading() as session:
            assert keys.home_site(session) == keys.NO_SITE
        add_site(database, "m")
        with database.reading() as session:
            assert keys.home_site(session) == "m"
        add_site(database, "n")
        with database.reading() as session:
            assert keys.home_site(session, "n") == "n"
            with pytest.raises(Conflict, match=r"several sites \(m, n\)"):
                keys.home_site(session)
            with pytest.raises(NotFound, match="no site o"):
                keys.home_site(session, "o")
