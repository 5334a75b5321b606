"""Prometheus metrics. Labels come from the contract and from routes, never from callers."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
HOUR = 3600.0
DELAYS = (HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR, 720 * HOUR, 2160 * HOUR)


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()

        def make(kind, name, words, labels=(), **more):
            return kind(name, words, labels, registry=self.registry, **more)

        self.requests = make(Counter, "model_requests_total", "Answers by route and status", ["endpoint", "status"])
        self.latency = make(Histogram, "model_latency_seconds", "Seconds of an answer", ["endpoint"], buckets=LATENCIES)
        self.rows = make(Counter, "model_rows_total", "Rows scored", ["variant", "label"])
        self.missing = make(Counter, "model_missing_values_total", "Missing cells", ["column"])
        self.unseen = make(Counter, "model_unknown_categories_total", "Levels that training did not see", ["column"])
        self.outliers = make(Counter, "model_outlier_rows_total", "Rows with a cell far outside of training")
        self.rules = make(Counter, "model_rule_violations_total", "Cells that break a data rule", ["rule"])
        self.psi = make(Gauge, "model_input_psi", "Population stability index against training", ["column"])
        self.prediction_psi = make(Gauge, "model_prediction_psi", "The same of the predictions")
        self.drift = make(Gauge, "model_drift_status", "0 ok or unknown, 1 warning, 2 drift")
        self.outcomes = make(Counter, "model_outcomes_total", "Outcomes received", ["status"])
        self.delay = make(Histogram, "model_outcome_delay_seconds", "From prediction to outcome", buckets=DELAYS)
        self.dropped = make(Counter, "model_log_dropped_total", "Log lines that could not be written")
        self.state_errors = make(Counter, "model_state_errors_total", "Predictions or outcomes that the store did not take")
        self.helper_ends = make(Counter, "model_helper_ends_total", "Times that the process for large requests ended by itself")
        self.reloads = make(Counter, "model_reloads_total", "Changes of the model that serves", ["result"])
        self.info = make(Gauge, "model_info", "The model that serves", ["variant", "name", "version", "sha256"])

    def text(self) -> bytes:
        return generate_latest(self.registry)
