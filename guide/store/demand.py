"""What visitors asked for and met, counted from the decision log."""

from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from guide.tables import Decision

HEARD: Final = ("start", "resume", "switch")


def met(session: Session, site: str, since: int) -> dict[tuple[str, str], int]:
    """In how many real visits each exhibit was met, by exhibit and the language asked for; heard or not.

    Simulated visits are left out. One grouped query: what comes back is as long as the site has exhibits.
    """
    query = (
        select(Decision.exhibit, Decision.requested, func.count(Decision.visit.distinct()))
        .where(
            Decision.site == site,
            Decision.at >= since,
            Decision.simulated.is_(False),
            or_(Decision.reason == "gap_in_language", Decision.action.in_(HEARD)),
        )
        .group_by(Decision.exhibit, Decision.requested)
    )
    return {
        (exhibit, requested): visits
        for exhibit, requested, visits in session.execute(query)
        if exhibit and requested
    }
