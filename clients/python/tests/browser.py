"""What a ChatKit front end does: posts requests to one endpoint, reads JSON or a stream of events."""

from __future__ import annotations

import json
from typing import Any

import httpx

Json = dict[str, Any]


class Browser:
    """One user's browser."""

    def __init__(self, url: str, user: str) -> None:
        self._http = httpx.Client(base_url=url, headers={"X-User-Id": user}, timeout=60, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def post(self, type_: str, **params: Any) -> httpx.Response:
        return self._http.post("/chatkit", json={"type": type_, "params": params, "metadata": {}})

    def ask(self, type_: str, **params: Any) -> Json:
        """Sends a request that is answered with JSON."""
        response = self.post(type_, **params)
        assert response.status_code == 200, response.text
        answer: Json = response.json()
        return answer

    def stream(self, type_: str, **params: Any) -> list[Json]:
        """Sends a request that is answered with events, and returns them all."""
        response = self.post(type_, **params)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"].startswith("text/event-stream")
        frames = [frame for frame in response.text.split("\n\n") if frame]
        assert all(frame.startswith("data: ") for frame in frames)
        events: list[Json] = [json.loads(frame.removeprefix("data: ")) for frame in frames]
        assert not [event for event in events if event["type"] == "error"], events
        return events

    def create_thread(self, text: str, *attachments: str) -> list[Json]:
        return self.stream("threads.create", input=a_message(text, *attachments))

    def say(self, thread_id: str, text: str, *attachments: str) -> list[Json]:
        message = a_message(text, *attachments)
        return self.stream("threads.add_user_message", thread_id=thread_id, input=message)

    def all_threads(self, order: str = "desc", limit: int = 20) -> list[Json]:
        return self._all("threads.list", order=order, limit=limit)

    def all_items(self, thread_id: str, order: str = "asc", limit: int = 7) -> list[Json]:
        return self._all("items.list", thread_id=thread_id, order=order, limit=limit)

    def _all(self, type_: str, **params: Any) -> list[Json]:
        rows: list[Json] = []
        after = None
        while True:
            page = self.ask(type_, after=after, **params)
            rows += page["data"]
            if not page["has_more"]:
                return rows
            after = page["after"]

    def upload(self, url: str, data: bytes) -> httpx.Response:
        return self._http.put(url, content=data)

    def download(self, attachment_id: str) -> httpx.Response:
        return self._http.get(f"/attachments/{attachment_id}")


def a_message(text: str, *attachments: str) -> Json:
    return {
        "content": [{"type": "input_text", "text": text}],
        "attachments": list(attachments),
        "quoted_text": None,
        "inference_options": {},
    }


def done_items(events: list[Json]) -> list[Json]:
    """The finished items of a stream."""
    return [event["item"] for event in events if event["type"] == "thread.item.done"]


def text_of(item: Json) -> str:
    return "".join(part["text"] for part in item["content"])
