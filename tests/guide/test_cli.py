"""The command line: one sentence for every error, exit 0, 1 or 2, JSON for machines."""

import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text

from guide.cli import COMMANDS
from guide.migrations import HEAD
from guide.store.database import Database
from tests.guide.conftest import Told
from tests.stories.service import Service

Coupole = Callable[..., Told]
HELP = """
import atexit, sys, guide.cli
atexit.register(lambda: print("LOADED", sorted({each.split(".")[0] for each in sys.modules})))
sys.argv = ["coupole", "--help"]
guide.cli.main()
"""


def test_help_names_every_command(coupole: Coupole) -> None:
    """Whoever types `coupole --help` sees what there is, each with a line."""
    told = coupole("--help")
    assert told.code == 0
    shown = " ".join(told.out.split())
    assert [name for name, command in COMMANDS.items() if f" {name} {command.summary}" not in shown] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_line_of_a_command_is_its_own(name: str) -> None:
    """What the list says of a command is what its own help begins with."""
    module, _, attribute = COMMANDS[name].place.partition(":")
    found: Any = getattr(import_module(module), attribute)
    told = str(found.info.help if isinstance(found, typer.Typer) else found.__doc__)
    assert told.split("\n", maxsplit=1)[0] == COMMANDS[name].summary


def test_help_loads_nothing_else() -> None:
    """`coupole --help` answers at once: neither database nor web framework is loaded for it."""
    out = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True).stdout
    loaded = out.split("LOADED")[1]
    assert not [
        heavy
        for heavy in ("sqlalchemy", "fastapi", "numpy", "av", "rich", "uvicorn")
        if f"'{heavy}'" in loaded
    ]


def test_the_version(coupole: Coupole) -> None:
    """`coupole --version` says which program this is."""
    assert coupole("--version") == Told(0, f"coupole {version('coupole')}\n", "")


def test_the_installed_command_is_this_one() -> None:
    """`coupole` and `python -m guide` are the same program."""
    scripts = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"coupole": "guide.cli:main"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("serve", "--port", "many"),
        ("serve", "--port", "99999"),
        ("device", "add"),
        ("key", "add", "desk"),
        ("key", "add", "desk", "--role", "king"),
        ("user", "add", "anna@museum.example"),
    ],
)
def test_misuse_is_exit_2(coupole: Coupole, arguments: tuple[str, ...]) -> None:
    """A command that cannot be meant so says how it is used, and nothing is made."""
    told = coupole(*arguments)
    assert told.code == 2
    assert "--help" in told.err


class TestKeys:
    def test_a_devices_key(self, coupole: Coupole) -> None:
        """`coupole device add NAME --json` gives id, name, role and key, and nothing else."""
        told = coupole("device", "add", "Handset 1", "--json")
        assert told.code == 0
        assert set(told.json) == {"id", "name", "role", "key"}
        assert (told.json["name"], told.json["role"]) == ("Handset 1", "device")
        assert told.json["key"].startswith("cpl_")

    @pytest.mark.parametrize("role", ["device", "staff", "curator", "admin"])
    def test_a_key_of_a_role(self, coupole: Coupole, role: str) -> None:
        """`coupole key add NAME --role ROLE --json` gives the same four."""
        told = coupole("key", "add", "hub", "--role", role, "--json")
        assert (set(told.json), told.json["role"]) == ({"id", "name", "role", "key"}, role)

    def test_a_person_reads_the_key_once(self, coupole: Coupole) -> None:
        """Without `--json` the key stands on a line of its own, with the advice to keep it."""
        told = coupole("key", "add", "hub", "--role", "staff")
        assert re.search(r"^  cpl_\S+$", told.out, re.MULTILINE)
        assert "shown this once" in told.out

    @pytest.mark.parametrize("name", ["", "  ", "x" * 201, "two\nlines"])
    def test_a_name_is_a_line(self, coupole: Coupole, name: str) -> None:
        """A name that could not be shown is refused."""
        told = coupole("device", "add", name)
        assert (told.code, told.err) == (1, "coupole: A name has 1 to 200 printable characters.\n")

    def test_a_key_is_listed_and_revoked(self, coupole: Coupole) -> None:
        """Keys are listed without themselves; one that is revoked is gone, and cannot be revoked again."""
        made = [coupole("key", "add", name, "--role", "staff", "--json").json for name in ("desk", "hub")]
        shown = coupole("key", "list")
        assert made[0]["key"] not in shown.out
        assert [line.split()[-1] for line in shown.out.splitlines()] == ["desk", "hub"]
        assert coupole("key", "revoke", made[0]["id"]).code == 0
        assert [each["name"] for each in coupole("key", "list", "--json").json["keys"]] == ["hub"]
        again = coupole("key", "revoke", made[0]["id"])
        assert (again.code, "see `coupole key list`" in again.err) == (1, True)
        coupole("key", "revoke", made[1]["id"])
        assert coupole("key", "list").out == "No key can be used.\n"


