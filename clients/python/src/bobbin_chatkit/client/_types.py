"""What calls take and return."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx
from pydantic import BaseModel
from typing_extensions import TypedDict

from .._documents import write
from ..errors import DocumentError

# A thread, an item or an attachment: ChatKit's JSON, with whatever other members it was saved with.
Document: TypeAlias = dict[str, Any]

# As an object, as one of ChatKit's models, or as JSON text, which is stored byte for byte.
DocumentToSave: TypeAlias = Mapping[str, Any] | BaseModel | str | bytes


# Within a class that has a method `list`, a type checker takes `list[...]` for that.
Documents: TypeAlias = list[Document]


@dataclass(frozen=True)
class Saved:
    """What a write says of a document.

    `etag` names its bytes: `if_match=etag` makes a later write fail if they have changed meanwhile. `created`
    tells whether this call created it.
    """

    etag: str | None
    created: bool


@dataclass(frozen=True)
class Stored(Saved):
    """A document as it is stored; `raw` has its bytes."""

    document: Document
    raw: bytes


class ThreadState(TypedDict):
    """What is known of a thread beside its document. Times are ISO 8601."""

    archived: bool
    created_at: str
    active_at: str
    updated_at: str


class Fragment(TypedDict):
    """A part of a snippet; `match` if it is what was searched for."""

    text: str
    match: bool


class SearchHit(TypedDict):
    """An item that matches, or a thread whose title does: then without item_id and type."""

    thread_id: str
    title: str | None
    item_id: str | None
    type: str | None
    created_at: str
    snippet: list[Fragment]


def encode(document: object) -> bytes:
    """Returns a document, or several, as the bytes to send. Raises DocumentError for text without UTF-8."""
    try:
        return _text(document).encode()
    except UnicodeEncodeError as error:
        raise DocumentError(f"A document cannot be sent: {error}") from error


def _text(document: object) -> str:
    if isinstance(document, bytes):
        return document.decode()
    if isinstance(document, str):
        return document
    if isinstance(document, BaseModel):
        return write(document)
    if isinstance(document, Sequence):
        return "[" + ",".join(_text(one) for one in document) + "]"
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def stored(response: httpx.Response) -> Stored:
    return Stored(
        etag=response.headers.get("etag"),
        created=response.status_code == 201,
        document=json.loads(response.content),
        raw=response.content,
    )
