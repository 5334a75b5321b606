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
    NEWEST_YEAR,
    Boolean,
    Time,
    parse_boolean,
    parse_number,
    parse_number_loosely,
    parse_time,
    to_text,
)

SHOWN = 40
# Steps after which a text that they do not read is missing.
PARSING = ("parse_number", "parse_date", "set_type")
PLACE = re.compile(r"\$(?:\$|\{([^}]*)\}|([0-9A-Za-z_]+))", re.A)


class InputError(ValueError):
    """Cells that cannot be read; `errors` has one dict each: row (None: all), column, problem; line where there is a file."""

    def __init__(self, errors: list[dict]):
        self.errors = errors
        super().__init__("; ".join(_shown(error) for error in errors[:5]) + ("; ..." if len(errors) > 5 else ""))


def _shown(error: Mapping[str, Any]) -> str:
    parts = [] if error.get("column") is None else [f"column {error['column']!r}"]
    parts += [f"{what} {error[what]}" for what in ("row", "line") if error.get(what) is not None]
    return f"{', '.join(parts)}: {error['problem']}" if parts else error["problem"]


# In a column of times a year, a spreadsheet's days or a date without marks, and no seconds since 1970.
BARE = re.compile("[0-9]{4,8}")


class Reading(NamedTuple):
    """How the cells of a column are read; of a column that is cleaned afterwards, as the import read them."""

    type: str
    date_order: str
    decimal_comma: bool
    newest_year: int | None

    def number(self, text: str) -> float | None:
        """A text as a number, a time or a boolean; None when it does not read."""
        if self.type == "boolean":
            flag = parse_boolean(text)
            number = parse_number(text, self.decimal_comma) if flag is None else flag
            return Boolean(number) if number in (0.0, 1.0) else None
        time = parse_time(text, self.date_order, self.newest_year) if self.type == "time" else None
        number = parse_number(text, self.decimal_comma) if time is None else time
        if self.type != "time" or number is None:
            return number
        return None if time is None and BARE.fullmatch(text.strip(BLANKS)) else Time(number)


class Column:
    """Reads the raw cells of one input."""

    def __init__(self, spec: Mapping[str, Any], contract: Mapping[str, Any]):
        self.name: str = spec["name"]
        self.is_text: bool = spec["type"] == "string"
        self.kind: str = spec["kind"]
        self.required: bool = spec.get("required", False)
        self.missing = {"", *_of(spec, contract, "missing_tokens", [])}
        self.clean = cleaning(contract, self.name)
        as_input = "text" if self.is_text else self.kind
        found = (spec.get("source") or "text") if self.clean else as_input
        order, newest_year = spec.get("date_order") or "ymd", spec.get("newest_year")
        # Contracts that do not say how the file was written are older than this rule.
        if newest_year is None and contract.get("file") is None:
            newest_year = NEWEST_YEAR
        self.reading = Reading(found, order, _of(spec, contract, "decimal_comma", False), newest_year)
        self.final = self.reading._replace(type=self.kind if self.kind in ("time", "boolean") else "number")
        # Texts of levels by the value that a number or a boolean may mean.
        self.alike: dict[float, set[str]] = {}
        if self.is_text and not self.clean:
            for level in spec.get("categories") or ():
                for value in {parse_number(level), parse_boolean(level)} - {None}:
                    self.alike.setdefault(value, set()).add(level)

    def read(self, cell: Any, lost: list | None = None) -> float | str:
        """A number (missing: NaN) or a text (missing: empty). A text that counts as missing because it does not read is
        added to `lost`. Errors: ValueError with the problem in words."""
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
        if cell is None:
            return "" if self.is_text else math.nan
        value = cell
        if isinstance(value, str) and self.reading.type not in ("text", "category"):
            value = self.reading.number(value.strip(BLANKS))
            if value is None:
                raise ValueError(f"expected {_wanted(self.reading.type)}, got {cell.strip(BLANKS)[:SHOWN]!r}")
        elif self.alike and isinstance(value, float):
            self._check_alike(value)
        if self.clean:
            value, is_lost = self.clean(value)
            if is_lost and lost is not None and isinstance(cell, str):
                lost.append(cell)
        return self._text(value) if self.is_text else self._number(value, cell, lost)

    def _check_alike(self, value: float) -> None:
        """The levels 1.1 and 1.10 are one number, True and true one boolean: only a text says which is meant."""
        levels = self.alike.get(value, set())
        if levels and levels != {to_text(value)}:
            raise ValueError(f"expected a text, one of {sorted(levels)[:5]}, got {to_text(value)} without quotes")

    def _text(self, value: Any) -> str:
        text = "" if value is None else to_text(value).strip(BLANKS)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise ValueError("is not valid Unicode") from None
        if "\0" in text:
            raise ValueError("has a NUL character")
        return text

    def _number(self, value: Any, cell: Any, lost: list | None) -> float:
        if value is None:
            return math.nan
        if isinstance(value, str):
            text = value.strip(BLANKS)
            if not text:
                return math.nan
            value = self.final.number(text)
            if value is None:
                raise ValueError(f"expected {_wanted(self.kind)}, got {text[:SHOWN]!r}")
        if math.isfinite(value):
            return float(value)
        if lost is not None and isinstance(cell, str):
            lost.append(cell)
        return math.nan


