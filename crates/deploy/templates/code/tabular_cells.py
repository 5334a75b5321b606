"""How the cells of one input are read: the cleaning that contract.json names, then a number or a text for the model.

A cell that was read is None (missing), a float (`Time` and `Boolean` are floats too) or a text. The rules are those of
`mllc score`.
"""

from __future__ import annotations

import math
import re
from typing import Any, Callable, Mapping, NamedTuple, Sequence

from tabular_values import (
    BLANKS,
    Boolean,
    Time,
    parse_boolean,
    parse_number,
    parse_number_loosely,
    parse_time,
    to_text,
)

SHOWN = 40
PLACE = re.compile(r"\$(?:\$|\{([^}]*)\}|([0-9A-Za-z_]+))", re.A)


class InputError(ValueError):
    """Cells that cannot be read; `errors` has one dict each: row (None: all), column, problem."""

    def __init__(self, errors: list[dict]):
        self.errors = errors
        shown = [f"column {e['column']!r}{'' if e['row'] is None else ', row %d' % e['row']}: {e['problem']}" for e in errors[:5]]
        super().__init__("; ".join(shown))


class Source(NamedTuple):
    """How the import read the column; the cleaning starts from that."""

    type: str | None
    date_order: str
    decimal_comma: bool

    def read(self, cell: Any) -> Any:
        """A text as the import reads it; as it is when it does not read."""
        if not isinstance(cell, str):
            return cell
        if self.type == "number":
            number = parse_number(cell, self.decimal_comma)
        elif self.type == "boolean":
            number = _boolean(parse_boolean(cell))
        else:
            number = _time(parse_time(cell, self.date_order)) if self.type == "time" else None
        return cell if number is None else number


class Column:
    """Reads the raw cells of one input."""

    def __init__(self, spec: Mapping[str, Any], contract: Mapping[str, Any]):
        self.name: str = spec["name"]
        self.is_text: bool = spec["type"] == "string"
        self.kind: str = spec["kind"]
        self.required: bool = spec.get("required", False)
        self.missing = {"", *contract["missing_tokens"]}
        self.source = Source(spec.get("source"), spec.get("date_order") or "ymd", contract.get("decimal_comma", False))
        self.clean = cleaning(contract, self.name, self.source)

    def read(self, cell: Any) -> float | str:
        """A number (missing: NaN) or a text (missing: empty). Errors: ValueError with the problem in words."""
        if type(cell).__module__ == "numpy":
            cell = cell.item()
        if isinstance(cell, bool):
            cell = Boolean(cell)
        elif isinstance(cell, (int, float)):
            cell = _finite(cell)
        elif hasattr(cell, "isoformat"):
            cell = None if cell != cell else cell.isoformat()
        elif isinstance(cell, str):
            cell = None if cell.strip(BLANKS) in self.missing else cell
        elif cell is not None and type(cell).__name__ != "NAType":
            raise ValueError(f"expected {'a text' if self.is_text else 'a number'}, got {_json_type(cell)}")
        else:
            cell = None
        if self.clean and cell is not None:
            cell = self.clean(cell)
        return self._text(cell) if self.is_text else self._number(cell)

    def _text(self, cell: Any) -> str:
        text = "" if cell is None else to_text(cell).strip(BLANKS)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise ValueError("is not valid Unicode") from None
        if "\0" in text:
            raise ValueError("has a NUL character")
        return "" if text in self.missing else text

    def _number(self, cell: Any) -> float:
        if cell is None:
            return math.nan
        if not isinstance(cell, str):
            return float(cell) if math.isfinite(cell) else math.nan
        text = cell.strip(BLANKS)
        if text in self.missing:
            return math.nan
        number = None
        if self.kind in ("boolean", "time"):
            number = parse_boolean(text) if self.kind == "boolean" else parse_time(text, self.source.date_order)
        if number is None:
            number = parse_number(text, self.source.decimal_comma)
        if number is None:
            raise ValueError(f"expected {_wanted(self.kind)}, got {text[:SHOWN]!r}")
        return number if math.isfinite(number) else math.nan


