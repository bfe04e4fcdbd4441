"""Settings: read once, every mistake told at once, every one of them written down."""

import re
import stat
from pathlib import Path

import pytest

from guide.errors import Unusable
from guide.secret import secret_key
from guide.settings import Settings, unknown_variables

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_every_setting_stands_in_the_reference() -> None:
    """Whoever runs the service finds each setting in the reference, and nothing that is none."""
    written = set(re.findall(r"^\| `(COUPOLE_\w+)` \|", REFERENCE.read_text(), re.MULTILINE))
    assert written == {f"COUPOLE_{name.upper()}" for name in Settings.model_fields}


def test_every_default_stands_in_the_reference() -> None:
    """The reference's defaults are the program's."""
    rows = dict(re.findall(r"^\| `(COUPOLE_\w+)` \| ([^|]*) \|", REFERENCE.read_text(), re.MULTILINE))
    for name, field in Settings.model_fields.items():
        if field.default is not None:
            assert rows[f"COUPOLE_{name.upper()}"] == f"`{field.default}`", name


def test_without_anything_set_one_box_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With nothing set there is a database file and a folder of media in the data folder."""
    monkeypatch.chdir(tmp_path)
    settings = Settings.read()
    assert settings.database == f"sqlite:///{tmp_path}/coupole-data/coupole.db"
    assert settings.media_folder == tmp_path / "coupole-data" / "media"


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three mistakes are three lines, each with the variable, the value and the limit; a secret is never shown."""
    monkeypatch.setenv("COUPOLE_PORT", "70000")
    monkeypatch.setenv("COUPOLE_DATABASE_URL", "mysql://x")
    monkeypatch.setenv("COUPOLE_SECRET_KEY", "short and secret")

    with pytest.raises(Unusable) as caught:
        Settings.read()

    told = {each.where: each.message for each in caught.value.errors}
    assert told == {
        "COUPOLE_PORT": "input should be less than or equal to 65535 ('70000')",
        "COUPOLE_DATABASE_URL": "must begin with sqlite:/// or postgresql:// ('mysql://x')",
        "COUPOLE_SECRET_KEY": "must have at least 32 characters",
    }


@pytest.mark.parametrize("url", ["s3://bucket", "file:relative", "/plain/path"])
def test_media_lie_in_a_folder(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """An address of media that this version cannot use is refused at the start, not at the first upload."""
    monkeypatch.setenv("COUPOLE_MEDIA_URL", url)
    with pytest.raises(Unusable, match="cannot be used"):
        Settings.read()


def test_a_folder_of_media_may_hold_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder's address is read as addresses are."""
    monkeypatch.setenv("COUPOLE_MEDIA_URL", "file:///srv/audio%20guide")
    assert Settings.read().media_folder == Path("/srv/audio guide")


def test_a_mistyped_variable_is_noticed() -> None:
    """A variable that no setting has is told, with the one that is probably meant; it stops nothing."""
    sentences = unknown_variables({"COUPOLE_DATABASE": "x", "COUPOLE_PORT": "1", "PATH": "/bin"})
    assert sentences == ("COUPOLE_DATABASE is no setting and does nothing; is COUPOLE_DATABASE_URL meant?",)


class TestSecretKey:
    def test_it_is_made_once(self, tmp_path: Path) -> None:
        """Without a setting a key is made, kept for its owner's eyes, and found again."""
        settings = Settings.read(data=tmp_path / "data")
        made = secret_key(settings)
        assert len(made) >= 32
        assert secret_key(settings) == made
        kept = tmp_path / "data" / "secret-key"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert [each.name for each in kept.parent.iterdir()] == ["secret-key"]

    def test_a_setting_comes_first(self, tmp_path: Path) -> None:
        """A key that is set is used, and none is made."""
        settings = Settings.read(data=tmp_path, secret_key="x" * 40)
        assert secret_key(settings) == "x" * 40
        assert not list(tmp_path.iterdir())

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        """Where the data folder is a file, the sentence names the place."""
        (tmp_path / "data").write_text("in the way")
        with pytest.raises(Unusable, match="secret-key cannot be kept"):
            secret_key(Settings.read(data=tmp_path / "data"))
