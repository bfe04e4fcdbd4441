"""Use cases: what the guide does, without HTTP."""
