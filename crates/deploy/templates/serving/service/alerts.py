"""The service's own alert: a message to ALERT_WEBHOOK when the state of the drift check changes."""

from __future__ import annotations

import json
import sys
import urllib.request

SEVERITIES = {"ok": "info", "warning": "warning", "drift": "critical"}


class Alerts:
    def __init__(self, url: str):
        self.url, self.last = url, "ok"

    def notice(self, report: dict, model: dict) -> None:
        """Sends once per change; what could not be sent is tried again with the next report."""
        status = report["status"]
        if not self.url or status not in SEVERITIES or status == self.last:
            return
        judged = {name: column for name, column in report["columns"].items() if column["judged"]}
        columns = {name: column["psi"] for name, column in judged.items() if column["status"] in ("warning", "drift")}
        message = {
            "alert": "model_drift",
            "severity": SEVERITIES[status],
            "status": status,
            "previous": self.last,
            "model": model["model"],
            "version": model["version"],
            "rows": report["rows"],
            "psi": columns,
        }
        request = urllib.request.Request(
            self.url, data=json.dumps(message).encode(), headers={"Content-Type": "application/json"}
        )
        try:
            urllib.request.urlopen(request, timeout=5).close()
            self.last = status
        except (OSError, ValueError) as error:
            print(f"alert: {error}", file=sys.stderr)
