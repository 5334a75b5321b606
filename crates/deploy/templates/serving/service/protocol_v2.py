"""Open Inference Protocol v2: the same answers as tensors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Callable

from . import scoring
from .calls import REQUEST_ID, Call, Refused, Route, checked_key, parsed
from .live import Live
from .settings import Settings

if TYPE_CHECKING:
    from .core import Service

DATATYPES = {"double": "FP64", "string": "BYTES"}
NUMBERS = {"FP16", "FP32", "FP64", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64", "BOOL"}


def routes(service: Service) -> list[Route]:
    def of_model(handler: Callable[[Call], Any]) -> Callable[[Call], Any]:
        def handle(call: Call) -> Any:
            facts = service.live.contract["model"]
            names, version = {facts["name"], facts.get("slug")}, call.path.get("version", facts["version"])
            if call.path["name"] not in names or version != facts["version"]:
                raise Refused(404, "no_model", f"there is no model {call.path['name']!r}, version {version!r}")
            return handler(call)

        return handle

    def ready(call: Call) -> dict:
        restoring = {"restoring": True} if service.outcomes.is_restoring else {}
        return {"ready": True, **service.live.model, "fault": service.fault, **restoring}

    def metadata(call: Call) -> dict:
        return _metadata(service.live.contract)

    found = [
        Route("GET", "/v2", lambda call: {"name": "tabular-onnx", "version": "2", "extensions": []}),
        Route("GET", "/v2/health/live", lambda call: {"live": True}),
        Route("GET", "/v2/health/ready", ready),
    ]
    for model in ("/v2/models/{name}", "/v2/models/{name}/versions/{version}"):
        found += [
            Route("GET", model, of_model(metadata), "predict"),
            Route("GET", f"{model}/ready", of_model(lambda call: {"name": call.path["name"], "ready": True})),
            Route("POST", f"{model}/infer", of_model(lambda call: service.scored("infer", call)), "predict"),
        ]
    return found


def _metadata(contract: dict) -> dict:
    classes = contract.get("classes")
    outputs = [{"name": "prediction", "datatype": "FP64", "shape": [-1, 1]}]
    if classes:
        outputs = [
            {"name": "label", "datatype": "BYTES", "shape": [-1, 1]},
            {"name": "probabilities", "datatype": "FP32", "shape": [-1, len(classes)]},
        ]
    return {
        "name": contract["model"]["name"],
        "versions": [contract["model"]["version"]],
        "platform": "onnx_onnxv1",
        "inputs": [{"name": each["name"], "datatype": DATATYPES[each["type"]], "shape": [-1, 1]} for each in contract["inputs"]],
        "outputs": outputs,
    }


def _bad(message: str) -> Refused:
    return Refused(400, "invalid_tensor", message)


def _flat(data: Any) -> list:
    """One level of nesting is taken away: rows of one value."""
    if not isinstance(data, list):
        raise _bad("data must be a list")
    return [cell for row in data for cell in (row if isinstance(row, list) else [row])]


def _columns(body: dict, types: dict[str, str]) -> tuple[dict[str, list], int]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(tensor, dict) for tensor in inputs):
        raise _bad("inputs must be a list of tensors")
    columns: dict[str, list] = {}
    n_rows = None
    for tensor in inputs:
        name, datatype, shape = tensor.get("name"), tensor.get("datatype"), tensor.get("shape")
        if not isinstance(name, str) or name not in types or name in columns:
            raise _bad(f"unexpected input {name!r}; the model has {sorted(types)}, each once")
        fits = datatype == "BYTES" if types[name] == "string" else isinstance(datatype, str) and datatype in NUMBERS
        if not fits:
            raise _bad(f"input {name!r}: datatype {datatype!r}, expected {DATATYPES[types[name]]}")
        data = _flat(tensor.get("data"))
        is_shape = isinstance(shape, list) and shape and all(type(n) is int and 0 <= n <= len(data) for n in shape)
        if not is_shape or shape[0] != len(data) or math.prod(shape[1:]) != 1:
            raise _bad(f"input {name!r}: shape {shape} with {len(data)} values; expected [rows] or [rows, 1]")
        if n_rows not in (None, len(data)):
            raise _bad(f"input {name!r} has {len(data)} rows, others have {n_rows}")
        n_rows, columns[name] = len(data), data
    if not n_rows:
        raise _bad("there are no rows")
    return columns, n_rows


def infer(live: Live, settings: Settings, call: Call) -> tuple[dict, scoring.Scored]:
    """Errors: Refused, InputError, VariantError."""
    body = parsed(call.body)
    classes = live.classes
    columns, n_rows = _columns(body, {each["name"]: each["type"] for each in live.contract["inputs"]})
    parameters, request_id, outputs = body.get("parameters") or {}, body.get("id"), body.get("outputs") or []
    if not isinstance(parameters, dict) or not isinstance(request_id, (str, type(None))) or not isinstance(outputs, list):
        raise _bad("id must be a text, parameters an object, outputs a list")
    names = [each.get("name") if isinstance(each, dict) else None for each in outputs]
    if unknown := [name for name in names if name not in (("label", "probabilities") if classes else ("prediction",))]:
        raise _bad(f"unknown output {unknown[0]!r}")
    records = [{name: column[row] for name, column in columns.items()} for row in range(n_rows)]
    is_id = request_id is not None and REQUEST_ID.fullmatch(request_id)
    scored = scoring.score(live, settings, records, checked_key(parameters.get("key")), request_id if is_id else call.request_id)
    found = scored.answer
    answers = found["predictions"]
    if classes:
        numbers = [answer["probabilities"][name] for answer in answers for name in classes]
        tensors = [
            {"name": "label", "datatype": "BYTES", "shape": [n_rows, 1], "data": [answer["label"] for answer in answers]},
            {"name": "probabilities", "datatype": "FP32", "shape": [n_rows, len(classes)], "data": numbers},
        ]
    else:
        numbers = [answer["prediction"] for answer in answers]
        tensors = [{"name": "prediction", "datatype": "FP64", "shape": [n_rows, 1], "data": numbers}]
    about = {name: found[name] for name in ("request_id", "sha256", "variant", "warnings", "outliers") if name in found}
    payload = {
        "model_name": found["model"],
        "model_version": found["version"],
        **({"id": request_id} if request_id is not None else {}),
        "parameters": about,
        "outputs": [tensor for tensor in tensors if not names or tensor["name"] in names],
    }
    return payload, scored
