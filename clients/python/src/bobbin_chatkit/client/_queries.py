"""Query parameters, by their names in the API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from typing_extensions import TypedDict

Order: TypeAlias = Literal["asc", "desc"]
Time: TypeAlias = str | datetime


class Times(TypedDict, total=False):
    """Bounds of a time; a datetime without a zone counts as UTC."""

    gt: Time
    gte: Time
    lt: Time
    lte: Time


class PageQuery(TypedDict, total=False):
    """Which rows a page has.

    limit: at most that many rows, up to 100; 20 by default.
    after, before: the id of the row after or before which the page begins.
    cursor: `next` or `previous` of another page, with the same filters.
    """

    limit: int
    order: Order
    after: str | None
    before: str | None
    cursor: str | None


class ThreadFilters(TypedDict, total=False):
    """Which threads. All that are given must match.

    archived: False by default, so that archived threads are left out.
    metadata: members of the thread's metadata and their values.
    title: how the title begins, in any case.
    kind: "chatkit" by default, so that sessions and other conversations are left out.
    """

    status: Literal["active", "locked", "closed"]
    archived: bool | Literal["any"]
    metadata: Mapping[str, str]
    title: str
    created_at: Times
    active_at: Times
    kind: str


class ThreadQuery(PageQuery, ThreadFilters, total=False):
    """sort: by creation (default) or by the last activity.

    include: "last_item" adds the newest visible item to each thread, as its member last_item.
    count: tells in `total` how many threads match.
    """

    sort: Literal["created_at", "active_at"]
    include: Literal["last_item"]
    count: bool


def parameters(query: Mapping[str, object]) -> dict[str, str | int]:
    """Returns query parameters as they are sent; None and False, always a default, are left out."""
    sent: dict[str, str | int] = {}
    for name, value in query.items():
        if isinstance(value, Mapping):
            form = "metadata.{}" if name == "metadata" else name + "[{}]"
            sent.update({form.format(key): _text(part) for key, part in value.items()})
        elif value is not None and value is not False:
            sent[name] = value if type(value) is int else _text(value)
    return sent


def _text(value: object) -> str:
    if value is True:
        return "true"
    return value.isoformat() if isinstance(value, datetime) else str(value)
