"""OpenAPI 3.1 with the model's own columns, classes and examples, and a page that shows it without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .settings import Settings

# Levels that the description of a column names.
LEVELS = 50


def page() -> bytes:
    return (Path(__file__).parent / "docs.html").read_bytes()


def _example(spec: dict) -> Any:
    return spec.get("most_frequent") if spec["type"] == "string" else spec.get("median")


def _column(spec: dict) -> dict:
    words = [spec["kind"], *([spec["format"]] if spec.get("format") else [])]
    if spec.get("range"):
        words.append(f"{spec['range']['min']:g} to {spec['range']['max']:g} in training")
    levels = spec.get("categories") or []
    if levels:
        words.append(f"{len(levels)} known levels: " + ", ".join(levels[:LEVELS]) + (", ..." if len(levels) > LEVELS else ""))
    types = ["string", "number", "boolean", "null"] if spec["type"] == "string" else ["number", "string", "boolean", "null"]
    return {"type": types, "description": "; ".join(words), "examples": [_example(spec)]}


def _answer(classes: list[str] | None) -> dict:
    if classes is None:
        return {"type": "object", "properties": {"prediction": {"type": "number"}}, "required": ["prediction"]}
    probabilities = {"type": "object", "properties": {name: {"type": "number"} for name in classes}, "required": classes}
    return {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": classes}, "probabilities": probabilities},
        "required": ["label", "probabilities"],
    }


def _json(schema: dict) -> dict:
    return {"application/json": {"schema": schema}}


def document(contract: dict, settings: Settings) -> dict:
    facts, classes = contract["model"], contract.get("classes")
    example = {spec["name"]: _example(spec) for spec in contract["inputs"]}
    record = {"type": "object", "properties": {spec["name"]: _column(spec) for spec in contract["inputs"]}, "examples": [example]}
    if required := [spec["name"] for spec in contract["inputs"] if spec.get("required")]:
        record["required"] = required
    records = {"type": "array", "items": {"$ref": "#/components/schemas/Record"}, "minItems": 1, "maxItems": settings.max_rows}
    text, error = {"type": "string"}, {"$ref": "#/components/schemas/Error"}
    predicted = {
        "type": "object",
        "properties": {
            **{name: text for name in ("request_id", "model", "version", "sha256", "variant")},
            "predictions": {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}},
            "warnings": {"type": "array", "items": {"type": "object"}, "description": "cells that break a data rule or do not read, columns that are not there"},
            "outliers": {"type": "array", "items": {"type": "object"}, "description": "rows far outside of training"},
            "ignored_columns": {"type": "array", "items": text},
        },
    }
    outcome = {
        "type": "object",
        "properties": {
            "request_id": text,
            "row": {"type": "integer", "minimum": 0, "default": 0},
            "key": text,
            "outcome": {"enum": classes} if classes else {"type": "number"},
            "at": {"type": ["string", "number"], "description": "when it was known: ISO 8601 or epoch seconds; now when absent"},
        },
        "required": ["outcome"],
    }
    refused = {
        str(status): {"description": words, "content": _json(error)}
        for status, words in ((400, "not JSON"), (401, "no token"), (413, "too large"), (422, "does not fit the contract"), (503, "busy"))
    }

    def locked(scope: str | None) -> dict:
        """Where a token is asked for."""
        return {"security": [{"token": []}]} if scope and getattr(settings, f"token_{scope}") else {}

    def get(summary: str, scope: str | None = None) -> dict:
        ok = {"200": {"description": summary, "content": _json({"type": "object"})}}
        return {"get": {"summary": summary, "responses": ok, **locked(scope)}}

    def post(summary: str, body: dict, answer: dict, example: dict, scope: str) -> dict:
        content = {"application/json": {"schema": body, "example": example}}
        responses = {"200": {"description": "done", "content": _json(answer)}, **refused}
        return {"post": {"summary": summary, "requestBody": {"required": True, "content": content}, "responses": responses, **locked(scope)}}

    key = {**text, "description": "the same key always gets the same variant"}
    known = classes[0] if classes else 0
    return {
        "openapi": "3.1.0",
        "info": {"title": facts.get("title") or facts["name"] or "model", "version": facts["version"], "description": f"Predicts {facts['target']}"},
        "paths": {
            "/predict": post(
                "Score rows",
                {"type": "object", "properties": {"records": records, "key": key}, "required": ["records"]},
                predicted,
                {"records": [example]},
                "predict",
            ),
            "/outcomes": {
                **post("Report what really happened", outcome, {"type": "object"}, {"key": "customer-1", "outcome": known}, "outcomes"),
                **get("Outcomes joined so far", "admin"),
            },
            "/drift": get("The last rows against training", "admin"),
            "/metrics": get("Prometheus", "admin"),
            "/v2/health/live": get("Liveness"),
            "/v2/health/ready": get("Readiness"),
            f"/v2/models/{facts.get('slug') or 'model'}": get("Inputs and outputs as tensors (Open Inference Protocol v2)", "predict"),
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Record": record,
                "Answer": _answer(classes),
                "Error": {
                    "type": "object",
                    "properties": {"error": text, "code": text, "request_id": text, "details": {"type": "array", "items": {"type": "object"}}},
                    "required": ["error", "code"],
                },
            }
        },
    }
