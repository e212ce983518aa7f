"""Fixtures. The suite runs against a real Bobbin on a real Postgres.

BOBBIN_TEST_DATABASE_URL   an empty database to use, instead of the embedded one
BOBBIN_TEST_BASE_URL       a Bobbin already running with this suite's API keys, instead of the jar;
                           tests that restart it then fail
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from chatkit.types import ThreadMetadata

from bobbin_chatkit import BobbinStore
from processes import API_KEYS, EmbeddedPostgres, RunningElsewhere, Server
from processes import bobbin as bobbin_server
from samples import User, a_thread


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = os.environ.get("BOBBIN_TEST_DATABASE_URL")
    if given:
        yield given
        return
    postgres = EmbeddedPostgres(tmp_path_factory.mktemp("postgres") / "postgres.log")
    yield postgres.url
    postgres.stop()


@pytest.fixture(scope="session")
def bobbin(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = os.environ.get("BOBBIN_TEST_BASE_URL")
    if running:
        yield RunningElsewhere(running)
        return
    # Asked for late, so that no Postgres is started for a Bobbin that runs elsewhere.
    database_url = request.getfixturevalue("database_url")
    server = bobbin_server(database_url, tmp_path_factory.mktemp("bobbin") / "bobbin.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def store(bobbin: Server) -> AsyncIterator[BobbinStore[User]]:
    """The store of tenant acme."""
    async with BobbinStore[User](bobbin.url, api_key=API_KEYS["acme"]) as store:
        yield store


@pytest.fixture
async def beta_store(bobbin: Server) -> AsyncIterator[BobbinStore[User]]:
    """The store of another tenant."""
    async with BobbinStore[User](bobbin.url, api_key=API_KEYS["beta"]) as store:
        yield store


@pytest.fixture
async def raw(bobbin: Server, ann: User) -> AsyncIterator[httpx.AsyncClient]:
    """Ann's bare requests, to see the stored bytes."""
    headers = {"Authorization": f"Bearer {API_KEYS['acme']}", "Bobbin-User": ann.user_id}
    async with httpx.AsyncClient(base_url=bobbin.url, headers=headers, timeout=45) as client:
        yield client


# New users for each test, so that tests share a database without seeing each other.


@pytest.fixture
def ann() -> User:
    return User(f"ann-{secrets.token_hex(6)}")


@pytest.fixture
def bob() -> User:
    return User(f"bob-{secrets.token_hex(6)}")


@pytest.fixture
async def thread(store: BobbinStore[User], ann: User) -> ThreadMetadata:
    """A stored, empty thread of Ann's."""
    thread = a_thread()
    await store.save_thread(thread, ann)
    return thread
