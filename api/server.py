"""The application behind a port."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Callable
from contextlib import closing, suppress

import uvicorn

from api.app import create_app
from api.service import Service
from rag.errors import PortTaken, SettingsError
from rag.settings import Settings
from rag.wiring import build

_BACKLOG = 2048
_WITHOUT_EFFECT = ("rate_limit", "max_upload_mb")
_GRACE = 5  # seconds for answers under way when the server is told to stop


def _say(address: str) -> None:
    print(f"wenju listens on {address} (Ctrl-C stops it)", file=sys.stderr, flush=True)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free.

    Raises PortTaken, or SettingsError for an address that this machine does not have or may not use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol must be named: asyncio sends small packets at once only on sockets that say they are TCP, and Nagle's
    # algorithm would hold every second part of a reply back for 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left may be taken at once
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from None
        reason = error.strerror if isinstance(error, OSError) else "a port is at most 65535"
        raise SettingsError(f"cannot listen on {host}:{port}: {reason}") from None
    return listener


def server_of(service: Service) -> uvicorn.Server:
    """A server for one listening socket, quiet but for what goes wrong."""
    return uvicorn.Server(
        uvicorn.Config(
            create_app(service),
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
    )


def serve(settings: Settings, host: str, port: int, announce: Callable[[str], None] = _say) -> None:
    """Serves until Ctrl-C or SIGTERM; `announce` is told the address. The port is taken before the store is opened.

    Raises as `listen` and `rag.wiring.build` do.
    """
    for name in sorted(settings.model_fields_set.intersection(_WITHOUT_EFFECT)):
        print(f"WENJU_{name.upper()} has no effect in this version", file=sys.stderr, flush=True)
    with closing(listen(host, port)) as listener, closing(build(settings)) as service:
        announce(f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has shut down
            server_of(service).run([listener])
