"""ChatKit's own server over the store: the calls that the echo server has no use for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from chatkit.actions import Action
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ClientToolCallItem,
    SDKHiddenContextItem,
    StructuredInputFreeform,
    StructuredInputItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
)

from bobbin_chatkit import BobbinStore
from samples import NOON, User, a_message, a_workflow, items_of_every_type

Respond = Callable[[ThreadMetadata], AsyncIterator[ThreadStreamEvent]]


class Scripted(ChatKitServer[User]):
    """Answers each message with the next of its scripts."""

    def __init__(self, store: BobbinStore[User], *script: Respond) -> None:
        super().__init__(store)
        self._script = list(script)

    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: User
    ) -> AsyncIterator[ThreadStreamEvent]:
        return self._script.pop(0)(thread)

    async def action(
        self, thread: ThreadMetadata, action: Action[str, Any], sender: WidgetItem | None, context: User
    ) -> AsyncIterator[ThreadStreamEvent]:
        assert sender is not None
        yield ThreadItemReplacedEvent(item=sender.model_copy(update={"copy_text": action.type}))

    async def ask(self, user: User, type_: str, **params: Any) -> list[dict[str, Any]]:
        """Sends a request and returns the events of its answer."""
        result = await self.process(json.dumps({"type": type_, "params": params}), user)
        assert isinstance(result, StreamingResult)
        events = [json.loads(frame.removeprefix(b"data: ")) async for frame in result]
        assert not [event for event in events if event["type"] == "error"]
        return events

    async def create(self, user: User) -> str:
        """Starts a thread and returns its id."""
        thread_id: str = (await self.ask(user, "threads.create", input=MESSAGE))[0]["thread"]["id"]
        return thread_id

    async def items(self, thread_id: str, user: User) -> list[ThreadItem]:
        return (await self.store.load_thread_items(thread_id, None, 100, "asc", user)).data


MESSAGE: dict[str, Any] = {
    "content": [{"type": "input_text", "text": "Hello"}],
    "attachments": [],
    "inference_options": {},
}


def done(make: Callable[[str], ThreadItem]) -> Respond:
    """A script that produces one finished item, stamped with the present as ChatKit does."""

    async def respond(thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        # Later than the user's message, which is stamped when it arrives.
        item = make(thread.id)
        yield ThreadItemDoneEvent(item=item.model_copy(update={"created_at": NOON.replace(year=2100)}))

    return respond


def of_type(type_: str) -> Callable[[str], ThreadItem]:
    return lambda thread_id: next(item for item in items_of_every_type(thread_id) if item.type == type_)


async def test_output_of_a_client_tool_completes_the_call_in_its_place(
    store: BobbinStore[User], ann: User
) -> None:
    def call(thread_id: str) -> ThreadItem:
        return ClientToolCallItem(
            id="fc_1", thread_id=thread_id, created_at=NOON, call_id="call_1", name="look", arguments={}
        )

    server = Scripted(store, done(call), done(a_message))
    thread_id = await server.create(ann)
    await server.ask(ann, "threads.add_client_tool_output", thread_id=thread_id, result={"seen": [1, None]})
    _, tool_call, answer = await server.items(thread_id, ann)
    assert isinstance(tool_call, ClientToolCallItem)
    assert (tool_call.status, tool_call.output) == ("completed", {"seen": [1, None]})
    assert isinstance(answer, AssistantMessageItem)


async def test_structured_input_is_answered_in_its_place(store: BobbinStore[User], ann: User) -> None:
    def question(thread_id: str) -> ThreadItem:
        inputs = [StructuredInputFreeform(id="q", question="Why?")]
        return StructuredInputItem(id="in_1", thread_id=thread_id, created_at=NOON, inputs=list(inputs))

    server = Scripted(store, done(question), done(a_message))
    thread_id = await server.create(ann)
    answers = {"status": "answered", "answers": {"q": {"values": ["Because"]}}}
    await server.ask(ann, "threads.add_structured_input", thread_id=thread_id, item_id="in_1", input=answers)
    _, asked, _ = await server.items(thread_id, ann)
    assert isinstance(asked, StructuredInputItem)
    assert asked.status == "answered"
    assert asked.inputs[0].answer is not None
    assert asked.inputs[0].answer.values == ["Because"]


async def test_action_of_a_widget_replaces_it(store: BobbinStore[User], ann: User) -> None:
    server = Scripted(store, done(of_type("widget")))
    thread_id = await server.create(ann)
    action = {"type": "pressed", "payload": {}}
    await server.ask(ann, "threads.custom_action", thread_id=thread_id, item_id="widget", action=action)
    _, widget = await server.items(thread_id, ann)
    assert isinstance(widget, WidgetItem)
    assert widget.copy_text == "pressed"


async def test_workflow_goes_on_in_the_next_turn(store: BobbinStore[User], ann: User) -> None:
    server = Scripted(
        store,
        done(lambda thread_id: a_workflow(thread_id, "one", id="wf_1")),
        done(lambda thread_id: a_workflow(thread_id, "one", "two", id="wf_1")),
    )
    thread_id = await server.create(ann)
    await server.ask(ann, "threads.add_user_message", thread_id=thread_id, input=MESSAGE)
    workflows = [item for item in await server.items(thread_id, ann) if item.type == "workflow"]
    assert [len(item.workflow.tasks) for item in workflows] == [2]


async def test_removing_what_was_never_stored_is_silent(store: BobbinStore[User], ann: User) -> None:
    async def respond(thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        yield ThreadItemAddedEvent(item=a_message(thread.id, id="msg_bad"))
        yield ThreadItemRemovedEvent(item_id="msg_bad")

    server = Scripted(store, respond)
    thread_id = await server.create(ann)
    assert [item.type for item in await server.items(thread_id, ann)] == ["user_message"]


async def test_cancelled_stream_leaves_what_was_said_so_far(store: BobbinStore[User], ann: User) -> None:
    waiting = asyncio.Event()
    threads: list[str] = []

    async def respond(thread: ThreadMetadata) -> AsyncIterator[ThreadStreamEvent]:
        threads.append(thread.id)
        empty = AssistantMessageContent(text="")
        yield ThreadItemAddedEvent(item=a_message(thread.id, id="msg_half", content=[empty]))
        delta = AssistantMessageContentPartTextDelta(content_index=0, delta="So f")
        yield ThreadItemUpdatedEvent(item_id="msg_half", update=delta)
        waiting.set()
        await asyncio.sleep(60)

    server = Scripted(store, respond)
    stream = asyncio.create_task(server.create(ann))
    await waiting.wait()
    stream.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stream
    items = {type(item): item for item in await server.items(threads[0], ann)}
    half = items[AssistantMessageItem]
    assert isinstance(half, AssistantMessageItem)
    assert half.content[0].text == "So f"
    assert SDKHiddenContextItem in items


async def test_second_answer_under_one_id_does_not_overwrite_the_first(
    store: BobbinStore[User], ann: User
) -> None:
    # Models other than OpenAI's may give every message the same id.
    server = Scripted(
        store,
        done(lambda thread_id: a_message(thread_id, "first", id="__fake_id__")),
        done(lambda thread_id: a_message(thread_id, "second", id="__fake_id__")),
    )
    thread_id = await server.create(ann)
    with pytest.raises(AssertionError):
        await server.ask(ann, "threads.add_user_message", thread_id=thread_id, input=MESSAGE)
    answer = await store.load_item(thread_id, "__fake_id__", ann)
    assert isinstance(answer, AssistantMessageItem)
    assert answer.content[0].text == "first"
