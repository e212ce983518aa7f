"""Records of attachments."""

from __future__ import annotations

import httpx
import pytest
from chatkit.store import NotFoundError
from chatkit.types import Attachment, AttachmentUploadDescriptor
from pydantic import AnyUrl

from bobbin_chatkit import BobbinStore
from samples import User, a_file, an_image


@pytest.mark.parametrize("attachment", [a_file(), an_image()], ids=lambda attachment: attachment.type)
async def test_attachment_is_stored_byte_for_byte_with_its_metadata(
    store: BobbinStore[User], ann: User, raw: httpx.AsyncClient, attachment: Attachment
) -> None:
    await store.save_attachment(attachment, ann)
    assert await store.load_attachment(attachment.id, ann) == attachment
    assert (await raw.get(f"/v1/attachments/{attachment.id}")).text == attachment.model_dump_json()


async def test_saving_again_replaces(store: BobbinStore[User], ann: User) -> None:
    url = AnyUrl("https://example.org/upload")
    attachment = a_file().model_copy(
        update={"upload_descriptor": AttachmentUploadDescriptor(url=url, method="PUT", headers={"a": "b"})}
    )
    await store.save_attachment(attachment, ann)
    uploaded = attachment.model_copy(update={"upload_descriptor": None, "thread_id": "thr_1"})
    await store.save_attachment(uploaded, ann)
    assert await store.load_attachment(attachment.id, ann) == uploaded


async def test_deleted_attachment_is_not_found(store: BobbinStore[User], ann: User) -> None:
    attachment = a_file()
    await store.save_attachment(attachment, ann)
    await store.delete_attachment(attachment.id, ann)
    await store.delete_attachment(attachment.id, ann)
    with pytest.raises(NotFoundError, match=f"Attachment {attachment.id} not found"):
        await store.load_attachment(attachment.id, ann)
