"""Documents as ChatKit's models, and what becomes of those that the models cannot hold."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from chatkit.types import Attachment, Page, Thread, ThreadItem, ThreadMetadata
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from .errors import DocumentError

T = TypeVar("T")

log = logging.getLogger("bobbin_chatkit")

# Half of a surrogate pair, which text that was cut inside an emoji ends with. Whole pairs and all other
# escapes match as well, so that no match begins inside one of them.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{},]')


@dataclass
class Rows(Generic[T]):
    """A page as ChatKit's models. `count` is that of the service's rows, with those left out of `data`."""

    data: list[T]
    count: int
    has_more: bool
    after: str | None


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A kind of document: what messages call it, its model, and that of a page of them."""

    name: str
    one: TypeAdapter[T]
    page: type[Page[T]]

    def read(self, document: bytes, id: object) -> T:  # noqa: A002
        """Reads a document; half surrogate pairs become U+FFFD. Raises DocumentError, which names `id`."""
        try:
            return self.one.validate_json(document)
        except ValidationError:
            pass
        try:
            return self.one.validate_json(_without_half_pairs(document))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            reason = f"{where}: {first['msg']}" if where else first["msg"]
            raise DocumentError(f"ChatKit cannot read {self.name} {id}, which is stored: {reason}") from error

    def read_page(self, body: bytes, *, strict: bool) -> Rows[T]:
        """Reads a page. A document that ChatKit cannot read is left out and logged, or raised if `strict`."""
        try:
            page = self.page.model_validate_json(body)
            return Rows(page.data, len(page.data), page.has_more, page.after)
        except ValidationError:
            members = _members(body)
        data = []
        documents = _parts(members["data"])
        for document in documents:
            id = _members(document).get("id", b"without an id").decode().strip('"')  # noqa: A001
            try:
                data.append(self.read(document, id))
            except DocumentError as error:
                if strict:
                    raise
                log.warning("Left out of a page: %s", error)
        has_more, after = json.loads(members["has_more"]), json.loads(members["after"])
        return Rows(data, len(documents), has_more, after)


THREAD: Kind[ThreadMetadata] = Kind("Thread", TypeAdapter(ThreadMetadata), Page[ThreadMetadata])
ITEM: Kind[ThreadItem] = Kind("Item", TypeAdapter(ThreadItem), Page[ThreadItem])
ATTACHMENT: Kind[Attachment] = Kind("Attachment", TypeAdapter(Attachment), Page[Attachment])


def read_thread_with_items(body: bytes, id: str, *, strict: bool) -> tuple[ThreadMetadata, Rows[ThreadItem]]:  # noqa: A002
    """Reads a thread that has a page of items as its member `items`; each is read as it would be alone."""
    try:
        thread = Thread.model_validate_json(body)
        items = thread.items
        return thread, Rows(items.data, len(items.data), items.has_more, items.after)
    except ValidationError:
        members = _members(body)
    rows = ITEM.read_page(members.pop("items"), strict=strict)
    alone = b",".join(json.dumps(name).encode() + b":" + value for name, value in members.items())
    return THREAD.read(b"{" + alone + b"}", id), rows


def write(document: BaseModel) -> str:
    """Returns a document as JSON. Raises DocumentError for what JSON in UTF-8 cannot carry."""
    exclude = {"items"} if isinstance(document, Thread) else None
    try:
        return document.model_dump_json(exclude=exclude)
    except PydanticSerializationError as error:
        kind, id = type(document).__name__, getattr(document, "id", None)  # noqa: A001
        raise DocumentError(f"{kind} {id!r} cannot be sent: {error}") from error


def _without_half_pairs(document: bytes) -> bytes:
    return _ESCAPE.sub(lambda match: rb"\ufffd" if match["half"] else match[0], document)


# A page that cannot be read as a whole is taken apart by its brackets: a JSON parser that gives up at one of
# the documents would give up at the page as well.


def _parts(text: bytes) -> list[bytes]:
    """Returns the elements of an array, or the members of an object, as they stand there."""
    parts = []
    depth = begin = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in b"[{":
            depth += 1
            if depth == 1:
                begin = token.end()
        elif mark in b"]}" or (mark == b"," and depth == 1):
            if depth == 1:
                parts.append(text[begin : token.start()].strip())
                begin = token.end()
            depth -= mark != b","
    return [part for part in parts if part]


def _members(text: bytes) -> dict[str, bytes]:
    """Returns the values of an object's members, as they stand there."""
    members = {}
    for part in _parts(text):
        name = _TOKEN.match(part)
        assert name is not None
        members[str(json.loads(name[0]))] = part[name.end() :].lstrip().removeprefix(b":").lstrip()
    return members
