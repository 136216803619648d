"""Loading the model and the index beside the first requests instead of before them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from rag.errors import WenjuError

_log = logging.getLogger(__name__)


class WarmUp:
    """Runs `warm` in a thread of its own. A failure can be tried again: what was missing may have come meanwhile."""

    def __init__(self, warm: Callable[[], None]) -> None:
        self._warm = warm
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._done = False
        self._failure: str | None = None

    @property
    def done(self) -> bool:
        return self._done

    @property
    def failure(self) -> str | None:
        """Why the last attempt failed, in words fit to be shown."""
        return self._failure

    def start(self) -> None:
        """Starts an attempt, unless one is under way or has succeeded."""
        with self._lock:
            if self._done or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._run, name="wenju-warm-up", daemon=True)
            self._thread.start()

    def join(self) -> None:
        """Waits until no attempt is under way."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            self._warm()
        except WenjuError as error:
            self._failure = str(error)
        except Exception:  # noqa: BLE001 - in a thread of its own nobody else would hear of it
            _log.exception("warming up failed")
            self._failure = "warming up failed; the log of the server says why"
        else:
            self._failure = None
            self._done = True
