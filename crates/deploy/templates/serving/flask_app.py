"""Flask: `waitress-serve --port=8080 --threads=8 flask_app:app`, in this folder. Options as with FastAPI (README.md)."""

from __future__ import annotations

import atexit
import dataclasses
import os
import signal
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "code"), str(ROOT / "serving")]

from flask import Flask, Response, request  # noqa: E402
from werkzeug.exceptions import HTTPException  # noqa: E402

from service.calls import Call, Reply, Route  # noqa: E402
from service.core import Service  # noqa: E402
from service.settings import Settings, SettingsError  # noqa: E402
from service.slow_clients import limit_slow_clients  # noqa: E402
from tabular_scorer import BundleError  # noqa: E402

try:
    settings = Settings.from_env(os.environ, ROOT)
    # Large requests that wait hold a thread each, and there are few.
    service = Service(dataclasses.replace(settings, batch_waiting=min(settings.batch_waiting, 3)), ROOT)
except (SettingsError, BundleError) as error:
    sys.exit(f"error: {error}")
limit_slow_clients(settings.body_seconds)
service.start()
atexit.register(service.stop)
if threading.current_thread() is threading.main_thread():
    # Without it a container's stop would lose what the logs still hold.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

app = Flask(__name__, static_folder=None)


def response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), content_type=reply.content_type)


def endpoint(route: Route):
    def answer(**path: str) -> Response:
        if refused := service.admit(route, request.headers):
            return response(refused)
        body = request.get_data() if route.method == "POST" else b""
        return response(service.answer(route, Call(path, request.headers, body)))

    return answer


for each in service.routes:
    rule = each.path.replace("{", "<").replace("}", ">")
    app.add_url_rule(rule, f"{each.method} {each.path}", endpoint(each), methods=[each.method], provide_automatic_options=False)


@app.errorhandler(HTTPException)
def refused(error: HTTPException) -> Response:
    return response(service.refuse(error.code or 500, error.description or "", request.headers))
