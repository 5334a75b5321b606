"""All options of the service, from environment variables. README.md lists them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping

STATE_FILE = "service-state.sqlite"


class SettingsError(ValueError):
    """An option that cannot be what it is; says which and what is expected."""


def _number(low: float, high: float, kind: Callable[[str], Any] = float) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        value = kind(text)
        if not low <= value <= high:
            raise ValueError(f"expected {low:g} to {high:g}")
        return value

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"expected one of {', '.join(words)}")
        return text

    return parse


def _flag(text: str) -> bool:
    return _one_of("0", "1")(text) == "1"


def _columns(text: str) -> dict[str, str | float]:
    """How columns are logged: `{"age": "keep", "name": "hash", "zip": "drop", "income": 0.1}`."""
    chosen = json.loads(text)
    if not isinstance(chosen, dict):
        raise ValueError('expected an object like {"age": "keep", "zip": "drop"}')
    for column, how in chosen.items():
        is_share = isinstance(how, (int, float)) and not isinstance(how, bool) and 0 <= how <= 1
        if how not in ("keep", "hash", "drop") and not is_share:
            raise ValueError(f"column {column!r}: expected keep, hash, drop or a share from 0 to 1")
    return chosen


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _tokens(text: str) -> tuple[str, ...]:
    """Several at a time, so that one can be replaced by another without a gap."""
    return tuple(text.replace(",", " ").split())


def _store(text: str) -> str:
    kinds = ("sqlite:", "redis://", "rediss://", "unix://")
    if text not in ("", "memory") and not (text.startswith(kinds) and text not in kinds):
        raise ValueError("expected sqlite:PATH, redis://HOST:PORT/0, rediss://..., unix://PATH or memory")
    return text


def option(default: str, parse: Callable[[str], Any] = str, secret: bool = False) -> Any:
    """A secret is not shown, whatever is wrong with it."""
    return field(repr=not secret, metadata={"default": default, "parse": parse, "secret": secret})


@dataclass(frozen=True)
class Settings:
    model_dir: Path | None = option("", _path)
    model_pointer: Path | None = option("", _path)
    poll_seconds: float = option("1", _number(0.05, 3600))
    challenger_dir: Path | None = option("", _path)
    challenger_percent: float = option("0", _number(0, 100))
    old_system: str = option("")
    old_system_seconds: float = option("2", _number(0.05, 60))
    shadow: bool = option("0", _flag)
    old_system_token: str = option("", secret=True)
    split_salt: str = option("", secret=True)
    state_store: str = option("", _store, secret=True)
    token_predict: tuple[str, ...] = option("", _tokens, secret=True)
    token_outcomes: tuple[str, ...] = option("", _tokens, secret=True)
    token_admin: tuple[str, ...] = option("", _tokens, secret=True)
    max_rows: int = option("10000", _number(1, 1_000_000, int))
    max_body_bytes: int = option("16777216", _number(1, 2**31, int))
    body_seconds: float = option("30", _number(0.05, 3600))
    batch_waiting: int = option("16", _number(0, 1000, int))
    batch_process: bool = option("1", _flag)
    rules: str = option("warn", _one_of("warn", "reject", "off"))
    window_rows: int = option("5000", _number(100, 1_000_000, int))
    request_log: str = option("")
    log_inputs: bool = option("0", _flag)
    log_columns: dict = option("{}", _columns)
    log_share: float = option("1", _number(0, 1))
    log_max_bytes: int = option("104857600", _number(1000, 2**40, int))
    log_keep_files: int = option("10", _number(1, 100_000, int))
    log_keep_days: float = option("30", _number(0.001, 36_500))
    error_log: str = option("-")
    outcome_log: str = option("")
    outcome_rows: int = option("200000", _number(1, 100_000_000, int))
    outcome_late_days: float = option("30", _number(0.001, 36_500))
    alert_webhook: str = option("")
    alert_seconds: float = option("60", _number(0.05, 86_400))

    @classmethod
    def from_env(cls, env: Mapping[str, str], root: Path) -> Settings:
        """`root` is the bundle that the service stands in. Errors: SettingsError."""
        values = {}
        for name, spec in cls.__dataclass_fields__.items():
            text = env.get(name.upper(), spec.metadata["default"])
            try:
                values[name] = spec.metadata["parse"](text)
            except ValueError as error:
                given = name.upper() if spec.metadata["secret"] else f"{name.upper()}={text!r}"
                raise SettingsError(f"{given}: {error}") from None
        values["model_dir"] = values["model_dir"] or root
        settings = cls(**values)
        if settings.old_system and settings.challenger_dir:
            raise SettingsError("OLD_SYSTEM and CHALLENGER_DIR: one of them; with OLD_SYSTEM this bundle is the challenger")
        return settings

    def state_address(self, root: Path) -> str:
        """Where the shared state is: what STATE_STORE says, else a file beside the log, beside the pointer, in the bundle."""
        if self.state_store:
            return self.state_store
        if self.request_log not in ("", "-"):
            folder = Path(self.request_log).parent
        else:
            folder = self.model_pointer.parent if self.model_pointer else root / "state"
        return f"sqlite:{folder / STATE_FILE}"
