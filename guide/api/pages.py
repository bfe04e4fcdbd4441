"""The built pages: files for ever where their name holds their hash, else asked for again each time.

Any other path that a browser opens gets the one page, which finds its room by itself.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from guide.errors import NotFound
from guide.replies import NOT_MODIFIED, UNBUILT, problem, reader_in

WEB: Final = Path(__file__).parents[1] / "web" / "build"
"""Where the package carries the built pages."""
_SHELL: Final = "/200.html"
_NOT_PAGES: Final = re.compile(
    r"/(api|docs|docs-assets|_app|v2|openapi\.json|metrics|healthz|readyz)(/.*)?|.*\.[^/]*"
)
_META_POLICY: Final = re.compile(r'http-equiv="content-security-policy" content="([^"]*)"', re.IGNORECASE)
_PLAIN_POLICY: Final = "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
_WORTH_PACKING: Final = 1024
_SENTENCE: Final = (
    "The pages of this service are not built. Install the package again, or run `npm ci && npm run build` "
    "in guide/web. The HTTP interface works without them: see /openapi.json.\n"
)


@dataclass(frozen=True, eq=False)
class PageFile:
    """One file of the build, read once."""

    path: Path
    forever: bool

    @cached_property
    def data(self) -> bytes:
        """Its bytes."""
        return self.path.read_bytes()

    @cached_property
    def packed(self) -> bytes | None:
        """Its bytes under gzip, where that is worth it; a phone on the museum's radio is glad of it."""
        if len(self.data) < _WORTH_PACKING or not self.kind.startswith(
            ("text/", "application/j", "image/svg")
        ):
            return None
        return gzip.compress(self.data, 6, mtime=0)

    @cached_property
    def kind(self) -> str:
        """Its media type."""
        found = mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"
        return f"{found}; charset=utf-8" if found.startswith("text/") else found

    @cached_property
    def tag(self) -> str:
        """Its entity tag."""
        return hashlib.sha256(self.data).hexdigest()[:32]

    @cached_property
    def policy(self) -> str:
        """What a page may load: what its own tag says, which knows the hash of its first script, and no framing."""
        found = (
            _META_POLICY.search(self.data.decode("utf-8", "replace")) if self.path.suffix == ".html" else None
        )
        return f"{found[1] if found else _PLAIN_POLICY}; frame-ancestors 'none'"


class Pages:
    """Answers what no route has answered; the app's default."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            f"/{path.relative_to(folder).as_posix()}": PageFile(path, "immutable" in path.parts)
            for path in folder.rglob("*")
            if path.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A file, the page, or the problem that there is nothing here."""
        if scope["type"] != "http":
            await send(
                {"type": "websocket.close", "code": 4404, "reason": "there is nothing at this address"}
            )
            return
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        headers = Headers(scope=scope)
        if scope["method"] in {"GET", "HEAD"}:
            found = self._files.get(scope["path"])
            if found is not None:
                return _file(found, headers)
            if _is_page(scope["path"], headers):
                shell = self._files.get(_SHELL)
                return _file(shell, headers) if shell else PlainTextResponse(_SENTENCE, UNBUILT)
        return problem(NotFound.of("not_found"), reader_in(headers.get("accept-language", "")))


def _is_page(path: str, headers: Headers) -> bool:
    accept = headers.get("accept", "*/*")
    return ("text/html" in accept or "*/*" in accept) and not _NOT_PAGES.fullmatch(path)


def _file(file: PageFile, asked: Headers) -> Response:
    packed = file.packed if "gzip" in asked.get("accept-encoding", "") else None
    headers = {
        "ETag": f'"{file.tag}{"-gzip" if packed else ""}"',
        "Cache-Control": "public, max-age=31536000, immutable" if file.forever else "no-cache",
        "Content-Security-Policy": file.policy,
        "Vary": "Accept-Encoding",
    }
    if headers["ETag"] in asked.get("if-none-match", ""):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(packed or file.data, headers=headers, media_type=file.kind)
