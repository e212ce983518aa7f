"""openai-python's hosted ChatKit threads, with strict validation, over threads that BobbinStore wrote."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import openai
import pytest
from agents import OpenAIConversationsSession
from chatkit.types import HiddenContextItem, LockedStatus
from openai import AsyncOpenAI

from bobbin_chatkit import BobbinStore
from processes import API_KEYS, Server
from samples import NOON, User, a_message, a_thread, items_of_every_type
from test_openai_conversations import options


@pytest.fixture
async def client(bobbin: Server, ann: User) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(**options(bobbin.url, ann.user_id)) as client:
        yield client


async def test_threads_from_listing_to_deletion(
    client: AsyncOpenAI, store: BobbinStore[User], ann: User
) -> None:
    threads = client.beta.chatkit.threads
    thread = a_thread(title="Trip", status=LockedStatus(reason="spam"), metadata={"secret": 1})
    await store.save_thread(thread, ann)
    await store.save_thread(a_thread(id="thr_plain"), ann)
    found = await threads.retrieve(thread.id)
    assert found.to_dict() == {
        "id": thread.id,
        "object": "chatkit.thread",
        "created_at": int(NOON.replace(tzinfo=timezone.utc).timestamp()),
        "title": "Trip",
        "status": {"type": "locked", "reason": "spam"},
        "user": ann.user_id,
    }
    page = await threads.list()
    assert [row.id for row in page.data] == ["thr_plain", thread.id]
    assert page.data[1] == found
    assert page.data[0].title is None
    assert page.data[0].status.type == "active"
    deleted = await threads.delete(thread.id)
    assert deleted.to_dict() == {"id": thread.id, "object": "chatkit.thread.deleted", "deleted": True}
    with pytest.raises(openai.NotFoundError) as caught:
        await threads.retrieve(thread.id)
    assert thread.id in caught.value.message
    assert caught.value.type == "invalid_request_error"


async def test_items_of_every_type(client: AsyncOpenAI, store: BobbinStore[User], ann: User) -> None:
    thread = a_thread()
    await store.save_thread(thread, ann)
    for item in items_of_every_type(thread.id):
        await store.add_thread_item(thread.id, item, ann)
    items = [item.to_dict() async for item in client.beta.chatkit.threads.list_items(thread.id, order="asc")]
    assert {item["object"] for item in items} == {"chatkit.thread_item"}
    assert {item["thread_id"] for item in items} == {thread.id}
    types = [item["type"] for item in items]
    assert types == [
        kind for item in items_of_every_type(thread.id) if (kind := HOSTED.get(item.type)) is not None
    ]
    by_type: dict[Any, Any] = {item["type"]: item for item in items}
    call = by_type["chatkit.client_tool_call"]
    # Its output counts when it is completed.
    assert (call["status"], call["arguments"], call["output"]) == ("in_progress", '{"z":1,"a":null}', None)
    assert isinstance(json.loads(by_type["chatkit.widget"]["widget"]), dict)
    assert "Secret" not in json.dumps(items)


HOSTED = {
    "user_message": "chatkit.user_message",
    "assistant_message": "chatkit.assistant_message",
    "client_tool_call": "chatkit.client_tool_call",
    "widget": "chatkit.widget",
    "task": "chatkit.task",
    "workflow": "chatkit.task_group",
}


async def test_iterators_return_every_thread_and_item_once(
    client: AsyncOpenAI, store: BobbinStore[User], ann: User
) -> None:
    threads = client.beta.chatkit.threads
    thread = a_thread()
    await store.save_thread(thread, ann)
    await store.add_thread_items(
        thread.id,
        [a_message(thread.id, id=f"m{n}", created_at=NOON + timedelta(seconds=n)) for n in range(250)],
        ann,
    )
    expected = [f"m{n}" for n in range(250)]
    for limit in (7, 100):
        ascending = threads.list_items(thread.id, order="asc", limit=limit)
        assert [item.id async for item in ascending] == expected
        descending = threads.list_items(thread.id, limit=limit)
        assert [item.id async for item in descending] == expected[::-1]
    # `before` stays the other end while `after` moves on.
    between = threads.list_items(thread.id, order="asc", after="m9", before="m240", limit=20)
    assert [item.id async for item in between] == expected[10:240]
    between = threads.list_items(thread.id, order="desc", after="m240", before="m9", limit=100)
    assert [item.id async for item in between] == expected[10:240][::-1]
    for limit, count in ((0, 20), (1, 1), (150, 100)):
        page = await threads.list_items(thread.id, limit=limit)
        assert (len(page.data), page.has_more) == (count, True)
    others = [a_thread(id=f"thr_{n:03}", created_at=NOON + timedelta(days=1, seconds=n)) for n in range(50)]
    for other in others:
        await store.save_thread(other, ann)
    listed = [row.id async for row in threads.list(order="asc", limit=7)]
    assert listed == [thread.id, *(other.id for other in others)]
    assert [row.id async for row in threads.list()] == listed[::-1]


async def test_hidden_context_makes_no_page_shorter(
    client: AsyncOpenAI, store: BobbinStore[User], ann: User
) -> None:
    thread = a_thread()
    await store.save_thread(thread, ann)
    items: list[Any] = []
    for n in range(60):
        at = NOON + timedelta(seconds=n)
        base: dict[str, Any] = {"thread_id": thread.id, "created_at": at}
        items += [HiddenContextItem(id=f"h{n}_{i}", content="Secret", **base) for i in range(5)]
        items.append(a_message(thread.id, id=f"m{n}", created_at=at))
    await store.add_thread_items(thread.id, items, ann)
    page = await client.beta.chatkit.threads.list_items(thread.id)
    assert [item.id for item in page.data] == [f"m{n}" for n in range(59, 39, -1)]
    everything = client.beta.chatkit.threads.list_items(thread.id, order="asc")
    assert [item.id async for item in everything] == [f"m{n}" for n in range(60)]


async def test_empty_pages_and_unknown_ids(client: AsyncOpenAI, store: BobbinStore[User], ann: User) -> None:
    threads = client.beta.chatkit.threads
    page = await threads.list()
    empty = {"object": "list", "data": [], "has_more": False, "first_id": None, "last_id": None}
    assert page.to_dict() == empty
    await store.save_thread(a_thread(id="thr_1"), ann)
    assert (await threads.list_items("thr_1")).data == []
    for call in (
        lambda: threads.list_items("thr_none"),
        lambda: threads.delete("thr_none"),
        lambda: threads.list_items("thr_1", after="none"),
        lambda: threads.list_items("thr_1", before="none"),
        lambda: threads.list(after="none"),
        lambda: threads.list(before="none"),
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            await call()
        assert "none" in caught.value.message


async def test_user_of_the_query(
    bobbin: Server, client: AsyncOpenAI, store: BobbinStore[User], ann: User, bob: User
) -> None:
    await store.save_thread(a_thread(id="thr_ann"), ann)
    await store.save_thread(a_thread(id="thr_bob"), bob)
    threads = client.beta.chatkit.threads
    assert [row.id for row in (await threads.list(user=ann.user_id)).data] == ["thr_ann"]
    assert (await threads.list(user=bob.user_id)).data == []
    with pytest.raises(openai.NotFoundError):
        await threads.retrieve("thr_bob")
    without = options(bobbin.url, ann.user_id)
    del without["default_headers"]
    async with AsyncOpenAI(**without) as anybody:
        listed = await anybody.beta.chatkit.threads.list(user=bob.user_id)
        assert [(row.id, row.user) for row in listed.data] == [("thr_bob", bob.user_id)]
        with pytest.raises(openai.BadRequestError) as caught:
            await anybody.beta.chatkit.threads.list()
        assert caught.value.param == "Bobbin-User"
    async with AsyncOpenAI(**options(bobbin.url, ann.user_id, API_KEYS["beta"])) as other_tenant:
        assert (await other_tenant.beta.chatkit.threads.list()).data == []


async def test_thread_is_read_as_a_conversation(
    client: AsyncOpenAI, store: BobbinStore[User], ann: User
) -> None:
    thread = a_thread()
    await store.save_thread(thread, ann)
    for item in items_of_every_type(thread.id):
        await store.add_thread_item(thread.id, item, ann)
    assert (await client.conversations.retrieve(thread.id)).id == thread.id
    items = [item async for item in client.conversations.items.list(thread.id, order="asc")]
    assert [item.type for item in items] == ["message", "message", "function_call"]
    session = OpenAIConversationsSession(conversation_id=thread.id, openai_client=client)
    assert await session.get_items() == [item.to_dict() for item in items]
    for call in (
        lambda: session.add_items([{"role": "user", "content": "a"}]),
        lambda: session.pop_item(),
        lambda: session.clear_session(),
        lambda: client.conversations.update(thread.id, metadata={}),
    ):
        with pytest.raises(openai.BadRequestError):
            await call()
    assert len((await store.load_thread_items(thread.id, None, 20, "asc", ann)).data) == 11


async def test_faces_do_not_see_each_others_threads(
    client: AsyncOpenAI, store: BobbinStore[User], raw: httpx.AsyncClient, ann: User
) -> None:
    thread = a_thread(created_at=datetime(2026, 1, 1, tzinfo=timezone.utc))
    await store.save_thread(thread, ann)
    conversation = await client.conversations.create(items=[{"role": "user", "content": "a"}])
    threads = client.beta.chatkit.threads
    assert [row.id for row in (await threads.list()).data] == [thread.id]
    assert [row.id for row in (await store.load_threads(20, None, "asc", ann)).data] == [thread.id]
    for call in (
        lambda: threads.retrieve(conversation.id),
        lambda: threads.list_items(conversation.id),
        lambda: threads.delete(conversation.id),
    ):
        with pytest.raises(openai.NotFoundError):
            await call()
    listed = (await raw.get("/v1/threads", params={"kind": "conversation"})).json()
    assert [row["id"] for row in listed["data"]] == [conversation.id]
