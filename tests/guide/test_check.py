"""The layout check as a curator meets it: over HTTP, in sentences, and with proposals that can be taken up."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from guide.content import Content
from guide.services.access import Role
from guide.services.findings import Finding
from guide.services.layout_check import check
from guide.services.layout_check_words import LIST_CODES, found_sentence, listed, proposal_of
from guide.wiring import Guide
from zones.check_found import CODES, Change, Edit
from zones.check_found import Found as LayoutFound
from zones.check_limits import INTERRUPTED_DEVIATE
from zones.model import Part
from zones.profiles import PROFILES
from zones.units import Metres

KeyOf = Callable[[Role], dict[str, str]]
Found = Mapping[str, Any]
ANY_VERSION = {"If-Match": "*"}


@pytest.fixture
def curator(client: TestClient, guide: Guide, museum: Path) -> dict[str, str]:
    """The key of a curator of the imported museum."""
    assert client
    guide.catalogue.importing.run(museum, who="import")
    return {"Authorization": f"Bearer {guide.access.add_key('small', 'anna', 'curator').key}"}


@pytest.fixture
def content(guide: Guide, curator: dict[str, str]) -> Content:
    """The museum's draft."""
    assert curator
    return guide.catalogue.draft.content("small")[0]


def asked(client: TestClient, key: Mapping[str, str], body: object = None, query: str = "") -> dict[str, Any]:
    """What the check of the draft answers."""
    answer = client.post(f"/api/v1/draft/check{query}", json=body, headers=dict(key))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def redrawn(client: TestClient, key: Mapping[str, str], zone: str, **patch: object) -> None:
    """Change a zone of the draft."""
    answer = client.patch(f"/api/v1/draft/zones/{zone}", json=patch, headers={**key, **ANY_VERSION})
    assert answer.status_code == 200, answer.text


def the(code: str, told: Mapping[str, Any]) -> Found:
    """The one finding of a kind."""
    (found,) = (each for each in told["items"] if each["code"] == code)
    return dict(found)


def codes(found: Iterable[Finding]) -> list[str]:
    """The kinds of what was found."""
    return [each.code for each in found]


def box(x: float, y: float, width: float, height: float) -> list[list[float]]:
    """The outline of a room along the axes."""
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]


