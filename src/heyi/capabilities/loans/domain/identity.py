"""Numbers that identify people and enterprises: what the standards say about their form. Pure.

Each check returns None when the number is sound, or the stable code of the first fault.
"""

from __future__ import annotations

import re
from datetime import date
from operator import mul
from typing import Final

PROVINCES: Final = frozenset(
    {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 99}
)
"""First two digits of GB/T 2260; 83 stands in residence permits of people from Taiwan. 99 belongs to no place: invented
people of demos and tests have it, so that no number of theirs is anybody's."""

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES: Final = {char: value for value, char in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))

_ID_FORM: Final = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_MOBILE_PREFIX: Final = re.compile(r"^(?:\+|00)?86(?=1[3-9])")
_MOBILE_NOISE: Final = re.compile(r"[\s\-()]")
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+")


def id_check_character(first17: str) -> str:
    """The eighteenth character of a citizen number (GB 11643-1999, ISO 7064 MOD 11-2)."""
    weighted = sum(map(mul, first17.encode(), _ID_WEIGHTS)) - ord("0") * sum(_ID_WEIGHTS)
    return _ID_CHECKS[weighted % 11]


def id_number_fault(number: str, *, today: date) -> str | None:
    """Check a citizen number by GB 11643-1999: length, characters, region, birth date, check character."""
    if len(number) != 18:
        return "id_number_length"
    if not _ID_FORM.fullmatch(number):
        return "id_number_characters"
    if int(number[:2]) not in PROVINCES:
        return "id_number_region"
    born = birth_date(number)
    if born is None or born > today or born.year < 1880:
        return "id_number_birth_date"
    return None if id_check_character(number[:17]) == number[17] else "id_number_checksum"


def birth_date(number: str) -> date | None:
    """The date of birth inside a citizen number, or None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_female(number: str) -> bool:
    """The seventeenth digit of a citizen number is even for women."""
    return int(number[16]) % 2 == 0


def uscc_check_character(first17: str) -> str:
    """The eighteenth character of a unified social credit code (GB 32100-2015, MOD 31)."""
    total = sum(_USCC_VALUES[char] * weight for char, weight in zip(first17, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_fault(code: str) -> str | None:
    """Check a unified social credit code by GB 32100-2015: length, characters (no I, O, S, V, Z), check character."""
    if len(code) != 18:
        return "uscc_length"
    if any(char not in _USCC_VALUES for char in code):
        return "uscc_characters"
    return None if uscc_check_character(code[:17]) == code[17] else "uscc_checksum"


def plain_mobile(text: str) -> str:
    """Eleven digits from a mobile number as people write it; other text comes back without spaces and dashes."""
    return _MOBILE_PREFIX.sub("", _MOBILE_NOISE.sub("", text))


def mobile_fault(number: str) -> str | None:
    """Check the form of a mainland mobile number: eleven digits that begin with 13 to 19."""
    return None if _MOBILE.fullmatch(number) else "mobile_unclear"


def email_fault(address: str) -> str | None:
    """Check that an e-mail address has a plain, deliverable form; no mail is sent."""
    return None if len(address) <= 254 and _EMAIL.fullmatch(address) else "email_unclear"


def id_check_fails(number: str) -> bool:
    """True when eighteen characters are no citizen number by form, region and check character, whatever the day."""
    sound = _ID_FORM.fullmatch(number) and int(number[:2]) in PROVINCES and birth_date(number)
    return not (sound and id_check_character(number[:17]) == number[17])
