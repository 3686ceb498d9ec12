"""Words of the test: what may be answered, and what a contact is for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "answer": {
        "allowed": _("可以"),
        "refused": _("不可以"),
        "needs_approval": _("要先审批"),
    },
    "purpose": {
        "code": _("发验证码"),
        "service": _("答复对方刚办的事"),
        "reminder": _("到期提醒"),
        "collection": _("催收"),
        "negotiation": _("协商"),
    },
    "recipient": {
        "debtor": _("对借款人本人"),
        "guarantor": _("对担保人"),
        "designated_contact": _("对企业指定的联系人"),
        "contact_person": _("对联系人"),
        "third_person": _("对其他人"),
    },
}
