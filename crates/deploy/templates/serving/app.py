"""FastAPI: `uvicorn app:app --app-dir serving --port 8080`. All options are environment variables (README.md)."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "code"), str(ROOT / "serving")]

from fastapi import FastAPI, Request, Response  # noqa: E402
from starlette.concurrency import run_in_threadpool  # noqa: E402
from starlette.exceptions import HTTPException  # noqa: E402

from service.calls import Call, Reply, Route  # noqa: E402
from service.core import Service  # noqa: E402
from service.settings import Settings, SettingsError  # noqa: E402
from tabular_scorer import BundleError  # noqa: E402

try:
    service = Service(Settings.from_env(os.environ, ROOT), ROOT)
except (SettingsError, BundleError) as error:
    sys.exit(f"error: {error}")


@asynccontextmanager
async def lifespan(app: FastAPI):
    service.start()
    yield
    service.stop()


# The service describes itself: /openapi.json and /docs need no network.
app = FastAPI(title="model service", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)


def response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), reply.content_type)


def endpoint(route: Route):
    async def answer(request: Request) -> Response:
        if refused := service.admit(route, request.headers):
            return response(refused)
        body = b""
        if route.method == "POST":
            try:
                async with asyncio.timeout(service.settings.body_seconds):
                    body = await request.body()
            except TimeoutError:
                return response(service.too_slow(route, request.headers))
        call = Call(request.path_params, request.headers, body)
        if service.is_quick(len(body)):
            return response(service.answer(route, call))
        return response(await run_in_threadpool(service.answer, route, call))

    return answer


for each in service.routes:
    app.add_api_route(each.path, endpoint(each), methods=[each.method], include_in_schema=False)


@app.exception_handler(HTTPException)
async def refused(request: Request, error: HTTPException) -> Response:
    return response(service.refuse(error.status_code, str(error.detail), request.headers))
