"""Sessions of the OpenAI Agents SDK, kept in Bobbin. Needs the extra `agents`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any, cast

from agents.items import TResponseInputItem
from agents.memory import SessionSettings

from ._ids import can_exist
from .client import AsyncBobbin, Document
from .errors import BobbinNotFoundError, ConflictError, DocumentError

_TYPE = "agents_item"
_KIND = "session"

# Without it, a session that is named after a chat would change the items of this chat.
_PREFIX = "ses_"

# The service's: how many items a batch has at most, and a page. A body may have 16 MiB.
_MAX_BATCH = 1000
_MAX_PAGE = 100
_MAX_BYTES = 8 << 20


class BobbinSession:
    """The memory of an agent: a `Session` for `Runner.run(..., session=...)`.

    Its items are those of the thread `ses_` + `session_id` of the client's user, in the order in which they
    were added; each comes back as it was added. The thread is created with its first items. Sessions are not
    listed with the user's ChatKit threads, but by `bobbin.threads.list(kind="session")`.

    Any number of sessions may have the same id, in one process or several. What one request adds stays
    together, and no two calls pop the same item. A pop whose answer was lost raises, since repeating it would
    pop another item.

    `session_settings` has the default `limit` of `get_items`.
    """

    session_id: str
    session_settings: SessionSettings | None

    def __init__(
        self,
        session_id: str,
        client: AsyncBobbin,
        *,
        session_settings: SessionSettings | dict[str, Any] | None = None,
    ) -> None:
        if not session_id or not can_exist(_PREFIX + session_id):
            raise ValueError(f"No session can have the id {session_id!r}")
        self.session_id = session_id
        self._thread_id = _PREFIX + session_id
        self.session_settings = SessionSettings().resolve(session_settings)
        self._bobbin = client

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """Returns all items, or the newest `limit`, oldest first. Up to 100 are one request."""
        if limit is None and self.session_settings is not None:
            limit = self.session_settings.limit
        if limit is not None and limit <= 0:
            return []
        page = _MAX_PAGE if limit is None else min(limit, _MAX_PAGE)
        newest_first: list[Document] = []
        async for document in self._bobbin.items.list(self._thread_id, limit=page, order="desc"):
            newest_first.append(document)
            if len(newest_first) == limit:
                break
        return [self._item(document) for document in reversed(newest_first)]

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Adds items in their order, all or none, up to 1,000 or 8 MiB in one request."""
        for batch in _batches([_document(item) for item in items]):
            try:
                await self._bobbin.items.add_many(self._thread_id, batch)
            except BobbinNotFoundError:
                await self._create(batch)

    async def pop_item(self) -> TResponseInputItem | None:
        """Removes the newest item and returns it, in one request; None if there is none."""
        try:
            document = await self._bobbin.items.pop(self._thread_id)
        except BobbinNotFoundError:
            return None
        return None if document is None else self._item(document)

    async def clear_session(self) -> None:
        """Removes all items. The thread stays."""
        try:
            await self._bobbin.items.replace_all(self._thread_id, [])
        except BobbinNotFoundError:
            return

    async def _create(self, batch: list[str]) -> None:
        thread = f'{{"id":{json.dumps(self._thread_id)},"items":[{",".join(batch)}]}}'
        try:
            await self._bobbin.threads.create(thread, kind=_KIND)
        except ConflictError:
            # Another session was faster.
            await self._bobbin.items.add_many(self._thread_id, batch)

    def _item(self, document: Document) -> TResponseInputItem:
        if document.get("type") != _TYPE:
            raise DocumentError(
                f"Thread {self._thread_id} has an item that no session added: {document.get('type')}"
            )
        return cast("TResponseInputItem", document["item"])


def _document(item: TResponseInputItem) -> str:
    # Without a time: the service's clock orders the items of all processes. The item is nested, so that no
    # member of it is taken for one of a ChatKit item.
    document = {"id": f"itm_{secrets.token_hex(12)}", "type": _TYPE, "item": item}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Half a surrogate pair has no UTF-8, but an escape.
    return text if text.isascii() or _has_utf8(text) else json.dumps(document)


def _has_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _batches(documents: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for document in documents:
        size += len(document.encode())
        if batch and (len(batch) == _MAX_BATCH or size > _MAX_BYTES):
            yield batch
            batch, size = [], len(document.encode())
        batch.append(document)
    if batch:
        yield batch
