"""BobbinSession against the real service."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest
from agents.items import TResponseInputItem
from agents.memory import Session, SessionSettings

from bobbin_chatkit import AsyncBobbin, BobbinNotFoundError, DocumentError
from bobbin_chatkit.agents import BobbinSession
from cutting_proxy import CuttingProxy
from processes import API_KEYS, Server
from samples import User


@pytest.fixture
async def client(bobbin: Server, ann: User) -> AsyncIterator[AsyncBobbin]:
    async with AsyncBobbin(bobbin.url, api_key=API_KEYS["acme"], user=ann.user_id) as client:
        yield client


@pytest.fixture
def session(client: AsyncBobbin) -> BobbinSession:
    return BobbinSession(f"s-{secrets.token_hex(6)}", client)


def thread_of(session: BobbinSession) -> str:
    return f"ses_{session.session_id}"


def said(text: Any, **members: Any) -> TResponseInputItem:
    item: TResponseInputItem = {"role": "user", "content": str(text)}
    return {**item, **members}  # type: ignore[return-value]


def texts(items: list[TResponseInputItem]) -> list[Any]:
    return [item["content"] for item in items]  # type: ignore[typeddict-item]


async def test_it_is_a_session(session: BobbinSession) -> None:
    assert isinstance(session, Session)
    assert await session.get_items() == []
    assert await session.pop_item() is None
    await session.clear_session()
    await session.add_items([])
    assert await session.get_items(5) == []


async def test_items_come_back_as_they_were_added(session: BobbinSession, client: AsyncBobbin) -> None:
    items: list[Any] = [
        {"role": "user", "content": 'Ünïcode "quoted" \\ \u0000 \u2028 🧵'},
        {"role": "user", "content": [{"type": "input_text", "text": "parts"}, {"type": "x", "y": None}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": '{"a": 1.50}', "id": "fc_1"},
        {"type": "function_call_output", "call_id": "c", "output": "half a pair: \ud83e"},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA", "status": None},
        {"id": "msg_1", "created_at": "mine", "thread_id": 3, "type": "message", "big": 2**70, "n": 0.1},
        {},
    ]
    await session.add_items(items)
    assert await session.get_items() == items
    for item in reversed(items):
        assert await session.pop_item() == item
    assert await session.pop_item() is None


async def test_bytes_of_an_item_stay(session: BobbinSession, client: AsyncBobbin) -> None:
    await session.add_items([said("a  b", z=1.50, a=None)])
    page = await client.items.list(thread_of(session))
    assert b'"item":{"role":"user","content":"a  b","z":1.5,"a":null}' in page.raw


@pytest.mark.parametrize("limit", [0, -1, 1, 99, 100, 101, 200, 249, 250, 251, 1000])
async def test_limit_returns_the_newest_oldest_first(
    bobbin: Server, limit: int, many: tuple[str, str]
) -> None:
    user, id_ = many
    async with AsyncBobbin(bobbin.url, api_key=API_KEYS["acme"], user=user) as client:
        newest = list(map(str, range(250)))[-limit:] if limit > 0 else []
        assert texts(await BobbinSession(id_, client).get_items(limit)) == newest
        settings = SessionSettings(limit=limit)
        assert texts(await BobbinSession(id_, client, session_settings=settings).get_items()) == newest
        by_dict = BobbinSession(id_, client, session_settings={"limit": 3})
        assert texts(await by_dict.get_items()) == ["247", "248", "249"]
        assert texts(await by_dict.get_items(limit)) == newest
        assert len(await BobbinSession(id_, client).get_items()) == 250


@pytest.fixture(scope="module")
def many(bobbin: Server) -> tuple[str, str]:
    """A user with a session of 250 items."""

    async def add() -> None:
        async with AsyncBobbin(bobbin.url, api_key=API_KEYS["acme"], user=user) as client:
            for first in range(0, 250, 50):
                await BobbinSession("many", client).add_items([said(n) for n in range(first, first + 50)])

    user = f"many-{secrets.token_hex(6)}"
    asyncio.run(add())
    return user, "many"


async def test_more_than_a_batch_and_more_than_a_body(session: BobbinSession) -> None:
    await session.add_items([said(n) for n in range(2500)])
    assert texts(await session.get_items()) == list(map(str, range(2500)))
    await session.clear_session()
    large = [said(character * (5 << 20)) for character in "abcd"]
    await session.add_items(large)
    assert await session.get_items() == large
    assert await session.pop_item() == large[-1]


async def test_clearing_keeps_the_thread(session: BobbinSession, client: AsyncBobbin) -> None:
    await session.add_items([said("a")])
    thread = await client.threads.get(thread_of(session))
    await session.clear_session()
    assert await session.get_items() == []
    await session.add_items([said("b")])
    assert texts(await session.get_items()) == ["b"]
    assert (await client.threads.get(thread_of(session))).raw == thread.raw


async def test_sessions_are_a_kind_of_their_own(session: BobbinSession, client: AsyncBobbin) -> None:
    await session.add_items([said("a")])
    assert (await client.threads.list()).data == []
    assert [thread["id"] for thread in (await client.threads.list(kind="session")).data] == [
        thread_of(session)
    ]


async def test_session_named_after_a_chat_leaves_the_chat_alone(client: AsyncBobbin) -> None:
    thread = (await client.threads.create({"id": "thr_1", "title": "a chat"})).raw
    await client.items.add("thr_1", {"id": "msg_1", "type": "user_message", "content": []})
    items = (await client.items.list("thr_1")).raw
    session = BobbinSession("thr_1", client)
    assert session.session_id == "thr_1"
    assert await session.get_items() == []
    assert await session.pop_item() is None
    await session.clear_session()
    await session.add_items([said("a"), said("b")])
    assert await session.pop_item() == said("b")
    assert texts(await session.get_items()) == ["a"]
    await session.clear_session()
    assert (await client.threads.get("thr_1")).raw == thread
    assert (await client.items.list("thr_1")).raw == items


async def test_ids_users_and_tenants_are_apart(
    bobbin: Server, session: BobbinSession, client: AsyncBobbin, ann: User, bob: User
) -> None:
    await session.add_items([said("mine")])
    async with AsyncBobbin(bobbin.url, api_key=API_KEYS["beta"], user=ann.user_id) as other_tenant:
        for stranger in (
            BobbinSession(session.session_id + "x", client),
            BobbinSession(session.session_id, client.for_user(bob.user_id)),
            BobbinSession(session.session_id, other_tenant),
        ):
            assert await stranger.get_items() == []
            assert await stranger.pop_item() is None
            await stranger.clear_session()
            await stranger.add_items([said("theirs")])
    assert texts(await session.get_items()) == ["mine"]


@pytest.mark.parametrize("id_", ["a/b?c#d%e é", "🧵", " ", "a\u0301", "..", "x" * 251])
async def test_ids_of_users(client: AsyncBobbin, id_: str) -> None:
    session = BobbinSession(id_, client)
    await session.add_items([said("a")])
    assert texts(await session.get_items()) == ["a"]


@pytest.mark.parametrize("id_", ["", "x" * 252, "a\nb", "\ud83e"])
def test_impossible_ids_are_refused(id_: str) -> None:
    with pytest.raises(ValueError, match="No session can have the id"):
        BobbinSession(id_, AsyncBobbin("http://localhost"))


async def test_what_no_session_added_is_no_item(client: AsyncBobbin) -> None:
    await client.threads.save("ses_1", {})
    await client.items.add("ses_1", {"type": "user_message", "content": []})
    session = BobbinSession("1", client)
    with pytest.raises(DocumentError, match="that no session added: user_message"):
        await session.get_items()


async def test_what_cannot_be_json_is_not_added(session: BobbinSession) -> None:
    with pytest.raises(ValueError, match="JSON"):
        await session.add_items([said("a"), said("b", n=float("nan"))])
    assert await session.get_items() == []


async def test_the_service_gives_one_request_one_time(session: BobbinSession, client: AsyncBobbin) -> None:
    await session.add_items([said(n) for n in range(100)])
    other = BobbinSession(session.session_id, client)
    await other.add_items([said(100 + n) for n in range(100)])
    times = [item["created_at"] async for item in client.items.list(thread_of(session), order="asc")]
    assert times == [times[0]] * 100 + [times[-1]] * 100
    assert times[0] < times[-1]
    thread = (await client.threads.get(thread_of(session))).document
    assert thread["created_at"] <= times[0]
    assert await session.pop_item() == said(199)
    assert await other.pop_item() == said(198)


async def test_additions_whose_answers_are_lost_are_stored_once(bobbin: Server, ann: User) -> None:
    async with (
        CuttingProxy(bobbin.url) as proxy,
        AsyncBobbin(proxy.url, api_key=API_KEYS["acme"], user=ann.user_id) as client,
    ):
        session = BobbinSession("s", client)
        proxy.cut("POST /v1/threads?kind=session")
        await session.add_items([said(0), said(1)])
        proxy.cut("POST /v1/threads/ses_s/items")
        await session.add_items([said(2), said(3)])
        assert proxy.lost == 2
        assert texts(await session.get_items()) == ["0", "1", "2", "3"]


async def test_first_items_at_once_are_all_there(bobbin: Server, ann: User) -> None:
    clients = [AsyncBobbin(bobbin.url, api_key=API_KEYS["acme"], user=ann.user_id) for _ in range(4)]
    turns = [[said(f"{n} {part}") for part in range(5)] for n in range(24)]
    await asyncio.gather(
        *(BobbinSession("s", clients[n % 4]).add_items(turn) for n, turn in enumerate(turns))
    )
    stored: list[Any] = texts(await BobbinSession("s", clients[0]).get_items())
    assert sorted(stored) == sorted(text for turn in turns for text in texts(turn))
    # Each turn is together, and in its order.
    for turn in turns:
        first = stored.index(texts(turn)[0])
        assert stored[first : first + 5] == texts(turn)
    for client in clients:
        await client.aclose()


async def test_each_pop_gets_another_item_while_others_add(
    session: BobbinSession, client: AsyncBobbin
) -> None:
    await session.add_items([said(n) for n in range(50)])
    sessions = [BobbinSession(session.session_id, client) for _ in range(20)]
    results = await asyncio.gather(
        *(sessions[n % 20].pop_item() for n in range(50)),
        *(sessions[n % 20].add_items([said(100 + n)]) for n in range(20)),
    )
    popped: list[Any] = [item["content"] for item in results[:50] if item]  # type: ignore[typeddict-item]
    left = texts(await session.get_items())
    assert len(popped) == 50
    assert sorted(popped + left) == sorted(map(str, [*range(50), *range(100, 120)]))


async def test_client_pops_documents(client: AsyncBobbin) -> None:
    with pytest.raises(BobbinNotFoundError):
        await client.items.pop("thr_1")
    await client.threads.save("thr_1", {"status": {"type": "active"}})
    await client.items.add("thr_1", {"id": "a", "type": "widget", "created_at": "2026-01-01T00:00:00"})
    assert await client.items.pop("thr_1", enforce_status=True) == json.loads(
        '{"id":"a","type":"widget","created_at":"2026-01-01T00:00:00"}'
    )
    assert await client.items.pop("thr_1") is None
