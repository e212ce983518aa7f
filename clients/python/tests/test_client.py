"""The typed client's calls, against the packaged service: sync, and all of them async once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from bobbin_chatkit import (
    AsyncBobbin,
    Bobbin,
    BobbinError,
    BobbinNotFoundError,
    ConflictError,
    CountChangedError,
    PreconditionFailedError,
    ThreadLockedError,
)
from bobbin_chatkit.client import Times
from processes import API_KEYS, CLIENT, Server
from samples import User, a_message, a_thread


@pytest.fixture
def client(bobbin: Server, ann: User) -> Iterator[Bobbin]:
    with Bobbin(bobbin.url, api_key=API_KEYS["acme"], user=ann.user_id) as client:
        yield client


def message(text: str, n: int) -> dict[str, Any]:
    return {
        "id": f"msg_{n}",
        "type": "assistant_message",
        "created_at": f"2026-01-01T09:00:0{n}",
        "content": [{"type": "output_text", "text": text}],
    }


def thread_with(client: Bobbin, *texts: str) -> str:
    items = [message(text, n) for n, text in enumerate(texts, 1)]
    thread_id: str = client.threads.create({"title": "A thread", "items": items}).document["id"]
    return thread_id


def ids(rows: Any) -> list[str]:
    return [row["id"] for row in rows]


def test_life_of_a_thread(client: Bobbin) -> None:
    stored = client.threads.create({"title": "Hello", "metadata": {"project": "a"}})
    thread_id = stored.document["id"]
    assert stored.created
    assert stored.etag
    assert json.loads(stored.raw) == stored.document

    loaded = client.threads.get(thread_id)
    assert (loaded.document, loaded.raw, loaded.etag, loaded.created) == (
        stored.document, stored.raw, stored.etag, False,
    )  # fmt: skip
    assert client.threads.get(thread_id, if_none_match=stored.etag) is None

    patch = {"title": None, "metadata": {"more": 1}}
    patched = client.threads.patch(thread_id, patch, if_match=stored.etag)
    assert "title" not in patched.document
    assert patched.document["metadata"] == {"project": "a", "more": 1}

    saved = client.threads.save(thread_id, stored.raw, if_match=patched.etag)
    assert (saved.created, saved.etag) == (False, stored.etag)

    client.threads.delete(thread_id, if_match=saved.etag)
    with pytest.raises(BobbinNotFoundError):
        client.threads.get(thread_id)
    client.threads.delete(thread_id)


def test_documents_come_back_byte_for_byte(client: Bobbin) -> None:
    text = '{"id": "thr_1",  "n": 1.50, "title":"\\u00fc 🧵"}'
    assert client.threads.save("thr_1", text).created
    assert client.threads.get("thr_1").raw == text.encode()
    assert b'"n": 1.50' in client.threads.patch("thr_1", {"title": None}).raw


def test_chatkit_models_are_saved_as_the_store_saves_them(client: Bobbin) -> None:
    thread = a_thread(title="A model")
    client.threads.save(thread.id, thread)
    assert client.threads.get(thread.id).raw == thread.model_dump_json().encode()
    item = a_message(thread.id)
    assert client.items.add(thread.id, item).raw == item.model_dump_json().encode()


def test_failed_precondition_changes_nothing(client: Bobbin) -> None:
    stored = client.threads.create({"title": "Mine"})
    thread_id = stored.document["id"]
    for call in (
        lambda: client.threads.patch(thread_id, {"title": "Yours"}, if_match='"another"'),
        lambda: client.threads.save(thread_id, stored.document, if_none_match="*"),
        lambda: client.threads.delete(thread_id, if_match='"another"'),
    ):
        with pytest.raises(PreconditionFailedError) as caught:
            call()
        assert caught.value.etag == stored.etag
    with pytest.raises(PreconditionFailedError) as caught:
        client.threads.save("new", {"id": "new"}, if_match="*")
    assert caught.value.etag is None
    assert client.threads.get(thread_id).raw == stored.raw


def test_same_key_finds_what_it_created(client: Bobbin) -> None:
    key = secrets.token_hex(16)
    first = client.threads.create({"title": "Once"}, idempotency_key=key)
    again = client.threads.create({"title": "Once"}, idempotency_key=key)
    assert (again.raw, again.created) == (first.raw, False)
    with pytest.raises(ConflictError):
        client.threads.create({"title": "Twice"}, idempotency_key=key)
    assert len(client.threads.list().data) == 1


def test_list_is_filtered_counted_and_sorted(client: Bobbin) -> None:
    for n in range(5):
        thread: dict[str, Any] = {
            "id": f"thr_{n}",
            "created_at": f"2026-01-0{n + 1}T00:00:00Z",
            "title": "Odd" if n % 2 else "Even",
            "status": {"type": "locked" if n == 4 else "active"},
            "metadata": {"project": "a" if n < 3 else "b"},
        }
        client.threads.save(thread["id"], thread)
    client.items.add("thr_1", {**message("Newest", 1), "created_at": "2026-02-01T00:00:00Z"})
    hidden = {"id": "h", "type": "hidden_context_item", "created_at": "2026-02-02T00:00:00Z"}
    client.items.add("thr_1", hidden)

    page = client.threads.list(sort="active_at", include="last_item", limit=2)
    assert ids(page.data) == ["thr_1", "thr_4"]
    assert [thread["last_item"] and thread["last_item"]["id"] for thread in page.data] == ["msg_1", None]
    following = client.threads.list(cursor=page.next, limit=2)
    assert ids(following.data) == ["thr_3", "thr_2"]
    assert ids(client.threads.list(cursor=following.previous, limit=2).data) == ["thr_1", "thr_4"]

    threads = client.threads
    assert ids(threads.list(metadata={"project": "a"}, title="ev", limit=1)) == ["thr_2", "thr_0"]
    assert ids(threads.list(status="locked")) == ["thr_4"]
    times: Times = {"gte": datetime(2026, 1, 2, tzinfo=timezone.utc), "lt": "2026-01-04"}
    assert ids(threads.list(created_at=times)) == ["thr_2", "thr_1"]
    assert ids(threads.list(active_at={"gt": "2026-01-05"})) == ["thr_1"]
    assert ids(threads.list(before="thr_1", order="asc").data) == ["thr_0"]
    assert threads.list(count=True, title="odd").total == {"value": 2, "relation": "eq"}
    with pytest.raises(BobbinError, match="400"):
        threads.list(cursor="no cursor")


def test_archived_thread_leaves_the_list(client: Bobbin) -> None:
    stored = client.threads.create({"title": "Old"})
    thread_id = stored.document["id"]
    assert client.threads.state(thread_id)["archived"] is False
    state = client.threads.set_archived(thread_id)
    assert state["archived"] is True
    assert client.threads.state(thread_id) == state
    assert client.threads.get(thread_id).etag == stored.etag
    assert ids(client.threads.list()) == []
    assert ids(client.threads.list(archived=True)) == [thread_id]
    client.threads.set_archived(thread_id, False)
    assert ids(client.threads.list(archived="any")) == [thread_id]


def test_bulk_deletion_needs_the_number(client: Bobbin) -> None:
    for title in ("Draft 1", "Draft 2", "Final"):
        client.threads.create({"title": title})
    with pytest.raises(CountChangedError):
        client.threads.delete_matching(title="draft", confirm=3)
    assert client.threads.delete_matching(title="draft", confirm=2) == 2
    assert [thread["title"] for thread in client.threads.list()] == ["Final"]


def test_fork(client: Bobbin) -> None:
    source = thread_with(client, "one", "two", "three")
    fork = client.threads.fork(source, after="msg_2", metadata={"branch": True}).document
    assert fork["metadata"] == {"branch": True, "forked_from": {"thread_id": source, "item_id": "msg_2"}}
    assert ids(client.items.list(fork["id"], order="asc")) == ["msg_1", "msg_2"]
    assert client.threads.fork(source, id="copy").document["id"] == "copy"
    assert ids(client.items.list("copy")) == ["msg_3", "msg_2", "msg_1"]
    with pytest.raises(BobbinNotFoundError):
        client.threads.fork("none")


def test_life_of_an_item(client: Bobbin) -> None:
    thread = thread_with(client)
    added = client.items.add(thread, {"type": "assistant_message", "content": []})
    assert added.created
    assert added.etag
    item = added.document["id"]
    assert client.items.get(thread, item).raw == added.raw
    assert client.items.get(thread, item, if_none_match=added.etag) is None
    patched = client.items.patch(thread, item, {"feedback": "good"}, if_match=added.etag)
    assert patched.document["feedback"] == "good"
    with pytest.raises(PreconditionFailedError):
        client.items.save(thread, item, added.raw, if_match=added.etag)
    assert client.items.save(thread, item, added.raw).etag == added.etag
    with pytest.raises(ConflictError):
        client.items.add(thread, {**patched.document, "feedback": "bad"})
    assert not client.items.add(thread, patched.document, replace=True).created
    client.items.delete(thread, item)
    with pytest.raises(BobbinNotFoundError):
        client.items.get(thread, item)


@pytest.mark.parametrize("count", [0, 2, 3, 7])
def test_iteration_loads_page_after_page(client: Bobbin, count: int) -> None:
    thread = thread_with(client)
    expected = ids(client.items.add_many(thread, [{"type": "task"}] * count))
    assert len(set(expected)) == count
    assert ids(client.items.list(thread, order="asc", limit=3)) == expected
    assert ids(client.items.list(thread, limit=3)) == expected[::-1]


def test_iteration_goes_on_when_its_row_is_deleted(client: Bobbin) -> None:
    thread = thread_with(client, "1", "2", "3", "4", "5")
    seen = []
    for item in client.items.list(thread, order="asc", limit=2):
        seen.append(item["id"])
        client.items.delete(thread, item["id"])
    assert seen == ["msg_1", "msg_2", "msg_3", "msg_4", "msg_5"]


def test_pages_within_a_thread(client: Bobbin) -> None:
    thread = thread_with(client, "1", "2", "3", "4", "5")
    page = client.items.around(thread, "msg_3", limit=3)
    assert ids(page.data) == ["msg_2", "msg_3", "msg_4"]
    assert ids(client.items.list(thread, cursor=page.next)) == ["msg_5"]
    before = client.items.list(thread, before="msg_3", order="asc", limit=1)
    assert (ids(before.data), before.has_more) == (["msg_2"], True)
    items = client.threads.get(thread, include="items", limit=1, order="asc").document["items"]
    assert (ids(items["data"]), items["has_more"]) == (["msg_1"], True)


def test_all_items_are_replaced(client: Bobbin) -> None:
    with pytest.raises(BobbinNotFoundError):
        client.items.replace_all("memory", [])
    client.items.replace_all("memory", [message("1", 1), message("2", 2)], create=True)
    text = '{"id": "x",  "created_at": "2026-01-01T09:00:00", "type": "task"}'
    assert ids(client.items.replace_all("memory", [text])) == ["x"]
    assert ids(client.items.list("memory")) == ["x"]
    assert client.items.get("memory", "x").raw == text.encode()


def test_later_items_are_deleted(client: Bobbin) -> None:
    thread = thread_with(client, "1", "2", "3")
    client.items.delete_after(thread, "msg_1")
    assert ids(client.items.list(thread)) == ["msg_1"]


def test_locked_thread_refuses_writes_that_enforce_its_status(client: Bobbin) -> None:
    thread = thread_with(client, "1")
    client.threads.patch(thread, {"status": {"type": "locked"}})
    for call in (
        lambda: client.items.add(thread, {"type": "task"}, enforce_status=True),
        lambda: client.items.save(thread, "i", {"type": "task"}, enforce_status=True),
        lambda: client.items.patch(thread, "msg_1", {}, enforce_status=True),
        lambda: client.items.delete(thread, "msg_1", enforce_status=True),
        lambda: client.items.delete_after(thread, "msg_1", enforce_status=True),
        lambda: client.items.replace_all(thread, [], enforce_status=True),
    ):
        with pytest.raises(ThreadLockedError):
            call()
    client.items.add(thread, {"type": "task"})


def test_attachments(client: Bobbin) -> None:
    thread = thread_with(client)
    for name in ("a", "b"):
        assert client.attachments.save(name, {"id": name, "type": "file", "thread_id": thread}).created
    etag = client.attachments.save("c", {"id": "c", "type": "file"}).etag
    assert etag
    assert client.attachments.get("c", if_none_match=etag) is None
    assert ids(client.attachments.list(limit=1)) == ["c", "b", "a"]
    assert ids(client.attachments.list(thread_id=thread, order="asc")) == ["a", "b"]
    client.threads.delete(thread, attachments=True)
    assert ids(client.attachments.list()) == ["c"]
    client.attachments.delete("c", if_match=etag)
    with pytest.raises(BobbinNotFoundError):
        client.attachments.get("c")


def test_search(client: Bobbin, bob: User) -> None:
    thread = thread_with(client, "The quick brown fox", "Nothing here")
    (hit,) = client.search("quick bro")
    assert (hit["thread_id"], hit["item_id"], hit["type"]) == (thread, "msg_1", "assistant_message")
    assert "".join(part["text"] for part in hit["snippet"]) == "The quick brown fox"
    assert any(part["match"] for part in hit["snippet"])
    assert [hit["item_id"] for hit in client.search("thread", sort="rank")] == [None]
    assert list(client.for_user(bob.user_id).search("quick")) == []


def test_other_users_and_tenants_see_nothing(client: Bobbin, bobbin: Server, ann: User, bob: User) -> None:
    thread = thread_with(client)
    with pytest.raises(BobbinNotFoundError):
        client.for_user(bob.user_id).threads.get(thread)
    with (
        Bobbin(bobbin.url, api_key=API_KEYS["beta"], user=ann.user_id) as beta,
        pytest.raises(BobbinNotFoundError),
    ):
        beta.threads.get(thread)


async def test_async_client_has_the_same_calls(bobbin: Server, ann: User) -> None:
    async with AsyncBobbin(bobbin.url, api_key=API_KEYS["acme"], user=ann.user_id) as client:
        threads, items, attachments = client.threads, client.items, client.attachments
        stored = await threads.create({"id": "t", "title": "Hello", "items": [message("one", 1)]})
        assert stored.etag
        assert await threads.get("t", if_none_match=stored.etag) is None
        assert (await threads.patch("t", {"title": "Hi"}, if_match=stored.etag)).document["title"] == "Hi"
        assert not (await threads.save("t", stored.raw)).created
        assert (await threads.get("t")).etag == stored.etag
        assert (await threads.set_archived("t"))["archived"]
        assert (await threads.state("t"))["archived"]
        assert (await threads.list(archived=True, count=True)).total == {"value": 1, "relation": "eq"}
        await threads.fork("t", id="copy")
        assert {row["id"] async for row in threads.list(archived="any", limit=1)} == {"t", "copy"}

        assert (await items.add("t", message("two", 2))).created
        await items.add_many("t", [message("three", 3), message("four", 4)])
        assert (await items.save("t", "msg_5", message("five", 5))).created
        assert (await items.get("t", "msg_5")).document == message("five", 5)
        await items.patch("t", "msg_5", {"n": 5})
        assert [row["id"] async for row in items.list("t", order="asc", limit=2)] == [
            f"msg_{n}" for n in range(1, 6)
        ]
        assert ids((await items.around("t", "msg_2", limit=1)).data) == ["msg_2"]
        assert [hit["item_id"] async for hit in client.search("four")] == ["msg_4"]
        await items.delete("t", "msg_5")
        await items.delete_after("t", "msg_2")
        assert ids((await items.list("t")).data) == ["msg_2", "msg_1"]
        assert await items.replace_all("t", [message("only", 1)]) == [message("only", 1)]

        await attachments.save("a", {"id": "a", "type": "file", "thread_id": "t"})
        assert (await attachments.get("a")).document["id"] == "a"
        assert ids((await attachments.list(thread_id="t")).data) == ["a"]
        await attachments.delete("a")
        await threads.delete("t")
        assert await threads.delete_matching(title="hello", confirm=1) == 1


def test_readme_runs(bobbin: Server, ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOBBIN_URL", bobbin.url)
    monkeypatch.setenv("BOBBIN_API_KEY", API_KEYS["acme"])
    section = (CLIENT / "README.md").read_text().partition("## Clients")[2]
    code = section.partition("```python\n")[2].partition("```")[0]
    # A user of this test alone, who has none of these threads yet.
    exec(compile(code.replace('"ann"', repr(ann.user_id)), "README.md", "exec"), {})
