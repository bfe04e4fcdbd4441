"""The small museum, imported and published once, and a fresh service for each story."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2
import pytest

from tests.stories.museum import make_museum
from tests.stories.service import Service

TIMEOUT_S: Final = 30.0


@pytest.fixture(scope="session")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site folder of the small museum."""
    return make_museum(tmp_path_factory.mktemp("museum") / "small")


@dataclass(frozen=True)
class Published:
    """A data folder in which the small museum is published, with its keys: the command line made it all."""

    data: Path
    device_key: str
    staff_key: str
    curator_key: str


@pytest.fixture(scope="session")
def published(museum: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The museum as every story finds it."""
    made = Service(tmp_path_factory.mktemp("published") / "data")
    made.run("import", str(museum), "--publish")
    device = made.json("device", "add", "handheld 1")
    staff = made.json("key", "add", "desk", "--role", "staff")
    curator = made.json("key", "add", "anna", "--role", "curator")
    return Published(made.data, device["key"], staff["key"], curator["key"])


@pytest.fixture(scope="module")
def service(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service on a copy of the published museum; each story brings its own visit, and none needs a core."""
    data = tmp_path_factory.mktemp("service") / "data"
    shutil.copytree(published.data, data)
    running = Service(data, {"COUPOLE_JOBS_AT_ONCE": "0"})
    running.start()
    yield running
    if running.process is not None and running.process.poll() is None:
        assert running.stop() == 0


@pytest.fixture
def client(service: Service) -> Iterator[httpx2.Client]:
    """An HTTP client of the running service."""
    with httpx2.Client(base_url=service.url, timeout=TIMEOUT_S) as made:
        yield made


@pytest.fixture
def device_key(published: Published) -> str:
    """A handheld's key."""
    return published.device_key


@pytest.fixture
def staff_key(published: Published) -> str:
    """A key with which staff read the log."""
    return published.staff_key
