"""When to try again, and how long to wait before it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import httpx

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

BACKOFF_BASE = 0.5
BACKOFF_CAP = 8.0
RETRY_AFTER_CAP = 20.0
# A request may be held for 30 s while the database wakes; this leaves room for two such waits, but does
# not let a dead service hold a chat turn for minutes.
TOTAL_BUDGET = 90.0


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
