"""What is said before a door: one notice with all of it, in English and French."""

from typing import Any

import pytest

from guide.content import HEARINGS, AdvisoriesDoc, FrameDoc, LoudnessDoc, SiteDoc
from guide.services.advice import advice_text, kind_of
from guide.services.ladder import climb
from guide.services.loudness import gain_db
from guide.services.releases import view_of
from tests.guide.contents import museum

LOUD = {
    "en": (
        "“Sky” is loud: about 88.5 dB(A), measured on 4 May 2026. There are flashing lights. "
        "Recommended from 4 years. Dark."
    ),
    "fr": (
        "« Sky » est bruyant : environ 88,5 dB(A), mesurés le 4 mai 2026. Lumières clignotantes. "
        "Conseillé à partir de 4 ans. Dark."
    ),
}
PLANETARIUM = {"min_age": 4, "level_dba": 88.5, "measured": "2026-05-04", "flashing": True}


@pytest.mark.parametrize(
    ("advice", "kind", "english", "french"),
    [
        (
            PLANETARIUM,
            "loudness",
            LOUD["en"],
            LOUD["fr"],
        ),
        (
            {"min_age": 12},
            "age",
            "“Sky” is recommended from 12 years. Dark.",
            "« Sky » est conseillé à partir de 12 ans. Dark.",
        ),
        (
            {"flashing": True},
            "loudness",
            "“Sky” has flashing lights. Dark.",
            "« Sky » comporte des lumières clignotantes. Dark.",
        ),
    ],
)
def test_one_notice_says_all_of_it(advice: dict[str, Any], kind: str, english: str, french: str) -> None:
    """How loud, since when that is known, lights, age, and the house's own words, in one notice."""
    doc = AdvisoriesDoc.model_validate(advice)
    assert kind_of(doc) == kind
    assert [advice_text(doc, "Sky", "Dark.", reader) for reader in ("en", "fr")] == [english, french]


def test_it_comes_before_the_narration() -> None:
    """Advice is told on entering the zone; an exhibit with nothing to say is entered in peace."""
    content = museum({"sky": {"fr": 1.0}, "ida": {"fr": 1.0}})
    loud = content.exhibits[0].model_copy(update={"advisories": AdvisoriesDoc.model_validate(PLANETARIUM)})
    view = view_of(content.model_copy(update={"exhibits": [loud, content.exhibits[1]]}), 1)
    programme = climb(view, ("fr",), "standard", accept_house=False).layout.programme
    assert {name: (each.before, each.notices) for name, each in programme.items()} == {
        "sky": (("loudness",), ()),
        "ida": ((), ()),
    }


def test_each_kind_of_hearing_has_its_cap() -> None:
    """A child hears the guide quieter, who is hard of hearing louder; a site may set its own."""
    site = SiteDoc(id="m", name={"fr": "M"}, languages=["fr"], frame=FrameDoc(lat=50, lon=2))
    assert [gain_db(site, each) for each in HEARINGS] == [0.0, -6.0, 6.0]
    own = site.model_copy(update={"loudness": LoudnessDoc(gain_db={"child": -9})})
    assert [gain_db(own, each) for each in HEARINGS] == [0.0, -9.0, 6.0]


@pytest.mark.parametrize("loudness", [{"target_lufs": -9}, {"target_lufs": -30}, {"gain_db": {"child": 20}}])
def test_loudness_has_limits(loudness: dict[str, Any]) -> None:
    """A site cannot ask for a level that hurts, or that nobody hears."""
    with pytest.raises(ValueError, match=r"less than or equal|greater than or equal"):
        LoudnessDoc.model_validate(loudness)