class TestPeople:
    def test_a_password_is_made(self, coupole: Coupole) -> None:
        """Where nobody can be asked, a password is made and shown once."""
        told = coupole("user", "add", "anna@museum.example", "--role", "curator", "--json")
        assert told.code == 0
        assert told.json["email"] == "anna@museum.example"
        assert len(told.json["password"]) >= 16

    def test_all_mistakes_at_once(self, coupole: Coupole) -> None:
        """A wrong address and a wrong role are two lines below one sentence."""
        told = coupole("user", "add", "anna", "--role", "device")
        assert told.code == 1
        assert [line.split(":")[0].strip() for line in told.err.splitlines()] == ["coupole", "email", "role"]

    def test_a_new_password(self, coupole: Coupole) -> None:
        """Who forgot a password gets another; who is not there does not."""
        first = coupole("user", "add", "anna@museum.example", "--role", "staff", "--json").json
        second = coupole("user", "password", "Anna@museum.example", "--json").json
        assert (second["role"], second["password"] == first["password"]) == ("staff", False)
        assert (
            coupole("user", "password", "bert@museum.example").err
            == "coupole: There is no bert@museum.example.\n"
        )

    def test_nobody_is_added_twice(self, coupole: Coupole) -> None:
        """A person who is there already is told."""
        coupole("user", "add", "anna@museum.example", "--role", "staff")
        told = coupole("user", "add", "Anna@museum.example", "--role", "staff")
        assert (told.code, told.err) == (1, "coupole: anna@museum.example is there already.\n")


class TestDatabases:
    @pytest.fixture(
        params=["device add x", "key add x --role staff", "user add a@b.c --role staff", "serve", "migrate"]
    )
    def command(self, request: pytest.FixtureRequest) -> list[str]:
        """Each command that opens the database."""
        return str(request.param).split()

    def test_a_newer_one_is_refused(self, coupole: Coupole, tmp_path: Path, command: list[str]) -> None:
        """A database of a later version stops every command with one sentence, and stays as it is."""
        coupole("migrate")
        database = Database(f"sqlite:///{tmp_path}/data/coupole.db")
        with database.session() as session:
            session.execute(text("update alembic_version set version_num = '9999'"))
        told = coupole(*command, *(["--port", "0"] if command == ["serve"] else []))
        assert told.code == 1
        assert re.fullmatch(r"coupole: The database is of version 9999, newer than .*\n", told.err)
        assert database.version() == "9999"
        database.close()

    def test_migrating(self, coupole: Coupole) -> None:
        """`coupole migrate` says from where to where."""
        assert coupole("migrate", "--json").json == {"from": None, "to": HEAD}
        assert coupole("migrate").out == f"The database is of version {HEAD} already.\n"

    def test_settings_that_cannot_be(self, coupole: Coupole, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two wrong variables are two lines."""
        monkeypatch.setenv("COUPOLE_LOG_FORMAT", "xml")
        monkeypatch.setenv("COUPOLE_SIGN_IN_HOURS", "0")
        told = coupole("device", "add", "x")
        assert told.code == 1
        assert told.err.splitlines()[0] == "coupole: The settings cannot be used."
        assert {line.split(":")[0].strip() for line in told.err.splitlines()[1:]} == {
            "COUPOLE_LOG_FORMAT",
            "COUPOLE_SIGN_IN_HOURS",
        }


class TestDoctor:
    def test_a_sound_installation(self, coupole: Coupole) -> None:
        """`coupole doctor` checks everything, says what is still to do, and is content."""
        told = coupole("doctor", "--json")
        assert (told.code, told.json["ok"]) == (0, True)
        checks = {each["name"]: each for each in told.json["checks"]}
        assert set(checks) == {
            "python", "settings", "database", "store", "space", "content", "keys", "audio", "pages"
        }  # fmt: skip
        assert checks["content"]["warning"]
        assert "coupole import" in checks["content"]["sentence"]
        assert all(each["sentence"].endswith(".") for each in checks.values())

    def test_a_store_that_cannot_be_written(self, coupole: Coupole, tmp_path: Path) -> None:
        """What is wrong is a line that says where, and the exit code tells a script."""
        coupole("migrate")
        (tmp_path / "data" / "media").write_text("in the way")
        told = coupole("doctor")
        assert told.code == 1
        assert re.search(r"^x store .*media", told.out, re.MULTILINE)

    def test_wrong_settings(self, coupole: Coupole, monkeypatch: pytest.MonkeyPatch) -> None:
        """Settings that nothing can start with are its first finding."""
        monkeypatch.setenv("COUPOLE_PORT", "x")
        told = coupole("doctor", "--json")
        assert (told.code, [each["name"] for each in told.json["checks"]]) == (1, ["settings"])
        assert "COUPOLE_PORT" in told.json["checks"][0]["sentence"]


class TestServing:
    def test_a_port_in_use(self, coupole: Coupole) -> None:
        """A port that something else listens on is told in one sentence that says what to do."""
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            for command in (("serve",), ("demo", "--no-browser")):
                told = coupole(*command, "--port", str(port))
                sentence = f"Port {port} on 127.0.0.1 is in use: stop what uses it, or choose another --port."
                assert (told.code, told.err) == (1, f"coupole: {sentence}\n")

    @pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
    def test_a_host_that_is_not_here(self, coupole: Coupole, host: str) -> None:
        """An address of another machine cannot be listened on."""
        told = coupole("serve", "--host", host, "--port", "0")
        assert told.code == 1
        assert told.err.startswith(f"coupole: Cannot listen on {host}: ")

    @pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
    def test_it_stops_cleanly(self, tmp_path: Path, stop: signal.Signals) -> None:
        """The service answers, and ends with exit 0 when it is told to, leaving no journal behind."""
        running = Service(tmp_path / "data", {"COUPOLE_LOG_FORMAT": "json"})
        running.start()
        assert running.process is not None
        os.kill(running.process.pid, stop)
        assert running.process.wait(30) == 0
        assert "Traceback" not in (tmp_path / "service.log").read_text()
