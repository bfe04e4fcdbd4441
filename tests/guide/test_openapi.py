"""The API's description: complete, valid, and shown without internet."""

import re
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from guide.api import docs
from guide.api.strict import StrictRoute
from guide.app import API, ROOT


@pytest.fixture
def description(client: TestClient) -> dict[str, Any]:
    """The description as anybody gets it."""
    body: dict[str, Any] = client.get("/openapi.json").json()
    return body


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    """Every operation."""
    return [each for path in description["paths"].values() for each in path.values()]


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_template: Any, tmp_path: Any) -> str:
    """The description does not depend on the database."""
    path = tmp_path / "coupole.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


class TestDescription:
    def test_it_is_openapi_3_1(self, description: dict[str, Any]) -> None:
        """Its schemas are JSON Schema of 2020, and every reference leads somewhere."""
        assert description["openapi"].startswith("3.1")
        schemas = description["components"]["schemas"]
        for schema in schemas.values():
            jsonschema.Draft202012Validator.check_schema(schema)
        wanted = set(re.findall(r"#/components/schemas/([\w.-]+)", str(description)))
        assert wanted <= set(schemas)

    def test_every_route_is_in_it(self, app: FastAPI, description: dict[str, Any]) -> None:
        """No route is left out but the page that shows the description, the hot ones least of all."""
        routes = [each for router in (*API, *ROOT) for each in router.routes if isinstance(each, APIRoute)]
        left_out = {each.path for each in routes if not each.include_in_schema}
        assert left_out == {"/docs"}
        named = {each["operationId"] for each in operations(description)}
        assert {each.name for each in routes if each.include_in_schema} == named
        assert app.openapi() is app.openapi()

    def test_every_operation_can_be_read(self, description: dict[str, Any]) -> None:
        """Each has a short name, one known tag, a sentence, and its refusals."""
        tags = {each["name"] for each in description["tags"]}
        names = [each["operationId"] for each in operations(description)]
        assert len(names) == len(set(names))
        for each in operations(description):
            assert re.fullmatch(r"[a-z][a-z_]+", each["operationId"])
            assert set(each["tags"]) <= tags, each["operationId"]
            assert len(each["tags"]) == 1, each["operationId"]
            assert each["description"].strip().endswith((".", "`")), each["operationId"]
            assert "default" in each["responses"]

    def test_who_may_call_is_said(self, description: dict[str, Any]) -> None:
        """A key or a sign-in opens everything that is not public; the list of public ones is short."""
        public = {each["operationId"] for each in operations(description) if not each["security"]}
        assert public == docs.PUBLIC
        assert set(description["components"]["securitySchemes"]) == {"key", "session"}

    def test_routes_that_take_json_take_it_strictly(self) -> None:
        """NaN and half characters are stopped on every route whose body FastAPI reads."""
        loose = [
            each.name
            for router in (*API, *ROOT)
            for each in router.routes
            if isinstance(each, APIRoute)
            and each.body_field is not None
            and not isinstance(each, StrictRoute)
        ]
        assert loose == []


class TestReferencePage:
    def test_it_asks_nobody_else(self, client: TestClient) -> None:
        """The reference page loads nothing but what the service itself has."""
        answer = client.get("/docs")
        if answer.status_code == 503:
            pytest.skip("the pages are not built here")
        assert not re.findall(r"(?:src|href)=\"(?!/)", answer.text)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        for path in re.findall(r"(?:src|href)=\"([^\"]+)\"", answer.text):
            assert client.get(path).status_code == 200, path
