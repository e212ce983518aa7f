"""The Python programs of docs/openai.md, as they stand, print what the page says."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from datetime import timedelta

import pytest
from chatkit.types import InferenceOptions, UserMessageItem, UserMessageTextContent

from bobbin_chatkit import BobbinStore
from processes import API_KEYS, CLIENT, REPO, Server
from samples import NOON, User, a_message, a_thread
from scripted_model import ScriptedModelApi

PAGE = (REPO / "docs" / "openai.md").read_text()
PROGRAMS = re.findall(
    r"^## ([^\n]+)\n(?:(?!^## ).)*?^```python\n(.*?)^```\n\n```text\n(.*?)^```", PAGE, re.M | re.S
)


def test_every_program_is_run() -> None:
    assert len(PROGRAMS) == PAGE.count("```python\n") == 4
    for _, program, _ in PROGRAMS:
        assert sum(bool(line) for line in program.splitlines()) < 20


@pytest.mark.parametrize(("title", "program", "output"), PROGRAMS, ids=[title for title, _, _ in PROGRAMS])
async def test_program(
    bobbin: Server, store: BobbinStore[User], title: str, program: str, output: str
) -> None:
    # They act for a user of this name.
    ann = User("ann")
    if title == "ChatKit threads":
        await _a_chat(store, ann)
    await _prints(bobbin, program, output)


async def test_user_may_have_any_characters(bobbin: Server, store: BobbinStore[User]) -> None:
    program, output = next(found[1:] for found in PROGRAMS if found[0] == "ChatKit threads")
    user = User("Zoé/☃ +%41")
    await _a_chat(store, user)
    assert 'user="ann"' in program
    await _prints(bobbin, program.replace('user="ann"', f'user="{user.user_id}"'), output)


async def _prints(bobbin: Server, program: str, output: str) -> None:
    async with ScriptedModelApi() as model:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program),
            env={
                **os.environ,
                "PYTHONPATH": str(CLIENT / "src"),
                "BOBBIN_URL": bobbin.url,
                "BOBBIN_API_KEY": API_KEYS["acme"],
                "OPENAI_BASE_URL": model.url,
                "OPENAI_API_KEY": "unused",
                "OPENAI_AGENTS_DISABLE_TRACING": "1",
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, errors = await process.communicate()
    assert printed.decode() == output, errors.decode()


async def _a_chat(store: BobbinStore[User], user: User) -> None:
    thread = a_thread(id="thr_documented", title="Holidays")
    await store.save_thread(thread, user)
    question = UserMessageItem(
        id="msg_q",
        thread_id=thread.id,
        created_at=NOON,
        content=[UserMessageTextContent(text="Where to go in May?")],
        attachments=[],
        inference_options=InferenceOptions(),
    )
    answer = a_message(thread.id, "To Rome.", id="msg_a", created_at=NOON + timedelta(seconds=1))
    await store.add_thread_items(thread.id, [question, answer], user)
