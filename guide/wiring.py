"""The services of one app, made once and shared by its requests: `app.state.guide`."""

from dataclasses import dataclass

from guide.clock import Clock
from guide.metrics import Metrics
from guide.security import RateLimit
from guide.services.access import Access
from guide.services.catalogue import Catalogue
from guide.services.fleet import Fleet
from guide.services.health import Health
from guide.services.journal import Journal
from guide.services.log import Log
from guide.services.people import People
from guide.services.releases import Releases
from guide.services.tickets import Tickets
from guide.services.visits import Visits
from guide.settings import Settings
from guide.store.database import Database


@dataclass(slots=True)
class Guide:
    """Everything that a route may need."""

    settings: Settings
    clock: Clock
    database: Database
    access: Access
    people: People
    fleet: Fleet
    strangers: RateLimit
    """How often one address may ask without a key."""
    releases: Releases
    catalogue: Catalogue
    journal: Journal
    visits: Visits
    tickets: Tickets
    log: Log
    health: Health
    metrics: Metrics

    def close(self) -> None:
        """Stop what runs beside the requests, write what is pending, and give the connections back."""
        self.catalogue.chores.stop()
        self.catalogue.runner.stop()
        self.catalogue.background.stop()
        self.journal.close()
        self.database.close()
