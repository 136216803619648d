"""A real server on a loopback port, over the real model and the seeds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from api.server import listen, server_of
from api.service import Service
from rag.settings import Settings
from rag.types import Page
from rag.wiring import build

Serving = Callable[[Service], str]


@contextmanager
def running(service: Service) -> Iterator[str]:
    """The address of a server over `service`, for as long as the block lasts."""
    listener = listen("127.0.0.1", 0)
    server = server_of(service)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
        assert not thread.is_alive(), "the server did not stop"


@pytest.fixture(scope="session")
def address(seeds_service: Service) -> Iterator[str]:
    with running(seeds_service) as where:
        yield where


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture
def serving() -> Iterator[Serving]:
    """Starts a server over any service, and stops it at the end of the test."""
    with ExitStack() as stack:
        yield lambda service: stack.enter_context(running(service))


@pytest.fixture
def library_of(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Makes a real service over pages of one's own."""
    with ExitStack() as stack:

        def make(*pages: Page, **settings: object) -> Service:
            service = build(Settings(data=tmp_path / "data", **settings), create=True)  # type: ignore[arg-type]
            stack.callback(service.close)
            service.library.ingest_pages(pages)
            return service

        yield make
