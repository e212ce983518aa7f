"""Runs of an agent with tools and a scripted model: it is told what was said, also after a restart."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from agents import Agent, OpenAIConversationsSession, RunConfig, Runner, SQLiteSession, function_tool
from agents.memory import OpenAIResponsesCompactionSession, Session
from agents.testing import ScriptedModel, assistant_message, function_call
from openai import AsyncOpenAI

from bobbin_chatkit import AsyncBobbin
from bobbin_chatkit.agents import BobbinSession
from processes import API_KEYS, Server
from samples import User
from test_openai_conversations import options

TURNS = 12
UNTRACED = RunConfig(tracing_disabled=True)


@function_tool
def add(a: int, b: int) -> str:
    """Adds."""
    return f"{a} + {b} = {a + b}"


def steps(turn: int) -> list[Any]:
    """What the model says in a turn: some rounds of tool calls, of which one is longer than OpenAI's cap."""
    rounds = {4: 2, 7: 12}.get(turn, turn % 2)
    said: list[Any] = [
        [
            function_call("add", {"a": turn, "b": call}, call_id=f"call_{turn}_{nr}_{call}")
            for call in range(1 + nr % 2)
        ]
        for nr in range(rounds)
    ]
    return [*said, [assistant_message(f"Ünïcode answer {turn}", item_id=f"msg_{turn}")]]


async def run(session: Session, turns: range, streamed: bool) -> list[list[dict[str, Any]]]:
    """Runs the turns, each by a new agent, and returns what the model received in each call."""
    received = []
    for turn in turns:
        model = ScriptedModel(steps(turn))
        agent = Agent(name="Adder", model=model, tools=[add])
        options: Any = {"session": session, "run_config": UNTRACED, "max_turns": 20}
        if streamed:
            result = Runner.run_streamed(agent, f"question {turn}", **options)
            async for _ in result.stream_events():
                pass
        else:
            await Runner.run(agent, f"question {turn}", **options)
        model.assert_complete()
        received += [call.input for call in model.calls]
    return received


@pytest.fixture
async def bobbin_client(bobbin: Server, ann: User) -> AsyncIterator[AsyncBobbin]:
    async with AsyncBobbin(bobbin.url, api_key=API_KEYS["acme"], user=ann.user_id) as client:
        yield client


@pytest.fixture
async def openai_client(bobbin: Server, ann: User) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(**options(bobbin.url, ann.user_id)) as client:
        yield client


@pytest.mark.parametrize("streamed", [False, True])
async def test_bobbin_session_replays_every_item_as_it_was(
    bobbin: Server, bobbin_client: AsyncBobbin, streamed: bool
) -> None:
    expected = SQLiteSession("s")
    told = await run(expected, range(TURNS), streamed)
    id_ = f"s-{secrets.token_hex(6)}"
    received = await run(BobbinSession(id_, bobbin_client), range(TURNS // 2), streamed)
    bobbin.stop()
    bobbin.start()
    received += await run(BobbinSession(id_, bobbin_client), range(TURNS // 2, TURNS), streamed)
    assert received == told
    assert await BobbinSession(id_, bobbin_client).get_items() == await expected.get_items()
    expected.close()


@pytest.mark.parametrize("streamed", [False, True])
async def test_conversations_session_replays_every_item(
    bobbin: Server, openai_client: AsyncOpenAI, streamed: bool
) -> None:
    expected = SQLiteSession("s")
    told = await run(expected, range(TURNS), streamed)
    session = OpenAIConversationsSession(openai_client=openai_client)
    received = await run(session, range(TURNS // 2), streamed)
    bobbin.stop()
    bobbin.start()
    again = OpenAIConversationsSession(conversation_id=session.session_id, openai_client=openai_client)
    received += await run(again, range(TURNS // 2, TURNS), streamed)
    assert [[normal(item) for item in call] for call in received] == [
        [normal(item) for item in call] for call in told
    ]
    history: list[Any] = await again.get_items()
    assert [normal(item) for item in history] == [normal(item) for item in await expected.get_items()]
    # What the model was told last is what is stored before its answer, except for ids that the SDK removes.
    assert len(history) == len(received[-1]) + 1
    expected.close()


def normal(item: Any) -> dict[str, Any]:
    """An item without what the Conversations API adds: an id, a status, and parts in place of a string."""
    kept = {name: value for name, value in item.items() if name not in ("id", "status")}
    if isinstance(kept.get("content"), str):
        kept["content"] = [{"type": "input_text", "text": kept["content"]}]
    if "role" in kept:
        kept["type"] = "message"
    return kept


async def test_conversations_session_limits_pops_and_clears(openai_client: AsyncOpenAI) -> None:
    session = OpenAIConversationsSession(openai_client=openai_client)
    await session.add_items([{"role": "user", "content": str(n)} for n in range(46)])

    def texts(items: list[Any]) -> list[str]:
        return [item["content"][0]["text"] for item in items]

    everything = list(map(str, range(46)))
    assert texts(await session.get_items()) == everything
    assert texts(await session.get_items(30)) == everything[-30:]
    assert texts(await session.get_items(150)) == everything
    assert await session.get_items(0) == []
    assert texts([await session.pop_item()]) == ["45"]
    assert texts(await session.get_items()) == everything[:-1]
    old = session.session_id
    await session.clear_session()
    assert await session.pop_item() is None
    assert session.session_id != old
    gone = OpenAIConversationsSession(conversation_id=old, openai_client=openai_client)
    with pytest.raises(openai.NotFoundError):
        await gone.get_items()


async def test_bobbin_session_can_be_compacted(bobbin_client: AsyncBobbin) -> None:
    session = BobbinSession(f"s-{secrets.token_hex(6)}", bobbin_client)
    compacting = OpenAIResponsesCompactionSession("s", session, client=AsyncOpenAI(api_key="unused"))
    await compacting.add_items([{"role": "user", "content": "a"}])
    assert await compacting.get_items() == await session.get_items() == [{"role": "user", "content": "a"}]
    await compacting.clear_session()
    assert await session.get_items() == []
