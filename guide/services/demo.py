"""The demo site: taken in and published where it is not yet, and somebody to sign in as for each role."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from guide.errors import Conflict, Unusable
from guide.security import make_password
from guide.services.access import ROLES, Role
from guide.services.catalogue import Catalogue
from guide.services.narrations import Progress, unheard
from guide.services.people import People

FOLDER: Final = Path(__file__).parents[1] / "demo" / "coupole"
"""The site folder that the package carries."""
_STAMP: Final = "demo.json"
_WHO: Final = "coupole demo"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody of the demo."""

    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What an earlier start has done in this data folder."""

    source: str
    sign_ins: tuple[SignIn, ...]


def prepare(
    data: Path, catalogue: Catalogue, people: People, progress: Progress = unheard, *, folder: Path = FOLDER
) -> tuple[SignIn, ...]:
    """The demo in a data folder, ready to walk; what an earlier start has done is not done again.

    Args:
        data: the data folder, which keeps what was done and the passwords.
        catalogue: of the same installation.
        people: of the same installation.
        progress: told of the import's steps.
        folder: the site folder.

    Returns:
        Who can sign in.

    Raises:
        Unusable: The package carries no demo site, or the data folder holds another site.
    """
    source = _source_hash(folder)
    path = data / _STAMP
    stamp = _read(path)
    sign_ins = stamp.sign_ins if stamp else _add_people(people)
    if stamp is None or stamp.source != source:
        try:
            catalogue.importing.run(folder, who=_WHO, publish=True, note="The demo", progress=progress)
        except Conflict as error:
            raise Unusable(
                "folder_in_use", f"{data} holds another site: choose another folder with COUPOLE_DATA."
            ) from error
        _write(path, _Stamp(source, sign_ins))
    return sign_ins


def _add_people(people: People) -> tuple[SignIn, ...]:
    return tuple(_add_person(people, role) for role in ROLES[1:])


def _add_person(people: People, role: Role) -> SignIn:
    email, password = f"{role}@coupole.example", make_password()
    try:
        people.add(email, role, password)
    except Conflict:
        # The database is older than the note of its passwords.
        people.set_password(email, password)
    return SignIn(role, email, password)


def _source_hash(folder: Path) -> str:
    """A hash of every file's name and bytes: a change of the folder is seen without reading it as a site."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise Unusable("no_demo", "This package carries no demo site: install it again.")
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(folder).as_posix()}\n{path.stat().st_size}\n".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def _read(path: Path) -> _Stamp | None:
    try:
        body = json.loads(path.read_text())
        return _Stamp(body["source"], tuple(SignIn(**each) for each in body["sign_ins"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is made anew, as on the first start


def _write(path: Path, stamp: _Stamp) -> None:
    text = json.dumps(asdict(stamp), indent=2)
    made = path.with_suffix(".new")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    made.replace(path)