def read_column(column: Column, cells: Sequence[Any], errors: list[dict]) -> list:
    """All cells of one input; what cannot be read is added to `errors` and left out."""
    out = []
    for row, cell in enumerate(cells):
        try:
            out.append(column.read(cell))
        except ValueError as error:
            errors.append({"row": row, "column": column.name, "problem": str(error)})
    return out


def _finite(number: Any) -> float | None:
    """None for missing; an infinite number counts as missing."""
    try:
        number = float(number)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _wanted(kind: str) -> str:
    return {"boolean": "0 or 1", "time": "epoch seconds or a date like 2024-01-31"}.get(kind, "a number")


def _json_type(cell: Any) -> str:
    return {"list": "a list", "tuple": "a list", "dict": "an object"}.get(type(cell).__name__, type(cell).__name__)


def _expand(template: str, match: re.Match) -> str:
    """`$1`, `${name}` and `$$` of a replacement."""

    def place(found: re.Match) -> str:
        name = found[1] if found[1] is not None else found[2]
        if name is None:
            return "$"
        return (match[int(name)] or "") if name.isdigit() and int(name) <= match.re.groups else ""

    return PLACE.sub(place, template)


def _replace(step: dict, pattern: str | None) -> Callable[[str], str]:
    find, replace = step["find"], step["replace"]
    if not step["regex"]:
        return (lambda text: replace if text == find else text) if step["whole_cell"] else (lambda text: text.replace(find, replace))
    if pattern is None:  # no words that all runtimes understand: send cleaned values (README)
        return lambda text: text
    compiled = re.compile(pattern, re.A)

    def replaced(text: str) -> str:
        out, at = [], 0
        for match in compiled.finditer(text):
            if match.end() == match.start() == at and at > 0 and out:
                continue  # an empty match right after another one does not count
            out += [text[at : match.start()], _expand(replace, match)]
            at = match.end()
        return "".join(out) + text[at:]

    return replaced


def cleaning(contract: Mapping[str, Any], name: str, source: Source) -> Callable[[Any], Any] | None:
    """All cleaning of one column as a function of its cell; None when there is none."""
    is_text_source = source.type in (None, "category", "text")
    steps = []
    for step in contract.get("cleaning", []):
        ((kind, settings),) = step["kind"].items()
        named = settings["columns"] if "columns" in settings else [settings["column"]]
        if name in named or (not named and is_text_source):
            steps.append(_step(kind, settings, contract.get("patterns", {}).get(str(step["id"]))))
    if not steps:
        return None

    def clean(value: Any) -> Any:
        value = source.read(value)
        for step in steps:
            value = None if value is None else step(value)
            value = None if value == "" else value
        return value

    return clean


def _step(kind: str, step: dict, pattern: str | None) -> Callable[[Any], Any]:
    if kind in ("trim", "replace"):
        change = (lambda text: text.strip(BLANKS)) if kind == "trim" else _replace(step, pattern)
        return lambda value: change(value) if isinstance(value, str) else value
    if kind == "parse_number":
        comma = step["decimal_comma"]
        return lambda value: parse_number_loosely(value, comma) if isinstance(value, str) else value
    if kind == "parse_date":
        order = step["order"]
        return lambda value: _time(parse_time(value, order)) if isinstance(value, str) else value
    if kind == "infinite_to_missing":
        return lambda value: None if isinstance(value, float) and math.isinf(value) else value
    if kind == "value_to_missing":
        wanted = set(step["values"])
        return lambda value: None if isinstance(value, float) and value in wanted else value
    if kind == "set_type":
        return {"category": to_text, "text": to_text, "number": _to_number, "time": _to_time, "boolean": _to_boolean}[step["column_type"]]
    return lambda value: value


def _time(seconds: float | None) -> Time | None:
    return None if seconds is None else Time(seconds)


def _to_number(value: Any) -> float | None:
    return parse_number_loosely(value) if isinstance(value, str) else float(value)


def _to_time(value: Any) -> Time | None:
    return _time(parse_time(value) if isinstance(value, str) else value)


def _boolean(number: float | None) -> Boolean | None:
    return Boolean(number) if number in (0.0, 1.0) else None


def _to_boolean(value: Any) -> Boolean | None:
    return _boolean(parse_boolean(value) if isinstance(value, str) else value)
