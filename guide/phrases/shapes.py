"""What the core says in English of zones and levels that are not sound, said again in French.

The core knows no language but its own, so its sentences are found again here by their form.
"""

import re
from functools import cache
from typing import Final

_ID: Final = "1 à 64 lettres sans accent, chiffres, - _ et . (pas au bout)"
PHRASES: Final[tuple[tuple[str, str], ...]] = (
    # shapes
    ("part {n}: {rest}", "partie {n} : {rest}"),
    ("has no outline; draw one", "n’a pas de contour ; dessinez-en un"),
    (
        "this id is already taken; every id stands once",
        "cet identifiant est déjà pris ; chacun ne sert qu’une fois",
    ),
    ("is on no level; name at least one", "n’est à aucun niveau ; nommez-en au moins un"),
    (
        "there is no level {level} (the site's levels: {names})",
        "il n’y a pas de niveau {level} (ceux du site : {names})",
    ),
    (
        "reaches {far} m out of the outline of level {level} at {at}; move the zone or widen the level's outline",
        "dépasse de {far} m le contour du niveau {level} en {at} ; déplacez la zone ou élargissez le contour du niveau",
    ),
    (
        "joins fewer than two levels; name those between which it leads",
        "relie moins de deux niveaux ; nommez-les",
    ),
    (
        "corner {n} of {ring} lies over {far} km away; check the units",
        "le point {n} {ring} est à plus de {far} km ; vérifiez les unités",
    ),
    ("corner {n} of {ring} is not a number", "le point {n} {ring} n’est pas un nombre"),
    (
        "corner {n} of {ring} is {given}; write a pair of numbers",
        "le point {n} {ring} vaut {given} ; écrivez une paire de nombres",
    ),
    (
        "{the_ring} has {count} corners; simplify it to {most} at most",
        "{the_ring} a {count} points ; simplifiez à {most} au plus",
    ),
    ("{the_ring} has fewer than three different corners", "{the_ring} a moins de trois points différents"),
    ("{the_ring} has no area", "{the_ring} n’a pas de surface"),
    (
        "{the_ring} crosses or touches itself at {at}; draw it again without the crossing",
        "{the_ring} se croise ou se touche en {at} ; redessinez sans croisement",
    ),
    ("hole {n} does not lie inside its outline", "le trou {n} n’est pas à l’intérieur de son contour"),
    (
        "its outline and holes cross, touch or hold one another at {at}; keep them apart",
        "son contour et ses trous se croisent, se touchent ou se contiennent en {at} ; séparez-les",
    ),
    ("its holes leave nothing of it", "ses trous n’en laissent rien"),
    (
        "{the_ring} is {given}; write a list of corners, each a pair of numbers",
        "{the_ring} vaut {given} ; écrivez une liste de points, chacun une paire de nombres",
    ),
    (
        "{the_ring} has {count} positions; a ring has at least four, the first one twice",
        "{the_ring} a {count} positions ; il en faut au moins quatre, la première deux fois",
    ),
    (
        "{the_ring} is not closed; repeat its first position at the end",
        "{the_ring} n’est pas fermé ; répétez sa première position à la fin",
    ),
    # keys
    ("its id is {given}; an id is {rule}", f"son identifiant est {{given}} ; un identifiant a {_ID}"),
    (
        "its exhibit is {given}; an exhibit's id is {rule}",
        f"son étape est {{given}} ; un identifiant a {_ID}",
    ),
    (
        "there is no exhibit {exhibit}; add it, or leave the exhibit empty",
        "il n’y a pas d’étape {exhibit} ; ajoutez-la, ou laissez vide",
    ),
    (
        "its levels are {given}; write a list of level ids, like {like}",
        "ses niveaux sont {given} ; écrivez une liste d’identifiants de niveaux, comme {like}",
    ),
    (
        "one of its levels is {given}; a level's id is {rule}",
        f"un de ses niveaux est {{given}} ; un identifiant a {_ID}",
    ),
    (
        "its priority is {given}; it lies between {low} and {high}",
        "sa priorité est {given} ; elle va de {low} à {high}",
    ),
    ("its mode is {given}; it is one of {modes}", "son mode est {given} ; c’est l’un de {modes}"),
    # files and bodies
    ("is not a Feature", "n’est pas une Feature"),
    (
        "is not a FeatureCollection with features (its type is {given})",
        "n’est pas une FeatureCollection avec des features (son type est {given})",
    ),
    (
        "has no properties; write id, exhibit and levels there",
        "n’a pas de properties ; écrivez-y id, exhibit et levels",
    ),
    (
        "its geometry is a {kind}, a line even if closed; make it a Polygon",
        "sa géométrie est une {kind}, une ligne même fermée ; faites-en un Polygon",
    ),
    (
        "its geometry is {given}; draw a Polygon or a MultiPolygon",
        "sa géométrie est {given} ; dessinez un Polygon ou un MultiPolygon",
    ),
    (
        "its polygon is {given}; write a list of rings",
        "son polygone est {given} ; écrivez une liste d’anneaux",
    ),
    ("its holes are {given}; write a list of rings", "ses trous sont {given} ; écrivez une liste d’anneaux"),
    (
        "its parts are {given}; write a list of outlines with holes",
        "ses parties sont {given} ; écrivez une liste de contours avec leurs trous",
    ),
    ("has {shapes}; give only one of them", "a {shapes} ; n’en donnez qu’un"),
    ("is {given}; write an object with an outline", "vaut {given} ; écrivez un objet avec un contour"),
    (
        "is {given}; write an object with id, levels and outline",
        "vaut {given} ; écrivez un objet avec id, levels et outline",
    ),
)
"""`{ring}` and `{the_ring}` are `the outline` or `hole 2`, behind `of` and as what is spoken of."""

_FACT: Final = re.compile(r"\{(\w+)\}")


def in_french(sentence: str) -> str | None:
    """A sentence of the core in French; None for one that has no phrase here.

    >>> in_french("part 2: corner 3 of hole 1 is not a number")
    'partie 2 : le point 3 du trou 1 n’est pas un nombre'
    """
    for form, french in _forms():
        if (found := form.fullmatch(sentence)) is not None:
            facts = {name: _fact(name, text) for name, text in found.groupdict().items()}
            return french.format(**facts)
    return None


def _fact(name: str, text: str) -> str:
    number = text.removeprefix("hole ")
    match name:
        case "ring":
            return "du contour" if text == "the outline" else f"du trou {number}"
        case "the_ring":
            return "le contour" if text == "the outline" else f"le trou {number}"
        case "rest":
            return in_french(text) or text
        case _:
            return text


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_form(english)), french) for english, french in PHRASES)


def _form(english: str) -> str:
    pieces = _FACT.split(english)
    return "".join(
        re.escape(piece) if place % 2 == 0 else f"(?P<{piece}>{_shape(piece)})"
        for place, piece in enumerate(pieces)
    )


def _shape(name: str) -> str:
    return r"the outline|hole \d+" if name.endswith("ring") else r"\d+" if name == "n" else ".+"
