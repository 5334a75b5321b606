"""What can answer: a bundle, an HTTP endpoint, a constant. And which of them answers a key."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from pathlib import Path
from typing import Any, Container, Mapping, Protocol, Sequence

from tabular_scorer import TabularScorer

from .settings import Settings, SettingsError


class VariantError(RuntimeError):
    """A variant that did not answer."""


class Variant(Protocol):
    model: str
    version: str
    # Of model and contract together.
    sha256: str
    # True when an answer takes no longer than computing it.
    is_local: bool

    def answers(self, records: Sequence[Mapping[str, Any]], cells: Mapping[str, Sequence]) -> list[dict]:
        """`records` are the rows as they came, `cells` as the model is fed with them."""
        ...


class BundleVariant:
    is_local = True

    def __init__(self, folder: Path):
        self.scorer = TabularScorer(folder)
        facts = self.scorer.contract["model"]
        self.model, self.version, self.sha256 = facts["name"], facts["version"], self.scorer.bundle_sha256

    def answers(self, records: Sequence[Mapping[str, Any]], cells: Mapping[str, Sequence]) -> list[dict]:
        return self.scorer.answers(cells)


class ConstantVariant:
    """The rule "always this label" (or this number)."""

    is_local = True
    model, version, sha256 = "constant", "", ""

    def __init__(self, text: str, classes: Sequence[str] | None):
        if classes is None:
            try:
                self.answer: dict = {"prediction": float(text)}
            except ValueError:
                raise SettingsError(f"OLD_SYSTEM=constant:{text}: expected a number") from None
        elif text in classes:
            self.answer = {"label": text, "probabilities": {name: float(name == text) for name in classes}}
        else:
            raise SettingsError(f"OLD_SYSTEM=constant:{text}: expected one of the classes {list(classes)}")

    def answers(self, records: Sequence[Mapping[str, Any]], cells: Mapping[str, Sequence]) -> list[dict]:
        return [self.answer] * len(records)


class EndpointVariant:
    """Another service that takes `{"records": [...]}` and gives `{"predictions": [...]}`, as /predict does."""

    is_local = False
    model, version, sha256 = "endpoint", "", ""

    def __init__(self, settings: Settings, classes: Sequence[str] | None):
        self.url, self.seconds, self.classes = settings.old_system, settings.old_system_seconds, classes
        token = {"Authorization": f"Bearer {settings.old_system_token}"} if settings.old_system_token else {}
        self.headers = {"Content-Type": "application/json", **token}

    def answers(self, records: Sequence[Mapping[str, Any]], cells: Mapping[str, Sequence]) -> list[dict]:
        try:
            body = json.dumps({"records": records}, allow_nan=False).encode()
            request = urllib.request.Request(self.url, body, self.headers)
            with urllib.request.urlopen(request, timeout=self.seconds) as response:
                answers = json.loads(response.read())["predictions"]
            return [self._checked(answer) for answer in answers] if len(answers) == len(records) else self._wrong()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise VariantError(f"the old system did not answer: {error}") from None

    def _checked(self, answer: Any) -> dict:
        if self.classes is None:
            return {"prediction": float(answer["prediction"])}
        if answer["label"] not in self.classes:
            self._wrong()
        given = answer.get("probabilities") or {answer["label"]: 1.0}
        return {"label": answer["label"], "probabilities": {name: float(given.get(name, 0.0)) for name in self.classes}}

    def _wrong(self) -> Any:
        raise ValueError("its answer does not fit the request")


def old_system(settings: Settings, classes: Sequence[str] | None) -> Variant:
    """Errors: SettingsError, BundleError."""
    kind, _, value = settings.old_system.partition(":")
    if kind == "constant":
        return ConstantVariant(value, classes)
    if kind in ("http", "https"):
        return EndpointVariant(settings, classes)
    return BundleVariant(Path(settings.old_system))


def share_of(key: str, salt: str) -> float:
    """0 to 100, the same for the same key every time, in every replica."""
    return int.from_bytes(hashlib.sha256(f"{salt}:{key}".encode("utf-8", "replace")).digest()[:8], "big") % 10_000 / 100


def choose(key: str | None, settings: Settings, names: Container[str]) -> str:
    """Sticky: the same key always gets the same variant; without a key the champion answers."""
    is_challenger = key and "challenger" in names and share_of(key, settings.split_salt) < settings.challenger_percent
    return "challenger" if is_challenger else "champion"
