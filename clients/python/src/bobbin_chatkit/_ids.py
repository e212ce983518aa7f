"""Ids that do not collide, and ids as they travel in a path."""

from __future__ import annotations

import re
import secrets
from urllib.parse import quote

from chatkit.store import StoreItemType, default_generate_id

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def generate_id(item_type: StoreItemType) -> str:
    """Returns a new id: ChatKit's prefix for this type and 24 hex digits of a secure random.

    ChatKit's own ids carry 8 digits, of which two are likely to meet at some 77,000 ids of one prefix.
    """
    prefix = default_generate_id(item_type).rpartition("_")[0]
    return f"{prefix}_{secrets.token_hex(12)}"


def is_addressable(id: str) -> bool:  # noqa: A002
    """Tells whether an id can name one thing in a path.

    Ids arrive from browsers. As a path segment an empty one would name the whole collection, and ".." the
    level above (URL libraries resolve it): deleting item ".." would then delete its thread. Half a surrogate
    pair has no UTF-8.
    """
    return id not in ("", ".", "..") and not _SURROGATE.search(id)


def can_exist(id: str) -> bool:  # noqa: A002
    """Tells whether the service would store anything under an id."""
    return is_addressable(id) and len(id) <= 255 and not _CONTROL.search(id)


def path(*segments: str) -> str:
    """Joins path segments, each percent-encoded as a whole, a slash within it included."""
    return "".join("/" + quote(segment, safe="") for segment in segments)
