"""The bundle that serves, with all that belongs to it; replaced as a whole when another one takes over."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Mapping, Sequence

from tabular_cells import InputError
from tabular_scorer import BundleError

from .checks import Checks
from .drift import Drift
from .request_log import Privacy
from .settings import Settings
from .variants import BundleVariant, Variant, old_system


def difference(own: Mapping[str, Any], other: Mapping[str, Any]) -> str | None:
    """Why a bundle is no version of a model: what its answers mean is another thing. None when it is one."""
    for name in ("name", "target", "task"):
        if own["model"].get(name) != other["model"].get(name):
            return f"its {name} is {other['model'].get(name)!r}, not {own['model'].get(name)!r}"
    if own.get("classes") != other.get("classes"):
        return f"its classes are {other.get('classes')}, not {own.get('classes')}"
    return None


class Live:
    def __init__(self, folder: Path, settings: Settings):
        """Errors: SettingsError, BundleError."""
        self.folder = folder
        self.bundle = BundleVariant(folder)
        self.scorer = self.bundle.scorer
        self.contract = self.scorer.contract
        self.classes = self.scorer.classes
        self.known = {column.name for column in self.scorer.columns}
        self.variants: dict[str, Variant] = {"champion": self.bundle}
        if settings.old_system:
            self.variants = {"champion": old_system(settings, self.classes), "challenger": self.bundle}
        elif settings.challenger_dir:
            self.variants["challenger"] = self._challenger(settings.challenger_dir)
        baseline = folder / "monitoring" / "baseline.json"
        reference = baseline.read_bytes() if baseline.exists() else None
        # Of all that answers and counts depend on: another process that loads this folder has the same, or says so.
        hashes = [*(variant.sha256 for variant in self.variants.values()), hashlib.sha256(reference or b"").hexdigest()]
        self.identity = " ".join(hashes)
        self.checks = Checks(self.contract, None if reference is None else json.loads(reference))
        self.privacy = Privacy(self.contract, settings)
        # What an answer is as a number; a label with many classes is none.
        has_number = self.classes is None or "positive_class" in self.contract
        self.drift = Drift(baseline, settings.window_rows, self.known, has_number)
        # The first answer of a session takes longer than all others.
        self.scorer.warm_up()

    def read(self, records: Sequence[Mapping[str, Any]], n_rows: int, unread: list[dict]) -> dict[str, Sequence]:
        """The cells of all records, read in pieces of so many rows; `unread` takes what counts as missing because it does not read.

        Errors: InputError, with every cell that does not fit."""
        if len(records) <= n_rows:
            return self.scorer.read_records(records, unread)
        errors: list[dict] = []
        cells: dict[str, list] = {column.name: [] for column in self.scorer.columns}

        def placed(found: list[dict], start: int, known: list[dict]) -> list[dict]:
            """Rows count from the start of the request; what is said of no row is said once."""
            moved = [each if each.get("row") is None else {**each, "row": each["row"] + start} for each in found]
            return [each for each in moved if each.get("row") is not None or each not in known]

        for start in range(0, len(records), n_rows):
            found: list[dict] = []
            try:
                for name, column in self.scorer.read_records(records[start : start + n_rows], found).items():
                    cells[name].extend(column)
            except InputError as error:
                errors += placed(error.errors, start, errors)
            unread += placed(found, start, unread)
        if errors:
            raise InputError(errors)
        return cells

    @staticmethod
    def name_of(folder: Path) -> str:
        """What the model in a bundle is called. Errors: BundleError."""
        try:
            return json.loads((folder / "contract.json").read_text(encoding="utf-8"))["model"]["name"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BundleError(f"{folder} is not a bundle: {error}") from None

    def difference(self, contract: Mapping[str, Any]) -> str | None:
        return difference(self.contract, contract)

    def _challenger(self, folder: Path) -> Variant:
        challenger = BundleVariant(folder)
        inputs = {column.name: column.is_text for column in challenger.scorer.columns}
        own = {column.name: column.is_text for column in self.scorer.columns}
        if challenger.scorer.classes != self.classes or not inputs.items() <= own.items():
            raise BundleError(f"{folder} needs other columns or has other classes than {self.folder}")
        return challenger

    @property
    def is_quick(self) -> bool:
        """True when no variant waits for another machine."""
        return all(variant.is_local for variant in self.variants.values())

    @property
    def model(self) -> dict[str, str]:
        return {"model": self.bundle.model, "version": self.bundle.version, "sha256": self.bundle.sha256}

    def predicted(self, answer: dict) -> str | float:
        """An answer in the form that monitoring/baseline.json has predictions in."""
        if "prediction" in answer:
            return answer["prediction"]
        if self.drift.prediction_kind == "number" and "positive_class" in self.contract:
            return answer["probabilities"][self.contract["positive_class"]]
        return answer["label"]
