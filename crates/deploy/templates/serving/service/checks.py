"""What is unusual about a row: data rules that it breaks, cells far outside of what training saw."""

from __future__ import annotations

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


def _is_outlier(spec: Mapping[str, Any]) -> Callable[[Any], bool] | None:
    """A number outside the training range by more than the range's width; a level that training did not see."""
    if spec["type"] == "string":
        levels = set(spec.get("categories") or ())
        return lambda cell: cell != "" and cell not in levels
    # A clock goes on.
    if not spec.get("range") or spec["kind"] == "time":
        return None
    low, high = spec["range"]["min"], spec["range"]["max"]
    width = high - low
    return lambda cell: cell < low - width or cell > high + width


class Checks:
    def __init__(self, contract: Mapping[str, Any]):
        levels = {spec["name"]: set(spec.get("categories") or ()) for spec in contract["inputs"]}
        self.rules = [
            (rule["name"], rule["column"], _breaks(rule["check"], levels[rule["column"]]))
            for rule in contract.get("rules", [])
            if rule["column"] in levels
        ]
        tests = [(spec["name"], _is_outlier(spec)) for spec in contract["inputs"]]
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
