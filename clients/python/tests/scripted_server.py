"""A small HTTP server that does, request by request, what its script says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from types import TracebackType

from typing_extensions import Self


@dataclass(frozen=True)
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @staticmethod
    def problem(status: int, detail: str, **headers: str) -> Answer:
        document = {"type": "about:blank", "title": "Title", "status": status, "detail": detail}
        document["request_id"] = "req-1"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer(
            status, {"Content-Type": "application/problem+json", **named}, json.dumps(document).encode()
        )


@dataclass(frozen=True)
class Drop:
    """Closes the connection, after these bytes of an answer."""

    sent: bytes = b""


@dataclass(frozen=True)
class Hang:
    """Does not answer."""


@dataclass(frozen=True)
class Received:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float


class ScriptedServer:
    """Repeats the last step of its script for ever; keeps what it received."""

    def __init__(self, *script: Answer | Drop | Hang) -> None:
        self._script = list(script)
        self.received: list[Received] = []
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._tasks: set[asyncio.Task[None]] = set()
        return self

    @property
    def open(self) -> int:
        """How many connections are open."""
        return len(self._tasks)

    async def all_closed(self) -> None:
        """Waits until no connection is open."""
        await asyncio.gather(*self._tasks)

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def step(self, body: bytes) -> Answer | Drop | Hang:
        """Returns what the request that came last gets."""
        return self._script[min(len(self.received), len(self._script)) - 1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while await self._answer_one(reader, writer):
                    pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.received.append(Received(method, target, headers, body, time.monotonic()))

        step = self.step(body)
        if isinstance(step, Drop):
            writer.write(step.sent)
            return False
        if isinstance(step, Hang):
            await asyncio.sleep(60)
            return False
        fields = {"Content-Length": str(len(step.body)), **step.headers}
        reply = f"HTTP/1.1 {step.status} Whatever\r\n"
        reply += "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"
        writer.write(reply.encode() + step.body)
        await writer.drain()
        return True
