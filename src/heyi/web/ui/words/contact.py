"""Words about contacts: channels, purposes, what became of them, and why something was not sent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "channel": {
        "sms": _("短信"),
        "email": _("邮件"),
        "portal": _("站内消息"),
        "letter": _("信函"),
        "call": _("电话"),
        "visit": _("上门"),
    },
    "purpose": {
        "code": _("验证码"),
        "service": _("办事进度"),
        "reminder": _("还款提醒"),
        "collection": _("催收"),
        "negotiation": _("协商"),
    },
    "message": {
        "queued": _("等待发送"),
        "sending": _("正在发送"),
        "sent": _("已发出"),
        "delivered": _("已送达"),
        "refused": _("合规规则不允许，没有发"),
        "failed": _("没有发成"),
    },
    "dry_run": {
        "queued": _("等着算"),
        "running": _("正在算"),
        "done": _("算好了"),
        "failed": _("没有算成"),
    },
    "dry_run_stage": {
        "waiting": _("等着算"),
        "reading": _("正在读取联系记录"),
        "counting": _("正在还原每次联系当时的情况"),
        "judging": _("正在按规则逐条判断"),
        "adding": _("正在汇总"),
    },
    "call": {
        "connected": _("已接通"),
        "unanswered": _("没有接"),
        "invalid": _("号码不能用"),
        "reserved": _("领了号，等结果"),
        "unsure": _("结果不明，按打过算"),
        "not_sent": _("没有打"),
    },
    "stop_relation": {
        "relative": _("亲属"),
        "friend": _("朋友"),
        "colleague": _("同事"),
        "employer": _("单位"),
        "wrong_number": _("不认识借款人，号码弄错了"),
        "other": _("其他"),
    },
    "closed": {
        "time_unknown": _("系统时间不明"),
        "pack_missing": _("没有可用的合规规则"),
        "pack_incomplete": _("合规规则不完整"),
        "purpose_or_channel_unknown": _("不知道这次联系的目的或方式"),
        "recipient_unknown": _("不知道对方和这笔债的关系"),
        "holds_unknown": _("查不到是否有暂停"),
        "clock_behind_ledger": _("系统时间比最近一次联系还早"),
    },
}

PROBLEMS = {
    "contact.agency_not_ready": (_("这家外包机构今天不能联系。"), _("请合规同事看它的合同、公示和评估。")),
    "contact.leave_gone": (_("这个号已经过期、用过或者收回了。"), _("请重新领号再拨。")),
    "contact.leave_unclear": (_("领号的内容不完整。"), _("请写明方式（电话、上门）和目的。")),
    "contact.number_unusable": (_("这不是一个手机号。"), _("请填 11 位手机号；座机请打热线登记。")),
    "contact.placement_not_found": (_("没有这件委托，或者不归您。"), _("请从委托列表里打开。")),
    "contact.placement_wrong": (_("这份合同现在不能委托给这家机构。"), _("请看标出的原因，办好再委托。")),
    "contact.report_contradicts": (_("这次联系已经报过别的结果。"), _("请核对录音，再请银行更正。")),
    "contact.report_unclear": (_("报告的内容对不上。"), _("请改好标出的几项，再报。")),
    "contact.bad_words": (_("消息模板读不懂，不能使用。"), _("请管理员按提示改好模板文件。")),
    "contact.call_unclear": (_("这通电话的结果、时长或目的对不上。"), _("请改好标出的几项，再保存。")),
    "contact.code_purpose_unknown": (_("验证码只用于登录和签署。"), _("请从登录页或签署页重新开始。")),
    "contact.dry_run_not_found": (_("找不到这次试算。"), _("请回到试算列表。")),
    "contact.dry_run_unclear": (_("这次试算的规则版本或时间不对。"), _("请从列表里选一个版本，时间选已经过去的一段。")),
    "contact.letter_incomplete": (_("这封信还缺规定的内容。"), _("请补齐标出的部分，再出具。")),
    "contact.message_not_found": (_("找不到这条消息。"), _("请刷新列表。")),
    "contact.no_destination": (_("银行记录里没有这种联系方式。"), _("请换一种方式，或先补全记录。")),
    "contact.not_their_message": (_("只能给自己发消息。"), _("请从自己的页面操作。")),
    "contact.not_through_contact": (_("这条消息没有经过合规关口，没有发出。"), _("请联系管理员。")),
    "contact.template_misused": (_("这个模板不能这样用。"), _("请换一个合适的模板。")),
    "contact.template_unknown": (_("没有这个模板。"), _("请从列表里选一个。")),
    "contact.too_long": (_("内容太长，发不出去。"), _("请写短一点。")),
    "contact.values_missing": (_("消息里还缺几项内容。"), _("请补齐标出的几项。")),
}
