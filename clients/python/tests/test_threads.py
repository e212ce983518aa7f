"""Threads, as ChatKit's server uses them."""

from __future__ import annotations

from datetime import datetime, timezone

import httpx
import pytest
from chatkit.store import NotFoundError
from chatkit.types import Page, Thread, ThreadItem, ThreadMetadata

from bobbin_chatkit import BobbinStore
from samples import NOON, User, a_full_thread, a_message, a_thread, items_of_every_type


async def test_saved_thread_is_loaded_whole(store: BobbinStore[User], ann: User) -> None:
    thread = a_full_thread()
    await store.save_thread(thread, ann)
    assert await store.load_thread(thread.id, ann) == thread


@pytest.mark.parametrize(
    "created_at",
    [NOON, NOON.replace(microsecond=0), NOON.replace(microsecond=1), NOON.replace(tzinfo=timezone.utc)],
)
async def test_thread_is_stored_byte_for_byte(
    store: BobbinStore[User], ann: User, raw: httpx.AsyncClient, created_at: datetime
) -> None:
    thread = a_full_thread().model_copy(update={"created_at": created_at})
    await store.save_thread(thread, ann)
    assert (await raw.get(f"/v1/threads/{thread.id}")).text == thread.model_dump_json()
    assert (await store.load_thread(thread.id, ann)).created_at.tzinfo == created_at.tzinfo


async def test_saving_again_replaces(store: BobbinStore[User], ann: User, thread: ThreadMetadata) -> None:
    await store.save_thread(thread.model_copy(update={"title": "New", "metadata": {"a": 1}}), ann)
    loaded = await store.load_thread(thread.id, ann)
    assert (loaded.title, loaded.metadata) == ("New", {"a": 1})
    assert len((await store.load_threads(10, None, "desc", ann)).data) == 1


async def test_items_of_a_saved_thread_are_left_out(
    store: BobbinStore[User], ann: User, raw: httpx.AsyncClient
) -> None:
    metadata = a_full_thread()
    items = Page[ThreadItem](data=[a_message(metadata.id)])
    thread = Thread(**metadata.model_dump(), items=items)
    await store.save_thread(thread, ann)
    assert (await raw.get(f"/v1/threads/{thread.id}")).text == metadata.model_dump_json()
    assert (await store.load_thread_items(thread.id, None, 20, "asc", ann)).data == []
    assert thread.items.data, "the caller's own thread was changed"


async def test_unknown_thread_is_not_found(store: BobbinStore[User], ann: User) -> None:
    with pytest.raises(NotFoundError, match=r"^Thread thr_nope not found$"):
        await store.load_thread("thr_nope", ann)


async def test_deleting_a_thread_deletes_its_items(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    await store.add_thread_item(thread.id, a_message(thread.id, id="msg_1"), ann)
    await store.delete_thread(thread.id, ann)
    with pytest.raises(NotFoundError, match=f"Thread {thread.id} not found"):
        await store.load_thread(thread.id, ann)
    with pytest.raises(NotFoundError):
        await store.load_item(thread.id, "msg_1", ann)
    await store.save_thread(thread, ann)
    assert (await store.load_thread_items(thread.id, None, 20, "asc", ann)).data == []


async def test_deleting_an_unknown_thread_is_silent(store: BobbinStore[User], ann: User) -> None:
    await store.delete_thread("thr_nope", ann)


@pytest.mark.parametrize("id_", ["a/b", "../x", "%2F", "ü 🧵", "q?x=1#f", "a+b&c;d", "x" * 255, "~.-_"])
async def test_any_id_can_be_used(store: BobbinStore[User], ann: User, id_: str) -> None:
    thread = a_thread(id=id_)
    item = a_message(id_, id=id_)
    await store.save_thread(thread, ann)
    await store.add_thread_item(id_, item, ann)
    assert await store.load_thread(id_, ann) == thread
    assert await store.load_item(id_, id_, ann) == item
    assert (await store.load_thread_items(id_, None, 20, "asc", ann)).data == [item]
    await store.delete_thread_item(id_, id_, ann)
    await store.delete_thread(id_, ann)
    assert (await store.load_threads(20, None, "asc", ann)).data == []


@pytest.mark.parametrize("id_", ["", ".", ".."])
async def test_an_id_that_a_path_cannot_carry_reaches_nothing(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata, id_: str
) -> None:
    await store.add_thread_item(thread.id, a_message(thread.id), ann)
    await store.delete_thread_item(thread.id, id_, ann)
    await store.delete_thread(id_, ann)
    with pytest.raises(NotFoundError):
        await store.load_item(thread.id, id_, ann)
    with pytest.raises(NotFoundError):
        await store.load_thread(id_, ann)
    with pytest.raises(NotFoundError):
        await store.delete_items_after(thread.id, id_, ann)
    assert (await store.load_thread_items(id_, None, 20, "asc", ann)).data == []
    assert len((await store.load_thread_items(thread.id, None, 20, "asc", ann)).data) == 1


async def test_thread_comes_with_its_first_page_of_items(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    items = items_of_every_type(thread.id)
    await store.add_thread_items(thread.id, items, ann)
    loaded = await store.load_thread_with_items(thread.id, 3, "asc", ann)
    assert ThreadMetadata(**loaded.model_dump(exclude={"items"})) == thread
    assert loaded.items == await store.load_thread_items(thread.id, None, 3, "asc", ann)
    newest = await store.load_thread_with_items(thread.id, 50, "desc", ann)
    assert [item.id for item in newest.items.data] == [item.id for item in reversed(items)]
    with pytest.raises(NotFoundError, match="Thread thr_nope not found"):
        await store.load_thread_with_items("thr_nope", 20, "asc", ann)
