"""What goes between a web framework and the service."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any, Callable, Mapping, NamedTuple, Sequence

# Details that one answer names.
SHOWN = 100
# JSON up to this is read and written in one go; more of it in pieces, between which other threads get their turn.
PIECE_BYTES, PIECE_ITEMS = 65_536, 100
# A list of so many objects may have long lists in them.
FEW = 4


BLANKS = " \t\n\r"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Call(NamedTuple):
    """A request. `path` are the places of the route."""

    path: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    # Of the header x-request-id, else a new one; given by the service.
    request_id: str = ""


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
    # Whose token opens it: predict, outcomes or admin; None: it is open.
    scope: str | None = None


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, code: str, message: str, details: Sequence[dict] = (), headers: Mapping[str, str] | None = None
    ):
        super().__init__(message)
        self.status, self.headers = status, headers or {}
        self.payload: dict[str, Any] = {"error": message, "code": code}
        if details:
            self.payload["details"] = list(details[:SHOWN])


def request_id_of(headers: Mapping[str, str]) -> str:
    """What the caller calls the request, where that is a plain word."""
    given = headers.get("x-request-id")
    return given if given is not None and REQUEST_ID.fullmatch(given) else str(uuid.uuid4())


def parsed(body: bytes) -> dict:
    """Errors: Refused."""
    try:
        # NaN and Infinity, which Python reads, count as missing.
        found = _load(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "malformed", f"the body is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise Refused(422, "invalid_request", "the body must be an object")
    return found


def _load(body: bytes) -> Any:
    """Like `json.loads`; the lists of a long body are read element by element. Errors: ValueError, RecursionError."""
    decoder = json.JSONDecoder(parse_constant=lambda _: None)
    text = body.decode(json.detect_encoding(body), "surrogatepass")
    if len(body) <= PIECE_BYTES or not text.lstrip(BLANKS).startswith("{"):
        return decoder.decode(text)

    def after(at: int) -> int:
        while text[at : at + 1] and text[at] in BLANKS:
            at += 1
        return at

    def expect(marks: str, at: int) -> str:
        if (mark := text[at : at + 1]) and mark in marks:
            return mark
        raise ValueError(f"expected one of {marks} at character {at}")

    def value(at: int) -> tuple[Any, int]:
        if text[at : at + 1] != "[":
            return decoder.raw_decode(text, at)
        items: list = []
        at = after(at + 1)
        if text[at : at + 1] == "]":
            return items, at + 1
        while True:
            item, at = decoder.raw_decode(text, at)
            items.append(item)
            at = after(at)
            if expect(",]", at) == "]":
                return items, at + 1
            at = after(at + 1)

    found = {}
    at = after(after(0) + 1)
    if text[at : at + 1] == "}":
        at += 1
    else:
        while True:
            expect('"', at)
            name, at = decoder.raw_decode(text, at)
            at = after(at)
            expect(":", at)
            found[name], at = value(after(at + 1))
            at = after(at)
            if expect(",}", at) == "}":
                at += 1
                break
            at = after(at + 1)
    if after(at) != len(text):
        raise ValueError(f"something follows the object at character {after(at)}")
    return found


def dumped(value: Any, allow_nan: bool = True) -> str:
    """Like `json.dumps`, compact; long lists in pieces. Errors: ValueError for what JSON does not have, if not allowed."""

    def plain(value: Any) -> str:
        return json.dumps(value, allow_nan=allow_nan, separators=(",", ":"))

    def written(value: Any) -> str:
        if isinstance(value, dict) and value:
            return "{" + ",".join([f"{plain(str(name))}:{written(each)}" for name, each in value.items()]) + "}"
        if isinstance(value, list) and len(value) > PIECE_ITEMS:
            pieces = [plain(value[start : start + PIECE_ITEMS])[1:-1] for start in range(0, len(value), PIECE_ITEMS)]
            return "[" + ",".join(pieces) + "]"
        if isinstance(value, list) and len(value) <= FEW and any(isinstance(each, dict) for each in value):
            return "[" + ",".join(map(written, value)) + "]"
        return plain(value)

    return written(value)


def checked_key(key: Any) -> str | None:
    """A key as text. Errors: Refused."""
    if key is None:
        return None
    if not isinstance(key, (str, int)) or isinstance(key, bool):
        raise Refused(422, "invalid_request", "key must be a text")
    return str(key)
