"""Words of the staff room: roles, and what can go wrong with accounts and rights."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "role": {
        "manager": _("客户经理"),
        "reviewer": _("审核员"),
        "lead": _("主管"),
        "compliance": _("合规"),
        "auditor": _("审计"),
        "administrator": _("系统管理员"),
        "integration": _("接入系统"),
    },
    "certificate_state": {
        "missing": _("还没有"),
        "valid": _("有效"),
        "soon": _("快到期"),
        "over": _("已过期"),
    },
    "actor": {
        "staff": _("工作人员"),
        "borrower": _("借款人"),
        "system": _("系统"),
        "integration": _("接入系统"),
        "agency": _("外包机构的系统"),
    },
    "account_act": {
        "set_password": _("发了新的首次密码"),
        "forget_second_factors": _("解除了验证器和通行密钥"),
        "close_member": _("停用账号"),
        "reopen_member": _("重新启用"),
    },
    "agency_status": {
        "active": _("合作中"),
        "suspended": _("已暂停合作"),
        "ended": _("已终止合作"),
    },
    "agency_lack": {
        "not_active": _("没有在合作"),
        "contract_not_begun": _("合同还没开始"),
        "contract_over": _("合同已到期"),
        "not_published": _("还没有向社会公布"),
        "evaluation_failed": _("最近一次评估没有通过"),
        "evaluation_overdue": _("评估已过期"),
    },
    "report_state": {
        "received": _("已收到"),
        "looking": _("正在核实"),
        "closed": _("已有结果"),
    },
    "report_outcome": {
        "impostor": _("是冒充的"),
        "ours": _("是我们的人"),
        "unclear": _("没法确定"),
    },
    "evaluation": {
        "passed": _("通过"),
        "conditions": _("通过，但要整改"),
        "failed": _("没有通过"),
    },
}

PROBLEMS = {
    "staff.certificate_by_exam": (_("这个证书要通过考试取得，不能手工登记。"), _("请本人参加考试。")),
    "staff.own_certificate": (_("不能给自己发证或收回自己的证书。"), _("请另一位同事来办。")),
    "staff.unknown_certificate": (_("没有这种证书，或者它已经失效。"), _("请从列表里选。")),
    "heyi.forged": (_("这一页放得太久，或者不是从我们这里打开的，所以没有提交。"), _("请回到上一页刷新，再填一次。")),
    "staff.unknown_member": (_("没有这位工作人员。"), _("请核对以后再试。")),
    "staff.unknown_branch": (_("没有这个网点。"), _("请从列表里选一个网点。")),
    "staff.name_taken": (_("这个名称或编号已经有人用了。"), _("请换一个再保存。")),
    "staff.roles_exclude": (_("这几个角色不能由同一个人担任。"), _("审计和系统管理员要单独设账号。")),
    "staff.own_rights": (_("不能改自己账号的权限。"), _("请另一位系统管理员来办。")),
    "staff.weak_password": (_("这个密码太容易被猜到。"), _("请用至少 12 位、不常见、和用户名不像的密码。")),
    "staff.unknown_report": (_("没有这个编号的举报。"), _("请从列表里打开。")),
    "staff.report_state": (_("这件举报刚才有人办过了。"), _("请看最新的情况，再决定下一步。")),
    "staff.unknown_agency": (_("没有这家外包机构，或者不归您看。"), _("请从列表里打开。")),
    "staff.agency_state": (_("这家外包机构现在不能这样办。"), _("请先看它的状态和评估，再决定下一步。")),
    "staff.agency_dates": (_("日期对不上。"), _("请改好标出的日期，再保存。")),
    "staff.bad_client_key": (_("接口密钥不对，或者已经停用。"), _("请向系统管理员要一把新的密钥。")),
}
