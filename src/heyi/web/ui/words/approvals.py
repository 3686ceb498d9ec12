"""Words about approvals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "status": {
        "waiting": _("待表决"),
        "conditional": _("附条件通过"),
        "granted": _("已通过"),
        "refused": _("未通过"),
        "withdrawn": _("已撤回"),
        "expired": _("逾期未决"),
        "lapsed": _("已到期"),
        "revoked": _("已撤销"),
    },
    "vote": {
        "yes": _("同意"),
        "no": _("不同意"),
        "abstain": _("弃权"),
    },
}

PROBLEMS = {
    "approvals.already_asked": (_("同样的申请已经在表决。"), _("请打开那一份申请看进展。")),
    "approvals.already_decided": (_("这份申请已经有结果了。"), _("请重新打开看最新的情况。")),
    "approvals.already_voted": (_("您已经表决过这份申请，表决不能更改。"), _("请等其他同事表决。")),
    "approvals.bad_kinds": (_("审批事项的配置读不懂，审批暂停。"), _("请管理员按提示改好 approvals.yaml。")),
    "approvals.form_incomplete": (_("表格还没有填完。"), _("请补齐标出的问题，再提交。")),
    "approvals.may_not_ask": (_("您的角色不能提出这种申请。"), _("请能提出申请的同事来办。")),
    "approvals.may_not_vote": (_("您的角色或网点不参加这份申请的表决。"), _("请有表决权的同事来办。")),
    "approvals.not_found": (_("找不到这份申请，或者您不能查看。"), _("请从审批列表里打开。")),
    "approvals.not_in_force": (_("这份批准现在没有效力。"), _("请看它的经过；需要时重新申请。")),
    "approvals.own_request": (_("自己提出或准备的申请，要由别人表决。"), _("请等其他同事表决。")),
    "approvals.reason_missing": (_("还缺理由或说明。"), _("请用一两句话写明，再提交。")),
    "approvals.unknown_condition": (_("没有这个条件，或者它已经确认过。"), _("请重新打开这份申请。")),
    "approvals.unknown_kind": (_("没有这种审批事项。"), _("请从列表里选一种。")),
}
