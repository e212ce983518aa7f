"""New ids."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from chatkit.store import StoreItemType, default_generate_id

from bobbin_chatkit import BobbinStore, generate_id
from samples import User, a_thread

TYPES: tuple[StoreItemType, ...] = get_args(StoreItemType)


@pytest.mark.parametrize("item_type", TYPES)
def test_id_has_the_prefix_of_chatkit_and_24_hex_digits(item_type: StoreItemType) -> None:
    prefix = default_generate_id(item_type).split("_")[0]
    assert re.fullmatch(prefix + "_[0-9a-f]{24}", generate_id(item_type))


async def test_store_makes_such_ids() -> None:
    async with BobbinStore[User]("http://localhost:1") as store:
        user = User("ann")
        assert re.fullmatch("thr_[0-9a-f]{24}", store.generate_thread_id(user))
        made = {store.generate_item_id("message", a_thread(), user) for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch("msg_[0-9a-f]{24}", id_) for id_ in made)
