"""Every sentence of this package that a curator may read, in English and French, in one place.

An error, a note or a fault is a phrase of this table and its facts; `told` makes the sentence of them. What was
kept as an English sentence (a job's message, a track's notes) `retold` says again in the other language.
docs/reference/media-files.md is made from this table.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Fact = str | int | float
"""Times are milliseconds under a name that ends in `_ms`, seconds are floats, kinds are keys of `KINDS`."""

LANGUAGES = ("en", "fr")

PHRASES: dict[str, tuple[str, str]] = {
    # no sound at all
    "empty": (
        "The file is empty; please upload it again.",
        "Le fichier est vide ; merci de l’envoyer à nouveau.",
    ),
    "not-audio/kind": (
        "The file is {kind}, not a sound; please send the sound.",
        "Le fichier est {kind}, pas un son ; merci d’envoyer le son.",
    ),
    "not-audio/windows-media": (
        "The file is Windows Media; please send WAV, FLAC, MP3, M4A or Opus.",
        "Le fichier est au format Windows Media ; merci d’envoyer du WAV, FLAC, MP3, M4A ou Opus.",
    ),
    "not-audio/unknown": (
        "The file is not a sound that we can open; please send WAV, FLAC, MP3, M4A or Opus.",
        "Le fichier n’est pas un son que nous pouvons ouvrir ; merci d’envoyer du WAV, FLAC, MP3, M4A ou Opus.",
    ),
    "playlist": (
        "The file is a playlist, which makes a player read other files; it was refused.",
        "Le fichier est une liste de lecture, qui fait lire d’autres fichiers ; il a été refusé.",
    ),
    # cut short or damaged
    "truncated/of": (
        "The file stops at {at_ms} of {whole_ms}; please upload it again.",
        "Le fichier s’arrête à {at_ms} sur {whole_ms} ; merci de l’envoyer à nouveau.",
    ),
    "truncated/end": (
        "The file stops at {at_ms}, before its end; please upload it again.",
        "Le fichier s’arrête à {at_ms}, avant sa fin ; merci de l’envoyer à nouveau.",
    ),
    "truncated/index": (
        "The file stops before its index, which stands at the end; please upload it again.",
        "Le fichier s’arrête avant son index, qui se trouve à la fin ; merci de l’envoyer à nouveau.",
    ),
    "damaged/at": (
        "The file is damaged at {at_ms}; please upload it again.",
        "Le fichier est abîmé à {at_ms} ; merci de l’envoyer à nouveau.",
    ),
    "damaged/nothing": (
        "The file begins like a sound, but nothing in it can be played; please upload it again.",
        "Le fichier commence comme un son, mais rien ne peut en être lu ; merci de l’envoyer à nouveau.",
    ),
    "damaged/rate": (
        "The sound changes its rate at {at_ms}; please save it again.",
        "Le son change de fréquence d’échantillonnage à {at_ms} ; merci de l’enregistrer à nouveau.",
    ),
    "lying-header/blocks": (
        "The header contradicts itself ({channels} channels of {bits} bits, {block} bytes); please save the WAV again.",
        "L’en-tête se contredit ({channels} canaux de {bits} bits, {block} octets) ; merci de refaire le fichier WAV.",
    ),
    "lying-header/rate": (
        "The header contradicts itself ({rate} times {block} bytes, {bytes} a second); please save the WAV again.",
        "L’en-tête se contredit ({rate} fois {block} octets, {bytes} par seconde) ; merci de refaire le fichier WAV.",
    ),
    "lying-header/shorter": (
        "The header of the file says that it is shorter than it is. Please save it again as WAV.",
        "L’en-tête du fichier annonce moins de son qu’il n’y en a. Merci de l’enregistrer à nouveau en WAV.",
    ),
    "lying-header/longer": (
        "The file says that it lasts {said_ms}, but {at_ms} come out; please save it again.",
        "Le fichier annonce {said_ms}, mais il en sort {at_ms} ; merci de l’enregistrer à nouveau.",
    ),
    # whole, but of no use
    "no-audio": (
        "There is no sound in the file; please send another.",
        "Il n’y a pas de son dans le fichier ; merci d’en envoyer un autre.",
    ),
    "header-only": (
        "The file has a header but no sound; please record it again.",
        "Le fichier a un en-tête, mais pas de son ; merci de l’enregistrer à nouveau.",
    ),
    "silent": (
        "The sound is silent from start to end; please listen to it and send another.",
        "Le son est silencieux du début à la fin ; merci de l’écouter et d’en envoyer un autre.",
    ),
    "cancels": (
        "Left and right cancel each other out, so one ear would hear nothing; please turn one of them over.",
        "La gauche et la droite s’annulent : une seule oreille n’entendrait rien ; merci d’inverser l’une des deux.",
    ),
    "too-short": (
        "The sound lasts {seconds} s; half a second is the least.",
        "Le son dure {seconds} s ; une demi-seconde est le minimum.",
    ),
    "too-long/declared": (
        "The sound says that it lasts {said_ms}; three hours are the most that a track may last.",
        "Le son annonce une durée de {said_ms} ; une piste peut durer trois heures au plus.",
    ),
    "too-long/decoded": (
        "The sound lasts longer; three hours are the most that a track may last.",
        "Le son dure plus longtemps ; une piste peut durer trois heures au plus.",
    ),
    "too-long/edit": (
        "The sound lasts longer than ten minutes, which is the most that can be edited; please send a shorter one.",
        "Le son dure plus de dix minutes, le maximum pour un montage ; merci d’en envoyer un plus court.",
    ),
    "video": (
        "The file is a video; please send the sound only.",
        "Le fichier est une vidéo ; merci d’envoyer le son seul.",
    ),
    "many-streams": (
        "The file holds {count} sound tracks; please send one.",
        "Le fichier contient {count} pistes sonores ; merci d’en envoyer une seule.",
    ),
    "codec": (
        "The sound is coded as {codec}, which we do not take; send WAV or FLAC.",
        "Le son est codé en {codec}, que nous ne prenons pas ; merci d’envoyer du WAV ou du FLAC.",
    ),
    "sample-rate": (
        "The sound has {rate} samples a second; please save it with 8 000 to 192 000.",
        "Le son a {rate} échantillons par seconde ; merci de l’enregistrer avec 8 000 à 192 000.",
    ),
    "channels": (
        "The sound has {channels} channels; please save it with 1 to 8.",
        "Le son a {channels} canaux ; merci de l’enregistrer avec 1 à 8.",
    ),
    # taken, with a note
    "note/open-ended": (
        "The recorder left the length of the file open; it was taken whole.",
        "L’enregistreur n’a pas inscrit la longueur du fichier ; il a été pris en entier.",
    ),
    "note/trailing": (
        "What follows the end of the sound could not be read and was left out.",
        "Ce qui suit la fin du son était illisible et a été laissé de côté.",
    ),
    "note/same-content": (
        "The same sound is already there as {track}; it was stored once.",
        "Le même son existe déjà sous {track} ; il n’a été gardé qu’une fois.",
    ),
    "note/transcript-overruns": (
        "The transcript runs to {last_ms}, but the sound to {whole_ms}.",
        "La transcription va jusqu’à {last_ms}, mais le son jusqu’à {whole_ms}.",
    ),
    "note/other-language": (
        "The text is declared {language}, but about {minutes} min of it is {found}.",
        "Le texte est déclaré en {language}, mais environ {minutes} min sont en {found}.",
    ),
    "note/no-text": (
        "About {minutes} min of speech is not in the transcript; its language could not be checked.",
        "Environ {minutes} min de parole manquent dans la transcription ; leur langue n’a pas pu être vérifiée.",
    ),
    "note/very-quiet": (
        "The recording is very quiet: it was raised by {gain} dB, and its noise with it. Please record it louder.",
        "L’enregistrement est très faible : monté de {gain} dB, son bruit l’est aussi. Merci d’enregistrer plus fort.",
    ),
    "note/level": (
        "The track measures {lufs} LUFS instead of {target}: its loud and soft parts lie too far apart.",
        "La piste mesure {lufs} LUFS au lieu de {target} : ses passages forts et faibles sont trop éloignés.",
    ),
    "note/peak": (
        "The track peaks at {peak} dBTP, over the limit of {limit}.",
        "La piste atteint {peak} dBTP en crête, au-dessus de la limite de {limit}.",
    ),
    "note/no-loudness": (
        "The sound is too short or too faint to measure its loudness; it was raised by its peak.",
        "Le son est trop court ou trop faible pour mesurer son niveau ; il a été monté d’après sa crête.",
    ),
    # what a check says of a file that would be taken
    "verdict/as-it-is": ("taken as it is", "accepté tel quel"),
    "verdict/raised": ("taken, {gain} dB louder", "accepté, {gain} dB plus fort"),
    "verdict/lowered": ("taken, {gain} dB softer", "accepté, {gain} dB moins fort"),
    "verdict/cut": (
        "{verdict}, with {before} s cut from its beginning and {after} s from its end",
        "{verdict}, coupé de {before} s au début et de {after} s à la fin",
    ),
    # how far the work on a file is
    "step/probing": ("Listening: {at_ms}.", "Écoute : {at_ms}."),
    "step/probing-of": ("Listening: {at_ms} of {whole_ms}.", "Écoute : {at_ms} sur {whole_ms}."),
    "step/measured": (
        "{speech_ms} of speech in {whole_ms}, at {lufs} LUFS.",
        "{speech_ms} de parole sur {whole_ms}, à {lufs} LUFS.",
    ),
    "step/measured-faint": (
        "{speech_ms} of speech in {whole_ms}.",
        "{speech_ms} de parole sur {whole_ms}.",
    ),
    "step/encoding": ("Encoding: {at_ms} of {whole_ms}.", "Encodage : {at_ms} sur {whole_ms}."),
    "step/ready": ("Ready.", "Prêt."),
    # the work on the file went wrong
    "render/peak": (
        "The rendition would clip: it peaks at {peak} dBTP after three tries; please send a softer recording.",
        "La version à diffuser saturerait : {peak} dBTP après trois essais ; merci d’envoyer un son moins fort.",
    ),
    "render": (
        "The rendition could not be written; please try again.",
        "La version à diffuser n’a pas pu être écrite ; merci de réessayer.",
    ),
    "worker-slow/wall": (
        "Working on the file took longer than {limit} seconds and was stopped.",
        "Le traitement du fichier a pris plus de {limit} secondes et a été arrêté.",
    ),
    "worker-slow/cpu": (
        "Working on the file took too much computing time.",
        "Le traitement du fichier a demandé trop de temps de calcul.",
    ),
    "worker-memory": (
        "Working on the file took more than {limit} MB of memory.",
        "Le traitement du fichier a demandé plus de {limit} Mo de mémoire.",
    ),
    "worker-killed/signal": (
        "Working on the file was cut off by the system ({signal}).",
        "Le traitement du fichier a été interrompu par le système ({signal}).",
    ),
    "worker-killed/exit": (
        "Working on the file ended without an answer (exit code {exit}).",
        "Le traitement du fichier s’est terminé sans réponse (code de sortie {exit}).",
    ),
    "worker-failed/surprise": (
        "Working on the file failed in a way nobody foresaw.",
        "Le traitement du fichier a échoué d’une manière imprévue.",
    ),
    "worker-failed/answer": (
        "The worker process sent an answer that is not ours.",
        "Le processus de traitement a envoyé une réponse qui n’est pas la nôtre.",
    ),
    # transcripts: the whole, then one line for each fault
    "transcript": (
        "The transcript cannot be used: {faults}",
        "La transcription ne peut pas être utilisée : {faults}",
    ),
    "line": ("line {line}: {message}", "ligne {line} : {message}"),
    "vtt/encoding": (
        "the text is not UTF-8; please save it as UTF-8",
        "le texte n’est pas en UTF-8 ; merci de l’enregistrer en UTF-8",
    ),
    "vtt/long": (
        "the text has {count} characters; a transcript has at most {limit}",
        "le texte a {count} caractères ; une transcription en a {limit} au plus",
    ),
    "vtt/lines": (
        "the text has {count} lines; a transcript has at most {limit}",
        "le texte a {count} lignes ; une transcription en a {limit} au plus",
    ),
    "vtt/more": ("{count} more faults follow", "{count} autres fautes suivent"),
    "vtt/header": (
        'the first line must be "WEBVTT"',
        "la première ligne doit être « WEBVTT »",
    ),
    "vtt/no-cue": (
        "there is no cue in it; a cue is a line of times and the words below it",
        "il n’y a pas de réplique ; une réplique est une ligne de temps suivie de ses mots",
    ),
    "vtt/lost": (
        "{written} cues are written, but only {read} can be read",
        "{written} répliques sont écrites, mais seules {read} peuvent être lues",
    ),
    "vtt/stray": (
        '"{shown}" belongs to no cue; remove the empty line above it or give it times',
        "« {shown} » n’appartient à aucune réplique ; retirez la ligne vide au-dessus ou donnez-lui des temps",
    ),
    "vtt/empty-line": (
        "put an empty line above the times of a new cue",
        "mettez une ligne vide au-dessus des temps d’une nouvelle réplique",
    ),
    "vtt/times": (
        'the times "{shown}" cannot be read; write 00:01.500 --> 00:04.000',
        "les temps « {shown} » sont illisibles ; écrivez 00:01.500 --> 00:04.000",
    ),
    "vtt/sixty": ("minutes and seconds go up to 59", "les minutes et les secondes vont jusqu’à 59"),
    "vtt/backwards": (
        "the cue ends at {end}, not after its start {start}",
        "la réplique finit à {end}, pas après son début {start}",
    ),
    "vtt/order": (
        "the cue starts before the one on line {other}; put cues in order of time",
        "la réplique commence avant celle de la ligne {other} ; mettez les répliques dans l’ordre du temps",
    ),
    "vtt/overlap": (
        "the cue begins {seconds} s before the one on line {other} ends; one voice speaks at a time",
        "la réplique commence {seconds} s avant la fin de celle de la ligne {other} ; une seule voix parle à la fois",
    ),
    "vtt/outside": (
        "the cue runs to {end_ms}, but the sound ends at {whole_ms}",
        "la réplique va jusqu’à {end_ms}, mais le son finit à {whole_ms}",
    ),
    "vtt/setting-language": (
        '"{shown}" is not a language code such as fr or en-GB',
        "« {shown} » n’est pas un code de langue tel que fr ou en-GB",
    ),
    "vtt/tag-language": (
        '"{shown}" names no language such as fr or en-GB',
        "« {shown} » ne nomme pas de langue telle que fr ou en-GB",
    ),
    "vtt/no-words": (
        "the cue has no words; write them on the line below its times",
        "la réplique n’a pas de mots ; écrivez-les sur la ligne sous ses temps",
    ),
}
"""English and French by phrase; what stands before a slash is the error's code, or the kind of note."""

