"""The language ladder: what a visitor hears, reads, or is told is missing."""

from dataclasses import replace
from typing import Final

import pytest

from guide.content import (
    Content,
    ExhibitDoc,
    FrameDoc,
    LevelDoc,
    MeasuresDoc,
    SiteDoc,
    TrackDoc,
    Variant,
    track_id,
)
from guide.services.answers import captions_url
from guide.services.ladder import climb
from guide.services.language_names import lookup, matches
from guide.services.releases import ReleaseView, view_of
from zones.model import Cue, Gap

AUDIO: Final = "a" * 64
TEXT: Final = "b" * 64


def museum(*tracks: str) -> ReleaseView:
    """A release with one exhibit, `v2`; a track is told as `fr`, `fr.family`, `en text` or `fr+text`."""
    docs = []
    for told in tracks:
        name, _, only_text = told.partition(" ")
        name, plus, _ = name.partition("+")
        language, _, variant = name.partition(".")
        spoken: Variant = "family" if variant == "family" else "standard"
        docs.append(
            TrackDoc(
                id=track_id("v2", language, spoken),
                exhibit="v2",
                language=language,
                variant=spoken,
                source_sha256=None if only_text else AUDIO,
                source_ext=None if only_text else "opus",
                transcript_sha256=TEXT if only_text or plus else None,
                duration_ms=0 if only_text else 60_000,
            )
        )
    return view_of(
        Content(
            site=SiteDoc(id="m", name={"fr": "M"}, languages=["fr", "en"], frame=FrameDoc(lat=50, lon=2)),
            levels=[LevelDoc(id="hall", ordinal=0)],
            exhibits=[ExhibitDoc(id="v2", number="101", title={"fr": "Le V-2"})],
            tracks=docs,
        ),
        1,
    )


# tracks that there are; languages wished for; variant; accept_house; what is heard; read beside it; fallback
LADDER: Final = [
    (["fr", "en"], ["en"], "standard", False, "v2.en.standard", None, False),
    (["fr", "en"], ["en-GB"], "standard", False, "v2.en.standard", None, False),
    (["fr", "en"], ["de", "en"], "standard", False, "v2.en.standard", None, True),
    (["fr", "en", "en.family"], ["en"], "family", False, "v2.en.family", None, False),
    (["fr", "en"], ["en"], "family", False, "v2.en.standard", None, False),
    (["fr", "fr.family"], ["en", "fr"], "family", False, "v2.fr.family", None, True),
    (["fr", "en text"], ["en"], "standard", False, "v2.fr.standard", "en", True),
    (["fr", "en", "de text"], ["de"], "standard", False, "v2.fr.standard", "de", True),
    (["fr", "en", "de text"], ["de", "en"], "standard", False, "v2.en.standard", None, True),
    (["fr"], ["en"], "standard", False, None, None, False),
    (["fr"], ["en"], "standard", True, "v2.fr.standard", None, True),
    (["en text"], ["en"], "standard", False, None, None, False),
    (["en"], ["nl"], "standard", True, "v2.en.standard", None, True),
    ([], ["fr"], "standard", True, None, None, False),
]


@pytest.mark.parametrize(
    ("tracks", "languages", "variant", "accept_house", "heard", "read", "fallback"), LADDER
)
def test_what_is_heard(
    *, tracks: list[str], languages: list[str], variant: Variant, accept_house: bool, heard: str | None,
    read: str | None, fallback: bool,
) -> None:  # fmt: skip
    """Audio in a language asked for, then text in one over the house's audio, then that alone, then a gap."""
    ladder = climb(museum(*tracks), tuple(languages), variant, accept_house=accept_house)
    rung = ladder.rungs["v2"]
    assert (rung.track.id if rung.track else None, rung.text_language, rung.fallback) == (
        heard,
        read,
        fallback,
    )
    assert rung.requested == languages[0]
    entry = ladder.layout.programme["v2"]
    assert isinstance(entry, Gap if heard is None else Cue)


def test_what_is_told() -> None:
    """A gap, a fallback and a text beside the audio are each announced in their own way."""
    told = {
        "gap": climb(museum("fr"), ("en",), "standard", accept_house=False),
        "fallback": climb(museum("fr"), ("en", "fr"), "standard", accept_house=False),
        "text": climb(museum("fr", "en text"), ("en",), "standard", accept_house=False),
        "plain": climb(museum("fr"), ("fr",), "standard", accept_house=False),
    }
    notices = {name: ladder.layout.programme["v2"].notices for name, ladder in told.items()}
    assert notices == {
        "gap": ("language_gap",),
        "fallback": ("fallback",),
        "text": ("text_only",),
        "plain": (),
    }


def test_a_text_keeps_step_with_the_sound_it_is_read_over() -> None:
    """Where the beginning of the house audio was cut, the text over it is asked for as much earlier."""
    view = museum("fr", "en text")
    rung = climb(view, ("en",), "standard", accept_house=False).rungs["v2"]
    assert captions_url(rung) == f"/api/v1/media/{TEXT}.vtt"
    assert rung.track is not None
    cut = rung.track.model_copy(update={"measures": MeasuresDoc(recipe="1", lead_ms=800)})
    assert captions_url(replace(rung, track=cut)) == f"/api/v1/media/{TEXT}.vtt?lead_ms=800"
    assert captions_url(replace(rung, track=cut, text=None)) is None


def test_a_transcript_goes_with_its_audio() -> None:
    """A track's own transcript is shown with it, and is no other language."""
    rung = climb(museum("fr+text"), ("fr",), "standard", accept_house=False).rungs["v2"]
    assert rung.text is rung.track
    assert rung.text_language is None


def test_lookup() -> None:
    """Wishes fall back from the right, and a single letter goes with what follows it."""
    assert list(lookup("de-CH-x-basel")) == ["de-CH-x-basel", "de-CH", "de"]
    assert matches("en-GB", "en")
    assert not matches("en", "en-GB")
