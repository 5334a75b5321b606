"""What is unusual about a row: data rules that it breaks, cells far outside of what training saw."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any, Callable, Mapping, Sequence


def _is_missing(cell: Any) -> bool:
    return cell == "" or cell != cell


def _breaks(check: Any, levels: set[str]) -> Callable[[Any], bool]:
    if check == "not_null":
        return _is_missing
    if check == "in_set":
        return lambda cell: cell != "" and cell not in levels
    low, high = check["range"]["min"], check["range"]["max"]
    return lambda cell: cell == cell and not low <= cell <= high


def _robust(column: Mapping[str, Any] | None) -> dict | None:
    """The range of a column of monitoring/baseline.json without the outermost 0.5 % of its values on either side, so that
    one extreme value of training hides no other. None where it is not known, or nearly all values are one."""
    ecdf = (column or {}).get("ecdf")
    if not ecdf or not ecdf["values"]:
        return None
    values, cumulative = ecdf["values"], ecdf["cumulative"]
    n_cut = max(1, cumulative[-1] // 200)
    if cumulative[-1] < 20:
        return None
    low = values[bisect_right(cumulative, n_cut)]
    high = values[bisect_left(cumulative, cumulative[-1] - n_cut)]
    return {"min": low, "max": high} if low < high else None


def _is_outlier(spec: Mapping[str, Any], column: Mapping[str, Any] | None) -> Callable[[Any], bool] | None:
    """A number outside the range of training by more than the range's width; a level that training did not see."""
    if spec["type"] == "string":
        levels = set(spec.get("categories") or ())
        return lambda cell: cell != "" and cell not in levels
    # A clock goes on.
    if not spec.get("range") or spec.get("kind") == "time":
        return None
    known = _robust(column) or spec["range"]
    low, high = known["min"], known["max"]
    width = high - low
    return lambda cell: cell < low - width or cell > high + width


class Checks:
    def __init__(self, contract: Mapping[str, Any], baseline: Mapping[str, Any] | None = None):
        """`baseline`: monitoring/baseline.json, where there is one."""
        levels = {spec["name"]: set(spec.get("categories") or ()) for spec in contract["inputs"]}
        self.rules = [
            (rule["name"], rule["column"], _breaks(rule["check"], levels[rule["column"]]))
            for rule in contract.get("rules", [])
            if rule["column"] in levels
        ]
        columns = {column["name"]: column for column in (baseline or {}).get("columns", [])}
        tests = [(spec["name"], _is_outlier(spec, columns.get(spec["name"]))) for spec in contract["inputs"]]
        self.outliers = [(name, test) for name, test in tests if test]
        self.texts = {spec["name"] for spec in contract["inputs"] if spec["type"] == "string"}

    def broken(self, cells: Mapping[str, Sequence]) -> list[dict]:
        """One dict for each cell that breaks a rule: row, column, rule."""
        return [
            {"row": row, "column": column, "rule": name}
            for name, column, breaks in self.rules
            for row, cell in enumerate(cells[column])
            if breaks(cell)
        ]

    def unusual(self, cells: Mapping[str, Sequence]) -> list[dict]:
        """One dict for each row with an outlier: row, columns."""
        found: dict[int, list[str]] = {}
        for column, test in self.outliers:
            for row, cell in enumerate(cells[column]):
                if test(cell):
                    found.setdefault(row, []).append(column)
        return [{"row": row, "columns": found[row]} for row in sorted(found)]

    def n_unseen(self, cells: Mapping[str, Sequence]) -> dict[str, int]:
        """Levels that training did not see, by column; columns without any are not among them."""
        counts = {name: sum(map(test, cells[name])) for name, test in self.outliers if name in self.texts}
        return {name: n for name, n in counts.items() if n}
