"""What really happened, joined to what was predicted: by request id (and row), or by key.

The newest predictions are kept in the store (`state`), which replicas may share. A key is kept as a pseudonym only.

- An outcome for a prediction that is not known is an orphan.
- A second one that says the same is a duplicate. One that says something else corrects the first: the last one received
  holds, the history stays.
- One that comes later than OUTCOME_LATE_DAYS after the prediction is late, and counts all the same.
- An outcome was known neither in the future nor before its prediction: such times are refused.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from datetime import datetime, timezone
from typing import Any, Mapping, NamedTuple, Sequence

from . import request_log
from .calls import Refused, checked_key
from .settings import Settings
from .state import STATUSES, Prediction, StateError, Store

# Clocks of two machines may differ by this.
CLOCK_SECONDS = 10.0
# Lines of an old log that are read before requests get their turn again.
TURN_LINES, TURN_SECONDS = 200, 0.01
RETRY_SECONDS = 5


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
    now = time.time()
    at = seconds(given["at"]) if "at" in given else now
    if at > now + CLOCK_SECONDS:
        raise ValueError(f"at: {shown(at)} is in the future; send the time when the outcome was known")
    return Outcome(request_id, row, key, truth, at)


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


def shown(at: float) -> str:
    try:
        return datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError, OSError):
        return f"{at:g}"


class Outcomes:
    """Threads may share it."""

    def __init__(self, settings: Settings, store: Store):
        self.settings, self.store = settings, store
        # True while what an earlier process left in its logs is being read.
        self.is_restoring = False

    def remember(self, request_id: str, prediction: Prediction) -> None:
        """Errors: StateError."""
        self.store.remember(request_id, prediction)

    def take(self, given: Sequence[Outcome]) -> list[dict]:
        """The lines for the outcome log; all outcomes, or none. Errors: Refused, StateError."""
        found = [self._found(outcome) for outcome in given]
        problems = []
        for row, (line, prediction) in enumerate(found):
            if prediction and line["at"] < prediction.at - CLOCK_SECONDS:
                words = f"at: {shown(line['at'])} is before the prediction was made ({shown(prediction.at)})"
                problems.append({"row": row, "column": "at", "problem": words})
        if problems:
            raise Refused(422, "invalid_values", f"outcome {problems[0]['row']}: {problems[0]['problem']}", problems)
        if self.is_restoring and any(prediction is None for _, prediction in found):
            message = "older predictions are still being read from the log; send these outcomes again in a moment"
            raise Refused(503, "restoring", message, headers={"retry-after": str(RETRY_SECONDS)})
        return [self._settled(line, prediction) for line, prediction in found]

    def _found(self, outcome: Outcome) -> tuple[dict, Prediction | None]:
        key_hash = None if outcome.key is None else request_log.hashed(outcome.key, self.settings.split_salt)
        request_id = outcome.request_id
        if key_hash is not None:
            # The last request before the outcome; without any, the last of all, which the outcome then is too early for.
            times = (outcome.at, outcome.at + CLOCK_SECONDS, math.inf)
            request_id = next((known for at in times if (known := self.store.latest(key_hash, at))), None)
        line = {"request_id": request_id, "row": outcome.row, "key_hash": key_hash, "outcome": outcome.truth, "at": outcome.at}
        return line, self.store.find(request_id) if request_id else None

    def _settled(self, line: dict, prediction: Prediction | None) -> dict:
        row, truth = line["row"], line["outcome"]
        predicted = prediction.values[row] if prediction and row < len(prediction.values) else None
        if prediction is None or predicted is None:
            self.store.count({"orphan": 1})
            return {**line, "status": "orphan"}
        delay = max(0.0, line["at"] - prediction.at)
        return self.store.settle(
            {
                **line,
                "late": delay > self.settings.outcome_late_days * 86_400,
                "delay_seconds": round(delay, 3),
                "variant": prediction.variant,
                "version": prediction.version,
                "predicted": predicted,
                "score": float(predicted == truth) if isinstance(predicted, str) else abs(predicted - truth),
            }
        )

    def report(self, is_classification: bool) -> dict:
        """The answer of GET /outcomes. Errors: StateError."""
        counts, delays, scores = self.store.known()
        measure = "accuracy" if is_classification else "mean_absolute_error"
        quantiles = {f"p{q}": delays[min(len(delays) - 1, len(delays) * q // 100)] for q in (50, 90, 100)} if delays else None
        return {
            **counts,
            **({"restoring": True} if self.is_restoring else {}),
            "delay_seconds": quantiles,
            "variants": {variant: {"outcomes": n, measure: round(total / n, 6)} for variant, (n, total) in scores.items()},
        }

    # ---- a store that is new beside logs that are not

    def restore(self, outcome_log: str, stopping: threading.Event) -> None:
        """Reads the logs of an earlier process in a thread, once for a store: the service is ready meanwhile."""
        log = self.settings.request_log
        what = f"restored {log}"
        try:
            if not log or log == "-" or self.store.is_done(what):
                return
            if not request_log.has_lines(log) and not request_log.has_lines(outcome_log):
                self.store.finish(what)
                return
        except StateError as error:
            print(f"state: {error}", file=sys.stderr)
            return
        self.is_restoring = True
        begun = time.time()

        def read() -> None:
            try:
                self._read_predictions(log, begun, stopping)
                counts = self._read_outcomes(outcome_log, begun, stopping)
                if not stopping.is_set() and self.store.finish(what):
                    self.store.count(counts)
            except (StateError, OSError, ValueError, KeyError, TypeError) as error:
                print(f"state: older logs could not be read: {type(error).__name__}: {error}", file=sys.stderr)
            finally:
                self.is_restoring = False

        threading.Thread(target=read, name="restore", daemon=True).start()

    def _read_predictions(self, log: str, begun: float, stopping: threading.Event) -> None:
        """The newest first, as many as are kept. Lines of one request come together, its last one first here."""
        n_rows = 0
        parts: dict[str, list] = {}
        for n_read, line in enumerate(request_log.read_back(log)):
            if n_read % TURN_LINES == 0 and stopping.wait(TURN_SECONDS):
                return
            if "predictions" not in line or line["shadow"] or (at := seconds(line["ts"])) > begun:
                continue
            values = [answer.get("label", answer.get("prediction")) for answer in line["predictions"]]
            values += parts.pop(line["request_id"], [])
            if line["first_row"] > 0:
                parts[line["request_id"]] = values
                continue
            prediction = Prediction(at, line["variant"], line["version"], line["key_hash"], values)
            self.store.remember(line["request_id"], prediction, is_old=True)
            n_rows += len(values)
            if n_rows >= self.settings.outcome_rows:
                return

    def _read_outcomes(self, outcome_log: str, begun: float, stopping: threading.Event) -> dict[str, int]:
        """Counts of those that belong to no prediction. What was said since the start of this process is newer."""
        counts = {"orphan": 0, "duplicate": 0}
        own: set[tuple[str, int]] = set()
        for n_read, line in enumerate(request_log.read(outcome_log)):
            if n_read % TURN_LINES == 0 and stopping.wait(TURN_SECONDS):
                break
            if line.get("status") not in STATUSES or seconds(line["ts"]) > begun:
                continue
            if line["status"] in counts:
                counts[line["status"]] += 1
            else:
                place = (line["request_id"], line["row"])
                if place not in own and self.store.history(*place):
                    continue
                own.add(place)
                self.store.settle({name: value for name, value in line.items() if name not in ("format", "ts", "status", "previous")})
        return counts
