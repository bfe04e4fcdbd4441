"""The settings: one frozen value, read from `COUPOLE_…` by the entry point and passed down.

Every setting stands in `docs/reference/settings.md`; a test compares.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from guide.errors import Fault, Unusable

PREFIX: Final = "COUPOLE_"
_DATABASES: Final = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")
_SECRET_MIN: Final = 32
LEAST_LIMIT: Final = 1024
"""Bytes of a body that no setting can forbid."""


class Settings(BaseSettings):
    """All that can be set from outside. Where a value is missing, one box with nothing but Python runs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Path("coupole-data")
    """The folder of the embedded default: database, audio, secret key."""
    database_url: str | None = None
    """`sqlite:///…` or `postgresql://…`; without it, SQLite in the data folder."""
    media_url: str | None = None
    """`file:///…`; without it, the folder `media` in the data folder."""
    secret_key: SecretStr | None = None
    """Signs sign-ins; without it, one is made and kept in the data folder."""
    host: str = "127.0.0.1"
    """The address on which the service listens."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """The port on which the service listens; 0 takes a free one."""
    trusted_proxies: str = "127.0.0.1"
    """From whom `X-Forwarded-For` and `-Proto` are believed: addresses with commas between, or `*`."""
    log_format: Literal["plain", "json"] = "plain"
    """How log lines are written: for people, or one JSON object a line."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """From which weight on a log line is written; `debug` has one line a request."""
    body_limit_bytes: Annotated[int, Field(ge=LEAST_LIMIT, le=1 << 30)] = 1 << 20
    """The largest body of an ordinary request."""
    upload_limit_bytes: Annotated[int, Field(ge=1 << 20, le=1 << 36)] = 2 << 30
    """The largest body of an upload: a site folder, a track, a plan."""
    upload_quota_bytes: Annotated[int, Field(ge=1 << 20, le=1 << 40)] = 8 << 30
    """How much may be on its way in at one time, of one site: uploads that are not finished."""
    upload_hours: Annotated[float, Field(gt=0, le=24 * 90)] = 24.0
    """How long an unfinished upload is kept after its last piece."""
    jobs_at_once: Annotated[int, Field(ge=0, le=64)] | None = None
    """How many narrations are worked on at one time; 0 leaves them, and all encoding, to `coupole worker`; without
    it, one core is left free for answers."""
    jobs_kept_days: Annotated[float, Field(gt=0, le=3650)] = 30.0
    """How long a job that has ended is told of; one that failed can be tried again for so long."""
    anonymous_visits_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 30
    """How many visits one address may start in a minute without a key."""
    sign_in_attempts: Annotated[int, Field(ge=1, le=1000)] = 10
    """How many sign-ins may fail in a quarter of an hour, for one address and for one person."""
    sign_in_hours: Annotated[float, Field(gt=0, le=24 * 90)] = 12.0
    """How long a sign-in holds."""
    enrolment_hours: Annotated[float, Field(gt=0, le=24 * 90)] = 24.0
    """How long an enrolment code can be used."""

    @classmethod
    def settings_customise_sources(  # noqa: D102 - pydantic-settings' own hook
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the hook's form
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the hook's form
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the hook's form
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # Why no .env file? What a service runs on should not depend on the folder it was started in.
        return init_settings, env_settings

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(_DATABASES):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("media_url")
    @classmethod
    def _known_store(cls, url: str | None) -> str | None:
        if url is not None and (urlsplit(url).scheme != "file" or not urlsplit(url).path.startswith("/")):
            raise ValueError("must begin with file:/// and name a folder")
        return url

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < _SECRET_MIN:
            raise ValueError(f"must have at least {_SECRET_MIN} characters")
        return secret

    @property
    def database(self) -> str:
        """The address of the database, the default filled in."""
        return self.database_url or f"sqlite:///{self.data.absolute() / 'coupole.db'}"

    @property
    def workers(self) -> int:
        """How many jobs are done at one time, the default filled in."""
        return max(1, (os.cpu_count() or 1) - 1) if self.jobs_at_once is None else self.jobs_at_once

    @property
    def media_folder(self) -> Path:
        """The folder in which media are kept, the default filled in."""
        return (
            Path(unquote(urlsplit(self.media_url).path)) if self.media_url else self.data.absolute() / "media"
        )

    @classmethod
    def read(cls, **given: object) -> Self:
        """The settings of this process: what is given here, else the environment, else the defaults.

        Raises:
            Unusable: Something is wrong; every mistake is named with its variable, value and limit.
        """
        try:
            return cls(**given)  # type: ignore[arg-type]
        except ValidationError as error:
            faults = [_fault(each) for each in error.errors()]
            raise Unusable("bad_settings", "The settings cannot be used.", faults) from None


def _fault(error: Mapping[str, Any]) -> Fault:
    variable = PREFIX + "_".join(map(str, error["loc"][:1])).upper()
    message = str(error["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    # A secret in an error would end in a log.
    value = "" if variable == f"{PREFIX}SECRET_KEY" else f" ({error['input']!r})"
    return Fault(variable, f"{message}{value}")


def unknown_variables(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """A sentence for each `COUPOLE_…` variable that no setting has, with the one that may be meant.

    Why a warning and not an error? A fleet's environment may carry a variable for the next version already.

    >>> unknown_variables({"COUPOLE_PROT": "80"})
    ('COUPOLE_PROT is no setting and does nothing; is COUPOLE_PORT meant?',)
    """
    names = [PREFIX + name.upper() for name in Settings.model_fields]
    sentences = []
    for variable in sorted(os.environ if environment is None else environment):
        if variable.upper().startswith(PREFIX) and variable.upper() not in names:
            near = difflib.get_close_matches(variable.upper(), names, n=1)
            meant = f"; is {near[0]} meant?" if near else "."
            sentences.append(f"{variable} is no setting and does nothing{meant}")
    return tuple(sentences)
