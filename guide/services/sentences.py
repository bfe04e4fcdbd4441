"""Decisions and notices as sentences, in the languages that the interface speaks: English and French."""

from collections.abc import Mapping
from typing import Any, Final

from guide.services.language_names import language_name

_SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "start": "Started {title} in {language}: {dwell} s in zone {zone}, {needed} s needed.",
        "start visitor_asked": "Started {title} in {language}: the visitor asked for it.",
        "start offer_accepted": "Started {title} in {language}: the visitor took the offer.",
        "resume": "Went on with {title} in {language}, from the sentence before it was cut.",
        "resume visitor_asked": "Went on with {title}: the visitor resumed it.",
        "switch committed_departure": "Changed to {title} in {language}: the visitor has settled there.",
        "switch dwell_met": "Changed to {title} in {language}: its zone {zone} has priority.",
        "switch visitor_asked": "Changed to {title} in {language}: the visitor asked for it.",
        "offer": "Offered {title}: {dwell} s in zone {zone}, {needed} s needed.",
        "pause": "Paused {title}.",
        "stop narration_finished": "{title} was heard to its end.",
        "stop skipped": "{title} was skipped, or the device could not play it.",
        "stop visitor_asked": "The visitor stopped {title}.",
        "stop committed_departure": "{title} fell silent: the visitor has left.",
        "stop paused": "{title} fell silent: it was paused for two minutes.",
        "stop quiet": "{title} stopped: the visitor asked for quiet.",
        "stop visit_ended": "{title} stopped: the visit was ended.",
        "dwell_met": "{title}: {dwell} s in zone {zone}, {needed} s needed.",
        "resumed": "{title} was resumed.",
        "offer_accepted": "The visitor took the offer of {title}.",
        "narration_finished": "{title} was heard to its end.",
        "queued": "{title} waits as next: the narration that is on goes first.",
        "queue_expired": "{title} no longer waits: it waited for too long.",
        "committed_departure": "{title} will fade at the next sentence: the visitor has left and settled elsewhere.",
        "narration_continues": "{title} goes on.",
        "narration_playing": "{title} did not start: another narration was on.",
        "breath": "{title} did not start yet: a breath after the narration before.",
        "dwell_pending": "{title} did not start yet: {dwell} s in zone {zone}, {needed} s needed.",
        "passing_by": "{title} did not start: the visitor only passed by.",
        "already_heard": "{title} did not start: it has been heard in this visit.",
        "cooling_down": "{title} did not start again: the visitor has not been away from it for long enough.",
        "lost_to_priority": "{title} did not start: a zone of higher priority came first.",
        "lost_to_nearer": "{title} did not start: another zone fitted better.",
        "gap_in_language": "{title} did not start: nothing is recorded in the visitor's languages.",
        "zone_closed": "{title} did not start: its zone is closed.",
        "manual_only": "{title} did not start by itself: it starts by its number only.",
        "quiet": "{title} did not start: the visitor asked for quiet.",
        "paused": "{title} did not start: a narration is paused.",
        "skipped": "{title} did not start again: it was skipped before.",
        "outside": "The visitor was in no zone.",
        "outside of it": "{title} did not start: the visitor was outside of its zone.",
        "radio_silence": "No position was received for a while.",
        "poor_accuracy": "Positions were too uncertain to be used.",
        "teleport": "Positions jumped further than anybody walks, and were not believed.",
        "wrong_level": "Positions were on another level with no stairs or lift nearby, and were not believed.",
        "out_of_order": "A position came after a newer one, and was not used.",
        "duplicate": "A position came twice.",
        "from_future": "A position was dated in the future, and was not used.",
        "too_late": "A position came too late to decide anything.",
        "tick": "Nothing new.",
        "visit_ended": "The visit was ended.",
        "visitor_asked": "What the visitor asked for changed nothing that is heard.",
    },
    "fr": {
        "start": "{title} a commencé en {language} : {dwell} s dans la zone {zone}, {needed} s requises.",
        "start visitor_asked": "{title} a commencé en {language} : le visiteur l’a demandé.",
        "start offer_accepted": "{title} a commencé en {language} : le visiteur a accepté la proposition.",
        "resume": "{title} a repris en {language}, à la phrase précédant la coupure.",
        "resume visitor_asked": "{title} a repris : le visiteur l’a relancé.",
        "switch committed_departure": "Passage à {title} en {language} : le visiteur s’y est installé.",
        "switch dwell_met": "Passage à {title} en {language} : sa zone {zone} est prioritaire.",
        "switch visitor_asked": "Passage à {title} en {language} : le visiteur l’a demandé.",
        "offer": "{title} a été proposé : {dwell} s dans la zone {zone}, {needed} s requises.",
        "pause": "{title} a été mis en pause.",
        "stop narration_finished": "{title} a été écouté jusqu’au bout.",
        "stop skipped": "{title} a été passé, ou l’appareil n’a pas pu le lire.",
        "stop visitor_asked": "Le visiteur a arrêté {title}.",
        "stop committed_departure": "{title} s’est tu : le visiteur est parti.",
        "stop paused": "{title} s’est tu : deux minutes de pause.",
        "stop quiet": "{title} s’est arrêté : le visiteur a demandé le silence.",
        "stop visit_ended": "{title} s’est arrêté : la visite est terminée.",
        "dwell_met": "{title} : {dwell} s dans la zone {zone}, {needed} s requises.",
        "resumed": "{title} a repris.",
        "offer_accepted": "Le visiteur a accepté la proposition de {title}.",
        "narration_finished": "{title} a été écouté jusqu’au bout.",
        "queued": "{title} attend son tour : le commentaire en cours passe d’abord.",
        "queue_expired": "{title} n’attend plus : l’attente a été trop longue.",
        "committed_departure": "{title} s’éteindra à la prochaine phrase : le visiteur est parti s’installer ailleurs.",
        "narration_continues": "{title} continue.",
        "narration_playing": "{title} n’a pas commencé : un autre commentaire était en cours.",
        "breath": "{title} n’a pas encore commencé : une respiration après le commentaire précédent.",
        "dwell_pending": "{title} n’a pas encore commencé : {dwell} s dans la zone {zone}, {needed} s requises.",
        "passing_by": "{title} n’a pas commencé : le visiteur ne faisait que passer.",
        "already_heard": "{title} n’a pas commencé : déjà entendu pendant cette visite.",
        "cooling_down": "{title} n’a pas recommencé : le visiteur ne s’en est pas éloigné assez longtemps.",
        "lost_to_priority": "{title} n’a pas commencé : une zone prioritaire est passée d’abord.",
        "lost_to_nearer": "{title} n’a pas commencé : une autre zone convenait mieux.",
        "gap_in_language": "{title} n’a pas commencé : rien n’est enregistré dans les langues du visiteur.",
        "zone_closed": "{title} n’a pas commencé : sa zone est fermée.",
        "manual_only": "{title} n’a pas commencé de lui-même : il ne démarre que par son numéro.",
        "quiet": "{title} n’a pas commencé : le visiteur a demandé le silence.",
        "paused": "{title} n’a pas commencé : un commentaire est en pause.",
        "skipped": "{title} n’a pas recommencé : il avait été passé.",
        "outside": "Le visiteur n’était dans aucune zone.",
        "outside of it": "{title} n’a pas commencé : le visiteur était hors de sa zone.",
        "radio_silence": "Aucune position n’a été reçue depuis un moment.",
        "poor_accuracy": "Les positions étaient trop incertaines pour servir.",
        "teleport": "Les positions ont sauté plus loin qu’on ne marche ; elles n’ont pas été crues.",
        "wrong_level": "Les positions étaient à un autre niveau, loin de tout escalier ; elles n’ont pas été crues.",
        "out_of_order": "Une position est arrivée après une plus récente et n’a pas servi.",
        "duplicate": "Une position est arrivée deux fois.",
        "from_future": "Une position était datée du futur et n’a pas servi.",
        "too_late": "Une position est arrivée trop tard pour décider de quoi que ce soit.",
        "tick": "Rien de neuf.",
        "visit_ended": "La visite est terminée.",
        "visitor_asked": "Ce que le visiteur a demandé n’a rien changé à ce qu’il entend.",
    },
}

