"""OpenAI's Responses API as far as an agent needs it: answers what it knows, refuses what OpenAI would."""

from __future__ import annotations

import json
from typing import Any, get_type_hints

from openai.types.responses import EasyInputMessageParam, ResponseOutputMessageParam

from scripted_server import Answer, ScriptedServer

_MEMBERS = {*get_type_hints(EasyInputMessageParam), *get_type_hints(ResponseOutputMessageParam)}

_ANSWERS = {"My name is Ann.": "Hello Ann!", "What is my name?": "Your name is {}."}


class ScriptedModelApi(ScriptedServer):
    """Only knows the user's name if it is told with each question."""

    def step(self, body: bytes) -> Answer:
        items: list[dict[str, Any]] = json.loads(body)["input"]
        for item in items:
            if not item.keys() <= _MEMBERS:
                return Answer(400, body=f"Unknown parameter: {item.keys() - _MEMBERS}".encode())
        said = [_text(item["content"]) for item in items]
        name = "Ann" if "My name is Ann." in said and "Hello Ann!" in said else "unknown to me"
        text = _ANSWERS[said[-1]].format(name)
        part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "status": "completed",
            "content": [part],
        }
        response = {
            "id": "resp_1",
            "object": "response",
            "created_at": 1,
            "status": "completed",
            "model": "scripted",
            "output": [message],
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
        }
        return Answer(200, {"Content-Type": "application/json"}, json.dumps(response).encode())


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)
