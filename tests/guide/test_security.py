"""Secrets and limits: random, readable where people read them, and even-handed."""

import re
from collections.abc import Callable

import pytest

from guide.errors import TooMany
from guide.security import (
    RateLimit,
    keyed_digest,
    make_code,
    make_id,
    make_key,
    make_password,
    same,
    spoken_code,
)
from tests.guide.fakes import FakeClock


@pytest.mark.parametrize(
    ("make", "form"),
    [
        (make_id, r"[a-z2-7]{26}"),
        (make_key, r"cpl_[A-Za-z0-9_-]{43}"),
        (make_code, r"[2-9A-HJ-NP-TV-Z]{4}-[2-9A-HJ-NP-TV-Z]{4}"),
        (make_password, r"([a-z2-7]{4}-){3}[a-z2-7]{4}"),
    ],
)
def test_no_two_are_alike(make: Callable[[], str], form: str) -> None:
    """Ids, keys, codes and passwords have their form, and a thousand of them are a thousand."""
    made = {make() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(form, each) for each in made)


def test_a_code_has_no_letters_that_look_alike() -> None:
    """A code read off a screen cannot be mistyped for another: no 0, O, 1, I, L or U."""
    assert not set("0O1ILU") & set("".join(make_code() for _ in range(1000)))


def test_a_code_is_the_same_however_typed() -> None:
    """Small letters and spaces do not matter."""
    assert spoken_code("ab cd-23 45") == "ABCD-2345"


def test_secrets_are_compared_whatever_they_hold() -> None:
    """A token with letters that no token has is simply wrong."""
    assert same("é\ud800", "é\ud800")
    assert not same("é", "e")
    assert keyed_digest("a" * 32, "x") != keyed_digest("b" * 32, "x")


class TestRateLimit:
    def limit(self, clock: FakeClock, **more: int) -> RateLimit:
        """Three a minute."""
        return RateLimit(clock, 3, 60, **more)

    def take(self, limit: RateLimit, name: str, times: int) -> int:
        """How many of so many tries succeed."""
        done = 0
        for _ in range(times):
            try:
                limit.take(name, phrase="too_many_visits")
            except TooMany:
                continue
            done += 1
        return done

    def test_so_many_and_no_more(self, clock: FakeClock) -> None:
        """Three a minute are three, for each name its own three."""
        limit = self.limit(clock)
        assert self.take(limit, "a", 10) == 3
        assert self.take(limit, "b", 10) == 3

    def test_it_refills_evenly(self, clock: FakeClock) -> None:
        """Every twenty seconds one more is free; refused tries cost nothing."""
        limit = self.limit(clock)
        self.take(limit, "a", 10)
        clock.pass_s(20)
        assert self.take(limit, "a", 10) == 1
        clock.pass_s(600)
        assert self.take(limit, "a", 10) == 3

    def test_the_wait_is_right(self, clock: FakeClock) -> None:
        """Whoever waits as long as told gets in."""
        limit = self.limit(clock)
        self.take(limit, "a", 3)
        with pytest.raises(TooMany) as caught:
            limit.take("a", phrase="too_many_visits")
        clock.pass_s(caught.value.retry_after_s)
        assert self.take(limit, "a", 1) == 1

    def test_a_crowd_does_not_fill_the_memory(self, clock: FakeClock) -> None:
        """Of a hundred thousand addresses only the latest are kept."""
        limit = self.limit(clock, names=100)
        for n in range(1000):
            limit.take(f"{n}", phrase="too_many_visits")
        assert self.take(limit, "999", 10) == 2
        assert self.take(limit, "0", 10) == 3
