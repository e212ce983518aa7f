"""What the service answers when it does not do what was asked."""

from __future__ import annotations

import json

import httpx
from chatkit.store import NotFoundError


class BobbinError(Exception):
    """A call that failed, with the members of the service's problem document (RFC 9457).

    `status` is None when no answer came at all. `request_id` is also in the service's log line.
    """

    def __init__(
        self,
        detail: str,
        *,
        status: int | None = None,
        title: str | None = None,
        type: str | None = None,  # noqa: A002
        request_id: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status
        self.title = title
        self.type = type
        self.request_id = request_id

    def __str__(self) -> str:
        head = " ".join(str(part) for part in (self.status, self.title) if part)
        tail = f" (request {self.request_id})" if self.request_id else ""
        return f"{head}: {self.detail}{tail}" if head else f"{self.detail}{tail}"


class ConflictError(BobbinError):
    """Another document is already stored under this id. Trying again does not help."""


class ThreadLockedError(BobbinError):
    """The thread's status is locked or closed, and the call had `enforce_status`. Nothing was stored."""


class CountChangedError(BobbinError):
    """Not as many threads as were confirmed match the filters. None was deleted."""


class PreconditionFailedError(BobbinError):
    """The document is not the one that `if_match` or `if_none_match` asked for. Nothing was changed.

    `etag` is that of the stored document, None if there is none.
    """

    etag: str | None = None


class UnreachableError(BobbinError):
    """No answer came, after all attempts. Whether the last attempt took effect is not known."""


class DocumentError(BobbinError):
    """A document that is stored and that ChatKit's models cannot hold, or one that JSON cannot carry.

    The message names it. It was not sent, or stays as it is stored.
    """


class BobbinNotFoundError(BobbinError, NotFoundError):
    """No such thread, item, attachment or cursor for this user. Also a ChatKit `NotFoundError`."""

    def __str__(self) -> str:
        # Shown to users by some back ends, so just the service's sentence: "Thread thr_1 not found".
        return self.detail


_OF_STATUS: dict[int, type[BobbinError]] = {
    404: BobbinNotFoundError,
    409: ConflictError,
    412: PreconditionFailedError,
}
_OF_TYPE: dict[str, type[BobbinError]] = {
    "urn:bobbin:problem:thread-locked": ThreadLockedError,
    "urn:bobbin:problem:count-changed": CountChangedError,
}


def error_from(response: httpx.Response) -> BobbinError:
    """Turns an answer that is no success into the exception to raise."""
    problem = _problem(response)
    status = response.status_code
    if problem is None:
        # A 404 of such a kind must not pass for "this thread does not exist".
        return not_from_bobbin(response)
    type = _text(problem, "type")  # noqa: A001
    kind = _OF_TYPE.get(type or "") or _OF_STATUS.get(status, BobbinError)
    title = _text(problem, "title") or response.reason_phrase
    error = kind(
        _text(problem, "detail") or title,
        status=status,
        title=title,
        type=type,
        request_id=_text(problem, "request_id") or response.headers.get("x-request-id"),
    )
    if isinstance(error, PreconditionFailedError):
        error.etag = response.headers.get("etag")
    return error


def not_from_bobbin(response: httpx.Response) -> BobbinError:
    """The error for an answer of a proxy in between, or of some other server that the base URL names."""
    return BobbinError(
        f"{response.request.method} {response.request.url.path} was not answered by Bobbin",
        status=response.status_code,
        title=response.reason_phrase,
        request_id=response.headers.get("x-request-id"),
    )


def _problem(response: httpx.Response) -> dict[str, object] | None:
    if not response.headers.get("content-type", "").startswith("application/problem+json"):
        return None
    try:
        document = json.loads(response.content)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _text(problem: dict[str, object], member: str) -> str | None:
    value = problem.get(member)
    return value if isinstance(value, str) else None
