"""Words about plans: methods, verdicts, states of promises, refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "method": {
        "equal_instalments": _("等额本息"),
        "equal_principal": _("等额本金"),
        "interest_first": _("先还利息，到期还本"),
        "frozen_balance": _("不再计息，平均分期"),
        "step_up": _("先少后多"),
        "grace_then_equal": _("先缓一缓，再等额还"),
        "lump_sum_settlement": _("一次结清，减一部分"),
        "custom": _("自己约定每期金额"),
    },
    "verdict": {
        "sustainable": _("负担得起"),
        "tight": _("有点紧"),
        "eats_essentials": _("会动到生活费"),
    },
    "promise": {
        "pending": _("还没到期"),
        "kept": _("已还"),
        "late": _("晚了几天"),
        "broken": _("没有兑现"),
    },
    "plan": {
        "active": _("履行中"),
        "completed": _("已履行完"),
        "broken": _("没有兑现"),
        "superseded": _("已换成新的约定"),
        "cancelled": _("已取消"),
    },
    "role": {
        "manager": _("客户经理"),
        "lead": _("主管"),
        "branch_head": _("支行行长"),
        "compliance": _("合规"),
        "committee": _("审批委员会"),
        "administrator": _("总行"),
    },
}

PROBLEMS = {
    "plans.bad_means": (_("收支里有用不了的数字。"), _("请核对收入、生活费和其他还款。")),
    "plans.bad_terms": (_("方案里有几处条件用不了。"), _("请按每一处的提示改一下。")),
    "plans.not_a_card": (_("个性化分期的规定只适用于信用卡。"), _("这笔借款请按一般的变更合同办理。")),
    "plans.unknown_product": (_("没有这种产品的方案规定。"), _("请合规同事先补上规定。")),
    "plans.bad_pack": (_("方案规定文件有错，没有启用。"), _("请改好文件里指出的那一处。")),
    "plans.not_found": (_("没有找到这个还款计划。"), _("请从案件页进入。")),
    "plans.may_not_adopt": (_("只有双方签好的协议才能生效成计划。"), _("请先完成签署。")),
    "plans.already_active": (_("这份合同已经有一个正在履行的计划。"), _("请先用变更的方式换掉它。")),
    "plans.not_active": (_("这个计划已经结束了。"), _("请看最新的一份。")),
}
