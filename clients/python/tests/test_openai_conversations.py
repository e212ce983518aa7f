"""openai-python's `conversations`, unmodified and with strict validation, against Bobbin below /openai/v1."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.conversations import ConversationItem

from cutting_proxy import CuttingProxy
from processes import API_KEYS, Server
from samples import User


def options(url: str, user: str, key: str = API_KEYS["acme"]) -> dict[str, Any]:
    return {
        "base_url": f"{url}/openai/v1",
        "api_key": key,
        "default_headers": {"Bobbin-User": user},
        "_strict_response_validation": True,
    }


@pytest.fixture
def client(bobbin: Server, ann: User) -> Iterator[OpenAI]:
    with OpenAI(**options(bobbin.url, ann.user_id)) as client:
        yield client


@pytest.fixture
async def async_client(bobbin: Server, ann: User) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(**options(bobbin.url, ann.user_id)) as client:
        yield client


def said(text: Any) -> Any:
    return {"role": "user", "content": str(text)}


def texts(items: list[ConversationItem]) -> list[str]:
    return [item.to_dict()["content"][0]["text"] for item in items]  # type: ignore[index]


EMPTY = {"object": "list", "data": [], "has_more": False, "first_id": "", "last_id": ""}

# Every call


def test_conversation_from_its_creation_to_its_deletion(client: OpenAI) -> None:
    created = client.conversations.create(metadata={"topic": "demo"}, items=[said("Hello")])
    assert created.id.startswith("conv_")
    assert created.object == "conversation"
    assert type(created.created_at) is int
    assert created.metadata == {"topic": "demo"}
    assert client.conversations.retrieve(created.id) == created
    updated = client.conversations.update(created.id, metadata={"other": "x"})
    assert updated.metadata == {"other": "x"}
    assert client.conversations.update(created.id, metadata=None).metadata == {}
    assert client.conversations.retrieve(created.id).to_dict() == {**created.to_dict(), "metadata": {}}
    assert texts(list(client.conversations.items.list(created.id))) == ["Hello"]
    assert client.conversations.delete(created.id).to_dict() == {
        "id": created.id,
        "object": "conversation.deleted",
        "deleted": True,
    }
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve(created.id)
    with pytest.raises(openai.NotFoundError):
        client.conversations.items.list(created.id)


def test_conversation_without_anything(client: OpenAI) -> None:
    assert client.conversations.create().metadata == {}
    assert client.conversations.create(items=[], metadata=None).metadata == {}
    assert client.conversations.create(items=None).metadata == {}


def test_items_from_their_creation_to_their_deletion(client: OpenAI) -> None:
    id_ = client.conversations.create().id
    page = client.conversations.items.create(
        id_,
        items=[
            said("Weather?"),
            {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": '{"in":"Rome"}'},
            {"type": "function_call_output", "call_id": "call_1", "output": "sunny"},
            {"type": "message", "role": "assistant", "content": "It is sunny."},
        ],
    )
    assert page.object == "list"
    assert page.has_more is False
    assert [item.type for item in page.data] == [
        "message",
        "function_call",
        "function_call_output",
        "message",
    ]
    ids = [item.to_dict()["id"] for item in page.data]
    envelope = page.to_dict()
    assert (envelope["first_id"], envelope["last_id"]) == (ids[0], ids[-1])
    assert [str(item_id).partition("_")[0] for item_id in ids] == ["msg", "fc", "fco", "msg"]
    assert page.data[3].to_dict() == {
        "id": ids[3],
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": "It is sunny.", "annotations": []}],
        "status": "completed",
    }
    assert client.conversations.items.list(id_, order="asc").data == page.data
    for item in page.data:
        found = client.conversations.items.retrieve(str(item.to_dict()["id"]), conversation_id=id_)
        assert found.to_dict() == item.to_dict()
    conversation = client.conversations.items.delete(str(ids[1]), conversation_id=id_)
    assert conversation == client.conversations.retrieve(id_)
    with pytest.raises(openai.NotFoundError):
        client.conversations.items.retrieve(str(ids[1]), conversation_id=id_)
    assert len(client.conversations.items.list(id_).data) == 3


def test_no_items_are_an_empty_list(client: OpenAI) -> None:
    id_ = client.conversations.create().id
    assert client.conversations.items.create(id_, items=[]).to_dict() == EMPTY
    assert client.conversations.items.list(id_).to_dict() == EMPTY


async def test_async_client_has_the_same_calls(async_client: AsyncOpenAI) -> None:
    conversations = async_client.conversations
    created = await conversations.create(items=[said("a")])
    assert await conversations.retrieve(created.id) == created
    assert (await conversations.update(created.id, metadata={"a": "b"})).metadata == {"a": "b"}
    added = await conversations.items.create(created.id, items=[said("b")])
    item_id = str(added.data[0].to_dict()["id"])
    assert await conversations.items.retrieve(item_id, conversation_id=created.id) == added.data[0]
    assert texts([item async for item in conversations.items.list(created.id)]) == ["b", "a"]
    await conversations.items.delete(item_id, conversation_id=created.id)
    assert (await conversations.delete(created.id)).deleted


# Pages


@pytest.fixture
def many(client: OpenAI) -> str:
    """A conversation of 250 items."""
    id_ = client.conversations.create(items=[said(n) for n in range(100)]).id
    client.conversations.items.create(id_, items=[said(n) for n in range(100, 250)])
    return id_


@pytest.mark.parametrize("limit", [None, 7, 100])
async def test_iterators_return_every_item_once(
    client: OpenAI, async_client: AsyncOpenAI, many: str, limit: int | None
) -> None:
    given: Any = {} if limit is None else {"limit": limit}
    ascending = list(map(str, range(250)))
    assert texts(list(client.conversations.items.list(many, order="asc", **given))) == ascending
    assert texts(list(client.conversations.items.list(many, order="desc", **given))) == ascending[::-1]
    async_items = async_client.conversations.items
    assert texts([item async for item in async_items.list(many, order="asc", **given)]) == ascending
    assert texts([item async for item in async_items.list(many, **given)]) == ascending[::-1]


@pytest.mark.parametrize(("limit", "count"), [(0, 20), (1, 1), (100, 100), (150, 100)])
def test_limit_is_a_page_size_that_is_never_refused(
    client: OpenAI, many: str, limit: int, count: int
) -> None:
    page = client.conversations.items.list(many, limit=limit)
    assert len(page.data) == count
    assert page.has_more is True
    assert page.data[-1].to_dict()["id"] == page.last_id


def test_page_after_an_item(client: OpenAI, many: str) -> None:
    first = client.conversations.items.list(many, limit=3)
    after = client.conversations.items.list(many, limit=3, after=str(first.last_id))
    assert texts(after.data) == ["246", "245", "244"]
    with pytest.raises(openai.NotFoundError) as caught:
        client.conversations.items.list(many, after="msg_none")
    assert caught.value.param == "after"


@pytest.mark.parametrize("count", [21, 45])
def test_more_items_than_openai_takes(client: OpenAI, count: int) -> None:
    created = client.conversations.create(items=[said(n) for n in range(count)])
    added = client.conversations.items.create(created.id, items=[said(n) for n in range(count)])
    assert len(added.data) == count
    stored = texts(list(client.conversations.items.list(created.id, order="asc")))
    assert stored == [*map(str, range(count)), *map(str, range(count))]


def test_includes_that_a_later_sdk_may_know(client: OpenAI) -> None:
    id_ = client.conversations.create().id
    include: Any = ["reasoning.encrypted_content", "something.new"]
    reasoning: Any = {"type": "reasoning", "summary": [], "encrypted_content": "gAAAA"}
    added = client.conversations.items.create(id_, items=[reasoning], include=include)
    item = added.data[0].to_dict()
    assert item["encrypted_content"] == "gAAAA"
    assert client.conversations.items.list(id_, include=include).data == added.data
    found = client.conversations.items.retrieve(str(item["id"]), conversation_id=id_, include=include)
    assert found.to_dict() == item
    extra: Any = {"new_parameter": "1"}
    assert client.conversations.items.list(id_, extra_query=extra).data == added.data


# Errors


def test_what_does_not_exist_is_a_not_found_error(client: OpenAI) -> None:
    items = client.conversations.items
    id_ = client.conversations.create().id
    for call in (
        lambda: client.conversations.retrieve("conv_none"),
        lambda: client.conversations.update("conv_none", metadata={}),
        lambda: client.conversations.delete("conv_none"),
        lambda: items.list("conv_none"),
        lambda: items.create("conv_none", items=[said("a")]),
        lambda: items.retrieve("msg_none", conversation_id="conv_none"),
        lambda: items.retrieve("msg_none", conversation_id=id_),
        lambda: items.delete("msg_none", conversation_id=id_),
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        assert "_none" in caught.value.message
        assert caught.value.type == "invalid_request_error"
        assert caught.value.code is None
        assert caught.value.request_id


@pytest.mark.parametrize(
    ("items", "code", "param"),
    [
        ([{"role": "user"}], "missing_required_parameter", "items[0].content"),
        ([said("a"), {"type": "message", "content": "b"}], "missing_required_parameter", "items[1].role"),
        ([said("a"), 3], "invalid_type", "items[1]"),
        ([{"role": "user", "content": 3}], "invalid_type", "items[0].content"),
        ([said(n) for n in range(1001)], "array_above_max_length", "items"),
    ],
)
def test_items_that_are_none_are_a_bad_request(client: OpenAI, items: Any, code: str, param: str) -> None:
    id_ = client.conversations.create().id
    with pytest.raises(openai.BadRequestError) as caught:
        client.conversations.items.create(id_, items=items)
    error = caught.value
    assert (error.type, error.code, error.param) == ("invalid_request_error", code, param)
    assert "items" in error.message
    assert client.conversations.items.list(id_).data == []


def test_item_that_is_stored_already(client: OpenAI) -> None:
    item: Any = {"id": "msg_1", **said("a")}
    id_ = client.conversations.create(items=[item]).id
    again = client.conversations.items.create(id_, items=[item])
    assert again.data[0].to_dict()["id"] == "msg_1"
    other: Any = {"id": "msg_1", **said("b")}
    with pytest.raises(openai.BadRequestError) as caught:
        client.conversations.items.create(id_, items=[said("c"), other])
    assert (caught.value.code, caught.value.param) == ("duplicate_item", "items[1].id")
    assert texts(client.conversations.items.list(id_).data) == ["a"]


@pytest.mark.parametrize(
    "metadata", [{"n": 1}, {"k" * 65: "v"}, {"k": "v" * 513}, {str(n): "" for n in range(17)}]
)
def test_metadata_that_openai_refuses(client: OpenAI, metadata: Any) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.conversations.create(metadata=metadata)
    assert caught.value.param is not None
    assert caught.value.param.startswith("metadata")


def test_key_and_user(bobbin: Server, ann: User, bob: User, client: OpenAI) -> None:
    id_ = client.conversations.create(items=[said("mine")]).id
    with OpenAI(**options(bobbin.url, ann.user_id, "wrong")) as stranger:
        with pytest.raises(openai.AuthenticationError) as wrong:
            stranger.conversations.retrieve(id_)
        assert wrong.value.code == "invalid_api_key"
    for other in (options(bobbin.url, bob.user_id), options(bobbin.url, ann.user_id, API_KEYS["beta"])):
        with OpenAI(**other) as stranger:
            with pytest.raises(openai.NotFoundError):
                stranger.conversations.retrieve(id_)
            with pytest.raises(openai.NotFoundError):
                stranger.conversations.items.create(id_, items=[said("theirs")])
    without = options(bobbin.url, ann.user_id)
    del without["default_headers"]
    with OpenAI(**without) as nobody, pytest.raises(openai.BadRequestError) as missing:
        nobody.conversations.retrieve(id_)
    assert (missing.value.code, missing.value.param) == ("missing_required_parameter", "Bobbin-User")
    assert "default_headers" in missing.value.message


def test_what_bobbin_does_not_offer(client: OpenAI) -> None:
    for call in (
        lambda: client.responses.create(model="gpt-5", input="Hello"),
        lambda: client.models.list(),
        lambda: client.files.list(),
        lambda: client.beta.chatkit.sessions.create(user="ann", workflow={"id": "wf_1"}),
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        assert caught.value.code == "unknown_url"


def test_body_that_is_too_large(client: OpenAI) -> None:
    id_ = client.conversations.create().id
    with pytest.raises(openai.APIStatusError) as caught:
        client.conversations.items.create(id_, items=[said("x" * (17 << 20))])
    assert caught.value.status_code == 413
    assert caught.value.type == "invalid_request_error"


# Answers that are lost


async def test_creation_whose_answer_was_lost_is_not_doubled(bobbin: Server, ann: User) -> None:
    async with (
        CuttingProxy(bobbin.url) as proxy,
        AsyncOpenAI(**options(proxy.url, ann.user_id)) as client,
    ):
        id_ = (await client.conversations.create(items=[said("before")])).id
        for _ in range(2):
            proxy.cut("POST")
        call: Any = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
        added = await client.conversations.items.create(id_, items=[said("a"), call])
        assert proxy.lost == 2
        stored = [item.to_dict() async for item in client.conversations.items.list(id_, order="asc")]
        assert [item.to_dict() for item in added.data] == stored[1:]
        assert len(stored) == 3
        # Said again on purpose, it is there twice.
        await client.conversations.items.create(id_, items=[said("a"), call])
        assert len([item async for item in client.conversations.items.list(id_)]) == 5


async def test_deletions_whose_answers_were_lost_succeed(bobbin: Server, ann: User) -> None:
    async with (
        CuttingProxy(bobbin.url) as proxy,
        AsyncOpenAI(**options(proxy.url, ann.user_id)) as client,
    ):
        id_ = (await client.conversations.create(items=[said("a")])).id
        item_id = (await client.conversations.items.list(id_)).last_id
        assert item_id is not None
        proxy.cut("DELETE")
        assert (await client.conversations.items.delete(item_id, conversation_id=id_)).id == id_
        proxy.cut("DELETE")
        assert (await client.conversations.delete(id_)).deleted
        assert proxy.lost == 2
        with pytest.raises(openai.NotFoundError):
            await client.conversations.retrieve(id_)


async def test_idempotency_key_is_honoured(client: OpenAI, raw: httpx.AsyncClient) -> None:
    id_ = client.conversations.create().id
    headers = {"Idempotency-Key": "k"}
    first = client.conversations.items.create(id_, items=[said("a")], extra_headers=headers)
    again = client.conversations.items.create(id_, items=[said("a")], extra_headers=headers)
    assert again.data == first.data
    with pytest.raises(openai.BadRequestError):
        client.conversations.items.create(id_, items=[said("b")], extra_headers=headers)
    # The bytes of an answer are those that are stored.
    page = (await raw.get(f"/openai/v1/conversations/{id_}/items")).content
    item = (await raw.get(f"/openai/v1/conversations/{id_}/items/{first.last_id}")).content
    assert item in page