class TestTheDraft:
    def test_it_is_checked_as_it_is(self, client: TestClient, curator: dict[str, str]) -> None:
        """A museum of three zones has nothing against its layout, only things that are missing."""
        told = asked(client, curator)
        assert [each["code"] for each in told["items"]] == [
            "no_zone",
            "language_missing",
            "language_missing",
            "transcript_missing",
        ]
        assert (told["profile"], told["version"], told["next_cursor"]) == ("uwb", 1, None)
        assert (told["errors"], told["warnings"]) == (0, 4)

    def test_a_finding_is_whole(self, client: TestClient, curator: dict[str, str]) -> None:
        """Its kind, its zones, the place in metres, the figure, the limit, a sentence and a proposal."""
        redrawn(client, curator, "ida", outline=box(4, 0, 6, 5), priority=0, mode="auto")
        found = the("overlap_without_order", asked(client, curator))
        assert (found["severity"], found["level"], found["where"]) == ("warning", "hall", "zone ida")
        assert (found["zones"], found["exhibits"]) == (["ida", "v2"], ["ida", "v2"])
        assert (found["value"], found["limit"]) == (1.0, 0.4)
        assert 4 <= found["at"][0] <= 5
        assert 0 <= found["at"][1] <= 5
        assert found["sentence"] == (
            "“ida” and “v2” overlap by 5 m², 1 m across, where 0.4 m are allowed without an order; "
            "both have priority 0, so the measured position decides what starts there, then the smaller zone, "
            "then the id."
        )

    def test_a_shrink_is_taken_up(self, client: TestClient, curator: dict[str, str]) -> None:
        """The proposal's edits, sent as they are, make the finding go away."""
        redrawn(client, curator, "ida", outline=box(4, 0, 6, 5), priority=0)
        proposal = the("overlap_without_order", asked(client, curator))["proposal"]
        assert (proposal["change"], proposal["zone"], proposal["by_m"]) == ("shrink", "ida", 1.0)
        assert proposal["sentence"] == "Draw back the border of “ida” by 1 m."
        for edit in proposal["edits"]:
            redrawn(client, curator, edit["zone"], **edit["patch"])
        assert "overlap_without_order" not in {each["code"] for each in asked(client, curator)["items"]}
        zone = client.get("/api/v1/draft/zones/ida", headers=curator).json()
        assert sorted(zone["outline"]) == sorted(box(5, 0, 5, 5))

    def test_an_order_is_taken_up(self, client: TestClient, curator: dict[str, str]) -> None:
        """Where two zones share most of their ground, the smaller one is to go first."""
        redrawn(client, curator, "ida", outline=box(1.5, 0, 4, 4.5), priority=0)
        proposal = the("overlap_without_order", asked(client, curator))["proposal"]
        assert (proposal["change"], proposal["edits"]) == (
            "priority",
            [{"zone": "ida", "patch": {"priority": 1.0}}],
        )
        redrawn(client, curator, "ida", **proposal["edits"][0]["patch"])
        assert "overlap_without_order" not in {each["code"] for each in asked(client, curator)["items"]}

    def test_a_merger_is_taken_up(self, client: TestClient, curator: dict[str, str]) -> None:
        """An edit without a patch takes the zone away; its exhibit is reached by its number then."""
        redrawn(client, curator, "v2", outline=box(30, 10, 5, 5))
        made = client.post(
            "/api/v1/draft/zones/sky",
            json={"exhibit": "planetarium", "levels": ["hall"], "outline": box(0, 0, 5, 5)},
            headers=curator,
        )
        assert made.status_code == 201
        proposal = the("zones_alike", asked(client, curator, {"profile": "ble"}))["proposal"]
        kept, gone = proposal["edits"]
        assert (proposal["change"], kept["zone"], gone) == ("merge", "ida", {"zone": "sky", "patch": None})
        redrawn(client, curator, "ida", **kept["patch"])
        answer = client.delete("/api/v1/draft/zones/sky", headers={**curator, **ANY_VERSION})
        assert answer.status_code == 204
        found = asked(client, curator, {"profile": "ble"})["items"]
        assert "zones_alike" not in {each["code"] for each in found}

    def test_a_zone_that_a_code_stands_for_is_not_merged_away(
        self, client: TestClient, curator: dict[str, str]
    ) -> None:
        """A QR code names v2: without that zone nothing could be published, so no merger is proposed."""
        found = the("zones_alike", asked(client, curator, {"profile": "ble"}))
        assert (found["zones"], found["proposal"]) == (["ida", "v2"], None)

    def test_another_profile(self, client: TestClient, curator: dict[str, str]) -> None:
        """Rooms of five metres are fine for ultra-wideband and too small for Bluetooth."""
        told = asked(client, curator, {"profile": "ble"})
        assert told["profile"] == "ble"
        small = [each for each in told["items"] if each["code"] == "zone_too_small"]
        assert [(each["zones"], each["value"], each["limit"]) for each in small] == [
            (["ida"], 2.5, 3.2),
            (["v2"], 2.5, 3.2),
            (["v2-dome"], 2.34, 3.2),
        ]

    def test_in_french(self, client: TestClient, curator: dict[str, str]) -> None:
        """Sentences and proposals in the language that is asked for, by name or by the browser."""
        redrawn(client, curator, "ida", outline=box(4, 0, 6, 5), priority=0)
        told = the("overlap_without_order", asked(client, curator, query="?language=fr"))
        assert told["sentence"].startswith(
            "«\xa0ida\xa0» et «\xa0v2\xa0» se recouvrent sur 5 m², 1 m de large"
        )
        assert told["sentence"].endswith(
            "la position mesurée décide de ce qui commence là, puis la plus petite zone, puis l’identifiant."
        )
        assert told["proposal"]["sentence"] == "Reculez le bord de «\xa0ida\xa0» de 1 m."
        by_browser = client.post(
            "/api/v1/draft/check", headers={**curator, "Accept-Language": "fr-BE, en;q=0.5"}
        ).json()
        assert the("overlap_without_order", by_browser)["sentence"] == told["sentence"]

    def test_errors_come_first(self, client: TestClient, curator: dict[str, str]) -> None:
        """What stops a publication stands before what does not, and the publication says the same."""
        gone = client.delete("/api/v1/draft/exhibits/ida", headers={**curator, **ANY_VERSION})
        assert gone.status_code == 204
        told = asked(client, curator)
        assert [each["severity"] for each in told["items"]][: told["errors"] + 1] == ["error"] * told[
            "errors"
        ] + ["warning"]
        stopped = client.post("/api/v1/releases", json={}, headers=curator)
        assert stopped.status_code == 409
        assert stopped.json()["findings"] == told["items"][: told["errors"]]

    def test_a_publication_tells_the_same_warnings(self, client: TestClient, curator: dict[str, str]) -> None:
        """One function judges for the desk and for the publication."""
        redrawn(client, curator, "ida", outline=box(4, 0, 6, 5), priority=0)
        told = asked(client, curator)
        released = client.post("/api/v1/releases", json={}, headers=curator).json()
        assert released["warnings"] == told["items"]

    @pytest.mark.parametrize(
        ("body", "where"),
        [({"profile": "gps"}, "body.profile"), ({"profile": 3}, "body.profile"), ([], "body")],
    )
    def test_a_body_that_is_none(
        self, client: TestClient, curator: dict[str, str], body: object, where: str
    ) -> None:
        """An unknown profile is refused with those that there are."""
        answer = client.post("/api/v1/draft/check", json=body, headers=curator)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"].startswith(where)

    @pytest.mark.parametrize(("role", "status"), [("device", 403), ("staff", 200), ("admin", 200)])
    def test_who_may_ask(
        self, client: TestClient, curator: dict[str, str], guide: Guide, role: Role, status: int
    ) -> None:
        """Whoever may read the draft."""
        assert curator
        key = guide.access.add_key("small", "somebody", role).key
        answer = client.post("/api/v1/draft/check", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == status


class TestTheContent:
    def test_a_zone_out_of_its_level_stops_a_publication(self, content: Content) -> None:
        """It is an error with its place and its figure, told once."""
        hall = content.levels[0].model_copy(
            update={"outline": [(-5.0, -5.0), (8.0, -5.0), (8.0, 20.0), (-5.0, 20.0)]}
        )
        found = check(content.model_copy(update={"levels": [hall, *content.levels[1:]]}))
        stray = next(each for each in found if each.code == "zone_outside_level")
        assert (stray.severity, stray.zones, stray.value, stray.level) == ("error", ("ida",), 2.0, "hall")
        assert stray.at is not None
        assert stray.at[0] == 10.0
        assert "invalid_geometry" not in codes(found)

    def test_a_crossing_outline_is_still_an_error(self, content: Content) -> None:
        """What cannot be drawn is named by the geometry, and the rest is judged all the same."""
        bow = (
            content.zones[0]
            .parts[0]
            .model_copy(update={"outline": [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)]})
        )
        zones = [content.zones[0].model_copy(update={"parts": [bow]}), *content.zones[1:]]
        found = check(content.model_copy(update={"zones": zones}), profile="ble")
        assert found[0].code == "invalid_geometry"
        assert "zone_too_small" in codes(found)

    def test_the_longest_language_counts(self, content: Content) -> None:
        """Two rooms side by side are too close as soon as one narration in one language is long."""
        long = [
            each.model_copy(update={"duration_ms": 80_000}) if each.id == "v2.en.standard" else each
            for each in content.tracks
        ]
        zones = [each.model_copy(update={"mode": "auto"}) for each in content.zones]
        found = check(content.model_copy(update={"tracks": long, "zones": zones}))
        close = next(each for each in found if each.code == "narrations_too_close")
        # 2.5 m from the middle of a room of five metres, of the 80 s × 5 cm and the error that a listener needs
        assert close.zones == ("v2", "ida")
        assert close.value == 2.5
        assert close.limit == round(80 * 0.05 + INTERRUPTED_DEVIATE * PROFILES["uwb"].default_sigma, 2)
        assert close.sentence == (
            "“ida” is too close to “v2” for its priority: with 2 against 0 it interrupts “v2” in mid-sentence as soon "
            "as a listener has dwelt in it; during the 80 s of “v2” a listener needs 4.93 m to wander in, and after "
            "2.5 m stands in “ida”."
        )
        french = check(content.model_copy(update={"tracks": long, "zones": zones}), "fr")
        (told,) = (each.sentence for each in french if each.code == close.code)
        assert "est trop proche de «\u00a0v2\u00a0» pour sa priorité : 2 contre 0" in told
        family = [each.model_copy(update={"variant": "family"}) for each in long if each.duration_ms > 9000]
        assert "narrations_too_close" not in codes(check(content.model_copy(update={"tracks": family})))

    def test_the_rules_of_the_site_count(self, content: Content) -> None:
        """A site that knows its radio to be worse than the profile's is judged by its own figure."""
        site = content.site.model_copy(update={"rules": {"sigma_floor": 2.9}})
        assert "zone_too_small" not in codes(check(content))
        assert "zone_too_small" in codes(check(content.model_copy(update={"site": site})))

    def test_an_unknown_profile_or_rule_is_only_told(self, content: Content) -> None:
        """A content that is not sound is judged as far as it can be."""
        site = content.site.model_copy(update={"profile": "gps", "rules": {"dwell": -1.0, "haste": 2.0}})
        found = codes(check(content.model_copy(update={"site": site})))
        assert found[:3] == ["unknown_profile", "invalid_rule", "invalid_rule"]

    def test_a_zone_without_an_exhibit(self, content: Content) -> None:
        """It is told, since nothing will ever start there."""
        zones = [content.zones[0].model_copy(update={"exhibit": None}), *content.zones[1:]]
        found = check(content.model_copy(update={"zones": zones}))
        lost = next(each for each in found if each.code == "zone_without_exhibit")
        assert (lost.zones, lost.sentence) == (
            ("v2",),
            "Nothing can start in “v2”: no exhibit is named there.",
        )

    def test_every_sentence_in_both_languages(self, content: Content) -> None:
        """Everything that the layout check can find is said in English and in French, and ends as a sentence."""
        spoiled = spoil(content)
        english, french = check(spoiled, "en", "ble"), check(spoiled, "fr", "ble")
        assert codes(english) == codes(french)
        assert set(CODES) | set(LIST_CODES) <= set(codes(english))
        for one, other in zip(english, french, strict=True):
            if one.code in (*CODES, *LIST_CODES):
                assert one.sentence != other.sentence
                assert one.sentence.endswith(".")
                assert other.sentence.endswith(".")
                assert not {*"{}"} & {*one.sentence, *other.sentence}


