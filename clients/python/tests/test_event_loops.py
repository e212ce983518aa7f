"""One store in several event loops, one after the other and at once."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import pytest

from bobbin_chatkit import BobbinStore
from processes import API_KEYS, Server
from samples import User, a_thread
from scripted_server import Answer, ScriptedServer


@pytest.fixture
def store(bobbin: Server) -> BobbinStore[User]:
    return BobbinStore[User](bobbin.url, api_key=API_KEYS["acme"])


async def save_and_list(store: BobbinStore[User], user: User) -> int:
    await store.save_thread(a_thread(), user)
    return len((await store.load_threads(20, None, "asc", user)).data)


def test_one_loop_after_the_other(store: BobbinStore[User], ann: User) -> None:
    loops = []

    async def in_a_loop() -> int:
        loops.append(weakref.ref(asyncio.get_running_loop()))
        return await save_and_list(store, ann)

    assert [asyncio.run(in_a_loop()) for _ in range(4)] == [1, 2, 3, 4]
    gc.collect()
    # Kept until the next loop: the last one. A connection left open would be a ResourceWarning, which fails.
    assert [loop() is None for loop in loops] == [True, True, True, False]
    asyncio.run(store.aclose())


def test_closed_in_each_loop(store: BobbinStore[User], ann: User) -> None:
    async def in_a_loop() -> int:
        async with store:
            return await save_and_list(store, ann)

    assert [asyncio.run(in_a_loop()) for _ in range(3)] == [1, 2, 3]


def test_two_loops_at_once(store: BobbinStore[User], ann: User, bob: User) -> None:
    counts: list[list[int]] = []

    async def calls(user: User) -> None:
        counts.append([await save_and_list(store, user) for _ in range(10)])

    threads = [threading.Thread(target=lambda user=user: asyncio.run(calls(user))) for user in (ann, bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [list(range(1, 11))] * 2


async def test_connections_end_with_the_store() -> None:
    async with ScriptedServer(Answer(204)) as server:
        store = BobbinStore[User](server.url)
        await store.delete_thread("thr_1", User("ann"))
        assert server.open == 1
        del store
        gc.collect()
        await server.all_closed()

        store = BobbinStore[User](server.url)
        await store.delete_thread("thr_1", User("ann"))
        await store.aclose()
        await server.all_closed()
