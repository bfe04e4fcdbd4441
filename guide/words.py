"""Small pieces of English for sentences that people read."""

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


def size(count: int) -> str:
    """A number of bytes as people say it.

    >>> size(1_048_576), size(1500), size(12)
    ('1 MiB', '1.5 KiB', '12 bytes')
    """
    value, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB"):
        if value < 1024:  # noqa: PLR2004 - how many of one unit make the next
            break
        value, unit = value / 1024, larger
    return f"{value:.1f}".removesuffix(".0") + f" {unit}"