class TestWords:
    """One thing is told as one, several as several, in both languages."""

    @pytest.mark.parametrize(
        ("zones", "english", "french"),
        [
            ((), "; no zone lies there.", " ; aucune zone ne s’y trouve."),
            (("a",), "; “a” lies there.", " ; «\u00a0a\u00a0» s’y trouve."),
            (("a", "b"), "; “a” and “b” lie there.", " ; «\u00a0a\u00a0» et «\u00a0b\u00a0» s’y trouvent."),
        ],
    )
    def test_zones_out_of_reach(self, zones: tuple[str, ...], english: str, french: str) -> None:
        """A level that nothing leads to is told with the zones that lie on it."""
        found = LayoutFound("level_unreachable", zones, zones, "dome", (0, 0), 1.0, 0.0, {"levels": "dome"})
        assert english in found_sentence(found, "en")
        assert french in found_sentence(found, "fr")

    @pytest.mark.parametrize(
        ("waiting", "french"),
        [
            (("a",), "Que «\u00a0a\u00a0» propose son commentaire et attende le bouton (mode « offer »)."),
            (
                ("a", "b"),
                (
                    "Que «\u00a0a\u00a0» et «\u00a0b\u00a0» proposent leur commentaire et attendent le bouton "
                    "(mode « offer »)."
                ),
            ),
        ],
    )
    def test_offers(self, waiting: tuple[str, ...], french: str) -> None:
        """French verbs go with how many zones are to wait."""
        proposal = proposal_of(Change("offer", tuple(Edit(each, mode="offer") for each in waiting)), "fr")
        assert proposal is not None
        assert proposal.sentence == french

    def test_how_far_borders_move(self) -> None:
        """Of several borders the figure is that of the one that moves most."""
        drawn = [Edit(each, parts=(Part(((0, 0), (1, 0), (1, 1))),)) for each in "ab"]
        one, both = (
            proposal_of(Change("shrink", tuple(edits), Metres(0.5)), "en") for edits in (drawn[:1], drawn)
        )
        assert one is not None
        assert both is not None
        assert one.sentence == "Draw back the border of “a” by 0.5 m."
        assert both.sentence == "Draw back the borders of “a” and “b” by up to 0.5 m."

    def test_long_lists(self) -> None:
        """Eight names are read, and what is beyond is counted."""
        names = [f"z{n}" for n in range(10)]
        assert listed(names, "fr").endswith("«\u00a0z7\u00a0» et 2 autres")
        assert listed(names[:9], "fr").endswith("«\u00a0z7\u00a0» et un autre")
        assert listed(names[:9], "en").endswith("“z7” and one more")


def spoil(content: Content) -> Content:
    """The museum with everything wrong with it that can be wrong with a layout."""
    first, second, third = content.zones
    v2 = first.parts[0]

    def drawn(zone: str, x: float, y: float, width: float, height: float, exhibit: str | None) -> object:
        part = v2.model_copy(update={"outline": [(px, py) for px, py in box(x, y, width, height)]})
        update = {"id": zone, "exhibit": exhibit, "parts": [part], "mode": "auto", "priority": 0.0}
        return first.model_copy(update=update)

    zones = [
        drawn("v2", 0, 0, 5, 5, "v2"),
        drawn("ida", 4, 0, 6, 5, "ida"),
        drawn("door", 20, 0, 1, 1, "ida"),
        drawn("lost", 30, 10, 3, 3, None),
        drawn("yard", 37, 0, 8, 8, "v2"),
        third,
    ]
    tracks = [each.model_copy(update={"duration_ms": 80_000}) for each in content.tracks]
    silent = content.exhibits[2].model_copy(update={"id": "silent", "number": "104"})
    assert second.id == "ida"
    return content.model_copy(
        update={
            "zones": zones,
            "tracks": tracks,
            "connectors": [],
            "exhibits": [*content.exhibits, silent],
        }
    )
