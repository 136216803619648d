"""The web page. It has no build step and loads nothing from elsewhere, and its policy lets no script into it."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent.parent / "web"
_JAVASCRIPT = "text/javascript; charset=utf-8"
_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/app.js": ("app.js", _JAVASCRIPT),
    "/client.js": ("client.js", _JAVASCRIPT),
    "/source.js": ("source.js", _JAVASCRIPT),
    "/words.js": ("words.js", _JAVASCRIPT),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def _file(request: Request) -> Response:
    name, media_type = _FILES[request.url.path]
    return FileResponse(_FOLDER / name, media_type=media_type, headers=_HEADERS)


routes = [Route(path, _file) for path in _FILES]
