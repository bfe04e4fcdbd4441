"""The secret key of an installation: given by a setting, else made once and kept in the data folder."""

import os
import secrets
from typing import Final

from guide.errors import Unusable
from guide.settings import Settings

_NAME: Final = "secret-key"


def secret_key(settings: Settings) -> str:
    """The key that signs sign-ins.

    Raises:
        Unusable: It can neither be read nor made.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data / _NAME
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        try:
            # Two that start at once must not each keep their own, so the file is linked into place whole.
            made = path.with_name(f".{_NAME}-{os.getpid()}")
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            os.link(made, path)
        except FileExistsError:
            pass
        finally:
            made.unlink(missing_ok=True)
        return path.read_text()
    except OSError as error:
        raise Unusable("no_secret_key", f"The secret key {path} cannot be kept: {error.strerror}.") from None
