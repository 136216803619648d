"""Bearer keys, checked before a request reaches a route."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import InvalidApiKey, error_response

_GUARDED = "/v1/"


class ApiKeys:
    """Lets requests to `/v1/` through only with one of the keys; the page and the health of the service stay open."""

    def __init__(self, app: ASGIApp, keys: Sequence[SecretStr]) -> None:
        self._app = app
        self._keys = [key.get_secret_value().encode() for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_GUARDED) and not self._admits(Headers(scope=scope)):
            await error_response(scope["path"], InvalidApiKey())(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _admits(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        # Only what HTTP calls white space: bytes A0 and 85 look like it too, and end characters of UTF-8.
        offered = given.strip(" \t").encode("latin-1")
        # Every key is compared, each in constant time, so that timing tells neither which key is near nor how near.
        matches = [hmac.compare_digest(offered, key) for key in self._keys]
        return scheme.lower() == "bearer" and any(matches)
