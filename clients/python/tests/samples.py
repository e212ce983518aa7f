"""Threads and items to store: one of every type, with the odd values that stores get wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageItem,
    ClientToolCallItem,
    CustomSummary,
    CustomTask,
    EndOfTurnItem,
    FileAttachment,
    GeneratedImage,
    GeneratedImageItem,
    HiddenContextItem,
    ImageAttachment,
    InferenceOptions,
    LockedStatus,
    SDKHiddenContextItem,
    StructuredInputFreeform,
    StructuredInputItem,
    TaskItem,
    ThoughtTask,
    ThreadItem,
    ThreadMetadata,
    URLSource,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from chatkit.widgets import WidgetRoot
from pydantic import AnyUrl, TypeAdapter

from bobbin_chatkit import generate_id

_WIDGET: TypeAdapter[WidgetRoot] = TypeAdapter(WidgetRoot)

# Naive, and with a microsecond part that ends in zeros: both are easily lost on the way.
NOON = datetime(2026, 11, 21, 12, 0, 0, 50_000)


@dataclass(frozen=True)
class User:
    user_id: str


def a_thread(**fields: Any) -> ThreadMetadata:
    return ThreadMetadata(**{"id": generate_id("thread"), "created_at": NOON, **fields})


def a_full_thread() -> ThreadMetadata:
    return a_thread(
        title="Ünïcode \u0000 and 🧵",
        status=LockedStatus(reason="spam"),
        allowed_image_domains=["example.org"],
        metadata={"big": 12345678901234567890, "float": 1.0, "null": None, "nested": {"b": 1, "a": [True]}},
    )


def a_message(thread_id: str, text: str = "Hello", **fields: Any) -> AssistantMessageItem:
    return AssistantMessageItem(
        **{
            "id": generate_id("message"),
            "thread_id": thread_id,
            "created_at": NOON,
            "content": [AssistantMessageContent(text=text)],
            **fields,
        }
    )


def a_workflow(thread_id: str, *thoughts: str, **fields: Any) -> WorkflowItem:
    tasks = [ThoughtTask(content=thought) for thought in thoughts]
    return WorkflowItem(
        **{
            "id": generate_id("workflow"),
            "thread_id": thread_id,
            "created_at": NOON,
            "workflow": Workflow(type="reasoning", tasks=list(tasks)),
            **fields,
        }
    )


def a_file() -> FileAttachment:
    return FileAttachment(
        id=generate_id("attachment"),
        name="notes.txt",
        mime_type="text/plain",
        metadata={"bucket": "b", "key": None},
    )


def an_image() -> ImageAttachment:
    return ImageAttachment(
        id=generate_id("attachment"),
        name="dot.png",
        mime_type="image/png",
        preview_url=AnyUrl("data:image/png;base64,iVBORw0KGgo="),
    )


def items_of_every_type(thread_id: str) -> list[ThreadItem]:
    def base(id_: str) -> dict[str, Any]:
        return {"id": id_, "thread_id": thread_id, "created_at": NOON}

    card = {"type": "Card", "size": "sm", "children": [{"type": "Text", "value": "Hi", "id": "t"}]}
    source = URLSource(title="Example", url="https://example.org/")
    summary = CustomSummary(title="Done")
    custom = CustomTask(title="Look", status_indicator="complete")
    return [
        UserMessageItem(
            **base("user"),
            content=[
                UserMessageTextContent(text='Line\u0000feed "quoted" \\ 🧵'),
                UserMessageTagContent(id="tag", text="@tag", data={"n": 1.50, "null": None}),
            ],
            attachments=[a_file(), an_image()],
            quoted_text="before",
            inference_options=InferenceOptions(model="m"),
        ),
        AssistantMessageItem(
            **base("assistant"),
            content=[AssistantMessageContent(text="See", annotations=[Annotation(source=source, index=3)])],
        ),
        ClientToolCallItem(
            **base("tool"), call_id="call_1", name="look", arguments={"z": 1, "a": None}, output={"ok": True}
        ),
        WidgetItem(**base("widget"), widget=_WIDGET.validate_python(card), copy_text="Hi"),
        GeneratedImageItem(
            **base("image"), image=GeneratedImage(id="i", url="data:image/png;base64,iVBORw0KGgo=")
        ),
        StructuredInputItem(**base("input"), inputs=[StructuredInputFreeform(id="q", question="Why?")]),
        WorkflowItem(**base("workflow"), workflow=Workflow(type="custom", tasks=[custom], summary=summary)),
        TaskItem(**base("task"), task=ThoughtTask(title="Hm", content="…")),
        HiddenContextItem(**base("hidden"), content={"any": ["json", 1, None]}),
        SDKHiddenContextItem(**base("sdk_hidden"), content="cancelled"),
        EndOfTurnItem(**base("end")),
    ]
