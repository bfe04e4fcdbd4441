"""The findings of the layout check as sentences, in English and French."""

from collections.abc import Mapping, Sequence
from typing import Final

from guide.services.findings import Proposal
from guide.services.language_names import READERS, language_name
from zones.check_found import Change, Edit, Found
from zones.model import Part

MOST_NAMED: Final = 8
"""A sentence that lists forty exhibits is not read."""

LIST_CODES: Final = (
    "no_zone",
    "zone_without_exhibit",
    "no_narration",
    "language_missing",
    "transcript_missing",
)
"""The findings that are a list of exhibits or zones, in the order in which they are told."""

_FOUND: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "zone_outside_level": "{a} reaches {value} m out of the outline of level {level}, where {limit} m are allowed; "
        "move the zone, or widen the outline.",
        "zones_alike": "{a} and {b} cannot be told apart: with a position error of {error} m, {percent} % of the "
        "positions of a visitor at one lie nearer to the other, where {percent_limit} % are allowed; the places "
        "where visitors stand need to be {apart} m apart.",
        "overlap_without_order": "{a} and {b} overlap by {area} m², {value} m across, where {limit} m are allowed "
        "without an order; both have priority {priority}, so the measured position decides what starts there, then the "
        "smaller zone, then the id.",
        "narrations_too_close": "{a} and {b} are too close for their narrations: during the {seconds} s of {a} a "
        "listener needs {limit} m to wander in, and after {value} m may pass for having gone to {b}.",
        "narrations_interrupted": "{b} is too close to {a} for its priority: with {higher} against {lower} it "
        "interrupts {a} in mid-sentence as soon as a listener has dwelt in it; during the {seconds} s of {a} a "
        "listener needs {limit} m to wander in, and after {value} m stands in {b}.",
        "zone_too_small": "{a} is too small: it is {value} m from its middle to its border; with a position error of "
        "{error} m, {limit} m are needed for four positions of five to lie inside.",
        "zone_too_crowded": "The narration of {a} is longer than its place holds people: it lasts {value} s, and on "
        "{area} m² listeners crowd from {limit} s on, if one comes every 15 s.",
        "level_unreachable": "No stairs and no lift lead to {levels}; {there}. Visitors are recognised there only "
        "after three positions that agree.",
        "none there": "no zone lies there",
        "one there": "{names} lies there",
        "many there": "{names} lie there",
        "more pairs": " So are, near by, {others}.",
        "more": " So it is with {others}.",
        "shrink": "Draw back the borders of {names} by up to {by} m.",
        "shrink one": "Draw back the border of {names} by {by} m.",
        "priority": "Give {name} priority {priority}.",
        "offer": "Let {names} offer the narration and wait for the button (mode “offer”).",
        "one offers": "Let {names} offer the narration and wait for the button (mode “offer”).",
        "merge": "Make one zone of {names}.",
        "no_zone": "No zone starts {names}; visitors reach what has none by its number only.",
        "zone_without_exhibit": "Nothing can start in {names}: no exhibit is named there.",
        "no_narration": "Nothing is recorded for {names} in any language.",
        "language_missing": "{language} is missing for {names}.",
        "transcript_missing": "Narrations of {names} have no transcript; who cannot hear them has nothing to read.",
        "and": "and",
        "and more": "and {count} more",
        "and one more": "and one more",
    },
    "fr": {
        "zone_outside_level": "{a} dépasse de {value} m le contour du niveau {level}, pour {limit} m tolérés ; "
        "déplacez la zone ou élargissez le contour.",
        "zones_alike": "{a} et {b} ne se distinguent pas : avec une erreur de position de {error} m, {percent} % des "
        "positions d’un visiteur de l’une tombent plus près de l’autre, pour {percent_limit} % admis ; les endroits "
        "où l’on se tient doivent être éloignés de {apart} m.",
        "overlap_without_order": "{a} et {b} se recouvrent sur {area} m², {value} m de large, pour {limit} m admis "
        "sans ordre ; toutes deux ont la priorité {priority} : la position mesurée décide de ce qui commence là, puis "
        "la plus petite zone, puis l’identifiant.",
        "narrations_too_close": "{a} et {b} sont trop proches pour leurs commentaires : pendant les {seconds} s de "
        "{a}, il faut {limit} m à qui écoute en flânant, et au bout de {value} m il peut passer pour être allé à {b}.",
        "narrations_interrupted": "{b} est trop proche de {a} pour sa priorité : {higher} contre {lower}, elle "
        "interrompt {a} en pleine phrase dès que l’on s’y attarde ; pendant les {seconds} s de {a}, il faut {limit} m "
        "à qui écoute en flânant, et au bout de {value} m on est dans {b}.",
        "zone_too_small": "{a} est trop petite : {value} m de son milieu à son bord ; avec une erreur de position de "
        "{error} m, il en faut {limit} m pour que quatre positions sur cinq tombent dedans.",
        "zone_too_crowded": "Le commentaire de {a} est trop long pour l’endroit : il dure {value} s, et sur {area} m² "
        "on se bouscule à partir de {limit} s, s’il arrive quelqu’un toutes les 15 s.",
        "level_unreachable": "Ni escalier ni ascenseur ne mène à {levels} ; {there}. On n’y reconnaît le visiteur "
        "qu’au bout de trois positions concordantes.",
        "none there": "aucune zone ne s’y trouve",
        "one there": "{names} s’y trouve",
        "many there": "{names} s’y trouvent",
        "more pairs": " De même, tout près : {others}.",
        "more": " De même : {others}.",
        "shrink": "Reculez les bords de {names} de {by} m au plus.",
        "shrink one": "Reculez le bord de {names} de {by} m.",
        "priority": "Donnez à {name} la priorité {priority}.",
        "offer": "Que {names} proposent leur commentaire et attendent le bouton (mode « offer »).",
        "one offers": "Que {names} propose son commentaire et attende le bouton (mode « offer »).",
        "merge": "Faites une seule zone de {names}.",
        "no_zone": "Aucune zone ne déclenche {names} ; on n’y accède que par le numéro.",
        "zone_without_exhibit": "Rien ne peut commencer dans {names} : aucune œuvre n’y est nommée.",
        "no_narration": "Rien n’est enregistré pour {names}, dans aucune langue.",
        "language_missing": "Il manque le commentaire en {language} de {names}.",
        "transcript_missing": "Les commentaires de {names} n’ont pas de transcription ; qui ne les entend pas n’a rien "
        "à lire.",
        "and": "et",
        "and more": "et {count} autres",
        "and one more": "et un autre",
    },
}

