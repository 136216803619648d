"""A bot over the real model and the seeds, in a workspace of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr

from api.service import Service
from api.slack.delivery import Pace
from api.slack.socket import serve
from rag.assistant import Assistant
from rag.index.catalog import Catalog
from rag.settings import Settings
from tests.api.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace

QUICK = Pace(post=0.0, update=0.0, burst=1, draft=0.05)
Botting = Callable[..., None]


@dataclass
class SlackService:
    """A service with settings of its own over another's articles; `assistant` may be any stand-in."""

    service: Service
    settings: Settings
    stand_in: Any = field(default=None)

    @property
    def assistant(self) -> Assistant:
        return cast(Assistant, self.stand_in or self.service.assistant)

    @property
    def catalog(self) -> Catalog:
        return self.service.catalog

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    workspace = Workspace()
    workspace.start()
    yield workspace
    workspace.stop()
    assert not workspace.invalid


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the bot remembers."""
    return tmp_path / "slack-data"


@contextmanager
def bot(service: Service, pace: Pace = QUICK) -> Iterator[None]:
    """A bot in a thread, connected."""
    ready, failed = threading.Event(), []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(serve(service, stop, ready.set, pace))
        except Exception as error:  # noqa: BLE001 - said in the test's own thread
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    if failed:
        raise failed[0]
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
        assert not thread.is_alive(), "the bot did not stop"


def slack_settings(workspace: Workspace, folder: Path, **more: Any) -> Settings:
    return Settings(
        data=folder, slack_bot_token=SecretStr(BOT_TOKEN), slack_app_token=SecretStr(APP_TOKEN),
        slack_api_url=workspace.url, **more,
    )  # fmt: skip


@pytest.fixture
def botting(workspace: Workspace, folder: Path, seeds_service: Service) -> Iterator[Botting]:
    """Starts a bot over the seeds; stops it at the end of the test."""
    with ExitStack() as stack:

        def start(assistant: Any = None, pace: Pace = QUICK, **settings: Any) -> None:
            service = SlackService(seeds_service, slack_settings(workspace, folder, **settings), assistant)
            stack.enter_context(bot(service, pace))

        yield start
