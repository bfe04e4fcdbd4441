"""The notices in an answer: what the visitor is told beside the narration, in their language, once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from guide.services.advice import advice_of, advice_text
from guide.services.coverage import Share, share_of, worded
from guide.services.ladder import Ladder, Rung
from guide.services.language_names import reader_of
from guide.services.releases import ReleaseView
from guide.services.sentences import in_sentence, notice_text
from guide.services.visit import Visit
from zones.decision import Decision, Notice

NOTICE_MS: Final = 30_000
"""For so long a notice is repeated, with the same id in every answer."""


def told(visit: Visit, view: ReleaseView, ladder: Ladder, decision: Decision) -> list[dict[str, Any]]:
    """The notices of the last half minute."""
    shown = [
        _notice(visit.wishes.languages, view, ladder.rungs[each.exhibit], each)
        for each in visit.state.notices
        if decision.at - each.at < NOTICE_MS and each.exhibit in ladder.rungs
    ]
    where, called_at = visit.state.where, visit.called_at
    if decision.reason == "radio_silence" and where is not None:
        shown.append(_plain(visit, "position_unknown", where.at))
    if called_at is not None and decision.at - called_at < NOTICE_MS:
        shown.append(_plain(visit, "last_call", called_at))
    return shown


def _plain(visit: Visit, kind: str, since: int) -> dict[str, Any]:
    """A notice about no exhibit."""
    text = notice_text(kind, reader_of(visit.wishes.languages))
    return {"id": f"{kind}-{since}", "kind": kind, "exhibit": None, "text": text, "available": []}


def _notice(wishes: Sequence[str], view: ReleaseView, rung: Rung, notice: Notice) -> dict[str, Any]:
    return {
        "id": f"{notice.kind}-{notice.exhibit}-{notice.at}",
        "kind": notice.kind,
        "exhibit": notice.exhibit,
        "text": _text(wishes, view, rung, notice.kind),
        "available": _available(view, notice.exhibit),
    }


def _text(wishes: Sequence[str], view: ReleaseView, rung: Rung, kind: str) -> str:
    reader = reader_of(wishes)
    title = title_of(rung.exhibit.title, [*wishes], view)
    shows = view.shows.get(rung.exhibit.id, ())
    advice = advice_of(rung.exhibit, shows)
    if kind in ("loudness", "age") and advice is not None:
        return advice_text(advice, title, title_of(advice.note, [*wishes, reader], view), reader)
    if kind == "language_gap" and (share := share_of(shows, rung.track, wishes)) is not None:
        return _partial(title, share, reader)
    return notice_text(
        kind,
        reader,
        title=title,
        available=_listed(_available(view, rung.exhibit.id), reader) or "—",
        requested=in_sentence(rung.requested, reader),
        language=in_sentence(rung.track.language if rung.track else None, reader),
    )


def _partial(title: str, share: Share, reader: str) -> str:
    """What of it is in the visitor's language, worded as everywhere, and what the rest is in."""
    return notice_text(
        "partial" if share.is_any else "not a word",
        reader,
        title=title,
        told=", ".join(worded(language, minutes, reader) for language, minutes in share.told),
        rest=_listed(share.rest, reader) or "—",
    )


def _listed(languages: Sequence[str], reader: str) -> str:
    return ", ".join(in_sentence(each, reader) for each in languages)


def _available(view: ReleaseView, exhibit: str) -> list[str]:
    """The site's languages that an exhibit can be heard in, then what else its shows speak."""
    spoken = {each.language for each in view.content.tracks if each.exhibit == exhibit and each.source_sha256}
    shown = [each.language for show in view.shows.get(exhibit, ()) for each in show.segment]
    return list(dict.fromkeys([each for each in view.doc.languages if each in (*spoken, *shown)] + shown))


def title_of(titles: Mapping[str, str], wishes: list[str], view: ReleaseView) -> str:
    """A title in the first language that has one: the visitor's, the house's, any."""
    wanted = [*(tag.split("-")[0] for tag in wishes), *view.content.site.languages, *sorted(titles)]
    return next((titles[tag] for tag in (*wishes, *wanted) if tag in titles), "")
