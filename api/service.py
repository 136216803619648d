"""How a route gets at the service."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.warmup import WarmUp
from rag.wiring import Service


# Both are coroutines because FastAPI would send plain functions to a worker thread, for an attribute.
async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _warm_up(request: Request) -> WarmUp:
    warm_up: WarmUp = request.app.state.warm_up
    return warm_up


TheService = Annotated[Service, Depends(_service)]
TheWarmUp = Annotated[WarmUp, Depends(_warm_up)]
