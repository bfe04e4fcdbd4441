"""How loud a visitor hears the guide: every narration lies at one level, and each kind of hearing has its cap."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from guide.content import TARGET_LUFS, Hearing, SiteDoc
from media.ingest import Ingested
from media.render import RECIPES
from media.store import Store

GAIN_DB: Final[Mapping[Hearing, float]] = {"standard": 0.0, "child": -6.0, "hearing-loss": 6.0}
"""Decibels over the level of the files, where the site sets none: the device's full volume is this, and no more.

A child gets half the sound pressure, who is hard of hearing twice as much. What is added is for a player that
limits; one that cannot plays at full scale and no louder.
"""
LEVEL: Final = "@"
"""What comes before a loudness of the site's own in the name of a recipe,"""
BED: Final = "+"
"""and what before an ambience."""
_ENOUGH: Final = 12
"""Digits of a SHA-256 that tell the ambiences of a site apart."""


def gain_db(site: SiteDoc, hearing: Hearing) -> float:
    """The gain at which a device plays at full volume for one kind of hearing."""
    return float(site.loudness.gain_db.get(hearing, GAIN_DB[hearing]))


def chime_gain_db(site: SiteDoc, hearing: Hearing) -> float:
    """The same for the chime of an offer: shipped at the usual loudness, and to be as loud as the site's narrations."""
    return gain_db(site, hearing) + float(site.loudness.target_lufs) - TARGET_LUFS


def variation_of(site: SiteDoc, ambience: str | None = None) -> str:
    """What a site's own loudness, and what lies under a narration, add to the name of a recipe; mostly nothing.

    A rendition is known by its source and its recipe: levelled otherwise, or over another ambience, it is another.

    Args:
        site: The site.
        ambience: The name of what lies under the narration in the store.
    """
    target = site.loudness.target_lufs
    return over("" if target == TARGET_LUFS else f"{LEVEL}{target:g}", ambience)


def over(variation: str, ambience: str | None) -> str:
    """A variation of a recipe with an ambience under it.

    >>> over("@-18", "0a1b2c3d4e5f60718293.flac"), over("@-18", None)
    ('@-18+0a1b2c3d4e5f', '@-18')
    """
    return variation if ambience is None else f"{variation}{BED}{ambience[:_ENOUGH]}"


def recipe_of(form: str, variation: str = "") -> str:
    """The recipe of a format in this version, for a site's own loudness."""
    return RECIPES[form] + variation


def variation_named(recipe: str) -> str:
    """The variation in the name of a recipe, of whatever version.

    >>> variation_named("opus-of-an-older-version@-18+0a1b2c3d4e5f"), variation_named("opus-of-an-older-version")
    ('@-18+0a1b2c3d4e5f', '')
    """
    begins = min((at for sign in (LEVEL, BED) if (at := recipe.find(sign)) >= 0), default=len(recipe))
    return recipe[begins:]


def target_of(variation: str) -> float:
    """The loudness that a variation stands for.

    >>> target_of(""), target_of("@-18.5"), target_of("@-18.5+0a1b2c3d4e5f"), target_of("+0a1b2c3d4e5f")
    (-16.0, -18.5, -18.5, -16.0)
    """
    level = variation.partition(BED)[0]
    return float(level.removeprefix(LEVEL)) if level else TARGET_LUFS


def named(made: Ingested, variation: str) -> Ingested:
    """What was made of a sound, with the names that its recipes have at a site's own loudness."""
    renditions = tuple(replace(each, recipe=each.recipe + variation) for each in made.renditions)
    return replace(made, recipe=made.recipe + variation, renditions=renditions)


def stored_sound(store: Store, name: str | None) -> Path | None:
    """Where a sound lies that a document names, an ambience say; None where it names none."""
    return store.path(*name.split(".", 1)) if name else None
