"""How loud a visitor hears the guide: every narration lies at one level, and each kind of hearing has its cap."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from guide.content import TARGET_LUFS, Hearing, SiteDoc
from media.ingest import Ingested
from media.render import RECIPES

GAIN_DB: Final[Mapping[Hearing, float]] = {"standard": 0.0, "child": -6.0, "hearing-loss": 6.0}
"""Decibels over the level of the files, where the site sets none: the device's full volume is this, and no more.

A child gets half the sound pressure, who is hard of hearing twice as much. What is added is for a player that
limits; one that cannot plays at full scale and no louder.
"""


def gain_db(site: SiteDoc, hearing: Hearing) -> float:
    """The gain at which a device plays at full volume for one kind of hearing."""
    return float(site.loudness.gain_db.get(hearing, GAIN_DB[hearing]))


def variation_of(site: SiteDoc) -> str:
    """What a site's own loudness adds to the name of a recipe; nothing where it has the usual one.

    A rendition is known by its source and its recipe: levelled otherwise, it is another.
    """
    target = site.loudness.target_lufs
    return "" if target == TARGET_LUFS else f"@{target:g}"


def recipe_of(form: str, variation: str = "") -> str:
    """The recipe of a format in this version, for a site's own loudness."""
    return RECIPES[form] + variation


def target_of(variation: str) -> float:
    """The loudness that a variation stands for.

    >>> target_of(""), target_of("@-18.5")
    (-16.0, -18.5)
    """
    return float(variation.removeprefix("@")) if variation else TARGET_LUFS


def named(made: Ingested, variation: str) -> Ingested:
    """What was made of a sound, with the names that its recipes have at a site's own loudness."""
    renditions = tuple(replace(each, recipe=each.recipe + variation) for each in made.renditions)
    return replace(made, recipe=made.recipe + variation, renditions=renditions)
