"""When to try again, and how long to wait before it."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import httpx

from .errors import BobbinError, UnreachableError, error_from, not_from_bobbin

log = logging.getLogger("bobbin_chatkit")

JSON = "application/json"

RETRYABLE_STATUS = frozenset({502, 503, 504})

# No PoolTimeout (our own queue is full: more attempts make it longer) and nothing that is a mistake in
# the request itself.
RETRYABLE_ERRORS = (
    httpx.NetworkError,
    httpx.ConnectTimeout,
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.RemoteProtocolError,
)

# Nothing reached the service.
UNSENT_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout)

# Problems of a 503 that promise that nothing was done. After others a write may have been committed.
NOTHING_DONE = frozenset(
    f"urn:bobbin:problem:{name}" for name in ("busy", "shutting-down", "schema-not-ready", "database-forbids")
)

BACKOFF_BASE = 0.5
BACKOFF_CAP = 8.0
RETRY_AFTER_CAP = 20.0
# A request may be held for 30 s while the database wakes; this leaves room for two such waits, but does
# not let a dead service hold a chat turn for minutes.
TOTAL_BUDGET = 90.0


class Attempts:
    """The attempts at one request: after each, whether it was the last one, or how long to wait.

    One that is not `repeatable`, such as a conditional write, would be refused because of its own success:
    it is repeated only where nothing can have been done.
    """

    def __init__(self, name: str, *, max_retries: int, repeatable: bool) -> None:
        self._name = name
        self._max_retries = max_retries
        self._repeatable = repeatable
        self._give_up_at = time.monotonic() + TOTAL_BUDGET
        self._retries = 0
        self.delay = 0.0

    def succeeded(self, response: httpx.Response) -> bool:
        """Returns False if there is to be another attempt. Raises BobbinError if not."""
        if response.is_success:
            if response.content and not response.headers.get("content-type", "").startswith(JSON):
                raise not_from_bobbin(response)
            return True
        if response.status_code == 304 and "if-none-match" in response.request.headers:
            return True
        failure = error_from(response)
        possible = self._repeatable or failure.type in NOTHING_DONE
        self._wait_or_raise(failure, possible and should_retry(response), response.headers)
        return False

    def failed(self, error: httpx.TransportError) -> None:
        """Takes an attempt without an answer. Raises UnreachableError if it was the last one."""
        failure = UnreachableError(f"{self._name}: {type(error).__name__} {error}".rstrip())
        failure.__cause__ = error
        retry = isinstance(error, RETRYABLE_ERRORS if self._repeatable else UNSENT_ERRORS)
        self._wait_or_raise(failure, retry, {})

    def _wait_or_raise(self, failure: BobbinError, retry: bool, headers: Mapping[str, str]) -> None:
        delay = delay_before(self._retries, headers)
        if not retry or self._retries >= self._max_retries or time.monotonic() + delay > self._give_up_at:
            raise failure
        self._retries += 1
        self.delay = delay
        log.info("Repeating %s in %.1f s, retry %d: %s", self._name, delay, self._retries, failure)


def should_retry(response: httpx.Response) -> bool:
    """Tells whether to repeat a request that was answered; `x-should-retry` has the last word."""
    if response.is_success:
        return False
    said = response.headers.get("x-should-retry", "").strip().lower()
    if said in ("true", "false"):
        return bool(said == "true")
    return response.status_code in RETRYABLE_STATUS


def delay_before(attempt: int, headers: Mapping[str, str]) -> float:
    """Returns the seconds to wait before retry number `attempt` (from 0).

    Full jitter: anything from nothing to the doubled backoff, so that clients which failed together do not
    come back together. It is added to what the service asks for, up to the cap.
    """
    jitter = random.uniform(0, min(BACKOFF_CAP, BACKOFF_BASE * 2.0**attempt))
    asked = parse_retry_after(headers.get("retry-after"), datetime.now(timezone.utc))
    return min(asked, RETRY_AFTER_CAP) + jitter


def parse_retry_after(value: str | None, now: datetime) -> float:
    """Reads `Retry-After`, seconds or an HTTP-date; 0 when absent, past or not understood."""
    if value is None:
        return 0.0
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return max(0.0, (at - now).total_seconds())
