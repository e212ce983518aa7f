#!/usr/bin/env python3
"""Chat traffic over persistent connections, for try.sh. It honors "Connection: close", leaves after a 503, and repeats
nothing.

load.py HOST:PORT CONNECTIONS SECONDS FILE: prints the counts as JSON, and writes what it stored to FILE.
load.py HOST:PORT check FILE: fails unless exactly the acknowledged items exist.

"lost" is a request that was sent on an open connection and got no complete response.
"""

import asyncio
import json
import os
import pathlib
import sys
import time
from collections import Counter

HEADERS = (
    "Host: bobbin\r\nAuthorization: Bearer local\r\nBobbin-User: ann\r\nContent-Type: application/json\r\n"
)


class Connection:
    def __init__(self, host, port):
        self.host, self.port, self.writer = host, port, None

    async def call(self, method, path, body=""):
        """The status; ConnectionRefusedError if nothing was sent, another OSError or EOFError if lost."""
        if self.writer is None:
            try:
                self.reader, self.writer = await asyncio.wait_for(
                    asyncio.open_connection(self.host, self.port), 5
                )
            except OSError as e:
                raise ConnectionRefusedError(str(e)) from e
        data = body.encode()
        self.writer.write(
            f"{method} {path} HTTP/1.1\r\n{HEADERS}Content-Length: {len(data)}\r\n\r\n".encode() + data
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        if "\r\ntransfer-encoding: chunked\r\n" in head:
            while length := int(await self.reader.readuntil(b"\r\n"), 16):
                await self.reader.readexactly(length + 2)
            await self.reader.readexactly(2)
        else:
            length = next(
                (line[15:] for line in head.split("\r\n") if line.startswith("content-length:")), "0"
            )
            await self.reader.readexactly(int(length))
        if "\r\nconnection: close\r\n" in head:
            self.writer.close()
            self.writer = None
        return int(head.split(" ", 2)[1])


async def chat(connection, number, end, counts, times, stored):
    turn = 0
    while time.monotonic() < end:
        thread = f"thr_{os.getpid()}_{number}_{turn // 10}"
        item = f"msg_{os.getpid()}_{number}_{turn}"
        calls = [
            (
                "POST",
                f"/v1/threads/{thread}/items",
                json.dumps({"id": item, "type": "user_message", "content": "x" * 1000}),
            ),
            ("GET", f"/v1/threads/{thread}?include=items", ""),
            ("GET", "/v1/threads?limit=20", ""),
        ]
        if turn % 10 == 0:
            calls.insert(0, ("PUT", f"/v1/threads/{thread}", json.dumps({"id": thread})))
        for method, path, body in calls:
            began = time.monotonic()
            try:
                status = await connection.call(method, path, body)
            except ConnectionRefusedError:
                counts["not sent: the connection was refused"] += 1
                return
            except (OSError, EOFError) as e:
                counts["lost"] += 1
                print(f"lost: {method} {path}: {e!r}", file=sys.stderr)
                if method == "POST":
                    stored.append(f"404 {thread}/items/{item}")
                return
            times.append(time.monotonic() - began)
            counts[f"answered {status}"] += 1
            if status == 503:
                return
            if method == "POST" and status == 201:
                stored.append(f"200 {thread}/items/{item}")
        turn += 1


async def load(host, port, connections, seconds, file):
    counts, times, stored = Counter({"lost": 0}), [], []
    began = time.monotonic()
    await asyncio.gather(
        *(chat(Connection(host, port), n, began + seconds, counts, times, stored) for n in range(connections))
    )
    times.sort()
    took = time.monotonic() - began
    pathlib.Path(file).write_text("\n".join(stored))
    # not with Counter's |=, which drops zeros
    figures = {**counts, "per second": round(len(times) / took)}
    if times:
        figures |= {
            "ms, median": round(times[len(times) // 2] * 1000),
            "ms, 99%": round(times[len(times) * 99 // 100] * 1000),
        }
    print(json.dumps(figures))


async def check(host, port, file):
    connection, counts = Connection(host, port), Counter({"wrong": 0})
    for line in pathlib.Path(file).read_text().splitlines():
        wanted, item = line.split(" ")
        status = await connection.call("GET", "/v1/threads/" + item)
        counts["acknowledged, and there" if wanted == "200" else "unanswered, and not there"] += (
            status == int(wanted)
        )
        counts["wrong"] += status != int(wanted)
    print(json.dumps(counts))
    sys.exit(counts["wrong"] != 0 or not counts["acknowledged, and there"])


host, port = sys.argv[1].rsplit(":", 1)
if sys.argv[2] == "check":
    asyncio.run(check(host, int(port), sys.argv[3]))
else:
    asyncio.run(load(host, int(port), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]))
