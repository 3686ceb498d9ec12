"""What the conduct check knows of Chinese characters, from OpenCC and pypinyin. Trusted like code; no network."""

from __future__ import annotations

from functools import lru_cache

from heyi.capabilities.compliance.domain.conduct import Letters


@lru_cache(maxsize=1)
def letters() -> Letters:
    """Both libraries, loaded when first asked: pypinyin alone reads its dictionary for about a second."""
    import opencc
    from pypinyin import Style, pinyin

    converter = opencc.OpenCC("t2s")

    @lru_cache(maxsize=20_000)
    def simplify(character: str) -> str:
        plain: str = converter.convert(character)
        return plain[:1] or character

    @lru_cache(maxsize=20_000)
    def sound(character: str) -> str:
        read: list[list[str]] = pinyin(character, style=Style.NORMAL, errors="ignore")
        return read[0][0] if read else ""

    return Letters(simplify=simplify, sound=sound)
