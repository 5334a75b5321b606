"""Judges an exported bundle with the real onnxruntime. Knows nothing of the workbench but the bundle's own files."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

MAX_OPSETS = {"": 17, "ai.onnx.ml": 3}
MAX_IR = 8
UNSEEN = ["\u2603 never seen \U0001f600", "'; DROP TABLE x --", "a" * 300]
EXTREMES = [1e308, -1e308, 1e-320, 0.0, -1.0, 3.4e38, 2.0**53]


@dataclass
class Bundle:
    folder: Path
    contract: dict = field(init=False)

    def __post_init__(self):
        self.contract = self.json("contract.json")

    def json(self, name: str):
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def classes(self) -> list[str] | None:
        return self.contract.get("classes")

    def output(self, role: str) -> str:
        return next(output["name"] for output in self.contract["outputs"] if output["role"] == role)

    def session(self, n_threads: int = 1, model: bytes | None = None) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = n_threads
        options.log_severity_level = 3
        source = model if model is not None else str(self.folder / "model.onnx")
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])

    def golden(self) -> tuple[list[dict], list[dict], float]:
        expected = self.json("samples/expected.json")
        return self.json("samples/requests.json")["records"], expected["predictions"], expected["tolerance"]

    def random(self) -> tuple[list[dict], list[dict]] | None:
        """Random rows with the project's own answers, where the bundle came with them."""
        path = self.folder.parent / f"{self.folder.name}.random.json"
        if not path.exists():
            return None
        rows = json.loads(path.read_text(encoding="utf-8"))
        return rows["records"], rows["predictions"]

    @property
    def is_unbounded(self) -> bool:
        """A sum of products: at 1e308 it has no meaningful digits left to compare."""
        return self.classes is None and self.contract["tolerance"] > 0


def feeds(contract: dict, records: list[dict]) -> dict[str, np.ndarray]:
    """Raw cells to tensors, as contract.json says."""
    missing = set(contract["missing_tokens"])
    tensors = {}
    for column in contract["inputs"]:
        cells = [record.get(column["name"]) for record in records]
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
        if column["type"] == "string":
            values = ["" if cell is None or cell in missing else str(cell) for cell in cells]
            tensors[column["name"]] = np.array(values, dtype=object).reshape(-1, 1)
        else:
            values = [math.nan if cell is None or cell in missing else float(cell) for cell in cells]
            tensors[column["name"]] = np.array(values, dtype=np.float64).reshape(-1, 1)
    return tensors


def run(bundle: Bundle, session: onnxruntime.InferenceSession, records: list[dict]) -> list[dict]:
    """Answers in the form of samples/expected.json."""
    names = [output["name"] for output in bundle.contract["outputs"]]
    results = dict(zip(names, session.run(names, feeds(bundle.contract, records))))
    if bundle.classes is None:
        values = results[bundle.output("prediction")]
        assert values.shape == (len(records), 1) and values.dtype == np.float64
        return [{"prediction": float(value)} for value in values[:, 0]]
    labels = results[bundle.output("label")]
    probabilities = results[bundle.output("probabilities")]
    assert labels.shape == (len(records),) and probabilities.shape == (len(records), len(bundle.classes))
    assert probabilities.dtype == np.float32
    rows = zip(labels, probabilities)
    return [{"label": str(label), "probabilities": dict(zip(bundle.classes, map(float, row)))} for label, row in rows]


def differences(answers: list[dict], expected: list[dict], tolerance: float) -> list[str]:
    """One line for each row that is not as expected; empty when all are. `tolerance` is absolute."""
    if len(answers) != len(expected):
        return [f"{len(answers)} answers to {len(expected)} rows"]
    found = []
    for row, (answer, truth) in enumerate(zip(answers, expected)):
        if answer.get("label") != truth.get("label"):
            found.append(f"row {row}: label {answer.get('label')!r} is not {truth.get('label')!r}")
        got = answer.get("probabilities", answer)
        want = truth.get("probabilities", truth)
        if got.keys() != want.keys():
            found.append(f"row {row}: {sorted(got)} are not {sorted(want)}")
            continue
        for key in want:
            if key == "label":
                continue
            # Written so that NaN differs.
            if not abs(got[key] - want[key]) <= tolerance:
                found.append(f"row {row}, {key!r}: {got[key]!r} is not {want[key]!r}")
    return found


