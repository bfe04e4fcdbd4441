"""Thousands of odd requests, made from the description: none may bring the service down or surprise its reader."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.stories.museum import make_museum
from tests.stories.service import Service

SECONDS: Final = 25
CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
)


@pytest.fixture
def museum(database_url: str, tmp_path: Path) -> Iterator[Service]:
    """A running service with a small museum that is published; limits of strangers are out of the way."""
    settings = {"COUPOLE_DATABASE_URL": database_url, "COUPOLE_ANONYMOUS_VISITS_PER_MINUTE": "100000"}
    service = Service(tmp_path / "data", settings)
    service.run("import", str(make_museum(tmp_path / "small", seconds=2.0)), "--publish")
    service.start()
    yield service
    assert service.stop() == 0
    assert "Traceback" not in (tmp_path / "service.log").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("role", ["device", "admin"])
def test_no_request_is_a_surprise(museum: Service, tmp_path: Path, role: str) -> None:
    """Whatever is sent, the answer is one that the description names, in the form that it has there, and no 5xx."""
    key = museum.json("key", "add", "fuzz", "--role", role)["key"]
    address = f"{museum.url}/openapi.json"
    command = [sys.executable, "-m", "schemathesis.cli", "run", address, "-H", f"Authorization: Bearer {key}"]
    options = [
        "--checks",
        CHECKS,
        "--phases",
        "examples,coverage,fuzzing",
        "--max-time",
        str(SECONDS),
        "--no-color",
    ]
    if role == "device":
        options += ["--include-tag", "devices"]
    done = subprocess.run(
        [*command, *options, "--generation-database", "none", "--continue-on-failure"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
