"""One request to the service: headers, attempts, errors."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from ._retry import JSON, Attempts

# Connecting is quick or hopeless. Reading is not: the service holds a request for up to 30 s while the
# database wakes, and then answers; giving up earlier would turn a slow first message into an error.
DEFAULT_TIMEOUT = httpx.Timeout(45.0, connect=5.0)

# Kept idle longer than httpx' own 5 s: the model call in the middle of a turn takes longer than that. Few,
# since httpx looks through all of them, pairwise, at each request: 100 cost a burst most of its time.
LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=32, keepalive_expiry=30)

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
# The caller does not need the stored document back.
MINIMAL: Mapping[str, str] = MappingProxyType({"Prefer": "return=minimal"})


class _Requests:
    """What requests of both kinds have in common."""

    def __init__(
        self,
        base_url: str,
        *,
        credential: str | None,
        timeout: httpx.Timeout | float | None,
        max_retries: int,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        self._timeout = timeout
        self._max_retries = max_retries

    def _request(
        self,
        path: str,
        user: str | None,
        params: Mapping[str, str | int] | None,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> dict[str, Any]:
        """Returns the arguments of httpx' `request`, without the method."""
        sent = {**self._headers, "Accept": JSON}
        if user is not None:
            sent["Bobbin-User"] = user_header(user)
        if body is not None:
            sent["Content-Type"] = JSON
        return {
            "url": self._base_url + path,
            "params": params,
            "content": body,
            "headers": {**sent, **headers},
            "timeout": self._timeout,
            # A redirect means a wrong base URL, and following one would carry the key along.
            "follow_redirects": False,
        }

    def _attempts(self, method: str, path: str, repeatable: bool) -> Attempts:
        return Attempts(f"{method} {path}", max_retries=self._max_retries, repeatable=repeatable)


class AsyncHttp(_Requests):
    """Sends requests over pooled connections, repeats them where that may help, raises typed errors.

    A request that is `repeatable` has the same effect when it is sent twice: deletes and replaces by nature,
    adds because of their ids or their Idempotency-Key.
    """

    def __init__(
        self,
        base_url: str,
        *,
        credential: str | None,
        timeout: httpx.Timeout | float | None,
        max_retries: int,
        client: httpx.AsyncClient | None,
    ) -> None:
        super().__init__(base_url, credential=credential, timeout=timeout, max_retries=max_retries)
        self._given_client = client
        self._clients: dict[asyncio.AbstractEventLoop, _Client] = {}

    async def send(
        self,
        method: str,
        path: str,
        user: str | None,
        *,
        params: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        repeatable: bool = True,
    ) -> httpx.Response:
        """Returns the first successful answer; its body has been read."""
        request = self._request(path, user, params, body, headers)
        client = self._given_client or await self._client_of_this_loop()
        attempts = self._attempts(method, path, repeatable)
        while True:
            try:
                response = await client.request(method, **request)
            except httpx.TransportError as error:
                attempts.failed(error)
            else:
                if attempts.succeeded(response):
                    return response
            await asyncio.sleep(attempts.delay)

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


class SyncHttp(_Requests):
    """The same for callers without an event loop. May be used by many threads."""

    def __init__(
        self,
        base_url: str,
        *,
        credential: str | None,
        timeout: httpx.Timeout | float | None,
        max_retries: int,
        client: httpx.Client | None,
    ) -> None:
        super().__init__(base_url, credential=credential, timeout=timeout, max_retries=max_retries)
        self._is_mine = client is None
        self._client = client or httpx.Client(limits=LIMITS)

    def send(
        self,
        method: str,
        path: str,
        user: str | None,
        *,
        params: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] = NO_HEADERS,
        repeatable: bool = True,
    ) -> httpx.Response:
        """Returns the first successful answer; its body has been read."""
        request = self._request(path, user, params, body, headers)
        attempts = self._attempts(method, path, repeatable)
        while True:
            try:
                response = self._client.request(method, **request)
            except httpx.TransportError as error:
                attempts.failed(error)
            else:
                if attempts.succeeded(response):
                    return response
            time.sleep(attempts.delay)

    def close(self) -> None:
        """Closes the connections, unless the client was handed in."""
        if self._is_mine:
            self._client.close()


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
