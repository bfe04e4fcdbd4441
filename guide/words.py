"""Small pieces of sentences that people read: lists and sizes."""

from collections.abc import Iterable


def several(items: Iterable[str], last: str = "and") -> str:
    """A list as people say it.

    >>> several(["fr", "en", "nl"]), several(["fr"], "or"), several([])
    ('fr, en and nl', 'fr', 'none')
    """
    named = list(items)
    if len(named) < 2:  # noqa: PLR2004 - a list of one needs no word between
        return named[0] if named else "none"
    return f"{', '.join(named[:-1])} {last} {named[-1]}"


def size(count: int, *, french: bool = False) -> str:
    """A number of bytes as people say it.

    >>> size(1_048_576), size(1500), size(12), size(1500, french=True)
    ('1 MiB', '1.5 KiB', '12 bytes', '1,5 Kio')
    """
    value, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB"):
        if value < 1024:  # noqa: PLR2004 - how many of one unit make the next
            break
        value, unit = value / 1024, larger
    told = f"{value:.1f}".removesuffix(".0") + f" {unit}"
    return told.replace(".", ",").replace("iB", "io").replace("bytes", "octets") if french else told
