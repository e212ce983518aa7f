"""End to end: a front end, the example back end as its own process, Bobbin, Postgres."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from chatkit.types import HiddenContextItem

from bobbin_chatkit import BobbinStore
from browser import Browser, Json, done_items, text_of
from processes import Server, echo_server
from samples import User

TURNS = 12


@pytest.fixture(scope="module")
def echo(bobbin: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = tmp_path_factory.mktemp("echo")
    server = echo_server(bobbin.url, place / "uploads", place / "echo.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def browser(echo: Server, ann: User) -> Iterator[Browser]:
    browser = Browser(echo.url, ann.user_id)
    yield browser
    browser.close()


@dataclass(frozen=True)
class Talk:
    """A thread of twelve turns, and the items the front end was shown while it grew."""

    thread_id: str
    shown: list[Json]

    def said(self, turn: int) -> Json:
        return next(
            item for item in self.shown if item["type"] == "user_message" and text_of(item) == f"Say {turn}"
        )


@pytest.fixture
def talk(browser: Browser) -> Talk:
    events = browser.create_thread("Say 1")
    assert events[0]["type"] == "thread.created"
    thread_id = events[0]["thread"]["id"]
    updated = [event["thread"] for event in events if event["type"] == "thread.updated"]
    assert [thread["title"] for thread in updated] == ["Say 1"]
    shown = done_items(events)
    for turn in range(2, TURNS + 1):
        shown += done_items(browser.say(thread_id, f"Say {turn}"))
    return Talk(thread_id, shown)


def test_twelve_turns_are_stored_as_they_were_shown(browser: Browser, talk: Talk) -> None:
    types = [item["type"] for item in talk.shown]
    assert {type_: types.count(type_) for type_ in types} == {
        "user_message": 12, "assistant_message": 12, "widget": 4, "workflow": 2,
    }  # fmt: skip
    answers = [text_of(item) for item in talk.shown if item["type"] == "assistant_message"]
    assert answers == [
        f'You said: "Say {turn}". This is turn {turn} of this thread.' for turn in range(1, TURNS + 1)
    ]

    forwards = browser.all_items(talk.thread_id, "asc")
    assert forwards == talk.shown
    assert browser.all_items(talk.thread_id, "desc") == forwards[::-1]

    opened = browser.ask("threads.get_by_id", thread_id=talk.thread_id)
    assert opened["items"]["data"] == forwards[:20]
    assert opened["items"]["has_more"]
    assert opened["items"]["after"] == forwards[19]["id"]


def test_threads_are_listed_newest_first(browser: Browser) -> None:
    created = [browser.create_thread(f"Thread {n}")[0]["thread"]["id"] for n in range(5)]
    assert [thread["id"] for thread in browser.all_threads("asc", 2)] == created
    listed = browser.all_threads("desc", 2)
    assert [thread["id"] for thread in listed] == created[::-1]
    assert [thread["title"] for thread in listed] == [f"Thread {n}" for n in (4, 3, 2, 1, 0)]


def test_renamed_thread_keeps_its_name(browser: Browser, talk: Talk) -> None:
    answer = browser.ask("threads.update", thread_id=talk.thread_id, title="Renamed")
    assert answer["title"] == "Renamed"
    browser.say(talk.thread_id, "more")
    assert browser.ask("threads.get_by_id", thread_id=talk.thread_id)["title"] == "Renamed"


@pytest.mark.parametrize("turn", [11, 2])  # the cut lies on the first page, or beyond it
def test_retry_answers_again_from_there(browser: Browser, talk: Talk, turn: int) -> None:
    message = talk.said(turn)
    events = browser.stream("threads.retry_after_item", thread_id=talk.thread_id, item_id=message["id"])
    again = done_items(events)
    assert [text_of(item) for item in again] == [
        f'You said: "Say {turn}". This is turn {turn} of this thread.'
    ]
    kept = talk.shown[: talk.shown.index(message) + 1]
    assert browser.all_items(talk.thread_id) == kept + again


def test_attachment_is_uploaded_sent_and_deleted(browser: Browser, talk: Talk) -> None:
    data = "Möbius\n".encode() * 1000
    params = {"name": "notes.txt", "mime_type": "text/plain", "size": len(data)}
    attachment = browser.ask("attachments.create", **params)
    assert "metadata" not in attachment
    assert browser.download(attachment["id"]).status_code == 404

    upload = attachment["upload_descriptor"]
    assert upload["method"] == "PUT"
    assert browser.upload(upload["url"], data + b"!").status_code == 413
    assert browser.upload(upload["url"], data).status_code == 204
    assert browser.download(attachment["id"]).content == data

    message, answer = done_items(browser.say(talk.thread_id, "Read this", attachment["id"]))
    sent = {key: value for key, value in attachment.items() if key != "upload_descriptor"}
    assert message["attachments"] == [{**sent, "thread_id": talk.thread_id}]
    assert "You attached: notes.txt." in text_of(answer)

    assert browser.ask("attachments.delete", attachment_id=attachment["id"]) == {}
    assert browser.download(attachment["id"]).status_code == 404
    # The message keeps its copy.
    assert message in browser.all_items(talk.thread_id)


def test_image_has_a_preview(browser: Browser) -> None:
    image = browser.ask("attachments.create", name="dot.png", mime_type="image/png", size=4)
    assert browser.upload(image["upload_descriptor"]["url"], b"\x89PNG").status_code == 204
    assert image["preview_url"].endswith(f"/attachments/{image['id']}")
    message = done_items(browser.create_thread("Look", image["id"]))[0]
    assert message["attachments"][0]["type"] == "image"


async def test_feedback_is_kept_and_not_shown(
    browser: Browser, talk: Talk, store: BobbinStore[User], ann: User
) -> None:
    ids = [talk.shown[1]["id"]]
    assert browser.ask("items.feedback", thread_id=talk.thread_id, item_ids=ids, kind="positive") == {}
    newest = (await store.load_thread_items(talk.thread_id, None, 1, "desc", ann)).data[0]
    assert isinstance(newest, HiddenContextItem)
    assert newest.content == {"feedback": "positive", "item_ids": ids}
    assert browser.all_items(talk.thread_id) == talk.shown


def test_deleted_thread_is_gone(browser: Browser, talk: Talk) -> None:
    other = browser.create_thread("Another")[0]["thread"]["id"]
    assert browser.ask("threads.delete", thread_id=talk.thread_id) == {}
    answer = browser.post("threads.get_by_id", thread_id=talk.thread_id)
    assert answer.status_code == 404
    assert talk.thread_id in answer.json()["detail"]
    assert browser.all_items(talk.thread_id) == []
    assert [thread["id"] for thread in browser.all_threads()] == [other]


def test_unknown_thread_is_404_before_the_stream_begins(browser: Browser) -> None:
    message: Json = {"content": [], "attachments": [], "inference_options": {}}
    answer = browser.post("threads.add_user_message", thread_id="thr_nope", input=message)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Thread thr_nope not found"})


def test_other_user_sees_nothing(echo: Server, browser: Browser, talk: Talk) -> None:
    stranger = Browser(echo.url, f"eve-{secrets.token_hex(6)}")
    try:
        assert stranger.post("threads.get_by_id", thread_id=talk.thread_id).status_code == 404
        assert stranger.all_items(talk.thread_id) == []
        assert stranger.all_threads() == []
        assert stranger.ask("threads.delete", thread_id=talk.thread_id) == {}
    finally:
        stranger.close()
    assert browser.all_items(talk.thread_id) == talk.shown


def test_everything_is_there_after_a_restart(
    bobbin: Server, echo: Server, browser: Browser, talk: Talk
) -> None:
    params = {"name": "notes.txt", "mime_type": "text/plain", "size": 5}
    attachment = browser.ask("attachments.create", **params)
    browser.upload(attachment["upload_descriptor"]["url"], b"notes")
    browser.say(talk.thread_id, "Keep this", attachment["id"])
    browser.create_thread("Second thread")

    def everything() -> Json:
        threads = browser.all_threads()
        return {
            "threads": threads,
            "opened": [browser.ask("threads.get_by_id", thread_id=thread["id"]) for thread in threads],
            "items": [browser.all_items(thread["id"]) for thread in threads],
            "bytes": browser.download(attachment["id"]).content,
        }

    before = everything()
    assert [len(items) for items in before["items"]] == [2, len(talk.shown) + 2]
    echo.stop()
    bobbin.stop()
    bobbin.start()
    echo.start()
    assert everything() == before

    answer = done_items(browser.say(talk.thread_id, "Still there?"))[1]
    assert text_of(answer) == 'You said: "Still there?". This is turn 14 of this thread.'
