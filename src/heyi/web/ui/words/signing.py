"""Words about agreements and signatures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "pdf_reason": {
        "not_a_pdf": _("这不是 PDF 文件。"),
        "unsigned": _("文件里没有电子签名。"),
        "damaged": _("文件的内容和签名对不上。"),
        "untrusted": _("签名的证书不是本行认可的机构发的。"),
        "changed_since": _("签名以后，文件又被加过或改过内容。"),
        "not_timestamped": _("缺少第三方的可信时间。"),
        "odd_container": _("签名的封装方式不合标准。"),
    },
    "signature_role": {
        "borrower": _("借款人签名"),
        "bank": _("银行签章"),
        "timestamp": _("时间戳"),
        "other": _("其他签名"),
    },
}

PROBLEMS: dict[str, tuple[str, str]] = {}
