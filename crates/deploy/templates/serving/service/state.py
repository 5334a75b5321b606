"""What all processes of the service share: predictions that wait for their outcomes, the outcomes, and the salt.

STATE_STORE says where: a SQLite file (all processes of one machine), a Redis (all machines), or the memory of one process.
What is written there is known to every process at once, and to the next one after a restart.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from pathlib import Path
from typing import Any, Iterator, Mapping, NamedTuple, Protocol, Sequence

# What becomes of an outcome; `late` counts joined ones again.
STATUSES = ("joined", "corrected", "late", "duplicate", "orphan")
BUSY_SECONDS = 5.0
# Requests that are forgotten for one that is remembered, at most.
FORGOTTEN = 500


class StateError(RuntimeError):
    """The store does not answer."""


class Written(NamedTuple):
    """The answers to many rows, as JSON already."""

    text: str
    n: int


def n_values(values: Sequence[Any] | Written) -> int:
    return values.n if isinstance(values, Written) else len(values)


def as_json(values: Sequence[Any] | Written) -> str:
    return values.text if isinstance(values, Written) else json.dumps(list(values), separators=(",", ":"))


class Prediction(NamedTuple):
    # Epoch seconds.
    at: float
    variant: str
    version: str
    key_hash: str | None
    # Label or number, one a row; None where the log has no more.
    values: Sequence[Any] | Written


class Known(NamedTuple):
    """Outcomes so far."""

    counts: dict[str, int]
    # Seconds from prediction to outcome, ascending.
    delays: list[float]
    # By variant: number of outcomes; hits, or the sum of absolute errors.
    scores: dict[str, tuple[int, float]]


class Store(Protocol):
    """Every method may be called by any thread. Errors: StateError."""

    # True when a call waits for another machine.
    is_remote: bool

    def salt(self) -> str:
        """Random, made by whoever asks first, the same for all from then on."""

    def remember(self, request_id: str, prediction: Prediction, is_old: bool = False) -> None:
        """The newest rows are kept. An old one, read from a log, replaces none."""

    def find(self, request_id: str) -> Prediction | None: ...

    def latest(self, key_hash: str, at: float) -> str | None:
        """The last request of a key up to a time."""

    def settle(self, line: Mapping[str, Any]) -> dict:
        """Takes an outcome whose prediction is known: joined, or a duplicate of the one that is there, or a correction of
        it; the line with that. The history stays."""

    def history(self, request_id: str, row: int) -> list[dict]:
        """What was said of a prediction, oldest first: the first outcome, then its corrections."""

    def count(self, counts: Mapping[str, int]) -> None: ...

    def known(self) -> Known: ...

    def is_done(self, what: str) -> bool:
        """True when `finish` was called for it, ever, by any process."""

    def finish(self, what: str) -> bool:
        """False when somebody else did before."""

    def close(self) -> None: ...


def settled(old: Mapping[str, Any] | None, line: Mapping[str, Any]) -> dict:
    """The line with what it is beside the one that holds."""
    if old is None:
        return {**line, "status": "joined"}
    if old["outcome"] == line["outcome"]:
        bare = ("request_id", "row", "key_hash", "outcome", "at")
        return {**{name: line[name] for name in bare}, "status": "duplicate"}
    return {**line, "status": "corrected", "previous": old["outcome"]}


TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS scores (variant TEXT PRIMARY KEY, n INTEGER NOT NULL, total REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS predictions (
  request_id TEXT PRIMARY KEY, at REAL NOT NULL, variant TEXT NOT NULL, version TEXT NOT NULL, key_hash TEXT,
  n_rows INTEGER NOT NULL, answers TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_time ON predictions (at);
CREATE INDEX IF NOT EXISTS by_key ON predictions (key_hash, at) WHERE key_hash IS NOT NULL;
CREATE TABLE IF NOT EXISTS outcomes (
  id INTEGER PRIMARY KEY, request_id TEXT NOT NULL, place INTEGER NOT NULL, delay REAL NOT NULL, line TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS of_row ON outcomes (request_id, place);
CREATE TABLE IF NOT EXISTS history (id INTEGER PRIMARY KEY, request_id TEXT NOT NULL, place INTEGER NOT NULL, line TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS history_of_row ON history (request_id, place);
"""


