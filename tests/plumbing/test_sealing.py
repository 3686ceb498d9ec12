"""A sealed value opens only with its key, in its place, unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heyi.plumbing.sealing import SealBroken, blind_index, seal, unseal, unseal_text

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.mark.req("E9", "C9")
@given(text=st.text(max_size=200))
def test_what_was_sealed_comes_back(text: str) -> None:
    sealed = seal(KEY, text, context="t.c")
    assert unseal_text(KEY, sealed, context="t.c") == text
    assert len(text) < 8 or text.encode() not in sealed


@pytest.mark.req("E9")
@given(place=st.integers(0, 200), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed(place: int, bit: int) -> None:
    sealed = bytearray(seal(KEY, "林小晴 13800002816", context="t.c"))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBroken):
        unseal(KEY, bytes(sealed), context="t.c")


def test_another_key_or_another_column_opens_nothing() -> None:
    sealed = seal(KEY, "x", context="loans.party.name")
    with pytest.raises(SealBroken):
        unseal(OTHER, sealed, context="loans.party.name")
    with pytest.raises(SealBroken):
        unseal(KEY, sealed, context="loans.party.mobile")


def test_the_blind_index_finds_equals_and_depends_on_key_and_column() -> None:
    index = blind_index(KEY, "13800002816", context="mobile")
    assert index == blind_index(KEY, "13800002816", context="mobile")
    assert index != blind_index(OTHER, "13800002816", context="mobile")
    assert index != blind_index(KEY, "13800002816", context="id_number")
