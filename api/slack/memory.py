"""What the bot must not forget: deliveries seen, questions in hand, its replies, votes, and the channels' settings.

A file of its own beside the store: the store can be made anew from the articles, this cannot.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from api.slack.jobs import Job, JobKind
from rag.errors import StoreError

FILE = "slack.sqlite"
VERSION = 1
_REMEMBERED = 7 * 86_400  # seconds; Slack's last attempt at a delivery is an hour after the first
_ATTEMPTS = 3  # a question that ended the process this often is not taken up again
_JOB = ("key", "kind", "team", "channel", "user", "text", "thread", "edited", "response_url", "view", "attempts")
_TABLES = """
CREATE TABLE events (id TEXT PRIMARY KEY, seen REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX events_by_age ON events(seen);
CREATE TABLE jobs (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, team TEXT NOT NULL, channel TEXT NOT NULL, user TEXT NOT NULL,
    text TEXT NOT NULL, thread TEXT, edited TEXT NOT NULL, response_url TEXT, view TEXT,
    attempts INTEGER NOT NULL, state TEXT NOT NULL, received REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX jobs_of_thread ON jobs(channel, thread);
CREATE INDEX jobs_by_state ON jobs(state);
CREATE TABLE replies (
    channel TEXT NOT NULL, ts TEXT NOT NULL, key TEXT NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (channel, ts)
) WITHOUT ROWID;
CREATE UNIQUE INDEX replies_of_job ON replies(key, page);
CREATE TABLE exchanges (
    key TEXT PRIMARY KEY, question TEXT NOT NULL, language TEXT NOT NULL, answer TEXT NOT NULL,
    short TEXT, abstained INTEGER NOT NULL, evidence TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE votes (
    channel TEXT NOT NULL, ts TEXT NOT NULL, user TEXT NOT NULL, via TEXT NOT NULL, value INTEGER NOT NULL,
    holds INTEGER NOT NULL, at REAL NOT NULL, PRIMARY KEY (channel, ts, user, via, value)
) WITHOUT ROWID;
CREATE TABLE channels (id TEXT PRIMARY KEY, settings TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was answered, as an evaluation needs it. `evidence` is `(source, quote)`."""

    key: str
    question: str
    language: str
    answer: str
    short: str | None
    abstained: bool
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """A thumb on a message: `value` is 1 or -1, `via` button or reaction, `holds` whether it was given or taken back,
    `at` when, in seconds."""

    channel: str
    ts: str
    user: str
    via: str
    value: int
    holds: bool
    at: float


@dataclass(frozen=True, slots=True)
class Rated:
    """An exchange with how many people are for and against it."""

    exchange: Exchange
    up: int
    down: int


class Memory:
    """Safe to use from several threads; of several processes only one may answer (see `hold`)."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.RLock()
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(folder / FILE, timeout=30, isolation_level=None, check_same_thread=False)
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"cannot open {folder / FILE}: {error}") from error

    @contextmanager
    def hold(self) -> Iterator[None]:
        """For as long as the block lasts no other process answers from this folder; so a question in hand that this
        process did not take is one that a dead process left. Raises StoreError if another does.
        """
        lock = FileLock(self._folder / "slack.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise StoreError(
                f"another process answers Slack from {self._folder}; stop it, or unset WENJU_SLACK_SIGNING_SECRET for"
                " wenju serve"
            ) from None
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        self._db.close()

    def accept(self, event: str | None, job: Job | None) -> bool:
        """Writes a delivery and its question down, both or neither; False if either is known already."""
        with self._writing() as db:
            if event is not None and not self._first(db, event):
                return False
            if job is None:
                return True
            return self._insert(db, job, "waiting")

    def revise(self, event: str, job: Job) -> bool:
        """Writes the new text of an edited question down; False if that is no news. An unknown question is accepted."""
        with self._writing() as db:
            if not self._first(db, event):
                return False
            known = db.execute("SELECT text, edited, state FROM jobs WHERE key = ?", (job.key,)).fetchone()
            if known is None:
                return self._insert(db, job, "waiting")
            text, edited, state = known
            if text == job.text or job.edited <= edited or state == "deleted":
                return False
            db.execute(
                "UPDATE jobs SET text = ?, edited = ?, state = 'waiting', attempts = 0 WHERE key = ?",
                (job.text, job.edited, job.key),
            )
            return True

    def delete(self, event: str, job: Job) -> bool:
        """Forgets a question and its answer; what is left is that it is not to be answered, as Slack may deliver it
        late. False if the delivery is known already. The replies stay until they are dropped.
        """
        with self._writing() as db:
            if not self._first(db, event):
                return False
            self._insert(db, job, "deleted")
            db.execute("UPDATE jobs SET state = 'deleted', text = '' WHERE key = ?", (job.key,))
            db.execute("DELETE FROM exchanges WHERE key = ?", (job.key,))
            return True

    def begin(self, key: str) -> Job | None:
        """The question as it stands now, one attempt older; None if it is no longer to be answered."""
        with self._writing() as db:
            db.execute("UPDATE jobs SET attempts = attempts + 1 WHERE key = ? AND state = 'waiting'", (key,))
            row = db.execute(
                f"SELECT {', '.join(_JOB)} FROM jobs WHERE key = ? AND state = 'waiting'", (key,)
            ).fetchone()
        return None if row is None else _job(row)

    def finish(self, job: Job) -> None:
        """The question as it was in `job` is answered; nothing happens if it was edited meanwhile."""
        with self._writing() as db:
            db.execute(
                "UPDATE jobs SET state = 'done', response_url = NULL"
                " WHERE key = ? AND edited = ? AND state = 'waiting'",
                (job.key, job.edited),
            )

    def unfinished(self) -> list[str]:
        """Keys of the questions that were taken and never answered, or deleted and still have replies, oldest first;
        those tried too often are given up."""
        with self._writing() as db:
            db.execute("UPDATE jobs SET state = 'failed' WHERE state = 'waiting' AND attempts >= ?", (_ATTEMPTS,))
            rows = db.execute(
                "SELECT key FROM jobs WHERE state = 'waiting' OR"
                " (state = 'deleted' AND key IN (SELECT key FROM replies)) ORDER BY received, key"
            ).fetchall()
        return [str(row[0]) for row in rows]

    def may_try_again(self, key: str) -> bool:
        row = self._one("SELECT attempts FROM jobs WHERE key = ? AND state = 'waiting'", (key,))
        return row is not None and int(row[0]) < _ATTEMPTS

    def knows(self, key: str) -> bool:
        return self._one("SELECT 1 FROM jobs WHERE key = ?", (key,)) is not None

    def deleted_in(self, key: str) -> str | None:
        """The channel of a question that was deleted; None if it was not."""
        row = self._one("SELECT channel FROM jobs WHERE key = ? AND state = 'deleted'", (key,))
        return None if row is None else str(row[0])

    def set_view(self, key: str, view: str) -> None:
        with self._writing() as db:
            db.execute("UPDATE jobs SET view = ? WHERE key = ?", (view, key))

    def speaks_in(self, channel: str, thread: str) -> bool:
        """Whether the bot was asked in that thread, or began it."""
        row = self._one(
            "SELECT EXISTS (SELECT 1 FROM jobs WHERE channel = ?1 AND thread = ?2 AND kind = 'ask'"
            " AND state != 'deleted') OR EXISTS (SELECT 1 FROM replies WHERE channel = ?1 AND ts = ?2)",
            (channel, thread),
        )
        return row is not None and bool(row[0])

    def add_reply(self, key: str, page: int, channel: str, ts: str) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)", (channel, ts, key, page))

    def drop_reply(self, channel: str, ts: str) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM replies WHERE channel = ? AND ts = ?", (channel, ts))

    def replies(self, key: str) -> dict[int, str]:
        """Page → message."""
        rows = self._all("SELECT page, ts FROM replies WHERE key = ? ORDER BY page", (key,))
        return {int(row[0]): str(row[1]) for row in rows}

    def keep(self, exchange: Exchange) -> None:
        """Unless its question was deleted while it was answered."""
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO exchanges SELECT ?, ?, ?, ?, ?, ?, ?"
                " WHERE EXISTS (SELECT 1 FROM jobs WHERE key = ?1 AND state != 'deleted')",
                (
                    exchange.key, exchange.question, exchange.language, exchange.answer, exchange.short,
                    exchange.abstained, json.dumps(exchange.evidence, ensure_ascii=False),
                ),
            )  # fmt: skip

    def vote(self, *votes: Vote) -> None:
        """The latest says what holds, whatever the order in which votes arrive."""
        with self._writing() as db:
            for vote in votes:
                db.execute(
                    "INSERT INTO votes VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET holds = excluded.holds,"
                    " at = excluded.at WHERE excluded.at >= votes.at",
                    tuple(getattr(vote, field.name) for field in fields(vote)),
                )

    def rated(self) -> list[Rated]:
        """Every exchange that anyone voted on. Who pressed a button and reacted too counts once; who did both ways is
        on neither side.
        """
        rows = self._all(
            "WITH opinions AS (SELECT r.key AS key, v.user AS user,"
            " (sum(v.value) > 0) - (sum(v.value) < 0) AS opinion FROM votes v"
            " JOIN replies r ON r.channel = v.channel AND r.ts = v.ts WHERE v.holds GROUP BY r.key, v.user)"
            " SELECT e.key, e.question, e.language, e.answer, e.short, e.abstained, e.evidence,"
            " sum(o.opinion > 0), sum(o.opinion < 0) FROM exchanges e JOIN opinions o ON o.key = e.key"
            " GROUP BY e.key ORDER BY e.key",
            (),
        )
        return [
            Rated(
                Exchange(row[0], row[1], row[2], row[3], row[4], bool(row[5]), tuple(map(tuple, json.loads(row[6])))),
                up=row[7],
                down=row[8],
            )
            for row in rows
        ]

    def channel(self, channel: str) -> str | None:
        """The settings of a channel, as they were given to `set_channel`."""
        row = self._one("SELECT settings FROM channels WHERE id = ?", (channel,))
        return None if row is None else str(row[0])

    def set_channel(self, channel: str, settings: str) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO channels VALUES (?, ?)", (channel, settings))

    def _first(self, db: sqlite3.Connection, event: str) -> bool:
        now = time.time()
        db.execute("DELETE FROM events WHERE seen < ?", (now - _REMEMBERED,))
        return db.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", (event, now)).rowcount == 1

    def _insert(self, db: sqlite3.Connection, job: Job, state: str) -> bool:
        values = [getattr(job, name) for name in _JOB]
        marks = ", ".join("?" * (len(values) + 2))
        return db.execute(f"INSERT OR IGNORE INTO jobs VALUES ({marks})", (*values, state, time.time())).rowcount == 1

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:  # whatever ends it, a half-done change is undone
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _all(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def _one(self, statement: str, values: Sequence[object]) -> tuple[Any, ...] | None:
        rows = self._all(statement, values)
        return rows[0] if rows else None

    def _prepare(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise StoreError(f"{self._folder / FILE} is of format {version}, this version reads {VERSION}")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        with self._writing() as db:
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _TABLES.strip().split(";\n"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")


def _job(row: tuple[Any, ...]) -> Job:
    job = Job(*row)
    return replace(job, kind=JobKind(job.kind))
