"""Uploaded bytes on the local disk: good enough for an example, on one machine."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path

from chatkit.store import AttachmentStore
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    FileAttachment,
    ImageAttachment,
)
from pydantic import AnyUrl

from bobbin_chatkit import generate_id

MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class RequestContext:
    """What the back end knows of a request; ChatKit hands it to every call of a store."""

    user_id: str


class LocalFiles(AttachmentStore[RequestContext]):
    """Keeps the bytes; their records (name, type, thread) are in Bobbin.

    Two phases: ChatKit asks for a place to upload to (`create_attachment`) and saves the record; the front
    end then sends the bytes to that place, `write` keeps them, and the upload descriptor is cleared.
    """

    def __init__(self, directory: Path, public_url: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._public_url = public_url.rstrip("/")

    def generate_attachment_id(self, mime_type: str, context: RequestContext) -> str:
        return generate_id("attachment")

    async def create_attachment(self, input: AttachmentCreateParams, context: RequestContext) -> Attachment:  # noqa: A002
        id_ = self.generate_attachment_id(input.mime_type, context)
        url = AnyUrl(f"{self._public_url}/attachments/{id_}")
        upload = AttachmentUploadDescriptor(url=url, method="PUT")
        # The record has no field for the size, but metadata is ours and never reaches the browser.
        metadata = {"size": min(input.size, MAX_BYTES)}
        if input.mime_type.startswith("image/"):
            # A real app answers a signed link here: an <img> sends no header to tell the user by.
            return ImageAttachment(
                id=id_,
                name=input.name,
                mime_type=input.mime_type,
                upload_descriptor=upload,
                preview_url=url,
                metadata=metadata,
            )
        return FileAttachment(
            id=id_, name=input.name, mime_type=input.mime_type, upload_descriptor=upload, metadata=metadata
        )

    async def delete_attachment(self, attachment_id: str, context: RequestContext) -> None:
        await asyncio.to_thread(self._path(attachment_id, context).unlink, missing_ok=True)

    async def write(self, attachment_id: str, data: bytes, context: RequestContext) -> None:
        await asyncio.to_thread(self._path(attachment_id, context).write_bytes, data)

    async def read(self, attachment_id: str, context: RequestContext) -> bytes:
        return await asyncio.to_thread(self._path(attachment_id, context).read_bytes)

    def _path(self, attachment_id: str, context: RequestContext) -> Path:
        # A hash as the name: ids come from the browser and must not walk the disk, and the user in it
        # keeps one user's upload from another's delete.
        name = hashlib.sha256(f"{context.user_id}\0{attachment_id}".encode()).hexdigest()
        return self._directory / name
