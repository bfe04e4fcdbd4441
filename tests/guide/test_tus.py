"""Large files in pieces: tus 1.0.0, sentence by sentence, with what a crash, a rival and a full disk do to it.

Source: tus resumable upload protocol, version 1.0.0 (https://tus.io/protocols/resumable-upload).
"""

import asyncio
import base64
import errno
import hashlib
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from guide.errors import Conflict, NoRoom
from guide.services.access import Caller
from guide.services.incoming import Incoming
from guide.settings import Settings
from guide.wiring import Guide
from tests.guide.desk import PIECES, VTT, Desk, metadata
from tests.guide.fakes import FakeClock
from tests.guide.problems import assert_problem

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""
UPLOADS = "/api/v1/uploads"
GOOD = metadata({"exhibit": "ida", "language": "en", "filename": "../../etc/passwd"})


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation whose jobs are done when the test says so, with small limits."""
    return Settings.read(
        data=tmp_path / "data",
        database_url=database_url,
        jobs_at_once=0,
        upload_limit_bytes=3 << 20,
        upload_quota_bytes=5 << 20,
        upload_hours=2.0,
    )


@pytest.fixture
def desk(client: TestClient, guide: Guide, museum: Path, tmp_path: Path) -> Desk:
    """The desk of a museum."""
    guide.catalogue.importing.run(museum, who="import")
    key = guide.access.add_key("small", "anna", "curator").key
    return Desk(client, guide, {"Authorization": f"Bearer {key}"}, tmp_path)


def waiting(desk: Desk) -> list[Path]:
    """Files that are on their way in."""
    return sorted(desk.guide.catalogue.store.incoming("x").parent.iterdir())


def digest(algorithm: str, data: bytes) -> str:
    """`Upload-Checksum` of a piece."""
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


class TestCore:
    def test_in_one_piece(self, desk: Desk) -> None:
        """Created, sent, read: the track is there, under the name that the metadata asked for."""
        sound = desk.sound(3.0)
        upload = desk.begin(len(sound), transcript=VTT, variant="family")
        answer = desk.piece(upload, 0, sound)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(sound)))
        told = desk("GET", upload.removeprefix("/api/v1")).json()
        assert (told["offset"], told["track"]["id"]) == (len(sound), "ida.en.family")
        for each in (answer, desk.tus("HEAD", upload)):
            assert each.headers["upload-job"] == f"/api/v1/jobs/{told['job']['id']}"
        assert desk.work() == 1
        assert desk("GET", upload.removeprefix("/api/v1")).json()["job"]["state"] == "ready"
        assert abs(desk.track("ida.en.family")["duration_ms"] - 3000) <= 20
        assert waiting(desk) == []

    def test_in_many_pieces(self, desk: Desk) -> None:
        """HEAD always says where to go on; the file that is read is the one that was sent."""
        sound = desk.sound(4.0)
        upload = desk.begin(len(sound))
        for at in range(0, len(sound), 50_000):
            head = desk.tus("HEAD", upload)
            assert (head.status_code, head.headers["upload-offset"]) == (200, str(at))
            assert head.headers["upload-length"] == str(len(sound))
            assert head.headers["cache-control"] == "no-store"
            desk.piece(upload, at, sound[at : at + 50_000])
        assert desk.work() == 1
        assert desk.track("ida.en.standard")["source_sha256"] == hashlib.sha256(sound).hexdigest()

    @ON_SQLITE
    def test_every_answer_says_its_version(self, desk: Desk) -> None:
        """`Tus-Resumable` stands in each answer, the refusals too."""
        upload = desk.begin(10)
        for answer in (
            desk.tus("OPTIONS", UPLOADS),
            desk.tus("HEAD", upload),
            desk.tus("POST", UPLOADS),
            desk.piece(upload, 5, b"x"),
            desk.tus("HEAD", f"{UPLOADS}/none"),
            desk.tus("DELETE", upload),
        ):
            assert answer.headers["tus-resumable"] == "1.0.0", answer.request.method

    @ON_SQLITE
    def test_another_version_is_not_processed(self, desk: Desk) -> None:
        """412 with the version that is spoken, for a wrong one and for none."""
        upload = desk.begin(10)
        for version in ("0.2.2", "2.0.0", "-"):
            answer = desk.tus("DELETE", upload, Tus_Resumable=version)
            assert_problem(answer, 412, "tus_version")
            assert answer.headers["tus-version"] == "1.0.0"
        assert desk.tus("HEAD", upload).status_code == 200

    @ON_SQLITE
    def test_what_is_spoken(self, desk: Desk) -> None:
        """OPTIONS names version, extensions, algorithms and the largest file, and asks for no version itself."""
        answer = desk.tus("OPTIONS", UPLOADS, Tus_Resumable="-")
        assert answer.status_code == 204
        assert answer.headers["tus-version"] == "1.0.0"
        assert answer.headers["tus-max-size"] == str(3 << 20)
        assert set(answer.headers["tus-extension"].split(",")) == {
            "creation", "expiration", "checksum", "termination",
        }  # fmt: skip
        assert "sha1" in answer.headers["tus-checksum-algorithm"].split(",")

    @pytest.mark.parametrize(
        ("sent", "status", "code"),
        [
            ({"Upload_Offset": 3}, 409, "upload_offset"),
            ({"Upload_Offset": -1}, 400, "upload_number"),
            ({"Upload_Offset": "x"}, 400, "upload_number"),
            ({"Upload_Offset": None}, 400, "upload_number"),
            ({"Upload_Offset": 10**17}, 409, "upload_offset"),
            ({"Content_Type": "application/octet-stream"}, 415, "unsupported_type"),
            ({"Content_Type": None}, 415, "unsupported_type"),
            ({"content": b"x" * 11}, 413, "more_than_announced"),
        ],
    )
    @ON_SQLITE
    def test_a_piece_that_does_not_fit(
        self, desk: Desk, sent: dict[str, Any], status: int, code: str
    ) -> None:
        """Each is refused with the protocol's status, and the upload is where it was."""
        upload = desk.begin(10)
        whole = {"content": b"0123456789", "Upload_Offset": 0, "Content_Type": PIECES} | sent
        assert_problem(desk.tus("PATCH", upload, **whole), status, code)
        assert desk.tus("HEAD", upload).headers["upload-offset"] == "0"
        assert desk.piece(upload, 0, b"0123456789").status_code == 204

    @ON_SQLITE
    def test_after_the_end(self, desk: Desk) -> None:
        """A whole upload takes an empty piece at its end, and starts no second job."""
        upload = desk.begin(4)
        desk.piece(upload, 0, b"abcd")
        again = desk.piece(upload, 4, b"")
        assert (again.status_code, again.headers["upload-offset"]) == (204, "4")
        assert_problem(desk.piece(upload, 0, b"abcd"), 409, "upload_offset")
        assert desk.work() == 1

    @ON_SQLITE
    def test_networks_that_let_only_post_through(self, desk: Desk) -> None:
        """`X-HTTP-Method-Override` counts, the method does not."""
        upload = desk.begin(4)
        sent = {"Upload_Offset": 0, "Content_Type": PIECES}
        patched = desk.tus("POST", upload, content=b"ab", X_HTTP_Method_Override="PATCH", **sent)
        assert (patched.status_code, patched.headers["upload-offset"]) == (204, "2")
        head = desk.tus("POST", upload, X_HTTP_Method_Override="HEAD")
        assert (head.status_code, head.headers["upload-offset"]) == (200, "2")
        assert desk.tus("POST", upload, X_HTTP_Method_Override="DELETE").status_code == 204
        assert_problem(desk.tus("POST", upload, X_HTTP_Method_Override="BREW"), 405, "method_not_allowed")


