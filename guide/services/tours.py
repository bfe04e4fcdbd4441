"""Tours: ordered choices of exhibits, with how much of each can be heard in a language."""

from collections.abc import Sequence
from typing import Any

from guide.content import Content, TourDoc
from guide.errors import NotFound
from guide.services.coverage import Hearing, coverage_in, hearing_of, in_minutes
from guide.services.releases import ReleaseView


def tour_bodies(view: ReleaseView, reader: str) -> list[dict[str, Any]]:
    """The tours of a release, with their minutes and coverage in each of the site's languages."""
    heard = hearing_of(view)
    return [tour_body(each, heard, view.doc.languages, reader) for each in view.content.tours]


def tour_body(tour: TourDoc, heard: Hearing, languages: Sequence[str], reader: str) -> dict[str, Any]:
    """A tour: `minutes` is how long it takes, `narration_minutes` how much of that there is to hear."""
    own = heard.among(tour.exhibits)
    total = max((own.whole(each).total_ms for each in languages), default=0)
    return {
        **tour.model_dump(mode="json"),
        "narration_minutes": in_minutes(total),
        "coverage": [coverage_in(own, each, reader) for each in languages],
    }


def find_tour(content: Content, tour: str) -> TourDoc:
    """A tour of a content.

    Raises:
        NotFound: It has none of this id.
    """
    found = next((each for each in content.tours if each.id == tour), None)
    if found is None:
        known = ", ".join(each.id for each in content.tours) or "none"
        raise NotFound("unknown_tour", f"There is no tour {tour!r}; there is {known}.")
    return found