_FAULTS_FR: Final[Mapping[str, str]] = {
    "invalid_geometry": "le tracé n’est pas valable",
    "doubled_id": "cet identifiant est donné deux fois",
    "doubled_number": "ce numéro de clavier est donné deux fois",
    "doubled_language": "une langue est nommée deux fois",
    "unknown_exhibit": "l’œuvre nommée n’existe pas",
    "unknown_zone": "la zone nommée n’existe pas",
    "unknown_level": "le niveau nommé n’existe pas",
    "unknown_language": "cette langue n’est pas une langue du site",
    "unknown_profile": "ce profil de positionnement n’existe pas",
    "unknown_time_zone": "ce fuseau horaire n’existe pas",
    "invalid_rule": "une règle n’a pas de valeur possible",
    "invalid_retention": "une durée de conservation est négative",
    "invalid_frame": "l’origine du repère n’est nulle part sur terre",
    "invalid_time": "ce n’est pas une heure",
    "invalid_date": "ce n’est pas une date",
    "place_unclear": "il faut soit une zone, soit une position",
    "plan_without_place": "le plan n’a ni coin ni taille en mètres",
}
"""What does not fit, by code; the detail behind it names keys and values, and stays as the files have them."""

_HOW_MANY: Final[Mapping[int, str]] = {0: "none there", 1: "one there"}
DIGITS: Final[Mapping[str, int]] = {"seconds": 0, "area": 1}


def found_sentence(found: Found, reader: str) -> str:
    """What the layout check found, with the figure and its limit."""
    words = _FOUND[reader]
    figures = {
        name: figure(value, DIGITS.get(name, 2), reader)
        for name, value in found.facts.items()
        if not isinstance(value, str)
    }
    first = [quoted(each, reader) for each in found.zones[:2]]
    told = words["narrations_interrupted" if "higher" in found.facts else found.code].format(
        **figures,
        there=words[_HOW_MANY.get(len(found.zones), "many there")].format(names=listed(found.zones, reader)),
        a=first[0] if first else "",
        b=first[1] if len(first) > 1 else "",
        level=quoted(found.level, reader),
        value=figure(found.value, 2, reader),
        limit=figure(found.limit, 2, reader),
        percent=figure(100 * found.value, 0, reader),
        percent_limit=figure(100 * found.limit, 0, reader),
        levels=listed(str(found.facts.get("levels", "")).split(", "), reader),
    )
    return told + _and_others(found, reader)


