"""The files around the model, by the tools that will read them; each tool must also find a planted error. The image is
replayed without a container engine, the workflow's steps are run as they stand."""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import importlib.metadata as metadata
import json
import os
import random
import re
import shutil
import subprocess
import sys
import zlib
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
import yaml
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from judge import Bundle, differences
from services import Client, fastapi, free_port, serve

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
SAMPLES = HERE.parents[1] / "public" / "samples"
TEMPLATES = HERE.parents[1] / "crates" / "deploy" / "templates"


def tool(name: str, *arguments, cwd: Path | None = None) -> subprocess.CompletedProcess:
    command = [str(BIN / name), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


def planted(path: Path, target: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{path.name} has no {old!r}"
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


# ---- linters and schemas


def test_dockerfile(model, tmp_path):
    dockerfile = model.folder / "Dockerfile"
    assert tool("hadolint", dockerfile).stdout == ""
    for old, new in (("FROM python:3.11.7-slim-bookworm", "FROM python"), ("WORKDIR /app", "WORKDIR app"), ('CMD ["uvicorn"', "CMD uvicorn [")):
        bad = planted(dockerfile, tmp_path / "Dockerfile", old, new)
        assert tool("hadolint", bad).returncode != 0, new
    text = dockerfile.read_text(encoding="utf-8")
    assert "USER 10001" in text and "HEALTHCHECK" in text


@pytest.mark.parametrize("version", ["1.27", "1.31", "1.37"])
def test_kubernetes(model, version, tmp_path):
    manifest = model.folder / "k8s" / "deployment.yaml"
    found = tool("kubernetes-validate", "--strict", "-k", version, manifest)
    assert found.returncode == 0, found.stdout + found.stderr
    bad = planted(manifest, tmp_path / "bad.yaml", "livenessProbe", "livenesProbe")
    assert tool("kubernetes-validate", "--strict", "-k", version, bad).returncode != 0


def test_kubernetes_objects_belong_together(model):
    documents = list(yaml.safe_load_all((model.folder / "k8s" / "deployment.yaml").read_text(encoding="utf-8")))
    slug = model.contract["model"]["slug"]
    kinds = {document["kind"]: document for document in documents if document["metadata"]["name"] != f"{slug}-state"}
    state = {document["kind"]: document for document in documents if document["metadata"]["name"] == f"{slug}-state"}
    assert list(kinds) == ["Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy", "CronJob"]
    assert list(state) == ["StatefulSet", "Service", "NetworkPolicy"]
    labels = kinds["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for selector in (
        kinds["Deployment"]["spec"]["selector"]["matchLabels"],
        kinds["Service"]["spec"]["selector"],
        kinds["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        kinds["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    job = kinds["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]
    assert not kinds["Service"]["spec"]["selector"].items() <= job["metadata"]["labels"].items(), "the job takes no requests"
    assert f"http://{slug}" in job["spec"]["containers"][0]["command"]
    assert kinds["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"] == kinds["Deployment"]["metadata"]["name"] == slug
    container = kinds["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    # Replicas share their state, and may reach it; nobody else may.
    given = {each["name"]: each for each in container["env"]}
    assert given["STATE_STORE"]["value"] == f"redis://{slug}-state:6379/0" and "SPLIT_SALT" not in given
    assert all(given[name]["valueFrom"]["secretKeyRef"]["optional"] for name in ("TOKEN_PREDICT", "TOKEN_OUTCOMES", "TOKEN_ADMIN"))
    of_state = state["StatefulSet"]["spec"]["template"]["metadata"]["labels"]
    assert state["Service"]["spec"]["selector"].items() <= of_state.items()
    assert kinds["NetworkPolicy"]["spec"]["egress"][0]["to"][0]["podSelector"]["matchLabels"].items() <= of_state.items()
    assert state["NetworkPolicy"]["spec"]["ingress"][0]["from"][0]["podSelector"]["matchLabels"].items() <= labels.items()
    assert not kinds["Service"]["spec"]["selector"].items() <= of_state.items(), "the state takes no requests"
    assert {"startupProbe", "readinessProbe", "livenessProbe", "resources"} <= container.keys()
    assert container["securityContext"]["readOnlyRootFilesystem"] and not container["securityContext"]["allowPrivilegeEscalation"]


def test_kserve(model, tmp_path):
    schema = json.loads((HERE / "kserve.schema.json").read_text(encoding="utf-8"))
    files = sorted((model.folder / "k8s").glob("kserve-*.yaml"))
    assert len(files) == 3
    for path in files:
        service = yaml.safe_load(path.read_text(encoding="utf-8"))
        jsonschema.validate(service, schema)
        assert service["metadata"]["name"] == model.contract["model"]["slug"], "clients ask for /v2/models/NAME"
        bad = yaml.safe_load(planted(path, tmp_path / path.name, "minReplicas", "minReplica").read_text(encoding="utf-8"))
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)


def test_triton(model):
    """Read with the protocol buffer's own text parser and the fields of Triton's ModelConfig."""
    (path,) = (model.folder / "triton").glob("*/config.pbtxt")
    assert path.parent.name == model.contract["model"]["slug"]
    config = model_config()()
    text_format.Parse(path.read_text(encoding="utf-8"), config)
    assert [(each.name, list(each.dims)) for each in config.input] == [(each["name"], [-1, 1]) for each in model.contract["inputs"]]
    types = {"double": 12, "string": 13, "float": 11}
    assert [each.data_type for each in config.input] == [types[each["type"]] for each in model.contract["inputs"]]
    shapes = [[-1 if dim == "batch" else dim for dim in each["shape"]] for each in model.contract["outputs"]]
    assert [list(each.dims) for each in config.output] == shapes
    with pytest.raises(text_format.ParseError):
        text_format.Parse(path.read_text(encoding="utf-8").replace("max_batch_size", "max_batchsize"), model_config()())


def model_config():
    """The part of Triton's model_config.proto that bundles use, with its field numbers."""
    file = descriptor_pb2.FileDescriptorProto(name="triton.proto", package="t", syntax="proto3")
    field = descriptor_pb2.FieldDescriptorProto
    data_type = file.enum_type.add(name="DataType")
    for name, number in (("TYPE_INVALID", 0), ("TYPE_FP32", 11), ("TYPE_FP64", 12), ("TYPE_STRING", 13)):
        data_type.value.add(name=name, number=number)
    kind = file.enum_type.add(name="Kind")
    for name, number in (("KIND_AUTO", 0), ("KIND_GPU", 1), ("KIND_CPU", 2)):
        kind.value.add(name=name, number=number)
    group = file.message_type.add(name="Group")
    group.field.add(name="kind", number=4, type=field.TYPE_ENUM, type_name=".t.Kind", label=field.LABEL_OPTIONAL)
    tensor = file.message_type.add(name="Tensor")
    tensor.field.add(name="name", number=1, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
    tensor.field.add(name="data_type", number=2, type=field.TYPE_ENUM, type_name=".t.DataType", label=field.LABEL_OPTIONAL)
    tensor.field.add(name="dims", number=4, type=field.TYPE_INT64, label=field.LABEL_REPEATED)
    config = file.message_type.add(name="ModelConfig")
    config.field.add(name="name", number=1, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
    config.field.add(name="backend", number=17, type=field.TYPE_STRING, label=field.LABEL_OPTIONAL)
    config.field.add(name="max_batch_size", number=4, type=field.TYPE_INT32, label=field.LABEL_OPTIONAL)
    for name, number, of in (("input", 5, "Tensor"), ("output", 6, "Tensor"), ("instance_group", 7, "Group")):
        config.field.add(name=name, number=number, type=field.TYPE_MESSAGE, type_name=f".t.{of}", label=field.LABEL_REPEATED)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("t.ModelConfig"))


def test_workflow_and_compose(model, tmp_path):
    for path, schema, old, new in (
        (model.folder / ".github" / "workflows" / "model.yml", "vendor.github-workflows", "runs-on:", "run-on:"),
        (model.folder / "compose.yaml", "vendor.compose-spec", "restart:", "restarts:"),
    ):
        found = tool("check-jsonschema", "--builtin-schema", schema, path)
        assert found.returncode == 0, found.stdout + found.stderr
        bad = planted(path, tmp_path / path.name, old, new)
        assert tool("check-jsonschema", "--builtin-schema", schema, bad).returncode != 0


def test_the_workflow_keeps_what_it_makes(model):
    """Actions by digest with their tag beside it; no run ends another one but for a newer push to a pull request; the image is
    pushed, the new bundle comes as a pull request; no registry is named."""
    text = (model.folder / ".github" / "workflows" / "model.yml").read_text(encoding="utf-8")
    uses = re.findall(r"uses: (\S+)(.*)", text)
    assert len(uses) >= 10
    for action, comment in uses:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", action) and re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert "github.event.schedule" in workflow["concurrency"]["group"], "daily and monthly runs do not share a group"
    assert workflow["concurrency"]["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    jobs = workflow["jobs"]
    assert jobs["retrain"]["concurrency"]["cancel-in-progress"] is False
    push = next(step for step in jobs["image"]["steps"] if step.get("name") == "Push")
    assert push["env"]["REGISTRY"] == "${{ vars.REGISTRY }}" and "docker push" in push["run"]
    assert not re.search(r"ghcr|docker\.io|quay|gcr\.|amazonaws|azurecr", text)
    assert [name for name, job in jobs.items() if "write" in str(job.get("permissions"))] == ["approved"]
    # What a caller can name never stands in a script.
    for job in jobs.values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "").replace("${{ matrix.onnxruntime }}", "")


def test_bill_of_materials(model):
    """Every pinned package, the base image, and the model by its hash; the same bytes every time."""
    made = [subprocess.run([sys.executable, "tools/sbom.py"], cwd=model.folder, capture_output=True, check=True).stdout for _ in range(2)]
    assert made[0] == made[1]
    document = json.loads(made[0])
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", document["serialNumber"])
    parts = document["components"]
    libraries = {f"{part['name']}=={part['version']}" for part in parts if part["type"] == "library"}
    lines = (model.folder / "serving" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert libraries == {line.split(";")[0].strip().lower() for line in lines if "==" in line}
    (entry,) = [part for part in parts if part["type"] == "machine-learning-model"]
    digest = hashlib.sha256((model.folder / "model.onnx").read_bytes()).hexdigest()
    assert entry["hashes"] == [{"alg": "SHA-256", "content": digest}] and entry["version"] == model.contract["model"]["version"]
    assert len({part["bom-ref"] for part in parts}) == len(parts) == len(document["dependencies"][0]["dependsOn"])


def test_versions_are_unique_by_content_and_safe_in_labels(model):
    """Image tags and labels have it; another content has another one."""
    version = model.contract["model"]["version"]
    found = subprocess.run([sys.executable, "tests/check_bundle.py", "version"], cwd=model.folder, capture_output=True, text=True, check=True)
    manifest = (model.folder / "k8s" / "deployment.yaml").read_text(encoding="utf-8")
    assert f'image: "{model.contract["model"]["slug"]}:{found.stdout.strip()}"' in manifest
    if model.folder.name.startswith("cli_"):
        assert re.fullmatch(r"1-[0-9a-f]{8}", version), version
        others = {Bundle(folder).contract["model"]["version"] for folder in model.folder.parent.glob("cli_*")}
        assert len(others) == len(list(model.folder.parent.glob("cli_*")))


def test_alert_rules(model):
    rules = yaml.safe_load((model.folder / "monitoring" / "alerts.yaml").read_text(encoding="utf-8"))
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in alerts}) == len(alerts) >= 10
    for rule in alerts:
        assert rule["labels"]["severity"] in ("warning", "critical") and rule["annotations"]["summary"]
        assert rule["expr"].count("(") == rule["expr"].count(")")


def test_shell_scripts(model, tmp_path):
    for path in sorted((model.folder / "tools").glob("*.sh")):
        assert subprocess.run(["bash", "-n", str(path)]).returncode == 0
        assert path.read_text(encoding="utf-8").splitlines()[0] == "#!/usr/bin/env bash"
    bad = planted(model.folder / "tools" / "get_mllc.sh", tmp_path / "bad.sh", "fi\n", "\n")
    assert subprocess.run(["bash", "-n", str(bad)], capture_output=True).returncode != 0


def test_python_files(model):
    files = sorted(path.relative_to(model.folder).as_posix() for path in model.folder.rglob("*.py"))
    assert len(files) >= 20
    for name in files:
        ast.parse((model.folder / name).read_text(encoding="utf-8"))
        # Not one byte of a Python file depends on the model.
        assert (model.folder / name).read_bytes() == (TEMPLATES / name).read_bytes(), name
    assert len((model.folder / "code" / "tabular_scorer.py").read_text(encoding="utf-8").splitlines()) <= 500


def test_pins_agree():
    """The environment of these tests is the one that bundles install."""
    ours = set((HERE / "requirements.txt").read_text(encoding="utf-8").split("\n"))
    for name in ("requirements.txt", "requirements-flask.txt"):
        lines = (TEMPLATES / "serving" / name).read_text(encoding="utf-8").splitlines()
        pins = {line.split(";")[0].strip() for line in lines if line and not line.startswith("#")}
        assert pins <= ours, pins - ours
        named = {canonicalize_name(pin.split("==")[0]) for pin in pins}
        for pin in named:
            needed = [Requirement(text) for text in metadata.requires(pin) or []]
            needed = {canonicalize_name(each.name) for each in needed if not each.marker or each.marker.evaluate({"extra": ""})}
            assert needed <= named, f"{name}: {pin} needs {needed - named}"


def test_readme_lists_every_option(model):
    readme = (model.folder / "README.md").read_text(encoding="utf-8")
    sys.path[:0] = [str(model.folder / "serving"), str(model.folder / "code")]
    from service.settings import Settings

    rows = dict(re.findall(r"^\| `([A-Z_]+)` \|([^|]*)\|", readme, re.MULTILINE))
    options = {name.upper(): spec.metadata["default"] for name, spec in Settings.__dataclass_fields__.items()}
    assert rows.keys() == options.keys() | {"ORT_THREADS"}
    for name, default in options.items():
        assert default == rows[name].strip() or name in ("MODEL_DIR", "OUTCOME_LOG", "STATE_STORE"), name


def test_readme_names_files_that_are_there(model):
    readme = (model.folder / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"`((?:code|serving|k8s|spark|monitoring|tools|tests|triton|samples|\.github)/[\w./-]*|[\w-]+\.(?:html|json|yaml|txt|onnx))`", readme):
        path = name.replace("requests.jsonl", "")
        assert (model.folder / path).exists() or path.endswith(("/1/", "openapi.json")), name


# ---- hostile names


HOSTILE = [
    'a"""\nimport os#',
    "'; DROP TABLE x --",
    "{{7*7}}{{slug}}",
    "$(id)`id`",
    "\nRUN curl x",
    "- !!python/object/apply:os.system [id]",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\u2028\u2029\u0085",
    "__class__",
    "__proto__",
    "null",
    ": # & * ! | > % @",
    "\\u0041\\",
    "\u202eevil",
    "\U0001f600\u00e9",
    "=cmd|' /C calc'!A0",
    "x" * 3000,
]


@pytest.fixture(scope="module")
def hostile(request, tmp_path_factory):
    """A bundle of the command-line tool with hostile names everywhere that names can be; hundreds of them."""
    mllc = request.config.mllc
    if mllc is None:
        pytest.skip("no MLLC")
    rng = random.Random(4)
    folder = tmp_path_factory.mktemp("hostile")
    names = [f"{k}{rng.choice(HOSTILE)}{rng.choice(HOSTILE)}" for k in range(120)]
    classes = [f"{k}{text}" for k, text in enumerate(HOSTILE[:3])]
    levels = [text.strip() for text in HOSTILE]
    data = folder / "data.csv"
    with open(data, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*names, "tar'get\"<b>"])
        for row in range(400):
            label = rng.randrange(3)
            numbers = [round(rng.gauss(label, 1), 4) for _ in names[:60]]
            writer.writerow([*numbers, *(levels[(rng.randrange(6) + 2 * label) % len(levels)] for _ in names[60:]), classes[label]])
    pipeline = folder / "pipeline.json"
    subprocess.run([str(mllc), "init", str(data), "--target", "tar'get\"<b>", "--out", str(pipeline)], check=True, capture_output=True)
    text = json.loads(pipeline.read_text(encoding="utf-8"))
    text["models"] = [{"algorithm": "random_forest", "params": {"n_estimators": 20}}]
    pipeline.write_text(json.dumps(text), encoding="utf-8")
    found = subprocess.run(
        [str(mllc), "run", str(pipeline), "--data", str(data), "--out", str(folder / "out"), "--name", "'; $(id) </script>{{slug}}\n- x: !!y"],
        capture_output=True,
        text=True,
    )
    assert found.returncode in (0, 3), found.stderr
    return Bundle(folder / "out" / "bundle")


class Scripts(HTMLParser):
    """Elements of a page, and what stands in its scripts."""

    def __init__(self):
        super().__init__()
        self.elements, self.scripts, self.is_script = [], [], False

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.is_script = tag == "script"
        if self.is_script:
            self.scripts.append("")

    def handle_endtag(self, tag):
        self.is_script = False

    def handle_data(self, data):
        if self.is_script:
            self.scripts[-1] += data


def test_hostile_names_stay_names(hostile, model):
    names = [column["name"] for column in hostile.contract["inputs"]]
    assert len(names) >= 100 and hostile.contract["model"]["slug"].startswith("id-script")
    def files_of(folder: Path) -> dict[str, Path]:
        # But for what a service leaves in its bundle.
        found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        return {name: path for name, path in found.items() if not name.startswith("state/")}

    files, plain = files_of(hostile.folder), files_of(model.folder)
    assert {re.sub("triton/[^/]+", "triton", name) for name in files} == {re.sub("triton/[^/]+", "triton", name) for name in plain}
    for name, path in files.items():
        if name.endswith(".py"):
            ast.parse(path.read_text(encoding="utf-8"))
            assert path.read_bytes() == (TEMPLATES / name).read_bytes()
        elif name.endswith((".yaml", ".yml")) or name == "MLmodel":
            for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
                assert isinstance(document, dict), name
        elif name.endswith(".json"):
            json.loads(path.read_text(encoding="utf-8"))
    signature = yaml.safe_load(files["MLmodel"].read_text(encoding="utf-8"))["signature"]
    assert [column["name"] for column in json.loads(signature["inputs"])] == names
    classes = hostile.classes
    assert [column["name"] for column in json.loads(signature["outputs"])] == ["label", *(f"probability_{name}" for name in classes)]
    page, ours = Scripts(), Scripts()
    page.feed(files["score.html"].read_text(encoding="utf-8"))
    ours.feed((model.folder / "score.html").read_text(encoding="utf-8"))
    assert page.elements == ours.elements and page.scripts[1:] == ours.scripts[1:]
    inflated = zlib.decompress(base64.b64decode(json.loads(page.scripts[0])["deflated"]), -15)
    length = int.from_bytes(inflated[:4], "little")
    assert json.loads(inflated[4 : 4 + length])["contract"] == hostile.contract
    assert tool("hadolint", files["Dockerfile"]).stdout == ""
    found = tool("kubernetes-validate", "--strict", "-k", "1.31", files["k8s/deployment.yaml"])
    assert found.returncode == 0, found.stdout
    for name, schema in ((".github/workflows/model.yml", "vendor.github-workflows"), ("compose.yaml", "vendor.compose-spec")):
        assert tool("check-jsonschema", "--builtin-schema", schema, files[name]).returncode == 0
    (pbtxt,) = [path for name, path in files.items() if name.endswith("config.pbtxt")]
    config = model_config()()
    text_format.Parse(pbtxt.read_text(encoding="utf-8"), config)
    assert [each.name for each in config.input] == names


def test_hostile_names_are_served(hostile, tmp_path):
    records, expected, tolerance = hostile.golden()
    with fastapi(hostile.folder, tmp_path / "server.log") as client:
        assert differences(client.predict(records)["predictions"], expected, tolerance) == []
        assert client.get("/metrics")[0] == client.get("/openapi.json")[0] == 200
        assert "\n" not in client.headers.get("x-model-version", "")
    node = subprocess.run(["node", str(HERE / "score_page.mjs"), str(hostile.folder / "score.html"), "golden"], capture_output=True, text=True)
    assert node.stdout.strip() == "0", node.stderr


# ---- the image, without a container engine


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", dockerfile, flags=re.MULTILINE))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def sent(context: Path) -> set[str]:
    """Files that .dockerignore lets into the build."""
    lines = [line for line in (context / ".dockerignore").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert lines[0] == "*", "everything that is not named stays outside"
    found = (path.relative_to(context) for path in context.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if (path.parts[0] in kept or path.as_posix() in kept) and "__pycache__" not in path.parts}


@pytest.fixture(scope="session")
def python_of_the_image(tmp_path_factory):
    """An interpreter with its library and with what the image's requirements install (test_pins_agree), copied to where
    every user may read: a root folder of its own, as an image has."""
    folder = tmp_path_factory.mktemp("image")
    prefix = folder / "python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    left_out = shutil.ignore_patterns("site-packages", "dist-packages", "test", "idlelib", "tkinter", "ensurepip", "__pycache__", "*.a")
    # The standard library may stand elsewhere than the interpreter.
    shutil.copytree(Path(os.__file__).parent, prefix / "lib" / version, ignore=left_out)
    (prefix / "bin").mkdir()
    shutil.copy(Path(sys.executable).resolve(), prefix / "bin" / "python")
    for library in (Path(sys.base_prefix) / "lib").glob("libpython*.so*"):
        shutil.copy(library, prefix / "lib")
    site = prefix / "lib" / version / "site-packages"
    for line in (TEMPLATES / "serving" / "requirements.txt").read_text(encoding="utf-8").splitlines():
        for file in metadata.distribution(line.split("==")[0]).files or [] if "==" in line else []:
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target = site / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), target)
    for path in [folder, *folder.parents[:2]]:
        path.chmod(0o755)
    return prefix


def test_the_image_replayed(model, python_of_the_image, tmp_path):
    """Every COPY into an empty root, every RUN's packages into a new environment, the health check and CMD as another user."""
    root = tmp_path / "root"
    context = sent(model.folder)
    environment, user, health, command = {}, None, None, None
    for name, rest in instructions((model.folder / "Dockerfile").read_text(encoding="utf-8")):
        if name == "ENV":
            environment.update(pair.split("=", 1) for pair in rest.split())
        elif name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                files = [path for path in context if path == source or path.startswith(f"{source}/")]
                assert files, f"COPY {source}: nothing of that name is sent to the build"
                for path in files:
                    inside = Path(path).relative_to(source) if path != source else Path()
                    is_folder = len(sources) > 1 or target.endswith("/")
                    to = root / target.strip("/") / (Path(source).name if is_folder else "") / inside
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(model.folder / path, to)
        elif name == "RUN":
            assert "-r /app/serving/requirements.txt" in rest and "useradd --uid 10001" in rest
        elif name == "USER":
            user = tuple(map(int, rest.split(":")))
        elif name == "HEALTHCHECK":
            health = json.loads(rest[rest.index("CMD") + 3 :])
        elif name == "CMD":
            command = json.loads(rest)
    assert user == (10001, 10001) and health and command
    tmp_path.chmod(0o755)
    image = python_of_the_image
    paths = {key: value.replace("/app", str(root / "app")) for key, value in environment.items()}
    variables = {**paths, "PYTHONHOME": str(image), "LD_LIBRARY_PATH": str(image / "lib"), "HOME": "/nonexistent"}
    as_user = {"user": user[0], "group": user[1], "extra_groups": []} if os.geteuid() == 0 else {}

    def inside(words: list[str]) -> list[str]:
        assert words[0] in ("python", "uvicorn")
        module = [str(image / "bin" / "python"), *(["-m", "uvicorn"] if words[0] == "uvicorn" else [])]
        return module + [word.replace("/app/", f"{root}/app/").replace("0.0.0.0", "127.0.0.1").replace("8080", "PORT") for word in words[1:]]

    log = tmp_path / "server.log"
    port = str(free_port())
    words = [word.replace("PORT", port) for word in inside(command)]
    with open(log, "w", encoding="utf-8") as out:
        server = subprocess.Popen(words, cwd=root / "app", env=variables, stdout=out, stderr=subprocess.STDOUT, **as_user)
    try:
        check = [word.replace("PORT", port) for word in inside(health)]
        for _ in range(100):
            healthy = subprocess.run(check, cwd=root / "app", env=variables, capture_output=True, **as_user).returncode == 0
            if healthy or server.poll() is not None:
                break
        assert healthy, log.read_text(encoding="utf-8")
        records, expected, tolerance = model.golden()
        client = Client(int(port), server, log)
        assert differences(client.predict(records)["predictions"], expected, tolerance) == []
        assert not list((root / "app").rglob("__pycache__")), "nothing is written into the image"
    finally:
        server.terminate()
        server.wait(20)
    # A file that the build does not get is found.
    (root / "app" / "code" / "tabular_cells.py").unlink()
    broken = subprocess.run(words, cwd=root / "app", env=variables, capture_output=True, text=True, timeout=60, **as_user)
    assert broken.returncode != 0 and "tabular_cells" in broken.stderr


# ---- the workflow


# Beside the bundles that the command-line tool made.
TRAINING_FILES = {"binary": "churn.csv", "multiclass": "wine.csv", "regression": "diabetes.csv"}
# Steps that need a container engine or a network.
LEFT_OUT = {
    "Install",
    "Another onnxruntime",
    "Build",
    "Smoke test",
    "Push",
    "Golden rows of the new bundle",
    "Build the new image",
    "Pull request",
}


def alike(training: list[dict], contract: dict, rng: random.Random, n_rows: int) -> list[dict]:
    """Rows of the same kind that are none of the training rows: the same again would add nothing."""
    name = next(column["name"] for column in contract["inputs"] if column["type"] == "double" and column["range"]["max"] > 2)
    return [{**row, name: round(float(row[name]) * rng.uniform(0.99, 1.01), 6)} for row in rng.choices(training, k=n_rows) if row[name]]


def test_the_workflows_steps_run(model, mllc, tmp_path):
    """Every step that can run here does, in the order of the workflow, in a copy of the bundle as a repository."""
    if mllc is None:
        pytest.skip("these bundles came without the command-line tool: name it in MLLC")
    repository = tmp_path / "repository"
    shutil.copytree(model.folder, repository)
    workflow = yaml.safe_load((repository / ".github" / "workflows" / "model.yml").read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    run_steps = [step for step in steps if step["name"] not in LEFT_OUT]
    assert LEFT_OUT == {step["name"] for step in steps} - {step["name"] for step in run_steps}
    assert [step["name"] for step in run_steps] == [
        "Golden rows",
        "Service",
        "Metric gate",
        "Data rules",
        "Bill of materials",
        "Command-line tool",
        "Newest data",
        "Drift check",
        "Command-line tool",
        "Newest data",
        "Champion against challenger",
        "Take over",
    ]
    data = repository / "data"
    data.mkdir()
    # The rows that the model learned from, a part of them again as the newest ones.
    source = model.folder.parent / TRAINING_FILES[model.contract["model"]["task"]]
    shutil.copy(source, data / "train.csv")
    with open(source, newline="", encoding="utf-8") as file:
        training = list(csv.DictReader(file))

    def write(rows: list[dict]) -> None:
        with open(data / "new.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(training[0]))
            writer.writeheader()
            writer.writerows(rows)

    # Churn has later rows of the same kind; a boosted model is too sure of rows that it has learned from.
    with open(SAMPLES / source.name, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[len(training) :][:1000] or alike(training, model.contract, random.Random(1), 300)
    write(rows)
    program = repository / "tools" / "mllc"
    shutil.copy(mllc, program)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    outputs = tmp_path / "outputs"
    variables = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1", "GITHUB_OUTPUT": str(outputs)}

    def run(step: dict) -> subprocess.CompletedProcess:
        words = ["bash", "-e", "-c", step["run"]]
        return subprocess.run(words, cwd=repository, env=variables, capture_output=True, text=True, timeout=120)

    by_name = {step["name"]: step for step in run_steps}
    lock = repository / "tools" / "mllc.lock"
    digest = subprocess.run(["sha256sum", str(program)], capture_output=True, text=True, check=True).stdout.split()[0]
    # The tool that made the bundle stands in its lock; its address is not known, and that is said.
    written = lock.read_text(encoding="utf-8")
    assert f"version={version}\n" in written and f"sha256={digest}\n" in written and "url is not known" in written
    program.rename(program.with_name("away"))
    found = run(by_name["Command-line tool"])
    assert found.returncode != 0 and "names no url" in found.stderr
    program.with_name("away").rename(program)
    lock.write_text(f"version={version}\nurl=\nsha256=\n", encoding="utf-8")
    found = run(by_name["Command-line tool"])
    assert found.returncode != 0 and "no SHA-256" in found.stderr, "an unpinned tool is not run"
    lock.write_text(f"version={version}\nurl=https://tools.example.org/mllc\nsha256={digest}\n", encoding="utf-8")
    for step in run_steps:
        found = run(step)
        assert found.returncode == 0, f"{step['name']}: {found.stdout}{found.stderr}"
    written = outputs.read_text(encoding="utf-8").splitlines()
    assert written[0] == "drift=false" and written[1] in ("wins=true", "wins=false")
    assert json.loads((repository / "drift.json").read_text(encoding="utf-8"))["rows"] == len(rows)
    verdict = json.loads((repository / "retrained" / "verdict.json").read_text(encoding="utf-8"))
    assert verdict["wins"] == (written[1] == "wins=true") and verdict["champion"] == "."
    new_bundle = subprocess.run(
        [sys.executable, "code/tabular_scorer.py", "check"], cwd=repository / "retrained" / "bundle", capture_output=True, text=True
    )
    assert new_bundle.returncode == 0, new_bundle.stdout + new_bundle.stderr
    # The name stays, the version goes up, the tool's address goes along; the last step made it the repository's own.
    retrained = json.loads((repository / "retrained" / "bundle" / "contract.json").read_text(encoding="utf-8"))["model"]
    before = model.contract["model"]
    assert retrained["name"] == before["name"] and retrained["title"] == before["title"]
    assert re.fullmatch(r"2-[0-9a-f]{8}", retrained["version"])
    assert (repository / "contract.json").read_bytes() == (repository / "retrained" / "bundle" / "contract.json").read_bytes()
    assert (repository / "project.mllc").exists() and "url=https://tools.example.org/mllc" in lock.read_text(encoding="utf-8")
    assert (repository / ".github/workflows/model.yml").read_bytes() == (model.folder / ".github/workflows/model.yml").read_bytes()
    shutil.rmtree(repository / "retrained" / "bundle")
    for name in ("contract.json", "model.onnx", "samples/requests.json", "samples/expected.json"):
        shutil.copy(model.folder / name, repository / name)
    # Each gate closes.
    lock.write_text(f"version={version}\nurl=\nsha256={'0' * 64}\n", encoding="utf-8")
    assert run(by_name["Command-line tool"]).returncode != 0
    lock.write_text(f"version=9.9.8\nurl=\nsha256={digest}\n", encoding="utf-8")
    assert run(by_name["Command-line tool"]).returncode != 0
    ruled = {rule["column"] for rule in model.contract["rules"] if "range" in rule["check"]}
    column = next(column for column in model.contract["inputs"] if column["type"] == "double" and column["name"] in ruled)
    write([{**row, column["name"]: 1e12} for row in rows])
    found = run(by_name["Data rules"])
    assert found.returncode == 1 and f"{column['name']} is in the training range" in found.stdout
    outputs.write_text("", encoding="utf-8")
    numbers = [column["name"] for column in model.contract["inputs"] if column["type"] == "double"]
    write([{**row, **dict.fromkeys(numbers, 1e12)} for row in rows])
    assert run(by_name["Drift check"]).returncode == 0 and outputs.read_text(encoding="utf-8") == "drift=true\n"
    (repository / "contract.json").rename(repository / "contract.away")
    assert run(by_name["Drift check"]).returncode == 2, "a check that could not be made is no quiet day"
    (repository / "contract.away").rename(repository / "contract.json")
    (data / "new.csv").unlink()
    assert run(by_name["Newest data"]).returncode == 1
    contract = json.loads((repository / "contract.json").read_text(encoding="utf-8"))
    contract["training"]["goal"] = {"metric": "roc_auc", "value": 0.7, "required": 0.8, "verdict": "not_met"}
    (repository / "contract.json").write_text(json.dumps(contract), encoding="utf-8")
    found = run(by_name["Metric gate"])
    assert found.returncode == 1 and "0.8 is needed" in found.stdout
    assert run(by_name["Golden rows"]).returncode == 1, "contract and model do not fit any more"


def test_the_flask_app_is_checked_too(model):
    command = [sys.executable, str(model.folder / "tests" / "check_bundle.py"), "service", "--app", "flask"]
    found = subprocess.run(command, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_readmes_first_answer(model, tmp_path):
    """The commands of the README, but for the environment, in a copy: the last prints the golden answers."""
    readme = (model.folder / "README.md").read_text(encoding="utf-8")
    commands = re.search(r"```sh\n(python3 -m venv.*?)```", readme, re.DOTALL)[1].splitlines()
    assert [command.split()[0] for command in commands] == ["python3", ".venv/bin/pip", ".venv/bin/python", ".venv/bin/uvicorn", "sleep", "curl"]
    check = subprocess.run([sys.executable, *commands[2].split()[1:]], cwd=model.folder, capture_output=True, text=True)
    assert check.returncode == 0
    words = [sys.executable, "-m", "uvicorn", *(word for word in commands[3].split()[1:] if word != "&")]
    with serve([word.replace("8080", "PORT") for word in words], model.folder, tmp_path / "server.log") as client:
        curl = commands[5].replace("8080", str(client.port))
        found = subprocess.run(["bash", "-c", curl], cwd=model.folder, capture_output=True, text=True, timeout=60)
        assert len(json.loads(found.stdout)["predictions"]) == len(model.golden()[0])
