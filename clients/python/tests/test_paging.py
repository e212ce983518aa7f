"""Pages: both ways, with equal timestamps, at the edges of `limit` and `after`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta, timezone
from typing import Any

import pytest
from chatkit.store import NotFoundError
from chatkit.types import Page, ThreadMetadata

from bobbin_chatkit import BobbinError, BobbinStore
from samples import NOON, User, a_message, a_thread


async def ids_of_pages(load: Callable[[str | None], Awaitable[Page[Any]]]) -> list[list[str]]:
    """Follows `after` to the end and returns the ids of each page."""
    pages: list[list[str]] = []
    after = None
    while True:
        page = await load(after)
        pages.append([row.id for row in page.data])
        if not page.has_more:
            assert page.after is None
            return pages
        assert page.after == page.data[-1].id
        after = page.after


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("count", [0, 1, 6, 7])
async def test_items_of_one_instant_keep_their_order(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata, order: str, count: int
) -> None:
    items = [a_message(thread.id, id=f"msg_{n}") for n in range(count)]
    await store.add_thread_items(thread.id, items, ann)
    expected = [item.id for item in (items if order == "asc" else reversed(items))]
    pages = await ids_of_pages(lambda after: store.load_thread_items(thread.id, after, 3, order, ann))
    assert pages == ([expected[at : at + 3] for at in range(0, count, 3)] or [[]])


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_threads_of_one_instant_keep_their_order(
    store: BobbinStore[User], ann: User, order: str
) -> None:
    threads = [a_thread() for _ in range(7)]
    for thread in threads:
        await store.save_thread(thread, ann)
    # Saved again, as a new title would be: does not move.
    await store.save_thread(threads[2].model_copy(update={"title": "New"}), ann)
    expected = [thread.id for thread in (threads if order == "asc" else reversed(threads))]
    pages = await ids_of_pages(lambda after: store.load_threads(3, after, order, ann))
    assert pages == [expected[:3], expected[3:6], expected[6:]]


async def test_order_is_by_creation_not_by_insertion(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    # A naive time sorts as UTC; a zone counts; a fraction left out is zero.
    later = a_message(thread.id, id="later", created_at=NOON + timedelta(microseconds=1))
    earlier = a_message(thread.id, id="earlier", created_at=NOON.replace(microsecond=0))
    east = timezone(timedelta(hours=2))
    earliest = a_message(thread.id, id="earliest", created_at=NOON.replace(hour=13, tzinfo=east))
    for item in (later, earlier, earliest):
        await store.add_thread_item(thread.id, item, ann)
    page = await store.load_thread_items(thread.id, None, 20, "asc", ann)
    assert [item.id for item in page.data] == ["earliest", "earlier", "later"]


async def test_items_added_at_once_are_all_there(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    items = [a_message(thread.id) for _ in range(40)]
    await asyncio.gather(*(store.add_thread_item(thread.id, item, ann) for item in items))
    pages = await ids_of_pages(lambda after: store.load_thread_items(thread.id, after, 7, "desc", ann))
    assert sorted(id_ for page in pages for id_ in page) == sorted(item.id for item in items)


@pytest.mark.parametrize(("limit", "length"), [(0, 20), (1, 1), (100, 100), (101, 100), (10**9, 100)])
async def test_limit_is_bounded(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata, limit: int, length: int
) -> None:
    await store.add_thread_items(thread.id, [a_message(thread.id) for _ in range(105)], ann)
    page = await store.load_thread_items(thread.id, None, limit, "desc", ann)
    assert (len(page.data), page.has_more) == (length, True)


async def test_negative_limit_and_unknown_order_are_refused(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    for limit, order in ((-1, "desc"), (20, "sideways")):
        with pytest.raises(BobbinError) as caught:
            await store.load_thread_items(thread.id, None, limit, order, ann)
        assert caught.value.status == 400
        with pytest.raises(BobbinError) as caught:
            await store.load_threads(limit, None, order, ann)
        assert caught.value.status == 400


async def test_unknown_cursor_is_not_found(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    await store.add_thread_item(thread.id, a_message(thread.id), ann)
    with pytest.raises(NotFoundError, match="msg_nope"):
        await store.load_thread_items(thread.id, "msg_nope", 20, "desc", ann)
    with pytest.raises(NotFoundError, match="thr_nope"):
        await store.load_threads(20, "thr_nope", "desc", ann)


async def test_cursor_of_another_thread_is_not_found(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    other = a_thread()
    await store.save_thread(other, ann)
    await store.add_thread_item(other.id, a_message(other.id, id="msg_there"), ann)
    await store.add_thread_item(thread.id, a_message(thread.id), ann)
    with pytest.raises(NotFoundError):
        await store.load_thread_items(thread.id, "msg_there", 20, "desc", ann)


async def test_empty_cursor_is_the_first_page(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    item = a_message(thread.id)
    await store.add_thread_item(thread.id, item, ann)
    assert (await store.load_thread_items(thread.id, "", 20, "desc", ann)).data == [item]
