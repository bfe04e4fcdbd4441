"""What the service says of one place in a request: each sentence goes on where the name of the place ends."""

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    # who is asking
    "no_address": (
        "{email:q} is not an e-mail address",
        "{email:q} n’est pas une adresse électronique",
    ),
    "no_role": (
        "{role:q} is not a role of a person; the roles are {roles:and}",
        "{role:q} n’est pas un rôle de personne ; les rôles sont {roles:and}",
    ),
    "password_length": (
        "a password has {least} to {most} characters, not {count}",
        "un mot de passe a de {least} à {most} caractères, pas {count}",
    ),
    # what was sent
    "missing": (
        "is missing",
        "manque",
    ),
    "unknown_key": (
        "is not a known key",
        "n’est pas une clé connue",
    ),
    "only": (
        "is {given}, but may only be {expected}",
        "vaut {given}, mais ne peut être que {expected}",
    ),
    "finite": (
        "must be a finite number",
        "doit être un nombre fini",
    ),
    "table": (
        "must be a table of keys, not {given}",
        "doit être un objet avec des clés, pas {given}",
    ),
    "number": (
        "is {given:q}; an exhibit's number is 1 to 6 digits in quotes",
        "vaut {given:q} ; le numéro d’une étape a 1 à 6 chiffres entre guillemets",
    ),
    "id": (
        "{rule}",
        "n’est pas un identifiant : 1 à 64 lettres sans accent, chiffres, - _ et . (pas au bout)",
    ),
    "given_id": (
        "{given:q} {rule}",
        "{given:q} n’est pas un identifiant : 1 à 64 lettres sans accent, chiffres, - _ et . (pas au bout)",
    ),
    "sha256": (
        "is not a SHA-256 in small hexadecimal",
        "n’est pas un SHA-256 en hexadécimal minuscule",
    ),
    "other_id": (
        "is {given:q}, but the address says {id:q}",
        "vaut {given:q}, mais l’adresse dit {id:q}",
    ),
    "image": (
        "is not the name of a stored picture: <sha256>.svg, png, jpg or webp",
        "n’est pas le nom d’une image gardée ici : <sha256>.svg, png, jpg ou webp",
    ),
    "deep": (
        "nests deeper than {most} levels",
        "s’emboîte sur plus de {most} niveaux",
    ),
    "text_large": (
        "is larger than 2 MiB",
        "dépasse 2 Mio",
    ),
    "not_utf8": (
        "is not text in UTF-8; please save it as UTF-8",
        "n’est pas du texte en UTF-8 ; enregistrez-le en UTF-8",
    ),
    "near_key": (
        "is not a known key; did you mean {near}?",
        "n’est pas une clé connue ; vouliez-vous dire {near} ?",
    ),
    "twice": (
        "{value:q} is given twice; give each its own",
        "{value:q} est donné deux fois ; donnez à chacun le sien",
    ),
    "twice_by": (
        "{value:q} is given twice, by {other}; give each its own",
        "{value:q} est donné deux fois, aussi par {other} ; donnez à chacun le sien",
    ),
    "unknown_one": (
        "{wanted:q} does not exist; known are {known}",
        "{wanted:q} n’existe pas ; il y a {known}",
    ),
    "unknown_first": (
        "{wanted:q} does not exist; there is none yet",
        "{wanted:q} n’existe pas ; il n’y en a pas encore",
    ),
    "place_nothing": (
        "stands for nothing; give it a zone, or level, x and y",
        "ne désigne rien ; donnez une zone, ou level, x et y",
    ),
    "place_both": (
        "has a zone and a position; give one of them",
        "a une zone et une position ; donnez l’une des deux",
    ),
    "time_zone": (
        "{zone:q} is not a time zone; write it like Europe/Paris",
        "{zone:q} n’est pas un fuseau horaire ; écrivez-le comme Europe/Paris",
    ),
    "profile": (
        "{profile:q} is not a profile; choose {known}",
        "{profile:q} n’est pas un profil ; choisissez {known}",
    ),
    "language_twice": (
        "names {language:q} twice",
        "nomme {language:q} deux fois",
    ),
    "negative": (
        "is {value}; it cannot be less than 0",
        "vaut {value} ; ne peut être inférieur à 0",
    ),
    "strange_language": (
        "{language:q} is not a language of the site ({known}); add it to its languages",
        "{language:q} n’est pas une langue du site ({known}) ; ajoutez-la à ses langues",
    ),
    "plan": (
        "needs plan_origin (lower left corner) and plan_size, both in metres",
        "il faut plan_origin (coin en bas à gauche) et plan_size, en mètres",
    ),
    "time": (
        '{time:q} is not a time; write "15:00" for every day, or 2026-11-22T15:00:00',
        "{time:q} n’est pas une heure ; écrivez « 15:00 » pour tous les jours, ou 2026-11-22T15:00:00",
    ),
    "date": (
        "{date:q} is not a date; write it like 2026-05-04",
        "{date:q} n’est pas une date ; écrivez-la comme 2026-05-04",
    ),
    "state": (
        "{state:q} is no state; take some of {states:or}",
        "{state:q} n’est pas un état ; prenez {states:or}",
    ),
    # files and texts on their way in
    "empty": (
        "is empty",
        "est vide",
    ),
    "no_file": (
        "is missing; send the sound as a file under this name, or a transcript alone",
        "manque ; envoyez le son en fichier sous ce nom, ou un texte seul",
    ),
    "no_exhibit": (
        "is missing; name the exhibit by its id",
        "manque ; donnez l’identifiant de l’étape",
    ),
    "other_exhibit": (
        "{exhibit:q} is not in the draft; known are {known}",
        "{exhibit:q} n’est pas dans le brouillon ; il y a {known}",
    ),
    "first_exhibit": (
        "{exhibit:q} is not in the draft; known are none yet",
        "{exhibit:q} n’est pas dans le brouillon, qui n’a pas encore d’étape",
    ),
    "no_language": (
        "is missing; choose {known:or}",
        "manque ; choisissez {known:or}",
    ),
    "language": (
        "{language:q} is not a language; write it like en, fr or en-GB",
        "{language:q} n’est pas une langue ; écrivez-la comme en, fr ou en-GB",
    ),
    "language_type": (
        "must be a language, such as en",
        "doit être une langue, comme en",
    ),
    "other_language": (
        "{language:q} is not a language of the site; choose {known:or}",
        "{language:q} n’est pas une langue du site ; choisissez {known:or}",
    ),
    "other_variant": (
        "is {variant:q}; choose {known:or}",
        "vaut {variant:q} ; choisissez {known:or}",
    ),
    "variant": (
        "choose {known:or}",
        "choisissez {known:or}",
    ),
    "not_editable": (
        "cannot be changed here; {editable:and} can",
        "ne se change pas ici ; {editable:and} se changent",
    ),
    "long_text": (
        "is larger than 2 MiB; a transcript of three hours has a tenth of that",
        "dépasse 2 Mio ; le texte de trois heures en a le dixième",
    ),
}

