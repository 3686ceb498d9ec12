"""Words of the shared frame: days, sides, the general errors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS = {
    "weekday": {
        "1": _("周一"),
        "2": _("周二"),
        "3": _("周三"),
        "4": _("周四"),
        "5": _("周五"),
        "6": _("周六"),
        "7": _("周日"),
    },
    "side": {
        "bank": pgettext_lazy("side", "银行"),
        "you": pgettext_lazy("side", "借款人"),
        "none": pgettext_lazy("side", "无"),
    },
    "turn": {
        "bank": _("轮到银行"),
        "you": _("轮到您"),
        "none": _("还没到"),
    },
    "data_class": {
        "c3": _("密钥类"),
        "c2": _("个人信息"),
        "c1": _("内部信息"),
    },
}

PROBLEMS = {
    "heyi.problem": (_("这一步现在办不了。"), _("请过一会儿再试；还不行，请拨打热线。")),
    "heyi.not_found": (_("找不到这一项，或者您看不到它。"), _("请核对网址，或从首页重新进入。")),
    "heyi.not_allowed": (_("您没有这项权限。"), _("需要的话，请联系主管或管理员开通。")),
    "heyi.invalid": (_("有些内容还不能用。"), _("请看标出的地方，改好再提交，已填的都在。")),
    "heyi.conflict": (_("刚才有人先改了这一项。"), _("请看最新的内容，再决定一次。")),
    "heyi.unavailable": (_("有一个部件暂时连不上，什么都没有改动。"), _("请过几分钟再试，排队的事会自己继续。")),
    "heyi.too_large": (
        _("一次传得太多了，最多 %(limit)s MB，没有保存。"),
        _("请返回上一页，少选几个文件，或者选小一点的再传。"),
    ),
    "plumbing.too_many": (_("试的次数太多了。"), _("为了安全，请等一会儿再试。")),
    "plumbing.seal_broken": (
        _("这条加密数据读不出来，可能被改动过。"),
        _("请不要继续处理，马上通知管理员运行 heyi verify-log。"),
    ),
}
