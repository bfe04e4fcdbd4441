"""Shows and screenings: sittings by the museum's clock, each with what it speaks and what to know before."""

from datetime import date

import pytest

from guide.content import AdvisoriesDoc, Content, ScreeningDoc
from guide.services.releases import view_of
from guide.services.shows import screenings_on, show_bodies, today
from tests.guide.contents import museum, show

SUNDAY = date(2026, 11, 22)


def planetarium(*starts: str) -> Content:
    """A museum with one show of 45 minutes, at some times."""
    content = museum({}, {"planetarium": {"en": 15, "fr": 30}})
    sitting = content.shows[0].model_copy(
        update={"screening": [ScreeningDoc(starts=each) for each in starts]}
    )
    return content.model_copy(update={"shows": [sitting]})


class TestScreenings:
    @pytest.mark.parametrize(
        ("starts", "day", "sittings"),
        [
            ("15:00", "2026-11-22", ["2026-11-22T14:00:00.000Z 2026-11-22T15:00:00+01:00"]),
            ("15:00", "2026-07-14", ["2026-07-14T13:00:00.000Z 2026-07-14T15:00:00+02:00"]),
            ("2026-11-22T17:30:00", "2026-11-22", ["2026-11-22T16:30:00.000Z 2026-11-22T17:30:00+01:00"]),
            ("2026-11-22T17:30:00", "2026-11-23", []),
            ("2026-11-22T23:30:00Z", "2026-11-23", ["2026-11-22T23:30:00.000Z 2026-11-23T00:30:00+01:00"]),
            ("02:30", "2026-03-29", ["2026-03-29T01:30:00.000Z 2026-03-29T03:30:00+02:00"]),  # left out
            ("02:30", "2026-10-25", ["2026-10-25T00:30:00.000Z 2026-10-25T02:30:00+02:00"]),  # comes twice
        ],
    )
    def test_times_are_the_museums_own(self, starts: str, day: str, sittings: list[str]) -> None:
        """Three in the afternoon is three in the afternoon, in winter and in summer, and on the nights between."""
        found = [each.body() for each in screenings_on(planetarium(starts), date.fromisoformat(day))]
        assert [f"{each['starts_at']} {each['local']}" for each in found] == sittings

    def test_in_their_order_each_once(self) -> None:
        """Sittings come by time, whatever order they were written in; one that is written twice is one."""
        found = screenings_on(planetarium("16:30", "11:00", "2026-11-22T11:00:00"), SUNDAY)
        assert [each.body()["local"] for each in found] == [
            "2026-11-22T11:00:00+01:00",
            "2026-11-22T16:30:00+01:00",
        ]
        assert found[0].body()["ends_at"] == "2026-11-22T10:45:00.000Z"
        assert found[0].body()["minutes"] == 45.0

    def test_what_is_no_time_is_no_sitting(self) -> None:
        """The content check tells of it; the list goes on without it."""
        assert screenings_on(planetarium("soon"), SUNDAY) == ()

    def test_today_is_the_museums(self) -> None:
        """Half past eleven in the evening in Greenwich is tomorrow in Paris."""
        assert today("Europe/Paris", 1_795_390_200_000) == date(2026, 11, 23)


class TestShow:
    def test_what_is_told_of_a_show(self) -> None:
        """Its minutes, what of them is in each language and in which segments, and today's sittings."""
        (told,) = show_bodies(view_of(planetarium("11:00"), 1), "en", 1_795_341_600_000)
        assert (told["minutes"], told["title"]) == (45.0, {"fr": "planetarium"})
        assert {each["language"]: (each["summary"], each["segments"]) for each in told["coverage"]} == {
            "fr": ("French: 30 of 45 min", [1]),
            "en": ("English: 15 of 45 min", [0]),
            "nl": ("Dutch: 0 of 45 min", []),
        }
        assert [each["local"] for each in told["screenings"]] == ["2026-11-22T11:00:00+01:00"]

    def test_subtitles_are_told_apart(self) -> None:
        """Half an hour of French with English subtitles is not English; who reads is told of it."""
        content = planetarium()
        english, french = content.shows[0].segment
        titled = [english, french.model_copy(update={"subtitles": ["en", "nl"]})]
        content = content.model_copy(
            update={"shows": [content.shows[0].model_copy(update={"segment": titled})]}
        )
        (told,) = show_bodies(view_of(content, 1), "en", 0)
        assert {
            each["language"]: (each["minutes"], each["subtitled_minutes"]) for each in told["coverage"]
        } == {
            "fr": (30.0, 0.0),
            "en": (15.0, 30.0),
            "nl": (0.0, 30.0),
        }

    def test_a_sitting_may_have_advice_of_its_own(self) -> None:
        """What a show says goes before what its exhibit says."""
        content = museum({}, {"planetarium": {"fr": 30}})
        exhibit = content.exhibits[0].model_copy(update={"advisories": AdvisoriesDoc(min_age=4)})
        content = content.model_copy(update={"exhibits": [exhibit]})
        loud = show("planetarium", {"fr": 30}, advisories=AdvisoriesDoc(level_dba=88))
        told = [
            show_bodies(view_of(content.model_copy(update={"shows": [each]}), 1), "en", 0)[0]["advisories"]
            for each in (content.shows[0], loud)
        ]
        assert [(each["min_age"], each["level_dba"]) for each in told] == [(4, None), (None, 88)]
