#!/usr/bin/env python3
"""Creates all kinds of memory load on a running service, and prints a table of the results.

memory.py HOST:PORT PID [SECONDS]: PID is the service's, to measure its memory. Uses the key "local" of docker/compose.yaml.

8 clients read pages of large documents, 50 read them at a kilobyte per second, 16 write bodies of 6 MB in chunks, and 4 make
small calls. It fails if a small call fails or takes more than a second, or if any call gets a 500. docs/docker.md has the
results of one run.
"""

import asyncio
import json
import os
import socket
import sys
import time
from collections import Counter, defaultdict

HEADERS = "Host: bobbin\r\nAuthorization: Bearer local\r\nBobbin-User: memory\r\nContent-Type: application/json\r\n"
RUN = f"{os.getpid()}_{int(time.time())}"
THREAD = f"/v1/threads/thr_{RUN}"
LARGE = 6_000_000
PAGE_ITEM = 1_000_000

outcomes = defaultdict(Counter)
times = defaultdict(list)


def document(item, length):
    return json.dumps({"id": item, "type": "user_message", "content": "x" * length}).encode()


async def connect(receive_buffer=None):
    plain = socket.socket()
    if receive_buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, (HOST, PORT))
    # a slow client notices late that it was cut off
    return await asyncio.open_connection(sock=plain, limit=receive_buffer or 1 << 16)


async def answer(reader, pause=0.0):
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = next((line[15:] for line in head.split("\r\n") if line.startswith("content-length:")), "0")
    left = int(length)
    while left:
        data = await reader.read(1024 if pause else 1 << 16)
        if not data:
            raise EOFError("cut off")
        left -= len(data)
        if pause:
            await asyncio.sleep(pause)
    return int(head.split(" ", 2)[1])


async def call(role, method, path, body=b"", chunked=False, pause=0.0):
    """One call on a connection of its own; the status, or the name of what went wrong."""
    began = time.monotonic()
    writer = None
    try:
        reader, writer = await connect(4096 if pause else None)
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
        writer.write(f"{method} {path} HTTP/1.1\r\n{HEADERS}{length}\r\n\r\n".encode())
        reading = asyncio.ensure_future(answer(reader, pause))
        if chunked:
            for start in range(0, len(body), 1 << 16):
                piece = body[start : start + (1 << 16)]
                writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                await writer.drain()
                if reading.done():
                    break
            writer.write(b"0\r\n\r\n")
        else:
            writer.write(body)
        outcome = await reading
    except (OSError, EOFError, asyncio.IncompleteReadError) as e:
        outcome = "closed" if pause else f"{type(e).__name__}"
    finally:
        if writer:
            writer.close()
    times[role].append(time.monotonic() - began)
    outcomes[role][outcome] += 1
    return outcome


async def forever(end, work):
    turn = 0
    while time.monotonic() < end:
        if await work(turn) in (503, "closed"):
            await asyncio.sleep(0.5)
        turn += 1


async def chat(number, turn):
    role = "small calls"
    item = f"chat_{number}_{turn}"
    await call(role, "POST", THREAD + "/items", document(item, 1000))
    await call(role, "GET", f"{THREAD}/items/{item}")
    await call(role, "GET", "/v1/threads?limit=20")
    await asyncio.sleep(0.05)


def memory():
    status = dict(line.split(":", 1) for line in open(f"/proc/{PID}/status"))
    return {name: int(status[name].split()[0]) // 1024 for name in ("VmRSS", "RssAnon", "RssFile")}


async def watch(end, most):
    while time.monotonic() < end:
        try:
            for name, value in memory().items():
                most[name] = max(most[name], value)
        except (OSError, KeyError):
            outcomes["the process"]["is gone"] += 1
            return
        await asyncio.sleep(0.25)


async def main(seconds):
    pages, large = THREAD + "_pages", THREAD + "_large"
    for thread in (THREAD, pages, large):
        await call("preparation", "PUT", thread, b"{}")
    for i in range(20):
        await call("preparation", "PUT", f"{pages}/items/{i}", document(str(i), PAGE_ITEM))
    most = Counter()
    end = time.monotonic() + seconds
    body = document("any", LARGE)
    slow = time.monotonic() + seconds
    work = [forever(end, lambda t: call("pages of 1 MB items", "GET", pages + "/items")) for _ in range(8)]
    work += [forever(slow, lambda t: call("slow readers", "GET", pages + "/items?limit=8", pause=1.0)) for _ in range(50)]
    work += [
        forever(
            end,
            lambda t, n=n: call(
                "writes of 6 MB in chunks",
                "PUT",
                f"{large}/items/{n}",
                body.replace(b'"any"', f'"{n}"'.encode()),
                chunked=True,
            ),
        )
        for n in range(16)
    ]
    work += [forever(end, lambda t, n=n: chat(n, t)) for n in range(4)]
    work.append(watch(end, most))
    # a slow reader that is not cut off would take hours
    await asyncio.wait([asyncio.ensure_future(each) for each in work], timeout=seconds + 15)
    return most


HOST, port = sys.argv[1].rsplit(":", 1)
PORT, PID = int(port), int(sys.argv[2])
most = asyncio.run(main(float(sys.argv[3]) if len(sys.argv) > 3 else 60))
print("| calls | how they ended | median, 99 %, longest |")
print("|---|---|---|")
for role in outcomes:
    each = sorted(times[role]) or [0.0]
    ended = ", ".join(f"{count} × {outcome}" for outcome, count in sorted(outcomes[role].items(), key=str))
    print(f"| {role} | {ended} | {each[len(each) // 2]:.2f} s, {each[len(each) * 99 // 100]:.2f} s, {each[-1]:.2f} s |")
print(f"\nMost memory, MiB: {dict(most)}")
bad = [role for role, ended in outcomes.items() if ended[500]]
small = outcomes["small calls"]
if bad or set(small) - {200, 201} or max(times["small calls"], default=9) > 1 or outcomes["the process"]:
    sys.exit(f"FAILED: {bad or 'small calls'}")
