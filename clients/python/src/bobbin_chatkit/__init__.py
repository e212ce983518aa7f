"""ChatKit threads in Postgres, without database code: the Python client of Bobbin."""

from ._ids import generate_id
from .errors import BobbinError, BobbinNotFoundError, ConflictError, DocumentError, UnreachableError
from .store import BobbinStore

__all__ = [
    "BobbinError",
    "BobbinNotFoundError",
    "BobbinStore",
    "ConflictError",
    "DocumentError",
    "UnreachableError",
    "generate_id",
]
__version__ = "0.1.0"
