"""Words of the console's lists and figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS = {
    "turn": {
        "bank": pgettext_lazy("side", "银行"),
        "borrower": pgettext_lazy("side", "借款人"),
        "both": _("双方"),
        "none": pgettext_lazy("side", "无"),
    },
    "reached": {
        "submitted": _("提交申请"),
        "accepted": _("审核通过"),
        "offered": _("收到方案"),
        "agreed": _("双方同意"),
        "sealed": _("签约"),
        "broken": _("承诺没兑现"),
        "completed": _("履行完毕"),
    },
    "end_reason": {
        "withdrawn": _("借款人撤回"),
        "appeal_refused": _("申诉没有通过"),
        "completed": _("已履行完"),
        "refused": _("没有通过审核"),
        "expired": _("过期没有继续"),
        "no_agreement": _("没有谈成"),
        "other": _("其他原因"),
    },
    "density": {
        "compact": _("紧凑"),
        "normal": _("适中"),
        "loose": _("宽松"),
    },
}
