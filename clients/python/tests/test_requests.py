"""What goes over the wire, and what is tried again. A local server plays the failing service."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import httpx
import pytest
from chatkit.store import NotFoundError

from bobbin_chatkit import BobbinError, BobbinStore, ConflictError, UnreachableError, _retry
from bobbin_chatkit._http import user_header
from bobbin_chatkit._retry import parse_retry_after
from processes import free_port
from samples import User, a_message, a_thread, a_workflow
from scripted_server import Answer, Drop, Hang, ScriptedServer

ANN = User("ann")
JSON = {"Content-Type": "application/json"}
NOT_NOW = Answer.problem(503, "The database is not available")


@pytest.fixture(autouse=True)
def _short_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_retry, "BACKOFF_BASE", 0.02)


def a_store(server: ScriptedServer, **options: object) -> BobbinStore[User]:
    return BobbinStore[User](server.url, api_key="key", **options)  # type: ignore[arg-type]


async def test_503_is_tried_again_when_the_service_said() -> None:
    item = a_message("thr_1")
    async with (
        ScriptedServer(Answer.problem(503, "Waking", Retry_After="1"), Answer(201)) as server,
        a_store(server) as store,
    ):
        await store.add_thread_item("thr_1", item, ANN)
    first, second = server.received
    assert second.at - first.at >= 1
    assert first.body == second.body == item.model_dump_json().encode()
    assert (first.method, first.target) == (second.method, second.target) == (
        "POST", "/v1/threads/thr_1/items",
    )  # fmt: skip


async def test_retry_after_may_be_a_date() -> None:
    at = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=2), usegmt=True)
    answers = (Answer.problem(503, "Waking", Retry_After=at), Answer(204))
    async with ScriptedServer(*answers) as server, a_store(server) as store:
        await store.delete_thread("thr_1", ANN)
    # The date has whole seconds, so up to one is lost.
    assert server.received[1].at - server.received[0].at >= 0.9


async def test_retry_after_is_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_retry, "RETRY_AFTER_CAP", 0.2)
    answers = (Answer.problem(503, "Later", Retry_After="86400"), Answer(204))
    async with ScriptedServer(*answers) as server, a_store(server) as store:
        await store.delete_thread("thr_1", ANN)
    assert 0.2 <= server.received[1].at - server.received[0].at < 2


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_attempts_are_bounded(status: int) -> None:
    async with (
        ScriptedServer(Answer.problem(status, "Down")) as server,
        a_store(server, max_retries=2) as store,
    ):
        with pytest.raises(BobbinError, match="Down") as caught:
            await store.load_thread("thr_1", ANN)
    assert len(server.received) == 3
    assert (caught.value.status, caught.value.request_id) == (status, "req-1")


async def test_no_attempt_starts_after_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bobbin_chatkit._retry.TOTAL_BUDGET", 0.5)
    async with (
        ScriptedServer(Answer.problem(503, "Down", Retry_After="1")) as server,
        a_store(server) as store,
    ):
        with pytest.raises(BobbinError):
            await store.load_thread("thr_1", ANN)
    assert len(server.received) == 1


async def test_dropped_connections_are_tried_again() -> None:
    half = Drop(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    thread = a_thread()
    whole = Answer(200, JSON, thread.model_dump_json().encode())
    async with ScriptedServer(Drop(), half, whole) as server, a_store(server) as store:
        assert await store.load_thread(thread.id, ANN) == thread
    assert len(server.received) == 3


async def test_slow_answer_is_tried_again() -> None:
    async with (
        ScriptedServer(Hang(), Answer(201)) as server,
        a_store(server, timeout=httpx.Timeout(5, read=0.3)) as store,
    ):
        await store.save_thread(a_thread(), ANN)
    assert len(server.received) == 2


async def test_unreachable_service_is_given_up() -> None:
    async with BobbinStore[User](f"http://127.0.0.1:{free_port()}", max_retries=2) as store:
        with pytest.raises(UnreachableError, match="GET /v1/threads/thr_1: ConnectError") as caught:
            await store.load_thread("thr_1", ANN)
    assert caught.value.status is None
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


@pytest.mark.parametrize(
    "answer",
    [
        Answer.problem(409, "Taken", x_should_retry="false"),
        Answer.problem(503, "Never", x_should_retry="false"),
        Answer.problem(500, "Our fault"),
        Answer.problem(400, "Your fault"),
        Answer.problem(429, "Slower"),
    ],
    ids=lambda answer: str(answer.status),
)
async def test_what_will_not_get_better_is_not_tried_again(answer: Answer) -> None:
    async with ScriptedServer(answer) as server, a_store(server) as store:
        with pytest.raises(BobbinError) as caught:
            await store.add_thread_item("thr_1", a_message("thr_1"), ANN)
    assert len(server.received) == 1
    assert caught.value.status == answer.status
    assert isinstance(caught.value, ConflictError) == (answer.status == 409)


async def test_service_may_ask_for_another_try() -> None:
    answers = (Answer.problem(500, "Restarting", x_should_retry="true"), Answer(204))
    async with ScriptedServer(*answers) as server, a_store(server) as store:
        await store.delete_thread("thr_1", ANN)
    assert len(server.received) == 2


async def test_not_found_says_what_the_service_says() -> None:
    answer = Answer.problem(404, "Thread thr_1 not found")
    async with ScriptedServer(answer) as server, a_store(server) as store:
        with pytest.raises(NotFoundError) as caught:
            await store.load_thread("thr_1", ANN)
    assert str(caught.value) == "Thread thr_1 not found"


async def test_404_of_another_server_is_not_a_missing_thread() -> None:
    answer = Answer(404, {"Content-Type": "text/html"}, b"<h1>nginx</h1>")
    async with ScriptedServer(answer) as server, a_store(server) as store:
        with pytest.raises(BobbinError, match="not answered by Bobbin") as caught:
            await store.load_thread("thr_1", ANN)
    assert not isinstance(caught.value, NotFoundError)


async def test_page_of_another_server_is_not_an_answer() -> None:
    # A sign-in page in between, or a wrong base URL.
    answer = Answer(200, {"Content-Type": "text/html"}, b"<h1>Sign in</h1>")
    async with ScriptedServer(answer) as server, a_store(server) as store:
        for call in (
            store.load_thread("thr_1", ANN),
            store.load_threads(20, None, "asc", ANN),
            store.save_thread(a_thread(), ANN),
            store.delete_thread("thr_1", ANN),
        ):
            with pytest.raises(BobbinError, match="not answered by Bobbin"):
                await call


async def test_redirect_is_not_followed() -> None:
    async with ScriptedServer(Answer(307, {"Location": "/elsewhere"})) as server, a_store(server) as store:
        with pytest.raises(BobbinError) as caught:
            await store.load_thread("thr_1", ANN)
    assert caught.value.status == 307
    assert len(server.received) == 1


async def test_requests_carry_key_user_and_preference() -> None:
    async with ScriptedServer(Answer(204)) as server, a_store(server) as store:
        await store.save_thread(a_thread(id="a/b ü"), User("Zoë"))
        await store.delete_thread("thr_1", ANN)
    put, delete = server.received
    assert put.target == "/v1/threads/a%2Fb%20%C3%BC"
    assert put.headers["authorization"] == "Bearer key"
    assert put.headers["bobbin-user"] == "utf-8''Zo%C3%AB"
    assert put.headers["prefer"] == "return=minimal"
    assert put.headers["content-type"] == "application/json"
    assert delete.headers["bobbin-user"] == "ann"


async def test_only_a_workflow_replaces_what_is_there() -> None:
    async with ScriptedServer(Answer(201)) as server, a_store(server) as store:
        await store.add_thread_item("thr_1", a_message("thr_1"), ANN)
        await store.add_thread_item("thr_1", a_workflow("thr_1"), ANN)
        await store.add_thread_items("thr_1", [a_workflow("thr_1")], ANN)
    assert [request.target for request in server.received] == [
        "/v1/threads/thr_1/items",
        "/v1/threads/thr_1/items?on_conflict=replace",
        "/v1/threads/thr_1/items",
    ]


@pytest.mark.parametrize("id_", ["x" * 256, "a\0b", "a\x9f", "cut \ud83d"])
async def test_nothing_is_found_under_ids_that_cannot_be(id_: str) -> None:
    async with ScriptedServer(Answer(204)) as server, a_store(server) as store:
        for call in (store.load_thread(id_, ANN), store.load_item("thr_1", id_, ANN),
                     store.load_thread_items("thr_1", id_, 20, "asc", ANN),
                     store.load_threads(20, id_, "asc", ANN), store.load_attachment(id_, ANN)):  # fmt: skip
            with pytest.raises(NotFoundError):
                await call
        assert (await store.load_thread_items(id_, None, 20, "asc", ANN)).data == []
        await store.delete_thread(id_, ANN)
        await store.delete_thread_item("thr_1", id_, ANN)
        await store.delete_attachment(id_, ANN)
    assert server.received == []


async def test_ids_that_a_path_cannot_carry_are_never_sent() -> None:
    async with ScriptedServer(Answer(204)) as server, a_store(server) as store:
        await store.delete_thread_item("thr_1", "..", ANN)
        await store.delete_thread_item("thr_1", "", ANN)
        with pytest.raises(NotFoundError):
            await store.save_item("thr_1", a_message("thr_1", id=".."), ANN)
    assert server.received == []


async def test_calls_share_a_connection() -> None:
    async with ScriptedServer(Answer(204)) as server, a_store(server) as store:
        for _ in range(10):
            await store.delete_thread("thr_1", ANN)
    assert (len(server.received), server.connections) == (10, 1)


async def test_given_client_is_used_and_left_open() -> None:
    async with ScriptedServer(Answer(204)) as server, httpx.AsyncClient(headers={"X-App": "mine"}) as client:
        async with BobbinStore[User](server.url + "/", client=client) as store:
            await store.delete_thread("thr_1", ANN)
        assert not client.is_closed
    assert server.received[0].headers["x-app"] == "mine"
    assert server.received[0].target == "/v1/threads/thr_1"


async def test_user_can_come_from_anywhere_in_the_context() -> None:
    async with ScriptedServer(Answer(204)) as server:
        store = BobbinStore[dict[str, str]](server.url, user=lambda context: context["sub"])
        async with store:
            await store.delete_thread("thr_1", {"sub": "carol"})
    assert server.received[0].headers["bobbin-user"] == "carol"


@pytest.mark.parametrize(
    ("user", "header"),
    [
        ("ann", "ann"),
        ("Ann Lee, Jr. 100%", "Ann Lee, Jr. 100%"),
        ("Zoë", "utf-8''Zo%C3%AB"),
        (" ann", "utf-8''%20ann"),
        ("a\r\nX: y", "utf-8''a%0D%0AX%3A%20y"),
        ("UTF-8''ann", "utf-8''UTF-8%27%27ann"),
    ],
)
def test_user_name_travels_raw_or_encoded(user: str, header: str) -> None:
    assert user_header(user) == header


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, 0),
        ("7", 7),
        (" 0 ", 0),
        ("-1", 0),
        ("soon", 0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("Sat, 21 Nov 2026 12:00:30 -0000", 30),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: float) -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=timezone.utc)
    assert parse_retry_after(value, now) == seconds
