"""Words about negotiations: states, steps, whose turn, answers that cannot be used, refusals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "status": {
        "draft": _("填写中"),
        "submitted": _("等待审核"),
        "in_review": _("审核中"),
        "second_review": _("等第二位同事复核"),
        "more_requested": _("等借款人补充"),
        "refused": _("没有通过"),
        "appealed": _("申诉中"),
        "negotiating": _("商量方案"),
        "offer_open": _("等借款人答复"),
        "countered": _("等银行答复"),
        "agreed": _("谈好了，准备签"),
        "signing": _("签署中"),
        "active": _("履行中"),
        "broken": _("承诺没兑现"),
        "completed": _("已履行完"),
        "withdrawn": _("已撤回"),
        "closed": _("已结束"),
    },
    "step": {
        "apply": _("申请"),
        "review": _("审核"),
        "talk": _("商量方案"),
        "sign": _("签协议"),
        "follow": _("按约还款"),
    },
    "turn": {
        "borrower": _("轮到借款人"),
        "bank": _("轮到银行"),
        "both": _("轮到双方"),
        "none": _("不用做什么"),
    },
    "next_act": {
        "submit": _("填完并提交"),
        "review": _("审核"),
        "second_review": _("复核"),
        "supply_more": _("补充材料"),
        "appeal": _("可以申诉"),
        "decide_appeal": _("答复申诉"),
        "make_offer": _("给出方案"),
        "approve_offer": _("审批方案"),
        "answer_offer": _("答复方案"),
        "answer_counter": _("答复对方的想法"),
        "open_signing": _("准备协议"),
        "sign": _("签协议"),
        "sign_as_bank": _("银行盖章"),
        "pay": _("按期还款"),
        "find_out_why": _("先了解原因"),
        "answer_problem": _("答复遇到的困难"),
        "": _("不用做什么"),
    },
    "acting_as": {
        "self": _("我就是借款人"),
        "legal_representative": _("我是企业的法定代表人"),
        "authorised": _("我是企业授权的经办人"),
    },
    "channel": {
        "portal": _("这个网页里留言"),
        "sms": _("短信"),
        "phone": _("电话"),
        "email": _("电子邮件"),
    },
    "answer": {
        "required": _("这里还要填一下。"),
        "required_figure": _("这里还要填一下。"),
        "unknown_field": _("这里多了一项，请刷新页面再试。"),
        "unknown_choice": _("请从列出的选项里选。"),
        "one_only": _("这里只能选一个。"),
        "too_long": _("写得太长了，请精简一些。"),
        "not_an_amount": _("请填金额，例如 1,200 或 1.2 万。"),
        "out_of_range": _("这个数好像不太对，请再看一眼。"),
        "not_a_number": _("请填整数。"),
        "not_a_date": _("请填日期，例如 2026-12-10。"),
        "not_in_future": _("请选今天以后的日期。"),
        "in_future": _("这个时间还没到，请再看一眼。"),
        "not_an_email": _("邮箱格式不对，例如 name@mail.com。"),
        "not_a_mobile": _("手机号应该是 11 位。"),
        "not_an_id_number": _("证件号码应该是 18 位，请再看一眼证件。"),
        "not_a_time": _("请选一个钟点。"),
        "before_start": _("结束的钟点要晚于开始的钟点。"),
        "consent_first": _("写之前请先在上面打勾同意；不想同意就把这里空着。"),
        "old_statement": _("这句话更新过了，请刷新页面再看一遍。"),
    },
}

_AGAIN = _("请刷新页面，看看现在的情况再决定。")
_ASK = _("有疑问请拨打协商专线，或者给客户经理留言。")

PROBLEMS = {
    "negotiation.case_not_found": (_("没有找到这件事。"), _("请从「我的协商」进入。")),
    "negotiation.wrong_state": (_("事情已经往前走了，现在不能这样做。"), _AGAIN),
    "negotiation.not_your_act": (_("这一步要由另一方或另一个岗位来做。"), _ASK),
    "negotiation.moved": (_("就在刚才，有人先动了一步，您的操作没有生效。"), _AGAIN),
    "negotiation.case_open_already": (
        _("这笔借款已经有一件协商在办，编号 %(number)s。"),
        _("请在那一件里继续。"),
    ),
    "negotiation.bad_answers": (_("有几处填写的内容用不了。"), _("请按每一处的提示改一下。")),
    "negotiation.not_complete": (_("还有几题没有填完。"), _("请补上标出来的几题，再交一次。")),
    "negotiation.too_many_proofs": (
        _("材料已经有 %(limit)s 份，放不下了。"),
        _("请先拿回不需要的，再传新的。"),
    ),
    "negotiation.four_eyes": (_("同一个人不能做两次决定。"), _("请让另一位同事来复核。")),
    "negotiation.authority_too_low": (_("这超出了您的审批权限。"), _("请交给有权限的同事。")),
    "negotiation.approval_needed": (_("这个方案超出了您的权限，还没有发给借款人。"), _("请提交审批。")),
    "negotiation.appeal_too_late": (_("申诉的时间在 %(until)s 已经过了。"), _("情况有变化的话，可以重新申请。")),
    "negotiation.reason_needed": (_("这一步要写明原因。"), _("请用一两句话写清楚。")),
    "negotiation.offer_not_open": (
        _("第 %(number)s 版已经不是现在的方案了，您的操作没有生效。"),
        _AGAIN,
    ),
    "negotiation.offer_binding": (
        _("第 %(number)s 版在 %(until)s 之前有效，银行不能提前收回（《民法典》第 476 条）。"),
        _("请等借款人答复，或者等它到期。"),
    ),
    "negotiation.terms_impossible": (_("这样的条件超出了规定或银行的限度。"), _("请按提示调整期数、日期或金额。")),
    "negotiation.nobody_to_assign": (_("支行里现在没有能接手的同事。"), _("请主管安排人手。")),
    "negotiation.message_empty": (_("还没有写内容。"), _("写几个字，或者选一个文件再发。")),
    "negotiation.canned_unknown": (_("没有这条常用语。"), _("请从列表里选。")),
    "negotiation.entry_refused": (_("对不上，请再看一眼。"), _("还可以再试 %(tries_left)s 次。")),
    "negotiation.real_name_away": (
        _("实名核验服务暂时没有回应。"),
        _("系统会自己再试，您不用重做。"),
    ),
    "negotiation.balance_moved": (
        _("方案做好以后又收到了还款，金额要重新算。"),
        _("请按现在的余额重新做一版。"),
    ),
    "negotiation.too_many_counters": (
        _("这一轮您已经提了 %(limit)s 次想法。"),
        _("给客户经理留言或打电话，当面说更快。"),
    ),
    "negotiation.not_eligible": (_("信用卡个性化分期的三个条件还没有都具备。"), _("请补上缺的证明。")),
}
