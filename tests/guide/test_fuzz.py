"""Thousands of odd requests, made from the description: none may bring the service down or surprise its reader."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.stories.service import Service

SECONDS: Final = 10
CHECKS: Final = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
)
HOOKS: Final = str(Path(__file__).with_name("pieces.py"))


@pytest.fixture
def service(database_url: str, museum: Path, tmp_path: Path) -> Iterator[Service]:
    """A running service with a small museum that is published; limits of strangers are out of the way."""
    settings = {"COUPOLE_DATABASE_URL": database_url, "COUPOLE_ANONYMOUS_VISITS_PER_MINUTE": "100000"}
    made = Service(tmp_path / "data", settings)
    made.run("import", str(museum), "--publish")
    made.start()
    yield made
    code = made.stop()
    log = made.log.read_text()
    assert (code, "Traceback" in log) == (0, False), log[-5000:]


@pytest.mark.slow
def test_no_request_is_a_surprise(service: Service, tmp_path: Path) -> None:
    """Whatever is sent, the answer is one that the description names, in the form that it has there, and no 5xx."""
    for role, chosen in (("device", ["--include-tag", "devices"]), ("admin", ["--exclude-tag", "devices"])):
        key = service.json("key", "add", "fuzz", "--role", role)["key"]
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json"]
        options = ["--header", f"Authorization: Bearer {key}", "--checks", CHECKS, "--max-time", str(SECONDS)]
        options += ["--phases", "coverage,fuzzing", "--generation-database", "none", "--no-color", *chosen]
        done = subprocess.run(
            [*command, *options],
            cwd=tmp_path,
            env=os.environ | {"SCHEMATHESIS_HOOKS": HOOKS},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
