"""What all tests share: no way to the network but loopback, and one service over the ingested seeds."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from embeddings import load_embedder
from embeddings.base import Embedder
from rag.settings import Settings
from rag.types import Verdict
from rag.wiring import Service, build

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    """A test that reaches out fails at once, on every machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(str(address[0])):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_settings_from_outside() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for key in [key for key in os.environ if key.startswith("WENJU_")]:
            patch.delenv(key)
        yield


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real built-in model."""
    return load_embedder("e5-small")


@pytest.fixture(scope="session")
def seeds_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the seeds were ingested by the real pipeline. Not to be changed by a test."""
    folder = tmp_path_factory.mktemp("seeds-data")
    service = build(Settings(data=folder), create=True)
    report = service.library.ingest([SEEDS])
    service.settle()
    service.close()
    assert not report.failures
    return folder


@pytest.fixture(scope="session")
def seeds_service(seeds_folder: Path) -> Iterator[Service]:
    """A warm service over the seeds. Not to be changed by a test."""
    service = build(Settings(data=seeds_folder))
    service.warm()
    yield service
    service.close()


def service_over(files: Mapping[str, str], folder: Path) -> Service:
    """A service over files of these names and texts, written to `folder` and ingested."""
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    service = build(Settings(data=folder / "data"), create=True)
    service.library.ingest([folder / name for name in files])
    return service


def verdict(service: Service, claim: str) -> Verdict:
    """Of a text of one statement."""
    (checked,) = service.assistant.verify(claim).claims
    return checked.verdict


def chromium() -> str:
    """Where Chromium is. Without one the test is skipped; with REQUIRE_BROWSER set, as before a change lands, it
    fails.
    """
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is not None:
        return found
    reason = f"no Chromium: install one of {', '.join(_BROWSERS)}"
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
