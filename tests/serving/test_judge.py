"""The judge itself: it must find what is wrong."""

from __future__ import annotations

import copy

import onnx
import pytest
from onnx import numpy_helper

from judge import differences, form_faults, run


@pytest.fixture
def answers(bundle):
    records, expected, tolerance = bundle.golden()
    answers = run(bundle, bundle.session(), records)
    assert differences(answers, expected, tolerance) == []
    return answers, expected, tolerance


def test_a_moved_number_is_found(bundle, answers):
    answers, expected, tolerance = answers
    for row in (0, len(expected) // 2, len(expected) - 1):
        moved = copy.deepcopy(expected)
        numbers = moved[row].get("probabilities", moved[row])
        key = "prediction" if bundle.classes is None else bundle.classes[-1]
        numbers[key] += max(1e-6, 2 * tolerance)
        assert len(differences(answers, moved, tolerance)) == 1


def test_a_swapped_label_is_found(bundle, answers):
    if bundle.classes is None:
        pytest.skip("regression")
    answers, expected, tolerance = answers
    swapped = copy.deepcopy(expected)
    label = swapped[0]["label"]
    swapped[0]["label"] = next(name for name in bundle.classes if name != label)
    assert len(differences(answers, swapped, tolerance)) == 1


def test_a_missing_answer_is_found(answers):
    answers, expected, tolerance = answers
    assert differences(answers[:-1], expected, tolerance)
    nan = copy.deepcopy(answers)
    numbers = nan[0].get("probabilities", nan[0])
    numbers[[key for key in numbers if key != "label"][0]] = float("nan")
    assert differences(nan, expected, tolerance)


def test_a_changed_model_is_found(bundle):
    """Every class has the name of the next, or all weights are 0.1% larger: the golden rows notice."""
    records, expected, tolerance = bundle.golden()
    model = onnx.load(str(bundle.folder / "model.onnx"))
    if bundle.classes is not None:
        labels = next(t for t in model.graph.initializer if list(t.string_data) == [name.encode() for name in bundle.classes])
        names = [*labels.string_data[1:], labels.string_data[0]]
        del labels.string_data[:]
        labels.string_data.extend(names)
    else:
        weights = next((t for t in tensors(model) if t is not None), None)
        weights.raw_data = (numpy_helper.to_array(weights) * 1.001).tobytes()
    answers = run(bundle, bundle.session(model=model.SerializeToString()), records)
    assert differences(answers, expected, tolerance)


def tensors(model):
    """Where a regression keeps its weights: leaves, coefficients or the constant."""
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "target_weights_as_tensor":
                yield attribute.t
    by_name = {tensor.name: tensor for tensor in model.graph.initializer}
    last = model.graph.node[-2]
    yield from (by_name[name] for name in reversed(last.input) if name in by_name)


def test_a_wrong_contract_is_found(bundle, tmp_path):
    for name in ("model.onnx", "contract.json"):
        (tmp_path / name).write_bytes((bundle.folder / name).read_bytes())
    with open(tmp_path / "contract.json", "a", encoding="utf-8") as file:
        file.write("\n")
    changed = copy.copy(bundle)
    changed.folder = tmp_path
    assert form_faults(changed)


def test_adjacent_casts_and_new_opsets_are_found(bundle, tmp_path):
    model = onnx.load(str(bundle.folder / "model.onnx"))
    for output in model.graph.output:
        if output.type.tensor_type.elem_type in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE):
            last = next(node for node in model.graph.node if output.name in node.output)
            last.output[0] = "before"
            there = onnx.helper.make_node("Cast", ["before"], ["there"], to=onnx.TensorProto.FLOAT16)
            back = onnx.helper.make_node("Cast", ["there"], [output.name], to=output.type.tensor_type.elem_type)
            model.graph.node.extend([there, back])
    model.opset_import[0].version = 21
    (tmp_path / "contract.json").write_bytes((bundle.folder / "contract.json").read_bytes())
    onnx.save(model, str(tmp_path / "model.onnx"))
    changed = copy.copy(bundle)
    changed.folder = tmp_path
    faults = " ".join(form_faults(changed))
    assert "adjacent Casts" in faults and "opset" in faults
