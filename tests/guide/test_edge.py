"""The outermost layer: safe headers on every answer, ids, limits, and what Prometheus sees."""

import logging
import re

import pytest
from starlette.testclient import TestClient

from guide.settings import Settings
from guide.wiring import Guide

SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


class TestHeaders:
    @pytest.mark.parametrize(
        "path", ["/healthz", "/api/v1/nothing", "/api/v1/devices", "/openapi.json", "/metrics"]
    )
    def test_every_answer_is_safe_to_open(self, client: TestClient, path: str) -> None:
        """Whatever a browser opens by mistake, nothing in it can run, and no other page can frame it."""
        headers = client.get(path).headers
        for name, value in SAFE.items():
            assert headers.get_list(name) == [value]

    def test_other_sites_get_no_leave(self, client: TestClient) -> None:
        """A page of another site may not read answers: there is no CORS."""
        answer = client.get("/healthz", headers={"Origin": "https://elsewhere.example"})
        assert not [name for name in answer.headers if name.startswith("access-control")]
        preflight = client.options(
            "/api/v1/visits",
            headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"},
        )
        assert preflight.status_code == 405


class TestRequestId:
    def test_each_request_has_its_own(self, client: TestClient) -> None:
        """Two requests can be told apart in the log."""
        first, second = (client.get("/healthz").headers["x-request-id"] for _ in range(2))
        assert first != second

    def test_a_caller_may_bring_one(self, client: TestClient) -> None:
        """A proxy's id is taken over, so that both logs speak of the same request."""
        assert (
            client.get("/healthz", headers={"X-Request-Id": "proxy-17"}).headers["x-request-id"] == "proxy-17"
        )

    @pytest.mark.parametrize("brought", ["", "a b", "x" * 65, "a\tb", "ü"])
    def test_a_strange_one_is_not_taken(self, client: TestClient, brought: str) -> None:
        """Nothing that could write a log line of its own is taken over."""
        answer = client.get("/healthz", headers={b"X-Request-Id": brought.encode()})
        assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])


class TestLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """An installation that takes little."""
        return settings.model_copy(update={"body_limit_bytes": 2048, "upload_limit_bytes": 1 << 20})

    @pytest.mark.parametrize(
        ("method", "path", "size", "refused"),
        [
            ("POST", "/api/v1/session", 2049, True),
            ("POST", "/api/v1/session", 2048, False),
            ("PUT", "/api/v1/draft/zones", 40_000, False),
            ("POST", "/api/v1/draft/import", 1 << 20, False),
            ("POST", "/api/v1/draft/import", (1 << 20) + 1, True),
            ("POST", "/api/v1/draft/importer", 4096, True),
        ],
    )
    def test_each_has_its_own(
        self, client: TestClient, method: str, path: str, size: int, *, refused: bool
    ) -> None:
        """An upload may be large, a drawing of zones middling, everything else is small."""
        answer = client.request(method, path, content=b"x" * size)
        assert (answer.status_code == 413) is refused


class TestMetrics:
    def test_requests_are_counted_by_route(self, client: TestClient, guide: Guide) -> None:
        """A million visits are one line; the address of a visit never shows."""
        for n in range(3):
            client.delete(f"/api/v1/devices/secret-{n}/key")
        text = client.get("/metrics").text
        assert re.search(
            r'coupole_requests_total\{method="DELETE",route="[^"]*/devices/\{device\}/key",status="401"\} 3',
            text,
        )
        assert "secret" not in text
        guide.metrics.decisions(4)
        assert "coupole_decisions_total 4.0" in client.get("/metrics").text
        assert "coupole_open_visits 0.0" in text

    def test_odd_methods_are_one(self, client: TestClient) -> None:
        """Nobody can fill the metrics with methods of their own."""
        for method in ("BREW", "WHEN"):
            client.request(method, "/healthz")
        assert 'method="other"' in client.get("/metrics").text


def test_each_request_is_a_line_at_debug(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """Who looks for a fault sees every request with its status and time; otherwise the log stays quiet."""
    with caplog.at_level(logging.DEBUG, "guide.requests"):
        client.get("/healthz")
    assert [
        re.sub(r"[\d.]+ ms", "… ms", each.message) for each in caplog.records if each.name == "guide.requests"
    ] == ["GET /healthz 200 … ms"]
