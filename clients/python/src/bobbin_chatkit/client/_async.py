"""The calls of the service. `generate_sync.py` makes `_sync.py` of this file."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, overload

import httpx
from typing_extensions import Self, Unpack

from .._http import DEFAULT_TIMEOUT, MINIMAL, AsyncHttp
from .._ids import is_addressable, path
from ..errors import BobbinNotFoundError
from ._pages import AsyncPages, Page, Query
from ._queries import Order, PageQuery, ThreadFilters, ThreadQuery, parameters
from ._types import Document, Documents, DocumentToSave, Saved, SearchHit, Stored, ThreadState, encode, stored

_MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


class AsyncBobbin:
    """All calls of a Bobbin, on behalf of one user.

    What authenticates depends on the service's mode: `api_key` with `user`, or a user's own `token` (a JWT).
    `for_user` returns a client for another user over the same connections.

    Failed calls raise `BobbinError` or one of its subclasses. A call is repeated, at most `max_retries`
    times, when no answer came or the service said to try later; a write with a condition (`if_match`,
    `if_none_match`, `confirm`) only where nothing can have been done, since its own success would refuse it.
    `timeout` is for one attempt and outlasts the waking of a sleeping database.

    Close it with `aclose()` or use it as `async with`. A `client` that was handed in stays open.
    """

    def __init__(
        self,
        base_url: str,
        *,
        api_key: str | None = None,
        user: str | None = None,
        token: str | None = None,
        timeout: httpx.Timeout | float | None = DEFAULT_TIMEOUT,
        max_retries: int = 4,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        if api_key and token:
            raise ValueError("A request carries either an api_key or a token")
        self._http = AsyncHttp(
            base_url, credential=api_key or token, timeout=timeout, max_retries=max_retries, client=client
        )
        self._act_for(user)

    def _act_for(self, user: str | None) -> None:
        self._calls = _AsyncCalls(self._http, user)
        self.threads = AsyncThreads(self._calls)
        self.items = AsyncItems(self._calls)
        self.attachments = AsyncAttachments(self._calls)

    def for_user(self, user: str) -> AsyncBobbin:
        """Returns a client that acts for this user, over the connections of this one."""
        other = object.__new__(AsyncBobbin)
        other._http = self._http
        other._act_for(user)
        return other

    def search(
        self,
        q: str,
        *,
        sort: Literal["newest", "rank"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> AsyncPages[SearchHit]:
        """Searches titles and item texts: all words, the last one by its beginning, phrases in quotes."""
        return self._calls.list({"q": q, "sort": sort, "limit": limit, "cursor": cursor}, "search")

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
        """Closes the connections; those of the running event loop, if there is one."""
        await self._http.aclose()


class AsyncThreads:
    """Threads, without their items."""

    def __init__(self, calls: _AsyncCalls) -> None:
        self._calls = calls

    def list(self, **query: Unpack[ThreadQuery]) -> AsyncPages[Document]:
        """Lists threads, newest first, without archived ones unless `archived` says otherwise."""
        return self._calls.list(query, "threads")

    @overload
    async def get(
        self,
        thread_id: str,
        *,
        include: Literal["items"] | None = None,
        limit: int | None = None,
        order: Order | None = None,
    ) -> Stored: ...

    @overload
    async def get(self, thread_id: str, *, if_none_match: str) -> Stored | None: ...

    async def get(
        self,
        thread_id: str,
        *,
        include: Literal["items"] | None = None,
        limit: int | None = None,
        order: Order | None = None,
        if_none_match: str | None = None,
    ) -> Stored | None:
        """Loads a thread; None if `if_none_match` is its etag. Raises BobbinNotFoundError.

        With `include="items"` the document has its first `limit` items as a page, and there is no etag.
        """
        query = {"include": include, "limit": limit, "order": order}
        return await self._calls.get(query, if_none_match, "threads", thread_id)

    async def create(
        self,
        thread: DocumentToSave | None = None,
        *,
        kind: str | None = None,
        idempotency_key: str | None = None,
    ) -> Stored:
        """Creates a thread, and with it up to 1,000 `items`, all or none. An id is made if it has none.

        Only lists with the same `kind` have it; without one it is ChatKit's. Raises ConflictError if another
        document has its id, or if the key was used with another document.
        """
        body = encode({} if thread is None else thread)
        return stored(await self._calls.post(body, {"kind": kind}, idempotency_key, "threads"))

    async def save(
        self,
        thread_id: str,
        thread: DocumentToSave,
        *,
        kind: str | None = None,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
    ) -> Saved:
        """Creates or replaces a thread; its `items` are left alone. Raises PreconditionFailedError.

        A new one has this `kind`, as with `create`.
        """
        return await self._calls.save(thread, {"kind": kind}, if_match, if_none_match, "threads", thread_id)

    async def patch(
        self, thread_id: str, patch: Mapping[str, Any] | str | bytes, *, if_match: str | None = None
    ) -> Stored:
        """Changes members of a thread (RFC 7396): None removes one, others keep their bytes.

        Raises BobbinNotFoundError and PreconditionFailedError.
        """
        return await self._calls.patch(patch, {}, if_match, "threads", thread_id)

    async def delete(self, thread_id: str, *, attachments: bool = False, if_match: str | None = None) -> None:
        """Deletes a thread and its items, silently if there is none; with `attachments`, their records too.

        Raises PreconditionFailedError.
        """
        query = {"attachments": "delete" if attachments else None}
        await self._calls.delete(query, if_match, "threads", thread_id)

    async def delete_matching(
        self, *, confirm: int, attachments: bool = False, **filters: Unpack[ThreadFilters]
    ) -> int:
        """Deletes all threads that match, and returns how many. `confirm` is their number, at most 10,000.

        The number is that of `list(count=True)` with the same filters. Raises CountChangedError, and deletes
        nothing, if it is another one now.
        """
        query = {**filters, "confirm": confirm, "attachments": "delete" if attachments else None}
        response = await self._calls.send("DELETE", ("threads",), query=query, repeatable=False)
        deleted: int = json.loads(response.content)["deleted"]
        return deleted

    async def fork(
        self,
        thread_id: str,
        *,
        after: str | None = None,
        id: str | None = None,  # noqa: A002
        metadata: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Stored:
        """Copies a thread with its items, up to and including `after`, and returns the new thread.

        `metadata` is merged into the copy's, which also says `forked_from`. Raises BobbinNotFoundError, and
        ConflictError if `id` is taken.
        """
        given = {"after": after, "id": id, "metadata": metadata}
        body = encode({name: value for name, value in given.items() if value is not None})
        return stored(await self._calls.post(body, {}, idempotency_key, "threads", thread_id, "fork"))

    async def state(self, thread_id: str) -> ThreadState:
        """Returns whether a thread is archived, and its times. Raises BobbinNotFoundError."""
        response = await self._calls.send("GET", ("threads", thread_id, "state"))
        state: ThreadState = json.loads(response.content)
        return state

    async def set_archived(self, thread_id: str, archived: bool = True) -> ThreadState:
        """Archives a thread, or takes it out of the archive; its document stays as it is."""
        response = await self._calls.send(
            "PATCH",
            ("threads", thread_id, "state"),
            body=encode({"archived": archived}),
            headers=_MERGE_PATCH,
        )
        state: ThreadState = json.loads(response.content)
        return state


class AsyncItems:
    """The items of threads.

    With `enforce_status`, writes raise ThreadLockedError if the thread's status is locked or closed.
    """

    def __init__(self, calls: _AsyncCalls) -> None:
        self._calls = calls

    def list(self, thread_id: str, **query: Unpack[PageQuery]) -> AsyncPages[Document]:
        """Lists the items of a thread, newest first; none if there is no such thread."""
        return self._calls.list(query, "threads", thread_id, "items")

    async def around(self, thread_id: str, item_id: str, *, limit: int | None = None) -> Page[Document]:
        """Loads an item with its neighbours, at most `limit` rows, oldest first."""
        query = {"around": item_id, "limit": limit, "order": "asc"}
        return Page(await self._calls.send("GET", ("threads", thread_id, "items"), query=query))

    @overload
    async def get(self, thread_id: str, item_id: str) -> Stored: ...

    @overload
    async def get(self, thread_id: str, item_id: str, *, if_none_match: str) -> Stored | None: ...

    async def get(self, thread_id: str, item_id: str, *, if_none_match: str | None = None) -> Stored | None:
        """Loads an item; None if `if_none_match` is its etag. Raises BobbinNotFoundError."""
        return await self._calls.get({}, if_none_match, "threads", thread_id, "items", item_id)

    async def add(
        self,
        thread_id: str,
        item: DocumentToSave,
        *,
        replace: bool = False,
        enforce_status: bool = False,
        idempotency_key: str | None = None,
    ) -> Stored:
        """Adds an item. An id is made if it has none.

        Raises ConflictError if another document has its id, unless it is to `replace` that one in its place.
        Raises BobbinNotFoundError if there is no such thread.
        """
        query = _of_write(enforce_status, replace=replace)
        body = encode(item)
        return stored(await self._calls.post(body, query, idempotency_key, "threads", thread_id, "items"))

    async def add_many(
        self,
        thread_id: str,
        items: Sequence[DocumentToSave],
        *,
        replace: bool = False,
        enforce_status: bool = False,
        idempotency_key: str | None = None,
    ) -> Documents:
        """Adds up to 1,000 items in order, all or none, and returns them as they are stored."""
        if not items:
            return []
        query = _of_write(enforce_status, replace=replace)
        body = encode(items)
        response = await self._calls.post(body, query, idempotency_key, "threads", thread_id, "items")
        return _data(response)

    async def save(
        self,
        thread_id: str,
        item_id: str,
        item: DocumentToSave,
        *,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
        enforce_status: bool = False,
    ) -> Saved:
        """Adds an item or replaces it in its place. Raises PreconditionFailedError."""
        query = _of_write(enforce_status)
        return await self._calls.save(
            item, query, if_match, if_none_match, "threads", thread_id, "items", item_id
        )

    async def replace_all(
        self,
        thread_id: str,
        items: Sequence[DocumentToSave],
        *,
        create: bool = False,
        kind: str | None = None,
        enforce_status: bool = False,
    ) -> Documents:
        """Replaces all items of a thread by up to 1,000, all at once, and returns them as they are stored.

        Raises BobbinNotFoundError if there is no such thread, unless it is to `create` it, with this `kind`.
        """
        query = {**_of_write(enforce_status), "create": create, "kind": kind}
        response = await self._calls.send(
            "PUT", ("threads", thread_id, "items"), query=query, body=encode(items)
        )
        return _data(response)

    async def patch(
        self,
        thread_id: str,
        item_id: str,
        patch: Mapping[str, Any] | str | bytes,
        *,
        if_match: str | None = None,
        enforce_status: bool = False,
    ) -> Stored:
        """Changes members of an item (RFC 7396): None removes one, others keep their bytes.

        Raises BobbinNotFoundError and PreconditionFailedError.
        """
        query = _of_write(enforce_status)
        return await self._calls.patch(patch, query, if_match, "threads", thread_id, "items", item_id)

    async def delete(
        self, thread_id: str, item_id: str, *, if_match: str | None = None, enforce_status: bool = False
    ) -> None:
        """Deletes an item, silently if there is none. Raises PreconditionFailedError."""
        query = _of_write(enforce_status)
        await self._calls.delete(query, if_match, "threads", thread_id, "items", item_id)

    async def delete_after(self, thread_id: str, item_id: str, *, enforce_status: bool = False) -> None:
        """Deletes all items after this one, in the order of their creation. Raises BobbinNotFoundError."""
        query = {**_of_write(enforce_status), "after": item_id}
        await self._calls.delete(query, None, "threads", thread_id, "items")

    async def pop(self, thread_id: str, *, enforce_status: bool = False) -> Document | None:
        """Deletes the newest item and returns it; None if the thread has none.

        Of calls at the same time, each gets another item. Like a write with a condition, it is only repeated
        where nothing can have been done. Raises BobbinNotFoundError if there is no such thread.
        """
        query = _of_write(enforce_status)
        response = await self._calls.send(
            "POST", ("threads", thread_id, "items", "pop"), query=query, repeatable=False
        )
        document: Document | None = json.loads(response.content) if response.content else None
        return document


class AsyncAttachments:
    """Records of attachments, without their bytes."""

    def __init__(self, calls: _AsyncCalls) -> None:
        self._calls = calls

    def list(self, *, thread_id: str | None = None, **query: Unpack[PageQuery]) -> AsyncPages[Document]:
        """Lists attachments, newest first; those of a thread, or all."""
        return self._calls.list({**query, "thread_id": thread_id}, "attachments")

    @overload
    async def get(self, attachment_id: str) -> Stored: ...

    @overload
    async def get(self, attachment_id: str, *, if_none_match: str) -> Stored | None: ...

    async def get(self, attachment_id: str, *, if_none_match: str | None = None) -> Stored | None:
        """Loads an attachment; None if `if_none_match` is its etag. Raises BobbinNotFoundError."""
        return await self._calls.get({}, if_none_match, "attachments", attachment_id)

    async def save(
        self,
        attachment_id: str,
        attachment: DocumentToSave,
        *,
        if_match: str | None = None,
        if_none_match: Literal["*"] | None = None,
    ) -> Saved:
        """Creates or replaces an attachment. Raises PreconditionFailedError."""
        return await self._calls.save(attachment, {}, if_match, if_none_match, "attachments", attachment_id)

    async def delete(self, attachment_id: str, *, if_match: str | None = None) -> None:
        """Deletes an attachment, silently if there is none. Raises PreconditionFailedError."""
        await self._calls.delete({}, if_match, "attachments", attachment_id)


class _AsyncCalls:
    """What the calls of all resources have in common."""

    def __init__(self, http: AsyncHttp, user: str | None) -> None:
        self._http = http
        self._user = user

    async def send(
        self,
        method: str,
        segments: Sequence[str],
        *,
        query: Query | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
        repeatable: bool = True,
    ) -> httpx.Response:
        for id in segments:  # noqa: A001
            if not is_addressable(id):
                raise BobbinNotFoundError(f"Nothing can be found under the id {id!r}")
        return await self._http.send(
            method,
            path("v1", *segments),
            self._user,
            params=parameters(query or {}),
            body=body,
            headers={name: value for name, value in (headers or {}).items() if value is not None},
            repeatable=repeatable,
        )

    def list(self, query: Query, *segments: str) -> AsyncPages[Any]:
        return AsyncPages(lambda of_page: self.send("GET", segments, query=of_page), query)

    async def get(self, query: Query, if_none_match: str | None, *segments: str) -> Stored | None:
        response = await self.send("GET", segments, query=query, headers={"If-None-Match": if_none_match})
        return None if response.status_code == 304 else stored(response)

    async def post(self, body: bytes, query: Query, key: str | None, *segments: str) -> httpx.Response:
        # Without a key, a repeated attempt would store a second document where the service makes the id.
        headers = {"Idempotency-Key": key or secrets.token_hex(16)}
        return await self.send("POST", segments, query=query, body=body, headers=headers)

    async def save(
        self,
        document: DocumentToSave,
        query: Query,
        if_match: str | None,
        if_none_match: str | None,
        *segments: str,
    ) -> Saved:
        response = await self.send(
            "PUT",
            segments,
            query=query,
            body=encode(document),
            headers={**MINIMAL, "If-Match": if_match, "If-None-Match": if_none_match},
            repeatable=if_match is None and if_none_match is None,
        )
        return Saved(etag=response.headers.get("etag"), created=response.status_code == 201)

    async def patch(
        self, patch: Mapping[str, Any] | str | bytes, query: Query, if_match: str | None, *segments: str
    ) -> Stored:
        response = await self.send(
            "PATCH",
            segments,
            query=query,
            body=encode(patch),
            headers={**_MERGE_PATCH, "If-Match": if_match},
            repeatable=if_match is None,
        )
        return stored(response)

    async def delete(self, query: Query, if_match: str | None, *segments: str) -> None:
        await self.send(
            "DELETE", segments, query=query, headers={"If-Match": if_match}, repeatable=if_match is None
        )


def _of_write(enforce_status: bool, *, replace: bool = False) -> dict[str, object]:
    return {"enforce_status": enforce_status, "on_conflict": "replace" if replace else None}


def _data(response: httpx.Response) -> Documents:
    data: Documents = json.loads(response.content)["data"]
    return data
