"""What the image consists of, as CycloneDX 1.5: the pinned packages, the base image, the model with its hashes and data.

    python tools/sbom.py > sbom.cdx.json

Needs nothing but Python. The same bundle gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def sha256(name: str) -> dict:
    return {"alg": "SHA-256", "content": hashlib.sha256((ROOT / name).read_bytes()).hexdigest()}


def packages() -> list[dict]:
    found = []
    for line in (ROOT / "serving" / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if pin := re.fullmatch(r"([A-Za-z0-9._-]+)==([^\s;]+)(\s*;.*)?", line.strip()):
            name, version = pin[1].lower(), pin[2]
            purl = f"pkg:pypi/{name}@{version}"
            found.append({"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl})
    return found


def base_image() -> dict:
    image = re.search(r"^FROM ([^:\s]+):(\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    return {"type": "container", "bom-ref": f"base:{image[1]}:{image[2]}", "name": image[1], "version": image[2]}


def model(contract: dict) -> dict:
    facts, data = contract["model"], contract["training"].get("data") or {}
    properties = {"task": facts["task"], "target": facts["target"], "algorithm": facts["algorithm"], "data_sha256": data.get("sha256", "")}
    return {
        "type": "machine-learning-model",
        "bom-ref": "model.onnx",
        "name": facts["name"],
        "version": facts["version"],
        "hashes": [sha256("model.onnx")],
        "properties": [{"name": f"mllc:{name}", "value": str(value)} for name, value in properties.items()],
        "components": [{"type": "file", "bom-ref": "contract.json", "name": "contract.json", "hashes": [sha256("contract.json")]}],
    }


def main() -> int:
    contract = json.loads((ROOT / "contract.json").read_text(encoding="utf-8"))
    parts = [model(contract), base_image(), *packages()]
    image = {"type": "container", "bom-ref": "image", "name": contract["model"]["name"], "version": contract["model"]["version"]}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "",
        "version": 1,
        "metadata": {"component": image, "tools": {"components": [{"type": "application", "name": "mllc", "version": contract["model"]["app_version"]}]}},
        "components": parts,
        "dependencies": [{"ref": "image", "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(document, sort_keys=True))}"
    json.dump(document, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
