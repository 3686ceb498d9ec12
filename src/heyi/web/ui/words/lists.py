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
    "export_stage": {
        "waiting": _("排队中"),
        "working": _("正在写"),
        "done": _("可以下载"),
        "stopped": _("中断了"),
        "expired": _("已销毁"),
    },
    "reached": {
        "submitted": _("提交申请"),
        "answered": _("收到答复"),
        "accepted": _("审核通过"),
        "offered": _("收到方案"),
        "agreed": _("双方同意"),
        "sealed": _("签约"),
        "broken": _("承诺没兑现"),
        "completed": _("履行完毕"),
        "fell_due": _("有过到期的一期"),
        "kept": _("还上过一期"),
        "unsigned": _("没有签约"),
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
    "figure": {
        "running": _("进行中的协商"),
        "late": _("银行已超时"),
        "first_answer": _("首次答复"),
        "first_offer": _("从申请到方案"),
        "signature": _("从申请到签约"),
        "sealed": _("签约"),
        "versions": _("签约前的版本"),
        "kept_rate": _("按约还款率"),
        "broken_rate": _("失约率"),
        "pages_saved": _("没有打印的纸"),
    },
    "funnel": {
        "submitted": _("提交申请"),
        "accepted": _("审核通过"),
        "offered": _("收到方案"),
        "agreed": _("双方同意"),
        "sealed": _("签约"),
        "kept": _("还上过一期"),
    },
    "unit": {
        "cases": _("件"),
        "hours": _("小时"),
        "days": _("天"),
        "share": "%",
        "versions": _("版"),
        "rounds": _("轮"),
        "pages": _("页"),
    },
    "room": {
        "approvals": _("审批"),
        "compliance": _("合规规则"),
        "contact": _("联系"),
        "journal": _("日志"),
        "loans": _("借款"),
        "negotiation": _("协商"),
        "plans": _("还款方案"),
        "signing": _("签约"),
        "staff": _("人员"),
        "vault": _("文件库"),
    },
    "density": {
        "compact": _("紧凑"),
        "normal": _("适中"),
        "loose": _("宽松"),
    },
}
