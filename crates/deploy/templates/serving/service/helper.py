"""A process of its own for large requests: it reads, scores and writes them, while this one answers small ones.

Python runs one thread at a time, whatever it does for whom; two processes do not wait for each other. The helper has a copy
of the model and changes nothing: metrics, drift, the store and the logs stay with the service, which gets from it the bytes
of the answer and what is to be counted and remembered.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, Callable, NamedTuple, Sequence

import tabular_scorer
from tabular_cells import InputError

from . import protocol_v2, scoring
from .calls import SHOWN, Call, Refused, dumped
from .live import Live
from .settings import Settings
from .state import Written
from .variants import VariantError

# What it does, by the name of the route's kind.
KINDS = {"predict": scoring.predict, "infer": protocol_v2.infer}
# Where cores are few, small requests come first.
NICENESS = 10
PIPE_BYTES = 1 << 20
START_SECONDS, END_SECONDS = 60.0, 10.0
# Until one that did not start is tried again.
PAUSE_SECONDS = 60.0
COMMAND = "from service import helper; helper.main()"


class Job(NamedTuple):
    kind: str
    # The bundle that is to answer, as the service loaded it.
    folder: Path
    identity: str
    path: dict[str, str]
    headers: dict[str, str]
    request_id: str


def _send(target: BinaryIO, message: Any, parts: Sequence[bytes] = ()) -> None:
    """Long parts are written as they are, which keeps no other thread waiting."""
    head = pickle.dumps((message, [len(part) for part in parts]))
    target.write(struct.pack("!Q", len(head)) + head)
    for part in parts:
        target.write(part)
    target.flush()


def _receive(source: BinaryIO) -> tuple[Any, list[bytes]]:
    """Errors: EOFError when the other process is gone."""

    def read(n: int) -> bytes:
        found = source.read(n)
        if len(found) < n:
            raise EOFError
        return found

    message, sizes = pickle.loads(read(struct.unpack("!Q", read(8))[0]))
    return message, [read(n) for n in sizes]


# ---- in the service


class _Child:
    """The running process. Its own thread takes what comes from it."""

    def __init__(
        self, settings: Settings, has_log: bool, live: Live, on_line: Callable[[str | None], None], on_end: Callable[[], None]
    ):
        """Errors: OSError."""
        self.on_line, self.on_end = on_line, on_end
        self.is_ready = self.is_closing = False
        self.answers: queue.SimpleQueue[tuple[Any, list[bytes]] | None] = queue.SimpleQueue()
        # What is found here, however the service came to it, is found there.
        path = os.pathsep.join([str(Path(tabular_scorer.__file__).parent), str(Path(__file__).parent.parent), *filter(None, sys.path)])
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            pipesize=PIPE_BYTES,
        )
        self.thread = threading.Thread(target=self._read, name="helper", daemon=True)
        self.thread.start()
        self.send((settings, has_log, live.folder, live.identity))

    def send(self, message: Any, parts: Sequence[bytes] = ()) -> None:
        """One that is gone says so by an answer that does not come."""
        try:
            _send(self.process.stdin, message, parts)
        except OSError:
            pass

    def answer(self, seconds: float | None = None) -> tuple[Any, list[bytes]] | None:
        """None when the process ended, or in so many seconds said nothing."""
        try:
            return self.answers.get(timeout=seconds)
        except queue.Empty:
            return None

    @property
    def is_alive(self) -> bool:
        return self.thread.is_alive() and self.process.poll() is None

    def _read(self) -> None:
        n_owed = 0
        try:
            while True:
                message, parts = _receive(self.process.stdout)
                if message[0] == "lines":
                    n_owed = 0
                    for line in [*(part.decode() for part in parts), *[None] * message[1]]:
                        self.on_line(line)
                else:
                    # The answer does not wait for its log lines.
                    n_owed = message[1].n_lines if message[0] == "done" else 0
                    self.answers.put((message, parts))
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            pass
        for _ in range(n_owed):
            self.on_line(None)
        self.process.kill()
        code = self.process.wait()
        if self.is_ready and not self.is_closing:
            print(f"helper: the process for large requests ended with code {code}", file=sys.stderr)
            self.on_end()
        self.answers.put(None)

    def close(self, seconds: float, is_expected: bool = True) -> None:
        """It ends by itself when nothing more can come, and has written its log lines then."""
        self.is_closing = is_expected
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.thread.join(seconds)
        self.process.kill()
        self.thread.join(END_SECONDS)
        self.process.stdout.close()


class Done(NamedTuple):
    facts: scoring.Facts
    n_lines: int


class Helper:
    """Started with the first large request. One request at a time: who calls sees to that."""

    def __init__(self, settings: Settings, has_log: bool, on_line: Callable[[str | None], None], on_end: Callable[[], None]):
        """`on_line` takes lines for the request log; None: one that could not be made. `on_end`: the process ended by itself."""
        # Lines that nobody reads are not made.
        self.settings, self.has_log = settings, has_log
        self.on_line, self.on_end = on_line, on_end
        self.child: _Child | None = None
        self.not_before = 0.0
        self.is_closed = False

    def work(self, kind: str, live: Live, call: Call) -> tuple[scoring.Facts, bytes] | None:
        """What is counted, and the body of the answer. None when there is no helper, or it does not have this bundle.

        Errors: Refused, InputError, VariantError; RuntimeError for a fault in the helper."""
        child = self._running(live)
        if child is None:
            return None
        headers = {name: value for name in ("x-sticky-key",) if (value := call.headers.get(name)) is not None}
        job = Job(kind, live.folder, live.identity, dict(call.path), headers, call.request_id)
        child.send(job, [call.body])
        if (found := child.answer()) is None:
            words = "the process that works on large requests ended; it starts again: send this one again in a moment"
            raise Refused(503, "interrupted", words, headers={"retry-after": "1"})
        (what, *facts), parts = found
        if what == "done":
            (done,) = facts
            return done.facts._replace(values=done.facts.values._replace(text=parts[1].decode())), parts[0]
        if what == "refused":
            status, payload, more = facts
            raise Refused(status, payload["code"], payload["error"], payload.get("details", ()), more)
        if what == "invalid":
            raise InputError(facts[0])
        if what == "no_answer":
            raise VariantError(facts[0])
        if what == "fault":
            raise RuntimeError(f"helper: {facts[0]}")
        # It could not load the bundle, which is changed or gone meanwhile; the service still has it.
        return None

    def _running(self, live: Live) -> _Child | None:
        if self.child and self.child.is_alive:
            return self.child
        if self.child:
            # Its thread says that it is gone, and how.
            self.child.close(END_SECONDS, is_expected=False)
            self.child = None
        if self.is_closed or time.monotonic() < self.not_before:
            return None
        child = None
        try:
            child = _Child(self.settings, self.has_log, live, self.on_line, self.on_end)
            found = child.answer(START_SECONDS)
            words = "it said nothing" if found is None else None if found[0][0] == "ready" else found[0][1]
        except OSError as error:
            words = str(error)
        if words is None:
            child.is_ready, self.child = True, child
            return child
        if child:
            child.close(0)
        self.not_before = time.monotonic() + PAUSE_SECONDS
        print(f"helper: it did not start, large requests are worked on without it: {words}", file=sys.stderr)
        return None

    def close(self) -> None:
        self.is_closed = True
        if self.child:
            self.child.close(END_SECONDS)


# ---- in the helper


class _Worker:
    def __init__(self, settings: Settings, has_log: bool, folder: Path, identity: str):
        """Errors: what loading a bundle raises."""
        self.settings, self.has_log = settings, has_log
        self.live: Live | None = None
        self.load(folder, identity)

    def load(self, folder: Path, identity: str) -> Live:
        """The bundle that the service answers with. Errors: also ValueError when another one stands there now."""
        live = self.live
        if live is None or (live.folder, live.identity) != (folder, identity):
            # The old one's memory is free before the new one takes its own.
            live = self.live = None
            live = Live(folder, self.settings)
            if live.identity != identity:
                raise ValueError(f"{folder} is not what it was")
            self.live = live
        return live

    def work(self, job: Job, body: bytes) -> tuple[tuple, list[bytes], scoring.Scored | None]:
        """What is told of it, the long parts of that, and what is to be logged afterwards."""
        try:
            live = self.load(job.folder, job.identity)
        except Exception as error:  # the service has its own copy, and goes on with it
            return ("stale", f"{type(error).__name__}: {error}"), [], None
        try:
            payload, scored = KINDS[job.kind](live, self.settings, Call(job.path, job.headers, body, job.request_id))
            facts = scored.facts()
            parts = [dumped(payload).encode(), dumped(facts.values).encode()]
            n_lines = len(list(scored.lines(False))) if self.has_log else 0
            return ("done", Done(facts._replace(values=Written("", len(facts.values))), n_lines)), parts, scored
        except Refused as refused:
            return ("refused", refused.status, refused.payload, dict(refused.headers)), [], None
        except InputError as error:
            return ("invalid", error.errors[: SHOWN + 1]), [], None
        except VariantError as error:
            return ("no_answer", str(error)), [], None
        except Exception as error:
            return ("fault", f"{type(error).__name__}: {error}"), [], None

    def lines(self, scored: scoring.Scored) -> tuple[int, list[bytes]]:
        """For the log: how many could not be made, and the others."""
        found: list[bytes] = []
        n_lost = 0

        def add(scored: scoring.Scored, is_shadow: bool) -> int:
            n_lost = 0
            for line in scored.lines(is_shadow):
                try:
                    found.append(dumped(line(), allow_nan=False).encode())
                except Exception as error:  # one line more or less
                    print(f"log: {error}", file=sys.stderr)
                    n_lost += 1
            return n_lost

        n_lost += add(scored, False)
        if scoring.has_shadow(self.settings, scored):
            try:
                n_lost += add(scored.of_challenger(), True)
            except Exception as error:  # nobody waits for a shadow
                print(f"shadow: {error}", file=sys.stderr)
        return n_lost, found


def main() -> None:
    # What anybody prints goes where the service's errors go: the standard output is for answers.
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # The service says when it is over, by closing the pipe; also when it is killed.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    try:
        start, _ = _receive(source)
        try:
            worker = _Worker(*start)
        except Exception as error:
            return _send(target, ("failed", f"{type(error).__name__}: {error}"))
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        _send(target, ("ready",))
        while True:
            job, parts = _receive(source)
            message, parts, scored = worker.work(job, *parts)
            _send(target, message, parts)
            if scored and worker.has_log:
                n_lost, parts = worker.lines(scored)
                _send(target, ("lines", n_lost), parts)
            # Their memory is free while nothing is to be done.
            del job, message, parts, scored
    except (EOFError, OSError):
        pass