def _of(spec: Mapping[str, Any], contract: Mapping[str, Any], name: str, default: Any) -> Any:
    """What an input says for itself, else what the contract says for all."""
    own = spec.get(name)
    return contract.get(name, default) if own is None else own


def read_column(column: Column, cells: Sequence[Any], errors: list[dict], warnings: list[dict] | None = None) -> list:
    """All cells of one input. What cannot be read is added to `errors`, and missing; what counts as missing because it does
    not read is added to `warnings`."""
    out: list = []
    lost: list = []
    for row, cell in enumerate(cells):
        try:
            out.append(column.read(cell, lost))
        except ValueError as error:
            errors.append({"row": row, "column": column.name, "problem": str(error)})
            out.append("" if column.is_text else math.nan)
        if lost:
            if warnings is not None:
                problem = f"{lost[0].strip(BLANKS)[:SHOWN]!r} does not read as a value of this column and counts as missing"
                warnings.append({"row": row, "column": column.name, "problem": problem})
            lost.clear()
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


def cleaning(contract: Mapping[str, Any], name: str) -> Callable[[Any], tuple[Any, bool]] | None:
    """All cleaning of one column as a function of its cell, with whether the cell is missing because it does not read; None
    when there is none."""
    steps = []
    for step in contract.get("cleaning", []):
        ((kind, settings),) = step["kind"].items()
        named = settings["columns"] if "columns" in settings else [settings["column"]]
        if name in named or not named:
            steps.append((_step(kind, settings, contract.get("patterns", {}).get(str(step["id"]))), kind in PARSING))
    if not steps:
        return None

    def clean(value: Any) -> tuple[Any, bool]:
        for step, may_lose in steps:
            after = step(value)
            if after is None or after == "":
                return None, may_lose
            value = after
        return value, False

    return clean


def _step(kind: str, step: dict, pattern: str | None) -> Callable[[Any], Any]:
    if kind in ("trim", "replace"):
        change = (lambda text: text.strip(BLANKS)) if kind == "trim" else _replace(step, pattern)
        return lambda value: change(value) if isinstance(value, str) else value
    if kind == "parse_number":
        comma = step["decimal_comma"]
        return lambda value: parse_number_loosely(value, comma) if isinstance(value, str) else value
    if kind == "parse_date":
        order, newest_year = step["order"], step.get("newest_year") or NEWEST_YEAR
        return lambda value: _time(parse_time(value, order, newest_year)) if isinstance(value, str) else value
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
