"""What the API needs of a service, and how a route gets at it."""

from __future__ import annotations

from typing import Annotated, Protocol

from fastapi import Depends, Request

from api.warmup import WarmUp
from rag.assistant import Assistant
from rag.index.catalog import Catalog
from rag.settings import Settings


class Service(Protocol):
    """`rag.wiring.Service` is one."""

    @property
    def settings(self) -> Settings: ...

    @property
    def catalog(self) -> Catalog: ...

    @property
    def assistant(self) -> Assistant: ...

    def warm(self) -> None:
        """Loads the model and the index. Raises a WenjuError when they cannot be had; may be called again."""

    def close(self) -> None: ...


# Both are coroutines because FastAPI would send plain functions to a worker thread, for an attribute.
async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _warm_up(request: Request) -> WarmUp:
    warm_up: WarmUp = request.app.state.warm_up
    return warm_up


TheService = Annotated[Service, Depends(_service)]
TheWarmUp = Annotated[WarmUp, Depends(_warm_up)]
