"""Alive and ready: what a load balancer asks every few seconds."""

from concurrent.futures import Future

import pytest
from starlette.testclient import TestClient

from guide.settings import Settings
from guide.wiring import Guide
from tests.guide.problems import assert_problem


def test_the_process_answers(client: TestClient) -> None:
    """`/healthz` asks nobody else: a slow database is no reason to restart the service."""
    assert client.get("/healthz").json()["status"] == "ok"


def test_requests_may_be_sent(client: TestClient) -> None:
    """`/readyz` has asked database, store and queue."""
    body = client.get("/readyz").json()
    assert body["status"] == "ok"
    assert {each["name"]: each["ok"] for each in body["checks"]} == {
        "database": True,
        "store": True,
        "queue": True,
    }


def test_a_store_that_cannot_be_written(client: TestClient, settings: Settings) -> None:
    """Without a store the service is not ready, and says why."""
    settings.media_folder.parent.mkdir(parents=True, exist_ok=True)
    if settings.media_folder.exists():
        settings.media_folder.rmdir()
    settings.media_folder.write_text("in the way")
    answer = client.get("/readyz")
    assert_problem(answer, 503, "not_ready")
    assert [each["where"] for each in answer.json()["errors"]] == ["store"]
    assert answer.headers["retry-after"] == "1"


def test_a_queue_that_stands_still(client: TestClient, guide: Guide, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what visits do is no longer written, nobody should start one here."""
    monkeypatch.setattr("guide.services.health._SOON_S", 0.05)
    monkeypatch.setattr(guide.journal, "add_urgent", lambda _: Future())
    answer = client.get("/readyz")
    assert_problem(answer, 503, "not_ready")
    assert [each["where"] for each in answer.json()["errors"]] == ["queue"]
    monkeypatch.undo()


def test_a_database_of_another_version(client: TestClient, guide: Guide) -> None:
    """A database that was migrated under a running service takes it out of the rotation."""
    with guide.database.engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    answer = client.get("/readyz")
    assert_problem(answer, 503, "not_ready")
    assert "9999" in answer.json()["errors"][0]["message"]