def _and_others(found: Found, reader: str) -> str:
    """The further zones of a group."""
    named = 2 if "pairs" in found.facts else 1
    others = found.zones[named:]
    if not others or found.code == "level_unreachable":
        return ""
    key = "more pairs" if named > 1 else "more"
    return _FOUND[reader][key].format(others=listed(others, reader))


def fault_sentence(code: str, where: str, message: str, reader: str, french: str | None = None) -> str:
    """A fault of a document, with the detail.

    >>> fault_sentence("doubled_number", "exhibit v2: number", "'101' is given twice; give each its own", "fr")
    "exhibit v2: number : ce numéro de clavier est donné deux fois ('101' is given twice; give each its own)."
    """
    told = fault_in_french(code, message, french) if reader == "fr" else None
    return f"{where} {message}".rstrip(".") + "." if told is None else f"{where} : {told}".rstrip(".") + "."


def fault_in_french(code: str, message: str, french: str | None = None) -> str | None:
    """What does not fit, in French: in its own words, or by its code with the detail; None where nobody has said it."""
    if french is not None or code not in _FAULTS_FR:
        return french
    return f"{_FAULTS_FR[code]} ({message.rstrip('.')})"


def list_sentence(code: str, names: Sequence[str], reader: str, language: str = "") -> str:
    """A finding that is a list: of exhibits that lack something, or of zones."""
    name = language_name(language, reader)
    in_it = name.lower() if reader == "fr" else name
    return _FOUND[reader][code].format(names=listed(names, reader), language=in_it)


def proposal_of(change: Change | None, reader: str) -> Proposal | None:
    """A change of zones in words and as edits of the draft."""
    if change is None:
        return None
    words = _FOUND[reader]
    kept = [edit for edit in change.edits if not edit.gone]
    told: list[str] = []
    if change.kind == "merge":
        told.append(words["merge"].format(names=listed([each.zone for each in change.edits], reader)))
    elif drawn := [edit.zone for edit in kept if edit.parts is not None]:
        by = figure(change.by_m or 0.0, 2, reader)
        key = "shrink" if len(drawn) > 1 else "shrink one"
        told.append(words[key].format(names=listed(drawn, reader), by=by))
    told += [
        words["priority"].format(name=quoted(edit.zone, reader), priority=figure(edit.priority, 2, reader))
        for edit in kept
        if edit.priority is not None
    ]
    if waiting := [edit.zone for edit in kept if edit.mode is not None]:
        told.append(
            words["offer" if len(waiting) > 1 else "one offers"].format(names=listed(waiting, reader))
        )
    return Proposal(
        change=change.kind,
        sentence=" ".join(told),
        zone=change.edits[0].zone,
        by_m=change.by_m,
        edits=tuple({"zone": edit.zone, "patch": _patch(edit)} for edit in change.edits),
    )


def _patch(edit: Edit) -> dict[str, object] | None:
    if edit.gone:
        return None
    patch: dict[str, object] = {}
    if edit.parts is not None:
        patch["parts"] = [_part(each) for each in edit.parts]
    if edit.priority is not None:
        patch["priority"] = edit.priority
    if edit.mode is not None:
        patch["mode"] = edit.mode
    return patch


def _part(part: Part) -> dict[str, object]:
    return {
        "outline": [list(corner) for corner in part.outline],
        "holes": [[list(corner) for corner in hole] for hole in part.holes],
    }


def listed(names: Sequence[str], reader: str) -> str:
    r"""Ids as people list them, no more than they read.

    >>> listed(["ida", "rails"], "en"), listed(["ida"], "fr")
    ('“ida” and “rails”', '«\xa0ida\xa0»')
    """
    words = _FOUND[reader]
    told = [quoted(each, reader) for each in names[:MOST_NAMED]]
    more = len(names) - MOST_NAMED
    if more > 0:
        return f"{', '.join(told)} {words['and more' if more > 1 else 'and one more'].format(count=more)}"
    return f" {words['and']} ".join([part for part in (", ".join(told[:-1]), *told[-1:]) if part])


def quoted(name: str, reader: str) -> str:
    """An id between the reader's quotation marks."""
    return f"«\u00a0{name}\u00a0»" if reader == "fr" else f"“{name}”"


def figure(value: float, digits: int, reader: str) -> str:
    """A number as it is written, without noughts at its end.

    >>> figure(2.5, 2, "fr"), figure(60.0, 2, "en")
    ('2,5', '60')
    """
    told = f"{value:.{digits}f}"
    told = told.rstrip("0").rstrip(".") if "." in told else told
    return told.replace(".", ",") if reader == "fr" else told


if set(_FOUND) != set(READERS):  # pragma: no cover
    raise AssertionError(sorted(_FOUND))