CHECKS: Final[Mapping[str, str]] = {
    "missing": "manque",
    "extra_forbidden": "n’est pas un champ connu",
    "string_type": "doit être un texte",
    "string_too_short": "doit avoir au moins {min_length} caractères",
    "string_too_long": "doit avoir au plus {max_length} caractères",
    "string_pattern_mismatch": "doit avoir la forme {pattern}",
    "int_type": "doit être un nombre entier",
    "int_parsing": "doit être un nombre entier",
    "int_from_float": "doit être un nombre entier",
    "float_type": "doit être un nombre",
    "float_parsing": "doit être un nombre",
    "finite_number": "doit être un nombre fini",
    "bool_type": "doit être vrai ou faux",
    "bool_parsing": "doit être vrai ou faux",
    "greater_than": "doit être plus grand que {gt}",
    "greater_than_equal": "doit être au moins {ge}",
    "less_than": "doit être plus petit que {lt}",
    "less_than_equal": "doit être au plus {le}",
    "literal_error": "ne peut être que {expected}",
    "list_type": "doit être une liste",
    "dict_type": "doit être un objet avec des clés",
    "model_type": "doit être un objet avec des clés",
    "model_attributes_type": "doit être un objet avec des clés",
    "too_short": "doit avoir au moins {min_length} éléments",
    "too_long": "doit avoir au plus {max_length} éléments",
}
"""In French, what pydantic says in English, by its types of errors; it says the values of the fields in braces."""
