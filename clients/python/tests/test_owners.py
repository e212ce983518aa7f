"""Another user's and another tenant's things do not exist."""

from __future__ import annotations

import pytest
from chatkit.store import NotFoundError

from bobbin_chatkit import BobbinError, BobbinStore
from processes import Server
from samples import User, a_file, a_message, a_thread

Who = tuple[BobbinStore[User], User]


@pytest.fixture(params=["another user", "another tenant"])
def stranger(
    request: pytest.FixtureRequest,
    store: BobbinStore[User],
    beta_store: BobbinStore[User],
    ann: User,
    bob: User,
) -> Who:
    """Someone who must not see Ann's things: Bob, or an Ann of another tenant."""
    return (store, bob) if request.param == "another user" else (beta_store, ann)


async def test_stranger_finds_nothing(store: BobbinStore[User], ann: User, stranger: Who) -> None:
    theirs, them = stranger
    thread, attachment = a_thread(), a_file()
    await store.save_thread(thread, ann)
    await store.add_thread_item(thread.id, a_message(thread.id, id="msg_1"), ann)
    await store.save_attachment(attachment, ann)

    with pytest.raises(NotFoundError, match=f"^Thread {thread.id} not found$"):
        await theirs.load_thread(thread.id, them)
    with pytest.raises(NotFoundError):
        await theirs.load_thread_with_items(thread.id, 20, "asc", them)
    with pytest.raises(NotFoundError):
        await theirs.load_item(thread.id, "msg_1", them)
    with pytest.raises(NotFoundError):
        await theirs.load_attachment(attachment.id, them)
    assert (await theirs.load_thread_items(thread.id, None, 20, "asc", them)).data == []
    assert (await theirs.load_threads(20, None, "asc", them)).data == []
    with pytest.raises(NotFoundError):
        await theirs.load_threads(20, thread.id, "asc", them)


async def test_stranger_changes_nothing(store: BobbinStore[User], ann: User, stranger: Who) -> None:
    theirs, them = stranger
    thread, attachment = a_thread(), a_file()
    item = a_message(thread.id, id="msg_1")
    await store.save_thread(thread, ann)
    await store.add_thread_item(thread.id, item, ann)
    await store.save_attachment(attachment, ann)

    with pytest.raises(NotFoundError):
        await theirs.add_thread_item(thread.id, a_message(thread.id), them)
    with pytest.raises(NotFoundError):
        await theirs.save_item(thread.id, a_message(thread.id, id="msg_1"), them)
    with pytest.raises(NotFoundError):
        await theirs.delete_items_after(thread.id, "msg_1", them)
    await theirs.delete_thread_item(thread.id, "msg_1", them)
    await theirs.delete_attachment(attachment.id, them)
    await theirs.delete_thread(thread.id, them)

    assert await store.load_thread(thread.id, ann) == thread
    assert (await store.load_thread_items(thread.id, None, 20, "asc", ann)).data == [item]
    assert await store.load_attachment(attachment.id, ann) == attachment


async def test_same_ids_of_two_owners_are_different_things(
    store: BobbinStore[User], ann: User, stranger: Who
) -> None:
    theirs, them = stranger
    hers, other = a_thread(id="thr_same", title="hers"), a_thread(id="thr_same", title="theirs")
    her_item, other_item = a_message("thr_same", "hers", id="m"), a_message("thr_same", "theirs", id="m")
    await store.save_thread(hers, ann)
    await theirs.save_thread(other, them)
    await store.add_thread_item("thr_same", her_item, ann)
    await theirs.add_thread_item("thr_same", other_item, them)
    await theirs.save_attachment(a_file().model_copy(update={"id": "atc_same", "name": "theirs"}), them)
    await store.save_attachment(a_file().model_copy(update={"id": "atc_same", "name": "hers"}), ann)

    assert await store.load_thread("thr_same", ann) == hers
    assert await theirs.load_thread("thr_same", them) == other
    assert await store.load_item("thr_same", "m", ann) == her_item
    assert await theirs.load_item("thr_same", "m", them) == other_item
    assert (await theirs.load_attachment("atc_same", them)).name == "theirs"

    await store.delete_thread("thr_same", ann)
    assert await theirs.load_item("thr_same", "m", them) == other_item


@pytest.mark.parametrize("name", ["Ünïcode 🧵", "two words", "a@example.org", "utf-8''x", " padded ", "50%"])
async def test_any_user_name_is_an_owner_of_its_own(store: BobbinStore[User], ann: User, name: str) -> None:
    user, thread = User(name + ann.user_id + name), a_thread()
    await store.save_thread(thread, user)
    assert await store.load_thread(thread.id, user) == thread
    with pytest.raises(NotFoundError):
        await store.load_thread(thread.id, User(ann.user_id))


async def test_wrong_and_missing_keys_are_refused(bobbin: Server, ann: User) -> None:
    for key in ("wrong", None):
        async with BobbinStore[User](bobbin.url, api_key=key) as store:
            with pytest.raises(BobbinError) as caught:
                await store.load_threads(20, None, "asc", ann)
            assert caught.value.status == 401


async def test_a_request_without_a_user_is_never_sent(store: BobbinStore[User]) -> None:
    with pytest.raises(ValueError, match="non-empty string"):
        await store.load_threads(20, None, "asc", User(""))