def random_tolerance(bundle: Bundle, expected: list[dict]) -> float:
    """What is written into the bundle; for sums of products it grows with the rows' own values."""
    if not bundle.is_unbounded:
        return bundle.contract["tolerance"]
    return 1e-9 * max([1.0, *(abs(row["prediction"]) for row in expected)])


def random_records(bundle: Bundle, n_rows: int, seed: int) -> list[dict]:
    """Rows from the contract alone: within and beyond the ranges, missing, unseen and extreme."""
    rng = np.random.default_rng(seed)
    columns = {}
    for column in bundle.contract["inputs"]:
        kinds = rng.integers(0, 20, n_rows)
        if column["type"] == "string":
            levels = column.get("categories") or ["x"]
            cells = [str(rng.choice(levels)) for _ in range(n_rows)]
            cells = [str(rng.choice(UNSEEN)) if kind in (1, 2) else cell for cell, kind in zip(cells, kinds)]
        else:
            span = column.get("range") or {"min": 0.0, "max": 1.0}
            low, high = max(span["min"], -1e12), min(span["max"], 1e12)
            width = (high - low) or 1.0
            cells = [float(x) for x in rng.uniform(low - width / 4, high + width / 4, n_rows)]
            if column["kind"] == "boolean":
                cells = [float(x) for x in rng.integers(0, 2, n_rows)]
            elif not bundle.is_unbounded:
                cells = [float(rng.choice(EXTREMES)) if kind == 1 else cell for cell, kind in zip(cells, kinds)]
            cells = [float(round(cell)) if kind in (3, 4) else cell for cell, kind in zip(cells, kinds)]
        columns[column["name"]] = [None if kind in (0, 19) else cell for cell, kind in zip(cells, kinds)]
    return [{name: cells[row] for name, cells in columns.items()} for row in range(n_rows)]


def form_faults(bundle: Bundle) -> list[str]:
    """What is wrong with the file itself, before it is run."""
    faults = []
    path = bundle.folder / "model.onnx"
    model = onnx.load(str(path))
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as error:  # the checker raises several kinds
        faults.append(f"onnx.checker: {error}")
    opsets = {opset.domain: opset.version for opset in model.opset_import}
    if len(opsets) != len(model.opset_import) or set(opsets) - set(MAX_OPSETS):
        faults.append(f"opset imports {opsets}")
    faults += [f"opset {domain} {version}" for domain, version in opsets.items() if version > MAX_OPSETS.get(domain, 0)]
    if model.ir_version > MAX_IR:
        faults.append(f"IR version {model.ir_version}")
    if any(node.op_type == "ZipMap" for node in model.graph.node):
        faults.append("ZipMap")
    if model.functions or any(attribute.HasField("g") for node in model.graph.node for attribute in node.attribute):
        faults.append("functions or subgraphs")
    constants = {tensor.name for tensor in model.graph.initializer}
    produced = {name: node for node in model.graph.node for name in node.output}
    for value in [*model.graph.input, *model.graph.output]:
        if value.name in constants:
            faults.append(f"{value.name} has a default")
        if value.type.tensor_type.shape.dim[0].dim_param != "batch":
            faults.append(f"{value.name}: the first dimension is not the batch")
    for node in model.graph.node:
        source = produced.get(node.input[0]) if node.input else None
        if node.op_type == "Cast" and source is not None and source.op_type == "Cast":
            faults.append(f"{node.name}: two adjacent Casts, which old versions of onnxruntime drop")
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    if metadata.get("contract_sha256") != hashlib.sha256((bundle.folder / "contract.json").read_bytes()).hexdigest():
        faults.append("contract.json is not the one that the model was written with")
    return faults
