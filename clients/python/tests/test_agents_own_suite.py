"""openai-agents' own tests of sessions, on BobbinSession in place of their SQLite session."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from processes import API_KEYS, CLIENT, Server

# A database of theirs is a user of ours; one in memory has a single connection.
PLUGIN = """\
import os
import secrets

import agents

from bobbin_chatkit import AsyncBobbin
from bobbin_chatkit.agents import BobbinSession

RUN = secrets.token_hex(6)


class SQLiteSession(BobbinSession):
    def __init__(self, session_id, db_path=":memory:", session_settings=None):
        user = f"{RUN} {secrets.token_hex(6) if db_path == ':memory:' else db_path}"
        client = AsyncBobbin(os.environ["BOBBIN_URL"], api_key=os.environ["BOBBIN_API_KEY"], user=user)
        super().__init__(session_id, client, session_settings=session_settings)

    def close(self):
        pass


agents.SQLiteSession = SQLiteSession
"""

# Of SQLite: its connections, its locks, its transactions, and rows that were damaged by SQL.
OF_SQLITE = (
    "connection",
    "corrupt",
    "lock",
    "rejects_empty",
    "rolls_back",
    "post_commit",
    "await_mutation",
)


def test_agents_own_suite_passes(bobbin: Server, tmp_path: Path) -> None:
    release = f"openai-agents=={version('openai-agents')}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "openai-agents"]
    subprocess.run([*pip, "--dest", str(tmp_path), release], check=True)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as sources:
        sources.extractall(tmp_path, filter="data")
    root = next(path for path in tmp_path.iterdir() if path.is_dir())
    (tmp_path / "on_bobbin.py").write_text(PLUGIN)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")

    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", str(tmp_path / "pytest.ini"), "-p", "on_bobbin"),
            *("--rootdir", str(root), "-k", "not (" + " or ".join(OF_SQLITE) + ")"),
            "tests/memory/test_session.py",
            "tests/memory/test_session_limit.py",
        ],
        cwd=root,
        env={
            **os.environ,
            "BOBBIN_URL": bobbin.url,
            "BOBBIN_API_KEY": API_KEYS["acme"],
            "OPENAI_AGENTS_DISABLE_TRACING": "1",
            "PYTHONPATH": os.pathsep.join([str(CLIENT / "src"), str(root), str(tmp_path)]),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if run.returncode:
        pytest.fail(run.stdout, pytrace=False)
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed is not None
    # 53 in release 0.24.0. If a later one moves them elsewhere, it shows here.
    assert int(passed[1]) >= 50, run.stdout
