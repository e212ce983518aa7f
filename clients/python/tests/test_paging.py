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
from scripted_server import Answer, ScriptedServer


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


# The service's pages end at 100 rows.
@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_any_limit_is_kept(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata, order: str
) -> None:
    ids = [f"msg_{n}" for n in range(215)]
    await store.add_thread_items(thread.id, [a_message(thread.id, id=id_) for id_ in ids], ann)
    if order == "desc":
        ids.reverse()
    for limit in (0, 1, 100, 101, 200, 214, 215, 216, 1000, 10**9):
        expected = ids[: limit or 20]
        more = len(expected) < len(ids)
        page = await store.load_thread_items(thread.id, None, limit, order, ann)
        assert [item.id for item in page.data] == expected
        assert (page.has_more, page.after) == (more, expected[-1] if more else None)
        thread_with_items = await store.load_thread_with_items(thread.id, limit, order, ann)
        assert thread_with_items.items == page
    page = await store.load_thread_items(thread.id, ids[9], 110, order, ann)
    assert [item.id for item in page.data] == ids[10:120]


async def test_any_limit_of_threads_is_kept(store: BobbinStore[User], ann: User) -> None:
    threads = [a_thread() for _ in range(105)]
    await asyncio.gather(*(store.save_thread(thread, ann) for thread in threads))
    page = await store.load_threads(1000, None, "desc", ann)
    assert (len({thread.id for thread in page.data}), page.has_more, page.after) == (105, False, None)
    page = await store.load_threads(102, None, "desc", ann)
    assert (len(page.data), page.has_more, page.after) == (102, True, page.data[-1].id)


def a_page(*ids: str, more: bool) -> Answer:
    items = ",".join(a_message("thr_1", id=id_).model_dump_json() for id_ in ids)
    after = f'"{ids[-1]}"' if more else "null"
    body = f'{{"data":[{items}],"has_more":{str(more).lower()},"after":{after}}}'
    return Answer(headers={"Content-Type": "application/json"}, body=body.encode())


async def test_a_page_that_ends_early_is_not_the_last() -> None:
    pages = [a_page("a", "b", more=True), a_page("c", more=True), a_page("d", more=True)]
    async with ScriptedServer(*pages) as server, BobbinStore[User](server.url) as store:
        page = await store.load_thread_items("thr_1", None, 4, "asc", User("ann"))
    assert [item.id for item in page.data] == ["a", "b", "c", "d"]
    assert (page.has_more, page.after) == (True, "d")
    assert [request.target.partition("?")[2] for request in server.received] == [
        "limit=4&order=asc",
        "limit=2&order=asc&after=b",
        "limit=1&order=asc&after=c",
    ]


async def test_a_list_whose_cursor_is_deleted_is_read_again() -> None:
    gone = Answer.problem(404, "Item b not found")
    script = [a_page("a", "b", more=True), gone, a_page("a", "c", more=True), a_page("d", more=False)]
    async with ScriptedServer(*script) as server, BobbinStore[User](server.url) as store:
        page = await store.load_thread_items("thr_1", None, 100, "asc", User("ann"))
    assert ([item.id for item in page.data], page.has_more) == (["a", "c", "d"], False)

    again = [a_page("a", "b", more=True), gone] * 5
    async with ScriptedServer(*again) as server, BobbinStore[User](server.url) as store:
        with pytest.raises(NotFoundError):
            await store.load_thread_items("thr_1", None, 100, "asc", User("ann"))
    assert len(server.received) == 8


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
