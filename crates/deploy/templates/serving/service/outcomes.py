"""What really happened, joined to what was predicted: by request id (and row), or by key.

The newest predictions are kept in memory, and read back from the request log at the start. A key is kept as a pseudonym
only. An outcome for a prediction that is not known is an orphan; a second one for the same prediction is a duplicate, the
first stays; one that comes later than OUTCOME_LATE_DAYS after the prediction is late, and counts all the same.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from datetime import datetime, timezone
from typing import Any, Mapping, NamedTuple, Sequence

from . import request_log
from .calls import Refused, checked_key
from .settings import Settings

STATUSES = ("joined", "late", "duplicate", "orphan")
# Requests that are remembered for one key.
PER_KEY = 5


class Prediction(NamedTuple):
    at: float
    variant: str
    version: str
    key_hash: str | None
    # Label or number, one a row; None where the log has no more.
    values: Sequence[Any]


class Outcome(NamedTuple):
    request_id: str | None
    row: int
    key: str | None
    truth: str | float
    # Epoch seconds.
    at: float


def checked(body: Mapping[str, Any], classes: Sequence[str] | None, max_rows: int) -> list[Outcome]:
    """One outcome, or a list under `outcomes`. Errors: Refused."""
    given = body.get("outcomes", [body])
    if not isinstance(given, list) or not given or ("outcomes" in body and len(body) > 1):
        raise Refused(422, "invalid_request", "send one outcome, or outcomes: a list of them")
    if len(given) > max_rows:
        raise Refused(413, "too_many_rows", f"{len(given)} outcomes; at most {max_rows} in one request")
    found, problems = [], []
    for row, outcome in enumerate(given):
        try:
            found.append(_outcome(outcome, classes))
        except (ValueError, Refused) as error:
            problems.append({"row": row, "column": None, "problem": str(error)})
    if problems:
        raise Refused(422, "invalid_values", f"outcome {problems[0]['row']}: {problems[0]['problem']}", problems)
    return found


def _outcome(given: Any, classes: Sequence[str] | None) -> Outcome:
    if not isinstance(given, dict) or given.keys() - {"request_id", "row", "key", "outcome", "at"}:
        raise ValueError("expected request_id (and row) or key; outcome; and at, when it was known")
    request_id, key, row, truth = given.get("request_id"), checked_key(given.get("key")), given.get("row", 0), given.get("outcome")
    if (request_id is None) == (key is None) or not isinstance(request_id, (str, type(None))):
        raise ValueError("expected either request_id or key, a text")
    if not isinstance(row, int) or isinstance(row, bool) or row < 0:
        raise ValueError("row must be a whole number from 0")
    if classes is not None and truth not in classes:
        raise ValueError(f"outcome must be one of {list(classes)}")
    if classes is None and not _is_number(truth):
        raise ValueError("outcome must be a number")
    return Outcome(request_id, row, key, truth, seconds(given["at"]) if "at" in given else time.time())


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e308


def seconds(at: Any) -> float:
    """Epoch seconds, or ISO 8601; a time without a zone counts as UTC. Errors: ValueError."""
    if _is_number(at) and math.isfinite(at):
        return float(at)
    try:
        moment = datetime.fromisoformat(at.replace("Z", "+00:00"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
    except (AttributeError, ValueError, OverflowError):
        raise ValueError("at: expected epoch seconds or a time like 2024-01-31T13:05:00Z") from None


class Outcomes:
    """Threads may share it."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.lock = threading.Lock()
        self.predictions: OrderedDict[str, Prediction] = OrderedDict()
        self.n_rows = 0
        self.by_key: OrderedDict[str, list[str]] = OrderedDict()
        # Request and row that have their outcome.
        self.known: OrderedDict[tuple[str, int], None] = OrderedDict()
        self.counts = dict.fromkeys(STATUSES, 0)
        self.delays: list[float] = []
        # By variant: number of outcomes; hits, or the sum of absolute errors.
        self.scores: dict[str, tuple[int, float]] = {}

    def restore(self, outcome_log: str) -> None:
        """From the logs of an earlier process."""
        for line in request_log.read(self.settings.request_log):
            if "predictions" in line and not line["shadow"]:
                values = [answer.get("label", answer.get("prediction")) for answer in line["predictions"]]
                if line["first_row"] > 0:
                    earlier = self.predictions.get(line["request_id"])
                    values = [*(earlier.values if earlier else [None] * line["first_row"]), *values]
                prediction = Prediction(seconds(line["ts"]), line["variant"], line["version"], line["key_hash"], values)
                self.remember(line["request_id"], prediction)
        for line in request_log.read(outcome_log):
            if line.get("status") in STATUSES:
                self._count(line)

    def remember(self, request_id: str, prediction: Prediction) -> None:
        limit = self.settings.outcome_rows
        with self.lock:
            old = self.predictions.pop(request_id, None)
            self.n_rows += len(prediction.values) - (len(old.values) if old else 0)
            self.predictions[request_id] = prediction
            if prediction.key_hash:
                requests = self.by_key.setdefault(prediction.key_hash, [])
                self.by_key.move_to_end(prediction.key_hash)
                # A request of many lines comes once a line.
                if requests[-1:] != [request_id]:
                    requests.append(request_id)
                    del requests[:-PER_KEY]
            while self.n_rows > limit and len(self.predictions) > 1:
                self.n_rows -= len(self.predictions.popitem(last=False)[1].values)
            while len(self.by_key) > limit:
                self.by_key.popitem(last=False)

    def join(self, outcome: Outcome) -> dict:
        """The line for the outcome log."""
        key_hash = None if outcome.key is None else request_log.hashed(outcome.key, self.settings.split_salt)
        with self.lock:
            request_id = outcome.request_id or self._latest(key_hash, outcome.at)
            line = {"request_id": request_id, "row": outcome.row, "key_hash": key_hash, "outcome": outcome.truth, "at": outcome.at}
            prediction = self.predictions.get(request_id or "")
            predicted = prediction.values[outcome.row] if prediction and outcome.row < len(prediction.values) else None
            if prediction is None or predicted is None:
                line["status"] = "orphan"
            elif (request_id, outcome.row) in self.known:
                line["status"] = "duplicate"
            else:
                is_hit = isinstance(predicted, str)
                delay = max(0.0, outcome.at - prediction.at)
                line |= {
                    "status": "joined",
                    "late": delay > self.settings.outcome_late_days * 86_400,
                    "delay_seconds": round(delay, 3),
                    "variant": prediction.variant,
                    "version": prediction.version,
                    "predicted": predicted,
                    "score": float(predicted == outcome.truth) if is_hit else abs(predicted - outcome.truth),
                }
            self._count(line)
            return line

    def _latest(self, key_hash: str | None, at: float) -> str | None:
        """The last request of the key before the outcome."""
        known = [request for request in self.by_key.get(key_hash or "", []) if request in self.predictions]
        return next((request for request in reversed(known) if self.predictions[request].at <= at), None)

    def _count(self, line: Mapping[str, Any]) -> None:
        self.counts[line["status"]] += 1
        if line["status"] != "joined":
            return
        self.counts["late"] += line["late"]
        self.known[line["request_id"], line["row"]] = None
        if len(self.known) > self.settings.outcome_rows:
            self.known.popitem(last=False)
        self.delays.append(line["delay_seconds"])
        del self.delays[: -self.settings.outcome_rows]
        n, total = self.scores.get(line["variant"], (0, 0.0))
        self.scores[line["variant"]] = (n + 1, total + line["score"])

    def report(self, is_classification: bool) -> dict:
        """The answer of GET /outcomes."""
        with self.lock:
            counts, delays, scores = dict(self.counts), sorted(self.delays), dict(self.scores)
        measure = "accuracy" if is_classification else "mean_absolute_error"
        quantiles = {f"p{q}": delays[min(len(delays) - 1, len(delays) * q // 100)] for q in (50, 90, 100)} if delays else None
        return {
            **counts,
            "delay_seconds": quantiles,
            "variants": {variant: {"outcomes": n, measure: round(total / n, 6)} for variant, (n, total) in scores.items()},
        }
