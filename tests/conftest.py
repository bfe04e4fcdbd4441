"""What holds for every test: a property may take its time, as a loaded machine does."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
