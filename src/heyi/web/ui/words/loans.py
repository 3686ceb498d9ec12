"""Words about contracts, people and payments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "product": {
        "credit_card": _("信用卡"),
        "consumer": _("个人消费贷款"),
        "mortgage": _("个人住房贷款"),
        "business": _("经营贷款"),
    },
    "status": {
        "active": _("未结清"),
        "settled": _("已结清"),
        "written_off": _("已核销"),
    },
    "component": {
        "principal": _("本金"),
        "interest": _("利息"),
        "penalty": _("罚息"),
        "fees": _("费用"),
        "costs": _("实现债权费用"),
    },
    "party_kind": {
        "person": _("个人"),
        "enterprise": _("企业"),
    },
    "link": {
        "borrower": _("借款人"),
        "guarantor": _("担保人"),
        "contact_person": _("联系人"),
        "designated_contact": _("指定联系人"),
        "spouse_joint_debt": _("共债配偶"),
    },
    "relation": {
        "spouse": _("配偶"),
        "parent": _("父母"),
        "child": _("子女"),
        "sibling": _("兄弟姐妹"),
        "relative": _("亲属"),
        "friend": _("朋友"),
        "colleague": _("同事"),
        "representative": _("代表"),
        "other": _("其他关系"),
    },
    "id_type": {
        "id_card": _("居民身份证"),
        "uscc": _("统一社会信用代码"),
        "passport": _("护照"),
        "other": _("其他证件"),
    },
    "file_kind": {
        "loans": _("合同"),
        "payments": _("还款"),
        "instalments": _("分期明细"),
    },
    "staged_stage": {
        "waiting": _("排队中"),
        "working": _("正在处理"),
        "checked": _("检查好了，等您确认"),
        "done": _("已导入"),
        "refused": _("用不了"),
        "stopped": _("中断了"),
    },
    "run_state": {
        "running": _("进行中"),
        "done": _("完成"),
        "stopped": _("中断"),
    },
    "payment_state": {
        "matched": _("已入账"),
        "unmatched": _("待认领"),
        "reversed": _("已冲正"),
    },
    "reveal_field": {
        "name": _("姓名"),
        "id_number": _("证件号码"),
        "mobile": _("手机号"),
        "email": _("电子邮箱"),
        "address": _("地址"),
    },
    "reveal_purpose": {
        "identity_check": _("核对身份"),
        "call": _("电话联系"),
        "visit": _("上门走访"),
        "letter": _("寄送信函"),
        "agreement": _("办理协议"),
        "borrower_request": _("借款人本人要求"),
        "complaint": _("处理投诉"),
        "correction": _("更正资料"),
        "court": _("诉讼或仲裁"),
        "supervision": _("监管检查"),
    },
}

PROBLEMS = {
    "loans.wrong_file": (_("这个文件没有导入，什么都没有写入。"), _("请按提示改好文件，再导入一次。")),
    "loans.import_under_way": (
        _("这个文件正在导入，或者已经导入过了。"),
        _("请看导入记录；有新的行请另传一个文件。"),
    ),
    "loans.unknown_file": (_("找不到这个文件。"), _("请重新上传。")),
    "loans.bad_mapping": (_("映射文件读不懂。"), _("请按文档里的格式改好，再试一次。")),
    "loans.unknown_party": (_("找不到这个人，或者不在您的范围内。"), _("请从列表里打开。")),
    "loans.unknown_contract": (_("找不到这份合同，或者不在您的范围内。"), _("请核对合同号，或从列表里打开。")),
    "loans.unknown_payment": (_("找不到这笔还款，或者不在您的范围内。"), _("请从还款列表里打开。")),
    "loans.may_not": (_("您的角色不能做这件事。"), _("请找有权限的同事办理。")),
    "loans.purpose_missing": (_("查看完整信息需要说明用途。"), _("请选一个用途，再查看。")),
    "loans.payment_contradicts": (
        _("这个流水号已经记过账，但金额、日期或合同不一样。"),
        _("请核对来源系统；更正要先冲正原来的还款。"),
    ),
    "loans.payment_state": (_("这笔还款现在的状态不能这样处理。"), _("请重新打开，看最新的状态。")),
    "loans.bad_payment": (_("这笔还款不能这样入账。"), _("请核对金额、日期和币种。")),
}
