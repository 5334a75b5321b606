"""The service, without a web framework: routes, and what they answer.

An app calls `start`, gives every request to `answer` as a `Call`, and calls `stop`. Threads may share the service.
"""

from __future__ import annotations

import dataclasses
import gc
import hmac
import json
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any, Mapping

from prometheus_client import CONTENT_TYPE_LATEST

from tabular_cells import InputError

from . import openapi, outcomes, protocol_v2, request_log, scoring, state
from .alerts import Alerts
from .calls import SHOWN, Call, Refused, Reply, Route, dumped, parsed, request_id_of
from .helper import KINDS, Helper
from .live import Live
from .metrics import Metrics
from .pointer import Pointer
from .request_log import LogWriter
from .settings import Settings, SettingsError
from .variants import VariantError

# Bodies up to this are answered at once. Larger ones take turns: one is worked on, by the helper where there is one.
QUICK_BYTES = 32_768
# Seconds after which a thread that waits gets its turn. Python's own 5 ms would make small requests wait for large ones at
# every step that they take.
SWITCH_SECONDS = 0.0002
DRIFT_LEVELS = {"warning": 1, "drift": 2}


class Service:
    def __init__(self, settings: Settings, root: Path):
        """`root` is the bundle that the service stands in. Errors: SettingsError, BundleError."""
        self.settings = settings
        self.store = self._store(root)
        if not settings.split_salt:
            settings = self.settings = dataclasses.replace(settings, split_salt=self.store.salt())
        self.metrics = Metrics()
        self.pointer_seen = self._pointer_state()
        self.live = Live(self._folder(), settings)
        # Why the bundle that the pointer names does not serve.
        self.fault: str | None = None
        self.alerts = Alerts(settings.alert_webhook)
        self.outcomes = outcomes.Outcomes(settings, self.store)
        self.log: LogWriter | None = None
        self.outcome_log: LogWriter | None = None
        self.error_log: LogWriter | None = None
        self.batch = threading.Lock()
        self.batches = threading.BoundedSemaphore(settings.batch_waiting + 1)
        # Made when the service starts: it needs to know whether there is a log.
        self.helper: Helper | None = None
        self.shadows: queue.Queue[scoring.Scored] = queue.Queue(1000)
        self.stopping = threading.Event()
        self.routes = [
            Route("POST", "/predict", lambda call: self.scored("predict", call), "predict"),
            Route("POST", "/outcomes", self.take_outcomes, "outcomes"),
            Route("GET", "/outcomes", lambda call: self.outcomes.report(self.live.classes is not None), "admin"),
            Route("GET", "/drift", lambda call: self.live.drift.report(), "admin"),
            Route("GET", "/metrics", self.show_metrics, "admin"),
            Route("GET", "/openapi.json", lambda call: openapi.document(self.live.contract, settings), "predict"),
            Route("GET", "/docs", lambda call: Reply(200, openapi.page(), "text/html; charset=utf-8")),
            *protocol_v2.routes(self),
        ]

    # ---- life

    def _store(self, root: Path) -> state.Store:
        """Errors: SettingsError."""
        address, max_rows = self.settings.state_address(root), self.settings.outcome_rows
        try:
            # Several models may share a Redis.
            name = Live.name_of(self._folder()) if "://" in address else ""
            return state.opened(address, name, max_rows)
        except state.StateError as error:
            if self.settings.state_store:
                raise SettingsError(f"STATE_STORE: {error}") from None
            words = "outcomes are remembered, and pseudonyms and the A/B split stay, until this process ends; STATE_STORE names a better place"
            print(f"note: {error}: {words}", file=sys.stderr)
            return state.opened("memory", "", max_rows)

    def start(self) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        # What is there now stays, and need not be looked at again; rows of large requests are no garbage until they are answered.
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        outcome_log = self._outcome_log()
        # Before this process writes lines of its own.
        self.outcomes.restore(outcome_log, self.stopping)
        if self.settings.error_log:
            self.error_log = LogWriter(self.settings.error_log, self.settings, self.metrics.dropped.inc, sys.stderr)
        if self.settings.request_log:
            self.log = LogWriter(self.settings.request_log, self.settings, self.metrics.dropped.inc)
        if outcome_log:
            self.outcome_log = LogWriter(outcome_log, self.settings, self.metrics.dropped.inc)
        if self.settings.batch_process:
            self.helper = Helper(self.settings, bool(self.log), self._take_line, self.metrics.helper_ends.inc)
        self._announce()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()
        if self.settings.shadow:
            threading.Thread(target=self._shadow, name="shadow", daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()
        if self.helper:
            # Before the log, which its last lines go to.
            self.helper.close()
        for log in (self.log, self.outcome_log, self.error_log):
            if log:
                log.close()
        self.store.close()

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
                live = Live(folder, self.settings)
                if difference := self.live.difference(live.contract):
                    raise SettingsError(f"{folder} is another model: {difference}")
                self.live = live
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
        return n_bytes <= QUICK_BYTES and self.live.is_quick and not self.store.is_remote

    def admit(self, route: Route, headers: Mapping[str, str]) -> Reply | None:
        """The answer to a request whose body is not to be read."""
        if not self._is_allowed(route.scope, headers):
            words = f"send the header Authorization: Bearer TOKEN, with a token of TOKEN_{(route.scope or '').upper()}"
            return self.refuse(401, words, headers, route.path, {"www-authenticate": "Bearer"})
        if route.method != "POST":
            return None
        limit, length = self.settings.max_body_bytes, headers.get("content-length")
        if length is None or not length.isdigit():
            return self.refuse(411, "send Content-Length", headers, route.path)
        if int(length) > limit:
            return self.refuse(413, f"the body may have {limit} bytes", headers, route.path)
        return None

    def too_slow(self, route: Route, headers: Mapping[str, str]) -> Reply:
        words = f"the body did not come within {self.settings.body_seconds:g} s"
        return self.refuse(408, words, headers, route.path, {"connection": "close"})

    def _is_allowed(self, scope: str | None, headers: Mapping[str, str]) -> bool:
        tokens = getattr(self.settings, f"token_{scope}") if scope else ()
        kind, _, given = (headers.get("authorization") or "").partition(" ")
        found = [hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode()) for token in tokens]
        return not tokens or (kind.lower() == "bearer" and any(found))

    def refuse(
        self, status: int, message: str, headers: Mapping[str, str], path: str = "none", more: Mapping[str, str] | None = None
    ) -> Reply:
        """For what no route takes. `path` is a route's, or where none was found the same word for all."""
        codes = {401: "unauthorized", 404: "not_found", 405: "wrong_method", 408: "too_slow", 411: "length_required", 413: "too_large"}
        self.metrics.requests.labels(path, str(status)).inc()
        error = {"error": message, "code": codes.get(status, "refused")}
        return self._refused(status, error, request_id_of(headers), path, more or {})

    def answer(self, route: Route, call: Call) -> Reply:
        """Never raises."""
        start = time.perf_counter()
        call = call._replace(request_id=request_id_of(call.headers))
        try:
            found = self._handled(route, call)
            reply = found if isinstance(found, Reply) else self.reply(200, found, call.request_id)
        except Refused as refused:
            reply = self._refused(refused.status, refused.payload, call.request_id, route.path, refused.headers)
        except InputError as error:
            payload = {"error": str(error), "code": "invalid_values", "details": error.errors[:SHOWN]}
            reply = self._refused(422, payload, call.request_id, route.path)
        except VariantError as error:
            reply = self._refused(502, {"error": str(error), "code": "no_answer"}, call.request_id, route.path)
        except state.StateError as error:
            self.metrics.state_errors.inc()
            print(f"state: {error}", file=sys.stderr)
            payload = {"error": "the store of outcomes does not answer; send this again in a moment", "code": "no_state"}
            reply = self._refused(503, payload, call.request_id, route.path, {"retry-after": "5"})
        except Exception as error:
            print(f"{route.method} {route.path}: {type(error).__name__}: {error}", file=sys.stderr)
            reply = self._refused(500, {"error": "internal error", "code": "internal"}, call.request_id, route.path)
        self.metrics.requests.labels(route.path, str(reply.status)).inc()
        self.metrics.latency.labels(route.path).observe(time.perf_counter() - start)
        return reply

    def _handled(self, route: Route, call: Call) -> Any:
        """A large body waits for its turn, so that small ones need not."""
        if len(call.body) <= QUICK_BYTES:
            return route.handler(call)
        if not self.batches.acquire(blocking=False):
            words = f"{self.settings.batch_waiting} large requests are waiting already; send this one again in a moment"
            raise Refused(503, "busy", words, headers={"retry-after": "1"})
        try:
            with self.batch:
                return route.handler(call)
        finally:
            self.batches.release()

    def reply(self, status: int, payload: Any, request_id: str, more: Mapping[str, str] | None = None) -> Reply:
        return self._reply(status, dumped(payload).encode(), request_id, more)

    def _reply(self, status: int, body: bytes, request_id: str, more: Mapping[str, str] | None = None) -> Reply:
        model = self.live.model
        # A header is ASCII.
        headers = {"x-model-version": json.dumps(model["version"])[1:-1], "x-model-sha256": model["sha256"], "x-request-id": request_id}
        return Reply(status, body, headers={**headers, **(more or {})})

    def _refused(
        self, status: int, payload: Mapping[str, Any], request_id: str, path: str, more: Mapping[str, str] | None = None
    ) -> Reply:
        """An error, which the log keeps; without its words, which may hold values of a request."""
        if self.error_log:
            columns = sorted({str(each["column"]) for each in payload.get("details", []) if each.get("column") in self.live.known})
            line = {
                "format": request_log.FORMAT,
                "ts": request_log.now(),
                "request_id": request_id,
                "route": path,
                "status": status,
                "error": payload["code"],
                "columns": columns,
            }
            self.error_log.put(lambda: line)
        return self.reply(status, {**payload, "request_id": request_id}, request_id, more)

    def scored(self, kind: str, call: Call) -> Reply:
        """`kind`: predict or infer. Predictions with who made them, which are counted, logged and remembered too."""
        live = self.live
        done = self.helper.work(kind, live, call) if self.helper and len(call.body) > QUICK_BYTES else None
        if done:
            facts, body = done
            self._take(live, facts)
        else:
            payload, scored = KINDS[kind](live, self.settings, call)
            facts = scored.facts()
            self._take(live, facts)
            if self.log:
                for line in scored.lines(is_shadow=False):
                    self.log.put(line)
            if scoring.has_shadow(self.settings, scored):
                try:
                    self.shadows.put_nowait(scored)
                except queue.Full:
                    self.metrics.dropped.inc()
            body = dumped(payload).encode()
        return self._reply(200, body, facts.request_id)

    def _take(self, live: Live, facts: scoring.Facts) -> None:
        """Counts and remembers."""
        for rule, n in facts.n_broken.items():
            self.metrics.rules.labels(rule).inc(n)
        self.metrics.outliers.inc(facts.n_outliers)
        for name, n in facts.n_missing.items():
            self.metrics.missing.labels(name).inc(n)
        for name, n in facts.n_unseen.items():
            self.metrics.unseen.labels(name).inc(n)
        for label, n in facts.n_labels.items():
            self.metrics.rows.labels(facts.variant, label).inc(n)
        live.drift.take(facts.rows)
        try:
            self.outcomes.remember(
                facts.request_id, state.Prediction(time.time(), facts.variant, facts.version, facts.key_hash, facts.values)
            )
        except state.StateError as error:
            # Who asks gets the answer; its outcome will be an orphan.
            self.metrics.state_errors.inc()
            print(f"state: {error}", file=sys.stderr)

    def _take_line(self, line: str | None) -> None:
        """Of the helper; None: one that it lost."""
        if line is None:
            self.metrics.dropped.inc()
        elif self.log:
            self.log.put(lambda: line)

    def _shadow(self) -> None:
        """The challenger answers too, for the log only."""
        while not self.stopping.is_set():
            try:
                scored = self.shadows.get(timeout=0.5)
            except queue.Empty:
                continue
            try:
                for line in scored.of_challenger().lines(is_shadow=True) if self.log else ():
                    self.log.put(line)
            except Exception as error:  # nobody waits for a shadow
                print(f"shadow: {error}", file=sys.stderr)

    def take_outcomes(self, call: Call) -> dict:
        """Counts of what became of them."""
        counts = dict.fromkeys(state.STATUSES, 0)
        for line in self.outcomes.take(outcomes.checked(parsed(call.body), self.live.classes, self.settings.max_rows)):
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
