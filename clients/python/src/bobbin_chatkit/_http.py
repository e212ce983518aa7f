"""One request to the service: headers, attempts, errors."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

import httpx

from ._retry import RETRYABLE_ERRORS, TOTAL_BUDGET, delay_before, should_retry
from .errors import BobbinError, UnreachableError, error_from, not_from_bobbin

log = logging.getLogger("bobbin_chatkit")

# Connecting is quick or hopeless. Reading is not: the service holds a request for up to 30 s while the
# database wakes, and then answers; giving up earlier would turn a slow first message into an error.
DEFAULT_TIMEOUT = httpx.Timeout(45.0, connect=5.0)

# Kept idle longer than httpx' own 5 s: the model call in the middle of a turn takes longer than that. Few,
# since httpx looks through all of them, pairwise, at each request: 100 cost a burst most of its time.
LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=30)

JSON = "application/json"

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class BobbinHttp:
    """Sends requests over pooled connections, repeats them where that may help, raises typed errors.

    Every request may be repeated: deletes and replaces by nature, adds because the id is the client's own
    and the service answers a second add of the same document with success.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None,
        timeout: httpx.Timeout | float | None,
        max_retries: int,
        client: httpx.AsyncClient | None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._timeout = timeout
        self._max_retries = max_retries
        self._given_client = client
        self._clients: dict[asyncio.AbstractEventLoop, _Client] = {}

    async def send(
        self,
        method: str,
        path: str,
        user: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
    ) -> httpx.Response:
        """Returns the first successful answer; its body has been read."""
        headers = {**self._headers, "Accept": JSON, "Bobbin-User": user_header(user)}
        if body is not None:
            headers["Content-Type"] = JSON
            # Nothing here needs the stored document back.
            headers["Prefer"] = "return=minimal"
        client = self._given_client or await self._client_of_this_loop()
        give_up_at = time.monotonic() + TOTAL_BUDGET
        attempt = 0
        while True:
            failure: BobbinError
            cause: httpx.HTTPError | None = None
            answered = NO_HEADERS
            try:
                response = await client.request(
                    method,
                    self._base_url + path,
                    params=params,
                    content=body,
                    headers=headers,
                    timeout=self._timeout,
                    # A redirect means a wrong base URL, and following one would carry the key along.
                    follow_redirects=False,
                )
            except httpx.TransportError as error:
                cause = error
                retry = isinstance(error, RETRYABLE_ERRORS)
                failure = UnreachableError(f"{method} {path}: {type(error).__name__} {error}".rstrip())
            else:
                if response.is_success:
                    if response.content and not response.headers.get("content-type", "").startswith(JSON):
                        raise not_from_bobbin(response)
                    return response
                retry, answered = should_retry(response), response.headers
                failure = error_from(response)

            delay = delay_before(attempt, answered)
            if not retry or attempt >= self._max_retries or time.monotonic() + delay > give_up_at:
                raise failure from cause
            attempt += 1
            log.info("Repeating %s %s in %.1f s, retry %d: %s", method, path, delay, attempt, failure)
            await asyncio.sleep(delay)

    async def aclose(self) -> None:
        """Closes the connections of this event loop, unless the client was handed in.

        Those of other loops are closed by these.
        """
        clients, self._clients = self._clients, {}
        mine = clients.pop(asyncio.get_running_loop(), None)
        if mine is not None:
            await mine.closer.aclose()

    async def _client_of_this_loop(self) -> httpx.AsyncClient:
        # Connections belong to the loop that opened them.
        loop = asyncio.get_running_loop()
        mine = self._clients.get(loop)
        if mine is None:
            for ended in [other for other in self._clients if other.is_closed()]:
                self._clients.pop(ended, None)
            client = httpx.AsyncClient(limits=LIMITS)
            mine = self._clients[loop] = _Client(client, _closer(client))
            # Runs up to its yield, whereupon the loop knows it.
            await anext(mine.closer)
        return mine.client


class _Client(NamedTuple):
    client: httpx.AsyncClient
    closer: AsyncGenerator[None, None]


async def _closer(client: httpx.AsyncClient) -> AsyncGenerator[None, None]:
    """Closes a client when it is closed itself: by us, or by its event loop.

    `asyncio.run` closes the generators that its loop still has before the loop ends, and a loop schedules the
    closing of one that nothing refers to any more.
    """
    try:
        yield
    finally:
        await client.aclose()


def user_header(user: str) -> str:
    """Returns a user name as a header value: raw, or as in RFC 8187 where raw would not arrive whole."""
    if not isinstance(user, str) or not user:
        # Never a guess: an owner made of "None" or "" would be shared by all who lack a name.
        raise ValueError(f"The user of a request must be a non-empty string, not {user!r}")
    printable = all(" " <= character <= "~" for character in user)
    if printable and user == user.strip() and not user.lower().startswith("utf-8''"):
        return user
    return "utf-8''" + quote(user, safe="")
