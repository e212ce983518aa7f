"""openai-python's own tests of conversations and of ChatKit's threads, against Bobbin below /openai/v1."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from processes import CLIENT, Server
from processes import bobbin as bobbin_server

# What their tests expect of OpenAI's mock server: these things exist before each of them.
PLUGIN = """\
import os

import httpx
import pytest
from openai._base_client import BaseClient

BOBBIN = httpx.Client(base_url=os.environ["BOBBIN_URL"] + "/v1/threads/")
WRITTEN = {"created_at": "2026-01-01T00:00:00", "type": "assistant_message", "content": []}
MESSAGE = {"type": "message", "role": "user", "status": "completed", "content": []}
conversation = ""
build_request = BaseClient._build_request


def on_the_seeded_conversation(client, options, **more):
    # only the service gives conversations their ids
    options.url = options.url.replace("conv_123", conversation)
    return build_request(client, options, **more)


BaseClient._build_request = on_the_seeded_conversation


def put(path, document):
    BOBBIN.put(path, json=document).raise_for_status()


@pytest.fixture(autouse=True)
def seed():
    global conversation
    made = BOBBIN.post(os.environ["TEST_API_BASE_URL"] + "/conversations", json={}).raise_for_status()
    conversation = made.json()["id"]
    for id in ("msg_abc", "after"):
        put(f"{conversation}/items/{id}", {"id": id, **MESSAGE})
    for id in ("cthr_123", "after", "before"):
        put(id, {"id": id, "created_at": "2026-01-01T00:00:00"})
    for id in ("after", "before"):
        put("cthr_123/items/" + id, {"id": id, **WRITTEN})
"""

SUITES = (
    "tests/api_resources/test_conversations.py",
    "tests/api_resources/conversations/test_items.py",
    "tests/api_resources/beta/chatkit/test_threads.py",
)


@pytest.fixture
def open_bobbin(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """Their tests send a key of their own, and no user."""
    server = bobbin_server(database_url, tmp_path / "bobbin.log", BOBBIN_AUTH_MODE="none")
    server.start()
    yield server
    server.stop()


def test_openais_own_suite_passes(open_bobbin: Server, tmp_path: Path) -> None:
    release = f"openai=={version('openai')}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "openai"]
    subprocess.run([*pip, "--dest", str(tmp_path), release], check=True)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as sources:
        sources.extractall(tmp_path, filter="data")
    root = next(path for path in tmp_path.iterdir() if path.is_dir())
    (tmp_path / "on_bobbin.py").write_text(PLUGIN)
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = session\n"
    )

    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", str(tmp_path / "pytest.ini"), "-p", "on_bobbin"),
            *("--rootdir", str(root), *SUITES),
        ],
        cwd=root,
        env={
            **os.environ,
            "BOBBIN_URL": open_bobbin.url,
            "TEST_API_BASE_URL": f"{open_bobbin.url}/openai/v1",
            "PYTHONPATH": os.pathsep.join([str(CLIENT / "src"), str(root), str(tmp_path)]),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if run.returncode:
        pytest.fail(run.stdout[-20_000:], pytrace=False)
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed is not None
    # 260 in release 3.57.0. If a later one moves them elsewhere, it shows here.
    assert int(passed[1]) >= 260, run.stdout