class SqliteStore:
    """A file that all processes of one machine may share, or (`:memory:`) one process's own."""

    is_remote = False

    def __init__(self, path: str, max_rows: int):
        self.max_rows = max_rows
        self.lock = threading.Lock()
        try:
            if path != ":memory:":
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            # Autocommit: transactions are written out.
            self.db = sqlite3.connect(path, BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self.db.execute("PRAGMA journal_mode = WAL")
            # Survives the end of the process; the last moment before the machine loses its power may be lost.
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.executescript(TABLES)
        except (OSError, sqlite3.Error) as error:
            raise StateError(f"{path}: {error}") from None

    def salt(self) -> str:
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO facts VALUES ('salt', ?)", (secrets.token_hex(32),))
            return db.execute("SELECT value FROM facts WHERE name = 'salt'").fetchone()[0]

    def remember(self, request_id: str, prediction: Prediction, is_old: bool = False) -> None:
        at, variant, version, key_hash, values = prediction
        answers, n = as_json(values), n_values(values)
        with self._transaction() as db:
            before = db.execute("SELECT n_rows FROM predictions WHERE request_id = ?", (request_id,)).fetchone()
            if before and is_old:
                return
            row = (request_id, at, variant, version, key_hash, n, answers)
            db.execute("INSERT OR REPLACE INTO predictions VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            n_rows = self._add(db, "rows", n - (before[0] if before else 0))
            if n_rows > self.max_rows:
                self._forget(db, request_id, n_rows - self.max_rows)

    def _forget(self, db: sqlite3.Connection, newest: str, excess: int) -> None:
        """The oldest ones. Not too many at a time, since others wait for the store: a large request may take the place of
        thousands of single ones, and the next ones go on with it."""
        gone: list[tuple[str]] = []
        n_rows = 0
        for request_id, n in db.execute("SELECT request_id, n_rows FROM predictions ORDER BY at LIMIT ?", (FORGOTTEN,)).fetchall():
            if n_rows >= excess or request_id == newest:
                break
            gone.append((request_id,))
            n_rows += n
        db.executemany("DELETE FROM predictions WHERE request_id = ?", gone)
        self._add(db, "rows", -n_rows)

    def find(self, request_id: str) -> Prediction | None:
        found = self._one("SELECT at, variant, version, key_hash, answers FROM predictions WHERE request_id = ?", request_id)
        return found and Prediction(*found[:4], json.loads(found[4]))

    def latest(self, key_hash: str, at: float) -> str | None:
        sql = "SELECT request_id FROM predictions WHERE key_hash = ? AND at <= ? ORDER BY at DESC LIMIT 1"
        found = self._one(sql, key_hash, at)
        return found and found[0]

    def settle(self, line: Mapping[str, Any]) -> dict:
        place = (line["request_id"], line["row"])
        with self._transaction() as db:
            found = db.execute("SELECT line FROM outcomes WHERE request_id = ? AND place = ?", place).fetchone()
            old = json.loads(found[0]) if found else None
            new = settled(old, line)
            self._add(db, new["status"], 1)
            if new["status"] == "duplicate":
                return new
            text = json.dumps(new)
            db.execute("INSERT INTO history (request_id, place, line) VALUES (?, ?, ?)", (*place, text))
            db.execute("DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ?", (2 * self.max_rows,))
            if old:
                self._score(db, old["variant"], -1, -old["score"])
                db.execute("UPDATE outcomes SET delay = ?, line = ? WHERE request_id = ? AND place = ?", (new["delay_seconds"], text, *place))
            else:
                self._add(db, "late", int(new["late"]))
                row = (*place, new["delay_seconds"], text)
                db.execute("INSERT INTO outcomes (request_id, place, delay, line) VALUES (?, ?, ?, ?)", row)
                db.execute("DELETE FROM outcomes WHERE id <= (SELECT max(id) FROM outcomes) - ?", (self.max_rows,))
            self._score(db, new["variant"], 1, new["score"])
            return new

    def history(self, request_id: str, row: int) -> list[dict]:
        sql = "SELECT line FROM history WHERE request_id = ? AND place = ? ORDER BY id"
        return [json.loads(line) for (line,) in self._all(sql, request_id, row)]

    def count(self, counts: Mapping[str, int]) -> None:
        with self._transaction() as db:
            for name, n in counts.items():
                self._add(db, name, n)

    def known(self) -> Known:
        counts = dict(self._all("SELECT name, n FROM counts"))
        delays = [delay for (delay,) in self._all("SELECT delay FROM outcomes ORDER BY delay")]
        scores = {variant: (n, total) for variant, n, total in self._all("SELECT variant, n, total FROM scores WHERE n > 0")}
        return Known({name: counts.get(name, 0) for name in STATUSES}, delays, scores)

    def is_done(self, what: str) -> bool:
        return self._one("SELECT 1 FROM facts WHERE name = ?", f"done {what}") is not None

    def finish(self, what: str) -> bool:
        with self._transaction() as db:
            return db.execute("INSERT OR IGNORE INTO facts VALUES (?, '')", (f"done {what}",)).rowcount == 1

    def close(self) -> None:
        with self.lock:
            self.db.close()

    def _transaction(self) -> _Transaction:
        return _Transaction(self)

    def _one(self, sql: str, *values: Any) -> tuple | None:
        return next(self._all(sql, *values), None)

    def _all(self, sql: str, *values: Any) -> Iterator[tuple]:
        with self.lock:
            try:
                return iter(self.db.execute(sql, values).fetchall())
            except sqlite3.Error as error:
                raise StateError(str(error)) from None

    @staticmethod
    def _add(db: sqlite3.Connection, name: str, n: int) -> int:
        sql = "INSERT INTO counts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = n + excluded.n RETURNING n"
        return db.execute(sql, (name, n)).fetchone()[0]

    @staticmethod
    def _score(db: sqlite3.Connection, variant: str, n: int, total: float) -> None:
        sql = "INSERT INTO scores VALUES (?, ?, ?) ON CONFLICT (variant) DO UPDATE SET n = n + excluded.n, total = total + excluded.total"
        db.execute(sql, (variant, n, total))


class _Transaction:
    """One writer at a time, in this process and in all others: what is read inside stays true until the end."""

    def __init__(self, store: SqliteStore):
        self.store = store

    def __enter__(self) -> sqlite3.Connection:
        self.store.lock.acquire()
        try:
            self.store.db.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            self.store.lock.release()
            raise StateError(str(error)) from None
        return self.store.db

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            self.store.db.execute("ROLLBACK" if kind else "COMMIT")
        except sqlite3.Error as failed:
            raise StateError(str(failed)) from None
        finally:
            self.store.lock.release()
        if isinstance(error, sqlite3.Error):
            raise StateError(str(error)) from None


def opened(address: str, prefix: str, max_rows: int) -> Store:
    """`memory`, `sqlite:PATH`, or `redis://HOST:PORT/DB`. Errors: StateError."""
    if address == "memory":
        return SqliteStore(":memory:", max_rows)
    if address.startswith("sqlite:"):
        return SqliteStore(address.removeprefix("sqlite:"), max_rows)
    from .redis_state import RedisStore

    return RedisStore(address, prefix, max_rows)