class TestCreation:
    @ON_SQLITE
    def test_metadata_comes_back_as_it_was_sent(self, desk: Desk) -> None:
        """Also what is not read here; a file name is never used as one."""
        sent = f"{GOOD},is_draft,relativePath bnVsbA=="
        answer = desk.tus("POST", UPLOADS, Upload_Length=10, Upload_Metadata=sent)
        assert answer.status_code == 201
        upload = answer.headers["location"]
        assert desk.tus("HEAD", upload).headers["upload-metadata"] == sent
        desk.piece(upload, 0, b"a")
        assert [each.name for each in waiting(desk)] == [upload.rsplit("/", 1)[1]]

    @pytest.mark.parametrize(
        ("sent", "status", "code"),
        [
            ({"Upload_Length": None}, 400, "upload_number"),
            ({"Upload_Length": "-1"}, 400, "upload_number"),
            ({"Upload_Length": "1e3"}, 400, "upload_number"),
            ({"Upload_Length": 0}, 400, "upload_empty"),
            ({"Upload_Length": (3 << 20) + 1}, 413, "file_too_large"),
            ({"Upload_Length": 10**18 - 1}, 413, "file_too_large"),
            ({"Upload_Length": None, "Upload_Defer_Length": 1}, 400, "upload_length"),
            ({"Upload_Metadata": None}, 422, "track_not_sound"),
            ({"Upload_Metadata": "exhibit not-base64!"}, 400, "upload_metadata"),
            ({"Upload_Metadata": f"{GOOD},exhibit eA=="}, 400, "upload_metadata"),
            ({"Upload_Metadata": f"{GOOD},,"}, 400, "upload_metadata"),
            ({"Upload_Metadata": f"{GOOD},long {'QUFB' * 12_000}"}, 400, "upload_metadata"),
            ({"Upload_Metadata": metadata({"exhibit": "star", "language": "ja"})}, 422, "track_not_sound"),
        ],
    )
    @ON_SQLITE
    def test_what_cannot_be_begun(self, desk: Desk, sent: dict[str, Any], status: int, code: str) -> None:
        """Refused before a byte is sent, with the protocol's status; what is said of the track, with all faults."""
        answer = desk.tus("POST", UPLOADS, **({"Upload_Length": 10, "Upload_Metadata": GOOD} | sent))
        assert_problem(answer, status, code)
        if code == "track_not_sound":
            assert all(each["where"].startswith("Upload-Metadata.") for each in answer.json()["errors"])

    @ON_SQLITE
    def test_too_much_at_one_time(self, desk: Desk) -> None:
        """The quota counts what was announced and is not finished; finishing or deleting makes room."""
        first = desk.begin(3 << 20)
        answer = desk.tus("POST", UPLOADS, Upload_Length=3 << 20, Upload_Metadata=GOOD)
        assert_problem(answer, 507, "too_much_under_way")
        assert desk.tus("DELETE", first).status_code == 204
        desk.begin(3 << 20)

    @ON_SQLITE
    def test_no_room_on_the_disk(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that finds no room is refused before it is sent, and one of a form before it is read."""
        monkeypatch.setattr("guide.services.incoming.SPARE_BYTES", 1 << 60)
        assert_problem(desk.tus("POST", UPLOADS, Upload_Length=10, Upload_Metadata=GOOD), 507, "disk_full")
        assert_problem(desk.send(desk.sound(), exhibit="ida", language="en"), 507, "disk_full")


class TestChecksum:
    @pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
    @ON_SQLITE
    def test_right_and_wrong(self, desk: Desk, algorithm: str) -> None:
        """A piece that arrives otherwise than it was sent is 460 and thrown away; sent again it counts."""
        upload = desk.begin(8)
        sent = {"Upload_Checksum": digest(algorithm, b"abcd")}
        assert_problem(desk.piece(upload, 0, b"abce", **sent), 460, "checksum_mismatch")
        assert desk.tus("HEAD", upload).headers["upload-offset"] == "0"
        assert waiting(desk)[0].read_bytes() == b""
        assert desk.piece(upload, 0, b"abcd", **sent).headers["upload-offset"] == "4"
        assert waiting(desk)[0].read_bytes() == b"abcd"

    @pytest.mark.parametrize("header", ["md5 CY9rzUYh03PK3k6DJie09g==", "sha1", "sha1 ???", "", "SHA1 eA=="])
    @ON_SQLITE
    def test_one_that_nobody_knows(self, desk: Desk, header: str) -> None:
        """400, and nothing is kept."""
        upload = desk.begin(8)
        answer = desk.piece(upload, 0, b"abcd", Upload_Checksum=header)
        assert answer.status_code in {400, 460}
        assert desk.tus("HEAD", upload).headers["upload-offset"] == "0"


class TestTermination:
    def test_what_was_ended_is_gone(self, desk: Desk) -> None:
        """204, then 404, and nothing is left on the disk."""
        upload = desk.begin(10)
        desk.piece(upload, 0, b"abc")
        assert desk.tus("DELETE", upload).status_code == 204
        assert waiting(desk) == []
        for method in ("HEAD", "PATCH", "DELETE"):
            answer = desk.tus(method, upload, content=b"d", Upload_Offset=3, Content_Type=PIECES)
            assert answer.status_code == 404
            assert "upload-offset" not in answer.headers

    @ON_SQLITE
    def test_a_finished_one_goes_on_as_a_job(self, desk: Desk) -> None:
        """Forgetting the upload does not take the file from the job that reads it."""
        sound = desk.sound()
        upload = desk.begin(len(sound))
        desk.piece(upload, 0, sound)
        assert desk.tus("DELETE", upload).status_code == 204
        assert desk.work() == 1
        assert desk.track("ida.en.standard")["url"] is not None


class TestExpiration:
    def test_it_is_said_and_kept(self, desk: Desk, clock: FakeClock) -> None:
        """Each answer says until when; each piece prolongs it; then the upload is 410, and after the sweep 404."""
        upload = desk.begin(10)
        until = parsedate_to_datetime(desk.tus("HEAD", upload).headers["upload-expires"])
        assert until.timestamp() == clock.now_ms() // 1000 + 7200
        clock.pass_s(7000)
        later = parsedate_to_datetime(desk.piece(upload, 0, b"abc").headers["upload-expires"])
        assert (later - until).total_seconds() == 7000
        clock.pass_s(7200)
        assert_problem(desk.piece(upload, 3, b"d"), 410, "upload_expired")
        assert desk.guide.catalogue.chores.end_uploads() == 1
        assert_problem(desk.piece(upload, 3, b"d"), 404, "unknown_upload")
        assert waiting(desk) == []

    def test_a_finished_one_is_not_touched(self, desk: Desk, clock: FakeClock) -> None:
        """Its time over, a finished upload is forgotten; its file waits for its job."""
        sound = desk.sound()
        upload = desk.begin(len(sound))
        assert "upload-expires" not in desk.piece(upload, 0, sound).headers
        clock.pass_s(100_000)
        desk.guide.catalogue.chores.end_uploads()
        assert desk.work() == 1
        assert desk.track("ida.en.standard")["url"] is not None


class TestStrangers:
    @ON_SQLITE
    def test_only_its_owner_sees_it(self, desk: Desk) -> None:
        """To another curator an upload is not there, to staff and devices the whole address is closed."""
        upload = desk.begin(10)
        other = desk.guide.access.add_key("small", "bea", "curator").key
        bea = Desk(desk.client, desk.guide, {"Authorization": f"Bearer {other}"}, desk.folder)
        for method in ("HEAD", "GET", "PATCH", "DELETE"):
            answer = bea.tus(method, upload, content=b"x", Upload_Offset=0, Content_Type=PIECES)
            assert answer.status_code == 404
        staff = desk.guide.access.add_key("small", "desk", "staff").key
        cleo = Desk(desk.client, desk.guide, {"Authorization": f"Bearer {staff}"}, desk.folder)
        assert_problem(cleo.tus("POST", UPLOADS, Upload_Length=1), 403, "role_missing")
        assert desk.piece(upload, 0, b"0123456789").status_code == 204
        for key, status in (({}, 401), (cleo.key, 403)):
            assert desk.client.head(upload, headers=key).status_code == status

    @ON_SQLITE
    @pytest.mark.parametrize("name", ["..%2F..%2Fcoupole", "A", "a.b", "x" * 65])
    def test_what_is_no_name(self, desk: Desk, name: str) -> None:
        """Nothing outside can be named."""
        assert desk.tus("HEAD", f"{UPLOADS}/{name}").status_code in {404, 422}


async def coming(*pieces: bytes, then: Exception | None = None) -> AsyncIterator[bytes]:
    """Bytes as they arrive, and how it ends."""
    for each in pieces:
        yield each
    if then is not None:
        raise then


class TestTrouble:
    def append(self, desk: Desk, upload: str, at: int, pieces: AsyncIterator[bytes]) -> int:
        """Send below HTTP, where a sender can be lost in the middle."""
        uploads = desk.guide.catalogue.uploads
        owner = desk.client.app.state.guide.access.by_key(desk.key["Authorization"].split()[1])  # type: ignore[attr-defined]
        assert isinstance(owner, Caller)
        found = uploads.find(owner, upload.rsplit("/", 1)[1])
        return asyncio.run(uploads.append(found, at, pieces)).received

    def test_the_sender_is_lost(self, desk: Desk) -> None:
        """What had come before the connection broke is not sent again."""
        upload = desk.begin(10)
        with pytest.raises(ConnectionResetError):
            self.append(desk, upload, 0, coming(b"abc", b"de", then=ConnectionResetError()))
        assert desk.tus("HEAD", upload).headers["upload-offset"] == "5"
        assert desk.piece(upload, 5, b"fghij").headers["upload-offset"] == "10"

    @ON_SQLITE
    def test_the_sender_falls_silent(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whoever sends nothing any more does not keep the upload to himself."""
        monkeypatch.setattr("guide.services.uploads.STALLED_S", 0.01)
        upload = desk.begin(10)

        async def silent() -> AsyncIterator[bytes]:
            yield b"abc"
            await asyncio.sleep(60)

        with pytest.raises(Conflict) as refused:
            self.append(desk, upload, 0, silent())
        assert refused.value.code == "upload_stalled"
        assert desk.tus("HEAD", upload).headers["upload-offset"] == "3"

    @ON_SQLITE
    def test_two_at_the_same_place(self, desk: Desk) -> None:
        """While one sends, another gets 409; it asks for the offset and goes on."""
        upload = desk.begin(10)
        refused = []

        async def first() -> AsyncIterator[bytes]:
            yield b"abc"
            refused.append(await asyncio.to_thread(desk.piece, upload, 0, b"xyz"))
            yield b"de"

        assert self.append(desk, upload, 0, first()) == 5
        assert_problem(refused[0], 409, "upload_busy")
        assert_problem(desk.piece(upload, 0, b"xyz"), 409, "upload_offset")
        assert waiting(desk)[0].read_bytes() == b"abcde"

    @ON_SQLITE
    def test_what_a_crash_left_is_cut_off(self, desk: Desk) -> None:
        """Bytes that were written and not counted when the power went are written over."""
        upload = desk.begin(10)
        desk.piece(upload, 0, b"abc")
        with waiting(desk)[0].open("ab") as file:
            file.write(b"\0\0\0\0\0\0\0")
        assert desk.piece(upload, 3, b"defg").headers["upload-offset"] == "7"
        assert waiting(desk)[0].read_bytes() == b"abcdefg"

    @ON_SQLITE
    def test_the_disk_is_full(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """507 in words; what is on the disk counts, and once there is room it goes on."""
        upload = desk.begin(10)
        desk.piece(upload, 0, b"abc")

        def full(_: Incoming) -> None:
            raise NoRoom("disk_full", "The service's disk is full.") from OSError(errno.ENOSPC, "full")

        with monkeypatch.context() as disk:
            disk.setattr(Incoming, "sync", full)
            assert_problem(desk.piece(upload, 3, b"def"), 507, "disk_full")
        assert desk.tus("HEAD", upload).headers["upload-offset"] == "3"
        assert desk.piece(upload, 3, b"defghij").headers["upload-offset"] == "10"

    def test_the_system_refuses_to_write(self, tmp_path: Path) -> None:
        """The system's own refusal, of a file that may grow no further, is told as ours."""
        resource = pytest.importorskip("resource", reason="Windows has no such limits")
        file = Incoming(tmp_path / "file", 0)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            file.write(b"x" * 5000)
            with pytest.raises(NoRoom) as refused:
                file.sync()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            file.close()
        assert refused.value.code == "disk_full"
