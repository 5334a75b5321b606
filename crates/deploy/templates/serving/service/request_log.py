"""Logs as JSON lines, written by a thread of their own: a request never waits for a disk. monitoring/log_schema.json
describes the lines.

Files rotate by size and day; old ones are deleted by number and age.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import queue
import sys
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterator, Mapping, Sequence, TextIO

from .calls import dumped
from .settings import Settings, SettingsError

FORMAT = 1
# Rows that one line holds; a larger request has several lines, with the row that each begins with.
LINE_ROWS = 1000
QUEUE = 10_000
BLOCK = 1 << 20


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def hashed(value: Any, salt: str) -> str:
    """A pseudonym: the same value gives the same one as long as the salt stays."""
    return hmac.new(salt.encode(), str(value).encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:16]


class Privacy:
    """Which columns a line keeps, and how. Sensitive columns are dropped unless somebody says otherwise."""

    def __init__(self, contract: Mapping[str, Any], settings: Settings):
        self.salt, self.share = settings.split_salt, settings.log_share if settings.log_inputs else 0.0
        known = {spec["name"] for spec in contract["inputs"]}
        if unknown := sorted(settings.log_columns.keys() - known):
            raise SettingsError(f"LOG_COLUMNS: the model has no column {unknown[0]!r}")
        defaults = {spec["name"]: "drop" if spec.get("sensitive") else "keep" for spec in contract["inputs"]}
        self.columns: dict[str, str | float] = {**defaults, **settings.log_columns}
        self.hashed = [name for name, how in self.columns.items() if how == "hash"]

    def inputs(self, request_id: str, cells: Mapping[str, Sequence], rows: range) -> list[dict] | None:
        """The rows as they may be logged; None when this request's are not. The same request always decides the same."""
        if not self._is_drawn(request_id, "", self.share):
            return None
        kept: dict[str, list] = {}
        for name, how in self.columns.items():
            if how == "drop" or (not isinstance(how, str) and not self._is_drawn(request_id, name, how)):
                continue
            column = [None if cell == "" or cell != cell else cell for cell in cells[name][rows.start : rows.stop]]
            kept[name] = [None if cell is None else hashed(cell, self.salt) for cell in column] if how == "hash" else column
        return [{name: column[row] for name, column in kept.items()} for row in range(len(rows))]

    def _is_drawn(self, request_id: str, name: str, share: Any) -> bool:
        return share >= 1 or int(hashed(f"{request_id}:{name}", self.salt), 16) < share * 16**16


class LogWriter:
    """Takes lines and writes them in a thread. A full queue drops lines and counts them.

    A line is written by one call at the end of the file: several processes may share it.
    """

    def __init__(self, path: str, settings: Settings, on_drop: Callable[[], None] = lambda: None, stream: TextIO | None = None):
        """`stream`: where `-` goes, the standard output if nothing is said."""
        self.path = None if path == "-" else Path(path)
        self.settings, self.on_drop, self.stream = settings, on_drop, stream or sys.stdout
        self.lines: queue.Queue[Callable[[], dict | str] | None] = queue.Queue(QUEUE)
        self.thread = threading.Thread(target=self._run, name="log", daemon=True)
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.open("a").close()
        self.thread.start()

    def put(self, line: Callable[[], dict | str]) -> None:
        """`line` is called by the thread: what it costs, no request pays. A text is JSON already."""
        try:
            self.lines.put_nowait(line)
        except queue.Full:
            self.on_drop()

    def close(self) -> None:
        """Writes what is waiting."""
        self.lines.put(None)
        self.thread.join(10)

    def _run(self) -> None:
        file, day = None, ""
        while (line := self.lines.get()) is not None:
            try:
                found = line()
                text = (found if isinstance(found, str) else dumped(found, allow_nan=False)) + "\n"
                if self.path is None:
                    # One write a line: two logs may share the standard output.
                    self.stream.write(text)
                    self.stream.flush()
                    continue
                today = time.strftime("%Y-%m-%d", time.gmtime())
                if file and (file.tell() >= self.settings.log_max_bytes or day != today):
                    file.close()
                    file = None
                    self._rotate()
                if not file:
                    file, day = self._opened(), today
                    self._forget()
                file.write(text.encode())
            except Exception as error:  # the log must not end because of one line or a full disk
                print(f"log: {error}", file=sys.stderr)
                self.on_drop()
        if file:
            file.close()

    def _opened(self) -> BinaryIO:
        """At its end. A last line that a crash cut off is ended first, or it would swallow the next one."""
        file = open(self.path, "ab", buffering=0)
        if file.tell() > 0:
            with open(self.path, "rb") as before:
                before.seek(-1, os.SEEK_END)
                if before.read(1) != b"\n":
                    file.write(b"\n")
        return file

    def _rotate(self) -> None:
        stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S%f")
        # Another process may have done it a moment ago.
        if self.path.exists() and self.path.stat().st_size > 0:
            self.path.replace(self.path.with_name(f"{self.path.stem}-{stamp}{self.path.suffix}"))

    def _forget(self) -> None:
        """Rotated files beyond the number kept, and those that are too old."""
        oldest = time.time() - self.settings.log_keep_days * 86_400
        rotated = files(self.path)[:-1]
        for index, old in enumerate(reversed(rotated), start=2):
            if index > self.settings.log_keep_files or old.stat().st_mtime < oldest:
                old.unlink(missing_ok=True)


def files(path: Path) -> list[Path]:
    """Rotated files, oldest first, and the one that is written."""
    return [*sorted(path.parent.glob(f"{path.stem}-[0-9]*T[0-9]*{path.suffix}")), path]


def has_lines(path: str) -> bool:
    return path not in ("", "-") and any(file.exists() and file.stat().st_size > 0 for file in files(Path(path)))


def _parsed(line: bytes) -> dict | None:
    """None for a line that a crash cut off. One that stands behind such a piece, as older services wrote it, is found."""
    start = 0
    while start >= 0:
        try:
            found = json.loads(line[start:])
            return found if isinstance(found, dict) else None
        except ValueError:
            start = line.find(b'{"format":', start + 1)
    return None


def read(path: str) -> Iterator[dict]:
    """All lines of a log, oldest first."""
    for file in files(Path(path)) if path not in ("", "-") else []:
        if file.exists():
            with open(file, "rb") as lines:
                yield from (found for line in lines if (found := _parsed(line)) is not None)


def read_back(path: str) -> Iterator[dict]:
    """All lines of a log, newest first: who needs the last ones does not read the others."""
    for file in reversed(files(Path(path))):
        if file.exists():
            yield from (found for line in _lines_back(file) if (found := _parsed(line)) is not None)


def _lines_back(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        at = file.seek(0, os.SEEK_END)
        begun = b""
        while at > 0:
            size = min(BLOCK, at)
            at -= size
            file.seek(at)
            first, *lines = (file.read(size) + begun).split(b"\n")
            yield from reversed(lines)
            begun = first
        yield begun