_NOTICES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "language_gap": "“{title}” is not available in your language. Available in: {available}.",
        "fallback": "“{title}” is not available in {requested}: you hear it in {language}.",
        "text_only": "“{title}” is spoken in {language}; read along in your language.",
        "partial": "“{title}” — {told}. The rest is in {rest}.",
        "not a word": "“{title}” — {told}. It is spoken in {rest}.",
        "last_call": "It is time to think of leaving.",
        "position_unknown": "Your position is unknown: type the number of an exhibit.",
    },
    "fr": {
        "language_gap": "« {title} » n’existe pas dans votre langue. Disponible en : {available}.",
        "fallback": "« {title} » n’existe pas en {requested} : vous l’entendez en {language}.",
        "text_only": "« {title} » est dit en {language} ; lisez-le dans votre langue.",
        "partial": "« {title} » — {told}. Le reste est en {rest}.",
        "not a word": "« {title} » — {told}. La séance est en {rest}.",
        "last_call": "Il est temps de penser au départ.",
        "position_unknown": "Votre position est inconnue : composez le numéro d’une œuvre.",
    },
}


def in_sentence(language: str | None, reader: str) -> str:
    """The name of a language as it stands within a sentence: French writes it small."""
    if language is None:
        return "—"
    name = language_name(language, reader)
    return name.lower() if reader == "fr" else name


def decision_sentence(decision: Mapping[str, Any], title: str | None, reader: str) -> str:
    """One sentence on a decision: what happened, to which exhibit, and the figure that decided it."""
    words = _SENTENCES[reader]
    action, reason = decision["action"], decision["reason"]
    if reason == "outside" and title:
        reason = "outside of it"
    template = words.get(f"{action} {reason}")
    if template is None:
        template = words[action] if action in ("start", "resume", "offer", "pause") else words[reason]
    proof = next((each for each in decision["evidence"] if each["zone"] == decision["zone"]), None)
    quoted = f"“{title}”" if reader == "en" else f"« {title} »"
    return template.format(
        title=quoted if title else "—",
        language=in_sentence(decision["language"], reader),
        zone=decision["zone"] or "—",
        dwell=_figure(proof["dwell_s"] if proof else None, reader),
        needed=_figure(proof["needed_s"] if proof else None, reader),
    )


def notice_text(kind: str, reader: str, **values: object) -> str:
    """The text of a notice for a visitor."""
    return _NOTICES[reader][kind].format(**values).strip()


def _figure(value: float | None, reader: str) -> str:
    if value is None:
        return "?"
    return f"{value:.1f}".replace(".", "," if reader == "fr" else ".")
