"""What every problem looks like, for whoever meets one in a test."""

from typing import Final

from httpx2 import Response

MEMBERS: Final = {"type": str, "title": str, "status": int, "code": str, "detail": str, "errors": list}


def assert_problem(answer: Response, status: int | None = None, code: str | None = None) -> None:
    """An answer is a problem as RFC 9457 and the contract have it, and tells nothing of the inside."""
    assert answer.headers["content-type"] == "application/problem+json", (
        answer.status_code,
        answer.text[:200],
    )
    body = answer.json()
    for member, kind in MEMBERS.items():
        assert type(body[member]) is kind, (member, body)
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:coupole:problem:{body['code']}"
    assert body["detail"].strip()
    assert all(set(each) == {"where", "message"} for each in body["errors"])
    assert "Traceback" not in answer.text
    assert status in {None, answer.status_code}, body
    assert code in {None, body["code"]}, body
