"""Words about limitation and other time limits."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "state": {
        "not_started": _("还没有开始计算"),
        "running": _("正在计算"),
        "suspended": _("时效中止"),
        "in_proceedings": _("程序进行中，不计算"),
        "barred": _("已超过诉讼时效"),
    },
    "event": {
        "demand": _("书面通知已送达"),
        "card_message": _("短信、信件或邮件已到达持卡人预留的联系方式"),
        "message": _("短信、邮件或站内消息显示已到达"),
        "deduction": _("银行按约定扣款"),
        "part_payment": _("借款人还了一部分"),
        "consent": _("借款人请求延期或承诺还款"),
        "police_report": _("已报案（银行卡）"),
        "suit": _("起诉，或申请支付令、保全、执行"),
        "arbitration": _("申请仲裁"),
        "plan_agreed": _("签了分期协议"),
        "acknowledged": _("知情后书面同意履行"),
        "called_due": _("宣布全部提前到期"),
        "obstacle": _("有障碍，不能行使权利"),
    },
}
