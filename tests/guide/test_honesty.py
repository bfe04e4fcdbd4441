"""Honest about language, end to end: what is said at the desk, at the hand-out, on the device and in a refusal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from guide.clock import rfc3339
from guide.content import Content
from guide.services.access import Role
from guide.store import catalogue
from guide.wiring import Guide
from tests.guide.contents import measures, tour
from tests.guide.fakes import FakeClock

SITE: Final = "small"
TOLD: Final = "English: 15 of 45 min"
INSIDE: Final = {"v2": (2.5, 2.5), "ida": (7.5, 2.5), "away": (30.0, 15.0)}
MINUTES: Final = {
    "v2.en.standard": {"en": 15.0, "fr": 30.0},
    "v2.fr.standard": {"fr": 45.0},
    "ida.fr.standard": {"fr": 4.0},
}


class House:
    """A museum under test: a desk, a handheld, and the clock that both live by."""

    def __init__(self, client: TestClient, guide: Guide, clock: FakeClock) -> None:
        self.client, self.guide, self.clock = client, guide, clock

    def key(self, role: Role) -> dict[str, str]:
        """A new key of a role, as a header."""
        return {"Authorization": f"Bearer {self.guide.access.add_key(SITE, role, role).key}"}

    def edit(self, change: Callable[[Content], dict[str, Any]]) -> None:
        """Put other documents into the draft."""
        with self.guide.database.session() as session:
            content = catalogue.draft(session, SITE)
            catalogue.replace_draft(session, content.model_copy(update=change(content)), 9)

    def publish(self) -> Any:
        """Publish the draft."""
        return self.client.post("/api/v1/releases", json={"note": ""}, headers=self.key("curator"))

    def read(self, path: str, role: Role = "staff") -> Any:
        """What an address tells."""
        answer = self.client.get(f"/api/v1{path}", headers=self.key(role))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def visitor(self, *languages: str, **wishes: Any) -> "Visitor":
        """Hand out a device."""
        return Visitor(self, languages, wishes)


class Visitor:
    """Somebody with a handheld, a fix a second."""

    def __init__(self, house: House, languages: tuple[str, ...], wishes: dict[str, Any]) -> None:
        self.house, self.headers, self.seq = house, house.key("device"), 0
        answer = house.client.post(
            "/api/v1/visits",
            json={"languages": [*languages], "profile": "exact", **wishes},
            headers=self.headers,
        )
        assert answer.status_code == 201, answer.text
        self.visit: dict[str, Any] = answer.json()
        self.notices: dict[str, dict[str, Any]] = {}

    def stands(self, where: str, seconds: int = 8) -> dict[str, Any]:
        """Stay somewhere, and give the last answer back; every notice is kept by its id."""
        x, y = INSIDE[where]
        answer: dict[str, Any] = {}
        for _ in range(seconds):
            self.house.clock.pass_s(1)
            at = rfc3339(self.house.clock.now_ms())
            body = {"seq": self.seq, "at": at, "x": x, "y": y, "level": "hall"}
            path = f"/api/v1/visits/{self.visit['id']}/poll"
            answer = self.house.client.post(path, json=body, headers=self.headers).json()
            self.seq += 1
            self.notices |= {each["id"]: each for each in answer["notices"]}
        return answer

    def plays(self, number: str) -> dict[str, Any]:
        """Type a number."""
        return self.presses("play", number)

    def presses(self, do: str, number: str | None = None) -> dict[str, Any]:
        """Press a button."""
        self.house.clock.pass_s(1)
        body = {"seq": self.seq, "at": rfc3339(self.house.clock.now_ms()), "do": do, "exhibit": number}
        self.seq += 1
        path = f"/api/v1/visits/{self.visit['id']}/commands"
        answer: dict[str, Any] = self.house.client.post(path, json=body, headers=self.headers).json()
        self.notices |= {each["id"]: each for each in answer["notices"]}
        return answer

    def changes(self, **patch: Any) -> dict[str, Any]:
        """Change what was chosen."""
        path = f"/api/v1/visits/{self.visit['id']}"
        body: dict[str, Any] = self.house.client.patch(path, json=patch, headers=self.headers).json()
        return body

    def told(self, kind: str) -> list[str]:
        """The texts of a kind of notice."""
        return [each["text"] for each in self.notices.values() if each["kind"] == kind]


def measured(content: Content) -> dict[str, Any]:
    """The museum with narrations of 45 minutes, as they were measured: the English one is two thirds French."""
    tracks = [
        each.model_copy(update={"measures": measures(MINUTES[each.id])}) if each.id in MINUTES else each
        for each in content.tracks
        if each.variant == "standard"
    ]
    return {"tracks": tracks, "tours": [tour("short", "v2")]}


@pytest.fixture
def house(client: TestClient, guide: Guide, clock: FakeClock, museum: Path) -> House:
    """The small museum in the draft and published, with its English narration measured."""
    guide.catalogue.importing.run(museum, who="import")
    made = House(client, guide, clock)
    made.edit(measured)
    assert made.publish().status_code == 201
    return made


def claim(content: Content) -> dict[str, Any]:
    """The house promises English of the V-2."""
    first, *others = content.exhibits
    return {"exhibits": [first.model_copy(update={"claims": {"en": "full"}}), *others]}


class TestWordedEverywhere:
    def test_at_the_hand_out(self, house: House) -> None:
        """The answer that starts a visit says how much of what falls short there is."""
        coverage = house.visitor("en").visit["coverage"]
        assert coverage["exceptions"] == [
            {"exhibit": "v2", "summary": TOLD},
            {"exhibit": "ida", "summary": "English: 0 of 4 min"},
            {"exhibit": "planetarium", "summary": TOLD},
        ]
        assert (coverage["summary"], coverage["measured"]) == ("English: 30 of 94 min", True)

    def test_on_the_pages(self, house: House) -> None:
        """The site, the coverage sheet and the tours say the same, and French readers read it in French."""
        site = house.read("/site")
        english = next(each for each in site["coverage"] if each["language"] == "en")
        assert {"exhibit": "v2", "summary": TOLD} in english["exceptions"]
        assert (
            next(each for each in site["shows"][0]["coverage"] if each["language"] == "en")["summary"] == TOLD
        )
        sheet = house.read("/coverage?release=active")
        assert sheet["exhibits"][0]["languages"]["en"]["summary"] == TOLD
        assert sheet["shows"][0]["languages"]["en"]["summary"] == TOLD
        assert sheet["tours"][0]["languages"]["en"]["summary"] == TOLD
        assert [each["code"] for each in sheet["findings"]] == ["language_mixed"]
        assert TOLD in sheet["findings"][0]["sentence"]
        assert house.read("/tours")["items"][0]["coverage"][1]["summary"] == TOLD
        assert house.read("/coverage?language=fr")["exhibits"][0]["languages"]["en"]["summary"] == (
            "Anglais : 15 min sur 45"
        )

    def test_on_the_device(self, house: House) -> None:
        """Whoever enters the zone is told before the narration starts, once."""
        visitor = house.visitor("en")
        first = visitor.stands("v2", 1)
        assert first["playing"] is None
        assert visitor.told("language_gap") == [f"“The V-2” — {TOLD}. The rest is in French."]
        assert visitor.stands("v2", 3)["playing"]["track"] == "v2.en.standard"
        visitor.stands("away", 60)
        visitor.stands("v2")
        assert len(visitor.told("language_gap")) == 1

    def test_in_french(self, house: House) -> None:
        """A French reader with English first is told in English; with French first nothing falls short."""
        assert house.visitor("fr").stands("v2")["notices"][0]["kind"] == "loudness"
        visitor = house.visitor("fr")
        visitor.stands("v2")
        assert visitor.told("language_gap") == []


class TestClaims:
    def test_publishing_is_refused_with_the_minutes(self, house: House) -> None:
        """The promise that measured minutes refute stops the release, and the refusal has the minutes in it."""
        house.edit(claim)
        answer = house.publish()
        assert (answer.status_code, answer.json()["code"]) == (409, "draft_not_sound")
        (finding,) = answer.json()["findings"]
        assert (finding["code"], finding["severity"], finding["exhibits"]) == (
            "claim_refuted",
            "error",
            ["v2"],
        )
        assert finding["sentence"] == f"The claim that exhibit v2 is full in English does not hold: {TOLD}."
        assert house.read("/releases")["items"][0]["number"] == 1

    def test_what_is_not_measured_is_a_warning(self, house: House) -> None:
        """By the length of its narrations alone nobody is called a liar."""
        house.edit(lambda content: {
            **claim(content), "tracks": [each.model_copy(update={"measures": None}) for each in content.tracks],
        })  # fmt: skip
        answer = house.publish()
        assert answer.status_code == 201
        assert "claim_unmeasured" in {each["code"] for each in answer.json()["warnings"]}


class TestDemand:
    def test_what_visitors_missed_is_recorded_first(self, house: House) -> None:
        """Gaps met and halves heard are counted by visit; simulated visits and passers-by are not."""
        for languages in (["en"], ["en-GB"], ["it"]):
            house.visitor(*languages).stands("ida")
        house.visitor("en", "fr").stands("v2")
        house.visitor("en", simulated=True).stands("v2")
        sheet = house.read("/coverage?release=active")
        weighed = [
            (each["exhibit"], each["language"], each["visits"], each["missed_minutes"])
            for each in sheet["gaps"]
        ]
        assert weighed[:3] == [("v2", "en", 1, 30.0), ("ida", "en", 2, 8.0), ("ida", "it", 1, 4.0)]
        assert {each["language"]: each["missed_minutes"] for each in sheet["demand"]["languages"]} == {
            "en": 38.0, "it": 4.0, "fr": 0.0, "nl": 0.0,
        }  # fmt: skip

    def test_old_visits_are_forgotten(self, house: House) -> None:
        """What was missed more than thirty days ago is no reason to record it now."""
        house.visitor("en").stands("ida")
        house.clock.pass_s(31 * 24 * 3600)
        assert {each["visits"] for each in house.read("/coverage")["gaps"]} == {0}


class TestLadder:
    def test_text_is_a_bridge(self, house: House) -> None:
        """A Dutch visitor hears the French narration with the Dutch text beside it, and is told so once."""
        visitor = house.visitor("nl")
        playing = visitor.plays("102")["playing"]
        told = ("language", "requested", "text_language", "fallback")
        assert [playing[name] for name in told] == ["fr", "nl", "nl", True]
        assert b"Dit is Ida." in house.client.get(playing["transcript"]).content
        earlier = house.client.get(f"{playing['transcript'].partition('?')[0]}?lead_ms=500")
        assert b"00:00:00.000 --> 00:00:01.500" in earlier.content
        assert earlier.headers["content-type"] == "text/vtt; charset=utf-8"
        visitor.stands("ida", 4)
        visitor.plays("102")
        assert visitor.told("text_only") == ["“Ida” is spoken in French; read along in your language."]
        decisions = house.read(f"/decisions?visit={visitor.visit['id']}&action=start")["items"]
        assert {tuple(each[name] for name in told[:3]) for each in decisions} == {("fr", "nl", "nl")}

    @pytest.mark.parametrize(("now", "track"), [(False, "v2.fr.standard"), (True, "v2.en.standard")])
    def test_another_language_in_mid_visit(self, house: House, *, now: bool, track: str) -> None:
        """Another language holds from the next start, or at once where the visitor asks for it."""
        visitor = house.visitor("fr")
        assert visitor.plays("101")["playing"]["track"] == "v2.fr.standard"
        visitor.changes(languages=["en"], now=now)
        assert visitor.stands("v2", 1)["playing"]["track"] == track
        visitor.stands("v2", 6)
        assert visitor.plays("101")["playing"]["track"] == "v2.en.standard"

    @pytest.mark.parametrize("now", [True, False])
    def test_the_log_names_the_language_that_is_heard(self, house: House, *, now: bool) -> None:
        """After a change of language the log names the new track's language, at once or from a replay on."""
        visitor = house.visitor("en")
        visitor.plays("101")
        visitor.changes(languages=["fr"], now=now)
        if not now:
            visitor.presses("replay")
        log = house.read(f"/decisions?visit={visitor.visit['id']}&exhibit=v2&language=fr")["items"]
        told = ("action", "track", "language", "requested")
        (row,) = [each for each in log if each["action"] != "none"]
        assert [row[name] for name in told] == ["switch" if now else "start", "v2.fr.standard", "fr", "fr"]
        assert "in French" in row["sentence"]


