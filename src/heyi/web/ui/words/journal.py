"""Words about the record of acts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "fault": {
        "content_changed": _("内容和当时写下的不一样"),
        "leaf_changed": _("位置或指纹被改过"),
        "missing": _("记录不见了"),
        "inserted": _("绕过系统加进来的"),
        "node_changed": _("中间的指纹被改过"),
        "checkpoint_mismatch": _("和签过名的总指纹对不上"),
        "signature_invalid": _("总指纹的签名无效"),
    },
}

PROBLEMS = {
    "journal.no_such_entry": (_("没有这个编号的记录。"), _("请核对编号。")),
    "journal.not_for_the_journal": (_("这一步没有做成：有内容不能写进日志。"), _("请把错误代码告诉管理员。")),
    "journal.not_yet_placed": (_("这条记录正在入链。"), _("请过几秒再看。")),
    "journal.tree_damaged": (
        _("日志前后对不上，已停止签名。"),
        _("请马上通知管理员运行 heyi verify-log，不要改动数据库。"),
    ),
}
