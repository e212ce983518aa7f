"""ChatKit threads in Postgres, without database code: the Python client of Bobbin."""

from ._ids import generate_id
from .client import AsyncBobbin, Bobbin
from .errors import (
    BobbinError,
    BobbinNotFoundError,
    ConflictError,
    CountChangedError,
    DocumentError,
    PreconditionFailedError,
    ThreadLockedError,
    UnreachableError,
)
from .store import BobbinStore

__all__ = [
    "AsyncBobbin",
    "Bobbin",
    "BobbinError",
    "BobbinNotFoundError",
    "BobbinStore",
    "ConflictError",
    "CountChangedError",
    "DocumentError",
    "PreconditionFailedError",
    "ThreadLockedError",
    "UnreachableError",
    "generate_id",
]
__version__ = "0.1.0"