KINDS: dict[str, tuple[str, str]] = {
    "text": ("a text", "un texte"),
    "picture": ("a picture", "une image"),
    "archive": ("an archive", "une archive"),
    "document": ("a document", "un document"),
    "program": ("a program", "un programme"),
}
"""What a file may be instead of a sound."""

# fmt: off
NAMES: dict[str, tuple[str, str]] = {
    "ar": ("Arabic", "arabe"), "ca": ("Catalan", "catalan"), "cs": ("Czech", "tchèque"), "da": ("Danish", "danois"),
    "de": ("German", "allemand"), "el": ("Greek", "grec"), "en": ("English", "anglais"), "es": ("Spanish", "espagnol"),
    "fi": ("Finnish", "finnois"), "fr": ("French", "français"), "he": ("Hebrew", "hébreu"), "hi": ("Hindi", "hindi"),
    "hu": ("Hungarian", "hongrois"), "it": ("Italian", "italien"), "ja": ("Japanese", "japonais"),
    "ko": ("Korean", "coréen"), "nl": ("Dutch", "néerlandais"), "no": ("Norwegian", "norvégien"),
    "pl": ("Polish", "polonais"), "pt": ("Portuguese", "portugais"), "ro": ("Romanian", "roumain"),
    "ru": ("Russian", "russe"), "sv": ("Swedish", "suédois"), "tr": ("Turkish", "turc"),
    "uk": ("Ukrainian", "ukrainien"), "zh": ("Chinese", "chinois"),
}
# fmt: on
"""Languages that are found in tracks; another is named by its tag."""

