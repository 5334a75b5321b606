"""The bundle that serves, with all that belongs to it; replaced as a whole when another one takes over."""

from __future__ import annotations

from pathlib import Path

from tabular_scorer import BundleError

from .checks import Checks
from .drift import Drift
from .request_log import Privacy
from .settings import Settings
from .variants import BundleVariant, Variant, old_system


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
        self.checks = Checks(self.contract)
        self.privacy = Privacy(self.contract, settings)
        # What an answer is as a number; a label with many classes is none.
        has_number = self.classes is None or "positive_class" in self.contract
        self.drift = Drift(folder / "monitoring" / "baseline.json", settings.window_rows, self.known, has_number)
        self.scorer.warm_up()

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
