"""Languages by name, in the languages that the interface speaks, and how a wish for one finds another.

Source: Unicode CLDR 46, the names that English and French readers know.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

READERS: Final = ("en", "fr")
"""The languages of the interface; the first is what everybody else reads."""

NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "ar": ("Arabic", "Arabe"),
    "bg": ("Bulgarian", "Bulgare"),
    "br": ("Breton", "Breton"),
    "ca": ("Catalan", "Catalan"),
    "cs": ("Czech", "Tchèque"),
    "cy": ("Welsh", "Gallois"),
    "da": ("Danish", "Danois"),
    "de": ("German", "Allemand"),
    "el": ("Greek", "Grec"),
    "en": ("English", "Anglais"),
    "es": ("Spanish", "Espagnol"),
    "et": ("Estonian", "Estonien"),
    "eu": ("Basque", "Basque"),
    "fa": ("Persian", "Persan"),
    "fi": ("Finnish", "Finnois"),
    "fr": ("French", "Français"),
    "fy": ("Western Frisian", "Frison occidental"),
    "ga": ("Irish", "Irlandais"),
    "gl": ("Galician", "Galicien"),
    "he": ("Hebrew", "Hébreu"),
    "hi": ("Hindi", "Hindi"),
    "hr": ("Croatian", "Croate"),
    "hu": ("Hungarian", "Hongrois"),
    "hy": ("Armenian", "Arménien"),
    "id": ("Indonesian", "Indonésien"),
    "is": ("Icelandic", "Islandais"),
    "it": ("Italian", "Italien"),
    "ja": ("Japanese", "Japonais"),
    "ka": ("Georgian", "Géorgien"),
    "ko": ("Korean", "Coréen"),
    "lb": ("Luxembourgish", "Luxembourgeois"),
    "lt": ("Lithuanian", "Lituanien"),
    "lv": ("Latvian", "Letton"),
    "mt": ("Maltese", "Maltais"),
    "nb": ("Norwegian Bokmål", "Norvégien bokmål"),
    "nl": ("Dutch", "Néerlandais"),
    "nn": ("Norwegian Nynorsk", "Norvégien nynorsk"),
    "no": ("Norwegian", "Norvégien"),
    "oc": ("Occitan", "Occitan"),
    "pl": ("Polish", "Polonais"),
    "pt": ("Portuguese", "Portugais"),
    "ro": ("Romanian", "Roumain"),
    "ru": ("Russian", "Russe"),
    "sk": ("Slovak", "Slovaque"),
    "sl": ("Slovenian", "Slovène"),
    "sq": ("Albanian", "Albanais"),
    "sr": ("Serbian", "Serbe"),
    "sv": ("Swedish", "Suédois"),
    "th": ("Thai", "Thaï"),
    "tr": ("Turkish", "Turc"),
    "uk": ("Ukrainian", "Ukrainien"),
    "vi": ("Vietnamese", "Vietnamien"),
    "vls": ("West Flemish", "Flamand occidental"),
    "wa": ("Walloon", "Wallon"),
    "zh": ("Chinese", "Chinois"),
}


_TAG: Final = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", re.ASCII)


def is_language(text: str) -> bool:
    """Whether a text may be a language tag: `en`, `pt-BR`; whether there is such a language nobody asks."""
    return _TAG.match(text) is not None


def language_name(language: str, reader: str = "en") -> str:
    """The name of a language for a reader; its tag where we know none.

    >>> language_name("en", "fr"), language_name("pt-BR"), language_name("tlh")
    ('Anglais', 'Portuguese (BR)', 'tlh')
    """
    main, _, rest = language.partition("-")
    names = NAMES.get(main)
    if names is None:
        return language
    name = names[READERS.index(reader)]
    return f"{name} ({rest})" if rest else name


def reader_of(languages: Sequence[str]) -> str:
    """The first of somebody's languages that the interface speaks, else English.

    >>> reader_of(["nl", "fr-BE", "en"]), reader_of(["nl"])
    ('fr', 'en')
    """
    mains = [language.partition("-")[0].lower() for language in languages]
    return next((main for main in mains if main in READERS), READERS[0])


def lookup(language: str) -> Iterator[str]:
    """The language ranges that a wish falls back through, longest first.

    >>> list(lookup("zh-Hant-CN"))
    ['zh-Hant-CN', 'zh-Hant', 'zh']
    """
    parts = language.split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()
        if parts and len(parts[-1]) == 1:  # a singleton introduces what follows it, and goes with it
            parts.pop()


def matches(wish: str, language: str) -> bool:
    """Whether a language answers a wish without being another language: `en` for `en-GB`."""
    return any(each.lower() == language.lower() for each in lookup(wish))


def is_same_tongue(wish: str, language: str) -> bool:
    """Whether somebody who wishes for one language understands the other when it is spoken.

    >>> is_same_tongue("en-GB", "en-US"), is_same_tongue("en", "fr")
    (True, False)
    """
    return wish.partition("-")[0].lower() == language.partition("-")[0].lower()
