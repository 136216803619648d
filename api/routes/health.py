"""Is the process up, and can it answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.errors import NotReady
from api.service import TheWarmUp

router = APIRouter(tags=["health"])


@router.get("/healthz")
@router.head("/healthz", include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process is up."""
    return {"status": "ok"}


@router.get("/readyz")
@router.head("/readyz", include_in_schema=False)
async def readyz(warm_up: TheWarmUp) -> dict[str, str]:
    """The index is loaded and the model warm; 503 until then. Asking again after a failure tries again."""
    if warm_up.done:
        return {"status": "ready"}
    failure = warm_up.failure
    warm_up.start()
    raise NotReady(failure or "the model and the index are being loaded")
