"""All calls of the service, typed, for code with an event loop (`AsyncBobbin`) and without one (`Bobbin`)."""

from ._async import AsyncBobbin
from ._pages import AsyncPages, Page, Pages, Total
from ._queries import PageQuery, ThreadFilters, ThreadQuery, Times
from ._sync import Bobbin
from ._types import Document, DocumentToSave, Fragment, Saved, SearchHit, Stored, ThreadState

__all__ = [
    "AsyncBobbin",
    "AsyncPages",
    "Bobbin",
    "Document",
    "DocumentToSave",
    "Fragment",
    "Page",
    "PageQuery",
    "Pages",
    "Saved",
    "SearchHit",
    "Stored",
    "ThreadFilters",
    "ThreadQuery",
    "ThreadState",
    "Times",
    "Total",
]
