"""Socket Mode: Slack's deliveries over a WebSocket that the bot opens, so that it needs no public address."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing

import aiohttp
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from api.service import Service
from api.slack.app import bolt_app
from api.slack.bot import Bot
from api.slack.delivery import Pace, code, web_client
from api.slack.memory import Memory
from rag.errors import SettingsError, WenjuError

_PING = 5  # seconds; how soon a broken line is noticed


class SlackUnreachable(WenjuError):
    def __init__(self, url: str, error: Exception) -> None:
        super().__init__(
            f"Slack cannot be reached at {url}: {error}; check the network, and HTTPS_PROXY behind a proxy"
        )


def required(value: SecretStr | None, name: str) -> str:
    """Raises SettingsError that says where to get it."""
    if value is None:
        raise SettingsError(
            f"WENJU_{name} is not set; docs/slack.md says where to find it, wenju slack --check tries it"
        )
    return value.get_secret_value()


@asynccontextmanager
async def running(service: Service, pace: Pace) -> AsyncIterator[Bot]:
    """A bot that answers what is noted, for as long as the block lasts."""
    settings = service.settings
    client = web_client(settings, required(settings.slack_bot_token, "SLACK_BOT_TOKEN"))
    with closing(Memory(settings.data)) as memory, memory.hold():
        bot = Bot(service, client, memory, pace)
        try:
            await bot.start()
        except SlackApiError as error:
            said = code(error)
            raise SettingsError(f"Slack refuses WENJU_SLACK_BOT_TOKEN ({said}); try: wenju slack --check") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise SlackUnreachable(settings.slack_api_url, error) from error
        try:
            yield bot
        finally:
            await bot.stop()


async def serve(service: Service, stop: asyncio.Event, ready: Callable[[], None], pace: Pace) -> None:
    """Answers until `stop` is set; `ready` is called once the WebSocket is open. Connections that end are opened
    again by the library."""
    token = required(service.settings.slack_app_token, "SLACK_APP_TOKEN")
    async with running(service, pace) as bot:
        await bot.in_thread(service.warm)
        handler = AsyncSocketModeHandler(bolt_app(bot), token, ping_interval=_PING)
        try:
            # Asked for here, because inside `connect` a refused token would be tried again for ever.
            handler.client.wss_uri = await handler.client.issue_new_wss_url()
            await handler.client.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as error:
            said = code(error)
            raise SettingsError(f"Slack refuses WENJU_SLACK_APP_TOKEN ({said}); try: wenju slack --check") from None
        else:
            ready()
            await stop.wait()
        finally:
            await handler.client.close()  # type: ignore[no-untyped-call]


def serve_until_signalled(service: Service, ready: Callable[[], None]) -> None:
    """Answers until Ctrl-C or SIGTERM."""

    async def run() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await serve(service, stop, ready, Pace())

    asyncio.run(run())
