"""What goes between a web framework and the service."""

from __future__ import annotations

import json
from typing import Any, Callable, Mapping, NamedTuple, Sequence

# Details that one answer names.
SHOWN = 100


class Call(NamedTuple):
    """A request. `path` are the places of the route."""

    path: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class Reply(NamedTuple):
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = {}


class Route(NamedTuple):
    """`path` may have places, as in `/v2/models/{name}`. The handler gives a Reply, or what becomes JSON."""

    method: str
    path: str
    handler: Callable[[Call], Any]


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str, details: Sequence[dict] = ()):
        super().__init__(message)
        self.status = status
        self.payload: dict[str, Any] = {"error": message, "code": code}
        if details:
            self.payload["details"] = list(details[:SHOWN])


def parsed(body: bytes) -> dict:
    """Errors: Refused."""
    try:
        # NaN and Infinity, which Python reads, count as missing.
        found = json.loads(body, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "malformed", f"the body is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise Refused(422, "invalid_request", "the body must be an object")
    return found


def checked_key(key: Any) -> str | None:
    """A key as text. Errors: Refused."""
    if key is None:
        return None
    if not isinstance(key, (str, int)) or isinstance(key, bool):
        raise Refused(422, "invalid_request", "key must be a text")
    return str(key)
