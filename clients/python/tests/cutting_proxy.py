"""A TCP proxy that loses answers: the server has done what was asked, and the client cannot know."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from urllib.parse import urlsplit

from typing_extensions import Self


class CuttingProxy:
    """For each `cut`, drops the answer to a request whose first line has that text, and the connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._target = (parts.hostname, parts.port)
        self._cuts: list[str] = []
        self.lost = 0

    def cut(self, text: str) -> None:
        self._cuts.append(text)

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        upstream, to_upstream = await asyncio.open_connection(*self._target)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while True:
                    head, body = await _message(reader)
                    to_upstream.write(head + body)
                    answer = await _message(upstream)
                    first = head.split(b"\r\n", 1)[0].decode()
                    wanted = next((text for text in self._cuts if text in first), None)
                    if wanted is not None:
                        self._cuts.remove(wanted)
                        self.lost += 1
                        return
                    writer.write(b"".join(answer))
                    await writer.drain()
        finally:
            self._tasks.discard(task)
            writer.close()
            to_upstream.close()


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
    return head, await reader.readexactly(int(fields.get(b"content-length", b"0")))
