"""The pages know the interface by its own description."""

from tests.browser.description import FILE, text


def test_the_pages_are_typed_by_what_the_service_says_now() -> None:
    """The description in the front end is the service's; if not, run `python -m tests.browser.description`."""
    assert FILE.read_text("utf-8") == text()
