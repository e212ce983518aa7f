"""Pages, and what loads one after the other."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import httpx
from typing_extensions import TypedDict

T = TypeVar("T")

Query: TypeAlias = Mapping[str, object]

# What says where the first page begins, and `count`, since counting once is enough.
_ONLY_FIRST = ("after", "before", "cursor", "count")


class Total(TypedDict):
    """How many rows match; with "gte" there are more than were counted."""

    value: int
    relation: Literal["eq", "gte"]


@dataclass
class Page(Generic[T]):
    """Some rows of a list, in its order.

    `next` and `previous` are cursors of the pages on both sides, None where nothing more is known to be.
    `total` is None unless the call had `count`. `raw` has the bytes of the whole page.
    """

    data: list[T]
    has_more: bool
    after: str | None
    next: str | None
    previous: str | None
    total: Total | None
    raw: bytes

    def __init__(self, response: httpx.Response) -> None:
        body = json.loads(response.content)
        self.data = body["data"]
        self.has_more = body["has_more"]
        self.after, self.next, self.previous, self.total = map(
            body.get, ("after", "next", "previous", "total")
        )
        self.raw = response.content

    def _query_of_next(self, query: Query) -> Query | None:
        """Returns the query of the page after this one, or None if this is the last."""
        kept = {name: value for name, value in query.items() if name not in _ONLY_FIRST}
        if self.next:
            return {**kept, "cursor": self.next}
        # A service before 0.2 has no cursors.
        return {**kept, "after": self.after} if self.after else None


class Pages(Page[T]):
    """The first page of a list. As an iterable, its rows and then those of all later pages."""

    def __init__(self, load: Callable[[Query], httpx.Response], query: Query) -> None:
        super().__init__(load(query))
        self._load = load
        self._query = query

    def __iter__(self) -> Iterator[T]:
        page: Page[T] = self
        query: Query | None = self._query
        while query is not None:
            yield from page.data
            query = page._query_of_next(query)
            if query is not None:
                page = Page(self._load(query))


class AsyncPages(Generic[T]):
    """A list: `await` it for its first page, or `async for` the rows of all pages."""

    def __init__(self, load: Callable[[Query], Awaitable[httpx.Response]], query: Query) -> None:
        self._load = load
        self._query = query

    def __await__(self) -> Generator[Any, None, Page[T]]:
        return self._page(self._query).__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        query: Query | None = self._query
        while query is not None:
            page = await self._page(query)
            for row in page.data:
                yield row
            query = page._query_of_next(query)

    async def _page(self, query: Query) -> Page[T]:
        return Page(await self._load(query))
