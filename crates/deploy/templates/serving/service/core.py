"""The service, without a web framework: routes, and what they answer.

An app calls `start`, gives every request to `answer` as a `Call`, and calls `stop`. Threads may share the service.
"""

from __future__ import annotations

import json
import queue
import re
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any, Mapping, NamedTuple, Sequence

from prometheus_client import CONTENT_TYPE_LATEST

from tabular_cells import InputError

from . import openapi, outcomes, protocol_v2, request_log
from .alerts import Alerts
from .calls import SHOWN, Call, Refused, Reply, Route, checked_key, parsed
from .live import Live
from .metrics import Metrics
from .pointer import Pointer
from .request_log import LINE_ROWS, LogWriter, hashed
from .settings import Settings
from .variants import VariantError, choose

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
# Bodies up to this are answered at once by an app with an event loop.
QUICK_BYTES = 32_768
DRIFT_LEVELS = {"warning": 1, "drift": 2}


class Scored(NamedTuple):
    """One request with its answers, for the logs."""

    live: Live
    # What /predict answers.
    answer: dict
    cells: Mapping[str, Sequence]
    key_hash: str | None
    n_warnings: int
    n_outliers: int
    milliseconds: float


class Service:
    def __init__(self, settings: Settings):
        """Errors: SettingsError, BundleError."""
        self.settings = settings
        self.metrics = Metrics()
        self.pointer_seen = self._pointer_state()
        self.live = Live(self._folder(), settings)
        # Why the bundle that the pointer names does not serve.
        self.fault: str | None = None
        self.alerts = Alerts(settings.alert_webhook)
        self.outcomes = outcomes.Outcomes(settings)
        self.log: LogWriter | None = None
        self.outcome_log: LogWriter | None = None
        self.shadows: queue.Queue[Scored] = queue.Queue(1000)
        self.stopping = threading.Event()
        self.routes = [
            Route("POST", "/predict", self.predict),
            Route("POST", "/outcomes", self.take_outcomes),
            Route("GET", "/outcomes", lambda call: self.outcomes.report(self.live.classes is not None)),
            Route("GET", "/drift", lambda call: self.live.drift.report()),
            Route("GET", "/metrics", self.show_metrics),
            Route("GET", "/openapi.json", lambda call: openapi.document(self.live.contract, settings.max_rows)),
            Route("GET", "/docs", lambda call: Reply(200, openapi.page(), "text/html; charset=utf-8")),
            *protocol_v2.routes(self),
        ]

    # ---- life

    def start(self) -> None:
        outcome_log = self._outcome_log()
        self.outcomes.restore(outcome_log)
        if self.settings.request_log:
            self.log = LogWriter(self.settings.request_log, self.settings, self.metrics.dropped.inc)
        if outcome_log:
            self.outcome_log = LogWriter(outcome_log, self.settings, self.metrics.dropped.inc)
        self._announce()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        if self.settings.shadow:
            threading.Thread(target=self._shadow, name="shadow", daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()
        for log in (self.log, self.outcome_log):
            if log:
                log.close()

    def _outcome_log(self) -> str:
        """Beside the request log unless it is named."""
        log = self.settings.request_log
        if self.settings.outcome_log or log in ("", "-"):
            return self.settings.outcome_log or log
        return str(Path(log).with_name("outcomes.jsonl"))

    def _folder(self) -> Path:
        pointer = self.settings.model_pointer and Pointer.read(self.settings.model_pointer)
        return Path(pointer.active) if pointer else self.settings.model_dir

    def _pointer_state(self) -> tuple[int, int] | None:
        try:
            found = self.settings.model_pointer.stat() if self.settings.model_pointer else None
        except OSError:
            return None
        return found and (found.st_mtime_ns, found.st_ino)

    def _watch(self) -> None:
        """Follows the pointer file, and looks at drift from time to time."""
        next_look = time.monotonic() + self.settings.alert_seconds
        while not self.stopping.wait(self.settings.poll_seconds):
            seen = self._pointer_state()
            if seen != self.pointer_seen:
                self.pointer_seen = seen
                self._reload()
            if time.monotonic() >= next_look:
                next_look = time.monotonic() + self.settings.alert_seconds
                self.alerts.notice(self._observe_drift(), self.live.model)

    def _reload(self) -> None:
        """Answers under way keep the bundle that they began with. One that cannot be loaded changes nothing."""
        try:
            folder = self._folder()
            if folder != self.live.folder:
                self.live = Live(folder, self.settings)
                self._announce()
                self.metrics.reloads.labels("done").inc()
            self.fault = None
        except Exception as error:  # whatever is wrong with the new one, the old one goes on
            self.fault = f"{type(error).__name__}: {error}"
            self.metrics.reloads.labels("failed").inc()
            print(f"reload: {self.fault}", file=sys.stderr)

    def _announce(self) -> None:
        self.metrics.info.clear()
        for name, variant in self.live.variants.items():
            self.metrics.info.labels(name, variant.model, variant.version, variant.sha256).set(1)

    # ---- requests

    def is_quick(self, n_bytes: int) -> bool:
        """True when the answer takes a few milliseconds at most."""
        return n_bytes <= QUICK_BYTES and self.live.is_quick

    def too_large(self, length: str | None) -> Reply | None:
        """The answer to a body that is not to be read."""
        limit = self.settings.max_body_bytes
        if length is None or not length.isdigit():
            return self.refuse(411, "send Content-Length")
        return self.refuse(413, f"the body may have {limit} bytes") if int(length) > limit else None

    def refuse(self, status: int, message: str) -> Reply:
        """For what no route takes."""
        self.metrics.requests.labels("none", str(status)).inc()
        codes = {404: "not_found", 405: "wrong_method", 411: "length_required", 413: "too_large"}
        return self.reply(status, {"error": message, "code": codes.get(status, "refused")})

    def answer(self, route: Route, call: Call) -> Reply:
        """Never raises."""
        start = time.perf_counter()
        try:
            found = route.handler(call)
            reply = found if isinstance(found, Reply) else self.reply(200, found)
        except Refused as refused:
            reply = self.reply(refused.status, refused.payload)
        except InputError as error:
            reply = self.reply(422, {"error": str(error), "code": "invalid_values", "details": error.errors[:SHOWN]})
        except VariantError as error:
            reply = self.reply(502, {"error": str(error), "code": "no_answer"})
        except Exception as error:
            print(f"{route.method} {route.path}: {type(error).__name__}: {error}", file=sys.stderr)
            reply = self.reply(500, {"error": "internal error", "code": "internal"})
        self.metrics.requests.labels(route.path, str(reply.status)).inc()
        self.metrics.latency.labels(route.path).observe(time.perf_counter() - start)
        return reply

    def reply(self, status: int, payload: Any) -> Reply:
        model = self.live.model
        # A header is ASCII.
        headers = {"x-model-version": json.dumps(model["version"])[1:-1], "x-model-sha256": model["sha256"]}
        return Reply(status, json.dumps(payload, separators=(",", ":")).encode(), headers=headers)

    def predict(self, call: Call) -> dict:
        body = parsed(call.body)
        if unknown := body.keys() - {"records", "key"}:
            raise Refused(422, "invalid_request", f"unknown field {min(unknown)!r}; known are records and key")
        records, key = body.get("records"), checked_key(body.get("key", call.headers.get("x-sticky-key")))
        if not isinstance(records, list) or not records or not all(isinstance(record, dict) for record in records):
            raise Refused(422, "invalid_request", "records must be a list of objects, at least one")
        live = self.live
        found = self.score(live, records, key, call.headers.get("x-request-id"))
        if ignored := {name for fields in set(map(tuple, records)) for name in live.scorer.unused(fields)}:
            found["ignored_columns"] = sorted(ignored)[:SHOWN]
        return found

    def score(self, live: Live, records: Sequence[Mapping[str, Any]], key: str | None, request_id: str | None) -> dict:
        """Predictions with who made them; also checks, counts, logs and remembers them."""
        start = time.perf_counter()
        n_rows = len(records)
        if n_rows > self.settings.max_rows:
            raise Refused(413, "too_many_rows", f"{n_rows} rows; at most {self.settings.max_rows} in one request")
        # Cells that count as missing because they do not read, and columns that are not there.
        unread: list[dict] = []
        cells = live.scorer.read_records(records, unread)
        broken = live.checks.broken(cells) if self.settings.rules != "off" else []
        if self.settings.rules == "reject" and (details := [each for each in unread if not each["problem"].startswith("is not there")]):
            raise Refused(422, "rules", f"{len(details)} {'cell does' if len(details) == 1 else 'cells do'} not read", details)
        if broken and self.settings.rules == "reject":
            details = [{"row": b["row"], "column": b["column"], "problem": f"breaks the rule {b['rule']!r}"} for b in broken]
            raise Refused(422, "rules", f"{len(broken)} {'cell breaks' if len(broken) == 1 else 'cells break'} data rules", details)
        unusual = live.checks.unusual(cells)
        name = choose(key, self.settings, live.variants)
        variant = live.variants[name]
        answers = variant.answers(records, cells)
        is_id = request_id is not None and REQUEST_ID.fullmatch(request_id)
        found: dict[str, Any] = {
            "request_id": request_id if is_id else str(uuid.uuid4()),
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
        for each in broken:
            self.metrics.rules.labels(each["rule"]).inc()
        self.metrics.outliers.inc(len(unusual))
        self._count(live, name, cells, answers)
        key_hash = None if key is None else hashed(key, self.settings.split_salt)
        milliseconds = (time.perf_counter() - start) * 1e3
        self._remember(Scored(live, found, cells, key_hash, len(warnings), len(unusual), milliseconds))
        return found

    def _count(self, live: Live, variant: str, cells: Mapping[str, Sequence], answers: Sequence[dict]) -> None:
        for name, column in cells.items():
            if n_missing := sum(cell == "" or cell != cell for cell in column):
                self.metrics.missing.labels(name).inc(n_missing)
        for name, n_unseen in live.checks.n_unseen(cells).items():
            self.metrics.unseen.labels(name).inc(n_unseen)
        for answer in answers:
            self.metrics.rows.labels(variant, answer.get("label", "")).inc()
        live.drift.add(cells, [live.predicted(answer) for answer in answers])

    def _remember(self, scored: Scored) -> None:
        answer = scored.answer
        values = [each.get("label", each.get("prediction")) for each in answer["predictions"]]
        prediction = outcomes.Prediction(time.time(), answer["variant"], answer["version"], scored.key_hash, values)
        self.outcomes.remember(answer["request_id"], prediction)
        if self.log:
            self._log(self.log, scored, is_shadow=False)
        if self.settings.shadow and answer["variant"] == "champion" and "challenger" in scored.live.variants:
            try:
                self.shadows.put_nowait(scored)
            except queue.Full:
                self.metrics.dropped.inc()

    def _log(self, log: LogWriter, scored: Scored, is_shadow: bool) -> None:
        at, answer = request_log.now(), scored.answer
        n_rows = len(answer["predictions"])
        for start in range(0, n_rows, LINE_ROWS):
            rows = range(start, min(n_rows, start + LINE_ROWS))

            def line(rows: range = rows) -> dict:
                return {
                    "format": request_log.FORMAT,
                    "ts": at,
                    **{name: answer[name] for name in ("request_id", "model", "version", "sha256", "variant")},
                    "key_hash": scored.key_hash,
                    "shadow": is_shadow,
                    "rows": n_rows,
                    "first_row": rows.start,
                    "latency_ms": round(scored.milliseconds, 3),
                    "warnings": scored.n_warnings,
                    "outliers": scored.n_outliers,
                    "predictions": answer["predictions"][rows.start : rows.stop],
                    "hashed": scored.live.privacy.hashed,
                    "inputs": scored.live.privacy.inputs(answer["request_id"], scored.cells, rows),
                }

            log.put(line)

    def _shadow(self) -> None:
        """The challenger answers too, for the log only."""
        while not self.stopping.is_set():
            try:
                scored = self.shadows.get(timeout=0.5)
            except queue.Empty:
                continue
            try:
                challenger = scored.live.variants["challenger"]
                # It is a bundle, and needs the cells only.
                answers = challenger.answers([], scored.cells)
                about = {"model": challenger.model, "version": challenger.version, "sha256": challenger.sha256}
                answer = {**scored.answer, **about, "variant": "challenger", "predictions": answers}
                if self.log:
                    self._log(self.log, scored._replace(answer=answer), is_shadow=True)
            except Exception as error:  # nobody waits for a shadow
                print(f"shadow: {error}", file=sys.stderr)

    def take_outcomes(self, call: Call) -> dict:
        """Counts of what became of them."""
        counts = dict.fromkeys(outcomes.STATUSES, 0)
        for outcome in outcomes.checked(parsed(call.body), self.live.classes, self.settings.max_rows):
            line = self.outcomes.join(outcome)
            for status in [line["status"], *(["late"] if line.get("late") else [])]:
                counts[status] += 1
                self.metrics.outcomes.labels(status).inc()
            if "delay_seconds" in line:
                self.metrics.delay.observe(line["delay_seconds"])
            if self.outcome_log:
                self.outcome_log.put(lambda line=line: {"format": request_log.FORMAT, "ts": request_log.now(), **line})
        return counts

    def _observe_drift(self) -> dict:
        report = self.live.drift.report()
        for name, column in report["columns"].items():
            if column["judged"]:
                self.metrics.psi.labels(name).set(column["psi"])
        if report.get("prediction"):
            self.metrics.prediction_psi.set(report["prediction"]["psi"])
        self.metrics.drift.set(DRIFT_LEVELS.get(report["status"], 0))
        return report

    def show_metrics(self, call: Call) -> Reply:
        self._observe_drift()
        return Reply(200, self.metrics.text(), CONTENT_TYPE_LATEST)
