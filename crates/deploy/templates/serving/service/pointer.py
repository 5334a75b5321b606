"""The pointer file: which bundle serves, and which ones did before. Replaced as a whole, so that a reader sees the old or
the new one."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

# Versions that can be gone back to.
KEPT = 20


@dataclass
class Pointer:
    active: str
    previous: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Pointer | None:
        """None when there is none yet. Errors: ValueError."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return cls(str(found["active"]), [str(each) for each in found.get("previous", [])])

    def write(self, path: Path) -> None:
        changed = datetime.now(timezone.utc).isoformat(timespec="seconds")
        text = json.dumps({"active": self.active, "previous": self.previous[-KEPT:], "changed": changed}, indent=1)
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        with open(partial, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
