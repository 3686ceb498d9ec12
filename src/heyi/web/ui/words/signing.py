"""Words about the signing of agreements."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "state": {
        "prepared": _("等您来看"),
        "consented": _("已同意用电子签名"),
        "reading": _("正在逐条阅读"),
        "borrower_signed": _("借款人已签，等银行盖章"),
        "sealing": _("双方已签，正在盖时间戳"),
        "sealed": _("双方已签完"),
        "refused": _("没有签"),
        "expired": _("过了签署时间"),
    },
    "waiting_for": {
        "borrower": _("等借款人签"),
        "bank": _("等银行盖章"),
        "timestamp": _("时间戳服务暂时连不上，恢复后会自动盖好，您不用做什么"),
        "seal": _("正在盖章，马上就好"),
        "nobody": _("不用等谁"),
    },
    "pdf_reason": {
        "not_a_pdf": _("这不是 PDF 文件。"),
        "unsigned": _("文件里没有电子签名。"),
        "damaged": _("文件的内容和签名对不上。"),
        "untrusted": _("签名的证书不是本行认可的机构发的。"),
        "changed_since": _("签名以后，文件又被加过或改过内容。"),
        "not_timestamped": _("缺少第三方的可信时间。"),
        "odd_container": _("签名的封装方式不合标准。"),
        "incomplete": _("还缺一方的签名。"),
    },
    "signature_role": {
        "borrower": _("借款人签名"),
        "bank": _("银行签章"),
        "timestamp": _("时间戳"),
        "other": _("其他签名"),
    },
}

PROBLEMS = {
    "signing.code_too_old": (_("验证码已经超过 %(minutes)s 分钟。"), _("请再取一个验证码，输入后就能签。")),
    "signing.cost_form_open": (_("成本明示表还没有确认。"), _("看完这张表，点「我看清楚了」，再来签。")),
    "signing.expired": (_("这份协议的签署时间已经过了，什么都没有签。"), _("可以请客户经理重新出一份。")),
    "signing.no_cost_form": (_("这份协议没有综合融资成本明示表。"), _("请直接往下走。")),
    "signing.no_such_clause": (_("协议里没有这一条。"), _("请刷新页面，从第一条看起。")),
    "signing.not_allowed": (_("这一步要由另一方来做，或者需要别的岗位。"), _("请对方操作，或者找有权限的同事。")),
    "signing.not_found": (_("找不到这次签署。"), _("请从「我的协商」里打开。")),
    "signing.not_read": (_("还有几条没有看。"), _("看完每一条，点「我看懂了」，再来签。")),
    "signing.not_signable": (_("协议还不完整，或者金额对不上，不能拿来签。"), _("请按列出的各项改好方案，再出协议。")),
    "signing.number_taken": (_("这个编号或这件协商已经有一份正在签的协议。"), _("请打开那一份；不要的话先撤下来。")),
    "signing.read_longer": (_("这张表请再看 %(seconds_left)s 秒。"), _("到时间就能确认。")),
    "signing.signer_unusable": (_("银行的签名证书用不了。"), _("请把错误代码告诉管理员。已经签的不受影响。")),
    "signing.timestamp_away": (_("时间戳服务暂时连不上。"), _("已经签的都保存好了，恢复后会自动完成，您不用重签。")),
    "signing.wrong_state": (_("这次签署已经走到别的步骤。"), _("请刷新页面看最新的情况。")),
}
