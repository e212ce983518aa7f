"""A ChatKit back end without a model: it says back what you said, and remembers all of it in Bobbin.

    BOBBIN_URL=http://localhost:8080 BOBBIN_API_KEY=... python examples/echo_server.py

Settings: BOBBIN_URL, BOBBIN_API_KEY, HOST (127.0.0.1), PORT (8000), PUBLIC_URL (http://HOST:PORT),
UPLOAD_DIR (a new temporary directory).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import uvicorn
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import NotFoundError
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartDone,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    CustomSummary,
    CustomTask,
    FeedbackKind,
    HiddenContextItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
    Workflow,
    WorkflowItem,
    WorkflowTaskUpdated,
)
from chatkit.widgets import DynamicWidgetRoot
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from bobbin_chatkit import BobbinStore
from local_files import MAX_BYTES, LocalFiles, RequestContext

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))


class EchoServer(ChatKitServer[RequestContext]):
    async def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: RequestContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        if input_user_message is None:
            return
        said = text_of(input_user_message)
        turn = await self._count_user_messages(thread.id, context)
        if turn == 1:
            # ChatKit sees the change and saves the thread.
            thread.title = said[:60] or "Untitled"
        if turn % 5 == 0:
            async for event in self._workflow(thread, turn, context):
                yield event
        async for event in self._answer(thread, answer_to(input_user_message, said, turn), context):
            yield event
        if turn % 3 == 0:
            yield ThreadItemDoneEvent(item=self._widget(thread, turn, context))

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: RequestContext
    ) -> None:
        # Hidden context is stored in the thread and never sent to the browser.
        thread = await self.store.load_thread(thread_id, context)
        item = HiddenContextItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread_id,
            created_at=datetime.now(),
            content={"feedback": feedback, "item_ids": item_ids},
        )
        await self.store.add_thread_item(thread_id, item, context)

    async def _count_user_messages(self, thread_id: str, context: RequestContext) -> int:
        count, after, more = 0, None, True
        while more:
            page = await self.store.load_thread_items(thread_id, after, 100, "asc", context)
            count += sum(isinstance(item, UserMessageItem) for item in page.data)
            after, more = page.after, page.has_more
        return count

    async def _answer(
        self, thread: ThreadMetadata, text: str, context: RequestContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """Streams a message word by word, as a model would; only the finished one is stored."""
        item = AssistantMessageItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(),
            content=[],
        )
        yield ThreadItemAddedEvent(item=item)

        empty = AssistantMessageContentPartAdded(content_index=0, content=AssistantMessageContent(text=""))
        yield ThreadItemUpdatedEvent(item_id=item.id, update=empty)
        for word in text.split(" "):
            delta = AssistantMessageContentPartTextDelta(content_index=0, delta=word + " ")
            yield ThreadItemUpdatedEvent(item_id=item.id, update=delta)

        content = AssistantMessageContent(text=text)
        done = AssistantMessageContentPartDone(content_index=0, content=content)
        yield ThreadItemUpdatedEvent(item_id=item.id, update=done)
        yield ThreadItemDoneEvent(item=item.model_copy(update={"content": [content]}))

    async def _workflow(
        self, thread: ThreadMetadata, turn: int, context: RequestContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        working = CustomTask(title="Counting turns", status_indicator="loading")
        item = WorkflowItem(
            id=self.store.generate_item_id("workflow", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(),
            workflow=Workflow(type="custom", tasks=[working]),
        )
        yield ThreadItemAddedEvent(item=item)
        worked = CustomTask(title="Counting turns", content=str(turn), status_indicator="complete")
        yield ThreadItemUpdatedEvent(item_id=item.id, update=WorkflowTaskUpdated(task_index=0, task=worked))
        summary = CustomSummary(title=f"Counted {turn} turns")
        finished = Workflow(type="custom", tasks=[worked], summary=summary)
        yield ThreadItemDoneEvent(item=item.model_copy(update={"workflow": finished}))

    def _widget(self, thread: ThreadMetadata, turn: int, context: RequestContext) -> WidgetItem:
        card = {
            "type": "Card",
            "size": "sm",
            "children": [
                {"type": "Title", "value": f"Turn {turn}"},
                {"type": "Text", "value": thread.title or ""},
            ],
        }
        return WidgetItem(
            id=self.store.generate_item_id("message", thread, context),
            thread_id=thread.id,
            created_at=datetime.now(),
            widget=DynamicWidgetRoot.model_validate(card),
            copy_text=f"Turn {turn}",
        )


def text_of(item: ThreadItem) -> str:
    return "".join(part.text for part in item.content) if isinstance(item, UserMessageItem) else ""


def answer_to(message: UserMessageItem, said: str, turn: int) -> str:
    names = ", ".join(attachment.name for attachment in message.attachments)
    attached = f" You attached: {names}." if names else ""
    return f'You said: "{said}".{attached} This is turn {turn} of this thread.'


# Connections open with the first request, so a store may be made before the event loop runs.
store: BobbinStore[RequestContext] = BobbinStore(
    os.environ.get("BOBBIN_URL", "http://localhost:8080"), api_key=os.environ.get("BOBBIN_API_KEY")
)
files = LocalFiles(
    Path(os.environ.get("UPLOAD_DIR") or tempfile.mkdtemp(prefix="echo-uploads-")),
    os.environ.get("PUBLIC_URL", f"http://{HOST}:{PORT}"),
)
server = EchoServer(store, files)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    async with store:
        yield


app = FastAPI(title="Echo", lifespan=lifespan)


def request_context(x_user_id: Annotated[str | None, Header()] = None) -> RequestContext:
    # Only for an example: anyone can send any header. A real app takes the user from its session.
    if not x_user_id:
        raise HTTPException(401, "Header X-User-Id is missing")
    return RequestContext(user_id=x_user_id)


Context = Annotated[RequestContext, Depends(request_context)]


@app.exception_handler(NotFoundError)
async def not_found(request: Request, error: NotFoundError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, status_code=404)


@app.post("/chatkit")
async def chatkit(request: Request, context: Context) -> Response:
    result = await server.process(await request.body(), context)
    if not isinstance(result, StreamingResult):
        return Response(result.json, media_type="application/json")
    # Wait for the first event: until then an unknown thread can still be answered with 404.
    events = aiter(result)
    first = await anext(events, b"")

    async def stream() -> AsyncIterator[bytes]:
        yield first
        async for event in events:
            yield event

    return StreamingResponse(stream(), media_type="text/event-stream")


@app.put("/attachments/{attachment_id}", status_code=204)
async def upload(attachment_id: str, request: Request, context: Context) -> None:
    attachment = await store.load_attachment(attachment_id, context)
    if attachment.upload_descriptor is None:
        raise HTTPException(409, "Already uploaded")
    limit = (attachment.metadata or {}).get("size", MAX_BYTES)
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise HTTPException(413, f"More than the {limit} bytes announced")
    await files.write(attachment_id, bytes(data), context)
    # An empty descriptor is how ChatKit knows that the upload is complete.
    await store.save_attachment(attachment.model_copy(update={"upload_descriptor": None}), context)


@app.get("/attachments/{attachment_id}")
async def download(attachment_id: str, context: Context) -> Response:
    attachment = await store.load_attachment(attachment_id, context)
    if attachment.upload_descriptor is not None:
        raise HTTPException(404, "Not uploaded yet")
    # Never rendered by the browser on our origin: the bytes and their type are the user's own.
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(
        await files.read(attachment_id, context), media_type=attachment.mime_type, headers=headers
    )


if __name__ == "__main__":
    uvicorn.run(app, host=HOST, port=PORT)
