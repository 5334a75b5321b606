"""From the body of a request to its answer, and to what is counted and remembered of it.

Nothing here changes anything: the service does this itself, and for large requests its helper does.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import Any, Callable, Iterator, Mapping, NamedTuple, Sequence

from . import drift, request_log
from .calls import SHOWN, Call, Refused, checked_key, parsed
from .live import Live
from .request_log import LINE_ROWS, hashed
from .settings import Settings
from .variants import choose

# Rows that are worked on in one go, before other threads get their turn.
PIECE_ROWS = 200


def pieces(n_rows: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, n_rows)) for start in range(0, n_rows, max(1, size)))


class Facts(NamedTuple):
    """What is counted and remembered of a request; little, however many rows it had."""

    request_id: str
    variant: str
    version: str
    key_hash: str | None
    # What was answered, one a row.
    values: Sequence
    # By column, by column, by label, by rule.
    n_missing: Mapping[str, int]
    n_unseen: Mapping[str, int]
    n_labels: Mapping[str, int]
    n_broken: Mapping[str, int]
    n_outliers: int
    # The rows for the window of drift.
    rows: Sequence[drift.Rows]


class Scored(NamedTuple):
    """One request with its answers."""

    live: Live
    # What /predict answers.
    answer: dict
    cells: Mapping[str, Sequence]
    key_hash: str | None
    broken: Sequence[dict]
    n_warnings: int
    n_outliers: int
    milliseconds: float

    def facts(self) -> Facts:
        live, cells, answers = self.live, self.cells, self.answer["predictions"]
        missing = {name: sum(cell == "" or cell != cell for cell in column) for name, column in cells.items()}
        return Facts(
            self.answer["request_id"],
            self.answer["variant"],
            self.answer["version"],
            self.key_hash,
            [answer.get("label", answer.get("prediction")) for answer in answers],
            {name: n for name, n in missing.items() if n},
            live.checks.n_unseen(cells),
            Counter(answer.get("label", "") for answer in answers),
            Counter(each["rule"] for each in self.broken),
            self.n_outliers,
            live.drift.rows_of(cells, [live.predicted(answer) for answer in answers]),
        )

    def of_challenger(self) -> Scored:
        """What the challenger would have answered. It is a bundle, and needs the cells only."""
        challenger = self.live.variants["challenger"]
        about = {"model": challenger.model, "version": challenger.version, "sha256": challenger.sha256}
        answers = challenger.answers([], self.cells)
        return self._replace(answer={**self.answer, **about, "variant": "challenger", "predictions": answers})

    def lines(self, is_shadow: bool) -> Iterator[Callable[[], dict]]:
        """For the request log; each makes its line when it is called."""
        at, answer = request_log.now(), self.answer
        n_rows = len(answer["predictions"])
        for rows in (range(each.start, each.stop) for each in pieces(n_rows, LINE_ROWS)):

            def line(rows: range = rows) -> dict:
                return {
                    "format": request_log.FORMAT,
                    "ts": at,
                    **{name: answer[name] for name in ("request_id", "model", "version", "sha256", "variant")},
                    "key_hash": self.key_hash,
                    "shadow": is_shadow,
                    "rows": n_rows,
                    "first_row": rows.start,
                    "latency_ms": round(self.milliseconds, 3),
                    "warnings": self.n_warnings,
                    "outliers": self.n_outliers,
                    "predictions": answer["predictions"][rows.start : rows.stop],
                    "hashed": self.live.privacy.hashed,
                    "inputs": self.live.privacy.inputs(answer["request_id"], self.cells, rows),
                }

            yield line


def has_shadow(settings: Settings, scored: Scored) -> bool:
    return settings.shadow and scored.answer["variant"] == "champion" and "challenger" in scored.live.variants


def predict(live: Live, settings: Settings, call: Call) -> tuple[dict, Scored]:
    """The answer of /predict. Errors: Refused, InputError, VariantError."""
    body = parsed(call.body)
    if unknown := body.keys() - {"records", "key"}:
        raise Refused(422, "invalid_request", f"unknown field {min(unknown)!r}; known are records and key")
    records, key = body.get("records"), checked_key(body.get("key", call.headers.get("x-sticky-key")))
    if not isinstance(records, list) or not records or not all(isinstance(record, dict) for record in records):
        raise Refused(422, "invalid_request", "records must be a list of objects, at least one")
    scored = score(live, settings, records, key, call.request_id)
    if ignored := {name for fields in set(map(tuple, records)) for name in live.scorer.unused(fields)}:
        scored.answer["ignored_columns"] = sorted(ignored)[:SHOWN]
    return scored.answer, scored


def score(live: Live, settings: Settings, records: Sequence[Mapping[str, Any]], key: str | None, request_id: str) -> Scored:
    """Predictions with who made them, and what is unusual about the rows. Errors: Refused, InputError, VariantError."""
    start = time.perf_counter()
    n_rows = len(records)
    if n_rows > settings.max_rows:
        raise Refused(413, "too_many_rows", f"{n_rows} rows; at most {settings.max_rows} in one request")
    # Cells that count as missing because they do not read, and columns that are not there.
    unread: list[dict] = []
    cells = live.read(records, PIECE_ROWS, unread)
    broken = live.checks.broken(cells) if settings.rules != "off" else []
    if settings.rules == "reject" and (details := [each for each in unread if not each["problem"].startswith("is not there")]):
        raise Refused(422, "rules", f"{len(details)} {'cell does' if len(details) == 1 else 'cells do'} not read", details)
    if broken and settings.rules == "reject":
        details = [{"row": b["row"], "column": b["column"], "problem": f"breaks the rule {b['rule']!r}"} for b in broken]
        raise Refused(422, "rules", f"{len(broken)} {'cell breaks' if len(broken) == 1 else 'cells break'} data rules", details)
    unusual = live.checks.unusual(cells)
    name = choose(key, settings, live.variants)
    variant = live.variants[name]
    answers: list[dict] = []
    size = PIECE_ROWS if variant.is_local else n_rows
    for piece in pieces(n_rows, size):
        answers += variant.answers(records[piece], {column: each[piece] for column, each in cells.items()})
    found: dict[str, Any] = {
        "request_id": request_id,
        "model": variant.model,
        "version": variant.version,
        "sha256": variant.sha256,
        "variant": name,
        "predictions": answers,
    }
    if warnings := [*unread, *broken]:
        found["warnings"] = warnings[:SHOWN]
    if unusual:
        found["outliers"] = unusual[:SHOWN]
    key_hash = None if key is None else hashed(key, settings.split_salt)
    milliseconds = (time.perf_counter() - start) * 1e3
    return Scored(live, found, cells, key_hash, broken, len(warnings), len(unusual), milliseconds)