_TABLES = {"kind": KINDS, "language": NAMES, "found": NAMES}
_DECIMAL = re.compile(r"-?\d+\.\d+")
_QUOTED = {"shown", "start", "end", "track", "message", "faults"}
"""Facts that are shown as they were written."""
_SHAPES = (("_ms", r"\d+(?::\d\d)+"), ("", r".+?"))
_FACT = re.compile(r"\\{(\w+)\\}")
_COMPOSED = {"transcript", "line"}
_FAULT = re.compile(r"(?:^|; )line (\d+): ")


def clock(at_ms: int) -> str:
    """A place in a sound as people write it.

    >>> clock(94_999), clock(3_723_000)
    ('1:34', '1:02:03')
    """
    minutes, seconds = divmod(at_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def told(phrase: str, language: str, facts: Mapping[str, Fact]) -> str:
    """The sentence of a phrase; English in any language that we do not write.

    >>> told("truncated/of", "fr", {"at_ms": 94_000, "whole_ms": 300_000})
    'Le fichier s’arrête à 1:34 sur 5:00 ; merci de l’envoyer à nouveau.'
    """
    which = _which(language)
    return PHRASES[phrase][which].format_map(
        {name: _shown(name, fact, which) for name, fact in facts.items()}
    )


def retold(sentence: str, language: str) -> str:
    """An English sentence that was made by `told`, in another language; any other sentence as it is.

    >>> retold("The sound lasts 0.40 s; half a second is the least.", "fr-BE")
    'Le son dure 0,40 s ; une demi-seconde est le minimum.'
    >>> retold("Something else.", "fr")
    'Something else.'
    """
    which = _which(language)
    start = PHRASES["transcript"][0].format(faults="")
    if sentence.startswith(start):
        parts = _FAULT.split(sentence.removeprefix(start))
        faults = [
            (int(line), retold(message, language))
            for line, message in zip(parts[1::2], parts[2::2], strict=True)
        ]
        return told_faults(faults, language)
    for phrase, pattern in _patterns():
        found = pattern.fullmatch(sentence) if which else None
        if found is not None:
            facts = {name: _again(name, text, which) for name, text in found.groupdict().items()}
            return PHRASES[phrase][which].format_map(facts)
    return sentence


def told_faults(faults: Sequence[tuple[int, str]], language: str) -> str:
    """What is wrong with a transcript, in one sentence: each line and its message, told in that language already.

    >>> told_faults([(3, "one"), (9, "two")], "en")
    'The transcript cannot be used: line 3: one; line 9: two'
    """
    lines = (told("line", language, {"line": line, "message": message}) for line, message in faults)
    return told("transcript", language, {"faults": "; ".join(lines)})


def _which(language: str) -> int:
    short = language.split("-", maxsplit=1)[0].lower()
    return LANGUAGES.index(short) if short in LANGUAGES else 0


def _shown(name: str, fact: Fact, which: int) -> str:
    if name.endswith("_ms"):
        return clock(int(fact))
    if name in _TABLES:
        key = str(fact).split("-", maxsplit=1)[0]
        return _TABLES[name].get(key, (str(fact),) * len(LANGUAGES))[which]
    return _decimal(name, f"{fact:.2f}" if isinstance(fact, float) else str(fact), which)


def _decimal(name: str, text: str, which: int) -> str:
    """A number with the mark that the language puts before its decimals."""
    is_number = name not in _QUOTED and _DECIMAL.fullmatch(text)
    return text.replace(".", ",") if which and is_number else text


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The English sentences as patterns, those with the fewest facts first: they are the surest."""
    simple = [(phrase, english) for phrase, (english, _) in PHRASES.items() if phrase not in _COMPOSED]
    return tuple(
        (phrase, re.compile(_pattern(english), re.DOTALL))
        for phrase, english in sorted(simple, key=lambda one: (one[1].count("{"), one[0]))
    )


def _pattern(english: str) -> str:
    def group(found: re.Match[str]) -> str:
        name = found[1]
        shape = next(shape for ending, shape in _SHAPES if name.endswith(ending))
        return f"(?P<{name}>{shape})"

    return _FACT.sub(group, re.escape(english))


def _again(name: str, text: str, which: int) -> str:
    if name in _TABLES:
        return next((words[which] for words in _TABLES[name].values() if words[0] == text), text)
    return _decimal(name, text, which)
