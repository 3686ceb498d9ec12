"""The facts behind a clause in words, for the officer: what was counted, which hours, which hold, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from heyi.web.ui import words
from heyi.web.ui.templatetags.heyi_ui import moment

Facts = Mapping[str, str]


def told(why: Iterable[tuple[str, str]]) -> str:
    """One sentence about the facts of a clause; empty for a clause that needs none."""
    facts = dict(why)
    return next((say(facts) for name, say in _SAID if name in facts), "")


def _doubt(facts: Facts) -> str:
    return words.word("contact.closed", facts["doubt"])


def _span(facts: Facts) -> str:
    since = {"max": facts["max"], "since": moment(datetime.fromisoformat(facts["since"]))}
    if "days" in facts:
        return _("%(since)s 以来已有 %(max)s 次，%(days)s 天内最多 %(max)s 次。") % {**since, "days": facts["days"]}
    return _("%(since)s 以来已有 %(max)s 次，%(hours)s 小时内最多 %(max)s 次。") % {**since, "hours": facts["hours"]}


def _counted(facts: Facts) -> str:
    return _("今天已有 %(counted)s 次，最多 %(max)s 次。") % facts


def _night(facts: Facts) -> str:
    return _("现在 %(local_time)s，%(quiet_from)s 到 %(quiet_to)s 不联系。") % facts


def _open(facts: Facts) -> str:
    return _("现在 %(local_time)s，%(open_from)s 到 %(open_to)s 可以联系。") % facts


def _hold(facts: Facts) -> str:
    return _("登记的暂停：%(hold)s。") % {"hold": words.word("compliance.hold", facts["hold"])}


def _staff(facts: Facts) -> str:
    return _("安排了 %(staff)s 人，至少 %(min)s 人。") % facts


def _day(facts: Facts) -> str:
    return _("%(day)s 是放假的日子。") % facts


def _recipient(facts: Facts) -> str:
    return _("对方是：%(who)s。") % {"who": words.word("contact.recipient", facts["recipient"])}


def _channel(facts: Facts) -> str:
    return _("对方停用了：%(channel)s。") % {"channel": words.word("contact.channel", facts["channel"])}


def _wording(facts: Facts) -> str:
    return _("这次要说的是：%(wording)s。") % {"wording": words.word("contact.wording", facts["wording"])}


def _consent(facts: Facts) -> str:
    return _("没有记录对方同意：%(what)s。") % {"what": words.word("contact.permission_about", facts["consent"])}


def _notice(facts: Facts) -> str:
    return _("没有记录通知过对方：%(what)s。") % {"what": words.word("contact.permission_about", facts["notice"])}


_SAID: Final[tuple[tuple[str, Callable[[Facts], str]], ...]] = (
    ("doubt", _doubt),
    ("since", _span),
    ("counted", _counted),
    ("quiet_from", _night),
    ("open_from", _open),
    ("hold", _hold),
    ("staff", _staff),
    ("day", _day),
    ("recipient", _recipient),
    ("channel", _channel),
    ("wording", _wording),
    ("consent", _consent),
    ("notice", _notice),
)
"""Which fact speaks for a clause, the most telling first."""
