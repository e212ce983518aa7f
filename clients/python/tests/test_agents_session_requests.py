"""What BobbinSession sends, and what it repeats. A local server plays the service."""

from __future__ import annotations

import json

import pytest
from agents.items import TResponseInputItem

from bobbin_chatkit import AsyncBobbin, BobbinError, UnreachableError, _retry
from bobbin_chatkit.agents import BobbinSession
from scripted_server import Answer, Drop, ScriptedServer
from test_client_requests import JSON, a_page, a_problem

ITEM: TResponseInputItem = {"role": "user", "content": "a"}
ADDED = Answer(201, JSON, b'{"data":[]}')


@pytest.fixture(autouse=True)
def _short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_retry, "BACKOFF_BASE", 0.02)


async def test_each_call_is_one_request() -> None:
    item = json.dumps(ITEM).encode()
    row = b'{"id":"i","type":"agents_item","created_at":"2026-01-01T00:00:00+00:00","item":' + item + b"}"
    page = Answer(200, JSON, b'{"data":[' + row + b'],"has_more":false,"after":null,"next":null}')
    popped = Answer(200, JSON, row)
    answers = (page, page, ADDED, popped, Answer(204), Answer(200, JSON, b'{"data":[]}'))
    async with ScriptedServer(*answers) as server, AsyncBobbin(server.url) as client:
        session = BobbinSession("s/1", client)
        assert await session.get_items() == [ITEM]
        assert await session.get_items(7) == [ITEM]
        await session.add_items([{"role": "user", "content": "é"}, {"role": "user", "content": "b"}])
        assert await session.pop_item() == ITEM
        assert await session.pop_item() is None
        await session.clear_session()
    items = "/v1/threads/ses_s%2F1/items"
    assert [(request.method, request.target) for request in server.received] == [
        ("GET", f"{items}?limit=100&order=desc"),
        ("GET", f"{items}?limit=7&order=desc"),
        ("POST", items),
        ("POST", f"{items}/pop"),
        ("POST", f"{items}/pop"),
        ("PUT", items),
    ]
    sent = json.loads(server.received[2].body)
    assert [item["item"]["content"] for item in sent] == ["é", "b"]
    # No time: the clocks of two processes differ.
    assert all(item.keys() == {"id", "type", "item"} for item in sent)
    assert "idempotency-key" not in server.received[3].headers


async def test_first_items_come_with_the_thread() -> None:
    created = Answer(201, JSON, b"{}")
    async with (
        ScriptedServer(a_problem(404, "not-found"), created) as server,
        AsyncBobbin(server.url) as client,
    ):
        await BobbinSession('s"1', client).add_items([{"role": "user", "content": "a"}])
    assert [request.target for request in server.received] == [
        "/v1/threads/ses_s%221/items",
        "/v1/threads?kind=session",
    ]
    thread = json.loads(server.received[1].body)
    assert thread == {"id": 'ses_s"1', "items": json.loads(server.received[0].body)}


async def test_thread_that_another_created_meanwhile_gets_the_items() -> None:
    answers = (a_problem(404, "not-found"), a_problem(409, "conflict"), ADDED)
    async with ScriptedServer(*answers) as server, AsyncBobbin(server.url) as client:
        await BobbinSession("s", client).add_items([{"role": "user", "content": "a"}])
    assert server.received[0].body == server.received[2].body


async def test_repeated_addition_has_the_same_ids() -> None:
    async with (
        ScriptedServer(Drop(), a_problem(503, "busy"), ADDED) as server,
        AsyncBobbin(server.url) as client,
    ):
        session = BobbinSession("s", client)
        await session.add_items([{"role": "user", "content": "a"}])
        await session.add_items([{"role": "user", "content": "a"}])
    first, second, third, other = [request.body for request in server.received]
    assert first == second == third != other


async def test_pop_is_not_repeated_if_it_may_have_taken_effect() -> None:
    async with ScriptedServer(Drop(), Answer(204)) as server, AsyncBobbin(server.url) as client:
        with pytest.raises(UnreachableError):
            await BobbinSession("s", client).pop_item()
    assert len(server.received) == 1
    lost = a_problem(503, "database-unavailable")
    async with ScriptedServer(lost, Answer(204)) as server, AsyncBobbin(server.url) as client:
        with pytest.raises(BobbinError, match="503"):
            await BobbinSession("s", client).pop_item()
    assert len(server.received) == 1


async def test_pop_is_repeated_if_nothing_was_done() -> None:
    async with (
        ScriptedServer(a_problem(503, "busy"), Answer(204)) as server,
        AsyncBobbin(server.url) as client,
    ):
        assert await BobbinSession("s", client).pop_item() is None
    assert len(server.received) == 2


async def test_reading_stops_at_the_limit() -> None:
    ids = [f"i{n}" for n in range(2)]
    page = json.loads(a_page(*ids, has_more=True, next="c").body)
    for row in page["data"]:
        row.update(type="agents_item", created_at="2026-01-01T00:00:00+00:00", item={"n": row["id"]})
    answer = Answer(200, JSON, json.dumps(page).encode())
    async with ScriptedServer(answer) as server, AsyncBobbin(server.url) as client:
        # Pages may be shorter than was asked for.
        assert await BobbinSession("s", client).get_items(3) == [{"n": "i0"}, {"n": "i1"}, {"n": "i0"}]
    assert [request.target for request in server.received] == [
        "/v1/threads/ses_s/items?limit=3&order=desc",
        "/v1/threads/ses_s/items?limit=3&order=desc&cursor=c",
    ]
