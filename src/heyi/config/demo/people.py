"""Invented persons and enterprises. The region code 990101 is assigned to no place, so no ID number is anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁"
    "任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万"
)
GIVEN: Final = (
    "晴敏立涛洋静磊娟强军艳芳伟杰霞丽婷宇浩然欣怡子涵梓萱俊博文思远雨桐晨曦明轩佳琪志强海燕春梅建国秀"
    "英桂兰玉兰丹丹小红小明晓东晓燕国庆永康安宁平安乐天知秋若水清和景行怀瑾望舒云舒星河"
)
TRADES: Final = ("机电", "食品", "商贸", "物流", "建材", "纺织", "餐饮", "印务", "园林", "模具")
WORDS: Final = ("澄溪", "望川", "青禾", "远帆", "和畅", "安澜", "嘉木", "长风", "晓峰", "同润")
STREETS: Final = ("澄溪路", "望川街", "青禾巷", "远帆大道", "和畅路", "安澜里")
REGION: Final = "990101"

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_CHARS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist. ``id_number`` is an ID card number or a unified social credit code."""

    kind: str
    name: str
    id_number: str
    mobile: str
    email: str
    address: str


def person(random: Random, number: int) -> Invented:
    """An adult with an ID number whose check character is right (GB 11643-1999)."""
    name = random.choice(SURNAMES) + "".join(random.choice(GIVEN) for _ in range(random.choice((1, 2, 2, 2))))
    born = date(1998, 1, 1) - timedelta(days=random.randrange(45 * 365))
    stem = f"{REGION}{born:%Y%m%d}{number % 1000:03d}"
    return Invented(
        "person", name, stem + _id_check(stem), _mobile(number), f"b{number}@mail.example", _address(random)
    )


def enterprise(random: Random, number: int) -> Invented:
    """A small company with a unified social credit code whose check character is right (GB 32100-2015)."""
    name = f"{random.choice(WORDS)}{random.choice(TRADES)}有限公司"
    stem = f"91{REGION}MA{number:06d}X"[:17]
    return Invented(
        "enterprise", name, stem + _uscc_check(stem), _mobile(number), f"e{number}@firm.example", _address(random)
    )


def _mobile(number: int) -> str:
    return f"199{number:08d}"


def _address(random: Random) -> str:
    return f"示例市{random.choice(STREETS)}{random.randrange(1, 300)}号"


def _id_check(stem: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(stem, _ID_WEIGHTS, strict=True)) % 11]


def _uscc_check(stem: str) -> str:
    weighted = sum(_USCC_CHARS.index(char) * weight for char, weight in zip(stem, _USCC_WEIGHTS, strict=True))
    return _USCC_CHARS[(31 - weighted % 31) % 31]
