"""Reading the bodies of the hot path: JSON of one model, every fault told at once."""

import zlib
from typing import Final, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from guide.errors import Malformed, TooLarge
from guide.replies import as_guide_error

UNPACKED_LIMIT: Final = 2 * 1024 * 1024
"""Bytes that a gzipped body may unpack to: 500 fixes take about 100 kB."""

Body = TypeVar("Body", bound=BaseModel)


async def read(request: Request, model: type[Body]) -> Body:
    """The body of a request as a model.

    Raises:
        Malformed: `malformed_json` or `malformed`, with every fault and where it is.
        TooLarge: A gzipped body unpacks to more than 2 MiB.
    """
    data = await request.body()
    if request.headers.get("content-encoding", "").strip().lower() == "gzip":
        data = unpacked(data)
    return parse(data, model)


def parse(data: bytes | str, model: type[Body]) -> Body:
    """A JSON text as a model.

    Raises:
        Malformed: With every fault and where it is.
    """
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
    broken = next((each for each in found if each["type"] == "json_invalid"), None)
    if broken is not None:
        raise Malformed("malformed_json", f"The body is not JSON: {broken['ctx']['error']}.")
    raise as_guide_error(RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]))


def unpacked(data: bytes) -> bytes:
    """A gzipped body, unpacked up to the limit and no further.

    Raises:
        Malformed: It is not gzip.
        TooLarge: It unpacks to more than the limit.
    """
    try:
        unpacker = zlib.decompressobj(wbits=31)
        text = unpacker.decompress(data, UNPACKED_LIMIT + 1)
    except zlib.error:
        raise Malformed("malformed_gzip", "The body is said to be gzip and is not.") from None
    if len(text) > UNPACKED_LIMIT:
        raise TooLarge("body_too_large", "The body unpacks to more than 2 MiB: send fewer fixes at once.")
    return text
