"""What holds for every test: a property may take its time, and no core waits while there are tests to run."""

import os
from typing import Final

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

SHARED: Final = "tests/stories/"
"""The museum of these is imported by the command line, which takes longer than most of them."""

settings.register_profile("house", deadline=None)
settings.load_profile("house")


class OneMuseum(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """A file's tests go to one process, and all the stories to one, since what they share is made once there."""

    def _split_scope(self, nodeid: str) -> str:
        return SHARED if nodeid.startswith(SHARED) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Who gets which tests."""
    return OneMuseum(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests that listen to a browser leave two thirds of theirs idle."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a slow test go first: what begins last then ends soon, and no core waits for the other one's file."""
    slow = {each.path for each in items if each.get_closest_marker("slow")}
    items.sort(key=lambda each: each.path not in slow)
