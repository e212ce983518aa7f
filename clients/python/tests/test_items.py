"""Items of a thread, as ChatKit's server uses them."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from chatkit.store import NotFoundError
from chatkit.types import ThreadItem, ThreadMetadata, WidgetItem
from chatkit.widgets import DynamicWidgetRoot

from bobbin_chatkit import BobbinError, BobbinStore, ConflictError
from samples import NOON, User, a_message, a_thread, a_workflow, items_of_every_type


async def all_items(store: BobbinStore[User], thread: ThreadMetadata, user: User) -> list[ThreadItem]:
    return (await store.load_thread_items(thread.id, None, 100, "asc", user)).data


@pytest.mark.parametrize("item", items_of_every_type("thr_types"), ids=lambda item: item.type)
async def test_item_of_every_type_is_stored_byte_for_byte(
    store: BobbinStore[User], ann: User, raw: httpx.AsyncClient, item: ThreadItem
) -> None:
    await store.save_thread(a_thread(id="thr_types"), ann)
    await store.add_thread_item("thr_types", item, ann)
    assert (await raw.get(f"/v1/threads/thr_types/items/{item.id}")).text == item.model_dump_json()
    assert await store.load_item("thr_types", item.id, ann) == item


async def test_widget_of_unknown_shape_is_stored_byte_for_byte(
    store: BobbinStore[User], ann: User, raw: httpx.AsyncClient, thread: ThreadMetadata
) -> None:
    # What a widget template makes; on loading ChatKit keeps of it what its own card class knows.
    shape = {"type": "Card", "extra": [1, None], "children": [{"type": "Text", "value": "Hi", "new": 1.0}]}
    widget = DynamicWidgetRoot.model_validate(shape)
    item = WidgetItem(id="msg_w", thread_id=thread.id, created_at=NOON, widget=widget)
    await store.add_thread_item(thread.id, item, ann)
    assert (await raw.get(f"/v1/threads/{thread.id}/items/msg_w")).text == item.model_dump_json()
    assert isinstance(await store.load_item(thread.id, "msg_w", ann), WidgetItem)


async def test_adding_the_same_item_again_changes_nothing(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    item = a_message(thread.id)
    await store.add_thread_item(thread.id, item, ann)
    await store.add_thread_item(thread.id, item, ann)
    assert await all_items(store, thread, ann) == [item]


async def test_adding_another_item_under_a_taken_id_is_a_conflict(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    first = a_message(thread.id, "first", id="msg_1")
    await store.add_thread_item(thread.id, first, ann)
    with pytest.raises(ConflictError) as caught:
        await store.add_thread_item(thread.id, a_message(thread.id, "second", id="msg_1"), ann)
    assert caught.value.status == 409
    assert caught.value.request_id
    assert await all_items(store, thread, ann) == [first]


async def test_workflow_that_goes_on_is_replaced_in_its_place(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    workflow, answer = a_workflow(thread.id, "one"), a_message(thread.id)
    await store.add_thread_item(thread.id, workflow, ann)
    await store.add_thread_item(thread.id, answer, ann)
    longer = a_workflow(thread.id, "one", "two", id=workflow.id)
    await store.add_thread_item(thread.id, longer, ann)
    assert await all_items(store, thread, ann) == [longer, answer]


async def test_same_id_in_two_threads_is_two_items(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    other = a_thread()
    await store.save_thread(other, ann)
    await store.add_thread_item(thread.id, a_message(thread.id, "here", id="__fake_id__"), ann)
    await store.add_thread_item(other.id, a_message(other.id, "there", id="__fake_id__"), ann)
    await store.delete_thread_item(thread.id, "__fake_id__", ann)
    loaded = await store.load_item(other.id, "__fake_id__", ann)
    assert loaded == a_message(other.id, "there", id="__fake_id__")


async def test_items_of_a_thread_can_be_copied_to_another(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    items = items_of_every_type(thread.id)
    await store.add_thread_items(thread.id, items, ann)
    copies = [a_thread() for _ in range(3)]
    for copy in copies:
        await store.save_thread(copy, ann)
    for item in items:
        await store.add_thread_item(copies[0].id, item, ann)
        await store.save_item(copies[1].id, item, ann)
    await store.add_thread_items(copies[2].id, items, ann)
    for copy in copies:
        assert await all_items(store, copy, ann) == items
        assert await store.load_item(copy.id, items[0].id, ann) == items[0]


async def test_saving_an_unknown_item_adds_it(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    item = a_message(thread.id)
    await store.save_item(thread.id, item, ann)
    assert await all_items(store, thread, ann) == [item]


async def test_saving_a_known_item_replaces_it_in_its_place(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    items = [a_message(thread.id, id=f"msg_{n}") for n in range(3)]
    await store.add_thread_items(thread.id, items, ann)
    edited = a_message(thread.id, "edited", id="msg_1")
    await store.save_item(thread.id, edited, ann)
    assert await all_items(store, thread, ann) == [items[0], edited, items[2]]


async def test_writing_to_an_unknown_thread_is_not_found(store: BobbinStore[User], ann: User) -> None:
    item = a_message("thr_nope")
    for write in (store.add_thread_item, store.save_item):
        with pytest.raises(NotFoundError, match="Thread thr_nope not found"):
            await write("thr_nope", item, ann)
    with pytest.raises(NotFoundError, match="Thread thr_nope not found"):
        await store.add_thread_items("thr_nope", [item], ann)


async def test_items_of_an_unknown_thread_are_an_empty_page(store: BobbinStore[User], ann: User) -> None:
    page = await store.load_thread_items("thr_nope", None, 20, "desc", ann)
    assert (page.data, page.has_more, page.after) == ([], False, None)


async def test_unknown_item_is_not_found(store: BobbinStore[User], ann: User, thread: ThreadMetadata) -> None:
    with pytest.raises(NotFoundError, match="msg_nope"):
        await store.load_item(thread.id, "msg_nope", ann)


async def test_deleting_an_item_leaves_the_others(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    items = [a_message(thread.id, id=f"msg_{n}") for n in range(3)]
    await store.add_thread_items(thread.id, items, ann)
    await store.delete_thread_item(thread.id, "msg_1", ann)
    assert await all_items(store, thread, ann) == [items[0], items[2]]


async def test_deleting_what_is_not_there_is_silent(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    await store.delete_thread_item(thread.id, "msg_nope", ann)
    await store.delete_thread_item("thr_nope", "msg_nope", ann)


async def test_batch_is_stored_in_order_and_may_be_repeated(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    items = [a_message(thread.id, str(n)) for n in range(30)]
    await store.add_thread_items(thread.id, items, ann)
    await store.add_thread_items(thread.id, items, ann)
    assert await all_items(store, thread, ann) == items


async def test_batch_is_all_or_none(store: BobbinStore[User], ann: User, thread: ThreadMetadata) -> None:
    taken = a_message(thread.id, "taken", id="msg_taken")
    await store.add_thread_item(thread.id, taken, ann)
    batch = [a_message(thread.id), a_message(thread.id, "other", id="msg_taken"), a_message(thread.id)]
    with pytest.raises(ConflictError):
        await store.add_thread_items(thread.id, batch, ann)
    assert await all_items(store, thread, ann) == [taken]


async def test_empty_batch_is_nothing_and_a_huge_one_is_refused(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    await store.add_thread_items(thread.id, [], ann)
    with pytest.raises(BobbinError) as caught:
        await store.add_thread_items(thread.id, [a_message(thread.id) for _ in range(1001)], ann)
    assert caught.value.status == 400
    assert await all_items(store, thread, ann) == []


async def test_everything_after_an_item_is_deleted_at_once(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    items = [a_message(thread.id, id=f"msg_{n}") for n in range(5)]
    await store.add_thread_items(thread.id, items, ann)
    await store.delete_items_after(thread.id, "msg_1", ann)
    await store.delete_items_after(thread.id, "msg_1", ann)
    assert await all_items(store, thread, ann) == items[:2]
    with pytest.raises(NotFoundError):
        await store.delete_items_after(thread.id, "msg_nope", ann)
    assert await all_items(store, thread, ann) == items[:2]


async def test_of_many_that_add_under_one_id_at_once_exactly_one_wins(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    rivals = [a_message(thread.id, f"rival {n}", id="msg_1") for n in range(10)]
    outcomes = await asyncio.gather(
        *(store.add_thread_item(thread.id, rival, ann) for rival in rivals), return_exceptions=True
    )
    winners = [rival for rival, outcome in zip(rivals, outcomes, strict=True) if outcome is None]
    assert await all_items(store, thread, ann) == winners
    assert len(winners) == 1
    assert all(isinstance(outcome, ConflictError) for outcome in outcomes if outcome is not None)


async def test_item_of_several_megabytes_is_stored(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    item = a_message(thread.id, "x" * 5_000_000)
    await store.add_thread_item(thread.id, item, ann)
    assert await store.load_item(thread.id, item.id, ann) == item
