"""Documents that ChatKit's models cannot hold: written by other programs, or text that has no UTF-8."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import httpx
import pytest
from chatkit.types import AssistantMessageItem, ThreadMetadata

from bobbin_chatkit import BobbinError, BobbinStore, DocumentError
from processes import API_KEYS, Server
from samples import NOON, User, a_file, a_message, a_thread

# Deeper than ChatKit's JSON parser goes, with text that looks like the marks by which a page is taken apart.
DEEP = '{"x":' + "[" * 400 + r'"]},{\"\\"' + "]" * 400 + "}"


def in_place(item_id: str, text: str, **members: str) -> str:
    """A stored assistant message, its text as it stands there."""
    others = "".join(f',"{name}":{value}' for name, value in members.items())
    return (
        f'{{"id":"{item_id}","thread_id":"t","created_at":"2026-11-21T12:00:00","type":"assistant_message",'
        f'"content":[{{"type":"output_text","text":"{text}"}}]{others}}}'
    )


@pytest.fixture
async def strict_store(bobbin: Server) -> BobbinStore[User]:
    return BobbinStore[User](bobbin.url, api_key=API_KEYS["acme"], strict=True)


async def put(raw: httpx.AsyncClient, path: str, document: str) -> None:
    headers = {"Content-Type": "application/json"}
    (await raw.put(path, content=document.encode(), headers=headers)).raise_for_status()


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"cut \uDE0A.", "cut \ufffd."),
        (r"\ud83d\ud83d\ude0a\ude0a", "\ufffd😊\ufffd"),
        (r"no half: \\ud83d \ud83d\ude0a \"\ud83d", 'no half: \\ud83d 😊 "\ufffd'),
    ],
)
async def test_half_surrogate_pairs_are_replaced_for_reading(
    store: BobbinStore[User],
    ann: User,
    raw: httpx.AsyncClient,
    thread: ThreadMetadata,
    stored: str,
    read: str,
) -> None:
    path = f"/v1/threads/{thread.id}/items/msg_1"
    await put(raw, path, in_place("msg_1", stored))
    await store.add_thread_item(thread.id, a_message(thread.id, id="msg_2"), ann)
    page = await store.load_thread_items(thread.id, None, 20, "asc", ann)
    assert [item.id for item in page.data] == ["msg_1", "msg_2"]
    for item in (page.data[0], await store.load_item(thread.id, "msg_1", ann)):
        assert isinstance(item, AssistantMessageItem)
        assert item.content[0].text == read
    assert (await raw.get(path)).text == in_place("msg_1", stored)


@pytest.mark.parametrize(
    "document",
    [
        '{"id":"odd","type":"of_tomorrow","created_at":"2026-11-21T12:00:00","thread_id":"t"}',
        '{"type":"end_of_turn","created_at":"2026-11-21T12:00:00","thread_id":"t"}',
        in_place("odd", r"\ud83d", deep=DEEP),
    ],
    ids=["type", "id", "depth"],
)
async def test_unreadable_item_does_not_take_its_page(
    store: BobbinStore[User],
    strict_store: BobbinStore[User],
    ann: User,
    raw: httpx.AsyncClient,
    thread: ThreadMetadata,
    caplog: pytest.LogCaptureFixture,
    document: str,
) -> None:
    await store.add_thread_item(
        thread.id, a_message(thread.id, id="msg_1", created_at=NOON.replace(hour=11)), ann
    )
    await put(raw, f"/v1/threads/{thread.id}/items/odd", document)
    last = a_message(thread.id, id="msg_2", created_at=NOON.replace(hour=13))
    await store.add_thread_item(thread.id, last, ann)

    caplog.set_level(logging.WARNING, "bobbin_chatkit")
    page = await store.load_thread_items(thread.id, None, 20, "asc", ann)
    assert ([item.id for item in page.data], page.has_more, page.after) == (["msg_1", "msg_2"], False, None)
    assert "cannot read Item" in caplog.text
    assert "12:00" not in caplog.text, "what is stored is in the log"

    # The cursor is that of the service, be it an item that is left out.
    page = await store.load_thread_items(thread.id, None, 2, "desc", ann)
    assert ([item.id for item in page.data], page.has_more) == (["msg_2"], True)
    with_items = await store.load_thread_with_items(thread.id, 20, "asc", ann)
    assert (with_items.title, [item.id for item in with_items.items.data]) == (None, ["msg_1", "msg_2"])

    with pytest.raises(DocumentError, match="Item odd"):
        await store.load_item(thread.id, "odd", ann)
    async with strict_store:
        for load in (strict_store.load_thread_items(thread.id, None, 20, "asc", ann),
                     strict_store.load_thread_with_items(thread.id, 20, "asc", ann)):  # fmt: skip
            with pytest.raises(DocumentError, match=r"Item (odd|without an id)"):
                await load


async def test_unreadable_thread_does_not_take_its_page(
    store: BobbinStore[User], strict_store: BobbinStore[User], ann: User, raw: httpx.AsyncClient
) -> None:
    first, last = a_thread(), a_thread(created_at=NOON.replace(hour=13))
    await store.save_thread(first, ann)
    await put(raw, "/v1/threads/odd", '{"created_at":"2026-11-21T12:30:00","title":"without an id"}')
    await store.save_thread(last, ann)
    page = await store.load_threads(2, None, "asc", ann)
    assert ([thread.id for thread in page.data], page.has_more) == ([first.id], True)
    with pytest.raises(DocumentError, match="Thread odd"):
        await store.load_thread("odd", ann)
    with pytest.raises(DocumentError, match="Thread odd"):
        await store.load_thread_with_items("odd", 20, "asc", ann)
    async with strict_store:
        with pytest.raises(DocumentError, match="Thread without an id"):
            await strict_store.load_threads(20, None, "asc", ann)


async def test_unreadable_attachment_is_named(
    store: BobbinStore[User], ann: User, raw: httpx.AsyncClient
) -> None:
    await put(raw, "/v1/attachments/odd", '{"id":"odd","type":"hologram"}')
    with pytest.raises(DocumentError, match="Attachment odd"):
        await store.load_attachment("odd", ann)


async def test_text_that_has_no_utf_8_is_not_saved(
    store: BobbinStore[User], ann: User, thread: ThreadMetadata
) -> None:
    message = a_message(thread.id, id="msg_1")
    message.content[0].text = "cut \ud83d"
    file = a_file()
    file.name = "cut \ud83d"
    saves: list[Callable[[], Awaitable[None]]] = [
        lambda: store.save_thread(a_thread(metadata={"cut": "\ud83d"}), ann),
        lambda: store.add_thread_item(thread.id, message, ann),
        lambda: store.add_thread_items(thread.id, [a_message(thread.id), message], ann),
        lambda: store.save_item(thread.id, message, ann),
        lambda: store.save_attachment(file, ann),
    ]
    for save in saves:
        with pytest.raises(BobbinError, match=r"cannot be sent.*surrogates not allowed"):
            await save()
    assert (await store.load_thread_items(thread.id, None, 20, "asc", ann)).data == []