class TestHearing:
    def test_a_child_hears_it_quieter(self, house: House) -> None:
        """The cap is chosen at the hand-out, and holds from the next answer when it is changed."""
        visitor = house.visitor("fr", hearing="child")
        assert visitor.visit["hearing"] == "child"
        assert visitor.stands("v2", 4)["playing"]["gain_db"] == -6.0
        assert visitor.changes(hearing="hearing-loss")["hearing"] == "hearing-loss"
        assert visitor.stands("v2", 1)["playing"]["gain_db"] == 6.0

    def test_one_notice_before_the_loud_room(self, house: House) -> None:
        """How loud, when that was measured, from what age: one notice, before anything starts, once."""
        visitor = house.visitor("fr")
        assert visitor.stands("v2", 1)["playing"] is None
        visitor.stands("v2", 60)
        visitor.stands("away", 700)
        visitor.stands("v2", 10)
        (told,) = visitor.told("loudness")
        assert told.startswith("« Le V-2 » est bruyant : environ 82 dB(A), mesurés le 4 mai 2026.")
        assert told.endswith("Conseillé à partir de 6 ans. A siren sounds once.")
        assert visitor.told("age") == []


class TestScreenings:
    def test_a_day(self, house: House) -> None:
        """The sittings of a day by the museum's clock; strangers may ask."""
        day = house.client.get("/api/v1/screenings?date=2026-11-22").json()
        assert (day["date"], day["time_zone"]) == ("2026-11-22", "Europe/Paris")
        assert [each["local"] for each in day["items"]] == [
            "2026-11-22T15:00:00+01:00",
            "2026-11-22T17:30:00+01:00",
        ]
        assert [
            each["local"] for each in house.client.get("/api/v1/screenings?date=2026-07-14").json()["items"]
        ] == ["2026-07-14T15:00:00+02:00"]

    def test_today(self, house: House) -> None:
        """Without a date it is today's, and the site has them with each show."""
        assert house.read("/screenings")["date"] == "2026-11-22"
        (show,) = house.read("/site")["shows"]
        assert [each["starts_at"] for each in show["screenings"]] == [
            "2026-11-22T14:00:00.000Z",
            "2026-11-22T16:30:00.000Z",
        ]
        assert show["minutes"] == 45.0

    @pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "0001-01-01", "2026-11-22T10"])
    def test_what_is_no_date(self, house: House, day: str) -> None:
        """A date that is none is refused with how to write one."""
        answer = house.client.get(f"/api/v1/screenings?date={day}")
        assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "query.date")


def test_an_unknown_tour(house: House) -> None:
    """404, with the tours that there are."""
    answer = house.client.get("/api/v1/coverage?tour=long", headers=house.key("staff"))
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_tour")
    assert "short" in answer.json()["detail"]
