"""Where the bytes of narrations, transcripts and plans are kept: the store that the settings name."""

from guide.settings import Settings
from media.store import Store


def open_store(settings: Settings) -> Store:
    """The store of this service; its folder is made with the first file.

    One function, so that another kind of store has one place to come in.
    """
    return Store(settings.media_folder)
