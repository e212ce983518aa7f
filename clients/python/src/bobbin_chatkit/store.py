"""The ChatKit store that keeps its threads in Bobbin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

import httpx
from chatkit.store import Store, StoreItemType, TContext
from chatkit.types import Attachment, Page, Thread, ThreadItem, ThreadMetadata
from typing_extensions import Self

from ._documents import ATTACHMENT, ITEM, THREAD, Kind, read_thread_with_items, write
from ._http import DEFAULT_TIMEOUT, MINIMAL, NO_HEADERS, AsyncHttp
from ._ids import can_exist, generate_id, is_addressable, path
from .errors import BobbinNotFoundError

T = TypeVar("T")

# The service's: how many rows a page has at most, and how many if that is not said.
_MAX_LIMIT = 100
_DEFAULT_LIMIT = 20

# How often a list is read from its start because the row was deleted at which its next page would begin.
_MAX_READINGS = 4


def _user_id(context: Any) -> str:
    user: str = context.user_id
    return user


class BobbinStore(Store[TContext]):
    """Stores ChatKit threads, items and attachments through Bobbin's REST interface.

    Each call is one request (a list of more than 100 rows is one for each 100), on behalf of `user(context)`:
    what another user or another tenant stored does not exist for it. Documents are stored with every field,
    nulls and attachment metadata included, and come back as they were saved; `created_at` stays naive if it
    was naive.

    Loads raise ChatKit's `NotFoundError` for what does not exist; other failures raise `BobbinError`. A
    request is repeated, at most `max_retries` times, when no answer came or the service said to try later.
    `timeout` is for one attempt and outlasts the waking of a sleeping database.

    A stored document that ChatKit's models cannot hold is left out of its page and logged; if `strict`, or
    when it is loaded by itself, it raises `DocumentError`. So does saving text that has no UTF-8.

    Each event loop that a store is used from has its own connections, which end with it. Close those of the
    running loop with `aclose()` or use the store as `async with`; a later call opens new ones. A `client`
    that was handed in serves all calls, and stays open.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        user: Callable[[TContext], str] = _user_id,
        timeout: httpx.Timeout | float | None = DEFAULT_TIMEOUT,
        max_retries: int = 4,
        strict: bool = False,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._user = user
        self._strict = strict
        self._http = AsyncHttp(
            base_url, credential=api_key, timeout=timeout, max_retries=max_retries, client=client
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections that this store opened in the running event loop."""
        await self._http.aclose()

    # Ids

    def generate_thread_id(self, context: TContext) -> str:
        """Returns `thr_` and 24 hex digits."""
        return generate_id("thread")

    def generate_item_id(self, item_type: StoreItemType, thread: ThreadMetadata, context: TContext) -> str:
        """Returns ChatKit's prefix for this type and 24 hex digits."""
        return generate_id(item_type)

    # Threads

    async def load_thread(self, thread_id: str, context: TContext) -> ThreadMetadata:
        """Loads a thread without its items. Raises NotFoundError."""
        return THREAD.read(await self._get(context, "threads", thread_id), thread_id)

    async def load_thread_with_items(
        self, thread_id: str, limit: int, order: str, context: TContext
    ) -> Thread:
        """Loads a thread and its first `limit` items, up to 100 in one request. Raises NotFoundError."""
        limit = limit or _DEFAULT_LIMIT
        query = {"include": "items", **_page_query(min(limit, _MAX_LIMIT), None, order)}
        body = await self._get(context, "threads", thread_id, query=query)
        thread, rows = read_thread_with_items(body, thread_id, strict=self._strict)
        items = Page[ThreadItem](data=rows.data, has_more=rows.has_more, after=rows.after)
        if rows.has_more and rows.count < limit:
            items = await self.load_thread_items(thread_id, None, limit, order, context)
        return Thread(**{**dict(thread), "items": items})

    async def save_thread(self, thread: ThreadMetadata, context: TContext) -> None:
        """Creates or replaces a thread; the last writer wins. The items of a `Thread` are left alone."""
        await self._put(write(thread), context, "threads", thread.id)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: TContext
    ) -> Page[ThreadMetadata]:
        """Loads `limit` of the user's threads by creation. Raises NotFoundError for an unknown `after`."""
        return await self._page(THREAD, limit, after, order, context, "threads")

    async def delete_thread(self, thread_id: str, context: TContext) -> None:
        """Deletes a thread and its items, silently if there is none. Attachments stay."""
        await self._delete(context, "threads", thread_id)

    # Items

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: TContext
    ) -> Page[ThreadItem]:
        """Loads `limit` items by creation, then by insertion.

        The page is empty if there is no such thread. Raises NotFoundError for an unknown `after`.
        """
        if not can_exist(thread_id):
            return Page[ThreadItem]()
        return await self._page(ITEM, limit, after, order, context, "threads", thread_id, "items")

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        """Adds a new item; adding the same document again changes nothing.

        Raises ConflictError if another document has that id, except for a workflow: ChatKit adds one a
        second time, under its id, when it continues it on the next turn; that replaces it in its place.
        Raises NotFoundError if there is no such thread.
        """
        await self._post(write(item), context, "threads", thread_id, "items", replace=item.type == "workflow")

    async def add_thread_items(self, thread_id: str, items: Sequence[ThreadItem], context: TContext) -> None:
        """Adds up to 1,000 new items in order, all or none, in one request.

        Strict for every type: raises ConflictError if any id has another document, workflows included.
        Raises NotFoundError if there is no such thread.
        """
        if not items:
            return
        batch = "[" + ",".join(write(item) for item in items) + "]"
        await self._post(batch, context, "threads", thread_id, "items", replace=False)

    async def save_item(self, thread_id: str, item: ThreadItem, context: TContext) -> None:
        """Adds an item or replaces it in its place. Raises NotFoundError if there is no such thread."""
        await self._put(write(item), context, "threads", thread_id, "items", item.id)

    async def load_item(self, thread_id: str, item_id: str, context: TContext) -> ThreadItem:
        """Loads one item of this thread. Raises NotFoundError."""
        return ITEM.read(await self._get(context, "threads", thread_id, "items", item_id), item_id)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: TContext) -> None:
        """Deletes an item, silently if there is none."""
        await self._delete(context, "threads", thread_id, "items", item_id)

    async def delete_items_after(self, thread_id: str, item_id: str, context: TContext) -> None:
        """Deletes every item that comes after this one, in one request. Raises NotFoundError."""
        _require(can_exist, thread_id, item_id)
        await self._send("DELETE", context, ("threads", thread_id, "items"), query={"after": item_id})

    # Attachments

    async def save_attachment(self, attachment: Attachment, context: TContext) -> None:
        """Creates or replaces the record of an attachment, its `metadata` included."""
        await self._put(write(attachment), context, "attachments", attachment.id)

    async def load_attachment(self, attachment_id: str, context: TContext) -> Attachment:
        """Loads the record of an attachment. Raises NotFoundError."""
        return ATTACHMENT.read(await self._get(context, "attachments", attachment_id), attachment_id)

    async def delete_attachment(self, attachment_id: str, context: TContext) -> None:
        """Deletes the record of an attachment, silently if there is none. Messages keep their copies."""
        await self._delete(context, "attachments", attachment_id)

    # Requests

    async def _page(
        self, kind: Kind[T], limit: int, after: str | None, order: str, context: TContext, *segments: str
    ) -> Page[T]:
        """Loads `limit` rows. They may be several pages, since the service bounds them in rows and bytes."""
        limit = limit or _DEFAULT_LIMIT
        if after:
            _require(can_exist, after)
        for reading in range(1, _MAX_READINGS + 1):
            data: list[T] = []
            missing, cursor = limit, after
            try:
                while True:
                    query = _page_query(min(missing, _MAX_LIMIT), cursor, order)
                    rows = kind.read_page(
                        await self._get(context, *segments, query=query), strict=self._strict
                    )
                    data += rows.data
                    missing -= rows.count
                    if missing <= 0 or not rows.has_more:
                        return kind.page(data=data, has_more=rows.has_more, after=rows.after)
                    cursor = rows.after
            except BobbinNotFoundError:
                # The last row of a page was deleted before the next page was asked for.
                if cursor == after or reading == _MAX_READINGS:
                    raise
        raise AssertionError("unreachable")

    async def _get(
        self, context: TContext, *segments: str, query: Mapping[str, str | int] | None = None
    ) -> bytes:
        _require(can_exist, *segments)
        return (await self._send("GET", context, segments, query=query)).content

    async def _put(self, document: str, context: TContext, *segments: str) -> None:
        _require(is_addressable, *segments)
        await self._send("PUT", context, segments, document=document)

    async def _post(self, document: str, context: TContext, *segments: str, replace: bool) -> None:
        _require(is_addressable, *segments)
        query = {"on_conflict": "replace"} if replace else None
        await self._send("POST", context, segments, query=query, document=document)

    async def _delete(self, context: TContext, *segments: str) -> None:
        if all(can_exist(segment) for segment in segments):
            await self._send("DELETE", context, segments)

    async def _send(
        self,
        method: str,
        context: TContext,
        segments: Sequence[str],
        *,
        query: Mapping[str, str | int] | None = None,
        document: str | None = None,
    ) -> httpx.Response:
        return await self._http.send(
            method,
            path("v1", *segments),
            self._user(context),
            params=query,
            body=None if document is None else document.encode(),
            headers=NO_HEADERS if document is None else MINIMAL,
        )


def _page_query(limit: int, after: str | None, order: str) -> dict[str, str | int]:
    query: dict[str, str | int] = {"limit": limit, "order": order}
    if after:
        query["after"] = after
    return query


def _require(possible: Callable[[str], bool], *ids: str) -> None:
    for id in ids:  # noqa: A001
        if not possible(id):
            raise BobbinNotFoundError(f"Nothing can be found under the id {id!r}")
