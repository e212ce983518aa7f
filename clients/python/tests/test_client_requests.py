"""What the typed client sends, and what it repeats. A local server plays the failing service."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

import generate_sync
from bobbin_chatkit import (
    AsyncBobbin,
    Bobbin,
    BobbinError,
    BobbinNotFoundError,
    ConflictError,
    DocumentError,
    UnreachableError,
    _retry,
)
from scripted_server import Answer, Drop, ScriptedServer

JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def _short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_retry, "BACKOFF_BASE", 0.02)


def a_problem(status: int, name: str) -> Answer:
    problem = {"type": f"urn:bobbin:problem:{name}", "title": "T", "status": status, "detail": "D"}
    return Answer(status, {"Content-Type": "application/problem+json"}, json.dumps(problem).encode())


def a_page(*ids: str, **members: object) -> Answer:
    page = {"data": [{"id": id_} for id_ in ids], "has_more": False, "after": None, **members}
    return Answer(200, JSON, json.dumps(page).encode())


DELETED = Answer(200, JSON, b'{"deleted":1}')

CONDITIONAL: list[Callable[[AsyncBobbin], Awaitable[Any]]] = [
    lambda client: client.threads.save("t", {}, if_match='"e"'),
    lambda client: client.items.save("t", "i", {}, if_none_match="*"),
    lambda client: client.threads.patch("t", {}, if_match='"e"'),
    lambda client: client.attachments.delete("a", if_match='"e"'),
    lambda client: client.threads.delete_matching(confirm=1),
]


@pytest.mark.parametrize("call", CONDITIONAL)
async def test_condition_is_not_repeated_if_it_may_have_taken_effect(
    call: Callable[[AsyncBobbin], Awaitable[Any]],
) -> None:
    async with ScriptedServer(Drop(), DELETED) as server, AsyncBobbin(server.url) as client:
        with pytest.raises(UnreachableError):
            await call(client)
    assert len(server.received) == 1
    lost = a_problem(503, "database-unavailable")
    async with ScriptedServer(lost, DELETED) as server, AsyncBobbin(server.url) as client:
        with pytest.raises(BobbinError, match="503"):
            await call(client)
    assert len(server.received) == 1


@pytest.mark.parametrize("call", CONDITIONAL)
async def test_condition_is_repeated_if_nothing_was_done(
    call: Callable[[AsyncBobbin], Awaitable[Any]],
) -> None:
    async with ScriptedServer(a_problem(503, "busy"), DELETED) as server, AsyncBobbin(server.url) as client:
        await call(client)
    assert len(server.received) == 2


def test_condition_is_repeated_if_it_was_never_sent() -> None:
    calls = []

    def service(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        if len(calls) == 1:
            raise httpx.ConnectError("refused")
        return httpx.Response(204)

    with httpx.Client(transport=httpx.MockTransport(service)) as transport:
        Bobbin("http://bobbin", client=transport).threads.delete("t", if_match='"e"')
    assert len(calls) == 2


async def test_repeated_creation_has_the_same_key() -> None:
    answers = (Drop(), a_problem(503, "database-unavailable"), Answer(201, JSON, b"{}"))
    async with ScriptedServer(*answers) as server, AsyncBobbin(server.url) as client:
        await client.threads.create()
        await client.threads.create()
    first, second, third, other = [request.headers["idempotency-key"] for request in server.received]
    assert first == second == third != other


async def test_requests_carry_user_and_media_type() -> None:
    async with ScriptedServer(Answer(200, JSON, b"{}")) as server:
        async with AsyncBobbin(server.url, api_key="key", user="ann") as client:
            await client.for_user("Zoë").threads.patch("a/b", {"title": None})
            await client.threads.save("t", b'{"n": 1.50}')
        async with AsyncBobbin(server.url, token="jwt") as client:
            await client.threads.get("t")
    patch, save, get = server.received
    assert (patch.target, patch.body) == ("/v1/threads/a%2Fb", b'{"title":null}')
    assert patch.headers["authorization"] == "Bearer key"
    assert patch.headers["bobbin-user"] == "utf-8''Zo%C3%AB"
    assert patch.headers["content-type"] == "application/merge-patch+json"
    assert save.headers["bobbin-user"] == "ann"
    assert save.headers["content-type"] == "application/json"
    assert save.headers["prefer"] == "return=minimal"
    assert save.body == b'{"n": 1.50}'
    assert get.headers["authorization"] == "Bearer jwt"
    assert "bobbin-user" not in get.headers


async def test_what_cannot_be_sent_is_not_sent() -> None:
    with pytest.raises(ValueError, match="either an api_key or a token"):
        AsyncBobbin("http://bobbin", api_key="a", token="b")
    async with ScriptedServer(Answer(204)) as server, AsyncBobbin(server.url) as client:
        for id_ in ("", ".", "..", "cut \ud83d"):
            with pytest.raises(BobbinNotFoundError):
                await client.items.delete("t", id_)
        with pytest.raises(DocumentError):
            await client.threads.save("t", {"title": "cut \ud83d"})
        with pytest.raises(ValueError, match="user"):
            await client.for_user("").threads.get("t")
    assert server.received == []


async def test_iteration_follows_the_cursor_and_keeps_the_filters() -> None:
    answers = (
        a_page("a", has_more=True, after="a", next="c1"),
        a_page(next="c2"),
        a_page("b", next=None, previous="p"),
    )
    async with ScriptedServer(*answers) as server, AsyncBobbin(server.url) as client:
        rows = client.threads.list(status="locked", count=True, after="z", limit=1)
        assert [row["id"] async for row in rows] == ["a", "b"]
    assert [request.target for request in server.received] == [
        "/v1/threads?status=locked&count=true&after=z&limit=1",
        "/v1/threads?status=locked&limit=1&cursor=c1",
        "/v1/threads?status=locked&limit=1&cursor=c2",
    ]


async def test_iteration_falls_back_to_the_last_id() -> None:
    answers = (a_page("a", has_more=True, after="a"), a_page("b"))
    async with ScriptedServer(*answers) as server:
        with Bobbin(server.url) as client:
            rows = await asyncio.to_thread(lambda: list(client.items.list("t", order="asc")))
    assert rows == [{"id": "a"}, {"id": "b"}]
    assert [request.target for request in server.received] == [
        "/v1/threads/t/items?order=asc",
        "/v1/threads/t/items?order=asc&after=a",
    ]


async def test_sync_calls_are_repeated_as_well() -> None:
    answers = (Drop(), a_problem(503, "busy"), Answer(200, JSON, b'{"id":"t"}'))
    async with ScriptedServer(*answers) as server:
        with Bobbin(server.url) as client:
            stored = await asyncio.to_thread(client.threads.get, "t")
    assert stored.document == {"id": "t"}
    assert len(server.received) == 3


async def test_conflict_is_told_from_other_409s() -> None:
    answers = (a_problem(409, "thread-locked"), a_problem(409, "conflict"))
    async with ScriptedServer(*answers) as server, AsyncBobbin(server.url) as client:
        with pytest.raises(BobbinError) as locked:
            await client.items.add("t", {})
        with pytest.raises(ConflictError):
            await client.items.add("t", {})
    assert not isinstance(locked.value, ConflictError)


def test_sync_client_is_the_async_one_without_await() -> None:
    generated = (generate_sync.CLIENT / "_sync.py").read_text()
    assert generated == generate_sync.sync_source(), "Run python generate_sync.py"
